//! [`Findings`]: what every attack comes to. It holds no place.

use serde::Serialize;

use super::bill::Bill;
use crate::audit::attack::{Estimator, FreshDraws, Spread};

/// What an adversary makes of all that the destinations were sent, beside what he would make of naive ideas. It holds no
/// place.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Findings {
    /// The purposes that were asked for.
    pub purposes: Vec<String>,
    /// The destinations of which he holds everything.
    pub destinations: Vec<String>,
    /// How many days the journey covers.
    pub days: u32,
    /// How many times it was replayed, with fresh noise each time.
    pub runs: u32,
    /// The seed that repeats them all.
    pub seed: u64,
    /// What it cost.
    pub bill: Bill,
    /// What he makes of what the policy sends.
    pub sent: Attacked,
    /// The same of the raw fixes.
    pub raw: Attacked,
    /// The same of fixes with one fixed offset.
    pub fixed_offset: Attacked,
    /// The same of fixes jittered within a disc.
    pub jitter: Attacked,
    /// The same of fresh noise on every tick, without a budget.
    pub fresh_noise: Attacked,
    /// What fresh draws at one place leave, without cells: for the finest noise of the rehearsal, and as many as one a
    /// night in the journey, and as many as the windows of the budget allow.
    pub fresh_draws: Vec<FreshDraws>,
}

/// What attacks come to on one way of sending.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Attacked {
    /// Where one lives, if the recording shows a night.
    pub home: Option<AnchorFindings>,
    /// Where one works, if the recording shows it.
    pub work: Option<AnchorFindings>,
    /// How far movements between successive outputs that differ are off, in metres: the mean of each run.
    pub movement_error_m: Option<Spread>,
    /// Which places could have given what was sent from home.
    pub candidates: Option<CandidatesLeft>,
    /// The share of what was sent that the raw log gives a name to, by times alone.
    pub linked_share: Spread,
}

/// What is found of a place that one comes back to.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AnchorFindings {
    /// After all days, for each attack.
    pub guesses: Vec<Guess>,
    /// How the best of them sharpens.
    pub through: Vec<Through>,
}

/// An attack on one place, and its error.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Guess {
    /// The estimator.
    pub estimator: Estimator,
    /// Whether the adversary was told which outputs were drawn there. Else he goes by the hours.
    pub told: bool,
    /// Its error in metres over the runs in which it had anything to go by.
    pub error_m: Spread,
}

/// The best attack after some days.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Through {
    /// The day, counted from 1.
    pub day: u32,
    /// New outputs that were drawn at the place until then, on average.
    pub draws: f64,
    /// The attack that is best on average.
    pub best: Guess,
}

/// How many places could have given all that was sent in the first run from one fix at home, the most frequent one.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct CandidatesLeft {
    /// How many were tried.
    pub tried: usize,
    /// How far from it they lie, in metres, at most.
    pub within_m: f64,
    /// How many outputs each had to explain.
    pub outputs: usize,
    /// How many are left.
    pub left: usize,
}

impl AnchorFindings {
    /// The error in metres of the best attack after all days, the mean over the runs.
    #[must_use]
    pub fn best_error_m(&self) -> f64 {
        self.best().map_or(f64::INFINITY, |guess| guess.error_m.mean)
    }

    /// The best attack after all days, if any had something to go by.
    #[must_use]
    pub fn best(&self) -> Option<Guess> {
        self.through.last().map(|last| last.best)
    }
}
