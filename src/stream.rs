//! Operations on readers: inputs of any size in bounded memory.

use std::io::{self, ErrorKind, Read};
use std::ops::ControlFlow;

use kilowat_operations::ops::{Fnv1a32, Fnv1a64, SearchAll};

use crate::runtime::{PIECE, Runtime};
use crate::semaphore::message_is_over;
use crate::strings::next_start;

/// Bytes that are asked of a reader at a time.
const BUFFER: usize = 4 * PIECE;

/// Where two streams cease to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Both have a byte here, and not the same. `line` counts from 1 the line feeds before it.
    Byte {
        /// Offset of the byte, from 0.
        offset: u64,
        /// The line it is in, from 1.
        line: u64,
    },
    /// The first stream ends here, and the second goes on.
    FirstEnds {
        /// The length of the first stream.
        offset: u64,
        /// Line feeds in it, plus 1.
        line: u64,
    },
    /// The second stream ends here, and the first goes on.
    SecondEnds {
        /// The length of the second stream.
        offset: u64,
        /// Line feeds in it, plus 1.
        line: u64,
    },
}

impl Runtime {
    /// The 32-bit FNV-1a hash of all that a reader gives.
    ///
    /// # Errors
    /// Those of the reader, and an [`Error`](crate::Error) where no tier can answer.
    pub fn fnv1a32_reader(&self, reader: impl Read) -> io::Result<u32> {
        let mut hash = Fnv1a32::OFFSET_BASIS;
        for_each_buffer(reader, |bytes| {
            hash = self.fnv1a32_update(hash, bytes)?;
            Ok(())
        })?;
        Ok(hash)
    }

    /// The 64-bit FNV-1a hash of all that a reader gives.
    ///
    /// # Errors
    /// Those of the reader, and an [`Error`](crate::Error) where no tier can answer.
    pub fn fnv1a64_reader(&self, reader: impl Read) -> io::Result<u64> {
        let mut hash = Fnv1a64::OFFSET_BASIS;
        for_each_buffer(reader, |bytes| {
            hash = self.fnv1a64_update(hash, bytes)?;
            Ok(())
        })?;
        Ok(hash)
    }

    /// Calls `found` with the offset of each occurrence of `needle`, left to right, not overlapping,
    /// until it breaks off. What one read of the reader completes is found before the next one: a
    /// reader that gives a little at a time does not hold it back. Memory is bounded by a few
    /// mebibytes and a few times the needle.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// let runtime = kilowat::Runtime::new();
    /// let mut first = None;
    /// runtime.search_reader(&b"a needle in a haystack"[..], b"hay", |offset| {
    ///     first = Some(offset);
    ///     Ok(ControlFlow::Break(())) // one is enough
    /// })?;
    /// assert_eq!(first, Some(14));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the reader and of `found`, which end the search, an [`Error`](crate::Error) where no
    /// tier can answer, and [`ErrorKind::InvalidInput`]
    /// for an empty needle, which would be everywhere.
    pub fn search_reader(
        &self,
        mut reader: impl Read,
        needle: &[u8],
        mut found: impl FnMut(u64) -> io::Result<ControlFlow<()>>,
    ) -> io::Result<()> {
        if needle.is_empty() {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "the needle is empty",
            ));
        }
        message_is_over();
        let mut buffer = vec![0; BUFFER.max(needle.len().saturating_mul(4))];
        // How many bytes of the buffer are still to be searched, and where the first of them is.
        let (mut len, mut base) = (0, 0);
        loop {
            // There is room: less than a needle is kept of what was searched.
            match reader.read(&mut buffer[len..]) {
                Ok(0) => return Ok(()),
                Ok(read) => len += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            if len < needle.len() {
                continue;
            }
            let series = self.piece::<SearchAll>(len);
            let offsets = self.search_window(&buffer[..len], needle)?;
            drop(series);
            for offset in &offsets {
                if found(base + *offset as u64)?.is_break() {
                    return Ok(());
                }
            }
            // A kernel that answers wrongly may have found something behind the end.
            let start = next_start(len, needle.len(), offsets.last().copied()).min(len);
            buffer.copy_within(start..len, 0);
            len -= start;
            base += start as u64;
        }
    }

    /// Where two readers first differ; `None` where they give the same bytes.
    ///
    /// # Errors
    /// Those of the readers, and an [`Error`](crate::Error) where no tier can answer.
    pub fn compare_readers(
        &self,
        mut a: impl Read,
        mut b: impl Read,
    ) -> io::Result<Option<Difference>> {
        let (mut a_buffer, mut b_buffer) = (Vec::new(), Vec::new());
        let (mut base, mut line) = (0_u64, 1_u64);
        loop {
            fill(&mut a, &mut a_buffer)?;
            fill(&mut b, &mut b_buffer)?;
            let common = a_buffer.len().min(b_buffer.len());
            let (a_common, b_common) = (&a_buffer[..common], &b_buffer[..common]);
            if let Some(index) = self.mismatch(a_common, b_common)? {
                return Ok(Some(Difference::Byte {
                    offset: base + index as u64,
                    line: line + line_feeds(&a_common[..index]),
                }));
            }
            line += line_feeds(a_common);
            let offset = base + common as u64;
            match (a_buffer.len() > common, b_buffer.len() > common) {
                (false, true) => return Ok(Some(Difference::FirstEnds { offset, line })),
                (true, false) => return Ok(Some(Difference::SecondEnds { offset, line })),
                // Buffers are filled unless a reader ends, and neither has a byte more.
                _ if common < BUFFER => return Ok(None),
                _ => base = offset,
            }
        }
    }
}

/// Replaces what is in the buffer by the next [`BUFFER`] bytes, or fewer at the end.
fn fill(reader: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    reader.take(BUFFER as u64).read_to_end(buffer)?;
    Ok(())
}

fn line_feeds(bytes: &[u8]) -> u64 {
    bytecount::count(bytes, b'\n') as u64
}

fn for_each_buffer(
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
