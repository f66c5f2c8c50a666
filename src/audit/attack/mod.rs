//! What an adversary makes of all that he was sent.
//!
//! He holds every release that one or more destinations received, with its time bucket, and every silence; he knows policy
//! and code. Each attack is a function of [`Observation`]s, which are made from releases or from raw places alike: so that
//! the same attack is seen to succeed on the raw journey. One idea each:
//!
//! - [`average`], [`geometric_median`] and, cells reckoned with, the likeliest place: the [`Estimator`]s of one place;
//! - [`Anchor::sightings`]: which observations are of home, and which of work;
//! - [`remaining`]: how many candidate places could have given all outputs;
//! - [`movement_errors_m`]: whether the differences of outputs show the way;
//! - [`linkage`]: whether times link observations to another log.
//!
//! A [`Rehearsal`](super::Rehearsal) replays a journey and runs them all, many times; so does `hereabouts attack`.
//!
//! An attack that fails proves nothing: what bounds every attack is the ε that was spent. These show what that bound leaves
//! in metres.

mod anchor;
mod average;
mod candidates;
mod estimator;
mod geometric_median;
mod likeliest;
mod linkage;
mod movement;
mod observation;
mod spread;

pub use anchor::Anchor;
pub use average::{average, average_error_m};
pub use candidates::{candidates, could_have_sent, remaining};
pub use estimator::{Counted, Estimator, Rule};
pub use geometric_median::{geometric_median, least_error_m};
pub use linkage::{Linkage, linkage};
pub use movement::movement_errors_m;
pub use observation::Observation;
pub use spread::Spread;
