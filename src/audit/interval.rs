//! Exact confidence bounds on a probability.

use statrs::distribution::{Beta, ContinuousCDF};

/// The Clopper–Pearson lower bound on a probability: `hits` of `draws` happened; the bound exceeds the probability with
/// probability at most `alpha`.
///
/// It is the `alpha` quantile of the beta distribution with parameters `hits` and `draws − hits + 1`, rounded down.
///
/// # Citation
///
/// C. Clopper, E. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
/// *Biometrika* 26 (1934).
#[must_use]
pub(super) fn lower_bound(hits: u64, draws: u64, alpha: f64) -> f64 {
    if hits == 0 {
        return 0.0;
    }
    let Ok(beta) = Beta::new(hits as f64, (draws.saturating_sub(hits) + 1) as f64) else { return 0.0 };
    let (mut low, mut high) = (0.0, 1.0);
    // Each step halves the interval. Newton's method, statrs' own, need not end for ten million draws.
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if beta.cdf(middle) < alpha { low = middle } else { high = middle }
    }
    low
}

/// The Clopper–Pearson upper bound: the lower bound on the probability of the contrary, subtracted from one.
#[must_use]
pub(super) fn upper_bound(hits: u64, draws: u64, alpha: f64) -> f64 {
    1.0 - lower_bound(draws.saturating_sub(hits), draws, alpha)
}
