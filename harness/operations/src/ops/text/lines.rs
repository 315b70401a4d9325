//! Where lines begin.

#[cfg(feature = "native")]
use super::samples;
use crate::matches::Matches;
use crate::prelude::*;
use kilowat_kernels::text;

/// Where the lines of a text begin: at 0, and behind each line feed; if asked for, also behind each of
/// U+2028 and U+2029 in UTF-8.
#[derive(Debug)]
pub struct Lines;

impl Operation for Lines {
    const NAME: &'static str = "lines";
    const SUMMARY: &'static str = "where the lines of a text begin";
    const EXPORT: &'static Export = &text::LINES;
    const PARAMETERS: Names = &[
        ("text", "what has lines"),
        ("separators", "whether U+2028 and U+2029 end a line too"),
        ("capacity", "how many offsets there is room for"),
    ];

    type Shape = (Bytes, Flag, Size);
    type Output = Matches;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        (text, separators, capacity): Input<'a, Self, B>,
    ) -> Result<Matches, CallError> {
        let src = text.place(frame)?;
        let dst = frame.output(4 * capacity)?;
        let arguments = [
            src.ptr.into(),
            src.len.into(),
            u32::from(separators).into(),
            dst.ptr.into(),
            dst.len.into(),
        ];
        let count = frame.invoke_i32(Self::EXPORT, &arguments)? as u32;
        let written = frame.read(dst.prefix(count.saturating_mul(4)));
        let offsets = written.as_chunks().0.iter();
        Ok(Matches {
            count: count as usize,
            offsets: offsets
                .map(|bytes| u32::from_le_bytes(*bytes) as usize)
                .collect(),
        })
    }
}

#[cfg(feature = "native")]
impl Native for Lines {
    fn native((text, separators, capacity): Input<'_, Self>) -> Matches {
        let ends = |index: &usize| match text[*index] {
            b'\n' => true,
            0xa8 | 0xa9 => separators && text[..*index].ends_with(b"\xe2\x80"),
            _ => false,
        };
        let found = memchr::memchr3_iter(b'\n', 0xa8, 0xa9, text).filter(ends);
        let mut starts = Matches {
            count: 0,
            offsets: Vec::new(),
        };
        for offset in std::iter::once(0).chain(found.map(|end| end + 1)) {
            if starts.count < capacity {
                starts.offsets.push(offset);
            }
            starts.count += 1;
        }
        starts
    }

    /// Text with line ends of each kind, and with parts of such.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
        const ENDS: [&[u8]; 7] = [
            b"\n",
            b"\r\n",
            b"\xe2\x80\xa8",
            b"\xe2\x80\xa9",
            b"\xe2\x80",
            b"\x80\xa8",
            b"\xe2\x80\xaa",
        ];
        let mut text = Vec::with_capacity(len);
        let longest = *generator.choose(&[1, 12, 100]);
        while text.len() < len {
            let run = generator.number(0..=longest);
            text.extend(samples::valid_text(generator, run));
            text.extend(*generator.choose(&ENDS));
        }
        text.truncate(len);
        let capacity = match generator.number(0..=2) {
            0 => generator.number(0..=4),
            1 => generator.number(0..=len),
            _ => len + 1,
        };
        (text, generator.one_in(2), capacity)
    }

    fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
        (generator.source_text(len), false, len / 4 + 1)
    }
}
