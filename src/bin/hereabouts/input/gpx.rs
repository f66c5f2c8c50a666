//! GPX 1.0 and 1.1.
//!
//! The journey is the track. Waypoints are marks on a map, and routes are plans: waypoints are read only where a file
//! has no track (loggers that write nothing else exist), routes never.

use core::ops::ControlFlow;
use std::io::{self, BufReader, Read};

use jiff::Timestamp;
use quick_xml::events::{BytesStart, Event};

use super::field::{Field, number, optional_number};
use super::{Flaw, InputError, Record, Sink, Source, time};

const BUFFER_BYTES: usize = 64 << 10;

/// Waypoints come before the track, if there is one: up to this many are kept until that is known.
const MOST_WAYPOINTS_KEPT: usize = 10_000;

/// Deeper than any file that means a journey.
const MOST_DEPTH: usize = 200;

/// A point whose end tag has not come yet.
struct Point {
    depth: usize,
    is_waypoint: bool,
    latitude_deg: Result<f64, Flaw>,
    longitude_deg: Result<f64, Flaw>,
    time: Result<Timestamp, Flaw>,
    accuracy_m: Option<f64>,
    altitude_m: Option<f64>,
    speed_m_s: Option<f64>,
    course_deg: Option<f64>,
}

impl Point {
    fn begin(tag: &BytesStart<'_>, depth: usize) -> Option<Self> {
        let is_waypoint = match tag.local_name().into_inner() {
            "trkpt" => false,
            "wpt" => true,
            _ => return None,
        };
        let degrees = |attribute: &str, field: Field| match tag.try_get_attribute(attribute) {
            Ok(Some(attribute)) => number(field, attribute.value.as_bytes()),
            _ => Err(Flaw::Missing(field.name())),
        };
        Some(Self {
            depth,
            is_waypoint,
            latitude_deg: degrees("lat", Field::Latitude),
            longitude_deg: degrees("lon", Field::Longitude),
            time: Err(Flaw::Missing("time")),
            accuracy_m: None,
            altitude_m: None,
            speed_m_s: None,
            course_deg: None,
        })
    }

    /// An element inside the point has ended. GPX has place, time and elevation as its children; speed, course and
    /// accuracy stand there in GPX 1.0 and anywhere among the extensions in 1.1.
    fn take(&mut self, name: &str, text: &str, is_child: bool) {
        match name {
            // GPX times are UTC, also where they do not say so.
            "time" if is_child => self.time = time::parse(text.as_bytes(), true),
            "ele" if is_child => self.altitude_m = optional_number(text.as_bytes()),
            "speed" => self.speed_m_s = optional_number(text.as_bytes()),
            "course" => self.course_deg = optional_number(text.as_bytes()),
            "accuracy" => self.accuracy_m = optional_number(text.as_bytes()),
            _ => {}
        }
    }

    fn record(self) -> Result<Record, Flaw> {
        Ok(Record {
            latitude_deg: self.latitude_deg?,
            longitude_deg: self.longitude_deg?,
            time: self.time?,
            accuracy_m: self.accuracy_m,
            altitude_m: self.altitude_m,
            speed_m_s: self.speed_m_s,
            course_deg: self.course_deg,
        })
    }
}

/// What becomes of the points: numbered, with waypoints held back while a track may still follow.
struct Journey<'s, 'a> {
    sink: &'s mut Sink<'a>,
    number: u64,
    has_track: bool,
    waypoints: Vec<Result<Record, Flaw>>,
}

impl Journey<'_, '_> {
    fn end_point(&mut self, point: Point) -> ControlFlow<()> {
        let is_waypoint = point.is_waypoint;
        if is_waypoint {
            if !self.has_track {
                self.waypoints.push(point.record());
                if self.waypoints.len() > MOST_WAYPOINTS_KEPT {
                    return self.flush();
                }
            }
            return ControlFlow::Continue(());
        }
        self.has_track = true;
        self.waypoints = Vec::new();
        self.hand_on(point.record())
    }

    fn hand_on(&mut self, record: Result<Record, Flaw>) -> ControlFlow<()> {
        self.number += 1;
        (self.sink)(self.number, record)
    }

    fn flush(&mut self) -> ControlFlow<()> {
        for record in core::mem::take(&mut self.waypoints) {
            self.hand_on(record)?;
        }
        ControlFlow::Continue(())
    }
}

pub(crate) fn read(source: Source, sink: &mut Sink<'_>) -> Result<(), InputError> {
    let mut journey = Journey { sink, number: 0, has_track: false, waypoints: Vec::new() };
    // What was read before an error stands.
    let read = read_points(source, &mut journey);
    if read.as_ref().is_ok_and(ControlFlow::is_break) {
        return Ok(());
    }
    let _ = journey.flush();
    read.map(|_| ())
}

fn read_points(source: Source, journey: &mut Journey<'_, '_>) -> Result<ControlFlow<()>, InputError> {
    let allowance = source.allowance();
    let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(BUFFER_BYTES, Ascii(source)));
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut buffer = Vec::new();
    let mut text = String::new();
    let mut point: Option<Point> = None;
    let (mut depth, mut has_root) = (0, false);
    loop {
        buffer.clear();
        allowance.renew();
        match reader.read_event_into(&mut buffer).map_err(|error| xml_error(&error, reader.error_position()))? {
            Event::Start(tag) => {
                if depth == 0 {
                    check_root(tag.local_name().into_inner())?;
                    has_root = true;
                }
                depth += 1;
                if depth > MOST_DEPTH {
                    return Err(InputError::Xml(reader.buffer_position()));
                }
                text.clear();
                if point.is_none() {
                    point = Point::begin(&tag, depth);
                }
            }
            Event::End(tag) => {
                if let Some(mut open) = point.take() {
                    if open.depth == depth {
                        if journey.end_point(open).is_break() {
                            return Ok(ControlFlow::Break(()));
                        }
                    } else {
                        open.take(tag.local_name().into_inner(), &text, open.depth + 1 == depth);
                        point = Some(open);
                    }
                }
                text.clear();
                depth -= 1;
            }
            Event::Text(part) if point.is_some() => text.push_str(&part.into_inner()),
            Event::CData(part) if point.is_some() => text.push_str(&part.into_inner()),
            // Entities of a document type are never expanded: there is nothing to blow up.
            Event::GeneralRef(reference) if point.is_some() => {
                text.extend(reference.resolve_char_ref().ok().flatten());
            }
            Event::Eof if !has_root => return Err(InputError::NotGpx),
            Event::Eof if depth > 0 => return Err(InputError::XmlEnds),
            Event::Eof => return Ok(ControlFlow::Continue(())),
            _ => {}
        }
    }
}

fn check_root(name: &str) -> Result<(), InputError> {
    match name.to_ascii_lowercase().as_str() {
        "gpx" => Ok(()),
        "kml" => Err(InputError::Unsupported("KML")),
        "trainingcenterdatabase" => Err(InputError::Unsupported("TCX")),
        _ => Err(InputError::NotGpx),
    }
}

fn xml_error(error: &quick_xml::Error, position: u64) -> InputError {
    match error {
        quick_xml::Error::Io(error) => io::Error::from(error.kind()).into(),
        _ => InputError::Xml(position),
    }
}

/// Every byte beyond ASCII becomes a question mark. Names and numbers that mean something in GPX are ASCII, so the text
/// is read the same in every encoding that a GPX file comes in, whatever its declaration says.
struct Ascii(Source);

impl Read for Ascii {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        for byte in buffer.iter_mut().take(read).filter(|byte| !byte.is_ascii()) {
            *byte = b'?';
        }
        Ok(read)
    }
}
