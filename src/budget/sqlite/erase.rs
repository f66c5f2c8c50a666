//! Erasing: a ledger forgets places, and keeps what was spent.
//!
//! The rows lose their places in one transaction, and the checksums with them. SQLite overwrites what a row held
//! (`secure_delete`). The log holds it still, so that it is emptied after; and where everything goes, the file is written
//! anew.

use std::path::Path;

use rusqlite::{Connection, ToSql};

use super::checksum::{self, Bytes, Checksums, Table};
use super::file::{BUSY_TIMEOUT, failure};
use super::schema;
use super::state::{State, read_state, write_state};
use super::stored::{self, Fault, sequence};
use crate::budget::error::LedgerError;
use crate::budget::ledger::Erase;
use crate::budget::time::Reading;

/// Takes the places out, within a transaction that writes. How many receipts had one is returned.
///
/// What is spent does not change, so that the ledger's mark, which its anchor knows, does not either.
pub(super) fn erase(connection: &Connection, path: &Path, what: Erase, now: Reading) -> Result<u64, LedgerError> {
    let run = || {
        let state = read_state(connection)?;
        stored::check_contents(connection, &state)?;
        let Some(time) = state.time else { return Ok(0) };
        let newest_ms = match what {
            Erase::Everything => i64::MAX,
            Erase::OlderThan(age) => time.at(now).ago_ms(age),
        };
        let mut checksums = state.checksums;
        let (receipts, erased) = erase_cells(connection, &state, newest_ms, &mut checksums)?;
        let outputs = (schema::SELECT_OLD_OUTPUTS, schema::DELETE_OLD_OUTPUTS);
        delete(connection, Table::Output, outputs, erased as i64, &mut checksums)?;
        if what == Erase::Everything {
            let draws = (schema::SELECT_DRAW_ROWS, schema::DELETE_DRAWS);
            delete(connection, Table::Latest, draws, schema::DRAW, &mut checksums)?;
            connection.prepare_cached(schema::FORGET_ZONES)?.execute([])?;
            checksums.contents = checksum::contents(connection, &schema::SELECT_CONTENTS)?;
        }
        write_state(connection, &State { erased, checksums, ..state })?;
        Ok(receipts)
    };
    run().map_err(|fault: Fault| fault.at(path))
}

/// How many cells were erased, and the last receipt that has none now.
fn erase_cells(
    connection: &Connection,
    state: &State,
    newest_ms: i64,
    checksums: &mut Checksums,
) -> Result<(u64, u64), Fault> {
    let mut statement = connection.prepare_cached(schema::SELECT_CELLS)?;
    let mut rows = statement.query([state.erased as i64])?;
    let (mut receipts, mut last) = (0, state.erased);
    let mut bytes = Bytes::default();
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(1)? > newest_ms {
            break;
        }
        last = sequence(row.get(0)?)?;
        let cell = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        checksums.remove_place(checksum::cell(&mut bytes, last, cell));
        receipts += 1;
    }
    connection.prepare_cached(schema::ERASE_CELLS)?.execute([state.erased as i64, last as i64])?;
    Ok((receipts, last))
}

/// Deletes rows that have checksums of their own.
fn delete(
    connection: &Connection,
    table: Table,
    (select, delete): (&str, &str),
    key: i64,
    checksums: &mut Checksums,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(select)?;
    let columns = statement.column_count();
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        checksums.remove(Bytes::read(table, row, columns)?.checksum());
    }
    connection.prepare_cached(delete)?.execute([&key as &dyn ToSql]).map(drop)
}

/// Overwrites the places that pages and log may hold still, outside of a transaction.
pub(super) fn clean(connection: &Connection, path: &Path, what: Erase) -> Result<(), LedgerError> {
    let run = || {
        if what == Erase::Everything {
            connection.execute_batch("VACUUM")?;
        }
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))
    };
    let is_busy = run().map_err(|error| failure(path, error))?;
    // What grows old every day is cleaned the next time; who erases everything must know.
    if is_busy && what == Erase::Everything {
        return Err(LedgerError::Busy { path: path.into(), waited: BUSY_TIMEOUT });
    }
    Ok(())
}
