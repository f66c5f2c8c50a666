//! `hereabouts seal`: seals releases that are already written.

use std::path::PathBuf;

use hereabouts::seal::Sealer;
use hereabouts::{Grid, Keep, Places, Policy, Position, Sensitive, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

use crate::failure::Failure;
use crate::lines::each_line;
use crate::policy;

const AFTER_HELP: &str = "\
An app has no need of this: what it releases to a sealed destination is sealed by itself, as is what `minimize` prints. It is
for releases that were written before, or for another destination.

Only what the policy lets go to the destination is sealed: a line that is no release, is for another purpose, is of another
grid or has a field besides is refused, with its reason on standard error, and the exit code is 3.

Example:
  hereabouts seal releases.jsonl --policy weather.toml --purpose weather --destination cn >sealed.jsonl";

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The releases, one JSON object a line; - is standard input
    #[arg(default_value = "-")]
    input: PathBuf,
    /// The policy, TOML or JSON
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// What the location is wanted for: a purpose that the policy names
    #[arg(long, value_name = "NAME")]
    purpose: String,
    /// Where it goes: a sealed destination that the policy names
    #[arg(long, value_name = "NAME")]
    destination: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { input, policy: path, purpose, destination } = arguments;
    let policy = policy::read(path)?;
    let sealer = Sealer::new(&policy, purpose, destination).ok_or_else(|| {
        Failure::usage(format_args!(
            "the policy has no purpose \"{purpose}\" with a sealed destination \"{destination}\": name a destination with `seal_to`"
        ))
    })?;
    each_line(input, |line| {
        let release: Release = serde_json::from_str(line).map_err(|_| NOT_A_RELEASE.to_owned())?;
        release.check(&policy, purpose, destination)?;
        let written = serde_json::to_string(&release).map_err(|_| NOT_A_RELEASE.to_owned())?;
        let message = sealer.seal(&written).map_err(|error| error.to_string())?;
        Ok::<_, String>(message.to_string())
    })
}

const NOT_A_RELEASE: &str = "it is no release as `hereabouts minimize` writes it";

/// A release as it is written (`docs/release.schema.json`), in that order, and nothing besides.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    v: u8,
    purpose: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lat: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lon: Option<f64>,
    grid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cell: Option<String>,
    /// That no place is named is said, and so is not the same as to say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    place: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accuracy_m: Option<f64>,
    time: String,
    span_s: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    altitude_m: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    speed_m_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    course_deg: Option<f64>,
}

fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Release {
    /// That the policy lets this go there: it is no finer, in place or time, and has no other field.
    fn check(&self, policy: &Policy, purpose: &str, destination: &str) -> Result<(), String> {
        let (Some(rule), Some(to), Some(told_as)) =
            (policy.purpose(purpose), policy.destination(destination), policy.partition_for(purpose, destination))
        else {
            return Err("the policy does not name its purpose".to_owned());
        };
        if self.v != 1 || self.purpose != purpose {
            return Err("it is for another purpose, or of another version".to_owned());
        }
        let near = policy.grid_near_sensitive(purpose, destination).filter(|grid| self.grid == grid.to_string());
        if self.grid != told_as.to_string() && near.is_none() {
            return Err(format!("its grid is not {told_as}, which the policy has for this destination"));
        }
        match (near.or(told_as.grid()), told_as.places()) {
            (Some(grid), _) => self.check_cell(grid, policy.sensitive().filter(|_| near.is_none()))?,
            (None, Some(places)) => self.check_name(places)?,
            (None, None) => return Err(NOT_A_RELEASE.to_owned()),
        }
        let (span_s, time) = (rule.time_bucket().as_secs(), self.time.parse::<Timestamp>());
        let is_bucket = time.is_ok_and(|time| {
            time.subsec_nanosecond() == 0 && i64::try_from(span_s).is_ok_and(|span_s| time.as_second() % span_s == 0)
        });
        if self.span_s != span_s || !is_bucket {
            return Err("its time is not told as the policy tells times".to_owned());
        }
        let keep = if near.is_some() { Keep::default() } else { to.keep_for(rule) };
        let kept = [(self.altitude_m, keep.altitude), (self.speed_m_s, keep.speed), (self.course_deg, keep.course)];
        if kept.iter().any(|(value, is_kept)| value.is_some() && !is_kept) {
            return Err("it has a field that the policy does not keep for this destination".to_owned());
        }
        Ok(())
    }

    /// A cell of the grid with its centre; and, where it is not coarsened already, none that touches a sensitive place.
    fn check_cell(&self, grid: Grid, sensitive: Option<&Sensitive>) -> Result<(), String> {
        let (Some(lat), Some(lon), Some(name), Some(_), None) =
            (self.lat, self.lon, &self.cell, self.accuracy_m, &self.place)
        else {
            return Err(NOT_A_RELEASE.to_owned());
        };
        let units = 10_f64.powi(i32::from(grid.decimals()));
        let is_printed = |degrees: f64| (degrees * units).round() / units == degrees;
        if !(is_printed(lat) && is_printed(lon)) {
            return Err(format!("it has more digits than its grid prints: {}", grid.decimals()));
        }
        let cell = grid.cell_named(name).filter(|cell| cell.printed_centre() == Position::new(lat, lon));
        let Some(cell) = cell else { return Err("its position is not the centre of its cell".to_owned()) };
        let touches = |sensitive: &Sensitive| sensitive.places().touch(&cell.centre(), cell.circumradius_m());
        if sensitive.is_some_and(touches) {
            return Err("its cell touches a sensitive place".to_owned());
        }
        Ok(())
    }

    /// A place that may be named, or none, and no coordinates.
    fn check_name(&self, places: &Places) -> Result<(), String> {
        let (None, None, None, None, Some(name)) = (self.lat, self.lon, &self.cell, self.accuracy_m, &self.place)
        else {
            return Err(NOT_A_RELEASE.to_owned());
        };
        match name {
            Some(name) if !places.names().any(|known| known == name) => {
                Err("it names a place that may not be named".to_owned())
            }
            _ => Ok(()),
        }
    }
}
