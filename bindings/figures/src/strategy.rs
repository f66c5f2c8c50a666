//! [`Strategy`]: a way to decide what is told on each tick, and what came of it.

use std::fmt;

use hereabouts::Position;

use crate::Failure;
use crate::days::Journey;
use crate::predictive::Predictive;
use crate::road::Road;

/// The protected radius in metres: every ε is the loss at it.
pub(crate) const RADIUS_M: f64 = 200.0;

/// The most loss in any 24 hours.
pub(crate) const BUDGET: f64 = 8.0;

/// A way to decide what is told on each tick.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Strategy {
    /// A policy, on the road of the crate.
    Road(Road),
    /// The predictive mechanism of 2014.
    Predictive(Predictive),
}

/// What was told of a journey.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Every place that was drawn, in order.
    pub(crate) draws: Vec<Drawn>,
    /// For each tick the draw that stands at its end.
    pub(crate) standing: Vec<usize>,
    /// Every release, new or recalled: its tick and its draw.
    pub(crate) releases: Vec<(usize, usize)>,
}

/// A place that was drawn, and the tick on which it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawn {
    pub(crate) place: Position,
    pub(crate) tick: usize,
}

impl Strategy {
    /// Runs through a journey; the same seed gives the same noise.
    pub(crate) fn run(&self, journey: &Journey, seed: u64) -> Result<Told, Failure> {
        match self {
            Self::Road(road) => road.run(journey, seed),
            Self::Predictive(predictive) => predictive.run(journey, seed),
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Road(road) => road.fmt(f),
            Self::Predictive(predictive) => predictive.fmt(f),
        }
    }
}

impl Told {
    /// The distance from truth to what stands, on each tick, in metres.
    pub(crate) fn errors_m(&self, journey: &Journey) -> impl Iterator<Item = f64> {
        let places = self.standing.iter().map(|draw| &self.draws[*draw].place);
        journey.places.iter().zip(places).map(|(truth, told)| truth.great_circle_distance_m(told))
    }
}
