//! The rule: what the policy says of one purpose on its way to one destination, worked out before any fix arrives.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use litemap::LiteMap;

use crate::budget::{Charge, Draw, LedgerError, PrivacyLoss, Rule, Transaction};
use crate::error::Error;
use crate::fix::Fix;
use crate::lattice::LatticePoint;
use crate::mechanism::{Noise, Stays};
use crate::policy::{Policy, Repeat, WhenSpent};
use crate::randomness::Randomness;
use crate::release::{Kept, Release, Withheld};
#[cfg(feature = "seal")]
use crate::seal::Sealer;
use crate::sensing::{Sensing, needed_accuracy_m};
use crate::view::{Seen, View, Views, start_of, whole_milliseconds};

/// Every purpose with every destination. They are few: comparing their names is quicker than hashing them.
pub(crate) struct Routes(LiteMap<String, LiteMap<String, Route>>);

/// One purpose on its way to one destination.
pub(crate) struct Route {
    /// Its place among all routes.
    pub(crate) index: usize,
    purpose: Arc<str>,
    destination: Arc<str>,
    noise: Noise,
    /// What one draw costs.
    pub(crate) loss: PrivacyLoss,
    /// The tests that a draw stands by; without them each tick has its own draw.
    stays: Option<Stays>,
    when_spent: WhenSpent,
    views: Views,
    /// The accuracy that a fix must have.
    needed_m: f64,
    interval_ms: i64,
    bucket_ms: i64,
    bucket_s: u32,
    /// What seals its releases, if the destination is sealed.
    #[cfg(feature = "seal")]
    sealer: Option<Sealer>,
}

/// What the purpose does on a tick. It follows from the clock, the policy, the user's choice and the account; no fix has a say in it.
pub(crate) enum Due {
    /// The purpose's draw is decided for this tick, or stands because the budget has no room for a question: one more
    /// destination may have its view of it.
    View(Draw),
    /// A new draw, which the budget affords.
    Draw { tick: i64 },
    /// A test whether this draw still stands; the budget affords the test and whatever it leads to.
    Ask(Draw),
}

/// What a tick came to.
pub(crate) struct Decision {
    pub(crate) draw: Draw,
    /// What the draw cost, or its recall.
    pub(crate) loss: PrivacyLoss,
    /// What was charged for the stay that the tick asked about, if it was not charged before.
    pub(crate) stay: PrivacyLoss,
}

impl Decision {
    pub(crate) fn free(draw: Draw) -> Self {
        Self { draw, loss: PrivacyLoss::ZERO, stay: PrivacyLoss::ZERO }
    }
}

impl Routes {
    pub(crate) fn new(policy: &Policy) -> Result<Self, Error> {
        let mut routes = LiteMap::new();
        let accounting = policy.budget().accounting();
        let mut index = 0;
        for (purpose, rule) in policy.purposes() {
            let noise = rule.mechanism().noise(policy.radius_m())?;
            // A policy is loaded only if its accounting can count the noise of every purpose.
            let Some(loss) = noise.loss_in(accounting) else { continue };
            let stays = match rule.repeat() {
                Repeat::Fresh => None,
                Repeat::Hold { within_m, epsilon, recall } => {
                    Some(Stays::new(within_m, epsilon, recall, policy.radius_m(), accounting)?)
                }
            };
            let grids = policy.destinations().map(|(destination, _)| policy.grid_for(purpose, destination));
            let needed_m = needed_accuracy_m(&noise, grids, stays.as_ref());
            let mut to = LiteMap::new();
            for (destination, _) in policy.destinations() {
                // A policy is loaded only if every purpose has a grid for every destination, under every ceiling.
                let Some(views) = Views::new(policy, purpose, destination, noise, stays.as_ref()) else { continue };
                let route = Route {
                    index,
                    purpose: purpose.into(),
                    destination: destination.into(),
                    noise,
                    loss,
                    stays: stays.clone(),
                    when_spent: rule.when_spent(),
                    views,
                    needed_m,
                    interval_ms: whole_milliseconds(rule.interval()),
                    bucket_ms: whole_milliseconds(rule.time_bucket()),
                    bucket_s: u32::try_from(rule.time_bucket().as_secs()).unwrap_or(u32::MAX),
                    #[cfg(feature = "seal")]
                    sealer: Sealer::new(policy, purpose, destination),
                };
                to.insert(destination.to_owned(), route);
                index += 1;
            }
            routes.insert(purpose.to_owned(), to);
        }
        Ok(Self(routes))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.values().map(LiteMap::len).sum()
    }

    pub(crate) fn find(&self, purpose: &str, destination: &str) -> Result<&Route, Error> {
        let to = self
            .0
            .get(purpose)
            .ok_or_else(|| Error::UnknownPurpose { given: purpose.to_owned(), known: names(self.0.keys()) })?;
        to.get(destination)
            .ok_or_else(|| Error::UnknownDestination { given: destination.to_owned(), known: names(to.keys()) })
    }
}

fn names<'a>(known: impl Iterator<Item = &'a String>) -> String {
    known.map(String::as_str).collect::<Vec<_>>().join(", ")
}

impl Route {
    /// The tick of the purpose's schedule that a time belongs to: its start, in milliseconds since 1970. (Not its number: a
    /// policy with another interval goes on from where this one stopped.)
    pub(crate) fn tick(&self, time: Timestamp) -> i64 {
        start_of(time.as_millisecond(), self.interval_ms)
    }

    /// What the destination gets by the user's choice. It does not depend on the place.
    pub(crate) fn view(&self, account: &dyn Transaction, wall: Timestamp) -> Result<Option<&View>, LedgerError> {
        Ok(self.views.under(account.chosen(&self.purpose, wall)?.ceiling))
    }

    /// What the tick and the account allow: a view, a draw, a test, or nothing. No fix has a say in it.
    pub(crate) fn due(&self, view: &View, account: &dyn Transaction) -> Result<Result<Due, Withheld>, LedgerError> {
        let tick = self.tick(account.time());
        if let Some(served) = account.served(&self.purpose, &self.destination)?
            && served >= view.tick(account.time().as_millisecond())
        {
            return Ok(Err(Withheld::NotDue { next: timestamp(view.next(served)) }));
        }
        let current = account.draw(&self.purpose)?;
        if let Some(draw) = current.filter(|draw| draw.tick >= tick) {
            return Ok(Ok(Due::View(draw)));
        }
        let current = current.map(|draw| Draw { tick, ..draw });
        let room = match (current, &self.stays) {
            (Some(_), Some(stays)) => account.affords_stay(&self.purpose, stays.loss(), stays.end(self.loss))?,
            _ => account.affords(&self.purpose, self.loss)?,
        };
        Ok(match (room, current, self.when_spent) {
            (Ok(()), Some(draw), _) if self.stays.is_some() => Ok(Due::Ask(draw)),
            (Ok(()), _, _) => Ok(Due::Draw { tick }),
            (Err(_), Some(draw), WhenSpent::Hold) => Ok(Due::View(draw)),
            (Err(spent), _, _) => Err(spent.into()),
        })
    }

    /// The most that a test whether the draw still stands can come to: the stay, and what its end costs.
    pub(crate) fn at_most(&self) -> PrivacyLoss {
        self.stays.as_ref().map_or(self.loss, |stays| stays.loss().saturating_add(stays.end(self.loss)))
    }

    /// Whether the destination has this view of the draw: what goes out is the earlier release then.
    pub(crate) fn has_view(&self, view: &View, draw: &Draw, account: &dyn Transaction) -> Result<bool, LedgerError> {
        let served = account.served(&self.purpose, &self.destination)?;
        Ok(served.is_some_and(|served| served >= draw.since)
            && account.is_served_as(&self.purpose, &self.destination, view.grid_name(draw.point), self.span())?)
    }

    /// How accurate a fix must be, and when it makes a difference, by the ledger's time. No fix has a say in it.
    pub(crate) fn sensing(&self, view: Option<&View>, account: &dyn Transaction) -> Result<Sensing, LedgerError> {
        let next = match view.map(|view| Ok((view, self.due(view, account)?))).transpose()? {
            // The user turned it off.
            None | Some((_, Err(Withheld::TurnedOff))) => None,
            Some((_, Err(Withheld::BudgetSpent { until }))) => until,
            Some((_, Err(Withheld::NotDue { next }))) => self.next_look(next, account)?,
            Some((view, Ok(Due::View(draw)))) if self.has_view(view, &draw, account)? => {
                self.next_look(timestamp(view.next(account.time().as_millisecond())), account)?
            }
            Some((_, Ok(_))) => Some(account.time()),
        };
        Ok(Sensing::new(self.needed_m, next, Duration::from_millis(self.interval_ms.unsigned_abs())))
    }

    /// When a fix is looked at next, if this tick is done with: on the next one, or when the budget has room. What stands
    /// unasked until then is asked about on a whole tick.
    fn next_look(&self, next: Timestamp, account: &dyn Transaction) -> Result<Option<Timestamp>, LedgerError> {
        let room = match &self.stays {
            None => account.affords(&self.purpose, self.loss)?,
            Some(stays) => account.affords_stay(&self.purpose, stays.loss(), stays.end(self.loss))?,
        };
        let Err(spent) = room else { return Ok(Some(next)) };
        Ok(spent.until().map(|until| {
            let tick_ms = self.tick(until);
            let is_whole = self.stays.is_none() || timestamp(tick_ms) == until;
            next.max(if is_whole { until } else { timestamp(tick_ms.saturating_add(self.interval_ms)) })
        }))
    }

    /// Records that the draw stands, and that the destination knows.
    pub(crate) fn hold(&self, view: &View, draw: &Draw, account: &mut dyn Transaction) -> Result<(), LedgerError> {
        let served = self.served(view, draw, account.time());
        account.hold(&self.purpose, &self.destination, *draw, served)
    }

    /// The tick that the destination is served with a draw: the later one of the two schedules.
    fn served(&self, view: &View, draw: &Draw, time: Timestamp) -> i64 {
        view.tick(time.as_millisecond()).max(draw.tick)
    }

    fn span(&self) -> Duration {
        Duration::from_secs(u64::from(self.bucket_s))
    }

    /// A new draw for the purpose, and what it costs.
    pub(crate) fn draw(&self, fix: &Fix, tick: i64, randomness: &mut Randomness) -> Result<Decision, Error> {
        Ok(Decision { draw: self.perturb(fix, tick, randomness)?, loss: self.loss, stay: PrivacyLoss::ZERO })
    }

    fn perturb(&self, fix: &Fix, tick: i64, randomness: &mut Randomness) -> Result<Draw, Error> {
        Ok(Draw::new(tick, self.noise.perturb(fix, randomness)?))
    }

    /// Asks whether the draw still stands: it does, or an earlier one is recalled, or a new one is made. The stay is counted
    /// at this tick.
    pub(crate) fn ask(
        &self,
        fix: &Fix,
        draw: Draw,
        account: &mut dyn Transaction,
        randomness: &mut Randomness,
    ) -> Result<Decision, Error> {
        let Some(stays) = &self.stays else { return Ok(Decision::free(draw)) };
        let Ok(stay) = account.stay(&self.purpose, stays.loss())? else { return Ok(Decision::free(draw)) };
        let threshold_noise_cm = match draw.threshold_noise_cm {
            Some(noise_cm) => noise_cm,
            None => stays.hold.threshold_noise_cm(randomness)?,
        };
        if stays.hold.is_near(fix, &draw.point, threshold_noise_cm, randomness)? {
            let draw = Draw { threshold_noise_cm: Some(threshold_noise_cm), ..draw };
            return Ok(Decision { draw, loss: PrivacyLoss::ZERO, stay });
        }
        let (draw, loss) = self.move_on(fix, draw.tick, stays, account, randomness)?;
        Ok(Decision { draw, loss, stay })
    }

    /// A zone's stand-in as the purpose's draw: the one that stands already, or a new one. It costs nothing.
    pub(crate) fn stand_in(&self, point: LatticePoint, account: &dyn Transaction) -> Result<Decision, LedgerError> {
        let tick = self.tick(account.time());
        let stands = account.draw(&self.purpose)?.filter(|draw| draw.point == point);
        Ok(Decision::free(stands.map_or(Draw::new(tick, point), |draw| Draw { tick, ..draw })))
    }

    /// After a zone: what comes after the end of a stay. Nobody asks whether the stand-in is near, for it never was a draw of
    /// the purpose.
    pub(crate) fn leave(
        &self,
        fix: &Fix,
        tick: i64,
        account: &dyn Transaction,
        randomness: &mut Randomness,
    ) -> Result<Decision, Error> {
        let Some(stays) = &self.stays else { return self.draw(fix, tick, randomness) };
        let (draw, loss) = self.move_on(fix, tick, stays, account, randomness)?;
        Ok(Decision { draw, loss, stay: PrivacyLoss::ZERO })
    }

    /// After the end of a stay: one of the last draws that a test finds near, or a new one; and what that costs.
    fn move_on(
        &self,
        fix: &Fix,
        tick: i64,
        stays: &Stays,
        account: &dyn Transaction,
        randomness: &mut Randomness,
    ) -> Result<(Draw, PrivacyLoss), Error> {
        let mut loss = self.loss;
        if let Some(recall) = &stays.recall {
            let mut outputs = account.outputs(&self.purpose)?;
            outputs.truncate(usize::from(recall.most));
            if let Some(index) = recall.test.first_near(fix, &outputs, randomness)? {
                return Ok((Draw::new(tick, outputs[index]), stays.recalled()));
            }
            if !outputs.is_empty() {
                loss = loss.saturating_add(stays.recalled_in_vain());
            }
        }
        Ok((self.perturb(fix, tick, randomness)?, loss))
    }

    /// What the destination sees of the draw; of the fix of a new release what may go along, and nothing besides.
    pub(crate) fn coarsen(&self, seen: &Seen, decision: &Decision, fix: Option<&Fix>, now: Timestamp) -> Release {
        Release {
            purpose: Arc::clone(&self.purpose),
            told: seen.told.clone(),
            time: timestamp(start_of(now.as_millisecond(), self.bucket_ms)),
            span_s: self.bucket_s,
            kept: fix.map(|fix| Kept::of(fix, seen.keep)).unwrap_or_default(),
            #[cfg(feature = "seal")]
            sealed: None,
            loss: decision.loss.saturating_add(decision.stay),
        }
    }

    /// The release as it may go: sealed, if the destination is. Where that fails nothing is charged, and nothing goes.
    #[cfg(feature = "seal")]
    pub(crate) fn seal(&self, release: Release) -> Result<Release, Error> {
        let Some(sealer) = &self.sealer else { return Ok(release) };
        let sealed = sealer.seal(&release.to_plain_json())?;
        Ok(Release { sealed: Some(Arc::new(sealed)), ..release })
    }

    /// The release as it may go. A policy with a sealed destination is refused by this build.
    #[cfg(not(feature = "seal"))]
    pub(crate) fn seal(&self, release: Release) -> Result<Release, Error> {
        Ok(release)
    }

    /// The debit and the record of a release; `cell` is the name of its cell or place.
    pub(crate) fn charge<'a>(
        &'a self,
        view: &'a View,
        rule: Rule,
        decision: &Decision,
        release: &Release,
        cell: &'a str,
        time: Timestamp,
    ) -> Charge<'a> {
        Charge {
            purpose: &self.purpose,
            destination: &self.destination,
            draw: decision.draw,
            tick: self.served(view, &decision.draw, time),
            remember: self.stays.as_ref().map_or(0, Stays::remembered),
            grid: view.grid_name(decision.draw.point),
            rule,
            cell,
            bucket: release.time,
            span: self.span(),
            loss: decision.loss,
        }
    }
}

fn timestamp(time_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(time_ms).unwrap_or(if time_ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
