//! What a phone gets of the library: one profile and one list of features, for Android and for Apple's platforms.

/// The profile in the root `Cargo.toml`.
pub(crate) const PROFILE: &str = "mobile";

/// The features of `hereabouts-ffi`: none, so no test kit and no repeatable noise. Sealing and the durable ledger are in it
/// whatever is asked for.
pub(crate) const FEATURES: &str = "";
