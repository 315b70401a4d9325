//! Texts to check and to time the kernels of `text` on.

use crate::generator::Generator;

/// Characters of one kind, each range with its ends.
type Script = &'static [(u32, u32)];

const ASCII: Script = &[(0x20, 0x7e)];
const LATIN: Script = &[(0x61, 0x7a), (0xc0, 0x17f)];
const CHINESE: Script = &[(0x4e00, 0x9fff), (0x3001, 0x3002)];
/// The first and the last characters of each length in bytes, and those beside the surrogates.
const EDGES: Script = &[
    (0, 0),
    (0x7f, 0x80),
    (0x7ff, 0x800),
    (0xfff, 0x1000),
    (0xd7ff, 0xd7ff),
    (0xe000, 0xe000),
    (0x2028, 0x2029),
    (0xffff, 0x1_0000),
    (0x3_ffff, 0x4_0000),
    (0xf_ffff, 0x10_0000),
    (0x10_ffff, 0x10_ffff),
];
const EMOJI: Script = &[(0x1_f300, 0x1_f6ff)];

/// Just what is no UTF-8: overlong forms, surrogates, over U+10FFFF, leads and continuations alone.
const WRONG: [&[u8]; 14] = [
    b"\x80",
    b"\xbf",
    b"\xc0\x80",
    b"\xc1\xbf",
    b"\xe0\x80\x80",
    b"\xe0\x9f\xbf",
    b"\xed\xa0\x80",
    b"\xf0\x80\x80\x80",
    b"\xf0\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",
    b"\xe4\xb8",
    b"\xf0\x9f\x98",
    b"\xff",
];

/// `len` bytes of characters of a script: the last ones ASCII, where no other fits.
fn text_of(generator: &mut Generator, script: Script, len: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(len);
    while text.len() < len {
        let (first, last) = *generator.choose(script);
        // No script has surrogates.
        let number = generator.number(first as usize..=last as usize) as u32;
        let character = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
        if text.len() + character.len_utf8() > len {
            text.resize(len, b'.');
            break;
        }
        text.extend(character.encode_utf8(&mut [0; 4]).bytes());
    }
    text
}

/// `len` bytes of runs of text, each of one script.
pub(super) fn valid_text(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(len);
    let longest = *generator.choose(&[8, 70, 300, usize::MAX]);
    while text.len() < len {
        let run = generator.number(1..=longest.min(len)).min(len - text.len());
        let script = *generator.choose(&[ASCII, ASCII, LATIN, CHINESE, EDGES, EMOJI]);
        text.extend(text_of(generator, script, run));
    }
    text
}

/// `len` bytes of text, half of the time with something wrong in it, at the end as often as elsewhere;
/// once in a while bytes of no meaning.
pub(super) fn damaged_text(generator: &mut Generator, len: usize) -> Vec<u8> {
    if generator.one_in(8) {
        return generator.bytes(len);
    }
    if len >= 16 && generator.one_in(8) {
        return cut_character(generator, len);
    }
    let mut text = valid_text(generator, len);
    if len == 0 || generator.one_in(2) {
        return text;
    }
    let place = match generator.number(0..=2) {
        0 => len - generator.number(1..=len.min(5)),
        _ => generator.number(0..=len - 1),
    };
    if generator.one_in(3) {
        text[place] ^= 1 << generator.number(0..=7);
    } else {
        let wrong = *generator.choose(&WRONG);
        let room = wrong.len().min(len - place);
        text[place..place + room].copy_from_slice(&wrong[..room]);
    }
    text
}

/// `len` bytes of text, 16 or more, with a character that is cut short: at the end, or where 64 bytes of the
/// kernel's end, the first of which follow three others, and nothing but ASCII comes after.
fn cut_character(generator: &mut Generator, len: usize) -> Vec<u8> {
    let cuts: [&[u8]; 6] = [
        b"\xc3",
        b"\xe4",
        b"\xe4\xb8",
        b"\xf0",
        b"\xf0\x9f",
        b"\xf0\x9f\x98",
    ];
    let cut = *generator.choose(&cuts);
    let blocks = (len - 3) / 64;
    let end = if blocks >= 2 && generator.one_in(2) {
        3 + 64 * generator.number(1..=blocks - 1)
    } else {
        len
    };
    let mut text = text_of(generator, ASCII, 3);
    text.extend(valid_text(generator, end - 3 - cut.len()));
    text.extend(cut);
    text.extend(text_of(generator, ASCII, len - end));
    text
}

/// `len` bytes of a page with some markup and more text, of Latin letters and a few others.
pub(super) fn mixed_text(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(len);
    while text.len() < len {
        let (script, longest) = match generator.number(0..=9) {
            0..=3 => (ASCII, 200),
            4..=7 => (LATIN, 200),
            8 => (CHINESE, 40),
            _ => (EMOJI, 8),
        };
        let run = generator.number(1..=longest).min(len - text.len());
        text.extend(text_of(generator, script, run));
    }
    text
}

/// Room for a result of `len` bytes: just that, more, or too little.
pub(super) fn capacity(generator: &mut Generator, len: usize) -> usize {
    match generator.number(0..=7) {
        0 => generator.number(0..=len),
        1 => len.saturating_sub(1),
        2 => len + generator.number(0..=40),
        _ => len,
    }
}

/// Puts another byte somewhere into a text, half of the time.
pub(super) fn damage(generator: &mut Generator, text: &mut [u8], others: &[u8]) {
    if text.is_empty() || generator.one_in(2) {
        return;
    }
    let place = generator.number(0..=text.len() - 1);
    text[place] = *generator.choose(others);
}
