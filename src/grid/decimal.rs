//! A grid of decimal degrees: the cell of a point is what its coordinates round to.

use core::fmt::{self, Write};

use super::GridError;
use super::rectangle::{Rectangle, RowColumn};
use crate::sphere::Position;

const MOST_PLACES: u8 = 5;

/// All points that round to the same decimals of latitude and longitude.
///
/// A cell is 10⁻ᵖ degrees high and wide, p the places: with two places 1.106 km by 1.113 km on the equator, and narrower
/// with the cosine of the latitude. Towards a pole the cells are slivers, down to 218 m² with two places; what rounds to
/// a pole is one cell, a disc. −180 and 180 are one longitude, written −180. (The sizes are asserted by the test
/// `the_size_of_a_decimal_cell_is_the_whole_size`.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    places: u8,
}

impl Decimal {
    pub(super) fn new(places: u8) -> Result<Self, GridError> {
        if places <= MOST_PLACES { Ok(Self { places }) } else { Err(GridError::PlacesOutOfRange) }
    }

    /// Digits after the point.
    #[must_use]
    pub fn places(&self) -> u8 {
        self.places
    }

    pub(super) fn cell(&self, centre: &Position) -> RowColumn {
        let units = self.units();
        let per_degree = f64::from(units);
        let row = ((centre.latitude_deg() * per_degree).round() as i32 + 90 * units) as u32;
        let column = ((centre.longitude_deg() * per_degree).round() as i32 + 180 * units) as u32;
        let whole_turn = 360 * units as u32;
        if row == 0 || row == 180 * units as u32 {
            return RowColumn { row, column: whole_turn / 2 };
        }
        RowColumn { row, column: column % whole_turn }
    }

    pub(super) fn rectangle(&self, cell: RowColumn) -> Rectangle {
        let units = self.units();
        let latitude = cell.row as i32 - 90 * units;
        let longitude = cell.column as i32 - 180 * units;
        let half = |twice: i32| f64::from(twice) / f64::from(2 * units);
        let (south_deg, north_deg) = (half(2 * latitude - 1).max(-90.0), half(2 * latitude + 1).min(90.0));
        if latitude.abs() == 90 * units {
            return Rectangle { south_deg, north_deg, west_deg: -180.0, east_deg: 180.0 };
        }
        Rectangle { south_deg, north_deg, west_deg: half(2 * longitude - 1), east_deg: half(2 * longitude + 1) }
    }

    /// The decimal itself. Integers have no −0.
    pub(super) fn centre(&self, cell: RowColumn) -> Position {
        let units = self.units();
        let degrees = |count: i32| f64::from(count) / f64::from(units);
        Position::new(degrees(cell.row as i32 - 90 * units), degrees(cell.column as i32 - 180 * units))
    }

    /// The cells beside the polar one.
    pub(super) fn smallest_area_m2(&self) -> f64 {
        self.rectangle(RowColumn { row: 1, column: 0 }).area_m2()
    }

    /// The same cells.
    pub(super) fn smallest_inradius_m(&self) -> f64 {
        self.rectangle(RowColumn { row: 1, column: 0 }).inradius_m()
    }

    /// A cell on the equator, or the polar disc, whose area is π/4 of that times 1.0136.
    pub(super) fn largest_area_m2(&self) -> f64 {
        self.rectangle(RowColumn { row: 90 * self.units() as u32, column: 0 }).area_m2()
    }

    pub(super) fn decimals(&self) -> u8 {
        self.places
    }

    /// The height of a row, and the width of a cell at a latitude.
    pub(super) fn row_deg(&self, latitude_deg: f64) -> (f64, f64) {
        let step_deg = 1.0 / f64::from(self.units());
        (step_deg, if latitude_deg.abs() == 90.0 { 360.0 } else { step_deg })
    }

    pub(super) fn coarser(&self) -> Option<Self> {
        Some(Self { places: self.places.checked_sub(1)? })
    }

    pub(super) fn write_id(&self, cell: RowColumn, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.units();
        self.write_degrees(cell.row as i32 - 90 * units, f)?;
        f.write_char(',')?;
        self.write_degrees(cell.column as i32 - 180 * units, f)
    }

    /// Integers are written several times as fast as floats.
    fn write_degrees(&self, count: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.units().unsigned_abs();
        let (whole, rest) = (count.unsigned_abs() / units, count.unsigned_abs() % units);
        let sign = if count < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}")?;
        if self.places == 0 { Ok(()) } else { write!(f, ".{rest:0places$}", places = usize::from(self.places)) }
    }

    /// Cells in a degree.
    fn units(&self) -> i32 {
        10_i32.pow(u32::from(self.places))
    }
}
