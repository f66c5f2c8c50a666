//! [`Accounting`]: what losses are counted in.

use core::fmt;

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

    /// The ε for which a loss is (ε, δ)-differential privacy: a pure loss itself; for ρ the least that its Rényi divergences
    /// give, always below the well-known ρ + 2·√(ρ·ln(1/δ)). `None` if δ is no probability above zero and below one.
    ///
    /// Convert a sum, never its parts: the δ of parts would add.
    ///
    /// # Citation
    ///
    /// C. Canonne, G. Kamath, T. Steinke, "The discrete Gaussian for differential privacy" (NeurIPS 2020); proved in
    /// `docs/guarantees.md` ("Many releases in ρ"). The bound is M. Bun, T. Steinke (TCC 2016), proposition 1.3.
    #[must_use]
    pub fn epsilon_at(&self, loss: PrivacyLoss, delta: f64) -> Option<f64> {
        if !(delta > 0.0 && delta < 1.0) {
            return None;
        }
        match self {
            Self::Pure => Some(loss.epsilon()),
            Self::Zcdp => Some(epsilon_of_rho(loss.rho(), delta)),
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

/// The least over β > 0, with L = ln(1/δ) and α = 1 + β the order of the divergence, of
/// ε(β) = ρ·(1 + β) + L/β + ln β − (1 + 1/β)·ln(1 + β).
///
/// The derivative is ρ − (L − ln(1 + β))/β², so the least is where ρ·β² + ln(1 + β) reaches L. Any β gives an ε that holds:
/// how well the least is met decides how small ε is, and never whether it is true.
fn epsilon_of_rho(rho: f64, delta: f64) -> f64 {
    /// What the logarithms and sums below can be off by, as a share of what is added up.
    const ARITHMETIC: f64 = 1e-14;
    const HALVINGS: u32 = 100;
    if rho <= 0.0 {
        return 0.0;
    }
    let goal = -libm::log(delta);
    let (mut low, mut high) = (0.0, (goal / rho).sqrt());
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if rho * middle * middle + libm::log1p(middle) < goal { low = middle } else { high = middle }
    }
    let gained = libm::log(high) - (1.0 + 1.0 / high) * libm::log1p(high);
    let lost = rho * (1.0 + high) + goal / high;
    (lost + gained + ARITHMETIC * (lost + 2.0 * libm::log(high).abs() + gained.abs())).max(0.0)
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

    /// Against OpenDP's own measurement, converted whole: its curve, whose arithmetic rounds up, says that our ε has no more
    /// than this δ, and finds none that is smaller. And against the well-known bound, which is looser.
    #[test]
    fn the_epsilon_at_delta_is_that_of_opendps_curve() {
        // The smaller the loss, the looser the bound.
        let cases =
            [(0.000_01, 2_000.0, 0.2), (0.001, 2_000.0, 0.5), (0.1, 200.0, 0.5), (1.0, 200.0, 0.5), (30.0, 200.0, 0.5)];
        for (loss, radius_m, share_of_bound) in cases {
            let measurement = Gaussian::new(loss, radius_m).unwrap().measurement().unwrap();
            let rho = measurement.map(&radius_m).unwrap();
            let opendp = make_zCDP_to_approxDP(measurement).unwrap().map(&radius_m).unwrap();
            for delta in [1e-12, 1e-9, 1e-6, 1e-3] {
                let ours = epsilon_of_rho(rho, delta);
                let theirs = opendp.epsilon(delta).unwrap();
                assert!((ours - theirs).abs() <= theirs * 1e-9 + 1e-12, "{ours} is not {theirs}");
                assert!(opendp.delta(ours).unwrap() <= delta * (1.0 + 1e-9), "{ours} at {delta}");
                let bound = rho + 2.0 * (rho * (1.0 / delta).ln()).sqrt();
                assert!(ours < bound && ours > share_of_bound * bound, "{ours}, {bound}");
            }
        }
    }

    #[test]
    fn a_delta_that_is_no_probability_has_no_epsilon() {
        for delta in [0.0, -1e-9, 1.0, 2.0, f64::NAN] {
            assert_eq!(Accounting::Zcdp.epsilon_at(rho(1.0), delta), None);
        }
        assert_eq!(Accounting::Pure.epsilon_at(rho(1.0), 1e-9), Some(1.0));
        assert_eq!(Accounting::Zcdp.epsilon_at(PrivacyLoss::ZERO, 1e-9), Some(0.0));
        assert!(Accounting::Zcdp.epsilon_at(rho(9e9), 1e-9).unwrap() >= 9e9);
    }

    /// From the least loss that is counted to the greatest, and over all δ that an `f64` holds: never below zero nor above
    /// the bound, and the larger the smaller δ is.
    #[test]
    fn every_loss_has_an_epsilon() {
        for loss in [1, 1_000_000, 1_000_000_000, 9_000_000_000_000_000_000].map(PrivacyLoss::from_billionths) {
            let rho = loss.rho();
            let mut before = f64::INFINITY;
            for delta in [f64::MIN_POSITIVE, 1e-100, 1e-9, 0.01, 0.5, 1.0_f64.next_down()] {
                let epsilon = Accounting::Zcdp.epsilon_at(loss, delta).unwrap();
                let bound = (rho + 2.0 * (rho * -libm::log(delta)).sqrt()) * (1.0 + 1e-13);
                assert!((0.0..=bound).contains(&epsilon) && epsilon <= before, "{rho}, {delta}: {epsilon}, {bound}");
                before = epsilon;
            }
        }
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
