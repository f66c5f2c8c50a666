//! The strip below the map: when the phone measured, and when something left it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use svg::node::element::Group;

use super::Journey;
use super::labels::Area;
use super::shapes::{GROUND, QUIET, SENT, TRUTH, clock, dot, line, rectangle, utc, words};

const STRIP: Area = Area { left: 40.0, top: 752.0, width: 800.0, height: 26.0 };

pub(super) fn strip(journey: &Journey) -> Group {
    let mut group = Group::new().add(rectangle(STRIP).set("rx", 4).set("fill", GROUND));
    let seconds = |time: Timestamp| time.as_second() as f64;
    let times: Vec<f64> = journey.track().map(|point| seconds(point.time)).collect();
    let (begin, end) = times.iter().fold((f64::MAX, f64::MIN), |(begin, end), time| (begin.min(*time), end.max(*time)));
    let length = (end - begin).max(1.0);
    if times.is_empty() {
        return group;
    }
    let x = |time: f64| STRIP.left + 8.0 + (time - begin) / length * (STRIP.width - 16.0);
    let middle = STRIP.top + STRIP.height / 2.0;
    // Columns of the strip in which something was measured.
    let columns: BTreeSet<u32> = times.iter().map(|time| x(*time) as u32).collect();
    for column in columns {
        let bar = Area { left: f64::from(column), top: middle - 3.0, width: 1.6, height: 6.0 };
        group = group.add(rectangle(bar).set("fill", TRUTH).set("fill-opacity", 0.75));
    }
    for (_, sent) in journey.sent() {
        let at = x(seconds(sent.time).clamp(begin, end));
        group = group.add(dot((at, middle), 4.5, SENT).set("stroke", "#ffffff").set("stroke-width", 1.2));
    }
    let step = [60.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 21_600.0, 43_200.0, 86_400.0, 604_800.0]
        .into_iter()
        .find(|step| length / step <= 13.0)
        .unwrap_or(length);
    let first = (begin / step).ceil() * step;
    for time in (0..14).map(|index| first + f64::from(index) * step).take_while(|time| *time <= end) {
        let Ok(stamp) = Timestamp::from_second(time as i64) else { continue };
        let text = if step < 86_400.0 { clock(utc(stamp)) } else { utc(stamp).date().to_string() };
        let bottom = STRIP.top + STRIP.height;
        group = group
            .add(line((x(time), bottom), (x(time), bottom + 4.0), QUIET))
            .add(words(x(time), bottom + 17.0, 11.5, QUIET, &text).set("text-anchor", "middle"));
    }
    group.add(words(
        STRIP.left,
        STRIP.top - 9.0,
        12.5,
        QUIET,
        "When the phone measured, and when something left it (UTC)",
    ))
}
