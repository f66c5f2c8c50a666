//! A policy, a clock that a test sets, and fixes: what every test of the road needs.
#![allow(dead_code, unreachable_pub)] // each test file uses its part

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use hereabouts::{Charge, Clock, Draw, Fix, LatticePoint, Monotonic, Policy, Position, PrivacyLoss, Rule};
use jiff::Timestamp;

/// Two purposes, two destinations; nine draws of ε = 0.5 fit in the day's budget of 4.6 and none besides.
pub const POLICY: &str = r#"
version = 1

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
keep = []

[purposes.fitness]
mechanism = { kind = "planar-laplace", epsilon = 0.5 }
repeat = { kind = "fresh" }
grid = { kind = "metric", edge_m = 500 }
interval = "15min"
time_bucket = "15min"
keep = ["altitude", "speed"]

[destinations.eu]
jurisdiction = "DE"
operator = "Example Weather GmbH"

[destinations.cn]
jurisdiction = "CN"
operator = "Example Carrier"
floor = { area_km2 = 30 }
"#;

pub fn policy() -> Policy {
    Policy::from_toml(POLICY).unwrap()
}

/// 2024-06-20T09:00:00Z.
pub const NINE: i64 = 1_718_874_000;

pub fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

pub fn fix_at(latitude_deg: f64, longitude_deg: f64, seconds: i64) -> Fix {
    Fix::wgs84(latitude_deg, longitude_deg, 12.0, time(seconds)).unwrap()
}

/// A fix in Utrecht.
pub fn fix(seconds: i64) -> Fix {
    fix_at(52.0907, 5.1214, seconds)
}

/// A clock that a test sets.
#[derive(Clone, Default)]
pub struct SetClock(Arc<AtomicI64>);

impl SetClock {
    pub fn at(seconds: i64) -> Self {
        let clock = Self::default();
        clock.set(seconds);
        clock
    }

    pub fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        time(self.0.load(Ordering::SeqCst))
    }
}

/// A charge in an hour, of another cell and place than those before: one of the last sixteen can be recalled.
pub fn charge(hour: i64) -> Charge<'static> {
    const CELLS: [&str; 3] = ["861969527ffffff", "86196952fffffff", "8619695a7ffffff"];
    Charge {
        purpose: "weather",
        destination: "eu",
        draw: Draw::new(hour, LatticePoint::nearest(&Position::new(52.0, 5.0 + hour as f64 * 1e-3))),
        tick: hour,
        remember: 16,
        grid: "h3:6",
        rule: Rule::Purpose,
        cell: CELLS[hour as usize % CELLS.len()],
        bucket: time(NINE + hour * 3_600),
        span: Duration::from_secs(3_600),
        loss: PrivacyLoss::from_billionths(1_000_000),
    }
}

/// A clock whose wall a test turns while the true time passes, which a monotonic clock shows if there is one.
#[derive(Clone)]
pub struct TurnedClock {
    wall: SetClock,
    elapsed: SetClock,
    start: i64,
    has_monotonic: bool,
}

impl TurnedClock {
    pub fn new(seconds: i64, has_monotonic: bool) -> Self {
        Self { wall: SetClock::at(seconds), elapsed: SetClock::at(seconds), start: seconds, has_monotonic }
    }

    pub fn set(&self, true_seconds: i64, shown: i64) {
        self.elapsed.set(true_seconds);
        self.wall.set(shown);
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        self.wall.now()
    }

    fn monotonic(&self) -> Option<Monotonic> {
        let elapsed_ms = (self.elapsed.now().as_millisecond() - self.start * 1_000) as u64;
        self.has_monotonic.then_some(Monotonic { boot: 1, elapsed_ms })
    }
}
