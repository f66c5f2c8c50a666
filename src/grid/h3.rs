//! H3: hexagons, and twelve pentagons, on an icosahedron.

use geo::Polygon;
use h3o::{CellIndex, LatLng, Resolution};

use super::{GridError, digits_for_circle, polygon};
use crate::sphere::{Position, UnitVector};

/// Cells of resolution 13 would be finer than the lattice.
const FINEST: u8 = 12;

/// The distance of neighbouring centres at resolution 0 on a plane that touches the unit sphere: (3 − √5)/2 (H3's
/// `RES0_U_GNOMONIC`). Each resolution divides it by √7.
const CENTRE_SPACING: f64 = 0.381_966_011_250_105;

/// The areas of the smallest cell (a pentagon) and of the largest (a hexagon in the middle of a face), by resolution, in
/// square metres on the ellipsoid. A test finds them anew.
const EXTREME_AREAS_M2: [(f64, f64); FINEST as usize + 1] = [
    (2_550_958_000_000.0, 5_016_817_000_000.0),
    (326_976_400_000.0, 735_351_800_000.0),
    (44_731_080_000.0, 105_443_900_000.0),
    (6_287_379_000.0, 15_071_490_000.0),
    (892_594_000.0, 2_153_235_000.0),
    (127_217_100.0, 307_610_400.0),
    (18_157_620.0, 43_944_450.0),
    (2_593_083.0, 6_277_781.0),
    (370_393.0, 896_825.9),
    (52_910.77, 128_118.0),
    (7_558.544, 18_302.57),
    (1_079.785, 2_614.653),
    (154.2546, 373.5218),
];

/// The radii of the circles that fit around the centres of the narrowest cells, the pentagons, by resolution, in metres on
/// the ellipsoid, rounded down. A test finds them anew.
const SMALLEST_INRADII_M: [f64; FINEST as usize + 1] = [
    836_811.0, 304_911.0, 110_609.0, 42_307.2, 15_624.4, 6_018.61, 2_228.46, 859.287, 318.279, 122.744, 45.4669,
    17.5347, 6.495_25,
];

/// The cells of one resolution of H3 (Uber, <https://h3geo.org>).
///
/// A cell does not hold exactly its seven finer ones: releases on two resolutions are two different partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct H3 {
    resolution: Resolution,
}

impl H3 {
    pub(super) fn new(resolution: u8) -> Result<Self, GridError> {
        match Resolution::try_from(resolution) {
            Ok(known) if resolution <= FINEST => Ok(Self { resolution: known }),
            _ => Err(GridError::H3ResolutionOutOfRange),
        }
    }

    /// The resolution: 0 is the coarsest.
    #[must_use]
    pub fn resolution(&self) -> u8 {
        self.resolution.into()
    }

    pub(super) fn cell(&self, centre: &Position) -> CellIndex {
        // A lattice point is finite, which is all that is asked of it here.
        LatLng::new(centre.latitude_deg(), centre.longitude_deg()).unwrap_or_default().to_cell(self.resolution)
    }

    pub(super) fn centre(cell: CellIndex) -> Position {
        position(LatLng::from(cell))
    }

    pub(super) fn corners(cell: CellIndex) -> Vec<UnitVector> {
        cell.boundary().iter().map(|&corner| UnitVector::new(&position(corner))).collect()
    }

    pub(super) fn outline(cell: CellIndex) -> Polygon<f64> {
        polygon::outline(&Self::centre(cell), &Self::corners(cell))
    }

    /// The corners of a hexagon whose centre is some angle away from the middle of its face, which is seen from above:
    /// z is its middle, x points to the hexagon. On the plane that touches a face in its middle all hexagons are regular
    /// and of one size (H3 projects gnomonically).
    pub(crate) fn corners_on_face(&self, angle_rad: f64) -> [UnitVector; 6] {
        let corner = CENTRE_SPACING / 3.0_f64.sqrt() / 7.0_f64.powi(i32::from(self.resolution())).sqrt();
        core::array::from_fn(|index| {
            let (sine, cosine) = libm::sincos(core::f64::consts::FRAC_PI_3 * index as f64);
            UnitVector { x: libm::tan(angle_rad) + corner * cosine, y: corner * sine, z: 1.0 }
        })
    }

    /// A number for the cells that are not a hexagon on one face: 0 for a pentagon, since all twelve are alike; from 1 on
    /// for the cells of resolution 0.
    pub(crate) fn alone(&self, cell: CellIndex) -> Option<usize> {
        if cell.is_pentagon() {
            return Some(0);
        }
        (self.resolution == Resolution::Zero).then(|| 1 + usize::from(u8::from(cell.base_cell())))
    }

    /// The centre and the corners of a cell that is [alone](Self::alone); of all pentagons, the same.
    pub(crate) fn figure_alone(&self, cell: CellIndex) -> (UnitVector, Vec<UnitVector>) {
        let first = cell.is_pentagon().then(|| self.resolution.pentagons().next()).flatten();
        let cell = first.unwrap_or(cell);
        (UnitVector::new(&Self::centre(cell)), Self::corners(cell))
    }

    /// The middles of the twenty faces: over each three neighbouring vertices, which are the centres of pentagons.
    pub(crate) fn face_centres() -> Vec<UnitVector> {
        let vertices: Vec<UnitVector> =
            Resolution::Zero.pentagons().map(|cell| UnitVector::new(&Self::centre(cell))).collect();
        // Neighbours are 63.4° apart, others 116.6° or 180°.
        let near = |a: usize, b: usize| vertices[a].dot(&vertices[b]) > 0.0;
        let mut centres = Vec::with_capacity(20);
        for a in 0..vertices.len() {
            for b in a + 1..vertices.len() {
                for c in b + 1..vertices.len() {
                    if near(a, b) && near(b, c) && near(a, c) {
                        let sum = [vertices[a], vertices[b], vertices[c]].into_iter().fold(
                            UnitVector { x: 0.0, y: 0.0, z: 0.0 },
                            |sum, next| UnitVector { x: sum.x + next.x, y: sum.y + next.y, z: sum.z + next.z },
                        );
                        let length = sum.dot(&sum).sqrt();
                        centres.push(UnitVector { x: sum.x / length, y: sum.y / length, z: sum.z / length });
                    }
                }
            }
        }
        centres
    }

    pub(super) fn smallest_area_m2(&self) -> f64 {
        EXTREME_AREAS_M2[usize::from(self.resolution())].0
    }

    pub(super) fn smallest_inradius_m(&self) -> f64 {
        SMALLEST_INRADII_M[usize::from(self.resolution())]
    }

    pub(super) fn largest_area_m2(&self) -> f64 {
        EXTREME_AREAS_M2[usize::from(self.resolution())].1
    }

    /// No cell is narrower across than the pentagons: a pentagon of area A holds a circle of radius 0.525·√A, and the
    /// hexagons around it, stretched as they are, one of 0.519·√A.
    pub(super) fn decimals(&self) -> u8 {
        digits_for_circle(0.519 * self.smallest_area_m2().sqrt())
    }

    pub(super) fn coarser(&self) -> Option<Self> {
        Some(Self { resolution: self.resolution.pred()? })
    }
}

fn position(place: LatLng) -> Position {
    Position::new(place.lat(), place.lng())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::GeodesicArea;

    fn area_m2(cell: CellIndex) -> f64 {
        H3::outline(cell).geodesic_area_signed()
    }

    /// Every cell down to resolution 3; below it the pentagons, and the neighbourhood of the largest cells above.
    #[test]
    fn the_smallest_and_the_largest_cell_are_as_the_table_says() {
        let mut large = Vec::new();
        for resolution in Resolution::range(Resolution::Zero, Resolution::Twelve) {
            let cells: Vec<CellIndex> = if resolution <= Resolution::Three {
                CellIndex::base_cells().flat_map(|cell| cell.children(resolution)).collect()
            } else {
                let near = large.iter().flat_map(|cell: &CellIndex| cell.center_child(resolution));
                let near = near.flat_map(|cell| cell.grid_disk::<Vec<_>>(3));
                resolution.pentagons().chain(near).collect()
            };
            let mut by_area: Vec<_> = cells.into_iter().map(|cell| (area_m2(cell), cell)).collect();
            by_area.sort_by(|a, b| a.0.total_cmp(&b.0));
            by_area.dedup();
            let (smallest, largest) = (by_area[0], by_area[by_area.len() - 1]);
            assert!(smallest.1.is_pentagon());
            let told = EXTREME_AREAS_M2[usize::from(resolution)];
            assert!((told.0 / smallest.0 - 1.0).abs() < 1e-5, "{resolution}: smallest {smallest:?}");
            assert!((told.1 / largest.0 - 1.0).abs() < 1e-5, "{resolution}: largest {largest:?}");
            large = by_area.iter().rev().take(24).map(|&(_, cell)| cell).collect();
        }
    }

    fn inradius_m(cell: CellIndex) -> f64 {
        polygon::inradius_m(&H3::centre(cell), &H3::corners(cell))
    }

    /// Every cell down to resolution 3; below it the neighbourhoods of the pentagons, and of the narrowest cells above.
    #[test]
    fn the_narrowest_cell_is_as_the_table_says() {
        let mut narrow: Vec<CellIndex> = Vec::new();
        for resolution in Resolution::range(Resolution::Zero, Resolution::Twelve) {
            let cells: Vec<CellIndex> = if resolution <= Resolution::Three {
                CellIndex::base_cells().flat_map(|cell| cell.children(resolution)).collect()
            } else {
                let near = narrow.iter().flat_map(|cell: &CellIndex| cell.center_child(resolution));
                near.chain(resolution.pentagons()).flat_map(|cell| cell.grid_disk::<Vec<_>>(2)).collect()
            };
            let mut by_width: Vec<_> = cells.into_iter().map(|cell| (inradius_m(cell), cell)).collect();
            by_width.sort_by(|a, b| a.0.total_cmp(&b.0));
            by_width.dedup();
            let (found_m, cell) = by_width[0];
            assert!(cell.is_pentagon());
            let told_m = SMALLEST_INRADII_M[usize::from(resolution)];
            assert!(told_m <= found_m && told_m > found_m * (1.0 - 1e-5), "{resolution}: {found_m}");
            narrow = by_width.iter().take(24).map(|&(_, cell)| cell).collect();
        }
    }
}
