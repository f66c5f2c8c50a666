//! What is checked of a policy, and what is said of what is wrong.

use std::time::Duration;

use super::error::{Fault, quoted};
use super::span::{LONGEST, written};
use super::{DAY, Destination, Mechanism, Purpose, Repeat, words};
use crate::mechanism::{MOST_RECALLED, Stays};
use crate::{Budget, EARTH_RADIUS_M, Grid, MechanismError, PlanarLaplace, PrivacyLoss, SPHERE_PER_GEODESIC, Window};

/// Names go on the wire, into the ledger and onto command lines.
pub(super) fn check_name(name: &str) -> Result<(), Fault> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=64).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    let what = format!("\"{}\" cannot be a name", quoted(name));
    Err(Fault::new(what, "1 to 64 letters, digits, hyphens or underscores (ASCII)"))
}

pub(super) fn check_budget(windows: &[(f64, Duration)]) -> Result<Budget, Fault> {
    if windows.is_empty() {
        return Err(Fault::new("there is no window", "at least one, such as `epsilon = 8` in `window = \"24h\"`"));
    }
    let mut checked: Vec<Window> = Vec::new();
    for (index, &(epsilon, length)) in windows.iter().enumerate() {
        let loss = PrivacyLoss::from_epsilon(epsilon).filter(|loss| *loss > PrivacyLoss::ZERO).ok_or_else(|| {
            let expected = "a number above zero and at most 9000000000, such as 8";
            Fault::new(format!("`{epsilon}` is no privacy loss"), expected).under("epsilon").under(index)
        })?;
        if checked.iter().any(|window| window.length() == length) {
            let what = format!("two windows are {} long", written(length));
            return Err(Fault::new(what, "one window of each length").under("window").under(index));
        }
        let window = Window::new(loss, length).map_err(|_| {
            let what = format!("a window cannot be {} long", written(length));
            Fault::new(what, "a span of time above zero, such as \"24h\"").under("window").under(index)
        })?;
        checked.push(window);
    }
    Budget::new(checked).map_err(|error| Fault::new(error.to_string(), "one or more windows of different lengths"))
}

pub(super) fn check_purpose(purpose: &Purpose, radius_m: f64, budget: &Budget) -> Result<(), Fault> {
    let Mechanism::PlanarLaplace { epsilon } = purpose.mechanism();
    let mechanism = PlanarLaplace::new(epsilon, radius_m)
        .map_err(|error| scale_fault(epsilon, radius_m, &error))
        .and_then(|mechanism| check_affordable(epsilon, mechanism.loss(), budget).map(|()| mechanism))
        .map_err(|fault| fault.under("epsilon").under("mechanism"))?;
    check_repeat(purpose.repeat(), radius_m, mechanism.loss(), budget).map_err(|fault| fault.under("repeat"))?;
    let interval = purpose.interval();
    if interval.is_zero() || interval.subsec_nanos() != 0 || interval > LONGEST {
        let what = format!("an interval of {} is no time between ticks", written(interval));
        return Err(Fault::new(what, "whole seconds, at least one, such as \"1h\"").under("interval"));
    }
    // Buckets are counted from the Unix epoch, which began at midnight UTC: those that divide a day begin at the same
    // hours every day, and none is cut.
    let bucket = purpose.time_bucket();
    if bucket.is_zero() || bucket.subsec_nanos() != 0 || bucket > DAY || !DAY.as_secs().is_multiple_of(bucket.as_secs())
    {
        let what = format!("a time bucket of {} does not divide a day", written(bucket));
        let expected = "a span of whole seconds that divides 24 h, such as \"15min\", \"1h\" or \"24h\"";
        return Err(Fault::new(what, expected).under("time_bucket"));
    }
    Ok(())
}

/// That the tests of a purpose make sense, and that the budget can hold one stay and what its end costs: the draw would
/// stand for ever otherwise, wherever one goes.
fn check_repeat(repeat: Repeat, radius_m: f64, draw: PrivacyLoss, budget: &Budget) -> Result<(), Fault> {
    let Repeat::Hold { within_m, epsilon, recall } = repeat else { return Ok(()) };
    if recall > MOST_RECALLED {
        let what = format!("`{recall}` draws are more than can be recalled");
        return Err(Fault::new(what, format!("a whole number from 0 to {MOST_RECALLED}")).under("recall"));
    }
    let stays = Stays::new(within_m, epsilon, recall, radius_m).map_err(|error| match error {
        MechanismError::Within { least_m, .. } if within_m > 0.0 && least_m > 0.0 => {
            let least_m = if recall > 0 { 1.5 * least_m } else { least_m };
            let what = format!(
                "{} is less than the noise of the tests, which would answer at random",
                words::length(within_m)
            );
            let expected =
                format!("a distance of at least {}, or a larger epsilon here", words::length(least_m.ceil()));
            Fault::new(what, expected).under("within")
        }
        MechanismError::Within { .. } => {
            Fault::new(format!("`{within_m}` m is no distance"), "a length above zero, such as \"10km\"")
                .under("within")
        }
        _ => Fault::new(format!("`{epsilon}` is no privacy loss"), "a number above zero, such as 0.5").under("epsilon"),
    })?;
    let (stay, end) = (stays.loss(), stays.end(draw));
    let least = stay.saturating_add(end);
    match budget.windows().iter().min_by_key(|window| window.loss()).filter(|window| window.loss() < least) {
        None => Ok(()),
        Some(window) => {
            let length = written(window.length());
            let what = format!(
                "no stay could ever be ended: one costs {stay} and its end up to {end}, and the budget is {} in {length}",
                window.loss(),
            );
            let expected =
                format!("a budget of at least {least} in {length}, or a smaller epsilon here or of the mechanism");
            Err(Fault::new(what, expected).under("epsilon"))
        }
    }
}

fn scale_fault(epsilon: f64, radius_m: f64, error: &MechanismError) -> Fault {
    let factor = SPHERE_PER_GEODESIC * radius_m;
    let (least, most) = (factor / EARTH_RADIUS_M, factor / PlanarLaplace::LEAST_SCALE_M);
    match error {
        MechanismError::TooLittleNoise { scale_m, .. } => Fault::new(
            format!(
                "`{epsilon}` makes a noise of scale {scale_m:.3} m, below the {} m of the proof",
                PlanarLaplace::LEAST_SCALE_M
            ),
            format!("an epsilon of at most {} at a radius of {radius_m} m", (most * 1e6).floor() / 1e6),
        ),
        MechanismError::TooMuchNoise { .. } => Fault::new(
            format!("`{epsilon}` makes a noise of a scale beyond the Earth's radius"),
            format!("an epsilon of at least {} at a radius of {radius_m} m", (least * 1e9).ceil() / 1e9),
        ),
        _ => Fault::new(format!("`{epsilon}` is not above zero"), "a number above zero, such as 0.5"),
    }
}

fn check_affordable(epsilon: f64, loss: PrivacyLoss, budget: &Budget) -> Result<(), Fault> {
    let Some(window) = budget.windows().iter().min_by_key(|window| window.loss()).filter(|window| window.loss() < loss)
    else {
        return Ok(());
    };
    let length = written(window.length());
    let (loss_slack, most) = (PlanarLaplace::SLACK, window.loss().saturating_sub(PlanarLaplace::SLACK));
    let lower =
        if most > PrivacyLoss::ZERO { format!(", or an epsilon of at most {most} here") } else { String::new() };
    Err(Fault::new(
        format!(
            "no draw could ever be afforded: one costs {loss} (its epsilon {epsilon} and {loss_slack} for rounding), and \
             the budget is {} in {length}",
            window.loss(),
        ),
        format!("a budget of at least {loss} in {length}{lower}"),
    ))
}

/// The grid for one purpose and destination.
pub(super) fn coarsened(purpose_name: &str, purpose: &Purpose, destination: &Destination) -> Result<Grid, Fault> {
    let grid = purpose.grid();
    let Some(floor) = destination.floor() else { return Ok(grid) };
    let least = words::area(floor.least_area_m2());
    // To be a square kilometre beside a pole, such a cell would have to be a hundred kilometres wide where people live.
    let in_degrees = matches!(grid, Grid::Decimal(_) | Grid::Geohash(_) | Grid::OpenLocationCode(_));
    if in_degrees && grid.smallest_area_m2() < floor.least_area_m2() {
        let what = format!(
            "the purpose `{purpose_name}` has the grid {grid}, whose cells beside a pole are slivers of {}, and the floor \
             wants at least {least}",
            words::area(grid.smallest_area_m2()),
        );
        return Err(Fault::new(what, "h3, s2 or metric as the grid of the purpose, or a floor of `decimals` alone"));
    }
    floor.coarsened(grid).ok_or_else(|| {
        let coarsest = core::iter::successors(Some(grid), Grid::coarser).last().unwrap_or(grid);
        let what = format!(
            "the purpose `{purpose_name}` has the grid {grid}, and none of its kind is coarse enough: the coarsest, \
             {coarsest}, has cells of {} and prints {} digits after the point, and the floor wants {floor}",
            words::area(coarsest.smallest_area_m2()),
            coarsest.decimals(),
        );
        Fault::new(what, "a lower floor")
    })
}
