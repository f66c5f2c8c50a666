//! The law itself, integrated over cells of the lattice: the loss that no number of draws would show.
//!
//! After libqif (K. Chatzikokolakis et al.), which finds the smallest ε that fits a mechanism given as a matrix of
//! probabilities.

use crate::accuracy::GAUSS;
use crate::lattice::LatticePoint;
use crate::mechanism::PlanarLaplace;
use crate::sphere::{EARTH_RADIUS_M, Position};

use super::place::Pair;

/// Rows of the window, and columns of each of its rows.
const ACROSS: u32 = 60;
/// A row of at most so many columns, next to a pole, is taken whole.
const WHOLE_ROW: u32 = 256;
/// How often a patch with the truth in it or beside it is quartered: the cone's tip is then 2⁻¹⁰ of a cell.
const MOST_HALVINGS: u32 = 10;

/// What the law says of a pair: the greatest loss over the cells of a window, and what is claimed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LawLoss {
    loss: f64,
    claim: f64,
    cells: usize,
}

impl LawLoss {
    /// The greatest |ln(P[o | x] / P[o | x′])| over the cells o of the window.
    #[must_use]
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// What the mechanism claims for the pair's distance: ε·d/r + s.
    #[must_use]
    pub fn claim(&self) -> f64 {
        self.claim
    }

    /// How many cells were looked at.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// Whether the law alone exceeds the claim.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.loss > self.claim
    }
}

/// The greatest privacy loss of planar Laplace noise between the places of a pair, over a window of 60 × 60 lattice
/// cells around x (whole rows where they are short, next to a pole), by the exact law.
///
/// P[o | x] is the integral of e^(−θλ) over the cell of o, divided by a normalizer that is the same for x and x′
/// (`docs/guarantees.md`, lemma 1); λ comes from the mechanism's own scale, the distance in the claim from the
/// ellipsoid. So it sees a scale that lacks the ellipsoid's factor, and a wrong claim; it does not see the sampler.
///
/// # Error of the quadrature
///
/// Gauss–Legendre with 12 × 12 points on a patch whose middle is at least its own diagonal away from the truth: the
/// integrand's only singularity, the tip of the cone at the truth, lies outside the Bernstein ellipse ρ = 3 of either
/// variable, so the relative error is of the order of ρ⁻²⁴ < 10⁻¹¹. Other patches are quartered, ten times at most; the
/// last, with the tip in them or beside it, have some 4⁻¹⁰ of the cell's area and an integrand that varies by 2⁻¹⁰ of what
/// it does over the cell: below 10⁻⁸, even were they not integrated but guessed. Rounding of coordinates is 10⁻⁹ m,
/// 2·10⁻¹⁰ of the least scale. So the loss is exact to 10⁻⁸, and in the tests to 10⁻⁹; the slack s is 1.2·10⁻⁶.
///
/// # Example
///
/// ```
/// use hereabouts::PlanarLaplace;
/// use hereabouts::audit::{law_loss, pairs};
///
/// let mechanism = PlanarLaplace::new(1.0, 20.0)?;
/// let north = &pairs(20.0)?[0]; // on the equator, northwards: where the ellipsoid's factor is used up
/// let found = law_loss(&mechanism, north);
/// assert!(!found.is_broken() && found.loss() > 0.9995);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn law_loss(mechanism: &PlanarLaplace, pair: &Pair) -> LawLoss {
    let rate = EARTH_RADIUS_M / mechanism.scale_m();
    let (x, other) = (Truth::new(pair.x().position()), Truth::new(pair.other().position()));
    let (mut loss, mut cells) = (0.0_f64, 0);
    for cell in window(pair.x().position()) {
        let patch = Patch::of(&cell);
        loss = loss.max((patch.mass(&x, rate).ln() - patch.mass(&other, rate).ln()).abs());
        cells += 1;
    }
    LawLoss { loss, claim: mechanism.loss_at_m(pair.distance_m()), cells }
}

/// The cells around a place, row by row.
fn window(centre: &Position) -> Vec<LatticePoint> {
    const ROWS: u32 = 1 << 24;
    let (row, _) = LatticePoint::nearest(centre).row_and_column();
    let first = row.saturating_sub(ACROSS / 2).min(ROWS - ACROSS);
    let mut cells = Vec::new();
    for row in first..first + ACROSS {
        let Some(columns) = LatticePoint::columns_of(row) else { continue };
        let middle = ((centre.longitude_deg() / 360.0 + 0.5) * f64::from(columns)).floor() as u32;
        let (first, count) =
            if columns <= WHOLE_ROW { (0, columns) } else { (middle.wrapping_sub(ACROSS / 2), ACROSS) };
        // The number of columns is a power of two: the mask takes a column around the antimeridian.
        let columns = (first..=first.wrapping_add(count - 1)).map(|column| column & (columns - 1));
        cells.extend(columns.filter_map(|column| LatticePoint::from_bits(u64::from(row) << 24 | u64::from(column))));
    }
    cells
}

/// A part of the sphere between two parallels and two meridians, in degrees.
#[derive(Clone, Copy)]
struct Patch {
    south: f64,
    north: f64,
    west: f64,
    east: f64,
}

impl Patch {
    fn of(cell: &LatticePoint) -> Self {
        let [south, north, west, east] = cell.bounds_deg();
        Self { south, north, west, east }
    }

    /// The integral of e^(−rate·θ) over the patch, θ the angle from the truth, in units of the sphere's radius squared.
    fn mass(&self, truth: &Truth, rate: f64) -> f64 {
        self.refined(truth, rate, MOST_HALVINGS)
    }

    fn refined(&self, truth: &Truth, rate: f64, halvings: u32) -> f64 {
        let (latitude, longitude) = (f64::midpoint(self.south, self.north), f64::midpoint(self.west, self.east));
        if self.east - self.west > 90.0 {
            // Around a pole: no shape that "near" means anything for.
            return self.split(latitude, longitude, false).map(|part| part.refined(truth, rate, halvings)).sum();
        }
        let height = (self.north - self.south).to_radians();
        let width = (self.east - self.west).to_radians() * cosine(self.south).max(cosine(self.north));
        let away = truth.angle(latitude, longitude);
        if halvings > 0 && away * away < height * height + width * width {
            return self.split(latitude, longitude, true).map(|part| part.refined(truth, rate, halvings - 1)).sum();
        }
        self.integral(truth, rate)
    }

    /// Its quarters, or its halves to the west and east.
    fn split(self, latitude: f64, longitude: f64, into_quarters: bool) -> impl Iterator<Item = Self> {
        let halves = [Self { east: longitude, ..self }, Self { west: longitude, ..self }];
        halves.into_iter().flat_map(move |half| {
            let rows = if into_quarters {
                [Some(Self { north: latitude, ..half }), Some(Self { south: latitude, ..half })]
            } else {
                [Some(half), None]
            };
            rows.into_iter().flatten()
        })
    }

    /// By Gauss–Legendre.
    fn integral(&self, truth: &Truth, rate: f64) -> f64 {
        let nodes = |low: f64, high: f64| {
            let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
            GAUSS.into_iter().flat_map(move |(at, weight)| {
                [(middle + half * at, weight * half), (middle - half * at, weight * half)]
            })
        };
        let mut columns = [(0.0, 0.0); 2 * GAUSS.len()];
        for (column, (longitude, weight)) in columns.iter_mut().zip(nodes(self.west, self.east)) {
            *column = (half_sine_squared(longitude - truth.longitude), weight.to_radians());
        }
        let mut sum = 0.0;
        for (latitude, weight) in nodes(self.south, self.north) {
            let cosine = cosine(latitude);
            let north = half_sine_squared(latitude - truth.latitude);
            let row: f64 = columns
                .iter()
                .map(|(east, weight)| weight * (-rate * angle(north + cosine * truth.cosine * east)).exp())
                .sum();
            sum += row * weight.to_radians() * cosine;
        }
        sum
    }
}

/// The true place, in degrees. Angles from it are by haversines of differences that are taken in degrees, which keeps
/// them exact to a nanometre however near.
struct Truth {
    latitude: f64,
    longitude: f64,
    cosine: f64,
}

impl Truth {
    fn new(position: &Position) -> Self {
        let (latitude, longitude) = (position.latitude_deg(), position.longitude_deg());
        Self { latitude, longitude, cosine: cosine(latitude) }
    }

    fn angle(&self, latitude: f64, longitude: f64) -> f64 {
        let east = half_sine_squared(longitude - self.longitude);
        angle(half_sine_squared(latitude - self.latitude) + cosine(latitude) * self.cosine * east)
    }
}

/// The angle of a haversine; within six kilometres by the arcsine's series, whose next term is 10⁻¹⁹ of it.
fn angle(haversine: f64) -> f64 {
    let sine = haversine.min(1.0).sqrt();
    if haversine < 1e-7 {
        2.0 * sine * (1.0 + haversine / 6.0 + 3.0 * haversine * haversine / 40.0)
    } else {
        2.0 * sine.asin()
    }
}

/// sin²(angle/2), the haversine of an angle in degrees.
fn half_sine_squared(angle_deg: f64) -> f64 {
    let sine = (angle_deg / 2.0).to_radians().sin();
    sine * sine
}

/// The cosine of a latitude in degrees, exact next to a pole.
fn cosine(latitude_deg: f64) -> f64 {
    (90.0 - latitude_deg.abs()).to_radians().sin()
}

#[cfg(test)]
mod tests;
