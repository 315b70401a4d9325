//! Tables in comments: a title, a line of columns, and rows. They say in words what a machine can check as well.
//!
//! ```text
//! ;; Title
//! ;;   number  number  name  meaning
//! ;;        0       8  this  what it is;
//! ;;                         more of what it is
//! ```
//!
//! The columns are numbers, then a name, then a meaning. A line that begins under the name, or to the right of it, goes
//! on with the meaning of the row above; where there are no numbers, one that begins under the meaning does. The table ends where the comment does, or at an empty `;;`.

/// A table, as it was found.
pub(crate) struct Table<T> {
    /// What its title says.
    pub(crate) title: T,
    /// Where the line of the title begins: a byte of the text.
    pub(crate) at: usize,
    /// Where the line of the columns begins.
    pub(crate) columns_at: usize,
    /// Its rows; or what is wrong, and where.
    pub(crate) rows: Result<Vec<Row>, (String, usize)>,
}

/// A row, whose words nobody has read yet.
pub(crate) struct Row {
    numbers: Vec<String>,
    name: String,
    /// What the row says behind the name, as one line.
    pub(crate) meaning: String,
    /// Where its first word begins.
    pub(crate) at: usize,
}

impl Row {
    /// One of its numbers, by its place: whatever stands there, or why there is nothing.
    pub(crate) fn number(&self, index: usize, what: &str) -> Result<&str, String> {
        let word = self.numbers.get(index).map(String::as_str);
        word.ok_or_else(|| format!("expected the {what}, found nothing"))
    }

    /// One of its numbers, which counts bytes.
    pub(crate) fn bytes(&self, index: usize, what: &str) -> Result<u32, String> {
        let word = self.numbers.get(index);
        let number = word.and_then(|word| parse_number(word)?.try_into().ok());
        number.ok_or_else(|| {
            let found = word.map_or("nothing".to_owned(), |word| format!("`{word}`"));
            format!("expected the {what} in bytes, found {found}")
        })
    }

    /// Its name, which stands after the number called `before`.
    pub(crate) fn name(&self, before: &str) -> Result<&str, String> {
        match self.name.as_str() {
            "" => Err(format!("expected a name after the {before}")),
            name => Ok(name),
        }
    }
}

/// A whole number as WebAssembly text writes it.
pub(crate) fn parse_number(word: &str) -> Option<i64> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    // What follows has no sign of its own: `from_str_radix` would take one.
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits = digits.replace('_', "");
    let number = match digits.strip_prefix("0x") {
        Some(hex) if hex.starts_with(['-', '+']) => return None,
        Some(hex) => i64::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some(if negative { -number } else { number })
}

/// Every table of a text whose title means something. The last two columns are a name and its meaning.
pub(crate) fn find<T>(
    text: &str,
    columns: &[&str],
    title: impl Fn(&str) -> Option<T>,
) -> Vec<Table<T>> {
    let mut tables = Vec::new();
    let mut lines = Lines { text, offset: 0 };
    while let Some((at, line)) = lines.next() {
        if let Some(title) = comment(line).and_then(|comment| title(comment.trim())) {
            let columns_at = lines.offset;
            let rows = rows(&mut lines, columns);
            tables.push(Table {
                title,
                at,
                columns_at,
                rows,
            });
        }
    }
    tables
}

/// The lines of a text with their offsets.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.offset..];
        let whole = rest.split_inclusive('\n').next()?;
        let at = self.offset;
        self.offset += whole.len();
        Some((at, whole.trim_end()))
    }
}

/// What follows the marks of a line that is a comment and nothing else.
fn comment(line: &str) -> Option<&str> {
    line.trim_start()
        .strip_prefix(";;")
        .map(|rest| rest.trim_start_matches(';'))
}

fn rows(lines: &mut Lines<'_>, columns: &[&str]) -> Result<Vec<Row>, (String, usize)> {
    let expected = || format!("expected the columns `{}`", columns.join("  "));
    let title_end = lines.offset;
    let (at, head) = lines.next().ok_or((expected(), title_end))?;
    let words: Vec<&str> = comment(head).unwrap_or("").split_whitespace().collect();
    if words != columns {
        return Err((expected(), at));
    }
    let numbers = columns.len().saturating_sub(2);
    // Rows begin left of the column that goes on.
    let continued = columns.get(numbers.max(1)).and_then(|name| head.find(name));
    let mut rows: Vec<Row> = Vec::new();
    for (at, line) in lines {
        let Some(comment) = comment(line).filter(|comment| !comment.trim().is_empty()) else {
            break;
        };
        let first = line.len() - comment.trim_start().len();
        if let Some(row) = rows.last_mut()
            && continued.is_some_and(|column| first >= column)
        {
            row.meaning.push(' ');
            row.meaning.push_str(comment.trim());
            continue;
        }
        let mut words = comment.split_whitespace();
        let numbers = words.by_ref().take(numbers).map(str::to_owned).collect();
        rows.push(Row {
            numbers,
            name: words.next().unwrap_or("").to_owned(),
            meaning: words.collect::<Vec<_>>().join(" "),
            at: at + first,
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_webassembly_text() {
        for (word, number) in [
            ("0", Some(0)),
            ("0x1_00", Some(256)),
            ("-7", Some(-7)),
            ("0xffff_ffff", Some(0xffff_ffff)),
            ("--1", None),
            ("0x-1", None),
            ("eight", None),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(parse_number(word), number, "{word}");
        }
    }

    #[test]
    fn meanings_are_one_line() {
        let text = "\
;; Pair of things
;;   value  name   meaning
;;       1  first  what it
;;                 is for
;;       2  second
;;
;;       3  third
";
        let title = |title: &str| title.strip_prefix("Pair of ").map(str::to_owned);
        let tables = find(text, &["value", "name", "meaning"], title);
        assert_eq!(tables.len(), 1);
        assert_eq!((tables[0].title.as_str(), tables[0].at), ("things", 0));
        let rows = tables[0].rows.as_ref().unwrap();
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.name.as_str(), row.meaning.as_str()))
            .collect();
        assert_eq!(found, [("first", "what it is for"), ("second", "")]);
    }
}
