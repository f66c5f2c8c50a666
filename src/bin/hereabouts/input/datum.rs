//! The datum of the positions: as declared by `--datum`, and what a format itself says of it.

use hereabouts::{Datum, FixError};
use serde_json::Value;

/// What `--datum` can say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Declared {
    /// The World Geodetic System 1984: GPS, Android, iOS, the web
    #[default]
    Wgs84,
    /// GCJ-02, as Amap and Tencent give it in mainland China
    Gcj02,
    /// BD-09 degrees (bd09ll), as Baidu gives it in mainland China
    Bd09,
}

impl Declared {
    pub(crate) fn to_wgs84(self, latitude_deg: f64, longitude_deg: f64) -> Result<(f64, f64), FixError> {
        let datum = match self {
            Self::Wgs84 => Datum::Wgs84,
            Self::Gcj02 => Datum::Gcj02,
            Self::Bd09 => Datum::Bd09,
        };
        datum.to_wgs84(latitude_deg, longitude_deg)
    }
}

/// The names of WGS 84, in lower case, that GeoJSON of before RFC 7946 is written with.
const NAMES_OF_WGS84: [&str; 11] = [
    "urn:ogc:def:crs:ogc:1.3:crs84",
    "urn:ogc:def:crs:ogc::crs84",
    "urn:ogc:def:crs:ogc:1.3:crs84h",
    "urn:ogc:def:crs:ogc::crs84h",
    "http://www.opengis.net/def/crs/ogc/1.3/crs84",
    "ogc:crs84",
    "urn:ogc:def:crs:epsg::4326",
    "http://www.opengis.net/def/crs/epsg/0/4326",
    "epsg:4326",
    "urn:ogc:def:crs:epsg::4979",
    "epsg:4979",
];

/// Whether the value of a `crs` member (GeoJSON 2008, §3; RFC 7946 has none) names WGS 84. Longitude stands first in
/// GeoJSON, whatever the named system says of its axes. `null` says that nothing may be assumed.
pub(crate) fn is_wgs84(crs: &Value) -> bool {
    let is_named = crs.get("type").and_then(Value::as_str) == Some("name");
    let name = crs.pointer("/properties/name").and_then(Value::as_str).filter(|_| is_named);
    name.is_some_and(|name| NAMES_OF_WGS84.contains(&name.to_ascii_lowercase().as_str()))
}
