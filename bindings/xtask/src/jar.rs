//! The archives of Java: jars, and the AAR.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::Result;

/// A file in an archive: its path there, and its bytes.
pub(crate) type Entry = (String, Vec<u8>);

/// The same bytes for the same files: without times.
pub(crate) fn write(files: &[Entry]) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name.as_str(), SimpleFileOptions::default())?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The files in an archive, without its folders.
pub(crate) fn files(archive: &[u8]) -> zip::result::ZipResult<Vec<Entry>> {
    let mut archive = ZipArchive::new(Cursor::new(archive))?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        if file.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        files.push((file.name()?.into_owned(), bytes));
    }
    Ok(files)
}

/// Every file below `folder`, by its path from there, in one order.
pub(crate) fn below(folder: &Path) -> std::result::Result<Vec<Entry>, String> {
    fn walk(folder: &Path, from: &str, found: &mut Vec<Entry>) -> Result {
        let failed = |error| format!("{}: {error}", folder.display());
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = format!("{from}{}", path.file_name().unwrap_or_default().to_string_lossy());
            if path.is_dir() {
                walk(&path, &format!("{name}/"), found)?;
            } else {
                found.push((name, read(&path)?));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

/// The functions of the library that the bindings call: their names stand in the classes of `jar`.
pub(crate) fn called(jar: &[u8]) -> zip::result::ZipResult<Vec<String>> {
    let mut names = Vec::new();
    for (_, class) in files(jar)? {
        let words = class.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        let words = words.filter_map(|word| std::str::from_utf8(word).ok()).filter(|word| is_function(word));
        names.extend(words.map(str::to_owned));
    }
    names.sort();
    names.dedup();
    Ok(names)
}

fn is_function(name: &str) -> bool {
    ["uniffi_hereabouts_ffi_fn_", "uniffi_hereabouts_ffi_checksum_", "ffi_hereabouts_ffi_"]
        .iter()
        .any(|begin| name.starts_with(begin))
}

pub(crate) fn read(path: &Path) -> std::result::Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_bindings_call_is_read_from_their_classes() {
        let class = b"\0\x24uniffi_hereabouts_ffi_fn_free_fix\x01\0\x05other".to_vec();
        let jar = write(&[("A.class".to_owned(), class)]).unwrap();
        assert_eq!(called(&jar).unwrap(), ["uniffi_hereabouts_ffi_fn_free_fix"]);
    }

    #[test]
    fn what_was_written_is_read() {
        let written = vec![("META-INF/A".to_owned(), b"a".to_vec()), ("b/C.class".to_owned(), Vec::new())];
        assert_eq!(files(&write(&written).unwrap()).unwrap(), written);
    }
}
