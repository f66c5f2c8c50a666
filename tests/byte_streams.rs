//! What a server sees is a function of the cells alone: two journeys with equal cells send equal bytes at equal times.
#![cfg(feature = "seeded-noise")]

mod support;

use std::collections::BTreeMap;

use hereabouts::{Fix, MemoryLedger, Minimizer, Outcome, Policy};
use support::{NINE, SetClock, time};

const MINUTE: i64 = 60;
/// Two days.
const MINUTES: i64 = 2 * 24 * 60;

/// A purpose that draws on each tick, one that holds, one that keeps nothing of what the fixes have; an open destination, and
/// one with a floor and a slower schedule.
const POLICY: &str = r#"
version = 1

[protection]
radius_m = 200

[[budget]]
epsilon = 400
window = "24h"

[purposes.fresh]
mechanism = { kind = "planar-laplace", epsilon = 1 }
repeat = { kind = "fresh" }
grid = { kind = "h3", resolution = 3 }
interval = "1h"
time_bucket = "1h"
keep = []

[purposes.hold]
mechanism = { kind = "planar-laplace", epsilon = 1 }
repeat = { kind = "hold", within = "10km", epsilon = 1, recall = 8 }
grid = { kind = "metric", edge_m = 100000 }
interval = "15min"
time_bucket = "6h"
keep = []

[destinations.open]
jurisdiction = "DE"
operator = "Example Weather GmbH"

[destinations.slow]
jurisdiction = "CN"
operator = "Example Carrier"
floor = { area_km2 = 20000 }
interval = "3h"
"#;

/// Whom something was sent, in which minute, and what.
type Stream = BTreeMap<(i64, &'static str, &'static str), Vec<u8>>;

/// What goes over the wire as an app sends it that asks every minute: each release as it is made; of what is held, nothing.
/// Beside it the cells in their order, which is all that may decide it.
fn journey(policy: &Policy, seed: u64, fix: impl Fn(i64) -> Fix) -> (Vec<String>, Stream) {
    let clock = SetClock::at(NINE);
    let minimizer = Minimizer::with_seeded_noise(policy.clone(), MemoryLedger::new(), clock.clone(), seed).unwrap();
    let (mut cells, mut stream) = (Vec::new(), Stream::new());
    for minute in 0..MINUTES {
        clock.set(NINE + MINUTE * minute);
        let fix = fix(minute);
        for purpose in ["fresh", "hold"] {
            for destination in ["open", "slow"] {
                match minimizer.release(&fix, purpose, destination).unwrap() {
                    Outcome::Released(release) => {
                        cells.push(format!("{minute} {purpose} {destination} {}", release.cell().unwrap().id()));
                        stream.insert((minute, purpose, destination), release.to_json().into_bytes());
                    }
                    // To send it again would be free; that it stands is seen either way.
                    Outcome::Held(_) => cells.push(format!("{minute} {purpose} {destination} stands")),
                    _ => {}
                }
            }
        }
    }
    (cells, stream)
}

/// At home, on a stationary phone: exact fixes on the whole minute, with all that a phone can tell.
fn at_home(minute: i64) -> Fix {
    let fix = Fix::wgs84(52.0907, 5.1214, 3.0, time(NINE + MINUTE * minute)).unwrap();
    fix.with_altitude_m(12.0).unwrap().with_speed_m_s(0.0).unwrap()
}

/// Walking about in the neighbourhood: rough fixes, seconds old, some without an accuracy, at other heights and speeds.
fn walking(minute: i64) -> Fix {
    let turn = minute as f64 * 0.37;
    let (latitude_deg, longitude_deg) = (52.0907 + 0.004 * turn.sin(), 5.1214 + 0.006 * turn.cos());
    let accuracy_m = (minute % 3 > 0).then_some(35.0 + (minute % 7) as f64 * 11.0);
    let fix = Fix::wgs84(latitude_deg, longitude_deg, accuracy_m, time(NINE + MINUTE * minute - minute % 41)).unwrap();
    let fix = fix.with_altitude_m((minute % 5 > 0).then_some(30.0 + turn)).unwrap();
    fix.with_speed_m_s(1.4).unwrap().with_course_deg((minute % 360) as f64).unwrap()
}

/// Whether the journeys have equal cells is a matter of the noise's seed; where they have, not one byte differs, nor the minute
/// in which it goes. The seeds are fixed: this cannot fail by chance.
#[test]
fn two_journeys_with_equal_cells_send_equal_bytes_in_equal_minutes() {
    let policy = Policy::from_toml(POLICY).unwrap();
    let (mut equal, mut bytes) = (0, 0);
    for seed in 0..40 {
        let (home_cells, home) = journey(&policy, seed, at_home);
        let (walk_cells, walk) = journey(&policy, seed, walking);
        if home_cells != walk_cells {
            continue;
        }
        equal += 1;
        bytes += home.values().map(Vec::len).sum::<usize>();
        assert_eq!(home, walk, "seed {seed}");
    }
    assert!(equal >= 5 && bytes > 10_000, "{equal} of 40 seeds gave equal cells, {bytes} bytes");
}

/// Which minutes something could go in follows from the clock alone: in every journey they are those of the schedules.
#[test]
fn the_schedule_is_the_clocks_and_no_exact_time_goes_out() {
    let policy = Policy::from_toml(POLICY).unwrap();
    let far = |minute: i64| Fix::wgs84(-33.0, -70.0 + minute as f64 * 0.01, 8.0, time(NINE + MINUTE * minute)).unwrap();
    for (cells, stream) in [journey(&policy, 7, at_home), journey(&policy, 7, walking), journey(&policy, 8, far)] {
        let fresh = |destination: &str| -> Vec<i64> {
            let of = stream.keys().filter(|(_, purpose, to)| *purpose == "fresh" && *to == destination);
            of.map(|(minute, ..)| *minute).collect()
        };
        // Nine o'clock is a whole hour, and a whole third hour since 1970.
        assert_eq!(fresh("open"), (0..MINUTES / 60).map(|hour| 60 * hour).collect::<Vec<_>>());
        assert_eq!(fresh("slow"), (0..MINUTES / 180).map(|third| 180 * third).collect::<Vec<_>>());
        assert!(cells.iter().any(|cell| cell.contains("hold open")));
        for ((minute, purpose, _), sent) in &stream {
            let sent: serde_json::Value = serde_json::from_slice(sent).unwrap();
            let told: jiff::Timestamp = sent["time"].as_str().unwrap().parse().unwrap();
            let bucket = if *purpose == "fresh" { 3_600 } else { 6 * 3_600 };
            let now = NINE + MINUTE * minute;
            assert_eq!((told.as_second(), told.subsec_nanosecond()), (now - now.rem_euclid(bucket), 0));
        }
    }
}

/// Sealed: nobody can read it, so all that a network sees is when and how much.
#[cfg(feature = "seal")]
#[test]
fn sealed_streams_of_any_two_journeys_have_equal_lengths() {
    let key = hereabouts::seal::SecretKey::generate().unwrap().public_key();
    let sealed = format!("{POLICY}keys = \"Example Weather GmbH\"\nseal_to = \"{key}\"\n");
    let policy = Policy::from_toml(&sealed).unwrap();
    let far = |minute: i64| Fix::wgs84(-33.0, -70.0 + minute as f64 * 0.01, 8.0, time(NINE + MINUTE * minute)).unwrap();
    let lengths: std::collections::BTreeSet<usize> = [journey(&policy, 1, at_home), journey(&policy, 2, far)]
        .iter()
        .flat_map(|(_, stream)| stream.iter().filter(|((.., to), _)| *to == "slow").map(|(_, sent)| sent.len()))
        .collect();
    assert_eq!(lengths.len(), 1, "{lengths:?}");
}
