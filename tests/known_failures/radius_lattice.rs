//! Flawed: the radius of the noise is a multiple of a millionth of its scale (a quantile function, tabulated or rounded).
//! An output then lies on one of a family of circles around the truth, and around hardly any other place.

use std::collections::HashSet;
use std::f64::consts::TAU;

use hereabouts::{LatticePoint, Position};

use crate::support::{NINE, fix_at};
use crate::world::{Plane, UTRECHT, generator, noised, uniform, with_scale};

const SCALE_M: f64 = 250.0;

/// What the attacker knows of a mechanism.
struct Law {
    /// What the radii are multiples of.
    radius_step_m: f64,
    /// How far the printed output may lie from where truth and noise led.
    output_error_m: f64,
}

/// The flawed idea, with a noise of 250 m.
const FLAWED: Law = Law { radius_step_m: SCALE_M * 1e-6, output_error_m: 1e-8 };

/// Ours: the radius is b·(k·ln 2 − ln m), m a product of two mantissas of 52 random bits, and the output is the centre of a
/// lattice cell, which holds every point within half a row height.
const OURS: Law =
    Law { radius_step_m: SCALE_M / (1_u64 << 52) as f64, output_error_m: 0.499 * LatticePoint::ROW_HEIGHT_M };

impl Law {
    /// Whether truth and output fit.
    fn admits(&self, truth: &Position, output: &Position) -> bool {
        let radius_m = truth.great_circle_distance_m(output);
        let nearest_m = (radius_m / self.radius_step_m).round() * self.radius_step_m;
        (radius_m - nearest_m).abs() <= self.output_error_m
    }
}

/// A place 400 m and more away from both of the square's near borders, so that the truth is no special candidate.
const TRUTH: Step = [417, 1_293];
type Step = [u32; 2];

/// 4,000,000 places, a metre apart.
fn candidate([east, north]: Step) -> Position {
    Plane(UTRECHT).place_at([f64::from(east), f64::from(north)])
}

/// The attack: the candidates that fit every output.
fn survivors(outputs: &[Position], law: &Law) -> Vec<Step> {
    (0..2_000)
        .flat_map(|east| (0..2_000).map(move |north| [east, north]))
        .filter(|&step| outputs.iter().all(|output| law.admits(&candidate(step), output)))
        .collect()
}

/// Where a great circle leads.
fn travelled(from: &Position, distance_m: f64, bearing_rad: f64) -> Position {
    let (sine, cosine) = from.latitude_deg().to_radians().sin_cos();
    let (sine_arc, cosine_arc) = (distance_m / hereabouts::EARTH_RADIUS_M).sin_cos();
    let latitude = (sine * cosine_arc + cosine * sine_arc * bearing_rad.cos()).asin();
    let turn = (bearing_rad.sin() * sine_arc).atan2(cosine * cosine_arc - sine * sine_arc * bearing_rad.cos());
    Position::new(latitude.to_degrees(), from.longitude_deg() + turn.to_degrees())
}

#[test]
fn of_four_million_candidates_two_outputs_leave_only_the_truth() {
    let mut generator = generator(1);
    let outputs = [(); 2].map(|()| {
        let radius_m = -SCALE_M * (uniform(&mut generator) * uniform(&mut generator)).ln();
        let rounded_m = (radius_m / FLAWED.radius_step_m).round() * FLAWED.radius_step_m;
        travelled(&candidate(TRUTH), rounded_m, TAU * uniform(&mut generator))
    });
    // A wrong candidate fits one output with probability 2·10⁻⁸/2.5·10⁻⁴ and both with 6.4·10⁻⁹: 0.03 are expected.
    let left = survivors(&outputs, &FLAWED);
    println!("radius lattice: of 4,000,000 candidates two outputs left {}", left.len());
    assert_eq!(left, [TRUTH]);
}

#[test]
fn of_four_million_candidates_all_survive_our_outputs() {
    let mut generator = generator(2);
    let mechanism = with_scale(SCALE_M);
    let outputs = [(); 2].map(|()| noised(&mechanism, &candidate(TRUTH), &mut generator));
    assert_eq!(survivors(&outputs, &OURS).len(), 4_000_000);
    // Taken for outputs of the flawed idea, they rule out the truth. (By chance they would not: (8·10⁻⁵)² = 6.4·10⁻⁹.)
    assert!(!outputs.iter().all(|output| FLAWED.admits(&candidate(TRUTH), output)));
    // What the attacker was told of the lattice is so: whatever lies that near is printed as this output.
    for output in outputs {
        for bearing in 0..1_000 {
            let near = travelled(&output, OURS.output_error_m, TAU * f64::from(bearing) / 1_000.0);
            assert_eq!(LatticePoint::nearest(&near), LatticePoint::nearest(&output));
        }
    }
}

/// The same by trial, where the noise is least: two truths reach the same lattice points.
#[test]
fn every_lattice_point_near_two_truths_is_put_out_for_both() {
    let mechanism = with_scale(5.4);
    let plane = Plane(UTRECHT);
    let truths = [UTRECHT, plane.place_at([3.0, 1.0])];
    let mut generator = generator(3);
    let near: HashSet<LatticePoint> = (-40..=40)
        .flat_map(|east| (-40..=40).map(move |north| [f64::from(east) * 0.2, f64::from(north) * 0.2]))
        .map(|step| LatticePoint::nearest(&plane.place_at(step)))
        .collect();
    assert!(near.len() > 100);
    // The farthest is 15.5 m from a truth, the smallest cell has h² = 1.42 m²: probability at least
    // 1.42/(2π·5.4²)·e^(−15.5/5.4) = 4.3·10⁻⁴ a draw. That one of fewer than 200 cells is never met in 200,000 draws has
    // probability below 2·200·e^(−86) = 2·10⁻³⁵.
    assert!(near.len() < 200);
    for truth in truths {
        let fix = fix_at(truth.latitude_deg(), truth.longitude_deg(), NINE);
        let met: HashSet<LatticePoint> = (0..200_000).map(|_| mechanism.perturb(&fix, &mut generator)).collect();
        assert!(near.is_subset(&met), "{} lattice points cannot be reached", near.difference(&met).count());
    }
}
