//! Zones on the command line: the place is read from standard input alone, and the replay honours them.

use serde_json::{Value, json};

use crate::folder::{Folder, NOON, POLICY, code, err, journey, out};

const PLACE: &str = "52.123456789, 5.987654321\n";

/// A folder with a policy that lets places be protected: what lies within 20 km is, so that no disc misses its place (a noise of
/// 402 m: 10⁻²⁰).
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(
        "policy.toml",
        &POLICY.replace("[purposes.test]", "[zones]\nepsilon = 0.5\nradius = \"20km\"\n[purposes.test]"),
    );
    folder
}

const ACCOUNT: [&str; 4] = ["--ledger", "kept.ledger", "--policy", "policy.toml"];

fn zone(folder: &Folder, arguments: &[&str], input: &str) -> std::process::Output {
    let (command, more) = arguments.split_first().unwrap();
    folder.run(&[&["zone", command], &ACCOUNT[..], more].concat(), input)
}

fn list(folder: &Folder) -> Value {
    serde_json::from_str(out(&zone(folder, &["list", "--json"], ""))).unwrap()
}

#[test]
fn a_place_is_protected_listed_renamed_removed_and_protected_again_by_one_draw() {
    let folder = folder();
    let added = zone(&folder, &["add", "--name", "home", "--json"], PLACE);
    assert_eq!(code(&added), 0, "{}", err(&added));
    let added: Value = serde_json::from_str(out(&added)).unwrap();
    assert_eq!((&added["name"], &added["drawn"]), (&json!("home"), &json!(true)));
    let first = list(&folder);
    assert_eq!((&first["draws"], &first["epsilon"]), (&json!(1), &json!(0.500_001_2)));
    assert_eq!(first["zones"][0]["lat"], added["lat"]);
    assert_eq!(code(&zone(&folder, &["rename", "--name", "home", "--to", "house"], "")), 0);
    assert_eq!(code(&zone(&folder, &["remove", "--name", "house"], "")), 0);
    assert_eq!((&list(&folder)["zones"], &list(&folder)["draws"]), (&json!([]), &json!(1)));
    folder.write("place.txt", "52.123 5.987");
    let again = zone(&folder, &["add", "--name", "home", "--place", "place.txt"], "");
    assert!(out(&again).starts_with("home: a disc of 23714 m around "), "{}", out(&again));
    assert!(out(&again).ends_with("no new draw\n"));
    assert_eq!(list(&folder), first);
    let text = zone(&folder, &["list"], "");
    assert!(out(&text).ends_with("\ndraws for zones, those of removed ones too: 1, for ε 0.5000012 in all\n"));
    let left = folder.run(&[&["budget", "--json"], &ACCOUNT[..]].concat(), "");
    let left: Value = serde_json::from_str(out(&left)).unwrap();
    assert_eq!(left["windows"][0]["spent"], json!(0.500_001_2));
}

#[test]
fn a_replay_honours_the_zones_of_its_ledger() {
    let folder = folder();
    assert_eq!(code(&zone(&folder, &["add", "--name", "home"], PLACE)), 0);
    let times = [NOON, "2024-06-20T13:00:00Z", "2024-06-20T14:00:00Z"];
    let output = folder.minimize(&["--ledger", "kept.ledger"], &journey(&times));
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 1, "the stand-in, which stands");
    let release: Value = serde_json::from_str(out(&output)).unwrap();
    let centre = &list(&folder)["zones"][0];
    for name in ["lat", "lon"] {
        assert!((release[name].as_f64().unwrap() - centre[name].as_f64().unwrap()).abs() < 1e-4, "{name}");
    }
    let receipts = folder.run(&["receipts", "--ledger", "kept.ledger", "--json"], "");
    let receipt: Value = serde_json::from_str(out(&receipts)).unwrap();
    assert_eq!((&receipt["rule"], &receipt["billionths"]), (&json!("zone"), &json!(0)));
}

#[test]
fn what_is_no_place_no_name_or_no_zone_is_refused_without_a_digit_of_it() {
    let folder = folder();
    for place in ["", "52.123456789", "52.123456789 5.987654321 7", "abc def", "95.123456789 5", "nan 5"] {
        let output = zone(&folder, &["add", "--name", "home"], place);
        assert_eq!(code(&output), 3, "{place}: {}", err(&output));
        assert!(!err(&output).contains("123") && out(&output).is_empty(), "{}", err(&output));
    }
    // A coordinate has no way in but that one.
    assert_eq!(code(&zone(&folder, &["add", "--name", "home", "--lat", "52.123"], "")), 2);
    assert_eq!(code(&zone(&folder, &["add", "--name", ""], PLACE)), 2);
    assert_eq!(code(&zone(&folder, &["remove", "--name", "home"], "")), 2);
    assert!(list(&folder)["zones"].as_array().unwrap().is_empty());
    folder.write("policy.toml", POLICY);
    let output = zone(&folder, &["add", "--name", "home"], PLACE);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("a table `zones`"), "{}", err(&output));
    assert_eq!(code(&folder.run(&["zone", "list", "--ledger", "none", "--policy", "policy.toml"], "")), 4);
    assert!(!folder.path("none").exists(), "a question makes no ledger");
}

#[test]
fn without_room_nothing_is_drawn_and_the_exit_code_says_so() {
    let folder = folder();
    for (number, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
        assert_eq!(code(&zone(&folder, &["add", "--name", name], &format!("{} 5", 10 * number))), 0);
    }
    let output = zone(&folder, &["add", "--name", "e"], "80 5");
    assert_eq!(code(&output), 4);
    assert!(err(&output).contains("nothing was drawn: the budget is spent"), "{}", err(&output));
    assert_eq!(list(&folder)["draws"], json!(4));
}
