//! A process that is killed at any moment leaves a ledger that opens, and no release without its receipt.
//!
//! `cargo test --test crashes -- --nocapture` prints what `docs/reliability.md` states. `KILLS` sets how many processes are
//! killed, `SEED` when.
#![cfg(all(feature = "sqlite", unix))]

#[path = "support/process.rs"]
mod process;
mod support;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use hereabouts::Outcome;
use process::{
    assert_no_window_is_overspent, child, limited_child, line, minimizer_of_child, print_release, printed, receipts,
    walk,
};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// A ledger file, and how many receipts were seen in it.
struct File {
    path: PathBuf,
    receipts: usize,
}

/// What killed processes left.
#[derive(Debug, Default)]
struct Count {
    killed: usize,
    /// Releases that were returned, and printed.
    returned: usize,
    /// Receipts of which no release was seen: the budget was spent, and nothing left.
    wasted: usize,
}

impl File {
    fn new(folder: &Path, name: impl std::fmt::Display) -> Self {
        Self { path: folder.join(format!("{name}.db")), receipts: 0 }
    }

    /// Opens after a crash: every release that was returned has its receipt, and at most one receipt more is there.
    fn examine(&mut self, output: &[u8], count: &mut Count) {
        let told = printed(output);
        if told.is_empty() && !self.path.exists() {
            return;
        }
        let all = receipts(&self.path).unwrap_or_else(|error| panic!("{error}"));
        let new: Vec<_> = all[self.receipts..].iter().map(line).collect();
        assert!(new.len() >= told.len() && new.len() <= told.len() + 1, "{} told, {} kept", told.len(), new.len());
        assert_eq!(new[..told.len()], told);
        assert_no_window_is_overspent(&all);
        count.returned += told.len();
        count.wasted += new.len() - told.len();
        self.receipts = all.len();
    }
}

/// Kills processes one after the other, over a new file after every forty.
fn kill_many(kills: u64, seed: u64) -> Count {
    let folder = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut count = Count::default();
    let mut file = File::new(folder.path(), 0);
    for kill in 0..kills {
        if kill % 40 == 0 {
            file = File::new(folder.path(), kill);
        }
        let mut process = child("child_that_releases_until_it_is_killed", &file.path).spawn().unwrap();
        thread::sleep(Duration::from_micros(random.random_range(0..60_000)));
        process.kill().unwrap(); // SIGKILL
        let output = process.wait_with_output().unwrap();
        assert!(!output.status.success(), "it ended by itself: {}", String::from_utf8_lossy(&output.stdout));
        count.killed += 1;
        file.examine(&output.stdout, &mut count);
    }
    count
}

#[test]
fn a_killed_process_leaves_a_ledger_that_opens_and_no_release_without_its_receipt() {
    let (kills, seed) = (number("KILLS", 1_000), number("SEED", 20_240_620));
    let halves: Vec<Count> = thread::scope(|scope| {
        let halves: Vec<_> = (0..2).map(|half| scope.spawn(move || kill_many(kills / 2, seed + half))).collect();
        halves.into_iter().map(|half| half.join().unwrap()).collect()
    });
    let sum = |part: fn(&Count) -> usize| halves.iter().map(part).sum::<usize>();
    let (killed, returned, wasted) = (sum(|c| c.killed), sum(|c| c.returned), sum(|c| c.wasted));
    println!(
        "seed {seed}: {killed} processes killed, {returned} releases returned, {wasted} receipts without a release"
    );
    assert!(returned as u64 >= kills / 4, "too few of them came to release anything");
}

/// The system kills the process within a write: of the new file, of each sector of the log, and of a log that goes on.
#[test]
fn a_process_that_ends_within_any_write_leaves_all_of_a_transaction_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = Count::default();
    // A new file has some 110 blocks, so the log comes from there on.
    for blocks in (0..108).step_by(6).chain(108..228) {
        let mut file = File::new(folder.path(), blocks);
        // Once more on what the first one left: the log grows from there.
        for _ in 0..2 {
            let mut command = limited_child("child_that_releases_until_it_is_killed", &file.path, blocks);
            let output = command.output().unwrap();
            assert!(!output.status.success(), "it ended by itself");
            count.killed += 1;
            file.examine(&output.stdout, &mut count);
        }
        // Without the limit it goes on.
        let mut process = child("child_that_releases_a_few", &file.path);
        let output = process.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        file.examine(&output.stdout, &mut count);
    }
    println!("{} processes ended within a write: {count:?}", count.killed);
    assert!(count.returned > 200);
}

#[test]
#[ignore = "run by the tests above"]
fn child_that_releases_until_it_is_killed() {
    release(u64::MAX);
}

#[test]
#[ignore = "run by a_process_that_ends_within_any_write_leaves_all_of_a_transaction_or_nothing"]
fn child_that_releases_a_few() {
    release(2);
}

/// Releases to four destinations, of both kinds of purpose.
fn release(most: u64) {
    let minimizer = minimizer_of_child();
    let mut released = 0;
    for step in u64::from(std::process::id()).. {
        let purpose = if step % 3 == 0 { "extension" } else { "app" };
        let destination = format!("d{}", step % 4);
        let outcome = minimizer.release(&walk(step), purpose, &destination).unwrap();
        print_release(&outcome, &destination);
        released += u64::from(matches!(outcome, Outcome::Released(_)));
        if released >= most {
            return;
        }
    }
}
