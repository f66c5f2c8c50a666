//! Times as both systems have them: milliseconds since 1970.

use hereabouts::{FixError, Timestamp};

use crate::HereaboutsError;

/// The core's time; what lies outside the calendar is no time of a fix.
pub(crate) fn timestamp(time_ms: i64) -> Result<Timestamp, HereaboutsError> {
    let outside = if time_ms < 0 { FixError::BeforeEpoch } else { FixError::TooFarAhead };
    Ok(Timestamp::from_millisecond(time_ms).map_err(|_| outside)?)
}
