//! Tests and checks the project, measures what its documentation says, and writes the bindings: `cargo xtask help`.

mod aarch64;
mod android;
mod apk;
mod elf;
mod ios;
mod jar;
mod jvm;
mod kotlin;
mod mobile;
mod swift;

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask TASK

  test      every test: units, integration, documentation, the command line, aarch64, Kotlin, Swift
  aarch64   the golden vectors on the instruction set of phones
  kotlin    the library for this machine and its Kotlin bindings, where Maven's modules look for them; --test tests those,
            --bench says what a call costs
  swift     the library for this machine and its Swift bindings, which are committed; --test tests those,
            builds their documentation and looks at what is public
  package android
            the library for phones and its AAR, in target/package/android; with the NDK at ANDROID_NDK_HOME a release,
            without one a link check
  check-artifacts android
            what is in that folder, path by path; --publish refuses a link check
  package android-example
            the app in examples/android as a signed APK, in target/package/android, with the libraries that are there
  package ios
            the XCFramework of Apple's platforms, in target/package/ios; on a Mac --sign IDENTITY and --release-url URL make
            a release of it, elsewhere it is a link check
  check-artifacts ios
            what `package` made; --publish refuses what may not be published
  package jvm
            the jars for servers, desktops and tests, in target/package/jvm, with the library for this machine; and all that
            Maven publishes, staged in target/package/maven, with the AAR if `package android` made it
  check-artifacts jvm
            what is in those folders, path by path, and programs that depend on it; --publish refuses a link check
  check     formatting, clippy, documentation, the oldest supported Rust, licences
  figures   what hold and recall are worth on real days: docs/figures.md; --json prints, --dry-run writes nothing
";

/// The version that `check` installs where cargo-deny is missing.
const CARGO_DENY: &str = "cargo-deny@0.20.2";

fn main() -> ExitCode {
    let result = match env::args().nth(1).as_deref() {
        Some("test") => test(),
        Some("aarch64") => aarch64::test(),
        Some("kotlin") if env::args().nth(2).as_deref() == Some("--test") => kotlin::test(),
        Some("kotlin") if env::args().nth(2).as_deref() == Some("--bench") => kotlin::bench(),
        Some("kotlin") => kotlin::generate(),
        Some("swift") if env::args().nth(2).as_deref() == Some("--test") => swift::test(),
        Some("swift") => swift::generate(),
        Some("package") => package(),
        Some("check-artifacts") => check_artifacts(),
        Some("check") => check(),
        Some("figures") => figures(env::args().skip(2)),
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

type Result = std::result::Result<(), String>;

/// What stands after the task and its platform.
fn options() -> Vec<String> {
    env::args().skip(3).collect()
}

fn package() -> Result {
    match env::args().nth(2).as_deref() {
        Some("android") => android::package(),
        Some("android-example") => apk::package(),
        Some("ios") => ios::package(&options()),
        Some("jvm") => jvm::package(),
        _ => Err("for what? `package android`, `android-example`, `ios` or `jvm`".to_owned()),
    }
}

fn check_artifacts() -> Result {
    match env::args().nth(2).as_deref() {
        Some("android") => android::check(options().iter().any(|option| option == "--publish")),
        Some("ios") => ios::check(&options()),
        Some("jvm") => jvm::check(options().iter().any(|option| option == "--publish")),
        _ => Err("of which system? `check-artifacts android`, `ios` or `jvm`".to_owned()),
    }
}

fn test() -> Result {
    let toolchain = swift::Fetching::begin()?;
    browser();
    python();
    cargo(&["test", "--workspace", "--all-features"])?;
    aarch64::test()?;
    kotlin::test()?;
    toolchain.end()?;
    swift::test()
}

/// Installs a Chromium where there is none, for the test that looks at the report; that test says so if it is skipped.
fn browser() {
    let is_there =
        |name: &str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    if ["chromium", "chromium-browser", "google-chrome", "chrome"].into_iter().any(is_there) {
        return;
    }
    if let Err(failure) = install("chromium") {
        eprintln!("xtask: no Chromium, so nobody looks at the report: {failure}");
    }
}

/// Installs Python's environments where there are none, for the test that opens sealed messages with a library that is not
/// ours; that test fails without them.
fn python() {
    let there = Command::new("python3").args(["-c", "import ensurepip, venv"]).output();
    if there.is_ok_and(|output| output.status.success()) {
        return;
    }
    if let Err(failure) = install("python3-venv") {
        eprintln!("xtask: no Python with venv, so nobody else opens what is sealed: {failure}");
    }
}

fn install(package: &str) -> Result {
    let apt =
        |arguments: &[&str]| run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"));
    apt(&["update", "--quiet"])?;
    apt(&["install", "--quiet", "--yes", "--no-install-recommends", package])
}

/// With debug assertions: without them nothing may repeat its noise.
fn figures(arguments: impl Iterator<Item = String>) -> Result {
    run(Command::new("cargo")
        .args(["run", "--quiet", "--package", "figures", "--features", "seeded-noise", "--"])
        .args(arguments))
}

fn check() -> Result {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-features", "--all-targets", "--", "--deny", "warnings"])?;
    // No default feature may be needed for the core to build, and apps ship the library without the test kit.
    cargo(&["clippy", "--no-default-features", "--all-targets", "--", "--deny", "warnings"])?;
    cargo(&["clippy", "--package", "hereabouts-ffi", "--no-default-features", "--", "--deny", "warnings"])?;
    run(Command::new("cargo")
        .args(["doc", "--workspace", "--all-features", "--no-deps"])
        .env("RUSTDOCFLAGS", "--deny warnings"))?;
    seeded_noise_is_refused_in_release()?;
    oldest_rust()?;
    licences()
}

/// A release build with repeatable noise must not exist.
fn seeded_noise_is_refused_in_release() -> Result {
    let mut command = Command::new("cargo");
    command.args(["check", "--release", "--no-default-features", "--features", "seeded-noise", "--quiet"]);
    eprintln!("$ {command:?}  (must fail)");
    let output = command.output().map_err(|error| format!("cargo does not start: {error}"))?;
    let refused = String::from_utf8_lossy(&output.stderr).contains("`seeded-noise` is for tests");
    if output.status.success() || !refused {
        return Err("a release build with the feature `seeded-noise` was not refused".to_owned());
    }
    Ok(())
}

/// Builds the crate with the Rust that `rust-version` promises.
fn oldest_rust() -> Result {
    let manifest = std::fs::read_to_string("Cargo.toml").map_err(|error| format!("Cargo.toml: {error}"))?;
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'))
        .ok_or("Cargo.toml states no rust-version")?;
    let toolchain = format!("{version}.0");
    run(Command::new("rustup").args(["toolchain", "install", &toolchain, "--profile", "minimal"]))?;
    run(Command::new("rustup").args([
        "run",
        &toolchain,
        "cargo",
        "check",
        "--features",
        "cli",
        "--target-dir",
        "target/oldest-rust",
    ]))
}

fn licences() -> Result {
    if !Command::new("cargo").args(["deny", "--version"]).output().is_ok_and(|output| output.status.success()) {
        cargo(&["install", "--locked", CARGO_DENY])?;
    }
    cargo(&["deny", "--all-features", "check", "bans", "licenses", "sources"])
}

fn cargo(arguments: &[&str]) -> Result {
    run(Command::new("cargo").args(arguments))
}

/// Where Cargo puts what it builds.
fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

/// Where Cargo puts what it builds for tests.
fn library_folder() -> PathBuf {
    target_folder().join("debug")
}

fn run(command: &mut Command) -> Result {
    eprintln!("$ {command:?}");
    let status = command.status().map_err(|error| format!("{command:?} does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed")) }
}
