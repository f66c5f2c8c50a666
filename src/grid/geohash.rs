//! Geohash: latitude and longitude halved in turn, five bits to a letter.

use core::fmt::{self, Write};

use super::rectangle::{Rectangle, RowColumn};
use super::{GridError, digits_for};
use crate::sphere::Position;

/// Cells of ten letters would be finer than the lattice.
const LENGTHS: core::ops::RangeInclusive<u8> = 1..=9;
const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// The cells of geohashes with a given number of letters (G. Niemeyer, 2008).
///
/// The text is written here without an allocation; tests compare it with the crate `geohash` and its vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Geohash {
    length: u8,
}

impl Geohash {
    pub(super) fn new(length: u8) -> Result<Self, GridError> {
        if LENGTHS.contains(&length) { Ok(Self { length }) } else { Err(GridError::GeohashLengthOutOfRange) }
    }

    /// The number of letters.
    #[must_use]
    pub fn length(&self) -> u8 {
        self.length
    }

    /// Halvings are exact in `f64`, and so are the coordinates of a lattice point: no rounding decides a cell.
    pub(super) fn cell(&self, centre: &Position) -> RowColumn {
        let share = |share: f64, count: u32| ((share + 0.5) * f64::from(count)).min(f64::from(count - 1)) as u32;
        RowColumn {
            row: share(centre.latitude_deg() / 180.0, self.rows()),
            column: share(centre.longitude_deg() / 360.0, self.columns()),
        }
    }

    pub(super) fn rectangle(&self, cell: RowColumn) -> Rectangle {
        let degrees = |index: u32, count: u32, whole: f64| f64::from(index) / f64::from(count) * whole - whole / 2.0;
        Rectangle {
            south_deg: degrees(cell.row, self.rows(), 180.0),
            north_deg: degrees(cell.row + 1, self.rows(), 180.0),
            west_deg: degrees(cell.column, self.columns(), 360.0),
            east_deg: degrees(cell.column + 1, self.columns(), 360.0),
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
        self.rectangle(RowColumn { row: self.rows() / 2, column: 0 }).area_m2()
    }

    pub(super) fn decimals(&self) -> u8 {
        let (height_deg, width_deg) = self.row_deg();
        digits_for(height_deg.min(width_deg))
    }

    /// The height and the width of a cell.
    pub(super) fn row_deg(&self) -> (f64, f64) {
        (180.0 / f64::from(self.rows()), 360.0 / f64::from(self.columns()))
    }

    pub(super) fn coarser(&self) -> Option<Self> {
        Self::new(self.length - 1).ok()
    }

    pub(super) fn write_id(&self, cell: RowColumn, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Bits alternate from the top, longitude first; the last of an odd number of bits is a longitude.
        let bits = 5 * u32::from(self.length);
        let (mut row_bits, mut column_bits) = (bits / 2, bits.div_ceil(2));
        let mut letter = 0;
        for bit in 0..bits {
            let next = if bit % 2 == 0 {
                column_bits -= 1;
                cell.column >> column_bits
            } else {
                row_bits -= 1;
                cell.row >> row_bits
            };
            letter = letter << 1 | next & 1;
            if bit % 5 == 4 {
                f.write_char(char::from(ALPHABET[(letter & 31) as usize]))?;
            }
        }
        Ok(())
    }

    /// The cell of a geohash of this length.
    pub(super) fn read_id(&self, name: &str) -> Option<RowColumn> {
        if name.len() != usize::from(self.length) {
            return None;
        }
        let (mut row, mut column, mut is_column) = (0, 0, true);
        for letter in name.bytes() {
            let value = ALPHABET.iter().position(|known| *known == letter)?;
            for bit in (0..5).rev() {
                let axis = if is_column { &mut column } else { &mut row };
                *axis = *axis << 1 | (value >> bit & 1) as u32;
                is_column = !is_column;
            }
        }
        Some(RowColumn { row, column })
    }

    fn rows(&self) -> u32 {
        1 << (5 * u32::from(self.length) / 2)
    }

    fn columns(&self) -> u32 {
        1 << (5 * u32::from(self.length)).div_ceil(2)
    }
}
