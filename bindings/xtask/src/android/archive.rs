//! The AAR: what Gradle takes from it, and nothing else.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use zip::ZipArchive;

use super::toolchain::{API, SONAME};
use super::{ABIS, Library};
use crate::Result;
use crate::jar::{self, put, read};
use crate::kotlin::{AndroidClasses, version};

/// The consumer rules of R8.
pub(crate) const RULES: &str = "bindings/kotlin/hereabouts-android/src/main/aar/proguard.txt";

/// The AAR's POM, but for the versions.
const POM: &str = "bindings/kotlin/hereabouts-android/src/main/aar/pom.xml";

/// The class that has `toFix`.
const LOCATIONS: &str = "io/hereabouts/android/Locations.class";

/// It asks for nothing, starts nothing, and says on which phones it runs.
fn manifest() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <manifest xmlns:android=\"http://schemas.android.com/apk/res/android\" package=\"io.hereabouts.android\">\n    \
         <uses-sdk android:minSdkVersion=\"{API}\" />\n</manifest>\n"
    )
}

/// Puts the AAR and what is published beside it into `package`: its POM and its sources.
pub(crate) fn write(package: &Path, classes: &AndroidClasses, suffix: &str) -> Result {
    let version = version("version")? + suffix;
    let mut files = vec![
        ("AndroidManifest.xml".to_owned(), manifest().into_bytes()),
        ("R.txt".to_owned(), Vec::new()),
        ("classes.jar".to_owned(), read(&classes.jar)?),
        ("proguard.txt".to_owned(), read(Path::new(RULES))?),
    ];
    for abi in &ABIS {
        let path = format!("jni/{}/{SONAME}", abi.name);
        files.push((path.clone(), read(&package.join(path))?));
    }
    let name = |end: &str| package.join(format!("hereabouts-android-{version}{end}"));
    let aar = jar::write(&files).map_err(|error| format!("the AAR: {error}"))?;
    put(&name(".aar"), &aar)?;
    put(&name(".pom"), pom(&version)?.as_bytes())?;
    put(&name("-sources.jar"), &read(&classes.sources)?)?;
    put(&package.join("bindings.jar"), &read(&classes.bindings)?)
}

/// The POM with this project's versions.
fn pom(aar: &str) -> std::result::Result<String, String> {
    let text = String::from_utf8_lossy(&read(Path::new(POM))?).into_owned();
    let text = text.replace("@AAR@", aar).replace("@VERSION@", &version("version")?);
    Ok(text.replace("@JNA@", &version("jna.version")?))
}

/// What is wrong with the AAR at `path`, and with what is beside it.
pub(crate) fn check(path: &Path, to_publish: bool) -> std::result::Result<Vec<String>, String> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let beside = |end: &str| path.with_file_name(format!("{name}{end}"));
    let mut faults = Vec::new();
    for end in [".pom", "-sources.jar"] {
        if !beside(end).is_file() {
            faults.push(format!("{}: missing", beside(end).display()));
        }
    }
    let pom = fs::read_to_string(beside(".pom")).unwrap_or_default();
    if let Some(fault) = pom_fault(&pom) {
        faults.push(format!("{}: {fault}", beside(".pom").display()));
    }
    let bindings = read(&path.with_file_name("bindings.jar"))?;
    let called = jar::called(&bindings).map_err(|error| format!("bindings.jar: {error}"))?;
    faults.extend(check_files(&read(path)?, &called, name.contains("linkcheck"), to_publish)?);
    Ok(faults)
}

/// What is wrong with a POM: an app must get the AAR, and JNA once, as an AAR too.
fn pom_fault(pom: &str) -> Option<&'static str> {
    let text = pom.split_whitespace().collect::<String>();
    let jna = "<groupId>net.java.dev.jna</groupId><artifactId>jna</artifactId>";
    if !text.contains("<packaging>aar</packaging>") {
        return Some("not that of an AAR");
    }
    if !text.contains(&format!("<exclusion>{jna}</exclusion>")) {
        return Some("does not exclude the JNA of desktops");
    }
    let named = text.split("<dependency>").filter(|dependency| dependency.starts_with(jna)).collect::<Vec<_>>();
    match named[..] {
        [jna] if jna.contains("<type>aar</type>") => None,
        _ => Some("does not name JNA once, as an AAR"),
    }
}

/// What is wrong with the files in an AAR.
fn check_files(
    aar: &[u8],
    called: &[String],
    is_link_check: bool,
    to_publish: bool,
) -> std::result::Result<Vec<String>, String> {
    let mut aar = ZipArchive::new(Cursor::new(aar)).map_err(|error| format!("no AAR: {error}"))?;
    let mut faults = Vec::new();
    let libraries = ABIS.iter().map(|abi| format!("jni/{}/{SONAME}", abi.name)).collect::<Vec<_>>();
    let rest = ["AndroidManifest.xml", "R.txt", "classes.jar", "proguard.txt"].map(str::to_owned);
    let expected = libraries.iter().chain(&rest).collect::<Vec<_>>();
    for name in aar.file_names() {
        let extra = name.map_err(|error| format!("no AAR: {error}"))?;
        if expected.iter().any(|expected| **expected == extra) {
            continue;
        }
        faults.push(format!("{extra}: nothing of that name belongs into the AAR"));
    }
    let mut contents = |name: &str| {
        let mut bytes = Vec::new();
        let is_read = aar.by_name(name).is_ok_and(|mut file| file.read_to_end(&mut bytes).is_ok());
        is_read.then_some(bytes)
    };
    for (abi, name) in ABIS.iter().zip(&libraries) {
        match contents(name).map(|bytes| Library::read(&bytes)) {
            None => faults.push(format!("{name}: missing")),
            Some(Err(error)) => faults.push(format!("{name}: {error}")),
            Some(Ok(library)) => {
                println!("  {name}: {}", library.describe());
                faults.extend(library.faults(abi, called, is_link_check, to_publish));
            }
        }
    }
    for name in &rest {
        let Some(bytes) = contents(name) else {
            faults.push(format!("{name}: missing"));
            continue;
        };
        if name == "AndroidManifest.xml" && bytes != manifest().as_bytes() {
            faults.push(format!("{name}: not the one that asks for no permission"));
        }
        if name == "classes.jar" && !jar_holds(&bytes, LOCATIONS) {
            faults.push(format!("{name}: without Location.toFix()"));
        }
        if name == "proguard.txt" && bytes.is_empty() {
            faults.push(format!("{name}: empty"));
        }
    }
    Ok(faults)
}

fn jar_holds(jar: &[u8], class: &str) -> bool {
    ZipArchive::new(Cursor::new(jar)).is_ok_and(|jar| jar.file_names().flatten().any(|name| name == class))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(files: &[(String, Vec<u8>)]) -> String {
        check_files(&jar::write(files).unwrap(), &[], false, false).unwrap().join("\n")
    }

    fn files() -> Vec<(String, Vec<u8>)> {
        let classes = jar::write(&[(LOCATIONS.to_owned(), Vec::new())]).unwrap();
        vec![
            ("AndroidManifest.xml".to_owned(), manifest().into_bytes()),
            ("R.txt".to_owned(), Vec::new()),
            ("classes.jar".to_owned(), classes),
            ("proguard.txt".to_owned(), b"-keep".to_vec()),
        ]
    }

    #[test]
    fn a_missing_path_is_named() {
        let whole = faults(&files());
        assert_eq!(whole.lines().count(), 3, "{whole}"); // the libraries
        assert!(whole.contains("jni/armeabi-v7a/libhereabouts_ffi.so: missing"), "{whole}");
        for index in 0..files().len() {
            let mut fewer = files();
            let (name, _) = fewer.remove(index);
            assert!(faults(&fewer).contains(&format!("{name}: missing")), "{name}");
        }
    }

    #[test]
    fn a_permission_and_a_stray_file_are_named() {
        let mut changed = files();
        changed[0].1 = manifest().replace("<uses-sdk", "<uses-permission android:name=\"x\"/><uses-sdk").into_bytes();
        changed.push(("assets/log.txt".to_owned(), Vec::new()));
        let found = faults(&changed);
        assert!(found.contains("AndroidManifest.xml: not the one") && found.contains("assets/log.txt"), "{found}");
    }

    #[test]
    fn an_app_gets_one_jna() {
        let sound = include_str!("../../../kotlin/hereabouts-android/src/main/aar/pom.xml");
        assert_eq!(pom_fault(sound), None);
        for (part, fault) in
            [("<packaging>aar", "AAR"), ("<exclusion>", "exclude"), ("<type>aar</type>", "once, as an AAR")]
        {
            assert!(pom_fault(&sound.replace(part, "<x>")).is_some_and(|found| found.contains(fault)), "{part}");
        }
    }
}
