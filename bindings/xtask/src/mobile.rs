//! What a phone gets of the library, and what compiles it without the makers' kits: for Android and for Apple's platforms.

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, install, run};

/// What compiles C in a link check.
pub(crate) const CLANG: &str = "clang-19";

/// The profile in the root `Cargo.toml`.
const PROFILE: &str = "mobile";

/// How Rust's standard library is built.
const STANDARD_LIBRARY: [&str; 2] =
    ["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=optimize_for_size,panic-unwind"];

/// How large a function may be that is copied to where it is called: less than the compiler's own measure for `opt-level = "z"`.
const SMALL_INLINING: &str = "-Cllvm-args=--inline-threshold=10";

/// Cryptography without the variants for each processor, which a message of a hundred bytes does not need.
pub(crate) const CIPHERS: [&str; 5] = [
    "chacha20_backend=\"soft\"",
    "curve25519_dalek_backend=\"serial\"",
    "poly1305_backend=\"soft\"",
    "sha2_backend=\"soft\"",
    "sha2_backend_soft=\"compact\"",
];

/// The package that has C headers, and its checksum.
const REQUIREMENTS: &str = "bindings/xtask/mobile/requirements.txt";

/// Builds the library for `target` and returns where it is; `prepare` says how to compile C and to link.
///
/// It is without features but those that `prepare` asks for, so without the test kit and without repeatable noise; sealing and
/// the durable ledger are in it whatever is asked for. It is of one kind alone: with two Cargo leaves out the optimization of the whole. Rust's standard
/// library is built with it, from its source and for size, without what names the lines of a backtrace: a panic's text and trace
/// are not shown to anybody (`docs/adr/0006-what-the-library-weighs.md`).
pub(crate) fn build(
    target: &str,
    kind: &str,
    file: &str,
    prepare: impl FnOnce(&mut Command) -> Result,
) -> std::result::Result<PathBuf, String> {
    run(Command::new("rustup").args(["component", "add", "rust-src"]))?;
    let mut cargo = Command::new("cargo");
    cargo.env("RUSTC_BOOTSTRAP", "1").args(STANDARD_LIBRARY); // Cargo builds the standard library for nobody else
    cargo.args(["rustc", "--package", "hereabouts-ffi", "--lib", "--crate-type", kind, "--no-default-features"]);
    cargo.args(["--profile", PROFILE, "--target", target]);
    prepare(&mut cargo)?;
    run(cargo.args(["--", SMALL_INLINING]))?;
    Ok(crate::target_folder().join(target).join(PROFILE).join(file))
}

/// Installs the compiler of a link check where there is none.
pub(crate) fn clang() -> Result {
    let there = Command::new(CLANG).arg("--version").output();
    if there.is_ok_and(|output| output.status.success()) { Ok(()) } else { install(CLANG) }
}

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

/// Puts free C headers into a folder of `scratch`, once: of each file, by its path among those of all systems, `pick` says
/// where it goes and what is in it, or that it is not wanted.
pub(crate) fn headers(
    scratch: &Path,
    folder: &str,
    pick: impl Fn(&Path, Vec<u8>) -> Option<(PathBuf, Vec<u8>)>,
) -> Result {
    const INCLUDE: &str = "ziglang/lib/libc/include/";
    let folder = scratch.join(folder);
    if folder.is_dir() {
        return Ok(());
    }
    crate::python();
    let (environment, wheels, unpacked) = (scratch.join("python"), scratch.join("wheels"), scratch.join("unpacked"));
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", wheels.display());
    if wheels.is_dir() {
        fs::remove_dir_all(&wheels).map_err(|error| failed(&error))?;
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    run(Command::new(environment.join("bin/python"))
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"])
        .args(["--only-binary=:all:", "--requirement", REQUIREMENTS, "--dest"])
        .arg(&wheels))?;
    let wheel = fs::read_dir(&wheels).map_err(|error| failed(&error))?.next().ok_or("no wheel was downloaded")?;
    let wheel = fs::read(wheel.map_err(|error| failed(&error))?.path()).map_err(|error| failed(&error))?;
    let mut wheel = zip::ZipArchive::new(Cursor::new(wheel)).map_err(|error| failed(&error))?;
    for index in 0..wheel.len() {
        let mut file = wheel.by_index(index).map_err(|error| failed(&error))?;
        let Some(name) = file.enclosed_name() else { continue };
        let Ok(name) = name.strip_prefix(INCLUDE) else { continue };
        if file.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        let Some((name, bytes)) = pick(name, bytes) else { continue };
        let path = unpacked.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&unpacked)).map_err(|error| failed(&error))?;
        fs::write(&path, bytes).map_err(|error| failed(&error))?;
    }
    fs::create_dir_all(folder.parent().unwrap_or(scratch)).map_err(|error| failed(&error))?;
    fs::rename(&unpacked, &folder).map_err(|error| failed(&error))
}
