//! [`Rehearsal`]: a policy tried on a recorded journey before any user lives it.

mod bill;
mod error;
mod findings;
mod replay;
mod truth;

use jiff::Timestamp;

pub use bill::{Bill, FullestWindow};
pub use error::RehearsalError;
pub use findings::{AnchorFindings, CandidatesLeft, Findings, Guess, Linked, Through};
pub(crate) use replay::{Replay, Sent};
pub(crate) use truth::Truth;

use super::{Journey, Place};
use crate::error::Error;
use crate::fix::Fix;
use crate::policy::Policy;
use crate::sphere::Position;

/// A policy to be tried on a recorded journey: what would be sent, and what an adversary who holds it all makes of it.
///
/// The journey goes through the real [`Minimizer`](crate::Minimizer), several times, each with fresh noise and the whole
/// budget. On every tick the app asks once for every purpose, with the latest fix, as a phone does that lies still: what
/// comes of it depends on the clock and the policy alone.
///
/// # Example
///
/// ```
/// use hereabouts::audit::Rehearsal;
/// use hereabouts::{Fix, Policy};
///
/// let policy = Policy::from_toml(include_str!("../../../examples/policies/store-finder.toml"))?;
/// let night_at_home = ["2024-06-20T00:00:00Z", "2024-06-20T06:00:00Z"]
///     .map(|time| Fix::wgs84(52.0907, 5.1214, None, time.parse().unwrap()).unwrap());
///
/// let findings = Rehearsal::new(policy, night_at_home)?.destinations(["eu"])?.days(2).runs(3)?.run()?.findings()?;
/// assert_eq!(findings.days, 2);
/// let home = findings.home.unwrap();
/// assert!(home.best_error_m().unwrap().mean > 10.0 * home.best_raw_error_m().unwrap());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rehearsal {
    pub(crate) policy: Policy,
    pub(crate) journey: Journey,
    pub(crate) purposes: Vec<String>,
    pub(crate) destinations: Vec<String>,
    pub(crate) runs: u32,
}

/// What came of a rehearsal: every run of it. Its methods answer what an adversary learns, or assert that it is little.
pub struct Rehearsed {
    pub(crate) rehearsal: Rehearsal,
    pub(crate) replays: Vec<Replay>,
    pub(crate) truth: Truth,
}

/// One thing that was sent in a run, beside the truth: for whoever draws it. It is the owner's alone.
#[derive(Clone, Copy)]
pub struct SentBesideTruth<'a>(&'a Sent);

impl Rehearsal {
    /// How many runs there are unless [`runs`](Self::runs) says otherwise.
    pub const RUNS: u32 = 20;

    /// A rehearsal of every purpose of a policy, to every destination, on the journey of these fixes.
    ///
    /// # Errors
    ///
    /// [`RehearsalError`] if there is no fix.
    pub fn new(policy: Policy, fixes: impl IntoIterator<Item = Fix>) -> Result<Self, RehearsalError> {
        let purposes = policy.purposes().map(|(name, _)| name.to_owned()).collect();
        let destinations = policy.destinations().map(|(name, _)| name.to_owned()).collect();
        Ok(Self { journey: Journey::new(fixes)?, policy, purposes, destinations, runs: Self::RUNS })
    }

    /// The same for these purposes alone.
    ///
    /// # Errors
    ///
    /// [`RehearsalError`] if the policy does not name one of them, or there is none.
    pub fn purposes<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Result<Self, RehearsalError> {
        let purposes: Vec<String> = names.into_iter().map(Into::into).collect();
        if let Some(unknown) = purposes.iter().find(|name| self.policy.purpose(name).is_none()) {
            return Err(unknown_purpose(&self.policy, unknown).into());
        }
        if purposes.is_empty() {
            return Err(RehearsalError::Nothing { what: "purpose" });
        }
        Ok(Self { purposes, ..self })
    }

    /// The same with an adversary who holds what these destinations alone were sent.
    ///
    /// # Errors
    ///
    /// [`RehearsalError`] if the policy does not name one of them, or there is none.
    pub fn destinations<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Result<Self, RehearsalError> {
        let destinations: Vec<String> = names.into_iter().map(Into::into).collect();
        if let Some(unknown) = destinations.iter().find(|name| self.policy.destination(name).is_none()) {
            let known: Vec<&str> = self.policy.destinations().map(|(name, _)| name).collect();
            return Err(Error::UnknownDestination { given: unknown.clone(), known: known.join(", ") }.into());
        }
        if destinations.is_empty() {
            return Err(RehearsalError::Nothing { what: "destination" });
        }
        Ok(Self { destinations, ..self })
    }

    /// The same with the journey lived again and again until it covers at least so many days.
    #[must_use]
    pub fn days(self, days: u32) -> Self {
        Self { journey: self.journey.repeated_to_days(days), ..self }
    }

    /// The same with so many runs.
    ///
    /// # Errors
    ///
    /// [`RehearsalError`] if there is none.
    pub fn runs(self, runs: u32) -> Result<Self, RehearsalError> {
        if runs == 0 {
            return Err(RehearsalError::Nothing { what: "run" });
        }
        Ok(Self { runs, ..self })
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// [`RehearsalError`] if the minimizer fails.
    pub fn run(self) -> Result<Rehearsed, RehearsalError> {
        self.run_and_tell(|_| {})
    }

    /// Runs it, and tells after each run how many are done.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_and_tell(self, tell: impl Fn(u32)) -> Result<Rehearsed, RehearsalError> {
        let truth = Truth::of(&self.journey)?;
        let run = |number| {
            let replay = Replay::run(&self)?;
            tell(number);
            Ok(replay)
        };
        let replays = (1..=self.runs).map(run).collect::<Result<Vec<_>, RehearsalError>>()?;
        Ok(Rehearsed { rehearsal: self, replays, truth })
    }
}

impl Rehearsed {
    /// The journey that was replayed.
    #[must_use]
    pub fn journey(&self) -> &Journey {
        &self.rehearsal.journey
    }

    /// The policy that was rehearsed.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.rehearsal.policy
    }

    /// Every recorded fix with its true place, and its time. It is the owner's alone.
    pub fn true_track(&self) -> impl Iterator<Item = (Position, Timestamp)> {
        self.rehearsal.journey.recorded()
    }

    /// All that was sent in the first run until the recording ended, in order, beside the truth. It is the owner's alone.
    pub fn first_recording(&self) -> impl Iterator<Item = SentBesideTruth<'_>> {
        let end = self.rehearsal.journey.recording_end();
        let first = self.replays.first().map(Replay::finest).unwrap_or_default();
        first.into_iter().filter(move |sent| sent.time <= end).map(SentBesideTruth)
    }
}

impl SentBesideTruth<'_> {
    /// What was sent.
    #[must_use]
    pub fn release(&self) -> &crate::release::Release {
        &self.0.release
    }

    /// Where one truly was.
    #[must_use]
    pub fn truth(&self) -> &Place {
        &self.0.truth
    }

    /// When it was decided.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.0.time
    }

    /// Whether it is an earlier release that still stood.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.0.is_held
    }
}

fn unknown_purpose(policy: &Policy, given: &str) -> Error {
    let known: Vec<&str> = policy.purposes().map(|(name, _)| name).collect();
    Error::UnknownPurpose { given: given.to_owned(), known: known.join(", ") }
}

/// Prints no place.
impl core::fmt::Debug for Rehearsed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Rehearsed").field("runs", &self.replays.len()).finish_non_exhaustive()
    }
}

/// Prints no place.
impl core::fmt::Debug for SentBesideTruth<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SentBesideTruth").finish_non_exhaustive()
    }
}
