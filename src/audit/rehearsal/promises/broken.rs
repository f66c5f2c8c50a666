//! [`BrokenPromise`]: what was found, when, and what to change.

use core::fmt;
use core::time::Duration;

use jiff::Timestamp;

use crate::audit::Rehearsal;
use crate::policy::{Mechanism, Purpose, Repeat};

/// A promise that a rehearsal did not keep: what was found, when on the journey, and which line of the policy to change.
/// It holds no place.
///
/// Its `Debug` form is its message, since that is what a test prints that returns it.
#[derive(Clone, PartialEq, thiserror::Error)]
#[error("{promise}: broken\n  found:  {found}{}\n  change: {change}", when(*.at))]
#[non_exhaustive]
pub struct BrokenPromise {
    /// What was promised.
    pub promise: String,
    /// What was found instead.
    pub found: String,
    /// When on the journey, if it has a time.
    pub at: Option<Timestamp>,
    /// Which line of the policy to change, or what else to do.
    pub change: String,
}

fn when(at: Option<Timestamp>) -> String {
    at.map_or(String::new(), |time| format!("\n  when:   {time}"))
}

impl fmt::Debug for BrokenPromise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Rehearsal {
    /// The purposes that were rehearsed, with their rules.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&str, &Purpose)> {
        self.purposes.iter().filter_map(|name| Some((name.as_str(), self.policy.purpose(name)?)))
    }

    /// How to make fewer draws or noisier ones for a purpose.
    pub(super) fn quieter(&self, purpose: &str) -> String {
        let Some(rule) = self.policy.purpose(purpose) else { return String::new() };
        let noise = format!("a smaller {} in its `mechanism`", loss_of_a_draw(rule));
        match rule.repeat() {
            Repeat::Fresh => format!(
                "in [purposes.{purpose}], `repeat = {{ kind = \"hold\", … }}` in place of \"fresh\", so that staying and \
                 coming back is no new draw; or {noise}; or a longer `interval` than {}",
                span(rule.interval())
            ),
            Repeat::Hold { recall: 0, .. } => format!(
                "in [purposes.{purpose}], `recall = 16` in its `repeat`, so that coming back is no new draw; or {noise}"
            ),
            Repeat::Hold { within_m, .. } => {
                format!("in [purposes.{purpose}], {noise}; or a wider `within` than {within_m} m in its `repeat`")
            }
        }
    }
}

/// What a policy says of the loss of one draw: "epsilon than 1.2".
pub(super) fn loss_of_a_draw(rule: &Purpose) -> String {
    match rule.mechanism() {
        Mechanism::PlanarLaplace { epsilon } => format!("epsilon than {epsilon}"),
        Mechanism::Gaussian { rho } => format!("rho than {rho}"),
    }
}

/// So many days in words.
pub(super) fn days_in_words(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// A time span in words: "24 h".
pub(super) fn span(length: Duration) -> String {
    let seconds = length.as_secs();
    match seconds {
        seconds if seconds >= 172_800 && seconds.is_multiple_of(86_400) => format!("{} days", seconds / 86_400),
        seconds if seconds >= 3_600 && seconds.is_multiple_of(3_600) => format!("{} h", seconds / 3_600),
        seconds if seconds >= 60 && seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
