//! The report: one page that needs nothing else, for whoever has never heard of any of this.

mod canvas;
mod days;
mod journey;
mod page;
mod sight;

use std::fs;
use std::path::Path;

use hereabouts::audit::{Findings, Rehearsal};

use crate::failure::Failure;

/// Writes the page.
pub(crate) fn write(path: &Path, findings: &Findings, rehearsal: &Rehearsal) -> Result<(), Failure> {
    fs::write(path, page::page(findings, rehearsal).into_string()).map_err(|error| Failure::output(&error))
}

/// A slip of the hand must not cost the journey or the policy.
pub(crate) fn refuse_overwriting(path: &Path, inputs: [&Path; 2]) -> Result<(), Failure> {
    let Ok(written) = path.canonicalize() else { return Ok(()) };
    if inputs.iter().any(|input| input.canonicalize().is_ok_and(|input| input == written)) {
        return Err(Failure::usage("the report is also an input: give it another name"));
    }
    Ok(())
}
