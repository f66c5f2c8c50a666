//! `hereabouts receipts`: what was released, when, for what, to whom, at what loss.

use core::ops::ControlFlow;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use hereabouts::{Ledger, Receipt};

use crate::budget::open;
use crate::failure::Failure;

/// Lists every entry of a ledger, the oldest first. Nothing is written to it.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  hereabouts receipts --ledger my.ledger --json | jq .epsilon")]
pub(crate) struct Arguments {
    /// The ledger that keeps the account
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut ledger = open(&arguments.ledger)?;
    let mut output = BufWriter::new(io::stdout().lock());
    let mut written = if arguments.json { Ok(()) } else { writeln!(output, "{}", header()) };
    ledger.receipts(&mut |receipt| {
        if written.is_ok() {
            written = if arguments.json { json(&mut output, &receipt) } else { row(&mut output, &receipt) };
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written.and_then(|()| output.flush()).map_err(|error| Failure::output(&error))
}

fn json(output: &mut impl Write, receipt: &Receipt) -> io::Result<()> {
    serde_json::to_writer(&mut *output, receipt)?;
    writeln!(output)
}

fn header() -> String {
    line(["no", "time", "purpose", "destination", "grid", "cell", "loss", "of its stay"])
}

fn row(output: &mut impl Write, receipt: &Receipt) -> io::Result<()> {
    let stay = receipt
        .stay_until()
        .map_or_else(String::new, |_| format!("{} {}", receipt.accounting().symbol(), receipt.stay_loss()));
    let text = line([
        &receipt.sequence().to_string(),
        &receipt.time().to_string(),
        receipt.purpose(),
        receipt.destination(),
        receipt.grid(),
        receipt.cell(),
        &format!("{} {}", receipt.accounting().symbol(), receipt.loss()),
        &stay,
    ]);
    writeln!(output, "{text}")
}

fn line([sequence, time, purpose, destination, grid, cell, loss, stay]: [&str; 8]) -> String {
    let text = format!(
        "{sequence:>6}  {time:<24}  {purpose:<16}  {destination:<12}  {grid:<10}  {cell:<24}  {loss:>14}  {stay:>13}"
    );
    text.trim_end().to_owned()
}
