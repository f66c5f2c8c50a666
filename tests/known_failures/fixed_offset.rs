//! Flawed: one random offset, drawn once and added to every live fix for months. No output is true, but every movement
//! shows exactly.

use hereabouts::Position;

use crate::world::{
    Plane, Step, UTRECHT, flat_noise, generator, length_m, median, minus, noised, plus, uniform, with_scale,
};

const SCALE_M: f64 = 200.0;

/// Two thousand fixes: a thousand times somewhere in town and then 80 m further.
fn places() -> Vec<Position> {
    let mut generator = generator(1);
    let plane = Plane(UTRECHT);
    (0..1_000)
        .flat_map(|_| {
            let start = flat_noise(1_000.0, &mut generator);
            let (sine, cosine) = (std::f64::consts::TAU * uniform(&mut generator)).sin_cos();
            [start, plus(start, [80.0 * sine, 80.0 * cosine])].map(|step| plane.place_at(step))
        })
        .collect()
}

/// The attack: the difference of two successive outputs is the movement.
fn movements(places: &[Position]) -> Vec<Step> {
    let plane = Plane(UTRECHT);
    places.chunks_exact(2).map(|pair| minus(plane.step_to(&pair[1]), plane.step_to(&pair[0]))).collect()
}

/// How far the attack is off, for each movement, in metres.
fn errors_m(outputs: &[Position], places: &[Position]) -> Vec<f64> {
    movements(outputs).into_iter().zip(movements(places)).map(|(seen, true_)| length_m(minus(seen, true_))).collect()
}

#[test]
fn behind_one_offset_every_movement_shows_to_a_millimetre() {
    let places = places();
    let offset = Plane(UTRECHT).place_at(flat_noise(SCALE_M, &mut generator(2)));
    let (north_deg, east_deg) =
        (offset.latitude_deg() - UTRECHT.latitude_deg(), offset.longitude_deg() - UTRECHT.longitude_deg());
    let outputs: Vec<Position> = places
        .iter()
        .map(|place| Position::new(place.latitude_deg() + north_deg, place.longitude_deg() + east_deg))
        .collect();
    let worst_m = errors_m(&outputs, &places).into_iter().fold(0.0, f64::max);
    println!("fixed offset: 1,000 movements of 80 m, the worst off by {worst_m:.1e} m");
    assert!(worst_m < 1e-3, "{worst_m} m");
}

#[test]
fn our_outputs_differ_by_the_noise_of_two_draws() {
    let places = places();
    let mechanism = with_scale(SCALE_M);
    let mut generator = generator(3);
    let outputs: Vec<Position> = places.iter().map(|place| noised(&mechanism, place, &mut generator)).collect();
    let errors_m = errors_m(&outputs, &places);
    // The difference of two draws has the characteristic function (1 + b²k²)⁻³, so its density is nowhere above
    // 1/(8πb²), and a movement is seen to within b/10 with probability at most 1/800 (and the rounding to cells of 2 m).
    // Of 1,000 independent movements 1.25 are expected; 15 or more have probability below 10⁻¹¹ (Poisson).
    let seen = errors_m.iter().filter(|&&error_m| error_m < SCALE_M / 10.0).count();
    println!("ours: the median movement off by {:.0} m", median(errors_m));
    assert!(seen < 15, "{seen} of 1,000 movements show");
}
