//! One run: a journey through the real minimizer, with fresh noise.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Rehearsal, RehearsalError};
use crate::audit::attack::Observation;
use crate::audit::{Journey, Place};
use crate::budget::{MemoryLedger, Receipt, RecordedClock};
use crate::error::Error;
use crate::minimizer::Minimizer;
use crate::policy::{Mechanism, Policy};
use crate::release::{Outcome, Release};

/// Something that was sent, and what the phone alone knows of it.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) destination: String,
    pub(crate) release: Release,
    /// Whether it is an earlier release that still stands.
    pub(crate) is_held: bool,
    /// When it was decided.
    pub(crate) time: Timestamp,
    pub(crate) observation: Observation,
    /// The same, had the fix itself been sent with its own time.
    pub(crate) raw: Observation,
    pub(crate) truth: Place,
}

/// All of one run.
pub(crate) struct Replay {
    pub(crate) sent: Vec<Sent>,
    pub(crate) ticks: u64,
    pub(crate) silences: u64,
    pub(crate) receipts: Vec<Receipt>,
}

/// One decision: on this tick the app asks for these purposes.
struct Tick<'a> {
    time: Timestamp,
    purpose: &'a str,
}

impl Replay {
    pub(crate) fn run(rehearsal: &Rehearsal) -> Result<Self, RehearsalError> {
        let Rehearsal { policy, journey, purposes, destinations, .. } = rehearsal;
        let minimizer = Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default())?;
        let scales: BTreeMap<&str, f64> =
            purposes.iter().map(|purpose| Ok((purpose.as_str(), scale_m(policy, purpose)?))).collect::<Result<_, Error>>()?;
        let (mut sent, mut ticks, mut silences) = (Vec::new(), 0, 0);
        for Tick { time, purpose } in schedule(policy, journey, purposes) {
            ticks += 1;
            let (fix, measured) = journey.at(time)?;
            let truth = journey.place_at(time)?;
            let scale_m = scales.get(purpose).copied().unwrap_or_default();
            for destination in destinations {
                let outcome = minimizer.release(&fix, purpose, destination)?;
                let is_held = matches!(outcome, Outcome::Held(_));
                match outcome {
                    Outcome::Released(release) | Outcome::Held(release) => sent.push(Sent {
                        destination: destination.clone(),
                        observation: Observation::of_release(&release, scale_m),
                        raw: Observation::of_place(&truth, measured),
                        release,
                        is_held,
                        time,
                        truth,
                    }),
                    Outcome::Withheld(_) => silences += 1,
                }
            }
        }
        Ok(Self { sent, ticks, silences, receipts: minimizer.receipts()? })
    }

    /// What an adversary makes of it who holds what all destinations were sent: of several views of one draw, the finest.
    pub(crate) fn finest(&self) -> Vec<&Sent> {
        let mut finest: Vec<&Sent> = Vec::new();
        for sent in &self.sent {
            match finest.last_mut() {
                Some(last) if last.time == sent.time && last.release.purpose() == sent.release.purpose() => {
                    if sent.release.cell().area_m2() < last.release.cell().area_m2() {
                        *last = sent;
                    }
                }
                _ => finest.push(sent),
            }
        }
        finest
    }
}

/// The scale of a purpose's noise in metres, which the policy tells everyone.
pub(crate) fn scale_m(policy: &Policy, purpose: &str) -> Result<f64, Error> {
    let rule = policy.purpose(purpose).ok_or_else(|| super::unknown_purpose(policy, purpose))?;
    match rule.mechanism() {
        Mechanism::PlanarLaplace { epsilon } => {
            Ok(crate::mechanism::PlanarLaplace::new(epsilon, policy.radius_m())?.scale_m())
        }
    }
}

/// Each purpose is asked for once on each tick from the first fix to the last, at its start, so that no fix has a say in
/// when. A tick begins at a multiple of the interval since 1970.
fn schedule<'a>(policy: &Policy, journey: &Journey, purposes: &'a [String]) -> Vec<Tick<'a>> {
    let (begin, end) = (journey.begin(), journey.end());
    let mut ticks = Vec::new();
    for purpose in purposes {
        let Some(rule) = policy.purpose(purpose) else { continue };
        let interval_s = i64::try_from(rule.interval().as_secs()).unwrap_or(i64::MAX).max(1);
        let first = (begin.as_second().div_euclid(interval_s) + 1).saturating_mul(interval_s);
        let later = (0..)
            .map_while(|index: i64| Timestamp::from_second(first.saturating_add(index.checked_mul(interval_s)?)).ok())
            .take_while(|time| *time <= end);
        ticks.extend(core::iter::once(begin).chain(later).map(|time| Tick { time, purpose }));
    }
    ticks.sort_by_key(|tick| tick.time);
    ticks
}
