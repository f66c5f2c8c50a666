//! Which files are refused.

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
