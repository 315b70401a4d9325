//! Search in what a reader gives.

use std::io::{self, ErrorKind, Read};
use std::ops::ControlFlow;

use kilowat_operations::ops::SearchAll;

use super::next_start;
use crate::readers::BUFFER;
use crate::runtime::Runtime;
use crate::semaphore::message_is_over;

impl Runtime {
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
}
