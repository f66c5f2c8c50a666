//! [`Counted`]: how often the same output counts.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Observation;

/// How often the same output counts. An output that stands, or is recalled, was drawn only once; but how long it stands,
/// and how often it is recalled, says that it is near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counted {
    /// Every time it was told: right where each is a new draw; else it weighs by how long an output stood.
    EveryOutput,
    /// Once for each visit: being told again after six hours begins a new one. It weighs by how often one came back to it.
    EveryVisit,
    /// Once: right where repetition adds nothing.
    DistinctOutputs,
}

/// One who is away for so long has gone and come back.
const BREAK: SignedDuration = SignedDuration::from_hours(6);

impl Counted {
    /// Every distinct output with its count, of observations in the order of their times.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::audit::Place;
    /// use hereabouts::audit::attack::{Counted, Observation};
    ///
    /// let place = Place::new(52.0907, 5.1214)?;
    /// let times = ["2024-06-20T01:00:00Z", "2024-06-20T02:00:00Z", "2024-06-21T01:00:00Z"];
    /// let seen: Vec<_> = times.map(|time| Observation::of_place(&place, time.parse().unwrap())).to_vec();
    /// let count = |counted: Counted| counted.count(&seen)[0].1;
    /// assert_eq!(count(Counted::EveryOutput), 3.0);
    /// assert_eq!(count(Counted::EveryVisit), 2.0);
    /// assert_eq!(count(Counted::DistinctOutputs), 1.0);
    /// # Ok::<(), hereabouts::FixError>(())
    /// ```
    #[must_use]
    pub fn count(self, observations: &[Observation]) -> Vec<(Observation, f64)> {
        let mut outputs: BTreeMap<[u64; 2], (Observation, f64, Timestamp)> = BTreeMap::new();
        for seen in observations {
            let counted = outputs.get_mut(&seen.id());
            let Some((_, count, last)) = counted else {
                outputs.insert(seen.id(), (*seen, 1.0, seen.end()));
                continue;
            };
            let is_another = match self {
                Self::EveryOutput => true,
                Self::EveryVisit => seen.begin().duration_since(*last) >= BREAK,
                Self::DistinctOutputs => false,
            };
            *count += f64::from(u8::from(is_another));
            *last = seen.end();
        }
        outputs.into_values().map(|(output, count, _)| (output, count)).collect()
    }
}
