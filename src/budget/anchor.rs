//! [`Anchor`]: a counter outside the ledger's file, by which a ledger that was deleted or set back is noticed.

use core::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// How far a ledger has come: which ledger it is, and how often it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The ledger's own number, drawn when it was made: no two ledgers have the same.
    pub ledger: u128,
    /// How many transactions were committed to it.
    pub commits: u64,
}

/// Keeps a ledger's [`Mark`] where a deletion, a reinstall or an old backup of the ledger does not reach: in the Keychain,
/// in the Keystore, or in a file elsewhere ([`FileAnchor`]).
///
/// A ledger writes its mark after each commit and before anything is released on the strength of it. A ledger that is
/// missing, another one, or further back than its mark was deleted or set back: then every window of the budget counts as
/// spent from that moment on.
pub trait Anchor: Send {
    /// The mark that was written last; `None` if none ever was. One that cannot be made out is that of no ledger.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    fn read(&mut self) -> io::Result<Option<Mark>>;

    /// Makes this the mark, durably, unless a later one of the same ledger is there already.
    ///
    /// # Errors
    ///
    /// Why it cannot be written.
    fn write(&mut self, mark: Mark) -> io::Result<()>;
}

/// An anchor in a file of its own, with mode 600. Processes that share a ledger may share it.
///
/// It helps against what befalls the ledger's file alone: keep it in another folder, out of the reach of what deletes or
/// restores the ledger.
///
/// # Example
///
/// ```
/// use hereabouts::{Anchor, FileAnchor, Mark};
///
/// let folder = tempfile::tempdir()?;
/// let mut anchor = FileAnchor::new(folder.path().join("anchor"));
/// assert_eq!(anchor.read()?, None);
/// anchor.write(Mark { ledger: 7, commits: 2 })?;
/// anchor.write(Mark { ledger: 7, commits: 1 })?; // by a slower process
/// assert_eq!(anchor.read()?, Some(Mark { ledger: 7, commits: 2 }));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct FileAnchor {
    path: PathBuf,
}

/// A record of this length is written with one sector of any disk: whole or not at all.
const LENGTH: usize = 80;

impl FileAnchor {
    /// An anchor in a file, which is made when it is first written.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned() }
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let is_new = !self.path.exists();
        let file = options.open(&self.path)?;
        if is_new {
            sync_folder_of(&self.path)?;
        }
        Ok(file)
    }
}

impl Anchor for FileAnchor {
    fn read(&mut self) -> io::Result<Option<Mark>> {
        match fs::read(&self.path) {
            Ok(bytes) if bytes.is_empty() => Ok(None),
            Ok(bytes) => Ok(Some(parse(&bytes).unwrap_or(UNREADABLE))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&mut self, mark: Mark) -> io::Result<()> {
        let mut file = self.open()?;
        file.lock()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if parse(&bytes).is_some_and(|there| there.ledger == mark.ledger && there.commits >= mark.commits) {
            return Ok(());
        }
        file.rewind()?;
        file.write_all(record(mark).as_bytes())?;
        file.set_len(LENGTH as u64)?;
        file.sync_all()
    }
}

/// What a file that is no anchor says: a mark of no ledger.
const UNREADABLE: Mark = Mark { ledger: 0, commits: u64::MAX };

fn record(Mark { ledger, commits }: Mark) -> String {
    let record = format!("hereabouts anchor 1 {ledger:032x} {commits:020}");
    format!("{record:<width$}\n", width = LENGTH - 1)
}

fn parse(bytes: &[u8]) -> Option<Mark> {
    let text = core::str::from_utf8(bytes).ok()?;
    let (ledger, commits) = text.strip_prefix("hereabouts anchor 1 ")?.trim_end().split_once(' ')?;
    let mark = Mark { ledger: u128::from_str_radix(ledger, 16).ok()?, commits: commits.parse().ok()? };
    (text == record(mark)).then_some(mark)
}

#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}

impl fmt::Debug for FileAnchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileAnchor").field("path", &self.path).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_nothing_else_does() {
        for mark in [Mark { ledger: 0, commits: 0 }, Mark { ledger: u128::MAX, commits: u64::MAX }] {
            assert_eq!(record(mark).len(), LENGTH);
            assert_eq!(parse(record(mark).as_bytes()), Some(mark));
        }
        let good = record(Mark { ledger: 7, commits: 5 });
        for length in 0..LENGTH {
            assert_eq!(parse(&good.as_bytes()[..length]), None, "{length}");
        }
        for index in 0..LENGTH {
            let mut bytes = good.clone().into_bytes();
            bytes[index] = b'~';
            assert_eq!(parse(&bytes), None, "{index}");
        }
    }

    #[test]
    fn what_is_no_anchor_is_the_mark_of_no_ledger() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("anchor");
        fs::write(&path, "something else").unwrap();
        let mut anchor = FileAnchor::new(&path);
        assert_eq!(anchor.read().unwrap(), Some(UNREADABLE));
        anchor.write(Mark { ledger: 3, commits: 1 }).unwrap();
        assert_eq!(anchor.read().unwrap(), Some(Mark { ledger: 3, commits: 1 }));
        // Another ledger's mark takes its place, however far this one was.
        anchor.write(Mark { ledger: 4, commits: 0 }).unwrap();
        assert_eq!(anchor.read().unwrap(), Some(Mark { ledger: 4, commits: 0 }));
    }
}
