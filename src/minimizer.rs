//! The road: from a fix to a release, through every stop in order.
//!
//! ```text
//! Fix ─▶ rule ─▶ tick ─▶ shield? ─▶ hold? ─▶ perturb ─▶ coarsen ─▶ seal? ─▶ charge ─▶ Release
//! ```

mod zones;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard};

use jiff::{SignedDuration, Timestamp};

use crate::budget::{
    Choice, Chosen, Clock, Erase, Ledger, LedgerError, LedgerTime, PrivacyLoss, Reading, Receipt, Remaining, Rule,
    Transaction,
};
use crate::error::Error;
use crate::fix::Fix;
use crate::policy::{Ceiling, Policy, Purpose};
use crate::randomness::Randomness;
use crate::release::{Outcome, Withheld};
use crate::route::{Decision, Due, Route, Routes};
use crate::sensing::Sensing;
use crate::zone::Zone;

pub use self::zones::Protected;

/// How often old places are erased.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Turns fixes into releases under a policy. The only maker of [`Release`](crate::Release)s.
///
/// It is `Send` and `Sync`: one minimizer serves every thread of an app.
pub struct Minimizer {
    policy: Policy,
    routes: Routes,
    clock: Box<dyn Clock>,
    state: Mutex<State>,
}

/// All that changes, behind one lock: requests are decided one after the other.
struct State {
    ledger: Box<dyn Ledger>,
    randomness: Randomness,
    /// For each route, the last tick that this minimizer saw served: such a tick stays served, so the ledger need not
    /// be asked again.
    served: Vec<Option<Served>>,
    /// What the wall clock showed when old places were last erased.
    erased: Option<Timestamp>,
}

/// A tick of a purpose that was served, and the ledger's time and the wall clock when that was seen. What the user chooses
/// meanwhile is seen on the next one.
struct Served {
    tick: i64,
    /// When the destination is due, by the ledger's time.
    next: Withheld,
    time: LedgerTime,
    wall: Timestamp,
}

impl State {
    /// Erases the places that are older than the policy keeps them, once a day.
    fn erase_old(&mut self, policy: &Policy, now: Reading) -> Result<(), LedgerError> {
        let is_due = self.erased.is_none_or(|erased| now.wall.duration_since(erased).abs() >= DAY);
        let Some(retention) = policy.receipt_retention().filter(|_| is_due) else { return Ok(()) };
        self.ledger.erase(Erase::OlderThan(retention), now)?;
        self.erased = Some(now.wall);
        Ok(())
    }

    /// That nothing is due, if that is known without the ledger.
    fn known_not_due(&self, route: &Route, now: Reading) -> Option<Withheld> {
        let served = self.served[route.index].as_ref()?;
        // A wall clock that is behind counts step by step, and these are not seen here: the ledger is to be asked.
        if now.monotonic.is_none() && now.wall < served.wall {
            return None;
        }
        let time = served.time.at(now).time();
        (route.tick(time) <= served.tick).then(|| served.next.by_the_wall(now.wall, time))
    }
}

/// One wish to release: a fix, what for, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The raw position.
    pub fix: &'a Fix,
    /// A purpose of the policy.
    pub purpose: &'a str,
    /// A destination of the policy.
    pub destination: &'a str,
}

/// What a release would come to, were it asked for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Preview {
    /// It would be made, and charged this much at most: nothing if the purpose's draw on this tick is already paid for. Nor is
    /// anything charged where the fix lies in a zone: its stand-in goes out, or still stands.
    Release(PrivacyLoss),
    /// The earlier release would stand, and nothing be charged.
    Hold,
    /// A noisy test would say whether the purpose's draw still stands, or another takes its place; unless the fix lies in a
    /// zone, whose stand-in takes its place at no cost.
    Ask {
        /// The most that would be charged: the stay, as if it were not charged yet, and what its end costs.
        at_most: PrivacyLoss,
    },
    /// It would be withheld.
    Withheld(Withheld),
}

/// The ceiling that a purpose is under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CeilingNow {
    /// The ceiling in force, by its name.
    pub ceiling: String,
    /// Until when, by the wall clock, if it was chosen for a time.
    pub until: Option<Timestamp>,
    /// What is in force after that.
    pub then: String,
}

impl Minimizer {
    /// A minimizer for a policy, with the ledger that keeps its account and the clock that it goes by.
    ///
    /// # Errors
    ///
    /// [`Error::Mechanism`] if the policy asks for noise outside what is proved, [`Error::Randomness`] if the operating
    /// system gives no random numbers.
    pub fn new(policy: Policy, ledger: impl Ledger + 'static, clock: impl Clock + 'static) -> Result<Self, Error> {
        Self::with_randomness(policy, Box::new(ledger), Box::new(clock), Randomness::from_system()?)
    }

    /// A minimizer whose noise is the same for the same seed: for tests alone. A build without debug assertions has no
    /// such function.
    ///
    /// # Errors
    ///
    /// As [`Minimizer::new`].
    #[cfg(feature = "seeded-noise")]
    pub fn with_seeded_noise(
        policy: Policy,
        ledger: impl Ledger + 'static,
        clock: impl Clock + 'static,
        seed: u64,
    ) -> Result<Self, Error> {
        Self::with_randomness(policy, Box::new(ledger), Box::new(clock), Randomness::repeatable(seed))
    }

    /// A minimizer whose noise is the same for the same seed, for a rehearsal: that hands out neither it nor a release.
    #[cfg(feature = "audit")]
    pub(crate) fn rehearsing(
        policy: Policy,
        ledger: impl Ledger + 'static,
        clock: impl Clock + 'static,
        seed: u64,
    ) -> Result<Self, Error> {
        Self::with_randomness(policy, Box::new(ledger), Box::new(clock), Randomness::repeatable(seed))
    }

    fn with_randomness(
        policy: Policy,
        ledger: Box<dyn Ledger>,
        clock: Box<dyn Clock>,
        randomness: Randomness,
    ) -> Result<Self, Error> {
        let routes = Routes::new(&policy)?;
        let served = (0..routes.len()).map(|_| None).collect();
        Ok(Self { policy, routes, clock, state: Mutex::new(State { ledger, randomness, served, erased: None }) })
    }

    /// Releases a fix for a purpose to a destination, if the tick and the budget allow it.
    ///
    /// When this returns a release, its loss has been charged and recorded durably. A crash before that wastes budget and
    /// releases nothing.
    ///
    /// # Errors
    ///
    /// [`Error`] if the policy knows no such purpose or destination, or if the ledger or the system's randomness fails.
    /// Then nothing was released.
    pub fn release(&self, fix: &Fix, purpose: &str, destination: &str) -> Result<Outcome, Error> {
        let route = self.routes.find(purpose, destination)?;
        let state = &mut *self.lock()?;
        let now = self.clock.reading_at(fix);
        if let Some(not_due) = state.known_not_due(route, now) {
            return Ok(Outcome::Withheld(not_due));
        }
        state.erase_old(&self.policy, now)?;
        let mut account = state.ledger.begin(self.policy.budget(), now)?;
        let time = account.time();
        let outcome = travel(fix, route, &mut *account, now.wall, &mut state.randomness)?;
        // Where nothing goes out, this writes no more than a clock that was turned.
        account.commit()?;
        if let Outcome::Withheld(next @ Withheld::NotDue { .. }) = outcome {
            let known = LedgerTime::known(time, now);
            state.served[route.index] = Some(Served { tick: route.tick(time), next, time: known, wall: now.wall });
        }
        Ok(outcome.by_the_wall(now.wall, time))
    }

    /// Decides many requests in order, and debits and records all that is released in one durable transaction.
    ///
    /// # Errors
    ///
    /// As [`release`](Self::release): if one request fails, nothing at all was charged or released.
    pub fn release_all<'a>(&self, requests: impl IntoIterator<Item = Request<'a>>) -> Result<Vec<Outcome>, Error> {
        let requests: Vec<_> = requests.into_iter().collect();
        let state = &mut *self.lock()?;
        let Some(first) = requests.first() else { return Ok(Vec::new()) };
        let now = self.clock.reading_at(first.fix);
        state.erase_old(&self.policy, now)?;
        let mut account = state.ledger.begin(self.policy.budget(), now)?;
        let outcomes = state.randomness.for_many(|randomness| {
            let mut outcomes = Vec::with_capacity(requests.len());
            for Request { fix, purpose, destination } in requests {
                let route = self.routes.find(purpose, destination)?;
                let now = self.clock.reading_at(fix);
                let time = account.advance(now);
                outcomes.push(travel(fix, route, &mut *account, now.wall, randomness)?.by_the_wall(now.wall, time));
            }
            Ok::<_, Error>(outcomes)
        })??;
        account.commit()?;
        Ok(outcomes)
    }

    /// What [`release`](Self::release) would come to now, whatever the fix. It costs nothing and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`release`](Self::release).
    pub fn preview(&self, purpose: &str, destination: &str) -> Result<Preview, Error> {
        let route = self.routes.find(purpose, destination)?;
        let state = &mut *self.lock()?;
        let now = self.clock.reading();
        let account = state.ledger.begin(self.policy.budget(), now)?;
        let withheld = |reason: Withheld| Preview::Withheld(reason.by_the_wall(now.wall, account.time()));
        let Some(view) = route.view(&*account, now.wall)? else { return Ok(withheld(Withheld::TurnedOff)) };
        Ok(match route.due(view, &*account)? {
            Ok(Due::View(draw)) if route.has_view(view, &draw, &*account)? => Preview::Hold,
            // Under a budget that was cut below what is spent, not even what costs nothing is charged.
            Ok(Due::View(_)) => match account.affords(purpose, PrivacyLoss::ZERO)? {
                Ok(()) => Preview::Release(PrivacyLoss::ZERO),
                Err(spent) => withheld(spent.into()),
            },
            Ok(Due::Draw { .. }) => Preview::Release(route.loss),
            Ok(Due::Ask(_)) => Preview::Ask { at_most: route.at_most() },
            Err(reason) => withheld(reason),
        })
    }

    /// Records what the user chose as the most that is told for a purpose: it wins over all else from the next tick on, in
    /// every process, and stays chosen.
    ///
    /// # Errors
    ///
    /// [`Error`] if the policy knows no such purpose or ceiling, or if the ledger fails: then what was chosen before stands.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use hereabouts::{Ceiling, Choice, MemoryLedger, Minimizer, Policy, SystemClock};
    ///
    /// let policy = Policy::from_toml(include_str!("../examples/policies/store-finder.toml"))?;
    /// let minimizer = Minimizer::new(policy, MemoryLedger::new(), SystemClock)?;
    /// minimizer.choose("store-finder", Choice::Always("city"))?;
    /// minimizer.choose("store-finder", Choice::Always(Ceiling::OFF))?;
    /// minimizer.choose("store-finder", Choice::For(Ceiling::PRECISE, Duration::from_secs(3_600)))?; // then off again
    /// assert!(minimizer.choose("store-finder", Choice::Always("planet")).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn choose(&self, purpose: &str, choice: Choice<'_>) -> Result<(), Error> {
        self.known(purpose)?;
        let (Choice::Always(ceiling) | Choice::For(ceiling, _)) = choice;
        let known: Vec<_> =
            [Ceiling::OFF, Ceiling::PRECISE].into_iter().chain(self.policy.ceilings().map(|(name, _)| name)).collect();
        if !known.contains(&ceiling) {
            return Err(Error::UnknownCeiling { given: ceiling.to_owned(), known: known.join(", ") });
        }
        let state = &mut *self.lock()?;
        let now = self.clock.reading();
        let mut account = state.ledger.begin(self.policy.budget(), now)?;
        account.choose(purpose, choice, now.wall)?;
        account.commit()?;
        // Here it is seen at once.
        state.served.fill_with(|| None);
        Ok(())
    }

    /// The ceiling that a purpose is under now: what its user chose, or what the policy says.
    ///
    /// # Errors
    ///
    /// [`Error`] if the policy knows no such purpose, or if the ledger cannot be read.
    pub fn ceiling(&self, purpose: &str) -> Result<CeilingNow, Error> {
        let default = self.known(purpose)?.ceiling();
        let state = &mut *self.lock()?;
        let now = self.clock.reading();
        let account = state.ledger.begin(self.policy.budget(), now)?;
        let Chosen { ceiling, until, then } = account.chosen(purpose, now.wall)?;
        let name = |name: Option<&str>| name.unwrap_or(default).to_owned();
        Ok(CeilingNow { ceiling: name(ceiling), until, then: name(then) })
    }

    fn known(&self, purpose: &str) -> Result<&Purpose, Error> {
        self.policy.purpose(purpose).ok_or_else(|| Error::UnknownPurpose {
            given: purpose.to_owned(),
            known: self.policy.purposes().map(|(name, _)| name).collect::<Vec<_>>().join(", "),
        })
    }

    /// What to ask of the operating system for a purpose, and when a fix next makes a difference: what will not be released
    /// need not be measured. Until [`Sensing::next`], whatever is asked is answered without a look at the fix.
    ///
    /// # Errors
    ///
    /// As [`release`](Self::release).
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::{AccuracyClass, Fix, MemoryLedger, Minimizer, Policy, RecordedClock};
    ///
    /// let policy = Policy::from_toml(include_str!("../examples/policies/weather.toml"))?;
    /// let minimizer = Minimizer::new(policy, MemoryLedger::new(), RecordedClock::default())?;
    /// let fix = Fix::wgs84(52.0907, 5.1214, 12.0, "2024-06-20T09:07:00Z".parse()?)?;
    /// minimizer.release(&fix, "weather", "eu")?;
    ///
    /// let sensing = minimizer.sensing("weather", "eu")?;
    /// assert_eq!(sensing.next(), Some("2024-06-20T09:15:00Z".parse()?)); // off until then
    /// assert_eq!(sensing.class(), AccuracyClass::HundredMetres); // and no satellites then
    /// assert_eq!(sensing.class().ios(), "kCLLocationAccuracyHundredMeters");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sensing(&self, purpose: &str, destination: &str) -> Result<Sensing, Error> {
        let route = self.routes.find(purpose, destination)?;
        let state = &mut *self.lock()?;
        let now = self.clock.reading();
        let account = state.ledger.begin(self.policy.budget(), now)?;
        let view = route.view(&*account, now.wall)?;
        Ok(route.sensing(view, &*account)?.by_the_wall(now.wall, account.time()))
    }

    /// What each window of the budget has left now.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] if the ledger cannot be read.
    pub fn remaining(&self) -> Result<Vec<Remaining>, Error> {
        Ok(self.lock()?.ledger.remaining(self.policy.budget(), self.clock.reading())?)
    }

    /// Every receipt, oldest first: what was released, when, for what, to whom, at what loss.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] if the ledger cannot be read.
    pub fn receipts(&self) -> Result<Vec<Receipt>, Error> {
        let mut receipts = Vec::new();
        self.lock()?.ledger.receipts(&mut |receipt| {
            receipts.push(receipt);
            ControlFlow::Continue(())
        })?;
        Ok(receipts)
    }

    /// The receipts after the one with a sequence number (0 for all), oldest first, and at most so many: a page of them.
    ///
    /// # Errors
    ///
    /// As [`receipts`](Self::receipts).
    ///
    /// # Example
    ///
    /// ```
    /// # use hereabouts::{Fix, MemoryLedger, Minimizer, Policy, RecordedClock};
    /// # let policy = Policy::from_toml(include_str!("../examples/policies/weather.toml"))?;
    /// # let minimizer = Minimizer::new(policy, MemoryLedger::new(), RecordedClock::default())?;
    /// # let fix = Fix::wgs84(52.0907, 5.1214, 12.0, "2024-06-20T09:07:00Z".parse()?)?;
    /// minimizer.release(&fix, "weather", "eu")?;
    /// minimizer.release(&fix, "weather", "cn")?;
    /// let first = minimizer.receipts_after(0, 1)?;
    /// let second = minimizer.receipts_after(first[0].sequence(), 1)?;
    /// assert_eq!((first[0].destination(), second[0].destination()), ("eu", "cn"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receipts_after(&self, sequence: u64, most: usize) -> Result<Vec<Receipt>, Error> {
        let mut page = Vec::new();
        self.lock()?.ledger.receipts(&mut |receipt| {
            if page.len() == most {
                return ControlFlow::Break(());
            }
            if receipt.sequence() > sequence {
                page.push(receipt);
            }
            ControlFlow::Continue(())
        })?;
        Ok(page)
    }

    /// Makes the ledger forget places: of how many receipts is returned. What was spent stays spent, and what was released
    /// when, to whom and at what loss is kept.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] if the ledger cannot be written, or if others who are at work on it keep a copy.
    pub fn erase(&self, what: Erase) -> Result<u64, Error> {
        Ok(self.lock()?.ledger.erase(what, self.clock.reading())?)
    }

    /// The policy that it follows.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    fn lock(&self) -> Result<MutexGuard<'_, State>, Error> {
        self.state.lock().map_err(|_| Error::Broken)
    }
}

/// The road. What it returns must not leave before the account is committed; times in it are the ledger's.
fn travel(
    fix: &Fix,
    route: &Route,
    account: &mut dyn Transaction,
    wall: Timestamp,
    randomness: &mut Randomness,
) -> Result<Outcome, Error> {
    let Some(view) = route.view(account, wall)? else { return Ok(Outcome::Withheld(Withheld::TurnedOff)) };
    let due = match route.due(view, account)? {
        Ok(due) => due,
        Err(withheld) => return Ok(Outcome::Withheld(withheld)),
    };
    // The shield: before anything is asked or drawn.
    let shield = account.zones()?.around(fix).map(Zone::stand_in);
    let decision = match (due, shield) {
        (Due::View(draw), _) => Decision::free(draw),
        (_, Some(point)) => route.stand_in(point, account)?,
        (Due::Ask(draw), None) if account.zones()?.has_stand_in(draw.point) => {
            route.leave(fix, draw.tick, account, randomness)?
        }
        (Due::Ask(draw), None) => route.ask(fix, draw, account, randomness)?,
        (Due::Draw { tick }, None) => route.draw(fix, tick, randomness)?,
    };
    let seen = view.seen(decision.draw.point);
    if route.has_view(view, &decision.draw, account)? {
        route.hold(view, &decision.draw, account)?;
        return Ok(Outcome::Held(route.seal(route.coarsen(&seen, &decision, None, wall))?));
    }
    let is_stand_in = account.zones()?.has_stand_in(decision.draw.point);
    // What the policy keeps of a fix carries no noise, and could tell of a place in a zone what its stand-in hides.
    let told = Some(fix).filter(|_| shield.is_none() && !is_stand_in);
    let release = route.seal(route.coarsen(&seen, &decision, told, wall))?;
    let (cell, time) = (release.told.name(), account.time());
    let rule = if is_stand_in { Rule::Zone } else { seen.rule };
    Ok(match account.charge(&route.charge(view, rule, &decision, &release, &cell, time))? {
        Ok(_receipt) => Outcome::Released(release),
        Err(spent) => Outcome::Withheld(spent.into()),
    })
}

/// Prints no field: a log line must not be able to leak a place.
impl fmt::Debug for Minimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minimizer").finish_non_exhaustive()
    }
}
