//! [`Ceiling`]: what a user can choose as the most that is told for a purpose.

use std::time::Duration;

use litemap::LiteMap;

use super::check::check_name;
use super::error::{Fault, nearest, one_of, quoted};
use super::floor::Floor;
use super::partition::Partition;
use super::purpose::{Keep, Purpose};
use super::span::{LONGEST, written};
use super::{Policy, PolicyError};
use crate::Grid;

/// What a user can choose as the most that is told for a purpose: cells no smaller, no more often, no more fields. It wins
/// over purpose and destination where it is the coarser, and lifts nothing that they demand.
///
/// A policy names its ceilings, such as "city". Two are always there: [`OFF`](Self::OFF), nothing, and
/// [`PRECISE`](Self::PRECISE), all that the policy allows.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use hereabouts::{Ceiling, Floor, Keep};
///
/// let city = Ceiling::new(Floor::none().with_area_km2(100.0))
///     .with_interval(Duration::from_secs(3_600))
///     .with_keep(Keep::default()); // nothing but place and time
/// assert_eq!(city.interval(), Some(Duration::from_secs(3_600)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ceiling {
    pub(super) floor: Floor,
    pub(super) interval: Option<Duration>,
    pub(super) keep: Option<Keep>,
}

impl Ceiling {
    /// The ceiling under which nothing goes out.
    pub const OFF: &'static str = crate::budget::OFF;

    /// The ceiling under which all goes out that the policy allows.
    pub const PRECISE: &'static str = "precise";

    /// A ceiling under which no cell is smaller than a floor. [`Policy::with_ceiling`](crate::Policy::with_ceiling) checks
    /// it.
    #[must_use]
    pub const fn new(floor: Floor) -> Self {
        Self { floor, interval: None, keep: None }
    }

    /// The same ceiling, under which a destination gets a release no more often than this.
    #[must_use]
    pub const fn with_interval(self, interval: Duration) -> Self {
        Self { interval: Some(interval), ..self }
    }

    /// The same ceiling, under which no other fields are kept than these.
    #[must_use]
    pub const fn with_keep(self, keep: Keep) -> Self {
        Self { keep: Some(keep), ..self }
    }

    /// The least size of a cell.
    #[must_use]
    pub const fn floor(&self) -> &Floor {
        &self.floor
    }

    /// The least time between two releases to a destination, if it says one.
    #[must_use]
    pub const fn interval(&self) -> Option<Duration> {
        self.interval
    }

    /// The only fields that may still be kept, if it says which.
    #[must_use]
    pub const fn keep(&self) -> Option<Keep> {
        self.keep
    }

    pub(super) fn check(&self, name: &str) -> Result<(), Fault> {
        if [Self::OFF, Self::PRECISE].contains(&name) {
            let what = format!("the ceiling `{name}` is always there, and cannot be another");
            return Err(Fault::new(what, "another name, such as `city`"));
        }
        if !self.floor.coarsens() {
            let fault =
                Fault::new("a ceiling makes grids coarser, and refuses none", "a floor without `coarsen = false`");
            return Err(fault.under("coarsen").under("floor"));
        }
        self.floor.check_numbers().map_err(|fault| fault.under("floor"))?;
        self.interval.map_or(Ok(()), check_interval).map_err(|fault| fault.under("interval"))
    }
}

/// The time between two releases is one or more whole seconds.
pub(super) fn check_interval(interval: Duration) -> Result<(), Fault> {
    if interval.is_zero() || interval.subsec_nanos() != 0 || interval > LONGEST {
        let what = format!("an interval of {} is no time between ticks", written(interval));
        return Err(Fault::new(what, "whole seconds, at least one, such as \"1h\""));
    }
    Ok(())
}

impl Policy {
    /// The same policy with a ceiling that a user can choose.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] if there is one of that name, or if a purpose has no grid under it.
    pub fn with_ceiling(mut self, name: &str, ceiling: Ceiling) -> Result<Self, PolicyError> {
        if self.ceilings.contains_key(name) {
            let fault = Fault::new("the name stands twice", "each name once");
            return Err(fault.under(name).under("ceilings").at(None));
        }
        self.set_ceiling(name, ceiling).map_err(|fault| fault.at(None))?;
        Ok(self)
    }

    pub(super) fn set_ceiling(&mut self, name: &str, ceiling: Ceiling) -> Result<(), Fault> {
        check_name(name)
            .and_then(|()| ceiling.check(name))
            .and_then(|()| {
                let all =
                    self.told_as.iter().flat_map(|(purpose, row)| row.values().map(move |told_as| (purpose, told_as)));
                all.into_iter().try_for_each(|(purpose, told_as)| {
                    let lowered = lowered(told_as, purpose, &ceiling)?;
                    self.sensitive.as_ref().map_or(Ok(()), |sensitive| sensitive.check_told(&lowered, purpose))
                })
            })
            .map_err(|fault| fault.under(name).under("ceilings"))?;
        self.ceilings.insert(name.to_owned(), ceiling);
        Ok(())
    }

    /// That each purpose is under a ceiling that there is, until its user chooses one.
    pub(super) fn check_defaults(&self) -> Result<(), Fault> {
        self.purposes.iter().try_for_each(|(name, purpose)| {
            check_default(purpose, &self.ceilings).map_err(|fault| fault.under(name.as_str()).under("purposes"))
        })
    }

    /// The ceilings that a user can choose by name, in alphabetical order, besides [`Ceiling::OFF`] and
    /// [`Ceiling::PRECISE`].
    pub fn ceilings(&self) -> impl Iterator<Item = (&str, &Ceiling)> {
        self.ceilings.iter().map(|(name, ceiling)| (name.as_str(), ceiling))
    }

    /// A ceiling by its name.
    #[must_use]
    pub fn ceiling(&self, name: &str) -> Option<&Ceiling> {
        self.ceilings.get(name)
    }

    /// The grid that a destination gets for a purpose while its user has chosen a ceiling: the coarsest of all three. `None`
    /// if the policy does not name them.
    #[must_use]
    pub fn grid_under(&self, purpose: &str, destination: &str, ceiling: &str) -> Option<Grid> {
        self.partition_under(purpose, destination, ceiling)?.grid()
    }

    /// What is told to a destination for a purpose while its user has chosen a ceiling, grid or places. `None` if the policy
    /// does not name them.
    #[must_use]
    pub fn partition_under(&self, purpose: &str, destination: &str, ceiling: &str) -> Option<Partition> {
        self.ceilings.get(ceiling)?.floor().applied(self.partition_for(purpose, destination)?)
    }
}

/// That the ceiling of a purpose is one that there is.
fn check_default(purpose: &Purpose, ceilings: &LiteMap<String, Ceiling>) -> Result<(), Fault> {
    let known: Vec<_> =
        [Ceiling::OFF, Ceiling::PRECISE].into_iter().chain(ceilings.keys().map(String::as_str)).collect();
    if known.contains(&purpose.ceiling()) {
        return Ok(());
    }
    let meant =
        nearest(purpose.ceiling(), &known).map_or_else(String::new, |known| format!(", did you mean `{known}`?"));
    let what = format!("there is no ceiling `{}`{meant}", quoted(purpose.ceiling()));
    Err(Fault::new(what, one_of(&known)).under("ceiling"))
}

/// What is told under a ceiling of the user's, of what is coarse enough for purpose and destination.
fn lowered(told_as: &Partition, purpose_name: &str, ceiling: &Ceiling) -> Result<Partition, Fault> {
    if let Some(lowered) = ceiling.floor().applied(told_as) {
        return Ok(lowered);
    }
    let why = ceiling.floor().check(told_as).err().map_or_else(String::new, |refusal| format!(": {refusal}"));
    let (kind, expected) = match told_as {
        Partition::Cells(_) => ("grid of its kind", "a lower floor, or h3, s2 or metric as the grid of the purpose"),
        Partition::Places(_) => ("place to name", "a lower floor, or a file of larger places"),
    };
    let what = format!("the purpose `{purpose_name}` has no {kind} under this ceiling{why}");
    Err(Fault::new(what, expected).under("floor"))
}
