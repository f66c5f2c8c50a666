//! Checksums over what the file holds, by which a fault of the disk is noticed: a number that changed, a row that is gone,
//! a page of yesterday.
//!
//! - **Receipts** are a chain: the checksum of each is over its row and over the checksum before. So the last ones can be
//!   checked without the first.
//! - **All other rows**, but the state's, are a set: the state holds the sum of their checksums, modulo 2⁶⁴, which each
//!   commit brings up to date.
//! - **The cells** of receipts are not in the chain, but a set of their own: they can be erased without touching a receipt's
//!   checksum.
//! - **The state** holds the checksum of the last receipt, the two sums, and a checksum over itself.
//!
//! They are XXH64: chance makes one fit with probability 2⁻⁶⁴. Whoever can write the file can compute them too: they are
//! against faults, and an anchor is against people.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql};
use twox_hash::XxHash64;

/// What a commit carries on: the last receipt's checksum, the sum over all other rows, and the one over the receipts' cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Checksums {
    pub(super) chain: i64,
    pub(super) contents: i64,
    pub(super) places: i64,
}

/// A table whose rows have checksums: so that equal rows of two tables differ.
#[derive(Clone, Copy)]
pub(super) enum Table {
    Name = 1,
    Receipt,
    Latest,
    Stay,
    Output,
    Forfeit,
    State,
    Cell,
    Terms,
    Choice,
    Zone,
}

impl Checksums {
    pub(super) fn add(&mut self, row: i64) {
        self.contents = self.contents.wrapping_add(row);
    }

    pub(super) fn remove(&mut self, row: i64) {
        self.contents = self.contents.wrapping_sub(row);
    }

    pub(super) fn add_place(&mut self, cell: i64) {
        self.places = self.places.wrapping_add(cell);
    }

    pub(super) fn remove_place(&mut self, cell: i64) {
        self.places = self.places.wrapping_sub(cell);
    }
}

/// The checksum of a receipt's cell. The bytes are used for it, whatever is in them.
pub(super) fn cell(bytes: &mut Bytes, sequence: u64, cell: &str) -> i64 {
    bytes.clear(Table::Cell);
    bytes.push_integer(sequence as i64);
    bytes.push(ValueRef::Text(cell.as_bytes()));
    bytes.checksum()
}

/// The bytes that a row's checksum is over: no two rows have the same.
#[derive(Default)]
pub(super) struct Bytes(Vec<u8>);

impl Bytes {
    fn of(table: Table) -> Self {
        Self(vec![table as u8])
    }

    /// Begins anew, in the same room.
    fn clear(&mut self, table: Table) {
        self.0.clear();
        self.0.push(table as u8);
    }

    /// A receipt's numbers, in the order in which they are written.
    pub(super) fn receipt(&mut self, numbers: [i64; 5]) -> &Self {
        self.clear(Table::Receipt);
        numbers.into_iter().for_each(|number| self.push_integer(number));
        self
    }

    fn push_integer(&mut self, number: i64) {
        self.push_bytes(1, &number.to_le_bytes());
    }

    fn push(&mut self, value: ValueRef<'_>) {
        let (kind, bytes) = match value {
            ValueRef::Null => (0, &[][..]),
            ValueRef::Integer(number) => return self.push_integer(number),
            ValueRef::Real(number) => return self.push_bytes(2, &number.to_le_bytes()),
            ValueRef::Text(text) => (3, text),
            ValueRef::Blob(blob) => (4, blob),
        };
        self.push_bytes(kind, &(bytes.len() as u64).to_le_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn push_bytes(&mut self, kind: u8, bytes: &[u8]) {
        self.0.push(kind);
        self.0.extend_from_slice(bytes);
    }

    /// A row whose values were found outside of any query.
    pub(super) fn found<'a>(table: Table, row: impl IntoIterator<Item = ValueRef<'a>>) -> Self {
        let mut bytes = Self::of(table);
        row.into_iter().for_each(|value| bytes.push(value));
        bytes
    }

    /// The first columns of a row that was read.
    pub(super) fn read(table: Table, row: &Row<'_>, columns: usize) -> rusqlite::Result<Self> {
        let mut bytes = Self::of(table);
        (0..columns).try_for_each(|column| row.get_ref(column).map(|value| bytes.push(value)))?;
        Ok(bytes)
    }

    /// A row that is written.
    pub(super) fn written(table: Table, row: &[&dyn ToSql]) -> rusqlite::Result<Self> {
        let mut bytes = Self::of(table);
        for value in row {
            match value.to_sql()? {
                ToSqlOutput::Borrowed(value) => bytes.push(value),
                ToSqlOutput::Owned(value) => bytes.push((&value).into()),
                _ => return Err(rusqlite::Error::ToSqlConversionFailure("a value of no column's kind".into())),
            }
        }
        Ok(bytes)
    }

    /// The checksum of the row after a row with another: zero before the first.
    pub(super) fn checksum_after(&self, before: i64) -> i64 {
        XxHash64::oneshot(before as u64, &self.0) as i64
    }

    pub(super) fn checksum(&self) -> i64 {
        self.checksum_after(0)
    }
}

/// The sum over all rows but those of receipts and state.
pub(super) fn contents(connection: &Connection, selects: &[(Table, &str)]) -> rusqlite::Result<i64> {
    let mut sum = Checksums::default();
    for &(table, sql) in selects {
        let mut statement = connection.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            sum.add(Bytes::read(table, row, columns)?.checksum());
        }
    }
    Ok(sum.contents)
}

#[cfg(test)]
mod tests {
    use rusqlite::params;

    use super::*;

    #[test]
    fn rows_that_differ_have_other_checksums() {
        let of = |table, row: &[&dyn ToSql]| Bytes::written(table, row).unwrap().checksum();
        let none: Option<i64> = None;
        let mut sums = vec![
            of(Table::Name, params![1, "a"]),
            of(Table::Stay, params![1, "a"]),
            of(Table::Name, params![1, "b"]),
            of(Table::Name, params![2, "a"]),
            of(Table::Name, params!["a", 1]),
            of(Table::Name, params![1, "a", none]),
            of(Table::Name, params![1, "a\0"]),
            of(Table::Name, params![1, [b'a']]),
            of(Table::Name, params![1.0, "a"]),
            of(Table::Name, params!["", "a", "b"]),
            of(Table::Name, params!["a", "", "b"]),
            Bytes::written(Table::Name, params![1, "a"]).unwrap().checksum_after(1),
        ];
        let count = sums.len();
        sums.sort_unstable();
        sums.dedup();
        assert_eq!(sums.len(), count);
    }

    #[test]
    fn a_row_that_is_taken_out_leaves_the_sum_as_it_was() {
        let mut sums = Checksums { contents: i64::MAX, ..Checksums::default() };
        sums.add(i64::MAX);
        sums.remove(i64::MAX);
        assert_eq!(sums.contents, i64::MAX);
    }
}
