//! A line of checksums as it is read, in any of the forms that sha256sum and xxhsum take.

use super::Algorithm;
use super::line::unescape;

/// A digest and the name of the file that has it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// In lower-case hexadecimal.
    pub(crate) digest: String,
    /// The name, unescaped.
    pub(crate) name: Vec<u8>,
}

/// Reads lines: `DIGEST  NAME` and `DIGEST *NAME`; `SHA256 (NAME) = DIGEST`; and `DIGEST NAME`.
///
/// The last has one blank before the name, where the first two have a blank and a mark. A list is
/// taken to hold one of the two, whichever comes first: otherwise a name that begins with a blank
/// could stand for another file.
#[derive(Debug)]
pub(crate) struct Parser<'k> {
    algorithm: Algorithm<'k>,
    has_marks: Option<bool>,
}

impl<'k> Parser<'k> {
    pub(crate) fn new(algorithm: Algorithm<'k>) -> Self {
        Self {
            algorithm,
            has_marks: None,
        }
    }

    /// What its digests are of.
    pub(crate) fn algorithm(&self) -> Algorithm<'k> {
        self.algorithm
    }

    /// What a line says, which comes without its line feed. Nothing where it has none of the forms.
    pub(crate) fn parse(&mut self, line: &[u8]) -> Option<Entry> {
        let line = trim_blanks(line);
        let (line, is_escaped) = match line.strip_prefix(b"\\") {
            Some(rest) if self.algorithm.escapes_names() => (rest, true),
            _ => (line, false),
        };
        // A prefix begins with the tag.
        let prefix = self.algorithm.prefix();
        let plain = line.strip_prefix(prefix.as_bytes());
        let tagged = line.strip_prefix(self.algorithm.tag().as_bytes());
        let (digest, name) = match (plain, tagged) {
            (Some(line), None) => self.plain(line)?,
            (Some(line), Some(_)) if !prefix.is_empty() => self.plain(line)?,
            (_, Some(rest)) => self.tagged(rest)?,
            (None, None) => return None,
        };
        let name = if is_escaped {
            unescape(name)?
        } else {
            name.to_vec()
        };
        Some(Entry { digest, name })
    }

    /// ` (NAME) = DIGEST`, all blanks optional.
    fn tagged<'a>(&self, rest: &'a [u8]) -> Option<(String, &'a [u8])> {
        let rest = rest.strip_prefix(b" ").unwrap_or(rest).strip_prefix(b"(")?;
        let end = rest.iter().rposition(|byte| *byte == b')')?;
        let (name, rest) = (&rest[..end], &rest[end + 1..]);
        let digest = trim_blanks(trim_blanks(rest).strip_prefix(b"=")?);
        Some((self.digest(digest)?, name))
    }

    /// `DIGEST`, a blank, perhaps a mark, and the name.
    fn plain<'a>(&mut self, line: &'a [u8]) -> Option<(String, &'a [u8])> {
        let (digest, rest) = line.split_at_checked(self.algorithm.digits())?;
        let (b' ' | b'\t', name) = rest.split_first()? else {
            return None;
        };
        let digest = self.digest(digest)?;
        let (first, behind_mark) = name.split_first()?;
        let is_marked = matches!(first, b' ' | b'*') && !behind_mark.is_empty();
        if !is_marked && self.has_marks == Some(true) {
            return None;
        }
        let has_marks = *self.has_marks.get_or_insert(is_marked);
        Some((digest, if has_marks { behind_mark } else { name }))
    }

    fn digest(&self, digits: &[u8]) -> Option<String> {
        let is_digest =
            digits.len() == self.algorithm.digits() && digits.iter().all(u8::is_ascii_hexdigit);
        // Digits are text.
        is_digest.then(|| String::from_utf8_lossy(digits).to_ascii_lowercase())
    }
}

fn trim_blanks(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "900150983cd24fb0d6963f7d28e17f72";

    /// `H` stands for the digest. A name for a line that has one, as sha256sum 9.1 reads it.
    #[test]
    fn every_form() {
        let cases: &[(&str, Option<&str>)] = &[
            ("H  a", Some("a")),
            ("H *a", Some("a")),
            ("H a", Some("a")),
            ("H\ta", Some("a")),
            ("H \ta", Some("\ta")),
            ("H  ", Some(" ")),
            ("H   lead", Some(" lead")),
            (" \t H  a", Some("a")),
            ("H  a ", Some("a ")),
            ("H  a\\n", Some("a\\n")),
            ("\\H  a", Some("a")),
            ("\\H  a\\nb\\\\c\\rd", Some("a\nb\\c\rd")),
            ("\\H  a\\x", None),
            ("H", None),
            ("H ", None),
            ("Ha  a", None),
            ("H-a", None),
            ("", None),
            (" # a", None),
            ("xH  a", None),
            ("g00150983cd24fb0d6963f7d28e17f72  a", None),
            ("00150983cd24fb0d6963f7d28e17f72  a", None),
            ("MD5 (a) = H", Some("a")),
            ("MD5(a)=H", Some("a")),
            ("  MD5 (a)  =\t H", Some("a")),
            ("MD5 (x)(a) = H", Some("x)(a")),
            ("MD5 (a) (b) = H", Some("a) (b")),
            ("MD5 () = H", Some("")),
            ("\\MD5 (a\\nb) = H", Some("a\nb")),
            ("MD5 (a) = H ", None),
            ("MD5 (a) = H0", None),
            ("MD5 (a) H", None),
            ("MD5 (a = H", None),
            ("MD5 a = H", None),
            ("MD4 (a) = H", None),
        ];
        for (text, name) in cases {
            for digest in [DIGEST, &DIGEST.to_ascii_uppercase()] {
                let text = text.replace('H', digest);
                let entry = Parser::new(Algorithm::Md5).parse(text.as_bytes());
                let expected = name.map(|name| Entry {
                    digest: DIGEST.to_owned(),
                    name: name.as_bytes().to_vec(),
                });
                assert_eq!(entry, expected, "{text:?}");
            }
        }
    }

    /// Hashes of 16 digits are XXH64 where nothing says that they are XXH3.
    #[test]
    fn prefixes() {
        let cases = [
            ("XXH3_78af5f94892f3950  a", Some(Algorithm::Xxh3)),
            ("XXH3_78af5f94892f3950 *a", Some(Algorithm::Xxh3)),
            ("XXH3 (a) = 78af5f94892f3950", Some(Algorithm::Xxh3)),
            ("78af5f94892f3950  a", Some(Algorithm::Xxh64)),
            ("XXH64 (a) = 78af5f94892f3950", Some(Algorithm::Xxh64)),
            ("XXH3_(a) = 78af5f94892f3950", None),
            ("XXH3_XXH3_78af5f94892f3950  a", None),
            ("XXH64_78af5f94892f3950  a", None),
        ];
        for (line, expected) in cases {
            for algorithm in [Algorithm::Xxh3, Algorithm::Xxh64] {
                let entry = Parser::new(algorithm).parse(line.as_bytes());
                let is_expected = expected.is_some_and(|known| known.name() == algorithm.name());
                let found = entry.is_some_and(|entry| entry.digest == "78af5f94892f3950");
                assert_eq!(found, is_expected, "{line:?} as {algorithm:?}");
            }
        }
    }

    #[test]
    fn a_list_has_marks_or_none() {
        let names = |lines: [&str; 2]| {
            let mut parser = Parser::new(Algorithm::Md5);
            lines.map(|line| {
                let entry = parser.parse(line.replace('H', DIGEST).as_bytes());
                entry.map(|entry| String::from_utf8(entry.name).unwrap())
            })
        };
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(names(["H  a", "H b"]), [some("a"), None]);
        assert_eq!(names(["H a", "H  b"]), [some("a"), some(" b")]);
        assert_eq!(names(["H a", "H *b"]), [some("a"), some("*b")]);
    }
}
