//! Journeys replayed, samples, ledgers: everything but audits and attacks.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::folder::*;

#[test]
fn the_exit_code_says_what_was_wrong() {
    let folder = Folder::new();
    let good = journey(&[NOON]);
    assert_eq!(code(&folder.minimize(&[], &good)), 0);
    let usage: [&[&str]; 8] = [
        &["nonsense"],
        &[],
        &["minimize"],
        &["minimize", "--policy", "policy.toml", "--purpose", "other", "--destination", "here"],
        &["minimize", "--policy", "policy.toml", "--purpose", "test", "--destination", "other"],
        &["minimize", "--policy", "missing.toml", "--purpose", "test", "--destination", "here"],
        &["policy", "check", "missing.toml"],
        &["sample", "--lat", "91", "--lon", "5", "--epsilon", "1", "--radius", "200"],
    ];
    for arguments in usage {
        assert_eq!(code(&folder.run(arguments, &good)), 2, "{arguments:?}");
    }
    folder.write("bad.toml", &POLICY.replace("epsilon = 1 }", "epsilon = -1 }"));
    let refused = folder.run(&["policy", "check", "bad.toml"], "");
    assert_eq!(code(&refused), 2);
    assert!(err(&refused).contains("line 9") && err(&refused).contains("epsilon"), "{}", err(&refused));
    for input in [&["missing.csv"][..], &["."], &["--strict"], &["--input-format", "gpx"]] {
        assert_eq!(code(&folder.minimize(input, "lat,lon,time\n1,2,\n")), 3, "{input:?}");
    }
    assert_eq!(code(&folder.minimize(&[], "")), 3);
    assert_eq!(code(&folder.minimize(&[&wild("togeojson/point.kml")], "")), 3);
    folder.write("no.ledger", "this is no database, but it is long enough to be looked at");
    for ledger in ["no.ledger", "missing/folder.ledger", "."] {
        assert_eq!(code(&folder.minimize(&["--ledger", ledger], &good)), 4, "{ledger}");
    }
    for command in [&["receipts"][..], &["budget", "--policy", "policy.toml"]] {
        let missing = folder.run(&[command, &["--ledger", "missing.ledger"]].concat(), "");
        assert_eq!(code(&missing), 4);
        assert!(!folder.path("missing.ledger").exists(), "a question makes no ledger");
    }
}

#[test]
fn an_error_is_one_plain_line() {
    let folder = Folder::new();
    for arguments in [
        &["minimize", "--policy", "missing.toml", "--purpose", "test", "--destination", "here"][..],
        &["minimize"],
        &["receipts", "--ledger", "missing.ledger"],
        &["nonsense"],
    ] {
        let output = folder.run(arguments, "");
        assert!(err(&output).starts_with("hereabouts: "), "{}", err(&output));
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
        assert_eq!(out(&output), "");
    }
}

#[test]
fn standard_output_holds_what_would_leave_the_phone_and_nothing_else() {
    let folder = Folder::new();
    let output = folder.minimize(&[], &journey(&[NOON, "2024-06-20T13:00:00Z", "2024-06-20T14:00:00Z", "soon"]));
    let lines: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        let names: BTreeSet<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        let allowed = ["accuracy_m", "cell", "grid", "lat", "lon", "purpose", "span_s", "time", "v"];
        assert_eq!(names, BTreeSet::from(allowed));
    }
    for text in [out(&output), err(&output)] {
        assert!(!text.contains("123456") && !text.contains("987654"), "{text}");
    }
}

#[test]
fn the_summary_accounts_for_every_record() {
    let folder = Folder::new();
    let times = [NOON, "2024-06-20T12:30:00Z", "2024-06-20T13:00:00Z", "2024-06-20T14:00:00Z", "", "soon"];
    let output = folder.minimize(&["--json"], &journey(&times));
    assert_eq!(code(&output), 0);
    let summary = summary(&output);
    assert_eq!(summary["read"], 6);
    assert_eq!(summary["released"], 2);
    assert_eq!(summary["withheld"], serde_json::json!({ "not_due": 1, "budget_spent": 1 }));
    assert_eq!(summary["malformed"], 2);
    assert_eq!(summary["problems"][0]["record"], 5);
    assert_eq!(summary["error"], Value::Null);
    let spent = summary["epsilon_spent"].as_f64().unwrap();
    assert!((2.0..2.1).contains(&spent), "two draws of ε 1 and their slack: {spent}");
    assert_eq!(summary["remaining"][0]["spent"].as_f64().unwrap(), spent);
    assert_eq!(summary["remaining"][0]["window_s"], 86_400.0);
    let text = folder.minimize(&[], &journey(&times));
    assert!(err(&text).contains("record 5 is skipped: it has no time"), "{}", err(&text));
}

#[test]
fn a_json_summary_is_one_object_also_when_something_fails() {
    let folder = Folder::new();
    let bad = journey(&[NOON, "soon"]);
    for (more, input) in
        [(&["--strict"][..], bad.as_str()), (&[], ""), (&["missing.csv"], ""), (&["--ledger", "."], "")]
    {
        let output = folder.minimize(&[more, &["--json"]].concat(), input);
        assert!(summary(&output)["error"].is_string(), "{}", err(&output));
    }
}

#[test]
fn a_point_without_a_time_is_never_now() {
    let folder = Folder::new();
    for input in ["lat,lon,time\n52,5,\n", "{\"lat\":52,\"lon\":5}\n", "<gpx><wpt lat='52' lon='5'/></gpx>"] {
        let output = folder.minimize(&["--json"], input);
        assert_eq!((out(&output), &summary(&output)["malformed"]), ("", &Value::from(1)), "{input}");
    }
}

#[test]
fn no_message_quotes_the_input() {
    let folder = Folder::new();
    let inputs = [
        "lat,lon,time\n777777,5,2024-06-20T12:00:00Z\n52,888888,2024-06-20T12:00:00Z\n52,5,999999x\n",
        "{\"lat\":777777,\"lon\":5,\"time\":\"2024-06-20T12:00:00Z\"}\n{\"lat\":888888\n999999\n",
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[777777,888888",
        "<gpx><trk><trkseg><trkpt lat='777777' lon='888888'><time>999999</time></trkpt></999999>",
        "$GPRMC,777777,A,888888,N,999999,E\n",
    ];
    for input in inputs {
        for more in [&[][..], &["--json"], &["--strict"]] {
            let output = folder.minimize(more, input);
            for number in ["777777", "888888", "999999"] {
                assert!(!err(&output).contains(number), "{}", err(&output));
            }
        }
    }
    for arguments in [
        &["sample", "--lat", "95.777777", "--lon", "5", "--epsilon", "1", "--radius", "200"][..],
        &["sample", "--lat", "52.777777N", "--lon", "5", "--epsilon", "1", "--radius", "200"],
        &["sample", "52.777777", "5"],
        &["minimize", "--policy", "policy.toml", "52.777777", "5.1"],
        &["52.777777"],
    ] {
        let output = folder.run(arguments, "");
        assert_eq!(code(&output), 2);
        assert!(!err(&output).contains("777777"), "{}", err(&output));
    }
}

#[test]
fn every_format_is_read_and_every_format_is_written() {
    let folder = Folder::new();
    for input in ["made/walk.csv", "made/walk.jsonl", "gpsd/rst39.log", "togeojson/run.gpx"] {
        let summary = summary(&folder.minimize(&["--json", &wild(input)], ""));
        assert_eq!(summary["malformed"], 0, "{input}");
        assert!(summary["released"].as_u64() >= Some(1), "{input}: {summary}");
    }
    let walk = &wild("made/walk.csv");
    let csv = folder.minimize(&["--format", "csv", walk], "");
    assert_eq!(out(&csv).lines().next(), Some("purpose,latitude,longitude,grid,cell,accuracy_m,time,span_s"));
    assert_eq!(out(&csv).lines().count(), 2);
    let geojson: Value = serde_json::from_str(out(&folder.minimize(&["--format", "geojson", walk], ""))).unwrap();
    assert_eq!(geojson["features"].as_array().unwrap().len(), 1);
    // What was written is a journey in its own right, and can be read back.
    for (format, name) in [("jsonl", "a.jsonl"), ("csv", "a.csv"), ("geojson", "a.geojson"), ("gpx", "a.gpx")] {
        let written = folder.minimize(&["--format", format, "--output", name, walk], "");
        assert_eq!((code(&written), out(&written)), (0, ""));
        let again = summary(&folder.minimize(&["--json", name], ""));
        assert_eq!((&again["read"], &again["released"]), (&1.into(), &1.into()), "{format}: {again}");
    }
    let empty: Value = serde_json::from_str(out(&folder.minimize(&["--format", "geojson"], "lat,lon,time\n"))).unwrap();
    assert_eq!(empty["features"], serde_json::json!([]));
}

/// How far the first number of each line is from a latitude, on average, in metres.
fn mean_latitude_error_m(text: &str, latitude_deg: f64) -> f64 {
    let errors: Vec<f64> = text
        .lines()
        .map(|line| (line.split(' ').next().unwrap().parse::<f64>().unwrap() - latitude_deg).abs() * 111_195.0)
        .collect();
    errors.iter().sum::<f64>() / errors.len() as f64
}

/// False alarms: the mean of 1,000 draws strays from 200 m by 20 % once in more than a million runs (its standard
/// deviation is 3.3 % of it).
#[test]
fn a_whole_number_of_degrees_is_noised_like_any_other() {
    let folder = Folder::new();
    for (latitude, longitude) in [("-23", "127"), ("-23.4567891", "127.1234567")] {
        let arguments =
            ["sample", "--lat", latitude, "--lon", longitude, "--epsilon", "1", "--radius", "200", "-n", "1000"];
        let output = folder.run(&arguments, "");
        assert!(out(&output).lines().collect::<BTreeSet<_>>().len() > 900, "hardly two draws are alike");
        // |north| of planar Laplace noise has mean b·4/π.
        let error_m = mean_latitude_error_m(out(&output), latitude.parse().unwrap());
        let expected_m = 1.005_615 * 200.0 * 4.0 / std::f64::consts::PI;
        assert!((error_m / expected_m - 1.0).abs() < 0.2, "{latitude}: {error_m} {expected_m}");
    }
    let released: BTreeSet<String> =
        (0..20).map(|_| out(&folder.minimize(&[], &format!("lat,lon,time\n-23,127,{NOON}\n"))).to_owned()).collect();
    assert!(released.len() >= 10, "twenty replays of one fix name many cells, not one");
}

#[test]
fn a_fix_7168_days_early_never_refills_a_window() {
    let folder = Folder::new();
    let early = "2004-11-04T13:30:00Z";
    let times = [NOON, "2024-06-20T13:00:00Z", early, "2024-06-20T14:00:00Z", early, "2024-06-20T15:00:00Z"];
    let output = folder.minimize(&["--json", "--ledger", "kept.ledger"], &journey(&times));
    assert_eq!(summary(&output)["released"], 2, "{}", err(&output));
    let again = folder.minimize(&["--json", "--ledger", "kept.ledger"], &journey(&[early, "2024-06-20T16:00:00Z"]));
    assert_eq!(summary(&again)["released"], 0, "{}", err(&again));
    let next_day = folder.minimize(&["--json", "--ledger", "kept.ledger"], &journey(&["2024-06-21T12:00:00Z"]));
    assert_eq!(summary(&next_day)["released"], 1, "{}", err(&next_day));
}

#[test]
fn a_held_tick_is_counted_and_printed_where_it_is_asked_for() {
    let folder = Folder::new();
    let hold = r#"repeat = { kind = "hold", within = "90km", epsilon = 1 }"#;
    folder.write("hold.toml", &POLICY.replace(r#"repeat = { kind = "fresh" }"#, hold).replace("2.1", "9"));
    let times: Vec<String> = (10..20).map(|hour| format!("2024-06-20T{hour}:00:00Z")).collect();
    let journey = journey(&times.iter().map(String::as_str).collect::<Vec<_>>());
    let run = |more: &[&str]| {
        let names = ["minimize", "--policy", "hold.toml", "--purpose", "test", "--destination", "here"];
        folder.run(&[&names, more].concat(), &journey)
    };
    let quiet = run(&["--json", "--ledger", "kept.ledger"]);
    assert_eq!(out(&quiet).lines().count(), 1);
    let summary = summary(&quiet);
    assert_eq!((&summary["released"], &summary["held"]), (&Value::from(1), &Value::from(9)));
    // The draw with its slack, and the stay.
    assert_eq!(summary["epsilon_spent"], 2.000_001_2);
    let every: Vec<Value> =
        out(&run(&["--every-tick"])).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(every.len(), 10);
    assert!(every.iter().all(|line| line["cell"] == every[0]["cell"]));
    assert_eq!(every.iter().map(|line| line["time"].as_str().unwrap()).collect::<Vec<_>>(), times);
    let text = run(&[]);
    assert!(
        err(&text).starts_with("read 10, released 1, held 9\nsensing: 10 of 10 positions needed"),
        "{}",
        err(&text)
    );
    assert!(err(&text).contains("\nspent ε 2.0000012\n"), "{}", err(&text));
    let table = folder.run(&["receipts", "--ledger", "kept.ledger"], "");
    assert!(out(&table).lines().nth(1).unwrap().ends_with("ε 1.0000012            ε 1"), "{}", out(&table));
}

#[test]
fn an_output_never_falls_on_an_input() {
    let folder = Folder::new();
    let input = folder.write("day.csv", &journey(&[NOON]));
    for flag in ["--output", "--map"] {
        for target in ["day.csv", "./day.csv", "policy.toml"] {
            assert_eq!(code(&folder.minimize(&["day.csv", flag, target], "")), 2, "{flag} {target}");
        }
    }
    assert_eq!(std::fs::read_to_string(input).unwrap(), journey(&[NOON]));
    assert_eq!(std::fs::read_to_string(folder.path("policy.toml")).unwrap(), POLICY);
}

#[test]
fn the_map_is_drawn_beside_the_releases() {
    let folder = Folder::new();
    let output = folder.minimize(&["--map", "day.svg"], &journey(&[NOON, "2024-06-20T13:00:00Z"]));
    assert_eq!((code(&output), out(&output).lines().count()), (0, 2));
    let map = std::fs::read_to_string(folder.path("day.svg")).unwrap();
    assert!(map.starts_with("<svg") && map.contains("The bill") && !map.contains("NaN"), "{map}");
    for input in ["lat,lon,time\n", "lat,lon,time\n90,0,2024-06-20T12:00:00Z\n-17,180,2024-06-20T13:00:00Z\n"] {
        assert_eq!(code(&folder.minimize(&["--map", "odd.svg"], input)), 0);
        let map = std::fs::read_to_string(folder.path("odd.svg")).unwrap();
        assert!(!map.contains("NaN") && !map.contains("inf"), "{map}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hereabouts"))
        .args(["sample", "--lat", "52", "--lon", "5", "--epsilon", "1", "--radius", "200", "-n", "1000000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 64];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), err(&output)), (Some(0), ""));
}

/// The command at work on what a test goes on writing to it.
fn live() -> (Folder, std::process::Child) {
    let folder = Folder::new();
    let child = Command::new(env!("CARGO_BIN_EXE_hereabouts"))
        .current_dir(folder.0.path())
        .args(["minimize", "--policy", "policy.toml", "--purpose", "test", "--destination", "here", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    (folder, child)
}

#[test]
fn a_live_stream_is_followed_as_it_comes() {
    let starts = [
        journey(&[NOON]),
        format!("{{\"lat\":52,\"lon\":5,\"time\":\"{NOON}\"}}\n"),
        format!("<gpx>\n<trk><trkseg><trkpt lat='52' lon='5'><time>{NOON}</time></trkpt>\n"),
        format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[\n{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\
             \"coordinates\":[5,52]}},\"properties\":{{\"time\":\"{NOON}\"}}}},\n"
        ),
    ];
    for start in starts {
        let (_folder, mut child) = live();
        let mut input = child.stdin.take().unwrap();
        input.write_all(start.as_bytes()).unwrap();
        let mut release = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut release).unwrap();
        assert!(release.starts_with("{\"v\":1"), "released while the input is still open: {release}");
        drop(input);
        child.wait().unwrap();
    }
}

/// 140 MB go in; the most memory that was ever resident must stay below 64 MiB.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_input() {
    let (_folder, mut child) = live();
    let mut input = child.stdin.take().unwrap();
    input.write_all(journey(&[NOON]).as_bytes()).unwrap();
    let rows = format!("{NOON},52.123456789,5.987654321\n").repeat(20_000);
    for _ in 0..150 {
        input.write_all(rows.as_bytes()).unwrap();
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak_kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak_kib < 64 << 10, "{peak_kib} KiB");
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!(summary(&output)["read"], 3_000_001);
}

#[test]
fn many_malformed_records_do_not_flood_the_terminal() {
    let folder = Folder::new();
    let output = folder.minimize(&[], &journey(&["soon"; 1_000]));
    assert!(err(&output).contains("record 20 is skipped") && !err(&output).contains("record 21"), "{}", err(&output));
    assert!(err(&output).contains("malformed 1,000"), "{}", err(&output));
}

#[test]
fn a_sample_names_points_of_the_lattice() {
    let folder = Folder::new();
    let place = ["sample", "--lat", "-52.1", "--lon", "179.99", "--radius", "200", "-n", "300"];
    for noise in [&["--epsilon", "0.1"][..], &["--mechanism", "gaussian", "--rho", "0.01"]] {
        let arguments = [&place[..], noise].concat();
        let sample = folder.run(&arguments, "");
        assert_eq!(out(&sample).lines().count(), 300, "{}", err(&sample));
        for line in out(&sample).lines() {
            let (latitude, longitude) = line.split_once(' ').unwrap();
            let place = hereabouts::Position::new(latitude.parse().unwrap(), longitude.parse().unwrap());
            assert_eq!(hereabouts::LatticePoint::nearest(&place).centre(), place);
        }
        let json = folder.run(&[&arguments[..], &["--json"]].concat(), "");
        assert!(out(&json).lines().all(|line| serde_json::from_str::<Value>(line).unwrap()["lat"].is_f64()));
    }
    for wrong in [
        &[][..],
        &["--rho", "1"],
        &["--mechanism", "gaussian"],
        &["--mechanism", "gaussian", "--epsilon", "1"],
        &["--mechanism", "gaussian", "--epsilon", "1", "--rho", "1"],
        &["--mechanism", "gaussian", "--rho", "-1"],
    ] {
        assert_eq!(code(&folder.run(&[&place[..], wrong].concat(), "")), 2, "{wrong:?}");
    }
}

/// The fleet's policy, from the journey to the bill: losses are named by what is counted, and a ledger keeps its currency.
#[test]
fn a_journey_in_zcdp_accounting_is_billed_in_rho() {
    let folder = Folder::new();
    let policy = POLICY.replace("epsilon = 2.1", "rho = 0.5").replace("epsilon = 1 }", "rho = 0.1 }");
    let policy = policy.replace("planar-laplace", "gaussian");
    folder.write("zcdp.toml", &format!("accounting = {{ kind = \"zcdp\" }}\n{policy}"));
    let replay = |policy: &str, more: &[&str]| {
        let arguments = [
            "minimize",
            "-",
            "--purpose",
            "test",
            "--destination",
            "here",
            "--ledger",
            "zcdp.ledger",
            "--policy",
            policy,
        ];
        folder.run(&[&arguments[..], more].concat(), &format!("lat,lon,time\n52,5,{NOON}\n"))
    };
    assert!(out(&folder.run(&["policy", "check", "zcdp.toml"], "")).contains("accounting: zcdp"));
    let bill = replay("zcdp.toml", &[]);
    assert!(
        err(&bill).contains("spent ρ 0.1 (ε 2.72 at δ 1e-9)") && err(&bill).contains("budget ρ 0.5 in 24h"),
        "{}",
        err(&bill)
    );
    let ledger = ["--ledger", "zcdp.ledger", "--json"];
    let receipt: Value = serde_json::from_str(out(&folder.run(&[&["receipts"], &ledger[..]].concat(), ""))).unwrap();
    assert_eq!((receipt["rho"].as_f64(), receipt.get("epsilon")), (Some(0.1), None));
    let budget = [&["budget", "--policy", "zcdp.toml", "--at", "2024-06-20T12:30:00Z"], &ledger[..]].concat();
    let budget: Value = serde_json::from_str(out(&folder.run(&budget, ""))).unwrap();
    assert_eq!((budget["accounting"].as_str(), budget["delta"].as_f64()), (Some("zcdp"), Some(1e-9)));
    let window = &budget["windows"][0];
    assert_eq!((window["rho"].as_f64(), window["spent"].as_f64()), (Some(0.5), Some(0.1)));
    assert!((2.6..2.8).contains(&window["spent_epsilon"].as_f64().unwrap()), "{window}");
    let refused = replay("policy.toml", &[]);
    assert_eq!(code(&refused), 4);
    assert!(
        err(&refused).contains("the ledger is kept in zcdp accounting, and the budget in pure"),
        "{}",
        err(&refused)
    );
}

#[test]
fn help_completions_and_schema_are_answers() {
    let folder = Folder::new();
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["minimize", "--help"],
        &["policy", "explain", "--help"],
        &["completions", "bash"],
        &["completions", "zsh"],
        &["completions", "fish"],
    ] {
        let output = folder.run(arguments, "");
        assert_eq!((code(&output), err(&output)), (0, ""), "{arguments:?}");
        assert!(out(&output).contains("hereabouts"), "{arguments:?}");
    }
    let schema: Value = serde_json::from_str(out(&folder.run(&["policy", "schema"], ""))).unwrap();
    assert!(schema["properties"]["purposes"].is_object());
    assert!(out(&folder.run(&["policy", "explain", "policy.toml", "--latitude", "-52"], "")).contains("95 %"));
    let explained = folder.run(&["policy", "explain", "policy.toml", "--json"], "");
    assert_eq!(serde_json::from_str::<Value>(out(&explained)).unwrap()["radius_m"], 200.0);
}

#[test]
fn the_example_policies_are_valid_and_an_example_day_can_be_replayed() {
    let folder = Folder::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for policy in std::fs::read_dir(examples.join("policies")).unwrap() {
        let policy = policy.unwrap().path();
        let checked = folder.run(&["policy", "check", policy.to_str().unwrap()], "");
        assert_eq!(code(&checked), 0, "{}", err(&checked));
    }
    let (day, policy) = (examples.join("data/utrecht/2024-06-20.csv"), examples.join("policies/weather.toml"));
    let arguments = ["minimize", "--purpose", "weather", "--destination", "eu", "--json", "--policy"];
    let output = folder.run(&[&arguments[..], &[policy.to_str().unwrap(), day.to_str().unwrap()]].concat(), "");
    let summary = summary(&output);
    assert_eq!((&summary["read"], &summary["malformed"]), (&7_507.into(), &0.into()));
    let acquired = summary["acquired"].as_u64().unwrap();
    assert!((1..=11).contains(&acquired), "one on each quarter of an hour at most: {acquired}");
}
