//! [`Inference`]: where a place that one always comes back to could be.

use serde::Serialize;

use super::DisclosedRelease;
use super::evidence::{Draw, Likelihood, draws};
use super::raster::{Raster, Squares};
use crate::audit::attack::Anchor;
use crate::audit::projection::{Plane, Projection};
use crate::policy::Policy;
use crate::sorted::each_once;
use crate::sphere::Position;

/// Fewer nights than this, or days, tell no home and no work: it could be any place that one was at.
const LEAST_DAYS: usize = 2;

/// Where home or work could be, for an attacker who holds all that a destination was sent, knows the policy, and knows
/// nothing else of the place.
///
/// He goes by the hours ([`Anchor`]): of what stood then, he takes the outputs that lie together, and weighs every place by
/// the probability that one who was there on all ticks of those hours would have been given just these cells, and they would
/// have stood just so: the noise's own law over each cell for a draw made within the hours (one in ten of which he takes to
/// have been made elsewhere), and the law of the noisy test for each tick on which it was found near. With a flat prior that
/// is his belief, and the areas are the smallest that hold a share of it. `docs/disclosure.md` has the formulas.
///
/// It supposes that the app asks on every tick, and that one is at home at night, or at work in working hours.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Inference {
    /// Which place, and so which hours.
    pub place: Anchor,
    /// On how many different nights, or days, something stood that he takes for the place.
    pub days: usize,
    /// How many different draws of noise he goes by.
    pub draws: usize,
    /// Where it is; `None` if that is told by less than two nights, or days.
    pub likely: Option<LikelyArea>,
}

/// Where a place could be.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LikelyArea {
    /// The likeliest place: degrees north.
    pub latitude_deg: f64,
    /// Degrees east.
    pub longitude_deg: f64,
    /// The smallest area that holds it with a probability of 50 %, in square metres.
    pub half_area_m2: f64,
    /// The radius about the likeliest place that does, in metres.
    pub half_radius_m: f64,
    /// The smallest area that holds it with a probability of 95 %, in square metres.
    pub most_area_m2: f64,
    /// The radius about the likeliest place that does, in metres.
    pub most_radius_m: f64,
    #[serde(skip)]
    half: Squares,
    #[serde(skip)]
    most: Squares,
}

impl LikelyArea {
    /// The likeliest place.
    #[must_use]
    pub fn place(&self) -> Position {
        Position::new(self.latitude_deg, self.longitude_deg)
    }

    /// Whether the area of 50 % holds a place.
    #[must_use]
    pub fn half_holds(&self, place: &Position) -> bool {
        self.half.holds(place)
    }

    /// Whether the area of 95 % holds a place.
    #[must_use]
    pub fn most_holds(&self, place: &Position) -> bool {
        self.most.holds(place)
    }

    /// Closed lines around the area of 50 %, one for each of its parts and holes.
    #[must_use]
    pub fn half_outlines(&self) -> Vec<Vec<Position>> {
        self.half.outlines()
    }

    /// Closed lines around the area of 95 %.
    #[must_use]
    pub fn most_outlines(&self) -> Vec<Vec<Position>> {
        self.most.outlines()
    }
}

/// Where a place could be that is not within reach of another one.
pub(super) fn infer(
    anchor: Anchor,
    releases: &[DisclosedRelease],
    policy: &Policy,
    elsewhere: Option<&LikelyArea>,
) -> Inference {
    let draws = together(anchor, draws(anchor, releases, policy), elsewhere);
    let days = each_once(draws.iter().flat_map(|draw| draw.days(anchor))).len();
    let likely = (days >= LEAST_DAYS).then(|| likely(&draws));
    Inference { place: anchor, days, draws: draws.len(), likely }
}

/// The draws that are taken for ones of the place.
fn together(anchor: Anchor, draws: Vec<Draw>, elsewhere: Option<&LikelyArea>) -> Vec<Draw> {
    let mut observations: Vec<_> = draws.iter().flat_map(Draw::observations).collect();
    observations.sort_by_key(|seen| seen.begin());
    let elsewhere = elsewhere.map(LikelyArea::place);
    let of_place = each_once(anchor.sightings(&observations, elsewhere.as_ref()).iter().map(|seen| seen.id()));
    let is_of_place =
        |draw: &Draw| draw.observations().next().is_some_and(|seen| of_place.binary_search(&seen.id()).is_ok());
    draws.into_iter().filter(is_of_place).collect()
}

fn likely(draws: &[Draw]) -> LikelyArea {
    let places: Vec<Position> = draws.iter().map(Draw::place).collect();
    let projection = Projection::about(&places);
    let middle = Plane { east_m: 0.0, north_m: 0.0 };
    let beyond_m =
        places.iter().zip(draws).map(|(place, draw)| projection.plane(place).distance_m(&middle) + draw.farthest_m());
    let half_m = beyond_m.fold(0.0, f64::max);
    // Many draws of one cell say the same, each.
    let mut kinds: Vec<(&Draw, usize)> = Vec::new();
    for draw in draws {
        match kinds.iter_mut().find(|(kind, _)| kind.says_the_same_as(draw)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((draw, 1)),
        }
    }
    let likelihoods: Vec<Likelihood> = kinds.iter().map(|(kind, count)| kind.likelihood(*count, &projection)).collect();
    let log_likelihood = |place: &Plane| likelihoods.iter().map(|likelihood| likelihood.log_at(place)).sum::<f64>();
    let raster = Raster::closing_in(projection, middle, half_m, &log_likelihood);
    let place = raster.likeliest();
    let (half, most) = (raster.area(0.5), raster.area(0.95));
    LikelyArea {
        latitude_deg: place.latitude_deg(),
        longitude_deg: place.longitude_deg(),
        half_area_m2: half.area_m2(),
        half_radius_m: raster.radius_m(&place, 0.5),
        most_area_m2: most.area_m2(),
        most_radius_m: raster.radius_m(&place, 0.95),
        half,
        most,
    }
}
