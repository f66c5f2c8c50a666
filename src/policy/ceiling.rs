//! [`Ceiling`]: what a user can choose as the most that is told for a purpose.

use std::time::Duration;

use super::error::Fault;
use super::floor::Floor;
use super::purpose::Keep;
use super::span::{LONGEST, written};

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
