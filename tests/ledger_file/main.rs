//! What the durable ledger promises about its file.
#![cfg(feature = "sqlite")]

mod kept;
mod refused;
mod shared;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hereabouts::{
    Budget, Charge, Draw, Fix, LatticePoint, Ledger, LedgerError, Position, PrivacyLoss, Receipt, Rule, SqliteLedger,
    Window,
};
use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

fn loss(billionths: u64) -> PrivacyLoss {
    PrivacyLoss::from_billionths(billionths)
}

fn at_ms(time_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(time_ms).unwrap()
}

fn budget(most: u64, ms: u64) -> Budget {
    Budget::new([Window::new(loss(most), Duration::from_millis(ms)).unwrap()]).unwrap()
}

fn charge_of(billionths: u64) -> Charge<'static> {
    Charge {
        purpose: "weather",
        destination: "eu",
        draw: Draw::new(1, LatticePoint::nearest(&Position::new(52.2, 5.3))),
        tick: 1,
        remember: 0,
        grid: "h3:6",
        rule: Rule::Purpose,
        cell: "861969527ffffff",
        bucket: at_ms(0),
        span: Duration::from_secs(3_600),
        loss: loss(billionths),
    }
}

/// One committed transaction with one charge; whether there was room.
fn charge(ledger: &mut SqliteLedger, budget: &Budget, time_ms: i64, billionths: u64) -> Result<bool, LedgerError> {
    let mut transaction = ledger.begin(budget, at_ms(time_ms).into())?;
    let done = transaction.charge(&charge_of(billionths))?.is_ok();
    transaction.commit()?;
    Ok(done)
}

fn receipts(ledger: &mut SqliteLedger) -> Result<Vec<Receipt>, LedgerError> {
    let mut receipts = Vec::new();
    ledger.receipts(&mut |receipt| {
        receipts.push(receipt);
        ControlFlow::Continue(())
    })?;
    Ok(receipts)
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    (folder, path)
}

/// A closed ledger with some charges.
fn used(path: &Path) {
    let mut ledger = SqliteLedger::open(path).unwrap();
    let mut transaction = ledger.begin(&budget(1_000, 1_000_000), at_ms(0).into()).unwrap();
    for step in 0..200 {
        transaction.advance(at_ms(step).into());
        transaction.charge(&charge_of(5)).unwrap().unwrap();
    }
    transaction.commit().unwrap();
}

/// Everything in a folder: names and bytes.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// The error of opening, after which the folder is as it was.
fn refused(folder: &Path, path: &Path) -> LedgerError {
    let before = contents(folder);
    let error = SqliteLedger::open(path).unwrap_err();
    assert!(contents(folder) == before, "the refused file was touched: {error}");
    error
}

/// What opening and reading everything answers.
fn read_all(path: &Path) -> Result<u64, LedgerError> {
    let mut ledger = SqliteLedger::open(path)?;
    let spent = ledger.remaining(&budget(1_000, 1_000_000), at_ms(0).into())?[0].spent().billionths();
    receipts(&mut ledger)?;
    Ok(spent)
}
