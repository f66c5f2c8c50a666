//! What must be true of the framework before an app may get it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use plist::Value;

use super::library::{self, LINKCHECK, Library, Platform, REHEARSES, REPEATS_NOISE};
use super::privacy::{self, Uses};
use super::toolchain::OLDEST;
use super::xcframework::{self, LIBRARY, MODULE, MODULE_MAP, SLICES, Slice};
use super::{HEADER, archive, framework, link, manifest, scratch};
use crate::{Result, swift};

/// Checks what `package` made; with `--publish`, whether it may be published.
pub(crate) fn check(arguments: &[String]) -> Result {
    let is_publication = match arguments {
        [] => false,
        [only] if only == "--publish" => true,
        _ => return Err(format!("{arguments:?}: --publish or nothing would be right")),
    };
    let framework = framework();
    if !framework.is_dir() {
        return Err(format!("{}: nothing is there: `cargo xtask package ios` makes it", framework.display()));
    }
    let mut wrong = files(&framework)?;
    let header = read(Path::new(HEADER))?;
    let functions = functions(&String::from_utf8_lossy(&header));
    let mut uses = privacy::of_sources()?;
    let mut are_link_checks = BTreeSet::new();
    for slice in &SLICES {
        let path = framework.join(slice.folder).join(LIBRARY);
        let libraries = library::read(&read(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
        for one in &libraries {
            let oldest = one.built_for.iter().map(|(_, (major, minor))| format!("{major}.{minor}"));
            println!(
                "{} {}: {} bytes, of them {} of code and data that an app can reach; objects for iOS {}",
                slice.folder,
                one.architecture,
                one.bytes,
                one.reachable_bytes,
                Vec::from_iter(oldest).join(" and ")
            );
            let is_link_check = one.defined.contains(LINKCHECK);
            are_link_checks.insert(is_link_check);
            // Of what Xcode built an app is made, by Xcode.
            if is_link_check {
                match link::link(&scratch(), &path, slice.platform, one.architecture, &functions) {
                    Ok(bytes) => println!("  linked with all that it has: {bytes} bytes"),
                    Err(fault) => wrong.push(format!("{} {}: {fault}", slice.folder, one.architecture)),
                }
            }
            privacy::merge(&mut uses, privacy::of_symbols(&one.asked));
        }
        wrong.extend(of_slice(slice, &libraries, &functions));
        let asked = libraries.iter().flat_map(|library| &library.asked);
        wrong.extend(unlinked(asked, &manifest::read()?).map(|fault| format!("{}: {fault}", slice.folder)));
    }
    let is_link_check = are_link_checks.contains(&true);
    for (category, names) in &uses {
        println!("{category}: {}", Vec::from_iter(names.iter().map(String::as_str)).join(", "));
    }
    wrong.extend(of_privacy(&uses)?);
    wrong.extend(of_archive(&framework, is_link_check, is_publication)?);
    wrong.extend(swift_reads_it(is_link_check)?);
    if is_publication {
        wrong.extend(
            is_link_check.then(|| "a link check, which was compiled without Apple's SDK: it may not ship".to_owned()),
        );
    } else if is_link_check {
        println!("a link check: it shows what is in the framework, and is refused for publication");
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("the framework is not right:\n  {}", wrong.join("\n  "))) }
}

fn read(path: &Path) -> std::result::Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Holds the framework's list against its folders, and what it has for the compiler against the source.
fn files(framework: &Path) -> std::result::Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    let list = framework.join("Info.plist");
    if Value::from_file(&list).map_err(|error| format!("{}: {error}", list.display()))? != xcframework::list() {
        wrong.push("Info.plist does not say what this project's would".to_owned());
    }
    let mut expected = BTreeSet::from([Path::new("Info.plist").to_owned()]);
    for slice in &SLICES {
        let headers = Path::new(slice.folder).join("Headers").join(MODULE);
        for (name, text) in
            [("module.modulemap", MODULE_MAP.as_bytes().to_vec()), ("HereaboutsFFI.h", read(HEADER.as_ref())?)]
        {
            let path = headers.join(name);
            if fs::read(framework.join(&path)).ok() != Some(text) {
                wrong.push(format!("{} is not that of the source", path.display()));
            }
            expected.insert(path);
        }
        expected.insert(Path::new(slice.folder).join(LIBRARY));
    }
    // A signature is the one thing that is not of the source.
    let found = xcframework::files(framework)?.into_iter().filter(|path| !path.starts_with("_CodeSignature"));
    let found = BTreeSet::from_iter(found);
    for path in expected.symmetric_difference(&found) {
        let fault = if found.contains(path) { "is not on the list" } else { "is not there" };
        wrong.push(format!("{} {fault}", path.display()));
    }
    Ok(wrong)
}

/// The functions that a generated header declares, as the linker names them.
fn functions(header: &str) -> BTreeSet<String> {
    let declared =
        header.lines().filter(|line| !line.starts_with(['#', ' ', '/', '}']) && !line.starts_with("typedef"));
    let names = declared.filter_map(|line| {
        let before = line.split_once('(')?.0;
        before.rsplit([' ', '*']).next()
    });
    names
        .filter(|name| name.starts_with("uniffi_") || name.starts_with("ffi_"))
        .map(|name| format!("_{name}"))
        .collect()
}

/// Everything that is wrong with a slice's libraries.
fn of_slice(slice: &Slice, libraries: &[Library], functions: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    let found: BTreeSet<&str> = libraries.iter().map(|library| library.architecture).collect();
    let expected: BTreeSet<&str> = slice.targets.iter().map(|&(_, architecture)| architecture).collect();
    if found != expected || libraries.len() != expected.len() {
        wrong.push(format!("{}: architectures {found:?}, and the list has {expected:?}", slice.folder));
    }
    for library in libraries {
        let mut report = |fault: String| wrong.push(format!("{} {}: {fault}", slice.folder, library.architecture));
        if library.built_for.iter().any(|&(platform, _)| platform != slice.platform) {
            report(format!("objects for {:?}, and the slice is for {:?}", library.built_for, slice.platform));
        }
        // Objects of Rust's standard library, built elsewhere, may be for an older one.
        let oldest = library.built_for.iter().map(|&(_, (major, minor))| (major, minor)).max();
        if oldest.map(|(major, minor)| format!("{major}.{minor}")).as_deref() != Some(OLDEST) {
            report(format!("the oldest iOS that it is for is {oldest:?}, and the package promises {OLDEST}"));
        }
        if !library.nameless.is_empty() {
            report(format!("objects that name no system: {}", library.nameless.join(", ")));
        }
        if !library.bitcode.is_empty() {
            report(format!("bitcode, which the App Store refuses: {}", library.bitcode.join(", ")));
        }
        if library.defined.contains(REPEATS_NOISE) {
            report("a build that can repeat its noise: it hides nothing".to_owned());
        }
        // Users get what is for devices, and an app's tests run in a simulator.
        match (slice.platform, library.defined.contains(REHEARSES)) {
            (Platform::Device, true) => report("the test kit, which no user needs".to_owned()),
            (Platform::Simulator, false) => report("no test kit, so that no app can rehearse its policy".to_owned()),
            _ => {}
        }
        let missing = functions.difference(&library.defined).map(String::as_str);
        let missing = Vec::from_iter(missing);
        if functions.is_empty() || !missing.is_empty() {
            report(format!("the header declares {} functions; not there: {}", functions.len(), missing.join(", ")));
        }
    }
    wrong
}

/// What of a library's symbols is in a framework that `Package.swift` links none of: an app's linker would miss it. The rest is
/// in the library that every app has.
fn unlinked<'a>(asked: impl Iterator<Item = &'a String>, manifest: &str) -> impl Iterator<Item = String> {
    const FRAMEWORKS: [(&str, &[&str]); 3] = [
        ("Security", &["_Sec", "_kSec"]),
        ("CoreFoundation", &["_CF", "_kCF"]),
        ("Foundation", &["_NS", "_OBJC_CLASS_$_NS"]),
    ];
    let mut missing = BTreeSet::new();
    for symbol in asked {
        for (framework, beginnings) in FRAMEWORKS {
            let is_of_it = beginnings.iter().any(|begin| symbol.starts_with(begin));
            if is_of_it && !manifest.contains(&format!(".linkedFramework(\"{framework}\")")) {
                missing.insert(format!("{symbol} is of {framework}, which Package.swift does not link"));
            }
        }
    }
    missing.into_iter()
}

fn of_privacy(uses: &Uses) -> std::result::Result<Vec<String>, String> {
    let faults = privacy::compare(&read(Path::new(privacy::MANIFEST))?, uses);
    Ok(faults.into_iter().map(|fault| format!("PrivacyInfo.xcprivacy: {fault}")).collect())
}

/// Holds the archive against the framework, and the manifest against the archive.
fn of_archive(framework: &Path, is_link_check: bool, is_publication: bool) -> std::result::Result<Vec<String>, String> {
    let path = archive(is_link_check);
    let mut wrong = Vec::new();
    if archive(!is_link_check).exists() {
        wrong.push(format!(
            "{} does not say of its content whether it is a link check",
            archive(!is_link_check).display()
        ));
    }
    let bytes = read(&path)?;
    if bytes != xcframework::archive(framework)? {
        wrong.push(format!("{} is not the archive of the framework beside it", path.display()));
    }
    let text = manifest::read()?;
    let named = manifest::field(&text, "checksum")?;
    let checksum = xcframework::checksum(&bytes);
    println!("{}: {} bytes, checksum {checksum}", path.display(), bytes.len());
    match released(named, &checksum, is_link_check) {
        Ok(told) => println!("{told}"),
        Err(fault) => wrong.push(fault),
    }
    if is_publication && named == manifest::NONE {
        wrong.push("Package.swift names no release: `cargo xtask package ios --release-url URL` writes it".to_owned());
    }
    Ok(wrong)
}

/// Compares the checksum that `Package.swift` names with the archive's; what there is to tell, or what is wrong.
fn released(named: &str, checksum: &str, is_link_check: bool) -> std::result::Result<String, String> {
    if named == manifest::NONE {
        return Ok("Package.swift names no release yet, its checksum is zero: nothing to compare".to_owned());
    }
    if is_link_check {
        return Ok("Package.swift names a release, and this is a link check: not compared".to_owned());
    }
    if named == checksum {
        return Ok("Package.swift has the archive's checksum".to_owned());
    }
    Err(format!("Package.swift has the checksum {named}, and the archive's is {checksum}"))
}

/// Lets SwiftPM read the manifest with this framework, and work out the archive's checksum.
fn swift_reads_it(is_link_check: bool) -> std::result::Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    let path = framework();
    let dumped = swift::ask(&[
        &format!("HEREABOUTS_XCFRAMEWORK={}", path.display()),
        "swift",
        "package",
        "--scratch-path",
        swift::BUILD,
        "dump-package",
    ])?;
    // Its JSON writes a slash with a backslash before it, or without.
    let dumped = dumped.replace("\\/", "/");
    if !dumped.contains(&format!("\"{}\"", path.display())) || dumped.contains("\"system") {
        wrong.push(format!("Package.swift does not name {} where HEREABOUTS_XCFRAMEWORK says so", path.display()));
    }
    let path = archive(is_link_check);
    let file = path.display().to_string();
    let computed = swift::ask(&["swift", "package", "--scratch-path", swift::BUILD, "compute-checksum", &file])?;
    let checksum = xcframework::checksum(&read(&path)?);
    if computed.trim() != checksum {
        wrong.push(format!("SwiftPM's checksum of {file} is {}, and ours {checksum}", computed.trim()));
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: &Slice = &SLICES[0];

    fn functions_of(name: &str) -> BTreeSet<String> {
        BTreeSet::from([name.to_owned()])
    }

    fn right() -> Library {
        Library {
            architecture: "arm64",
            built_for: BTreeSet::from([(Platform::Device, (10, 0)), (Platform::Device, (15, 0))]),
            nameless: Vec::new(),
            bitcode: Vec::new(),
            defined: functions_of("_uniffi_a"),
            asked: BTreeSet::new(),
            bytes: 1,
            reachable_bytes: 1,
        }
    }

    fn faults(change: impl FnOnce(&mut Library)) -> Vec<String> {
        let mut library = right();
        change(&mut library);
        of_slice(DEVICE, &[library], &functions_of("_uniffi_a"))
    }

    #[test]
    fn a_right_slice_is_right() {
        assert_eq!(faults(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn each_fault_of_a_slice_is_found() {
        assert!(faults(|library| library.architecture = "x86_64")[0].contains("architectures"));
        assert!(
            faults(|library| library.built_for = BTreeSet::from([(Platform::Simulator, (15, 0))]))[0]
                .contains("Simulator")
        );
        assert!(
            faults(|library| _ = library.built_for.insert((Platform::Device, (16, 4))))[0].contains("promises 15.0")
        );
        assert!(
            faults(|library| library.built_for = BTreeSet::from([(Platform::Device, (10, 0))]))[0]
                .contains("promises 15.0")
        );
        assert!(faults(|library| library.nameless.push("a.o".to_owned()))[0].contains("a.o"));
        assert!(faults(|library| library.bitcode.push("a.o".to_owned()))[0].contains("bitcode"));
        assert!(faults(|library| _ = library.defined.insert(REPEATS_NOISE.to_owned()))[0].contains("repeat"));
        assert!(faults(|library| _ = library.defined.insert(REHEARSES.to_owned()))[0].contains("test kit"));
        let simulated = |architecture| Library {
            architecture,
            built_for: BTreeSet::from([(Platform::Simulator, (15, 0))]),
            defined: BTreeSet::from(["_uniffi_a", REHEARSES].map(str::to_owned)),
            ..right()
        };
        let [mut arm, intel] = ["arm64", "x86_64"].map(simulated);
        let functions = functions_of("_uniffi_a");
        arm.defined.remove(REHEARSES);
        let faults_of_simulators = of_slice(&SLICES[1], &[arm, intel], &functions);
        assert!(faults_of_simulators.len() == 1 && faults_of_simulators[0].contains("arm64: no test kit"));
        assert!(faults(|library| library.defined.clear())[0].contains("_uniffi_a"));
        assert!(of_slice(DEVICE, &[right(), right()], &functions_of("_uniffi_a"))[0].contains("architectures"));
        assert!(of_slice(DEVICE, &[right()], &BTreeSet::new())[0].contains("0 functions"));
    }

    #[test]
    fn a_framework_that_is_asked_for_is_linked() {
        let asked = ["_SecRandomCopyBytes", "_CFRelease", "_write"].map(str::to_owned);
        let faults = |manifest| Vec::from_iter(unlinked(asked.iter(), manifest));
        assert_eq!(
            faults(".linkedFramework(\"Security\"), .linkedFramework(\"CoreFoundation\")"),
            Vec::<String>::new()
        );
        assert!(faults(".linkedFramework(\"CoreFoundation\")")[0].starts_with("_SecRandomCopyBytes is of Security"));
        assert_eq!(faults("").len(), 2);
    }

    #[test]
    fn a_checksum_is_compared_when_there_is_one() {
        assert!(released(manifest::NONE, "11", false).is_ok_and(|told| told.contains("no release")));
        assert!(released("11", "11", false).is_ok_and(|told| told.contains("has the archive's")));
        assert!(released("22", "11", true).is_ok_and(|told| told.contains("not compared")));
        assert!(released("22", "11", false).is_err());
    }

    #[test]
    fn the_header_s_functions_are_found() {
        let text = "#ifndef A\n#define A\ntypedef void (*UniffiA)(uint64_t\n    );\nuint64_t uniffi_a(uint64_t handle, RustCallStatus *_Nonnull out_status\n);\nRustBuffer ffi_b(void\n);\n";
        assert_eq!(functions(text), BTreeSet::from(["_ffi_b".to_owned(), "_uniffi_a".to_owned()]));
    }

    #[test]
    fn a_framework_s_files_are_held_against_the_source() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let _ = std::env::set_current_dir(root);
        let folder = std::env::temp_dir().join(format!("hereabouts-xtask-{}-files", std::process::id()));
        let framework = folder.join("HereaboutsFFI.xcframework");
        fs::create_dir_all(&folder).expect("a folder");
        let library = folder.join("a");
        fs::write(&library, "library").expect("a file");
        let make =
            || xcframework::assemble(&framework, &[library.clone(), library.clone()], Path::new(HEADER)).expect("made");
        make();
        assert_eq!(files(&framework), Ok(Vec::new()));
        fs::write(framework.join("ios-arm64/other"), "").expect("a file");
        assert!(files(&framework).expect("read")[0].contains("not on the list"));
        make();
        fs::remove_file(framework.join("ios-arm64").join(LIBRARY)).expect("removed");
        assert!(files(&framework).expect("read")[0].contains("not there"));
        make();
        let map = framework.join("ios-arm64/Headers/HereaboutsFFI/module.modulemap");
        fs::write(&map, MODULE_MAP.replace("    export", "    link \"hereabouts_ffi\"\n    export")).expect("a file");
        assert!(files(&framework).expect("read")[0].contains("not that of the source"));
        make();
        Value::Dictionary(plist::Dictionary::new()).to_file_xml(framework.join("Info.plist")).expect("written");
        assert!(files(&framework).expect("read")[0].contains("Info.plist"));
        fs::remove_dir_all(folder).expect("removed");
    }
}
