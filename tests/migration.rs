//! A ledger of every earlier version is opened, and says the same as before. `tests/data/ledgers` has one of each.
#![cfg(feature = "sqlite")]

use std::fs;
use std::path::{Path, PathBuf};

use hereabouts::{Ledger, LedgerError, Policy, Receipt, Remaining, SqliteLedger};
use rusqlite::Connection;
use serde_json::{Value, json};

/// The versions before this one.
const VERSIONS: [i64; 1] = [1];

const NAMES: [&str; 2] = ["pure", "zcdp"];

fn folder(version: i64) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/ledgers/version-{version}"))
}

fn expected(version: i64, file: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder(version).join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A copy with the mode that a ledger must have, which version control does not keep.
fn copy(version: i64, name: &str, to: &Path) -> PathBuf {
    let path = to.join(format!("{name}.db"));
    fs::write(&path, fs::read(folder(version).join(format!("{name}.db"))).unwrap()).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}

fn policy(version: i64, name: &str) -> Policy {
    Policy::read(folder(version).join(format!("{name}.toml"))).unwrap()
}

fn receipts(ledger: &mut SqliteLedger) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    ledger
        .receipts(&mut |receipt| {
            receipts.push(receipt);
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    receipts
}

/// What the earlier version wrote of a receipt, which had no rule.
fn as_before(receipt: &Receipt) -> Value {
    let mut json = serde_json::to_value(receipt).unwrap();
    assert_eq!(json.as_object_mut().unwrap().remove("rule"), Some(Value::Null));
    json
}

fn windows(remaining: &[Remaining]) -> Value {
    remaining.iter().map(|window| json!([window.window().length().as_secs_f64(), window.spent().epsilon()])).collect()
}

fn version_of(path: &Path) -> i64 {
    Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn every_earlier_version_is_read_and_says_what_it_said() {
    let to = tempfile::tempdir().unwrap();
    for (version, name) in VERSIONS.into_iter().flat_map(|version| NAMES.map(|name| (version, name))) {
        let path = copy(version, name, to.path());
        assert_eq!(version_of(&path), version);
        let mut ledger = SqliteLedger::open(&path).unwrap();
        let receipts = receipts(&mut ledger);
        let receipts: Vec<_> = receipts.iter().map(as_before).collect();
        assert_eq!(receipts, expected(version, &format!("{name}.receipts.jsonl")));
        let noon = "2024-06-11T12:00:00Z".parse::<hereabouts::Timestamp>().unwrap();
        let policy = policy(version, name);
        let remaining = ledger.remaining(policy.budget(), noon.into()).unwrap();
        let before = &expected(version, &format!("{name}.budget.json"))[0]["windows"];
        let before: Value =
            before.as_array().unwrap().iter().map(|window| json!([window["window_s"], window["spent"]])).collect();
        assert_eq!(windows(&remaining), before);
        assert_eq!(ledger.check().unwrap(), (receipts.len() as u64, Vec::new()));
        drop(ledger);

        // It is of this version now, and goes on as one: what is charged next is counted with what was there.
        assert_eq!(version_of(&path), 2);
        let mut ledger = SqliteLedger::open(&path).unwrap();
        let spent = ledger.remaining(policy.budget(), noon.into()).unwrap()[0].spent();
        let mut transaction = ledger.begin(policy.budget(), noon.into()).unwrap();
        let (purpose, _) = policy.purposes().next().unwrap();
        let draw = transaction.draw(purpose).unwrap();
        assert!(draw.is_some(), "the draw that stood still stands");
        let loss = hereabouts::PrivacyLoss::from_billionths(1);
        let is_charged = transaction.stay(purpose, loss).unwrap().is_ok();
        transaction.commit().unwrap();
        if is_charged {
            assert!(ledger.remaining(policy.budget(), noon.into()).unwrap()[0].spent() > spent);
        }
        drop(ledger);
        assert_eq!(SqliteLedger::open(&path).unwrap().check().unwrap().1, Vec::new());
    }
}

#[test]
fn two_processes_may_both_find_an_earlier_version() {
    let to = tempfile::tempdir().unwrap();
    let path = copy(1, "pure", to.path());
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || receipts(&mut SqliteLedger::open(path).unwrap()).len())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 7);
    }
}

/// The columns of a table with whole numbers that are no part of its key, by the text that made it.
fn counts(sql: &str) -> impl Iterator<Item = String> + '_ {
    let key = sql.split_once("PRIMARY KEY (").and_then(|(_, rest)| rest.split_once(')')).map_or("", |(key, _)| key);
    let columns = sql.split(['(', ',', '\n']).map(str::trim).filter(|column| !column.contains("PRIMARY KEY"));
    let numbers = columns.filter_map(|column| column.split_once(' ').filter(|(_, kind)| kind.starts_with("INTEGER")));
    numbers.map(|(name, _)| name.to_owned()).filter(move |name| !key.split(", ").any(|of_key| of_key == name))
}

/// Each number of each table that counts, changed by one: what was damaged is not made whole by giving it new checksums.
#[test]
fn a_damaged_ledger_of_an_earlier_version_is_refused_and_left_as_it_is() {
    let to = tempfile::tempdir().unwrap();
    let path = copy(1, "pure", to.path());
    let columns: Vec<(String, String)> = {
        let connection = Connection::open(&path).unwrap();
        let tables = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name <> 'origin'";
        let mut statement = connection.prepare(tables).unwrap();
        let tables = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap);
        tables
            .flat_map(|(table, sql): (String, String)| {
                counts(&sql).map(|column| (table.clone(), column)).collect::<Vec<_>>()
            })
            .collect()
    };
    assert!(columns.len() > 25, "{columns:?}");
    for (table, column) in columns {
        let path = copy(1, "pure", to.path());
        let connection = Connection::open(&path).unwrap();
        let change = format!(
            "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;
             UPDATE {table} SET {column} = {column} + 1 WHERE {column} IS NOT NULL AND {column} = (SELECT max({column}) FROM {table})"
        );
        connection.execute_batch(&change).unwrap();
        if connection.changes() == 0 {
            continue; // this ledger has no such number
        }
        drop(connection);
        let opened = SqliteLedger::open(&path);
        assert!(matches!(opened, Err(LedgerError::Corrupt { .. })), "{table}.{column}: {opened:?}");
        assert_eq!(version_of(&path), 1, "{table}.{column}");
    }
}
