//! How readers are read: a good many bytes at a time, in bounded memory.

use std::io::{self, ErrorKind, Read};

use crate::runtime::PIECE;
use crate::semaphore::message_is_over;

/// Bytes that are asked of a reader at a time.
pub(crate) const BUFFER: usize = 4 * PIECE;

/// Replaces what is in the buffer by the next [`BUFFER`] bytes, or fewer at the end.
pub(crate) fn fill(reader: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    reader.take(BUFFER as u64).read_to_end(buffer)?;
    Ok(())
}

/// Does work with all that a reader gives.
pub(crate) fn for_each_buffer(
    mut reader: impl Read,
    mut work: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    message_is_over();
    let mut buffer = vec![0; BUFFER];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => work(&buffer[..read])?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
