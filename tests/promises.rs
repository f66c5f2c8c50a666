//! The test kit for app teams: each promise is kept by a policy that keeps it, and broken by one that does not, with a
//! message that says what was found, when, and which line to change, and names no place. Seeds are fixed: no false alarms.

use core::time::Duration;

use hereabouts::audit::{BrokenPromise, Rehearsal, RehearsalOptions};
use hereabouts::{Fix, Policy, Timestamp};

const DAY: Duration = Duration::from_secs(86_400);
const WEATHER: &str = include_str!("../examples/policies/weather.toml");
const RIDES: &str = include_str!("../examples/policies/ride-sharing.toml");

/// Four days of one phone; it also measures its course.
fn four_days() -> Vec<Fix> {
    let fix = |line: &str| {
        let [time, latitude, longitude] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        Fix::wgs84(latitude.parse().unwrap(), longitude.parse().unwrap(), None, time.parse().unwrap())
            .and_then(|fix| fix.with_course_deg(Some(90.0)))
            .unwrap()
    };
    include_str!("../examples/data/utrecht/quarter-hours.csv").lines().skip(1).map(fix).collect()
}

fn rehearsal(policy: &str, purpose: &str, days: u32) -> Rehearsal {
    let options = RehearsalOptions { purposes: vec![purpose.to_owned()], days, runs: 8, ..RehearsalOptions::default() };
    Rehearsal::run(&Policy::from_toml(policy).unwrap(), four_days(), &options).unwrap()
}

/// The message of a broken promise, which must be whole and name no place.
fn message(result: Result<(), BrokenPromise>) -> String {
    let broken = result.expect_err("the promise was kept");
    let message = broken.to_string();
    assert_eq!(format!("{broken:?}"), message, "what a test prints that returns it");
    assert!(message.contains("\n  found:  ") && message.contains("\n  change: "), "{message}");
    // The journey lies between 51.8° and 52.5° north, 4.3° and 5.2° east.
    for degrees in ["51.", "52.", "4.3", "4.4", "4.7", "4.9", "5.0", "5.1"] {
        let numbers = message.split(|letter: char| !(letter.is_ascii_digit() || letter == '.'));
        let is_place = |number: &str| number.starts_with(degrees) && number.len() > degrees.len() + 1;
        assert!(!numbers.clone().any(is_place), "a coordinate? {message}");
    }
    println!("{message}\n");
    message
}

#[test]
fn spending_in_any_window() {
    let rehearsal = rehearsal(WEATHER, "weather", 8);
    rehearsal.assert_spends_at_most(8.0, DAY).unwrap();
    rehearsal.assert_allows_at_most(8.0, DAY).unwrap();
    let spent = message(rehearsal.assert_spends_at_most(2.0, DAY));
    assert!(spent.starts_with("at most ε 2 is spent in any 24 h: broken"), "{spent}");
    assert!(spent.contains("`weather`") && spent.contains("\n  when:   2024-"), "{spent}");
    assert!(spent.contains("a [[budget]] with epsilon = 2 and window = \"24h\" in place of epsilon = 8"), "{spent}");
    // A week is covered by seven days of the budget.
    rehearsal.assert_allows_at_most(56.0, 7 * DAY).unwrap();
    let allowed = message(rehearsal.assert_allows_at_most(30.0, 7 * DAY));
    assert!(allowed.contains("it allows ε 56: 7 times the ε 8 of 24 h"), "{allowed}");
}

#[test]
fn what_is_found_to_be_spent_is_what_the_ledger_allowed() {
    // The greatest number for which the promise is broken is the fullest window of the bill.
    let rehearsal = rehearsal(WEATHER, "weather", 8);
    let most = rehearsal.findings().unwrap().bill.windows[0].most_spent;
    rehearsal.assert_spends_at_most(most, DAY).unwrap();
    assert!(rehearsal.assert_spends_at_most(most - 0.001, DAY).is_err());
    assert!(most <= 8.0);
}

#[test]
fn home_stays_uncertain_or_the_message_says_since_when_it_is_not() {
    rehearsal(WEATHER, "weather", 30).assert_home_uncertain(400.0, 30).unwrap();
    let pick_up = message(rehearsal(RIDES, "pick-up", 30).assert_home_uncertain(400.0, 30));
    assert!(pick_up.contains("home stays at least 400 m uncertain after 30 days: broken"), "{pick_up}");
    assert!(pick_up.contains("since day 1") && pick_up.contains("draws at home"), "{pick_up}");
    assert!(pick_up.contains("in [purposes.pick-up], `repeat = { kind = \"hold\""), "{pick_up}");
}

#[test]
fn uncertainty_needs_the_days_and_the_nights() {
    let short = message(rehearsal(WEATHER, "weather", 4).assert_home_uncertain(400.0, 30));
    assert!(short.contains("covers 4 days") && short.contains("`days: 30`"), "{short}");
    let hour = vec![four_days()[40], four_days()[42]];
    let options = RehearsalOptions { days: 1, runs: 1, ..RehearsalOptions::default() };
    let noon = Rehearsal::run(&Policy::from_toml(WEATHER).unwrap(), hour, &options).unwrap();
    assert!(message(noon.assert_home_uncertain(400.0, 1)).contains("does not show where home is"));
    assert!(message(noon.assert_work_uncertain(400.0, 1)).contains("does not show where work is"));
}

#[test]
fn nothing_but_the_named_fields_leaves() {
    rehearsal(WEATHER, "weather", 1).assert_only_fields(Rehearsal::place_and_time()).unwrap();
    let course = message(rehearsal(RIDES, "pick-up", 1).assert_only_fields(Rehearsal::place_and_time()));
    assert!(course.contains("`course_deg` in ") && course.contains("\n  when:   2024-05-30T"), "{course}");
    assert!(course.contains("in [purposes.pick-up], `keep = [\"course\"]`: without \"course\""), "{course}");
    let with_course = [Rehearsal::place_and_time(), vec!["course_deg".to_owned()]].concat();
    rehearsal(RIDES, "pick-up", 1).assert_only_fields(with_course).unwrap();
    let fewer = message(rehearsal(WEATHER, "weather", 1).assert_only_fields(vec!["lat".to_owned(), "lon".to_owned()]));
    assert!(fewer.contains("which every release has"), "{fewer}");
}

/// Whoever opens it reads the same fields.
#[cfg(feature = "seal")]
#[test]
fn what_is_sealed_has_the_fields_that_its_reader_sees() {
    let sealed = "keys = \"Example\"\nseal_to = \"kXiYp9oA6KZRw4p9aHQVl22L3Hdpm-mAZzUvefMoTUs\"\noperator =";
    let (weather, rides) = (WEATHER.replace("keys =", "# keys ="), RIDES.replace("keys =", "# keys ="));
    let [weather, rides] = [weather, rides].map(|policy| policy.replace("operator =", sealed));
    rehearsal(&weather, "weather", 1).assert_only_fields(Rehearsal::place_and_time()).unwrap();
    let course = message(rehearsal(&rides, "pick-up", 1).assert_only_fields(Rehearsal::place_and_time()));
    assert!(course.contains("`course_deg` in "), "{course}");
}

#[test]
fn a_field_that_this_phone_did_not_measure_is_found_in_the_policy() {
    let policy = RIDES.replace(r#"keep = ["course"]"#, r#"keep = ["altitude"]"#);
    let altitude = message(rehearsal(&policy, "pick-up", 1).assert_only_fields(Rehearsal::place_and_time()));
    assert!(altitude.contains("would send `altitude_m`"), "{altitude}");
}

#[test]
fn times_do_not_link() {
    let walk = (0..1_800).map(|second| {
        Fix::wgs84(52.0907, 5.1214, None, Timestamp::from_second(1_718_884_800 + second).unwrap()).unwrap()
    });
    let rehearsal = |bucket: &str| {
        let policy = WEATHER.replace(r#"time_bucket = "1h""#, &format!("time_bucket = \"{bucket}\""));
        let options = RehearsalOptions { days: 1, runs: 1, ..RehearsalOptions::default() };
        Rehearsal::run(&Policy::from_toml(&policy).unwrap(), walk.clone().collect(), &options).unwrap()
    };
    rehearsal("1h").assert_linked_at_most(0.0).unwrap();
    let linked = message(rehearsal("1s").assert_linked_at_most(0.01));
    assert!(linked.contains("100.0 %") && linked.contains("in [purposes.weather], a longer `time_bucket`"), "{linked}");
}

#[test]
fn answers_stay_worth_having() {
    let weather = rehearsal(WEATHER, "weather", 8);
    weather.assert_error_at_most(3_000.0).unwrap();
    weather.assert_answers_at_least(0.99).unwrap();
    let error = message(weather.assert_error_at_most(100.0));
    assert!(error.contains("in [purposes.weather], a finer `grid` than h3:7"), "{error}");
    // A budget for two stays a day leaves the last answer standing wherever one went.
    let starved = WEATHER.replace("epsilon = 8\n", "epsilon = 3\n");
    assert_ne!(starved, WEATHER);
    let starved = message(rehearsal(&starved, "weather", 8).assert_error_at_most(3_000.0));
    assert!(starved.contains("what was told last was old") && starved.contains("a smaller `within`"), "{starved}");
    let old = message(rehearsal(RIDES, "pick-up", 8).assert_error_at_most(100.0));
    assert!(old.contains("of the requests alone were answered") && old.contains("[[budget]]"), "{old}");
    let silent = message(rehearsal(RIDES, "pick-up", 8).assert_answers_at_least(0.95));
    assert!(silent.contains("the budget was spent") && silent.contains("\n  when:   2024-"), "{silent}");
}
