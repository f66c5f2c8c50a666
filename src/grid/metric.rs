//! A grid of nearly square cells with a given edge in metres.

use core::fmt;

use super::ellipsoid::{GREATEST_STERADIAN_M2, LEAST_MERIDIAN_RADIUS_M, LEAST_STERADIAN_M2};
use super::rectangle::{Rectangle, RowColumn};
use super::{GridError, digits_for};
use crate::sphere::Position;

const LEAST_EDGE_M: f64 = 10.0;
const GREATEST_EDGE_M: f64 = 1_000_000.0;

/// Rows of equal latitude; each row has its own number of columns, which depends on the row alone.
///
/// An edge is a promise: a row is nowhere lower than it, and no cell has less area than its square. (Rows and columns
/// are rounded down; steps are computed for the equator's meridian, where the ellipsoid is most curved.) Cells are nearly
/// square, but for the few around a pole, which are sectors of a disc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    edge_m: f64,
    rows: u32,
    /// The columns of a row are this times the cosine of its middle latitude, rounded down.
    columns_at_equator: f64,
}

impl Metric {
    pub(super) fn new(edge_m: f64) -> Result<Self, GridError> {
        if !(LEAST_EDGE_M..=GREATEST_EDGE_M).contains(&edge_m) {
            return Err(GridError::EdgeOutOfRange);
        }
        let rows = (core::f64::consts::PI * LEAST_MERIDIAN_RADIUS_M / edge_m).floor();
        // The area of a row between φ₁ and φ₂ is at least 2π·M·N·(sin φ₂ − sin φ₁), with M and N of the equator, and
        // sin φ₂ − sin φ₁ = 2·cos φ·sin(Δφ/2), φ its middle.
        let steradians_by_cosine = 4.0 * core::f64::consts::PI * libm::sin(core::f64::consts::FRAC_PI_2 / rows);
        Ok(Self {
            edge_m,
            rows: rows as u32,
            columns_at_equator: LEAST_STERADIAN_M2 * steradians_by_cosine / (edge_m * edge_m),
        })
    }

    /// The edge in metres.
    #[must_use]
    pub fn edge_m(&self) -> f64 {
        self.edge_m
    }

    pub(super) fn cell(&self, centre: &Position) -> RowColumn {
        let rows = f64::from(self.rows);
        let row = ((centre.latitude_deg() / 180.0 + 0.5) * rows).min(rows - 1.0) as u32;
        let columns = f64::from(self.columns(row));
        let column = ((centre.longitude_deg() / 360.0 + 0.5) * columns).min(columns - 1.0) as u32;
        RowColumn { row, column }
    }

    /// Whether there is such a cell.
    pub(super) fn holds(&self, cell: RowColumn) -> bool {
        cell.row < self.rows && cell.column < self.columns(cell.row)
    }

    pub(super) fn rectangle(&self, cell: RowColumn) -> Rectangle {
        let columns = f64::from(self.columns(cell.row));
        Rectangle {
            south_deg: self.parallel_deg(cell.row),
            north_deg: self.parallel_deg(cell.row + 1),
            west_deg: f64::from(cell.column) / columns * 360.0 - 180.0,
            east_deg: f64::from(cell.column + 1) / columns * 360.0 - 180.0,
        }
    }

    pub(super) fn centre(&self, cell: RowColumn) -> Position {
        let columns = f64::from(self.columns(cell.row));
        Position::new(self.middle_deg(cell.row), (f64::from(cell.column) + 0.5) / columns * 360.0 - 180.0)
    }

    /// Rows are visited from the equator outwards, until even a full row could not hold a smaller cell.
    pub(super) fn smallest_area_m2(&self) -> f64 {
        let mut smallest = f64::INFINITY;
        for row in self.rows / 2..self.rows {
            let rectangle = self.rectangle(RowColumn { row, column: 0 });
            let sine = libm::sin(rectangle.south_deg.max(0.0).to_radians());
            // M·N ≥ M₀·N₀·(1 + 2e² sin² φ), and 2e² > 0.013.
            if self.edge_m * self.edge_m * (1.0 + 0.013 * sine * sine) > smallest {
                break;
            }
            smallest = smallest.min(rectangle.area_m2());
        }
        smallest
    }

    /// The three cells around a pole: thirds of a disc, whose sides meet at 120°.
    pub(super) fn smallest_inradius_m(&self) -> f64 {
        self.rectangle(RowColumn { row: 0, column: 0 }).inradius_m()
    }

    /// Rows are visited from the pole, where rounding the columns down matters most, until it cannot matter more.
    pub(super) fn largest_area_m2(&self) -> f64 {
        let mut largest = 0.0_f64;
        for row in (self.rows / 2..self.rows).rev() {
            let columns = f64::from(self.columns(row));
            let most = self.edge_m * self.edge_m * GREATEST_STERADIAN_M2 / LEAST_STERADIAN_M2 * (1.0 + 1.0 / columns);
            if most < largest {
                break;
            }
            largest = largest.max(self.rectangle(RowColumn { row, column: 0 }).area_m2());
        }
        largest
    }

    pub(super) fn decimals(&self) -> u8 {
        digits_for((180.0 / f64::from(self.rows)).min(360.0 / self.columns_at_equator))
    }

    /// The height of a row, and the width of a cell around a latitude: of many columns, the mean width, since rounding
    /// down takes half a column on average.
    pub(super) fn row_deg(&self, latitude_deg: f64) -> (f64, f64) {
        let columns = self.columns_at_equator * libm::cos(latitude_deg.to_radians());
        let columns = if columns < 200.0 { columns.floor().max(1.0) } else { columns - 0.5 };
        (180.0 / f64::from(self.rows), 360.0 / columns)
    }

    #[cfg(feature = "seal")]
    pub(super) fn longest_id(&self) -> usize {
        format!("r{}c{}", self.rows, self.columns_at_equator as u32).len()
    }

    pub(super) fn coarser(&self) -> Option<Self> {
        Self::new(self.edge_m * 2.0).ok()
    }

    fn columns(&self, row: u32) -> u32 {
        ((self.columns_at_equator * libm::cos(self.middle_deg(row).to_radians())) as u32).max(1)
    }

    fn middle_deg(&self, row: u32) -> f64 {
        (f64::from(row) + 0.5) / f64::from(self.rows) * 180.0 - 90.0
    }

    fn parallel_deg(&self, row: u32) -> f64 {
        f64::from(row) / f64::from(self.rows) * 180.0 - 90.0
    }
}

pub(super) fn write_id(cell: RowColumn, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "r{}c{}", cell.row, cell.column)
}
