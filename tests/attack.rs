//! Each attack is seen to succeed against the naive idea that it was made for, and to fail against Hereabouts: four days of
//! one phone, lived again and again for a month. Seeds are fixed, so a correct build never fails by chance.

use std::sync::OnceLock;

use hereabouts::audit::attack::{
    Anchor, Counted, Estimator, Observation, Rule, average_error_m, fresh_draws, least_error_m,
};
use hereabouts::audit::{Findings, Place, Rehearsal, RehearsalOptions};
use hereabouts::{Fix, Noise, PlanarLaplace, Policy, Timestamp};

/// A position every quarter of an hour.
fn four_days() -> Vec<Fix> {
    let recorded = include_str!("../examples/data/utrecht/quarter-hours.csv").lines().skip(1);
    let fix = |line: &str| {
        let [time, latitude, longitude] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        Fix::wgs84(latitude.parse().unwrap(), longitude.parse().unwrap(), None, time.parse().unwrap()).unwrap()
    };
    recorded.map(fix).collect()
}

fn policy(text: &str) -> Policy {
    Policy::from_toml(text).unwrap()
}

fn options(runs: u32) -> RehearsalOptions {
    RehearsalOptions { destinations: vec!["eu".to_owned()], runs, ..RehearsalOptions::default() }
}

const WEATHER: &str = include_str!("../examples/policies/weather.toml");

/// The example policy for weather, attacked after 32 days.
fn weather() -> &'static Findings {
    static FINDINGS: OnceLock<Findings> = OnceLock::new();
    FINDINGS.get_or_init(|| Rehearsal::run(&policy(WEATHER), four_days(), &options(10)).unwrap().findings().unwrap())
}

#[test]
fn averaging_finds_home_and_work_behind_fresh_noise_but_not_behind_a_stay() {
    let home = |attacked: &hereabouts::audit::Attacked| attacked.home.as_ref().unwrap().best_error_m();
    let work = |attacked: &hereabouts::audit::Attacked| attacked.work.as_ref().unwrap().best_error_m();
    let findings = weather();
    assert!(home(&findings.raw) < 1.0 && work(&findings.raw) < 1.0, "the attack itself is right");
    assert!(home(&findings.fresh_noise) < 20.0 && home(&findings.jitter) < 20.0);
    assert!(work(&findings.fresh_noise) < 100.0 && work(&findings.jitter) < 100.0);
    assert!(home(&findings.sent) > 400.0, "{} m", home(&findings.sent));
    assert!(work(&findings.sent) > 400.0, "{} m", work(&findings.sent));
}

#[test]
fn differences_show_the_way_behind_a_fixed_offset_but_not_behind_ours() {
    let findings = weather();
    let error_m = |attacked: &hereabouts::audit::Attacked| attacked.movement_error_m.unwrap().mean;
    assert!(error_m(&findings.raw) < 1e-6);
    assert!(error_m(&findings.fixed_offset) < 1.0, "{} m", error_m(&findings.fixed_offset));
    let scale_m = PlanarLaplace::new(1.2, 200.0).unwrap().scale_m();
    assert!(error_m(&findings.sent) > 2.0 * scale_m, "{} m", error_m(&findings.sent));
}

#[test]
fn candidates_are_ruled_out_by_a_bounded_jitter_but_none_by_ours() {
    let findings = weather();
    let left = |attacked: &hereabouts::audit::Attacked| attacked.candidates.unwrap();
    assert_eq!(left(&findings.raw).left, 1);
    assert!(left(&findings.jitter).left < 50, "of 1,000: {}", left(&findings.jitter).left);
    assert_eq!(left(&findings.fresh_noise).left, 1_000);
    assert_eq!((left(&findings.sent).tried, left(&findings.sent).left), (1_000, 1_000));
}

#[test]
fn copied_times_link_and_buckets_do_not() {
    // A fix every second or so for half an hour: what a log of raw fixes looks like.
    let noon = 1_718_884_800;
    let walk = (0..1_800).map(|second| {
        let time = Timestamp::from_second(noon + second).unwrap();
        Fix::wgs84(52.0907 + 1e-5 * second as f64, 5.1214, None, time).unwrap()
    });
    let rehearsal = Rehearsal::run(&policy(WEATHER), walk.collect(), &RehearsalOptions { days: 7, ..options(2) });
    let findings = rehearsal.unwrap().findings().unwrap();
    assert_eq!(findings.raw.linked_share.mean, 1.0);
    assert_eq!(findings.sent.linked_share.high, 0.0);
}

#[test]
fn the_best_attack_sharpens_with_days_where_nothing_holds() {
    let fresh = WEATHER
        .replace(r#"{ kind = "hold", within = "10km", epsilon = 0.5, recall = 16 }"#, r#"{ kind = "fresh" }"#)
        .replace(r#"kind = "h3", resolution = 7"#, r#"kind = "metric", edge_m = 25"#)
        .replace("floor = { area_km2 = 1.0 }", "");
    let hold = WEATHER
        .replace(r#"kind = "h3", resolution = 7"#, r#"kind = "metric", edge_m = 25"#)
        .replace("floor = { area_km2 = 1.0 }", "");
    let after = |text: &str| {
        let findings = Rehearsal::run(&policy(text), four_days(), &options(10)).unwrap().findings().unwrap();
        let home = findings.sent.home.unwrap();
        let first = home.through.iter().find(|through| through.day == 4).unwrap().best.error_m.mean;
        (first, home.best_error_m(), home.through.last().unwrap().draws)
    };
    let (first, last, draws) = after(&fresh);
    assert!(draws > 30.0 && last < 0.6 * first, "{draws} draws: {first} m, then {last} m");
    // In agreement with theory: the best estimate of so many fresh draws errs by b·√(π/n), cells of 25 m hide nothing.
    let theory_m = least_error_m(PlanarLaplace::new(1.2, 200.0).unwrap().scale_m(), draws);
    assert!((0.5..1.5).contains(&(last / theory_m)), "{last} m, {theory_m} m by theory");
    let (_, held, draws) = after(&hold);
    assert!(draws < 3.0 && held > 4.0 * last, "{draws} draws: {held} m with hold, {last} m without");
}

#[test]
fn estimators_err_as_theory_says() {
    let noise = Noise::from(PlanarLaplace::new(1.0, 200.0 / 1.005615).unwrap()); // b = 200 m
    for (draws, median_m) in [(12, 109.5), (30, 67.1), (100, 35.9)] {
        let found = fresh_draws(&noise, draws, 4_000, 1).unwrap();
        assert!((found.average_m.mean / average_error_m(200.0, draws) - 1.0).abs() < 0.03, "{found:?}");
        assert!((found.geometric_median_m.mean / median_m - 1.0).abs() < 0.03, "{found:?}");
        assert!(found.geometric_median_m.mean > least_error_m(200.0, f64::from(draws)));
    }
}

#[test]
fn gaussian_noise_is_attacked_alike_and_billed_in_rho() {
    let noise = Noise::from(hereabouts::Gaussian::new(0.5, 200.0).unwrap());
    for draws in [1, 30] {
        let found = fresh_draws(&noise, draws, 4_000, 1).unwrap();
        assert!((found.average_m.mean / found.average_exact_m - 1.0).abs() < 0.03, "{found:?}");
        assert!(found.average_m.mean <= found.geometric_median_m.mean, "{found:?}");
    }
    let fleet = policy(include_str!("../examples/policies/fleet.toml"));
    let options = RehearsalOptions { days: 4, runs: 2, ..RehearsalOptions::default() };
    let findings = Rehearsal::run(&fleet, four_days(), &options).unwrap().findings().unwrap();
    assert_eq!(findings.bill.accounting.symbol(), "ρ");
    assert!(findings.bill.windows.iter().all(|window| window.most_spent > 0.1 && window.most_spent <= window.loss));
    assert_eq!(findings.sent.candidates.unwrap().left, 1_000);
    assert!(findings.sent.home.unwrap().best_error_m() > 50.0);
}

#[test]
fn an_output_that_stands_is_one_draw() {
    let at = |latitude, hour: i64| {
        let time = Timestamp::from_second(1_718_841_600 + 3_600 * hour).unwrap(); // 2024-06-20, midnight
        Observation::of_place(&Place::new(latitude, 5.0).unwrap(), time)
    };
    // One output stands all of one night; the other for an hour of three nights.
    let seen: Vec<_> =
        [0, 1, 2, 3, 4].map(|hour| at(52.0, hour)).into_iter().chain([25, 49, 73].map(|hour| at(53.0, hour))).collect();
    let guess = |rule, counted| Estimator { rule, counted }.estimate(&seen).unwrap().latitude_deg();
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-3, "{found}, not {expected}");
    near(guess(Rule::Average, Counted::DistinctOutputs), 52.5);
    near(guess(Rule::Average, Counted::EveryOutput), (5.0 * 52.0 + 3.0 * 53.0) / 8.0);
    near(guess(Rule::Average, Counted::EveryVisit), (52.0 + 3.0 * 53.0) / 4.0);
    near(guess(Rule::MostFrequent, Counted::EveryOutput), 52.0);
    near(guess(Rule::MostFrequent, Counted::EveryVisit), 53.0);
}

#[test]
fn home_is_told_by_the_night_and_work_by_weekdays() {
    let at = |place: &Place, hour: i64| {
        Observation::of_place(place, Timestamp::from_second(1_718_841_600 + 3_600 * hour).unwrap())
    };
    let (home, work) = (Place::new(52.09, 5.12).unwrap(), Place::new(52.01, 4.36).unwrap());
    let week: Vec<_> =
        (0..7 * 24).map(|hour| at(if (8..18).contains(&(hour % 24)) { &work } else { &home }, hour)).collect();
    let nights = Anchor::Home.sightings(&week, None);
    assert!(nights.iter().all(|seen| seen.position() == home.position()));
    assert_eq!(nights.len(), 7 * 8);
    let weekdays = Anchor::Work.sightings(&week, Some(home.position()));
    assert!(weekdays.iter().all(|seen| seen.position() == work.position()));
    assert_eq!(weekdays.len(), 5 * 8, "Thursday to Wednesday, without Saturday and Sunday");
}

#[test]
fn a_seed_repeats_a_rehearsal_and_another_does_not() {
    let findings = |seed| {
        let options = RehearsalOptions { seed, days: 2, ..options(2) };
        let findings = Rehearsal::run(&policy(WEATHER), four_days(), &options).unwrap().findings().unwrap();
        serde_json::to_value(findings).unwrap()
    };
    assert_eq!(findings(7), findings(7));
    assert_ne!(findings(7)["sent"], findings(8)["sent"]);
}

#[test]
fn what_is_charged_in_a_window_is_what_the_budget_allows() {
    for text in [WEATHER, include_str!("../examples/policies/ride-sharing.toml")] {
        let policy = policy(text);
        let options = RehearsalOptions { runs: 3, ..RehearsalOptions::default() };
        let bill = Rehearsal::run(&policy, four_days(), &options).unwrap().findings().unwrap().bill;
        for window in bill.windows {
            assert!(window.most_spent > 0.5 && window.most_spent <= window.loss, "{window:?}");
        }
    }
}
