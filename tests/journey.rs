//! A whole journey with repeatable noise: the same bytes on every platform, and a change of any stop shows here.
#![cfg(feature = "seeded-noise")]

mod support;

use hereabouts::{MemoryLedger, Minimizer, Outcome, RecordedClock};
use support::{NINE, fix_at, policy};

/// From Utrecht over the pole, the antimeridian and the equator, a fix each half hour.
fn journey() -> impl Iterator<Item = (f64, f64, i64)> {
    let stops =
        [(52.0907, 5.1214), (78.2232, 15.6267), (90.0, 0.0), (-17.0, 179.9995), (0.0, -180.0), (-37.8136, 144.9631)];
    (0..48).map(move |step| {
        let (latitude, longitude) = stops[step / 8];
        (latitude - 0.001 * (step % 8) as f64, longitude, NINE + 1_800 * step as i64)
    })
}

#[test]
fn a_journey_releases_the_same_bytes_everywhere() {
    let minimizer =
        Minimizer::with_seeded_noise(policy(), MemoryLedger::new(), RecordedClock::default(), 20_240_620).unwrap();
    let mut lines = String::new();
    for (index, (latitude, longitude, seconds)) in journey().enumerate() {
        let purpose = ["weather", "fitness"][index % 2];
        for destination in ["eu", "cn"] {
            match minimizer.release(&fix_at(latitude, longitude, seconds), purpose, destination).unwrap() {
                Outcome::Released(release) => lines += &release.to_json(),
                Outcome::Withheld(reason) => lines += &format!("{reason}"),
                other => panic!("{other:?}"),
            }
            lines.push('\n');
        }
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/golden/journey.jsonl");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(golden, &lines).unwrap();
    }
    let expected = std::fs::read_to_string(golden).unwrap();
    for (line, (actual, expected)) in lines.lines().zip(expected.lines()).enumerate() {
        assert_eq!(actual, expected, "line {}: if it is meant, run with UPDATE_GOLDEN=1", line + 1);
    }
    assert_eq!(lines.lines().count(), expected.lines().count());
}
