//! [`PrivacyLoss`]: whole billionths of ε or ρ, rounded up.

use core::fmt;
use core::iter::Sum;

/// Privacy loss in whole billionths of ε or ρ, always rounded up: sums are exact, and never less than the truth. Which of
/// the two it is, the [`Accounting`](crate::Accounting) says.
///
/// # Example
///
/// ```
/// use hereabouts::PrivacyLoss;
///
/// let draw = PrivacyLoss::from_epsilon(1.000_001_2).unwrap();
/// assert_eq!(draw.billionths(), 1_000_001_200);
/// assert_eq!(PrivacyLoss::from_epsilon(0.1).unwrap().to_string(), "0.1"); // the decimal as written, not its f64
/// assert_eq!(PrivacyLoss::from_epsilon(1e-12).unwrap().billionths(), 1); // up
/// assert!(PrivacyLoss::from_epsilon(-1.0).is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrivacyLoss(u64);

impl PrivacyLoss {
    /// No loss.
    pub const ZERO: Self = Self(0);

    /// Billionths in one ε or ρ.
    pub(super) const BILLION: u64 = 1_000_000_000;

    /// From whole billionths of ε or ρ.
    #[must_use]
    pub const fn from_billionths(billionths: u64) -> Self {
        Self(billionths)
    }

    /// From ε, rounded up to a billionth; `None` if it is negative, not a number, or above nine billion.
    ///
    /// The number is read as the shortest decimal that means the same `f64`, so that 0.1 is a tenth: what a person wrote
    /// in a policy, and not 0.1000000000000000055. (The difference is below 2⁻⁵³ of ε; the slack that a mechanism is
    /// charged covers it: `docs/guarantees.md`.)
    #[must_use]
    pub fn from_epsilon(epsilon: f64) -> Option<Self> {
        if !(0.0..=9e9).contains(&epsilon) {
            return None;
        }
        let decimal = format!("{}", epsilon.abs()); // never in exponent form; -0.0 is zero
        let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
        let whole: u64 = whole.parse().ok()?;
        let mut billionths = 0;
        for place in 0..9 {
            billionths = billionths * 10 + u64::from(fraction.as_bytes().get(place).map_or(0, |digit| digit - b'0'));
        }
        let rest = fraction.as_bytes().iter().skip(9).any(|&digit| digit != b'0');
        Some(Self(whole * Self::BILLION + billionths + u64::from(rest)))
    }

    /// From ρ, under the same rules.
    #[must_use]
    pub fn from_rho(rho: f64) -> Option<Self> {
        Self::from_epsilon(rho)
    }

    /// Whole billionths of ε or ρ.
    #[must_use]
    pub const fn billionths(&self) -> u64 {
        self.0
    }

    /// As ε, for people and formulas; the account itself is kept in integers.
    #[must_use]
    pub fn epsilon(&self) -> f64 {
        self.0 as f64 / Self::BILLION as f64
    }

    /// As ρ, where that is what is counted.
    #[must_use]
    pub fn rho(&self) -> f64 {
        self.epsilon()
    }

    /// The sum, at most the largest number there is: a sum that overflows is over every budget.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, at least zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for PrivacyLoss {
    fn sum<I: Iterator<Item = Self>>(losses: I) -> Self {
        losses.fold(Self::ZERO, Self::saturating_add)
    }
}

/// ε or ρ as an exact decimal.
impl fmt::Display for PrivacyLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / Self::BILLION, self.0 % Self::BILLION);
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{fraction:09}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BILLION: u64 = PrivacyLoss::BILLION;

    fn epsilon(epsilon: f64) -> Option<u64> {
        PrivacyLoss::from_epsilon(epsilon).map(|loss| loss.billionths())
    }

    #[test]
    fn what_is_no_loss_is_refused() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -f64::MIN_POSITIVE, 9e9_f64.next_up()] {
            assert_eq!(epsilon(bad), None, "{bad}");
        }
        assert_eq!(epsilon(9e9), Some(9_000_000_000 * BILLION));
        assert_eq!(epsilon(0.0), Some(0));
        assert_eq!(epsilon(-0.0), Some(0));
    }

    #[test]
    fn a_loss_is_never_rounded_down() {
        assert_eq!(epsilon(f64::MIN_POSITIVE), Some(1));
        assert_eq!(epsilon(1e-9), Some(1));
        assert_eq!(epsilon(1.000_000_000_1e-9), Some(2));
        assert_eq!(epsilon(1.0_f64.next_up()), Some(BILLION + 1));
        assert_eq!(epsilon(1.0_f64.next_down()), Some(BILLION));
    }

    #[test]
    fn a_sum_that_overflows_is_over_every_budget() {
        let most = PrivacyLoss::from_billionths(u64::MAX);
        assert_eq!([most, most].into_iter().sum::<PrivacyLoss>(), most);
        assert_eq!(PrivacyLoss::ZERO.saturating_sub(most), PrivacyLoss::ZERO);
    }

    proptest! {
        #[test]
        fn a_loss_is_the_decimal_rounded_up(value in 0.0..9e9_f64) {
            // Against an arithmetic that shares nothing with it: 25 decimals of the shortest form, in 128 bits.
            let text = format!("{value}");
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
            let digits: u128 = format!("{whole}{fraction:0<25.25}").parse().unwrap();
            prop_assert_eq!(u128::from(epsilon(value).unwrap()), digits.div_ceil(10_u128.pow(16)));
        }

        #[test]
        fn the_text_of_a_loss_is_exact(billionths in any::<u64>()) {
            let text = PrivacyLoss::from_billionths(billionths).to_string();
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let read: u64 = format!("{whole}{fraction:0<9}").parse().unwrap();
            prop_assert_eq!(read, billionths);
            prop_assert!(!text.contains('.') || !text.ends_with('0'));
        }

        #[test]
        fn a_loss_below_a_million_survives_the_way_through_epsilon(billionths in 0..1_000_000 * BILLION) {
            let loss = PrivacyLoss::from_billionths(billionths);
            prop_assert_eq!(PrivacyLoss::from_epsilon(loss.epsilon()), Some(loss));
        }
    }
}
