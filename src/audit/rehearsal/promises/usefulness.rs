//! That the answers are still worth having.

use jiff::Timestamp;

use super::broken::{BrokenPromise, loss_of_a_draw, span};
use crate::audit::Rehearsal;
use crate::audit::attack::Spread;
use crate::policy::Repeat;

/// With fewer answers than this, it is the silences that make what was told last old.
const MOSTLY: f64 = 0.8;

impl Rehearsal {
    /// Asserts that what was told last is on average at most so many metres from the truth: the mean over all ticks of all
    /// runs, those on which nothing may be sent included.
    ///
    /// # Errors
    ///
    /// [`BrokenPromise`] with the error.
    pub fn assert_error_at_most(&self, metres: f64) -> Result<(), BrokenPromise> {
        let promise = format!("what was told last is at most {metres} m from the truth on average");
        let Some(error_m) = Spread::of(self.replays.iter().filter_map(|replay| self.mean_error_m(replay))) else {
            let found = "nothing was ever sent".to_owned();
            return Err(BrokenPromise { promise, found, at: None, change: self.louder() });
        };
        if error_m.mean <= metres {
            return Ok(());
        }
        let found = format!("{:.0} m, in nine runs of ten {:.0} m to {:.0} m", error_m.mean, error_m.low, error_m.high);
        let answered = self.answered();
        if answered < MOSTLY {
            let found = format!("{found}, since {:.1} % of the requests alone were answered", 100.0 * answered);
            return Err(BrokenPromise { promise, found, at: self.first_silence(), change: self.more_answers() });
        }
        // Noise and cells alone explain no more than this.
        let accuracy_m =
            self.replays.iter().flat_map(|replay| &replay.sent).filter_map(|sent| sent.release.accuracy_m());
        if error_m.mean > 3.0 * accuracy_m.fold(0.0, f64::max) {
            let found = format!("{found}, far more than noise and cell: what was told last was old");
            return Err(BrokenPromise { promise, found, at: None, change: self.fresher() });
        }
        Err(BrokenPromise { promise, found, at: None, change: self.louder() })
    }

    /// Asserts that at least such a share of the requests is answered, by a release or by an earlier one that still stands:
    /// 0.95 is 19 of 20.
    ///
    /// # Errors
    ///
    /// [`BrokenPromise`] with the share, and the first silence.
    pub fn assert_answers_at_least(&self, share: f64) -> Result<(), BrokenPromise> {
        let answered = self.answered();
        if answered >= share {
            return Ok(());
        }
        Err(BrokenPromise {
            promise: format!("at least {} % of the requests are answered", 100.0 * share),
            found: format!("{:.1} %: the budget was spent before its window had passed", 100.0 * answered),
            at: self.first_silence(),
            change: self.more_answers(),
        })
    }

    /// The share of the requests that were answered.
    fn answered(&self) -> f64 {
        let asked = (self.moments.len() * self.destinations.len() * self.replays.len()) as f64;
        let answers: usize = self.replays.iter().map(|replay| replay.sent.len()).sum();
        if asked > 0.0 { answers as f64 / asked } else { 0.0 }
    }

    fn first_silence(&self) -> Option<Timestamp> {
        self.replays.iter().filter_map(|replay| replay.first_silence).min()
    }

    fn more_answers(&self) -> String {
        let quieter = self.rules().map(|(purpose, _)| self.quieter(purpose)).collect::<Vec<_>>().join("; or ");
        format!("more epsilon in [[budget]], which is a promise to the user; or {quieter}")
    }

    fn fresher(&self) -> String {
        let each = self.rules().map(|(purpose, rule)| match rule.repeat() {
            Repeat::Hold { within_m, .. } => format!(
                "in [purposes.{purpose}], a smaller `within` than {within_m} m in its `repeat`, which misses moves well below \
                 it; or less loss for each draw and stay, so that [[budget]] has room to ask"
            ),
            Repeat::Fresh => format!("in [purposes.{purpose}], a shorter `interval` than {}", span(rule.interval())),
        });
        each.collect::<Vec<_>>().join("; or ")
    }

    fn louder(&self) -> String {
        let each = self.rules().map(|(purpose, rule)| {
            format!(
                "in [purposes.{purpose}], a finer `grid` than {}, or a greater {} in its `mechanism`",
                rule.partition(),
                loss_of_a_draw(rule)
            )
        });
        each.collect::<Vec<_>>().join("; or ")
    }
}
