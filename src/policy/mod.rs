//! [`Policy`]: the file of protection, budgets, purposes and destinations, and its checks.

mod destination;
mod document;
mod error;
mod explain;
mod file;
mod floor;
mod jurisdiction;
mod locate;
mod purpose;
mod span;
mod words;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use self::error::Fault;
use self::file::PolicyTable;
use self::locate::Format;
use self::span::written;
use crate::{Budget, EARTH_RADIUS_M, Grid, MechanismError, PlanarLaplace, PrivacyLoss, SPHERE_PER_GEODESIC, Window};

pub use self::destination::Destination;
pub use self::error::PolicyError;
pub use self::explain::{ExplainedDestination, ExplainedPurpose, ExplainedWindow, Explanation};
pub use self::floor::{Floor, Preset};
pub use self::purpose::{Keep, Mechanism, Purpose, Repeat};

/// The largest file that is read: a policy is written by people.
const MOST_BYTES: u64 = 1 << 20;

const DAY: Duration = Duration::from_secs(86_400);

/// What may be told about where a device is: for which purposes, to which destinations, at which loss of privacy.
///
/// A policy that exists has been checked whole: every mechanism is within what its proof covers, every purpose can be
/// afforded, and for every purpose and destination there is a grid that meets the floor. What this version cannot
/// honour is refused and never ignored.
///
/// # Example
///
/// ```
/// use hereabouts::Policy;
///
/// let policy = Policy::from_toml(
///     r#"
///     version = 1
///     [protection]
///     radius_m = 200
///     [[budget]]
///     epsilon = 8
///     window = "24h"
///     [purposes.weather]
///     mechanism = { kind = "planar-laplace", epsilon = 0.5 }
///     repeat = { kind = "fresh" }
///     grid = { kind = "h3", resolution = 7 }
///     interval = "1h"
///     time_bucket = "1h"
///     [destinations.eu]
///     jurisdiction = "DE"
///     operator = "Example Weather GmbH"
///     floor = { area_km2 = 10 }
///     "#,
/// )?;
/// assert_eq!(policy.grid_for("weather", "eu").unwrap().to_string(), "h3:6"); // the coarser of grid and floor
/// # Ok::<(), hereabouts::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    radius_m: f64,
    budget: Budget,
    purposes: BTreeMap<String, Purpose>,
    destinations: BTreeMap<String, Destination>,
    /// For each purpose the grid of each destination, in the order of the maps above.
    grids: BTreeMap<String, BTreeMap<String, Grid>>,
}

impl Policy {
    /// A policy built in code, through the same checks as a file.
    ///
    /// `radius_m` is the protected radius in metres; each window of the budget is an ε and its length.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] with the path that the fault would have in a file, and no line.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use hereabouts::{Destination, Grid, Mechanism, Policy, Purpose, Repeat};
    ///
    /// let hour = Duration::from_secs(3_600);
    /// let weather = Purpose::new(Mechanism::PlanarLaplace { epsilon: 0.5 }, Repeat::Fresh, Grid::h3(6)?, hour, hour);
    /// let eu = Destination::new("DE", "Example Weather GmbH");
    /// let policy = Policy::new(200.0, [(8.0, 24 * hour)], [("weather", weather)], [("eu", eu)])?;
    /// assert_eq!(policy.radius_m(), 200.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new<'a>(
        radius_m: f64,
        budget: impl IntoIterator<Item = (f64, Duration)>,
        purposes: impl IntoIterator<Item = (&'a str, Purpose)>,
        destinations: impl IntoIterator<Item = (&'a str, Destination)>,
    ) -> Result<Self, PolicyError> {
        let purposes = unique(purposes).map_err(|fault| fault.under("purposes").at(None))?;
        let destinations = unique(destinations).map_err(|fault| fault.under("destinations").at(None))?;
        let budget: Vec<_> = budget.into_iter().collect();
        Self::checked(radius_m, &budget, purposes, destinations).map_err(|fault| fault.at(None))
    }

    /// Reads a policy written in TOML.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] with the line, the path of the key, what is wrong and what would be right.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        Self::parse(text, Format::Toml)
    }

    /// Reads a policy written in JSON.
    ///
    /// # Errors
    ///
    /// As [`Policy::from_toml`].
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        Self::parse(text, Format::Json)
    }

    /// Reads a policy from a file: JSON if its first character beside blanks is `{`, otherwise TOML.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] as [`Policy::from_toml`], or if the file cannot be read, is not UTF-8, or is larger than 1 MiB.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, PolicyError> {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(PolicyError::unreadable)?;
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(PolicyError::unreadable)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Fault::new("the policy is larger than 1 MiB", "a file of at most 1 MiB").at(None));
        }
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, PolicyError> {
        // Editors on Windows put a byte order mark before the text.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = core::str::from_utf8(bytes).map_err(|error| {
            let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|&&byte| byte == b'\n').count();
            Fault::new("the policy is not UTF-8", "text in UTF-8").at(Some(line))
        })?;
        if text.trim_start().starts_with('{') { Self::from_json(text) } else { Self::from_toml(text) }
    }

    fn parse(text: &str, format: Format) -> Result<Self, PolicyError> {
        let document = format.parse(text)?;
        Self::from_document(document).map_err(|fault| {
            let line = format.line_of(text, &fault.path);
            fault.at(Some(line))
        })
    }

    fn from_document(document: document::Node) -> Result<Self, Fault> {
        let table = PolicyTable::read(document)?;
        let budget: Vec<_> = table.budget.iter().map(|window| (window.epsilon, window.window.0)).collect();
        let mut purposes = BTreeMap::new();
        for (name, purpose) in &table.purposes {
            let purpose = purpose.purpose().map_err(|fault| fault.under(name.as_str()).under("purposes"))?;
            purposes.insert(name.clone(), purpose);
        }
        let destinations =
            table.destinations.iter().map(|(name, destination)| (name.clone(), destination.destination())).collect();
        Self::checked(table.protection.radius_m, &budget, purposes, destinations)
    }

    /// The one road to a policy: nothing is true of it that is not checked here.
    fn checked(
        radius_m: f64,
        budget: &[(f64, Duration)],
        purposes: BTreeMap<String, Purpose>,
        destinations: BTreeMap<String, Destination>,
    ) -> Result<Self, Fault> {
        if !(radius_m.is_finite() && radius_m > 0.0) {
            let what = format!("`{radius_m}` is not above zero");
            return Err(Fault::new(what, "a distance in metres above zero, such as 200")
                .under("radius_m")
                .under("protection"));
        }
        let budget = check_budget(budget).map_err(|fault| fault.under("budget"))?;
        if purposes.is_empty() {
            return Err(Fault::new("there is no purpose", "at least one table `purposes.NAME`").under("purposes"));
        }
        for (name, purpose) in &purposes {
            check_name(name)
                .and_then(|()| check_purpose(purpose, radius_m, &budget))
                .map_err(|fault| fault.under(name.as_str()).under("purposes"))?;
        }
        if destinations.is_empty() {
            let expected = "at least one table `destinations.NAME`";
            return Err(Fault::new("there is no destination", expected).under("destinations"));
        }
        for (name, destination) in &destinations {
            check_name(name)
                .and_then(|()| destination.check())
                .map_err(|fault| fault.under(name.as_str()).under("destinations"))?;
        }
        let mut grids = BTreeMap::new();
        for (purpose_name, purpose) in &purposes {
            let mut row = BTreeMap::new();
            for (name, destination) in &destinations {
                let grid = coarsened(purpose_name, purpose, destination)
                    .map_err(|fault| fault.under("floor").under(name.as_str()).under("destinations"))?;
                row.insert(name.clone(), grid);
            }
            grids.insert(purpose_name.clone(), row);
        }
        Ok(Self { radius_m, budget, purposes, destinations, grids })
    }

    /// The protected radius in metres: two places nearer than this must look alike, and every ε is the loss at this
    /// distance.
    #[must_use]
    pub fn radius_m(&self) -> f64 {
        self.radius_m
    }

    /// The windows, all of which must hold.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// The purposes by name, in alphabetical order.
    pub fn purposes(&self) -> impl Iterator<Item = (&str, &Purpose)> {
        self.purposes.iter().map(|(name, purpose)| (name.as_str(), purpose))
    }

    /// The destinations by name, in alphabetical order.
    pub fn destinations(&self) -> impl Iterator<Item = (&str, &Destination)> {
        self.destinations.iter().map(|(name, destination)| (name.as_str(), destination))
    }

    /// A purpose by its name.
    #[must_use]
    pub fn purpose(&self, name: &str) -> Option<&Purpose> {
        self.purposes.get(name)
    }

    /// A destination by its name.
    #[must_use]
    pub fn destination(&self, name: &str) -> Option<&Destination> {
        self.destinations.get(name)
    }

    /// The grid that a destination gets for a purpose: the coarser of the purpose's grid and the destination's floor.
    /// `None` if the policy does not name both.
    #[must_use]
    pub fn grid_for(&self, purpose: &str, destination: &str) -> Option<Grid> {
        self.grids.get(purpose)?.get(destination).copied()
    }

    /// The JSON Schema of the policy file, for editors that complete and check it.
    ///
    /// Some rules need more than a schema can say, such as that a purpose can be afforded: those are checked when a
    /// policy is read.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(PolicyTable).to_value()
    }
}

fn unique<'a, T>(named: impl IntoIterator<Item = (&'a str, T)>) -> Result<BTreeMap<String, T>, Fault> {
    let mut map = BTreeMap::new();
    for (name, value) in named {
        if map.insert(name.to_owned(), value).is_some() {
            return Err(Fault::new("the name stands twice", "each name once").under(name));
        }
    }
    Ok(map)
}

/// Names go on the wire, into the ledger and onto command lines.
fn check_name(name: &str) -> Result<(), Fault> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=64).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    let what = format!("\"{}\" cannot be a name", error::quoted(name));
    Err(Fault::new(what, "1 to 64 letters, digits, hyphens or underscores (ASCII)"))
}

fn check_budget(windows: &[(f64, Duration)]) -> Result<Budget, Fault> {
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

fn check_purpose(purpose: &Purpose, radius_m: f64, budget: &Budget) -> Result<(), Fault> {
    let Mechanism::PlanarLaplace { epsilon } = purpose.mechanism();
    PlanarLaplace::new(epsilon, radius_m)
        .map_err(|error| scale_fault(epsilon, radius_m, &error))
        .and_then(|mechanism| check_affordable(epsilon, mechanism.loss(), budget))
        .map_err(|fault| fault.under("epsilon").under("mechanism"))?;
    let interval = purpose.interval();
    if interval.is_zero() || interval.subsec_nanos() != 0 || interval > span::LONGEST {
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
fn coarsened(purpose_name: &str, purpose: &Purpose, destination: &Destination) -> Result<Grid, Fault> {
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

#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod tests;
