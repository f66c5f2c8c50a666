//! That a message's length says nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::release::{Kept, Release};
use crate::seal::SecretKey;
use crate::telling::{Told, ToldCell};
use crate::{Cell, Destination, Grid, Keep, LatticePoint, Mechanism, Position, PrivacyLoss, Purpose, Repeat};

const EVERYTHING: Keep = Keep { altitude: true, speed: true, course: true };

fn every_grid() -> Vec<Grid> {
    let metric = [10.0, 137.5, 2_000.0, 100.0 / 3.0, 1e6].map(Grid::metric);
    let grids = metric.into_iter().chain((0..=5).map(Grid::decimal)).chain((1..=9).map(Grid::geohash));
    let grids = grids.chain((0..=12).map(Grid::h3)).chain((0..=20).map(Grid::s2));
    grids.chain([2, 4, 6, 8, 10, 11].map(Grid::open_location_code)).map(Result::unwrap).collect()
}

fn purpose(grid: Grid, keep: Keep) -> Purpose {
    let hour = Duration::from_secs(3_600);
    Purpose::new(Mechanism::PlanarLaplace { epsilon: 0.5 }, Repeat::Fresh, grid, hour, hour).with_keep(keep)
}

fn sealer(grid: Grid, keep: Keep) -> (SecretKey, Sealer, Policy) {
    let secret = SecretKey::generate().unwrap();
    let cn = Destination::new("CN", "Example Carrier").with_keys("Example GmbH").with_seal_to(secret.public_key());
    let day = Duration::from_secs(86_400);
    let policy = Policy::new(200.0, [(8.0, day)], [("weather", purpose(grid, keep))], [("cn", cn)]).unwrap();
    let sealer = Sealer::new(&policy, "weather", "cn").unwrap();
    (secret, sealer, policy)
}

/// A release of a cell, as the road makes it.
fn release(cell: Cell, accuracy_m: f64, time: Timestamp, kept: Kept) -> Release {
    let purpose = Arc::from("weather");
    let (centre, loss) = (cell.printed_centre(), PrivacyLoss::ZERO);
    let told = Told::Cell(ToldCell { cell, centre, accuracy_m });
    Release { purpose, told, time, span_s: 3_600, kept, loss, sealed: None }
}

fn kept(value: f64) -> Kept {
    Kept { altitude_m: Some(value), speed_m_s: Some(value), course_deg: Some(value) }
}

/// Poles, antimeridian, equator, the corners of the four quarters, and the twelve pentagons of H3, near and far.
fn extremes() -> Vec<Position> {
    let latitudes = [-90.0, -89.999_99, -89.87, -56.7, -0.000_01, 0.0, 0.000_01, 9.999_99, 45.0, 89.999_99, 90.0];
    let longitudes = [-180.0, -179.999_99, -123.456_78, -0.000_01, 0.0, 0.000_01, 99.999_99, 179.999_99, 180.0];
    let of = |latitude_deg| longitudes.map(|longitude_deg| Position::new(latitude_deg, longitude_deg));
    let pentagons = h3o::Resolution::Zero.pentagons().map(|cell| {
        let centre = h3o::LatLng::from(cell);
        Position::new(centre.lat(), centre.lng())
    });
    latitudes.into_iter().flat_map(of).chain(pentagons).collect()
}

#[test]
fn every_extreme_cell_of_every_grid_fits_and_the_longest_fills_the_length() {
    for grid in every_grid() {
        let longest = longest_json("weather", &purpose(grid, EVERYTHING), &grid.into());
        let mut reached = 0;
        for place in extremes() {
            let cell = grid.cell(LatticePoint::nearest(&place));
            for (accuracy_m, time, value) in [
                (0.1, Timestamp::UNIX_EPOCH, 0.0),
                (20_015_114.4, Timestamp::MIN, -f64::MIN_POSITIVE),
                (1_031.7, Timestamp::MAX, -1.234_567_890_123_456_7e-300),
            ] {
                // The road's times are whole seconds.
                let time = Timestamp::from_second(time.as_second()).unwrap();
                let json = release(cell, accuracy_m, time, kept(value)).to_json();
                assert!(json.len() <= longest, "{json} is longer than {longest}");
                reached = reached.max(json.len());
            }
        }
        // A length that nothing comes near would pass too, and be wasted on every message.
        assert!(longest - reached <= 2, "{grid}: {reached} of {longest}");
    }
}

#[test]
fn all_messages_of_all_cells_are_of_one_length_and_open() {
    for grid in every_grid() {
        let (secret, sealer, policy) = sealer(grid, EVERYTHING);
        let binding = Binding::new("weather", "cn", &policy.fingerprint());
        let mut lengths = BTreeSet::new();
        for (index, place) in extremes().iter().enumerate().filter(|(index, _)| index % 7 < 2) {
            let cell = grid.cell(LatticePoint::nearest(place));
            let kept = if index % 2 == 0 { Kept::default() } else { kept(-12.345_678) };
            let json = release(cell, 10.0 * index as f64, Timestamp::UNIX_EPOCH, kept).to_json();
            let message = sealer.seal(&json).unwrap();
            lengths.insert(message.to_string().len());
            assert_eq!(secret.open(&message, &binding).unwrap(), json);
        }
        assert_eq!(lengths.len(), 1, "{grid}: {lengths:?}");
    }
}

#[test]
fn all_purposes_of_a_destination_have_one_length() {
    let key = SecretKey::generate().unwrap().public_key();
    let sealed = |operator| Destination::new("CN", operator).with_keys("Example GmbH").with_seal_to(key.clone());
    let purposes = [
        ("w", purpose(Grid::h3(3).unwrap(), Keep::default())),
        ("a-purpose-with-a-long-name", purpose(Grid::metric(10.0).unwrap(), EVERYTHING)),
    ];
    let day = Duration::from_secs(86_400);
    let policy = Policy::new(200.0, [(8.0, day)], purposes, [("cn", sealed("One")), ("us", sealed("Two"))]).unwrap();
    let length = |purpose, destination| {
        Sealer::new(&policy, purpose, destination).unwrap().seal("{}").unwrap().to_string().len()
    };
    assert_eq!(length("w", "cn"), length("a-purpose-with-a-long-name", "cn"));
    assert_eq!(length("w", "cn"), length("w", "us"));
}

#[test]
fn what_is_longer_than_any_release_is_refused() {
    let (_, sealer, _) = sealer(Grid::h3(6).unwrap(), Keep::default());
    assert!(sealer.seal(&"x".repeat(sealer.length - 1)).is_ok());
    assert_eq!(sealer.seal(&"x".repeat(sealer.length)), Err(SealError::TooLong));
}

#[test]
fn only_a_sealed_destination_of_the_policy_has_a_sealer() {
    let (_, _, policy) = sealer(Grid::h3(6).unwrap(), Keep::default());
    assert!(Sealer::new(&policy, "other", "cn").is_none() && Sealer::new(&policy, "weather", "other").is_none());
    let open = Destination::new("DE", "Example");
    let day = Duration::from_secs(86_400);
    let weather = purpose(Grid::h3(6).unwrap(), Keep::default());
    let policy = Policy::new(200.0, [(8.0, day)], [("weather", weather)], [("eu", open)]).unwrap();
    assert!(Sealer::new(&policy, "weather", "eu").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Anywhere, at any time, with any value of what is kept.
    #[test]
    fn no_release_is_longer_than_its_length(
        grid in prop::sample::select(every_grid()),
        latitude_deg in -90.0..=90.0_f64,
        longitude_deg in -180.0..=180.0_f64,
        accuracy_dm in 0_u32..=200_151_144,
        seconds in Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(),
        bits in any::<u64>(),
    ) {
        let cell = grid.cell(LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg)));
        let (accuracy_m, time) = (f64::from(accuracy_dm) / 10.0, Timestamp::from_second(seconds).unwrap());
        let json = release(cell, accuracy_m, time, kept(f64::from_bits(bits))).to_json();
        let longest = longest_json("weather", &purpose(grid, EVERYTHING), &grid.into());
        prop_assert!(json.len() <= longest, "{} of {}", json.len(), longest);
    }
}
