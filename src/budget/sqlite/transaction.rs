//! One transaction on a ledger's file, from its look at the account to its durable end.

use core::time::Duration;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, ToSql, params};

use super::checksum::{self, Bytes, Checksums, Table};
use super::file::failure;
use super::state::{State, write_state};
use super::{run, schema};
use crate::budget::account::Account;
use crate::budget::anchor::{Anchor, Mark};
use crate::budget::catalogue::{Catalogue, NameId};
use crate::budget::choice;
use crate::budget::error::LedgerError;
use crate::budget::ledger::{Charge, Choice, Chosen, Draw, Spent, Transaction};
use crate::budget::loss::PrivacyLoss;
use crate::budget::record::{Entry, Served, Standing, Stay};
use crate::budget::time::Reading;
use crate::budget::zones::{Row, ZoneDraw, Zones};
use crate::lattice::LatticePoint;
use crate::zone::Zone;

pub(super) struct SqliteTransaction<'a> {
    pub(super) connection: &'a Connection,
    pub(super) path: &'a Path,
    pub(super) account: &'a mut Account,
    pub(super) mark: &'a mut Mark,
    pub(super) is_anchored: &'a mut bool,
    pub(super) erased: u64,
    /// With what the transaction wrote so far.
    pub(super) checksums: Checksums,
    pub(super) kept_checksums: &'a mut Checksums,
    pub(super) anchor: &'a mut Option<Box<dyn Anchor>>,
    pub(super) anchor_has_it: &'a mut bool,
    pub(super) is_set_back: &'a mut bool,
    /// What counts as spent from this transaction on.
    pub(super) forfeit: Option<PrivacyLoss>,
    /// Where the data version is put back when the account is again what the file holds.
    pub(super) kept: &'a mut Option<i64>,
    pub(super) data_version: i64,
    pub(super) step: Step,
    /// What writes receipts, kept from one to the next: looking it up costs as much as a third of a receipt.
    pub(super) insert: Option<CachedStatement<'a>>,
    /// What the last receipt's checksum was over: its room is used again.
    pub(super) bytes: Bytes,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Step {
    Open {
        wrote: bool,
    },
    /// A step failed: SQLite may have undone the transaction already, and a further step would stand alone.
    Failed,
    Ended,
}

/// Runs a statement that writes a row; the checksum of the row.
pub(super) fn put(connection: &Connection, sql: &str, table: Table, row: &[&dyn ToSql]) -> rusqlite::Result<i64> {
    connection.prepare_cached(sql)?.execute(row)?;
    Ok(Bytes::written(table, row)?.checksum())
}

/// Writes the names and terms that are new.
pub(super) fn write_catalogue(
    connection: &Connection,
    catalogue: &Catalogue,
    checksums: &mut Checksums,
) -> rusqlite::Result<()> {
    for (id, text) in catalogue.added_names() {
        checksums.add(put(connection, schema::INSERT_NAME, Table::Name, params![id, text])?);
    }
    for (id, terms) in catalogue.added_terms() {
        let (rule, accounting) = (terms.rule.map(schema::rule_code), schema::accounting_code(terms.accounting));
        let row = params![id, terms.purpose, terms.destination, terms.grid, rule, terms.span_ms, accounting];
        checksums.add(put(connection, schema::INSERT_TERMS, Table::Terms, row)?);
    }
    Ok(())
}

impl SqliteTransaction<'_> {
    fn write(&mut self, entry: &Entry, charge: &Charge<'_>) -> rusqlite::Result<()> {
        let insert = match &mut self.insert {
            Some(insert) => insert,
            None => self.insert.insert(self.connection.prepare_cached(schema::INSERT_RECEIPT)?),
        };
        let numbers = [
            entry.sequence as i64,
            entry.time_ms,
            i64::from(entry.terms),
            charge.bucket.as_millisecond(),
            // No window allows a loss beyond i64.
            charge.loss.billionths() as i64,
        ];
        let checksum = self.bytes.receipt(numbers).checksum_after(self.checksums.chain);
        for (place, number) in (1..).zip(numbers) {
            insert.raw_bind_parameter(place, number)?;
        }
        insert.raw_bind_parameter(6, charge.cell)?;
        insert.raw_bind_parameter(7, checksum)?;
        insert.raw_execute()?;
        self.checksums.chain = checksum;
        self.checksums.add_place(checksum::cell(&mut self.bytes, entry.sequence, charge.cell));
        Ok(())
    }

    fn write_latest(&mut self) -> rusqlite::Result<()> {
        let mut checksums = self.checksums;
        for (purpose, before, now) in self.account.changed_draws() {
            let mut row = |Standing { draw, receipt }: Standing, is_before: bool| {
                let row = params![
                    purpose,
                    schema::DRAW,
                    draw.tick,
                    draw.point.to_bits() as i64, // 48 bits
                    draw.since,
                    receipt as i64,
                    draw.threshold_noise_cm,
                    None::<i64>,
                ];
                self.replace(&mut checksums, schema::UPSERT_LATEST, Table::Latest, row, is_before)
            };
            before.map_or(Ok(()), |before| row(before, true))?;
            row(now, false)?;
        }
        for ((purpose, destination), before, now) in self.account.changed_served() {
            const NONE: Option<i64> = None;
            let mut row = |served: Served, is_before: bool| {
                let row = params![purpose, destination, served.tick, NONE, NONE, NONE, NONE, served.terms];
                self.replace(&mut checksums, schema::UPSERT_LATEST, Table::Latest, row, is_before)
            };
            before.map_or(Ok(()), |before| row(before, true))?;
            row(now, false)?;
        }
        for (purpose, before, now) in self.account.changed_choices() {
            let mut row = |kept: choice::Kept, is_before: bool| {
                let temporary = kept.temporary;
                let row = params![
                    purpose,
                    kept.standing,
                    temporary.map(|kept| kept.ceiling),
                    temporary.map(|kept| kept.since_wall_ms),
                    temporary.map(|kept| kept.until_wall_ms),
                    temporary.map(|kept| kept.until_ms),
                ];
                self.replace(&mut checksums, schema::UPSERT_CHOICE, Table::Choice, row, is_before)
            };
            before.map_or(Ok(()), |before| row(before, true))?;
            row(now, false)?;
        }
        for (receipt, before, now) in self.account.changed_stays() {
            let mut row = |stay: Stay, is_before: bool| {
                let row = params![receipt as i64, stay.purpose, stay.loss.billionths() as i64, stay.last_ms];
                self.replace(&mut checksums, schema::UPSERT_STAY, Table::Stay, row, is_before)
            };
            before.map_or(Ok(()), |before| row(before, true))?;
            row(now, false)?;
        }
        let mut output = |(purpose, point): (NameId, LatticePoint), receipt: u64, is_before: bool| {
            let row = params![purpose, point.to_bits() as i64, receipt as i64];
            self.replace(&mut checksums, schema::UPSERT_OUTPUT, Table::Output, row, is_before)
        };
        for (key, before, now) in self.account.changed_outputs() {
            before.map_or(Ok(()), |before| output(key, before, true))?;
            output(key, now, false)?;
        }
        for (key @ (purpose, point), before) in self.account.forgotten_outputs() {
            output(key, before, true)?;
            self.connection.prepare_cached(schema::DELETE_OUTPUT)?.execute(params![purpose, point.to_bits() as i64])?;
        }
        for (number, before, now) in self.account.changed_zones() {
            let mut row = |row: &Row, is_before: bool| {
                with_columns(number, row, |row| {
                    self.replace(&mut checksums, schema::UPSERT_ZONE, Table::Zone, row, is_before)
                })
            };
            before.map_or(Ok(()), |before| row(before, true))?;
            row(now, false)?;
        }
        self.checksums = checksums;
        self.write_state()
    }

    /// The checksum of a row that takes the place of another: one call takes out what was before, one writes what is now.
    fn replace(
        &self,
        checksums: &mut Checksums,
        sql: &str,
        table: Table,
        row: &[&dyn ToSql],
        is_before: bool,
    ) -> rusqlite::Result<()> {
        if is_before {
            checksums.remove(Bytes::written(table, row)?.checksum());
        } else {
            checksums.add(put(self.connection, sql, table, row)?);
        }
        Ok(())
    }

    fn write_state(&mut self) -> rusqlite::Result<()> {
        let Some(time) = self.account.clock() else { return Ok(()) };
        if let Some(loss) = self.forfeit {
            let accounting = schema::accounting_code(self.account.budget().accounting());
            let row = params![time.now_ms, loss.billionths() as i64, accounting];
            self.checksums.add(put(self.connection, schema::INSERT_FORFEIT, Table::Forfeit, row)?);
        }
        let state = State {
            mark: Mark { commits: self.mark.commits + 1, ..*self.mark },
            is_anchored: *self.is_anchored || *self.anchor_has_it,
            erased: self.erased,
            checksums: self.checksums,
            time: Some(time),
        };
        write_state(self.connection, &state)
    }

    /// After a failure nothing more can be done; the account is read again when next it is needed.
    fn fail<T>(&mut self, error: LedgerError) -> Result<T, LedgerError> {
        self.step = Step::Failed;
        Err(error)
    }

    fn will_write(&mut self) -> Result<(), LedgerError> {
        if self.step == Step::Failed {
            return Err(self.abandoned());
        }
        self.step = Step::Open { wrote: true };
        Ok(())
    }

    fn abandoned(&self) -> LedgerError {
        LedgerError::Abandoned { path: self.path.into() }
    }

    fn roll_back(&mut self) -> Result<(), LedgerError> {
        self.insert = None;
        let ended = run(self.connection, self.path, schema::ROLLBACK);
        self.account.rollback();
        if self.step != Step::Failed && ended.is_ok() {
            *self.kept = Some(self.data_version);
        }
        self.step = Step::Ended;
        ended
    }
}

/// A zone as its table has it.
pub(super) fn with_columns<T>(number: usize, row: &Row, then: impl FnOnce(&[&dyn ToSql]) -> T) -> T {
    let Row { time_ms, loss, is_on, zone } = row;
    let name = zone.as_ref().map(Zone::name);
    let point = zone.as_ref().map(|zone| zone.stand_in().to_bits() as i64);
    let radius_m = zone.as_ref().map(Zone::radius_m);
    then(params![number as i64, time_ms, loss.billionths() as i64, is_on, name, point, radius_m])
}

impl Transaction for SqliteTransaction<'_> {
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
        self.will_write()?;
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
        self.will_write()?;
        Ok(self.account.stay(purpose, loss))
    }

    fn hold(&mut self, purpose: &str, destination: &str, draw: Draw, tick: i64) -> Result<(), LedgerError> {
        self.will_write()?;
        self.account.hold(purpose, destination, draw, tick);
        Ok(())
    }

    fn charge(&mut self, charge: &Charge<'_>) -> Result<Result<u64, Spent>, LedgerError> {
        let wrote = self.step;
        self.will_write()?;
        let entry = match self.account.charge(charge) {
            Ok(entry) => entry,
            Err(spent) => {
                self.step = wrote;
                return Ok(Err(spent));
            }
        };
        match self.write(&entry, charge) {
            Ok(()) => Ok(Ok(entry.sequence)),
            Err(error) => self.fail(failure(self.path, error)),
        }
    }

    fn zones(&self) -> Result<&Zones, LedgerError> {
        Ok(self.account.zones())
    }

    fn protect(&mut self, draw: &ZoneDraw<'_>) -> Result<Result<(), Spent>, LedgerError> {
        let wrote = self.step;
        self.will_write()?;
        let protected = self.account.protect(draw);
        if protected.is_err() {
            self.step = wrote;
        }
        Ok(protected)
    }

    fn set_zone(&mut self, number: usize, name: Option<&str>) -> Result<(), LedgerError> {
        self.will_write()?;
        self.account.set_zone(number, name);
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<(), LedgerError> {
        let Step::Open { wrote } = self.step else { return Err(self.abandoned()) };
        if !self.account.keep_turned_clock() && !wrote {
            return self.roll_back();
        }
        self.insert = None;
        let catalogue = self.account.catalogue();
        let written =
            write_catalogue(self.connection, catalogue, &mut self.checksums).and_then(|()| self.write_latest());
        let written = written.map_err(|error| failure(self.path, error));
        if let Err(error) = written.and_then(|()| run(self.connection, self.path, schema::COMMIT)) {
            return self.fail(error);
        }
        self.account.commit();
        *self.kept = Some(self.data_version);
        self.step = Step::Ended;
        self.mark.commits += 1;
        *self.is_anchored |= *self.anchor_has_it;
        *self.kept_checksums = self.checksums;
        // The charge is durable; only what is anchored too may be released.
        if let Some(anchor) = self.anchor {
            let written = anchor.write(*self.mark);
            written.map_err(|source| LedgerError::Anchor { path: self.path.into(), action: "written", source })?;
            (*self.anchor_has_it, *self.is_set_back) = (true, false);
        }
        Ok(())
    }
}

impl Drop for SqliteTransaction<'_> {
    fn drop(&mut self) {
        if self.step != Step::Ended {
            // If this fails, the next transaction on the connection tries again, and the file's end of it is undone when
            // the connection closes.
            let _ = self.roll_back();
        }
    }
}
