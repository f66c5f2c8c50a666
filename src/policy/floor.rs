//! [`Floor`]: the least size of what may go to a destination.

mod error;
mod preset;
mod table;
mod test;

use core::f64::consts::PI;
use core::fmt;

use super::error::{Fault, not_above_zero, one_of};
use super::partition::Partition;
use crate::Grid;

pub use self::error::FloorError;
pub use self::preset::Preset;
pub(super) use self::table::FloorTable;
pub use self::test::FloorTest;

/// The coarsest that a destination needs: a release whose cells may be smaller, or that prints more digits, does not go.
///
/// Three different tests, each real somewhere: the area of a cell, the radius of a circle that every cell holds around its
/// centre, and the digits that are printed. Several may stand together; all must hold, and nothing lifts one. A cell's size
/// is its smallest anywhere on Earth, so that a floor holds wherever the device goes.
///
/// # Example
///
/// ```
/// use hereabouts::{Floor, Grid, Preset};
///
/// let floor = Floor::none().with_area_km2(1.0).with_preset(Preset::GooglePlay);
/// assert!(floor.check(Grid::h3(6)?).is_ok());
/// assert_eq!(
///     floor.check(Grid::h3(7)?).unwrap_err().to_string(),
///     "the smallest cells of h3:7, its pentagons, have 2.593 km², below the 3 km² of google-play",
/// );
/// # Ok::<(), hereabouts::GridError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Floor {
    pub(super) area_km2: Option<f64>,
    pub(super) radius_m: Option<f64>,
    pub(super) decimals: Option<u8>,
    pub(super) preset: Option<Preset>,
    pub(super) refuses: bool,
}

impl Floor {
    /// No test yet.
    #[must_use]
    pub const fn none() -> Self {
        Self { area_km2: None, radius_m: None, decimals: None, preset: None, refuses: false }
    }

    /// The same floor, and no cell smaller than this, in square kilometres.
    #[must_use]
    pub const fn with_area_km2(self, area_km2: f64) -> Self {
        Self { area_km2: Some(area_km2), ..self }
    }

    /// The same floor, and no cell that does not hold a circle of this radius around its centre, in metres.
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

    /// The same floor, which refuses a policy with a purpose whose grid fails it, where it would else coarsen that grid.
    #[must_use]
    pub const fn without_coarsening(self) -> Self {
        Self { refuses: true, ..self }
    }

    /// The preset, if there is one.
    #[must_use]
    pub const fn preset(&self) -> Option<Preset> {
        self.preset
    }

    /// Whether a purpose's grid that fails is coarsened to the finest of its kind that passes.
    #[must_use]
    pub const fn coarsens(&self) -> bool {
        !self.refuses
    }

    /// The least area of a cell in square metres, the strictest of all tests; `None` if no test asks.
    #[must_use]
    pub fn least_area_m2(&self) -> Option<f64> {
        self.strictest()
            .find_map(|(_, test)| if let FloorTest::Area { least_m2 } = test { Some(least_m2) } else { None })
    }

    /// The least radius in metres of the circle that a cell holds, the strictest of all tests; `None` if no test asks.
    #[must_use]
    pub fn least_radius_m(&self) -> Option<f64> {
        self.strictest()
            .find_map(|(_, test)| if let FloorTest::Radius { least_m } = test { Some(least_m) } else { None })
    }

    /// The most digits after the point, the strictest of all tests; `None` if no test asks.
    #[must_use]
    pub fn most_decimals(&self) -> Option<u8> {
        self.strictest().find_map(|(_, test)| if let FloorTest::Digits { most } = test { Some(most) } else { None })
    }

    /// Whether every cell of a grid anywhere on Earth, and every digit that it prints, passes every test; or every place that
    /// may be named.
    ///
    /// # Errors
    ///
    /// [`FloorError`] with the figure: of area, radius and digits the first that fails, at its strictest.
    pub fn check(&self, partition: impl Into<Partition>) -> Result<(), FloorError> {
        let partition = partition.into();
        self.strictest().try_for_each(|(by, test)| FloorError::check(&partition, test, by))
    }

    /// The finest grid of the same kind, at most as fine as the one given, that passes every test. `None` if there is none,
    /// or if cells in degrees fail by their size: only such would pass as are a hundred kilometres wide where people live.
    #[must_use]
    pub fn coarsened(&self, grid: Grid) -> Option<Grid> {
        if self.check(grid).is_err_and(|refusal| refusal.is_of_slivers()) {
            return None;
        }
        core::iter::successors(Some(grid), Grid::coarser).find(|grid| self.check(grid).is_ok())
    }

    /// What is told under this floor: the [`coarsened`](Self::coarsened) grid; or the same places, of which only those are
    /// named that pass every test. `None` if nothing is left.
    #[must_use]
    pub fn applied(&self, partition: &Partition) -> Option<Partition> {
        match partition {
            Partition::Cells(grid) => self.coarsened(*grid).map(Partition::Cells),
            Partition::Places(places) => {
                let (area_m2, radius_m) = (self.least_area_m2().unwrap_or(0.0), self.least_radius_m().unwrap_or(0.0));
                let large = places.at_least(area_m2, radius_m);
                (large.count_named() > 0).then_some(Partition::Places(large))
            }
        }
    }

    /// The distance that counts as near by this floor, in metres: the radius, or that of a circle of the area; `None` if
    /// only digits count.
    pub(super) fn near_m(&self) -> Option<f64> {
        let by_area = self.least_area_m2().map(|area_m2| (area_m2 / PI).sqrt());
        [self.least_radius_m(), by_area].into_iter().flatten().reduce(f64::max)
    }

    /// Of each kind the strictest test, and the preset that asks for it: area, radius, digits.
    fn strictest(&self) -> impl Iterator<Item = (Option<Preset>, FloorTest)> {
        let mut strictest: [Option<(Option<Preset>, FloorTest)>; 3] = [None; 3];
        let own = [
            self.area_km2.map(|area_km2| FloorTest::Area { least_m2: area_km2 * 1e6 }),
            self.radius_m.map(|least_m| FloorTest::Radius { least_m }),
            self.decimals.map(|most| FloorTest::Digits { most }),
        ];
        let own = own.into_iter().flatten().map(|test| (None, test));
        let presets = self.preset.into_iter().flat_map(Preset::tests).map(|(preset, test)| (Some(preset), test));
        for (by, test) in own.chain(presets) {
            let known = &mut strictest[test.order()];
            if known.is_none_or(|(_, known)| test.is_stricter_than(known)) {
                *known = Some((by, test));
            }
        }
        strictest.into_iter().flatten()
    }

    /// Every number must be one that some grid could meet.
    pub(super) fn check_numbers(&self) -> Result<(), Fault> {
        if self.strictest().next().is_none() {
            return Err(Fault::new("the floor has no test", one_of(&["area_km2", "radius_m", "decimals", "preset"])));
        }
        for (key, value) in [("area_km2", self.area_km2), ("radius_m", self.radius_m)] {
            if let Some(value) = value.filter(|value| !(value.is_finite() && *value > 0.0)) {
                return Err(Fault::new(not_above_zero(value), "a number above zero").under(key));
            }
        }
        Ok(())
    }
}

/// The tests in words, such as "cells of at least 3 km², a circle of 1,000 m radius in each cell, at most 2 digits after the
/// point (preset all)".
impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tests: Vec<String> = self.strictest().map(|(_, test)| test.to_string()).collect();
        f.write_str(&tests.join(", "))?;
        self.preset.map_or(Ok(()), |preset| write!(f, " (preset {preset})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_test_of_a_kind_wins() {
        let floor = Floor::none().with_area_km2(1.0).with_radius_m(100.0).with_decimals(3).with_preset(Preset::Apple);
        assert_eq!(
            (floor.least_area_m2(), floor.least_radius_m(), floor.most_decimals()),
            (Some(1e6), Some(100.0), Some(2))
        );
        assert_eq!(floor.with_decimals(1).most_decimals(), Some(1));
        let all = floor.with_preset(Preset::All);
        assert_eq!((all.least_area_m2(), all.least_radius_m()), (Some(3e6), Some(1_000.0)));
        assert_eq!(all.with_radius_m(2_000.0).least_radius_m(), Some(2_000.0));
        assert_eq!(Floor::none().check(Grid::h3(12).unwrap()), Ok(()));
    }

    /// A cell can be large and narrow, or print too much: none of the three tests follows from the others.
    #[test]
    fn area_radius_and_digits_are_different_tests() {
        let refused = |floor: Floor, grid: Grid| floor.check(grid).map_err(|error| error.test());
        let metric = Grid::metric(1_000.0).unwrap();
        let (area, radius) = (Floor::none().with_area_km2(1.0), Floor::none().with_radius_m(564.0));
        assert_eq!(refused(area, metric), Ok(()));
        assert_eq!(refused(radius, metric), Err(FloorTest::Radius { least_m: 564.0 }));
        let digits = Floor::none().with_decimals(2);
        assert_eq!(refused(digits, metric), Err(FloorTest::Digits { most: 2 }));
        assert_eq!(refused(digits, Grid::decimal(2).unwrap()), Ok(()));
        assert_eq!(refused(area, Grid::decimal(2).unwrap()), Err(FloorTest::Area { least_m2: 1e6 }));
        // A circle of the radius has less area than the cell that holds it, so the radius test is never the weaker one.
        for grid in (0..=12).map(Grid::h3).chain((0..=20).map(Grid::s2)).map(Result::unwrap) {
            assert!(PI * grid.smallest_inradius_m().powi(2) < grid.smallest_area_m2(), "{grid}");
        }
    }

    #[test]
    fn the_right_answers_with_their_figures() {
        let refused = |preset, grid: Grid| Floor::none().with_preset(preset).check(grid).unwrap_err();
        let california = refused(Preset::California, Grid::decimal(2).unwrap());
        assert_eq!(
            california.to_string(),
            "cells of decimal:2 are below the 0.9989 km² of california from latitude 36.13° on, down to 217.7 m² beside the poles",
        );
        let google = refused(Preset::GooglePlay, Grid::h3(7).unwrap());
        assert!((google.found() / 1e6 - 2.593).abs() < 5e-4);
        assert_eq!(
            google.to_string(),
            "the smallest cells of h3:7, its pentagons, have 2.593 km², below the 3 km² of google-play"
        );
        assert_eq!(
            refused(Preset::Cfr28Part202, Grid::metric(100.0).unwrap()).to_string(),
            "the narrowest cells of metric:100, those around the poles, hold a circle of 43.74 m radius, below the 1,000 m of \
             28-cfr-202",
        );
        assert_eq!(
            refused(Preset::Virginia, Grid::geohash(6).unwrap()).to_string(),
            "cells of geohash:6 hold no circle of the 533.4 m radius of virginia anywhere, and one of 0.02941 m beside the poles",
        );
        assert_eq!(
            refused(Preset::Apple, Grid::h3(8).unwrap()).to_string(),
            "h3:8 prints 3 digits after the point, more than the 2 of apple"
        );
    }

    #[test]
    fn figures_that_look_alike_are_told_apart() {
        let grid = Grid::h3(7).unwrap();
        let just_above = Floor::none().with_area_km2((grid.smallest_area_m2() + 1.0) / 1e6);
        assert_eq!(
            just_above.check(grid).unwrap_err().to_string(),
            "the smallest cells of h3:7, its pentagons, have 2.593083 km², below the 2.593084 km² of `area_km2`",
        );
    }
}
