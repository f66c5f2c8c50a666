//! From text to [`Node`], and from the path of a fault back to its line, for TOML and JSON by the same walk.
//!
//! The parsers know where they are only while they read. So to find a line the text is read once more, along the path,
//! and an error is raised at its end: the parser then says the place of that error.

use core::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::document::Node;
use super::error::{Fault, PolicyError, Step, quoted};

/// How a policy is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Toml,
    Json,
}

impl Format {
    /// JSON if the first character beside blanks is `{`, otherwise TOML.
    pub(super) fn of(text: &str) -> Self {
        if text.trim_start().starts_with('{') { Self::Json } else { Self::Toml }
    }

    pub(super) fn parse(self, text: &str) -> Result<Node, PolicyError> {
        self.read::<Node>(text, core::marker::PhantomData).map_err(|(line, what)| {
            let expected = match self {
                Self::Toml => "valid TOML",
                Self::Json => "valid JSON",
            };
            Fault::new(quoted(&what), expected).at(Some(line))
        })
    }

    /// The line of what a path leads to, or of the nearest table around it that is there.
    pub(super) fn line_of(self, text: &str, path: &[Step]) -> usize {
        let found = (1..=path.len()).rev().find_map(|steps| self.read(text, Walk(path.get(..steps)?)).err());
        found.map_or(1, |(line, _)| line)
    }

    fn read<'de, T>(self, text: &'de str, seed: impl DeserializeSeed<'de, Value = T>) -> Result<T, (usize, String)> {
        match self {
            Self::Toml => {
                let result = toml::Deserializer::parse(text).and_then(|document| seed.deserialize(document));
                result.map_err(|error| {
                    let start = error.span().map_or(0, |span| span.start);
                    let lines = text.bytes().take(start).filter(|&byte| byte == b'\n').count();
                    (lines + 1, error.message().to_owned())
                })
            }
            Self::Json => {
                let mut document = serde_json::Deserializer::from_str(text);
                let result = seed.deserialize(&mut document).and_then(|value| document.end().map(|()| value));
                result.map_err(|error| {
                    let message = error.to_string();
                    let what = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
                    (error.line().max(1), what.to_owned())
                })
            }
        }
    }
}

/// Reads along a path, and fails where it ends. A text that parses fails nowhere else.
#[derive(Clone, Copy)]
struct Walk<'p>(&'p [Step]);

impl Walk<'_> {
    fn arrived<E: de::Error>(self) -> Result<(), E> {
        if self.0.is_empty() { Err(E::custom("here")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.arrived()
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.arrived()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        self.arrived()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        self.arrived()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.arrived()
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        self.arrived()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.arrived()?;
        if let Some((Step::Index(wanted), rest)) = self.0.split_first() {
            for _ in 0..*wanted {
                list.next_element::<IgnoredAny>()?;
            }
            list.next_element_seed(Walk(rest))?;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<(), A::Error> {
        self.arrived()?;
        let (wanted, rest) = match self.0.split_first() {
            Some((Step::Key(key), rest)) => (Some(key.as_str()), rest),
            _ => (None, self.0),
        };
        while let Some(found) = table.next_key_seed(Key { wanted, last: rest.is_empty() })? {
            if found {
                table.next_value_seed(Walk(rest))?;
            } else {
                table.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Whether a key is the wanted one; where that is the end of the path, the key's own line is the answer.
struct Key<'p> {
    wanted: Option<&'p str>,
    last: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let found = Some(String::deserialize(deserializer)?.as_str()) == self.wanted;
        if found && self.last { Err(de::Error::custom("here")) } else { Ok(found) }
    }
}
