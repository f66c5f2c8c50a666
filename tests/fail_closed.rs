//! Each test is a way in which something fails; none of them ends in a release, and no message holds a place.

mod support;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hereabouts::{
    Budget, Charge, Choice, Chosen, Draw, Erase, Error, Fix, LatticePoint, Ledger, LedgerError, MemoryLedger,
    Minimizer, Outcome, PrivacyLoss, Protected, Reading, Receipt, RecordedClock, Release, Remaining, Spent,
    Transaction, ZoneDraw, Zones,
};
use jiff::Timestamp;
use static_assertions::{assert_impl_all, assert_not_impl_any};
use support::{NINE, fix, policy};

/// A real ledger whose disk fails when a test says so.
struct Failing {
    ledger: MemoryLedger,
    fails: Arc<AtomicBool>,
    step: &'static str,
}

struct FailingTransaction<'a> {
    transaction: Box<dyn Transaction + 'a>,
    fails: bool,
    step: &'static str,
}

fn disk_full() -> LedgerError {
    LedgerError::Io { path: "ledger.db".into(), action: "written", source: std::io::ErrorKind::StorageFull.into() }
}

impl Ledger for Failing {
    fn begin<'a>(&'a mut self, budget: &Budget, clock: Reading) -> Result<Box<dyn Transaction + 'a>, LedgerError> {
        let fails = self.fails.load(Ordering::SeqCst);
        if fails && self.step == "begin" {
            return Err(disk_full());
        }
        let transaction = self.ledger.begin(budget, clock)?;
        Ok(Box::new(FailingTransaction { transaction, fails, step: self.step }))
    }

    fn remaining(&mut self, budget: &Budget, now: Reading) -> Result<Vec<Remaining>, LedgerError> {
        self.ledger.remaining(budget, now)
    }

    fn receipts(&mut self, visit: &mut dyn FnMut(Receipt) -> ControlFlow<()>) -> Result<(), LedgerError> {
        self.ledger.receipts(visit)
    }

    fn erase(&mut self, what: Erase, now: Reading) -> Result<u64, LedgerError> {
        self.ledger.erase(what, now)
    }
}

impl FailingTransaction<'_> {
    fn at(&self, step: &str) -> Result<(), LedgerError> {
        if self.fails && self.step == step { Err(disk_full()) } else { Ok(()) }
    }
}

impl Transaction for FailingTransaction<'_> {
    fn time(&self) -> Timestamp {
        self.transaction.time()
    }

    fn advance(&mut self, clock: Reading) -> Timestamp {
        self.transaction.advance(clock)
    }

    fn draw(&self, purpose: &str) -> Result<Option<Draw>, LedgerError> {
        self.at("draw").and_then(|()| self.transaction.draw(purpose))
    }

    fn served(&self, purpose: &str, destination: &str) -> Result<Option<i64>, LedgerError> {
        self.at("served").and_then(|()| self.transaction.served(purpose, destination))
    }

    fn is_served_as(&self, purpose: &str, destination: &str, grid: &str, span: Duration) -> Result<bool, LedgerError> {
        self.at("is_served_as").and_then(|()| self.transaction.is_served_as(purpose, destination, grid, span))
    }

    fn chosen(&self, purpose: &str, wall: Timestamp) -> Result<Chosen<'_>, LedgerError> {
        self.at("chosen").and_then(|()| self.transaction.chosen(purpose, wall))
    }

    fn choose(&mut self, purpose: &str, choice: Choice<'_>, wall: Timestamp) -> Result<(), LedgerError> {
        self.at("choose").and_then(|()| self.transaction.choose(purpose, choice, wall))
    }

    fn affords(&self, purpose: &str, loss: PrivacyLoss) -> Result<Result<(), Spent>, LedgerError> {
        self.at("affords").and_then(|()| self.transaction.affords(purpose, loss))
    }

    fn outputs(&self, purpose: &str) -> Result<Vec<LatticePoint>, LedgerError> {
        self.at("outputs").and_then(|()| self.transaction.outputs(purpose))
    }

    fn affords_stay(
        &self,
        purpose: &str,
        stay: PrivacyLoss,
        then: PrivacyLoss,
    ) -> Result<Result<(), Spent>, LedgerError> {
        self.at("affords_stay").and_then(|()| self.transaction.affords_stay(purpose, stay, then))
    }

    fn stay(&mut self, purpose: &str, loss: PrivacyLoss) -> Result<Result<PrivacyLoss, Spent>, LedgerError> {
        self.at("stay").and_then(|()| self.transaction.stay(purpose, loss))
    }

    fn hold(&mut self, purpose: &str, destination: &str, draw: Draw, tick: i64) -> Result<(), LedgerError> {
        self.at("hold").and_then(|()| self.transaction.hold(purpose, destination, draw, tick))
    }

    fn charge(&mut self, charge: &Charge<'_>) -> Result<Result<u64, Spent>, LedgerError> {
        self.at("charge").and_then(|()| self.transaction.charge(charge))
    }

    fn zones(&self) -> Result<&Zones, LedgerError> {
        self.at("zones").and_then(|()| self.transaction.zones())
    }

    fn protect(&mut self, draw: &ZoneDraw<'_>) -> Result<Result<(), Spent>, LedgerError> {
        self.at("protect").and_then(|()| self.transaction.protect(draw))
    }

    fn set_zone(&mut self, number: usize, name: Option<&str>) -> Result<(), LedgerError> {
        self.at("set_zone").and_then(|()| self.transaction.set_zone(number, name))
    }

    fn commit(self: Box<Self>) -> Result<(), LedgerError> {
        self.at("commit").and_then(|()| self.transaction.commit())
    }
}

// The raw position has no form that could be written or printed; the release has.
assert_not_impl_any!(Fix: serde::Serialize, std::fmt::Display, AsRef<[u8]>);
assert_impl_all!(Release: serde::Serialize);
assert_impl_all!(Minimizer: Send, Sync);

#[test]
fn a_ledger_that_fails_at_any_step_protects_nothing_and_charges_nothing() {
    for step in ["begin", "zones", "affords", "protect", "commit"] {
        let fails = Arc::new(AtomicBool::new(true));
        let ledger = Failing { ledger: MemoryLedger::new(), fails: Arc::clone(&fails), step };
        let policy = policy().with_zones(0.5, 5_000.0).unwrap();
        let minimizer = Minimizer::new(policy, ledger, RecordedClock::default()).unwrap();
        assert!(matches!(minimizer.protect(&fix(NINE), "home"), Err(Error::Ledger(_))), "{step}");
        assert_eq!(minimizer.remaining().unwrap()[0].spent(), PrivacyLoss::ZERO, "{step}");
        fails.store(false, Ordering::SeqCst);
        assert_eq!(minimizer.zones().unwrap().draws(), 0, "{step}");
        assert!(matches!(minimizer.protect(&fix(NINE), "home"), Ok(Protected::Drawn(_))), "{step}");
        fails.store(true, Ordering::SeqCst);
        if ["begin", "commit"].contains(&step) {
            assert!(matches!(minimizer.remove_zone("home"), Err(Error::Ledger(_))), "{step}");
            fails.store(false, Ordering::SeqCst);
            assert_eq!(minimizer.zones().unwrap().len(), 1, "{step}: it still protects");
        }
    }
}

#[test]
fn a_ledger_that_fails_at_any_step_releases_nothing_and_charges_nothing() {
    for step in ["begin", "chosen", "draw", "served", "affords", "zones", "charge", "commit"] {
        let fails = Arc::new(AtomicBool::new(true));
        let ledger = Failing { ledger: MemoryLedger::new(), fails: Arc::clone(&fails), step };
        let minimizer = Minimizer::new(policy(), ledger, RecordedClock::default()).unwrap();
        for _ in 0..3 {
            assert!(matches!(minimizer.release(&fix(NINE), "weather", "eu"), Err(Error::Ledger(_))), "{step}");
        }
        assert_eq!(minimizer.receipts().unwrap().len(), 0, "{step}");
        assert_eq!(minimizer.remaining().unwrap()[0].spent(), PrivacyLoss::ZERO, "{step}");
        // When the disk is well again, so is the road.
        fails.store(false, Ordering::SeqCst);
        assert!(matches!(minimizer.release(&fix(NINE), "weather", "eu"), Ok(Outcome::Released(_))), "{step}");
    }
}

#[test]
fn an_unknown_purpose_or_destination_is_an_error_that_names_the_known_ones() {
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), RecordedClock::default()).unwrap();
    let message = |purpose, destination| minimizer.release(&fix(NINE), purpose, destination).unwrap_err().to_string();
    assert_eq!(message("wether", "eu"), "unknown purpose \"wether\": the policy names fitness, weather");
    assert_eq!(message("weather", "us"), "unknown destination \"us\": the policy names cn, eu");
}

#[test]
fn no_error_or_debug_text_holds_the_place() {
    let minimizer = Minimizer::new(
        policy(),
        Failing { ledger: MemoryLedger::new(), fails: Arc::new(AtomicBool::new(true)), step: "commit" },
        RecordedClock::default(),
    )
    .unwrap();
    let fix = fix(NINE);
    let errors =
        [minimizer.release(&fix, "weather", "eu").unwrap_err(), minimizer.release(&fix, "weather", "us").unwrap_err()];
    for error in errors {
        let text = format!("{error} {error:?} {fix:?}");
        assert!(!text.contains("52.09") && !text.contains("5.12") && !text.contains("52,09"), "{text}");
    }
}
