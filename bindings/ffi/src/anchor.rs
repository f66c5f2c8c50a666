//! [`Anchor`]: a counter outside the ledger's file, by which a ledger that was deleted or set back is noticed.

use std::io;
use std::sync::Arc;

use hereabouts::{FileAnchor, LedgerError, Mark, SqliteLedger};

/// A small place for one line of text, out of the reach of what deletes or restores the ledger's file: the Keychain, or a
/// file that a key of the Keystore seals.
#[uniffi::export(foreign)]
pub trait AnchorStore: Send + Sync {
    /// The line that was written last; none if none ever was.
    fn read(&self) -> Result<Option<String>, StoreError>;

    /// Keeps the line, durably.
    fn write(&self, line: String) -> Result<(), StoreError>;
}

/// A store that cannot be read or written. Nothing is released without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It cannot be read or written now.
    #[error("the app's store does not answer")]
    Unavailable,
}

/// What an app's code throws is not told: it could name anything.
impl From<uniffi::UnexpectedUniFFICallbackError> for StoreError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

/// Keeps how far a ledger has come where a deletion, a reinstall or an old backup of the ledger does not reach. A ledger that
/// is missing, or further back than its anchor, was deleted or set back: then every window of the budget counts as spent.
#[derive(uniffi::Object)]
pub struct Anchor(Kind);

enum Kind {
    File(FileAnchor),
    Store(Arc<dyn AnchorStore>),
}

#[uniffi::export]
impl Anchor {
    /// An anchor in a file of its own, in another folder than the ledger. Processes that share a ledger may share it.
    #[uniffi::constructor]
    #[must_use]
    pub fn file(path: &str) -> Self {
        Self(Kind::File(FileAnchor::new(path)))
    }

    /// An anchor in a store of the app's. Where several processes write one ledger, the store must be theirs together.
    #[uniffi::constructor]
    #[must_use]
    pub fn store(store: Arc<dyn AnchorStore>) -> Self {
        Self(Kind::Store(store))
    }
}

impl Anchor {
    /// The ledger under this anchor's eye.
    pub(crate) fn watching(&self, ledger: SqliteLedger) -> Result<SqliteLedger, LedgerError> {
        match &self.0 {
            Kind::File(file) => ledger.with_anchor(file.clone()),
            Kind::Store(store) => ledger.with_anchor(StoreAnchor(Arc::clone(store))),
        }
    }
}

struct StoreAnchor(Arc<dyn AnchorStore>);

/// What is no anchor is the mark of no ledger, however far it came.
const UNREADABLE: Mark = Mark { ledger: 0, commits: u64::MAX };

impl hereabouts::Anchor for StoreAnchor {
    fn read(&mut self) -> io::Result<Option<Mark>> {
        let line = self.0.read().map_err(io::Error::other)?;
        Ok(line.map(|line| parse(&line).unwrap_or(UNREADABLE)))
    }

    fn write(&mut self, mark: Mark) -> io::Result<()> {
        let there = self.read()?;
        if there.is_some_and(|there| there.ledger == mark.ledger && there.commits >= mark.commits) {
            return Ok(());
        }
        self.0.write(line(mark)).map_err(io::Error::other)
    }
}

fn line(Mark { ledger, commits }: Mark) -> String {
    format!("hereabouts anchor 1 {ledger:032x} {commits:020}")
}

fn parse(text: &str) -> Option<Mark> {
    let (ledger, commits) = text.strip_prefix("hereabouts anchor 1 ")?.split_once(' ')?;
    let mark = Mark { ledger: u128::from_str_radix(ledger, 16).ok()?, commits: commits.parse().ok()? };
    (text == line(mark)).then_some(mark)
}
