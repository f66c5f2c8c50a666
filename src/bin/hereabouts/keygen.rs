//! `hereabouts keygen`: makes the keys of a sealed destination.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use hereabouts::seal::SecretKey;

use crate::answer::print;
use crate::failure::Failure;

const AFTER_HELP: &str = "\
The public key is printed: it goes into the policy, as `seal_to` of a destination. The secret key is written to a file that
only its owner may read. Keep it where the sealed messages are to be opened, with a copy in a safe place, and never with the
operator of the destination: without it nothing that was sealed can ever be read.

Example:
  hereabouts keygen --out weather.key";

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The file that the secret key is written to; one that exists is never overwritten
    #[arg(long, value_name = "FILE", default_value = "hereabouts.key")]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let secret = SecretKey::generate().map_err(Failure::other)?;
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&arguments.out).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::usage(format_args!(
            "{} exists: a key is never overwritten; give another name",
            arguments.out.display()
        )),
        _ => Failure::output(&error),
    })?;
    // A key that messages are sealed to must outlive a power cut.
    writeln!(file, "{}", secret.to_text()).and_then(|()| file.sync_all()).map_err(|error| Failure::output(&error))?;
    print(&secret.public_key())
}
