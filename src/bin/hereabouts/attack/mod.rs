//! `hereabouts attack`: what an adversary makes of all that was sent, beside what he would make of the raw journey.

mod report;
mod rows;
mod text;

use core::ops::ControlFlow;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use hereabouts::Fix;
use hereabouts::audit::{Rehearsal, RehearsalError, RehearsalOptions};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;

use crate::answer::print;
use crate::audit::seed;
use crate::failure::Failure;
use crate::input::{self, Flaw};
use crate::minimize;
use crate::page;
use crate::policy;

const AFTER_HELP: &str = "\
The adversary holds everything that the destinations were sent, and knows the policy and this program. Each attack is run on
what the policy sends and, beside it, on what naive ideas would send on the same ticks: raw fixes; fixes with one fixed
offset; fixes jittered within a disc; and the policy's own noise, fresh on every tick, without a budget. Errors are in metres:
the mean over the runs, and the range that holds 90 % of them. On every tick the app asks once for every purpose, with the
latest fix, as a phone does that lies still.

Home is looked for in what was sent from 22 to 6 o'clock, work from 9 to 17 o'clock on weekdays (local mean solar time); and
again by an adversary who is told which outputs were drawn there. The best of all these guesses is shown. Where home and work
truly are is read off the raw journey. No coordinate is printed.

What the figures do not say: an attack that fails proves nothing. What bounds every attack is the ε that was spent.

The seed of a run is printed: the same seed, journey and policy repeat it. It seeds nothing but this rehearsal.

Examples:
  hereabouts attack day.csv --policy weather.toml
  hereabouts attack day.csv --policy weather.toml --report report.html
  hereabouts attack day.csv --policy weather.toml --days 90 --destination cn --json | jq .sent.home.through";

/// Attacks what a policy would send of a recorded journey, and the raw journey beside it.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The recorded journey: CSV, GPX, GeoJSON, NMEA 0183 or JSON lines; - is standard input
    #[arg(default_value = "-")]
    input: PathBuf,
    /// The policy, TOML or JSON
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// A purpose that the app asks for; may be given again [default: all that the policy names]
    #[arg(long, value_name = "NAME")]
    purpose: Vec<String>,
    /// A destination of which the adversary holds everything; may be given again [default: all that the policy names]
    #[arg(long, value_name = "NAME")]
    destination: Vec<String>,
    /// Live the journey again and again until it covers so many days
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,
    /// How many times the journey is replayed, each with fresh noise
    #[arg(long, value_name = "K", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    runs: u32,
    /// The seed of an earlier run, to repeat it
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Write a page with maps and plots for whoever has never heard of any of this; it shows where home is
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Stop at the first malformed record, with exit code 3
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    reading: input::Options,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = &arguments.policy;
    let policy = policy::read(path)?;
    let options = RehearsalOptions {
        purposes: arguments.purpose.clone(),
        destinations: arguments.destination.clone(),
        days: arguments.days,
        runs: arguments.runs,
        seed: seed(arguments.seed)?,
    };
    let inputs = [arguments.input.as_path(), path.as_path()];
    if let Some(report) = &arguments.report {
        page::refuse_overwriting(report, inputs)?;
    }
    let fixes = fixes(arguments)?;
    let bar = progress(arguments.runs);
    let rehearsal = Rehearsal::run_and_tell(&policy, fixes, &options, &|_| bar.inc(1)).map_err(failure)?;
    bar.set_message("attacks");
    let findings = rehearsal.findings().map_err(failure)?;
    if let Some(report) = &arguments.report {
        page::write(report, report::page(&findings, &rehearsal))?;
    }
    bar.finish_and_clear();
    let text =
        if arguments.json { serde_json::to_string(&findings).map_err(Failure::other)? } else { text::table(&findings) };
    print(text.trim_end())
}

/// Every valid fix of the input; what is malformed is said and skipped.
fn fixes(arguments: &Arguments) -> Result<Vec<Fix>, Failure> {
    let (source, bar) = minimize::open(&arguments.input)?;
    let format = arguments.reading.format_of(&arguments.input);
    let now = Timestamp::now();
    let (mut fixes, mut malformed, mut first_flaw) = (Vec::new(), 0_u64, None);
    let read = input::read(source, format, &arguments.reading, &mut |number, record| {
        match record.and_then(|record| record.fix(now)) {
            Ok(fix) => fixes.push(fix),
            Err(Flaw::NoPosition) => {}
            Err(flaw) => {
                malformed += 1;
                first_flaw.get_or_insert((number, flaw));
                if arguments.strict {
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    read?;
    if let Some((number, flaw)) = first_flaw {
        if arguments.strict {
            return Err(Failure::input(format_args!("record {number} is malformed: {flaw}")));
        }
        eprintln!("hereabouts: {malformed} malformed records are skipped, the first of them record {number}: {flaw}");
    }
    if fixes.is_empty() {
        return Err(Failure::input("the input holds no position"));
    }
    Ok(fixes)
}

fn failure(error: RehearsalError) -> Failure {
    match error {
        RehearsalError::Minimizer(error) => error.into(),
        RehearsalError::NoFix | RehearsalError::Fix(_) => Failure::input(error),
        _ => Failure::usage(error),
    }
}

/// A bar where someone watches.
fn progress(runs: u32) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(u64::from(runs)), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos} of {len} runs {msg}") {
        bar.set_style(style);
    }
    bar
}
