//! GeoJSON with polygons (RFC 7946), read whole or not at all.

use geo::{MultiPolygon, Polygon, Validation};
use geojson::{Feature, FeatureCollection, GeometryValue};
use serde_json::Value;

use super::PlacesError;

/// The longest name of a place, in letters.
const LONGEST_NAME: usize = 200;

/// The places of a text, each with its name, which is empty if there is no property for it.
pub(super) fn read(text: &str, name_property: Option<&str>) -> Result<Vec<(String, MultiPolygon<f64>)>, PlacesError> {
    // Editors on Windows put a byte order mark before the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value =
        serde_json::from_str(text).map_err(|error| PlacesError::Json { line: error.line(), column: error.column() })?;
    if value.get("crs").is_some_and(|crs| !is_wgs84(crs)) {
        return Err(PlacesError::ForeignCrs);
    }
    let collection: FeatureCollection = serde_json::from_value(value).map_err(|_| PlacesError::NotACollection)?;
    if collection.features.is_empty() {
        return Err(PlacesError::Empty);
    }
    collection.features.into_iter().zip(1..).map(|(feature, number)| place(feature, number, name_property)).collect()
}

/// What GeoJSON of before RFC 7946 calls WGS 84 with the longitude first.
fn is_wgs84(crs: &Value) -> bool {
    let name = crs.pointer("/properties/name").and_then(Value::as_str);
    name.is_some_and(|name| name.eq_ignore_ascii_case("urn:ogc:def:crs:OGC:1.3:CRS84"))
}

fn place(
    feature: Feature,
    number: usize,
    name_property: Option<&str>,
) -> Result<(String, MultiPolygon<f64>), PlacesError> {
    let name = match name_property {
        None => String::new(),
        Some(property) => {
            let name = feature.property(property).and_then(Value::as_str).map(str::trim);
            let is_name =
                |name: &&str| (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
            let nameless = || PlacesError::Nameless { feature: number, property: property.to_owned() };
            name.filter(is_name).ok_or_else(nameless)?.to_owned()
        }
    };
    let polygons = match feature.geometry.map(|geometry| geometry.value) {
        Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
        _ => return Err(PlacesError::NotAPolygon { feature: number }),
    };
    if polygons.is_empty() {
        return Err(PlacesError::NotAPolygon { feature: number });
    }
    let polygons: Vec<_> = polygons.iter().map(|rings| polygon(rings, number)).collect::<Result<_, PlacesError>>()?;
    // Polygons of one place may touch or overlap: each is asked by itself.
    if polygons.iter().any(|polygon| !polygon.is_valid()) {
        return Err(PlacesError::Invalid { feature: number });
    }
    Ok((name, MultiPolygon::new(polygons)))
}

fn polygon(rings: &[Vec<geojson::Position>], number: usize) -> Result<Polygon<f64>, PlacesError> {
    let mut rings = rings.iter().map(|ring| line(ring, number)).collect::<Result<Vec<_>, _>>()?.into_iter();
    let exterior = rings.next().ok_or(PlacesError::NotAPolygon { feature: number })?;
    Ok(Polygon::new(exterior, rings.collect()))
}

fn line(ring: &[geojson::Position], number: usize) -> Result<geo::LineString<f64>, PlacesError> {
    let position = |position: &geojson::Position| match position.as_slice() {
        // Comparing this way refuses NaN as well.
        [longitude_deg, latitude_deg, ..] if longitude_deg.abs() <= 180.0 && latitude_deg.abs() <= 90.0 => {
            Ok(geo::Coord { x: *longitude_deg, y: *latitude_deg })
        }
        _ => Err(PlacesError::Position { feature: number }),
    };
    let vertices = ring.iter().map(position).collect::<Result<Vec<_>, _>>()?;
    if vertices.len() < 4 || vertices.first() != vertices.last() {
        return Err(PlacesError::OpenRing { feature: number });
    }
    let line = geo::LineString::new(vertices);
    // Along a parallel an edge may go all the way round: it encloses a pole.
    let is_cut = |edge: geo::Line<f64>| edge.dx().abs() <= 180.0 || (edge.dy() == 0.0 && edge.dx().abs() == 360.0);
    if !line.lines().all(is_cut) {
        return Err(PlacesError::AcrossTheAntimeridian { feature: number });
    }
    Ok(line)
}
