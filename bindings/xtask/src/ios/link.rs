//! A link as an app's would be, by LLVM's linker for Apple's systems, which rustup has: against Apple's list of what its system
//! library exports, as Zig distributes it, and the two names of Security. It shows that nothing is missing and nothing is there
//! twice, and by how much an app grows.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;

use super::library::Platform;
use super::toolchain::OLDEST;
use crate::{Result, mobile};

/// The list in Zig's wheel. It is for macOS.
const SYSTEM: &str = "ziglang/lib/libc/darwin/libSystem.tbd";

/// The systems that the list is read for, in place of those that it names.
const SYSTEMS: [(&str, &str); 3] =
    [("arm64e-macos", "arm64-ios-simulator"), ("arm64-macos", "arm64-ios"), ("x86_64-macos", "x86_64-ios-simulator")];

/// What the library may ask of Security, where it draws random numbers.
const SECURITY: &str = "--- !tapi-tbd
tbd-version: 4
targets: [ arm64-ios, arm64-ios-simulator, x86_64-ios-simulator ]
install-name: '/System/Library/Frameworks/Security.framework/Security'
exports:
  - targets: [ arm64-ios, arm64-ios-simulator, x86_64-ios-simulator ]
    symbols: [ _SecRandomCopyBytes, _kSecRandomDefault ]
...
";

/// Links all of `functions`, and what they need of the library at `path`, in `scratch`; returns the bytes of what came of it.
pub(crate) fn link(
    scratch: &Path,
    path: &Path,
    platform: Platform,
    architecture: &str,
    functions: &BTreeSet<String>,
) -> std::result::Result<u64, String> {
    let folder = scratch.join("link");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (system, security, exports) =
        (folder.join("libSystem.tbd"), folder.join("Security.tbd"), folder.join("exports"));
    write(&system, &for_phones(&system_list(scratch)?))?;
    write(&security, SECURITY)?;
    write(&exports, &functions.iter().map(|name| format!("{name}\n")).collect::<String>())?;
    let linked = folder.join(format!("{architecture}-{platform:?}.dylib"));
    let system_name = match platform {
        Platform::Device => "ios",
        Platform::Simulator => "ios-simulator",
    };
    let mut linker = Command::new(mobile::rust_tools()?.join("gcc-ld/ld64.lld"));
    linker.args(["-arch", architecture, "-platform_version", system_name, OLDEST, OLDEST]);
    // Without names of what is inside, as an app is shipped; without what nobody calls.
    linker.args(["-dylib", "-dead_strip", "-x", "-S", "-exported_symbols_list"]).arg(&exports);
    linker.args(functions.iter().flat_map(|name| ["-u", name]));
    linker.arg(path).args([&system, &security]).arg("-o").arg(&linked);
    let output = linker.output().map_err(|error| format!("{:?}: {error}", linker.get_program()))?;
    if !output.status.success() {
        return Err(format!("it cannot be linked: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    fs::metadata(&linked).map(|file| file.len()).map_err(|error| format!("{}: {error}", linked.display()))
}

fn write(path: &Path, text: &str) -> Result {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Apple's list, from the wheel that the headers came with.
fn system_list(scratch: &Path) -> std::result::Result<String, String> {
    let wheels = scratch.join("wheels");
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", wheels.display());
    let wheel = fs::read_dir(&wheels).map_err(|error| failed(&error))?.next().ok_or_else(|| failed(&"no wheel"))?;
    let wheel = fs::read(wheel.map_err(|error| failed(&error))?.path()).map_err(|error| failed(&error))?;
    let mut wheel = zip::ZipArchive::new(Cursor::new(wheel)).map_err(|error| failed(&error))?;
    let mut text = String::new();
    let mut file = wheel.by_name(SYSTEM).map_err(|error| failed(&error))?;
    file.read_to_string(&mut text).map_err(|error| failed(&error))?;
    Ok(text)
}

/// The list as it is read for phones.
fn for_phones(list: &str) -> String {
    SYSTEMS.iter().fold(list.to_owned(), |list, (macos, ios)| list.replace(macos, ios))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_for_each_system_once() {
        let list = for_phones("targets: [ x86_64-macos, arm64-macos, arm64-maccatalyst, arm64e-macos ]");
        assert_eq!(list, "targets: [ x86_64-ios-simulator, arm64-ios, arm64-maccatalyst, arm64-ios-simulator ]");
        assert!(SYSTEMS.iter().all(|(_, system)| SECURITY.contains(system)));
    }
}
