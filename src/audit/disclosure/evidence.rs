//! [`Draw`]: one point of noise behind a cell that was sent, and all that the hours of a place tell of it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use litemap::LiteMap;

use super::DisclosedRelease;
use crate::accuracy::Accuracy;
use crate::audit::attack::{Anchor, Observation, SpreadCell};
use crate::audit::projection::{Plane, Projection};
use crate::grid::Cell;
use crate::mechanism::{Hold, Noise};
use crate::policy::{Policy, Purpose, Repeat};

/// The share of draws made within the hours of a place that the attacker takes to have been made elsewhere: a late way
/// home, a night away. Without it, one such draw would outweigh all others.
const ELSEWHERE: f64 = 0.1;

/// One point of noise behind a cell, and how it stood in the hours of a place.
pub(super) struct Draw {
    purpose: String,
    cell: Cell,
    noise: Noise,
    hold: Option<Hold>,
    /// What two outputs of one place lie within, mostly, in metres.
    reach_m: f64,
    /// The receipt that paid for it; `None` of a zone's.
    paid_by: Option<u64>,
    /// Whether it was made within the hours, or for a place that the user protects.
    is_from_there: bool,
    /// For each stay, by the receipt that began it, on how many ticks within the hours the test found it near.
    stays: LiteMap<Option<u64>, u32>,
    /// The times within the hours at which it stood.
    pub(super) times: Vec<Timestamp>,
}

/// Every draw that stood at some time within the hours of a place.
pub(super) fn draws(anchor: Anchor, releases: &[DisclosedRelease], policy: &Policy) -> Vec<Draw> {
    let mut draws: Vec<Draw> = Vec::new();
    for sent in releases {
        let Some((cell, purpose)) = sent.shape().zip(policy.purpose(&sent.purpose)) else { continue };
        let Some(noise) = noise(sent, purpose, policy) else { continue };
        let longitude_deg = cell.centre().longitude_deg();
        let interval = SignedDuration::try_from(purpose.interval()).unwrap_or(SignedDuration::MAX);
        let ticks = core::iter::successors(Some(sent.time), |time| time.saturating_add(interval).ok())
            .take_while(|time| *time <= sent.stood_until);
        let times: Vec<_> = ticks.filter(|time| anchor.has_hour(*time, longitude_deg)).collect();
        // An output that is recalled is the same point of noise as before; so is another view of one draw, and a zone's
        // stand-in.
        let same = |draw: &&mut Draw| {
            let is_again = !sent.is_draw && draw.cell == cell && draw.paid_by.is_none() == sent.stand_in;
            draw.purpose == sent.purpose && (is_again || (draw.paid_by.is_some() && draw.paid_by == sent.paid_by))
        };
        let known = draws.iter_mut().rev().find(same);
        let draw = match known {
            Some(draw) => draw,
            None => {
                let hold = hold(purpose, policy).filter(|_| !sent.stand_in);
                let within_m = hold.as_ref().map_or(0.0, Hold::within_m);
                draws.push(Draw {
                    purpose: sent.purpose.clone(),
                    cell,
                    noise,
                    hold,
                    reach_m: within_m.max(2.0 * Accuracy::new(noise, cell.grid()).radius_m(&cell)),
                    paid_by: sent.paid_by,
                    is_from_there: sent.stand_in || (sent.is_draw && anchor.has_hour(sent.drawn, longitude_deg)),
                    stays: LiteMap::new(),
                    times: Vec::new(),
                });
                let Some(draw) = draws.last_mut() else { continue };
                draw
            }
        };
        // The finest of its views tells where it is.
        if cell.area_m2() < draw.cell.area_m2() {
            draw.cell = cell;
        }
        // The first tick drew or recalled; the test asked on those after it, but for a zone's stand-in.
        let asked = times.iter().filter(|time| **time > sent.time && !sent.stand_in).count();
        if asked > 0 {
            *draw.stays.entry(sent.paid_by).or_default() += u32::try_from(asked).unwrap_or(u32::MAX);
        }
        draw.times.extend(times);
    }
    draws.retain(|draw| !draw.times.is_empty());
    draws
}

fn noise(sent: &DisclosedRelease, purpose: &Purpose, policy: &Policy) -> Option<Noise> {
    if sent.stand_in {
        return Some(policy.zones()?.noise().into());
    }
    purpose.mechanism().noise(policy.radius_m()).ok()
}

fn hold(purpose: &Purpose, policy: &Policy) -> Option<Hold> {
    match purpose.repeat() {
        Repeat::Hold { within_m, epsilon, .. } => Hold::new(within_m, epsilon, policy.radius_m()).ok(),
        Repeat::Fresh => None,
    }
}

impl Draw {
    /// One observation for each tick within the hours.
    pub(super) fn observations(&self) -> impl Iterator<Item = Observation> {
        self.times.iter().map(|time| Observation::of_cell(self.cell, self.noise.scale_m(), self.reach_m, *time))
    }

    /// The middle of the cell.
    pub(super) fn place(&self) -> crate::sphere::Position {
        self.cell.printed_centre()
    }

    /// The days, or the nights by the day on which they begin, on which it stood: by local mean solar time.
    pub(super) fn days(&self, anchor: Anchor) -> impl Iterator<Item = Date> {
        let solar_s = (self.cell.centre().longitude_deg() * 240.0).round() as i64;
        let shift_s = if anchor == Anchor::Home { solar_s - 43_200 } else { solar_s };
        self.times.iter().filter_map(move |time| {
            let shifted = time.saturating_add(SignedDuration::from_secs(shift_s)).ok()?;
            Some(TimeZone::UTC.to_datetime(shifted).date())
        })
    }

    /// How far from the cell's middle the place can be that it speaks of, but for what is next to impossible, in metres.
    pub(super) fn farthest_m(&self) -> f64 {
        let held_m = self.hold.as_ref().map_or(0.0, |hold| hold.within_m() + 12.0 * hold.scale_m());
        self.cell.circumradius_m() + held_m.max(1.5 * self.reach_m + 10.0 * self.noise.scale_m())
    }

    /// Whether it says the same of every place as another draw.
    pub(super) fn says_the_same_as(&self, other: &Self) -> bool {
        self.cell == other.cell
            && self.purpose == other.purpose
            && self.is_from_there == other.is_from_there
            && self.ticks() == other.ticks()
    }

    /// On how many ticks each stay was asked about, in order.
    fn ticks(&self) -> Vec<u32> {
        let mut ticks: Vec<u32> = self.stays.values().copied().collect();
        ticks.sort_unstable();
        ticks
    }

    /// What so many such draws say of each place.
    pub(super) fn likelihood(&self, count: usize, projection: &Projection) -> Likelihood {
        let spread = SpreadCell::new(&self.cell, projection, self.noise.scale_m(), 1.0);
        let scale_m = spread.scale_m();
        let farthest_m = 2.5 * self.farthest_m();
        let step_m = (scale_m / 8.0).max(farthest_m / 20_000.0);
        let stands: Vec<f64> = match &self.hold {
            Some(hold) => stands(hold, &self.ticks(), step_m, (farthest_m / step_m) as usize),
            None => vec![1.0; (farthest_m / step_m) as usize],
        };
        let elsewhere = ELSEWHERE / (core::f64::consts::PI * self.reach_m * self.reach_m);
        let drawn = |distance_m: f64| match (self.is_from_there, &self.noise) {
            (false, _) => 1.0,
            (true, Noise::PlanarLaplace(_)) => {
                let density = libm::exp(-distance_m / scale_m) / (core::f64::consts::TAU * scale_m * scale_m);
                (1.0 - ELSEWHERE) * density + elsewhere
            }
            (true, Noise::Gaussian(_)) => {
                let exponent = -distance_m * distance_m / (2.0 * scale_m * scale_m);
                let density = libm::exp(exponent) / (core::f64::consts::TAU * scale_m * scale_m);
                (1.0 - ELSEWHERE) * density + elsewhere
            }
        };
        let by_distance = stands.iter().enumerate().map(|(index, stands)| stands * drawn(index as f64 * step_m));
        Likelihood { count: count as f64, points: spread.into_points(), step_m, by_distance: by_distance.collect() }
    }
}

/// The probability that the tests of all stays find a draw near, for one who is at a distance of it on all their ticks, at
/// multiples of a step: for each stay ∫ p(ξ)·F(T + ξ − d)ⁿ dξ, p and F the density and the law of the test's Laplace noise, n
/// its ticks.
fn stands(hold: &Hold, stays: &[u32], step_m: f64, count: usize) -> Vec<f64> {
    const NODES: u32 = 120;
    let (within_m, scale_m) = (hold.within_m(), hold.scale_m());
    // The middles of equal parts of the threshold's law.
    let quantile = |share: f64| {
        let tail = share.min(1.0 - share);
        scale_m * if share < 0.5 { libm::log(2.0 * tail) } else { -libm::log(2.0 * tail) }
    };
    let nodes: Vec<f64> = (0..NODES).map(|node| quantile((f64::from(node) + 0.5) / f64::from(NODES))).collect();
    let law = |value_m: f64| {
        let tail = libm::exp(-(value_m / scale_m).abs()) / 2.0;
        if value_m < 0.0 { tail } else { 1.0 - tail }
    };
    (0..count)
        .map(|index| {
            let distance_m = index as f64 * step_m;
            let laws: Vec<f64> = nodes.iter().map(|noise_m| law(within_m + noise_m - distance_m)).collect();
            let of_stays = stays.chunk_by(|one, next| one == next).map(|same| {
                let ticks = same.first().copied().unwrap_or(0);
                let mean: f64 = laws.iter().map(|law| law.powf(f64::from(ticks))).sum::<f64>() / f64::from(NODES);
                mean.powf(same.len() as f64)
            });
            of_stays.product()
        })
        .collect()
}

/// What a draw says of each place: the mean, over the points that its cell stands for, of a function of the distance.
pub(super) struct Likelihood {
    count: f64,
    points: Vec<Plane>,
    step_m: f64,
    by_distance: Vec<f64>,
}

impl Likelihood {
    pub(super) fn log_at(&self, place: &Plane) -> f64 {
        let of_point = |point: &Plane| {
            let at = point.distance_m(place) / self.step_m;
            let (index, part) = (at as usize, at.fract());
            let value = |index: usize| self.by_distance.get(index).or(self.by_distance.last()).copied().unwrap_or(0.0);
            value(index) * (1.0 - part) + value(index + 1) * part
        };
        let sum: f64 = self.points.iter().map(of_point).sum();
        self.count * libm::log(sum.max(f64::MIN_POSITIVE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A question without a noisy threshold's neighbours has a closed form: see [`Hold::false_alarm`].
    #[test]
    fn one_question_at_no_distance_is_answered_as_the_false_alarm_says() {
        let hold = Hold::new(4_000.0, 0.5, 200.0).unwrap();
        let stands = stands(&hold, &[1], 100.0, 60);
        assert!((1.0 - stands[0] - hold.false_alarm()).abs() < 0.02 * hold.false_alarm() + 1e-4, "{}", stands[0]);
        assert!((stands[40] - 0.5).abs() < 1e-3, "at the distance that is tested it is one in two");
        assert!(stands.windows(2).all(|pair| pair[0] >= pair[1]));
    }
}
