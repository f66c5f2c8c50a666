//! What a ledger promises, tried on every ledger.

use std::ops::ControlFlow;
use std::time::Duration;

use hereabouts::{
    Budget, Charge, Draw, LatticePoint, Ledger, MemoryLedger, Position, PrivacyLoss, Receipt, Rule, Window,
};
use jiff::Timestamp;
use proptest::prelude::*;

fn loss(billionths: u64) -> PrivacyLoss {
    PrivacyLoss::from_billionths(billionths)
}

fn at_ms(time_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(time_ms).unwrap()
}

/// A budget of (loss in billionths, length in milliseconds).
fn budget(windows: &[(u64, u64)]) -> Budget {
    let window = |&(most, ms)| Window::new(loss(most), Duration::from_millis(ms)).unwrap();
    Budget::new(windows.iter().map(window)).unwrap()
}

fn point(column: u64) -> LatticePoint {
    let place = Position::new(52.09, 5.12 + column as f64 / 1000.0);
    LatticePoint::nearest(&place)
}

fn charge_of(billionths: u64) -> Charge<'static> {
    Charge {
        purpose: "weather",
        destination: "eu",
        draw: Draw::new(1, point(0)),
        tick: 1,
        remember: 0,
        grid: "h3:6",
        rule: Rule::Purpose,
        cell: "861969527ffffff",
        bucket: at_ms(0),
        span: Duration::from_secs(3_600),
        loss: loss(billionths),
    }
}

fn receipts(ledger: &mut dyn Ledger) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    ledger
        .receipts(&mut |receipt| {
            receipts.push(receipt);
            ControlFlow::Continue(())
        })
        .unwrap();
    receipts
}

/// One committed transaction with one charge; whether there was room.
fn charge(ledger: &mut dyn Ledger, budget: &Budget, time_ms: i64, billionths: u64) -> bool {
    let mut transaction = ledger.begin(budget, at_ms(time_ms).into()).unwrap();
    let done = transaction.charge(&charge_of(billionths)).unwrap().is_ok();
    transaction.commit().unwrap();
    done
}

/// Runs a promise on a new ledger of each kind.
fn on_every_ledger(promise: impl Fn(&mut dyn Ledger)) {
    promise(&mut MemoryLedger::new());
    #[cfg(feature = "sqlite")]
    {
        let folder = tempfile::tempdir().unwrap();
        promise(&mut hereabouts::SqliteLedger::open(folder.path().join("ledger.db")).unwrap());
    }
}

mod promises {
    use super::*;

    #[test]
    fn all_windows_are_checked_before_any_is_charged() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 1_000), (15, 100_000)]);
            assert!(charge(ledger, &budget, 0, 10));
            assert!(!charge(ledger, &budget, 1_000, 6), "the long window has room for 5");
            assert!(charge(ledger, &budget, 1_000, 5), "the refused charge left no debit in the short window");
            assert_eq!(receipts(ledger).len(), 2);
        });
    }

    #[test]
    fn a_clock_that_steps_back_refills_nothing() {
        const GPS_WEEK_ROLLOVER_MS: i64 = 7_168 * 86_400_000;
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 86_400_000)]);
            let today_ms = 1_718_877_600_000;
            assert!(charge(ledger, &budget, today_ms, 10));
            assert!(!charge(ledger, &budget, today_ms - GPS_WEEK_ROLLOVER_MS, 1));
            let then = at_ms(today_ms - GPS_WEEK_ROLLOVER_MS);
            assert_eq!(ledger.remaining(&budget, then.into()).unwrap()[0].remaining(), loss(0));
            let transaction = ledger.begin(&budget, then.into()).unwrap();
            assert_eq!(transaction.time(), at_ms(today_ms));
            let spent = transaction.affords("weather", loss(1)).unwrap().unwrap_err();
            assert_eq!(spent.until(), Some(at_ms(today_ms + 86_400_000)));
        });
    }

    #[test]
    fn a_charge_made_under_a_clock_that_stepped_back_counts_as_made_now() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 1_000)]);
            assert!(charge(ledger, &budget, 500_000, 1));
            assert!(charge(ledger, &budget, 0, 9));
            assert_eq!(receipts(ledger)[1].time(), at_ms(500_000));
            assert!(!charge(ledger, &budget, 500_999, 1));
            assert!(charge(ledger, &budget, 501_000, 10));
        });
    }

    #[test]
    fn time_alone_is_not_kept() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 1_000)]);
            assert!(charge(ledger, &budget, 0, 10));
            let mut transaction = ledger.begin(&budget, at_ms(5_000).into()).unwrap();
            assert_eq!(transaction.advance(at_ms(9_000).into()), at_ms(9_000));
            transaction.commit().unwrap();
            assert_eq!(ledger.begin(&budget, at_ms(-1).into()).unwrap().time(), at_ms(0));
        });
    }

    #[test]
    fn a_clock_that_was_turned_is_kept_though_nothing_is_charged() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 1_000)]);
            assert!(charge(ledger, &budget, 0, 10));
            let mut transaction = ledger.begin(&budget, at_ms(5_000).into()).unwrap();
            assert_eq!(transaction.advance(at_ms(-4_000).into()), at_ms(5_000));
            transaction.commit().unwrap();
            // Behind its latest time by nine seconds, it runs on all the same.
            assert_eq!(ledger.begin(&budget, at_ms(-3_000).into()).unwrap().time(), at_ms(6_000));
            assert_eq!(ledger.begin(&budget, at_ms(5_000).into()).unwrap().time(), at_ms(5_000));
        });
    }

    #[test]
    fn a_question_costs_nothing() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 1_000)]);
            assert!(charge(ledger, &budget, 0, 4));
            let before = ledger.remaining(&budget, at_ms(0).into()).unwrap();
            assert_eq!(ledger.begin(&budget, at_ms(0).into()).unwrap().affords("weather", loss(6)).unwrap(), Ok(()));
            assert!(ledger.begin(&budget, at_ms(0).into()).unwrap().affords("weather", loss(7)).unwrap().is_err());
            assert_eq!(ledger.remaining(&budget, at_ms(0).into()).unwrap(), before);
            assert!(charge(ledger, &budget, 0, 6));
        });
    }

    #[test]
    fn a_dropped_transaction_leaves_no_trace() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 1_000)]);
            assert!(charge(ledger, &budget, 0, 4));
            let before = (receipts(ledger), ledger.remaining(&budget, at_ms(0).into()).unwrap());
            let mut transaction = ledger.begin(&budget, at_ms(700).into()).unwrap();
            let draw = Draw::new(9, point(9));
            let other =
                Charge { purpose: "fitness", destination: "cn", grid: "s2:13", draw, tick: draw.tick, ..charge_of(5) };
            assert_eq!(transaction.charge(&other).unwrap(), Ok(2));
            assert_eq!(transaction.charge(&Charge { draw, tick: draw.tick, ..charge_of(0) }).unwrap(), Ok(3));
            assert_eq!(transaction.draw("fitness").unwrap(), Some(draw));
            assert_eq!(transaction.served("fitness", "cn").unwrap(), Some(9));
            drop(transaction);
            assert_eq!((receipts(ledger), ledger.remaining(&budget, at_ms(0).into()).unwrap()), before);
            let mut transaction = ledger.begin(&budget, at_ms(0).into()).unwrap();
            assert_eq!(transaction.time(), at_ms(0));
            assert_eq!(transaction.draw("fitness").unwrap(), None);
            assert_eq!(transaction.served("fitness", "cn").unwrap(), None);
            assert_eq!(transaction.draw("weather").unwrap(), Some(charge_of(0).draw));
            assert_eq!(transaction.charge(&Charge { purpose: "ride", ..charge_of(6) }).unwrap(), Ok(2));
            transaction.commit().unwrap();
            assert_eq!(receipts(ledger)[1].purpose(), "ride", "the name took the place of one that was rolled back");
        });
    }

    #[test]
    fn several_charges_of_one_transaction_share_one_budget() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 1_000)]);
            let mut transaction = ledger.begin(&budget, at_ms(0).into()).unwrap();
            assert!(transaction.charge(&charge_of(6)).unwrap().is_ok());
            assert!(transaction.charge(&charge_of(6)).unwrap().is_err());
            assert!(transaction.charge(&charge_of(4)).unwrap().is_ok());
            transaction.advance(at_ms(1_000).into());
            assert!(transaction.charge(&charge_of(10)).unwrap().is_ok(), "time goes on within a transaction");
            transaction.commit().unwrap();
            assert_eq!(receipts(ledger).iter().map(|receipt| receipt.loss().billionths()).sum::<u64>(), 20);
        });
    }

    #[test]
    fn a_further_view_of_a_draw_is_recorded_and_free() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 1_000)]);
            let draw = Draw::new(7, point(3));
            let mut transaction = ledger.begin(&budget, at_ms(0).into()).unwrap();
            transaction.charge(&Charge { draw, tick: draw.tick, ..charge_of(10) }).unwrap().unwrap();
            transaction.commit().unwrap();
            let mut transaction = ledger.begin(&budget, at_ms(500).into()).unwrap();
            assert_eq!(transaction.draw("weather").unwrap(), Some(draw));
            assert_eq!(transaction.served("weather", "eu").unwrap(), Some(7));
            assert_eq!(transaction.served("weather", "cn").unwrap(), None);
            transaction.charge(&Charge { draw, tick: draw.tick, destination: "cn", ..charge_of(0) }).unwrap().unwrap();
            transaction.commit().unwrap();
            let transaction = ledger.begin(&budget, at_ms(0).into()).unwrap();
            assert_eq!(transaction.time(), at_ms(500), "a free view moves the time too");
            assert_eq!(transaction.served("weather", "cn").unwrap(), Some(7));
        });
    }

    #[test]
    fn another_budget_sums_the_charges_that_were_made() {
        on_every_ledger(|ledger| {
            let day = budget(&[(10, 1_000)]);
            for second in 0..5 {
                assert!(charge(ledger, &day, second * 1_000, 10));
            }
            let long = budget(&[(100, 3_000), (45, 60_000)]);
            let remaining = ledger.remaining(&long, at_ms(4_000).into()).unwrap();
            assert_eq!((remaining[0].spent(), remaining[1].spent()), (loss(30), loss(50)));
            assert_eq!((remaining[0].remaining(), remaining[1].remaining()), (loss(70), loss(0)));
            assert!(!charge(ledger, &long, 4_000, 1));
            assert!(charge(ledger, &day, 5_000, 10));
            assert_eq!(receipts(ledger).last().unwrap().sequence(), 6);
        });
    }

    #[test]
    fn what_remains_says_when_the_oldest_charge_leaves() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(10, 1_000), (20, 5_000)]);
            assert_eq!(ledger.remaining(&budget, at_ms(0).into()).unwrap()[0].frees(), None);
            assert!(charge(ledger, &budget, 100, 3));
            assert!(charge(ledger, &budget, 900, 3));
            let remaining = ledger.remaining(&budget, at_ms(1_100).into()).unwrap();
            assert_eq!((remaining[0].spent(), remaining[0].frees()), (loss(3), Some(at_ms(1_900))));
            assert_eq!((remaining[1].spent(), remaining[1].frees()), (loss(6), Some(at_ms(5_100))));
            let json = serde_json::to_string(&remaining[0]).unwrap();
            assert_eq!(
                json,
                r#"{"accounting":"pure","purpose":null,"window_s":1.0,"budget":1e-8,"spent":3e-9,"remaining":7e-9,"frees":"1970-01-01T00:00:01.9Z"}"#
            );
        });
    }

    #[test]
    fn receipts_come_in_order_and_whole_until_the_reader_has_enough() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(1_000, 1_000)]);
            for step in 0..20_u32 {
                let mut transaction = ledger.begin(&budget, at_ms(i64::from(step)).into()).unwrap();
                let cell = format!("cell {step}");
                let bucket = at_ms(i64::from(step) * 900_000);
                let span = Duration::from_micros(900_000_500);
                let charge = Charge { cell: &cell, bucket, span, ..charge_of(u64::from(step)) };
                transaction.charge(&charge).unwrap().unwrap();
                transaction.commit().unwrap();
            }
            let all = receipts(ledger);
            for (step, receipt) in (0..20_u32).zip(&all) {
                assert_eq!(receipt.sequence(), u64::from(step) + 1);
                assert_eq!(receipt.time(), at_ms(i64::from(step)));
                assert_eq!((receipt.purpose(), receipt.destination(), receipt.grid()), ("weather", "eu", "h3:6"));
                assert_eq!(receipt.cell(), Some(format!("cell {step}").as_str()));
                assert_eq!(receipt.bucket(), at_ms(i64::from(step) * 900_000));
                assert_eq!(receipt.span(), Duration::from_secs(900), "whole milliseconds");
                assert_eq!(receipt.loss(), loss(u64::from(step)));
            }
            let mut seen = 0;
            let first_three = &mut |_| {
                seen += 1;
                if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            ledger.receipts(first_three).unwrap();
            assert_eq!((all.len(), seen), (20, 3));
        });
    }

    #[test]
    fn no_loss_that_no_budget_allows_is_ever_recorded() {
        on_every_ledger(|ledger| {
            let budget = budget(&[(9_000_000_000_000_000_000, 1_000)]);
            for refused in [u64::MAX, i64::MAX as u64 + 1, 9_000_000_000_000_000_001] {
                let spent = ledger.begin(&budget, at_ms(0).into()).unwrap().charge(&charge_of(refused)).unwrap();
                assert_eq!(spent.unwrap_err().until(), None);
            }
            assert!(charge(ledger, &budget, 0, 9_000_000_000_000_000_000));
            assert!(!charge(ledger, &budget, 0, u64::MAX));
            assert_eq!(receipts(ledger)[0].loss(), loss(9_000_000_000_000_000_000));
        });
    }

    #[test]
    fn the_debug_form_of_a_draw_names_no_point() {
        let text = format!("{:?}", charge_of(1));
        assert!(text.contains("Draw { tick: 1, since: 1, .. }"), "{text}");
    }
}

/// The reference: every charge ever made, summed anew for every question.
#[derive(Clone, Default)]
struct BruteForce {
    /// When, how much, and which purpose's.
    charges: Vec<(i64, u64, usize)>,
    /// The ledger's time, the last reading of the wall clock, and the latest one.
    clock: Option<(i64, i64, i64)>,
    /// Whether the clock stepped back since something was written.
    turned: bool,
}

impl BruteForce {
    /// The ledger's time when a wall clock shows this.
    fn advance(&mut self, wall_ms: i64) -> i64 {
        let (now_ms, last_ms, latest_ms) = self.clock.unwrap_or((wall_ms, wall_ms, wall_ms));
        let passed_ms = if wall_ms >= latest_ms { wall_ms - latest_ms } else { (wall_ms - last_ms).max(0) };
        self.turned |= wall_ms < last_ms;
        self.clock = Some((now_ms + passed_ms, wall_ms, latest_ms.max(wall_ms)));
        now_ms + passed_ms
    }

    /// What a window holds: of one purpose, or of all.
    fn spent(&self, window: &Window, of: Option<&str>, now_ms: i64) -> u64 {
        let length_ms = window.length().as_millis() as i64;
        let is_in = |time_ms| now_ms - length_ms < time_ms && time_ms <= now_ms;
        let counts = |purpose: usize| of.is_none_or(|of| of == PURPOSES[purpose]);
        let held = self.charges.iter().filter(|&&(time_ms, _, purpose)| is_in(time_ms) && counts(purpose));
        held.map(|&(_, billionths, _)| billionths).sum()
    }

    fn fits(&self, budget: &Budget, now_ms: i64, purpose: &str, billionths: u64) -> bool {
        every_window(budget)
            .filter(|(of, _)| of.is_none_or(|of| of == purpose))
            .all(|(of, window)| self.spent(window, of, now_ms) + billionths <= window.loss().billionths())
    }

    fn until_ms(&self, budget: &Budget, now_ms: i64, purpose: &str, billionths: u64) -> Option<i64> {
        (now_ms..now_ms + 200).find(|&time_ms| self.fits(budget, time_ms, purpose, billionths))
    }
}

const PURPOSES: [&str; 3] = ["weather", "fitness", "ride"];

/// Every window, with the purpose that it counts alone.
fn every_window(budget: &Budget) -> impl Iterator<Item = (Option<&str>, &Window)> {
    let own =
        budget.purposes().flat_map(|(purpose, windows)| windows.iter().map(move |window| (Some(purpose), window)));
    budget.windows().iter().map(|window| (None, window)).chain(own)
}

#[derive(Clone, Debug)]
enum Step {
    /// A transaction: the clock at its beginning, then charges with a move of the clock before each; whether to commit.
    Transaction { clock_ms: i64, charges: Vec<(i64, u64, usize)>, commit: bool },
    /// From now on the other budget.
    Policy,
    /// Close and open again.
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let charge = (-30..60_i64, prop_oneof![Just(0), 1..12_u64], 0..3_usize);
    let transaction = (-60..120_i64, prop::collection::vec(charge, 0..5), prop::bool::weighted(0.7))
        .prop_map(|(clock_ms, charges, commit)| Step::Transaction { clock_ms, charges, commit });
    let step = prop_oneof![12 => transaction, 1 => Just(Step::Policy), 1 => Just(Step::Reopen)];
    prop::collection::vec(step, 1..24)
}

/// Plays the steps on a ledger and on the reference, and compares every answer.
fn play(steps: &[Step], mut ledger: Box<dyn Ledger>, reopen: impl Fn(Box<dyn Ledger>) -> Box<dyn Ledger>) {
    let own = |windows: &[(u64, u64)]| budget(windows).windows().to_vec();
    let budgets = [
        budget(&[(20, 50), (45, 180)]).with_purpose("ride", own(&[(12, 40), (20, 170)])).unwrap(),
        budget(&[(60, 160), (13, 7), (33, 90)])
            .with_purpose("fitness", own(&[(21, 120)]))
            .unwrap()
            .with_purpose("weather", own(&[(30, 30)]))
            .unwrap(),
    ];
    let mut policy = 0;
    let mut truth = BruteForce::default();
    let mut draws: [Option<Draw>; 3] = [None; 3];
    let mut wall_ms: i64 = 1_000_000;
    for (number, step) in steps.iter().enumerate() {
        let budget = &budgets[policy % 2];
        match step {
            Step::Policy => policy += 1,
            Step::Reopen => ledger = reopen(ledger),
            Step::Transaction { clock_ms, charges, commit } => {
                wall_ms += clock_ms;
                let (mut tried, mut tried_draws) = (truth.clone(), draws);
                let mut now_ms = tried.advance(wall_ms);
                let mut written = truth.clock;
                let mut transaction = ledger.begin(budget, at_ms(wall_ms).into()).unwrap();
                assert_eq!(transaction.time(), at_ms(now_ms));
                for &(move_ms, billionths, purpose) in charges {
                    let clock_ms = wall_ms + move_ms;
                    now_ms = tried.advance(clock_ms);
                    assert_eq!(transaction.advance(at_ms(clock_ms).into()), at_ms(now_ms));
                    assert_eq!(transaction.draw(PURPOSES[purpose]).unwrap(), tried_draws[purpose]);
                    let draw = Draw::new(now_ms, point(number as u64));
                    let asked = Charge { purpose: PURPOSES[purpose], draw, tick: draw.tick, ..charge_of(billionths) };
                    let affords = transaction.affords(PURPOSES[purpose], loss(billionths)).unwrap();
                    match transaction.charge(&asked).unwrap() {
                        Ok(sequence) => {
                            assert!(affords.is_ok());
                            assert!(tried.fits(budget, now_ms, PURPOSES[purpose], billionths), "overspent");
                            tried.charges.push((now_ms, billionths, purpose));
                            (written, tried.turned) = (tried.clock, false);
                            tried_draws[purpose] = Some(draw);
                            assert_eq!(sequence, tried.charges.len() as u64);
                        }
                        Err(spent) => {
                            assert_eq!(affords, Err(spent));
                            assert!(!tried.fits(budget, now_ms, PURPOSES[purpose], billionths), "refused what fits");
                            let until_ms = spent.until().map(Timestamp::as_millisecond);
                            assert_eq!(until_ms, tried.until_ms(budget, now_ms, PURPOSES[purpose], billionths));
                        }
                    }
                }
                if *commit {
                    transaction.commit().unwrap();
                    let clock = if tried.turned { tried.clock } else { written };
                    (truth, draws) = (BruteForce { clock, turned: false, ..tried }, tried_draws);
                } else {
                    drop(transaction);
                }
            }
        }
        let budget = &budgets[policy % 2];
        let now_ms = truth.clone().advance(wall_ms);
        let remaining = ledger.remaining(budget, at_ms(wall_ms).into()).unwrap();
        assert_eq!(remaining.len(), every_window(budget).count());
        for (remaining, (of, window)) in remaining.iter().zip(every_window(budget)) {
            assert_eq!((remaining.purpose(), remaining.window()), (of, *window));
            assert_eq!(remaining.spent(), loss(truth.spent(window, of, now_ms)));
        }
    }
    let recorded = receipts(&mut *ledger);
    let recorded: Vec<_> = recorded
        .iter()
        .map(|receipt| (receipt.time().as_millisecond(), receipt.loss().billionths(), receipt.purpose().to_owned()))
        .collect();
    let charged: Vec<_> =
        truth.charges.iter().map(|&(time, loss, purpose)| (time, loss, PURPOSES[purpose].to_owned())).collect();
    assert_eq!(recorded, charged);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_memory_ledger_agrees_with_summing_everything_anew(steps in steps()) {
        play(&steps, Box::new(MemoryLedger::new()), |ledger| ledger);
    }
}

#[cfg(feature = "sqlite")]
proptest! {
    // Each case makes files on the disk.
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_durable_ledger_agrees_with_summing_everything_anew(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let open = || Box::new(hereabouts::SqliteLedger::open(&path).unwrap()) as Box<dyn Ledger>;
        play(&steps, open(), |ledger| {
            drop(ledger);
            open()
        });
    }
}
