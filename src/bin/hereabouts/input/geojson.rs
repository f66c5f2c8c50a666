//! GeoJSON (RFC 7946): a collection, one feature after another, or single features.
//!
//! A collection is read feature by feature while it streams past. Points take their time from a property, lines from
//! `coordTimes` (as the converters of GPX files write it). GeoJSON is WGS 84; files from before RFC 7946 may declare
//! another system, and are refused.

use core::ops::ControlFlow;
use std::io::BufReader;

use geojson::{Feature, GeometryValue, JsonObject, JsonValue, Position};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::datum::is_wgs84;
use super::field::{json_time, time_of, with_extras};
use super::source::Allowance;
use super::{Flaw, InputError, Options, Record, Sink, Source};

const BUFFER_BYTES: usize = 64 << 10;

pub(crate) fn read(source: Source, options: &Options, sink: &mut Sink<'_>) -> Result<(), InputError> {
    let allowance = source.allowance();
    let mut journey = Journey { sink, options, allowance, number: 0, stopped: false, is_foreign: false };
    let mut document = serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER_BYTES, source));
    loop {
        journey.allowance.renew();
        let read = Document(&mut journey).deserialize(&mut document);
        if journey.is_foreign {
            return Err(InputError::ForeignCrs);
        }
        if journey.stopped {
            return Ok(());
        }
        read.map_err(|error| json_error(&error))?;
        // Another document may follow, as in a file of one feature a line.
        if document.end().is_ok() {
            return Ok(());
        }
    }
}

/// The text of a `serde_json` error can quote the input: only where it is may be said.
fn json_error(error: &serde_json::Error) -> InputError {
    match (error.classify(), error.io_error_kind()) {
        (_, Some(kind)) => std::io::Error::from(kind).into(),
        (serde_json::error::Category::Data, _) => InputError::NotGeoJson { line: error.line(), column: error.column() },
        _ => InputError::Json { line: error.line(), column: error.column() },
    }
}

/// What becomes of the features.
struct Journey<'s, 'a> {
    sink: &'s mut Sink<'a>,
    options: &'s Options,
    allowance: Allowance,
    number: u64,
    stopped: bool,
    /// The document declares another system than WGS 84.
    is_foreign: bool,
}

impl Journey<'_, '_> {
    fn hand_on(&mut self, record: Result<Record, Flaw>) {
        if !self.stopped {
            self.number += 1;
            self.stopped = (self.sink)(self.number, record) == ControlFlow::Break(());
        }
    }

    fn feature(&mut self, value: JsonValue) {
        if ["/crs", "/geometry/crs"].iter().any(|at| value.pointer(at).is_some_and(|crs| !is_wgs84(crs))) {
            return self.hand_on(Err(Flaw::ForeignDatum));
        }
        let Ok(Feature { geometry: Some(geometry), properties, .. }) = serde_json::from_value(value) else {
            return self.hand_on(Err(Flaw::NotATrack));
        };
        let properties = properties.unwrap_or_default();
        match geometry.value {
            GeometryValue::Point { coordinates } => {
                let record = time_of(&properties, self.options)
                    .and_then(|time| Ok(with_extras(record(&coordinates, time)?, &properties)));
                self.hand_on(record);
            }
            GeometryValue::LineString { coordinates } | GeometryValue::MultiPoint { coordinates } => {
                self.line(&coordinates, times(&properties));
            }
            GeometryValue::MultiLineString { coordinates } => {
                let times = times(&properties).and_then(JsonValue::as_array);
                for (index, line) in coordinates.iter().enumerate() {
                    self.line(line, times.and_then(|times| times.get(index)));
                }
            }
            _ => self.hand_on(Err(Flaw::NotATrack)),
        }
    }

    /// A line without times is one malformed record; with them, every position is a record of its own.
    fn line(&mut self, positions: &[Position], times: Option<&JsonValue>) {
        let Some(times) = times.and_then(JsonValue::as_array) else {
            return self.hand_on(Err(Flaw::Missing("time")));
        };
        if times.len() != positions.len() {
            return self.hand_on(Err(Flaw::TimesDiffer));
        }
        for (position, time) in positions.iter().zip(times) {
            let record = json_time(time, self.options).and_then(|time| record(position, time));
            self.hand_on(record);
        }
    }
}

/// The times of a line's positions, under the names that converters give them.
fn times(properties: &JsonObject) -> Option<&JsonValue> {
    let nested = || properties.get("coordinateProperties").and_then(JsonValue::as_object);
    let named = |object: &'_ JsonObject| ["coordTimes", "times"].iter().find_map(|name| object.get(*name)).is_some();
    let object = if named(properties) { properties } else { nested()? };
    ["coordTimes", "times"].iter().find_map(|name| object.get(*name))
}

fn record(position: &Position, time: jiff::Timestamp) -> Result<Record, Flaw> {
    match position.as_slice() {
        [longitude_deg, latitude_deg, rest @ ..] => {
            Ok(Record { altitude_m: rest.first().copied(), ..Record::new(*latitude_deg, *longitude_deg, time) })
        }
        _ => Err(Flaw::NotATrack),
    }
}

/// A whole GeoJSON object, whose features are handed on while it is read.
struct Document<'j, 's, 'a>(&'j mut Journey<'s, 'a>);

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut object = JsonObject::new();
        let mut is_collection = false;
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "features" => {
                    members.next_value_seed(Features(self.0))?;
                    is_collection = true;
                }
                "type" | "geometry" | "properties" | "coordinates" | "geometries" => {
                    object.insert(name, members.next_value()?);
                }
                "crs" if !is_wgs84(&members.next_value()?) => {
                    self.0.is_foreign = true;
                    return Err(A::Error::custom("another system"));
                }
                "crs" => {}
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        match object.get("type").and_then(JsonValue::as_str) {
            Some("FeatureCollection") if is_collection => {}
            Some("Feature") if !is_collection => self.0.feature(JsonValue::Object(object)),
            // A bare geometry has nowhere to hold a time.
            Some(
                "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon"
                | "GeometryCollection",
            ) => self.0.hand_on(Err(Flaw::Missing("time"))),
            _ => return Err(A::Error::custom("not GeoJSON")),
        }
        Ok(())
    }
}

/// The features of a collection. A feature that is JSON but not GeoJSON is malformed, and the next one is read.
struct Features<'j, 's, 'a>(&'j mut Journey<'s, 'a>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("an array of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut features: A) -> Result<(), A::Error> {
        while let Some(feature) = features.next_element()? {
            self.0.feature(feature);
            if self.0.stopped {
                return Err(A::Error::custom("stopped"));
            }
            self.0.allowance.renew();
        }
        Ok(())
    }
}
