use geo::{Distance, Geodesic};
use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::lattice::LatticePoint;
use crate::sphere::{Displacement, EARTH_RADIUS_M, SPHERE_PER_GEODESIC};
use crate::{Fix, Gaussian, PlanarLaplace};

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

/// Planar Laplace noise of a scale in metres.
fn laplace(scale_m: f64) -> Noise {
    PlanarLaplace::new(SPHERE_PER_GEODESIC, scale_m).unwrap().into()
}

fn coverage(scale_m: f64, grid: Grid, neighbourhood: Neighbourhood, draws: u32) -> f64 {
    coverage_of(laplace(scale_m), grid, neighbourhood, draws, |(latitude_deg, longitude_deg), random| {
        let (latitude_deg, longitude_deg) = noise(scale_m, random).from(latitude_deg, longitude_deg);
        LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg))
    })
}

fn coverage_of(
    noise: Noise,
    grid: Grid,
    neighbourhood: Neighbourhood,
    draws: u32,
    perturb: impl Fn((f64, f64), &mut ChaCha12Rng) -> LatticePoint,
) -> f64 {
    let accuracy = Accuracy::new(noise, grid);
    let mut random = ChaCha12Rng::seed_from_u64(20_261_125);
    let mut held = 0;
    for _ in 0..draws {
        let (latitude_deg, longitude_deg) = neighbourhood.draw(&mut random);
        let cell = grid.cell(perturb((latitude_deg, longitude_deg), &mut random));
        let printed = cell.printed_centre();
        let radius_m = accuracy.radius_m(&cell);
        // The sphere is within 0.6 % of the ellipsoid: only near the edge a geodesic must tell.
        let on_sphere_m = printed.great_circle_distance_m(&Position::new(latitude_deg, longitude_deg));
        held += u32::from(if (0.99..1.01).contains(&(on_sphere_m / radius_m)) {
            let (from, to) = (
                geo::Point::new(longitude_deg, latitude_deg),
                geo::Point::new(printed.longitude_deg(), printed.latitude_deg()),
            );
            Geodesic.distance(from, to) <= radius_m
        } else {
            on_sphere_m < radius_m
        });
    }
    f64::from(held) / f64::from(draws)
}

/// With noise much finer than a cell, like a cell, and much coarser. The neighbourhood is many times as wide as both, so
/// that the prior is flat. (At 89.9° it is the whole cap beyond 89.6° or more, with the pole.)
///
/// Five standard deviations of 400 000 draws are 0.37 %: a false alarm has a probability of 6·10⁻⁷ for each figure.
fn assert_covers(grid: Result<Grid, crate::GridError>) {
    let grid = grid.unwrap();
    let side_m = grid.cell_extent_m(0.0).0;
    for scale_m in [side_m / 20.0, side_m / 2.0, side_m * 4.0].map(|scale_m| scale_m.max(5.4)) {
        for (latitude_deg, meridian_deg) in [(0.0, 20.0), (65.0, 20.0), (89.9, 20.0), (-30.0, 180.0)] {
            let half_size_m = (150.0 * side_m).max(25.0 * scale_m);
            let neighbourhood = Neighbourhood::around(latitude_deg, meridian_deg, half_size_m);
            let held = coverage(scale_m, grid, neighbourhood, DRAWS);
            assert!((held - 0.68).abs() <= 0.005, "{grid}, scale {scale_m} m, at {latitude_deg}: {held}");
        }
    }
}

#[test]
fn the_radius_holds_68_percent_on_metric_grids() {
    assert_covers(Grid::metric(500.0));
}

#[test]
fn the_radius_holds_68_percent_on_decimal_grids() {
    assert_covers(Grid::decimal(2));
}

#[test]
fn the_radius_holds_68_percent_on_geohash_grids() {
    assert_covers(Grid::geohash(5));
}

#[test]
fn the_radius_holds_68_percent_on_h3_grids() {
    assert_covers(Grid::h3(8));
}

#[test]
fn the_radius_holds_68_percent_on_s2_grids() {
    assert_covers(Grid::s2(13));
}

#[test]
fn the_radius_holds_68_percent_on_open_location_code_grids() {
    assert_covers(Grid::open_location_code(8));
}

/// Cells as large as countries and noise up to a thousand kilometres, with fixes all over the Earth.
#[test]
fn the_radius_holds_68_percent_of_very_large_noise_and_cells() {
    let earth = Neighbourhood { south_deg: -90.0, north_deg: 90.0, meridian_deg: 0.0, width_deg: 360.0 };
    for grid in [
        Grid::metric(1e6),
        Grid::decimal(0),
        Grid::geohash(1),
        Grid::h3(0),
        Grid::h3(1),
        Grid::h3(2),
        Grid::s2(0),
        Grid::s2(3),
        Grid::open_location_code(2),
    ] {
        for scale_m in [20_000.0, 300_000.0, 1e6] {
            let held = coverage(scale_m, grid.unwrap(), earth, DRAWS);
            assert!((held - 0.68).abs() <= 0.005, "{grid:?}, scale {scale_m} m: {held}");
        }
    }
}

#[test]
fn far_coarser_noise_leaves_the_quantile_of_the_noise_and_far_finer_noise_that_of_the_cell() {
    let point = LatticePoint::nearest(&Position::new(0.001, 20.0));
    // 1 − (1 + x)·e⁻ˣ = 0.68
    let quantile = 2.3477112;
    let grid = Grid::metric(10.0).unwrap();
    let of_noise = Accuracy::new(laplace(10_000.0), grid).radius_m(&grid.cell(point));
    assert!(
        (of_noise / (quantile * 10_000.0 * ellipsoid::mean_radius_m(0.0) / EARTH_RADIUS_M) - 1.0).abs() < 5e-4,
        "{of_noise}"
    );
    let grid = Grid::decimal(0).unwrap();
    let of_cell = Accuracy::new(laplace(6.0), grid).radius_m(&grid.cell(point));
    assert!(
        (of_cell / (0.68 / core::f64::consts::PI * grid.cell(point).area_m2()).sqrt() - 1.0).abs() < 4e-3,
        "{of_cell}"
    );
}

#[test]
fn a_radius_depends_on_policy_and_cell_alone_not_on_what_was_asked_before() {
    let places = [(52.09, 5.12), (0.3, 100.0), (-71.0, -179.99), (89.93, 44.0), (90.0, 0.0), (38.0, -58.2)];
    for grid in [
        Grid::metric(777.0),
        Grid::decimal(2),
        Grid::geohash(5),
        Grid::h3(0),
        Grid::h3(7),
        Grid::s2(11),
        Grid::open_location_code(6),
    ] {
        let grid = grid.unwrap();
        let cells = places.map(|(latitude_deg, longitude_deg)| {
            grid.cell(LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg)))
        });
        let (forwards, backwards) = (Accuracy::new(laplace(150.0), grid), Accuracy::new(laplace(150.0), grid));
        let one = cells.map(|cell| forwards.radius_m(&cell));
        let mut other: Vec<f64> = cells.iter().rev().map(|cell| backwards.radius_m(cell)).collect();
        other.reverse();
        assert_eq!(one.to_vec(), other, "{grid}");
        assert!(one.iter().all(|radius_m| (200.0..2e6).contains(radius_m)), "{grid}: {one:?}");
    }
}

#[test]
fn a_cell_of_another_grid_has_no_accuracy() {
    let cell = Grid::h3(0).unwrap().cell(LatticePoint::nearest(&Position::new(52.0, 5.0)));
    assert_eq!(Accuracy::new(laplace(100.0), Grid::s2(3).unwrap()).radius_m(&cell), f64::INFINITY);
}

/// The noise of Gaussian draws themselves, finer than a cell, like a cell, and coarser, in cells of every shape.
///
/// Six standard deviations of 20 000 draws are 2 %: a false alarm has a probability of 2·10⁻⁹ for each of 27 figures.
#[test]
fn the_radius_holds_68_percent_of_gaussian_noise_as_well() {
    for grid in [Grid::metric(2_000.0), Grid::h3(7), Grid::s2(12)].map(Result::unwrap) {
        let side_m = grid.cell_extent_m(0.0).0;
        for scale_m in [side_m / 20.0, side_m / 2.0, side_m * 4.0] {
            let noise = Gaussian::new(0.5, scale_m).unwrap();
            for (latitude_deg, meridian_deg) in [(0.0, 20.0), (65.0, 20.0), (-30.0, 180.0)] {
                let neighbourhood =
                    Neighbourhood::around(latitude_deg, meridian_deg, (150.0 * side_m).max(25.0 * scale_m));
                let held =
                    coverage_of(noise.into(), grid, neighbourhood, 20_000, |(latitude_deg, longitude_deg), _| {
                        noise
                            .perturb(
                                &Fix::wgs84(latitude_deg, longitude_deg, None, jiff::Timestamp::UNIX_EPOCH).unwrap(),
                            )
                            .unwrap()
                    });
                assert!((held - 0.68).abs() <= 0.02, "{grid}, σ = {scale_m} m, at {latitude_deg}: {held}");
            }
        }
    }
}

/// Far coarser than a cell, Gaussian noise leaves its own quantile, and not planar Laplace's, 2.35 scales.
#[test]
fn the_kind_of_noise_matters() {
    let (grid, point) = (Grid::metric(10.0).unwrap(), LatticePoint::nearest(&Position::new(0.001, 20.0)));
    let gaussian = Accuracy::new(Gaussian::new(0.5, 10_000.0).unwrap(), grid).radius_m(&grid.cell(point));
    // √(−2·ln 0.32) of the plane
    assert!((gaussian / (1.509_592 * 10_000.0 * ellipsoid::mean_radius_m(0.0) / EARTH_RADIUS_M) - 1.0).abs() < 1e-3);
}
