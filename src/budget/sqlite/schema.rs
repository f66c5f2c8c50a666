//! The ledger's tables and every statement that touches them.

use super::checksum::Table;
use crate::budget::accounting::Accounting;
use crate::budget::receipt::Rule;

/// Marks a file as a ledger: "Here" in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x4865_7265;

/// The schema version that this library writes.
pub(super) const VERSION: i64 = 2;

/// How an accounting is stored.
pub(super) const fn accounting_code(accounting: Accounting) -> i64 {
    match accounting {
        Accounting::Pure => 0,
        Accounting::Zcdp => 1,
    }
}

/// What a stored code means.
pub(super) fn accounting(code: i64) -> Option<Accounting> {
    [Accounting::Pure, Accounting::Zcdp].into_iter().find(|accounting| accounting_code(*accounting) == code)
}

/// How a rule is stored.
pub(super) const fn rule_code(rule: Rule) -> i64 {
    match rule {
        Rule::Purpose => 0,
        Rule::Destination => 1,
        Rule::Ceiling => 2,
        Rule::Zone => 3,
        Rule::Sensitive => 4,
    }
}

/// What a stored code means.
pub(super) fn rule(code: i64) -> Option<Rule> {
    Rule::EVERY.into_iter().find(|rule| rule_code(*rule) == code)
}

/// `state` holds the ledger's number, how often it was committed to, whether an anchor knows of it, and its own time with
/// the readings that it was made from. `forfeit` holds what counts as spent since a ledger was found missing or set back.
/// Only the current draw of a purpose is kept, and as many outputs
/// before it as the policy recalls: a longer history of draws would tell more than what was released.
///
/// `latest` holds for each purpose its draw, as destination -1, and the tick that each destination was served: in one
/// table, since every page that a commit changes makes it about a tenth slower. A draw stands since a tick, under the
/// receipt that began it, and with the threshold's noise while a test asks for it.
///
/// `terms` holds what the receipts of one purpose and destination have in common while the policy stays as it is. Its
/// `accounting` says what a receipt's loss, and that of its stay, is, and that of a forfeit: 0 for ε, 1 for ρ. Its `rule`
/// says whose rule decided; null where version 1 did not write it.
///
/// `cell` is the only place in a receipt, and null once it is erased: as it is in every receipt up to the state's `erased`.
///
/// `choice` holds what a user chose for a purpose, by the names of ceilings: for good, and for a time.
///
/// `stay` holds what a receipt's stay was charged, and the last tick that asked about it.
///
/// `zone` holds each draw for a protected place: when, its loss (a pure ε), and the disc, which is null once it is forgotten.
/// One that is off can be switched on again.
///
/// `origin` holds the ledger's number, written once with the new file: a write-ahead log of another ledger, played into this
/// one, brings all rows but this. Receipts and state have checksums (`checksum.rs`).
///
/// Whoever changes this raises [`VERSION`], and writes in `migration.rs` how a ledger of the version before becomes one of
/// this. `salvage.rs` tells the tables of a damaged file by their columns.
pub(super) const TABLES: [(&str, &str); 11] = [
    (
        "origin",
        "CREATE TABLE origin (
    ledger BLOB NOT NULL CHECK (length(ledger) = 16)
) STRICT;",
    ),
    (
        "state",
        "CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    ledger BLOB NOT NULL CHECK (length(ledger) = 16),
    commits INTEGER NOT NULL CHECK (commits > 0),
    is_anchored INTEGER NOT NULL CHECK (is_anchored IN (0, 1)),
    now_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    latest_ms INTEGER NOT NULL,
    boot BLOB CHECK (length(boot) = 16),
    elapsed_ms INTEGER CHECK (elapsed_ms >= 0),
    erased INTEGER NOT NULL CHECK (erased >= 0),
    chain INTEGER NOT NULL,
    contents INTEGER NOT NULL,
    places INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    CHECK ((boot IS NULL) = (elapsed_ms IS NULL))
) STRICT;",
    ),
    (
        "forfeit",
        "CREATE TABLE forfeit (
    time_ms INTEGER NOT NULL,
    loss_billionths INTEGER NOT NULL CHECK (loss_billionths >= 0),
    accounting INTEGER NOT NULL CHECK (accounting IN (0, 1))
) STRICT;",
    ),
    (
        "name",
        "CREATE TABLE name (
    id INTEGER PRIMARY KEY CHECK (id >= 0),
    text TEXT NOT NULL UNIQUE
) STRICT;",
    ),
    (
        "terms",
        "CREATE TABLE terms (
    id INTEGER PRIMARY KEY CHECK (id >= 0),
    purpose INTEGER NOT NULL REFERENCES name,
    destination INTEGER NOT NULL REFERENCES name,
    grid TEXT NOT NULL,
    rule INTEGER,
    span_ms INTEGER NOT NULL CHECK (span_ms >= 0),
    accounting INTEGER NOT NULL CHECK (accounting IN (0, 1))
) STRICT;",
    ),
    (
        "receipt",
        "CREATE TABLE receipt (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    time_ms INTEGER NOT NULL,
    terms INTEGER NOT NULL REFERENCES terms,
    bucket_ms INTEGER NOT NULL,
    loss_billionths INTEGER NOT NULL CHECK (loss_billionths >= 0),
    cell TEXT,
    checksum INTEGER NOT NULL
) STRICT;",
    ),
    (
        "latest",
        "CREATE TABLE latest (
    purpose INTEGER NOT NULL REFERENCES name,
    destination INTEGER NOT NULL CHECK (destination >= -1),
    tick INTEGER NOT NULL,
    point INTEGER CHECK (point >= 0),
    since INTEGER,
    receipt INTEGER CHECK (receipt > 0) REFERENCES receipt,
    threshold_noise_cm INTEGER,
    terms INTEGER REFERENCES terms,
    PRIMARY KEY (purpose, destination),
    CHECK ((destination = -1) = (point IS NOT NULL)),
    CHECK ((point IS NULL) = (since IS NULL) AND (point IS NULL) = (receipt IS NULL)),
    CHECK (threshold_noise_cm IS NULL OR point IS NOT NULL),
    CHECK (terms IS NULL OR point IS NULL)
) STRICT, WITHOUT ROWID;",
    ),
    (
        "stay",
        "CREATE TABLE stay (
    receipt INTEGER PRIMARY KEY CHECK (receipt > 0) REFERENCES receipt,
    purpose INTEGER NOT NULL REFERENCES name,
    loss_billionths INTEGER NOT NULL CHECK (loss_billionths >= 0),
    last_ms INTEGER NOT NULL
) STRICT;",
    ),
    (
        "output",
        "CREATE TABLE output (
    purpose INTEGER NOT NULL REFERENCES name,
    point INTEGER NOT NULL CHECK (point >= 0),
    receipt INTEGER NOT NULL CHECK (receipt > 0) REFERENCES receipt,
    PRIMARY KEY (purpose, point)
) STRICT, WITHOUT ROWID;",
    ),
    (
        "choice",
        "CREATE TABLE choice (
    purpose INTEGER PRIMARY KEY REFERENCES name,
    standing INTEGER REFERENCES name,
    temporary INTEGER REFERENCES name,
    since_wall_ms INTEGER,
    until_wall_ms INTEGER,
    until_ms INTEGER,
    CHECK ((temporary IS NULL) = (since_wall_ms IS NULL) AND (temporary IS NULL) = (until_wall_ms IS NULL)),
    CHECK ((temporary IS NULL) = (until_ms IS NULL))
) STRICT;",
    ),
    (
        "zone",
        "CREATE TABLE zone (
    id INTEGER PRIMARY KEY CHECK (id >= 0),
    time_ms INTEGER NOT NULL,
    loss_billionths INTEGER NOT NULL CHECK (loss_billionths >= 0),
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    name TEXT,
    point INTEGER CHECK (point >= 0),
    radius_m REAL CHECK (radius_m > 0),
    CHECK ((name IS NULL) = (point IS NULL) AND (name IS NULL) = (radius_m IS NULL)),
    CHECK (is_on = 0 OR name IS NOT NULL)
) STRICT;",
    ),
];

pub(super) const BEGIN_READING: &str = "BEGIN DEFERRED";
/// The lock is taken at once: two writers cannot both check a budget before either charges it.
pub(super) const BEGIN_WRITING: &str = "BEGIN IMMEDIATE";
pub(super) const COMMIT: &str = "COMMIT";
pub(super) const ROLLBACK: &str = "ROLLBACK";
/// Changes when another connection has committed.
pub(super) const DATA_VERSION: &str = "PRAGMA data_version";

pub(super) const INSERT_ORIGIN: &str = "INSERT INTO origin (ledger) VALUES (?1)";
pub(super) const INSERT_NAME: &str = "INSERT INTO name (id, text) VALUES (?1, ?2)";
pub(super) const INSERT_TERMS: &str = "
INSERT INTO terms (id, purpose, destination, grid, rule, span_ms, accounting) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
pub(super) const INSERT_RECEIPT: &str = "
INSERT INTO receipt (sequence, time_ms, terms, bucket_ms, loss_billionths, cell, checksum)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
/// The destination of a draw in `latest`.
pub(super) const DRAW: i64 = -1;
pub(super) const UPSERT_LATEST: &str = "
INSERT INTO latest (purpose, destination, tick, point, since, receipt, threshold_noise_cm, terms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (purpose, destination) DO UPDATE SET tick = excluded.tick, point = excluded.point, since = excluded.since,
    receipt = excluded.receipt, threshold_noise_cm = excluded.threshold_noise_cm, terms = excluded.terms";
pub(super) const UPSERT_CHOICE: &str = "
INSERT INTO choice (purpose, standing, temporary, since_wall_ms, until_wall_ms, until_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (purpose) DO UPDATE SET standing = excluded.standing, temporary = excluded.temporary,
    since_wall_ms = excluded.since_wall_ms, until_wall_ms = excluded.until_wall_ms, until_ms = excluded.until_ms";
pub(super) const UPSERT_STATE: &str = "
INSERT INTO state
    (id, ledger, commits, is_anchored, now_ms, wall_ms, latest_ms, boot, elapsed_ms, erased, chain, contents, places, checksum)
VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (id) DO UPDATE SET ledger = excluded.ledger, commits = excluded.commits, is_anchored = excluded.is_anchored,
    now_ms = excluded.now_ms, wall_ms = excluded.wall_ms, latest_ms = excluded.latest_ms, boot = excluded.boot,
    elapsed_ms = excluded.elapsed_ms, erased = excluded.erased, chain = excluded.chain, contents = excluded.contents,
    places = excluded.places, checksum = excluded.checksum";
pub(super) const INSERT_FORFEIT: &str =
    "INSERT INTO forfeit (time_ms, loss_billionths, accounting) VALUES (?1, ?2, ?3)";
pub(super) const UPSERT_STAY: &str = "
INSERT INTO stay (receipt, purpose, loss_billionths, last_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (receipt) DO UPDATE SET loss_billionths = excluded.loss_billionths, last_ms = excluded.last_ms";
pub(super) const UPSERT_OUTPUT: &str = "
INSERT INTO output (purpose, point, receipt) VALUES (?1, ?2, ?3)
ON CONFLICT (purpose, point) DO UPDATE SET receipt = excluded.receipt";
pub(super) const DELETE_OUTPUT: &str = "DELETE FROM output WHERE purpose = ?1 AND point = ?2";

pub(super) const UPSERT_ZONE: &str = "
INSERT INTO zone (id, time_ms, loss_billionths, is_on, name, point, radius_m) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (id) DO UPDATE SET is_on = excluded.is_on, name = excluded.name";

/// What is erased: the cells of some receipts that have one, outputs up to a receipt, and draws.
pub(super) const SELECT_CELLS: &str = "
SELECT sequence, time_ms, cell FROM receipt WHERE sequence > ?1 ORDER BY sequence";
pub(super) const ERASE_CELLS: &str = "UPDATE receipt SET cell = NULL WHERE sequence > ?1 AND sequence <= ?2";
pub(super) const SELECT_OLD_OUTPUTS: &str = "SELECT purpose, point, receipt FROM output WHERE receipt <= ?1";
pub(super) const DELETE_OLD_OUTPUTS: &str = "DELETE FROM output WHERE receipt <= ?1";
pub(super) const SELECT_DRAW_ROWS: &str = "
SELECT purpose, destination, tick, point, since, receipt, threshold_noise_cm, terms FROM latest WHERE destination = ?1";
pub(super) const DELETE_DRAWS: &str = "DELETE FROM latest WHERE destination = ?1";
pub(super) const FORGET_ZONES: &str = "UPDATE zone SET name = NULL, point = NULL, radius_m = NULL WHERE is_on = 0";

/// Each row that has a checksum and is no receipt and no state, its columns in the order in which they are written.
pub(super) const SELECT_CONTENTS: [(Table, &str); 8] = [
    (Table::Name, SELECT_NAMES),
    (Table::Terms, SELECT_TERMS),
    (Table::Latest, "SELECT purpose, destination, tick, point, since, receipt, threshold_noise_cm, terms FROM latest"),
    (Table::Choice, SELECT_CHOICES),
    (Table::Stay, "SELECT receipt, purpose, loss_billionths, last_ms FROM stay"),
    (Table::Output, SELECT_OUTPUTS),
    (Table::Zone, SELECT_ZONES),
    (Table::Forfeit, "SELECT time_ms, loss_billionths, accounting FROM forfeit"),
];
pub(super) const SELECT_ORIGIN: &str = "SELECT ledger FROM origin";
pub(super) const SELECT_NAMES: &str = "SELECT id, text FROM name ORDER BY id";
pub(super) const SELECT_TERMS: &str =
    "SELECT id, purpose, destination, grid, rule, span_ms, accounting FROM terms ORDER BY id";
pub(super) const SELECT_DRAWS: &str = "
SELECT purpose, tick, point, since, receipt, threshold_noise_cm FROM latest WHERE destination = -1";
pub(super) const SELECT_OUTPUTS: &str = "SELECT purpose, point, receipt FROM output";
pub(super) const SELECT_ZONES: &str =
    "SELECT id, time_ms, loss_billionths, is_on, name, point, radius_m FROM zone ORDER BY id";
/// Those that a window may still hold, and that of each draw that stands: it may be counted again.
pub(super) const SELECT_STAYS: &str = "
SELECT receipt, purpose, loss_billionths, last_ms FROM stay
WHERE last_ms > ?1 OR receipt IN (SELECT receipt FROM latest WHERE destination = -1)";
pub(super) const SELECT_STATE: &str = "
SELECT ledger, commits, is_anchored, now_ms, wall_ms, latest_ms, boot, elapsed_ms, erased, chain, contents, places, checksum
FROM state";
/// Of these columns the last is the checksum of those before.
pub(super) const STATE_COLUMNS: usize = 12;
pub(super) const SELECT_FORFEITS: &str = "SELECT time_ms, loss_billionths, accounting FROM forfeit WHERE time_ms > ?1";
pub(super) const SELECT_SERVED: &str = "SELECT purpose, destination, tick, terms FROM latest WHERE destination <> -1";
pub(super) const SELECT_CHOICES: &str =
    "SELECT purpose, standing, temporary, since_wall_ms, until_wall_ms, until_ms FROM choice";
pub(super) const SELECT_LOSSES: &str = "
SELECT sequence, time_ms, terms, bucket_ms, loss_billionths, checksum FROM receipt ORDER BY sequence DESC";
/// How many columns the checksum of a receipt is over: the first ones of what is read, the checksum being the next.
pub(super) const RECEIPT_COLUMNS: usize = 5;
/// The columns after the checksum. The outer join is for a receipt with unknown terms: an error, not a row left out.
pub(super) const SELECT_RECEIPTS: &str = "
SELECT r.sequence, r.time_ms, r.terms, r.bucket_ms, r.loss_billionths, r.checksum, r.cell, s.loss_billionths, s.last_ms
FROM receipt AS r
LEFT JOIN stay AS s ON s.receipt = r.sequence
ORDER BY r.sequence";
/// Every statement that needs the tables: each compiles, or the tables are not the ledger's.
pub(super) const NEED_TABLES: [&str; 31] = [
    SELECT_ORIGIN,
    INSERT_NAME,
    INSERT_TERMS,
    INSERT_RECEIPT,
    UPSERT_LATEST,
    UPSERT_STAY,
    UPSERT_CHOICE,
    UPSERT_OUTPUT,
    DELETE_OUTPUT,
    SELECT_NAMES,
    SELECT_TERMS,
    SELECT_DRAWS,
    SELECT_SERVED,
    SELECT_CHOICES,
    SELECT_OUTPUTS,
    SELECT_STATE,
    UPSERT_STATE,
    SELECT_FORFEITS,
    INSERT_FORFEIT,
    SELECT_STAYS,
    SELECT_LOSSES,
    SELECT_RECEIPTS,
    SELECT_CELLS,
    ERASE_CELLS,
    SELECT_OLD_OUTPUTS,
    DELETE_OLD_OUTPUTS,
    SELECT_DRAW_ROWS,
    DELETE_DRAWS,
    SELECT_ZONES,
    UPSERT_ZONE,
    FORGET_ZONES,
];
