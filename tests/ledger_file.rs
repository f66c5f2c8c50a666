//! What the durable ledger promises about its file.
#![cfg(feature = "sqlite")]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hereabouts::{
    Budget, Charge, Draw, Fix, LatticePoint, Ledger, LedgerError, Position, PrivacyLoss, Receipt, Rule, SqliteLedger,
    Window,
};
use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

fn loss(billionths: u64) -> PrivacyLoss {
    PrivacyLoss::from_billionths(billionths)
}

fn at_ms(time_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(time_ms).unwrap()
}

fn budget(most: u64, ms: u64) -> Budget {
    Budget::new([Window::new(loss(most), Duration::from_millis(ms)).unwrap()]).unwrap()
}

fn charge_of(billionths: u64) -> Charge<'static> {
    Charge {
        purpose: "weather",
        destination: "eu",
        draw: Draw::new(1, LatticePoint::nearest(&Position::new(52.2, 5.3))),
        tick: 1,
        remember: 0,
        grid: "h3:6",
        rule: Rule::Purpose,
        cell: "861969527ffffff",
        bucket: at_ms(0),
        span: Duration::from_secs(3_600),
        loss: loss(billionths),
    }
}

/// One committed transaction with one charge; whether there was room.
fn charge(ledger: &mut SqliteLedger, budget: &Budget, time_ms: i64, billionths: u64) -> Result<bool, LedgerError> {
    let mut transaction = ledger.begin(budget, at_ms(time_ms).into())?;
    let done = transaction.charge(&charge_of(billionths))?.is_ok();
    transaction.commit()?;
    Ok(done)
}

fn receipts(ledger: &mut SqliteLedger) -> Result<Vec<Receipt>, LedgerError> {
    let mut receipts = Vec::new();
    ledger.receipts(&mut |receipt| {
        receipts.push(receipt);
        ControlFlow::Continue(())
    })?;
    Ok(receipts)
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    (folder, path)
}

/// A closed ledger with some charges.
fn used(path: &Path) {
    let mut ledger = SqliteLedger::open(path).unwrap();
    let mut transaction = ledger.begin(&budget(1_000, 1_000_000), at_ms(0).into()).unwrap();
    for step in 0..200 {
        transaction.advance(at_ms(step).into());
        transaction.charge(&charge_of(5)).unwrap().unwrap();
    }
    transaction.commit().unwrap();
}

/// Everything in a folder: names and bytes.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// The error of opening, after which the folder is as it was.
fn refused(folder: &Path, path: &Path) -> LedgerError {
    let before = contents(folder);
    let error = SqliteLedger::open(path).unwrap_err();
    assert!(contents(folder) == before, "the refused file was touched: {error}");
    error
}

/// What opening and reading everything answers.
fn read_all(path: &Path) -> Result<u64, LedgerError> {
    let mut ledger = SqliteLedger::open(path)?;
    let spent = ledger.remaining(&budget(1_000, 1_000_000), at_ms(0).into())?[0].spent().billionths();
    receipts(&mut ledger)?;
    Ok(spent)
}

mod kept {
    use super::*;

    #[test]
    fn everything_survives_closing_and_opening() {
        let (_folder, path) = folder();
        let budget = budget(10, 1_000);
        let draw = Draw::new(-3, LatticePoint::nearest(&Position::new(-90.0, 0.0)));
        let mut ledger = SqliteLedger::open(&path).unwrap();
        let mut transaction = ledger.begin(&budget, at_ms(7_000).into()).unwrap();
        transaction.charge(&Charge { purpose: "é \0 \"'", draw, tick: draw.tick, ..charge_of(4) }).unwrap().unwrap();
        transaction.charge(&charge_of(3)).unwrap().unwrap();
        transaction.commit().unwrap();
        let before = (receipts(&mut ledger).unwrap(), ledger.remaining(&budget, at_ms(0).into()).unwrap());
        drop(ledger);
        let mut ledger = SqliteLedger::open(&path).unwrap();
        assert_eq!((receipts(&mut ledger).unwrap(), ledger.remaining(&budget, at_ms(0).into()).unwrap()), before);
        let mut transaction = ledger.begin(&budget, at_ms(0).into()).unwrap();
        assert_eq!(transaction.time(), at_ms(7_000));
        assert_eq!(transaction.draw("é \0 \"'").unwrap(), Some(draw));
        assert_eq!(transaction.served("é \0 \"'", "eu").unwrap(), Some(-3));
        assert_eq!(transaction.served("weather", "eu").unwrap(), Some(1));
        assert!(transaction.charge(&charge_of(4)).unwrap().is_err());
        assert_eq!(transaction.charge(&charge_of(3)).unwrap(), Ok(3));
    }

    #[test]
    fn a_question_writes_no_byte() {
        let (folder, path) = folder();
        let mut ledger = SqliteLedger::open(&path).unwrap();
        let budget = budget(10, 1_000);
        charge(&mut ledger, &budget, 0, 4).unwrap();
        let other = Connection::open(&path).unwrap();
        let version = || other.pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0)).unwrap();
        let data = || contents(folder.path()).into_iter().filter(|(path, _)| !path.ends_with("ledger.db-shm"));
        let before = (version(), data().collect::<Vec<_>>());
        let mut transaction = ledger.begin(&budget, at_ms(500).into()).unwrap();
        assert_eq!(transaction.affords("weather", loss(6)).unwrap(), Ok(()));
        assert!(transaction.charge(&charge_of(7)).unwrap().is_err());
        transaction.commit().unwrap();
        let mut transaction = ledger.begin(&budget, at_ms(500).into()).unwrap();
        transaction.charge(&Charge { purpose: "new", ..charge_of(6) }).unwrap().unwrap();
        drop(transaction);
        ledger.remaining(&budget, at_ms(900).into()).unwrap();
        assert!((version(), data().collect::<Vec<_>>()) == before);
    }

    #[test]
    fn no_byte_of_the_file_tells_the_fix() {
        let (folder, path) = folder();
        let (latitude_deg, longitude_deg) = (52.090_736_1, 5.121_420_9);
        let fix = Fix::wgs84(latitude_deg, longitude_deg, 7.25, at_ms(1_718_877_612_345)).unwrap();
        let mut ledger = SqliteLedger::open(&path).unwrap();
        let mut transaction = ledger.begin(&budget(10, 1_000), fix.time().into()).unwrap();
        transaction.charge(&Charge { bucket: at_ms(1_718_877_600_000), ..charge_of(4) }).unwrap().unwrap();
        transaction.commit().unwrap();
        let raw_point = LatticePoint::nearest(&Position::new(latitude_deg, longitude_deg)).to_bits();
        let mut secrets: Vec<Vec<u8>> = vec![raw_point.to_be_bytes()[2..].into(), raw_point.to_le_bytes()[..6].into()];
        for number in [latitude_deg, longitude_deg] {
            secrets.extend([number.to_be_bytes().to_vec(), number.to_le_bytes().to_vec()]);
            secrets.push(format!("{number}")[..7].into());
            secrets.push(format!("{}", number * 1e7).into_bytes());
            let e7 = (number * 1e7) as i32;
            secrets.extend([e7.to_be_bytes().to_vec(), e7.to_le_bytes().to_vec()]);
        }
        let files = contents(folder.path());
        assert!(files.iter().any(|(_, bytes)| bytes.windows(15).any(|window| window == b"861969527ffffff")));
        for (file, bytes) in files {
            for secret in &secrets {
                assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", file.display());
            }
        }
    }

    #[test]
    fn an_overwritten_draw_leaves_no_remains_in_the_closed_file() {
        let (folder, path) = folder();
        let budget = budget(10, 1_000);
        let old = Draw::new(1, LatticePoint::nearest(&Position::new(41.3, 2.1)));
        let new = Draw::new(2, LatticePoint::nearest(&Position::new(-89.999, 2.1)));
        let holds = |draw: Draw| {
            let bits = draw.point.to_bits().to_be_bytes();
            let bits = &bits[bits.iter().take_while(|&&byte| byte == 0).count()..];
            let files = contents(folder.path());
            files.iter().any(|(_, bytes)| bytes.windows(bits.len()).any(|window| window == bits))
        };
        for (draw, gone) in [(old, new), (new, old), (charge_of(0).draw, new)] {
            let mut ledger = SqliteLedger::open(&path).unwrap();
            let mut transaction = ledger.begin(&budget, at_ms(0).into()).unwrap();
            transaction.charge(&Charge { draw, tick: draw.tick, ..charge_of(1) }).unwrap().unwrap();
            transaction.commit().unwrap();
            drop(ledger);
            assert!(holds(draw) && !holds(gone));
        }
    }

    #[test]
    fn special_characters_of_a_path_mean_themselves() {
        let (folder, _) = folder();
        for name in [":memory:", "file:x?mode=memory", "a b%41#c?immutable=1.db", "é.db", "'\"\\"] {
            let path = folder.path().join(name);
            used(&path);
            assert!(path.is_file(), "{name}");
            assert_eq!(read_all(&path).unwrap(), 1_000);
        }
    }

    #[test]
    fn a_ledger_can_move_to_another_thread() {
        fn moves<T: Send + 'static>(_: &T) {}
        let (_folder, path) = folder();
        moves(&SqliteLedger::open(path).unwrap());
    }
}

mod refused {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn the_file_and_its_companions_are_their_owners_only() {
        use std::os::unix::fs::PermissionsExt;

        let (folder, path) = folder();
        let mut ledger = SqliteLedger::open(&path).unwrap();
        charge(&mut ledger, &budget(10, 1_000), 0, 4).unwrap();
        let files = contents(folder.path());
        assert_eq!(files.len(), 3, "the ledger, -shm, -wal and nothing else");
        for (file, _) in &files {
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
        }
        for (file, _) in &files {
            for mode in [0o604, 0o640, 0o620, 0o601] {
                fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
                let error = SqliteLedger::open(&path).unwrap_err();
                assert!(matches!(&error, LedgerError::Exposed { path, mode: found } if path == file && *found == mode));
                fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
            }
        }
        SqliteLedger::open(&path).unwrap();
    }

    #[test]
    fn a_database_of_another_application_is_not_touched() {
        for journal in ["DELETE", "WAL"] {
            let (folder, path) = folder();
            let other = Connection::open(&path).unwrap();
            other.pragma_update(None, "journal_mode", journal).unwrap();
            other.execute_batch("CREATE TABLE receipt (sequence); INSERT INTO receipt VALUES (1)").unwrap();
            set_mode_600(folder.path());
            assert!(matches!(refused(folder.path(), &path), LedgerError::Foreign { .. }), "at work, {journal}");
            drop(other);
            assert!(matches!(refused(folder.path(), &path), LedgerError::Foreign { .. }), "closed, {journal}");
        }
    }

    #[test]
    fn what_is_no_database_is_not_touched() {
        let text = "purpose,destination\nweather,eu\n".repeat(200).into_bytes();
        for bytes in [&text[..], &text[..1], &text[..99], b"SQLite format 3\0", &[0; 4_096]] {
            let (folder, path) = folder();
            fs::write(&path, bytes).unwrap();
            set_mode_600(folder.path());
            let error = refused(folder.path(), &path);
            assert!(matches!(error, LedgerError::NotADatabase { .. }), "{} bytes: {error}", bytes.len());
        }
    }

    #[test]
    fn a_newer_schema_is_not_touched() {
        for (version, newer) in [(3, true), (1_000, true), (1, false), (0, false), (-1, false)] {
            let (folder, path) = folder();
            used(&path);
            Connection::open(&path).unwrap().pragma_update(None, "user_version", version).unwrap();
            let error = refused(folder.path(), &path);
            match error {
                LedgerError::NewerSchema { found, known, .. } => assert!(newer && found == version && known == 2),
                LedgerError::Corrupt { .. } => assert!(!newer),
                _ => panic!("{error}"),
            }
        }
    }

    #[test]
    fn a_path_where_no_ledger_can_be_is_an_error_that_says_so() {
        let (folder, path) = folder();
        assert!(matches!(refused(folder.path(), folder.path()), LedgerError::NotAFile { .. }));
        assert!(matches!(refused(folder.path(), &path.join("below")), LedgerError::Io { .. }));
        assert!(matches!(refused(folder.path(), Path::new("")), LedgerError::Io { .. }));
        fs::write(&path, "a file").unwrap();
        assert!(matches!(refused(folder.path(), &path.join("below")), LedgerError::Io { .. }));
        let error = refused(folder.path(), &folder.path().join("missing/ledger.db"));
        assert!(error.to_string().ends_with("give a file in a folder that exists and can be written"), "{error}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_cannot_be_written_is_an_error() {
        assert!(matches!(SqliteLedger::open("/proc/ledger.db").unwrap_err(), LedgerError::Io { .. }));
    }

    #[test]
    fn a_log_without_its_file_is_not_played_into_a_new_ledger() {
        let (folder, path) = folder();
        fs::write(folder.path().join("ledger.db-wal"), "left behind").unwrap();
        assert!(matches!(refused(folder.path(), &path), LedgerError::Corrupt { .. }));
    }

    #[test]
    fn a_file_cut_short_never_opens_as_one_that_spent_less() {
        let (origin, path) = folder();
        used(&path);
        let whole = fs::read(&path).unwrap();
        let pages = (0..whole.len()).step_by(4_096);
        for length in pages.flat_map(|length| [length, length + 1, length + 512, length + 4_095]) {
            let (folder, path) = folder();
            fs::write(&path, &whole[..length]).unwrap();
            set_mode_600(folder.path());
            let error = read_all(&path).unwrap_err();
            let damaged = matches!(error, LedgerError::Corrupt { .. } | LedgerError::NotADatabase { .. });
            assert!(damaged, "{length} bytes: {error}");
            assert!(fs::read(&path).unwrap() == whole[..length], "{length} bytes: the file was touched");
        }
        drop(origin);
    }

    #[test]
    fn a_value_that_no_ledger_writes_is_an_error() {
        for damage in [
            "UPDATE receipt SET loss_billionths = -1 WHERE sequence = 150",
            "UPDATE receipt SET time_ms = 1000 WHERE sequence = 150",
            "UPDATE receipt SET time_ms = 9223372036854775807",
            "UPDATE receipt SET time_ms = -9223372036854775807",
            "UPDATE receipt SET bucket_ms = 9223372036854775807 WHERE sequence = 2",
            "UPDATE receipt SET terms = 77 WHERE sequence = 2",
            "UPDATE terms SET span_ms = -1",
            "UPDATE terms SET purpose = 77",
            "UPDATE terms SET rule = 9",
            "UPDATE terms SET accounting = 77",
            "DELETE FROM terms",
            "UPDATE state SET erased = 3",
            "UPDATE receipt SET cell = NULL WHERE sequence = 2",
            "UPDATE receipt SET cell = CAST(x'ff' AS TEXT) WHERE sequence = 2",
            "DELETE FROM receipt WHERE sequence = 100",
            "DELETE FROM receipt WHERE sequence = 1",
            "UPDATE receipt SET sequence = sequence - 500",
            "UPDATE latest SET point = -1 WHERE destination = -1",
            "UPDATE latest SET point = 9223372036854775807 WHERE destination = -1",
            "UPDATE latest SET point = NULL",
            "UPDATE latest SET destination = 77 WHERE destination >= 0",
            "UPDATE latest SET destination = -2 WHERE destination >= 0",
            "UPDATE latest SET purpose = 77",
            "DELETE FROM name WHERE id = 0",
            "DELETE FROM name WHERE id = 1",
            "UPDATE name SET id = 9223372036854775807 WHERE id = 1",
            "UPDATE name SET text = CAST(x'ff' AS TEXT) WHERE id = 0",
            "DROP TABLE latest",
            "ALTER TABLE receipt DROP COLUMN cell",
            "PRAGMA journal_mode = DELETE",
        ] {
            let (_folder, path) = folder();
            used(&path);
            let other = Connection::open(&path).unwrap();
            other.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF").unwrap();
            other.execute_batch(damage).unwrap();
            drop(other);
            let error = read_all(&path).expect_err(damage);
            assert!(matches!(error, LedgerError::Corrupt { .. }), "{damage}: {error}");
            // The path is not the ledger's, and a temporary one may hold any digits.
            let text = format!("{error} {error:?}").replace(path.to_str().unwrap(), "");
            assert!(!text.contains("9223") && !text.contains("77"), "{text}");
        }
    }

    #[test]
    fn no_flipped_byte_makes_it_panic() {
        let (_folder, path) = folder();
        used(&path);
        let whole = fs::read(&path).unwrap();
        // Every byte of the header and of the first cells of each page, and a sample of the rest.
        let places = (0..whole.len()).filter(|place| place % 4_096 < 24 || place % 61 == 0);
        let (mut errors, mut answers) = (0, 0);
        for place in places {
            let (folder, path) = folder_with(&whole, place);
            match read_all(&path) {
                Ok(_) => answers += 1,
                Err(_) => errors += 1,
            }
            drop(folder);
        }
        assert!(errors > 50 && answers > 50, "{errors} errors, {answers} answers");
    }

    fn folder_with(whole: &[u8], flipped: usize) -> (TempDir, PathBuf) {
        let (folder, path) = folder();
        let mut bytes = whole.to_vec();
        bytes[flipped] ^= 0xff;
        fs::write(&path, bytes).unwrap();
        set_mode_600(folder.path());
        (folder, path)
    }

    /// Sets the mode of every file in a folder to the ledger's own, so that it is refused for what it holds.
    fn set_mode_600(folder: &Path) {
        #[cfg(unix)]
        for (file, _) in contents(folder) {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        }
        #[cfg(not(unix))]
        let _ = folder;
    }
}

mod shared {
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
}
