//! CSV with a header line.
//!
//! Lines without a quote are split here, which is twice as fast as a parser that must expect one on every byte; from the
//! first line that has one, the rest is left to the `csv` crate.

use std::io::{BufRead, BufReader, Cursor, Read};

use super::field::{Field, number, optional_number};
use super::source::Allowance;
use super::{Flaw, InputError, Options, Record, Sink, Source, time};

const BUFFER_BYTES: usize = 256 << 10;

/// The names of the columns, where they are not among the usual ones.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Columns {
    /// The CSV column that holds the latitude in degrees [default: latitude, lat or y]
    #[arg(long, value_name = "NAME", help_heading = "CSV columns")]
    latitude_column: Option<String>,
    /// The CSV column that holds the longitude in degrees [default: longitude, lon, lng, long or x]
    #[arg(long, value_name = "NAME", help_heading = "CSV columns")]
    longitude_column: Option<String>,
    /// The CSV column that holds the time, RFC 3339 or seconds or milliseconds since 1970 [default: timestamp, time,
    /// datetime or date]
    #[arg(long, value_name = "NAME", help_heading = "CSV columns")]
    time_column: Option<String>,
    /// The CSV column that holds the horizontal accuracy in metres [default: accuracy, hacc …]
    #[arg(long, value_name = "NAME", help_heading = "CSV columns")]
    accuracy_column: Option<String>,
    /// The CSV column that holds the altitude in metres [default: altitude, ele …]
    #[arg(long, value_name = "NAME", help_heading = "CSV columns")]
    altitude_column: Option<String>,
    /// The CSV column that holds the speed in metres a second [default: speed …]
    #[arg(long, value_name = "NAME", help_heading = "CSV columns")]
    speed_column: Option<String>,
    /// The CSV column that holds the course in degrees from north [default: course, bearing or heading]
    #[arg(long, value_name = "NAME", help_heading = "CSV columns")]
    course_column: Option<String>,
}

impl Columns {
    fn named(&self, field: Field) -> Option<&str> {
        match field {
            Field::Latitude => self.latitude_column.as_deref(),
            Field::Longitude => self.longitude_column.as_deref(),
            Field::Time => self.time_column.as_deref(),
            Field::Accuracy => self.accuracy_column.as_deref(),
            Field::Altitude => self.altitude_column.as_deref(),
            Field::Speed => self.speed_column.as_deref(),
            Field::Course => self.course_column.as_deref(),
        }
    }
}

/// Where the header says that the fields are.
struct Layout {
    latitude: usize,
    longitude: usize,
    time: usize,
    accuracy: Option<usize>,
    altitude: Option<usize>,
    speed: Option<usize>,
    course: Option<usize>,
}

impl Layout {
    fn of_header<'h>(header: impl Iterator<Item = &'h [u8]>, columns: &Columns) -> Result<Self, InputError> {
        let header: Vec<String> =
            header.map(|name| String::from_utf8_lossy(name).trim().trim_matches('"').to_owned()).collect();
        let find = |field: Field| match columns.named(field) {
            Some(wanted) => match header.iter().position(|name| name.eq_ignore_ascii_case(wanted.trim())) {
                Some(column) => Ok(Some(column)),
                None => Err(InputError::NoNamedColumn { field: field.name() }),
            },
            None => Ok(header
                .iter()
                .enumerate()
                .filter_map(|(column, name)| Some((field.rank(name)?, column)))
                .min()
                .map(|(_, column)| column)),
        };
        let needed = |field: Field| find(field)?.ok_or(InputError::NoColumn { field: field.name() });
        Ok(Self {
            latitude: needed(Field::Latitude)?,
            longitude: needed(Field::Longitude)?,
            time: needed(Field::Time)?,
            accuracy: find(Field::Accuracy)?,
            altitude: find(Field::Altitude)?,
            speed: find(Field::Speed)?,
            course: find(Field::Course)?,
        })
    }

    /// The record of a row, whose cells are empty where it has none.
    fn record<'r>(&self, cell: impl Fn(usize) -> &'r [u8], utc: bool) -> Result<Record, Flaw> {
        let optional = |column: Option<usize>| optional_number(cell(column?));
        Ok(Record {
            latitude_deg: number(Field::Latitude, cell(self.latitude))?,
            longitude_deg: number(Field::Longitude, cell(self.longitude))?,
            time: time::parse(cell(self.time), utc)?,
            accuracy_m: optional(self.accuracy),
            altitude_m: optional(self.altitude),
            speed_m_s: optional(self.speed),
            course_deg: optional(self.course),
        })
    }
}

/// Whether the first line can be a header: text that is cut by a delimiter and names a field.
pub(crate) fn begins(start: &[u8]) -> bool {
    let line = first_line(start);
    line.split(|&byte| byte == delimiter(start))
        .map(|name| name.trim_ascii())
        .map(|name| name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name))
        .any(|name| Field::ALL.iter().any(|field| field.rank(&String::from_utf8_lossy(name)).is_some()))
}

fn first_line(start: &[u8]) -> &[u8] {
    start.split(|&byte| byte == b'\n').next().unwrap_or_default()
}

/// The delimiter that the first line holds most of.
fn delimiter(start: &[u8]) -> u8 {
    let line = first_line(start);
    let count = |delimiter: u8| line.iter().filter(|&&byte| byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|&delimiter| count(delimiter)).unwrap_or(b',')
}

pub(crate) fn read(source: Source, options: &Options, sink: &mut Sink<'_>) -> Result<(), InputError> {
    let allowance = source.allowance();
    let delimiter = delimiter(source.start());
    let mut lines = BufReader::with_capacity(BUFFER_BYTES, source);
    let (mut line, mut ends) = (Vec::new(), Vec::new());
    let mut layout = None;
    let mut number = 0;
    loop {
        allowance.renew();
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let Some(row) = PlainRow::split(&line, delimiter, &mut ends) else {
            let rest = Cursor::new(line).chain(lines);
            return read_quoted(rest, delimiter, layout, number, options, &allowance, sink);
        };
        match &layout {
            _ if row.line.is_empty() => {}
            None => layout = Some(Layout::of_header(row.cells(), &options.columns)?),
            Some(layout) => {
                number += 1;
                if sink(number, layout.record(|column| row.cell(column), options.utc)).is_break() {
                    return Ok(());
                }
            }
        }
    }
}

/// A line that holds no quote, cut at its delimiters.
struct PlainRow<'a> {
    line: &'a [u8],
    /// Where each cell but the last ends.
    ends: &'a [usize],
}

impl<'a> PlainRow<'a> {
    /// `None` if a quote, or a line end of another kind, asks for a whole parser.
    fn split(line: &'a [u8], delimiter: u8, ends: &'a mut Vec<usize>) -> Option<Self> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        ends.clear();
        for index in memchr::memchr3_iter(delimiter, b'"', b'\r', line) {
            if line[index] != delimiter {
                return None;
            }
            ends.push(index);
        }
        Some(Self { line, ends })
    }

    fn cell(&self, column: usize) -> &'a [u8] {
        let start = match column.checked_sub(1) {
            Some(before) => self.ends.get(before).map(|end| end + 1),
            None => Some(0),
        };
        let end = self.ends.get(column).copied().unwrap_or(self.line.len());
        start.and_then(|start| self.line.get(start..end)).unwrap_or_default()
    }

    fn cells(&self) -> impl Iterator<Item = &'a [u8]> {
        (0..=self.ends.len()).map(|column| self.cell(column))
    }
}

/// Goes on from a line that may be quoted. Without a layout, it is the header.
fn read_quoted(
    rest: impl Read,
    delimiter: u8,
    mut layout: Option<Layout>,
    mut number: u64,
    options: &Options,
    allowance: &Allowance,
    sink: &mut Sink<'_>,
) -> Result<(), InputError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFER_BYTES)
        .from_reader(rest);
    let mut row = csv::ByteRecord::new();
    loop {
        allowance.renew();
        if !reader.read_byte_record(&mut row).map_err(error)? {
            return Ok(());
        }
        match &layout {
            None => layout = Some(Layout::of_header(row.iter(), &options.columns)?),
            Some(layout) => {
                number += 1;
                let cell = |column: usize| row.get(column).unwrap_or_default();
                if sink(number, layout.record(cell, options.utc)).is_break() {
                    return Ok(());
                }
            }
        }
    }
}

/// Rows of any length and bytes of any kind are read: what is left is the reading itself.
fn error(error: csv::Error) -> InputError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        _ => InputError::Read(std::io::ErrorKind::InvalidData),
    }
}
