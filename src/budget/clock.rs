//! Clocks: what time it is, for the device or for a recorded journey.

use core::sync::atomic::{AtomicI64, Ordering};
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::sync::OnceLock;
use std::time::SystemTime;

use jiff::Timestamp;

use super::time::{Monotonic, Reading};
use crate::fix::Fix;

/// What time it is.
///
/// A wall clock may be wrong, and may step back: the [`Ledger`](crate::Ledger) keeps its own time, which never does. Give
/// it a [monotonic](Self::monotonic) clock where the device has one: then no step of the wall clock refills a window.
pub trait Clock: Send + Sync {
    /// The present, by the wall clock.
    fn now(&self) -> Timestamp;

    /// The time since the device was started, sleep included, if the clock knows it.
    fn monotonic(&self) -> Option<Monotonic> {
        None
    }

    /// The time at which a fix is handled: the present, unless the clock is a recording's.
    fn at(&self, fix: &Fix) -> Timestamp {
        let _ = fix;
        self.now()
    }

    /// Both clocks at the present.
    fn reading(&self) -> Reading {
        Reading { wall: self.now(), monotonic: self.monotonic() }
    }

    /// Both clocks at the time at which a fix is handled.
    fn reading_at(&self, fix: &Fix) -> Reading {
        Reading { wall: self.at(fix), monotonic: self.monotonic() }
    }
}

/// The operating system's clocks: the wall clock, and on Linux and Android the time since the start (`CLOCK_BOOTTIME`, with
/// the kernel's boot id), where the system lets one read both.
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
        // A clock beyond the years that can be written reads as 1970: that refuses fixes and refills nothing.
        Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn monotonic(&self) -> Option<Monotonic> {
        use rustix::time::{ClockId, clock_gettime};

        /// It stays the same for as long as the process can run.
        static BOOT: OnceLock<Option<u128>> = OnceLock::new();
        let boot = (*BOOT.get_or_init(boot_id))?;
        let since = clock_gettime(ClockId::Boottime);
        let elapsed_ms = u64::try_from(since.tv_sec).ok()? * 1_000 + u64::try_from(since.tv_nsec).ok()? / 1_000_000;
        Some(Monotonic { boot, elapsed_ms })
    }
}

/// The kernel's id of this start, a UUID.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn boot_id() -> Option<u128> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    u128::from_str_radix(&text.trim().replace('-', ""), 16).ok()
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

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_knows_the_time_since_its_start() {
        let (first, second) = (SystemClock.monotonic().unwrap(), SystemClock.monotonic().unwrap());
        assert_eq!(first.boot, second.boot);
        assert!(first.elapsed_ms > 0 && first.elapsed_ms <= second.elapsed_ms);
    }

    #[test]
    fn the_system_clock_dates_nothing_by_the_fix() {
        assert!(SystemClock.at(&fix(1_000)) > Timestamp::from_second(1_700_000_000).unwrap());
    }
}
