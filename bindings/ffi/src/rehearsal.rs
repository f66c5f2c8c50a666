//! [`Rehearsal`]: the test kit. A policy tried on a recorded journey before any user lives it.

use std::sync::Arc;
use std::time::Duration;

use hereabouts::Timestamp;
#[cfg(feature = "rehearsal")]
use hereabouts::audit::Rehearsal as Kit;

use crate::guard::{guarded, shielded};
#[cfg(not(feature = "rehearsal"))]
use crate::no_rehearsal::Kit;
use crate::{FixBatch, HereaboutsError, Policy};

/// The mark of a library that holds rehearsals, by which whoever packs one for phones knows it.
#[cfg(feature = "rehearsal")]
#[used]
#[unsafe(no_mangle)]
pub(crate) static HEREABOUTS_REHEARSES: u8 = 1;

/// What is rehearsed, how long, and how often.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct RehearsalOptions {
    /// The purposes that the app asks for; none named: all that the policy has.
    #[uniffi(default = [])]
    pub purposes: Vec<String>,
    /// The destinations of which the adversary holds everything; none named: all that the policy has.
    #[uniffi(default = [])]
    pub destinations: Vec<String>,
    /// The journey is lived again and again until it covers at least so many days.
    #[uniffi(default = 30)]
    pub days: u32,
    /// How many times the whole is replayed, each with fresh noise.
    #[uniffi(default = 20)]
    pub runs: u32,
    /// The same seed repeats a rehearsal to the last digit.
    #[uniffi(default = 1)]
    pub seed: u64,
}

/// Is told how a rehearsal goes on.
#[uniffi::export(foreign)]
pub trait RehearsalListener: Send + Sync {
    /// So many runs are done.
    fn run_done(&self, runs: u32);
}

/// A promise that a rehearsal did not keep. It names no place, so that it may stand in the log of a build server.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct BrokenPromise {
    /// What was promised.
    pub promise: String,
    /// What was found instead.
    pub found: String,
    /// When on the journey, in milliseconds since 1970, if it has a time.
    pub at_ms: Option<i64>,
    /// Which line of the policy to change, or what else to do.
    pub change: String,
    /// All of it, as a test prints it in every language.
    pub text: String,
}

/// A policy tried on a recorded journey: it goes through the real minimizer, many times, each with fresh noise, and an
/// adversary who holds everything that was sent is let loose on it. The noise is seeded: a test that passed passes again.
///
/// Each promise is none if it is kept. The library that apps ship holds no rehearsals: there `run` fails.
#[derive(Debug, uniffi::Object)]
pub struct Rehearsal(Kit);

#[uniffi::export]
impl Rehearsal {
    /// Tries a policy on the journey of these fixes. It fails if there is no fix, if the policy lacks a purpose or a
    /// destination, or if the minimizer fails.
    #[uniffi::constructor(default(listener = None))]
    pub fn run(
        policy: &Policy,
        journey: &FixBatch,
        options: &RehearsalOptions,
        listener: Option<Arc<dyn RehearsalListener>>,
    ) -> Result<Self, HereaboutsError> {
        guarded(|| {
            let RehearsalOptions { purposes, destinations, days, runs, seed } = options.clone();
            let options = hereabouts::audit::RehearsalOptions { purposes, destinations, days, runs, seed };
            let tell = |runs| {
                if let Some(listener) = &listener {
                    listener.run_done(runs);
                }
            };
            let fixes = journey.0.clone();
            Ok(Self(Kit::run_and_tell(policy.core(), fixes, &options, &tell)?))
        })
    }

    /// That on this journey no window of so many seconds, wherever it is laid, holds more than so much privacy loss: ε, or ρ
    /// in zcdp accounting.
    #[must_use]
    pub fn spends_at_most(&self, loss: f64, window_s: u64) -> Option<BrokenPromise> {
        shielded(|| broken(self.0.assert_spends_at_most(loss, Duration::from_secs(window_s))))
    }

    /// That the policy allows no more than so much privacy loss in any window of so many seconds, whatever the journey.
    #[must_use]
    pub fn allows_at_most(&self, loss: f64, window_s: u64) -> Option<BrokenPromise> {
        shielded(|| broken(self.0.assert_allows_at_most(loss, Duration::from_secs(window_s))))
    }

    /// That after so many days the best attack on home is still off by at least so many metres, on average over the runs.
    #[must_use]
    pub fn home_uncertain(&self, metres: f64, days: u32) -> Option<BrokenPromise> {
        shielded(|| broken(self.0.assert_home_uncertain(metres, days)))
    }

    /// The same of the place where one works.
    #[must_use]
    pub fn work_uncertain(&self, metres: f64, days: u32) -> Option<BrokenPromise> {
        shielded(|| broken(self.0.assert_work_uncertain(metres, days)))
    }

    /// That a release never has a field besides these.
    #[must_use]
    pub fn only_fields(&self, fields: Vec<String>) -> Option<BrokenPromise> {
        shielded(|| broken(self.0.assert_only_fields(fields)))
    }

    /// That at most such a share of what is sent can be linked, by its time alone, to one entry of a log of the raw fixes.
    #[must_use]
    pub fn linked_at_most(&self, share: f64) -> Option<BrokenPromise> {
        shielded(|| broken(self.0.assert_linked_at_most(share)))
    }

    /// That what was told last is on average at most so many metres from the truth.
    #[must_use]
    pub fn error_at_most(&self, metres: f64) -> Option<BrokenPromise> {
        shielded(|| broken(self.0.assert_error_at_most(metres)))
    }

    /// That at least such a share of the requests is answered.
    #[must_use]
    pub fn answers_at_least(&self, share: f64) -> Option<BrokenPromise> {
        shielded(|| broken(self.0.assert_answers_at_least(share)))
    }

    /// Every attack on every run, as JSON. It holds no place.
    pub fn findings_json(&self) -> Result<String, HereaboutsError> {
        guarded(|| Ok(serde_json::to_string(&self.0.findings()?).unwrap_or_default()))
    }
}

/// The fields of a release that keeps nothing beside place and time.
#[uniffi::export]
#[must_use]
pub fn place_and_time() -> Vec<String> {
    hereabouts::audit::Rehearsal::place_and_time()
}

fn broken(result: Result<(), hereabouts::audit::BrokenPromise>) -> Option<BrokenPromise> {
    let broken = result.err()?;
    Some(BrokenPromise {
        text: broken.to_string(),
        promise: broken.promise,
        found: broken.found,
        at_ms: broken.at.map(Timestamp::as_millisecond),
        change: broken.change,
    })
}
