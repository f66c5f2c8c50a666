//! `hereabouts erase`: a ledger forgets where, and keeps what was spent.

use std::path::PathBuf;
use std::time::Duration;

use hereabouts::{Clock, Erase, Ledger, SystemClock};
use jiff::{Span, SpanRelativeTo};
use serde_json::json;

use crate::account::open;
use crate::answer::print;
use crate::failure::Failure;

/// Forgets places in a ledger: the cells that were released, and the draws behind them. When, for what, to whom and at what
/// loss stays, so that no budget is refilled. They are overwritten in the file; what a backup or the disk itself kept is
/// not.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  hereabouts erase --ledger my.ledger
  hereabouts erase --ledger my.ledger --older-than 30d")]
pub(crate) struct Arguments {
    /// The ledger that keeps the account
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// Only what is older than this, such as 30d; a draw that still stands is kept then
    #[arg(long, value_name = "SPAN", value_parser = span)]
    older_than: Option<Duration>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// A day is 24 hours, as in a policy.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    let span = text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    let span = span.ok().and_then(|span| Duration::try_from(span).ok());
    span.ok_or_else(|| "no span of time: give a number and its unit, such as 30d".to_owned())
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let what = arguments.older_than.map_or(Erase::Everything, Erase::OlderThan);
    let erased = open(&arguments.ledger)?.erase(what, SystemClock.reading())?;
    let text = if arguments.json {
        json!({ "erased": erased }).to_string()
    } else {
        format!("receipts whose place was erased: {erased}")
    };
    print(&text)
}
