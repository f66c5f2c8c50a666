//! Grids: fixed global partitions of the Earth into cells, one file for each.
//!
//! A cell is decided from a [`LatticePoint`] alone, and everything that is said of a cell is a function of the cell
//! alone: no digit of a release can tell where in its cell a point was.

mod decimal;
pub(crate) mod ellipsoid;
mod geohash;
mod h3;
mod metric;
mod named;
mod open_location_code;
mod polygon;
mod rectangle;
mod s2;
mod smallest;
#[cfg(test)]
mod tests;
mod widest;

use core::fmt;

use ::s2::cellid::CellID;
use geo::{Distance, Geodesic, GeodesicArea, Polygon};
use h3o::CellIndex;

pub use self::decimal::Decimal;
pub use self::geohash::Geohash;
pub use self::h3::H3;
pub use self::metric::Metric;
pub use self::open_location_code::OpenLocationCode;
pub(crate) use self::rectangle::Rectangle;
use self::rectangle::RowColumn;
pub use self::s2::S2;
pub(crate) use self::s2::on_face;
use crate::lattice::LatticePoint;
use crate::sphere::{EARTH_RADIUS_M, Position};

/// Metres in a degree of a great circle.
const METRES_PER_DEGREE: f64 = EARTH_RADIUS_M * core::f64::consts::PI / 180.0;

/// The most digits after the point that any grid prints.
const MOST_DECIMALS: u8 = 5;

/// A fixed global partition of the Earth into cells.
///
/// No grid is finer than the lattice, whose cells are 1.2 m high and up to 2.4 m wide: where a cell is thinner (beside a
/// pole, the slivers of the grids in degrees; the cells of `decimal:5` everywhere), some cells hold no lattice point and
/// never occur.
///
/// # Example
///
/// ```
/// use hereabouts::{Grid, LatticePoint, Position};
///
/// let cell = Grid::h3(6)?.cell(LatticePoint::nearest(&Position::new(52.0907, 5.1214)));
/// assert_eq!(cell.id().to_string(), "861969087ffffff");
/// assert_eq!(cell.printed_centre(), Position::new(52.1, 5.15));
/// assert_eq!(cell.grid().to_string(), "h3:6");
/// # Ok::<(), hereabouts::GridError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Grid {
    /// Nearly square cells with an edge in metres.
    Metric(Metric),
    /// Decimal degrees.
    Decimal(Decimal),
    /// Geohash.
    Geohash(Geohash),
    /// H3.
    H3(H3),
    /// S2.
    S2(S2),
    /// Open Location Code.
    OpenLocationCode(OpenLocationCode),
}

/// Why a grid was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GridError {
    /// A metric edge out of range, or not a number.
    #[error("the edge of a metric grid is out of range: give 10 to 1000000 metres")]
    EdgeOutOfRange,
    /// Too many decimal places.
    #[error("the places of a decimal grid are out of range: give 0 to 5")]
    PlacesOutOfRange,
    /// A geohash of no letters, or of too many.
    #[error("the length of a geohash is out of range: give 1 to 9")]
    GeohashLengthOutOfRange,
    /// An H3 resolution that is too fine.
    #[error("the resolution of an H3 grid is out of range: give 0 to 12")]
    H3ResolutionOutOfRange,
    /// An S2 level that is too fine.
    #[error("the level of an S2 grid is out of range: give 0 to 20")]
    S2LevelOutOfRange,
    /// A length that no Open Location Code has, or that is too fine.
    #[error("the length of an Open Location Code is out of range: give 2, 4, 6, 8, 10 or 11")]
    OpenLocationCodeLengthOutOfRange,
}

impl Grid {
    /// Nearly square cells, nowhere lower than `edge_m` metres, and none of less than its square in area.
    ///
    /// # Errors
    ///
    /// [`GridError::EdgeOutOfRange`] unless 10 ≤ `edge_m` ≤ 1 000 000.
    pub fn metric(edge_m: f64) -> Result<Self, GridError> {
        Metric::new(edge_m).map(Self::Metric)
    }

    /// Coordinates rounded to some places after the point.
    ///
    /// # Errors
    ///
    /// [`GridError::PlacesOutOfRange`] if there are more than 5.
    pub fn decimal(places: u8) -> Result<Self, GridError> {
        Decimal::new(places).map(Self::Decimal)
    }

    /// Geohashes with some number of letters.
    ///
    /// # Errors
    ///
    /// [`GridError::GeohashLengthOutOfRange`] unless 1 ≤ `length` ≤ 9.
    pub fn geohash(length: u8) -> Result<Self, GridError> {
        Geohash::new(length).map(Self::Geohash)
    }

    /// H3 cells of a resolution.
    ///
    /// # Errors
    ///
    /// [`GridError::H3ResolutionOutOfRange`] if it is above 12.
    pub fn h3(resolution: u8) -> Result<Self, GridError> {
        H3::new(resolution).map(Self::H3)
    }

    /// S2 cells of a level.
    ///
    /// # Errors
    ///
    /// [`GridError::S2LevelOutOfRange`] if it is above 20.
    pub fn s2(level: u8) -> Result<Self, GridError> {
        S2::new(level).map(Self::S2)
    }

    /// Open Location Codes with some number of digits.
    ///
    /// # Errors
    ///
    /// [`GridError::OpenLocationCodeLengthOutOfRange`] unless it is 2, 4, 6, 8, 10 or 11.
    pub fn open_location_code(length: u8) -> Result<Self, GridError> {
        OpenLocationCode::new(length).map(Self::OpenLocationCode)
    }

    /// The cell that holds a lattice point.
    #[must_use]
    pub fn cell(&self, point: LatticePoint) -> Cell {
        let centre = &point.centre();
        Cell(match *self {
            Self::Metric(grid) => Index::Metric(grid, grid.cell(centre)),
            Self::Decimal(grid) => Index::Decimal(grid, grid.cell(centre)),
            Self::Geohash(grid) => Index::Geohash(grid, grid.cell(centre)),
            Self::H3(grid) => Index::H3(grid, grid.cell(centre)),
            Self::S2(grid) => Index::S2(grid, grid.cell(centre)),
            Self::OpenLocationCode(grid) => Index::OpenLocationCode(grid, grid.cell(centre)),
        })
    }

    /// The area of the largest cell anywhere on Earth, in square metres on the ellipsoid.
    #[must_use]
    pub fn largest_area_m2(&self) -> f64 {
        match self {
            Self::Metric(grid) => grid.largest_area_m2(),
            Self::Decimal(grid) => grid.largest_area_m2(),
            Self::Geohash(grid) => grid.largest_area_m2(),
            Self::H3(grid) => grid.largest_area_m2(),
            Self::S2(grid) => grid.largest_area_m2(),
            Self::OpenLocationCode(grid) => grid.largest_area_m2(),
        }
    }

    /// The size of the cells at a latitude, as whole height and whole width in metres: of a row of the grids in rows, the
    /// width along its middle parallel. H3 and S2 have no rows: height and width are the side of a square as large as
    /// their smallest cell anywhere. Latitudes beyond a pole, or not a number, are read as the nearest latitude or the
    /// equator.
    #[must_use]
    pub fn cell_extent_m(&self, latitude_deg: f64) -> (f64, f64) {
        let cell = self.cell(LatticePoint::nearest(&Position::new(latitude_deg, 0.0)));
        cell.rectangle().map_or_else(
            || (self.smallest_area_m2().sqrt(), self.smallest_area_m2().sqrt()),
            |rectangle| rectangle.extent_m(),
        )
    }

    /// How many digits after the point a release on this grid prints: a constant of the grid.
    ///
    /// The fewest for which rounding moves a centre by at most half of the radius of the circle that fits into the
    /// smallest cell (in the grids of rows and columns: along each axis by at most a quarter of a cell); of `decimal`,
    /// its places.
    #[must_use]
    pub fn decimals(&self) -> u8 {
        match self {
            Self::Metric(grid) => grid.decimals(),
            Self::Decimal(grid) => grid.decimals(),
            Self::Geohash(grid) => grid.decimals(),
            Self::H3(grid) => grid.decimals(),
            Self::S2(grid) => grid.decimals(),
            Self::OpenLocationCode(grid) => grid.decimals(),
        }
    }

    /// How many letters the longest name of a cell has, or a few more.
    #[cfg(feature = "seal")]
    pub(crate) fn longest_id(&self) -> usize {
        match self {
            Self::Metric(grid) => grid.longest_id(),
            Self::Decimal(grid) => "-89.,-179.".len() + 2 * usize::from(grid.places()),
            Self::Geohash(grid) => usize::from(grid.length()),
            Self::H3(_) => 15,
            // Three bits of the face, two for each level, and the one that ends them.
            Self::S2(grid) => (4 + 2 * usize::from(grid.level())).div_ceil(4),
            // Padded to eight digits, and the plus.
            Self::OpenLocationCode(grid) => usize::from(grid.length()).max(8) + 1,
        }
    }

    /// The height of a row, and the width of a cell around a latitude, of the grids in rows; of the others, nothing.
    pub(crate) fn row_deg(&self, latitude_deg: f64) -> (f64, f64) {
        match self {
            Self::Metric(grid) => grid.row_deg(latitude_deg),
            Self::Decimal(grid) => grid.row_deg(latitude_deg),
            Self::Geohash(grid) => grid.row_deg(),
            Self::OpenLocationCode(grid) => grid.row_deg(),
            Self::H3(_) | Self::S2(_) => (0.0, 0.0),
        }
    }

    /// The next coarser grid of the same kind (a metric grid doubles its edge), or `None` at the coarsest.
    #[must_use]
    pub fn coarser(&self) -> Option<Self> {
        match self {
            Self::Metric(grid) => grid.coarser().map(Self::Metric),
            Self::Decimal(grid) => grid.coarser().map(Self::Decimal),
            Self::Geohash(grid) => grid.coarser().map(Self::Geohash),
            Self::H3(grid) => grid.coarser().map(Self::H3),
            Self::S2(grid) => grid.coarser().map(Self::S2),
            Self::OpenLocationCode(grid) => grid.coarser().map(Self::OpenLocationCode),
        }
    }
}

/// The kind and its size, as in `h3:6` or `metric:500`.
impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metric(grid) => write!(f, "metric:{}", grid.edge_m()),
            Self::Decimal(grid) => write!(f, "decimal:{}", grid.places()),
            Self::Geohash(grid) => write!(f, "geohash:{}", grid.length()),
            Self::H3(grid) => write!(f, "h3:{}", grid.resolution()),
            Self::S2(grid) => write!(f, "s2:{}", grid.level()),
            Self::OpenLocationCode(grid) => write!(f, "olc:{}", grid.length()),
        }
    }
}

/// One cell of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell(Index);

/// A grid and the number of one of its cells.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Index {
    Metric(Metric, RowColumn),
    Decimal(Decimal, RowColumn),
    Geohash(Geohash, RowColumn),
    H3(H3, CellIndex),
    S2(S2, CellID),
    OpenLocationCode(OpenLocationCode, RowColumn),
}

impl Cell {
    /// The grid that the cell is of.
    #[must_use]
    pub fn grid(&self) -> Grid {
        match self.0 {
            Index::Metric(grid, _) => Grid::Metric(grid),
            Index::Decimal(grid, _) => Grid::Decimal(grid),
            Index::Geohash(grid, _) => Grid::Geohash(grid),
            Index::H3(grid, _) => Grid::H3(grid),
            Index::S2(grid, _) => Grid::S2(grid),
            Index::OpenLocationCode(grid, _) => Grid::OpenLocationCode(grid),
        }
    }

    /// The cell's name in its grid.
    #[must_use]
    pub fn id(&self) -> CellId {
        CellId(self.0)
    }

    /// The middle of the cell.
    #[must_use]
    pub fn centre(&self) -> Position {
        match self.0 {
            Index::Metric(grid, cell) => grid.centre(cell),
            Index::Decimal(grid, cell) => grid.centre(cell),
            Index::Geohash(grid, cell) => grid.rectangle(cell).centre(),
            Index::H3(_, cell) => H3::centre(cell),
            Index::S2(_, cell) => S2::centre(cell),
            Index::OpenLocationCode(grid, cell) => grid.rectangle(cell).centre(),
        }
    }

    /// The middle of the cell, rounded to the [decimals](Grid::decimals) that its grid prints. It has no −0, and no
    /// longitude of 180, which is −180.
    ///
    /// It lies in the cell itself wherever the cell is wider than the lattice.
    #[must_use]
    pub fn printed_centre(&self) -> Position {
        self.print(&self.centre())
    }

    /// [`printed_centre`](Self::printed_centre) from a centre that is known.
    pub(crate) fn print(&self, centre: &Position) -> Position {
        let units = f64::from(10_u32.pow(u32::from(self.grid().decimals())));
        // Adding zero turns -0.0 into 0.0.
        let round = |degrees: f64| (degrees * units).round() / units + 0.0;
        let longitude_deg = round(centre.longitude_deg());
        Position::new(
            round(centre.latitude_deg()),
            if longitude_deg >= 180.0 { longitude_deg - 360.0 } else { longitude_deg },
        )
    }

    /// The geodesic distance in metres from the centre to the farthest point of the cell.
    #[must_use]
    pub fn circumradius_m(&self) -> f64 {
        let centre = self.centre();
        let farthest = |corners: &mut dyn Iterator<Item = Position>| {
            corners.map(|corner| Geodesic.distance(point(&centre), point(&corner))).fold(0.0, f64::max)
        };
        match self.0 {
            Index::H3(_, cell) => farthest(&mut H3::corners(cell).iter().map(polygon::position)),
            Index::S2(_, cell) => farthest(&mut S2::corners(cell).iter().map(polygon::position)),
            _ => farthest(&mut self.rectangle().iter().flat_map(Rectangle::corners)),
        }
    }

    /// The geodesic distance in metres from the centre to the nearest side: the radius of the circle around the centre that
    /// the cell holds whole. Of cells between parallels and meridians a lower bound, too short by less than 10⁻⁶ for cells
    /// of 10 km.
    #[must_use]
    pub fn inradius_m(&self) -> f64 {
        match self.0 {
            Index::H3(_, cell) => polygon::inradius_m(&H3::centre(cell), &H3::corners(cell)),
            Index::S2(_, cell) => polygon::inradius_m(&S2::centre(cell), &S2::corners(cell)),
            _ => self.rectangle().map_or(0.0, |rectangle| rectangle.inradius_m()),
        }
    }

    /// The area in square metres on the ellipsoid.
    ///
    /// # Citation
    ///
    /// C. F. F. Karney, "Algorithms for geodesics", *Journal of Geodesy* 87 (2013); for cells between parallels, which
    /// are no geodesics, the closed form of a zone.
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        match self.rectangle() {
            Some(rectangle) => rectangle.area_m2(),
            None => self.boundary().geodesic_area_signed().abs(),
        }
    }

    /// The outline in degrees (x is longitude), anticlockwise. Longitudes run on past ±180° where the cell lies across
    /// the antimeridian; long sides have further vertices, so that straight lines between them follow the cell.
    #[must_use]
    pub fn boundary(&self) -> Polygon<f64> {
        match self.0 {
            Index::Metric(grid, cell) => grid.rectangle(cell).polygon(),
            Index::Decimal(grid, cell) => grid.rectangle(cell).polygon(),
            Index::Geohash(grid, cell) => grid.rectangle(cell).polygon(),
            Index::H3(_, cell) => H3::outline(cell),
            Index::S2(_, cell) => S2::outline(cell),
            Index::OpenLocationCode(grid, cell) => grid.rectangle(cell).polygon(),
        }
    }

    /// Where in its grid a cell gets its shape from: quick, without any outline.
    pub(crate) fn shape(&self) -> Shape {
        match self.0 {
            Index::H3(grid, cell) => Shape::H3 { grid, cell },
            Index::S2(grid, cell) => Shape::S2 { grid, place: grid.place_on_face(cell) },
            Index::Metric(grid, cell) => Shape::Rectangle(grid.rectangle(cell)),
            Index::Decimal(grid, cell) => Shape::Rectangle(grid.rectangle(cell)),
            Index::Geohash(grid, cell) => Shape::Rectangle(grid.rectangle(cell)),
            Index::OpenLocationCode(grid, cell) => Shape::Rectangle(grid.rectangle(cell)),
        }
    }

    fn rectangle(&self) -> Option<Rectangle> {
        match self.shape() {
            Shape::Rectangle(rectangle) => Some(rectangle),
            Shape::H3 { .. } | Shape::S2 { .. } => None,
        }
    }
}

/// What decides the shape of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Its parallels and meridians.
    Rectangle(Rectangle),
    /// The cell itself.
    H3 { grid: H3, cell: CellIndex },
    /// How far its centre is from the middle lines of the cube's face, each 0 to 1, in the grid's own measure.
    S2 { grid: S2, place: (f64, f64) },
}

/// The name of a cell in its grid, written without an allocation: an H3 index, an S2 token, a geohash, a plus code, a
/// pair of decimals, or row and column of a metric grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellId(Index);

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Index::Metric(_, cell) => metric::write_id(cell, f),
            Index::Decimal(grid, cell) => grid.write_id(cell, f),
            Index::Geohash(grid, cell) => grid.write_id(cell, f),
            Index::H3(_, cell) => write!(f, "{cell}"),
            Index::S2(_, cell) => s2::write_token(cell, f),
            Index::OpenLocationCode(grid, cell) => grid.write_id(cell, f),
        }
    }
}

/// The fewest digits for which rounding moves a coordinate by at most a quarter of a step.
fn digits_for(step_deg: f64) -> u8 {
    (0..MOST_DECIMALS).find(|&digits| 2.0 <= step_deg * 10_f64.powi(i32::from(digits))).unwrap_or(MOST_DECIMALS)
}

/// The fewest digits for which rounding both coordinates moves a place by at most half of a radius.
fn digits_for_circle(radius_m: f64) -> u8 {
    digits_for(2.0 * radius_m / (core::f64::consts::SQRT_2 * METRES_PER_DEGREE))
}

fn point(position: &Position) -> geo::Point<f64> {
    geo::Point::new(position.longitude_deg(), position.latitude_deg())
}
