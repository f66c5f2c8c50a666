//! Colours, words and shapes of the sheet. The colours are Okabe and Ito's (2008), which colour-blind people tell apart.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use svg::node::Text as Words;
use svg::node::element::{Circle, Line, Rectangle, Text};

use super::labels::Area;

pub(super) const PAPER: &str = "#fcfbf8";
pub(super) const GROUND: &str = "#f4f2ec";
pub(super) const RULE: &str = "#e4e0d5";
pub(super) const INK: &str = "#1d2730";
pub(super) const QUIET: &str = "#5b6670";
pub(super) const TRUTH: &str = "#0072b2";
pub(super) const SENT: &str = "#d55e00";
pub(super) const CELL: &str = "#e69f00";

pub(super) fn utc(time: Timestamp) -> DateTime {
    TimeZone::UTC.to_datetime(time)
}

pub(super) fn clock(time: DateTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

pub(crate) fn distance(metres: f64) -> String {
    match metres {
        metres if metres >= 10_000.0 => format!("{} km", (metres / 1000.0).round()),
        metres if metres >= 1000.0 => format!("{} km", (metres / 100.0).round() / 10.0),
        metres => format!("{} m", metres.round()),
    }
}

pub(super) fn words(x: f64, y: f64, size: f64, colour: &str, text: &str) -> Text {
    Text::new("").set("x", round(x)).set("y", round(y)).set("font-size", size).set("fill", colour).add(Words::new(text))
}

pub(super) fn rectangle(area: Area) -> Rectangle {
    Rectangle::new()
        .set("x", round(area.left))
        .set("y", round(area.top))
        .set("width", round(area.width))
        .set("height", round(area.height))
}

pub(super) fn dot((x, y): (f64, f64), radius: f64, colour: &str) -> Circle {
    Circle::new().set("cx", round(x)).set("cy", round(y)).set("r", radius).set("fill", colour)
}

/// A way that was not recorded.
pub(super) fn gap(from: (f64, f64), to: (f64, f64)) -> Line {
    line(from, to, TRUTH).set("stroke-width", 1.4).set("stroke-opacity", 0.7).set("stroke-dasharray", "1.4 4.6")
}

pub(super) fn line((x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str) -> Line {
    Line::new()
        .set("x1", round(x1))
        .set("y1", round(y1))
        .set("x2", round(x2))
        .set("y2", round(y2))
        .set("stroke", colour)
}

pub(crate) fn points(corners: &[(f64, f64)]) -> String {
    corners.iter().map(|(x, y)| format!("{},{}", round(*x), round(*y))).collect::<Vec<_>>().join(" ")
}

/// A line through points, those that fall on the same tenth of a pixel drawn once.
pub(crate) fn path(points: &[(f64, f64)]) -> String {
    let mut rounded: Vec<_> = points.iter().map(|(x, y)| (round(*x), round(*y))).collect();
    rounded.dedup();
    let steps =
        rounded.iter().enumerate().map(|(index, (x, y))| format!("{}{x} {y}", if index == 0 { "M" } else { "L" }));
    steps.collect::<Vec<_>>().join("")
}

/// To a tenth of a pixel.
pub(crate) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
