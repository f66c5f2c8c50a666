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

    /// The least point in the order of points: the south pole.
    #[cfg(test)]
    pub(crate) const FIRST: Self = Self { row: 0, column: 0 };

    /// The lattice point whose cell holds a position. Latitudes beyond a pole are read as the pole; longitudes within
    /// ±540° are wrapped.
    #[must_use]
    pub fn nearest(position: &Position) -> Self {
        let row = floor(position.latitude_deg() * f64::from(ROWS) / 180.0 + f64::from(HALF_ROWS));
        let row = row.clamp(0, i64::from(ROWS - 1)) as u32;
        let columns = columns(row);
        let column = floor(position.longitude_deg() * f64::from(columns) / 360.0 + f64::from(columns) / 2.0);
        // The number of columns is a power of two: masking is the remainder, for negative numbers too.
        Self { row, column: (column & i64::from(columns - 1)) as u32 }
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

/// What an audit of the lattice needs to know, and no mechanism does.
#[cfg(feature = "audit")]
impl LatticePoint {
    /// The row, counted from the south pole, and the column, counted from 180° west.
    pub(crate) fn row_and_column(&self) -> (u32, u32) {
        (self.row, self.column)
    }

    /// The number of columns in a row, if there is such a row.
    pub(crate) fn columns_of(row: u32) -> Option<u32> {
        (row < ROWS).then(|| columns(row))
    }

    /// South, north, west and east of the point's cell in degrees, exactly.
    pub(crate) fn bounds_deg(&self) -> [f64; 4] {
        let row_deg = |row: u32| f64::from(row) * 180.0 / f64::from(ROWS) - 90.0;
        let column_deg = |column: u32| f64::from(column) * 360.0 / f64::from(columns(self.row)) - 180.0;
        [row_deg(self.row), row_deg(self.row + 1), column_deg(self.column), column_deg(self.column + 1)]
    }
}

/// The whole number below; `f64::floor` is a call on processors that are assumed to be old. A number beyond the range of
/// an integer saturates in `as`, and NaN becomes 0: never a panic.
fn floor(number: f64) -> i64 {
    let whole = number as i64;
    if (whole as f64) > number { whole.saturating_sub(1) } else { whole }
}

/// The number of columns in a row, a power of two.
fn columns(row: u32) -> u32 {
    let from_equator = if row >= HALF_ROWS { row - HALF_ROWS + 1 } else { HALF_ROWS - row };
    let halvings = LAST_ROW_WITH.iter().take_while(|&&last| from_equator > last).count();
    if halvings == LAST_ROW_WITH.len() { 1 } else { 1 << (24 - halvings) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const H: f64 = LatticePoint::ROW_HEIGHT_M;

    /// The most that arithmetic moves a point (lemma 5).
    const ETA_M: f64 = 8e-8;

    /// A row's width at the parallel that lies `rows` row heights from the nearer pole, in metres for each cell.
    fn width_m(rows_from_pole: u32, columns: u32) -> f64 {
        let angle = f64::from(rows_from_pole) * core::f64::consts::PI / f64::from(ROWS);
        2.0 * core::f64::consts::PI * EARTH_RADIUS_M * angle.sin() / f64::from(columns)
    }

    /// The thresholds against the definition, n = 2^⌊log₂(2²⁵·cos φ)⌋, on both sides of each.
    #[test]
    fn columns_are_the_greatest_power_of_two_whose_cells_are_at_least_as_wide_as_high() {
        let boundaries = LAST_ROW_WITH.iter().flat_map(|&last| [last - 1, last, last + 1]);
        for from_equator in (1..100_000).chain(boundaries).chain(HALF_ROWS - 100..HALF_ROWS) {
            let rows_from_pole = HALF_ROWS - from_equator;
            let columns = columns(HALF_ROWS + from_equator - 1);
            assert_eq!(columns, self::columns(HALF_ROWS - from_equator), "hemispheres differ");
            assert!(columns.is_power_of_two());
            if rows_from_pole > 0 {
                let poleward = width_m(rows_from_pole, columns);
                assert!((H * (1.0 - 1e-6)..2.0 * H).contains(&poleward), "row {from_equator}: {poleward} m");
            }
        }
        assert_eq!((columns(0), columns(ROWS - 1)), (1, 1));
    }

    /// The shape that the proof of the slack uses (`docs/guarantees.md`, lemma 4), row by row where it is least regular:
    /// 2η × perimeter/area × e^((diameter + 2η)/5.4 m) with η = 8·10⁻⁸ m is at most 7.4·10⁻⁷. Near a pole the sphere is flat to 10⁻⁹ of
    /// these lengths, and cells are sectors of rings.
    #[test]
    fn every_cell_of_the_polar_rows_is_round_enough_for_the_slack() {
        let mut worst = 0.0_f64;
        for rows_from_pole in 0..1_000_u32 {
            let columns = columns(ROWS - 1 - rows_from_pole);
            let (inner, outer) = (f64::from(rows_from_pole) * H, f64::from(rows_from_pole + 1) * H);
            let turn = 2.0 * core::f64::consts::PI / f64::from(columns);
            let (area, perimeter, diameter) = if columns == 1 {
                (turn / 2.0 * outer * outer, turn * outer, 2.0 * outer)
            } else {
                let chord = 2.0 * outer * (turn / 2.0).sin();
                let diagonal = (inner * inner + outer * outer - 2.0 * inner * outer * turn.cos()).sqrt();
                let area = turn / 2.0 * (outer * outer - inner * inner);
                (area, turn * (inner + outer) + 2.0 * H, chord.max(diagonal))
            };
            worst = worst.max(2.0 * ETA_M * perimeter / area * ((diameter + 2.0 * ETA_M) / 5.4).exp());
            assert!(perimeter / area <= 4.0 / H * (1.0 + 1e-9));
        }
        assert!(worst < 7.4e-7, "{worst:e}");
    }

    #[test]
    fn poles_and_antimeridian_are_one_point() {
        let at = |latitude_deg, longitude_deg| LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg));
        assert_eq!(at(0.0, -180.0), at(0.0, 180.0));
        assert_eq!(at(-17.0, 181.0), at(-17.0, -179.0));
        assert_eq!(at(-17.0, -360.0), at(-17.0, 0.0));
        for pole in [90.0, -90.0] {
            for longitude_deg in [-180.0, -1e-9, 0.0, 77.7, 180.0] {
                assert_eq!(at(pole, longitude_deg), at(pole, 0.0));
            }
            assert_eq!(at(pole, 5.0).centre(), Position::new(pole, 0.0));
        }
        assert_eq!(at(90.000_001, 0.0), at(90.0, 0.0));
        assert_eq!(at(f64::NAN, f64::INFINITY).to_bits() >> 48, 0); // nonsense in, some point out, no panic
    }

    proptest! {
        #[test]
        fn a_centre_is_exact_and_lies_in_its_own_cell(bits in 0_u64..1 << 48) {
            let row = (bits >> 24) as u32;
            let point = LatticePoint { row, column: (bits & 0xff_ffff) as u32 % columns(row) };
            let centre = point.centre();
            prop_assert_eq!(LatticePoint::nearest(&centre), point);
            prop_assert_eq!(LatticePoint::from_bits(point.to_bits()), Some(point));
            // A dyadic multiple of 45°: 45·k/2²³ with k an integer, without rounding.
            let multiple = centre.latitude_deg() / 45.0 * f64::from(1 << 23);
            prop_assert_eq!(multiple, multiple.round());
            let multiple = centre.longitude_deg() / 45.0 * f64::from(1 << 23);
            prop_assert_eq!(multiple, multiple.round());
        }

        #[test]
        fn rounding_moves_a_point_by_at_most_half_a_cell(latitude_deg in -90.0..=90.0, longitude_deg in -180.0..=180.0) {
            let position = Position::new(latitude_deg, longitude_deg);
            let moved_m = LatticePoint::nearest(&position).centre().great_circle_distance_m(&position);
            prop_assert!(moved_m <= 1.68, "{} m", moved_m); // half of √(1² + 2²) rows, or of the widest polar cell
        }

        #[test]
        fn no_number_is_another_points_name(bits: u64) {
            if let Some(point) = LatticePoint::from_bits(bits) {
                prop_assert_eq!(point.to_bits(), bits);
            }
        }
    }
}
