//! [`Floor`]: the least size of what may go to a destination, and the presets that carry legal and store thresholds.

use core::f64::consts::PI;
use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::{Fault, one_of};
use crate::Grid;

/// Metres in a foot (international foot, exact).
const FOOT_M: f64 = 0.3048;

/// The coarsest that a destination needs: a release whose cells may be smaller, or that prints more digits, does not go.
///
/// Three tests, each real somewhere: the area of a cell, the radius of a circle of that area, and the digits that are
/// printed. Several may stand together; all must hold. A cell's size is its smallest anywhere on Earth, so that a
/// floor holds wherever the device goes.
///
/// # Example
///
/// ```
/// use hereabouts::{Floor, Grid, Preset};
///
/// let floor = Floor::none().with_area_km2(1.0).with_preset(Preset::California);
/// assert!(floor.admits(&Grid::h3(7)?));
/// assert!(!floor.admits(&Grid::h3(9)?));
/// # Ok::<(), hereabouts::GridError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Floor {
    pub(super) area_km2: Option<f64>,
    pub(super) radius_m: Option<f64>,
    pub(super) decimals: Option<u8>,
    pub(super) preset: Option<Preset>,
}

impl Floor {
    /// No test yet.
    #[must_use]
    pub const fn none() -> Self {
        Self { area_km2: None, radius_m: None, decimals: None, preset: None }
    }

    /// The same floor, and no cell smaller than this, in square kilometres.
    #[must_use]
    pub const fn with_area_km2(self, area_km2: f64) -> Self {
        Self { area_km2: Some(area_km2), ..self }
    }

    /// The same floor, and no cell smaller than a circle of this radius, in metres.
    #[must_use]
    pub const fn with_radius_m(self, radius_m: f64) -> Self {
        Self { radius_m: Some(radius_m), ..self }
    }

    /// The same floor, and no more digits than these after the point of a printed degree.
    #[must_use]
    pub const fn with_decimals(self, decimals: u8) -> Self {
        Self { decimals: Some(decimals), ..self }
    }

    /// The same floor, and what a preset says.
    #[must_use]
    pub const fn with_preset(self, preset: Preset) -> Self {
        Self { preset: Some(preset), ..self }
    }

    /// The least area of a cell in square metres, the strictest of all tests; 0 if no test asks for one.
    #[must_use]
    pub fn least_area_m2(&self) -> f64 {
        let area = self.area_km2.map_or(0.0, |area_km2| area_km2 * 1e6);
        let circle = self.radius_m.map_or(0.0, circle_m2);
        area.max(circle).max(self.preset.map_or(0.0, |preset| preset.least_area_m2()))
    }

    /// The most digits after the point, the strictest of all tests; `None` if no test asks.
    #[must_use]
    pub fn most_decimals(&self) -> Option<u8> {
        [self.decimals, self.preset.and_then(|preset| preset.most_decimals())].into_iter().flatten().min()
    }

    /// Whether every cell of a grid passes every test.
    #[must_use]
    pub fn admits(&self, grid: &Grid) -> bool {
        let digits = self.most_decimals().is_none_or(|most| grid.decimals() <= most);
        digits && (self.least_area_m2() == 0.0 || grid.smallest_area_m2() >= self.least_area_m2())
    }

    /// The finest grid of the same kind, at most as fine as the one given, that passes every test.
    #[must_use]
    pub fn coarsened(&self, grid: Grid) -> Option<Grid> {
        core::iter::successors(Some(grid), Grid::coarser).find(|grid| self.admits(grid))
    }

    /// Every number must be one that some grid could meet.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if *self == Self::none() {
            return Err(Fault::new("the floor has no test", one_of(&["area_km2", "radius_m", "decimals", "preset"])));
        }
        for (key, value) in [("area_km2", self.area_km2), ("radius_m", self.radius_m)] {
            if let Some(value) = value.filter(|value| !(value.is_finite() && *value > 0.0)) {
                return Err(Fault::new(format!("`{value}` is not above zero"), "a number above zero").under(key));
            }
        }
        Ok(())
    }
}

/// The tests in words, such as "at least 1 km², at most 2 digits after the point (preset all)".
impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let area_m2 = self.least_area_m2();
        let area = (area_m2 > 0.0).then(|| format!("cells of at least {}", super::words::area(area_m2)));
        let digits = self.most_decimals().map(|most| match most {
            1 => "at most 1 digit after the point".to_owned(),
            most => format!("at most {most} digits after the point"),
        });
        let preset = self.preset.map(|preset| format!("preset {preset}"));
        f.write_str(&[area, digits, preset].into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

fn circle_m2(radius_m: f64) -> f64 {
    PI * radius_m * radius_m
}

/// A floor by name: the threshold below which a law or a store calls a location precise. Numbers, not legal advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Preset {
    /// The area of a circle with a radius of 1,850 feet (0.9989 km²): "precise geolocation", Cal. Civ. Code § 1798.140(w).
    California,
    /// A radius of 1,750 feet (533.4 m): "precise geolocation data", Va. Code § 59.1-575.
    Virginia,
    /// A radius of 1,750 feet (533.4 m): "precise geolocation data", Conn. Gen. Stat. § 42-515.
    Connecticut,
    /// Two digits after the point, below the three of "specific geolocation data", Minn. Stat. § 325M.11.
    Minnesota,
    /// A radius of 1,000 m: "precise geolocation data", 28 CFR 202.242 (U.S. data and countries of concern).
    #[serde(rename = "28-cfr-202")]
    Cfr28Part202,
    /// A radius of 1,850 feet (563.88 m): "precise geolocation information", PADFA 2024, Pub. L. 118-50, div. I.
    Padfa,
    /// An area of 3 km²: approximate location as Android grants it and Google Play's data safety form counts it.
    GooglePlay,
    /// Two digits after the point: App Store privacy details call a place with three or more precise.
    Apple,
    /// The strictest of all of the above.
    All,
}

impl Preset {
    /// Every preset.
    pub const EVERY: [Self; 9] = [
        Self::California,
        Self::Virginia,
        Self::Connecticut,
        Self::Minnesota,
        Self::Cfr28Part202,
        Self::Padfa,
        Self::GooglePlay,
        Self::Apple,
        Self::All,
    ];

    /// The least area of a cell in square metres; 0 where only digits count.
    #[must_use]
    pub fn least_area_m2(self) -> f64 {
        match self {
            Self::California | Self::Padfa => circle_m2(1_850.0 * FOOT_M),
            Self::Virginia | Self::Connecticut => circle_m2(1_750.0 * FOOT_M),
            Self::Cfr28Part202 => circle_m2(1_000.0),
            Self::GooglePlay => 3e6,
            Self::Minnesota | Self::Apple => 0.0,
            Self::All => Self::each().map(Self::least_area_m2).fold(0.0, f64::max),
        }
    }

    /// The most digits after the point; `None` where only size counts.
    #[must_use]
    pub fn most_decimals(self) -> Option<u8> {
        match self {
            Self::Minnesota | Self::Apple => Some(2),
            Self::All => Self::each().filter_map(Self::most_decimals).min(),
            _ => None,
        }
    }

    fn each() -> impl Iterator<Item = Self> {
        Self::EVERY.into_iter().filter(|preset| *preset != Self::All)
    }
}

/// The name as the policy file writes it.
impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::California => "california",
            Self::Virginia => "virginia",
            Self::Connecticut => "connecticut",
            Self::Minnesota => "minnesota",
            Self::Cfr28Part202 => "28-cfr-202",
            Self::Padfa => "padfa",
            Self::GooglePlay => "google-play",
            Self::Apple => "apple",
            Self::All => "all",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_carry_the_published_thresholds() {
        let km2 = |preset: Preset| (preset.least_area_m2() / 100.0).round() / 1e4;
        assert_eq!(km2(Preset::California), 0.9989);
        assert_eq!(km2(Preset::Padfa), 0.9989);
        assert_eq!(km2(Preset::Virginia), 0.8938);
        assert_eq!(km2(Preset::Connecticut), 0.8938);
        assert_eq!(Preset::Cfr28Part202.least_area_m2(), PI * 1e6);
        assert_eq!(km2(Preset::GooglePlay), 3.0);
        assert_eq!((Preset::Minnesota.most_decimals(), Preset::Apple.most_decimals()), (Some(2), Some(2)));
        assert_eq!((Preset::All.least_area_m2(), Preset::All.most_decimals()), (PI * 1e6, Some(2)));
    }

    #[test]
    fn every_preset_is_printed_as_the_file_writes_it() {
        for preset in Preset::EVERY {
            assert_eq!(serde_json::to_value(preset).unwrap(), preset.to_string());
        }
    }

    #[test]
    fn the_strictest_test_of_a_floor_wins() {
        let floor = Floor::none().with_area_km2(1.0).with_radius_m(100.0).with_decimals(3).with_preset(Preset::Apple);
        assert_eq!((floor.least_area_m2(), floor.most_decimals()), (1e6, Some(2)));
        assert_eq!(floor.with_radius_m(1_000.0).least_area_m2(), PI * 1e6);
        assert_eq!(floor.with_decimals(1).most_decimals(), Some(1));
    }
}
