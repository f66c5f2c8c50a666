//! The probability that cell and noise together stay within a radius, and the radius for a probability.

use core::f64::consts::PI;

use crate::grid::Rectangle;
use crate::mechanism::ArcLaw;
use crate::sphere::UnitVector;

const PROBABILITY: f64 = 0.68;
/// Points across a cell.
const ACROSS: u32 = 48;
/// Steps of distance into which the points are sorted: four for each scale of the noise, within these limits.
const STEPS: core::ops::RangeInclusive<f64> = 16.0..=128.0;

/// Gauss–Legendre, twelve points (Abramowitz and Stegun, table 25.4): abscissas and weights, each for both signs.
pub(crate) const GAUSS: [(f64, f64); 6] = [
    (0.125_233_408_511_468_9, 0.249_147_045_813_402_8),
    (0.367_831_498_998_180_2, 0.233_492_536_538_354_8),
    (0.587_317_954_286_617_5, 0.203_167_426_723_065_9),
    (0.769_902_674_194_304_7, 0.160_078_328_543_346_2),
    (0.904_117_256_370_474_9, 0.106_939_325_995_318_4),
    (0.981_560_634_246_719_2, 0.047_175_336_386_511_8),
];

/// A cell as many points of the unit sphere, each with its share of the area, and its centre with the directions there.
pub(super) struct Figure {
    points: Vec<(UnitVector, f64)>,
    centre: UnitVector,
    poleward: UnitVector,
    eastward: UnitVector,
}

impl Figure {
    /// Between parallels and meridians; rows of equal area, seen from the pole that is nearer (north).
    pub(super) fn rectangle(rectangle: &Rectangle) -> Self {
        // The area within θ of the pole is proportional to sin²(θ/2).
        let within = |latitude_deg: f64| libm::sin((90.0 - latitude_deg).to_radians() / 2.0).powi(2);
        let (inner, outer) = (within(rectangle.north_deg), within(rectangle.south_deg));
        let mut points = Vec::with_capacity((ACROSS * ACROSS) as usize);
        for down in middles(ACROSS) {
            let half_angle = libm::asin((inner + (outer - inner) * down).sqrt());
            let (sine, cosine) = libm::sincos(2.0 * half_angle);
            for along in middles(ACROSS) {
                let longitude_deg = rectangle.west_deg + rectangle.width_deg() * along;
                let (y, x) = libm::sincos(longitude_deg.to_radians());
                points.push((UnitVector { x: sine * x, y: sine * y, z: cosine }, 1.0));
            }
        }
        let centre_deg = rectangle.centre().latitude_deg();
        let (sine, cosine) = libm::sincos((90.0 - centre_deg).to_radians());
        Self {
            points,
            centre: UnitVector { x: sine, y: 0.0, z: cosine },
            poleward: UnitVector { x: -cosine, y: 0.0, z: sine },
            eastward: UnitVector { x: 0.0, y: 1.0, z: 0.0 },
        }
    }

    /// With great circles between its corners. "Poleward" and "eastward" are any two directions at right angles.
    pub(super) fn polygon(centre: UnitVector, corners: &[UnitVector]) -> Self {
        let (centre, corners) = (unit(&centre), corners.iter().map(unit).collect::<Vec<_>>());
        let mut points = Vec::with_capacity(corners.len() * (ACROSS * ACROSS) as usize / 4);
        for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            // The flat triangle with the centre, seen from the middle of the Earth: an area dA at distance ρ on a plane
            // at distance p covers the solid angle p·dA/ρ³, and p times the area is the volume.
            let volume = triple(&centre, a, b);
            for out in middles(ACROSS / 2) {
                let share = out.sqrt();
                for along in middles(ACROSS / 2) {
                    let point = sum(&[(&centre, 1.0 - share), (a, share * (1.0 - along)), (b, share * along)]);
                    let length = point.dot(&point).sqrt();
                    points.push((unit(&point), volume / (length * length * length)));
                }
            }
        }
        let poleward = unit(&cross(&centre, &UnitVector { x: 0.0, y: 1.0, z: 0.0 }));
        let eastward = cross(&centre, &poleward);
        Self { points, centre, poleward, eastward }
    }

    /// The distribution of the distance from a place beside the centre: the length of a step, fine enough for noise of
    /// some scale, and the share at each step.
    fn distances(&self, scale: f64, poleward: f64, eastward: f64) -> (f64, Vec<f64>) {
        let from = unit(&sum(&[
            (&self.centre, 1.0),
            (&self.poleward, libm::tan(poleward)),
            (&self.eastward, libm::tan(eastward)),
        ]));
        let distances: Vec<(f64, f64)> = self
            .points
            .iter()
            .map(|(point, share)| {
                let chord = sum(&[(point, 1.0), (&from, -1.0)]);
                (2.0 * libm::asin((chord.dot(&chord).sqrt() / 2.0).min(1.0)), *share)
            })
            .collect();
        let farthest = distances.iter().fold(f64::MIN_POSITIVE, |most, &(distance, _)| most.max(distance));
        let whole: f64 = distances.iter().map(|&(_, share)| share).sum();
        let steps = (4.0 * farthest / scale).clamp(*STEPS.start(), *STEPS.end()) as usize;
        let step = farthest / steps as f64;
        let mut shares = vec![0.0; steps + 1];
        for (distance, share) in distances {
            let place = distance / step;
            let below = (place as usize).min(steps - 1);
            let part = place - below as f64;
            shares[below] += (1.0 - part) * share / whole;
            shares[below + 1] += part * share / whole;
        }
        (step, shares)
    }
}

/// The radius, in radians, within which cell and noise together stay with a probability of 68 %, around a place that is
/// beside the centre; `guess` is a bracket of it, if one is known.
pub(super) fn radius_rad(figure: &Figure, law: &ArcLaw, shift: (f64, f64), guess: Option<(f64, f64)>) -> f64 {
    let scale = law.scale_rad();
    let (step, shares) = figure.distances(scale, shift.0, shift.1);
    // Noise much finer than a step would see the steps; two steps are a hundredth of the radius, and lengthen it by less
    // than a thousandth.
    let noise = law.with_scale_rad(scale.max(2.0 * step));
    let miss = |radius: f64| {
        let held = shares.iter().enumerate().filter(|&(_, &share)| share > 0.0);
        held.map(|(index, share)| share * noise.within(index as f64 * step, radius)).sum::<f64>() - PROBABILITY
    };
    let farthest = step * (shares.len() - 1) as f64;
    root(miss, guess.unwrap_or_else(|| (farthest / 4.0, (2.0 * noise.scale_rad()).max(farthest / 2.0).min(PI / 2.0))))
}

impl ArcLaw {
    /// The probability that a point at `distance` from a place is moved to within `radius` of it.
    ///
    /// Arcs shorter than |radius − distance| lead there for certain or never. Of longer ones the bearings within α of
    /// the direction to the place do, α/π of all, by the half-angle formula sin²(α/2) = sin(σ−b)·sin(σ−c)/(sin b·sin c).
    /// (I. Todhunter, *Spherical Trigonometry*, 1886, article 45.)
    fn within(&self, distance: f64, radius: f64) -> f64 {
        let mut certain = if radius > distance { self.probability(radius - distance) } else { 0.0 };
        if radius + distance > PI {
            // Arcs that lead round the antipode of the place come back within the radius.
            certain += 1.0 - self.probability(2.0 * PI - radius - distance);
        }
        let first = (radius - distance).abs();
        let last = (radius + distance).min(2.0 * PI - radius - distance);
        // What lies further beyond the nearest noise that can matter is too little to count.
        let length = (last - first).min(self.reach_rad());
        if length <= 0.0 || first > self.reach_rad() {
            return certain;
        }
        let sine_distance = libm::sin(distance);
        let mut sum = 0.0;
        for (abscissa, weight) in GAUSS.iter().flat_map(|&(abscissa, weight)| [(abscissa, weight), (-abscissa, weight)])
        {
            // In the angle t the square roots at both ends are smooth.
            let (sine_t, cosine_t) = libm::sincos(f64::midpoint(PI, PI * abscissa));
            let arc = first + length * (1.0 - cosine_t) / 2.0;
            let (sine, cosine) = libm::sincos(arc);
            let squared = libm::sin((radius + distance - arc) / 2.0) * libm::sin((radius - distance + arc) / 2.0)
                / (sine_distance * sine);
            let half_bearing = libm::asin(squared.clamp(0.0, 1.0).sqrt());
            sum += weight * self.density(arc, (sine, cosine)) * (2.0 * half_bearing / PI) * sine_t;
        }
        certain + sum * length / 2.0 * PI / 2.0
    }
}

/// The zero of an increasing function on [0, π]: a bracket around a guess, then regula falsi after Illinois (Dowell and
/// Jarratt, 1971).
fn root(function: impl Fn(f64) -> f64, guess: (f64, f64)) -> f64 {
    let (mut low, mut high) = guess;
    let (mut at_low, mut at_high) = (function(low), function(high));
    if at_low > 0.0 {
        (high, at_high) = (low, at_low);
        (low, at_low) = (0.0, -PROBABILITY);
    }
    while at_high < 0.0 && high < PI {
        (low, at_low) = (high, at_high);
        high = (2.0 * high).min(PI);
        at_high = function(high);
    }
    if at_high <= 0.0 {
        return high;
    }
    let mut last_was_low = None;
    for _ in 0..60 {
        let middle = (low * at_high - high * at_low) / (at_high - at_low);
        let at_middle = function(middle);
        if at_middle.abs() < 2e-6 || high - low < 1e-9 * high {
            return middle;
        }
        if at_middle < 0.0 {
            (low, at_low) = (middle, at_middle);
            at_high /= if last_was_low == Some(true) { 2.0 } else { 1.0 };
        } else {
            (high, at_high) = (middle, at_middle);
            at_low /= if last_was_low == Some(false) { 2.0 } else { 1.0 };
        }
        last_was_low = Some(at_middle < 0.0);
    }
    f64::midpoint(low, high)
}

fn middles(parts: u32) -> impl Iterator<Item = f64> {
    (0..parts).map(move |index| (f64::from(index) + 0.5) / f64::from(parts))
}

fn sum(terms: &[(&UnitVector, f64)]) -> UnitVector {
    terms.iter().fold(UnitVector { x: 0.0, y: 0.0, z: 0.0 }, |sum, (vector, share)| UnitVector {
        x: sum.x + share * vector.x,
        y: sum.y + share * vector.y,
        z: sum.z + share * vector.z,
    })
}

fn unit(vector: &UnitVector) -> UnitVector {
    sum(&[(vector, 1.0 / vector.dot(vector).sqrt())])
}

fn cross(a: &UnitVector, b: &UnitVector) -> UnitVector {
    UnitVector { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x }
}

fn triple(a: &UnitVector, b: &UnitVector, c: &UnitVector) -> f64 {
    cross(a, b).dot(c).abs()
}
