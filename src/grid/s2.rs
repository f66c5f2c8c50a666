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
const EXTREME_AREAS_M2: [(f64, f64); FINEST as usize + 1] = [
    (84_800_880_000_000.0, 85_431_040_000_000.0),
    (21_200_220_000_000.0, 21_357_760_000_000.0),
    (4_913_482_000_000.0, 6_072_989_000_000.0),
    (1_054_266_000_000.0, 1_657_779_000_000.0),
    (230_533_200_000.0, 416_500_500_000.0),
    (53_558_380_000.0, 104_987_400_000.0),
    (12_890_930_000.0, 26_290_550_000.0),
    (3_161_242_000.0, 6_573_965_000.0),
    (782_681_300.0, 1_643_604_000.0),
    (194_720_400.0, 410_904_400.0),
    (48_561_580.0, 102_726_800.0),
    (12_125_600.0, 25_681_710.0),
    (3_029_550.0, 6_420_430.0),
    (757_156.6, 1_605_107.0),
    (189_260.3, 401_276.9),
    (47_311.46, 100_319.2),
    (11_827.41, 25_079.8),
    (2_956.797, 6_269.951),
    (739.1922, 1_567.488),
    (184.7972, 391.872),
    (46.19918, 97.968),
];

/// The radii of the circles that fit around the centres of the narrowest cells (in the middle of an edge of the cube), by
/// level, in metres on the ellipsoid, rounded down. A test finds them anew.
const SMALLEST_INRADII_M: [f64; FINEST as usize + 1] = [
    4_984_940.0,
    2_309_100.0,
    971_271.0,
    429_179.0,
    200_476.0,
    96_759.7,
    47_519.0,
    23_545.5,
    11_719.4,
    5_846.41,
    2_919.88,
    1_459.10,
    729.347,
    364.621,
    182.297,
    91.1456,
    45.5720,
    22.7858,
    11.3928,
    5.696_41,
    2.848_20,
];

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

    /// The distances of a cell's centre from the middle lines of its face, 0 to 1 in S2's (s, t); the longer first.
    pub(super) fn place_on_face(&self, cell: CellID) -> (f64, f64) {
        let (_, i, j, _) = cell.face_ij_orientation();
        // `i`, `j` name some leaf of the cell: the bits below its level are cut off, and half a cell is added.
        let from_middle = |leaf: i32| {
            let index = leaf >> (30 - u32::from(self.level));
            ((2.0 * f64::from(index) + 1.0) / f64::from(1_u32 << self.level) - 1.0).abs()
        };
        let (a, b) = (from_middle(i), from_middle(j));
        (a.max(b), a.min(b))
    }

    /// The corners of a cell whose centre has these distances from the middle lines of the face, which is seen from
    /// above: z is its middle. The quadratic projection goes on beyond the edge of a face.
    pub(crate) fn corners_on_face(&self, place: (f64, f64)) -> [UnitVector; 4] {
        let half = 1.0 / f64::from(1_u32 << self.level);
        [(-half, -half), (half, -half), (half, half), (-half, half)].map(|(a, b)| on_face(place.0 + a, place.1 + b))
    }

    pub(super) fn smallest_area_m2(&self) -> f64 {
        EXTREME_AREAS_M2[usize::from(self.level)].0
    }

    pub(super) fn smallest_inradius_m(&self) -> f64 {
        SMALLEST_INRADII_M[usize::from(self.level)]
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

/// The direction of a point of a face, given by its distances from the middle lines, −1 to 1 (twice S2's s and t, less 1).
pub(crate) fn on_face(a: f64, b: f64) -> UnitVector {
    let project = |distance: f64| ((1.0 + distance.abs()) * (1.0 + distance.abs()) - 1.0).copysign(distance) / 3.0;
    UnitVector { x: project(a), y: project(b), z: 1.0 }
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

#[cfg(test)]
mod tests {
    use super::*;
    use geo::GeodesicArea;

    fn area_m2(cell: CellID) -> f64 {
        S2::outline(cell).geodesic_area_signed()
    }

    /// Every cell down to level 5; below it the children of the extreme cells above.
    #[test]
    fn the_smallest_and_the_largest_cell_are_as_the_table_says() {
        let mut cells: Vec<CellID> = (0..6).map(CellID::from_face).collect();
        for (level, told) in EXTREME_AREAS_M2.iter().enumerate() {
            let mut by_area: Vec<_> = cells.iter().map(|&cell| (area_m2(cell), cell)).collect();
            by_area.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (smallest, largest) = (by_area[0], by_area[by_area.len() - 1]);
            assert!((told.0 / smallest.0 - 1.0).abs() < 1e-5, "{level}: smallest {smallest:?}");
            assert!((told.1 / largest.0 - 1.0).abs() < 1e-5, "{level}: largest {largest:?}");
            if level >= 5 {
                by_area.drain(64..by_area.len() - 64);
            }
            cells = by_area.iter().flat_map(|(_, cell)| cell.children()).collect();
        }
    }

    fn inradius_m(cell: CellID) -> f64 {
        polygon::inradius_m(&S2::centre(cell), &S2::corners(cell))
    }

    /// Every cell down to level 5; below it the children of the narrowest cells above.
    #[test]
    fn the_narrowest_cell_is_as_the_table_says() {
        let mut cells: Vec<CellID> = (0..6).map(CellID::from_face).collect();
        for (level, &told_m) in SMALLEST_INRADII_M.iter().enumerate() {
            let mut by_width: Vec<_> = cells.iter().map(|&cell| (inradius_m(cell), cell)).collect();
            by_width.sort_by(|a, b| a.0.total_cmp(&b.0));
            let found_m = by_width[0].0;
            assert!(told_m <= found_m && told_m > found_m * (1.0 - 1e-5), "{level}: {found_m}");
            if level >= 5 {
                by_width.truncate(96);
            }
            cells = by_width.iter().flat_map(|(_, cell)| cell.children()).collect();
        }
    }
}
