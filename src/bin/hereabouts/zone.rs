//! `hereabouts zone`: the places that the user protects.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use hereabouts::{Error, Fix, Protected, SqliteLedger, Timestamp, Zone, Zones};
use serde_json::{Value, json};

use crate::account::Account;
use crate::answer::print;
use crate::failure::Failure;
use crate::input::Declared;

/// The most of a place that is read: two numbers.
const MOST_BYTES: u64 = 1_024;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Protects a place: draws its zone once, for life, and charges the draw. The place itself is not kept
    #[command(after_help = AFTER_HELP)]
    Add {
        #[command(flatten)]
        account: Account,
        /// What to call it
        #[arg(long)]
        name: String,
        /// Where the place is read from: latitude and longitude in degrees, with a blank or a comma between them. Never an
        /// argument, which a shell's history and every process on the machine could see; - is standard input
        #[arg(long, value_name = "FILE", default_value = "-")]
        place: PathBuf,
        /// The datum that the place is in
        #[arg(long, value_enum, default_value = "wgs84")]
        datum: Declared,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Lists the zones, and what their draws have cost for life
    List {
        #[command(flatten)]
        account: Account,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Switches a zone off. Its disc is kept, so that to protect the place again takes no new draw; `erase` forgets it
    Remove {
        #[command(flatten)]
        account: Account,
        /// The zone's name
        #[arg(long)]
        name: String,
    },
    /// Gives a zone another name
    Rename {
        #[command(flatten)]
        account: Account,
        /// The zone's name
        #[arg(long)]
        name: String,
        /// The new name
        #[arg(long, value_name = "NAME")]
        to: String,
    },
}

const AFTER_HELP: &str = "\
The policy needs a table `zones`. A place in the disc of a zone that is there, or that was removed, takes no new draw.

Examples:
  hereabouts zone add --ledger my.ledger --policy weather.toml --name home <home.txt
  hereabouts zone add --ledger my.ledger --policy weather.toml --name home   (then type 52.09 5.12, and end the input)";

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Add { account, name, place, datum, json } => add(account, name, place, *datum, *json),
        Command::List { account, json } => {
            let zones = account.minimizer()?.zones()?;
            if *json { print(&list_json(&zones)) } else { list(&zones) }
        }
        Command::Remove { account, name } => Ok(account.minimizer()?.remove_zone(name)?),
        Command::Rename { account, name, to } => Ok(account.minimizer()?.rename_zone(name, to)?),
    }
}

fn add(account: &Account, name: &str, place: &Path, datum: Declared, as_json: bool) -> Result<(), Failure> {
    let policy = account.policy()?;
    // Nobody is asked for a place that could not be protected, and no ledger is made for what is no place.
    policy.zones().ok_or(Error::NoZones)?;
    let place = read_place(place, datum)?;
    let minimizer = account.on(policy, SqliteLedger::open(&account.ledger)?)?;
    let (zone, is_new) = match minimizer.protect(&place, name)? {
        Protected::Drawn(zone) => (zone, true),
        Protected::Already(zone) => (zone, false),
        Protected::Withheld(reason) => return Err(Failure::ledger(format_args!("nothing was drawn: {reason}"))),
        _ => return Err(Failure::other("the place is not protected")),
    };
    if as_json {
        let mut object = zone_json(&zone);
        object["drawn"] = json!(is_new);
        return print(&object);
    }
    let how = if is_new { "drawn, once and for life" } else { "the place was in its disc already: no new draw" };
    print(&format!("{}; {how}", line(&zone)))
}

/// No message quotes what was read.
fn read_place(path: &Path, datum: Declared) -> Result<Fix, Failure> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        io::stdin().take(MOST_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text))
    };
    read.map_err(|error| Failure::input(format_args!("cannot read the place: {}", error.kind())))?;
    let parts = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty());
    let numbers: Result<Vec<f64>, _> = parts.map(str::parse).collect();
    let Some([latitude_deg, longitude_deg]) = numbers.ok().and_then(|numbers| <[f64; 2]>::try_from(numbers).ok())
    else {
        return Err(Failure::input("this is no place: give latitude and longitude in degrees, such as 52.09 5.12"));
    };
    let (latitude_deg, longitude_deg) = datum.to_wgs84(latitude_deg, longitude_deg).map_err(Failure::input)?;
    Fix::wgs84(latitude_deg, longitude_deg, None, Timestamp::now()).map_err(Failure::input)
}

/// The centre to a hundred metres or so: it is off by more than that.
fn line(zone: &Zone) -> String {
    let centre = zone.centre();
    format!(
        "{}: a disc of {:.0} m around {:.3}, {:.3}, since {}",
        zone.name(),
        zone.radius_m(),
        centre.latitude_deg(),
        centre.longitude_deg(),
        zone.since(),
    )
}

fn list(zones: &Zones) -> Result<(), Failure> {
    zones.iter().try_for_each(|zone| print(&line(zone)))?;
    print(&format!("draws for zones, those of removed ones too: {}, for ε {} in all", zones.draws(), zones.loss()))
}

fn zone_json(zone: &Zone) -> Value {
    let centre = zone.centre();
    json!({
        "name": zone.name(),
        "lat": centre.latitude_deg(),
        "lon": centre.longitude_deg(),
        "radius_m": zone.radius_m(),
        "since": zone.since().to_string(),
    })
}

fn list_json(zones: &Zones) -> Value {
    json!({
        "zones": zones.iter().map(zone_json).collect::<Vec<_>>(),
        "draws": zones.draws(),
        "epsilon": zones.loss().epsilon(),
        "billionths": zones.loss().billionths(),
    })
}
