//! What was asked for, on standard output.

use std::io::{self, Write};

use crate::failure::Failure;

/// Prints an answer, and the end of its last line.
pub(crate) fn print(answer: &(impl ToString + ?Sized)) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    writeln!(output, "{}", answer.to_string()).and_then(|()| output.flush()).map_err(|error| Failure::output(&error))
}
