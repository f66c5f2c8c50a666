use core::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::budget::receipt::Rule;
use crate::budget::{Charge, Draw, PrivacyLoss, Window};
use crate::lattice::LatticePoint;
use crate::sphere::Position;

fn loss(billionths: u64) -> PrivacyLoss {
    PrivacyLoss::from_billionths(billionths)
}

fn budget() -> Budget {
    Budget::new([Window::new(loss(1_000_000), Duration::from_secs(1)).unwrap()]).unwrap()
}

fn charge(cell: &str) -> Charge<'_> {
    Charge {
        purpose: "weather",
        destination: "eu",
        draw: Draw::new(1, LatticePoint::nearest(&Position::new(52.2, 5.3))),
        tick: 1,
        remember: 0,
        grid: "h3:6",
        rule: Rule::Purpose,
        cell,
        bucket: Timestamp::UNIX_EPOCH,
        span: Duration::from_secs(3_600),
        loss: loss(1),
    }
}

fn spent(ledger: &mut SqliteLedger) -> PrivacyLoss {
    ledger.remaining(&budget(), Timestamp::UNIX_EPOCH.into()).unwrap()[0].spent()
}

fn commit_one(ledger: &mut SqliteLedger) {
    let mut transaction = ledger.begin(&budget(), Timestamp::UNIX_EPOCH.into()).unwrap();
    transaction.charge(&charge("a")).unwrap().unwrap();
    transaction.commit().unwrap();
}

#[test]
fn a_full_disk_fails_the_whole_transaction_and_only_that() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = SqliteLedger::open(folder.path().join("ledger.db")).unwrap();
    commit_one(&mut ledger);
    let most_pages = |ledger: &SqliteLedger, pages: u32| {
        ledger.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    };
    most_pages(&ledger, 1); // the pages that are there are kept
    let cell = "a".repeat(1_000);
    let mut transaction = ledger.begin(&budget(), Timestamp::UNIX_EPOCH.into()).unwrap();
    let error = (0..1_000).find_map(|_| transaction.charge(&charge(&cell)).err()).unwrap();
    assert!(matches!(error, LedgerError::Full { .. }), "{error}");
    let error = transaction.charge(&charge("a")).unwrap_err();
    assert!(matches!(error, LedgerError::Abandoned { .. }), "{error}");
    assert!(matches!(transaction.commit().unwrap_err(), LedgerError::Abandoned { .. }));
    assert_eq!(spent(&mut ledger), loss(1));
    most_pages(&ledger, 1_000_000);
    commit_one(&mut ledger);
    assert_eq!(spent(&mut ledger), loss(2));
}

#[test]
fn a_commit_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = SqliteLedger::open(folder.path().join("ledger.db")).unwrap();
    commit_one(&mut ledger);
    let mut transaction = ledger.begin(&budget(), Timestamp::UNIX_EPOCH.into()).unwrap();
    let draw = Draw { tick: 2, ..charge("a").draw };
    transaction.charge(&Charge { draw, tick: draw.tick, ..charge("a") }).unwrap().unwrap();
    drop(transaction);
    // Writing the draw fails, after the receipt was written.
    ledger.connection.execute_batch("ALTER TABLE latest RENAME TO elsewhere").unwrap();
    let mut transaction = SqliteLedger::begin(&mut ledger, &budget(), Timestamp::UNIX_EPOCH.into()).unwrap();
    transaction.charge(&Charge { draw, tick: draw.tick, ..charge("a") }).unwrap().unwrap();
    assert!(matches!(transaction.commit().unwrap_err(), LedgerError::Corrupt { .. } | LedgerError::Sqlite { .. }));
    ledger.connection.execute_batch("ALTER TABLE elsewhere RENAME TO latest").unwrap();
    assert_eq!(spent(&mut ledger), loss(1));
    commit_one(&mut ledger);
    assert_eq!(spent(&mut ledger), loss(2));
}

#[test]
fn a_transaction_that_is_forgotten_is_undone_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = SqliteLedger::open(folder.path().join("ledger.db")).unwrap();
    commit_one(&mut ledger);
    let mut transaction = ledger.begin(&budget(), Timestamp::UNIX_EPOCH.into()).unwrap();
    transaction.charge(&charge("a")).unwrap().unwrap();
    core::mem::forget(transaction);
    assert_eq!(spent(&mut ledger), loss(1));
    commit_one(&mut ledger);
    assert_eq!(spent(&mut ledger), loss(2));
}
