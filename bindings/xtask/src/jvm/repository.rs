//! The staged repository: what would be uploaded to Maven's, laid out and with its checksums.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::PACKAGE;
use crate::jar::{below, read};
use crate::kotlin::version;
use crate::{Result, android, run};

/// Where it is.
pub(crate) const REPOSITORY: &str = "target/package/maven";

/// A repository of what Maven itself needs, so that nobody's own is written to.
pub(crate) const LOCAL: &str = "target/package/maven-local";

/// What puts a file into a repository; it states the checksums.
const DEPLOY: &str = "org.apache.maven.plugins:maven-deploy-plugin:3.1.4:deploy-file";

const GROUP: &str = "io/hereabouts";

/// What the modules inherit.
const PARENT: &str = "bindings/kotlin/pom.xml";

/// What is published: jars with the POMs of their modules. Benches, the shrunk app and the example are not.
pub(crate) const ARTIFACTS: [&str; 4] = ["hereabouts-ffi", "hereabouts", "hereabouts-jvm", "hereabouts-testing"];

/// Stages everything that [`PACKAGE`] holds, and the AAR where it was built.
pub(crate) fn stage() -> Result {
    let repository = Path::new(REPOSITORY);
    if repository.exists() {
        fs::remove_dir_all(repository).map_err(|error| format!("{REPOSITORY}: {error}"))?;
    }
    let version = version("version")?;
    deploy(Path::new(PARENT), Path::new(PARENT), None)?;
    for artifact in ARTIFACTS {
        let pom = Path::new("bindings/kotlin").join(artifact).join("pom.xml");
        let jar = Path::new(PACKAGE).join(format!("{artifact}-{version}.jar"));
        let docs = Path::new(PACKAGE).join(format!("{artifact}-{version}-javadoc.jar"));
        deploy(&pom, &jar, Some(&docs))?;
    }
    for aar in aars()? {
        let docs = Path::new(PACKAGE).join(format!("hereabouts-android-{version}-javadoc.jar"));
        deploy(&aar.with_extension("pom"), &aar, Some(&docs))?;
    }
    // Whoever uploads to a repository that others upload to leaves its list of versions to it.
    for (name, _) in below(repository)? {
        if name.rsplit('/').next().is_some_and(|name| name.starts_with("maven-metadata.xml")) {
            fs::remove_file(repository.join(&name)).map_err(|error| format!("{name}: {error}"))?;
        }
    }
    Ok(())
}

/// The AARs that `cargo xtask package android` left: one, or none.
fn aars() -> std::result::Result<Vec<PathBuf>, String> {
    if Path::new(android::PACKAGE).is_dir() { android::aars(Path::new(android::PACKAGE)) } else { Ok(Vec::new()) }
}

/// Deploys `file` by its POM, with its sources beside it.
fn deploy(pom: &Path, file: &Path, docs: Option<&Path>) -> Result {
    let absolute = |path: &Path| std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()));
    let mut maven = Command::new("mvn");
    maven.args(["--quiet", "--batch-mode", DEPLOY, "-DrepositoryId=staged"]);
    maven.arg(format!("-Durl=file://{}", absolute(Path::new(REPOSITORY))?.display()));
    maven.arg(format!("-Dmaven.repo.local={}", absolute(Path::new(LOCAL))?.display()));
    maven.arg(format!("-DpomFile={}", absolute(pom)?.display()));
    maven.arg(format!("-Dfile={}", absolute(file)?.display()));
    if let Some(docs) = docs {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        maven.arg(format!("-Dsources={}", absolute(&file.with_file_name(format!("{stem}-sources.jar")))?.display()));
        maven.arg(format!("-Djavadoc={}", absolute(docs)?.display()));
    }
    run(&mut maven)
}

/// What is wrong with the staged repository; `to_publish` refuses what only a release may be.
pub(crate) fn check(to_publish: bool) -> std::result::Result<Vec<String>, String> {
    let version = version("version")?;
    let mut expected = files("hereabouts-parent", &version, &[".pom"]);
    let mut looked_at = Vec::new();
    for artifact in ARTIFACTS {
        expected.extend(files(artifact, &version, &[".pom", ".jar", "-sources.jar", "-javadoc.jar"]));
        looked_at.push(Path::new(PACKAGE).join(format!("{artifact}-{version}.jar")));
    }
    looked_at.extend(aars()?);
    let mut faults = Vec::new();
    for aar in aars()? {
        let name = aar.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let of = name.strip_prefix("hereabouts-android-").unwrap_or_default();
        expected.extend(files("hereabouts-android", of, &[".pom", ".aar", "-sources.jar", "-javadoc.jar"]));
        if to_publish && of != version {
            faults.push(format!("{name}: not the AAR of a release, which is hereabouts-android-{version}"));
        }
    }
    let found = below(Path::new(REPOSITORY))?;
    faults.extend(paths(&expected, &found.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()));
    // What was read and found good is what would be uploaded.
    for file in looked_at {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (bytes, end) = (read(&file)?, format!("/{name}"));
        if found.iter().any(|(path, staged)| path.ends_with(&end) && *staged != bytes) {
            faults.push(format!("{name}: another one is staged: `cargo xtask package jvm`"));
        }
    }
    let parent = text(&read(Path::new(PARENT))?);
    for (name, bytes) in found.iter().filter(|(name, _)| name.ends_with(".pom")) {
        faults.extend(pom_faults(&text(bytes), &parent).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    let address = element(&parent, "url").unwrap_or_default();
    if !text(&read(Path::new("Package.swift"))?).contains(&format!("\"{address}/")) {
        faults.push(format!("{PARENT}: its address is {address:?}, which Package.swift does not name"));
    }
    Ok(faults)
}

/// The paths of one artifact's files, and of what states their checksums.
fn files(artifact: &str, version: &str, ends: &[&str]) -> Vec<String> {
    let file = |end| format!("{GROUP}/{artifact}/{version}/{artifact}-{version}{end}");
    ends.iter().flat_map(|end| ["", ".md5", ".sha1"].map(|sum| format!("{}{sum}", file(end)))).collect()
}

fn paths(expected: &[String], found: &[String]) -> Vec<String> {
    let missing = expected.iter().filter(|path| !found.contains(path)).map(|path| format!("{path}: missing"));
    let stray = found.iter().filter(|path| !expected.contains(path));
    missing.chain(stray.map(|path| format!("{path}: nothing of that name is published"))).collect()
}

/// What a POM lacks of what Maven Central asks for; a module has the rest from its parent.
fn pom_faults(pom: &str, parent: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let of_its_own = ["name", "description"].map(|name| (name, element(pom, name)));
    let inherited = ["url", "licenses", "developers", "scm"].map(|name| {
        let has_parent = pom.contains("<artifactId>hereabouts-parent</artifactId>");
        (name, element(pom, name).or_else(|| has_parent.then(|| element(parent, name)).flatten()))
    });
    for (name, value) in of_its_own.into_iter().chain(inherited) {
        match value {
            Some(value) if value.trim().is_empty() => faults.push(format!("its {name} is empty")),
            Some(value)
                if name == "licenses" && value.matches("<license>").count() != value.matches("<url>").count() =>
            {
                faults.push("a licence without its address".to_owned());
            }
            Some(_) => (),
            None => faults.push(format!("lacks its {name}")),
        }
    }
    faults
}

/// What stands in the first element of a name that is a child of the project itself: those are indented by two.
fn element<'a>(pom: &'a str, name: &str) -> Option<&'a str> {
    let rest = pom.split_once(&format!("\n  <{name}"))?.1;
    let rest = rest.split_once('>')?.1;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pom_has_what_maven_central_asks_for() {
        let parent = include_str!("../../../kotlin/pom.xml");
        let module = include_str!("../../../kotlin/hereabouts-jvm/pom.xml");
        let aar = include_str!("../../../kotlin/hereabouts-android/src/main/aar/pom.xml");
        assert_eq!(pom_faults(parent, parent), Vec::<String>::new());
        assert_eq!(pom_faults(module, parent), Vec::<String>::new());
        assert_eq!(pom_faults(aar, ""), Vec::<String>::new());
        for name in ["url", "licenses", "developers", "scm", "name", "description"] {
            let fewer = aar.replacen(&format!("\n  <{name}"), "\n  <x", 1);
            assert_eq!(pom_faults(&fewer, parent), [format!("lacks its {name}")]);
        }
        let without = aar.replace("<url>https://opensource.org/license/mit</url>", "");
        assert_eq!(pom_faults(&without, parent), ["a licence without its address"]);
    }

    #[test]
    fn a_path_too_few_and_one_too_many_are_named() {
        let expected = files("hereabouts", "1", &[".jar"]);
        assert_eq!(expected[2], "io/hereabouts/hereabouts/1/hereabouts-1.jar.sha1");
        assert!(paths(&expected, &expected).is_empty());
        assert_eq!(paths(&expected, &expected[1..]), [format!("{}: missing", expected[0])]);
        assert_eq!(paths(&expected[1..], &expected), [format!("{}: nothing of that name is published", expected[0])]);
    }
}
