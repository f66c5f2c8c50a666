//! The account: privacy loss, windows, clocks, and the ledger that keeps them.

#[cfg_attr(not(feature = "sqlite"), expect(dead_code))] // some of it only the durable ledger asks for
mod account;
mod accountant;
mod accounting;
#[cfg(feature = "sqlite")]
mod anchor;
#[cfg_attr(not(feature = "sqlite"), expect(dead_code))]
mod catalogue;
mod choice;
mod clock;
mod error;
mod ledger;
mod loss;
mod memory;
#[cfg(test)]
mod model;
mod receipt;
#[cfg_attr(not(feature = "sqlite"), expect(dead_code))]
mod record;
mod slots;
#[cfg(feature = "sqlite")]
mod sqlite;
mod time;
mod window;
mod zones;

pub use accounting::Accounting;
#[cfg(feature = "sqlite")]
pub use anchor::{Anchor, FileAnchor, Mark};
pub(crate) use choice::OFF;
pub use clock::{Clock, RecordedClock, SystemClock};
pub use error::LedgerError;
pub use ledger::{Charge, Choice, Chosen, Draw, Erase, Ledger, Remaining, Spent, Transaction};
pub use loss::PrivacyLoss;
pub use memory::MemoryLedger;
pub use receipt::{Receipt, Rule};
#[cfg(feature = "sqlite")]
pub use sqlite::{Finding, Rescued, SqliteLedger};
pub(crate) use time::LedgerTime;
pub use time::{Monotonic, Reading};
pub use window::{Budget, BudgetError, Window};
pub(crate) use zones::NO_PURPOSE;
pub use zones::{ZoneDraw, Zones};
