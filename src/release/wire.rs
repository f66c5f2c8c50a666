//! A release as it is written: the allowlist of what leaves the phone.

use core::fmt::{self, Display};
use std::borrow::Cow;

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{Kept, Release};
use crate::grid::{CellId, Grid};
#[cfg(feature = "seal")]
use crate::policy::{Keep, Partition, Purpose};
use crate::telling::{Told, ToldCell};
#[cfg(feature = "seal")]
use crate::{LatticePoint, Position};

pub(super) fn json(written: &impl Serialize) -> String {
    let mut json = Vec::with_capacity(256); // room for every field: no copy on the way
    // Every field is a plain number or string: writing them to memory cannot fail, and were it to, nothing leaves.
    let written = serde_json::to_writer(&mut json, written);
    written.ok().and_then(|()| String::from_utf8(json).ok()).unwrap_or_default()
}

/// A release: roughly where a device was, and no more. It has a cell, or it names a place, and then it has no coordinates.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Release", deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"required": ["lat", "lon", "cell", "accuracy_m"], "properties": {"place": false}},
    {"required": ["place"], "properties": {"lat": false, "lon": false, "cell": false, "accuracy_m": false}},
]))]
pub(super) struct Wire<'a> {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1))]
    v: u8,
    /// What the location is for, as the policy names it.
    purpose: &'a str,
    /// Degrees north of the cell's centre, WGS 84.
    #[schemars(with = "f64", range(min = -90, max = 90))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lat: Option<f64>,
    /// Degrees east of the cell's centre, WGS 84.
    #[schemars(with = "f64", range(min = -180, max = 180))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lon: Option<f64>,
    /// The grid, its kind and its resolution; or the places of which one may be named.
    #[schemars(regex(pattern = r"^((metric|decimal|geohash|h3|s2|olc):[0-9.]+|places:[A-Za-z0-9_-]{1,64})$"))]
    grid: Text<GridName<'a>>,
    /// The cell's name in the grid.
    #[schemars(with = "Text<CellId>")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cell: Option<Text<CellId>>,
    /// The name of the place; null if none holds all of where the device may be.
    #[schemars(with = "Option<&'a str>")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Option<&'a str>>,
    /// The radius in metres that holds the truth with probability 68 %.
    #[schemars(with = "f64", range(min = 0))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accuracy_m: Option<f64>,
    /// The start of the time bucket in which the release was decided, UTC.
    #[schemars(extend("format" = "date-time"))]
    time: Text<Timestamp>,
    /// The length of the time bucket in seconds.
    #[schemars(range(min = 1))]
    span_s: u32,
    /// The altitude in metres, if the policy keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    altitude_m: Option<f64>,
    /// The speed in metres a second, if the policy keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    speed_m_s: Option<f64>,
    /// The course in degrees clockwise from true north, if the policy keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    course_deg: Option<f64>,
}

impl<'a> Wire<'a> {
    /// Without what is told of a place.
    fn bare(purpose: &'a str, time: Timestamp, span_s: u32, kept: &Kept) -> Self {
        Self {
            v: 1,
            purpose,
            lat: None,
            lon: None,
            grid: Text(GridName::Places("")),
            cell: None,
            place: None,
            accuracy_m: None,
            time: Text(time),
            span_s,
            altitude_m: kept.altitude_m,
            speed_m_s: kept.speed_m_s,
            course_deg: kept.course_deg,
        }
    }
}

impl<'a> From<&'a Release> for Wire<'a> {
    fn from(release: &'a Release) -> Self {
        let Release { purpose, told, time, span_s, kept, .. } = release;
        let rest = Self::bare(purpose, *time, *span_s, kept);
        match told {
            Told::Cell(ToldCell { cell, centre, accuracy_m }) => Self {
                lat: Some(centre.latitude_deg()),
                lon: Some(centre.longitude_deg()),
                grid: Text(GridName::Cells(cell.grid())),
                cell: Some(Text(cell.id())),
                accuracy_m: Some(*accuracy_m),
                ..rest
            },
            Told::Place { places, name } => {
                Self { grid: Text(GridName::Places(places)), place: Some(name.as_deref()), ..rest }
            }
        }
    }
}

/// How long the JSON of a purpose's releases can be, in bytes, whatever the place, the time and the fix: a few bytes too much
/// at most.
#[cfg(feature = "seal")]
pub(crate) fn longest_json(name: &str, purpose: &Purpose, told_as: &Partition) -> usize {
    // No f64 takes more digits than this, and no time has more letters.
    let (longest, earliest) = (-f64::MIN_POSITIVE, Timestamp::MIN);
    let Keep { altitude, speed, course } = purpose.keep();
    let kept = Kept {
        altitude_m: altitude.then_some(longest),
        speed_m_s: speed.then_some(longest),
        course_deg: course.then_some(longest),
    };
    let span_s = u32::try_from(purpose.time_bucket().as_secs()).unwrap_or(u32::MAX);
    let rest = Wire::bare(name, earliest, span_s, &kept);
    let length = |wire: &Wire<'_>| serde_json::to_string(wire).map_or(0, |json| json.len());
    match told_as {
        Partition::Cells(grid) => {
            let units = f64::from(10_u32.pow(u32::from(grid.decimals().max(1))));
            let some_cell = grid.cell(LatticePoint::nearest(&Position::new(0.0, 0.0)));
            let wire = Wire {
                lat: Some((1.0 - 90.0 * units) / units),
                lon: Some((1.0 - 180.0 * units) / units),
                grid: Text(GridName::Cells(*grid)),
                cell: Some(Text(some_cell.id())),
                accuracy_m: Some(20_015_114.4), // half around the Earth
                ..rest
            };
            length(&wire) - some_cell.id().to_string().len() + grid.longest_id()
        }
        Partition::Places(places) => {
            let places_name = places.to_string();
            let wire = Wire { grid: Text(GridName::Places(&places_name)), place: Some(None), ..rest };
            // A name is longer on the wire where letters are escaped.
            let written = |name: &str| serde_json::to_string(name).map_or(0, |json| json.len());
            length(&wire) + places.names().map(written).max().unwrap_or(0)
        }
    }
}

/// What is told as: a grid, or places.
enum GridName<'a> {
    Cells(Grid),
    Places(&'a str),
}

impl Display for GridName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cells(grid) => grid.fmt(f),
            Self::Places(places) => f.write_str(places),
        }
    }
}

/// Anything that has a text form, written as a JSON string without a copy on the way.
struct Text<T>(T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<T> JsonSchema for Text<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}
