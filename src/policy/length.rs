//! Lengths as a policy writes them: a whole number and a unit.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::error::{EXPECTED, quoted};

/// The units, in metres.
const UNITS: [(&str, u64); 2] = [("km", 1_000), ("m", 1)];

/// Half the Earth's girth: nothing is further.
const LONGEST_M: u64 = 20_000_000;

const A_LENGTH: &str = "a whole number and its unit, m or km, such as \"10km\"";

/// A length such as "10km", in metres.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length(pub(super) u64);

impl Length {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let unit = unit.trim_start();
        if number.is_empty() {
            return Err(format!("\"{}\" is no length", quoted(text)));
        }
        if unit.is_empty() {
            return Err(format!("missing unit: \"{}\"", quoted(text)));
        }
        let Some((_, metres)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("unknown unit: \"{}\"", quoted(text)));
        };
        let length = number.parse::<u64>().ok().and_then(|number| number.checked_mul(*metres));
        length
            .filter(|length| *length <= LONGEST_M)
            .map(Self)
            .ok_or_else(|| format!("\"{}\" is over 20000km, and no two places are further apart", quoted(text)))
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LengthVisitor)
    }
}

struct LengthVisitor;

impl Visitor<'_> for LengthVisitor {
    type Value = Length;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(A_LENGTH)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Length, E> {
        Length::parse(text).map_err(|what| E::custom(format_args!("{what}{EXPECTED}{A_LENGTH}")))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Length, E> {
        Err(E::custom(format_args!("missing unit: `{number}`{EXPECTED}{A_LENGTH}")))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Length, E> {
        Err(E::custom(format_args!("missing unit: `{number}`{EXPECTED}{A_LENGTH}")))
    }
}

impl JsonSchema for Length {
    fn schema_name() -> Cow<'static, str> {
        "Length".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length: a whole number and its unit, m or km.",
            "type": "string",
            "pattern": r"^\s*0*[1-9][0-9]*\s*(m|km)\s*$",
            "examples": ["10km", "500m"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_a_whole_number_and_a_unit() {
        for (text, metres) in [("6km", 6_000), ("500m", 500), (" 20000 km ", 20_000_000), ("0m", 0)] {
            assert_eq!(Length::parse(text), Ok(Length(metres)), "{text}");
        }
        for bad in ["", "km", "-1km", "1.5km", "1mi", "1 KM", "6", "٣km", "99999999999999999999m", "20001km"] {
            assert!(Length::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Length::parse("6"), Err("missing unit: \"6\"".to_owned()));
    }
}
