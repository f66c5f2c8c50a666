//! Many repetitions at once, in an order that does not depend on the machine.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};

use crate::Failure;

/// How often each strategy is run, and who may watch.
pub(crate) struct Repetitions {
    pub(crate) count: u32,
    is_shown: bool,
}

impl Repetitions {
    pub(crate) fn shown(count: u32) -> Self {
        Self { count, is_shown: true }
    }

    #[cfg(test)]
    pub(crate) fn hidden(count: u32) -> Self {
        Self { count, is_shown: false }
    }

    /// A share of them, at least two.
    pub(crate) fn share(&self, of: u32) -> u32 {
        (self.count / of).max(2)
    }

    /// A function of 0, 1, 2 … in that order, computed by all processors.
    pub(crate) fn map<T: Send>(
        &self,
        what: &str,
        count: usize,
        compute: impl Fn(usize) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let bar = if self.is_shown { ProgressBar::new(count as u64) } else { ProgressBar::hidden() };
        bar.set_style(ProgressStyle::with_template("{msg:32} {wide_bar} {percent:>3} % {elapsed}")?);
        bar.set_message(what.to_owned());
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return Ok(done);
                }
                done.push((index, compute(index)?));
                bar.inc(1);
            }
        };
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        let done: Vec<Result<Vec<(usize, T)>, Failure>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a worker died".into()))).collect()
        });
        bar.finish();
        let mut results = done.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect::<Vec<_>>();
        results.sort_by_key(|(index, _)| *index);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }
}
