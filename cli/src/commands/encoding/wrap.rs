//! Text in lines of one length.

use std::io::{self, Write};

/// Text that is taken at a time: with a line feed behind each character, it is twice as long.
const PORTION: usize = 64 << 10;

/// Begins a new line after so many characters.
pub(super) struct Wrapped<W> {
    writer: W,
    /// 0 where there are no lines.
    width: usize,
    /// How much the line has that is written.
    column: usize,
    lines: Vec<u8>,
}

impl<W: Write> Wrapped<W> {
    pub(super) fn new(writer: W, width: usize) -> Self {
        Self {
            writer,
            width,
            column: 0,
            lines: Vec::new(),
        }
    }

    /// Ends the last line, if there are any.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.column > 0 {
            self.writer.write_all(b"\n")?;
        }
        Ok(())
    }
}

impl<W: Write> Write for Wrapped<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        if self.width == 0 {
            return self.writer.write(text);
        }
        let portion = &text[..text.len().min(PORTION)];
        self.lines.clear();
        let mut rest = portion;
        while !rest.is_empty() {
            // The last line may be full, and is ended below or when more comes.
            if self.column == self.width {
                self.lines.push(b'\n');
                self.column = 0;
            }
            let len = rest.len().min(self.width - self.column);
            let (line, more) = rest.split_at(len);
            self.lines.extend(line);
            self.column += len;
            rest = more;
        }
        self.writer.write_all(&self.lines)?;
        Ok(portion.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every width on texts of every length, in pieces.
    #[test]
    fn lines_have_their_width() {
        for width in 0..=20 {
            for len in 0..=60 {
                let text: Vec<u8> = (b'A'..).take(len).collect();
                let mut expected = Vec::new();
                for line in text.chunks(if width == 0 { len.max(1) } else { width }) {
                    expected.extend(line);
                    if width > 0 {
                        expected.push(b'\n');
                    }
                }
                for piece in [1, 7, 60] {
                    let mut lines = Vec::new();
                    let mut wrapped = Wrapped::new(&mut lines, width);
                    for piece in text.chunks(piece) {
                        wrapped.write_all(piece).unwrap();
                    }
                    wrapped.finish().unwrap();
                    assert_eq!(lines, expected, "{width} {len} {piece}");
                }
            }
        }
    }

    #[test]
    fn more_than_a_portion() {
        let text = vec![b'A'; 3 * PORTION + 1];
        for width in [1, 76, PORTION, 4 * PORTION] {
            let mut lines = Vec::new();
            let mut wrapped = Wrapped::new(&mut lines, width);
            wrapped.write_all(&text).unwrap();
            wrapped.finish().unwrap();
            let mut lengths = lines
                .strip_suffix(b"\n")
                .unwrap()
                .split(|byte| *byte == b'\n');
            let last = lengths.next_back().unwrap().len();
            assert!(lengths.all(|line| line.len() == width), "{width}");
            assert_eq!(last, (text.len() - 1) % width + 1);
            lines.retain(|byte| *byte == b'A');
            assert_eq!(lines, text);
        }
    }
}
