//! The names under which the fields of a record go in the wild, and the reading of their numbers.

use serde_json::{Map, Value};

use super::{Flaw, Options, Record, time};

/// What a column or a property can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Latitude,
    Longitude,
    Time,
    Accuracy,
    Altitude,
    Speed,
    Course,
}

impl Field {
    pub(crate) const ALL: [Self; 7] =
        [Self::Latitude, Self::Longitude, Self::Time, Self::Accuracy, Self::Altitude, Self::Speed, Self::Course];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::Time => "time",
            Self::Accuracy => "accuracy",
            Self::Altitude => "altitude",
            Self::Speed => "speed",
            Self::Course => "course",
        }
    }

    /// Lower-case names, the likelier first.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Latitude => &["latitude", "lat", "latitude_deg", "y"],
            Self::Longitude => &["longitude", "lon", "lng", "long", "longitude_deg", "x"],
            Self::Time => &["timestamp", "time", "datetime", "date_time", "date", "timestampms", "timestamp_ms"],
            Self::Accuracy => {
                &["accuracy", "accuracy_m", "horizontal_accuracy", "horizontalaccuracy", "hacc", "h_acc", "acc"]
            }
            Self::Altitude => &["altitude", "altitude_m", "ele", "elevation", "alt"],
            Self::Speed => &["speed", "speed_m_s", "velocity"],
            Self::Course => &["course", "course_deg", "bearing", "heading", "direction"],
        }
    }

    /// How likely a name means this field: the lower the likelier.
    pub(crate) fn rank(self, name: &str) -> Option<usize> {
        let name = name.trim().to_ascii_lowercase();
        self.names().iter().position(|known| *known == name)
    }
}

/// A number as text.
pub(crate) fn number(field: Field, text: &[u8]) -> Result<f64, Flaw> {
    match text.trim_ascii() {
        [] => Err(Flaw::Missing(field.name())),
        text => fast_float2::parse(text).map_err(|_| Flaw::NotANumber(field.name())),
    }
}

/// A number that may be absent. One that cannot be read counts as absent: the place is there all the same.
pub(crate) fn optional_number(text: &[u8]) -> Option<f64> {
    fast_float2::parse(text.trim_ascii()).ok().filter(|value: &f64| value.is_finite())
}

/// The member of a JSON object that means a field.
fn member(object: &Map<String, Value>, field: Field) -> Option<&Value> {
    object
        .iter()
        .filter_map(|(name, value)| Some((field.rank(name)?, value)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, value)| value)
        .filter(|value| !value.is_null())
}

fn json_number(field: Field, value: &Value) -> Result<f64, Flaw> {
    match value {
        Value::Number(value) => value.as_f64().ok_or(Flaw::NotANumber(field.name())),
        Value::String(text) => number(field, text.as_bytes()),
        _ => Err(Flaw::NotANumber(field.name())),
    }
}

/// The time that a JSON value says: a string, or seconds or milliseconds since 1970.
pub(crate) fn json_time(value: &Value, options: &Options) -> Result<jiff::Timestamp, Flaw> {
    match value {
        Value::String(text) => time::parse(text.as_bytes(), options.utc),
        Value::Number(value) => time::parse(value.to_string().as_bytes(), options.utc),
        _ => Err(Flaw::NotATime),
    }
}

/// The time of a JSON object.
pub(crate) fn time_of(object: &Map<String, Value>, options: &Options) -> Result<jiff::Timestamp, Flaw> {
    json_time(member(object, Field::Time).ok_or(Flaw::Missing("time"))?, options)
}

/// The optional fields of a JSON object, added to a record.
pub(crate) fn with_extras(record: Record, object: &Map<String, Value>) -> Record {
    let extra = |field| json_number(field, member(object, field)?).ok().filter(|value| value.is_finite());
    Record {
        accuracy_m: extra(Field::Accuracy),
        altitude_m: record.altitude_m.or_else(|| extra(Field::Altitude)),
        speed_m_s: extra(Field::Speed),
        course_deg: extra(Field::Course),
        ..record
    }
}

/// The record that a flat JSON object describes.
pub(crate) fn record_of(object: &Map<String, Value>, options: &Options) -> Result<Record, Flaw> {
    let degrees = |field: Field, e7: &str| match member(object, field) {
        Some(value) => json_number(field, value),
        None => match object.get(e7) {
            Some(value) => Ok(json_number(field, value)? / 1e7),
            None => Err(Flaw::Missing(field.name())),
        },
    };
    let latitude_deg = degrees(Field::Latitude, "latitudeE7")?;
    let longitude_deg = degrees(Field::Longitude, "longitudeE7")?;
    Ok(with_extras(Record::new(latitude_deg, longitude_deg, time_of(object, options)?), object))
}
