//! The example days, and journeys of any length made of them.

use hereabouts::{Fix, Position, Timestamp};
use jiff::{RoundMode, SignedDuration, TimestampRound, Unit};
use serde::Deserialize;

use crate::Failure;

/// Four days of one phone, a position every quarter of an hour: `examples/data/utrecht/README.md`.
const QUARTER_HOURS: &str = include_str!("../../../examples/data/utrecht/quarter-hours.csv");

/// Two more of them, as they were recorded, about once a second: one ends 65 km from home, one is a walk.
const OTHER_DAYS: [&str; 2] = [
    include_str!("../../../examples/data/utrecht/2024-06-10.csv"),
    include_str!("../../../examples/data/utrecht/2024-06-20.csv"),
];

pub(crate) const TICKS_A_DAY: usize = 96;
pub(crate) const TICK_MINUTES: u32 = 15;

/// The hours of a day in which everybody takes a phone to be at home: 0:00 to 6:00 UTC, 2:00 to 8:00 there.
const NIGHT_TICKS: usize = 24;

/// Nearer than this one is at home, in metres.
const AT_HOME_M: f64 = 500.0;

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct Row {
    timestamp: Timestamp,
    latitude: f64,
    longitude: f64,
}

/// Where a phone truly was, tick by tick, from a midnight on.
pub(crate) struct Journey {
    pub(crate) fixes: Vec<Fix>,
    pub(crate) places: Vec<Position>,
    pub(crate) home: Position,
}

impl Journey {
    /// The four days, one after the other and again from the first.
    pub(crate) fn of_days(days: usize) -> Result<Self, Failure> {
        Self::repeat(&rows(QUARTER_HOURS)?, days)
    }

    /// The two other days, in turn: nothing was chosen or tuned on them.
    pub(crate) fn of_other_days(days: usize) -> Result<Self, Failure> {
        let two: Result<Vec<_>, Failure> = OTHER_DAYS.into_iter().map(|day| quarter_hours(&rows(day)?)).collect();
        Self::repeat(&two?.concat(), days)
    }

    fn repeat(rows: &[Row], days: usize) -> Result<Self, Failure> {
        if rows.is_empty() || !rows.len().is_multiple_of(TICKS_A_DAY) {
            return Err(format!("{} positions are no whole number of days", rows.len()).into());
        }
        let mut time = rows[0].timestamp;
        let (mut fixes, mut places) = (Vec::new(), Vec::new());
        for row in rows.iter().cycle().take(days * TICKS_A_DAY) {
            fixes.push(Fix::wgs84(row.latitude, row.longitude, None, time)?);
            places.push(Position::new(row.latitude, row.longitude));
            time += SignedDuration::from_mins(i64::from(TICK_MINUTES));
        }
        Ok(Self { fixes, places, home: home(rows) })
    }

    pub(crate) fn days(&self) -> usize {
        self.places.len() / TICKS_A_DAY
    }

    pub(crate) fn is_at_home(&self, tick: usize) -> bool {
        self.places[tick].great_circle_distance_m(&self.home) < AT_HOME_M
    }
}

pub(crate) fn is_night(tick: usize) -> bool {
    tick % TICKS_A_DAY < NIGHT_TICKS
}

fn rows(csv: &str) -> Result<Vec<Row>, Failure> {
    Ok(csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>()?)
}

/// On each tick of a recorded day the last position that was recorded; before the first, the first.
fn quarter_hours(recorded: &[Row]) -> Result<Vec<Row>, Failure> {
    let first = recorded.first().ok_or("the day has no positions")?;
    let midnight =
        first.timestamp.round(TimestampRound::new().smallest(Unit::Hour).increment(24).mode(RoundMode::Floor))?;
    let ticks =
        (0..TICKS_A_DAY as i64).map(|tick| midnight + SignedDuration::from_mins(tick * i64::from(TICK_MINUTES)));
    let at = |timestamp| {
        let last = recorded.partition_point(|row| row.timestamp <= timestamp).checked_sub(1);
        Row { timestamp, ..last.map_or(*first, |last| recorded[last]) }
    };
    Ok(ticks.map(at).collect())
}

/// Where one is at night: the median of the latitudes and that of the longitudes.
fn home(rows: &[Row]) -> Position {
    let nights = || rows.iter().enumerate().filter(|(tick, _)| is_night(*tick)).map(|(_, row)| row);
    Position::new(
        median(nights().map(|row| row.latitude).collect()),
        median(nights().map(|row| row.longitude).collect()),
    )
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of the four days is also there as it was recorded.
    #[test]
    fn a_tick_has_the_last_position_before_it() {
        let recorded = rows(include_str!("../../../examples/data/utrecht/2024-05-30.csv")).unwrap();
        assert_eq!(rows(QUARTER_HOURS).unwrap()[..TICKS_A_DAY], quarter_hours(&recorded).unwrap());
    }

    #[test]
    fn the_nights_are_at_home_and_the_days_are_not() {
        let journey = Journey::of_days(4).unwrap();
        assert_eq!(journey.days(), 4);
        assert!((0..journey.places.len()).filter(|tick| is_night(*tick)).all(|tick| journey.is_at_home(tick)));
        let away = (0..journey.places.len()).filter(|tick| !journey.is_at_home(*tick)).count();
        assert!((100..200).contains(&away), "{away}");
        let other = Journey::of_other_days(4).unwrap();
        assert!(other.home.great_circle_distance_m(&journey.home) < 30.0);
        assert!(!other.is_at_home(TICKS_A_DAY - 1) && other.is_at_home(TICKS_A_DAY));
    }
}
