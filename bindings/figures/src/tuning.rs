//! The alternatives at their best: each with the settings that have the least mean error on the very days on which all are
//! measured. That is in their favour.

use crate::Failure;
use crate::days::{Journey, TICKS_A_DAY};
use crate::predictive::Predictive;
use crate::repetitions::Repetitions;
use crate::road::Road;
use crate::strategy::{BUDGET, RADIUS_M, Strategy};

/// The settings with the least mean error, of how many.
pub(crate) struct Tuned {
    pub(crate) strategy: Strategy,
    pub(crate) of: usize,
}

pub(crate) fn best(
    name: &str,
    candidates: Vec<Strategy>,
    journey: &Journey,
    repetitions: &Repetitions,
) -> Result<Tuned, Failure> {
    let (of, each) = (candidates.len(), repetitions.share(100) as usize);
    let errors_m = repetitions.map(&format!("{name}: settings"), of * each, |index| {
        let told = candidates[index / each].run(journey, (index % each) as u64)?;
        Ok(told.errors_m(journey).sum::<f64>())
    })?;
    let sums = errors_m.chunks(each).map(|errors_m| errors_m.iter().sum::<f64>());
    let best = candidates.into_iter().zip(sums).min_by(|(_, one), (_, other)| one.total_cmp(other));
    let (strategy, _) = best.ok_or("there are no settings to choose from")?;
    Ok(Tuned { strategy, of })
}

/// Fresh noise, less often and so with more ε each: every half hour to four times a day.
pub(crate) fn slower_fresh() -> Vec<Strategy> {
    [2, 3, 4, 6, 8, 12, 16, 24].into_iter().map(|every| Strategy::Road(Road::fresh(every))).collect()
}

/// A share of the day's budget for tests, the rest for so many draws; "near" in units of the noise of the test.
pub(crate) fn predictive() -> Vec<Strategy> {
    let mut candidates = Vec::new();
    for every in [1, 2, 3, 4, 6, 8, 12] {
        let tests = f64::from(u32::try_from(TICKS_A_DAY).unwrap_or(u32::MAX) / every);
        for share in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8] {
            for draws in [2.0, 3.0, 4.0, 6.0, 8.0] {
                for scales in [0.5, 1.0, 2.0, 3.0, 4.0, 6.0] {
                    let test_epsilon = BUDGET * share / tests;
                    let within_m = scales * RADIUS_M / test_epsilon;
                    let epsilon = BUDGET * (1.0 - share) / draws;
                    candidates.push(Strategy::Predictive(Predictive { test_epsilon, epsilon, within_m, every }));
                }
            }
        }
    }
    candidates
}

/// Hold without recall.
pub(crate) fn hold() -> Vec<Strategy> {
    let mut candidates = Vec::new();
    for epsilon in [0.5, 0.75, 1.0, 1.25] {
        for stay_epsilon in [0.5, 0.75, 1.0, 1.25] {
            for within_km in [5.0, 6.0, 8.0, 10.0, 12.0] {
                candidates.push(Strategy::Road(Road::hold(epsilon, within_km * 1000.0, stay_epsilon, 0)));
            }
        }
    }
    candidates
}
