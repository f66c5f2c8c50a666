//! [`State`]: the one row that says how far a ledger has come.

use std::path::Path;

use rusqlite::{Connection, Row, params};

use super::checksum::{Bytes, Checksums, Table};
use super::schema;
use super::stored::{Fault, sequence, time};
use crate::budget::anchor::Mark;
use crate::budget::error::LedgerError;
use crate::budget::time::{LedgerTime, Monotonic};

/// How far a ledger has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) mark: Mark,
    /// Whether an anchor knows of it.
    pub(super) is_anchored: bool,
    /// The last receipt whose place is erased, as that of every one before it; zero if none is.
    pub(super) erased: u64,
    pub(super) checksums: Checksums,
    /// `None` before its first commit.
    pub(super) time: Option<LedgerTime>,
}

/// The ledger's state.
pub(super) fn state(connection: &Connection, path: &Path) -> Result<State, LedgerError> {
    read_state(connection).map_err(|fault| fault.at(path))
}

pub(super) fn read_state(connection: &Connection) -> Result<State, Fault> {
    let sums = |row: &Row<'_>| {
        let checksums = Checksums { chain: row.get(9)?, contents: row.get(10)?, places: row.get(11)? };
        Ok((sequence(row.get(8)?)?, checksums))
    };
    read(connection, schema::SELECT_STATE, schema::STATE_COLUMNS, &sums)
}

/// Reads the last receipt that is erased, and the checksums.
type ReadSums = dyn Fn(&Row<'_>) -> Result<(u64, Checksums), Fault>;

/// The state of a ledger of any version: `sums` reads the last receipt that is erased and the checksums, which stand between
/// what all versions have and the row's own checksum.
pub(super) fn read(connection: &Connection, select: &str, columns: usize, sums: &ReadSums) -> Result<State, Fault> {
    let origin: [u8; 16] = connection.prepare_cached(schema::SELECT_ORIGIN)?.query_row([], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(select)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else {
        let mark = Mark { ledger: u128::from_be_bytes(origin), commits: 0 };
        return Ok(State { mark, is_anchored: false, erased: 0, checksums: Checksums::default(), time: None });
    };
    if row.get::<_, i64>(columns)? != Bytes::read(Table::State, row, columns)?.checksum() {
        return Err(Fault::Corrupt("its state is not what was written"));
    }
    let (ledger, commits, is_anchored): ([u8; 16], i64, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
    if ledger != origin {
        return Err(Fault::Corrupt("its log is that of another ledger"));
    }
    let commits = u64::try_from(commits).map_err(|_| Fault::Corrupt("a count of commits is negative"))?;
    let (now_ms, wall_ms, latest_ms) = (row.get(3)?, row.get(4)?, row.get(5)?);
    time(now_ms)?;
    let monotonic = match (row.get::<_, Option<[u8; 16]>>(6)?, row.get::<_, Option<i64>>(7)?) {
        (Some(boot), Some(elapsed_ms)) => {
            let elapsed_ms = u64::try_from(elapsed_ms).map_err(|_| Fault::Corrupt("a clock ran backwards"))?;
            Some(Monotonic { boot: u128::from_be_bytes(boot), elapsed_ms })
        }
        _ => None,
    };
    let (erased, checksums) = sums(row)?;
    Ok(State {
        mark: Mark { ledger: u128::from_be_bytes(ledger), commits },
        is_anchored,
        erased,
        checksums,
        time: Some(LedgerTime { now_ms, wall_ms, latest_ms, monotonic }),
    })
}

/// Writes the state; nothing before the ledger has a time.
pub(super) fn write_state(connection: &Connection, state: &State) -> rusqlite::Result<()> {
    let Some(LedgerTime { now_ms, wall_ms, latest_ms, monotonic }) = state.time else { return Ok(()) };
    let (boot, elapsed_ms) = monotonic.map(|clock| (clock.boot.to_be_bytes(), clock.elapsed_ms as i64)).unzip();
    let row = params![
        state.mark.ledger.to_be_bytes(),
        state.mark.commits as i64,
        state.is_anchored,
        now_ms,
        wall_ms,
        latest_ms,
        boot,
        elapsed_ms,
        state.erased as i64,
        state.checksums.chain,
        state.checksums.contents,
        state.checksums.places,
    ];
    let checksum = Bytes::written(Table::State, row)?.checksum();
    let row = [row, params![checksum]].concat();
    connection.prepare_cached(schema::UPSERT_STATE)?.execute(row.as_slice()).map(drop)
}
