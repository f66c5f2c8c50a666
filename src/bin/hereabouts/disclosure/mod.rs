//! `hereabouts disclosure`: all that a destination was ever sent, and what it tells.

mod country;
mod map;
mod report;
mod size;
mod text;
mod words;

use core::ops::ControlFlow;
use std::io::{self, Write};
use std::path::PathBuf;

use hereabouts::Ledger;
use hereabouts::audit::Disclosure;
use jiff::Timestamp;

use crate::account::{anchored, open};
use crate::failure::Failure;
use crate::page;
use crate::policy;

const AFTER_HELP: &str = "\
For whoever asks what a server knows of them: all that it was sent, sealed or not; who could be compelled to hand it over; what
an attacker who holds all of it makes of it; what it was not sent; and the privacy loss that bounds it. Nothing is written to
the ledger. The report names places: it is for whoever carries the device. With several destinations the page shows them side
by side.

Examples:
  hereabouts disclosure --ledger my.ledger --policy weather.toml --destination cn
  hereabouts disclosure --ledger my.ledger --policy weather.toml --destination eu --destination cn --html report.html
  hereabouts disclosure --ledger my.ledger --policy weather.toml --destination cn --json | jq .home.likely";

/// Says what a destination was ever sent, who could be compelled to hand it over, and what it tells.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The ledger that keeps the account
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// The ledger's anchor, if it has one: it notices a ledger that was deleted or set back
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
    /// The policy that the ledger was kept under, TOML or JSON: it says who the destination is, and how noisy its releases are
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The destination; may be given again
    #[arg(long, value_name = "NAME", required = true)]
    destination: Vec<String>,
    /// Write a page for whoever has never heard of any of this; it shows where home is
    #[arg(long, value_name = "FILE.html")]
    html: Option<PathBuf>,
    /// The time of the report, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// One JSON object a line, one for each destination
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = &arguments.policy;
    let policy = policy::read(path)?;
    if let Some(html) = &arguments.html {
        let inputs = [Some(&arguments.ledger), Some(path), arguments.anchor.as_ref()];
        page::refuse_overwriting(html, inputs.into_iter().flatten().map(PathBuf::as_path))?;
    }
    let mut ledger = anchored(open(&arguments.ledger)?, arguments.anchor.as_deref())?;
    let mut receipts = Vec::new();
    ledger.receipts(&mut |receipt| {
        receipts.push(receipt);
        ControlFlow::Continue(())
    })?;
    let at = arguments.at.unwrap_or_else(Timestamp::now);
    // The transaction is dropped: nothing is written.
    let zones = ledger.begin(policy.budget(), at.into())?.zones()?.clone();
    let mut disclosures: Vec<Disclosure> = Vec::new();
    for destination in &arguments.destination {
        if disclosures.iter().all(|known| known.destination != *destination) {
            disclosures.push(Disclosure::of(&receipts, &zones, &policy, destination, at).map_err(Failure::usage)?);
        }
    }
    if let Some(html) = &arguments.html {
        page::write(html, report::page(&disclosures))?;
    }
    let mut output = io::stdout().lock();
    let written = disclosures.iter().enumerate().try_for_each(|(index, disclosure)| {
        if arguments.json {
            return writeln!(output, "{}", serde_json::to_string(disclosure)?);
        }
        let gap = if index == 0 { "" } else { "\n\n" };
        writeln!(output, "{gap}{}", text::text(disclosure).trim_end())
    });
    written.and_then(|()| output.flush()).map_err(|error| Failure::output(&error))
}
