//! Open Location Code ("plus codes").

use core::fmt::{self, Write};

use super::rectangle::{Rectangle, RowColumn};
use super::{GridError, digits_for};
use crate::sphere::Position;

const ALPHABET: &[u8; 20] = b"23456789CFGHJMPQRVWX";
/// The integers of the specification: a code of the full 15 digits counts these steps in a degree.
const LATITUDE_STEPS: i64 = 25_000_000;
const LONGITUDE_STEPS: i64 = 8_192_000;
const LONGEST: usize = 15;
/// Pairs of digits divide both axes by 20; each digit after the tenth divides latitude by 5 and longitude by 4.
const PAIR_DIGITS: usize = 10;
const SEPARATOR_AFTER: usize = 8;

/// The cells of Open Location Codes with a given number of digits: 2, 4, 6, 8, 10 or 11. (Twelve would be finer than
/// the lattice.)
///
/// No maintained crate writes these codes without a second copy of all geometry types; this is the algorithm of the
/// specification, in integers as its reference implementations have it, tested on all their vectors.
///
/// # Citation
///
/// Open Location Code specification, <https://github.com/google/open-location-code>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenLocationCode {
    length: u8,
}

impl OpenLocationCode {
    pub(super) fn new(length: u8) -> Result<Self, GridError> {
        if matches!(length, 2 | 4 | 6 | 8 | 10 | 11) {
            Ok(Self { length })
        } else {
            Err(GridError::OpenLocationCodeLengthOutOfRange)
        }
    }

    /// The number of digits.
    #[must_use]
    pub fn length(&self) -> u8 {
        self.length
    }

    pub(super) fn cell(&self, centre: &Position) -> RowColumn {
        let (latitude, longitude) = steps(centre.latitude_deg(), centre.longitude_deg());
        let (row_steps, column_steps) = self.cell_steps();
        RowColumn { row: (latitude / row_steps) as u32, column: (longitude / column_steps) as u32 }
    }

    pub(super) fn rectangle(&self, cell: RowColumn) -> Rectangle {
        let (row_steps, column_steps) = self.cell_steps();
        let parallel_deg = |row: u32| (i64::from(row) * row_steps - 90 * LATITUDE_STEPS) as f64 / LATITUDE_STEPS as f64;
        let meridian_deg =
            |column: u32| (i64::from(column) * column_steps - 180 * LONGITUDE_STEPS) as f64 / LONGITUDE_STEPS as f64;
        Rectangle {
            south_deg: parallel_deg(cell.row),
            north_deg: parallel_deg(cell.row + 1),
            west_deg: meridian_deg(cell.column),
            east_deg: meridian_deg(cell.column + 1),
        }
    }

    /// The cells at a pole.
    pub(super) fn smallest_area_m2(&self) -> f64 {
        self.rectangle(RowColumn { row: 0, column: 0 }).area_m2()
    }

    /// The same cells.
    pub(super) fn smallest_inradius_m(&self) -> f64 {
        self.rectangle(RowColumn { row: 0, column: 0 }).inradius_m()
    }

    /// The cells on the equator.
    pub(super) fn largest_area_m2(&self) -> f64 {
        let rows = 180 * LATITUDE_STEPS / self.cell_steps().0;
        self.rectangle(RowColumn { row: (rows / 2) as u32, column: 0 }).area_m2()
    }

    pub(super) fn decimals(&self) -> u8 {
        let (height_deg, width_deg) = self.row_deg();
        digits_for(height_deg.min(width_deg))
    }

    /// The height and the width of a cell.
    pub(super) fn row_deg(&self) -> (f64, f64) {
        let (row_steps, column_steps) = self.cell_steps();
        (row_steps as f64 / LATITUDE_STEPS as f64, column_steps as f64 / LONGITUDE_STEPS as f64)
    }

    pub(super) fn coarser(&self) -> Option<Self> {
        Self::new(if self.length == 11 { 10 } else { self.length - 2 }).ok()
    }

    pub(super) fn write_id(&self, cell: RowColumn, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (row_steps, column_steps) = self.cell_steps();
        write_code(i64::from(cell.row) * row_steps, i64::from(cell.column) * column_steps, usize::from(self.length), f)
    }

    /// The cell of a code of this length.
    pub(super) fn read_id(&self, name: &str) -> Option<RowColumn> {
        let (mut row, mut column) = (0_u32, 0_u32);
        let digits = name.bytes().filter(|letter| *letter != b'+').take(usize::from(self.length));
        for (place, letter) in digits.enumerate() {
            let value = ALPHABET.iter().position(|known| *known == letter)? as u32;
            if place >= PAIR_DIGITS {
                (row, column) = (5 * row + value / 4, 4 * column + value % 4);
            } else if place % 2 == 0 {
                row = 20 * row + value;
            } else {
                column = 20 * column + value;
            }
        }
        let (row_steps, column_steps) = self.cell_steps();
        let is_on_earth = i64::from(row) < 180 * LATITUDE_STEPS / row_steps
            && i64::from(column) < 360 * LONGITUDE_STEPS / column_steps;
        is_on_earth.then_some(RowColumn { row, column })
    }

    /// A cell's height and width in steps.
    fn cell_steps(&self) -> (i64, i64) {
        let pairs = u32::from(self.length).min(PAIR_DIGITS as u32) / 2;
        let rest = u32::from(self.length) - 2 * pairs;
        // The first pair counts 20 degrees.
        let pair_steps = |per_degree: i64| 20 * per_degree / 20_i64.pow(pairs - 1);
        (pair_steps(LATITUDE_STEPS) / 5_i64.pow(rest), pair_steps(LONGITUDE_STEPS) / 4_i64.pow(rest))
    }
}

/// Latitude from the south pole, clipped below the north pole, and longitude from 180° west, in whole steps.
fn steps(latitude_deg: f64, longitude_deg: f64) -> (i64, i64) {
    let whole = 180 * LATITUDE_STEPS;
    let latitude = (latitude_deg * LATITUDE_STEPS as f64).floor() as i64 + 90 * LATITUDE_STEPS;
    let longitude = (longitude_deg * LONGITUDE_STEPS as f64).floor() as i64 + 180 * LONGITUDE_STEPS;
    (latitude.clamp(0, whole - 1), longitude.rem_euclid(360 * LONGITUDE_STEPS))
}

/// Writes the code of a place in steps. Digits are found from the last to the first.
fn write_code(latitude: i64, longitude: i64, length: usize, out: &mut impl Write) -> fmt::Result {
    let mut code = [0; LONGEST];
    let (mut latitude, mut longitude) = (latitude, longitude);
    let digit = |value: i64| ALPHABET[value.rem_euclid(20) as usize];
    for place in (PAIR_DIGITS..LONGEST).rev() {
        code[place] = digit(latitude % 5 * 4 + longitude % 4);
        latitude /= 5;
        longitude /= 4;
    }
    for place in (0..PAIR_DIGITS).step_by(2).rev() {
        code[place] = digit(latitude);
        code[place + 1] = digit(longitude);
        latitude /= 20;
        longitude /= 20;
    }
    for (place, &digit) in code.iter().enumerate().take(length.max(SEPARATOR_AFTER)) {
        if place == SEPARATOR_AFTER {
            out.write_char('+')?;
        }
        out.write_char(if place < length { char::from(digit) } else { '0' })?;
    }
    if length <= SEPARATOR_AFTER { out.write_char('+') } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(vectors: &str) -> Vec<Vec<&str>> {
        let lines = vectors.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(|line| line.split(',').collect()).collect()
    }

    fn code(latitude: i64, longitude: i64, length: usize) -> String {
        let mut code = String::new();
        write_code(latitude, longitude, length, &mut code).unwrap();
        code
    }

    #[test]
    fn codes_are_those_of_the_published_encoding_vectors() {
        let vectors = fields(include_str!("../../tests/data/open-location-code/encoding.csv"));
        let mut by_cell = 0;
        for vector in &vectors {
            let (latitude_deg, longitude_deg): (f64, f64) = (vector[0].parse().unwrap(), vector[1].parse().unwrap());
            let whole: (i64, i64) = (vector[2].parse().unwrap(), vector[3].parse().unwrap());
            let length = vector[4].parse::<usize>().unwrap().min(LONGEST);
            assert_eq!(code(whole.0, whole.1, length), vector[5], "{vector:?}");
            // As in the tests of the reference implementations: a decimal just below a step may count as the step before.
            let counted = steps(latitude_deg, longitude_deg);
            assert!((0..=1).contains(&(whole.0 - counted.0)) && (0..=1).contains(&(whole.1 - counted.1)), "{vector:?}");
            if counted != whole {
                continue;
            }
            if let Ok(grid) = OpenLocationCode::new(length as u8) {
                let cell = grid.cell(&Position::new(latitude_deg, longitude_deg));
                let (row_steps, column_steps) = grid.cell_steps();
                let corner = (i64::from(cell.row) * row_steps, i64::from(cell.column) * column_steps);
                assert_eq!(code(corner.0, corner.1, length), vector[5], "{vector:?}");
                by_cell += 1;
            }
        }
        assert!(vectors.len() > 300 && by_cell > 150, "{} {by_cell}", vectors.len());
    }

    #[test]
    fn cells_have_the_bounds_of_the_published_decoding_vectors() {
        let vectors = fields(include_str!("../../tests/data/open-location-code/decoding.csv"));
        let mut by_cell = 0;
        for vector in &vectors {
            let length: usize = vector[1].parse().unwrap();
            let [south, west, north, east]: [f64; 4] = [2, 3, 4, 5].map(|field| vector[field].parse().unwrap());
            let (latitude, longitude) = steps(f64::midpoint(south, north), f64::midpoint(west, east));
            // Digits beyond the fifteenth are ignored.
            assert_eq!(code(latitude, longitude, length), vector[0][..vector[0].len().min(LONGEST + 1)]);
            if let Ok(grid) = OpenLocationCode::new(length as u8) {
                let middle = Position::new(f64::midpoint(south, north), f64::midpoint(west, east));
                let bounds = grid.rectangle(grid.cell(&middle));
                let told = [bounds.south_deg, bounds.west_deg, bounds.north_deg, bounds.east_deg];
                for (told, expected) in told.into_iter().zip([south, west, north, east]) {
                    assert!((told - expected).abs() < 1e-10, "{vector:?} {told}");
                }
                by_cell += 1;
            }
        }
        assert!(vectors.len() > 300 && by_cell > 100, "{} {by_cell}", vectors.len());
    }
}
