use geo::{Contains, GeodesicArea};
use proptest::prelude::*;

use super::*;
use crate::sphere::UnitVector;

fn every_grid() -> Vec<Grid> {
    let metric = [10.0, 137.5, 500.0, 2_000.0, 30_000.0, 1e6].map(Grid::metric);
    let grids = metric.into_iter().chain((0..=5).map(Grid::decimal)).chain((1..=9).map(Grid::geohash));
    let grids = grids.chain((0..=12).map(Grid::h3)).chain((0..=20).map(Grid::s2));
    grids.chain([2, 4, 6, 8, 10, 11].map(Grid::open_location_code)).map(Result::unwrap).collect()
}

fn at(latitude_deg: f64, longitude_deg: f64) -> LatticePoint {
    LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg))
}

/// Anywhere on Earth, with the places that go wrong more often than chance: poles, antimeridian, equator.
fn anywhere() -> impl Strategy<Value = Position> {
    let latitude = prop_oneof![
        4 => -90.0..=90.0_f64,
        1 => prop::sample::select(vec![-90.0, -89.999_99, -89.9, -0.000_001, 0.0, 0.000_001, 45.0, 65.0, 89.9, 90.0]),
        1 => 89.0..=90.0_f64,
    ];
    let longitude = prop_oneof![
        4 => -180.0..=180.0_f64,
        1 => prop::sample::select(vec![-180.0, -179.999_999, -90.0, 0.0, 0.000_001, 45.0, 179.999_999, 180.0]),
    ];
    (latitude, longitude).prop_map(|(latitude_deg, longitude_deg)| Position::new(latitude_deg, longitude_deg))
}

fn grid() -> impl Strategy<Value = Grid> {
    prop::sample::select(every_grid())
}

/// Narrower than two cells of the lattice somewhere: a point of the lattice may miss such a cell.
fn is_a_sliver(cell: &Cell) -> bool {
    cell.rectangle().is_some_and(|rectangle| {
        let (height_m, _) = rectangle.extent_m();
        let width_m = |latitude_deg| ellipsoid::parallel_arc_m(latitude_deg, rectangle.width_deg());
        height_m < 5.0 || width_m(rectangle.centre().latitude_deg()) < 8.0 && !rectangle.is_cap()
    })
}

fn told(cell: &Cell) -> String {
    format!(
        "{} {:?} {:?} {} {}",
        cell.id(),
        cell.centre(),
        cell.printed_centre(),
        cell.circumradius_m(),
        cell.area_m2()
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn no_output_digit_depends_on_anything_but_the_cell(grid in grid(), place in anywhere(), share in 0.0..1.0_f64, turn in 0.0..1.0_f64) {
        let cell = grid.cell(LatticePoint::nearest(&place));
        let middle = LatticePoint::nearest(&cell.centre());
        if is_a_sliver(&cell) {
            return Ok(());
        }
        prop_assert_eq!(grid.cell(middle), cell, "the middle of {} of {} is in another cell", cell.id(), grid);
        let (latitude_deg, longitude_deg) = crate::sphere::Displacement::new(share * cell.circumradius_m() / EARTH_RADIUS_M, turn)
            .from(cell.centre().latitude_deg(), cell.centre().longitude_deg());
        let other = grid.cell(at(latitude_deg, longitude_deg));
        if other.id() == cell.id() {
            prop_assert_eq!(told(&other), told(&cell));
        } else {
            prop_assert_ne!(other.id().to_string(), cell.id().to_string());
        }
    }

    #[test]
    fn what_is_printed_lies_in_its_cell(grid in grid(), place in anywhere()) {
        let cell = grid.cell(LatticePoint::nearest(&place));
        if is_a_sliver(&cell) {
            return Ok(());
        }
        let printed = cell.printed_centre();
        prop_assert_eq!(grid.cell(LatticePoint::nearest(&printed)), cell, "{} of {}", cell.id(), grid);
        prop_assert!(printed.latitude_deg().abs() <= 90.0 && (-180.0..180.0).contains(&printed.longitude_deg()));
        for degrees in [printed.latitude_deg(), printed.longitude_deg()] {
            let text = degrees.to_string();
            prop_assert!(text != "-0" && text.split_once('.').is_none_or(|(_, digits)| digits.len() <= usize::from(grid.decimals())));
        }
    }

    #[test]
    fn a_point_is_within_its_cell_and_the_circumradius(grid in grid(), place in anywhere()) {
        let point = LatticePoint::nearest(&place);
        let cell = grid.cell(point);
        let away_m = Geodesic.distance(super::point(&cell.centre()), super::point(&point.centre()));
        prop_assert!(away_m <= cell.circumradius_m() * (1.0 + 1e-4) + 1e-6, "{away_m} m of {} m, {grid}", cell.circumradius_m());
        if let Some(rectangle) = cell.rectangle() {
            let Position { .. } = point.centre();
            prop_assert!((rectangle.south_deg..=rectangle.north_deg).contains(&point.centre().latitude_deg()));
        }
    }

    #[test]
    fn an_area_lies_between_the_smallest_and_the_largest(grid in grid(), place in anywhere()) {
        let area_m2 = grid.cell(LatticePoint::nearest(&place)).area_m2();
        // `geo` promises 0.1 m² for a polygon.
        prop_assert!(grid.smallest_area_m2() * (1.0 - 1e-5) - 0.1 <= area_m2, "{grid}: {area_m2}");
        prop_assert!(area_m2 <= grid.largest_area_m2() * (1.0 + 1e-5) + 0.1, "{grid}: {area_m2}");
    }

    #[test]
    fn no_side_is_nearer_than_the_inradius_and_no_cell_narrower_than_the_narrowest(grid in grid(), place in anywhere()) {
        let cell = grid.cell(LatticePoint::nearest(&place));
        let (told_m, walked_m) = (cell.inradius_m(), walked_inradius_m(&cell));
        prop_assert!(told_m <= walked_m * (1.0 + 1e-5) + 1e-6, "{grid} {}: {told_m} m, walked {walked_m} m", cell.id());
        // A straight line through the Earth is shorter: by (d/R)²/6, 4 % for the widest cells.
        prop_assert!(told_m >= walked_m * 0.98 - 1e-3 || walked_m > 1e6, "{grid} {}: {told_m} m, walked {walked_m} m", cell.id());
        prop_assert!(grid.smallest_inradius_m() <= told_m * (1.0 + 1e-9), "{grid} {}: {told_m} m", cell.id());
        prop_assert!(core::f64::consts::PI * told_m * told_m <= cell.area_m2() * (1.0 + 1e-3) + 0.1 || walked_m > 1e6, "{grid} {}", cell.id());
    }

    #[test]
    fn an_outline_encloses_its_centre_and_its_area(grid in grid(), place in anywhere()) {
        let cell = grid.cell(LatticePoint::nearest(&place));
        let outline = cell.boundary();
        let by_geo_m2 = outline.geodesic_area_signed();
        // `geo` is off by some hundredths of a square metre for each vertex.
        prop_assert!((by_geo_m2 - cell.area_m2()).abs() <= 1e-3 * cell.area_m2() + 0.02 * outline.exterior().0.len() as f64, "{grid} {}: {by_geo_m2} {}", cell.id(), cell.area_m2());
        let centre = cell.centre();
        if centre.latitude_deg().abs() < 90.0 && !is_a_sliver(&cell) {
            // A ring around a pole begins anywhere.
            let turns = [-360.0, 0.0, 360.0].map(|turn| geo::Point::new(centre.longitude_deg() + turn, centre.latitude_deg()));
            prop_assert!(turns.iter().any(|centre| outline.contains(centre)), "{grid} {} {outline:?}", cell.id());
        }
        let radius_m = cell.circumradius_m();
        prop_assert!(core::f64::consts::PI * radius_m * radius_m > 0.99 * cell.area_m2() - 0.2 || grid.smallest_area_m2() > 1e12);
    }

    #[test]
    fn rounding_to_print_moves_a_centre_by_less_than_a_quarter_of_the_cell(grid in grid(), place in anywhere()) {
        let cell = grid.cell(LatticePoint::nearest(&place));
        if grid.decimals() == MOST_DECIMALS || matches!(grid, Grid::Decimal(_)) {
            return Ok(());
        }
        let (centre, printed) = (cell.centre(), cell.printed_centre());
        let half_unit_deg = 0.5 / 10_f64.powi(i32::from(grid.decimals())) * (1.0 + 1e-9);
        prop_assert!((centre.latitude_deg() - printed.latitude_deg()).abs() <= half_unit_deg);
        if let (Some(rectangle), false) = (cell.rectangle(), matches!(grid, Grid::Metric(_))) {
            prop_assert!(half_unit_deg <= 0.2501 * rectangle.width_deg().min(rectangle.north_deg - rectangle.south_deg));
        } else {
            let moved_m = centre.great_circle_distance_m(&printed);
            prop_assert!(moved_m <= 0.51 * cell.inradius_m(), "{grid}: {moved_m} of {}", cell.inradius_m());
        }
    }
}

/// The side is walked along in steps, the ends of which are at least as far away as its nearest place.
fn walked_inradius_m(cell: &Cell) -> f64 {
    let corners = match cell.0 {
        Index::H3(_, cell) => H3::corners(cell),
        Index::S2(_, cell) => S2::corners(cell).to_vec(),
        _ => {
            if let Some(cap) = cell.rectangle().filter(Rectangle::is_cap) {
                return Geodesic.distance(
                    super::point(&cap.centre()),
                    super::point(&cap.corners()[if cap.north_deg == 90.0 { 0 } else { 2 }]),
                );
            }
            let outline = cell.boundary();
            let sides = outline.exterior().lines().flat_map(|side| {
                (0..=32).map(move |step| side.start + (side.end - side.start) * (f64::from(step) / 32.0))
            });
            let centre = super::point(&cell.centre());
            return sides.map(|at| Geodesic.distance(centre, at.into())).fold(f64::INFINITY, f64::min);
        }
    };
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let along = sides.flat_map(|(a, b)| {
        (0..=64).map(f64::from).map(move |step| {
            let mix = |a: f64, b: f64| a + (b - a) * step / 64.0;
            polygon::position(&UnitVector { x: mix(a.x, b.x), y: mix(a.y, b.y), z: mix(a.z, b.z) })
        })
    });
    along.map(|at| Geodesic.distance(super::point(&cell.centre()), super::point(&at))).fold(f64::INFINITY, f64::min)
}

#[test]
fn a_coarser_grid_has_a_larger_smallest_cell_and_prints_no_more_digits() {
    for grid in every_grid() {
        let Some(coarser) = grid.coarser() else { continue };
        assert!(coarser.smallest_area_m2() > grid.smallest_area_m2(), "{grid} to {coarser}");
        assert!(coarser.largest_area_m2() > grid.largest_area_m2(), "{grid} to {coarser}");
        assert!(coarser.decimals() <= grid.decimals(), "{grid} to {coarser}");
    }
    let kinds = |grid: &Grid| core::mem::discriminant(grid);
    let coarsest: Vec<Grid> = every_grid().into_iter().filter(|grid| grid.coarser().is_none()).collect();
    assert_eq!(coarsest.len(), 6);
    assert!(coarsest.windows(2).all(|pair| kinds(&pair[0]) != kinds(&pair[1])));
}

#[test]
fn one_place_with_two_names_is_in_one_cell() {
    for grid in every_grid() {
        assert_eq!(grid.cell(at(0.0, -180.0)), grid.cell(at(0.0, 180.0)), "{grid}");
        for pole_deg in [-90.0, 90.0] {
            let cells = [-180.0, -77.7, 0.0, 13.0, 180.0].map(|longitude_deg| grid.cell(at(pole_deg, longitude_deg)));
            assert!(cells.iter().all(|cell| cell == &cells[0]), "{grid} at {pole_deg}");
        }
    }
}

#[test]
fn a_metric_cell_is_never_smaller_than_its_edge_says() {
    for edge_m in [10.0, 33.3, 500.0, 1_000.0, 25_000.0, 333_333.0, 1e6] {
        let grid = Grid::metric(edge_m).unwrap();
        let excess = grid.smallest_area_m2() / (edge_m * edge_m) - 1.0;
        assert!((0.0..0.1).contains(&excess), "{grid}: {excess}");
        assert!(grid.largest_area_m2() < 1.5 * edge_m * edge_m);
        for latitude_deg in [-89.99, -66.0, -1.0, 0.0, 0.001, 37.77, 65.0, 80.0, 89.0] {
            let (height_m, width_m) = grid.cell_extent_m(latitude_deg);
            assert!(height_m >= edge_m && height_m < edge_m * 1.07, "{grid} at {latitude_deg}: height {height_m}");
            assert!(height_m * width_m >= edge_m * edge_m, "{grid} at {latitude_deg}: {height_m} by {width_m}");
            assert!(width_m < edge_m * 1.4, "{grid} at {latitude_deg}: width {width_m}");
        }
    }
}

#[test]
fn the_narrowest_metric_cell_is_at_a_pole() {
    for edge_m in [500.0, 777.0, 2_000.0, 5_000.0, 40_000.0, 250_000.0, 1e6] {
        let grid = Metric::new(edge_m).unwrap();
        let rows = (core::f64::consts::PI * ellipsoid::LEAST_MERIDIAN_RADIUS_M / edge_m) as u32;
        let narrowest_m = (0..rows)
            .map(|row| grid.rectangle(RowColumn { row, column: 0 }).inradius_m())
            .fold(f64::INFINITY, f64::min);
        assert!((grid.smallest_inradius_m() / narrowest_m - 1.0).abs() < 1e-9, "{edge_m}");
        assert!((0.43..0.48).contains(&(narrowest_m / edge_m)), "{edge_m}: {narrowest_m}");
    }
}

/// All rows of a grid, not only those that the search visits.
#[test]
fn the_smallest_and_the_largest_metric_cell_are_found() {
    for edge_m in [777.0, 5_000.0, 40_000.0, 250_000.0, 1e6] {
        let grid = Metric::new(edge_m).unwrap();
        let rows = (core::f64::consts::PI * ellipsoid::LEAST_MERIDIAN_RADIUS_M / edge_m) as u32;
        let areas = (0..rows).map(|row| grid.rectangle(RowColumn { row, column: 0 }).area_m2());
        let (smallest, largest) =
            areas.fold((f64::INFINITY, 0.0_f64), |(least, most), area| (least.min(area), most.max(area)));
        assert!((grid.smallest_area_m2() / smallest - 1.0).abs() < 1e-9, "{edge_m}: {smallest}");
        assert!((grid.largest_area_m2() / largest - 1.0).abs() < 1e-9, "{edge_m}: {largest}");
    }
}

#[test]
fn a_decimal_is_what_the_coordinates_round_to() {
    let grid = Grid::decimal(2).unwrap();
    let id = |latitude_deg, longitude_deg| grid.cell(at(latitude_deg, longitude_deg)).id().to_string();
    assert_eq!(id(52.0907, 5.1214), "52.09,5.12");
    assert_eq!(id(-0.003, -0.004), "0.00,0.00");
    assert_eq!(id(-23.0, 127.0), "-23.00,127.00");
    assert_eq!(id(0.0, 179.997), "0.00,-180.00");
    assert_eq!(id(0.0, -179.997), "0.00,-180.00");
    assert_eq!(id(89.996, 120.0), "90.00,0.00");
    assert_eq!(id(-89.996, -120.0), "-90.00,0.00");
    assert_eq!(Grid::decimal(0).unwrap().cell(at(-0.4, 179.6)).id().to_string(), "0,-180");
    for places in 0..=5 {
        let cell = Grid::decimal(places).unwrap().cell(at(-0.3e-6, 77.0));
        assert_eq!(cell.centre(), cell.printed_centre());
        let latitude_deg = cell.printed_centre().latitude_deg();
        assert!(latitude_deg < 0.0 || latitude_deg.is_sign_positive());
    }
}

/// Whole sizes, not half of them.
#[test]
fn the_size_of_a_decimal_cell_is_the_whole_size() {
    let grid = Grid::decimal(2).unwrap();
    let (height_m, width_m) = grid.cell_extent_m(0.0);
    assert_eq!((height_m.round(), width_m.round()), (1106.0, 1113.0));
    // A circle of 1 850 feet, 0.9989 km², is larger than these cells from 36.13° on.
    let area_km2 = |latitude_deg| grid.cell(at(latitude_deg, -122.42)).area_m2() / 1e6;
    assert!((area_km2(37.77) - 0.977_91).abs() < 5e-6);
    assert!(area_km2(36.12) > 0.998_906 && area_km2(36.13) < 0.998_906);
    assert!((grid.smallest_area_m2() - 217.8).abs() < 0.1, "{}", grid.smallest_area_m2());
}

#[test]
fn sizes_out_of_range_are_refused() {
    for edge_m in [f64::NAN, f64::INFINITY, -500.0, 0.0, 9.999, 1_000_001.0] {
        assert_eq!(Grid::metric(edge_m), Err(GridError::EdgeOutOfRange));
    }
    assert_eq!(Grid::decimal(6), Err(GridError::PlacesOutOfRange));
    assert_eq!([0, 10].map(Grid::geohash), [Err(GridError::GeohashLengthOutOfRange); 2]);
    assert_eq!(Grid::h3(13), Err(GridError::H3ResolutionOutOfRange));
    assert_eq!(Grid::s2(21), Err(GridError::S2LevelOutOfRange));
    for length in [0, 1, 3, 5, 7, 9, 12, 255] {
        assert_eq!(Grid::open_location_code(length), Err(GridError::OpenLocationCodeLengthOutOfRange));
    }
}

#[test]
fn a_grid_is_named_by_its_kind_and_size() {
    let names: Vec<String> = every_grid().iter().map(Grid::to_string).collect();
    for name in ["metric:500", "metric:137.5", "metric:1000000", "decimal:2", "geohash:6", "h3:6", "s2:13", "olc:8"] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
}

#[test]
fn geohashes_are_those_of_the_published_vectors() {
    let vectors = include_str!("../../tests/data/geohash/georust_testcases.csv");
    let mut count = 0;
    for line in vectors.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (latitude_deg, longitude_deg): (f64, f64) = (fields[1].parse().unwrap(), fields[2].parse().unwrap());
        for length in 1..=9 {
            let grid = Geohash::new(length).unwrap();
            let cell = Cell(Index::Geohash(grid, grid.cell(&Position::new(latitude_deg, longitude_deg))));
            assert_eq!(cell.id().to_string(), &fields[0][..usize::from(length)]);
        }
        count += 1;
    }
    assert_eq!(count, 4_097);
}

proptest! {
    #[test]
    fn geohashes_are_those_of_the_crate(place in anywhere(), length in 1..=9_u8) {
        let point = LatticePoint::nearest(&place);
        let cell = Grid::geohash(length).unwrap().cell(point);
        let at = point.centre();
        let coordinates = ::geohash::Coord { x: at.longitude_deg(), y: at.latitude_deg() };
        // The crate wraps the north pole round to the south pole.
        prop_assume!(at.latitude_deg() < 90.0);
        let code = ::geohash::encode(coordinates, usize::from(length)).unwrap();
        prop_assert_eq!(cell.id().to_string(), &*code);
        let bounds = ::geohash::decode_bbox(&code).unwrap();
        let rectangle = cell.rectangle().unwrap();
        prop_assert_eq!((bounds.min().y, bounds.min().x), (rectangle.south_deg, rectangle.west_deg));
        prop_assert_eq!((bounds.max().y, bounds.max().x), (rectangle.north_deg, rectangle.east_deg));
    }
}

/// Examples from the documentation of H3 and S2, and the landmarks in their test suites.
#[test]
fn h3_and_s2_cells_have_their_published_names() {
    // https://h3geo.org/docs/api/indexing, https://h3geo.org/docs/quickstart
    assert_eq!(
        Grid::h3(9).unwrap().cell(at(37.775_938_728_915_946, -122.417_952_041_732_33)).id().to_string(),
        "8928308280fffff"
    );
    assert_eq!(Grid::h3(10).unwrap().cell(at(40.689_167, -74.044_444)).id().to_string(), "8a2a1072b59ffff");
    // https://s2geometry.io/devguide/s2cell_hierarchy: the six faces.
    let faces = [(0.0, 0.0), (0.0, 90.0), (90.0, 0.0), (0.0, 180.0), (0.0, -90.0), (-90.0, 0.0)];
    let tokens = faces.map(|(latitude_deg, longitude_deg)| {
        Grid::s2(0).unwrap().cell(at(latitude_deg, longitude_deg)).id().to_string()
    });
    assert_eq!(tokens, ["1", "3", "5", "7", "9", "b"]);
}

#[test]
fn s2_tokens_are_those_of_the_crate() {
    for (latitude_deg, longitude_deg) in [(52.09, 5.12), (-33.86, 151.2), (0.1, -0.1), (89.99, 30.0), (-45.0, 179.99)] {
        for level in 0..=20 {
            let point = at(latitude_deg, longitude_deg);
            let cell = Grid::s2(level).unwrap().cell(point);
            let place =
                ::s2::latlng::LatLng::from_degrees(point.centre().latitude_deg(), point.centre().longitude_deg());
            assert_eq!(cell.id().to_string(), CellID::from(place).parent(u64::from(level)).to_token());
        }
    }
}

/// H3's own table: a pentagon of resolution 7 has 2.605 km² on the sphere.
#[test]
fn the_smallest_h3_cells_are_the_published_pentagons() {
    let pentagon = h3o::Resolution::Seven.pentagons().next().unwrap();
    assert!((pentagon.area_km2() - 2.605).abs() < 1e-3);
    assert!((Grid::h3(7).unwrap().smallest_area_m2() / 1e6 - 2.605).abs() < 0.02);
}

/// The polygon area in `geo`, which everything above leans on, against the 100 geodesics of GeographicLib's test set:
/// S12 is the area between a geodesic and the equator.
#[test]
fn geodesic_areas_are_those_of_geographiclib() {
    let vectors = include_str!("../../tests/data/geographiclib/GeodTest-100.dat");
    let mut count = 0;
    for line in vectors.lines() {
        let fields: Vec<f64> = line.split_whitespace().map(|field| field.parse().unwrap()).collect();
        let (lat1, lon1, lat2, lon2, s12_m, area_m2) =
            (fields[0], fields[1], fields[3], fields[4], fields[6], fields[9]);
        let away_m = Geodesic.distance(geo::Point::new(lon1, lat1), geo::Point::new(lon2, lat2));
        assert!((away_m - s12_m).abs() < 1e-6, "{line}");
        // The geodesic is the top of the figure only while it spans less than a half turn.
        if lon2 - lon1 < 170.0 {
            let ring = [(lon1, lat1), (lon1, 0.0), ((lon1 + lon2) / 2.0, 0.0), (lon2, 0.0), (lon2, lat2)];
            let by_geo_m2 = Polygon::new(ring.to_vec().into(), Vec::new()).geodesic_area_signed();
            assert!((by_geo_m2 - area_m2).abs() < 1.0 + 1e-9 * area_m2.abs(), "{by_geo_m2} {line}");
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}
