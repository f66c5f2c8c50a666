//! Flawed: the noise is scaled by the true distance to home, and within a core around home another kind of output is
//! given. Where the kind switches, the truth lies on a circle around home.

use std::f64::consts::TAU;

use hereabouts::{MemoryLedger, Minimizer, Outcome, Position};
use proptest::prelude::*;
use rand::rngs::ChaCha20Rng;

use crate::support::{NINE, SetClock, fix_at, policy};
use crate::world::{Plane, Step, UTRECHT, circle, flat_noise, generator, length_m, minus, plus, uniform};

const CORE_M: f64 = 500.0;
const EDGE_SCALE_M: f64 = 50.0;

/// An output of the flawed idea.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Output {
    AtHome,
    Point(Step),
}

/// The flawed idea: the farther from home, the less noise.
fn by_distance(truth: Step, home: Step, generator: &mut ChaCha20Rng) -> Output {
    let from_home_m = length_m(minus(truth, home));
    if from_home_m < CORE_M {
        return Output::AtHome;
    }
    Output::Point(plus(truth, flat_noise(EDGE_SCALE_M * CORE_M / from_home_m, generator)))
}

/// The attack's first half: where the kind of output switches. The second is the circle that fits these places.
fn switches<K: PartialEq>(kinds: &[K]) -> Vec<usize> {
    (1..kinds.len()).filter(|&at| kinds[at] != kinds[at - 1]).collect()
}

#[test]
fn the_edge_of_a_core_around_home_shows_where_home_is() {
    let mut generator = generator(1);
    let home = [1_234.0, -567.0];
    let mut edges = Vec::new();
    for _ in 0..200 {
        // One way out, a fix each 10 m.
        let (sine, cosine) = (TAU * uniform(&mut generator)).sin_cos();
        let outputs: Vec<Output> = (0..100)
            .map(|step| f64::from(step) * 10.0)
            .map(|gone_m| by_distance(plus(home, [gone_m * sine, gone_m * cosine]), home, &mut generator))
            .collect();
        let kinds: Vec<bool> = outputs.iter().map(|output| *output == Output::AtHome).collect();
        edges.extend(switches(&kinds).into_iter().filter_map(|at| match outputs[at] {
            Output::Point(point) => Some(point),
            Output::AtHome => None,
        }));
    }
    let (centre, radius_m) = circle(&edges);
    let error_m = length_m(minus(centre, home));
    println!(
        "budget by distance: home found to {error_m:.0} m from 200 departures, the core's radius as {radius_m:.0} m"
    );
    assert!(error_m < 40.0, "{error_m} m");
    assert!((radius_m - CORE_M).abs() < 50.0, "{radius_m} m");
}

/// All of an answer but the place: whether there is one, its kind, its time, what it was charged, or why there is none.
fn kind(minimizer: &Minimizer, place: &Position, seconds: i64, purpose: &str, destination: &str) -> String {
    let fix = fix_at(place.latitude_deg(), place.longitude_deg(), seconds);
    match minimizer.release(&fix, purpose, destination).unwrap() {
        Outcome::Released(release) => {
            format!("{} {} {} {}", release.cell().unwrap().grid(), release.time(), release.span_s(), release.loss())
        }
        withheld => format!("{withheld:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Two traces, one at home and one anywhere: every answer but the place is the same, and so is the account.
    #[test]
    fn what_we_charge_and_withhold_is_the_same_near_and_far_from_home(
        steps in prop::collection::vec(
            (0_i64..3_600, (0.0..600.0, 0.0..TAU), (-90.0..=90.0, -180.0..=180.0), 0..2_usize, 0..2_usize),
            1..80,
        )
    ) {
        let clock = SetClock::at(NINE);
        let [near, far] =
            [(); 2].map(|()| Minimizer::new(policy(), MemoryLedger::new(), clock.clone()).unwrap());
        let mut now = NINE;
        let mut kinds = [Vec::new(), Vec::new()];
        for (wait, (from_home_m, bearing), (latitude_deg, longitude_deg), purpose, destination) in steps {
            now += wait;
            clock.set(now);
            let (purpose, destination) = (["weather", "fitness"][purpose], ["eu", "cn"][destination]);
            let at_home = Plane(UTRECHT).place_at([from_home_m * bearing.sin(), from_home_m * bearing.cos()]);
            let anywhere = Position::new(latitude_deg, longitude_deg);
            kinds[0].push(kind(&near, &at_home, now, purpose, destination));
            kinds[1].push(kind(&far, &anywhere, now, purpose, destination));
        }
        prop_assert_eq!(&kinds[0], &kinds[1]);
        prop_assert_eq!(switches(&kinds[0]), switches(&kinds[1]));
        let account = |minimizer: &Minimizer| -> Vec<_> {
            let receipts = minimizer.receipts().unwrap();
            receipts.iter().map(|receipt| (receipt.time(), receipt.bucket(), receipt.loss())).collect()
        };
        prop_assert_eq!(account(&near), account(&far));
    }
}
