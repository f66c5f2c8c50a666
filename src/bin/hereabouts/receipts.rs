//! `hereabouts receipts`: what was released, when, for what, to whom, under which rule, at what loss.

use core::ops::ControlFlow;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use hereabouts::{Ledger, Receipt};

use crate::account::open;
use crate::failure::Failure;

/// Lists every entry of a ledger, the oldest first. Nothing is written to it.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  hereabouts receipts --ledger my.ledger --json | jq .epsilon
  hereabouts receipts --ledger my.ledger --csv >receipts.csv")]
pub(crate) struct Arguments {
    /// The ledger that keeps the account
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// One JSON object a line
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// CSV with a header
    #[arg(long)]
    csv: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut ledger = open(&arguments.ledger)?;
    let output = BufWriter::new(io::stdout().lock());
    let mut list: Box<dyn List> = match (arguments.json, arguments.csv) {
        (true, _) => Box::new(Json(output)),
        (_, true) => Box::new(Csv(csv::Writer::from_writer(output))),
        _ => Box::new(Text(output)),
    };
    let mut written = list.header();
    ledger.receipts(&mut |receipt| {
        if written.is_ok() {
            written = list.receipt(&receipt);
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written.and_then(|()| list.end()).map_err(|error| Failure::output(&error))
}

/// A form of the list.
trait List {
    fn header(&mut self) -> io::Result<()>;
    fn receipt(&mut self, receipt: &Receipt) -> io::Result<()>;
    fn end(&mut self) -> io::Result<()>;
}

struct Json<W>(W);

impl<W: Write> List for Json<W> {
    fn header(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn receipt(&mut self, receipt: &Receipt) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, receipt)?;
        writeln!(self.0)
    }

    fn end(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> List for Csv<W> {
    fn header(&mut self) -> io::Result<()> {
        self.0.write_record(Receipt::COLUMNS).map_err(io::Error::from)
    }

    fn receipt(&mut self, receipt: &Receipt) -> io::Result<()> {
        self.0.write_record(receipt.row()).map_err(io::Error::from)
    }

    fn end(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

struct Text<W>(W);

impl<W: Write> List for Text<W> {
    fn header(&mut self) -> io::Result<()> {
        let names = ["no", "time", "purpose", "destination", "grid", "rule", "cell", "loss", "of its stay"];
        writeln!(self.0, "{}", line(names))
    }

    fn receipt(&mut self, receipt: &Receipt) -> io::Result<()> {
        let symbol = receipt.accounting().symbol();
        let stay = receipt.stay_until().map_or_else(String::new, |_| format!("{symbol} {}", receipt.stay_loss()));
        let text = line([
            &receipt.sequence().to_string(),
            &receipt.time().to_string(),
            receipt.purpose(),
            receipt.destination(),
            receipt.grid(),
            &rule(receipt),
            receipt.cell().unwrap_or("(erased)"),
            &format!("{symbol} {}", receipt.loss()),
            &stay,
        ]);
        writeln!(self.0, "{text}")
    }

    fn end(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn rule(receipt: &Receipt) -> String {
    receipt.rule().map_or_else(String::new, |rule| rule.to_string())
}

fn line([sequence, time, purpose, destination, grid, rule, cell, loss, stay]: [&str; 9]) -> String {
    let text = format!(
        "{sequence:>6}  {time:<24}  {purpose:<16}  {destination:<12}  {grid:<18}  {rule:<11}  {cell:<24}  {loss:>14}  {stay:>13}"
    );
    text.trim_end().to_owned()
}
