//! Deletion, reinstall, old backup: whatever is done to the ledger's file, its anchor notices, and no window is refilled.
#![cfg(feature = "sqlite")]

mod support;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hereabouts::{Anchor, Error, FileAnchor, LedgerError, Mark, Minimizer, Outcome, SqliteLedger, Withheld};
use support::{NINE, SetClock, fix, policy, time};

const QUARTER: i64 = 900;
const DAY: i64 = 86_400;

/// A phone: the app's folder, and another where the anchor is.
struct Phone {
    app: tempfile::TempDir,
    elsewhere: tempfile::TempDir,
    clock: SetClock,
}

impl Phone {
    fn new() -> Self {
        Self { app: tempfile::tempdir().unwrap(), elsewhere: tempfile::tempdir().unwrap(), clock: SetClock::at(NINE) }
    }

    fn ledger(&self) -> PathBuf {
        self.app.path().join("ledger.db")
    }

    fn anchor(&self) -> PathBuf {
        self.elsewhere.path().join("anchor")
    }

    fn start(&self) -> Minimizer {
        let ledger = SqliteLedger::open(self.ledger()).unwrap().with_anchor(FileAnchor::new(self.anchor())).unwrap();
        Minimizer::new(policy(), ledger, self.clock.clone()).unwrap()
    }

    /// Asks on some ticks from one on, each time after a start of the app: on how many something was released.
    fn released(&self, from: i64, ticks: i64) -> usize {
        let released = |tick| {
            self.clock.set(NINE + tick * QUARTER);
            matches!(self.start().release(&fix(NINE), "weather", "eu").unwrap(), Outcome::Released(_))
        };
        (from..from + ticks).filter(|tick| released(*tick)).count()
    }

    /// As a backup does it, while the app does not run.
    fn copy(&self, from: &Path, to: &Path) {
        for file in fs::read_dir(to).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
        for file in fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
}

#[test]
fn a_ledger_that_only_its_app_touches_is_never_suspected() {
    let phone = Phone::new();
    // Nine draws of a day's budget, and nine on the next.
    assert_eq!(phone.released(0, 96), 9);
    assert_eq!(phone.released(96, 96), 9);
}

#[test]
fn who_deletes_the_ledger_has_spent_every_window() {
    let phone = Phone::new();
    assert_eq!(phone.released(0, 3), 3);
    for file in fs::read_dir(phone.app.path()).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    phone.clock.set(NINE + 3 * QUARTER);
    let minimizer = phone.start();
    assert_eq!(minimizer.remaining().unwrap()[0].remaining().billionths(), 0, "already before it is first asked");
    // It says until when: a window from the moment that it was noticed.
    let until = Some(time(NINE + 3 * QUARTER + DAY));
    for _ in 0..2 {
        let outcome = minimizer.release(&fix(NINE), "weather", "eu").unwrap();
        assert_eq!(outcome, Outcome::Withheld(Withheld::BudgetSpent { until }));
    }
    drop(minimizer);
    assert_eq!(phone.released(4, 95), 0, "restarts change nothing, and do not begin it anew");
    assert_eq!(phone.released(99, 50), 9, "a day later all is well");
}

#[test]
fn an_old_backup_refills_nothing() {
    for (before, after) in [(1, 1), (1, 8), (8, 1)] {
        let (phone, backup) = (Phone::new(), tempfile::tempdir().unwrap());
        assert_eq!(phone.released(0, before), before as usize);
        phone.copy(phone.app.path(), backup.path());
        assert_eq!(phone.released(before, after), after as usize);
        phone.copy(backup.path(), phone.app.path());
        assert_eq!(phone.released(before + after, 96), 0, "{before} {after}");
        assert_eq!(phone.released(before + after + 96, 20), 9, "{before} {after}");
    }
}

#[test]
fn a_backup_that_is_not_older_is_the_ledger() {
    let (phone, backup) = (Phone::new(), tempfile::tempdir().unwrap());
    assert_eq!(phone.released(0, 5), 5);
    phone.copy(phone.app.path(), backup.path());
    phone.copy(backup.path(), phone.app.path());
    assert_eq!(phone.released(5, 20), 4);
}

#[test]
fn the_ledger_of_another_phone_refills_nothing() {
    let (phone, other) = (Phone::new(), Phone::new());
    assert_eq!(phone.released(0, 9), 9);
    assert_eq!(other.released(0, 1), 1);
    // Further on than this phone's anchor, by its count.
    assert_eq!(other.released(96, 96), 9);
    phone.copy(other.app.path(), phone.app.path());
    assert_eq!(phone.released(9, 90), 0);
}

#[test]
fn a_ledger_that_had_an_anchor_and_comes_without_it_was_set_back() {
    let phone = Phone::new();
    assert_eq!(phone.released(0, 2), 2);
    fs::remove_file(phone.anchor()).unwrap();
    assert_eq!(phone.released(2, 90), 0);
    // One that never had an anchor gets one, and keeps its budget.
    let phone = Phone::new();
    let ledger = SqliteLedger::open(phone.ledger()).unwrap();
    let minimizer = Minimizer::new(policy(), ledger, phone.clock.clone()).unwrap();
    assert!(matches!(minimizer.release(&fix(NINE), "weather", "eu").unwrap(), Outcome::Released(_)));
    drop(minimizer);
    assert_eq!(phone.released(1, 20), 8);
}

#[test]
fn an_anchor_that_cannot_be_made_out_is_no_pardon() {
    let phone = Phone::new();
    assert_eq!(phone.released(0, 2), 2);
    fs::write(phone.anchor(), "hereabouts anchor 1 0").unwrap();
    assert_eq!(phone.released(2, 90), 0);
}

/// An anchor whose store fails when a test says so.
struct Failing {
    anchor: FileAnchor,
    fails: Arc<AtomicBool>,
}

impl Anchor for Failing {
    fn read(&mut self) -> io::Result<Option<Mark>> {
        self.anchor.read()
    }

    fn write(&mut self, mark: Mark) -> io::Result<()> {
        if self.fails.load(Ordering::SeqCst) { Err(io::ErrorKind::StorageFull.into()) } else { self.anchor.write(mark) }
    }
}

#[test]
fn what_is_not_anchored_is_not_released_and_stays_charged() {
    let phone = Phone::new();
    let fails = Arc::new(AtomicBool::new(true));
    let anchor = Failing { anchor: FileAnchor::new(phone.anchor()), fails: Arc::clone(&fails) };
    let ledger = SqliteLedger::open(phone.ledger()).unwrap().with_anchor(anchor).unwrap();
    let minimizer = Minimizer::new(policy(), ledger, phone.clock.clone()).unwrap();
    let error = minimizer.release(&fix(NINE), "weather", "eu").unwrap_err();
    assert!(matches!(error, Error::Ledger(LedgerError::Anchor { .. })), "{error}");
    assert_eq!(minimizer.receipts().unwrap().len(), 1, "as after a crash: the budget is wasted, and nothing leaked");
    drop(minimizer);
    // The ledger is newer than its anchor: that is no reason for suspicion.
    assert_eq!(phone.released(1, 20), 8);
}

#[test]
fn connections_that_share_a_ledger_and_its_anchor_suspect_nothing() {
    let phone = Phone::new();
    let released: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let asks = (0..25).map(|_| phone.start().release(&fix(NINE), "weather", "eu").unwrap());
                    asks.filter(|outcome| matches!(outcome, Outcome::Released(_))).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(released, 1, "one tick");
    assert_eq!(phone.released(1, 20), 8);
}
