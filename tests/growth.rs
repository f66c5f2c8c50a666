//! A ledger that grew: what a charge costs then, and how large the file is.
//!
//! `cargo test --test growth -- --ignored --nocapture` fills a ledger with ten million receipts (`RECEIPTS` sets another
//! number) and prints what `docs/performance.md` states.
#![cfg(feature = "sqlite")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hereabouts::{Budget, Charge, Draw, LatticePoint, Ledger, Position, PrivacyLoss, Rule, SqliteLedger, Window};
use jiff::Timestamp;

const AT_ONCE: u64 = 100_000;

fn budget() -> Budget {
    let most = PrivacyLoss::from_billionths(9_000_000_000_000_000_000);
    Budget::new([86_400, 30 * 86_400].map(|seconds| Window::new(most, Duration::from_secs(seconds)).unwrap())).unwrap()
}

/// One transaction with these charges, a quarter of an hour apart.
fn charge(ledger: &mut SqliteLedger, numbers: std::ops::Range<u64>) {
    let time = |number: u64| Timestamp::from_second(1_000_000_000 + number as i64 * 900).unwrap();
    let mut transaction = ledger.begin(&budget(), time(numbers.start).into()).unwrap();
    for number in numbers {
        let charge = Charge {
            purpose: "weather",
            destination: if number.is_multiple_of(3) { "eu" } else { "cn" },
            draw: Draw::new(number as i64, LatticePoint::nearest(&Position::new(52.0, 5.0 + number as f64 * 1e-6))),
            tick: number as i64,
            remember: 0,
            grid: "h3:6",
            rule: Rule::Purpose,
            cell: &format!("86{number:09x}ffff"),
            bucket: time(number),
            span: Duration::from_secs(3_600),
            loss: PrivacyLoss::from_billionths(1_000_001_200),
        };
        transaction.advance(time(number).into());
        transaction.charge(&charge).unwrap().unwrap();
    }
    transaction.commit().unwrap();
}

fn open(path: &Path) -> SqliteLedger {
    SqliteLedger::open(path).unwrap()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[test]
#[ignore = "writes more than a gigabyte: run it by name"]
fn a_charge_costs_no_more_on_a_ledger_of_ten_million_receipts() {
    const TURNS: u64 = 300;
    let receipts = std::env::var("RECEIPTS").map_or(10_000_000, |text| text.parse::<u64>().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (folder.path().join("small.db"), folder.path().join("large.db"));
    let start = Instant::now();
    let mut ledger = open(&large);
    for first in (0..receipts).step_by(AT_ONCE as usize) {
        charge(&mut ledger, first..(first + AT_ONCE).min(receipts));
    }
    drop(ledger);
    let (filled, bytes) = (start.elapsed(), fs::metadata(&large).unwrap().len());
    let start = Instant::now();
    let mut ledgers = [(open(&small), 0), (open(&large), receipts)];
    charge(&mut ledgers[1].0, receipts..receipts + 1);
    let opened = start.elapsed();
    charge(&mut ledgers[0].0, 0..1);
    let mut times = [Vec::new(), Vec::new()];
    for turn in 1..=TURNS {
        // In turns: the disk's own times drift.
        for ((ledger, first), times) in ledgers.iter_mut().zip(&mut times) {
            let start = Instant::now();
            charge(ledger, *first + turn..*first + turn + 1);
            times.push(start.elapsed());
        }
    }
    let [empty, full] = times.map(median);
    let ratio = full.as_secs_f64() / empty.as_secs_f64();
    println!(
        "{receipts} receipts in {filled:.0?}, {:.1} bytes each; the first charge after opening {opened:.1?}; \
         a charge {full:.2?}, on an empty ledger {empty:.2?}: ratio {ratio:.3}",
        bytes as f64 / receipts as f64,
    );
    assert!(ratio <= 1.5, "{ratio}");
}
