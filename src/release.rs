//! [`Release`]: the only thing that can leave the phone, and the ways to write it.

mod wire;

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

#[cfg(feature = "seal")]
pub(crate) use self::wire::longest_json;
use self::wire::{Wire, json};
use crate::budget::{PrivacyLoss, Spent};
use crate::fix::Fix;
use crate::grid::Cell;
use crate::policy::Keep;
#[cfg(feature = "seal")]
use crate::seal::Message;
use crate::sphere::Position;
use crate::telling::{Told, ToldCell};

/// What leaves the phone. Only a [`Minimizer`](crate::Minimizer) can make one, and only after its loss was charged.
///
/// To a sealed destination goes what it was sealed into, and every written form is that: see `seal`.
///
/// It is an allowlist: place and time, and what the policy's `keep` names. As JSON (`docs/release.schema.json`):
///
/// ```json
/// {"v":1,"purpose":"weather","lat":52.09,"lon":5.12,"grid":"h3:6","cell":"861969b67ffffff","accuracy_m":3012.5,
///  "time":"2024-06-20T09:00:00Z","span_s":3600}
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    pub(crate) purpose: Arc<str>,
    pub(crate) told: Told,
    pub(crate) time: Timestamp,
    pub(crate) span_s: u32,
    pub(crate) kept: Kept,
    pub(crate) loss: PrivacyLoss,
    /// What goes out in its place, to a sealed destination.
    #[cfg(feature = "seal")]
    pub(crate) sealed: Option<Arc<Message>>,
}

/// The fields that the policy's `keep` let through, without noise.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Kept {
    pub(crate) altitude_m: Option<f64>,
    pub(crate) speed_m_s: Option<f64>,
    pub(crate) course_deg: Option<f64>,
}

impl Kept {
    /// Of a fix, the fields that are kept.
    pub(crate) fn of(fix: &Fix, keep: Keep) -> Self {
        Self {
            altitude_m: fix.altitude_m().filter(|_| keep.altitude),
            speed_m_s: fix.speed_m_s().filter(|_| keep.speed),
            course_deg: fix.course_deg().filter(|_| keep.course),
        }
    }
}

impl Release {
    /// What the app wants the location for, as the policy names it.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// The cell that is told; `None` if it is a place by its name.
    #[must_use]
    pub fn cell(&self) -> Option<Cell> {
        self.told_cell().map(|told| told.cell)
    }

    /// The grid of the cell, as "h3:6"; or the places of which one may be named, as "places:countries".
    #[must_use]
    pub fn grid(&self) -> String {
        match &self.told {
            Told::Cell(told) => told.cell.grid().to_string(),
            Told::Place { places, .. } => places.to_string(),
        }
    }

    /// The name of the place that is told; `None` if it is a cell, or if no place holds all of where the truth is likely to
    /// be.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        match &self.told {
            Told::Cell(_) => None,
            Told::Place { name, .. } => name.as_deref(),
        }
    }

    /// The cell's centre, with no more decimals than the grid needs; `None` if it is a place by its name, which has no
    /// coordinates.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.told_cell().map(|told| told.centre)
    }

    fn told_cell(&self) -> Option<&ToldCell> {
        match &self.told {
            Told::Cell(told) => Some(told),
            Told::Place { .. } => None,
        }
    }

    /// The radius in metres within which the truth lies with probability 68 %, noise and cell together and every place
    /// alike beforehand: what Android's `Location.getAccuracy` means. It follows from the policy and the cell; the
    /// accuracy of the fix has no part in it. It is that of the moment of the draw, also while the release is held. `None`
    /// if it is a place by its name.
    #[must_use]
    pub fn accuracy_m(&self) -> Option<f64> {
        self.told_cell().map(|told| told.accuracy_m)
    }

    /// When the release was decided, rounded down to the policy's time bucket.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The length of the time bucket in seconds.
    #[must_use]
    pub fn span_s(&self) -> u32 {
        self.span_s
    }

    /// The altitude in metres, where the policy keeps it and the fix had it.
    #[must_use]
    pub fn altitude_m(&self) -> Option<f64> {
        self.kept.altitude_m
    }

    /// The speed in metres a second, where the policy keeps it and the fix had it.
    #[must_use]
    pub fn speed_m_s(&self) -> Option<f64> {
        self.kept.speed_m_s
    }

    /// The course in degrees clockwise from true north, where the policy keeps it and the fix had it.
    #[must_use]
    pub fn course_deg(&self) -> Option<f64> {
        self.kept.course_deg
    }

    /// What its tick cost: the draw, or the tests that were asked; nothing if it is a further view of what was paid. It
    /// stays on the device; no written form of the release holds it.
    #[must_use]
    pub fn loss(&self) -> PrivacyLoss {
        self.loss
    }

    /// Whether its destination is sealed: what may be sent is the sealed message alone, and its written forms are that.
    /// What the functions above tell is for the device itself.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        #[cfg(feature = "seal")]
        return self.sealed.is_some();
        #[cfg(not(feature = "seal"))]
        return false; // A policy with a sealed destination is refused.
    }

    /// What may be sent, as one line of JSON: the release, or the message that it was sealed into.
    #[must_use]
    pub fn to_json(&self) -> String {
        json(self)
    }

    /// What the one reads who may, sealed or not.
    #[cfg(any(feature = "seal", feature = "audit"))]
    pub(crate) fn to_plain_json(&self) -> String {
        json(&Wire::from(self))
    }

    /// The release as a GeoJSON feature (RFC 7946): the centre as a point, everything else as properties; a place by its name
    /// has no geometry. `None` if its destination is sealed: it may not be sent in this form.
    #[must_use]
    pub fn to_geojson(&self) -> Option<Value> {
        if self.is_sealed() {
            return None;
        }
        let mut properties = serde_json::to_value(Wire::from(self)).unwrap_or_default();
        if let Some(properties) = properties.as_object_mut() {
            properties.remove("lat");
            properties.remove("lon");
        }
        let point = |at: Position| json!({ "type": "Point", "coordinates": [at.longitude_deg(), at.latitude_deg()] });
        Some(json!({ "type": "Feature", "geometry": self.position().map(point), "properties": properties }))
    }

    /// The release as a `geo:` URI (RFC 5870) with its accuracy as the uncertainty `u` in metres. `None` if its
    /// destination is sealed, or if it is a place by its name: it may not, or cannot, be sent in this form.
    ///
    /// ```text
    /// geo:52.09,5.12;u=3012.5
    /// ```
    #[must_use]
    pub fn to_geo_uri(&self) -> Option<String> {
        let ToldCell { centre, accuracy_m, .. } = self.told_cell().filter(|_| !self.is_sealed())?;
        Some(format!("geo:{},{};u={accuracy_m}", centre.latitude_deg(), centre.longitude_deg()))
    }

    /// The message that it was sealed into, if its destination is sealed.
    #[cfg(feature = "seal")]
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        self.sealed.as_deref()
    }

    /// The JSON Schema of a release on the wire; `docs/release.schema.json` is this.
    #[must_use]
    pub fn schema() -> Value {
        schemars::schema_for!(Wire).to_value()
    }
}

impl Serialize for Release {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[cfg(feature = "seal")]
        if let Some(message) = self.message() {
            return message.serialize(serializer);
        }
        Wire::from(self).serialize(serializer)
    }
}

/// Why nothing was released. The reason stays on the device: what the destination sees is silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Withheld {
    /// This destination has had its view of the purpose's draw on this tick.
    #[error("not due before {next}: the purpose releases once in its interval")]
    NotDue {
        /// The start of the next tick.
        next: Timestamp,
    },
    /// The user turned the purpose off, or chose a ceiling that the policy does not know.
    #[error("turned off by the user")]
    TurnedOff,
    /// A window of the budget has no room for another draw.
    #[error("the budget is spent: room for the next draw {}", room(*until))]
    BudgetSpent {
        /// The earliest time at which the draw would fit, if nothing else is charged until then; `None` if it never will.
        until: Option<Timestamp>,
    },
}

impl Withheld {
    /// The same, in times of the wall clock, which shows `wall` at the ledger's `time`.
    pub(crate) fn by_the_wall(self, wall: Timestamp, time: Timestamp) -> Self {
        let shown = |then: Timestamp| shown_by_the_wall(then, wall, time);
        match self {
            Self::NotDue { next } => Self::NotDue { next: shown(next) },
            Self::BudgetSpent { until } => Self::BudgetSpent { until: until.map(shown) },
            Self::TurnedOff => Self::TurnedOff,
        }
    }
}

/// A time of the ledger as the wall clock will show it, which shows `wall` at the ledger's `time`.
pub(crate) fn shown_by_the_wall(then: Timestamp, wall: Timestamp, time: Timestamp) -> Timestamp {
    let ahead_ms = wall.as_millisecond().saturating_sub(time.as_millisecond());
    let shown_ms = then.as_millisecond().saturating_add(ahead_ms);
    Timestamp::from_millisecond(shown_ms).unwrap_or(if shown_ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

impl From<Spent> for Withheld {
    fn from(spent: Spent) -> Self {
        Self::BudgetSpent { until: spent.until() }
    }
}

fn room(until: Option<Timestamp>) -> String {
    until.map_or("never comes, it costs more than a window allows".to_owned(), |time| format!("from {time}"))
}

/// What came of one request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// A release, charged and recorded: it may be sent.
    Released(Release),
    /// The earlier release still stands, now with the present time bucket and without what the policy keeps of a fix: to
    /// send it again costs nothing. Its accuracy is that of the moment when it was drawn; one may have moved since, by
    /// about as much as the policy's test of hold lets pass, or further while the budget has no room for a test.
    Held(Release),
    /// Nothing may be sent.
    Withheld(Withheld),
}

impl Outcome {
    /// The same, in times of the wall clock, which shows `wall` at the ledger's `time`.
    pub(crate) fn by_the_wall(self, wall: Timestamp, time: Timestamp) -> Self {
        match self {
            Self::Withheld(reason) => Self::Withheld(reason.by_the_wall(wall, time)),
            outcome => outcome,
        }
    }

    /// The release, if there is a new one.
    #[must_use]
    pub fn released(self) -> Option<Release> {
        match self {
            Self::Released(release) => Some(release),
            Self::Held(_) | Self::Withheld(_) => None,
        }
    }
}
