//! What a charge costs: in memory, among many of one transaction, and alone on the disk.
//!
//! `cargo bench --bench ledger`. The last line is the ratio of a durable charge and a durable update of one row, taken in
//! turns. Set `TMPDIR` to a folder on a real disk: a memory file system makes nothing durable.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput};
use hereabouts::{
    Budget, Charge, Draw, LatticePoint, Ledger, MemoryLedger, Position, PrivacyLoss, Rule, SqliteLedger, Transaction,
    Window,
};
use jiff::Timestamp;
use rusqlite::Connection;

const CHARGES: u64 = 10_000;

fn budget() -> Budget {
    let most = PrivacyLoss::from_billionths(9_000_000_000_000_000_000);
    Budget::new([86_400, 30 * 86_400].map(|seconds| Window::new(most, Duration::from_secs(seconds)).unwrap())).unwrap()
}

/// One charge, each of another cell, tick and place, a quarter of an hour after the one before.
fn charge(transaction: &mut dyn Transaction, number: u64) {
    let now = Timestamp::from_second(1_700_000_000 + number as i64 * 900).unwrap();
    let cell = format!("86{number:09x}ffff");
    let place = Position::new(52.0, 5.0 + number as f64 * 1e-5);
    let charge = Charge {
        purpose: "weather",
        destination: if number.is_multiple_of(3) { "eu" } else { "cn" },
        draw: Draw::new(number as i64, LatticePoint::nearest(&place)),
        tick: number as i64,
        remember: 0,
        grid: "h3:6",
        rule: Rule::Purpose,
        cell: &cell,
        bucket: now,
        span: Duration::from_secs(3_600),
        loss: PrivacyLoss::from_billionths(1_000_001_200),
    };
    transaction.advance(now.into());
    assert!(transaction.charge(&charge).unwrap().is_ok());
}

fn charge_many(ledger: &mut dyn Ledger) {
    let mut transaction = ledger.begin(&budget(), Timestamp::UNIX_EPOCH.into()).unwrap();
    (0..CHARGES).for_each(|number| charge(&mut *transaction, number));
    transaction.commit().unwrap();
}

fn charge_one(ledger: &mut dyn Ledger, budget: &Budget, number: u64) {
    let mut transaction = ledger.begin(budget, Timestamp::UNIX_EPOCH.into()).unwrap();
    charge(&mut *transaction, number);
    transaction.commit().unwrap();
}

fn counter(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE counter (v INTEGER NOT NULL) STRICT; INSERT INTO counter VALUES (0);",
        )
        .unwrap();
    connection
}

fn update_one(connection: &Connection) {
    connection.prepare_cached("UPDATE counter SET v = v + 1").unwrap().execute([]).unwrap();
}

fn in_memory(criterion: &mut Criterion) {
    let budget = budget();
    let mut group = criterion.benchmark_group("memory");
    let mut ledger = MemoryLedger::new();
    group.bench_function("begin and drop", |bencher| {
        bencher.iter(|| drop(black_box(ledger.begin(&budget, Timestamp::UNIX_EPOCH.into()).unwrap())));
    });
    let mut number = 0;
    group.bench_function("one charge in a transaction", |bencher| {
        bencher.iter(|| {
            number += 1;
            charge_one(&mut ledger, &budget, number);
        });
    });
    group.throughput(Throughput::Elements(CHARGES));
    group.bench_function("10,000 charges in a transaction", |bencher| {
        bencher.iter_batched_ref(MemoryLedger::new, |ledger| charge_many(ledger), BatchSize::LargeInput);
    });
}

fn on_disk(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut group = criterion.benchmark_group("sqlite");
    group.sample_size(20);
    group.throughput(Throughput::Elements(CHARGES));
    let mut made = 0;
    group.bench_function("10,000 charges in a transaction", |bencher| {
        let open = || {
            made += 1;
            SqliteLedger::open(folder.path().join(format!("{made}.db"))).unwrap()
        };
        bencher.iter_batched_ref(open, |ledger| charge_many(ledger), BatchSize::PerIteration);
    });
    group.throughput(Throughput::Elements(1));
    let budget = budget();
    let mut ledger = SqliteLedger::open(folder.path().join("ledger.db")).unwrap();
    let mut number = 0;
    group.bench_function("one durable charge", |bencher| {
        bencher.iter(|| {
            number += 1;
            charge_one(&mut ledger, &budget, number);
        });
    });
    let connection = counter(&folder.path().join("counter.db"));
    group.bench_function("one durable update", |bencher| bencher.iter(|| update_one(&connection)));
}

/// The disk's own times drift: the two are measured in turns, and the medians compared.
fn ratio_of_durable_charge() {
    const TURNS: usize = 500;
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = SqliteLedger::open(folder.path().join("ledger.db")).unwrap();
    let connection = counter(&folder.path().join("counter.db"));
    let budget = budget();
    let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
    for turn in 0..TURNS {
        let start = Instant::now();
        charge_one(&mut ledger, &budget, turn as u64);
        times[0].push(start.elapsed());
        let start = Instant::now();
        update_one(&connection);
        times[1].push(start.elapsed());
    }
    let [charge, update] = times.map(|mut times| {
        times.sort();
        times[TURNS / 2]
    });
    let ratio = charge.as_secs_f64() / update.as_secs_f64();
    println!("durable charge {charge:?}, durable update {update:?}: ratio {ratio:.3}");
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    in_memory(&mut criterion);
    on_disk(&mut criterion);
    criterion.final_summary();
    ratio_of_durable_charge();
}
