//! The memory map: the comment that says what stands where in a module's static region.
//!
//! ```text
//! ;; Memory map
//! ;;   offset  length  name   meaning
//! ;;        0     256  SKIP   how far the search may move on after each byte;
//! ;;                          rebuilt for every needle
//! ;;      256    1024  TABLE  CRC-32 of each byte
//! ```
//!
//! One row `0 0` may stand for an empty region. A constant that is called like a region, `$TABLE`, is its offset.

use crate::comment_table;
use crate::error::{Diagnostic, Problem};
use crate::source::{Fragment, Source};

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) offset: u32,
    pub(crate) length: u32,
    pub(crate) name: String,
    /// Which of the source's fragments it stands in, and where: the byte of its first number.
    pub(crate) fragment: usize,
    pub(crate) at: usize,
}

impl Row {
    /// One past its last byte, which may lie beyond the memory.
    pub(crate) fn end(&self) -> u64 {
        u64::from(self.offset) + u64::from(self.length)
    }
}

const TITLE: &str = "Memory map";
const COLUMNS: [&str; 4] = ["offset", "length", "name", "meaning"];

/// Reads the module's map. `None` where it has none.
pub(crate) fn parse(source: &Source) -> Result<Option<Vec<Row>>, Box<Diagnostic>> {
    let mut found: Option<(Vec<Row>, &Fragment, usize)> = None;
    for (index, fragment) in source.fragments().iter().enumerate() {
        for (at, rows) in tables(&fragment.text) {
            if let Some((_, first, first_at)) = &found {
                let diagnostic = Diagnostic::new(Problem::SecondMemoryMap, fragment.locate(at));
                let first = first.locate(*first_at);
                return Err(Box::new(
                    diagnostic.with_related("the first is here", first),
                ));
            }
            let rows = rows.map_err(|(message, at)| {
                let problem = Problem::MemoryMapRow { message };
                Box::new(Diagnostic::new(problem, fragment.locate(at)))
            })?;
            let rows = rows
                .into_iter()
                .map(|row| Row {
                    fragment: index,
                    ..row
                })
                .collect();
            found = Some((rows, fragment, at));
        }
    }
    let Some((rows, fragment, _)) = found else {
        return Ok(None);
    };
    check_order(&rows)
        .map_err(|(problem, at)| Box::new(Diagnostic::new(problem, fragment.locate(at))))?;
    Ok(Some(rows))
}

/// Rows ascend and do not overlap.
fn check_order(rows: &[Row]) -> Result<(), (Problem, usize)> {
    let mut end = 0;
    for row in rows {
        if u64::from(row.offset) < end {
            let problem = Problem::MemoryMapOrder {
                name: row.name.clone(),
                offset: row.offset,
                // It is above an offset, which is 32 bits, or it is 2^32.
                end: u32::try_from(end).unwrap_or(u32::MAX),
            };
            return Err((problem, row.at));
        }
        end = row.end();
    }
    Ok(())
}

/// Every map in a text, with the offset of its title.
fn tables(text: &str) -> Vec<(usize, Table)> {
    comment_table::find(text, &COLUMNS, |title| (title == TITLE).then_some(()))
        .into_iter()
        .map(|table| {
            let rows = table.rows.and_then(|found| rows(&found, table.columns_at));
            (table.at, rows)
        })
        .collect()
}

type Table = Result<Vec<Row>, (String, usize)>;

fn rows(found: &[comment_table::Row], columns_at: usize) -> Table {
    if found.is_empty() {
        let message = "expected a row: an offset, a length, a name and a meaning \
                       (`0  0` and the word `nothing` where there is no static region)";
        return Err((message.to_owned(), columns_at));
    }
    let only = found.len() == 1;
    found
        .iter()
        .map(|found| {
            let at = found.at;
            let row = row(found).map_err(|message| (message, at))?;
            if row.length == 0 && (row.offset > 0 || !only) {
                let message = "a row of length 0: only a map of nothing but `0  0` may have one";
                return Err((message.to_owned(), at));
            }
            Ok(row)
        })
        .collect()
}

fn row(row: &comment_table::Row) -> Result<Row, String> {
    Ok(Row {
        offset: row.bytes(0, "offset")?,
        length: row.bytes(1, "length")?,
        name: row.name("length")?.trim_end_matches(':').to_owned(),
        fragment: 0,
        at: row.at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Table {
        let mut tables = tables(text);
        assert_eq!(tables.len(), 1, "one map");
        tables.remove(0).1
    }

    #[test]
    fn reads_rows_and_their_continuations() {
        let text = "\
;; Memory map
;;   offset  length  name   meaning
;;        0     256  SKIP   how far
;;                          to move
;;   0x1_00    1024  TABLE  CRC
;;
;; 5 apples
";
        let rows = rows(text).unwrap();
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.offset, row.length, row.name.as_str()))
            .collect();
        assert_eq!(found, [(0, 256, "SKIP"), (256, 1024, "TABLE")]);
        assert!(text[rows[1].at..].starts_with("0x1_00"));
    }

    #[test]
    fn a_map_of_nothing_is_a_map() {
        let text = ";; Memory map\n;; offset length name meaning\n;;  0 0  nothing: no tables\n(x)";
        let rows = rows(text).unwrap();
        assert_eq!((rows[0].offset, rows[0].length), (0, 0));
    }

    #[test]
    fn says_what_it_expected() {
        let head = ";; Memory map\n;;   offset  length  name   meaning\n";
        for (text, message) in [
            (
                ";; Memory map\n;; one two\n".to_owned(),
                "expected the columns",
            ),
            (head.to_owned(), "expected a row"),
            (
                format!("{head};;        O     256  SKIP   x\n"),
                "expected the offset in bytes, found `O`",
            ),
            (
                format!("{head};;        0     -1   SKIP   x\n"),
                "expected the length in bytes, found `-1`",
            ),
            (format!("{head};;        0     256\n"), "expected a name"),
            (
                format!("{head};;        8       0  A      x\n"),
                "a row of length 0",
            ),
        ] {
            let (found, _) = rows(&text).unwrap_err();
            assert!(found.contains(message), "{found}");
        }
    }

    #[test]
    fn rows_ascend() {
        let text = "\
;; Memory map
;; offset length name meaning
;; 0 16 A x
;; 8 16 B x
";
        let rows = rows(text).unwrap();
        assert!(matches!(
            check_order(&rows),
            Err((
                Problem::MemoryMapOrder {
                    offset: 8,
                    end: 16,
                    ..
                },
                _
            ))
        ));
    }
}
