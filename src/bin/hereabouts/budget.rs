//! `hereabouts budget`: what is left of the privacy budget.

use std::io::{self, Write};
use std::path::PathBuf;

use hereabouts::Ledger;
use jiff::Timestamp;
use serde_json::json;

use crate::account::{anchored, open};
use crate::failure::Failure;
use crate::policy;
use crate::summary::WindowLeft;

/// Shows what each window of a policy's budget has left in a ledger. Nothing is written.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  hereabouts budget --ledger my.ledger --policy weather.toml")]
pub(crate) struct Arguments {
    /// The ledger that keeps the account
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// The ledger's anchor, if it has one: it notices a ledger that was deleted or set back
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
    /// The policy whose budget counts, TOML or JSON
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The time to look at, RFC 3339, but never before the last charge [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let policy = policy::read(&arguments.policy)?;
    let at = arguments.at.unwrap_or_else(Timestamp::now);
    let mut ledger = anchored(open(&arguments.ledger)?, arguments.anchor.as_deref())?;
    let remaining = ledger.remaining(policy.budget(), at.into())?;
    let windows: Vec<WindowLeft> =
        remaining.iter().map(|remaining| WindowLeft::of(remaining, policy.delta())).collect();
    let mut output = io::stdout().lock();
    let written = if arguments.json {
        writeln!(
            output,
            "{}",
            json!({
                "radius_m": policy.radius_m(),
                "accounting": policy.budget().accounting(),
                "delta": policy.delta(),
                "windows": windows,
            })
        )
    } else {
        windows.iter().try_for_each(|window| writeln!(output, "{}", window.text()))
    };
    written.and_then(|()| output.flush()).map_err(|error| Failure::output(&error))
}
