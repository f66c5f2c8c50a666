//! The user's own choice: it wins over all, from the next tick on, and no path goes around it.

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use hereabouts::{
    Ceiling, Choice, Error, Fix, Floor, Grid, Keep, LatticePoint, MemoryLedger, Minimizer, Outcome, Policy,
    PrivacyLoss, Release, Request, Rule, Withheld,
};
use proptest::prelude::*;
use support::{NINE, SetClock, TurnedClock, time};

const QUARTER: i64 = 900;
const HOUR: i64 = 3_600;

const POLICY: &str = r#"
version = 1
[protection]
radius_m = 200
[[budget]]
epsilon = 400
window = "24h"
[purposes.fresh]
mechanism = { kind = "planar-laplace", epsilon = 0.5 }
repeat = { kind = "fresh" }
grid = { kind = "h3", resolution = 9 }
interval = "15min"
time_bucket = "15min"
keep = ["altitude", "speed"]
[purposes.stay]
mechanism = { kind = "planar-laplace", epsilon = 1.2 }
repeat = { kind = "hold", within = "10km", epsilon = 0.5, recall = 4 }
grid = { kind = "s2", level = 14 }
interval = "15min"
time_bucket = "15min"
keep = ["altitude"]
ceiling = "city"
[ceilings.region]
floor = { area_km2 = 5000 }
interval = "2h"
keep = []
[ceilings.city]
floor = { area_km2 = 100 }
keep = ["speed"]
[ceilings.neighbourhood]
floor = { area_km2 = 1 }
[destinations.eu]
jurisdiction = "DE"
operator = "Example Weather GmbH"
[destinations.cn]
jurisdiction = "CN"
operator = "Example Carrier"
floor = { area_km2 = 30 }
interval = "1h"
keep = []
"#;

const LEVELS: [&str; 5] = ["off", "region", "city", "neighbourhood", "precise"];

fn policy() -> Policy {
    Policy::from_toml(POLICY).unwrap()
}

fn fix(seconds: i64) -> Fix {
    support::fix(seconds).with_altitude_m(12.5).unwrap().with_speed_m_s(3.25).unwrap()
}

struct Phone {
    clock: SetClock,
    minimizer: Minimizer,
}

impl Phone {
    fn new() -> Self {
        let clock = SetClock::at(NINE);
        Self { minimizer: Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap(), clock }
    }

    fn at(&self, seconds: i64, purpose: &str, destination: &str) -> Outcome {
        self.clock.set(NINE + seconds);
        self.minimizer.release(&fix(NINE), purpose, destination).unwrap()
    }

    fn always(&self, purpose: &str, ceiling: &str) {
        self.minimizer.choose(purpose, Choice::Always(ceiling)).unwrap();
    }
}

fn released(outcome: Outcome) -> Release {
    match outcome {
        Outcome::Released(release) => release,
        other => panic!("{other:?}"),
    }
}

fn least_km2(level: &str) -> f64 {
    BTreeMap::from([("region", 5_000.0), ("city", 100.0), ("neighbourhood", 1.0), ("precise", 0.0)])[level]
}

#[test]
fn the_coarsest_of_purpose_destination_and_user_wins_and_the_receipt_says_which() {
    let phone = Phone::new();
    let mut second = 0;
    let mut get = |level: &str, destination: &str| {
        phone.always("fresh", level);
        second += 2 * HOUR;
        let release = released(phone.at(second, "fresh", destination));
        let receipt = phone.minimizer.receipts().unwrap().pop().unwrap();
        assert_eq!(receipt.cell(), Some(release.cell().unwrap().id().to_string().as_str()));
        (release.cell().unwrap().grid().to_string(), receipt.rule().unwrap(), release.altitude_m(), release.speed_m_s())
    };
    let h3 = |resolution| Grid::h3(resolution).unwrap().to_string();
    assert_eq!(get("precise", "eu"), (h3(9), Rule::Purpose, Some(12.5), Some(3.25)));
    assert_eq!(get("precise", "cn"), (h3(5), Rule::Destination, None, None));
    assert_eq!(get("neighbourhood", "eu"), (h3(7), Rule::Ceiling, Some(12.5), Some(3.25)));
    assert_eq!(get("neighbourhood", "cn"), (h3(5), Rule::Destination, None, None));
    assert_eq!(get("city", "eu"), (h3(5), Rule::Ceiling, None, Some(3.25)));
    assert_eq!(get("city", "cn"), (h3(5), Rule::Destination, None, None));
    assert_eq!(get("region", "eu"), (h3(3), Rule::Ceiling, None, None));
    assert_eq!(get("region", "cn"), (h3(3), Rule::Ceiling, None, None));
}

#[test]
fn a_choice_is_in_force_on_the_very_next_tick_whatever_was_chosen_before() {
    let phone = Phone::new();
    phone.always("fresh", "region");
    released(phone.at(0, "fresh", "eu"));
    assert!(matches!(phone.at(QUARTER, "fresh", "eu"), Outcome::Withheld(Withheld::NotDue { .. })), "every two hours");
    phone.always("fresh", "precise");
    assert_eq!(released(phone.at(2 * QUARTER, "fresh", "eu")).cell().unwrap().grid(), Grid::h3(9).unwrap());
    phone.always("fresh", "off");
    for tick in 3..40 {
        assert_eq!(phone.at(tick * QUARTER, "fresh", "eu"), Outcome::Withheld(Withheld::TurnedOff));
    }
    phone.always("fresh", "city");
    assert_eq!(released(phone.at(40 * QUARTER, "fresh", "eu")).cell().unwrap().grid(), Grid::h3(5).unwrap());
}

/// A false "gone" needs symmetric noise beyond a threshold of the one side, which has less than an even chance: that none of
/// twenty draws stands has less than 2⁻²⁰ < 10⁻⁶.
#[test]
fn a_draw_that_stands_is_told_anew_where_the_ceiling_changed_and_has_its_receipt() {
    let mut stood = 0;
    for _ in 0..20 {
        let phone = Phone::new();
        assert_eq!(
            phone.minimizer.ceiling("stay").unwrap().ceiling,
            "city",
            "what the policy says until one is chosen"
        );
        let city = released(phone.at(0, "stay", "eu"));
        assert!(city.cell().unwrap().grid().smallest_area_m2() >= 100e6);
        phone.always("stay", "precise");
        let precise = released(phone.at(QUARTER, "stay", "eu"));
        assert_eq!(precise.cell().unwrap().grid(), Grid::s2(14).unwrap());
        let receipts = phone.minimizer.receipts().unwrap();
        let receipt = receipts.last().unwrap();
        assert_eq!(receipt.cell(), Some(precise.cell().unwrap().id().to_string().as_str()));
        if receipt.loss() == PrivacyLoss::ZERO {
            stood += 1;
            assert!(receipts[0].stay_loss() > PrivacyLoss::ZERO, "the test is charged to the draw that it asks about");
            assert_eq!(
                city.cell().unwrap().grid().cell(LatticePoint::nearest(&precise.cell().unwrap().centre())),
                city.cell().unwrap(),
                "one draw, in both grids"
            );
        }
    }
    assert!(stood > 0);
}

#[test]
fn what_is_shared_for_a_time_ends_closed() {
    let hour = Duration::from_secs(3_600);
    // By time that passes.
    let phone = Phone::new();
    phone.always("fresh", "off");
    phone.minimizer.choose("fresh", Choice::For("precise", hour)).unwrap();
    let now = phone.minimizer.ceiling("fresh").unwrap();
    assert_eq!((now.ceiling.as_str(), now.until, now.then.as_str()), ("precise", Some(time(NINE + HOUR)), "off"));
    for tick in 0..4 {
        released(phone.at(tick * QUARTER, "fresh", "eu"));
    }
    for tick in 4..100 {
        assert_eq!(phone.at(tick * QUARTER, "fresh", "eu"), Outcome::Withheld(Withheld::TurnedOff));
    }
    // By a clock that is set back, or forth, or stands still while time passes.
    for (has_monotonic, true_seconds, shown) in
        [(true, 60, -60), (false, 60, -60), (true, 60, HOUR), (false, 60, HOUR), (true, HOUR, 60)]
    {
        let clock = TurnedClock::new(NINE, has_monotonic);
        let minimizer = Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap();
        minimizer.choose("fresh", Choice::Always("off")).unwrap();
        minimizer.choose("fresh", Choice::For("precise", hour)).unwrap();
        assert_eq!(minimizer.ceiling("fresh").unwrap().ceiling, "precise");
        clock.set(NINE + true_seconds, NINE + shown);
        assert_eq!(minimizer.ceiling("fresh").unwrap().ceiling, "off", "{has_monotonic} {true_seconds} {shown}");
        let outcome = minimizer.release(&fix(NINE), "fresh", "eu").unwrap();
        assert_eq!(outcome, Outcome::Withheld(Withheld::TurnedOff));
    }
    // A choice for good ends it.
    let phone = Phone::new();
    phone.minimizer.choose("fresh", Choice::For("precise", hour)).unwrap();
    phone.always("fresh", "off");
    assert_eq!(phone.at(60, "fresh", "eu"), Outcome::Withheld(Withheld::TurnedOff));
}

#[cfg(feature = "sqlite")]
#[test]
fn a_choice_outlives_the_app_and_holds_in_every_process() {
    use hereabouts::SqliteLedger;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let clock = SetClock::at(NINE);
    let start = |policy| Minimizer::new(policy, SqliteLedger::open(&path).unwrap(), clock.clone()).unwrap();
    let (app, extension) = (start(policy()), start(policy()));
    released(extension.release(&fix(NINE), "fresh", "eu").unwrap());
    app.choose("fresh", Choice::Always("off")).unwrap();
    clock.set(NINE + QUARTER);
    let outcome = extension.release(&fix(NINE), "fresh", "eu").unwrap();
    assert_eq!(outcome, Outcome::Withheld(Withheld::TurnedOff));
    app.choose("fresh", Choice::Always("city")).unwrap();
    drop((app, extension));
    clock.set(NINE + 2 * QUARTER);
    assert_eq!(start(policy()).ceiling("fresh").unwrap().ceiling, "city");
    assert_eq!(SqliteLedger::open(&path).unwrap().check().unwrap().1, vec![]);
    // An update of the policy that knows no such ceiling lets nothing through until another is chosen.
    let update =
        Policy::from_toml(&POLICY.replace("[ceilings.city]", "[ceilings.town]").replace("\"city\"", "\"town\""));
    let updated = start(update.unwrap());
    let outcome = updated.release(&fix(NINE), "fresh", "eu").unwrap();
    assert_eq!(outcome, Outcome::Withheld(Withheld::TurnedOff));
    updated.choose("fresh", Choice::Always("town")).unwrap();
    released(updated.release(&fix(NINE), "fresh", "eu").unwrap());
}

#[test]
fn what_the_policy_does_not_name_cannot_be_chosen() {
    let phone = Phone::new();
    let refused = |purpose, ceiling| phone.minimizer.choose(purpose, Choice::Always(ceiling)).unwrap_err();
    let error = refused("fresh", "village");
    assert!(matches!(error, Error::UnknownCeiling { .. }));
    let text = "unknown ceiling \"village\": a user can choose off, precise, city, neighbourhood, region";
    assert_eq!(error.to_string(), text);
    assert!(matches!(refused("walk", "city"), Error::UnknownPurpose { .. }));
    assert!(phone.minimizer.ceiling("walk").is_err());
}

#[test]
fn a_policy_built_in_code_is_that_of_the_file() {
    let file = policy();
    let purposes: Vec<_> = file.purposes().map(|(name, purpose)| (name, purpose.clone())).collect();
    let destinations: Vec<_> = file.destinations().map(|(name, destination)| (name, destination.clone())).collect();
    let day = Duration::from_secs(86_400);
    let city = Ceiling::new(Floor::none().with_area_km2(100.0)).with_keep(Keep { speed: true, ..Keep::default() });
    let region = Ceiling::new(Floor::none().with_area_km2(5_000.0))
        .with_interval(Duration::from_secs(7_200))
        .with_keep(Keep::default());
    let built = Policy::new(200.0, [(400.0, day)], purposes, destinations)
        .and_then(|policy| policy.with_ceiling("city", city))
        .and_then(|policy| policy.with_ceiling("region", region))
        .and_then(|policy| policy.with_ceiling("neighbourhood", Ceiling::new(Floor::none().with_area_km2(1.0))))
        .unwrap();
    assert_eq!(built, file);
    assert!(built.with_ceiling("city", city).is_err());
}

#[derive(Clone, Debug)]
enum Step {
    Choose { purpose: usize, level: usize, minutes: Option<u64> },
    Ask { purpose: usize, destination: usize },
    Batch,
    Wait { seconds: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let minutes = prop::option::of(1..200_u64);
    let step = prop_oneof![
        2 => (0..2_usize, 0..5_usize, minutes)
            .prop_map(|(purpose, level, minutes)| Step::Choose { purpose, level, minutes }),
        5 => (0..2_usize, 0..2_usize).prop_map(|(purpose, destination)| Step::Ask { purpose, destination }),
        1 => Just(Step::Batch),
        4 => (0..4_000_i64).prop_map(|seconds| Step::Wait { seconds }),
    ];
    prop::collection::vec(step, 1..80)
}

/// Whatever is chosen and asked in whatever order: what goes out is never finer, nor more often, nor has another field than
/// the choice in force allows; it never costs less than the draws that it tells; and each new cell has its receipt.
fn no_path_goes_around(steps: &[Step]) {
    const PURPOSES: [&str; 2] = ["fresh", "stay"];
    const DESTINATIONS: [&str; 2] = ["eu", "cn"];
    let phone = Phone::new();
    let mut second = 0;
    // For each purpose the standing choice, and the one for a time with its end.
    let mut standing = ["precise", "city"];
    let mut temporary: [Option<(&str, i64)>; 2] = [None; 2];
    let mut last: BTreeMap<(usize, usize), i64> = BTreeMap::new();
    let mut draws = 0;
    let mut check = |purpose: usize, destination: usize, outcome: Outcome, level: &str, second: i64| {
        let (release, is_new) = match outcome {
            Outcome::Released(release) => (release, true),
            Outcome::Held(release) => (release, false),
            Outcome::Withheld(reason) => {
                assert_eq!(level == "off", reason == Withheld::TurnedOff, "{level}: {reason}");
                return;
            }
            other => panic!("{other:?}"),
        };
        assert_ne!(level, "off");
        let least_km2 = least_km2(level).max(if destination == 1 { 30.0 } else { 0.0 });
        assert!(release.cell().unwrap().area_m2() >= least_km2 * 1e6, "{level} {}", release.cell().unwrap().area_m2());
        let interval = if level == "region" {
            2 * HOUR
        } else if destination == 1 {
            HOUR
        } else {
            QUARTER
        };
        let tick = (NINE + second).div_euclid(interval);
        if let Some(before) = last.insert((purpose, destination), NINE + second) {
            assert!(tick > before.div_euclid(interval), "twice on one tick of {level}");
        }
        let may = |fields: &[&str], field: &str| fields.contains(&field) && destination == 0;
        let fields: &[&str] = match (level, purpose) {
            ("region", _) | ("city", 1) => &[],
            ("city", _) => &["speed"],
            (_, 0) => &["altitude", "speed"],
            _ => &["altitude"],
        };
        assert!(release.altitude_m().is_none() || may(fields, "altitude"), "{level}");
        assert!(release.speed_m_s().is_none() || may(fields, "speed"), "{level}");
        let receipts = phone.minimizer.receipts().unwrap();
        let mut of_route = receipts.iter().filter(|receipt| {
            (receipt.purpose(), receipt.destination()) == (PURPOSES[purpose], DESTINATIONS[destination])
        });
        let told = of_route.next_back().unwrap();
        assert_eq!(
            told.cell(),
            Some(release.cell().unwrap().id().to_string().as_str()),
            "what goes out has its receipt"
        );
        draws += u64::from(is_new && release.loss() > PrivacyLoss::ZERO);
        let spent: u64 =
            receipts.iter().map(|receipt| (receipt.loss().saturating_add(receipt.stay_loss())).billionths()).sum();
        assert!(spent >= draws * 500_000_000, "a draw or a recall costs 0.5 at least");
    };
    for step in steps {
        let in_force = |purpose: usize, standing: &[&'static str; 2], temporary: &[Option<(&'static str, i64)>; 2]| {
            temporary[purpose].filter(|(_, until)| second < *until).map_or(standing[purpose], |(level, _)| level)
        };
        match *step {
            Step::Wait { seconds } => {
                second += seconds;
                phone.clock.set(NINE + second);
            }
            Step::Choose { purpose, level, minutes: None } => {
                phone.always(PURPOSES[purpose], LEVELS[level]);
                (standing[purpose], temporary[purpose]) = (LEVELS[level], None);
            }
            Step::Choose { purpose, level, minutes: Some(minutes) } => {
                let choice = Choice::For(LEVELS[level], Duration::from_secs(minutes * 60));
                phone.minimizer.choose(PURPOSES[purpose], choice).unwrap();
                temporary[purpose] = Some((LEVELS[level], second + minutes as i64 * 60));
            }
            Step::Ask { purpose, destination } => {
                let outcome = phone.at(second, PURPOSES[purpose], DESTINATIONS[destination]);
                check(purpose, destination, outcome, in_force(purpose, &standing, &temporary), second);
            }
            Step::Batch => {
                let fix = fix(NINE);
                let pairs = [(0, 0), (1, 1), (0, 1), (1, 0)];
                let requests = pairs.map(|(purpose, destination)| Request {
                    fix: &fix,
                    purpose: PURPOSES[purpose],
                    destination: DESTINATIONS[destination],
                });
                // Receipts are looked at after the batch: of each route it holds one.
                for ((purpose, destination), outcome) in
                    pairs.into_iter().zip(phone.minimizer.release_all(requests).unwrap())
                {
                    check(purpose, destination, outcome, in_force(purpose, &standing, &temporary), second);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_path_goes_around_a_choice(steps in steps()) {
        no_path_goes_around(&steps);
    }
}
