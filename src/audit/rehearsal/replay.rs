//! One run: a journey through the real minimizer, with fresh noise.

use jiff::Timestamp;

use super::{Moment, Rehearsal, RehearsalError, Told};
use crate::audit::attack::Observation;
use crate::budget::{MemoryLedger, PrivacyLoss, Receipt, RecordedClock};
use crate::mechanism::Noise;
use crate::minimizer::Minimizer;
use crate::policy::{Policy, Repeat};
use crate::release::{Outcome, Release};

/// Something that was sent.
#[derive(Clone)]
pub(crate) struct Sent {
    /// Its place among the moments.
    pub(crate) moment: usize,
    pub(crate) release: Release,
    /// Whether it is an earlier release that still stands.
    pub(crate) is_held: bool,
    /// Whether it was drawn anew: neither held nor recalled, nor a further view of a draw.
    pub(crate) is_draw: bool,
}

/// All of one run.
pub(crate) struct Replay {
    pub(crate) sent: Vec<Sent>,
    pub(crate) silences: u64,
    pub(crate) first_silence: Option<Timestamp>,
    pub(crate) receipts: Vec<Receipt>,
}

impl Replay {
    pub(crate) fn run(rehearsal: &Rehearsal, seed: u64) -> Result<Self, RehearsalError> {
        let Rehearsal { policy, purposes, destinations, moments, .. } = rehearsal;
        let minimizer = Minimizer::rehearsing(policy.clone(), MemoryLedger::new(), RecordedClock::default(), seed)?;
        let (mut sent, mut silences, mut first_silence) = (Vec::new(), 0, None);
        for (index, moment) in moments.iter().enumerate() {
            let Some(purpose) = purposes.get(moment.purpose) else { continue };
            for destination in destinations {
                let outcome = minimizer.release(&moment.fix, purpose, destination)?;
                let is_held = matches!(outcome, Outcome::Held(_));
                match outcome {
                    Outcome::Released(release) | Outcome::Held(release) => {
                        sent.push(Sent { moment: index, release, is_held, is_draw: false });
                    }
                    Outcome::Withheld(_) => {
                        silences += 1;
                        first_silence.get_or_insert(moment.time);
                    }
                }
            }
        }
        let receipts = minimizer.receipts()?;
        // Every release has its receipt, and they come in one order.
        for (released, receipt) in sent.iter_mut().filter(|sent| !sent.is_held).zip(&receipts) {
            released.is_draw = is_draw(policy, receipt);
        }
        Ok(Self { sent, silences, first_silence, receipts })
    }

    /// What an adversary makes of it who holds what all destinations were sent: of several views of one draw, the finest.
    pub(crate) fn told(&self, moments: &[Moment], noises: &[Noise]) -> Vec<Told> {
        let views = self.sent.chunk_by(|one, next| one.moment == next.moment);
        let told = |views: &[Sent]| {
            let area_m2 = |sent: &Sent| sent.release.cell().map_or(f64::INFINITY, |cell| cell.area_m2());
            let finest = views.iter().min_by(|one, other| area_m2(one).total_cmp(&area_m2(other)))?;
            let moment = moments.get(finest.moment)?;
            let observation = Observation::of_release(&finest.release, noises.get(moment.purpose)?.scale_m())?;
            Some(Told {
                observation,
                stamp: observation,
                truth: moment.truth,
                time: moment.time,
                purpose: moment.purpose,
                is_draw: views.iter().any(|sent| sent.is_draw),
            })
        };
        views.filter_map(told).collect()
    }
}

/// A further view is free, and a recall costs what its test does.
pub(crate) fn is_draw(policy: &Policy, receipt: &Receipt) -> bool {
    let recall = match policy.purpose(receipt.purpose()).map(crate::policy::Purpose::repeat) {
        Some(Repeat::Hold { epsilon, .. }) => {
            PrivacyLoss::from_epsilon(epsilon).map(|loss| policy.budget().accounting().of_pure(loss))
        }
        _ => None,
    };
    receipt.loss() > PrivacyLoss::ZERO && Some(receipt.loss()) != recall
}

/// A purpose's noise, which the policy tells everyone.
pub(crate) fn noise(policy: &Policy, purpose: &str) -> Result<Noise, RehearsalError> {
    let rule = policy.purpose(purpose).ok_or_else(|| super::unknown_purpose(policy, purpose))?;
    Ok(rule.mechanism().noise(policy.radius_m())?)
}
