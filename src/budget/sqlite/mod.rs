//! [`SqliteLedger`]: a ledger that outlives the process, in one SQLite file.

mod check;
mod checksum;
mod erase;
mod file;
mod migration;
mod pages;
mod rescue;
mod salvage;
mod schema;
mod state;
mod stored;
mod transaction;

use core::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use self::check::Finding;
use self::checksum::{Bytes, Checksums};
use self::file::failure;
pub use self::rescue::Rescued;
use self::state::State;
use self::transaction::{SqliteTransaction, Step};
use super::account::Account;
use super::anchor::{Anchor, Mark};
use super::error::LedgerError;
use super::ledger::{Erase, Ledger, Remaining, Transaction};
use super::receipt::Receipt;
use super::time::Reading;
use super::window::Budget;

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
    erased: u64,
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
        let path = absolute(path.as_ref())?;
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
    /// from the next transaction on: [`Spent::until`](crate::Spent::until) says how long. The same if the ledger had an anchor before, and this one
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
            let state = state::state(&self.connection, &self.path)?;
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

    /// Makes a new ledger of a damaged one, with the receipts that can still be read, and **every window spent** from now on:
    /// what was spent is not known any more.
    ///
    /// Each receipt has a checksum over its numbers and over the checksum of the one before: those that fit go into the new
    /// ledger, numbered anew. They are looked for page by page, so that what leads to a page may be gone. Draws are not
    /// carried over: the next release is a new draw, once there is room. Nor is what users chose: every purpose is off until they
    /// choose again. Zones are carried over as they are found. The new ledger has a number of its own, so that an
    /// anchor of the old one counts every window as spent from its own first look on.
    ///
    /// The damaged file and its log are copied for the time, and not touched. No ledger may have it open: this process would
    /// lose its locks on it, and what another one writes meanwhile may be missed. The new file appears whole or not at all.
    ///
    /// # Errors
    ///
    /// [`LedgerError`]: [`Exists`](LedgerError::Exists) if there is something at `to`, [`Whole`](LedgerError::Whole) if there
    /// is nothing to rescue, [`NotADatabase`](LedgerError::NotADatabase), [`Foreign`](LedgerError::Foreign) or
    /// [`NewerSchema`](LedgerError::NewerSchema) if it is no ledger that this version knows, [`Corrupt`](LedgerError::Corrupt)
    /// if the file is empty or of an earlier version, [`OtherAccounting`](LedgerError::OtherAccounting) if it was kept in
    /// another accounting than the budget's, [`Exposed`](LedgerError::Exposed) if others may read it,
    /// [`Io`](LedgerError::Io) and [`Full`](LedgerError::Full) if it cannot be read, or the new one not written.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use hereabouts::{Budget, Ledger, LedgerError, PrivacyLoss, SqliteLedger, Timestamp, Window};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let (damaged, rescued) = (folder.path().join("ledger.db"), folder.path().join("rescued.db"));
    /// let day = Window::new(PrivacyLoss::from_billionths(8_000_000_000), Duration::from_secs(86_400))?;
    /// let (budget, now) = (Budget::new([day])?, Timestamp::now().into());
    /// drop(SqliteLedger::open(&damaged)?);
    /// assert!(matches!(SqliteLedger::rescue(&damaged, &rescued, &budget, now), Err(LedgerError::Whole { .. })));
    ///
    /// let mut bytes = std::fs::read(&damaged)?;
    /// bytes[5_000..].fill(0);
    /// std::fs::write(&damaged, &bytes)?;
    /// let report = SqliteLedger::rescue(&damaged, &rescued, &budget, now)?;
    /// assert_eq!((report.receipts(), report.lost()), (0, 0)); // there was none
    /// assert_eq!(SqliteLedger::open(&rescued)?.remaining(&budget, now)?[0].remaining(), PrivacyLoss::ZERO);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rescue(
        from: impl AsRef<Path>,
        to: impl AsRef<Path>,
        budget: &Budget,
        now: Reading,
    ) -> Result<Rescued, LedgerError> {
        rescue::rescue(&absolute(from.as_ref())?, &absolute(to.as_ref())?, budget, now)
    }

    /// Starts a database transaction. One that could not be ended before is ended first.
    fn start(&self, sql: &str) -> Result<(), LedgerError> {
        if !self.connection.is_autocommit() {
            run(&self.connection, &self.path, schema::ROLLBACK)?;
        }
        run(&self.connection, &self.path, sql)
    }
}

/// An absolute path cannot be taken for one of SQLite's special names (":memory:", "file:…").
fn absolute(path: &Path) -> Result<PathBuf, LedgerError> {
    std::path::absolute(path).map_err(|source| LedgerError::Io { path: path.into(), action: "found", source })
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
            let (account, State { mark, is_anchored, erased, checksums, .. }) =
                stored::account(connection, path, budget)?;
            Seen { account, mark, is_anchored, erased, checksums, data_version: Some(data_version) }
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
            Ok((
                Seen { account, mark, is_anchored, erased, checksums: kept_checksums, data_version: kept },
                data_version,
            )) => {
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
                    erased: *erased,
                    checksums: *kept_checksums,
                    kept_checksums,
                    anchor,
                    anchor_has_it,
                    is_set_back,
                    forfeit,
                    kept,
                    data_version,
                    step,
                    insert: None,
                    bytes: Bytes::default(),
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

    fn erase(&mut self, what: Erase, now: Reading) -> Result<u64, LedgerError> {
        self.start(schema::BEGIN_WRITING)?;
        self.seen = None;
        let erased = erase::erase(&self.connection, &self.path, what, now);
        let ended = run(&self.connection, &self.path, if erased.is_ok() { schema::COMMIT } else { schema::ROLLBACK });
        let erased = erased?;
        ended?;
        erase::clean(&self.connection, &self.path, what)?;
        Ok(erased)
    }
}

#[cfg(test)]
mod tests;
