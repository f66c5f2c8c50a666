//! Zones: a protected place is drawn once for life, and inside its disc nothing goes out but the stand-in.

#[cfg(feature = "sqlite")]
mod at_rest;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use hereabouts::{
    Erase, Error, Fix, LatticePoint, Ledger, MemoryLedger, Minimizer, Outcome, Policy, Position, Preview, PrivacyLoss,
    Protected, RecordedClock, Release, Rule, Withheld, Zone, ZoneDraw,
};
use proptest::prelude::*;
use support::{NINE, fix_at, time};

const QUARTER: i64 = 900;
const HOME: (f64, f64) = (52.09, 5.12);
const AWAY: (f64, f64) = (48.86, 2.35);
/// ε 0.5 and the slack.
const DRAW: PrivacyLoss = PrivacyLoss::from_billionths(500_001_200);

/// One purpose that draws anew and one that holds, three destinations; zones with a scale of 402 m, 8,714 m in radius.
///
/// False alarms: a disc misses its place with probability 9·10⁻⁹ (z = 21.67 scales: (1 + z)e^(−z)), and no test draws more than
/// four, so that all of them together fail a correct build less than once in 10⁶ runs.
fn policy_with(budget: f64) -> Policy {
    let text = format!(
        r#"
        version = 1
        [protection]
        radius_m = 200
        [[budget]]
        epsilon = {budget}
        window = "24h"
        [zones]
        epsilon = 0.5
        radius = "5km"
        [purposes.fresh]
        mechanism = {{ kind = "planar-laplace", epsilon = 1 }}
        repeat = {{ kind = "fresh" }}
        grid = {{ kind = "h3", resolution = 11 }}
        interval = "15min"
        time_bucket = "15min"
        keep = ["altitude", "speed", "course"]
        [purposes.hold]
        mechanism = {{ kind = "planar-laplace", epsilon = 1 }}
        repeat = {{ kind = "hold", within = "20km", epsilon = 2, recall = 2 }}
        grid = {{ kind = "h3", resolution = 9 }}
        interval = "15min"
        time_bucket = "1h"
        keep = ["altitude", "speed", "course"]
        [destinations.a]
        jurisdiction = "DE"
        operator = "A"
        [destinations.b]
        jurisdiction = "DE"
        operator = "B"
        floor = {{ area_km2 = 3 }}
        [destinations.c]
        jurisdiction = "CN"
        operator = "C"
        floor = {{ decimals = 2 }}
        "#
    );
    Policy::from_toml(&text).unwrap()
}

fn policy() -> Policy {
    policy_with(1e6)
}

fn on(ledger: impl Ledger + 'static) -> Minimizer {
    Minimizer::new(policy(), ledger, RecordedClock::default()).unwrap()
}

/// A ledger with zones whose discs are known: centre and radius.
fn with_discs(mut ledger: impl Ledger + 'static, discs: &[((f64, f64), f64)]) -> Minimizer {
    let mut transaction = ledger.begin(policy().budget(), time(NINE - 86_400 * 30).into()).unwrap();
    for (number, ((latitude_deg, longitude_deg), radius_m)) in discs.iter().enumerate() {
        let centre = LatticePoint::nearest(&Position::new(*latitude_deg, *longitude_deg));
        let name = format!("zone {number}");
        transaction.protect(&ZoneDraw { name: &name, centre, radius_m: *radius_m, loss: DRAW }).unwrap().unwrap();
    }
    transaction.commit().unwrap();
    on(ledger)
}

fn at(place: (f64, f64), tick: i64) -> Fix {
    let fix = fix_at(place.0, place.1, NINE + tick * QUARTER);
    fix.with_altitude_m(17.5).unwrap().with_speed_m_s(1.5).unwrap().with_course_deg(77.0).unwrap()
}

fn drawn(minimizer: &Minimizer, place: &Fix, name: &str) -> Zone {
    match minimizer.protect(place, name).unwrap() {
        Protected::Drawn(zone) => zone,
        other => panic!("{other:?}"),
    }
}

fn already(minimizer: &Minimizer, place: &Fix, name: &str) -> Zone {
    match minimizer.protect(place, name).unwrap() {
        Protected::Already(zone) => zone,
        other => panic!("{other:?}"),
    }
}

fn released(minimizer: &Minimizer, fix: &Fix, purpose: &str, destination: &str) -> Release {
    match minimizer.release(fix, purpose, destination).unwrap() {
        Outcome::Released(release) => release,
        other => panic!("{other:?}"),
    }
}

fn told(minimizer: &Minimizer, fix: &Fix, purpose: &str, destination: &str) -> Release {
    match minimizer.release(fix, purpose, destination).unwrap() {
        Outcome::Released(release) | Outcome::Held(release) => release,
        other => panic!("{other:?}"),
    }
}

fn spent(minimizer: &Minimizer) -> PrivacyLoss {
    minimizer.remaining().unwrap()[0].spent()
}

fn is_stand_in(release: &Release, zone: &Zone, purpose: &str, destination: &str) -> bool {
    let grid = policy().grid_for(purpose, destination).unwrap();
    release.cell().unwrap() == grid.cell(LatticePoint::nearest(&zone.centre()))
}

/// The place that is so far away, clockwise from north, on the sphere.
fn beside(place: (f64, f64), distance_m: f64, bearing_rad: f64) -> (f64, f64) {
    let (latitude, arc) = (place.0.to_radians(), distance_m / hereabouts::EARTH_RADIUS_M);
    let sine = latitude.sin() * arc.cos() + latitude.cos() * arc.sin() * bearing_rad.cos();
    let east = (bearing_rad.sin() * arc.sin() * latitude.cos()).atan2(arc.cos() - latitude.sin() * sine);
    let longitude_deg = (place.1 + east.to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
    (sine.clamp(-1.0, 1.0).asin().to_degrees(), longitude_deg)
}

#[test]
fn a_zone_beside_the_antimeridian_shields_what_lies_beyond_it() {
    let minimizer = with_discs(MemoryLedger::new(), &[((-17.0, 179.999), 500.0)]);
    let zone = minimizer.zones().unwrap().iter().next().unwrap().clone();
    let inside = Position::new(-17.0, -179.999);
    let distance_m = zone.centre().great_circle_distance_m(&inside);
    assert!((distance_m - 213.0).abs() < 2.0, "{distance_m} m");
    let release = released(&minimizer, &at((-17.0, -179.999), 0), "fresh", "a");
    assert!(is_stand_in(&release, &zone, "fresh", "a"));
    assert_eq!(release.loss(), PrivacyLoss::ZERO);
    let outside = released(&minimizer, &at((-17.0, -179.990), 1), "fresh", "a"); // 1,170 m away
    assert!(outside.loss() > PrivacyLoss::ZERO);
}

#[test]
fn a_zone_on_a_pole_shields_every_longitude() {
    for pole in [90.0_f64, -90.0] {
        let minimizer = with_discs(MemoryLedger::new(), &[((pole, 0.0), 500.0)]);
        let zone = minimizer.zones().unwrap().iter().next().unwrap().clone();
        for (tick, longitude_deg) in [-180.0, -120.5, 0.0, 90.0, 179.9].into_iter().enumerate() {
            let place = (pole - pole.signum() * 0.004, longitude_deg); // 445 m
            assert!(is_stand_in(&told(&minimizer, &at(place, tick as i64), "fresh", "a"), &zone, "fresh", "a"));
        }
        assert_eq!(spent(&minimizer), PrivacyLoss::ZERO, "the zone's draw has left the window");
        released(&minimizer, &at((pole - pole.signum() * 0.005, 33.0), 9), "fresh", "a"); // 556 m
        assert!(spent(&minimizer) > PrivacyLoss::ZERO);
    }
}

#[test]
fn where_zones_overlap_the_nearest_centre_stands_in() {
    let (west, east) = ((52.0, 5.0), (52.0, 5.02)); // 1,369 m apart
    let minimizer = with_discs(MemoryLedger::new(), &[(west, 1_500.0), (east, 5_000.0)]);
    let zones: Vec<_> = minimizer.zones().unwrap().iter().cloned().collect();
    for (tick, (longitude_deg, nearest)) in [(5.009, 0), (5.011, 1), (4.99, 0), (5.03, 1)].into_iter().enumerate() {
        let release = told(&minimizer, &at((52.0, longitude_deg), tick as i64), "hold", "a");
        assert!(is_stand_in(&release, &zones[nearest], "hold", "a"), "{longitude_deg}");
    }
    // 2 km west of the western centre only the eastern disc reaches.
    assert!(is_stand_in(&told(&minimizer, &at((52.0, 4.971), 9), "hold", "a"), &zones[1], "hold", "a"));
}

#[test]
fn nothing_but_the_stand_in_goes_out_while_one_is_inside() {
    let minimizer = on(MemoryLedger::new());
    let zone = drawn(&minimizer, &at(HOME, 0), "home");
    let before = spent(&minimizer);
    assert_eq!(before, DRAW);
    let centre = (zone.centre().latitude_deg(), zone.centre().longitude_deg());
    let mut rules = BTreeSet::new();
    for tick in 0..3_000 {
        // Everywhere in the disc, up to its edge.
        let distance_m = zone.radius_m() * (tick as f64 * 0.618_034 % 1.0).sqrt() * 0.999_999;
        let fix = at(beside(centre, distance_m, tick as f64 * 2.4), tick);
        for purpose in ["fresh", "hold"] {
            for destination in ["a", "b", "c"] {
                let outcome = minimizer.release(&fix, purpose, destination).unwrap();
                assert_eq!(matches!(outcome, Outcome::Released(_)), tick == 0, "{outcome:?}");
                let (Outcome::Released(release) | Outcome::Held(release)) = outcome else { panic!("{outcome:?}") };
                assert!(is_stand_in(&release, &zone, purpose, destination));
                assert_eq!((release.altitude_m(), release.speed_m_s(), release.course_deg()), (None, None, None));
                assert_eq!(release.loss(), PrivacyLoss::ZERO);
            }
        }
    }
    let receipts = minimizer.receipts().unwrap();
    rules.extend(receipts.iter().map(|receipt| (receipt.rule(), receipt.loss(), receipt.stay_loss())));
    assert_eq!(rules, BTreeSet::from([(Some(Rule::Zone), PrivacyLoss::ZERO, PrivacyLoss::ZERO)]));
    assert_eq!(receipts.len(), 6);
}

#[test]
fn who_leaves_is_not_asked_about_the_stand_in_and_recalls_what_was_before() {
    let minimizer = on(MemoryLedger::new());
    let away = released(&minimizer, &at(AWAY, 0), "hold", "a");
    let zone = drawn(&minimizer, &at(HOME, 0), "home");
    let after_protect = spent(&minimizer);
    let home = released(&minimizer, &at(HOME, 1), "hold", "a");
    assert!(is_stand_in(&home, &zone, "hold", "a"));
    assert_eq!(spent(&minimizer), after_protect, "nothing was asked");
    // Half a kilometre beyond the edge, 9.2 km from the stand-in: within the 20 km of the test, were it asked.
    let centre = (zone.centre().latitude_deg(), zone.centre().longitude_deg());
    let near = beside(centre, zone.radius_m() + 500.0, 1.0);
    let left = released(&minimizer, &at(near, 2), "hold", "a");
    assert_ne!(left.cell(), home.cell());
    assert_eq!(left.loss().to_string(), "1.666667867", "a vain recall and a draw, and no stay");
    released(&minimizer, &at(HOME, 3), "hold", "a");
    // Two are remembered; the stand-in is none of them, and has pushed none out.
    let back = released(&minimizer, &at(AWAY, 4), "hold", "a");
    assert_eq!((back.cell(), back.loss().to_string()), (away.cell(), "2".to_owned()), "recalled");
    released(&minimizer, &at(HOME, 5), "hold", "a");
    assert_eq!(released(&minimizer, &at(near, 6), "hold", "a").cell(), left.cell(), "recalled");
}

#[test]
fn a_view_of_a_draw_from_outside_keeps_nothing_of_a_fix_inside() {
    let minimizer = with_discs(MemoryLedger::new(), &[(HOME, 1_000.0)]);
    let outside = released(&minimizer, &at(AWAY, 0), "fresh", "a");
    assert_eq!(outside.altitude_m(), Some(17.5));
    // On the same tick, so that the draw stands; and then the stand-in, of which the next gets a view from outside.
    let view = released(&minimizer, &at(HOME, 0), "fresh", "b");
    assert_eq!((view.altitude_m(), view.speed_m_s(), view.course_deg()), (None, None, None));
    released(&minimizer, &at(HOME, 1), "fresh", "a");
    let view = released(&minimizer, &at(AWAY, 1), "fresh", "b");
    assert_eq!((view.altitude_m(), view.loss()), (None, PrivacyLoss::ZERO));
    assert_eq!(minimizer.receipts().unwrap().last().unwrap().rule(), Some(Rule::Zone));
}

#[test]
fn removing_and_protecting_a_thousand_times_makes_one_draw() {
    let minimizer = on(MemoryLedger::new());
    let first = drawn(&minimizer, &at(HOME, 0), "home");
    for number in 0..1_000 {
        minimizer.remove_zone(if number == 0 { "home" } else { "home again" }).unwrap();
        assert!(minimizer.zones().unwrap().is_empty());
        // A little beside, so that it may not matter where exactly one says that it is.
        let beside = at(beside(HOME, 30.0, f64::from(number)), 0);
        let again = already(&minimizer, &beside, "home again");
        assert_eq!((again.centre(), again.radius_m(), again.name()), (first.centre(), first.radius_m(), "home again"));
    }
    let zones = minimizer.zones().unwrap();
    assert_eq!((zones.len(), zones.draws(), zones.loss()), (1, 1, DRAW));
    assert_eq!(spent(&minimizer), DRAW);
}

#[test]
fn a_place_in_a_disc_is_protected_already_and_names_are_unique() {
    let minimizer = on(MemoryLedger::new());
    let home = drawn(&minimizer, &at(HOME, 0), "home");
    assert_eq!(already(&minimizer, &at(HOME, 0), "garden").name(), "home");
    assert!(matches!(minimizer.protect(&at(AWAY, 0), "home"), Err(Error::ZoneNameTaken)));
    drawn(&minimizer, &at(AWAY, 0), "work");
    assert!(matches!(minimizer.rename_zone("work", "home"), Err(Error::ZoneNameTaken)));
    assert!(matches!(minimizer.rename_zone("nowhere", "there"), Err(Error::UnknownZone)));
    assert!(matches!(minimizer.remove_zone("nowhere"), Err(Error::UnknownZone)));
    minimizer.rename_zone("home", "home").unwrap();
    minimizer.rename_zone("home", "old home").unwrap();
    minimizer.rename_zone("work", "home").unwrap();
    let zones = minimizer.zones().unwrap();
    assert_eq!(zones.iter().map(Zone::name).collect::<Vec<_>>(), ["old home", "home"]);
    assert_eq!(zones.iter().next().unwrap().centre(), home.centre());
    let long = "x".repeat(65);
    for bad in ["", " home", "home ", "a\nb", "\u{7f}", &long] {
        assert!(matches!(minimizer.protect(&at((0.0, 0.0), 0), bad), Err(Error::ZoneName)), "{bad:?}");
        assert!(matches!(minimizer.rename_zone("home", bad), Err(Error::ZoneName)), "{bad:?}");
    }
    let text = format!("{zones:?} {home:?} {:?}", Error::ZoneNameTaken);
    assert!(!text.contains("home") && !text.contains("52"), "{text}");
}

#[test]
fn a_zone_is_charged_before_it_is_there_and_refused_without_room() {
    let minimizer = Minimizer::new(policy_with(4.2), MemoryLedger::new(), RecordedClock::default()).unwrap();
    for tick in -3..0 {
        released(&minimizer, &at(AWAY, tick), "fresh", "a");
    }
    drawn(&minimizer, &at(HOME, 0), "home");
    drawn(&minimizer, &at(AWAY, 0), "work");
    assert_eq!(spent(&minimizer).to_string(), "4.000006");
    let refused = minimizer.protect(&at((0.0, 0.0), 0), "island").unwrap();
    let until = Some(time(NINE - 3 * QUARTER + 86_400));
    assert!(matches!(refused, Protected::Withheld(Withheld::BudgetSpent { until: found }) if found == until));
    assert_eq!(minimizer.zones().unwrap().len(), 2);
    // What is protected already needs no room; nor does the tick, which has none, tell home from anywhere else.
    already(&minimizer, &at(HOME, 0), "home");
    for place in [HOME, (10.0, 10.0)] {
        assert!(matches!(minimizer.release(&at(place, 1), "fresh", "a").unwrap(), Outcome::Withheld(_)));
    }
    assert!(matches!(minimizer.preview("fresh", "a").unwrap(), Preview::Withheld(_)));
    drawn(&minimizer, &at((0.0, 0.0), 96), "island");
    let zones = minimizer.zones().unwrap();
    assert_eq!((zones.draws(), zones.loss().to_string()), (3, "1.5000036".to_owned()), "remembered for life");
    assert_eq!(spent(&minimizer), DRAW);
}

#[test]
fn a_transaction_that_is_dropped_leaves_no_zone() {
    leaves_no_zone(MemoryLedger::new());
}

fn leaves_no_zone(mut ledger: impl Ledger) {
    let now = time(NINE).into();
    let draw = |name, centre| ZoneDraw { name, centre, radius_m: 500.0, loss: DRAW };
    let mut transaction = ledger.begin(policy().budget(), now).unwrap();
    transaction.protect(&draw("home", LatticePoint::nearest(&Position::new(HOME.0, HOME.1)))).unwrap().unwrap();
    transaction.commit().unwrap();
    let state = |ledger: &mut dyn Ledger| {
        let zones = ledger.begin(policy().budget(), now).unwrap().zones().unwrap().clone();
        (zones, ledger.remaining(policy().budget(), now).unwrap())
    };
    let before = state(&mut ledger);
    let mut transaction = ledger.begin(policy().budget(), now).unwrap();
    transaction.protect(&draw("work", LatticePoint::nearest(&Position::new(AWAY.0, AWAY.1)))).unwrap().unwrap();
    transaction.set_zone(0, None).unwrap();
    transaction.set_zone(1, Some("office")).unwrap();
    transaction.set_zone(2, Some("nowhere")).unwrap();
    let names: Vec<_> = transaction.zones().unwrap().iter().map(|zone| zone.name().to_owned()).collect();
    assert_eq!(names, ["office"], "its answers include what it did");
    drop(transaction);
    assert_eq!(state(&mut ledger), before);
}

#[test]
fn without_a_table_zones_nothing_can_be_protected() {
    let minimizer = Minimizer::new(support::policy(), MemoryLedger::new(), RecordedClock::default()).unwrap();
    let error = minimizer.protect(&at(HOME, 0), "home").unwrap_err();
    assert!(matches!(error, Error::NoZones));
    assert!(error.to_string().contains("`zones`"));
    let too_dear = support::policy().with_zones(4.6, 300.0).unwrap_err();
    assert_eq!((too_dear.path(), too_dear.line()), ("zones.epsilon", None));
    assert_eq!(support::policy().with_zones(1.0, f64::NAN).unwrap_err().path(), "zones.radius");
}

#[test]
fn a_preview_of_a_tick_in_a_zone_says_at_most() {
    let minimizer = on(MemoryLedger::new());
    drawn(&minimizer, &at(HOME, 0), "home");
    assert!(matches!(minimizer.preview("fresh", "a").unwrap(), Preview::Release(loss) if loss > PrivacyLoss::ZERO));
    assert_eq!(released(&minimizer, &at(HOME, 0), "fresh", "a").loss(), PrivacyLoss::ZERO);
    assert_eq!(minimizer.preview("fresh", "b").unwrap(), Preview::Release(PrivacyLoss::ZERO));
    released(&minimizer, &at(HOME, 0), "fresh", "b");
    released(&minimizer, &at(HOME, 1), "hold", "a");
    told(&minimizer, &at(HOME, 2), "fresh", "c");
    assert!(matches!(minimizer.preview("hold", "a").unwrap(), Preview::Ask { .. }));
    assert!(matches!(minimizer.release(&at(HOME, 2), "hold", "a").unwrap(), Outcome::Held(_)));
}

#[test]
fn erasing_forgets_the_discs_that_are_off_and_no_spending() {
    let minimizer = on(MemoryLedger::new());
    erasing(&minimizer, || ());
}

/// `again` is called between two steps: a ledger on disk is closed and opened there.
fn erasing(minimizer: &Minimizer, again: impl Fn()) {
    let home = drawn(minimizer, &at(HOME, 0), "home");
    drawn(minimizer, &at(AWAY, 0), "old");
    minimizer.remove_zone("old").unwrap();
    minimizer.erase(Erase::OlderThan(std::time::Duration::ZERO)).unwrap();
    already(minimizer, &at(AWAY, 0), "old");
    minimizer.remove_zone("old").unwrap();
    minimizer.erase(Erase::Everything).unwrap();
    again();
    let zones = minimizer.zones().unwrap();
    assert_eq!((zones.len(), zones.draws(), zones.loss().to_string()), (1, 2, "1.0000024".to_owned()));
    assert_eq!(zones.iter().next(), Some(&home));
    drawn(minimizer, &at(AWAY, 0), "old");
    assert_eq!(spent(minimizer).to_string(), "1.5000036");
}

/// A zone's loss is a pure ε, and a budget in ρ counts half its square.
#[test]
fn a_budget_in_rho_counts_half_the_square() {
    let text = include_str!("../../examples/policies/fleet.toml");
    let policy = Policy::from_toml(text).unwrap().with_zones(0.5, 300.0).unwrap();
    let minimizer = Minimizer::new(policy, MemoryLedger::new(), RecordedClock::default()).unwrap();
    drawn(&minimizer, &at(HOME, 0), "home");
    assert_eq!(spent(&minimizer).to_string(), "0.125000601"); // 0.5000012²/2, rounded up
    assert_eq!(minimizer.zones().unwrap().loss(), DRAW);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Two accounts with one trace, one of them with zones. Outside of them every release costs what it costs without, is of
    /// the same grid, and is promised no more exactly; inside nothing is charged.
    #[test]
    fn zones_never_make_a_release_outside_cheaper_or_finer(
        places in prop::collection::vec(((0.0..20_000.0, 0.0..core::f64::consts::TAU), 0..3_usize), 1..60)
    ) {
        let centre = (52.0, 5.0);
        let zoned = with_discs(MemoryLedger::new(), &[(centre, 6_000.0), ((52.05, 5.05), 3_000.0)]);
        let plain = on(MemoryLedger::new());
        let zones = zoned.zones().unwrap();
        let mut charged = PrivacyLoss::ZERO;
        for (tick, ((distance_m, bearing_rad), destination)) in places.into_iter().enumerate() {
            let place = beside(centre, distance_m, bearing_rad);
            let position = Position::new(place.0, place.1);
            let is_inside = zones.iter().any(|zone| zone.centre().great_circle_distance_m(&position) <= zone.radius_m());
            let destination = ["a", "b", "c"][destination];
            let one = told(&zoned, &at(place, tick as i64), "fresh", destination);
            let other = told(&plain, &at(place, tick as i64), "fresh", destination);
            prop_assert_eq!(one.cell().unwrap().grid(), other.cell().unwrap().grid());
            if is_inside {
                prop_assert_eq!(one.loss(), PrivacyLoss::ZERO);
                prop_assert!(zones.iter().any(|zone| is_stand_in(&one, zone, "fresh", destination)));
            } else {
                prop_assert_eq!(one.loss(), other.loss());
                charged = charged.saturating_add(one.loss());
            }
        }
        prop_assert_eq!(spent(&zoned), charged);
    }
}

#[cfg(feature = "seeded-noise")]
mod seeded {
    use super::*;

    /// The shield draws no coin: outside of every zone the same coins give the same releases, holds and silences.
    #[test]
    fn outside_of_every_zone_all_is_as_without() {
        let make = |discs: &[((f64, f64), f64)]| {
            let mut ledger = MemoryLedger::new();
            let mut transaction = ledger.begin(policy().budget(), time(NINE - 86_400 * 30).into()).unwrap();
            for ((latitude_deg, longitude_deg), radius_m) in discs {
                let centre = LatticePoint::nearest(&Position::new(*latitude_deg, *longitude_deg));
                let draw = ZoneDraw { name: "zone", centre, radius_m: *radius_m, loss: DRAW };
                transaction.protect(&draw).unwrap().unwrap();
            }
            transaction.commit().unwrap();
            Minimizer::with_seeded_noise(policy(), ledger, RecordedClock::default(), 7).unwrap()
        };
        let (zoned, plain) = (make(&[(HOME, 3_000.0)]), make(&[]));
        for tick in 0..400 {
            let place = beside(HOME, 3_100.0 + (tick * 977 % 60_000) as f64, tick as f64);
            for purpose in ["fresh", "hold"] {
                let [one, other] =
                    [&zoned, &plain].map(|minimizer| minimizer.release(&at(place, tick), purpose, "a").unwrap());
                assert_eq!(one, other, "{purpose}, tick {tick}");
            }
        }
    }
}
