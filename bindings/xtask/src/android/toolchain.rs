//! What links a library for Android: the NDK, or, where there is none, Rust's own linker and stubs of the phone's libraries.
//!
//! The second is a link check: it shows that everything compiles for a phone, asks nothing of it that it lacks, and fits. Its
//! unwinder is empty, so nothing that it links may ship; a note in each library says so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Abi;
use crate::mobile::{self, CIPHERS, CLANG, rust_tools};
use crate::{Result, run};

/// The oldest Android that the library loads on.
pub(crate) const API: u32 = 24;

/// The owner of the note that a link check leaves in what it links.
pub(crate) const LINKCHECK_NOTE: &str = "Hereabouts-linkcheck";

/// A phone's memory may come in pages of 16 KiB.
pub(crate) const PAGE: u64 = 16_384;

/// The name that is looked for on a phone.
pub(crate) const SONAME: &str = "libhereabouts_ffi.so";

/// Stands before the linker, and takes away what an app has no use for.
const LINKER: &str = "bindings/xtask/android/without-metadata.sh";

/// How the linker makes less of it: functions that are the same are one (as `folding.rs` permits), relocations are written as
/// Android 6 reads them, and names have the one table that it looks into.
const SMALLER: [&str; 4] = ["--hash-style=gnu", "--icf=safe", "--pack-dyn-relocs=android", "-O2"];

/// What no app has a use for, and what would be in all compiled code: names of fields for programmers, places in the source,
/// tables that unwind a function which nothing unwinds or from between any two instructions, and what goes on after a panic
/// in a destructor.
const LEFT_OUT: [&str; 5] = [
    "-Cforce-unwind-tables=no",
    "-Zfmt-debug=shallow",
    "-Zlocation-detail=none",
    "-Zpanic-in-drop=abort",
    "-Zuse-sync-unwind=yes",
];

/// What a phone has, by library: everything that ours may ask for.
const STUBS: [(&str, &str); 4] = [
    ("c", include_str!("../../android/libc.syms")),
    ("m", include_str!("../../android/libm.syms")),
    ("dl", include_str!("../../android/libdl.syms")),
    ("log", include_str!("../../android/liblog.syms")),
];

/// What the NDK's unwinder has.
const UNWINDER: &str = include_str!("../../android/libunwind.syms");

/// What links.
pub(crate) enum Toolchain {
    /// The NDK in this folder.
    Ndk(PathBuf),
    /// Rust's linker with what was made in this folder.
    LinkCheck(PathBuf),
}

impl Toolchain {
    /// The NDK that `ANDROID_NDK_HOME` names; without one, what a link check needs is made in `scratch`.
    pub(crate) fn find(scratch: &Path) -> std::result::Result<Self, String> {
        if let Some(home) = std::env::var_os("ANDROID_NDK_HOME") {
            let bin = PathBuf::from(home).join("toolchains/llvm/prebuilt/linux-x86_64/bin");
            let is_there = bin.join("llvm-ar").is_file();
            return if is_there { Ok(Self::Ndk(bin)) } else { Err(format!("{}: no NDK is there", bin.display())) };
        }
        eprintln!("xtask: ANDROID_NDK_HOME names no NDK: a link check, of which nothing can be published");
        mobile::clang()?;
        run(Command::new("rustup").args(["component", "add", "llvm-tools"]))?;
        headers(scratch)?;
        Ok(Self::LinkCheck(scratch.to_owned()))
    }

    /// Whether nothing that this links may ship.
    pub(crate) fn is_link_check(&self) -> bool {
        matches!(self, Self::LinkCheck(_))
    }

    /// Tells Cargo how to compile C and to link for `abi`.
    pub(crate) fn prepare(&self, abi: &Abi, cargo: &mut Command) -> Result {
        let page = format!("max-page-size={PAGE}");
        let common = format!("common-page-size={PAGE}");
        let soname = format!("-soname={SONAME}");
        let (clang, archiver, flags, linker, mut link) = match self {
            Self::Ndk(bin) => {
                let clang = bin.join(format!("{}{API}-clang", abi.clang));
                let options = [format!("-z,{page}"), format!("-z,{common}"), "-z,defs".to_owned(), soname];
                let options = options.iter().map(String::as_str).chain(SMALLER);
                let link = options.map(|option| format!("-Clink-arg=-Wl,{option}")).collect::<Vec<_>>();
                (clang.clone(), bin.join("llvm-ar"), String::new(), clang, link)
            }
            Self::LinkCheck(scratch) => {
                let stubs = stubs(abi, scratch)?;
                let options = [format!("-z{page}"), format!("-z{common}"), "-zdefs".to_owned(), soname];
                let options = options.iter().map(String::as_str).chain(SMALLER);
                let mut link = options.map(|option| format!("-Clink-arg={option}")).collect::<Vec<_>>();
                link.push("-Clinker-flavor=ld.lld".to_owned());
                link.push(format!("-Lnative={}", stubs.display()));
                let include = |folder: String| format!("-isystem {}", scratch.join("headers").join(folder).display());
                let includes = [format!("{}-linux-musl", abi.headers), "generic-musl".to_owned()].map(include);
                // The headers' libc is not the phone's, which has `errno` elsewhere.
                let target = format!("--target={}{API}", abi.clang);
                let flags = format!("{target} -nostdlibinc {} -D__errno_location=__errno", includes.join(" "));
                let tools = rust_tools()?;
                (PathBuf::from(CLANG), tools.join("llvm-ar"), flags, tools.join("rust-lld"), link)
            }
        };
        let script = std::path::absolute(LINKER).map_err(|error| format!("{LINKER}: {error}"))?;
        link.push(format!("-Clinker={}", script.display()));
        link.extend(CIPHERS.map(|cipher| format!("--cfg={cipher}")));
        link.extend(LEFT_OUT.map(str::to_owned));
        if abi.bits == 64 {
            // Where a frame is found by its pointer, the tables that unwind it are a third smaller.
            link.push("-Cforce-frame-pointers=yes".to_owned());
        }
        // SQLite is C, and no panic passes through it.
        let flags = format!("{flags} -fno-asynchronous-unwind-tables -fno-unwind-tables");
        cargo.env("HEREABOUTS_LINKER", linker);
        let name = abi.triple.replace('-', "_");
        cargo.env(format!("CC_{name}"), clang).env(format!("AR_{name}"), archiver).env(format!("CFLAGS_{name}"), flags);
        cargo.env(format!("CARGO_TARGET_{}_RUSTFLAGS", name.to_uppercase()), link.join(" "));
        Ok(())
    }
}

/// Puts the C headers that SQLite is compiled with into `scratch`, once.
fn headers(scratch: &Path) -> Result {
    mobile::headers(scratch, "headers", |name, bytes| {
        let is_wanted = name.iter().next().is_some_and(|folder| folder.to_string_lossy().ends_with("-musl"));
        // On 32 bits these headers give functions with times other names, of 64 bits, which no Android has.
        let header = String::from_utf8_lossy(&bytes).replace("#define _REDIR_TIME64 1", "#define _REDIR_TIME64 0");
        is_wanted.then(|| (name.to_owned(), header.into_bytes()))
    })
}

/// Makes stubs of the phone's libraries, and an unwinder that does nothing; the folder that they are in.
fn stubs(abi: &Abi, scratch: &Path) -> std::result::Result<PathBuf, String> {
    let folder = scratch.join("stubs").join(abi.triple);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let tools = rust_tools()?;
    let assemble = |name: &str, text: &str| {
        let (source, object) = (folder.join(format!("{name}.s")), folder.join(format!("{name}.o")));
        fs::write(&source, text).map_err(|error| format!("{}: {error}", source.display()))?;
        let mut clang = Command::new(CLANG);
        clang.arg(format!("--target={}", abi.triple)).arg("-c").arg(&source).arg("-o").arg(&object);
        run(&mut clang).map(|()| object)
    };
    for (name, symbols) in STUBS {
        let object = assemble(name, &functions(symbols))?;
        let library = format!("lib{name}.so");
        let mut linker = Command::new(tools.join("rust-lld"));
        linker.args(["-flavor", "gnu", "-shared", "-soname", &library]).arg(object);
        run(linker.arg("-o").arg(folder.join(&library)))?;
    }
    let object = assemble("unwind", &(functions(UNWINDER) + &note()))?;
    let archive = folder.join("libunwind.a");
    if archive.exists() {
        fs::remove_file(&archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    }
    run(Command::new(tools.join("llvm-ar")).arg("rc").arg(&archive).arg(object))?;
    std::path::absolute(&folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Functions of these names, with nothing in them.
fn functions(names: &str) -> String {
    let function = |name: &str| format!(".globl {name}\n.type {name},%function\n{name}:\n");
    names.split_whitespace().map(function).fold(".text\n".to_owned(), |text, function| text + &function)
}

/// The note that every library has into which the empty unwinder was linked: strippers and the linker's sweep leave it alone.
fn note() -> String {
    let length = LINKCHECK_NOTE.len() + 1;
    format!(
        ".section .note.hereabouts,\"a\",%note\n.balign 4\n.long {length}\n.long 0\n.long 1\n.asciz \"{LINKCHECK_NOTE}\"\n.balign 4\n"
    )
}
