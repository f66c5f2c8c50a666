//! The bytes of the input: how they begin, and a bound on what one record may hold in memory.

use core::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::InputError;

/// The most that one record may be long. A quote or a tag that is never closed would otherwise draw the rest of the
/// file into memory.
pub(crate) const LONGEST_RECORD_BYTES: u64 = 16 << 20;

/// The most that is looked at to tell a format.
const START_BYTES: usize = 4096;

/// The input without a byte-order mark and leading blanks.
pub(crate) struct Source {
    start: Vec<u8>,
    rest: Box<dyn Read>,
    allowance: Allowance,
}

/// What may still be read before the next record begins.
#[derive(Clone)]
pub(crate) struct Allowance(Rc<Cell<u64>>);

impl Allowance {
    /// A record begins.
    pub(crate) fn renew(&self) {
        self.0.set(LONGEST_RECORD_BYTES);
    }
}

impl Source {
    pub(crate) fn new(input: impl Read + 'static) -> Self {
        let allowance = Allowance(Rc::new(Cell::new(LONGEST_RECORD_BYTES)));
        Self { start: Vec::new(), rest: Box::new(input), allowance }
    }

    pub(crate) fn allowance(&self) -> Allowance {
        self.allowance.clone()
    }

    /// What [`tell`](Self::tell) has seen.
    pub(crate) fn start(&self) -> &[u8] {
        &self.start
    }

    /// Looks at how the input begins, which is read again later, until `tell` makes something of whole lines of it. It
    /// waits for no more than that, so that a live stream is followed as it comes.
    pub(crate) fn tell<T>(&mut self, tell: impl Fn(&[u8]) -> Option<T>) -> Result<Option<T>, InputError> {
        let mut chunk = [0; START_BYTES];
        let mut first = true;
        loop {
            let read = match self.rest.read(&mut chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.start.extend_from_slice(chunk.get(..read).unwrap_or_default());
            if first && self.start.len() >= 3 {
                first = false;
                if self.start.starts_with(b"\xef\xbb\xbf") {
                    self.start.drain(..3);
                }
            }
            let blanks = self.start.len() - self.start.trim_ascii_start().len();
            self.start.drain(..blanks);
            if read == 0 && self.start.is_empty() {
                return Err(InputError::Empty);
            }
            let is_all = read == 0 || self.start.len() >= START_BYTES;
            if is_all || self.start.contains(&b'\n') {
                let told = tell(&self.start);
                if is_all || told.is_some() {
                    return Ok(told);
                }
            }
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = if self.start.is_empty() {
            self.rest.read(buffer)?
        } else {
            let length = self.start.len().min(buffer.len());
            buffer[..length].copy_from_slice(&self.start[..length]);
            self.start.drain(..length);
            length
        };
        match self.allowance.0.get().checked_sub(read as u64) {
            Some(left) => self.allowance.0.set(left),
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(read)
    }
}
