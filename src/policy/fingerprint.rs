//! [`Fingerprint`]: which policy, of all policies that ever were.

use core::fmt::{self, Display, Write};
use core::str::FromStr;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{Ceiling, Destination, Floor, Keep, Mechanism, Partition, Policy, Purpose, Repeat, Sensitive};
use crate::Places;
use crate::sorted::each_once;

/// The SHA-256 of what a policy says, whatever the order, the blanks and the comments of its file: two policies have one
/// fingerprint if and only if they say the same, but for collisions that nobody can find.
///
/// Its text is 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A text that is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no fingerprint of a policy: give the 64 digits that `hereabouts policy fingerprint` prints")]
pub struct FingerprintError;

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(FingerprintError);
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).ok_or(FingerprintError)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| FingerprintError)?;
        }
        Ok(Self(bytes))
    }
}

impl Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl Policy {
    /// The fingerprint of all that this policy says: what sealed messages are bound to as its version.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::Policy;
    ///
    /// let toml = Policy::from_toml(include_str!("../../examples/policies/weather.toml"))?;
    /// let json = Policy::from_json(include_str!("../../examples/policies/weather.json"))?;
    /// assert_eq!((toml.fingerprint() == json.fingerprint()), (toml == json));
    /// # Ok::<(), hereabouts::PolicyError>(())
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Sha256::digest(self.canonical()).into())
    }

    /// One line for each value: its path, a blank and the value. No name holds a blank, and no value a line break. Every
    /// structure is taken apart whole, so that a new field cannot be forgotten.
    fn canonical(&self) -> String {
        // What is told follows from the rest.
        let Self {
            radius_m,
            budget,
            delta,
            purposes,
            destinations,
            devices,
            told_as: _,
            ceilings,
            receipt_retention,
            zones,
            sensitive,
        } = self;
        let mut lines = Lines("hereabouts policy 1\n".to_owned());
        lines.add("radius_m", radius_m);
        lines.add("accounting", budget.accounting());
        lines.some("delta", *delta);
        let windows = budget.every_window().map(|(purpose, window)| (purpose, window.length(), window.loss()));
        for (purpose, length, loss) in each_once(windows) {
            let of = purpose.map_or_else(String::new, |purpose| format!("{purpose}."));
            lines.add(&format!("budget.{of}{}", seconds(length)), loss.billionths());
        }
        lines.some("receipts.retention", receipt_retention.map(seconds));
        lines.some("zones.epsilon", zones.map(|zones| zones.epsilon()));
        lines.some("zones.radius_m", zones.map(|zones| zones.radius_m()));
        if let Some(Sensitive { places, floor }) = sensitive {
            lines.places("sensitive", places);
            lines.floor("sensitive", floor);
        }
        // Each country once, in alphabetical order.
        each_once(devices.iter()).into_iter().for_each(|country| lines.add("devices", country));
        for (name, purpose) in purposes {
            lines.purpose(&format!("purposes.{name}"), purpose);
        }
        for (name, ceiling) in ceilings {
            lines.ceiling(&format!("ceilings.{name}"), ceiling);
        }
        for (name, destination) in destinations {
            lines.destination(&format!("destinations.{name}"), destination);
        }
        lines.0
    }
}

struct Lines(String);

impl Lines {
    fn add(&mut self, path: &str, value: impl Display) {
        self.line(path, &value);
    }

    fn line(&mut self, path: &str, value: &dyn Display) {
        // Writing to memory cannot fail.
        let _ = writeln!(self.0, "{path} {value}");
    }

    fn some(&mut self, path: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.add(path, value);
        }
    }

    fn purpose(&mut self, at: &str, purpose: &Purpose) {
        let Purpose { mechanism, repeat, partition, interval, time_bucket, keep, when_spent: _, ceiling: _ } = purpose;
        match mechanism {
            Mechanism::PlanarLaplace { epsilon } => self.add(&format!("{at}.planar-laplace.epsilon"), epsilon),
            Mechanism::Gaussian { rho } => self.add(&format!("{at}.gaussian.rho"), rho),
        }
        match repeat {
            Repeat::Fresh => self.add(&format!("{at}.repeat"), "fresh"),
            Repeat::Hold { within_m, epsilon, recall } => {
                self.add(&format!("{at}.hold.within_m"), within_m);
                self.add(&format!("{at}.hold.epsilon"), epsilon);
                self.add(&format!("{at}.hold.recall"), recall);
            }
        }
        match partition {
            Partition::Cells(grid) => self.add(&format!("{at}.grid"), grid),
            Partition::Places(places) => self.places(&format!("{at}.grid"), places),
        }
        self.add(&format!("{at}.interval"), seconds(*interval));
        self.add(&format!("{at}.time_bucket"), seconds(*time_bucket));
        // What is not said means the same as what it stands for.
        self.add(&format!("{at}.when_spent"), purpose.when_spent());
        self.some(&format!("{at}.ceiling"), Some(purpose.ceiling()).filter(|ceiling| *ceiling != Ceiling::PRECISE));
        self.keep(at, keep);
    }

    /// All that the file says.
    fn places(&mut self, at: &str, places: &Places) {
        self.add(&format!("{at}.places"), places.label());
        for line in places.lines() {
            self.add(&format!("{at}.places"), line);
        }
    }

    fn keep(&mut self, at: &str, keep: &Keep) {
        let Keep { altitude, speed, course } = keep;
        for (name, kept) in [("altitude", altitude), ("speed", speed), ("course", course)] {
            self.some(&format!("{at}.keep"), kept.then_some(name));
        }
    }

    /// The only fields that are let through: none is not the same as not to say.
    fn keep_only(&mut self, at: &str, keep: Option<&Keep>) {
        if let Some(keep) = keep {
            self.add(&format!("{at}.keep"), "only");
            self.keep(at, keep);
        }
    }

    fn ceiling(&mut self, at: &str, ceiling: &Ceiling) {
        let Ceiling { floor, interval, keep } = ceiling;
        self.floor(at, floor);
        self.some(&format!("{at}.interval"), interval.map(seconds));
        self.keep_only(at, keep.as_ref());
    }

    fn destination(&mut self, at: &str, destination: &Destination) {
        let Destination { jurisdiction, operator, keys, seal_to, floor, retention, interval, keep } = destination;
        self.add(&format!("{at}.jurisdiction"), jurisdiction);
        self.add(&format!("{at}.operator"), operator);
        self.some(&format!("{at}.keys"), keys.as_ref());
        self.some(&format!("{at}.seal_to"), seal_to.as_ref());
        self.some(&format!("{at}.retention"), retention.map(seconds));
        self.some(&format!("{at}.interval"), interval.map(seconds));
        self.keep_only(at, keep.as_ref());
        if let Some(floor) = floor {
            self.floor(at, floor);
        }
    }

    fn floor(&mut self, at: &str, floor: &Floor) {
        let Floor { area_km2, radius_m, decimals, preset, refuses } = floor;
        self.some(&format!("{at}.floor.coarsen"), refuses.then_some(false));
        self.some(&format!("{at}.floor.area_km2"), *area_km2);
        self.some(&format!("{at}.floor.radius_m"), *radius_m);
        self.some(&format!("{at}.floor.decimals"), *decimals);
        self.some(&format!("{at}.floor.preset"), *preset);
    }
}

/// Whole seconds and the billionths of one.
fn seconds(span: Duration) -> String {
    format!("{}.{:09}", span.as_secs(), span.subsec_nanos())
}

#[cfg(test)]
mod tests;
