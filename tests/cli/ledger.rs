//! What is asked of a ledger that is kept, and what it forgets.

use serde_json::{Value, json};

use crate::folder::{Folder, NOON, code, err, journey, out, summary};

const LEDGER: [&str; 2] = ["--ledger", "kept.ledger"];

/// A folder with a ledger of two receipts.
fn used() -> Folder {
    let folder = Folder::new();
    let output = folder.minimize(&LEDGER, &journey(&[NOON, "2024-06-20T13:00:00Z"]));
    assert_eq!(code(&output), 0, "{}", err(&output));
    folder
}

#[test]
fn a_ledger_is_kept_and_can_be_asked() {
    let folder = Folder::new();
    let ledger = ["--ledger", "kept.ledger"];
    assert_eq!(code(&folder.minimize(&ledger, &journey(&[NOON]))), 0);
    let second = summary(&folder.minimize(&[&ledger[..], &["--json"]].concat(), &journey(&["2024-06-20T13:00:00Z"])));
    assert!((1.0..1.05).contains(&second["epsilon_spent"].as_f64().unwrap()), "what this run spent: {second}");
    let receipts = folder.run(&[&["receipts", "--json"], &ledger[..]].concat(), "");
    let receipts: Vec<Value> = out(&receipts).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(receipts.iter().map(|receipt| receipt["sequence"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    let table = folder.run(&[&["receipts"], &ledger[..]].concat(), "");
    assert_eq!(out(&table).lines().count(), 3);
    let budget = ["budget", "--policy", "policy.toml", "--at", "2024-06-20T14:00:00Z"];
    let budget = folder.run(&[&budget, &ledger[..], &["--json"]].concat(), "");
    let budget: Value = serde_json::from_str(out(&budget)).unwrap();
    assert!(budget["windows"][0]["remaining"].as_f64().unwrap() < 0.1, "{budget}");
}

#[test]
fn a_deleted_ledger_is_noticed_by_its_anchor() {
    let folder = Folder::new();
    let arguments = ["--json", "--ledger", "kept.ledger", "--anchor", "anchor"];
    let first = folder.minimize(&arguments, &journey(&[NOON]));
    assert_eq!(summary(&first)["released"], 1, "{}", err(&first));
    std::fs::remove_file(folder.path("kept.ledger")).unwrap();
    for file in ["kept.ledger-wal", "kept.ledger-shm"] {
        let _ = std::fs::remove_file(folder.path(file));
    }
    let after = folder.minimize(&arguments, &journey(&["2024-06-20T14:00:00Z"]));
    assert_eq!(summary(&after)["withheld"]["budget_spent"], 1, "{}", err(&after));
    let budget = ["budget", "--policy", "policy.toml", "--ledger", "kept.ledger", "--anchor", "anchor", "--json"];
    let budget = folder.run(&[&budget[..], &["--at", "2024-06-20T15:00:00Z"]].concat(), "");
    let budget: Value = serde_json::from_str(out(&budget)).unwrap();
    assert_eq!(budget["windows"][0]["remaining"], 0.0);
    assert_eq!(budget["windows"][0]["frees"], "2024-06-21T14:00:00Z");
}

#[test]
fn receipts_are_a_table_json_or_csv_and_say_the_same() {
    let folder = used();
    let run = |more: &[&str]| out(&folder.run(&[&["receipts"], &LEDGER[..], more].concat(), "")).to_owned();
    let json: Vec<Value> = run(&["--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let csv = run(&["--csv"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!((json.len(), rows.len()), (2, 2));
    for (json, row) in json.iter().zip(&rows) {
        for name in
            ["sequence", "time", "purpose", "destination", "grid", "rule", "cell", "bucket", "span_s", "billionths"]
        {
            let column = names.iter().position(|known| known == name).unwrap();
            let text = json[name].as_str().map_or_else(|| json[name].to_string(), str::to_owned);
            assert_eq!(row[column], text, "{name}");
        }
        assert_eq!((&json["rule"], &json["epsilon"]), (&json!("purpose"), &json!(1.0000012)));
        assert_eq!(&row[names.iter().position(|name| name == "loss").unwrap()], "1.0000012");
    }
    let table = run(&[]);
    assert_eq!(table.lines().count(), 3);
    assert!(json.iter().all(|receipt| table.contains(receipt["cell"].as_str().unwrap())));
    assert_eq!(code(&folder.run(&[&["receipts"], &LEDGER[..], &["--json", "--csv"]].concat(), "")), 2);
}

#[test]
fn erase_forgets_places_and_no_spending() {
    let folder = used();
    let run = |arguments: &[&str]| folder.run(&[arguments, &LEDGER].concat(), "");
    let receipts = || -> Vec<Value> {
        out(&run(&["receipts", "--json"])).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let budget = ["budget", "--policy", "policy.toml", "--at", "2024-06-20T14:00:00Z", "--json"];
    let (before, spent) = (receipts(), out(&run(&budget)).to_owned());
    let cells: Vec<_> = before.iter().map(|receipt| receipt["cell"].as_str().unwrap().to_owned()).collect();
    assert_eq!(out(&run(&["erase", "--older-than", "36500d", "--json"])), "{\"erased\":0}\n");
    assert_eq!(out(&run(&["erase"])), "receipts whose place was erased: 2\n");
    assert_eq!(out(&run(&budget)), spent);
    for (before, after) in before.iter().zip(receipts()) {
        let mut expected = before.clone();
        expected["cell"] = Value::Null;
        assert_eq!(after, expected);
    }
    assert!(out(&run(&["receipts"])).contains("(erased)"));
    let bytes = std::fs::read(folder.path("kept.ledger")).unwrap();
    for cell in cells {
        assert!(!bytes.windows(cell.len()).any(|window| window == cell.as_bytes()));
    }
    assert!(!folder.path("kept.ledger-wal").exists());
    assert_eq!(code(&run(&["ledger", "check", "kept.ledger"])), 2, "it is no option there");
    assert_eq!(code(&folder.run(&["ledger", "check", "kept.ledger"], "")), 0);
}

#[test]
fn what_is_no_span_and_no_ledger_is_refused() {
    let folder = used();
    for span in ["30", "a while", "-3d", ""] {
        let output = folder.run(&[&["erase", "--older-than", span], &LEDGER[..]].concat(), "");
        assert_eq!(code(&output), 2, "{span}: {}", err(&output));
    }
    assert_eq!(code(&folder.run(&["erase", "--ledger", "missing.ledger"], "")), 4);
    assert!(!folder.path("missing.ledger").exists());
}

#[test]
fn a_ceiling_is_chosen_kept_and_obeyed() {
    let folder = used();
    let policy = format!("{}[ceilings.city]\nfloor = {{ decimals = 1 }}\n", crate::folder::POLICY.replace("2.1", "9"));
    folder.write("ceilings.toml", &policy);
    let run = |more: &[&str]| folder.run(&[&["ceiling", "--policy", "ceilings.toml"], &LEDGER[..], more].concat(), "");
    assert_eq!(out(&run(&[])), "test: precise\n");
    assert_eq!(out(&run(&["--purpose", "test", "--choose", "city"])), "test: city\n");
    let replay = |times: &[&str]| {
        let names = ["minimize", "--policy", "ceilings.toml", "--purpose", "test", "--destination", "here"];
        folder.run(&[&names, &LEDGER[..]].concat(), &journey(times))
    };
    let line: Value = serde_json::from_str(out(&replay(&["2024-06-20T15:00:00Z"]))).unwrap();
    assert_eq!(line["grid"], "decimal:1");
    let receipts = folder.run(&[&["receipts", "--json"], &LEDGER[..]].concat(), "");
    let last: Value = serde_json::from_str(out(&receipts).lines().last().unwrap()).unwrap();
    assert_eq!((&last["grid"], &last["rule"]), (&json!("decimal:1"), &json!("ceiling")));
    run(&["--purpose", "test", "--choose", "off"]);
    let off = replay(&["2024-06-20T16:00:00Z"]);
    assert_eq!((out(&off), err(&off).contains("turned off")), ("", true), "{}", err(&off));
    let shared = run(&["--purpose", "test", "--choose", "precise", "--for", "1h", "--json"]);
    let shared: Value = serde_json::from_str(out(&shared)).unwrap();
    assert_eq!((&shared["ceiling"], &shared["then"]), (&json!("precise"), &json!("off")));
    for wrong in [&["--purpose", "test", "--choose", "town"][..], &["--choose", "city"], &["--purpose", "walk"]] {
        assert_eq!(code(&run(wrong)), 2, "{wrong:?}");
    }
}
