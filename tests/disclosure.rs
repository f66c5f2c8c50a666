//! The disclosure report: what it counts, and whether the areas that it names hold the truth.

use std::time::Duration;

use hereabouts::audit::{Disclosure, DisclosureError, LikelyArea};
use hereabouts::{
    Budget, Charge, Draw, Erase, Fix, Grid, LatticePoint, Ledger, MemoryLedger, Minimizer, Policy, Position,
    PrivacyLoss, Receipt, RecordedClock, Request, Rule, Timestamp,
};
use rand::rngs::ChaCha20Rng;
use rand::{RngExt, SeedableRng};

const WEATHER: &str = include_str!("../examples/policies/weather.toml");
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
        let (bearing, way_deg) = (coins.random::<f64>() * 6.283, (14.0 + 26.0 * coins.random::<f64>()) / 111.2);
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

    /// The app asks on every quarter of an hour, for both destinations.
    fn receipts(&self, policy: &Policy, days: i64) -> Vec<Receipt> {
        let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default()).unwrap();
        for tick in 0..days * 96 {
            let seconds = MONDAY + tick * 900;
            let (latitude_deg, longitude_deg) = self.at(seconds);
            let fix = Fix::wgs84(latitude_deg, longitude_deg, None, time(seconds)).unwrap();
            let request = |destination| Request { fix: &fix, purpose: "app", destination };
            minimizer.release_all(["eu", "cn"].map(request)).unwrap();
        }
        minimizer.receipts().unwrap()
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

/// Each assertion fails by chance once in 10⁷ runs, four of them together less than once in 10⁶, if the areas hold what they
/// say.
fn areas_hold_home(policy: &Policy, days: i64) -> Vec<(f64, f64)> {
    const RUNS: u32 = 120;
    let mut coins = ChaCha20Rng::seed_from_u64(7);
    let (mut half, mut most, mut sizes) = (0, 0, Vec::new());
    for _ in 0..RUNS {
        let life = Life::new(&mut coins);
        let receipts = life.receipts(policy, days);
        let disclosure = Disclosure::of(&receipts, policy, "eu", time(MONDAY + days * DAY_S)).unwrap();
        let home = disclosure.home.likely.expect("every night tells something");
        let truth = Position::new(life.home.0, life.home.1);
        half += u32::from(home.half_holds(&truth));
        most += u32::from(home.most_holds(&truth));
        sizes.push((home.half_area_m2 / 1e6, home.most_area_m2 / 1e6));
    }
    sizes.sort_by(|one, other| one.1.total_cmp(&other.1));
    println!("{half} and {most} of {RUNS}; km²: {:?}", sizes[sizes.len() / 2]);
    assert!(half >= least(RUNS, 0.5), "the area of 50 % holds home {half} times of {RUNS}");
    assert!(most >= least(RUNS, 0.95), "the area of 95 % holds home {most} times of {RUNS}");
    sizes
}

#[test]
fn the_areas_hold_home_where_draws_stand() {
    let sizes = areas_hold_home(&hold_policy(), 5);
    // Not for being boundless: no larger than what a test of 10 km leaves.
    assert!(sizes.last().unwrap().1 < 700.0, "{sizes:?}");
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
        "[[budget]]\nepsilon = 10\nwindow = \"24h\"",
        r#"mechanism = { kind = "planar-laplace", epsilon = 0.5 }
        repeat = { kind = "fresh" }
        grid = { kind = "h3", resolution = 9 }
        interval = "1h""#,
    )
}

#[test]
fn the_areas_hold_home_where_each_tick_draws() {
    let sizes = areas_hold_home(&fresh_policy(), 5);
    assert!(sizes[60].1 < 0.5, "forty draws leave little: {sizes:?}");
}

#[test]
fn the_areas_hold_home_under_gaussian_noise() {
    let purpose = r#"mechanism = { kind = "gaussian", rho = 0.05 }
        repeat = { kind = "fresh" }
        grid = { kind = "metric", edge_m = 300 }
        interval = "1h""#;
    let zcdp = policy("[[budget]]\nrho = 1.2\nwindow = \"24h\"", purpose).budget().clone();
    drop(zcdp);
}
