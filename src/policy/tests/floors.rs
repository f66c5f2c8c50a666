//! Floors in a policy: what is coarsened, what is refused and with which figure, and what does not cross a border.

use super::*;

const H3: &str = "{ kind = \"h3\", resolution = 6 }";
const AREA: &str = "{ area_km2 = 1.0 }";

/// A small policy with another grid, another floor and another country.
fn policy(grid: &str, floor: &str, jurisdiction: &str) -> Result<Policy, PolicyError> {
    let text = TOML.replace(H3, grid).replace(AREA, floor).replace("\"DE\"", &format!("\"{jurisdiction}\""));
    Policy::from_toml(&text)
}

#[test]
fn california_refuses_two_decimals_with_the_figure() {
    let error = policy("{ kind = \"decimal\", places = 2 }", "{ preset = \"california\" }", "US").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 20: destinations.eu.floor: the purpose `weather`: cells of decimal:2 are below the 0.9989 km² of california from \
         latitude 36.13° on, down to 217.7 m² beside the poles; expected h3, s2 or metric as the grid of the purpose, or a floor \
         of `decimals` alone",
    );
}

#[test]
fn google_play_coarsens_h3_7_or_refuses_it_where_the_floor_may_not_coarsen() {
    let h3_7 = "{ kind = \"h3\", resolution = 7 }";
    let coarsened = policy(h3_7, "{ preset = \"google-play\" }", "US").unwrap();
    assert_eq!(coarsened.grid_for("weather", "eu").unwrap().to_string(), "h3:6");
    let notes: Vec<String> = coarsened.notes().iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "weather goes to eu as h3:6: the smallest cells of h3:7, its pentagons, have 2.593 km², below the 3 km² of google-play"
        ]
    );
    let refused = policy(h3_7, "{ preset = \"google-play\", coarsen = false }", "US").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "line 20: destinations.eu.floor: the purpose `weather`: the smallest cells of h3:7, its pentagons, have 2.593 km², below \
         the 3 km² of google-play; expected h3:6 or a coarser grid for the purpose, or a floor without `coarsen = false`",
    );
    let met = policy(H3, "{ preset = \"google-play\", coarsen = false }", "US").unwrap();
    assert_eq!((met.grid_for("weather", "eu").unwrap().to_string(), met.notes()), ("h3:6".into(), vec![]));
}

#[test]
fn a_floor_that_no_grid_of_the_kind_meets_is_an_error_with_the_figure() {
    for grid in
        ["{ kind = \"decimal\", places = 2 }", "{ kind = \"geohash\", length = 5 }", "{ kind = \"olc\", length = 6 }"]
    {
        for size in [AREA, "{ radius_m = 564 }"] {
            let error = policy(grid, size, "DE").unwrap_err();
            assert_eq!((error.line(), error.path()), (Some(20), "destinations.eu.floor"), "{error}");
            assert!(error.what().ends_with("beside the poles"), "{error}");
            assert!(error.expected().starts_with("h3, s2 or metric"), "{error}");
        }
        // Digits are another matter: no pole changes them.
        assert!(policy(grid, "{ decimals = 3 }", "DE").is_ok(), "{grid}");
    }
    assert_eq!(
        policy(H3, "{ area_km2 = 1e8 }", "DE").unwrap_err().to_string(),
        "line 20: destinations.eu.floor: the purpose `weather`: the smallest cells of h3:6, its pentagons, have 18.16 km², below \
         the 100,000,000 km² of `area_km2`; and no grid of its kind is coarse enough: the smallest cells of h3:0, its pentagons, \
         have 2,550,958 km², below the 100,000,000 km² of `area_km2`; expected a lower floor",
    );
}

/// What a policy says of keys is not looked at: nothing lifts a floor.
#[test]
fn a_hundred_metres_from_a_us_device_do_not_go_to_a_country_of_concern() {
    let (fine, coarse) = ("{ kind = \"metric\", edge_m = 100 }", "{ kind = \"metric\", edge_m = 3000 }");
    let with_devices = |grid: &str, jurisdiction: &str, devices: &str| {
        let text = TOML.replace(H3, grid).replace("floor = { area_km2 = 1.0 }", "keys = \"Someone Else\"");
        let text = text.replace("\"DE\"", &format!("\"{jurisdiction}\""));
        Policy::from_toml(&text.replace("radius_m = 200\n", &format!("radius_m = 200\n{devices}")))
    };
    assert_eq!(
        with_devices(fine, "CN", "devices = [\"US\"]\n").unwrap_err().to_string(),
        "line 18: destinations.eu: the purpose `weather` would send what is precise from a device in US to CN: the narrowest \
         cells of metric:100, those around the poles, hold a circle of 43.74 m radius, below the 1,000 m of 28-cfr-202; expected \
         `floor = { preset = \"28-cfr-202\" }`, or a coarser grid for the purpose; a seal does not help",
    );
    for country in ["CN", "HK", "MO", "CU", "IR", "KP", "RU", "VE"] {
        assert!(with_devices(fine, country, "devices = [\"DE\", \"US\"]\n").is_err(), "{country}");
        // 875 m: enough for PADFA, not for 28 CFR 202, which names more countries.
        let between = with_devices("{ kind = \"metric\", edge_m = 2000 }", country, "devices = [\"US\"]\n");
        assert!(between.unwrap_err().what().ends_with("below the 1,000 m of 28-cfr-202"), "{country}");
        assert!(with_devices(coarse, country, "devices = [\"US\"]\n").is_ok(), "{country}");
        assert!(with_devices(fine, country, "devices = [\"DE\"]\n").is_ok(), "{country}");
        // Without the key a reviewer is told.
        let notes = with_devices(fine, country, "").unwrap().notes();
        assert!(matches!(&notes[..], [PolicyNote::Precise { .. }]), "{country}: {notes:?}");
        assert!(with_devices(coarse, country, "").unwrap().notes().is_empty());
    }
    assert!(with_devices(fine, "DE", "devices = [\"US\"]\n").unwrap().notes().is_empty());
    assert!(with_devices(fine, "DE", "").unwrap().notes().is_empty());
    // The floor that the message asks for is met by coarsening.
    let text = TOML.replace(H3, fine).replace(AREA, "{ preset = \"28-cfr-202\" }").replace("\"DE\"", "\"CN\"");
    let policy = Policy::from_toml(&text.replace("radius_m = 200\n", "radius_m = 200\ndevices = [\"US\"]\n")).unwrap();
    assert_eq!(policy.grid_for("weather", "eu").unwrap().to_string(), "metric:3200");
    assert_eq!(policy.devices().collect::<Vec<_>>(), ["US"]);
}

#[test]
fn the_same_border_stands_for_a_policy_built_in_code() {
    let fine = policy("{ kind = \"metric\", edge_m = 100 }", "{ decimals = 5 }", "RU").unwrap();
    let error = fine.clone().for_devices_in(["US"]).unwrap_err();
    assert_eq!((error.line(), error.path()), (None, "destinations.eu"));
    assert!(fine.clone().for_devices_in(["GB"]).is_ok());
    assert_eq!(fine.clone().for_devices_in(["UK"]).unwrap_err().path(), "protection.devices[0]");
    assert_eq!(fine.for_devices_in([]).unwrap_err().path(), "protection.devices");
}

#[test]
fn every_resulting_grid_passes_every_test_of_its_preset() {
    for preset in Preset::EVERY {
        for grid in [
            H3,
            "{ kind = \"h3\", resolution = 12 }",
            "{ kind = \"s2\", level = 20 }",
            "{ kind = \"metric\", edge_m = 10 }",
        ] {
            let policy = policy(grid, &format!("{{ preset = \"{preset}\" }}"), "DE").unwrap();
            let to = policy.grid_for("weather", "eu").unwrap();
            for (_, test) in preset.tests() {
                match test {
                    FloorTest::Area { least_m2 } => assert!(to.smallest_area_m2() >= least_m2, "{preset} {to}"),
                    FloorTest::Radius { least_m } => assert!(to.smallest_inradius_m() >= least_m, "{preset} {to}"),
                    FloorTest::Digits { most } => assert!(to.decimals() <= most, "{preset} {to}"),
                }
            }
        }
    }
}
