//! [`Ledger`] and [`Transaction`]: the account of what was spent and released.

use core::fmt;
use core::ops::ControlFlow;
use core::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::accounting::Accounting;
use super::error::LedgerError;
use super::loss::PrivacyLoss;
use super::receipt::{Receipt, Rule};
use super::time::Reading;
use super::window::{Budget, Window};
use super::zones::{ZoneDraw, Zones};
use crate::lattice::LatticePoint;

/// The account of what was spent and released: budget is debited here before a release exists.
///
/// - **Windows.** For every window of length *W* and loss *B*, and every time *t*, the losses charged at times in
///   (*t* − *W*, *t*] sum to at most *B*: those of all purposes, or of the one that the window is for. All windows are
///   checked before anything is charged. Sums are whole billionths of ε or ρ, and exact.
/// - **Time.** The ledger counts whole milliseconds of its own time, which is made from the caller's clocks and never steps
///   back. Within one start of the device it runs as the monotonic clock does, whatever the wall clock shows. Across a
///   start, or without a monotonic clock, it follows the wall clock past the latest time that this ever showed: across a
///   start by a day at most. While the wall clock is behind that, each of its steps forward counts, by an hour at most. So a
///   wall clock that steps back refills nothing, and one that was far ahead locks nobody out. The time is kept with what is
///   written, and by any commit that finds the clocks turned.
/// - **Transactions.** Nothing is visible or durable before [`Transaction::commit`] returns. A transaction that is
///   dropped leaves no trace: to ask a question, begin, ask, and drop.
/// - **Stays.** While a draw stands because a noisy test says so, the stay is charged once, however long it lasts; it
///   counts in every window that holds one of the ticks on which the test asked.
/// - **Budgets** are the caller's and may change from one transaction to the next. What was spent is always summed from
///   the recorded charges.
/// - **Zones.** A zone's draw is debited once, before the zone is there, in the windows over all purposes; its disc is kept.
/// - **Erasing.** [`erase`](Self::erase) forgets places, and never what was spent.
/// - **One currency.** A ledger with charges refuses a budget with another [`Accounting`]: what was spent cannot be summed
///   in it.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use hereabouts::{Budget, Charge, Draw, LatticePoint, Ledger, MemoryLedger, Position, PrivacyLoss, Rule, Window};
///
/// let one = PrivacyLoss::from_billionths(1_000_000_000);
/// let budget = Budget::new([Window::new(one, Duration::from_secs(86_400))?])?;
/// let noon: hereabouts::Timestamp = "2024-06-20T12:00:00Z".parse()?;
/// let point = LatticePoint::nearest(&Position::new(52.2, 5.3)); // noised by a mechanism
///
/// let mut ledger = MemoryLedger::new();
/// let mut transaction = ledger.begin(&budget, noon.into())?;
/// let charge = Charge {
///     purpose: "weather",
///     destination: "eu",
///     draw: Draw::new(42, point),
///     tick: 42,
///     remember: 0,
///     grid: "h3:6",
///     rule: Rule::Purpose,
///     cell: "861969527ffffff",
///     bucket: noon,
///     span: Duration::from_secs(3_600),
///     loss: one,
/// };
/// assert_eq!(transaction.charge(&charge)?, Ok(1)); // the receipt's sequence number
/// let spent = transaction.charge(&charge)?.unwrap_err();
/// assert_eq!(spent.until(), Some("2024-06-21T12:00:00Z".parse()?));
/// transaction.commit()?;
///
/// assert_eq!(ledger.remaining(&budget, noon.into())?[0].remaining(), PrivacyLoss::ZERO);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Ledger: Send {
    /// Begins a transaction under a budget, at the ledger's time by a reading of the clocks.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read, or another writer holds it for too long.
    fn begin<'a>(&'a mut self, budget: &Budget, clock: Reading) -> Result<Box<dyn Transaction + 'a>, LedgerError>;

    /// What is left in each window, first in those over all purposes, in the budget's order, at the ledger's time by a reading of the clocks. Writes nothing.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read.
    fn remaining(&mut self, budget: &Budget, now: Reading) -> Result<Vec<Remaining>, LedgerError>;

    /// Shows every receipt to `visit`, the oldest first, until it breaks.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read, or holds what is no receipt.
    fn receipts(&mut self, visit: &mut dyn FnMut(Receipt) -> ControlFlow<()>) -> Result<(), LedgerError>;

    /// Forgets places: of how many receipts is returned. What was released when, to whom and at what loss is kept, and what
    /// was spent stays spent. `now` is a reading of the clocks, by which the age of a receipt is told.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if it cannot be written, or if it was, but others who are at work keep a copy of what was there.
    fn erase(&mut self, what: Erase, now: Reading) -> Result<u64, LedgerError>;
}

/// Which places a ledger forgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Erase {
    /// All of them: the released cells, the purposes' draws, what they could recall, and the discs of zones that are off. The
    /// next release of each purpose is a new draw. Zones that are on stay: they protect.
    Everything,
    /// The released cells, and what purposes could recall, of receipts that are older than this. A draw that stands is kept
    /// while it does.
    OlderThan(Duration),
}

impl<L: Ledger + ?Sized> Ledger for Box<L> {
    fn begin<'a>(&'a mut self, budget: &Budget, clock: Reading) -> Result<Box<dyn Transaction + 'a>, LedgerError> {
        (**self).begin(budget, clock)
    }

    fn remaining(&mut self, budget: &Budget, now: Reading) -> Result<Vec<Remaining>, LedgerError> {
        (**self).remaining(budget, now)
    }

    fn receipts(&mut self, visit: &mut dyn FnMut(Receipt) -> ControlFlow<()>) -> Result<(), LedgerError> {
        (**self).receipts(visit)
    }

    fn erase(&mut self, what: Erase, now: Reading) -> Result<u64, LedgerError> {
        (**self).erase(what, now)
    }
}

/// One consistent view of a ledger, and what is to be written to it, all or nothing. Dropping it rolls back.
///
/// Its answers include its own charges. After an error it can only be dropped.
#[must_use = "a transaction that is dropped is rolled back: commit it"]
pub trait Transaction {
    /// The ledger's own time: no charge was made later.
    fn time(&self) -> Timestamp;

    /// Moves the ledger's time on by another reading of the clocks, and returns it. Time is kept only with what is written:
    /// after the transaction it is that of the last charge, stay or hold.
    fn advance(&mut self, clock: Reading) -> Timestamp;

    /// The purpose's current draw, if it has one.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read.
    fn draw(&self, purpose: &str) -> Result<Option<Draw>, LedgerError>;

    /// The tick of its schedule on which the destination was served last for the purpose, if it was.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read.
    fn served(&self, purpose: &str, destination: &str) -> Result<Option<i64>, LedgerError>;

    /// Whether the last release that the destination got for the purpose was told on this grid and to this span of time, in
    /// whole milliseconds.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read.
    fn is_served_as(&self, purpose: &str, destination: &str, grid: &str, span: Duration) -> Result<bool, LedgerError>;

    /// What the user chose as the most that is told for the purpose, as it is in force at the ledger's time while a wall
    /// clock shows this.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read.
    fn chosen(&self, purpose: &str, wall: Timestamp) -> Result<Chosen<'_>, LedgerError>;

    /// Records what the user chose for the purpose, while a wall clock shows this.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if it cannot be written.
    fn choose(&mut self, purpose: &str, choice: Choice<'_>, wall: Timestamp) -> Result<(), LedgerError>;

    /// Whether every window in which the purpose counts has room for the loss at the ledger's time; [`Spent`] if not. A name
    /// that no purpose has counts in the windows over all purposes.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read.
    fn affords(&self, purpose: &str, loss: PrivacyLoss) -> Result<Result<(), Spent>, LedgerError>;

    /// What the purpose put out, the latest first: as many as the last new draw was to leave remembered.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read.
    fn outputs(&self, purpose: &str) -> Result<Vec<LatticePoint>, LedgerError>;

    /// Whether every window has room to count the stay of the purpose's draw at the ledger's time, for the loss of what
    /// may follow besides; [`Spent`] if not. A window that holds the stay already needs no more room for it.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read.
    fn affords_stay(
        &self,
        purpose: &str,
        stay: PrivacyLoss,
        then: PrivacyLoss,
    ) -> Result<Result<(), Spent>, LedgerError>;

    /// Counts the stay of the purpose's draw at the ledger's time, and no longer where it was counted before. Returns what
    /// was charged that was not before: the stay's loss on its first tick, nothing later; or [`Spent`] with nothing changed
    /// if a window has no room.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the stay cannot be written.
    fn stay(&mut self, purpose: &str, loss: PrivacyLoss) -> Result<Result<PrivacyLoss, Spent>, LedgerError>;

    /// Records that the purpose's draw stands on one more tick, and that the destination was served so on a tick of its own
    /// schedule. It costs nothing and makes no receipt.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if it cannot be written.
    fn hold(&mut self, purpose: &str, destination: &str, draw: Draw, tick: i64) -> Result<(), LedgerError>;

    /// Checks every window, then debits the loss and records the receipt, the purpose's draw and what the destination
    /// was served. Returns the receipt's sequence number, or [`Spent`] with nothing charged or recorded.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the charge cannot be written.
    fn charge(&mut self, charge: &Charge<'_>) -> Result<Result<u64, Spent>, LedgerError>;

    /// The ledger's zones.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the ledger cannot be read.
    fn zones(&self) -> Result<&Zones, LedgerError>;

    /// Checks every window over all purposes, then debits the draw's loss and records the zone, which is on. [`Spent`] with
    /// nothing charged or recorded if a window has no room.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if the zone cannot be written.
    fn protect(&mut self, draw: &ZoneDraw<'_>) -> Result<Result<(), Spent>, LedgerError>;

    /// A zone, by its number in the order of the draws counted from zero, is on under a name, or off without one. It costs
    /// nothing. Nothing happens to a zone that is forgotten, or was never there.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if it cannot be written.
    fn set_zone(&mut self, number: usize, name: Option<&str>) -> Result<(), LedgerError>;

    /// Makes every charge visible and durable.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] if that failed, or if an earlier step did: then nothing may be released on the strength of it.
    fn commit(self: Box<Self>) -> Result<(), LedgerError>;
}

/// A purpose's current draw: what its mechanism put out, of which every destination gets its own coarser view.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Draw {
    /// The tick of the purpose's schedule on which it was last decided that this is the draw.
    pub tick: i64,
    /// The tick since which it stands.
    pub since: i64,
    /// The mechanism's output. It is finer than what is released.
    pub point: LatticePoint,
    /// The noise of the threshold, in centimetres, while a test asks whether the draw is still near: drawn once for a
    /// stay.
    pub threshold_noise_cm: Option<i64>,
}

impl Draw {
    /// A draw that stands from this tick on.
    #[must_use]
    pub const fn new(tick: i64, point: LatticePoint) -> Self {
        Self { tick, since: tick, point, threshold_noise_cm: None }
    }
}

/// Prints no point: it is finer than what may leave the device. Nor does it print the threshold's noise.
impl fmt::Debug for Draw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draw").field("tick", &self.tick).field("since", &self.since).finish_non_exhaustive()
    }
}

/// What a user chose as the most that is told for a purpose, by the names of a policy's ceilings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Choice<'a> {
    /// This ceiling from now on, and none for a time.
    Always(&'a str),
    /// This ceiling for a time; then again the one that stood.
    For(&'a str, Duration),
}

/// What a user chose for a purpose, as it is in force at some time. `None` is what the policy says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// The ceiling in force.
    pub ceiling: Option<&'a str>,
    /// Until when, by the wall clock, if it is for a time.
    pub until: Option<Timestamp>,
    /// What is in force then.
    pub then: Option<&'a str>,
}

/// What is to be debited and recorded for one release.
#[derive(Clone, Copy, Debug)]
pub struct Charge<'a> {
    /// What the location is wanted for.
    pub purpose: &'a str,
    /// Where it goes.
    pub destination: &'a str,
    /// The draw of which this is a view: the purpose's current draw from now on.
    pub draw: Draw,
    /// The tick of its schedule on which the destination is served.
    pub tick: i64,
    /// How many of the purpose's outputs are to be remembered, this one included, so that one can be recalled. A zone's
    /// stand-in is none of them.
    pub remember: u8,
    /// The grid of the released cell, as "h3:6".
    pub grid: &'a str,
    /// Whose rule decided how coarse the release is.
    pub rule: Rule,
    /// The released cell's id.
    pub cell: &'a str,
    /// The start of the released time bucket, in whole milliseconds: a rest is cut off.
    pub bucket: Timestamp,
    /// The length of the released time bucket, in whole milliseconds: a rest is cut off.
    pub span: Duration,
    /// The privacy loss: zero for a further view of a draw that is already paid.
    pub loss: PrivacyLoss,
}

/// The budget has no room for a loss. Nothing was charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    window: Window,
    until: Option<Timestamp>,
}

impl Spent {
    pub(super) fn new(window: Window, until: Option<Timestamp>) -> Self {
        Self { window, until }
    }

    /// The window that is the last to have room.
    #[must_use]
    pub fn window(&self) -> Window {
        self.window
    }

    /// The earliest time at which every window has room, if nothing else is charged; `None` if none ever will, since
    /// the loss is more than a window allows.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

/// What is left in one window. It serializes as one flat JSON object: `accounting` (`pure` for ε, `zcdp` for ρ), `purpose`
/// (that the window is for; null if it is for all), `window_s`, `budget`, `spent`, `remaining`, and `frees` (RFC 3339, or
/// null).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remaining {
    accounting: Accounting,
    window: Window,
    purpose: Option<String>,
    spent: PrivacyLoss,
    frees: Option<Timestamp>,
}

impl Remaining {
    pub(super) fn new(
        accounting: Accounting,
        window: Window,
        purpose: Option<&str>,
        spent: PrivacyLoss,
        frees: Option<Timestamp>,
    ) -> Self {
        Self { accounting, window, purpose: purpose.map(str::to_owned), spent, frees }
    }

    /// What the losses are.
    #[must_use]
    pub fn accounting(&self) -> Accounting {
        self.accounting
    }

    /// The window.
    #[must_use]
    pub fn window(&self) -> Window {
        self.window
    }

    /// The purpose whose losses alone the window counts; `None` if it counts all.
    #[must_use]
    pub fn purpose(&self) -> Option<&str> {
        self.purpose.as_deref()
    }

    /// The sum of the losses in the window: more than the window allows if the budget was larger when they were charged.
    #[must_use]
    pub fn spent(&self) -> PrivacyLoss {
        self.spent
    }

    /// What can still be spent now.
    #[must_use]
    pub fn remaining(&self) -> PrivacyLoss {
        self.window.loss().saturating_sub(self.spent)
    }

    /// When the oldest loss in the window leaves it; `None` if there is none.
    #[must_use]
    pub fn frees(&self) -> Option<Timestamp> {
        self.frees
    }
}

impl Serialize for Remaining {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat<'a> {
            accounting: Accounting,
            purpose: Option<&'a str>,
            window_s: f64,
            budget: f64,
            spent: f64,
            remaining: f64,
            frees: Option<String>,
        }
        let flat = Flat {
            accounting: self.accounting,
            purpose: self.purpose(),
            window_s: self.window.length().as_secs_f64(),
            budget: self.window.loss().epsilon(),
            spent: self.spent.epsilon(),
            remaining: self.remaining().epsilon(),
            frees: self.frees.map(|time| time.to_string()),
        };
        flat.serialize(serializer)
    }
}
