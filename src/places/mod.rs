//! [`Places`]: public places with outlines, such as countries, or clinics that a law calls sensitive.
//!
//! Everything here is asked of a noised point or of a cell, and never of a fix.

mod error;
mod file;
mod outline;
#[cfg(test)]
mod tests;

use core::fmt;
use std::sync::{Arc, OnceLock};

use geo::{Contains, MultiPolygon};
use rstar::RTree;
use rstar::primitives::{GeomWithData, Line, Rectangle};

pub use self::error::PlacesError;
use self::outline::{area_m2, boxes, edges, inradius_m};
use crate::sorted::each_once;
use crate::sphere::{EARTH_RADIUS_M, Position, SPHERE_PER_GEODESIC, UnitVector};

/// What straight pieces of an outline leave out, in metres: a piece spans at most 0.05 degrees, so that its chord runs at most
/// 0.7 m below the sphere, and at most 0.4 m beside the line between its ends that RFC 7946 means.
const SLACK_M: f64 = 2.0;

/// Public places with their outlines, read once and whole.
///
/// Two questions are asked of them: whether a disc touches one, which is how cells beside sensitive places are found; and which
/// one holds a disc whole, which is how a place is named instead of a cell. Whatever is not certain is answered so that less
/// is told.
///
/// # Example
///
/// ```
/// use hereabouts::{Places, Position};
///
/// let square = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "The Square"},
///     "geometry": {"type": "Polygon", "coordinates": [[[5.0, 52.0], [5.1, 52.0], [5.1, 52.1], [5.0, 52.1], [5.0, 52.0]]]}}]}"#;
/// let places = Places::from_geojson("squares", square, "name")?;
/// let middle = Position::new(52.05, 5.05);
/// assert_eq!(places.holding(&middle, 3_000.0), Some("The Square"));
/// assert_eq!(places.holding(&middle, 5_000.0), None); // the disc reaches beyond it
/// # Ok::<(), hereabouts::PlacesError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Places {
    all: Arc<Gazetteer>,
    /// No smaller place is named.
    least_area_m2: f64,
    /// Nor one that holds no circle of this radius.
    least_radius_m: f64,
}

/// The places of a file.
struct Gazetteer {
    label: String,
    places: Vec<Place>,
    /// The bounding boxes of polygons in degrees (longitude, latitude), with the number of their place.
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    /// The pieces of all outlines as chords of the unit sphere, with the number of their place.
    edges: RTree<GeomWithData<Line<[f64; 3]>, usize>>,
}

/// One place of a file.
struct Place {
    name: Arc<str>,
    /// In degrees, x is longitude; lines between vertices are straight there, as RFC 7946 means them.
    shape: MultiPolygon<f64>,
    area_m2: f64,
    /// Worked out when first asked for: only a floor that demands a radius does.
    inradius_m: OnceLock<f64>,
}

impl Places {
    /// Reads the places of a GeoJSON text (RFC 7946): a collection of features, each a polygon or several. `label` is what the
    /// whole is called wherever one of its places is named; `name_property` the property that holds a place's name.
    ///
    /// # Errors
    ///
    /// [`PlacesError`] with the number of the feature: nothing is left out, and nothing is guessed.
    pub fn from_geojson(label: &str, text: &str, name_property: &str) -> Result<Self, PlacesError> {
        Self::read(label, text, Some(name_property))
    }

    /// The same of places that nobody names, such as those that a law calls sensitive.
    ///
    /// # Errors
    ///
    /// As [`from_geojson`](Self::from_geojson).
    pub fn unnamed_from_geojson(label: &str, text: &str) -> Result<Self, PlacesError> {
        Self::read(label, text, None)
    }

    fn read(label: &str, text: &str, name_property: Option<&str>) -> Result<Self, PlacesError> {
        if !is_label(label) {
            return Err(PlacesError::Label);
        }
        let features = file::read(text, name_property)?;
        let shapes = || features.iter().map(|(_, shape)| shape).enumerate();
        let boxes = RTree::bulk_load(shapes().flat_map(|(number, shape)| boxes(shape, number)).collect());
        let edges = RTree::bulk_load(shapes().flat_map(|(number, shape)| edges(shape, number)).collect());
        let places = features.into_iter().map(|(name, shape)| Place {
            name: name.into(),
            area_m2: area_m2(&shape),
            inradius_m: OnceLock::new(),
            shape,
        });
        let all = Gazetteer { label: label.to_owned(), places: places.collect(), boxes, edges };
        Ok(Self { all: Arc::new(all), least_area_m2: 0.0, least_radius_m: 0.0 })
    }

    /// What the whole is called.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.all.label
    }

    /// How many places there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.all.places.len()
    }

    /// How many of them may be named: those that are large enough for what the floors demand.
    #[must_use]
    pub fn count_named(&self) -> usize {
        self.named().count()
    }

    /// The names of the places that may be named, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named().map(|(_, place)| &*place.name)
    }

    /// The name of the smallest place that holds a disc whole, of those that may be named: the disc around a point with a
    /// radius in metres. `None` if none holds it for certain.
    #[must_use]
    pub fn holding(&self, centre: &Position, radius_m: f64) -> Option<&str> {
        let all = self.all.holding(centre, radius_m).into_iter().filter(|number| self.may_name(*number));
        let places = all.filter_map(|number| self.all.places.get(number));
        places.min_by(|one, other| one.area_m2.total_cmp(&other.area_m2)).map(|place| &*place.name)
    }

    /// Whether a place touches a disc, or may do so: the disc around a point with a radius in metres.
    #[must_use]
    pub fn touch(&self, centre: &Position, radius_m: f64) -> bool {
        self.all.touching(centre, radius_m).next().is_some() || self.all.around(centre).next().is_some()
    }

    /// The same places, of which none is named that has less than an area in square metres, or holds no circle of a radius
    /// in metres.
    pub(crate) fn at_least(&self, area_m2: f64, radius_m: f64) -> Self {
        Self {
            all: Arc::clone(&self.all),
            least_area_m2: self.least_area_m2.max(area_m2),
            least_radius_m: self.least_radius_m.max(radius_m),
        }
    }

    /// The place with the least area of those that may be named, and that area in square metres.
    pub(crate) fn smallest(&self) -> Option<(&str, f64)> {
        self.least(|number| self.all.area_m2(number))
    }

    /// The place that holds the smallest circle of those that may be named, and its radius in metres: a lower bound.
    pub(crate) fn narrowest(&self) -> Option<(&str, f64)> {
        self.least(|number| self.all.inradius_m(number))
    }

    fn least(&self, figure: impl Fn(usize) -> f64) -> Option<(&str, f64)> {
        let figures = self.named().map(|(number, place)| (&*place.name, figure(number)));
        figures.min_by(|(_, one), (_, other)| one.total_cmp(other))
    }

    fn named(&self) -> impl Iterator<Item = (usize, &Place)> {
        self.all.places.iter().enumerate().filter(|(number, _)| self.may_name(*number))
    }

    fn may_name(&self, number: usize) -> bool {
        // What is no number is not large enough.
        self.all.area_m2(number) >= self.least_area_m2
            && (self.least_radius_m == 0.0 || self.all.inradius_m(number) >= self.least_radius_m)
    }

    /// The name of every place and each vertex of its outline, a line each: what makes two files say the same.
    #[cfg(feature = "seal")]
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.all.places.iter().flat_map(|place| {
            let name = core::iter::once(format!("name {:?}", place.name));
            let rings = place.shape.iter().flat_map(|polygon| {
                core::iter::once(("exterior", polygon.exterior()))
                    .chain(polygon.interiors().iter().map(|ring| ("interior", ring)))
            });
            name.chain(rings.map(|(kind, ring)| {
                let vertices: Vec<_> = ring.coords().map(|vertex| format!("{},{}", vertex.x, vertex.y)).collect();
                format!("{kind} {}", vertices.join(" "))
            }))
        })
    }
}

impl Gazetteer {
    /// The numbers of the places that hold a point.
    fn around(&self, point: &Position) -> impl Iterator<Item = usize> {
        let at = [point.longitude_deg(), point.latitude_deg()];
        let holds = move |number: &usize| {
            self.places.get(*number).is_some_and(|place| place.shape.contains(&geo::Point::new(at[0], at[1])))
        };
        self.boxes.locate_all_at_point(&at).map(|found| found.data).filter(holds)
    }

    /// The numbers of the places whose outlines touch a disc.
    fn touching(&self, centre: &Position, radius_m: f64) -> impl Iterator<Item = usize> {
        let reach = chord((SPHERE_PER_GEODESIC * radius_m + SLACK_M) / EARTH_RADIUS_M);
        self.edges.locate_within_distance(vector(centre), reach * reach).map(|edge| edge.data)
    }

    /// The numbers of the places that hold a disc whole.
    fn holding(&self, centre: &Position, radius_m: f64) -> Vec<usize> {
        let mut around: Vec<_> = self.around(centre).collect();
        if !around.is_empty() {
            let cut = each_once(self.touching(centre, radius_m));
            around.retain(|number| cut.binary_search(number).is_err());
        }
        around
    }

    fn area_m2(&self, number: usize) -> f64 {
        self.places.get(number).map_or(0.0, |place| place.area_m2)
    }

    fn inradius_m(&self, number: usize) -> f64 {
        let Some(place) = self.places.get(number) else { return 0.0 };
        *place.inradius_m.get_or_init(|| inradius_m(&place.shape, |point| self.to_outline_m(number, point)))
    }

    /// The distance in metres from a point to the outline of a place: a lower bound.
    fn to_outline_m(&self, number: usize, point: &Position) -> f64 {
        let vector = vector(point);
        let nearest = self.edges.nearest_neighbor_iter_with_distance_2(&vector).find(|(edge, _)| edge.data == number);
        let arc_rad = nearest.map_or(0.0, |(_, squared)| 2.0 * (squared.sqrt() / 2.0).min(1.0).asin());
        ((arc_rad * EARTH_RADIUS_M - SLACK_M) / SPHERE_PER_GEODESIC).max(0.0)
    }
}

fn vector(position: &Position) -> [f64; 3] {
    let UnitVector { x, y, z } = UnitVector::new(position);
    [x, y, z]
}

/// The chord under an arc of the unit sphere; all of the sphere is within 2.
fn chord(arc_rad: f64) -> f64 {
    2.0 * libm::sin(arc_rad.clamp(0.0, core::f64::consts::PI) / 2.0)
}

/// A label goes where the names of grids go.
fn is_label(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

impl PartialEq for Gazetteer {
    fn eq(&self, other: &Self) -> bool {
        fn said(place: &Place) -> (&str, &MultiPolygon<f64>) {
            (&place.name, &place.shape)
        }
        self.label == other.label && self.places.iter().map(said).eq(other.places.iter().map(said))
    }
}

/// The label and how many there are, as in "places:countries": outlines would fill pages.
impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Places({self}, {} of {})", self.count_named(), self.count())
    }
}

/// As a release names the grid: "places:countries".
impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "places:{}", self.label())
    }
}
