//! [`Accuracy`]: the 68 % radius of noise and cell together.

mod quadrature;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

#[cfg(feature = "audit")]
pub(crate) use self::quadrature::GAUSS;
use self::quadrature::{Figure, radius_rad};
use crate::grid::{Cell, Grid, Rectangle, Shape, ellipsoid};
use crate::mechanism::{ArcLaw, Noise};
use crate::sphere::{Position, UnitVector};

/// Rows that are computed each for itself, counted from a pole: nearer to the equator one row is like the next.
const ROWS_ALONE: f64 = 32.0;
/// Further nodes in an octave of the distance from the pole.
const NODES_IN_OCTAVE: f64 = 8.0;
/// An icosahedron's vertex is this far from the middle of a face.
const FACE_RADIUS_RAD: f64 = 0.652_358_139_784_368_3;
const H3_NODES: usize = 13;
/// A pentagon, and the cells of resolution 0, which lie across the edges of faces and are like no other.
const H3_CELLS_ALONE: usize = 123;
const S2_NODES: usize = 9;

/// How far from its printed centre a released cell leaves the truth: the radius that holds it with a probability of
/// 68 %, which is what Android calls a location's accuracy.
///
/// With a flat prior the truth is at U + N: U uniform in the cell, N the noise. The radius depends on the noise's kind and
/// scale, the grid and the cell alone, never on a fix. It is computed on the sphere for some cells of the grid, when first asked
/// for, interpolated between them, and stretched to the ellipsoid where the cell is. Tests draw 400 000 fixes in many
/// places, with scales up to 1 000 km, and find 68 ± 0.5 % of them within it.
///
/// # Example
///
/// ```
/// use hereabouts::{Accuracy, Grid, LatticePoint, PlanarLaplace, Position};
///
/// let grid = Grid::h3(6)?;
/// let cell = grid.cell(LatticePoint::nearest(&Position::new(52.0907, 5.1214)));
/// let accuracy = Accuracy::new(PlanarLaplace::new(1.0, 200.0)?, grid);
/// assert_eq!(accuracy.radius_m(&cell).round(), 2_626.0); // the cell is much larger than the noise
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Accuracy {
    law: ArcLaw,
    grid: Grid,
    face_centres: Vec<UnitVector>,
    nodes: Box<[OnceLock<Node>]>,
}

/// The radius around a centre, in radians, and what is added to it when the printed centre is elsewhere.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    radius: f64,
    poleward_slope: f64,
    poleward: Growth,
    eastward: Growth,
    /// With the product of the squares of both shifts.
    both: f64,
}

/// Growth with the second and the fourth power of a shift: a finer cell's radius does not change before its circle
/// reaches a side.
#[derive(Clone, Copy, Debug, Default)]
struct Growth {
    second: f64,
    fourth: f64,
}

impl Growth {
    /// From the growth at half a shift, and at the whole.
    fn through(at_half: f64, at_whole: f64, shift: f64) -> Self {
        let squared = shift * shift;
        Self {
            second: (16.0 * at_half - at_whole) / (3.0 * squared),
            fourth: 4.0 * (at_whole - 4.0 * at_half) / (3.0 * squared * squared),
        }
    }

    fn at(&self, shift: f64) -> f64 {
        let squared = shift * shift;
        squared * (self.second + squared * self.fourth)
    }

    fn plus(&self, weight: f64, other: &Self) -> Self {
        Self { second: self.second + weight * other.second, fourth: self.fourth + weight * other.fourth }
    }
}

/// Up to four nodes and their weights.
type Mix = [(usize, f64); 4];

impl Accuracy {
    /// For a mechanism's noise, and a grid.
    #[must_use]
    pub fn new(noise: impl Into<Noise>, grid: Grid) -> Self {
        let nodes = match grid {
            Grid::H3(_) => H3_NODES + H3_CELLS_ALONE,
            Grid::S2(_) => S2_NODES * S2_NODES,
            // Two nodes for each row alone, since rows may be centred on a half; then octaves up to the equator.
            _ => (2.0 * ROWS_ALONE + NODES_IN_OCTAVE * 24.0) as usize,
        };
        Self {
            law: noise.into().arc_law(),
            grid,
            face_centres: if matches!(grid, Grid::H3(_)) { crate::grid::H3::face_centres() } else { Vec::new() },
            nodes: core::iter::repeat_with(OnceLock::new).take(nodes).collect(),
        }
    }

    /// The radius in metres around the printed centre of a cell of the grid; infinite for a cell of another grid, of which
    /// nothing is known.
    #[must_use]
    pub fn radius_m(&self, cell: &Cell) -> f64 {
        let centre = cell.centre();
        self.radius_around_m(cell, &centre, &cell.print(&centre))
    }

    /// The same, where the centres are known already.
    pub(crate) fn radius_around_m(&self, cell: &Cell, centre: &Position, printed: &Position) -> f64 {
        if cell.grid() != self.grid {
            return f64::INFINITY;
        }
        let mut node = Node::default();
        for (index, weight) in self.mix(cell, centre) {
            if weight != 0.0 {
                let next = self.node(index, &cell.shape());
                node.radius += weight * next.radius;
                node.poleward_slope += weight * next.poleward_slope;
                node.poleward = node.poleward.plus(weight, &next.poleward);
                node.eastward = node.eastward.plus(weight, &next.eastward);
                node.both += weight * next.both;
            }
        }
        let (sine, cosine) = libm::sincos(printed.latitude_deg().to_radians());
        let poleward = (printed.latitude_deg().abs() - centre.latitude_deg().abs()).to_radians();
        let turn = printed.longitude_deg() - centre.longitude_deg();
        let eastward = (turn - 360.0 * (turn / 360.0).round()).to_radians() * cosine;
        let along_axes = poleward * node.poleward_slope + node.poleward.at(poleward) + node.eastward.at(eastward);
        let radius_rad = node.radius + along_axes + node.both * (poleward * eastward).powi(2);
        radius_rad.min(core::f64::consts::PI) * ellipsoid::mean_radius_m(sine)
    }

    fn mix(&self, cell: &Cell, centre: &Position) -> Mix {
        let alone = |index: usize| [(index, 1.0), (0, 0.0), (0, 0.0), (0, 0.0)];
        match cell.shape() {
            Shape::H3 { grid, cell } => {
                if let Some(index) = grid.alone(cell) {
                    return alone(H3_NODES + index);
                }
                let vector = UnitVector::new(centre);
                let cosine = self.face_centres.iter().map(|face| face.dot(&vector)).fold(-1.0, f64::max);
                let angle = libm::acos(cosine.min(1.0));
                between(angle / FACE_RADIUS_RAD * (H3_NODES - 1) as f64, H3_NODES)
            }
            Shape::S2 { place: (a, b), .. } => {
                let last = (S2_NODES - 1) as f64;
                let ([(a0, wa0), (a1, wa1), ..], [(b0, wb0), (b1, wb1), ..]) =
                    (between(a * last, S2_NODES), between(b * last, S2_NODES));
                let index = |a: usize, b: usize| a * S2_NODES + b;
                [
                    (index(a0, b0), wa0 * wb0),
                    (index(a1, b0), wa1 * wb0),
                    (index(a0, b1), wa0 * wb1),
                    (index(a1, b1), wa1 * wb1),
                ]
            }
            Shape::Rectangle(_) => {
                let rows_from_pole = (90.0 - centre.latitude_deg().abs()) / self.grid.row_deg(0.0).0;
                if rows_from_pole < ROWS_ALONE {
                    // Rows are centred on wholes or on halves.
                    return alone((2.0 * rows_from_pole).round() as usize);
                }
                let octaves = libm::log2(rows_from_pole / ROWS_ALONE);
                between(2.0 * ROWS_ALONE + NODES_IN_OCTAVE * octaves, self.nodes.len())
            }
        }
    }

    fn node(&self, index: usize, shape: &Shape) -> &Node {
        self.nodes[index].get_or_init(|| {
            let figure = match *shape {
                Shape::H3 { grid, .. } if index < H3_NODES => {
                    let angle = FACE_RADIUS_RAD * index as f64 / (H3_NODES - 1) as f64;
                    let (x, z) = libm::sincos(angle);
                    Figure::polygon(UnitVector { x, y: 0.0, z }, &grid.corners_on_face(angle))
                }
                Shape::H3 { grid, cell } => {
                    let (centre, corners) = grid.figure_alone(cell);
                    Figure::polygon(centre, &corners)
                }
                Shape::S2 { grid, .. } => {
                    let distance = |index: usize| index as f64 / (S2_NODES - 1) as f64;
                    let place = (distance(index / S2_NODES), distance(index % S2_NODES));
                    Figure::polygon(crate::grid::on_face(place.0, place.1), &grid.corners_on_face(place))
                }
                Shape::Rectangle(_) => {
                    let index = index as f64;
                    let rows_from_pole = if index < 2.0 * ROWS_ALONE {
                        index / 2.0
                    } else {
                        ROWS_ALONE * libm::exp(core::f64::consts::LN_2 * (index - 2.0 * ROWS_ALONE) / NODES_IN_OCTAVE)
                    };
                    Figure::rectangle(&self.row(rows_from_pole))
                }
            };
            self.solve(&figure)
        })
    }

    /// A cell of a row that is centred so many rows from the north pole.
    fn row(&self, rows_from_pole: f64) -> Rectangle {
        let height_deg = self.grid.row_deg(0.0).0;
        let north_deg = 90.0 - (rows_from_pole - 0.5) * height_deg;
        let south_deg = 90.0 - (rows_from_pole + 0.5) * height_deg;
        let half_width_deg = self.grid.row_deg(90.0 - rows_from_pole * height_deg).1 / 2.0;
        Rectangle { south_deg, north_deg: north_deg.min(90.0), west_deg: -half_width_deg, east_deg: half_width_deg }
    }

    fn solve(&self, figure: &Figure) -> Node {
        let radius = radius_rad(figure, &self.law, (0.0, 0.0), None);
        if matches!(self.grid, Grid::Decimal(_)) {
            // What is printed is the centre.
            return Node { radius, ..Node::default() };
        }
        let whole = (0.5 / 10_f64.powi(i32::from(self.grid.decimals()))).to_radians();
        let half = whole / 2.0;
        let bracket = Some((0.99 * radius, 1.05 * radius));
        let growth =
            |poleward: f64, eastward: f64| radius_rad(figure, &self.law, (poleward, eastward), bracket) - radius;
        let eastward = Growth::through(growth(0.0, half), growth(0.0, whole), whole);
        if matches!(self.grid, Grid::H3(_) | Grid::S2(_)) {
            // These cells lie at any bearing, and are much the same seen from each: the growth is that with the whole
            // shift, whose fourth power has this product in it.
            let other = Growth::through(growth(half, 0.0), growth(whole, 0.0), whole);
            let mean = Growth::default().plus(0.5, &eastward).plus(0.5, &other);
            return Node { radius, poleward_slope: 0.0, poleward: mean, eastward: mean, both: 2.0 * mean.fourth };
        }
        let [(north_half, south_half), (north, south)] =
            [half, whole].map(|shift| (growth(shift, 0.0), growth(-shift, 0.0)));
        let poleward = Growth::through(f64::midpoint(north_half, south_half), f64::midpoint(north, south), whole);
        let poleward_slope = (north - south) / (2.0 * whole);
        let both = growth(half, half) - poleward_slope * half - poleward.at(half) - eastward.at(half);
        Node { radius, poleward_slope, poleward, eastward, both: both / half.powi(4) }
    }
}

/// Linear interpolation between the two nodes around a place.
fn between(place: f64, nodes: usize) -> Mix {
    let place = place.clamp(0.0, (nodes - 1) as f64);
    let first = (place as usize).min(nodes.saturating_sub(2));
    let share = place - first as f64;
    [(first, 1.0 - share), (first + 1, share), (0, 0.0), (0, 0.0)]
}
