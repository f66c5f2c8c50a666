//! What one run of the command has charged.

use core::sync::atomic::{AtomicU64, Ordering};
use std::ops::ControlFlow;
use std::sync::Arc;

use hereabouts::{Budget, Charge, Draw, Ledger, LedgerError, PrivacyLoss, Receipt, Remaining, Spent, Transaction};
use jiff::Timestamp;

/// The sum of all charges that were committed through a [`Counted`] ledger.
#[derive(Clone, Default)]
pub(crate) struct SpentHere(Arc<AtomicU64>);

impl SpentHere {
    pub(crate) fn loss(&self) -> PrivacyLoss {
        PrivacyLoss::from_billionths(self.0.load(Ordering::Relaxed))
    }
}

/// A ledger that also counts: its file may hold the charges of others, before and meanwhile.
pub(crate) struct Counted {
    ledger: Box<dyn Ledger>,
    spent: SpentHere,
}

impl Counted {
    pub(crate) fn new(ledger: Box<dyn Ledger>) -> (Self, SpentHere) {
        let spent = SpentHere::default();
        (Self { ledger, spent: spent.clone() }, spent)
    }
}

impl Ledger for Counted {
    fn begin<'a>(&'a mut self, budget: &Budget, clock: Timestamp) -> Result<Box<dyn Transaction + 'a>, LedgerError> {
        let inner = self.ledger.begin(budget, clock)?;
        Ok(Box::new(CountedTransaction { inner, spent: &self.spent, charged: PrivacyLoss::ZERO }))
    }

    fn remaining(&mut self, budget: &Budget, now: Timestamp) -> Result<Vec<Remaining>, LedgerError> {
        self.ledger.remaining(budget, now)
    }

    fn receipts(&mut self, visit: &mut dyn FnMut(Receipt) -> ControlFlow<()>) -> Result<(), LedgerError> {
        self.ledger.receipts(visit)
    }
}

struct CountedTransaction<'a> {
    inner: Box<dyn Transaction + 'a>,
    spent: &'a SpentHere,
    charged: PrivacyLoss,
}

impl Transaction for CountedTransaction<'_> {
    fn time(&self) -> Timestamp {
        self.inner.time()
    }

    fn advance(&mut self, clock: Timestamp) -> Timestamp {
        self.inner.advance(clock)
    }

    fn draw(&self, purpose: &str) -> Result<Option<Draw>, LedgerError> {
        self.inner.draw(purpose)
    }

    fn served(&self, purpose: &str, destination: &str) -> Result<Option<i64>, LedgerError> {
        self.inner.served(purpose, destination)
    }

    fn affords(&self, loss: PrivacyLoss) -> Result<Result<(), Spent>, LedgerError> {
        self.inner.affords(loss)
    }

    fn charge(&mut self, charge: &Charge<'_>) -> Result<Result<u64, Spent>, LedgerError> {
        let answer = self.inner.charge(charge)?;
        if answer.is_ok() {
            self.charged = self.charged.saturating_add(charge.loss);
        }
        Ok(answer)
    }

    fn commit(self: Box<Self>) -> Result<(), LedgerError> {
        self.inner.commit()?;
        self.spent.0.fetch_add(self.charged.billionths(), Ordering::Relaxed);
        Ok(())
    }
}
