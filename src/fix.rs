//! [`Fix`]: a position as the operating system gives it, validated and redacted.

use core::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::budget::{Clock, SystemClock};
use crate::sphere::Position;

/// How far past ±180° a longitude may lie and still count as rounding, in degrees (0.1 mm).
const LONGITUDE_ROUNDING_DEG: f64 = 1e-9;

/// How far ahead of the clock a fix may be dated.
const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// A raw position: the secret that everything in this crate protects.
///
/// Positions in another datum are declared by another constructor: [`Fix::gcj02`], [`Fix::bd09`].
///
/// A `Fix` can be made and handed to a [`Minimizer`](crate::Minimizer); nothing outside the crate can read its place
/// back. It is not `Serialize`, and its [`Debug`](fmt::Debug) form and every error about it are free of coordinates:
///
/// ```compile_fail
/// fn leaves_the_phone<T: serde::Serialize>(_: &T) {}
/// let fix = hereabouts::Fix::wgs84(52.09, 5.12, None, jiff::Timestamp::now()).unwrap();
/// leaves_the_phone(&fix); // a fix cannot be serialized
/// ```
///
/// A [`Release`](crate::Release) can, and that is the only difference:
///
/// ```
/// fn leaves_the_phone<T: serde::Serialize>(_: &T) {}
/// # fn sent(release: hereabouts::Release) {
/// leaves_the_phone(&release);
/// # }
/// ```
///
/// # Example
///
/// ```
/// use hereabouts::Fix;
///
/// let fix = Fix::wgs84(52.0907, 5.1214, 12.0, jiff::Timestamp::now())?.with_speed_m_s(1.4)?;
/// assert_eq!(format!("{fix:?}"), "Fix { .. }");
/// assert_eq!(
///     Fix::wgs84(91.0, 5.0, None, jiff::Timestamp::now()).unwrap_err().to_string(),
///     "latitude is beyond ±90 degrees: give degrees north",
/// );
/// # Ok::<(), hereabouts::FixError>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Fix {
    latitude_deg: f64,
    longitude_deg: f64,
    horizontal_accuracy_m: Option<f64>,
    time: Timestamp,
    altitude_m: Option<f64>,
    speed_m_s: Option<f64>,
    course_deg: Option<f64>,
}

impl Fix {
    /// A fix in WGS 84: latitude and longitude in degrees, horizontal accuracy in metres (`None` where the source has
    /// none), and the time at which it was measured.
    ///
    /// # Errors
    ///
    /// [`FixError`] if a number is not finite or out of range (latitude beyond ±90°, longitude beyond ±180° by more
    /// than rounding, a negative accuracy), or if the time lies before 1970 or more than a day ahead of this machine's
    /// clock. No error carries the value.
    pub fn wgs84(
        latitude_deg: f64,
        longitude_deg: f64,
        horizontal_accuracy_m: impl Into<Option<f64>>,
        time: Timestamp,
    ) -> Result<Self, FixError> {
        Self::wgs84_as_of(latitude_deg, longitude_deg, horizontal_accuracy_m, time, SystemClock.now())
    }

    /// [`Fix::wgs84`] with the present given by the caller: for devices with a better clock, and for reading many
    /// recorded fixes without asking the system for the time of each.
    ///
    /// # Errors
    ///
    /// As [`Fix::wgs84`]; "a day ahead" is counted from `now`.
    pub fn wgs84_as_of(
        latitude_deg: f64,
        longitude_deg: f64,
        horizontal_accuracy_m: impl Into<Option<f64>>,
        time: Timestamp,
        now: Timestamp,
    ) -> Result<Self, FixError> {
        let (latitude_deg, longitude_deg) = place(latitude_deg, longitude_deg)?;
        if time < Timestamp::UNIX_EPOCH {
            return Err(FixError::BeforeEpoch);
        }
        // Seconds are enough, and far cheaper than a checked difference.
        if time.as_second().saturating_sub(now.as_second()) > MOST_AHEAD.as_secs() {
            return Err(FixError::TooFarAhead);
        }
        Ok(Self {
            latitude_deg,
            longitude_deg,
            horizontal_accuracy_m: optional("horizontal accuracy", horizontal_accuracy_m.into(), 0.0..=f64::MAX)?,
            time,
            altitude_m: None,
            speed_m_s: None,
            course_deg: None,
        })
    }

    /// The same fix with an altitude in metres.
    ///
    /// # Errors
    ///
    /// [`FixError`] if it is not finite.
    pub fn with_altitude_m(self, altitude_m: impl Into<Option<f64>>) -> Result<Self, FixError> {
        Ok(Self { altitude_m: optional("altitude", altitude_m.into(), f64::MIN..=f64::MAX)?, ..self })
    }

    /// The same fix with a speed in metres a second.
    ///
    /// # Errors
    ///
    /// [`FixError`] if it is not finite or negative.
    pub fn with_speed_m_s(self, speed_m_s: impl Into<Option<f64>>) -> Result<Self, FixError> {
        Ok(Self { speed_m_s: optional("speed", speed_m_s.into(), 0.0..=f64::MAX)?, ..self })
    }

    /// The same fix with a course in degrees clockwise from true north.
    ///
    /// # Errors
    ///
    /// [`FixError`] if it is not finite or outside 0 to 360.
    pub fn with_course_deg(self, course_deg: impl Into<Option<f64>>) -> Result<Self, FixError> {
        Ok(Self { course_deg: optional("course", course_deg.into(), 0.0..=360.0)?, ..self })
    }

    /// When the fix was measured.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }

    pub(crate) fn latitude_deg(&self) -> f64 {
        self.latitude_deg
    }

    pub(crate) fn longitude_deg(&self) -> f64 {
        self.longitude_deg
    }

    /// The raw place itself, for distances from public ones.
    pub(crate) fn place(&self) -> Position {
        Position::new(self.latitude_deg, self.longitude_deg)
    }

    pub(crate) fn altitude_m(&self) -> Option<f64> {
        self.altitude_m
    }

    pub(crate) fn speed_m_s(&self) -> Option<f64> {
        self.speed_m_s
    }

    pub(crate) fn course_deg(&self) -> Option<f64> {
        self.course_deg
    }
}

/// Prints no field: a log line must not be able to leak a place.
impl fmt::Debug for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fix").finish_non_exhaustive()
    }
}

/// Latitude and longitude in degrees, checked, and as the one name that their place has: every longitude at a pole is 0,
/// and both sides of the antimeridian are -180. Adding zero turns -0.0 into 0.0.
pub(crate) fn place(latitude_deg: f64, longitude_deg: f64) -> Result<(f64, f64), FixError> {
    if !latitude_deg.is_finite() {
        return Err(FixError::NotFinite { field: "latitude" });
    }
    if !longitude_deg.is_finite() {
        return Err(FixError::NotFinite { field: "longitude" });
    }
    if latitude_deg.abs() > 90.0 {
        return Err(FixError::LatitudeOutOfRange);
    }
    if longitude_deg.abs() > 180.0 + LONGITUDE_ROUNDING_DEG {
        return Err(FixError::LongitudeOutOfRange);
    }
    let longitude_deg = if latitude_deg.abs() == 90.0 {
        0.0
    } else if longitude_deg.abs() >= 180.0 {
        -180.0
    } else {
        longitude_deg + 0.0
    };
    Ok((latitude_deg + 0.0, longitude_deg))
}

fn optional(
    field: &'static str,
    value: Option<f64>,
    range: core::ops::RangeInclusive<f64>,
) -> Result<Option<f64>, FixError> {
    match value {
        Some(value) if !value.is_finite() => Err(FixError::NotFinite { field }),
        Some(value) if !range.contains(&value) => Err(FixError::OutOfRange { field }),
        value => Ok(value),
    }
}

/// Why a position was refused. No variant carries the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FixError {
    /// A field is NaN or infinite.
    #[error("{field} is not a finite number: give a measured value, or nothing")]
    NotFinite {
        /// The field's name.
        field: &'static str,
    },
    /// The latitude is beyond ±90°.
    #[error("latitude is beyond ±90 degrees: give degrees north")]
    LatitudeOutOfRange,
    /// The longitude is beyond ±180° by more than rounding.
    #[error("longitude is beyond ±180 degrees: give degrees east")]
    LongitudeOutOfRange,
    /// In the declared datum the position could be two places, or none: see [`Datum`](crate::Datum).
    #[error(
        "this position does not name one place in {datum}: at the border of its area, and for BD-09 beyond it, give WGS 84"
    )]
    Ambiguous {
        /// The datum's name.
        datum: &'static str,
    },
    /// An optional field is outside its range.
    #[error("{field} is out of range: accuracy and speed are at least 0, a course is 0 to 360 degrees")]
    OutOfRange {
        /// The field's name.
        field: &'static str,
    },
    /// The time is before 1970.
    #[error("the time of the fix is before 1970: give the time at which it was measured")]
    BeforeEpoch,
    /// The time is more than a day ahead of the clock.
    #[error("the time of the fix is more than a day ahead of the clock: give the time at which it was measured")]
    TooFarAhead,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(latitude_deg: f64, longitude_deg: f64) -> Result<Fix, FixError> {
        Fix::wgs84(latitude_deg, longitude_deg, None, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn one_place_has_one_name() {
        assert_eq!(fix(0.0, -180.0), fix(-0.0, 180.0));
        assert_eq!(fix(0.0, -180.0), fix(0.0, 180.000_000_000_1));
        assert_eq!(fix(90.0, 17.0), fix(90.0, -180.0));
        assert_eq!(fix(-90.0, 0.0), fix(-90.0, 123.456));
        let longitude = fix(0.0, -0.0).unwrap().longitude_deg();
        assert!(longitude == 0.0 && longitude.is_sign_positive());
    }

    #[test]
    fn numbers_that_are_no_place_are_refused() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(fix(bad, 0.0), Err(FixError::NotFinite { field: "latitude" }));
            assert_eq!(fix(0.0, bad), Err(FixError::NotFinite { field: "longitude" }));
            assert!(Fix::wgs84(0.0, 0.0, bad, Timestamp::UNIX_EPOCH).is_err());
            assert!(fix(0.0, 0.0).unwrap().with_altitude_m(bad).is_err());
            assert!(fix(0.0, 0.0).unwrap().with_speed_m_s(bad).is_err());
            assert!(fix(0.0, 0.0).unwrap().with_course_deg(bad).is_err());
        }
        assert_eq!(fix(90.000_000_1, 0.0), Err(FixError::LatitudeOutOfRange));
        assert_eq!(fix(0.0, 180.000_01), Err(FixError::LongitudeOutOfRange));
        assert!(Fix::wgs84(0.0, 0.0, -1.0, Timestamp::UNIX_EPOCH).is_err());
        assert!(fix(0.0, 0.0).unwrap().with_speed_m_s(-0.1).is_err());
        assert!(fix(0.0, 0.0).unwrap().with_course_deg(360.1).is_err());
    }

    #[test]
    fn a_fix_is_dated_between_1970_and_tomorrow() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let dated = |seconds: i64| {
            Fix::wgs84_as_of(0.0, 0.0, None, Timestamp::from_second(seconds).unwrap(), now).map(|fix| fix.time())
        };
        assert_eq!(dated(-1), Err(FixError::BeforeEpoch));
        assert!(dated(0).is_ok());
        assert!(dated(1_700_000_000 + 86_400).is_ok());
        assert_eq!(dated(1_700_000_000 + 86_401), Err(FixError::TooFarAhead));
    }

    #[test]
    fn no_text_about_a_fix_holds_a_digit_of_it() {
        let fix = Fix::wgs84(52.123_456, 5.654_321, 7.77, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(format!("{fix:?}"), "Fix { .. }");
        assert_eq!(format!("{fix:#?}").chars().filter(char::is_ascii_digit).count(), 0);
        let errors = [
            Fix::wgs84(95.123_456, 5.0, None, Timestamp::UNIX_EPOCH),
            Fix::wgs84(5.0, 195.123_456, None, Timestamp::UNIX_EPOCH),
            Fix::wgs84(5.0, 5.0, -95.123_456, Timestamp::UNIX_EPOCH),
        ];
        for error in errors {
            let error = error.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("95"), "{error}");
        }
    }
}
