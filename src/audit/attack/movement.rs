//! Movement between outputs: whether their differences show the way, though each is off.

use super::Observation;
use crate::audit::projection::Projection;
use crate::sphere::Position;

/// How far each movement between two successive outputs that differ is off, in metres: the length of what it is said to be
/// less what it was. Each observation comes with the true place behind it.
///
/// One offset for all would give 0 m, however large it is.
///
/// # Example
///
/// ```
/// use hereabouts::audit::Place;
/// use hereabouts::audit::attack::{Observation, movement_errors_m};
///
/// let noon = "2024-06-20T12:00:00Z".parse()?;
/// let places = [Place::new(52.09, 5.12)?, Place::new(52.01, 4.36)?];
/// let raw = places.map(|place| (Observation::of_place(&place, noon), *place.position()));
/// assert_eq!(movement_errors_m(&raw), [0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn movement_errors_m(observations: &[(Observation, Position)]) -> Vec<f64> {
    let mut outputs: Vec<_> = observations.iter().collect();
    outputs.dedup_by_key(|(seen, _)| seen.id());
    let error_m = |pair: &[&(Observation, Position)]| {
        let [(from, true_from), (to, true_to)] = pair else { return None };
        let projection = Projection::about([from.position(), to.position(), true_from, true_to]);
        let [from, to, true_from, true_to] =
            [from.position(), to.position(), true_from, true_to].map(|place| projection.plane(place));
        let east = (to.east_m - from.east_m) - (true_to.east_m - true_from.east_m);
        let north = (to.north_m - from.north_m) - (true_to.north_m - true_from.north_m);
        Some(east.hypot(north))
    };
    outputs.windows(2).filter_map(error_m).collect()
}
