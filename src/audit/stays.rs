//! Whole traces: what the answers of a test of hold certify about its privacy loss, however long a stay is.

use rand::CryptoRng;
use rand::SeedableRng;
use rand::rngs::ChaCha20Rng;

use super::estimate::{Estimate, count};
use super::place::Place;
use super::run::Comparison;
use crate::fix::FixError;
use crate::lattice::LatticePoint;
use crate::mechanism::Hold;
use crate::randomness::{Randomness, RandomnessError};

/// What ε·Δ(d)/Δ(r) traces are audited at: the share of the loss that they certify is greatest near it.
const BEST_STAY_LOSS: f64 = 3.0;

/// What is observed of a stay: how it went on a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayEvent {
    /// The output still stood after the last tick.
    Held,
    /// The output stood until the last tick, which released another.
    Released,
}

/// Two traces of which corresponding places lie at most a distance apart, the output that stands at their beginning, and
/// the event that they are compared by.
#[derive(Clone, Debug, PartialEq)]
pub struct Traces {
    name: String,
    output: LatticePoint,
    x: Vec<Place>,
    other: Vec<Place>,
    distance_m: f64,
    event: StayEvent,
}

impl Traces {
    /// What the traces are called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The output that stands before the first tick.
    #[must_use]
    pub fn output(&self) -> &LatticePoint {
        &self.output
    }

    /// One trace: a place on each tick.
    #[must_use]
    pub fn x(&self) -> &[Place] {
        &self.x
    }

    /// The other trace.
    #[must_use]
    pub fn other(&self) -> &[Place] {
        &self.other
    }

    /// The most that corresponding places lie apart, in geodesic metres.
    #[must_use]
    pub fn distance_m(&self) -> f64 {
        self.distance_m
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> StayEvent {
        self.event
    }
}

/// The fixed set of neighbouring traces for a test of hold, of up to 50 ticks: where what they tell apart is greatest.
///
/// A trace stays somewhat within the distance of the test, so that each tick is answered "near" by luck alone, and is
/// beyond it on the last; its neighbour is farther away on every tick but the last, and nearer then. So each answer speaks
/// for the first. Of "still held at tick 50" the whole loss is a third of the claim, for the threshold alone shows.
///
/// # Errors
///
/// [`FixError`] never, for these are places.
///
/// # Example
///
/// ```
/// use hereabouts::Hold;
/// use hereabouts::audit::traces;
///
/// let hold = Hold::new(10_000.0, 0.5, 200.0)?;
/// for traces in traces(&hold, 200.0)? {
///     assert!(traces.distance_m() < 1_200.1, "{}", traces.name()); // the claim there is 3
///     assert_eq!(traces.x().len(), traces.other().len());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn traces(hold: &Hold, radius_m: f64) -> Result<Vec<Traces>, FixError> {
    let places = [
        // Northwards from the equator a step on the sphere is longest for its geodesic length.
        ("equator, north", 0.0, (0.0, 32.6)),
        ("Utrecht, east", 90.0, (52.0907, 5.1214)),
        ("past the north pole", 0.0, (89.99, 0.0)),
        ("across the antimeridian", 90.0, (-17.0, 179.999)),
    ];
    let events = [(10, 0.5, StayEvent::Released), (50, 2.5, StayEvent::Released), (50, 3.0, StayEvent::Held)];
    let mut all = Vec::new();
    for (index, (name, bearing_deg, (latitude_deg, longitude_deg))) in places.into_iter().enumerate() {
        // Every event at the first place, where it is seen best; elsewhere the one that is seen best.
        for (ticks, within, event) in events.into_iter().take(if index == 0 { events.len() } else { 1 }) {
            let output = LatticePoint::nearest(Place::new(latitude_deg, longitude_deg)?.position());
            let centre = Place::new(output.centre().latitude_deg(), output.centre().longitude_deg())?;
            let apart_m = BEST_STAY_LOSS * radius_m / hold.loss().epsilon();
            // In scales of the noise from the distance that is tested: before the last tick inside, then outside.
            let near_m = (hold.within_m() - within * hold.scale_m()).max(0.0);
            let far_m = hold.within_m() + 0.5 * hold.scale_m();
            let trace = |near_m: f64, far_m: f64| -> Result<Vec<Place>, FixError> {
                let last_m = if event == StayEvent::Held { near_m } else { far_m };
                let (near, last) = (centre.towards(bearing_deg, near_m)?, centre.towards(bearing_deg, last_m)?);
                Ok((1..ticks).map(|_| near).chain([last]).collect())
            };
            let did = match event {
                StayEvent::Held => "still held at",
                StayEvent::Released => "released at",
            };
            all.push(Traces {
                name: format!("{name}: {did} tick {ticks}"),
                output,
                x: trace(near_m, far_m)?,
                other: trace(near_m + apart_m, (far_m - apart_m).max(0.0))?,
                distance_m: apart_m.min(far_m),
                event,
            });
        }
    }
    Ok(all)
}

/// Plays a stay by the test itself: the tick, counted from 1, that ended it, if one did.
///
/// Its noise is drawn as on a device, so no seed repeats it.
///
/// # Errors
///
/// [`RandomnessError`] if the operating system gives no random numbers.
pub fn stay(hold: &Hold, trace: &[Place], output: &LatticePoint) -> Result<Option<usize>, RandomnessError> {
    let mut randomness = Randomness::from_system()?;
    let threshold_noise_cm = hold.threshold_noise_cm(&mut randomness)?;
    for (index, place) in trace.iter().enumerate() {
        if !hold.is_near(place.fix(), output, threshold_noise_cm, &mut randomness)? {
            return Ok(Some(index + 1));
        }
    }
    Ok(None)
}

/// A lower bound on the privacy loss of a test of hold between two traces, from stays alone.
///
/// `mechanism` plays a stay on a trace and tells the tick that ended it, if one did: [`stay`], or anyone's. `claim` is the
/// loss that it claims, as [`Hold::loss_at_m`]. With hits k of n stays on one trace and m on the other the bound is ln(p/q),
/// with Clopper–Pearson bounds as in [`empirical_epsilon`](super::empirical_epsilon).
///
/// On the equator northwards an honest test certifies 87 % of its claim with 2·10⁵ stays at α = 10⁻⁶, so one that is a
/// fifth too quiet is caught. What it cannot see: see `docs/guarantees.md`.
pub fn empirical_epsilon_of_stays<M>(mechanism: &M, traces: &Traces, claim: f64, comparison: Comparison) -> Estimate
where
    M: Fn(&[Place], &LatticePoint, &mut dyn CryptoRng) -> Option<usize> + Sync,
{
    let happened = |ended: Option<usize>| match traces.event {
        StayEvent::Held => ended.is_none(),
        StayEvent::Released => ended == Some(traces.x.len()),
    };
    let hits = |trace: &[Place], arm| {
        count(comparison.draws, |part, stays| {
            let mut coins = ChaCha20Rng::from_seed(comparison.key(arm, part));
            [(0..stays).filter(|_| happened(mechanism(trace, &traces.output, &mut coins))).count() as u64]
        })
    };
    let ([on_x], [on_other]) = (hits(&traces.x, 0), hits(&traces.other, 1));
    Estimate::new(&traces.name, traces.distance_m, on_x, on_other, claim, &comparison)
}

#[cfg(test)]
mod tests;
