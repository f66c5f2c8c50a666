//! The ledger's file: made whole or not at all, readable by its owner only, and never touched if it is not a ledger.

use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use rand::TryRng;
use rand::rngs::SysRng;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{migration, schema};
use crate::budget::error::LedgerError;

/// How long a writer waits for another one.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const BETWEEN_TRIES: Duration = Duration::from_millis(2);

/// Between two steps of another process, a file can be empty or a companion missing. It is looked at this often before it
/// is said to be damaged.
const LOOKS: u32 = 25;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// The length of a ledger's pages in bytes.
pub(super) const PAGE: u64 = 4_096;

/// SQLite's smallest page. It takes a shorter file for an empty database.
const SMALLEST_DATABASE: u64 = 512;

/// Opens a ledger, and makes it first where there is no file.
pub(super) fn open(path: &Path) -> Result<Connection, LedgerError> {
    match fs::symlink_metadata(path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path)?,
        Err(source) => return Err(cannot(path, "examined", source)),
    }
    examine(path)?;
    refuse_foreign(path)?;
    refuse_cut_short(path)?;
    refuse_missing_log(path)?;
    let connection = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE));
    let mut connection = connection.map_err(|error| failure(path, error))?;
    connection.busy_handler(Some(wait_for_the_other_writer)).map_err(|error| failure(path, error))?;
    prepare(&connection, path)?;
    Ok(connection)
}

fn flags(access: OpenFlags) -> OpenFlags {
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Makes a whole ledger beside the path, then moves it there: at no time is half a ledger at the path, and of several
/// processes one wins.
fn create(path: &Path) -> Result<(), LedgerError> {
    refuse_left_log(path)?;
    let draft = Draft::new(path, "new")?;
    write_tables(&draft.path)?;
    match draft.publish(path) {
        // Another process was first: its ledger is the one.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        published => published.map_err(|source| cannot(path, "created", source)),
    }
}

/// SQLite would play an old log into a new file.
pub(super) fn refuse_left_log(path: &Path) -> Result<(), LedgerError> {
    if beside(path, "-wal").exists() {
        return Err(damaged(path, "its file is gone, but its log is still there"));
    }
    Ok(())
}

/// A private file beside a ledger's path. It is gone in the end, with what SQLite put beside it, if it was not published.
pub(super) struct Draft {
    pub(super) path: PathBuf,
}

impl Draft {
    /// An empty file; `kind` is a part of its name.
    pub(super) fn new(path: &Path, kind: &str) -> Result<Self, LedgerError> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let count = MADE.fetch_add(1, Ordering::Relaxed);
        let draft = beside(path, &format!(".{kind}-{}-{count}", std::process::id()));
        create_private(&draft).map_err(|source| cannot(path, "created", source))?;
        Ok(Self { path: draft })
    }

    /// Moves it to a path where there is nothing; [`io::ErrorKind::AlreadyExists`] if there is something.
    pub(super) fn publish(self, path: &Path) -> io::Result<()> {
        match move_to_new(&self.path, path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) => move_in_two_steps(&self.path, path)?,
        }
        sync_folder_of(path)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            // What is not there needs not go.
            let _ = fs::remove_file(beside(&self.path, ending));
        }
    }
}

pub(super) fn write_tables(draft: &Path) -> Result<(), LedgerError> {
    let mut number = [0; 16];
    SysRng.try_fill_bytes(&mut number).map_err(|error| cannot(draft, "numbered", io::Error::other(error)))?;
    let write = || {
        let connection = Connection::open_with_flags(draft, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))?;
        connection.execute_batch(&format!(
            "PRAGMA page_size = {PAGE}; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
             BEGIN; PRAGMA application_id = {}; PRAGMA user_version = {}; {} COMMIT;
             PRAGMA journal_mode = WAL;",
            schema::APPLICATION_ID,
            schema::VERSION,
            schema::TABLES.map(|(_, sql)| sql).concat(),
        ))?;
        connection.execute(schema::INSERT_ORIGIN, [number])?;
        connection.close().map_err(|(_, error)| error)
    };
    write().map_err(|error| failure(draft, error))
}

/// Moves a file to a name that is not taken, in one step: a crash leaves no empty file.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn move_to_new(draft: &Path, path: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    Ok(renameat_with(CWD, draft, CWD, path, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn move_to_new(draft: &Path, path: &Path) -> io::Result<()> {
    fs::hard_link(draft, path)?;
    fs::remove_file(draft)
}

/// For file systems that know neither: a crash between the two leaves an empty file, which is refused.
fn move_in_two_steps(draft: &Path, path: &Path) -> io::Result<()> {
    create_private(path)?;
    fs::rename(draft, path)
}

/// A new file's name is durable only with its folder.
#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    fs::File::open(path.parent().unwrap_or(path))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}

fn create_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Refuses what cannot be a ledger, without opening it: closing a file would also drop the locks that another connection
/// of this process holds on it.
pub(super) fn examine(path: &Path) -> Result<(), LedgerError> {
    for look in 0.. {
        let metadata = fs::metadata(path).map_err(|source| cannot(path, "examined", source))?;
        if !metadata.is_file() {
            return Err(LedgerError::NotAFile { path: path.into() });
        }
        match metadata.len() {
            0 => {}
            1..SMALLEST_DATABASE => return Err(LedgerError::NotADatabase { path: path.into() }),
            _ => break,
        }
        if look == LOOKS {
            return Err(damaged(path, "the file is empty"));
        }
        thread::sleep(BETWEEN_LOOKS);
    }
    // SQLite gives these the mode of the ledger itself.
    [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")].iter().try_for_each(|file| refuse_exposed(file))
}

#[cfg(unix)]
fn refuse_exposed(file: &Path) -> Result<(), LedgerError> {
    use std::os::unix::fs::PermissionsExt;

    match fs::metadata(file) {
        Ok(metadata) => match metadata.permissions().mode() & 0o777 {
            mode if mode & 0o077 == 0 => Ok(()),
            mode => Err(LedgerError::Exposed { path: file.into(), mode }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(cannot(file, "examined", source)),
    }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), LedgerError> {
    Ok(())
}

/// Reads the marks of the file through a connection that takes no lock, reads no log and writes nothing: a database of
/// another application is not touched, not even by the recovery that any other connection may run.
fn refuse_foreign(path: &Path) -> Result<(), LedgerError> {
    let access = flags(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI);
    let marks = Connection::open_with_flags(immutable_uri(path), access).and_then(|connection| marks(&connection));
    match marks {
        Ok(marks) => check_marks(path, marks),
        // Without locks a ledger at work can look torn. The real connection decides.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => Ok(()),
        Err(error) => Err(failure(path, error)),
    }
}

/// SQLite fills up a cut last page with zeros, and a loss that ends the page would be read as none. (With a log, the last
/// page may be on its way from there to the file.)
pub(super) fn refuse_cut_short(path: &Path) -> Result<(), LedgerError> {
    let length = fs::metadata(path).map_err(|source| cannot(path, "examined", source))?.len();
    if length.is_multiple_of(PAGE) || beside(path, "-wal").exists() {
        return Ok(());
    }
    Err(damaged(path, "the file is cut short"))
}

/// SQLite makes the log before its index, and deletes it after: an index that stays alone was left by a crash, and somebody
/// took away the log, which may hold the newest charges.
pub(super) fn refuse_missing_log(path: &Path) -> Result<(), LedgerError> {
    for _ in 0..LOOKS {
        // In this order: a process that opens or closes the ledger meanwhile is seen at the next look.
        if beside(path, "-wal").exists() || !beside(path, "-shm").exists() {
            return Ok(());
        }
        thread::sleep(BETWEEN_LOOKS);
    }
    Err(damaged(path, "its log is gone, but the index of the log is still there"))
}

fn marks(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    let mark = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok((mark("application_id")?, mark("user_version")?))
}

pub(super) fn check_marks(path: &Path, (application_id, version): (i64, i64)) -> Result<(), LedgerError> {
    let path = path.to_owned();
    if application_id != schema::APPLICATION_ID {
        return Err(LedgerError::Foreign { path });
    }
    if version > schema::VERSION {
        return Err(LedgerError::NewerSchema { path, found: version, known: schema::VERSION });
    }
    if version < migration::OLDEST {
        return Err(damaged(&path, "it names no schema version"));
    }
    Ok(())
}

/// Tries again every two milliseconds. SQLite's own handler soon waits a hundred, and of several busy processes one may then
/// never find the lock free.
fn wait_for_the_other_writer(tries: i32) -> bool {
    thread_local! {
        static SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
    }
    let now = Instant::now();
    let since = SINCE.get().filter(|_| tries > 0).unwrap_or(now);
    SINCE.set(Some(since));
    let goes_on = now.duration_since(since) < BUSY_TIMEOUT;
    if goes_on {
        thread::sleep(BETWEEN_TRIES);
    }
    goes_on
}

fn prepare(connection: &Connection, path: &Path) -> Result<(), LedgerError> {
    // Before anything is read: for that SQLite would make the companions, with a mode by which nobody could write them.
    if connection.is_readonly("main").map_err(|error| failure(path, error))? {
        return Err(LedgerError::ReadOnly { path: path.into() });
    }
    let set = || {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        // Every commit reaches the disk, on Apple's systems too (fullfsync); an overwritten draw leaves no remains. The
        // names that receipts refer to are checked when they are read: three look-ups less for each charge.
        connection.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
             PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
             PRAGMA foreign_keys = OFF;",
        )?;
        marks(connection)
    };
    let marks = set().map_err(|error| failure(path, error))?;
    check_marks(path, marks)?;
    if marks.1 < schema::VERSION {
        migration::migrate(connection, path)?;
    }
    let check = || {
        let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if journal != "wal" {
            return Ok(Some(damaged(path, "its journal is not a write-ahead log")));
        }
        let contents = schema::SELECT_CONTENTS.map(|(_, sql)| sql);
        for sql in schema::NEED_TABLES.into_iter().chain(contents) {
            match connection.prepare_cached(sql) {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => {
                    return Ok(Some(other_tables(path)));
                }
                statement => drop(statement?),
            }
        }
        Ok(None)
    };
    check().map_err(|error| failure(path, error))?.map_or(Ok(()), Err)
}

/// The path with an ending.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    let bytes = path.as_os_str().as_encoded_bytes();
    if !bytes.starts_with(b"/") {
        uri.push('/'); // "C:\…" is written as "/C:/…"
    }
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b':' => uri.push(char::from(byte)),
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

pub(super) fn cannot(path: &Path, action: &'static str, source: io::Error) -> LedgerError {
    LedgerError::Io { path: path.into(), action, source }
}

/// What a failure of the database means for the ledger. Values are left out: they may tell a place.
pub(super) fn failure(path: &Path, error: rusqlite::Error) -> LedgerError {
    use rusqlite::Error;

    let path = path.to_owned();
    match error {
        Error::SqliteFailure(error, _) => match error.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => LedgerError::Busy { path, waited: BUSY_TIMEOUT },
            ErrorCode::DiskFull => LedgerError::Full { path },
            ErrorCode::ReadOnly => LedgerError::ReadOnly { path },
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied => LedgerError::Denied { path },
            ErrorCode::NotADatabase => LedgerError::NotADatabase { path },
            ErrorCode::DatabaseCorrupt => LedgerError::Corrupt { path, what: "its pages do not fit together" },
            ErrorCode::ConstraintViolation => LedgerError::Corrupt { path, what: "its entries contradict a new one" },
            _ => sqlite(path, error.extended_code),
        },
        Error::SqlInputError { .. } => other_tables(&path),
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..)
        | Error::QueryReturnedNoRows => LedgerError::Corrupt { path, what: "a value is not of its column's kind" },
        _ => sqlite(path, rusqlite::ffi::SQLITE_MISUSE),
    }
}

#[cold]
pub(super) fn damaged(path: &Path, what: &'static str) -> LedgerError {
    LedgerError::Corrupt { path: path.into(), what }
}

/// The statements are fixed: where one does not compile, the tables are others.
fn other_tables(path: &Path) -> LedgerError {
    damaged(path, "a table is missing or is not the ledger's")
}

fn sqlite(path: PathBuf, code: i32) -> LedgerError {
    LedgerError::Sqlite { path, code, reason: rusqlite::ffi::code_to_str(code).to_owned() }
}
