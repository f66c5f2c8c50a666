//! Damage of the ledger's file: an error or the right answer, never a refilled budget, never a panic, and the refused file
//! left as it is for rescue.
//!
//! `cargo test --test damage -- --nocapture` prints what `docs/reliability.md` states.
#![cfg(feature = "sqlite")]

mod support;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hereabouts::{
    Budget, Charge, Draw, FileAnchor, LatticePoint, Ledger, LedgerError, Minimizer, Outcome, Policy, Position,
    PrivacyLoss, Receipt, Remaining, Rule, SqliteLedger, Window, ZoneDraw, Zones,
};
use jiff::Timestamp;
use support::{NINE, SetClock, fix, time};
use tempfile::TempDir;

const PAGE: usize = 4_096;

fn budget() -> Budget {
    let window = |billionths, seconds| {
        Window::new(PrivacyLoss::from_billionths(billionths), Duration::from_secs(seconds)).unwrap()
    };
    Budget::new([window(8_000_000_000, 86_400), window(30_000_000_000, 7 * 86_400)]).unwrap()
}

/// A closed ledger with two zones, one of them off, and with receipts, draws, stays and outputs of some days.
fn make(path: &Path) {
    let mut ledger = SqliteLedger::open(path).unwrap();
    let mut transaction = ledger.begin(&budget(), time(NINE).into()).unwrap();
    for (name, longitude_deg) in [("home", 5.0), ("old home", 6.0)] {
        let centre = LatticePoint::nearest(&Position::new(52.0, longitude_deg));
        let loss = PrivacyLoss::from_billionths(100_000_000);
        transaction.protect(&ZoneDraw { name, centre, radius_m: 2_147.5, loss }).unwrap().unwrap();
    }
    transaction.set_zone(1, None).unwrap();
    transaction.commit().unwrap();
    for number in 0..40 {
        charge(&mut ledger, number).unwrap();
    }
}

fn charge(ledger: &mut SqliteLedger, number: i64) -> Result<(), LedgerError> {
    let mut transaction = ledger.begin(&budget(), time(NINE + number * 7_200).into())?;
    let place = Position::new(52.0 + number as f64 * 0.01, 5.0);
    let charge = Charge {
        purpose: ["weather", "fitness"][number as usize % 2],
        destination: "eu",
        draw: Draw::new(NINE + number, LatticePoint::nearest(&place)),
        tick: NINE + number,
        remember: 3,
        grid: "h3:6",
        rule: Rule::Purpose,
        cell: &format!("86{number:06x}7ffffff"),
        bucket: time(NINE),
        span: Duration::from_secs(3_600),
        loss: PrivacyLoss::from_billionths(300_000_000 + number as u64),
    };
    transaction.charge(&charge)?.unwrap();
    let stay = PrivacyLoss::from_billionths(20_000_000);
    transaction.stay(charge.purpose, stay)?.unwrap();
    transaction.commit()
}

/// All that a ledger answers about its windows and to a transaction: what bounds the next release.
#[derive(PartialEq, Debug)]
struct Answers {
    remaining: Vec<Remaining>,
    time: Timestamp,
    draws: Vec<Option<Draw>>,
    outputs: Vec<Vec<LatticePoint>>,
    served: Vec<Option<i64>>,
    zones: Zones,
}

fn ask(ledger: &mut SqliteLedger) -> Result<Answers, LedgerError> {
    let now = time(NINE).into();
    let remaining = ledger.remaining(&budget(), now)?;
    let transaction = ledger.begin(&budget(), now)?;
    let purposes = ["weather", "fitness"];
    Ok(Answers {
        remaining,
        time: transaction.time(),
        draws: purposes.map(|purpose| transaction.draw(purpose)).into_iter().collect::<Result<_, _>>()?,
        outputs: purposes.map(|purpose| transaction.outputs(purpose)).into_iter().collect::<Result<_, _>>()?,
        served: purposes.map(|purpose| transaction.served(purpose, "eu")).into_iter().collect::<Result<_, _>>()?,
        zones: transaction.zones()?.clone(),
    })
}

fn receipts(ledger: &mut SqliteLedger) -> Result<Vec<Receipt>, LedgerError> {
    let mut receipts = Vec::new();
    ledger.receipts(&mut |receipt| {
        receipts.push(receipt);
        ControlFlow::Continue(())
    })?;
    Ok(receipts)
}

fn all(path: &Path) -> Result<(Answers, Vec<Receipt>), LedgerError> {
    let mut ledger = SqliteLedger::open(path)?;
    Ok((ask(&mut ledger)?, receipts(&mut ledger)?))
}

fn write_private(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

struct Place {
    _folder: TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        Self { _folder: folder, path }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        format!("{}{ending}", self.path.display()).into()
    }

    /// The ledger is these bytes, and nothing lies beside it.
    fn put(&self, bytes: &[u8]) {
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(self.beside(ending));
        }
        write_private(&self.path, bytes);
    }
}

/// How often a fault ended in an error, and how often it changed no answer.
#[derive(Default)]
struct Count {
    errors: usize,
    right: usize,
}

impl Count {
    /// After damage: an error that leaves the bytes alone, or what the whole ledger answers.
    fn add(&mut self, place: &Place, bytes: &[u8], whole: &(Answers, Vec<Receipt>), what: &str) {
        place.put(bytes);
        let answers = SqliteLedger::open(&place.path).and_then(|mut ledger| ask(&mut ledger));
        match answers {
            Ok(answers) => {
                assert_eq!(answers, whole.0, "{what}");
                // Receipts that have left every window are only read here.
                match SqliteLedger::open(&place.path).and_then(|mut ledger| receipts(&mut ledger)) {
                    Ok(receipts) => {
                        assert!(receipts == whole.1, "{what}");
                        self.right += 1;
                    }
                    Err(_) => self.errors += 1,
                }
            }
            Err(_) => self.errors += 1,
        }
        assert!(fs::read(&place.path).unwrap() == bytes, "{what}: the file was touched");
    }

    fn print(&self, fault: &str) {
        println!("{fault}: {} errors, {} right answers, 0 refilled", self.errors, self.right);
    }
}

fn sample() -> (Place, Vec<u8>, (Answers, Vec<Receipt>)) {
    let place = Place::new();
    make(&place.path);
    let bytes = fs::read(&place.path).unwrap();
    let whole = all(&place.path).unwrap();
    (place, bytes, whole)
}

#[test]
fn no_flipped_bit_goes_unnoticed_where_it_changes_an_answer() {
    let (place, bytes, whole) = sample();
    let used = |place: &usize| bytes[place & !15..(place | 15) + 1].iter().any(|&byte| byte != 0);
    let mut count = Count::default();
    // One bit of each byte that is in use, each time another, and of every 64th byte of the empty parts.
    for at in (0..bytes.len()).filter(|at| used(at) || at % 64 == 0) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at * 5 % 8);
        count.add(&place, &damaged, &whole, &format!("bit {} of byte {at}", at * 5 % 8));
    }
    assert!(count.errors + count.right >= 2_000 && count.errors > 1_000, "the sample is too small");
    count.print("a flipped bit");
}

#[test]
fn no_length_of_a_file_cut_short_opens_as_one_that_spent_less() {
    let (place, bytes, whole) = sample();
    let mut count = Count::default();
    for length in (0..bytes.len()).filter(|length| length % 97 == 0 || length % PAGE < 2) {
        count.add(&place, &bytes[..length], &whole, &format!("cut to {length} bytes"));
    }
    assert_eq!(count.right, 0);
    count.print("a file cut short");
}

#[test]
fn no_page_of_yesterday_goes_unnoticed() {
    let place = Place::new();
    make(&place.path);
    let before = fs::read(&place.path).unwrap();
    let mut ledger = SqliteLedger::open(&place.path).unwrap();
    (40..44).for_each(|number| charge(&mut ledger, number).unwrap());
    drop(ledger);
    let now = fs::read(&place.path).unwrap();
    let whole = all(&place.path).unwrap();
    let mut count = Count::default();
    let (mut zeroed, pages) = (Count::default(), now.len() / PAGE);
    for page in 0..pages {
        let range = page * PAGE..(page + 1) * PAGE;
        let mut stale = now.clone();
        let mut zero = now.clone();
        zero[range.clone()].fill(0);
        zeroed.add(&place, &zero, &whole, &format!("page {page} zero"));
        if let Some(old) = before.get(range.clone()).filter(|old| *old != &now[range.clone()]) {
            stale[range].copy_from_slice(old);
            count.add(&place, &stale, &whole, &format!("page {page} is old"));
        }
    }
    assert!(count.errors >= 4, "{} pages changed", count.errors + count.right);
    count.print("a page of before the last charges");
    zeroed.print("a page of zeros");
}

/// What each statement leaves is a database without a fault of its own: only the checksums tell.
#[test]
fn every_number_that_was_changed_is_noticed() {
    let statements = [
        "UPDATE receipt SET loss_billionths = loss_billionths - 1 WHERE sequence = 39",
        "UPDATE receipt SET loss_billionths = 0",
        "UPDATE receipt SET time_ms = time_ms - 1 WHERE sequence = 38",
        "UPDATE receipt SET cell = '0' WHERE sequence = 37",
        "UPDATE receipt SET checksum = 0 WHERE sequence = 36",
        "DELETE FROM receipt WHERE sequence = 40",
        "DELETE FROM receipt",
        "UPDATE state SET now_ms = now_ms + 86400000",
        "UPDATE state SET latest_ms = latest_ms + 1",
        "UPDATE state SET commits = commits + 1",
        "UPDATE state SET is_anchored = 1",
        "UPDATE state SET chain = 0",
        "UPDATE state SET contents = 0",
        "DELETE FROM state",
        "UPDATE latest SET tick = tick + 1",
        "UPDATE latest SET point = point + 16777216 WHERE point IS NOT NULL",
        "UPDATE latest SET receipt = 1 WHERE receipt IS NOT NULL",
        "DELETE FROM latest",
        "UPDATE stay SET loss_billionths = 0 WHERE receipt = 39",
        "UPDATE stay SET last_ms = 0 WHERE receipt = 39",
        "DELETE FROM stay WHERE receipt = 39",
        "DELETE FROM output",
        "UPDATE output SET receipt = receipt - 1 WHERE receipt = 39",
        "UPDATE name SET text = 'x' WHERE id = 0",
        "DELETE FROM name WHERE id = 2",
        "INSERT INTO name VALUES (9, 'new')",
        "INSERT INTO forfeit VALUES (1, 0, 0)",
        "UPDATE zone SET is_on = 0",
        "UPDATE zone SET point = point + 1 WHERE id = 0",
        "UPDATE zone SET radius_m = 1 WHERE id = 0",
        "UPDATE zone SET loss_billionths = 0 WHERE id = 1",
        "DELETE FROM zone WHERE id = 1",
        "DELETE FROM zone",
        "UPDATE origin SET ledger = randomblob(16)",
        "DELETE FROM origin",
    ];
    let (place, bytes, _) = sample();
    for statement in statements {
        place.put(&bytes);
        let connection = rusqlite::Connection::open(&place.path).unwrap();
        connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        connection.execute_batch(statement).unwrap();
        drop(connection);
        let error = all(&place.path).expect_err(statement);
        assert!(matches!(error, LedgerError::Corrupt { .. }), "{statement}: {error}");
    }
    println!("a number that was changed by a statement: {} errors", statements.len());
}

/// A ledger at work, as a crash leaves it: what was charged last is in the log alone.
fn crashed(charges: std::ops::Range<i64>) -> (Place, Vec<u8>, Vec<u8>) {
    let working = Place::new();
    make(&working.path);
    let mut ledger = SqliteLedger::open(&working.path).unwrap();
    charges.for_each(|number| charge(&mut ledger, number).unwrap());
    let (file, log) = (fs::read(&working.path).unwrap(), fs::read(working.beside("-wal")).unwrap());
    drop(ledger);
    (working, file, log)
}

#[test]
fn the_log_of_another_ledger_is_noticed() {
    let (_, file, log) = crashed(40..44);
    let (_, _, other_log) = crashed(40..42);
    let place = Place::new();
    place.put(&file);
    write_private(&place.beside("-wal"), &log);
    assert_eq!(all(&place.path).unwrap().1.len(), 44);
    place.put(&file);
    write_private(&place.beside("-wal"), &other_log);
    let error = all(&place.path).unwrap_err();
    assert!(matches!(error, LedgerError::Corrupt { .. }), "{error}");
    println!("a log of another ledger: {error}");
}

#[test]
fn a_log_that_is_missing_beside_its_index_is_noticed() {
    let (_, file, _) = crashed(40..44);
    let place = Place::new();
    place.put(&file);
    write_private(&place.beside("-shm"), &[0; 32_768]);
    let error = SqliteLedger::open(&place.path).unwrap_err();
    assert!(matches!(error, LedgerError::Corrupt { .. }), "{error}");
    assert!(fs::read(&place.path).unwrap() == file);
    println!("a log that is missing: {error}");
}

#[test]
fn a_log_that_is_missing_is_noticed_by_the_anchor() {
    let place = Place::new();
    let anchor = place._folder.path().join("anchor");
    let open = || SqliteLedger::open(&place.path)?.with_anchor(FileAnchor::new(&anchor));
    let mut ledger = open().unwrap();
    (0..4).for_each(|number| charge(&mut ledger, number).unwrap());
    let file = fs::read(&place.path).unwrap();
    drop(ledger);
    place.put(&file);
    let mut ledger = open().unwrap();
    let remaining = ledger.remaining(&budget(), time(NINE).into()).unwrap();
    assert!(remaining.iter().all(|window| window.remaining() == PrivacyLoss::ZERO));
}

/// SQLite takes a log up to its first fault: what was charged after it is gone, and only the anchor knows.
#[test]
fn a_flipped_bit_of_the_log_refills_nothing_under_an_anchor() {
    let place = Place::new();
    let anchor = place._folder.path().join("anchor");
    let open = || SqliteLedger::open(&place.path)?.with_anchor(FileAnchor::new(&anchor));
    let mut ledger = open().unwrap();
    (0..6).for_each(|number| charge(&mut ledger, number).unwrap());
    let (file, log) = (fs::read(&place.path).unwrap(), fs::read(place.beside("-wal")).unwrap());
    let whole = ask(&mut ledger).unwrap();
    drop(ledger);
    let mark = fs::read(&anchor).unwrap();
    let (mut right, mut spent, mut errors) = (0, 0, 0);
    place.put(&file);
    write_private(&place.beside("-wal"), &log);
    assert_eq!(open().and_then(|mut ledger| ask(&mut ledger)).unwrap(), whole, "the log is whole");
    for at in (0..log.len()).step_by(log.len() / 500) {
        place.put(&file);
        let mut damaged = log.clone();
        damaged[at] ^= 1 << (at % 8);
        write_private(&place.beside("-wal"), &damaged);
        write_private(&anchor, &mark);
        match open().and_then(|mut ledger| ask(&mut ledger)) {
            Ok(answers) if answers == whole => right += 1,
            Ok(Answers { remaining, .. }) => {
                assert!(remaining.iter().all(|window| window.remaining() == PrivacyLoss::ZERO), "byte {at}");
                spent += 1;
            }
            Err(_) => errors += 1,
        }
    }
    assert!(spent > 100);
    println!("a flipped bit of the log: {errors} errors, {spent} ledgers counted as spent, {right} right answers");
}

const POLICY: &str = r#"
version = 1
[protection]
radius_m = 200
[[budget]]
epsilon = 4.6
window = "24h"
[purposes.weather]
mechanism = { kind = "planar-laplace", epsilon = 0.5 }
repeat = { kind = "fresh" }
grid = { kind = "h3", resolution = 8 }
interval = "15min"
time_bucket = "1h"
keep = []
[destinations.eu]
jurisdiction = "DE"
operator = "Example Weather GmbH"
"#;

/// The file is replaced by a damaged one while the app runs: no release comes of it afterwards.
#[test]
fn a_minimizer_on_a_damaged_ledger_releases_nothing() {
    let place = Place::new();
    let clock = SetClock::at(NINE);
    let start = || {
        let ledger = SqliteLedger::open(&place.path)?;
        Ok::<_, LedgerError>(Minimizer::new(Policy::from_toml(POLICY).unwrap(), ledger, clock.clone()).unwrap())
    };
    assert!(matches!(start().unwrap().release(&fix(NINE), "weather", "eu").unwrap(), Outcome::Released(_)));
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    connection.execute_batch("UPDATE receipt SET loss_billionths = 0").unwrap();
    drop(connection);
    let before = fs::read(&place.path).unwrap();
    clock.set(NINE + 900);
    let minimizer = start().unwrap();
    for _ in 0..3 {
        assert!(minimizer.release(&fix(NINE), "weather", "eu").is_err());
    }
    drop(minimizer);
    assert!(fs::read(&place.path).unwrap() == before);
}
