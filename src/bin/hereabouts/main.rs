//! The `hereabouts` command: says roughly where you are, and no more.
//!
//! Standard output holds what may leave the phone, or what was asked for, and nothing else; all that is said about it goes
//! to standard error. No message holds a coordinate, or any other part of the input.

#![cfg_attr(not(test), warn(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

mod account;
mod answer;
mod attack;
mod audit;
mod budget;
mod ceiling;
mod completions;
mod disclosure;
mod erase;
mod failure;
mod floors;
mod input;
mod keygen;
mod ledger;
mod lines;
mod map;
mod minimize;
mod open;
mod output;
mod page;
mod policy;
mod receipts;
mod sample;
mod seal;
mod summary;
mod zone;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use failure::Failure;

/// Says roughly where you are, and no more.
///
/// Coarsens recorded positions and adds differential-privacy noise, under a policy and a privacy budget, before anything
/// leaves the device.
#[derive(Parser)]
#[command(name = "hereabouts", version, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  hereabouts minimize day.csv --policy weather.toml --purpose weather --destination eu
  hereabouts minimize day.gpx --policy weather.toml --purpose weather --destination eu --map day.svg >releases.jsonl
  hereabouts policy explain weather.toml

Exit codes:
  0  done
  1  a claim is broken (`audit`), the output could not be written, or the system gave no random numbers
  2  bad usage, or a bad policy
  3  bad input
  4  the ledger failed";

#[derive(Subcommand)]
enum Command {
    /// Replays a recorded journey and writes what would leave the phone
    Minimize(Box<minimize::Arguments>),
    /// Shows what is left of the privacy budget
    Budget(budget::Arguments),
    /// Lists what was released: when, for what, to whom, at what loss
    Receipts(receipts::Arguments),
    /// Shows or chooses the most that is told for a purpose: the user's own word
    Ceiling(ceiling::Arguments),
    /// Forgets where one was, and keeps what was spent
    Erase(erase::Arguments),
    /// Protects places, such as home: lists, renames and removes their zones
    #[command(subcommand)]
    Zone(zone::Command),
    /// Looks after a ledger's file
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Checks or explains a policy, or prints its fingerprint or the JSON Schema
    #[command(subcommand)]
    Policy(policy::Command),
    /// Makes a key that what goes to a destination can be sealed to
    Keygen(keygen::Arguments),
    /// Seals releases that are already written
    Seal(seal::Arguments),
    /// Opens sealed messages with the secret key
    Open(open::Arguments),
    /// Draws from a bare mechanism, for auditors
    Sample(sample::Arguments),
    /// Checks, from draws, that the noise of a policy is what its ε says
    Audit(audit::Arguments),
    /// Attacks what a policy would send of a recorded journey, and the raw journey beside it
    Attack(Box<attack::Arguments>),
    /// Says what a destination was ever sent, who could be compelled to hand it over, and what it tells
    Disclosure(disclosure::Arguments),
    /// Prints a completion script for a shell
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    // A panic's own text could hold anything: only where it happened is said.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("hereabouts: a fault in the program itself, at {place}: please report it");
    }));
    let result = match Arguments::try_parse() {
        Ok(Arguments { command }) => run(command),
        Err(error) => refuse(&error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.say();
            failure.code()
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Minimize(arguments) => minimize::run(&arguments),
        Command::Budget(arguments) => budget::run(&arguments),
        Command::Receipts(arguments) => receipts::run(&arguments),
        Command::Ceiling(arguments) => ceiling::run(&arguments),
        Command::Erase(arguments) => erase::run(&arguments),
        Command::Zone(command) => zone::run(&command),
        Command::Ledger(command) => ledger::run(&command),
        Command::Policy(command) => policy::run(&command),
        Command::Keygen(arguments) => keygen::run(&arguments),
        Command::Seal(arguments) => seal::run(&arguments),
        Command::Open(arguments) => open::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Attack(arguments) => attack::run(&arguments),
        Command::Disclosure(arguments) => disclosure::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}

/// Help and version are answers. Of an error, clap quotes what was typed, which may be a coordinate: where the quotation
/// holds a digit, only the kind of error is said.
fn refuse(error: &clap::Error) -> Result<(), Failure> {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        let code = error.exit_code();
        error.print().map_err(|error| Failure::output(&error))?;
        return if code == 0 { Ok(()) } else { Err(Failure::silent(2)) };
    }
    let text = error.to_string();
    let text = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let text = text.trim_start_matches("error: ");
    let text = if text.contains(|c: char| c.is_ascii_digit()) { error.kind().to_string() } else { text.to_owned() };
    Err(Failure::usage(format!("{}; see --help", text.split_whitespace().collect::<Vec<_>>().join(" "))))
}
