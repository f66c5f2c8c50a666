//! Where a mechanism is audited: places, and pairs of them.

use geo::{Destination, Distance, Geodesic, Point};
use jiff::Timestamp;

use crate::fix::{Fix, FixError};
use crate::sphere::Position;

/// A place that an auditor chose: a fix whose position is known, and no secret.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    fix: Fix,
    position: Position,
}

impl Place {
    /// A place in degrees north and degrees east, WGS 84.
    ///
    /// # Errors
    ///
    /// [`FixError`] if a number is not finite or out of range.
    pub fn new(latitude_deg: f64, longitude_deg: f64) -> Result<Self, FixError> {
        let fix = Fix::wgs84(latitude_deg, longitude_deg, None, Timestamp::UNIX_EPOCH)?;
        Ok(Self { fix, position: Position::new(fix.latitude_deg(), fix.longitude_deg()) })
    }

    /// As the fix that a mechanism is given.
    #[must_use]
    pub fn fix(&self) -> &Fix {
        &self.fix
    }

    /// As a position, for mechanisms from outside this crate, which cannot read a fix.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The place at a geodesic distance in a direction, in degrees clockwise from north.
    pub(super) fn towards(&self, bearing_deg: f64, distance_m: f64) -> Result<Self, FixError> {
        let end = Geodesic.destination(self.point(), bearing_deg, distance_m);
        Self::new(end.y(), end.x())
    }

    fn point(&self) -> Point {
        Point::new(self.position.longitude_deg(), self.position.latitude_deg())
    }
}

/// Two places that a mechanism's outputs must not tell apart by more than its claim.
///
/// # Example
///
/// ```
/// use hereabouts::audit::{Pair, Place};
///
/// let pair = Pair::new("Utrecht, Delft", Place::new(52.0907, 5.1214)?, Place::new(52.0116, 4.3571)?);
/// assert_eq!(pair.distance_m().round(), 53_164.0); // along the ellipsoid
/// # Ok::<(), hereabouts::FixError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    name: String,
    x: Place,
    other: Place,
    distance_m: f64,
}

impl Pair {
    /// Two places under a name.
    #[must_use]
    pub fn new(name: impl Into<String>, x: Place, other: Place) -> Self {
        Self { name: name.into(), x, other, distance_m: Geodesic.distance(x.point(), other.point()) }
    }

    /// What the pair is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first place, x.
    #[must_use]
    pub fn x(&self) -> &Place {
        &self.x
    }

    /// The second place, x′.
    #[must_use]
    pub fn other(&self) -> &Place {
        &self.other
    }

    /// The geodesic distance between the two in metres.
    #[must_use]
    pub fn distance_m(&self) -> f64 {
        self.distance_m
    }
}

const DIRECTIONS: [(&str, f64); 3] = [("north", 0.0), ("east", 90.0), ("north-east", 45.0)];

/// One step of the lattice's rows; the columns of a row are one of these or a power of two of them.
const ROW_DEG: f64 = 180.0 / (1 << 24) as f64;
/// Where the number of columns of a row changes first on the way from the equator, in rows.
const FIRST_CHANGE: f64 = 5_592_405.0;

/// The fixed set of pairs at a geodesic distance: where spherical code and a lattice go wrong, and ordinary places. Each
/// goes north, east and north-east.
///
/// # Errors
///
/// [`FixError`] if the distance is not a number.
///
/// # Example
///
/// ```
/// for pair in hereabouts::audit::pairs(500.0)? {
///     assert!((pair.distance_m() - 500.0).abs() < 1e-6, "{}", pair.name());
/// }
/// # Ok::<(), hereabouts::FixError>(())
/// ```
pub fn pairs(distance_m: f64) -> Result<Vec<Pair>, FixError> {
    let row = |rows: f64| rows * ROW_DEG;
    // The second number says how much of the way lies before the place.
    let places = [
        ("equator", 0.0, (0.0, 32.6)),
        ("Utrecht", 0.0, (52.0907, 5.1214)),
        ("Melbourne", 0.0, (-37.8136, 144.9631)),
        ("from the north pole", 0.0, (90.0, 0.0)),
        ("from the south pole", 0.0, (-90.0, 0.0)),
        ("past the north pole", 0.5, (90.0, 0.0)),
        ("past the south pole", 0.5, (-90.0, 0.0)),
        ("across the antimeridian", 0.5, (-17.0, 180.0)),
        // Exactly on a border of rows and one of columns.
        ("corner of four lattice cells", 0.0, (row(4_855_201.0), row(2.0 * 238_673.0))),
        ("across a change of columns", 0.5, (row(FIRST_CHANGE), 25.0)),
        ("across a southern change of columns", 0.5, (row(-FIRST_CHANGE), -70.0)),
    ];
    let mut pairs = Vec::with_capacity(places.len() * DIRECTIONS.len());
    for (name, before, (latitude_deg, longitude_deg)) in places {
        let place = Place::new(latitude_deg, longitude_deg)?;
        for (direction, bearing_deg) in DIRECTIONS {
            let x = if before == 0.0 { place } else { place.towards(bearing_deg + 180.0, before * distance_m)? };
            let other = place.towards(bearing_deg, (1.0 - before) * distance_m)?;
            pairs.push(Pair::new(format!("{name}, {direction}"), x, other));
        }
    }
    Ok(pairs)
}

/// Pairs so far apart that no number of draws would show one at the place of the other: for [`reaches`](super::reaches).
///
/// # Errors
///
/// [`FixError`] never, for these are places.
pub fn far_pairs() -> Result<Vec<Pair>, FixError> {
    let utrecht = Place::new(52.0907, 5.1214)?;
    Ok(vec![
        // Beyond 1 488.88 scales of 100 m, where 53-bit uniforms end.
        Pair::new("Utrecht, 150 km north", utrecht, utrecht.towards(0.0, 150e3)?),
        Pair::new("Utrecht, Melbourne", utrecht, Place::new(-37.8136, 144.9631)?),
        Pair::new("pole, equator", Place::new(90.0, 0.0)?, Place::new(0.0, 32.6)?),
        Pair::new("across the antimeridian", Place::new(-17.0, 179.0)?, Place::new(-17.0, -120.0)?),
        Pair::new("almost antipodes", utrecht, Place::new(-52.0, -174.5)?),
    ])
}
