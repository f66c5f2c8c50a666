//! Reading what a ledger's file holds. No value is trusted.

use core::ops::ControlFlow;
use core::time::Duration;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::file::failure;
use super::schema;
use crate::budget::account::{Account, NameId};
use crate::budget::accountant::timestamp;
use crate::budget::error::LedgerError;
use crate::budget::ledger::Draw;
use crate::budget::loss::PrivacyLoss;
use crate::budget::receipt::Receipt;
use crate::budget::window::Budget;
use crate::lattice::LatticePoint;

/// What is wrong with a file: SQLite's word, or ours.
enum Fault {
    Database(rusqlite::Error),
    Corrupt(&'static str),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl Fault {
    fn at(self, path: &Path) -> LedgerError {
        match self {
            Self::Database(error) => failure(path, error),
            Self::Corrupt(what) => LedgerError::Corrupt { path: path.into(), what },
        }
    }
}

/// The account under a budget, with every charge that a window may still hold. Receipts are numbered in the order of
/// time, so that the last ones are enough.
pub(super) fn account(connection: &Connection, path: &Path, budget: &Budget) -> Result<Account, LedgerError> {
    let read = || {
        let mut account = Account::new(budget.clone());
        read_names(connection, &mut account)?;
        read_draws(connection, &mut account)?;
        read_served(connection, &mut account)?;
        read_losses(connection, &mut account, budget.longest_ms())?;
        Ok(account)
    };
    read().map_err(|fault: Fault| fault.at(path))
}

fn read_names(connection: &Connection, account: &mut Account) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(schema::SELECT_NAMES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: NameId = row.get(0)?;
        let text: String = row.get(1)?;
        if account.names().id(&text).is_some() || account.names_mut().intern(&text) != id {
            return Err(Fault::Corrupt("a name is missing or stands twice"));
        }
    }
    Ok(())
}

fn read_draws(connection: &Connection, account: &mut Account) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(schema::SELECT_DRAWS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let purpose = known_name(account, row.get(0)?)?;
        let point = u64::try_from(row.get::<_, i64>(2)?).ok().and_then(LatticePoint::from_bits);
        let point = point.ok_or(Fault::Corrupt("a draw is no lattice point"))?;
        account.set_draw(purpose, Draw { tick: row.get(1)?, point });
    }
    Ok(())
}

fn read_served(connection: &Connection, account: &mut Account) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(schema::SELECT_SERVED)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (purpose, destination) = (known_name(account, row.get(0)?)?, known_name(account, row.get(1)?)?);
        account.set_served(purpose, destination, row.get(2)?);
    }
    Ok(())
}

fn known_name(account: &Account, id: NameId) -> Result<NameId, Fault> {
    account.names().text(id).map(|_| id).ok_or(Fault::Corrupt("a purpose or destination has no name"))
}

fn read_losses(connection: &Connection, account: &mut Account, longest_ms: i64) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(schema::SELECT_LOSSES)?;
    let mut rows = statement.query([])?;
    let mut losses: Vec<(u64, i64, PrivacyLoss)> = Vec::new();
    let mut last_ms = None;
    let mut all = true;
    while let Some(row) = rows.next()? {
        let (sequence, time_ms, loss) = (sequence(row.get(0)?)?, row.get(1)?, loss(row.get(2)?)?);
        time(time_ms)?;
        if let Some(&(later, later_ms, _)) = losses.last() {
            follows(sequence, later)?;
            if time_ms > later_ms {
                return Err(Fault::Corrupt("a receipt is dated after the next one"));
            }
        }
        let last_ms = *last_ms.get_or_insert(time_ms);
        losses.push((sequence, time_ms, loss));
        if time_ms <= last_ms - longest_ms {
            all = false;
            break;
        }
    }
    if let Some(&(first, _, _)) = losses.last().filter(|_| all) {
        follows(0, first)?;
    }
    for (sequence, time_ms, loss) in losses.into_iter().rev() {
        account.record(sequence, time_ms, loss);
    }
    Ok(())
}

/// Every receipt, the oldest first.
pub(super) fn receipts(
    connection: &Connection,
    path: &Path,
    visit: &mut dyn FnMut(Receipt) -> ControlFlow<()>,
) -> Result<(), LedgerError> {
    let mut read = || {
        let mut statement = connection.prepare_cached(schema::SELECT_RECEIPTS)?;
        let mut rows = statement.query([])?;
        let mut last: Option<(u64, Timestamp)> = None;
        while let Some(row) = rows.next()? {
            let receipt = receipt(row)?;
            follows(last.map_or(0, |(sequence, _)| sequence), receipt.sequence)?;
            if last.is_some_and(|(_, time)| time > receipt.time) {
                return Err(Fault::Corrupt("a receipt is dated after the next one"));
            }
            last = Some((receipt.sequence, receipt.time));
            if visit(receipt).is_break() {
                break;
            }
        }
        Ok(())
    };
    read().map_err(|fault: Fault| fault.at(path))
}

fn receipt(row: &Row<'_>) -> Result<Receipt, Fault> {
    let span_ms =
        u64::try_from(row.get::<_, i64>(7)?).map_err(|_| Fault::Corrupt("a time bucket has a negative length"))?;
    Ok(Receipt {
        sequence: sequence(row.get(0)?)?,
        time: time(row.get(1)?)?,
        purpose: row.get(2)?,
        destination: row.get(3)?,
        grid: row.get(4)?,
        cell: row.get(5)?,
        bucket: time(row.get(6)?)?,
        span: Duration::from_millis(span_ms),
        loss: loss(row.get(8)?)?,
    })
}

fn sequence(number: i64) -> Result<u64, Fault> {
    u64::try_from(number).map_err(|_| Fault::Corrupt("a receipt has a negative number"))
}

fn follows(earlier: u64, later: u64) -> Result<(), Fault> {
    if earlier.checked_add(1) == Some(later) { Ok(()) } else { Err(Fault::Corrupt("a receipt is missing")) }
}

fn time(time_ms: i64) -> Result<Timestamp, Fault> {
    timestamp(time_ms).ok_or(Fault::Corrupt("a time is beyond the calendar"))
}

fn loss(billionths: i64) -> Result<PrivacyLoss, Fault> {
    let billionths = u64::try_from(billionths).map_err(|_| Fault::Corrupt("a loss is negative"))?;
    Ok(PrivacyLoss::from_billionths(billionths))
}
