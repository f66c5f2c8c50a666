//! How much privacy is spent in any window.

use core::time::Duration;
use std::collections::BTreeMap;

use super::broken::{BrokenPromise, span};
use crate::audit::Rehearsal;
use crate::audit::rehearsal::Replay;
use crate::audit::rehearsal::bill::{Full, fullest};
use crate::budget::{PrivacyLoss, Receipt};

impl Rehearsal {
    /// Asserts that on this journey no window of a length, wherever it is laid, holds more than so much privacy loss, in the currency of the policy: draws
    /// and stays, in whichever run.
    ///
    /// # Errors
    ///
    /// [`BrokenPromise`] with the fullest window and the purpose that spent most in it.
    pub fn assert_spends_at_most(&self, loss: f64, window: Duration) -> Result<(), BrokenPromise> {
        let symbol = self.policy.budget().accounting().symbol();
        let full = |replay: &'_ Replay| -> Option<(Full, String)> {
            let full = fullest(&self.charged(replay), &replay.receipts, window)?;
            Some((full, spender(&replay.receipts, &full, window)))
        };
        let fullest = self.replays.iter().filter_map(full).max_by_key(|(full, _)| full.loss);
        let Some((full, purpose)) = fullest.filter(|(full, _)| exceeds(full.loss, loss)) else { return Ok(()) };
        Err(BrokenPromise {
            promise: format!("at most {symbol} {loss} is spent in any {}", span(window)),
            found: format!(
                "{symbol} {:.3} in the {} that end then, most of it for `{purpose}`",
                full.loss.epsilon(),
                span(window)
            ),
            at: Some(full.end),
            change: format!("{}; or {}", self.a_window(loss, window), self.quieter(&purpose)),
        })
    }

    /// Asserts that the policy allows no more than so much privacy loss in any window of a length, whatever the journey: a
    /// window that is longer than one of the budget's is covered by several of them.
    ///
    /// # Errors
    ///
    /// [`BrokenPromise`] with what the policy allows.
    pub fn assert_allows_at_most(&self, loss: f64, window: Duration) -> Result<(), BrokenPromise> {
        let symbol = self.policy.budget().accounting().symbol();
        let allowed = self.policy.budget().windows().iter().map(|own| {
            let covers = window.as_nanos().div_ceil(own.length().as_nanos().max(1));
            let times = u64::try_from(covers).unwrap_or(u64::MAX).max(1);
            (PrivacyLoss::from_billionths(own.loss().billionths().saturating_mul(times)), own, times)
        });
        let Some((allowed, own, times)) = allowed.min_by_key(|(loss, ..)| *loss) else { return Ok(()) };
        if !exceeds(allowed, loss) {
            return Ok(());
        }
        Err(BrokenPromise {
            promise: format!("the policy allows at most {symbol} {loss} in any {}", span(window)),
            found: if times == 1 {
                format!("it allows {symbol} {allowed} in {}", span(own.length()))
            } else {
                format!(
                    "it allows {symbol} {allowed}: {times} times the {symbol} {} of {}",
                    own.loss(),
                    span(own.length())
                )
            },
            at: None,
            change: self.a_window(loss, window),
        })
    }

    fn a_window(&self, loss: f64, window: Duration) -> String {
        let key = self.policy.budget().accounting().key();
        let own = self.policy.budget().windows().iter().find(|own| own.length() == window);
        let in_place = own.map_or(String::new(), |own| format!(" in place of {key} = {}", own.loss()));
        format!("a [[budget]] with {key} = {loss} and window = \"{}h\"{in_place}", window.as_secs_f64() / 3_600.0)
    }
}

/// Whether a loss is above a number, in whichever currency.
fn exceeds(loss: PrivacyLoss, most: f64) -> bool {
    PrivacyLoss::from_epsilon(most).is_none_or(|most| loss > most)
}

/// The purpose that most of a window was spent for.
fn spender(receipts: &[Receipt], full: &Full, window: Duration) -> String {
    let begin = full.end.saturating_sub(jiff::SignedDuration::try_from(window).unwrap_or(jiff::SignedDuration::MAX));
    let mut spent: BTreeMap<&str, PrivacyLoss> = BTreeMap::new();
    for receipt in receipts.iter().filter(|receipt| receipt.time() <= full.end) {
        let is_within = |time| begin.as_ref().map_or(true, |begin| time > *begin);
        let draw = if is_within(receipt.time()) { receipt.loss() } else { PrivacyLoss::ZERO };
        let stay =
            receipt.stay_until().filter(|until| is_within(*until)).map_or(PrivacyLoss::ZERO, |_| receipt.stay_loss());
        let sum = spent.entry(receipt.purpose()).or_insert(PrivacyLoss::ZERO);
        *sum = sum.saturating_add(draw).saturating_add(stay);
    }
    spent.into_iter().max_by_key(|(_, loss)| *loss).map_or(String::new(), |(purpose, _)| purpose.to_owned())
}
