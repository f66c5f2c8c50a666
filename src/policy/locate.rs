//! From text to [`Node`], and from the path of a fault back to its line, for TOML and JSON by the same walk.
//!
//! The parsers know where they are only while they read. So to find a line the text is read once more, along the path,
//! and an error is raised at its end: the parser then says the place of that error.

use serde::de::DeserializeSeed;

use super::document::{Node, Reader};
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
        self.read(text, Reader { path: None }).map_err(|(line, what)| {
            let expected = match self {
                Self::Toml => "valid TOML",
                Self::Json => "valid JSON",
            };
            Fault::new(quoted(&what), expected).at(Some(line))
        })
    }

    /// The line of what a path leads to, or of the nearest table around it that is there.
    pub(super) fn line_of(self, text: &str, path: &[Step]) -> usize {
        let found =
            (1..=path.len()).rev().find_map(|steps| self.read(text, Reader { path: Some(path.get(..steps)?) }).err());
        found.map_or(1, |(line, _)| line)
    }

    fn read(self, text: &str, reader: Reader<'_>) -> Result<Node, (usize, String)> {
        match self {
            Self::Toml => {
                let result = toml::Deserializer::parse(text).and_then(|document| reader.deserialize(document));
                result.map_err(|error| {
                    let start = error.span().map_or(0, |span| span.start);
                    let lines = text.bytes().take(start).filter(|&byte| byte == b'\n').count();
                    (lines + 1, error.message().to_owned())
                })
            }
            Self::Json => {
                let mut document = serde_json::Deserializer::from_str(text);
                let result = reader.deserialize(&mut document).and_then(|value| document.end().map(|()| value));
                result.map_err(|error| {
                    let message = error.to_string();
                    let what = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
                    (error.line().max(1), what.to_owned())
                })
            }
        }
    }
}
