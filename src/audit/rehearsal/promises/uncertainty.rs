//! How uncertain an adversary stays of the places that one comes back to.

use super::broken::{BrokenPromise, days_in_words};
use crate::audit::Rehearsal;
use crate::audit::attack::Anchor;
use crate::audit::rehearsal::Through;

impl Rehearsal {
    /// Asserts that after so many days the best attack on home is still off by at least so many metres: the mean over the
    /// runs, of the attack that is best on average, by an adversary who holds all that was sent.
    ///
    /// # Errors
    ///
    /// [`BrokenPromise`] with the attack, the day since which the promise is broken, and the draws that were made at home
    /// until then; also if the journey shows no night, or fewer days.
    pub fn assert_home_uncertain(&self, metres: f64, days: u32) -> Result<(), BrokenPromise> {
        self.assert_uncertain(Anchor::Home, "home", metres, days)
    }

    /// The same of the place where one works.
    ///
    /// # Errors
    ///
    /// As [`assert_home_uncertain`](Self::assert_home_uncertain).
    pub fn assert_work_uncertain(&self, metres: f64, days: u32) -> Result<(), BrokenPromise> {
        self.assert_uncertain(Anchor::Work, "work", metres, days)
    }

    fn assert_uncertain(&self, anchor: Anchor, name: &str, metres: f64, days: u32) -> Result<(), BrokenPromise> {
        let broken = |found: String, at, change: String| BrokenPromise {
            promise: format!("{name} stays at least {metres} m uncertain after {}", days_in_words(days)),
            found,
            at,
            change,
        };
        let covered = self.journey.days();
        if covered < days {
            let found = format!("the rehearsal covers {}", days_in_words(covered));
            return Err(broken(found, None, format!("`days: {days}` in the options of the rehearsal")));
        }
        let told: Vec<_> = self.replays.iter().map(|replay| self.told(replay)).collect();
        let Some(through) = self.through(anchor, &told, days) else {
            let hours = if anchor == Anchor::Home { "a night" } else { "working hours on a weekday" };
            let found = format!("the journey does not show where {name} is: {hours}, three hours at one place");
            return Err(broken(found, None, "record such a journey".to_owned()));
        };
        let is_broken = |through: &&Through| through.best.error_m.mean < metres;
        let Some(last) = through.last().filter(is_broken) else { return Ok(()) };
        let since = through.iter().rev().take_while(|through| is_broken(through)).last().unwrap_or(last);
        let error_m = last.best.error_m;
        let found = format!(
            "{:.0} m, in nine runs of ten {:.0} m to {:.0} m, by the {}{}; less than {metres} m since day {}, with {:.1} \
             draws at {name} by then and {:.1} by day {days}",
            error_m.mean,
            error_m.low,
            error_m.high,
            last.best.estimator,
            if last.best.told { ", told which were drawn there" } else { ", going by the hours" },
            since.day,
            since.draws,
            last.draws,
        );
        let purpose = self.most_drawn(anchor, &told);
        let grid = self.policy.purpose(&purpose).map_or(String::new(), |rule| rule.partition().to_string());
        let change = format!("{}; or a coarser `grid` than {grid}", self.quieter(&purpose));
        Err(broken(found, self.journey.begin_of_day(since.day), change))
    }

    /// The purpose of which most draws were made at a place.
    fn most_drawn(&self, anchor: Anchor, told: &[Vec<crate::audit::rehearsal::Told>]) -> String {
        let draws = |purpose: usize| {
            let of_purpose = |told: &&crate::audit::rehearsal::Told| {
                told.purpose == purpose && told.is_draw && self.is_at(anchor, told)
            };
            told.iter().flatten().filter(of_purpose).count()
        };
        let most = (0..self.purposes.len()).max_by_key(|purpose| draws(*purpose)).unwrap_or(0);
        self.purposes.get(most).cloned().unwrap_or_default()
    }
}
