//! The library for this machine, built twice: as a service gets it, and as its tests do.

use std::env::consts;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::elf;
use object::read::elf::{ElfFile, FileHeader};

use crate::elf::{Linked, REHEARSES};
use crate::{library_folder, run, target_folder};

/// What a system of glibc has: glibc itself, and GCC's unwinder, which comes with it.
const SYSTEM: [&str; 8] = [
    "libc.so.6",
    "libm.so.6",
    "libdl.so.2",
    "librt.so.1",
    "libpthread.so.0",
    "libgcc_s.so.1",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
];

/// What a library for a host exports beside uniffi's functions: its description of them, from which bindings are written.
const DESCRIPTIONS: [&str; 1] = ["UNIFFI_META_"];

/// Who a library is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Programs: optimized, without the test kit. It is what phones get, but for its profile: a server has room, and no time.
    Shipped,
    /// Their tests: with the test kit and repeatable noise, which a build without debug assertions refuses.
    Testing,
}

impl Kind {
    /// Where JNA looks for it in a jar. One name each: on one class path they do not hide each other.
    pub(crate) fn path(self) -> std::result::Result<String, String> {
        let name = match self {
            Self::Shipped => "hereabouts_ffi",
            Self::Testing => "hereabouts_ffi_testing",
        };
        Ok(format!("{}/{}{name}{}", prefix(consts::OS, consts::ARCH)?, consts::DLL_PREFIX, consts::DLL_SUFFIX))
    }

    /// Puts it, without symbols, into a file of `folder`, and says which. That of tests was built with the bindings.
    pub(crate) fn build(self, folder: &Path) -> std::result::Result<PathBuf, String> {
        let from = match self {
            Self::Shipped => {
                let package = ["--package", "hereabouts-ffi", "--lib", "--crate-type", "cdylib"];
                run(Command::new("cargo").arg("rustc").args(package).args(["--release", "--no-default-features"]))?;
                target_folder().join("release")
            }
            Self::Testing => library_folder(),
        };
        let built = from.join(format!("{}hereabouts_ffi{}", consts::DLL_PREFIX, consts::DLL_SUFFIX));
        let stripped = folder.join(self.path()?.rsplit('/').next().unwrap_or_default());
        run(Command::new("strip").args(["-S", "-x", "-o"]).arg(&stripped).arg(built))?;
        Ok(stripped)
    }
}

/// What JNA calls a system, from what Rust calls it.
fn prefix(system: &str, architecture: &str) -> std::result::Result<String, String> {
    let unknown = || format!("JNA's name of {system} on {architecture} is not known here");
    let system = match system {
        "linux" => "linux",
        "macos" => "darwin",
        "windows" => "win32",
        _ => return Err(unknown()),
    };
    let architecture = match architecture {
        "x86_64" => "x86-64",
        "aarch64" => "aarch64",
        _ => return Err(unknown()),
    };
    Ok(format!("{system}-{architecture}"))
}

/// What is read from a library.
#[derive(Clone, Debug, Default)]
pub(crate) struct Library {
    linked: Linked,
    /// The glibc that it needs at least.
    glibc: Option<(u32, u32)>,
}

impl Library {
    /// Reads a library of Linux; of other systems none is read, so none passes.
    pub(crate) fn read(bytes: &[u8]) -> std::result::Result<Self, String> {
        Self::parse(bytes).map_err(|error| format!("no library of Linux with addresses of 64 bits: {error}"))
    }

    fn parse(bytes: &[u8]) -> object::read::Result<Self> {
        let file = ElfFile::<elf::FileHeader64<object::Endianness>>::parse(bytes)?;
        let endian = file.endian();
        let mut library = Self { linked: Linked::read(&file)?, glibc: None };
        let sections = file.elf_header().sections(endian, bytes)?;
        if let Some((mut files, link)) = sections.gnu_verneed(endian, bytes)? {
            let strings = sections.strings(endian, bytes, link)?;
            while let Some((_, mut versions)) = files.next()? {
                while let Some(version) = versions.next()? {
                    library.glibc = library.glibc.max(glibc(version.name(endian, strings)?));
                }
            }
        }
        Ok(library)
    }

    /// A line for people.
    pub(crate) fn describe(&self) -> String {
        let glibc = self.glibc.map_or_else(String::new, |(major, minor)| format!(", glibc {major}.{minor} or later"));
        let (needed, exports) = (self.linked.needed.join(" "), self.linked.exports.len());
        format!("{} bytes, needs {needed}{glibc}, exports {exports}", self.linked.bytes)
    }

    /// What is wrong with it, as the library of `kind` that must export `called`.
    pub(crate) fn faults(&self, kind: Kind, called: &[String]) -> Vec<String> {
        let mut also = DESCRIPTIONS.to_vec();
        if matches!(kind, Kind::Testing) {
            also.push(REHEARSES);
        }
        let mut faults = self.linked.faults(&SYSTEM, called, &also);
        if self.glibc.is_none() {
            faults.push("does not say which glibc it needs".to_owned());
        }
        match (kind, self.linked.repeats_noise()) {
            (Kind::Shipped, true) => faults.push("a library of tests, which repeats its noise".to_owned()),
            (Kind::Testing, false) => faults.push("does not repeat its noise, as tests ask of it".to_owned()),
            _ => (),
        }
        faults
    }
}

/// The version that a symbol's version names, if it is glibc's.
fn glibc(version: &[u8]) -> Option<(u32, u32)> {
    let (major, minor) = std::str::from_utf8(version).ok()?.strip_prefix("GLIBC_")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elf::REPEATS_NOISE;

    fn sound() -> Library {
        Library {
            linked: Linked {
                needed: vec!["libc.so.6".to_owned()],
                exports: vec!["uniffi_a".to_owned(), "UNIFFI_META_A".to_owned()],
                ..Linked::default()
            },
            glibc: Some((2, 34)),
        }
    }

    #[test]
    fn each_fault_is_found() {
        type Change = fn(&mut Library);
        let changes: [(Change, &str); 3] = [
            (|library| library.linked.needed.push("libsqlite3.so.0".to_owned()), "libsqlite3.so.0"),
            (|library| library.glibc = None, "which glibc"),
            (|library| library.linked.exports.push(REPEATS_NOISE.to_owned()), "repeats its noise"),
        ];
        let faults = |library: &Library, kind| library.faults(kind, &["uniffi_a".to_owned()]).join("\n");
        assert_eq!(faults(&sound(), Kind::Shipped), "");
        for (change, fault) in changes {
            let mut library = sound();
            change(&mut library);
            let found = faults(&library, Kind::Shipped);
            assert!(found.contains(fault) && found.lines().count() == 1, "{found}");
        }
        assert!(faults(&sound(), Kind::Testing).contains("does not repeat"));
    }

    #[test]
    fn systems_have_the_names_that_jna_gives_them() {
        assert_eq!(prefix("linux", "x86_64").unwrap(), "linux-x86-64");
        assert_eq!(prefix("macos", "aarch64").unwrap(), "darwin-aarch64");
        assert!(prefix("linux", "vax").is_err());
    }

    #[test]
    fn the_later_glibc_is_the_greater_number() {
        assert!(glibc(b"GLIBC_2.34") > glibc(b"GLIBC_2.9"));
        assert_eq!([glibc(b"GLIBC_2.2.5"), glibc(b"GCC_3.0"), glibc(b"GLIBC_PRIVATE")], [Some((2, 2)), None, None]);
    }

    /// This test's own program.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn headers_are_read_from_the_file() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let library = Library::read(&program).unwrap();
        assert!(
            library.linked.needed.contains(&"libc.so.6".to_owned()) && library.glibc >= Some((2, 17)),
            "{library:?}"
        );
        assert!(Library::read(b"PK").is_err());
    }
}
