//! What decoders of DEFLATE are tried on: streams of every kind, whole and damaged.

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Method, Status, Strategy};

use super::error::InflateFault;
use super::native;
use super::update::InflateFormat;
use crate::generator::Generator;

/// What the reference crate calls a container.
fn window_bits(format: InflateFormat) -> i32 {
    match format {
        InflateFormat::Raw => -15,
        InflateFormat::Zlib => 15,
        InflateFormat::Gzip => 16 + 15,
    }
}

/// The stream of a content.
pub(super) fn deflate(
    content: &[u8],
    level: i32,
    format: InflateFormat,
    dictionary: &[u8],
) -> Vec<u8> {
    let config = DeflateConfig {
        level,
        method: Method::Deflated,
        window_bits: window_bits(format),
        mem_level: 8,
        strategy: Strategy::Default,
    };
    deflate_in(&[content], config, dictionary)
}

/// The stream of a content in pieces, each of which ends with a flush.
fn deflate_in(pieces: &[&[u8]], config: DeflateConfig, dictionary: &[u8]) -> Vec<u8> {
    let mut encoder = Deflate::new_with_config(config);
    let mut stream = Vec::new();
    if !dictionary.is_empty() && encoder.set_dictionary(dictionary).is_err() {
        return stream;
    }
    for (index, piece) in pieces.iter().enumerate() {
        let is_last = index + 1 == pieces.len();
        let flush = if is_last {
            DeflateFlush::Finish
        } else {
            DeflateFlush::SyncFlush
        };
        let before = encoder.total_in();
        loop {
            let taken = (encoder.total_in() - before) as usize;
            let mut room = [0; 4096];
            let written = encoder.total_out();
            let status = encoder.compress(&piece[taken..], &mut room, flush);
            let written = (encoder.total_out() - written) as usize;
            stream.extend(&room[..written]);
            let is_done = match status {
                Ok(Status::StreamEnd) | Err(_) => true,
                Ok(_) => !is_last && written < room.len(),
            };
            if is_done {
                break;
            }
        }
    }
    stream
}

/// Bytes that compress well, badly, or not at all.
pub(super) fn content(generator: &mut Generator, len: usize) -> Vec<u8> {
    match generator.number(0..=6) {
        0 => generator.source_text(len),
        1 => generator.random_bytes(len),
        2 => repetitive(generator, len),
        3 => skewed(generator, len),
        4 => {
            let letters = generator.number(1..=4);
            let alphabet = generator.random_bytes(letters);
            generator.bytes_over(&alphabet, len)
        }
        _ => generator.bytes(len),
    }
}

/// Bytes most of which stand a little, or just under or over 32 KiB, before.
fn repetitive(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len);
    while bytes.len() < len {
        let distance = match generator.number(0..=7) {
            0 => generator.number(32_760..=32_776),
            1 => 32_768,
            2 => generator.number(1..=40_000),
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

/// Bytes of which each is half as frequent as the one before, so that the rarest have the longest codes.
fn skewed(generator: &mut Generator, len: usize) -> Vec<u8> {
    (0..len)
        .map(|_| {
            let bits = generator.number(0..=0xf_ffff);
            (bits.trailing_zeros().min(20) * 12) as u8
        })
        .collect()
}

/// None, most of the time. Raw bytes of a decoder have room for 255 bytes.
pub(super) fn dictionary(generator: &mut Generator) -> Vec<u8> {
    match generator.number(0..=5) {
        0 => generator.source_text(255),
        1 => {
            let len = generator.number(1..=64);
            generator.bytes(len)
        }
        _ => Vec::new(),
    }
}

/// A stream whose content has about `len` bytes; most of them as they should be.
pub(super) fn stream(
    generator: &mut Generator,
    len: usize,
    format: InflateFormat,
    dictionary: &[u8],
) -> Vec<u8> {
    let mut stream = match generator.number(0..=11) {
        0 => generator.bytes(len),
        1..=3 if format == InflateFormat::Raw => written(generator, len),
        1..=6 if format == InflateFormat::Gzip => file(generator, len),
        _ => reference(generator, len, format, dictionary),
    };
    match generator.number(0..=5) {
        0 => stream.truncate(generator.number(0..=stream.len())),
        1 => {
            let more = generator.number(1..=20);
            stream.extend(generator.bytes(more));
        }
        _ if stream.is_empty() => {}
        2 => {
            // What is wrong at the front is seen first.
            let within = stream.len().min(*generator.choose(&[16, 80, usize::MAX]));
            for _ in 0..generator.number(1..=4) {
                let place = generator.number(0..=within - 1);
                stream[place] ^= 1 << generator.number(0..=7);
            }
        }
        _ => {}
    }
    stream
}

/// What the reference crate makes of a content of `len` bytes, in any of its ways.
fn reference(
    generator: &mut Generator,
    len: usize,
    format: InflateFormat,
    dictionary: &[u8],
) -> Vec<u8> {
    let config = DeflateConfig {
        level: generator.number(0..=9) as i32,
        method: Method::Deflated,
        window_bits: window_bits(format),
        mem_level: generator.number(1..=9) as i32,
        strategy: *generator.choose(&[
            Strategy::Default,
            Strategy::Default,
            Strategy::Filtered,
            Strategy::HuffmanOnly,
            Strategy::Rle,
            Strategy::Fixed,
        ]),
    };
    let mut bytes = content(generator, len);
    // What repeats the dictionary's end.
    let repeated = dictionary
        .len()
        .min(generator.number(0..=100))
        .min(bytes.len());
    bytes[..repeated].copy_from_slice(&dictionary[dictionary.len() - repeated..]);
    let cut = match generator.number(0..=3) {
        0 => generator.number(0..=len),
        _ => 0,
    };
    let (first, rest) = bytes.split_at(cut);
    if cut == 0 {
        deflate_in(&[rest], config, dictionary)
    } else {
        deflate_in(&[first, rest], config, dictionary)
    }
}

/// The dictionary, or once in a while another one, or none.
pub(super) fn given(generator: &mut Generator, dictionary: Vec<u8>) -> Vec<u8> {
    match generator.number(0..=20) {
        0 => Vec::new(),
        1 => generator.bytes(10),
        _ => dictionary,
    }
}

/// A gzip file of members with fields of every kind, and zeros behind them.
fn file(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut file = Vec::new();
    let bytes = content(generator, len);
    let mut rest = &bytes[..];
    loop {
        let cut = match generator.number(0..=2) {
            0 => generator.number(0..=rest.len()),
            _ => rest.len(),
        };
        let (now, later) = rest.split_at(cut);
        member(generator, &mut file, now);
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    if generator.one_in(4) {
        file.resize(file.len() + generator.number(1..=20), 0);
    }
    if generator.one_in(20) {
        file.extend(*generator.choose(&[&[0x1f][..], &[0x1f, 0x8b], &[0x1f, 0x8b, 8, 0]]));
    }
    file
}

/// Writes a gzip member; once in a while something in it is not right.
fn member(generator: &mut Generator, file: &mut Vec<u8>, content: &[u8]) {
    let start = file.len();
    let mut flags = generator.number(0..=31) as u8;
    if generator.one_in(40) {
        flags |= 0x20 << generator.number(0..=2);
    }
    let method = if generator.one_in(60) { 7 } else { 8 };
    file.extend([0x1f, 0x8b, method, flags]);
    file.extend(generator.random_bytes(6));
    if flags & 4 != 0 {
        let longest = *generator.choose(&[3, 300]);
        let len = generator.number(0..=longest);
        file.extend((len as u16).to_le_bytes());
        file.extend(generator.random_bytes(len));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let len = generator.number(0..=20);
            let mut text = generator.random_bytes(len);
            text.retain(|byte| *byte != 0);
            file.extend(text);
            file.push(0);
        }
    }
    if flags & 2 != 0 {
        let sum = crc32fast::hash(&file[start..]) as u16;
        let sum = if generator.one_in(20) { !sum } else { sum };
        file.extend(sum.to_le_bytes());
    }
    let level = generator.number(0..=9) as i32;
    file.extend(deflate(content, level, InflateFormat::Raw, &[]));
    let sum = crc32fast::hash(content);
    let sum = if generator.one_in(20) { !sum } else { sum };
    file.extend(sum.to_le_bytes());
    let len = content.len() as u32;
    let len = if generator.one_in(20) { len + 1 } else { len };
    file.extend(len.to_le_bytes());
}

/// How much room there is: enough, a byte too little, or any.
pub(super) fn capacity(
    generator: &mut Generator,
    len: usize,
    format: InflateFormat,
    stream: &[u8],
    dictionary: &[u8],
) -> usize {
    // The most that damaged streams may claim is let through.
    let content = native::decompress(format, stream, dictionary, true, 4 * len + 100_000);
    let needed = match content {
        Ok(content) => content.len(),
        Err(error) if error.fault == InflateFault::Room => len,
        Err(_) => generator.number(len..=4 * len + 1_000),
    };
    match generator.number(0..=7) {
        0 => needed.saturating_sub(1),
        1 => generator.number(0..=len),
        2 => generator.number(0..=needed),
        3 => needed + generator.number(0..=1_000),
        _ => needed,
    }
}

/// Bits, the first one the lowest.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    /// How many bits of the last byte are written, or 0 for all.
    filled: u32,
}

impl Bits {
    /// A number, its lowest bit first.
    fn number(&mut self, number: usize, bits: u32) {
        for bit in 0..bits {
            if self.filled == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((number >> bit & 1) as u8) << self.filled;
            }
            self.filled = (self.filled + 1) % 8;
        }
    }

    /// A code, its highest bit first.
    fn code(&mut self, code: usize, bits: u32) {
        for bit in (0..bits).rev() {
            self.number(code >> bit & 1, 1);
        }
    }

    fn align(&mut self) {
        self.filled = 0;
    }
}

/// Blocks that no compressor writes: codes of any lengths, with and without matches, right and wrong.
fn written(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    let mut produced = 0;
    loop {
        let is_last = produced >= len || generator.one_in(8);
        bits.number(is_last.into(), 1);
        match generator.number(0..=40) {
            0 => bits.number(3, 2),
            1..=6 => {
                bits.number(0, 2);
                bits.align();
                let stored = generator.number(0..=len.min(700));
                let complement = match generator.number(0..=30) {
                    0 => stored,
                    _ => !stored,
                };
                bits.number(stored, 16);
                bits.number(complement, 16);
                let stored = generator.bytes(stored);
                produced += stored.len();
                bits.bytes.extend(stored);
            }
            7..=12 => {
                bits.number(1, 2);
                let mut lengths = [8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                produced += symbols(generator, &mut bits, &lengths, &[5; 32], produced, len);
            }
            _ => {
                bits.number(2, 2);
                let (symbol_lengths, distance_lengths) = codes(generator);
                write_lengths(generator, &mut bits, &symbol_lengths, &distance_lengths);
                produced += symbols(
                    generator,
                    &mut bits,
                    &symbol_lengths,
                    &distance_lengths,
                    produced,
                    len,
                );
            }
        }
        if is_last {
            return bits.bytes;
        }
    }
}

/// Code lengths of symbols and distances: such as use up the codes, and once in a while others.
fn codes(generator: &mut Generator) -> (Vec<usize>, Vec<usize>) {
    let symbols = generator.number(257..=286);
    let mut used: Vec<usize> = (0..symbols).filter(|_| generator.one_in(2)).collect();
    if !generator.one_in(30) && !used.contains(&256) {
        used.push(256);
    }
    let mut lengths = vec![0; symbols];
    if generator.one_in(20) {
        // Its end alone, which then has a code of a bit, or of more.
        lengths[256] = generator.number(1..=2);
    } else {
        spread(generator, &mut lengths, &used);
    }
    let distances = generator.number(1..=30);
    let used: Vec<usize> = (0..distances).filter(|_| generator.one_in(2)).collect();
    let mut distance_lengths = vec![0; distances];
    match generator.number(0..=9) {
        0 => {}
        1 => distance_lengths[distances - 1] = generator.number(1..=2),
        _ => spread(generator, &mut distance_lengths, &used),
    }
    (lengths, distance_lengths)
}

/// Gives so many symbols codes, by splitting one code again and again.
fn spread(generator: &mut Generator, lengths: &mut [usize], used: &[usize]) {
    let mut leaves = vec![0];
    let deep = generator.one_in(2);
    while leaves.len() < used.len() {
        let open: Vec<usize> = (0..leaves.len())
            .filter(|leaf| leaves[*leaf] < 15)
            .collect();
        let Some(last) = open.last() else { break };
        let leaf = if deep && !generator.one_in(6) {
            *last
        } else {
            *generator.choose(&open)
        };
        leaves[leaf] += 1;
        leaves.push(leaves[leaf]);
    }
    if generator.one_in(30) {
        // Too many codes, or too few.
        let leaf = generator.number(0..=leaves.len() - 1);
        leaves[leaf] = generator.number(0..=15);
    }
    for (symbol, length) in used.iter().zip(leaves) {
        lengths[*symbol] = length;
    }
}

/// Writes the header of a dynamic block: plain lengths in codes of five bits, and repetitions.
fn write_lengths(
    generator: &mut Generator,
    bits: &mut Bits,
    symbols: &[usize],
    distances: &[usize],
) {
    let wrong_counts = generator.one_in(60);
    let symbol_count = if wrong_counts {
        31
    } else {
        symbols.len() - 257
    };
    bits.number(symbol_count, 5);
    bits.number(distances.len() - 1, 5);
    bits.number(15, 4);
    // 13 codes of four bits, and six of five: of 16, 17, 18 and the rarest lengths. In their order.
    let mut lengths = [4; 19];
    for long in [13, 14, 15, 16, 17, 18] {
        lengths[long] = 5;
    }
    if generator.one_in(60) {
        lengths[generator.number(0..=18)] = generator.number(0..=7);
    }
    for symbol in [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ] {
        bits.number(lengths[symbol], 3);
    }
    let code = canonical(&lengths);
    let all: Vec<usize> = symbols.iter().chain(distances).copied().collect();
    let mut index = 0;
    while index < all.len() {
        let length = all[index];
        let run = all[index..]
            .iter()
            .take_while(|other| **other == length)
            .count();
        let write = |bits: &mut Bits, symbol: usize| {
            bits.code(code[symbol], lengths[symbol] as u32);
        };
        if length == 0 && run >= 11 && !generator.one_in(4) {
            let run = run.min(138);
            write(bits, 18);
            bits.number(run - 11, 7);
            index += run;
        } else if length == 0 && run >= 3 {
            let run = run.min(10);
            write(bits, 17);
            bits.number(run - 3, 3);
            index += run;
        } else if index > 0 && all[index - 1] == length && run >= 3 {
            let run = run.min(6);
            write(bits, 16);
            bits.number(run - 3, 2);
            index += run;
        } else if generator.one_in(3_000) {
            // It may be the first, or go over the last.
            write(bits, 16);
            bits.number(3, 2);
            index += 6;
        } else {
            write(bits, length);
            index += 1;
        }
    }
}

/// The codes of lengths that use up what there is (RFC 1951, 3.2.2); of others, some numbers.
fn canonical(lengths: &[usize]) -> Vec<usize> {
    let mut next = [0; 17];
    for bits in 1..=15 {
        let count = lengths.iter().filter(|length| **length == bits).count();
        next[bits + 1] = (next[bits] + count) << 1;
    }
    lengths
        .iter()
        .map(|length| {
            let code = next[*length];
            next[*length] += 1;
            code
        })
        .collect()
}

/// Writes symbols that have codes, and the end. How much content they stand for, about.
fn symbols(
    generator: &mut Generator,
    bits: &mut Bits,
    lengths: &[usize],
    distances: &[usize],
    before: usize,
    len: usize,
) -> usize {
    let code = canonical(lengths);
    let distance_code = canonical(distances);
    let used: Vec<usize> = (0..lengths.len())
        .filter(|symbol| lengths[*symbol] > 0 && *symbol != 256)
        .collect();
    let reachable: Vec<usize> = (0..distances.len())
        .filter(|symbol| distances[*symbol] > 0)
        .collect();
    let mut produced = 0;
    let wanted = generator.number(0..=len.min(2_000));
    while produced < wanted && !used.is_empty() {
        let symbol = *generator.choose(&used);
        if symbol > 256 && reachable.is_empty() && !generator.one_in(100) {
            produced += 1;
            continue;
        }
        bits.code(code[symbol], lengths[symbol] as u32);
        if symbol < 256 {
            produced += 1;
            continue;
        }
        let extra = match symbol {
            265..=284 => (symbol as u32 - 261) / 4,
            _ => 0,
        };
        bits.number(generator.number(0..=31), extra);
        produced += 3;
        let fitting: Vec<usize> = reachable
            .iter()
            .copied()
            .filter(|distance| 1 << (distance / 2) <= before + produced - 3)
            .collect();
        let fitting = if fitting.is_empty() || generator.one_in(500) {
            &reachable
        } else {
            &fitting
        };
        if fitting.is_empty() {
            bits.number(generator.number(0..=1), 1);
            continue;
        }
        let distance = *generator.choose(fitting);
        bits.code(distance_code[distance], distances[distance] as u32);
        let extra = (distance as u32 / 2).saturating_sub(1);
        let low = if generator.one_in(3) { usize::MAX } else { 0 };
        bits.number(low, extra);
    }
    if lengths.get(256).is_some_and(|length| *length > 0) {
        bits.code(code[256], lengths[256] as u32);
    }
    produced
}
