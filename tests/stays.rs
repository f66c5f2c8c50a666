//! Stays in the ledger: a charge that counts in every window that one of its ticks touches, against summing everything anew.

use std::time::Duration;

use hereabouts::{Budget, Charge, Draw, LatticePoint, Ledger, MemoryLedger, Position, PrivacyLoss, Rule, Window};
use jiff::Timestamp;
use proptest::prelude::*;

const PURPOSES: [&str; 2] = ["weather", "fitness"];

fn at_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

fn loss(billionths: u64) -> PrivacyLoss {
    PrivacyLoss::from_billionths(billionths)
}

fn budget(windows: &[(u64, u64)]) -> Budget {
    let window = |&(most, ms): &(u64, u64)| Window::new(loss(most), Duration::from_millis(ms)).unwrap();
    Budget::new(windows.iter().map(window)).unwrap()
}

fn charge_of(purpose: usize, draw: Draw, billionths: u64) -> Charge<'static> {
    Charge {
        purpose: PURPOSES[purpose],
        destination: "eu",
        draw,
        tick: draw.tick,
        remember: 3,
        grid: "h3:6",
        rule: Rule::Purpose,
        cell: "861969527ffffff",
        bucket: at_ms(0),
        span: Duration::from_secs(3_600),
        loss: loss(billionths),
    }
}

fn point(number: i64) -> LatticePoint {
    LatticePoint::nearest(&Position::new(52.0, number as f64 / 100.0))
}

/// Every tick of every stay, and every charge, as they happened.
#[derive(Clone, Debug, Default)]
struct Truth {
    charges: Vec<(i64, u64, usize)>,
    stays: Vec<Stay>,
    /// For each purpose its draw, and the stay that asks about it, if one does.
    standing: [Option<(Draw, Option<usize>)>; 2],
    /// For each purpose what it put out, the latest first.
    outputs: [Vec<LatticePoint>; 2],
}

#[derive(Clone, Debug)]
struct Stay {
    purpose: usize,
    /// Each tick that asked, and the loss of the stay then: another policy may have asked at another.
    ticks: Vec<(i64, u64)>,
}

impl Stay {
    fn loss(&self) -> u64 {
        self.ticks.last().map_or(0, |(_, loss)| *loss)
    }
}

impl Truth {
    /// All that counts in the window that ends at a time.
    fn spent(&self, of: Option<&str>, length_ms: i64, end_ms: i64) -> u64 {
        let counts = |purpose: usize| of.is_none_or(|of| of == PURPOSES[purpose]);
        let holds = |time_ms: i64| end_ms - length_ms < time_ms && time_ms <= end_ms;
        let charged: u64 = self
            .charges
            .iter()
            .filter(|(time_ms, _, purpose)| holds(*time_ms) && counts(*purpose))
            .map(|(_, loss, _)| loss)
            .sum();
        let stays = self.stays.iter().filter(|stay| counts(stay.purpose));
        let stayed = stays.filter(|stay| stay.ticks.iter().any(|&(time_ms, _)| holds(time_ms)));
        charged + stayed.map(Stay::loss).sum::<u64>()
    }

    /// What was known of it at that time.
    fn until(&self, end_ms: i64) -> Self {
        let mut truth = self.clone();
        truth.charges.retain(|(time_ms, ..)| *time_ms <= end_ms);
        truth.stays.iter_mut().for_each(|stay| stay.ticks.retain(|(time_ms, _)| *time_ms <= end_ms));
        truth
    }

    fn fits(&self, budget: &Budget, purpose: &str, now_ms: i64, more: u64) -> bool {
        every_window(budget).filter(|(of, _)| of.is_none_or(|of| of == purpose)).all(|(of, window)| {
            self.spent(of, window.length().as_millis() as i64, now_ms) + more <= window.loss().billionths()
        })
    }

    /// The state if the stay of a purpose's draw counted at this time too.
    fn asked(&self, purpose: usize, now_ms: i64, billionths: u64) -> Self {
        let mut asked = self.clone();
        let Some((draw, stay)) = asked.standing[purpose] else { return asked };
        match stay {
            Some(stay) => {
                let stay = &mut asked.stays[stay];
                stay.ticks.push((now_ms, stay.loss().max(billionths)));
            }
            None => {
                asked.standing[purpose] = Some((draw, Some(asked.stays.len())));
                asked.stays.push(Stay { purpose, ticks: vec![(now_ms, billionths)] });
            }
        }
        asked
    }
}

/// Every window, with the purpose that it counts alone.
fn every_window(budget: &Budget) -> impl Iterator<Item = (Option<&str>, &Window)> {
    let own =
        budget.purposes().flat_map(|(purpose, windows)| windows.iter().map(move |window| (Some(purpose), window)));
    budget.windows().iter().map(|window| (None, window)).chain(own)
}

#[derive(Clone, Debug)]
enum Action {
    /// A new draw, or an old one recalled.
    Draw { billionths: u64, again: bool },
    /// A question, with what its answer may cost besides.
    Ask { billionths: u64, then: u64 },
    /// The draw stands, unasked.
    Hold,
}

#[derive(Clone, Debug)]
enum Step {
    Transaction { clock_ms: i64, actions: Vec<(i64, usize, Action)>, commit: bool },
    Policy,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let action = prop_oneof![
        2 => (0..9_u64, any::<bool>()).prop_map(|(billionths, again)| Action::Draw { billionths, again }),
        5 => (1..7_u64, 0..9_u64).prop_map(|(billionths, then)| Action::Ask { billionths, then }),
        1 => Just(Action::Hold),
    ];
    let action = (0..30_i64, 0..2_usize, action);
    let transaction = (0..60_i64, prop::collection::vec(action, 0..5), prop::bool::weighted(0.8))
        .prop_map(|(clock_ms, actions, commit)| Step::Transaction { clock_ms, actions, commit });
    let step = prop_oneof![14 => transaction, 1 => Just(Step::Policy), 2 => Just(Step::Reopen)];
    prop::collection::vec(step, 1..40)
}

/// Plays the steps on a ledger and on the reference, and compares every answer.
fn play(steps: &[Step], mut ledger: Box<dyn Ledger>, reopen: impl Fn(Box<dyn Ledger>) -> Box<dyn Ledger>) {
    let own = |windows: &[(u64, u64)]| budget(windows).windows().to_vec();
    let budgets = [
        budget(&[(20, 50), (45, 180)]).with_purpose(PURPOSES[0], own(&[(11, 60)])).unwrap(),
        budget(&[(60, 160), (13, 7), (33, 90)]).with_purpose(PURPOSES[1], own(&[(9, 30), (25, 120)])).unwrap(),
    ];
    let mut policy = 0;
    let mut truth = Truth::default();
    let mut wall_ms = 1_000_000;
    for (number, step) in steps.iter().enumerate() {
        let budget = &budgets[policy % 2];
        match step {
            Step::Policy => policy += 1,
            Step::Reopen => ledger = reopen(ledger),
            Step::Transaction { clock_ms, actions, commit } => {
                wall_ms += clock_ms;
                let mut tried = truth.clone();
                let mut now_ms = wall_ms;
                let mut transaction = ledger.begin(budget, at_ms(wall_ms).into()).unwrap();
                for (index, (move_ms, purpose, action)) in actions.iter().enumerate() {
                    let (purpose, name) = (*purpose, PURPOSES[*purpose]);
                    now_ms += move_ms;
                    transaction.advance(at_ms(now_ms).into());
                    assert_eq!(transaction.draw(name).unwrap(), tried.standing[purpose].map(|(draw, _)| draw));
                    assert_eq!(transaction.outputs(name).unwrap(), tried.outputs[purpose]);
                    match *action {
                        Action::Draw { billionths, again } => {
                            let recalled = tried.outputs[purpose].last().copied().filter(|_| again);
                            let point = recalled.unwrap_or_else(|| point((number * 10 + index) as i64));
                            // Ticks are never the same twice: each is a stay of its own.
                            let draw = Draw::new((number * 10 + index) as i64, point);
                            let fits = tried.fits(budget, name, now_ms, billionths);
                            assert_eq!(
                                transaction.charge(&charge_of(purpose, draw, billionths)).unwrap().is_ok(),
                                fits
                            );
                            if fits {
                                tried.charges.push((now_ms, billionths, purpose));
                                tried.standing[purpose] = Some((draw, None));
                                tried.outputs[purpose].retain(|output| *output != point);
                                tried.outputs[purpose].insert(0, point);
                                tried.outputs[purpose].truncate(3);
                            }
                        }
                        Action::Ask { billionths, then } => {
                            let asked = tried.asked(purpose, now_ms, billionths);
                            let room = transaction.affords_stay(name, loss(billionths), loss(then)).unwrap();
                            // Without a draw there is nothing to ask about, and the question is what a first one would cost.
                            let more = if tried.standing[purpose].is_some() { then } else { billionths + then };
                            assert_eq!(room.is_ok(), asked.fits(budget, name, now_ms, more));
                            if let Err(spent) = room {
                                let until_ms = (now_ms..now_ms + 200).find(|&time_ms| {
                                    tried.asked(purpose, time_ms, billionths).fits(budget, name, time_ms, more)
                                });
                                assert_eq!(spent.until().map(Timestamp::as_millisecond), until_ms);
                            }
                            let charged = transaction.stay(name, loss(billionths)).unwrap();
                            let more = if tried.standing[purpose].is_some() { 0 } else { billionths };
                            assert_eq!(charged.is_ok(), asked.fits(budget, name, now_ms, more));
                            if let Ok(charged) = charged {
                                let total = |truth: &Truth| truth.stays.iter().map(Stay::loss).sum::<u64>();
                                assert_eq!(charged, loss(total(&asked) - total(&tried)));
                                tried = asked;
                            }
                        }
                        Action::Hold => {
                            if let Some((draw, stay)) = tried.standing[purpose] {
                                let draw = Draw { tick: draw.tick, threshold_noise_cm: Some(now_ms), ..draw };
                                transaction.hold(name, "eu", draw, draw.tick).unwrap();
                                tried.standing[purpose] = Some((draw, stay));
                            }
                        }
                    }
                }
                if *commit {
                    transaction.commit().unwrap();
                    truth = tried;
                } else {
                    drop(transaction);
                }
                wall_ms = now_ms;
            }
        }
        let budget = &budgets[policy % 2];
        for (remaining, (of, window)) in
            ledger.remaining(budget, at_ms(wall_ms).into()).unwrap().iter().zip(every_window(budget))
        {
            assert_eq!(remaining.spent(), loss(truth.spent(of, window.length().as_millis() as i64, wall_ms)));
        }
    }
    let mut receipts = Vec::new();
    ledger
        .receipts(&mut |receipt| {
            let purpose = PURPOSES.iter().position(|purpose| *purpose == receipt.purpose()).unwrap();
            receipts.push((receipt.time().as_millisecond(), receipt.loss().billionths(), purpose));
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(receipts, truth.charges);
    if policy == 0 {
        no_window_was_ever_overspent(&truth, &budgets[0]);
    }
}

/// Whatever happened, and wherever a window lies: it holds no more than it may.
fn no_window_was_ever_overspent(truth: &Truth, budget: &Budget) {
    let ends = truth.charges.iter().map(|(time_ms, ..)| *time_ms);
    let ticks = truth.stays.iter().flat_map(|stay| &stay.ticks);
    let ends = ends.chain(ticks.map(|(time_ms, _)| *time_ms));
    for (of, window) in every_window(budget) {
        let length_ms = window.length().as_millis() as i64;
        for end_ms in ends.clone().flat_map(|time_ms| [time_ms, time_ms + length_ms - 1]) {
            assert!(truth.until(end_ms).spent(of, length_ms, end_ms) <= window.loss().billionths());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_memory_ledger_counts_a_stay_wherever_one_of_its_ticks_is(steps in steps()) {
        play(&steps, Box::new(MemoryLedger::new()), |ledger| ledger);
    }
}

#[cfg(feature = "sqlite")]
proptest! {
    // Each case makes files on the disk.
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_durable_ledger_counts_a_stay_wherever_one_of_its_ticks_is(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let open = || Box::new(hereabouts::SqliteLedger::open(&path).unwrap()) as Box<dyn Ledger>;
        play(&steps, open(), |ledger| {
            drop(ledger);
            open()
        });
    }
}
