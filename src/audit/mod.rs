//! What tests and auditors use to check that the noise is what its ε says. It may use anything of the crate; nothing in
//! the crate uses it.
//!
//! Four checks, each blind where another sees:
//!
//! - [`empirical_epsilon`] draws from a mechanism at two places and certifies a lower bound on its privacy loss between
//!   them. It knows nothing of the mechanism, and sees one that is a tenth too quiet.
//! - [`reaches`] shows that coins exist that carry a draw to a far place: no output tells two places apart for certain.
//! - [`empirical_epsilon_of_stays`] plays whole stays on two traces, and certifies the same of a test of hold.
//! - [`empirical_rho`], [`reaches_in_space`] and [`shift_loss`] are the same for Gaussian noise and its ρ.
//! - [`law_loss`] integrates the law over the cells of the lattice, and sees what no number of draws would: an excess of
//!   a millionth.
//!
//! What each can detect, with figures, is in `docs/guarantees.md`, "Auditing it yourself". On the command line:
//! `hereabouts audit POLICY`.
//!
//! # Example
//!
//! ```
//! use hereabouts::PlanarLaplace;
//! use hereabouts::audit::{Place, Run, empirical_epsilon, pairs};
//!
//! let claimed = PlanarLaplace::new(1.0, 200.0)?;
//! let actual = PlanarLaplace::new(1.5, 200.0)?; // two thirds of the noise that was promised
//! let pairs = pairs(2.5 * 200.0)?; // a metric claim lets the auditor choose the distance
//! let run = Run::new(20_000, 1e-6, 2, 42)?;
//! for (pair, comparison) in pairs.iter().zip(run.comparisons()) {
//!     let draw = |truth: &Place, coins: &mut dyn rand::CryptoRng| actual.perturb(truth.fix(), coins);
//!     let estimate = empirical_epsilon(&draw, pair, claimed.loss_at_m(pair.distance_m()), comparison);
//!     assert!(estimate.is_broken()); // the claim is 2.5; at least this much is certain:
//!     assert!(estimate.lower_bound() > 3.0);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod attack;
mod disclosure;
mod estimate;
mod interval;
mod journey;
mod law;
mod place;
mod projection;
mod rehearsal;
mod rho;
mod run;
mod stays;
mod support;

pub use disclosure::{
    DisclosedLoss, DisclosedPurpose, DisclosedRelease, DisclosedWindow, Disclosure, DisclosureError, Inference,
    LikelyArea,
};
pub use estimate::{Estimate, empirical_epsilon};
pub use journey::Journey;
pub use law::{LawLoss, law_loss};
pub use place::{Pair, Place, far_pairs, pairs};
pub use projection::{Plane, Projection};
pub use rehearsal::{
    AnchorFindings, Attacked, Bill, BrokenPromise, CandidatesLeft, Findings, FullestWindow, Guess, Naive, Rehearsal,
    RehearsalError, RehearsalOptions, Seen, SentBesideTruth, Sight, Through,
};
pub use rho::{empirical_rho, reaches_in_space, shift_loss};
pub use run::{Comparison, Run, RunError};
pub use stays::{StayEvent, Traces, empirical_epsilon_of_stays, stay, traces};
pub use support::reaches;

/// How many standard deviations apart the places are that [`empirical_rho`] is best pointed at: the share of ρ that draws
/// certify is greatest near it.
pub const BEST_SHIFT: f64 = 3.0;

/// What ε·d/r the estimator is pointed at, whatever ε is: the share of the loss that draws certify is greatest near it.
pub const BEST_LOSS: f64 = 2.5;

#[cfg(test)]
mod tests;
