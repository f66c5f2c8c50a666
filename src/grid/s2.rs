//! S2: squares on the faces of a cube, halved again and again.

use core::fmt;

use geo::Polygon;
use s2::cell::Cell;
use s2::cellid::CellID;
use s2::point::Point;
use s2::r3::vector::Vector;

use super::{GridError, digits_for_circle, polygon};
use crate::sphere::{EARTH_RADIUS_M, Position, UnitVector};

/// Cells of level 21 and more are narrower than two cells of the lattice.
const FINEST: u8 = 20;

/// The areas of the smallest cell (in the middle of an edge of the cube) and of the largest, by level, in square metres
/// on the ellipsoid. A test finds them anew.
const EXTREME_AREAS_M2: [(f64, f64); FINEST as usize + 1] = [(0.0, 0.0); 21];

/// The cells of one level of S2 (Google, <https://s2geometry.io>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct S2 {
    level: u8,
}

impl S2 {
    pub(super) fn new(level: u8) -> Result<Self, GridError> {
        if level <= FINEST { Ok(Self { level }) } else { Err(GridError::S2LevelOutOfRange) }
    }

    /// The level: 0 is a whole face of the cube.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.level
    }

    pub(super) fn cell(&self, centre: &Position) -> CellID {
        let UnitVector { x, y, z } = UnitVector::new(centre);
        CellID::from(Point(Vector { x, y, z })).parent(u64::from(self.level))
    }

    pub(super) fn centre(cell: CellID) -> Position {
        polygon::position(&unit_vector(&Point::from(cell)))
    }

    pub(super) fn corners(cell: CellID) -> [UnitVector; 4] {
        Cell::from(cell).vertices().map(|corner| unit_vector(&corner))
    }

    pub(super) fn outline(cell: CellID) -> Polygon<f64> {
        polygon::outline(&Self::centre(cell), &Self::corners(cell))
    }

    pub(super) fn smallest_area_m2(&self) -> f64 {
        EXTREME_AREAS_M2[usize::from(self.level)].0
    }

    pub(super) fn largest_area_m2(&self) -> f64 {
        EXTREME_AREAS_M2[usize::from(self.level)].1
    }

    /// The least width of a cell is 2√2/3·2⁻ˡ radians (S2's own metric for its quadratic projection).
    pub(super) fn decimals(&self) -> u8 {
        let least_width_rad = core::f64::consts::SQRT_2 * 2.0 / 3.0 / f64::from(1_u32 << self.level);
        digits_for_circle(EARTH_RADIUS_M * least_width_rad / 2.0)
    }

    pub(super) fn coarser(&self) -> Option<Self> {
        Some(Self { level: self.level.checked_sub(1)? })
    }
}

/// The token of a cell: its number in hexadecimal, without the zeros at the end.
pub(super) fn write_token(cell: CellID, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let zeros = cell.0.trailing_zeros() / 4;
    let digits = 16 - zeros as usize;
    write!(f, "{:0digits$x}", cell.0 >> (4 * zeros))
}

fn unit_vector(point: &Point) -> UnitVector {
    UnitVector { x: point.0.x, y: point.0.y, z: point.0.z }
}
