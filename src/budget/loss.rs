//! [`PrivacyLoss`]: whole billionths of ε, rounded up.

use core::fmt;
use core::iter::Sum;

/// Billionths in one ε.
const BILLION: u64 = 1_000_000_000;

/// Privacy loss in whole billionths of ε, always rounded up: sums are exact, and never less than the truth.
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

    /// From whole billionths of ε.
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
        let decimal = format!("{epsilon}"); // never in exponent form
        let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
        let whole: u64 = whole.parse().ok()?;
        let mut billionths = 0;
        for place in 0..9 {
            billionths = billionths * 10 + u64::from(fraction.as_bytes().get(place).map_or(0, |digit| digit - b'0'));
        }
        let rest = fraction.as_bytes().iter().skip(9).any(|&digit| digit != b'0');
        Some(Self(whole * BILLION + billionths + u64::from(rest)))
    }

    /// Whole billionths of ε.
    #[must_use]
    pub const fn billionths(&self) -> u64 {
        self.0
    }

    /// As ε, for people and formulas; the account itself is kept in integers.
    #[must_use]
    pub fn epsilon(&self) -> f64 {
        self.0 as f64 / BILLION as f64
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

/// ε as an exact decimal.
impl fmt::Display for PrivacyLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / BILLION, self.0 % BILLION);
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{fraction:09}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}
