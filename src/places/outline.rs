//! What is worked out of an outline: its pieces, its area, and the circle that it holds.

use geo::{BoundingRect, Contains, GeodesicArea, LineString, MultiPolygon, Polygon};
use rstar::primitives::{GeomWithData, Line, Rectangle};

use super::vector;
use crate::sphere::Position;

/// The most that a straight piece spans, in degrees.
const LONGEST_PIECE_DEG: f64 = 0.05;

/// How many places are tried along each side, and how often around the best of them.
const TRIED: u32 = 12;
const ROUNDS: u32 = 6;

/// The bounding boxes of the polygons, with the number of their place.
pub(super) fn boxes(
    shape: &MultiPolygon<f64>,
    number: usize,
) -> impl Iterator<Item = GeomWithData<Rectangle<[f64; 2]>, usize>> {
    shape.iter().filter_map(BoundingRect::bounding_rect).map(move |around| {
        let corners = Rectangle::from_corners([around.min().x, around.min().y], [around.max().x, around.max().y]);
        GeomWithData::new(corners, number)
    })
}

/// The pieces of the outlines as chords of the unit sphere, with the number of their place.
pub(super) fn edges(
    shape: &MultiPolygon<f64>,
    number: usize,
) -> impl Iterator<Item = GeomWithData<Line<[f64; 3]>, usize>> {
    let rings = shape.iter().flat_map(|polygon| core::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings.flat_map(move |ring| {
        let vertices: Vec<_> = pieces(ring).coords().map(|at| vector(&Position::new(at.y, at.x))).collect();
        let pairs = vertices.iter().zip(vertices.iter().skip(1));
        pairs.map(|(from, to)| GeomWithData::new(Line::new(*from, *to), number)).collect::<Vec<_>>()
    })
}

/// The ring with further vertices on its edges, so that none is long.
fn pieces(ring: &LineString<f64>) -> LineString<f64> {
    let mut vertices = Vec::new();
    for edge in ring.lines() {
        let count = (edge.dx().abs().max(edge.dy().abs()) / LONGEST_PIECE_DEG).ceil().max(1.0);
        let at = |piece: u32| edge.start + edge.delta() * (f64::from(piece) / count);
        vertices.extend((0..count as u32).map(at));
    }
    vertices.extend(ring.coords().next_back());
    LineString::new(vertices)
}

/// The area on the ellipsoid, holes left out; where polygons overlap, all of each is counted.
pub(super) fn area_m2(shape: &MultiPolygon<f64>) -> f64 {
    let with_pieces = |polygon: &Polygon<f64>| {
        Polygon::new(pieces(polygon.exterior()), polygon.interiors().iter().map(pieces).collect())
    };
    shape.iter().map(|polygon| with_pieces(polygon).geodesic_area_signed().abs()).sum()
}

/// The radius in metres of a circle that the largest polygon holds: a lower bound, found by trying places in it, and more
/// around the best.
pub(super) fn inradius_m(shape: &MultiPolygon<f64>, to_outline_m: impl Fn(&Position) -> f64) -> f64 {
    let area = |polygon: &&Polygon<f64>| polygon.bounding_rect().map_or(0.0, |around| around.width() * around.height());
    let Some(polygon) = shape.iter().max_by(|one, other| area(one).total_cmp(&area(other))) else { return 0.0 };
    let Some(around) = polygon.bounding_rect() else { return 0.0 };
    let (mut middle, mut half) = (around.center(), geo::coord! { x: around.width() / 2.0, y: around.height() / 2.0 });
    let mut best_m = 0.0;
    for _ in 0..ROUNDS {
        let step = |index: u32| (f64::from(index) + 0.5) / f64::from(TRIED) * 2.0 - 1.0;
        let tried = (0..TRIED * TRIED).map(|index| {
            geo::coord! { x: middle.x + half.x * step(index % TRIED), y: middle.y + half.y * step(index / TRIED) }
        });
        let inside = tried.filter(|at| polygon.contains(at));
        let distances = inside.map(|at| (at, to_outline_m(&Position::new(at.y, at.x))));
        if let Some((at, distance_m)) = distances.max_by(|(_, one), (_, other)| one.total_cmp(other))
            && distance_m > best_m
        {
            (middle, best_m) = (at, distance_m);
        }
        half = half / f64::from(TRIED / 4);
    }
    best_m
}
