//! [`LedgerError`]: why a ledger could not be read or written.

use core::time::Duration;
use std::io;
use std::path::PathBuf;

use super::accounting::Accounting;

/// Why a ledger could not be read or written. On each of them nothing may be released.
///
/// No variant carries anything that the ledger holds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file could not be made, found or examined.
    #[error("the ledger {} could not be {action}: {source}: give a file in a folder that exists and can be written", path.display())]
    Io {
        /// The ledger's file.
        path: PathBuf,
        /// What failed: "created", "examined".
        action: &'static str,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The path leads to a folder or a device.
    #[error("the ledger {} is not a file: give the path of a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Others than the owner may read or write the file, so that its account can be neither secret nor trusted.
    #[error("the ledger {} is open to others than its owner (mode {mode:o}): check who changed it, then set mode 600", path.display())]
    Exposed {
        /// The file: the ledger's own, or one that SQLite keeps beside it.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is no SQLite database.
    #[error("{} is not a ledger, nor any SQLite database: give a ledger, or a path where there is no file yet", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is a database of another application.
    #[error("{} is a database of another application: give a ledger, or a path where there is no file yet", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of this library wrote the ledger.
    #[error("the ledger {} has schema version {found}, and this library knows versions up to {known}: update it", path.display())]
    NewerSchema {
        /// The ledger's file.
        path: PathBuf,
        /// The file's schema version.
        found: i64,
        /// The newest schema version that is known.
        known: i64,
    },
    /// The ledger holds what no ledger writes.
    #[error("the ledger {} is damaged: {what}: restore the newest copy, which still holds all that was spent", path.display())]
    Corrupt {
        /// The ledger's file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// There is a file already where a rescued ledger is to be.
    #[error("{} exists already: give a path where there is no file yet", path.display())]
    Exists {
        /// The path.
        path: PathBuf,
    },
    /// The ledger needs no rescue.
    #[error("the ledger {} is whole, so that nothing is to be rescued: go on with it", path.display())]
    Whole {
        /// The ledger's file.
        path: PathBuf,
    },
    /// The ledger counts losses in another currency than the budget: what was spent cannot be summed in it.
    #[error(
        "the ledger is kept in {found} accounting, and the budget in {asked}: keep the policy's accounting, or begin a new \
         ledger once every window of the old one has passed"
    )]
    OtherAccounting {
        /// What the ledger's charges are.
        found: Accounting,
        /// What the budget's are.
        asked: Accounting,
    },
    /// Another writer held the ledger for too long.
    #[error("the ledger {} was held by another writer for more than {waited:?}: try again, and commit sooner", path.display())]
    Busy {
        /// The ledger's file.
        path: PathBuf,
        /// How long this one waited.
        waited: Duration,
    },
    /// The disk is full.
    #[error("the ledger {} could not be written, since the disk is full: free some space", path.display())]
    Full {
        /// The ledger's file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("the ledger {} cannot be written: allow its owner to write the file and its folder", path.display())]
    ReadOnly {
        /// The ledger's file.
        path: PathBuf,
    },
    /// The file, or one that SQLite keeps beside it, cannot be opened.
    #[error(
        "the ledger {} cannot be opened: allow its owner to read and write the file, and to write its folder",
        path.display()
    )]
    Denied {
        /// The ledger's file.
        path: PathBuf,
    },
    /// An earlier step of the transaction failed.
    #[error("an earlier step of this transaction on the ledger {} failed: drop it, and begin a new one", path.display())]
    Abandoned {
        /// The ledger's file.
        path: PathBuf,
    },
    /// The ledger's anchor, outside its file, could not be read or written.
    #[error("the anchor of the ledger {} could not be {action}: {source}: nothing is released without it", path.display())]
    Anchor {
        /// The ledger's file.
        path: PathBuf,
        /// What failed: "read", "written".
        action: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// Any other failure of the database.
    #[error("the ledger {} failed in its database: {reason} (SQLite code {code}): check the disk, then try again", path.display())]
    Sqlite {
        /// The ledger's file.
        path: PathBuf,
        /// SQLite's extended result code.
        code: i32,
        /// SQLite's words for it.
        reason: String,
    },
}
