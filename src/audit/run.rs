//! A run of many comparisons: one seed, and one false-alarm rate for all of them together.

/// A run of an audit: how many draws, how rarely it may raise a false alarm, and the seed that repeats it.
///
/// `alpha` is the probability that an honest mechanism is called broken by *any* comparison of the run; each comparison
/// gets an equal share of it (Bonferroni), and there are no more comparisons than shares.
///
/// The seed makes the run repeatable; it opens no way to seed a [`Minimizer`](crate::Minimizer).
///
/// # Example
///
/// ```
/// use hereabouts::audit::Run;
///
/// assert_eq!(Run::new(200_000, 1e-6, 90, 7)?.comparisons().count(), 90);
/// # Ok::<(), hereabouts::audit::RunError>(())
/// ```
#[derive(Debug)]
pub struct Run {
    draws: u64,
    alpha: f64,
    comparisons: u32,
    seed: u64,
}

/// One of the comparisons that a [`Run`] allows: its share of the false-alarm rate, and coins of its own. It is spent by
/// its use.
#[derive(Debug)]
pub struct Comparison {
    pub(super) draws: u64,
    pub(super) alpha: f64,
    seed: u64,
    number: u32,
}

/// Why a run was refused.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Too few draws for a bound, or more than the confidence bounds are computed exactly for.
    #[error("{draws} draws an arm: give 1 to {most}", most = Run::MOST_DRAWS)]
    Draws {
        /// What was given.
        draws: u64,
    },
    /// The false-alarm rate is no small probability.
    #[error("a false-alarm rate of {alpha}: give a probability from 1e-15 to 0.5, such as 1e-6")]
    Alpha {
        /// What was given.
        alpha: f64,
    },
    /// No comparison at all.
    #[error("a run of no comparisons: give at least one")]
    Comparisons,
}

impl Run {
    /// The most draws an arm: up to here the confidence bounds are exact to a millionth of `alpha`.
    pub const MOST_DRAWS: u64 = 10_000_000;

    /// A run of `comparisons` comparisons, each with `draws` draws at either place.
    ///
    /// # Errors
    ///
    /// [`RunError`] if a number is out of range.
    pub fn new(draws: u64, alpha: f64, comparisons: u32, seed: u64) -> Result<Self, RunError> {
        if draws == 0 || draws > Self::MOST_DRAWS {
            return Err(RunError::Draws { draws });
        }
        if !(1e-15..=0.5).contains(&alpha) {
            return Err(RunError::Alpha { alpha });
        }
        if comparisons == 0 {
            return Err(RunError::Comparisons);
        }
        Ok(Self { draws, alpha, comparisons, seed })
    }

    /// The comparisons, to be spent one by one.
    #[must_use = "a comparison does nothing until it is spent"]
    pub fn comparisons(self) -> impl Iterator<Item = Comparison> {
        let alpha = self.alpha / f64::from(self.comparisons);
        (0..self.comparisons).map(move |number| Comparison { draws: self.draws, alpha, seed: self.seed, number })
    }
}

impl Comparison {
    /// The key of a generator that nothing else in the run uses.
    pub(super) fn key(&self, arm: u64, part: u64) -> [u8; 32] {
        let mut key = [0; 32];
        for (bytes, number) in key.chunks_exact_mut(8).zip([self.seed, u64::from(self.number), arm, part]) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        key
    }
}
