//! [`Found`]: the rows of a ledger that can still be read in its file, and what shows that they are as they were written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rusqlite::types::ValueRef;

use super::checksum::{self, Bytes, Checksums, Table};
use super::file::PAGE;
use super::{pages, schema};
use crate::budget::catalogue::NameId;

/// What every database begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// A receipt with the numbers that its checksum is over, and its checksum.
pub(super) struct FoundReceipt {
    /// As [`Bytes::receipt`] takes them.
    pub(super) numbers: [i64; 5],
    pub(super) cell: Option<String>,
    checksum: i64,
}

impl FoundReceipt {
    pub(super) fn sequence(&self) -> i64 {
        let [sequence, ..] = self.numbers;
        sequence
    }
}

pub(super) struct FoundTerms {
    pub(super) purpose: NameId,
    pub(super) destination: NameId,
    pub(super) grid: String,
    pub(super) rule: Option<i64>,
    pub(super) span_ms: i64,
    pub(super) accounting: i64,
}

pub(super) struct FoundStay {
    pub(super) purpose: NameId,
    pub(super) loss_billionths: i64,
    pub(super) last_ms: i64,
}

pub(super) struct FoundZone {
    pub(super) time_ms: i64,
    pub(super) loss_billionths: i64,
    pub(super) is_on: bool,
    /// `None` where it was forgotten, or cannot be read.
    pub(super) disc: Option<FoundDisc>,
}

pub(super) struct FoundDisc {
    pub(super) name: String,
    pub(super) point: i64,
    pub(super) radius_m: f64,
}

/// The state, where its own checksum fits.
#[derive(Clone, Copy)]
pub(super) struct FoundState {
    pub(super) now_ms: i64,
    pub(super) erased: i64,
    sums: Checksums,
}

/// The rows that can be read.
#[derive(Default)]
pub(super) struct Found {
    /// The application's number and the schema version that the file gives itself; `None` if it gives none.
    pub(super) marks: Option<(i64, i64)>,
    /// The statements that made the tables.
    tables: BTreeSet<String>,
    names: BTreeMap<NameId, String>,
    /// The same from their index, which lies on other pages.
    indexed_names: BTreeMap<NameId, String>,
    pub(super) terms: BTreeMap<i64, FoundTerms>,
    pub(super) stays: BTreeMap<i64, FoundStay>,
    pub(super) zones: BTreeMap<i64, FoundZone>,
    receipts: Vec<FoundReceipt>,
    pub(super) state: Option<FoundState>,
    /// The sum over all other rows but names.
    contents: Checksums,
}

impl Found {
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let mut found = Self::default();
        let mut file = File::open(path)?;
        let mut page = Vec::new();
        for number in 0.. {
            page.clear();
            file.by_ref().take(PAGE).read_to_end(&mut page)?;
            if page.is_empty() {
                break;
            }
            // The end of a file that was cut short is filled up: the rows before it are where they were.
            page.resize(PAGE as usize, 0);
            let header = if number == 0 { pages::FIRST_HEADER } else { 0 };
            if number == 0 {
                found.marks = marks(&page);
            }
            pages::rows(&page, header, &mut |row_id, values| found.add(row_id, values));
        }
        found.receipts.sort_by_key(FoundReceipt::sequence);
        found.mend_cell();
        found.mend_stay();
        Ok(found)
    }

    /// A row belongs to the table whose columns it has.
    fn add(&mut self, row_id: Option<i64>, row: &[ValueRef<'_>]) {
        use ValueRef::{Integer, Null, Real, Text};

        let contents = &mut self.contents;
        let mut count = |table| {
            let key = row_id.filter(|_| matches!(row.first(), Some(Null))).map(Integer);
            let rest = row.iter().copied().skip(usize::from(key.is_some()));
            contents.add(Bytes::found(table, key.into_iter().chain(rest)).checksum());
        };
        match (row_id, row) {
            (
                Some(sequence),
                &[Null, Integer(time), Integer(terms), Integer(bucket), Integer(loss), cell, Integer(checksum)],
            ) => {
                let cell = match cell {
                    Null => None,
                    Text(cell) => match text(cell) {
                        Some(cell) => Some(cell),
                        None => return,
                    },
                    _ => return,
                };
                self.receipts.push(FoundReceipt { numbers: [sequence, time, terms, bucket, loss], cell, checksum });
            }
            (Some(id), &[Null, Text(name)]) => insert(&mut self.names, id, name),
            (None, &[Text(name), Integer(id)]) => insert(&mut self.indexed_names, id, name),
            (
                Some(id),
                &[
                    Null,
                    Integer(purpose),
                    Integer(destination),
                    Text(grid),
                    rule,
                    Integer(span_ms),
                    Integer(accounting),
                ],
            ) => {
                count(Table::Terms);
                let rule = match rule {
                    Null => None,
                    Integer(rule) => Some(rule),
                    _ => return,
                };
                let names = name_id(purpose).zip(name_id(destination));
                if let Some(((purpose, destination), grid)) = names.zip(text(grid)) {
                    let terms = FoundTerms { purpose, destination, grid, rule, span_ms, accounting };
                    self.terms.entry(id).or_insert(terms);
                }
            }
            (Some(receipt), &[Null, Integer(purpose), Integer(loss_billionths), Integer(last_ms)]) => {
                count(Table::Stay);
                if let Some(purpose) = name_id(purpose) {
                    self.stays.entry(receipt).or_insert(FoundStay { purpose, loss_billionths, last_ms });
                }
            }
            (None, [_, _, _, _, _, _, _, _]) => count(Table::Latest),
            (Some(_), [Null, _, _, _, _, _]) => count(Table::Choice),
            (
                Some(id),
                &[Null, Integer(time_ms), Integer(loss_billionths), Integer(is_on @ (0 | 1)), name, point, radius],
            ) => {
                // SQLite stores a whole number as one, in a column of real numbers too.
                let radius = if let Integer(whole) = radius { Real(whole as f64) } else { radius };
                let values =
                    [Integer(id), Integer(time_ms), Integer(loss_billionths), Integer(is_on), name, point, radius];
                self.contents.add(Bytes::found(Table::Zone, values).checksum());
                let disc = match (name, point, radius) {
                    (Text(name), Integer(point), Real(radius_m)) => {
                        text(name).map(|name| FoundDisc { name, point, radius_m })
                    }
                    _ => None,
                };
                self.zones.entry(id).or_insert(FoundZone { time_ms, loss_billionths, is_on: is_on == 1, disc });
            }
            (None, [_, _, _]) => count(Table::Output),
            (Some(_), [Integer(_), Integer(_), Integer(_)]) => count(Table::Forfeit),
            (Some(_), [Text(_), Text(_), Text(_), Integer(_), Text(sql)]) => self.tables.extend(text(sql)),
            (Some(_), [Null, state @ .., Integer(checksum)]) if state.len() == schema::STATE_COLUMNS => {
                self.state = self.state.or_else(|| found_state(state, *checksum));
            }
            _ => {}
        }
    }

    /// Whether the tables were made as this version makes them.
    pub(super) fn has_our_tables(&self) -> bool {
        schema::TABLES.iter().all(|(_, sql)| self.tables.contains(sql.trim_end_matches(';')))
    }

    /// The receipts of which each has the checksum that follows from that of the one before, in their order.
    pub(super) fn proven(&self) -> impl Iterator<Item = &FoundReceipt> {
        let mut bytes = Bytes::default();
        let mut last = 0;
        self.receipts.iter().filter(move |receipt| {
            let sequence = receipt.sequence();
            let sums = bytes.receipt(receipt.numbers);
            let fits = |before| sums.checksum_after(before) == receipt.checksum;
            let is_proven =
                sequence > last && if sequence == 1 { fits(0) } else { self.checksums_of(sequence - 1).any(fits) };
            if is_proven {
                last = sequence;
            }
            is_proven
        })
    }

    /// The number of the last receipt, where the state and a receipt agree on its checksum.
    pub(super) fn last(&self) -> Option<i64> {
        let chain = self.state?.sums.chain;
        let last = self.receipts.iter().rev().find(|receipt| receipt.checksum == chain);
        last.map(FoundReceipt::sequence)
    }

    /// The checksum of a receipt; of each, should several have its number.
    fn checksums_of(&self, sequence: i64) -> impl Iterator<Item = i64> {
        let first = self.receipts.partition_point(|receipt| receipt.sequence() < sequence);
        let of_number = self.receipts[first..].iter().take_while(move |receipt| receipt.sequence() == sequence);
        of_number.map(|receipt| receipt.checksum)
    }

    /// The names, and whether the sums show that they and all else but the receipts' numbers is what was written.
    pub(super) fn names(&self) -> (BTreeMap<NameId, &str>, bool) {
        let table_first = merge(&self.names, &self.indexed_names);
        let index_first = merge(&self.indexed_names, &self.names);
        let Some(state) = self.state else { return (table_first, false) };
        let fits = |names: &BTreeMap<NameId, &str>| self.contents_with(names) == state.sums.contents;
        let (names, fit) = if fits(&table_first) {
            (table_first, true)
        } else if fits(&index_first) {
            (index_first, true)
        } else {
            (table_first, false)
        };
        (names, fit && self.places() == state.sums.places)
    }

    /// If one bit of one cell is another than was written, the sum over the cells shows which, and it is put right.
    fn mend_cell(&mut self) {
        let Some(state) = self.state else { return };
        let missing = state.sums.places.wrapping_sub(self.places());
        if missing == 0 {
            return;
        }
        let mut bytes = Bytes::default();
        for receipt in &mut self.receipts {
            let Some(cell) = &receipt.cell else { continue };
            let sequence = receipt.numbers[0].unsigned_abs();
            let wanted = checksum::cell(&mut bytes, sequence, cell).wrapping_add(missing);
            let with_bit = |bit: usize| {
                let mut cell = cell.clone().into_bytes();
                *cell.get_mut(bit / 8)? ^= 1 << (bit % 8);
                String::from_utf8(cell).ok()
            };
            let mut mended = (0..8 * cell.len()).filter_map(with_bit);
            if let Some(cell) = mended.find(|cell| checksum::cell(&mut bytes, sequence, cell) == wanted) {
                receipt.cell = Some(cell);
                return;
            }
        }
    }

    /// The same of a number in a stay.
    fn mend_stay(&mut self) {
        let (Some(state), (names, _)) = (self.state, self.names()) else { return };
        let missing = state.sums.contents.wrapping_sub(self.contents_with(&names));
        if missing == 0 {
            return;
        }
        let checksum = |row: [i64; 4]| Bytes::found(Table::Stay, row.map(ValueRef::Integer)).checksum();
        for (&receipt, stay) in &mut self.stays {
            let row = [receipt, stay.purpose.into(), stay.loss_billionths, stay.last_ms];
            let wanted = checksum(row).wrapping_add(missing);
            let with_bit = |bit: usize| {
                let mut row = row;
                row[1 + bit / 64] ^= 1 << (bit % 64);
                row
            };
            let Some(row) = (0..3 * 64).map(with_bit).find(|row| checksum(*row) == wanted) else { continue };
            let [_, purpose, loss_billionths, last_ms] = row;
            if let Some(purpose) = name_id(purpose) {
                *stay = FoundStay { purpose, loss_billionths, last_ms };
                self.contents.add(missing);
            }
            return;
        }
    }

    fn contents_with(&self, names: &BTreeMap<NameId, &str>) -> i64 {
        let mut sum = self.contents;
        for (&id, name) in names {
            let row = [ValueRef::Integer(id.into()), ValueRef::Text(name.as_bytes())];
            sum.add(Bytes::found(Table::Name, row).checksum());
        }
        sum.contents
    }

    /// The sum over the cells.
    fn places(&self) -> i64 {
        let (mut sum, mut bytes) = (Checksums::default(), Bytes::default());
        for receipt in &self.receipts {
            if let Some(cell) = &receipt.cell {
                sum.add_place(checksum::cell(&mut bytes, receipt.sequence().unsigned_abs(), cell));
            }
        }
        sum.places
    }
}

/// The names of the first, and those of the second besides.
fn merge<'a>(first: &'a BTreeMap<NameId, String>, second: &'a BTreeMap<NameId, String>) -> BTreeMap<NameId, &'a str> {
    second.iter().chain(first).map(|(id, name)| (*id, name.as_str())).collect()
}

fn insert(names: &mut BTreeMap<NameId, String>, id: i64, name: &[u8]) {
    if let Some((id, name)) = name_id(id).zip(text(name)) {
        names.entry(id).or_insert(name);
    }
}

fn name_id(id: i64) -> Option<NameId> {
    id.try_into().ok()
}

fn text(bytes: &[u8]) -> Option<String> {
    core::str::from_utf8(bytes).ok().map(str::to_owned)
}

/// The columns that a state's checksum is over are those of [`schema::SELECT_STATE`].
fn found_state(state: &[ValueRef<'_>], checksum: i64) -> Option<FoundState> {
    if Bytes::found(Table::State, state.iter().copied()).checksum() != checksum {
        return None;
    }
    let number = |column: usize| state.get(column)?.as_i64().ok();
    let sums = Checksums { chain: number(9)?, contents: number(10)?, places: number(11)? };
    Some(FoundState { now_ms: number(3)?, erased: number(8)?, sums })
}

fn marks(first_page: &[u8]) -> Option<(i64, i64)> {
    let mark = |at: usize| Some(i32::from_be_bytes(first_page.get(at..at + 4)?.try_into().ok()?).into());
    first_page.starts_with(MAGIC).then_some(())?;
    Some((mark(68)?, mark(60)?))
}
