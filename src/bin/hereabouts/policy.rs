//! `hereabouts policy`: checks or explains a policy, or prints its fingerprint or the JSON Schema.

use std::path::{Path, PathBuf};

use hereabouts::Policy;

use crate::answer::print;
use crate::failure::Failure;
use crate::floors;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Checks policies: exit code 0 if each is valid, 2 with the line and what would be right at the first that is not
    #[command(after_help = "Examples:\n  hereabouts policy check weather.toml\n  hereabouts policy check policies/*")]
    Check {
        /// The policies, TOML or JSON
        #[arg(required = true)]
        policies: Vec<PathBuf>,
    },
    /// Says in plain sentences what each destination learns, how well, how often and at what loss
    #[command(after_help = "Example:\n  hereabouts policy explain weather.toml --latitude 52")]
    Explain {
        /// The policy, TOML or JSON
        policy: PathBuf,
        /// The latitude at which cells are measured, in whole or decimal degrees north
        #[arg(long, value_name = "DEGREES", default_value = "0", allow_negative_numbers = true)]
        latitude: f64,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Says what another version of a policy says differently, and whether it tells more
    #[command(
        after_help = "Exit code 0, whether they differ or not.\n\nExample:\n  hereabouts policy diff shipped.toml proposed.toml"
    )]
    Diff {
        /// The first policy, TOML or JSON
        before: PathBuf,
        /// The second policy
        after: PathBuf,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Prints the fingerprint of what a policy says, which sealed messages are bound to
    #[command(after_help = "Example:\n  hereabouts policy fingerprint weather.toml")]
    Fingerprint {
        /// The policy, TOML or JSON
        policy: PathBuf,
    },
    /// Prints every preset of a floor: what it asks for, the finest grids that meet it, and the law or rule it is from
    #[command(
        after_help = "Figures of laws and stores, not legal advice: docs/floors.md.\n\nExamples:\n  hereabouts policy floors\n  hereabouts policy floors --grids"
    )]
    Floors {
        /// Of every grid the figures that a floor tests, each at its least anywhere on Earth
        #[arg(long)]
        grids: bool,
    },
    /// Prints the JSON Schema of the policy file, for editors
    #[command(after_help = "Example:\n  hereabouts policy schema >policy.schema.json")]
    Schema,
}

pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Check { policies } => policies.iter().try_for_each(|path| {
            let policy = read(path)?;
            let (purposes, destinations) = (policy.purposes().count(), policy.destinations().count());
            let accounting = policy.budget().accounting();
            print(&format!(
                "{}: valid, purposes: {purposes}, destinations: {destinations}, accounting: {accounting}",
                path.display()
            ))?;
            policy.notes().iter().try_for_each(|note| print(&format!("  note: {note}")))
        }),
        Command::Explain { policy, latitude, json } => {
            let explanation = read(policy)?.explain(*latitude);
            if *json {
                print(&serde_json::to_string(&explanation).map_err(Failure::other)?)
            } else {
                print(explanation.to_string().trim_end())
            }
        }
        Command::Diff { before, after, json } => {
            let changes = read(before)?.diff(&read(after)?);
            let lines: Vec<String> = changes
                .iter()
                .map(|change| if *json { serde_json::to_string(change) } else { Ok(change.to_string()) })
                .collect::<Result<_, _>>()
                .map_err(Failure::other)?;
            if lines.is_empty() { Ok(()) } else { print(&lines.join("\n")) }
        }
        Command::Fingerprint { policy } => print(&read(policy)?.fingerprint().to_string()),
        Command::Floors { grids } => {
            let table = if *grids { floors::grids() } else { floors::presets() };
            print(&table.map_err(Failure::other)?)
        }
        Command::Schema => print(&serde_json::to_string_pretty(&Policy::schema()).map_err(Failure::other)?),
    }
}

/// Reads the policy of a file; what is wrong with it is said with the file's name.
pub(crate) fn read(path: &Path) -> Result<Policy, Failure> {
    Policy::read(path).map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))
}
