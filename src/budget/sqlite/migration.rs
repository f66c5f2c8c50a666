//! A ledger of an earlier version becomes one of this: in one transaction, and only if all of it is as it was written.

use std::path::Path;

use rusqlite::{Connection, Row, params};

use super::checksum::{self, Bytes, Checksums, Table};
use super::file::failure;
use super::schema;
use super::state::{self, State, write_state};
use super::stored::{Fault, Link, are_contents, is_last};
use crate::budget::error::LedgerError;

/// The oldest version that can be read.
pub(super) const OLDEST: i64 = 1;

/// Brings a ledger to the present version.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<(), LedgerError> {
    let run = |sql| connection.execute_batch(sql).map_err(|error| failure(path, error));
    // References to a table that is renamed stay with its name, which a new one takes.
    run("PRAGMA legacy_alter_table = ON")?;
    run(schema::BEGIN_WRITING)?;
    let migrated = version(connection).map_err(Fault::from).and_then(|version| match version {
        1 => from_version_1(connection),
        // Another process did it meanwhile, or a newer one more than that: opening goes on to look.
        _ => Ok(()),
    });
    match migrated {
        Ok(()) => run(schema::COMMIT),
        Err(fault) => {
            // The first error is the one to tell; closing the connection undoes the rest.
            let _ = run(schema::ROLLBACK);
            Err(fault.at(path))
        }
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The tables of version 1 whose rows are a set, and their columns in the order in which they were written.
const CONTENTS_1: [(Table, &str); 5] = [
    (Table::Name, "SELECT id, text FROM name"),
    (Table::Latest, "SELECT purpose, destination, tick, point, since, receipt, threshold_noise_cm FROM latest"),
    (Table::Stay, "SELECT receipt, loss_billionths, last_ms FROM stay"),
    (Table::Output, "SELECT purpose, point, receipt FROM output"),
    (Table::Forfeit, "SELECT time_ms, loss_billionths, accounting FROM forfeit"),
];

/// The tables of version 1 that are the same in this one.
const SAME_1: [&str; 4] = ["origin", "forfeit", "name", "output"];

const STATE_1: &str = "
SELECT ledger, commits, is_anchored, now_ms, wall_ms, latest_ms, boot, elapsed_ms, chain, contents, checksum FROM state";
const STATE_COLUMNS_1: usize = 10;

/// After the checksum come the terms, which this version has a table for.
const RECEIPTS_1: &str = "
SELECT r.sequence, r.time_ms, r.purpose, r.destination, r.grid, r.cell, r.bucket_ms, r.span_ms, r.loss_billionths,
    r.accounting, r.checksum, t.id
FROM old_receipt AS r
JOIN name AS g ON g.id = r.grid
JOIN terms AS t ON t.purpose = r.purpose AND t.destination = r.destination AND t.grid = g.text AND t.span_ms = r.span_ms
    AND t.accounting = r.accounting
ORDER BY r.sequence";
const RECEIPT_COLUMNS_1: usize = 10;

/// Version 1 knew of no choices and no zones, nor on which grid a destination was served. It had purpose, destination, grid,
/// span and accounting in each receipt, the cell in the chain of checksums, and no word of whose rule decided; its stays did
/// not name their purpose.
fn from_version_1(connection: &Connection) -> Result<(), Fault> {
    let sums = |row: &Row<'_>| Ok((0, Checksums { chain: row.get(8)?, contents: row.get(9)?, places: 0 }));
    let state = state::read(connection, STATE_1, STATE_COLUMNS_1, &sums)?;
    are_contents(&state, checksum::contents(connection, &CONTENTS_1)?)?;
    connection.execute_batch(
        "ALTER TABLE receipt RENAME TO old_receipt; ALTER TABLE stay RENAME TO old_stay;
         ALTER TABLE latest RENAME TO old_latest; DROP TABLE state;",
    )?;
    // What has no table of its name is new, or was renamed.
    for (_, sql) in schema::TABLES.iter().filter(|(name, _)| !SAME_1.contains(name)) {
        connection.execute_batch(sql)?;
    }
    connection.execute_batch(
        "INSERT INTO terms (id, purpose, destination, grid, rule, span_ms, accounting)
         SELECT row_number() OVER (ORDER BY min(r.sequence)) - 1, r.purpose, r.destination, g.text, NULL, r.span_ms,
             r.accounting
         FROM old_receipt AS r JOIN name AS g ON g.id = r.grid
         GROUP BY r.purpose, r.destination, g.text, r.span_ms, r.accounting;
         INSERT INTO stay (receipt, purpose, loss_billionths, last_ms)
         SELECT s.receipt, r.purpose, s.loss_billionths, s.last_ms
         FROM old_stay AS s JOIN old_receipt AS r ON r.sequence = s.receipt;
         INSERT INTO latest (purpose, destination, tick, point, since, receipt, threshold_noise_cm)
         SELECT purpose, destination, tick, point, since, receipt, threshold_noise_cm FROM old_latest;",
    )?;
    let mut checksums = copy_receipts_1(connection, state.checksums.chain)?;
    checksums.contents = checksum::contents(connection, &schema::SELECT_CONTENTS)?;
    write_state(connection, &State { checksums, ..state })?;
    connection.execute_batch(&format!(
        "DROP TABLE old_stay; DROP TABLE old_receipt; DROP TABLE old_latest; PRAGMA user_version = {};",
        schema::VERSION,
    ))?;
    Ok(())
}

/// Each receipt is compared with its checksum, and gets a new one.
fn copy_receipts_1(connection: &Connection, chain: i64) -> Result<Checksums, Fault> {
    let mut insert = connection.prepare(schema::INSERT_RECEIPT)?;
    let mut select = connection.prepare(RECEIPTS_1)?;
    let mut rows = select.query([])?;
    let (mut old_chain, mut checksums, mut bytes) = (0, Checksums::default(), Bytes::default());
    while let Some(row) = rows.next()? {
        let link = Link::read(row, RECEIPT_COLUMNS_1)?;
        link.is_after(old_chain)?;
        old_chain = link.checksum;
        let number = |column| row.get::<_, i64>(column);
        let numbers = [number(0)?, number(1)?, number(11)?, number(6)?, number(8)?];
        let cell = row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?;
        let checksum = bytes.receipt(numbers).checksum_after(checksums.chain);
        let [sequence, time_ms, terms, bucket_ms, loss] = numbers;
        insert.execute(params![sequence, time_ms, terms, bucket_ms, loss, cell, checksum])?;
        checksums.chain = checksum;
        checksums.add_place(checksum::cell(&mut bytes, sequence as u64, cell));
    }
    is_last(chain, old_chain)?;
    Ok(checksums)
}
