//! Every text that an error can have: without a coordinate, in the style of the house.
//!
//! `UPDATE_VECTORS=1 cargo test -p hereabouts-ffi --test errors` writes `bindings/vectors/errors.txt` anew, a kind and a text a
//! line, which the tests of Kotlin and Swift read.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use hereabouts::audit::{DisclosureError, RehearsalError};
use hereabouts::seal::{KeyError, OpenError, SealError};
use hereabouts::{Accounting, Error, FixError, Gaussian, LedgerError, PlanarLaplace, RandomnessError};
use hereabouts_ffi::{Fix, FixBatch, HereaboutsError, Minimizer, Policy, SecretKey};

fn path() -> PathBuf {
    "/data/ledger.db".into()
}

fn refused() -> io::Error {
    io::ErrorKind::PermissionDenied.into()
}

fn ledger() -> Vec<LedgerError> {
    let (found, asked) = (Accounting::Pure, Accounting::Zcdp);
    vec![
        LedgerError::Io { path: path(), action: "created", source: refused() },
        LedgerError::NotAFile { path: path() },
        LedgerError::Exposed { path: path(), mode: 0o644 },
        LedgerError::NotADatabase { path: path() },
        LedgerError::Foreign { path: path() },
        LedgerError::NewerSchema { path: path(), found: 9, known: 3 },
        LedgerError::Corrupt { path: path(), what: "a receipt is not as it was written" },
        LedgerError::Exists { path: path() },
        LedgerError::Whole { path: path() },
        LedgerError::OtherAccounting { found, asked },
        LedgerError::Busy { path: path(), waited: Duration::from_secs(5) },
        LedgerError::Full { path: path() },
        LedgerError::ReadOnly { path: path() },
        LedgerError::Denied { path: path() },
        LedgerError::Abandoned { path: path() },
        LedgerError::Anchor { path: path(), action: "read", source: refused() },
        LedgerError::Sqlite { path: path(), code: 10, reason: "disk I/O error".to_owned() },
    ]
}

fn road() -> Vec<Error> {
    let (given, known) = (|| "wether".to_owned(), || "weather, fitness".to_owned());
    vec![
        Error::UnknownPurpose { given: given(), known: known() },
        Error::UnknownDestination { given: given(), known: known() },
        Error::UnknownCeiling { given: given(), known: known() },
        Error::NoZones,
        Error::ZoneName,
        Error::ZoneNameTaken,
        Error::UnknownZone,
        Error::Randomness(RandomnessError),
        Error::Broken,
    ]
}

/// Policies that cannot be, which hold coordinates in all the places where one may stand.
fn policies() -> Vec<HereaboutsError> {
    let weather = include_str!("../../../examples/policies/weather.toml");
    let clinics = include_str!("../../../examples/policies/clinics.toml");
    let files = |geojson: &str| HashMap::from([("../data/made-up/clinics.geojson".to_owned(), geojson.to_owned())]);
    let of = |kind: &str, coordinates: &str| {
        let geometry = format!(r#"{{"type": "{kind}", "coordinates": {coordinates}}}"#);
        let feature = format!(r#"{{"type": "Feature", "properties": {{"name": "a"}}, "geometry": {geometry}}}"#);
        format!(r#"{{"type": "FeatureCollection", "features": [{feature}]}}"#)
    };
    let (point, ring) = (|coordinates| of("Point", coordinates), |coordinates| of("Polygon", coordinates));
    let geojson = [
        point("[5.654321, 52.123456]"),
        ring("[[[5.654321, 95.123456], [5.7, 95.2], [5.8, 95.3], [5.654321, 95.123456]]]"),
        ring("[[[195.654321, 52.123456], [195.7, 52.2], [195.8, 52.3], [195.654321, 52.123456]]]"),
        point(r#"[5.654321, "52.123456"]"#),
        point("5.654321"),
        point("[5.654321"),
        ring("[[[5.654321, 52.123456], [5.7, 52.123456], [5.7, 52.2]]]"),
        ring("[[[5.654321, 52.123456], [5.7, 52.2], [5.654321, 52.2], [5.7, 52.123456], [5.654321, 52.123456]]]"),
        "{\"type\": \"FeatureCollection\", \"features\": [{\"at\": 52.123456}]}".to_owned(),
        "52.123456, 5.654321".to_owned(),
        String::new(),
    ];
    let of_files = geojson.map(|text| Policy::from_text(clinics, &files(&text)));
    let texts = [
        "52.123456, 5.654321".to_owned(),
        "[52.123456, 5.654321".to_owned(),
        "{\"at\": [52.123456, 5.654321".to_owned(),
        "version = 2".to_owned(),
        format!("at = [52.123456, 5.654321]\n{weather}"),
        weather.replace("radius_m = 200", "radius_m = -1"),
        weather.replace("\"15min\"", "\"5 fortnights\""),
    ];
    let of_texts = texts.map(|text| Policy::from_text(&text, &HashMap::new()));
    let others = [Policy::from_text(clinics, &HashMap::new()), Policy::read("/data/no/such/policy.toml")];
    of_files.into_iter().chain(of_texts).chain(others).map(Result::unwrap_err).collect()
}

fn every_text() -> Vec<HereaboutsError> {
    let mut texts = policies();
    texts.extend(ledger().into_iter().map(HereaboutsError::from));
    texts.extend(road().into_iter().map(HereaboutsError::from));
    texts.extend(
        [
            FixError::NotFinite { field: "latitude" },
            FixError::LatitudeOutOfRange,
            FixError::LongitudeOutOfRange,
            FixError::Ambiguous { datum: "GCJ-02" },
            FixError::OutOfRange { field: "speed" },
            FixError::BeforeEpoch,
            FixError::TooFarAhead,
        ]
        .map(HereaboutsError::from),
    );
    texts.extend(
        [KeyError::Public, KeyError::SecretForPublic, KeyError::LowOrder, KeyError::Secret].map(HereaboutsError::from),
    );
    texts.extend(
        [SealError::TooLong, SealError::Randomness(RandomnessError), SealError::Key].map(HereaboutsError::from),
    );
    texts.extend(
        [OpenError::NotAMessage, OpenError::OtherKey, OpenError::Refused, OpenError::NoRelease]
            .map(HereaboutsError::from),
    );
    texts.extend(
        [
            DisclosureError::UnknownDestination { given: "us".to_owned(), known: "eu, cn".to_owned() },
            DisclosureError::OtherAccounting { sequence: 7, found: Accounting::Pure, asked: Accounting::Zcdp },
            DisclosureError::NoCharge { sequence: 7 },
            DisclosureError::NoCell { sequence: 7 },
        ]
        .map(HereaboutsError::from),
    );
    texts.extend([RehearsalError::NoFix, RehearsalError::Nothing { what: "run" }].map(HereaboutsError::from));
    texts.extend([0.0, 1e9, f64::NAN].map(|epsilon| PlanarLaplace::new(epsilon, 200.0).unwrap_err().into()));
    texts.extend([0.0, f64::NAN].map(|rho| Gaussian::new(rho, 200.0).unwrap_err().into()));
    texts.extend([
        HereaboutsError::Clock,
        HereaboutsError::UnevenBatch,
        HereaboutsError::NoRepeatableNoise,
        HereaboutsError::Internal(" at hereabouts/src/minimizer.rs:120".to_owned()),
    ]);
    texts
}

/// A number with two digits after the point could be half of a position, unless it is a length.
fn holds_a_coordinate(text: &str) -> bool {
    let is_decimal = |word: &str| {
        let digits = |part: &str| part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        word.match_indices('.')
            .any(|(at, _)| word[..at].ends_with(|c: char| c.is_ascii_digit()) && digits(&word[at + 1..]) >= 2)
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let units: Vec<&str> = words.iter().skip(1).map(|word| word.trim_end_matches([',', ':'])).chain([""]).collect();
    words.iter().zip(units).any(|(word, unit)| is_decimal(word) && !["m", "km", "m²", "km²"].contains(&unit))
}

#[test]
fn a_coordinate_is_known_when_it_is_seen() {
    assert!(holds_a_coordinate("at 52.0907") && holds_a_coordinate("(-0.12)"));
    assert!(!holds_a_coordinate("version 0.3, 12.5, 3. and 4, below 0.25 m, or 1.25 km²"));
}

#[test]
fn no_error_holds_a_coordinate_and_each_says_what_would_be_right() {
    for error in every_text() {
        let text = error.to_string();
        assert!(!holds_a_coordinate(&text), "{text}");
        assert!(text.starts_with(|first: char| first.is_lowercase() || first == '/'), "{text}");
        assert!(!text.ends_with('.') && !text.contains('\n'), "{text}");
        assert!(text.contains(": ") || text.contains("; expected "), "what would be right? {text}");
        assert!(!format!("{error:?}").contains("52.09"));
    }
}

/// The kind that programs see: the variant's name, as constants are written.
fn kind(error: &HereaboutsError) -> String {
    let variant = format!("{error:?}");
    let variant = variant.split('(').next().unwrap_or_default();
    let spaced = variant.char_indices().flat_map(|(index, c)| {
        let breaks = index > 0 && c.is_ascii_uppercase();
        breaks.then_some('_').into_iter().chain([c.to_ascii_uppercase()])
    });
    spaced.collect()
}

#[test]
fn other_languages_read_the_same_texts() {
    let lines = every_text().iter().map(|error| format!("{}\t{error}\n", kind(error))).collect::<String>();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/errors.txt");
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(path, &lines).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), lines);
}

#[test]
fn every_way_to_give_a_bad_fix_is_refused_without_its_numbers() {
    let good = 1_718_874_000_000;
    let bad = [
        Fix::wgs84(95.123_456, 5.654_321, good, None),
        Fix::wgs84(52.123_456, 195.654_321, good, None),
        Fix::wgs84(f64::NAN, 5.654_321, good, None),
        Fix::wgs84(52.123_456, f64::INFINITY, good, None),
        Fix::wgs84(52.123_456, 5.654_321, good, Some(-7.123_456)),
        Fix::wgs84(52.123_456, 5.654_321, -1, None),
        Fix::wgs84(52.123_456, 5.654_321, i64::MIN, None),
        Fix::wgs84(52.123_456, 5.654_321, i64::MAX, None),
        Fix::gcj02(30.123_456, 72.006, good, None),
        Fix::bd09(1.123_456, 2.654_321, good, None),
    ];
    for fix in bad {
        let error = fix.unwrap_err();
        assert!(matches!(error, HereaboutsError::InvalidFix(_)), "{error:?}");
        let text = format!("{error} {error:?}");
        assert!(!["123", "654", "95.", "52.", "195", "72.0"].iter().any(|digits| text.contains(digits)), "{text}");
    }
    let fix = Fix::wgs84(52.123_456, 5.654_321, good, None).unwrap();
    for error in [
        fix.with_measurements(Some(f64::NAN), None, None),
        fix.with_measurements(None, Some(-1.25), None),
        fix.with_measurements(None, None, Some(360.25)),
    ] {
        assert!(!holds_a_coordinate(&error.unwrap_err().to_string()));
    }
    assert_eq!(format!("{fix:?}").chars().filter(char::is_ascii_digit).count(), 0);
    let batch = FixBatch::wgs84(&[52.1], &[5.1, 5.2], &[good], &[1.0]).unwrap_err();
    assert_eq!(batch, HereaboutsError::UnevenBatch);
}

#[test]
fn the_kind_of_a_failure_is_known_without_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let policy = Policy::from_toml(include_str!("../../../examples/policies/weather.toml")).unwrap();
    let open = |path: &std::path::Path| Minimizer::open(&policy, path.to_str().unwrap(), None, None).err().unwrap();
    std::fs::write(
        folder.path().join("notes.txt"),
        "no ledger at all, and longer than a header of SQLite has to be at least",
    )
    .unwrap();
    assert!(matches!(open(folder.path()), HereaboutsError::LedgerUnfit(_)));
    let missing = open(&folder.path().join("no/such/folder/ledger.db"));
    assert!(matches!(missing, HereaboutsError::LedgerDenied(_)), "{missing:?}");

    let minimizer = Minimizer::in_memory(&policy, None).unwrap();
    let fix = Fix::wgs84(52.0907, 5.1214, 1_718_874_000_000, None).unwrap();
    assert!(matches!(minimizer.release(&fix, "wether", "eu"), Err(HereaboutsError::UnknownPurpose(_))));
    assert!(matches!(minimizer.release(&fix, "weather", "us"), Err(HereaboutsError::UnknownDestination(_))));
    assert!(matches!(minimizer.choose_ceiling("weather", "planet"), Err(HereaboutsError::UnknownCeiling(_))));
    assert!(matches!(minimizer.disclosure("us"), Err(HereaboutsError::UnknownDestination(_))));
    assert!(matches!(Policy::from_toml("version = 2"), Err(HereaboutsError::InvalidPolicy(_))));
    assert!(matches!(SecretKey::from_text("no key"), Err(HereaboutsError::InvalidKey(_))));
    let key = SecretKey::generate().unwrap();
    assert!(matches!(key.open("{}", "weather", "eu", "no fingerprint"), Err(HereaboutsError::NotOpened(_))));
    assert!(matches!(key.open("{}", "weather", "eu", &policy.fingerprint()), Err(HereaboutsError::NotOpened(_))));
}
