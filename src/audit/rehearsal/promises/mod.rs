//! The test kit: promises that a policy keeps on a recorded journey, or a message on which a developer can act.

mod broken;
mod fields;
mod spending;
mod uncertainty;
mod usefulness;

pub use broken::BrokenPromise;
