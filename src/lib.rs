//! *Says roughly where you are, and no more.*
//!
//! Location-data minimization: coarsens a position and adds differential-privacy noise before anything leaves the device.

mod accuracy;
mod budget;
mod fix;
mod grid;
mod lattice;
mod sphere;

pub use accuracy::Accuracy;
pub use budget::PrivacyLoss;
pub use fix::{Fix, FixError};
pub use grid::{Cell, CellId, Decimal, Geohash, Grid, GridError, H3, Metric, OpenLocationCode, S2};
pub use lattice::LatticePoint;
pub use sphere::{EARTH_RADIUS_M, Position, SPHERE_PER_GEODESIC};
