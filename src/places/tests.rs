//! Outlines and discs, at borders, poles and the antimeridian; and files that are none.

use proptest::prelude::*;

use super::*;

fn collection(features: &str) -> String {
    format!(r#"{{"type": "FeatureCollection", "features": [{features}]}}"#)
}

fn feature(name: &str, kind: &str, coordinates: &str) -> String {
    format!(
        r#"{{"type": "Feature", "properties": {{"name": "{name}"}}, "geometry": {{"type": "{kind}", "coordinates": {coordinates}}}}}"#
    )
}

/// A rectangle in degrees.
fn rectangle(name: &str, west: f64, south: f64, east: f64, north: f64) -> String {
    let ring = format!("[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]");
    feature(name, "Polygon", &ring)
}

fn read(features: &[String]) -> Result<Places, PlacesError> {
    Places::from_geojson("test", &collection(&features.join(",")), "name")
}

fn places(features: &[String]) -> Places {
    read(features).unwrap()
}

fn countries() -> Places {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/natural-earth/countries.geojson");
    Places::from_geojson("countries", &std::fs::read_to_string(path).unwrap(), "name").unwrap()
}

#[test]
fn countries_hold_what_lies_in_them_and_nothing_beside_their_borders() {
    let countries = countries();
    assert_eq!((countries.count(), countries.label()), (241, "countries"));
    for (latitude_deg, longitude_deg, radius_m, name) in [
        (52.0907, 5.1214, 20_000.0, Some("Netherlands")),
        (52.0907, 5.1214, 90_000.0, None), // it reaches into Germany
        (49.75, 6.15, 5_000.0, Some("Luxembourg")),
        (49.75, 6.15, 40_000.0, None),
        (46.8, 8.2, 20_000.0, Some("Switzerland")),
        (-29.5, 28.2, 50_000.0, Some("Lesotho")), // an enclave: a hole in South Africa
        (-29.5, 28.2, 120_000.0, None),
        (0.0, -30.0, 1_000.0, None), // the Atlantic
        (-89.0, 100.0, 10_000.0, Some("Antarctica")),
        (49.5, -110.0, 50_000.0, Some("Canada")), // the 49th parallel is no great circle: 55 km away, not 30
        (48.5, -110.0, 50_000.0, Some("United States")),
    ] {
        assert_eq!(countries.holding(&Position::new(latitude_deg, longitude_deg), radius_m), name, "{latitude_deg}");
    }
    // On the antimeridian outlines are cut: nothing is certain there.
    assert_eq!(countries.holding(&Position::new(67.0, 179.99), 10_000.0), None);
    assert_eq!(countries.holding(&Position::new(67.0, 179.0), 10_000.0), Some("Russian Federation"));
}

/// Areas that the World Bank or the CIA World Factbook give, to what this scale of map allows.
#[test]
fn areas_and_inner_circles_are_those_of_the_countries() {
    let countries = countries();
    for (name, km2, share) in [
        ("Switzerland", 41_290.0, 0.02),
        ("Lesotho", 30_355.0, 0.02),
        ("France", 632_700.0, 0.03),
        ("Iceland", 103_000.0, 0.03),
    ] {
        let number = countries.all.places.iter().position(|place| &*place.name == name).unwrap();
        let found = countries.all.area_m2(number) / 1e6;
        assert!((found / km2 - 1.0).abs() < share, "{name}: {found} km²");
        let inradius_m = countries.all.inradius_m(number);
        assert!(core::f64::consts::PI * inradius_m * inradius_m < countries.all.area_m2(number));
    }
    let smallest = countries.smallest().unwrap();
    assert_eq!(smallest.0, "Vatican");
    let large = countries.at_least(1e8, 0.0);
    assert!(large.count_named() < 241 && !large.names().any(|name| name == "Monaco" || name == "Vatican"));
    assert!(countries.at_least(0.0, 200_000.0).count_named() < 120);
}

#[test]
fn the_inner_circle_of_a_square_is_found() {
    let square = places(&[rectangle("square", 10.0, 0.0, 10.5, 0.5)]);
    let (_, inradius_m) = square.narrowest().unwrap();
    // A quarter of a degree of the meridian and of the equator on WGS 84: 27,644 m and 27,830 m.
    assert!((27_300.0..27_645.0).contains(&inradius_m), "{inradius_m}");
}

#[test]
fn the_smallest_of_nested_places_is_named_and_then_the_one_around_it() {
    let nested = places(&[
        rectangle("country", 0.0, 50.0, 10.0, 56.0),
        rectangle("town", 5.0, 52.0, 5.2, 52.2),
        rectangle("province", 4.0, 51.0, 6.0, 53.0),
    ]);
    let middle = Position::new(52.1, 5.1);
    assert_eq!(nested.holding(&middle, 3_000.0), Some("town"));
    assert_eq!(nested.holding(&middle, 20_000.0), Some("province"));
    assert_eq!(nested.holding(&middle, 100_000.0), Some("country"));
    assert_eq!(nested.holding(&middle, 400_000.0), None);
    // A floor leaves the larger ones.
    assert_eq!(nested.at_least(1e9, 0.0).holding(&middle, 3_000.0), Some("province"));
}

#[test]
fn a_disc_touches_what_lies_across_the_antimeridian_or_a_pole() {
    let ring = r#"[[[[179.0,-18.0],[180.0,-18.0],[180.0,-17.0],[179.0,-17.0],[179.0,-18.0]]],
        [[[-180.0,-18.0],[-179.5,-18.0],[-179.5,-17.0],[-180.0,-17.0],[-180.0,-18.0]]]]"#;
    let fiji = places(&[feature("Fiji", "MultiPolygon", ring)]);
    assert!(fiji.touch(&Position::new(-17.5, -179.49), 2_000.0));
    assert!(!fiji.touch(&Position::new(-17.5, -179.49), 800.0));
    assert!(fiji.touch(&Position::new(-17.5, 178.9), 11_000.0));
    let cap = places(&[rectangle("cap", -180.0, 89.0, 180.0, 90.0)]);
    assert!(cap.touch(&Position::new(90.0, 0.0), 1.0));
    assert!(cap.touch(&Position::new(88.99, 77.0), 1_500.0));
    assert!(!cap.touch(&Position::new(88.9, 77.0), 1_500.0));
    assert_eq!(cap.holding(&Position::new(89.6, -100.0), 20_000.0), Some("cap"));
}

proptest! {
    /// Against distances on the ellipsoid to many points of the outline.
    #[test]
    fn what_is_said_of_a_disc_is_so(
        latitude_deg in -80.0..80.0_f64,
        longitude_deg in -179.0..177.0_f64,
        (width, height) in (0.01..2.0_f64, 0.01..2.0_f64),
        (north, east) in (-1.5..2.5_f64, -1.5..2.5_f64),
        radius_m in 10.0..60_000.0_f64,
    ) {
        let (west, south, east_deg, top) = (longitude_deg, latitude_deg, longitude_deg + width, latitude_deg + height);
        let place = places(&[rectangle("it", west, south, east_deg, top)]);
        let centre = Position::new(
            (latitude_deg + north * height).clamp(-90.0, 90.0),
            (longitude_deg + east * width).clamp(-180.0, 180.0),
        );
        let is_inside = (0.0..=1.0).contains(&north) && (0.0..=1.0).contains(&east);
        let steps = 2_000;
        let outline = (0..=steps).flat_map(|step| {
            let share = f64::from(step) / f64::from(steps);
            let (x, y) = (west + share * width, south + share * height);
            [(x, south), (x, top), (west, y), (east_deg, y)]
        });
        let here = geo::Point::new(centre.longitude_deg(), centre.latitude_deg());
        let to_outline_m = outline
            .map(|(x, y)| geo::Distance::distance(&geo::Geodesic, here, geo::Point::new(x, y)))
            .fold(f64::INFINITY, f64::min);
        let spacing_m = 120.0; // of the points that are tried
        if is_inside || to_outline_m <= radius_m {
            prop_assert!(place.touch(&centre, radius_m), "{to_outline_m} m away");
        } else if to_outline_m > 1.02 * radius_m + spacing_m {
            prop_assert!(!place.touch(&centre, radius_m), "{to_outline_m} m away");
        }
        if !is_inside || to_outline_m <= radius_m {
            prop_assert_eq!(place.holding(&centre, radius_m), None);
        } else if to_outline_m > 1.02 * radius_m + spacing_m {
            prop_assert_eq!(place.holding(&centre, radius_m), Some("it"));
        }
    }

    #[test]
    fn no_text_is_a_panic(text in ".{0,200}") {
        let _ = Places::from_geojson("test", &text, "name");
        let _ = Places::from_geojson("test", &collection(&text), "name");
    }
}

#[test]
fn what_is_no_place_is_refused_and_said() {
    let square = || rectangle("square", 0.0, 0.0, 1.0, 1.0);
    let ring = |ring: &str| feature("ring", "Polygon", &format!("[{ring}]"));
    let cases: Vec<(String, &str)> = vec![
        ("{".to_owned(), "line 1, column 1: this is no JSON: give a GeoJSON collection of features"),
        ("[]".to_owned(), "this is no GeoJSON collection of features: give an object with `type` \"FeatureCollection\" and `features`"),
        (square(), "this is no GeoJSON collection of features: give an object with `type` \"FeatureCollection\" and `features`"),
        (collection(""), "there is no feature: give at least one polygon"),
        (
            r#"{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}, "features": []}"#.to_owned(),
            "`crs` declares another reference system: give WGS 84 without `crs`, as RFC 7946 has it",
        ),
        (
            collection(&format!("{},{}", square(), feature("point", "Point", "[5.0, 52.0]"))),
            "feature 2 is no polygon: give a Polygon or a MultiPolygon, since a point or a line has no area",
        ),
        (
            collection(r#"{"type": "Feature", "properties": {"name": "nowhere"}, "geometry": null}"#),
            "feature 1 is no polygon: give a Polygon or a MultiPolygon, since a point or a line has no area",
        ),
        (
            collection(&feature("none", "MultiPolygon", "[]")),
            "feature 1 is no polygon: give a Polygon or a MultiPolygon, since a point or a line has no area",
        ),
        (
            collection(&feature("none", "Polygon", "[]")),
            "feature 1 is no polygon: give a Polygon or a MultiPolygon, since a point or a line has no area",
        ),
        (
            collection(&ring("[[0,0],[1,0],[1,1],[0,1]]")),
            "feature 1 has a ring that is not closed: give at least four positions, the last equal to the first",
        ),
        (
            collection(&ring("[[0,0],[1,0],[0,0]]")),
            "feature 1 has a ring that is not closed: give at least four positions, the last equal to the first",
        ),
        (
            collection(&ring("[[0,0],[1,0],[1,91],[0,0]]")),
            "feature 1 has a position that is none: give longitudes within ±180 and latitudes within ±90 degrees",
        ),
        (
            collection(&ring("[[0,0],[181,0],[1,1],[0,0]]")),
            "feature 1 has a position that is none: give longitudes within ±180 and latitudes within ±90 degrees",
        ),
        (
            collection(&ring("[[179,0],[-179,0],[-179,1],[179,1],[179,0]]")),
            "feature 1 has an edge of more than 180 degrees of longitude: cut it at the antimeridian (RFC 7946, § 3.1.9)",
        ),
        (
            collection(&ring("[[0,0],[1,1],[1,0],[0,1],[0,0]]")),
            "feature 1 is no valid polygon, so what lies in it is not certain: give rings that cross neither themselves nor each other",
        ),
        (
            collection(&square().replace("\"name\"", "\"title\"")),
            "feature 1 has no name under `name`: give a text of 1 to 200 letters there",
        ),
        (collection(&rectangle(" ", 0.0, 0.0, 1.0, 1.0)), "feature 1 has no name under `name`: give a text of 1 to 200 letters there"),
    ];
    for (text, said) in cases {
        assert_eq!(Places::from_geojson("test", &text, "name").unwrap_err().to_string(), said, "{text}");
    }
    for label in ["", "two words", "ü", &"x".repeat(65)] {
        assert_eq!(Places::from_geojson(label, &collection(&square()), "name").unwrap_err(), PlacesError::Label);
    }
}
