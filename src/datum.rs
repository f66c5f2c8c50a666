//! [`Datum`]: what the numbers of a position are measured against, and the way to WGS 84 and back.

use core::f64::consts::PI;

use jiff::Timestamp;

use crate::fix::{Fix, FixError, place};
use crate::sphere::Position;

/// The semi-major axis of the Krasovsky 1940 ellipsoid in metres, and the square of its eccentricity.
const SEMI_MAJOR_AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// Where the waves of GCJ-02 begin, in degrees.
const ORIGIN: Degrees = Degrees { latitude: 35.0, longitude: 105.0 };

/// Where GCJ-02 is applied, by the published code: outside it is WGS 84.
const AREA: Area = Area { south: 0.8293, north: 55.8271, west: 72.004, east: 137.8347 };

/// How far around the places that are not unique a position is refused, in degrees: 0.6 to 1.1 m.
const MARGIN_DEG: f64 = 1e-5;

/// More than GCJ-02 moves any place of its area or next to it, in degrees (11 thousandths do occur).
const MOST_SHIFT_DEG: f64 = 0.02;

/// How near to the given position an answer must lead back, in degrees of either kind: 5.6·10⁻⁷ m at most.
const TOLERANCE_DEG: f64 = 5e-12;

/// Each step divides the error by 40 at least: seven are enough.
const MOST_STEPS: usize = 20;

/// What latitude and longitude are measured against.
///
/// Everything in this crate is WGS 84. Maps of mainland China are not: Chinese law has them drawn in GCJ-02, which
/// displaces every place by up to 740 m, or, at Baidu, in BD-09, which displaces it by some 900 m more. Nothing in the
/// numbers tells which they are: it must be declared, by the constructor of the [`Fix`]
/// ([`Fix::wgs84`], [`Fix::gcj02`], [`Fix::bd09`]).
///
/// # What a declaration assumes
///
/// That the transform was applied to a true WGS 84 position everywhere between 0.8293° and 55.8271° N, 72.004° and
/// 137.8347° E, and nowhere else, as the published code does it. That rectangle holds far more than mainland China.
/// **In Hong Kong, Macau, Taiwan, and all neighbouring countries, most providers give WGS 84**, also those that give
/// GCJ-02 in the mainland: declare what the provider says of this very position, not what it says in general. A wrong
/// declaration puts the true place up to 740 m (BD-09: 1.6 km) aside before the noise is added. No ε can notice that.
///
/// # Where a position is refused
///
/// At the rectangle's border two places 0.2 m apart are moved up to 730 m apart, so that there are positions that
/// mean two places, and positions that mean none. These, and all within a metre of them, are an error,
/// [`FixError::Ambiguous`]. So is BD-09 outside the rectangle, where published code disagrees on what it is.
///
/// # Citations
///
/// The official transforms are not published. These are the ones that were found out from outside and that everybody
/// uses: `eviltransform` (github.com/googollee/eviltransform), "Restrictions on geographic data in China" (Wikipedia).
/// What a provider adds to them, as rounding, is not undone.
///
/// # Example
///
/// ```
/// use hereabouts::{Datum, Position};
///
/// let (latitude_deg, longitude_deg) = Datum::Gcj02.to_wgs84(39.91640428150164, 116.41024449916938)?;
/// assert!((latitude_deg - 39.915).abs() < 1e-11 && (longitude_deg - 116.404).abs() < 1e-11);
///
/// // What was released is WGS 84. To draw it on a Chinese map, it is converted after the fact:
/// let released = Position::new(39.92, 116.40);
/// let (latitude_deg, longitude_deg) = Datum::Gcj02.of_wgs84(&released).expect("GCJ-02 is defined everywhere");
/// assert_eq!(format!("{latitude_deg:.4} {longitude_deg:.4}"), "39.9214 116.4062");
/// # Ok::<(), hereabouts::FixError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Datum {
    /// The World Geodetic System 1984: GPS, Android, iOS, the web.
    #[default]
    Wgs84,
    /// GCJ-02, of Chinese maps: Amap, Tencent.
    Gcj02,
    /// BD-09 in degrees ("bd09ll"), of Baidu.
    Bd09,
}

impl Datum {
    /// The WGS 84 latitude and longitude, in degrees, of a position in this datum, to 10⁻⁶ m.
    ///
    /// # Errors
    ///
    /// [`FixError`] if a number is not finite or out of range, or if the position does not name one place
    /// ([`FixError::Ambiguous`]).
    pub fn to_wgs84(self, latitude_deg: f64, longitude_deg: f64) -> Result<(f64, f64), FixError> {
        let (latitude, longitude) = place(latitude_deg, longitude_deg)?;
        let given = Degrees { latitude, longitude };
        let found = match self {
            Self::Wgs84 => Some(given),
            Self::Gcj02 => wgs84_of_gcj02(given),
            Self::Bd09 => wgs84_of_bd09(given),
        };
        found.map(Degrees::pair).ok_or(FixError::Ambiguous { datum: self.name() })
    }

    /// Latitude and longitude in this datum, in degrees, of a position that was released: to draw it on a map that is
    /// not WGS 84. It is a function of the release, so it costs no privacy; what is sent stays WGS 84.
    ///
    /// `None` for BD-09 outside the rectangle where GCJ-02 is applied: there it is not defined.
    #[must_use]
    pub fn of_wgs84(self, position: &Position) -> Option<(f64, f64)> {
        let given = Degrees { latitude: position.latitude_deg(), longitude: position.longitude_deg() };
        let is_inside = AREA.side(given, 0.0) == Side::Inside;
        let moved = if is_inside { gcj02_of_wgs84(given) } else { given };
        match self {
            Self::Wgs84 => Some(given.pair()),
            Self::Gcj02 => Some(moved.pair()),
            Self::Bd09 if is_inside && AREA.side(moved, 0.0) == Side::Inside => Some(bd09_of_gcj02(moved).pair()),
            Self::Bd09 => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Wgs84 => "WGS 84",
            Self::Gcj02 => "GCJ-02",
            Self::Bd09 => "BD-09",
        }
    }
}

impl Fix {
    /// A fix in GCJ-02, as Chinese maps and the SDKs of Amap and Tencent give it in mainland China: otherwise as
    /// [`Fix::wgs84`], to which it is converted at once.
    ///
    /// What this assumes, and where it is wrong (Hong Kong, Macau, Taiwan, abroad), is said at [`Datum`].
    ///
    /// # Errors
    ///
    /// As [`Fix::wgs84`]; and [`FixError::Ambiguous`] at the border of the area where GCJ-02 is applied.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::{Fix, Timestamp};
    ///
    /// let now = Timestamp::now();
    /// let fix = Fix::gcj02(39.91640428150164, 116.41024449916938, 12.0, now)?;
    /// assert_eq!(
    ///     Fix::gcj02(30.0, 72.006, 12.0, now).unwrap_err().to_string(),
    ///     "this position does not name one place in GCJ-02: at the border of its area, and for BD-09 beyond it, give WGS 84",
    /// );
    /// # Ok::<(), hereabouts::FixError>(())
    /// ```
    pub fn gcj02(
        latitude_deg: f64,
        longitude_deg: f64,
        horizontal_accuracy_m: impl Into<Option<f64>>,
        time: Timestamp,
    ) -> Result<Self, FixError> {
        let (latitude_deg, longitude_deg) = Datum::Gcj02.to_wgs84(latitude_deg, longitude_deg)?;
        Self::wgs84(latitude_deg, longitude_deg, horizontal_accuracy_m, time)
    }

    /// A fix in BD-09 degrees ("bd09ll"), as Baidu's maps and SDKs give it in mainland China: otherwise as
    /// [`Fix::gcj02`].
    ///
    /// # Errors
    ///
    /// As [`Fix::wgs84`]; and [`FixError::Ambiguous`] at the border of the area where GCJ-02 is applied, and beyond it.
    pub fn bd09(
        latitude_deg: f64,
        longitude_deg: f64,
        horizontal_accuracy_m: impl Into<Option<f64>>,
        time: Timestamp,
    ) -> Result<Self, FixError> {
        let (latitude_deg, longitude_deg) = Datum::Bd09.to_wgs84(latitude_deg, longitude_deg)?;
        Self::wgs84(latitude_deg, longitude_deg, horizontal_accuracy_m, time)
    }
}

/// A pair of numbers, in no datum in particular.
#[derive(Clone, Copy)]
struct Degrees {
    latitude: f64,
    longitude: f64,
}

impl Degrees {
    fn pair(self) -> (f64, f64) {
        (self.latitude, self.longitude)
    }
}

/// A rectangle of latitudes and longitudes.
struct Area {
    south: f64,
    north: f64,
    west: f64,
    east: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Inside,
    /// Within the margin of the border.
    Border,
    Outside,
}

impl Area {
    /// On which side of the border a position lies, if whatever is within `margin` degrees of it lies on neither. The
    /// border itself is inside.
    fn side(&self, at: Degrees, margin: f64) -> Side {
        let depth = (at.latitude - self.south)
            .min(self.north - at.latitude)
            .min(at.longitude - self.west)
            .min(self.east - at.longitude);
        if depth >= margin {
            Side::Inside
        } else if depth < -margin {
            Side::Outside
        } else {
            Side::Border
        }
    }
}

/// The one place that a position in GCJ-02 names.
///
/// A place of the area is named by its displaced position, and one outside by its own. The displacement goes on smoothly
/// past the border and is one to one, so `found` is the only place that could be meant by it: if it lies in the area,
/// it is meant. If the given position itself lies outside, that is meant. One of both must hold, and not the other.
fn wgs84_of_gcj02(given: Degrees) -> Option<Degrees> {
    if AREA.side(given, MOST_SHIFT_DEG) == Side::Outside {
        return Some(given);
    }
    let found = solve(given, gcj02_of_wgs84)?;
    match (AREA.side(given, MARGIN_DEG), AREA.side(found, MARGIN_DEG)) {
        (Side::Inside, Side::Inside) => Some(found),
        (Side::Outside, Side::Outside) => Some(given),
        _ => None,
    }
}

/// The one place that a position in BD-09 names: inside the area, whichever of the three positions is asked.
fn wgs84_of_bd09(given: Degrees) -> Option<Degrees> {
    let is_inside = |at: Degrees| AREA.side(at, MARGIN_DEG) == Side::Inside;
    let moved = Some(given).filter(|given| is_inside(*given)).and_then(|given| solve(given, bd09_of_gcj02))?;
    Some(moved).filter(|moved| is_inside(*moved)).and_then(wgs84_of_gcj02)
}

/// Where `forward` leads to `target` from, if it moves all places by nearly the same: each step goes as far as the last
/// one missed. `None` if it does not come near enough.
fn solve(target: Degrees, forward: impl Fn(Degrees) -> Degrees) -> Option<Degrees> {
    let mut at = target;
    for _ in 0..MOST_STEPS {
        let reached = forward(at);
        let (north, east) = (target.latitude - reached.latitude, target.longitude - reached.longitude);
        at = Degrees { latitude: at.latitude + north, longitude: at.longitude + east };
        if north.abs() <= TOLERANCE_DEG && east.abs() <= TOLERANCE_DEG {
            return Some(at);
        }
    }
    None
}

/// GCJ-02's displacement: a number of metres north and east that follows from the distance to 35° N 105° E in degrees,
/// laid off on the Krasovsky ellipsoid.
fn gcj02_of_wgs84(at: Degrees) -> Degrees {
    let (y, x) = (at.latitude - ORIGIN.latitude, at.longitude - ORIGIN.longitude);
    let both = wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x);
    let north_waves = both + wave(20.0, y) + wave(40.0, y / 3.0) + wave(160.0, y / 12.0) + wave(320.0, y / 30.0);
    let east_waves = both + wave(20.0, x) + wave(40.0, x / 3.0) + wave(150.0, x / 12.0) + wave(300.0, x / 30.0);
    let root = x.abs().sqrt();
    let north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + north_waves * 2.0 / 3.0;
    let east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + east_waves * 2.0 / 3.0;

    let (sine, cosine) = libm::sincos(at.latitude * PI / 180.0);
    let flattened = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
    let prime_vertical_m = SEMI_MAJOR_AXIS_M / flattened.sqrt();
    let meridian_m = prime_vertical_m * (1.0 - ECCENTRICITY_SQUARED) / flattened;
    Degrees {
        latitude: at.latitude + north_m / meridian_m * 180.0 / PI,
        longitude: at.longitude + east_m / (prime_vertical_m * cosine) * 180.0 / PI,
    }
}

/// A sine of so many half turns.
fn wave(amplitude_m: f64, half_turns: f64) -> f64 {
    amplitude_m * libm::sin(half_turns * PI)
}

/// BD-09 reads degrees as if they were flat, and wobbles their distance and direction from 0° N 0° E.
fn bd09_of_gcj02(at: Degrees) -> Degrees {
    let (y, x) = (at.latitude, at.longitude);
    let wobbles_per_degree = 3_000.0 * PI / 180.0;
    let distance = (x * x + y * y).sqrt() + 0.000_02 * libm::sin(y * wobbles_per_degree);
    let (sine, cosine) = libm::sincos(libm::atan2(y, x) + 0.000_003 * libm::cos(x * wobbles_per_degree));
    Degrees { latitude: distance * sine + 0.006, longitude: distance * cosine + 0.006_5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What uniqueness and convergence rest on: both maps are the identity and a small remainder, whose differences are at
    /// most a fortieth of those of the places. (Within 10⁻⁸ degrees of 105° E the square root makes an exception: see
    /// `docs/guarantees.md`.)
    #[test]
    fn nothing_is_moved_farther_or_less_evenly_than_the_inverse_assumes() {
        let steps = 400;
        let (mut farthest, mut steepest) = (0.0_f64, 0.0_f64);
        for (north, east) in (0..=steps).flat_map(|north| (0..=steps).map(move |east| (north, east))) {
            let share = |step: i32, from: f64, to: f64| {
                from - MOST_SHIFT_DEG + (to - from + 2.0 * MOST_SHIFT_DEG) * f64::from(step) / f64::from(steps)
            };
            let at = Degrees {
                latitude: share(north, AREA.south, AREA.north),
                longitude: share(east, AREA.west, AREA.east),
            };
            for forward in [gcj02_of_wgs84, bd09_of_gcj02] {
                let remainder = |at: Degrees| {
                    let to = forward(at);
                    (to.latitude - at.latitude, to.longitude - at.longitude)
                };
                let here = remainder(at);
                let step = 1e-4;
                let a = remainder(Degrees { latitude: at.latitude + step, ..at });
                let b = remainder(Degrees { longitude: at.longitude + step, ..at });
                let slope = |there: f64, here: f64| (there - here).abs() / step;
                farthest = farthest.max(here.0.abs()).max(here.1.abs());
                steepest = steepest.max(slope(a.0, here.0) + slope(b.0, here.0));
                steepest = steepest.max(slope(a.1, here.1) + slope(b.1, here.1));
            }
        }
        assert!(farthest < MOST_SHIFT_DEG && farthest > 0.01, "{farthest}");
        assert!(steepest < 1.0 / 40.0 && steepest > 1.0 / 60.0, "{steepest}");
    }
}
