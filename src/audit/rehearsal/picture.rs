//! What a picture of a rehearsal shows: the true track, and what was sent in its stead. It is the owner's alone.

use core::fmt;

use jiff::Timestamp;

use super::attacked::sightings;
use super::{Rehearsal, Told};
use crate::audit::attack::{Anchor, Estimator, Observation};
use crate::grid::Cell;
use crate::sphere::Position;

/// One thing that was sent in the first run, beside the truth. Its `Debug` form holds no place.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct SentBesideTruth {
    /// The place that was sent: the centre of a cell.
    pub place: Position,
    /// The cell.
    pub cell: Cell,
    /// Where one truly was.
    pub true_place: Position,
    /// When it was decided.
    pub time: Timestamp,
    /// Whether its noise was drawn for it; if not, it is held or recalled.
    pub is_draw: bool,
}

impl Rehearsal {
    /// Every recorded fix, with its time. It is the owner's alone.
    #[must_use]
    pub fn true_track(&self) -> Vec<(Position, Timestamp)> {
        self.journey.recorded().collect()
    }

    /// All that was sent in the first run, in order, beside the truth. It is the owner's alone.
    #[must_use]
    pub fn first_run(&self) -> Vec<SentBesideTruth> {
        let beside_truth = |told: Told| {
            Some(SentBesideTruth {
                place: *told.observation.position(),
                cell: told.observation.cell()?,
                true_place: *told.truth.position(),
                time: told.time,
                is_draw: told.is_draw,
            })
        };
        self.first_told().into_iter().filter_map(beside_truth).collect()
    }

    /// Where a place that one comes back to really is, if the recording shows it. It is the owner's alone.
    #[must_use]
    pub fn truth(&self, anchor: Anchor) -> Option<Position> {
        self.truth.of_anchor(anchor)
    }

    /// What an estimator makes of a place, from what was sent at its hours in the first run.
    #[must_use]
    pub fn first_guess(&self, anchor: Anchor, estimator: Estimator) -> Option<Position> {
        let seen: Vec<Observation> = self.first_told().iter().map(|told| told.observation).collect();
        estimator.estimate(&sightings(anchor, &seen))
    }

    fn first_told(&self) -> Vec<Told> {
        self.replays.first().map(|replay| self.told(replay)).unwrap_or_default()
    }
}

/// Prints no place.
impl fmt::Debug for SentBesideTruth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentBesideTruth").finish_non_exhaustive()
    }
}
