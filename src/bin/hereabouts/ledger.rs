//! `hereabouts ledger`: looks after a ledger's file.

use std::path::{Path, PathBuf};

use hereabouts::{Clock, Finding, SqliteLedger, SystemClock};
use serde_json::json;

use crate::account::open;
use crate::answer::print;
use crate::failure::Failure;
use crate::policy;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Looks at every row of a ledger: exit code 0 if all is as it was written, 4 with what is wrong if not
    #[command(after_help = "Example:\n  hereabouts ledger check my.ledger --json | jq .findings")]
    Check {
        /// The ledger. It is not changed
        ledger: PathBuf,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Makes a new ledger of a damaged one: with the receipts that can still be read, and every window spent from now on
    #[command(after_help = "Example:\n  hereabouts ledger rescue my.ledger --to rescued.ledger --policy weather.toml")]
    Rescue {
        /// The damaged ledger. It is not changed, and no app may have it open
        ledger: PathBuf,
        /// The new ledger: a path where there is no file yet
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// The policy whose budget counts as spent, TOML or JSON
        #[arg(long, value_name = "FILE")]
        policy: PathBuf,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Check { ledger, json } => check(ledger, *json),
        Command::Rescue { ledger, to, policy, json } => rescue(ledger, to, policy, *json),
    }
}

fn check(path: &Path, as_json: bool) -> Result<(), Failure> {
    let looked = open(path).and_then(|mut ledger| Ok(ledger.check()?));
    let (receipts, findings) = match looked {
        Ok(looked) => looked,
        Err(failure) if as_json => {
            let what = failure.message().unwrap_or_default();
            print(&json!({ "is_whole": false, "receipts": null, "findings": [{ "receipt": null, "what": what }] }))?;
            return Err(failure.said());
        }
        Err(failure) => return Err(failure),
    };
    if as_json {
        print(&json!({ "is_whole": findings.is_empty(), "receipts": receipts, "findings": findings }))?;
    } else {
        findings.iter().try_for_each(|finding| print(&line(finding)))?;
        if findings.is_empty() {
            print(&format!("all is as it was written; receipts: {receipts}"))?;
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    Err(Failure::ledger(format_args!(
        "the ledger {} is damaged ({} findings): restore the newest copy, which still holds all that was spent, \
         or make a new ledger of what can be read by `hereabouts ledger rescue`",
        path.display(),
        findings.len()
    )))
}

fn rescue(from: &Path, to: &Path, policy: &Path, as_json: bool) -> Result<(), Failure> {
    let policy = policy::read(policy)?;
    let rescued = SqliteLedger::rescue(from, to, policy.budget(), SystemClock.reading())?;
    if as_json {
        return print(&json!(rescued));
    }
    print(&format!("receipts rescued: {}; lost, as far as is known: {}", rescued.receipts(), rescued.lost()))?;
    if !rescued.is_certain() {
        print("a name, a cell or a stay in them may be another than was written: their sums could not be compared")?;
    }
    match rescued.until() {
        Some(until) => print(&format!("every window counts as spent until {until}")),
        None => print("every window counts as spent"),
    }
}

fn line(finding: &Finding) -> String {
    match finding.receipt() {
        Some(number) => format!("receipt {number}: {}", finding.what()),
        None => finding.what().to_owned(),
    }
}
