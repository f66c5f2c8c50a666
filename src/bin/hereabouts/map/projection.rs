//! A local map projection: azimuthal equidistant about the middle of what is drawn, north up there.
//!
//! It needs no special case at the antimeridian or at a pole, and distances from the middle are true (J. P. Snyder, "Map
//! projections: a working manual", USGS Professional Paper 1395, 1987, chapter 25).

use hereabouts::{EARTH_RADIUS_M, Position};

/// A point of the plane in metres, east and north of the middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plane {
    pub(crate) east_m: f64,
    pub(crate) north_m: f64,
}

pub(crate) struct Projection {
    middle_latitude_rad: f64,
    middle_longitude_rad: f64,
}

impl Projection {
    /// About the middle of some places; about (0°, 0°) if there is none.
    pub(crate) fn about<'a>(places: impl IntoIterator<Item = &'a Position>) -> Self {
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

    pub(crate) fn plane(&self, place: &Position) -> Plane {
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
