//! Keys in files.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::bail;

use crate::input::{cause, printable};

/// Bytes of a key.
const LEN: usize = 32;

/// More than a file of a key has.
const MOST: u64 = 4 * LEN as u64;

/// The key that a file holds: 32 bytes, or 64 hexadecimal digits and perhaps the end of their line. What goes
/// wrong is said without a word of what is in it.
pub(super) fn read(path: &Path) -> anyhow::Result<[u8; LEN]> {
    let name = printable(&path.to_string_lossy());
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes));
    if let Err(error) = read {
        bail!("cannot read the key in {name}: {}", cause(&error));
    }
    match key(&bytes) {
        Some(key) => Ok(key),
        None => {
            bail!("{name} holds no key: it should have {LEN} bytes, or 64 hexadecimal digits")
        }
    }
}

fn key(bytes: &[u8]) -> Option<[u8; LEN]> {
    if let Ok(key) = bytes.try_into() {
        return Some(key);
    }
    let digits = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let digits = digits.strip_suffix(b"\r").unwrap_or(digits);
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    let mut key = [0; LEN];
    if pairs.len() != LEN {
        return None;
    }
    for (byte, pair) in key.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = (high? << 4 | low?) as u8;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_digits() {
        let raw = *b"whats the Elvish word for friend";
        let digits = crate::output::hex(&raw);
        for text in [
            digits.clone(),
            digits.to_uppercase(),
            format!("{digits}\n"),
            format!("{digits}\r\n"),
        ] {
            assert_eq!(key(text.as_bytes()), Some(raw), "{text:?}");
        }
        assert_eq!(key(&raw), Some(raw));
        for none in [
            &b""[..],
            &raw[1..],
            &digits.as_bytes()[1..],
            &[digits.as_bytes(), b"\n\n"].concat(),
            &[&digits.as_bytes()[1..], b"g"].concat(),
            &[digits.as_bytes(), b"00"].concat(),
        ] {
            assert_eq!(key(none), None, "{}", none.escape_ascii());
        }
    }
}
