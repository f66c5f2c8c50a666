//! [`FloorError`]: by which figure a grid fails a floor.

use core::fmt;

use super::preset::Preset;
use super::test::FloorTest;
use crate::Places;
use crate::policy::Partition;
use crate::policy::error::quoted;
use crate::policy::words::{FIGURES, exact_area, exact_length};

/// Why a floor refuses a grid, or the names of places: the test, who asks for it, and the figure. It tells nothing of any place
/// where a device was: a floor is a matter of the policy alone.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", Refusal(self))]
pub struct FloorError {
    partition: Partition,
    test: FloorTest,
    by: Option<Preset>,
    found: f64,
}

impl FloorError {
    /// One test of a grid, or of the places that may be named.
    pub(super) fn check(partition: &Partition, test: FloorTest, by: Option<Preset>) -> Result<(), Self> {
        // What is no number passes no test.
        let (passes, found) = match (partition, test) {
            (Partition::Cells(grid), FloorTest::Area { least_m2 }) => at_least(grid.smallest_area_m2(), least_m2),
            (Partition::Cells(grid), FloorTest::Radius { least_m }) => at_least(grid.smallest_inradius_m(), least_m),
            (Partition::Cells(grid), FloorTest::Digits { most }) => {
                (grid.decimals() <= most, f64::from(grid.decimals()))
            }
            (Partition::Places(places), FloorTest::Area { least_m2 }) => at_least(figure(places.smallest()), least_m2),
            (Partition::Places(places), FloorTest::Radius { least_m }) => at_least(figure(places.narrowest()), least_m),
            // A name has no digits.
            (Partition::Places(_), FloorTest::Digits { .. }) => (true, 0.0),
        };
        if passes { Ok(()) } else { Err(Self { partition: partition.clone(), test, by, found }) }
    }

    /// The grid that fails, or the places.
    #[must_use]
    pub fn partition(&self) -> &Partition {
        &self.partition
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

    /// The figure anywhere on Earth: the area of the smallest cell or place in square metres, the radius of the circle in the
    /// narrowest in metres, or the digits that are printed.
    #[must_use]
    pub fn found(&self) -> f64 {
        self.found
    }

    /// Whether cells in degrees fail by their size: they are slivers beside a pole, and to be a square kilometre there they
    /// would have to be a hundred kilometres wide where people live.
    pub(in crate::policy) fn is_of_slivers(&self) -> bool {
        self.partition.grid().is_some_and(|grid| grid.is_in_degrees()) && !matches!(self.test, FloorTest::Digits { .. })
    }
}

fn at_least(found: f64, least: f64) -> (bool, f64) {
    (found >= least, found)
}

/// Where no place may be named, none is too small.
fn figure(least: Option<(&str, f64)>) -> f64 {
    least.map_or(f64::INFINITY, |(_, figure)| figure)
}

struct Refusal<'a>(&'a FloorError);

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FloorError { partition, test, by, found } = self.0;
        let (test, by, found) = (*test, *by, *found);
        let by = |key: &str| by.map_or_else(|| format!("`{key}`"), |preset| preset.to_string());
        let grid = match partition {
            Partition::Cells(grid) => grid,
            Partition::Places(places) => return of_places(places, test, &by, found, f),
        };
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

fn of_places(
    places: &Places,
    test: FloorTest,
    by: &dyn Fn(&str) -> String,
    found: f64,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let name = |least: Option<(&str, f64)>| least.map_or_else(String::new, |(name, _)| format!("{}, ", quoted(name)));
    match test {
        FloorTest::Area { least_m2 } => {
            let ((found, least), by) = (apart(exact_area, found, least_m2), by("area_km2"));
            let smallest = name(places.smallest());
            write!(f, "the smallest of {places}, {smallest}has {found}, below the {least} of {by}")
        }
        FloorTest::Radius { least_m } => {
            let ((found, least), by) = (apart(exact_length, found, least_m), by("radius_m"));
            let narrowest = name(places.narrowest());
            write!(
                f,
                "the narrowest of {places}, {narrowest}holds a circle of {found} radius, below the {least} of {by}"
            )
        }
        // Names pass it always.
        FloorTest::Digits { most } => write!(f, "{places} prints more than {most} digits"),
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
