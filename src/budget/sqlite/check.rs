//! [`Finding`]: what a whole look at a ledger's file finds, row by row.

use std::path::Path;

use rusqlite::Connection;
use serde::Serialize;

use super::file::failure;
use super::schema;
use super::state::read_state;
use super::stored::{self, Fault, ReceiptReader};
use crate::budget::error::LedgerError;

/// Something in a ledger's file that is not what was written. It holds nothing of what the ledger holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    receipt: Option<u64>,
    what: String,
}

impl Finding {
    /// The receipt that is meant, by its place in the ledger counted from 1; `None` where it is no single one.
    #[must_use]
    pub fn receipt(&self) -> Option<u64> {
        self.receipt
    }

    /// What is wrong.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }
}

/// How many receipts were looked at, and what was found, within a database transaction.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(u64, Vec<Finding>), LedgerError> {
    let mut findings = Vec::new();
    let mut note = |receipt: Option<u64>, fault: Fault| match fault.at(path) {
        LedgerError::Corrupt { what, .. } => {
            findings.push(Finding { receipt, what: what.to_owned() });
            Ok(())
        }
        error => Err(error),
    };
    let state = match read_state(connection) {
        Ok(state) => {
            stored::check_contents(connection, &state).or_else(|fault| note(None, fault))?;
            Some(state)
        }
        Err(fault) => {
            note(None, fault)?;
            None
        }
    };
    let mut reader = match ReceiptReader::new(connection, state) {
        Ok(reader) => Some(reader),
        Err(fault) => {
            note(None, fault)?;
            None
        }
    };
    let mut receipts = 0;
    let mut statement = connection.prepare_cached(schema::SELECT_RECEIPTS).map_err(|error| failure(path, error))?;
    let mut rows = statement.query([]).map_err(|error| failure(path, error))?;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(error) => {
                note(None, error.into())?;
                reader = None;
                break;
            }
        };
        receipts += 1;
        let number = row.get::<_, i64>(0).ok().and_then(|number| u64::try_from(number).ok());
        if let Some(Err(fault)) = reader.as_mut().map(|reader| reader.read(row)) {
            note(number, fault)?;
        }
    }
    if let Some(reader) = reader {
        reader.end().or_else(|fault| note(None, fault))?;
    }
    for what in faults_of_the_database(connection).map_err(|error| failure(path, error))? {
        findings.push(Finding { receipt: None, what });
    }
    Ok((receipts, findings))
}

/// What SQLite itself finds wrong with its pages and indexes.
fn faults_of_the_database(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
    let mut rows = statement.query([])?;
    let mut faults = Vec::new();
    loop {
        match rows.next() {
            Ok(Some(row)) => faults.push(row.get(0)?),
            Ok(None) => break,
            Err(_) => {
                faults.push("its pages cannot all be read".to_owned());
                break;
            }
        }
    }
    faults.retain(|fault: &String| fault != "ok");
    Ok(faults)
}
