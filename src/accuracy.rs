//! The 68 % radius of noise and cell together.
use crate::grid::{Cell, Grid};

pub(crate) struct Accuracy(f64);

impl Accuracy {
    pub(crate) fn new(scale_m: f64, _grid: Grid) -> Self {
        Self(scale_m)
    }

    pub(crate) fn radius_m(&self, cell: &Cell) -> f64 {
        let noise = 2.35 * self.0;
        (noise * noise + 0.68 * cell.circumradius_m() * cell.circumradius_m()).sqrt()
    }
}
