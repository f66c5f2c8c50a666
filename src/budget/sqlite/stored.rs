//! Reading what a ledger's file holds. No value is trusted.

use core::ops::ControlFlow;
use core::time::Duration;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::checksum::{self, Bytes, Checksums, Table};
use super::file::failure;
use super::schema;
use crate::budget::account::{Account, NameId, Recorded};
use crate::budget::accountant::timestamp;
use crate::budget::accounting::Accounting;
use crate::budget::anchor::Mark;
use crate::budget::error::LedgerError;
use crate::budget::ledger::Draw;
use crate::budget::loss::PrivacyLoss;
use crate::budget::receipt::Receipt;
use crate::budget::time::{LedgerTime, Monotonic};
use crate::budget::window::Budget;
use crate::lattice::LatticePoint;

/// What is wrong with a file: SQLite's word, or ours.
pub(super) enum Fault {
    Database(rusqlite::Error),
    OtherAccounting { found: Accounting, asked: Accounting },
    Corrupt(&'static str),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl Fault {
    pub(super) fn at(self, path: &Path) -> LedgerError {
        match self {
            Self::Database(error) => failure(path, error),
            Self::OtherAccounting { found, asked } => LedgerError::OtherAccounting { found, asked },
            Self::Corrupt(what) => LedgerError::Corrupt { path: path.into(), what },
        }
    }
}

/// The account under a budget, with every charge that a window may still hold. Receipts are numbered in the order of
/// time, so that the last ones are enough.
pub(super) fn account(connection: &Connection, path: &Path, budget: &Budget) -> Result<(Account, State), LedgerError> {
    let read = || {
        let state = read_state(connection)?;
        check_contents(connection, &state)?;
        let mut account = Account::new(budget.clone());
        read_names(connection, &mut account)?;
        read_draws(connection, &mut account)?;
        read_outputs(connection, &mut account)?;
        read_served(connection, &mut account)?;
        let mut losses = Vec::new();
        let now_ms = state.time.map_or(i64::MIN, |time| time.now_ms);
        let left_at_ms = now_ms.saturating_sub(budget.longest_ms());
        read_losses(connection, state.checksums.chain, left_at_ms, budget.accounting(), &mut losses)?;
        read_stays(connection, left_at_ms, &mut losses)?;
        read_forfeits(connection, left_at_ms, budget.accounting(), &mut losses)?;
        if losses.iter().any(|recorded| recorded.time_ms > now_ms) {
            return Err(Fault::Corrupt("a charge is dated after the ledger's time"));
        }
        account.record(losses);
        account.set_clock(state.time);
        Ok((account, state))
    };
    read().map_err(|fault: Fault| fault.at(path))
}

/// How far a ledger has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) mark: Mark,
    /// Whether an anchor knows of it.
    pub(super) is_anchored: bool,
    pub(super) checksums: Checksums,
    /// `None` before its first commit.
    time: Option<LedgerTime>,
}

/// The ledger's state.
pub(super) fn state(connection: &Connection, path: &Path) -> Result<State, LedgerError> {
    read_state(connection).map_err(|fault| fault.at(path))
}

pub(super) fn read_state(connection: &Connection) -> Result<State, Fault> {
    let origin: [u8; 16] = connection.prepare_cached(schema::SELECT_ORIGIN)?.query_row([], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(schema::SELECT_STATE)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else {
        let mark = Mark { ledger: u128::from_be_bytes(origin), commits: 0 };
        return Ok(State { mark, is_anchored: false, checksums: Checksums::default(), time: None });
    };
    let checksum = Bytes::read(Table::State, row, schema::STATE_COLUMNS)?.checksum();
    if row.get::<_, i64>(schema::STATE_COLUMNS)? != checksum {
        return Err(Fault::Corrupt("its state is not what was written"));
    }
    let (ledger, commits, is_anchored): ([u8; 16], i64, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
    if ledger != origin {
        return Err(Fault::Corrupt("its log is that of another ledger"));
    }
    let commits = u64::try_from(commits).map_err(|_| Fault::Corrupt("a count of commits is negative"))?;
    let monotonic = match (row.get::<_, Option<[u8; 16]>>(6)?, row.get::<_, Option<i64>>(7)?) {
        (Some(boot), Some(elapsed_ms)) => {
            let elapsed_ms = u64::try_from(elapsed_ms).map_err(|_| Fault::Corrupt("a clock ran backwards"))?;
            Some(Monotonic { boot: u128::from_be_bytes(boot), elapsed_ms })
        }
        _ => None,
    };
    let (now_ms, wall_ms, latest_ms) = (row.get(3)?, row.get(4)?, row.get(5)?);
    time(now_ms)?;
    Ok(State {
        mark: Mark { ledger: u128::from_be_bytes(ledger), commits },
        is_anchored,
        checksums: Checksums { chain: row.get(8)?, contents: row.get(9)? },
        time: Some(LedgerTime { now_ms, wall_ms, latest_ms, monotonic }),
    })
}

pub(super) fn check_contents(connection: &Connection, state: &State) -> Result<(), Fault> {
    if checksum::contents(connection)? == state.checksums.contents {
        return Ok(());
    }
    Err(Fault::Corrupt("a name, a draw or a stay is not what was written"))
}

/// A receipt whose checksum waits for the one before it.
pub(super) struct Link {
    bytes: Bytes,
    pub(super) checksum: i64,
}

impl Link {
    pub(super) fn read(row: &Row<'_>) -> Result<Self, Fault> {
        let bytes = Bytes::read(Table::Receipt, row, schema::RECEIPT_COLUMNS)?;
        Ok(Self { bytes, checksum: row.get(schema::RECEIPT_COLUMNS)? })
    }

    pub(super) fn is_after(&self, before: i64) -> Result<(), Fault> {
        if self.bytes.checksum_after(before) == self.checksum { Ok(()) } else { Err(NOT_AS_WRITTEN) }
    }
}

const NOT_AS_WRITTEN: Fault = Fault::Corrupt("a receipt is not what was written");

pub(super) fn is_last(chain: i64, checksum: i64) -> Result<(), Fault> {
    if chain == checksum { Ok(()) } else { Err(Fault::Corrupt("its last receipt is missing, or is another")) }
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
        let point = point(row.get(2)?, "a draw is no lattice point")?;
        let draw = Draw { tick: row.get(1)?, since: row.get(3)?, point, threshold_noise_cm: row.get(5)? };
        account.set_draw(purpose, draw, sequence(row.get(4)?)?);
    }
    Ok(())
}

fn read_outputs(connection: &Connection, account: &mut Account) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(schema::SELECT_OUTPUTS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let purpose = known_name(account, row.get(0)?)?;
        let point = point(row.get(1)?, "an output is no lattice point")?;
        account.set_output(purpose, point, sequence(row.get(2)?)?);
    }
    Ok(())
}

fn point(bits: i64, fault: &'static str) -> Result<LatticePoint, Fault> {
    u64::try_from(bits).ok().and_then(LatticePoint::from_bits).ok_or(Fault::Corrupt(fault))
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

fn read_losses(
    connection: &Connection,
    chain: i64,
    left_at_ms: i64,
    asked: Accounting,
    losses: &mut Vec<Recorded>,
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(schema::SELECT_LOSSES)?;
    let mut rows = statement.query([])?;
    let mut later: Option<Link> = None;
    let mut is_enough = false;
    while let Some(row) = rows.next()? {
        let link = Link::read(row)?;
        match later.take() {
            Some(later) => later.is_after(link.checksum)?,
            None => is_last(chain, link.checksum)?,
        }
        if is_enough {
            return Ok(());
        }
        let (receipt, time_ms, loss) = (sequence(row.get(0)?)?, row.get(1)?, loss(row.get(8)?)?);
        time(time_ms)?;
        is_counted_in(row.get(9)?, asked)?;
        if let Some(later) = losses.last() {
            follows(receipt, later.receipt)?;
            if time_ms > later.time_ms {
                return Err(Fault::Corrupt("a receipt is dated after the next one"));
            }
        }
        losses.push(Recorded { time_ms, receipt, is_stay: false, loss });
        is_enough = time_ms <= left_at_ms;
        later = Some(link);
    }
    match (later, losses.last()) {
        (Some(link), Some(first)) => link.is_after(0).and_then(|()| follows(0, first.receipt)),
        _ => is_last(chain, 0),
    }
}

fn read_stays(connection: &Connection, left_at_ms: i64, losses: &mut Vec<Recorded>) -> Result<(), Fault> {
    let last = losses.first().map_or(0, |newest| newest.receipt);
    let mut statement = connection.prepare_cached(schema::SELECT_STAYS)?;
    let mut rows = statement.query([left_at_ms])?;
    while let Some(row) = rows.next()? {
        let (receipt, loss, time_ms) = (sequence(row.get(0)?)?, loss(row.get(1)?)?, row.get(2)?);
        time(time_ms)?;
        if receipt > last {
            return Err(Fault::Corrupt("a stay has no receipt"));
        }
        losses.push(Recorded { time_ms, receipt, is_stay: true, loss });
    }
    Ok(())
}

fn read_forfeits(
    connection: &Connection,
    left_at_ms: i64,
    asked: Accounting,
    losses: &mut Vec<Recorded>,
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(schema::SELECT_FORFEITS)?;
    let mut rows = statement.query([left_at_ms])?;
    while let Some(row) = rows.next()? {
        let (time_ms, loss) = (row.get(0)?, loss(row.get(1)?)?);
        is_counted_in(row.get(2)?, asked)?;
        losses.push(Recorded { time_ms, receipt: 0, is_stay: false, loss });
    }
    Ok(())
}

/// Every receipt, the oldest first, within a database transaction.
pub(super) fn receipts(
    connection: &Connection,
    path: &Path,
    visit: &mut dyn FnMut(Receipt) -> ControlFlow<()>,
) -> Result<(), LedgerError> {
    let mut read = || {
        let state = read_state(connection)?;
        check_contents(connection, &state)?;
        let mut statement = connection.prepare_cached(schema::SELECT_RECEIPTS)?;
        let mut rows = statement.query([])?;
        let mut last: Option<(u64, Timestamp)> = None;
        let mut chain = 0;
        while let Some(row) = rows.next()? {
            let link = Link::read(row)?;
            link.is_after(chain)?;
            chain = link.checksum;
            let receipt = receipt(row)?;
            comes_after(last, &receipt)?;
            last = Some((receipt.sequence, receipt.time));
            if visit(receipt).is_break() {
                return Ok(());
            }
        }
        is_last(state.checksums.chain, chain)
    };
    read().map_err(|fault: Fault| fault.at(path))
}

/// Whether a receipt is the next one after another, of which the sequence number and the time are given.
pub(super) fn comes_after(last: Option<(u64, Timestamp)>, receipt: &Receipt) -> Result<(), Fault> {
    follows(last.map_or(0, |(sequence, _)| sequence), receipt.sequence)?;
    if last.is_some_and(|(_, time)| time > receipt.time) {
        return Err(Fault::Corrupt("a receipt is dated after the next one"));
    }
    Ok(())
}

pub(super) fn receipt(row: &Row<'_>) -> Result<Receipt, Fault> {
    let span_ms =
        u64::try_from(row.get::<_, i64>(7)?).map_err(|_| Fault::Corrupt("a time bucket has a negative length"))?;
    Ok(Receipt {
        sequence: sequence(row.get(0)?)?,
        time: time(row.get(1)?)?,
        purpose: row.get(11)?,
        destination: row.get(12)?,
        grid: row.get(13)?,
        cell: row.get(5)?,
        bucket: time(row.get(6)?)?,
        span: Duration::from_millis(span_ms),
        accounting: accounting(row.get(9)?)?,
        loss: loss(row.get(8)?)?,
        stay: match row.get(14)? {
            Some(billionths) => Some((loss(billionths)?, time(row.get(15)?)?)),
            None => None,
        },
    })
}

fn sequence(number: i64) -> Result<u64, Fault> {
    u64::try_from(number).map_err(|_| Fault::Corrupt("a receipt has a negative number"))
}

fn follows(earlier: u64, later: u64) -> Result<(), Fault> {
    if earlier.checked_add(1) == Some(later) { Ok(()) } else { Err(Fault::Corrupt("a receipt is missing")) }
}

/// That a stored loss is what the budget counts.
fn is_counted_in(code: i64, asked: Accounting) -> Result<(), Fault> {
    let found = accounting(code)?;
    if found == asked { Ok(()) } else { Err(Fault::OtherAccounting { found, asked }) }
}

fn accounting(code: i64) -> Result<Accounting, Fault> {
    schema::accounting(code).ok_or(Fault::Corrupt("a loss is of no known kind"))
}

fn time(time_ms: i64) -> Result<Timestamp, Fault> {
    timestamp(time_ms).ok_or(Fault::Corrupt("a time is beyond the calendar"))
}

fn loss(billionths: i64) -> Result<PrivacyLoss, Fault> {
    let billionths = u64::try_from(billionths).map_err(|_| Fault::Corrupt("a loss is negative"))?;
    Ok(PrivacyLoss::from_billionths(billionths))
}
