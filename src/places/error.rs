//! [`PlacesError`]: what is wrong with a file of places.

/// Why a file of places was refused. Features are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlacesError {
    /// The label cannot stand in the name of a grid.
    #[error("the label of the places cannot be a name: give 1 to 64 letters, digits, hyphens or underscores (ASCII)")]
    Label,
    /// The text is no JSON.
    #[error("line {line}, column {column}: this is no JSON: give a GeoJSON collection of features")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// JSON, and no collection of features.
    #[error(
        "this is no GeoJSON collection of features: give an object with `type` \"FeatureCollection\" and `features`"
    )]
    NotACollection,
    /// Another reference system is declared.
    #[error("`crs` declares another reference system: give WGS 84 without `crs`, as RFC 7946 has it")]
    ForeignCrs,
    /// There is no feature.
    #[error("there is no feature: give at least one polygon")]
    Empty,
    /// A feature without an area.
    #[error("feature {feature} is no polygon: give a Polygon or a MultiPolygon, since a point or a line has no area")]
    NotAPolygon {
        /// The number of the feature, from 1.
        feature: usize,
    },
    /// A ring that is none.
    #[error(
        "feature {feature} has a ring that is not closed: give at least four positions, the last equal to the first"
    )]
    OpenRing {
        /// The number of the feature, from 1.
        feature: usize,
    },
    /// A position that is none.
    #[error(
        "feature {feature} has a position that is none: give longitudes within ±180 and latitudes within ±90 degrees"
    )]
    Position {
        /// The number of the feature, from 1.
        feature: usize,
    },
    /// An edge that runs the long way round, or was meant to cross the antimeridian.
    #[error(
        "feature {feature} has an edge of more than 180 degrees of longitude: cut it at the antimeridian (RFC 7946, § 3.1.9)"
    )]
    AcrossTheAntimeridian {
        /// The number of the feature, from 1.
        feature: usize,
    },
    /// A ring that crosses itself, or a hole outside: nobody knows what lies inside.
    #[error(
        "feature {feature} is no valid polygon, so what lies in it is not certain: give rings that cross neither themselves nor each other"
    )]
    Invalid {
        /// The number of the feature, from 1.
        feature: usize,
    },
    /// A place without a name.
    #[error("feature {feature} has no name under `{property}`: give a text of 1 to 200 letters there")]
    Nameless {
        /// The number of the feature, from 1.
        feature: usize,
        /// The property that was to hold it.
        property: String,
    },
}
