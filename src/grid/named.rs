//! From the names of grids and cells back to them: what a receipt holds, as a cell again.

use core::str::FromStr;

use ::s2::cellid::CellID;
use h3o::CellIndex;

use super::rectangle::RowColumn;
use super::{Cell, Grid, Index};
use crate::sphere::Position;

impl Grid {
    /// The grid of a name, as [`Display`](core::fmt::Display) writes it: "h3:6", "metric:500".
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::Grid;
    ///
    /// assert_eq!(Grid::named("h3:6"), Some(Grid::h3(6)?));
    /// assert_eq!(Grid::named("h3:600"), None);
    /// # Ok::<(), hereabouts::GridError>(())
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (kind, size) = name.split_once(':')?;
        let grid = match kind {
            "metric" => Self::metric(number(size)?),
            "decimal" => Self::decimal(number(size)?),
            "geohash" => Self::geohash(number(size)?),
            "h3" => Self::h3(number(size)?),
            "s2" => Self::s2(number(size)?),
            "olc" => Self::open_location_code(number(size)?),
            _ => return None,
        };
        grid.ok().filter(|grid| grid.to_string() == name)
    }

    /// The cell of a name in this grid, as [`CellId`](super::CellId) writes it; `None` if there is none.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::Grid;
    ///
    /// let cell = Grid::h3(6)?.cell_named("861969087ffffff").unwrap();
    /// assert_eq!(cell.id().to_string(), "861969087ffffff");
    /// assert_eq!(Grid::h3(7)?.cell_named("861969087ffffff"), None); // of another resolution
    /// # Ok::<(), hereabouts::GridError>(())
    /// ```
    #[must_use]
    pub fn cell_named(&self, name: &str) -> Option<Cell> {
        let index = match *self {
            Self::Metric(grid) => {
                let (row, column) = name.strip_prefix('r')?.split_once('c')?;
                let cell = RowColumn { row: number(row)?, column: number(column)? };
                Index::Metric(grid, grid.holds(cell).then_some(cell)?)
            }
            Self::Decimal(grid) => {
                let (latitude_deg, longitude_deg) = name.split_once(',')?;
                let centre = Position::new(number(latitude_deg)?, number(longitude_deg)?);
                let is_on_earth = centre.latitude_deg().abs() <= 90.0 && centre.longitude_deg().abs() <= 180.0;
                Index::Decimal(grid, is_on_earth.then(|| grid.cell(&centre))?)
            }
            Self::Geohash(grid) => Index::Geohash(grid, grid.read_id(name)?),
            Self::H3(grid) => Index::H3(grid, CellIndex::from_str(name).ok()?),
            Self::S2(grid) => {
                let id = u64::from_str_radix(&format!("{name:0<16}"), 16).ok()?;
                // Three bits of the face, two for each level, a one, and zeros.
                let is_cell = id >> 61 < 6 && id.trailing_zeros() == 60 - 2 * u32::from(grid.level());
                Index::S2(grid, is_cell.then_some(CellID(id))?)
            }
            Self::OpenLocationCode(grid) => Index::OpenLocationCode(grid, grid.read_id(name)?),
        };
        // What is written otherwise, or is of another size, is no name of this grid.
        let cell = Cell(index);
        let is_of_grid = match cell.0 {
            Index::H3(grid, cell) => u8::from(cell.resolution()) == grid.resolution(),
            _ => true,
        };
        (is_of_grid && cell.id().to_string() == name).then_some(cell)
    }
}

fn number<N: FromStr>(text: &str) -> Option<N> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lattice::LatticePoint;

    const NAMES: [&str; 26] = [
        "metric:10",
        "metric:500",
        "metric:12345.5",
        "metric:1000000",
        "decimal:0",
        "decimal:2",
        "decimal:5",
        "geohash:1",
        "geohash:4",
        "geohash:5",
        "geohash:9",
        "h3:0",
        "h3:6",
        "h3:12",
        "s2:0",
        "s2:1",
        "s2:11",
        "s2:20",
        "olc:2",
        "olc:4",
        "olc:6",
        "olc:8",
        "olc:10",
        "olc:11",
        "h3:7",
        "metric:564",
    ];

    proptest! {
        #[test]
        fn every_cell_is_found_by_its_name(latitude_deg in -90.0..=90.0_f64, longitude_deg in -180.0..180.0_f64) {
            for name in NAMES {
                let grid = Grid::named(name).unwrap();
                prop_assert_eq!(grid.to_string(), name);
                let cell = grid.cell(LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg)));
                prop_assert_eq!(grid.cell_named(&cell.id().to_string()), Some(cell), "{} {}", name, cell.id());
            }
        }

        #[test]
        fn no_text_is_a_panic(text in ".{0,24}", hexadecimal in "[0-9a-f]{0,20}", row in any::<u64>()) {
            for name in NAMES {
                let grid = Grid::named(name).unwrap();
                for text in [&text, &hexadecimal, &format!("r{row}c0"), &format!("{text},{hexadecimal}")] {
                    if let Some(cell) = grid.cell_named(text) {
                        prop_assert_eq!(&cell.id().to_string(), text);
                        prop_assert!(cell.area_m2() > 0.0);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_name_names_nothing() {
        for name in
            ["", "h3", "h3:", "h3:13", "h3:06", "metric:9", "metric:NaN", "decimal:-1", "olc:3", "s2:21", "other:1"]
        {
            assert_eq!(Grid::named(name), None, "{name}");
        }
        for (grid, name) in [
            ("metric:500", "r99999999c0"),
            ("metric:500", "r1c99999999"),
            ("decimal:2", "NaN,5.00"),
            ("decimal:2", "52.0,5.00"),
            ("decimal:2", "91.00,5.00"),
            ("geohash:5", "u173"),
            ("geohash:5", "u17aa"),
            ("h3:6", "871969096ffffff"),
            ("s2:11", "47c66f"),
            ("olc:8", "9F4734"),
        ] {
            assert_eq!(Grid::named(grid).unwrap().cell_named(name), None, "{grid} {name}");
        }
    }
}
