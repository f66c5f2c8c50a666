//! Clocks: what time it is, for the device or for a recorded journey.

use core::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use crate::fix::Fix;

/// What time it is.
///
/// A clock may be wrong, and may step back: the [`Ledger`](crate::Ledger) keeps its own time, which never does.
pub trait Clock: Send + Sync {
    /// The present.
    fn now(&self) -> Timestamp;

    /// The time at which a fix is handled: the present, unless the clock is a recording's.
    fn at(&self, fix: &Fix) -> Timestamp {
        let _ = fix;
        self.now()
    }
}

/// The operating system's clock.
///
/// # Example
///
/// ```
/// use hereabouts::{Clock, SystemClock};
///
/// assert!(SystemClock.now() > jiff::Timestamp::UNIX_EPOCH);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The clock of a recorded journey: every fix is handled at the time at which it was measured, and the present is the
/// latest time seen so far (1970 before the first fix).
///
/// # Example
///
/// ```
/// use hereabouts::{Clock, Fix, RecordedClock};
///
/// let clock = RecordedClock::default();
/// let noon = "2024-06-20T12:00:00Z".parse()?;
/// assert_eq!(clock.at(&Fix::wgs84(52.09, 5.12, None, noon)?), noon);
/// assert_eq!(clock.now(), noon);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct RecordedClock {
    /// Microseconds since 1970: a whole number that one instruction compares.
    latest_us: AtomicI64,
}

impl Clock for RecordedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.latest_us.load(Ordering::Relaxed)).unwrap_or(Timestamp::MAX)
    }

    fn at(&self, fix: &Fix) -> Timestamp {
        self.latest_us.fetch_max(fix.time().as_microsecond(), Ordering::Relaxed);
        fix.time()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(second: i64) -> Fix {
        Fix::wgs84(0.0, 0.0, None, Timestamp::from_second(second).unwrap()).unwrap()
    }

    #[test]
    fn a_recording_is_handled_at_its_own_times_and_its_present_never_steps_back() {
        let clock = RecordedClock::default();
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH);
        assert_eq!(clock.at(&fix(1_000)).as_second(), 1_000);
        assert_eq!(clock.at(&fix(400)).as_second(), 400, "a fix that is out of order keeps its own time");
        assert_eq!(clock.now().as_second(), 1_000);
    }

    #[test]
    fn the_system_clock_dates_nothing_by_the_fix() {
        assert!(SystemClock.at(&fix(1_000)) > Timestamp::from_second(1_700_000_000).unwrap());
    }
}
