//! [`Failure`]: why a command ended early, and its exit code.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use hereabouts::{Error, LedgerError, PolicyError};

use crate::input::InputError;

/// What was asked for is not so: an audit found a claim broken, or there is no output, or there are no random numbers.
const OTHER: u8 = 1;
const USAGE: u8 = 2;
const INPUT: u8 = 3;
const LEDGER: u8 = 4;

/// Why a command ended early: one line for standard error, and the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: Option<String>,
}

impl Failure {
    /// What was asked for, or the policy, is wrong.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self { code: USAGE, message: Some(message.to_string()) }
    }

    pub(crate) fn input(message: impl Display) -> Self {
        Self { code: INPUT, message: Some(message.to_string()) }
    }

    pub(crate) fn ledger(message: impl Display) -> Self {
        Self { code: LEDGER, message: Some(message.to_string()) }
    }

    pub(crate) fn other(message: impl Display) -> Self {
        Self { code: OTHER, message: Some(message.to_string()) }
    }

    /// An audit found a claim broken. Its whole report is on standard output by then, with the verdict; after any other
    /// failure with this code there is no report.
    pub(crate) fn broken(message: impl Display) -> Self {
        Self::other(message)
    }

    /// The output cannot be written. That its reader has gone away is no fault of anyone, and is not said.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::silent(0),
            kind => Self::other(format_args!("cannot write the output: {kind}")),
        }
    }

    /// Nothing is said, or it was said already.
    pub(crate) fn silent(code: u8) -> Self {
        Self { code, message: None }
    }

    pub(crate) fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The same failure, its message having been said elsewhere.
    pub(crate) fn said(self) -> Self {
        Self { message: None, ..self }
    }

    pub(crate) fn say(&self) {
        if let Some(message) = &self.message {
            eprintln!("hereabouts: {}", message.replace('\n', " "));
        }
    }

    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::input(error)
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::ledger(error)
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        Self::usage(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Ledger(error) => error.into(),
            Error::UnknownPurpose { .. }
            | Error::UnknownDestination { .. }
            | Error::UnknownCeiling { .. }
            | Error::NoZones
            | Error::ZoneName
            | Error::ZoneNameTaken
            | Error::UnknownZone
            | Error::Mechanism(_) => Self::usage(error),
            _ => Self::other(error),
        }
    }
}
