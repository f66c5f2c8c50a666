//! A local map projection: azimuthal equidistant about the middle of what is drawn, north up there.
//!
//! It needs no special case at the antimeridian or at a pole, and distances from the middle are true (J. P. Snyder, "Map
//! projections: a working manual", USGS Professional Paper 1395, 1987, chapter 25).

use crate::sphere::{EARTH_RADIUS_M, Position};

/// A point of the plane in metres, east and north of the middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// Metres east.
    pub east_m: f64,
    /// Metres north.
    pub north_m: f64,
}

impl Plane {
    /// The distance to another point of the plane, in metres.
    #[must_use]
    pub fn distance_m(&self, other: &Self) -> f64 {
        (self.east_m - other.east_m).hypot(self.north_m - other.north_m)
    }
}

/// From places to a plane and back.
///
/// # Example
///
/// ```
/// use hereabouts::Position;
/// use hereabouts::audit::Projection;
///
/// let (utrecht, delft) = (Position::new(52.0907, 5.1214), Position::new(52.0116, 4.3571));
/// let projection = Projection::about([&utrecht, &delft]);
/// let back = projection.position(&projection.plane(&delft));
/// assert!(back.great_circle_distance_m(&delft) < 1e-6);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    middle_latitude_rad: f64,
    middle_longitude_rad: f64,
}

impl Projection {
    /// About the middle of some places; about (0°, 0°) if there is none.
    #[must_use]
    pub fn about<'a>(places: impl IntoIterator<Item = &'a Position>) -> Self {
        let (mut x, mut y, mut z) = (0.0, 0.0, 0.0);
        for place in places {
            let (sin_latitude, cos_latitude) = place.latitude_deg().to_radians().sin_cos();
            let (sin_longitude, cos_longitude) = place.longitude_deg().to_radians().sin_cos();
            x += cos_latitude * cos_longitude;
            y += cos_latitude * sin_longitude;
            z += sin_latitude;
        }
        Self { middle_latitude_rad: z.atan2(x.hypot(y)), middle_longitude_rad: y.atan2(x) }
    }

    /// The point of the plane for a place.
    #[must_use]
    pub fn plane(&self, place: &Position) -> Plane {
        let (sin_middle, cos_middle) = self.middle_latitude_rad.sin_cos();
        let (sin_latitude, cos_latitude) = place.latitude_deg().to_radians().sin_cos();
        let (sin_turn, cos_turn) = (place.longitude_deg().to_radians() - self.middle_longitude_rad).sin_cos();
        let east = cos_latitude * sin_turn;
        let north = cos_middle * sin_latitude - sin_middle * cos_latitude * cos_turn;
        let up = sin_middle * sin_latitude + cos_middle * cos_latitude * cos_turn;
        let flat = east.hypot(north);
        let stretch = if flat > 0.0 { EARTH_RADIUS_M * flat.atan2(up) / flat } else { EARTH_RADIUS_M };
        Plane { east_m: east * stretch, north_m: north * stretch }
    }

    /// The place of a point of the plane.
    #[must_use]
    pub fn position(&self, plane: &Plane) -> Position {
        let length_m = plane.east_m.hypot(plane.north_m);
        let (sin_arc, cos_arc) = (length_m / EARTH_RADIUS_M).sin_cos();
        let (east, north) = if length_m > 0.0 {
            (sin_arc * plane.east_m / length_m, sin_arc * plane.north_m / length_m)
        } else {
            (0.0, 0.0)
        };
        let (sin_middle, cos_middle) = self.middle_latitude_rad.sin_cos();
        let flat = cos_middle * cos_arc - sin_middle * north;
        let latitude_rad = (sin_middle * cos_arc + cos_middle * north).atan2(east.hypot(flat));
        let longitude_deg = (self.middle_longitude_rad + east.atan2(flat)).to_degrees();
        Position::new(latitude_rad.to_degrees(), (longitude_deg + 180.0).rem_euclid(360.0) - 180.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_kept_across_the_antimeridian_and_at_a_pole() {
        for (one, other) in [
            (Position::new(-17.0, 179.9), Position::new(-17.1, -179.8)),
            (Position::new(89.95, 10.0), Position::new(89.9, -170.0)),
            (Position::new(52.1, 5.1), Position::new(52.3, 4.9)),
        ] {
            let projection = Projection::about([&one, &other]);
            let (a, b) = (projection.plane(&one), projection.plane(&other));
            let drawn = (a.east_m - b.east_m).hypot(a.north_m - b.north_m);
            let true_m = one.great_circle_distance_m(&other);
            assert!((drawn / true_m - 1.0).abs() < 1e-3, "{drawn} {true_m}");
        }
    }

    #[test]
    fn north_is_up_and_east_is_right() {
        let middle = Position::new(-17.0, 179.99);
        let projection = Projection::about([&middle]);
        let northeast = projection.plane(&Position::new(-16.9, -179.9));
        assert!(northeast.north_m > 11_000.0 && northeast.east_m > 11_000.0);
    }
}
