//! Hold and recall on the road: what a stay costs, what goes out while it lasts, and what ends it.

mod support;

use std::collections::BTreeSet;

use hereabouts::{Fix, MemoryLedger, Minimizer, Outcome, Policy, Position, PrivacyLoss, RecordedClock, Release};
use proptest::prelude::*;
use support::{NINE, SetClock, fix_at, time};

const QUARTER: i64 = 900;

/// Tests that err once in 10¹² questions at most at 1,000 km: what happens in these tests is no chance.
fn policy_with(epsilon: f64, budget: f64, recall: u8) -> Policy {
    let policy = format!(
        r#"
        version = 1
        [protection]
        radius_m = 200
        [[budget]]
        epsilon = {budget}
        window = "24h"
        [purposes.weather]
        mechanism = {{ kind = "planar-laplace", epsilon = 1 }}
        repeat = {{ kind = "hold", within = "20km", epsilon = {epsilon}, recall = {recall} }}
        grid = {{ kind = "h3", resolution = 8 }}
        interval = "15min"
        time_bucket = "1h"
        keep = ["altitude"]
        [destinations.a]
        jurisdiction = "DE"
        operator = "A"
        [destinations.b]
        jurisdiction = "DE"
        operator = "B"
        floor = {{ area_km2 = 3 }}
        [destinations.c]
        jurisdiction = "FR"
        operator = "C"
        floor = {{ area_km2 = 20 }}
        [destinations.d]
        jurisdiction = "CN"
        operator = "D"
        floor = {{ area_km2 = 100 }}
        [destinations.e]
        jurisdiction = "CN"
        operator = "E"
        floor = {{ area_km2 = 1000 }}
        "#
    );
    Policy::from_toml(&policy).unwrap()
}

fn minimizer(recall: u8) -> Minimizer {
    Minimizer::new(policy_with(2.0, 1e6, recall), MemoryLedger::new(), RecordedClock::default()).unwrap()
}

const HOME: (f64, f64) = (52.09, 5.12);
const WORK: (f64, f64) = (52.37, 4.90); // 35 km away
const AWAY: (f64, f64) = (48.86, 2.35);

fn at(place: (f64, f64), tick: i64) -> Fix {
    fix_at(place.0, place.1, NINE + tick * QUARTER)
}

fn released(minimizer: &Minimizer, fix: &Fix, destination: &str) -> Release {
    match minimizer.release(fix, "weather", destination).unwrap() {
        Outcome::Released(release) => release,
        other => panic!("{other:?}"),
    }
}

fn held(minimizer: &Minimizer, fix: &Fix, destination: &str) -> Release {
    match minimizer.release(fix, "weather", destination).unwrap() {
        Outcome::Held(release) => release,
        other => panic!("{other:?}"),
    }
}

fn spent(minimizer: &Minimizer) -> PrivacyLoss {
    minimizer.remaining().unwrap()[0].spent()
}

fn billionths(text: &str) -> PrivacyLoss {
    PrivacyLoss::from_billionths((text.parse::<f64>().unwrap() * 1e9).round() as u64)
}

#[test]
fn a_stay_is_charged_once_however_long() {
    let minimizer = minimizer(0);
    let first = released(&minimizer, &at(HOME, 0), "a");
    assert_eq!(first.loss(), billionths("1.0000012"));
    assert_eq!(spent(&minimizer), billionths("1.0000012"), "until a test asks, only the draw is charged");
    for tick in 1..90 {
        let stands = held(&minimizer, &at(HOME, tick), "a");
        assert_eq!(stands.cell(), first.cell());
        assert_eq!(stands.time(), time(NINE + tick / 4 * 3_600), "the tick's own time bucket");
        assert_eq!(stands.loss(), if tick == 1 { billionths("2") } else { PrivacyLoss::ZERO });
        assert_eq!(spent(&minimizer), billionths("3.0000012"));
    }
    let receipts = minimizer.receipts().unwrap();
    assert_eq!(receipts.len(), 1);
    assert_eq!((receipts[0].loss(), receipts[0].stay_loss()), (billionths("1.0000012"), billionths("2")));
    assert_eq!(receipts[0].stay_until(), Some(time(NINE + 89 * QUARTER)));
}

#[test]
fn a_stay_counts_for_a_window_after_its_last_tick_and_the_draw_for_one_after_its_own() {
    let minimizer = minimizer(0);
    released(&minimizer, &at(HOME, 0), "a");
    for tick in 1..=96 {
        held(&minimizer, &at(HOME, tick), "a");
    }
    // A day after the draw, and a quarter after the last question.
    assert_eq!(spent(&minimizer), billionths("2"));
    let receipts = minimizer.receipts().unwrap();
    assert_eq!(receipts[0].stay_until(), Some(time(NINE + 96 * QUARTER)));
}

#[test]
fn who_moves_on_is_released_anew_on_the_very_tick() {
    let minimizer = minimizer(0);
    let home = released(&minimizer, &at(HOME, 0), "a");
    held(&minimizer, &at(HOME, 1), "a");
    let work = released(&minimizer, &at(WORK, 2), "a");
    assert_ne!(home.cell(), work.cell());
    assert_eq!(work.loss(), billionths("1.0000012"));
    let away = released(&minimizer, &at(AWAY, 3), "a");
    // Its stay was asked about on this tick for the first time, and ended by it.
    assert_eq!(away.loss(), billionths("3.0000012"));
    assert_eq!(spent(&minimizer), billionths("7.0000036"));
    let stays: Vec<_> = minimizer.receipts().unwrap().iter().map(|receipt| receipt.stay_loss()).collect();
    assert_eq!(stays, [billionths("2"), billionths("2"), PrivacyLoss::ZERO]);
}

#[test]
fn an_earlier_draw_is_recalled_for_the_price_of_a_test() {
    let minimizer = minimizer(8);
    let home = released(&minimizer, &at(HOME, 0), "a");
    let work = released(&minimizer, &at(WORK, 1), "a");
    assert_eq!(work.loss(), billionths("3.666667867"), "the stay at home, a vain test of recall, a draw");
    for tick in 2..40 {
        let back = released(&minimizer, &at(if tick % 2 == 0 { HOME } else { WORK }, tick), "a");
        assert_eq!(back.cell(), if tick % 2 == 0 { home.cell() } else { work.cell() });
        assert_eq!(back.loss(), billionths("4"), "a stay and a recall");
    }
}

#[test]
fn what_was_last_used_longest_ago_is_forgotten_first() {
    let minimizer = minimizer(2);
    let places = [HOME, WORK, AWAY];
    let cells: Vec<_> = (0..3).map(|tick| released(&minimizer, &at(places[tick as usize], tick), "a").cell()).collect();
    // Work and away are remembered; home is not, and is drawn anew.
    assert_eq!(released(&minimizer, &at(WORK, 3), "a").cell(), cells[1]);
    let home = released(&minimizer, &at(HOME, 4), "a");
    assert_eq!(home.loss(), billionths("3.666667867"), "a draw");
    // Now work and home are.
    assert_eq!(released(&minimizer, &at(WORK, 5), "a").cell(), cells[1]);
    assert_eq!(released(&minimizer, &at(HOME, 6), "a").cell(), home.cell());
    assert_eq!(released(&minimizer, &at(AWAY, 7), "a").loss(), billionths("3.666667867"), "a draw");
}

#[test]
fn what_is_kept_goes_out_with_new_releases_alone() {
    let minimizer = minimizer(0);
    let high = |tick| at(HOME, tick).with_altitude_m(17.0).unwrap();
    assert_eq!(released(&minimizer, &high(0), "a").altitude_m(), Some(17.0));
    let stands = held(&minimizer, &high(1), "a");
    assert_eq!(stands.altitude_m(), None);
    let wire: serde_json::Value = serde_json::from_str(&stands.to_json()).unwrap();
    let keys: BTreeSet<_> = wire.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, BTreeSet::from(["v", "purpose", "lat", "lon", "grid", "cell", "accuracy_m", "time", "span_s"]));
}

/// A day of commuting, for any number of destinations, each asking at its own moments.
fn commute(destinations: &[&str]) -> (PrivacyLoss, Vec<(i64, usize, Release)>) {
    let minimizer = minimizer(8);
    let mut releases = Vec::new();
    for tick in 0..60 {
        let place = if (20..40).contains(&tick) { WORK } else { HOME };
        for (number, destination) in destinations.iter().enumerate() {
            // The last ones ask on every third tick alone, and from a fix of their own.
            if number > 2 && tick % 3 != 0 {
                continue;
            }
            let fix = fix_at(place.0 + number as f64 * 0.001, place.1, NINE + tick * QUARTER + number as i64);
            match minimizer.release(&fix, "weather", destination).unwrap() {
                Outcome::Released(release) | Outcome::Held(release) => releases.push((tick, number, release)),
                other => panic!("{other:?}"),
            }
        }
    }
    (spent(&minimizer), releases)
}

#[test]
fn five_destinations_cost_what_one_costs() {
    let (one, _) = commute(&["a"]);
    let (five, _) = commute(&["a", "b", "c", "d", "e"]);
    assert_eq!(one, five);
    // A draw at home and one at work, a stay at each and one at home again, a vain recall and a hit.
    assert_eq!(one, billionths("10.666669067"));
}

#[test]
fn a_coarser_view_is_a_function_of_the_finer() {
    let (_, releases) = commute(&["a", "b", "c", "d", "e"]);
    for (tick, number, coarse) in &releases {
        let (_, _, fine) = releases.iter().find(|(of, by, _)| of == tick && *by == 0).unwrap();
        // The same finer cell always came with the same coarser one, and holds a point of it.
        let twin = releases.iter().filter(|(_, by, _)| by == number).find(|(of, _, _)| {
            let (_, _, other) = releases.iter().find(|(other, by, _)| other == of && *by == 0).unwrap();
            other.cell() == fine.cell()
        });
        assert_eq!(twin.unwrap().2.cell(), coarse.cell());
        let apart_m = fine.cell().unwrap().centre().great_circle_distance_m(&coarse.cell().unwrap().centre());
        assert!(
            apart_m <= fine.cell().unwrap().circumradius_m() + coarse.cell().unwrap().circumradius_m(),
            "{apart_m} m"
        );
    }
}

#[test]
fn a_destination_that_comes_late_gets_the_draw_that_stands_and_pays_nothing() {
    let minimizer = minimizer(0);
    released(&minimizer, &at(HOME, 0), "a");
    held(&minimizer, &at(HOME, 1), "a");
    let before = spent(&minimizer);
    let late = released(&minimizer, &at(AWAY, 1), "e");
    assert_eq!((late.loss(), spent(&minimizer)), (PrivacyLoss::ZERO, before));
    assert!(late.cell().unwrap().centre().great_circle_distance_m(&Position::new(HOME.0, HOME.1)) < 60_000.0);
    held(&minimizer, &at(HOME, 2), "e");
    held(&minimizer, &at(HOME, 2), "a");
    assert_eq!(minimizer.receipts().unwrap().len(), 2, "one for each that was told");
}

#[test]
fn without_room_for_a_question_the_draw_stands_unasked_and_nothing_is_charged() {
    // Room for a draw, its stay and the next draw; not for the stay of that.
    let policy = policy_with(2.0, 4.1, 0);
    let minimizer = Minimizer::new(policy, MemoryLedger::new(), RecordedClock::default()).unwrap();
    released(&minimizer, &at(HOME, 0), "a");
    held(&minimizer, &at(HOME, 1), "a");
    let work = released(&minimizer, &at(WORK, 2), "a");
    assert_eq!(spent(&minimizer), billionths("4.0000024"));
    for tick in 3..98 {
        let stands = held(&minimizer, &at(AWAY, tick), "a");
        assert_eq!(stands.cell(), work.cell());
        assert_eq!(stands.loss(), PrivacyLoss::ZERO);
    }
    assert_eq!(minimizer.receipts().unwrap().len(), 2);
    // A day after the second tick, its stay and its draw have left the window: now there is room to ask.
    released(&minimizer, &at(AWAY, 98), "a");
}

#[test]
fn a_batch_of_ticks_holds_as_one_by_one() {
    let minimizer = minimizer(0);
    let fixes: Vec<_> = (0..50).map(|tick| at(HOME, tick)).collect();
    let requests = fixes.iter().map(|fix| hereabouts::Request { fix, purpose: "weather", destination: "a" });
    let outcomes = minimizer.release_all(requests).unwrap();
    assert!(matches!(outcomes[0], Outcome::Released(_)));
    assert!(outcomes[1..].iter().all(|outcome| matches!(outcome, Outcome::Held(_))));
    assert_eq!(spent(&minimizer), billionths("3.0000012"));
}

#[cfg(feature = "sqlite")]
mod at_rest {
    use hereabouts::{Ledger, SqliteLedger, Transaction};

    use super::*;

    fn open(path: &std::path::Path) -> Minimizer {
        Minimizer::new(policy_with(2.0, 1e6, 8), SqliteLedger::open(path).unwrap(), RecordedClock::default()).unwrap()
    }

    #[test]
    fn a_stay_survives_restarts_with_the_noise_of_its_threshold() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let home = released(&open(&path), &at(HOME, 0), "a");
        let mut thresholds = BTreeSet::new();
        for tick in 1..30 {
            assert_eq!(held(&open(&path), &at(HOME, tick), "a").cell(), home.cell());
            let mut ledger = SqliteLedger::open(&path).unwrap();
            let transaction = ledger.begin(policy_with(2.0, 1e6, 8).budget(), time(NINE).into()).unwrap();
            let draw = Transaction::draw(&*transaction, "weather").unwrap().unwrap();
            assert_eq!((draw.tick, draw.since), ((NINE + tick * QUARTER) * 1_000, NINE * 1_000));
            thresholds.insert(draw.threshold_noise_cm.unwrap());
        }
        assert_eq!(thresholds.len(), 1, "drawn once for a stay");
        assert_eq!(spent(&open(&path)), billionths("3.0000012"), "charged once");
        released(&open(&path), &at(WORK, 30), "a");
        assert_eq!(released(&open(&path), &at(HOME, 31), "a").cell(), home.cell(), "recalled after a restart");
    }

    /// Whether a tick held or released, whether it asked or not: the ledger is written, and whoever watches the file sees
    /// no difference in that.
    #[test]
    fn the_ledger_is_written_on_every_tick_alike() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let minimizer = open(&path);
        let watcher = rusqlite::Connection::open(&path).unwrap();
        let version = || watcher.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
        let mut before = version();
        for tick in 0..40 {
            let place = [HOME, HOME, WORK, HOME, AWAY][tick as usize % 5];
            minimizer.release(&at(place, tick), "weather", "a").unwrap();
            let after = version();
            assert_ne!(after, before, "tick {tick}");
            before = after;
        }
    }
}

/// The whole road, ledger and all, on neighbouring traces: what its answers certify is within the claim of the policy.
#[cfg(feature = "audit")]
mod audited {
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};

    use hereabouts::audit::{Estimate, Place, Run, Traces, empirical_epsilon_of_stays, traces};
    use hereabouts::{
        Budget, Charge, Draw, Erase, Hold, LatticePoint, Ledger, LedgerError, Reading, Receipt, Remaining, Rule,
        Transaction,
    };

    use super::*;

    /// A ledger that forgets all but the output that an auditor chose, whenever he says so.
    struct Fresh {
        ledger: MemoryLedger,
        output: LatticePoint,
        is_asked: Arc<AtomicBool>,
    }

    impl Ledger for Fresh {
        fn begin<'a>(&'a mut self, budget: &Budget, clock: Reading) -> Result<Box<dyn Transaction + 'a>, LedgerError> {
            if self.is_asked.swap(false, Ordering::SeqCst) {
                self.ledger = MemoryLedger::new();
                let before = time(clock.wall.as_second() - QUARTER);
                let mut transaction = self.ledger.begin(budget, before.into())?;
                let charge = Charge {
                    purpose: "weather",
                    destination: "a",
                    draw: Draw::new(before.as_millisecond(), self.output),
                    tick: before.as_millisecond(),
                    remember: 0,
                    grid: "h3:8",
                    rule: Rule::Purpose,
                    cell: "88196953e7fffff",
                    bucket: before,
                    span: std::time::Duration::from_secs(3_600),
                    loss: PrivacyLoss::ZERO,
                };
                transaction.charge(&charge)?.unwrap();
                transaction.commit()?;
            }
            self.ledger.begin(budget, clock)
        }

        fn remaining(&mut self, budget: &Budget, now: Reading) -> Result<Vec<Remaining>, LedgerError> {
            self.ledger.remaining(budget, now)
        }

        fn receipts(&mut self, visit: &mut dyn FnMut(Receipt) -> ControlFlow<()>) -> Result<(), LedgerError> {
            self.ledger.receipts(visit)
        }

        fn erase(&mut self, what: Erase, now: Reading) -> Result<u64, LedgerError> {
            self.ledger.erase(what, now)
        }
    }

    /// What 20,000 stays on either trace certify of a minimizer whose tests have an ε, against the claim of another.
    fn estimate(traces: &Traces, epsilon: f64, claim: f64) -> Estimate {
        let is_asked = Arc::new(AtomicBool::new(false));
        let ledger = Fresh { ledger: MemoryLedger::new(), output: *traces.output(), is_asked: Arc::clone(&is_asked) };
        // More ticks pass than a recording could hold.
        let clock = SetClock::at(NINE);
        let minimizer = Minimizer::new(policy_with(epsilon, 1e6, 0), ledger, clock.clone()).unwrap();
        let tick = Mutex::new(1_i64);
        let play = |trace: &[Place], _: &LatticePoint, _: &mut dyn rand::CryptoRng| {
            let mut tick = tick.lock().unwrap();
            is_asked.store(true, Ordering::SeqCst);
            let ended = |place: &Place| {
                *tick += 1;
                clock.set(NINE + *tick * QUARTER);
                let fix = at((place.position().latitude_deg(), place.position().longitude_deg()), 0);
                matches!(minimizer.release(&fix, "weather", "a").unwrap(), Outcome::Released(_))
            };
            trace.iter().position(ended).map(|index| index + 1)
        };
        let comparison = Run::new(20_000, 1e-8, 1, 7).unwrap().comparisons().next().unwrap();
        empirical_epsilon_of_stays(&play, traces, claim, comparison)
    }

    #[test]
    fn the_road_tells_neighbouring_traces_apart_by_no_more_than_its_claim() {
        let hold = Hold::new(20_000.0, 0.5, 200.0).unwrap();
        for traces in &traces(&hold, 200.0).unwrap()[..3] {
            let claim = hold.loss_at_m(traces.distance_m());
            let honest = estimate(traces, 0.5, claim);
            assert!(!honest.is_broken() && honest.certified_share() > 0.15, "{honest:?}");
        }
        // It can fail: tests of twice the ε under the same claim.
        let traces = &traces(&hold, 200.0).unwrap()[0];
        assert!(estimate(traces, 1.0, hold.loss_at_m(traces.distance_m())).is_broken());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Under any wandering, what the receipts say of any day is no more than the budget. (That a stay counts wherever one of
    /// its ticks is, `stays` tests tick by tick.)
    #[test]
    fn no_window_is_overspent_by_any_wandering(
        steps in prop::collection::vec((1_i64..8_000, 0..4_usize, 0..2_usize), 1..400),
        budget in prop_oneof![Just(5.0), Just(8.0), Just(20.0)],
        recall in 0..6_u8,
    ) {
        const DAY_MS: i64 = 86_400_000;
        let clock = SetClock::at(NINE);
        let minimizer = Minimizer::new(policy_with(1.5, budget, recall), MemoryLedger::new(), clock.clone()).unwrap();
        let places = [HOME, WORK, AWAY, (-33.9, 18.4)];
        let mut now = NINE;
        for (wait, place, destination) in steps {
            now += wait;
            clock.set(now);
            let outcome = minimizer.release(&fix_at(places[place].0, places[place].1, now), "weather", ["a", "e"][destination]);
            prop_assert!(outcome.is_ok());
        }
        let receipts = minimizer.receipts().unwrap();
        for end in &receipts {
            for end in [Some(end.time()), end.stay_until()].into_iter().flatten().map(jiff::Timestamp::as_millisecond) {
                let counted = |receipt: &&hereabouts::Receipt| {
                    let drawn = receipt.time().as_millisecond();
                    let in_window = |time_ms: i64| end - DAY_MS < time_ms && time_ms <= end;
                    let draw = if in_window(drawn) { receipt.loss().billionths() } else { 0 };
                    let stay = receipt.stay_until().map(jiff::Timestamp::as_millisecond);
                    let stays = stay.is_some_and(in_window);
                    draw + if stays { receipt.stay_loss().billionths() } else { 0 }
                };
                let sum: u64 = receipts.iter().map(|receipt| counted(&receipt)).sum();
                prop_assert!(sum <= (budget * 1e9) as u64, "{} in a budget of {}", sum, budget);
            }
        }
    }
}
