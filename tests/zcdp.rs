//! Accounting in ρ, end to end: Gaussian draws, pure losses converted, one currency for a ledger.

mod support;

use hereabouts::{
    Accounting, Error, Ledger, LedgerError, MemoryLedger, Minimizer, Outcome, Policy, PrivacyLoss, RecordedClock, Rule,
    Withheld,
};
use support::{NINE, fix, policy as pure_policy};

const QUARTER: i64 = 900;

/// A trace that affords two draws, and a depot with stays.
const POLICY: &str = r#"
version = 1

[protection]
radius_m = 200

[accounting]
kind = "zcdp"

[[budget]]
rho = 0.25
window = "24h"

[purposes.trace]
mechanism = { kind = "gaussian", rho = 0.1 }
repeat = { kind = "fresh" }
grid = { kind = "h3", resolution = 8 }
interval = "15min"
time_bucket = "15min"

[purposes.depot]
mechanism = { kind = "planar-laplace", epsilon = 0.4 }
repeat = { kind = "hold", within = "40km", epsilon = 0.2 }
grid = { kind = "h3", resolution = 5 }
interval = "15min"
time_bucket = "1h"

[destinations.eu]
jurisdiction = "DE"
operator = "Example Parcels GmbH"
"#;

fn policy() -> Policy {
    Policy::from_toml(POLICY).unwrap()
}

fn spent(minimizer: &Minimizer) -> PrivacyLoss {
    minimizer.remaining().unwrap()[0].spent()
}

#[test]
fn gaussian_draws_are_charged_in_rho_until_the_window_is_full() {
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), RecordedClock::default()).unwrap();
    for tick in 0..2 {
        let outcome = minimizer.release(&fix(NINE + tick * QUARTER), "trace", "eu").unwrap();
        let Outcome::Released(release) = outcome else { panic!("{outcome:?}") };
        assert_eq!(release.loss(), PrivacyLoss::from_rho(0.1).unwrap());
        // σ = 447 m: the 68 % radius of the noise alone is 1.51 σ.
        assert!((675.0..900.0).contains(&release.accuracy_m().unwrap()), "{}", release.accuracy_m().unwrap());
    }
    let outcome = minimizer.release(&fix(NINE + 2 * QUARTER), "trace", "eu").unwrap();
    assert!(matches!(outcome, Outcome::Withheld(Withheld::BudgetSpent { .. })), "{outcome:?}");
    assert_eq!(spent(&minimizer), PrivacyLoss::from_rho(0.2).unwrap());
    let receipts = minimizer.receipts().unwrap();
    assert!(receipts.iter().all(|receipt| receipt.accounting() == Accounting::Zcdp));
    let json = serde_json::to_value(&receipts[0]).unwrap();
    assert_eq!(
        (json["rho"].as_f64(), json.get("epsilon"), json["billionths"].as_u64()),
        (Some(0.1), None, Some(100_000_000))
    );
    let json = serde_json::to_value(&minimizer.remaining().unwrap()[0]).unwrap();
    assert_eq!((json["accounting"].as_str(), json["budget"].as_f64()), (Some("zcdp"), Some(0.25)));
}

#[test]
fn a_pure_draw_and_a_stay_count_half_the_squares_of_their_epsilons() {
    let minimizer = Minimizer::new(policy(), MemoryLedger::new(), RecordedClock::default()).unwrap();
    let draw = PrivacyLoss::from_billionths(80_000_481); // 0.4000012²/2, up
    let outcome = minimizer.release(&fix(NINE), "depot", "eu").unwrap();
    assert!(matches!(outcome, Outcome::Released(_)), "{outcome:?}");
    assert_eq!(spent(&minimizer), draw);
    // A stay of pure loss 0.2, on its first question. (That a test whose noise is 3 km finds one gone from a place 40 km wide
    // has a probability below 10⁻⁵, and costs another draw.)
    minimizer.release(&fix(NINE + QUARTER), "depot", "eu").unwrap();
    let stay = PrivacyLoss::from_billionths(20_000_000);
    let spent = spent(&minimizer);
    assert!(spent == draw.saturating_add(stay) || spent == draw.saturating_add(draw).saturating_add(stay), "{spent}");
    let json = serde_json::to_value(&minimizer.receipts().unwrap()[0]).unwrap();
    assert_eq!(json["stay"]["rho"].as_f64(), Some(0.02));
}

/// What was spent in one currency cannot be summed in the other: nothing is released, and nothing changes.
fn assert_refused(mut ledger: impl Ledger + 'static, reopen: impl Fn() -> Option<Box<dyn Ledger>>) {
    // A ledger without charges has no currency yet.
    assert!(ledger.remaining(policy().budget(), support::time(NINE).into()).is_ok());
    assert!(ledger.remaining(pure_policy().budget(), support::time(NINE).into()).is_ok());
    let mut transaction = ledger.begin(policy().budget(), support::time(NINE).into()).unwrap();
    let point = hereabouts::LatticePoint::nearest(&hereabouts::Position::new(52.2, 5.3));
    let charge = hereabouts::Charge {
        purpose: "trace",
        destination: "eu",
        draw: hereabouts::Draw::new(1, point),
        tick: 1,
        remember: 0,
        grid: "h3:8",
        rule: Rule::Purpose,
        cell: "a",
        bucket: support::time(NINE),
        span: std::time::Duration::from_secs(900),
        loss: PrivacyLoss::from_rho(0.1).unwrap(),
    };
    transaction.charge(&charge).unwrap().unwrap();
    transaction.commit().unwrap();
    let error = ledger.remaining(pure_policy().budget(), support::time(NINE).into()).unwrap_err();
    assert!(
        matches!(error, LedgerError::OtherAccounting { found: Accounting::Zcdp, asked: Accounting::Pure, .. }),
        "{error}"
    );
    let ledger = reopen().unwrap_or(Box::new(ledger));
    let minimizer = Minimizer::new(pure_policy(), ledger, RecordedClock::default()).unwrap();
    let error = minimizer.release(&fix(NINE + QUARTER), "weather", "eu").unwrap_err();
    assert!(matches!(error, Error::Ledger(LedgerError::OtherAccounting { .. })), "{error}");
    assert!(error.to_string().contains("zcdp") && error.to_string().contains("pure"), "{error}");
    let receipts = minimizer.receipts().unwrap();
    assert_eq!(receipts.len(), 1);
    assert_eq!((receipts[0].accounting(), receipts[0].loss()), (Accounting::Zcdp, PrivacyLoss::from_rho(0.1).unwrap()));
}

#[test]
fn a_ledger_in_memory_of_another_currency_is_refused() {
    assert_refused(MemoryLedger::new(), || None);
}

/// A ledger that was lost counts every window as spent, in the currency that it was found missing under.
#[cfg(feature = "sqlite")]
#[test]
fn what_counts_as_spent_after_a_loss_keeps_its_currency() {
    use hereabouts::{FileAnchor, SqliteLedger};
    let (app, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let open = || {
        let ledger = SqliteLedger::open(app.path().join("ledger.db")).unwrap();
        ledger.with_anchor(FileAnchor::new(elsewhere.path().join("anchor"))).unwrap()
    };
    let release = |time: i64| {
        let minimizer = Minimizer::new(pure_policy(), open(), RecordedClock::default()).unwrap();
        minimizer.release(&fix(time), "weather", "eu").unwrap()
    };
    assert!(matches!(release(NINE), Outcome::Released(_)));
    for file in std::fs::read_dir(app.path()).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    let outcome = release(NINE + QUARTER);
    assert!(matches!(outcome, Outcome::Withheld(Withheld::BudgetSpent { .. })), "{outcome:?}");
    let error = open().remaining(policy().budget(), support::time(NINE + QUARTER).into()).unwrap_err();
    assert!(
        matches!(error, LedgerError::OtherAccounting { found: Accounting::Pure, asked: Accounting::Zcdp }),
        "{error}"
    );
}

#[cfg(feature = "sqlite")]
#[test]
fn a_ledger_file_of_another_currency_is_refused() {
    use hereabouts::SqliteLedger;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let reopened = path.clone();
    assert_refused(SqliteLedger::open(path).unwrap(), move || Some(Box::new(SqliteLedger::open(&reopened).unwrap())));
}
