//! A raster over a piece of the plane: a likelihood on it, and the smallest areas that hold a share of it.

use std::collections::BTreeMap;

use crate::audit::projection::{Plane, Projection};
use crate::sphere::Position;

/// The squares along a side: few while the place of the mass is looked for, more in the end.
const COARSE: usize = 48;
const FINE: usize = 96;

/// Looking closer ends after so many steps; each makes the square at least a third smaller.
const MOST_STEPS: usize = 24;

/// How much of the mass a closer look must not leave outside.
const KEPT: f64 = 0.9999;

/// A large square of the plane, cut into small ones, each with its share of the mass.
#[derive(Clone, Debug)]
pub(super) struct Raster {
    projection: Projection,
    west_m: f64,
    south_m: f64,
    step_m: f64,
    across: usize,
    /// Row by row from the south.
    mass: Vec<f64>,
}

impl Raster {
    /// A log-likelihood over the square about a middle, then closer and closer about where it is greatest.
    pub(super) fn closing_in(
        projection: Projection,
        middle: Plane,
        half_m: f64,
        log_likelihood: &dyn Fn(&Plane) -> f64,
    ) -> Self {
        let (mut middle, mut half_m) = (middle, half_m);
        for _ in 0..MOST_STEPS {
            let coarse = Self::new(projection, middle, half_m, COARSE, log_likelihood);
            let (closer, closer_half_m) = coarse.bounds(KEPT);
            if closer_half_m > half_m / 1.5 {
                break;
            }
            (middle, half_m) = (closer, closer_half_m);
        }
        Self::new(projection, middle, half_m, FINE, log_likelihood)
    }

    fn new(
        projection: Projection,
        middle: Plane,
        half_m: f64,
        across: usize,
        log_likelihood: &dyn Fn(&Plane) -> f64,
    ) -> Self {
        let (west_m, south_m) = (middle.east_m - half_m, middle.north_m - half_m);
        let mut raster =
            Self { projection, west_m, south_m, step_m: 2.0 * half_m / across as f64, across, mass: Vec::new() };
        let logs: Vec<f64> = (0..across * across).map(|index| log_likelihood(&raster.middle(index))).collect();
        let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights = logs.iter().map(|log| libm::exp(log - greatest));
        let sum: f64 = weights.clone().sum();
        raster.mass = weights.map(|weight| weight / sum).collect();
        raster
    }

    fn middle(&self, index: usize) -> Plane {
        Plane {
            east_m: self.west_m + (0.5 + (index % self.across) as f64) * self.step_m,
            north_m: self.south_m + (0.5 + (index / self.across) as f64) * self.step_m,
        }
    }

    /// The squares in the order of their mass, as many as hold a share of it.
    fn densest(&self, share: f64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.mass.len()).collect();
        order.sort_by(|one, other| self.mass[*other].total_cmp(&self.mass[*one]));
        let mut held = 0.0;
        order.retain(|index| {
            let is_wanted = held < share;
            held += self.mass[*index];
            is_wanted
        });
        order
    }

    /// The middle and half the side of a square about the densest share, and two small squares more on each side: a peak that
    /// is narrower than one must not be lost.
    fn bounds(&self, share: f64) -> (Plane, f64) {
        let (mut low, mut high) = ([usize::MAX; 2], [0; 2]);
        for index in self.densest(share) {
            for (axis, at) in [index % self.across, index / self.across].into_iter().enumerate() {
                (low[axis], high[axis]) = (low[axis].min(at), high[axis].max(at));
            }
        }
        let middle = |axis: usize| (low[axis] + high[axis] + 1) as f64 / 2.0 * self.step_m;
        let side = (high[0].saturating_sub(low[0])).max(high[1].saturating_sub(low[1])) + 5;
        let place = Plane { east_m: self.west_m + middle(0), north_m: self.south_m + middle(1) };
        (place, side as f64 / 2.0 * self.step_m)
    }

    /// The place with the greatest mass.
    pub(super) fn likeliest(&self) -> Position {
        let greatest = (0..self.mass.len()).max_by(|one, other| self.mass[*one].total_cmp(&self.mass[*other]));
        self.projection.position(&self.middle(greatest.unwrap_or(0)))
    }

    /// The radius about a place that holds a share of the mass.
    pub(super) fn radius_m(&self, about: &Position, share: f64) -> f64 {
        let about = self.projection.plane(about);
        let mut by_distance: Vec<(f64, f64)> =
            self.mass.iter().enumerate().map(|(index, mass)| (self.middle(index).distance_m(&about), *mass)).collect();
        by_distance.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut held = 0.0;
        let within = by_distance.iter().find(|(_, mass)| {
            held += mass;
            held >= share
        });
        within.or(by_distance.last()).map_or(0.0, |(distance_m, _)| distance_m + self.step_m / 2.0)
    }

    /// The smallest area that holds a share of the mass.
    pub(super) fn area(&self, share: f64) -> Squares {
        let mut inside = vec![false; self.mass.len()];
        for index in self.densest(share) {
            inside[index] = true;
        }
        let Self { projection, west_m, south_m, step_m, across, .. } = *self;
        Squares { projection, west_m, south_m, step_m, across, inside }
    }
}

/// Some of the squares of a raster.
#[derive(Clone, Debug)]
pub(super) struct Squares {
    projection: Projection,
    west_m: f64,
    south_m: f64,
    step_m: f64,
    across: usize,
    inside: Vec<bool>,
}

impl Squares {
    pub(super) fn area_m2(&self) -> f64 {
        self.inside.iter().filter(|inside| **inside).count() as f64 * self.step_m * self.step_m
    }

    pub(super) fn holds(&self, place: &Position) -> bool {
        let place = self.projection.plane(place);
        let column = ((place.east_m - self.west_m) / self.step_m).floor();
        let row = ((place.north_m - self.south_m) / self.step_m).floor();
        column >= 0.0 && row >= 0.0 && self.is_inside(column as i64, row as i64)
    }

    fn is_inside(&self, column: i64, row: i64) -> bool {
        let (Ok(column), Ok(row)) = (usize::try_from(column), usize::try_from(row)) else { return false };
        column < self.across && self.inside.get(row * self.across + column).copied().unwrap_or(false)
    }

    /// Closed lines around the squares, through the middles of their outer sides, so that no line is a staircase.
    pub(super) fn outlines(&self) -> Vec<Vec<Position>> {
        // Each outer side from a corner to the next, with the squares on its left.
        let mut sides: BTreeMap<(i64, i64), Vec<(i64, i64)>> = BTreeMap::new();
        let across = i64::try_from(self.across).unwrap_or(0);
        for (row, column) in (0..across).flat_map(|row| (0..across).map(move |column| (row, column))) {
            if !self.is_inside(column, row) {
                continue;
            }
            let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
            let beyond = [(column, row - 1), (column + 1, row), (column, row + 1), (column - 1, row)];
            for (side, (column, row)) in beyond.into_iter().enumerate() {
                if !self.is_inside(column, row) {
                    sides.entry(corners[side]).or_default().push(corners[(side + 1) % 4]);
                }
            }
        }
        let mut outlines = Vec::new();
        while let Some(start) = sides.keys().next().copied() {
            let (mut outline, mut at) = (Vec::new(), start);
            while let Some(mut next) = sides.remove(&at) {
                let Some(end) = next.pop() else { break };
                if !next.is_empty() {
                    sides.insert(at, next);
                }
                let middle = |one: i64, other: i64| (one + other) as f64 / 2.0 * self.step_m;
                outline.push(self.projection.position(&Plane {
                    east_m: self.west_m + middle(at.0, end.0),
                    north_m: self.south_m + middle(at.1, end.1),
                }));
                at = end;
            }
            outlines.push(outline);
        }
        outlines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A normal law of 100 m in the plane, far narrower than the first look's squares: its areas are discs of radius
    /// σ·√(2·ln(1/(1 − share))).
    #[test]
    fn areas_of_a_known_law_are_found_however_wide_the_first_look_is() {
        let place = Position::new(52.0, 5.0);
        let projection = Projection::about([&place]);
        for half_m in [1_000.0, 20_000.0, 400_000.0] {
            let law = |at: &Plane| -at.distance_m(&Plane { east_m: 120.0, north_m: -40.0 }).powi(2) / 20_000.0;
            let raster = Raster::closing_in(projection, Plane { east_m: 0.0, north_m: 0.0 }, half_m, &law);
            let truth = projection.position(&Plane { east_m: 120.0, north_m: -40.0 });
            assert!(raster.likeliest().great_circle_distance_m(&truth) < 15.0);
            for share in [0.5, 0.95] {
                let radius_m = 100.0 * (-2.0 * (1.0_f64 - share).ln()).sqrt();
                let area = raster.area(share);
                let ratio = area.area_m2() / (core::f64::consts::PI * radius_m * radius_m);
                assert!((0.97..1.05).contains(&ratio), "{half_m} {share}: {ratio}");
                assert!((raster.radius_m(&truth, share) / radius_m - 1.0).abs() < 0.06);
                assert!(area.holds(&truth) && !area.holds(&Position::new(53.0, 5.0)));
                let outlines = area.outlines();
                assert_eq!(outlines.len(), 1);
                for corner in &outlines[0] {
                    assert!((corner.great_circle_distance_m(&truth) / radius_m - 1.0).abs() < 0.1);
                }
            }
        }
    }

    #[test]
    fn two_peaks_have_two_outlines() {
        let projection = Projection::about([&Position::new(0.0, 0.0)]);
        let law = |at: &Plane| {
            let peak = |east_m: f64| libm::exp(-at.distance_m(&Plane { east_m, north_m: 0.0 }).powi(2) / 2e4);
            (peak(-600.0) + peak(600.0)).ln()
        };
        let raster = Raster::closing_in(projection, Plane { east_m: 0.0, north_m: 0.0 }, 2_000.0, &law);
        assert_eq!(raster.area(0.9).outlines().len(), 2);
    }
}
