//! `hereabouts audit`: checks, from draws, that the noise of a policy is what its ε or ρ says.

mod report;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use hereabouts::audit::{
    BEST_LOSS, BEST_SHIFT, Comparison, Estimate, Pair, Place, Run, Traces, empirical_epsilon,
    empirical_epsilon_of_stays, empirical_rho, far_pairs, law_loss, pairs, reaches, reaches_in_space, shift_loss, stay,
    traces,
};
use hereabouts::{Hold, LatticePoint, Mechanism, Noise, Policy, Purpose, Repeat, SPHERE_PER_GEODESIC};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rand::rngs::SysRng;
use rand::{CryptoRng, TryRng};

use self::report::{Audited, Far, Law, Report};
use crate::answer::print;
use crate::failure::Failure;
use crate::policy;

const AFTER_HELP: &str = "\
For every purpose, its mechanism is drawn from at both places of many pairs: at the equator, in the middle, at and past the
poles, across the antimeridian and the borders of the lattice. \"certified\" is a lower bound on the privacy loss between the
two that the draws alone prove. An honest mechanism certifies a little less than it claims: on the equator northwards 93 %
with the default draws, less where the ellipsoid leaves room. A noise that is a tenth too quiet is seen with all but
certainty; docs/guarantees.md, \"Auditing it yourself\", says what else is, and what is not.

Where a purpose holds, whole stays of up to 50 ticks are played on two neighbouring traces, and compared by \"still held\" and
\"released\" at a tick. There 87 % of the claim is the most that the default number certifies, a third for \"still held\".

Gaussian noise is compared in \"ρ\" with the curve of two normal laws: honest noise certifies 96 % of its claim with the
default draws, and noise that is 2.5 % too quiet is seen.

The seed of a run is printed: the same seed, draws and policy repeat it, but for stays and Gaussian noise, whose exact
numbers have coins of their own. It seeds nothing but this audit.

Exit codes: 0 every claim holds, 1 a claim is broken (a line on standard error says so, and \"broken\" in the JSON), others
as `hereabouts --help` says.

Examples:
  hereabouts audit weather.toml
  hereabouts audit weather.toml --draws 1000000 --json | jq .broken";

/// Draws from the noise of every purpose of a policy, and certifies how much privacy it really loses.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The policy, TOML or JSON
    policy: PathBuf,
    /// Draws at either place of a pair, at most ten million
    #[arg(long, value_name = "COUNT", default_value_t = 200_000)]
    draws: u64,
    /// The probability that an honest policy is called broken, by any of the comparisons
    #[arg(long, value_name = "PROBABILITY", default_value_t = 1e-6)]
    alpha: f64,
    /// The seed of an earlier run, to repeat it
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Draws from noise that is quieter than the policy's by this factor, so that its claim is broken
    #[cfg(feature = "seeded-noise")]
    #[arg(long, hide = true, value_name = "FACTOR")]
    quieter: Option<f64>,
}

impl Arguments {
    /// The mechanism that is drawn from: the policy's. A build for tests, which is never a release build, may be told to
    /// draw from a quieter one, to see what becomes of a broken claim.
    #[cfg(feature = "seeded-noise")]
    fn drawn(&self, mechanism: Mechanism) -> Mechanism {
        match (mechanism, self.quieter) {
            (Mechanism::PlanarLaplace { epsilon }, Some(factor)) => {
                Mechanism::PlanarLaplace { epsilon: factor * epsilon }
            }
            (Mechanism::Gaussian { rho }, Some(factor)) => Mechanism::Gaussian { rho: factor * factor * rho },
            (mechanism, _) => mechanism,
        }
    }

    /// The mechanism that is drawn from: the policy's.
    #[cfg(not(feature = "seeded-noise"))]
    fn drawn(&self, mechanism: Mechanism) -> Mechanism {
        mechanism
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = &arguments.policy;
    let policy = policy::read(path)?;
    let report = audit(&policy, arguments, seed(arguments.seed)?)?;
    let text = if arguments.json { serde_json::to_string(&report).map_err(Failure::other)? } else { report.table() };
    print(text.trim_end())?;
    report.verdict()
}

/// The seed that was given, or a new one.
pub(crate) fn seed(given: Option<u64>) -> Result<u64, Failure> {
    match given {
        Some(seed) => Ok(seed),
        // 53 bits: readers of JSON that know only floating-point numbers keep it whole.
        None => {
            let drawn =
                SysRng.try_next_u64().map_err(|_| Failure::other("the operating system gave no random numbers"))?;
            Ok(drawn >> 11)
        }
    }
}

/// A purpose, ready to be audited.
struct Subject<'a> {
    name: &'a str,
    purpose: &'a Purpose,
    /// What is claimed.
    noise: Noise,
    /// What is drawn from.
    drawn: Noise,
    pairs: Vec<Pair>,
    hold: Option<(Hold, Vec<Traces>)>,
}

fn audit(policy: &Policy, arguments: &Arguments, seed: u64) -> Result<Report, Failure> {
    let mut subjects = Vec::new();
    for (name, purpose) in policy.purposes() {
        subjects.push(Subject::new(name, purpose, policy.radius_m(), arguments)?);
    }
    let count: usize = subjects.iter().map(Subject::comparisons).sum();
    let run = Run::new(arguments.draws, arguments.alpha, u32::try_from(count).unwrap_or(u32::MAX), seed);
    let mut comparisons = run.map_err(Failure::usage)?.comparisons();
    let bar = progress(count as u64);
    let mut audited = Vec::new();
    for subject in &subjects {
        audited.push(subject.audit(policy.radius_m(), &mut comparisons, &bar)?);
    }
    bar.finish_and_clear();
    let broken = audited.iter().any(Audited::is_broken);
    Ok(Report { seed, draws: arguments.draws, alpha: arguments.alpha, broken, purposes: audited })
}

impl<'a> Subject<'a> {
    fn new(name: &'a str, purpose: &'a Purpose, radius_m: f64, arguments: &Arguments) -> Result<Self, Failure> {
        let mechanism = purpose.mechanism();
        let noise = mechanism.noise(radius_m).map_err(Failure::usage)?;
        let distance_m = match noise {
            Noise::PlanarLaplace(_) => BEST_LOSS * noise.scale_m() / SPHERE_PER_GEODESIC,
            Noise::Gaussian(_) => BEST_SHIFT * noise.scale_m(),
            _ => {
                let what = format_args!("purpose {name}: its mechanism is none that this command can audit");
                return Err(Failure::usage(what));
            }
        };
        let hold = match purpose.repeat() {
            Repeat::Hold { within_m, epsilon, .. } => {
                let hold = Hold::new(within_m, epsilon, radius_m).map_err(Failure::usage)?;
                let traces = traces(&hold, radius_m).map_err(Failure::other)?;
                Some((hold, traces))
            }
            _ => None,
        };
        Ok(Self {
            name,
            purpose,
            noise,
            drawn: arguments.drawn(mechanism).noise(radius_m).map_err(Failure::usage)?,
            pairs: pairs(distance_m).map_err(Failure::other)?,
            hold,
        })
    }

    fn comparisons(&self) -> usize {
        self.pairs.len() + self.hold.as_ref().map_or(0, |(_, traces)| traces.len())
    }

    fn audit(
        &self,
        radius_m: f64,
        comparisons: &mut impl Iterator<Item = Comparison>,
        bar: &ProgressBar,
    ) -> Result<Audited, Failure> {
        let luck = Luck::default();
        let draw = |truth: &Place, coins: &mut dyn CryptoRng| match self.drawn {
            Noise::PlanarLaplace(drawn) => drawn.perturb(truth.fix(), coins),
            Noise::Gaussian(drawn) => luck.or(drawn.perturb(truth.fix()), || LatticePoint::nearest(truth.position())),
            _ => LatticePoint::nearest(truth.position()),
        };
        let next = |(pair, comparison): (&Pair, Comparison)| {
            bar.inc(1);
            let claim = self.noise.loss_at_m(pair.distance_m());
            match self.noise {
                Noise::Gaussian(_) => empirical_rho(&draw, pair, claim, comparison),
                _ => empirical_epsilon(&draw, pair, claim, comparison),
            }
        };
        let pairs = self.pairs.iter().zip(&mut *comparisons).map(next).collect();
        let far = |pair: Pair| Far {
            reached: match (&self.noise, &self.drawn) {
                (Noise::PlanarLaplace(noise), _) => reaches(&draw, noise, &pair),
                (_, Noise::Gaussian(drawn)) => reaches_in_space(drawn, &pair),
                _ => false,
            },
            distance_m: pair.distance_m(),
            pair: pair.name().to_owned(),
        };
        let audited = Audited {
            purpose: self.name.to_owned(),
            mechanism: self.purpose.mechanism(),
            radius_m,
            scale_m: self.noise.scale_m(),
            pairs,
            far: far_pairs().map_err(Failure::other)?.into_iter().map(far).collect(),
            law: self.law(),
            stays: match &self.hold {
                Some((hold, traces)) => audit_stays(hold, traces, comparisons, bar)?,
                None => Vec::new(),
            },
        };
        luck.into_result().map(|()| audited)
    }

    fn law(&self) -> Law {
        let mut law = Law { pairs: self.pairs.len(), cells: None, greatest_share_of_claim: 0.0, broken: false };
        for pair in &self.pairs {
            let (loss, claim) = match &self.noise {
                Noise::PlanarLaplace(noise) => {
                    let found = law_loss(noise, pair);
                    *law.cells.get_or_insert(0) += found.cells();
                    (found.loss(), found.claim())
                }
                Noise::Gaussian(noise) => (shift_loss(noise, pair), noise.loss_at_m(pair.distance_m())),
                _ => continue,
            };
            law.greatest_share_of_claim = law.greatest_share_of_claim.max(loss / claim);
            law.broken |= loss > claim;
        }
        law
    }
}

/// Whether the operating system gave random numbers whenever it was asked: draws without them prove nothing.
#[derive(Default)]
struct Luck(AtomicBool);

impl Luck {
    fn or<T, E>(&self, drawn: Result<T, E>, otherwise: impl FnOnce() -> T) -> T {
        drawn.unwrap_or_else(|_| {
            self.0.store(true, Ordering::Relaxed);
            otherwise()
        })
    }

    fn into_result(self) -> Result<(), Failure> {
        if self.0.into_inner() { Err(Failure::other("the operating system gave no random numbers")) } else { Ok(()) }
    }
}

fn audit_stays(
    hold: &Hold,
    traces: &[Traces],
    comparisons: &mut impl Iterator<Item = Comparison>,
    bar: &ProgressBar,
) -> Result<Vec<Estimate>, Failure> {
    let luck = Luck::default();
    let play =
        |trace: &[Place], output: &LatticePoint, _: &mut dyn CryptoRng| luck.or(stay(hold, trace, output), || None);
    let next = |(traces, comparison): (&Traces, Comparison)| {
        bar.inc(1);
        empirical_epsilon_of_stays(&play, traces, hold.loss_at_m(traces.distance_m()), comparison)
    };
    let estimates = traces.iter().zip(comparisons).map(next).collect();
    luck.into_result().map(|()| estimates)
}

/// A bar where someone watches.
fn progress(comparisons: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(comparisons), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos} of {len} pairs, {eta} left") {
        bar.set_style(style);
    }
    bar
}
