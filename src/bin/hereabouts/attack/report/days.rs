//! How the best guess of a place sharpens through the days, for each way of sending.

use hereabouts::audit::{AnchorFindings, Attacked, Findings};
use svg::Document;

use crate::attack::rows::COLUMNS;
use crate::map::distance;
use crate::page::canvas::{area, canvas, label, line, way, words};

/// Below a metre a guess is right, and the scale ends.
const LEAST_M: f64 = 1.0;

/// Two lines of words.
const LABEL_HEIGHT: f64 = 33.0;

/// The colours of [`COLUMNS`].
pub(super) const CLASSES: [&str; 5] = ["sent", "fresh", "jitter", "offset", "truth"];

/// Draws it as wide as a screen allows; both scales are logarithmic.
pub(super) fn draw(findings: &Findings, anchor: fn(&Attacked) -> Option<&AnchorFindings>, width: f64) -> Document {
    let height = (width * 0.55).clamp(300.0, 400.0);
    let (left, right, top, bottom) = (54.0, width - 106.0, 20.0, height - 46.0);
    let title = "The error of the best guess after so many days, for each way of sending";
    let mut document = canvas(width, height, title);
    let lines: Vec<_> = COLUMNS
        .iter()
        .zip(CLASSES)
        .filter_map(|(column, class)| Some((column.name, class, anchor((column.of)(findings))?)))
        .collect();
    let highs = lines.iter().flat_map(|(_, _, line)| line.through.iter().map(|through| through.best.error_m.high));
    let most_m = highs.fold(100.0, f64::max) * 1.3;
    let x = |day: u32| {
        let share = f64::from(day.max(1)).ln() / f64::from(findings.days.max(2)).ln();
        left + share * (right - left)
    };
    let y = |error_m: f64| bottom - (error_m.max(LEAST_M) / LEAST_M).ln() / (most_m / LEAST_M).ln() * (bottom - top);
    for power in 0..7 {
        let error_m = 10_f64.powi(power);
        if error_m > most_m {
            break;
        }
        let name = if power == 0 { "≤ 1 m".to_owned() } else { distance(error_m) };
        document = document
            .add(line((left, y(error_m)), (right, y(error_m)), "rule"))
            .add(words(left - 8.0, y(error_m) + 4.5, 13.0, "faint", &name).set("text-anchor", "end"));
    }
    let days: Vec<u32> =
        lines.first().map(|(_, _, line)| line.through.iter().map(|through| through.day).collect()).unwrap_or_default();
    let mut last_x = f64::NEG_INFINITY;
    for day in days {
        if x(day) - last_x < 30.0 {
            continue;
        }
        last_x = x(day);
        document =
            document.add(words(x(day), bottom + 19.0, 13.0, "faint", &day.to_string()).set("text-anchor", "middle"));
    }
    document =
        document.add(words((left + right) / 2.0, bottom + 38.0, 13.0, "faint", "days").set("text-anchor", "middle"));
    let mut labels: Vec<(f64, &str, &str, f64)> = Vec::new();
    for (name, class, line) in lines.iter().rev() {
        let point = |day: u32, error_m: f64| (x(day), y(error_m));
        let low = line.through.iter().map(|through| point(through.day, through.best.error_m.low));
        let high = line.through.iter().rev().map(|through| point(through.day, through.best.error_m.high));
        document = document
            .add(area(&low.chain(high).collect::<Vec<_>>(), &format!("area {class}")).set("fill-opacity", 0.13));
        let mean: Vec<_> = line.through.iter().map(|through| point(through.day, through.best.error_m.mean)).collect();
        document = document
            .add(way(&mean, &format!("line {class}")).set("stroke-width", if *class == "sent" { 3.5 } else { 2.0 }));
        if let Some(last) = line.through.last() {
            labels.push((y(last.best.error_m.mean), name, class, last.best.error_m.mean));
        }
    }
    labels.sort_by(|one, other| one.0.total_cmp(&other.0));
    // Downwards, each a label's height below the last; then upwards from the lower edge.
    let mut above = f64::NEG_INFINITY;
    for (at, ..) in &mut labels {
        *at = at.max(above + LABEL_HEIGHT);
        above = *at;
    }
    let mut below = height - 22.0 + LABEL_HEIGHT;
    for (at, ..) in labels.iter_mut().rev() {
        *at = at.min(below - LABEL_HEIGHT);
        below = *at;
    }
    for (at, name, class, error_m) in labels {
        document = document
            .add(label(right + 10.0, at, 13.5, &format!("area {class}"), &distance(error_m)))
            .add(words(right + 10.0, at + 15.0, 12.0, "faint", name));
    }
    document
}

/// A place of the findings.
pub(super) fn home(attacked: &Attacked) -> Option<&AnchorFindings> {
    attacked.home.as_ref().filter(|anchor| !anchor.through.is_empty())
}

/// The other.
pub(super) fn work(attacked: &Attacked) -> Option<&AnchorFindings> {
    attacked.work.as_ref().filter(|anchor| !anchor.through.is_empty())
}
