//! What a picture of a rehearsal shows: the true track, and what was sent in its stead. It is the owner's alone.

use core::fmt;

use jiff::Timestamp;

use super::attacked::seen;
use super::{Guess, Naive, Rehearsal, Told};
use crate::audit::attack::{Anchor, Counted, Observation};
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

/// What an adversary is told of a place, and what he makes of it. Its `Debug` form holds no place.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Sight {
    /// Where it is.
    pub truth: Position,
    /// Where he takes it to be.
    pub guess: Position,
    /// What he goes by.
    pub seen: Vec<Seen>,
}

/// An output that an adversary goes by. Its `Debug` form holds no place.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Seen {
    /// The place that was told.
    pub place: Position,
    /// The cell that was told, if it was one.
    pub cell: Option<Cell>,
    /// How often it was told.
    pub count: f64,
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

    /// What an adversary is told of a place in the first run, by the policy or by a naive idea, and where an attack puts
    /// it; `None` if the journey does not show the place. It is the owner's alone.
    #[must_use]
    pub fn sight(&self, anchor: Anchor, idea: Option<Naive>, attack: &Guess) -> Option<Sight> {
        let truth = self.truth.of_anchor(anchor)?;
        let told = match (idea, self.seeds.first()) {
            (Some(idea), Some(seed)) => idea.told(&self.moments, &self.noises, *seed).ok()?,
            _ => self.first_told(),
        };
        let seen = seen(anchor, &truth, &told, attack.told);
        let guess = attack.estimator.estimate(&seen)?;
        let outputs = Counted::EveryOutput.count(&seen);
        let output = |(seen, count): (Observation, f64)| Seen { place: *seen.position(), cell: seen.cell(), count };
        Some(Sight { truth, guess, seen: outputs.into_iter().map(output).collect() })
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

/// Prints no place.
impl fmt::Debug for Sight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sight").field("seen", &self.seen.len()).finish_non_exhaustive()
    }
}

/// Prints no place.
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").field("count", &self.count).finish_non_exhaustive()
    }
}
