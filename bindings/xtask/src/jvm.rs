//! `cargo xtask package jvm` and `cargo xtask check-artifacts jvm`: the jars for servers, desktops and tests, and the repository
//! that would be uploaded.

mod consumers;
mod library;
mod notice;
mod repository;

use std::fs;
use std::path::{Path, PathBuf};

use crate::jar::{self, Entry, put, read};
use crate::{Result, android, kotlin};
use library::{Kind, Library};

/// Where the jars are put.
const PACKAGE: &str = "target/package/jvm";

/// What a jar without documentation of its own says instead.
const NO_DOCS: &str = "The documentation is that of io.hereabouts:hereabouts. This artifact has nothing to call.\n";

/// And a jar without sources.
const NO_SOURCES: &str =
    "A library that is built from Rust: its sources are at the address in the POM, under the tag of the version.\n";

/// Builds the libraries, the classes and their documentation, and stages all of it.
pub(crate) fn package() -> Result {
    let package = Path::new(PACKAGE);
    if package.exists() {
        fs::remove_dir_all(package).map_err(|error| format!("{PACKAGE}: {error}"))?;
    }
    fs::create_dir_all(package).map_err(|error| format!("{PACKAGE}: {error}"))?;
    kotlin::publish()?;
    for module in ["hereabouts-ffi", "hereabouts", "hereabouts-testing", "hereabouts-android"] {
        let docs = kotlin::module(module).join("dokka");
        let docs = if docs.is_dir() { jar::below(&docs)? } else { readme(NO_DOCS) };
        write(&artifact(module, "-javadoc")?, &docs)?;
    }
    for module in ["hereabouts-ffi", "hereabouts", "hereabouts-testing"] {
        for end in ["", "-sources"] {
            let built = kotlin::module(module).join(file_name(module, end)?);
            put(&artifact(module, end)?, &read(&built)?)?;
        }
    }
    let licences = licences()?;
    let mut testing = jar::files(&read(&artifact("hereabouts-testing", "")?)?).map_err(|error| error.to_string())?;
    testing.extend(licences.clone());
    testing.push((Kind::Testing.path()?, read(&Kind::Testing.build(package)?)?));
    write(&artifact("hereabouts-testing", "")?, &testing)?;
    let mut shipped = vec![("META-INF/MANIFEST.MF".to_owned(), b"Manifest-Version: 1.0\r\n\r\n".to_vec())];
    shipped.extend(licences);
    shipped.push((Kind::Shipped.path()?, read(&Kind::Shipped.build(package)?)?));
    write(&artifact("hereabouts-jvm", "")?, &shipped)?;
    write(&artifact("hereabouts-jvm", "-javadoc")?, &readme(NO_DOCS))?;
    write(&artifact("hereabouts-jvm", "-sources")?, &readme(NO_SOURCES))?;
    repository::stage()
}

/// Looks at everything that [`package`] left, and runs programs that depend on it; `to_publish` refuses what only a release may
/// be.
pub(crate) fn check(to_publish: bool) -> Result {
    let jar = |name: &str| jar::files(&read(&artifact(name, "")?)?).map_err(|error| format!("{name}: {error}"));
    let called = jar::called(&read(&artifact("hereabouts-ffi", "")?)?).map_err(|error| error.to_string())?;
    let mut faults = check_shipped(&jar("hereabouts-jvm")?, &called)?;
    faults.extend(check_testing(&jar("hereabouts-testing")?, &called)?);
    for name in ["hereabouts", "hereabouts-ffi"] {
        faults.extend(strays(&jar(name)?, is_of_classes).map(|path| format!("{name}: {path} does not belong into it")));
    }
    faults.extend(repository::check(to_publish)?);
    if to_publish {
        // It is staged under the name that it bears; what it is stands in it.
        faults.extend(android::check(true).err());
    }
    if !faults.is_empty() {
        return Err(format!("not as they must be:\n  {}", faults.join("\n  ")));
    }
    consumers::run()
}

/// What is wrong with the jar of a service: the library must be in it, and nothing beside it but texts.
fn check_shipped(files: &[Entry], called: &[String]) -> std::result::Result<Vec<String>, String> {
    let library = Kind::Shipped.path()?;
    let expected = ["META-INF/MANIFEST.MF", "META-INF/LICENSE-APACHE", "META-INF/LICENSE-MIT", notice::PATH, &library];
    let missing = expected.iter().filter(|path| !files.iter().any(|(name, _)| name == *path));
    let mut faults = missing.map(|path| format!("hereabouts-jvm: {path}: missing")).collect::<Vec<_>>();
    let strays = strays(files, |name| expected.contains(&name));
    faults.extend(strays.map(|path| format!("hereabouts-jvm: {path} does not belong into it")));
    faults.extend(check_library("hereabouts-jvm", files, Kind::Shipped, called)?);
    Ok(faults)
}

/// What is wrong with the jar of tests: its classes, its library under a name of its own, and nothing beside them.
fn check_testing(files: &[Entry], called: &[String]) -> std::result::Result<Vec<String>, String> {
    let library = Kind::Testing.path()?;
    let strays = strays(files, |name| name == library || is_of_classes(name));
    let mut faults =
        strays.map(|path| format!("hereabouts-testing: {path} does not belong into it")).collect::<Vec<_>>();
    for path in
        ["io/hereabouts/testing/Rehearsal.class", "META-INF/LICENSE-APACHE", "META-INF/LICENSE-MIT", notice::PATH]
    {
        if !files.iter().any(|(name, _)| name == path) {
            faults.push(format!("hereabouts-testing: {path}: missing"));
        }
    }
    faults.extend(check_library("hereabouts-testing", files, Kind::Testing, called)?);
    Ok(faults)
}

fn check_library(
    jar: &str,
    files: &[Entry],
    kind: Kind,
    called: &[String],
) -> std::result::Result<Vec<String>, String> {
    let path = kind.path()?;
    let Some((_, bytes)) = files.iter().find(|(name, _)| *name == path) else {
        return Ok(vec![format!("{jar}: {path}: missing")]);
    };
    let library = Library::read(bytes).map_err(|error| format!("{jar}: {path}: {error}"))?;
    println!("{jar}\n  {path}: {}", library.describe());
    Ok(library.faults(kind, called).into_iter().map(|fault| format!("{jar}: {path}: {fault}")).collect())
}

fn strays(files: &[Entry], belongs: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
    files.iter().map(|(name, _)| name.as_str()).filter(move |name| !belongs(name))
}

fn is_of_classes(name: &str) -> bool {
    name.starts_with("META-INF/") || (name.starts_with("io/hereabouts/") && name.ends_with(".class"))
}

/// What goes with a library: this project's licences, and those of what is linked into it.
fn licences() -> std::result::Result<Vec<Entry>, String> {
    let mut files = vec![(notice::PATH.to_owned(), notice::text()?.into_bytes())];
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        files.push((format!("META-INF/{name}"), read(Path::new(name))?));
    }
    Ok(files)
}

fn readme(text: &str) -> Vec<Entry> {
    vec![("README.txt".to_owned(), text.into())]
}

fn file_name(name: &str, end: &str) -> std::result::Result<String, String> {
    Ok(format!("{name}-{}{end}.jar", kotlin::version("version")?))
}

fn artifact(name: &str, end: &str) -> std::result::Result<PathBuf, String> {
    Ok(Path::new(PACKAGE).join(file_name(name, end)?))
}

fn write(path: &Path, files: &[Entry]) -> Result {
    let bytes = jar::write(files).map_err(|error| format!("{}: {error}", path.display()))?;
    put(path, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<Entry> {
        names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect()
    }

    #[test]
    fn a_missing_path_and_a_stray_one_are_named() {
        let faults = check_shipped(&names(&["META-INF/MANIFEST.MF", "libhereabouts_ffi_testing.so"]), &[]).unwrap();
        let found = faults.join("\n");
        assert!(found.contains("META-INF/NOTICE: missing") && found.contains("LICENSE-MIT: missing"), "{found}");
        assert!(found.contains("libhereabouts_ffi_testing.so does not belong"), "{found}");
        assert!(found.contains(&format!("{}: missing", Kind::Shipped.path().unwrap())), "{found}");
    }

    /// Under one name the first on a class path would hide the other.
    #[test]
    fn tests_have_a_library_of_another_name() {
        assert_ne!(Kind::Shipped.path(), Kind::Testing.path());
        let shipped = Kind::Shipped.path().unwrap();
        let found =
            check_testing(&names(&[&shipped, "io/hereabouts/testing/Rehearsal.class"]), &[]).unwrap().join("\n");
        assert!(found.contains(&format!("{shipped} does not belong")), "{found}");
        assert!(found.contains(&format!("{}: missing", Kind::Testing.path().unwrap())), "{found}");
    }
}
