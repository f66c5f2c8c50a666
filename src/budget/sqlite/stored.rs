//! Reading what a ledger's file holds. No value is trusted.

use core::ops::ControlFlow;
use core::time::Duration;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params_from_iter};

use super::checksum::{self, Bytes, Checksums, Table};
use super::file::{damaged, failure};
use super::schema;
use super::state::{State, read_state};
use crate::budget::account::Account;
use crate::budget::accountant::timestamp;
use crate::budget::accounting::Accounting;
use crate::budget::catalogue::{Catalogue, NameId, Terms, TermsId};
use crate::budget::choice;
use crate::budget::error::LedgerError;
use crate::budget::ledger::Draw;
use crate::budget::loss::PrivacyLoss;
use crate::budget::receipt::{Receipt, Rule};
use crate::budget::record::{Recorded, RecordedKind, Served};
use crate::budget::window::Budget;
use crate::budget::zones::Row as ZoneRow;
use crate::lattice::LatticePoint;
use crate::zone::Zone;

/// What is wrong with a file: SQLite's word, or ours.
pub(super) enum Fault {
    /// Behind a pointer, since everything that is read passes through a result that could hold one.
    Database(Box<rusqlite::Error>),
    OtherAccounting {
        found: Accounting,
        asked: Accounting,
    },
    Corrupt(&'static str),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

impl Fault {
    pub(super) fn at(self, path: &Path) -> LedgerError {
        match self {
            Self::Database(error) => failure(path, *error),
            Self::OtherAccounting { found, asked } => LedgerError::OtherAccounting { found, asked },
            Self::Corrupt(what) => damaged(path, what),
        }
    }
}

/// The account under a budget, with every charge that a window may still hold. Receipts are numbered in the order of
/// time, so that the last ones are enough.
pub(super) fn account(connection: &Connection, path: &Path, budget: &Budget) -> Result<(Account, State), LedgerError> {
    let read = || {
        let state = read_state(connection)?;
        check_contents(connection, &state)?;
        let mut account = Account::new(budget.clone(), read_catalogue(connection)?);
        read_draws(connection, &mut account)?;
        read_outputs(connection, &mut account)?;
        read_served(connection, &mut account)?;
        read_choices(connection, &mut account)?;
        read_zones(connection, &mut account)?;
        let mut losses = Vec::new();
        let now_ms = state.time.map_or(i64::MIN, |time| time.now_ms);
        let left_at_ms = now_ms.saturating_sub(budget.longest_ms());
        let last = read_losses(connection, state.checksums.chain, left_at_ms, &account, &mut losses)?;
        read_stays(connection, left_at_ms, last, &account, &mut losses)?;
        read_forfeits(connection, left_at_ms, budget.accounting(), &mut losses)?;
        losses.extend(account.zone_losses(budget.accounting()));
        if losses.iter().any(|recorded| recorded.time_ms > now_ms) {
            return Err(Fault::Corrupt("a charge is dated after the ledger's time"));
        }
        account.record(losses);
        account.set_clock(state.time);
        Ok((account, state))
    };
    read().map_err(|fault: Fault| fault.at(path))
}

pub(super) fn check_contents(connection: &Connection, state: &State) -> Result<(), Fault> {
    are_contents(state, checksum::contents(connection, &schema::SELECT_CONTENTS)?)
}

/// That the sum over all rows but those of receipts and state is what was written.
pub(super) fn are_contents(state: &State, contents: i64) -> Result<(), Fault> {
    if contents == state.checksums.contents {
        return Ok(());
    }
    Err(Fault::Corrupt("a name, a draw, a stay or a zone is not what was written"))
}

/// A receipt whose checksum waits for the one before it.
pub(super) struct Link {
    bytes: Bytes,
    pub(super) checksum: i64,
}

impl Link {
    /// The first columns of a row, and its checksum, which is the next.
    pub(super) fn read(row: &Row<'_>, columns: usize) -> Result<Self, Fault> {
        Ok(Self { bytes: Bytes::read(Table::Receipt, row, columns)?, checksum: row.get(columns)? })
    }

    pub(super) fn is_after(&self, before: i64) -> Result<(), Fault> {
        if self.bytes.checksum_after(before) == self.checksum { Ok(()) } else { Err(NOT_AS_WRITTEN) }
    }
}

const NOT_AS_WRITTEN: Fault = Fault::Corrupt("a receipt is not what was written");

pub(super) fn is_last(chain: i64, checksum: i64) -> Result<(), Fault> {
    if chain == checksum { Ok(()) } else { Err(Fault::Corrupt("its last receipt is missing, or is another")) }
}

/// Reads every row that a statement selects.
fn each(
    connection: &Connection,
    select: &str,
    parameters: &[i64],
    read: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(select)?;
    let mut rows = statement.query(params_from_iter(parameters))?;
    while let Some(row) = rows.next()? {
        read(row)?;
    }
    Ok(())
}

fn read_catalogue(connection: &Connection) -> Result<Catalogue, Fault> {
    let mut catalogue = Catalogue::default();
    let mut next: NameId = 0;
    each(connection, schema::SELECT_NAMES, &[], &mut |row| {
        let text: String = row.get(1)?;
        // A name that stands twice gets its first number again.
        if row.get::<_, NameId>(0)? != next || catalogue.intern(&text) != next {
            return Err(Fault::Corrupt("a name is missing or stands twice"));
        }
        next += 1;
        Ok(())
    })?;
    each(connection, schema::SELECT_TERMS, &[], &mut |row| {
        let terms = Terms {
            purpose: known_name(&catalogue, row.get(1)?)?,
            destination: known_name(&catalogue, row.get(2)?)?,
            grid: row.get::<_, String>(3)?.into(),
            rule: row.get::<_, Option<i64>>(4)?.map(rule).transpose()?,
            span_ms: span_ms(row.get(5)?)?,
            accounting: accounting(row.get(6)?)?,
        };
        if catalogue.add_terms(terms) != row.get::<_, TermsId>(0)? {
            return Err(Fault::Corrupt("the terms of a receipt are missing"));
        }
        Ok(())
    })?;
    Ok(catalogue)
}

fn read_draws(connection: &Connection, account: &mut Account) -> Result<(), Fault> {
    each(connection, schema::SELECT_DRAWS, &[], &mut |row| {
        let purpose = known_name(account.catalogue(), row.get(0)?)?;
        let point = point(row.get(2)?, "a draw is no lattice point")?;
        let draw = Draw { tick: row.get(1)?, since: row.get(3)?, point, threshold_noise_cm: row.get(5)? };
        account.set_draw(purpose, draw, sequence(row.get(4)?)?);
        Ok(())
    })
}

fn read_outputs(connection: &Connection, account: &mut Account) -> Result<(), Fault> {
    each(connection, schema::SELECT_OUTPUTS, &[], &mut |row| {
        let purpose = known_name(account.catalogue(), row.get(0)?)?;
        let point = point(row.get(1)?, "an output is no lattice point")?;
        account.set_output(purpose, point, sequence(row.get(2)?)?);
        Ok(())
    })
}

fn point(bits: i64, fault: &'static str) -> Result<LatticePoint, Fault> {
    u64::try_from(bits).ok().and_then(LatticePoint::from_bits).ok_or(Fault::Corrupt(fault))
}

fn read_served(connection: &Connection, account: &mut Account) -> Result<(), Fault> {
    each(connection, schema::SELECT_SERVED, &[], &mut |row| {
        let catalogue = account.catalogue();
        let (purpose, destination) = (known_name(catalogue, row.get(0)?)?, known_name(catalogue, row.get(1)?)?);
        let terms: Option<TermsId> = row.get(3)?;
        terms.map_or(Ok(()), |terms| known_terms(catalogue, terms).map(drop))?;
        account.set_served(purpose, destination, Served { tick: row.get(2)?, terms });
        Ok(())
    })
}

fn read_choices(connection: &Connection, account: &mut Account) -> Result<(), Fault> {
    each(connection, schema::SELECT_CHOICES, &[], &mut |row| {
        let name = |id: Option<NameId>| id.map(|id| known_name(account.catalogue(), id)).transpose();
        let (purpose, standing) = (known_name(account.catalogue(), row.get(0)?)?, name(row.get(1)?)?);
        let temporary = match name(row.get(2)?)? {
            Some(ceiling) => Some(choice::Temporary {
                ceiling,
                since_wall_ms: row.get(3)?,
                until_wall_ms: row.get(4)?,
                until_ms: row.get(5)?,
            }),
            None => None,
        };
        account.set_choice(purpose, choice::Kept { standing, temporary });
        Ok(())
    })
}

fn read_zones(connection: &Connection, account: &mut Account) -> Result<(), Fault> {
    let mut next: i64 = 0;
    each(connection, schema::SELECT_ZONES, &[], &mut |row| {
        if row.get::<_, i64>(0)? != next {
            return Err(Fault::Corrupt("a zone is missing"));
        }
        next += 1;
        let time_ms = row.get(1)?;
        let since = time(time_ms)?;
        let zone = match row.get::<_, Option<String>>(4)? {
            Some(name) => {
                let radius_m: f64 = row.get(6)?;
                if !(radius_m.is_finite() && radius_m > 0.0) {
                    return Err(Fault::Corrupt("a zone has no radius"));
                }
                Some(Zone::new(&name, point(row.get(5)?, "a zone's centre is no lattice point")?, radius_m, since))
            }
            None => None,
        };
        account.add_zone(ZoneRow { time_ms, loss: loss(row.get(2)?)?, is_on: row.get(3)?, zone });
        Ok(())
    })
}

fn known_name(catalogue: &Catalogue, id: NameId) -> Result<NameId, Fault> {
    catalogue.name(id).map(|_| id).ok_or(Fault::Corrupt("a purpose or destination has no name"))
}

/// Reads what receipts cost, and returns the number of the last one.
fn read_losses(
    connection: &Connection,
    chain: i64,
    left_at_ms: i64,
    account: &Account,
    losses: &mut Vec<Recorded>,
) -> Result<u64, Fault> {
    let mut statement = connection.prepare_cached(schema::SELECT_LOSSES)?;
    let mut rows = statement.query([])?;
    let mut last = 0;
    let mut later: Option<(Link, u64, i64)> = None;
    let mut is_enough = false;
    while let Some(row) = rows.next()? {
        let link = Link::read(row, schema::RECEIPT_COLUMNS)?;
        let (receipt, time_ms, loss) = (sequence(row.get(0)?)?, row.get(1)?, loss(row.get(4)?)?);
        time(time_ms)?;
        match later.take() {
            Some((later, later_receipt, later_ms)) => {
                later.is_after(link.checksum)?;
                follows(receipt, later_receipt)?;
                if time_ms > later_ms {
                    return Err(Fault::Corrupt("a receipt is dated after the next one"));
                }
            }
            None => {
                is_last(chain, link.checksum)?;
                last = receipt;
            }
        }
        if is_enough {
            return Ok(last);
        }
        let terms = known_terms(account.catalogue(), row.get(2)?)?;
        is_counted_in(terms.accounting, account.budget().accounting())?;
        let kind = RecordedKind::Receipt { receipt, purpose: terms.purpose };
        losses.push(Recorded { time_ms, kind, loss });
        is_enough = time_ms <= left_at_ms;
        later = Some((link, receipt, time_ms));
    }
    match later {
        Some((link, first, _)) => link.is_after(0).and_then(|()| follows(0, first))?,
        None => is_last(chain, 0)?,
    }
    Ok(last)
}

fn known_terms(catalogue: &Catalogue, id: TermsId) -> Result<&Terms, Fault> {
    catalogue.terms(id).ok_or(Fault::Corrupt("the terms of a receipt are missing"))
}

fn read_stays(
    connection: &Connection,
    left_at_ms: i64,
    last: u64,
    account: &Account,
    losses: &mut Vec<Recorded>,
) -> Result<(), Fault> {
    each(connection, schema::SELECT_STAYS, &[left_at_ms], &mut |row| {
        let (receipt, purpose) = (sequence(row.get(0)?)?, known_name(account.catalogue(), row.get(1)?)?);
        let (loss, time_ms) = (loss(row.get(2)?)?, row.get(3)?);
        time(time_ms)?;
        if receipt > last {
            return Err(Fault::Corrupt("a stay has no receipt"));
        }
        losses.push(Recorded { time_ms, kind: RecordedKind::Stay { receipt, purpose }, loss });
        Ok(())
    })
}

fn read_forfeits(
    connection: &Connection,
    left_at_ms: i64,
    asked: Accounting,
    losses: &mut Vec<Recorded>,
) -> Result<(), Fault> {
    each(connection, schema::SELECT_FORFEITS, &[left_at_ms], &mut |row| {
        let (time_ms, loss) = (row.get(0)?, loss(row.get(1)?)?);
        is_counted_in(accounting(row.get(2)?)?, asked)?;
        losses.push(Recorded { time_ms, kind: RecordedKind::Forfeit, loss });
        Ok(())
    })
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
        let mut reader = ReceiptReader::new(connection, Some(state))?;
        let mut statement = connection.prepare_cached(schema::SELECT_RECEIPTS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if visit(reader.read(row)?).is_break() {
                return Ok(());
            }
        }
        reader.end()
    };
    read().map_err(|fault: Fault| fault.at(path))
}

/// Reads receipts in order, each compared with what the one before leads to.
pub(super) struct ReceiptReader {
    catalogue: Catalogue,
    /// `None` if it cannot be read.
    state: Option<State>,
    /// What the receipts that were read add up to.
    checksums: Checksums,
    last: Option<(u64, Timestamp)>,
    bytes: Bytes,
}

impl ReceiptReader {
    pub(super) fn new(connection: &Connection, state: Option<State>) -> Result<Self, Fault> {
        let catalogue = read_catalogue(connection)?;
        Ok(Self { catalogue, state, checksums: Checksums::default(), last: None, bytes: Bytes::default() })
    }

    /// The next receipt. After a fault the one after it can still be read.
    pub(super) fn read(&mut self, row: &Row<'_>) -> Result<Receipt, Fault> {
        let number = row.get::<_, i64>(0).ok().and_then(|number| u64::try_from(number).ok());
        let read = self.read_next(row);
        self.last = match &read {
            Ok(receipt) => Some((receipt.sequence, receipt.time)),
            // The next one is compared with this one's place, not with that of the last whole one.
            Err(_) => number.zip(self.last.map(|(_, time)| time).or(Some(Timestamp::MIN))),
        };
        read
    }

    fn read_next(&mut self, row: &Row<'_>) -> Result<Receipt, Fault> {
        let link = Link::read(row, schema::RECEIPT_COLUMNS)?;
        let linked = link.is_after(self.checksums.chain);
        self.checksums.chain = link.checksum;
        linked?;
        let receipt = self.receipt(row)?;
        if let Some(cell) = &receipt.cell {
            self.checksums.add_place(checksum::cell(&mut self.bytes, receipt.sequence, cell));
        }
        if self.state.is_some_and(|state| receipt.cell.is_none() != (receipt.sequence <= state.erased)) {
            return Err(Fault::Corrupt("a receipt's cell is gone, or is there though it was erased"));
        }
        follows(self.last.map_or(0, |(sequence, _)| sequence), receipt.sequence)?;
        if self.last.is_some_and(|(_, time)| time > receipt.time) {
            return Err(Fault::Corrupt("a receipt is dated after the next one"));
        }
        Ok(receipt)
    }

    /// That the last receipt is the last, and that every cell is as it was written.
    pub(super) fn end(self) -> Result<(), Fault> {
        let Some(state) = self.state else { return Ok(()) };
        is_last(state.checksums.chain, self.checksums.chain)?;
        if self.checksums.places == state.checksums.places {
            return Ok(());
        }
        Err(Fault::Corrupt("a receipt's cell is not what was written"))
    }

    fn receipt(&self, row: &Row<'_>) -> Result<Receipt, Fault> {
        let terms = known_terms(&self.catalogue, row.get(2)?)?;
        let name = |id| self.catalogue.name(id).unwrap_or_default().to_owned();
        Ok(Receipt {
            sequence: sequence(row.get(0)?)?,
            time: time(row.get(1)?)?,
            purpose: name(terms.purpose),
            destination: name(terms.destination),
            grid: terms.grid.to_string(),
            rule: terms.rule,
            cell: row.get(6)?,
            bucket: time(row.get(3)?)?,
            span: Duration::from_millis(terms.span_ms.unsigned_abs()),
            accounting: terms.accounting,
            loss: loss(row.get(4)?)?,
            stay: match row.get(7)? {
                Some(billionths) => Some((loss(billionths)?, time(row.get(8)?)?)),
                None => None,
            },
        })
    }
}

fn span_ms(span_ms: i64) -> Result<i64, Fault> {
    if span_ms < 0 { Err(Fault::Corrupt("a time bucket has a negative length")) } else { Ok(span_ms) }
}

fn rule(code: i64) -> Result<Rule, Fault> {
    schema::rule(code).ok_or(Fault::Corrupt("a rule is of no known kind"))
}

pub(super) fn sequence(number: i64) -> Result<u64, Fault> {
    u64::try_from(number).map_err(|_| Fault::Corrupt("a receipt has a negative number"))
}

fn follows(earlier: u64, later: u64) -> Result<(), Fault> {
    if earlier.checked_add(1) == Some(later) { Ok(()) } else { Err(Fault::Corrupt("a receipt is missing")) }
}

/// That a stored loss is what the budget counts.
fn is_counted_in(found: Accounting, asked: Accounting) -> Result<(), Fault> {
    if found == asked { Ok(()) } else { Err(Fault::OtherAccounting { found, asked }) }
}

fn accounting(code: i64) -> Result<Accounting, Fault> {
    schema::accounting(code).ok_or(Fault::Corrupt("a loss is of no known kind"))
}

pub(super) fn time(time_ms: i64) -> Result<Timestamp, Fault> {
    timestamp(time_ms).ok_or(Fault::Corrupt("a time is beyond the calendar"))
}

fn loss(billionths: i64) -> Result<PrivacyLoss, Fault> {
    let billionths = u64::try_from(billionths).map_err(|_| Fault::Corrupt("a loss is negative"))?;
    Ok(PrivacyLoss::from_billionths(billionths))
}
