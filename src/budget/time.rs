//! [`Reading`] and [`LedgerTime`]: the ledger's own time, made from clocks that may be wrong.

use core::time::Duration;

use jiff::Timestamp;

use super::accountant::timestamp;

/// The most that a wall clock moves the ledger's time across a start of the device: one day.
const MOST_STEP_MS: i64 = 86_400_000;

/// The most that one step of a wall clock counts while it is behind where it once was: an hour. More, and who sets it back
/// and forth would refill windows; none, and a clock that was once years ahead would lock everybody out.
const MOST_BEHIND_MS: i64 = 3_600_000;

/// What two clocks drift apart between two writes, and is not worth one: a minute.
const MOST_DRIFT_MS: u64 = 60_000;

/// What a device's clocks show at one moment.
///
/// # Example
///
/// ```
/// use hereabouts::{Monotonic, Reading};
///
/// let wall = "2024-06-20T12:00:00Z".parse()?;
/// let since_boot = Monotonic { boot: 0x6f1c_90a2, elapsed_ms: 5_400_000 };
/// assert_eq!(Reading::from(wall), Reading { wall, monotonic: None });
/// assert_ne!(Reading::from(wall), Reading { wall, monotonic: Some(since_boot) });
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reading {
    /// The wall clock, which anyone may set.
    pub wall: Timestamp,
    /// The clock that runs since the device was started, where there is one.
    pub monotonic: Option<Monotonic>,
}

/// A clock that runs since the device was started, sleep included, and that nobody can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Monotonic {
    /// Which start of the device: two starts never have the same.
    pub boot: u128,
    /// Milliseconds since that start.
    pub elapsed_ms: u64,
}

impl From<Timestamp> for Reading {
    fn from(wall: Timestamp) -> Self {
        Self { wall, monotonic: None }
    }
}

/// The ledger's own time, and the readings that it was made from. It never steps back.
///
/// - Within one start of the device it runs as the monotonic clock does, whatever the wall clock shows.
/// - Across a start, or without a monotonic clock, it follows the wall clock forward past the latest time that the wall
///   clock ever showed; across a start by a day at most.
/// - While the wall clock is behind that latest time, each of its steps forward counts, by an hour at most: a clock that was
///   once far ahead locks nobody out. A step back counts for nothing, nor does one that makes good for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LedgerTime {
    /// Milliseconds since 1970: what the first wall clock showed, and what has passed since.
    pub(super) now_ms: i64,
    /// The last reading of the wall clock.
    pub(super) wall_ms: i64,
    /// The latest time that it ever showed.
    pub(super) latest_ms: i64,
    /// The last reading of the monotonic clock.
    pub(super) monotonic: Option<Monotonic>,
}

impl LedgerTime {
    /// The time of a ledger that begins.
    pub(super) fn first(reading: Reading) -> Self {
        let wall_ms = reading.wall.as_millisecond();
        Self { now_ms: wall_ms, wall_ms, latest_ms: wall_ms, monotonic: reading.monotonic }
    }

    /// The time of a ledger of which the rest is not known: at later readings, of which none is behind this one, it may run
    /// ahead of the true one, and never behind.
    pub(crate) fn known(now: Timestamp, reading: Reading) -> Self {
        Self { now_ms: now.as_millisecond(), ..Self::first(reading) }
    }

    /// As a timestamp, at most the end of the calendar.
    pub(crate) fn time(&self) -> Timestamp {
        timestamp(self.now_ms).unwrap_or(Timestamp::MAX)
    }

    /// The time at a later reading.
    pub(crate) fn at(&self, reading: Reading) -> Self {
        let wall_ms = reading.wall.as_millisecond();
        let passed_ms = match (self.monotonic, reading.monotonic) {
            (Some(before), Some(now)) if before.boot == now.boot && before.elapsed_ms <= now.elapsed_ms => {
                i64::try_from(now.elapsed_ms - before.elapsed_ms).unwrap_or(i64::MAX)
            }
            (Some(_), Some(_)) => self.by_the_wall(wall_ms).min(MOST_STEP_MS),
            _ => self.by_the_wall(wall_ms),
        };
        Self {
            now_ms: self.now_ms.saturating_add(passed_ms),
            wall_ms,
            latest_ms: self.latest_ms.max(wall_ms),
            // What passed without it must not be counted again by it.
            monotonic: reading.monotonic,
        }
    }

    /// The time that was an age before it.
    pub(super) fn ago_ms(&self, age: Duration) -> i64 {
        self.now_ms.saturating_sub(i64::try_from(age.as_millis()).unwrap_or(i64::MAX))
    }

    /// Whether the clocks were turned since: the device was started anew, or the wall clock was set. It must be written
    /// down, even where nothing else is, or what passes from here on could not be told from it.
    pub(super) fn is_turned(&self, reading: Reading) -> bool {
        let walked_ms = reading.wall.as_millisecond().saturating_sub(self.wall_ms);
        match (self.monotonic, reading.monotonic) {
            (Some(before), Some(now)) if before.boot == now.boot => {
                let ran_ms =
                    i64::try_from(now.elapsed_ms).unwrap_or(i64::MAX).saturating_sub_unsigned(before.elapsed_ms);
                walked_ms.abs_diff(ran_ms) > MOST_DRIFT_MS
            }
            // What passes while the wall clock is behind is lost when it catches up, unless it was written.
            (None, None) => {
                walked_ms < 0 || (walked_ms >= MOST_BEHIND_MS && reading.wall.as_millisecond() < self.latest_ms)
            }
            _ => true,
        }
    }

    fn by_the_wall(&self, wall_ms: i64) -> i64 {
        if wall_ms >= self.latest_ms {
            wall_ms.saturating_sub(self.latest_ms)
        } else {
            wall_ms.saturating_sub(self.wall_ms).clamp(0, MOST_BEHIND_MS)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000;
    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 86_400_000;
    const YEAR: i64 = 365 * DAY;
    const START_MS: i64 = 1_718_877_600_000;

    /// A moment: the wall clock's error, and the time since the device was started with which start.
    type Moment = (i64, i64, Option<u128>);

    /// What passes on the ledger, if truly `every_ms` lies between moments; the error of the wall clock is added to the
    /// truth. The monotonic clock of a start counts from the first moment that has it.
    fn passed_ms(every_ms: i64, moments: &[Moment]) -> Vec<i64> {
        let mut time: Option<LedgerTime> = None;
        let mut booted: Option<(u128, i64)> = None;
        let mut passed = Vec::new();
        for (number, &(error_ms, extra_ms, boot)) in moments.iter().enumerate() {
            let true_ms = START_MS + number as i64 * every_ms + extra_ms;
            let monotonic = boot.map(|boot| {
                if booted.is_none_or(|(before, _)| before != boot) {
                    booted = Some((boot, true_ms));
                }
                let since = booted.map_or(0, |(_, since)| true_ms - since);
                Monotonic { boot, elapsed_ms: since as u64 }
            });
            let wall = Timestamp::from_millisecond(true_ms + error_ms).unwrap();
            let reading = Reading { wall, monotonic };
            let next = time.map_or_else(|| LedgerTime::first(reading), |time| time.at(reading));
            passed.push(time.map_or(0, |before| next.now_ms - before.now_ms));
            time = Some(next);
        }
        passed
    }

    #[test]
    fn within_one_start_the_wall_clock_counts_for_nothing() {
        for error_ms in [SECOND, HOUR, DAY, 30 * DAY, YEAR, 10 * YEAR].into_iter().flat_map(|by| [by, -by]) {
            let moments = [0, error_ms, 0, error_ms, -error_ms, 0].map(|error| (error, 0, Some(1)));
            assert_eq!(passed_ms(900 * SECOND, &moments)[1..], [900 * SECOND; 5], "{error_ms}");
        }
    }

    #[test]
    fn a_start_of_the_device_brings_at_most_a_day() {
        for (error_ms, expected_ms) in [
            (0, HOUR),
            (SECOND, HOUR + SECOND),
            (HOUR, 2 * HOUR),
            (30 * DAY, DAY),
            (10 * YEAR, DAY),
            (-SECOND, HOUR - SECOND),
            (-HOUR, 0),
            (-10 * YEAR, 0),
        ] {
            let moments = [(0, 0, Some(1)), (error_ms, 0, Some(2)), (error_ms, 0, Some(2)), (0, 0, Some(2))];
            assert_eq!(passed_ms(HOUR, &moments)[1..], [expected_ms, HOUR, HOUR], "{error_ms}");
        }
    }

    #[test]
    fn a_monotonic_clock_that_fell_back_is_another_start() {
        let reading = |wall_ms, elapsed_ms| Reading {
            wall: Timestamp::from_millisecond(START_MS + wall_ms).unwrap(),
            monotonic: Some(Monotonic { boot: 7, elapsed_ms }),
        };
        let time = LedgerTime::first(reading(0, 5_000_000));
        assert_eq!(time.at(reading(10 * YEAR, 0)).now_ms - time.now_ms, DAY);
        assert_eq!(time.at(reading(-10 * YEAR, 0)).now_ms - time.now_ms, 0);
    }

    #[test]
    fn who_starts_the_device_again_and_again_gets_a_day_each_time_and_no_more() {
        let moments: Vec<_> = (0..11).map(|boot| (boot as i64 * YEAR, 0, Some(boot as u128))).collect();
        assert_eq!(passed_ms(HOUR, &moments)[1..], [DAY; 10]);
    }

    #[test]
    fn without_a_monotonic_clock_no_step_back_brings_anything_and_none_locks_out() {
        for error_ms in [SECOND, HOUR, DAY, 30 * DAY, YEAR, 10 * YEAR] {
            // Back, and forth again: the ledger has not gained; at most the step that made good is lost.
            let moments = [0, -error_ms, 0, -error_ms, 0].map(|error| (error, 0, None));
            let total: i64 = passed_ms(900 * SECOND, &moments).iter().sum();
            assert!(total <= 4 * 900 * SECOND, "{error_ms}: {total}");
            // Once ahead, then right for ever: the ledger runs on, so nothing is locked for longer than it was.
            let moments = [0, error_ms, 0, 0, 0, 0].map(|error| (error, 0, None));
            let passed = passed_ms(HOUR, &moments);
            assert_eq!(passed[1], HOUR + error_ms, "nothing vouches against it");
            if error_ms > 5 * HOUR {
                assert_eq!(passed[3..], [HOUR; 3], "{error_ms}");
            }
        }
    }

    #[test]
    fn what_passed_without_a_monotonic_clock_is_not_counted_twice() {
        let moments: Vec<_> = (0..9).map(|step| (0, 0, (step % 3 == 0).then_some(1))).collect();
        assert_eq!(passed_ms(900 * SECOND, &moments)[1..], [900 * SECOND; 8]);
    }

    #[test]
    fn leap_seconds_and_daylight_saving_are_small_steps() {
        // The wall clock shows 23:59:59 twice; or it is set by an hour, as where it wrongly keeps local time.
        for (error_ms, least_ms) in [(-SECOND, 9), (-HOUR, 5), (HOUR, 9)] {
            for boot in [None, Some(1)] {
                let moments: Vec<_> = (0..10).map(|step| (if step < 5 { 0 } else { error_ms }, 0, boot)).collect();
                let total: i64 = passed_ms(900 * SECOND, &moments).iter().sum();
                let most_ms = 9 * 900 * SECOND + error_ms.max(0);
                assert!((least_ms - 1) * 900 * SECOND <= total && total <= most_ms, "{error_ms} {boot:?}: {total}");
            }
        }
    }

    #[test]
    fn the_end_of_time_is_no_overflow() {
        let reading = |wall, elapsed_ms| Reading { wall, monotonic: Some(Monotonic { boot: 1, elapsed_ms }) };
        let time = LedgerTime::first(reading(Timestamp::MAX, 0));
        assert_eq!(time.at(reading(Timestamp::MIN, u64::MAX)).now_ms, i64::MAX);
        let time = LedgerTime::first(Timestamp::MIN.into());
        assert!(time.at(Timestamp::MAX.into()).now_ms <= Timestamp::MAX.as_millisecond());
    }
}
