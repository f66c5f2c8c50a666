//! [`Destination`]: where a release goes, and under whose rule.

use std::time::Duration;

use super::ceiling::check_interval;
use super::error::{Fault, quoted};
use super::floor::Floor;
use super::jurisdiction;
use super::purpose::{Keep, Purpose};
#[cfg(feature = "seal")]
use crate::seal::PublicKey;

/// Where a release goes: jurisdiction, operator, who holds the keys, and the floor.
///
/// # Example
///
/// ```
/// use hereabouts::{Destination, Floor};
///
/// let eu = Destination::new("DE", "Example Weather GmbH").with_floor(Floor::none().with_area_km2(1.0));
/// assert_eq!(eu.key_holder(), "Example Weather GmbH");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    pub(super) jurisdiction: String,
    pub(super) operator: String,
    pub(super) keys: Option<String>,
    #[cfg(feature = "seal")]
    pub(super) seal_to: Option<PublicKey>,
    pub(super) floor: Option<Floor>,
    pub(super) retention: Option<Duration>,
    pub(super) interval: Option<Duration>,
    pub(super) keep: Option<Keep>,
}

impl Destination {
    /// A destination without a floor, under a country's code (ISO 3166-1 alpha-2) and run by an operator.
    /// [`Policy::new`](crate::Policy::new) checks both.
    #[must_use]
    pub fn new(jurisdiction: &str, operator: &str) -> Self {
        Self {
            jurisdiction: jurisdiction.to_owned(),
            operator: operator.to_owned(),
            keys: None,
            #[cfg(feature = "seal")]
            seal_to: None,
            floor: None,
            retention: None,
            interval: None,
            keep: None,
        }
    }

    /// The same destination, whose stored data someone other than the operator can open.
    #[must_use]
    pub fn with_keys(self, keys: &str) -> Self {
        Self { keys: Some(keys.to_owned()), ..self }
    }

    /// The same destination, sealed: what goes there is encrypted to this key, whose holder
    /// [`with_keys`](Self::with_keys) names.
    #[cfg(feature = "seal")]
    #[must_use]
    pub fn with_seal_to(self, key: PublicKey) -> Self {
        Self { seal_to: Some(key), ..self }
    }

    /// The same destination with a floor.
    #[must_use]
    pub fn with_floor(self, floor: Floor) -> Self {
        Self { floor: Some(floor), ..self }
    }

    /// The same destination, which says how long it keeps what it gets. A promise of the operator: no device can hold
    /// it to that.
    #[must_use]
    pub fn with_retention(self, retention: Duration) -> Self {
        Self { retention: Some(retention), ..self }
    }

    /// The same destination, which gets a release no more often than this, however often the purpose has one.
    #[must_use]
    pub fn with_interval(self, interval: Duration) -> Self {
        Self { interval: Some(interval), ..self }
    }

    /// The same destination, which gets no other fields than these, whatever the purpose keeps.
    #[must_use]
    pub fn with_keep(self, keep: Keep) -> Self {
        Self { keep: Some(keep), ..self }
    }

    /// The country's code, ISO 3166-1 alpha-2.
    #[must_use]
    pub fn jurisdiction(&self) -> &str {
        &self.jurisdiction
    }

    /// Who runs it.
    #[must_use]
    pub fn operator(&self) -> &str {
        &self.operator
    }

    /// Who can open what is stored there: the operator, unless the policy names another.
    #[must_use]
    pub fn key_holder(&self) -> &str {
        self.keys.as_deref().unwrap_or(&self.operator)
    }

    /// The key that everything is sealed to that goes there.
    #[cfg(feature = "seal")]
    #[must_use]
    pub fn seal_to(&self) -> Option<&PublicKey> {
        self.seal_to.as_ref()
    }

    /// Whether what goes there is sealed, so that only the [key holder](Self::key_holder) can read it.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        #[cfg(feature = "seal")]
        return self.seal_to.is_some();
        #[cfg(not(feature = "seal"))]
        return false; // A policy that asks for it is refused.
    }

    /// The least size of what may go there.
    #[must_use]
    pub fn floor(&self) -> Option<&Floor> {
        self.floor.as_ref()
    }

    /// How long the operator says that it keeps what it gets.
    #[must_use]
    pub fn retention(&self) -> Option<Duration> {
        self.retention
    }

    /// The least time between two releases to it, if it says one.
    #[must_use]
    pub fn interval(&self) -> Option<Duration> {
        self.interval
    }

    /// The only fields that it may get beside place and time, if it says which.
    #[must_use]
    pub fn keep(&self) -> Option<Keep> {
        self.keep
    }

    /// The least time between two of its releases for a purpose: the longer of the two.
    #[must_use]
    pub fn interval_for(&self, purpose: &Purpose) -> Duration {
        self.interval.map_or(purpose.interval(), |least| least.max(purpose.interval()))
    }

    /// What it gets beside place and time for a purpose: what both keep.
    #[must_use]
    pub fn keep_for(&self, purpose: &Purpose) -> Keep {
        self.keep.map_or(purpose.keep(), |keep| keep.and(purpose.keep()))
    }

    pub(super) fn check(&self) -> Result<(), Fault> {
        jurisdiction::check(&self.jurisdiction).map_err(|fault| fault.under("jurisdiction"))?;
        name_of_someone(&self.operator).map_err(|fault| fault.under("operator"))?;
        self.keys.as_deref().map_or(Ok(()), name_of_someone).map_err(|fault| fault.under("keys"))?;
        if self.is_sealed() && self.keys.is_none() {
            let expected = "a key `keys` beside it, such as `keys = \"Example Weather GmbH\"`";
            return Err(Fault::new("nobody is named who holds the secret key", expected).under("seal_to"));
        }
        if self.retention.is_some_and(|retention| retention.is_zero()) {
            return Err(Fault::new("the retention is zero", "a span above zero, or no `retention`").under("retention"));
        }
        self.interval.map_or(Ok(()), check_interval).map_err(|fault| fault.under("interval"))?;
        self.floor.as_ref().map_or(Ok(()), Floor::check_numbers).map_err(|fault| fault.under("floor"))
    }
}

/// Such names are printed on terminals: no control characters.
fn name_of_someone(name: &str) -> Result<(), Fault> {
    let expected = "a name of 1 to 200 characters without control characters";
    if name.trim().is_empty() {
        return Err(Fault::new("the name is empty", expected));
    }
    if name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(Fault::new(format!("\"{}\" cannot be a name", quoted(name)), expected));
    }
    Ok(())
}
