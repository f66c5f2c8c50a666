//! What a phone gets of the library: one profile and one list of features, for Android and for Apple's platforms.

/// The profile in the root `Cargo.toml`.
pub(crate) const PROFILE: &str = "mobile";

/// The features of `hereabouts-ffi`, beside its dependencies' own: none. The test kit, sealing and the durable ledger are in
/// it whatever is asked for, and `seeded-noise` never is.
pub(crate) const FEATURES: &str = "";
