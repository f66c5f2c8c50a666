//! [`Sensing`]: what need not be measured, since it will not be released.

use core::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::grid::Grid;
use crate::mechanism::{Noise, Stays};
use crate::release::shown_by_the_wall;

/// What share of the 68 % radius of noise and cell the sensor's own may have: both together are then less than 5 % wider
/// than noise and cell alone.
const SHARE_OF_RADIUS: f64 = 0.3;

/// What share of the scale of hold's test the sensor's 68 % radius may have: who stays is then taken for gone less than 5 %
/// more often. (A Gaussian error σ makes an exponential tail of scale s at most e^(σ²/2s²) as heavy.)
const SHARE_OF_TEST: f64 = 0.45;

/// The probability that the radius of an accuracy stands for.
const PROBABILITY: f64 = 0.68;

/// How accurately the operating system is to measure: the coarsest of these that suffices. By the constants that ask for
/// it, and by what those promise.
///
/// Coarser means less power and less to leak: down to a hundred metres a phone needs no satellites, only the networks that it
/// hears anyway; and what the operating system itself coarsens is known exactly to nobody.
///
/// # Citations
///
/// Apple, "Core Location": the constants are named by their accuracy; reduced accuracy is 1 to 20 km. Google, "Fused
/// Location Provider": `PRIORITY_BALANCED_POWER_ACCURACY` is a city block, about 100 m, `PRIORITY_LOW_POWER` a city, about
/// 10 km; coarse locations are obfuscated to about 2 km. W3C, "Geolocation": `enableHighAccuracy` has no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AccuracyClass {
    /// As accurate as can be: finer than ten metres.
    Best,
    /// Ten metres: satellites.
    TenMetres,
    /// A hundred metres: Wi-Fi and cell towers.
    HundredMetres,
    /// A kilometre.
    Kilometre,
    /// Three kilometres: the approximate location of Android suffices.
    ThreeKilometres,
    /// Twenty kilometres: the approximate location of iOS suffices as well.
    Approximate,
}

impl AccuracyClass {
    /// The coarsest class that is at least as accurate as a radius in metres.
    #[must_use]
    pub fn sufficient_for_m(accuracy_m: f64) -> Self {
        [Self::Approximate, Self::ThreeKilometres, Self::Kilometre, Self::HundredMetres, Self::TenMetres]
            .into_iter()
            .find(|class| class.accuracy_m() <= accuracy_m)
            .unwrap_or(Self::Best)
    }

    /// The 68 % radius in metres that the class stands for.
    #[must_use]
    pub const fn accuracy_m(self) -> f64 {
        match self {
            Self::Best => 0.0,
            Self::TenMetres => 10.0,
            Self::HundredMetres => 100.0,
            Self::Kilometre => 1_000.0,
            Self::ThreeKilometres => 3_000.0,
            Self::Approximate => 20_000.0,
        }
    }

    /// iOS: for `CLLocationManager.desiredAccuracy`. With the last, `accuracyAuthorization` may be `reducedAccuracy`.
    #[must_use]
    pub const fn ios(self) -> &'static str {
        match self {
            Self::Best => "kCLLocationAccuracyBest",
            Self::TenMetres => "kCLLocationAccuracyNearestTenMeters",
            Self::HundredMetres => "kCLLocationAccuracyHundredMeters",
            Self::Kilometre => "kCLLocationAccuracyKilometer",
            Self::ThreeKilometres => "kCLLocationAccuracyThreeKilometers",
            Self::Approximate => "kCLLocationAccuracyReduced",
        }
    }

    /// Android: for `LocationRequest.Builder.setPriority`. (Without Google's services: `QUALITY_…` of the same names in
    /// `android.location.LocationRequest`.)
    #[must_use]
    pub const fn android_priority(self) -> &'static str {
        match self {
            Self::Best | Self::TenMetres => "PRIORITY_HIGH_ACCURACY",
            Self::HundredMetres | Self::Kilometre | Self::ThreeKilometres => "PRIORITY_BALANCED_POWER_ACCURACY",
            Self::Approximate => "PRIORITY_LOW_POWER",
        }
    }

    /// Android: for `LocationRequest.Builder.setGranularity`. Coarse needs `ACCESS_COARSE_LOCATION` alone.
    #[must_use]
    pub const fn android_granularity(self) -> &'static str {
        match self {
            Self::ThreeKilometres | Self::Approximate => "GRANULARITY_COARSE",
            _ => "GRANULARITY_FINE",
        }
    }

    /// The web: for `PositionOptions.enableHighAccuracy`.
    #[must_use]
    pub const fn web_high_accuracy(self) -> bool {
        matches!(self, Self::Best | Self::TenMetres)
    }
}

/// The constants of all systems.
impl fmt::Display for AccuracyClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ios, priority, granularity) = (self.ios(), self.android_priority(), self.android_granularity());
        let web = self.web_high_accuracy();
        write!(f, "iOS {ios}; Android {priority}, {granularity}; web enableHighAccuracy: {web}")
    }
}

/// What to ask of the operating system for a purpose, and when: see [`Minimizer::sensing`](crate::Minimizer::sensing).
///
/// The class follows from the policy alone. It is the coarsest of which the sensor's error, as a 68 % radius, is
///
/// - at most 0.3 of the 68 % radius of the noise, or of the smallest cell if that is greater: noise, cell and sensor
///   together then have a radius less than 5 % greater than noise and cell alone;
/// - at most 0.45 of the scale of hold's test, where the purpose holds: a stay is then taken for ended less than 5 % more
///   often.
///
/// The cell is the finest that any destination of the purpose gets, since all have their view of one draw.
///
/// The time follows from the clock and the account. Neither says anything of where one is, nor does obeying them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensing {
    needed_m: f64,
    next: Option<Timestamp>,
    maximum_age: Duration,
}

impl Sensing {
    pub(crate) fn new(needed_m: f64, next: Option<Timestamp>, maximum_age: Duration) -> Self {
        Self { needed_m, next, maximum_age }
    }

    /// The same, in times of the wall clock, which shows `wall` at the ledger's `time`.
    pub(crate) fn by_the_wall(self, wall: Timestamp, time: Timestamp) -> Self {
        Self { next: self.next.map(|next| shown_by_the_wall(next, wall, time)), ..self }
    }

    /// What to ask the operating system for.
    #[must_use]
    pub fn class(&self) -> AccuracyClass {
        AccuracyClass::sufficient_for_m(self.needed_m)
    }

    /// The greatest 68 % radius of a fix, in metres, that leaves the release as good as it can be.
    #[must_use]
    pub fn needed_accuracy_m(&self) -> f64 {
        self.needed_m
    }

    /// The earliest time at which a fix makes a difference: now or earlier, if one does already; else the start of the next
    /// tick, or the moment when the budget has room again. `None` if it never will. Until then switch the sensor off.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        self.next
    }

    /// How old a fix may be that the operating system has at hand, so that nothing need be measured at all: the purpose's
    /// interval, for a release stands as long. On the web `PositionOptions.maximumAge`, on Android
    /// `setMaxUpdateAgeMillis`, on iOS the age of `CLLocationManager.location`.
    #[must_use]
    pub fn maximum_age(&self) -> Duration {
        self.maximum_age
    }
}

/// The greatest 68 % radius of a sensor that suffices: see [`Sensing`].
///
/// Noise and cell together have a 68 % radius of at least that of the noise alone, for the noise is isotropic and decreases
/// from its centre, and the cell is convex and symmetric, or nearly so (Anderson 1955); and of at least that of a disc with
/// the cell's area, for no law of that density has a smaller one. The greater of the two is taken.
///
/// A place that is named (no grid) has no such radius: which name it is, is decided at its border, where the noise alone counts.
pub(crate) fn needed_accuracy_m(
    noise: &Noise,
    grids: impl IntoIterator<Item = Option<Grid>>,
    stays: Option<&Stays>,
) -> f64 {
    let radius_m = |grid: Grid| (grid.smallest_area_m2() / core::f64::consts::PI).sqrt();
    let cells_m = grids.into_iter().map(|grid| grid.map_or(0.0, radius_m));
    let cell_m = cells_m.reduce(f64::min).unwrap_or(0.0) * PROBABILITY.sqrt();
    let released = SHARE_OF_RADIUS * noise.error_quantile_m(PROBABILITY).max(cell_m);
    stays.map_or(released, |stays| released.min(SHARE_OF_TEST * stays.hold.scale_m()))
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha20Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    const DRAWS: usize = 400_000;

    /// σ of a Gaussian error in each direction, whose 68 % radius is 1: 1/√(−2 ln 0.32).
    const SIGMA: f64 = 0.662_430_56;

    fn normal(coins: &mut ChaCha20Rng) -> (f64, f64) {
        let radius = (-2.0 * (1.0 - coins.random::<f64>()).ln()).sqrt();
        let (sine, cosine) = (core::f64::consts::TAU * coins.random::<f64>()).sin_cos();
        (radius * sine, radius * cosine)
    }

    fn radius_68(mut errors: Vec<f64>) -> f64 {
        let index = (PROBABILITY * errors.len() as f64) as usize;
        *errors.select_nth_unstable_by(index, f64::total_cmp).1
    }

    /// Laplace and Gaussian noise of scale 1, in cells from none to far greater, square and oblong, and a cell without noise.
    /// Of 400,000 draws a radius has a standard error below 0.12 % of itself, and the same draws make both: the worst case
    /// leaves three times that. The coins are the same on each run.
    #[test]
    fn a_sensor_that_suffices_widens_the_released_radius_by_less_than_a_twentieth() {
        let mut coins = ChaCha20Rng::seed_from_u64(0x5e_2513);
        let mut widest = 0.0_f64;
        for is_laplace in [true, false] {
            for (width, height, scale) in
                [(0.0, 0.0, 1.0), (1.0, 1.0, 1.0), (3.0, 3.0, 1.0), (3.0, 12.0, 1.0), (9.0, 9.0, 1.0), (1.0, 1.0, 0.0)]
            {
                let noise_68 = scale * if is_laplace { 2.347_711_6 } else { 1.0 / SIGMA };
                let cell_68 = (PROBABILITY * width * height / core::f64::consts::PI).sqrt();
                let sigma = SIGMA * SHARE_OF_RADIUS * f64::max(noise_68, cell_68);
                let (mut without, mut with) = (Vec::with_capacity(DRAWS), Vec::with_capacity(DRAWS));
                for _ in 0..DRAWS {
                    let (mut x, mut y) = normal(&mut coins);
                    if is_laplace {
                        // The same direction, at a distance that is the sum of two exponentials.
                        let length = -((1.0 - coins.random::<f64>()) * (1.0 - coins.random::<f64>())).ln() / x.hypot(y);
                        (x, y) = (x * length, y * length);
                    }
                    x = x * scale + width * (coins.random::<f64>() - 0.5);
                    y = y * scale + height * (coins.random::<f64>() - 0.5);
                    let sensor = normal(&mut coins);
                    without.push(x.hypot(y));
                    with.push((x + sigma * sensor.0).hypot(y + sigma * sensor.1));
                }
                let wider = radius_68(with) / radius_68(without) - 1.0;
                assert!(wider < 0.05, "{is_laplace} {width} {height} {scale}: {wider}");
                widest = widest.max(wider);
            }
        }
        assert!(widest > 0.04, "the rule is no stricter than it must be: {widest}");
    }

    /// The upper tail of a difference of two Laplace variables and a Gaussian one, by the same numbers with and without it.
    #[test]
    fn a_sensor_that_suffices_ends_stays_hardly_more_often() {
        let sigma: f64 = SIGMA * SHARE_OF_TEST;
        let tail = |t: f64| if t >= 0.0 { (2.0 + t) * (-t).exp() / 4.0 } else { 1.0 - (2.0 - t) * t.exp() / 4.0 };
        for t in [1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0] {
            let steps = 4_000;
            let (mut sum, mut weights) = (0.0, 0.0);
            for step in -steps..=steps {
                let z = 8.0 * f64::from(step) / f64::from(steps);
                let weight = (-z * z / 2.0).exp();
                sum += weight * tail(t - sigma * z);
                weights += weight;
            }
            let more = sum / weights / tail(t) - 1.0;
            assert!(more < 0.05 && more > 0.0, "{t}: {more}");
        }
    }

    #[test]
    fn the_coarsest_class_that_suffices_is_taken() {
        use AccuracyClass::*;
        for (needed_m, class) in [
            (1e6, Approximate),
            (20_000.0, Approximate),
            (19_999.0, ThreeKilometres),
            (2_999.0, Kilometre),
            (999.0, HundredMetres),
            (99.0, TenMetres),
            (9.9, Best),
            (0.0, Best),
            (f64::NAN, Best),
        ] {
            assert_eq!(AccuracyClass::sufficient_for_m(needed_m), class, "{needed_m}");
        }
        assert_eq!(Best.accuracy_m(), 0.0);
    }
}
