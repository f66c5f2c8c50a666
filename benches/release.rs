//! The whole road: a release with its charge and its JSON, and many in one durable transaction. (What one durable charge
//! costs beside one durable row: `cargo bench --bench ledger`.)
//!
//! `cargo bench --bench release`; read the ratios within one run, not the times. The durable one needs a real
//! disk: a file system in memory hides what a sync costs.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use hereabouts::{
    Fix, Ledger, MemoryLedger, Minimizer, Outcome, Policy, RecordedClock, Request, SqliteLedger, Timestamp,
};

const BATCH: i64 = 10_000;

/// A budget that never ends: the bench is of the road, not of waiting.
const POLICY: &str = r#"
version = 1
[protection]
radius_m = 200
[[budget]]
epsilon = 1e9
window = "24h"
[purposes.bench]
mechanism = { kind = "planar-laplace", epsilon = 0.5 }
repeat = { kind = "fresh" }
grid = { kind = "h3", resolution = 7 }
interval = "1s"
time_bucket = "1h"
[purposes.stay]
mechanism = { kind = "planar-laplace", epsilon = 1.2 }
repeat = { kind = "hold", within = "10km", epsilon = 2, recall = 16 }
grid = { kind = "h3", resolution = 7 }
interval = "1s"
time_bucket = "1h"
[destinations.here]
jurisdiction = "NL"
operator = "Bench"
"#;

fn minimizer(ledger: impl Ledger + 'static) -> Minimizer {
    let minimizer = Minimizer::new(Policy::from_toml(POLICY).unwrap(), ledger, RecordedClock::default()).unwrap();
    minimizer.release(&fix(0), "bench", "here").unwrap(); // fills the table of accuracies
    minimizer
}

/// Four thousand squares a kilometre apart, around the fixes.
fn squares() -> String {
    let square = |number: u32| {
        let (west, south) = (4.6 + 0.015 * f64::from(number % 64), 51.8 + 0.009 * f64::from(number / 64));
        let (east, north) = (west + 0.012, south + 0.007);
        format!(
            r#"{{"type": "Feature", "properties": {{"name": "{number}"}}, "geometry": {{"type": "Polygon", "coordinates":
            [[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
        )
    };
    let squares: Vec<_> = (0..4_096).map(square).collect();
    format!(r#"{{"type": "FeatureCollection", "features": [{}]}}"#, squares.join(","))
}

/// The same policy with places: those near which less is told, or those that are told by name.
fn with_places(text: &str) -> Minimizer {
    let policy = Policy::from_text_with(text, |_| Ok(squares())).unwrap();
    let minimizer = Minimizer::new(policy, MemoryLedger::new(), RecordedClock::default()).unwrap();
    minimizer.release(&fix(0), "bench", "here").unwrap();
    minimizer
}

/// One fix for each second, so that every one is due.
fn fix(second: i64) -> Fix {
    Fix::wgs84(52.0907, 5.1214, 12.0, Timestamp::from_second(1_718_874_000 + second).unwrap()).unwrap()
}

fn fixes() -> Vec<Fix> {
    (1..=BATCH).map(fix).collect()
}

fn released(outcome: Outcome) -> String {
    match outcome {
        Outcome::Released(release) => release.to_json(),
        other => panic!("{other:?}"),
    }
}

fn releases(criterion: &mut Criterion) {
    let fixes = fixes();
    let mut group = criterion.benchmark_group("release");
    group.throughput(Throughput::Elements(BATCH as u64));
    group.sample_size(30);
    group.bench_function("memory ledger, with JSON, 10,000", |bencher| {
        bencher.iter_batched(
            || minimizer(MemoryLedger::new()),
            |minimizer| {
                for fix in &fixes {
                    black_box(released(minimizer.release(fix, "bench", "here").unwrap()));
                }
                minimizer
            },
            BatchSize::PerIteration,
        );
    });
    let sensitive = format!("{POLICY}[sensitive]\nfile = \"squares.geojson\"\nfloor = {{ area_km2 = 100 }}\n");
    let named = POLICY.replacen(
        "grid = { kind = \"h3\", resolution = 7 }",
        "grid = { kind = \"places\", file = \"squares.geojson\" }",
        1,
    );
    for (name, text) in [("beside 4,096 sensitive places", &sensitive), ("by name, of 4,096 places", &named)] {
        let with_places = with_places(text);
        let mut second = 0;
        group.throughput(Throughput::Elements(1));
        group.bench_function(format!("memory ledger, with JSON, {name}"), |bencher| {
            bencher.iter(|| {
                second += 1;
                black_box(released(with_places.release(black_box(&fix(second)), "bench", "here").unwrap()))
            });
        });
    }
    group.throughput(Throughput::Elements(BATCH as u64));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut files = 0;
    group.bench_function("SQLite ledger, 10,000 in one transaction", |bencher| {
        bencher.iter_batched(
            || {
                files += 1;
                minimizer(SqliteLedger::open(folder.path().join(format!("{files}.db"))).unwrap())
            },
            |minimizer| {
                let requests = fixes.iter().map(|fix| Request { fix, purpose: "bench", destination: "here" });
                black_box(minimizer.release_all(requests).unwrap());
                minimizer
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// Ticks of a stay, each asked about: what a day at home costs.
fn held(criterion: &mut Criterion) {
    let minimizer = minimizer(MemoryLedger::new());
    minimizer.release(&fix(0), "stay", "here").unwrap();
    let mut second = 0;
    criterion.bench_function("held: a tick, asked about, memory ledger", |bencher| {
        bencher.iter(|| {
            second += 1;
            minimizer.release(black_box(&fix(second)), "stay", "here").unwrap()
        });
    });
}

fn withheld(criterion: &mut Criterion) {
    let minimizer = minimizer(MemoryLedger::new());
    let fix = fix(0);
    criterion.bench_function("withheld: not due", |bencher| {
        bencher.iter(|| minimizer.release(black_box(&fix), "bench", "here").unwrap());
    });
}

criterion_group!(benches, releases, held, withheld);
criterion_main!(benches);
