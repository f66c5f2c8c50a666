//! The disclosure report: what it counts, and whether the areas that it names hold the truth.

use std::collections::BTreeSet;

use hereabouts::audit::{Disclosure, DisclosureError};
use hereabouts::{
    Accounting, Ceiling, Choice, Erase, Fix, Floor, MemoryLedger, Minimizer, Outcome, Policy, Position, Receipt,
    RecordedClock, Request, Timestamp, Zones,
};
use rand::rngs::ChaCha20Rng;
use rand::{RngExt, SeedableRng};

const DAY_S: i64 = 86_400;
/// Monday, 2024-06-17T00:00:00Z.
const MONDAY: i64 = 1_718_582_400;

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn policy(budget: &str, purpose: &str) -> Policy {
    Policy::from_toml(&format!(
        r#"
        version = 1
        [protection]
        radius_m = 200
        {budget}
        [purposes.app]
        {purpose}
        time_bucket = "1h"
        [destinations.eu]
        jurisdiction = "DE"
        operator = "Example GmbH"
        [destinations.cn]
        jurisdiction = "CN"
        operator = "Example Carrier"
        floor = {{ area_km2 = 30 }}
        "#
    ))
    .unwrap()
}

/// Someone who lives somewhere, and works some way off from 9 to 17 o'clock on weekdays.
struct Life {
    home: (f64, f64),
    work: (f64, f64),
}

impl Life {
    /// Near the prime meridian, where local mean solar time is UTC, at 52° north; 14 to 40 km to work.
    fn new(coins: &mut ChaCha20Rng) -> Self {
        let home = (52.0 + coins.random::<f64>(), coins.random::<f64>() - 0.5);
        let (bearing, way_deg) =
            (coins.random::<f64>() * core::f64::consts::TAU, (14.0 + 26.0 * coins.random::<f64>()) / 111.2);
        let east = bearing.sin() / f64::to_radians(home.0).cos();
        Self { home, work: (home.0 + way_deg * bearing.cos(), home.1 + way_deg * east) }
    }

    /// On the way from 8 o'clock and from 17 o'clock on, for three quarters of an hour.
    fn at(&self, seconds: i64) -> (f64, f64) {
        let second = (seconds - MONDAY).rem_euclid(DAY_S) as f64;
        let is_weekend = (seconds - MONDAY).div_euclid(DAY_S) % 7 >= 5;
        let share = if is_weekend { 0.0 } else { ((second - 28_800.0) / 2_700.0).clamp(0.0, 1.0) };
        let share = share.min(1.0 - ((second - 61_200.0) / 2_700.0).clamp(0.0, 1.0));
        let between = |home: f64, work: f64| home + share * (work - home);
        (between(self.home.0, self.work.0), between(self.home.1, self.work.1))
    }

    /// The app asks on every quarter of an hour from an hour of Monday on, for both destinations.
    fn receipts(&self, policy: &Policy, from_hour: i64, days: i64) -> Vec<Receipt> {
        let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default()).unwrap();
        for tick in from_hour * 4..days * 96 {
            let fix = self.fix(MONDAY + tick * 900);
            let request = |destination| Request { fix: &fix, purpose: "app", destination };
            minimizer.release_all(["eu", "cn"].map(request)).unwrap();
        }
        minimizer.receipts().unwrap()
    }

    fn fix(&self, seconds: i64) -> Fix {
        let (latitude_deg, longitude_deg) = self.at(seconds);
        Fix::wgs84(latitude_deg, longitude_deg, None, time(seconds)).unwrap()
    }
}

/// The least count whose being undershot has a probability above 10⁻⁷, if each of `runs` succeeds with probability `p`.
fn least(runs: u32, p: f64) -> u32 {
    let mut term = (1.0 - p).powi(runs as i32);
    let (mut tail, mut count) = (0.0, 0);
    while tail + term <= 1e-7 {
        tail += term;
        term *= f64::from(runs - count) / f64::from(count + 1) * p / (1.0 - p);
        count += 1;
    }
    count
}

/// How often, of `RUNS` lives, the areas hold home; and the middle one of the sizes of the larger area, in km². Each of the two
/// assertions fails by chance in less than one of 10⁷ runs if the areas hold what they say; all nine of this file together in
/// less than one of 10⁶.
fn areas_hold_home(policy: &Policy, from_hour: i64, days: i64) -> f64 {
    const RUNS: u32 = 60;
    let mut coins = ChaCha20Rng::seed_from_u64(7);
    let (mut half, mut most, mut sizes) = (0, 0, Vec::new());
    for _ in 0..RUNS {
        let life = Life::new(&mut coins);
        let receipts = life.receipts(policy, from_hour, days);
        let disclosure =
            Disclosure::of(&receipts, &Zones::default(), policy, "eu", time(MONDAY + days * DAY_S)).unwrap();
        let home = disclosure.home.likely.expect("every night tells something");
        let truth = Position::new(life.home.0, life.home.1);
        half += u32::from(home.half_holds(&truth));
        most += u32::from(home.most_holds(&truth));
        assert!(home.half_area_m2 < home.most_area_m2 && home.half_radius_m < home.most_radius_m);
        sizes.push(home.most_area_m2 / 1e6);
    }
    sizes.sort_by(f64::total_cmp);
    let middle = sizes[sizes.len() / 2];
    println!("of {RUNS}: {half} in the area of 50 %, {most} in that of 95 %, of {middle:.2} km²");
    assert!(half >= least(RUNS, 0.5), "the area of 50 % holds home {half} times of {RUNS}");
    assert!(most >= least(RUNS, 0.95), "the area of 95 % holds home {most} times of {RUNS}");
    middle
}

#[test]
fn the_areas_hold_home_where_draws_stand() {
    // The first draw is made at home, at midnight: it is told to a few cells.
    let middle = areas_hold_home(&hold_policy(), 0, 4);
    assert!((1.0..40.0).contains(&middle), "{middle}");
}

#[test]
fn the_areas_hold_home_where_what_stands_at_night_was_drawn_on_the_way() {
    // No draw is made at home: all that is told is that one is somewhere within 10 km of what was drawn before.
    let middle = areas_hold_home(&hold_policy(), 12, 4);
    assert!((40.0..800.0).contains(&middle), "{middle}");
}

#[test]
fn the_areas_hold_home_where_each_tick_draws() {
    let middle = areas_hold_home(&fresh_policy(), 0, 3);
    assert!((0.01..1.0).contains(&middle), "{middle}");
}

#[test]
fn the_areas_hold_home_under_gaussian_noise() {
    let purpose = r#"mechanism = { kind = "gaussian", rho = 0.02 }
        repeat = { kind = "fresh" }
        grid = { kind = "metric", edge_m = 500 }
        interval = "1h""#;
    let budget = "[[budget]]\nrho = 1.2\nwindow = \"24h\"\n[accounting]\nkind = \"zcdp\"\ndelta = 1e-9";
    let middle = areas_hold_home(&policy(budget, purpose), 0, 2);
    assert!((0.01..2.0).contains(&middle), "{middle}");
}

fn hold_policy() -> Policy {
    policy(
        "[[budget]]\nepsilon = 8\nwindow = \"24h\"",
        r#"mechanism = { kind = "planar-laplace", epsilon = 1.2 }
        repeat = { kind = "hold", within = "10km", epsilon = 0.5, recall = 16 }
        grid = { kind = "h3", resolution = 7 }
        interval = "15min""#,
    )
}

fn fresh_policy() -> Policy {
    policy(
        "[[budget]]\nepsilon = 13\nwindow = \"24h\"",
        r#"mechanism = { kind = "planar-laplace", epsilon = 0.5 }
        repeat = { kind = "fresh" }
        grid = { kind = "h3", resolution = 9 }
        interval = "1h""#,
    )
}

const LIFE: Life = Life { home: (52.1, 0.1), work: (52.4, 0.1) };

/// The receipts of someone whose app asks at some hours of Monday, each time for some destinations.
fn asked(policy: &Policy, asks: &[(i64, &str)]) -> Vec<Receipt> {
    let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default()).unwrap();
    for (hour, destination) in asks {
        let outcome = minimizer.release(&LIFE.fix(MONDAY + hour * 3_600), "app", destination).unwrap();
        assert!(!matches!(outcome, Outcome::Withheld(_)), "{outcome:?}");
    }
    minimizer.receipts().unwrap()
}

fn of(receipts: &[Receipt], policy: &Policy, destination: &str) -> Disclosure {
    Disclosure::of(receipts, &Zones::default(), policy, destination, time(MONDAY + DAY_S - 1)).unwrap()
}

/// A draw costs 0.5000012.
fn draws(count: u64) -> f64 {
    (count * 500_001_200) as f64 / 1e9
}

#[test]
fn a_draw_counts_for_everyone_who_saw_it_whoever_paid() {
    let policy = fresh_policy();
    let receipts = asked(&policy, &[(1, "eu"), (2, "eu"), (2, "cn"), (3, "eu"), (4, "cn"), (4, "eu")]);
    let (eu, cn) = (of(&receipts, &policy, "eu"), of(&receipts, &policy, "cn"));
    assert_eq!((eu.loss.charged, eu.loss.bound), (draws(3), draws(4)));
    assert_eq!((cn.loss.charged, cn.loss.bound), (draws(1), draws(2)), "two draws were told, one of them paid by eu");
    assert_eq!((eu.loss.everything, cn.loss.everything), (draws(4), draws(4)));
    assert_eq!((cn.releases.len(), cn.elsewhere, cn.forgotten), (2, 4, 0));
    assert_eq!((cn.releases[0].paid_by, cn.releases[1].paid_by), (Some(2), Some(5)));
    assert!(cn.loss.bound_epsilon == cn.loss.bound && cn.loss.delta.is_none());
}

#[test]
fn where_draws_stand_all_that_came_before_counts() {
    let policy = hold_policy();
    // The Chinese one is asked for once, at work: what it is told depends on the test of the draw at home before.
    let receipts = asked(&policy, &[(1, "eu"), (2, "eu"), (11, "eu"), (11, "cn"), (22, "eu"), (23, "eu")]);
    let (eu, cn) = (of(&receipts, &policy, "eu"), of(&receipts, &policy, "cn"));
    let sum = |receipts: &[Receipt]| -> f64 {
        let billionths = receipts.iter().map(|receipt| receipt.loss().billionths() + receipt.stay_loss().billionths());
        billionths.sum::<u64>() as f64 / 1e9
    };
    let paid = cn.releases[0].paid_by.unwrap();
    let up_to = receipts.iter().position(|receipt| receipt.sequence() == paid).unwrap() + 1;
    assert_eq!((cn.loss.charged, cn.loss.bound), (0.0, sum(&receipts[..up_to])));
    assert!(cn.loss.bound > 2.4, "two draws and a stay at least: {}", cn.loss.bound);
    assert_eq!((eu.loss.bound, eu.loss.everything), (sum(&receipts), sum(&receipts)));
    assert!(cn.loss.bound < cn.loss.everything, "what was drawn afterwards it has not seen");
}

/// A user who chooses coarser cells, and finer ones again, lets a destination see one draw in several cells: it is one draw.
#[test]
fn another_view_of_a_draw_is_no_other_draw() {
    let city = Ceiling::new(Floor::none().with_area_km2(100.0));
    let policy = hold_policy().with_ceiling("city", city).unwrap();
    let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default()).unwrap();
    for (tick, ceiling) in (0..2 * 96).zip(["precise", "city"].into_iter().cycle()) {
        let fix = LIFE.fix(MONDAY + 5 * DAY_S + tick * 900); // a weekend at home
        minimizer.choose("app", Choice::Always(ceiling)).unwrap();
        minimizer.release(&fix, "app", "eu").unwrap();
    }
    let receipts = minimizer.receipts().unwrap();
    let disclosure = Disclosure::of(&receipts, &Zones::default(), &policy, "eu", time(MONDAY + 7 * DAY_S)).unwrap();
    let paid: BTreeSet<_> = disclosure.releases.iter().map(|sent| sent.paid_by).collect();
    assert!(disclosure.releases.len() > 20 && disclosure.home.draws <= paid.len(), "{}", disclosure.home.draws);
    assert!(disclosure.home.likely.unwrap().most_area_m2 > 2e6);
}

#[test]
fn a_window_counts_what_it_still_holds() {
    let policy = fresh_policy();
    let receipts = asked(&policy, &[(1, "eu"), (2, "eu"), (3, "eu")]);
    let spent = |seconds| {
        Disclosure::of(&receipts, &Zones::default(), &policy, "eu", time(MONDAY + seconds)).unwrap().loss.windows[0]
            .spent
    };
    assert_eq!([3 * 3_600, 25 * 3_600 - 1, 25 * 3_600, 27 * 3_600].map(spent), [draws(3), draws(3), draws(2), 0.0]);
    assert_eq!(spent(2 * 3_600), draws(2), "nothing counts before it is charged");
}

/// Home is protected: its stand-in goes out, for a policy whose zones cost 0.5 and hold 300 m.
#[test]
fn a_zone_counts_and_its_stand_in_tells_no_more_than_its_draw() {
    const RUNS: u32 = 60;
    let policy = hold_policy().with_zones(0.5, 300.0).unwrap();
    let (mut coins, mut most) = (ChaCha20Rng::seed_from_u64(8), 0);
    for run in 0..RUNS {
        let life = Life::new(&mut coins);
        let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default()).unwrap();
        minimizer.protect(&life.fix(MONDAY), "home").unwrap();
        for tick in 0..3 * 96 {
            minimizer.release(&life.fix(MONDAY + tick * 900), "app", "eu").unwrap();
        }
        let (receipts, zones) = (minimizer.receipts().unwrap(), minimizer.zones().unwrap());
        let report = |destination| Disclosure::of(&receipts, &zones, &policy, destination, time(MONDAY + 3 * DAY_S));
        let eu = report("eu").unwrap();
        let home = eu.home.likely.expect("the stand-in stands every night");
        most += u32::from(home.most_holds(&Position::new(life.home.0, life.home.1)));
        if run == 0 {
            assert!(eu.stand_ins >= 2 && eu.releases[0].stand_in && eu.releases[0].paid_by.is_none());
            let sum: u64 = receipts.iter().map(|one| one.loss().billionths() + one.stay_loss().billionths()).sum();
            assert_eq!((eu.loss.zones, eu.loss.bound), (draws(1), (sum + 500_001_200) as f64 / 1e9));
            assert_eq!(eu.loss.bound, eu.loss.everything);
            let cn = report("cn").unwrap();
            assert_eq!((cn.loss.zones, cn.loss.bound, cn.loss.everything), (0.0, 0.0, eu.loss.everything));
        }
    }
    println!("{most} of {RUNS}");
    assert!(most >= least(RUNS, 0.95), "the area of 95 % holds home {most} times of {RUNS}");
}

#[test]
fn what_the_device_forgot_is_said_and_still_counts() {
    let policy = hold_policy();
    let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default()).unwrap();
    for tick in 0..3 * 96 {
        minimizer.release(&LIFE.fix(MONDAY + tick * 900), "app", "eu").unwrap();
    }
    let before = of(&minimizer.receipts().unwrap(), &policy, "eu");
    assert!(before.home.likely.is_some() && before.forgotten == 0);
    minimizer.erase(Erase::Everything).unwrap();
    let after = of(&minimizer.receipts().unwrap(), &policy, "eu");
    assert_eq!((after.forgotten, after.releases.len()), (before.releases.len(), before.releases.len()));
    assert_eq!(after.loss, before.loss);
    assert!(after.home.likely.is_none() && after.home.days == 0);
}

#[test]
fn one_night_tells_no_home() {
    let policy = hold_policy();
    let night = of(&LIFE.receipts(&policy, 0, 1)[..1], &policy, "eu");
    assert!(night.home.likely.is_none() && night.work.likely.is_none());
    let nothing = of(&[], &policy, "cn");
    assert!(nothing.releases.is_empty() && nothing.span().is_none() && nothing.loss.bound == 0.0);
}

#[test]
fn no_report_is_made_of_half_an_account() {
    let policy = fresh_policy();
    let receipts = asked(&policy, &[(1, "eu"), (1, "cn")]);
    let report = |receipts: &[Receipt], policy: &Policy, destination| {
        Disclosure::of(receipts, &Zones::default(), policy, destination, time(MONDAY)).unwrap_err()
    };
    assert_eq!(report(&receipts[1..], &policy, "cn"), DisclosureError::NoCharge { sequence: 2 });
    let unknown = report(&receipts, &policy, "us");
    assert_eq!(unknown.to_string(), "the policy has no destination \"us\": it has cn, eu");
    let zcdp = Policy::from_toml(include_str!("../examples/policies/fleet.toml")).unwrap();
    let (name, _) = zcdp.destinations().next().unwrap();
    let (found, asked) = (Accounting::Pure, Accounting::Zcdp);
    assert_eq!(report(&receipts, &zcdp, name), DisclosureError::OtherAccounting { sequence: 1, found, asked });
}

#[cfg(feature = "seal")]
#[test]
fn a_sealed_destination_has_messages_of_the_stated_length() {
    let policy = Policy::from_toml(include_str!("../examples/policies/data-residency.toml")).unwrap();
    let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default()).unwrap();
    let Outcome::Released(message) = minimizer.release(&LIFE.fix(MONDAY), "weather", "cn").unwrap() else { panic!() };
    let receipts = minimizer.receipts().unwrap();
    let (cn, eu) = (of(&receipts, &policy, "cn"), of(&receipts, &policy, "eu"));
    assert_eq!(cn.message_bytes, Some(message.to_json().len()));
    assert!(cn.sealed && !cn.operator_reads() && cn.key_holder == "Example Weather GmbH");
    assert!(!eu.sealed && eu.message_bytes.is_none() && eu.operator_reads() && eu.releases.is_empty());
}

#[test]
fn the_report_is_one_json_object_with_every_place_and_time() {
    let policy = fresh_policy();
    let disclosure = of(&asked(&policy, &[(1, "eu"), (2, "eu")]), &policy, "eu");
    let json = serde_json::to_value(&disclosure).unwrap();
    assert_eq!(json["jurisdiction"], "DE");
    assert_eq!(json["releases"][1]["time"], "2024-06-17T02:00:00Z");
    assert_eq!(json["releases"][1]["cell"], disclosure.releases[1].shape().unwrap().id().to_string());
    assert_eq!(json["home"]["place"], "home");
}
