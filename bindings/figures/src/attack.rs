//! Where an adversary who holds every output, and knows that one is at home at night, takes home to be.

use hereabouts::audit::attack::{average, geometric_median};
use hereabouts::audit::{Plane, Projection};
use serde::Serialize;

use crate::days::{Journey, TICKS_A_DAY, is_night};
use crate::strategy::Told;

/// An estimate of home. The adversary knows the policy, and so takes the best of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Attack {
    /// The average of the draws that were made at home; he was told which those are.
    AverageOfDrawsAtHome,
    /// Their geometric median: of fresh planar Laplace noise the likeliest place.
    MedianOfDrawsAtHome,
    /// The average of all places that stood in some night.
    AverageOfNights,
    /// Their geometric median.
    MedianOfNights,
    /// The average of what stood at night, each place by how long it did.
    AverageOfNightsByTime,
    /// The geometric median by how long each stood.
    MedianOfNightsByTime,
    /// The place that stood longest at night.
    LongestAtNight,
    /// The place that stood in the most nights.
    InMostNights,
}

impl Attack {
    pub(crate) const ALL: [Self; 8] = [
        Self::AverageOfDrawsAtHome,
        Self::MedianOfDrawsAtHome,
        Self::AverageOfNights,
        Self::MedianOfNights,
        Self::AverageOfNightsByTime,
        Self::MedianOfNightsByTime,
        Self::LongestAtNight,
        Self::InMostNights,
    ];
}

/// Where home is, on a map about it.
pub(crate) const HOME: Plane = Plane { east_m: 0.0, north_m: 0.0 };

/// How far from home each attack ends after so many days, in metres; `None` where there is nothing to go by.
pub(crate) fn errors_m(told: &Told, journey: &Journey, days: usize) -> [Option<f64>; Attack::ALL.len()] {
    let projection = Projection::about([&journey.home]);
    let seen = sightings(told, journey, days, &projection);
    let at_home: Vec<_> = seen.iter().filter(|seen| seen.drawn_at_home).map(|seen| (seen.plane, 1.0)).collect();
    let nights: Vec<_> = seen.iter().filter(|seen| seen.night_ticks > 0).collect();
    let once: Vec<_> = nights.iter().map(|seen| (seen.plane, 1.0)).collect();
    let by_time: Vec<_> = nights.iter().map(|seen| (seen.plane, f64::from(seen.night_ticks))).collect();
    let guesses = Attack::ALL.map(|attack| match attack {
        Attack::AverageOfDrawsAtHome => average(&at_home),
        Attack::MedianOfDrawsAtHome => geometric_median(&at_home),
        Attack::AverageOfNights => average(&once),
        Attack::MedianOfNights => geometric_median(&once),
        Attack::AverageOfNightsByTime => average(&by_time),
        Attack::MedianOfNightsByTime => geometric_median(&by_time),
        Attack::LongestAtNight => nights.iter().max_by_key(|seen| seen.night_ticks).map(|seen| seen.plane),
        Attack::InMostNights => nights.iter().max_by_key(|seen| seen.nights).map(|seen| seen.plane),
    });
    guesses.map(|guess| guess.map(|guess| guess.distance_m(&HOME)))
}

/// What is seen of one draw.
struct Seen {
    plane: Plane,
    drawn_at_home: bool,
    night_ticks: u32,
    nights: u32,
    last_night: Option<usize>,
}

fn sightings(told: &Told, journey: &Journey, days: usize, projection: &Projection) -> Vec<Seen> {
    let end = days * TICKS_A_DAY;
    let draws = told.draws.iter().take_while(|draw| draw.tick < end);
    let mut seen: Vec<_> = draws
        .map(|draw| Seen {
            plane: projection.plane(&draw.place),
            drawn_at_home: journey.is_at_home(draw.tick),
            night_ticks: 0,
            nights: 0,
            last_night: None,
        })
        .collect();
    for (tick, draw) in told.standing.iter().enumerate().take(end).filter(|(tick, _)| is_night(*tick)) {
        let (seen, night) = (&mut seen[*draw], Some(tick / TICKS_A_DAY));
        seen.night_ticks += 1;
        seen.nights += u32::from(seen.last_night != night);
        seen.last_night = night;
    }
    seen
}

#[cfg(test)]
mod tests {
    use hereabouts::Position;

    use super::*;
    use crate::strategy::Drawn;

    fn journey_and_draws(draws: &[(f64, usize)], standing: impl Fn(usize) -> usize) -> [Option<f64>; 8] {
        let journey = Journey::of_days(2).unwrap();
        let north = |degrees: f64| Position::new(journey.home.latitude_deg() + degrees, journey.home.longitude_deg());
        let draws = draws.iter().map(|(degrees, tick)| Drawn { place: north(*degrees), tick: *tick }).collect();
        let told = Told { draws, releases: Vec::new(), standing: (0..2 * TICKS_A_DAY).map(standing).collect() };
        errors_m(&told, &journey, 2)
    }

    #[test]
    fn each_attack_weighs_what_it_says() {
        // 1° is 111.195 km; the second draw, made at home in the second night, stands for one tick of it.
        let errors = journey_and_draws(&[(0.003, 0), (-0.001, 100)], |tick| usize::from(tick == 100));
        let metres = errors.map(|error| error.unwrap().round());
        assert_eq!(metres[0], 111.0, "the average of both");
        assert_eq!(metres[4], (111_195.08_f64 * (0.003 * 47.0 - 0.001) / 48.0).round(), "47 ticks against one");
        assert_eq!(metres[6..], [334.0, 334.0], "the first stood longest and in both nights");
    }

    #[test]
    fn a_draw_of_later_days_is_not_known_yet() {
        let journey = Journey::of_days(2).unwrap();
        let told = Told {
            draws: vec![Drawn { place: journey.home, tick: 0 }, Drawn { place: Position::new(53.0, 5.0), tick: 100 }],
            standing: (0..2 * TICKS_A_DAY).map(|tick| usize::from(tick >= 100)).collect(),
            releases: Vec::new(),
        };
        assert!(errors_m(&told, &journey, 1).iter().all(|error| error.unwrap() < 1.0));
        assert!(errors_m(&told, &journey, 2)[2].unwrap() > 10_000.0);
    }
}
