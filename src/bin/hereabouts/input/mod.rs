//! Reading recorded journeys: the record, its flaws, the format, and the stream that all readers share.
//!
//! Every reader hands on one record at a time and keeps none, so that memory does not grow with the input. What a
//! message says about the input is a record number, a line or a byte offset: never a part of the input itself.

mod csv;
mod datum;
mod field;
mod geojson;
mod gpx;
mod json_lines;
mod nmea;
mod source;
#[cfg(test)]
mod tests;
mod time;

use core::ops::ControlFlow;
use std::io;
use std::path::Path;

use hereabouts::{Fix, FixError};
use jiff::Timestamp;

pub(crate) use csv::Columns;
pub(crate) use datum::Declared;
pub(crate) use source::Source;

/// One position of the input, in WGS 84 when a reader's caller has it, otherwise not yet validated. It holds raw coordinates: no `Debug`, no `Serialize`.
#[derive(Clone, Copy)]
pub(crate) struct Record {
    pub(crate) latitude_deg: f64,
    pub(crate) longitude_deg: f64,
    pub(crate) time: Timestamp,
    pub(crate) accuracy_m: Option<f64>,
    pub(crate) altitude_m: Option<f64>,
    pub(crate) speed_m_s: Option<f64>,
    pub(crate) course_deg: Option<f64>,
}

impl Record {
    /// A record that has a place and a time, and nothing else.
    fn new(latitude_deg: f64, longitude_deg: f64, time: Timestamp) -> Self {
        Self {
            latitude_deg,
            longitude_deg,
            time,
            accuracy_m: None,
            altitude_m: None,
            speed_m_s: None,
            course_deg: None,
        }
    }

    /// The same record in WGS 84.
    fn in_wgs84(self, datum: Declared) -> Result<Self, Flaw> {
        let (latitude_deg, longitude_deg) = datum.to_wgs84(self.latitude_deg, self.longitude_deg)?;
        Ok(Self { latitude_deg, longitude_deg, ..self })
    }

    /// The validated fix. A speed or course below zero is what phones write for "unknown", and is left out; an accuracy
    /// below zero is what they write for "this place is not valid", and is a flaw.
    pub(crate) fn fix(&self, now: Timestamp) -> Result<Fix, Flaw> {
        let known = |value: Option<f64>| value.filter(|value| *value >= 0.0);
        Fix::wgs84_as_of(self.latitude_deg, self.longitude_deg, self.accuracy_m, self.time, now)?
            .with_altitude_m(self.altitude_m)?
            .with_speed_m_s(known(self.speed_m_s))?
            .with_course_deg(known(self.course_deg))
            .map_err(Flaw::Fix)
    }
}

/// Why a record is skipped. No text of it holds a part of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("it has no {0}")]
    Missing(&'static str),
    #[error("its {0} is not a number")]
    NotANumber(&'static str),
    #[error("its time is not RFC 3339 (2024-06-20T09:00:00Z) or seconds since 1970")]
    NotATime,
    #[error("its time has no offset from UTC: write a Z, or give --utc if the times are UTC")]
    NoOffset,
    #[error("it is not a JSON object on one line")]
    NotAnObject,
    #[error("it is not a GeoJSON point or track (RFC 7946)")]
    NotATrack,
    #[error("it has not one time for each position")]
    TimesDiffer,
    #[error("it is not a whole NMEA 0183 sentence with its checksum")]
    BrokenSentence,
    /// The receiver said that it had no position: usual, and counted apart from what is malformed.
    #[error("the receiver had no position")]
    NoPosition,
    #[error("it is in another datum than WGS 84, or in one that is not named: convert it first")]
    ForeignDatum,
    #[error(transparent)]
    Fix(#[from] FixError),
}

/// Why reading stopped. No text of it holds a part of the input.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error("cannot read the input: {0}")]
    Read(io::ErrorKind),
    #[error("the input is empty")]
    Empty,
    #[error("one record of the input is longer than {} MiB", source::LONGEST_RECORD_BYTES >> 20)]
    RecordTooLong,
    #[error("the input is UTF-16: convert it to UTF-8")]
    Utf16,
    #[error("the input is {0}, which is not supported: convert it to GPX")]
    Unsupported(&'static str),
    #[error("cannot tell the format of the input: give --input-format")]
    UnknownFormat,
    #[error("the input is XML, but not GPX")]
    NotGpx,
    #[error("the input is not well-formed XML at byte {0}; what stood before it was read")]
    Xml(u64),
    #[error("the input ends before its last element is closed; what stood before it was read")]
    XmlEnds,
    #[error("the input is not JSON at line {line}, column {column}; what stood before it was read")]
    Json { line: usize, column: usize },
    #[error("the input is JSON, but not GeoJSON (RFC 7946), at line {line}, column {column}")]
    NotGeoJson { line: usize, column: usize },
    #[error("the header has no {field} column: name it with --{field}-column")]
    NoColumn { field: &'static str },
    #[error("the header has no column of the name that --{field}-column gives")]
    NoNamedColumn { field: &'static str },
    #[error("the input holds no NMEA 0183 sentence")]
    NotNmea,
    #[error(
        "the input declares another coordinate reference system than WGS 84 (its crs member): convert it; what stood \
         before the member was read"
    )]
    ForeignCrs,
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::FileTooLarge => Self::RecordTooLong,
            kind => Self::Read(kind),
        }
    }
}

/// Takes a record's number, counted from 1, and the record or its flaw; says whether to go on.
pub(crate) type Sink<'a> = dyn FnMut(u64, Result<Record, Flaw>) -> ControlFlow<()> + 'a;

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Comma-, semicolon- or tab-separated values with a header line
    Csv,
    /// GPS Exchange Format 1.0 or 1.1: track points, or waypoints where there is no track
    Gpx,
    /// GeoJSON: points with a time, lines with coordTimes
    Geojson,
    /// NMEA 0183 sentences (RMC, GGA, ZDA)
    Nmea,
    /// One JSON object a line
    Jsonl,
}

impl Format {
    /// By the name's extension, where that says it; the content decides otherwise.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "gpx" => Some(Self::Gpx),
            "geojson" => Some(Self::Geojson),
            "nmea" => Some(Self::Nmea),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            _ => None,
        }
    }

    /// By how the content begins.
    fn of_content(start: &[u8]) -> Option<Self> {
        let contains = |needle: &[u8]| start.windows(needle.len()).any(|window| window == needle);
        match start.trim_ascii_start().first()? {
            b'<' => Some(Self::Gpx),
            b'{' if [&b"\"Feature"[..], b"\"features\"", b"\"geometry\"", b"\"coordinates\""]
                .iter()
                .any(|word| contains(word)) =>
            {
                Some(Self::Geojson)
            }
            b'{' => Some(Self::Jsonl),
            b'[' => Some(Self::Geojson),
            b'$' | b'!' => Some(Self::Nmea),
            // A log may begin with comments or with the middle of a sentence.
            _ if nmea::begins(start) => Some(Self::Nmea),
            _ => csv::begins(start).then_some(Self::Csv),
        }
    }
}

/// How to read the input: its format, and what the format leaves open.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// The format of the input [default: by the name's extension, or by how the content begins]
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<Format>,
    /// Read times that have no offset as UTC; without this they are malformed
    #[arg(long)]
    utc: bool,
    /// The datum that the positions are in, whatever the format says: they are converted before anything else. Where
    /// GCJ-02 or BD-09 does not name one place, a record is malformed
    #[arg(long, value_enum, default_value = "wgs84")]
    datum: Declared,
    #[command(flatten)]
    columns: Columns,
}

impl Options {
    /// The format of a file, if it was given or its name says it.
    pub(crate) fn format_of(&self, path: &Path) -> Option<Format> {
        self.input_format.or_else(|| Format::of_name(path))
    }
}

/// Reads the whole input and hands each record to `sink`, until it breaks off.
pub(crate) fn read(
    mut source: Source,
    format: Option<Format>,
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<(), InputError> {
    let told = source.tell(|start| format.or_else(|| Format::of_content(start)))?;
    if [&b"\xff\xfe"[..], b"\xfe\xff"].iter().any(|mark| source.start().starts_with(mark)) {
        return Err(InputError::Utf16);
    }
    let format = told.ok_or(InputError::UnknownFormat)?;
    let sink: &mut Sink<'_> =
        &mut |number, record| sink(number, record.and_then(|record| record.in_wgs84(options.datum)));
    match format {
        Format::Csv => csv::read(source, options, sink),
        Format::Gpx => gpx::read(source, sink),
        Format::Geojson => geojson::read(source, options, sink),
        Format::Nmea => nmea::read(source, sink),
        Format::Jsonl => json_lines::read(source, options, sink),
    }
}
