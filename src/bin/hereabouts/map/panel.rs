//! The panel beside the map: the legend and the bill.

use svg::node::element::{Group, Polygon};

use super::shapes::{CELL, INK, QUIET, RULE, SENT, TRUTH, distance, dot, gap, line, points, words};
use super::{Caption, Journey};

const TOP: f64 = 126.0;
const PANEL_LEFT: f64 = 876.0;
const PANEL_RIGHT: f64 = 1160.0;

pub(super) fn panel(journey: &Journey, caption: &Caption) -> Group {
    let accuracy = journey.sent().next().map(|(_, sent)| distance(sent.accuracy_m));
    let accuracy =
        accuracy.map_or(String::from("accuracy circle"), |radius| format!("accuracy circle, 68 %: {radius}"));
    let mut y = TOP;
    let x = PANEL_LEFT + 16.0;
    let text = |y: f64, text: &str| words(PANEL_LEFT + 44.0, y + 5.0, 14.0, INK, text);
    let mut group = Group::new()
        .add(
            line((PANEL_LEFT, y), (PANEL_LEFT + 32.0, y), TRUTH)
                .set("stroke-width", 2.6)
                .set("stroke-linecap", "round"),
        )
        .add(text(y, "true track: stays on the phone"));
    if journey.track().last().is_some_and(|last| last.leg > 0) {
        y += 28.0;
        group = group.add(gap((PANEL_LEFT, y), (PANEL_LEFT + 32.0, y))).add(text(y, "way that was not recorded"));
    }
    y += 28.0;
    group = group
        .add(dot((x, y), 3.2, "#ffffff").set("stroke", TRUTH).set("stroke-width", 1.6))
        .add(text(y, "where one was when it was sent"));
    y += 28.0;
    group = group
        .add(dot((x, y), 6.0, SENT).set("stroke", "#ffffff").set("stroke-width", 1.6))
        .add(text(y, "place that was sent, numbered"));
    y += 28.0;
    let cell = [(-10.0, 0.0), (-5.0, -8.5), (5.0, -8.5), (10.0, 0.0), (5.0, 8.5), (-5.0, 8.5)]
        .map(|(dx, dy)| (x + dx, y + dy));
    group = group
        .add(
            Polygon::new().set("points", points(&cell)).set("fill", CELL).set("fill-opacity", 0.25).set("stroke", CELL),
        )
        .add(text(y, &format!("its cell, {}", caption.grid)));
    y += 28.0;
    group = group
        .add(dot((x, y), 9.5, SENT).set("fill-opacity", 0.07).set("stroke", SENT).set("stroke-opacity", 0.6))
        .add(text(y, &accuracy));
    y += 50.0;
    group = group.add(words(PANEL_LEFT, y, 18.0, INK, "The bill").set("font-weight", 650));
    y += 12.0;
    for (name, value) in &caption.bill {
        if name.is_empty() {
            y += 14.0;
            group = group.add(line((PANEL_LEFT, y), (PANEL_RIGHT, y), RULE));
            continue;
        }
        y += 24.0;
        group = group
            .add(words(PANEL_LEFT, y, 14.0, QUIET, name))
            .add(words(PANEL_RIGHT, y, 14.0, INK, value).set("text-anchor", "end").set("font-weight", 600));
    }
    group
}
