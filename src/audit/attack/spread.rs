//! [`Spread`]: a figure over many runs.

use serde::Serialize;

/// A figure that differs from run to run: its mean, and the range that holds 90 % of the runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The 5 % quantile: one run in twenty gave less.
    pub low: f64,
    /// The 95 % quantile: one run in twenty gave more.
    pub high: f64,
    /// How many runs gave a figure.
    pub runs: u64,
}

impl Spread {
    /// Of some figures; `None` if there is none.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::audit::attack::Spread;
    ///
    /// let spread = Spread::of((0..=100).map(f64::from)).unwrap();
    /// assert_eq!((spread.low, spread.mean, spread.high), (5.0, 50.0, 95.0));
    /// assert_eq!(Spread::of([]), None);
    /// ```
    #[must_use]
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let last = figures.len().checked_sub(1)?;
        let quantile = |share: f64| figures.get((share * last as f64).round() as usize).copied();
        let mean = figures.iter().sum::<f64>() / figures.len() as f64;
        Some(Self { mean, low: quantile(0.05)?, high: quantile(0.95)?, runs: figures.len() as u64 })
    }
}
