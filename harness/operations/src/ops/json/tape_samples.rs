//! Tapes and JSON pointers to try operations on.

use super::tape_native::{Head, padded, words};
use super::text_samples;
use crate::generator::Generator;

const ARRAY: u64 = 24;
const OBJECT: u64 = 28;

/// The first word of an array or object of `count` values or members, that ends before the index `end`.
const fn container(tag: u64, count: u64, end: u64) -> u64 {
    tag | count << 8 | end << 36
}

/// A tape, or what may be taken for one.
pub(super) struct Sample {
    pub(super) bytes: Vec<u8>,
    /// Whether it has more levels than there are in documents.
    pub(super) is_deep: bool,
}

/// A tape of about `len` bytes: values of every kind, whole and damaged, levels within levels, and bytes of no meaning.
pub(super) fn tape(generator: &mut Generator, len: usize) -> Sample {
    if generator.one_in(10) {
        return Sample {
            bytes: generator.bytes(len),
            is_deep: false,
        };
    }
    let (mut words, is_deep) = whole(generator, len / 8);
    damage_some(generator, &mut words);
    let mut bytes = bytes(&words);
    if generator.one_in(20) {
        bytes.resize(len, 0);
    }
    Sample { bytes, is_deep }
}

/// A tape and a pointer to one of its values, to another, or such as is none. Half of the tapes are damaged then.
pub(super) fn tape_and_pointer(generator: &mut Generator, len: usize) -> (Vec<u8>, Vec<u8>) {
    let (mut words, _) = whole(generator, len / 8);
    let pointer = pointer(generator, &words);
    damage_some(generator, &mut words);
    (bytes(&words), pointer)
}

fn bytes(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A tape of about `count` words, and whether it is deep.
fn whole(generator: &mut Generator, count: usize) -> (Vec<u64>, bool) {
    let mut builder = Builder::default();
    // Long ones are deep more often: that there are too many levels takes some length.
    let is_deep = generator.one_in(if count > 16_384 { 2 } else { 10 });
    if is_deep {
        builder.levels(generator, count);
    } else if generator.one_in(10) {
        builder.records(generator, count);
    } else if count > 0 {
        builder.value(generator, count, 0);
    }
    (builder.words, is_deep)
}

fn damage_some(generator: &mut Generator, words: &mut Vec<u64>) {
    for _ in 0..generator.number(0..=2) {
        damage(generator, words);
    }
}

/// Changes a tape in one place, or not.
fn damage(generator: &mut Generator, words: &mut Vec<u64>) {
    const WORDS: &[u64] = &[
        0,
        1,
        1 << 33 | 1,
        1 << 33 | 3,
        3,
        4,
        5 << 33 | 2,
        8,
        12,
        16,
        20,
        ARRAY,
        OBJECT,
        32,
        container(ARRAY, 0, 1),
        container(OBJECT, 1, 1),
        container(ARRAY, 1, 2),
        0x7ff0_0000_0000_0000,
        0x7ff8_0000_0000_0000,
        u64::MAX,
    ];
    const NUMBERS: &[(u64, u64)] = &[
        (12, u64::MAX),
        (16, u64::MAX),
        (16, 7),
        (20, 7),
        (20, f64::INFINITY.to_bits()),
        (20, f64::NEG_INFINITY.to_bits()),
        (20, f64::NAN.to_bits()),
    ];
    if words.is_empty() {
        return;
    }
    // In the first words as often as elsewhere: those are on the way of most pointers.
    let last = words.len() - 1;
    let last = if generator.one_in(2) {
        last
    } else {
        last.min(6)
    };
    let place = generator.number(0..=last);
    match generator.number(0..=10) {
        0 => words[place] ^= 1 << generator.number(0..=63),
        1 => words[place] = *generator.choose(WORDS),
        2 => words.truncate(place),
        3 => words.insert(place, *generator.choose(WORDS)),
        4 => {
            words.remove(place);
        }
        // A container of a value more or less, or that ends a word before or after.
        5..=7 => {
            let step = 1 << *generator.choose(&[8, 36]);
            if let Some(place) = one_of(generator, words, |word| {
                matches!(word & 0xff, ARRAY | OBJECT)
            }) {
                words[place] = if generator.one_in(2) {
                    words[place].wrapping_add(step)
                } else {
                    words[place].wrapping_sub(step)
                };
            }
        }
        // A number that is another, or none, or that the tape ends in.
        8 => {
            if let Some(place) = one_of(generator, words, |word| matches!(word, 12 | 16 | 20)) {
                if generator.one_in(4) {
                    words.truncate(place + 1);
                } else if let [tag, number, ..] = &mut words[place..] {
                    (*tag, *number) = *generator.choose(NUMBERS);
                }
            }
        }
        _ => {}
    }
}

/// Where a word stands of which that is so, if one does.
fn one_of(generator: &mut Generator, words: &[u64], is: impl Fn(u64) -> bool) -> Option<usize> {
    let places = (0..words.len()).filter(|place| is(words[*place]));
    let places: Vec<usize> = places.collect();
    (!places.is_empty()).then(|| *generator.choose(&places))
}

/// Writes words.
#[derive(Default)]
struct Builder {
    words: Vec<u64>,
}

impl Builder {
    fn string(&mut self, bytes: &[u8], first: u64) {
        self.words.push(first | (bytes.len() as u64) << 33);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.words.push(u64::from_le_bytes(word));
        }
    }

    fn text(&mut self, text: &str) {
        self.string(text.as_bytes(), 2);
    }

    fn integer(&mut self, number: u64) {
        self.words.extend([12, number]);
    }

    fn double(&mut self, number: f64) {
        self.words.extend([20, number.to_bits()]);
    }

    /// Makes the word at `place` the first of a container of all that is behind it.
    fn close(&mut self, place: usize, tag: u64, count: u64) {
        self.words[place] = container(tag, count, self.words.len() as u64);
    }

    /// Writes a value that ends at `end` at the latest, which is a word away at least.
    fn value(&mut self, generator: &mut Generator, end: usize, level: usize) {
        let room = end - self.words.len();
        if !(room >= 3 && level < 40 && (room > 20 || generator.one_in(2))) {
            self.scalar(generator, room);
            return;
        }
        let is_object = generator.one_in(2);
        let least = if is_object { 2 } else { 1 };
        let place = self.words.len();
        self.words.push(0);
        let mut count = 0;
        // One in twenty ends early, but for those that are to fill a long tape.
        while end - self.words.len() >= least && (room > 300 || !generator.one_in(20)) {
            if is_object {
                let room = (end - self.words.len() - 1).min(6);
                self.some_text(generator, room);
            }
            let most = end - self.words.len();
            let most = most.min(generator.number(1..=most.min(400)));
            self.value(generator, self.words.len() + most, level + 1);
            count += 1;
        }
        self.close(place, if is_object { OBJECT } else { ARRAY }, count);
    }

    /// Writes a string of `room` words at most, which is one at least.
    fn some_text(&mut self, generator: &mut Generator, room: usize) {
        let most = (room - 1) * 8;
        let len = generator.number(0..=most.min(40));
        let len = if generator.one_in(8) {
            most.min(600)
        } else {
            len
        };
        let text = if generator.one_in(3) {
            text_samples::plain(generator, len)
        } else {
            generator.bytes_over(b"abcdefghijklmnopqrstuvwxyz~/_", len)
        };
        let offset = generator.number(0..=0x7fff_ffff) as u64;
        let first = *generator.choose(&[1, 2]) | offset << 2;
        self.string(&text, first);
    }

    fn scalar(&mut self, generator: &mut Generator, room: usize) {
        match generator.number(0..=7) {
            0..=2 => self.some_text(generator, room),
            3 | 4 if room >= 2 => self.double(double(generator)),
            5 if room >= 2 => {
                let number = number(generator);
                let tag = if number >> 63 == 1 && generator.one_in(2) {
                    16
                } else {
                    12
                };
                self.words.extend([tag, number]);
            }
            6 if room >= 2 => {
                let number = generator.number(0..=2_000) as u64;
                self.integer(number.wrapping_sub(1_000));
            }
            // Once in a while a number that is cut off.
            7 if generator.one_in(40) => self.words.push(*generator.choose(&[12, 16, 20])),
            _ => self.words.push(*generator.choose(&[0, 4, 8])),
        }
    }

    /// Levels within levels, as many as `count` words have room for, at most some thousand.
    fn levels(&mut self, generator: &mut Generator, count: usize) {
        let is_object = generator.one_in(2);
        let of_each = if is_object { 2 } else { 1 };
        let levels = (count / of_each).min(70_000);
        let end = (levels * of_each) as u64 + 1;
        for _ in 0..levels {
            if is_object {
                self.words.extend([container(OBJECT, 1, end), 2]);
            } else {
                self.words.push(container(ARRAY, 1, end));
            }
        }
        self.words
            .push(*generator.choose(&[0, container(ARRAY, 0, end)]));
    }

    /// An array of records such as programs write, and of numbers, of `count` words.
    fn records(&mut self, generator: &mut Generator, count: usize) {
        if count == 0 {
            return;
        }
        self.words.push(0);
        let mut values = 0;
        loop {
            let before = self.words.len();
            self.record(generator, values);
            if self.words.len() > count {
                self.words.truncate(before);
                break;
            }
            values += 1;
        }
        while self.words.len() + 2 <= count {
            self.integer(generator.number(0..=99_999) as u64);
            values += 1;
        }
        if self.words.len() < count {
            self.words.push(0);
            values += 1;
        }
        self.close(0, ARRAY, values);
    }

    fn record(&mut self, generator: &mut Generator, id: u64) {
        let place = self.words.len();
        self.words.push(0);
        self.text("id");
        self.integer(id);
        self.text("tool");
        self.text(generator.choose::<&str>(&["read", "edit", "search", "shell"]));
        let line = generator.number(1..=4_000) as u64;
        self.text("path");
        self.text(&format!("/src/module_{line}.rs"));
        self.text("ok");
        self.words.push(if generator.one_in(20) { 4 } else { 8 });
        self.text("duration");
        self.double(f64::from(generator.number(0..=1_000_000) as u32) / 64.0);
        self.text("range");
        let range = self.words.len();
        self.words.push(0);
        self.integer(line);
        self.integer(line + 7);
        self.close(range, ARRAY, 2);
        self.text("note");
        self.text(generator.choose::<&str>(&[
            "nothing to say",
            "line 1\nline 2",
            "C:\\temp\\file.txt",
            "naïve",
            "a longer note, of the kind that tools leave behind",
        ]));
        self.text("parent");
        self.words.push(0);
        self.close(place, OBJECT, 8);
    }
}

/// A number of any size, as often small as large.
fn number(generator: &mut Generator) -> u64 {
    let random = generator.number(0..=usize::MAX) as u64;
    match generator.number(0..=3) {
        // Around the powers of ten, where digits become more.
        0 => 10_u64.pow(generator.number(0..=19) as u32) - random % 2,
        1 => random,
        _ => random >> generator.number(0..=63),
    }
}

/// A finite double: of any bits, of few digits, or one at which something changes.
fn double(generator: &mut Generator) -> f64 {
    const EDGES: &[f64] = &[
        0.0,
        -0.0,
        1.0,
        0.1,
        -2.5,
        1e15,
        1e16,
        9_007_199_254_740_993.0,
        0.00001,
        0.000_009_999,
        1e21,
        1e23,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        2.225_073_858_507_201e-308,
    ];
    let number = match generator.number(0..=4) {
        0 => *generator.choose(EDGES),
        1 => f64::from(generator.number(0..=0xffff_ffff) as u32) / 1_000.0,
        2 => 2_f64.powi(generator.number(0..=2_100) as i32 - 1_075),
        3 => {
            f64::from(generator.number(0..=9_999) as u32)
                * 10_f64.powi(generator.number(0..=600) as i32 - 310)
        }
        _ => f64::from_bits(generator.number(0..=usize::MAX) as u64),
    };
    if number.is_finite() { number } else { 1.5 }
}

/// An array of records, of `len` bytes.
pub(super) fn records(generator: &mut Generator, len: usize) -> Vec<u8> {
    let mut builder = Builder::default();
    builder.records(generator, len / 8);
    bytes(&builder.words)
}

/// The index of the last record in an array of them; 0 where there is none.
pub(super) fn last_record(tape: &[u8]) -> usize {
    let words = words(tape).unwrap_or_default();
    let mut last = 0;
    let mut at = 1;
    for index in 0.. {
        let Ok(head) = Head::read(&words, at.min(words.len()), words.len()) else {
            break;
        };
        if let Head::Container { .. } = head {
            last = index;
        }
        at = head.end(at);
    }
    last
}

/// A JSON pointer: to a value that is on the tape, to one that is not, or none at all.
fn pointer(generator: &mut Generator, words: &[u64]) -> Vec<u8> {
    const MORE: &[&str] = &[
        "/",
        "/0",
        "/1",
        "/-",
        "/01",
        "/00",
        "/a",
        "/~0",
        "/~1",
        "/~",
        "/~2",
        "a",
        "~0",
        "/+1",
        "/ 1",
        "/268435455",
        "/999999999",
        "/4294967296",
        "/18446744073709551616",
        "/1e1",
        "/\u{e9}",
    ];
    let mut pointer = Vec::new();
    descend(generator, words, &mut pointer);
    match generator.number(0..=5) {
        0 => pointer.extend(generator.choose(MORE).bytes()),
        1 if !pointer.is_empty() => {
            let place = generator.number(0..=pointer.len() - 1);
            pointer[place] = *generator.choose(b"/~01a\xff");
        }
        2 if !pointer.is_empty() => {
            pointer.remove(generator.number(0..=pointer.len() - 1));
        }
        _ => {}
    }
    pointer
}

/// Goes from value to value, as far as chance or the tape allows.
fn descend(generator: &mut Generator, words: &[u64], pointer: &mut Vec<u8>) -> Option<()> {
    let mut at = 0;
    let mut end = words.len();
    while !generator.one_in(8) {
        let passed = |at: usize, end: usize| Some(Head::read(words, at, end).ok()?.end(at));
        let Head::Container {
            is_object,
            count,
            end: its_end,
        } = Head::read(words, at, end).ok()?
        else {
            break;
        };
        at += 1;
        end = its_end;
        let index = generator.number(0..=count.checked_sub(1)?);
        for _ in 0..index * (1 + usize::from(is_object)) {
            at = passed(at, end)?;
        }
        pointer.push(b'/');
        if is_object {
            let Head::Text(len) = Head::read(words, at, end).ok()? else {
                break;
            };
            for byte in &padded(words, at, len)[..len] {
                match byte {
                    b'~' => pointer.extend(b"~0"),
                    b'/' => pointer.extend(b"~1"),
                    byte => pointer.push(*byte),
                }
            }
            at = passed(at, end)?;
        } else {
            pointer.extend(index.to_string().bytes());
        }
    }
    Some(())
}
