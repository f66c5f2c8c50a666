//! [`FloorError`]: by which figure a grid fails a floor.

use core::fmt;

use super::preset::Preset;
use super::test::FloorTest;
use crate::Grid;
use crate::policy::words::{FIGURES, exact_area, exact_length};

/// Why a floor refuses a grid: the test, who asks for it, and the grid's figure. It tells nothing of any place where a device
/// was: a floor is a matter of the grid alone.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{}", Refusal(self))]
pub struct FloorError {
    grid: Grid,
    test: FloorTest,
    by: Option<Preset>,
    found: f64,
}

impl FloorError {
    /// One test of a grid.
    pub(super) fn check(grid: &Grid, test: FloorTest, by: Option<Preset>) -> Result<(), Self> {
        // What is no number passes no test.
        let (passes, found) = match test {
            FloorTest::Area { least_m2 } => (grid.smallest_area_m2() >= least_m2, grid.smallest_area_m2()),
            FloorTest::Radius { least_m } => (grid.smallest_inradius_m() >= least_m, grid.smallest_inradius_m()),
            FloorTest::Digits { most } => (grid.decimals() <= most, f64::from(grid.decimals())),
        };
        if passes { Ok(()) } else { Err(Self { grid: *grid, test, by, found }) }
    }

    /// The grid that fails.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// The test that it fails.
    #[must_use]
    pub fn test(&self) -> FloorTest {
        self.test
    }

    /// The preset that asks for the test; `None` if the floor itself does.
    #[must_use]
    pub fn by(&self) -> Option<Preset> {
        self.by
    }

    /// The grid's figure anywhere on Earth: the area of its smallest cell in square metres, the radius of the circle in its
    /// narrowest in metres, or the digits that it prints.
    #[must_use]
    pub fn found(&self) -> f64 {
        self.found
    }

    /// Whether cells in degrees fail by their size: they are slivers beside a pole, and to be a square kilometre there they
    /// would have to be a hundred kilometres wide where people live.
    pub(in crate::policy) fn is_of_slivers(&self) -> bool {
        self.grid.is_in_degrees() && !matches!(self.test, FloorTest::Digits { .. })
    }
}

struct Refusal<'a>(&'a FloorError);

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FloorError { grid, test, by, found } = *self.0;
        let by = |key: &str| by.map_or_else(|| format!("`{key}`"), |preset| preset.to_string());
        match test {
            FloorTest::Area { least_m2 } => {
                let ((found, least), by) = (apart(exact_area, found, least_m2), by("area_km2"));
                if !grid.is_in_degrees() {
                    let those = grid.smallest_cells();
                    return write!(f, "the smallest cells of {grid}, {those}, have {found}, below the {least} of {by}");
                }
                let from = from_latitude(grid.area_falls_below_deg(least_m2), "everywhere");
                write!(f, "cells of {grid} are below the {least} of {by} {from}, down to {found} beside the poles")
            }
            FloorTest::Radius { least_m } => {
                let ((found, least), by) = (apart(exact_length, found, least_m), by("radius_m"));
                if !grid.is_in_degrees() {
                    let those = grid.narrowest_cells();
                    return write!(
                        f,
                        "the narrowest cells of {grid}, {those}, hold a circle of {found} radius, below the {least} of {by}"
                    );
                }
                let from = from_latitude(grid.inradius_falls_below_deg(least_m), "anywhere");
                write!(
                    f,
                    "cells of {grid} hold no circle of the {least} radius of {by} {from}, and one of {found} beside the poles"
                )
            }
            FloorTest::Digits { most } => {
                let digits = if found == 1.0 { "digit" } else { "digits" };
                write!(f, "{grid} prints {found} {digits} after the point, more than the {most} of {}", by("decimals"))
            }
        }
    }
}

/// Both in as many figures as tell them apart.
fn apart(text: fn(f64, usize) -> String, found: f64, least: f64) -> (String, String) {
    let both = |figures| (text(found, figures), text(least, figures));
    (FIGURES..=15).map(both).find(|(found, least)| found != least).unwrap_or_else(|| both(15))
}

fn from_latitude(latitude_deg: Option<f64>, on_earth: &str) -> String {
    match latitude_deg {
        Some(0.0) => on_earth.to_owned(),
        Some(latitude_deg) => format!("from latitude {latitude_deg:.2}° on"),
        None => "beside the poles".to_owned(),
    }
}
