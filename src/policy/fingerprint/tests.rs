use std::collections::BTreeSet;

use super::*;

const SEALED: &str = include_str!("../../../examples/policies/sealed.toml");
const KEY: &str = "QxDul9iMwfCIpVdrt6zwXPesdj-XkxOcbIS1QpxZZio";

fn of(text: &str) -> Fingerprint {
    Policy::from_toml(text).unwrap_or_else(|error| panic!("{error}\n{text}")).fingerprint()
}

/// One of everything that a policy can say.
fn policy() -> String {
    format!(
        r#"version = 1
[protection]
radius_m = 200
devices = ["DE", "FR"]
[accounting]
kind = "zcdp"
delta = 1e-9
[[budget]]
rho = 1
window = "24h"
[[budget]]
rho = 20
window = "30d"
[[budget]]
rho = 3
window = "7d"
purpose = "trace"
[receipts]
retention = "90d"
[ceilings.city]
floor = {{ area_km2 = 100 }}
interval = "2h"
keep = ["speed"]
[purposes.weather]
ceiling = "city"
mechanism = {{ kind = "planar-laplace", epsilon = 0.5 }}
repeat = {{ kind = "hold", within = "60km", epsilon = 0.5, recall = 16 }}
grid = {{ kind = "h3", resolution = 3 }}
interval = "1h"
time_bucket = "1h"
keep = ["altitude"]
[purposes.trace]
mechanism = {{ kind = "gaussian", rho = 0.1 }}
repeat = {{ kind = "fresh" }}
grid = {{ kind = "metric", edge_m = 9000 }}
interval = "2h"
time_bucket = "2h"
keep = []
when_spent = "hold"
[destinations.cn]
jurisdiction = "CN"
operator = "Example Carrier"
keys = "Example GmbH"
seal_to = "{KEY}"
floor = {{ area_km2 = 1.0, radius_m = 100, decimals = 3, preset = "padfa", coarsen = false }}
retention = "30d"
interval = "3h"
keep = []
"#
    )
}

#[test]
fn any_change_of_the_policy_changes_it() {
    let base = policy();
    let other_key = SEALED.lines().find_map(|line| line.strip_prefix("seal_to = \"")).unwrap().trim_end_matches('"');
    let changes = [
        ("radius_m = 200\n", "radius_m = 201\n"),
        ("delta = 1e-9", "delta = 1e-8"),
        ("rho = 1\n", "rho = 1.000000001\n"),
        ("window = \"24h\"", "window = \"25h\""),
        ("[[budget]]\nrho = 20\nwindow = \"30d\"\n", ""),
        ("[purposes.weather]", "[purposes.weather2]"),
        ("epsilon = 0.5 }", "epsilon = 0.50001 }"),
        ("within = \"60km\"", "within = \"61km\""),
        ("\"60km\", epsilon = 0.5", "\"60km\", epsilon = 0.6"),
        ("recall = 16", "recall = 15"),
        ("{ kind = \"hold\", within = \"60km\", epsilon = 0.5, recall = 16 }", "{ kind = \"fresh\" }"),
        ("resolution = 3", "resolution = 2"),
        ("\"h3\", resolution = 3", "\"s2\", level = 3"),
        ("interval = \"1h\"", "interval = \"1001s\""),
        ("time_bucket = \"1h\"", "time_bucket = \"2h\""),
        ("keep = [\"altitude\"]", "keep = [\"speed\"]"),
        ("keep = [\"altitude\"]", "keep = [\"course\"]"),
        ("keep = [\"altitude\"]", "keep = [\"altitude\", \"course\"]"),
        ("keep = [\"altitude\"]", "keep = []"),
        ("rho = 0.1", "rho = 0.11"),
        ("edge_m = 9000", "edge_m = 9000.5"),
        ("{ kind = \"gaussian\", rho = 0.1 }", "{ kind = \"planar-laplace\", epsilon = 0.1 }"),
        ("[destinations.cn]", "[destinations.c_n]"),
        ("jurisdiction = \"CN\"", "jurisdiction = \"HK\""),
        ("operator = \"Example Carrier\"", "operator = \"Example  Carrier\""),
        ("keys = \"Example GmbH\"", "keys = \"Example AG\""),
        ("keys = \"Example GmbH\"\nseal_to", "keys = \"Example GmbH\"\n#"),
        (KEY, other_key),
        ("area_km2 = 1.0", "area_km2 = 1.5"),
        ("radius_m = 100,", "radius_m = 101,"),
        ("decimals = 3", "decimals = 4"),
        ("preset = \"padfa\"", "preset = \"virginia\""),
        (", preset = \"padfa\"", ""),
        ("retention = \"30d\"", "retention = \"31d\""),
        ("retention = \"30d\"\n", ""),
        ("purpose = \"trace\"", "purpose = \"weather\""),
        ("\npurpose = \"trace\"", ""),
        ("rho = 3", "rho = 4"),
        ("retention = \"90d\"", "retention = \"91d\""),
        ("[receipts]\nretention = \"90d\"\n", ""),
        ("[receipts]", "[zones]\nepsilon = 0.5\nradius = \"300m\"\n[receipts]"),
        ("[receipts]", "[zones]\nepsilon = 0.6\nradius = \"300m\"\n[receipts]"),
        ("[receipts]", "[zones]\nepsilon = 0.5\nradius = \"301m\"\n[receipts]"),
        ("when_spent = \"hold\"", ""),
        ("keep = [\"altitude\"]", "when_spent = \"withhold\"\nkeep = [\"altitude\"]"),
        ("\"DE\", \"FR\"", "\"DE\""),
        (", coarsen = false", ""),
        ("area_km2 = 100", "area_km2 = 101"),
        ("interval = \"2h\"\nkeep = [\"speed\"]", "interval = \"3h\"\nkeep = [\"speed\"]"),
        ("interval = \"2h\"\nkeep = [\"speed\"]", "interval = \"2h\"\nkeep = []"),
        ("interval = \"2h\"\nkeep = [\"speed\"]", "interval = \"2h\""),
        ("ceiling = \"city\"", "ceiling = \"off\""),
        ("ceiling = \"city\"", ""),
        ("[purposes.weather]\nceiling", "[ceilings.town]\nfloor = { area_km2 = 9 }\n[purposes.weather]\nceiling"),
        ("interval = \"3h\"\n", ""),
        ("interval = \"3h\"", "interval = \"4h\""),
        ("interval = \"3h\"\nkeep = []", "interval = \"3h\""),
        ("interval = \"3h\"\nkeep = []", "interval = \"3h\"\nkeep = [\"speed\"]"),
    ];
    let mut seen = BTreeSet::from([of(&base).to_string()]);
    for (from, to) in changes {
        assert!(base.contains(from), "{from}");
        let changed = base.replacen(from, to, 1);
        assert!(seen.insert(of(&changed).to_string()), "{from} → {to}");
        // And it is told in words: no change of a policy goes by unsaid.
        let [before, after] = [&base, &changed].map(|text| Policy::from_toml(text).unwrap());
        assert!(!before.diff(&after).is_empty(), "{from} → {to}");
    }
}

#[test]
fn the_way_it_is_written_does_not_matter() {
    let base = policy();
    let (head, destination) = base.split_once("[destinations.cn]").unwrap();
    let (head, trace) = head.split_once("[purposes.trace]").unwrap();
    let moved = format!("{head}# a comment\n[destinations.cn]{destination}\n[purposes.trace]{trace}");
    let (first, second) = ("[[budget]]\nrho = 1\nwindow = \"24h\"\n", "[[budget]]\nrho = 20\nwindow = \"30d\"\n");
    let turned = base.replace(&format!("{first}{second}"), &format!("{second}{first}"));
    assert_ne!(turned, base);
    let said = base
        .replace("\"DE\", \"FR\"", "\"FR\", \"DE\"")
        .replace("\"24h\"", "\"1d\"")
        .replace("radius_m = 200\n", "radius_m = 2.0e2\n");
    let json = serde_json::to_string(&toml::from_str::<serde_json::Value>(&base).unwrap()).unwrap();
    // What is said though it was so anyway.
    let anyway = base.replace("keep = [\"altitude\"]", "when_spent = \"hold\"\nkeep = [\"altitude\"]");
    for other in [moved, turned, said, anyway] {
        assert_eq!(of(&other), of(&base));
    }
    assert_eq!(Policy::from_json(&json).unwrap().fingerprint(), of(&base));
}

#[test]
fn it_is_bound_to_what_the_files_say_that_the_policy_names() {
    let square = |name: &str, east: &str| {
        format!(
            r#"{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {{"name": "{name}"}}, "geometry":
            {{"type": "Polygon", "coordinates": [[[5,52],[{east},52],[{east},53],[5,53],[5,52]]]}}}}]}}"#
        )
    };
    let of = |text: &str, file: &str| {
        let policy = Policy::from_text_with(text, |_| Ok(file.to_owned())).unwrap();
        policy.fingerprint()
    };
    let base = policy();
    let sensitive = format!("{base}\n[sensitive]\nfile = \"clinics.geojson\"\nfloor = {{ area_km2 = 1000 }}\n");
    let grid = base.lines().find(|line| line.starts_with("grid =")).unwrap();
    let named = base.replace(grid, "grid = { kind = \"places\", file = \"regions.geojson\" }");
    let mut seen = std::collections::BTreeSet::from([of(&base, "").to_string()]);
    for text in [&sensitive, &named, &sensitive.replace("1000", "2000"), &named.replace("regions", "provinces")] {
        for file in [square("A", "6"), square("A", "6.001")] {
            assert!(seen.insert(of(text, &file).to_string()), "two policies have one fingerprint");
        }
    }
    assert_ne!(of(&named, &square("A", "6")), of(&named, &square("B", "6")));
    assert_eq!(of(&named, &square("A", "6")), of(&named, &square("A", "6.0")), "blanks and zeros say nothing");
}

/// An app and its server may run different versions of this crate: what they call one policy must not change.
#[test]
fn it_stays_what_it_was() {
    assert_eq!(Policy::from_toml(&policy()).unwrap().canonical(), include_str!("canonical.txt"));
    assert_eq!(of(&policy()).to_string(), "246df00c00d814849e421de333a8e84bc79657ea47a324809b7e162f9caba3b4");
}

#[test]
fn it_is_read_from_its_own_text_alone() {
    let fingerprint = of(SEALED);
    assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
    let text = fingerprint.to_string();
    for wrong in [
        "",
        &text[1..],
        &format!("{text}0"),
        &text.replacen(&text[..1], "g", 1),
        &text.replacen(&text[..2], "+1", 1),
        &"ä".repeat(32),
    ] {
        assert_eq!(wrong.parse::<Fingerprint>(), Err(FingerprintError), "{wrong:?}");
    }
}
