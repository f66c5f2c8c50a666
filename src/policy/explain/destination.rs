//! [`ExplainedDestination`]: who a destination is, what it gets, and how near that is to the truth.

use core::fmt;

use geo::BoundingRect;
use serde::Serialize;

use super::{ExplainedWindow, count, span};
use crate::mechanism::{Stays, uncertainty_m};
use crate::policy::words::{about, area, length, percent};
use crate::policy::{Floor, Partition, Policy, PolicyNote, Preset};
use crate::{Cell, EARTH_RADIUS_M, Grid, LatticePoint, Noise, Position};

/// The radius of a circle of 1 km², in metres: "near" where a floor says nothing else.
const NEAR_M: f64 = 564.0;

/// How many places of a parallel are looked at: cells of some grids differ along it.
const PLACES: u32 = 360;

/// What one destination learns for one purpose.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedDestination {
    /// The destination's name.
    pub destination: String,
    /// The country, ISO 3166-1.
    pub jurisdiction: String,
    /// Who runs it.
    pub operator: String,
    /// Who can open what is stored there.
    pub key_holder: String,
    /// Whether what goes there is sealed, so that only the key holder can read it.
    pub sealed: bool,
    /// How long the operator says that it keeps what it gets, in seconds.
    pub retention_s: Option<u64>,
    /// The least time between two releases to it, in seconds, where that is longer than the purpose's.
    pub interval_s: Option<u64>,
    /// Of the fields that the purpose keeps, those that it gets, where these are fewer.
    pub keep: Option<Vec<&'static str>>,
    /// The floor in words.
    pub floor: Option<String>,
    /// The preset of the floor: a figure of a law or a store, and no legal advice.
    pub preset: Option<Preset>,
    /// The grid whose cells it gets, or the places whose names, as "places:countries".
    pub grid: String,
    /// The grid of the purpose, where the floor demands a coarser one.
    pub coarsened_from: Option<String>,
    /// The places whose names it gets; `None` if it gets cells.
    pub places: Option<ExplainedPlaces>,
    /// What it gets near a sensitive place, if the policy names some and it gets cells.
    pub near_sensitive: Option<ExplainedSensitive>,
    /// By which figure the floor refuses the grid of the purpose.
    pub refusal: Option<String>,
    /// By which figure a law calls this precise, where it restricts what may go to that country from a device in the United
    /// States and the policy does not say where devices are.
    pub precise: Option<String>,
    /// The whole width of the smallest cell at the latitude, west to east, in metres; `None` if it gets names.
    pub cell_width_m: Option<f64>,
    /// The whole height of that cell, south to north, in metres.
    pub cell_height_m: Option<f64>,
    /// The area of that cell in square metres.
    pub cell_area_m2: Option<f64>,
    /// The area of the smallest cell anywhere on Earth in square metres, or of the smallest place that may be named.
    pub smallest_area_m2: f64,
    /// The distance that counts as near, in metres: the floor's radius, or that of a circle of its area, or of 1 km².
    pub near_m: f64,
    /// The probability that the truth lies near a drawn point, by one release and a flat prior.
    pub near_by_one: f64,
    /// About the probability that the truth of someone who stays lies near what all draws of one window tell together,
    /// for each window of the budget.
    pub near_by_window: Vec<f64>,
}

/// The places whose names a destination gets.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedPlaces {
    /// How many places there are in the file.
    pub count: usize,
    /// How many of them are large enough to be named.
    pub named: usize,
    /// The radius of the area around a draw that a place must hold to be named, in metres.
    pub holds_m: f64,
}

/// What a destination gets near a sensitive place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedSensitive {
    /// What the places are called, and how many there are.
    pub places: String,
    /// How many there are.
    pub count: usize,
    /// The grid whose cells it gets near one.
    pub grid: String,
}

pub(super) fn explain_destination(
    policy: &Policy,
    purpose_name: &str,
    name: &str,
    noise: &Noise,
    stays: Option<&Stays>,
    windows: &[ExplainedWindow],
    latitude_deg: f64,
) -> Option<ExplainedDestination> {
    let (purpose, destination) = (policy.purpose(purpose_name)?, policy.destination(name)?);
    let told_as = policy.partition_for(purpose_name, name)?;
    let (mut refusal, mut precise) = (None, None);
    for note in policy.notes_of(purpose_name, name) {
        match note {
            PolicyNote::Coarsened { refusal: why, .. } => refusal = Some(why.to_string()),
            PolicyNote::Precise { refusal: why, .. } => precise = Some(why.to_string()),
        }
    }
    let cell = told_as.grid().map(|grid| smallest_cell(grid, latitude_deg));
    let (cell_width_m, cell_height_m) = cell.map(|cell| extent_m(&cell, latitude_deg)).unzip();
    let near_m = destination.floor().and_then(Floor::near_m).unwrap_or(NEAR_M);
    let ratio = near_m / noise.spread_m();
    let (interval, keep) = (destination.interval_for(purpose), destination.keep_for(purpose));
    Some(ExplainedDestination {
        destination: name.to_owned(),
        jurisdiction: destination.jurisdiction().to_owned(),
        operator: destination.operator().to_owned(),
        key_holder: destination.key_holder().to_owned(),
        sealed: destination.is_sealed(),
        retention_s: destination.retention().map(|retention| retention.as_secs()),
        interval_s: (interval != purpose.interval()).then_some(interval.as_secs()),
        keep: (keep != purpose.keep()).then(|| keep.names()),
        floor: destination.floor().map(ToString::to_string),
        preset: destination.floor().and_then(Floor::preset),
        grid: told_as.to_string(),
        coarsened_from: (told_as != purpose.partition()).then(|| purpose.partition().to_string()),
        places: told_as.places().map(|places| ExplainedPlaces {
            count: places.count(),
            named: places.count_named(),
            holds_m: uncertainty_m(noise, stays),
        }),
        near_sensitive: policy.grid_near_sensitive(purpose_name, name).zip(policy.sensitive()).map(
            |(grid, sensitive)| {
                let places = sensitive.places();
                ExplainedSensitive { places: places.label().to_owned(), count: places.count(), grid: grid.to_string() }
            },
        ),
        refusal,
        precise,
        cell_width_m,
        cell_height_m,
        cell_area_m2: cell.map(|cell| cell.area_m2()),
        smallest_area_m2: match told_as {
            Partition::Cells(grid) => grid.smallest_area_m2(),
            Partition::Places(places) => places.smallest().map_or(0.0, |(_, area_m2)| area_m2),
        },
        near_m,
        near_by_one: noise.probability_within_m(near_m),
        near_by_window: windows
            .iter()
            .map(|window| 1.0 - (-(window.drawn() as f64) * ratio * ratio / 2.0).exp())
            .collect(),
    })
}

/// The smallest cell that lies on the parallel, of those at every degree of longitude.
fn smallest_cell(grid: Grid, latitude_deg: f64) -> Cell {
    let cell_at = |longitude_deg| grid.cell(LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg)));
    (1..PLACES)
        .map(|place| cell_at(f64::from(place) * 360.0 / f64::from(PLACES) - 180.0))
        .fold(cell_at(-180.0), |smallest, cell| if cell.area_m2() < smallest.area_m2() { cell } else { smallest })
}

impl ExplainedDestination {
    pub(super) fn who(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { jurisdiction, operator, key_holder, sealed, .. } = self;
        write!(f, "    Who: {operator}, under the law of {jurisdiction}")?;
        match (sealed, key_holder == operator) {
            (false, true) => writeln!(f, ", who can open what is stored.")?,
            (false, false) => writeln!(f, "; {key_holder} can open what is stored.")?,
            (true, true) => writeln!(f, ", who gets sealed messages and holds the key to them.")?,
            (true, false) => writeln!(f, ", who gets sealed messages; only {key_holder} can open them.")?,
        }
        match self.retention_s {
            Some(retention_s) => {
                writeln!(f, "    How long: {operator} says that it keeps this for {}.", span(retention_s))
            }
            None => writeln!(f, "    How long: the policy does not say; reckon with for ever."),
        }
    }

    pub(super) fn what(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.places, self.cell_width_m, self.cell_height_m, self.cell_area_m2) {
            (None, Some(width_m), Some(height_m), Some(area_m2)) => write!(
                f,
                "    What: a cell of {}; the smallest at this latitude is {} wide and {} high, {}.",
                self.grid,
                length(width_m),
                length(height_m),
                area(area_m2),
            )?,
            (Some(places), ..) => write!(
                f,
                "    What: the name of one of {} of {}, and no coordinates, if it holds all within {} of the drawn point; else that \
                 there is none. The smallest has {}.",
                count(places.named as u64, "place"),
                self.grid,
                length(places.holds_m),
                area(self.smallest_area_m2),
            )?,
            _ => {}
        }
        match &self.floor {
            Some(floor) => write!(f, " The floor wants {floor}.")?,
            None => write!(f, " There is no floor.")?,
        }
        if let (Some(finer), Some(refusal)) = (&self.coarsened_from, &self.refusal) {
            match &self.places {
                None => write!(f, " The purpose asks for {finer}: {refusal}.")?,
                Some(places) => {
                    let left_out = count((places.count - places.named) as u64, "place");
                    write!(f, " It leaves out {left_out}: {refusal}.")?;
                }
            }
        }
        writeln!(f)?;
        if let Some(ExplainedSensitive { places, count: number, grid }) = &self.near_sensitive {
            let number = count(*number as u64, "place");
            writeln!(f, "    Near one of {number} of {places}: a cell of {grid} instead, and no kept field.")?;
        }
        match &self.precise {
            Some(refusal) => writeln!(
                f,
                "    Note: from a device in the US this would be precise, sealed or not: {refusal}. `devices` in `protection` says \
                 where devices are."
            ),
            None => Ok(()),
        }
    }

    pub(super) fn less(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(interval_s) = self.interval_s {
            writeln!(f, "    How often: at most every {}.", span(interval_s))?;
        }
        match self.keep.as_deref() {
            None => Ok(()),
            Some([]) => writeln!(f, "    Kept for it: nothing."),
            Some(fields) => writeln!(f, "    Kept for it: {}.", fields.join(", ")),
        }
    }

    pub(super) fn how_near(&self, f: &mut fmt::Formatter<'_>, windows: &[ExplainedWindow], holds: bool) -> fmt::Result {
        let near = length(self.near_m);
        let at_least = match self.cell_area_m2 {
            Some(area_m2) => format!("{} ({} anywhere on Earth)", area(area_m2), area(self.smallest_area_m2)),
            None => area(self.smallest_area_m2),
        };
        write!(
            f,
            "    How near: it names an area of at least {at_least}; by one release and a flat prior, the truth \
             lies within {near} of the drawn point with probability {}.",
            percent(self.near_by_one),
        )?;
        for (window, probability) in windows.iter().zip(&self.near_by_window) {
            let (drawn, length, probability) = (count(window.drawn(), "draw"), window.length(), about(*probability));
            let place = if window.drawn() == 1 { "places" } else { "together place" };
            if holds {
                write!(
                    f,
                    " Were the {drawn} of {length} all made at one place, {near} would hold it with probability {probability}."
                )?;
            } else {
                write!(
                    f,
                    " The {drawn} in {length} {place} someone who stays to within {near} with probability {probability}.",
                )?;
            }
        }
        writeln!(f)
    }
}

/// The whole width and height of a cell in metres: along the parallel of its middle, and along the meridian. A hexagon
/// or an S2 cell is measured corner to corner; one with a pole in it is as wide as it is high.
fn extent_m(cell: &Cell, latitude_deg: f64) -> (f64, f64) {
    if !matches!(cell.grid(), Grid::H3(_) | Grid::S2(_)) {
        let (height_m, width_m) = cell.grid().cell_extent_m(latitude_deg);
        return (width_m, height_m);
    }
    let Some(outline) = cell.boundary().bounding_rect() else { return (0.0, 0.0) };
    if outline.width() >= 180.0 {
        return (2.0 * cell.circumradius_m(), 2.0 * cell.circumradius_m());
    }
    let metres = |degrees: f64| degrees.to_radians() * EARTH_RADIUS_M;
    (metres(outline.width()) * cell.centre().latitude_deg().to_radians().cos(), metres(outline.height()))
}
