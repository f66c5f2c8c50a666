//! Flawed: noise keyed to the place, so that asking again gives no new output, with a bearing that is the same at every
//! radius. Two outputs of different scale then lie on one line with the truth, at known proportions.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use hereabouts::{MemoryLedger, Policy, PrivacyLoss, RecordedClock};

use crate::support::NINE;
use crate::world::{
    Plane, Step, UTRECHT, bearing_rad, flat_noise, generator, length_m, mean, median, minimizer, minus, plus, released,
};

const DRAWS: usize = 10_000;

/// The flawed idea: a key and a place give a seed, the seed gives the noise, the scale stretches it.
fn keyed(truth: Step, scale_m: f64) -> Step {
    const KEY: u64 = 0x5eed;
    let seed = BuildHasherDefault::<DefaultHasher>::default().hash_one((KEY, truth.map(f64::to_bits)));
    plus(truth, flat_noise(scale_m, &mut generator(seed)))
}

/// The attack: from the wide output through the narrow one, and on by the proportion of their scales, 10 to 1.
fn extrapolated([narrow, wide]: [Step; 2]) -> Step {
    [0, 1].map(|axis| (10.0 * narrow[axis] - wide[axis]) / 9.0)
}

/// How much further clockwise the wide output lies than the narrow one, seen from the truth, in radians.
fn turn_rad([narrow, wide]: [Step; 2], truth: Step) -> f64 {
    bearing_rad(minus(wide, truth)) - bearing_rad(minus(narrow, truth))
}

#[test]
fn one_bearing_at_every_radius_gives_the_place_away() {
    let mut worst_m = 0.0_f64;
    for index in 0..DRAWS {
        let truth = flat_noise(5_000.0, &mut generator(index as u64));
        let outputs = [100.0, 1_000.0].map(|scale_m| keyed(truth, scale_m));
        assert!(turn_rad(outputs, truth).sin().abs() < 1e-6, "the bearings differ");
        worst_m = worst_m.max(length_m(minus(extrapolated(outputs), truth)));
    }
    println!("one bearing: {DRAWS} places, each from two outputs, the worst off by {worst_m:.1e} m");
    assert!(worst_m < 1e-3, "{worst_m} m");
}

/// Two purposes with a noise of 100 m and of 1 km.
const POLICY: &str = r#"
version = 1

[protection]
radius_m = 100

[[budget]]
epsilon = 1.2
window = "1min"

[purposes.narrow]
mechanism = { kind = "planar-laplace", epsilon = 1.0 }
repeat = { kind = "fresh" }
grid = { kind = "metric", edge_m = 10 }
interval = "1min"
time_bucket = "1h"
keep = []

[purposes.wide]
mechanism = { kind = "planar-laplace", epsilon = 0.1 }
repeat = { kind = "fresh" }
grid = { kind = "metric", edge_m = 10 }
interval = "1min"
time_bucket = "1h"
keep = []

[destinations.eu]
jurisdiction = "DE"
operator = "Example Weather GmbH"
"#;

#[test]
fn our_bearings_are_independent_and_both_draws_are_charged() {
    let policy = Policy::from_toml(POLICY).unwrap();
    let minimizer = minimizer(policy, MemoryLedger::new(), RecordedClock::default(), 1);
    let plane = Plane(UTRECHT);
    let mut turns = Vec::with_capacity(DRAWS);
    let mut errors_m = Vec::with_capacity(DRAWS);
    for minute in 0..DRAWS as i64 {
        let outputs = ["narrow", "wide"].map(|purpose| {
            let release = released(&minimizer, &UTRECHT, NINE + 60 * minute, purpose, "eu").unwrap();
            plane.step_to(&release.cell().unwrap().centre())
        });
        turns.push(turn_rad(outputs, [0.0, 0.0]));
        errors_m.push(length_m(extrapolated(outputs)));
    }
    // The turn between two independent uniform bearings is uniform. Each of the two means below is one of 10,000
    // independent numbers within ±1, off zero by 0.06 or more with probability at most 2e^(−10,000·0.06²/2) = 3.1·10⁻⁸
    // (Hoeffding), 6.1·10⁻⁸ together. (Cells of 10 m move the mean by less than 0.001.)
    for harmonic in [f64::cos, f64::sin] {
        let off = mean(turns.iter().map(|&turn| harmonic(turn)));
        assert!(off.abs() < 0.061, "the bearings go together: {off}");
    }
    // Both noises, the narrow one stretched tenfold, have b = 1,006 m: their difference has a density of at most
    // 1/(8πb²), and comes within 90 m of zero with probability below 1/900; cells of 10 m at most double that. 23 of
    // 10,000 are expected; 80 or more have probability below e^(−23)·(23e/80)^80 = 10⁻¹⁹ (Chernoff).
    let found = errors_m.iter().filter(|&&error_m| error_m < 10.0).count();
    assert!(found < 80, "the attack came within 10 m {found} times");
    println!("ours: the same attack off by {:.0} m at the median", median(errors_m));

    let losses: Vec<PrivacyLoss> = minimizer.receipts().unwrap().iter().map(|receipt| receipt.loss()).collect();
    let charged = [1_000_001_200, 100_001_200].map(PrivacyLoss::from_billionths);
    assert_eq!(losses, charged.repeat(DRAWS));
}
