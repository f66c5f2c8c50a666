//! `hereabouts audit`: checks, from draws, that the noise of a policy is what its ε says.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use hereabouts::audit::{
    BEST_LOSS, Comparison, Estimate, Pair, Place, Run, Traces, empirical_epsilon, empirical_epsilon_of_stays,
    far_pairs, law_loss, pairs, reaches, stay, traces,
};
use hereabouts::{Hold, LatticePoint, Mechanism, PlanarLaplace, Policy, Repeat};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rand::rngs::SysRng;
use rand::{CryptoRng, TryRng};
use serde::Serialize;

use crate::failure::Failure;
use crate::summary::grouped;

const AFTER_HELP: &str = "\
For every purpose, its mechanism is drawn from at both places of many pairs: at the equator, in the middle, at and past the
poles, across the antimeridian and the borders of the lattice. \"certified\" is a lower bound on the privacy loss between the
two that the draws alone prove. An honest mechanism certifies a little less than it claims: on the equator northwards 93 %
with the default draws, less where the ellipsoid leaves room. A noise that is a tenth too quiet is seen with all but
certainty; docs/guarantees.md, \"Auditing it yourself\", says what else is, and what is not.

Where a purpose holds, whole stays of up to 50 ticks are played on two neighbouring traces, and compared by \"still held\" and
\"released\" at a tick. There 87 % of the claim is the most that the default number certifies, a third for \"still held\".

The seed of a run is printed: the same seed, draws and policy repeat it, but for the stays, whose exact noise has coins of
its own. It seeds nothing but this audit.

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
}

/// All that an audit found.
#[derive(Serialize)]
struct Report {
    seed: u64,
    draws: u64,
    alpha: f64,
    broken: bool,
    purposes: Vec<Audited>,
}

/// What it found of one purpose.
#[derive(Serialize)]
struct Audited {
    purpose: String,
    mechanism: &'static str,
    epsilon: f64,
    radius_m: f64,
    scale_m: f64,
    pairs: Vec<Estimate>,
    far: Vec<Far>,
    law: Law,
    /// Of the test of hold, where the purpose has one.
    stays: Vec<Estimate>,
}

/// Whether a draw at one place can come out at the other, however far.
#[derive(Serialize)]
struct Far {
    pair: String,
    distance_m: f64,
    reached: bool,
}

/// The law over lattice cells: the pair with the greatest loss beside its claim.
#[derive(Serialize)]
struct Law {
    pairs: usize,
    cells: usize,
    greatest_share_of_claim: f64,
    broken: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = &arguments.policy;
    let policy = Policy::read(path).map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))?;
    let report = audit(&policy, arguments, seed(arguments.seed)?)?;
    let text = if arguments.json { serde_json::to_string(&report).map_err(Failure::other)? } else { report.table() };
    let mut output = io::stdout().lock();
    writeln!(output, "{}", text.trim_end()).and_then(|()| output.flush()).map_err(|error| Failure::output(&error))?;
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

fn audit(policy: &Policy, arguments: &Arguments, seed: u64) -> Result<Report, Failure> {
    let mut purposes = Vec::new();
    for (name, purpose) in policy.purposes() {
        let Mechanism::PlanarLaplace { epsilon } = purpose.mechanism() else {
            return Err(Failure::usage(format_args!(
                "purpose {name}: its mechanism is none that this command can audit"
            )));
        };
        let mechanism = PlanarLaplace::new(epsilon, policy.radius_m()).map_err(Failure::usage)?;
        let hold = match purpose.repeat() {
            Repeat::Hold { within_m, epsilon, .. } => {
                Some(Hold::new(within_m, epsilon, policy.radius_m()).map_err(Failure::usage)?)
            }
            _ => None,
        };
        let traces = hold.as_ref().map_or(Ok(Vec::new()), |hold| traces(hold, policy.radius_m()));
        purposes.push((
            name,
            epsilon,
            mechanism,
            pairs(BEST_LOSS * policy.radius_m() / epsilon).map_err(Failure::other)?,
            hold.zip(traces.map(Some).map_err(Failure::other)?),
        ));
    }
    let stays = |hold: &Option<(Hold, Vec<Traces>)>| hold.as_ref().map_or(0, |(_, traces)| traces.len());
    let count = purposes.iter().map(|(.., pairs, hold)| pairs.len() + stays(hold)).sum::<usize>();
    let run = Run::new(arguments.draws, arguments.alpha, u32::try_from(count).unwrap_or(u32::MAX), seed);
    let mut comparisons = run.map_err(Failure::usage)?.comparisons();
    let bar = progress(count as u64);
    let mut audited = Vec::new();
    for (name, epsilon, mechanism, pairs, hold) in purposes {
        let draw = |truth: &Place, coins: &mut dyn CryptoRng| mechanism.perturb(truth.fix(), coins);
        let next = |(pair, comparison): (&Pair, Comparison)| {
            bar.inc(1);
            empirical_epsilon(&draw, pair, mechanism.loss_at_m(pair.distance_m()), comparison)
        };
        audited.push(Audited {
            purpose: name.to_owned(),
            mechanism: "planar-laplace",
            epsilon,
            radius_m: policy.radius_m(),
            scale_m: mechanism.scale_m(),
            pairs: pairs.iter().zip(&mut comparisons).map(next).collect(),
            far: far(&draw, &mechanism)?,
            law: law(&mechanism, &pairs),
            stays: match &hold {
                Some((hold, traces)) => audit_stays(hold, traces, &mut comparisons, &bar)?,
                None => Vec::new(),
            },
        });
    }
    bar.finish_and_clear();
    let broken = audited.iter().any(Audited::is_broken);
    Ok(Report { seed, draws: arguments.draws, alpha: arguments.alpha, broken, purposes: audited })
}

fn audit_stays(
    hold: &Hold,
    traces: &[Traces],
    comparisons: &mut impl Iterator<Item = Comparison>,
    bar: &ProgressBar,
) -> Result<Vec<Estimate>, Failure> {
    // Where the operating system gives no random numbers, the stays that it would have been asked for prove nothing.
    let failed = AtomicBool::new(false);
    let play = |trace: &[Place], output: &LatticePoint, _: &mut dyn CryptoRng| {
        stay(hold, trace, output).unwrap_or_else(|_| {
            failed.store(true, Ordering::Relaxed);
            None
        })
    };
    let next = |(traces, comparison): (&Traces, Comparison)| {
        bar.inc(1);
        empirical_epsilon_of_stays(&play, traces, hold.loss_at_m(traces.distance_m()), comparison)
    };
    let estimates = traces.iter().zip(comparisons).map(next).collect();
    if failed.into_inner() {
        return Err(Failure::other("the operating system gave no random numbers"));
    }
    Ok(estimates)
}

fn far(
    draw: &impl Fn(&Place, &mut dyn CryptoRng) -> LatticePoint,
    mechanism: &PlanarLaplace,
) -> Result<Vec<Far>, Failure> {
    let far = far_pairs().map_err(Failure::other)?.into_iter().map(|pair| Far {
        reached: reaches(draw, mechanism, &pair),
        distance_m: pair.distance_m(),
        pair: pair.name().to_owned(),
    });
    Ok(far.collect())
}

fn law(mechanism: &PlanarLaplace, pairs: &[Pair]) -> Law {
    let mut law = Law { pairs: pairs.len(), cells: 0, greatest_share_of_claim: 0.0, broken: false };
    for pair in pairs {
        let found = law_loss(mechanism, pair);
        law.cells += found.cells();
        law.greatest_share_of_claim = law.greatest_share_of_claim.max(found.loss() / found.claim());
        law.broken |= found.is_broken();
    }
    law
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

impl Audited {
    fn is_broken(&self) -> bool {
        let mut estimates = self.pairs.iter().chain(&self.stays);
        self.law.broken || estimates.any(Estimate::is_broken) || self.far.iter().any(|far| !far.reached)
    }
}

impl Report {
    fn verdict(&self) -> Result<(), Failure> {
        if self.broken {
            return Err(Failure::broken(format_args!("a claim is broken: repeat the run with --seed {}", self.seed)));
        }
        Ok(())
    }

    fn table(&self) -> String {
        let mut text = String::new();
        for audited in &self.purposes {
            // Writing to a string cannot fail.
            let _ = audited.write(&mut text);
        }
        let verdict = if self.broken { "A CLAIM IS BROKEN" } else { "every claim holds" };
        let _ = writeln!(
            text,
            "{verdict}: {} draws at either place of a pair, false-alarm rate {} for the whole run, seed {}",
            grouped(self.draws),
            self.alpha,
            self.seed,
        );
        text
    }
}

impl Audited {
    fn write(&self, text: &mut String) -> std::fmt::Result {
        let Self { purpose, mechanism, epsilon, radius_m, scale_m, .. } = self;
        writeln!(text, "{purpose}: {mechanism}, ε {epsilon} at {radius_m} m, scale {scale_m:.1} m")?;
        writeln!(
            text,
            "  {:<48} {:>12} {:>8} {:>10} {:>9}  verdict",
            "pair", "distance m", "claim", "certified", "of claim"
        )?;
        for estimate in self.pairs.iter().chain(&self.stays) {
            writeln!(
                text,
                "  {:<48} {:>12.1} {:>8.4} {:>10.4} {:>7.1} %  {}",
                estimate.pair(),
                estimate.distance_m(),
                estimate.claim(),
                estimate.lower_bound(),
                100.0 * estimate.certified_share(),
                if estimate.is_broken() { "BROKEN" } else { "holds" },
            )?;
        }
        for far in &self.far {
            let verdict = if far.reached { "within reach" } else { "BROKEN: out of reach" };
            writeln!(text, "  {:<48} {:>12.1} {:>39}  {verdict}", far.pair, far.distance_m, "")?;
        }
        let Law { cells, greatest_share_of_claim, broken, .. } = self.law;
        let verdict = if broken { "BROKEN" } else { "holds" };
        writeln!(
            text,
            "  the law over {} lattice cells: at most {:.3} % of the claim  {verdict}\n",
            grouped(cells as u64),
            100.0 * greatest_share_of_claim,
        )
    }
}

#[cfg(test)]
mod tests {
    use std::process::ExitCode;

    use super::*;

    /// What a run says of honest noise under a claim that is not the noise's own.
    fn report(claim: f64) -> Report {
        let mechanism = PlanarLaplace::new(1.0, 200.0).unwrap();
        let draw = |truth: &Place, coins: &mut dyn CryptoRng| mechanism.perturb(truth.fix(), coins);
        let pair = &pairs(500.0).unwrap()[0];
        let comparison = Run::new(20_000, 1e-6, 1, 3).unwrap().comparisons().next().unwrap();
        let audited = Audited {
            purpose: "test".to_owned(),
            mechanism: "planar-laplace",
            epsilon: 1.0,
            radius_m: 200.0,
            scale_m: mechanism.scale_m(),
            pairs: vec![empirical_epsilon(&draw, pair, claim, comparison)],
            far: far(&draw, &mechanism).unwrap(),
            law: law(&mechanism, std::slice::from_ref(pair)),
            stays: Vec::new(),
        };
        Report { seed: 3, draws: 20_000, alpha: 1e-6, broken: audited.is_broken(), purposes: vec![audited] }
    }

    #[test]
    fn a_broken_claim_is_said_and_ends_with_exit_code_1() {
        let broken = report(1.0);
        assert_eq!(broken.verdict().unwrap_err().code(), ExitCode::from(1));
        assert!(broken.table().contains("A CLAIM IS BROKEN") && broken.table().contains("BROKEN\n"));
        let holding = report(2.5);
        assert!(holding.verdict().is_ok());
        assert!(!holding.table().contains("BROKEN"));
    }
}
