//! What a number of fresh draws at one place leaves, by drawing them.

use core::f64::consts::PI;

use jiff::Timestamp;
use serde::Serialize;

use super::Spread;
use super::average::{average, average_error_m};
use super::geometric_median::geometric_median;
use crate::audit::projection::Projection;
use crate::fix::Fix;
use crate::mechanism::Noise;
use crate::randomness::{Randomness, RandomnessError};
use crate::sphere::Position;

/// What is left of one's place after so many fresh draws there, were there no cells: errors in metres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FreshDraws {
    /// The noise's scale in metres.
    pub scale_m: f64,
    /// How many draws there were.
    pub draws: u32,
    /// The average's mean error, exactly: [`average_error_m`].
    pub average_exact_m: f64,
    /// The average's error, drawn.
    pub average_m: Spread,
    /// The geometric median's error, drawn: the best attack on planar Laplace noise; on Gaussian noise, the average is.
    pub geometric_median_m: Spread,
}

/// Draws so many times from a noise at one place, guesses the place from the draws, and does so again and again.
///
/// # Errors
///
/// None for a known noise: seeded noise needs no random numbers of the system.
///
/// # Example
///
/// ```
/// use hereabouts::{Noise, PlanarLaplace};
/// use hereabouts::audit::attack::fresh_draws;
///
/// let noise = Noise::from(PlanarLaplace::new(1.0, 200.0 / 1.005615)?); // b = 200 m
/// let month = fresh_draws(&noise, 30, 1_000, 1)?;
/// assert_eq!(month.average_exact_m.round(), 79.0);
/// assert!(month.geometric_median_m.mean < month.average_m.mean);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fresh_draws(noise: &Noise, draws: u32, trials: u32, seed: u64) -> Result<FreshDraws, RandomnessError> {
    // The law is the same everywhere.
    let place = Position::new(0.0, 0.0);
    let Ok(fix) = Fix::wgs84(0.0, 0.0, None, Timestamp::UNIX_EPOCH) else { return Err(RandomnessError) };
    let projection = Projection::about([&place]);
    let middle = projection.plane(&place);
    let mut randomness = Randomness::repeatable(seed);
    let (mut averages, mut medians) = (Vec::new(), Vec::new());
    for _ in 0..trials {
        let points: Vec<_> = (0..draws)
            .map(|_| Ok((projection.plane(&noise.perturb(&fix, &mut randomness)?.centre()), 1.0)))
            .collect::<Result<_, RandomnessError>>()?;
        averages.extend(average(&points).map(|guess| guess.distance_m(&middle)));
        medians.extend(geometric_median(&points).map(|guess| guess.distance_m(&middle)));
    }
    Ok(FreshDraws {
        scale_m: noise.scale_m(),
        draws,
        average_exact_m: match noise {
            Noise::PlanarLaplace(noise) => average_error_m(noise.scale_m(), draws),
            // A normal number in each direction: Rayleigh's mean.
            Noise::Gaussian(noise) => noise.scale_m() * (PI / (2.0 * f64::from(draws))).sqrt(),
        },
        average_m: Spread::of(averages).unwrap_or_default(),
        geometric_median_m: Spread::of(medians).unwrap_or_default(),
    })
}
