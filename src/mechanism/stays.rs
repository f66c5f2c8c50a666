//! [`Stays`]: how long a draw stands, by the two tests that ask about it, and what each step costs.

use super::MechanismError;
use super::hold::Hold;
use super::noise::Noise;
use crate::budget::{Accounting, PrivacyLoss};

/// The most outputs that a test of recall may ask about.
pub(crate) const MOST_RECALLED: u8 = 64;

/// A recalled output must be nearer than one that is held: it stands for longer then.
const RECALL_WITHIN: f64 = 2.0 / 3.0;

/// The test of hold, which asks on each tick whether the draw still stands, and that of recall, which asks before a new
/// draw whether one of the last outputs does as well: the draw itself first, since the test of hold errs at times.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stays {
    pub(crate) hold: Hold,
    pub(crate) recall: Option<Recall>,
    accounting: Accounting,
}

/// The test of recall, and of how many outputs it asks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recall {
    pub(crate) test: Hold,
    pub(crate) most: u8,
}

impl Stays {
    /// Both tests, each at a loss of `epsilon` at `radius_m`: is one within `within_m` metres of the draw; and, where
    /// `recall` outputs are remembered, is one within two thirds of that of one of them. What they cost is counted as
    /// `accounting` says.
    pub(crate) fn new(
        within_m: f64,
        epsilon: f64,
        recall: u8,
        radius_m: f64,
        accounting: Accounting,
    ) -> Result<Self, MechanismError> {
        let hold = Hold::new(within_m, epsilon, radius_m)?;
        let recall = match recall {
            0 => None,
            most => Some(Recall { test: Hold::new(RECALL_WITHIN * within_m, epsilon, radius_m)?, most }),
        };
        Ok(Self { hold, recall, accounting })
    }

    /// The loss of a stay, however many ticks ask about it.
    pub(crate) fn loss(&self) -> PrivacyLoss {
        self.accounting.of_pure(self.hold.loss())
    }

    /// The loss of going back to an earlier draw.
    pub(crate) fn recalled(&self) -> PrivacyLoss {
        self.recall.as_ref().map_or(PrivacyLoss::ZERO, |recall| self.accounting.of_pure(recall.test.loss()))
    }

    /// The loss of a test of recall that found no earlier draw near.
    ///
    /// In pure accounting it is less than that of one that did. A loss in ρ is an average over all answers, which no answer
    /// can make smaller afterwards: there it is the same (`docs/guarantees.md`, theorem 4).
    pub(crate) fn recalled_in_vain(&self) -> PrivacyLoss {
        match (&self.recall, self.accounting) {
            (Some(recall), Accounting::Pure) => recall.test.loss_of_threshold(),
            _ => self.recalled(),
        }
    }

    /// The most that the end of a stay costs, if a new draw costs `draw`.
    pub(crate) fn end(&self, draw: PrivacyLoss) -> PrivacyLoss {
        self.recalled().max(self.recalled_in_vain().saturating_add(draw))
    }

    /// How many outputs the ledger keeps.
    pub(crate) fn remembered(&self) -> u8 {
        self.recall.as_ref().map_or(0, |recall| recall.most)
    }
}

/// The share of draws of which the truth lies in the area that a named place must hold.
const CERTAINTY: f64 = 0.95;

/// In scales of hold's test: as far beyond its distance as is found out on 95 % of ticks, 1 − (2 + x)·e^(−x)/4.
const FOUND_OUT: f64 = 3.272;

/// The radius in metres of the area around a draw in which the truth is likely to lie: 95 % of draws fall so near, and a stay
/// that began there ends on 95 % of ticks once one is farther away.
pub(crate) fn uncertainty_m(noise: &Noise, stays: Option<&Stays>) -> f64 {
    let stood_m = stays.map_or(0.0, |stays| stays.hold.within_m() + FOUND_OUT * stays.hold.scale_m());
    noise.error_quantile_m(CERTAINTY).max(stood_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stays(recall: u8, accounting: Accounting) -> Stays {
        Stays::new(20_000.0, 0.3, recall, 200.0, accounting).unwrap()
    }

    fn billionths(loss: PrivacyLoss) -> u64 {
        loss.billionths()
    }

    #[test]
    fn a_stay_is_found_out_as_often_as_is_said() {
        let missed = (2.0 + FOUND_OUT) * (-FOUND_OUT).exp() / 4.0;
        assert!((missed - 0.05).abs() < 2e-5, "{missed}");
    }

    #[test]
    fn what_a_stay_costs_is_counted_in_the_policys_currency() {
        let draw = PrivacyLoss::from_billionths(7);
        let pure = stays(4, Accounting::Pure);
        assert_eq!((billionths(pure.loss()), billionths(pure.recalled())), (300_000_000, 300_000_000));
        assert_eq!(billionths(pure.recalled_in_vain()), 100_000_000);
        assert_eq!(billionths(pure.end(draw)), 300_000_000);
        let zcdp = stays(4, Accounting::Zcdp);
        assert_eq!((billionths(zcdp.loss()), billionths(zcdp.recalled())), (45_000_000, 45_000_000));
        assert_eq!(billionths(zcdp.recalled_in_vain()), 45_000_000);
        assert_eq!(billionths(zcdp.end(draw)), 45_000_007);
        for accounting in [Accounting::Pure, Accounting::Zcdp] {
            assert_eq!(stays(0, accounting).end(draw), draw, "without recall nothing is asked");
        }
    }

    /// Two laws of a test's answer, of which the one answer obeys a pure ε and the other ε/3, whose divergence is more than
    /// the average of half the squares: why a test costs the same in ρ whatever it answers.
    #[test]
    fn a_charge_by_the_answer_would_be_too_small_in_rho() {
        let (epsilon, third) = (1.0_f64, 1.0_f64 / 3.0);
        let near_there = third.exp_m1() / (third.exp() - (-epsilon).exp());
        let near_here = near_there * (-epsilon).exp();
        assert!((((1.0 - near_here) / (1.0 - near_there)).ln() - third).abs() < 1e-12, "both bounds are reached");
        let divergence = -near_here * epsilon + (1.0 - near_here) * third;
        let by_the_answer = near_here * epsilon.powi(2) / 2.0 + (1.0 - near_here) * third.powi(2) / 2.0;
        assert!((divergence - 0.1445).abs() < 1e-4 && (by_the_answer - 0.1185).abs() < 1e-4);
        assert!(divergence <= epsilon.powi(2) / 2.0);
    }
}
