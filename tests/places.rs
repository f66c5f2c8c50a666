//! Public places: those near which less is told, and those that are told by name.

mod support;

use std::collections::BTreeSet;

use geo::{BoundingRect, Intersects};
use hereabouts::{
    Fix, Floor, Grid, LatticePoint, MemoryLedger, Minimizer, Outcome, Places, Policy, Position, RecordedClock, Release,
    Rule, Sensitive,
};
use rand::rngs::ChaCha20Rng;
use rand::{RngExt, SeedableRng};
use support::{NINE, fix_at};

const HOUR: i64 = 3_600;

fn square(name: &str, west: f64, south: f64, width: f64) -> String {
    let (east, north) = (west + width, south + width);
    format!(
        r#"{{"type": "Feature", "properties": {{"name": "{name}"}}, "geometry": {{"type": "Polygon", "coordinates":
        [[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type": "FeatureCollection", "features": [{}]}}"#, features.join(","))
}

/// Hardly any noise, so that a fix can be put where its draw is to be.
fn policy(grid: &str) -> String {
    format!(
        r#"
        version = 1
        [protection]
        radius_m = 100
        [[budget]]
        epsilon = 1000000
        window = "24h"
        [purposes.near]
        mechanism = {{ kind = "planar-laplace", epsilon = 18 }}
        repeat = {{ kind = "fresh" }}
        grid = {grid}
        interval = "1h"
        time_bucket = "1h"
        keep = ["altitude"]
        [destinations.eu]
        jurisdiction = "DE"
        operator = "Example GmbH"
        "#
    )
}

fn minimizer(policy: &Policy) -> Minimizer {
    Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default()).unwrap()
}

fn release(minimizer: &Minimizer, fix: &Fix) -> Release {
    minimizer.release(fix, "near", "eu").unwrap().released().expect("each fix has its tick")
}

/// Far from a border a place has its name always. From 5.6 m within one, a name goes out that the border takes no part in, unless
/// a draw lies 21 m, or 3.7 scales, further in: 2.2 in 100 do, and 12 or more of 40 would in one of 10¹⁰ runs.
#[test]
fn a_place_goes_out_by_its_name_and_without_a_coordinate() {
    let file = collection(&[square("Inner", 5.0, 52.0, 0.2), square("Outer", 4.0, 51.0, 3.0)]);
    let text = policy(r#"{ kind = "places", file = "squares.geojson" }"#);
    let policy = Policy::from_text_with(&text, |name| {
        assert_eq!(name, "squares.geojson");
        Ok(file.clone())
    })
    .unwrap();
    let minimizer = minimizer(&policy);
    // The noise has a scale of 5.6 m: 95 % of draws lie within 27 m.
    let mut hour = 0;
    for (latitude_deg, longitude_deg, place, least) in [
        (52.1, 5.1, Some("Inner"), 40),
        (52.1, 4.5, Some("Outer"), 40),
        (52.000_05, 5.1, Some("Outer"), 29),
        (51.000_05, 5.0, None, 29),
        (40.0, 5.0, None, 40),
    ] {
        let fixes = (0..40).map(|number| fix_at(latitude_deg, longitude_deg, NINE + HOUR * (hour + number)));
        let releases: Vec<_> = fixes.map(|fix| release(&minimizer, &fix)).collect();
        hour += 40;
        let named = releases.iter().filter(|release| release.place() == place).count();
        assert!(named >= least, "{latitude_deg}: {named} of 40");
        let release = releases.iter().find(|release| release.place() == place).unwrap();
        assert_eq!((release.cell(), release.position(), release.accuracy_m()), (None, None, None));
        assert_eq!(release.to_geo_uri(), None);
        assert!(release.to_geojson().unwrap()["geometry"].is_null());
        let written = release.to_json();
        let name = place.map_or("null".to_owned(), |name| format!("\"{name}\""));
        let time = release.time();
        let right = format!(
            r#"{{"v":1,"purpose":"near","grid":"places:squares","place":{name},"time":"{time}","span_s":3600}}"#
        );
        assert_eq!(written, right);
        let schema = jsonschema::validator_for(&Release::schema()).unwrap();
        assert!(schema.is_valid(&serde_json::from_str(&written).unwrap()));
        let with_place = written.replace("\"place\"", "\"lat\":52.1,\"place\"");
        assert!(!schema.is_valid(&serde_json::from_str(&with_place).unwrap()), "a name and a coordinate");
    }
    let receipts = minimizer.receipts().unwrap();
    assert_eq!((receipts[0].grid(), receipts[0].cell()), ("places:squares", Some("Inner")));
    let last = receipts.last().unwrap();
    assert_eq!((last.cell(), last.rule()), (Some("-"), Some(Rule::Purpose)));
}

/// What is said of a name's certainty: the place holds the truth wherever the noise stayed within its 95 % radius. Of 4,000
/// releases from beside a border, the truth lies outside the named place in fewer than 5 %: were it 5 %, 297 or more would come
/// in one of a million runs (exact binomial tail), and the true share is about a third of that, for one border is a line.
#[test]
fn a_name_is_seldom_wrong_even_beside_a_border() {
    let places = Places::from_geojson("squares", &collection(&[square("It", 5.0, 52.0, 1.0)]), "name").unwrap();
    let text = policy(r#"{ kind = "places", file = "squares.geojson" }"#).replace("epsilon = 18", "epsilon = 0.1");
    let policy = Policy::from_text_with(&text, |_| Ok(collection(&[square("It", 5.0, 52.0, 1.0)]))).unwrap();
    assert_eq!(policy.partition_for("near", "eu").unwrap().places(), Some(&places));
    // The scale is 1,006 m: just outside, where a wrong name is likeliest.
    let wrong = (0..4_000)
        .filter(|number| {
            let outside = fix_at(52.5, 4.999, NINE + HOUR * number);
            release(&minimizer(&policy), &outside).place().is_some()
        })
        .count();
    assert!(wrong < 297, "{wrong} of 4,000");
}

fn thousands(coins: &mut ChaCha20Rng) -> (String, Vec<geo::Rect<f64>>) {
    let mut features = Vec::new();
    let mut rectangles = Vec::new();
    for number in 0..4_000 {
        let (west, south) = (coins.random_range(3.5..7.0), coins.random_range(50.8..53.5));
        let width = coins.random_range(0.000_5..0.002);
        features.push(square(&number.to_string(), west, south, width));
        rectangles.push(geo::Rect::new((west, south), (west + width, south + width)));
    }
    (collection(&features), rectangles)
}

/// Against every one of four thousand places, by another library's test than the one that decides.
#[test]
fn no_cell_that_is_told_fine_touches_a_sensitive_place() {
    let mut coins = ChaCha20Rng::seed_from_u64(0x5e_7517);
    let (file, rectangles) = thousands(&mut coins);
    let places = Places::unnamed_from_geojson("clinics", &file).unwrap();
    for (grid, floor) in [
        (r#"{ kind = "h3", resolution = 9 }"#, Floor::none().with_area_km2(0.5)),
        (r#"{ kind = "metric", edge_m = 150 }"#, Floor::none().with_radius_m(250.0)),
        (r#"{ kind = "s2", level = 16 }"#, Floor::none().with_area_km2(1.0)),
        (r#"{ kind = "decimal", places = 3 }"#, Floor::none().with_decimals(2)),
        (r#"{ kind = "geohash", length = 7 }"#, Floor::none().with_decimals(2)),
        (r#"{ kind = "olc", length = 10 }"#, Floor::none().with_decimals(2)),
    ] {
        let policy = Policy::from_toml(&policy(grid)).unwrap();
        let policy = policy.with_sensitive(Sensitive::new(places.clone(), floor)).unwrap();
        let (fine, coarse) =
            (policy.grid_for("near", "eu").unwrap(), policy.grid_near_sensitive("near", "eu").unwrap());
        let minimizer = minimizer(&policy);
        let (mut told_fine, mut told_coarse) = (0, 0);
        for number in 0..1_500 {
            let place = (coins.random_range(50.8..53.5), coins.random_range(3.5..7.0));
            let mut fix = fix_at(place.0, place.1, NINE + HOUR * number);
            fix = fix.with_altitude_m(12.5).unwrap();
            let release = release(&minimizer, &fix);
            let cell = release.cell().unwrap();
            if cell.grid() == coarse {
                told_coarse += 1;
                assert_eq!(release.altitude_m(), None, "it has no noise, and is not told there");
                continue;
            }
            assert_eq!(cell.grid(), fine);
            assert_eq!(release.altitude_m(), Some(12.5));
            told_fine += 1;
            let outline = cell.boundary();
            let around = outline.bounding_rect().unwrap();
            let mut near = rectangles.iter().filter(|rectangle| rectangle.intersects(&around));
            assert!(!near.any(|rectangle| rectangle.to_polygon().intersects(&outline)), "{}", cell.id());
        }
        assert!(told_fine > 100 && told_coarse > 100, "{fine}: {told_fine} fine, {told_coarse} coarse");
        for receipt in minimizer.receipts().unwrap() {
            let by_place = receipt.grid() == coarse.to_string();
            assert_eq!(receipt.rule(), Some(if by_place { Rule::Sensitive } else { Rule::Purpose }));
        }
    }
}

/// To coarsen only the fine cells that touch a place names the place: whoever knows the map knows what a coarse cell means.
#[test]
fn a_coarse_cell_means_no_part_of_itself_where_the_naive_one_names_the_clinic() {
    let (fine, coarse) = (Grid::h3(8).unwrap(), Grid::h3(5).unwrap());
    let clinic = Position::new(52.1, 5.1);
    let file = collection(&[square("", clinic.longitude_deg(), clinic.latitude_deg(), 0.000_1)]);
    let places = Places::unnamed_from_geojson("clinics", &file).unwrap();
    let around = coarse.cell(LatticePoint::nearest(&clinic));
    let of_clinic = fine.cell(LatticePoint::nearest(&clinic));
    let policy = Policy::from_toml(&policy(r#"{ kind = "h3", resolution = 8 }"#)).unwrap();
    let policy = policy.with_sensitive(Sensitive::new(places.clone(), Floor::none().with_area_km2(100.0))).unwrap();
    assert_eq!(policy.grid_near_sensitive("near", "eu"), Some(coarse));

    let mut coins = ChaCha20Rng::seed_from_u64(0xc1_141c);
    let box_of = around.boundary().bounding_rect().unwrap();
    let (mut naively_coarse, mut told_coarse, mut in_the_clinics_cell, mut led_astray) = (BTreeSet::new(), 0, 0, 0);
    let minimizer = minimizer(&policy);
    for number in 0..6_000 {
        // Everywhere in the coarse cell, and every tenth time in the clinic itself.
        let place = Position::new(
            coins.random_range(box_of.min().y..box_of.max().y),
            coins.random_range(box_of.min().x..box_of.max().x),
        );
        let place = if number % 10 == 0 { clinic } else { place };
        let point = LatticePoint::nearest(&place);
        if coarse.cell(point) != around {
            continue;
        }
        let cell = fine.cell(point);
        if places.touch(&cell.centre(), cell.inradius_m()) {
            naively_coarse.insert(cell.id().to_string());
        }
        let Outcome::Released(release) = minimizer
            .release(&fix_at(place.latitude_deg(), place.longitude_deg(), NINE + HOUR * number), "near", "eu")
            .unwrap()
        else {
            panic!("each fix has its tick");
        };
        // The noise of a few metres seldom leads over the border.
        if release.cell().unwrap() == around {
            told_coarse += 1;
            in_the_clinics_cell += u32::from(cell == of_clinic);
        } else {
            led_astray += 1;
        }
    }
    // The attack on the naive rule: "coarse" has one meaning.
    assert_eq!(naively_coarse, BTreeSet::from([of_clinic.id().to_string()]));
    // Here it has as many as there are fine cells, and most who get it were never near the clinic.
    assert!(led_astray * 50 < told_coarse, "nothing else in that cell is told fine: {led_astray}");
    assert!(told_coarse > 3_000 && in_the_clinics_cell * 4 < told_coarse, "{in_the_clinics_cell} of {told_coarse}");
}

fn two_squares(text: &str) -> Policy {
    let file =
        collection(&[square("Tiny", 5.0, 52.0, 0.01), square(r#"A \"long\" name, for its size"#, 3.0, 50.0, 4.0)]);
    Policy::from_text_with(text, |_| Ok(file.clone())).unwrap()
}

/// Small places are not named to whom they are too small for, and by the user's choice to nobody.
#[test]
fn floors_and_ceilings_leave_the_larger_places() {
    let text = policy(r#"{ kind = "places", file = "squares.geojson" }"#)
        + "[destinations.cn]\njurisdiction = \"CN\"\noperator = \"Carrier\"\nfloor = { area_km2 = 100 }\n"
        + "[ceilings.region]\nfloor = { area_km2 = 1000 }\n";
    let policy = two_squares(&text);
    assert_eq!(policy.notes().len(), 1);
    let note = policy.notes()[0].to_string();
    assert!(
        note.starts_with(
            "near goes to cn as places:squares, of which 1 of 2 are named: the smallest of places:squares, Tiny"
        ),
        "{note}"
    );
    let minimizer = minimizer(&policy);
    let inside = |hour: i64| fix_at(52.005, 5.005, NINE + HOUR * hour);
    let told = |hour: i64, destination: &str| {
        let outcome = minimizer.release(&inside(hour), "near", destination).unwrap();
        let release = outcome.released().unwrap();
        let receipt = minimizer.receipts().unwrap().pop().unwrap();
        (release.place().unwrap().to_owned(), receipt.rule().unwrap())
    };
    let long = "A \"long\" name, for its size".to_owned();
    assert_eq!(told(0, "eu"), ("Tiny".to_owned(), Rule::Purpose));
    assert_eq!(told(0, "cn"), (long.clone(), Rule::Destination));
    minimizer.choose("near", hereabouts::Choice::Always("region")).unwrap();
    assert_eq!(told(1, "eu"), (long, Rule::Ceiling));
    // From a device in the US, a place that a law calls precise may not be named to a country of concern.
    let to_cn = text
        .replace("area_km2 = 100 ", "area_km2 = 0.1 ")
        .replace("radius_m = 100", "radius_m = 100\ndevices = [\"US\"]");
    let file = collection(&[square("Tiny", 5.0, 52.0, 0.01), square("Large", 3.0, 50.0, 4.0)]);
    let error = Policy::from_text_with(&to_cn, |_| Ok(file.clone())).unwrap_err().to_string();
    assert!(
        error.contains("would send what is precise from a device in US to CN: the narrowest of places:squares, Tiny"),
        "{error}"
    );
}

#[cfg(feature = "seal")]
#[test]
fn a_sealed_name_has_one_length() {
    let secret = hereabouts::seal::SecretKey::generate().unwrap();
    let sealed = format!("keys = \"Else\"\nseal_to = \"{}\"\n", secret.public_key());
    let policy = two_squares(&(policy(r#"{ kind = "places", file = "squares.geojson" }"#) + &sealed));
    let minimizer = minimizer(&policy);
    let mut lengths = BTreeSet::new();
    let binding = hereabouts::seal::Binding::new("near", "eu", &policy.fingerprint());
    for (hour, place) in [(52.005, 5.005), (51.0, 4.0), (0.0, 0.0)].into_iter().enumerate() {
        let release = release(&minimizer, &fix_at(place.0, place.1, NINE + HOUR * hour as i64));
        lengths.insert(release.to_json().len());
        let opened = secret.open(release.message().unwrap(), &binding).unwrap();
        let opened: serde_json::Value = serde_json::from_str(&opened).unwrap();
        assert_eq!(opened["place"].as_str(), release.place());
    }
    assert_eq!(lengths.len(), 1, "{lengths:?}");
}

#[cfg(feature = "audit")]
#[test]
fn a_disclosure_says_which_names_went_out() {
    let policy = two_squares(&policy(r#"{ kind = "places", file = "squares.geojson" }"#));
    let minimizer = minimizer(&policy);
    for (hour, place) in [(52.005, 5.005), (51.0, 4.0), (0.0, 0.0)].into_iter().enumerate() {
        release(&minimizer, &fix_at(place.0, place.1, NINE + HOUR * hour as i64));
    }
    let (receipts, zones) = (minimizer.receipts().unwrap(), minimizer.zones().unwrap());
    let at = support::time(NINE + 10 * HOUR);
    let disclosure = hereabouts::audit::Disclosure::of(&receipts, &zones, &policy, "eu", at).unwrap();
    assert_eq!((disclosure.releases.len(), disclosure.names, disclosure.forgotten), (3, 3, 0));
    assert!(disclosure.home.likely.is_none() && disclosure.releases.iter().all(|sent| sent.shape().is_none()));
    let fixes = vec![fix_at(52.005, 5.005, NINE)];
    let options = hereabouts::audit::RehearsalOptions::default();
    let refused = hereabouts::audit::Rehearsal::run(&policy, fixes, &options).unwrap_err().to_string();
    assert!(refused.contains("tells names of places"), "{refused}");
}

#[test]
fn the_examples_tell_what_their_comments_say() {
    let policies = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/policies/");
    let policy = Policy::read(format!("{policies}country.toml")).unwrap();
    let places = policy.partition_for("prices", "shop").unwrap().places().unwrap();
    assert!(places.names().all(|name| !["Monaco", "Macao", "Vatican"].contains(&name)));
    let minimizer = minimizer(&policy);
    let outcome = minimizer.release(&fix_at(52.0907, 5.1214, NINE), "prices", "shop").unwrap();
    assert_eq!(outcome.released().unwrap().place(), Some("Netherlands"));
    let said = policy.explain(52.0).to_string();
    assert!(said.contains("the name of one of"), "{said}");
    let clinics = Policy::read(format!("{policies}clinics.toml")).unwrap().explain(52.0).to_string();
    assert!(
        clinics.contains("Near one of 3 places of clinics: a cell of h3:5 instead, and no kept field."),
        "{clinics}"
    );
}
