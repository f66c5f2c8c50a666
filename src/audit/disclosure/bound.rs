//! The privacy loss of all that a destination saw.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{DisclosedRelease, DisclosureError};
use crate::budget::{Accounting, PrivacyLoss, Receipt, Zones};
use crate::policy::{Policy, Repeat};
use crate::sorted::each_once;

/// The privacy loss that bounds what a destination was told, at the protected radius: for any two journeys that lie nowhere
/// further apart than that.
///
/// It is counted by draws and not by what the destination's own receipts were charged, for a draw is paid for once and told
/// to many:
///
/// - of a purpose that draws anew on each tick: every draw that the destination saw, whichever destination's receipt paid;
/// - of a purpose whose draws may stand or be recalled: *everything* that the purpose was charged up to the last release to
///   the destination. Whether a draw stands, or an earlier one comes again, depends on draws that the destination may never
///   have been sent; what it saw is a function of them all (post-processing), and of nothing less;
/// - and the draw of every zone up to the last release, where anything was sent: where nothing true goes out shows where a
///   zone is.
///
/// What is bounded is the releases. That none came may also say that the budget was spent, which all purposes share: with
/// every silence and all who collude, the bound is [`everything`](Self::everything).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DisclosedLoss {
    /// What the losses are: ε or ρ.
    pub accounting: Accounting,
    /// The bound, over all time.
    pub bound: f64,
    /// The same as an ε: of ρ, at the policy's δ.
    pub bound_epsilon: f64,
    /// The δ of that, where ρ is counted.
    pub delta: Option<f64>,
    /// What of the bound the draws of zones cost.
    pub zones: f64,
    /// What the destination's own receipts were charged.
    pub charged: f64,
    /// What all receipts of the ledger were charged, and every zone.
    pub everything: f64,
    /// What of the bound counts now, for each window of the budget that is for all purposes.
    pub windows: Vec<DisclosedWindow>,
}

/// What counts in one window of the budget.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DisclosedWindow {
    /// Its length in seconds.
    pub window_s: f64,
    /// The most that may be charged in it, by all purposes to all destinations.
    pub budget: f64,
    /// What counts of what the destination saw.
    pub spent: f64,
}

pub(super) fn loss(
    receipts: &[&Receipt],
    zones: &Zones,
    releases: &[DisclosedRelease],
    policy: &Policy,
    at: Timestamp,
) -> Result<DisclosedLoss, DisclosureError> {
    let accounting = policy.budget().accounting();
    if let Some(other) = receipts.iter().find(|receipt| receipt.accounting() != accounting) {
        let (sequence, found) = (other.sequence(), other.accounting());
        return Err(DisclosureError::OtherAccounting { sequence, found, asked: accounting });
    }
    let seen = seen(receipts, releases, policy);
    let seen: Vec<&Receipt> =
        receipts.iter().filter(|receipt| seen.binary_search(&receipt.sequence()).is_ok()).copied().collect();
    let own = each_once(releases.iter().map(|sent| sent.sequence));
    let last = releases.last().map(|sent| sent.time);
    let drawn: Vec<(Timestamp, PrivacyLoss)> = zones
        .losses(accounting)
        .filter_map(|(time_ms, loss)| Some((Timestamp::from_millisecond(time_ms).ok()?, loss)))
        .collect();
    let shown: Vec<_> = drawn.iter().filter(|(time, _)| last.is_some_and(|last| *time <= last)).copied().collect();
    let of_zones = sum_of(shown.iter().map(|(_, loss)| *loss));
    let sum = total(seen.iter().copied()).saturating_add(of_zones);
    Ok(DisclosedLoss {
        accounting,
        bound: sum.epsilon(),
        bound_epsilon: policy.delta().and_then(|delta| accounting.epsilon_at(sum, delta)).unwrap_or(sum.epsilon()),
        delta: policy.delta(),
        charged: total(receipts.iter().filter(|receipt| own.binary_search(&receipt.sequence()).is_ok()).copied())
            .epsilon(),
        zones: of_zones.epsilon(),
        everything: total(receipts.iter().copied())
            .saturating_add(sum_of(drawn.iter().map(|(_, loss)| *loss)))
            .epsilon(),
        windows: policy
            .budget()
            .windows()
            .iter()
            .map(|window| DisclosedWindow {
                window_s: window.length().as_secs_f64(),
                budget: window.loss().epsilon(),
                spent: counted(&seen, &shown, at, window.length()).epsilon(),
            })
            .collect(),
    })
}

fn sum_of(losses: impl Iterator<Item = PrivacyLoss>) -> PrivacyLoss {
    losses.fold(PrivacyLoss::ZERO, PrivacyLoss::saturating_add)
}

/// The receipts that paid for what the destination saw.
fn seen(receipts: &[&Receipt], releases: &[DisclosedRelease], policy: &Policy) -> Vec<u64> {
    let is_seen = |receipt: &&&Receipt| {
        let last = releases.iter().rev().find(|sent| sent.purpose == receipt.purpose());
        last.is_some_and(|last| receipt.sequence() <= last.sequence) && holds(receipt.purpose(), receipts, policy)
    };
    let held = receipts.iter().filter(is_seen).map(|receipt| receipt.sequence());
    each_once(releases.iter().filter_map(|sent| sent.paid_by).chain(held))
}

/// Whether a purpose's draws may stand, or did so under an earlier policy.
fn holds(purpose: &str, receipts: &[&Receipt], policy: &Policy) -> bool {
    !policy.purpose(purpose).is_some_and(|rule| matches!(rule.repeat(), Repeat::Fresh))
        || receipts.iter().any(|receipt| receipt.purpose() == purpose && receipt.stay_until().is_some())
}

fn total<'a>(receipts: impl IntoIterator<Item = &'a Receipt>) -> PrivacyLoss {
    sum_of(receipts.into_iter().flat_map(|receipt| [receipt.loss(), receipt.stay_loss()]))
}

/// What counts in a window that ends at a time: what was charged since it began, and stays that were asked about since.
fn counted(
    receipts: &[&Receipt],
    zones: &[(Timestamp, PrivacyLoss)],
    at: Timestamp,
    length: core::time::Duration,
) -> PrivacyLoss {
    let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
    let counts = |time: Timestamp| time <= at && at.duration_since(time) < length;
    let of = |receipt: &&Receipt| {
        let draw = Some(receipt.loss()).filter(|_| counts(receipt.time()));
        // A stay counts at each of its ticks; those before `at` that are not known are taken for all up to the last.
        let stay = receipt.stay_until().filter(|until| receipt.time() <= at && counts((*until).min(at)));
        sum_of([draw, stay.map(|_| receipt.stay_loss())].into_iter().flatten())
    };
    let zones = zones.iter().filter(|(time, _)| counts(*time)).map(|(_, loss)| *loss);
    sum_of(receipts.iter().map(of).chain(zones))
}
