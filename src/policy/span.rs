//! Spans of time as a policy writes them: a whole number and a unit.

use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::error::{EXPECTED, quoted};

/// The units, in seconds. A day is 24 hours: no calendar, no time zone. There is no "m", which might be a month.
const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];

/// The longest span, a hundred years: sums of spans and times stay far from the end of time.
pub(super) const LONGEST: Duration = Duration::from_secs(36_500 * 86_400);

const A_SPAN: &str = "a whole number and its unit, s, min, h or d, such as \"15min\"";

/// A span of time such as "15min".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span(pub(super) Duration);

impl Span {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let unit = unit.trim_start();
        if number.is_empty() {
            return Err(format!("\"{}\" is no span of time", quoted(text)));
        }
        if unit.is_empty() {
            return Err(format!("missing unit: \"{}\"", quoted(text)));
        }
        let Some((_, seconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("unknown unit: \"{}\"", quoted(text)));
        };
        let span = number.parse::<u64>().ok().and_then(|number| number.checked_mul(*seconds)).map(Duration::from_secs);
        span.filter(|span| *span <= LONGEST).map(Self).ok_or_else(|| format!("\"{}\" is over 36500d", quoted(text)))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SpanVisitor)
    }
}

struct SpanVisitor;

impl Visitor<'_> for SpanVisitor {
    type Value = Span;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(A_SPAN)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
        Span::parse(text).map_err(|what| E::custom(format_args!("{what}{EXPECTED}{A_SPAN}")))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Span, E> {
        Err(E::custom(format_args!("missing unit: `{number}`{EXPECTED}{A_SPAN}")))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Span, E> {
        Err(E::custom(format_args!("missing unit: `{number}`{EXPECTED}{A_SPAN}")))
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A span of time: a whole number and its unit, s, min, h or d (24 hours).",
            "type": "string",
            "pattern": r"^\s*0*[1-9][0-9]*\s*(s|min|h|d)\s*$",
            "examples": ["15min", "1h", "24h", "30d"],
        })
    }
}

/// A span in the largest unit that divides it.
pub(super) fn written(span: Duration) -> String {
    if span.subsec_nanos() != 0 {
        return format!("{} s", span.as_secs_f64());
    }
    let seconds = span.as_secs();
    if seconds == 0 {
        return "0 s".to_owned();
    }
    // Up to two days in hours: "24 h" is how windows are spoken of.
    let (unit, length) = UNITS
        .into_iter()
        .find(|(_, length)| seconds.is_multiple_of(*length) && (seconds > 2 * 86_400 || *length < 86_400))
        .unwrap_or(("s", 1));
    format!("{} {unit}", seconds / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_whole_number_and_a_unit() {
        for (text, seconds) in [("15min", 900), ("1h", 3_600), ("24h", 86_400), ("30d", 2_592_000), ("90 s", 90)] {
            assert_eq!(Span::parse(text), Ok(Span(Duration::from_secs(seconds))), "{text}");
        }
        for bad in
            ["", "h", "-1h", "1.5h", "1m", "1month", "1h30min", "15", "1 H", "٣h", "99999999999999999999s", "36501d"]
        {
            assert!(Span::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Span::parse("15"), Err("missing unit: \"15\"".to_owned()));
    }

    #[test]
    fn a_span_reads_as_people_write_it() {
        let said = [(0, "0 s"), (90, "90 s"), (900, "15 min"), (3_600, "1 h"), (86_400, "24 h"), (2_592_000, "30 d")];
        for (seconds, text) in said {
            assert_eq!(written(Duration::from_secs(seconds)), text);
        }
        assert_eq!(written(Duration::from_millis(1_500)), "1.5 s");
    }
}
