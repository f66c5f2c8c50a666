//! Erasing: the places are gone, from the answers and from the bytes of the file, and what was spent stays spent.
#![cfg(feature = "sqlite")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use hereabouts::{
    Erase, Ledger, LedgerError, MemoryLedger, Minimizer, Outcome, Policy, Receipt, SqliteLedger, Withheld,
};
use rusqlite::Connection;
use support::{NINE, SetClock, fix_at, time};

const QUARTER: i64 = 900;
const DAY: i64 = 86_400;

const POLICY: &str = r#"
version = 1
[protection]
radius_m = 200
[[budget]]
epsilon = 300
window = "30d"
[purposes.weather]
mechanism = { kind = "planar-laplace", epsilon = 1.2 }
repeat = { kind = "hold", within = "10km", epsilon = 0.5, recall = 16 }
grid = { kind = "h3", resolution = 7 }
interval = "15min"
time_bucket = "1h"
[purposes.fitness]
mechanism = { kind = "planar-laplace", epsilon = 0.5 }
repeat = { kind = "fresh" }
grid = { kind = "geohash", length = 6 }
interval = "15min"
time_bucket = "15min"
[destinations.eu]
jurisdiction = "DE"
operator = "Example Weather GmbH"
[destinations.cn]
jurisdiction = "CN"
operator = "Example Carrier"
floor = { decimals = 2 }
"#;

fn policy() -> Policy {
    Policy::from_toml(POLICY).unwrap()
}

/// A day of long ways: many stays, many draws, and cells all over a country.
fn travel(ledger: impl Ledger + 'static, from: i64) -> Minimizer {
    let clock = SetClock::at(from);
    let minimizer = Minimizer::new(policy(), ledger, clock.clone()).unwrap();
    for tick in 0..96 {
        clock.set(from + tick * QUARTER);
        let way = ((tick / 6) * 7 % 16) as f64;
        let fix = fix_at(51.0 + way * 0.15, 4.5 + way * 0.1, from);
        for (purpose, destination) in [("weather", "eu"), ("weather", "cn"), ("fitness", "eu")] {
            minimizer.release(&fix, purpose, destination).unwrap();
        }
    }
    minimizer
}

fn receipts(ledger: &mut dyn Ledger) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    ledger
        .receipts(&mut |receipt| {
            receipts.push(receipt);
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    receipts
}

/// All that a receipt says but the place.
fn spending(receipt: &Receipt) -> String {
    let mut json = serde_json::to_value(receipt).unwrap();
    json.as_object_mut().unwrap().remove("cell").unwrap();
    json.to_string()
}

fn remaining(ledger: &mut dyn Ledger, seconds: i64) -> Vec<hereabouts::Remaining> {
    ledger.remaining(policy().budget(), time(seconds).into()).unwrap()
}

/// Every place in a ledger's file as its bytes: the text of cells, and points as SQLite writes a number of six bytes.
fn places(path: &Path) -> BTreeSet<Vec<u8>> {
    let connection = Connection::open(path).unwrap();
    let mut places = BTreeSet::new();
    for sql in ["SELECT DISTINCT cell FROM receipt", "SELECT point FROM output", "SELECT point FROM latest"] {
        let mut statement = connection.prepare(sql).unwrap();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            match row.get_ref(0).unwrap() {
                rusqlite::types::ValueRef::Text(text) => drop(places.insert(text.to_vec())),
                rusqlite::types::ValueRef::Integer(point) => drop(places.insert(point.to_be_bytes()[2..].to_vec())),
                _ => {}
            }
        }
    }
    places
}

/// How many of the places stand anywhere in the file or beside it.
fn found(folder: &Path, places: &BTreeSet<Vec<u8>>) -> usize {
    let bytes: Vec<_> = fs::read_dir(folder).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
    let is_in = |place: &Vec<u8>| bytes.iter().any(|bytes| bytes.windows(place.len()).any(|window| window == place));
    places.iter().filter(|place| is_in(place)).count()
}

#[test]
fn what_is_erased_is_gone_from_the_bytes_and_what_was_spent_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    drop(travel(SqliteLedger::open(&path).unwrap(), NINE));
    let places = places(&path);
    assert!(places.len() > 60, "{}", places.len());
    assert_eq!(found(folder.path(), &places), places.len(), "every place is found where it was not erased");

    let mut ledger = SqliteLedger::open(&path).unwrap();
    let (before, spent) = (receipts(&mut ledger), remaining(&mut ledger, NINE + DAY));
    let now = time(NINE + DAY).into();
    assert_eq!(ledger.erase(Erase::Everything, now).unwrap(), before.len() as u64);
    assert_eq!(found(folder.path(), &places), 0, "nor while the ledger is open");
    let after = receipts(&mut ledger);
    assert!(after.iter().all(|receipt| receipt.cell().is_none()));
    assert_eq!(after.iter().map(spending).collect::<Vec<_>>(), before.iter().map(spending).collect::<Vec<_>>());
    assert_eq!(remaining(&mut ledger, NINE + DAY), spent);
    assert_eq!(ledger.check().unwrap(), (before.len() as u64, Vec::new()));
    assert_eq!(ledger.erase(Erase::Everything, now).unwrap(), 0, "nothing is left to erase");
    drop(ledger);
    assert_eq!(found(folder.path(), &places), 0, "nor once it is closed");

    // It goes on: with a new draw, and from where the account stood.
    let minimizer = travel(SqliteLedger::open(&path).unwrap(), NINE + DAY);
    let all = minimizer.receipts().unwrap();
    assert!(all.len() > before.len() && all.iter().take(before.len()).all(|receipt| receipt.cell().is_none()));
    assert!(all.iter().skip(before.len()).all(|receipt| receipt.cell().is_some()));
    drop(minimizer);
    assert_eq!(SqliteLedger::open(&path).unwrap().check().unwrap(), (all.len() as u64, Vec::new()));
}

#[test]
fn what_is_older_than_an_age_is_erased_and_the_rest_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let mut ledgers: [Box<dyn Ledger>; 2] =
        [Box::new(SqliteLedger::open(&path).unwrap()), Box::new(MemoryLedger::new())];
    for ledger in &mut ledgers {
        let mut transaction = ledger.begin(policy().budget(), time(NINE).into()).unwrap();
        for hour in 0..48 {
            transaction.advance(time(NINE + hour * 3_600).into());
            let charge = support::charge(hour);
            transaction.charge(&charge).unwrap().unwrap();
        }
        transaction.commit().unwrap();
        let now = time(NINE + 48 * 3_600).into();
        let spent = remaining(&mut **ledger, NINE + 48 * 3_600);
        // 10 h ago is the hour 38, which is as old as that: 39 hours are, and nine are not.
        assert_eq!(ledger.erase(Erase::OlderThan(Duration::from_secs(10 * 3_600)), now).unwrap(), 39);
        assert_eq!(ledger.erase(Erase::OlderThan(Duration::from_secs(10 * 3_600)), now).unwrap(), 0);
        assert_eq!(ledger.erase(Erase::OlderThan(Duration::from_secs(20 * 3_600)), now).unwrap(), 0);
        let erased: Vec<_> = receipts(&mut **ledger).iter().map(|receipt| receipt.cell().is_none()).collect();
        assert_eq!(erased, (0..48).map(|hour| hour < 39).collect::<Vec<_>>());
        assert_eq!(remaining(&mut **ledger, NINE + 48 * 3_600), spent);
        let transaction = ledger.begin(policy().budget(), now).unwrap();
        assert_eq!(
            transaction.outputs("weather").unwrap().len(),
            9,
            "of sixteen that could be recalled, those of late"
        );
        assert!(transaction.draw("weather").unwrap().is_some(), "the draw that stands is kept");
        drop(transaction);
        assert_eq!(ledger.erase(Erase::Everything, now).unwrap(), 9);
        let transaction = ledger.begin(policy().budget(), now).unwrap();
        assert!(transaction.outputs("weather").unwrap().is_empty() && transaction.draw("weather").unwrap().is_none());
    }
}

#[test]
fn a_tick_that_was_served_stays_served_and_the_next_one_is_drawn_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let clock = SetClock::at(NINE);
    let start = || Minimizer::new(policy(), SqliteLedger::open(&path).unwrap(), clock.clone()).unwrap();
    let fix = fix_at(52.0907, 5.1214, NINE);
    assert!(matches!(start().release(&fix, "weather", "eu").unwrap(), Outcome::Released(_)));
    assert_eq!(start().erase(Erase::Everything).unwrap(), 1);
    assert!(matches!(start().release(&fix, "weather", "eu").unwrap(), Outcome::Withheld(Withheld::NotDue { .. })));
    clock.set(NINE + QUARTER);
    let spent = start().remaining().unwrap()[0].spent();
    assert!(matches!(start().release(&fix, "weather", "eu").unwrap(), Outcome::Released(_)), "held would be a memory");
    assert!(start().remaining().unwrap()[0].spent() > spent);
}

#[test]
fn who_erases_everything_is_told_that_a_reader_keeps_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let mut ledger = SqliteLedger::open(&path).unwrap();
    let mut transaction = ledger.begin(policy().budget(), time(NINE).into()).unwrap();
    transaction.charge(&support::charge(0)).unwrap().unwrap();
    transaction.commit().unwrap();
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM receipt;").unwrap();
    let erased = ledger.erase(Erase::Everything, time(NINE).into());
    assert!(matches!(erased, Err(LedgerError::Busy { .. })), "{erased:?}");
    drop(reader);
    let places = BTreeSet::from([support::charge(0).cell.as_bytes().to_vec()]);
    ledger.erase(Erase::Everything, time(NINE).into()).unwrap();
    assert_eq!(found(folder.path(), &places), 0);
}
