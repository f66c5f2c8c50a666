//! The map: the true track beside what was sent, with the bill, as one SVG file.
//!
//! It holds the truth, and so it is for the eyes of whoever holds the phone; the picture itself says so.

mod drawing;
pub(crate) mod labels;
mod panel;
mod shapes;
mod strip;

use hereabouts::Position;
use jiff::Timestamp;

pub(crate) use drawing::draw;
pub(crate) use shapes::{distance, path, points, round};

/// The most points of a track, and the most releases, that are drawn: a map needs no more, and memory is bounded.
const MOST_POINTS: usize = 5_000;

/// Two positions further apart than this, with a pause between them or too far for any traveller, have a gap between
/// them and not a straight way.
const GAP_M: f64 = 2_000.0;
const GAP_S: f64 = 120.0;
const FASTEST_M_S: f64 = 300.0;

/// A true place at a time.
#[derive(Clone, Copy)]
pub(crate) struct TrackPoint {
    place: Position,
    time: Timestamp,
    /// How many gaps came before.
    leg: u32,
}

/// A release, and where one truly was.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) place: Position,
    pub(crate) accuracy_m: f64,
    pub(crate) cell: Vec<Position>,
    pub(crate) true_place: Position,
    pub(crate) time: Timestamp,
}

/// What stands beside the map.
pub(crate) struct Caption {
    pub(crate) purpose: String,
    pub(crate) destination: String,
    /// As "h3:6".
    pub(crate) grid: String,
    /// Names and numbers of the bill, in their order; an empty name begins a new paragraph.
    pub(crate) bill: Vec<(String, String)>,
}

/// What the map keeps of a journey while it streams past.
#[derive(Default)]
pub(crate) struct Journey {
    track: Thinned<TrackPoint>,
    last: Option<TrackPoint>,
    sent: Thinned<Sent>,
}

impl Journey {
    pub(crate) fn pass(&mut self, place: Position, time: Timestamp) {
        let leg = match &self.last {
            Some(last) => {
                let pause_s = time.duration_since(last.time).as_secs_f64();
                let way_m = last.place.great_circle_distance_m(&place);
                let is_gap = way_m > GAP_M && (pause_s > GAP_S || way_m > FASTEST_M_S * pause_s);
                last.leg + u32::from(is_gap)
            }
            None => 0,
        };
        let point = TrackPoint { place, time, leg };
        self.track.push(point);
        self.last = Some(point);
    }

    pub(crate) fn send(&mut self, sent: Sent) {
        self.sent.push(sent);
    }

    /// The track, with its last point whatever was thinned out.
    fn track(&self) -> impl Iterator<Item = &TrackPoint> {
        let last = self.last.iter().filter(|last| self.track.kept.last().is_none_or(|kept| kept.time != last.time));
        self.track.kept.iter().chain(last)
    }

    /// The releases, each with its number among all that were sent.
    fn sent(&self) -> impl Iterator<Item = (u64, &Sent)> {
        (0..).map(|index| index * self.sent.stride + 1).zip(&self.sent.kept)
    }
}

/// Every n-th of a stream, n doubling whenever too many are kept.
struct Thinned<T> {
    kept: Vec<T>,
    stride: u64,
    seen: u64,
}

impl<T> Default for Thinned<T> {
    fn default() -> Self {
        Self { kept: Vec::new(), stride: 1, seen: 0 }
    }
}

impl<T> Thinned<T> {
    fn push(&mut self, item: T) {
        if self.kept.len() == MOST_POINTS {
            let mut index = 0;
            self.kept.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.stride *= 2;
        }
        if self.seen.is_multiple_of(self.stride) {
            self.kept.push(item);
        }
        self.seen += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_track_is_thinned_evenly_and_keeps_its_ends() {
        let mut journey = Journey::default();
        for second in 0..100_003 {
            let time = Timestamp::from_second(second).unwrap();
            journey.pass(Position::new(52.0, 5.0), time);
        }
        let seconds: Vec<i64> = journey.track().map(|point| point.time.as_second()).collect();
        assert!((MOST_POINTS / 2..=MOST_POINTS + 1).contains(&seconds.len()), "{}", seconds.len());
        assert_eq!((seconds[0], seconds[seconds.len() - 1]), (0, 100_002));
        let steps: Vec<i64> = seconds.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(steps[..steps.len() - 1].iter().all(|step| *step == steps[0]));
    }
}
