//! What need not be measured: when a fix next makes a difference, and how accurate it must be.

mod support;

use hereabouts::{
    AccuracyClass, Error, Fix, MemoryLedger, Minimizer, Outcome, Policy, RecordedClock, Sensing, Timestamp, Withheld,
};
use support::{NINE, SetClock, fix, fix_at, policy, time};

const WEATHER: &str = include_str!("../examples/policies/weather.toml");

/// The example days, how many positions they have, and on how many quarters of an hour.
const DAYS: [(&str, usize, usize); 3] = [
    (include_str!("../examples/data/utrecht/2024-05-30.csv"), 20_646, 52),
    (include_str!("../examples/data/utrecht/2024-06-10.csv"), 21_107, 27),
    (include_str!("../examples/data/utrecht/2024-06-20.csv"), 7_507, 11),
];

fn day(text: &str) -> Vec<Fix> {
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let [at, north, east] = ["timestamp", "latitude", "longitude"].map(column);
    let fix = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let degrees = |column: usize| fields[column].parse().unwrap();
        Fix::wgs84(degrees(north), degrees(east), None, fields[at].parse().unwrap()).unwrap()
    };
    text.lines().skip(1).map(fix).collect()
}

/// What came out, and how many fixes were taken: all, or those alone that the advice asks for.
fn replay(minimizer: &Minimizer, fixes: &[Fix], follows_advice: bool) -> (Vec<String>, usize) {
    let (mut releases, mut taken, mut next) = (Vec::new(), 0, Some(Timestamp::MIN));
    for fix in fixes {
        if follows_advice && next.is_none_or(|next| fix.time() < next) {
            continue;
        }
        taken += 1;
        if let Outcome::Released(release) = minimizer.release(fix, "weather", "eu").unwrap() {
            releases.push(release.to_json());
        }
        if follows_advice {
            next = minimizer.sensing("weather", "eu").unwrap().next();
        }
    }
    (releases, taken)
}

#[test]
fn of_the_example_days_one_position_in_a_quarter_of_an_hour_is_needed_at_most() {
    for (text, positions, quarters) in DAYS {
        let fixes = day(text);
        assert_eq!(fixes.len(), positions);
        let policy = Policy::from_toml(WEATHER).unwrap();
        let minimizer = Minimizer::new(policy, MemoryLedger::new(), RecordedClock::default()).unwrap();
        let (releases, taken) = replay(&minimizer, &fixes, true);
        assert!(!releases.is_empty() && taken >= releases.len() && taken <= quarters, "{taken} of {positions}");
    }
}

/// The same coins, with every fix and with those alone that were asked for: the same releases.
#[cfg(feature = "seeded-noise")]
#[test]
fn what_the_advice_leaves_out_changes_nothing() {
    let fresh = WEATHER.replace(
        r#"repeat = { kind = "hold", within = "10km", epsilon = 0.5, recall = 16 }"#,
        r#"repeat = { kind = "fresh" }"#,
    );
    assert_ne!(fresh, WEATHER);
    let days = DAYS
        .iter()
        .map(|(text, ..)| day(text))
        .chain([day(include_str!("../examples/data/utrecht/quarter-hours.csv"))]);
    for fixes in days {
        for (text, seed) in [(WEATHER, 1), (WEATHER, 2), (WEATHER, 3), (&fresh, 4), (&fresh, 5)] {
            let [all, asked] = [false, true].map(|follows_advice| {
                let policy = Policy::from_toml(text).unwrap();
                let clock = RecordedClock::default();
                let minimizer = Minimizer::with_seeded_noise(policy, MemoryLedger::new(), clock, seed).unwrap();
                replay(&minimizer, &fixes, follows_advice)
            });
            assert_eq!(all.0, asked.0);
            assert!(asked.1 <= all.1);
        }
    }
}

fn sensing(minimizer: &Minimizer, destination: &str) -> Sensing {
    minimizer.sensing("weather", destination).unwrap()
}

#[test]
fn the_next_fix_is_due_now_or_on_the_next_tick_or_when_the_budget_has_room() {
    let clock = SetClock::at(NINE + 60);
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap();
    assert_eq!(sensing(&minimizer, "eu").next(), Some(time(NINE + 60)), "nothing was released yet");
    minimizer.release(&fix(NINE + 60), "weather", "eu").unwrap();
    assert_eq!(sensing(&minimizer, "eu").next(), Some(time(NINE + 900)));
    assert_eq!(sensing(&minimizer, "cn").next(), Some(time(NINE + 60)), "the other has no view of the draw yet");
    minimizer.release(&fix(NINE + 60), "weather", "cn").unwrap();
    assert_eq!(sensing(&minimizer, "cn").next(), Some(time(NINE + 900)));

    for tick in 1..10 {
        clock.set(NINE + tick * 900 + 60);
        let _ = minimizer.release(&fix(NINE), "weather", "eu").unwrap();
    }
    // Nine draws fit in 24 hours: the first of them leaves a day after it was made.
    let Outcome::Withheld(Withheld::BudgetSpent { until }) = minimizer.release(&fix(NINE), "weather", "eu").unwrap()
    else {
        panic!("ten draws")
    };
    assert_eq!(sensing(&minimizer, "eu").next(), until);
    assert!(until.is_some_and(|until| until >= time(NINE + 86_400)), "{until:?}");
    assert!(matches!(minimizer.sensing("other", "eu"), Err(Error::UnknownPurpose { .. })));
    assert!(matches!(minimizer.sensing("weather", "other"), Err(Error::UnknownDestination { .. })));
}

/// Budget for two draws and a stay between them: then the second stands unasked until the first leaves the window, and no
/// fix is looked at.
#[test]
fn while_the_budget_has_no_room_for_a_question_nothing_is_measured() {
    let clock = SetClock::at(NINE);
    let policy = Policy::from_toml(
        &WEATHER.replace("epsilon = 8 ", "epsilon = 3.1 ").replace("epsilon = 8\n", "epsilon = 3.1\n"),
    );
    let minimizer = Minimizer::new(policy.unwrap(), MemoryLedger::new(), clock.clone()).unwrap();
    assert!(matches!(minimizer.release(&fix(NINE), "weather", "eu"), Ok(Outcome::Released(_))));
    assert_eq!(sensing(&minimizer, "eu").next(), Some(time(NINE + 900)), "there is room for a question");
    clock.set(NINE + 1_000);
    // Five hundred kilometres off: that the draw still stands has a probability below 10⁻¹⁰⁰.
    assert!(matches!(minimizer.release(&fix_at(47.5, 5.0, NINE), "weather", "eu"), Ok(Outcome::Released(_))));
    let next = sensing(&minimizer, "eu").next().unwrap();
    assert!(next > time(NINE + 86_000) && next.as_second() % 900 == 0, "{next}");
    clock.set(NINE + 7_200);
    assert_eq!(sensing(&minimizer, "eu").next(), Some(next), "nor on a later tick");
    assert!(matches!(minimizer.release(&fix(NINE), "weather", "eu"), Ok(Outcome::Held(_))));
    assert_eq!(sensing(&minimizer, "eu").next(), Some(next));
    clock.set(next.as_second());
    assert_eq!(sensing(&minimizer, "eu").next(), Some(next), "now it is asked again");
}

/// With fresh draws whatever is advised is the same for every journey; with hold it follows from what was released.
#[test]
fn the_advice_says_nothing_of_the_place() {
    let advice = |north: f64, east: f64| {
        let clock = SetClock::at(NINE);
        let minimizer = Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap();
        let each = (0..300).map(|step: i64| {
            clock.set(NINE + step * 400);
            let moved = step as f64 / 300.0;
            let _ = minimizer.release(&fix_at(north * moved, east * moved, NINE), "weather", "eu").unwrap();
            sensing(&minimizer, "eu")
        });
        each.collect::<Vec<_>>()
    };
    assert_eq!(advice(52.0, 5.0), advice(-37.0, 144.0));
}

#[test]
fn the_class_follows_from_noise_cell_and_test() {
    let class = |text: &str, purpose: &str, destination: &str| {
        let minimizer =
            Minimizer::new(Policy::from_toml(text).unwrap(), MemoryLedger::new(), SetClock::at(NINE)).unwrap();
        let sensing = minimizer.sensing(purpose, destination).unwrap();
        assert!(sensing.class().accuracy_m() <= sensing.needed_accuracy_m());
        (sensing.class(), sensing.needed_accuracy_m().round())
    };
    let ride = include_str!("../examples/policies/ride-sharing.toml");
    let fleet = include_str!("../examples/policies/fleet.toml");
    // 0.3 of the radius of 68 % of the smallest cell of h3:7; both destinations have their view of the same draw.
    assert_eq!(class(WEATHER, "weather", "eu"), class(WEATHER, "weather", "cn"));
    assert_eq!(class(WEATHER, "weather", "eu").0, AccuracyClass::HundredMetres);
    // b = 33.52 m: 0.3 · 2.34750 · b.
    assert_eq!(class(ride, "pick-up", "dispatch"), (AccuracyClass::TenMetres, 24.0));
    // 0.45 of the scale of the test, 3 · 201.13 m / 0.2.
    assert_eq!(class(fleet, "depot", "partner"), (AccuracyClass::Kilometre, 1_358.0));
    // σ = 2,000 m: 0.3 · 1.50958 · σ.
    assert_eq!(class(fleet, "trace", "dispatch"), (AccuracyClass::HundredMetres, 906.0));
}
