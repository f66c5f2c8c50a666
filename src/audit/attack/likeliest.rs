//! The likeliest place, cells and all: what an adversary does who reckons with the width of the cells.

use geo::{Area, BoundingRect, Contains, Coord, LineString, Polygon};

use crate::audit::projection::{Plane, Projection};
use crate::grid::Cell;

/// About how many points stand for a cell along its longer side, at most.
const MOST_ACROSS: f64 = 24.0;

/// A cell in the plane: points spread evenly over it, and how wide apart they are.
pub(crate) struct SpreadCell {
    points: Vec<Plane>,
    scale_m: f64,
    weight: f64,
}

impl SpreadCell {
    /// The cell as points that are at most half a scale apart, unless that were too many.
    pub(crate) fn new(cell: &Cell, projection: &Projection, scale_m: f64, weight: f64) -> Self {
        let outline = cell.boundary();
        let corner = |corner: &Coord| {
            let plane = projection.plane(&crate::sphere::Position::new(corner.y, corner.x));
            Coord { x: plane.east_m, y: plane.north_m }
        };
        let outline = Polygon::new(LineString::new(outline.exterior().coords().map(corner).collect()), Vec::new());
        let Some(bounds) = outline.bounding_rect().filter(|_| outline.unsigned_area() > 0.0) else {
            return Self { points: Vec::new(), scale_m, weight };
        };
        let step_m = (scale_m / 2.0).max(bounds.width().max(bounds.height()) / MOST_ACROSS).min(bounds.height() / 4.0);
        let along = |from: f64, length: f64| {
            let count = (length / step_m).ceil();
            (0..count as u32).map(move |index| from + (f64::from(index) + 0.5) * length / count)
        };
        let points = along(bounds.min().x, bounds.width())
            .flat_map(|x| along(bounds.min().y, bounds.height()).map(move |y| Coord { x, y }))
            .filter(|point| outline.contains(point))
            .map(|point| Plane { east_m: point.x, north_m: point.y })
            .collect();
        // Between points that stand far apart a sharp peak would be missed: it is blunted to their distance.
        Self { points, scale_m: scale_m.max(step_m), weight }
    }

    /// The scale of the noise: at least the distance of the points.
    pub(crate) fn scale_m(&self) -> f64 {
        self.scale_m
    }

    pub(crate) fn into_points(self) -> Vec<Plane> {
        self.points
    }

    /// The logarithm of the probability that noise at a place led into the cell, up to a constant.
    fn log_likelihood(&self, place: &Plane) -> f64 {
        let nearest = self.points.iter().map(|point| point.distance_m(place)).fold(f64::INFINITY, f64::min);
        if nearest == f64::INFINITY {
            return 0.0;
        }
        let sum: f64 =
            self.points.iter().map(|point| libm::exp((nearest - point.distance_m(place)) / self.scale_m)).sum();
        self.weight * (sum.ln() - nearest / self.scale_m)
    }
}

/// The place at which planar Laplace noise most likely led into some cells.
///
/// The law of one output is e^(−d/b), which is log-concave; a convex cell keeps it so (A. Prékopa, "On logarithmic concave
/// measures and functions", 1973). So the sum of logarithms has one hill, and climbing it by ever smaller steps finds its
/// top.
pub(super) fn likeliest(cells: &[SpreadCell], start: Plane, first_step_m: f64) -> Plane {
    let height = |place: &Plane| cells.iter().map(|cell| cell.log_likelihood(place)).sum::<f64>();
    let (mut best, mut top) = (start, height(&start));
    let mut step_m = first_step_m;
    while step_m > 0.5 {
        let around = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]
            .map(|(east, north)| Plane { east_m: best.east_m + east * step_m, north_m: best.north_m + north * step_m });
        let higher = around.into_iter().map(|place| (place, height(&place))).find(|(_, height)| *height > top);
        match higher {
            Some((place, height)) => (best, top) = (place, height),
            None => step_m /= 2.0,
        }
    }
    best
}
