//! Names of places and sensitive places, on the command line.

use super::folder::{Folder, code, err, journey, out};

const FILES: [&str; 2] = ["country.toml", "clinics.toml"];

fn policy(name: &str) -> String {
    format!("{}/examples/policies/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn minimize(folder: &Folder, policy: &str, purpose: &str, destination: &str, format: &str) -> String {
    let input = journey(&["2024-06-20T09:00:00Z"]);
    let arguments = ["minimize", "-", "--policy", policy, "--purpose", purpose, "--destination", destination];
    let output = folder.run(&[&arguments[..], &["--input-format", "csv", "--format", format]].concat(), &input);
    assert_eq!(code(&output), 0, "{}", err(&output));
    out(&output).to_owned()
}

#[test]
fn every_format_writes_a_name_without_a_coordinate() {
    let (folder, country) = (Folder::new(), policy(FILES[0]));
    let of = |format: &str| minimize(&folder, &country, "prices", "shop", format);
    assert!(of("jsonl").contains(r#""grid":"places:countries","place":"Netherlands","time""#));
    assert!(
        of("csv").contains("\nprices,,,places:countries,Netherlands,,2024-06-20T00:00:00Z,86400\n"),
        "{}",
        of("csv")
    );
    let geojson = of("geojson");
    assert!(geojson.contains(r#""geometry":null"#) && geojson.contains("Netherlands"), "{geojson}");
    assert!(!of("gpx").contains("trkpt"), "a track has no point for a name");
}

#[test]
fn a_policy_finds_its_files_from_where_it_lies() {
    let folder = Folder::new();
    for name in FILES {
        let checked = folder.run(&["policy", "check", &policy(name)], "");
        assert_eq!(code(&checked), 0, "{}", err(&checked));
    }
    let text = std::fs::read_to_string(policy(FILES[1])).unwrap();
    let moved = folder.write("moved.toml", &text);
    let refused = folder.run(&["policy", "check", moved.to_str().unwrap()], "");
    assert_eq!(code(&refused), 2);
    assert!(
        err(&refused).contains("line 14: sensitive.file: \"../data/made-up/clinics.geojson\" cannot be read"),
        "{}",
        err(&refused)
    );
    folder.write("clinics.geojson", "{}");
    folder.write("moved.toml", &text.replace("../data/made-up/", ""));
    let refused = folder.run(&["policy", "check", moved.to_str().unwrap()], "");
    assert!(err(&refused).contains("this is no GeoJSON collection of features"), "{}", err(&refused));
}

/// That names are not weighed is no reason to say that nothing is known.
#[test]
fn a_disclosure_of_names_says_that_they_are_not_weighed() {
    let (folder, country) = (Folder::new(), policy(FILES[0]));
    let times: Vec<_> = (0..48).map(|hour| format!("2024-06-{:02}T{:02}:00:00Z", 18 + hour / 24, hour % 24)).collect();
    let input = journey(&times.iter().map(String::as_str).collect::<Vec<_>>());
    let arguments = ["minimize", "-", "--input-format", "csv", "--policy", &country, "--purpose", "prices"];
    let kept = folder.run(&[&arguments[..], &["--destination", "shop", "--ledger", "l.db"]].concat(), &input);
    assert_eq!(code(&kept), 0, "{}", err(&kept));
    let arguments =
        ["disclosure", "--policy", &country, "--ledger", "l.db", "--destination", "shop", "--html", "d.html"];
    let said = folder.run(&arguments, "");
    assert!(out(&said).contains("told where you are by a name alone: Netherlands ("), "{}", out(&said));
    assert!(out(&said).contains("What those names tell of home is not worked out here."), "{}", out(&said));
    let page = std::fs::read_to_string(folder.path("d.html")).unwrap();
    assert!(page.contains("by a name alone") && !page.contains("too little was sent at night"));
}

#[test]
fn a_diff_says_which_places_are_new() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(policy(FILES[1])).unwrap();
    let (before, after) = text.split_once("[sensitive]").unwrap();
    let without =
        format!("{before}{}", after.split_once("[purposes").map(|(_, rest)| format!("[purposes{rest}")).unwrap());
    let without = folder.write("without.toml", &without);
    let diff = folder.run(&["policy", "diff", without.to_str().unwrap(), &policy(FILES[1])], "");
    assert_eq!(
        out(&diff).trim(),
        "sensitive places: how coarse it is near them is new: 3 of clinics: 100 km²: tells less"
    );
}
