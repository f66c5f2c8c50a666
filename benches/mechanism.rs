//! One draw of noise: ours, which is exact in its tail and bounded in its error, beside a lean textbook sampler that is
//! neither, and beside OpenDP's exact discrete Laplace in two dimensions; and one draw of our Gaussian noise, whose numbers are
//! OpenDP's.
//!
//! `cargo bench --bench mechanism`; read the ratios within one run, not the times.

use std::f64::consts::PI;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hereabouts::{EARTH_RADIUS_M, Fix, Gaussian, PlanarLaplace};
use opendp::domains::{AtomDomain, VectorDomain};
use opendp::measurements::make_laplace;
use opendp::metrics::L1Distance;
use rand::rngs::{ChaCha20Rng, SysRng};
use rand::{Rng, SeedableRng};

/// The textbook: two logarithms of 53-bit uniforms (so the tail ends at 1,489 b), spherical destination by `asin`, a
/// branch for the wrap; no acceptance step, no lattice, no bound on its error.
fn lean_textbook(latitude_deg: f64, longitude_deg: f64, scale_m: f64, randomness: &mut impl Rng) -> (f64, f64) {
    let mut uniform = || ((randomness.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    let arc = -(uniform().ln() + uniform().ln()) * scale_m / EARTH_RADIUS_M;
    let bearing = uniform() * 2.0 * PI;
    let (sin_latitude, cos_latitude) = latitude_deg.to_radians().sin_cos();
    let (sin_arc, cos_arc) = arc.sin_cos();
    let (sin_bearing, cos_bearing) = bearing.sin_cos();
    let sine = sin_latitude * cos_arc + cos_latitude * sin_arc * cos_bearing;
    let turn = (sin_bearing * sin_arc * cos_latitude).atan2(cos_arc - sin_latitude * sine);
    let mut longitude = longitude_deg + turn.to_degrees();
    if longitude > 180.0 {
        longitude -= 360.0;
    } else if longitude < -180.0 {
        longitude += 360.0;
    }
    (sine.asin().to_degrees(), longitude)
}

fn draws(criterion: &mut Criterion) {
    let mut randomness = ChaCha20Rng::try_from_rng(&mut SysRng).unwrap();
    let fix = Fix::wgs84(52.0907, 5.1214, None, jiff::Timestamp::UNIX_EPOCH).unwrap();
    let mechanism = PlanarLaplace::new(1.0, 200.0).unwrap();
    let mut group = criterion.benchmark_group("draw");
    group.bench_function("exact", |bencher| bencher.iter(|| mechanism.perturb(black_box(&fix), &mut randomness)));
    let gaussian = Gaussian::new(0.1, 200.0).unwrap();
    group.bench_function("Gaussian", |bencher| bencher.iter(|| gaussian.perturb(black_box(&fix)).unwrap()));
    let mut textbook_randomness = ChaCha20Rng::try_from_rng(&mut SysRng).unwrap();
    group.bench_function("lean textbook", |bencher| {
        bencher.iter(|| lean_textbook(black_box(52.0907), black_box(5.1214), 201.1, &mut textbook_randomness));
    });
    let space = (VectorDomain::new(AtomDomain::<i64>::default()), L1Distance::<i64>::default());
    let laplace = make_laplace(space.0, space.1, 20_000.0, None).unwrap();
    let point = vec![5_209_070_i64, 512_140];
    group.bench_function("OpenDP discrete Laplace, 2-D", |bencher| {
        bencher.iter(|| laplace.invoke(black_box(&point)).unwrap())
    });
    group.finish();
}

criterion_group!(benches, draws);
criterion_main!(benches);
