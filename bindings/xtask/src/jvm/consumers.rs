//! Programs of others that depend on what is staged, by coordinates alone: they are built and run.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::repository::{LOCAL, REPOSITORY};
use crate::Result;
use crate::kotlin::version;

/// What the service prints.
const RELEASED: &str = "released on the grid h3:7";

/// Runs them on the staged repository, without a word about where a library is: a service, and its tests, which have the
/// shipped library on their class path first; tests with that of `hereabouts-testing` alone; and with the shipped one after it.
pub(crate) fn run() -> Result {
    // What Maven fetched before may be of an older build with the same version.
    let fetched = Path::new(LOCAL).join("io/hereabouts");
    if fetched.exists() {
        fs::remove_dir_all(&fetched).map_err(|error| format!("{}: {error}", fetched.display()))?;
    }
    let printed = maven("service", &["clean", "verify", "org.codehaus.mojo:exec-maven-plugin:exec"])?;
    if !printed.lines().any(|line| line.ends_with(RELEASED)) {
        return Err(format!("the service was to print {RELEASED:?}, and printed:\n{printed}"));
    }
    maven("library", &["clean", "test"])?;
    maven("library", &["clean", "test", "--activate-profiles=jvm-last"]).map(drop)
}

fn maven(consumer: &str, arguments: &[&str]) -> std::result::Result<String, String> {
    let absolute = |path: &str| std::path::absolute(path).map_err(|error| format!("{path}: {error}"));
    let mut maven = Command::new("mvn");
    maven.args(["--quiet", "--batch-mode", "--file"]).arg(format!("bindings/kotlin/consumers/{consumer}/pom.xml"));
    maven.args(arguments);
    maven.arg(format!("-Dmaven.repo.local={}", absolute(LOCAL)?.display()));
    maven.arg(format!("-Dhereabouts.repository=file://{}", absolute(REPOSITORY)?.display()));
    maven.arg(format!("-Dhereabouts.version={}", version("version")?));
    maven.arg(format!("-Dhereabouts.build={}", absolute(&format!("target/package/consumers/{consumer}"))?.display()));
    // A library that lies about on this machine must not be found.
    for variable in ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "MAVEN_OPTS"] {
        maven.env_remove(variable);
    }
    eprintln!("$ {maven:?}");
    let output = maven.output().map_err(|error| format!("mvn does not start: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(printed) } else { Err(format!("{consumer} {arguments:?}:\n{printed}")) }
}
