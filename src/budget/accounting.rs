//! [`Accounting`]: what losses are counted in.

use core::fmt;

use opendp::combinators::ConcentratedMeasure;
use opendp::measures::ZeroConcentratedDivergence;
use serde::Serialize;

use super::loss::PrivacyLoss;

/// What a budget, and the ledger that it is kept in, counts losses in: one currency for all purposes of a policy.
///
/// # Example
///
/// ```
/// use hereabouts::{Accounting, PrivacyLoss};
///
/// let epsilon = PrivacyLoss::from_epsilon(0.5).unwrap();
/// assert_eq!(Accounting::Pure.of_pure(epsilon), epsilon);
/// assert_eq!(Accounting::Zcdp.of_pure(epsilon).to_string(), "0.125"); // ε²/2
/// let rho = PrivacyLoss::from_rho(0.5).unwrap();
/// assert!(Accounting::Zcdp.epsilon_at(rho, 1e-9).unwrap() < 6.94); // 0.5 + 2·√(0.5·ln 10⁹) is the well-known bound
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Accounting {
    /// Pure differential privacy: losses are ε, and add.
    #[default]
    Pure,
    /// Zero-concentrated differential privacy: losses are ρ, and add (M. Bun, T. Steinke, TCC 2016, lemma 1.7).
    Zcdp,
}

impl Accounting {
    /// What a pure loss ε counts: itself, or ε²/2 rounded up (Bun, Steinke 2016, proposition 1.4).
    #[must_use]
    pub const fn of_pure(&self, epsilon: PrivacyLoss) -> PrivacyLoss {
        const TWO_UNITS: u128 = 2 * PrivacyLoss::BILLION as u128;
        match self {
            Self::Pure => epsilon,
            Self::Zcdp => {
                let billionths = (epsilon.billionths() as u128).pow(2).div_ceil(TWO_UNITS);
                // Beyond the range is over every budget.
                PrivacyLoss::from_billionths(if billionths > u64::MAX as u128 { u64::MAX } else { billionths as u64 })
            }
        }
    }

    /// The ε for which a loss is (ε, δ)-differential privacy: a pure loss itself; for ρ the least that OpenDP's curve
    /// gives, never above the well-known ρ + 2·√(ρ·ln(1/δ)). `None` if δ is no probability above zero and below one.
    ///
    /// Convert a sum, never its parts: the δ of parts would add.
    ///
    /// # Citation
    ///
    /// C. Canonne, G. Kamath, T. Steinke, "The discrete Gaussian for differential privacy" (NeurIPS 2020), proposition 7,
    /// as implemented in OpenDP; the bound is M. Bun, T. Steinke (TCC 2016), proposition 1.3.
    #[must_use]
    pub fn epsilon_at(&self, loss: PrivacyLoss, delta: f64) -> Option<f64> {
        if !(delta > 0.0 && delta < 1.0) {
            return None;
        }
        match self {
            Self::Pure => Some(loss.epsilon()),
            Self::Zcdp => {
                let rho = loss.rho();
                let curve = ZeroConcentratedDivergence::convert(rho).and_then(|curve| curve.epsilon(delta)).ok();
                // Where the curve's arithmetic overflows, the bound is as good.
                Some(curve.unwrap_or_else(|| (rho + 2.0 * (rho * -libm::log(delta)).sqrt()) * (1.0 + 1e-15)))
            }
        }
    }

    /// The letter of its losses: ε or ρ.
    #[must_use]
    pub const fn symbol(&self) -> &'static str {
        match self {
            Self::Pure => "ε",
            Self::Zcdp => "ρ",
        }
    }

    /// The name of its losses in files: `epsilon` or `rho`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Pure => "epsilon",
            Self::Zcdp => "rho",
        }
    }
}

/// As policies write it: "pure", "zcdp".
impl fmt::Display for Accounting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pure => "pure",
            Self::Zcdp => "zcdp",
        })
    }
}

#[cfg(test)]
mod tests {
    use opendp::combinators::{make_pureDP_to_zCDP, make_zCDP_to_approxDP};
    use proptest::prelude::*;

    use super::*;
    use crate::{Gaussian, PlanarLaplace};

    fn rho(rho: f64) -> PrivacyLoss {
        PrivacyLoss::from_rho(rho).unwrap()
    }

    #[test]
    fn a_pure_loss_counts_half_its_square_as_in_opendp() {
        for epsilon in [0.01, 0.1, 0.5, 1.0, 2.5, 7.3] {
            let mechanism = PlanarLaplace::new(epsilon, 200.0).unwrap();
            let opendp = make_pureDP_to_zCDP(mechanism.measurement().unwrap()).unwrap().map(&200.0).unwrap();
            let ours = Accounting::Zcdp.of_pure(mechanism.loss());
            let billionths = opendp * 1e9;
            assert!((ours.billionths() as f64 - billionths.ceil()).abs() <= 1.0, "{ours} is not {opendp}");
            assert!(ours.rho() >= mechanism.loss().epsilon().powi(2) / 2.0);
        }
        let most = PrivacyLoss::from_billionths(u64::MAX);
        assert_eq!(Accounting::Zcdp.of_pure(most), most, "over every budget");
        assert_eq!(Accounting::Zcdp.of_pure(PrivacyLoss::from_billionths(1)).billionths(), 1, "up");
        assert_eq!(Accounting::Zcdp.of_pure(PrivacyLoss::ZERO), PrivacyLoss::ZERO);
    }

    /// Against OpenDP's own measurement, converted whole; and against the well-known bound, which is looser.
    #[test]
    fn the_report_is_opendps() {
        for (loss, radius_m) in [(0.001, 2_000.0), (0.1, 200.0), (1.0, 200.0)] {
            let measurement = Gaussian::new(loss, radius_m).unwrap().measurement().unwrap();
            let opendp = make_zCDP_to_approxDP(measurement).unwrap().map(&radius_m).unwrap();
            for delta in [1e-12, 1e-9, 1e-6, 1e-3] {
                let ours = Accounting::Zcdp.epsilon_at(rho(loss), delta).unwrap();
                let theirs = opendp.epsilon(delta).unwrap();
                assert!(ours >= theirs && ours <= theirs * (1.0 + 1e-4), "{ours} is not {theirs}");
                let bound = loss + 2.0 * (loss * (1.0 / delta).ln()).sqrt();
                assert!(ours < bound && ours > 0.5 * bound, "{ours}, {bound}");
            }
        }
    }

    #[test]
    fn a_delta_that_is_no_probability_has_no_epsilon() {
        for delta in [0.0, -1e-9, 1.0, 2.0, f64::NAN] {
            assert_eq!(Accounting::Zcdp.epsilon_at(rho(1.0), delta), None);
        }
        assert_eq!(Accounting::Pure.epsilon_at(rho(1.0), 1e-9), Some(1.0));
        assert!(Accounting::Zcdp.epsilon_at(PrivacyLoss::ZERO, 1e-9).unwrap() < 1e-6);
        assert!(Accounting::Zcdp.epsilon_at(rho(9e9), 1e-9).unwrap() >= 9e9);
    }

    proptest! {
        #[test]
        fn a_square_is_exact_and_rounded_up(billionths in 0..4_000_000_000_000_000_000_u64) {
            let ours = Accounting::Zcdp.of_pure(PrivacyLoss::from_billionths(billionths)).billionths();
            let (exact, unit) = (u128::from(billionths).pow(2), 2_000_000_000);
            prop_assert!(ours == u64::MAX || u128::from(ours) * unit >= exact && u128::from(ours) * unit < exact + unit);
        }
    }
}
