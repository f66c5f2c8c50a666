//! [`Explanation`]: in plain sentences, what each destination learns by a policy.

mod destination;
mod hold;
mod zones;

use core::fmt;
use std::time::Duration;

use serde::Serialize;

use self::destination::explain_destination;
use self::hold::most_draws;
use super::purpose::{Mechanism, Repeat, WhenSpent};
use super::span::written;
use super::words::{length, rounded_up, thousands};
use super::{Ceiling, DAY, Policy, Purpose};
use crate::mechanism::Stays;
use crate::sensing::needed_accuracy_m;
use crate::{Accounting, AccuracyClass, PlanarLaplace, PrivacyLoss};

pub use self::destination::{ExplainedDestination, ExplainedPlaces, ExplainedSensitive};
pub use self::hold::ExplainedHold;
pub use self::zones::ExplainedZones;

/// What a policy lets each destination learn: in plain sentences by `Display`, for machines by `Serialize`.
///
/// # Example
///
/// ```no_run
/// # fn main() -> Result<(), hereabouts::PolicyError> {
/// let policy = hereabouts::Policy::read("weather.toml")?;
/// println!("{}", policy.explain(52.0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The latitude at which cells are measured, in degrees.
    pub latitude_deg: f64,
    /// The protected radius in metres.
    pub radius_m: f64,
    /// What losses are counted in.
    pub accounting: Accounting,
    /// The δ for which sums of ρ are translated; `None` in pure accounting.
    pub delta: Option<f64>,
    /// After how many seconds the device's own ledger forgets where a release was; `None` if it never does.
    pub receipt_retention_s: Option<u64>,
    /// The places that the user protects; `None` if the policy lets none be protected.
    pub zones: Option<ExplainedZones>,
    /// Each purpose, in alphabetical order.
    pub purposes: Vec<ExplainedPurpose>,
}

/// What one purpose costs and how well it tells.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedPurpose {
    /// The purpose's name.
    pub purpose: String,
    /// The noise, and the privacy loss that the policy gives to one draw.
    #[serde(flatten)]
    pub mechanism: Mechanism,
    /// The loss of one draw as it is charged, as an exact decimal.
    pub loss: String,
    /// The scale of the noise in metres: b of planar Laplace, σ of Gaussian noise.
    pub scale_m: f64,
    /// The mean distance from the truth to the drawn point, in metres.
    pub mean_error_m: f64,
    /// The distance that 95 % of draws stay within, in metres.
    pub error_95_m: f64,
    /// The time between ticks, in seconds.
    pub interval_s: u64,
    /// The span that times are told to, in seconds.
    pub time_bucket_s: u64,
    /// How accurate a fix must be, as a 68 % radius in metres: see [`Sensing`](crate::Sensing).
    pub needed_accuracy_m: f64,
    /// What to ask the operating system for.
    pub accuracy_class: AccuracyClass,
    /// How long a draw stands; `None` if each tick has its own.
    pub hold: Option<ExplainedHold>,
    /// What is kept beside place and time.
    pub keep: Vec<&'static str>,
    /// The ceiling until its user chooses one.
    pub ceiling: String,
    /// What its user can choose, besides `off` and `precise`.
    pub ceilings: Vec<ExplainedCeiling>,
    /// What each window of the budget affords.
    pub windows: Vec<ExplainedWindow>,
    /// What each destination gets.
    pub destinations: Vec<ExplainedDestination>,
}

/// How many draws of a purpose one window of the budget affords, if no other purpose draws.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedWindow {
    /// Whether the window counts this purpose alone.
    pub is_own: bool,
    /// The window's length in seconds.
    pub window_s: f64,
    /// The most loss in it, as an exact decimal.
    pub loss: String,
    /// In zcdp accounting, the ε that this loss is for the policy's δ.
    pub epsilon_at_delta: Option<f64>,
    /// The draws that the budget affords.
    pub draws: u64,
    /// The same for each day of the window.
    pub draws_a_day: f64,
    /// What dividing the budget by the mechanism's own loss would promise.
    pub naive_draws: u64,
    /// The ticks that one window can hold.
    pub ticks: u64,
    /// What happens on a tick for which the budget has no room.
    pub when_spent: WhenSpent,
}

impl ExplainedWindow {
    /// The draws that really happen in one window: what is both asked for and afforded.
    #[must_use]
    pub fn drawn(&self) -> u64 {
        self.draws.min(self.ticks)
    }

    /// What a sum of ρ is as an ε.
    fn translated(&self) -> String {
        self.epsilon_at_delta.map_or_else(String::new, |epsilon| format!(" (epsilon {})", rounded_up(epsilon)))
    }

    fn length(&self) -> String {
        written(Duration::from_secs_f64(self.window_s))
    }

    /// The most loss, and in what time.
    fn budget(&self) -> String {
        let own = if self.is_own { ", for this purpose alone," } else { "" };
        format!("{}{} in {}{own}", self.loss, self.translated(), self.length())
    }
}

impl Policy {
    /// What each destination learns, with cells measured at a latitude in degrees. Latitudes beyond a pole are read as
    /// the pole, NaN as the equator.
    ///
    /// # Citation
    ///
    /// With noise of scale b, a flat prior and one draw, the truth lies within f of the drawn point with probability
    /// 1 − (1 + f/b)·e^(−f/b), the distribution of the planar Laplace radius (Andrés et al., CCS 2013, § 3.2). The mean
    /// of n draws is nearly normal with variance 3b²/n in each direction; the best estimate, the geometric median, has
    /// 2b²/n, so that it lies within f with a probability of about 1 − e^(−n·f²/4b²). With Gaussian noise both are
    /// 1 − e^(−n·f²/2σ²).
    #[must_use]
    pub fn explain(&self, latitude_deg: f64) -> Explanation {
        let latitude_deg = if latitude_deg.is_nan() { 0.0 } else { latitude_deg.clamp(-90.0, 90.0) };
        let purposes = self.purposes().filter_map(|(name, purpose)| self.explain_purpose(name, purpose, latitude_deg));
        Explanation {
            latitude_deg,
            radius_m: self.radius_m(),
            accounting: self.budget().accounting(),
            delta: self.delta(),
            receipt_retention_s: self.receipt_retention().map(|retention| retention.as_secs()),
            zones: self.zones().map(ExplainedZones::new),
            purposes: purposes.collect(),
        }
    }

    fn explain_purpose(&self, name: &str, purpose: &Purpose, latitude_deg: f64) -> Option<ExplainedPurpose> {
        let accounting = self.budget().accounting();
        // A policy that exists has been checked: its noise is there, and its loss can be counted.
        let noise = purpose.mechanism().noise(self.radius_m()).ok()?;
        let draw = noise.loss_in(accounting)?;
        let mechanism = purpose.mechanism();
        let stays = match purpose.repeat() {
            Repeat::Fresh => None,
            Repeat::Hold { within_m, epsilon, recall } => {
                Some(Stays::new(within_m, epsilon, recall, self.radius_m(), accounting).ok()?)
            }
        };
        let shared = self.budget().windows().len();
        let windows: Vec<_> = self
            .budget()
            .windows_for(name)
            .enumerate()
            .map(|(index, window)| {
                let divided = |loss: PrivacyLoss| window.loss().billionths() / loss.billionths().max(1);
                let draws = match &stays {
                    None => divided(draw),
                    Some(stays) => most_draws(stays, draw, window.loss()),
                };
                let naive_draws = match (mechanism, accounting, &stays) {
                    (Mechanism::PlanarLaplace { epsilon }, Accounting::Pure, None) => {
                        PrivacyLoss::from_epsilon(epsilon).map_or(draws, divided)
                    }
                    _ => draws,
                };
                ExplainedWindow {
                    is_own: index >= shared,
                    window_s: window.length().as_secs_f64(),
                    loss: window.loss().to_string(),
                    epsilon_at_delta: self.delta().and_then(|delta| accounting.epsilon_at(window.loss(), delta)),
                    draws,
                    draws_a_day: draws as f64 * DAY.as_secs_f64() / window.length().as_secs_f64(),
                    naive_draws,
                    ticks: (window.length().as_secs_f64() / purpose.interval().as_secs_f64()).ceil() as u64,
                    when_spent: purpose.when_spent(),
                }
            })
            .collect();
        let destinations = self.destinations().filter_map(|(destination_name, _)| {
            explain_destination(self, name, destination_name, &noise, stays.as_ref(), &windows, latitude_deg)
        });
        let grids = self.destinations().map(|(destination, _)| self.grid_for(name, destination));
        let needed_accuracy_m = needed_accuracy_m(&noise, grids, stays.as_ref());
        Some(ExplainedPurpose {
            purpose: name.to_owned(),
            mechanism,
            loss: draw.to_string(),
            scale_m: noise.scale_m(),
            mean_error_m: noise.mean_error_m(),
            error_95_m: noise.error_quantile_m(0.95),
            interval_s: purpose.interval().as_secs(),
            time_bucket_s: purpose.time_bucket().as_secs(),
            needed_accuracy_m,
            accuracy_class: AccuracyClass::sufficient_for_m(needed_accuracy_m),
            hold: stays.as_ref().map(|stays| ExplainedHold::new(stays, draw, &noise)),
            keep: purpose.keep().names(),
            ceiling: purpose.ceiling().to_owned(),
            ceilings: self.ceilings().map(|(name, ceiling)| ExplainedCeiling::new(name, ceiling)).collect(),
            destinations: destinations.collect(),
            windows,
        })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let radius = length(self.radius_m);
        let losses = match self.delta {
            None => "every epsilon is",
            Some(_) => "every epsilon and rho is",
        };
        writeln!(f, "Two places within {radius} of each other must look alike: {losses} the loss at {radius}.")?;
        if let Some(delta) = self.delta {
            writeln!(
                f,
                "Losses are counted in rho (zCDP); a pure epsilon counts half its square. Sums are translated for delta {delta:e}."
            )?;
        }
        writeln!(
            f,
            "Cells are measured at latitude {}°. Probabilities are for one who sees the drawn points; cells tell no more.",
            self.latitude_deg,
        )?;
        if self.purposes.len() > 1 {
            let has_own = self.purposes.iter().flat_map(|purpose| &purpose.windows).any(|window| window.is_own);
            let each = if has_own { "each budget that is for none alone" } else { "each budget" };
            writeln!(f, "All purposes share {each}: what is said of one holds as long as no other draws.")?;
        }
        if let Some(retention_s) = self.receipt_retention_s {
            writeln!(f, "The device's own account forgets where a release was after {}.", span(retention_s))?;
        }
        if let Some(zones) = &self.zones {
            write!(f, "{zones}")?;
        }
        self.purposes.iter().try_for_each(|purpose| write!(f, "\n{purpose}"))?;
        let mut destinations = self.purposes.iter().flat_map(|purpose| &purpose.destinations);
        if destinations.any(|destination| destination.preset.is_some() || destination.precise.is_some()) {
            writeln!(f, "\nThe figures of laws and stores are no legal advice.")?;
        }
        Ok(())
    }
}

impl fmt::Display for ExplainedPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Purpose \"{}\"", self.purpose)?;
        writeln!(
            f,
            "  Noise: {} of {}. A drawn point lies {} from the truth on average, and within {} in 95 % of draws; the cell comes \
             on top.{}",
            match self.mechanism {
                Mechanism::PlanarLaplace { epsilon } => format!("planar Laplace with epsilon {epsilon}, a scale"),
                Mechanism::Gaussian { rho } => format!("discrete Gaussian with rho {rho}, a standard deviation"),
            },
            length(self.scale_m),
            length(self.mean_error_m),
            length(self.error_95_m),
            match self.mechanism {
                Mechanism::PlanarLaplace { .. } => "",
                Mechanism::Gaussian { .. } => {
                    " Its loss grows with the square of the distance: at ten times the radius it is a hundred times as great."
                }
            },
        )?;
        writeln!(
            f,
            "  When: at most one {} every {}; its time is told to within {}.",
            if self.hold.is_some() { "decision" } else { "new draw" },
            span(self.interval_s),
            span(self.time_bucket_s),
        )?;
        writeln!(
            f,
            "  Sensing: a fix that is accurate to {} and at most {} old is enough, one a tick: {}.",
            length(self.needed_accuracy_m),
            span(self.interval_s),
            self.accuracy_class,
        )?;
        if let Some(hold) = &self.hold {
            write!(f, "{hold}")?;
        }
        let kept = if self.keep.is_empty() {
            "nothing".to_owned()
        } else {
            format!("{}, without noise", self.keep.join(", "))
        };
        writeln!(f, "  Kept beside place and time: {kept}.")?;
        if !self.ceilings.is_empty() || self.ceiling != Ceiling::PRECISE {
            let known: Vec<String> = self.ceilings.iter().map(ToString::to_string).collect();
            let known = if known.is_empty() { String::new() } else { format!("{}, ", known.join(", ")) };
            writeln!(
                f,
                "  The user chooses: off, {known}or precise, which is all of this. Until then: {}.",
                self.ceiling,
            )?;
        }
        match &self.hold {
            None => writeln!(f, "  Cost: {} for each draw, however many destinations get it.", self.loss)?,
            Some(ExplainedHold { stay, move_on, .. }) => writeln!(
                f,
                "  Cost: {} for each draw, however many destinations get it, and {stay} for each stay, however long; a move to a \
                 new place comes to {move_on}.",
                self.loss,
            )?,
        }
        self.windows.iter().try_for_each(|window| {
            match &self.hold {
                None => writeln!(f, "  Budget: {window}")?,
                Some(_) => writeln!(
                    f,
                    "  Budget: {} affords {}; when it is spent, {}.",
                    window.budget(),
                    count(window.draws, "new draw"),
                    match window.when_spent {
                        WhenSpent::Hold => "the last one stands unasked, wherever one is",
                        WhenSpent::Withhold => "nothing goes out, not even that the last one stands",
                    },
                )?,
            }
            if let Mechanism::PlanarLaplace { epsilon } = self.mechanism
                && window.draws < window.naive_draws
            {
                writeln!(
                    f,
                    "  Note: {} / {} is {}, but a draw costs {} more than its epsilon, and {} are afforded.",
                    window.loss,
                    epsilon,
                    thousands(window.naive_draws as f64),
                    PlanarLaplace::SLACK,
                    thousands(window.draws as f64),
                )?;
            }
            Ok(())
        })?;
        self.destinations.iter().try_for_each(|destination| {
            writeln!(f, "  Destination \"{}\"", destination.destination)?;
            destination.who(f)?;
            destination.what(f)?;
            destination.less(f)?;
            destination.how_near(f, &self.windows, self.hold.is_some())
        })
    }
}

/// What a user can choose as the most that is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedCeiling {
    /// Its name.
    pub ceiling: String,
    /// The least size of a cell, in words.
    pub floor: String,
    /// The least time between two releases to a destination, in seconds.
    pub interval_s: Option<u64>,
    /// The only fields that may still go.
    pub keep: Option<Vec<&'static str>>,
}

impl ExplainedCeiling {
    fn new(name: &str, ceiling: &Ceiling) -> Self {
        Self {
            ceiling: name.to_owned(),
            floor: ceiling.floor().to_string(),
            interval_s: ceiling.interval().map(|interval| interval.as_secs()),
            keep: ceiling.keep().map(|keep| keep.names()),
        }
    }
}

impl fmt::Display for ExplainedCeiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.ceiling, self.floor)?;
        self.interval_s.map_or(Ok(()), |interval_s| write!(f, "; at most every {}", span(interval_s)))?;
        match self.keep.as_deref() {
            None => {}
            Some([]) => f.write_str("; nothing kept")?,
            Some(fields) => write!(f, "; of the kept fields {} alone", fields.join(", "))?,
        }
        f.write_str(")")
    }
}

impl fmt::Display for ExplainedWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} affords {}", self.budget(), count(self.draws, "draw"))?;
        if self.window_s != DAY.as_secs_f64() {
            write!(f, ", {} a day", (self.draws_a_day * 10.0).round() / 10.0)?;
        }
        if self.draws < self.ticks {
            let rest = match self.when_spent {
                WhenSpent::Withhold => "and the rest are withheld",
                WhenSpent::Hold => "and on the rest the last one stands, wherever one is",
            };
            write!(f, "; its {} ask for more, {rest}.", count(self.ticks, "tick"))
        } else {
            write!(f, "; its {} need no more.", count(self.ticks, "tick"))
        }
    }
}

fn span(seconds: u64) -> String {
    written(Duration::from_secs(seconds))
}

fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{} {what}s", thousands(number as f64)) }
}

#[cfg(test)]
mod tests;
