//! The XCFramework: which libraries are in it, where they lie, its list of them, and its archive.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use plist::{Dictionary, Value};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::library::Platform;
use crate::Result;

/// The module of the C functions, and the framework's name.
pub(crate) const MODULE: &str = "HereaboutsFFI";

/// The library in each slice.
pub(crate) const LIBRARY: &str = "libhereabouts_ffi.a";

/// What an app's code includes. It names no library to link, since the framework is the library.
pub(crate) const MODULE_MAP: &str = "module HereaboutsFFI {\n    header \"HereaboutsFFI.h\"\n    export *\n}\n";

/// One library of the framework, for one system.
pub(crate) struct Slice {
    /// Its folder in the framework, as Xcode calls it.
    pub(crate) folder: &'static str,
    pub(crate) platform: Platform,
    /// Rust's target and Apple's architecture.
    pub(crate) targets: &'static [(&'static str, &'static str)],
}

/// Devices, and simulators on both kinds of Mac.
pub(crate) const SLICES: [Slice; 2] = [
    Slice { folder: "ios-arm64", platform: Platform::Device, targets: &[("aarch64-apple-ios", "arm64")] },
    Slice {
        folder: "ios-arm64_x86_64-simulator",
        platform: Platform::Simulator,
        targets: &[("aarch64-apple-ios-sim", "arm64"), ("x86_64-apple-ios", "x86_64")],
    },
];

/// Writes a new framework of the slices' libraries, in the order of `SLICES`.
pub(crate) fn assemble(framework: &Path, libraries: &[PathBuf], header: &Path) -> Result {
    let failed = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    if framework.exists() {
        fs::remove_dir_all(framework).map_err(|error| failed(framework, &error))?;
    }
    for (slice, library) in SLICES.iter().zip(libraries) {
        let folder = framework.join(slice.folder);
        let headers = folder.join("Headers").join(MODULE);
        fs::create_dir_all(&headers).map_err(|error| failed(&headers, &error))?;
        fs::copy(library, folder.join(LIBRARY)).map_err(|error| failed(library, &error))?;
        fs::copy(header, headers.join("HereaboutsFFI.h")).map_err(|error| failed(header, &error))?;
        fs::write(headers.join("module.modulemap"), MODULE_MAP).map_err(|error| failed(&headers, &error))?;
    }
    let path = framework.join("Info.plist");
    list().to_file_xml(&path).map_err(|error| failed(&path, &error))
}

/// What `Info.plist` says.
pub(crate) fn list() -> Value {
    let text = |text: &str| Value::String(text.to_owned());
    let library = |slice: &Slice| {
        let mut library = Dictionary::new();
        library.insert("BinaryPath".to_owned(), text(LIBRARY));
        library.insert("HeadersPath".to_owned(), text("Headers"));
        library.insert("LibraryIdentifier".to_owned(), text(slice.folder));
        library.insert("LibraryPath".to_owned(), text(LIBRARY));
        let architectures = slice.targets.iter().map(|(_, architecture)| text(architecture)).collect();
        library.insert("SupportedArchitectures".to_owned(), Value::Array(architectures));
        library.insert("SupportedPlatform".to_owned(), text("ios"));
        if slice.platform == Platform::Simulator {
            library.insert("SupportedPlatformVariant".to_owned(), text("simulator"));
        }
        Value::Dictionary(library)
    };
    let mut list = Dictionary::new();
    list.insert("AvailableLibraries".to_owned(), Value::Array(SLICES.iter().map(library).collect()));
    list.insert("CFBundlePackageType".to_owned(), text("XFWK"));
    list.insert("XCFrameworkFormatVersion".to_owned(), text("1.0"));
    Value::Dictionary(list)
}

/// All files beneath a folder, by their path in it, in one order.
pub(crate) fn files(folder: &Path) -> std::result::Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(folder.join(&inner)).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = inner.join(entry.file_name());
            if entry.file_type().map_err(failed)?.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// The framework's archive: of the same files always the same bytes.
pub(crate) fn archive(framework: &Path) -> std::result::Result<Vec<u8>, String> {
    let name = framework.file_name().ok_or("a framework without a name")?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for path in files(framework)? {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let inside = Path::new(name).join(&path);
        let data = fs::read(framework.join(&path)).map_err(|error| failed(&error))?;
        archive.start_file(inside.to_string_lossy(), options).map_err(|error| failed(&error))?;
        archive.write_all(&data).map_err(|error| failed(&error))?;
    }
    Ok(archive.finish().map_err(|error| format!("the archive: {error}"))?.into_inner())
}

/// The checksum that SwiftPM compares: SHA-256, in hexadecimal.
pub(crate) fn checksum(archive: &[u8]) -> String {
    Sha256::digest(archive).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the test's own, empty.
    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("hereabouts-xtask-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    #[test]
    fn an_archive_of_the_same_files_has_the_same_checksum_whenever_it_is_made() {
        let folder = folder("archive");
        let sums = ["one", "two"].map(|copy| {
            let framework = folder.join(copy).join("A.xcframework");
            fs::create_dir_all(framework.join("slice")).expect("a folder");
            // Made in another order, at another time.
            let mut names = ["slice/b", "slice/a", "Info.plist"];
            if copy == "two" {
                names.reverse();
            }
            for name in names {
                fs::write(framework.join(name), name).expect("a file");
                let then =
                    std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(copy.len() as u64 * 86_400);
                fs::File::options()
                    .write(true)
                    .open(framework.join(name))
                    .expect("it")
                    .set_modified(then)
                    .expect("time");
            }
            checksum(&archive(&framework).expect("an archive"))
        });
        assert_eq!(sums[0], sums[1]);
        fs::write(folder.join("two/A.xcframework/slice/a"), "other").expect("a file");
        assert_ne!(sums[0], checksum(&archive(&folder.join("two/A.xcframework")).expect("an archive")));
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn the_checksum_is_sha_256() {
        assert_eq!(checksum(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn the_list_names_every_slice() {
        let text = format!("{:?}", list());
        for slice in &SLICES {
            assert!(text.contains(slice.folder));
        }
    }
}
