//! Builds, tests and checks the project: `cargo xtask --help`.
fn main() {}
