//! A ledger that is there, its anchor and its policy: what most commands begin with.

use std::path::{Path, PathBuf};

use hereabouts::{FileAnchor, LedgerError, Minimizer, Policy, SqliteLedger, SystemClock};

use crate::failure::Failure;
use crate::policy;

/// Where the account is kept, and under which policy.
#[derive(clap::Args)]
pub(crate) struct Account {
    /// The ledger that keeps the account, and what the user chose
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: PathBuf,
    /// The ledger's anchor, if it has one
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
    /// The policy, TOML or JSON
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
}

impl Account {
    pub(crate) fn policy(&self) -> Result<Policy, Failure> {
        policy::read(&self.policy)
    }

    /// A minimizer on a ledger that exists.
    pub(crate) fn minimizer(&self) -> Result<Minimizer, Failure> {
        self.on(self.policy()?, open(&self.ledger)?)
    }

    pub(crate) fn on(&self, policy: Policy, ledger: SqliteLedger) -> Result<Minimizer, Failure> {
        Ok(Minimizer::new(policy, anchored(ledger, self.anchor.as_deref())?, SystemClock)?)
    }
}

/// The ledger, watched over by the anchor if there is one.
pub(crate) fn anchored(ledger: SqliteLedger, anchor: Option<&Path>) -> Result<SqliteLedger, LedgerError> {
    match anchor {
        Some(path) => ledger.with_anchor(FileAnchor::new(path)),
        None => Ok(ledger),
    }
}

/// Opens a ledger that exists; a question never makes one.
pub(crate) fn open(path: &Path) -> Result<SqliteLedger, Failure> {
    let source = match std::fs::metadata(path) {
        Ok(_) => return Ok(SqliteLedger::open(path)?),
        Err(source) => source,
    };
    Err(LedgerError::Io { path: path.into(), action: "found", source }.into())
}
