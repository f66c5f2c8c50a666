//! Text that is read and written line by line.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use crate::failure::Failure;

/// Longer lines than this are refused: no message has such a length.
const LONGEST: u64 = 1 << 20;

/// Writes what each line of the input becomes. One that is refused is said and left out, and the command fails in the end.
pub(crate) fn each_line<E: Display>(
    path: &Path,
    mut change: impl FnMut(&str) -> Result<String, E>,
) -> Result<(), Failure> {
    let cannot = |error: io::Error| Failure::input(format_args!("cannot read {}: {}", path.display(), error.kind()));
    let mut input: Box<dyn BufRead> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(BufReader::new(File::open(path).map_err(cannot)?)),
    };
    let mut output = io::stdout().lock();
    let (mut number, mut refused) = (0_u64, 0_u64);
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(LONGEST).read_until(b'\n', &mut line).map_err(cannot)? == 0 {
            break;
        }
        number += 1;
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        let changed = match core::str::from_utf8(text) {
            Ok(text) => change(text).map_err(|reason| reason.to_string()),
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        match changed {
            Ok(changed) => {
                writeln!(output, "{changed}").and_then(|()| output.flush()).map_err(|error| Failure::output(&error))?;
            }
            Err(reason) => {
                refused += 1;
                eprintln!("hereabouts: line {number} is refused: {reason}");
            }
        }
    }
    match refused {
        0 => Ok(()),
        1 => Err(Failure::input("1 line is refused")),
        _ => Err(Failure::input(format_args!("{refused} lines are refused"))),
    }
}
