//! Sealed destinations, end to end: what goes out, that it is all that goes out, and who reads it.

mod support;

use std::collections::BTreeSet;

use hereabouts::seal::{Binding, KeyError, Message, OpenError, SecretKey};
use hereabouts::{Fix, MemoryLedger, Minimizer, Outcome, Policy, PolicyError, RecordedClock, Release};
use support::{NINE, POLICY, fix_at};

const QUARTER: i64 = 900;

fn sealed_to(key: &str) -> Result<Policy, PolicyError> {
    let floor = "floor = { area_km2 = 30 }\n";
    assert!(POLICY.ends_with(floor));
    Policy::from_toml(&format!("{POLICY}keys = \"Example Weather GmbH\"\nseal_to = \"{key}\"\n"))
}

/// The policy of the road's tests with its Chinese destination sealed, and the key to it.
fn sealed() -> (SecretKey, Policy) {
    let secret = SecretKey::generate().unwrap();
    let policy = sealed_to(&secret.public_key().to_string()).unwrap();
    (secret, policy)
}

fn replay(policy: &Policy) -> Minimizer {
    Minimizer::new(policy.clone(), MemoryLedger::new(), RecordedClock::default()).unwrap()
}

fn release(minimizer: &Minimizer, fix: &Fix, purpose: &str, destination: &str) -> Release {
    minimizer.release(fix, purpose, destination).unwrap().released().expect("the tick and the budget allow it")
}

fn open(secret: &SecretKey, sent: &str, binding: &Binding) -> String {
    secret.open(&sent.parse().unwrap(), binding).unwrap()
}

#[test]
fn every_written_form_of_a_release_to_a_sealed_destination_is_the_message() {
    let (secret, policy) = sealed();
    let minimizer = replay(&policy);
    let release = release(&minimizer, &fix_at(52.0907, 5.1214, NINE), "weather", "cn");
    let sent = release.to_json();
    assert!(release.is_sealed());
    assert_eq!(sent, serde_json::to_string(&release).unwrap());
    assert_eq!(sent, serde_json::to_string(&vec![&release]).unwrap().trim_matches(['[', ']']));
    assert_eq!(sent, release.message().unwrap().to_string());
    assert_eq!((release.to_geojson(), release.to_geo_uri()), (None, None));
    for told in [
        release.cell().unwrap().id().to_string(),
        release.position().unwrap().latitude_deg().to_string(),
        release.position().unwrap().longitude_deg().to_string(),
        release.accuracy_m().unwrap().to_string(),
        release.time().to_string(),
        "weather".to_owned(),
        policy.fingerprint().to_string(),
    ] {
        assert!(!sent.contains(&told), "{told} is in {sent}");
    }
    // The device knows what was sealed, and so does whoever has the key.
    let opened = open(&secret, &sent, &Binding::new("weather", "cn", &policy.fingerprint()));
    let opened: serde_json::Value = serde_json::from_str(&opened).unwrap();
    assert_eq!(opened["cell"], release.cell().unwrap().id().to_string());
    assert_eq!(
        (opened["lat"].as_f64(), opened["lon"].as_f64()),
        (Some(release.position().unwrap().latitude_deg()), Some(release.position().unwrap().longitude_deg()))
    );
}

#[test]
fn a_destination_beside_it_is_not_sealed() {
    let (_, policy) = sealed();
    let release = release(&replay(&policy), &fix_at(52.0907, 5.1214, NINE), "weather", "eu");
    assert!(!release.is_sealed() && release.message().is_none() && release.to_geojson().is_some());
    assert!(release.to_json().starts_with(r#"{"v":1,"purpose":"weather","lat":"#));
}

/// Sealing lifts no floor and refunds no loss.
#[test]
fn a_sealed_release_costs_and_shows_what_an_open_one_does() {
    let (_, policy) = sealed();
    let open = support::policy();
    assert_eq!(policy.grid_for("weather", "cn"), open.grid_for("weather", "cn"));
    let bill = |policy: &Policy| {
        let minimizer = replay(policy);
        let release = release(&minimizer, &fix_at(52.0907, 5.1214, NINE), "weather", "cn");
        let receipts = minimizer.receipts().unwrap();
        let cell = release.cell().unwrap().id().to_string(); // the device's own account stays readable
        assert_eq!(receipts[0].cell(), Some(cell.as_str()));
        (release.loss(), release.cell().unwrap().grid(), receipts[0].loss(), receipts[0].destination().to_owned())
    };
    assert_eq!(bill(&policy), bill(&open));
}

#[test]
fn all_that_goes_there_is_of_one_length_wherever_one_is_and_whatever_is_kept() {
    let (secret, policy) = sealed();
    let mut lengths = BTreeSet::new();
    for (latitude_deg, longitude_deg) in
        [(-90.0, 0.0), (90.0, 0.0), (0.0, 0.0), (-33.9, -179.9999), (52.1, 5.1), (-56.7, -123.4), (0.0, 180.0)]
    {
        for purpose in ["weather", "fitness"] {
            let fix = fix_at(latitude_deg, longitude_deg, NINE);
            for fix in [fix, fix.with_altitude_m(-123.456_789_012_3).unwrap().with_speed_m_s(0.1 + 0.2).unwrap()] {
                let sent = release(&replay(&policy), &fix, purpose, "cn").to_json();
                lengths.insert(sent.len());
                open(&secret, &sent, &Binding::new(purpose, "cn", &policy.fingerprint()));
            }
        }
    }
    assert_eq!(lengths.len(), 1, "{lengths:?}");
}

#[test]
fn what_stands_is_sealed_too() {
    let secret = SecretKey::generate().unwrap();
    let fresh = "mechanism = { kind = \"planar-laplace\", epsilon = 0.5 }\nrepeat = { kind = \"fresh\" }";
    let hold = "mechanism = { kind = \"planar-laplace\", epsilon = 0.5 }\nrepeat = { kind = \"hold\", within = \"60km\", epsilon = 1 }";
    let text = format!("{POLICY}keys = \"Example\"\nseal_to = \"{}\"\n", secret.public_key());
    let policy = Policy::from_toml(&text.replace(fresh, hold)).unwrap();
    let (minimizer, mut held) = (replay(&policy), BTreeSet::new());
    for tick in 0..8 {
        let fix = fix_at(52.0907, 5.1214, NINE + tick * QUARTER);
        if let Outcome::Held(release) = minimizer.release(&fix, "weather", "cn").unwrap() {
            assert!(release.is_sealed() && release.to_geo_uri().is_none());
            open(&secret, &release.to_json(), &Binding::new("weather", "cn", &policy.fingerprint()));
            // To send it again is to send other bytes: nobody sees from them that nothing moved.
            assert!(held.insert(release.to_json()));
        }
    }
    assert!(held.len() > 2, "{}", held.len());
}

#[test]
fn a_message_of_another_policy_purpose_or_destination_does_not_open() {
    let (secret, policy) = sealed();
    let sent = release(&replay(&policy), &fix_at(52.0907, 5.1214, NINE), "weather", "cn").to_json();
    let message: Message = sent.parse().unwrap();
    let later = POLICY.replace("epsilon = 4.6", "epsilon = 4.7");
    let key = secret.public_key();
    let later = Policy::from_toml(&format!("{later}keys = \"Example Weather GmbH\"\nseal_to = \"{key}\"\n")).unwrap();
    for binding in [
        Binding::new("weather", "cn", &later.fingerprint()),
        Binding::new("fitness", "cn", &policy.fingerprint()),
        Binding::new("weather", "eu", &policy.fingerprint()),
    ] {
        assert_eq!(secret.open(&message, &binding), Err(OpenError::Refused));
    }
}

#[test]
fn a_policy_is_refused_whose_key_is_none_or_whose_holder_is_not_named() {
    let error = |policy: Result<Policy, PolicyError>| policy.unwrap_err().to_string();
    let (secret, _) = sealed();
    let key = secret.public_key().to_string();
    let at = format!("line {}: destinations.cn.seal_to: ", POLICY.lines().count() + 2);
    let public = "this is no public key; expected the 43 letters, digits, hyphens and underscores that `hereabouts keygen` prints";
    for wrong in ["", "abc", &key[1..], &format!("{key}="), "0000"] {
        assert_eq!(error(sealed_to(wrong)), format!("{at}{public}"), "{wrong:?}");
    }
    assert!(error(sealed_to(&"A".repeat(43))).starts_with(&format!("{at}this public key hides nothing")));
    // The worst slip of all: it is said, and not repeated.
    let slip = error(sealed_to(&secret.to_text()));
    assert!(slip.starts_with(&format!("{at}this is a secret key")), "{slip}");
    assert!(!slip.contains(&secret.to_text()[30..40]));
    let unnamed = error(Policy::from_toml(&format!("{POLICY}seal_to = \"{key}\"\n")));
    assert!(unnamed.contains("destinations.cn.seal_to: nobody is named who holds the secret key"), "{unnamed}");
    assert_eq!("x".parse::<SecretKey>().unwrap_err(), KeyError::Secret);
}

#[test]
fn the_explanation_says_who_can_open_it() {
    let (_, policy) = sealed();
    let text = policy.explain(52.0).to_string();
    assert!(text.contains(
        "Example Carrier, under the law of CN, who gets sealed messages; only Example Weather GmbH can open them."
    ));
    assert!(text.contains("Example Weather GmbH, under the law of DE, who can open what is stored."));
}
