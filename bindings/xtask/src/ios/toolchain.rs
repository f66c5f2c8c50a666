//! What compiles for Apple's systems: Xcode, or, where there is none, Debian's clang with free headers.
//!
//! The second is a link check: it shows that everything compiles for a phone and what it asks of the system, and nothing was
//! compiled against Apple's own headers. A symbol in each library says so, and none of them may ship.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::library::LINKCHECK;
use crate::{Result, install, mobile, run};

/// The oldest iOS that the library is for, as in `Package.swift`.
pub(crate) const OLDEST: &str = "15.0";

/// What the link check needs of C.
const CLANG: &str = "clang-19";

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
        for (program, package) in [(CLANG, CLANG), (LIPO, LLVM)] {
            if !is_there(program) {
                install(package)?;
            }
        }
        let scratch = std::path::absolute(scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
        headers(&scratch)?;
        Ok(Self::LinkCheck(scratch))
    }

    pub(crate) fn is_link_check(&self) -> bool {
        matches!(self, Self::LinkCheck(_))
    }

    /// Builds the library for one of Rust's targets.
    pub(crate) fn build(&self, target: &str) -> std::result::Result<PathBuf, String> {
        let mut cargo = Command::new("cargo");
        // The static library alone: with another kind beside it Cargo leaves out the optimization of the whole.
        cargo.args(["rustc", "--package", "hereabouts-ffi", "--lib", "--crate-type", "staticlib"]);
        cargo.args(["--profile", mobile::PROFILE, "--no-default-features", "--features", mobile::FEATURES]);
        cargo.args(["--target", target]).env("IPHONEOS_DEPLOYMENT_TARGET", OLDEST);
        match self {
            Self::Xcode => run(Command::new("rustup").args(["target", "add", target]))?,
            Self::LinkCheck(scratch) => {
                if !has_std(target)? {
                    run(Command::new("rustup").args(["component", "add", "rust-src"]))?;
                    cargo.arg("-Zbuild-std=std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
                }
                let name = target.replace('-', "_");
                let linker = std::path::absolute(NO_LINKER).map_err(|error| format!("{NO_LINKER}: {error}"))?;
                cargo.env(format!("CARGO_TARGET_{}_LINKER", name.to_uppercase()), linker);
                cargo.env(format!("CC_{name}"), CLANG).env(format!("AR_{name}"), mobile::rust_tools()?.join("llvm-ar"));
                cargo.env("SDKROOT", scratch.join("sdk"));
            }
        }
        run(&mut cargo)?;
        let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
        Ok(folder.join(target).join(mobile::PROFILE).join(super::xcframework::LIBRARY))
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

/// Whether a program starts.
fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Whether rustup has, or gets, a built standard library for a target. It has none of the simulators' everywhere.
fn has_std(target: &str) -> std::result::Result<bool, String> {
    let asked = Command::new("rustup").args(["target", "add", target]).output();
    if !asked.map_err(|error| format!("rustup: {error}"))?.status.success() {
        eprintln!("xtask: rustup has no standard library for {target}: it is built from its source");
    }
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", target]).output();
    let output = output.map_err(|error| format!("rustc: {error}"))?;
    Ok(Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
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
    const INCLUDE: &str = "ziglang/lib/libc/include/any-macos-any/";
    let folder = scratch.join("sdk/usr/include");
    if folder.is_dir() {
        return Ok(());
    }
    crate::python();
    let (environment, wheels, unpacked) = (scratch.join("python"), scratch.join("wheels"), scratch.join("unpacked"));
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
    run(Command::new(environment.join("bin/python"))
        .args(pip)
        .args(["--only-binary=:all:", "--requirement", "bindings/xtask/ios/requirements.txt", "--dest"])
        .arg(&wheels))?;
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", wheels.display());
    let wheel = fs::read_dir(&wheels).map_err(|error| failed(&error))?.next().ok_or("no wheel was downloaded")?;
    let wheel = fs::read(wheel.map_err(|error| failed(&error))?.path()).map_err(|error| failed(&error))?;
    let mut wheel = zip::ZipArchive::new(Cursor::new(wheel)).map_err(|error| failed(&error))?;
    for index in 0..wheel.len() {
        let mut file = wheel.by_index(index).map_err(|error| failed(&error))?;
        let Some(name) = file.enclosed_name() else { continue };
        let Ok(name) = name.strip_prefix(INCLUDE) else { continue };
        if file.is_dir() {
            continue;
        }
        let path = unpacked.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&unpacked)).map_err(|error| failed(&error))?;
        let mut written = fs::File::create(&path).map_err(|error| failed(&error))?;
        std::io::copy(&mut file, &mut written).map_err(|error| failed(&error))?;
    }
    fs::create_dir_all(scratch.join("sdk/usr")).map_err(|error| failed(&error))?;
    fs::rename(&unpacked, &folder).map_err(|error| failed(&error))
}
