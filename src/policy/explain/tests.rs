use super::*;
use crate::{Destination, Floor, Grid, Mechanism, Preset, Repeat};

const WEATHER: &str = include_str!("../../../examples/policies/weather.toml");

#[test]
fn the_explanation_of_the_weather_policy_reads_so() {
    let explanation = Policy::from_toml(WEATHER).unwrap().explain(52.0);
    assert_eq!(explanation.to_string(), include_str!("weather.txt"));
}

/// Noise of scale b, by a policy with the grid `decimal:2`.
fn policy(scale_m: f64, window: f64) -> Policy {
    let hour = Duration::from_secs(3_600);
    let mechanism = Mechanism::PlanarLaplace { epsilon: crate::SPHERE_PER_GEODESIC };
    let purpose = Purpose::new(mechanism, Repeat::Fresh, Grid::decimal(2).unwrap(), hour, hour);
    let eu = Destination::new("DE", "Example Weather GmbH");
    Policy::new(scale_m, [(window, 24 * hour)], [("weather", purpose)], [("eu", eu)]).unwrap()
}

#[test]
fn the_probability_is_that_of_the_planar_laplace_radius() {
    for (scale_m, probability) in [(200.0, 0.77231), (500.0, 0.31120), (1_000.0, 0.11020), (2_000.0, 0.03302)] {
        let explanation = policy(scale_m, 2.0).explain(0.0);
        let destination = &explanation.purposes[0].destinations[0];
        assert!((destination.near_by_one - probability).abs() < 1e-5, "{destination:?}");
        // One draw is afforded: 1 − e^(−f²/4b²).
        let stay = 1.0 - (-(564.0 / scale_m).powi(2) / 4.0).exp();
        assert!((destination.near_by_window[0] - stay).abs() < 1e-12, "{destination:?}");
    }
}

/// With Gaussian noise the distance is Rayleigh's: 1 − e^(−f²/2σ²), and of n draws 1 − e^(−n·f²/2σ²).
#[test]
fn the_probability_with_gaussian_noise_is_rayleighs() {
    let hour = Duration::from_secs(3_600);
    let purpose = Purpose::new(Mechanism::Gaussian { rho: 0.02 }, Repeat::Fresh, Grid::h3(6).unwrap(), hour, hour);
    let eu = Destination::new("DE", "Example Weather GmbH").with_floor(Floor::none().with_radius_m(800.0));
    let policy = Policy::zcdp(1e-9, 200.0, [(0.06, 24 * hour)], [("weather", purpose)], [("eu", eu)]).unwrap();
    let purpose = &policy.explain(0.0).purposes[0];
    let (sigma_m, found) = (purpose.scale_m, &purpose.destinations[0]);
    assert!((sigma_m - 1_000.0).abs() < 1.0, "{sigma_m}"); // r/√(2ρ)
    let within = |draws: f64| 1.0 - (-draws * (800.0 / sigma_m).powi(2) / 2.0).exp();
    assert!((found.near_by_one - within(1.0)).abs() < 1e-6, "{found:?}");
    assert_eq!(purpose.windows[0].draws, 3);
    assert!((found.near_by_window[0] - within(3.0)).abs() < 1e-12, "{found:?}");
}

#[test]
fn near_is_what_the_floor_asks_for() {
    let near_m = |floor: Floor| {
        let hour = Duration::from_secs(3_600);
        let mechanism = Mechanism::PlanarLaplace { epsilon: 0.5 };
        let purpose = Purpose::new(mechanism, Repeat::Fresh, Grid::h3(4).unwrap(), hour, hour);
        let eu = Destination::new("DE", "Example Weather GmbH").with_floor(floor);
        let policy = Policy::new(200.0, [(8.0, 24 * hour)], [("weather", purpose)], [("eu", eu)]).unwrap();
        policy.explain(0.0).purposes[0].destinations[0].near_m
    };
    let floor = Floor::none();
    assert_eq!(near_m(floor.with_radius_m(700.0)), 700.0);
    assert!((near_m(floor.with_preset(Preset::California)) - 563.88).abs() < 1e-9);
    assert_eq!(near_m(floor.with_preset(Preset::All)), 1_000.0, "3 km² is a circle of 977 m");
    assert_eq!(near_m(floor.with_area_km2(4.0).with_radius_m(1_000.0)).round(), 1_128.0);
    assert_eq!(near_m(floor.with_decimals(2)), 564.0);
}

#[test]
fn what_would_be_precise_from_a_us_device_is_said_unless_the_policy_says_where_devices_are() {
    let text = WEATHER.replace("floor = { preset = \"all\" }", "");
    let note = "    Note: from a device in the US this would be precise, sealed or not: the narrowest cells of h3:7, its pentagons, hold \
                a circle of 859.3 m radius, below the 1,000 m of 28-cfr-202. `devices` in `protection` says where devices are.\n";
    let explained = |text: &str| Policy::from_toml(text).unwrap().explain(52.0).to_string();
    assert!(explained(&text).contains(note), "{}", explained(&text));
    let there = explained(&text.replace("[protection]", "[protection]\ndevices = [\"DE\"]"));
    assert!(!there.contains("Note"), "{there}");
    assert!(!there.contains("legal advice") && explained(WEATHER).contains("no legal advice"));
}

#[test]
fn a_zone_is_explained_with_what_it_misses_and_what_it_does_not_hide() {
    let text = WEATHER.replace("[purposes.weather]", "[zones]\nepsilon = 0.5\nradius = \"300m\"\n[purposes.weather]");
    let explanation = Policy::from_toml(&text).unwrap().explain(52.0);
    let said = "A place that the user protects is drawn once, for life, with epsilon 0.5; its zone is a disc of 4,014 m around that \
                point, 804 m from the place on average. It misses something within 300 m of the place with probability 1 in 1,000. \
                Inside, the point stands in for the truth, at no cost. When one goes in and out is not protected.\n";
    assert!(explanation.to_string().contains(said), "{explanation}");
    assert_eq!(explanation.zones.unwrap().loss, "0.5000012");
    assert_eq!(Policy::from_toml(WEATHER).unwrap().explain(52.0).zones, None);
}

#[test]
fn a_cell_is_told_whole_and_not_by_half() {
    // 0.01° of the meridian and of the parallel on WGS 84: 1,105.7 m by 1,113.2 m on the equator.
    for (latitude_deg, width_m, height_m) in [(0.0, 1_113.2, 1_105.7), (60.0, 558.0, 1_114.1), (-60.0, 558.0, 1_114.1)]
    {
        let cell = policy(200.0, 8.0).explain(latitude_deg).purposes[0].destinations[0].clone();
        let [found_width_m, found_height_m, area_m2] =
            [cell.cell_width_m, cell.cell_height_m, cell.cell_area_m2].map(Option::unwrap);
        assert!((found_width_m - width_m).abs() < 0.1, "{cell:?}");
        assert!((found_height_m - height_m).abs() < 0.1, "{cell:?}");
        assert!((area_m2 / (found_width_m * found_height_m) - 1.0).abs() < 1e-3, "{cell:?}");
    }
}

#[test]
fn the_size_of_a_hexagon_holds_its_area_everywhere() {
    let weather = Policy::from_toml(WEATHER).unwrap();
    for latitude_deg in [-90.0, -89.99, -60.0, -23.0, 0.0, 37.5, 52.0, 78.0, 90.0, 100.0, f64::NAN] {
        let explanation = weather.explain(latitude_deg);
        for destination in &explanation.purposes[0].destinations {
            let [width_m, height_m, area_m2] =
                [destination.cell_width_m, destination.cell_height_m, destination.cell_area_m2].map(Option::unwrap);
            let filled = area_m2 / (width_m * height_m);
            // A regular hexagon fills 0.65 to 0.87 of its box, by how it lies, a pentagon 0.69; of the square on
            // twice the circumradius a hexagon fills 0.65.
            assert!((0.55..0.9).contains(&filled), "{latitude_deg}: {filled}");
        }
    }
}

#[test]
fn draws_are_counted_with_what_rounding_costs() {
    let explained = |window: f64| {
        let hour = Duration::from_secs(3_600);
        let mechanism = Mechanism::PlanarLaplace { epsilon: 0.5 };
        let purpose = Purpose::new(mechanism, Repeat::Fresh, Grid::decimal(2).unwrap(), hour / 2, hour);
        let eu = Destination::new("DE", "Example Weather GmbH");
        Policy::new(200.0, [(window, 24 * hour)], [("weather", purpose)], [("eu", eu)]).unwrap().explain(0.0)
    };
    let window = |window: f64| explained(window).purposes[0].windows[0].clone();
    assert_eq!((window(8.0).draws, window(8.0).naive_draws), (15, 16));
    assert_eq!((window(8.0000192).draws, window(8.0000192).naive_draws), (16, 16));
    assert_eq!((window(20.0).drawn(), window(20.0).draws, window(20.0).ticks), (39, 39, 48));
    assert_eq!((window(30.0).drawn(), window(30.0).draws, window(30.0).ticks), (48, 59, 48));
    assert!(explained(8.0).to_string().contains("Note"));
    assert!(!explained(8.0000192).to_string().contains("Note"));
}

#[test]
fn with_hold_a_draw_after_the_first_takes_the_end_of_a_stay() {
    let weather = |from: &str, to: &str| Policy::from_toml(&WEATHER.replace(from, to)).unwrap().explain(52.0);
    let window = |from, to| weather(from, to).purposes[0].windows[0].clone();
    // 1.2000012 for the first, 0.5 + 0.166666667 + 1.2000012 for each other: four cost 6.800004801.
    assert_eq!(window("", "").draws, 4);
    assert_eq!(window("epsilon = 8\n", "epsilon = 6.8000048\n").draws, 3, "6.800004801 is needed");
    assert_eq!(window("epsilon = 8\n", "epsilon = 6.8000049\n").draws, 4);
    // Without recall its vain test costs nothing, and every return is a draw.
    let without = weather(", recall = 16", "");
    assert_eq!(without.purposes[0].windows[0].draws, 4, "five would cost 8.000006");
    assert!(without.to_string().contains("Recall: none. Every return to a place is a new draw"), "{without}");
    let hold = without.purposes[0].hold.clone().unwrap();
    assert_eq!((hold.recall, hold.move_on.as_str()), (0, "1.7000012"));
    // 30 draws at b = 167.6 m: 67.1 m at 200 m by 100,000 trials, and the formula is good to 4 %.
    assert!((hold.error_after_30_draws_m / (67.1 * 167.6 / 200.0) - 1.0).abs() < 0.04, "{hold:?}");
}
