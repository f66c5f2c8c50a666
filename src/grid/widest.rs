//! The widest cell of a grid anywhere on Earth: how far what lies in one cell can be apart.

use super::{EARTH_RADIUS_M, Grid, METRES_PER_DEGREE};

/// No arc of a geodesic on WGS 84 has more metres than this for each metre on the sphere: the meridian beside a pole, with
/// a²/b = 6,399,593.6 m, rounded up.
const GEODESIC_PER_SPHERE: f64 = 1.0045;

/// The longest diagonal of an S2 cell of level 0, in radians, halved with each level: the figure for the quadratic projection
/// of `S2::kMaxDiag` in Google's S2 library.
const S2_DIAGONAL_RAD: f64 = 2.438_654_594_434_021;

/// The diameter of an H3 cell as a multiple of the square root of the largest area: 1.2408 for a regular hexagon, and
/// a sixth more for what the projection does to it. Tests look at cells of every resolution.
const H3_DIAMETER: f64 = 1.45;

impl Grid {
    /// A distance in metres that no two points of a cell anywhere on Earth exceed; an upper bound, up to
    /// half too large.
    #[must_use]
    pub fn largest_diameter_m(&self) -> f64 {
        match self {
            Self::H3(_) => H3_DIAMETER * self.largest_area_m2().sqrt(),
            Self::S2(grid) => {
                let diagonal_rad = S2_DIAGONAL_RAD / f64::from(1_u32 << grid.level());
                GEODESIC_PER_SPHERE * EARTH_RADIUS_M * diagonal_rad.min(core::f64::consts::PI)
            }
            // Twice the height of a row: nearly square cells have 1.5 times, and those around a pole, of which rounding leaves
            // few in a row, up to 1.9 times.
            Self::Metric(_) => 2.0 * GEODESIC_PER_SPHERE * METRES_PER_DEGREE * self.row_deg(0.0).0,
            Self::Decimal(_) | Self::Geohash(_) | Self::OpenLocationCode(_) => {
                let (height_deg, width_deg) = self.row_deg(0.0);
                GEODESIC_PER_SPHERE * METRES_PER_DEGREE * height_deg.hypot(width_deg)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha20Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::{LatticePoint, Position};

    fn grids() -> impl Iterator<Item = Grid> {
        let metric = [10.0, 350.0, 2_000.0, 30_000.0, 400_000.0, 1_000_000.0].into_iter().map(Grid::metric);
        let degrees = (0..=5).map(Grid::decimal).chain((1..=9).map(Grid::geohash));
        let codes = [2, 4, 6, 8, 10, 11].into_iter().map(Grid::open_location_code);
        let curved = (0..=12).map(Grid::h3).chain((0..=20).map(Grid::s2));
        metric.chain(degrees).chain(codes).chain(curved).map(Result::unwrap)
    }

    /// The farthest corner is less than the whole diameter from the centre, and half of it at least.
    #[test]
    fn no_cell_is_wider_than_is_said() {
        let mut coins = ChaCha20Rng::seed_from_u64(0x71_de57);
        for grid in grids() {
            let bound_m = grid.largest_diameter_m();
            let mut widest_m = 0.0_f64;
            for number in 0..3_000 {
                let sine: f64 = coins.random_range(-1.0..1.0);
                let latitude_deg = match number % 3 {
                    0 => sine.asin().to_degrees(),
                    1 => 90.0 - coins.random_range(0.0..5.0) * grid.row_deg(0.0).0.max(1e-3),
                    _ => coins.random_range(-1.0..1.0),
                };
                let place = Position::new(latitude_deg, coins.random_range(-180.0..180.0));
                let cell = grid.cell(LatticePoint::nearest(&place));
                widest_m = widest_m.max(2.0 * cell.circumradius_m());
                // Where cells are slivers beside a pole, their centre lies aside: corners count.
                let corners: Vec<_> =
                    cell.boundary().exterior().coords().map(|at| geo::Point::new(at.x, at.y)).collect();
                for (one, other) in corners.iter().zip(corners.iter().skip(corners.len() / 2)) {
                    let apart_m = geo::Distance::distance(&geo::Geodesic, *one, *other);
                    assert!(apart_m <= bound_m, "{grid}: {apart_m} m apart, said {bound_m} m");
                }
            }
            let is_small = widest_m < 5e6;
            assert!(!is_small || widest_m <= 1.2 * bound_m, "{grid}: {widest_m} m, said {bound_m} m");
            assert!(!is_small || widest_m > 0.6 * bound_m, "{grid}: {widest_m} m, said {bound_m} m");
        }
    }
}
