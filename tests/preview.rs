//! A preview costs nothing and says what a release will come to: over any interleaving of purposes, destinations, batches,
//! questions, clocks that are turned, ledgers that are opened anew and policies that change.

mod support;

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hereabouts::{
    Clock, Fix, Ledger, MemoryLedger, Minimizer, Monotonic, Outcome, Policy, Preview, PrivacyLoss, Receipt, Remaining,
    Request, Timestamp,
};
use proptest::prelude::*;
use support::{NINE, fix_at, time};

const PURPOSES: [&str; 4] = ["fresh", "recalling", "holding", "slow"];
const DESTINATIONS: [&str; 3] = ["a", "b", "c"];
const PLACES: [(f64, f64); 3] = [(52.09, 5.12), (52.37, 4.90), (48.86, 2.35)];

/// A policy in ε or in ρ. `variant` is which of three: roomy windows, tight ones, and tight ones with dearer tests.
fn policy(is_pure: bool, variant: usize) -> Policy {
    let (kind, loss, unit, fresh) = if is_pure {
        ("pure", "epsilon", 1.0, "{ kind = 'planar-laplace', epsilon = 0.5 }")
    } else {
        ("zcdp", "rho", 0.55, "{ kind = 'gaussian', rho = 0.1 }")
    };
    let windows: [&[(f64, &str)]; 3] =
        [&[(40.0, "4h"), (90.0, "3d")], &[(4.5, "90min"), (7.0, "10h"), (60.0, "2d")], &[(5.0, "1h"), (8.0, "24h")]];
    let budget: String = windows[variant]
        .iter()
        .map(|(most, window)| format!("[[budget]]\n{loss} = {}\nwindow = '{window}'\n", most * unit))
        .collect();
    let test = [1.0, 1.0, 1.5][variant];
    let purpose = |name: &str, mechanism: &str, repeat: &str, interval: &str| {
        format!(
            "[purposes.{name}]\nmechanism = {mechanism}\nrepeat = {repeat}\ngrid = {{ kind = 'h3', resolution = 7 }}\n\
             interval = '{interval}'\ntime_bucket = '15min'\n"
        )
    };
    let laplace = "{ kind = 'planar-laplace', epsilon = 0.6 }";
    let hold = |recall: u8| format!("{{ kind = 'hold', within = '20km', epsilon = {test}, recall = {recall} }}");
    let purposes = [
        purpose("fresh", fresh, "{ kind = 'fresh' }", "15min"),
        purpose("recalling", laplace, &hold(3), "15min"),
        purpose("holding", laplace, &hold(0), "20min"),
        purpose("slow", fresh, &hold(2), "6h"),
    ]
    .concat();
    let destination = |name: &str, floor: &str| {
        format!("[destinations.{name}]\njurisdiction = 'DE'\noperator = 'Example'\nfloor = {{ {floor} }}\n")
    };
    let destinations =
        [destination("a", "decimals = 2"), destination("b", "area_km2 = 30"), destination("c", "area_km2 = 300")];
    let text = format!(
        "version = 1\n[protection]\nradius_m = 200\n[accounting]\nkind = '{kind}'\n{budget}{purposes}{}",
        destinations.concat()
    );
    Policy::from_toml(&text).unwrap()
}

/// A wall clock and, in some runs, one that runs since the start of the device; a test sets both.
#[derive(Clone)]
struct Clocks {
    wall_s: Arc<AtomicI64>,
    elapsed_s: Arc<AtomicI64>,
    has_monotonic: bool,
}

impl Clocks {
    fn new(has_monotonic: bool) -> Self {
        Self { wall_s: Arc::new(AtomicI64::new(NINE)), elapsed_s: Arc::default(), has_monotonic }
    }

    /// Time passes; or, if that is negative, the wall clock is set back. (Only where there is a monotonic clock: without one a
    /// minimizer that saw a tick served may go on saying so for longer than the ledger would.)
    fn pass(&self, seconds: i64) {
        if seconds >= 0 || self.has_monotonic {
            self.wall_s.fetch_add(seconds, Ordering::SeqCst);
            self.elapsed_s.fetch_add(seconds.max(0), Ordering::SeqCst);
        }
    }
}

impl Clock for Clocks {
    fn now(&self) -> Timestamp {
        time(self.wall_s.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Option<Monotonic> {
        let elapsed_ms = self.elapsed_s.load(Ordering::SeqCst) as u64 * 1_000;
        self.has_monotonic.then_some(Monotonic { boot: 1, elapsed_ms })
    }
}

#[derive(Clone, Copy, Debug)]
struct Wish {
    purpose: usize,
    destination: usize,
    place: usize,
}

impl Wish {
    fn fix(&self) -> Fix {
        let (latitude_deg, longitude_deg) = PLACES[self.place];
        fix_at(latitude_deg, longitude_deg, NINE)
    }

    fn names(&self) -> (&'static str, &'static str) {
        (PURPOSES[self.purpose], DESTINATIONS[self.destination])
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// So many seconds pass, or the wall clock is set back.
    Wait(i64),
    Release(Wish),
    ReleaseAll(Vec<Wish>),
    /// Previews of everything, and what remains.
    Questions,
    /// A new minimizer on the same ledger; where the ledger outlives the old one, with another policy.
    Policy(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wish = || {
        let place = prop_oneof![3 => Just(0), 1 => Just(1), 1 => Just(2)];
        (0..4_usize, 0..3_usize, place).prop_map(|(purpose, destination, place)| Wish { purpose, destination, place })
    };
    let wait = prop_oneof![8 => 0..2_000_i64, 2 => 2_000..40_000_i64, 1 => -30_000..0_i64];
    let step = prop_oneof![
        8 => wait.prop_map(Step::Wait),
        12 => wish().prop_map(Step::Release),
        2 => prop::collection::vec(wish(), 0..6).prop_map(Step::ReleaseAll),
        1 => Just(Step::Questions),
        1 => (0..3_usize).prop_map(Step::Policy),
    ];
    prop::collection::vec(step, 1..60)
}

/// All that a question must leave as it is.
#[derive(Debug, PartialEq)]
struct State {
    remaining: Vec<Remaining>,
    receipts: Vec<Receipt>,
    files: Vec<Option<Vec<u8>>>,
}

impl State {
    fn of(minimizer: &Minimizer, path: Option<&Path>) -> Self {
        let files = path.map_or_else(Vec::new, |path| {
            let log = path.with_extension("db-wal");
            [path, &log].iter().map(|file| std::fs::read(file).ok()).collect()
        });
        Self { remaining: minimizer.remaining().unwrap(), receipts: minimizer.receipts().unwrap(), files }
    }

    /// All that was ever charged.
    fn charged(&self) -> PrivacyLoss {
        self.receipts.iter().flat_map(|receipt| [receipt.loss(), receipt.stay_loss()]).sum()
    }

    /// What was charged to each window since then, at the same time.
    fn charged_since(&self, before: &Self) -> Vec<PrivacyLoss> {
        let windows = self.remaining.iter().zip(&before.remaining);
        windows
            .map(|(now, before)| {
                assert!(now.spent() >= before.spent());
                now.spent().saturating_sub(before.spent())
            })
            .collect()
    }
}

/// How often each answer was met: a run that misses one shows nothing of it.
#[derive(Default, Debug)]
struct Counts {
    charged: Cell<u32>,
    views: Cell<u32>,
    held: Cell<u32>,
    asked: Cell<u32>,
    /// Questions that cost all that the preview named.
    at_most: Cell<u32>,
    not_due: Cell<u32>,
    spent: Cell<u32>,
}

fn count(counter: &Cell<u32>) {
    counter.set(counter.get() + 1);
}

/// The preview of a wish, asked for twice, with everything as it was.
fn preview(minimizer: &Minimizer, path: Option<&Path>, wish: &Wish) -> (Preview, State) {
    let (purpose, destination) = wish.names();
    let before = State::of(minimizer, path);
    let preview = minimizer.preview(purpose, destination).unwrap();
    assert_eq!(minimizer.preview(purpose, destination).unwrap(), preview);
    let after = State::of(minimizer, path);
    assert_eq!(after, before, "a preview changed something");
    (preview, after)
}

fn assert_came_true(
    preview: Preview,
    outcome: &Outcome,
    before: &State,
    after: &State,
    has_older_stays: bool,
    counts: &Counts,
) {
    let charged = after.charged_since(before);
    let receipts = &after.receipts[before.receipts.len()..];
    let all_are = |loss: PrivacyLoss| charged.iter().all(|&charged| charged == loss);
    match (preview, outcome) {
        (Preview::Release(loss), Outcome::Released(release)) => {
            assert!(all_are(loss), "{charged:?} is not {loss}");
            assert_eq!((release.loss(), receipts.len(), receipts[0].loss()), (loss, 1, loss));
            count(if loss == PrivacyLoss::ZERO { &counts.views } else { &counts.charged });
        }
        (Preview::Hold, Outcome::Held(release)) => {
            assert!(all_are(PrivacyLoss::ZERO) && release.loss() == PrivacyLoss::ZERO, "{charged:?}");
            assert_eq!(receipts, []);
            count(&counts.held);
        }
        (Preview::Ask { at_most }, Outcome::Held(release) | Outcome::Released(release)) => {
            assert!(release.loss() <= at_most);
            assert_eq!(after.charged(), before.charged().saturating_add(release.loss()));
            // A stay that began under a policy with dearer tests keeps its loss, which was charged then.
            if !has_older_stays {
                assert!(charged.iter().all(|&charged| charged <= at_most), "{charged:?} is above {at_most}");
            }
            assert_eq!(receipts.len(), usize::from(matches!(outcome, Outcome::Released(_))));
            count(&counts.asked);
            if all_are(at_most) {
                count(&counts.at_most);
            }
        }
        (Preview::Withheld(expected), Outcome::Withheld(withheld)) => {
            assert_eq!(*withheld, expected);
            assert_eq!((&after.remaining, &after.receipts), (&before.remaining, &before.receipts));
            count(if matches!(expected, hereabouts::Withheld::NotDue { .. }) {
                &counts.not_due
            } else {
                &counts.spent
            });
        }
        (preview, outcome) => panic!("{preview:?}, then {outcome:?}"),
    }
}

/// Plays the steps under a policy on a ledger, and compares each release with its preview. `open` opens the ledger anew,
/// where it outlives a minimizer; else the policy stays.
fn play(
    steps: &[Step],
    is_pure: bool,
    clocks: &Clocks,
    mut variant: usize,
    open: &dyn Fn() -> Box<dyn Ledger>,
    path: Option<&Path>,
    counts: &Counts,
) {
    let begin = |variant| Minimizer::new(policy(is_pure, variant), open(), clocks.clone()).unwrap();
    let mut minimizer = begin(variant);
    let mut has_older_stays = false;
    for step in steps {
        match step {
            Step::Wait(seconds) => clocks.pass(*seconds),
            Step::Release(wish) => {
                let (purpose, destination) = wish.names();
                let (preview, before) = preview(&minimizer, path, wish);
                let outcome = minimizer.release(&wish.fix(), purpose, destination).unwrap();
                assert_came_true(preview, &outcome, &before, &State::of(&minimizer, None), has_older_stays, counts);
            }
            Step::ReleaseAll(wishes) => {
                // One after the other they would each have a preview of their own; together the first one has.
                let first = wishes.first().map(|wish| preview(&minimizer, path, wish));
                let fixes: Vec<Fix> = wishes.iter().map(Wish::fix).collect();
                let requests = wishes.iter().zip(&fixes).map(|(wish, fix)| {
                    let (purpose, destination) = wish.names();
                    Request { fix, purpose, destination }
                });
                let outcomes = minimizer.release_all(requests).unwrap();
                assert_eq!(outcomes.len(), wishes.len());
                if let (Some((preview, before)), [outcome]) = (first, &outcomes[..]) {
                    assert_came_true(preview, outcome, &before, &State::of(&minimizer, None), has_older_stays, counts);
                }
            }
            Step::Questions => {
                for purpose in 0..PURPOSES.len() {
                    for destination in 0..DESTINATIONS.len() {
                        preview(&minimizer, path, &Wish { purpose, destination, place: 0 });
                    }
                }
            }
            Step::Policy(next) if path.is_some() => {
                variant = *next;
                has_older_stays = true;
                minimizer = begin(variant);
            }
            Step::Policy(_) => {}
        }
    }
}

/// Runs a property without keeping failures on the disk.
fn for_all<S: Strategy>(cases: u32, strategy: S, property: impl Fn(S::Value)) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let run = proptest::test_runner::TestRunner::new(config).run(&strategy, |value| {
        property(value);
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}

/// Each is met in a third of all runs or more, a full window in one of twenty or more: that one is missed has a probability
/// below 10⁻⁶.
fn assert_all_were_met(counts: &Counts) {
    let Counts { charged, views, held, asked, at_most, not_due, .. } = counts;
    for counter in [charged, views, held, asked, at_most, not_due] {
        assert!(counter.get() > 0, "{counts:?}");
    }
}

#[test]
fn a_preview_comes_true_on_a_ledger_in_memory() {
    let counts = Counts::default();
    for_all(300, (any::<bool>(), any::<bool>(), 0..3_usize, steps()), |(is_pure, has_monotonic, variant, steps)| {
        let open = || Box::new(MemoryLedger::new()) as Box<dyn Ledger>;
        play(&steps, is_pure, &Clocks::new(has_monotonic), variant, &open, None, &counts);
    });
    assert_all_were_met(&counts);
    assert!(counts.spent.get() > 0, "{counts:?}");
}

#[cfg(feature = "sqlite")]
#[test]
fn a_preview_comes_true_on_a_durable_ledger() {
    let counts = Counts::default();
    for_all(60, (any::<bool>(), any::<bool>(), 0..3_usize, steps()), |(is_pure, has_monotonic, variant, steps)| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let open = || Box::new(hereabouts::SqliteLedger::open(&path).unwrap()) as Box<dyn Ledger>;
        play(&steps, is_pure, &Clocks::new(has_monotonic), variant, &open, Some(&path), &counts);
    });
    assert_all_were_met(&counts);
}

/// What was spent is above the new budget: nothing goes out, not even a view that costs nothing, and both say until when in
/// the time that the wall clock shows, which was set back by an hour.
#[cfg(feature = "sqlite")]
#[test]
fn under_a_budget_that_was_cut_a_free_view_is_withheld_and_the_preview_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let clocks = Clocks::new(true);
    let minimizer = |variant| {
        let ledger = hereabouts::SqliteLedger::open(folder.path().join("ledger.db")).unwrap();
        Minimizer::new(policy(true, variant), ledger, clocks.clone()).unwrap()
    };
    let roomy = minimizer(0);
    for place in [0, 2] {
        for (purpose, name) in PURPOSES.iter().enumerate() {
            roomy.release(&Wish { purpose, destination: 0, place }.fix(), name, "a").unwrap();
        }
        clocks.pass(if place == 0 { 1_200 } else { 0 });
    }
    assert_eq!(roomy.preview("recalling", "b").unwrap(), Preview::Release(PrivacyLoss::ZERO));
    drop(roomy);
    clocks.pass(-3_600);
    let tight = minimizer(1);
    let preview = tight.preview("recalling", "b").unwrap();
    let outcome = tight.release(&fix_at(52.09, 5.12, NINE), "recalling", "b").unwrap();
    let until = hereabouts::Withheld::BudgetSpent { until: Some(time(NINE + 90 * 60 - 3_600)) };
    assert_eq!((preview, outcome), (Preview::Withheld(until), Outcome::Withheld(until)));
}
