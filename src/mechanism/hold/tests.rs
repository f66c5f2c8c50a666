use geo::Distance;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::sphere::Position;

fn fix(latitude_deg: f64, longitude_deg: f64) -> Fix {
    Fix::wgs84(latitude_deg, longitude_deg, None, Timestamp::UNIX_EPOCH).unwrap()
}

/// Noise of scale 3.3 cm: few enough values that every one is counted.
fn small() -> Hold {
    let hold = Hold::new(1.0, 3.0, 0.02).unwrap();
    assert_eq!(hold.sensitivity_cm, 3);
    hold
}

/// P[k] of the discrete Laplace law of scale s: (1 − e^(−1/s))/(1 + e^(−1/s))·e^(−|k|/s).
fn mass(k: i64, scale: f64) -> f64 {
    let ratio = (-1.0 / scale).exp();
    (1.0 - ratio) / (1.0 + ratio) * ratio.powf(k.unsigned_abs() as f64)
}

/// The greatest |observed − expected| over the cumulative sums stays below this but for one run in 10⁷ (Dvoretzky, Kiefer,
/// Wolfowitz 1956, with Massart's constant).
fn most_apart(draws: usize) -> f64 {
    ((2.0 / 1e-7_f64).ln() / (2.0 * draws as f64)).sqrt()
}

fn apart(draw: impl Fn(&mut Randomness) -> i64, draws: usize, scale: f64) -> f64 {
    const END: i64 = 400;
    let mut randomness = Randomness::from_system().unwrap();
    let mut counts = vec![0_u32; 2 * END as usize + 1];
    for _ in 0..draws {
        counts[(draw(&mut randomness).clamp(-END, END) + END) as usize] += 1;
    }
    let (mut observed, mut expected, mut apart) = (0.0, 0.0, 0.0_f64);
    for (index, count) in counts.iter().enumerate() {
        observed += f64::from(*count) / draws as f64;
        expected += mass(index as i64 - END, scale);
        apart = apart.max((observed - expected).abs());
    }
    apart
}

#[test]
fn the_noise_is_discrete_laplace_of_three_sensitivities_by_epsilon() {
    let hold = small();
    const DRAWS: usize = 200_000;
    let drawn = apart(|randomness| hold.threshold_noise_cm(randomness).unwrap(), DRAWS, 3.0);
    assert!(drawn < most_apart(DRAWS), "{drawn}");
    // The test can fail: a tenth too quiet is seen.
    let quiet = Hold::new(1.0, 3.3, 0.02).unwrap();
    let drawn = apart(|randomness| quiet.threshold_noise_cm(randomness).unwrap(), DRAWS, 3.0);
    assert!(drawn > 1.5 * most_apart(DRAWS), "{drawn}");
}

#[test]
fn the_scale_is_the_exact_quotient() {
    let hold = Hold::new(6_000.0, 0.3, 200.0).unwrap();
    assert_eq!(hold.sensitivity_cm, 20_113, "1.005615 × 200 m is 20,112.3 cm, and one for rounding");
    assert_eq!(hold.scale, RBig::from_parts(IBig::from(3 * 20_113 * 10), UBig::from(3_u8)));
    assert_eq!(hold.loss_of_threshold(), PrivacyLoss::from_billionths(100_000_000));
    let thirds = Hold::new(6_000.0, 1.0, 200.0).unwrap();
    assert_eq!(thirds.loss_of_threshold(), PrivacyLoss::from_billionths(333_333_334), "rounded up");
}

#[test]
fn the_loss_grows_with_the_distance_as_the_proof_says() {
    let hold = Hold::new(6_000.0, 1.0, 200.0).unwrap();
    assert_eq!(hold.loss_at_m(0.0), 0.0);
    for (distance_m, sensitivity_cm) in [(200.0, 20_113.0), (100.0, 10_057.0), (0.001, 1.0), (1_000.0, 100_562.0)] {
        let loss = hold.loss_at_m(distance_m);
        let exact = sensitivity_cm / 20_113.0;
        assert!(loss >= exact && loss < exact * (1.0 + 1e-12), "{distance_m}: {loss}");
    }
}

#[test]
fn a_test_that_makes_no_sense_is_refused() {
    let bad = [f64::NAN, f64::INFINITY, 0.0, -1.0];
    for value in bad {
        assert!(matches!(Hold::new(value, 1.0, 200.0), Err(MechanismError::Within { .. })), "{value}");
        assert!(matches!(Hold::new(6_000.0, value, 200.0), Err(MechanismError::Epsilon { .. })), "{value}");
        assert!(matches!(Hold::new(6_000.0, 1.0, value), Err(MechanismError::Radius { .. })), "{value}");
    }
    let text = Hold::new(600.0, 1.0, 200.0).unwrap_err().to_string();
    assert_eq!(text, "the distance is 600 m: give metres, more than the 603 m that are the noise of the test");
    // Nothing that is accepted overflows: the least ε, the greatest radius.
    assert!(Hold::new(2e7, 1e-9, 1.0).is_err());
    assert!(Hold::new(2e7, 9e9, 2e7).unwrap().scale_m() < 1.0);
}

/// Exactly P[ν − ξ ≥ T]: the sum of the joint law.
fn exact_false_alarm(threshold_cm: i64, scale: f64) -> f64 {
    let end = 200;
    let pairs = (-end..=end).flat_map(|xi| (-end..=end).map(move |nu| (xi, nu)));
    pairs.filter(|(xi, nu)| nu - xi >= threshold_cm).map(|(xi, nu)| mass(xi, scale) * mass(nu, scale)).sum()
}

#[test]
fn the_false_alarm_is_the_tail_of_the_difference_of_the_noises() {
    // Of real numbers; the discrete law comes near as the scale grows.
    for (within_m, epsilon) in [(0.2, 1.0), (0.5, 0.6), (0.9, 0.4)] {
        let hold = Hold::new(within_m, epsilon, 0.02).unwrap();
        let exact = exact_false_alarm(hold.threshold_cm, hold.scale_m() * 100.0);
        // Counting from the middle of a step: T − ½.
        let ratio = (hold.within_m() - 0.005) / hold.scale_m();
        let continuous = (2.0 + ratio) * (-ratio).exp() / 4.0;
        assert!((continuous / exact - 1.0).abs() < 0.02, "{continuous} {exact}");
        let stated = hold.false_alarm();
        assert!((stated / exact - 1.0).abs() < 0.15, "{stated} {exact}");
    }
    // And the sampler: 3,000 false alarms of 600,000 at the exact rate, ± 5.5 deviations (4·10⁻⁸).
    let hold = Hold::new(0.22, 3.0, 0.02).unwrap();
    let (place, point) = (fix(0.0, 0.0), LatticePoint::nearest(&Position::new(0.0, 0.0)));
    let at_the_place_cm = distance_cm(&place, &point);
    let rate = exact_false_alarm(hold.threshold_cm - at_the_place_cm, 3.0);
    let mut randomness = Randomness::from_system().unwrap();
    const QUESTIONS: u32 = 300_000;
    let mut alarms = 0;
    for _ in 0..QUESTIONS {
        let xi = hold.threshold_noise_cm(&mut randomness).unwrap();
        alarms += u32::from(!hold.is_near(&place, &point, xi, &mut randomness).unwrap());
    }
    let expected = f64::from(QUESTIONS) * rate;
    assert!((f64::from(alarms) - expected).abs() < 5.5 * expected.sqrt(), "{alarms} of {expected:.0}");
}

#[test]
fn recall_finds_the_first_output_that_is_near_and_none_where_none_is() {
    let hold = Hold::new(6_000.0, 9.0, 200.0).unwrap(); // a scale of 67 m: no chance in a thousand billion billion years
    let mut randomness = Randomness::from_system().unwrap();
    let at = |latitude_deg: f64| LatticePoint::nearest(&Position::new(latitude_deg, 5.0));
    let (far, near, nearer) = (at(50.0), at(52.01), at(52.0));
    let place = fix(52.0, 5.0);
    let mut first = |outputs: &[LatticePoint]| hold.first_near(&place, outputs, &mut randomness).unwrap();
    assert_eq!(first(&[far, near, nearer]), Some(1));
    assert_eq!(first(&[nearer, near]), Some(0));
    assert_eq!(first(&[far, far]), None);
    assert_eq!(first(&[]), None);
}

/// Places and a point anywhere, the second place near the first; poles and antimeridian among them.
fn places() -> impl Strategy<Value = (f64, f64, f64, f64, f64, f64)> {
    let latitude = || prop_oneof![4 => -90.0..90.0_f64, 1 => Just(90.0), 1 => Just(-90.0), 1 => 89.9..90.0_f64];
    let longitude = || prop_oneof![4 => -180.0..180.0_f64, 1 => Just(180.0), 1 => Just(-180.0)];
    (latitude(), longitude(), -0.01..0.01_f64, -0.01..0.01_f64, latitude(), longitude())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The proof's one fact about distances: no move changes one by more than its sensitivity.
    #[test]
    fn a_distance_changes_by_no_more_than_its_sensitivity(
        (latitude_deg, longitude_deg, north_deg, east_deg, to_latitude_deg, to_longitude_deg) in places(),
        beside in any::<bool>(),
    ) {
        let moved = fix((latitude_deg + north_deg).clamp(-90.0, 90.0), (longitude_deg + east_deg).clamp(-180.0, 180.0));
        let place = fix(latitude_deg, longitude_deg);
        // A point beside the places, where the distance changes most, or anywhere.
        let point = if beside { Position::new(latitude_deg, longitude_deg) } else { Position::new(to_latitude_deg, to_longitude_deg) };
        let point = LatticePoint::nearest(&point);
        let corner = |fix: &Fix| geo::Point::new(fix.longitude_deg(), fix.latitude_deg());
        let apart_m = geo::Geodesic.distance(corner(&place), corner(&moved));
        let change_cm = distance_cm(&place, &point).abs_diff(distance_cm(&moved, &point));
        prop_assert!(change_cm <= sensitivity_cm(apart_m), "{} cm over {} m", change_cm, apart_m);
    }
}

/// The probabilities of a stay by the exact law, in centimetres: that it ends on the last of these distances, and that it
/// does not end.
fn stay_law(distances_cm: &[i64], threshold_cm: i64, scale: f64) -> (f64, f64) {
    let end = (60.0 * scale) as i64;
    // P[ν < k]
    let below = |k: i64| {
        let ratio = (-1.0 / scale).exp();
        let tail = |k: i64| ratio.powf(k as f64) / (1.0 + ratio);
        if k > 0 { 1.0 - tail(k) } else { tail(1 - k) }
    };
    let (mut ended, mut held) = (0.0, 0.0);
    for xi in -end..=end {
        let near = |distance_cm: &i64| below(threshold_cm + xi - distance_cm);
        let (last, before) = distances_cm.split_last().unwrap();
        let until = mass(xi, scale) * before.iter().map(near).product::<f64>();
        ended += until * (1.0 - near(last));
        held += until * near(last);
    }
    (ended, held)
}

/// Theorem 3 for the law itself: of every short trace, and of every neighbour of it, no event is likelier than the claim
/// allows; and on some the claim is almost reached, so that a smaller one would be false.
#[test]
fn the_claim_holds_exactly_for_every_short_trace() {
    let (scale, sensitivity, threshold) = (6.0, 2_i64, 12);
    let claim = 3.0 * sensitivity as f64 / scale;
    let mut greatest: f64 = 0.0;
    let mut greatest_held: f64 = 0.0;
    let distances = [0_i64, 8, 12, 16, 40];
    for trace in
        distances.into_iter().flat_map(|a| distances.into_iter().flat_map(move |b| distances.map(|c| [a, b, c])))
    {
        let here = stay_law(&trace, threshold, scale);
        for signs in 0..27 {
            let moved: Vec<_> =
                (0..3).map(|tick| trace[tick as usize] + (signs / 3_i64.pow(tick) % 3 - 1) * sensitivity).collect();
            let there = stay_law(&moved, threshold, scale);
            greatest = greatest.max((here.0 / there.0).ln().abs());
            greatest_held = greatest_held.max((here.1 / there.1).ln().abs());
        }
    }
    assert!(greatest <= claim + 1e-9, "{greatest}");
    assert!(greatest > 0.9 * claim, "{greatest}: a claim of nine tenths would not be found false");
    // While it lasts, a stay costs the threshold's third.
    assert!(greatest_held <= claim / 3.0 + 1e-9 && greatest_held > 0.2 * claim, "{greatest_held}");
}

/// Recall is the same test with the answers changed over: hits cost the whole, none the third.
#[test]
fn recall_costs_a_third_when_nothing_is_near() {
    let (scale, sensitivity, threshold) = (6.0, 2_i64, 12);
    let claim = 3.0 * sensitivity as f64 / scale;
    // Changing the sign of every number turns "not near, and near at last" into a stay and its end.
    let law = |distances: &[i64]| {
        let mirrored: Vec<_> = distances.iter().map(|distance| -1 - distance).collect();
        stay_law(&mirrored, -threshold, scale)
    };
    let (mut hit, mut none): (f64, f64) = (0.0, 0.0);
    let distances = [0_i64, 8, 16, 40];
    for outputs in
        distances.into_iter().flat_map(|a| distances.into_iter().flat_map(move |b| distances.map(|c| [a, b, c])))
    {
        let here = law(&outputs);
        for signs in 0..27 {
            let moved: Vec<_> = (0..3)
                .map(|output| outputs[output as usize] + (signs / 3_i64.pow(output) % 3 - 1) * sensitivity)
                .collect();
            let there = law(&moved);
            hit = hit.max((here.0 / there.0).ln().abs());
            none = none.max((here.1 / there.1).ln().abs());
        }
    }
    assert!(hit <= claim + 1e-9 && hit > 0.6 * claim, "{hit}");
    assert!(none <= claim / 3.0 + 1e-9 && none > 0.2 * claim, "{none}");
}
