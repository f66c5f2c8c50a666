//! Rescue of a damaged ledger: the receipts that can be proved, every window spent, and the damaged file as it was.
//!
//! `cargo test --test rescue -- --nocapture` prints what `docs/reliability.md` states.
#![cfg(feature = "sqlite")]

mod sample;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hereabouts::{
    Accounting, Budget, Ceiling, Charge, Choice, Draw, Erase, FileAnchor, LatticePoint, Ledger, LedgerError, Position,
    PrivacyLoss, Receipt, Rescued, Rule, SqliteLedger, Window,
};
use jiff::Timestamp;
use rusqlite::Connection;
use sample::{Count, Place, Sample, most_in_a_page, sample, write_private};
use serde_json::{Value, json};
use support::{NINE, time};
use tempfile::TempDir;

const PAGE: usize = 4_096;
const RECEIPTS: i64 = 400;
const EVERY_S: i64 = 600;
const LAST: i64 = NINE + (RECEIPTS - 1) * EVERY_S;
const DAY: i64 = 86_400;

fn budget() -> Budget {
    let window = |billionths, seconds| {
        Window::new(PrivacyLoss::from_billionths(billionths), Duration::from_secs(seconds)).unwrap()
    };
    let shared = Budget::new([window(9_000_000_000_000, DAY as u64)]).unwrap();
    shared.with_purpose("fitness", [window(8_000_000_000, 3 * DAY as u64)]).unwrap()
}

fn charge(ledger: &mut SqliteLedger, number: i64) {
    let mut transaction = ledger.begin(&budget(), time(NINE + number * EVERY_S).into()).unwrap();
    let place = Position::new(52.0 + number as f64 * 0.001, 5.0);
    let charge = Charge {
        purpose: ["weather", "fitness", "transport"][number as usize % 3],
        destination: ["eu", "ch"][number as usize % 2],
        draw: Draw::new(NINE + number, LatticePoint::nearest(&place)),
        tick: NINE + number,
        remember: 3,
        grid: ["h3:6", "geohash:5"][number as usize % 2],
        rule: Rule::EVERY[number as usize % 2],
        cell: &format!("86{number:06x}7ffffff"),
        bucket: time(NINE + number * EVERY_S / 3_600 * 3_600),
        span: Duration::from_secs(3_600),
        loss: PrivacyLoss::from_billionths(3_000_000 + number as u64),
    };
    transaction.charge(&charge).unwrap().unwrap();
    if number == 7 {
        transaction.choose("weather", Choice::Always("city"), time(NINE)).unwrap();
        transaction.choose("fitness", Choice::For("precise", Duration::from_secs(3_600)), time(NINE)).unwrap();
    }
    if number % 2 == 0 {
        let stay = PrivacyLoss::from_billionths(20_000 + number as u64);
        transaction.stay(charge.purpose, stay).unwrap().unwrap();
    }
    transaction.commit().unwrap();
}

fn receipts(path: &Path) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    SqliteLedger::open(path)
        .unwrap()
        .receipts(&mut |receipt| {
            receipts.push(receipt);
            ControlFlow::Continue(())
        })
        .unwrap();
    receipts
}

/// All that a receipt says but its number.
fn said(receipt: &Receipt) -> Value {
    let mut said = serde_json::to_value(receipt).unwrap();
    said["sequence"] = json!(null);
    said
}

/// What the chain of checksums proves of it.
fn proved(said: &Value) -> [&Value; 3] {
    ["time", "bucket", "billionths"].map(|key| &said[key])
}

fn kept_purposes(path: &Path) -> Vec<String> {
    receipts(path).iter().map(|receipt| receipt.purpose().to_owned()).collect()
}

#[test]
fn of_each_page_that_is_gone_only_its_own_receipts_are_lost() {
    let sample = sample();
    let pages = sample.bytes.len() / PAGE;
    assert!(pages > 15, "{pages}");
    let most = most_in_a_page(&sample.bytes);
    let (mut count, mut all) = (Count::default(), 0);
    for page in 0..pages {
        for fill in [0, 0xFF, 0x55] {
            let mut damaged = sample.bytes.clone();
            damaged[page * PAGE..(page + 1) * PAGE].fill(fill);
            let kept = sample.try_rescue(&mut count, &damaged, None, &format!("page {page} is {fill}"));
            // Of the terms there is no second copy.
            let is_terms = kept == Some(0);
            assert!(is_terms || kept.is_none_or(|kept| kept + most + 1 >= RECEIPTS as usize), "page {page}: {kept:?}");
            all += usize::from(kept == Some(RECEIPTS as usize));
            if is_terms {
                count.fewest = None;
            }
        }
    }
    count.print("a page that is gone");
    assert_eq!(count.none, 0);
    assert!(all >= 3 * 8, "{all}");
}

#[test]
fn a_flipped_bit_costs_a_page_of_receipts_at_most_and_mostly_none() {
    let sample = sample();
    let most = most_in_a_page(&sample.bytes);
    let mut count = Count::default();
    let mut lost = [0_usize; 4];
    let step = if std::env::var_os("EVERY_BYTE").is_some() { 1 } else { 101 };
    for at in (0..sample.bytes.len()).step_by(step) {
        let mut damaged = sample.bytes.clone();
        damaged[at] ^= 1 << (at * 5 % 8);
        let Some(kept) = sample.try_rescue(&mut count, &damaged, None, &format!("bit {} of byte {at}", at * 5 % 8))
        else {
            continue;
        };
        let gone = RECEIPTS as usize - kept;
        lost[match gone {
            0 => 0,
            1..=2 => 1,
            _ if gone <= most + 1 => 2,
            _ => 3,
        }] += 1;
    }
    count.print("a flipped bit");
    println!("  receipts lost: none {}, one or two {}, up to a page {}, more {}", lost[0], lost[1], lost[2], lost[3]);
    assert_eq!(count.none, 0);
    assert!(count.rescued > 200);
    // More only where the terms, or a name, are hit, which many receipts share: they lie on two or three pages.
    assert!(lost[3] * 50 < count.rescued && lost[2] * 20 < count.rescued, "{lost:?}");
    assert!(lost[1] * 10 > count.rescued, "{lost:?}");
}

#[test]
fn of_a_file_cut_short_what_stands_before_the_cut_is_kept() {
    let sample = sample();
    let mut count = Count::default();
    let mut before = 0;
    for length in (0..sample.bytes.len()).filter(|length| length % 991 == 0 || length % PAGE == 0).rev() {
        let what = format!("cut to {length} bytes");
        let Some(kept) = sample.try_rescue(&mut count, &sample.bytes[..length], None, &what) else { continue };
        if count.rescued == 1 {
            before = kept;
        }
        assert!(kept <= before, "{what}: {kept} after {before}");
        before = kept;
    }
    count.fewest = None;
    count.print("a file cut short");
    assert!(count.rescued > 80 && count.kept > 15 * RECEIPTS as usize);
    assert!(count.none <= 1, "but the empty one: {}", count.none);
}

#[test]
fn what_a_statement_damaged_is_the_only_thing_lost() {
    let all = RECEIPTS as usize;
    let weather = (0..RECEIPTS).filter(|number| number % 3 == 0).count();
    let statements = [
        ("UPDATE receipt SET loss_billionths = loss_billionths - 1 WHERE sequence = 200", all - 1),
        ("UPDATE receipt SET time_ms = time_ms - 1 WHERE sequence = 1", all - 1),
        ("UPDATE receipt SET terms = 2 WHERE sequence = 200", all - 1),
        ("UPDATE receipt SET checksum = 0 WHERE sequence = 400", all - 1),
        ("UPDATE receipt SET checksum = 0 WHERE sequence = 200", all - 2),
        ("UPDATE receipt SET sequence = 1000 WHERE sequence = 200", all - 2),
        ("DELETE FROM receipt WHERE sequence = 1", all - 2),
        ("DELETE FROM receipt WHERE sequence = 400", all - 1),
        ("DELETE FROM receipt", 0),
        ("UPDATE receipt SET cell = NULL WHERE sequence = 200", all - 1),
        ("DELETE FROM state", all),
        ("UPDATE state SET now_ms = now_ms + 86400000000", all),
        ("UPDATE state SET chain = 0", all),
        ("DELETE FROM name WHERE text = 'weather'", all - weather),
        ("UPDATE name SET text = 'x' WHERE text = 'weather'", all),
        ("DELETE FROM terms WHERE id = 0", all - weather / 2),
        ("UPDATE terms SET accounting = 1 WHERE id = 0", all - weather / 2),
        ("UPDATE terms SET rule = 7 WHERE id = 0", all - weather / 2),
        ("DELETE FROM latest", all),
        ("UPDATE stay SET last_ms = 253000000000000", all),
        ("DELETE FROM stay", all),
        ("DELETE FROM output", all),
        ("INSERT INTO forfeit VALUES (1, 0, 0)", all),
        ("DELETE FROM origin", all),
        ("UPDATE origin SET ledger = randomblob(16)", all),
        ("DROP TABLE latest", all),
        ("PRAGMA application_id = 7", all),
        ("PRAGMA user_version = 3", all),
        ("PRAGMA user_version = 1", all),
        ("PRAGMA user_version = 0", all),
    ];
    let sample = sample();
    let mut count = Count::default();
    for (statement, expected) in statements {
        sample.place.put(&sample.bytes, None);
        let connection = Connection::open(&sample.place.from).unwrap();
        connection
            .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON; PRAGMA ignore_check_constraints = ON")
            .unwrap();
        connection.execute_batch(statement).unwrap();
        drop(connection);
        let damaged = fs::read(&sample.place.from).unwrap();
        let kept = sample.try_rescue(&mut count, &damaged, None, statement);
        assert!(kept.is_some_and(|kept| kept.abs_diff(expected) <= 1), "{statement}: {kept:?} for {expected}");
    }
    count.fewest = None;
    count.print("a statement");
}

/// A ledger at work, as a crash leaves it: its last receipts are in the log alone.
fn crashed() -> (Sample, Vec<u8>) {
    let place = Place::new();
    let mut ledger = SqliteLedger::open(&place.from).unwrap();
    (0..RECEIPTS - 40).for_each(|number| charge(&mut ledger, number));
    drop(ledger);
    let mut ledger = SqliteLedger::open(&place.from).unwrap();
    (RECEIPTS - 40..RECEIPTS).for_each(|number| charge(&mut ledger, number));
    let (bytes, log) = (fs::read(&place.from).unwrap(), fs::read(place.log()).unwrap());
    let said = receipts(&place.from).iter().map(said).collect();
    drop(ledger);
    (Sample { place, bytes, said }, log)
}

#[test]
fn what_the_log_alone_has_is_rescued_too() {
    let (sample, log) = crashed();
    let mut count = Count::default();
    assert_eq!(sample.try_rescue(&mut count, &sample.bytes, Some(&log), "whole"), None);
    assert_eq!(count.whole, 1);
    let most = most_in_a_page(&sample.bytes);
    for page in 0..sample.bytes.len() / PAGE {
        let mut damaged = sample.bytes.clone();
        damaged[page * PAGE..(page + 1) * PAGE].fill(0);
        let kept = sample.try_rescue(&mut count, &damaged, Some(&log), &format!("page {page} gone, log there"));
        let is_terms = kept == Some(0);
        assert!(is_terms || kept.is_none_or(|kept| kept + most + 1 >= RECEIPTS as usize), "page {page}: {kept:?}");
    }
    count.fewest = None;
    count.print("a page that is gone, with a log");
    // A log counts up to its first fault.
    let mut count = Count::default();
    let mut damaged = sample.bytes.clone();
    let second_last = damaged.len() - 2 * PAGE;
    damaged[second_last..][..PAGE].fill(0);
    for at in (0..log.len()).step_by(log.len() / 40) {
        let mut log = log.clone();
        log[at] ^= 1 << (at % 8);
        sample.try_rescue(&mut count, &sample.bytes, Some(&log), &format!("byte {at} of the log"));
        let kept = sample.try_rescue(&mut count, &damaged, Some(&log), &format!("a page, and byte {at} of the log"));
        assert!(kept.is_none_or(|kept| kept + 40 + 2 * most + 2 >= RECEIPTS as usize), "{at}: {kept:?}");
    }
    count.print("a flipped bit of the log, and a page that is gone besides or not");
    assert!(count.rescued >= 20);
}

#[test]
fn what_is_no_damaged_ledger_of_this_version_is_refused_and_not_touched() {
    let sample = sample();
    let place = &sample.place;
    let refused = |bytes: &[u8]| {
        place.put(bytes, None);
        let error = place.rescue(LAST).unwrap_err();
        assert_eq!(place.files(), [("ledger.db".to_owned(), bytes.to_vec())], "{error}");
        error
    };
    let changed = |sql: &str| {
        place.put(&sample.bytes, None);
        Connection::open(&place.from).unwrap().execute_batch(sql).unwrap();
        fs::read(&place.from).unwrap()
    };
    assert!(matches!(refused(&sample.bytes), LedgerError::Whole { .. }));
    assert!(matches!(refused(b""), LedgerError::Corrupt { what: "the file is empty", .. }));
    for bytes in [&b"text ".repeat(9_000)[..], &[0; 3 * PAGE], b"SQLite format 3", &sample.bytes[PAGE..2 * PAGE]] {
        assert!(matches!(refused(bytes), LedgerError::NotADatabase { .. }));
    }
    let newer = changed("PRAGMA user_version = 3; ALTER TABLE receipt ADD COLUMN more INTEGER; DELETE FROM state");
    assert!(matches!(refused(&newer), LedgerError::NewerSchema { found: 3, known: 2, .. }));
    let foreign = changed("PRAGMA application_id = 3; ALTER TABLE receipt RENAME TO other; DELETE FROM state");
    assert!(matches!(refused(&foreign), LedgerError::Foreign { .. }));
    let mut earlier = fs::read("tests/data/ledgers/version-1/pure.db").unwrap();
    assert!(matches!(refused(&earlier), LedgerError::Whole { .. }));
    let last = earlier.len() - 2_048;
    earlier[last..].fill(0);
    earlier.truncate(earlier.len() - PAGE);
    let error = refused(&earlier);
    assert!(
        matches!(error, LedgerError::Corrupt { .. }) && error.to_string().contains("an earlier version"),
        "{error}"
    );

    let damaged = changed("DELETE FROM state");
    let zcdp = budget().counted_in(Accounting::Zcdp);
    let error = SqliteLedger::rescue(&place.from, &place.to, &zcdp, time(LAST).into()).unwrap_err();
    assert!(matches!(error, LedgerError::OtherAccounting { .. }), "{error}");
    assert_eq!(place.files().len(), 1);

    fs::write(&place.to, "").unwrap();
    assert!(matches!(place.rescue(LAST).unwrap_err(), LedgerError::Exists { .. }));
    fs::rename(&place.to, format!("{}-wal", place.to.display())).unwrap();
    assert!(matches!(place.rescue(LAST).unwrap_err(), LedgerError::Corrupt { .. }));
    assert_eq!((place.files().len(), fs::read(&place.from).unwrap() == damaged), (2, true));
    place.put(&damaged, None);
    let to = place.folder.path().join("missing/rescued.db");
    let error = SqliteLedger::rescue(&place.from, to, &budget(), time(LAST).into()).unwrap_err();
    assert!(matches!(error, LedgerError::Io { .. }), "{error}");
    assert!(matches!(
        SqliteLedger::rescue(&place.to, &place.from, &budget(), time(LAST).into()).unwrap_err(),
        LedgerError::Exists { .. }
    ));
    fs::remove_file(&place.from).unwrap();
    assert!(matches!(place.rescue(LAST).unwrap_err(), LedgerError::Io { .. }));
    assert!(place.files().is_empty());
}

#[test]
fn what_was_erased_stays_erased() {
    for with_state in [true, false] {
        let sample = sample();
        let place = &sample.place;
        place.put(&sample.bytes, None);
        let age = Duration::from_secs((100 * EVERY_S) as u64);
        SqliteLedger::open(&place.from).unwrap().erase(Erase::OlderThan(age), time(LAST).into()).unwrap();
        let erased = receipts(&place.from).iter().filter(|receipt| receipt.cell().is_none()).count();
        assert!(erased > 250);
        let damage =
            if with_state { "UPDATE receipt SET cell = 'back' WHERE sequence < 9" } else { "DELETE FROM state" };
        Connection::open(&place.from).unwrap().execute_batch(damage).unwrap();
        let rescued = place.rescue(LAST).unwrap();
        assert_eq!((rescued.receipts(), rescued.lost(), rescued.is_certain()), (RECEIPTS as u64, 0, false));
        let cells: Vec<_> = receipts(&place.to).iter().map(|receipt| receipt.cell().is_some()).collect();
        assert_eq!(cells.iter().position(|has_cell| *has_cell), Some(erased));
        assert!(cells[erased..].iter().all(|has_cell| *has_cell));
        assert_eq!(SqliteLedger::open(&place.to).unwrap().check().unwrap().1, []);
    }
}

#[test]
fn a_rescued_ledger_goes_on_and_its_old_anchor_counts_it_as_spent() {
    let sample = sample();
    let place = &sample.place;
    place.put(&sample.bytes, None);
    let anchor = place.folder.path().join("anchor");
    let mut ledger = SqliteLedger::open(&place.from).unwrap().with_anchor(FileAnchor::new(&anchor)).unwrap();
    charge(&mut ledger, RECEIPTS);
    drop(ledger);
    Connection::open(&place.from).unwrap().execute_batch("DELETE FROM state").unwrap();
    // The clock is wrong: no receipt is of a later time than the new ledger.
    let rescued = place.rescue(NINE).unwrap();
    assert_eq!(rescued.until(), Some(time(LAST + EVERY_S + 3 * DAY)));
    let mut ledger = SqliteLedger::open(&place.to).unwrap();
    let transaction = ledger.begin(&budget(), time(NINE).into()).unwrap();
    assert_eq!(transaction.time(), time(LAST + EVERY_S));
    assert!(["weather", "fitness"].iter().all(|purpose| transaction.draw(purpose).unwrap().is_none()));
    assert!(transaction.affords("weather", PrivacyLoss::from_billionths(1)).unwrap().is_err());
    drop(transaction);
    drop(ledger);
    let bytes = fs::read(&place.to).unwrap();
    let mut ledger = SqliteLedger::open(&place.to).unwrap();
    charge(&mut ledger, RECEIPTS + 4 * DAY / EVERY_S);
    drop(ledger);
    let all = receipts(&place.to);
    assert_eq!(all.last().unwrap().sequence(), RECEIPTS as u64 + 2);
    write_private(&place.to, &bytes);
    let mut ledger = SqliteLedger::open(&place.to).unwrap().with_anchor(FileAnchor::new(&anchor)).unwrap();
    let now = time(LAST + 9 * DAY).into();
    let remaining = ledger.remaining(&budget(), now).unwrap();
    assert!(remaining.iter().all(|window| window.remaining() == PrivacyLoss::ZERO));
}
