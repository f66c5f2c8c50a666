//! A broken promise has one text in three languages: the table that this test writes is read by the tests of Kotlin and Swift.
//!
//! `UPDATE_VECTORS=1 cargo test -p hereabouts-ffi --features seeded-noise --test promises` writes it anew.

use hereabouts_ffi::{FixBatch, Policy, Rehearsal, RehearsalOptions, place_and_time};
use serde::Serialize;
use serde_json::json;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A journey, by hours: four of a night at home, and four of a working day elsewhere.
const LATITUDES_DEG: [f64; 2] = [52.0907, 52.1561];
const LONGITUDES_DEG: [f64; 2] = [5.1214, 5.3878];
const STARTS_MS: [i64; 2] = [1_718_838_000_000, 1_718_874_000_000];
const HOURS_EACH: usize = 4;

/// One promise, and what is said if it is broken.
#[derive(Serialize)]
struct Promised {
    assertion: &'static str,
    /// The numbers that it takes, in their order.
    numbers: Vec<f64>,
    /// The fields that it takes, if it takes any.
    fields: Vec<String>,
    /// None if it is kept.
    text: Option<String>,
}

/// Every assertion that there is, broken and kept.
fn promises(rehearsal: &Rehearsal) -> Vec<Promised> {
    let day = 86_400;
    let without_time = place_and_time().into_iter().filter(|field| field != "time").collect::<Vec<_>>();
    let mut all = Vec::new();
    let mut promise = |assertion, numbers: &[f64], fields: &[String], broken: Option<hereabouts_ffi::BrokenPromise>| {
        all.push(Promised {
            assertion,
            numbers: numbers.to_vec(),
            fields: fields.to_vec(),
            text: broken.map(|broken| broken.text),
        });
    };
    for loss in [0.001, 1e6] {
        promise("spends_at_most", &[loss, day as f64], &[], rehearsal.spends_at_most(loss, day));
        promise("allows_at_most", &[loss, day as f64], &[], rehearsal.allows_at_most(loss, day));
    }
    for metres in [1e7, 1.0] {
        promise("home_uncertain", &[metres, 3.0], &[], rehearsal.home_uncertain(metres, 3));
        promise("work_uncertain", &[metres, 3.0], &[], rehearsal.work_uncertain(metres, 3));
    }
    for fields in [without_time, place_and_time()] {
        promise("only_fields", &[], &fields, rehearsal.only_fields(fields.clone()));
    }
    for share in [-1.0, 1.0] {
        promise("linked_at_most", &[share], &[], rehearsal.linked_at_most(share));
    }
    for metres in [0.1, 1e6] {
        promise("error_at_most", &[metres], &[], rehearsal.error_at_most(metres));
    }
    for share in [1.5, 0.0] {
        promise("answers_at_least", &[share], &[], rehearsal.answers_at_least(share));
    }
    all
}

#[test]
fn broken_promises_have_the_texts_of_the_table() {
    let policy = "weather.toml";
    let options = RehearsalOptions {
        purposes: vec!["weather".to_owned()],
        destinations: Vec::new(),
        days: 3,
        runs: 3,
        seed: 20_240_620,
    };
    let hours = 2 * HOURS_EACH;
    let of_hour = |places: [f64; 2]| (0..hours).map(|hour| places[hour / HOURS_EACH]).collect::<Vec<_>>();
    let latitudes = of_hour(LATITUDES_DEG);
    let longitudes = of_hour(LONGITUDES_DEG);
    let times: Vec<_> =
        (0..hours).map(|hour| STARTS_MS[hour / HOURS_EACH] + 3_600_000 * (hour % HOURS_EACH) as i64).collect();
    let journey = FixBatch::wgs84(&latitudes, &longitudes, &times, &vec![f64::NAN; hours]).unwrap();
    let read = Policy::read(&format!("{ROOT}/examples/policies/{policy}")).unwrap();
    let rehearsal = Rehearsal::run(&read, &journey, &options, None).unwrap();

    let promises = promises(&rehearsal);
    for assertion in promises.iter().map(|promised| promised.assertion) {
        let broken = |text: bool| promises.iter().any(|one| one.assertion == assertion && one.text.is_some() == text);
        assert!(broken(true), "`{assertion}` is never broken");
        assert!(broken(false), "`{assertion}` is never kept");
    }
    let head = json!({
        "policy": policy,
        "purposes": options.purposes, "days": options.days, "runs": options.runs, "seed": options.seed,
        "latitudes_deg": latitudes, "longitudes_deg": longitudes, "times_ms": times,
    });
    let head = head.to_string();
    let lines: Vec<_> = promises.iter().map(|promised| serde_json::to_string(promised).unwrap()).collect();
    let table = format!("{},\"promises\":[\n{}\n]}}\n", head.trim_end_matches('}'), lines.join(",\n"));
    let path = format!("{ROOT}/bindings/vectors/promises.json");
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    for (line, (actual, expected)) in table.lines().zip(expected.lines()).enumerate() {
        assert_eq!(actual, expected, "line {}: if it is meant, run with UPDATE_VECTORS=1", line + 1);
    }
    assert_eq!(table.lines().count(), expected.lines().count());
}
