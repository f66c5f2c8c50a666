//! Datums: what is declared is converted to a micrometre, and refused where it is not one place.

use hereabouts::{Datum, Fix, FixError, Position, Timestamp};
use proptest::prelude::*;

/// Computed with 50 digits by `tests/data/golden/datum.py`.
const PLACES: &str = include_str!("data/golden/datum.csv");
const BORDER: &str = include_str!("data/golden/datum_border.csv");

/// The area where GCJ-02 is applied.
const SOUTH: f64 = 0.8293;
const NORTH: f64 = 55.8271;
const WEST: f64 = 72.004;
const EAST: f64 = 137.8347;

/// What the inverse promises.
const PROMISED_M: f64 = 1e-6;

fn places() -> impl Iterator<Item = Vec<f64>> {
    PLACES.lines().skip(1).map(|line| line.split(',').map(degrees).collect())
}

fn degrees(bits: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(bits, 16).unwrap())
}

/// On the plane, for what is near: a great circle of so few bits has rounding errors of its own.
fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let metres_per_degree = 111_320.0;
    let east = (a.1 - b.1) * (a.0.to_radians()).cos();
    metres_per_degree * (a.0 - b.0).hypot(east)
}

fn of(datum: Datum, place: (f64, f64)) -> (f64, f64) {
    datum.of_wgs84(&Position::new(place.0, place.1)).unwrap()
}

#[test]
fn both_ways_agree_with_fifty_digits() {
    let (mut worst_m, mut seen) = (0.0_f64, 0);
    for row in places() {
        let place = (row[0], row[1]);
        for (datum, column) in [(Datum::Gcj02, 2), (Datum::Bd09, 6)] {
            let named = (row[column], row[column + 2]);
            let forward = of(datum, place);
            worst_m = worst_m.max(distance_m(forward, named));
            worst_m = worst_m.max(distance_m(datum.to_wgs84(named.0, named.1).unwrap(), place));
        }
        seen += 1;
    }
    assert_eq!(seen, 611);
    assert!(worst_m <= PROMISED_M, "{worst_m:e} m");
    assert!(worst_m > 0.0, "the comparison saw nothing");
}

/// Values that others publish with their code: eviltransform's three cities, and coordtransform's place in Beijing.
#[test]
fn published_examples_come_out() {
    for (place, gcj) in [
        ((31.177_427_6, 121.527_210_6), (31.175_303_983_645_97, 121.531_541_859_215)),
        ((22.543_847, 113.912_316), (22.540_796_131_694_766, 113.917_176_480_836_3)),
        ((39.911_954, 116.377_817), (39.913_345_455_360_69, 116.384_047_224_556_57)),
        ((39.915, 116.404), (39.916_404_281_501_64, 116.410_244_499_169_38)),
    ] {
        // They were computed with another semi-major axis, some of them: centimetres.
        assert!(distance_m(of(Datum::Gcj02, place), gcj) < 0.03, "{place:?}");
        assert!(distance_m(Datum::Gcj02.to_wgs84(gcj.0, gcj.1).unwrap(), place) < 0.03, "{place:?}");
    }
    let gcj = (39.915, 116.404);
    let bd = (39.921_336_993_510_21, 116.410_369_493_710_29);
    let (by_gcj, by_bd) = (Datum::Gcj02.to_wgs84(gcj.0, gcj.1).unwrap(), Datum::Bd09.to_wgs84(bd.0, bd.1).unwrap());
    assert!(distance_m(by_gcj, by_bd) < PROMISED_M);
}

/// How many places a position near the border could mean was counted with 50 digits, by another method.
#[test]
fn what_means_two_places_or_none_is_refused_with_a_metre_around_it_and_nothing_else() {
    let mut seen = [0; 4];
    for line in BORDER.lines().skip(1) {
        let row: Vec<&str> = line.split(',').collect();
        let degrees = |column: usize| degrees(row[column]);
        let found = Datum::Gcj02.to_wgs84(degrees(0), degrees(1));
        match row[2] {
            "1" if degrees(3) > 1.000_001e-5 => {
                assert!(distance_m(found.unwrap(), (degrees(4), degrees(5))) <= PROMISED_M, "{line}");
                seen[1] += 1;
            }
            places => {
                assert_eq!(found, Err(FixError::Ambiguous { datum: "GCJ-02" }), "{line}");
                seen[if places == "1" { 3 } else { usize::from(places == "2") * 2 }] += 1;
            }
        }
    }
    // No place, one place, two places, one place but next to the others.
    assert!(seen.iter().all(|seen| *seen >= 50), "{seen:?}");
}

/// A position that is accepted leads back to itself; and a place, in the area or out of it, is never taken for another one:
/// what GCJ-02 calls it is refused, or means it. A position with two meanings cannot do both, so it is refused; one that has
/// none leads nowhere back.
fn check(place: (f64, f64), accepted: &mut u32, refused: &mut u32) {
    if let Ok(found) = Datum::Gcj02.to_wgs84(place.0, place.1) {
        let back = of(Datum::Gcj02, found);
        assert!(distance_m(back, place) <= PROMISED_M, "{place:?} does not lead back");
        *accepted += 1;
    } else {
        *refused += 1;
    }
    let named = of(Datum::Gcj02, place);
    if let Ok(found) = Datum::Gcj02.to_wgs84(named.0, named.1) {
        assert!(distance_m(found, place) <= PROMISED_M, "{place:?} was taken for another place");
    }
}

/// `across` degrees inside one side of the area.
fn beside(side: usize, along: f64, across: f64) -> (f64, f64) {
    let (latitude, longitude) = (SOUTH + along * (NORTH - SOUTH), WEST + along * (EAST - WEST));
    match side {
        0 => (SOUTH + across, longitude),
        1 => (NORTH - across, longitude),
        2 => (latitude, WEST + across),
        _ => (latitude, EAST - across),
    }
}

#[test]
fn all_four_sides_are_swept_at_steps_below_a_metre() {
    let (mut accepted, mut refused) = (0, 0);
    for side in 0..4 {
        // Across the border, 1.6 km to either side at steps of 0.4 m.
        for way in 0..24 {
            let along = (f64::from(way) + 0.37) / 24.0;
            for step in -4_000..4_000 {
                check(beside(side, along, f64::from(step) * 3.6e-6), &mut accepted, &mut refused);
            }
        }
        // Along it, at every tenth of a metre.
        for step in 0..20_000 {
            check(
                beside(side, 0.61 + f64::from(step) * 1e-8, f64::from(step % 7 - 3) * 3e-6),
                &mut accepted,
                &mut refused,
            );
        }
    }
    // Around the corners, where the band is a gnomon.
    for (latitude, longitude) in [(SOUTH, WEST), (SOUTH, EAST), (NORTH, WEST), (NORTH, EAST)] {
        for north in -100..=100 {
            for east in -100..=100 {
                let place = (latitude + f64::from(north) * 1.2e-4, longitude + f64::from(east) * 1.2e-4);
                check(place, &mut accepted, &mut refused);
            }
        }
    }
    assert!(accepted > 200_000 && refused > 100_000, "{accepted} {refused}");
}

#[test]
fn inside_everything_is_accepted_and_outside_everything_is_itself() {
    let mut worst_m = 0.0_f64;
    for north in 0..=1_000 {
        for east in 0..=1_000 {
            let place = (
                SOUTH + 0.024 + (NORTH - SOUTH - 0.048) * f64::from(north) / 1_000.0,
                WEST + 0.024 + (EAST - WEST - 0.048) * f64::from(east) / 1_000.0,
            );
            for datum in [Datum::Gcj02, Datum::Bd09] {
                let found = datum.to_wgs84(place.0, place.1);
                worst_m = worst_m.max(distance_m(of(datum, found.unwrap()), place));
            }
        }
    }
    assert!(worst_m <= PROMISED_M, "{worst_m:e} m");
    let mut outside = 0;
    for latitude in -90..=90 {
        for longitude in -180..180 {
            let place = (f64::from(latitude), f64::from(longitude));
            let is_near =
                (SOUTH - 0.02..=NORTH + 0.02).contains(&place.0) && (WEST - 0.02..=EAST + 0.02).contains(&place.1);
            if !is_near {
                let named = if place.0.abs() == 90.0 { (place.0, 0.0) } else { place };
                assert_eq!(Datum::Gcj02.to_wgs84(place.0, place.1), Ok(named));
                assert_eq!(Datum::Bd09.to_wgs84(place.0, place.1), Err(FixError::Ambiguous { datum: "BD-09" }));
                assert_eq!(Datum::Gcj02.of_wgs84(&Position::new(place.0, place.1)), Some(place));
                assert_eq!(Datum::Bd09.of_wgs84(&Position::new(place.0, place.1)), None);
                outside += 1;
            }
        }
    }
    assert!(outside > 60_000);
}

/// On 105° E the square root in GCJ-02 has a vertical tangent, and places 0.4 µm apart can have one name: nearer than promised.
#[test]
fn the_fold_at_105_degrees_east_is_narrower_than_the_promise() {
    for latitude in [1.0, 20.0, 35.0, 50.0, 55.8] {
        for exponent in 0..16 {
            for sign in [-1.0, 1.0] {
                let place = (latitude, 105.0 + sign * 10_f64.powi(-exponent));
                let named = of(Datum::Gcj02, place);
                assert!(distance_m(Datum::Gcj02.to_wgs84(named.0, named.1).unwrap(), place) <= PROMISED_M, "{place:?}");
            }
        }
    }
}

#[test]
fn a_fix_says_its_datum_and_no_error_says_a_place() {
    let make = |datum: Datum, latitude, longitude| match datum {
        Datum::Gcj02 => Fix::gcj02(latitude, longitude, 5.0, Timestamp::UNIX_EPOCH),
        _ => Fix::bd09(latitude, longitude, 5.0, Timestamp::UNIX_EPOCH),
    };
    for datum in [Datum::Gcj02, Datum::Bd09] {
        let (latitude, longitude) = datum.to_wgs84(39.915, 116.404).unwrap();
        let fix = make(datum, 39.915, 116.404).unwrap();
        assert_eq!(Ok(fix), Fix::wgs84(latitude, longitude, 5.0, Timestamp::UNIX_EPOCH));
        for (latitude, longitude) in
            [(30.123_456, 72.004_123), (95.123_456, 100.0), (f64::NAN, 100.0), (0.0, f64::INFINITY)]
        {
            let error = make(datum, latitude, longitude).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(!text.contains("72") && !text.contains("95") && !text.contains("123"), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn no_numbers_panic(latitude in proptest::num::f64::ANY, longitude in proptest::num::f64::ANY) {
        for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
            let _ = datum.to_wgs84(latitude, longitude);
            let _ = datum.of_wgs84(&Position::new(latitude, longitude));
        }
    }

    #[test]
    fn whatever_is_accepted_leads_back(latitude in -90.0..=90.0, longitude in -180.0..=180.0, is_near in any::<bool>()) {
        let place = if is_near {
            (SOUTH + (latitude + 90.0) / 180.0 * (NORTH - SOUTH), WEST + (longitude + 180.0) / 360.0 * (EAST - WEST))
        } else {
            (latitude, longitude)
        };
        for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
            if let Ok(found) = datum.to_wgs84(place.0, place.1) {
                prop_assert!(distance_m(of(datum, found), place) <= PROMISED_M);
            }
        }
    }
}

/// FNV-1a over the bits of every answer: the same on every platform.
#[test]
fn every_platform_computes_the_same_bits() {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for row in places() {
        for datum in [Datum::Gcj02, Datum::Bd09] {
            let (latitude, longitude) = (row[0], row[1]);
            let forward = of(datum, (latitude, longitude));
            let back = datum.to_wgs84(latitude, longitude).unwrap();
            for byte in
                [forward.0, forward.1, back.0, back.1].into_iter().flat_map(|value| value.to_bits().to_le_bytes())
            {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
    }
    assert_eq!(hash, 0x2fe2_9f8d_ca01_6303, "{hash:#x}");
}
