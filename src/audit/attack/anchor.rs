//! Home and work: the places that one always comes back to.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Counted, Observation};
use crate::audit::projection::{Plane, Projection};
use crate::sphere::Position;

/// A place that one always comes back to, told by the hours at which one is there.
///
/// The hours are local mean solar time, UTC plus four minutes a degree of the observation's own longitude: an adversary
/// needs to know no time zone, and legal time differs from it by two hours at most nearly everywhere.
///
/// # Citation
///
/// "Anchor points" of mobile phone users: R. Ahas, S. Silm, O. Järv, E. Saluveer, M. Tiru, "Using mobile positioning data
/// to model locations meaningful to users of mobile phones", Journal of Urban Technology 17(1), 2010.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Anchor {
    /// Where one is from 22 to 6 o'clock.
    Home,
    /// Where one is from 9 to 17 o'clock, Monday to Friday, other than home and its neighbourhood.
    Work,
}

/// Both spans of hours are this long. What is told to a longer span of time tells no hour.
const HOURS: SignedDuration = SignedDuration::from_hours(8);

/// Who works nearer to home than this, in metres, is taken to be at home: noise of some hundred metres tells no two such
/// places apart.
const NEIGHBOURHOOD_M: f64 = 2_000.0;

impl Anchor {
    /// The observations that an adversary takes for ones of this place: those told for its hours, and of those all that lie
    /// within reach of the one that has most of them within its reach.
    ///
    /// `elsewhere` is a place that it cannot be: observations within reach of it, or within 2 km, are passed over. Of observations
    /// told to more than eight hours none can be told from the others, and all count.
    ///
    /// # Example
    ///
    /// ```
    /// use hereabouts::audit::Place;
    /// use hereabouts::audit::attack::{Anchor, Observation};
    ///
    /// let (home, work) = (Place::new(52.09, 5.12)?, Place::new(52.01, 4.36)?);
    /// let seen = [
    ///     Observation::of_place(&home, "2024-06-20T01:00:00Z".parse()?),
    ///     Observation::of_place(&work, "2024-06-20T12:00:00Z".parse()?), // a Thursday
    ///     Observation::of_place(&work, "2024-06-22T12:00:00Z".parse()?), // a Saturday
    /// ];
    /// assert_eq!(Anchor::Home.sightings(&seen, None), seen[..1]);
    /// assert_eq!(Anchor::Work.sightings(&seen, Some(home.position())), seen[1..2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sightings(&self, observations: &[Observation], elsewhere: Option<&Position>) -> Vec<Observation> {
        let is_elsewhere = |seen: &Observation| {
            elsewhere.is_some_and(|place| {
                place.great_circle_distance_m(seen.position()) < seen.reach_m().max(NEIGHBOURHOOD_M)
            })
        };
        let seen: Vec<_> =
            observations.iter().filter(|seen| self.has_hours_of(seen) && !is_elsewhere(seen)).copied().collect();
        // Each output's place in the plane, so that the many distances are quick.
        let projection = Projection::about(seen.iter().map(Observation::position));
        let outputs: Vec<_> = Counted::EveryOutput
            .count(&seen)
            .into_iter()
            .map(|(output, count)| (projection.plane(output.position()), output.reach_m(), count))
            .collect();
        let within_reach = |(middle, reach_m, _): &(Plane, f64, f64)| {
            let near = outputs.iter().filter(|(other, _, _)| middle.distance_m(other) <= *reach_m);
            near.map(|(_, _, count)| count).sum::<f64>()
        };
        let densest =
            outputs.iter().map(|output| (output, within_reach(output))).max_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some(((middle, reach_m, _), _)) = densest else { return Vec::new() };
        let is_near = |seen: &Observation| middle.distance_m(&projection.plane(seen.position())) <= *reach_m;
        seen.into_iter().filter(is_near).collect()
    }

    fn has_hours_of(self, seen: &Observation) -> bool {
        let span = seen.end().duration_since(seen.begin());
        if span > HOURS {
            return true;
        }
        let middle = seen.begin().as_second() + span.as_secs() / 2;
        let Ok(middle) = Timestamp::from_second(middle) else { return false };
        self.has_hour(middle, seen.position().longitude_deg())
    }

    /// Whether a time is one of this place's hours at a longitude.
    pub(crate) fn has_hour(self, time: Timestamp, longitude_deg: f64) -> bool {
        let solar_s = (longitude_deg * 240.0).round() as i64;
        let Ok(solar) = Timestamp::from_second(time.as_second().saturating_add(solar_s)) else { return false };
        let solar = TimeZone::UTC.to_datetime(solar);
        match self {
            Self::Home => !(6..22).contains(&solar.hour()),
            Self::Work => {
                (9..17).contains(&solar.hour()) && !matches!(solar.weekday(), Weekday::Saturday | Weekday::Sunday)
            }
        }
    }
}
