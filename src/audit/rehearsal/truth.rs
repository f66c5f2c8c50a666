//! [`Truth`]: where home and work really are, from the raw journey.

use jiff::{SignedDuration, Timestamp};

use super::RehearsalError;
use crate::audit::Journey;
use crate::audit::attack::{Anchor, Counted, Estimator, Observation, Rule};
use crate::sphere::Position;

/// Where home and work are: the geometric median of the minutes spent at the place where the journey shows one longest at
/// the hours of each.
#[derive(Clone, Copy)]
pub(crate) struct Truth {
    pub(crate) home: Option<Position>,
    pub(crate) work: Option<Position>,
}

/// At most so many looks at the journey; at least a minute lies between two.
const MOST_LOOKS: i64 = 50_000;

/// One who stays shorter in all passes by.
const SHORTEST_STAY: SignedDuration = SignedDuration::from_hours(3);

impl Truth {
    pub(crate) fn of(journey: &Journey) -> Result<Self, RehearsalError> {
        let length_s = journey.end().duration_since(journey.begin()).as_secs();
        let step = SignedDuration::from_secs((length_s / MOST_LOOKS).max(60));
        let mut seen = Vec::new();
        let mut time = journey.begin();
        while time <= journey.end() {
            seen.push(Observation::of_place(&journey.place_at(time)?, time));
            time = time.saturating_add(step).unwrap_or(Timestamp::MAX);
        }
        let stay = |anchor: Anchor, elsewhere: Option<&Position>| {
            let sightings = anchor.sightings(&seen, elsewhere);
            let middle = Estimator { rule: Rule::GeometricMedian, counted: Counted::EveryOutput };
            let is_stay = step.as_secs() * sightings.len() as i64 >= SHORTEST_STAY.as_secs();
            is_stay.then(|| middle.estimate(&sightings)).flatten()
        };
        let home = stay(Anchor::Home, None);
        let work = stay(Anchor::Work, home.as_ref());
        Ok(Self { home, work })
    }

    pub(crate) fn of_anchor(&self, anchor: Anchor) -> Option<Position> {
        match anchor {
            Anchor::Home => self.home,
            Anchor::Work => self.work,
        }
    }
}
