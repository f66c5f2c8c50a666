//! Distances on the sphere, against a second implementation and against the ellipsoid.

use geo::{Distance, Geodesic, Haversine, Point};
use hereabouts::{EARTH_RADIUS_M, Position, SPHERE_PER_GEODESIC};
use proptest::prelude::*;

/// The least that a distance on the sphere is of the geodesic distance: R / (a/√(1 − e²)), by the polar radius of
/// curvature.
const LEAST_SPHERE_PER_GEODESIC: f64 = EARTH_RADIUS_M / 6_399_593.626;

/// GeographicLib's test set for geodesics (a sample of 100): latitude, longitude, azimuth of each end, distance, …
const GEODESICS: &str = include_str!("data/geographiclib/GeodTest-100.dat");

#[test]
fn spherical_distances_stay_within_the_stated_factor_of_published_geodesics() {
    let mut seen = 0;
    for line in GEODESICS.lines() {
        let numbers: Vec<f64> = line.split_whitespace().map(|number| number.parse().unwrap()).collect();
        let distance_m =
            Position::new(numbers[0], numbers[1]).great_circle_distance_m(&Position::new(numbers[3], numbers[4]));
        // The sphere's and the ellipsoid's shortest ways may differ near the antipode: there only the bounds hold.
        let ratio = distance_m / numbers[6];
        assert!((LEAST_SPHERE_PER_GEODESIC - 1e-6..=SPHERE_PER_GEODESIC).contains(&ratio), "{ratio}: {line}");
        seen += 1;
    }
    assert_eq!(seen, 100);
}

proptest! {
    #[test]
    fn distances_agree_with_haversine(
        a in (-90.0..=90.0, -180.0..=180.0), b in (-90.0..=90.0, -180.0..=180.0), nearness in 0.0..1.0_f64,
    ) {
        // From neighbours to antipodes.
        let b = (a.0 + (b.0 - a.0) * nearness.powi(8), a.1 + (b.1 - a.1) * nearness.powi(8));
        let ours = Position::new(a.0, a.1).great_circle_distance_m(&Position::new(b.0, b.1));
        let theirs = Haversine.distance(Point::new(a.1, a.0), Point::new(b.1, b.0));
        // The haversine loses half its digits near the antipode.
        let tolerance = if ours > 2.0e7 { 1.0 } else { 1e-6 };
        prop_assert!((ours - theirs).abs() <= tolerance, "{} m, haversine {} m", ours, theirs);
    }

    /// The factor by which noise is widened covers every pair of places: near ones, where the guarantee matters, too.
    #[test]
    fn no_pair_is_farther_on_the_sphere_than_the_factor_allows(
        latitude in -90.0..=90.0, longitude in -180.0..=180.0, north in -0.1..0.1, east in -0.1..0.1, scale in 0..5_i32,
    ) {
        let scale = 10_f64.powi(-scale);
        let other = (f64::clamp(latitude + north * scale, -90.0, 90.0), longitude + east * scale);
        let sphere = Position::new(latitude, longitude).great_circle_distance_m(&Position::new(other.0, other.1));
        let geodesic = Geodesic.distance(Point::new(longitude, latitude), Point::new(other.1, other.0));
        prop_assert!(sphere <= SPHERE_PER_GEODESIC * geodesic + 1e-6, "{} m, geodesic {} m", sphere, geodesic);
        prop_assert!(sphere >= LEAST_SPHERE_PER_GEODESIC * geodesic - 1e-6, "{} m, geodesic {} m", sphere, geodesic);
    }
}
