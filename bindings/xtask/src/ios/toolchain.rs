//! What compiles for Apple's systems: Xcode, or, where there is none, Debian's clang with free headers.
//!
//! The second is a link check: it shows that everything compiles for a phone and what it asks of the system, and nothing was
//! compiled against Apple's own headers. A symbol in each library says so, and none of them may ship.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::library::{LINKCHECK, Platform};
use crate::mobile::{self, CLANG};
use crate::{Result, install, run};

/// The oldest iOS that the library is for, as in `Package.swift`.
pub(crate) const OLDEST: &str = "15.0";

/// What makes one library of two architectures where there is no Xcode, and Debian's package that has it.
const LIPO: &str = "llvm-lipo-14";
const LLVM: &str = "llvm-14";

/// Stands where a linker would.
const NO_LINKER: &str = "bindings/xtask/ios/no-linker.sh";

/// What compiles.
pub(crate) enum Toolchain {
    Xcode,
    /// With what was made in this folder.
    LinkCheck(PathBuf),
}

impl Toolchain {
    /// Xcode on a Mac; elsewhere what a link check needs is made in `scratch`.
    pub(crate) fn find(scratch: &Path) -> std::result::Result<Self, String> {
        run(Command::new("rustup").args(["component", "add", "llvm-tools"]))?;
        if cfg!(target_os = "macos") {
            run(Command::new("xcodebuild").arg("-version"))?;
            return Ok(Self::Xcode);
        }
        eprintln!("xtask: no Xcode: a link check, of which nothing can be published");
        mobile::clang()?;
        let lipo = Command::new(LIPO).arg("--version").output();
        if !lipo.is_ok_and(|output| output.status.success()) {
            install(LLVM)?;
        }
        let scratch = std::path::absolute(scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
        headers(&scratch)?;
        Ok(Self::LinkCheck(scratch))
    }

    pub(crate) fn is_link_check(&self) -> bool {
        matches!(self, Self::LinkCheck(_))
    }

    /// Builds the library for one of Rust's targets; with the test kit for a simulator, where an app's tests run and no user is.
    pub(crate) fn build(&self, target: &str, platform: Platform) -> std::result::Result<PathBuf, String> {
        mobile::build(target, "staticlib", super::xcframework::LIBRARY, |cargo| {
            cargo.env("IPHONEOS_DEPLOYMENT_TARGET", OLDEST);
            if platform == Platform::Simulator {
                cargo.args(["--features", "rehearsal"]);
            }
            let Self::LinkCheck(scratch) = self else { return Ok(()) };
            let name = target.replace('-', "_");
            let linker = std::path::absolute(NO_LINKER).map_err(|error| format!("{NO_LINKER}: {error}"))?;
            cargo.env(format!("CARGO_TARGET_{}_LINKER", name.to_uppercase()), linker);
            cargo.env(format!("CC_{name}"), CLANG).env(format!("AR_{name}"), mobile::rust_tools()?.join("llvm-ar"));
            cargo.env("SDKROOT", scratch.join("sdk"));
            Ok(())
        })
    }

    /// Makes one library of those for several architectures, in `folder`, without bitcode.
    pub(crate) fn join(&self, folder: &Path, libraries: &[(&str, PathBuf)]) -> std::result::Result<PathBuf, String> {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut marked = Vec::new();
        for (target, library) in libraries {
            let copy = folder.join(format!("{target}.a"));
            fs::copy(library, &copy).map_err(|error| format!("{}: {error}", library.display()))?;
            without_bitcode(&copy)?;
            if self.is_link_check() {
                mark(target, &copy)?;
            }
            marked.push(copy);
        }
        if let [only] = marked.as_slice() {
            return Ok(only.clone());
        }
        let joined = folder.join(super::xcframework::LIBRARY);
        let lipo = if self.is_link_check() { LIPO } else { "lipo" };
        run(Command::new(lipo).arg("-create").args(&marked).arg("-output").arg(&joined))?;
        Ok(joined)
    }
}

/// Adds an object to a library by which whoever reads it sees a link check.
fn mark(target: &str, library: &Path) -> Result {
    let (source, object) = (library.with_extension("s"), library.with_extension("linkcheck.o"));
    let system = match target {
        "aarch64-apple-ios" => format!("arm64-apple-ios{OLDEST}"),
        "aarch64-apple-ios-sim" => format!("arm64-apple-ios{OLDEST}-simulator"),
        _ => format!("x86_64-apple-ios{OLDEST}-simulator"),
    };
    let text = format!(".const\n.globl {LINKCHECK}\n{LINKCHECK}:\n.byte 1\n");
    fs::write(&source, text).map_err(|error| format!("{}: {error}", source.display()))?;
    run(Command::new(CLANG).arg(format!("--target={system}")).arg("-c").arg(&source).arg("-o").arg(&object))?;
    run(Command::new(mobile::rust_tools()?.join("llvm-ar")).arg("rs").arg(library).arg(&object))
}

/// Takes LLVM's code out of a library: Rust's standard library has it beside the machine's, and the App Store wants none.
fn without_bitcode(library: &Path) -> Result {
    let sections = ["--remove-section=__LLVM,__bitcode", "--remove-section=__LLVM,__cmdline"];
    run(Command::new(mobile::rust_tools()?.join("llvm-objcopy")).args(sections).arg(library))
}

/// Puts free headers of Apple's C library into `scratch`, once, where a compiler looks for those of an SDK.
fn headers(scratch: &Path) -> Result {
    mobile::headers(scratch, "sdk/usr/include", |name, bytes| {
        Some((name.strip_prefix("any-macos-any").ok()?.into(), bytes))
    })
}
