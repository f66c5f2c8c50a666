//! `cargo xtask kotlin`: the library and the Kotlin code that calls it, where Maven's modules look for both; and their tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, cargo, install, library_folder, run, target_folder};

/// Where the generated code goes; nothing of it is committed.
const GENERATED: &str = "bindings/kotlin/hereabouts-ffi/target/generated-sources/uniffi";

/// How Maven builds what is published, whose tests ran before.
const RELEASE: [&str; 3] = ["--also-make", "--activate-profiles=release", "-Dmaven.test.skip=true"];

/// The oldest JDK that compiles the modules, as the parent POM says.
const OLDEST_JDK: u32 = 17;

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
    maven(&["verify", &library(&library_folder())?])
}

/// Runs Maven on what [`generate`] wrote; installs a JDK and Maven where they are missing, on a Debian machine.
pub(crate) fn maven(arguments: &[&str]) -> Result {
    let version = |tool: &str| {
        let output = Command::new(tool).arg("-version").output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if version("javac").is_none_or(|text| jdk(&text) < Some(OLDEST_JDK)) {
        install("default-jdk-headless")?; // 17 in Debian 12, and later ones since
    }
    if version("mvn").is_none() {
        install("maven")?;
    }
    generate()?;
    let quietly = ["--quiet", "--batch-mode", "--file", "bindings/kotlin/pom.xml"];
    run(Command::new("mvn").args(quietly).args(arguments))
}

/// The release of Java that a compiler says it is of: "javac 17.0.16", and "javac 1.8.0_392" of those before 9.
fn jdk(text: &str) -> Option<u32> {
    text.trim().strip_prefix("javac ")?.split(['.', '-', '+']).next()?.parse().ok()
}

/// Says where the tests find the library.
fn library(folder: &Path) -> std::result::Result<String, String> {
    let folder = std::path::absolute(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(format!("-Dhereabouts.library.path={}", folder.display()))
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
    maven(&[&["package", "--projects=hereabouts-android"], &RELEASE[..]].concat())?;
    let version = version("version")?;
    let jar = |name: &str, end: &str| module(name).join(format!("{name}-{version}{end}.jar"));
    Ok(AndroidClasses {
        jar: jar("hereabouts-android", ""),
        sources: jar("hereabouts-android", "-sources"),
        bindings: jar("hereabouts-ffi", ""),
    })
}

/// Builds what is published: the classes, their sources and their documentation.
pub(crate) fn publish() -> Result {
    maven(&[&["verify", "--projects=hereabouts-testing,hereabouts-android"], &RELEASE[..]].concat())
}

/// Where Maven puts what it builds of a module.
pub(crate) fn module(name: &str) -> PathBuf {
    Path::new("bindings/kotlin").join(name).join("target")
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
    cargo(&["build", "--release", "--package", "hereabouts-ffi"])?;
    let library = library(&target_folder().join("release"))?;
    let module = ["--activate-profiles=bench", "--projects=hereabouts-bench", "--also-make", "-Dmaven.test.skip=true"];
    maven(&[&["verify", &library], &module[..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_compiler_is_known() {
        let releases =
            ["javac 17.0.16\n", "javac 21\n", "javac 22-ea", "javac 1.8.0_392", "Picked up _JAVA_OPTIONS"].map(jdk);
        assert_eq!(releases, [Some(17), Some(21), Some(22), Some(1), None]);
    }
}
