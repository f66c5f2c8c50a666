//! All strategies, measured.

use serde::Serialize;

use crate::Failure;
use crate::days::{Journey, TICKS_A_DAY};
use crate::measurement::Measurement;
use crate::repetitions::Repetitions;
use crate::road::Road;
use crate::strategy::{BUDGET, RADIUS_M, Strategy};
use crate::tuning::{self, Tuned};

/// How long the journey lasts.
pub(crate) const DAYS: usize = 30;

/// Of the strategies with fresh draws each repetition has hundreds of draws, so that fewer will do.
const FEWER: u32 = 5;

#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) days: usize,
    pub(crate) ticks_a_day: usize,
    pub(crate) radius_m: f64,
    /// In any 24 hours.
    pub(crate) budget_epsilon: f64,
    pub(crate) strategies: Vec<Line>,
    #[serde(skip)]
    pub(crate) journey: Journey,
}

/// One strategy and its figures.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) key: Key,
    pub(crate) settings: String,
    /// Of how many settings these are the best; none were compared if it is 1.
    pub(crate) tuned_of: usize,
    pub(crate) repetitions: u32,
    pub(crate) figures: Measurement,
    #[serde(skip)]
    pub(crate) strategy: Strategy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Key {
    Fresh,
    SlowerFresh,
    Predictive,
    Hold,
    HoldSame,
    HoldRecall,
}

impl Key {
    pub(crate) const ALL: [Self; 6] =
        [Self::Fresh, Self::SlowerFresh, Self::Predictive, Self::Hold, Self::HoldSame, Self::HoldRecall];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh noise every 15 min",
            Self::SlowerFresh => "fresh noise, less often",
            Self::Predictive => "predictive mechanism (2014)",
            Self::Hold => "hold, without recall",
            Self::HoldSame => "the defaults without recall",
            Self::HoldRecall => "hold and recall, the defaults",
        }
    }

    /// The defaults that the documentation recommends, and everything else at its best.
    fn candidates(self) -> Vec<Strategy> {
        match self {
            Self::Fresh => vec![Strategy::Road(Road::fresh(1))],
            Self::SlowerFresh => tuning::slower_fresh(),
            Self::Predictive => tuning::predictive(),
            Self::Hold => tuning::hold(),
            Self::HoldSame => vec![Strategy::Road(Road::hold(1.2, 10_000.0, 0.5, 0))],
            Self::HoldRecall => vec![Strategy::Road(Road::hold(1.2, 10_000.0, 0.5, 16))],
        }
    }

    fn repetitions(self, all: &Repetitions) -> u32 {
        match self {
            Self::Fresh | Self::SlowerFresh => all.share(FEWER),
            _ => all.count,
        }
    }
}

impl Report {
    pub(crate) fn measure(repetitions: &Repetitions) -> Result<Self, Failure> {
        let journey = Journey::of_days(DAYS)?;
        let mut strategies = Vec::new();
        for key in Key::ALL {
            strategies.push(Line::measure(key, key.candidates(), &journey, repetitions)?);
        }
        Ok(Self {
            days: DAYS,
            ticks_a_day: TICKS_A_DAY,
            radius_m: RADIUS_M,
            budget_epsilon: BUDGET,
            strategies,
            journey,
        })
    }

    pub(crate) fn line(&self, key: Key) -> Result<&Line, Failure> {
        let line = self.strategies.iter().find(|line| line.key == key);
        line.ok_or_else(|| format!("{} was not measured", key.name()).into())
    }
}

impl Line {
    fn measure(
        key: Key,
        candidates: Vec<Strategy>,
        journey: &Journey,
        repetitions: &Repetitions,
    ) -> Result<Self, Failure> {
        let Tuned { strategy, of } = match <[Strategy; 1]>::try_from(candidates) {
            Ok([strategy]) => Tuned { strategy, of: 1 },
            Err(candidates) => tuning::best(key.name(), candidates, journey, repetitions)?,
        };
        let count = key.repetitions(repetitions);
        let figures = Measurement::of(key.name(), &strategy, journey, count, repetitions)?;
        Ok(Self { key, settings: strategy.to_string(), tuned_of: of, repetitions: count, figures, strategy })
    }
}
