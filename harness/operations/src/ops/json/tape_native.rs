//! Tapes read in native code: text by the formatters of `serde_json`, and the way to a value.

use std::io::{self, Write};

use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::get::JsonGetError;
use super::serialize::JsonSerialize;
use super::tape::{JsonTapeError, JsonTapeFault};

/// The words of a tape, if it has the length of one.
pub(super) fn words(tape: &[u8]) -> Option<Vec<u64>> {
    let (words, rest) = tape.as_chunks();
    let is_length = rest.is_empty() && (1..1 << 28).contains(&words.len());
    is_length.then(|| words.iter().map(|word| u64::from_le_bytes(*word)).collect())
}

/// A value, by its first word.
#[derive(Debug, Clone, Copy)]
pub(super) enum Head {
    /// `null`, `false` or `true`.
    Literal(&'static str),
    /// A signed integer; it is the next word.
    Signed,
    /// An unsigned integer; it is the next word.
    Unsigned,
    /// A double; it is the next word.
    Double,
    /// A string of so many bytes; they are in the next words.
    Text(usize),
    /// An array or object.
    Container {
        is_object: bool,
        /// How many values or members it has.
        count: usize,
        /// The index behind it.
        end: usize,
    },
}

impl Head {
    /// What begins at `at`, in something that ends at `end`.
    pub(super) fn read(words: &[u64], at: usize, end: usize) -> Result<Self, JsonTapeFault> {
        if at == end {
            return Err(JsonTapeFault::Ends);
        }
        let word = words[at];
        let head = match (word & 3, word) {
            (1 | 2, _) => Self::Text((word >> 33) as usize),
            (0, 0) => Self::Literal("null"),
            (0, 4) => Self::Literal("false"),
            (0, 8) => Self::Literal("true"),
            (0, 12) => Self::Signed,
            (0, 16) => Self::Unsigned,
            (0, 20) => Self::Double,
            (0, _) if matches!(word as u8, 24 | 28) => Self::Container {
                is_object: word as u8 == 28,
                count: (word >> 8) as usize & 0xfff_ffff,
                end: (word >> 36) as usize,
            },
            _ => return Err(JsonTapeFault::Tag),
        };
        match head {
            Self::Container { end: its, .. } if its <= at || its > end => Err(JsonTapeFault::Index),
            _ if head.end(at) > end => Err(JsonTapeFault::Ends),
            _ => Ok(head),
        }
    }

    /// The index behind the value that begins at `at`.
    pub(super) fn end(self, at: usize) -> usize {
        match self {
            Self::Literal(_) => at + 1,
            Self::Signed | Self::Unsigned | Self::Double => at + 2,
            Self::Text(len) => at + 1 + len.div_ceil(8),
            Self::Container { end, .. } => end,
        }
    }
}

/// The bytes of a string and its padding, whose first word is at `at`.
pub(super) fn padded(words: &[u64], at: usize, len: usize) -> Vec<u8> {
    let words = &words[at + 1..at + 1 + len.div_ceil(8)];
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The text of a tape: indented by that, if by anything.
pub(super) fn serialize(
    tape: &[u8],
    indent: Option<&Vec<u8>>,
    capacity: usize,
) -> Result<Vec<u8>, JsonTapeError> {
    let Some(words) = words(tape) else {
        return Err(JsonTapeError::Malformed {
            word: (tape.len() / 8) as u32,
            fault: JsonTapeFault::Length,
        });
    };
    match indent {
        Some(indent) => Writer::new(PrettyFormatter::with_indent(indent), capacity).write(&words),
        None => Writer::new(CompactFormatter, capacity).write(&words),
    }
}

/// A text that grows to its capacity. What is written beyond fails.
struct Limited {
    text: Vec<u8>,
    capacity: usize,
    is_full: bool,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_full |= bytes.len() > self.capacity - self.text.len();
        if self.is_full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.text.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An array or object that is being written, or the tape itself.
#[derive(Clone, Copy)]
struct Level {
    is_object: bool,
    /// Where it ends.
    end: usize,
    /// How many values are still to come, keys being values.
    left: usize,
    /// Whether none has come.
    is_first: bool,
}

struct Writer<F> {
    formatter: F,
    out: Limited,
}

impl<F: Formatter> Writer<F> {
    fn new(formatter: F, capacity: usize) -> Self {
        Self {
            formatter,
            out: Limited {
                text: Vec::new(),
                capacity,
                is_full: false,
            },
        }
    }

    /// Writes a part of the text, or finds that it is full.
    fn put(&mut self, part: impl FnOnce(&mut F, &mut Limited) -> io::Result<()>) {
        // That it is full is noted, and the rest of the tape is still read.
        let _ = part(&mut self.formatter, &mut self.out);
    }

    fn write(mut self, words: &[u64]) -> Result<Vec<u8>, JsonTapeError> {
        let mut at = 0;
        let mut outer = Vec::new();
        let mut level = Level {
            is_object: false,
            end: words.len(),
            left: 1,
            is_first: true,
        };
        let refused = |word: usize, fault| JsonTapeError::Malformed {
            word: word as u32,
            fault,
        };
        loop {
            if level.left == 0 {
                if at != level.end {
                    return Err(refused(at, JsonTapeFault::Behind));
                }
                let Some(above) = outer.pop() else { break };
                if level.is_object {
                    self.put(F::end_object);
                } else {
                    self.put(F::end_array);
                }
                level = above;
                self.after_value(level.is_object, outer.is_empty());
                continue;
            }
            let is_key = level.is_object && level.left.is_multiple_of(2);
            if is_key && at != level.end && words[at].is_multiple_of(4) {
                return Err(refused(at, JsonTapeFault::Key));
            }
            let head = Head::read(words, at, level.end).map_err(|fault| refused(at, fault))?;
            let is_first = level.is_first;
            level.left -= 1;
            level.is_first = false;
            if is_key {
                self.put(|formatter, out| formatter.begin_object_key(out, is_first));
            } else if level.is_object {
                self.put(F::begin_object_value);
            } else if !outer.is_empty() {
                self.put(|formatter, out| formatter.begin_array_value(out, is_first));
            }
            if let Head::Container {
                is_object,
                count,
                end,
            } = head
            {
                if outer.len() == JsonSerialize::DEEPEST as usize {
                    return Err(JsonTapeError::TooDeep { word: at as u32 });
                }
                if is_object {
                    self.put(F::begin_object);
                } else {
                    self.put(F::begin_array);
                }
                outer.push(level);
                level = Level {
                    is_object,
                    end,
                    left: if is_object { 2 * count } else { count },
                    is_first: true,
                };
                at += 1;
                continue;
            }
            self.scalar(words, at, head)
                .map_err(|fault| refused(at, fault))?;
            at = head.end(at);
            if is_key {
                self.put(F::end_object_key);
            } else {
                self.after_value(level.is_object, outer.is_empty());
            }
        }
        if self.out.is_full {
            return Err(JsonTapeError::OutputTooSmall);
        }
        Ok(self.out.text)
    }

    /// What stands behind a value of an array or object, or of the tape itself.
    fn after_value(&mut self, is_in_object: bool, is_whole: bool) {
        if is_in_object {
            self.put(F::end_object_value);
        } else if !is_whole {
            self.put(F::end_array_value);
        }
    }

    /// Writes a value that is neither an array nor an object.
    fn scalar(&mut self, words: &[u64], at: usize, head: Head) -> Result<(), JsonTapeFault> {
        match head {
            Head::Literal(word) => self.put(|_, out| out.write_all(word.as_bytes())),
            Head::Signed => {
                let number = words[at + 1] as i64;
                self.put(|formatter, out| formatter.write_i64(out, number));
            }
            Head::Unsigned => {
                let number = words[at + 1];
                if number >> 63 == 0 {
                    return Err(JsonTapeFault::Small);
                }
                self.put(|formatter, out| formatter.write_u64(out, number));
            }
            Head::Double => {
                let number = f64::from_bits(words[at + 1]);
                if !number.is_finite() {
                    return Err(JsonTapeFault::NotFinite);
                }
                self.put(|formatter, out| formatter.write_f64(out, number));
            }
            Head::Text(len) => {
                let padded = padded(words, at, len);
                let (text, padding) = padded.split_at(len);
                if padding.iter().any(|byte| *byte != 0) {
                    return Err(JsonTapeFault::Padding);
                }
                let text = std::str::from_utf8(text).map_err(|_| JsonTapeFault::Utf8)?;
                self.put(|_, out| serde_json::to_writer(out, text).map_err(io::Error::from));
            }
            Head::Container { .. } => {}
        }
        Ok(())
    }
}

/// Where the value begins that a pointer names.
pub(super) fn get(tape: &[u8], pointer: &[u8]) -> Result<Option<usize>, JsonGetError> {
    let tokens = tokens(pointer).ok_or(JsonGetError)?;
    let words = words(tape).ok_or(JsonGetError)?;
    let passed = |at, end| {
        let head = Head::read(&words, at, end).map_err(|_| JsonGetError)?;
        Ok((head, head.end(at)))
    };
    let (mut value, end) = passed(0, words.len())?;
    if end != words.len() {
        return Err(JsonGetError);
    }
    let mut at = 0;
    for token in tokens {
        let Head::Container {
            is_object,
            count,
            end,
        } = value
        else {
            return Ok(None);
        };
        at += 1;
        if !is_object {
            let index = index(&token).filter(|index| *index < count);
            let Some(index) = index else { return Ok(None) };
            for _ in 0..index {
                at = passed(at, end)?.1;
            }
            value = passed(at, end)?.0;
            continue;
        }
        let mut found = None;
        for _ in 0..count {
            let (key, its_value) = passed(at, end)?;
            let Head::Text(len) = key else {
                return Err(JsonGetError);
            };
            let (value, next) = passed(its_value, end)?;
            if padded(&words, at, len)[..len] == *token {
                found = Some((its_value, value));
            }
            at = next;
        }
        if at != end {
            return Err(JsonGetError);
        }
        let Some(member) = found else { return Ok(None) };
        (at, value) = member;
    }
    Ok(Some(at))
}

/// The tokens of a JSON pointer, without escapes, if it is one.
fn tokens(pointer: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut tokens: Vec<Vec<u8>> = Vec::new();
    let mut bytes = pointer.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'/' {
            tokens.push(Vec::new());
            continue;
        }
        let byte = match byte {
            b'~' => match bytes.next()? {
                b'0' => b'~',
                b'1' => b'/',
                _ => return None,
            },
            byte => *byte,
        };
        tokens.last_mut()?.push(byte);
    }
    Some(tokens)
}

/// The index of an array that a token is, if it is one.
fn index(token: &[u8]) -> Option<usize> {
    let is_index =
        token.iter().all(u8::is_ascii_digit) && (token.len() == 1 || !token.starts_with(b"0"));
    let digits = std::str::from_utf8(token).ok().filter(|_| is_index)?;
    digits.parse().ok()
}
