//! *Says roughly where you are, and no more.*
//!
//! Location-data minimization: coarsens a position and adds differential-privacy noise before anything leaves the device.

mod accuracy;
mod budget;
mod error;
mod fix;
mod grid;
mod lattice;
mod mechanism;
mod minimizer;
mod policy;
mod randomness;
mod release;
mod route;
mod sphere;

#[cfg(feature = "sqlite")]
pub use budget::SqliteLedger;
pub use budget::{
    Budget, BudgetError, Charge, Clock, Draw, Ledger, LedgerError, MemoryLedger, PrivacyLoss, Receipt, RecordedClock,
    Remaining, Spent, SystemClock, Transaction, Window,
};
pub use error::Error;
pub use fix::{Fix, FixError};
pub use grid::{Cell, CellId, Decimal, Geohash, Grid, GridError, H3, Metric, OpenLocationCode, S2};
pub use lattice::LatticePoint;
pub use mechanism::{FixDomain, GeodesicDistance, MechanismError, PlanarLaplace};
pub use minimizer::{Minimizer, Preview, Request};
pub use policy::{
    Destination, ExplainedDestination, ExplainedPurpose, ExplainedWindow, Explanation, Floor, Keep, Mechanism, Policy,
    PolicyError, Preset, Purpose, Repeat,
};
pub use randomness::RandomnessError;
pub use release::{Outcome, Release, Withheld};
pub use sphere::{EARTH_RADIUS_M, Position, SPHERE_PER_GEODESIC};
