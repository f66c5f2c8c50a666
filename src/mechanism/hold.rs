//! Hold and recall: whether a place is still near an earlier output, answered by a sparse-vector test.

use core::fmt;

use dashu::integer::{IBig, UBig};
use dashu::rational::RBig;

use super::MechanismError;
use crate::budget::PrivacyLoss;
use crate::fix::Fix;
use crate::lattice::LatticePoint;
use crate::randomness::{Randomness, RandomnessError};
use crate::sphere::SPHERE_PER_GEODESIC;

/// Distances are compared in whole centimetres, so that the noise can be exact.
const CENTIMETRES: f64 = 100.0;

/// What the computed distances of two places to a third can differ by beyond the truth, in centimetres: far more than
/// they do.
const ARITHMETIC_CM: f64 = 1e-3;

/// A noisy test of whether one is still within a distance of an output: the sparse-vector technique (AboveThreshold).
///
/// The threshold gets its noise once, each question its own; both are exact discrete Laplace noise of scale 3Δ/ε, Δ the
/// most that the distance to a fixed point changes when the place moves by the protected radius. Any number of answers
/// "near" and one "not near" at their end cost ε together.
///
/// # Guarantee
///
/// For two traces of which corresponding places lie at most d apart, the answers up to the first "not near" differ in
/// probability by at most e^(ε·Δ(d)/Δ(r)), with Δ(d) = ⌊100·1.005615·d + 10⁻³⌋ + 1 centimetres and no further slack: the
/// noise is exact, for the numbers that the machine computes. Stated and proved in `docs/guarantees.md`, theorem 3.
///
/// # Utility
///
/// Who stays where the output is, is told "not near" by chance once in 4/((2 + T/s)·e^(−T/s)) questions, with T the distance
/// and s = 3Δ/ε in metres: [`false_alarm`](Self::false_alarm).
///
/// # Citations
///
/// Dwork, Naor, Reingold, Rothblum, Vadhan, "On the complexity of differentially private data release" (STOC 2009). M. Lyu,
/// D. Su, N. Li, "Understanding the sparse vector technique for differential privacy" (PVLDB 10(6), 2017), algorithm 1.
/// Exact noise: C. Canonne, G. Kamath, T. Steinke, "The discrete Gaussian for differential privacy" (NeurIPS 2020), as
/// implemented in OpenDP.
///
/// # Example
///
/// ```
/// use hereabouts::Hold;
///
/// let hold = Hold::new(6_000.0, 1.0, 200.0)?; // still within 6 km? ε = 1 for a stay, at 200 m
/// assert_eq!(hold.loss().to_string(), "1");
/// assert_eq!(hold.scale_m().round(), 603.0);
/// assert!(hold.false_alarm() < 1.0 / 6_900.0);
/// # Ok::<(), hereabouts::MechanismError>(())
/// ```
#[derive(Clone)]
pub struct Hold {
    within_m: f64,
    threshold_cm: i64,
    sensitivity_cm: u64,
    loss: PrivacyLoss,
    /// 3Δ/ε in centimetres, exactly.
    scale: RBig,
}

impl Hold {
    /// A test of "still within `within_m` metres of an output", of which a whole stay costs `epsilon` at `radius_m`.
    ///
    /// # Errors
    ///
    /// [`MechanismError`] if a number is not positive and finite, if `epsilon` is beyond nine billion, or if the noise of
    /// the test is greater than the distance that it tests, so that it would answer at random.
    pub fn new(within_m: f64, epsilon: f64, radius_m: f64) -> Result<Self, MechanismError> {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let loss = PrivacyLoss::from_epsilon(epsilon).filter(|loss| *loss > PrivacyLoss::ZERO);
        let Some(loss) = loss else { return Err(MechanismError::Epsilon { epsilon }) };
        if !(positive(radius_m) && radius_m < MOST_M) {
            return Err(MechanismError::Radius { radius_m });
        }
        if !(positive(within_m) && within_m < MOST_M) {
            return Err(MechanismError::Within { within_m, least_m: 0.0 });
        }
        let sensitivity_cm = sensitivity_cm(radius_m);
        let numerator = IBig::from(3 * u128::from(sensitivity_cm) * 1_000_000_000);
        let hold = Self {
            within_m,
            threshold_cm: libm::round(within_m * CENTIMETRES) as i64,
            sensitivity_cm,
            loss,
            scale: RBig::from_parts(numerator, UBig::from(loss.billionths())),
        };
        if hold.scale_m() > within_m {
            return Err(MechanismError::Within { within_m, least_m: hold.scale_m() });
        }
        Ok(hold)
    }

    /// The distance that it tests, in metres on the sphere.
    #[must_use]
    pub fn within_m(&self) -> f64 {
        self.within_m
    }

    /// The scale of the noise of threshold and question, in metres.
    #[must_use]
    pub fn scale_m(&self) -> f64 {
        3.0 * self.sensitivity_cm as f64 / self.loss.epsilon() / CENTIMETRES
    }

    /// The loss of a stay, however long, at the protected radius: ε.
    #[must_use]
    pub fn loss(&self) -> PrivacyLoss {
        self.loss
    }

    /// The loss of questions of which none was answered otherwise than the threshold alone decides: ε/3, rounded up.
    #[must_use]
    pub fn loss_of_threshold(&self) -> PrivacyLoss {
        PrivacyLoss::from_billionths(self.loss.billionths().div_ceil(3))
    }

    /// The loss of a stay between two traces of which corresponding places lie at most `distance_m` metres apart, rounded
    /// up to the next `f64`.
    #[must_use]
    pub fn loss_at_m(&self, distance_m: f64) -> f64 {
        if distance_m == 0.0 {
            return 0.0;
        }
        let ratio = sensitivity_cm(distance_m) as f64 / self.sensitivity_cm as f64;
        (self.loss.epsilon() * ratio.next_up()).next_up()
    }

    /// The probability that one question about the very place is answered "not near": (2 + T/s)·e^(−T/s)/4, the upper tail
    /// of a difference of two Laplace variables.
    #[must_use]
    pub fn false_alarm(&self) -> f64 {
        let ratio = self.within_m / self.scale_m();
        (2.0 + ratio) * libm::exp(-ratio) / 4.0
    }

    /// The threshold's noise for a new stay, in centimetres.
    pub(crate) fn threshold_noise_cm(&self, randomness: &mut Randomness) -> Result<i64, RandomnessError> {
        randomness.discrete_laplace(&self.scale)
    }

    /// Asks whether a fix is still near a point, under the stay's threshold noise.
    ///
    /// The noise of the question is drawn before the fix is looked at.
    pub(crate) fn is_near(
        &self,
        fix: &Fix,
        point: &LatticePoint,
        threshold_noise_cm: i64,
        randomness: &mut Randomness,
    ) -> Result<bool, RandomnessError> {
        let noise_cm = randomness.discrete_laplace(&self.scale)?;
        let distance_cm = distance_cm(fix, point);
        // Noise beyond 64 bits is cut there: no sum of the other numbers comes near.
        Ok(distance_cm.saturating_add(noise_cm) < self.threshold_cm.saturating_add(threshold_noise_cm))
    }

    /// Asks of each point in turn whether a fix is near it, up to the first answer "near": its index.
    ///
    /// One hit costs [`loss`](Self::loss), none [`loss_of_threshold`](Self::loss_of_threshold), however many points there
    /// are: the same test with the answers changed over.
    pub(crate) fn first_near(
        &self,
        fix: &Fix,
        points: &[LatticePoint],
        randomness: &mut Randomness,
    ) -> Result<Option<usize>, RandomnessError> {
        let threshold_noise_cm = self.threshold_noise_cm(randomness)?;
        for (index, point) in points.iter().enumerate() {
            if self.is_near(fix, point, threshold_noise_cm, randomness)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }
}

/// Half the Earth's girth is 20,000 km: nothing is further.
const MOST_M: f64 = 2.1e7;

/// The most that the distance to a point, in whole centimetres, changes when the place moves by `distance_m`.
fn sensitivity_cm(distance_m: f64) -> u64 {
    libm::floor(SPHERE_PER_GEODESIC * distance_m * CENTIMETRES + ARITHMETIC_CM) as u64 + 1
}

/// The distance from a fix to a point on the sphere, in whole centimetres.
fn distance_cm(fix: &Fix, point: &LatticePoint) -> i64 {
    libm::round(fix.place().great_circle_distance_m(&point.centre()) * CENTIMETRES) as i64
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hold").field("within_m", &self.within_m).field("loss", &self.loss).finish_non_exhaustive()
    }
}

impl PartialEq for Hold {
    fn eq(&self, other: &Self) -> bool {
        self.within_m == other.within_m && self.loss == other.loss && self.sensitivity_cm == other.sensitivity_cm
    }
}

#[cfg(test)]
mod tests;
