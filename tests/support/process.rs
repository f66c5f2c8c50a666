//! Processes that release on a shared ledger: a child of the test itself, its clock, and the check of what they left.
#![allow(dead_code, unreachable_pub)] // each test file uses its part

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hereabouts::{Clock, Fix, Ledger, LedgerError, Minimizer, Outcome, Policy, Receipt, SqliteLedger};
use jiff::Timestamp;

use crate::support::{NINE, fix_at};

/// An app that holds, its extension that draws anew, and a destination for each process. The budget is tight for all.
pub fn shared_policy() -> Policy {
    let destinations: String =
        (0..8).map(|n| format!("[destinations.d{n}]\njurisdiction = \"DE\"\noperator = \"Example {n}\"\n")).collect();
    let text = r#"
version = 1
[protection]
radius_m = 200
[[budget]]
epsilon = 40
window = "1min"
[[budget]]
epsilon = 300
window = "10min"
[purposes.app]
mechanism = { kind = "planar-laplace", epsilon = 1 }
repeat = { kind = "hold", within = "6km", epsilon = 1, recall = 4 }
grid = { kind = "h3", resolution = 6 }
interval = "1s"
time_bucket = "1s"
keep = []
[purposes.extension]
mechanism = { kind = "planar-laplace", epsilon = 0.5 }
repeat = { kind = "fresh" }
grid = { kind = "h3", resolution = 8 }
interval = "1s"
time_bucket = "1s"
keep = []
"#;
    Policy::from_toml(&format!("{text}{destinations}")).unwrap()
}

/// The time of all processes alike, sixty times as fast as the system's.
pub struct QuickClock;

impl Clock for QuickClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
        // From some morning on: the same for every process that a test run starts.
        Timestamp::from_millisecond(NINE * 1_000 + since % 100_000_000_000 * 60).unwrap()
    }
}

/// A test of the same file, marked as ignored, as another process.
pub fn child(test: &str, ledger: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    arguments(&mut command, test, ledger);
    command
}

/// The same, killed by the system at the first write beyond this many blocks of 512 bytes in any file.
pub fn limited_child(test: &str, ledger: &Path, blocks: u64) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -c 0; ulimit -f {blocks}; exec \"$0\" \"$@\""));
    command.arg(std::env::current_exe().unwrap());
    arguments(&mut command, test, ledger);
    command
}

/// What makes a program of tests run one of them, marked as ignored, on a ledger.
pub fn arguments(command: &mut Command, test: &str, ledger: &Path) {
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]).env("LEDGER", ledger);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
}

/// In a child: the minimizer on the ledger that its parent named.
pub fn minimizer_of_child() -> Minimizer {
    let ledger = SqliteLedger::open(std::env::var_os("LEDGER").unwrap()).unwrap();
    Minimizer::new(shared_policy(), ledger, QuickClock).unwrap()
}

/// Somebody on the way: far enough, now and then, that a stay ends.
pub fn walk(step: u64) -> Fix {
    fix_at(52.0 + (step / 20 % 40) as f64 * 0.05, 5.1, NINE)
}

/// What a child prints of an outcome: one line for a release, once it was returned.
pub fn print_release(outcome: &Outcome, destination: &str) {
    if let Outcome::Released(release) = outcome {
        println!("\nreleased {destination} {} {}", release.cell().unwrap().id(), release.time());
    }
}

/// The releases among what a child printed. A last line that the end cut off is none.
pub fn printed(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output);
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().filter_map(|line| line.strip_prefix("released ")).map(str::to_owned).collect()
}

/// A receipt as its release is printed.
pub fn line(receipt: &Receipt) -> String {
    format!("{} {} {}", receipt.destination(), receipt.cell().unwrap_or_default(), receipt.bucket())
}

pub fn receipts(path: &Path) -> Result<Vec<Receipt>, LedgerError> {
    let mut receipts = Vec::new();
    SqliteLedger::open(path)?.receipts(&mut |receipt| {
        receipts.push(receipt);
        ControlFlow::Continue(())
    })?;
    Ok(receipts)
}

/// Every window at every charge, summed anew, stays included.
pub fn assert_no_window_is_overspent(receipts: &[Receipt]) {
    let mut losses: BTreeMap<Timestamp, u64> = BTreeMap::new();
    for receipt in receipts {
        *losses.entry(receipt.time()).or_default() += receipt.loss().billionths();
        if let Some(until) = receipt.stay_until() {
            *losses.entry(until).or_default() += receipt.stay_loss().billionths();
        }
    }
    for window in shared_policy().budget().windows() {
        let length_ms = window.length().as_millis() as i64;
        for &end in losses.keys() {
            let start = Timestamp::from_millisecond(end.as_millisecond() - length_ms).unwrap();
            let sum: u64 = losses.range(start..=end).filter(|(time, _)| **time > start).map(|(_, loss)| loss).sum();
            assert!(sum <= window.loss().billionths(), "{sum} in {window} before {end}");
        }
    }
}

pub fn short_pause() {
    std::thread::sleep(Duration::from_millis(1));
}
