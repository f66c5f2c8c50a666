//! [`Release`]: what may be sent.

use crate::PrivacyLoss;

/// What leaves the phone: place and time, and what the policy keeps. Only a minimizer makes one, and only after its loss was
/// charged.
///
/// To a sealed destination goes what it was sealed into: `json` is that message, and the other written forms are none. What
/// the fields say is then for the device itself.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Release {
    /// What the app wants the location for, as the policy names it.
    pub purpose: String,
    /// Degrees north of the cell's centre, WGS 84, with no more decimals than the grid needs; none where a place is told by its
    /// name.
    pub latitude_deg: Option<f64>,
    /// Degrees east of the cell's centre, likewise.
    pub longitude_deg: Option<f64>,
    /// The grid, as "h3:6"; or the places of which one may be named, as "places:countries".
    pub grid: String,
    /// The cell's name in the grid; none where a place is told by its name.
    pub cell: Option<String>,
    /// The name of the place that is told; none if it is a cell, or if no place holds all of where the truth is likely to be.
    pub place: Option<String>,
    /// The radius in metres within which the truth lies with probability 68 %, noise and cell together: what Android's
    /// accuracy means. It follows from the policy and the cell; the accuracy of the fix has no part in it.
    pub accuracy_m: Option<f64>,
    /// When the release was decided, rounded down to the policy's time bucket, in milliseconds since 1970.
    pub time_ms: i64,
    /// The length of the time bucket in seconds.
    pub span_s: u32,
    /// The altitude in metres, where the policy keeps it and the fix had it.
    pub altitude_m: Option<f64>,
    /// The speed in metres a second, where the policy keeps it and the fix had it.
    pub speed_m_s: Option<f64>,
    /// The course in degrees clockwise from true north, where the policy keeps it and the fix had it.
    pub course_deg: Option<f64>,
    /// What it cost: nothing if it is a further view of what was paid. It stays on the device; no written form holds it.
    pub loss: PrivacyLoss,
    /// Whether its destination is sealed: then nothing but `json`, the sealed message, may be sent.
    pub is_sealed: bool,
    /// What may be sent, as one line of JSON: the release, or the message that it was sealed into.
    pub json: String,
    /// The release as a GeoJSON feature (RFC 7946); none if its destination is sealed.
    pub geojson: Option<String>,
    /// The release as a `geo:` URI (RFC 5870) with its accuracy as the uncertainty; none if its destination is sealed.
    pub geo_uri: Option<String>,
}

impl Release {
    pub(crate) fn of(release: &hereabouts::Release) -> Self {
        let position = release.position();
        Self {
            purpose: release.purpose().to_owned(),
            latitude_deg: position.map(|position| position.latitude_deg()),
            longitude_deg: position.map(|position| position.longitude_deg()),
            grid: release.grid(),
            cell: release.cell().map(|cell| cell.id().to_string()),
            place: release.place().map(str::to_owned),
            accuracy_m: release.accuracy_m(),
            time_ms: release.time().as_millisecond(),
            span_s: release.span_s(),
            altitude_m: release.altitude_m(),
            speed_m_s: release.speed_m_s(),
            course_deg: release.course_deg(),
            loss: release.loss().into(),
            is_sealed: release.is_sealed(),
            json: release.to_json(),
            geojson: release.to_geojson().map(|feature| feature.to_string()),
            geo_uri: release.to_geo_uri(),
        }
    }
}
