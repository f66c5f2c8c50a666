//! `cargo xtask swift`: the library and the Swift code that calls it, where the package looks for both; and its tests.

mod apple;
mod docs;
mod surface;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{Result, cargo, library_folder, run};

/// The generated code. It is committed: who adds the package by its address runs no generator.
const GENERATED: &str = "bindings/swift/Generated";

/// What is made on the way. It is beneath the clone whatever Cargo's target folder is, since the tests see the clone alone.
pub(crate) const BUILD: &str = "target/swift";

/// What apps import.
const MODULES: [&str; 2] = ["Hereabouts", "HereaboutsTesting"];

/// What a Debian machine that has no Swift of its own runs it with.
const TOOLCHAIN: &str = "bindings/swift/toolchain";

/// Builds the library for this machine, with the repeatable noise of tests, and writes the bindings.
pub(crate) fn generate() -> Result {
    for (path, text) in bindings()? {
        write(&path, &text)?;
    }
    Ok(())
}

/// Runs the tests on the library that was built from this source, if the committed bindings are those of it.
pub(crate) fn test() -> Result {
    for (path, text) in bindings()? {
        if fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            return Err(format!("{path} is not what the generator writes: run `cargo xtask swift` and commit it"));
        }
    }
    let library = format!("{BUILD}/lib");
    fs::create_dir_all(&library).map_err(|error| format!("{library}: {error}"))?;
    let built = library_folder().join("libhereabouts_ffi.so");
    fs::copy(&built, format!("{library}/libhereabouts_ffi.so"))
        .map_err(|error| format!("{}: {error}", built.display()))?;
    let environment = [format!("LIBRARY_PATH={library}"), format!("LD_LIBRARY_PATH={library}")];
    // With Apple's own framework, where there is one: a module of its name would hide it.
    let stand_ins = if cfg!(target_os = "macos") { "0" } else { "1" };
    let stand_ins = format!("HEREABOUTS_STAND_INS={stand_ins}");
    let tests = ["swift", "test", "--quiet", "-Xswiftc", "-warnings-as-errors", "--scratch-path"];
    let graphs = Path::new(BUILD).join("symbols");
    fs::create_dir_all(&graphs).map_err(|error| format!("{}: {error}", graphs.display()))?;
    run(swift()?
        .args(&environment)
        .arg(&stand_ins)
        .args(tests)
        .arg(BUILD)
        .args(["-Xswiftc", "-emit-symbol-graph", "-Xswiftc", "-emit-symbol-graph-dir", "-Xswiftc"])
        .arg(&graphs))?;
    // Apple's own frameworks are other modules than their stand-ins, and their names would stand in what is compared.
    if !cfg!(target_os = "macos") {
        documentation(&graphs)?;
        apple::check(swift()?)?;
    }
    // Once more under the thread sanitizer, which ends a test that it finds a race in.
    run(swift()?
        .args(&environment)
        .args([&stand_ins, "HEREABOUTS_SANITIZED=1", "TSAN_OPTIONS=halt_on_error=1"])
        .args(tests)
        .arg(format!("{BUILD}-thread"))
        .args(["--sanitize", "thread"]))?;
    manifest()?;
    consumer(&environment)?;
    example(&environment, &stand_ins)
}

/// What apps see, and what is written for them.
fn documentation(graphs: &Path) -> Result {
    docs::snippets(&MODULES)?;
    let into = Path::new(BUILD).join("documentation");
    if into.exists() {
        fs::remove_dir_all(&into).map_err(|error| format!("{}: {error}", into.display()))?;
    }
    for module in MODULES {
        surface::check(module, graphs)?;
        docs::build(module, graphs, &into, swift()?)?;
    }
    Ok(())
}

/// Reads each branch of the manifest: the library is that of this machine, a release, or one of the developer's own, and
/// nothing else changes.
fn manifest() -> Result {
    let branches = [
        ("HEREABOUTS_PLATFORM=", "\"system"),
        ("HEREABOUTS_PLATFORM=apple", "HereaboutsFFI.xcframework.zip"),
        ("HEREABOUTS_XCFRAMEWORK=an/own.xcframework", "an/own.xcframework"),
    ];
    // On a Mac there is no library of this machine.
    for (variable, library) in &branches[usize::from(cfg!(target_os = "macos"))..] {
        let dumped = ask(&[variable, "swift", "package", "--scratch-path", BUILD, "dump-package"])?;
        // Its JSON writes a slash with a backslash before it, or without.
        let dumped = dumped.replace("\\/", "/");
        let mut others = branches.iter().filter(|(_, other)| other != library);
        if !dumped.contains(library) || others.any(|(_, other)| dumped.contains(other)) {
            return Err(format!("Package.swift with {variable} does not name {library} alone: {dumped}"));
        }
    }
    Ok(())
}

/// Runs Swift and returns what it prints.
pub(crate) fn ask(arguments: &[&str]) -> std::result::Result<String, String> {
    let mut command = swift()?;
    command.args(arguments);
    eprintln!("$ {command:?}");
    let output = command.output().map_err(|error| format!("{command:?} does not start: {error}"))?;
    let (told, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(told.into_owned()) } else { Err(format!("{command:?} failed: {told}{complaint}")) }
}

/// Builds and runs an app that depends on a tagged version of the last commit, as apps do.
fn consumer(environment: &[String]) -> Result {
    let folder = Path::new(BUILD).join("consumer");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    run(Command::new("cp").arg("-R").arg("bindings/swift/Consumer").arg(folder.join("app")))?;
    let root = std::path::absolute(".").map_err(|error| format!("the working folder: {error}"))?;
    let address = format!("file://{}", root.display());
    run(Command::new("git").args(["clone", "--quiet", "--depth", "1", &address]).arg(folder.join("hereabouts")))?;
    run(Command::new("git").arg("-C").arg(folder.join("hereabouts")).args(["tag", "0.1.0"]))?;
    let run_app = format!("{} swift run --quiet --package-path {}/app", absolute(environment), folder.display());
    run(swift()?.args(["sh", "-c", &run_app]))
}

/// Tests the example for iOS. With stand-ins its screens are compiled too: what those are made of is Apple's.
fn example(environment: &[String], stand_ins: &str) -> Result {
    const EXAMPLE: &str = "examples/ios";
    let tests = format!(
        "{} {stand_ins} swift test --quiet --package-path {EXAMPLE} --scratch-path {BUILD}-example -Xswiftc -warnings-as-errors",
        absolute(environment)
    );
    run(swift()?.args(["sh", "-c", &tests]))
}

/// For a shell in this folder: SwiftPM links in the app's, to which a relative path of the library would be another one.
fn absolute(environment: &[String]) -> String {
    let absolute = environment.iter().map(|variable| variable.replace("=target/", "=$PWD/target/"));
    absolute.collect::<Vec<_>>().join(" ")
}

/// A toolchain on its way, while something else is done. Whoever lets go of it stops it.
pub(crate) struct Fetching(Option<Child>);

impl Fetching {
    /// Starts to fetch a toolchain, if this machine has none.
    pub(crate) fn begin() -> std::result::Result<Self, String> {
        if is_there() {
            return Ok(Self(None));
        }
        let script = format!("{TOOLCHAIN}/fetch.sh");
        // In a group of its own, so that what it started is stopped with it.
        let mut command = Command::new("setsid");
        command.arg(&script).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        eprintln!("$ {command:?} &");
        command.spawn().map(|child| Self(Some(child))).map_err(|error| format!("{script} does not start: {error}"))
    }

    /// Waits until it is there.
    pub(crate) fn end(mut self) -> Result {
        let Some(child) = self.0.take() else { return Ok(()) };
        let output = child.wait_with_output().map_err(|error| format!("{TOOLCHAIN}/fetch.sh: {error}"))?;
        let told = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(()) } else { Err(format!("{TOOLCHAIN}/fetch.sh failed:\n{told}")) }
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let group = format!("-{}", child.id());
            let _ = Command::new("kill").args(["--", &group]).status();
            let _ = child.wait();
        }
    }
}

/// `env`, where `swift` is found: on this machine, or in a folder that is filled the first time.
fn swift() -> std::result::Result<Command, String> {
    if is_there() {
        return Ok(Command::new("env"));
    }
    run(&mut Command::new(format!("{TOOLCHAIN}/fetch.sh")))?;
    let mut command = Command::new(format!("{TOOLCHAIN}/run.sh"));
    command.args([".", "env"]);
    Ok(command)
}

/// Whether this machine has a Swift of its own.
fn is_there() -> bool {
    Command::new("swift").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// What the generator writes for the library as it is now, by the path where it stands.
fn bindings() -> std::result::Result<[(String, String); 2], String> {
    // With the features that `cargo test` builds it with: most of what it needs is there already.
    cargo(&["build", "--package", "hereabouts-ffi", "--package", "bindgen", "--all-features"])?;
    let written = Path::new(BUILD).join("generated");
    let mut bindgen = Command::new(library_folder().join("bindgen"));
    bindgen.arg("generate").arg(library_folder().join("libhereabouts_ffi.so"));
    bindgen.args(["--language", "swift", "--no-format", "--config", "bindings/uniffi.toml", "--out-dir"]);
    run(bindgen.arg(&written))?;
    // The module map is our own: the generator's names modules that Apple's SDK alone has, and no library to link.
    let file = |folder: &str, name: &str| {
        let path = written.join(name);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok::<_, String>((format!("{GENERATED}/{folder}/{name}"), tidy(&text)))
    };
    Ok([file("HereaboutsFFI", "HereaboutsFFI.h")?, file("HereaboutsGenerated", "HereaboutsGenerated.swift")?])
}

/// Without the blanks that the generator leaves at the ends of lines and of the file.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned() + "\n"
}

fn write(path: &str, text: &str) -> Result {
    fs::write(path, text).map_err(|error| format!("{path}: {error}"))
}
