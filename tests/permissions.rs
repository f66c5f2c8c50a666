//! Permission that is missing or lost: a clear error, nothing released, the file as it was, and nothing refilled after.
//!
//! Permission bits do not bind root. Then the cases run in a process of another user.
//! `cargo test --test permissions -- --nocapture` prints what `docs/reliability.md` states.
#![cfg(all(feature = "sqlite", unix))]

#[path = "support/process.rs"]
mod process;
mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hereabouts::{Error, LedgerError, Minimizer, Outcome, PrivacyLoss, SqliteLedger};
use support::{NINE, SetClock, fix, policy};

/// The user and group "nobody".
const NOBODY: u32 = 65_534;
const QUARTER: i64 = 900;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn bits_bind(folder: &Path) -> bool {
    let path = folder.join("probe");
    fs::write(&path, "").unwrap();
    set_mode(&path, 0);
    let is_bound = fs::read(&path).is_err();
    fs::remove_file(&path).unwrap();
    is_bound
}

/// A ledger of one release in a folder of its own.
struct Case {
    what: &'static str,
    folder: PathBuf,
    path: PathBuf,
    clock: SetClock,
}

impl Case {
    fn new(within: &Path, what: &'static str) -> Self {
        let folder = within.join(what.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        fs::create_dir(&folder).unwrap();
        let path = folder.join("ledger.db");
        let case = Self { what, folder, path, clock: SetClock::at(NINE) };
        assert!(case.release(&case.open().unwrap()).unwrap());
        case
    }

    fn open(&self) -> Result<Minimizer, LedgerError> {
        Ok(Minimizer::new(policy(), SqliteLedger::open(&self.path)?, self.clock.clone()).unwrap())
    }

    /// Whether something was released a quarter of an hour after what was before.
    fn release(&self, minimizer: &Minimizer) -> Result<bool, LedgerError> {
        match minimizer.release(&fix(NINE), "weather", "eu") {
            Ok(outcome) => Ok(matches!(outcome, Outcome::Released(_))),
            Err(Error::Ledger(error)) => Err(error),
            Err(error) => panic!("{}: {error}", self.what),
        }
    }

    fn later(&self) {
        let now = hereabouts::Clock::now(&self.clock).as_second();
        self.clock.set(now + QUARTER);
    }

    fn files(&self) -> Vec<(PathBuf, Option<Vec<u8>>)> {
        let mut files: Vec<_> = fs::read_dir(&self.folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.into_iter().map(|path| (path.clone(), fs::read(&path).ok())).collect()
    }

    fn spent(&self) -> PrivacyLoss {
        self.open().unwrap().remaining().unwrap()[0].spent()
    }

    /// Without the permission, an error; and with it again, all is as it was.
    fn refuses(&self, take: &dyn Fn(&Self), give: &dyn Fn(&Self), is_it: &dyn Fn(&LedgerError) -> bool) {
        let (before, spent) = (self.files(), self.spent());
        take(self);
        self.later();
        for _ in 0..2 {
            let error = self.open().and_then(|minimizer| self.release(&minimizer)).unwrap_err();
            println!("{}: {}", self.what, error.to_string().replace(self.folder.to_str().unwrap(), "…"));
            assert!(is_it(&error), "{}: {error:?}", self.what);
        }
        give(self);
        assert!(
            self.files() == before,
            "{}: {:?}",
            self.what,
            self.files().iter().map(|file| &file.0).collect::<Vec<_>>()
        );
        self.goes_on(spent, 1);
    }

    /// Nothing is refilled, and the next release is charged.
    fn goes_on(&self, spent: PrivacyLoss, releases: u64) {
        assert_eq!(self.spent(), spent, "{}", self.what);
        self.later();
        assert!(self.release(&self.open().unwrap()).unwrap(), "{}", self.what);
        let mut ledger = SqliteLedger::open(&self.path).unwrap();
        assert_eq!(ledger.check().unwrap(), (releases + 1, Vec::new()), "{}", self.what);
        assert!(self.spent() > spent, "{}", self.what);
    }
}

fn cases(within: &Path) {
    let is_denied = |error: &LedgerError| matches!(error, LedgerError::Denied { .. });
    let is_read_only = |error: &LedgerError| matches!(error, LedgerError::ReadOnly { .. });
    let mode_of_file = |mode| move |case: &Case| set_mode(&case.path, mode);
    let mode_of_folder = |mode| move |case: &Case| set_mode(&case.folder, mode);

    let case = Case::new(within, "a file that may not be read");
    case.refuses(&mode_of_file(0), &mode_of_file(0o600), &is_denied);
    let case = Case::new(within, "a file that may only be read");
    case.refuses(&mode_of_file(0o400), &mode_of_file(0o600), &is_read_only);
    let case = Case::new(within, "a file that may only be written");
    case.refuses(&mode_of_file(0o200), &mode_of_file(0o600), &is_denied);
    let case = Case::new(within, "a folder that may not be written, no log there");
    case.refuses(&mode_of_folder(0o500), &mode_of_folder(0o700), &is_read_only);
    let case = Case::new(within, "a folder that may not be searched");
    let is_examined = |error: &LedgerError| matches!(error, LedgerError::Io { action: "examined", .. });
    case.refuses(&mode_of_folder(0o600), &mode_of_folder(0o700), &is_examined);
    let case = Case::new(within, "a folder that may not even be listed");
    case.refuses(&mode_of_folder(0), &mode_of_folder(0o700), &is_examined);

    // With log and index there, a folder that may not be written is enough.
    let case = Case::new(within, "a folder that may not be written, log there");
    let open = case.open().unwrap();
    case.later();
    assert!(case.release(&open).unwrap());
    let spent = case.spent();
    set_mode(&case.folder, 0o500);
    case.later();
    assert!(case.release(&case.open().unwrap()).unwrap());
    assert!(case.spent() > spent);
    let spent = case.spent();
    drop(open);
    set_mode(&case.folder, 0o700);
    case.goes_on(spent, 3);
    println!("{}: goes on", case.what);

    // What is open stays open, until it is closed.
    for (what, of_folder) in
        [("the file's permission is lost at work", false), ("the folder's permission is lost at work", true)]
    {
        let case = Case::new(within, what);
        let open = case.open().unwrap();
        case.later();
        assert!(case.release(&open).unwrap());
        set_mode(if of_folder { &case.folder } else { &case.path }, 0);
        case.later();
        assert!(case.release(&open).unwrap());
        let spent = open.remaining().unwrap()[0].spent();
        case.later();
        let error = case.open().and_then(|minimizer| case.release(&minimizer)).unwrap_err();
        println!("{what}: goes on; who opens it: {}", error.to_string().replace(case.folder.to_str().unwrap(), "…"));
        drop(open);
        set_mode(&case.folder, 0o700);
        set_mode(&case.path, 0o600);
        case.goes_on(spent, 3);
    }
}

#[test]
fn without_permission_nothing_is_released_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    if bits_bind(folder.path()) {
        return cases(folder.path());
    }
    // The program may lie where the other user cannot reach it.
    let program = folder.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    set_mode(&program, 0o755);
    chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    let mut command = Command::new(program);
    process::arguments(&mut command, "as_a_user_whom_permission_bits_bind", folder.path());
    let output = command.uid(NOBODY).gid(NOBODY).current_dir(folder.path()).stderr(Stdio::piped()).output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[test]
#[ignore = "a process of its own, started by the test above"]
fn as_a_user_whom_permission_bits_bind() {
    let folder = PathBuf::from(std::env::var_os("LEDGER").unwrap());
    assert!(bits_bind(&folder));
    cases(&folder);
}

/// Mounts where it may; where not, it says so.
#[test]
#[cfg(target_os = "linux")]
fn on_a_file_system_that_is_read_only_nothing_is_released_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mounted = folder.path().join("mounted");
    fs::create_dir(&mounted).unwrap();
    let mount = |arguments: &[&str]| {
        let status = Command::new("mount").args(arguments).arg(&mounted).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    if !mount(&["-t", "tmpfs", "none"]) {
        println!("NOT TRIED: a file system that is read-only, for want of the right to mount one");
        return;
    }
    let tried = std::panic::catch_unwind(|| {
        let remount = |mode: &str| assert!(mount(&["-o", &format!("remount,{mode}")]));
        let case = Case::new(&mounted, "a file system that is read-only");
        let is_it = |error: &LedgerError| matches!(error, LedgerError::ReadOnly { .. });
        case.refuses(&|_| remount("ro"), &|_| remount("rw"), &is_it);
    });
    let status = Command::new("umount").arg(&mounted).status().unwrap();
    assert!(status.success());
    tried.unwrap();
}
