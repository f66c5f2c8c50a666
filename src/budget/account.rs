//! [`Account`]: a ledger's present state in memory, whichever way its entries are stored.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::accountant::{Accountant, ChargeId};
use super::ledger::{Charge, Draw, Remaining, Spent};
use super::loss::PrivacyLoss;
use super::time::{LedgerTime, Reading};
use super::window::Budget;
use crate::lattice::LatticePoint;

/// A purpose's, destination's or grid's number in its ledger: its place among the names, in the order of first use.
pub(super) type NameId = u32;

/// All that a transaction reads and changes, except the stored receipts: sums, names, draws, stays, what was put out
/// before and what was served.
///
/// What happens after [`begin`](Self::begin) is undone by [`rollback`](Self::rollback) or made the new state by
/// [`commit`](Self::commit).
#[derive(Debug)]
pub(super) struct Account {
    accountant: Accountant,
    clock: Kept,
    names: Names,
    draws: Slots<NameId, Standing>,
    /// By the sequence number of the receipt that began it.
    stays: Slots<u64, Stay>,
    /// By purpose and point, the last receipt that it was put out with; zero once it is forgotten.
    outputs: Slots<(NameId, LatticePoint), u64>,
    served: Slots<(NameId, NameId), i64>,
    /// The sequence number of the last receipt.
    sequence: u64,
    sequence_before: u64,
}

/// The ledger's time: `None` before the first reading of a clock.
#[derive(Debug, Default)]
struct Kept {
    now: Option<LedgerTime>,
    /// When something was last written.
    written: Option<LedgerTime>,
    /// Whether the clocks were turned since.
    is_turned: bool,
    before: Option<LedgerTime>,
}

impl Kept {
    fn at(time: Option<LedgerTime>) -> Self {
        Self { now: time, written: time, is_turned: false, before: time }
    }
}

/// A charge that was made: what its receipt is stored as.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) sequence: u64,
    pub(super) time_ms: i64,
    pub(super) purpose: NameId,
    pub(super) destination: NameId,
    pub(super) grid: NameId,
}

/// A purpose's current draw, and the receipt with which it began to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) draw: Draw,
    pub(super) receipt: u64,
}

/// The time that a draw stands while a test asks for it: charged once, and counted at its last tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) loss: PrivacyLoss,
    pub(super) last_ms: i64,
    charge: ChargeId,
}

/// A stored loss, to be recorded again: that of a receipt, or of the stay that the receipt began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recorded {
    pub(super) time_ms: i64,
    pub(super) receipt: u64,
    pub(super) is_stay: bool,
    pub(super) loss: PrivacyLoss,
}

impl Account {
    pub(super) fn new(budget: Budget) -> Self {
        Self {
            accountant: Accountant::new(budget),
            clock: Kept::default(),
            names: Names::default(),
            draws: Slots::default(),
            stays: Slots::default(),
            outputs: Slots::default(),
            served: Slots::default(),
            sequence: 0,
            sequence_before: 0,
        }
    }

    pub(super) fn budget(&self) -> &Budget {
        self.accountant.budget()
    }

    /// The same account under another budget; its charges are to be recorded again.
    #[must_use]
    pub(super) fn under(self, budget: Budget) -> Self {
        Self { accountant: Accountant::new(budget), sequence: 0, ..self }
    }

    /// Takes over the stored time, after the losses.
    pub(super) fn set_clock(&mut self, time: Option<LedgerTime>) {
        self.clock = Kept::at(time);
        if let Some(time) = time {
            self.accountant.advance(time.now_ms);
            self.accountant.mark();
        }
    }

    /// The time that is to be stored.
    pub(super) fn clock(&self) -> Option<LedgerTime> {
        self.clock.written
    }

    /// Takes over stored losses, in any order.
    pub(super) fn record(&mut self, mut losses: Vec<Recorded>) {
        losses.sort_by_key(|recorded| (recorded.time_ms, recorded.receipt, recorded.is_stay));
        for Recorded { time_ms, receipt, is_stay, loss } in losses {
            self.accountant.advance(time_ms);
            let charge = self.accountant.record(loss);
            if is_stay {
                self.stays.set(receipt, Stay { loss, last_ms: time_ms, charge });
            }
            self.sequence = self.sequence.max(receipt);
        }
    }

    /// Takes over a stored draw.
    pub(super) fn set_draw(&mut self, purpose: NameId, draw: Draw, receipt: u64) {
        self.draws.set(purpose, Standing { draw, receipt });
    }

    /// Takes over a stored output.
    pub(super) fn set_output(&mut self, purpose: NameId, point: LatticePoint, receipt: u64) {
        self.outputs.set((purpose, point), receipt);
    }

    /// Takes over what was stored as served.
    pub(super) fn set_served(&mut self, purpose: NameId, destination: NameId, tick: i64) {
        self.served.set((purpose, destination), tick);
    }

    pub(super) fn time(&self) -> Timestamp {
        self.accountant.time()
    }

    pub(super) fn advance(&mut self, reading: Reading) -> Timestamp {
        let now = self.clock.now.map_or_else(|| LedgerTime::first(reading), |time| time.at(reading));
        self.clock.is_turned |= self.clock.now.is_some_and(|time| time.is_turned(reading));
        self.clock.now = Some(now);
        self.accountant.advance(now.now_ms);
        self.accountant.time()
    }

    /// Something is written: the present time is to be kept with it.
    fn mark(&mut self) {
        self.accountant.mark();
        self.clock.written = self.clock.now;
        self.clock.is_turned = false;
    }

    /// Counts every window as spent from now on: what was spent is not known. Returns the loss that does it.
    pub(super) fn forfeit(&mut self) -> PrivacyLoss {
        let loss = self.budget().windows().iter().map(super::window::Window::loss).max().unwrap_or(PrivacyLoss::ZERO);
        self.accountant.record(loss);
        self.mark();
        loss
    }

    /// Keeps the present time if the clocks were turned and nothing else keeps it; whether that is to be written.
    pub(super) fn keep_turned_clock(&mut self) -> bool {
        let is_turned = self.clock.is_turned;
        if is_turned {
            self.mark();
        }
        is_turned
    }

    pub(super) fn draw(&self, purpose: &str) -> Option<Draw> {
        Some(self.standing(purpose)?.draw)
    }

    fn standing(&self, purpose: &str) -> Option<Standing> {
        self.draws.get(&self.names.id(purpose)?)
    }

    /// What the purpose put out, the latest first.
    pub(super) fn outputs(&self, purpose: &str) -> Vec<LatticePoint> {
        let Some(purpose) = self.names.id(purpose) else { return Vec::new() };
        self.remembered(purpose).into_iter().map(|(_, point)| point).collect()
    }

    fn remembered(&self, purpose: NameId) -> Vec<(u64, LatticePoint)> {
        let of_purpose = (purpose, LatticePoint::FIRST)..=(purpose, LatticePoint::LAST);
        let outputs = self.outputs.range(of_purpose).filter(|(_, receipt)| *receipt > 0);
        let mut outputs: Vec<_> = outputs.map(|((_, point), receipt)| (receipt, point)).collect();
        outputs.sort_by_key(|(receipt, _)| core::cmp::Reverse(*receipt));
        outputs
    }

    pub(super) fn served(&self, purpose: &str, destination: &str) -> Option<i64> {
        self.served.get(&(self.names.id(purpose)?, self.names.id(destination)?))
    }

    pub(super) fn affords(&self, loss: PrivacyLoss) -> Result<(), Spent> {
        self.accountant.affords(loss)
    }

    /// Whether there is room for the loss of a stay, charged anew or counted at the present time, and for the loss of what
    /// may follow.
    pub(super) fn affords_stay(&self, purpose: &str, stay: PrivacyLoss, then: PrivacyLoss) -> Result<(), Spent> {
        let current = self.standing(purpose).and_then(|standing| self.stays.get(&standing.receipt));
        let stay = current.map_or(stay, |current| current.loss.max(stay));
        self.accountant.affords_with(stay.saturating_add(then), current.map(|current| current.charge))
    }

    /// Counts the stay of the purpose's draw at the present time, and says what was charged that was not before. A stay
    /// that began under a greater loss keeps it: its threshold has the noise of that loss.
    pub(super) fn stay(&mut self, purpose: &str, loss: PrivacyLoss) -> Result<PrivacyLoss, Spent> {
        self.affords_stay(purpose, loss, PrivacyLoss::ZERO)?;
        let Some(standing) = self.standing(purpose) else { return Ok(PrivacyLoss::ZERO) };
        let before = self.stays.get(&standing.receipt);
        if let Some(before) = before {
            self.accountant.take_out(before.charge);
        }
        let charged = before.map_or(PrivacyLoss::ZERO, |before| before.loss);
        let loss = loss.max(charged);
        let charge = self.accountant.record(loss);
        self.mark();
        self.stays.set(standing.receipt, Stay { loss, last_ms: self.accountant.time_ms(), charge });
        Ok(loss.saturating_sub(charged))
    }

    /// The purpose's draw stands, on one more tick and for one more destination.
    pub(super) fn hold(&mut self, purpose: &str, destination: &str, draw: Draw) {
        let names = self.names.id(purpose).zip(self.names.id(destination));
        let Some((purpose, destination)) = names else { return };
        let Some(Standing { receipt, .. }) = self.draws.get(&purpose) else { return };
        self.mark();
        self.draws.set(purpose, Standing { draw, receipt });
        self.served.set((purpose, destination), draw.tick);
    }

    pub(super) fn charge(&mut self, charge: &Charge<'_>) -> Result<Entry, Spent> {
        self.accountant.charge(charge.loss)?;
        self.mark();
        let purpose = self.names.intern(charge.purpose);
        let destination = self.names.intern(charge.destination);
        let grid = self.names.intern(charge.grid);
        self.sequence += 1;
        let before = self.draws.get(&purpose).filter(|standing| standing.draw.since == charge.draw.since);
        let receipt = before.map_or(self.sequence, |standing| standing.receipt);
        self.draws.set(purpose, Standing { draw: charge.draw, receipt });
        if receipt == self.sequence {
            self.remember(purpose, charge.draw.point, charge.remember);
        }
        self.served.set((purpose, destination), charge.draw.tick);
        Ok(Entry { sequence: self.sequence, time_ms: self.accountant.time_ms(), purpose, destination, grid })
    }

    /// Remembers what the last receipt put out, and forgets all but the latest few.
    fn remember(&mut self, purpose: NameId, point: LatticePoint, most: u8) {
        if most > 0 {
            self.outputs.set((purpose, point), self.sequence);
        }
        for (_, forgotten) in self.remembered(purpose).into_iter().skip(usize::from(most)) {
            self.outputs.set((purpose, forgotten), 0);
        }
    }

    /// The stay that a receipt began.
    pub(super) fn stay_of(&self, receipt: u64) -> Option<Stay> {
        self.stays.get(&receipt)
    }

    /// What is left at a time, without a trace; with every window spent from then on, if need be.
    pub(super) fn remaining(&mut self, now: Reading, is_set_back: bool) -> Vec<Remaining> {
        self.begin();
        self.advance(now);
        if is_set_back {
            self.forfeit();
        }
        let remaining = self.accountant.remaining();
        self.rollback();
        remaining
    }

    pub(super) fn begin(&mut self) {
        self.accountant.begin();
        self.keep();
    }

    pub(super) fn commit(&mut self) {
        self.accountant.commit();
        self.keep();
    }

    fn keep(&mut self) {
        let written = self.clock.written;
        self.clock = Kept::at(written);
        self.names.keep();
        self.draws.keep();
        self.stays.keep();
        self.outputs.keep();
        self.served.keep();
        self.sequence_before = self.sequence;
    }

    pub(super) fn rollback(&mut self) {
        self.accountant.rollback();
        let before = self.clock.before;
        self.clock = Kept::at(before);
        self.names.rollback();
        self.draws.rollback();
        self.stays.rollback();
        self.outputs.rollback();
        self.served.rollback();
        self.sequence = self.sequence_before;
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    pub(super) fn names_mut(&mut self) -> &mut Names {
        &mut self.names
    }

    /// The draws that the transaction changed: before, and now.
    pub(super) fn changed_draws(&self) -> impl Iterator<Item = (NameId, Option<Standing>, Standing)> + '_ {
        self.draws.changed()
    }

    /// The stays that the transaction changed: before, and now.
    pub(super) fn changed_stays(&self) -> impl Iterator<Item = (u64, Option<Stay>, Stay)> + '_ {
        self.stays.changed()
    }

    /// The outputs that the transaction changed, their receipt before and now: zero for one that is forgotten.
    pub(super) fn changed_outputs(&self) -> impl Iterator<Item = ((NameId, LatticePoint), Option<u64>, u64)> + '_ {
        self.outputs.changed()
    }

    /// The ticks served that the transaction changed: before, and now.
    pub(super) fn changed_served(&self) -> impl Iterator<Item = ((NameId, NameId), Option<i64>, i64)> + '_ {
        self.served.changed()
    }
}

/// The names that receipts refer to by number.
#[derive(Debug, Default)]
pub(super) struct Names {
    texts: Vec<Box<str>>,
    /// Ordered: among a handful of names comparing is quicker than hashing.
    ids: BTreeMap<Box<str>, NameId>,
    /// How many there were at `begin`.
    before: usize,
}

impl Names {
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (NameId, &str)> {
        (0..).zip(self.texts.iter().map(AsRef::as_ref))
    }

    pub(super) fn text(&self, id: NameId) -> Option<&str> {
        self.texts.get(id as usize).map(AsRef::as_ref)
    }

    pub(super) fn id(&self, text: &str) -> Option<NameId> {
        self.ids.get(text).copied()
    }

    pub(super) fn intern(&mut self, text: &str) -> NameId {
        if let Some(id) = self.id(text) {
            return id;
        }
        let id = self.texts.len() as NameId;
        self.texts.push(text.into());
        self.ids.insert(text.into(), id);
        id
    }

    fn keep(&mut self) {
        self.before = self.texts.len();
    }

    fn rollback(&mut self) {
        for text in self.texts.drain(self.before..) {
            self.ids.remove(&text);
        }
    }
}

/// Values by key that can be set back to what they were.
#[derive(Debug)]
struct Slots<K, V> {
    slots: BTreeMap<K, Slot<V>>,
    changed: Vec<K>,
}

#[derive(Debug)]
struct Slot<V> {
    now: Option<V>,
    /// The value before the first change, while `changed`.
    before: Option<V>,
    changed: bool,
}

impl<K, V> Default for Slots<K, V> {
    fn default() -> Self {
        Self { slots: BTreeMap::new(), changed: Vec::new() }
    }
}

impl<K: Copy + Ord, V: Copy + PartialEq> Slots<K, V> {
    fn get(&self, key: &K) -> Option<V> {
        self.slots.get(key)?.now
    }

    fn range(&self, keys: impl core::ops::RangeBounds<K>) -> impl Iterator<Item = (K, V)> + '_ {
        self.slots.range(keys).filter_map(|(key, slot)| Some((*key, slot.now?)))
    }

    fn set(&mut self, key: K, value: V) {
        let slot = self.slots.entry(key).or_insert(Slot { now: None, before: None, changed: false });
        if !slot.changed {
            slot.before = slot.now;
            slot.changed = true;
            self.changed.push(key);
        }
        slot.now = Some(value);
    }

    /// What is now another value than before: before, and now.
    fn changed(&self) -> impl Iterator<Item = (K, Option<V>, V)> + '_ {
        let slots = self.changed.iter().filter_map(|key| Some((*key, self.slots.get(key)?)));
        slots.filter(|(_, slot)| slot.now != slot.before).filter_map(|(key, slot)| Some((key, slot.before, slot.now?)))
    }

    fn keep(&mut self) {
        for key in self.changed.drain(..) {
            if let Some(slot) = self.slots.get_mut(&key) {
                slot.changed = false;
            }
        }
    }

    fn rollback(&mut self) {
        for key in self.changed.drain(..) {
            if let Some(slot) = self.slots.get_mut(&key) {
                slot.now = slot.before;
                slot.changed = false;
            }
        }
    }
}
