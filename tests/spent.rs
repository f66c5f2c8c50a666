//! When the budget is spent: a purpose's own windows, what the policy says of a tick without room, and what the ledger
//! forgets as it grows old.

mod support;

use hereabouts::{MemoryLedger, Minimizer, Outcome, Policy, Preview, PrivacyLoss, Withheld};
use support::{NINE, SetClock, fix, policy, time};

const QUARTER: i64 = 900;
const DAY: i64 = 86_400;

/// The common policy with changes: draws of ε = 0.5, of which nine fit in a day.
fn changed(changes: &[(&str, &str)]) -> Policy {
    let text = changes.iter().fold(support::POLICY.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    Policy::from_toml(&text).unwrap()
}

struct Phone {
    clock: SetClock,
    minimizer: Minimizer,
}

impl Phone {
    fn new(policy: Policy) -> Self {
        let clock = SetClock::at(NINE);
        Self { minimizer: Minimizer::new(policy, MemoryLedger::new(), clock.clone()).unwrap(), clock }
    }

    fn at_tick(&self, tick: i64, purpose: &str, destination: &str) -> Outcome {
        self.clock.set(NINE + tick * QUARTER);
        let preview = self.minimizer.preview(purpose, destination).unwrap();
        let outcome = self.minimizer.release(&fix(NINE), purpose, destination).unwrap();
        match (preview, &outcome) {
            (Preview::Release(loss), Outcome::Released(release)) => assert_eq!(release.loss(), loss),
            (Preview::Hold | Preview::Ask { .. }, Outcome::Held(_)) | (Preview::Ask { .. }, Outcome::Released(_)) => {}
            (Preview::Withheld(said), Outcome::Withheld(reason)) => assert_eq!(said, *reason),
            other => panic!("{other:?}"),
        }
        outcome
    }

    fn spent(&self) -> Vec<(Option<String>, PrivacyLoss)> {
        let remaining = self.minimizer.remaining().unwrap();
        remaining.iter().map(|window| (window.purpose().map(str::to_owned), window.spent())).collect()
    }
}

const OWN: (&str, &str) =
    ("[purposes.weather]", "[[budget]]\nepsilon = 1.1\nwindow = \"6h\"\npurpose = \"fitness\"\n\n[purposes.weather]");

#[test]
fn a_purpose_with_its_own_window_is_stopped_by_it_and_leaves_the_rest_to_the_others() {
    let phone = Phone::new(changed(&[OWN]));
    for tick in 0..2 {
        assert!(matches!(phone.at_tick(tick, "fitness", "eu"), Outcome::Released(_)));
    }
    let until = Some(time(NINE + 6 * 3_600));
    assert_eq!(phone.at_tick(2, "fitness", "eu"), Outcome::Withheld(Withheld::BudgetSpent { until }));
    for tick in 2..9 {
        assert!(matches!(phone.at_tick(tick, "weather", "eu"), Outcome::Released(_)), "{tick}");
    }
    let draws = |number: u64| PrivacyLoss::from_billionths(number * 500_001_200);
    assert_eq!(phone.spent(), [(None, draws(9)), (Some("fitness".to_owned()), draws(2))]);
    // Its own window has room again, and the shared one has none.
    let until = Some(time(NINE + DAY));
    assert_eq!(phone.at_tick(24, "fitness", "eu"), Outcome::Withheld(Withheld::BudgetSpent { until }));
}

#[test]
fn the_same_windows_built_in_code_are_those_of_the_file() {
    let hours = |hours: u64| std::time::Duration::from_secs(hours * 3_600);
    let built = policy().with_purpose_budget("fitness", [(1.1, hours(6))]).unwrap();
    assert_eq!(built, changed(&[OWN]));
    let refused = |purpose, budget: &[(f64, std::time::Duration)]| {
        policy().with_purpose_budget(purpose, budget.iter().copied()).unwrap_err().to_string()
    };
    assert_eq!(
        refused("fitnes", &[(1.0, hours(6))]),
        "budget[1].purpose: there is no purpose `fitnes`, did you mean `fitness`?; expected one of `fitness`, `weather`"
    );
    assert_eq!(
        refused("fitness", &[(0.25, hours(6))]),
        "purposes.fitness.mechanism.epsilon: no draw could ever be afforded: one costs 0.5000012 (its epsilon 0.5 and \
         0.0000012 for rounding), and the budget is 0.25 in 6 h for this purpose; expected a budget of at least 0.5000012 in \
         6 h, or an epsilon of at most 0.2499988 here"
    );
}

#[test]
fn a_purpose_that_draws_on_each_tick_is_silent_or_lets_the_last_one_stand_as_the_policy_says() {
    for (when_spent, stands) in [("", false), ("when_spent = \"withhold\"", false), ("when_spent = \"hold\"", true)] {
        let phone = Phone::new(changed(&[("keep = []", &format!("keep = []\n{when_spent}"))]));
        let mut last = None;
        for tick in 0..9 {
            last = phone.at_tick(tick, "weather", "eu").released();
        }
        let (last, spent) = (last.unwrap(), phone.spent());
        for tick in 9..96 {
            let outcome = phone.at_tick(tick, "weather", "eu");
            match outcome {
                Outcome::Held(release) if stands => {
                    assert_eq!((release.cell(), release.loss()), (last.cell(), PrivacyLoss::ZERO));
                    let again = phone.at_tick(tick, "weather", "eu");
                    assert!(matches!(again, Outcome::Withheld(Withheld::NotDue { .. })), "one decision on each tick");
                }
                Outcome::Withheld(Withheld::BudgetSpent { until }) if !stands => {
                    assert_eq!(until, Some(time(NINE + DAY)));
                }
                other => panic!("{other:?}"),
            }
        }
        // Another destination gets its view of what stands, for nothing; or silence as well.
        match phone.at_tick(95, "weather", "cn") {
            Outcome::Released(release) if stands => assert_eq!(release.loss(), PrivacyLoss::ZERO),
            Outcome::Withheld(Withheld::BudgetSpent { .. }) if !stands => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(phone.spent(), spent);
        let next = phone.at_tick(96, "weather", "eu");
        assert!(matches!(next, Outcome::Released(_)), "{next:?}");
    }
}

#[test]
fn a_purpose_whose_draws_stand_stands_on_or_is_silent_as_the_policy_says() {
    let fresh = "repeat = { kind = \"fresh\" }";
    let hold = "repeat = { kind = \"hold\", within = \"20km\", epsilon = 1.0 }";
    for (when_spent, stands) in [("", true), ("\nwhen_spent = \"hold\"", true), ("\nwhen_spent = \"withhold\"", false)]
    {
        // One draw and one stay fit; a second stay with its end does not.
        let hold = format!("{hold}{when_spent}");
        let phone = Phone::new(changed(&[(fresh, &hold), ("epsilon = 4.6", "epsilon = 1.6")]));
        assert!(matches!(phone.at_tick(0, "weather", "eu"), Outcome::Released(_)));
        // The stay needs 1.0 and its end 0.5 besides the draw's 0.5.
        match phone.at_tick(1, "weather", "eu") {
            Outcome::Held(release) if stands => assert_eq!(release.loss(), PrivacyLoss::ZERO),
            Outcome::Withheld(Withheld::BudgetSpent { until }) if !stands => assert_eq!(until, Some(time(NINE + DAY))),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn places_older_than_the_policy_keeps_them_are_forgotten_and_what_was_spent_is_not() {
    let retention = ("[protection]", "[receipts]\nretention = \"3d\"\n\n[protection]");
    let phone = Phone::new(changed(&[retention, ("window = \"24h\"", "window = \"30d\"")]));
    let built = changed(&[("window = \"24h\"", "window = \"30d\"")]);
    let built = built.with_receipt_retention(std::time::Duration::from_secs(3 * DAY as u64)).unwrap();
    assert_eq!(phone.minimizer.policy(), &built);
    for day in 0..9 {
        assert!(matches!(phone.at_tick(day * 96, "weather", "eu"), Outcome::Released(_)));
        let receipts = phone.minimizer.receipts().unwrap();
        let erased = receipts.iter().filter(|receipt| receipt.cell().is_none()).count() as i64;
        // What is three days old is forgotten before the next release.
        assert_eq!(erased, (day - 2).max(0), "day {day}");
        assert!(receipts.iter().skip(erased as usize).all(|receipt| receipt.cell().is_some()));
    }
    assert_eq!(phone.spent(), [(None, PrivacyLoss::from_billionths(9 * 500_001_200))]);
    assert!(matches!(phone.at_tick(9 * 96, "weather", "eu"), Outcome::Withheld(Withheld::BudgetSpent { .. })));
}

#[test]
fn a_clock_that_was_once_far_ahead_does_not_put_off_forgetting() {
    let retention = ("[protection]", "[receipts]\nretention = \"3d\"\n\n[protection]");
    let phone = Phone::new(changed(&[retention]));
    phone.at_tick(10_000 * 96, "weather", "eu");
    // While the wall clock is behind, an hour of it counts, and a longer step counts as one.
    for hour in 0..24 * 5 {
        phone.at_tick(hour * 4, "weather", "eu");
    }
    let receipts = phone.minimizer.receipts().unwrap();
    assert!(receipts.iter().filter(|receipt| receipt.cell().is_none()).count() > 1, "{}", receipts.len());
}
