//! One journey, three languages: the table that this test writes is read by the tests of Kotlin and Swift too.
//!
//! `UPDATE_VECTORS=1 cargo test -p hereabouts-ffi --features seeded-noise --test vectors` writes it anew.
#![cfg(feature = "seeded-noise")]

use hereabouts_ffi::{Fix, Minimizer, Outcome, Policy, withheld_text};
use serde::Serialize;
use serde_json::json;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/journeys.json");

/// A policy, a seed, and what comes of a journey.
struct Case {
    name: &'static str,
    policy: String,
    seed: u64,
    requests: Vec<Asked>,
}

impl Case {
    /// JSON with a request on each line, so that a change is seen where it is.
    fn written(&self) -> String {
        let head = json!({ "name": self.name, "policy": self.policy, "seed": self.seed }).to_string();
        let requests: Vec<_> = self.requests.iter().map(|asked| serde_json::to_string(asked).unwrap()).collect();
        format!("{},\"requests\":[\n{}\n]}}", head.trim_end_matches('}'), requests.join(",\n"))
    }
}

/// One request and its answer.
#[derive(Serialize)]
struct Asked {
    latitude_deg: f64,
    longitude_deg: f64,
    time_ms: i64,
    horizontal_accuracy_m: Option<f64>,
    altitude_m: Option<f64>,
    speed_m_s: Option<f64>,
    course_deg: Option<f64>,
    purpose: &'static str,
    destination: &'static str,
    /// "released", "held" or "withheld".
    outcome: &'static str,
    /// The release as it may be sent, or why there is none.
    text: String,
}

/// Made-up places from the tropics over the pole and the antimeridian, and days at one of them.
fn journey() -> impl Iterator<Item = (f64, f64, i64)> {
    const STOPS: [(f64, f64); 6] =
        [(52.0907, 5.1214), (52.0907, 5.1214), (78.2232, 15.6267), (90.0, 0.0), (-17.0, 179.9995), (0.0, -180.0)];
    (0..48).map(|step| {
        let (latitude_deg, longitude_deg) = STOPS[step / 8];
        (latitude_deg - 0.001 * (step % 8) as f64, longitude_deg, 1_718_874_000_000 + 1_200_000 * step as i64)
    })
}

fn case(name: &'static str, policy: &str, seed: u64, purposes: &[&'static str], destinations: &[&'static str]) -> Case {
    let minimizer = Minimizer::replaying_with_seed(&Policy::from_toml(policy).unwrap(), seed).unwrap();
    let mut requests = Vec::new();
    for (index, (latitude_deg, longitude_deg, time_ms)) in journey().enumerate() {
        let purpose = purposes[index % purposes.len()];
        let horizontal_accuracy_m = (index % 3 > 0).then_some(12.5);
        let (altitude_m, speed_m_s) = ((index % 2 == 0).then_some(31.5), (index % 5 > 0).then_some(1.25));
        let course_deg = (index % 4 == 0).then_some(270.0);
        let fix = Fix::wgs84(latitude_deg, longitude_deg, time_ms, horizontal_accuracy_m).unwrap();
        let fix = fix.with_measurements(altitude_m, speed_m_s, course_deg).unwrap();
        for destination in destinations {
            let (outcome, text) = match minimizer.release(&fix, purpose, destination).unwrap() {
                Outcome::Released { release } => ("released", release.json),
                Outcome::Held { release } => ("held", release.json),
                Outcome::Withheld { withheld } => ("withheld", withheld_text(&withheld)),
            };
            requests.push(Asked {
                latitude_deg,
                longitude_deg,
                time_ms,
                horizontal_accuracy_m,
                altitude_m,
                speed_m_s,
                course_deg,
                purpose,
                destination,
                outcome,
                text,
            });
        }
    }
    Case { name, policy: policy.to_owned(), seed, requests }
}

#[test]
fn the_journeys_release_the_bytes_of_the_table() {
    let cases = [
        case("hold", HOLD, 20_240_620, &["weather"], &["eu", "cn"]),
        case("fresh", FRESH, 7, &["weather", "fitness"], &["eu", "cn"]),
        case("gaussian", ZCDP, 1_234_567_890_123, &["traces"], &["fleet"]),
    ];
    let kinds = ["released", "held", "withheld"];
    for kind in kinds {
        assert!(cases.iter().flat_map(|case| &case.requests).any(|asked| asked.outcome == kind), "no {kind}");
    }
    let table = format!("[\n{}\n]\n", cases.iter().map(Case::written).collect::<Vec<_>>().join(",\n"));
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(TABLE, &table).unwrap();
    }
    let expected = std::fs::read_to_string(TABLE).unwrap();
    for (line, (actual, expected)) in table.lines().zip(expected.lines()).enumerate() {
        assert_eq!(actual, expected, "line {}: if it is meant, run with UPDATE_VECTORS=1", line + 1);
    }
    assert_eq!(table.lines().count(), expected.lines().count());
}

const HOLD: &str = r#"version = 1

[protection]
radius_m = 200

[[budget]]
epsilon = 8
window = "24h"

[purposes.weather]
mechanism = { kind = "planar-laplace", epsilon = 1.2 }
repeat = { kind = "hold", within = "10km", epsilon = 0.5, recall = 16 }
grid = { kind = "h3", resolution = 7 }
interval = "15min"
time_bucket = "1h"

[destinations.eu]
jurisdiction = "DE"
operator = "Example Weather GmbH"
floor = { area_km2 = 1.0 }

[destinations.cn]
jurisdiction = "CN"
operator = "Example Carrier"
floor = { preset = "all" }
"#;

const FRESH: &str = r#"version = 1

[protection]
radius_m = 200

[[budget]]
epsilon = 4.6
window = "24h"

[purposes.weather]
mechanism = { kind = "planar-laplace", epsilon = 0.5 }
repeat = { kind = "fresh" }
grid = { kind = "h3", resolution = 8 }
interval = "15min"
time_bucket = "1h"

[purposes.fitness]
mechanism = { kind = "planar-laplace", epsilon = 0.5 }
repeat = { kind = "fresh" }
grid = { kind = "metric", edge_m = 500 }
interval = "15min"
time_bucket = "15min"
keep = ["altitude", "speed", "course"]

[destinations.eu]
jurisdiction = "DE"
operator = "Example Weather GmbH"

[destinations.cn]
jurisdiction = "CN"
operator = "Example Carrier"
floor = { area_km2 = 30 }
"#;

const ZCDP: &str = r#"version = 1

[protection]
radius_m = 200

[accounting]
kind = "zcdp"
delta = 1e-9

[[budget]]
rho = 1
window = "24h"

[purposes.traces]
mechanism = { kind = "gaussian", rho = 0.01 }
repeat = { kind = "fresh" }
grid = { kind = "s2", level = 13 }
interval = "15min"
time_bucket = "15min"

[destinations.fleet]
jurisdiction = "DE"
operator = "Example Fleet GmbH"
"#;
