//! [`PolicyChange`]: what another version of a policy says differently.

/// Whether a change lets more be told, or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[non_exhaustive]
pub enum Telling {
    /// More, finer, more often, or to more.
    More,
    /// Less of it.
    Less,
    /// Neither can be said.
    Other,
}

/// One thing that a policy says differently from another.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PolicyChange {
    /// What it is about, such as "weather to eu".
    pub about: String,
    /// What of it, such as "the grid".
    pub what: String,
    /// What the first policy says; none if nothing.
    pub from: Option<String>,
    /// What the second policy says; none if nothing.
    pub to: Option<String>,
    /// Whether more is told by the second.
    pub telling: Telling,
    /// All of it in a sentence without its end.
    pub text: String,
}

impl From<hereabouts::PolicyChange> for PolicyChange {
    fn from(change: hereabouts::PolicyChange) -> Self {
        let text = change.to_string();
        let telling = match change.telling {
            hereabouts::Telling::More => Telling::More,
            hereabouts::Telling::Less => Telling::Less,
            _ => Telling::Other,
        };
        Self { about: change.about, what: change.what, from: change.from, to: change.to, telling, text }
    }
}
