//! A panic with a coordinate in its text: nothing of it is printed, and nothing of it crosses.

use std::process::Command;
use std::sync::Arc;

use hereabouts_ffi::{FixBatch, HereaboutsError, Policy, Rehearsal, RehearsalListener, RehearsalOptions};

/// What no output may hold.
const SECRETS: [&str; 4] = ["52.09", "5.12", "090712", "121421"];

/// Code of an app that fails while the library runs it.
struct Failing;

impl RehearsalListener for Failing {
    fn run_done(&self, _: u32) {
        panic!("no map tile for 52.090712, 5.121421");
    }
}

fn fail() -> HereaboutsError {
    let policy = Policy::from_toml(include_str!("../../../examples/policies/store-finder.toml")).unwrap();
    let journey =
        FixBatch::wgs84(&[52.090_712; 2], &[5.121_421; 2], &[1_718_841_600_000, 1_718_863_200_000], &[f64::NAN; 2]);
    let options = RehearsalOptions { purposes: vec![], destinations: vec!["eu".to_owned()], days: 1, runs: 2, seed: 1 };
    Rehearsal::run(&policy, &journey.unwrap(), &options, Some(Arc::new(Failing))).unwrap_err()
}

#[test]
fn what_crosses_says_where_it_was_and_nothing_else() {
    let error = fail();
    assert!(matches!(&error, HereaboutsError::Internal(place) if place.starts_with(" at ")), "{error:?}");
    for secret in SECRETS {
        assert!(!format!("{error} {error:?}").contains(secret));
    }
}

/// The process that is looked at from outside: what a hook prints, the test harness would catch.
#[test]
fn fails_where_it_is_watched() {
    if std::env::var_os("HEREABOUTS_WATCHED").is_some() {
        fail();
        // A panic that is none of the library's goes the way of all others.
        let own = std::panic::catch_unwind(|| panic!("of the app itself"));
        assert!(own.is_err());
    }
}

#[test]
fn standard_error_says_where_it_was_and_not_what_it_said() {
    let watched = Command::new(std::env::current_exe().unwrap())
        .args(["fails_where_it_is_watched", "--exact", "--nocapture", "--test-threads=1"])
        .env("HEREABOUTS_WATCHED", "1")
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap();
    assert!(watched.status.success());
    let printed = String::from_utf8_lossy(&watched.stderr).into_owned() + &String::from_utf8_lossy(&watched.stdout);
    assert!(printed.contains("hereabouts: internal error at") && printed.contains("panics.rs:"), "{printed}");
    assert!(printed.contains("of the app itself"), "{printed}");
    for secret in SECRETS {
        assert!(!printed.contains(secret), "{printed}");
    }
}
