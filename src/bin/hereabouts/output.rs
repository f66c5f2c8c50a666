//! Writing releases: JSON lines, CSV, GeoJSON or GPX, one release at a time.

use std::fs::File;
use std::io::{self, LineWriter, Write};
use std::path::Path;

use hereabouts::{Keep, Release};
use quick_xml::escape::escape;

/// The formats that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// The wire format, one JSON object a line; of a sealed destination, the sealed messages
    Jsonl,
    /// A table with a header line
    Csv,
    /// A GeoJSON feature collection of points
    Geojson,
    /// A GPX 1.1 track
    Gpx,
}

/// Where releases go. Each is written out whole as soon as it is made, so that a reader can follow a live stream.
pub(crate) struct Output {
    format: Format,
    keep: Keep,
    to: Box<dyn Write>,
    is_first: bool,
}

impl Output {
    /// To a file, which is made anew, or to standard output.
    pub(crate) fn open(path: Option<&Path>, format: Format, purpose: &str, keep: Keep) -> io::Result<Self> {
        let to: Box<dyn Write> = match path {
            Some(path) => Box::new(LineWriter::new(File::create(path)?)),
            None => Box::new(io::stdout()),
        };
        let mut output = Self { format, keep, to, is_first: true };
        output.begin(purpose)?;
        Ok(output)
    }

    fn begin(&mut self, purpose: &str) -> io::Result<()> {
        match self.format {
            Format::Jsonl => Ok(()),
            Format::Csv => {
                let mut columns =
                    vec!["purpose", "latitude", "longitude", "grid", "cell", "accuracy_m", "time", "span_s"];
                let kept = [
                    (self.keep.altitude, "altitude_m"),
                    (self.keep.speed, "speed_m_s"),
                    (self.keep.course, "course_deg"),
                ];
                columns.extend(kept.iter().filter(|(is_kept, _)| *is_kept).map(|(_, column)| column));
                self.row(&columns)
            }
            Format::Geojson => write!(self.to, "{{\"type\":\"FeatureCollection\",\"features\":["),
            Format::Gpx => write!(
                self.to,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"hereabouts\" \
                 xmlns=\"http://www.topografix.com/GPX/1/1\">\n<trk><name>{}</name><trkseg>\n",
                escape(purpose),
            ),
        }
    }

    pub(crate) fn write(&mut self, release: &Release) -> io::Result<()> {
        if release.is_sealed() && self.format != Format::Jsonl {
            return Err(io::Error::from(io::ErrorKind::Unsupported));
        }
        match self.format {
            Format::Jsonl => {
                serde_json::to_writer(&mut self.to, release)?;
                writeln!(self.to)?;
            }
            Format::Csv => self.csv(release)?,
            Format::Geojson => {
                let comma = if self.is_first { "" } else { "," };
                writeln!(self.to, "{comma}\n{}", release.to_geojson().unwrap_or_default())?;
            }
            Format::Gpx => self.gpx(release)?,
        }
        self.is_first = false;
        self.to.flush()
    }

    fn csv(&mut self, release: &Release) -> io::Result<()> {
        let text = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let mut cells = vec![
            release.purpose().to_owned(),
            text(release.position().map(|at| at.latitude_deg())),
            text(release.position().map(|at| at.longitude_deg())),
            release.grid(),
            release.cell().map_or_else(|| release.place().unwrap_or_default().to_owned(), |cell| cell.id().to_string()),
            text(release.accuracy_m()),
            release.time().to_string(),
            release.span_s().to_string(),
        ];
        let kept = [
            (self.keep.altitude, release.altitude_m()),
            (self.keep.speed, release.speed_m_s()),
            (self.keep.course, release.course_deg()),
        ];
        cells.extend(kept.iter().filter(|(is_kept, _)| *is_kept).map(|(_, value)| text(*value)));
        self.row(&cells)
    }

    fn row<C: AsRef<[u8]>>(&mut self, cells: &[C]) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(cells)?;
        self.to.write_all(&writer.into_inner().map_err(|error| error.into_error())?)
    }

    fn gpx(&mut self, release: &Release) -> io::Result<()> {
        let altitude = release.altitude_m().map(|metres| format!("<ele>{metres}</ele>")).unwrap_or_default();
        // A track has no point for a name.
        let Some(((cell, at), accuracy_m)) = release.cell().zip(release.position()).zip(release.accuracy_m()) else {
            return Ok(());
        };
        writeln!(
            self.to,
            "<trkpt lat=\"{}\" lon=\"{}\">{altitude}<time>{}</time><name>{}</name><desc>{} cell, 68 % within {} m</desc></trkpt>",
            at.latitude_deg(),
            at.longitude_deg(),
            release.time(),
            escape(cell.id().to_string()),
            cell.grid(),
            accuracy_m,
        )
    }

    /// Ends the document. An output that was not ended so may not be whole.
    pub(crate) fn end(mut self) -> io::Result<()> {
        match self.format {
            Format::Jsonl | Format::Csv => {}
            Format::Geojson => writeln!(self.to, "]}}")?,
            Format::Gpx => writeln!(self.to, "</trkseg></trk>\n</gpx>")?,
        }
        self.to.flush()
    }
}
