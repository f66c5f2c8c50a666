//! NMEA 0183 as receivers log it: RMC has date, speed and course, GGA the altitude, ZDA the date.
//!
//! The sentences of one second make one record. Other sentences, comments and binary messages in between are passed
//! over; a sentence of these three that is broken is malformed, and one in which the receiver says that it has no
//! position is counted as such.
//!
//! Positions are WGS 84 unless DTM, or Garmin's PGRMM, says otherwise: those in another datum are malformed.

use core::ops::ControlFlow;

use ::nmea::sentences::{FaaMode, gga::parse_gga, rmc::parse_rmc, zda::parse_zda};
use ::nmea::{NmeaSentence, parse_nmea_sentence};
use jiff::Timestamp;

use super::json_lines::Lines;
use super::{Flaw, InputError, Record, Sink, Source};

/// Far longer than a sentence may be (82 characters) and than any receiver writes; binary messages can be longer.
const LONGEST_LINE_BYTES: u64 = 4096;

const METRES_A_SECOND_IN_A_KNOT: f64 = 1852.0 / 3600.0;

/// Where the last sentence of a line begins: what stands before it is the end of a binary message.
fn sentence(line: &[u8]) -> Option<&[u8]> {
    let start = line.iter().rposition(|&byte| byte == b'$')?;
    Some(line.get(start..)?.trim_ascii_end())
}

/// Whether a line in the start of an input is a sentence.
pub(crate) fn begins(start: &[u8]) -> bool {
    start.split(|&byte| byte == b'\n').filter_map(sentence).any(|sentence| kind(sentence).is_some())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rmc,
    Gga,
    Zda,
    /// The datum of the positions.
    Dtm,
    /// The same, as Garmin's receivers say it.
    Rmm,
    Other,
}

/// `None` if it is not a sentence. A talker that begins with P is a maker's own, whose sentences can have any name.
fn kind(sentence: &[u8]) -> Option<Kind> {
    let name = sentence.get(1..6)?;
    if name == b"PGRMM" && sentence.get(6) == Some(&b',') {
        return Some(Kind::Rmm);
    }
    if name.starts_with(b"P") {
        return name.iter().take(4).all(u8::is_ascii_uppercase).then_some(Kind::Other);
    }
    if !name.iter().all(u8::is_ascii_alphanumeric) || sentence.get(6) != Some(&b',') {
        return None;
    }
    Some(match name.get(2..)? {
        b"RMC" => Kind::Rmc,
        b"GGA" => Kind::Gga,
        b"ZDA" => Kind::Zda,
        b"DTM" => Kind::Dtm,
        _ => Kind::Other,
    })
}

pub(crate) fn read(source: Source, sink: &mut Sink<'_>) -> Result<(), InputError> {
    let mut lines = Lines::new(source, LONGEST_LINE_BYTES);
    let mut journey =
        Journey { sink, number: 0, epoch: Epoch::default(), is_foreign: false, midnight: None, last_ns: 0 };
    let mut any = false;
    while let Some(line) = lines.next()? {
        if line.starts_with(b"#") {
            continue;
        }
        let Some((sentence, kind)) = sentence(line).and_then(|sentence| Some((sentence, kind(sentence)?))) else {
            any |= line.starts_with(b"!");
            continue;
        };
        any = true;
        if kind != Kind::Other && journey.sentence(kind, sentence).is_break() {
            return Ok(());
        }
    }
    let _ = journey.end_epoch();
    if any { Ok(()) } else { Err(InputError::NotNmea) }
}

/// What the sentences of one moment have said.
#[derive(Default)]
struct Epoch {
    seen: [bool; 2],
    is_void: bool,
    /// The datum is another than WGS 84, or was so while the moment's sentences came.
    is_foreign: bool,
    of_day_ns: Option<i64>,
    /// The start of the day, in seconds since 1970.
    midnight: Option<i64>,
    place_deg: Option<(f64, f64)>,
    altitude_m: Option<f64>,
    speed_m_s: Option<f64>,
    course_deg: Option<f64>,
}

struct Journey<'s, 'a> {
    sink: &'s mut Sink<'a>,
    number: u64,
    epoch: Epoch,
    /// The receiver said last that its positions are in another datum than WGS 84.
    is_foreign: bool,
    /// The last known day, and the time of day at which it was last seen to be that day.
    midnight: Option<i64>,
    last_ns: i64,
}

impl Journey<'_, '_> {
    fn sentence(&mut self, kind: Kind, text: &[u8]) -> ControlFlow<()> {
        if matches!(kind, Kind::Dtm | Kind::Rmm) {
            return self.datum(kind, checked_fields(text));
        }
        let sentence = core::str::from_utf8(text).ok().filter(|text| text.is_ascii());
        let sentence = sentence.and_then(|text| parse_nmea_sentence(text).ok());
        match sentence.filter(|sentence| sentence.checksum == sentence.calc_checksum()) {
            Some(sentence) => self.checked(kind, sentence),
            None => self.hand_on(Err(Flaw::BrokenSentence)),
        }
    }

    /// The receiver names a datum. DTM comes before the positions that it is about, but not every receiver knows: it holds
    /// for the whole moment. What a broken one would have said is not known until the next.
    fn datum(&mut self, kind: Kind, fields: Option<&[u8]>) -> ControlFlow<()> {
        let name = fields.and_then(|fields| fields.split(|&byte| byte == b',').nth(1)).unwrap_or_default();
        self.is_foreign = match kind {
            Kind::Dtm => name != b"W84",
            _ => name != b"WGS 84" && name != b"WGS84",
        };
        self.epoch.is_foreign |= self.is_foreign;
        if fields.is_some() { ControlFlow::Continue(()) } else { self.hand_on(Err(Flaw::BrokenSentence)) }
    }

    fn checked(&mut self, kind: Kind, sentence: NmeaSentence<'_>) -> ControlFlow<()> {
        let of_day_ns = time_of_day_ns(sentence.data.split(',').next().unwrap_or_default());
        if kind == Kind::Zda {
            if let (Some(midnight), Some(of_day_ns)) = (zda_midnight(sentence), of_day_ns) {
                (self.midnight, self.last_ns) = (Some(midnight), of_day_ns);
            }
            return ControlFlow::Continue(());
        }
        let seen = usize::from(kind == Kind::Gga);
        // Receivers of several systems write one GGA for each in the same moment.
        let is_next = match of_day_ns {
            Some(_) => self.epoch.of_day_ns != of_day_ns,
            None => self.epoch.of_day_ns.is_some() || self.epoch.seen[seen],
        };
        if is_next {
            self.end_epoch()?;
        }
        self.epoch.seen[seen] = true;
        self.epoch.is_foreign |= self.is_foreign;
        self.epoch.of_day_ns = of_day_ns;
        if has_no_position(kind, sentence.data) {
            self.epoch.is_void = true;
            return ControlFlow::Continue(());
        }
        let understood = if kind == Kind::Gga { self.gga(sentence) } else { self.rmc(sentence) };
        match understood {
            Some(()) => ControlFlow::Continue(()),
            None => {
                // The other sentence of the moment may still be whole.
                self.epoch.seen[seen] = false;
                self.hand_on(Err(Flaw::BrokenSentence))
            }
        }
    }

    fn rmc(&mut self, sentence: NmeaSentence<'_>) -> Option<()> {
        let rmc = parse_rmc(sentence).ok()?;
        self.epoch.is_void |=
            matches!(rmc.faa_mode, Some(FaaMode::DataNotValid | FaaMode::Manual | FaaMode::Simulator));
        self.epoch.place_deg = Some((rmc.lat?, rmc.lon?));
        self.epoch.midnight = rmc.fix_date.and_then(|date| Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp()));
        self.epoch.speed_m_s = rmc.speed_over_ground.map(|knots| f64::from(knots) * METRES_A_SECOND_IN_A_KNOT);
        self.epoch.course_deg = rmc.true_course.map(f64::from);
        Some(())
    }

    fn gga(&mut self, sentence: NmeaSentence<'_>) -> Option<()> {
        let gga = parse_gga(sentence).ok()?;
        // RMC and GGA say the same place; a receiver may give more digits in GGA.
        self.epoch.place_deg = Some((gga.latitude?, gga.longitude?));
        self.epoch.altitude_m = gga.altitude.map(f64::from);
        Some(())
    }

    /// The sentences of a moment are complete: they are a record, or the receiver had no position.
    fn end_epoch(&mut self) -> ControlFlow<()> {
        let epoch = core::mem::take(&mut self.epoch);
        if epoch.seen == [false; 2] {
            return ControlFlow::Continue(());
        }
        let Some((latitude_deg, longitude_deg)) = epoch.place_deg.filter(|_| !epoch.is_void) else {
            return self.hand_on(Err(Flaw::NoPosition));
        };
        if epoch.is_foreign {
            return self.hand_on(Err(Flaw::ForeignDatum));
        }
        let Some(time) = self.time(&epoch) else {
            return self.hand_on(Err(Flaw::Missing("date and time")));
        };
        self.hand_on(Ok(Record {
            altitude_m: epoch.altitude_m,
            speed_m_s: epoch.speed_m_s,
            course_deg: epoch.course_deg,
            ..Record::new(latitude_deg, longitude_deg, time)
        }))
    }

    /// The day of the moment's own RMC, or the last day that is known: the next one if midnight has passed since.
    fn time(&mut self, epoch: &Epoch) -> Option<Timestamp> {
        let of_day_ns = epoch.of_day_ns?;
        let passed_midnight = of_day_ns < self.last_ns - DAY_NS / 2;
        let last = self.midnight.map(|midnight| midnight + if passed_midnight { DAY_S } else { 0 });
        let midnight = epoch.midnight.or(last)?;
        (self.midnight, self.last_ns) = (Some(midnight), of_day_ns);
        Timestamp::new(midnight + of_day_ns / 1_000_000_000, (of_day_ns % 1_000_000_000) as i32).ok()
    }

    fn hand_on(&mut self, record: Result<Record, Flaw>) -> ControlFlow<()> {
        self.number += 1;
        (self.sink)(self.number, record)
    }
}

const DAY_S: i64 = 86_400;
const DAY_NS: i64 = DAY_S * 1_000_000_000;

/// The time `hhmmss` with or without a fraction, in whole milliseconds as nanoseconds of the day.
fn time_of_day_ns(text: &str) -> Option<i64> {
    let part = |range: core::ops::Range<usize>| text.get(range)?.parse::<u8>().ok().map(i64::from);
    let (hour, minute) = (part(0..2)?, part(2..4)?);
    let second: f64 = text.get(4..)?.parse().ok().filter(|second| (0.0..60.0).contains(second))?;
    let milliseconds = ((second * 1000.0).round() as i64).min(59_999);
    (hour < 24 && minute < 60).then_some(((hour * 60 + minute) * 60_000 + milliseconds) * 1_000_000)
}

/// What stands between `$` and `*`, if its checksum holds.
fn checked_fields(sentence: &[u8]) -> Option<&[u8]> {
    let [b'$', fields @ .., b'*', high, low] = sentence else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let sum = fields.iter().fold(0, |sum, byte| sum ^ byte);
    (digit(*high)? * 16 + digit(*low)? == u32::from(sum)).then_some(fields)
}

fn zda_midnight(sentence: NmeaSentence<'_>) -> Option<i64> {
    Some(parse_zda(sentence).ok()?.utc_date()?.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
}

/// Whether the receiver itself says that it measured no position: status V in RMC, in GGA a quality of 0, none, 7 (typed
/// in) or 8 (simulated), or a place that is all zeros, which is what some write before their first fix.
fn has_no_position(kind: Kind, data: &str) -> bool {
    let field = |index: usize| data.split(',').nth(index).unwrap_or_default().trim();
    let (quality, latitude, longitude) = match kind {
        Kind::Gga => (field(5), field(1), field(3)),
        _ => (field(1), field(2), field(4)),
    };
    let is_zero = |text: &str| text.parse() == Ok(0.0_f64);
    matches!(quality, "" | "0" | "7" | "8" | "V") || (is_zero(latitude) && is_zero(longitude))
}
