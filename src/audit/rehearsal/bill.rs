//! The bill: what a rehearsal cost.

use core::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::replay::Sent;
use super::{Rehearsal, Replay};
use crate::audit::attack::Spread;
use crate::budget::{Accounting, PrivacyLoss, Receipt, Window};
use crate::sphere::Position;

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
    /// What losses are counted in: ε or ρ.
    pub accounting: Accounting,
    /// The loss in all, draws and stays.
    pub loss: Spread,
    /// How far what was told last lies from the truth, in metres: the mean over the ticks of each run.
    pub mean_error_m: Option<Spread>,
    /// The windows of the budget.
    pub windows: Vec<FullestWindow>,
}

/// A window of the budget, and the most that was ever spent in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FullestWindow {
    /// Its length in seconds.
    pub window_s: f64,
    /// The most loss that it allows.
    pub loss: f64,
    /// The most that was spent in it, in any run, wherever it is laid.
    pub most_spent: f64,
}

impl Bill {
    pub(crate) fn of(rehearsal: &Rehearsal) -> Self {
        let replays = &rehearsal.replays;
        let over_runs = |figure: &dyn Fn(&Replay) -> f64| Spread::of(replays.iter().map(figure)).unwrap_or_default();
        let count = |is_counted: &dyn Fn(&Sent) -> bool| {
            over_runs(&|replay| replay.sent.iter().filter(|sent| is_counted(sent)).count() as f64)
        };
        let loss = |receipt: &Receipt| receipt.loss().saturating_add(receipt.stay_loss());
        let window = |window: &Window| FullestWindow {
            window_s: window.length().as_secs_f64(),
            loss: window.loss().epsilon(),
            most_spent: replays
                .iter()
                .filter_map(|replay| fullest(&rehearsal.charged(replay), &replay.receipts, window.length()))
                .map(|full| full.loss.epsilon())
                .fold(0.0, f64::max),
        };
        Self {
            ticks: rehearsal.moments.len() as u64,
            draws: count(&|sent| sent.is_draw),
            held: count(&|sent| sent.is_held),
            silences: over_runs(&|replay| replay.silences as f64),
            accounting: rehearsal.policy.budget().accounting(),
            loss: over_runs(&|replay| replay.receipts.iter().map(loss).sum::<PrivacyLoss>().epsilon()),
            mean_error_m: Spread::of(replays.iter().filter_map(|replay| rehearsal.mean_error_m(replay))),
            windows: rehearsal.policy.budget().windows().iter().map(window).collect(),
        }
    }
}

impl Rehearsal {
    /// When how much was charged.
    pub(crate) fn charged(&self, replay: &Replay) -> Vec<(Timestamp, PrivacyLoss)> {
        let charge = |sent: &Sent| Some((self.moments.get(sent.moment)?.time, sent.release.loss()));
        replay.sent.iter().filter_map(charge).collect()
    }

    /// How far what was told last is from the truth, in metres, on average over all ticks from the first answer on.
    pub(super) fn mean_error_m(&self, replay: &Replay) -> Option<f64> {
        let told = self.told(replay);
        let mut told = told.iter().peekable();
        let mut latest: Vec<Option<Position>> = vec![None; self.purposes.len()];
        let mut errors_m = Vec::new();
        for moment in &self.moments {
            let answer = told.next_if(|told| told.time == moment.time && told.purpose == moment.purpose);
            let Some(latest) = latest.get_mut(moment.purpose) else { continue };
            *latest = answer.map(|told| *told.observation.position()).or(*latest);
            errors_m.extend(latest.map(|place| place.great_circle_distance_m(moment.truth.position())));
        }
        Spread::of(errors_m).map(|errors| errors.mean)
    }
}

/// The fullest place of a window: what receipts charge within it, and when it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Full {
    pub(crate) loss: PrivacyLoss,
    pub(crate) end: Timestamp,
}

/// Where a window of a length holds the most: a loss counts from when it is charged; that of a draw until the window has
/// passed, that of a stay until the window has passed since its last question.
pub(crate) fn fullest(charged: &[(Timestamp, PrivacyLoss)], receipts: &[Receipt], length: Duration) -> Option<Full> {
    let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
    let passed = |time: Timestamp| time.saturating_add(length).unwrap_or(Timestamp::MAX);
    let mut steps: Vec<(Timestamp, bool, PrivacyLoss)> =
        charged.iter().map(|(time, loss)| (*time, true, *loss)).collect();
    for receipt in receipts {
        steps.push((passed(receipt.time()), false, receipt.loss()));
        steps.push((passed(receipt.stay_until().unwrap_or(receipt.time())), false, receipt.stay_loss()));
    }
    // At one time the old goes first: a window is (t − length, t].
    steps.sort_by_key(|(time, is_added, _)| (*time, *is_added));
    let (mut most, mut sum): (Option<Full>, _) = (None, PrivacyLoss::ZERO);
    for (time, is_added, loss) in steps {
        sum = if is_added { sum.saturating_add(loss) } else { sum.saturating_sub(loss) };
        if is_added && most.is_none_or(|full| sum > full.loss) {
            most = Some(Full { loss: sum, end: time });
        }
    }
    most
}
