//! [`Account`]: a ledger's present state in memory, whichever way its entries are stored.

use core::time::Duration;

use jiff::Timestamp;

use super::accountant::Accountant;
use super::accounting::Accounting;
use super::catalogue::{Catalogue, NameId};
use super::choice;
use super::ledger::{Charge, Choice, Chosen, Draw, Remaining, Spent};
use super::loss::PrivacyLoss;
use super::receipt::Rule;
use super::record::{Entry, Recorded, RecordedKind, Served, Standing, Stay};
use super::slots::Slots;
use super::time::{LedgerTime, Reading};
use super::window::{Budget, Scope, Window};
use super::zones::{Row, ZoneDraw, Zones};
use crate::lattice::LatticePoint;
use crate::zone::Zone;

/// All that a transaction reads and changes, except the stored receipts: sums, names, terms, draws, stays, what was put
/// out before and what was served.
///
/// What happens after [`begin`](Self::begin) is undone by [`rollback`](Self::rollback) or made the new state by
/// [`commit`](Self::commit).
#[derive(Debug)]
pub(super) struct Account {
    accountant: Accountant,
    clock: Kept,
    catalogue: Catalogue,
    draws: Slots<NameId, Standing>,
    /// By the sequence number of the receipt that began it.
    stays: Slots<u64, Stay>,
    /// By purpose and point, the last receipt that it was put out with.
    outputs: Slots<(NameId, LatticePoint), u64>,
    served: Slots<(NameId, NameId), Served>,
    choices: Slots<NameId, choice::Kept>,
    zones: Zones,
    /// The zones before the transaction, once it changed them.
    zones_before: Option<Zones>,
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

impl Account {
    pub(super) fn new(budget: Budget, catalogue: Catalogue) -> Self {
        Self {
            accountant: Accountant::new(budget),
            clock: Kept::default(),
            catalogue,
            draws: Slots::default(),
            stays: Slots::default(),
            outputs: Slots::default(),
            served: Slots::default(),
            choices: Slots::default(),
            zones: Zones::default(),
            zones_before: None,
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
        losses.sort_by_key(|recorded| (recorded.time_ms, recorded.kind));
        for Recorded { time_ms, kind, loss } in losses {
            self.accountant.advance(time_ms);
            match kind {
                RecordedKind::Forfeit => {
                    self.accountant.record(Scope::Every, loss);
                }
                RecordedKind::Zone => {
                    self.accountant.record(Scope::Shared, loss);
                }
                RecordedKind::Receipt { receipt, purpose } => {
                    self.accountant.record(self.scope_of(purpose), loss);
                    self.sequence = self.sequence.max(receipt);
                }
                RecordedKind::Stay { receipt, purpose } => {
                    let charge = self.accountant.record(self.scope_of(purpose), loss);
                    self.stays.set(receipt, Stay { purpose, loss, last_ms: time_ms, charge });
                }
            }
        }
    }

    /// The windows in which the losses of a purpose count.
    fn scope_of(&self, purpose: NameId) -> Scope {
        self.catalogue.name(purpose).map_or(Scope::Shared, |purpose| self.budget().scope(purpose))
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
    pub(super) fn set_served(&mut self, purpose: NameId, destination: NameId, served: Served) {
        self.served.set((purpose, destination), served);
    }

    /// Takes over what was stored as chosen.
    pub(super) fn set_choice(&mut self, purpose: NameId, kept: choice::Kept) {
        self.choices.set(purpose, kept);
    }

    /// Takes over a stored zone.
    pub(super) fn add_zone(&mut self, row: Row) {
        self.zones.push(row);
    }

    /// What the draws of the zones cost, to be recorded again.
    pub(super) fn zone_losses(&self, accounting: Accounting) -> impl Iterator<Item = Recorded> + '_ {
        let losses = self.zones.losses(accounting);
        losses.map(|(time_ms, loss)| Recorded { time_ms, kind: RecordedKind::Zone, loss })
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
        let windows = self.budget().every_window().map(|(_, window)| window);
        let loss = windows.map(|window| Window::loss(&window)).max().unwrap_or(PrivacyLoss::ZERO);
        self.accountant.record(Scope::Every, loss);
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
        self.draws.get(&self.catalogue.name_id(purpose)?)
    }

    /// What the purpose put out, the latest first.
    pub(super) fn outputs(&self, purpose: &str) -> Vec<LatticePoint> {
        let Some(purpose) = self.catalogue.name_id(purpose) else { return Vec::new() };
        self.remembered(purpose).into_iter().map(|(_, point)| point).collect()
    }

    fn remembered(&self, purpose: NameId) -> Vec<(u64, LatticePoint)> {
        let outputs = self.outputs.iter().filter(|((of, _), _)| *of == purpose);
        let mut outputs: Vec<_> = outputs.map(|((_, point), receipt)| (receipt, point)).collect();
        outputs.sort_by_key(|(receipt, _)| core::cmp::Reverse(*receipt));
        outputs
    }

    pub(super) fn served(&self, purpose: &str, destination: &str) -> Option<i64> {
        Some(self.last_served(purpose, destination)?.tick)
    }

    fn last_served(&self, purpose: &str, destination: &str) -> Option<Served> {
        self.served.get(&(self.catalogue.name_id(purpose)?, self.catalogue.name_id(destination)?))
    }

    pub(super) fn is_served_as(&self, purpose: &str, destination: &str, grid: &str, span: Duration) -> bool {
        let terms = self.last_served(purpose, destination).and_then(|served| served.terms);
        terms.is_some_and(|terms| self.catalogue.is_on(terms, grid, span))
    }

    pub(super) fn chosen(&self, purpose: &str, wall: Timestamp) -> Chosen<'_> {
        let kept = self.catalogue.name_id(purpose).and_then(|purpose| self.choices.get(&purpose));
        kept.unwrap_or_default().chosen(self.accountant.time_ms(), wall, &self.catalogue)
    }

    pub(super) fn choose(&mut self, purpose: &str, choice: Choice<'_>, wall: Timestamp) {
        self.mark();
        let purpose = self.catalogue.intern(purpose);
        let before = self.choices.get(&purpose).unwrap_or_default();
        let now_ms = self.accountant.time_ms();
        self.choices.set(purpose, before.after(choice, now_ms, wall, &mut self.catalogue));
    }

    pub(super) fn affords(&self, purpose: &str, loss: PrivacyLoss) -> Result<(), Spent> {
        self.accountant.affords(self.budget().scope(purpose), loss)
    }

    /// Whether there is room for the loss of a stay, charged anew or counted at the present time, and for the loss of what
    /// may follow.
    pub(super) fn affords_stay(&self, purpose: &str, stay: PrivacyLoss, then: PrivacyLoss) -> Result<(), Spent> {
        let current = self.standing(purpose).and_then(|standing| self.stays.get(&standing.receipt));
        let stay = current.map_or(stay, |current| current.loss.max(stay));
        let scope = self.budget().scope(purpose);
        self.accountant.affords_with(scope, stay.saturating_add(then), current.map(|current| current.charge))
    }

    /// Counts the stay of the purpose's draw at the present time, and says what was charged that was not before. A stay
    /// that began under a greater loss keeps it: its threshold has the noise of that loss.
    pub(super) fn stay(&mut self, purpose: &str, loss: PrivacyLoss) -> Result<PrivacyLoss, Spent> {
        self.affords_stay(purpose, loss, PrivacyLoss::ZERO)?;
        let name = self.catalogue.name_id(purpose);
        let standing = name.and_then(|name| self.draws.get(&name));
        let Some((name, standing)) = name.zip(standing) else { return Ok(PrivacyLoss::ZERO) };
        let before = self.stays.get(&standing.receipt);
        if let Some(before) = before {
            self.accountant.take_out(before.charge);
        }
        let charged = before.map_or(PrivacyLoss::ZERO, |before| before.loss);
        let loss = loss.max(charged);
        let charge = self.accountant.record(self.budget().scope(purpose), loss);
        self.mark();
        let last_ms = self.accountant.time_ms();
        self.stays.set(standing.receipt, Stay { purpose: name, loss, last_ms, charge });
        Ok(loss.saturating_sub(charged))
    }

    /// The purpose's draw stands, on one more tick and for one more destination.
    pub(super) fn hold(&mut self, purpose: &str, destination: &str, draw: Draw, tick: i64) {
        let names = self.catalogue.name_id(purpose).zip(self.catalogue.name_id(destination));
        let Some((purpose, destination)) = names else { return };
        let Some(Standing { receipt, .. }) = self.draws.get(&purpose) else { return };
        self.mark();
        self.draws.set(purpose, Standing { draw, receipt });
        let terms = self.served.get(&(purpose, destination)).and_then(|served| served.terms);
        self.served.set((purpose, destination), Served { tick, terms });
    }

    pub(super) fn charge(&mut self, charge: &Charge<'_>) -> Result<Entry, Spent> {
        self.accountant.charge(self.budget().scope(charge.purpose), charge.loss)?;
        self.mark();
        let purpose = self.catalogue.intern(charge.purpose);
        let destination = self.catalogue.intern(charge.destination);
        let accounting = self.budget().accounting();
        let terms = self.catalogue.agreed(purpose, destination, charge, accounting);
        self.sequence += 1;
        let before = self.draws.get(&purpose).filter(|standing| standing.draw.since == charge.draw.since);
        let receipt = before.map_or(self.sequence, |standing| standing.receipt);
        self.draws.set(purpose, Standing { draw: charge.draw, receipt });
        // To recall a stand-in would be to put it out elsewhere, and it must not push out what can be recalled.
        if receipt == self.sequence && charge.rule != Rule::Zone {
            self.remember(purpose, charge.draw.point, charge.remember);
        }
        self.served.set((purpose, destination), Served { tick: charge.tick, terms: Some(terms) });
        Ok(Entry { sequence: self.sequence, time_ms: self.accountant.time_ms(), terms })
    }

    /// Remembers what the last receipt put out, and forgets all but the latest few.
    fn remember(&mut self, purpose: NameId, point: LatticePoint, most: u8) {
        if most > 0 {
            self.outputs.set((purpose, point), self.sequence);
        }
        for (_, forgotten) in self.remembered(purpose).into_iter().skip(usize::from(most)) {
            self.outputs.unset((purpose, forgotten));
        }
    }

    pub(super) fn zones(&self) -> &Zones {
        &self.zones
    }

    pub(super) fn protect(&mut self, draw: &ZoneDraw<'_>) -> Result<(), Spent> {
        self.accountant.charge(Scope::Shared, self.budget().accounting().of_pure(draw.loss))?;
        self.mark();
        let zone = Some(Zone::new(draw.name, draw.centre, draw.radius_m, self.time()));
        let row = Row { time_ms: self.accountant.time_ms(), loss: draw.loss, is_on: true, zone };
        self.zones_to_change().push(row);
        Ok(())
    }

    pub(super) fn set_zone(&mut self, number: usize, name: Option<&str>) {
        self.mark();
        self.zones_to_change().set(number, name);
    }

    fn zones_to_change(&mut self) -> &mut Zones {
        self.zones_before.get_or_insert_with(|| self.zones.clone());
        &mut self.zones
    }

    /// Forgets what purposes put out with receipts up to this one; and where they have a draw, and the zones that are off, if
    /// everything is to go.
    pub(super) fn forget(&mut self, receipt: u64, everything: bool) {
        self.outputs.remove(|_, of_receipt| of_receipt <= receipt);
        if everything {
            self.draws.remove(|_, _| true);
            self.zones.forget_off();
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
        self.catalogue.keep();
        self.draws.keep();
        self.stays.keep();
        self.outputs.keep();
        self.served.keep();
        self.choices.keep();
        self.zones_before = None;
        self.sequence_before = self.sequence;
    }

    pub(super) fn rollback(&mut self) {
        self.accountant.rollback();
        let before = self.clock.before;
        self.clock = Kept::at(before);
        self.catalogue.rollback();
        self.draws.rollback();
        self.stays.rollback();
        self.outputs.rollback();
        self.served.rollback();
        self.choices.rollback();
        if let Some(zones) = self.zones_before.take() {
            self.zones = zones;
        }
        self.sequence = self.sequence_before;
    }

    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The draws that the transaction changed: before, and now.
    pub(super) fn changed_draws(&self) -> impl Iterator<Item = (NameId, Option<Standing>, Standing)> + '_ {
        self.draws.changed()
    }

    /// The stays that the transaction changed: before, and now.
    pub(super) fn changed_stays(&self) -> impl Iterator<Item = (u64, Option<Stay>, Stay)> + '_ {
        self.stays.changed()
    }

    /// The outputs that the transaction changed: their receipt before, and now.
    pub(super) fn changed_outputs(&self) -> impl Iterator<Item = ((NameId, LatticePoint), Option<u64>, u64)> + '_ {
        self.outputs.changed()
    }

    /// The outputs that the transaction forgot, and their receipt before.
    pub(super) fn forgotten_outputs(&self) -> impl Iterator<Item = ((NameId, LatticePoint), u64)> + '_ {
        self.outputs.gone()
    }

    /// The zones that the transaction changed: their number, before, and now.
    pub(super) fn changed_zones(&self) -> impl Iterator<Item = (usize, Option<&Row>, &Row)> {
        self.zones_before.iter().flat_map(|before| self.zones.changed_since(before))
    }

    /// The ticks served that the transaction changed: before, and now.
    pub(super) fn changed_served(&self) -> impl Iterator<Item = ((NameId, NameId), Option<Served>, Served)> + '_ {
        self.served.changed()
    }

    /// The choices that the transaction changed: before, and now.
    pub(super) fn changed_choices(&self) -> impl Iterator<Item = (NameId, Option<choice::Kept>, choice::Kept)> + '_ {
        self.choices.changed()
    }
}
