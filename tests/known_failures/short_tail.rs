//! Flawed: the exponentials are −ln u of a uniform number that has a least value. A radius of two ends at 73.47 b if u is
//! a multiple of 2⁻⁵³, and at 1,488.88 b if it is as small as an f64 can be. An output beyond the end rules a place out
//! for certain, whatever ε was promised.

use std::convert::Infallible;

use hereabouts::Position;
use rand::{TryCryptoRng, TryRng};

use crate::support::{NINE, fix_at};
use crate::world::{Plane, Step, UTRECHT, flat_noise, generator, length_m, minus, plus, with_scale};

/// The least numbers that two samplers take for a uniform one, and where their radii end, in scales.
const ENDS: [(f64, f64); 2] = [(1.0 / (1_u64 << 53) as f64, 73.47), (5e-324, 1_488.88)];

/// Ends after which the attack believes that nothing can come.
fn end_in_scales(least: f64) -> f64 {
    -(least.ln() + least.ln())
}

/// The attack: whether an output is out of a place's reach.
fn is_ruled_out(place: Step, output: Step, reach_m: f64) -> bool {
    length_m(minus(output, place)) > reach_m
}

#[test]
fn a_uniform_number_with_a_least_value_ends_the_tail() {
    const SCALE_M: f64 = 5.4;
    for (least, stated) in ENDS {
        let end = end_in_scales(least);
        assert!((end - stated).abs() < 0.005, "{end} b");
        println!("short tail: the least uniform number {least:e} ends two draws at {end:.2} b");
        // Two places farther apart than the end: each of the one's outputs has probability 0 from the other, though the
        // claim is finite there, e^(d/b) and no more.
        let (near, far) = ([0.0, 0.0], [SCALE_M * (end + 60.0), 0.0]);
        let mut generator = generator(1);
        let outputs: Vec<Step> = (0..1_000).map(|_| plus(far, flat_noise(SCALE_M, &mut generator))).collect();
        // (A draw of more than 60 b towards the other place has probability 61·e^(−60) = 5·10⁻²⁵.)
        assert!(outputs.iter().all(|&output| is_ruled_out(near, output, SCALE_M * end)));
        assert!(!outputs.iter().any(|&output| is_ruled_out(far, output, SCALE_M * end)));
    }
}

/// Coins that come up tails for a number of words, and then are mild: a stream that has positive probability like any
/// other of its length.
struct Tails {
    words: u32,
}

impl TryRng for Tails {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.try_next_u64()? as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let left = self.words;
        self.words = left.saturating_sub(1);
        Ok(if left > 0 { 0 } else { 1 << 11 })
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(0);
        Ok(())
    }
}

impl TryCryptoRng for Tails {}

#[test]
fn our_tail_goes_on_beyond_every_end() {
    let mechanism = with_scale(5.4);
    let fix = fix_at(UTRECHT.latitude_deg(), UTRECHT.longitude_deg(), NINE);
    let plane = Plane(UTRECHT);
    for (least, _) in ENDS {
        let reach_m = mechanism.scale_m() * end_in_scales(least);
        let beyond = (1..400).map(|words| mechanism.perturb(&fix, &mut Tails { words }).centre());
        let output = beyond.into_iter().find(|output| is_ruled_out([0.0, 0.0], plane.step_to(output), reach_m));
        assert!(output.is_some(), "no number of tails leads beyond {reach_m:.0} m");
    }
    // To the other side of the Earth, 3.7 million scales away.
    let farthest = mechanism.perturb(&fix, &mut Tails { words: 80_000 }).centre();
    assert!(farthest.great_circle_distance_m(&Position::new(UTRECHT.latitude_deg(), UTRECHT.longitude_deg())) > 1e7);
}
