mod errors;
mod floors;

use proptest::prelude::*;

use super::files::no_files;
use super::*;
use crate::Accounting;

const WEATHER: &str = include_str!("../../examples/policies/weather.toml");
const WEATHER_JSON: &str = include_str!("../../examples/policies/weather.json");
const STORE_FINDER: &str = include_str!("../../examples/policies/store-finder.toml");
const RIDE_SHARING: &str = include_str!("../../examples/policies/ride-sharing.toml");
const FITNESS_HEATMAP: &str = include_str!("../../examples/policies/fitness-heatmap.toml");
const FLEET: &str = include_str!("../../examples/policies/fleet.toml");

/// A small policy with one thing on each line, so that the line of a fault is plain.
const TOML: &str = r#"version = 1
[protection]
radius_m = 200
[[budget]]
epsilon = 8
window = "24h"
[[budget]]
epsilon = 60
window = "30d"
[purposes.weather]
mechanism = { kind = "planar-laplace", epsilon = 0.5 }
repeat = { kind = "fresh" }
grid = { kind = "h3", resolution = 6 }
interval = "1h"
time_bucket = "1h"
keep = []
[destinations.eu]
jurisdiction = "DE"
operator = "Example Weather GmbH"
floor = { area_km2 = 1.0 }
"#;

const JSON: &str = r#"{
"version": 1,
"protection": {
"radius_m": 200 },
"budget": [ {
"epsilon": 8,
"window": "24h" }, {
"epsilon": 60,
"window": "30d" } ],
"purposes": { "weather": {
"mechanism": { "kind": "planar-laplace", "epsilon": 0.5 },
"repeat": { "kind": "fresh" },
"grid": { "kind": "h3", "resolution": 6 },
"interval": "1h",
"time_bucket": "1h",
"keep": [] } },
"destinations": { "eu": {
"jurisdiction": "DE",
"operator": "Example Weather GmbH",
"floor": { "area_km2": 1.0 } } }
}
"#;

fn toml_error(from: &str, to: &str) -> PolicyError {
    assert_eq!(TOML.matches(from).count(), 1, "{from}");
    Policy::from_toml(&TOML.replace(from, to)).expect_err(to)
}

fn json_error(from: &str, to: &str) -> PolicyError {
    assert_eq!(JSON.matches(from).count(), 1, "{from}");
    Policy::from_json(&JSON.replace(from, to)).expect_err(to)
}

#[test]
fn every_example_policy_is_accepted_and_its_twin_is_equal() {
    for text in [WEATHER, STORE_FINDER, RIDE_SHARING, FITNESS_HEATMAP, FLEET, TOML] {
        let policy = Policy::from_toml(text).unwrap();
        assert!(policy.destinations().any(|(_, destination)| destination.jurisdiction() == "DE"));
    }
    assert_eq!(Policy::from_toml(WEATHER).unwrap(), Policy::from_json(WEATHER_JSON).unwrap());
    assert_eq!(Policy::from_toml(TOML).unwrap(), Policy::from_json(JSON).unwrap());
}

#[test]
fn a_policy_built_in_code_equals_the_file_and_passes_the_same_checks() {
    let hour = Duration::from_secs(3_600);
    let mechanism = |epsilon| Mechanism::PlanarLaplace { epsilon };
    let purpose = |epsilon| Purpose::new(mechanism(epsilon), Repeat::Fresh, Grid::h3(6).unwrap(), hour, hour);
    let eu = || Destination::new("DE", "Example Weather GmbH").with_floor(Floor::none().with_area_km2(1.0));
    let budget = [(8.0, 24 * hour), (60.0, 720 * hour)];
    let policy = Policy::new(200.0, budget, [("weather", purpose(0.5))], [("eu", eu())]);
    assert_eq!(policy.unwrap(), Policy::from_toml(TOML).unwrap());

    let error = Policy::new(200.0, budget, [("weather", purpose(f64::NAN))], [("eu", eu())]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "purposes.weather.mechanism.epsilon: `NaN` is not above zero; expected a number above zero, such as 0.5",
    );
    let error = Policy::new(200.0, budget, [("a", purpose(0.5)), ("a", purpose(0.1))], [("eu", eu())]).unwrap_err();
    assert_eq!((error.line(), error.path()), (None, "purposes.a"));
    let none: [(&str, Purpose); 0] = [];
    assert_eq!(Policy::new(200.0, budget, none, [("eu", eu())]).unwrap_err().path(), "purposes");
    assert_eq!(Policy::new(200.0, [], [("a", purpose(0.5))], [("eu", eu())]).unwrap_err().path(), "budget");
}

/// A draw of the fleet's trace costs its ρ, one of its depot half the square of ε + s; a stay half the square of its ε.
#[test]
fn a_zcdp_policy_counts_every_loss_in_rho() {
    let policy = Policy::from_toml(FLEET).unwrap();
    assert_eq!((policy.budget().accounting(), policy.delta()), (Accounting::Zcdp, Some(1e-9)));
    let loss = |purpose: &str| {
        let noise = policy.purpose(purpose).unwrap().mechanism().noise(policy.radius_m()).unwrap();
        noise.loss_in(Accounting::Zcdp).unwrap().to_string()
    };
    assert_eq!((loss("trace").as_str(), loss("depot").as_str()), ("0.005", "0.031250301")); // 0.2500012²/2, up
    let explanation = policy.explain(52.0);
    let [depot, trace] = &explanation.purposes[..] else { panic!("two purposes") };
    let hold = depot.hold.as_ref().unwrap();
    // No answer makes a loss in ρ smaller: a test of recall costs the same in vain.
    assert_eq!((hold.stay.as_str(), hold.recalled.as_deref()), ("0.02", Some("0.02")));
    assert_eq!(hold.move_on, "0.071250301");
    assert_eq!(trace.windows[0].draws, 100);
    assert!((trace.windows[0].epsilon_at_delta.unwrap() - 6.5).abs() < 0.5, "{:?}", trace.windows[0]);
    assert_eq!(explanation.to_string(), include_str!("explain_fleet.txt"));
}

#[test]
fn an_epsilon_that_leaves_room_for_its_rounding_is_afforded() {
    assert!(Policy::from_toml(&TOML.replace("epsilon = 0.5 }", "epsilon = 7.9999988 }")).is_ok());
    assert!(Policy::from_toml(&TOML.replace("epsilon = 8\n", "epsilon = 0.5000012\n")).is_ok());
    assert!(Policy::from_toml(&TOML.replace("epsilon = 8\n", "epsilon = 0.5\n")).is_err());
}

#[test]
fn the_coarser_of_purpose_and_floor_wins_for_every_pair() {
    for text in [WEATHER, STORE_FINDER, RIDE_SHARING, FITNESS_HEATMAP] {
        let policy = Policy::from_toml(text).unwrap();
        for (purpose_name, purpose) in policy.purposes() {
            for (name, destination) in policy.destinations() {
                let grid = policy.grid_for(purpose_name, name).unwrap();
                assert!(destination.floor().is_none_or(|floor| floor.check(grid).is_ok()), "{purpose_name} to {name}");
                // No coarser than needed: it is the purpose's own grid, or the next finer one fails the floor.
                let finer = core::iter::successors(purpose.partition().grid(), Grid::coarser)
                    .take_while(|finer| *finer != grid)
                    .last();
                assert!(finer.is_none_or(|finer| destination.floor().is_some_and(|floor| floor.check(finer).is_err())));
            }
            assert_eq!(policy.grid_for(purpose_name, "nowhere"), None);
        }
    }
    let weather = Policy::from_toml(WEATHER).unwrap();
    assert_eq!(weather.grid_for("weather", "eu").unwrap().to_string(), "h3:7");
    assert_ne!(weather.grid_for("weather", "cn"), weather.grid_for("weather", "eu"));
}

#[test]
fn the_format_of_a_file_is_told_from_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let read = |bytes: &[u8]| {
        let path = folder.path().join("policy");
        std::fs::write(&path, bytes).unwrap();
        Policy::read(path)
    };
    let policy = Policy::from_toml(TOML).unwrap();
    assert_eq!(read(TOML.as_bytes()).unwrap(), policy);
    assert_eq!(read(format!("\u{feff}\n {JSON}").as_bytes()).unwrap(), policy);
    assert_eq!(read(TOML.replace('\n', "\r\n").as_bytes()).unwrap(), policy);
    assert_eq!(
        read(b"version = 1\n\xff").unwrap_err().to_string(),
        "line 2: the policy is not UTF-8; expected text in UTF-8"
    );
    assert_eq!(read(&[b'#'; (1 << 20) + 1]).unwrap_err().what(), "the policy is larger than 1 MiB");
    let missing = Policy::read(folder.path().join("missing")).unwrap_err();
    assert_eq!(missing.what(), "the policy cannot be read (entity not found)");
    assert!(std::error::Error::source(&missing).is_some());
}

#[test]
fn an_error_repeats_no_more_than_its_key_or_value() {
    let secret = "3f9c".repeat(400);
    for error in [
        toml_error("operator =", &format!("# {secret}\noperator = 3\n# {secret}\nx =")),
        toml_error("jurisdiction = \"DE\"", &format!("jurisdiction = \"{secret}\"")),
        toml_error("[protection]", &format!("[{secret}]\n[protection]")),
        toml_error("radius_m = 200", &format!("radius_m = {secret}")),
        json_error("\"radius_m\": 200", &format!("\"radius_m\": {secret}")),
        json_error("\"radius_m\": 200", &format!("\"{secret}\": 200")),
    ] {
        let longest = error.to_string().split(['"', '`', ' ', ':']).map(str::len).max().unwrap();
        assert!(longest < 80, "{error}");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_stack_overflow() {
    let deep = "[".repeat(200_000);
    assert!(Policy::from_json(&format!("{{\"a\":{deep}")).is_err());
    assert!(Policy::from_toml(&format!("a = {deep}")).is_err());
    assert!(Policy::from_toml(&"a.".repeat(100_000)).is_err());
    assert!(Policy::from_toml(&format!("[{}a]", "a.".repeat(100_000))).is_err());
    assert!(Policy::from_toml(&format!("{}a = 1", "a.".repeat(100_000))).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Policy::from_bytes(&bytes, &mut no_files);
    }

    /// Whatever is cut, doubled or changed in a policy: an answer, and a line that the text has.
    #[test]
    fn no_mutated_policy_makes_it_panic(
        json in any::<bool>(),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), 0_usize..12, "[-0-9a-z\\[\\]{}\",.=\n ]{0,8}"), 1..4),
    ) {
        let mut bytes = if json { JSON } else { TOML }.as_bytes().to_vec();
        for (place, cut, insert) in edits {
            let start = place.index(bytes.len());
            let end = (start + cut).min(bytes.len());
            bytes.splice(start..end, insert.into_bytes());
        }
        let lines = bytes.split(|&byte| byte == b'\n').count();
        match Policy::from_bytes(&bytes, &mut no_files) {
            Ok(policy) => { let _ = policy.explain(52.0).to_string(); }
            Err(error) => prop_assert!(error.line().is_some_and(|line| (1..=lines).contains(&line)), "{error}"),
        }
    }
}
