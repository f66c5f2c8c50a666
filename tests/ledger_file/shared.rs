//! What several processes and threads share.

use super::*;

const MOST: u64 = 150;

/// Charges one after another until the budget is spent; how many.
fn spend_all(path: &Path, step: u64) -> u64 {
    let mut ledger = SqliteLedger::open(path).unwrap();
    (0..).take_while(|_| charge(&mut ledger, &budget(MOST, 1_000_000), 0, step).unwrap()).count() as u64
}

#[test]
fn threads_that_share_a_file_never_exceed_the_budget() {
    let (_folder, path) = folder();
    // All make the file at once.
    let spent: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| spend_all(&path, 2) * 2)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(spent, MOST);
    assert_eq!(read_all(&path).unwrap(), MOST);
}

#[test]
fn connections_that_take_turns_see_each_other() {
    let (_folder, path) = folder();
    let budget = budget(10, 1_000);
    let mut one = SqliteLedger::open(&path).unwrap();
    let mut two = SqliteLedger::open(&path).unwrap();
    for turn in 0..5 {
        assert!(charge(&mut one, &budget, turn * 1_000, 6).unwrap());
        assert!(!charge(&mut two, &budget, turn * 1_000, 5).unwrap());
        assert_eq!(two.remaining(&budget, at_ms(0).into()).unwrap()[0].remaining(), loss(4));
        assert!(charge(&mut two, &budget, 0, 4).unwrap());
        assert!(!charge(&mut one, &budget, turn * 1_000, 1).unwrap());
    }
    let numbers: Vec<u64> = receipts(&mut one).unwrap().iter().map(Receipt::sequence).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
}

#[test]
fn a_writer_that_waits_too_long_is_told_so_and_can_try_again() {
    let (_folder, path) = folder();
    let budget = budget(10, 1_000);
    let mut one = SqliteLedger::open(&path).unwrap();
    let mut two = SqliteLedger::open(&path).unwrap();
    let held = one.begin(&budget, at_ms(0).into()).unwrap();
    let start = Instant::now();
    let error = charge(&mut two, &budget, 0, 1).unwrap_err();
    assert!(matches!(error, LedgerError::Busy { .. }), "{error}");
    assert!(start.elapsed() > Duration::from_secs(4));
    assert_eq!(two.remaining(&budget, at_ms(0).into()).unwrap()[0].remaining(), loss(10), "readers do not wait");
    drop(held);
    assert!(charge(&mut two, &budget, 0, 1).unwrap());
}

/// Runs a test of this file, marked as ignored, as another process.
fn process(test: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).env("LEDGER", path);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command
}

fn path_from_parent() -> PathBuf {
    std::env::var_os("LEDGER").unwrap().into()
}

#[test]
fn processes_that_share_a_file_never_exceed_the_budget() {
    let (_folder, path) = folder();
    let mut children: Vec<_> =
        (0..3).map(|_| process("shared::child_that_spends_all", &path).spawn().unwrap()).collect();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(read_all(&path).unwrap(), MOST);
    let mut ledger = SqliteLedger::open(&path).unwrap();
    assert_eq!(receipts(&mut ledger).unwrap().len() as u64, MOST);
}

#[test]
#[ignore = "run by processes_that_share_a_file_never_exceed_the_budget"]
fn child_that_spends_all() {
    spend_all(&path_from_parent(), 1);
}

#[test]
fn a_crash_keeps_what_was_committed_and_nothing_else() {
    let (_folder, path) = folder();
    for crash in 1..=3 {
        assert!(!process("shared::child_that_crashes", &path).status().unwrap().success());
        assert_eq!(read_all(&path).unwrap(), crash * 5);
    }
}

#[test]
#[ignore = "run by a_crash_keeps_what_was_committed_and_nothing_else"]
fn child_that_crashes() {
    let mut ledger = SqliteLedger::open(path_from_parent()).unwrap();
    assert!(charge(&mut ledger, &budget(1_000, 1_000_000), 0, 5).unwrap());
    let mut transaction = ledger.begin(&budget(1_000, 1_000_000), at_ms(0).into()).unwrap();
    for _ in 0..100 {
        transaction.charge(&charge_of(1)).unwrap().unwrap();
    }
    std::process::abort();
}
