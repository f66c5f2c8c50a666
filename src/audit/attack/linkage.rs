//! Linkage: whether the time of an observation gives away which fix of another log it is.

use jiff::Timestamp;
use serde::Serialize;

use super::Observation;

/// How many observations another log of the same phone gives a name to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Linkage {
    /// The observations.
    pub observations: u64,
    /// Those whose time fits one entry of the log and no other.
    pub linked: u64,
}

impl Linkage {
    /// The share that is linked; zero of none.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.observations == 0 { 0.0 } else { self.linked as f64 / self.observations as f64 }
    }
}

/// Links observations to a log by time alone. `entries` counts the log's entries from a time on, up to and without another;
/// a raw observation fits the entries of its very second.
///
/// # Example
///
/// ```
/// use hereabouts::audit::Place;
/// use hereabouts::audit::attack::{Observation, linkage};
///
/// let noon = "2024-06-20T12:00:00Z".parse()?;
/// let log = [noon];
/// let raw = Observation::of_place(&Place::new(52.09, 5.12)?, noon);
/// let entries = |from, to| log.iter().filter(|&&time| time >= from && time < to).count();
/// assert_eq!(linkage(&[raw], entries).share(), 1.0); // a copied time links
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn linkage(observations: &[Observation], entries: impl Fn(Timestamp, Timestamp) -> usize) -> Linkage {
    let is_linked = |seen: &&Observation| {
        let second_later = seen.begin().as_second().saturating_add(1);
        let end = if seen.end() > seen.begin() {
            seen.end()
        } else {
            Timestamp::from_second(second_later).unwrap_or(Timestamp::MAX)
        };
        entries(seen.begin(), end) == 1
    };
    Linkage { observations: observations.len() as u64, linked: observations.iter().filter(is_linked).count() as u64 }
}
