//! What is told of a draw: a cell, a coarser one near a sensitive place, or the name of a place.
//!
//! Everything here reads the draw alone, and so is post-processing.

use std::sync::{Arc, Mutex, PoisonError};

use crate::accuracy::Accuracy;
use crate::grid::{Cell, Grid};
use crate::lattice::LatticePoint;
use crate::mechanism::{Noise, Stays, uncertainty_m};
use crate::places::Places;
use crate::policy::{Partition, Sensitive};
use crate::sphere::Position;

/// What is told of a draw.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    /// A cell.
    Cell(ToldCell),
    /// A place by its name, or that none holds all of where the truth may be.
    Place {
        /// As a release names the grid: "places:countries".
        places: Arc<str>,
        name: Option<Arc<str>>,
    },
}

impl Told {
    /// The name of the cell or the place, as the ledger keeps it: a hyphen where no place is named.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Cell(told) => told.cell.id().to_string(),
            Self::Place { name, .. } => name.as_deref().unwrap_or("-").to_owned(),
        }
    }
}

/// What is told of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ToldCell {
    pub(crate) cell: Cell,
    /// The centre, as it is printed.
    pub(crate) centre: Position,
    pub(crate) accuracy_m: f64,
}

/// How draws are told.
pub(crate) enum Telling {
    Cells { cells: Cells, near_sensitive: Option<Box<NearSensitive>> },
    Names(Names),
}

impl Telling {
    pub(crate) fn new(told_as: &Partition, noise: Noise, stays: Option<&Stays>, sensitive: Option<&Sensitive>) -> Self {
        match told_as {
            Partition::Cells(grid) => Self::Cells {
                cells: Cells::new(noise, *grid),
                near_sensitive: sensitive
                    .and_then(|sensitive| NearSensitive::new(sensitive, noise, *grid))
                    .map(Box::new),
            },
            Partition::Places(places) => Self::Names(Names::new(places, &noise, stays)),
        }
    }

    /// What is told of a draw, and whether a sensitive place made it coarser.
    pub(crate) fn told(&self, point: LatticePoint) -> (Told, bool) {
        match self {
            Self::Cells { cells, near_sensitive } => {
                let coarse = near_sensitive.as_ref().and_then(|near| near.told(point));
                (Told::Cell(coarse.unwrap_or_else(|| cells.told(point))), coarse.is_some())
            }
            Self::Names(names) => (names.told(point), false),
        }
    }

    /// The name of the grid that a draw is told in.
    pub(crate) fn grid_name(&self, point: LatticePoint) -> &str {
        match self {
            Self::Cells { cells, near_sensitive } => {
                let coarse = near_sensitive.as_ref().filter(|near| near.cell(point).is_some());
                coarse.map_or(&cells.grid_name, |near| &near.cells.grid_name)
            }
            Self::Names(names) => &names.places_name,
        }
    }
}

/// How many cells are remembered.
const RECENT: usize = 16;

/// What was worked out of the last few cells, and whose turn it is to be forgotten. Draws of one place fall into a few cells
/// again and again, and to work this out takes longer than the draw. (That a cell was told lately is no secret of the place:
/// it is what was told.)
struct Recent<T>(Mutex<(Vec<(Cell, T)>, usize)>);

impl<T: Copy> Recent<T> {
    fn new() -> Self {
        Self(Mutex::new((Vec::new(), 0)))
    }

    fn of(&self, cell: Cell, work_out: impl FnOnce() -> T) -> T {
        // Whoever panicked with the lock left no half of an entry.
        let (known, next) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = known.iter().find(|(known, _)| *known == cell) {
            return *value;
        }
        let value = work_out();
        match known.get_mut(*next) {
            Some(oldest) => *oldest = (cell, value),
            None => known.push((cell, value)),
        }
        *next = (*next + 1) % RECENT;
        value
    }
}

/// Cells of one grid.
pub(crate) struct Cells {
    grid: Grid,
    grid_name: Box<str>,
    accuracy: Accuracy,
    recent: Recent<ToldCell>,
}

impl Cells {
    fn new(noise: Noise, grid: Grid) -> Self {
        let accuracy = Accuracy::new(noise, grid);
        Self { grid, grid_name: grid.to_string().into(), accuracy, recent: Recent::new() }
    }

    fn told(&self, point: LatticePoint) -> ToldCell {
        self.told_cell(self.grid.cell(point))
    }

    fn told_cell(&self, cell: Cell) -> ToldCell {
        self.recent.of(cell, || {
            let centre = cell.centre();
            let printed = cell.print(&centre);
            let radius_m = self.accuracy.radius_around_m(&cell, &centre, &printed);
            ToldCell { cell, centre: printed, accuracy_m: (radius_m * 10.0).round() / 10.0 }
        })
    }
}

/// The coarser cells that are told near sensitive places.
pub(crate) struct NearSensitive {
    places: Places,
    cells: Cells,
    /// The widest that a fine cell is, anywhere.
    widest_m: f64,
    recent: Recent<bool>,
}

impl NearSensitive {
    /// A policy is loaded only if every grid has a coarser one for this.
    fn new(sensitive: &Sensitive, noise: Noise, fine: Grid) -> Option<Self> {
        let cells = Cells::new(noise, sensitive.coarsened(fine)?);
        let (places, widest_m) = (sensitive.places().clone(), fine.largest_diameter_m());
        Some(Self { places, cells, widest_m, recent: Recent::new() })
    }

    /// The coarse cell of a draw, if it comes near a sensitive place.
    ///
    /// This is asked of the coarse cell as a whole, so that it means no part of it; and within the widest that a fine cell is,
    /// so that a fine cell which reaches into this one touches no sensitive place if it is told.
    fn cell(&self, point: LatticePoint) -> Option<Cell> {
        let cell = self.cells.grid.cell(point);
        let is_near = || self.places.touch(&cell.centre(), cell.circumradius_m() + self.widest_m);
        self.recent.of(cell, is_near).then_some(cell)
    }

    fn told(&self, point: LatticePoint) -> Option<ToldCell> {
        self.cell(point).map(|cell| self.cells.told_cell(cell))
    }
}

/// Names of places.
pub(crate) struct Names {
    places: Places,
    places_name: Arc<str>,
    /// How far from the draw the truth may be.
    radius_m: f64,
}

impl Names {
    fn new(places: &Places, noise: &Noise, stays: Option<&Stays>) -> Self {
        let (places, places_name) = (places.clone(), places.to_string().into());
        Self { places, places_name, radius_m: uncertainty_m(noise, stays) }
    }

    fn told(&self, point: LatticePoint) -> Told {
        let name = self.places.holding(&point.centre(), self.radius_m);
        Told::Place { places: Arc::clone(&self.places_name), name: name.map(Arc::from) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn what_is_remembered_of_a_cell_is_what_would_be_worked_out_anew() {
        let policy = Policy::from_toml(include_str!("../examples/policies/weather.toml")).unwrap();
        let noise = policy.purpose("weather").unwrap().mechanism().noise(policy.radius_m()).unwrap();
        let cells = || Cells::new(noise, policy.grid_for("weather", "eu").unwrap());
        let remembering = cells();
        // More cells than are remembered, each again and again.
        for number in 0..1_000 {
            let place = Position::new(52.0 + f64::from(number * 7 % 40) * 0.03, 5.0 + f64::from(number % 3) * 0.001);
            let point = LatticePoint::nearest(&place);
            assert_eq!(remembering.told(point), cells().told(point));
        }
        assert_eq!(remembering.recent.0.lock().unwrap().0.len(), RECENT);
    }
}
