//! What a purpose's draws are told as, as it is written: the cells of a grid, or the names of places.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::policy::error::Fault;
use crate::policy::files::{Files, places};
use crate::policy::partition::Partition;
use crate::{Grid, GridError};

/// The partition of the Earth whose cells are told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table with a `kind`")]
#[schemars(tag = "kind")]
pub(super) enum GridTable {
    /// Cells with an edge in metres.
    Metric {
        /// The edge in metres.
        #[schemars(range(min = 10, max = 1_000_000), extend("examples" = [2000]))]
        edge_m: f64,
    },
    /// Degrees rounded to decimals. Cells shrink to slivers towards the poles: they meet no floor of area.
    Decimal {
        /// Digits after the point.
        #[schemars(range(max = 5), extend("examples" = [2]))]
        places: u8,
    },
    /// Geohash. Cells shrink to slivers towards the poles: they meet no floor of area.
    Geohash {
        /// Letters.
        #[schemars(range(min = 1, max = 9), extend("examples" = [5]))]
        length: u8,
    },
    /// H3 hexagons.
    H3 {
        /// Resolution, 0 (coarsest) to 12.
        #[schemars(range(max = 12), extend("examples" = [6]))]
        resolution: u8,
    },
    /// S2 cells.
    S2 {
        /// Level, 0 (coarsest) to 20.
        #[schemars(range(max = 20), extend("examples" = [12]))]
        level: u8,
    },
    /// Open Location Code (plus codes). Cells shrink to slivers towards the poles: they meet no floor of area.
    Olc {
        /// Digits of the code.
        #[schemars(extend("enum" = [2, 4, 6, 8, 10, 11], "examples" = [6]))]
        length: u8,
    },
    /// Places with names, of which one is told without coordinates if it holds the whole area in which the truth is likely to
    /// lie.
    Places {
        /// A GeoJSON collection of polygons, by its path from the folder of the policy.
        #[schemars(extend("examples" = ["countries.geojson"]))]
        file: String,
        /// The property that holds the name of a place.
        #[serde(default = "usual_name")]
        name: String,
    },
}

fn usual_name() -> String {
    "name".to_owned()
}

impl GridTable {
    pub(super) fn partition(&self, files: &mut Files<'_>) -> Result<Partition, Fault> {
        let (key, grid) = match *self {
            Self::Metric { edge_m } => ("edge_m", Grid::metric(edge_m)),
            Self::Decimal { places } => ("places", Grid::decimal(places)),
            Self::Geohash { length } => ("length", Grid::geohash(length)),
            Self::H3 { resolution } => ("resolution", Grid::h3(resolution)),
            Self::S2 { level } => ("level", Grid::s2(level)),
            Self::Olc { length } => ("length", Grid::open_location_code(length)),
            Self::Places { ref file, ref name } => {
                return places(file, Some(name), files).map(Partition::Places);
            }
        };
        grid.map(Partition::Cells).map_err(|error: GridError| {
            let text = error.to_string();
            let (what, expected) = text.split_once(": give ").unwrap_or((&text, "a size that the grid has"));
            Fault::new(what, expected).under(key)
        })
    }
}
