//! How near the best attack comes to home, the more days it sees.

use svg::Document;
use svg::node::element::{Circle, Group};

use super::sheet::{WIDTH, class, distance, label, rule, sheet, way, words};
use crate::Failure;
use crate::measurement::Measurement;
use crate::report::{Key, Report};

const KEYS: [Key; 4] = [Key::SlowerFresh, Key::Predictive, Key::Hold, Key::HoldAndRecall];

const HEIGHT: f64 = 440.0;
const TOP: f64 = 96.0;
const BOTTOM: f64 = 384.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = WIDTH - 232.0;

/// Where labels do not touch, in pixels.
const APART: f64 = 18.0;

pub(super) fn draw(report: &Report) -> Result<Document, Failure> {
    let all = KEYS.iter().map(|key| Ok(&report.line(*key)?.figures)).collect::<Result<Vec<_>, Failure>>()?;
    let most_m = all.iter().flat_map(|figures| &figures.attack).map(|attack| attack.error_m).fold(1.0, f64::max);
    let view = View { days: report.days as f64, most_m: (most_m / 100.0).ceil() * 100.0 };
    let mut picture = sheet(
        HEIGHT,
        "How near an adversary comes to home",
        "mean distance from home to the best of eight guesses, made from all that was told so far: higher is better",
    );
    picture = picture.add(view.scales()).add(view.radius(report.radius_m));
    let heights = apart(all.iter().map(|figures| view.y(figures.last_attack().error_m)).collect());
    for ((key, figures), height) in KEYS.into_iter().zip(all).zip(heights) {
        picture = picture.add(view.line(key, figures, height));
    }
    Ok(picture)
}

struct View {
    days: f64,
    most_m: f64,
}

impl View {
    fn x(&self, days: f64) -> f64 {
        LEFT + (days - 1.0) / (self.days - 1.0).max(1.0) * (RIGHT - LEFT)
    }

    fn y(&self, metres: f64) -> f64 {
        BOTTOM - metres / self.most_m * (BOTTOM - TOP)
    }

    fn line(&self, key: Key, figures: &Measurement, height: f64) -> Group {
        let points: Vec<_> =
            figures.attack.iter().map(|attack| (self.x(attack.days as f64), self.y(attack.error_m))).collect();
        let text = format!("{}, {}", distance(figures.last_attack().error_m), key.name());
        let dots = points.iter().fold(Group::new().set("class", format!("{} area", class(key))), |dots, (x, y)| {
            dots.add(Circle::new().set("cx", *x).set("cy", *y).set("r", 3))
        });
        Group::new().add(way(&points, key)).add(dots).add(label(RIGHT + 10.0, height + 4.0, key, &text))
    }

    fn scales(&self) -> Group {
        let mut group = Group::new();
        for metres in (0..=self.most_m as u32).step_by(100).map(f64::from) {
            let y = self.y(metres);
            group = group
                .add(rule((LEFT, y), (RIGHT, y)))
                .add(words(LEFT - 10.0, y + 4.0, 12.0, "quiet", &distance(metres)).set("text-anchor", "end"));
        }
        for days in [1, 5, 10, 15, 20, 25, 30].map(f64::from).into_iter().filter(|days| *days <= self.days) {
            let text = if days == 1.0 { "1 day".to_owned() } else { format!("{days} days") };
            group = group.add(words(self.x(days), BOTTOM + 22.0, 12.0, "quiet", &text).set("text-anchor", "middle"));
        }
        group
    }

    /// The protected radius: what two places must differ by before they may look different.
    fn radius(&self, radius_m: f64) -> Group {
        let y = self.y(radius_m);
        Group::new().add(rule((LEFT, y), (RIGHT, y)).set("class", "mark").set("stroke-dasharray", "4 4")).add(words(
            RIGHT + 10.0,
            y + 4.0,
            12.0,
            "quiet",
            "the protected radius",
        ))
    }
}

/// Heights for labels, from the top down, no two of which touch.
fn apart(heights: Vec<f64>) -> Vec<f64> {
    let mut order: Vec<_> = (0..heights.len()).collect();
    order.sort_by(|one, other| heights[*other].total_cmp(&heights[*one]));
    let mut moved = heights;
    let mut below = BOTTOM + APART;
    for index in order {
        moved[index] = moved[index].min(below - APART);
        below = moved[index];
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_touch_and_keep_their_order() {
        let heights = apart(vec![380.0, 100.0, 379.0, 378.0]);
        assert_eq!(heights, [380.0, 100.0, 362.0, 344.0]);
    }
}
