//! [`Account`]: a ledger's present state in memory, whichever way its entries are stored.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::accountant::Accountant;
use super::ledger::{Charge, Draw, Remaining, Spent};
use super::loss::PrivacyLoss;
use super::window::Budget;

/// A purpose's, destination's or grid's number in its ledger: its place among the names, in the order of first use.
pub(super) type NameId = u32;

/// All that a transaction reads and changes, except the stored receipts: sums, names, draws and what was served.
///
/// What happens after [`begin`](Self::begin) is undone by [`rollback`](Self::rollback) or made the new state by
/// [`commit`](Self::commit).
#[derive(Debug)]
pub(super) struct Account {
    accountant: Accountant,
    names: Names,
    draws: Slots<NameId, Draw>,
    served: Slots<(NameId, NameId), i64>,
    /// The sequence number of the last receipt.
    sequence: u64,
    sequence_before: u64,
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

impl Account {
    pub(super) fn new(budget: Budget) -> Self {
        Self {
            accountant: Accountant::new(budget),
            names: Names::default(),
            draws: Slots::default(),
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

    /// Takes over a stored charge; to be called in the order of the receipts.
    pub(super) fn record(&mut self, sequence: u64, time_ms: i64, loss: PrivacyLoss) {
        self.accountant.advance(time_ms);
        self.accountant.record(loss);
        self.sequence = sequence;
    }

    /// Takes over a stored draw.
    pub(super) fn set_draw(&mut self, purpose: NameId, draw: Draw) {
        self.draws.set(purpose, draw);
    }

    /// Takes over what was stored as served.
    pub(super) fn set_served(&mut self, purpose: NameId, destination: NameId, tick: i64) {
        self.served.set((purpose, destination), tick);
    }

    pub(super) fn time(&self) -> Timestamp {
        self.accountant.time()
    }

    pub(super) fn advance(&mut self, clock: Timestamp) -> Timestamp {
        self.accountant.advance(clock.as_millisecond());
        self.accountant.time()
    }

    pub(super) fn draw(&self, purpose: &str) -> Option<Draw> {
        self.draws.get(&self.names.id(purpose)?)
    }

    pub(super) fn served(&self, purpose: &str, destination: &str) -> Option<i64> {
        self.served.get(&(self.names.id(purpose)?, self.names.id(destination)?))
    }

    pub(super) fn affords(&self, loss: PrivacyLoss) -> Result<(), Spent> {
        self.accountant.affords(loss)
    }

    pub(super) fn charge(&mut self, charge: &Charge<'_>) -> Result<Entry, Spent> {
        self.accountant.charge(charge.loss)?;
        let purpose = self.names.intern(charge.purpose);
        let destination = self.names.intern(charge.destination);
        let grid = self.names.intern(charge.grid);
        self.draws.set(purpose, charge.draw);
        self.served.set((purpose, destination), charge.draw.tick);
        self.sequence += 1;
        Ok(Entry { sequence: self.sequence, time_ms: self.accountant.time_ms(), purpose, destination, grid })
    }

    /// What is left at a time, without a trace.
    pub(super) fn remaining(&mut self, now: Timestamp) -> Vec<Remaining> {
        self.begin();
        self.advance(now);
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
        self.names.keep();
        self.draws.keep();
        self.served.keep();
        self.sequence_before = self.sequence;
    }

    pub(super) fn rollback(&mut self) {
        self.accountant.rollback();
        self.names.rollback();
        self.draws.rollback();
        self.served.rollback();
        self.sequence = self.sequence_before;
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    pub(super) fn names_mut(&mut self) -> &mut Names {
        &mut self.names
    }

    /// The draws that the transaction changed.
    pub(super) fn changed_draws(&self) -> impl Iterator<Item = (NameId, Draw)> + '_ {
        self.draws.changed()
    }

    /// The ticks served that the transaction changed.
    pub(super) fn changed_served(&self) -> impl Iterator<Item = ((NameId, NameId), i64)> + '_ {
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

    fn set(&mut self, key: K, value: V) {
        let slot = self.slots.entry(key).or_insert(Slot { now: None, before: None, changed: false });
        if !slot.changed {
            slot.before = slot.now;
            slot.changed = true;
            self.changed.push(key);
        }
        slot.now = Some(value);
    }

    /// What is now another value than before.
    fn changed(&self) -> impl Iterator<Item = (K, V)> + '_ {
        let slots = self.changed.iter().filter_map(|key| Some((*key, self.slots.get(key)?)));
        slots.filter(|(_, slot)| slot.now != slot.before).filter_map(|(key, slot)| Some((key, slot.now?)))
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
