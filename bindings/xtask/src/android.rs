//! `cargo xtask package android` and `cargo xtask check-artifacts android`: the library for phones, and the AAR that brings it.

mod archive;
mod library;
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Result, kotlin, mobile};
use library::Library;
use toolchain::Toolchain;

pub(crate) use archive::RULES;
pub(crate) use toolchain::SONAME;

/// Where everything is put that is made for Android.
pub(crate) const PACKAGE: &str = "target/package/android";

/// What a link check is made with.
const SCRATCH: &str = "target/package/android-linkcheck";

/// An instruction set, by its names.
pub(crate) struct Abi {
    /// Android's.
    name: &'static str,
    /// Rust's.
    triple: &'static str,
    /// That of the NDK's clang.
    clang: &'static str,
    /// That of the C headers of a link check.
    headers: &'static str,
    /// The width of an address, in bits.
    bits: u32,
    /// ELF's number of it.
    machine: u16,
}

/// Phones of 64 and of 32 bits, and the emulator.
pub(crate) const ABIS: [Abi; 3] = [
    Abi {
        name: "arm64-v8a",
        triple: "aarch64-linux-android",
        clang: "aarch64-linux-android",
        headers: "aarch64",
        bits: 64,
        machine: 183,
    },
    Abi {
        name: "armeabi-v7a",
        triple: "armv7-linux-androideabi",
        clang: "armv7a-linux-androideabi",
        headers: "arm",
        bits: 32,
        machine: 40,
    },
    Abi {
        name: "x86_64",
        triple: "x86_64-linux-android",
        clang: "x86_64-linux-android",
        headers: "x86_64",
        bits: 64,
        machine: 62,
    },
];

/// Builds the library for every instruction set, and the AAR.
pub(crate) fn package() -> Result {
    let package = Path::new(PACKAGE);
    if package.exists() {
        fs::remove_dir_all(package).map_err(|error| format!("{PACKAGE}: {error}"))?;
    }
    let scratch = std::path::absolute(SCRATCH).map_err(|error| format!("{SCRATCH}: {error}"))?;
    let toolchain = Toolchain::find(&scratch)?;
    for abi in &ABIS {
        let built = mobile::build(abi.triple, "cdylib", SONAME, |cargo| toolchain.prepare(abi, cargo))?;
        let path = package.join("jni").join(abi.name).join(SONAME);
        let folder = path.parent().unwrap_or(package);
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        fs::copy(&built, &path).map_err(|error| format!("{}: {error}", built.display()))?;
    }
    let classes = kotlin::android_classes()?;
    let suffix = if toolchain.is_link_check() { "-linkcheck" } else { "" };
    archive::write(package, &classes, suffix)
}

/// Looks at everything that [`package`] left; `to_publish` refuses what only a release may be.
pub(crate) fn check(to_publish: bool) -> Result {
    let package = Path::new(PACKAGE);
    let mut faults = Vec::new();
    let aars = aars(package)?;
    for path in &aars {
        println!("{}", path.display());
        faults.extend(archive::check(path, to_publish)?);
    }
    if aars.len() != 1 {
        faults
            .push(format!("{PACKAGE}: {} AARs are there, and one must be: `cargo xtask package android`", aars.len()));
    }
    if faults.is_empty() { Ok(()) } else { Err(format!("not as they must be:\n  {}", faults.join("\n  "))) }
}

/// Whether a packaged library was linked against stubs, by what is in it.
pub(crate) fn is_link_check(library: &Path) -> std::result::Result<bool, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", library.display());
    let bytes = fs::read(library).map_err(|error| failed(&error))?;
    Library::read(&bytes).map(|library| library.is_link_check).map_err(|error| failed(&error))
}

/// The AARs in a folder: one, if all is well.
pub(crate) fn aars(package: &Path) -> std::result::Result<Vec<PathBuf>, String> {
    let failed = |error| format!("{}: {error}: run `cargo xtask package android`", package.display());
    let entries = fs::read_dir(package).map_err(failed)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::result::Result<Vec<_>, _>>();
    Ok(paths.map_err(failed)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "aar")).collect())
}
