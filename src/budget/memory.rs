//! [`MemoryLedger`]: a ledger that lasts as long as the process.

use core::ops::ControlFlow;
use core::time::Duration;

use jiff::Timestamp;

use super::account::Account;
use super::accountant::timestamp;
use super::catalogue::Catalogue;
use super::error::LedgerError;
use super::ledger::{Charge, Choice, Chosen, Draw, Erase, Ledger, Remaining, Spent, Transaction};
use super::loss::PrivacyLoss;
use super::receipt::Receipt;
use super::record::{Entry, Recorded, RecordedKind};
use super::time::Reading;
use super::window::Budget;
use super::zones::{ZoneDraw, Zones};
use crate::lattice::LatticePoint;

/// A ledger in memory: for tests, simulations, and replaying a recorded journey. **On a device it bounds nothing**, since
/// a restart empties it: use [`SqliteLedger`](crate::SqliteLedger) there.
///
/// It keeps every receipt, about a hundred bytes each. Its transactions never fail.
///
/// # Example
///
/// See [`Ledger`].
#[derive(Debug, Default)]
pub struct MemoryLedger {
    /// None before the first budget.
    account: Option<Account>,
    receipts: Vec<Stored>,
}

#[derive(Debug)]
struct Stored {
    entry: Entry,
    /// `None` once it is erased.
    cell: Option<Box<str>>,
    bucket_ms: i64,
    loss: PrivacyLoss,
}

impl MemoryLedger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// The account under a budget: the same one while the budget is, else one that sums the receipts again.
fn account_under<'a>(
    account: &'a mut Option<Account>,
    receipts: &[Stored],
    budget: &Budget,
) -> Result<&'a mut Account, LedgerError> {
    if let Some(found) = account.as_ref().filter(|_| !receipts.is_empty()).map(|account| account.budget().accounting())
        && found != budget.accounting()
    {
        return Err(LedgerError::OtherAccounting { found, asked: budget.accounting() });
    }
    if account.as_ref().is_none_or(|account| account.budget() != budget) {
        let budget = budget.clone();
        let Some(before) = account.take() else {
            return Ok(account.insert(Account::new(budget, Catalogue::default())));
        };
        let mut losses = Vec::with_capacity(receipts.len());
        for Stored { entry, loss, .. } in receipts {
            let Entry { sequence: receipt, time_ms, terms } = *entry;
            let Some(purpose) = before.catalogue().terms(terms).map(|terms| terms.purpose) else { continue };
            losses.push(Recorded { time_ms, kind: RecordedKind::Receipt { receipt, purpose }, loss: *loss });
            if let Some(stay) = before.stay_of(receipt) {
                let kind = RecordedKind::Stay { receipt, purpose };
                losses.push(Recorded { time_ms: stay.last_ms, kind, loss: stay.loss });
            }
        }
        losses.extend(before.zone_losses(budget.accounting()));
        let clock = before.clock();
        let mut fresh = before.under(budget);
        fresh.record(losses);
        fresh.set_clock(clock);
        return Ok(account.insert(fresh));
    }
    Ok(account.get_or_insert_with(|| Account::new(budget.clone(), Catalogue::default())))
}

impl Ledger for MemoryLedger {
    fn begin<'a>(&'a mut self, budget: &Budget, clock: Reading) -> Result<Box<dyn Transaction + 'a>, LedgerError> {
        let account = account_under(&mut self.account, &self.receipts, budget)?;
        account.begin();
        account.advance(clock);
        let before = self.receipts.len();
        Ok(Box::new(MemoryTransaction { account, receipts: &mut self.receipts, before, committed: false }))
    }

    fn remaining(&mut self, budget: &Budget, now: Reading) -> Result<Vec<Remaining>, LedgerError> {
        Ok(account_under(&mut self.account, &self.receipts, budget)?.remaining(now, false))
    }

    fn receipts(&mut self, visit: &mut dyn FnMut(Receipt) -> ControlFlow<()>) -> Result<(), LedgerError> {
        let Some(account) = &self.account else { return Ok(()) };
        let name = |id| account.catalogue().name(id).unwrap_or_default().to_owned();
        let time = |time_ms| timestamp(time_ms).unwrap_or(Timestamp::MAX);
        for Stored { entry, cell, bucket_ms, loss } in &self.receipts {
            let Some(terms) = account.catalogue().terms(entry.terms) else { continue };
            let receipt = Receipt {
                sequence: entry.sequence,
                time: time(entry.time_ms),
                purpose: name(terms.purpose),
                destination: name(terms.destination),
                grid: terms.grid.to_string(),
                rule: terms.rule,
                cell: cell.as_ref().map(ToString::to_string),
                bucket: time(*bucket_ms),
                span: Duration::from_millis(terms.span_ms.unsigned_abs()),
                accounting: terms.accounting,
                loss: *loss,
                stay: account.stay_of(entry.sequence).map(|stay| (stay.loss, time(stay.last_ms))),
            };
            if visit(receipt).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn erase(&mut self, what: Erase, now: Reading) -> Result<u64, LedgerError> {
        let Some(account) = &mut self.account else { return Ok(0) };
        let newest_ms = match what {
            Erase::Everything => i64::MAX,
            Erase::OlderThan(age) => account.clock().map_or(i64::MIN, |time| time.at(now).ago_ms(age)),
        };
        let mut erased = 0;
        for Stored { cell, .. } in self.receipts.iter_mut().take_while(|stored| stored.entry.time_ms <= newest_ms) {
            erased += u64::from(cell.take().is_some());
        }
        let count = self.receipts.partition_point(|stored| stored.entry.time_ms <= newest_ms);
        account.forget(count as u64, what == Erase::Everything);
        Ok(erased)
    }
}

struct MemoryTransaction<'a> {
    account: &'a mut Account,
    receipts: &'a mut Vec<Stored>,
    /// How many receipts there were at the start.
    before: usize,
    committed: bool,
}

impl Transaction for MemoryTransaction<'_> {
    fn time(&self) -> Timestamp {
        self.account.time()
    }

    fn advance(&mut self, clock: Reading) -> Timestamp {
        self.account.advance(clock)
    }

    fn draw(&self, purpose: &str) -> Result<Option<Draw>, LedgerError> {
        Ok(self.account.draw(purpose))
    }

    fn served(&self, purpose: &str, destination: &str) -> Result<Option<i64>, LedgerError> {
        Ok(self.account.served(purpose, destination))
    }

    fn is_served_as(&self, purpose: &str, destination: &str, grid: &str, span: Duration) -> Result<bool, LedgerError> {
        Ok(self.account.is_served_as(purpose, destination, grid, span))
    }

    fn chosen(&self, purpose: &str, wall: Timestamp) -> Result<Chosen<'_>, LedgerError> {
        Ok(self.account.chosen(purpose, wall))
    }

    fn choose(&mut self, purpose: &str, choice: Choice<'_>, wall: Timestamp) -> Result<(), LedgerError> {
        self.account.choose(purpose, choice, wall);
        Ok(())
    }

    fn affords(&self, purpose: &str, loss: PrivacyLoss) -> Result<Result<(), Spent>, LedgerError> {
        Ok(self.account.affords(purpose, loss))
    }

    fn outputs(&self, purpose: &str) -> Result<Vec<LatticePoint>, LedgerError> {
        Ok(self.account.outputs(purpose))
    }

    fn affords_stay(
        &self,
        purpose: &str,
        stay: PrivacyLoss,
        then: PrivacyLoss,
    ) -> Result<Result<(), Spent>, LedgerError> {
        Ok(self.account.affords_stay(purpose, stay, then))
    }

    fn stay(&mut self, purpose: &str, loss: PrivacyLoss) -> Result<Result<PrivacyLoss, Spent>, LedgerError> {
        Ok(self.account.stay(purpose, loss))
    }

    fn hold(&mut self, purpose: &str, destination: &str, draw: Draw, tick: i64) -> Result<(), LedgerError> {
        self.account.hold(purpose, destination, draw, tick);
        Ok(())
    }

    fn charge(&mut self, charge: &Charge<'_>) -> Result<Result<u64, Spent>, LedgerError> {
        let entry = match self.account.charge(charge) {
            Ok(entry) => entry,
            Err(spent) => return Ok(Err(spent)),
        };
        self.receipts.push(Stored {
            entry,
            cell: Some(charge.cell.into()),
            bucket_ms: charge.bucket.as_millisecond(),
            loss: charge.loss,
        });
        Ok(Ok(entry.sequence))
    }

    fn zones(&self) -> Result<&Zones, LedgerError> {
        Ok(self.account.zones())
    }

    fn protect(&mut self, draw: &ZoneDraw<'_>) -> Result<Result<(), Spent>, LedgerError> {
        Ok(self.account.protect(draw))
    }

    fn set_zone(&mut self, number: usize, name: Option<&str>) -> Result<(), LedgerError> {
        self.account.set_zone(number, name);
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<(), LedgerError> {
        self.committed = true;
        self.account.keep_turned_clock();
        self.account.commit();
        Ok(())
    }
}

impl Drop for MemoryTransaction<'_> {
    fn drop(&mut self) {
        if !self.committed {
            self.account.rollback();
            self.receipts.truncate(self.before);
        }
    }
}
