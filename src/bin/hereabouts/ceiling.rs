//! `hereabouts ceiling`: the user's own choice of the most that is told for a purpose.

use std::time::Duration;

use hereabouts::{CeilingNow, Choice};
use serde_json::json;

use crate::account::Account;
use crate::answer::print;
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
    #[command(flatten)]
    account: Account,
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
    let minimizer = arguments.account.minimizer()?;
    if let (Some(purpose), Some(ceiling)) = (&arguments.purpose, &arguments.choose) {
        let choice = arguments.time.map_or(Choice::Always(ceiling), |time| Choice::For(ceiling, time));
        minimizer.choose(purpose, choice)?;
    }
    let every = minimizer.policy().purposes().map(|(name, _)| name);
    let named = arguments.purpose.as_deref();
    every.filter(|_| named.is_none()).chain(named).try_for_each(|name| {
        let CeilingNow { ceiling, until, then } = minimizer.ceiling(name)?;
        let until = until.map(|until| until.to_string());
        print(&match (arguments.json, &until) {
            (true, _) => json!({ "purpose": name, "ceiling": ceiling, "until": until, "then": then }).to_string(),
            (false, None) => format!("{name}: {ceiling}"),
            (false, Some(until)) => format!("{name}: {ceiling} until {until}, then {then}"),
        })
    })
}
