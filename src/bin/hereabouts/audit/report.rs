//! What an audit found: for people, or as one JSON object.

use std::fmt::Write as _;

use hereabouts::Mechanism;
use hereabouts::audit::Estimate;
use serde::Serialize;

use crate::failure::Failure;
use crate::summary::grouped;

/// All that an audit found.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) seed: u64,
    pub(super) draws: u64,
    pub(super) alpha: f64,
    pub(super) broken: bool,
    pub(super) purposes: Vec<Audited>,
}

/// What it found of one purpose. Claims and what is certified are ε of planar Laplace noise and of stays, ρ of Gaussian
/// noise.
#[derive(Serialize)]
pub(super) struct Audited {
    pub(super) purpose: String,
    #[serde(flatten)]
    pub(super) mechanism: Mechanism,
    pub(super) radius_m: f64,
    pub(super) scale_m: f64,
    pub(super) pairs: Vec<Estimate>,
    pub(super) far: Vec<Far>,
    pub(super) law: Law,
    /// Of the test of hold, where the purpose has one.
    pub(super) stays: Vec<Estimate>,
}

/// Whether a draw at one place can come out at the other, however far.
#[derive(Serialize)]
pub(super) struct Far {
    pub(super) pair: String,
    pub(super) distance_m: f64,
    pub(super) reached: bool,
}

/// The law without a draw, over lattice cells or of the shifts in space: the pair with the greatest loss beside its claim.
#[derive(Serialize)]
pub(super) struct Law {
    pub(super) pairs: usize,
    /// Of planar Laplace noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cells: Option<usize>,
    pub(super) greatest_share_of_claim: f64,
    pub(super) broken: bool,
}

impl Audited {
    pub(super) fn is_broken(&self) -> bool {
        let mut estimates = self.pairs.iter().chain(&self.stays);
        self.law.broken || estimates.any(Estimate::is_broken) || self.far.iter().any(|far| !far.reached)
    }
}

impl Report {
    pub(super) fn verdict(&self) -> Result<(), Failure> {
        if self.broken {
            return Err(Failure::broken(format_args!("a claim is broken: repeat the run with --seed {}", self.seed)));
        }
        Ok(())
    }

    pub(super) fn table(&self) -> String {
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
        let Self { purpose, radius_m, scale_m, .. } = self;
        let mechanism = match self.mechanism {
            Mechanism::PlanarLaplace { epsilon } => format!("planar-laplace, ε {epsilon}"),
            Mechanism::Gaussian { rho } => format!("gaussian, ρ {rho}"),
            _ => String::new(),
        };
        writeln!(text, "{purpose}: {mechanism} at {radius_m} m, scale {scale_m:.1} m")?;
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
        let Law { pairs, cells, greatest_share_of_claim, broken } = self.law;
        let verdict = if broken { "BROKEN" } else { "holds" };
        let over = match cells {
            Some(cells) => format!("over {} lattice cells", grouped(cells as u64)),
            None => format!("of the shifts between {pairs} pairs"),
        };
        writeln!(text, "  the law {over}: at most {:.3} % of the claim  {verdict}\n", 100.0 * greatest_share_of_claim)
    }
}
