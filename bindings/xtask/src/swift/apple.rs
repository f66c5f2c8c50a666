//! What the facade has for Apple's systems alone, type-checked where those are not: Swift's own Foundation knows nearly all that
//! it names, and stand-ins know the rest.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::BUILD;
use crate::{Result, run};

const FACADE: &str = "bindings/swift/Sources/Hereabouts";

/// What Swift's own Foundation lacks.
const REST: &str = "bindings/swift/StandIns/Darwin/Foundation.swift";

/// The conditions that hold on an iPhone and not here.
const CONDITIONS: [&str; 2] = ["#if os(iOS) || os(tvOS) || os(watchOS) || os(visionOS)", "#if canImport(Darwin)"];

/// Type-checks the facade as an iPhone has it, against the modules that the tests were built with.
pub(super) fn check(mut swift: Command) -> Result {
    let folder = Path::new(BUILD).join("apple");
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
    let mut found = 0;
    let mut sources = Vec::new();
    for entry in fs::read_dir(FACADE).map_err(|error| failed(FACADE.as_ref(), error))? {
        let path = entry.map_err(|error| failed(FACADE.as_ref(), error))?.path();
        let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|kind| kind == "swift")) else {
            continue;
        };
        let (text, count) = as_on_an_iphone(&fs::read_to_string(&path).map_err(|error| failed(&path, error))?);
        found += count;
        let copy = folder.join(name);
        fs::write(&copy, text).map_err(|error| failed(&copy, error))?;
        sources.push(copy);
    }
    if found == 0 {
        return Err(format!("{FACADE} has nothing for Apple's systems alone: nothing to check"));
    }
    let modules = format!("{BUILD}/debug/Modules");
    run(swift
        .args(["swiftc", "-typecheck", "-warnings-as-errors", "-swift-version", "6", "-package-name", "hereabouts"])
        .args(["-module-name", "Hereabouts", "-I", &modules, "-I", "bindings/swift/Generated/HereaboutsFFI"])
        .args(sources)
        .arg(REST))
}

/// The text with the conditions made true, and how many there were.
fn as_on_an_iphone(text: &str) -> (String, usize) {
    let count = CONDITIONS.iter().map(|condition| text.matches(condition).count()).sum();
    (CONDITIONS.iter().fold(text.to_owned(), |text, condition| text.replace(condition, "#if true")), count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_condition_is_made_true() {
        let text = format!(
            "{}\na\n#else\nb\n#endif\n  {}\nc\n#endif\n#if canImport(CoreLocation)\n",
            CONDITIONS[0], CONDITIONS[1]
        );
        let (text, count) = as_on_an_iphone(&text);
        assert_eq!(count, 2);
        assert_eq!(text, "#if true\na\n#else\nb\n#endif\n  #if true\nc\n#endif\n#if canImport(CoreLocation)\n");
    }

    #[test]
    fn no_condition_of_the_facade_is_another() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(FACADE);
        for entry in fs::read_dir(folder).expect("the facade") {
            let path = entry.expect("a file").path();
            let Ok(text) = fs::read_to_string(&path) else { continue };
            // Stand-ins make these true.
            let known = ["#if canImport(CoreLocation)", "#if canImport(Security)"];
            let others = text.lines().map(str::trim).filter(|line| line.starts_with("#if"));
            let others: Vec<_> = others.filter(|line| !CONDITIONS.contains(line) && !known.contains(line)).collect();
            assert!(others.is_empty(), "{}: {others:?} is seen by no compiler here", path.display());
        }
    }
}
