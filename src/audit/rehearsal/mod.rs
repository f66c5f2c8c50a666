//! [`Rehearsal`]: a policy tried on a recorded journey before any user lives it.

mod attacked;
mod bill;
mod error;
mod findings;
mod moment;
mod options;
mod picture;
mod promises;
mod replay;
mod told;
mod truth;

use rand::rngs::ChaCha20Rng;
use rand::{Rng, SeedableRng};

pub use bill::{Bill, FullestWindow};
pub use error::RehearsalError;
pub use findings::{AnchorFindings, Attacked, CandidatesLeft, Findings, Guess, Through};
pub(crate) use moment::Moment;
pub use options::RehearsalOptions;
pub use picture::{Seen, SentBesideTruth, Sight};
pub use promises::BrokenPromise;
pub(crate) use replay::{Replay, is_draw};
pub use told::Naive;
pub(crate) use told::Told;
pub(crate) use truth::Truth;

use super::Journey;
use crate::error::Error;
use crate::fix::Fix;
use crate::mechanism::Noise;
use crate::policy::Policy;

/// A policy tried on a recorded journey: what would be sent, and what an adversary who holds it all makes of it.
///
/// The journey goes through the real [`Minimizer`](crate::Minimizer), several times, each with fresh noise and the whole
/// budget. On every tick the app asks once for every purpose, with the latest fix, as a phone does that lies still: what
/// comes of it depends on the clock, the policy and the noise.
///
/// The noise is seeded, so that a test that passed passes again. Seeded noise hides nothing: no
/// [`Release`](crate::Release) of a rehearsal can be had. (The tests of hold, and Gaussian noise, take rounded
/// instead of exact noise here, since the exact one's coins cannot be seeded: it differs by a centimetre at most.)
///
/// # Example
///
/// ```
/// use hereabouts::audit::{Rehearsal, RehearsalOptions};
/// use hereabouts::{Fix, Policy};
///
/// let policy = Policy::from_toml(include_str!("../../../examples/policies/store-finder.toml"))?;
/// let night_at_home = ["2024-06-20T00:00:00Z", "2024-06-20T06:00:00Z"]
///     .map(|time| Fix::wgs84(52.0907, 5.1214, None, time.parse().unwrap()).unwrap());
///
/// let two_days = RehearsalOptions { destinations: vec!["eu".to_owned()], days: 2, runs: 3, ..Default::default() };
/// let findings = Rehearsal::run(&policy, night_at_home.to_vec(), &two_days)?.findings()?;
/// let (sent, raw) = (findings.sent.home.unwrap(), findings.raw.home.unwrap());
/// assert!(sent.best_error_m() > raw.best_error_m());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Rehearsal {
    pub(crate) policy: Policy,
    pub(crate) journey: Journey,
    pub(crate) purposes: Vec<String>,
    pub(crate) destinations: Vec<String>,
    pub(crate) seed: u64,
    /// The noise of each purpose.
    pub(crate) noises: Vec<Noise>,
    pub(crate) moments: Vec<Moment>,
    pub(crate) truth: Truth,
    /// A seed for each run.
    pub(crate) seeds: Vec<u64>,
    pub(crate) replays: Vec<Replay>,
}

impl Rehearsal {
    /// Tries a policy on the journey of these fixes.
    ///
    /// # Errors
    ///
    /// [`RehearsalError`] if there is no fix, if the policy lacks a purpose or destination, or if the minimizer fails.
    pub fn run(policy: &Policy, fixes: Vec<Fix>, options: &RehearsalOptions) -> Result<Self, RehearsalError> {
        Self::run_and_tell(policy, fixes, options, &|_| {})
    }

    /// As [`run`](Self::run), and tells after each run how many are done.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_and_tell(
        policy: &Policy,
        fixes: Vec<Fix>,
        options: &RehearsalOptions,
        tell: &dyn Fn(u32),
    ) -> Result<Self, RehearsalError> {
        let (purposes, destinations) = options.names(policy)?;
        let journey = Journey::new(fixes)?.repeated_to_days(options.days);
        let noises = purposes.iter().map(|name| replay::noise(policy, name)).collect::<Result<_, _>>()?;
        let mut seeds = ChaCha20Rng::seed_from_u64(options.seed);
        let mut rehearsal = Self {
            moments: moment::moments(policy, &journey, &purposes)?,
            truth: Truth::of(&journey)?,
            policy: policy.clone(),
            journey,
            purposes,
            destinations,
            seed: options.seed,
            noises,
            seeds: (0..options.runs).map(|_| seeds.next_u64()).collect(),
            replays: Vec::new(),
        };
        let run = |(seed, number): (&u64, u32)| {
            let replay = Replay::run(&rehearsal, *seed)?;
            tell(number);
            Ok(replay)
        };
        rehearsal.replays = rehearsal.seeds.iter().zip(1..).map(run).collect::<Result<_, RehearsalError>>()?;
        Ok(rehearsal)
    }

    /// The journey that was replayed.
    #[must_use]
    pub fn journey(&self) -> &Journey {
        &self.journey
    }

    /// The policy that was rehearsed.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

fn unknown_purpose(policy: &Policy, given: &str) -> Error {
    let known: Vec<&str> = policy.purposes().map(|(name, _)| name).collect();
    Error::UnknownPurpose { given: given.to_owned(), known: known.join(", ") }
}

/// Prints no place.
impl core::fmt::Debug for Rehearsal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Rehearsal").field("runs", &self.replays.len()).finish_non_exhaustive()
    }
}
