//! The bill: what a rehearsal cost.

use core::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Replay;
use crate::audit::attack::Spread;
use crate::budget::{Budget, PrivacyLoss, Receipt};

/// What a run costs, over all runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Bill {
    /// Decisions, one a purpose and tick.
    pub ticks: u64,
    /// New draws.
    pub draws: Spread,
    /// Answers to a destination that hold what was sent before.
    pub held: Spread,
    /// Answers to a destination that were nothing at all.
    pub silences: Spread,
    /// ε in all.
    pub epsilon: Spread,
    /// The windows of the budget.
    pub windows: Vec<FullestWindow>,
}

/// A window of the budget, and the most that was ever spent in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FullestWindow {
    /// Its length in seconds.
    pub window_s: f64,
    /// The most ε that it allows.
    pub epsilon: f64,
    /// The most ε that was spent in it, in any run, wherever it is laid.
    pub most_spent: f64,
}

impl Bill {
    pub(crate) fn of(replays: &[Replay], budget: &Budget) -> Self {
        let over_runs = |figure: &dyn Fn(&Replay) -> f64| Spread::of(replays.iter().map(figure)).unwrap_or_default();
        let draws = |replay: &Replay| {
            replay.receipts.iter().filter(|receipt| receipt.loss() > PrivacyLoss::ZERO).count() as f64
        };
        let window = |window: &crate::budget::Window| FullestWindow {
            window_s: window.length().as_secs_f64(),
            epsilon: window.loss().epsilon(),
            most_spent: replays
                .iter()
                .filter_map(|replay| fullest(&replay.receipts, window.length()))
                .map(|(loss, _)| loss.epsilon())
                .fold(0.0, f64::max),
        };
        Self {
            ticks: replays.first().map_or(0, |replay| replay.ticks),
            draws: over_runs(&draws),
            held: over_runs(&|replay| replay.sent.iter().filter(|sent| sent.is_held).count() as f64),
            silences: over_runs(&|replay| replay.silences as f64),
            epsilon: over_runs(&|replay| replay.receipts.iter().map(Receipt::loss).sum::<PrivacyLoss>().epsilon()),
            windows: budget.windows().iter().map(window).collect(),
        }
    }
}

/// The most that receipts charge within (t − length, t], and the t at which they do first.
pub(crate) fn fullest(receipts: &[Receipt], length: Duration) -> Option<(PrivacyLoss, Timestamp)> {
    let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
    let mut most: Option<(PrivacyLoss, Timestamp)> = None;
    let (mut begin, mut sum) = (receipts.iter(), PrivacyLoss::ZERO);
    let mut oldest = begin.next();
    // Receipts are in the order of their times, which never step back.
    for receipt in receipts {
        sum = sum.saturating_add(receipt.loss());
        while let Some(old) = oldest.filter(|old| receipt.time().duration_since(old.time()) >= length) {
            sum = sum.saturating_sub(old.loss());
            oldest = begin.next();
        }
        if most.is_none_or(|(loss, _)| sum > loss) {
            most = Some((sum, receipt.time()));
        }
    }
    most
}
