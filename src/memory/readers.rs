//! Comparison of what two readers give.

use std::io::{self, Read};

use crate::readers::{BUFFER, fill};
use crate::runtime::Runtime;

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

fn line_feeds(bytes: &[u8]) -> u64 {
    bytecount::count(bytes, b'\n') as u64
}
