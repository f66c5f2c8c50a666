//! The estimator for Gaussian noise: what draws alone certify about its ρ, and what its shifts say of it exactly.

use rand::rngs::ChaCha20Rng;
use rand::{CryptoRng, SeedableRng};
use statrs::distribution::{ContinuousCDF, Normal};

use super::estimate::{Estimate, count};
use super::interval::{lower_bound, upper_bound};
use super::place::{Pair, Place};
use super::run::Comparison;
use crate::lattice::LatticePoint;
use crate::mechanism::{Gaussian, earth_centred};
use crate::sphere::Position;

/// Where space is cut between the two places: in the middle, and by a third of their distance nearer to either. The middle
/// certifies most of Gaussian noise; the others see noise that is Gaussian in the middle and thin farther out.
const CUTS: [f64; 3] = [-1.0 / 3.0, 0.0, 1.0 / 3.0];

/// A lower bound on the ρ of a mechanism between the two places of a pair, from draws alone, for noise that claims to be
/// Gaussian.
///
/// `claim` is the ρ that it claims for the pair's distance, as
/// [`Gaussian::loss_at_m`](crate::Gaussian::loss_at_m). The claim is broken if the bound exceeds it.
///
/// What is compared is the trade-off curve, a stronger claim than ρ-zCDP: that between the two places no test does better
/// than between two normal laws μ = √(2ρ) standard deviations apart (μ-GDP). That is so for this crate's noise, whose σ is
/// thousands of units: its probabilities are a normal law's, taken at half units, to 10⁻⁸. For the event that the
/// output lies on the side of x of a plane across the line through both, with p the Clopper–Pearson lower bound of its
/// probability at x and q the upper at x′, Φ⁻¹(p) − Φ⁻¹(q) is a lower bound on μ, and half its square one on ρ. Three
/// planes are tried on the same draws; each gets a third of the comparison's false-alarm rate, half of that for either bound.
///
/// At [`BEST_SHIFT`](super::BEST_SHIFT), with 2·10⁵ draws and α = 10⁻⁶, an honest mechanism certifies 97.1 % of its ρ; one
/// that is 2.5 % too quiet is called broken with probability above 99.99 %. (By ρ-zCDP itself, D_α ≤ αρ for
/// these two probabilities, honest noise would certify less than two thirds of ρ, and a tenth would not be seen.)
///
/// # Citation
///
/// J. Dong, A. Roth, W. Su, "Gaussian differential privacy" (JRSS B 84, 2022), sections 2.2 and 2.3; M. Nasr, J. Hayes,
/// T. Steinke, et al., "Tight auditing of differentially private machine learning" (USENIX Security 2023), section 4, for
/// the bound on μ from Clopper–Pearson intervals.
///
/// # Example
///
/// ```
/// use hereabouts::Gaussian;
/// use hereabouts::audit::{BEST_SHIFT, Place, Run, empirical_rho, pairs};
///
/// let claimed = Gaussian::new(0.1, 200.0)?;
/// let actual = Gaussian::new(0.2, 200.0)?; // less noise than was promised
/// let pair = &pairs(BEST_SHIFT * claimed.scale_m())?[0];
/// let draw = |truth: &Place, _: &mut dyn rand::CryptoRng| actual.perturb(truth.fix()).unwrap();
/// let comparison = Run::new(20_000, 1e-6, 1, 42)?.comparisons().next().unwrap();
/// let estimate = empirical_rho(&draw, pair, claimed.loss_at_m(pair.distance_m()), comparison);
/// assert!(estimate.is_broken()); // the claim is 4.5; at least this much is certain:
/// assert!(estimate.lower_bound() > 7.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn empirical_rho<M>(mechanism: &M, pair: &Pair, claim: f64, comparison: Comparison) -> Estimate
where
    M: Fn(&Place, &mut dyn CryptoRng) -> LatticePoint + Sync,
{
    let planes = Planes::new(pair.x().position(), pair.other().position());
    let hits = |truth, arm| {
        count(comparison.draws, |part, draws| {
            let mut coins = ChaCha20Rng::from_seed(comparison.key(arm, part));
            let mut hits = [0; CUTS.len()];
            for _ in 0..draws {
                planes.count(&mechanism(truth, &mut coins).centre(), &mut hits);
            }
            hits
        })
    };
    let (at_x, at_other) = (hits(pair.x(), 0), hits(pair.other(), 1));
    let (draws, alpha) = (comparison.draws, comparison.alpha / CUTS.len() as f64);
    let bounds = at_x.into_iter().zip(at_other).map(|(at_x, at_other)| {
        let (p, q) = (lower_bound(at_x, draws, alpha / 2.0), upper_bound(at_other, draws, alpha / 2.0));
        (rho_of_shift(normal_quantile(p) - normal_quantile(q)), (at_x, at_other))
    });
    let best = bounds.fold((f64::NEG_INFINITY, (0, 0)), |best, next| if next.0 > best.0 { next } else { best });
    let (bound, (at_x, at_other)) = best;
    Estimate::with_bound(pair.name(), pair.distance_m(), (at_x, at_other), bound, claim, &comparison)
}

/// ρ of two normal laws μ standard deviations apart; negative if μ is.
fn rho_of_shift(shift: f64) -> f64 {
    shift * shift.abs() / 2.0
}

/// Φ⁻¹
fn normal_quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// The planes across the line through two places in space.
struct Planes {
    /// Of unit length, towards x.
    towards_x: [f64; 3],
    cuts_m: [f64; CUTS.len()],
}

impl Planes {
    fn new(x: &Position, other: &Position) -> Self {
        let (x, other) = (in_space(x), in_space(other));
        let line: [f64; 3] = core::array::from_fn(|axis| x[axis] - other[axis]);
        let length_m = dot(&line, &line).sqrt();
        let towards_x = line.map(|part| part / length_m);
        let middle_m = f64::midpoint(dot(&towards_x, &x), dot(&towards_x, &other));
        Self { towards_x, cuts_m: CUTS.map(|share| middle_m + share * length_m) }
    }

    /// Counts an output for each plane on whose side of x it lies.
    fn count(&self, output: &Position, hits: &mut [u64; CUTS.len()]) {
        let along_m = dot(&self.towards_x, &in_space(output));
        for (hits, cut_m) in hits.iter_mut().zip(self.cuts_m) {
            *hits += u64::from(along_m >= cut_m);
        }
    }
}

fn in_space(place: &Position) -> [f64; 3] {
    earth_centred::from_geodetic(place.latitude_deg(), place.longitude_deg())
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The ρ of Gaussian noise between the two places of a pair, exactly and without a draw: Δ²/2σ², Δ the distance of their
/// whole coordinates in space, which are what the noise is added to.
///
/// It sees a σ that is too small and a claim that leaves out what rounding adds; it does not see the sampler.
///
/// # Example
///
/// ```
/// use hereabouts::Gaussian;
/// use hereabouts::audit::{pairs, shift_loss};
///
/// let noise = Gaussian::new(0.1, 200.0)?;
/// for pair in pairs(200.0)? {
///     assert!(shift_loss(&noise, &pair) <= noise.loss_at_m(200.0));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn shift_loss(noise: &Gaussian, pair: &Pair) -> f64 {
    noise.loss_of_shift(pair.x().fix(), pair.other().fix())
}

/// Whether some noise carries a draw at x to the lattice point that x′ itself lies in. Every whole shift has positive
/// probability; so that output does not tell the two for certain.
#[must_use]
pub fn reaches_in_space(noise: &Gaussian, pair: &Pair) -> bool {
    noise.carries(pair.x().fix(), LatticePoint::nearest(pair.other().position()))
}

#[cfg(test)]
mod tests;
