//! [`Window`] and [`Budget`]: the most loss in any span of time.

use core::fmt;
use core::time::Duration;

use jiff::SignedDuration;
use litemap::LiteMap;

use super::accounting::Accounting;
use super::loss::PrivacyLoss;

/// Ten thousand years of 365 days: longer than the calendar, and far from where sums of milliseconds overflow.
const LONGEST: Duration = Duration::from_secs(10_000 * 365 * 86_400);

/// The most loss that a window may allow, in billionths: nine billion ε. It fits a signed integer of 64 bits.
const MOST_LOSS: PrivacyLoss = PrivacyLoss::from_billionths(9_000_000_000_000_000_000);

/// A sliding window: in every span of time of this length, at most this loss.
///
/// With length *W* and loss *B*: for every time *t*, the losses charged at times in (*t* − *W*, *t*] sum to at most *B*.
/// Over a longer time *T* the loss can reach (⌊*T*/*W*⌋ + 1)·*B*: a window bounds a rate, not a lifetime.
///
/// # Citation
///
/// Sliding windows are the *w*-event privacy of G. Kellaris, S. Papadopoulos, X. Xiao, D. Papadias, "Differentially
/// Private Event Sequences over Infinite Streams", PVLDB 7(12), 2014.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use hereabouts::{PrivacyLoss, Window};
///
/// let day = Window::new(PrivacyLoss::from_billionths(8_000_000_000), Duration::from_secs(86_400))?;
/// assert_eq!(day.to_string(), "8 in 24h");
/// assert!(Window::new(PrivacyLoss::ZERO, Duration::from_secs(86_400)).is_err());
/// # Ok::<(), hereabouts::BudgetError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    loss: PrivacyLoss,
    length: Duration,
}

impl Window {
    /// A window that allows `loss` in any span of `length`.
    ///
    /// # Errors
    ///
    /// [`BudgetError`] if the loss is zero or above nine billion ε, or if the length is zero, not a whole number of
    /// milliseconds, or above ten thousand years.
    pub fn new(loss: PrivacyLoss, length: Duration) -> Result<Self, BudgetError> {
        if loss == PrivacyLoss::ZERO {
            return Err(BudgetError::NoLoss);
        }
        if loss > MOST_LOSS {
            return Err(BudgetError::TooMuchLoss { loss });
        }
        if length.is_zero() {
            return Err(BudgetError::NoLength);
        }
        if !length.subsec_nanos().is_multiple_of(1_000_000) {
            return Err(BudgetError::NotWholeMilliseconds { length });
        }
        if length > LONGEST {
            return Err(BudgetError::TooLong { length });
        }
        Ok(Self { loss, length })
    }

    /// The most loss in any span of the window's length.
    #[must_use]
    pub const fn loss(&self) -> PrivacyLoss {
        self.loss
    }

    /// The window's length: a whole number of milliseconds.
    #[must_use]
    pub const fn length(&self) -> Duration {
        self.length
    }

    pub(super) fn length_ms(&self) -> i64 {
        i64::try_from(self.length.as_millis()).unwrap_or(i64::MAX)
    }
}

/// The loss and the length, as in "8 in 24h".
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.loss, readable(&self.length))
    }
}

fn readable(length: &Duration) -> String {
    SignedDuration::try_from(*length).map_or_else(|_| format!("{length:?}"), |length| format!("{length:#}"))
}

/// One or more windows; all must hold.
///
/// They count the losses of all purposes together, since destinations may collude. A purpose can have windows of its own
/// besides: then those must hold too.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use hereabouts::{Budget, PrivacyLoss, Window};
///
/// let epsilon = |epsilon: u64| PrivacyLoss::from_billionths(epsilon * 1_000_000_000);
/// let day = Window::new(epsilon(8), Duration::from_secs(86_400))?;
/// let month = Window::new(epsilon(60), Duration::from_secs(30 * 86_400))?;
/// assert_eq!(Budget::new([day, month])?.windows(), [day, month]);
/// assert!(Budget::new([]).is_err());
///
/// let less = Window::new(epsilon(2), Duration::from_secs(86_400))?;
/// let budget = Budget::new([day])?.with_purpose("advertising", [less])?;
/// assert_eq!(budget.windows_for("advertising").collect::<Vec<_>>(), [day, less]);
/// # Ok::<(), hereabouts::BudgetError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Budget {
    windows: Vec<Window>,
    /// The windows that count one purpose alone.
    purposes: LiteMap<String, Vec<Window>>,
    accounting: Accounting,
}

impl Budget {
    /// A budget of these windows over all purposes together, in this order, in pure ε.
    ///
    /// # Errors
    ///
    /// [`BudgetError`] if there is no window, or if two have the same length.
    pub fn new(windows: impl IntoIterator<Item = Window>) -> Result<Self, BudgetError> {
        Ok(Self { windows: differing(windows)?, purposes: LiteMap::new(), accounting: Accounting::Pure })
    }

    /// The same budget with windows that count one purpose alone, in the place of those that it had.
    ///
    /// # Errors
    ///
    /// [`BudgetError`] if there is no window, or if two have the same length.
    pub fn with_purpose(
        mut self,
        purpose: &str,
        windows: impl IntoIterator<Item = Window>,
    ) -> Result<Self, BudgetError> {
        self.purposes.insert(purpose.to_owned(), differing(windows)?);
        Ok(self)
    }

    /// The same windows, counted in another currency.
    #[must_use]
    pub fn counted_in(self, accounting: Accounting) -> Self {
        Self { accounting, ..self }
    }

    /// What the losses of the windows are.
    #[must_use]
    pub fn accounting(&self) -> Accounting {
        self.accounting
    }

    /// The windows over all purposes together, at least one.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// The purposes that have windows of their own, and these, in alphabetical order.
    pub fn purposes(&self) -> impl Iterator<Item = (&str, &[Window])> {
        self.purposes.iter().map(|(purpose, windows)| (purpose.as_str(), windows.as_slice()))
    }

    /// Every window that a loss of a purpose counts in: those over all purposes, then its own.
    pub fn windows_for(&self, purpose: &str) -> impl Iterator<Item = Window> + '_ {
        self.windows.iter().chain(self.purposes.get(purpose).into_iter().flatten()).copied()
    }

    /// Every window, with the purpose that it counts alone.
    pub(crate) fn every_window(&self) -> impl Iterator<Item = (Option<&str>, Window)> {
        let own =
            self.purposes().flat_map(|(purpose, windows)| windows.iter().map(move |window| (Some(purpose), *window)));
        self.windows.iter().map(|window| (None, *window)).chain(own)
    }

    /// The windows in which a purpose's losses count.
    pub(super) fn scope(&self, purpose: &str) -> Scope {
        match self.purposes.keys().position(|own| own == purpose) {
            Some(index) => Scope::Purpose(index),
            None => Scope::Shared,
        }
    }

    /// The longest window's length in milliseconds: what the account must remember.
    #[cfg(feature = "sqlite")]
    pub(super) fn longest_ms(&self) -> i64 {
        self.every_window().map(|(_, window)| window.length_ms()).max().unwrap_or(i64::MAX)
    }
}

/// In which windows of a budget a charge counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In those over all purposes alone.
    Shared,
    /// In these, and in those of a purpose: its place among the purposes that have windows.
    Purpose(usize),
    /// In every one.
    Every,
}

fn differing(windows: impl IntoIterator<Item = Window>) -> Result<Vec<Window>, BudgetError> {
    let windows: Vec<Window> = windows.into_iter().collect();
    if windows.is_empty() {
        return Err(BudgetError::NoWindow);
    }
    for (index, window) in windows.iter().enumerate() {
        if windows.iter().take(index).any(|other| other.length == window.length) {
            return Err(BudgetError::SameLength { length: window.length });
        }
    }
    Ok(windows)
}

/// Why a window or a budget was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BudgetError {
    /// The budget has no window.
    #[error("the budget has no window: give at least one, for example 8 in 24h")]
    NoWindow,
    /// Two windows have one length.
    #[error("two windows of the budget are {} long: keep the smaller loss alone", readable(length))]
    SameLength {
        /// Their length.
        length: Duration,
    },
    /// The window allows no loss.
    #[error("a window allows no loss, so that nothing could ever be released: give a loss above zero")]
    NoLoss,
    /// The window allows more than nine billion ε.
    #[error("a window allows a loss of {loss}: give at most 9000000000")]
    TooMuchLoss {
        /// The loss.
        loss: PrivacyLoss,
    },
    /// The window has no length.
    #[error("a window has no length: give a span of time, for example 24h")]
    NoLength,
    /// The window's length has a part of a millisecond.
    #[error("a window is {length:?} long: give a whole number of milliseconds")]
    NotWholeMilliseconds {
        /// The length.
        length: Duration,
    },
    /// The window is longer than ten thousand years.
    #[error("a window is {} long: give at most ten thousand years", readable(length))]
    TooLong {
        /// The length.
        length: Duration,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: PrivacyLoss = PrivacyLoss::from_billionths(1_000_000_000);

    #[test]
    fn a_window_that_bounds_nothing_or_allows_nothing_is_refused() {
        let hour = Duration::from_secs(3_600);
        assert_eq!(Window::new(PrivacyLoss::ZERO, hour), Err(BudgetError::NoLoss));
        assert_eq!(Window::new(ONE, Duration::ZERO), Err(BudgetError::NoLength));
        let too_much = PrivacyLoss::from_billionths(MOST_LOSS.billionths() + 1);
        assert_eq!(Window::new(too_much, hour), Err(BudgetError::TooMuchLoss { loss: too_much }));
        assert!(Window::new(MOST_LOSS, hour).is_ok());
        let odd = Duration::from_micros(1_500);
        assert_eq!(Window::new(ONE, odd), Err(BudgetError::NotWholeMilliseconds { length: odd }));
        assert!(Window::new(ONE, Duration::from_millis(1)).is_ok());
        assert!(Window::new(ONE, LONGEST).is_ok());
        for length in [LONGEST + Duration::from_millis(1), Duration::from_secs(u64::MAX)] {
            assert_eq!(Window::new(ONE, length), Err(BudgetError::TooLong { length }));
        }
    }

    #[test]
    fn a_budget_has_a_window_and_no_length_twice() {
        let window = |seconds| Window::new(ONE, Duration::from_secs(seconds)).unwrap();
        assert_eq!(Budget::new([]), Err(BudgetError::NoWindow));
        let twice = Budget::new([window(60), window(3_600), window(60)]);
        assert_eq!(twice, Err(BudgetError::SameLength { length: Duration::from_secs(60) }));
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn an_account_remembers_as_long_as_its_longest_window() {
        let windows = [60, 3_600].map(|seconds| Window::new(ONE, Duration::from_secs(seconds)).unwrap());
        assert_eq!(Budget::new(windows).unwrap().longest_ms(), 3_600_000);
    }

    #[test]
    fn every_error_says_what_would_be_right() {
        let length = Duration::from_secs(86_400);
        let text = BudgetError::SameLength { length }.to_string();
        assert_eq!(text, "two windows of the budget are 24h long: keep the smaller loss alone");
        let text = BudgetError::TooLong { length: Duration::MAX }.to_string();
        assert!(text.ends_with("give at most ten thousand years"), "{text}");
    }
}
