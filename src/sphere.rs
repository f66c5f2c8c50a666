//! The sphere on which mechanisms work: positions, unit vectors, great-circle distance, displacement.
//!
//! Geodetic latitude and longitude are read as spherical coordinates on a sphere of radius [`EARTH_RADIUS_M`]. A
//! distance on it differs from the true geodesic distance by a bounded factor: see [`SPHERE_PER_GEODESIC`].
//!
//! Only `+ - * /`, `sqrt` (all exactly rounded by IEEE 754) and functions of a pinned `libm` are used, so that every
//! platform computes the same bits.

use core::f64::consts::PI;

/// The mean radius of the Earth in metres (IUGG R₁, GRS 80).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// The most that a distance on the sphere exceeds the geodesic distance between the same two points on the WGS 84
/// ellipsoid: `EARTH_RADIUS_M / (a·(1 − e²))`, rounded up (`docs/guarantees.md`, lemma 2).
pub const SPHERE_PER_GEODESIC: f64 = 1.005_615;

const DEGREES_PER_RADIAN: f64 = 180.0 / PI;
const RADIANS_PER_DEGREE: f64 = PI / 180.0;

/// A public place, in degrees: the centre of a lattice point or of a cell. Never a raw fix, which is a
/// [`Fix`](crate::Fix).
///
/// # Example
///
/// ```
/// use hereabouts::Position;
///
/// let (utrecht, delft) = (Position::new(52.0907, 5.1214), Position::new(52.0116, 4.3571));
/// assert_eq!(utrecht.great_circle_distance_m(&delft).round(), 52_998.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    latitude_deg: f64,
    longitude_deg: f64,
}

impl Position {
    /// A position from degrees north and degrees east.
    #[must_use]
    pub const fn new(latitude_deg: f64, longitude_deg: f64) -> Self {
        Self { latitude_deg, longitude_deg }
    }

    /// Degrees north of the equator.
    #[must_use]
    pub const fn latitude_deg(&self) -> f64 {
        self.latitude_deg
    }

    /// Degrees east of Greenwich.
    #[must_use]
    pub const fn longitude_deg(&self) -> f64 {
        self.longitude_deg
    }

    /// The great-circle distance in metres on a sphere of radius [`EARTH_RADIUS_M`], accurate from millimetres to
    /// antipodes.
    ///
    /// # Citation
    ///
    /// The angle between unit vectors *u*, *v* as atan2(|u × v|, u · v): W. Kahan, "How futile are mindless
    /// assessments of roundoff in floating-point computation?" (2006), §12.
    #[must_use]
    pub fn great_circle_distance_m(&self, other: &Self) -> f64 {
        EARTH_RADIUS_M * UnitVector::new(self).angle_rad(&UnitVector::new(other))
    }
}

/// A point of the unit sphere: x towards (0°, 0°), y towards (0°, 90° E), z towards the north pole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct UnitVector {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) z: f64,
}

impl UnitVector {
    pub(crate) fn new(position: &Position) -> Self {
        let (sin_latitude, cos_latitude) = libm::sincos(position.latitude_deg * RADIANS_PER_DEGREE);
        let (sin_longitude, cos_longitude) = libm::sincos(position.longitude_deg * RADIANS_PER_DEGREE);
        Self { x: cos_latitude * cos_longitude, y: cos_latitude * sin_longitude, z: sin_latitude }
    }

    pub(crate) fn dot(&self, other: &Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub(crate) fn angle_rad(&self, other: &Self) -> f64 {
        let cross = [
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        ];
        let sine = (cross[0] * cross[0] + cross[1] * cross[1] + cross[2] * cross[2]).sqrt();
        libm::atan2(sine, self.dot(other))
    }
}

/// A step on the sphere that is known before one knows where it starts: an arc and a bearing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Displacement {
    sin_arc: f64,
    cos_arc: f64,
    sin_bearing: f64,
    cos_bearing: f64,
}

impl Displacement {
    /// `arc_rad` in [0, π]; `bearing_turns` in whole turns clockwise from north.
    pub(crate) fn new(arc_rad: f64, bearing_turns: f64) -> Self {
        let (sin_arc, cos_arc) = libm::sincos(arc_rad);
        let (sin_bearing, cos_bearing) = libm::sincos(bearing_turns * (2.0 * PI));
        Self { sin_arc, cos_arc, sin_bearing, cos_bearing }
    }

    /// Where the step leads from a place given in degrees: latitude and longitude in degrees, the longitude within
    /// ±360°.
    ///
    /// The end point is computed as a vector in the frame turned by the start's longitude, so that no trigonometry of
    /// the longitude is needed; latitude by `atan2`, which, unlike `asin`, keeps its accuracy at the poles.
    pub(crate) fn from(&self, latitude_deg: f64, longitude_deg: f64) -> (f64, f64) {
        let (sin_latitude, cos_latitude) = libm::sincos(latitude_deg * RADIANS_PER_DEGREE);
        let north = self.sin_arc * self.cos_bearing;
        let x = cos_latitude * self.cos_arc - sin_latitude * north;
        let y = self.sin_arc * self.sin_bearing;
        let z = sin_latitude * self.cos_arc + cos_latitude * north;
        let latitude_rad = libm::atan2(z, (x * x + y * y).sqrt());
        let longitude_rad = libm::atan2(y, x);
        (latitude_rad * DEGREES_PER_RADIAN, longitude_deg + longitude_rad * DEGREES_PER_RADIAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps computed with 60 digits by `tests/data/golden/displacement.py`.
    const STEPS: &str = include_str!("../tests/data/golden/displacement.csv");

    fn steps() -> impl Iterator<Item = [f64; 8]> {
        STEPS.lines().skip(1).map(|line| {
            let mut fields = line.split(',').map(|bits| f64::from_bits(u64::from_str_radix(bits, 16).unwrap()));
            std::array::from_fn(|_| fields.next().unwrap())
        })
    }

    /// The bound η = 8·10⁻⁸ m that the guarantee's proof uses has room: what is measured here stays below an eighth of it.
    #[test]
    fn a_computed_end_point_is_within_a_hundred_millionth_of_a_metre() {
        let mut worst_m = 0.0_f64;
        for [latitude, longitude, arc, bearing, lat_high, lat_low, lon_high, lon_low] in steps() {
            let (end_latitude, end_longitude) = Displacement::new(arc, bearing).from(latitude, longitude);
            let north = (end_latitude - lat_high) - lat_low;
            // Either way round is right: at the antimeridian and next to a pole a whole turn is no difference.
            let east = (end_longitude - lon_high) - lon_low;
            let east = (east - 360.0 * (east / 360.0).round()) * libm::cos(lat_high * RADIANS_PER_DEGREE);
            worst_m = worst_m.max(EARTH_RADIUS_M * RADIANS_PER_DEGREE * (north * north + east * east).sqrt());
        }

        assert!(worst_m < 1e-8, "{worst_m:e} m");
        assert!(worst_m > 1e-12, "the comparison saw nothing");
    }

    /// FNV-1a over the bits of every computed end point: the same on every platform.
    #[test]
    fn every_platform_computes_the_same_bits() {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for [latitude, longitude, arc, bearing, ..] in steps() {
            let (end_latitude, end_longitude) = Displacement::new(arc, bearing).from(latitude, longitude);
            for bits in [end_latitude.to_bits(), end_longitude.to_bits()] {
                for byte in bits.to_le_bytes() {
                    hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
                }
            }
        }
        assert_eq!(hash, 0xbcce_9aba_7061_da3d, "{hash:#x}");
    }
}
