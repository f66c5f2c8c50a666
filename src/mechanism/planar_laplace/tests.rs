use std::f64::consts::PI;

use jiff::Timestamp;
use rand::rngs::ChaCha20Rng;
use rand::{SeedableRng, TryCryptoRng, TryRng};

use super::*;

fn fix(latitude_deg: f64, longitude_deg: f64) -> Fix {
    Fix::wgs84(latitude_deg, longitude_deg, None, Timestamp::UNIX_EPOCH).unwrap()
}

/// The mechanism whose scale is b itself.
fn with_scale(scale_m: f64) -> PlanarLaplace {
    PlanarLaplace { epsilon: SPHERE_PER_GEODESIC, radius_m: scale_m, scale_m }
}

pub(in crate::mechanism) fn assert_close(actual: f64, expected: f64, relative: f64) {
    assert!((actual / expected - 1.0).abs() <= relative, "{actual} is not {expected}");
}

#[test]
fn error_quantiles_of_a_small_scale_are_those_of_the_plane() {
    let mechanism = with_scale(1.0); // below what `new` allows, where the plane is exact to twelve digits
    let expected = [
        (0.05, 0.355_361_510_7),
        (0.5, 1.678_346_990_0),
        (0.9, 3.889_720_169_9),
        (0.95, 4.743_864_518_4),
        (0.99, 6.638_352_068_0),
        (0.999, 9.233_413_476_5),
    ];
    for (p, quantile) in expected {
        assert_close(mechanism.error_quantile_m(p), quantile, 1e-9);
    }
}

#[test]
fn errors_on_the_sphere_are_those_of_the_exact_law() {
    let expected = [
        (1e2, 199.999_999_950_726, 167.834_698_969, 474.386_451_688),
        (1e4, 19_999.950_726_6, 16_783.437_659_4, 47_438.494_342_3),
        (1e6, 1_951_911.272_38, 1_646_877.752_62, 4_596_960.853_82),
        (EARTH_RADIUS_M, 7_200_111.541_44, 6_681_900.129_74, 14_611_682.278_5),
    ];
    for (scale_m, mean_m, median_m, most_m) in expected {
        let mechanism = with_scale(scale_m);
        assert_close(mechanism.mean_error_m(), mean_m, 1e-11);
        assert_close(mechanism.error_quantile_m(0.5), median_m, 1e-11);
        assert_close(mechanism.error_quantile_m(0.95), most_m, 1e-11);
    }
}

#[test]
fn the_privacy_map_is_exact() {
    let mechanism = PlanarLaplace::new(1.0, 200.0).unwrap();
    let map = mechanism.measurement().unwrap();
    assert_eq!(map.map(&0.0).unwrap(), 0.0);
    for (distance_m, epsilon) in
        [(200.0, 1.000_001_2), (100.0, 0.500_001_2), (1.0, 0.005_001_2), (2e7, 100_000.000_001_2)]
    {
        let loss = map.map(&distance_m).unwrap();
        assert!(loss >= epsilon && loss <= epsilon * (1.0 + 4.0 * f64::EPSILON), "{loss} is not {epsilon}");
    }
    assert!(map.map(&-1.0).is_err());
    assert!(map.map(&f64::NAN).is_err());
    // What the ledger charges covers what the map says at the protected radius.
    for epsilon in [0.001, 0.1, 0.3, 1.0, 1.7, 30.0] {
        let mechanism = PlanarLaplace::new(epsilon, 200.0).unwrap();
        assert_close(mechanism.loss_at_m(200.0), mechanism.loss().epsilon(), 1e-15);
        assert_eq!(mechanism.loss().billionths(), (epsilon * 1e9).round() as u64 + 1_200);
    }
}

#[test]
fn a_scale_outside_the_proof_is_refused() {
    assert!(matches!(PlanarLaplace::new(1.0, 6.4e6), Err(MechanismError::TooMuchNoise { .. })));
    assert!(PlanarLaplace::new(1.0, EARTH_RADIUS_M / SPHERE_PER_GEODESIC).is_ok());
    assert!(matches!(PlanarLaplace::new(1.0, 5.3), Err(MechanismError::TooLittleNoise { .. })));
    assert!(PlanarLaplace::new(1.0, 5.4).is_ok());
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(PlanarLaplace::new(bad, 200.0), Err(MechanismError::Epsilon { .. })));
        assert!(matches!(PlanarLaplace::new(1.0, bad), Err(MechanismError::Radius { .. })));
    }
}

/// The places where spherical code goes wrong, and two ordinary ones.
pub(in crate::mechanism) const PLACES: [(f64, f64); 9] = [
    (0.0, 0.0),
    (52.0907, 5.1214),
    (-37.8, 144.96),
    (90.0, 0.0),
    (-90.0, 0.0),
    (89.9999, 77.0),
    (-17.0, 179.9999),
    (65.0, -180.0),
    (0.0, 180.0),
];

/// The Kolmogorov–Smirnov distance between samples in [0, 1] and the uniform law.
pub(in crate::mechanism) fn distance_from_uniform(mut samples: Vec<f64>) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    let n = samples.len() as f64;
    let gap = |(i, &u): (usize, &f64)| (u - i as f64 / n).abs().max(((i + 1) as f64 / n - u).abs());
    samples.iter().enumerate().map(gap).fold(0.0, f64::max)
}

/// The initial bearing of the great circle from a place to another, in turns within [0, 1).
pub(in crate::mechanism) fn bearing_turns(from: &Position, to: &Position) -> f64 {
    let (lat1, lat2) = (from.latitude_deg().to_radians(), to.latitude_deg().to_radians());
    let difference = (to.longitude_deg() - from.longitude_deg()).to_radians();
    let y = difference.sin() * lat2.cos();
    let x = lat1.cos() * lat2.sin() - lat1.sin() * lat2.cos() * difference.cos();
    (y.atan2(x) / (2.0 * PI)).rem_euclid(1.0)
}

/// Radius and bearing follow their laws at every place and scale.
///
/// By the Dvoretzky–Kiefer–Wolfowitz inequality with Massart's constant, P[D > t] ≤ 2·exp(−2nt²): with n = 60,000 and
/// t = 0.0135 that is 6.4·10⁻¹⁰ for each of the 72 comparisons below, so a run raises a false alarm with probability
/// below 5·10⁻⁸. Rounding to the lattice moves a point by at most 1.4 m, which at b = 2 km moves D by less than 0.0003.
#[test]
fn radius_and_bearing_follow_the_law_everywhere() {
    const N: usize = 60_000;
    const MOST: f64 = 0.0135;
    let mut randomness = ChaCha20Rng::try_from_rng(&mut rand::rngs::SysRng).unwrap();
    for scale_m in [2e3, 1e5, 1e6, EARTH_RADIUS_M] {
        let mechanism = with_scale(scale_m);
        for (latitude_deg, longitude_deg) in PLACES {
            let truth = Position::new(latitude_deg, longitude_deg);
            let (mut radii, mut bearings) = (Vec::new(), Vec::new());
            for _ in 0..N {
                let output = mechanism.perturb(&fix(latitude_deg, longitude_deg), &mut randomness).centre();
                radii.push(mechanism.arc_law().probability(truth.great_circle_distance_m(&output) / EARTH_RADIUS_M));
                bearings.push(bearing_turns(&truth, &output));
            }
            let (radius, bearing) = (distance_from_uniform(radii), distance_from_uniform(bearings));
            assert!(radius < MOST, "radius at {latitude_deg}, {longitude_deg}, b = {scale_m}: D = {radius}");
            assert!(bearing < MOST, "bearing at {latitude_deg}, {longitude_deg}, b = {scale_m}: D = {bearing}");
        }
    }
}

/// The comparison above would notice a scale that is a tenth too small, and an arc beyond π that is folded back.
#[test]
fn the_law_test_can_fail() {
    let mut randomness = ChaCha20Rng::seed_from_u64(7);
    let truth = Position::new(52.0, 5.0);
    let (claimed, quiet) = (with_scale(2e3), with_scale(1.8e3));
    let radii = (0..60_000).map(|_| {
        let output = quiet.perturb(&fix(52.0, 5.0), &mut randomness).centre();
        claimed.arc_law().probability(truth.great_circle_distance_m(&output) / EARTH_RADIUS_M)
    });
    assert!(distance_from_uniform(radii.collect()) > 0.0135);
    let claimed = with_scale(EARTH_RADIUS_M);
    let mut uniform = || Uniform::draw(&mut randomness).value();
    let folded = (0..60_000).map(|_| {
        loop {
            let arc = -libm::log(uniform()) - libm::log(uniform());
            if uniform() < (arc.sin() / arc).abs() {
                break claimed.arc_law().probability(arc.sin().abs().atan2(arc.cos()));
            }
        }
    });
    let folded: Vec<f64> = folded.collect();
    assert!(distance_from_uniform(folded) > 0.0135, "|sin| acceptance was not noticed");
}

/// Mean and 95 % error as `# Utility` states them, within one per cent (the standard error of the mean of 400,000 draws
/// is 0.11 %, of the 95 % share 0.034 %: nine and twenty-nine deviations away from a false alarm).
#[test]
fn utility_is_as_documented() {
    let mechanism = PlanarLaplace::new(1.0, 200.0).unwrap();
    let mut randomness = ChaCha20Rng::try_from_rng(&mut rand::rngs::SysRng).unwrap();
    let truth = Position::new(52.0907, 5.1214);
    let most_m = mechanism.error_quantile_m(0.95);
    let (mut sum_m, mut within) = (0.0, 0);
    for _ in 0..400_000 {
        let output = mechanism.perturb(&fix(52.0907, 5.1214), &mut randomness).centre();
        let error_m = truth.great_circle_distance_m(&output);
        sum_m += error_m;
        within += usize::from(error_m <= most_m);
    }
    assert_close(sum_m / 400_000.0, 2.0 * mechanism.scale_m(), 0.01);
    assert_close(within as f64 / 400_000.0, 0.95, 0.01);
}

/// A generator that plays back numbers, then zeros' opposite: it proves what extreme coins do.
struct Scripted(Vec<u64>);

impl TryRng for Scripted {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(self.try_next_u64()? as u32)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.0.pop().unwrap_or(u64::MAX))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill(0);
        Ok(())
    }
}

impl TryCryptoRng for Scripted {}

/// At b = 100 m two uniforms that are held in an `f64` end at 149 km, and then one output would tell two far places apart
/// for certain. Here every distance has positive probability: enough tails in a row carry a draw to the other side of the
/// Earth.
#[test]
fn far_pairs_have_positive_probability() {
    let mechanism = with_scale(100.0);
    let truth = Position::new(52.0907, 5.1214);
    for (zeros, least_m) in [(34, 149_000.0), (1_000, 4e6), (4_400, 1.9e7)] {
        // Played back from the end: a first uniform with 64·zeros tails, then mild numbers, and a coin that accepts.
        let mut script = vec![0, u64::MAX << 12 | 1 << 11, u64::MAX, 1];
        script.extend(std::iter::repeat_n(0, zeros));
        script.push(0);
        // The accepting coin needs a value below sin θ/θ, small when the arc is long.
        script[1] = 1 << 11;
        let output = mechanism.perturb(&fix(52.0907, 5.1214), &mut Scripted(script)).centre();
        let distance_m = truth.great_circle_distance_m(&output);
        assert!(distance_m > least_m, "{zeros} × 64 tails carried the draw only {distance_m} m");
    }
}

/// The same noise at two places is one and the same displacement: it cannot have depended on the place.
#[test]
fn the_noise_is_drawn_before_the_fix_is_looked_at() {
    let mechanism = with_scale(1e6);
    let arcs = PLACES.map(|(latitude_deg, longitude_deg)| {
        let mut randomness = ChaCha20Rng::seed_from_u64(42);
        let output = mechanism.perturb(&fix(latitude_deg, longitude_deg), &mut randomness).centre();
        Position::new(latitude_deg, longitude_deg).great_circle_distance_m(&output)
    });
    for arc in arcs {
        assert!((arc - arcs[0]).abs() < 3.0, "{arcs:?}");
    }
}

#[test]
fn uniform_numbers_are_halved_without_end_and_never_reach_0_or_1() {
    let least = Uniform::draw(&mut Scripted(vec![1, 0, 0, 0]));
    assert_eq!(least.halvings, 12 + 64 + 64);
    assert_eq!(least.value(), 0.5_f64.powi(141));
    let most = Uniform::draw(&mut Scripted(vec![u64::MAX]));
    assert_eq!((most.halvings, most.value()), (0, 1.0 - f64::EPSILON / 2.0));
    let beyond = Uniform { mantissa: 0.5, halvings: 5_000 };
    assert_eq!(beyond.value(), 0.0);
}
