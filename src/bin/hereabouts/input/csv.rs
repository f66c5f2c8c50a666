//! CSV with a header line.

use core::ops::ControlFlow;

use super::field::{Field, number, optional_number};
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
    fn of_header(header: &csv::ByteRecord, columns: &Columns) -> Result<Self, InputError> {
        let header: Vec<String> =
            header.iter().map(|name| String::from_utf8_lossy(name).trim().trim_matches('"').to_owned()).collect();
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

    fn record(&self, row: &csv::ByteRecord, utc: bool) -> Result<Record, Flaw> {
        let cell = |column: usize| row.get(column).unwrap_or_default();
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
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(source.start()))
        .flexible(true)
        .buffer_capacity(BUFFER_BYTES)
        .from_reader(source);
    let layout = Layout::of_header(reader.byte_headers().map_err(error)?, &options.columns)?;
    let mut row = csv::ByteRecord::new();
    let mut number = 0;
    loop {
        allowance.renew();
        if !reader.read_byte_record(&mut row).map_err(error)? {
            return Ok(());
        }
        number += 1;
        if let ControlFlow::Break(()) = sink(number, layout.record(&row, options.utc)) {
            return Ok(());
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
