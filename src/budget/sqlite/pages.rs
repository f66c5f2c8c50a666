//! The rows that single pages of a database hold, whatever has become of the pages that lead to them.
//!
//! The format is that of <https://www.sqlite.org/fileformat2.html>, sections 1.6 and 2.1. A row that is longer than its page
//! is not read. No value is trusted: a page may be anything.

use rusqlite::types::ValueRef;

/// Where the first page's own header ends, and what any other page begins with begins.
pub(super) const FIRST_HEADER: usize = 100;

/// Of a table, or of a table without row ids and of an index: where the latter two keep rows, inner pages hold some too.
const TABLE_LEAF: u8 = 0x0D;
const INDEX_LEAF: u8 = 0x0A;
const INDEX_INNER: u8 = 0x02;

/// Visits the rows of a page, each with its row id if it has one.
pub(super) fn rows(page: &[u8], header: usize, visit: &mut dyn FnMut(Option<i64>, &[ValueRef<'_>])) {
    let (pointers, child, has_row_id) = match page.get(header) {
        Some(&TABLE_LEAF) => (header + 8, 0, true),
        Some(&INDEX_LEAF) => (header + 8, 0, false),
        Some(&INDEX_INNER) => (header + 12, 4, false),
        _ => return,
    };
    let number = |at: usize| Some(u16::from_be_bytes(page.get(at..at + 2)?.try_into().ok()?));
    let mut values = Vec::new();
    for cell in 0..usize::from(number(header + 3).unwrap_or(0)) {
        let Some(at) = number(pointers + 2 * cell) else { return };
        values.clear();
        let cell = page.get(usize::from(at) + child..).unwrap_or_default();
        if let Some(row_id) = row(cell, has_row_id, &mut values) {
            visit(row_id, &values);
        }
    }
}

/// The row id, if it is to have one, and the values of a row; `None` if it is no whole row.
fn row<'a>(mut cell: &'a [u8], has_row_id: bool, values: &mut Vec<ValueRef<'a>>) -> Option<Option<i64>> {
    let length = take_length(&mut cell)?;
    let row_id = if has_row_id { Some(take_varint(&mut cell)?) } else { None };
    let row = cell.get(..length)?;
    let mut kinds = row;
    let header = take_length(&mut kinds)?;
    let mut kinds = row.get(row.len() - kinds.len()..header)?;
    let mut rest = row.get(header..)?;
    while !kinds.is_empty() {
        values.push(take_value(take_varint(&mut kinds)?, &mut rest)?);
    }
    rest.is_empty().then_some(row_id)
}

fn take_value<'a>(kind: i64, rest: &mut &'a [u8]) -> Option<ValueRef<'a>> {
    Some(match kind {
        0 => ValueRef::Null,
        1..=4 => ValueRef::Integer(take_integer(rest, kind as usize)?),
        5 => ValueRef::Integer(take_integer(rest, 6)?),
        6 => ValueRef::Integer(take_integer(rest, 8)?),
        7 => ValueRef::Real(f64::from_bits(take_integer(rest, 8)? as u64)),
        8 => ValueRef::Integer(0),
        9 => ValueRef::Integer(1),
        12.. if kind % 2 == 0 => ValueRef::Blob(take(rest, usize::try_from((kind - 12) / 2).ok()?)?),
        13.. => ValueRef::Text(take(rest, usize::try_from((kind - 13) / 2).ok()?)?),
        _ => return None,
    })
}

/// A signed number, its most significant byte first.
fn take_integer(rest: &mut &[u8], length: usize) -> Option<i64> {
    let bytes = take(rest, length)?;
    let sign = if bytes.first()? & 0x80 == 0 { 0 } else { -1 };
    Some(bytes.iter().fold(sign, |number, &byte| (number << 8) | i64::from(byte)))
}

/// Up to eight bytes of seven bits, each but the last marked, and a ninth of eight.
fn take_varint(rest: &mut &[u8]) -> Option<i64> {
    let mut number = 0;
    for place in 1..=9 {
        let byte = *take(rest, 1)?.first()?;
        if place == 9 {
            return Some((number << 8) | i64::from(byte));
        }
        number = (number << 7) | i64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take_length(rest: &mut &[u8]) -> Option<usize> {
    take_varint(rest)?.try_into().ok()
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use rusqlite::types::Value;
    use rusqlite::{Connection, params};

    use super::*;

    /// A database with values of every kind and width, in a table, a table without row ids and an index, over many pages.
    fn database() -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "PRAGMA page_size = 4096; BEGIN; CREATE TABLE a (id INTEGER PRIMARY KEY, b, c, d);
                 CREATE TABLE e (b, c, id, PRIMARY KEY (b, id)) WITHOUT ROWID; CREATE INDEX f ON a (b);",
            )
            .unwrap();
        for (id, value) in values() {
            connection.execute("INSERT INTO a VALUES (?1, ?2, NULL, 'text')", params![id, value]).unwrap();
            connection.execute("INSERT INTO e VALUES (?1, X'00FF', ?2)", params![value, id]).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
        connection.close().unwrap();
        std::fs::read(&path).unwrap()
    }

    fn values() -> Vec<(i64, Value)> {
        let mut values = Vec::new();
        let mut id = -3;
        for bits in 0..63 {
            let number = 1_i64 << bits;
            for value in [number, number - 1, -number, -number - 1] {
                values.push((id, Value::Integer(value)));
                id = if id < 1_000 { id + 1 } else { id + id / 3 };
            }
            values.push((-number - 10, Value::Real(1.5 * number as f64 + 0.25)));
            values.push((-number - 11, Value::Text("é".repeat(bits as usize * 3))));
            values.push((-number - 12, Value::Blob(vec![bits as u8; bits as usize])));
        }
        values.retain({
            let mut seen = std::collections::BTreeSet::new();
            move |(id, _)| seen.insert(*id)
        });
        values
    }

    type Row = (Option<i64>, Vec<Value>);

    fn all(database: &[u8]) -> Vec<Row> {
        let mut all = Vec::new();
        for (number, page) in database.chunks(4_096).enumerate() {
            rows(page, if number == 0 { FIRST_HEADER } else { 0 }, &mut |id, values| {
                all.push((id, values.iter().map(|value| Value::try_from(*value).unwrap()).collect()));
            });
        }
        all
    }

    #[test]
    fn every_row_is_read_without_the_pages_that_lead_to_it() {
        let found = all(&database());
        let (text, blob) = (Value::Text("text".into()), Value::Blob(vec![0, 0xFF]));
        let mut missing = Vec::new();
        for (id, value) in values() {
            let expected: [Row; 3] = [
                (Some(id), vec![Value::Null, value.clone(), Value::Null, text.clone()]),
                (None, vec![value.clone(), Value::Integer(id), blob.clone()]),
                (None, vec![value, Value::Integer(id)]),
            ];
            missing.extend(expected.into_iter().filter(|row| found.iter().filter(|other| *other == row).count() != 1));
        }
        assert_eq!(missing, []);
        assert_eq!(found.len(), 3 * values().len() + 3, "and the three of the schema");
    }

    #[test]
    fn a_page_may_be_anything() {
        let whole = database();
        let mut rows = 0;
        for at in (0..whole.len()).step_by(7) {
            let page = &whole[at / 4_096 * 4_096..][..4_096];
            let mut page = page.to_vec();
            page[at % 4_096] ^= 1 << (at % 8);
            super::rows(&page, 0, &mut |_, _| rows += 1);
            super::rows(&page[..at % 4_096], 0, &mut |_, _| rows += 1);
        }
        for kind in [TABLE_LEAF, INDEX_LEAF, INDEX_INNER] {
            for fill in 0..=255 {
                let mut page = [fill; 4_096];
                page[0] = kind;
                super::rows(&page, 0, &mut |_, _| rows += 1);
            }
        }
        assert!(rows > 0);
    }
}
