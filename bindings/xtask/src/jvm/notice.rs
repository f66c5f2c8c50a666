//! Whose code is in the library: the text that goes with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The name of the text in a jar.
pub(crate) const PATH: &str = "META-INF/NOTICE";

/// Every crate that is linked into the library, with its licence and the files that state it.
pub(crate) fn text() -> std::result::Result<String, String> {
    // The licence files of a crate are found beside its manifest, which `cargo tree` does not name.
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--format-version=1", "--locked"])?)
        .map_err(|error| format!("cargo metadata: {error}"))?;
    let features = ["--package=hereabouts-ffi", "--all-features", "--edges=normal"];
    let tree = cargo(&[&["tree", "--locked", "--prefix=none", "--format={p}"], &features[..]].concat())?;
    let linked = tree.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?, words.next()?.strip_prefix('v')?))
    });
    let linked = linked.collect::<BTreeSet<_>>();
    let mut text =
        "The library of Hereabouts holds the crates below; Rust's standard library (MIT OR Apache-2.0, by the \
                    developers of the Rust project); and SQLite, which is in the public domain.\n"
            .to_owned();
    let mut licences = BTreeMap::<String, Vec<String>>::new();
    for package in metadata["packages"].as_array().ok_or("cargo metadata lists no packages")? {
        let field = |name: &str| package[name].as_str().unwrap_or_default();
        if !linked.contains(&(field("name"), field("version"))) || package["source"].is_null() {
            continue;
        }
        let name = format!("{} {}", field("name"), field("version"));
        let files = licence_files(Path::new(field("manifest_path")))?;
        let licence = match (field("license"), files.is_empty()) {
            ("", true) => return Err(format!("{name} states no licence")),
            ("", false) => "as its file below says",
            (licence, _) => licence,
        };
        writeln!(text, "{name}: {licence}").map_err(|error| error.to_string())?;
        for file in files {
            licences.entry(file).or_default().push(name.clone());
        }
    }
    for (licence, names) in licences {
        write!(text, "\n----\n{}:\n\n{}\n", names.join(", "), licence.trim_end()).map_err(|error| error.to_string())?;
    }
    Ok(text)
}

fn licence_files(manifest: &Path) -> std::result::Result<Vec<String>, String> {
    let folder = manifest.parent().ok_or("a manifest is in no folder")?;
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_licence = ["LICENSE", "LICENCE", "COPYING", "NOTICE"].iter().any(|begin| name.starts_with(begin));
        if is_licence && path.is_file() {
            texts.push(String::from_utf8_lossy(&std::fs::read(&path).map_err(failed)?).replace('\r', ""));
        }
    }
    Ok(texts)
}

fn cargo(arguments: &[&str]) -> std::result::Result<String, String> {
    let output = Command::new("cargo").args(arguments).output().map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_named_with_its_licence() {
        let text = text().unwrap();
        for (name, licence) in [("hpke ", ": MIT/Apache-2.0"), ("opendp ", ": as its file below says")] {
            assert!(text.lines().any(|line| line.starts_with(name) && line.ends_with(licence)), "{name}");
        }
        assert!(text.contains("Permission is hereby granted") && !text.contains("\nxtask "));
    }
}
