//! What an adversary makes of all that he was sent.
//!
//! He holds every release that one or more destinations received, with its time bucket, and every silence; he knows policy
//! and code. Each attack is a function of [`Observation`]s, which are made from releases or from raw places alike: so that
//! the same attack is seen to succeed on the raw journey. One idea each:
//!
//! - [`average`], [`geometric_median`], the likeliest place (cells reckoned with), the most frequent output: the
//!   [`Estimator`]s of one place, each with three ways to count an output that stands or comes again;
//! - [`Anchor::sightings`]: which observations are of home, and which of work;
//! - [`remaining`]: how many candidate places could have given all outputs;
//! - [`movement_errors_m`]: whether the differences of outputs show the way;
//! - [`fresh_draws`]: what a number of fresh draws at one place leaves;
//! - [`linkage`]: whether times link observations to another log.
//!
//! A [`Rehearsal`](super::Rehearsal) replays a journey and runs them all, many times; so does `hereabouts attack`.
//!
//! An attack that fails proves nothing: what bounds every attack is the ε that was spent. These show what that bound leaves
//! in metres.

mod anchor;
mod average;
mod candidates;
mod counted;
mod estimator;
mod fresh_draws;
mod geometric_median;
mod likeliest;
mod linkage;
mod movement;
mod observation;
mod spread;

pub use anchor::Anchor;
pub use average::{average, average_error_m};
pub use candidates::{candidates, could_have_sent, remaining};
pub use counted::Counted;
pub use estimator::{Estimator, Rule};
pub use fresh_draws::{FreshDraws, fresh_draws};
pub use geometric_median::{geometric_median, least_error_m};
pub(super) use likeliest::SpreadCell;
pub use linkage::{Linkage, linkage};
pub use movement::movement_errors_m;
pub use observation::Observation;
pub use spread::Spread;
