//! *Says roughly where you are, and no more.*
//!
//! Hereabouts takes a raw position, adds differential-privacy noise, coarsens it to a cell of a fixed grid, and charges a
//! budget, **before anything leaves the device**. What comes out is a [`Release`], and nothing else can be sent.
//!
//! ```
//! use hereabouts::{Fix, MemoryLedger, Minimizer, Outcome, Policy, SystemClock};
//!
//! let policy = Policy::from_toml(include_str!("../examples/policies/weather.toml"))?;
//! // On a device: SqliteLedger::open(path)?, which survives restarts.
//! let minimizer = Minimizer::new(policy, MemoryLedger::new(), SystemClock)?;
//!
//! let fix = Fix::wgs84(52.0907, 5.1214, 12.0, jiff::Timestamp::now())?;
//! match minimizer.release(&fix, "weather", "eu")? {
//!     Outcome::Released(release) => println!("{}", release.to_json()),
//!     Outcome::Withheld(reason) => println!("nothing to send: {reason}"),
//!     _ => {}
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What to read
//!
//! - What is promised, and why it is true: `docs/guarantees.md` in the repository.
//! - The policy file: [`Policy`], and `hereabouts policy explain`.
//! - A one-page map of the code: `docs/ARCHITECTURE.md`.
//!
//! # Choosing ε
//!
//! ε is the privacy loss of one draw between places [`radius_m`](Policy::radius_m) apart: whoever sees the release can
//! become at most e^ε times surer that you are at one of two such places rather than the other. Losses add up, which is
//! what the budget is for.
//!
//! | ε at 200 m | average error | 95 % of draws within | truth within 564 m (1 km²), given one release |
//! | --- | --- | --- | --- |
//! | 0.1 | 4.0 km | 9.5 km | 3 % |
//! | 0.5 | 804 m | 1.9 km | 41 % |
//! | 1 | 402 m | 954 m | 77 % |
//!
//! (`hereabouts policy explain` prints these figures for a policy.) Begin with the largest error that the feature can bear,
//! not with the smallest ε that sounds safe.
//!
//! # The catalogue
//!
//! - In: [`Fix`], [`Datum`], [`FixError`]
//! - The road: [`Minimizer`], [`Request`], [`Preview`], [`CeilingNow`], [`Sensing`], [`AccuracyClass`], [`Error`]
//! - Out: [`Release`], [`Outcome`], [`Withheld`]
//! - Policy: [`Policy`], [`Purpose`], [`Mechanism`], [`Repeat`], [`WhenSpent`], [`Keep`], [`Ceiling`], [`Destination`], [`Floor`], [`Preset`],
//!   [`Explanation`], [`PolicyError`]
//! - Budget: [`PrivacyLoss`], [`Accounting`], [`Window`], [`Budget`], [`Ledger`], [`Transaction`], [`MemoryLedger`], [`SqliteLedger`],
//!   [`Charge`], [`Draw`], [`Receipt`], [`Rule`], [`Erase`], [`Choice`], [`Chosen`], [`Remaining`], [`Spent`], [`Clock`], [`SystemClock`], [`RecordedClock`]
//! - Noise: [`Noise`], [`PlanarLaplace`], [`Gaussian`], [`Hold`], [`FixDomain`], [`GeodesicDistance`]
//! - Places that the user protects: [`Zone`], [`Zones`], [`ZoneDraw`], [`Protected`], [`ZoneRule`]
//! - Space: [`Position`], [`LatticePoint`], [`Grid`], [`Cell`], [`CellId`], [`Accuracy`]
//! - Public places, by which less is told, or which are told by name: [`Places`], [`Sensitive`], [`Partition`], [`PlacesError`]
//! - Sealing what goes to a destination (feature `seal`): [`seal`], [`Fingerprint`], [`FingerprintError`]
//! - Checking the noise, attacking what is sent, testing a policy (feature `audit`): [`audit`]
//!
//! # Features
//!
//! - `sqlite` (default): [`SqliteLedger`].
//! - `seal`: [`seal`], destinations whose operator cannot read what it gets. Without it a policy with `seal_to` is refused.
//! - `audit`: [`audit`], what tests and auditors use to check the noise.
//! - `cli`: the `hereabouts` command.
//! - `seeded-noise`: repeatable noise for tests. A build without debug assertions refuses it.

#![cfg_attr(not(test), warn(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(all(doctest, feature = "audit"))]
#[doc = include_str!("../docs/testing-your-privacy-budget.md")]
mod testing_your_privacy_budget {}

#[cfg(doctest)]
#[doc = include_str!("../docs/sensing.md")]
mod less_at_the_source {}

mod accuracy;
#[cfg(feature = "audit")]
pub mod audit;
mod budget;
mod datum;
mod error;
mod fix;
mod grid;
mod lattice;
mod mechanism;
mod minimizer;
mod places;
mod policy;
mod randomness;
mod release;
mod route;
#[cfg(feature = "seal")]
pub mod seal;
mod sensing;
mod sorted;
mod sphere;
mod telling;
mod view;
mod zone;

pub use accuracy::Accuracy;
pub use budget::{
    Accounting, Budget, BudgetError, Charge, Choice, Chosen, Clock, Draw, Erase, Ledger, LedgerError, MemoryLedger,
    Monotonic, PrivacyLoss, Reading, Receipt, RecordedClock, Remaining, Rule, Spent, SystemClock, Transaction, Window,
    ZoneDraw, Zones,
};
#[cfg(feature = "sqlite")]
pub use budget::{Anchor, FileAnchor, Finding, Mark, Rescued, SqliteLedger};
pub use datum::Datum;
pub use error::Error;
pub use fix::{Fix, FixError};
pub use grid::{Cell, CellId, Decimal, Geohash, Grid, GridError, H3, Metric, OpenLocationCode, S2};
pub use jiff::Timestamp;
pub use lattice::LatticePoint;
pub use mechanism::{FixDomain, Gaussian, GeodesicDistance, Hold, MechanismError, Noise, PlanarLaplace};
pub use minimizer::{CeilingNow, Minimizer, Preview, Protected, Request};
pub use places::{Places, PlacesError};
pub use policy::{
    Ceiling, Destination, ExplainedCeiling, ExplainedDestination, ExplainedHold, ExplainedPlaces, ExplainedPurpose,
    ExplainedSensitive, ExplainedWindow, ExplainedZones, Explanation, Floor, FloorError, FloorTest, Keep, Mechanism,
    Partition, Policy, PolicyChange, PolicyError, PolicyNote, Preset, Purpose, Repeat, Sensitive, Telling, WhenSpent,
    ZoneRule,
};
#[cfg(feature = "seal")]
pub use policy::{Fingerprint, FingerprintError};
pub use randomness::RandomnessError;
pub use release::{Outcome, Release, Withheld};
pub use sensing::{AccuracyClass, Sensing};
pub use sphere::{EARTH_RADIUS_M, Position, SPHERE_PER_GEODESIC};
pub use zone::Zone;
