//! Hereabouts for Swift and Kotlin: the surface of the crate `hereabouts`, through uniffi.
//!
//! It is thin: no decision is taken here. What crosses, and how (`docs/adr/0003-what-crosses.md`):
//!
//! - A [`Fix`] crosses as scalars on its way in, and is an opaque handle from then on: there is no way to read it back, and
//!   nothing prints it. No record holds a coordinate of a fix.
//! - A [`Release`] is a record of what may be sent, with its written forms as Rust writes them.
//! - Every error is one [`HereaboutsError`]: its variant is the kind that programs look at, its message is the core's text.
//! - A panic crosses as [`HereaboutsError::Internal`] which says where in the source it was, if the build keeps places, and not what it said.
//! - Times are milliseconds since 1970 (`…_ms`), as both systems have them; spans have their unit in the name.
//!
//! Whoever writes Rust uses the crate `hereabouts` itself.

#![cfg_attr(not(test), warn(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

mod anchor;
mod batch;
mod ceiling;
mod clock;
mod disclosure;
mod error;
mod fix;
#[cfg(target_os = "android")]
mod folding;
mod guard;
mod minimizer;
#[cfg(any(test, not(feature = "rehearsal")))]
#[cfg_attr(feature = "rehearsal", expect(dead_code))]
mod no_rehearsal;
mod outcome;
mod policy;
mod receipt;
mod rehearsal;
mod release;
mod seal;
mod sensing;
mod time;
mod zone;

pub use anchor::{Anchor, AnchorStore, StoreError};
pub use batch::{FixBatch, Request};
pub use ceiling::CeilingNow;
pub use clock::{Clock, ClockError, ClockReading};
pub use disclosure::Disclosure;
pub use error::HereaboutsError;
pub use fix::Fix;
pub use minimizer::Minimizer;
pub use outcome::{Outcome, Preview, Withheld, WithheldReason, withheld_text};
pub use policy::{
    AccountingParts, BudgetParts, CeilingParts, DestinationParts, FloorParts, GridParts, KeptField, MechanismParts,
    Policy, PolicyChange, PolicyParts, PurposeParts, RepeatParts, SensitiveParts, Telling, WhenSpent, ZonesParts,
    preset_names,
};
pub use receipt::{PrivacyLoss, Receipt, Remaining};
pub use rehearsal::{BrokenPromise, Rehearsal, RehearsalListener, RehearsalOptions, place_and_time};
pub use release::Release;
pub use seal::SecretKey;
pub use sensing::{AccuracyClass, Sensing};
pub use zone::{Protected, Zone, Zones};

uniffi::setup_scaffolding!();
