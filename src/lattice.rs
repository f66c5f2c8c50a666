//! The fixed lattice on which every mechanism's output lies.
//!
//! 2²⁴ rows of equal latitude, 1.193 m high; a row has 2^⌊log₂(2²⁵·cos φ)⌋ columns, φ the latitude of its poleward edge,
//! so that a cell is one to two row heights wide everywhere but in the last few rows before a pole, and the polar row is
//! a single cell. The centres are dyadic multiples of 45°: exact in `f64`, and the same bits on every machine.

use crate::sphere::{EARTH_RADIUS_M, Position};

const ROWS: u32 = 1 << 24;
const HALF_ROWS: u32 = ROWS / 2;

/// Entry `i` is the last row, counted from the equator as 1, that has 2^(24 − i) columns or more:
/// ⌊2²³·acos(2^(−1−i))/90°⌋. Only the polar row, 2²³, lies beyond the last; it is one cell. (No row has two columns.)
const LAST_ROW_WITH: [u32; 23] = [
    5_592_405, 7_039_206, 7_719_313, 8_054_618, 8_221_694, 8_305_161, 8_346_886, 8_367_747, 8_378_177, 8_383_392,
    8_386_000, 8_387_304, 8_387_956, 8_388_282, 8_388_445, 8_388_526, 8_388_567, 8_388_587, 8_388_597, 8_388_602,
    8_388_605, 8_388_606, 8_388_607,
];

/// A point of the lattice: what a mechanism puts out, and the only thing that a grid ever sees.
///
/// # Example
///
/// ```
/// use hereabouts::{LatticePoint, Position};
///
/// let point = LatticePoint::nearest(&Position::new(52.0907, 5.1214));
/// assert!(point.centre().great_circle_distance_m(&Position::new(52.0907, 5.1214)) < 1.4);
/// assert_eq!(LatticePoint::nearest(&point.centre()), point);
/// assert_eq!(LatticePoint::nearest(&Position::new(0.0, 180.0)), LatticePoint::nearest(&Position::new(0.0, -180.0)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LatticePoint {
    /// Counted from the south pole.
    row: u32,
    /// Counted from 180° west.
    column: u32,
}

impl LatticePoint {
    /// The height of a row in metres: πR/2²⁴, about 1.193.
    pub const ROW_HEIGHT_M: f64 = core::f64::consts::PI * EARTH_RADIUS_M / (1 << 24) as f64;

    /// The lattice point whose cell holds a position. Latitudes beyond a pole are read as the pole; longitudes within
    /// ±540° are wrapped.
    #[must_use]
    pub fn nearest(position: &Position) -> Self {
        // A float beyond the range of an integer saturates in `as`, and NaN becomes 0: never a panic.
        let row =
            ((position.latitude_deg() * f64::from(ROWS) / 180.0 + f64::from(HALF_ROWS)).floor() as u32).min(ROWS - 1);
        let columns = columns(row);
        let column = (position.longitude_deg() * f64::from(columns) / 360.0 + f64::from(columns) / 2.0).floor();
        // The number of columns is a power of two: masking is the remainder, for negative numbers too.
        Self { row, column: (column as i64 & i64::from(columns - 1)) as u32 }
    }

    /// The centre of the point's cell; for the one cell of a polar row, the pole.
    #[must_use]
    pub fn centre(&self) -> Position {
        let columns = columns(self.row);
        if columns == 1 {
            return Position::new(if self.row == 0 { -90.0 } else { 90.0 }, 0.0);
        }
        let row_deg = (f64::from(self.row) + 0.5) * 180.0 / f64::from(ROWS) - 90.0;
        let column_deg = (f64::from(self.column) + 0.5) * 360.0 / f64::from(columns) - 180.0;
        Position::new(row_deg, column_deg)
    }

    /// One number that names the point: the row above 24 bits of column.
    #[must_use]
    pub fn to_bits(&self) -> u64 {
        u64::from(self.row) << 24 | u64::from(self.column)
    }

    /// The point that [`to_bits`](Self::to_bits) named, or `None` if the number names none.
    #[must_use]
    pub fn from_bits(bits: u64) -> Option<Self> {
        let point = Self { row: u32::try_from(bits >> 24).ok()?, column: (bits & 0xff_ffff) as u32 };
        (point.row < ROWS && point.column < columns(point.row)).then_some(point)
    }
}

/// The number of columns in a row, a power of two.
fn columns(row: u32) -> u32 {
    let from_equator = if row >= HALF_ROWS { row - HALF_ROWS + 1 } else { HALF_ROWS - row };
    let halvings = LAST_ROW_WITH.iter().take_while(|&&last| from_equator > last).count();
    if halvings == LAST_ROW_WITH.len() { 1 } else { 1 << (24 - halvings) }
}
