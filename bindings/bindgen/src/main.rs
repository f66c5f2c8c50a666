//! Writes the Kotlin and Swift bindings of a built library: `cargo xtask kotlin` runs it, at the version of uniffi that the
//! library was built with.

fn main() {
    uniffi::uniffi_bindgen_main();
}
