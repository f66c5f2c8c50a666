//! [`Zone`]: a place that the user protects, of which nothing is kept but a noised disc.

use core::fmt;

use jiff::Timestamp;

use crate::fix::Fix;
use crate::lattice::LatticePoint;
use crate::sphere::Position;

/// A place that the user protects: the disc around one draw of noise, made once for life.
///
/// Nothing of the place itself is kept. Whether a fix is inside is decided by its great-circle distance from the centre, so
/// that poles and the antimeridian are places like any other. Inside, every purpose puts out the centre, the zone's
/// *stand-in*, coarsened as any draw is.
///
/// What the disc tells of the place, and what it does not hide: `docs/guarantees.md`, theorem 5.
#[derive(Clone, PartialEq)]
pub struct Zone {
    name: String,
    centre: LatticePoint,
    radius_m: f64,
    since: Timestamp,
}

impl Zone {
    pub(crate) fn new(name: &str, centre: LatticePoint, radius_m: f64, since: Timestamp) -> Self {
        Self { name: name.to_owned(), centre, radius_m, since }
    }

    /// The same disc under another name.
    #[must_use]
    pub(crate) fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// What the user calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The centre of the disc: the place, moved by noise. An app may draw it on the user's map, and whoever sees it learns
    /// of the place what that one draw tells.
    #[must_use]
    pub fn centre(&self) -> Position {
        self.centre.centre()
    }

    /// The radius of the disc in metres, on a sphere of radius [`EARTH_RADIUS_M`](crate::EARTH_RADIUS_M).
    #[must_use]
    pub fn radius_m(&self) -> f64 {
        self.radius_m
    }

    /// When it was drawn, by the ledger's time.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// What stands in for every fix inside.
    pub(crate) fn stand_in(&self) -> LatticePoint {
        self.centre
    }

    /// How far a fix is from the centre, if it is inside.
    pub(crate) fn distance_inside_m(&self, fix: &Fix) -> Option<f64> {
        let distance_m = fix.place().great_circle_distance_m(&self.centre());
        (distance_m <= self.radius_m).then_some(distance_m)
    }
}

/// Prints no place, and no name: a name may hold an address.
impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zone").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(centre: (f64, f64), radius_m: f64, fix: (f64, f64)) -> Option<f64> {
        let point = LatticePoint::nearest(&Position::new(centre.0, centre.1));
        let fix = Fix::wgs84(fix.0, fix.1, None, Timestamp::UNIX_EPOCH).unwrap();
        Zone::new("z", point, radius_m, Timestamp::UNIX_EPOCH).distance_inside_m(&fix)
    }

    #[test]
    fn a_disc_goes_on_beyond_the_antimeridian() {
        let distance_m = inside((-17.0, 179.999), 500.0, (-17.0, -179.999)).unwrap();
        assert!((distance_m - 212.7).abs() < 1.7, "{distance_m} m"); // 0.002° · cos 17°, and the rounding of the centre
        assert_eq!(inside((-17.0, 179.999), 200.0, (-17.0, -179.999)), None);
        assert_eq!(inside((-17.0, 179.999), 500.0, (-17.0, 0.0)), None);
    }

    #[test]
    fn a_disc_around_a_pole_is_one() {
        for longitude_deg in [-180.0, -90.0, 0.0, 77.7, 180.0] {
            for pole in [90.0_f64, -90.0] {
                // 400 m from the pole, whatever the longitude; and across it.
                let near = pole - pole.signum() * 0.003_597;
                assert!((inside((pole, 0.0), 500.0, (near, longitude_deg)).unwrap() - 400.0).abs() < 2.0);
                assert_eq!(inside((pole, 0.0), 399.0, (pole - pole.signum() * 0.003_6, longitude_deg)), None);
                assert!(inside((near, 0.0), 900.0, (near, longitude_deg)).is_some());
            }
        }
        let across_m = inside((89.996_403, 0.0), 900.0, (89.996_403, 180.0)).unwrap();
        assert!((across_m - 800.0).abs() < 2.0, "{across_m} m");
    }

    #[test]
    fn no_text_about_a_zone_holds_its_place_or_name() {
        let zone = Zone::new("5 Main Street", LatticePoint::FIRST, 123.0, Timestamp::UNIX_EPOCH);
        assert_eq!(format!("{zone:?}"), "Zone { .. }");
    }
}
