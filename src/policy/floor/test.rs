//! [`FloorTest`]: one test of a floor, of a cell's area, of its radius, or of the printed digits.

use core::fmt;

use crate::policy::words::{FIGURES, exact_area, exact_length};

/// One test of a floor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FloorTest {
    /// Of the smallest cell's area.
    Area {
        /// The least, in square metres.
        least_m2: f64,
    },
    /// Of the circle that the narrowest cell holds around its centre.
    Radius {
        /// The least, in metres.
        least_m: f64,
    },
    /// Of the digits after the point of a printed degree.
    Digits {
        /// The most.
        most: u8,
    },
}

impl FloorTest {
    /// The order in which the kinds are tested.
    pub(super) const fn order(self) -> usize {
        match self {
            Self::Area { .. } => 0,
            Self::Radius { .. } => 1,
            Self::Digits { .. } => 2,
        }
    }

    /// Whether this is of the same kind as the other and asks for more.
    pub(super) fn is_stricter_than(self, other: Self) -> bool {
        match (self, other) {
            (Self::Area { least_m2: one }, Self::Area { least_m2: other }) => one > other,
            (Self::Radius { least_m: one }, Self::Radius { least_m: other }) => one > other,
            (Self::Digits { most: one }, Self::Digits { most: other }) => one < other,
            _ => false,
        }
    }
}

impl fmt::Display for FloorTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Area { least_m2 } => write!(f, "cells of at least {}", exact_area(least_m2, FIGURES)),
            Self::Radius { least_m } => write!(f, "a circle of {} radius in each cell", exact_length(least_m, FIGURES)),
            Self::Digits { most: 1 } => write!(f, "at most 1 digit after the point"),
            Self::Digits { most } => write!(f, "at most {most} digits after the point"),
        }
    }
}
