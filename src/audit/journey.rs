//! [`Journey`]: a recorded journey, lived once or again and again.

use core::fmt;

use jiff::{SignedDuration, Timestamp};

use super::Place;
use crate::fix::{Fix, FixError};
use crate::sphere::Position;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A recorded journey: raw fixes in the order of their times. Its `Debug` form holds no place.
///
/// # Example
///
/// ```
/// use hereabouts::Fix;
/// use hereabouts::audit::Journey;
///
/// let fixes = ["2024-06-20T01:00:00Z", "2024-06-20T09:00:00Z"]
///     .map(|time| Fix::wgs84(52.0907, 5.1214, None, time.parse().unwrap()).unwrap());
/// let month = Journey::new(fixes)?.repeated_to_days(30);
/// assert_eq!(month.days(), 30);
/// # Ok::<(), hereabouts::audit::RehearsalError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Journey {
    fixes: Vec<Fix>,
    begin: Timestamp,
    end: Timestamp,
    /// The whole days that the recording covers: how long one repetition is.
    period: SignedDuration,
    repetitions: u32,
}

impl Journey {
    /// A journey of these fixes, in whatever order.
    ///
    /// # Errors
    ///
    /// [`RehearsalError::NoFix`](super::RehearsalError::NoFix) if there is none.
    pub fn new(fixes: impl IntoIterator<Item = Fix>) -> Result<Self, super::RehearsalError> {
        let mut fixes: Vec<Fix> = fixes.into_iter().collect();
        fixes.sort_by_key(Fix::time);
        let (Some(first), Some(last)) = (fixes.first(), fixes.last()) else {
            return Err(super::RehearsalError::NoFix);
        };
        let (begin, end) = (first.time(), last.time());
        let days = i32::try_from(end.duration_since(begin).as_secs() / DAY.as_secs() + 1).unwrap_or(i32::MAX);
        Ok(Self { fixes, begin, end, period: DAY.saturating_mul(days), repetitions: 1 })
    }

    /// The same journey lived again and again, each time a whole number of days later, until it covers at least so many
    /// days.
    #[must_use]
    pub fn repeated_to_days(self, days: u32) -> Self {
        let period_days = u32::try_from(self.period.as_secs() / DAY.as_secs()).unwrap_or(u32::MAX).max(1);
        Self { repetitions: days.div_ceil(period_days).max(1), ..self }
    }

    /// How many days it covers, begun days as whole ones.
    #[must_use]
    pub fn days(&self) -> u32 {
        self.day_of(self.end())
    }

    /// When it begins.
    #[must_use]
    pub fn begin(&self) -> Timestamp {
        self.begin
    }

    /// When it ends, the last time.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.begin_of(self.repetitions.saturating_sub(1)).saturating_add(self.length()).unwrap_or(Timestamp::MAX)
    }

    /// The day of the journey that a time lies in, counted from 1.
    #[must_use]
    pub fn day_of(&self, time: Timestamp) -> u32 {
        let days = time.duration_since(self.begin).as_secs().max(0) / DAY.as_secs();
        u32::try_from(days).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// When a day of the journey begins.
    pub(crate) fn begin_of_day(&self, day: u32) -> Option<Timestamp> {
        let days = i32::try_from(day.saturating_sub(1)).ok()?;
        self.begin.saturating_add(DAY.saturating_mul(days)).ok()
    }

    /// How many fixes were measured from a time on, up to and without another.
    #[must_use]
    pub fn fixes_within(&self, from: Timestamp, to: Timestamp) -> usize {
        let within = |repetition| {
            let before = |time: Timestamp| {
                let local = self.local(time, repetition);
                self.fixes.partition_point(|fix| fix.time() < local)
            };
            before(to).saturating_sub(before(from))
        };
        (self.repetition_of(from)..=self.repetition_of(to)).map(within).sum()
    }

    /// Every fix of one repetition, with its true place.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = (Position, Timestamp)> {
        self.fixes.iter().map(|fix| (Position::new(fix.latitude_deg(), fix.longitude_deg()), fix.time()))
    }

    /// The latest fix at a time, dated to it: what a phone knows that lies still between two fixes; and when it was measured.
    pub(crate) fn at(&self, time: Timestamp) -> Result<(Fix, Timestamp), FixError> {
        let repetition = self.repetition_of(time);
        let local = self.local(time, repetition);
        let index = self.fixes.partition_point(|fix| fix.time() <= local).saturating_sub(1);
        let fix = self.fixes.get(index).ok_or(FixError::BeforeEpoch)?;
        let measured = self.begin_of(repetition).saturating_add(fix.time().duration_since(self.begin)).unwrap_or(time);
        let now = Fix::wgs84_as_of(fix.latitude_deg(), fix.longitude_deg(), None, time, time)?
            .with_altitude_m(fix.altitude_m())?
            .with_speed_m_s(fix.speed_m_s())?
            .with_course_deg(fix.course_deg())?;
        Ok((now, measured))
    }

    /// The true place at a time.
    pub(crate) fn place_at(&self, time: Timestamp) -> Result<Place, FixError> {
        let (fix, _) = self.at(time)?;
        Place::new(fix.latitude_deg(), fix.longitude_deg())
    }

    fn length(&self) -> SignedDuration {
        self.end.duration_since(self.begin)
    }

    fn begin_of(&self, repetition: u32) -> Timestamp {
        let shift = self.period.saturating_mul(i32::try_from(repetition).unwrap_or(i32::MAX));
        self.begin.saturating_add(shift).unwrap_or(Timestamp::MAX)
    }

    fn repetition_of(&self, time: Timestamp) -> u32 {
        let periods = time.duration_since(self.begin).as_secs() / self.period.as_secs().max(1);
        u32::try_from(periods.max(0)).unwrap_or(u32::MAX).min(self.repetitions - 1)
    }

    /// A time as it would stand in the recording.
    fn local(&self, time: Timestamp, repetition: u32) -> Timestamp {
        self.begin.saturating_add(time.duration_since(self.begin_of(repetition))).unwrap_or(Timestamp::MAX)
    }
}

/// Prints no place.
impl fmt::Debug for Journey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journey").field("fixes", &self.fixes.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journey() -> Journey {
        let fix = |second: i64, latitude: f64| {
            Fix::wgs84(latitude, 5.0, None, Timestamp::from_second(1_718_874_000 + second).unwrap()).unwrap()
        };
        Journey::new([fix(3_600, 53.0), fix(0, 52.0), fix(80_000, 54.0)]).unwrap()
    }

    #[test]
    fn a_repeated_day_is_the_same_day_later() {
        let month = journey().repeated_to_days(30);
        assert_eq!((month.days(), journey().days()), (30, 1));
        let at = |day: i64, second: i64| {
            let time = Timestamp::from_second(1_718_874_000 + day * 86_400 + second).unwrap();
            let (fix, measured) = month.at(time).unwrap();
            assert_eq!(fix.time(), time);
            (fix.latitude_deg(), time.duration_since(measured).as_secs())
        };
        assert_eq!(at(0, 0), (52.0, 0));
        assert_eq!(at(0, 3_599), (52.0, 3_599));
        assert_eq!(at(7, 3_600), (53.0, 0));
        assert_eq!(at(29, 80_001), (54.0, 1), "after the end it stays where it was");
        assert_eq!(at(3, 86_399), (54.0, 6_399), "and until the next repetition begins");
    }

    #[test]
    fn fixes_are_counted_across_repetitions() {
        let month = journey().repeated_to_days(30);
        let time = |day: i64, second: i64| Timestamp::from_second(1_718_874_000 + day * 86_400 + second).unwrap();
        assert_eq!(month.fixes_within(time(0, 0), time(30, 0)), 90);
        assert_eq!(month.fixes_within(time(4, 80_000), time(5, 1)), 2);
        assert_eq!(month.fixes_within(time(4, 1), time(4, 3_600)), 0);
        assert!(Journey::new([]).is_err());
    }

    #[test]
    fn debug_holds_no_place() {
        assert_eq!(format!("{:?}", journey()), "Journey { fixes: 3, .. }");
    }
}
