//! [`Explanation`]: in plain sentences, what each destination learns by a policy.

use core::fmt;
use std::time::Duration;

use geo::BoundingRect;
use serde::Serialize;

use super::explain_hold::{ExplainedHold, most_draws};
use super::purpose::{Mechanism, Repeat};
use super::span::written;
use super::words::{about, area, length, percent, rounded_up, thousands};
use super::{DAY, Destination, Policy, Purpose};
use crate::mechanism::Stays;
use crate::{Accounting, Cell, EARTH_RADIUS_M, Grid, LatticePoint, Noise, PlanarLaplace, Position, PrivacyLoss};

/// The radius of a circle of 1 km², in metres: "near" where a floor says nothing else.
const NEAR_M: f64 = 564.0;

/// How many places of a parallel are looked at: cells of some grids differ along it.
const PLACES: u32 = 360;

/// What a policy lets each destination learn: in plain sentences by `Display`, for machines by `Serialize`.
///
/// # Example
///
/// ```no_run
/// # fn main() -> Result<(), hereabouts::PolicyError> {
/// let policy = hereabouts::Policy::read("weather.toml")?;
/// println!("{}", policy.explain(52.0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The latitude at which cells are measured, in degrees.
    pub latitude_deg: f64,
    /// The protected radius in metres.
    pub radius_m: f64,
    /// What losses are counted in.
    pub accounting: Accounting,
    /// The δ for which sums of ρ are translated; `None` in pure accounting.
    pub delta: Option<f64>,
    /// Each purpose, in alphabetical order.
    pub purposes: Vec<ExplainedPurpose>,
}

/// What one purpose costs and how well it tells.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedPurpose {
    /// The purpose's name.
    pub purpose: String,
    /// The noise, and the privacy loss that the policy gives to one draw.
    #[serde(flatten)]
    pub mechanism: Mechanism,
    /// The loss of one draw as it is charged, as an exact decimal.
    pub loss: String,
    /// The scale of the noise in metres: b of planar Laplace, σ of Gaussian noise.
    pub scale_m: f64,
    /// The mean distance from the truth to the drawn point, in metres.
    pub mean_error_m: f64,
    /// The distance that 95 % of draws stay within, in metres.
    pub error_95_m: f64,
    /// The time between ticks, in seconds.
    pub interval_s: u64,
    /// The span that times are told to, in seconds.
    pub time_bucket_s: u64,
    /// How long a draw stands; `None` if each tick has its own.
    pub hold: Option<ExplainedHold>,
    /// What is kept beside place and time.
    pub keep: Vec<&'static str>,
    /// What each window of the budget affords.
    pub windows: Vec<ExplainedWindow>,
    /// What each destination gets.
    pub destinations: Vec<ExplainedDestination>,
}

/// How many draws of a purpose one window of the budget affords, if no other purpose draws.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedWindow {
    /// The window's length in seconds.
    pub window_s: f64,
    /// The most loss in it, as an exact decimal.
    pub loss: String,
    /// In zcdp accounting, the ε that this loss is for the policy's δ.
    pub epsilon_at_delta: Option<f64>,
    /// The draws that the budget affords.
    pub draws: u64,
    /// The same for each day of the window.
    pub draws_a_day: f64,
    /// What dividing the budget by the mechanism's own loss would promise.
    pub naive_draws: u64,
    /// The ticks that one window can hold.
    pub ticks: u64,
}

impl ExplainedWindow {
    /// The draws that really happen in one window: what is both asked for and afforded.
    #[must_use]
    pub fn drawn(&self) -> u64 {
        self.draws.min(self.ticks)
    }

    /// What a sum of ρ is as an ε.
    fn translated(&self) -> String {
        self.epsilon_at_delta.map_or_else(String::new, |epsilon| format!(" (epsilon {})", rounded_up(epsilon)))
    }

    fn length(&self) -> String {
        written(Duration::from_secs_f64(self.window_s))
    }
}

/// What one destination learns for one purpose.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedDestination {
    /// The destination's name.
    pub destination: String,
    /// The country, ISO 3166-1.
    pub jurisdiction: String,
    /// Who runs it.
    pub operator: String,
    /// Who can open what is stored there.
    pub key_holder: String,
    /// How long the operator says that it keeps what it gets, in seconds.
    pub retention_s: Option<u64>,
    /// The floor in words.
    pub floor: Option<String>,
    /// The grid whose cells it gets.
    pub grid: String,
    /// The grid of the purpose, where the floor demands a coarser one.
    pub coarsened_from: Option<String>,
    /// The whole width of the smallest cell at the latitude, west to east, in metres.
    pub cell_width_m: f64,
    /// The whole height of that cell, south to north, in metres.
    pub cell_height_m: f64,
    /// The area of that cell in square metres.
    pub cell_area_m2: f64,
    /// The distance that counts as near, in metres: the radius of the floor's area, or that of 1 km².
    pub near_m: f64,
    /// The probability that the truth lies near a drawn point, by one release and a flat prior.
    pub near_by_one: f64,
    /// About the probability that the truth of someone who stays lies near what all draws of one window tell together,
    /// for each window of the budget.
    pub near_by_window: Vec<f64>,
}

impl Policy {
    /// What each destination learns, with cells measured at a latitude in degrees. Latitudes beyond a pole are read as
    /// the pole, NaN as the equator.
    ///
    /// # Citation
    ///
    /// With noise of scale b, a flat prior and one draw, the truth lies within f of the drawn point with probability
    /// 1 − (1 + f/b)·e^(−f/b), the distribution of the planar Laplace radius (Andrés et al., CCS 2013, § 3.2). The mean
    /// of n draws is nearly normal with variance 3b²/n in each direction; the best estimate, the geometric median, has
    /// 2b²/n, so that it lies within f with a probability of about 1 − e^(−n·f²/4b²). With Gaussian noise both are
    /// 1 − e^(−n·f²/2σ²).
    #[must_use]
    pub fn explain(&self, latitude_deg: f64) -> Explanation {
        let latitude_deg = if latitude_deg.is_nan() { 0.0 } else { latitude_deg.clamp(-90.0, 90.0) };
        let purposes = self.purposes().filter_map(|(name, purpose)| self.explain_purpose(name, purpose, latitude_deg));
        Explanation {
            latitude_deg,
            radius_m: self.radius_m(),
            accounting: self.budget().accounting(),
            delta: self.delta(),
            purposes: purposes.collect(),
        }
    }

    fn explain_purpose(&self, name: &str, purpose: &Purpose, latitude_deg: f64) -> Option<ExplainedPurpose> {
        let accounting = self.budget().accounting();
        // A policy that exists has been checked: its noise is there, and its loss can be counted.
        let noise = purpose.mechanism().noise(self.radius_m()).ok()?;
        let draw = noise.loss_in(accounting)?;
        let mechanism = purpose.mechanism();
        let stays = match purpose.repeat() {
            Repeat::Fresh => None,
            Repeat::Hold { within_m, epsilon, recall } => {
                Some(Stays::new(within_m, epsilon, recall, self.radius_m(), accounting).ok()?)
            }
        };
        let each = self.budget().windows().iter();
        let windows: Vec<_> = each
            .map(|window| {
                let divided = |loss: PrivacyLoss| window.loss().billionths() / loss.billionths().max(1);
                let draws = match &stays {
                    None => divided(draw),
                    Some(stays) => most_draws(stays, draw, window.loss()),
                };
                let naive_draws = match (mechanism, accounting, &stays) {
                    (Mechanism::PlanarLaplace { epsilon }, Accounting::Pure, None) => {
                        PrivacyLoss::from_epsilon(epsilon).map_or(draws, divided)
                    }
                    _ => draws,
                };
                ExplainedWindow {
                    window_s: window.length().as_secs_f64(),
                    loss: window.loss().to_string(),
                    epsilon_at_delta: self.delta().and_then(|delta| accounting.epsilon_at(window.loss(), delta)),
                    draws,
                    draws_a_day: draws as f64 * DAY.as_secs_f64() / window.length().as_secs_f64(),
                    naive_draws,
                    ticks: (window.length().as_secs_f64() / purpose.interval().as_secs_f64()).ceil() as u64,
                }
            })
            .collect();
        let destinations = self.destinations().filter_map(|(destination_name, destination)| {
            let grid = self.grid_for(name, destination_name)?;
            Some(explain_destination(destination_name, destination, purpose, grid, &noise, &windows, latitude_deg))
        });
        Some(ExplainedPurpose {
            purpose: name.to_owned(),
            mechanism,
            loss: draw.to_string(),
            scale_m: noise.scale_m(),
            mean_error_m: noise.mean_error_m(),
            error_95_m: noise.error_quantile_m(0.95),
            interval_s: purpose.interval().as_secs(),
            time_bucket_s: purpose.time_bucket().as_secs(),
            hold: stays.as_ref().map(|stays| ExplainedHold::new(stays, draw, &noise)),
            keep: purpose.keep().names(),
            destinations: destinations.collect(),
            windows,
        })
    }
}

fn explain_destination(
    name: &str,
    destination: &Destination,
    purpose: &Purpose,
    grid: Grid,
    noise: &Noise,
    windows: &[ExplainedWindow],
    latitude_deg: f64,
) -> ExplainedDestination {
    let cell = smallest_cell(grid, latitude_deg);
    let (cell_width_m, cell_height_m) = extent_m(&cell, latitude_deg);
    let floor_m2 = destination.floor().map_or(0.0, |floor| floor.least_area_m2());
    let near_m = if floor_m2 > 0.0 { (floor_m2 / core::f64::consts::PI).sqrt() } else { NEAR_M };
    let ratio = near_m / noise.spread_m();
    ExplainedDestination {
        destination: name.to_owned(),
        jurisdiction: destination.jurisdiction().to_owned(),
        operator: destination.operator().to_owned(),
        key_holder: destination.key_holder().to_owned(),
        retention_s: destination.retention().map(|retention| retention.as_secs()),
        floor: destination.floor().map(ToString::to_string),
        grid: grid.to_string(),
        coarsened_from: (grid != purpose.grid()).then(|| purpose.grid().to_string()),
        cell_width_m,
        cell_height_m,
        cell_area_m2: cell.area_m2(),
        near_m,
        near_by_one: noise.probability_within_m(near_m),
        near_by_window: windows
            .iter()
            .map(|window| 1.0 - (-(window.drawn() as f64) * ratio * ratio / 2.0).exp())
            .collect(),
    }
}

/// The smallest cell that lies on the parallel, of those at every degree of longitude.
fn smallest_cell(grid: Grid, latitude_deg: f64) -> Cell {
    let cell_at = |longitude_deg| grid.cell(LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg)));
    (1..PLACES)
        .map(|place| cell_at(f64::from(place) * 360.0 / f64::from(PLACES) - 180.0))
        .fold(cell_at(-180.0), |smallest, cell| if cell.area_m2() < smallest.area_m2() { cell } else { smallest })
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let radius = length(self.radius_m);
        let losses = match self.delta {
            None => "every epsilon is",
            Some(_) => "every epsilon and rho is",
        };
        writeln!(f, "Two places within {radius} of each other must look alike: {losses} the loss at {radius}.")?;
        if let Some(delta) = self.delta {
            writeln!(
                f,
                "Losses are counted in rho (zCDP); a pure epsilon counts half its square. Sums are translated for delta {delta:e}."
            )?;
        }
        writeln!(
            f,
            "Cells are measured at latitude {}°. Probabilities are for one who sees the drawn points; cells tell no more.",
            self.latitude_deg,
        )?;
        if self.purposes.len() > 1 {
            writeln!(f, "All purposes share each budget: what is said of one holds as long as no other draws.")?;
        }
        self.purposes.iter().try_for_each(|purpose| write!(f, "\n{purpose}"))
    }
}

impl fmt::Display for ExplainedPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Purpose \"{}\"", self.purpose)?;
        writeln!(
            f,
            "  Noise: {} of {}. A drawn point lies {} from the truth on average, and within {} in 95 % of draws; the cell comes \
             on top.{}",
            match self.mechanism {
                Mechanism::PlanarLaplace { epsilon } => format!("planar Laplace with epsilon {epsilon}, a scale"),
                Mechanism::Gaussian { rho } => format!("discrete Gaussian with rho {rho}, a standard deviation"),
            },
            length(self.scale_m),
            length(self.mean_error_m),
            length(self.error_95_m),
            match self.mechanism {
                Mechanism::PlanarLaplace { .. } => "",
                Mechanism::Gaussian { .. } => {
                    " Its loss grows with the square of the distance: at ten times the radius it is a hundred times as great."
                }
            },
        )?;
        writeln!(
            f,
            "  When: at most one {} every {}; its time is told to within {}.",
            if self.hold.is_some() { "decision" } else { "new draw" },
            span(self.interval_s),
            span(self.time_bucket_s),
        )?;
        if let Some(hold) = &self.hold {
            write!(f, "{hold}")?;
        }
        let kept = if self.keep.is_empty() {
            "nothing".to_owned()
        } else {
            format!("{}, without noise", self.keep.join(", "))
        };
        writeln!(f, "  Kept beside place and time: {kept}.")?;
        match &self.hold {
            None => writeln!(f, "  Cost: {} for each draw, however many destinations get it.", self.loss)?,
            Some(ExplainedHold { stay, move_on, .. }) => writeln!(
                f,
                "  Cost: {} for each draw, however many destinations get it, and {stay} for each stay, however long; a move to a \
                 new place comes to {move_on}.",
                self.loss,
            )?,
        }
        self.windows.iter().try_for_each(|window| {
            match &self.hold {
                None => writeln!(f, "  Budget: {window}")?,
                Some(_) => writeln!(
                    f,
                    "  Budget: {}{} in {} affords {}; when it is spent, the last one stands unasked, wherever one is.",
                    window.loss,
                    window.translated(),
                    window.length(),
                    count(window.draws, "new draw"),
                )?,
            }
            if let Mechanism::PlanarLaplace { epsilon } = self.mechanism
                && window.draws < window.naive_draws
            {
                writeln!(
                    f,
                    "  Note: {} / {} is {}, but a draw costs {} more than its epsilon, and {} are afforded.",
                    window.loss,
                    epsilon,
                    thousands(window.naive_draws as f64),
                    PlanarLaplace::SLACK,
                    thousands(window.draws as f64),
                )?;
            }
            Ok(())
        })?;
        self.destinations.iter().try_for_each(|destination| {
            writeln!(f, "  Destination \"{}\"", destination.destination)?;
            destination.who(f)?;
            destination.what(f)?;
            destination.how_near(f, &self.windows, self.hold.is_some())
        })
    }
}

impl fmt::Display for ExplainedWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (loss, translated, length) = (&self.loss, self.translated(), self.length());
        write!(f, "{loss}{translated} in {length} affords {}", count(self.draws, "draw"))?;
        if self.window_s != DAY.as_secs_f64() {
            write!(f, ", {} a day", (self.draws_a_day * 10.0).round() / 10.0)?;
        }
        if self.draws < self.ticks {
            write!(f, "; its {} ask for more, and the rest are withheld.", count(self.ticks, "tick"))
        } else {
            write!(f, "; its {} need no more.", count(self.ticks, "tick"))
        }
    }
}

impl ExplainedDestination {
    fn who(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { jurisdiction, operator, key_holder, .. } = self;
        write!(f, "    Who: {operator}, under the law of {jurisdiction}")?;
        if key_holder == operator {
            writeln!(f, ", who can open what is stored.")?;
        } else {
            writeln!(f, "; {key_holder} can open what is stored.")?;
        }
        match self.retention_s {
            Some(retention_s) => {
                writeln!(f, "    How long: {operator} says that it keeps this for {}.", span(retention_s))
            }
            None => writeln!(f, "    How long: the policy does not say; reckon with for ever."),
        }
    }

    fn what(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "    What: a cell of {}; the smallest at this latitude is {} wide and {} high, {}.",
            self.grid,
            length(self.cell_width_m),
            length(self.cell_height_m),
            area(self.cell_area_m2),
        )?;
        match (&self.coarsened_from, &self.floor) {
            (Some(finer), Some(floor)) => writeln!(f, " The purpose asks for {finer}; the floor wants {floor}."),
            (None, Some(floor)) => writeln!(f, " The floor wants {floor}."),
            _ => writeln!(f, " There is no floor."),
        }
    }

    fn how_near(&self, f: &mut fmt::Formatter<'_>, windows: &[ExplainedWindow], holds: bool) -> fmt::Result {
        let near = length(self.near_m);
        write!(
            f,
            "    How near: it names an area of at least {}; by one release and a flat prior, the truth lies within {near} of \
             the drawn point with probability {}.",
            area(self.cell_area_m2),
            percent(self.near_by_one),
        )?;
        for (window, probability) in windows.iter().zip(&self.near_by_window) {
            let (drawn, length, probability) = (count(window.drawn(), "draw"), window.length(), about(*probability));
            let place = if window.drawn() == 1 { "places" } else { "together place" };
            if holds {
                write!(
                    f,
                    " Were the {drawn} of {length} all made at one place, {near} would hold it with probability {probability}."
                )?;
            } else {
                write!(
                    f,
                    " The {drawn} in {length} {place} someone who stays to within {near} with probability {probability}.",
                )?;
            }
        }
        writeln!(f)
    }
}

fn span(seconds: u64) -> String {
    written(Duration::from_secs(seconds))
}

fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{} {what}s", thousands(number as f64)) }
}

/// The whole width and height of a cell in metres: along the parallel of its middle, and along the meridian. A hexagon
/// or an S2 cell is measured corner to corner; one with a pole in it is as wide as it is high.
fn extent_m(cell: &Cell, latitude_deg: f64) -> (f64, f64) {
    if !matches!(cell.grid(), Grid::H3(_) | Grid::S2(_)) {
        let (height_m, width_m) = cell.grid().cell_extent_m(latitude_deg);
        return (width_m, height_m);
    }
    let Some(outline) = cell.boundary().bounding_rect() else { return (0.0, 0.0) };
    if outline.width() >= 180.0 {
        return (2.0 * cell.circumradius_m(), 2.0 * cell.circumradius_m());
    }
    let metres = |degrees: f64| degrees.to_radians() * EARTH_RADIUS_M;
    (metres(outline.width()) * cell.centre().latitude_deg().to_radians().cos(), metres(outline.height()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mechanism, Repeat};

    const WEATHER: &str = include_str!("../../examples/policies/weather.toml");

    #[test]
    fn the_explanation_of_the_weather_policy_reads_so() {
        let explanation = Policy::from_toml(WEATHER).unwrap().explain(52.0);
        assert_eq!(explanation.to_string(), include_str!("explain_weather.txt"));
    }

    /// Noise of scale b, by a policy with the grid `decimal:2`.
    fn policy(scale_m: f64, window: f64) -> Policy {
        let hour = Duration::from_secs(3_600);
        let mechanism = Mechanism::PlanarLaplace { epsilon: crate::SPHERE_PER_GEODESIC };
        let purpose = Purpose::new(mechanism, Repeat::Fresh, Grid::decimal(2).unwrap(), hour, hour);
        let eu = Destination::new("DE", "Example Weather GmbH");
        Policy::new(scale_m, [(window, 24 * hour)], [("weather", purpose)], [("eu", eu)]).unwrap()
    }

    #[test]
    fn the_probability_is_that_of_the_planar_laplace_radius() {
        for (scale_m, probability) in [(200.0, 0.77231), (500.0, 0.31120), (1_000.0, 0.11020), (2_000.0, 0.03302)] {
            let explanation = policy(scale_m, 2.0).explain(0.0);
            let destination = &explanation.purposes[0].destinations[0];
            assert!((destination.near_by_one - probability).abs() < 1e-5, "{destination:?}");
            // One draw is afforded: 1 − e^(−f²/4b²).
            let stay = 1.0 - (-(564.0 / scale_m).powi(2) / 4.0).exp();
            assert!((destination.near_by_window[0] - stay).abs() < 1e-12, "{destination:?}");
        }
    }

    #[test]
    fn a_cell_is_told_whole_and_not_by_half() {
        // 0.01° of the meridian and of the parallel on WGS 84: 1,105.7 m by 1,113.2 m on the equator.
        for (latitude_deg, width_m, height_m) in
            [(0.0, 1_113.2, 1_105.7), (60.0, 558.0, 1_114.1), (-60.0, 558.0, 1_114.1)]
        {
            let cell = policy(200.0, 8.0).explain(latitude_deg).purposes[0].destinations[0].clone();
            assert!((cell.cell_width_m - width_m).abs() < 0.1, "{cell:?}");
            assert!((cell.cell_height_m - height_m).abs() < 0.1, "{cell:?}");
            assert!((cell.cell_area_m2 / (cell.cell_width_m * cell.cell_height_m) - 1.0).abs() < 1e-3, "{cell:?}");
        }
    }

    #[test]
    fn the_size_of_a_hexagon_holds_its_area_everywhere() {
        let weather = Policy::from_toml(WEATHER).unwrap();
        for latitude_deg in [-90.0, -89.99, -60.0, -23.0, 0.0, 37.5, 52.0, 78.0, 90.0, 100.0, f64::NAN] {
            let explanation = weather.explain(latitude_deg);
            for destination in &explanation.purposes[0].destinations {
                let filled = destination.cell_area_m2 / (destination.cell_width_m * destination.cell_height_m);
                // A regular hexagon fills 0.65 to 0.87 of its box, by how it lies, a pentagon 0.69; of the square on
                // twice the circumradius a hexagon fills 0.65.
                assert!((0.55..0.9).contains(&filled), "{latitude_deg}: {filled}");
            }
        }
    }

    #[test]
    fn draws_are_counted_with_what_rounding_costs() {
        let explained = |window: f64| {
            let hour = Duration::from_secs(3_600);
            let mechanism = Mechanism::PlanarLaplace { epsilon: 0.5 };
            let purpose = Purpose::new(mechanism, Repeat::Fresh, Grid::decimal(2).unwrap(), hour / 2, hour);
            let eu = Destination::new("DE", "Example Weather GmbH");
            Policy::new(200.0, [(window, 24 * hour)], [("weather", purpose)], [("eu", eu)]).unwrap().explain(0.0)
        };
        let window = |window: f64| explained(window).purposes[0].windows[0].clone();
        assert_eq!((window(8.0).draws, window(8.0).naive_draws), (15, 16));
        assert_eq!((window(8.0000192).draws, window(8.0000192).naive_draws), (16, 16));
        assert_eq!((window(20.0).drawn(), window(20.0).draws, window(20.0).ticks), (39, 39, 48));
        assert_eq!((window(30.0).drawn(), window(30.0).draws, window(30.0).ticks), (48, 59, 48));
        assert!(explained(8.0).to_string().contains("Note"));
        assert!(!explained(8.0000192).to_string().contains("Note"));
    }

    #[test]
    fn with_hold_a_draw_after_the_first_takes_the_end_of_a_stay() {
        let weather = |from: &str, to: &str| Policy::from_toml(&WEATHER.replace(from, to)).unwrap().explain(52.0);
        let window = |from, to| weather(from, to).purposes[0].windows[0].clone();
        // 1.2000012 for the first, 0.5 + 0.166666667 + 1.2000012 for each other: four cost 6.800004801.
        assert_eq!(window("", "").draws, 4);
        assert_eq!(window("epsilon = 8\n", "epsilon = 6.8000048\n").draws, 3, "6.800004801 is needed");
        assert_eq!(window("epsilon = 8\n", "epsilon = 6.8000049\n").draws, 4);
        // Without recall its vain test costs nothing, and every return is a draw.
        let without = weather(", recall = 16", "");
        assert_eq!(without.purposes[0].windows[0].draws, 4, "five would cost 8.000006");
        assert!(without.to_string().contains("Recall: none. Every return to a place is a new draw"), "{without}");
        let hold = without.purposes[0].hold.clone().unwrap();
        assert_eq!((hold.recall, hold.move_on.as_str()), (0, "1.7000012"));
        // 30 draws at b = 167.6 m: 67.1 m at 200 m by 100,000 trials, and the formula is good to 4 %.
        assert!((hold.error_after_30_draws_m / (67.1 * 167.6 / 200.0) - 1.0).abs() < 0.04, "{hold:?}");
    }
}
