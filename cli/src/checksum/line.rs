//! A line of checksums as it is written.

use std::borrow::Cow;

/// A name for one line. Where it has a backslash or a line break, these are escaped, and a backslash
/// at the start of the line says so.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Escaped<'a> {
    /// What the line starts with.
    pub(crate) mark: &'static str,
    /// The name.
    pub(crate) name: Cow<'a, [u8]>,
}

impl<'a> Escaped<'a> {
    pub(crate) fn new(name: &'a [u8]) -> Self {
        if !name
            .iter()
            .any(|byte| matches!(byte, b'\\' | b'\n' | b'\r'))
        {
            return Self::nothing(name);
        }
        let mut escaped = Vec::with_capacity(name.len() + 1);
        for byte in name {
            match byte {
                b'\\' => escaped.extend(br"\\"),
                b'\n' => escaped.extend(br"\n"),
                b'\r' => escaped.extend(br"\r"),
                _ => escaped.push(*byte),
            }
        }
        Self {
            mark: "\\",
            name: Cow::Owned(escaped),
        }
    }

    /// The name as it is.
    pub(crate) fn nothing(name: &'a [u8]) -> Self {
        Self {
            mark: "",
            name: Cow::Borrowed(name),
        }
    }
}

/// The name that was escaped, or nothing where no name is escaped so.
pub(super) fn unescape(escaped: &[u8]) -> Option<Vec<u8>> {
    let mut name = Vec::with_capacity(escaped.len());
    let mut bytes = escaped.iter();
    while let Some(byte) = bytes.next() {
        name.push(match byte {
            b'\\' => match bytes.next()? {
                b'\\' => b'\\',
                b'n' => b'\n',
                b'r' => b'\r',
                _ => return None,
            },
            0 => return None,
            _ => *byte,
        });
    }
    Some(name)
}

/// A line as sha256sum writes it: the digest, two spaces and the name.
pub(crate) fn line(digest: &str, name: &[u8]) -> Vec<u8> {
    let Escaped { mark, name } = Escaped::new(name);
    [mark.as_bytes(), digest.as_bytes(), b"  ", &name, b"\n"].concat()
}

/// A line as the tools of the BSDs write it, and sha256sum with `--tag`.
pub(crate) fn tagged_line(tag: &str, digest: &str, name: &[u8]) -> Vec<u8> {
    let Escaped { mark, name } = Escaped::new(name);
    let (mark, tag, digest) = (mark.as_bytes(), tag.as_bytes(), digest.as_bytes());
    [mark, tag, b" (", &name, b") = ", digest, b"\n"].concat()
}

/// A line whose name stays as it is. It ends with a NUL, which no name has, or as xxhsum ends it.
pub(crate) fn raw_line(digest: &str, name: &[u8], end: u8) -> Vec<u8> {
    [digest.as_bytes(), b"  ", name, &[end]].concat()
}

/// The same in the form of the BSDs.
pub(crate) fn raw_tagged_line(tag: &str, digest: &str, name: &[u8], end: u8) -> Vec<u8> {
    let (tag, digest) = (tag.as_bytes(), digest.as_bytes());
    [tag, b" (", name, b") = ", digest, &[end]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_as_sha256sum_escapes_them() {
        let cases: [(&[u8], &[u8], &[u8]); 5] = [
            (b"plain name", b"00  plain name\n", b"T (plain name) = 00\n"),
            (b"a\nb", b"\\00  a\\nb\n", b"\\T (a\\nb) = 00\n"),
            (b"a\\b", b"\\00  a\\\\b\n", b"\\T (a\\\\b) = 00\n"),
            (b"a\rb", b"\\00  a\\rb\n", b"\\T (a\\rb) = 00\n"),
            (b"\xff\x01", b"00  \xff\x01\n", b"T (\xff\x01) = 00\n"),
        ];
        for (name, plain, tagged) in cases {
            assert_eq!(line("00", name), plain, "{}", name.escape_ascii());
            let actual = tagged_line("T", "00", name);
            assert_eq!(actual, tagged, "{}", name.escape_ascii());
            let escaped = Escaped::new(name).name;
            if escaped != name {
                assert_eq!(unescape(&escaped).as_deref(), Some(name));
            }
        }
    }

    #[test]
    fn what_nothing_is_escaped_to() {
        for escaped in [&b"a\\"[..], b"a\\t", b"\\", b"a\0b"] {
            assert_eq!(unescape(escaped), None, "{}", escaped.escape_ascii());
        }
    }
}
