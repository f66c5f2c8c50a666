//! Several processes on one ledger, as an app and its extension are: no window overspent, no receipt lost, no deadlock.
//!
//! `cargo test --test processes -- --nocapture` prints what `docs/reliability.md` states.
#![cfg(all(feature = "sqlite", unix))]

#[path = "support/process.rs"]
mod process;
mod support;

use std::time::{Duration, Instant};

use hereabouts::{Error, LedgerError, Outcome, PrivacyLoss};
use process::{assert_no_window_is_overspent, child, line, minimizer_of_child, printed, receipts, short_pause, walk};

const PROCESSES: usize = 8;
const RELEASES: u64 = 1_000;
/// Five seconds for a lock, and what a loaded machine adds.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

#[test]
fn eight_processes_never_exceed_a_window_and_lose_no_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let start = Instant::now();
    let children: Vec<_> = (0..PROCESSES)
        .map(|number| {
            let mut command = child("child_that_releases", &path);
            // The first is the app itself, the others are its extensions.
            let purpose = if number == 0 { "app" } else { "extension" };
            command.env("PURPOSE", purpose).env("DESTINATION", format!("d{number}")).spawn().unwrap()
        })
        .collect();
    let outputs: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    let took = start.elapsed();
    let receipts = receipts(&path).unwrap();
    let (mut total, mut longest_ms, mut busy, mut withheld) = (0, 0, 0, 0);
    for (number, output) in outputs.iter().enumerate() {
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
        let told = printed(&output.stdout);
        let destination = format!("d{number}");
        let kept: Vec<_> = receipts.iter().filter(|receipt| receipt.destination() == destination).map(line).collect();
        assert_eq!(told, kept, "process {number}: what was released, and its receipts");
        total += told.len();
        let figure = |name: &str| -> u64 {
            text.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().parse().unwrap()
        };
        longest_ms = longest_ms.max(figure("longest wait in ms "));
        busy += figure("busy ");
        withheld += figure("withheld ");
    }
    assert_eq!(receipts.len(), total);
    assert!(receipts.iter().map(|receipt| receipt.sequence()).eq(1..=total as u64));
    assert!(receipts.iter().any(|receipt| receipt.stay_loss() > PrivacyLoss::ZERO), "the app asks its tests");
    assert_no_window_is_overspent(&receipts);
    assert!(Duration::from_millis(longest_ms) < LONGEST_WAIT, "{longest_ms} ms");
    println!(
        "{PROCESSES} processes, {RELEASES} ticks each: {total} receipts, {withheld} withheld, {busy} busy errors, \
         longest wait {longest_ms} ms, {took:.1?}"
    );
}

#[test]
#[ignore = "run by eight_processes_never_exceed_a_window_and_lose_no_receipt"]
fn child_that_releases() {
    let purpose = std::env::var("PURPOSE").unwrap();
    let destination = std::env::var("DESTINATION").unwrap();
    let minimizer = minimizer_of_child();
    let (mut done, mut busy, mut withheld, mut longest) = (0, 0, 0, Duration::ZERO);
    let mut lines = Vec::new();
    while done < RELEASES {
        let start = Instant::now();
        let outcome = minimizer.release(&walk(done), &purpose, &destination);
        longest = longest.max(start.elapsed());
        match outcome {
            Ok(Outcome::Released(release)) => {
                done += 1;
                lines.push(format!("\nreleased {destination} {} {}", release.cell().unwrap().id(), release.time()));
            }
            Ok(Outcome::Held(_)) => done += 1,
            Ok(_) => {
                withheld += 1;
                short_pause();
            }
            Err(Error::Ledger(LedgerError::Busy { .. })) => busy += 1,
            Err(error) => panic!("{error}"),
        }
    }
    lines.iter().for_each(|line| println!("{line}"));
    println!("\nlongest wait in ms {}\nbusy {busy}\nwithheld {withheld}", longest.as_millis());
}
