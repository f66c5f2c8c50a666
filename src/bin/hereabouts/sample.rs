//! `hereabouts sample`: draws of a bare mechanism, for auditors.

use std::io::{self, BufWriter, Write};

use hereabouts::{Fix, PlanarLaplace};
use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::{ChaCha20Rng, SysRng};

use crate::failure::Failure;

const AFTER_HELP: &str = "\
Every draw is a point of the fixed lattice, written with enough digits to name it. Nothing is charged and nothing is
coarsened: this is for measuring the noise, and not for sending.

Example:
  hereabouts sample --lat 52 --lon 5 --epsilon 1 --radius 200 -n 100000";

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The true latitude in degrees north
    #[arg(long, value_name = "DEGREES", allow_hyphen_values = true)]
    lat: String,
    /// The true longitude in degrees east
    #[arg(long, value_name = "DEGREES", allow_hyphen_values = true)]
    lon: String,
    /// The privacy loss ε at the protected radius
    #[arg(long)]
    epsilon: f64,
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
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    // Parsed here, and not by clap, whose messages would quote the place.
    let degrees = |text: &str, flag: &str| {
        text.trim().parse::<f64>().map_err(|_| Failure::usage(format_args!("{flag} is not a number of degrees")))
    };
    let (latitude_deg, longitude_deg) = (degrees(&arguments.lat, "--lat")?, degrees(&arguments.lon, "--lon")?);
    let fix = Fix::wgs84(latitude_deg, longitude_deg, None, Timestamp::now()).map_err(Failure::usage)?;
    let Mechanism::PlanarLaplace = arguments.mechanism;
    let mechanism = PlanarLaplace::new(arguments.epsilon, arguments.radius).map_err(Failure::usage)?;
    let mut randomness = ChaCha20Rng::try_from_rng(&mut SysRng)
        .map_err(|_| Failure::other("the operating system gave no random numbers"))?;
    let mut output = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let mut draws = (0..arguments.count).map(|_| mechanism.perturb(&fix, &mut randomness).centre());
    draws
        .try_for_each(|place| {
            let (latitude_deg, longitude_deg) = (place.latitude_deg(), place.longitude_deg());
            if arguments.json {
                writeln!(output, "{{\"lat\":{latitude_deg},\"lon\":{longitude_deg}}}")
            } else {
                writeln!(output, "{latitude_deg} {longitude_deg}")
            }
        })
        .and_then(|()| output.flush())
        .map_err(|error| Failure::output(&error))
}
