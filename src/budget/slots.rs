//! [`Slots`] and [`Numbered`]: values that a transaction changes, and that can be set back to what they were.

use litemap::LiteMap;

/// Values by key that can be set back. They are few, or their keys grow: so a sorted list serves, and a new key costs little.
#[derive(Debug)]
pub(super) struct Slots<K, V> {
    slots: LiteMap<K, Slot<V>>,
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
        Self { slots: LiteMap::new(), changed: Vec::new() }
    }
}

impl<K: Copy + Ord, V: Copy + PartialEq> Slots<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<V> {
        self.slots.get(key)?.now
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (K, V)> + '_ {
        self.slots.iter().filter_map(|(key, slot)| Some((*key, slot.now?)))
    }

    pub(super) fn set(&mut self, key: K, value: V) {
        self.put(key, Some(value));
    }

    /// Takes out a value.
    pub(super) fn unset(&mut self, key: K) {
        self.put(key, None);
    }

    fn put(&mut self, key: K, value: Option<V>) {
        let slot = self.slots.entry(key).or_insert(Slot { now: None, before: None, changed: false });
        if !slot.changed {
            slot.before = slot.now;
            slot.changed = true;
            self.changed.push(key);
        }
        slot.now = value;
    }

    /// Takes out some values for good, between transactions.
    pub(super) fn remove(&mut self, is_gone: impl Fn(&K, V) -> bool) {
        self.slots.retain(|key, slot| slot.now.is_none_or(|value| !is_gone(key, value)));
    }

    /// What is now another value than before: before, and now.
    pub(super) fn changed(&self) -> impl Iterator<Item = (K, Option<V>, V)> + '_ {
        let slots = self.changed.iter().filter_map(|key| Some((*key, self.slots.get(key)?)));
        slots.filter(|(_, slot)| slot.now != slot.before).filter_map(|(key, slot)| Some((key, slot.before, slot.now?)))
    }

    /// What was there before and is taken out.
    pub(super) fn gone(&self) -> impl Iterator<Item = (K, V)> + '_ {
        let slots = self.changed.iter().filter_map(|key| Some((*key, self.slots.get(key)?)));
        slots.filter(|(_, slot)| slot.now.is_none()).filter_map(|(key, slot)| Some((key, slot.before?)))
    }

    pub(super) fn keep(&mut self) {
        self.end(|slot| slot.now);
    }

    pub(super) fn rollback(&mut self) {
        self.end(|slot| slot.before);
    }

    /// Ends the transaction with these values; what has none takes no room from then on.
    fn end(&mut self, value: impl Fn(&Slot<V>) -> Option<V>) {
        for key in self.changed.drain(..) {
            let Some(slot) = self.slots.get_mut(&key) else { continue };
            slot.now = value(slot);
            slot.changed = false;
            if slot.now.is_none() {
                self.slots.remove(&key);
            }
        }
    }
}

/// A value's number among those of its kind: its place in the order of first use.
pub(super) type Id = u32;

/// A few values that entries refer to by number. They are few enough that looking at each is quicker than hashing.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    values: Vec<T>,
    /// How many there were when they were last kept.
    before: usize,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { values: Vec::new(), before: 0 }
    }
}

impl<T> Numbered<T> {
    pub(super) fn get(&self, id: Id) -> Option<&T> {
        self.values.get(id as usize)
    }

    /// The number of the last value of which this is true.
    pub(super) fn find(&self, is_it: impl Fn(&T) -> bool) -> Option<Id> {
        self.values.iter().rposition(is_it).map(|index| index as Id)
    }

    pub(super) fn push(&mut self, value: T) -> Id {
        self.values.push(value);
        (self.values.len() - 1) as Id
    }

    /// What was added since they were last kept.
    pub(super) fn added(&self) -> impl Iterator<Item = (Id, &T)> {
        (0..).zip(&self.values).skip(self.before)
    }

    pub(super) fn keep(&mut self) {
        self.before = self.values.len();
    }

    pub(super) fn rollback(&mut self) {
        self.values.truncate(self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_set_back_kept_and_taken_out() {
        let mut slots = Slots::default();
        for key in [5, 1, 3] {
            slots.set(key, key * 10);
        }
        slots.keep();
        slots.set(1, 11);
        slots.set(2, 20);
        assert_eq!(slots.changed().collect::<Vec<_>>(), [(1, Some(10), 11), (2, None, 20)]);
        slots.rollback();
        assert_eq!(slots.iter().collect::<Vec<_>>(), [(1, 10), (3, 30), (5, 50)]);
        assert_eq!((slots.get(&1), slots.get(&2)), (Some(10), None));
        slots.remove(|_, value| value == 30);
        assert_eq!(slots.iter().collect::<Vec<_>>(), [(1, 10), (5, 50)]);
        slots.unset(1);
        slots.unset(2);
        assert_eq!(slots.gone().collect::<Vec<_>>(), [(1, 10)]);
        assert_eq!((slots.get(&1), slots.changed().count()), (None, 0));
        slots.rollback();
        assert_eq!((slots.get(&1), slots.gone().count()), (Some(10), 0));
        slots.unset(1);
        slots.keep();
        assert_eq!(slots.slots.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [5], "what is taken out takes no room");
    }
}
