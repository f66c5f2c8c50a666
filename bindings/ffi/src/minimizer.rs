//! [`Minimizer`]: from a fix to what may be sent.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hereabouts::{Choice, Erase, Ledger, MemoryLedger, RecordedClock, SqliteLedger};

use crate::clock::SharedClock;
use crate::guard::guarded;
use crate::{
    Anchor, CeilingNow, Clock, Disclosure, Fix, FixBatch, HereaboutsError, Outcome, Policy, Preview, Protected,
    Receipt, Remaining, Request, Sensing, Zones,
};

/// Turns fixes into releases under a policy. The only maker of releases.
///
/// One minimizer serves every thread of an app. Its functions read and write the ledger's file, which takes some
/// milliseconds: call them off the main thread.
#[derive(uniffi::Object)]
pub struct Minimizer {
    core: hereabouts::Minimizer,
    clock: SharedClock,
    /// The purposes and destinations that `line` was asked for, each pair once.
    lines: RwLock<Vec<Arc<(String, String)>>>,
}

#[uniffi::export]
impl Minimizer {
    /// A minimizer whose account is kept in a file, which is made where there is none: it survives restarts, and several
    /// processes may share it. Keep the file out of backups.
    ///
    /// With an anchor, a ledger that was deleted or set back is noticed. Without a clock the operating system's is read.
    #[uniffi::constructor(default(anchor = None, clock = None))]
    pub fn open(
        policy: &Policy,
        ledger_path: &str,
        anchor: Option<Arc<Anchor>>,
        clock: Option<Arc<dyn Clock>>,
    ) -> Result<Self, HereaboutsError> {
        guarded(|| {
            let ledger = SqliteLedger::open(ledger_path)?;
            let ledger = match anchor {
                None => ledger,
                Some(anchor) => anchor.watching(ledger)?,
            };
            Self::new(policy, ledger, SharedClock::of(clock)?)
        })
    }

    /// A minimizer whose account is in memory alone: a restart refills the budget, so it is for tests and previews.
    #[uniffi::constructor(default(clock = None))]
    pub fn in_memory(policy: &Policy, clock: Option<Arc<dyn Clock>>) -> Result<Self, HereaboutsError> {
        guarded(|| Self::new(policy, MemoryLedger::new(), SharedClock::of(clock)?))
    }

    /// A minimizer for a recorded journey, in memory: every fix is handled at the time at which it was measured, and the
    /// present is the latest time seen so far.
    #[uniffi::constructor]
    pub fn replaying(policy: &Policy) -> Result<Self, HereaboutsError> {
        guarded(|| Self::new(policy, MemoryLedger::new(), SharedClock::new(RecordedClock::default())))
    }

    /// A minimizer for a recorded journey, in memory, whose noise is the same for the same seed: for tests alone.
    ///
    /// Only the library of the testing package repeats noise. Any other, and every release build, fails here.
    #[uniffi::constructor]
    pub fn replaying_with_seed(policy: &Policy, seed: u64) -> Result<Self, HereaboutsError> {
        guarded(|| seeded(policy, seed, SharedClock::new(RecordedClock::default())))
    }

    /// Releases a fix for a purpose to a destination, if the tick and the budget allow it.
    ///
    /// When this gives a release, its loss has been charged and recorded durably. It fails if the policy knows no such
    /// purpose or destination, or if the ledger or the system's randomness fails: then nothing was released.
    pub fn release(&self, fix: &Fix, purpose: &str, destination: &str) -> Result<Outcome, HereaboutsError> {
        guarded(|| Ok(self.core.release(&fix.0, purpose, destination)?.into()))
    }

    /// A number for a purpose to a destination, which `release_on` takes in their place: for languages in which to hand over
    /// two strings costs more than a release does. It fails if the policy knows no such purpose or destination.
    pub fn line(&self, purpose: &str, destination: &str) -> Result<u32, HereaboutsError> {
        guarded(|| {
            self.core.preview(purpose, destination)?;
            let mut lines = self.lines.write().unwrap_or_else(PoisonError::into_inner);
            let known = lines.iter().position(|line| line.0 == purpose && line.1 == destination);
            let line = known.unwrap_or_else(|| {
                lines.push(Arc::new((purpose.to_owned(), destination.to_owned())));
                lines.len() - 1
            });
            u32::try_from(line).map_err(|_| HereaboutsError::internal())
        })
    }

    /// `release`, for the purpose and the destination that `line` gave the number of.
    pub fn release_on(&self, fix: &Fix, line: u32) -> Result<Outcome, HereaboutsError> {
        guarded(|| {
            let line = self.lines.read().unwrap_or_else(PoisonError::into_inner).get(line as usize).cloned();
            let line = line.ok_or_else(HereaboutsError::internal)?;
            Ok(self.core.release(&fix.0, &line.0, &line.1)?.into())
        })
    }

    /// Decides many requests in order, and debits and records all that is released in one durable transaction. If one request
    /// fails, nothing was released; nothing was charged either, unless it was the anchor that could not be written.
    pub fn release_all(&self, requests: Vec<Request>) -> Result<Vec<Outcome>, HereaboutsError> {
        guarded(|| {
            let requests = requests.iter().map(|Request { fix, purpose, destination }| hereabouts::Request {
                fix: &fix.0,
                purpose,
                destination,
            });
            Ok(self.core.release_all(requests)?.into_iter().map(Outcome::from).collect())
        })
    }

    /// The same for many fixes, all for one purpose to one destination.
    pub fn release_batch(
        &self,
        fixes: &FixBatch,
        purpose: &str,
        destination: &str,
    ) -> Result<Vec<Outcome>, HereaboutsError> {
        guarded(|| {
            let requests = fixes.0.iter().map(|fix| hereabouts::Request { fix, purpose, destination });
            Ok(self.core.release_all(requests)?.into_iter().map(Outcome::from).collect())
        })
    }

    /// What `release` would come to now, whatever the fix. It costs nothing and changes nothing.
    pub fn preview(&self, purpose: &str, destination: &str) -> Result<Preview, HereaboutsError> {
        guarded(|| Ok(self.core.preview(purpose, destination)?.into()))
    }

    /// Records what the user chose as the most that is told for a purpose: "off", "precise", or a ceiling of the policy. It
    /// wins over all else from the next tick on, in every process, and stays chosen.
    pub fn choose_ceiling(&self, purpose: &str, ceiling: &str) -> Result<(), HereaboutsError> {
        guarded(|| Ok(self.core.choose(purpose, Choice::Always(ceiling))?))
    }

    /// The same for a time, in seconds; then the one that stood is in force again.
    pub fn choose_ceiling_for(&self, purpose: &str, ceiling: &str, seconds: u64) -> Result<(), HereaboutsError> {
        guarded(|| Ok(self.core.choose(purpose, Choice::For(ceiling, Duration::from_secs(seconds)))?))
    }

    /// The ceiling that a purpose is under now: what its user chose, or what the policy says.
    pub fn ceiling(&self, purpose: &str) -> Result<CeilingNow, HereaboutsError> {
        guarded(|| Ok(self.core.ceiling(purpose)?.into()))
    }

    /// What to ask of the operating system for a purpose, and when a fix next makes a difference: what will not be released
    /// need not be measured.
    pub fn sensing(&self, purpose: &str, destination: &str) -> Result<Sensing, HereaboutsError> {
        guarded(|| Ok(Sensing::of(&self.core.sensing(purpose, destination)?)))
    }

    /// What each window of the budget has left now.
    pub fn remaining(&self) -> Result<Vec<Remaining>, HereaboutsError> {
        guarded(|| Ok(self.core.remaining()?.iter().map(Remaining::of).collect()))
    }

    /// The receipts after one, by its place in the ledger (0 for all), the oldest first, and at most so many.
    pub fn receipts(&self, after: u64, most: u32) -> Result<Vec<Receipt>, HereaboutsError> {
        guarded(|| Ok(self.core.receipts_after(after, most as usize)?.iter().map(Receipt::of).collect()))
    }

    /// The same receipts, as one JSON object a line.
    pub fn receipts_json(&self, after: u64, most: u32) -> Result<String, HereaboutsError> {
        guarded(|| {
            let receipts = self.core.receipts_after(after, most as usize)?;
            let line = |receipt| serde_json::to_string(receipt).map(|line| line + "\n");
            receipts.iter().map(line).collect::<Result<_, _>>().map_err(|_| HereaboutsError::internal())
        })
    }

    /// The same receipts as CSV, with a header.
    pub fn receipts_csv(&self, after: u64, most: u32) -> Result<String, HereaboutsError> {
        guarded(|| {
            let receipts = self.core.receipts_after(after, most as usize)?;
            let header = hereabouts::Receipt::COLUMNS.map(str::to_owned);
            let rows = [header].into_iter().chain(receipts.iter().map(hereabouts::Receipt::row));
            Ok(rows.map(|row| row.map(quoted).join(",") + "\n").collect())
        })
    }

    /// Makes the ledger forget every place: the released cells, the draws, and the discs of zones that are off. Of how many
    /// receipts is returned. What was spent stays spent.
    pub fn erase_everything(&self) -> Result<u64, HereaboutsError> {
        guarded(|| Ok(self.core.erase(Erase::Everything)?))
    }

    /// Makes the ledger forget the places of receipts that are older than so many seconds.
    pub fn erase_older_than(&self, seconds: u64) -> Result<u64, HereaboutsError> {
        guarded(|| Ok(self.core.erase(Erase::OlderThan(Duration::from_secs(seconds)))?))
    }

    /// Protects a place: a zone around it is drawn, once, for life. The place itself is not kept.
    pub fn protect(&self, place: &Fix, name: &str) -> Result<Protected, HereaboutsError> {
        guarded(|| Ok(self.core.protect(&place.0, name)?.into()))
    }

    /// The zones that are on. A ledger that was lost has none: an app that remembers that there was one can notice, and ask.
    pub fn zones(&self) -> Result<Zones, HereaboutsError> {
        guarded(|| Ok(Zones::of(&self.core.zones()?)))
    }

    /// Gives a zone another name.
    pub fn rename_zone(&self, name: &str, new_name: &str) -> Result<(), HereaboutsError> {
        guarded(|| Ok(self.core.rename_zone(name, new_name)?))
    }

    /// Switches a zone off: fixes in it are released like any other. Its disc is kept, so that to protect the place again
    /// takes no new draw.
    pub fn remove_zone(&self, name: &str) -> Result<(), HereaboutsError> {
        guarded(|| Ok(self.core.remove_zone(name)?))
    }

    /// All that a destination was ever sent, and what an attacker who holds it makes of it. It names places: it is for
    /// whoever carries the device, and not for sending.
    pub fn disclosure(&self, destination: &str) -> Result<Disclosure, HereaboutsError> {
        guarded(|| {
            use hereabouts::Clock;
            Disclosure::of(&self.core, destination, self.clock.now())
        })
    }

    /// The policy that it follows.
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        Arc::new(Policy::from(self.core.policy().clone()))
    }
}

impl Minimizer {
    fn new(policy: &Policy, ledger: impl Ledger + 'static, clock: SharedClock) -> Result<Self, HereaboutsError> {
        Ok(Self::around(hereabouts::Minimizer::new(policy.core().clone(), ledger, clock.clone())?, clock))
    }

    fn around(core: hereabouts::Minimizer, clock: SharedClock) -> Self {
        Self { core, clock, lines: RwLock::default() }
    }
}

/// The mark of a library that repeats its noise, by which whoever packs one for phones knows it.
#[cfg(feature = "seeded-noise")]
#[used]
#[unsafe(no_mangle)]
pub(crate) static HEREABOUTS_REPEATS_NOISE: u8 = 1;

#[cfg(feature = "seeded-noise")]
fn seeded(policy: &Policy, seed: u64, clock: SharedClock) -> Result<Minimizer, HereaboutsError> {
    let ledger = MemoryLedger::new();
    let core = hereabouts::Minimizer::with_seeded_noise(policy.core().clone(), ledger, clock.clone(), seed)?;
    Ok(Minimizer::around(core, clock))
}

/// One surface for both builds: the bindings of a test are those of the app, and only the library differs.
#[cfg(not(feature = "seeded-noise"))]
fn seeded(_: &Policy, _: u64, _: SharedClock) -> Result<Minimizer, HereaboutsError> {
    Err(HereaboutsError::NoRepeatableNoise)
}

/// A field of CSV (RFC 4180).
fn quoted(field: String) -> String {
    if field.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}
