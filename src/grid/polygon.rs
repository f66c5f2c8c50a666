//! Cells with great-circle sides: their outline as longitude and latitude.

use geo::{Coord, Distance, Geodesic, LineString, Point, Polygon};

use crate::sphere::{Position, UnitVector};

/// The longest piece of a side, in radians: on the ellipsoid a geodesic between its ends strays from the great circle by
/// less than 10⁻⁴ of a cell.
const LONGEST_PIECE_RAD: f64 = 0.02;

/// Steps of the search for the nearest place of a side: (2/3)⁴⁰ of it is left, and the distance is flat there.
const STEPS: usize = 40;

/// The place that a vector points to; the vector need not have length one.
pub(crate) fn position(vector: &UnitVector) -> Position {
    let latitude_rad = libm::atan2(vector.z, (vector.x * vector.x + vector.y * vector.y).sqrt());
    Position::new(latitude_rad.to_degrees(), libm::atan2(vector.y, vector.x).to_degrees())
}

/// The outline through the corners. Longitudes run on past ±180° instead of jumping, from within ±180° of the centre's;
/// a ring around a pole is closed along the pole.
pub(crate) fn outline(centre: &Position, corners: &[UnitVector]) -> Polygon<f64> {
    let mut ring: Vec<Coord<f64>> = Vec::new();
    for (corner, next) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        let pieces = (corner.angle_rad(next) / LONGEST_PIECE_RAD).ceil().max(1.0);
        for piece in 0..pieces as u32 {
            let share = f64::from(piece) / pieces;
            let along = position(&UnitVector {
                x: corner.x + share * (next.x - corner.x),
                y: corner.y + share * (next.y - corner.y),
                z: corner.z + share * (next.z - corner.z),
            });
            let near_deg = ring.last().map_or(centre.longitude_deg(), |last| last.x);
            // A pole has every longitude; the one before it is as good, and makes no turn.
            let longitude_deg = if is_pole(along.latitude_deg()) { near_deg } else { along.longitude_deg() };
            ring.push(Coord { x: unwrapped(longitude_deg, near_deg), y: along.latitude_deg() });
        }
    }
    if let (Some(&first), Some(&last)) = (ring.first(), ring.last()) {
        let end = Coord { x: unwrapped(first.x, last.x), y: first.y };
        if (end.x - first.x).abs() > 180.0 {
            let pole_deg = if centre.latitude_deg() > 0.0 { 90.0 } else { -90.0 };
            ring.extend([end, Coord { x: end.x, y: pole_deg }, Coord { x: first.x, y: pole_deg }]);
        } else {
            spread_corner_at_pole(&mut ring);
        }
    }
    Polygon::new(LineString::new(ring), Vec::new())
}

/// The geodesic distance in metres from the centre to the nearest side.
pub(crate) fn inradius_m(centre: &Position, corners: &[UnitVector]) -> f64 {
    let point = |place: &Position| Point::new(place.longitude_deg(), place.latitude_deg());
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let nearest = sides.map(|(from, to)| {
        let away_m = |share: f64| {
            let along = UnitVector {
                x: from.x + share * (to.x - from.x),
                y: from.y + share * (to.y - from.y),
                z: from.z + share * (to.z - from.z),
            };
            Geodesic.distance(point(centre), point(&position(&along)))
        };
        // The distance falls to the foot of the perpendicular and rises behind it: thirds are cut off.
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..STEPS {
            let third = (high - low) / 3.0;
            if away_m(low + third) < away_m(high - third) { high -= third } else { low += third }
        }
        away_m(f64::midpoint(low, high))
    });
    nearest.fold(f64::INFINITY, f64::min)
}

/// A pole that is a corner is drawn with the longitudes of both its neighbours, so that both its sides run along
/// meridians.
fn spread_corner_at_pole(ring: &mut Vec<Coord<f64>>) {
    let Some(at) = ring.iter().position(|at| is_pole(at.y)) else { return };
    // Begin behind the pole, so that neither neighbour is across the end.
    ring.rotate_left(at);
    ring.remove(0);
    for next in 1..ring.len() {
        ring[next].x = unwrapped(ring[next].x, ring[next - 1].x);
    }
    if let (Some(&first), Some(&last)) = (ring.first(), ring.last()) {
        let pole_deg = if first.y > 0.0 { 90.0 } else { -90.0 };
        ring.extend([Coord { x: last.x, y: pole_deg }, Coord { x: first.x, y: pole_deg }]);
    }
}

fn is_pole(latitude_deg: f64) -> bool {
    latitude_deg.abs() > 90.0 - 1e-9
}

/// The same longitude, within ±180° of another.
fn unwrapped(longitude_deg: f64, near_deg: f64) -> f64 {
    longitude_deg - 360.0 * ((longitude_deg - near_deg) / 360.0).round()
}
