//! What crosses is what the core says, and a policy built in code is the policy of a file.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use hereabouts_ffi::*;

const NINE_MS: i64 = 1_718_874_000_000; // 2024-06-20T09:00:00Z

fn weather() -> Policy {
    Policy::from_toml(include_str!("../../../examples/policies/weather.toml")).unwrap()
}

fn fix_at(time_ms: i64) -> Fix {
    Fix::wgs84(52.0907, 5.1214, time_ms, Some(12.0)).unwrap()
}

/// A clock that a test sets, and breaks.
struct TestClock {
    wall_ms: AtomicI64,
    is_broken: AtomicBool,
}

impl TestClock {
    fn new() -> Arc<Self> {
        Arc::new(Self { wall_ms: AtomicI64::new(NINE_MS), is_broken: AtomicBool::new(false) })
    }

    fn step(&self, minutes: i64) {
        self.wall_ms.fetch_add(60_000 * minutes, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn reading(&self) -> Result<ClockReading, ClockError> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(ClockError::Unavailable);
        }
        Ok(ClockReading { wall_ms: self.wall_ms.load(Ordering::Relaxed), elapsed_ms: None, boot: None })
    }
}

fn released(outcome: Outcome) -> Release {
    match outcome {
        Outcome::Released { release } => release,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_release_crosses_with_what_the_policy_names_and_its_written_forms() {
    let minimizer = Minimizer::replaying(&weather()).unwrap();
    let release = released(minimizer.release(&fix_at(NINE_MS), "weather", "eu").unwrap());
    assert_eq!((release.purpose.as_str(), release.grid.as_str(), release.span_s), ("weather", "h3:7", 3_600));
    assert_eq!((release.time_ms, release.is_sealed), (NINE_MS, false));
    assert_eq!((release.altitude_m, release.speed_m_s, release.course_deg), (None, None, None));
    let json: serde_json::Value = serde_json::from_str(&release.json).unwrap();
    assert_eq!(json["lat"].as_f64(), release.latitude_deg);
    assert_eq!(json["lon"].as_f64(), release.longitude_deg);
    assert_eq!(json["cell"].as_str(), release.cell.as_deref());
    assert_eq!(json["accuracy_m"].as_f64(), release.accuracy_m);
    let feature: serde_json::Value = serde_json::from_str(release.geojson.as_ref().unwrap()).unwrap();
    assert_eq!(feature["geometry"]["coordinates"][1], json["lat"]);
    assert!(release.geo_uri.unwrap().starts_with("geo:"));
    // Cheaper than a receipt could say: the same draw for another destination is free.
    let other = released(minimizer.release(&fix_at(NINE_MS), "weather", "cn").unwrap());
    assert_eq!((release.loss.billionths > 0, other.loss.billionths), (true, 0));
}

#[test]
fn what_is_withheld_says_until_when_and_in_the_cores_words() {
    let minimizer = Minimizer::replaying(&weather()).unwrap();
    minimizer.release(&fix_at(NINE_MS), "weather", "eu").unwrap();
    let Outcome::Withheld { withheld } = minimizer.release(&fix_at(NINE_MS + 1), "weather", "eu").unwrap() else {
        panic!()
    };
    assert_eq!((withheld.reason, withheld.until_ms), (WithheldReason::NotDue, Some(NINE_MS + 900_000)));
    assert_eq!(
        withheld_text(&withheld),
        "not due before 2024-06-20T09:15:00Z: the purpose releases once in its interval"
    );
    assert_eq!(minimizer.preview("weather", "eu").unwrap(), Preview::Withheld { withheld: withheld.clone() },);
    let turned_off = Withheld { reason: WithheldReason::TurnedOff, until_ms: None };
    minimizer.choose_ceiling("weather", "off").unwrap();
    let outcome = minimizer.release(&fix_at(NINE_MS + 900_000), "weather", "eu").unwrap();
    assert_eq!(outcome, Outcome::Withheld { withheld: turned_off });
    assert_eq!(minimizer.ceiling("weather").unwrap().ceiling, "off");
}

#[test]
fn a_ceiling_for_a_time_ends_by_itself() {
    let clock = TestClock::new();
    let minimizer = Minimizer::in_memory(&weather(), Some(clock.clone())).unwrap();
    minimizer.choose_ceiling("weather", "off").unwrap();
    minimizer.choose_ceiling_for("weather", "precise", 3_600).unwrap();
    let now = minimizer.ceiling("weather").unwrap();
    assert_eq!((now.ceiling.as_str(), now.then.as_str(), now.until_ms), ("precise", "off", Some(NINE_MS + 3_600_000)));
    clock.step(61);
    assert_eq!(minimizer.ceiling("weather").unwrap().ceiling, "off");
}

#[test]
fn a_batch_is_decided_as_its_requests_are_and_a_bad_one_releases_nothing() {
    let minimizer = Minimizer::replaying(&weather()).unwrap();
    let fix = Arc::new(fix_at(NINE_MS));
    let request = |destination: &str| Request {
        fix: fix.clone(),
        purpose: "weather".to_owned(),
        destination: destination.to_owned(),
    };
    assert!(minimizer.release_all(vec![request("eu"), request("us")]).is_err());
    assert!(minimizer.receipts(0, 10).unwrap().is_empty());
    let outcomes = minimizer.release_all(vec![request("eu"), request("cn"), request("eu")]).unwrap();
    assert!(matches!(outcomes[..], [Outcome::Released { .. }, Outcome::Released { .. }, Outcome::Withheld { .. }]));
    let times: Vec<i64> = (0..4).map(|tick| NINE_MS + 900_000 * tick).collect();
    let batch = FixBatch::wgs84(&[48.2; 4], &[16.37; 4], &times, &[f64::NAN; 4]).unwrap();
    let outcomes = minimizer.release_batch(&batch, "weather", "eu").unwrap();
    assert_eq!((batch.size(), outcomes.len()), (4, 4));
    assert!(matches!(outcomes[0], Outcome::Withheld { .. }), "09:00 was served");
}

#[test]
fn receipts_come_in_pages_as_records_json_and_csv() {
    let minimizer = Minimizer::replaying(&weather()).unwrap();
    for destination in ["eu", "cn"] {
        minimizer.release(&fix_at(NINE_MS), "weather", destination).unwrap();
    }
    let first = minimizer.receipts(0, 1).unwrap();
    let second = minimizer.receipts(1, 9).unwrap();
    assert_eq!((first.len(), second.len(), second[0].sequence), (1, 1, 2));
    assert_eq!((first[0].destination.as_str(), first[0].accounting.as_str()), ("eu", "pure"));
    assert!(first[0].loss.billionths > 0 && first[0].cell.is_some());
    let json = minimizer.receipts_json(0, 9).unwrap();
    assert_eq!(json.lines().count(), 2);
    assert!(json.starts_with(r#"{"sequence":1,"time":"2024-06-20T09:00:00Z","purpose":"weather","destination":"eu""#));
    let csv = minimizer.receipts_csv(0, 9).unwrap();
    assert!(csv.starts_with("sequence,time,purpose,destination,grid,rule,cell,") && csv.lines().count() == 3);
    assert_eq!(minimizer.erase_everything().unwrap(), 2);
    assert!(minimizer.receipts(0, 9).unwrap().iter().all(|receipt| receipt.cell.is_none()));
    let spent = &minimizer.remaining().unwrap()[0];
    assert!(spent.spent.billionths > 0 && spent.remaining.billionths < spent.budget.billionths);
}

#[test]
fn the_ledger_of_a_file_remembers_and_its_anchor_notices_that_it_is_gone() {
    /// The Keychain's part.
    #[derive(Default)]
    struct Store(Mutex<Option<String>>);
    impl AnchorStore for Store {
        fn read(&self) -> Result<Option<String>, StoreError> {
            Ok(self.0.lock().unwrap().clone())
        }
        fn write(&self, line: String) -> Result<(), StoreError> {
            *self.0.lock().unwrap() = Some(line);
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let file = folder.path().join("elsewhere");
    let store = Arc::new(Store::default());
    for anchor in [Anchor::file(file.to_str().unwrap()), Anchor::store(store.clone())].map(Arc::new) {
        let clock = TestClock::new();
        let open = || {
            Minimizer::open(
                &weather(),
                path.to_str().unwrap(),
                Some(anchor.clone()),
                Some(clock.clone() as Arc<dyn Clock>),
            )
            .unwrap()
        };
        released(open().release(&fix_at(NINE_MS), "weather", "eu").unwrap());
        assert_eq!(open().receipts(0, 9).unwrap().len(), 1);
        for companion in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
            let _ = std::fs::remove_file(folder.path().join(companion));
        }
        let again = open().release(&fix_at(NINE_MS), "weather", "eu").unwrap();
        let Outcome::Withheld { withheld } = again else { panic!("{again:?}") };
        assert_eq!(withheld.reason, WithheldReason::BudgetSpent);
        assert!(withheld_text(&withheld).starts_with("the budget is spent"));
        for companion in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
            let _ = std::fs::remove_file(folder.path().join(companion));
        }
    }
    assert!(store.0.lock().unwrap().as_ref().unwrap().starts_with("hereabouts anchor 1 "));
}

#[test]
fn while_a_clock_fails_time_stands_still() {
    let clock = TestClock::new();
    let minimizer = Minimizer::in_memory(&weather(), Some(clock.clone())).unwrap();
    released(minimizer.release(&fix_at(NINE_MS), "weather", "eu").unwrap());
    clock.step(15);
    clock.is_broken.store(true, Ordering::Relaxed);
    let outcome = minimizer.release(&fix_at(NINE_MS), "weather", "eu").unwrap();
    assert!(matches!(outcome, Outcome::Withheld { .. }));
    assert_eq!(Minimizer::in_memory(&weather(), Some(clock.clone())).err(), Some(HereaboutsError::Clock));
    clock.is_broken.store(false, Ordering::Relaxed);
    let outcome = minimizer.release(&fix_at(NINE_MS), "weather", "eu").unwrap();
    assert!(!matches!(outcome, Outcome::Withheld { .. }));
}

#[test]
fn a_zone_crosses_as_its_disc() {
    let text = include_str!("../../../examples/policies/weather.toml");
    let policy = Policy::from_toml(&format!("{text}\n[zones]\nepsilon = 0.5\nradius = \"300m\"\n")).unwrap();
    assert!(policy.has_zones() && !weather().has_zones());
    let minimizer = Minimizer::replaying(&policy).unwrap();
    let Protected::Drawn { zone } = minimizer.protect(&fix_at(NINE_MS), "home").unwrap() else { panic!() };
    assert!(zone.radius_m > 300.0);
    assert!(matches!(minimizer.protect(&fix_at(NINE_MS), "home again").unwrap(), Protected::Already { .. }));
    minimizer.rename_zone("home", "den").unwrap();
    let zones = minimizer.zones().unwrap();
    assert_eq!((zones.zones[0].name.as_str(), zones.draws, zones.loss.value > 0.5), ("den", 1, true));
    minimizer.release(&fix_at(NINE_MS), "weather", "eu").unwrap();
    assert_eq!(minimizer.receipts(0, 9).unwrap()[0].rule.as_deref(), Some("zone"));
    minimizer.remove_zone("den").unwrap();
    assert!(minimizer.zones().unwrap().zones.is_empty());
}

#[test]
fn what_is_sealed_crosses_as_its_message_alone_and_opens_with_the_key() {
    let key = SecretKey::generate().unwrap();
    let mut parts = parts();
    let eu = parts.destinations.get_mut("eu").unwrap();
    (eu.keys, eu.seal_to) = (Some("Example Weather GmbH".to_owned()), Some(key.public_key()));
    let policy = Policy::from_parts(&parts).unwrap();
    let release = released(Minimizer::replaying(&policy).unwrap().release(&fix_at(NINE_MS), "weather", "eu").unwrap());
    assert!(release.is_sealed && release.geojson.is_none() && release.geo_uri.is_none());
    assert!(release.json.starts_with(r#"{"v":1,"to":""#));
    assert_eq!(policy.message_bytes("eu"), Some(release.json.len() as u64));
    let opened = key.open(&release.json, "weather", "eu", &policy.fingerprint()).unwrap();
    assert!(opened.contains(release.cell.as_deref().unwrap()));
    let again = SecretKey::from_text(&key.to_text()).unwrap();
    assert!(again.open(&release.json, "weather", "cn", &policy.fingerprint()).is_err());
}

#[test]
fn a_disclosure_crosses_with_its_figures_and_as_the_cores_json() {
    let minimizer = Minimizer::replaying(&weather()).unwrap();
    minimizer.release(&fix_at(NINE_MS), "weather", "cn").unwrap();
    minimizer.release(&fix_at(NINE_MS), "weather", "eu").unwrap();
    let report = minimizer.disclosure("cn").unwrap();
    assert_eq!((report.jurisdiction.as_str(), report.releases, report.elsewhere), ("CN", 1, 1));
    assert_eq!((report.at_ms, report.home_within_m), (NINE_MS, None));
    let json: serde_json::Value = serde_json::from_str(&report.json).unwrap();
    assert_eq!(json["loss"]["bound"].as_f64(), Some(report.loss_bound));
}

#[test]
fn a_promise_that_is_broken_has_the_cores_text() {
    let policy = Policy::from_toml(include_str!("../../../examples/policies/ride-sharing.toml")).unwrap();
    let night = [1_718_841_600_000, 1_718_863_200_000];
    let journey = FixBatch::wgs84(&[52.0907; 2], &[5.1214; 2], &night, &[f64::NAN; 2]).unwrap();
    let options =
        RehearsalOptions { purposes: vec!["pick-up".to_owned()], destinations: vec![], days: 3, runs: 2, seed: 1 };
    let rehearsal = Rehearsal::run(&policy, &journey, &options, None).unwrap();
    let broken = rehearsal.home_uncertain(4_000.0, 3).unwrap();
    assert_eq!(broken.promise, "home stays at least 4000 m uncertain after 3 days");
    assert!(broken.text.contains("broken\n  found:  ") && broken.text.contains("\n  change: "));
    assert_eq!(rehearsal.allows_at_most(1e6, 86_400), None);
    let course = rehearsal.only_fields(place_and_time()).unwrap();
    assert!(course.text.ends_with(r#"`keep = ["course"]`: without "course""#), "{}", course.text);
    assert_eq!(rehearsal.only_fields([place_and_time(), vec!["course_deg".to_owned()]].concat()), None);
    assert!(rehearsal.findings_json().unwrap().starts_with(r#"{"purposes":["pick-up"]"#));
}

/// The policy of `weather.toml`, in parts.
fn parts() -> PolicyParts {
    let floor = |floor: FloorParts| Some(FloorParts { coarsen: true, ..floor });
    let destination = |jurisdiction: &str, operator: &str, floor| DestinationParts {
        jurisdiction: jurisdiction.to_owned(),
        operator: operator.to_owned(),
        keys: None,
        seal_to: None,
        floor,
        retention_s: None,
        interval_s: None,
        keep: None,
    };
    let weather = PurposeParts {
        mechanism: MechanismParts::PlanarLaplace { epsilon: 1.0 },
        repeat: RepeatParts::Hold { within_m: 6_000, epsilon: 1.0, recall: 16 },
        grid: GridParts::H3 { resolution: 6 },
        interval_s: 900,
        time_bucket_s: 3_600,
        keep: vec![],
        when_spent: None,
        ceiling: None,
    };
    PolicyParts {
        radius_m: 200.0,
        budgets: vec![BudgetParts { loss: 8.0, window_s: 86_400, purpose: None }],
        purposes: HashMap::from([("weather".to_owned(), weather)]),
        destinations: HashMap::from([(
            "eu".to_owned(),
            destination(
                "DE",
                "Example Weather GmbH",
                floor(FloorParts { area_km2: Some(1.0), ..FloorParts::default() }),
            ),
        )]),
        ceilings: HashMap::new(),
        accounting: None,
        devices: vec![],
        zones: None,
        receipt_retention_s: None,
        sensitive: None,
        files: HashMap::new(),
    }
}

const SQUARES: &str = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "The Square"},
"geometry": {"type": "Polygon", "coordinates": [[[4.6, 51.7], [5.6, 51.7], [5.6, 52.5], [4.6, 52.5], [4.6, 51.7]]]}}]}"#;

#[test]
fn a_place_is_told_by_its_name_and_files_come_with_the_policy() {
    let mut parts = parts();
    let weather = parts.purposes.get_mut("weather").unwrap();
    weather.grid = GridParts::Places { file: "squares.geojson".to_owned(), name: "name".to_owned() };
    let missing = Policy::from_parts(&parts).unwrap_err().to_string();
    assert!(missing.starts_with("purposes.weather.grid.file: \"squares.geojson\" cannot be read"), "{missing}");
    parts.files.insert("squares.geojson".to_owned(), SQUARES.to_owned());
    let policy = Policy::from_parts(&parts).unwrap();
    assert_eq!(policy.grid_for("weather", "eu").as_deref(), Some("places:squares"));
    let minimizer = Minimizer::replaying(&policy).unwrap();
    let fix = Fix::wgs84(52.0907, 5.1214, 1_718_874_000_000, Some(12.0)).unwrap();
    let Outcome::Released { release } = minimizer.release(&fix, "weather", "eu").unwrap() else { panic!("it is due") };
    assert_eq!((release.place.as_deref(), release.cell, release.latitude_deg), (Some("The Square"), None, None));
    assert!(release.json.contains(r#""place":"The Square""#) && !release.json.contains("lat"));

    // Near a sensitive place a coarser cell is told, and the receipt says why.
    let mut parts = self::parts();
    let floor = FloorParts { area_km2: Some(1_000.0), coarsen: true, ..FloorParts::default() };
    parts.sensitive = Some(SensitiveParts { file: "squares.geojson".to_owned(), floor });
    parts.files.insert("squares.geojson".to_owned(), SQUARES.to_owned());
    let minimizer = Minimizer::replaying(&Policy::from_parts(&parts).unwrap()).unwrap();
    let Outcome::Released { release } = minimizer.release(&fix, "weather", "eu").unwrap() else { panic!("it is due") };
    assert_eq!(
        (release.grid.as_str(), minimizer.receipts(0, 1).unwrap()[0].rule.as_deref()),
        ("h3:3", Some("sensitive"))
    );
}

#[test]
fn a_policy_in_parts_is_that_of_a_file_and_is_checked_by_the_same_words() {
    let file = Policy::from_toml(
        r#"
        version = 1
        [protection]
        radius_m = 200
        [[budget]]
        epsilon = 8
        window = "24h"
        [purposes.weather]
        mechanism = { kind = "planar-laplace", epsilon = 1 }
        repeat = { kind = "hold", within = "6km", epsilon = 1, recall = 16 }
        grid = { kind = "h3", resolution = 6 }
        interval = "15min"
        time_bucket = "1h"
        [destinations.eu]
        jurisdiction = "DE"
        operator = "Example Weather GmbH"
        floor = { area_km2 = 1 }
        "#,
    )
    .unwrap();
    let built = Policy::from_parts(&parts()).unwrap();
    assert_eq!(built.fingerprint(), file.fingerprint());
    assert!(built.diff(&file).is_empty());

    let mut misspelt = parts();
    misspelt.purposes.get_mut("weather").unwrap().ceiling = Some("ctiy".to_owned());
    let error = Policy::from_parts(&misspelt).unwrap_err().to_string();
    assert!(error.starts_with("purposes.weather.ceiling: there is no ceiling `ctiy`"), "{error}");
    let mut wide = parts();
    wide.radius_m = f64::NAN;
    assert!(Policy::from_parts(&wide).unwrap_err().to_string().starts_with("protection.radius_m: "));
}

/// Every key of the schema can be said in parts, and says the same.
#[test]
fn all_that_a_file_can_say_can_be_said_in_parts() {
    let mut all = parts();
    let weather = all.purposes["weather"].clone();
    let grids = [
        GridParts::Metric { edge_m: 5_000.0 },
        GridParts::Decimal { places: 1 },
        GridParts::Geohash { length: 4 },
        GridParts::S2 { level: 10 },
        GridParts::OpenLocationCode { length: 4 },
    ];
    for (index, grid) in grids.into_iter().enumerate() {
        let fresh = PurposeParts {
            repeat: RepeatParts::Fresh,
            grid,
            keep: vec![KeptField::Altitude, KeptField::Speed, KeptField::Course],
            when_spent: Some(if index == 0 { WhenSpent::Hold } else { WhenSpent::Withhold }),
            ceiling: Some("city".to_owned()),
            ..weather.clone()
        };
        all.purposes.insert(format!("p{index}"), fresh);
    }
    let city = CeilingParts {
        floor: FloorParts { decimals: Some(3), coarsen: true, ..FloorParts::default() },
        interval_s: Some(7_200),
        keep: Some(vec![KeptField::Speed]),
    };
    all.ceilings.insert("city".to_owned(), city);
    all.budgets.push(BudgetParts { loss: 3.0, window_s: 3_600, purpose: Some("weather".to_owned()) });
    all.zones = Some(ZonesParts { epsilon: 0.5, radius_m: 300 });
    all.receipt_retention_s = Some(30 * 86_400);
    all.devices = vec!["DE".to_owned()];
    all.accounting = Some(AccountingParts::Pure);
    let eu = all.destinations.get_mut("eu").unwrap();
    (eu.floor, eu.retention_s, eu.interval_s, eu.keep) =
        (None, Some(86_400), Some(1_800), Some(vec![KeptField::Altitude]));
    let policy = Policy::from_parts(&all).unwrap();
    assert_eq!(policy.ceilings(), ["off", "precise", "city"]);
    let changes = Policy::from_parts(&parts()).unwrap().diff(&policy);
    for said in ["budget", "zones", "city"] {
        assert!(changes.iter().any(|change| change.text.contains(said)), "{said}: {changes:#?}");
    }
    let mut zcdp = parts();
    zcdp.accounting = Some(AccountingParts::Zcdp { delta: 1e-9 });
    zcdp.purposes.get_mut("weather").unwrap().mechanism = MechanismParts::Gaussian { rho: 0.01 };
    assert!(Policy::from_parts(&zcdp).unwrap().explain(52.0).contains("Losses are counted in rho"));
    assert!(preset_names().contains(&"google-play".to_owned()));
}
