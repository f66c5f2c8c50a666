//! The road, end to end: what a release costs, what it holds, when there is none.

mod support;

use hereabouts::{
    Fix, MemoryLedger, Minimizer, Outcome, Preview, PrivacyLoss, RecordedClock, Release, Request, SystemClock, Withheld,
};
use proptest::prelude::*;
use support::{NINE, SetClock, fix, fix_at, policy, time};

const QUARTER: i64 = 900;
const DAY: i64 = 86_400;

fn replay() -> Minimizer {
    Minimizer::new(policy(), MemoryLedger::new(), RecordedClock::default()).unwrap()
}

fn release(minimizer: &Minimizer, fix: &Fix, purpose: &str, destination: &str) -> Release {
    match minimizer.release(fix, purpose, destination).unwrap() {
        Outcome::Released(release) => release,
        other => panic!("{other:?}"),
    }
}

fn spent(minimizer: &Minimizer) -> PrivacyLoss {
    minimizer.remaining().unwrap()[0].spent()
}

#[test]
fn a_release_is_charged_and_has_a_receipt() {
    let minimizer = replay();
    let release = release(&minimizer, &fix(NINE + 100), "weather", "eu");
    assert_eq!(spent(&minimizer), PrivacyLoss::from_billionths(500_001_200));
    let receipts = minimizer.receipts().unwrap();
    assert_eq!(receipts.len(), 1);
    assert_eq!((receipts[0].purpose(), receipts[0].destination()), ("weather", "eu"));
    assert_eq!(
        (receipts[0].grid(), receipts[0].cell()),
        ("h3:8", Some(release.cell().unwrap().id().to_string().as_str()))
    );
    assert_eq!(receipts[0].time(), time(NINE + 100));
    assert_eq!(receipts[0].bucket(), time(NINE));
    assert_eq!(receipts[0].loss(), PrivacyLoss::from_billionths(500_001_200));
}

#[test]
fn one_tick_is_one_draw_whatever_the_number_of_fixes() {
    let minimizer = replay();
    release(&minimizer, &fix(NINE), "weather", "eu");
    for seconds in 1..QUARTER {
        let outcome = minimizer.release(&fix(NINE + seconds), "weather", "eu").unwrap();
        assert_eq!(outcome, Outcome::Withheld(Withheld::NotDue { next: time(NINE + QUARTER) }));
    }
    release(&minimizer, &fix(NINE + QUARTER), "weather", "eu");
    assert_eq!(minimizer.receipts().unwrap().len(), 2);
}

#[test]
fn every_destination_gets_its_view_of_one_draw_which_is_charged_once() {
    // Over many draws, so that chance cannot make two draws look like one.
    let mut differed = 0;
    for day in 0..50 {
        let minimizer = replay();
        let finer = release(&minimizer, &fix(NINE + day * DAY), "weather", "eu");
        let charged = spent(&minimizer);
        let coarser = release(&minimizer, &fix_at(-33.9, 18.4, NINE + day * DAY + 60), "weather", "cn");
        assert_eq!(spent(&minimizer), charged, "a second view was charged");
        // The fix of the second call had no part in it: its cell holds the first draw's.
        let distance_m = finer.cell().unwrap().centre().great_circle_distance_m(&coarser.cell().unwrap().centre());
        assert!(distance_m <= coarser.cell().unwrap().circumradius_m(), "{distance_m} m");
        assert!(coarser.cell().unwrap().area_m2() >= 30e6, "the destination's floor");
        differed += usize::from(finer.cell() != coarser.cell());
    }
    assert_eq!(differed, 50);
}

#[test]
fn what_the_budget_does_not_hold_is_withheld_until_it_does() {
    let minimizer = replay();
    for tick in 0..9 {
        release(&minimizer, &fix(NINE + tick * QUARTER), "weather", "eu");
    }
    let after = minimizer.release(&fix(NINE + 9 * QUARTER), "weather", "eu").unwrap();
    assert_eq!(after, Outcome::Withheld(Withheld::BudgetSpent { until: Some(time(NINE + DAY)) }));
    // Another purpose draws from the same budget.
    assert!(matches!(
        minimizer.release(&fix(NINE + 9 * QUARTER), "fitness", "eu").unwrap(),
        Outcome::Withheld(Withheld::BudgetSpent { .. })
    ));
    assert!(matches!(
        minimizer.release(&fix(NINE + DAY - 1), "weather", "eu").unwrap(),
        Outcome::Withheld(Withheld::BudgetSpent { .. })
    ));
    release(&minimizer, &fix(NINE + DAY), "weather", "eu");
}

#[test]
fn a_fix_from_before_the_gps_week_rollover_refills_no_window() {
    let minimizer = replay();
    for tick in 0..9 {
        release(&minimizer, &fix(NINE + tick * QUARTER), "weather", "eu");
    }
    let early = fix(NINE + 9 * QUARTER - 7_168 * DAY);
    assert!(matches!(minimizer.release(&early, "weather", "eu").unwrap(), Outcome::Withheld(_)));
    assert!(matches!(
        minimizer.release(&fix(NINE + 10 * QUARTER), "weather", "eu").unwrap(),
        Outcome::Withheld(Withheld::BudgetSpent { .. })
    ));
    assert_eq!(minimizer.receipts().unwrap().len(), 9);
}

/// What is released in 1,000 steps of a wall clock, two quarters on, one back, with a jump of years in between: 333 quarters,
/// 3.5 days.
fn released_under_a_turned_clock(has_monotonic: bool) -> usize {
    let clock = support::TurnedClock::new(NINE, has_monotonic);
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap();
    let released = |step: i64| {
        let true_seconds = NINE + step * QUARTER / 3;
        let shown = NINE + (step % 3 - 1) * QUARTER + step / 3 * QUARTER;
        clock.set(true_seconds, shown - if step % 7 == 6 { 3_000 * DAY } else { 0 });
        matches!(minimizer.release(&fix(NINE), "weather", "eu").unwrap(), Outcome::Released(_))
    };
    (0..1_000).filter(|step| released(*step)).count()
}

#[test]
fn a_clock_that_steps_back_refills_no_window() {
    // Nine releases for each window of a day that has begun.
    let released = released_under_a_turned_clock(true);
    assert!((28..=36).contains(&released), "{released}");
}

#[test]
fn without_a_monotonic_clock_each_turn_back_and_forth_brings_an_hour_at_most() {
    // 143 turns, and the 3.5 days: nine releases for each window of a day that can have begun.
    let released = released_under_a_turned_clock(false);
    assert!((28..=9 * (143 + 84) / 24 + 9).contains(&released), "{released}");
}

#[test]
fn a_wall_clock_that_is_set_right_locks_no_running_app_out() {
    let clock = SetClock::at(NINE + 3_650 * DAY);
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap();
    release(&minimizer, &fix(NINE), "weather", "eu");
    assert!(matches!(minimizer.release(&fix(NINE), "weather", "eu").unwrap(), Outcome::Withheld(_)));
    // Ten years too far ahead until now: within the hour the next tick is due.
    let due = |minute: i64| {
        clock.set(NINE + minute * 60);
        matches!(minimizer.release(&fix(NINE), "weather", "eu").unwrap(), Outcome::Released(_))
    };
    assert!((0..60).any(due));
}

#[test]
fn nothing_leaves_that_the_policy_does_not_name() {
    let full = fix(NINE).with_altitude_m(17.5).unwrap().with_speed_m_s(1.25).unwrap().with_course_deg(271.0).unwrap();
    let minimizer = replay();
    let keys = |release: &Release| -> Vec<String> {
        let value: serde_json::Value = serde_json::from_str(&release.to_json()).unwrap();
        value.as_object().unwrap().keys().cloned().collect()
    };
    let mut bare = ["v", "purpose", "lat", "lon", "grid", "cell", "accuracy_m", "time", "span_s"];
    bare.sort_unstable();
    assert_eq!(keys(&release(&minimizer, &full, "weather", "eu")), bare);
    let kept = release(&minimizer, &full, "fitness", "eu");
    let mut named = [&bare[..], &["altitude_m", "speed_m_s"]].concat();
    named.sort_unstable();
    assert_eq!(keys(&kept), named);
    assert_eq!((kept.altitude_m(), kept.speed_m_s(), kept.course_deg()), (Some(17.5), Some(1.25), None));
}

#[test]
fn the_time_on_the_wire_is_the_bucket_of_the_decision() {
    let minimizer = replay();
    let release = release(&minimizer, &fix(NINE + 2_711), "weather", "eu");
    assert_eq!((release.time(), release.span_s()), (time(NINE), 3_600));
    // On a device the clock decides, however old the fix.
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), SetClock::at(NINE + DAY + 5)).unwrap();
    let Outcome::Released(stale) = minimizer.release(&fix(NINE), "weather", "eu").unwrap() else { panic!() };
    assert_eq!(stale.time(), time(NINE + DAY));
}

/// The same draw for a fix of 3 m and of 3 km accuracy: every released byte is the same.
#[cfg(feature = "seeded-noise")]
#[test]
fn the_accuracy_of_the_fix_has_no_part_in_the_release() {
    let releases = [3.0, 3_000.0].map(|accuracy_m| {
        let minimizer =
            Minimizer::with_seeded_noise(policy(), MemoryLedger::new(), RecordedClock::default(), 11).unwrap();
        let fix = Fix::wgs84(52.0907, 5.1214, accuracy_m, time(NINE)).unwrap();
        release(&minimizer, &fix, "weather", "eu").to_json()
    });
    assert_eq!(releases[0], releases[1]);
}

#[test]
fn a_whole_number_coordinate_is_noised_like_any_other() {
    let mut cells = std::collections::BTreeSet::new();
    let mut moved_m = 0.0;
    for day in 0..40 {
        let release = release(&replay(), &fix_at(-23.0, 127.0, NINE + day * DAY), "fitness", "eu");
        cells.insert(release.cell().unwrap().id().to_string());
        moved_m +=
            release.cell().unwrap().centre().great_circle_distance_m(&hereabouts::Position::new(-23.0, 127.0)) / 40.0;
    }
    // b = 402 m: 804 m on average; each draw's deviation is 569 m, so ±90 m for the mean: five of them either way.
    assert!(cells.len() > 5, "{} cells", cells.len());
    assert!((350.0..1_260.0).contains(&moved_m), "{moved_m} m");
}

#[test]
fn the_forms_of_a_release_say_the_same() {
    let release = release(&replay(), &fix(NINE), "weather", "cn");
    let (latitude, longitude) =
        (release.position().unwrap().latitude_deg(), release.position().unwrap().longitude_deg());
    let feature = release.to_geojson().unwrap();
    assert_eq!(feature["geometry"]["coordinates"], serde_json::json!([longitude, latitude]));
    assert_eq!(feature["properties"]["cell"], release.cell().unwrap().id().to_string());
    assert_eq!(
        release.to_geo_uri().unwrap(),
        format!("geo:{latitude},{longitude};u={}", release.accuracy_m().unwrap())
    );
    let wire = serde_json::to_value(&release).unwrap();
    assert_eq!(wire["time"], "2024-06-20T09:00:00Z");
    assert_eq!(wire["v"], 1);
    // Not a digit more than the grid needs.
    let decimals = |number: f64| number.to_string().split_once('.').map_or(0, |(_, digits)| digits.len());
    let most = usize::from(release.cell().unwrap().grid().decimals());
    assert!(decimals(latitude) <= most && decimals(longitude) <= most);
}

#[test]
fn every_release_fits_the_published_schema() {
    let published = include_str!("../docs/release.schema.json");
    let current = format!("{:#}\n", Release::schema());
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/release.schema.json"), &current).unwrap();
    }
    assert!(published == current, "docs/release.schema.json is not current: run the tests with UPDATE_SCHEMAS=1");
    let schema = jsonschema::validator_for(&Release::schema()).unwrap();
    let minimizer = replay();
    for (purpose, destination) in [("weather", "eu"), ("weather", "cn"), ("fitness", "eu"), ("fitness", "cn")] {
        let wire = serde_json::to_value(release(&minimizer, &fix(NINE), purpose, destination)).unwrap();
        assert!(schema.is_valid(&wire), "{wire}");
        for missing in ["v", "lat", "lon", "cell", "time", "accuracy_m"] {
            let mut short = wire.clone();
            short.as_object_mut().unwrap().remove(missing);
            assert!(!schema.is_valid(&short), "{missing} is not required");
        }
        let mut more = wire.clone();
        more["floor"] = 3.into();
        assert!(!schema.is_valid(&more), "an unknown field is allowed");
    }
}

#[test]
fn a_batch_is_decided_in_order_and_charged_together() {
    let minimizer = replay();
    let fixes: Vec<Fix> = (0..12).map(|tick| fix(NINE + tick * QUARTER)).collect();
    let requests = fixes.iter().map(|fix| Request { fix, purpose: "weather", destination: "eu" });
    let outcomes = minimizer.release_all(requests).unwrap();
    let released: Vec<bool> = outcomes.iter().map(|outcome| matches!(outcome, Outcome::Released(_))).collect();
    assert_eq!(released, [vec![true; 9], vec![false; 3]].concat());
    assert_eq!(minimizer.receipts().unwrap().len(), 9);
}

#[test]
fn a_batch_with_an_unknown_name_charges_nothing() {
    let minimizer = replay();
    let fix = fix(NINE);
    let requests = ["eu", "mars"].map(|destination| Request { fix: &fix, purpose: "weather", destination });
    assert!(minimizer.release_all(requests).is_err());
    assert_eq!(minimizer.receipts().unwrap().len(), 0);
    assert_eq!(spent(&minimizer), PrivacyLoss::ZERO);
}

#[test]
fn a_minimizer_serves_many_threads_and_the_budget_holds() {
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), SystemClock).unwrap();
    let released: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let now = jiff::Timestamp::now();
                    let fix = Fix::wgs84(52.09, 5.12, None, now).unwrap();
                    (0..100)
                        .filter(|_| matches!(minimizer.release(&fix, "weather", "eu").unwrap(), Outcome::Released(_)))
                        .count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!((1..=2).contains(&released), "{released} releases on one tick (two if it ended meanwhile)");
}

proptest! {
    /// Whatever happened before, a preview says what the next release will come to, and changes nothing.
    #[test]
    fn a_preview_equals_what_a_release_does(steps in prop::collection::vec((0_i64..2_000, 0..2_usize, 0..2_usize), 1..60)) {
        let clock = SetClock::at(NINE);
        let minimizer = Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap();
        let mut now = NINE;
        for (wait, purpose, destination) in steps {
            now += wait;
            clock.set(now);
            let (purpose, destination) = (["weather", "fitness"][purpose], ["eu", "cn"][destination]);
            let before = spent(&minimizer);
            let preview = minimizer.preview(purpose, destination).unwrap();
            prop_assert_eq!(spent(&minimizer), before);
            prop_assert_eq!(minimizer.preview(purpose, destination).unwrap(), preview);
            match (preview, minimizer.release(&fix(NINE), purpose, destination).unwrap()) {
                (Preview::Release(loss), Outcome::Released(_)) => {
                    let charged = minimizer.receipts().unwrap().last().unwrap().loss();
                    prop_assert_eq!(charged, loss);
                }
                (Preview::Withheld(expected), Outcome::Withheld(withheld)) => prop_assert_eq!(withheld, expected),
                (preview, outcome) => prop_assert!(false, "{:?}, then {:?}", preview, outcome),
            }
        }
    }
}
