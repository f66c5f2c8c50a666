//! `cargo xtask package ios` and `cargo xtask check-artifacts ios`: the XCFramework that apps get, and what must be true of it.

mod check;
mod library;
mod link;
mod manifest;
mod privacy;
mod toolchain;
mod xcframework;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, run};
use toolchain::Toolchain;

pub(crate) use check::check;

/// Where everything is made.
const FOLDER: &str = "target/package/ios";

/// The generated header of the C functions.
const HEADER: &str = "bindings/swift/Generated/HereaboutsFFI/HereaboutsFFI.h";

/// What is made on the way.
fn scratch() -> PathBuf {
    Path::new(FOLDER).join("scratch")
}

fn framework() -> PathBuf {
    Path::new(FOLDER).join(format!("{}.xcframework", xcframework::MODULE))
}

/// The framework's archive. A link check bears it in its name.
fn archive(is_link_check: bool) -> PathBuf {
    let mark = if is_link_check { "-linkcheck" } else { "" };
    Path::new(FOLDER).join(format!("{}{mark}.xcframework.zip", xcframework::MODULE))
}

/// Builds the libraries and assembles the framework and its archive. `--sign IDENTITY` signs it, `--release-url URL` writes
/// where it will be, and its checksum, into `Package.swift`.
pub(crate) fn package(arguments: &[String]) -> Result {
    let (mut identity, mut url) = (None, None);
    for pair in arguments.chunks(2) {
        match pair {
            [option, value] if option == "--sign" => identity = Some(value),
            [option, value] if option == "--release-url" => url = Some(value),
            _ => return Err(format!("{pair:?}: --sign IDENTITY or --release-url URL would be right")),
        }
    }
    if let Some(url) = url
        && !url.ends_with("/HereaboutsFFI.xcframework.zip")
    {
        return Err(format!("{url}: SwiftPM wants the archive's name at its end, HereaboutsFFI.xcframework.zip"));
    }
    let scratch = scratch();
    fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let toolchain = Toolchain::find(&scratch)?;
    if toolchain.is_link_check() && (url.is_some() || identity.is_some()) {
        return Err("this is a link check, and no release: sign and release what Xcode built, on a Mac".to_owned());
    }
    let mut libraries = Vec::new();
    for slice in &xcframework::SLICES {
        let mut built = Vec::new();
        for &(target, _) in slice.targets {
            built.push((target, toolchain.build(target, slice.platform)?));
        }
        libraries.push(toolchain.join(&scratch.join(slice.folder), &built)?);
    }
    let framework = framework();
    xcframework::assemble(&framework, &libraries, Path::new(HEADER))?;
    if let Some(identity) = identity {
        run(Command::new("codesign").args(["--timestamp", "--sign", identity]).arg(&framework))?;
    }
    let bytes = xcframework::archive(&framework)?;
    // Of two archives nobody would know which is the framework's.
    let _ = fs::remove_file(archive(!toolchain.is_link_check()));
    let path = archive(toolchain.is_link_check());
    fs::write(&path, &bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    let checksum = xcframework::checksum(&bytes);
    println!("{}: {} bytes, checksum {checksum}", path.display(), bytes.len());
    url.map_or(Ok(()), |url| manifest::write(url, &checksum))
}
