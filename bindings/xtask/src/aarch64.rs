//! `cargo xtask aarch64`: the golden vectors on the instruction set of phones, by emulation where the machine has another.

use std::process::Command;

use crate::{Result, install, run};

const TARGET: &str = "aarch64-unknown-linux-gnu";

/// What Debian has for it: an emulator of the processor, a linker, and the C library that the programs start with.
const PACKAGES: [(&str, &str); 3] = [
    ("qemu-aarch64", "qemu-user"),
    ("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
    ("/usr/aarch64-linux-gnu/lib/libc.so", "libc6-dev-arm64-cross"),
];

/// The tests that compare with committed numbers. Each has to have run: a filter that finds nothing would pass.
const GOLDEN: [&str; 7] = [
    "sphere::tests::a_computed_end_point_is_within_a_hundred_millionth_of_a_metre",
    "sphere::tests::every_platform_computes_the_same_bits",
    "mechanism::earth_centred::tests::a_computed_point_is_within_five_billionths_of_a_metre",
    "both_ways_agree_with_fifty_digits",
    "published_examples_come_out",
    "every_platform_computes_the_same_bits",
    "a_journey_releases_the_same_bytes_everywhere",
];

/// Runs the golden vectors as a phone's processor would.
pub(crate) fn test() -> Result {
    let mut command = Command::new("cargo");
    command.args(["test", "--no-default-features", "--features", "seeded-noise"]);
    command.args(["--lib", "--test", "journey", "--test", "datum"]);
    if cfg!(not(target_arch = "aarch64")) {
        emulator()?;
        command.args(["--target", TARGET]);
        command.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc");
        command.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", "qemu-aarch64 -L /usr/aarch64-linux-gnu");
    }
    command.arg("--").arg("--exact").args(GOLDEN);
    eprintln!("$ {command:?}");
    let output = command.output().map_err(|error| format!("cargo does not start: {error}"))?;
    let told = String::from_utf8_lossy(&output.stdout);
    print!("{told}");
    if !output.status.success() {
        return Err(format!("golden vectors on {TARGET}:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    match GOLDEN.into_iter().find(|name| !told.lines().any(|line| line == format!("test {name} ... ok"))) {
        Some(name) => Err(format!("no test is named `{name}`: mend the list of golden vectors")),
        None => Ok(()),
    }
}

/// Installs what is missing of the emulator, the linker and the target, on a Debian machine.
fn emulator() -> Result {
    for (file, package) in PACKAGES {
        let places = ["", "/usr/bin/", "/usr/local/bin/"];
        if !places.iter().any(|place| std::path::Path::new(&format!("{place}{file}")).exists()) {
            install(package)?;
        }
    }
    run(Command::new("rustup").args(["target", "add", TARGET]))
}
