//! The likeliest home, from all that one learns of it: the draws, and the answer to every question that was asked there.
//!
//! The adversary knows the policy, and so which outputs were asked and in what order; whether a draw stood, was recalled or
//! made anew is what he sees. He is told on which ticks one was at home. Every place on a net about home gets the
//! likelihood of all of it, and his guess is their mean. What stands although it is far from home was not asked about, for
//! want of budget; everything else that stands was, he supposes.

use hereabouts::audit::attack::average;
use hereabouts::audit::{Plane, Projection};
use hereabouts::{Hold, PlanarLaplace, Repeat};

use crate::Failure;
use crate::attack::HOME;
use crate::days::Journey;
use crate::road::Road;
use crate::strategy::{RADIUS_M, Told};

/// The net: this many steps in each of the four directions, each so many metres.
const STEPS: i32 = 12;
const STEP_M: f64 = 100.0;

/// The threshold's noise, in units of its scale, is summed over from −8 to 8.
const NODES: i32 = 20;
const NODE: f64 = 0.4;

/// How far from home the guesses end, in metres: from the draws alone, and with every answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guesses {
    pub(crate) draws_m: f64,
    pub(crate) answers_m: f64,
}

/// A row of questions under one noisy threshold.
struct Questions {
    within_m: f64,
    scale_m: f64,
    /// What was asked, how often in a row, and whether it was near.
    asked: Vec<(Plane, i32, bool)>,
}

pub(crate) fn guess(road: &Road, told: &Told, journey: &Journey) -> Result<Guesses, Failure> {
    let projection = Projection::about([&journey.home]);
    let at_home = told.draws.iter().filter(|draw| journey.is_at_home(draw.tick));
    let draws: Vec<_> = at_home.map(|draw| (projection.plane(&draw.place), 1.0)).collect();
    let middle = average(&draws).ok_or("nothing was drawn at home")?;
    let questions = questions(road, told, journey, &projection, &middle)?;
    let scale_m = PlanarLaplace::new(road.epsilon, RADIUS_M)?.scale_m();
    let (mut by_draws, mut by_answers) = (Vec::new(), Vec::new());
    for (east, north) in (-STEPS..=STEPS).flat_map(|east| (-STEPS..=STEPS).map(move |north| (east, north))) {
        let place = Plane {
            east_m: middle.east_m + f64::from(east) * STEP_M,
            north_m: middle.north_m + f64::from(north) * STEP_M,
        };
        let drawn: f64 = draws.iter().map(|(draw, _)| -draw.distance_m(&place) / scale_m).sum();
        let answered: f64 = questions.iter().map(|questions| questions.log_likelihood(&place)).sum();
        by_draws.push((place, drawn));
        by_answers.push((place, drawn + answered));
    }
    let [draws_m, answers_m] = [by_draws, by_answers].map(|places| mean(&places).distance_m(&HOME));
    Ok(Guesses { draws_m, answers_m })
}

/// Everything that was asked while one was at home: of the draw that stood, and at its end of the outputs that might be
/// recalled, the latest first.
fn questions(
    road: &Road,
    told: &Told,
    journey: &Journey,
    projection: &Projection,
    middle: &Plane,
) -> Result<Vec<Questions>, Failure> {
    let Repeat::Hold { within_m, epsilon, recall } = road.repeat else { return Ok(Vec::new()) };
    let scale_m = Hold::new(within_m, epsilon, RADIUS_M)?.scale_m();
    let place = |draw: usize| projection.plane(&told.draws[draw].place);
    let ends = told.releases.iter().skip(1).copied().chain([(told.standing.len(), usize::MAX)]);
    let (mut questions, mut latest): (Vec<Questions>, Vec<usize>) = (Vec::new(), Vec::new());
    for (&(begin, draw), (end, next)) in told.releases.iter().zip(ends) {
        latest.retain(|output| *output != draw);
        latest.insert(0, draw);
        let was_asked = place(draw).distance_m(middle) < 2.0 * within_m;
        let near = (begin + 1..end).filter(|tick| was_asked && journey.is_at_home(*tick)).count();
        let mut asked = vec![(place(draw), i32::try_from(near)?, true)];
        if end < told.standing.len() && journey.is_at_home(end) {
            asked.push((place(draw), 1, false));
            let outputs = latest.iter().take(usize::from(recall));
            let until = outputs.clone().position(|output| *output == next);
            let recalled = outputs.take(until.map_or(usize::MAX, |hit| hit + 1));
            let asked = recalled.map(|output| (place(*output), 1, *output == next)).collect();
            // Recall asks for two thirds of the distance.
            questions.push(Questions { within_m: within_m * 2.0 / 3.0, scale_m, asked });
        }
        questions.push(Questions { within_m, scale_m, asked });
    }
    Ok(questions)
}

impl Questions {
    fn log_likelihood(&self, place: &Plane) -> f64 {
        let distances: Vec<_> = self.asked.iter().map(|(output, ..)| output.distance_m(place)).collect();
        let under = |node: i32| {
            let noise = f64::from(node) * NODE;
            let threshold_m = self.within_m + noise * self.scale_m;
            let answers = self.asked.iter().zip(&distances).map(|((_, times, is_near), distance_m)| {
                let far = upper_tail((threshold_m - distance_m) / self.scale_m);
                if *is_near { (1.0 - far).powi(*times) } else { far.powi(*times) }
            });
            (-noise.abs()).exp() * answers.product::<f64>()
        };
        (-NODES..=NODES).map(under).sum::<f64>().max(f64::MIN_POSITIVE).ln()
    }
}

/// The probability that Laplace noise of scale 1 is at least so much.
fn upper_tail(noise: f64) -> f64 {
    if noise > 0.0 { 0.5 * (-noise).exp() } else { 1.0 - 0.5 * noise.exp() }
}

/// The mean of places by their likelihood, given as logarithms.
fn mean(places: &[(Plane, f64)]) -> Plane {
    let most = places.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let weighted: Vec<_> = places.iter().map(|(place, log)| (*place, (log - most).exp())).collect();
    average(&weighted).unwrap_or(HOME)
}

#[cfg(test)]
mod tests {
    use hereabouts::Position;

    use super::*;
    use crate::strategy::Drawn;

    /// An output 6.7 km from home, near the distance that recall asks for: a "yes" draws the guess towards it, and a hundred
    /// do so more.
    #[test]
    fn answers_are_made_use_of() {
        let (journey, road) = (Journey::of_days(2).unwrap(), Road::hold(1.2, 10_000.0, 0.5, 16).unwrap());
        let home = journey.home;
        let north = Position::new(home.latitude_deg() + 0.06, home.longitude_deg());
        let draws = vec![Drawn { place: home, tick: 0 }, Drawn { place: north, tick: 40 }];
        let told = |releases: Vec<(usize, usize)>| Told { draws: draws.clone(), standing: vec![0; 192], releases };
        let silent = guess(&road, &told(vec![(0, 0)]), &journey).unwrap();
        assert!(silent.draws_m < 1.0 && silent.answers_m < 5.0, "{silent:?}");
        let mut releases = vec![(0, 0), (1, 1)];
        releases.extend((2..22).flat_map(|tick| [(2 * tick, 0), (2 * tick + 1, 1)]).filter(|(tick, _)| *tick < 24));
        let seen = guess(&road, &told(releases), &journey).unwrap();
        assert!(seen.draws_m < 1.0 && seen.answers_m > 20.0, "{seen:?}");
    }
}
