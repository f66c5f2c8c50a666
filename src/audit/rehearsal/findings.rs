//! [`Findings`]: every attack on every run, beside the same attack on the raw journey.

use serde::Serialize;

use super::bill::Bill;
use super::replay::scale_m;
use super::{Rehearsed, RehearsalError, Replay, Sent};
use crate::audit::Place;
use crate::audit::attack::{
    Anchor, Counted, Estimator, Observation, Rule, Spread, candidates, could_have_sent, least_error_m, linkage,
    movement_errors_m, remaining,
};
use crate::mechanism::PlanarLaplace;
use crate::policy::Mechanism;
use crate::sphere::Position;

/// What an adversary makes of all that the destinations were sent. It holds no place.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Findings {
    /// The purposes that were asked for.
    pub purposes: Vec<String>,
    /// The destinations of which he holds everything.
    pub destinations: Vec<String>,
    /// How many days the journey covers.
    pub days: u32,
    /// How many times it was replayed, with fresh noise each time.
    pub runs: u32,
    /// What it cost.
    pub bill: Bill,
    /// Where one lives, if the recording shows a night.
    pub home: Option<AnchorFindings>,
    /// Where one works, if the recording shows it.
    pub work: Option<AnchorFindings>,
    /// How far movements between successive outputs are off, in metres: the mean of each run.
    pub movement_error_m: Option<Spread>,
    /// The same of raw places.
    pub raw_movement_error_m: Option<f64>,
    /// Which places could have given what was sent from home.
    pub candidates: Option<CandidatesLeft>,
    /// What times give away.
    pub linked: Linked,
}

/// What is found of a place that one comes back to.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AnchorFindings {
    /// After all days, for each estimator.
    pub guesses: Vec<Guess>,
    /// How the best of them sharpens.
    pub through: Vec<Through>,
}

/// An estimator's error.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Guess {
    /// The estimator.
    pub estimator: Estimator,
    /// Its error in metres over the runs in which it had anything to go by.
    pub error_m: Option<Spread>,
    /// Its error in metres on the raw places of the same moments.
    pub raw_error_m: Option<f64>,
}

/// The best attack after some days.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Through {
    /// The day, counted from 1.
    pub day: u32,
    /// New outputs that were drawn at the place until then, on average.
    pub draws: f64,
    /// The estimator that is best on average.
    pub best: Estimator,
    /// Its error in metres.
    pub error_m: Spread,
    /// The best estimator's error in metres on the raw places of the same moments.
    pub raw_error_m: Option<f64>,
    /// What theory leaves of so many fresh draws if cells hid nothing: [`least_error_m`].
    pub fresh_draws_error_m: Option<f64>,
}

/// How many places around home could have given all that was sent from there.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct CandidatesLeft {
    /// How many were tried.
    pub tried: usize,
    /// How far from home they lie, in metres, at most.
    pub within_m: f64,
    /// How many outputs each had to explain.
    pub outputs: usize,
    /// How many are left.
    pub left: usize,
    /// How many a single raw place leaves.
    pub raw_left: usize,
}

/// The share of observations that the raw log gives a name to, by their times alone.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Linked {
    /// Of what was sent.
    pub share: Spread,
    /// Of raw fixes with their own times.
    pub raw_share: f64,
}

/// Days after which it is worth looking.
const DAYS: [u32; 14] = [1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 180, 365];

/// One who is nearer to a place than this is there.
const THERE_M: f64 = 250.0;

const CANDIDATES: u32 = 1_000;
const CANDIDATES_WITHIN_M: f64 = 5_000.0;

impl AnchorFindings {
    /// The error of the best estimator after all days, in metres.
    #[must_use]
    pub fn best_error_m(&self) -> Option<Spread> {
        self.through.last().map(|last| last.error_m)
    }

    /// The error of the best estimator on raw places, in metres.
    #[must_use]
    pub fn best_raw_error_m(&self) -> Option<f64> {
        self.through.last().and_then(|last| last.raw_error_m)
    }
}

impl Rehearsed {
    /// Every attack on every run.
    ///
    /// # Errors
    ///
    /// [`RehearsalError`] if the mechanism of a purpose cannot be made.
    pub fn findings(&self) -> Result<Findings, RehearsalError> {
        let rehearsal = &self.rehearsal;
        let held: Vec<Vec<&Sent>> = self.replays.iter().map(Replay::finest).collect();
        let movements = |of: &dyn Fn(&Sent) -> Observation, sent: &[&Sent]| {
            let pairs: Vec<_> = sent.iter().map(|sent| (of(sent), *sent.truth.position())).collect();
            Spread::of(movement_errors_m(&pairs)).map(|spread| spread.mean)
        };
        let first = held.first().map(Vec::as_slice).unwrap_or_default();
        let log = |from, to| rehearsal.journey.fixes_within(from, to);
        let share = |sent: &Vec<&Sent>| linkage(&observations(sent), log).share();
        Ok(Findings {
            purposes: rehearsal.purposes.clone(),
            destinations: rehearsal.destinations.clone(),
            days: rehearsal.journey.days(),
            runs: rehearsal.runs,
            bill: Bill::of(&self.replays, rehearsal.policy.budget()),
            home: self.anchor(Anchor::Home, &held)?,
            work: self.anchor(Anchor::Work, &held)?,
            movement_error_m: Spread::of(held.iter().filter_map(|sent| movements(&|sent| sent.observation, sent))),
            raw_movement_error_m: movements(&|sent| sent.raw, first),
            candidates: self.candidates(first)?,
            linked: Linked {
                share: Spread::of(held.iter().map(share)).unwrap_or_default(),
                raw_share: linkage(&first.iter().map(|sent| sent.raw).collect::<Vec<_>>(), log).share(),
            },
        })
    }

    /// Where a place that one comes back to really is, if the recording shows it. It is the owner's alone.
    #[must_use]
    pub fn truth(&self, anchor: Anchor) -> Option<Position> {
        match anchor {
            Anchor::Home => self.truth.home,
            Anchor::Work => self.truth.work,
        }
    }

    /// What an estimator says of a place, from all that was sent in the first run.
    #[must_use]
    pub fn first_guess(&self, anchor: Anchor, estimator: Estimator) -> Option<Position> {
        let seen = observations(&self.replays.first()?.finest());
        estimator.estimate(&sightings(anchor, &seen))
    }

    fn anchor(&self, anchor: Anchor, held: &[Vec<&Sent>]) -> Result<Option<AnchorFindings>, RehearsalError> {
        let Some(truth) = self.truth(anchor) else { return Ok(None) };
        let days = self.rehearsal.journey.days();
        let least_scale_m = least(self.rehearsal.purposes.iter().map(|name| scale_m(&self.rehearsal.policy, name)))?;
        let mut through = Vec::new();
        let mut guesses = Vec::new();
        for day in DAYS.into_iter().filter(|day| *day < days).chain([days]) {
            let until: Vec<Vec<&Sent>> = held.iter().map(|sent| self.until(day, sent)).collect();
            guesses = self.guesses(anchor, &truth, &until);
            let most_runs = guesses.iter().filter_map(|guess| guess.error_m).map(|error| error.runs).max();
            let best = guesses
                .iter()
                .filter_map(|guess| Some((guess.estimator, guess.error_m?)))
                .filter(|(_, error)| Some(error.runs) == most_runs)
                .min_by(|(_, one), (_, other)| one.mean.total_cmp(&other.mean));
            let Some((best, error_m)) = best else { continue };
            let drawn_there = |sent: &Vec<&Sent>| {
                let is_there = |sent: &&&Sent| {
                    !sent.is_held && sent.truth.position().great_circle_distance_m(&truth) < THERE_M
                };
                sent.iter().filter(is_there).count() as f64
            };
            let draws = Spread::of(until.iter().map(drawn_there)).unwrap_or_default().mean;
            through.push(Through {
                day,
                draws,
                best,
                error_m,
                raw_error_m: guesses.iter().filter_map(|guess| guess.raw_error_m).min_by(f64::total_cmp),
                fresh_draws_error_m: least_scale_m.filter(|_| draws > 0.0).map(|scale_m| least_error_m(scale_m, draws)),
            });
        }
        Ok(Some(AnchorFindings { guesses, through }))
    }

    fn guesses(&self, anchor: Anchor, truth: &Position, held: &[Vec<&Sent>]) -> Vec<Guess> {
        let seen: Vec<_> = held.iter().map(|sent| sightings(anchor, &observations(sent))).collect();
        let raw: Vec<_> = held.first().into_iter().flatten().map(|sent| sent.raw).collect();
        let raw = sightings(anchor, &raw);
        let error_m = |estimator: Estimator, seen: &[Observation]| {
            estimator.estimate(seen).map(|guess| guess.great_circle_distance_m(truth))
        };
        let guess = |estimator| Guess {
            estimator,
            error_m: Spread::of(seen.iter().filter_map(|seen| error_m(estimator, seen))),
            raw_error_m: error_m(estimator, &raw),
        };
        Estimator::ALL.into_iter().map(guess).collect()
    }

    fn until<'a>(&self, day: u32, sent: &[&'a Sent]) -> Vec<&'a Sent> {
        sent.iter().filter(|sent| self.rehearsal.journey.day_of(sent.time) <= day).copied().collect()
    }

    fn candidates(&self, sent: &[&Sent]) -> Result<Option<CandidatesLeft>, RehearsalError> {
        let Some(home) = self.truth.home else { return Ok(None) };
        let policy = &self.rehearsal.policy;
        let noises: Vec<PlanarLaplace> = policy
            .purposes()
            .map(|(_, purpose)| match purpose.mechanism() {
                Mechanism::PlanarLaplace { epsilon } => PlanarLaplace::new(epsilon, policy.radius_m()),
            })
            .collect::<Result<_, _>>()?;
        let from_home: Vec<&&Sent> =
            sent.iter().filter(|sent| sent.truth.position().great_circle_distance_m(&home) < THERE_M).collect();
        let Some(first) = from_home.first() else { return Ok(None) };
        let mut outputs: Vec<Observation> = from_home.iter().map(|sent| sent.observation).collect();
        outputs.sort_by(|one, other| one.id().cmp(&other.id()));
        outputs.dedup_by_key(|output| output.id());
        let could = |place: &Place, seen: &Observation| {
            let noise = noises.iter().find(|noise| noise.scale_m() == seen.scale_m());
            noise.is_some() && could_have_sent(noise, place, seen)
        };
        let around = |place: &Position| {
            let place = Place::new(place.latitude_deg(), place.longitude_deg())?;
            candidates(&place, CANDIDATES, CANDIDATES_WITHIN_M)
        };
        let tried = around(&home)?;
        let raw_tried = around(first.raw.position())?;
        Ok(Some(CandidatesLeft {
            tried: tried.len(),
            within_m: CANDIDATES_WITHIN_M,
            outputs: outputs.len(),
            left: remaining(&tried, &outputs, could),
            raw_left: remaining(&raw_tried, &[first.raw], |place, seen| could_have_sent(None, place, seen)),
        }))
    }
}

fn observations(sent: &[&Sent]) -> Vec<Observation> {
    sent.iter().map(|sent| sent.observation).collect()
}

/// Work is not looked for where home was found.
fn sightings(anchor: Anchor, seen: &[Observation]) -> Vec<Observation> {
    let home = || {
        let median = Estimator { rule: Rule::GeometricMedian, counted: Counted::EveryOutput };
        median.estimate(&Anchor::Home.sightings(seen, None))
    };
    match anchor {
        Anchor::Home => anchor.sightings(seen, None),
        Anchor::Work => anchor.sightings(seen, home().as_ref()),
    }
}

fn least<E>(figures: impl Iterator<Item = Result<f64, E>>) -> Result<Option<f64>, E> {
    let figures = figures.collect::<Result<Vec<f64>, E>>()?;
    Ok(figures.into_iter().min_by(f64::total_cmp))
}
