//! The predictive mechanism, the best that was known for traces before: for comparison, and used nowhere else.
//!
//! K. Chatzikokolakis, C. Palamidessi, M. Stronati, "A predictive differentially-private mechanism for mobility traces"
//! (PETS 2014). The prediction is the last output (the paper's "parrot"). On each step a test, which pays ε_θ every time,
//! says whether the prediction is within l plus Laplace noise of the truth: then it goes out again, else a new draw does,
//! which pays ε_N. The paper's budget manager chooses ε_θ, ε_N, l, and steps without a test; here they are constants that
//! are tuned, and what was spent is counted in every window of 24 hours, as for all others.

use std::collections::VecDeque;
use std::fmt;

use hereabouts::{PlanarLaplace, SPHERE_PER_GEODESIC};
use rand::rngs::ChaCha20Rng;
use rand::{RngExt, SeedableRng};

use crate::Failure;
use crate::days::{Journey, TICK_MINUTES, TICKS_A_DAY};
use crate::strategy::{BUDGET, Drawn, RADIUS_M, Told};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Predictive {
    /// The loss of a test, ε_θ.
    pub(crate) test_epsilon: f64,
    /// The loss of a draw, ε_N.
    pub(crate) epsilon: f64,
    /// What the prediction must be within, l, in metres.
    pub(crate) within_m: f64,
    /// Every how many ticks there is a test.
    pub(crate) every: u32,
}

impl Predictive {
    pub(crate) fn run(&self, journey: &Journey, seed: u64) -> Result<Told, Failure> {
        let mechanism = PlanarLaplace::new(self.epsilon, RADIUS_M)?;
        let mut randomness = ChaCha20Rng::seed_from_u64(seed);
        let (mut spent, mut told) = (Window::default(), Told::default());
        for (tick, (fix, truth)) in journey.fixes.iter().zip(&journey.places).enumerate() {
            spent.advance(tick);
            let is_step = tick.is_multiple_of(self.every as usize);
            let predicted = told.draws.last().map(|draw| draw.place);
            let is_redrawn = match predicted {
                None => true,
                Some(predicted) if is_step && spent.affords(self.test_epsilon + self.epsilon) => {
                    spent.charge(tick, self.test_epsilon);
                    let noise_m = laplace(SPHERE_PER_GEODESIC * RADIUS_M / self.test_epsilon, &mut randomness);
                    truth.great_circle_distance_m(&predicted) > self.within_m + noise_m
                }
                Some(_) => false,
            };
            if is_redrawn {
                spent.charge(tick, self.epsilon);
                told.draws.push(Drawn { place: mechanism.perturb(fix, &mut randomness).centre(), tick });
                told.releases.push((tick, told.draws.len() - 1));
            }
            told.standing.push(told.draws.len() - 1);
        }
        Ok(told)
    }
}

impl fmt::Display for Predictive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { test_epsilon, epsilon, within_m, every } = self;
        write!(f, "draw {epsilon:.2}, test {test_epsilon:.3}, within {:.0} km", within_m / 1000.0)?;
        if *every > 1 { write!(f, ", every {} min", every * TICK_MINUTES) } else { Ok(()) }
    }
}

/// What was spent in the last 24 hours.
#[derive(Default)]
struct Window {
    charges: VecDeque<(usize, f64)>,
    sum: f64,
}

impl Window {
    fn advance(&mut self, tick: usize) {
        while self.charges.front().is_some_and(|(charged, _)| charged + TICKS_A_DAY <= tick) {
            self.charges.pop_front();
        }
        self.sum = self.charges.iter().map(|(_, epsilon)| epsilon).sum();
    }

    fn affords(&self, epsilon: f64) -> bool {
        // Sums of decimals may miss a budget that they meet exactly.
        self.sum + epsilon <= BUDGET + 1e-9
    }

    fn charge(&mut self, tick: usize, epsilon: f64) {
        self.charges.push_back((tick, epsilon));
        self.sum += epsilon;
    }
}

/// Laplace noise: continuous, which is no worse for the mechanism than exact noise would be.
fn laplace(scale: f64, randomness: &mut ChaCha20Rng) -> f64 {
    let (uniform, is_negative): (f64, bool) = (1.0 - randomness.random::<f64>(), randomness.random());
    let magnitude = -scale * uniform.ln();
    if is_negative { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test of so much ε that it never errs keeps the prediction exactly as long as one is near it.
    #[test]
    fn a_test_without_noise_keeps_what_is_near() {
        let journey = Journey::of_days(1).unwrap();
        let sharp = Predictive { test_epsilon: 1e-3, epsilon: 1.0, within_m: 1e9, every: 1 };
        assert_eq!(sharp.run(&journey, 1).unwrap().draws.len(), 1);
        let blind = Predictive { within_m: -1e9, ..sharp };
        assert_eq!(blind.run(&journey, 1).unwrap().draws.len(), 7, "the budget of 8 affords seven tests with draws");
    }

    #[test]
    fn no_24_hours_cost_more_than_the_budget() {
        let mut window = Window::default();
        let mut charges = Vec::new();
        for tick in 0..1_000 {
            window.advance(tick);
            let epsilon = 0.7 + (tick % 5) as f64 / 10.0;
            if window.affords(epsilon) {
                window.charge(tick, epsilon);
                charges.push((tick, epsilon));
            }
            let day: f64 =
                charges.iter().filter(|(charged, _)| charged + TICKS_A_DAY > tick).map(|(_, epsilon)| epsilon).sum();
            assert!(day <= BUDGET + 1e-6, "{day}");
        }
        assert!(charges.len() > 80);
    }
}
