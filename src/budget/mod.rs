//! The account: privacy loss, windows, clocks, and the ledger that keeps them.

mod loss;

pub use loss::PrivacyLoss;
