//! Places, a plane to reckon in, and noise: what several failures share.

use std::f64::consts::{PI, TAU};

use hereabouts::{
    Clock, EARTH_RADIUS_M, Ledger, Minimizer, Outcome, PlanarLaplace, Policy, Position, Release, SPHERE_PER_GEODESIC,
};
use rand::rngs::ChaCha20Rng;
use rand::{Rng, SeedableRng};

use crate::support::{NINE, fix_at};

pub(crate) const UTRECHT: Position = Position::new(52.0907, 5.1214);
pub(crate) const QUITO: Position = Position::new(-0.1807, -78.4678);

/// One degree of a great circle.
pub(crate) const METRES_PER_DEGREE: f64 = PI * EARTH_RADIUS_M / 180.0;

pub(crate) fn generator(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// 53 bits, in (0, 1]: what most code takes for a real number between 0 and 1.
pub(crate) fn uniform(generator: &mut ChaCha20Rng) -> f64 {
    ((generator.next_u64() >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

/// A step east and north, in metres.
pub(crate) type Step = [f64; 2];

/// The planar Laplace law, as the flawed ideas draw it.
pub(crate) fn flat_noise(scale_m: f64, generator: &mut ChaCha20Rng) -> Step {
    let radius_m = -scale_m * (uniform(generator) * uniform(generator)).ln();
    let (sine, cosine) = (TAU * uniform(generator)).sin_cos();
    [radius_m * sine, radius_m * cosine]
}

/// Our noise with a given scale b.
pub(crate) fn with_scale(scale_m: f64) -> PlanarLaplace {
    PlanarLaplace::new(SPHERE_PER_GEODESIC, scale_m).unwrap()
}

/// A place, noised by us.
pub(crate) fn noised(mechanism: &PlanarLaplace, place: &Position, generator: &mut ChaCha20Rng) -> Position {
    mechanism.perturb(&fix_at(place.latitude_deg(), place.longitude_deg(), NINE), generator).centre()
}

/// A minimizer whose noise is repeatable where the build allows it.
pub(crate) fn minimizer(
    policy: Policy,
    ledger: impl Ledger + 'static,
    clock: impl Clock + 'static,
    seed: u64,
) -> Minimizer {
    #[cfg(feature = "seeded-noise")]
    return Minimizer::with_seeded_noise(policy, ledger, clock, seed).unwrap();
    #[cfg(not(feature = "seeded-noise"))]
    {
        let _ = seed;
        Minimizer::new(policy, ledger, clock).unwrap()
    }
}

/// What is released of a place at a time, if anything.
pub(crate) fn released(
    minimizer: &Minimizer,
    place: &Position,
    seconds: i64,
    purpose: &str,
    destination: &str,
) -> Option<Release> {
    let fix = fix_at(place.latitude_deg(), place.longitude_deg(), seconds);
    minimizer.release(&fix, purpose, destination).map(Outcome::released).unwrap()
}

/// The plane that touches the Earth at a public place: good to millimetres within kilometres, except where a test says
/// otherwise, and exactly invertible.
pub(crate) struct Plane(pub(crate) Position);

impl Plane {
    pub(crate) fn step_to(&self, place: &Position) -> Step {
        let east_deg = place.longitude_deg() - self.0.longitude_deg();
        let north_deg = place.latitude_deg() - self.0.latitude_deg();
        [east_deg * METRES_PER_DEGREE * self.0.latitude_deg().to_radians().cos(), north_deg * METRES_PER_DEGREE]
    }

    pub(crate) fn place_at(&self, [east_m, north_m]: Step) -> Position {
        let cosine = self.0.latitude_deg().to_radians().cos();
        Position::new(
            self.0.latitude_deg() + north_m / METRES_PER_DEGREE,
            self.0.longitude_deg() + east_m / METRES_PER_DEGREE / cosine,
        )
    }
}

pub(crate) fn plus([a, b]: Step, [c, d]: Step) -> Step {
    [a + c, b + d]
}

pub(crate) fn minus([a, b]: Step, [c, d]: Step) -> Step {
    [a - c, b - d]
}

pub(crate) fn length_m([east_m, north_m]: Step) -> f64 {
    east_m.hypot(north_m)
}

/// The circle that fits points best, as centre and radius (Kåsa 1976: least squares of
/// |p − centre|² − radius², solved about the points' mean).
pub(crate) fn circle(points: &[Step]) -> (Step, f64) {
    let middle = [0, 1].map(|axis| mean(points.iter().map(|point| point[axis])));
    let about: Vec<Step> = points.iter().map(|point| minus(*point, middle)).collect();
    let moment = |term: fn(f64, f64) -> f64| mean(about.iter().map(|&[x, y]| term(x, y)));
    let (xx, xy, yy) = (moment(|x, _| x * x), moment(|x, y| x * y), moment(|_, y| y * y));
    let right = [moment(|x, y| x * (x * x + y * y)) / 2.0, moment(|x, y| y * (x * x + y * y)) / 2.0];
    let determinant = xx * yy - xy * xy;
    let centre = [(right[0] * yy - right[1] * xy) / determinant, (right[1] * xx - right[0] * xy) / determinant];
    (plus(middle, centre), (length_m(centre).powi(2) + xx + yy).sqrt())
}

/// Clockwise from north, in radians.
pub(crate) fn bearing_rad([east_m, north_m]: Step) -> f64 {
    east_m.atan2(north_m)
}

pub(crate) fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value;
        count += 1.0;
    }
    sum / count
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
