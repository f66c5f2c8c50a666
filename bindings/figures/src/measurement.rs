//! What a strategy comes to, over many repetitions.

use serde::Serialize;

use crate::Failure;
use crate::attack::{self, Attack};
use crate::days::Journey;
use crate::repetitions::Repetitions;
use crate::strategy::Strategy;

/// After how many days the attack on home is measured.
const CHECKPOINTS: [usize; 10] = [1, 2, 3, 5, 7, 10, 15, 20, 25, 30];

#[derive(Debug, Serialize)]
pub(crate) struct Measurement {
    /// The mean distance from truth to what stands, over all ticks and repetitions, in metres.
    pub(crate) mean_error_m: f64,
    /// The standard error of that mean.
    pub(crate) standard_error_m: f64,
    /// The distance that 95 % of ticks stay within.
    pub(crate) error_95_m: f64,
    pub(crate) draws_a_day: f64,
    /// Draws at home over the whole journey.
    pub(crate) draws_at_home: f64,
    pub(crate) attack: Vec<AttackOnHome>,
}

/// The best attack on home after so many days: its mean distance from home over the repetitions.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct AttackOnHome {
    pub(crate) days: usize,
    pub(crate) error_m: f64,
    /// The standard error of that mean.
    pub(crate) standard_error_m: f64,
    pub(crate) by: Attack,
}

/// One repetition.
struct Sample {
    errors_m: Vec<f32>,
    draws: usize,
    draws_at_home: usize,
    attacks: Vec<[Option<f64>; Attack::ALL.len()]>,
}

impl Measurement {
    pub(crate) fn of(
        name: &str,
        strategy: &Strategy,
        journey: &Journey,
        count: u32,
        repetitions: &Repetitions,
    ) -> Result<Self, Failure> {
        let sample = |seed: usize| {
            let told = strategy.run(journey, seed as u64)?;
            Ok(Sample {
                errors_m: told.errors_m(journey).map(|error_m| error_m as f32).collect(),
                draws: told.draws.len(),
                draws_at_home: told.draws.iter().filter(|draw| journey.is_at_home(draw.tick)).count(),
                attacks: checkpoints(journey).map(|days| attack::errors_m(&told, journey, days)).collect(),
            })
        };
        let samples = repetitions.map(name, count as usize, sample)?;
        let means: Vec<_> = samples.iter().map(|sample| mean(sample.errors_m.iter().copied().map(f64::from))).collect();
        let (mean_error_m, standard_error_m) = mean_and_standard_error(&means);
        Ok(Self {
            mean_error_m,
            standard_error_m,
            error_95_m: quantile(samples.iter().flat_map(|sample| &sample.errors_m).copied().collect(), 0.95),
            draws_a_day: mean(samples.iter().map(|sample| sample.draws as f64)) / journey.days() as f64,
            draws_at_home: mean(samples.iter().map(|sample| sample.draws_at_home as f64)),
            attack: checkpoints(journey).enumerate().filter_map(|(index, days)| best(&samples, index, days)).collect(),
        })
    }

    /// The best attack at the journey's end.
    pub(crate) fn last_attack(&self) -> AttackOnHome {
        self.attack[self.attack.len() - 1]
    }
}

fn checkpoints(journey: &Journey) -> impl Iterator<Item = usize> {
    CHECKPOINTS.into_iter().filter(|days| *days <= journey.days())
}

/// The attack with the least mean error: one that the adversary could have chosen beforehand.
fn best(samples: &[Sample], checkpoint: usize, days: usize) -> Option<AttackOnHome> {
    let attacks = Attack::ALL.iter().enumerate().filter_map(|(index, by)| {
        let errors = samples.iter().map(|sample| sample.attacks[checkpoint][index]).collect::<Option<Vec<_>>>()?;
        let (error_m, standard_error_m) = mean_and_standard_error(&errors);
        Some(AttackOnHome { days, error_m, standard_error_m, by: *by })
    });
    attacks.min_by(|one, other| one.error_m.total_cmp(&other.error_m))
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len();
    values.sum::<f64>() / count as f64
}

/// The mean of some values, and its standard error.
pub(crate) fn mean_and_standard_error(values: &[f64]) -> (f64, f64) {
    let (middle, count) = (mean(values.iter().copied()), values.len() as f64);
    let variance = values.iter().map(|value| (value - middle).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    (middle, (variance / count).sqrt())
}

fn quantile(mut values: Vec<f32>, p: f64) -> f64 {
    let index = ((values.len() as f64 * p) as usize).min(values.len().saturating_sub(1));
    let (_, value, _) = values.select_nth_unstable_by(index, f32::total_cmp);
    f64::from(*value)
}
