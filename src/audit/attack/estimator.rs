//! [`Estimator`]: one place out of many observations of it.

use core::fmt;

use serde::{Serialize, Serializer};

use super::average::average;
use super::geometric_median::geometric_median;
use super::likeliest::{SpreadCell, likeliest};
use super::{Counted, Observation};
use crate::audit::projection::{Plane, Projection};
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
    /// The output with the greatest count.
    MostFrequent,
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
    pub const ALL: [Self; 11] = [
        Self::new(Rule::Average, Counted::EveryOutput),
        Self::new(Rule::Average, Counted::EveryVisit),
        Self::new(Rule::Average, Counted::DistinctOutputs),
        Self::new(Rule::GeometricMedian, Counted::EveryOutput),
        Self::new(Rule::GeometricMedian, Counted::EveryVisit),
        Self::new(Rule::GeometricMedian, Counted::DistinctOutputs),
        Self::new(Rule::LikeliestPlace, Counted::EveryOutput),
        Self::new(Rule::LikeliestPlace, Counted::EveryVisit),
        Self::new(Rule::LikeliestPlace, Counted::DistinctOutputs),
        Self::new(Rule::MostFrequent, Counted::EveryOutput),
        Self::new(Rule::MostFrequent, Counted::EveryVisit),
    ];

    const fn new(rule: Rule, counted: Counted) -> Self {
        Self { rule, counted }
    }

    /// Where these observations of one place, in the order of their times, say that it is; `None` without observations.
    #[must_use]
    pub fn estimate(&self, observations: &[Observation]) -> Option<Position> {
        let outputs = self.counted.count(observations);
        let projection = Projection::about(outputs.iter().map(|(output, _)| output.position()));
        // Noise of half the scale counts twice: that is what the law of each output says.
        let points: Vec<_> = outputs
            .iter()
            .map(|(output, count)| (projection.plane(output.position()), count / output.scale_m().max(1.0)))
            .collect();
        let guess = match self.rule {
            Rule::Average => average(&points)?,
            Rule::GeometricMedian => geometric_median(&points)?,
            Rule::LikeliestPlace => likeliest_place(&outputs, &points, &projection)?,
            Rule::MostFrequent => points.iter().max_by(|(_, one), (_, other)| one.total_cmp(other))?.0,
        };
        Some(projection.position(&guess))
    }
}

fn likeliest_place(outputs: &[(Observation, f64)], points: &[(Plane, f64)], projection: &Projection) -> Option<Plane> {
    let start = geometric_median(points)?;
    let spread = |(output, count): &(Observation, f64)| {
        output.cell().map(|cell| SpreadCell::new(&cell, projection, output.scale_m(), *count))
    };
    let reach_m = outputs.iter().map(|(output, _)| output.reach_m()).fold(0.0, f64::max);
    let cells: Vec<_> = outputs.iter().filter_map(spread).collect();
    Some(if cells.is_empty() { start } else { likeliest(&cells, start, reach_m / 4.0) })
}

impl fmt::Display for Estimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = match self.rule {
            Rule::Average => "average",
            Rule::GeometricMedian => "geometric median",
            Rule::LikeliestPlace => "likeliest place",
            Rule::MostFrequent => "most frequent",
        };
        let counted = match self.counted {
            Counted::EveryOutput => "every output",
            Counted::EveryVisit => "every visit",
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
