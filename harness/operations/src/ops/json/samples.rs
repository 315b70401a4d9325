//! JSON texts to try operations on.

use std::fmt::Write as _;

use crate::generator::Generator;

/// The levels that are allowed where nothing else is said.
pub(super) const DEPTH: u32 = 1024;

/// Pieces of strings: what is copied as it stands, what is escaped, and what only looks as if it were.
const PIECES: &[&str] = &[
    "a",
    "key",
    "name of a thing",
    "0123456789abcdef",
    "é",
    "ß",
    "漢字",
    "かな",
    "😀",
    "\u{7f}",
    "\u{10ffff}",
    "\u{ffff}",
    "\u{800}",
    "[",
    "{",
    "}",
    ",",
    ":",
    "//",
    "\\n",
    "\\t",
    "\\\"",
    "\\\\",
    "\\/",
    "\\b\\f\\r",
    "\\u0041",
    "\\u00e9",
    "\\uFFFF",
    "\\ud83d\\ude00",
];

/// Numbers of every form.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "12345678",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "0.5",
    "-0.0",
    "3.14159265358979",
    "1e5",
    "1E+5",
    "1e-5",
    "0e0",
    "1.7976931348623157e308",
    "5e-324",
    "2.2250738585072011e-308",
    "123456789012345678901234567890123456789",
    "0.000000000000000000000000000000000000001",
    "1.5e+007",
];

/// Numbers at the ends of what doubles are, and such as their first digits do not decide.
const HARD_NUMBERS: &[&str] = &[
    "1e-342",
    "1e-400",
    "0e-99999999999999999999",
    "-123e-99999999999999999999",
    "0.0000000000000000000000000000000000000001234567890123456789012345e50",
    // Just below half of the least double, and above it.
    "2.4703282292062327208828439643411068618252990130716e-324",
    "0.00024703282292062327208828439643411068618252990130717e-320",
    // Close to 9007199254740993 * 2^40, halfway between two doubles, of which digits are left out.
    "99035203142830432987e8",
    "9903520314283043298705e6",
    "-990352031428304329870e7",
    // (2^608 - 1) * 10^-163, halfway from which there is 2^608.
    concat!(
        "106227598563353419737917641310493725465918623545406384639888827640080711972170448547832500",
        "453045857133777865897249300203069315867530541447881903995753317470388766254167078643806345",
        "6255",
        "e-163"
    ),
];

/// What begins as a number or a literal and is none.
const WRONG_VALUES: &[&str] = &[
    "-", "-a", "-.5", "1.", "1.e3", "1.x", "01", "-00", "1e", "1e+", "1E-x", "0.5e", "nul", "nil",
    "tru", "trux", "falsy", "fal",
];

/// White space of every kind.
const SPACES: &[&str] = &[
    "",
    "",
    "",
    "",
    " ",
    "\n",
    "\t",
    "\r\n",
    "\n  ",
    "\n    ",
    "\n        ",
    "                ",
    "                                      ",
];

/// A text and how many levels are allowed: whole and damaged documents, levels within levels, and bytes of no meaning.
pub(super) fn text(generator: &mut Generator, len: usize) -> (Vec<u8>, u32) {
    let depth = match generator.number(0..=3) {
        0 => generator.number(0..=70) as u32,
        1 => *generator.choose(&[0, 1, 63, 64, 65, 128, 8_191, 8_192, u32::MAX]),
        _ => DEPTH,
    };
    let mut text = match generator.number(0..=9) {
        0 => return (generator.bytes(len), depth),
        1 => levels(generator, len),
        2 => records(generator, len),
        _ => document(generator, len),
    };
    for _ in 0..generator.number(0..=2) {
        damage(generator, &mut text);
    }
    (text, depth)
}

/// An array of numbers, most of them hard to round, and how many levels are allowed.
pub(super) fn numbers(generator: &mut Generator, len: usize) -> (Vec<u8>, u32) {
    let mut text = String::with_capacity(len);
    text.push('[');
    while text.len() < len {
        let before = text.len();
        if before > 1 {
            text.push(',');
        }
        number(generator, &mut text);
        if text.len() >= len && before > 1 {
            text.truncate(before);
            break;
        }
    }
    text.push(']');
    let mut text = text.into_bytes();
    if generator.one_in(4) {
        damage(generator, &mut text);
    }
    (text, DEPTH)
}

/// Writes a number: of so many digits that they do not fit into an integer, halfway between two doubles or close to
/// that, very large or very small, or as programs write them.
fn number(generator: &mut Generator, text: &mut String) {
    let bits = generator.number(0..=usize::MAX) as u64;
    let double = f64::from_bits(bits >> u32::from(generator.one_in(4)));
    let double = if double.is_finite() { double } else { 0.1 };
    let digits = |generator: &mut Generator, most: usize| {
        let count = generator.number(1..=most);
        let digits = generator.bytes_over(b"0123456789", count);
        digits.into_iter().map(char::from).collect::<String>()
    };
    if generator.one_in(3) {
        text.push('-');
    }
    let double = double.abs();
    let _ = match generator.number(0..=9) {
        0 => write!(text, "{double:e}"),
        1 => write!(
            text,
            "{}",
            f64::from_bits(1_f64.to_bits() | bits >> 12) - 1.0
        ),
        2 => write!(text, "{}", bits >> generator.number(0..=63)),
        3 => write!(text, "{:.2}", f64::from((bits >> 40) as u32) / 100.0),
        4 => write!(text, "{double:.*e}", generator.number(0..=40)),
        // Halfway from one double to the next, which has 54 bits: as it is, and with a digit more.
        5 | 6 => {
            let half = u128::from(bits >> 10 | 1);
            let exponent = generator.number(0..=40);
            let _ = write!(text, "{}", half << exponent);
            let more = *generator.choose(&["", ".0", ".00000000000000000001", ".5", "e0"]);
            write!(text, "{more}")
        }
        7 => {
            let before = digits(generator, 3);
            let after = digits(generator, 30);
            write!(text, "1{before}.{after}")
        }
        8 => {
            let (digits, exponent) = (digits(generator, 60), generator.number(0..=700));
            write!(text, "{}.{digits}e{}", bits % 10, exponent as i32 - 360)
        }
        _ if generator.one_in(4) => write!(text, "{}", *generator.choose(HARD_NUMBERS)),
        // Halfway between two doubles, but for a digit behind very many others.
        _ if generator.one_in(4) => {
            let zeros = "0".repeat(generator.number(740..=760));
            write!(text, "9007199254740993.{zeros}1{}", bits % 1_000)
        }
        _ if generator.one_in(4) => {
            let (digits, zeros) = (
                digits(generator, 900),
                "0".repeat(generator.number(0..=300)),
            );
            write!(text, "0.{zeros}{digits}E+{}", generator.number(0..=300))
        }
        _ => write!(text, "{}", *generator.choose(NUMBERS)),
    };
}

/// Changes a text in one place, or not.
fn damage(generator: &mut Generator, text: &mut Vec<u8>) {
    const BYTES: &[u8] = b"[]{},:\"\\0-.eE tfnu/\n\0\x1f\x80\xbf\xc0\xe0\xed\xf0\xf4\xff";
    if text.is_empty() {
        return;
    }
    let place = generator.number(0..=text.len() - 1);
    match generator.number(0..=10) {
        0 => text[place] ^= 1 << generator.number(0..=7),
        1 => text[place] = *generator.choose(BYTES),
        2 => text.insert(place, *generator.choose(BYTES)),
        3 => {
            text.remove(place);
        }
        4 => text.truncate(place),
        5 => {
            if let Some(place) = one_of(generator, text, b"[,:") {
                let value = generator.choose(WRONG_VALUES).bytes();
                let after = place + 1;
                text.splice(after..after, value);
            }
        }
        6 => {
            if let Some(place) = one_of(generator, text, b":") {
                text.remove(place);
            }
        }
        7 => {
            if let Some(place) = one_of(generator, text, b"\\") {
                text.truncate(place + 1);
            }
        }
        _ => {}
    }
}

/// A document with the escape of half of a pair of surrogates in front of a quote or an escape, and how many levels are
/// allowed.
pub(super) fn halves(generator: &mut Generator, len: usize) -> (Vec<u8>, u32) {
    const HALVES: [&[u8]; 8] = [
        b"\\ud800",
        b"\\uDBFF",
        b"\\udc00",
        b"\\uDFFF",
        b"\\ud800\\u0041",
        b"\\ud800\\ud800",
        b"\\udbff\\u12",
        b"\\udbff\\",
    ];
    let mut text = document(generator, len);
    if let Some(place) = one_of(generator, &text, b"\"\\") {
        let half = *generator.choose(&HALVES);
        text.splice(place..place, half.iter().copied());
        if generator.one_in(4) {
            text.truncate(place + half.len());
        }
    }
    (text, DEPTH)
}

/// Where one of these bytes stands in a text, if any does.
fn one_of(generator: &mut Generator, text: &[u8], bytes: &[u8]) -> Option<usize> {
    let places = text.iter().zip(0..);
    let places: Vec<usize> = places
        .filter(|(byte, _)| bytes.contains(byte))
        .map(|(_, place)| place)
        .collect();
    (!places.is_empty()).then(|| *generator.choose(&places))
}

/// A document of `len` bytes, with white space at its end where it would be shorter.
pub(super) fn document(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut text = String::with_capacity(len);
    if len > 0 {
        value(generator, &mut text, len, 0);
    }
    padded(text, len)
}

fn padded(text: String, len: usize) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    bytes.resize(len, b' ');
    bytes
}

/// Writes a value that ends at `end` at the latest, which is a byte away at least.
fn value(generator: &mut Generator, text: &mut String, end: usize, level: usize) {
    let room = end - text.len();
    let is_nested = room >= 8 && level < 40 && (room > 100 || generator.one_in(2));
    if !is_nested {
        scalar(generator, text, room);
        return;
    }
    let is_object = generator.one_in(2);
    let has_spaces = generator.one_in(3);
    text.push(if is_object { '{' } else { '[' });
    let space = |generator: &mut Generator, text: &mut String, reserve: usize| {
        let space = *generator.choose(SPACES);
        if has_spaces && text.len() + space.len() + reserve <= end {
            text.push_str(space);
        }
    };
    // The longest member that there is room for: a comma, a key of two bytes, a colon, a value, the end.
    let least = if is_object { 6 } else { 3 };
    let mut is_first = true;
    space(generator, text, least);
    // One in twenty ends early, but for those that are to fill a long text.
    while end - text.len() >= least && (room > 2_000 || !generator.one_in(20)) {
        if !is_first {
            text.push(',');
            space(generator, text, least - 1);
        }
        is_first = false;
        if is_object {
            let room = (end - text.len() - 3).min(40);
            string(generator, text, room);
            space(generator, text, 3);
            text.push(':');
            space(generator, text, 2);
        }
        let most = end - text.len() - 1;
        let most = most.min(generator.number(1..=most.min(3_000)));
        value(generator, text, text.len() + most, level + 1);
        space(generator, text, 1);
    }
    text.push(if is_object { '}' } else { ']' });
}

fn scalar(generator: &mut Generator, text: &mut String, room: usize) {
    let word = match generator.number(0..=5) {
        0 | 1 if room >= 2 => return string(generator, text, room),
        2 => *generator.choose(&["true", "false", "null"]),
        3 | 4 => *generator.choose(NUMBERS),
        _ => {
            let digits = generator.number(1..=room.min(40));
            let number = generator.bytes_over(b"123456789", digits);
            text.extend(number.into_iter().map(char::from));
            return;
        }
    };
    text.push_str(if word.len() <= room { word } else { "7" });
}

/// Writes a string of `room` bytes at most, which are two at least.
fn string(generator: &mut Generator, text: &mut String, room: usize) {
    let end = text.len() + room - 1;
    text.push('"');
    let pieces = generator.number(0..=8);
    for _ in 0..pieces {
        let piece = *generator.choose(PIECES);
        let repeats = if generator.one_in(10) { 30 } else { 1 };
        for _ in 0..repeats {
            if text.len() + piece.len() <= end {
                text.push_str(piece);
            }
        }
    }
    text.push('"');
}

/// Levels within levels, as many as `len` bytes have room for, at most some thousand; half of them closed.
fn levels(generator: &mut Generator, len: usize) -> Vec<u8> {
    let (open, close) =
        *generator.choose(&[("[", "]"), ("{\"\":", "}"), ("[[],", "]"), ("[ ", " ]")]);
    let count = (len / (open.len() + close.len())).min(70_000);
    let mut text = open.repeat(count);
    text.push_str("[]");
    if generator.one_in(2) {
        text.push_str(&close.repeat(count));
    }
    text.into_bytes()
}

/// An array of records such as programs write, of `len` bytes, with white space at its end. No text is shorter than
/// a byte.
pub(super) fn records(generator: &mut Generator, len: usize) -> Vec<u8> {
    let len = len.max(1);
    let mut text = String::with_capacity(len);
    if len < 2 {
        return padded("1".repeat(len), len);
    }
    text.push('[');
    let mut id = 0;
    loop {
        let before = text.len();
        if id > 0 {
            text.push(',');
        }
        let duration = f64::from(generator.number(0..=1_000_000) as u32) / 64.0;
        let tool = *generator.choose(&["read", "edit", "search", "shell"]);
        let is_ok = !generator.one_in(20);
        let line = generator.number(1..=4_000);
        let note = *generator.choose(&[
            "nothing to say",
            "line 1\\nline 2",
            "C:\\\\temp\\\\file.txt",
            "naïve",
            "a longer note, of the kind that tools leave behind",
        ]);
        let _ = write!(
            text,
            "{{\"id\":{id},\"tool\":\"{tool}\",\"path\":\"/src/module_{line}.rs\",\"ok\":{is_ok},\"duration\":{duration},\
             \"range\":[{line},{}],\"note\":\"{note}\",\"parent\":null}}",
            line + 7
        );
        id += 1;
        if text.len() + 1 > len {
            text.truncate(before);
            break;
        }
    }
    text.push(']');
    padded(text, len)
}
