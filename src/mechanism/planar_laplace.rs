//! Planar Laplace noise on the sphere: geo-indistinguishability in true metres, everywhere on Earth.

use core::f64::consts::{LN_2, PI};

use opendp::core::{Function, Measurement, PrivacyMap};
use opendp::error::{ErrorVariant, Fallible};
use opendp::measures::MaxDivergence;
use rand::CryptoRng;

use super::arc::ArcLaw;
use super::space::error;
use super::{FixDomain, GeodesicDistance, MechanismError};
use crate::budget::PrivacyLoss;
use crate::fix::Fix;
use crate::lattice::LatticePoint;
use crate::randomness::{Randomness, RandomnessError};
use crate::sphere::{Displacement, EARTH_RADIUS_M, Position, SPHERE_PER_GEODESIC};

/// Planar Laplace noise: the density of the output falls as e^(−θ·R/b) with the angle θ from the truth, over the whole
/// sphere.
///
/// # Guarantee
///
/// For all true positions x, x′ at geodesic distance d and every lattice point o,
/// `P[o | x] ≤ exp(ε·d/r + s)·P[o | x′]`, with r the protected radius and s = [`SLACK`](Self::SLACK) = 1.2·10⁻⁶, for the
/// numbers that the machine computes, the far tail included. Stated and proved in `docs/guarantees.md`, theorem 1.
///
/// # Utility
///
/// With b = 1.005615·r/ε the error is 2b on average and at most 4.744·b for 95 % of draws, as long as b is small beside
/// the Earth; [`mean_error_m`](Self::mean_error_m) and [`error_quantile_m`](Self::error_quantile_m) are exact for every b.
///
/// # Citations
///
/// Andrés, Bordenabe, Chatzikokolakis, Palamidessi, "Geo-indistinguishability: differential privacy for location-based
/// systems" (CCS 2013). ElSalamouny, Gambs, "Optimal noise functions for location privacy on continuous regions" (2017):
/// no isotropic mechanism with this guarantee has less expected loss.
///
/// # Example
///
/// ```
/// use hereabouts::PlanarLaplace;
///
/// let mechanism = PlanarLaplace::new(1.0, 200.0)?; // ε = 1 between places 200 m apart
/// assert_eq!(mechanism.mean_error_m().round(), 402.0);
/// assert_eq!(mechanism.error_quantile_m(0.95).round(), 954.0);
/// assert_eq!(mechanism.loss().to_string(), "1.0000012");
/// # Ok::<(), hereabouts::MechanismError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanarLaplace {
    epsilon: f64,
    radius_m: f64,
    scale_m: f64,
}

impl PlanarLaplace {
    /// What rounding to the lattice and floating-point arithmetic add to ε, at every distance.
    pub const SLACK: PrivacyLoss = PrivacyLoss::from_billionths(1_200);

    /// The least scale for which the proof of [`SLACK`](Self::SLACK) holds, in metres.
    pub const LEAST_SCALE_M: f64 = 5.4;

    /// Noise for which two places `radius_m` metres apart differ by at most e^(ε + s) in the probability of any output.
    /// Its scale is b = 1.005615·`radius_m`/`epsilon` metres on the sphere: the factor makes the promise one about true,
    /// geodesic metres.
    ///
    /// # Errors
    ///
    /// [`MechanismError`] if a number is not positive and finite, or if b is below [`LEAST_SCALE_M`](Self::LEAST_SCALE_M)
    /// or above the Earth's radius.
    pub fn new(epsilon: f64, radius_m: f64) -> Result<Self, MechanismError> {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !positive(epsilon) {
            return Err(MechanismError::Epsilon { epsilon });
        }
        if !positive(radius_m) {
            return Err(MechanismError::Radius { radius_m });
        }
        let scale_m = SPHERE_PER_GEODESIC * radius_m / epsilon;
        if scale_m < Self::LEAST_SCALE_M {
            return Err(MechanismError::TooLittleNoise { scale_m, least_m: Self::LEAST_SCALE_M });
        }
        if scale_m > EARTH_RADIUS_M {
            return Err(MechanismError::TooMuchNoise { scale_m, most_m: EARTH_RADIUS_M });
        }
        Ok(Self { epsilon, radius_m, scale_m })
    }

    /// The scale b in metres on the sphere.
    #[must_use]
    pub fn scale_m(&self) -> f64 {
        self.scale_m
    }

    /// The privacy loss of one draw at the protected radius: ε + s, rounded up.
    #[must_use]
    pub fn loss(&self) -> PrivacyLoss {
        // `new` admits no ε that the conversion refuses; were there one, it would be over every budget.
        PrivacyLoss::from_epsilon(self.epsilon)
            .unwrap_or(PrivacyLoss::from_billionths(u64::MAX))
            .saturating_add(Self::SLACK)
    }

    /// The privacy loss of one draw between two places `distance_m` metres apart: ε·d/r + s, rounded up to the next `f64`.
    #[must_use]
    pub fn loss_at_m(&self, distance_m: f64) -> f64 {
        if distance_m == 0.0 {
            return 0.0;
        }
        let ratio = distance_m / self.radius_m;
        // One radius is exact; every other quotient and the product are rounded up.
        let ratio = if distance_m == self.radius_m { ratio } else { ratio.next_up() };
        let product = if ratio == 1.0 { self.epsilon } else { (self.epsilon * ratio).next_up() };
        (product + Self::SLACK.epsilon()).next_up()
    }

    /// The mean distance between truth and output, in metres: R·(2λ/(1+λ²) + π·e^(−πλ)/(1+e^(−πλ))), λ = R/b.
    #[must_use]
    pub fn mean_error_m(&self) -> f64 {
        EARTH_RADIUS_M * self.arc_law().mean_rad()
    }

    /// The distance in metres that the error stays within with probability `p`, for `p` in 0 to 1.
    #[must_use]
    pub fn error_quantile_m(&self, p: f64) -> f64 {
        EARTH_RADIUS_M * self.arc_law().quantile_rad(p)
    }

    pub(crate) fn arc_law(&self) -> ArcLaw {
        ArcLaw::planar_laplace(self.scale_m / EARTH_RADIUS_M)
    }

    /// A fix, moved by noise and rounded once to the lattice.
    ///
    /// The noise is drawn before the fix is looked at, so that the time that the draw takes says nothing about it.
    #[must_use]
    pub fn perturb<R: CryptoRng + ?Sized>(&self, fix: &Fix, randomness: &mut R) -> LatticePoint {
        let noise = self.draw(randomness);
        let (latitude_deg, longitude_deg) = noise.from(fix.latitude_deg(), fix.longitude_deg());
        LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg))
    }

    /// The noise: an arc with density ∝ sin θ·e^(−λθ) on (0, π), and a uniform bearing.
    ///
    /// A sum of two exponentials has density ∝ θ·e^(−λθ); it is accepted with probability sin θ/θ. Beyond π that would
    /// be negative or count a second time round: such arcs are rejected.
    fn draw<R: CryptoRng + ?Sized>(&self, randomness: &mut R) -> Displacement {
        let arc_per_unit = self.scale_m / EARTH_RADIUS_M;
        let arc_rad = loop {
            let (first, second) = (Uniform::draw(randomness), Uniform::draw(randomness));
            // −ln(u₁·u₂): exponents and mantissas apart, so that no product underflows and the tail never ends.
            let halvings = (first.halvings + second.halvings) as f64;
            let arc_rad = arc_per_unit * (halvings * LN_2 - libm::log(first.mantissa * second.mantissa));
            if arc_rad < PI && is_accepted(arc_rad, Uniform::draw(randomness)) {
                break arc_rad;
            }
        };
        // 2⁵³ bearings in [−½, ½) of a turn.
        let bearing_turns = (randomness.next_u64() as i64 >> 11) as f64 / (1_u64 << 53) as f64;
        Displacement::new(arc_rad, bearing_turns)
    }

    /// The mechanism as an OpenDP measurement: fixes under the geodesic distance in, lattice points out, pure
    /// differential privacy with the map [`loss_at_m`](Self::loss_at_m).
    ///
    /// Its noise comes from a generator of its own, seeded by the operating system.
    ///
    /// # Errors
    ///
    /// OpenDP's error, from the function if the operating system gives no random numbers.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::{Fix, PlanarLaplace};
    ///
    /// let measurement = PlanarLaplace::new(1.0, 200.0)?.measurement()?;
    /// let lattice_point = measurement.invoke(&Fix::wgs84(52.09, 5.12, None, jiff::Timestamp::now())?)?;
    /// assert!(measurement.check(&100.0, &0.500_001_3)?); // half the radius, half the ε (and the slack)
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn measurement(&self) -> Fallible<Measurement<FixDomain, GeodesicDistance, MaxDivergence, LatticePoint>> {
        let mechanism = *self;
        let no_randomness = |missing: RandomnessError| error(ErrorVariant::FailedFunction, missing);
        let map = PrivacyMap::new_fallible(move |distance_m: &f64| {
            if *distance_m >= 0.0 {
                Ok(mechanism.loss_at_m(*distance_m))
            } else {
                Err(error(ErrorVariant::FailedMap, "a distance is a number of metres, at least zero"))
            }
        });
        let function = Function::new_fallible(move |fix: &Fix| {
            let mut randomness = Randomness::from_system().map_err(no_randomness)?;
            Ok(mechanism.perturb(fix, randomness.for_a_draw().map_err(no_randomness)?))
        });
        Measurement::new(FixDomain::default(), GeodesicDistance::default(), MaxDivergence, function, map)
    }
}

/// Accepts an arc in (0, π) with probability sin θ/θ.
fn is_accepted(arc_rad: f64, coin: Uniform) -> bool {
    let coin = coin.value();
    // sin θ/θ ≥ 1 − θ²/6: the sine is hardly ever needed.
    coin < 1.0 - arc_rad * arc_rad / 6.0 || coin < libm::sin(arc_rad) / arc_rad
}

/// A uniform number in (0, 1), `mantissa`·2^(−`halvings`), as dense near zero as anywhere: the number of halvings is
/// counted from coin flips and has no bound, and 52 further bits fill the mantissa.
#[derive(Clone, Copy)]
struct Uniform {
    /// In [½, 1).
    mantissa: f64,
    halvings: u64,
}

impl Uniform {
    fn draw<R: CryptoRng + ?Sized>(randomness: &mut R) -> Self {
        const COINS: u32 = 12;
        let bits = randomness.next_u64();
        let mantissa = f64::from_bits(0.5_f64.to_bits() | bits >> COINS);
        let coins = bits & ((1 << COINS) - 1);
        if coins != 0 {
            return Self { mantissa, halvings: u64::from(coins.trailing_zeros()) };
        }
        let mut halvings = u64::from(COINS);
        loop {
            let coins = randomness.next_u64();
            halvings += u64::from(coins.trailing_zeros()); // 64 when all are zero
            if coins != 0 {
                return Self { mantissa, halvings };
            }
        }
    }

    /// As an `f64`, for which a number below 2⁻¹⁰²² may as well be zero.
    fn value(self) -> f64 {
        if self.halvings < 1_022 { self.mantissa * f64::from_bits((1_023 - self.halvings) << 52) } else { 0.0 }
    }
}

#[cfg(test)]
pub(super) mod tests;
