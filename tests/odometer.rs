//! The ledger against OpenDP's odometer and filter, which share none of its code.
//!
//! An odometer (`make_fully_adaptive_composition`) runs measurements one after the other on one input and says what they lost
//! together; a filter (`make_privacy_filter`) is one that ends where a limit would be passed. Neither knows of time: for each
//! position of each sliding window a new one runs over the charges that the window holds.
//!
//! - Where every loss is a whole number of 2⁻⁹, which is whole in billionths and exact in binary, both must agree to the last
//!   digit: in what was spent, and in which charge is the first that is refused.
//! - Where losses are any numbers, the ledger may be above the odometer by the rounding up of each charge, less than a
//!   billionth, and never below; the odometer's own sums are rounded up too, by less than a 2⁻⁵² part of the sum for each
//!   addition.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use hereabouts::{
    Accounting, Budget, Charge, Draw, Fix, FixDomain, Gaussian, GeodesicDistance, LatticePoint, Ledger, MemoryLedger,
    Minimizer, Outcome, PlanarLaplace, Policy, Position, PrivacyLoss, RecordedClock, Rule, Window,
};
use jiff::Timestamp;
use opendp::combinators::{
    CompositionMeasure, make_fully_adaptive_composition, make_privacy_filter, make_pureDP_to_zCDP,
};
use opendp::core::{Domain, Function, Measurement, Metric, MetricSpace, OdometerQueryable, PrivacyMap};
use opendp::domains::AtomDomain;
use opendp::measurements::{make_gaussian, make_laplace};
use opendp::measures::{MaxDivergence, ZeroConcentratedDivergence};
use opendp::metrics::AbsoluteDistance;
use proptest::prelude::*;

mod support;

const DAY_MS: i64 = 86_400_000;
const RADIUS_M: f64 = 200.0;

/// What one rounding of a sum can add to it.
const ULP: f64 = f64::EPSILON;

fn at_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

/// A budget of (ε or ρ, length in milliseconds).
fn budget(windows: &[(f64, i64)], accounting: Accounting) -> Budget {
    let window = |&(most, ms): &(f64, i64)| {
        Window::new(PrivacyLoss::from_epsilon(most).unwrap(), Duration::from_millis(ms as u64)).unwrap()
    };
    Budget::new(windows.iter().map(window)).unwrap().counted_in(accounting)
}

/// One committed charge; whether there was room.
fn charge(ledger: &mut dyn Ledger, budget: &Budget, now_ms: i64, loss: PrivacyLoss) -> bool {
    let mut transaction = ledger.begin(budget, at_ms(now_ms).into()).unwrap();
    let charge = Charge {
        purpose: "weather",
        destination: "eu",
        draw: Draw::new(now_ms, LatticePoint::nearest(&Position::new(52.2, 5.3))),
        tick: now_ms,
        remember: 0,
        grid: "h3:6",
        rule: Rule::Purpose,
        cell: "861969527ffffff",
        bucket: at_ms(now_ms),
        span: Duration::from_secs(3_600),
        loss,
    };
    let done = transaction.charge(&charge).unwrap().is_ok();
    transaction.commit().unwrap();
    done
}

/// What the ledger says was spent in each window, as ε or ρ.
fn spent(ledger: &mut dyn Ledger, budget: &Budget, now_ms: i64) -> Vec<f64> {
    let windows = ledger.remaining(budget, at_ms(now_ms).into()).unwrap();
    windows.iter().map(|window| window.spent().epsilon()).collect()
}

/// Where measurements run: an input, and how far from it its neighbours are.
struct Setting<DI: Domain, MI: Metric, MO: CompositionMeasure> {
    domain: DI,
    metric: MI,
    measure: MO,
    input: DI::Carrier,
    distance: MI::Distance,
}

type Run<DI, MI, MO, TO> = OdometerQueryable<
    Measurement<DI, MI, MO, TO>,
    TO,
    <MI as Metric>::Distance,
    <MO as opendp::core::Measure>::Distance,
>;

impl<DI, MI, MO> Setting<DI, MI, MO>
where
    DI: 'static + Domain,
    DI::Carrier: Clone,
    MI: 'static + Metric,
    MI::Distance: 'static + Clone + opendp::traits::ProductOrd,
    MO: 'static + CompositionMeasure<Distance = f64>,
    (DI, MI): MetricSpace,
{
    /// An odometer that has run nothing yet.
    fn odometer<TO: 'static>(&self) -> Run<DI, MI, MO, TO> {
        let (domain, metric) = (self.domain.clone(), self.metric.clone());
        make_fully_adaptive_composition(domain, metric, self.measure.clone()).unwrap().invoke(&self.input).unwrap()
    }

    /// The same, with an end where the loss would pass a limit.
    fn filter<TO: 'static>(&self, most: f64) -> Run<DI, MI, MO, TO> {
        let (domain, metric) = (self.domain.clone(), self.metric.clone());
        let odometer = make_fully_adaptive_composition(domain, metric, self.measure.clone()).unwrap();
        make_privacy_filter(odometer, self.distance.clone(), most).unwrap().invoke(&self.input).unwrap()
    }

    /// What these measurements lose together.
    fn lost<'a, TO: 'static>(&self, run: impl IntoIterator<Item = &'a Measurement<DI, MI, MO, TO>>) -> f64 {
        let mut odometer = self.odometer();
        for measurement in run {
            odometer.invoke(measurement.clone()).unwrap();
        }
        odometer.privacy_loss(self.distance.clone()).unwrap()
    }
}

type Whole<MO> = Setting<AtomDomain<i64>, AbsoluteDistance<i64>, MO>;
type WholeNoise<MO> = Measurement<AtomDomain<i64>, AbsoluteDistance<i64>, MO, i64>;

/// Whole numbers, and neighbours one apart.
fn whole<MO: CompositionMeasure>(measure: MO) -> Whole<MO> {
    Setting { domain: AtomDomain::default(), metric: AbsoluteDistance::default(), measure, input: 0, distance: 1 }
}

/// A mechanism of ours as a measurement.
type Noised<MO> = Measurement<FixDomain, GeodesicDistance, MO, LatticePoint>;

/// Fixes, and neighbours at the protected radius.
fn fixes<MO: CompositionMeasure>(measure: MO) -> Setting<FixDomain, GeodesicDistance, MO> {
    let (domain, metric) = (FixDomain::default(), GeodesicDistance::default());
    Setting { domain, metric, measure, input: support::fix(support::NINE), distance: RADIUS_M }
}

/// OpenDP's noise with losses of ε = 1, ½, … 2⁻⁹.
fn laplaces() -> Vec<WholeNoise<MaxDivergence>> {
    let laplace = |k| make_laplace(AtomDomain::default(), AbsoluteDistance::default(), 2.0_f64.powi(k), None).unwrap();
    (0..=9).map(laplace).collect()
}

/// OpenDP's noise with losses of ρ = 1/2σ² = ½, ⅛, … 2⁻⁹.
fn gaussians() -> Vec<WholeNoise<ZeroConcentratedDivergence>> {
    let gaussian =
        |k| make_gaussian(AtomDomain::default(), AbsoluteDistance::default(), 2.0_f64.powi(k), None).unwrap();
    (0..=4).map(gaussian).collect()
}

/// What a measurement loses, which must be a whole number of billionths.
fn exact<MO: CompositionMeasure<Distance = f64>>(noise: &WholeNoise<MO>) -> PrivacyLoss {
    let lost = noise.map(&1).unwrap();
    let loss = PrivacyLoss::from_epsilon(lost).unwrap();
    assert_eq!((loss.billionths() as f64, (lost * 512.0).fract()), (lost * 1e9, 0.0));
    loss
}

/// Waits before charges, and which noise each is for; windows as (loss in 2⁻⁹, whether a billionth less, length in
/// milliseconds).
type Case = (Vec<(i64, usize)>, Vec<(u16, bool, i64)>);

fn cases(noises: usize) -> impl Strategy<Value = Case> {
    let window = |lengths| (1..1_024_u16, any::<bool>(), lengths);
    let windows = (window(1..=12_i64), window(13..=40_i64), window(41..=500_i64)).prop_map(|(a, b, c)| vec![a, b, c]);
    (prop::collection::vec((0..12_i64, 0..noises), 1..40), windows)
}

/// Charges both, and compares every sum and every refusal. Counts what was charged and what was refused.
fn agree_to_the_last_digit<MO>(
    ledger: &mut dyn Ledger,
    setting: &Whole<MO>,
    noises: &[WholeNoise<MO>],
    accounting: Accounting,
    (charges, windows): &Case,
    counts: &Counts,
) where
    MO: 'static + CompositionMeasure<Distance = f64>,
{
    let most = |units: u16, less: bool| (f64::from(units) * 1_953_125.0 - f64::from(u8::from(less))) / 1e9;
    let windows: Vec<_> = windows.iter().map(|&(units, less, ms)| (most(units, less), ms)).collect();
    let budget = budget(&windows, accounting);
    let (mut made, mut now_ms): (Vec<(i64, usize)>, i64) = (Vec::new(), 0);
    for &(wait_ms, noise) in charges {
        now_ms += wait_ms;
        let mut fits = true;
        for &(most, length_ms) in &windows {
            let mut filter = setting.filter(most);
            for (_, held) in made.iter().filter(|(time_ms, _)| *time_ms > now_ms - length_ms) {
                filter.invoke(noises[*held].clone()).expect("it was charged, so it fits");
            }
            fits &= filter.invoke(noises[noise].clone()).is_ok();
        }
        assert_eq!(charge(ledger, &budget, now_ms, exact(&noises[noise])), fits);
        if fits {
            made.push((now_ms, noise));
        }
        let lost = windows.iter().map(|(_, length_ms)| {
            let held = made.iter().filter(|(time_ms, _)| *time_ms > now_ms - length_ms);
            setting.lost(held.map(|(_, held)| &noises[*held]))
        });
        assert_eq!(spent(ledger, &budget, now_ms), lost.collect::<Vec<_>>());
        counts.note(fits);
    }
}

/// How often there was room, and how often none: a test in which one of them is missing shows nothing.
#[derive(Default)]
struct Counts {
    charged: Cell<u32>,
    refused: Cell<u32>,
}

impl Counts {
    fn note(&self, charged: bool) {
        let count = if charged { &self.charged } else { &self.refused };
        count.set(count.get() + 1);
    }

    fn assert_both_above(&self, least: u32) {
        let counts = (self.charged.get(), self.refused.get());
        assert!(counts.0 > least && counts.1 > least, "{counts:?}");
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

#[test]
fn in_every_window_epsilons_add_up_as_opendps_do() {
    let (setting, noises, counts) = (whole(MaxDivergence), laplaces(), Counts::default());
    for_all(60, cases(noises.len()), |case| {
        agree_to_the_last_digit(&mut MemoryLedger::new(), &setting, &noises, Accounting::Pure, &case, &counts);
    });
    counts.assert_both_above(0);
}

#[test]
fn in_every_window_rhos_add_up_as_opendps_do() {
    let (setting, noises, counts) = (whole(ZeroConcentratedDivergence), gaussians(), Counts::default());
    for_all(60, cases(noises.len()), |case| {
        agree_to_the_last_digit(&mut MemoryLedger::new(), &setting, &noises, Accounting::Zcdp, &case, &counts);
    });
    counts.assert_both_above(0);
}

#[cfg(feature = "sqlite")]
#[test]
fn the_durable_ledger_adds_up_as_opendp_does() {
    let (setting, noises, counts) = (whole(MaxDivergence), laplaces(), Counts::default());
    for_all(8, cases(noises.len()), |case| {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = hereabouts::SqliteLedger::open(folder.path().join("ledger.db")).unwrap();
        agree_to_the_last_digit(&mut ledger, &setting, &noises, Accounting::Pure, &case, &counts);
    });
}

/// One filter, asked as the charges come, and one window that nothing leaves.
#[test]
fn a_filter_ends_at_the_charge_that_the_ledger_refuses_first() {
    let (setting, noises, ended) = (whole(MaxDivergence), laplaces(), Cell::new(0));
    for_all(200, (prop::collection::vec(0..noises.len(), 1..60), 1..4_096_u16), |(charges, most)| {
        let most = f64::from(most) / 512.0;
        let budget = budget(&[(most, DAY_MS)], Accounting::Pure);
        let (mut ledger, mut filter) = (MemoryLedger::new(), setting.filter(most));
        for (number, noise) in charges.into_iter().enumerate() {
            let fits = filter.invoke(noises[noise].clone()).is_ok();
            assert_eq!(charge(&mut ledger, &budget, number as i64, exact(&noises[noise])), fits, "charge {number}");
            if !fits {
                ended.set(ended.get() + 1);
                break;
            }
            assert_eq!(spent(&mut ledger, &budget, number as i64), [filter.privacy_loss(1).unwrap()]);
        }
    });
    assert!((1..200).contains(&ended.get()), "{} ended", ended.get());
}

/// That of `charges` charges the ledger's sum is the odometer's: never less, and more by their rounding up to a billionth and
/// by what the mechanisms keep `in_hand`. Both are sums of floats for this look alone: with an error below four roundings
/// for each charge.
fn assert_rounded_up(ledger: f64, odometer: f64, charges: usize, in_hand: f64) {
    let float = 4.0 * ULP * charges as f64 * ledger.max(1.0);
    assert!(odometer <= ledger + float, "the ledger says {ledger}, the odometer {odometer}");
    let most = odometer + charges as f64 * 1e-9 + in_hand + float;
    assert!(ledger <= most, "the ledger says {ledger}, the odometer {odometer}");
}

/// Charges each mechanism's loss as the ledger counts it, and compares sum and limit with those of its measurement; with each,
/// what the mechanism keeps in hand.
fn agree_but_for_rounding<MO>(
    setting: &Setting<FixDomain, GeodesicDistance, MO>,
    accounting: Accounting,
    mechanisms: Vec<(PrivacyLoss, f64, Noised<MO>)>,
    most: f64,
    counts: &Counts,
) where
    MO: 'static + CompositionMeasure<Distance = f64>,
{
    let budget = budget(&[(most, DAY_MS)], accounting);
    let (mut ledger, mut made) = (MemoryLedger::new(), Vec::new());
    let mut in_hand = 0.0;
    for (number, (loss, spare, measurement)) in mechanisms.into_iter().enumerate() {
        let tried = setting.lost(made.iter().chain([&measurement]));
        let charges = made.len() + 1;
        let fits = charge(&mut ledger, &budget, number as i64, loss);
        if fits {
            assert!(tried <= most + 4.0 * ULP * charges as f64 * most.max(1.0), "{tried} of {most} was let through");
            in_hand += spare;
            made.push(measurement);
            assert_rounded_up(spent(&mut ledger, &budget, number as i64)[0], tried, charges, in_hand);
        } else {
            let rounding = charges as f64 * 1e-9 + in_hand + spare;
            assert!(tried > most - rounding - 1e-12, "{tried} of {most} was refused");
        }
        counts.note(fits);
    }
}

#[test]
fn what_planar_laplace_is_charged_is_what_its_measurement_loses() {
    let (setting, counts) = (fixes(MaxDivergence), Counts::default());
    for_all(100, (prop::collection::vec(0.001..3.0_f64, 1..30), 0.5..30.0_f64), |(epsilons, most)| {
        let mechanisms = epsilons.iter().map(|&epsilon| {
            let mechanism = PlanarLaplace::new(epsilon, RADIUS_M).unwrap();
            (mechanism.loss(), 0.0, mechanism.measurement().unwrap())
        });
        agree_but_for_rounding(&setting, Accounting::Pure, mechanisms.collect(), most, &counts);
    });
    counts.assert_both_above(0);
}

/// σ is a whole number of units of 2⁻¹⁰ m, at most two above the least that would do: of ρ ∝ σ⁻² that keeps at most 4/σ in
/// hand.
#[test]
fn what_the_gaussian_is_charged_is_what_its_measurement_loses() {
    let (setting, counts) = (fixes(ZeroConcentratedDivergence), Counts::default());
    for_all(100, (prop::collection::vec(0.001..2.0_f64, 1..30), 0.5..20.0_f64), |(rhos, most)| {
        let mechanisms = rhos.iter().map(|&rho| {
            let mechanism = Gaussian::new(rho, RADIUS_M).unwrap();
            (mechanism.loss(), 4.0 * rho / (1_024.0 * mechanism.scale_m()), mechanism.measurement().unwrap())
        });
        agree_but_for_rounding(&setting, Accounting::Zcdp, mechanisms.collect(), most, &counts);
    });
    counts.assert_both_above(0);
}

const HOUR_MS: i64 = 3_600_000;
const PURPOSES: [&str; 2] = ["first", "second"];

/// A policy of two purposes, with a budget in six hours and one in a day.
fn policy(kind: &str, loss: &str, most: [f64; 2], mechanisms: [&str; 2]) -> Policy {
    let [first, second] = mechanisms;
    let each = "repeat = { kind = 'fresh' }\ngrid = { kind = 'h3', resolution = 7 }\ninterval = '15min'\n\
                time_bucket = '1h'\n";
    let text = format!(
        "version = 1\n[protection]\nradius_m = {RADIUS_M}\n[accounting]\nkind = '{kind}'\n\
         [[budget]]\n{loss} = {}\nwindow = '6h'\n[[budget]]\n{loss} = {}\nwindow = '24h'\n\
         [purposes.first]\nmechanism = {first}\n{each}[purposes.second]\nmechanism = {second}\n{each}\
         [destinations.eu]\njurisdiction = 'DE'\noperator = 'Example'\n",
        most[0], most[1],
    );
    Policy::from_toml(&text).unwrap()
}

/// Two days of ticks, each for one of two purposes, whose mechanisms have these measurements: in every window, on every tick,
/// what a minimizer spent is what the odometer says of what it released, and what it withheld would pass a limit.
fn releases_agree<MO>(
    policy: Policy,
    setting: &Setting<FixDomain, GeodesicDistance, MO>,
    measurements: [Noised<MO>; 2],
    in_hand: f64,
) where
    MO: 'static + CompositionMeasure<Distance = f64>,
{
    let minimizer = Minimizer::new(policy, MemoryLedger::new(), RecordedClock::default()).unwrap();
    let counts = Counts::default();
    let mut made: Vec<(i64, usize)> = Vec::new();
    for tick in 0..192 {
        let (now_ms, purpose) = (tick * HOUR_MS / 4, usize::from(tick % 3 == 0));
        let fix = support::fix(support::NINE + tick * 900);
        let outcome = minimizer.release(&fix, PURPOSES[purpose], "eu").unwrap();
        let is_released = matches!(outcome, Outcome::Released(_));
        if is_released {
            made.push((now_ms, purpose));
        }
        let mut is_over = false;
        for window in minimizer.remaining().unwrap() {
            let from_ms = now_ms - window.window().length().as_millis() as i64;
            let held: Vec<_> = made.iter().filter(|(time_ms, _)| *time_ms > from_ms).collect();
            let held = held.into_iter().map(|(_, purpose)| &measurements[*purpose]).collect::<Vec<_>>();
            let charges = held.len() + 1;
            assert_rounded_up(window.spent().epsilon(), setting.lost(held.clone()), charges, in_hand * charges as f64);
            let more = setting.lost(held.into_iter().chain([&measurements[purpose]]));
            is_over |= more > window.window().loss().epsilon() - charges as f64 * (1e-9 + in_hand);
        }
        assert!(is_released || is_over, "tick {tick} was withheld, though there is room");
        counts.note(is_released);
    }
    counts.assert_both_above(20);
}

#[test]
fn what_a_minimizer_spends_in_epsilon_is_what_its_measurements_lose() {
    let mechanisms =
        ["{ kind = 'planar-laplace', epsilon = 0.4 }", "{ kind = 'planar-laplace', epsilon = 0.123456789 }"];
    let measurements = [0.4, 0.123_456_789].map(|epsilon| {
        let mechanism = PlanarLaplace::new(epsilon, RADIUS_M).unwrap();
        mechanism.measurement().unwrap()
    });
    releases_agree(policy("pure", "epsilon", [3.1, 7.7], mechanisms), &fixes(MaxDivergence), measurements, 0.0);
}

/// In ρ, the one purpose's pure ε is counted as OpenDP casts it.
#[test]
fn what_a_minimizer_spends_in_rho_is_what_its_measurements_lose() {
    let mechanisms = ["{ kind = 'planar-laplace', epsilon = 0.4 }", "{ kind = 'gaussian', rho = 0.07 }"];
    let (laplace, gaussian) = (PlanarLaplace::new(0.4, RADIUS_M).unwrap(), Gaussian::new(0.07, RADIUS_M).unwrap());
    let measurements = [make_pureDP_to_zCDP(laplace.measurement().unwrap()).unwrap(), gaussian.measurement().unwrap()];
    let in_hand = 4.0 * 0.07 / (1_024.0 * gaussian.scale_m());
    let setting = fixes(ZeroConcentratedDivergence);
    releases_agree(policy("zcdp", "rho", [0.9, 1.7], mechanisms), &setting, measurements, in_hand);
}

/// Why the filter is a test's oracle and not the gate (OpenDP 0.16): it runs a measurement, and only then looks whether that
/// was too much. Its answer is thrown away, but the input was looked at and the noise drawn; and from then on the filter
/// answers nothing, not even what it lost. The ledger says no before anything is drawn, and goes on with what fits.
#[test]
fn opendps_filter_runs_a_measurement_before_it_checks_the_limit() {
    let asked = Rc::new(Cell::new(0));
    let counted = |lost: f64| {
        let asked = asked.clone();
        let function = Function::new(move |_: &Fix| asked.set(asked.get() + 1));
        let (domain, metric) = (FixDomain::default(), GeodesicDistance::default());
        Measurement::new(domain, metric, MaxDivergence, function, PrivacyMap::new(move |_| lost)).unwrap()
    };
    let mut filter = fixes(MaxDivergence).filter(1.0);
    filter.invoke(counted(0.5)).unwrap();
    assert_eq!((asked.get(), filter.privacy_loss(RADIUS_M).unwrap()), (1, 0.5));
    assert!(filter.invoke(counted(0.75)).is_err());
    assert_eq!(asked.get(), 2, "what was refused had been run");
    assert!(filter.privacy_loss(RADIUS_M).is_err());
    assert!(filter.invoke(counted(0.5)).is_err(), "there would be room");
    assert_eq!(asked.get(), 2);

    let budget = budget(&[(1.0, DAY_MS)], Accounting::Pure);
    let mut ledger = MemoryLedger::new();
    let loss = |epsilon: f64| PrivacyLoss::from_epsilon(epsilon).unwrap();
    assert!(charge(&mut ledger, &budget, 0, loss(0.5)));
    let transaction = ledger.begin(&budget, at_ms(1).into()).unwrap();
    assert!(transaction.affords("weather", loss(0.75)).unwrap().is_err(), "the question comes before the draw");
    drop(transaction);
    assert_eq!(spent(&mut ledger, &budget, 1), [0.5]);
    assert!(charge(&mut ledger, &budget, 1, loss(0.5)));
}

/// A refused release draws no noise: what comes after it is what comes without it.
#[cfg(feature = "seeded-noise")]
#[test]
fn what_is_withheld_was_never_drawn() {
    let cells = |refused: i64| {
        let mechanisms = ["{ kind = 'planar-laplace', epsilon = 1 }"; 2];
        let policy = policy("pure", "epsilon", [1.5, 9.0], mechanisms);
        let minimizer = Minimizer::with_seeded_noise(policy, MemoryLedger::new(), RecordedClock::default(), 7).unwrap();
        let ticks = [0].into_iter().chain(1..=refused).chain([24]);
        let outcomes = ticks.map(|tick| {
            let fix = support::fix(support::NINE + tick * 900);
            (tick, minimizer.release(&fix, "first", "eu").unwrap())
        });
        let mut cells = Vec::new();
        for (tick, outcome) in outcomes {
            match outcome {
                Outcome::Released(release) => cells.push(release.cell()),
                Outcome::Withheld(_) => assert!((1..=refused).contains(&tick)),
                other => panic!("{other:?}"),
            }
        }
        cells
    };
    assert_eq!(cells(0).len(), 2);
    assert_eq!(cells(20), cells(0));
}
