//! The smallest cell of a grid anywhere on Earth, and where it is: what a floor asks of a grid.

use super::{Grid, Rectangle};

impl Grid {
    /// The area of the smallest cell anywhere on Earth, in square metres on the ellipsoid.
    ///
    /// For grids in degrees (decimal, geohash, Open Location Code) that is a sliver beside a pole, far smaller than the
    /// cells where people live: [`cell_extent_m`](Self::cell_extent_m) tells the size at a latitude.
    #[must_use]
    pub fn smallest_area_m2(&self) -> f64 {
        match self {
            Self::Metric(grid) => grid.smallest_area_m2(),
            Self::Decimal(grid) => grid.smallest_area_m2(),
            Self::Geohash(grid) => grid.smallest_area_m2(),
            Self::H3(grid) => grid.smallest_area_m2(),
            Self::S2(grid) => grid.smallest_area_m2(),
            Self::OpenLocationCode(grid) => grid.smallest_area_m2(),
        }
    }

    /// The radius in metres of a circle that fits around the centre of every cell anywhere on Earth: the least
    /// [`inradius_m`](super::Cell::inradius_m).
    ///
    /// For grids in degrees it is that of a sliver beside a pole.
    #[must_use]
    pub fn smallest_inradius_m(&self) -> f64 {
        match self {
            Self::Metric(grid) => grid.smallest_inradius_m(),
            Self::Decimal(grid) => grid.smallest_inradius_m(),
            Self::Geohash(grid) => grid.smallest_inradius_m(),
            Self::H3(grid) => grid.smallest_inradius_m(),
            Self::S2(grid) => grid.smallest_inradius_m(),
            Self::OpenLocationCode(grid) => grid.smallest_inradius_m(),
        }
    }

    /// Which cells are the smallest in area.
    pub(crate) fn smallest_cells(&self) -> &'static str {
        match self {
            Self::H3(_) => "its pentagons",
            Self::S2(_) => "those in the middle of the cube's edges",
            Self::Metric(_) => "those of its fullest row",
            _ => "those beside the poles",
        }
    }

    /// Which cells hold the smallest circle around their centre.
    pub(crate) fn narrowest_cells(&self) -> &'static str {
        match self {
            Self::Metric(_) => "those around the poles",
            _ => self.smallest_cells(),
        }
    }

    /// Whether cells are as many degrees wide everywhere, and so shrink to slivers towards the poles.
    pub(crate) fn is_in_degrees(&self) -> bool {
        matches!(self, Self::Decimal(_) | Self::Geohash(_) | Self::OpenLocationCode(_))
    }

    /// The latitude from which on the cells of a grid in degrees have less than an area in square metres, given by the middle
    /// of the first row; of other grids, and where even the cells beside a pole have as much, `None`.
    pub(crate) fn area_falls_below_deg(&self, least_m2: f64) -> Option<f64> {
        self.falls_below_deg(|cell| cell.area_m2() < least_m2)
    }

    /// The same of cells that hold no circle of a radius in metres.
    pub(crate) fn inradius_falls_below_deg(&self, least_m: f64) -> Option<f64> {
        self.falls_below_deg(|cell| cell.inradius_m() < least_m)
    }

    /// Cells only shrink from the equator to a pole, so halving the rows finds the first.
    fn falls_below_deg(&self, is_below: impl Fn(&Rectangle) -> bool) -> Option<f64> {
        if !self.is_in_degrees() {
            return None;
        }
        let (height_deg, width_deg) = self.row_deg(0.0);
        // Rows on one side, and where the middle of the first is: an even number of rows begins at the equator; an odd one has a
        // row on it, and so have decimals, whose polar rows are half as high.
        let count = (180.0 / height_deg).round();
        let (first, rows) = match self {
            Self::Decimal(_) => (0.0, count / 2.0),
            _ if count % 2.0 == 0.0 => (0.5, count / 2.0),
            _ => (0.0, (count + 1.0) / 2.0),
        };
        let middle_deg = |row: f64| (row + first) * height_deg;
        let is_below = |row: f64| {
            let (south_deg, north_deg) = (middle_deg(row) - height_deg / 2.0, middle_deg(row) + height_deg / 2.0);
            is_below(&Rectangle { south_deg, north_deg, west_deg: 0.0, east_deg: width_deg })
        };
        let (mut low, mut high) = (0.0, rows - 1.0);
        if is_below(low) {
            return Some(0.0);
        }
        if !is_below(high) {
            return None;
        }
        while high - low > 1.0 {
            let row = f64::midpoint(low, high).floor();
            if is_below(row) { high = row } else { low = row }
        }
        Some(middle_deg(high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::ellipsoid;
    use crate::{LatticePoint, Position};

    /// A circle of 1,850 feet has 0.998 906 km².
    const CIRCLE_M2: f64 = core::f64::consts::PI * 563.88 * 563.88;

    #[test]
    fn cells_of_two_decimals_fall_below_a_circle_of_1850_feet_from_36_degrees_on() {
        let grid = Grid::decimal(2).unwrap();
        let latitude_deg = grid.area_falls_below_deg(CIRCLE_M2).unwrap();
        assert!((latitude_deg - 36.13).abs() < 1e-9, "{latitude_deg}");
        let area_m2 = |latitude_deg| grid.cell(LatticePoint::nearest(&Position::new(latitude_deg, 0.0))).area_m2();
        assert!(area_m2(36.12) >= CIRCLE_M2 && area_m2(36.13) < CIRCLE_M2);
        assert!((area_m2(37.77) / 1e6 - 0.9779).abs() < 5e-5);
        // On the sphere: (0.01° · R)² · cos φ.
        let side_m = crate::EARTH_RADIUS_M * 0.01_f64.to_radians();
        assert!(((CIRCLE_M2 / (side_m * side_m)).acos().to_degrees() - 36.11).abs() < 5e-3);
        assert!((side_m * side_m * 37.77_f64.to_radians().cos() / 1e6 - 0.9774).abs() < 5e-5);
    }

    #[test]
    fn the_latitude_is_that_of_the_first_row_below_the_figure() {
        for grid in [Grid::decimal(2), Grid::geohash(5), Grid::open_location_code(6)].map(Result::unwrap) {
            let here = |latitude_deg: f64| grid.cell(LatticePoint::nearest(&Position::new(latitude_deg, 0.5)));
            let row_deg = grid.row_deg(0.0).0;
            for latitude_deg in [20.0, 50.0, 70.0, 85.0] {
                let cell = here(latitude_deg);
                let middle_deg = cell.rectangle().unwrap().centre().latitude_deg();
                // Just above the cell's own figure it is the first below; just under it, the next row is.
                for (factor, rows) in [(1.0 + 1e-9, 0.0), (1.0 - 1e-9, 1.0)] {
                    let found_deg = grid.area_falls_below_deg(cell.area_m2() * factor).unwrap();
                    assert!((found_deg - middle_deg - rows * row_deg).abs() < 1e-9, "{grid} {found_deg} {middle_deg}");
                }
                let found_deg = grid.inradius_falls_below_deg(cell.inradius_m() * (1.0 - 1e-9)).unwrap();
                // Where cells are wider than high, it is the height that is tested, which hardly changes.
                let narrow = cell.inradius_m() < 0.49 * ellipsoid::meridian_arc_m(middle_deg, middle_deg + row_deg);
                assert!(!narrow || (found_deg - middle_deg - row_deg).abs() < 1e-9, "{grid} {found_deg} {middle_deg}");
            }
            assert_eq!(grid.area_falls_below_deg(1e13), Some(0.0));
            assert_eq!(grid.area_falls_below_deg(1.0), None);
        }
        // The last row is the one beside the pole, whose cells are the smallest.
        let kinds = (0..=3).map(Grid::decimal).chain((1..=6).map(Grid::geohash));
        for grid in kinds.chain([2, 4, 6, 8].map(Grid::open_location_code)).map(Result::unwrap) {
            let row_deg = grid.row_deg(0.0).0;
            let last_deg = if matches!(grid, Grid::Decimal(_)) { 90.0 - row_deg } else { 90.0 - row_deg / 2.0 };
            let found_deg = grid.area_falls_below_deg(grid.smallest_area_m2() * (1.0 + 1e-9));
            assert!(found_deg.is_some_and(|found_deg| (found_deg - last_deg).abs() < 1e-9), "{grid} {found_deg:?}");
            assert_eq!(grid.area_falls_below_deg(grid.smallest_area_m2() * (1.0 - 1e-9)), None, "{grid}");
        }
        assert_eq!(Grid::h3(9).unwrap().area_falls_below_deg(1e9), None);
    }
}
