//! [`Estimator`]: one place out of many observations of it.

use core::fmt;
use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::Observation;
use super::average::average;
use super::geometric_median::geometric_median;
use super::likeliest::{SpreadCell, likeliest};
use crate::audit::projection::Projection;
use crate::sphere::Position;

/// How a place is worked out from what was told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// The average of the centres.
    Average,
    /// The point with the least sum of distances to the centres: the likeliest place, were cells points.
    GeometricMedian,
    /// The likeliest place, the width of the cells reckoned with. Of raw places it is their geometric median.
    LikeliestPlace,
}

/// How often the same output counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counted {
    /// Every time it was told: right where each is a new draw.
    EveryOutput,
    /// Once: right where an output that stands, or is gone back to, was drawn only once and its repetition adds nothing.
    DistinctOutputs,
}

/// A rule and a way of counting. Which is best depends on the policy: an adversary knows it and takes the best, and so
/// does a report.
///
/// # Example
///
/// ```
/// use hereabouts::audit::Place;
/// use hereabouts::audit::attack::{Estimator, Observation};
///
/// let place = Place::new(52.0907, 5.1214)?;
/// let seen = [Observation::of_place(&place, "2024-06-20T01:00:00Z".parse()?)];
/// for estimator in Estimator::ALL {
///     let guess = estimator.estimate(&seen).unwrap();
///     assert!(guess.great_circle_distance_m(place.position()) < 0.001, "{estimator}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimator {
    /// The rule.
    pub rule: Rule,
    /// The way of counting.
    pub counted: Counted,
}

impl Estimator {
    /// Every rule with every way of counting.
    pub const ALL: [Self; 6] = [
        Self { rule: Rule::Average, counted: Counted::EveryOutput },
        Self { rule: Rule::Average, counted: Counted::DistinctOutputs },
        Self { rule: Rule::GeometricMedian, counted: Counted::EveryOutput },
        Self { rule: Rule::GeometricMedian, counted: Counted::DistinctOutputs },
        Self { rule: Rule::LikeliestPlace, counted: Counted::EveryOutput },
        Self { rule: Rule::LikeliestPlace, counted: Counted::DistinctOutputs },
    ];

    /// Where these observations of one place say that it is; `None` without observations.
    #[must_use]
    pub fn estimate(&self, observations: &[Observation]) -> Option<Position> {
        let mut outputs: BTreeMap<[u64; 2], (Observation, f64)> = BTreeMap::new();
        for observation in observations {
            let (_, count) = outputs.entry(observation.id()).or_insert((*observation, 0.0));
            match self.counted {
                Counted::EveryOutput => *count += 1.0,
                Counted::DistinctOutputs => *count = 1.0,
            }
        }
        let projection = Projection::about(outputs.values().map(|(output, _)| output.position()));
        // Noise of half the scale counts twice: that is what the law of each output says.
        let points: Vec<_> = outputs
            .values()
            .map(|(output, count)| (projection.plane(output.position()), count / output.scale_m().max(1.0)))
            .collect();
        let guess = match self.rule {
            Rule::Average => average(&points)?,
            Rule::GeometricMedian => geometric_median(&points)?,
            Rule::LikeliestPlace => {
                let start = geometric_median(&points)?;
                let spread = |(output, count): &(Observation, f64)| {
                    output.cell().map(|cell| SpreadCell::new(&cell, &projection, output.scale_m(), *count))
                };
                let reach_m = outputs.values().map(|(output, _)| output.reach_m()).fold(0.0, f64::max);
                let cells: Vec<_> = outputs.values().filter_map(spread).collect();
                if cells.is_empty() { start } else { likeliest(&cells, start, reach_m / 4.0) }
            }
        };
        Some(projection.position(&guess))
    }
}

impl fmt::Display for Estimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = match self.rule {
            Rule::Average => "average",
            Rule::GeometricMedian => "geometric median",
            Rule::LikeliestPlace => "likeliest place",
        };
        let counted = match self.counted {
            Counted::EveryOutput => "every output",
            Counted::DistinctOutputs => "distinct outputs",
        };
        write!(f, "{rule} of {counted}")
    }
}

impl Serialize for Estimator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
