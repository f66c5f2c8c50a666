//! [`Policy`]: what may be told about where a device is.

mod change;
mod parts;

use std::collections::HashMap;
use std::io;

use hereabouts::Preset;
use hereabouts::seal::Sealer;

pub use self::change::{PolicyChange, Telling};
pub use self::parts::{
    AccountingParts, BudgetParts, CeilingParts, DestinationParts, FloorParts, GridParts, KeptField, MechanismParts,
    PolicyParts, PurposeParts, RepeatParts, SensitiveParts, WhenSpent, ZonesParts,
};

use crate::HereaboutsError;
use crate::guard::{guarded, shielded};

/// What may be told about where a device is: for which purposes, to which destinations, at which loss of privacy.
///
/// A policy that exists has been checked whole. What this version cannot honour is refused and never ignored.
#[derive(Debug, uniffi::Object)]
pub struct Policy(hereabouts::Policy);

#[uniffi::export]
impl Policy {
    /// Reads a policy written in TOML. An error names the line, the key, what is wrong and what would be right.
    #[uniffi::constructor]
    pub fn from_toml(text: &str) -> Result<Self, HereaboutsError> {
        guarded(|| Ok(Self(hereabouts::Policy::from_toml(text)?)))
    }

    /// Reads a policy written in JSON, with the same errors.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, HereaboutsError> {
        guarded(|| Ok(Self(hereabouts::Policy::from_json(text)?)))
    }

    /// Reads a policy written in TOML or JSON, with the texts of the files that it names, by the names that stand in it: for
    /// apps that carry their files as assets.
    #[uniffi::constructor]
    pub fn from_text(text: &str, files: &HashMap<String, String>) -> Result<Self, HereaboutsError> {
        guarded(|| Ok(Self(hereabouts::Policy::from_text_with(text, |name| of_files(files, name))?)))
    }

    /// Reads a policy from a file: JSON if its first character beside blanks is `{`, otherwise TOML. Files that it names are
    /// looked for beside it.
    #[uniffi::constructor]
    pub fn read(path: &str) -> Result<Self, HereaboutsError> {
        guarded(|| Ok(Self(hereabouts::Policy::read(path)?)))
    }

    /// A policy built in code, through the same checks as a file, with the same errors but for the line.
    #[uniffi::constructor]
    pub fn from_parts(parts: &PolicyParts) -> Result<Self, HereaboutsError> {
        guarded(|| Ok(Self(hereabouts::Policy::from_value(parts.document(), |name| of_files(&parts.files, name))?)))
    }

    /// What each destination learns, in plain sentences, with cells measured at a latitude in degrees.
    #[must_use]
    pub fn explain(&self, latitude_deg: f64) -> String {
        shielded(|| self.0.explain(latitude_deg).to_string())
    }

    /// The same figures as JSON.
    #[must_use]
    pub fn explain_json(&self, latitude_deg: f64) -> String {
        shielded(|| serde_json::to_string(&self.0.explain(latitude_deg)).unwrap_or_default())
    }

    /// What whoever reviews this policy should know, a sentence without its end each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        shielded(|| self.0.notes().iter().map(ToString::to_string).collect())
    }

    /// What another policy says differently from this one, and whether it tells more. An empty list means that both say the
    /// same.
    #[must_use]
    pub fn diff(&self, other: &Self) -> Vec<PolicyChange> {
        shielded(|| self.0.diff(&other.0).into_iter().map(PolicyChange::from).collect())
    }

    /// The fingerprint of all that this policy says, in 64 hexadecimal digits: what sealed messages are bound to as its
    /// version.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        shielded(|| self.0.fingerprint().to_string())
    }

    /// How many bytes every message to a sealed destination has; none if the destination is not sealed, or not named.
    #[must_use]
    pub fn message_bytes(&self, destination: &str) -> Option<u64> {
        shielded(|| {
            let (purpose, _) = self.0.purposes().next()?;
            Some(Sealer::new(&self.0, purpose, destination)?.message_bytes() as u64)
        })
    }

    /// The protected radius in metres: two places nearer than this must look alike.
    #[must_use]
    pub fn radius_m(&self) -> f64 {
        self.0.radius_m()
    }

    /// The names of the purposes, in alphabetical order.
    #[must_use]
    pub fn purposes(&self) -> Vec<String> {
        self.0.purposes().map(|(name, _)| name.to_owned()).collect()
    }

    /// The names of the destinations, in alphabetical order.
    #[must_use]
    pub fn destinations(&self) -> Vec<String> {
        self.0.destinations().map(|(name, _)| name.to_owned()).collect()
    }

    /// The names of what a user can choose as a ceiling: "off", "precise", and those of the policy in alphabetical order.
    #[must_use]
    pub fn ceilings(&self) -> Vec<String> {
        let own = self.0.ceilings().map(|(name, _)| name);
        [hereabouts::Ceiling::OFF, hereabouts::Ceiling::PRECISE].into_iter().chain(own).map(str::to_owned).collect()
    }

    /// The grid that a destination gets for a purpose, as "h3:6", or the places whose names it gets, as "places:countries";
    /// none if the policy does not name both.
    #[must_use]
    pub fn grid_for(&self, purpose: &str, destination: &str) -> Option<String> {
        self.0.partition_for(purpose, destination).map(ToString::to_string)
    }

    /// Whether the policy lets a user protect places.
    #[must_use]
    pub fn has_zones(&self) -> bool {
        self.0.zones().is_some()
    }
}

impl Policy {
    pub(crate) fn core(&self) -> &hereabouts::Policy {
        &self.0
    }
}

/// The text of a file that a policy names, of those that came with it.
fn of_files(files: &HashMap<String, String>, name: &str) -> io::Result<String> {
    files.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
}

impl From<hereabouts::Policy> for Policy {
    fn from(policy: hereabouts::Policy) -> Self {
        Self(policy)
    }
}

/// The names of the floors that carry a threshold of a law or a store, as a policy writes them.
#[uniffi::export]
#[must_use]
pub fn preset_names() -> Vec<String> {
    Preset::EVERY.iter().map(ToString::to_string).collect()
}
