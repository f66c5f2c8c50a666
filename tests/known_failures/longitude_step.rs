//! Flawed: a grid of 2 km whose longitude step is computed from the raw latitude. The digits of the longitude then hold
//! that latitude.

use std::collections::BTreeSet;

use hereabouts::Position;

use crate::world::{METRES_PER_DEGREE, Plane, UTRECHT, generator, noised, uniform, with_scale};

const EDGE_DEG: f64 = 2_000.0 / METRES_PER_DEGREE;

/// The law of the flawed idea: the step of longitude, given a latitude.
fn flawed_step_deg(latitude_deg: f64) -> f64 {
    EDGE_DEG / latitude_deg.to_radians().cos()
}

/// The flawed idea.
fn snapped(place: &Position) -> Position {
    let step_deg = flawed_step_deg(place.latitude_deg());
    Position::new(
        (place.latitude_deg() / EDGE_DEG).round() * EDGE_DEG,
        (place.longitude_deg() / step_deg).round() * step_deg,
    )
}

/// Our law: longitudes are whole multiples of half a column, 180° by the greatest power of two of columns that are at
/// least as wide as a row is high.
fn our_step_deg(latitude_deg: f64) -> f64 {
    180.0 / (25.0 + latitude_deg.to_radians().cos().log2()).floor().exp2()
}

/// The attack: the step that the output's longitude is a multiple of.
fn step_behind(output: &Position, law: fn(f64) -> f64) -> f64 {
    output.longitude_deg() / (output.longitude_deg() / law(output.latitude_deg())).round()
}

/// The attack: of the latitudes within 1 km of the output's, those whose step explains its longitude (the law rises with
/// the latitude). South and north end, in degrees.
fn latitudes_behind(output: &Position, law: fn(f64) -> f64) -> (f64, f64) {
    let step_deg = step_behind(output, law);
    let reach_deg = 1_000.0 / METRES_PER_DEGREE;
    let (south, north) = (output.latitude_deg() - reach_deg, output.latitude_deg() + reach_deg);
    // The first latitude at which the law is no longer below the bound.
    let first = |below: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (south, north);
        for _ in 0..100 {
            let middle = f64::midpoint(low, high);
            if below(middle) { low = middle } else { high = middle }
        }
        high
    };
    // A few roundings either way.
    let rounding = 2.0 * f64::EPSILON * step_deg;
    (first(&|latitude| law(latitude) < step_deg - rounding), first(&|latitude| law(latitude) <= step_deg + rounding))
}

#[test]
fn a_longitude_step_from_the_raw_latitude_gives_the_latitude_back() {
    let mut generator = generator(1);
    let (mut worst_m, mut widest_m) = (0.0_f64, 0.0_f64);
    for _ in 0..10_000 {
        let place = Position::new(40.0 + 20.0 * uniform(&mut generator), 1.0 + 20.0 * uniform(&mut generator));
        let (south, north) = latitudes_behind(&snapped(&place), flawed_step_deg);
        widest_m = widest_m.max((north - south) * METRES_PER_DEGREE);
        worst_m = worst_m.max((f64::midpoint(south, north) - place.latitude_deg()).abs() * METRES_PER_DEGREE);
    }
    println!("longitude step: 10,000 raw latitudes recovered, the worst to {worst_m:.1e} m");
    assert!(worst_m < 1e-8 && widest_m < 2e-8, "{worst_m:e} m, {widest_m:e} m");
}

#[test]
fn our_longitudes_hold_nothing_but_the_row() {
    let mechanism = with_scale(200.0);
    let mut generator = generator(2);
    let places = [UTRECHT, Plane(UTRECHT).place_at([0.0, 1_000.0])];
    let steps = places.map(|place| {
        (0..10_000)
            .map(|_| {
                let output = noised(&mechanism, &place, &mut generator);
                let (south, north) = latitudes_behind(&output, our_step_deg);
                let left_m = (north - south) * METRES_PER_DEGREE;
                assert!((left_m - 2_000.0).abs() < 1e-6, "the attack ruled a latitude out: {left_m} m are left");
                step_behind(&output, our_step_deg).to_bits()
            })
            .collect::<BTreeSet<_>>()
    });
    // 2²⁴ columns from 0° to 60°: one step, to the last bit, whatever the latitude.
    let step_deg = 180.0 / f64::from(1 << 24);
    assert_eq!(steps, [BTreeSet::from([step_deg.to_bits()]), BTreeSet::from([step_deg.to_bits()])]);
}
