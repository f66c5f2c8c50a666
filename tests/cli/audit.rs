//! Audits, attacks, and a ledger that is checked: what is found, and the exit code that says so.

use std::path::Path;

use serde_json::Value;

use crate::folder::*;
use crate::held_to_the_program;

/// That an honest run fails has a probability of 10⁻⁷ for each policy.
#[test]
fn the_claims_of_every_example_policy_hold() {
    let folder = Folder::new();
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/policies");
    let mut audited = 0;
    for policy in std::fs::read_dir(policies).unwrap() {
        let policy = policy.unwrap().path();
        let audit = folder.run(&["audit", policy.to_str().unwrap(), "--draws", "1500", "--alpha", "1e-7"], "");
        assert_eq!(code(&audit), 0, "{}: {}", policy.display(), out(&audit));
        assert!(out(&audit).contains("every claim holds"));
        audited += 1;
    }
    assert!(audited >= 6, "{audited}");
}

/// Both kinds of noise, from the file to the exit code. That an honest run fails has a probability of 10⁻⁶.
#[test]
fn an_audit_speaks_of_epsilon_and_of_rho() {
    let folder = Folder::new();
    let fleet = include_str!("../../examples/policies/fleet.toml");
    folder.write("fleet.toml", fleet);
    let audit = folder.run(&["audit", "fleet.toml", "--draws", "2000", "--json"], "");
    assert_eq!(code(&audit), 0, "{}", err(&audit));
    let report: Value = serde_json::from_str(out(&audit)).unwrap();
    let [depot, trace] = &report["purposes"].as_array().unwrap()[..] else { panic!("two purposes") };
    assert_eq!((depot["mechanism"].as_str(), depot["epsilon"].as_f64()), (Some("planar-laplace"), Some(0.25)));
    assert_eq!((trace["mechanism"].as_str(), trace["rho"].as_f64()), (Some("gaussian"), Some(0.005)));
    assert_eq!(trace["pairs"].as_array().unwrap().len(), 33);
    assert!((trace["pairs"][0]["claim"].as_f64().unwrap() - 4.5).abs() < 1e-3);
    assert!(trace["law"]["greatest_share_of_claim"].as_f64().unwrap() > 0.999);
    let text = folder.run(&["audit", "fleet.toml", "--draws", "2000"], "");
    assert!(out(&text).contains("trace: gaussian, ρ 0.005 at 200 m") && out(&text).contains("every claim holds"));
}

/// The whole way to exit code 1: noise that is quieter than it claims. Only a build for tests can be told to draw from such.
#[cfg(feature = "seeded-noise")]
#[test]
fn an_audit_of_a_broken_claim_ends_with_exit_code_1() {
    let folder = Folder::new();
    folder.write("fleet.toml", include_str!("../../examples/policies/fleet.toml"));
    for policy in ["policy.toml", "fleet.toml"] {
        let audit = |more: &[&str]| {
            let arguments = ["audit", policy, "--draws", "5000", "--seed", "7", "--quieter", "1.5"];
            folder.run(&[&arguments[..], more].concat(), "")
        };
        let broken = audit(&["--json"]);
        assert_eq!(code(&broken), 1, "{}", out(&broken));
        assert!(err(&broken).contains("a claim is broken: repeat the run with --seed 7"), "{}", err(&broken));
        assert_eq!(serde_json::from_str::<Value>(out(&broken)).unwrap()["broken"], true);
        assert!(out(&audit(&[])).contains("A CLAIM IS BROKEN"));
    }
}

#[test]
fn an_audit_is_repeated_by_its_seed_and_says_what_it_certified() {
    let folder = Folder::new();
    let audit = |seed: &[&str]| {
        let output = folder.run(&[&["audit", "policy.toml", "--draws", "20000", "--json"], seed].concat(), "");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let drawn = audit(&[]);
    assert_eq!(drawn["broken"], false);
    let pairs = drawn["purposes"][0]["pairs"].as_array().unwrap();
    assert!(pairs.len() > 30);
    for pair in pairs {
        let (certified, claim) = (pair["lower_bound"].as_f64().unwrap(), pair["claim"].as_f64().unwrap());
        assert!(certified > 0.6 * claim && certified <= claim, "{pair}");
    }
    assert!(drawn["purposes"][0]["far"].as_array().unwrap().iter().all(|far| far["reached"] == true));
    assert_eq!(audit(&["--seed", &drawn["seed"].to_string()]), drawn);
    assert_ne!(audit(&["--seed", "1"]), drawn);
    assert_eq!(folder.run(&["audit", "policy.toml", "--draws", "0"], "").status.code(), Some(2));
    assert_eq!(folder.run(&["audit", "policy.toml", "--alpha", "2"], "").status.code(), Some(2));
    assert_eq!(folder.run(&["audit", "absent.toml"], "").status.code(), Some(2));
}

#[test]
fn an_attack_is_repeated_by_its_seed_and_names_no_place() {
    let folder = Folder::new();
    let day: String = (0..24).map(|hour| format!("2024-06-20T{hour:02}:00:00Z,52.0907,5.1214\n")).collect();
    let day = format!("timestamp,latitude,longitude\n{day}");
    let attack = |more: &[&str]| {
        let output =
            folder.run(&[&["attack", "--policy", "policy.toml", "--days", "3", "--runs", "2"], more].concat(), &day);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let drawn: Value = serde_json::from_str(&attack(&["--json"])).unwrap();
    let again: Value = serde_json::from_str(&attack(&["--json", "--seed", &drawn["seed"].to_string()])).unwrap();
    assert_eq!(drawn, again);
    let error_m = |sender: &str| drawn[sender]["home"]["through"][2]["best"]["error_m"]["mean"].as_f64().unwrap();
    assert!(error_m("sent") > error_m("raw") && error_m("raw") < 1.0);
    let table = attack(&["--seed", "1"]);
    assert!(table.contains("seed 1") && table.contains("Error on home"), "{table}");
    assert!(!table.contains("52.0") && !table.contains("5.12"), "{table}");
    let refused =
        |more: &[&str]| folder.run(&[&["attack", "--policy", "policy.toml"], more].concat(), &day).status.code();
    assert_eq!(refused(&["--purpose", "wether"]), Some(2));
    assert_eq!(refused(&["--destination", "us"]), Some(2));
    assert_eq!(refused(&["--runs", "0"]), Some(2));
    assert_eq!(
        folder.run(&["attack", "--policy", "policy.toml"], "timestamp,latitude,longitude\n").status.code(),
        Some(3)
    );
}

#[test]
fn the_page_of_the_attacks_says_what_the_program_prints() {
    assert_eq!(held_to_the_program(include_str!("../../docs/attack.md")), 2);
}

#[test]
fn a_damaged_ledger_is_found_row_by_row_and_not_touched() {
    let folder = Folder::new();
    let ticks = [NOON, "2024-06-20T13:00:00Z", "2024-06-20T14:00:00Z"];
    assert_eq!(code(&folder.minimize(&["--ledger", "kept.ledger"], &journey(&ticks))), 0);
    let whole = folder.run(&["ledger", "check", "kept.ledger"], "");
    assert_eq!(code(&whole), 0, "{}", err(&whole));
    assert!(out(&whole).contains("as it was written"), "{}", out(&whole));
    let other = rusqlite::Connection::open(folder.path("kept.ledger")).unwrap();
    other.execute_batch("UPDATE receipt SET loss_billionths = 0 WHERE sequence = 2").unwrap();
    drop(other);
    let before = std::fs::read(folder.path("kept.ledger")).unwrap();
    let damaged = folder.run(&["ledger", "check", "kept.ledger"], "");
    assert_eq!(code(&damaged), 4);
    assert!(out(&damaged).starts_with("receipt 2: "), "{}", out(&damaged));
    let damaged = folder.run(&["ledger", "check", "kept.ledger", "--json"], "");
    assert_eq!(code(&damaged), 4);
    let found: Value = serde_json::from_str(out(&damaged)).unwrap();
    assert_eq!((&found["is_whole"], &found["findings"][0]["receipt"]), (&Value::from(false), &Value::from(2)));

    // Its receipts but the damaged one go into a new ledger, in which nothing is left to spend.
    let rescue = |arguments: &[&str]| {
        folder.run(&[&["ledger", "rescue", "kept.ledger", "--policy", "policy.toml", "--to"], arguments].concat(), "")
    };
    let rescued = rescue(&["rescued.ledger", "--json"]);
    assert_eq!(code(&rescued), 0, "{}", err(&rescued));
    let said: Value = serde_json::from_str(out(&rescued)).unwrap();
    assert_eq!((&said["receipts"], &said["lost"]), (&Value::from(1), &Value::from(1)));
    assert!(said["until"].as_str().is_some() && said["is_certain"].is_boolean(), "{said}");
    let text = rescue(&["text.ledger"]);
    assert!(out(&text).starts_with("receipts rescued: 1; lost, as far as is known: 1\n"), "{}", out(&text));
    assert!(out(&text).contains("every window counts as spent until 2"), "{}", out(&text));
    assert_eq!(code(&folder.run(&["ledger", "check", "rescued.ledger"], "")), 0);
    let budget = ["budget", "--policy", "policy.toml", "--ledger", "rescued.ledger", "--json"];
    let budget: Value = serde_json::from_str(out(&folder.run(&budget, ""))).unwrap();
    assert_eq!(budget["windows"][0]["remaining"], Value::from(0.0), "{budget}");
    let again = rescue(&["rescued.ledger"]);
    assert_eq!(code(&again), 4);
    assert!(err(&again).contains("exists already"), "{}", err(&again));
    let whole = ["ledger", "rescue", "rescued.ledger", "--policy", "policy.toml", "--to", "other.ledger"];
    let whole = folder.run(&whole, "");
    assert_eq!((code(&whole), folder.path("other.ledger").exists()), (4, false));
    assert!(err(&whole).contains("is whole"), "{}", err(&whole));

    assert!(std::fs::read(folder.path("kept.ledger")).unwrap() == before);
    folder.write("none.ledger", "this is no database, but it is long enough to be looked at");
    let none = folder.run(&["ledger", "check", "none.ledger", "--json"], "");
    assert_eq!(code(&none), 4);
    let found: Value = serde_json::from_str(out(&none)).unwrap();
    assert_eq!(found["is_whole"], Value::from(false));
}
