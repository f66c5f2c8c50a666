//! `hereabouts minimize`: replays a recorded journey and writes what would leave the phone.

use core::ops::ControlFlow;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use hereabouts::{Ledger, MemoryLedger, Minimizer, Outcome, Policy, Position, RecordedClock, Release, SqliteLedger};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;

use crate::account::anchored;
use crate::failure::Failure;
use crate::input::{self, Flaw, Record, Source};
use crate::map;
use crate::output::{self, Output};
use crate::policy;
use crate::summary::{MOST_PROBLEMS, Summary, grouped};

const AFTER_HELP: &str = "\
Standard output (or --output) holds only what would leave the phone. The summary goes to standard error: how many records
were read, released, held, withheld (and why) or malformed, whether they are sealed and for whom, the privacy loss that was spent (ε, or ρ in zcdp accounting), and what
each window of the budget has left.

The journey is replayed at its own times. A record without a time is malformed and skipped: it never counts as now.

Examples:
  hereabouts minimize day.csv --policy weather.toml --purpose weather --destination eu
  hereabouts minimize walk.gpx --policy p.toml --purpose weather --destination eu --format geojson --output sent.geojson
  hereabouts minimize day.csv --policy p.toml --purpose weather --destination eu --map day.svg --json 2>summary.json
  gpspipe -r | hereabouts minimize - --policy p.toml --purpose weather --destination eu --ledger my.ledger";

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The recorded journey: CSV, GPX, GeoJSON, NMEA 0183 or JSON lines; - is standard input
    #[arg(default_value = "-")]
    input: PathBuf,
    /// The policy, TOML or JSON
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// What the location is wanted for: a purpose that the policy names
    #[arg(long, value_name = "NAME")]
    purpose: String,
    /// Where it would go: a destination that the policy names
    #[arg(long, value_name = "NAME")]
    destination: String,
    /// The ledger that keeps the account, made if there is none [default: a temporary one, with the whole budget]
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// A file outside the ledger's folder by which a ledger that was deleted or set back is noticed: then every window of the
    /// budget counts as spent
    #[arg(long, value_name = "FILE", requires = "ledger")]
    anchor: Option<PathBuf>,
    /// How the releases are written
    #[arg(long, value_enum, default_value = "jsonl")]
    format: output::Format,
    /// Where the releases are written [default: standard output]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write a line on every tick: where the earlier release stands, it again, with the tick's time bucket
    #[arg(long)]
    every_tick: bool,
    /// Draws the true track beside the releases, with the bill. It shows the truth: keep it on the device
    #[arg(long, value_name = "FILE.svg")]
    map: Option<PathBuf>,
    /// Write the summary as one JSON object
    #[arg(long)]
    json: bool,
    /// Stop at the first malformed record, with exit code 3
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    reading: input::Options,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut summary = Summary::default();
    let result = replay(arguments, &mut summary);
    if let Err(failure) = &result {
        summary.failed(failure.message().unwrap_or_default());
    }
    if arguments.json {
        eprintln!("{}", summary.json());
        return result.map_err(Failure::said);
    }
    if summary.read > 0 {
        eprintln!("{}", summary.text());
    }
    result
}

fn replay(arguments: &Arguments, summary: &mut Summary) -> Result<(), Failure> {
    let policy = policy::read(&arguments.policy)?;
    summary.count_as(&policy);
    refuse_overwriting(arguments)?;
    if let Some(destination) = policy.destination(&arguments.destination).filter(|destination| destination.is_sealed())
    {
        if arguments.format != output::Format::Jsonl {
            return Err(Failure::usage("what goes to this destination is sealed, and is written as jsonl alone"));
        }
        summary.sealed_for = Some(destination.key_holder().to_owned());
    }
    let ledger: Box<dyn Ledger> = match &arguments.ledger {
        Some(path) => Box::new(anchored(SqliteLedger::open(path)?, arguments.anchor.as_deref())?),
        None => Box::new(MemoryLedger::new()),
    };
    let minimizer = Minimizer::new(policy, ledger, RecordedClock::default())?;
    // The names are checked before anything is opened.
    minimizer.preview(&arguments.purpose, &arguments.destination)?;
    let keep = minimizer.policy().purpose(&arguments.purpose).map(hereabouts::Purpose::keep).unwrap_or_default();
    let (source, bar) = open(&arguments.input)?;
    let output = Output::open(arguments.output.as_deref(), arguments.format, &arguments.purpose, keep)
        .map_err(|error| Failure::output(&error))?;
    let mut replay = Replay {
        arguments,
        minimizer: &minimizer,
        summary,
        output,
        map: arguments.map.is_some().then(map::Journey::default),
        now: Timestamp::now(),
        sensed_from: Some(Timestamp::MIN),
        bar,
        failure: None,
    };
    let format = arguments.reading.format_of(&arguments.input);
    let read = input::read(source, format, &arguments.reading, &mut |number, record| replay.record(number, record));
    replay.end(read.map_err(Failure::from))
}

/// A slip of the hand must not cost the journey, the policy or the ledger.
fn refuse_overwriting(arguments: &Arguments) -> Result<(), Failure> {
    let existing = |path: &Path| path.canonicalize().ok();
    let precious =
        [Some(&arguments.input), Some(&arguments.policy), arguments.ledger.as_ref(), arguments.anchor.as_ref()];
    for written in [&arguments.output, &arguments.map].into_iter().flatten() {
        let Some(written) = existing(written) else { continue };
        if precious.into_iter().flatten().any(|path| existing(path).as_ref() == Some(&written)) {
            return Err(Failure::usage("an output is also an input: give it another name"));
        }
    }
    if arguments.output.is_some() && arguments.output == arguments.map {
        return Err(Failure::usage("--output and --map are the same file: give one another name"));
    }
    Ok(())
}

/// The input, and a progress bar where someone watches and the length is known.
pub(crate) fn open(path: &Path) -> Result<(Source, ProgressBar), Failure> {
    let cannot = |error: io::Error| Failure::input(format_args!("cannot read {}: {}", path.display(), error.kind()));
    if path == Path::new("-") {
        return Ok((Source::new(io::stdin()), ProgressBar::hidden()));
    }
    let file = File::open(path).map_err(cannot)?;
    let metadata = file.metadata().map_err(cannot)?;
    if metadata.is_dir() {
        return Err(cannot(io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() || !io::stderr().is_terminal() {
        return Ok((Source::new(file), ProgressBar::hidden()));
    }
    let bar = ProgressBar::with_draw_target(Some(metadata.len()), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {binary_bytes} of {binary_total_bytes}, {eta} left") {
        bar.set_style(style);
    }
    Ok((Source::new(bar.wrap_read(file)), bar))
}

/// A replay under way.
struct Replay<'a> {
    arguments: &'a Arguments,
    minimizer: &'a Minimizer,
    summary: &'a mut Summary,
    output: Output,
    map: Option<map::Journey>,
    /// The present, asked for once: a recording can hold millions of fixes.
    now: Timestamp,
    /// When a phone that follows the advice on sensing measures next.
    sensed_from: Option<Timestamp>,
    bar: ProgressBar,
    /// Why the replay stopped, where it was not the reading.
    failure: Option<Failure>,
}

impl Replay<'_> {
    fn record(&mut self, number: u64, record: Result<Record, Flaw>) -> ControlFlow<()> {
        self.summary.read += 1;
        let fix = record.and_then(|record| record.fix(self.now));
        let fix = match fix {
            Ok(fix) => fix,
            Err(Flaw::NoPosition) => {
                self.summary.no_position += 1;
                return ControlFlow::Continue(());
            }
            Err(flaw) => return self.malformed(number, flaw),
        };
        if let (Some(map), Ok(record)) = (&mut self.map, &record) {
            map.pass(Position::new(record.latitude_deg, record.longitude_deg), record.time);
        }
        let outcome = self.minimizer.release(&fix, &self.arguments.purpose, &self.arguments.destination);
        if self.sensed_from.is_some_and(|from| fix.time() >= from)
            && let Err(error) = self.sense()
        {
            return self.stop(error.into());
        }
        match outcome {
            Ok(Outcome::Released(release)) => {
                self.summary.sent(release.loss());
                if let (Some(map), Ok(record)) = (&mut self.map, &record) {
                    sent(&release, record).into_iter().for_each(|sent| map.send(sent));
                }
                self.write(&release)
            }
            Ok(Outcome::Withheld(reason)) => {
                self.summary.withheld.count(reason);
                ControlFlow::Continue(())
            }
            Ok(Outcome::Held(release)) => {
                self.summary.held(release.loss());
                if self.arguments.every_tick { self.write(&release) } else { ControlFlow::Continue(()) }
            }
            Ok(_) => ControlFlow::Continue(()),
            Err(error) => self.stop(error.into()),
        }
    }

    /// This fix would have been acquired; and when the next one is.
    fn sense(&mut self) -> Result<(), hereabouts::Error> {
        let sensing = self.minimizer.sensing(&self.arguments.purpose, &self.arguments.destination)?;
        self.sensed_from = sensing.next();
        self.summary.acquired += 1;
        self.summary.advised(sensing);
        Ok(())
    }

    fn write(&mut self, release: &Release) -> ControlFlow<()> {
        match self.output.write(release) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => self.stop(Failure::output(&error)),
        }
    }

    fn malformed(&mut self, number: u64, flaw: Flaw) -> ControlFlow<()> {
        let is_listed = self.summary.malformed(number, flaw.to_string());
        if self.arguments.strict {
            return self.stop(Failure::input(format_args!("record {number} is malformed: {flaw}")));
        }
        if !self.arguments.json {
            if is_listed {
                self.bar.suspend(|| eprintln!("hereabouts: record {number} is skipped: {flaw}"));
            } else if self.summary.malformed == MOST_PROBLEMS + 1 {
                self.bar.suspend(|| eprintln!("hereabouts: more records are malformed: they are counted, not listed"));
            }
        }
        ControlFlow::Continue(())
    }

    fn stop(&mut self, failure: Failure) -> ControlFlow<()> {
        self.failure = Some(failure);
        ControlFlow::Break(())
    }

    /// Ends the output whatever happened, so that what was released is whole.
    fn end(self, read: Result<(), Failure>) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        let stopped = self.failure.map_or(read, Err);
        let ended = self.output.end().map_err(|error| Failure::output(&error));
        let remaining = self.minimizer.remaining();
        self.summary.remaining(remaining.as_deref().unwrap_or_default());
        stopped?;
        ended?;
        remaining?;
        if self.summary.read == 0 && !self.arguments.json {
            eprintln!("hereabouts: the input holds no position");
        }
        match (self.map, &self.arguments.map) {
            (Some(journey), Some(path)) => draw(&journey, self.arguments, self.minimizer, self.summary, path),
            _ => Ok(()),
        }
    }
}

/// What the map shows of a release; nothing of a place that is told by its name.
fn sent(release: &Release, record: &Record) -> Option<map::Sent> {
    let corners = release.cell()?.boundary();
    Some(map::Sent {
        place: release.position()?,
        accuracy_m: release.accuracy_m()?,
        cell: corners.exterior().coords().map(|corner| Position::new(corner.y, corner.x)).collect(),
        true_place: Position::new(record.latitude_deg, record.longitude_deg),
        time: record.time,
    })
}

fn draw(
    journey: &map::Journey,
    arguments: &Arguments,
    minimizer: &Minimizer,
    summary: &Summary,
    path: &Path,
) -> Result<(), Failure> {
    let policy = minimizer.policy();
    let told_as = policy.partition_for(&arguments.purpose, &arguments.destination);
    let caption = map::Caption {
        purpose: arguments.purpose.clone(),
        destination: arguments.destination.clone(),
        grid: told_as.map(ToString::to_string).unwrap_or_default(),
        bill: bill(summary, policy),
    };
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    // It holds the true track, which is the owner's alone.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| Failure::output(&error))?;
    let text = map::draw(journey, &caption).to_string();
    file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(|error| Failure::output(&error))
}

fn bill(summary: &Summary, policy: &Policy) -> Vec<(String, String)> {
    let row = |name: String, value: String| (name, value);
    let mut bill = vec![row("positions read".into(), grouped(summary.read))];
    bill.push(row("sent".into(), grouped(summary.released)));
    if summary.held > 0 {
        bill.push(row("held: the earlier one stands".into(), grouped(summary.held)));
    }
    for (count, reason) in summary.withheld.named() {
        bill.push(row(format!("withheld: {reason}"), grouped(count)));
    }
    let skipped = summary.malformed + summary.no_position;
    if skipped > 0 {
        bill.push(row("skipped: no valid position".into(), grouped(skipped)));
    }
    bill.push(row(String::new(), String::new()));
    bill.push(row(format!("privacy loss {}, at {} m", summary.symbol(), policy.radius_m()), summary.spent_text()));
    bill.extend(summary.windows().map(|window| row(window.title(), window.left())));
    bill
}
