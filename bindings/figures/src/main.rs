//! `cargo xtask figures`: what `hold` and `recall` are worth on real days, beside the alternatives.
//!
//! ```text
//! days ─▶ tuning ─▶ strategies ─▶ measurement ─▶ page, pictures
//!                                 (attack)
//! ```

mod answers;
mod attack;
mod claims;
mod days;
mod measurement;
mod page;
mod pictures;
mod predictive;
mod repetitions;
mod report;
mod road;
mod strategy;
mod tuning;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::repetitions::Repetitions;
use crate::report::Report;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures every strategy on the example days, and writes docs/figures.md's table and its pictures.
#[derive(Parser)]
#[command(name = "cargo xtask figures")]
struct Arguments {
    /// Print the figures as JSON too.
    #[arg(long)]
    json: bool,
    /// How often each strategy is run; what the documentation says was measured with the default.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(2..))]
    repetitions: u32,
    /// The folder of figures.md; nothing is written with --dry-run.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs"), hide_default_value = true)]
    docs: PathBuf,
    /// Measure, and write no file.
    #[arg(long)]
    dry_run: bool,
}

fn main() -> ExitCode {
    match figures(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("figures: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn figures(arguments: &Arguments) -> Result<(), Failure> {
    let report = Report::measure(&Repetitions::shown(arguments.repetitions))?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    }
    let broken = claims::broken(&report)?;
    if !broken.is_empty() {
        return Err(format!("a claim of docs/figures.md is broken, nothing was written: {}", broken.join("; ")).into());
    }
    if !arguments.dry_run {
        page::write(&arguments.docs, &report)?;
        pictures::write(&arguments.docs, &report)?;
    }
    Ok(())
}
