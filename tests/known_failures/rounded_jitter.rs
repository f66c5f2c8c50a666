//! Flawed: a jitter of some metres, and the output printed with as many digits as the input had. On an input with few
//! digits the jitter rounds away.

use std::collections::HashMap;

use hereabouts::Position;
use rand::rngs::ChaCha20Rng;

use crate::world::{METRES_PER_DEGREE, UTRECHT, flat_noise, generator, noised, with_scale};

const SCALE_M: f64 = 402.0;
const DRAWS: usize = 4_000;
const WHOLE: Position = Position::new(-23.0, 127.0);

/// The flawed idea.
fn jittered(place: &Position, generator: &mut ChaCha20Rng) -> Position {
    let [east_m, north_m] = flat_noise(SCALE_M, generator);
    let as_precise = |degrees: f64, noise_m: f64| {
        let digits = degrees.to_string().split_once('.').map_or(0, |(_, digits)| digits.len());
        let unit = 10_f64.powi(digits as i32);
        ((degrees + noise_m / METRES_PER_DEGREE) * unit).round() / unit
    };
    Position::new(as_precise(place.latitude_deg(), north_m), as_precise(place.longitude_deg(), east_m))
}

/// The attack: the output that comes most often, and how often it does.
fn commonest(outputs: &[Position]) -> (Position, usize) {
    let mut counts = HashMap::new();
    for output in outputs {
        let bits = [output.latitude_deg(), output.longitude_deg()].map(f64::to_bits);
        counts.entry(bits).or_insert((*output, 0)).1 += 1;
    }
    counts.into_values().max_by_key(|&(_, count)| count).unwrap()
}

#[test]
fn a_jitter_rounds_away_on_whole_degrees() {
    let mut generator = generator(1);
    let outputs: Vec<Position> = (0..DRAWS).map(|_| jittered(&WHOLE, &mut generator)).collect();
    let (place, count) = commonest(&outputs);
    println!("rounded jitter: {count} of {DRAWS} outputs for whole degrees are the truth");
    assert_eq!((place, count), (WHOLE, DRAWS));
    // Where the input has digits, the idea seems to work.
    let outputs: Vec<Position> = (0..DRAWS).map(|_| jittered(&UTRECHT, &mut generator)).collect();
    assert!(commonest(&outputs).1 < DRAWS / 10);
}

#[test]
fn whole_degrees_are_noised_like_any_other() {
    let mechanism = with_scale(SCALE_M);
    let mut generator = generator(2);
    for place in [WHOLE, UTRECHT, Position::new(0.0, 0.0)] {
        let outputs: Vec<Position> = (0..DRAWS).map(|_| noised(&mechanism, &place, &mut generator)).collect();
        // A cell of at most 2.9 m² is met with probability p ≤ 2.9/(2πb²) = 2.9·10⁻⁶ a draw, and two draws meet with
        // probability at most 2.9/(8πb²) = 7.2·10⁻⁷. So six of 4,000 do with probability at most
        // (4,000⁶/6!)·7.2·10⁻⁷·p⁴ < 3·10⁻¹⁰.
        assert!(commonest(&outputs).1 < 6, "{} outputs are the same", commonest(&outputs).1);
        // Half of the draws lie within the median, and 0.05 more or less with probability at most
        // 2e^(−2·4,000·0.05²) = 4.2·10⁻⁹ (Hoeffding); at three places: 1.3·10⁻⁸. (Rounding to cells moves a draw by
        // 1.4 m and the share by less than 0.002, hence 0.052.)
        let median_m = mechanism.error_quantile_m(0.5);
        let within = outputs.iter().filter(|output| output.great_circle_distance_m(&place) < median_m).count();
        let share = within as f64 / DRAWS as f64;
        assert!((share - 0.5).abs() < 0.052, "{share} within the median");
    }
}
