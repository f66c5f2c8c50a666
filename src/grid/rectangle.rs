//! A cell between two parallels and two meridians.

use geo::{Coord, LineString, Polygon};

use super::ellipsoid;
use crate::sphere::Position;

/// Row and column of a cell in a grid of latitude and longitude: rows from the south pole, columns from 180° west.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RowColumn {
    pub(crate) row: u32,
    pub(crate) column: u32,
}

/// The part of the Earth between two parallels and two meridians, in degrees. It is a polar cap if it goes all the way
/// round and reaches a pole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) south_deg: f64,
    pub(crate) north_deg: f64,
    pub(crate) west_deg: f64,
    pub(crate) east_deg: f64,
}

impl Rectangle {
    pub(crate) fn width_deg(&self) -> f64 {
        self.east_deg - self.west_deg
    }

    pub(crate) fn is_cap(&self) -> bool {
        self.width_deg() == 360.0
    }

    /// The middle of latitude and longitude; of a polar cap, the pole.
    pub(crate) fn centre(&self) -> Position {
        if self.is_cap() {
            return Position::new(if self.north_deg == 90.0 { 90.0 } else { -90.0 }, 0.0);
        }
        Position::new(f64::midpoint(self.south_deg, self.north_deg), f64::midpoint(self.west_deg, self.east_deg))
    }

    /// The area on the ellipsoid, exact: a parallel is no geodesic, and needs no polygon.
    pub(crate) fn area_m2(&self) -> f64 {
        ellipsoid::zone_area_m2(self.south_deg, self.north_deg) * self.width_deg() / 360.0
    }

    /// Whole height along a meridian, and whole width along the middle parallel.
    pub(crate) fn extent_m(&self) -> (f64, f64) {
        let middle_deg = f64::midpoint(self.south_deg, self.north_deg);
        (
            ellipsoid::meridian_arc_m(self.south_deg, self.north_deg),
            ellipsoid::parallel_arc_m(middle_deg, self.width_deg()),
        )
    }

    /// A distance in metres from the centre within which there is no side: of a polar cap, its radius.
    ///
    /// The way to a parallel is a meridian's. A meridian lies in a plane through the axis, and no way to it is shorter than
    /// the straight line to that plane, N·cos φ·sin Δλ: the chord, too short by less than 10⁻⁶ for cells of 10 km.
    pub(crate) fn inradius_m(&self) -> f64 {
        let (height_m, _) = self.extent_m();
        if self.is_cap() {
            return height_m;
        }
        let centre_deg = f64::midpoint(self.south_deg, self.north_deg);
        let to_parallel_m = ellipsoid::meridian_arc_m(self.south_deg, centre_deg)
            .min(ellipsoid::meridian_arc_m(centre_deg, self.north_deg));
        let half_width_rad = (self.width_deg() / 2.0).min(90.0).to_radians();
        let from_axis_m = ellipsoid::normal_radius_m(centre_deg) * libm::cos(centre_deg.to_radians());
        to_parallel_m.min(from_axis_m * libm::sin(half_width_rad))
    }

    pub(crate) fn corners(&self) -> [Position; 4] {
        [
            Position::new(self.south_deg, self.west_deg),
            Position::new(self.south_deg, self.east_deg),
            Position::new(self.north_deg, self.east_deg),
            Position::new(self.north_deg, self.west_deg),
        ]
    }

    /// The outline, anticlockwise, with a vertex on the parallels at every degree of longitude and at least four: the
    /// geodesics between them enclose the cell's area to 0.05 %.
    pub(crate) fn polygon(&self) -> Polygon<f64> {
        let steps = self.width_deg().ceil().max(4.0);
        let parallel = |latitude_deg: f64, step: f64| Coord {
            x: self.west_deg + self.width_deg() * step / steps,
            y: latitude_deg,
        };
        let steps_east = (0..=steps as u32).map(f64::from);
        let south = steps_east.clone().map(|step| parallel(self.south_deg, step));
        let north = steps_east.rev().map(|step| parallel(self.north_deg, step));
        Polygon::new(LineString::from_iter(south.chain(north)), Vec::new())
    }
}
