//! [`Partition`]: what a purpose's draws are told as.

use core::fmt;

use crate::{Grid, Places};

/// What a purpose's draws are told as: the cell of a grid, or the name of a place.
///
/// # Example
///
/// ```
/// use hereabouts::{Grid, Partition};
///
/// let partition = Partition::from(Grid::h3(6)?);
/// assert_eq!((partition.to_string().as_str(), partition.grid()), ("h3:6", Some(Grid::h3(6)?)));
/// # Ok::<(), hereabouts::GridError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Partition {
    /// Cells that cover the Earth: the one that holds the draw is told, by its name and its centre.
    Cells(Grid),
    /// Places with names: the smallest one that holds the whole area in which the truth is likely to lie is told, by its name
    /// and without coordinates; that there is none, where none does.
    Places(Places),
}

impl Partition {
    /// The grid, if it is one.
    #[must_use]
    pub const fn grid(&self) -> Option<Grid> {
        match self {
            Self::Cells(grid) => Some(*grid),
            Self::Places(_) => None,
        }
    }

    /// The places, if it is those.
    #[must_use]
    pub const fn places(&self) -> Option<&Places> {
        match self {
            Self::Cells(_) => None,
            Self::Places(places) => Some(places),
        }
    }
}

impl From<Grid> for Partition {
    fn from(grid: Grid) -> Self {
        Self::Cells(grid)
    }
}

impl From<&Grid> for Partition {
    fn from(grid: &Grid) -> Self {
        Self::Cells(*grid)
    }
}

impl From<Places> for Partition {
    fn from(places: Places) -> Self {
        Self::Places(places)
    }
}

impl From<&Self> for Partition {
    fn from(partition: &Self) -> Self {
        partition.clone()
    }
}

/// As a release names it: "h3:6", "places:countries".
impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cells(grid) => grid.fmt(f),
            Self::Places(places) => places.fmt(f),
        }
    }
}
