//! How far what is told lies from the truth, by strategy.

use svg::Document;

use super::sheet::{WIDTH, class, distance, rectangle, sheet, words};
use crate::report::{Key, Report};

const TOP: f64 = 88.0;
const ROW: f64 = 52.0;
const LEFT: f64 = 300.0;

/// Room for the words behind the longest bar.
const RIGHT: f64 = 190.0;

pub(super) fn draw(report: &Report) -> Document {
    let rows = report.strategies.len() as f64;
    let subtitle = format!(
        "mean distance from truth over {} days of one phone; every strategy may spend ε = {} in 24 hours, at {} m",
        report.days, report.budget_epsilon, report.radius_m
    );
    let mut picture = sheet(TOP + rows * ROW + 16.0, "How far what is told lies from the truth", &subtitle);
    let longest_m = report.strategies.iter().map(|line| line.figures.mean_error_m).fold(1.0, f64::max);
    for (index, (line, key)) in report.strategies.iter().zip(Key::ALL).enumerate() {
        let (top, mean_m) = (TOP + index as f64 * ROW, line.figures.mean_error_m);
        let width = (mean_m / longest_m) * (WIDTH - LEFT - RIGHT);
        let bar = rectangle(LEFT, top + 8.0, width, 28.0).set("rx", 3);
        let beyond = format!("95 % within {}", distance(line.figures.error_95_m));
        picture = picture
            .add(words(28.0, top + 19.0, 14.5, "ink", line.name).set("font-weight", 600))
            .add(words(28.0, top + 36.0, 11.5, "quiet", &line.settings))
            .add(bar.set("class", format!("{} area", class(key))))
            .add(words(LEFT + width + 8.0, top + 27.0, 14.5, "ink", &distance(mean_m)).set("font-weight", 600))
            .add(words(LEFT + width + 68.0, top + 27.0, 12.0, "quiet", &beyond));
    }
    picture
}
