//! [`Truth`]: where home and work really are, from the raw recording.

use jiff::{SignedDuration, Timestamp};

use super::RehearsalError;
use crate::audit::Journey;
use crate::audit::attack::{Anchor, Counted, Estimator, Observation, Rule};
use crate::sphere::Position;

/// Where home and work are: the geometric median of the minutes spent at the place where the recording shows one longest at
/// the hours of each.
#[derive(Clone, Copy)]
pub(crate) struct Truth {
    pub(crate) home: Option<Position>,
    pub(crate) work: Option<Position>,
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// One who stays shorter, in minutes, passes by.
const SHORTEST_STAY: usize = 180;

impl Truth {
    pub(crate) fn of(journey: &Journey) -> Result<Self, RehearsalError> {
        let minutes = journey.period_end().duration_since(journey.begin()).as_mins();
        let mut seen = Vec::new();
        let mut time = journey.begin();
        for _ in 0..=minutes {
            seen.push(Observation::of_place(&journey.place_at(time)?, time));
            time = time.saturating_add(MINUTE).unwrap_or(Timestamp::MAX);
        }
        let stay = |anchor: Anchor, elsewhere: Option<&Position>| {
            let sightings = anchor.sightings(&seen, elsewhere);
            let middle = Estimator { rule: Rule::GeometricMedian, counted: Counted::EveryOutput };
            (sightings.len() >= SHORTEST_STAY).then(|| middle.estimate(&sightings)).flatten()
        };
        let home = stay(Anchor::Home, None);
        // Further than two reaches from home: a walk around the block is no work.
        let work = stay(Anchor::Work, home.as_ref())
            .filter(|work| home.is_none_or(|home| work.great_circle_distance_m(&home) > 500.0));
        Ok(Self { home, work })
    }

    pub(crate) fn of_anchor(&self, anchor: Anchor) -> Option<Position> {
        match anchor {
            Anchor::Home => self.home,
            Anchor::Work => self.work,
        }
    }
}
