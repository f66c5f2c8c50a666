//! [`Policy`]: the file of protection, budgets, purposes and destinations, and its checks.

mod border;
mod ceiling;
mod check;
mod destination;
mod diff;
mod document;
mod error;
mod explain;
mod file;
mod files;
#[cfg(feature = "seal")]
mod fingerprint;
mod floor;
mod jurisdiction;
mod length;
mod locate;
mod named;
mod note;
mod partition;
mod purpose;
mod reading;
mod sensitive;
mod span;
mod words;
mod zones;

use std::time::Duration;

use litemap::LiteMap;

use self::check::{
    GivenWindow, check_accounting, check_budget, check_name, check_purpose, check_windows_purposes, coarsened,
};
use self::error::{Fault, not_above_zero};
use self::file::PolicyTable;
use crate::{Budget, Grid};

pub use self::ceiling::Ceiling;
pub use self::destination::Destination;
pub use self::diff::{PolicyChange, Telling};
pub use self::error::PolicyError;
pub use self::explain::ExplainedHold;
pub use self::explain::{
    ExplainedCeiling, ExplainedDestination, ExplainedPlaces, ExplainedPurpose, ExplainedSensitive, ExplainedWindow,
    ExplainedZones, Explanation,
};
#[cfg(feature = "seal")]
pub use self::fingerprint::{Fingerprint, FingerprintError};
pub use self::floor::{Floor, FloorError, FloorTest, Preset};
pub use self::note::PolicyNote;
pub use self::partition::Partition;
pub use self::purpose::{Keep, Mechanism, Purpose, Repeat, WhenSpent};
pub use self::sensitive::Sensitive;
pub use self::zones::ZoneRule;

const DAY: Duration = Duration::from_secs(86_400);

/// What may be told about where a device is: for which purposes, to which destinations, at which loss of privacy.
///
/// A policy that exists has been checked whole: every mechanism is within what its proof covers, every purpose can be
/// afforded, and for every purpose and destination there is a grid that meets the floor. What this version cannot
/// honour is refused and never ignored.
///
/// # Example
///
/// ```
/// use hereabouts::Policy;
///
/// let policy = Policy::from_toml(
///     r#"
///     version = 1
///     [protection]
///     radius_m = 200
///     [[budget]]
///     epsilon = 8
///     window = "24h"
///     [purposes.weather]
///     mechanism = { kind = "planar-laplace", epsilon = 0.5 }
///     repeat = { kind = "fresh" }
///     grid = { kind = "h3", resolution = 7 }
///     interval = "1h"
///     time_bucket = "1h"
///     [destinations.eu]
///     jurisdiction = "DE"
///     operator = "Example Weather GmbH"
///     floor = { area_km2 = 10 }
///     "#,
/// )?;
/// assert_eq!(policy.grid_for("weather", "eu").unwrap().to_string(), "h3:6"); // the coarser of grid and floor
/// # Ok::<(), hereabouts::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    radius_m: f64,
    budget: Budget,
    /// Of a zcdp policy, what its reports are for.
    delta: Option<f64>,
    purposes: LiteMap<String, Purpose>,
    destinations: LiteMap<String, Destination>,
    /// The countries that the devices are in; empty if the policy does not say.
    devices: Vec<String>,
    /// For each purpose what is told to each destination, in the order of the maps above.
    told_as: LiteMap<String, LiteMap<String, Partition>>,
    ceilings: LiteMap<String, Ceiling>,
    receipt_retention: Option<Duration>,
    zones: Option<ZoneRule>,
    sensitive: Option<Sensitive>,
}

impl Policy {
    /// A policy built in code, through the same checks as a file.
    ///
    /// `radius_m` is the protected radius in metres; each window of the budget is an ε and its length.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] with the path that the fault would have in a file, and no line.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use hereabouts::{Destination, Grid, Mechanism, Policy, Purpose, Repeat};
    ///
    /// let hour = Duration::from_secs(3_600);
    /// let weather = Purpose::new(Mechanism::PlanarLaplace { epsilon: 0.5 }, Repeat::Fresh, Grid::h3(6)?, hour, hour);
    /// let eu = Destination::new("DE", "Example Weather GmbH");
    /// let policy = Policy::new(200.0, [(8.0, 24 * hour)], [("weather", weather)], [("eu", eu)])?;
    /// assert_eq!(policy.radius_m(), 200.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new<'a>(
        radius_m: f64,
        budget: impl IntoIterator<Item = (f64, Duration)>,
        purposes: impl IntoIterator<Item = (&'a str, Purpose)>,
        destinations: impl IntoIterator<Item = (&'a str, Destination)>,
    ) -> Result<Self, PolicyError> {
        Self::built(None, radius_m, budget, purposes, destinations)
    }

    /// The same in zcdp accounting: each window of the budget is a ρ and its length, and reports translate sums for
    /// `delta`.
    ///
    /// # Errors
    ///
    /// As [`Policy::new`].
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use hereabouts::{Accounting, Destination, Grid, Mechanism, Policy, Purpose, Repeat};
    ///
    /// let minute = Duration::from_secs(60);
    /// let traces = Purpose::new(Mechanism::Gaussian { rho: 0.01 }, Repeat::Fresh, Grid::h3(8)?, minute, 15 * minute);
    /// let fleet = Destination::new("DE", "Example Fleet GmbH");
    /// let day = 24 * 60 * minute;
    /// let policy = Policy::zcdp(1e-9, 200.0, [(1.0, day)], [("traces", traces)], [("fleet", fleet)])?;
    /// assert_eq!(policy.budget().accounting(), Accounting::Zcdp);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn zcdp<'a>(
        delta: f64,
        radius_m: f64,
        budget: impl IntoIterator<Item = (f64, Duration)>,
        purposes: impl IntoIterator<Item = (&'a str, Purpose)>,
        destinations: impl IntoIterator<Item = (&'a str, Destination)>,
    ) -> Result<Self, PolicyError> {
        Self::built(Some(delta), radius_m, budget, purposes, destinations)
    }

    fn built<'a>(
        delta: Option<f64>,
        radius_m: f64,
        budget: impl IntoIterator<Item = (f64, Duration)>,
        purposes: impl IntoIterator<Item = (&'a str, Purpose)>,
        destinations: impl IntoIterator<Item = (&'a str, Destination)>,
    ) -> Result<Self, PolicyError> {
        let purposes = unique(purposes).map_err(|fault| fault.under("purposes").at(None))?;
        let destinations = unique(destinations).map_err(|fault| fault.under("destinations").at(None))?;
        let budget: Vec<_> =
            budget.into_iter().map(|(loss, length)| GivenWindow { loss, length, purpose: None }).collect();
        Self::checked(radius_m, delta, &budget, purposes, destinations).map_err(|fault| fault.at(None))
    }

    /// The one road to a policy: nothing is true of it that is not checked here.
    fn checked(
        radius_m: f64,
        delta: Option<f64>,
        windows: &[GivenWindow<'_>],
        purposes: LiteMap<String, Purpose>,
        destinations: LiteMap<String, Destination>,
    ) -> Result<Self, Fault> {
        if !(radius_m.is_finite() && radius_m > 0.0) {
            return Err(Fault::new(not_above_zero(radius_m), "a distance in metres above zero, such as 200")
                .under("radius_m")
                .under("protection"));
        }
        let budget = check_budget(windows, check_accounting(delta)?).map_err(|fault| fault.under("budget"))?;
        if purposes.is_empty() {
            return Err(Fault::new("there is no purpose", "at least one table `purposes.NAME`").under("purposes"));
        }
        for (name, purpose) in &purposes {
            check_name(name)
                .and_then(|()| check_purpose(name, purpose, radius_m, &budget))
                .map_err(|fault| fault.under(name.as_str()).under("purposes"))?;
        }
        check_windows_purposes(windows, &purposes).map_err(|fault| fault.under("budget"))?;
        if destinations.is_empty() {
            let expected = "at least one table `destinations.NAME`";
            return Err(Fault::new("there is no destination", expected).under("destinations"));
        }
        for (name, destination) in &destinations {
            check_name(name)
                .and_then(|()| destination.check())
                .map_err(|fault| fault.under(name.as_str()).under("destinations"))?;
        }
        let mut told_as = LiteMap::new();
        for (purpose_name, purpose) in &purposes {
            let mut row = LiteMap::new();
            for (name, destination) in &destinations {
                let partition = coarsened(purpose_name, purpose, destination)
                    .map_err(|fault| fault.under("floor").under(name.as_str()).under("destinations"))?;
                row.insert(name.clone(), partition);
            }
            told_as.insert(purpose_name.clone(), row);
        }
        Ok(Self {
            radius_m,
            budget,
            delta,
            purposes,
            destinations,
            devices: Vec::new(),
            told_as,
            ceilings: LiteMap::new(),
            receipt_retention: None,
            zones: None,
            sensitive: None,
        })
    }

    /// The same policy with windows that count one purpose alone, besides those that count all: each a loss and its length.
    ///
    /// # Errors
    ///
    /// As [`Policy::new`], or if there is no such purpose.
    pub fn with_purpose_budget(
        mut self,
        purpose: &str,
        budget: impl IntoIterator<Item = (f64, Duration)>,
    ) -> Result<Self, PolicyError> {
        let shared = self.budget.windows().iter().map(|window| (window.loss().epsilon(), window.length(), None));
        let own = budget.into_iter().map(|(loss, length)| (loss, length, Some(purpose)));
        let windows: Vec<_> =
            shared.chain(own).map(|(loss, length, purpose)| GivenWindow { loss, length, purpose }).collect();
        check_windows_purposes(&windows, &self.purposes).map_err(|fault| fault.under("budget").at(None))?;
        let checked = check_budget(&windows, self.budget.accounting());
        let checked = checked.map_err(|fault| fault.under("budget").at(None))?;
        let own: Vec<_> = checked.windows_for(purpose).skip(checked.windows().len()).collect();
        self.budget = self.budget.with_purpose(purpose, own).map_err(|error| {
            Fault::new(error.to_string(), "one or more windows of different lengths").under("budget").at(None)
        })?;
        for (name, rule) in &self.purposes {
            check_purpose(name, rule, self.radius_m, &self.budget)
                .map_err(|fault| fault.under(name.as_str()).under("purposes").at(None))?;
        }
        Ok(self)
    }

    /// The same policy, under which the device's ledger forgets where a release was after this time. When, to whom and at
    /// what loss stays.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] if the time is zero.
    pub fn with_receipt_retention(mut self, retention: Duration) -> Result<Self, PolicyError> {
        self.set_receipt_retention(retention).map_err(|fault| fault.at(None))?;
        Ok(self)
    }

    fn set_receipt_retention(&mut self, retention: Duration) -> Result<(), Fault> {
        if retention.is_zero() {
            let fault = Fault::new("the retention is zero", "a span above zero, or no `receipts`");
            return Err(fault.under("retention").under("receipts"));
        }
        self.receipt_retention = Some(retention);
        Ok(())
    }

    /// The protected radius in metres: two places nearer than this must look alike, and every ε and ρ is the loss at
    /// this distance.
    #[must_use]
    pub fn radius_m(&self) -> f64 {
        self.radius_m
    }

    /// The windows, all of which must hold.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// After which time the device's ledger forgets where a release was, if it ever does.
    #[must_use]
    pub fn receipt_retention(&self) -> Option<Duration> {
        self.receipt_retention
    }

    /// The δ for which reports translate sums of ρ, if the policy counts them.
    #[must_use]
    pub fn delta(&self) -> Option<f64> {
        self.delta
    }

    /// The purposes by name, in alphabetical order.
    pub fn purposes(&self) -> impl Iterator<Item = (&str, &Purpose)> {
        self.purposes.iter().map(|(name, purpose)| (name.as_str(), purpose))
    }

    /// The destinations by name, in alphabetical order.
    pub fn destinations(&self) -> impl Iterator<Item = (&str, &Destination)> {
        self.destinations.iter().map(|(name, destination)| (name.as_str(), destination))
    }

    /// A purpose by its name.
    #[must_use]
    pub fn purpose(&self, name: &str) -> Option<&Purpose> {
        self.purposes.get(name)
    }

    /// A destination by its name.
    #[must_use]
    pub fn destination(&self, name: &str) -> Option<&Destination> {
        self.destinations.get(name)
    }

    /// The grid that a destination gets for a purpose: the coarser of the purpose's grid and the destination's floor.
    /// `None` if the policy does not name both, or if it is names of places that are told.
    #[must_use]
    pub fn grid_for(&self, purpose: &str, destination: &str) -> Option<Grid> {
        self.partition_for(purpose, destination)?.grid()
    }

    /// What is told to a destination for a purpose, grid or places: the coarser of what the purpose says and the destination's
    /// floor. `None` if the policy does not name both.
    #[must_use]
    pub fn partition_for(&self, purpose: &str, destination: &str) -> Option<&Partition> {
        self.told_as.get(purpose)?.get(destination)
    }

    /// The JSON Schema of the policy file, for editors that complete and check it.
    ///
    /// Some rules need more than a schema can say, such as that a purpose can be afforded: those are checked when a
    /// policy is read.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(PolicyTable).to_value()
    }
}

fn unique<'a, T>(named: impl IntoIterator<Item = (&'a str, T)>) -> Result<LiteMap<String, T>, Fault> {
    let mut map = LiteMap::new();
    for (name, value) in named {
        if map.insert(name.to_owned(), value).is_some() {
            return Err(Fault::new("the name stands twice", "each name once").under(name));
        }
    }
    Ok(map)
}

#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod tests;
