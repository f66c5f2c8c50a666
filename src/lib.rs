//! *Says roughly where you are, and no more.*
//!
//! Location-data minimization: coarsens a position and adds differential-privacy noise before anything leaves the device.

mod budget;
mod fix;
mod lattice;
mod mechanism;
mod policy;
mod randomness;
mod sphere;

pub use budget::PrivacyLoss;
pub use fix::{Fix, FixError};
pub use lattice::LatticePoint;
pub use mechanism::{FixDomain, GeodesicDistance, MechanismError, PlanarLaplace};
pub use policy::{
    Destination, ExplainedDestination, ExplainedPurpose, ExplainedWindow, Explanation, Floor, Keep, Mechanism, Policy,
    PolicyError, Preset, Purpose, Repeat,
};
pub use randomness::RandomnessError;
pub use sphere::{EARTH_RADIUS_M, Position, SPHERE_PER_GEODESIC};
