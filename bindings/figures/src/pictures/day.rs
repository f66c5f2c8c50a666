//! One of the days: how far from the truth what stands is, hour by hour.

use svg::Document;
use svg::node::element::{Group, Path};

use super::sheet::{WIDTH, distance, label, path, rule, sheet, way, words};
use crate::Failure;
use crate::days::{Journey, TICKS_A_DAY, median};
use crate::report::{Key, Report};
use crate::strategy::Strategy;

/// The second time that the first of the days comes: nothing depends on the beginning any more.
const DAY: usize = 4;

/// The median of so many runs is drawn: in any one the noise of a draw may be small or large, and it stands all night.
const RUNS: u64 = 201;

const KEYS: [Key; 3] = [Key::SlowerFresh, Key::Predictive, Key::HoldAndRecall];

const HEIGHT: f64 = 520.0;
const LEFT: f64 = 86.0;
const RIGHT: f64 = WIDTH - 28.0;

/// The errors, on a scale on which each line is ten times the one below.
const ERRORS: (f64, f64) = (126.0, 372.0);
const LEAST_M: f64 = 100.0;
const MOST_M: f64 = 100_000.0;

/// The distance from home, below.
const AWAY: (f64, f64) = (416.0, 476.0);

pub(super) fn draw(report: &Report) -> Result<Document, Failure> {
    let subtitle =
        format!("distance from truth to what stands, the median of {RUNS} runs; each line is ten times the one below");
    let mut picture = sheet(HEIGHT, "One day: home, a train, another city, home", &subtitle).add(errors_scale());
    let journey = Journey::of_days(DAY + 1)?;
    for (index, key) in KEYS.into_iter().enumerate() {
        let line = report.line(key)?;
        let errors_m = medians_m(&line.strategy, &journey)?;
        picture = picture.add(way(&steps(&errors_m, error_y), key)).add(label(
            LEFT + 250.0 * index as f64,
            ERRORS.0 - 22.0,
            key,
            line.name,
        ));
    }
    let day = journey.places.iter().skip(DAY * TICKS_A_DAY);
    let away_m: Vec<_> = day.map(|place| place.great_circle_distance_m(&journey.home)).collect();
    Ok(picture.add(away(&away_m)).add(hours()))
}

/// The median error of each tick of the day.
fn medians_m(strategy: &Strategy, journey: &Journey) -> Result<Vec<f64>, Failure> {
    let mut ticks = vec![Vec::new(); TICKS_A_DAY];
    for seed in 0..RUNS {
        let told = strategy.run(journey, seed)?;
        for (tick, error_m) in ticks.iter_mut().zip(told.errors_m(journey).skip(DAY * TICKS_A_DAY)) {
            tick.push(error_m);
        }
    }
    Ok(ticks.into_iter().map(median).collect())
}

fn errors_scale() -> Group {
    let mut group = Group::new();
    for power in 2..=5 {
        let metres = 10_f64.powi(power);
        let y = error_y(metres);
        group = group
            .add(rule((LEFT, y), (RIGHT, y)))
            .add(words(LEFT - 10.0, y + 4.0, 12.0, "quiet", &distance(metres)).set("text-anchor", "end"));
    }
    group
}

fn error_y(metres: f64) -> f64 {
    let share = (metres.clamp(LEAST_M, MOST_M) / LEAST_M).log10() / (MOST_M / LEAST_M).log10();
    ERRORS.1 - share * (ERRORS.1 - ERRORS.0)
}

/// How far from home one is: what makes the day hard.
fn away(away_m: &[f64]) -> Group {
    let most_m = away_m.iter().copied().fold(1.0, f64::max);
    let y = |metres: f64| AWAY.1 - metres / most_m * (AWAY.1 - AWAY.0);
    let mut outline = steps(away_m, y);
    outline.extend([(RIGHT, AWAY.1), (LEFT, AWAY.1)]);
    Group::new()
        .add(Path::new().set("d", path(&outline)).set("class", "ground"))
        .add(rule((LEFT, AWAY.1), (RIGHT, AWAY.1)))
        .add(words(LEFT - 10.0, AWAY.0 + 5.0, 12.0, "quiet", &distance(most_m)).set("text-anchor", "end"))
        .add(words(LEFT - 10.0, AWAY.1 + 4.0, 12.0, "quiet", "home").set("text-anchor", "end"))
        .add(words(LEFT, AWAY.0 - 10.0, 12.5, "quiet", "how far from home one truly is"))
}

fn hours() -> Group {
    (0..=24).step_by(3).fold(Group::new(), |group, hour| {
        let x = LEFT + f64::from(hour) / 24.0 * (RIGHT - LEFT);
        let text = if hour == 0 { "0:00 UTC".to_owned() } else { format!("{hour}:00") };
        group
            .add(rule((x, AWAY.1), (x, AWAY.1 + 5.0)))
            .add(words(x, AWAY.1 + 20.0, 12.0, "quiet", &text).set("text-anchor", "middle"))
    })
}

/// What stands, stands until the next tick.
fn steps(values: &[f64], y: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let width = (RIGHT - LEFT) / values.len() as f64;
    let step = |(tick, value): (usize, &f64)| {
        let left = LEFT + tick as f64 * width;
        [(left, y(*value)), (left + width, y(*value))]
    };
    values.iter().enumerate().flat_map(step).collect()
}
