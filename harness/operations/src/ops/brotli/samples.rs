//! Brotli streams to check and to time the kernels on.

use super::native;
use crate::generator::Generator;
use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode;

/// Words and phrases that the static dictionary has, as they are and transformed.
const PHRASES: [&str; 12] = [
    " the ",
    "http://www.",
    "Category:",
    "description",
    " information about ",
    "JavaScript",
    "</script>",
    "The Government of the United States",
    "ORGANIZATION",
    "\n\tfunction",
    "international relations",
    "\u{424}\u{435}\u{434}\u{435}\u{440}\u{430}\u{446}\u{438}\u{438} ",
];

/// A stream of about `len` bytes of content, and that length.
pub(super) fn stream(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
    if generator.one_in(6) {
        return parts(generator, len);
    }
    let content = content(generator, len);
    // The slow qualities are for what is short.
    let best = if len > 1 << 12 { 6 } else { 11 };
    let mut parameters = BrotliEncoderParams {
        quality: generator.number(0..=best) as i32,
        lgwin: generator.number(10..=24) as i32,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    parameters.mode = *generator.choose(&[
        BrotliEncoderMode::BROTLI_MODE_GENERIC,
        BrotliEncoderMode::BROTLI_MODE_TEXT,
        BrotliEncoderMode::BROTLI_MODE_FONT,
        BrotliEncoderMode::BROTLI_FORCE_LSB_PRIOR,
        BrotliEncoderMode::BROTLI_FORCE_MSB_PRIOR,
        BrotliEncoderMode::BROTLI_FORCE_UTF8_PRIOR,
        BrotliEncoderMode::BROTLI_FORCE_SIGNED_PRIOR,
    ]);
    (native::compress(&content, &parameters), content.len())
}

/// Bytes of every kind.
pub(super) fn content(generator: &mut Generator, len: usize) -> Vec<u8> {
    match generator.number(0..=6) {
        0 => generator.bytes(len),
        1 => {
            let mut text = Vec::new();
            while text.len() < len {
                text.extend(generator.choose(&PHRASES).bytes());
                if generator.one_in(4) {
                    text.extend(generator.random_bytes(1));
                }
            }
            text.truncate(len);
            text
        }
        // Copies from near and far, of any length.
        2 => {
            let mut text = generator.random_bytes(len.min(3));
            while text.len() < len {
                let distance = generator.number(1..=text.len().min(40_000));
                let run = generator.number(1..=len - text.len()).min(600);
                copy(&mut text, distance, run);
                if generator.one_in(2) {
                    text.extend(generator.random_bytes(3));
                }
            }
            text.truncate(len);
            text
        }
        3 | 4 => stored_and_not(generator, len),
        _ => generator.source_text(len),
    }
}

/// Noise with a short copy in it, which a compressor stores as it is, and text that is copied from as far back:
/// in turn, each as long as what compressors take at a time.
fn stored_and_not(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut text = Vec::new();
    // Where there is no copy, not each place is looked at, but each fourth or more.
    let distance = 4 * generator.number(8..=240);
    while text.len() < len {
        if generator.one_in(3) {
            // The copy is so far in front that the quickest find it, and noise follows that is a block of its own.
            text.extend(generator.random_bytes(distance));
            copy(&mut text, distance, 8);
            text.extend(generator.random_bytes(90_000));
        } else {
            let noise = generator.number(16_368..=16_376);
            text.extend(generator.random_bytes(noise));
            copy(&mut text, distance, 8);
        }
        let end = len.min(text.len() + 16_000);
        while text.len() < end {
            let literals = generator.number(1..=16);
            text.extend(generator.bytes_over(b"etaoinshrdlu", literals));
            let near = generator.number(0..=3);
            let run = generator.number(6..=36);
            copy(&mut text, distance + near, run);
        }
    }
    text.truncate(len);
    text
}

/// Copies `run` bytes from so far back.
fn copy(text: &mut Vec<u8>, distance: usize, run: usize) {
    for _ in 0..run {
        text.push(text[text.len() - distance]);
    }
}

/// Bits, the lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, value: u32, len: usize) {
        for bit in 0..len {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let place = self.bytes.len() - 1;
            self.bytes[place] |= ((value >> bit & 1) as u8) << (self.count % 8);
            self.count += 1;
        }
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        self.count = 8 * (self.bytes.len() + bytes.len());
        self.bytes.extend(bytes);
    }

    /// A code of one symbol, of `width` bits.
    fn push_single(&mut self, symbol: u32, width: usize) {
        self.push(1, 2);
        self.push(0, 2);
        self.push(symbol, width);
    }
}

/// A stream of metablocks that compressors write seldom: stored ones, such as have no content, empty ones, and words of
/// the dictionary in all their forms.
fn parts(generator: &mut Generator, len: usize) -> (Vec<u8>, usize) {
    let mut bits = Bits::default();
    let mut produced = 0;
    // Windows of 16 and of 18 to 24 bits.
    match generator.number(0..=3) {
        0 => bits.push(0, 1),
        _ => bits.push(1 | (generator.number(1..=7) as u32) << 1, 4),
    }
    while produced < len {
        match generator.number(0..=5) {
            0 => {
                let skipped = generator.number(0..=300);
                bits.push(0b110, 3);
                bits.push(0, 1);
                match skipped {
                    0 => bits.push(0, 2),
                    1..=256 => {
                        bits.push(1, 2);
                        bits.push(skipped as u32 - 1, 8);
                    }
                    _ => {
                        bits.push(2, 2);
                        bits.push(skipped as u32 - 1, 16);
                    }
                }
                bits.push_bytes(&generator.random_bytes(skipped));
            }
            1 => {
                let stored = (len - produced).min(generator.number(1..=65_536));
                bits.push(0, 3);
                bits.push(stored as u32 - 1, 16);
                bits.push(1, 1);
                let bytes = generator.bytes(stored);
                bits.push_bytes(&bytes);
                produced += stored;
            }
            _ => produced += word(generator, &mut bits, produced),
        }
    }
    // The last one is empty.
    bits.push(3, 2);
    (bits.bytes, produced)
}

/// A metablock of one word; how long that is in its form.
fn word(generator: &mut Generator, bits: &mut Bits, produced: usize) -> usize {
    use brotli::dictionary::{
        kBrotliDictionary, kBrotliDictionaryOffsetsByLength, kBrotliDictionarySizeBitsByLength,
    };
    let len = generator.number(4..=24);
    let size = kBrotliDictionarySizeBitsByLength[len];
    let index = generator.number(0..=(1 << size) - 1);
    let transform = generator.number(0..=120);
    let start = kBrotliDictionaryOffsetsByLength[len] as usize + index * len;
    let mut form = [0; 64];
    let word = &kBrotliDictionary[start..start + len];
    let form_len =
        brotli::TransformDictionaryWord(&mut form, word, len as i32, transform as i32) as usize;
    if form_len == 0 {
        return 0;
    }
    bits.push(0, 3);
    bits.push(form_len as u32 - 1, 16);
    bits.push(0, 1);
    // One type of blocks each, no postfix, no direct distances, one mode, one code of each kind.
    bits.push(0, 3);
    bits.push(0, 6);
    bits.push(0, 2);
    bits.push(0, 2);
    bits.push_single(0, 8);
    // No literal, and a copy: its code is 128 and more, with the first codes of copies, or those behind.
    let (copy, extra, added) = match len {
        4..=9 => (len - 2, 0, 0),
        10..=13 => (8 + (len - 10) / 2, 1, (len - 10) % 2),
        14..=21 => (10 + (len - 14) / 4, 2, (len - 14) % 4),
        _ => (12, 3, len - 22),
    };
    bits.push_single(
        if copy < 8 { 128 + copy } else { 192 + copy - 8 } as u32,
        10,
    );
    // The distance behind all content there is: it is the form of the word, from 1.
    let window = produced.min(LEAST_WINDOW);
    let distance = window + 1 + (transform << size | index);
    // distance = ((2 + half) << width) - 4 + added + 1
    let from_four = distance + 3;
    let width = (from_four.ilog2() - 1) as usize;
    let half = from_four >> width & 1;
    bits.push_single((16 + 2 * (width - 1) + half) as u32, 6);
    bits.push(added as u32, extra);
    bits.push((from_four & ((1 << width) - 1)) as u32, width);
    form_len
}

/// As much content as is in reach in any window of 16 bits and more.
const LEAST_WINDOW: usize = (1 << 16) - 16;

/// Damages a stream, now and then.
pub(super) fn damage(generator: &mut Generator, stream: &mut Vec<u8>) {
    match generator.number(0..=7) {
        0 => stream.truncate(generator.number(0..=stream.len())),
        1 => stream.extend(generator.random_bytes(1)),
        2 | 3 if !stream.is_empty() => {
            for _ in 0..generator.number(1..=3) {
                let place = match generator.number(0..=1) {
                    0 => generator.number(0..=stream.len() - 1),
                    _ => generator.number(0..=(stream.len() - 1).min(40)),
                };
                stream[place] ^= 1 << generator.number(0..=7);
            }
        }
        _ => {}
    }
}

/// The stream of a text, as servers send it.
pub(super) fn of_text(text: &[u8]) -> Vec<u8> {
    let parameters = BrotliEncoderParams {
        quality: 5,
        size_hint: text.len(),
        ..BrotliEncoderParams::default()
    };
    native::compress(text, &parameters)
}
