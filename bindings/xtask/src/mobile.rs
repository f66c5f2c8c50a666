//! What a phone gets of the library: one profile and one list of features, for Android and for Apple's platforms.

use std::path::PathBuf;
use std::process::Command;

/// The profile in the root `Cargo.toml`.
pub(crate) const PROFILE: &str = "mobile";

/// The features of `hereabouts-ffi`: none, so no test kit and no repeatable noise. Sealing and the durable ledger are in it
/// whatever is asked for.
pub(crate) const FEATURES: &str = "";

/// Where rustup keeps the tools of its component `llvm-tools`.
pub(crate) fn rust_tools() -> std::result::Result<PathBuf, String> {
    let ask = |arguments: &[&str]| {
        let output = Command::new("rustc").args(arguments).output().map_err(|error| format!("rustc: {error}"))?;
        Ok::<_, String>(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let version = ask(&["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    Ok(PathBuf::from(ask(&["--print", "sysroot"])?.trim()).join("lib/rustlib").join(host).join("bin"))
}
