//! Brotli compression by the crate `brotli`.

use super::native;
use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode;
use kilowat_kernels::brotli::mode;

/// The lowest quality at which the crate keeps to narrow windows.
const LEAST_IN_PIECES: u32 = 2;

/// The longest metablock.
const LONGEST_METABLOCK: usize = 1 << 24;

/// A last metablock without content, at the beginning of a byte.
const END: u8 = 3;

/// A stream of `text`, or of a piece of one; up to where it goes on, or to its end.
///
/// The crate would take a history for a dictionary, which a stream does not have. So a piece that does not begin a
/// stream is compressed by itself.
pub(super) fn compress(
    text: &[u8],
    is_first: bool,
    quality: u32,
    window: u32,
    mode: u32,
    flush: bool,
) -> Vec<u8> {
    if flush && text.is_empty() {
        return Vec::new();
    }
    let is_whole = is_first && !flush;
    let quality = if is_whole {
        quality
    } else {
        quality.max(LEAST_IN_PIECES)
    };
    let parameters = BrotliEncoderParams {
        quality: quality as i32,
        lgwin: window as i32,
        mode: match mode {
            mode::TEXT => BrotliEncoderMode::BROTLI_MODE_TEXT,
            mode::FONT => BrotliEncoderMode::BROTLI_MODE_FONT,
            _ => BrotliEncoderMode::BROTLI_MODE_GENERIC,
        },
        size_hint: text.len(),
        // What can be appended ends at a byte, and what can be appended to another, is without a header, words and
        // last distances.
        appendable: !is_whole,
        byte_align: !is_whole,
        bare_stream: !is_whole,
        catable: !is_first,
        use_dictionary: is_first,
        ..BrotliEncoderParams::default()
    };
    let mut stream = native::compress(text, &parameters);
    if !is_whole && !flush {
        stream.push(END);
    }
    stream
}

/// A stream of `text` as it is, or of a piece of one.
pub(super) fn store(text: &[u8], is_first: bool, window: u32, flush: bool) -> Vec<u8> {
    let mut stream = Vec::with_capacity(text.len() + 32);
    let mut bits = 0;
    let mut count = 0;
    if is_first && !(flush && text.is_empty()) {
        (bits, count) = match window {
            16 => (0, 1),
            17 => (1, 7),
            18.. => ((u64::from(window) - 17) << 1 | 1, 4),
            _ => ((u64::from(window) - 8) << 4 | 1, 7),
        };
    }
    for block in text.chunks(LONGEST_METABLOCK) {
        let len = block.len() as u64 - 1;
        let digits = (0..6).filter(|digit| len >> (4 * digit) > 0).count().max(4) as u64;
        // Not the last one; how many digits its length has, and these; stored.
        bits |= (((1 << (4 * digits) | len) << 2 | (digits - 4)) << 1) << count;
        count += 4 + 4 * digits;
        stream.extend(&bits.to_le_bytes()[..count.div_ceil(8) as usize]);
        stream.extend(block);
        (bits, count) = (0, 0);
    }
    if !flush {
        bits |= u64::from(END) << count;
        count += 2;
    }
    stream.extend(&bits.to_le_bytes()[..count.div_ceil(8) as usize]);
    stream
}

/// Whether a stream, or a piece behind which it goes on, decompresses to `text`.
pub(super) fn stands_for(
    stream: &[u8],
    history: &[u8],
    text: &[u8],
    window: u32,
    flush: bool,
) -> bool {
    let mut whole = Vec::new();
    if !history.is_empty() {
        whole = store(history, true, window, true);
    } else if flush && text.is_empty() {
        return stream.is_empty();
    }
    whole.extend(stream);
    if flush {
        whole.push(END);
    }
    let content = native::decompress(&whole, history.len() + text.len());
    content.is_ok_and(|content| content.strip_prefix(history) == Some(text))
}
