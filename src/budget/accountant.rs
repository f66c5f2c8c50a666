//! [`Accountant`]: what was spent in each window, kept as running sums.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::ledger::{Remaining, Spent};
use super::loss::PrivacyLoss;
use super::window::{Budget, Scope, Window};

/// The sums of a budget's windows over a series of charges. Every step takes constant time on average: a charge enters
/// and leaves each window once.
///
/// A charge may be moved to a later time: that of a stay counts at the last tick that asked about it.
///
/// Time is in whole milliseconds and never steps back. Between transactions it is the time of the last mark. What
/// happens after [`begin`](Self::begin) is undone by [`rollback`](Self::rollback), and its charges are kept by
/// [`commit`](Self::commit).
#[derive(Debug)]
pub(super) struct Accountant {
    budget: Budget,
    /// Every charge that some window may still hold, in the order of time. Charges of no loss are left out; one that was
    /// moved leaves an entry of no loss where it was.
    charges: VecDeque<Spending>,
    /// How many charges were dropped from the front of `charges`, which had left every window.
    dropped: u64,
    /// One for each window of the budget.
    sums: Vec<WindowSum>,
    time_ms: i64,
    /// The time that is kept: that of the last charge, of no loss too, or of the last mark.
    mark_ms: i64,
    /// The state at `begin`.
    before: Before,
}

#[derive(Clone, Copy, Debug)]
struct Spending {
    time_ms: i64,
    billionths: u64,
    scope: Scope,
}

#[derive(Clone, Copy, Debug)]
struct WindowSum {
    window: Window,
    /// The purpose that the window counts alone.
    purpose: Option<usize>,
    /// The index in `charges` of the first charge that the window holds.
    first: usize,
    /// Wide enough for any number of charges: no sum saturates, and taking a charge out is exact.
    billionths: u128,
}

impl WindowSum {
    /// Whether charges of a scope count in the window.
    fn counts(&self, scope: Scope) -> bool {
        match (self.purpose, scope) {
            (None, _) | (_, Scope::Every) => true,
            (Some(own), Scope::Purpose(purpose)) => own == purpose,
            (Some(_), Scope::Shared) => false,
        }
    }

    /// What a charge adds to the window while it is in it.
    fn counted(&self, charge: &Spending) -> u128 {
        if self.counts(charge.scope) { u128::from(charge.billionths) } else { 0 }
    }
}

#[derive(Debug)]
struct Before {
    charges: usize,
    /// The charges that were moved away since then: their place in `charges`, and their loss.
    moved: Vec<(usize, u64)>,
    sums: Vec<WindowSum>,
    mark_ms: i64,
}

/// A charge among all that an accountant ever recorded, by which it can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChargeId(u64);

impl Accountant {
    pub(super) fn new(budget: Budget) -> Self {
        let sum = |(purpose, window): (Option<&str>, Window)| {
            let purpose = purpose.and_then(|purpose| match budget.scope(purpose) {
                Scope::Purpose(index) => Some(index),
                _ => None,
            });
            WindowSum { window, purpose, first: 0, billionths: 0 }
        };
        let sums: Vec<_> = budget.every_window().map(sum).collect();
        let time_ms = Timestamp::MIN.as_millisecond();
        let before = Before { charges: 0, moved: Vec::new(), sums: sums.clone(), mark_ms: time_ms };
        Self { budget, charges: VecDeque::new(), dropped: 0, sums, time_ms, mark_ms: time_ms, before }
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    pub(super) fn time(&self) -> Timestamp {
        timestamp(self.time_ms).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn time_ms(&self) -> i64 {
        self.time_ms
    }

    /// Moves the time forward, never back: charges that are a window's length old leave the window.
    pub(super) fn advance(&mut self, clock_ms: i64) {
        if clock_ms <= self.time_ms {
            return;
        }
        self.time_ms = clock_ms;
        for sum in &mut self.sums {
            let left_at_ms = clock_ms.saturating_sub(sum.window.length_ms());
            while let Some(charge) = self.charges.get(sum.first).filter(|charge| charge.time_ms <= left_at_ms) {
                sum.billionths -= sum.counted(charge);
                sum.first += 1;
            }
        }
    }

    /// Whether every window in which it counts has room for the loss now; if not, which is the last to have it, and when.
    pub(super) fn affords(&self, scope: Scope, loss: PrivacyLoss) -> Result<(), Spent> {
        self.affords_with(scope, loss, None)
    }

    /// The same for a loss of which a charge made before is a part: a window that still holds it needs room for the rest
    /// alone.
    pub(super) fn affords_with(&self, scope: Scope, loss: PrivacyLoss, part: Option<ChargeId>) -> Result<(), Spent> {
        let loss = u128::from(loss.billionths());
        let part = part.and_then(|part| self.place_of(part));
        let mut last: Option<(Window, i64)> = None;
        for sum in self.sums.iter().filter(|sum| sum.counts(scope)) {
            let held = part.filter(|&place| place >= sum.first).map_or(0, |place| sum.counted(&self.charges[place]));
            if sum.billionths - held + loss <= u128::from(sum.window.loss().billionths()) {
                continue;
            }
            let until_ms = self.has_room_at_ms(sum, loss, part);
            if last.is_none_or(|(_, latest_ms)| until_ms > latest_ms) {
                last = Some((sum.window, until_ms));
            }
        }
        last.map_or(Ok(()), |(window, until_ms)| Err(Spent::new(window, timestamp(until_ms))))
    }

    /// Charges the loss at the present time, if every window in which it counts has room for it.
    pub(super) fn charge(&mut self, scope: Scope, loss: PrivacyLoss) -> Result<(), Spent> {
        self.affords(scope, loss)?;
        self.record(scope, loss);
        Ok(())
    }

    /// The present time is to be kept.
    pub(super) fn mark(&mut self) {
        self.mark_ms = self.time_ms;
    }

    /// Records a loss at the present time, whether or not there is room: it happened.
    pub(super) fn record(&mut self, scope: Scope, loss: PrivacyLoss) -> ChargeId {
        self.mark();
        let id = ChargeId(self.dropped + self.charges.len() as u64);
        if loss == PrivacyLoss::ZERO {
            return id;
        }
        let charge = Spending { time_ms: self.time_ms, billionths: loss.billionths(), scope };
        self.charges.push_back(charge);
        for sum in &mut self.sums {
            sum.billionths += sum.counted(&charge);
        }
        id
    }

    /// Takes a charge out of every window, to be recorded again at the present time.
    pub(super) fn take_out(&mut self, id: ChargeId) {
        let Some(place) = self.place_of(id) else { return };
        let charge = self.charges[place];
        for sum in self.sums.iter_mut().filter(|sum| place >= sum.first) {
            sum.billionths -= sum.counted(&charge);
        }
        self.charges[place].billionths = 0;
        if place < self.before.charges {
            self.before.moved.push((place, charge.billionths));
        }
    }

    /// Where a charge stands; `None` if it has left every window and was dropped.
    fn place_of(&self, ChargeId(id): ChargeId) -> Option<usize> {
        let place = usize::try_from(id.checked_sub(self.dropped)?).ok()?;
        (place < self.charges.len()).then_some(place)
    }

    pub(super) fn remaining(&self) -> Vec<Remaining> {
        let purposes = self.budget.every_window().map(|(purpose, _)| purpose);
        let remaining = |(purpose, sum): (Option<&str>, &WindowSum)| {
            let spent = PrivacyLoss::from_billionths(u64::try_from(sum.billionths).unwrap_or(u64::MAX));
            let oldest = self.charges.iter().skip(sum.first).find(|charge| sum.counted(charge) > 0);
            let frees = oldest.and_then(|charge| timestamp(charge.time_ms + sum.window.length_ms()));
            Remaining::new(self.budget.accounting(), sum.window, purpose, spent, frees)
        };
        purposes.zip(&self.sums).map(remaining).collect()
    }

    pub(super) fn begin(&mut self) {
        let gone = self.sums.iter().map(|sum| sum.first).min().unwrap_or(0);
        self.charges.drain(..gone);
        self.dropped += gone as u64;
        for sum in &mut self.sums {
            sum.first -= gone;
        }
        self.before.charges = self.charges.len();
        self.before.moved.clear();
        self.before.sums.clone_from(&self.sums);
        self.before.mark_ms = self.mark_ms;
    }

    /// Keeps the charges, and goes back to the time of the last mark: charges that left a window since then are in it
    /// again.
    pub(super) fn commit(&mut self) {
        self.time_ms = self.mark_ms;
        for sum in &mut self.sums {
            let left_at_ms = self.mark_ms.saturating_sub(sum.window.length_ms());
            while let Some(index) = sum.first.checked_sub(1) {
                let Some(charge) = self.charges.get(index).filter(|charge| charge.time_ms > left_at_ms) else { break };
                sum.billionths += sum.counted(charge);
                sum.first = index;
            }
        }
    }

    pub(super) fn rollback(&mut self) {
        self.charges.truncate(self.before.charges);
        for (place, billionths) in self.before.moved.drain(..) {
            self.charges[place].billionths = billionths;
        }
        self.sums.clone_from(&self.before.sums);
        self.mark_ms = self.before.mark_ms;
        self.time_ms = self.mark_ms;
    }

    /// When the window has room for the loss, if nothing else is charged; `i64::MAX` for never.
    fn has_room_at_ms(&self, sum: &WindowSum, loss: u128, part: Option<usize>) -> i64 {
        let most = u128::from(sum.window.loss().billionths());
        let counted = |place: usize| if part == Some(place) { 0 } else { sum.counted(&self.charges[place]) };
        let mut billionths: u128 = (sum.first..self.charges.len()).map(counted).sum();
        for (place, charge) in self.charges.iter().enumerate().skip(sum.first) {
            billionths -= counted(place);
            if billionths + loss <= most {
                return charge.time_ms + sum.window.length_ms();
            }
        }
        i64::MAX
    }
}

/// `None` beyond the year 9999.
pub(super) fn timestamp(time_ms: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(time_ms).ok()
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    fn loss(billionths: u64) -> PrivacyLoss {
        PrivacyLoss::from_billionths(billionths)
    }

    fn accountant(windows: &[(u64, u64)]) -> Accountant {
        let windows = windows.iter().map(|&(most, ms)| Window::new(loss(most), Duration::from_millis(ms)).unwrap());
        let mut accountant = Accountant::new(Budget::new(windows).unwrap());
        accountant.advance(0);
        accountant
    }

    fn until_ms(result: Result<(), Spent>) -> Option<i64> {
        result.unwrap_err().until().map(Timestamp::as_millisecond)
    }

    #[test]
    fn a_charge_leaves_a_window_exactly_one_length_later() {
        let mut accountant = accountant(&[(10, 100)]);
        accountant.charge(Scope::Shared, loss(10)).unwrap();
        accountant.advance(99);
        assert_eq!(until_ms(accountant.charge(Scope::Shared, loss(1))), Some(100));
        accountant.advance(100);
        accountant.charge(Scope::Shared, loss(10)).unwrap();
    }

    #[test]
    fn until_is_the_time_at_which_the_last_window_has_room() {
        let mut accountant = accountant(&[(10, 100), (15, 1_000)]);
        accountant.charge(Scope::Shared, loss(6)).unwrap();
        accountant.advance(50);
        accountant.charge(Scope::Shared, loss(4)).unwrap();
        assert_eq!(
            until_ms(accountant.affords(Scope::Shared, loss(5))),
            Some(100),
            "the first charge must leave the short window"
        );
        assert_eq!(until_ms(accountant.affords(Scope::Shared, loss(7))), Some(1_000), "and then the long one");
        let spent = accountant.affords(Scope::Shared, loss(10)).unwrap_err();
        assert_eq!(spent.window().length(), Duration::from_millis(1_000));
        assert_eq!(
            until_ms(accountant.affords(Scope::Shared, loss(11))),
            None,
            "more than the short window ever allows"
        );
        assert_eq!(
            accountant.affords(Scope::Shared, loss(11)).unwrap_err().window().length(),
            Duration::from_millis(100)
        );
    }

    #[test]
    fn a_refused_charge_debits_no_window() {
        let mut accountant = accountant(&[(10, 100), (5, 1_000)]);
        let before = accountant.remaining();
        assert!(accountant.charge(Scope::Shared, loss(6)).is_err());
        assert_eq!(accountant.remaining(), before);
    }

    #[test]
    fn a_purposes_own_windows_count_it_alone_and_all_are_checked_first() {
        let window = |most, ms| Window::new(loss(most), Duration::from_millis(ms)).unwrap();
        let budget = Budget::new([window(10, 100)]).unwrap();
        let budget = budget.with_purpose("a", [window(4, 100)]).unwrap().with_purpose("b", [window(7, 50)]).unwrap();
        let (a, b) = (budget.scope("a"), budget.scope("b"));
        assert_eq!((a, b, budget.scope("c")), (Scope::Purpose(0), Scope::Purpose(1), Scope::Shared));
        let mut accountant = Accountant::new(budget);
        let spent = |accountant: &Accountant| {
            accountant.remaining().iter().map(|window| window.spent().billionths()).collect::<Vec<_>>()
        };
        accountant.advance(0);
        accountant.charge(a, loss(4)).unwrap();
        assert_eq!(spent(&accountant), [4, 4, 0]);
        assert!(accountant.charge(a, loss(1)).is_err(), "its own window is full");
        assert_eq!(accountant.affords(b, loss(7)).unwrap_err().window().loss(), loss(10), "the shared one lacks room");
        assert_eq!(spent(&accountant), [4, 4, 0], "and nothing was charged to its own");
        accountant.charge(b, loss(5)).unwrap();
        accountant.charge(Scope::Shared, loss(1)).unwrap();
        assert_eq!(spent(&accountant), [10, 4, 5]);
        accountant.advance(50);
        assert_eq!(spent(&accountant), [10, 4, 0]);
        accountant.record(Scope::Every, loss(100));
        assert_eq!(spent(&accountant), [110, 104, 100]);
        accountant.advance(150);
        assert_eq!(spent(&accountant), [0, 0, 0]);
    }

    #[test]
    fn a_rollback_brings_back_what_had_left_a_window() {
        let mut accountant = accountant(&[(10, 100), (20, 1_000)]);
        accountant.charge(Scope::Shared, loss(7)).unwrap();
        let before = accountant.remaining();
        accountant.begin();
        accountant.advance(5_000);
        accountant.charge(Scope::Shared, loss(9)).unwrap();
        accountant.rollback();
        assert_eq!(accountant.remaining(), before);
        assert_eq!(accountant.time_ms(), 0);
        accountant.advance(99);
        assert!(accountant.charge(Scope::Shared, loss(4)).is_err());
    }

    #[test]
    fn time_that_passed_after_the_last_charge_of_a_transaction_is_not_kept() {
        let mut accountant = accountant(&[(10, 100), (20, 1_000)]);
        accountant.charge(Scope::Shared, loss(7)).unwrap();
        accountant.begin();
        accountant.advance(60);
        accountant.charge(Scope::Shared, loss(2)).unwrap();
        let before = accountant.remaining();
        accountant.advance(5_000);
        assert!(accountant.affords(Scope::Shared, loss(10)).is_ok());
        accountant.commit();
        assert_eq!(accountant.remaining(), before);
        assert_eq!(accountant.time_ms(), 60);
    }

    #[test]
    fn a_record_beyond_every_budget_neither_wraps_nor_is_forgotten() {
        let mut accountant = accountant(&[(10, 100)]);
        for _ in 0..3 {
            accountant.record(Scope::Shared, loss(u64::MAX));
        }
        assert_eq!(accountant.remaining()[0].spent(), loss(u64::MAX));
        assert!(accountant.affords(Scope::Shared, loss(1)).is_err());
        assert!(accountant.affords(Scope::Shared, loss(u64::MAX)).is_err());
        accountant.advance(100);
        accountant.charge(Scope::Shared, loss(10)).unwrap();
    }

    #[test]
    fn what_has_left_every_window_is_not_kept_in_memory() {
        let mut accountant = accountant(&[(10, 100), (20, 1_000)]);
        for step in 0..10_000 {
            accountant.begin();
            accountant.advance(step * 100);
            accountant.charge(Scope::Shared, loss(1)).unwrap();
        }
        assert!(accountant.charges.len() <= 11, "{}", accountant.charges.len());
    }
}
