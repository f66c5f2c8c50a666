//! What a number of fresh draws at one place leaves, by drawing them.

use rand::SeedableRng;
use rand::rngs::ChaCha20Rng;
use serde::Serialize;

use super::Spread;
use super::average::{average, average_error_m};
use super::geometric_median::geometric_median;
use crate::audit::Place;
use crate::audit::projection::Projection;
use crate::fix::FixError;
use crate::mechanism::PlanarLaplace;

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
    /// The geometric median's error, drawn: the best attack on planar Laplace noise.
    pub geometric_median_m: Spread,
}

/// Draws so many times from a noise at one place, guesses the place from the draws, and does so again and again.
///
/// # Errors
///
/// None for any argument: the place of the draws is fixed, and the law is the same everywhere.
///
/// # Example
///
/// ```
/// use hereabouts::PlanarLaplace;
/// use hereabouts::audit::attack::fresh_draws;
///
/// let noise = PlanarLaplace::new(1.0, 200.0)?;
/// let month = fresh_draws(&noise, 30, 1_000, 1)?;
/// assert_eq!(month.average_exact_m.round(), 79.0);
/// assert!(month.geometric_median_m.mean < month.average_m.mean);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fresh_draws(noise: &PlanarLaplace, draws: u32, trials: u32, seed: u64) -> Result<FreshDraws, FixError> {
    let place = Place::new(0.0, 0.0)?;
    let projection = Projection::about([place.position()]);
    let middle = projection.plane(place.position());
    let mut coins = ChaCha20Rng::seed_from_u64(seed);
    let (mut averages, mut medians) = (Vec::new(), Vec::new());
    for _ in 0..trials {
        let points: Vec<_> =
            (0..draws).map(|_| (projection.plane(&noise.perturb(place.fix(), &mut coins).centre()), 1.0)).collect();
        averages.extend(average(&points).map(|guess| guess.distance_m(&middle)));
        medians.extend(geometric_median(&points).map(|guess| guess.distance_m(&middle)));
    }
    Ok(FreshDraws {
        scale_m: noise.scale_m(),
        draws,
        average_exact_m: average_error_m(noise.scale_m(), draws),
        average_m: Spread::of(averages).unwrap_or_default(),
        geometric_median_m: Spread::of(medians).unwrap_or_default(),
    })
}
