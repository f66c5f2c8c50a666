//! [`Zones`]: every zone that a ledger ever had, and what their draws cost.

use core::fmt;

use super::accounting::Accounting;
use super::loss::PrivacyLoss;
use crate::fix::Fix;
use crate::lattice::LatticePoint;
use crate::zone::Zone;

/// The purpose of a zone's draw: a name that no purpose has, so that it counts in the windows over all purposes alone.
pub(crate) const NO_PURPOSE: &str = "";

/// The zones of a ledger: those that are on, and what every draw for one has cost, for life.
///
/// A zone that was removed is off: its disc is kept, so that to protect a place in it again takes no new draw. Only
/// [`Erase::Everything`](crate::Erase::Everything) forgets it, and then too its loss is remembered.
#[derive(Clone, Default, PartialEq)]
pub struct Zones(Vec<Row>);

/// One draw for a zone.
#[derive(Clone, PartialEq)]
pub(super) struct Row {
    pub(super) time_ms: i64,
    /// A pure ε, whatever the budget is counted in.
    pub(super) loss: PrivacyLoss,
    pub(super) is_on: bool,
    /// `None` once it is forgotten.
    pub(super) zone: Option<Zone>,
}

/// What is to be recorded of a new zone.
#[derive(Clone, Copy)]
pub struct ZoneDraw<'a> {
    /// What the user calls it.
    pub name: &'a str,
    /// The place, moved by noise.
    pub centre: LatticePoint,
    /// The radius of the disc in metres.
    pub radius_m: f64,
    /// The privacy loss of the draw: a pure ε.
    pub loss: PrivacyLoss,
}

impl Zones {
    /// The zones that are on, in the order in which they were drawn.
    pub fn iter(&self) -> impl Iterator<Item = &Zone> {
        self.on().map(|(_, zone)| zone)
    }

    /// How many are on.
    #[must_use]
    pub fn len(&self) -> usize {
        self.on().count()
    }

    /// Whether none is on. A ledger that was lost has none: an app that knows of one can notice.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many draws were ever made, for zones that are on, off or forgotten.
    #[must_use]
    pub fn draws(&self) -> usize {
        self.0.len()
    }

    /// The privacy loss of all these draws together, for life: a pure ε at the protected radius.
    #[must_use]
    pub fn loss(&self) -> PrivacyLoss {
        self.0.iter().fold(PrivacyLoss::ZERO, |sum, row| sum.saturating_add(row.loss))
    }

    fn on(&self) -> impl Iterator<Item = (usize, &Zone)> {
        self.kept(true)
    }

    /// The zones of which a disc is kept, on or off, with their numbers.
    fn kept(&self, are_on: bool) -> impl Iterator<Item = (usize, &Zone)> {
        let rows = self.0.iter().enumerate().filter(move |(_, row)| row.is_on == are_on);
        rows.filter_map(|(number, row)| Some((number, row.zone.as_ref()?)))
    }

    /// The zone that is on and that a fix is in: where several overlap, the one with the nearest centre.
    pub(crate) fn around(&self, fix: &Fix) -> Option<&Zone> {
        Some(nearest(self.on(), fix)?.1)
    }

    /// The same of the zones that are off.
    pub(crate) fn off_around(&self, fix: &Fix) -> Option<(usize, &Zone)> {
        nearest(self.kept(false), fix)
    }

    /// The number of the zone that is on under a name.
    pub(crate) fn number_of(&self, name: &str) -> Option<usize> {
        Some(self.on().find(|(_, zone)| zone.name() == name)?.0)
    }

    /// Whether a draw is the stand-in of a zone, of one that is off too.
    pub(crate) fn has_stand_in(&self, point: LatticePoint) -> bool {
        self.0.iter().filter_map(|row| row.zone.as_ref()).any(|zone| zone.stand_in() == point)
    }

    /// Every draw's time, and its loss as an accounting counts it.
    pub(crate) fn losses(&self, accounting: Accounting) -> impl Iterator<Item = (i64, PrivacyLoss)> + '_ {
        self.0.iter().map(move |row| (row.time_ms, accounting.of_pure(row.loss)))
    }

    pub(super) fn push(&mut self, row: Row) {
        self.0.push(row);
    }

    /// A zone is on under a name, or off.
    pub(super) fn set(&mut self, number: usize, name: Option<&str>) {
        let Some(row) = self.0.get_mut(number) else { return };
        let Some(zone) = row.zone.take() else { return };
        row.is_on = name.is_some();
        row.zone = Some(match name {
            Some(name) => zone.named(name),
            None => zone,
        });
    }

    /// Forgets the discs of those that are off.
    pub(super) fn forget_off(&mut self) {
        for row in self.0.iter_mut().filter(|row| !row.is_on) {
            row.zone = None;
        }
    }

    /// The rows that differ from those of an earlier state: their number, before, and now.
    pub(super) fn changed_since<'a>(
        &'a self,
        before: &'a Self,
    ) -> impl Iterator<Item = (usize, Option<&'a Row>, &'a Row)> {
        let rows = self.0.iter().enumerate().map(|(number, row)| (number, before.0.get(number), row));
        rows.filter(|(_, before, now)| *before != Some(*now))
    }
}

fn nearest<'a>(zones: impl Iterator<Item = (usize, &'a Zone)>, fix: &Fix) -> Option<(usize, &'a Zone)> {
    let inside = zones.filter_map(|(number, zone)| Some((zone.distance_inside_m(fix)?, number, zone)));
    inside.min_by(|(one_m, ..), (other_m, ..)| one_m.total_cmp(other_m)).map(|(_, number, zone)| (number, zone))
}

/// Prints how many, and no place.
impl fmt::Debug for Zones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zones").field("on", &self.len()).field("draws", &self.draws()).finish_non_exhaustive()
    }
}

/// Prints no place.
impl fmt::Debug for ZoneDraw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZoneDraw").field("loss", &self.loss).finish_non_exhaustive()
    }
}
