//! The header of a module: `;;!` lines at the top of its first file, TOML without the marks.

use serde::Deserialize;
use toml::Spanned;

/// What a module says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// One line: what it does.
    pub summary: String,
    /// The specification that it follows.
    pub spec: String,
    /// The functions that it exports.
    pub exports: Vec<Named>,
    /// Its other files, in the order in which they follow the first.
    pub fragments: Vec<Named>,
    /// Whether it holds no branch and no address that depends on a secret.
    pub constant_time: bool,
    /// Whether its memory may hold secrets, and is to be zeroed after each use.
    pub secret: bool,
}

/// A name in a list of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// Where it stands: a byte offset in the file.
    pub(crate) offset: usize,
}

impl From<Spanned<String>> for Named {
    fn from(spanned: Spanned<String>) -> Self {
        Self {
            offset: spanned.span().start,
            name: spanned.into_inner(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    summary: String,
    spec: String,
    exports: Vec<Spanned<String>>,
    #[serde(default)]
    fragments: Vec<Spanned<String>>,
    #[serde(default)]
    constant_time: bool,
    #[serde(default)]
    secret: bool,
}

/// Why there is no header. Offsets are in bytes from the start of the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderError {
    /// The file does not start with one.
    None,
    /// It is not what a header is.
    Wrong { message: String, offset: usize },
    /// A name stands twice in a list.
    Twice {
        key: &'static str,
        name: String,
        offset: usize,
    },
}

const MARK: &str = ";;!";

/// The header's length in bytes: the lines at the top of `file` that carry the mark.
pub(crate) fn extent(file: &str) -> usize {
    file.split_inclusive('\n')
        .take_while(|line| line.starts_with(MARK))
        .map(str::len)
        .sum()
}

/// The offset of the first line with the mark at or after `from`.
pub(crate) fn stray(file: &str, from: usize) -> Option<usize> {
    let mut offset = from;
    for line in file[from..].split_inclusive('\n') {
        let trimmed = line.trim_start();
        if trimmed.starts_with(MARK) {
            return Some(offset + line.len() - trimmed.len());
        }
        offset += line.len();
    }
    None
}

/// Reads the header at the top of `file`.
pub(crate) fn parse(file: &str) -> Result<Header, HeaderError> {
    let extent = extent(file);
    if extent == 0 {
        return Err(HeaderError::None);
    }
    // Spaces in place of the marks: an offset in the TOML is the same offset in the file.
    let toml: String = file[..extent]
        .split_inclusive('\n')
        .map(|line| line.replacen(MARK, "   ", 1))
        .collect();
    let keys: Keys = toml::from_str(&toml).map_err(|error| HeaderError::Wrong {
        message: error.message().to_owned(),
        // An error of the whole (a missing key) has the whole as its span, or none.
        offset: error.span().map_or(0, |span| span.start),
    })?;
    let header = Header {
        summary: keys.summary,
        spec: keys.spec,
        exports: keys.exports.into_iter().map(Named::from).collect(),
        fragments: keys.fragments.into_iter().map(Named::from).collect(),
        constant_time: keys.constant_time,
        secret: keys.secret,
    };
    for (key, list) in [
        ("exports", &header.exports),
        ("fragments", &header.fragments),
    ] {
        for (i, named) in list.iter().enumerate() {
            if list[..i].iter().any(|earlier| earlier.name == named.name) {
                return Err(HeaderError::Twice {
                    key,
                    name: named.name.clone(),
                    offset: named.offset,
                });
            }
        }
    }
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = ";;! summary = \"a\"\n;;! spec = \"b\"\n;;! exports = [\"x\", \"y\"]\n";

    #[test]
    fn offsets_are_those_of_the_file() {
        let file = format!("{GOOD}\n(memory 1)");
        let header = parse(&file).unwrap();
        let names: Vec<_> = header
            .exports
            .iter()
            .map(|named| &file[named.offset..named.offset + 3])
            .collect();
        assert_eq!(names, ["\"x\"", "\"y\""]);
        assert!(!header.constant_time);
        assert!(!header.secret);
        assert_eq!(extent(&file), GOOD.len());
    }

    #[test]
    fn a_file_without_marks_has_no_header() {
        assert_eq!(parse(";; summary = \"a\"\n"), Err(HeaderError::None));
    }

    #[test]
    fn a_name_given_twice_is_found() {
        let file = GOOD.replace("\"y\"", "\"x\"");
        assert!(matches!(
            parse(&file),
            Err(HeaderError::Twice { key: "exports", name, .. }) if name == "x"
        ));
    }

    #[test]
    fn stray_marks_are_found_where_they_stand() {
        let file = format!("{GOOD}\n  ;;! late = 1\n");
        let offset = stray(&file, extent(&file)).unwrap();
        assert!(file[offset..].starts_with(";;! late"));
        assert_eq!(stray(GOOD, extent(GOOD)), None);
    }
}
