use geo::{Distance, Geodesic};
use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::lattice::LatticePoint;
use crate::sphere::Displacement;

const DRAWS: u32 = 400_000;

/// Where the fixes lie: between latitudes, and so many degrees of longitude around a meridian.
#[derive(Clone, Copy, Debug)]
struct Neighbourhood {
    south_deg: f64,
    north_deg: f64,
    meridian_deg: f64,
    width_deg: f64,
}

impl Neighbourhood {
    fn around(latitude_deg: f64, meridian_deg: f64, half_size_m: f64) -> Self {
        let half_deg = (half_size_m / EARTH_RADIUS_M).to_degrees();
        let (south_deg, north_deg) = ((latitude_deg - half_deg).max(-90.0), (latitude_deg + half_deg).min(90.0));
        let widest = libm::cos(south_deg.abs().max(north_deg.abs()).to_radians());
        let width_deg = if widest * 180.0 <= half_deg { 360.0 } else { (2.0 * half_deg / widest).min(360.0) };
        Self { south_deg, north_deg, meridian_deg, width_deg }
    }

    /// Uniform by area.
    fn draw(&self, random: &mut ChaCha12Rng) -> (f64, f64) {
        let within = |latitude_deg: f64| libm::sin((90.0 - latitude_deg).to_radians() / 2.0).powi(2);
        let (inner, outer) = (within(self.north_deg), within(self.south_deg));
        let half_angle = libm::asin((inner + (outer - inner) * random.random::<f64>()).sqrt());
        let longitude_deg = self.meridian_deg + self.width_deg * (random.random::<f64>() - 0.5);
        (90.0 - 2.0 * half_angle.to_degrees(), longitude_deg - 360.0 * (longitude_deg / 360.0).round())
    }
}

fn noise(scale_m: f64, random: &mut ChaCha12Rng) -> Displacement {
    loop {
        let product = (1.0 - random.random::<f64>()) * (1.0 - random.random::<f64>());
        let arc_rad = -product.ln() * scale_m / EARTH_RADIUS_M;
        // Area on the sphere is sin θ/θ of the plane's.
        if arc_rad <= core::f64::consts::PI && random.random::<f64>() * arc_rad <= arc_rad.sin() {
            return Displacement::new(arc_rad, random.random::<f64>());
        }
    }
}

fn coverage(scale_m: f64, grid: Grid, neighbourhood: Neighbourhood, draws: u32) -> f64 {
    let accuracy = Accuracy::new(scale_m, grid);
    let mut random = ChaCha12Rng::seed_from_u64(20_261_125);
    let mut held = 0;
    for _ in 0..draws {
        let (latitude_deg, longitude_deg) = neighbourhood.draw(&mut random);
        let (to_latitude_deg, to_longitude_deg) = noise(scale_m, &mut random).from(latitude_deg, longitude_deg);
        let cell = grid.cell(LatticePoint::nearest(&Position::new(to_latitude_deg, to_longitude_deg)));
        let printed = cell.printed_centre();
        let radius_m = accuracy.radius_m(&cell);
        let away_m = Geodesic.distance(
            geo::Point::new(longitude_deg, latitude_deg),
            geo::Point::new(printed.longitude_deg(), printed.latitude_deg()),
        );
        held += u32::from(away_m <= radius_m);
    }
    f64::from(held) / f64::from(draws)
}

fn grids(size_m: f64) -> Vec<Grid> {
    let side_m = |grid: &Grid| grid.cell_extent_m(0.0).0;
    let nearest = |grids: &mut dyn Iterator<Item = Grid>| {
        grids.min_by(|a, b| (side_m(a) / size_m).ln().abs().total_cmp(&(side_m(b) / size_m).ln().abs())).unwrap()
    };
    vec![
        Grid::metric(size_m).unwrap(),
        nearest(&mut (0..=5).filter_map(|size| Grid::decimal(size).ok())),
        nearest(&mut (1..=9).filter_map(|size| Grid::geohash(size).ok())),
        nearest(&mut (0..=12).filter_map(|size| Grid::h3(size).ok())),
        nearest(&mut (0..=20).filter_map(|size| Grid::s2(size).ok())),
        nearest(&mut (2..=11).filter_map(|size| Grid::open_location_code(size).ok())),
    ]
}

#[test]
fn survey() {
    for size_m in [50.0, 1_000.0, 20_000.0, 300_000.0] {
        for grid in grids(size_m) {
            let side_m = grid.cell_extent_m(0.0).0;
            for scale_m in [side_m / 20.0, side_m / 3.0, side_m * 3.0] {
                if scale_m < 5.4 || scale_m > 1e6 {
                    continue;
                }
                let mut line = format!("{grid:<16} {scale_m:>9.0}");
                for (latitude_deg, meridian_deg) in [(0.0, 20.0), (65.0, 20.0), (89.9, 20.0), (-30.0, 180.0)] {
                    let size = (30.0 * side_m).max(15.0 * scale_m);
                    let begin = std::time::Instant::now();
                    let got = coverage(scale_m, grid, Neighbourhood::around(latitude_deg, meridian_deg, size), 40_000);
                    line += &format!(
                        "  {:.2}{}({:.0}ms)",
                        got * 100.0,
                        if (got - 0.68).abs() > 0.0105 { "!!" } else { "" },
                        begin.elapsed().as_secs_f64() * 1e3
                    );
                }
                println!("{line}");
            }
        }
    }
}
