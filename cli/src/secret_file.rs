//! Files that hold a secret.

use std::io::Read;

use zeroize::Zeroizing;

/// Reads at most so many bytes. Their room is there from the beginning, so that none of them is left where it stood
/// before.
///
/// # Errors
/// Those of the reader.
pub(crate) fn read(file: impl Read, most: usize) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(most));
    file.take(most as u64).read_to_end(&mut content)?;
    Ok(content)
}

/// A line without its end.
pub(crate) fn line(content: &[u8]) -> &[u8] {
    let line = content.strip_suffix(b"\n").unwrap_or(content);
    line.strip_suffix(b"\r").unwrap_or(line)
}
