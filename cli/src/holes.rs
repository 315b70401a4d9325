//! Files with holes: runs of zeroes that have no place on the disk.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write};

/// What file systems keep a file in: a hole is made of whole blocks of these.
const BLOCK: u64 = 4_096;

/// Writes a file from where it ends, and leaves holes where blocks are all zeroes.
pub(crate) struct Holes<'a> {
    file: &'a File,
    position: u64,
    /// Bytes before the position that have been passed over.
    hole: u64,
    name: &'a dyn Fn(io::Error) -> io::Error,
}

impl<'a> Holes<'a> {
    /// A file that is at its end, and what puts its name before errors.
    pub(crate) fn new(
        file: &'a File,
        name: &'a dyn Fn(io::Error) -> io::Error,
    ) -> io::Result<Self> {
        let mut at_end = file;
        Ok(Self {
            position: at_end.stream_position().map_err(name)?,
            file,
            hole: 0,
            name,
        })
    }

    /// Makes the file as long as what was written.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if self.hole == 0 {
            return Ok(());
        }
        let end = self.position;
        let made = self.file.set_len(end);
        made.and_then(|()| self.file.seek(SeekFrom::Start(end)))
            .map_err(self.name)?;
        self.hole = 0;
        Ok(())
    }

    /// What is left of the block that the position is in, of bytes that come there.
    fn block<'b>(&self, bytes: &'b [u8], ahead: usize) -> &'b [u8] {
        let place = (self.position + ahead as u64) % BLOCK;
        let len = ((BLOCK - place) as usize).min(bytes.len() - ahead);
        &bytes[ahead..ahead + len]
    }
}

impl Write for Holes<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut len = 0;
        while len < bytes.len() {
            let block = self.block(bytes, len);
            if is_zeroes(block) {
                break;
            }
            len += block.len();
        }
        if len == 0 {
            len = self.block(bytes, 0).len();
            self.hole += len as u64;
        } else {
            let mut file = self.file;
            if self.hole > 0 {
                file.seek(SeekFrom::Start(self.position))
                    .map_err(self.name)?;
                self.hole = 0;
            }
            file.write_all(&bytes[..len]).map_err(self.name)?;
        }
        self.position += len as u64;
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether all bytes are 0: the first is, and each is as the one before it.
fn is_zeroes(bytes: &[u8]) -> bool {
    matches!(bytes, [0, rest @ ..] if *rest == bytes[..rest.len()])
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    /// Zeroes and others in runs around the length of a block, written in pieces of every size.
    #[test]
    fn what_is_read_is_what_was_written() {
        let mut content = b"here before".to_vec();
        for (number, run) in [1, 4_095, 4_096, 4_097, 9_000, 3, 20_000, 8_192]
            .iter()
            .enumerate()
        {
            content.extend(std::iter::repeat_n(number as u8 % 2, *run));
        }
        for zeroes_at_end in [0, 5_000] {
            content.resize(content.len() + zeroes_at_end, 0);
            for piece in [1, 100, 4_096, 5_000, content.len()] {
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(&content[..11]).unwrap();
                let name = |error| error;
                let mut holes = Holes::new(&file, &name).unwrap();
                for piece in content[11..].chunks(piece) {
                    holes.write_all(piece).unwrap();
                }
                holes.finish().unwrap();
                // Who writes on does so behind it.
                file.write_all(b"end").unwrap();
                file.rewind().unwrap();
                let mut read = Vec::new();
                file.read_to_end(&mut read).unwrap();
                assert!(read == [&content[..], b"end"].concat(), "{piece}");
            }
        }
    }

    #[test]
    fn zeroes() {
        assert!(is_zeroes(&[0]) && is_zeroes(&[0; 100]));
        assert!(!is_zeroes(&[1]) && !is_zeroes(&[0, 0, 1]) && !is_zeroes(&[0, 1, 0]));
        assert!(!is_zeroes(&[1, 1]));
    }
}
