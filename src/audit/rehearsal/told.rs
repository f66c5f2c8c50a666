//! [`Told`]: something that an adversary holds, beside the truth; and who else could have told it.

use jiff::Timestamp;
use rand::rngs::ChaCha20Rng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;

use super::{Moment, RehearsalError};
use crate::audit::Place;
use crate::audit::attack::Observation;
use crate::audit::projection::{Plane, Projection};
use crate::mechanism::Noise;
use crate::randomness::Randomness;
use crate::sphere::Position;

/// Something that an adversary holds, beside what the phone alone knows of it.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub(crate) observation: Observation,
    /// The time that was told: of a naive idea, that of the fix itself.
    pub(crate) stamp: Observation,
    pub(crate) truth: Place,
    pub(crate) time: Timestamp,
    pub(crate) purpose: usize,
    /// Whether its noise was drawn for it.
    pub(crate) is_draw: bool,
}

impl Told {
    /// What makes two true places the same.
    pub(crate) fn truth_id(&self) -> [u64; 2] {
        let place = self.truth.position();
        [place.latitude_deg().to_bits(), place.longitude_deg().to_bits()]
    }
}

/// What an app might send instead, on the same ticks and to the second: ideas that have all been built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Naive {
    /// The fixes themselves.
    Raw,
    /// One draw of the policy's noise for good, added to each fix.
    FixedOffset,
    /// Each fix moved anew to anywhere within a disc that moves it as far on average as the policy's noise.
    Jitter,
    /// The policy's noise, drawn anew on every tick, without a budget.
    FreshNoise,
}

/// A uniform place in a disc lies two thirds of its radius from the middle, on average.
const DISC_PER_MEAN: f64 = 1.5;

impl Naive {
    /// Every idea.
    pub const ALL: [Self; 4] = [Self::Raw, Self::FixedOffset, Self::Jitter, Self::FreshNoise];

    pub(crate) fn told(self, moments: &[Moment], noises: &[Noise], seed: u64) -> Result<Vec<Told>, RehearsalError> {
        let mut coins = ChaCha20Rng::seed_from_u64(seed);
        let mut randomness = Randomness::repeatable(seed);
        let origin = Place::new(0.0, 0.0)?;
        let about_origin = Projection::about([origin.position()]);
        let offsets: Vec<Plane> = noises
            .iter()
            .map(|noise| Ok(about_origin.plane(&noise.perturb(origin.fix(), &mut randomness)?.centre())))
            .collect::<Result<_, RehearsalError>>()?;
        let told = |moment: &Moment| {
            let noise = noises.get(moment.purpose)?;
            let observed = |place: &Position| Observation::of_noised_place(place, noise.scale_m(), moment.time);
            let truth = moment.truth.position();
            let observation = match self {
                Self::Raw => moment.raw,
                Self::FixedOffset => observed(&moved(truth, offsets.get(moment.purpose)?)),
                Self::Jitter => {
                    let radius_m = DISC_PER_MEAN * noise.mean_error_m() * coins.random::<f64>().sqrt();
                    let (north, east) = (core::f64::consts::TAU * coins.random::<f64>()).sin_cos();
                    observed(&moved(truth, &Plane { east_m: radius_m * east, north_m: radius_m * north }))
                }
                Self::FreshNoise => {
                    let drawn = noise.perturb(moment.truth.fix(), &mut randomness).ok()?;
                    observed(&drawn.centre())
                }
            };
            Some(Told {
                observation,
                stamp: moment.stamp,
                truth: moment.truth,
                time: moment.time,
                purpose: moment.purpose,
                is_draw: matches!(self, Self::Jitter | Self::FreshNoise),
            })
        };
        Ok(moments.iter().filter_map(told).collect())
    }

    /// Whether a phone at a place could have sent an output.
    pub(crate) fn could_have_sent(self, noise: &Noise, place: &Place, seen: &Observation) -> bool {
        match self {
            Self::Raw => crate::audit::attack::could_have_sent(None, place, seen),
            Self::FixedOffset => true,
            Self::Jitter => {
                place.position().great_circle_distance_m(seen.position()) <= DISC_PER_MEAN * noise.mean_error_m() + 1e-3
            }
            Self::FreshNoise => crate::audit::attack::could_have_sent(Some(noise), place, seen),
        }
    }
}

fn moved(place: &Position, offset: &Plane) -> Position {
    Projection::about([place]).position(offset)
}
