//! One app, a European data centre and a Chinese one whose carrier does not hold the keys: what would each have to hand over?
//!
//! Replays four days of one phone to both, and lays the two disclosure reports side by side.
//!
//! `cargo run --example data_residency --features cli -- report.html`

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use hereabouts::{Fix, Minimizer, Policy, RecordedClock, Request, SqliteLedger};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const DESTINATIONS: [&str; 2] = ["eu", "cn"];

fn main() -> Result<(), Box<dyn Error>> {
    let report =
        std::env::args().nth(1).map_or_else(|| std::env::temp_dir().join("data-residency.html"), PathBuf::from);
    let policy = Path::new(ROOT).join("examples/policies/data-residency.toml");
    let ledger = report.with_extension("ledger");
    if ledger.exists() {
        return Err(format!("{} is in the way: delete it, or name another report", ledger.display()).into());
    }

    let minimizer = Minimizer::new(Policy::read(&policy)?, SqliteLedger::open(&ledger)?, RecordedClock::default())?;
    let fixes = four_days()?;
    for fix in &fixes {
        let to = |destination| Request { fix, purpose: "weather", destination };
        // The app would send each of these outcomes.
        let _outcomes = minimizer.release_all(DESTINATIONS.map(to))?;
    }
    drop(minimizer);

    // Everything below needs the ledger and the policy alone.
    let last = fixes.last().ok_or("no position")?.time();
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--features", "cli", "--manifest-path"]).arg(Path::new(ROOT).join("Cargo.toml"));
    command.args(["--", "disclosure", "--destination", "eu", "--destination", "cn", "--at", &last.to_string()]);
    command.arg("--ledger").arg(&ledger).arg("--policy").arg(&policy).arg("--html").arg(&report);
    if !command.status()?.success() {
        return Err("the report failed".into());
    }
    println!("\nSide by side: {}", report.display());
    Ok(())
}

/// Four days of one phone, a position every quarter of an hour.
fn four_days() -> Result<Vec<Fix>, Box<dyn Error>> {
    let path = Path::new(ROOT).join("examples/data/utrecht/quarter-hours.csv");
    let mut fixes = Vec::new();
    for line in std::fs::read_to_string(path)?.lines().skip(1) {
        let mut fields = line.split(',');
        let mut field = || fields.next().ok_or("a line with fewer than three fields");
        let (time, latitude, longitude) = (field()?, field()?, field()?);
        fixes.push(Fix::wgs84(latitude.parse()?, longitude.parse()?, None, time.parse()?)?);
    }
    Ok(fixes)
}
