//! The ledger's tables and every statement that touches them.

/// Marks a file as a ledger: "Here" in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x4865_7265;

/// The schema version that this library writes.
pub(super) const VERSION: i64 = 1;

/// The time of the last receipt is the ledger's high-water mark, since no receipt is ever dated before another: it needs
/// no place of its own. Only the current draw of a purpose is kept, and overwritten by the next: a history of draws would
/// tell more than what was released.
///
/// `latest` holds for each purpose its draw, as destination -1, and the tick that each destination was served: in one
/// table, since every page that a commit changes makes it about a tenth slower.
pub(super) const TABLES: &str = "
CREATE TABLE name (
    id INTEGER PRIMARY KEY CHECK (id >= 0),
    text TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE receipt (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    time_ms INTEGER NOT NULL,
    purpose INTEGER NOT NULL REFERENCES name,
    destination INTEGER NOT NULL REFERENCES name,
    grid INTEGER NOT NULL REFERENCES name,
    cell TEXT NOT NULL,
    bucket_ms INTEGER NOT NULL,
    span_ms INTEGER NOT NULL CHECK (span_ms >= 0),
    loss_billionths INTEGER NOT NULL CHECK (loss_billionths >= 0)
) STRICT;
CREATE TABLE latest (
    purpose INTEGER NOT NULL REFERENCES name,
    destination INTEGER NOT NULL CHECK (destination >= -1),
    tick INTEGER NOT NULL,
    point INTEGER CHECK (point >= 0),
    PRIMARY KEY (purpose, destination),
    CHECK ((destination = -1) = (point IS NOT NULL))
) STRICT, WITHOUT ROWID;
";

pub(super) const BEGIN_READING: &str = "BEGIN DEFERRED";
/// The lock is taken at once: two writers cannot both check a budget before either charges it.
pub(super) const BEGIN_WRITING: &str = "BEGIN IMMEDIATE";
pub(super) const COMMIT: &str = "COMMIT";
pub(super) const ROLLBACK: &str = "ROLLBACK";
/// Changes when another connection has committed.
pub(super) const DATA_VERSION: &str = "PRAGMA data_version";

pub(super) const INSERT_NAME: &str = "INSERT INTO name (id, text) VALUES (?1, ?2)";
pub(super) const INSERT_RECEIPT: &str = "
INSERT INTO receipt (sequence, time_ms, purpose, destination, grid, cell, bucket_ms, span_ms, loss_billionths)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
/// The destination of a draw in `latest`.
pub(super) const DRAW: i64 = -1;
pub(super) const UPSERT_LATEST: &str = "
INSERT INTO latest (purpose, destination, tick, point) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (purpose, destination) DO UPDATE SET tick = excluded.tick, point = excluded.point";

pub(super) const SELECT_NAMES: &str = "SELECT id, text FROM name ORDER BY id";
pub(super) const SELECT_DRAWS: &str = "SELECT purpose, tick, point FROM latest WHERE destination = -1";
pub(super) const SELECT_SERVED: &str = "SELECT purpose, destination, tick FROM latest WHERE destination <> -1";
pub(super) const SELECT_LOSSES: &str = "
SELECT sequence, time_ms, loss_billionths FROM receipt ORDER BY sequence DESC";
/// Outer joins: a receipt with an unknown name is an error, not a row left out.
pub(super) const SELECT_RECEIPTS: &str = "
SELECT r.sequence, r.time_ms, p.text, d.text, g.text, r.cell, r.bucket_ms, r.span_ms, r.loss_billionths
FROM receipt AS r
LEFT JOIN name AS p ON p.id = r.purpose
LEFT JOIN name AS d ON d.id = r.destination
LEFT JOIN name AS g ON g.id = r.grid
ORDER BY r.sequence";

/// Every statement that needs the tables: each compiles, or the tables are not the ledger's.
pub(super) const NEED_TABLES: [&str; 8] = [
    INSERT_NAME,
    INSERT_RECEIPT,
    UPSERT_LATEST,
    SELECT_NAMES,
    SELECT_DRAWS,
    SELECT_SERVED,
    SELECT_LOSSES,
    SELECT_RECEIPTS,
];
