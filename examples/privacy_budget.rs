//! Asserts the promises of two policies on an example journey, and prints what broken ones say.
//!
//! `cargo run --example privacy_budget --features audit`

use std::error::Error;
use std::time::Duration;

use hereabouts::audit::{BrokenPromise, Rehearsal, RehearsalOptions};
use hereabouts::{Fix, Policy};

const DAY: Duration = Duration::from_secs(86_400);

fn main() -> Result<(), Box<dyn Error>> {
    for (name, purpose) in [("weather.toml", "weather"), ("ride-sharing.toml", "pick-up")] {
        let policy = Policy::read(format!("{}/examples/policies/{name}", env!("CARGO_MANIFEST_DIR")))?;
        let options = RehearsalOptions { purposes: vec![purpose.to_owned()], ..RehearsalOptions::default() };
        let rehearsal = Rehearsal::run(&policy, four_days()?, &options)?;
        println!("{name}, asked for {purpose} on every tick for {} days", rehearsal.journey().days());
        let promises: [(&str, Result<(), BrokenPromise>); 6] = [
            ("at most ε 8 in any day", rehearsal.assert_spends_at_most(8.0, DAY)),
            ("whatever the journey", rehearsal.assert_allows_at_most(8.0, DAY)),
            ("home 400 m uncertain after 30 days", rehearsal.assert_home_uncertain(400.0, 30)),
            ("nothing but place and time", rehearsal.assert_only_fields(Rehearsal::place_and_time())),
            ("3 km off at most", rehearsal.assert_error_at_most(3_000.0)),
            ("nearly always an answer", rehearsal.assert_answers_at_least(0.95)),
        ];
        for (promise, result) in promises {
            match result {
                Ok(()) => println!("kept: {promise}"),
                Err(broken) => println!("{broken}"),
            }
        }
        println!();
    }
    Ok(())
}

/// Four days of one phone, a position every quarter of an hour.
fn four_days() -> Result<Vec<Fix>, Box<dyn Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/utrecht/quarter-hours.csv");
    let mut fixes = Vec::new();
    for line in std::fs::read_to_string(path)?.lines().skip(1) {
        let mut fields = line.split(',');
        let mut field = || fields.next().ok_or("a line with fewer than three fields");
        let (time, latitude, longitude) = (field()?, field()?, field()?);
        fixes.push(Fix::wgs84(latitude.parse()?, longitude.parse()?, None, time.parse()?)?);
    }
    Ok(fixes)
}
