//! Deflate compression by `zlib-rs`.

use zlib_rs::{Deflate, DeflateFlush, Inflate, InflateFlush, Status};

/// The highest level of zlib.
const HIGHEST_LEVEL: u32 = 9;

/// The bits of a window in a stream without a container.
const WINDOW_BITS: u8 = 15;

/// Room that is made for a stream at a time.
const ROOM: usize = 1 << 15;

/// Bytes that end a piece behind which the stream goes on: the lengths of a stored block without text.
const FLUSHED: [u8; 4] = [0, 0, 0xff, 0xff];

/// A last block without text.
const LAST_BLOCK: [u8; 2] = [3, 0];

/// A stream of `text`, whose history is at most a window long; up to where it goes on, or to its end. Levels
/// over 9 are 9.
pub(super) fn compress(history: &[u8], text: &[u8], level: u32, flush: bool) -> Vec<u8> {
    let mut encoder = Deflate::new(level.min(HIGHEST_LEVEL) as i32, false, WINDOW_BITS);
    if !history.is_empty() {
        let set = encoder.set_dictionary(history);
        set.expect("a stream without a container takes any history at its beginning");
    }
    let how = if flush {
        DeflateFlush::SyncFlush
    } else {
        DeflateFlush::Finish
    };
    let mut stream = Vec::new();
    loop {
        let before = stream.len();
        stream.resize(before + ROOM, 0);
        let rest = &text[encoder.total_in() as usize..];
        let status = encoder.compress(rest, &mut stream[before..], how);
        stream.truncate(encoder.total_out() as usize);
        // With room left, all is written that there is.
        if status != Ok(Status::Ok) || (flush && stream.len() < before + ROOM) {
            break;
        }
    }
    // zlib flushes nothing where there is no text.
    if flush && !stream.ends_with(&FLUSHED) {
        stream.push(0);
        stream.extend(FLUSHED);
    }
    stream
}

/// Whether a stream, or a piece behind which it goes on, decompresses to `text`.
pub(super) fn stands_for(stream: &[u8], history: &[u8], text: &[u8], flush: bool) -> bool {
    if flush && !stream.ends_with(&FLUSHED) {
        return false;
    }
    let ended = if flush {
        [stream, &LAST_BLOCK].concat()
    } else {
        stream.to_vec()
    };
    let mut decoder = Inflate::new(false, WINDOW_BITS);
    if !history.is_empty() && decoder.set_dictionary(history).is_err() {
        return false;
    }
    // With a byte more, to see that there is none.
    let mut content = vec![0; text.len() + 1];
    let status = decoder.decompress(&ended, &mut content, InflateFlush::Finish);
    status == Ok(Status::StreamEnd)
        && decoder.total_in() == ended.len() as u64
        && decoder.total_out() == text.len() as u64
        && content.starts_with(text)
}
