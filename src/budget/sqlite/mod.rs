//! [`SqliteLedger`]: a ledger that outlives the process, in one SQLite file.

mod check;
mod checksum;
mod file;
mod schema;
mod stored;

use core::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, ToSql, params};

pub use self::check::Finding;
use self::checksum::{Bytes, Checksums, Table};
use self::file::failure;
use self::stored::State;
use super::account::{Account, Entry, Standing, Stay};
use super::anchor::{Anchor, Mark};
use super::error::LedgerError;
use super::ledger::{Charge, Draw, Ledger, Remaining, Spent, Transaction};
use super::loss::PrivacyLoss;
use super::receipt::Receipt;
use super::time::{LedgerTime, Reading};
use super::window::Budget;
use crate::lattice::LatticePoint;

/// A durable ledger in one SQLite file. Several processes, and several connections of one, can share it.
///
/// - **Durable.** A commit returns when the disk has it (a write-ahead log, `synchronous = FULL`; `fullfsync` on Apple's
///   systems). A crash before that leaves nothing; a crash after it wastes budget and leaks nothing.
/// - **One writer at a time.** A transaction holds the write lock from its beginning; others wait for five seconds, then
///   fail with [`LedgerError::Busy`].
/// - **Private.** The file is made with mode 600, and SQLite gives its two companions (`-wal`, `-shm`) the same. A file
///   that is open to others is refused with [`LedgerError::Exposed`], not repaired: whoever could read it may have, and
///   whoever could write it may have refilled a window. It holds receipts, and each purpose's current draw: no raw
///   position.
/// - **Whole.** A new ledger appears at its path complete. What is empty, cut short, of another application or of a newer
///   version is refused and left as it is.
/// - **Checked.** Every row that bounds the next release is compared with a checksum when it is read; receipts that have left
///   every window are by [`receipts`](Ledger::receipts) and [`check`](Self::check). A faulty disk ends in
///   [`LedgerError::Corrupt`], not in a refilled window.
///
/// Keep the companions with the file when copying or moving it: the newest charges may be in them alone.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use hereabouts::{Budget, Ledger, PrivacyLoss, SqliteLedger, Window};
///
/// let folder = tempfile::tempdir()?;
/// let mut ledger = SqliteLedger::open(folder.path().join("ledger.db"))?;
/// let epsilon = PrivacyLoss::from_billionths(8_000_000_000);
/// let budget = Budget::new([Window::new(epsilon, Duration::from_secs(86_400))?])?;
/// assert_eq!(ledger.remaining(&budget, jiff::Timestamp::now().into())?[0].remaining(), epsilon);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SqliteLedger {
    connection: Connection,
    path: PathBuf,
    /// The account at this connection's last look.
    seen: Option<Seen>,
    anchor: Option<Box<dyn Anchor>>,
    /// Whether the anchor has a mark of this ledger: from then on one that knows nothing of it is suspect.
    anchor_has_it: bool,
    /// Whether the anchor says that charges are missing: the next commit counts every window as spent.
    is_set_back: bool,
}

#[derive(Debug)]
struct Seen {
    account: Account,
    mark: Mark,
    is_anchored: bool,
    checksums: Checksums,
    /// The file's data version then: it changes when another connection commits. None if the account may not be what the
    /// file holds, as during a transaction and after a failed one.
    data_version: Option<i64>,
}

impl SqliteLedger {
    /// Opens the ledger at a path, and makes it first where there is no file.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], with the file left as it is: [`Io`](LedgerError::Io) where none can be made or examined,
    /// [`NotAFile`](LedgerError::NotAFile), [`NotADatabase`](LedgerError::NotADatabase),
    /// [`Foreign`](LedgerError::Foreign), [`NewerSchema`](LedgerError::NewerSchema),
    /// [`Exposed`](LedgerError::Exposed), [`Corrupt`](LedgerError::Corrupt), [`ReadOnly`](LedgerError::ReadOnly),
    /// [`Busy`](LedgerError::Busy).
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let path = path.as_ref();
        // An absolute path cannot be taken for one of SQLite's special names (":memory:", "file:…").
        let path = std::path::absolute(path).map_err(|source| LedgerError::Io {
            path: path.into(),
            action: "found",
            source,
        })?;
        Ok(Self {
            connection: file::open(&path)?,
            path,
            seen: None,
            anchor: None,
            anchor_has_it: false,
            is_set_back: false,
        })
    }

    /// Watches over the ledger by an anchor outside its file.
    ///
    /// From now on each commit writes the anchor too, before it returns. If the anchor knows of charges that the ledger does
    /// not have, because the file was deleted or an older copy put in its place, **every window of the budget counts as spent**
    /// from the next transaction on: [`Spent::until`] says how long. The same if the ledger had an anchor before, and this one
    /// knows nothing of it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Anchor`] if it cannot be read, others if the ledger cannot.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use hereabouts::{Budget, FileAnchor, Ledger, PrivacyLoss, SqliteLedger, Timestamp, Window};
    ///
    /// let (folder, elsewhere) = (tempfile::tempdir()?, tempfile::tempdir()?);
    /// let path = folder.path().join("ledger.db");
    /// let open = || SqliteLedger::open(&path)?.with_anchor(FileAnchor::new(elsewhere.path().join("anchor")));
    /// let epsilon = PrivacyLoss::from_billionths(8_000_000_000);
    /// let budget = Budget::new([Window::new(epsilon, Duration::from_secs(86_400))?])?;
    /// assert_eq!(open()?.remaining(&budget, Timestamp::now().into())?[0].remaining(), epsilon);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_anchor(mut self, mut anchor: impl Anchor + 'static) -> Result<Self, LedgerError> {
        // Another process may write both at the same time: what is set back is so at a second look.
        for _ in 0..2 {
            // The anchor first: a commit in between only makes the ledger newer.
            let anchored = anchor.read().map_err(|source| self.anchor_failed("read", source))?;
            let state = stored::state(&self.connection, &self.path)?;
            self.is_set_back = match anchored {
                None => state.is_anchored,
                Some(anchored) => anchored.ledger != state.mark.ledger || anchored.commits > state.mark.commits,
            };
            self.anchor_has_it = anchored.is_some() && !self.is_set_back;
            if !self.is_set_back {
                break;
            }
        }
        self.anchor = Some(Box::new(anchor));
        Ok(self)
    }

    fn anchor_failed(&self, action: &'static str, source: std::io::Error) -> LedgerError {
        LedgerError::Anchor { path: self.path.clone(), action, source }
    }

    /// The ledger's file, as an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks at every row of the file: how many receipts there are, and what is not as it was written. It changes nothing.
    ///
    /// A transaction looks at what bounds the next release alone: at all but the receipts that have left every window.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the file cannot be read at all.
    pub fn check(&mut self) -> Result<(u64, Vec<Finding>), LedgerError> {
        self.start(schema::BEGIN_READING)?;
        let found = check::check(&self.connection, &self.path);
        let ended = run(&self.connection, &self.path, schema::ROLLBACK);
        let found = found?;
        ended.map(|()| found)
    }

    /// Starts a database transaction. One that could not be ended before is ended first.
    fn start(&self, sql: &str) -> Result<(), LedgerError> {
        if !self.connection.is_autocommit() {
            run(&self.connection, &self.path, schema::ROLLBACK)?;
        }
        run(&self.connection, &self.path, sql)
    }
}

fn run(connection: &Connection, path: &Path, sql: &str) -> Result<(), LedgerError> {
    let run = || connection.prepare_cached(sql)?.execute([]);
    run().map(drop).map_err(|error| failure(path, error))
}

/// The account under a budget and the file's data version, within a database transaction: as seen before, or read again
/// if another connection has committed or the budget is another.
fn look<'a>(
    connection: &Connection,
    path: &Path,
    seen: &'a mut Option<Seen>,
    budget: &Budget,
) -> Result<(&'a mut Seen, i64), LedgerError> {
    let version = || connection.prepare_cached(schema::DATA_VERSION)?.query_row([], |row| row.get(0));
    let data_version: i64 = version().map_err(|error| failure(path, error))?;
    let still_true = |seen: &Seen| seen.data_version == Some(data_version) && seen.account.budget() == budget;
    let now = match seen.take().filter(still_true) {
        Some(now) => now,
        None => {
            let (account, State { mark, is_anchored, checksums, .. }) = stored::account(connection, path, budget)?;
            Seen { account, mark, is_anchored, checksums, data_version: Some(data_version) }
        }
    };
    Ok((seen.insert(now), data_version))
}

impl core::fmt::Debug for SqliteLedger {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SqliteLedger").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Ledger for SqliteLedger {
    fn begin<'a>(&'a mut self, budget: &Budget, clock: Reading) -> Result<Box<dyn Transaction + 'a>, LedgerError> {
        self.start(schema::BEGIN_WRITING)?;
        let Self { connection, path, seen, anchor, anchor_has_it, is_set_back } = self;
        match look(connection, path, seen, budget) {
            Ok((Seen { account, mark, is_anchored, checksums: kept_checksums, data_version: kept }, data_version)) => {
                *kept = None;
                account.begin();
                account.advance(clock);
                let forfeit = is_set_back.then(|| account.forfeit());
                let step = Step::Open { wrote: forfeit.is_some() };
                Ok(Box::new(SqliteTransaction {
                    connection,
                    path,
                    account,
                    mark,
                    is_anchored,
                    checksums: *kept_checksums,
                    kept_checksums,
                    anchor,
                    anchor_has_it,
                    is_set_back,
                    forfeit,
                    kept,
                    data_version,
                    step,
                }))
            }
            Err(error) => {
                // The first error is the one to tell; the next transaction ends this one if need be.
                let _ = run(connection, path, schema::ROLLBACK);
                Err(error)
            }
        }
    }

    fn remaining(&mut self, budget: &Budget, now: Reading) -> Result<Vec<Remaining>, LedgerError> {
        self.start(schema::BEGIN_READING)?;
        let Self { connection, path, seen, is_set_back, .. } = self;
        let remaining = look(connection, path, seen, budget).map(|(seen, _)| seen.account.remaining(now, *is_set_back));
        let ended = run(connection, path, schema::ROLLBACK);
        let remaining = remaining?;
        ended.map(|()| remaining)
    }

    fn receipts(&mut self, visit: &mut dyn FnMut(Receipt) -> ControlFlow<()>) -> Result<(), LedgerError> {
        self.start(schema::BEGIN_READING)?;
        let read = stored::receipts(&self.connection, &self.path, visit);
        let ended = run(&self.connection, &self.path, schema::ROLLBACK);
        read.and(ended)
    }
}

struct SqliteTransaction<'a> {
    connection: &'a Connection,
    path: &'a Path,
    account: &'a mut Account,
    mark: &'a mut Mark,
    is_anchored: &'a mut bool,
    /// With what the transaction wrote so far.
    checksums: Checksums,
    kept_checksums: &'a mut Checksums,
    anchor: &'a mut Option<Box<dyn Anchor>>,
    anchor_has_it: &'a mut bool,
    is_set_back: &'a mut bool,
    /// What counts as spent from this transaction on.
    forfeit: Option<PrivacyLoss>,
    /// Where the data version is put back when the account is again what the file holds.
    kept: &'a mut Option<i64>,
    data_version: i64,
    step: Step,
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Open {
        wrote: bool,
    },
    /// A step failed: SQLite may have undone the transaction already, and a further step would stand alone.
    Failed,
    Ended,
}

impl SqliteTransaction<'_> {
    /// Runs a statement that writes a row; the checksum of the row.
    fn put(&self, sql: &str, table: Table, row: &[&dyn ToSql]) -> rusqlite::Result<i64> {
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(Bytes::written(table, row)?.checksum())
    }

    fn write(&mut self, entry: &Entry, charge: &Charge<'_>, new_names: usize) -> rusqlite::Result<()> {
        for (id, text) in self.account.names().iter().skip(new_names) {
            self.checksums.add(self.put(schema::INSERT_NAME, Table::Name, params![id, text])?);
        }
        let row = params![
            entry.sequence as i64,
            entry.time_ms,
            entry.purpose,
            entry.destination,
            entry.grid,
            charge.cell,
            charge.bucket.as_millisecond(),
            i64::try_from(charge.span.as_millis()).unwrap_or(i64::MAX),
            // No window allows a loss beyond i64.
            charge.loss.billionths() as i64,
            schema::accounting_code(self.account.budget().accounting()),
        ];
        let checksum = Bytes::written(Table::Receipt, row)?.checksum_after(self.checksums.chain);
        let row = [row, params![checksum]].concat();
        self.connection.prepare_cached(schema::INSERT_RECEIPT)?.execute(row.as_slice())?;
        self.checksums.chain = checksum;
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
                ];
                self.replace(&mut checksums, schema::UPSERT_LATEST, Table::Latest, row, is_before)
            };
            before.map_or(Ok(()), |before| row(before, true))?;
            row(now, false)?;
        }
        for ((purpose, destination), before, now) in self.account.changed_served() {
            const NONE: Option<i64> = None;
            let mut row = |tick: i64, is_before: bool| {
                let row = params![purpose, destination, tick, NONE, NONE, NONE, NONE];
                self.replace(&mut checksums, schema::UPSERT_LATEST, Table::Latest, row, is_before)
            };
            before.map_or(Ok(()), |before| row(before, true))?;
            row(now, false)?;
        }
        for (receipt, before, now) in self.account.changed_stays() {
            let mut row = |stay: Stay, is_before: bool| {
                let row = params![receipt as i64, stay.loss.billionths() as i64, stay.last_ms];
                self.replace(&mut checksums, schema::UPSERT_STAY, Table::Stay, row, is_before)
            };
            before.map_or(Ok(()), |before| row(before, true))?;
            row(now, false)?;
        }
        for ((purpose, point), before, now) in self.account.changed_outputs() {
            let point = point.to_bits() as i64;
            let mut row = |receipt: u64, is_before: bool| {
                let row = params![purpose, point, receipt as i64];
                self.replace(&mut checksums, schema::UPSERT_OUTPUT, Table::Output, row, is_before)
            };
            before.filter(|&receipt| receipt > 0).map_or(Ok(()), |before| row(before, true))?;
            if now > 0 {
                row(now, false)?;
            } else {
                self.connection.prepare_cached(schema::DELETE_OUTPUT)?.execute(params![purpose, point])?;
            }
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
            checksums.add(self.put(sql, table, row)?);
        }
        Ok(())
    }

    fn write_state(&mut self) -> rusqlite::Result<()> {
        let Some(LedgerTime { now_ms, wall_ms, latest_ms, monotonic }) = self.account.clock() else { return Ok(()) };
        if let Some(loss) = self.forfeit {
            let accounting = schema::accounting_code(self.account.budget().accounting());
            let row = params![now_ms, loss.billionths() as i64, accounting];
            self.checksums.add(self.put(schema::INSERT_FORFEIT, Table::Forfeit, row)?);
        }
        let (boot, elapsed_ms) = monotonic.map(|clock| (clock.boot.to_be_bytes(), clock.elapsed_ms as i64)).unzip();
        let row = params![
            self.mark.ledger.to_be_bytes(),
            self.mark.commits as i64 + 1,
            *self.is_anchored || *self.anchor_has_it,
            now_ms,
            wall_ms,
            latest_ms,
            boot,
            elapsed_ms,
            self.checksums.chain,
            self.checksums.contents,
        ];
        let checksum = Bytes::written(Table::State, row)?.checksum();
        let row = [row, params![checksum]].concat();
        self.connection.prepare_cached(schema::UPSERT_STATE)?.execute(row.as_slice())?;
        Ok(())
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
        let ended = run(self.connection, self.path, schema::ROLLBACK);
        self.account.rollback();
        if self.step != Step::Failed && ended.is_ok() {
            *self.kept = Some(self.data_version);
        }
        self.step = Step::Ended;
        ended
    }
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

    fn affords(&self, loss: PrivacyLoss) -> Result<Result<(), Spent>, LedgerError> {
        Ok(self.account.affords(loss))
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

    fn hold(&mut self, purpose: &str, destination: &str, draw: Draw) -> Result<(), LedgerError> {
        self.will_write()?;
        self.account.hold(purpose, destination, draw);
        Ok(())
    }

    fn charge(&mut self, charge: &Charge<'_>) -> Result<Result<u64, Spent>, LedgerError> {
        let wrote = self.step;
        self.will_write()?;
        let names = self.account.names().len();
        let entry = match self.account.charge(charge) {
            Ok(entry) => entry,
            Err(spent) => {
                self.step = wrote;
                return Ok(Err(spent));
            }
        };
        match self.write(&entry, charge, names) {
            Ok(()) => Ok(Ok(entry.sequence)),
            Err(error) => self.fail(failure(self.path, error)),
        }
    }

    fn commit(mut self: Box<Self>) -> Result<(), LedgerError> {
        match self.step {
            Step::Open { wrote: true } => {}
            Step::Failed | Step::Ended => return Err(self.abandoned()),
            Step::Open { wrote: false } => {}
        }
        let wrote = self.step == Step::Open { wrote: true };
        if !self.account.keep_turned_clock() && !wrote {
            return self.roll_back();
        }
        let written = self.write_latest().map_err(|error| failure(self.path, error));
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

#[cfg(test)]
mod tests;
