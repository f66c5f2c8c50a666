//! What is checked of a policy, and what is said of what is wrong.

use std::time::Duration;

use litemap::LiteMap;

use super::ceiling::check_interval;
use super::error::{Fault, nearest, not_above_zero, one_of, quoted};
use super::partition::Partition;
use super::span::written;
use super::{DAY, Destination, Mechanism, Purpose, Repeat, ZoneRule, words};
use crate::budget::NO_PURPOSE;
use crate::mechanism::{MOST_RECALLED, Stays};
use crate::{
    Accounting, Budget, BudgetError, EARTH_RADIUS_M, Grid, MechanismError, PlanarLaplace, PrivacyLoss,
    SPHERE_PER_GEODESIC, Window,
};

/// Names go on the wire, into the ledger and onto command lines.
pub(super) fn check_name(name: &str) -> Result<(), Fault> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=64).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    let what = format!("\"{}\" cannot be a name", quoted(name));
    Err(Fault::new(what, "1 to 64 letters, digits, hyphens or underscores (ASCII)"))
}

/// What a policy with this δ counts in: one in pure accounting has none.
pub(super) fn check_accounting(delta: Option<f64>) -> Result<Accounting, Fault> {
    match delta {
        None => Ok(Accounting::Pure),
        Some(delta) if delta > 0.0 && delta < 1.0 => Ok(Accounting::Zcdp),
        Some(delta) => {
            let fault =
                Fault::new(format!("`{delta}` is no probability"), "a number above zero and below one, such as 1e-9");
            Err(fault.under("delta").under("accounting"))
        }
    }
}

/// A window as it is given: the most loss, in what time, and the purpose that it counts alone.
#[derive(Clone, Copy)]
pub(super) struct GivenWindow<'a> {
    pub(super) loss: f64,
    pub(super) length: Duration,
    pub(super) purpose: Option<&'a str>,
}

pub(super) fn check_budget(windows: &[GivenWindow<'_>], accounting: Accounting) -> Result<Budget, Fault> {
    let key = accounting.key();
    let mut shared: Vec<Window> = Vec::new();
    let mut own: LiteMap<&str, Vec<Window>> = LiteMap::new_vec();
    for (index, &GivenWindow { loss, length, purpose }) in windows.iter().enumerate() {
        let checked = purpose.map_or(&mut shared, |purpose| own.entry(purpose).or_default());
        let loss = PrivacyLoss::from_epsilon(loss).filter(|loss| *loss > PrivacyLoss::ZERO).ok_or_else(|| {
            let expected = "a number above zero and at most 9000000000, such as 8";
            Fault::new(format!("`{loss}` is no privacy loss"), expected).under(key).under(index)
        })?;
        if checked.iter().any(|window| window.length() == length) {
            let of = purpose.map_or_else(String::new, |purpose| format!(" of `{}`", quoted(purpose)));
            let what = format!("two windows{of} are {} long", written(length));
            return Err(Fault::new(what, "one window of each length").under("window").under(index));
        }
        let window = Window::new(loss, length).map_err(|_| {
            let what = format!("a window cannot be {} long", written(length));
            Fault::new(what, "a span of time above zero, such as \"24h\"").under("window").under(index)
        })?;
        checked.push(window);
    }
    if shared.is_empty() {
        let of = if own.is_empty() { "" } else { " over all purposes, whose destinations may collude" };
        return Err(Fault::new(
            format!("there is no window{of}"),
            format!("at least one, such as `{key} = 8` in `window = \"24h\"`"),
        ));
    }
    let differ = |error: BudgetError| Fault::new(error.to_string(), "one or more windows of different lengths");
    let budget = Budget::new(shared).map_err(differ)?.counted_in(accounting);
    own.into_iter().try_fold(budget, |budget, (purpose, windows)| budget.with_purpose(purpose, windows).map_err(differ))
}

/// That the windows which count one purpose alone name purposes that there are.
pub(super) fn check_windows_purposes(
    windows: &[GivenWindow<'_>],
    purposes: &LiteMap<String, Purpose>,
) -> Result<(), Fault> {
    for (index, window) in windows.iter().enumerate() {
        if let Some(purpose) = window.purpose.filter(|purpose| !purposes.contains_key(*purpose)) {
            let known: Vec<_> = purposes.keys().map(String::as_str).collect();
            let meant = nearest(purpose, &known).map_or_else(String::new, |known| format!(", did you mean `{known}`?"));
            let what = format!("there is no purpose `{}`{meant}", quoted(purpose));
            return Err(Fault::new(what, one_of(&known)).under("purpose").under(index));
        }
    }
    Ok(())
}

/// What an error calls one of the windows in which a purpose counts.
fn of_window(window: Window, budget: &Budget) -> String {
    let own = if budget.windows().contains(&window) { "" } else { " for this purpose" };
    format!("{} in {}{own}", window.loss(), written(window.length()))
}

pub(super) fn check_purpose(name: &str, purpose: &Purpose, radius_m: f64, budget: &Budget) -> Result<(), Fault> {
    let loss =
        check_mechanism(name, purpose.mechanism(), radius_m, budget).map_err(|fault| fault.under("mechanism"))?;
    check_repeat(name, purpose.repeat(), radius_m, loss, budget).map_err(|fault| fault.under("repeat"))?;
    check_interval(purpose.interval()).map_err(|fault| fault.under("interval"))?;
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
fn check_repeat(name: &str, repeat: Repeat, radius_m: f64, draw: PrivacyLoss, budget: &Budget) -> Result<(), Fault> {
    let Repeat::Hold { within_m, epsilon, recall } = repeat else { return Ok(()) };
    if recall > MOST_RECALLED {
        let what = format!("`{recall}` draws are more than can be recalled");
        return Err(Fault::new(what, format!("a whole number from 0 to {MOST_RECALLED}")).under("recall"));
    }
    let stays = Stays::new(within_m, epsilon, recall, radius_m, budget.accounting()).map_err(|error| match error {
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
    match tightest(name, budget).filter(|window| window.loss() < least) {
        None => Ok(()),
        Some(window) => {
            let (length, of_window) = (written(window.length()), of_window(window, budget));
            let what = format!(
                "no stay could ever be ended: one costs {stay} and its end up to {end}, and the budget is {of_window}",
            );
            let expected =
                format!("a budget of at least {least} in {length}, or a smaller epsilon here or of the mechanism");
            Err(Fault::new(what, expected).under("epsilon"))
        }
    }
}

/// That the noise is within what is proved, that the accounting can count its loss, and that the budget affords one draw:
/// what that costs.
fn check_mechanism(name: &str, mechanism: Mechanism, radius_m: f64, budget: &Budget) -> Result<PrivacyLoss, Fault> {
    let key = match mechanism {
        Mechanism::PlanarLaplace { .. } => "epsilon",
        Mechanism::Gaussian { .. } => "rho",
    };
    let noise = mechanism.noise(radius_m).map_err(|error| scale_fault(mechanism, radius_m, &error).under(key))?;
    let loss = noise.loss_in(budget.accounting()).ok_or_else(|| {
        let what = "Gaussian noise has no pure epsilon, and this policy counts nothing else";
        let expected = "`planar-laplace`, or a table `accounting` with `kind = \"zcdp\"` and budgets in `rho`";
        Fault::new(what, expected).under("kind")
    })?;
    check_affordable(name, mechanism, loss, budget).map_err(|fault| fault.under(key))?;
    Ok(loss)
}

/// That the noise of a zone's draw is within what is proved, that the budget affords one, and that the radius is a distance.
pub(super) fn check_zones(
    epsilon: f64,
    radius_m: f64,
    protected_radius_m: f64,
    budget: &Budget,
) -> Result<ZoneRule, Fault> {
    if !(radius_m.is_finite() && radius_m > 0.0) {
        let what = format!("`{radius_m}` m is no distance");
        return Err(Fault::new(what, "a length above zero, such as \"300m\"").under("radius"));
    }
    check_mechanism(NO_PURPOSE, Mechanism::PlanarLaplace { epsilon }, protected_radius_m, budget)?;
    ZoneRule::new(epsilon, radius_m, protected_radius_m)
        .map_err(|error| scale_fault(Mechanism::PlanarLaplace { epsilon }, protected_radius_m, &error).under("epsilon"))
}

fn scale_fault(mechanism: Mechanism, radius_m: f64, error: &MechanismError) -> Fault {
    let least_scale_m = PlanarLaplace::LEAST_SCALE_M;
    // The loss at which the noise has a scale.
    let (key, given, at): (_, _, &dyn Fn(f64) -> f64) = match mechanism {
        Mechanism::PlanarLaplace { epsilon } => {
            ("an epsilon", epsilon, &|scale_m| SPHERE_PER_GEODESIC * radius_m / scale_m)
        }
        Mechanism::Gaussian { rho } => ("a rho", rho, &|scale_m| (radius_m / scale_m).powi(2) / 2.0),
    };
    match error {
        MechanismError::TooLittleNoise { scale_m, .. } => Fault::new(
            format!("`{given}` makes a noise of scale {scale_m:.3} m, below the {least_scale_m} m of the proof"),
            format!("{key} of at most {} at a radius of {radius_m} m", (at(least_scale_m) * 1e6).floor() / 1e6),
        ),
        MechanismError::TooMuchNoise { .. } => Fault::new(
            format!("`{given}` makes a noise of a scale beyond the Earth's radius"),
            format!("{key} of at least {} at a radius of {radius_m} m", (at(EARTH_RADIUS_M) * 1e9).ceil() / 1e9),
        ),
        _ => Fault::new(not_above_zero(given), "a number above zero, such as 0.5"),
    }
}

/// Of the windows in which a purpose counts, the one that allows least.
fn tightest(name: &str, budget: &Budget) -> Option<Window> {
    budget.windows_for(name).min_by_key(Window::loss)
}

fn check_affordable(name: &str, mechanism: Mechanism, loss: PrivacyLoss, budget: &Budget) -> Result<(), Fault> {
    let Some(window) = tightest(name, budget).filter(|window| window.loss() < loss) else { return Ok(()) };
    let length = written(window.length());
    let (cost, lower) = match (mechanism, budget.accounting()) {
        (Mechanism::PlanarLaplace { epsilon }, Accounting::Pure) => {
            let (slack, most) = (PlanarLaplace::SLACK, window.loss().saturating_sub(PlanarLaplace::SLACK));
            let lower = (most > PrivacyLoss::ZERO).then(|| format!(", or an epsilon of at most {most} here"));
            (format!("{loss} (its epsilon {epsilon} and {slack} for rounding)"), lower.unwrap_or_default())
        }
        (Mechanism::PlanarLaplace { epsilon }, _) => (
            format!("a rho of {loss} (half the square of its epsilon {epsilon})"),
            ", or a smaller epsilon here".into(),
        ),
        (Mechanism::Gaussian { .. }, _) => (loss.to_string(), format!(", or a rho of at most {} here", window.loss())),
    };
    Err(Fault::new(
        format!("no draw could ever be afforded: one costs {cost}, and the budget is {}", of_window(window, budget)),
        format!("a budget of at least {loss} in {length}{lower}"),
    ))
}

/// What is told for one purpose to one destination: the coarser of the purpose's grid and the destination's floor. A floor that
/// no grid of the kind meets, or that may not coarsen, refuses the policy with the figure.
pub(super) fn coarsened(purpose_name: &str, purpose: &Purpose, destination: &Destination) -> Result<Partition, Fault> {
    let partition = purpose.partition();
    let Some(floor) = destination.floor() else { return Ok(partition.clone()) };
    let Err(refusal) = floor.check(partition) else { return Ok(partition.clone()) };
    let refused = format!("the purpose `{purpose_name}`: {refusal}");
    if refusal.is_of_slivers() {
        let expected = "h3, s2 or metric as the grid of the purpose, or a floor of `decimals` alone";
        return Err(Fault::new(refused, expected));
    }
    match (floor.applied(partition), partition) {
        (Some(coarser), _) if floor.coarsens() => Ok(coarser),
        (Some(coarser), Partition::Cells(_)) => {
            let expected = format!("{coarser} or a coarser grid for the purpose, or a floor without `coarsen = false`");
            Err(Fault::new(refused, expected))
        }
        (Some(_), Partition::Places(_)) => {
            Err(Fault::new(refused, "a file of larger places, or a floor without `coarsen = false`"))
        }
        (None, Partition::Places(_)) => Err(Fault::new(
            format!("{refused}; and no place is large enough"),
            "a file of larger places, or a lower floor",
        )),
        (None, Partition::Cells(grid)) => {
            let grid = *grid;
            let coarsest = core::iter::successors(Some(grid), Grid::coarser).last().unwrap_or(grid);
            let why = floor.check(coarsest).err().map_or_else(String::new, |error| format!(": {error}"));
            Err(Fault::new(format!("{refused}; and no grid of its kind is coarse enough{why}"), "a lower floor"))
        }
    }
}
