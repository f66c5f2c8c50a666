//! [`ExplainedHold`]: what a policy's hold and recall do, cost and leave, in plain sentences.

use core::f64::consts::PI;
use core::fmt;

use serde::Serialize;

use crate::mechanism::Stays;
use crate::policy::words::{length, thousands};
use crate::{Noise, PrivacyLoss};

/// How long a draw stands, and what that costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedHold {
    /// What counts as near the draw, in metres.
    pub within_m: f64,
    /// The loss of a stay, however long, as an exact decimal.
    pub stay: String,
    /// The probability that one question about the very place is answered "not near".
    pub false_alarm: f64,
    /// How many of the last draws are asked about before a new one is made; zero for no recall.
    pub recall: u8,
    /// What counts as near an earlier draw, in metres; `None` without recall.
    pub recall_within_m: Option<f64>,
    /// The loss of going back to an earlier draw, as an exact decimal; `None` without recall.
    pub recalled: Option<String>,
    /// The most that leaving a place for a new one costs: the stay, the test of recall, the new draw.
    pub move_on: String,
    /// About the mean error in metres of the best estimate of a place at which thirty draws were made.
    pub error_after_30_draws_m: f64,
}

impl ExplainedHold {
    pub(in crate::policy) fn new(stays: &Stays, draw: PrivacyLoss, noise: &Noise) -> Self {
        let recall = stays.recall.as_ref();
        Self {
            within_m: stays.hold.within_m(),
            stay: stays.loss().to_string(),
            false_alarm: stays.hold.false_alarm(),
            recall: recall.map_or(0, |recall| recall.most),
            recall_within_m: recall.map(|recall| recall.test.within_m()),
            recalled: recall.map(|_| stays.recalled().to_string()),
            move_on: move_on(stays, draw).to_string(),
            error_after_30_draws_m: noise.spread_m() * (PI / 60.0).sqrt(),
        }
    }
}

/// What leaving a place for a new one costs.
fn move_on(stays: &Stays, draw: PrivacyLoss) -> PrivacyLoss {
    stays.loss().saturating_add(stays.recalled_in_vain()).saturating_add(draw)
}

/// The most draws that a loss affords: each after the first ends a stay.
pub(super) fn most_draws(stays: &Stays, draw: PrivacyLoss, budget: PrivacyLoss) -> u64 {
    let Some(rest) = budget.billionths().checked_sub(draw.billionths()) else { return 0 };
    1 + rest / move_on(stays, draw).billionths().max(1)
}

impl fmt::Display for ExplainedHold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "  Hold: the last draw stands while a noisy test says that one is within {} of it; a move well below that goes \
             unnoticed. Who stays is taken for gone once in {} ticks.",
            length(self.within_m),
            thousands((1.0 / self.false_alarm).min(1e12)),
        )?;
        match (self.recall_within_m, &self.recalled) {
            (Some(within_m), Some(recalled)) => writeln!(
                f,
                "  Recall: before a new draw, the last {} are asked whether one is within {}; the first that is stands again, \
                 for {recalled}. Coming home is then mostly no new draw.",
                self.recall,
                length(within_m),
            ),
            _ => writeln!(
                f,
                "  Recall: none. Every return to a place is a new draw, and the best estimate from 30 of them is off by about {}.",
                length(self.error_after_30_draws_m),
            ),
        }
    }
}
