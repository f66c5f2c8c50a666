//! Flawed: a circle around home in which nothing true goes out, with home in its middle. Journeys from all sides show where it
//! begins, and the circle that fits these places has home as its centre.

use std::f64::consts::TAU;

use hereabouts::{MemoryLedger, Minimizer, Outcome, Policy, Position, PrivacyLoss, Protected, RecordedClock};

use crate::support::{NINE, fix_at};
use crate::world::{Plane, Step, UTRECHT, circle, generator, length_m, mean, median, minimizer, minus, plus, uniform};

const WAYS: u32 = 12;
/// Noise of b = 200 m, and discs of 300 m + 9.2334 b = 2,147 m.
const SCALE_M: f64 = 200.0;
const FARTHEST_M: f64 = 5_000.0;

/// The attack: on each of some ways out of a place inside, where exactly the answers change (by halving, to half a metre);
/// and the circle that fits these places.
fn attack(start: Step, mut is_inside: impl FnMut(Step) -> bool) -> (Step, f64) {
    let edges: Vec<Step> = (0..WAYS)
        .map(|way| {
            let (sine, cosine) = (TAU * f64::from(way) / f64::from(WAYS)).sin_cos();
            let gone = |gone_m: f64| plus(start, [gone_m * sine, gone_m * cosine]);
            let (mut inside_m, mut outside_m) = (0.0, FARTHEST_M);
            while outside_m - inside_m > 0.5 {
                let middle_m = f64::midpoint(inside_m, outside_m);
                if is_inside(gone(middle_m)) { inside_m = middle_m } else { outside_m = middle_m }
            }
            gone(f64::midpoint(inside_m, outside_m))
        })
        .collect();
    circle(&edges)
}

#[test]
fn a_circle_with_home_in_its_middle_shows_home() {
    let mut generator = generator(1);
    let errors_m: Vec<f64> = (0..200)
        .map(|_| {
            let home = [0, 1].map(|_| 10_000.0 * uniform(&mut generator));
            let start = plus(home, [150.0, -80.0]);
            let (centre, _) = attack(start, |place| length_m(minus(place, home)) <= 500.0);
            length_m(minus(centre, home))
        })
        .collect();
    let worst_m = errors_m.iter().copied().fold(0.0, f64::max);
    println!(
        "zone around the true home: home found to {:.2} m at the median, {worst_m:.2} m at worst",
        median(errors_m)
    );
    assert!(worst_m < 1.0, "{worst_m} m");
}

fn policy() -> Policy {
    let text = format!(
        r#"
        version = 1
        [protection]
        radius_m = {SCALE_M}
        [[budget]]
        epsilon = 1e6
        window = "24h"
        [zones]
        epsilon = {}
        radius = "300m"
        [purposes.weather]
        mechanism = {{ kind = "planar-laplace", epsilon = 1 }}
        repeat = {{ kind = "fresh" }}
        grid = {{ kind = "h3", resolution = 9 }}
        interval = "1s"
        time_bucket = "1s"
        [destinations.eu]
        jurisdiction = "DE"
        operator = "Example Weather GmbH"
        "#,
        hereabouts::SPHERE_PER_GEODESIC
    );
    Policy::from_toml(&text).unwrap()
}

/// Whether what goes out for a place, one second after the last, is the stand-in: it costs nothing. A server sees no loss; that
/// of one cell again and again it does see, so the attacker is given a little more than he has.
fn is_inside(minimizer: &Minimizer, place: &Position, seconds: &mut i64) -> bool {
    *seconds += 1;
    let fix = fix_at(place.latitude_deg(), place.longitude_deg(), *seconds);
    match minimizer.release(&fix, "weather", "eu").unwrap() {
        Outcome::Released(release) | Outcome::Held(release) => release.loss() == PrivacyLoss::ZERO,
        other => panic!("{other:?}"),
    }
}

/// The same attack recovers our hole wholly, and its centre is one draw of noise away from home: 2b on average.
///
/// The mean of n such distances is Gamma(2n, b/n). By Chernoff's bound it lies below (1 − δ)·2b with probability at most
/// e^(−2n(−δ − ln(1 − δ))), and above (1 + δ)·2b with at most e^(−2n(δ − ln(1 + δ))): with n = 2,000, 4·10⁻⁸ for 9 % and 10 %
/// together.
#[test]
fn the_whole_hole_of_ours_shows_one_draw() {
    let policy = policy();
    let plane = Plane(UTRECHT);
    let (mut errors_m, mut from_centre_m) = (Vec::new(), 0.0_f64);
    for run in 0..2_000 {
        let minimizer = minimizer(policy.clone(), MemoryLedger::new(), RecordedClock::default(), run);
        let home = fix_at(UTRECHT.latitude_deg(), UTRECHT.longitude_deg(), NINE);
        let Protected::Drawn(zone) = minimizer.protect(&home, "home").unwrap() else { panic!("no draw") };
        // The attacker is even told a place inside.
        let start = plus(plane.step_to(&zone.centre()), [150.0, -80.0]);
        let mut seconds = NINE;
        let (centre, radius_m) = attack(start, |place| is_inside(&minimizer, &plane.place_at(place), &mut seconds));
        from_centre_m = from_centre_m.max(length_m(minus(centre, plane.step_to(&zone.centre()))));
        assert!((radius_m - zone.radius_m()).abs() < 10.0, "{radius_m} m");
        errors_m.push(length_m(centre));
    }
    let mean_m = mean(errors_m.iter().copied());
    println!(
        "zone around one draw: the hole's centre found to {from_centre_m:.1} m at worst; home is off by {mean_m:.0} m on average, \
         {:.0} m at the median, at b = {SCALE_M} m",
        median(errors_m)
    );
    assert!(from_centre_m < 10.0, "{from_centre_m} m");
    assert!(mean_m > 0.91 * 2.0 * SCALE_M && mean_m < 1.1 * 2.0 * SCALE_M, "{mean_m} m");
}
