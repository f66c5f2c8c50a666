//! Discrete Gaussian noise in space: zero-concentrated differential privacy, whose losses add up more slowly.

use dashu::rational::RBig;
use opendp::core::{Function, Measurement, PrivacyMap};
use opendp::error::{ErrorVariant, Fallible};
use opendp::measures::ZeroConcentratedDivergence;

use super::arc::ArcLaw;
use super::earth_centred::{self, ARITHMETIC_M, LONGEST_CHORD_M};
use super::space::error;
use super::{FixDomain, GeodesicDistance, MechanismError, PlanarLaplace};
use crate::budget::PrivacyLoss;
use crate::fix::Fix;
use crate::lattice::LatticePoint;
use crate::randomness::{self, RandomnessError};
use crate::sphere::{EARTH_RADIUS_M, Position};

/// Units in a metre. A power of two, so that a change of units rounds nothing; much finer than a metre, so that rounding
/// to units costs next to no noise; much coarser than the error of arithmetic, so that this costs less still.
const UNITS_PER_M: f64 = 1024.0;

/// What rounding to units and arithmetic add to the distance of two places: √3·u + 2η, in metres.
const ADDED_M: f64 = 1.732_050_81 / UNITS_PER_M + 2.0 * ARITHMETIC_M;

/// A coordinate in units that no place on Earth and no noise in the lifetime of the universe comes near.
const FAR: i64 = 1 << 60;

/// Discrete Gaussian noise on whole Earth-centred coordinates (x, y, z), put back on the ellipsoid along its normal.
///
/// # Guarantee
///
/// For all true positions at geodesic distance d the outputs are ρ(d)-zCDP:
/// D_α(P[· | x] ‖ P[· | x′]) ≤ α·ρ(d) for every α > 1, with ρ(d) = (min(d, 2a) + √3·u + 2η)²/2σ², u = 2⁻¹⁰ m the unit, η =
/// 10⁻⁷ m, a the Earth's equatorial radius; and ρ(r) ≤ ρ at the protected radius r. **It grows with the square of the
/// distance**: places ten radii apart are told apart a hundred times as well as this ρ says, and there is no pure ε.
/// Stated and proved in `docs/guarantees.md`, theorem 4.
///
/// # Utility
///
/// With σ = (r + √3·u + 2η)/√(2ρ) the error is 1.2534·σ on average and at most 2.4477·σ for 95 % of draws, as long as σ is
/// small beside the Earth; [`mean_error_m`](Self::mean_error_m) and [`error_quantile_m`](Self::error_quantile_m) hold for
/// every σ, on a sphere.
///
/// # Citations
///
/// C. Canonne, G. Kamath, T. Steinke, "The Discrete Gaussian for Differential Privacy" (NeurIPS 2020); M. Bun, T. Steinke,
/// "Concentrated Differential Privacy: Simplifications, Extensions, and Lower Bounds" (TCC 2016). The sampler is OpenDP's,
/// exact in whole numbers.
///
/// # Example
///
/// ```
/// use hereabouts::Gaussian;
///
/// let mechanism = Gaussian::new(0.1, 200.0)?; // ρ = 0.1 between places 200 m apart
/// assert_eq!(mechanism.scale_m().round(), 447.0);
/// assert_eq!(mechanism.mean_error_m().round(), 561.0);
/// assert_eq!(mechanism.error_quantile_m(0.95).round(), 1_095.0);
/// assert_eq!(mechanism.loss().to_string(), "0.1");
/// assert!(mechanism.loss_at_m(2_000.0) > 9.99); // ten radii: a hundred times the loss
/// # Ok::<(), hereabouts::MechanismError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian {
    rho: f64,
    radius_m: f64,
    /// A whole number.
    scale_units: f64,
}

impl Gaussian {
    /// The least standard deviation that is honoured, in metres: with less the lattice, and not the noise, would decide how
    /// far an output is off.
    pub const LEAST_SCALE_M: f64 = PlanarLaplace::LEAST_SCALE_M;

    /// Noise for which two places `radius_m` metres apart are told apart by a loss of at most `rho` (zCDP). Its standard
    /// deviation in each coordinate is the least whole number of units (2⁻¹⁰ m) for which that holds.
    ///
    /// # Errors
    ///
    /// [`MechanismError`] if a number is not positive and finite, or if σ is below [`LEAST_SCALE_M`](Self::LEAST_SCALE_M)
    /// or above the Earth's radius.
    pub fn new(rho: f64, radius_m: f64) -> Result<Self, MechanismError> {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !positive(rho) {
            return Err(MechanismError::Rho { rho });
        }
        if !positive(radius_m) {
            return Err(MechanismError::Radius { radius_m });
        }
        let scale_m = sensitivity_m(radius_m) / (2.0 * rho).sqrt();
        if scale_m < Self::LEAST_SCALE_M {
            return Err(MechanismError::TooLittleNoise { scale_m, least_m: Self::LEAST_SCALE_M });
        }
        if scale_m > EARTH_RADIUS_M {
            return Err(MechanismError::TooMuchNoise { scale_m, most_m: EARTH_RADIUS_M });
        }
        // Three roundings are less than a unit: the next whole number but one is enough whichever way they went.
        let whole = Self { rho, radius_m, scale_units: (scale_m * UNITS_PER_M).ceil() };
        let is_enough = whole.loss_at_m(radius_m) <= rho;
        Ok(if is_enough { whole } else { Self { scale_units: whole.scale_units + 1.0, ..whole } })
    }

    /// The standard deviation σ in each direction, in metres.
    #[must_use]
    pub fn scale_m(&self) -> f64 {
        self.scale_units / UNITS_PER_M
    }

    /// The privacy loss ρ of one draw at the protected radius, rounded up.
    #[must_use]
    pub fn loss(&self) -> PrivacyLoss {
        // `new` admits no ρ that the conversion refuses; were there one, it would be over every budget.
        PrivacyLoss::from_rho(self.rho).unwrap_or(PrivacyLoss::from_billionths(u64::MAX))
    }

    /// The privacy loss ρ of one draw between two places `distance_m` metres apart, rounded up to the next `f64`:
    /// (min(d, 2a) + √3·u + 2η)²/2σ².
    #[must_use]
    pub fn loss_at_m(&self, distance_m: f64) -> f64 {
        if distance_m == 0.0 {
            return 0.0;
        }
        let ratio = (sensitivity_m(distance_m) * UNITS_PER_M / self.scale_units).next_up();
        (ratio * ratio).next_up() / 2.0
    }

    /// The mean distance between truth and output, in metres.
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
        ArcLaw::gaussian(self.scale_m() / EARTH_RADIUS_M)
    }

    /// A fix, moved by noise, put back on the ellipsoid along its normal, and rounded to the lattice.
    ///
    /// The noise comes from OpenDP's generator, which the operating system seeds and which nobody can seed otherwise
    /// (`docs/adr/0001-randomness.md`). It is drawn before the fix is looked at, so that the time that the draw takes says
    /// nothing about it.
    ///
    /// # Errors
    ///
    /// [`RandomnessError`] if the operating system gives no random numbers.
    pub fn perturb(&self, fix: &Fix) -> Result<LatticePoint, RandomnessError> {
        let noise = self.draw()?;
        Ok(moved(fix, noise))
    }

    /// The same with noise that a generator of the caller's repeats: for tests and rehearsals alone, since it is a normal number rounded
    /// to units (Box and Muller 1958), near the discrete Gaussian but without its proof.
    #[cfg(any(feature = "seeded-noise", feature = "audit"))]
    pub(crate) fn perturb_repeatably<R: rand::CryptoRng + ?Sized>(
        &self,
        fix: &Fix,
        randomness: &mut R,
    ) -> LatticePoint {
        let mut uniform = || ((randomness.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        let noise = core::array::from_fn(|_| {
            let radius = (-2.0 * libm::log(uniform())).sqrt();
            (self.scale_units * radius * libm::cos(2.0 * core::f64::consts::PI * uniform())).round() as i64
        });
        moved(fix, noise)
    }

    /// The ρ of one draw between two fixes, exactly: that of the shift between their whole coordinates.
    #[cfg(feature = "audit")]
    pub(crate) fn loss_of_shift(&self, a: &Fix, b: &Fix) -> f64 {
        let [a, b] = [a, b].map(|fix| whole(fix.latitude_deg(), fix.longitude_deg()));
        let squared: i128 = a.iter().zip(b).map(|(a, b)| i128::from(a - b).pow(2)).sum();
        squared as f64 / (self.scale_units * self.scale_units) / 2.0
    }

    /// Whether the shift to the middle of a lattice point's cell, which is noise like any other, carries a draw there.
    #[cfg(feature = "audit")]
    pub(crate) fn carries(&self, fix: &Fix, to: LatticePoint) -> bool {
        let truth = whole(fix.latitude_deg(), fix.longitude_deg());
        let goal = whole(to.centre().latitude_deg(), to.centre().longitude_deg());
        moved(fix, core::array::from_fn(|axis| goal[axis] - truth[axis])) == to
    }

    fn draw(&self) -> Result<[i64; 3], RandomnessError> {
        let scale = RBig::from(self.scale_units as u64);
        let draw = || randomness::discrete_gaussian(&scale);
        Ok([draw()?, draw()?, draw()?])
    }

    /// The mechanism as an OpenDP measurement: fixes under the geodesic distance in, lattice points out, zero-concentrated
    /// differential privacy with the map [`loss_at_m`](Self::loss_at_m).
    ///
    /// # Errors
    ///
    /// OpenDP's error, from the function if the operating system gives no random numbers.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::{Fix, Gaussian};
    ///
    /// let measurement = Gaussian::new(0.1, 200.0)?.measurement()?;
    /// let lattice_point = measurement.invoke(&Fix::wgs84(52.09, 5.12, None, jiff::Timestamp::now())?)?;
    /// assert!(measurement.check(&100.0, &0.025_001)?); // half the radius, a quarter of the ρ
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn measurement(
        &self,
    ) -> Fallible<Measurement<FixDomain, GeodesicDistance, ZeroConcentratedDivergence, LatticePoint>> {
        let mechanism = *self;
        let map = PrivacyMap::new_fallible(move |distance_m: &f64| {
            if *distance_m >= 0.0 {
                Ok(mechanism.loss_at_m(*distance_m))
            } else {
                Err(error(ErrorVariant::FailedMap, "a distance is a number of metres, at least zero"))
            }
        });
        let function = Function::new_fallible(move |fix: &Fix| {
            mechanism.perturb(fix).map_err(|missing| error(ErrorVariant::FailedFunction, missing))
        });
        Measurement::new(FixDomain::default(), GeodesicDistance::default(), ZeroConcentratedDivergence, function, map)
    }
}

/// The most that the whole coordinates of two places differ by, in metres, rounded up.
fn sensitivity_m(distance_m: f64) -> f64 {
    (distance_m.min(LONGEST_CHORD_M) + ADDED_M).next_up()
}

/// A place in whole units.
fn whole(latitude_deg: f64, longitude_deg: f64) -> [i64; 3] {
    earth_centred::from_geodetic(latitude_deg, longitude_deg).map(|metres| (metres * UNITS_PER_M).round() as i64)
}

/// Where the noise, in units, leads from a fix.
fn moved(fix: &Fix, noise: [i64; 3]) -> LatticePoint {
    let mut output = [0.0; 3];
    let truth = whole(fix.latitude_deg(), fix.longitude_deg());
    for ((output, units), noise) in output.iter_mut().zip(truth).zip(noise) {
        // The sum, cut off at ±FAR: that the noise was cut off before, far beyond, makes no difference.
        *output = units.saturating_add(noise).clamp(-FAR, FAR) as f64 / UNITS_PER_M;
    }
    let (latitude_deg, longitude_deg) = earth_centred::to_geodetic(output);
    LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg))
}

#[cfg(test)]
mod tests;
