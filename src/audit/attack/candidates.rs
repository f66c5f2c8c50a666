//! Candidates: which places could have given all outputs.

use rand::CryptoRng;

use crate::audit::{Pair, Place, reaches, reaches_in_space};
use crate::fix::FixError;
use crate::mechanism::Noise;
use crate::sphere::Position;

use super::Observation;

/// Places around one, on a spiral, the first of them the place itself: one each so many metres of the way from it to
/// `radius_m`, so that near ones are many.
///
/// # Errors
///
/// [`FixError`] if the radius is not a number.
pub fn candidates(around: &Place, count: u32, radius_m: f64) -> Result<Vec<Place>, FixError> {
    // The golden angle: no two on one bearing.
    (0..count)
        .map(|index| {
            around.towards(f64::from(index) * 137.507_764 % 360.0, f64::from(index) / f64::from(count) * radius_m)
        })
        .collect()
}

/// How many of some candidates could have given every one of some outputs.
///
/// # Example
///
/// ```
/// use hereabouts::audit::Place;
/// use hereabouts::audit::attack::{Observation, candidates, could_have_sent, remaining};
///
/// let truth = Place::new(52.0907, 5.1214)?;
/// let candidates = candidates(&truth, 100, 2_000.0)?;
/// let raw = Observation::of_place(&truth, "2024-06-20T12:00:00Z".parse()?);
/// assert_eq!(remaining(&candidates, &[raw], |place, seen| could_have_sent(None, place, seen)), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn remaining<O>(candidates: &[Place], outputs: &[O], could: impl Fn(&Place, &O) -> bool) -> usize {
    candidates.iter().filter(|place| outputs.iter().all(|seen| could(place, seen))).count()
}

/// Whether a phone at a candidate place could have sent an output: with a noise, if its sampler can carry a draw from the
/// place to the middle of the output's cell, which is asked of the sampler itself ([`reaches`], [`reaches_in_space`]); raw, if the output *is* the
/// place.
#[must_use]
pub fn could_have_sent(noise: Option<&Noise>, place: &Place, seen: &Observation) -> bool {
    match noise {
        Some(noise) => {
            let Ok(middle) = Place::new(seen.position().latitude_deg(), seen.position().longitude_deg()) else {
                return false;
            };
            let pair = Pair::new("", *place, middle);
            match noise {
                Noise::PlanarLaplace(noise) => {
                    let draw = |truth: &Place, coins: &mut dyn CryptoRng| noise.perturb(truth.fix(), coins);
                    reaches(&draw, noise, &pair)
                }
                Noise::Gaussian(noise) => reaches_in_space(noise, &pair),
            }
        }
        None => same(place.position(), seen.position()),
    }
}

/// The same place but for the rounding of one step of arithmetic.
fn same(one: &Position, other: &Position) -> bool {
    one.great_circle_distance_m(other) < 1e-6
}
