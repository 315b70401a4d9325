//! What LZ4 is tried on: contents that compress well or badly, and frames of every kind, whole and damaged.

use super::frame::checksum::xxh32;
use super::frame::{Lz4BlockSize, Lz4FrameOptions, encode, format};
use super::native::block;
use crate::generator::Generator;

/// Bytes most of which stand a little, or just under or over 64 KiB, before.
pub(crate) fn repetitive(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len);
    while bytes.len() < len {
        let distance = match generator.number(0..=7) {
            0 => generator.number(65_530..=65_540),
            1 => 65_535,
            2 => generator.number(1..=70_000),
            _ => generator.number(1..=20),
        };
        let run = match generator.number(0..=5) {
            0 => generator.number(1..=1_000),
            _ => generator.number(1..=40),
        };
        let run = run.min(len - bytes.len());
        if distance > bytes.len() || generator.one_in(4) {
            bytes.extend(generator.random_bytes(run));
        } else {
            for _ in 0..run {
                bytes.push(bytes[bytes.len() - distance]);
            }
        }
    }
    bytes
}

/// Bytes that compress well, badly, or not at all.
pub(crate) fn content(generator: &mut Generator, len: usize) -> Vec<u8> {
    match generator.number(0..=4) {
        0 => generator.source_text(len),
        1 => generator.random_bytes(len),
        2 => repetitive(generator, len),
        _ => generator.bytes(len),
    }
}

/// Options of every kind; for long inputs, such that there are several blocks.
pub(crate) fn options(generator: &mut Generator, len: usize) -> Lz4FrameOptions {
    let sizes = [
        Lz4BlockSize::KiB64,
        Lz4BlockSize::KiB256,
        Lz4BlockSize::MiB1,
        Lz4BlockSize::MiB4,
    ];
    let fitting = sizes.iter().filter(|size| size.bytes() < len).count();
    Lz4FrameOptions::new()
        .block_size(*generator.choose(&sizes[..fitting.max(1)]))
        .linked(!generator.one_in(3))
        .block_checksums(generator.one_in(2))
        .content_checksum(generator.one_in(2))
        .content_size(generator.one_in(2).then_some(len as u64))
        .level(if generator.one_in(8) {
            generator.number(3..=12) as u32
        } else {
            0
        })
}

/// Frames whose content has `len` bytes, of every kind and with blocks of any lengths; most of them as
/// they should be.
pub(crate) fn frames(generator: &mut Generator, len: usize) -> Vec<u8> {
    if generator.one_in(20) {
        return generator.bytes(len);
    }
    let bytes = content(generator, len);
    let mut frames = Vec::new();
    let mut rest = &bytes[..];
    loop {
        let cut = match generator.number(0..=3) {
            0 => generator.number(0..=rest.len()),
            _ => rest.len(),
        };
        let (now, later) = rest.split_at(cut);
        match generator.number(0..=9) {
            0 => skippable_frame(generator, &mut frames),
            1 => legacy_frame(generator, &mut frames, now),
            _ => frame(generator, &mut frames, now),
        }
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    damage(generator, &mut frames);
    frames
}

fn skippable_frame(generator: &mut Generator, frames: &mut Vec<u8>) {
    let magic = format::SKIPPABLE_MAGIC + generator.number(0..=15) as u32;
    let len = generator.number(0..=40);
    frames.extend(magic.to_le_bytes());
    frames.extend((len as u32).to_le_bytes());
    frames.extend(generator.random_bytes(len));
}

fn legacy_frame(generator: &mut Generator, frames: &mut Vec<u8>, content: &[u8]) {
    frames.extend(format::LEGACY_MAGIC.to_le_bytes());
    let mut rest = content;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(block_len(generator, rest.len()));
        let block = block::compress(now);
        frames.extend((block.len() as u32).to_le_bytes());
        frames.extend(block);
        rest = later;
    }
}

/// A frame whose blocks have any lengths. A header that is not to be taken is rare, and so is a
/// content size that is wrong.
fn frame(generator: &mut Generator, frames: &mut Vec<u8>, content: &[u8]) {
    let options = options(generator, content.len());
    let mut flags = options.flags();
    if generator.one_in(40) {
        flags = match generator.number(0..=4) {
            0 => flags | format::DICTIONARY,
            1 => flags | 2,
            2 => flags | 0x8000,
            3 => flags & 0x30ff,
            _ => flags ^ 0xc0,
        };
    }
    let mut size = content.len() as u64;
    if generator.one_in(20) {
        size = match generator.number(0..=2) {
            0 => size + 1,
            1 => size.saturating_sub(1),
            _ => generator.number(0..=usize::MAX) as u64,
        };
    }
    frames.extend(encode::header(flags, size));
    let mut at = 0;
    while at < content.len() {
        let left = content.len() - at;
        let len = block_len(generator, left.min(options.block_bytes()));
        let is_linked = flags & format::INDEPENDENT == 0;
        let start = if is_linked {
            at.saturating_sub(1 << 16)
        } else {
            at
        };
        let (before, block) = (&content[start..at], &content[at..at + len]);
        let compressed = (!generator.one_in(6)).then(|| block::compress_behind(before, block));
        encode::write_block(frames, flags, block, compressed);
        at += len;
    }
    frames.extend(encode::end(flags, xxh32(content)));
}

/// A length of a block, of `most` at most.
fn block_len(generator: &mut Generator, most: usize) -> usize {
    match generator.number(0..=3) {
        0 => generator.number(1..=most),
        1 => most.min(generator.number(1..=100_000)),
        _ => most,
    }
}

fn damage(generator: &mut Generator, frames: &mut Vec<u8>) {
    match generator.number(0..=7) {
        0 => frames.truncate(generator.number(0..=frames.len())),
        1 if !frames.is_empty() => {
            for _ in 0..generator.number(1..=3) {
                let place = generator.number(0..=frames.len() - 1);
                frames[place] ^= 1 << generator.number(0..=7);
            }
        }
        2 => {
            let place = generator.number(0..=frames.len());
            let run = generator.number(1..=20);
            frames.splice(place..place, generator.random_bytes(run));
        }
        _ => {}
    }
}
