//! All strategies, measured.

use hereabouts::Repeat;
use serde::Serialize;

use crate::Failure;
use crate::answers::{self, Guesses};
use crate::days::{Journey, TICKS_A_DAY};
use crate::measurement::{Measurement, mean_and_standard_error};
use crate::repetitions::Repetitions;
use crate::road::Road;
use crate::strategy::{BUDGET, RADIUS_M, Strategy};
use crate::tuning::{self, Tuned};

/// How long a journey lasts.
const DAYS: usize = 30;

/// Fewer repetitions, where one holds much or takes long: one in five.
const FEWER: u32 = 5;

#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) days: usize,
    pub(crate) ticks_a_day: usize,
    pub(crate) radius_m: f64,
    /// In any 24 hours.
    pub(crate) budget_epsilon: f64,
    /// In the order of [`Key::ALL`].
    pub(crate) strategies: Vec<Line>,
    /// The same, settings and all, on two other days.
    pub(crate) on_other_days: Vec<Line>,
    /// The example policy, changed in one thing each.
    pub(crate) changed: Vec<Line>,
    /// Home, guessed from the answers of the tests too.
    pub(crate) answers: Vec<Answers>,
}

/// One strategy and its figures.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) settings: String,
    /// Of how many settings these are the best; none were compared if it is 1.
    pub(crate) tuned_of: usize,
    pub(crate) repetitions: u32,
    pub(crate) figures: Measurement,
    #[serde(skip)]
    pub(crate) strategy: Strategy,
}

/// How far from home the likeliest place ends after all days, on average, in metres.
#[derive(Serialize)]
pub(crate) struct Answers {
    pub(crate) name: &'static str,
    pub(crate) repetitions: u32,
    /// By the draws at home alone.
    pub(crate) draws_m: f64,
    /// By these and every answer that was given at home.
    pub(crate) answers_m: f64,
    pub(crate) standard_error_m: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Fresh,
    SlowerFresh,
    Predictive,
    Hold,
    HoldAndRecall,
}

impl Key {
    pub(crate) const ALL: [Self; 5] =
        [Self::Fresh, Self::SlowerFresh, Self::Predictive, Self::Hold, Self::HoldAndRecall];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh noise every 15 min",
            Self::SlowerFresh => "fresh noise, less often",
            Self::Predictive => "predictive mechanism",
            Self::Hold => "hold alone",
            Self::HoldAndRecall => "hold and recall",
        }
    }

    /// What is recommended, and everything else at its best.
    fn candidates(self) -> Result<Vec<Strategy>, Failure> {
        match self {
            Self::Fresh => Ok(vec![Strategy::Road(Road::fresh(1)?)]),
            Self::SlowerFresh => tuning::slower_fresh(),
            Self::Predictive => Ok(tuning::predictive()),
            Self::Hold => tuning::hold(),
            Self::HoldAndRecall => Ok(vec![Strategy::Road(Road::example()?)]),
        }
    }

    fn repetitions(self, all: &Repetitions) -> u32 {
        if matches!(self, Self::Fresh | Self::SlowerFresh) { all.share(FEWER) } else { all.count }
    }
}

impl Report {
    pub(crate) fn measure(repetitions: &Repetitions) -> Result<Self, Failure> {
        let (journey, other) = (Journey::of_days(DAYS)?, Journey::of_other_days(DAYS)?);
        let (mut strategies, mut on_other_days) = (Vec::new(), Vec::new());
        for key in Key::ALL {
            let (name, count) = (key.name(), key.repetitions(repetitions));
            let Tuned { strategy, of } = tuning::best(name, key.candidates()?, &journey, repetitions)?;
            on_other_days.push(Line::measure(name, strategy.clone(), &other, count, repetitions)?);
            let line = Line::measure(name, strategy, &journey, count, repetitions)?;
            strategies.push(Line { tuned_of: of, ..line });
        }
        let mut changed = Vec::new();
        for (name, road) in changes()? {
            let count = repetitions.share(2);
            changed.push(Line::measure(name, Strategy::Road(road), &journey, count, repetitions)?);
        }
        Ok(Self {
            days: DAYS,
            ticks_a_day: TICKS_A_DAY,
            radius_m: RADIUS_M,
            budget_epsilon: BUDGET,
            strategies,
            on_other_days,
            changed,
            answers: vec![
                Answers::measure("the four days", &journey, repetitions)?,
                Answers::measure("the two other days", &other, repetitions)?,
            ],
        })
    }

    pub(crate) fn line(&self, key: Key) -> Result<&Line, Failure> {
        let line = self.strategies.iter().find(|line| line.name == key.name());
        line.ok_or_else(|| format!("{} was not measured", key.name()).into())
    }
}

impl Line {
    fn measure(
        name: &'static str,
        strategy: Strategy,
        journey: &Journey,
        count: u32,
        repetitions: &Repetitions,
    ) -> Result<Self, Failure> {
        let figures = Measurement::of(name, &strategy, journey, count, repetitions)?;
        Ok(Self { name, settings: strategy.to_string(), tuned_of: 1, repetitions: count, figures, strategy })
    }
}

impl Answers {
    fn measure(name: &'static str, journey: &Journey, repetitions: &Repetitions) -> Result<Self, Failure> {
        let (road, count) = (Road::example()?, repetitions.share(FEWER));
        let guesses = repetitions.map(&format!("answers: {name}"), count as usize, |seed| {
            answers::guess(&road, &road.run(journey, seed as u64)?, journey)
        })?;
        let of = |value: fn(&Guesses) -> f64| mean_and_standard_error(&guesses.iter().map(value).collect::<Vec<_>>());
        let (draws_m, _) = of(|guesses| guesses.draws_m);
        let (answers_m, standard_error_m) = of(|guesses| guesses.answers_m);
        Ok(Self { name, repetitions: count, draws_m, answers_m, standard_error_m })
    }
}

/// What each setting does: the example policy, changed in one thing each.
fn changes() -> Result<Vec<(&'static str, Road)>, Failure> {
    let example = Road::example()?;
    let Repeat::Hold { within_m, epsilon: stay, recall } = example.repeat else {
        return Err("the example policy does not hold".into());
    };
    let hold =
        |within_m, epsilon, recall| Road { repeat: Repeat::Hold { within_m, epsilon, recall }, ..example.clone() };
    Ok(vec![
        ("in its own cells", Road::example_in_its_cells()?),
        ("asked half as often", Road { every: 2 * example.every, ..example.clone() }),
        ("no recall", hold(within_m, stay, 0)),
        ("few are recalled", hold(within_m, stay, 2)),
        ("a shorter distance", hold(0.6 * within_m, stay, recall)),
        ("a longer distance", hold(1.5 * within_m, stay, recall)),
        ("less noise, and more of the budget", Road { epsilon: 1.25 * example.epsilon, ..example.clone() }),
        ("more noise", Road { epsilon: 0.75 * example.epsilon, ..example.clone() }),
        ("a sharper test, and more of the budget", hold(within_m, 2.0 * stay, recall)),
        ("a blunter test", hold(within_m, 0.5 * stay, recall)),
    ])
}
