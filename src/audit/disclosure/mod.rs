//! [`Disclosure`]: all that a destination was ever sent, and what an attacker who holds it makes of it.
//!
//! - `sent.rs`: every release, and for how long its draw stood;
//! - `bound.rs`: the privacy loss of all that the destination saw;
//! - `inference.rs`: where home and work could be, as areas; from the evidence of `evidence.rs` on a `raster.rs`.

mod bound;
mod error;
mod evidence;
mod inference;
mod raster;
mod sent;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

pub use bound::{DisclosedLoss, DisclosedWindow};
pub use error::DisclosureError;
pub use inference::{Inference, LikelyArea};
pub use sent::Sent as DisclosedRelease;

use super::attack::Anchor;
use crate::budget::{Receipt, Zones};
use crate::policy::{Destination, Policy};

/// All that a destination was ever sent, from a ledger's receipts; who could be compelled to hand it over; the privacy loss
/// that bounds what it tells; and what an attacker who holds all of it infers.
///
/// It names places. It is for whoever carries the device, and not for sending.
///
/// The policy must be the one in force when the receipts were made: the attacker knows its noise. Of a purpose that it does
/// not name, releases are listed and not attacked.
///
/// # Example
///
/// ```
/// use hereabouts::audit::Disclosure;
/// use hereabouts::{Fix, MemoryLedger, Minimizer, Policy, SystemClock, Timestamp};
///
/// let policy = Policy::from_toml(include_str!("../../../examples/policies/weather.toml"))?;
/// let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), SystemClock)?;
/// minimizer.release(&Fix::wgs84(52.0907, 5.1214, 12.0, Timestamp::now())?, "weather", "cn")?;
///
/// let disclosure = Disclosure::of(&minimizer.receipts()?, &minimizer.zones()?, &policy, "cn", Timestamp::now())?;
/// assert_eq!((disclosure.operator.as_str(), disclosure.jurisdiction.as_str()), ("Example Carrier", "CN"));
/// assert_eq!(disclosure.releases.len(), 1);
/// assert!(disclosure.home.likely.is_none()); // one release tells no home
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Disclosure {
    /// The destination's name in the policy.
    pub destination: String,
    /// The country whose law reaches the operator, ISO 3166-1.
    pub jurisdiction: String,
    /// Who runs it.
    pub operator: String,
    /// Who can open what is stored there.
    pub key_holder: String,
    /// Whether it got nothing but sealed messages, under this policy.
    pub sealed: bool,
    /// How many bytes each sealed message has.
    pub message_bytes: Option<usize>,
    /// How long the operator says that it keeps what it gets, in seconds.
    pub retention_s: Option<u64>,
    /// When the report was made.
    #[serde(serialize_with = "text")]
    pub at: Timestamp,
    /// What each purpose sent.
    pub purposes: Vec<DisclosedPurpose>,
    /// Every release, the oldest first.
    pub releases: Vec<DisclosedRelease>,
    /// How many of them lie at a place that this device has forgotten. The destination has not.
    pub forgotten: usize,
    /// How many of them told a place by its name: what those names tell together is not in what is inferred here.
    pub names: usize,
    /// How many of them are the stand-in of a place that the user protects.
    pub stand_ins: usize,
    /// How many releases went to other destinations.
    pub elsewhere: usize,
    /// The protected radius in metres: what the losses are at.
    pub radius_m: f64,
    /// The loss that bounds what all of it tells.
    pub loss: DisclosedLoss,
    /// Where home could be.
    pub home: Inference,
    /// Where work could be.
    pub work: Inference,
}

/// What one purpose sent to the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DisclosedPurpose {
    /// Its name.
    pub purpose: String,
    /// How many releases it sent.
    pub releases: usize,
    /// The fields that may have gone beside place and time; `None` if the policy no longer names the purpose.
    pub kept: Option<Vec<&'static str>>,
}

impl Disclosure {
    /// What a destination of a policy was sent, of all receipts of a ledger and its zones, and what that tells, seen at a time.
    ///
    /// # Errors
    ///
    /// [`DisclosureError`] if the policy has no such destination, counts otherwise than the receipts, or if a receipt
    /// lacks the one that paid for its draw, or names a cell that does not exist.
    pub fn of(
        receipts: &[Receipt],
        zones: &Zones,
        policy: &Policy,
        destination: &str,
        at: Timestamp,
    ) -> Result<Self, DisclosureError> {
        let rule = policy.destination(destination).ok_or_else(|| DisclosureError::unknown(policy, destination))?;
        let mut receipts: Vec<&Receipt> = receipts.iter().collect();
        receipts.sort_by_key(|receipt| receipt.sequence());
        let releases = sent::sent(&receipts, policy, destination, at)?;
        let home = inference::infer(Anchor::Home, &releases, policy, None);
        let work = inference::infer(Anchor::Work, &releases, policy, home.likely.as_ref());
        Ok(Self {
            destination: destination.to_owned(),
            jurisdiction: rule.jurisdiction().to_owned(),
            operator: rule.operator().to_owned(),
            key_holder: rule.key_holder().to_owned(),
            sealed: rule.is_sealed(),
            message_bytes: message_bytes(policy, destination),
            retention_s: rule.retention().map(|retention| retention.as_secs()),
            at,
            purposes: purposes(&releases, policy, rule),
            forgotten: releases.iter().filter(|sent| sent.cell.is_none()).count(),
            names: releases.iter().filter(|sent| sent.is_name()).count(),
            stand_ins: releases.iter().filter(|sent| sent.stand_in).count(),
            elsewhere: receipts.len() - releases.len(),
            radius_m: policy.radius_m(),
            loss: bound::loss(&receipts, zones, &releases, policy, at)?,
            releases,
            home,
            work,
        })
    }

    /// Whether the operator can read what it stores.
    #[must_use]
    pub fn operator_reads(&self) -> bool {
        self.operator == self.key_holder
    }

    /// The time of the first release and of the last.
    #[must_use]
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        Some((self.releases.first()?.time, self.releases.last()?.time))
    }
}

fn purposes(releases: &[DisclosedRelease], policy: &Policy, destination: &Destination) -> Vec<DisclosedPurpose> {
    let mut purposes: Vec<DisclosedPurpose> = Vec::new();
    for sent in releases {
        match purposes.iter_mut().find(|known| known.purpose == sent.purpose) {
            Some(known) => known.releases += 1,
            None => purposes.push(DisclosedPurpose {
                purpose: sent.purpose.clone(),
                releases: 1,
                kept: policy.purpose(&sent.purpose).map(|purpose| destination.keep_for(purpose).names()),
            }),
        }
    }
    purposes
}

#[cfg(feature = "seal")]
fn message_bytes(policy: &Policy, destination: &str) -> Option<usize> {
    let (purpose, _) = policy.purposes().next()?;
    policy.destination(destination).filter(|destination| Destination::is_sealed(destination))?;
    Some(crate::seal::Sealer::new(policy, purpose, destination)?.message_bytes())
}

#[cfg(not(feature = "seal"))]
fn message_bytes(_: &Policy, _: &str) -> Option<usize> {
    None
}

/// A time as RFC 3339 writes it.
fn text<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}
