//! The WGS 84 ellipsoid in closed form: areas between parallels and radii of curvature.

/// The semi-major axis a in metres.
pub(crate) const EQUATORIAL_RADIUS_M: f64 = 6_378_137.0;
/// (a − b)/a
pub(crate) const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// e² = f·(2 − f)
pub(crate) const ECCENTRICITY_SQUARED: f64 = FLATTENING * (2.0 - FLATTENING);

/// The radius of curvature of a meridian at the equator, a·(1 − e²): the least anywhere, in metres.
pub(crate) const LEAST_MERIDIAN_RADIUS_M: f64 = EQUATORIAL_RADIUS_M * (1.0 - ECCENTRICITY_SQUARED);

/// The least area of a steradian of latitude and longitude, M·N at the equator, in square metres.
pub(crate) const LEAST_STERADIAN_M2: f64 = EQUATORIAL_RADIUS_M * LEAST_MERIDIAN_RADIUS_M;

/// The greatest area of a steradian of latitude and longitude, M·N at a pole: a²·(1 − e²)⁻¹, in square metres.
pub(crate) const GREATEST_STERADIAN_M2: f64 = EQUATORIAL_RADIUS_M * EQUATORIAL_RADIUS_M / (1.0 - ECCENTRICITY_SQUARED);

/// The area between two parallels, all the way round, in square metres.
///
/// # Citation
///
/// J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper 1395 (1987), equation 3-12.
pub(crate) fn zone_area_m2(south_deg: f64, north_deg: f64) -> f64 {
    let eccentricity = ECCENTRICITY_SQUARED.sqrt();
    let from_equator = |latitude_deg: f64| {
        let sine = libm::sin(latitude_deg.to_radians());
        sine / (1.0 - ECCENTRICITY_SQUARED * sine * sine) + libm::atanh(eccentricity * sine) / eccentricity
    };
    core::f64::consts::PI * LEAST_STERADIAN_M2 * (from_equator(north_deg) - from_equator(south_deg))
}

/// The length of a meridian between two parallels in metres (Simpson's rule: better than 10⁻⁵ over 45°).
pub(crate) fn meridian_arc_m(south_deg: f64, north_deg: f64) -> f64 {
    let sum = meridian_radius_m(south_deg)
        + 4.0 * meridian_radius_m(f64::midpoint(south_deg, north_deg))
        + meridian_radius_m(north_deg);
    (north_deg - south_deg).to_radians() * sum / 6.0
}

/// The length of a parallel over some degrees of longitude, in metres.
pub(crate) fn parallel_arc_m(latitude_deg: f64, longitudes_deg: f64) -> f64 {
    longitudes_deg.to_radians() * normal_radius_m(latitude_deg) * libm::cos(latitude_deg.to_radians())
}

/// The radius of curvature of the meridian, M(φ), in metres.
pub(crate) fn meridian_radius_m(latitude_deg: f64) -> f64 {
    let w = curvature_factor(latitude_deg);
    LEAST_MERIDIAN_RADIUS_M / (w * w.sqrt())
}

/// The radius of curvature across the meridian, N(φ), in metres.
pub(crate) fn normal_radius_m(latitude_deg: f64) -> f64 {
    EQUATORIAL_RADIUS_M / curvature_factor(latitude_deg).sqrt()
}

/// The radius of the sphere that has the ellipsoid's scale at a latitude on average, √(M·N), in metres; the latitude is
/// given by its sine.
pub(crate) fn mean_radius_m(sine: f64) -> f64 {
    LEAST_STERADIAN_M2.sqrt() / (1.0 - ECCENTRICITY_SQUARED * sine * sine)
}

fn curvature_factor(latitude_deg: f64) -> f64 {
    let sine = libm::sin(latitude_deg.to_radians());
    1.0 - ECCENTRICITY_SQUARED * sine * sine
}
