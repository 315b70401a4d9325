//! Passphrases: from a file, or from whoever sits at the terminal.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use zeroize::Zeroizing;

use crate::input::{cause, printable};
use crate::secret_file;

/// The longest passphrase, in bytes.
const LONGEST: usize = 4096;

/// Reads the passphrase that a file has in its only line.
///
/// # Errors
/// Where there is none, or more than one line, and those of the system; all name the path, and none has anything of the
/// content.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let name = printable(&path.to_string_lossy());
    let named = |error| anyhow!("{name}: {}", cause(&error));
    let file = File::open(path).map_err(named)?;
    // Room for an end of two characters, and one more that would be too many.
    let mut content = secret_file::read(file, LONGEST + 3).map_err(named)?;
    let line = line(&content).with_context(|| name.clone())?;
    content.truncate(line);
    Ok(content)
}

/// The length of the only line.
fn line(content: &[u8]) -> Result<usize> {
    let line = secret_file::line(content);
    if line.is_empty() {
        bail!("there is no passphrase in it");
    }
    if line.len() > LONGEST {
        bail!("a passphrase has {LONGEST} bytes at most");
    }
    if line.contains(&b'\n') {
        bail!("a passphrase is a single line");
    }
    Ok(line.len())
}

/// Asks for a passphrase, which the terminal does not show.
///
/// # Errors
/// Where there is no terminal, or nothing was typed.
pub(crate) fn ask() -> Result<Zeroizing<Vec<u8>>> {
    prompt("Passphrase: ")
}

/// The same for a new one, which is typed twice.
///
/// # Errors
/// Where there is no terminal, nothing was typed, or not the same twice.
pub(crate) fn ask_twice() -> Result<Zeroizing<Vec<u8>>> {
    let passphrase = prompt("Passphrase: ")?;
    if prompt("The same again: ")? != passphrase {
        bail!("the two passphrases differ");
    }
    Ok(passphrase)
}

fn prompt(question: &str) -> Result<Zeroizing<Vec<u8>>> {
    let typed = rpassword::prompt_password(question).map_err(|error| {
        let cause = cause(&error);
        anyhow!("there is no terminal to ask for a passphrase ({cause}): --key-file or --passphrase-file")
    })?;
    let typed = Zeroizing::new(typed.into_bytes());
    if typed.is_empty() {
        bail!("nothing was typed");
    }
    Ok(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_a_line() {
        for (content, expected) in [
            ("watt", Ok(4)),
            ("watt\n", Ok(4)),
            ("watt by watt\r\n", Ok(12)),
            (" \n", Ok(1)),
            ("", Err("there is no passphrase in it")),
            ("\n", Err("there is no passphrase in it")),
            ("watt\n\n", Err("a passphrase is a single line")),
            ("watt\nvolt\n", Err("a passphrase is a single line")),
        ] {
            let actual = line(content.as_bytes()).map_err(|error| error.to_string());
            assert_eq!(actual, expected.map_err(str::to_owned), "{content:?}");
        }
        assert!(line(&[b'x'; LONGEST]).is_ok());
        let error = line(&[b'x'; LONGEST + 1]).unwrap_err();
        assert_eq!(error.to_string(), "a passphrase has 4096 bytes at most");
    }
}
