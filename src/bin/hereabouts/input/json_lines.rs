//! One JSON object a line.

use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value};

use super::field::record_of;
use super::{Flaw, InputError, Options, Record, Sink, Source};

const BUFFER_BYTES: usize = 64 << 10;

/// The most that a line may be long; the rest of a longer one is skipped.
const LONGEST_LINE_BYTES: u64 = 1 << 20;

pub(crate) fn read(source: Source, options: &Options, sink: &mut Sink<'_>) -> Result<(), InputError> {
    let mut lines = Lines::new(source, LONGEST_LINE_BYTES);
    let mut number = 0;
    while let Some(line) = lines.next()? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        number += 1;
        if sink(number, record(line, options)).is_break() {
            break;
        }
    }
    Ok(())
}

fn record(line: &[u8], options: &Options) -> Result<Record, Flaw> {
    let object: Map<String, Value> = serde_json::from_slice(line).map_err(|_| Flaw::NotAnObject)?;
    record_of(&object, options)
}

/// The lines of a source, in one buffer that never grows beyond the longest line allowed.
pub(crate) struct Lines {
    source: BufReader<Source>,
    allowance: super::source::Allowance,
    longest_bytes: u64,
    line: Vec<u8>,
}

impl Lines {
    pub(crate) fn new(source: Source, longest_bytes: u64) -> Self {
        let allowance = source.allowance();
        Self { source: BufReader::with_capacity(BUFFER_BYTES, source), allowance, longest_bytes, line: Vec::new() }
    }

    /// The next line with its end, cut where it is too long, or `None` at the end of the input.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>, InputError> {
        self.allowance.renew();
        self.line.clear();
        let read = self.source.by_ref().take(self.longest_bytes).read_until(b'\n', &mut self.line)?;
        if read as u64 == self.longest_bytes && self.line.last() != Some(&b'\n') {
            self.skip_line()?;
        }
        Ok((read > 0).then_some(&self.line))
    }

    fn skip_line(&mut self) -> Result<(), InputError> {
        loop {
            self.allowance.renew();
            let buffer = self.source.fill_buf()?;
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let skipped = end.map_or(buffer.len(), |end| end + 1);
            self.source.consume(skipped);
            if end.is_some() || skipped == 0 {
                return Ok(());
            }
        }
    }
}
