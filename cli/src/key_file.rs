//! Files that hold a key: a line that programs which look for secrets know by its beginning.

use std::fs::File;
#[cfg(unix)]
use std::fs::Metadata;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use kilowat::crypto::Key;
use zeroize::Zeroizing;

use crate::input::{cause, printable};
use crate::made_file::MadeFile;
use crate::output::Output;
use crate::secret_file;
use crate::shell;

/// What the line begins with. Behind it are the digits of the key.
const PREFIX: &[u8] = b"KILOWAT-KEY-";

/// Hexadecimal digits of a key.
const DIGITS: usize = 2 * Key::LEN;

/// Bytes of the line without its end.
const LINE: usize = PREFIX.len() + DIGITS;

/// Makes the file of a key, which nobody but the user can read.
///
/// # Errors
/// Where there is something of this name already, and those of the system; all name the path.
pub(crate) fn write(path: &Path, key: &Key) -> Result<()> {
    let name = printable(&path.to_string_lossy());
    let refused = |error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            anyhow!("{name}: it exists already, and what it is the key of would be lost")
        }
        _ => error.into(),
    };
    let mut made = MadeFile::create_private(path, false).map_err(refused)?;
    if made.regular_file().is_none() {
        bail!("{name}: it is no regular file, and others may read what is written to it");
    }
    let mut line = Zeroizing::new([b'\n'; LINE + 1]);
    let (prefix, digits) = line.split_at_mut(PREFIX.len());
    prefix.copy_from_slice(PREFIX);
    const_hex::encode_to_slice(key.as_bytes(), &mut digits[..DIGITS])
        .map_err(|error| anyhow!("{name}: {error}"))?;
    made.write_all(&line[..])?;
    made.sync()?;
    made.finish().map_err(refused)
}

/// Reads the file of a key. Where others can read it as well, that is said.
///
/// # Errors
/// Where it is none, and those of the system; all name the path, and none has anything of the content.
pub(crate) fn read(path: &Path, output: &mut Output) -> Result<Key> {
    let name = printable(&path.to_string_lossy());
    let content = content(path, output)?;
    key_of_line(&content)
        .ok_or_else(|| anyhow!("{name}: it is no key file, as `kilowat keygen` makes them"))
}

/// The same for a key that may also be there as other tools have it: 32 bytes, or 64 hexadecimal digits and perhaps the
/// end of their line.
///
/// # Errors
/// As of [`read`].
pub(crate) fn read_any(path: &Path, output: &mut Output) -> Result<Key> {
    let name = printable(&path.to_string_lossy());
    let content = content(path, output)?;
    key_of_bytes(&content).ok_or_else(|| {
        let kinds = "32 bytes, 64 hexadecimal digits, or what `kilowat keygen` makes";
        anyhow!("{name}: it holds no key: that is {kinds}")
    })
}

/// What is in the file of a key.
fn content(path: &Path, output: &mut Output) -> Result<Zeroizing<Vec<u8>>> {
    let name = printable(&path.to_string_lossy());
    let named = |error: io::Error| anyhow!("{name}: {}", cause(&error));
    let file = File::open(path).map_err(named)?;
    if let Some(mode) = rights_of_others(&file) {
        let quoted = shell::quoted(&path.to_string_lossy());
        let advice = format_args!(
            "others can read the key (mode {mode:04o}); `chmod go= {quoted}` mends it"
        );
        output.note(format_args!("warning: {name}: {advice}"));
    }
    // Room for the line, an end of two characters, and one more that would be too many.
    secret_file::read(file, LINE + 3).map_err(named)
}

/// The key of a line that [`write`] has written.
fn key_of_line(content: &[u8]) -> Option<Key> {
    key_of_digits(secret_file::line(content).strip_prefix(PREFIX)?)
}

fn key_of_bytes(content: &[u8]) -> Option<Key> {
    match content.try_into() {
        Ok(bytes) => Some(Key::from_bytes(bytes)),
        Err(_) => key_of_line(content).or_else(|| key_of_digits(secret_file::line(content))),
    }
}

fn key_of_digits(digits: &[u8]) -> Option<Key> {
    let mut bytes = Zeroizing::new([0; Key::LEN]);
    // It takes a prefix of its own, which is none of ours.
    if digits.len() != DIGITS || const_hex::decode_to_slice(digits, &mut bytes[..]).is_err() {
        return None;
    }
    Some(Key::from_bytes(&bytes))
}

/// The mode of a regular file, where it lets others than the user read it.
#[cfg(unix)]
fn rights_of_others(file: &File) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = file.metadata().ok().filter(Metadata::is_file)?;
    let mode = metadata.permissions().mode() & 0o777;
    (mode & 0o044 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn rights_of_others(_: &File) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_keys() {
        let digits = "0123456789abcdef".repeat(4);
        let expected = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(4);
        for end in ["", "\n", "\r\n"] {
            let line = format!("KILOWAT-KEY-{digits}{end}");
            let key = key_of_line(line.as_bytes()).unwrap();
            assert_eq!(key.as_bytes()[..], expected);
        }
        let capitals = format!("KILOWAT-KEY-{}", digits.to_uppercase());
        assert!(key_of_line(capitals.as_bytes()).is_some());
        for other in [
            String::new(),
            digits.clone(),
            format!("kilowat-key-{digits}"),
            format!("KILOWAT-KEY-{}", &digits[1..]),
            format!("KILOWAT-KEY-{digits}0"),
            format!("KILOWAT-KEY-0x{}", &digits[2..]),
            format!("KILOWAT-KEY-0x{digits}"),
            format!("KILOWAT-KEY-g{}", &digits[1..]),
            format!(" KILOWAT-KEY-{digits}"),
            format!("KILOWAT-KEY-{digits} "),
            format!("KILOWAT-KEY-{digits}\n\n"),
            format!("KILOWAT-KEY-{digits}\n\r"),
        ] {
            assert!(key_of_line(other.as_bytes()).is_none(), "{other:?}");
        }
    }

    #[test]
    fn keys_of_other_tools() {
        let raw = *b"whats the Elvish word for friend";
        let digits = crate::output::hex(&raw);
        for text in [
            digits.clone(),
            digits.to_uppercase(),
            format!("{digits}\n"),
            format!("{digits}\r\n"),
            format!("KILOWAT-KEY-{digits}\n"),
        ] {
            let key = key_of_bytes(text.as_bytes());
            assert_eq!(key.map(|key| *key.as_bytes()), Some(raw), "{text:?}");
        }
        let key = key_of_bytes(&raw);
        assert_eq!(key.map(|key| *key.as_bytes()), Some(raw));
        for none in [
            &b""[..],
            &raw[1..],
            &digits.as_bytes()[1..],
            &[digits.as_bytes(), b"\n\n"].concat(),
            &[&digits.as_bytes()[1..], b"g"].concat(),
            &[digits.as_bytes(), b"00"].concat(),
        ] {
            assert!(key_of_bytes(none).is_none(), "{}", none.escape_ascii());
        }
    }
}
