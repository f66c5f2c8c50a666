//! Files of places that a policy names, and what cannot be told of them.

use std::io::ErrorKind;

use super::*;

const SQUARE: &str = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Square", "n": 1},
"geometry": {"type": "Polygon", "coordinates": [[[5.0, 52.0], [5.1, 52.0], [5.1, 52.1], [5.0, 52.1], [5.0, 52.0]]]}}]}"#;

fn files(name: &str) -> std::io::Result<String> {
    match name {
        "square.geojson" | "two words.geojson" => Ok(SQUARE.to_owned()),
        "point.geojson" => Ok(r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {},
            "geometry": {"type": "Point", "coordinates": [5.0, 52.0]}}]}"#
            .to_owned()),
        "bytes.geojson" => Err(ErrorKind::InvalidData.into()),
        "huge.geojson" => Err(ErrorKind::FileTooLarge.into()),
        "secret.geojson" => Err(ErrorKind::PermissionDenied.into()),
        _ => Err(ErrorKind::NotFound.into()),
    }
}

fn error(from: &str, to: &str) -> PolicyError {
    assert!(TOML.contains(from), "{from}");
    Policy::from_text_with(&TOML.replacen(from, to, 1), files).expect_err(to)
}

#[test]
fn files_of_places() {
    let grid = "grid = { kind = \"h3\", resolution = 6 }";
    let beside = "a GeoJSON file that this process may read, by its path from the folder of the policy";
    let named = |file: &str| format!("grid = {{ kind = \"places\", file = \"{file}\" }}");
    let line = "line 13: purposes.weather.grid";
    let cases = [
        (
            named("gone.geojson"),
            format!("{line}.file: \"gone.geojson\" cannot be read (entity not found); expected {beside}"),
        ),
        (
            named("secret.geojson"),
            format!("{line}.file: \"secret.geojson\" cannot be read (permission denied); expected {beside}"),
        ),
        (
            named("huge.geojson"),
            format!("{line}.file: \"huge.geojson\" is larger than 64 MiB; expected a file of at most 64 MiB"),
        ),
        (named("bytes.geojson"), format!("{line}.file: \"bytes.geojson\" is not UTF-8; expected GeoJSON in UTF-8")),
        (
            named("point.geojson"),
            format!(
                "{line}.name: \"point.geojson\": feature 1 has no name under `name`; expected a text of 1 to 200 letters there"
            ),
        ),
        (
            named("two words.geojson"),
            format!(
                "{line}.file: \"two words.geojson\": the label of the places cannot be a name; expected 1 to 64 letters, digits, hyphens or underscores (ASCII)"
            ),
        ),
        (
            "grid = { kind = \"places\", file = \"square.geojson\", name = \"n\" }".to_owned(),
            format!(
                "{line}.name: \"square.geojson\": feature 1 has no name under `n`; expected a text of 1 to 200 letters there"
            ),
        ),
        (
            "grid = { kind = \"places\" }".to_owned(),
            format!("{line}: missing key `file`; expected a GeoJSON file, such as `file = \"places.geojson\"`"),
        ),
        (
            "grid = { kind = \"places\", file = 7 }".to_owned(),
            format!("{line}.file: `7` is not right here; expected text in quotes"),
        ),
        (
            "grid = { kind = \"places\", file = \"square.geojson\", size = 7 }".to_owned(),
            format!("{line}.size: unknown key `size`, did you mean `file`?; expected one of `file`, `name`"),
        ),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .map(|(to, right)| (error(grid, to).to_string(), right))
        .filter(|(left, right)| left != *right)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // A policy that is a text lies nowhere.
    assert_eq!(
        toml_error(grid, &named("square.geojson")).to_string(),
        format!(
            "{line}.file: a policy that is given as a text cannot name a file, and this one names \"square.geojson\"; expected a policy that is read from a file, or the texts of its files beside it (`Policy::from_text_with`)"
        ),
    );
}

#[test]
fn sensitive_places() {
    let with = |table: &str| format!("[sensitive]\n{table}\n[purposes.weather]");
    let cases = [
        (
            "file = \"gone.geojson\"\nfloor = { area_km2 = 100 }",
            "line 11: sensitive.file: \"gone.geojson\" cannot be read (entity not found); expected a GeoJSON file that this process may read, by its path from the folder of the policy",
        ),
        (
            "file = \"point.geojson\"\nfloor = { area_km2 = 100 }",
            "line 11: sensitive.file: \"point.geojson\": feature 1 is no polygon; expected a Polygon or a MultiPolygon, since a point or a line has no area",
        ),
        (
            "file = \"square.geojson\"",
            "line 10: sensitive: missing key `floor`; expected the least size of a cell, such as `floor = { area_km2 = 100 }`",
        ),
        (
            "file = \"square.geojson\"\nfloor = {}",
            "line 12: sensitive.floor: the floor has no test; expected one of `area_km2`, `radius_m`, `decimals`, `preset`",
        ),
        (
            "file = \"square.geojson\"\nfloor = { area_km2 = 0 }",
            "line 12: sensitive.floor.area_km2: `0` is not above zero; expected a number above zero",
        ),
        (
            "file = \"square.geojson\"\nfloor = { area_km2 = 100, coarsen = false }",
            "line 12: sensitive.floor.coarsen: sensitive places make cells coarser, and refuse none; expected a floor without `coarsen = false`",
        ),
        (
            "file = \"square.geojson\"\nfloor = { area_km2 = 1e8 }",
            "line 12: sensitive.floor: the purpose `weather` has nothing coarser than h3:6 to tell near a sensitive place: the smallest cells of h3:6, its pentagons, have 18.16 km², below the 100,000,000 km² of `area_km2`; expected a lower floor, or h3, s2 or metric, and not the coarsest, as the grid of the purpose",
        ),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .map(|(table, right)| (error("[purposes.weather]", &with(table)).to_string(), right))
        .filter(|(left, right)| left != *right)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Nothing is coarser than the coarsest, though it passes the floor.
    let coarsest = TOML.replace("resolution = 6", "resolution = 0").replacen(
        "[purposes.weather]",
        &with("file = \"square.geojson\"\nfloor = { area_km2 = 1 }"),
        1,
    );
    let error = Policy::from_text_with(&coarsest, files).unwrap_err().to_string();
    assert!(error.contains("nothing coarser than h3:0"), "{error}");
}

/// Small places are not named; where none is left, or none may be left out, the policy is refused.
#[test]
fn floors_of_named_places() {
    let named = |floor: &str| {
        let text = TOML.replace(
            "grid = { kind = \"h3\", resolution = 6 }",
            "grid = { kind = \"places\", file = \"square.geojson\" }",
        );
        let text = text.replace("floor = { area_km2 = 1.0 }", &format!("floor = {{ {floor} }}"));
        Policy::from_text_with(&text, files).map_err(|error| error.to_string())
    };
    // 0.1° by 0.1° at latitude 52: 11.1 km by 6.9 km.
    assert!(named("area_km2 = 70").is_ok());
    assert!(named("radius_m = 3300").is_ok());
    assert!(named("decimals = 0").is_ok(), "a name has no digits");
    for (floor, said) in [
        (
            "area_km2 = 80",
            "the purpose `weather`: the smallest of places:square, Square, has 76.33 km², below the 80 km² of `area_km2`; and no place is large enough; expected a file of larger places, or a lower floor",
        ),
        ("preset = \"all\", area_km2 = 1000", "below the 1,000 km² of `area_km2`"),
        ("radius_m = 4000", "the narrowest of places:square, Square, holds a circle of"),
        ("area_km2 = 80, coarsen = false", "no place is large enough"),
    ] {
        let error = named(floor).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}
