//! [`CeilingNow`]: what the user chose as the most that is told.

use hereabouts::Timestamp;

/// The ceiling that a purpose is under.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CeilingNow {
    /// The ceiling in force, by its name.
    pub ceiling: String,
    /// Until when, in milliseconds since 1970 by the wall clock, if it was chosen for a time.
    pub until_ms: Option<i64>,
    /// What is in force after that.
    pub then: String,
}

impl From<hereabouts::CeilingNow> for CeilingNow {
    fn from(now: hereabouts::CeilingNow) -> Self {
        Self { ceiling: now.ceiling, until_ms: now.until.map(Timestamp::as_millisecond), then: now.then }
    }
}
