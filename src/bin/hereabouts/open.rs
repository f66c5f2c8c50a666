//! `hereabouts open`: opens sealed messages, for whoever holds the secret key.

use std::path::{Path, PathBuf};

use hereabouts::seal::{Binding, Message, OpenError, SecretKey};

use crate::failure::Failure;
use crate::lines::each_line;
use crate::policy;

const AFTER_HELP: &str = "\
A message opens only for the purpose, the destination and the policy that it was sealed for. Apps of several versions follow
several policies: give them all. Without --purpose every purpose is tried; each release names its own.

A line that does not open is left out, with its reason on standard error, and the exit code is 3. Anyone who knows the public
key can seal a message: that one opens does not say who sent it.

Examples:
  hereabouts open stored.jsonl --key weather.key --policy weather.toml --destination cn
  hereabouts open --key weather.key --policy new.toml --policy old.toml --purpose weather --destination cn <stored.jsonl";

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The sealed messages, one JSON object a line; - is standard input
    #[arg(default_value = "-")]
    input: PathBuf,
    /// The secret key's file, as `hereabouts keygen` wrote it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The policies that the messages were sealed under
    #[arg(long = "policy", value_name = "FILE", required = true)]
    policies: Vec<PathBuf>,
    /// What the location was wanted for [default: every purpose of the policies]
    #[arg(long, value_name = "NAME")]
    purpose: Option<String>,
    /// Where the messages were sent
    #[arg(long, value_name = "NAME")]
    destination: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let key = read_key(&arguments.key)?;
    let bindings = bindings(arguments, &key)?;
    each_line(&arguments.input, |line| {
        let message: Message = line.parse()?;
        // What no binding opens was refused by each for the same reason.
        let mut opened = Err(OpenError::Refused);
        for binding in &bindings {
            opened = key.open(&message, binding);
            if opened != Err(OpenError::Refused) {
                break;
            }
        }
        opened
    })
}

/// No message quotes what the file holds.
fn read_key(path: &Path) -> Result<SecretKey, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format_args!("cannot read {}: {}", path.display(), error.kind())))?;
    text.trim().parse().map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))
}

fn bindings(arguments: &Arguments, key: &SecretKey) -> Result<Vec<Binding>, Failure> {
    let mut bindings = Vec::new();
    let public_key = key.public_key();
    for path in &arguments.policies {
        let policy = policy::read(path)?;
        let destination = policy.destination(&arguments.destination);
        if destination.and_then(|destination| destination.seal_to()) != Some(&public_key) {
            return Err(Failure::usage(format_args!(
                "{}: no destination \"{}\" is sealed to this key, {public_key}: give the policy that the apps followed",
                path.display(),
                arguments.destination,
            )));
        }
        let asked = |name: &str| arguments.purpose.as_deref().is_none_or(|purpose| purpose == name);
        let purposes = policy.purposes().filter(|(name, _)| asked(name));
        let fingerprint = policy.fingerprint();
        bindings.extend(purposes.map(|(name, _)| Binding::new(name, &arguments.destination, &fingerprint)));
    }
    if bindings.is_empty() {
        return Err(Failure::usage("no policy names this purpose"));
    }
    Ok(bindings)
}
