//! The disclosure report, as a user meets it.

use serde_json::Value;

use crate::folder::*;

/// A folder whose ledger has two releases to `here`.
fn kept() -> Folder {
    let folder = Folder::new();
    let run = folder.minimize(&["--ledger", "my.ledger"], &journey(&[NOON, "2024-06-20T13:00:00Z"]));
    assert_eq!((code(&run), out(&run).lines().count()), (0, 2), "{}", err(&run));
    folder
}

const REPORT: [&str; 9] = [
    "disclosure",
    "--ledger",
    "my.ledger",
    "--policy",
    "policy.toml",
    "--at",
    "2024-06-20T14:00:00Z",
    "--destination",
    "here",
];

#[test]
fn it_says_who_what_and_how_much() {
    let folder = kept();
    let before = std::fs::read(folder.path("my.ledger")).unwrap();
    let run = folder.run(&REPORT, "");
    assert_eq!((code(&run), err(&run)), (0, ""));
    for sentence in [
        "Example was sent 2 places, on 20 June 2024.",
        "Who could be compelled: The authorities of Germany could compel Example to hand over everything on this page",
        "How long it is kept: Nobody says. Reckon with for ever.",
        "Nothing that was sent stood from 22 to 6 o’clock. That is too little to tell home.",
        "Altitude, speed and course.",
        "Nothing went anywhere else.",
        "one look at most 7.4 times as likely as the other",
        "bounded by ε 2.00 at 200 m",
        "In the last 24 hours: ε 2.00 of 2.1",
    ] {
        assert!(out(&run).contains(sentence), "no \"{sentence}\" in:\n{}", out(&run));
    }
    assert!(!out(&run).contains("52.123456789"));
    assert_eq!(std::fs::read(folder.path("my.ledger")).unwrap(), before, "a question writes nothing");
}

#[test]
fn json_is_one_object_for_each_destination() {
    let folder = kept();
    let there = "[destinations.there]\njurisdiction = \"CN\"\noperator = \"Example Carrier\"\n";
    folder.write("policy.toml", &format!("{POLICY}{there}"));
    let run = folder.run(&[&REPORT[..], &["--destination", "there", "--destination", "here", "--json"]].concat(), "");
    assert_eq!(code(&run), 0, "{}", err(&run));
    let lines: Vec<Value> = out(&run).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "each destination once");
    assert_eq!((&lines[0]["operator"], &lines[1]["operator"]), (&"Example".into(), &"Example Carrier".into()));
    assert_eq!(lines[0]["releases"].as_array().unwrap().len(), 2);
    assert_eq!((&lines[1]["releases"], &lines[1]["elsewhere"]), (&Value::Array(Vec::new()), &2.into()));
    assert!(lines[0]["home"]["likely"].is_null());
}

#[test]
fn forgotten_places_are_said() {
    let folder = kept();
    let erased = folder.run(&["erase", "--ledger", "my.ledger"], "");
    assert_eq!(code(&erased), 0, "{}", err(&erased));
    let run = folder.run(&REPORT, "");
    assert!(out(&run).contains("2 messages were sent whose place this device has forgotten. The destination has not."));
    let html = folder.run(&[&REPORT[..], &["--html", "report.html"]].concat(), "");
    assert_eq!(code(&html), 0);
    assert!(std::fs::read_to_string(folder.path("report.html")).unwrap().contains("The destination has not."));
}

#[test]
fn names_of_operators_are_words_on_the_page_and_no_markup() {
    let folder = kept();
    folder.write("policy.toml", &POLICY.replace("operator = \"Example\"", "operator = \"<b onclick=x>&Co\""));
    let run = folder.run(&[&REPORT[..], &["--html", "report.html"]].concat(), "");
    assert_eq!(code(&run), 0, "{}", err(&run));
    let page = std::fs::read_to_string(folder.path("report.html")).unwrap();
    assert!(page.contains("&lt;b onclick=x&gt;&amp;Co") && !page.contains("<b onclick"));
}

#[test]
fn what_cannot_be_is_an_error() {
    let folder = kept();
    let policy = std::fs::read_to_string(folder.path("policy.toml")).unwrap();
    let ledger = std::fs::read(folder.path("my.ledger")).unwrap();
    for (arguments, expected) in [
        (&REPORT[..7], 2),
        (&[&REPORT[..8], &["nowhere"]].concat(), 2),
        (&[&REPORT[..], &["--html", "policy.toml"]].concat(), 2),
        (&[&REPORT[..], &["--html", "my.ledger"]].concat(), 2),
        (&[&REPORT[..], &["--html", "no/such/folder/report.html"]].concat(), 1),
        (&["disclosure", "--ledger", "other", "--policy", "policy.toml", "--destination", "here"], 4),
    ] {
        let run = folder.run(arguments, "");
        assert_eq!((code(&run), out(&run)), (expected, ""), "{arguments:?}: {}", err(&run));
        assert!(err(&run).starts_with("hereabouts: "), "{}", err(&run));
    }
    assert_eq!(std::fs::read_to_string(folder.path("policy.toml")).unwrap(), policy);
    assert_eq!(std::fs::read(folder.path("my.ledger")).unwrap(), ledger);
}
