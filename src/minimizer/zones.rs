//! The places that the user protects: [`Minimizer::protect`], and what can be done with a zone.

use super::Minimizer;
use crate::budget::{NO_PURPOSE, ZoneDraw, Zones};
use crate::error::Error;
use crate::fix::Fix;
use crate::release::Withheld;
use crate::zone::Zone;

/// What came of the wish to protect a place.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Protected {
    /// A zone was drawn, and charged.
    Drawn(Zone),
    /// The place lies in the disc of a zone that was drawn before. It is on now.
    Already(Zone),
    /// Nothing was drawn: the budget has no room for it.
    Withheld(Withheld),
}

impl Minimizer {
    /// Protects a place: a zone around it is drawn, once, for life. The place itself is not kept.
    ///
    /// The draw is charged before the zone is there. A place in the disc of a zone takes no new draw: if that zone is off, it
    /// is switched on again, under the new name. That no draw was made shows in the budget, as entering a zone does.
    ///
    /// # Errors
    ///
    /// [`Error::NoZones`] if the policy has no table `zones`, [`Error::ZoneName`] and [`Error::ZoneNameTaken`]; or if the
    /// ledger or the system's randomness fails. Then nothing is protected.
    ///
    /// # Example
    ///
    /// ```
    /// # use hereabouts::{Fix, MemoryLedger, Minimizer, Policy, Protected, SystemClock};
    /// # let policy = Policy::from_toml(include_str!("../../examples/policies/weather.toml"))?;
    /// let policy = policy.with_zones(0.5, 300.0)?;
    /// let minimizer = Minimizer::new(policy, MemoryLedger::new(), SystemClock)?;
    /// let home = Fix::wgs84(52.0907, 5.1214, 12.0, jiff::Timestamp::now())?;
    /// assert!(matches!(minimizer.protect(&home, "home")?, Protected::Drawn(_)));
    /// let zones = minimizer.zones()?;
    /// assert_eq!((zones.len(), zones.loss().to_string()), (1, "0.5000012".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn protect(&self, place: &Fix, name: &str) -> Result<Protected, Error> {
        let rule = *self.policy.zones().ok_or(Error::NoZones)?;
        check_name(name)?;
        let state = &mut *self.lock()?;
        let now = self.clock.reading_at(place);
        let mut account = state.ledger.begin(self.policy.budget(), now)?;
        if let Some(zone) = account.zones()?.around(place) {
            return Ok(Protected::Already(zone.clone()));
        }
        if account.zones()?.number_of(name).is_some() {
            return Err(Error::ZoneNameTaken);
        }
        let off = account.zones()?.off_around(place).map(|(number, zone)| (number, zone.clone()));
        if let Some((number, zone)) = off {
            account.set_zone(number, Some(name))?;
            account.commit()?;
            return Ok(Protected::Already(zone.named(name)));
        }
        let withheld = |spent, time| Protected::Withheld(Withheld::from(spent).by_the_wall(now.wall, time));
        let time = account.time();
        // Where there is no room nothing is drawn.
        if let Err(spent) = account.affords(NO_PURPOSE, self.policy.budget().accounting().of_pure(rule.loss()))? {
            return Ok(withheld(spent, time));
        }
        let centre = rule.noise().perturb(place, state.randomness.for_a_draw()?);
        let (radius_m, loss) = (rule.disc_radius_m(), rule.loss());
        if let Err(spent) = account.protect(&ZoneDraw { name, centre, radius_m, loss })? {
            return Ok(withheld(spent, time));
        }
        account.commit()?;
        Ok(Protected::Drawn(Zone::new(name, centre, radius_m, time)))
    }

    /// The zones of the ledger, and what their draws cost for life.
    ///
    /// A ledger that was lost has no zones: an app that remembers that there was one can notice, and ask its user.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] if the ledger cannot be read.
    pub fn zones(&self) -> Result<Zones, Error> {
        let state = &mut *self.lock()?;
        let account = state.ledger.begin(self.policy.budget(), self.clock.reading())?;
        Ok(account.zones()?.clone())
    }

    /// Gives a zone another name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownZone`], [`Error::ZoneName`], [`Error::ZoneNameTaken`], or [`Error::Ledger`].
    pub fn rename_zone(&self, name: &str, new_name: &str) -> Result<(), Error> {
        check_name(new_name)?;
        self.set_zone(name, Some(new_name))
    }

    /// Switches a zone off: fixes in it are released like any other. Its disc is kept, so that to protect the place again
    /// takes no new draw; [`Erase::Everything`](crate::Erase::Everything) forgets it.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownZone`], or [`Error::Ledger`].
    pub fn remove_zone(&self, name: &str) -> Result<(), Error> {
        self.set_zone(name, None)
    }

    fn set_zone(&self, name: &str, to: Option<&str>) -> Result<(), Error> {
        let state = &mut *self.lock()?;
        let mut account = state.ledger.begin(self.policy.budget(), self.clock.reading())?;
        let number = account.zones()?.number_of(name).ok_or(Error::UnknownZone)?;
        if to.is_some_and(|to| to != name) && account.zones()?.number_of(to.unwrap_or_default()).is_some() {
            return Err(Error::ZoneNameTaken);
        }
        account.set_zone(number, to)?;
        Ok(account.commit()?)
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    let length = name.chars().count();
    if (1..=64).contains(&length) && !name.chars().any(char::is_control) && name.trim() == name {
        return Ok(());
    }
    Err(Error::ZoneName)
}
