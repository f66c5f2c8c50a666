//! The estimator: what draws alone certify about a mechanism's privacy loss between two places.

use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rand::rngs::ChaCha20Rng;
use rand::{CryptoRng, SeedableRng};
use serde::Serialize;

use super::interval::{lower_bound, upper_bound};
use super::place::{Pair, Place};
use super::run::Comparison;
use crate::lattice::LatticePoint;
use crate::sphere::{EARTH_RADIUS_M, Position, UnitVector};

/// The event that the two arms are compared by: the output is nearer to x than to x′ by this share of their distance.
const SHARE: f64 = 0.95;

/// Draws that share a generator: a fixed number, so that a run does not depend on how many threads it has.
const DRAWS_PER_PART: u64 = 1 << 14;

/// What one comparison found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    pair: String,
    distance_m: f64,
    draws: u64,
    alpha: f64,
    p: f64,
    q: f64,
    lower_bound: f64,
    claim: f64,
    broken: bool,
}

impl Estimate {
    /// What hits among the draws at either place certify.
    pub(super) fn new(
        name: &str,
        distance_m: f64,
        at_x: u64,
        at_other: u64,
        claim: f64,
        comparison: &Comparison,
    ) -> Self {
        let &Comparison { draws, alpha, .. } = comparison;
        let bound = libm::log(lower_bound(at_x, draws, alpha / 2.0) / upper_bound(at_other, draws, alpha / 2.0));
        Self::with_bound(name, distance_m, (at_x, at_other), bound, claim, comparison)
    }

    /// What was found, with its bound.
    pub(super) fn with_bound(
        name: &str,
        distance_m: f64,
        (at_x, at_other): (u64, u64),
        bound: f64,
        claim: f64,
        &Comparison { draws, alpha, .. }: &Comparison,
    ) -> Self {
        Self {
            pair: name.to_owned(),
            distance_m,
            draws,
            alpha,
            p: at_x as f64 / draws as f64,
            q: at_other as f64 / draws as f64,
            lower_bound: bound,
            claim,
            broken: bound > claim,
        }
    }

    /// The pair's name.
    #[must_use]
    pub fn pair(&self) -> &str {
        &self.pair
    }

    /// The geodesic distance of the pair in metres.
    #[must_use]
    pub fn distance_m(&self) -> f64 {
        self.distance_m
    }

    /// The share of the draws at x that fell into the event.
    #[must_use]
    pub fn p(&self) -> f64 {
        self.p
    }

    /// The share of the draws at x′ that fell into the event.
    #[must_use]
    pub fn q(&self) -> f64 {
        self.q
    }

    /// The certified lower bound on the privacy loss; minus infinity when no draw at x fell into the event. It exceeds
    /// the true loss with probability at most [`alpha`](Self::alpha).
    #[must_use]
    pub fn lower_bound(&self) -> f64 {
        self.lower_bound
    }

    /// This comparison's share of the run's false-alarm rate.
    #[must_use]
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The privacy loss that the mechanism claims not to exceed.
    #[must_use]
    pub fn claim(&self) -> f64 {
        self.claim
    }

    /// The certified share of the claim: an honest, tight mechanism has a little less than one.
    #[must_use]
    pub fn certified_share(&self) -> f64 {
        self.lower_bound.max(0.0) / self.claim
    }

    /// Whether the certified loss exceeds the claim.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken
    }
}

/// A lower bound on the privacy loss of a mechanism between the two places of a pair, from draws alone.
///
/// `mechanism` maps a true place to an output by coins: this crate's, or anyone's. `claim` is the loss that it claims
/// for the pair's distance, as [`PlanarLaplace::loss_at_m`](crate::PlanarLaplace::loss_at_m). The claim is broken if the
/// bound exceeds it.
///
/// The event is S = {o : D(o, x′) − D(o, x) ≥ 0.95·D(x, x′)}, D the distance on the sphere; with hits k of n draws at x
/// and m at x′ the bound is ln(p/q), p the Clopper–Pearson lower bound for k and q the upper for m, each at half of the
/// comparison's false-alarm rate. It is valid for every mechanism whatever; planar Laplace is nearly extremal on S.
/// Where the loss on the sphere is the whole claim, at [`BEST_LOSS`](super::BEST_LOSS) and α = 10⁻⁶, an honest mechanism
/// certifies 92.1 % of it with 10⁵ draws, 93.9 % with 2·10⁵, 96.3 % with 10⁶, and 98.3 % is the most that S shows. One that
/// is a tenth too quiet is called broken with probability 99.997 % by a single comparison of 2·10⁵ draws.
///
/// The work is spread over all processors; the result depends on the seed alone.
///
/// # Citation
///
/// D. Bichsel, S. Steffen, I. Bogunovic, M. Vechev, "DP-Sniper: black-box discovery of differential privacy violations
/// using classifiers" (IEEE S&P 2021): lower bounds by an event and confidence intervals.
///
/// # Example
///
/// See the [module](super).
pub fn empirical_epsilon<M>(mechanism: &M, pair: &Pair, claim: f64, comparison: Comparison) -> Estimate
where
    M: Fn(&Place, &mut dyn CryptoRng) -> LatticePoint + Sync,
{
    let event = Event::new(pair.x().position(), pair.other().position());
    let hits = |truth, arm| {
        count(comparison.draws, |part, draws| {
            let mut coins = ChaCha20Rng::from_seed(comparison.key(arm, part));
            [(0..draws).filter(|_| event.holds(&mechanism(truth, &mut coins).centre())).count() as u64]
        })
    };
    let ([at_x], [at_other]) = (hits(pair.x(), 0), hits(pair.other(), 1));
    Estimate::new(pair.name(), pair.distance_m(), at_x, at_other, claim, &comparison)
}

/// The event S: outputs that are nearer to one place than to another by almost all of their distance.
struct Event {
    x: UnitVector,
    other: UnitVector,
    least_rad: f64,
}

impl Event {
    fn new(x: &Position, other: &Position) -> Self {
        let least_rad = SHARE * x.great_circle_distance_m(other) / EARTH_RADIUS_M;
        Self { x: UnitVector::new(x), other: UnitVector::new(other), least_rad }
    }

    fn holds(&self, output: &Position) -> bool {
        let output = UnitVector::new(output);
        self.other.angle_rad(&output) - self.x.angle_rad(&output) >= self.least_rad
    }
}

/// The hits of each event over all parts of the draws, on all processors: `part` is given its number and how many draws
/// are its own.
pub(super) fn count<const EVENTS: usize>(draws: u64, part: impl Fn(u64, u64) -> [u64; EVENTS] + Sync) -> [u64; EVENTS] {
    let (next, hits) = (AtomicU64::new(0), [const { AtomicU64::new(0) }; EVENTS]);
    let parts = draws.div_ceil(DRAWS_PER_PART);
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= parts {
                break;
            }
            let found = part(number, DRAWS_PER_PART.min(draws - number * DRAWS_PER_PART));
            for (hits, found) in hits.iter().zip(found) {
                hits.fetch_add(found, Ordering::Relaxed);
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(parts as usize);
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    hits.map(AtomicU64::into_inner)
}
