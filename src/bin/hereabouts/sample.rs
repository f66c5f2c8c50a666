//! `hereabouts sample`: draws of a bare mechanism, for auditors.

use std::io::{self, BufWriter, Write};

use hereabouts::{Fix, Gaussian, LatticePoint, PlanarLaplace, RandomnessError};
use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::{ChaCha20Rng, SysRng};

use crate::failure::Failure;
use crate::input::Declared;

const AFTER_HELP: &str = "\
Every draw is a point of the fixed lattice, written with enough digits to name it. Nothing is charged and nothing is
coarsened: this is for measuring the noise, and not for sending.

Examples:
  hereabouts sample --lat 52 --lon 5 --epsilon 1 --radius 200 -n 100000
  hereabouts sample --lat 52 --lon 5 --mechanism gaussian --rho 0.1 --radius 200";

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The true latitude in degrees north
    #[arg(long, value_name = "DEGREES", allow_hyphen_values = true)]
    lat: String,
    /// The true longitude in degrees east
    #[arg(long, value_name = "DEGREES", allow_hyphen_values = true)]
    lon: String,
    /// The datum that the true position is in
    #[arg(long, value_enum, default_value = "wgs84")]
    datum: Declared,
    /// The privacy loss ε at the protected radius, for planar Laplace noise
    #[arg(long, required_if_eq("mechanism", "planar-laplace"))]
    epsilon: Option<f64>,
    /// The privacy loss ρ at the protected radius, for Gaussian noise
    #[arg(long, required_if_eq("mechanism", "gaussian"))]
    rho: Option<f64>,
    /// The protected radius in metres
    #[arg(long, value_name = "METRES")]
    radius: f64,
    /// How many draws
    #[arg(short = 'n', value_name = "COUNT", default_value_t = 1)]
    count: u64,
    /// The mechanism
    #[arg(long, value_enum, default_value = "planar-laplace")]
    mechanism: Mechanism,
    /// One JSON object a line, in place of "latitude longitude"
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Mechanism {
    /// Planar Laplace noise of scale 1.005615·radius/ε metres
    PlanarLaplace,
    /// Discrete Gaussian noise on Earth-centred coordinates, of standard deviation radius/√(2ρ) metres
    Gaussian,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    // Parsed here, and not by clap, whose messages would quote the place.
    let degrees = |text: &str, flag: &str| {
        text.trim().parse::<f64>().map_err(|_| Failure::usage(format_args!("{flag} is not a number of degrees")))
    };
    let (latitude_deg, longitude_deg) = (degrees(&arguments.lat, "--lat")?, degrees(&arguments.lon, "--lon")?);
    let (latitude_deg, longitude_deg) =
        arguments.datum.to_wgs84(latitude_deg, longitude_deg).map_err(Failure::usage)?;
    let fix = Fix::wgs84(latitude_deg, longitude_deg, None, Timestamp::now()).map_err(Failure::usage)?;
    let mut draw = draws(arguments, fix)?;
    let mut output = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    for _ in 0..arguments.count {
        let place = draw().map_err(Failure::other)?.centre();
        let (latitude_deg, longitude_deg) = (place.latitude_deg(), place.longitude_deg());
        let written = if arguments.json {
            writeln!(output, "{{\"lat\":{latitude_deg},\"lon\":{longitude_deg}}}")
        } else {
            writeln!(output, "{latitude_deg} {longitude_deg}")
        };
        written.map_err(|error| Failure::output(&error))?;
    }
    output.flush().map_err(|error| Failure::output(&error))
}

/// What draws from the mechanism that the arguments name.
fn draws(
    arguments: &Arguments,
    fix: Fix,
) -> Result<Box<dyn FnMut() -> Result<LatticePoint, RandomnessError>>, Failure> {
    match (arguments.mechanism, arguments.epsilon, arguments.rho) {
        (Mechanism::PlanarLaplace, Some(epsilon), None) => {
            let mechanism = PlanarLaplace::new(epsilon, arguments.radius).map_err(Failure::usage)?;
            let mut randomness = ChaCha20Rng::try_from_rng(&mut SysRng)
                .map_err(|_| Failure::other("the operating system gave no random numbers"))?;
            Ok(Box::new(move || Ok(mechanism.perturb(&fix, &mut randomness))))
        }
        (Mechanism::Gaussian, None, Some(rho)) => {
            let mechanism = Gaussian::new(rho, arguments.radius).map_err(Failure::usage)?;
            Ok(Box::new(move || mechanism.perturb(&fix)))
        }
        (Mechanism::PlanarLaplace, ..) => Err(Failure::usage("planar-laplace takes --epsilon alone")),
        (Mechanism::Gaussian, ..) => Err(Failure::usage("gaussian takes --rho alone")),
    }
}
