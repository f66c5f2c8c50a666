//! H3: hexagons, and twelve pentagons, on an icosahedron.

use geo::Polygon;
use h3o::{CellIndex, LatLng, Resolution};

use super::{GridError, digits_for_circle, polygon};
use crate::sphere::{Position, UnitVector};

/// Cells of resolution 13 would be finer than the lattice.
const FINEST: u8 = 12;

/// The areas of the smallest cell (a pentagon) and of the largest (a hexagon in the middle of a face), by resolution, in
/// square metres on the ellipsoid. A test finds them anew.
const EXTREME_AREAS_M2: [(f64, f64); FINEST as usize + 1] = [(0.0, 0.0); 13];

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

    pub(super) fn smallest_area_m2(&self) -> f64 {
        EXTREME_AREAS_M2[usize::from(self.resolution())].0
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
