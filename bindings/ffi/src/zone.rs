//! [`Zone`]: a place that the user protects, of which nothing is kept but a noised disc.

use crate::{PrivacyLoss, Withheld};

/// A place that the user protects: the disc around one draw of noise, made once for life. Nothing of the place is kept.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Zone {
    /// What the user calls it.
    pub name: String,
    /// Degrees north of the disc's centre: the place, moved by noise. An app may draw the disc on the user's map.
    pub centre_latitude_deg: f64,
    /// Degrees east of the disc's centre.
    pub centre_longitude_deg: f64,
    /// The radius of the disc in metres.
    pub radius_m: f64,
    /// When it was drawn, by the ledger's time, in milliseconds since 1970.
    pub since_ms: i64,
}

impl Zone {
    pub(crate) fn of(zone: &hereabouts::Zone) -> Self {
        Self {
            name: zone.name().to_owned(),
            centre_latitude_deg: zone.centre().latitude_deg(),
            centre_longitude_deg: zone.centre().longitude_deg(),
            radius_m: zone.radius_m(),
            since_ms: zone.since().as_millisecond(),
        }
    }
}

/// The zones that are on, and what all that were ever drawn cost for life.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Zones {
    /// The zones that are on.
    pub zones: Vec<Zone>,
    /// How many were ever drawn, those that are off included.
    pub draws: u64,
    /// What their draws cost for life.
    pub loss: PrivacyLoss,
}

impl Zones {
    pub(crate) fn of(zones: &hereabouts::Zones) -> Self {
        Self { zones: zones.iter().map(Zone::of).collect(), draws: zones.draws() as u64, loss: zones.loss().into() }
    }
}

/// What came of the wish to protect a place.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
#[non_exhaustive]
pub enum Protected {
    /// A zone was drawn, and charged.
    Drawn {
        /// The zone.
        zone: Zone,
    },
    /// The place lies in the disc of a zone that was drawn before. It is on now.
    Already {
        /// The zone.
        zone: Zone,
    },
    /// Nothing was drawn: the budget has no room for it.
    Withheld {
        /// Why, and until when.
        withheld: Withheld,
    },
}

impl From<hereabouts::Protected> for Protected {
    fn from(protected: hereabouts::Protected) -> Self {
        match protected {
            hereabouts::Protected::Drawn(zone) => Self::Drawn { zone: Zone::of(&zone) },
            hereabouts::Protected::Already(zone) => Self::Already { zone: Zone::of(&zone) },
            hereabouts::Protected::Withheld(reason) => Self::Withheld { withheld: reason.into() },
            _ => Self::Withheld { withheld: Withheld { reason: crate::WithheldReason::Other, until_ms: None } },
        }
    }
}
