//! Policies on the crate's own road: `Minimizer`, ledger and all.

use std::fmt;
use std::time::Duration;

use hereabouts::{
    Destination, Grid, Mechanism, MemoryLedger, Minimizer, Outcome, PlanarLaplace, Policy, Position, Purpose,
    RecordedClock, Repeat,
};

use crate::Failure;
use crate::days::{Journey, TICK_MINUTES, TICKS_A_DAY};
use crate::strategy::{BUDGET, Drawn, RADIUS_M, Told};

const DAY: Duration = Duration::from_secs(86_400);
const PURPOSE: &str = "weather";
const DESTINATION: &str = "eu";

/// What a policy says of its one purpose.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Road {
    /// The loss of a draw.
    pub(crate) epsilon: f64,
    /// Every how many ticks there is a decision.
    pub(crate) every: u32,
    pub(crate) repeat: Repeat,
    pub(crate) grid: Grid,
}

impl Road {
    /// What the example policy for weather says, but in cells of a metre: what is measured is the noise, and no grid.
    pub(crate) fn example() -> Result<Self, Failure> {
        Ok(Self { grid: finest()?, ..Self::example_in_its_cells()? })
    }

    /// The same in the cells that it says.
    pub(crate) fn example_in_its_cells() -> Result<Self, Failure> {
        let policy = Policy::from_toml(include_str!("../../../examples/policies/weather.toml"))?;
        let (_, purpose) = policy.purposes().find(|(name, _)| *name == PURPOSE).ok_or("it has another purpose")?;
        let Mechanism::PlanarLaplace { epsilon } = purpose.mechanism() else {
            return Err("the example policy has another mechanism".into());
        };
        let interval = purpose.interval().as_secs() / 60;
        if policy.radius_m() != RADIUS_M || !interval.is_multiple_of(u64::from(TICK_MINUTES)) {
            return Err("the example policy has another radius, or an interval that is no number of ticks".into());
        }
        let every = u32::try_from(interval)? / TICK_MINUTES;
        Ok(Self {
            epsilon,
            every,
            repeat: purpose.repeat(),
            grid: purpose.partition().grid().ok_or("the example policy tells names")?,
        })
    }

    /// Fresh noise on every so many ticks, as little as the budget affords.
    pub(crate) fn fresh(every: u32) -> Result<Self, Failure> {
        let draws = f64::from(u32::try_from(TICKS_A_DAY).unwrap_or(u32::MAX).div_ceil(every));
        let epsilon = BUDGET / draws - PlanarLaplace::SLACK.epsilon();
        // Six decimals, rounded down, so that the last draw of a day fits.
        Ok(Self { epsilon: (epsilon * 1e6).floor() / 1e6, every, repeat: Repeat::Fresh, grid: finest()? })
    }

    /// A draw that stands while a test says so.
    pub(crate) fn hold(epsilon: f64, within_m: f64, stay_epsilon: f64, recall: u8) -> Result<Self, Failure> {
        let repeat = Repeat::Hold { within_m, epsilon: stay_epsilon, recall };
        Ok(Self { epsilon, every: 1, repeat, grid: finest()? })
    }

    pub(crate) fn run(&self, journey: &Journey, seed: u64) -> Result<Told, Failure> {
        let minimizer =
            Minimizer::with_seeded_noise(self.policy()?, MemoryLedger::new(), RecordedClock::default(), seed)?;
        let mut told = Told::default();
        let mut stands = None;
        for (tick, fix) in journey.fixes.iter().enumerate() {
            match minimizer.release(fix, PURPOSE, DESTINATION)? {
                Outcome::Released(release) => {
                    let place = release.position().ok_or("the example policy tells names")?;
                    stands = Some(told.note(place, tick));
                }
                Outcome::Held(_) | Outcome::Withheld(_) => {}
                outcome => return Err(format!("unknown outcome: {outcome:?}").into()),
            }
            told.standing.push(stands.ok_or("the first tick told nothing: the budget does not afford one draw")?);
        }
        Ok(told)
    }

    fn policy(&self) -> Result<Policy, Failure> {
        let interval = Duration::from_secs(60 * u64::from(self.every * TICK_MINUTES));
        let mechanism = Mechanism::PlanarLaplace { epsilon: self.epsilon };
        let purpose = Purpose::new(mechanism, self.repeat, self.grid, interval, interval);
        let destination = Destination::new("DE", "Example Weather GmbH");
        Ok(Policy::new(RADIUS_M, [(BUDGET, DAY)], [(PURPOSE, purpose)], [(DESTINATION, destination)])?)
    }
}

fn finest() -> Result<Grid, Failure> {
    Ok(Grid::decimal(5)?)
}

impl Told {
    /// A release is a new draw, or an earlier one that was recalled: the same place to the last digit.
    fn note(&mut self, place: Position, tick: usize) -> usize {
        let recalled = self.draws.iter().rposition(|draw| draw.place == place);
        let draw = recalled.unwrap_or_else(|| {
            self.draws.push(Drawn { place, tick });
            self.draws.len() - 1
        });
        self.releases.push((tick, draw));
        draw
    }
}

impl fmt::Display for Road {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epsilon, every, repeat, .. } = self;
        write!(f, "draw {}", (epsilon * 1000.0).round() / 1000.0)?;
        if let Repeat::Hold { within_m, epsilon: stay, recall } = repeat {
            write!(f, ", stay {stay}, within {} km", within_m.round() / 1000.0)?;
            if *recall > 0 {
                write!(f, ", recall {recall}")?;
            }
        }
        if *every > 1 { write!(f, ", every {} min", every * TICK_MINUTES) } else { Ok(()) }
    }
}
