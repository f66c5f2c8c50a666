//! Every attack on every run, of whichever way of sending.

use super::bill::Bill;
use super::findings::{AnchorFindings, Attacked, CandidatesLeft, Findings, Guess, Through};
use super::{Naive, Rehearsal, RehearsalError, Replay, Told};
use crate::audit::Place;
use crate::audit::attack::{
    Anchor, Counted, Estimator, FreshDraws, Observation, Rule, Spread, candidates, could_have_sent, fresh_draws,
    linkage, movement_errors_m, remaining,
};
use crate::mechanism::Noise;
use crate::sphere::Position;

/// Days after which it is worth looking.
const DAYS: [u32; 10] = [1, 2, 4, 7, 14, 30, 60, 90, 180, 365];

/// One who is nearer to a place than this, in metres, is there.
const THERE_M: f64 = 250.0;

const CANDIDATES: u32 = 1_000;
const CANDIDATES_WITHIN_M: f64 = 5_000.0;
/// More outputs than this need no candidate explain.
const MOST_EXPLAINED: usize = 100;

const TRIALS: u32 = 4_000;
/// More draws than this are not drawn: the mean error falls as one over the root of their number.
const MOST_FRESH_DRAWS: u32 = 1_000;

const MEDIAN: Estimator = Estimator { rule: Rule::GeometricMedian, counted: Counted::EveryOutput };

/// Whether a phone at a place could have sent an output for a purpose.
type Could<'a> = dyn Fn(&Place, &Told) -> bool + 'a;

impl Rehearsal {
    /// Every attack on every run.
    ///
    /// # Errors
    ///
    /// [`RehearsalError`] if a place of the journey is none.
    pub fn findings(&self) -> Result<Findings, RehearsalError> {
        let sent: Vec<_> = self.replays.iter().map(|replay| self.told(replay)).collect();
        let could =
            |place: &Place, told: &Told| could_have_sent(self.noises.get(told.purpose), place, &told.observation);
        Ok(Findings {
            purposes: self.purposes.clone(),
            destinations: self.destinations.clone(),
            days: self.journey.days(),
            runs: self.runs(),
            seed: self.seed,
            bill: Bill::of(self),
            sent: self.attacked(&sent, &could)?,
            raw: self.attacked_naive(Naive::Raw)?,
            fixed_offset: self.attacked_naive(Naive::FixedOffset)?,
            jitter: self.attacked_naive(Naive::Jitter)?,
            fresh_noise: self.attacked_naive(Naive::FreshNoise)?,
            fresh_draws: self.fresh_draws()?,
        })
    }

    pub(crate) fn told(&self, replay: &Replay) -> Vec<Told> {
        replay.told(&self.moments, &self.noises)
    }

    fn runs(&self) -> u32 {
        u32::try_from(self.replays.len()).unwrap_or(u32::MAX)
    }

    fn attacked_naive(&self, idea: Naive) -> Result<Attacked, RehearsalError> {
        let told: Vec<_> = self
            .seeds
            .iter()
            // Raw places are the same in every run.
            .take(if idea == Naive::Raw { 1 } else { usize::MAX })
            .map(|seed| idea.told(&self.moments, &self.noises, *seed))
            .collect::<Result<_, _>>()?;
        let could = |place: &Place, told: &Told| {
            self.noises.get(told.purpose).is_some_and(|noise| idea.could_have_sent(noise, place, &told.observation))
        };
        self.attacked(&told, &could)
    }

    fn attacked(&self, told: &[Vec<Told>], could: &Could<'_>) -> Result<Attacked, RehearsalError> {
        let log = |from, to| self.journey.fixes_within(from, to);
        let first = told.first().map(Vec::as_slice).unwrap_or_default();
        Ok(Attacked {
            home: self.anchor(Anchor::Home, told, self.journey.days()),
            work: self.anchor(Anchor::Work, told, self.journey.days()),
            movement_error_m: self.movements(told),
            candidates: self.candidates(first, could)?,
            linked_share: Spread::of(told.iter().map(|told| linkage(&stamps(told), log).share())).unwrap_or_default(),
        })
    }

    /// Of the purpose whose movements are least off.
    fn movements(&self, told: &[Vec<Told>]) -> Option<Spread> {
        let of_purpose = |purpose: usize| {
            let mean = |told: &Vec<Told>| {
                let told = told.iter().filter(|told| told.purpose == purpose);
                let pairs: Vec<_> = told.map(|told| (told.observation, *told.truth.position())).collect();
                Spread::of(movement_errors_m(&pairs)).map(|errors| errors.mean)
            };
            Spread::of(told.iter().filter_map(mean))
        };
        let purposes = (0..self.purposes.len()).filter_map(of_purpose);
        purposes.min_by(|one, other| one.mean.total_cmp(&other.mean))
    }

    pub(super) fn linked_share(&self) -> Spread {
        let log = |from, to| self.journey.fixes_within(from, to);
        let share = |replay| linkage(&stamps(&self.told(replay)), log).share();
        Spread::of(self.replays.iter().map(share)).unwrap_or_default()
    }

    /// Whether something was told from a place that one comes back to.
    pub(super) fn is_at(&self, anchor: Anchor, told: &Told) -> bool {
        self.truth.of_anchor(anchor).is_some_and(|place| is_at(&place, told))
    }

    /// The best attack after each of some days, up to one of them.
    pub(super) fn through(&self, anchor: Anchor, told: &[Vec<Told>], days: u32) -> Option<Vec<Through>> {
        Some(self.anchor(anchor, told, days)?.through)
    }

    fn anchor(&self, anchor: Anchor, told: &[Vec<Told>], days: u32) -> Option<AnchorFindings> {
        let truth = self.truth.of_anchor(anchor)?;
        let mut findings = AnchorFindings { guesses: Vec::new(), through: Vec::new() };
        for day in DAYS.into_iter().filter(|day| *day < days).chain([days]) {
            let until = |told: &Vec<Told>| -> Vec<Told> {
                told.iter().filter(|told| self.journey.day_of(told.time) <= day).copied().collect()
            };
            let until: Vec<_> = told.iter().map(until).collect();
            findings.guesses = guesses(anchor, &truth, &until);
            let most_runs = findings.guesses.iter().map(|guess| guess.error_m.runs).max();
            let best = findings
                .guesses
                .iter()
                .filter(|guess| Some(guess.error_m.runs) == most_runs)
                .min_by(|one, other| one.error_m.mean.total_cmp(&other.error_m.mean));
            let Some(best) = best.copied() else { continue };
            let draws = until.iter().map(|told| drawn_at(&truth, told).len() as f64);
            findings.through.push(Through { day, draws: Spread::of(draws).unwrap_or_default().mean, best });
        }
        Some(findings)
    }

    fn candidates(&self, told: &[Told], could: &Could<'_>) -> Result<Option<CandidatesLeft>, RehearsalError> {
        let Some(home) = self.truth.of_anchor(Anchor::Home) else { return Ok(None) };
        let mut outputs: Vec<Told> = told.iter().filter(|told| is_at(&home, told)).copied().collect();
        // Of all fixes at home, the one that was sent most often: a phone that lies still.
        outputs.sort_by_key(|told| told.truth_id());
        let Some(most) = outputs.chunk_by(|one, next| one.truth_id() == next.truth_id()).max_by_key(|same| same.len())
        else {
            return Ok(None);
        };
        let mut outputs = most.to_vec();
        let Some(truth) = outputs.first().map(|told| told.truth) else { return Ok(None) };
        let tried = candidates(&truth, CANDIDATES, CANDIDATES_WITHIN_M)?;
        outputs.sort_by_key(|told| told.observation.id());
        outputs.dedup_by_key(|told| told.observation.id());
        outputs.truncate(MOST_EXPLAINED);
        Ok(Some(CandidatesLeft {
            tried: tried.len(),
            within_m: CANDIDATES_WITHIN_M,
            outputs: outputs.len(),
            left: remaining(&tried, &outputs, could),
        }))
    }

    fn fresh_draws(&self) -> Result<Vec<FreshDraws>, RehearsalError> {
        let Some(noise) = self.noises.iter().min_by(|one, other| one.mean_error_m().total_cmp(&other.mean_error_m()))
        else {
            return Ok(Vec::new());
        };
        let days = self.journey.days();
        let mut counts = vec![1, days.min(MOST_FRESH_DRAWS), self.most_draws(noise, days).min(MOST_FRESH_DRAWS)];
        counts.sort_unstable();
        counts.dedup();
        Ok(counts.into_iter().map(|draws| fresh_draws(noise, draws, TRIALS, self.seed)).collect::<Result<_, _>>()?)
    }

    /// How many draws the windows and the ticks allow in so many days, were every draw made afresh.
    fn most_draws(&self, noise: &Noise, days: u32) -> u32 {
        let span_s = f64::from(days) * 86_400.0;
        let budget = self.policy.budget();
        let loss = noise.loss_in(budget.accounting()).unwrap_or(noise.loss());
        let by_window = budget.windows().iter().map(|window| {
            let each = (window.loss().billionths() / loss.billionths().max(1)) as f64;
            each * (span_s / window.length().as_secs_f64()).ceil().max(1.0)
        });
        by_window.fold(self.moments.len() as f64, f64::min) as u32
    }
}

fn guesses(anchor: Anchor, truth: &Position, told: &[Vec<Told>]) -> Vec<Guess> {
    let by_hours: Vec<_> = told.iter().map(|told| seen(anchor, truth, told, false)).collect();
    let drawn_there: Vec<_> = told.iter().map(|told| seen(anchor, truth, told, true)).collect();
    let guess = |estimator: Estimator, told: bool| {
        let seen = if told { &drawn_there } else { &by_hours };
        let errors_m = seen.iter().filter_map(|seen| estimator.estimate(seen));
        let error_m = Spread::of(errors_m.map(|guess| guess.great_circle_distance_m(truth)))?;
        Some(Guess { estimator, told, error_m })
    };
    // Each new draw counts: that is what he is told.
    let told = Estimator::ALL.into_iter().filter(|estimator| estimator.counted == Counted::EveryOutput);
    let by_hours = Estimator::ALL.into_iter().filter_map(|estimator| guess(estimator, false));
    by_hours.chain(told.filter_map(|estimator| guess(estimator, true))).collect()
}

/// What an adversary goes by who is told which outputs were drawn there, or knows the hours alone.
pub(super) fn seen(anchor: Anchor, truth: &Position, told: &[Told], is_told: bool) -> Vec<Observation> {
    if is_told { drawn_at(truth, told) } else { sightings(anchor, &observations(told)) }
}

/// What the hours show of a place; work is not looked for where home was found.
fn sightings(anchor: Anchor, seen: &[Observation]) -> Vec<Observation> {
    match anchor {
        Anchor::Home => anchor.sightings(seen, None),
        Anchor::Work => {
            let home = MEDIAN.estimate(&Anchor::Home.sightings(seen, None));
            anchor.sightings(seen, home.as_ref())
        }
    }
}

/// What was drawn while one was there.
fn drawn_at(truth: &Position, told: &[Told]) -> Vec<Observation> {
    told.iter().filter(|told| told.is_draw && is_at(truth, told)).map(|told| told.observation).collect()
}

fn is_at(place: &Position, told: &Told) -> bool {
    told.truth.position().great_circle_distance_m(place) < THERE_M
}

fn stamps(told: &[Told]) -> Vec<Observation> {
    told.iter().map(|told| told.stamp).collect()
}

fn observations(told: &[Told]) -> Vec<Observation> {
    told.iter().map(|told| told.observation).collect()
}
