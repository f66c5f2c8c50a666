//! What every picture of a page is drawn with. Colours are classes, so that a dark screen has its own.

use svg::Document;
use svg::node::Text as Words;
use svg::node::element::{Circle, Line, Path, Polygon, Rectangle, Text, Title};

use crate::map::{distance, path, points, round};

/// An empty picture of a size, with what a reader hears who does not see it.
pub(crate) fn canvas(width: f64, height: f64, title: &str) -> Document {
    Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("role", "img")
        .add(Title::new(title))
        .add(Rectangle::new().set("width", width).set("height", height).set("rx", 8).set("class", "ground"))
}

pub(crate) fn words(x: f64, y: f64, size: f64, class: &str, text: &str) -> Text {
    Text::new("").set("x", round(x)).set("y", round(y)).set("font-size", size).set("class", class).add(Words::new(text))
}

/// Words with the ground around them, so that they can be read upon lines.
pub(crate) fn label(x: f64, y: f64, size: f64, class: &str, text: &str) -> Text {
    words(x, y, size, class, text)
        .set("font-weight", 600)
        .set("style", "stroke:var(--card);stroke-width:4px;stroke-linejoin:round;paint-order:stroke")
}

pub(crate) fn line((x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) -> Line {
    Line::new().set("x1", round(x1)).set("y1", round(y1)).set("x2", round(x2)).set("y2", round(y2)).set("class", class)
}

pub(crate) fn way(along: &[(f64, f64)], class: &str) -> Path {
    Path::new().set("d", path(along)).set("class", class).set("stroke-linejoin", "round").set("stroke-linecap", "round")
}

pub(crate) fn area(corners: &[(f64, f64)], class: &str) -> Polygon {
    Polygon::new().set("points", points(corners)).set("class", class)
}

pub(crate) fn dot((x, y): (f64, f64), radius: f64, class: &str) -> Circle {
    Circle::new().set("cx", round(x)).set("cy", round(y)).set("r", round(radius)).set("class", class)
}

/// A little house that stands on a point.
pub(crate) fn house((x, y): (f64, f64)) -> Polygon {
    let corners = [(-8.0, 7.0), (-8.0, -2.0), (0.0, -10.0), (8.0, -2.0), (8.0, 7.0)];
    area(&corners.map(|(east, south)| (x + east, y + south)), "area truth edge").set("stroke-width", 2)
}

/// A bar of a round length in the lower left corner.
pub(crate) fn scale_bar(document: Document, height: f64, pixels_a_metre: f64, most: f64) -> Document {
    let most_m = most / pixels_a_metre;
    let power = 10_f64.powf(most_m.log10().floor());
    let length_m = [5.0, 2.0, 1.0].into_iter().map(|step| step * power).find(|length| *length <= most_m);
    let length_m = length_m.unwrap_or(power);
    let (left, y) = (14.0, height - 14.0);
    let right = left + length_m * pixels_a_metre;
    document
        .add(
            way(&[(left, y - 6.0), (left, y), (right, y), (right, y - 6.0)], "line")
                .set("style", "color:var(--ink)")
                .set("stroke-width", 1.5),
        )
        .add(label(left + 5.0, y - 7.0, 12.5, "ink", &distance(length_m)))
}
