//! `cargo xtask package android-example`: the app in `examples/android` as an APK, signed and looked at.
//!
//! Debian's tools do it, with R8 for the classes: no Android SDK is needed. The libraries are those that
//! `cargo xtask package android` left; while they are a link check, so is the app, and its name says so.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::write::FullFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::android::{self, PACKAGE, RULES, SONAME as LIBRARY};
use crate::{Result, install, kotlin, run};

const SCRATCH: &str = "target/package/android-example";
const APP: &str = "examples/android";
/// Where Maven leaves the classes, and what is needed beside them.
const MAVEN: &str = "examples/android/target";
const FRAMEWORK: &str = "/usr/share/android-framework-res/framework-res.apk";

/// The oldest Android that the app's manifest names.
const MIN_API: &str = "31";

/// Memory pages of new phones have 16 KiB, and a library that is not unpacked lies on one.
const PAGE: u16 = 16_384;

/// The extra field of a file in an APK that says on which multiple its data lie; Android's tools write and heed it.
const ALIGNMENT: u16 = 0xd935;

/// JNA's own library.
const JNA: &str = "libjnidispatch.so";

/// All that the app may ask for.
const PERMISSIONS: [&str; 2] = ["android.permission.ACCESS_COARSE_LOCATION", "android.permission.ACCESS_FINE_LOCATION"];

/// A password for a key that is made for one APK and belongs to nobody.
const PASSWORD: &str = "throw-away";

/// Builds the APK, signs it with a key made on the spot, and looks at what came of it.
pub(crate) fn package() -> Result {
    let abis = abis()?;
    tools()?;
    let scratch = Path::new(SCRATCH);
    if scratch.exists() {
        fs::remove_dir_all(scratch).map_err(|error| format!("{SCRATCH}: {error}"))?;
    }
    let contents = scratch.join("contents");
    make(&contents)?;

    kotlin::maven(&[
        "package",
        "--projects=../../examples/android",
        "--also-make",
        "--activate-profiles=apk",
        "-Dmaven.test.skip=true",
        "-Ddokka.skip=true",
    ])?;

    let base = scratch.join("base.apk");
    run(Command::new("aapt2")
        .args(["link", "-I", FRAMEWORK, "--manifest"])
        .arg(Path::new(APP).join("AndroidManifest.xml"))
        .arg("--proguard")
        .arg(scratch.join("manifest.txt"))
        .arg("-o")
        .arg(&base))?;
    dex(scratch, &contents)?;
    libraries(scratch, &contents, &abis)?;
    add(&base, &contents, &abis).map_err(|error| format!("{}: {error}", base.display()))?;

    let mut suffix = "";
    for abi in &abis {
        if android::is_link_check(&Path::new(PACKAGE).join("jni").join(abi).join(LIBRARY))? {
            suffix = "-linkcheck";
        }
    }
    let apk = Path::new(PACKAGE).join(format!("hereabouts-example{suffix}.apk"));
    run(Command::new("zipalign").arg("-f").arg(PAGE.to_string()).arg(&base).arg(&apk))?;
    sign(scratch, &apk)?;
    check(&apk, &abis)?;
    println!("{}", apk.display());
    Ok(())
}

/// The instruction sets that `package android` left a library for.
fn abis() -> std::result::Result<Vec<String>, String> {
    let folder = Path::new(PACKAGE).join("jni");
    let missing = || format!("{}: no {LIBRARY} is there: run `cargo xtask package android` first", folder.display());
    let entries = fs::read_dir(&folder).map_err(|_| missing())?.flatten();
    let mut abis: Vec<String> = entries
        .filter(|entry| entry.path().join(LIBRARY).is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    abis.sort();
    if abis.is_empty() { Err(missing()) } else { Ok(abis) }
}

/// Installs what is missing of the tools, on a Debian machine.
fn tools() -> Result {
    let is_there = |name: &str| Command::new("which").arg(name).output().is_ok_and(|output| output.status.success());
    for (tool, package) in [("aapt2", "aapt"), ("zipalign", "zipalign"), ("apksigner", "apksigner")] {
        if !is_there(tool) {
            install(package)?;
        }
    }
    if Path::new(FRAMEWORK).is_file() { Ok(()) } else { install("android-framework-res") }
}

/// Shrinks the app with all that it brings, by the rules of the AAR and those that follow from the manifest.
fn dex(scratch: &Path, contents: &Path) -> Result {
    let list = Path::new(MAVEN).join("apk/jars.txt");
    let jars = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    // Android itself is on every phone.
    let (android, brought): (Vec<PathBuf>, Vec<PathBuf>) =
        jars.trim().split(':').map(PathBuf::from).partition(|jar| is_android(jar));
    let [android] = android.as_slice() else {
        return Err(format!("{}: one android-all must be there", list.display()));
    };
    let app = scratch.join("app.jar");
    run(Command::new("jar")
        .args(["--create", "--file"])
        .arg(&app)
        .arg("-C")
        .arg(Path::new(MAVEN).join("classes"))
        .arg("."))?;
    run(Command::new("java")
        .arg("-Xmx1500m")
        .arg("-cp")
        .arg(Path::new(MAVEN).join("apk/r8.jar"))
        .args(["com.android.tools.r8.R8", "--release", "--min-api", MIN_API, "--pg-conf", RULES, "--pg-conf"])
        .arg(scratch.join("manifest.txt"))
        .arg("--lib")
        .arg(android)
        // Robolectric's Android has no java.*, which the JDK has.
        .arg("--lib")
        .arg(jdk()?)
        .arg("--output")
        .arg(scratch.join("dex.zip"))
        .arg(app)
        .args(brought))?;
    // The archive has files of the jars too, such as JNA's libraries for desktops; of those a phone has no use.
    unpack(&scratch.join("dex.zip"), contents, "classes.dex")
}

/// The folder of the JDK whose tools are called.
fn jdk() -> std::result::Result<PathBuf, String> {
    let javac = PathBuf::from(output(Command::new("which").arg("javac"))?.trim());
    let javac = javac.canonicalize().map_err(|error| format!("{}: {error}", javac.display()))?;
    javac.ancestors().nth(2).map(Path::to_path_buf).ok_or_else(|| format!("{}: in no JDK", javac.display()))
}

fn is_android(jar: &Path) -> bool {
    jar.file_name().is_some_and(|name| name.to_string_lossy().starts_with("android-all-"))
}

/// Our library and JNA's, for each instruction set.
fn libraries(scratch: &Path, contents: &Path, abis: &[String]) -> Result {
    let jna = scratch.join("jna");
    make(&jna)?;
    unpack(&Path::new(MAVEN).join("apk/jna.aar"), &jna, "jni")?;
    for abi in abis {
        let folder = contents.join("lib").join(abi);
        make(&folder)?;
        copy(&Path::new(PACKAGE).join("jni").join(abi).join(LIBRARY), &folder.join(LIBRARY))?;
        copy(&jna.join("jni").join(abi).join(JNA), &folder.join(JNA))?;
    }
    Ok(())
}

/// Puts classes and libraries into the APK: stored, and not compressed, since Android maps them from the APK itself.
fn add(apk: &Path, contents: &Path, abis: &[String]) -> zip::result::ZipResult<()> {
    let mut archive = ZipWriter::new_append(fs::File::options().read(true).write(true).open(apk)?)?;
    let libraries = abis.iter().flat_map(|abi| [LIBRARY, JNA].map(|library| format!("lib/{abi}/{library}")));
    for name in std::iter::once("classes.dex".to_owned()).chain(libraries) {
        let mut options = FullFileOptions::default().compression_method(CompressionMethod::Stored);
        // Without it the signer would move a library to pages of 4 KiB.
        options.add_extra_field(ALIGNMENT, PAGE.to_le_bytes(), false)?;
        archive.start_file(&name, options)?;
        archive.write_all(&fs::read(contents.join(&name))?)?;
    }
    archive.finish().map(drop)
}

fn sign(scratch: &Path, apk: &Path) -> Result {
    let store = scratch.join("throw-away.keystore");
    run(Command::new("keytool")
        .args(["-genkeypair", "-alias", "example", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "365"])
        .args(["-dname", "CN=Hereabouts example", "-storepass", PASSWORD, "-keypass", PASSWORD, "-keystore"])
        .arg(&store))?;
    run(Command::new("apksigner")
        .args(["sign", "--min-sdk-version", MIN_API, "--ks-pass"])
        .arg(format!("pass:{PASSWORD}"))
        .arg("--ks")
        .arg(&store)
        .arg(apk))
}

/// The signature holds, everything lies where Android wants it, and the app asks for two permissions and no third.
fn check(apk: &Path, abis: &[String]) -> Result {
    run(Command::new("apksigner").args(["verify", "--verbose", "--min-sdk-version", MIN_API]).arg(apk))?;
    run(Command::new("zipalign").arg("-c").arg(PAGE.to_string()).arg(apk))?;
    let badging = output(Command::new("aapt2").args(["dump", "badging"]).arg(apk))?;
    let mut asked: Vec<&str> =
        badging.lines().filter_map(|line| line.strip_prefix("uses-permission")?.split('\'').nth(1)).collect();
    asked.sort_unstable();
    if asked != PERMISSIONS {
        return Err(format!("{}: it asks for {asked:?}, and may for {PERMISSIONS:?} alone", apk.display()));
    }
    let entries = output(Command::new("jar").args(["--list", "--file"]).arg(apk))?;
    let mut wanted = vec!["AndroidManifest.xml".to_owned(), "classes.dex".to_owned()];
    for abi in abis {
        wanted.extend([LIBRARY, JNA].map(|library| format!("lib/{abi}/{library}")));
    }
    match wanted.iter().find(|wanted| !entries.lines().any(|entry| entry == *wanted)) {
        Some(missing) => Err(format!("{}: it has no {missing}", apk.display())),
        None => Ok(()),
    }
}

fn output(command: &mut Command) -> std::result::Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?} does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Takes a file or a folder out of an archive.
fn unpack(archive: &Path, into: &Path, entry: &str) -> Result {
    let archive = std::path::absolute(archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    run(Command::new("jar").arg("--extract").arg("--file").arg(archive).arg(entry).current_dir(into))
}

fn make(folder: &Path) -> Result {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn copy(from: &Path, to: &Path) -> Result {
    fs::copy(from, to).map(|_| ()).map_err(|error| format!("{}: {error}", from.display()))
}
