//! `cargo xtask kotlin`: the library and the Kotlin code that calls it, where Maven's modules look for both; and their tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, cargo, install, library_folder, run};

/// Where the generated code goes; nothing of it is committed.
const GENERATED: &str = "bindings/kotlin/hereabouts-ffi/target/generated-sources/uniffi";

/// Builds the library for this machine, with the repeatable noise of tests, and writes the bindings.
pub(crate) fn generate() -> Result {
    // With the features that `cargo test` builds it with: most of what it needs is there already.
    cargo(&["build", "--package", "hereabouts-ffi", "--package", "bindgen", "--all-features"])?;
    let generated = Path::new(GENERATED);
    if generated.exists() {
        std::fs::remove_dir_all(generated).map_err(|error| format!("{GENERATED}: {error}"))?;
    }
    let library = library_folder().join("libhereabouts_ffi.so");
    let mut bindgen = Command::new(library_folder().join("bindgen"));
    bindgen.arg("generate").arg(library);
    run(bindgen.args([
        "--language",
        "kotlin",
        "--no-format",
        "--config",
        "bindings/uniffi.toml",
        "--out-dir",
        GENERATED,
    ]))
}

/// Runs the tests on the JVM with the library that [`generate`] built.
pub(crate) fn test() -> Result {
    jdk_and_maven()?;
    generate()?;
    let folder = std::path::absolute(library_folder()).map_err(|error| format!("target: {error}"))?;
    run(Command::new("mvn")
        .args(["--quiet", "--batch-mode", "--file", "bindings/kotlin/pom.xml", "verify"])
        .arg(format!("-Dhereabouts.library.path={}", folder.display())))
}

/// What the AAR is made of.
pub(crate) struct AndroidClasses {
    /// The classes of `hereabouts-android`.
    pub(crate) jar: PathBuf,
    /// Their sources.
    pub(crate) sources: PathBuf,
    /// The generated classes, which call the library.
    pub(crate) bindings: PathBuf,
}

/// Builds the classes that run on a phone.
pub(crate) fn android_classes() -> std::result::Result<AndroidClasses, String> {
    jdk_and_maven()?;
    generate()?;
    run(Command::new("mvn")
        .args(["--quiet", "--batch-mode", "--file", "bindings/kotlin/pom.xml", "--projects", "hereabouts-android"])
        .args(["--also-make", "--activate-profiles", "release", "-Dmaven.test.skip=true", "package"]))?;
    let version = version("version")?;
    let jar = |module: &str, end: &str| {
        Path::new("bindings/kotlin").join(module).join("target").join(format!("{module}-{version}{end}.jar"))
    };
    Ok(AndroidClasses {
        jar: jar("hereabouts-android", ""),
        sources: jar("hereabouts-android", "-sources"),
        bindings: jar("hereabouts-ffi", ""),
    })
}

/// A version that the parent POM states.
pub(crate) fn version(element: &str) -> std::result::Result<String, String> {
    const POM: &str = "bindings/kotlin/pom.xml";
    let pom = std::fs::read_to_string(POM).map_err(|error| format!("{POM}: {error}"))?;
    let (begin, end) = (format!("  <{element}>"), format!("</{element}>"));
    let stated = pom.lines().find_map(|line| line.trim_end().split_once(&begin)?.1.strip_suffix(&end));
    stated.map(str::to_owned).ok_or_else(|| format!("{POM} states no {element}"))
}

/// Says what a call costs, with the library as it is released.
pub(crate) fn bench() -> Result {
    jdk_and_maven()?;
    generate()?;
    cargo(&["build", "--release", "--package", "hereabouts-ffi"])?;
    let folder =
        std::path::absolute(library_folder().join("../release")).map_err(|error| format!("target: {error}"))?;
    run(Command::new("mvn")
        .args([
            "--quiet",
            "--batch-mode",
            "--file",
            "bindings/kotlin/pom.xml",
            "verify",
            "--activate-profiles",
            "bench",
        ])
        .args(["--projects", "hereabouts-bench", "--also-make", "-Dmaven.test.skip=true"])
        .arg(format!("-Dhereabouts.library.path={}", folder.display())))
}

/// Installs what is missing of a JDK 17 and Maven, on a Debian machine.
pub(crate) fn jdk_and_maven() -> Result {
    let is_there = |name: &str| Command::new(name).arg("-version").output().is_ok_and(|output| output.status.success());
    if !is_there("javac") {
        install("openjdk-17-jdk-headless")?;
    }
    if is_there("mvn") { Ok(()) } else { install("maven") }
}
