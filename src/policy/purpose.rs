//! [`Purpose`]: what the app wants the location for.

use core::fmt;
use std::time::Duration;

use serde::Serialize;

use super::ceiling::Ceiling;
use super::partition::Partition;
use crate::{Gaussian, MechanismError, Noise, PlanarLaplace};

/// What the app wants the location for, and so the most that is told for it: how noisy, how coarse, how often.
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use hereabouts::{Grid, Keep, Mechanism, Purpose, Repeat};
///
/// let hour = Duration::from_secs(3_600);
/// let weather = Purpose::new(Mechanism::PlanarLaplace { epsilon: 0.5 }, Repeat::Fresh, Grid::h3(6)?, hour, hour);
/// assert_eq!(weather.keep(), Keep::default()); // nothing but place and time
/// # Ok::<(), hereabouts::GridError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Purpose {
    pub(super) mechanism: Mechanism,
    pub(super) repeat: Repeat,
    pub(super) partition: Partition,
    pub(super) interval: Duration,
    pub(super) time_bucket: Duration,
    pub(super) keep: Keep,
    pub(super) when_spent: Option<WhenSpent>,
    pub(super) ceiling: Option<String>,
}

impl Purpose {
    /// A purpose that tells the cells of a [`Grid`](crate::Grid), or the names of [`Places`](crate::Places), and keeps nothing but place and time. [`Policy::new`](crate::Policy::new) checks its numbers.
    #[must_use]
    pub fn new(
        mechanism: Mechanism,
        repeat: Repeat,
        grid: impl Into<Partition>,
        interval: Duration,
        time_bucket: Duration,
    ) -> Self {
        let keep = Keep { altitude: false, speed: false, course: false };
        let partition = grid.into();
        Self { mechanism, repeat, partition, interval, time_bucket, keep, when_spent: None, ceiling: None }
    }

    /// The same purpose with fields kept beside place and time.
    #[must_use]
    pub fn with_keep(self, keep: Keep) -> Self {
        Self { keep, ..self }
    }

    /// The same purpose, which does this while the budget has no room.
    #[must_use]
    pub fn with_when_spent(self, when_spent: WhenSpent) -> Self {
        Self { when_spent: Some(when_spent), ..self }
    }

    /// The same purpose, under this ceiling of the policy until its user chooses another. A policy built in code may get its
    /// ceilings later: one that never names this lets nothing through for the purpose.
    #[must_use]
    pub fn with_ceiling(self, ceiling: &str) -> Self {
        Self { ceiling: Some(ceiling.to_owned()), ..self }
    }

    /// The noise.
    #[must_use]
    pub const fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// What happens on a tick after the first.
    #[must_use]
    pub const fn repeat(&self) -> Repeat {
        self.repeat
    }

    /// What a draw is told as, before any destination's floor: the cell of a grid, or the name of a place.
    #[must_use]
    pub const fn partition(&self) -> &Partition {
        &self.partition
    }

    /// The time between ticks: one decision on each.
    #[must_use]
    pub const fn interval(&self) -> Duration {
        self.interval
    }

    /// The span that a release's time is told to. Buckets are counted from the Unix epoch, so they begin at midnight
    /// UTC.
    #[must_use]
    pub const fn time_bucket(&self) -> Duration {
        self.time_bucket
    }

    /// What is kept beside place and time.
    #[must_use]
    pub const fn keep(&self) -> Keep {
        self.keep
    }

    /// The ceiling that it is under until its user chooses one: [`Ceiling::PRECISE`] if the policy says none.
    #[must_use]
    pub fn ceiling(&self) -> &str {
        self.ceiling.as_deref().unwrap_or(Ceiling::PRECISE)
    }

    /// What it does while the budget has no room: what was said; else a purpose whose draws may stand lets the last one
    /// stand, and one that draws on each tick is silent.
    #[must_use]
    pub const fn when_spent(&self) -> WhenSpent {
        match (self.when_spent, self.repeat) {
            (Some(when_spent), _) => when_spent,
            (None, Repeat::Fresh) => WhenSpent::Withhold,
            (None, Repeat::Hold { .. }) => WhenSpent::Hold,
        }
    }
}

/// What a purpose does on a tick for which the budget has no room. Both follow from what was sent before: neither tells
/// anything of where one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WhenSpent {
    /// Nothing goes out.
    Withhold,
    /// The last release stands, unasked, wherever one is.
    Hold,
}

/// The word as the policy file writes it.
impl fmt::Display for WhenSpent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Withhold => "withhold",
            Self::Hold => "hold",
        })
    }
}

/// The noise of a purpose, with its privacy loss at the policy's protected radius. It serializes as `mechanism`, its kind as in
/// the policy file, and its loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "mechanism", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Mechanism {
    /// Planar Laplace: geo-indistinguishability (Andrés et al., CCS 2013).
    PlanarLaplace {
        /// The privacy loss of one draw, at the protected radius.
        epsilon: f64,
    },
    /// Discrete Gaussian: zero-concentrated differential privacy (Canonne, Kamath, Steinke, NeurIPS 2020). It wants the
    /// accounting [`Zcdp`](crate::Accounting::Zcdp).
    Gaussian {
        /// The privacy loss of one draw, at the protected radius.
        rho: f64,
    },
}

impl Mechanism {
    /// The noise at a protected radius in metres.
    ///
    /// # Errors
    ///
    /// [`MechanismError`] if a number is out of range.
    pub fn noise(&self, radius_m: f64) -> Result<Noise, MechanismError> {
        match *self {
            Self::PlanarLaplace { epsilon } => Ok(PlanarLaplace::new(epsilon, radius_m)?.into()),
            Self::Gaussian { rho } => Ok(Gaussian::new(rho, radius_m)?.into()),
        }
    }
}

/// What a purpose does on each tick after its first draw.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Repeat {
    /// A new draw on each tick, each charged.
    Fresh,
    /// The draw stands while a noisy test says that one is still near it, and the stay is charged once, however long it
    /// lasts. Before a new draw is made, the same is asked of the last ones: one that is near is recalled.
    Hold {
        /// What "near" means, in metres. A move well below this goes unnoticed.
        within_m: f64,
        /// The privacy loss of a stay, and of a recall, at the protected radius.
        epsilon: f64,
        /// How many of the last draws may be recalled: 0 to 64.
        recall: u8,
    },
}

/// The fields of a fix that go out beside place and time. They carry no noise: each is the policy author's explicit
/// choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// The altitude in metres.
    pub altitude: bool,
    /// The speed in metres a second.
    pub speed: bool,
    /// The course in degrees from true north.
    pub course: bool,
}

impl Keep {
    /// The names of the kept fields.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let fields = [(self.altitude, "altitude"), (self.speed, "speed"), (self.course, "course")];
        fields.into_iter().filter(|(kept, _)| *kept).map(|(_, name)| name).collect()
    }

    /// The fields that both keep.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            altitude: self.altitude && other.altitude,
            speed: self.speed && other.speed,
            course: self.course && other.course,
        }
    }
}
