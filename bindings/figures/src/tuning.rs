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

/// The best of some settings by successive halving: all are run a few times, the better eighth four times as often, and so on.
///
/// K. Jamieson, A. Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization" (AISTATS 2016).
pub(crate) fn best(
    name: &str,
    mut candidates: Vec<Strategy>,
    journey: &Journey,
    repetitions: &Repetitions,
) -> Result<Tuned, Failure> {
    let of = candidates.len();
    let mut each = repetitions.share(200) as usize;
    while candidates.len() > 1 {
        let what = format!("{name}: {} settings", candidates.len());
        let errors_m = repetitions.map(&what, candidates.len() * each, |index| {
            let told = candidates[index / each].run(journey, (index % each) as u64)?;
            Ok(told.errors_m(journey).sum::<f64>())
        })?;
        let sums = errors_m.chunks(each).map(|errors_m| errors_m.iter().sum::<f64>());
        let mut ranked: Vec<_> = candidates.into_iter().zip(sums).collect();
        ranked.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        ranked.truncate(ranked.len().div_ceil(8));
        candidates = ranked.into_iter().map(|(strategy, _)| strategy).collect();
        each *= 4;
    }
    let strategy = candidates.pop().ok_or("there are no settings to choose from")?;
    Ok(Tuned { strategy, of })
}

/// Fresh noise, less often and so with more ε each: every half hour to four times a day.
pub(crate) fn slower_fresh() -> Result<Vec<Strategy>, Failure> {
    [2, 3, 4, 6, 8, 12, 16, 24].into_iter().map(|every| Ok(Strategy::Road(Road::fresh(every)?))).collect()
}

/// A share of the day's budget for tests, the rest for so many draws; "near" in units of the noise of the test.
pub(crate) fn predictive() -> Vec<Strategy> {
    let mut candidates = Vec::new();
    for every in [1, 2, 3, 4, 6, 8, 12] {
        let tests = f64::from(u32::try_from(TICKS_A_DAY).unwrap_or(u32::MAX) / every);
        for share in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8] {
            for draws in [2.0, 3.0, 4.0, 5.0, 6.0, 8.0] {
                for scales in [0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 15.0] {
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
pub(crate) fn hold() -> Result<Vec<Strategy>, Failure> {
    let mut candidates = Vec::new();
    for epsilon in [0.75, 1.0, 1.25, 1.5] {
        for stay_epsilon in [0.25, 0.35, 0.5, 0.75, 1.0, 1.25] {
            for within_km in [6.0, 8.0, 10.0, 12.0, 15.0] {
                candidates.push(Strategy::Road(Road::hold(epsilon, within_km * 1000.0, stay_epsilon, 0)?));
            }
        }
    }
    Ok(candidates)
}
