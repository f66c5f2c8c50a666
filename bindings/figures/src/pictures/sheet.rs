//! The sheet that every picture is drawn on: colours, words, lines.

use svg::Document;
use svg::node::Text as Words;
use svg::node::element::{Line, Path, Rectangle, Style, Text, Title};

use crate::report::Key;

pub(super) const WIDTH: f64 = 860.0;

const FONTS: &str = "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif";

/// Colours by class, so that a dark screen can have its own. Those of the lines are Okabe and Ito's (2008), which
/// colour-blind people tell apart; on the dark ground they are lighter.
const STYLE: &str = "\
.paper { fill: #fcfbf8 } .ink { fill: #1d2730 } .quiet { fill: #5b6670 } .ground { fill: #ebe7dd } \
.rule { stroke: #ddd8cb } .mark { stroke: #5b6670 } \
.fresh { color: #d55e00 } .predictive { color: #b07a00 } .hold { color: #3a96c8 } .recall { color: #005a8e } \
.area { fill: currentColor } .way { stroke: currentColor; fill: none } \
@media (prefers-color-scheme: dark) { \
.paper { fill: #14191e } .ink { fill: #e8e6e0 } .quiet { fill: #a3adb5 } .ground { fill: #27313a } \
.rule { stroke: #303a43 } .mark { stroke: #a3adb5 } \
.fresh { color: #ff8f4a } .predictive { color: #f0bb3c } .hold { color: #7cc8f0 } .recall { color: #4aa3e0 } }";

/// An empty sheet with its heading.
pub(super) fn sheet(height: f64, title: &str, subtitle: &str) -> Document {
    Document::new()
        .set("viewBox", (0, 0, WIDTH, height))
        .set("width", WIDTH)
        .set("height", height)
        .set("font-family", FONTS)
        .set("role", "img")
        .add(Title::new(title))
        .add(Style::new(STYLE))
        .add(rectangle(0.0, 0.0, WIDTH, height).set("class", "paper"))
        .add(words(28.0, 40.0, 21.0, "ink", title).set("font-weight", 650))
        .add(words(28.0, 63.0, 13.5, "quiet", subtitle))
}

pub(super) fn class(key: Key) -> &'static str {
    match key {
        Key::Fresh | Key::SlowerFresh => "fresh",
        Key::Predictive => "predictive",
        Key::Hold => "hold",
        Key::HoldAndRecall => "recall",
    }
}

pub(super) fn words(x: f64, y: f64, size: f64, class: &str, text: &str) -> Text {
    Text::new("").set("x", round(x)).set("y", round(y)).set("font-size", size).set("class", class).add(Words::new(text))
}

/// Words in the colour of a strategy.
pub(super) fn label(x: f64, y: f64, key: Key, text: &str) -> Text {
    words(x, y, 13.0, &format!("{} area", class(key)), text).set("font-weight", 600)
}

pub(super) fn rectangle(left: f64, top: f64, width: f64, height: f64) -> Rectangle {
    Rectangle::new().set("x", round(left)).set("y", round(top)).set("width", round(width)).set("height", round(height))
}

pub(super) fn rule(from: (f64, f64), to: (f64, f64)) -> Line {
    Line::new()
        .set("x1", round(from.0))
        .set("y1", round(from.1))
        .set("x2", round(to.0))
        .set("y2", round(to.1))
        .set("class", "rule")
}

/// A line through points, in the colour of a strategy.
pub(super) fn way(points: &[(f64, f64)], key: Key) -> Path {
    Path::new()
        .set("d", path(points))
        .set("class", format!("{} way", class(key)))
        .set("stroke-width", if key == Key::HoldAndRecall { 3.0 } else { 2.0 })
        .set("stroke-linejoin", "round")
}

pub(super) fn path(points: &[(f64, f64)]) -> String {
    let steps = points.iter().enumerate();
    let steps =
        steps.map(|(index, (x, y))| format!("{}{} {}", if index == 0 { "M" } else { "L" }, round(*x), round(*y)));
    steps.collect()
}

pub(super) fn distance(metres: f64) -> String {
    match metres {
        metres if metres >= 9_950.0 => format!("{:.0} km", metres / 1000.0),
        metres if metres >= 999.5 => format!("{} km", round(metres / 1000.0)),
        metres => format!("{metres:.0} m"),
    }
}

/// To a tenth of a pixel.
pub(super) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
