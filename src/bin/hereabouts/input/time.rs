//! Times as text: RFC 3339, or seconds or milliseconds since 1970.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Flaw;

/// Numbers of seconds since 1970 stay below this until the year 5138; as milliseconds it was reached in 1973.
const SECONDS_BELOW: f64 = 1e11;

/// Reads a time. One without an offset is read as UTC if `utc` says so, and is a flaw otherwise: a guess could be wrong
/// by half a day.
pub(crate) fn parse(text: &[u8], utc: bool) -> Result<Timestamp, Flaw> {
    if let Some(time) = rfc_3339_utc(text) {
        return Ok(time);
    }
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err(Flaw::Missing("time"));
    }
    let text = core::str::from_utf8(text).map_err(|_| Flaw::NotATime)?;
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    if let Some(time) = since_1970(text) {
        return Ok(time);
    }
    let local: DateTime = text.parse().map_err(|_| Flaw::NotATime)?;
    if !utc {
        return Err(Flaw::NoOffset);
    }
    TimeZone::UTC.to_timestamp(local).map_err(|_| Flaw::NotATime)
}

/// The one form that nearly every file holds, `2024-06-20T09:40:43Z` with or without a fraction of up to nine digits,
/// several times faster than a parser of every form. `None` is not a verdict: it leaves the text to the general parser.
fn rfc_3339_utc(text: &[u8]) -> Option<Timestamp> {
    let (whole, fraction) = text.split_at_checked(19)?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b' ', h1, h2, b':', n1, n2, b':', s1, s2] = whole else {
        return None;
    };
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let two = |tens: &u8, ones: &u8| Some(digit(tens)? * 10 + digit(ones)?);
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    // Days that only some months have are left to the general parser, and so is a leap second.
    if !(1..=12).contains(&month) || !(1..=28).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let nanosecond = match fraction {
        b"Z" => 0,
        [b'.', digits @ .., b'Z'] if (1..=9).contains(&digits.len()) => {
            let value = digits.iter().try_fold(0, |value, byte| Some(value * 10 + digit(byte)?))?;
            value * 10_i64.pow(9 - digits.len() as u32)
        }
        _ => return None,
    };
    let second = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Timestamp::new(second, nanosecond as i32).ok()
}

/// Days of the proleptic Gregorian calendar: H. Hinnant, "chrono-compatible low-level date algorithms" (2013),
/// `days_from_civil`, for years from 0.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn since_1970(text: &str) -> Option<Timestamp> {
    let value: f64 = fast_float2::parse(text).ok()?;
    if !value.is_finite() || value < 0.0 {
        return None;
    }
    let seconds = if value < SECONDS_BELOW { value } else { value / 1000.0 };
    // Whole milliseconds: an f64 holds no more for a time of our day.
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_path_agrees_with_the_general_parser() {
        let every_day = (0..150_000).map(|day| Timestamp::from_second(day * 86_400 + day % 86_400).unwrap());
        for time in every_day {
            let text = time.to_string();
            match rfc_3339_utc(text.as_bytes()) {
                Some(fast) => assert_eq!(fast, time, "{text}"),
                None => assert!(matches!(&text[8..10], "29" | "30" | "31"), "{text}"),
            }
        }
        for text in ["2024-06-20T09:40:43.1Z", "2024-06-20 09:40:43.123456789Z", "0001-02-03T04:05:06Z"] {
            assert_eq!(rfc_3339_utc(text.as_bytes()), Some(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn each_way_to_write_a_time_is_read() {
        let nine = Timestamp::from_second(1_718_874_000).unwrap();
        for text in [
            "2024-06-20T09:00:00Z",
            "2024-06-20T09:00:00z",
            "2024-06-20 09:00:00+00:00",
            "2024-06-20T11:00:00+02:00",
            " 2024-06-20T09:00:00.000Z ",
            "1718874000",
            "1718874000.0",
            "1718874000000",
        ] {
            assert_eq!(parse(text.as_bytes(), false), Ok(nine), "{text}");
        }
        assert_eq!(parse(b"2024-06-20T09:00:00", true), Ok(nine));
        assert_eq!(parse(b"2024-06-20T09:00:00", false), Err(Flaw::NoOffset));
        assert_eq!(parse(b"2024-02-29T00:00:00Z", false), Ok("2024-02-29T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn what_is_no_time_is_never_now() {
        for text in
            ["yesterday", "2023-02-29T00:00:00Z", "2024-06-20T25:00:00Z", "NaN", "inf", "-5", "1e300", "\u{ff11}"]
        {
            assert_eq!(parse(text.as_bytes(), true), Err(Flaw::NotATime), "{text}");
        }
        assert_eq!(parse(b"  ", true), Err(Flaw::Missing("time")));
        assert_eq!(parse(b"\xff\xfe", true), Err(Flaw::NotATime));
    }
}
