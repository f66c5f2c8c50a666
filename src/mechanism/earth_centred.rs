//! Positions on and around the WGS 84 ellipsoid in the Earth-centred, Earth-fixed frame: x towards (0°, 0°), y towards
//! (0°, 90° E), z towards the north pole, in metres.
//!
//! Like [`sphere`](crate::sphere) it computes the same bits on every platform.

use core::f64::consts::PI;

use crate::grid::ellipsoid::{ECCENTRICITY_SQUARED, EQUATORIAL_RADIUS_M, FLATTENING};

/// The longest chord of the ellipsoid, a diameter of its equator, in metres.
pub(super) const LONGEST_CHORD_M: f64 = 2.0 * EQUATORIAL_RADIUS_M;

/// The most that arithmetic moves a point that [`from_geodetic`] computes, in metres (`docs/guarantees.md`, theorem 4).
pub(super) const ARITHMETIC_M: f64 = 1e-7;

/// The point of the ellipsoid at a geodetic latitude and longitude in degrees.
pub(crate) fn from_geodetic(latitude_deg: f64, longitude_deg: f64) -> [f64; 3] {
    let (sin_latitude, cos_latitude) = libm::sincos(latitude_deg * (PI / 180.0));
    let (sin_longitude, cos_longitude) = libm::sincos(longitude_deg * (PI / 180.0));
    let normal_m = EQUATORIAL_RADIUS_M / (1.0 - ECCENTRICITY_SQUARED * sin_latitude * sin_latitude).sqrt();
    let from_axis_m = normal_m * cos_latitude;
    [from_axis_m * cos_longitude, from_axis_m * sin_longitude, normal_m * (1.0 - ECCENTRICITY_SQUARED) * sin_latitude]
}

/// The geodetic latitude and longitude in degrees of the point of the ellipsoid whose normal leads through a point. Every
/// finite point has an answer, the centre of the Earth too: (0°, 0°).
///
/// # Citation
///
/// B. R. Bowring, "Transformation from spatial to geographical coordinates", *Survey Review* 23 (1976); repeated, so that
/// it holds deep inside the Earth and far out: it converges wherever the normal is unique, 43 km or more from the centre.
pub(crate) fn to_geodetic([x, y, z]: [f64; 3]) -> (f64, f64) {
    const POLAR_RADIUS_M: f64 = EQUATORIAL_RADIUS_M * (1.0 - FLATTENING);
    let from_axis = (x * x + y * y).sqrt();
    let mut parametric = libm::atan2(z, from_axis * (1.0 - FLATTENING));
    let mut latitude = parametric;
    for _ in 0..4 {
        let (sine, cosine) = libm::sincos(parametric);
        latitude = libm::atan2(
            z + ECCENTRICITY_SQUARED / (1.0 - ECCENTRICITY_SQUARED) * POLAR_RADIUS_M * sine * sine * sine,
            // Deep inside the Earth no normal, or more than one, leads through a point: there any latitude will do.
            (from_axis - ECCENTRICITY_SQUARED * EQUATORIAL_RADIUS_M * cosine * cosine * cosine).max(0.0),
        );
        let (sine, cosine) = libm::sincos(latitude);
        parametric = libm::atan2((1.0 - FLATTENING) * sine, cosine);
    }
    (latitude * (180.0 / PI), libm::atan2(y, x) * (180.0 / PI))
}

#[cfg(test)]
mod tests {
    use geo::{Distance, Geodesic, Point};
    use proptest::prelude::*;

    use super::*;
    use crate::{LatticePoint, Position};

    /// Points of the ellipsoid computed with 60 digits by `tests/data/golden/earth_centred.py`.
    const POINTS: &str = include_str!("../../tests/data/golden/earth_centred.csv");

    fn points() -> impl Iterator<Item = [f64; 8]> {
        POINTS.lines().skip(1).map(|line| {
            let mut fields = line.split(',').map(|bits| f64::from_bits(u64::from_str_radix(bits, 16).unwrap()));
            std::array::from_fn(|_| fields.next().unwrap())
        })
    }

    fn length_m([x, y, z]: [f64; 3]) -> f64 {
        (x * x + y * y + z * z).sqrt()
    }

    /// The bound of 10⁻⁷ m that the proof uses has room: what is measured stays below a twentieth of it.
    #[test]
    fn a_computed_point_is_within_five_billionths_of_a_metre() {
        let mut worst_m = 0.0_f64;
        for [latitude, longitude, x_high, x_low, y_high, y_low, z_high, z_low] in points() {
            let [x, y, z] = from_geodetic(latitude, longitude);
            worst_m = worst_m.max(length_m([(x - x_high) - x_low, (y - y_high) - y_low, (z - z_high) - z_low]));
        }
        assert!(worst_m < ARITHMETIC_M / 20.0, "{worst_m:e} m");
        assert!(worst_m > 1e-12, "the comparison saw nothing");
    }

    #[test]
    fn a_point_and_all_above_and_below_it_have_its_latitude_and_longitude() {
        for [latitude, longitude, ..] in points() {
            let [x, y, z] = from_geodetic(latitude, longitude);
            let (sin_latitude, cos_latitude) = libm::sincos(latitude.to_radians());
            let (sin_longitude, cos_longitude) = libm::sincos(longitude.to_radians());
            for height in [0.0, -9.0, 1e4, -1e5, -1e6, -4e6, 1e6, 1e7] {
                let above = [
                    x + height * cos_latitude * cos_longitude,
                    y + height * cos_latitude * sin_longitude,
                    z + height * sin_latitude,
                ];
                let (to_latitude, to_longitude) = to_geodetic(above);
                let turn = to_longitude - longitude;
                let east = (turn - 360.0 * (turn / 360.0).round()) * cos_latitude;
                let off_m = length_m([to_latitude - latitude, east, 0.0]).to_radians() * EQUATORIAL_RADIUS_M;
                assert!(off_m < 1e-6, "{latitude}, {longitude}, {height} m: {off_m} m");
            }
        }
    }

    #[test]
    fn the_centre_the_axis_and_the_ends_of_space_have_an_answer() {
        assert_eq!(to_geodetic([0.0; 3]), (0.0, 0.0));
        assert_eq!(to_geodetic([0.0, 0.0, 7e6]).0, 90.0);
        assert_eq!(to_geodetic([0.0, 0.0, -7e6]).0, -90.0);
        let ends = [0.0, -0.0, 1e-300, -1e-300, 4e4, -4e4, 1e15, -1e15];
        for point in ends.iter().flat_map(|&x| ends.iter().flat_map(move |&y| ends.map(|z| [x, y, z]))) {
            let (latitude, longitude) = to_geodetic(point);
            assert!(latitude.is_finite() && longitude.is_finite(), "{point:?}");
            let _ = LatticePoint::nearest(&Position::new(latitude, longitude)).centre();
        }
    }

    proptest! {
        /// The chord is no longer than the way along the surface (theorem 4).
        #[test]
        fn no_chord_is_longer_than_the_geodesic(
            latitude in -90.0..=90.0_f64, longitude in -180.0..=180.0_f64, north in -1.0..1.0_f64, east in -1.0..1.0_f64, digits in -4.0..2.2_f64,
        ) {
            let reach = 10_f64.powf(digits);
            let (other_latitude, other_longitude) = ((latitude + north * reach).clamp(-90.0, 90.0), longitude + east * reach);
            let (a, b) = (from_geodetic(latitude, longitude), from_geodetic(other_latitude, other_longitude));
            let chord_m = length_m([a[0] - b[0], a[1] - b[1], a[2] - b[2]]);
            let along_m = Geodesic.distance(Point::new(longitude, latitude), Point::new(other_longitude, other_latitude));
            prop_assert!(chord_m <= along_m + 1e-6 && chord_m <= LONGEST_CHORD_M + 1e-6, "{} {}", chord_m, along_m);
        }
    }
}
