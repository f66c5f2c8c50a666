//! Keys made, journeys sealed, messages opened.

use std::collections::BTreeSet;

use crate::folder::*;

/// A folder with `sealed.toml`, whose `there` is sealed to `a.key`.
fn sealed() -> Folder {
    let folder = Folder::new();
    let keygen = folder.run(&["keygen", "--out", "a.key"], "");
    assert_eq!(code(&keygen), 0, "{}", err(&keygen));
    folder.write("sealed.toml", &sealed_policy(out(&keygen).trim()));
    folder
}

fn sealed_policy(key: &str) -> String {
    let there = "[destinations.there]\njurisdiction = \"CN\"\noperator = \"Example Carrier\"";
    format!("{POLICY}{there}\nkeys = \"Example GmbH\"\nseal_to = \"{key}\"\n")
}

const ROUTE: [&str; 6] = ["--policy", "sealed.toml", "--purpose", "test", "--destination", "there"];
const OPEN: [&str; 3] = ["open", "--key", "a.key"];
const LATER: [&str; 2] = [NOON, "2024-06-20T13:00:00Z"];

/// Two releases of one journey, as the command prints them.
fn releases(folder: &Folder, more: &[&str]) -> String {
    let run = folder.run(&[&["minimize"], &ROUTE[..], more].concat(), &journey(&LATER));
    assert_eq!(code(&run), 0, "{}", err(&run));
    assert_eq!(out(&run).lines().count(), 2);
    out(&run).to_owned()
}

#[test]
fn a_secret_key_is_its_owners_alone_and_never_overwritten() {
    let folder = Folder::new();
    let first = folder.run(&["keygen"], "");
    assert_eq!((code(&first), err(&first)), (0, ""));
    let public = out(&first).trim();
    assert_eq!((public.len(), out(&first).lines().count()), (43, 1));
    let secret = std::fs::read_to_string(folder.path("hereabouts.key")).unwrap();
    assert!(secret.starts_with("hereabouts-secret-key:") && !secret.contains(public));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path("hereabouts.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let again = folder.run(&["keygen"], "");
    assert_eq!((code(&again), out(&again)), (2, ""));
    assert!(err(&again).contains("never overwritten"), "{}", err(&again));
    assert_eq!(std::fs::read_to_string(folder.path("hereabouts.key")).unwrap(), secret);
}

#[test]
fn what_leaves_for_a_sealed_destination_is_messages_of_one_length_and_the_key_opens_them() {
    let folder = sealed();
    let sent = releases(&folder, &[]);
    assert_eq!(sent.lines().map(str::len).collect::<BTreeSet<_>>().len(), 1);
    assert!(!sent.contains("lat") && !sent.contains("test") && !sent.contains("2024"), "{sent}");
    let opened = folder.run(&[&OPEN[..], &ROUTE].concat(), &sent);
    assert_eq!((code(&opened), err(&opened)), (0, ""));
    for line in out(&opened).lines() {
        assert!(line.starts_with(r#"{"v":1,"purpose":"test","lat":"#), "{line}");
    }
    assert_eq!(out(&opened).lines().count(), 2);
    // Without a purpose each is tried; of several policies, each.
    folder.write("new.toml", &std::fs::read_to_string(folder.path("sealed.toml")).unwrap().replace("2.1", "2.2"));
    let all = ["--policy", "new.toml", "--policy", "sealed.toml", "--destination", "there"];
    let any = folder.run(&[&OPEN[..], &all].concat(), &sent);
    assert_eq!((code(&any), out(&any)), (0, out(&opened)));
}

#[test]
fn the_summary_says_that_it_is_sealed_and_for_whom() {
    let folder = sealed();
    let run = folder.run(&[&["minimize"], &ROUTE[..]].concat(), &journey(&[NOON]));
    assert!(err(&run).contains("sealed: only Example GmbH can open what is written"), "{}", err(&run));
    let json = folder.run(&[&["minimize", "--json"], &ROUTE[..]].concat(), &journey(&[NOON]));
    assert_eq!(summary(&json)["sealed_for"], "Example GmbH");
    let open = folder.minimize(&["--json"], &journey(&[NOON]));
    assert!(summary(&open).get("sealed_for").is_none());
}

#[test]
fn a_sealed_destination_gets_no_other_format() {
    let folder = sealed();
    for format in ["csv", "geojson", "gpx"] {
        let run = folder.run(&[&["minimize", "--format", format], &ROUTE[..]].concat(), &journey(&[NOON]));
        assert_eq!((code(&run), out(&run)), (2, ""), "{format}");
        assert!(err(&run).contains("sealed"), "{}", err(&run));
    }
}

#[test]
fn written_releases_are_sealed_if_the_policy_lets_them_go_there() {
    let folder = sealed();
    let minimized = folder.minimize(&[], &journey(&LATER));
    let plain = out(&minimized);
    let sealed = folder.run(&[&["seal"], &ROUTE[..]].concat(), plain);
    assert_eq!((code(&sealed), err(&sealed)), (0, ""));
    assert_eq!(out(&sealed).lines().map(str::len).next(), releases(&folder, &[]).lines().map(str::len).next());
    let opened = folder.run(&[&OPEN[..], &ROUTE].concat(), out(&sealed));
    assert_eq!(out(&opened), plain);

    let line = plain.lines().next().unwrap();
    let wrong = [
        ("\"purpose\":\"test\"", "\"purpose\":\"other\""),
        ("\"v\":1", "\"v\":2"),
        ("decimal:4", "decimal:5"),
        ("\"lat\":", "\"lat\":52.123456789,\"other\":"),
        ("\"lat\":5", "\"lat\":0.000015"),
        ("\"span_s\":3600", "\"span_s\":60"),
        (":00:00Z", ":00:01Z"),
        ("}", ",\"altitude_m\":12.5}"),
        ("{", "[{"),
        (line, "52.123456789,5.987654321"),
    ];
    for (from, to) in wrong {
        let changed = line.replacen(from, to, 1);
        assert_ne!(changed, line, "{from}");
        let refused = folder.run(&[&["seal"], &ROUTE[..]].concat(), &changed);
        assert_eq!((code(&refused), out(&refused)), (3, ""), "{changed}");
        assert!(err(&refused).starts_with("hereabouts: line 1 is refused: "), "{}", err(&refused));
        assert!(!err(&refused).contains("52.") && !err(&refused).contains("12.5"), "{}", err(&refused));
    }
}

#[test]
fn a_field_that_the_purpose_keeps_and_the_destination_does_not_is_not_sealed() {
    let folder = sealed();
    let policy = std::fs::read_to_string(folder.path("sealed.toml")).unwrap();
    let policy = policy.replacen("keep = []", "keep = [\"altitude\"]", 1);
    let with_altitude = out(&folder.minimize(&[], &journey(&[NOON]))).replacen('}', ",\"altitude_m\":12.5}", 1);
    for (keep, expected) in [("", 0), ("keep = []\n", 3), ("keep = [\"speed\"]\n", 3), ("keep = [\"altitude\"]\n", 0)] {
        folder.write("sealed.toml", &format!("{policy}{keep}"));
        let run = folder.run(&[&["seal"], &ROUTE[..]].concat(), &with_altitude);
        assert_eq!(
            (code(&run), out(&run).lines().count()),
            (expected, usize::from(expected == 0)),
            "{keep}{}",
            err(&run)
        );
    }
}

#[test]
fn a_line_that_does_not_open_is_left_out_and_said() {
    let folder = sealed();
    let sent = releases(&folder, &[]);
    let other = sealed();
    let lines: Vec<&str> = sent.lines().collect();
    let at = lines[0].rfind('"').unwrap() - 9;
    let mut changed = lines[0].to_owned();
    let letter = if &changed[at..=at] == "A" { "B" } else { "A" };
    changed.replace_range(at..=at, letter);
    let stranger = releases(&other, &[]);
    let input = format!("{changed}\n\n{}\nnonsense\n{}", lines[1], stranger.lines().next().unwrap());
    let opened = folder.run(&[&OPEN[..], &ROUTE].concat(), &input);
    assert_eq!((code(&opened), out(&opened).lines().count()), (3, 1));
    let said: Vec<&str> = err(&opened).lines().collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(said[0].starts_with("hereabouts: line 1 is refused: the message does not open"), "{said:?}");
    assert!(said[1].starts_with("hereabouts: line 4 is refused: this is no sealed message"), "{said:?}");
    assert!(said[2].starts_with("hereabouts: line 5 is refused: the message is sealed to another key"), "{said:?}");
    assert_eq!(said[3], "hereabouts: 3 lines are refused");
}

#[test]
fn what_cannot_be_is_bad_usage() {
    let folder = sealed();
    let secret = std::fs::read_to_string(folder.path("a.key")).unwrap();
    folder.write("no.key", &secret[..40]);
    folder.run(&["keygen", "--out", "other.key"], "");
    folder.write("secret.toml", &sealed_policy(secret.trim()));
    let to = |destination| ["--policy", "sealed.toml", "--purpose", "test", "--destination", destination];
    let there = to("there");
    for arguments in [
        &[&["seal"], &to("here")[..]].concat()[..],
        &[&["seal"], &to("nowhere")[..]].concat(),
        &[&OPEN[..], &to("here")].concat(),
        &[&["open", "--key", "missing.key"], &there[..]].concat(),
        &[&["open", "--key", "no.key"], &there[..]].concat(),
        &[&["open", "--key", "other.key"], &there[..]].concat(),
        &[&OPEN[..], &["--policy", "sealed.toml", "--purpose", "other", "--destination", "there"]].concat(),
        &[&OPEN[..], &["--destination", "there"]].concat(),
        &["policy", "check", "secret.toml"],
        &["policy", "fingerprint", "secret.toml"],
    ] {
        let run = folder.run(arguments, "");
        assert_eq!((code(&run), out(&run)), (2, ""), "{arguments:?}: {}", err(&run));
        assert!(!err(&run).contains(&secret[25..35]), "{}", err(&run));
    }
    let fingerprint = folder.run(&["policy", "fingerprint", "sealed.toml"], "");
    assert_eq!((code(&fingerprint), out(&fingerprint).trim().len()), (0, 64));
    let missing = folder.run(&[&OPEN[..], &there[..], &["missing.jsonl"]].concat(), "");
    assert_eq!(code(&missing), 3);
}
