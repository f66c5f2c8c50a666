//! Flawed: planar noise is added to the Earth-centred x and y, and z is forgotten. Near the equator x points up, so that
//! the noise is a height, which is dropped, and hardly any noise is left from north to south.

use hereabouts::{EARTH_RADIUS_M, Position};
use rand::rngs::ChaCha20Rng;

use crate::world::{
    Plane, QUITO, Step, UTRECHT, bearing_rad, flat_noise, generator, length_m, mean, noised, with_scale,
};

const SCALE_M: f64 = 100.0;
const DRAWS: usize = 40_000;

/// The flawed idea.
fn without_z(place: &Position, generator: &mut ChaCha20Rng) -> Position {
    let (sine, cosine) = place.latitude_deg().to_radians().sin_cos();
    let (sine_longitude, cosine_longitude) = place.longitude_deg().to_radians().sin_cos();
    let [x_noise_m, y_noise_m] = flat_noise(SCALE_M, generator);
    let x = EARTH_RADIUS_M * cosine * cosine_longitude + x_noise_m;
    let y = EARTH_RADIUS_M * cosine * sine_longitude + y_noise_m;
    let z = EARTH_RADIUS_M * sine;
    Position::new(z.atan2(x.hypot(y)).to_degrees(), y.atan2(x).to_degrees())
}

/// The attack: how far outputs spread from east to west and from north to south (root mean square, metres).
fn spreads_m(errors: &[Step]) -> [f64; 2] {
    [0, 1].map(|axis| mean(errors.iter().map(|error| error[axis] * error[axis])).sqrt())
}

fn errors(place: &Position, mut noised: impl FnMut(&Position) -> Position) -> Vec<Step> {
    let plane = Plane(*place);
    (0..DRAWS).map(|_| plane.step_to(&noised(place))).collect()
}

#[test]
fn without_z_the_noise_from_north_to_south_collapses_at_the_equator() {
    let mut generator = generator(1);
    let [east_m, north_m] = spreads_m(&errors(&QUITO, |place| without_z(place, &mut generator)));
    println!("Earth-centred without z, Quito: {east_m:.0} m from east to west, {north_m:.1} m from north to south");
    assert!((150.0..200.0).contains(&east_m) && north_m < 1.0, "{east_m} m, {north_m} m");
}

#[test]
fn our_noise_is_the_same_in_every_direction() {
    let mechanism = with_scale(SCALE_M);
    let median_m = mechanism.error_quantile_m(0.5);
    let mut generator = generator(2);
    for place in [QUITO, UTRECHT] {
        let errors = errors(&place, |place| noised(&mechanism, place, &mut generator));
        let [east_m, north_m] = spreads_m(&errors);
        println!("ours: {east_m:.0} m from east to west, {north_m:.0} m from north to south");
        let share =
            |holds: &dyn Fn(&Step) -> bool| errors.iter().filter(|&error| holds(error)).count() as f64 / DRAWS as f64;
        // Eight sectors around the compass, and the median of the distance: nine shares of 40,000 independent draws, each
        // off by 0.017 or more with probability at most 2e^(−2·40,000·0.017²) = 1.9·10⁻¹⁰ (Hoeffding); at two places:
        // 3.4·10⁻⁹. (Rounding to cells of 1.2 by 1.5 to 2.4 m moves a share by less than 0.003, hence 0.02.)
        for sector in 0..8 {
            let within = share(&|error| (bearing_rad(*error).to_degrees().rem_euclid(360.0) / 45.0) as usize == sector);
            assert!((within - 0.125).abs() < 0.02, "sector {sector}: {within}");
        }
        let within = share(&|&error| length_m(error) < median_m);
        assert!((within - 0.5).abs() < 0.02, "{within} within the median");
    }
    // The flawed idea fails by the same measure.
    let errors = errors(&QUITO, |place| without_z(place, &mut generator));
    let north = errors.iter().filter(|error| bearing_rad(**error).abs() < 45_f64.to_radians()).count();
    assert!((north as f64) < 0.01 * DRAWS as f64, "{north} of {DRAWS} outputs to the north");
}
