//! The schema: that the committed copy is current, and that it says what the reader does.

use std::path::Path;

use serde_json::Value;

use super::*;

fn validator() -> jsonschema::Validator {
    jsonschema::validator_for(&Policy::schema()).unwrap()
}

fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/policies");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect()
}

fn to_json(text: &str) -> Value {
    if text.starts_with('{') { serde_json::from_str(text).unwrap() } else { toml::from_str(text).unwrap() }
}

/// `HEREABOUTS_WRITE_SCHEMA=1 cargo test --lib the_committed_schema_is_current` writes it anew.
#[test]
fn the_committed_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policy.schema.json");
    let schema = serde_json::to_string_pretty(&Policy::schema()).unwrap() + "\n";
    if std::env::var_os("HEREABOUTS_WRITE_SCHEMA").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap() == schema,
        "docs/policy.schema.json is not what Policy::schema says"
    );
    assert_eq!(Policy::schema()["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn every_example_policy_is_accepted_by_schema_and_reader() {
    let (validator, examples) = (validator(), examples());
    assert!(examples.len() >= 7);
    for (name, text) in examples {
        let errors: Vec<String> = validator.iter_errors(&to_json(&text)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        // A build that does not seal refuses what asks for it.
        let is_honoured = cfg!(feature = "seal") || !text.contains("seal_to");
        assert_eq!(Policy::read(&name).is_ok(), is_honoured, "{name}");
    }
}

#[test]
fn what_is_wrong_by_the_schema_is_wrong_by_the_reader() {
    let wrong = [
        ("/version", "2"),
        ("/colour", "1"),
        ("/protection/radius_m", "0"),
        ("/protection/radius_m", "\"200\""),
        ("/protection/devices", "[]"),
        ("/protection/devices", "\"US\""),
        ("/protection/devices", "[\"USA\"]"),
        ("/budget", "[]"),
        ("/budget/0/epsilon", "-1"),
        ("/budget/0/rho", "8"),
        ("/budget", "[{ \"window\": \"24h\" }]"),
        ("/accounting", "\"zcdp\""),
        ("/accounting", "{ \"kind\": \"renyi\" }"),
        ("/accounting", "{ \"kind\": \"pure\", \"delta\": 1e-9 }"),
        ("/accounting", "{ \"kind\": \"zcdp\", \"delta\": 0 }"),
        ("/budget/0/window", "24"),
        ("/budget/0/window", "\"24\""),
        ("/budget/0/window", "\"0h\""),
        ("/budget/0/window", "\"1month\""),
        ("/purposes", "{}"),
        ("/purposes/weather/interval", "3600"),
        ("/purposes/weather/keep", "[\"accuracy\"]"),
        ("/purposes/weather/mechanism", "{ \"kind\": \"gaussian\", \"sigma_m\": 300 }"),
        ("/purposes/weather/mechanism/epsilon", "0"),
        ("/purposes/weather/mechanism/delta", "0"),
        ("/purposes/weather/repeat", "{ \"kind\": \"hold\", \"within\": \"6km\" }"),
        ("/purposes/weather/repeat", "\"fresh\""),
        ("/purposes/weather/repeat/within", "\"0km\""),
        ("/purposes/weather/repeat/within", "\"6 miles\""),
        ("/purposes/weather/repeat/within", "6"),
        ("/purposes/weather/repeat/epsilon", "0"),
        ("/purposes/weather/repeat/recall", "65"),
        ("/purposes/weather/grid", "{ \"kind\": \"h3\", \"level\": 6 }"),
        ("/purposes/weather/grid", "{ \"resolution\": 6 }"),
        ("/purposes/weather/grid", "{ \"kind\": \"h3\", \"resolution\": 13 }"),
        ("/purposes/weather/grid", "{ \"kind\": \"s2\", \"level\": 21 }"),
        ("/purposes/weather/grid", "{ \"kind\": \"olc\", \"length\": 7 }"),
        ("/purposes/weather/grid", "{ \"kind\": \"metric\", \"edge_m\": 9 }"),
        ("/destinations", "{}"),
        ("/destinations/eu/jurisdiction", "\"EU\""),
        ("/destinations/eu/operator", "\"\""),
        ("/destinations/eu/keys", "null"),
        ("/destinations/eu/seal_to", "\"abc\""),
        ("/destinations/eu/floor", "{}"),
        ("/destinations/eu/floor", "{ \"area_km2\": 0 }"),
        ("/destinations/eu/floor", "{ \"area_km2\": 1, \"coarsen\": \"no\" }"),
        ("/destinations/eu/floor", "{ \"preset\": \"none\" }"),
        ("/destinations/eu/retention", "30"),
    ];
    let validator = validator();
    let policy = to_json(include_str!("../../examples/policies/weather.json"));
    for (place, value) in wrong {
        let mut policy = policy.clone();
        let (parent, key) = place.rsplit_once('/').unwrap();
        policy.pointer_mut(parent).unwrap()[key] = serde_json::from_str(value).unwrap();
        assert!(!validator.is_valid(&policy), "{place} = {value} passes the schema");
        let error = Policy::from_json(&policy.to_string()).expect_err(place);
        assert!(error.path().starts_with(place.split('/').nth(1).unwrap()), "{place}: {error}");
    }
    for key in ["version", "protection", "budget", "purposes", "destinations"] {
        let mut policy = policy.clone();
        policy.as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&policy), "without {key}");
        assert!(Policy::from_json(&policy.to_string()).is_err(), "without {key}");
    }
}
