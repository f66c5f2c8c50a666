//! `hereabouts ceiling`: the user's own choice of the most that is told for a purpose.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use hereabouts::{CeilingNow, Choice, Minimizer, Policy, SystemClock};
use serde_json::json;

use crate::budget::open;
use crate::erase::span;
use crate::failure::Failure;

/// Shows the ceiling that each purpose is under, or chooses one: off, precise, or one that the policy names. It wins over
/// all else from the next tick on, and stays chosen.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  hereabouts ceiling --ledger my.ledger --policy p.toml
  hereabouts ceiling --ledger my.ledger --policy p.toml --purpose weather --choose city
  hereabouts ceiling --ledger my.ledger --policy p.toml --purpose weather --choose precise --for 1h")]
pub(crate) struct Arguments {
    /// The ledger that keeps the choice
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// The policy that names the ceilings, TOML or JSON
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The purpose [default: all of them]
    #[arg(long, value_name = "NAME")]
    purpose: Option<String>,
    /// The ceiling to choose
    #[arg(long, value_name = "CEILING", requires = "purpose")]
    choose: Option<String>,
    /// For how long, such as 1h; then the one that stood is in force again [default: for good]
    #[arg(long = "for", value_name = "SPAN", requires = "choose", value_parser = span)]
    time: Option<Duration>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let policy = Policy::read(&arguments.policy)
        .map_err(|error| Failure::usage(format_args!("{}: {error}", arguments.policy.display())))?;
    let names: Vec<String> = policy.purposes().map(|(name, _)| name.to_owned()).collect();
    let minimizer = Minimizer::new(policy, open(&arguments.ledger)?, SystemClock)?;
    if let (Some(purpose), Some(ceiling)) = (&arguments.purpose, &arguments.choose) {
        let choice = arguments.time.map_or(Choice::Always(ceiling), |time| Choice::For(ceiling, time));
        minimizer.choose(purpose, choice)?;
    }
    let mut output = io::stdout().lock();
    for name in arguments.purpose.as_ref().map_or(names.as_slice(), core::slice::from_ref) {
        let CeilingNow { ceiling, until, then } = minimizer.ceiling(name)?;
        let until = until.map(|until| until.to_string());
        let line = match (arguments.json, &until) {
            (true, _) => json!({ "purpose": name, "ceiling": ceiling, "until": until, "then": then }).to_string(),
            (false, None) => format!("{name}: {ceiling}"),
            (false, Some(until)) => format!("{name}: {ceiling} until {until}, then {then}"),
        };
        writeln!(output, "{line}").map_err(|error| Failure::output(&error))?;
    }
    output.flush().map_err(|error| Failure::output(&error))
}
