//! Rescue: the receipts of a damaged ledger in a new one, in which every window counts as spent.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Serialize, Serializer};

use super::checksum::{self, Bytes, Checksums, Table};
use super::file::{self, BUSY_TIMEOUT, Draft, beside, cannot, failure};
use super::salvage::{Found, FoundReceipt, FoundStay, FoundTerms, FoundZone};
use super::state::{State, read_state, write_state};
use super::stored::Fault;
use super::transaction::{put, with_columns, write_catalogue};
use super::{SqliteLedger, migration, run, schema};
use crate::budget::account::Account;
use crate::budget::accountant::timestamp;
use crate::budget::accounting::Accounting;
use crate::budget::anchor::Mark;
use crate::budget::catalogue::{Catalogue, NameId, Terms, TermsId};
use crate::budget::choice::OFF;
use crate::budget::error::LedgerError;
use crate::budget::loss::PrivacyLoss;
use crate::budget::time::{LedgerTime, Reading};
use crate::budget::window::Budget;
use crate::budget::zones::Row;
use crate::lattice::LatticePoint;
use crate::zone::Zone;

/// What became of a rescue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rescued {
    receipts: u64,
    lost: u64,
    is_certain: bool,
    #[serde(serialize_with = "as_text")]
    until: Option<Timestamp>,
}

fn as_text<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_string()).serialize(serializer)
}

impl Rescued {
    /// How many receipts the new ledger has.
    #[must_use]
    pub fn receipts(&self) -> u64 {
        self.receipts
    }

    /// How many receipts are lost before the last one that could be read. How many there were after it is not known.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Whether each name, grid, cell and stay in the receipts is shown to be what was written. Time, bucket and loss always
    /// are: a receipt has a checksum over its numbers. For the rest there are sums over all rows alone, so that one lost row
    /// leaves it open.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// When every window has room again, in the ledger's time; `None` beyond the calendar.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

/// What goes into the new ledger.
struct Salvage<'a> {
    kept: Vec<Kept<'a>>,
    catalogue: Catalogue,
    /// Every zone of which a row was found: to lose one would be to draw its place once more.
    zones: Vec<Row>,
    /// The names under which nothing goes out.
    off: Vec<NameId>,
    /// The highest number of a receipt that could be read, kept or not.
    highest: u64,
    is_certain: bool,
}

struct Kept<'a> {
    receipt: &'a FoundReceipt,
    terms: TermsId,
    cell: Option<&'a str>,
    stay: Option<&'a FoundStay>,
}

pub(super) fn rescue(from: &Path, to: &Path, budget: &Budget, now: Reading) -> Result<Rescued, LedgerError> {
    match fs::symlink_metadata(to) {
        Ok(_) => return Err(LedgerError::Exists { path: to.into() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => file::refuse_left_log(to)?,
        Err(source) => return Err(cannot(to, "examined", source)),
    }
    file::examine(from)?;
    let has_all = file::refuse_cut_short(from).is_ok() && file::refuse_missing_log(from).is_ok();
    let copy = copy(from, to)?;
    if has_all && is_whole(&copy.path) {
        return Err(LedgerError::Whole { path: from.into() });
    }
    play_log(&copy.path);
    let found = Found::read(&copy.path).map_err(|source| cannot(from, "read", source))?;
    refuse_what_is_no_ledger(&found, from)?;
    let time = LedgerTime::known(latest(&found, now), now);
    let salvage = salvage(&found, budget, &time)?;
    if salvage.highest == 0 && found.marks.is_none() && !found.has_our_tables() {
        return Err(LedgerError::NotADatabase { path: from.into() });
    }
    let draft = Draft::new(to, "new")?;
    file::write_tables(&draft.path)?;
    write(&draft.path, &salvage, budget, time)?;
    draft.publish(to).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => LedgerError::Exists { path: to.into() },
        _ => cannot(to, "created", source),
    })?;
    let receipts = salvage.kept.len() as u64;
    Ok(Rescued {
        receipts,
        lost: salvage.highest.saturating_sub(receipts),
        is_certain: salvage.is_certain,
        until: timestamp(time.now_ms.saturating_add(budget.longest_ms())),
    })
}

/// The file and its log, for their owner alone, beside the new ledger. The log's index is made anew from it.
fn copy(from: &Path, to: &Path) -> Result<Draft, LedgerError> {
    let draft = Draft::new(to, "rescue")?;
    let copy = |from: &Path, to: &Path| {
        let mut source = File::open(from).map_err(|source| cannot(from, "read", source))?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let copied = options.open(to).and_then(|mut copy| io::copy(&mut source, &mut copy));
        copied.map(drop).map_err(|source| cannot(to, "created", source))
    };
    copy(from, &draft.path)?;
    let log = beside(from, "-wal");
    if log.exists() {
        copy(&log, &beside(&draft.path, "-wal"))?;
    }
    Ok(draft)
}

fn is_whole(copy: &Path) -> bool {
    SqliteLedger::open(copy).and_then(|mut ledger| ledger.check()).is_ok_and(|(_, findings)| findings.is_empty())
}

/// SQLite brings what the log holds, up to its first fault, into the file when it closes it, whether or not it can make
/// anything of the file. If it cannot, the file is all there is.
fn play_log(copy: &Path) {
    let played = Connection::open(copy).and_then(|connection| {
        let _ = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
        connection.close().map_err(|(_, error)| error)
    });
    drop(played);
}

/// The file's own word counts, but where its tables are those of this version: then its marks are damaged.
fn refuse_what_is_no_ledger(found: &Found, path: &Path) -> Result<(), LedgerError> {
    let Some(marks) = found.marks.filter(|_| !found.has_our_tables()) else { return Ok(()) };
    file::check_marks(path, marks)?;
    let (_, version) = marks;
    if (migration::OLDEST..schema::VERSION).contains(&version) {
        let what = "it is of an earlier version, of which nothing can be rescued";
        return Err(LedgerError::Corrupt { path: path.into(), what });
    }
    Ok(())
}

/// The latest time that can be read, and at least the present one: from it on every window is spent.
fn latest(found: &Found, now: Reading) -> Timestamp {
    let receipts = found.proven().map(|receipt| receipt.numbers[1]);
    let read = receipts.chain(found.state.map(|state| state.now_ms)).filter_map(timestamp);
    read.fold(now.wall, Timestamp::max)
}

/// The receipts of which everything can be read.
fn salvage<'a>(found: &'a Found, budget: &Budget, time: &LedgerTime) -> Result<Salvage<'a>, LedgerError> {
    let (names, is_certain) = found.names();
    let mut salvage = Salvage {
        kept: Vec::new(),
        catalogue: Catalogue::default(),
        zones: found.zones.values().map(|zone| sound_zone(zone, time)).collect(),
        off: Vec::new(),
        highest: 0,
        is_certain,
    };
    let mut taken: BTreeMap<i64, TermsId> = BTreeMap::new();
    let (mut latest_ms, mut has_cell, mut other) = (i64::MIN, false, None);
    for receipt in found.proven() {
        let [sequence, time_ms, terms_id, bucket_ms, loss] = receipt.numbers;
        salvage.highest = sequence.unsigned_abs();
        let Some(found_terms) = found.terms.get(&terms_id) else { continue };
        let Some(accounting) = schema::accounting(found_terms.accounting) else { continue };
        if accounting != budget.accounting() {
            other = Some(accounting);
            continue;
        }
        let is_sound = [time_ms, bucket_ms].iter().all(|&time_ms| timestamp(time_ms).is_some()) && loss >= 0;
        // What was erased stays erased, and stands before all that was not.
        let cell = receipt.cell.as_deref().filter(|_| found.state.is_none_or(|state| sequence > state.erased));
        if !is_sound || time_ms < latest_ms || (cell.is_none() && has_cell) {
            continue;
        }
        let terms = match taken.get(&terms_id) {
            Some(terms) => *terms,
            None => match take_terms(found_terms, &names, accounting, &mut salvage.catalogue) {
                Some(terms) => *taken.entry(terms_id).or_insert(terms),
                None => continue,
            },
        };
        (latest_ms, has_cell) = (time_ms, cell.is_some());
        let stay = found.stays.get(&sequence).filter(|stay| {
            let is_in_time = (time_ms..=time.now_ms).contains(&stay.last_ms);
            stay.purpose == found_terms.purpose && stay.loss_billionths >= 0 && is_in_time
        });
        salvage.kept.push(Kept { receipt, terms, cell, stay });
    }
    // What users chose is not known: whatever was a purpose is off until they choose again.
    names.values().for_each(|name| salvage.off.push(salvage.catalogue.intern(name)));
    salvage.catalogue.intern(OFF);
    salvage.highest = salvage.highest.max(found.last().map_or(0, i64::unsigned_abs));
    match other {
        Some(found) if salvage.kept.is_empty() => {
            Err(LedgerError::OtherAccounting { found, asked: budget.accounting() })
        }
        _ => Ok(salvage),
    }
}

/// A zone as it was found. One whose disc makes no sense is kept for what it cost.
fn sound_zone(found: &FoundZone, time: &LedgerTime) -> Row {
    // Without a time that makes sense it counts from now.
    let since = timestamp(found.time_ms).filter(|_| found.time_ms <= time.now_ms);
    let (time_ms, since) = since.map_or((time.now_ms, time.time()), |since| (found.time_ms, since));
    let zone = found.disc.as_ref().and_then(|disc| {
        let point = u64::try_from(disc.point).ok().and_then(LatticePoint::from_bits)?;
        let has_radius = disc.radius_m.is_finite() && disc.radius_m > 0.0;
        has_radius.then(|| Zone::new(&disc.name, point, disc.radius_m, since))
    });
    let loss = PrivacyLoss::from_billionths(u64::try_from(found.loss_billionths).unwrap_or(0));
    Row { time_ms, loss, is_on: found.is_on && zone.is_some(), zone }
}

/// The number of some terms in the new ledger, if they are sound.
fn take_terms(
    found: &FoundTerms,
    names: &BTreeMap<NameId, &str>,
    accounting: Accounting,
    catalogue: &mut Catalogue,
) -> Option<TermsId> {
    let (purpose, destination) = (*names.get(&found.purpose)?, *names.get(&found.destination)?);
    let rule = match found.rule {
        Some(code) => Some(schema::rule(code)?),
        None => None,
    };
    if found.span_ms < 0 {
        return None;
    }
    let (purpose, destination) = (catalogue.intern(purpose), catalogue.intern(destination));
    let grid = found.grid.as_str().into();
    Some(catalogue.add_terms(Terms { purpose, destination, grid, rule, span_ms: found.span_ms, accounting }))
}

/// Writes all of it, and a forfeit, in one transaction on a ledger that is new.
fn write(draft: &Path, salvage: &Salvage<'_>, budget: &Budget, time: LedgerTime) -> Result<(), LedgerError> {
    let connection = file::open(draft)?;
    run(&connection, draft, schema::BEGIN_WRITING)?;
    write_rows(&connection, salvage, budget, time).map_err(|fault| fault.at(draft))?;
    run(&connection, draft, schema::COMMIT)?;
    // All of it is in the file itself before the file is moved to its place.
    let close = || {
        let is_busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))?;
        connection.close().map_err(|(_, error)| error)?;
        Ok(is_busy)
    };
    if close().map_err(|error| failure(draft, error))? {
        return Err(LedgerError::Busy { path: draft.into(), waited: BUSY_TIMEOUT });
    }
    Ok(())
}

fn write_rows(connection: &Connection, salvage: &Salvage<'_>, budget: &Budget, time: LedgerTime) -> Result<(), Fault> {
    let Mark { ledger, .. } = read_state(connection)?.mark;
    let mut checksums = Checksums::default();
    write_catalogue(connection, &salvage.catalogue, &mut checksums)?;
    let off = salvage.catalogue.name_id(OFF);
    for name in off.iter().flat_map(|_| &salvage.off) {
        const NONE: Option<i64> = None;
        let row = params![name, off, NONE, NONE, NONE, NONE];
        checksums.add(put(connection, schema::UPSERT_CHOICE, Table::Choice, row)?);
    }
    let mut insert = connection.prepare(schema::INSERT_RECEIPT)?;
    let (mut bytes, mut erased) = (Bytes::default(), 0);
    for (sequence, Kept { receipt, terms, cell, stay }) in (1_u64..).zip(&salvage.kept) {
        let [_, time_ms, _, bucket_ms, loss] = receipt.numbers;
        let number = sequence as i64;
        let numbers = [number, time_ms, i64::from(*terms), bucket_ms, loss];
        checksums.chain = bytes.receipt(numbers).checksum_after(checksums.chain);
        insert.execute(params![number, time_ms, terms, bucket_ms, loss, cell, checksums.chain])?;
        match cell {
            Some(cell) => checksums.add_place(checksum::cell(&mut bytes, sequence, cell)),
            None => erased = sequence,
        }
        if let Some(stay) = stay {
            let purpose = salvage.catalogue.terms(*terms).map(|terms| terms.purpose);
            let row = params![number, purpose, stay.loss_billionths, stay.last_ms];
            checksums.add(put(connection, schema::UPSERT_STAY, Table::Stay, row)?);
        }
    }
    for (number, row) in salvage.zones.iter().enumerate() {
        let written = with_columns(number, row, |row| put(connection, schema::UPSERT_ZONE, Table::Zone, row));
        checksums.add(written?);
    }
    let forfeit = Account::new(budget.clone(), Catalogue::default()).forfeit();
    let row = params![time.now_ms, forfeit.billionths() as i64, schema::accounting_code(budget.accounting())];
    checksums.add(put(connection, schema::INSERT_FORFEIT, Table::Forfeit, row)?);
    let mark = Mark { ledger, commits: 1 };
    write_state(connection, &State { mark, is_anchored: false, erased, checksums, time: Some(time) })?;
    Ok(())
}
