//! JSON by `serde_json`, and numbers by the standard library.

use serde::de::IgnoredAny;
use serde_json::error::Category;

use kilowat_kernels::json::{tape_string, tape_tag};

use super::error::{JsonError, JsonErrorKind, JsonWanted, JsonWhy};

/// Whether a text is valid, of `depth` levels at most.
///
/// `serde_json` passes over values without recursion, and counts no levels. So what is asked is whether a text could go
/// on behind the bracket that begins a level too many.
pub(super) fn validate(text: &[u8], depth: u32) -> Result<(), JsonError> {
    let Some(bracket) = level_too_many(text, depth) else {
        return complete(text);
    };
    match complete(&text[..=bracket]) {
        Err(error) if error.why == JsonWhy::Ends => {
            let start = bracket as u32;
            Err(JsonError {
                kind: JsonErrorKind::TooDeep,
                start,
                end: start + 1,
                why: JsonWhy::Depth,
                wanted: JsonWanted::Nothing,
            })
        }
        outcome => outcome,
    }
}

/// Whether a text is valid, of however many levels. Of what is wrong the first is told.
fn complete(text: &[u8]) -> Result<(), JsonError> {
    let encoding = std::str::from_utf8(text)
        .map_err(|error| malformed(text, error.valid_up_to(), JsonWhy::Utf8));
    let grammar = match serde_json::from_slice::<IgnoredAny>(text) {
        Ok(IgnoredAny) => Ok(()),
        Err(error) if error.classify() == Category::Eof => {
            Err(malformed(text, text.len(), JsonWhy::Ends))
        }
        Err(error) => Err(malformed(text, place(text, &error), JsonWhy::Byte)),
    };
    match (encoding, grammar) {
        (Err(encoding), Err(grammar)) if grammar.start < encoding.start => Err(grammar),
        (encoding, grammar) => encoding.and(grammar),
    }
}

pub(super) fn malformed(text: &[u8], start: usize, why: JsonWhy) -> JsonError {
    JsonError {
        kind: JsonErrorKind::Malformed,
        start: start as u32,
        end: (start + 1).min(text.len()) as u32,
        why,
        wanted: JsonWanted::Nothing,
    }
}

/// The offset of the byte that an error is about. Lines and columns count from 1, a column in bytes.
pub(super) fn place(text: &[u8], error: &serde_json::Error) -> usize {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

/// Where a level begins that is one more than `depth`, in a text that is valid up to there.
fn level_too_many(text: &[u8], depth: u32) -> Option<usize> {
    let mut level = 0;
    let mut bytes = text.iter().enumerate();
    while let Some((offset, byte)) = bytes.next() {
        match byte {
            b'[' | b'{' if level == depth => return Some(offset),
            b'[' | b'{' => level += 1,
            b']' | b'}' => level = level.checked_sub(1)?,
            b'"' => loop {
                match bytes.next()?.1 {
                    b'"' => break,
                    b'\\' => {
                        bytes.next()?;
                    }
                    _ => {}
                }
            },
            _ => {}
        }
    }
    None
}

/// The tape of a text, of `depth` levels at most, without recursion.
///
/// Whether the text is valid says `serde_json`; so here it is enough to tell its parts apart by their first bytes.
/// What has no tape is refused where it stands in front of what is not valid.
pub(super) fn tape(text: &[u8], depth: u32) -> Result<Vec<u8>, JsonError> {
    let verdict = validate(text, depth);
    let end = match verdict {
        Ok(()) => text.len(),
        Err(error) => error.start as usize,
    };
    let mut tape = Tape::default();
    tape.write(&text[..end])?;
    verdict?;
    let words = tape.words.iter();
    Ok(words.flat_map(|word| word.to_le_bytes()).collect())
}

/// A tape, up to where a text has been read.
#[derive(Default)]
struct Tape {
    words: Vec<u64>,
    /// What is open, the innermost last: where its word is, whether it is an object, how many values it has.
    open: Vec<(usize, bool, u64)>,
}

impl Tape {
    /// Writes the values of a text that is valid, or valid but for its end.
    fn write(&mut self, text: &[u8]) -> Result<(), JsonError> {
        let mut next = 0;
        while let Some(byte) = text.get(next) {
            let start = next;
            next += 1;
            match byte {
                b'[' | b'{' => {
                    self.value();
                    self.open.push((self.words.len(), *byte == b'{', 0));
                    self.words.push(0);
                }
                b']' | b'}' => self.close(),
                b':' => self.member(),
                b'"' => {
                    let Some(len) = string_len(&text[next..]) else {
                        break;
                    };
                    next += len + 1;
                    self.string(text, start, next)?;
                }
                b'-' | b'0'..=b'9' => {
                    let others = text[next..].iter().position(|byte| !is_of_number(*byte));
                    next = others.map_or(text.len(), |len| next + len);
                    self.number(text, start, next)?;
                }
                b'n' => next += self.literal("null", tape_tag::NULL),
                b'f' => next += self.literal("false", tape_tag::FALSE),
                b't' => next += self.literal("true", tape_tag::TRUE),
                _ => {}
            }
        }
        Ok(())
    }

    /// Counts a value, if what is open is an array.
    fn value(&mut self) {
        self.count(false);
    }

    /// Counts a member, if what is open is an object.
    fn member(&mut self) {
        self.count(true);
    }

    fn count(&mut self, of_object: bool) {
        if let Some((_, is_object, count)) = self.open.last_mut()
            && *is_object == of_object
        {
            *count += 1;
        }
    }

    fn close(&mut self) {
        if let Some((index, is_object, count)) = self.open.pop() {
            let tag = if is_object {
                tape_tag::OBJECT
            } else {
                tape_tag::ARRAY
            };
            self.words[index] = u64::from(tag) | count << 8 | (self.words.len() as u64) << 36;
        }
    }

    fn literal(&mut self, text: &str, tag: u32) -> usize {
        self.value();
        self.words.push(tag.into());
        text.len() - 1
    }

    /// Writes the string between two quotes that stand in a text.
    fn string(&mut self, text: &[u8], start: usize, end: usize) -> Result<(), JsonError> {
        self.value();
        let escaped;
        let (kind, string) = if text[start..end].contains(&b'\\') {
            escaped = serde_json::from_slice::<String>(&text[start..end]).map_err(|error| {
                let start = start + place(&text[start..end], &error);
                malformed(text, start, JsonWhy::Surrogate)
            })?;
            (tape_string::ESCAPED, escaped.as_bytes())
        } else {
            (tape_string::PLAIN, &text[start + 1..end - 1])
        };
        let [offset, len] = [start + 1, string.len()].map(|number| number as u64);
        self.words.push(u64::from(kind) | offset << 2 | len << 33);
        self.words.extend(string.chunks(8).map(|chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(word)
        }));
        Ok(())
    }

    /// Writes the number between two places of a text; nothing where it is cut off.
    fn number(&mut self, text: &[u8], start: usize, end: usize) -> Result<(), JsonError> {
        self.value();
        let number = &text[start..end];
        let Ok(digits) = str::from_utf8(number) else {
            return Ok(());
        };
        let (tag, word) = if digits == "-0" {
            (tape_tag::DOUBLE, (-0.0_f64).to_bits())
        } else if let Ok(integer) = digits.parse::<i64>() {
            (tape_tag::INTEGER, integer as u64)
        } else if let Ok(integer) = digits.parse::<u64>() {
            (tape_tag::UNSIGNED, integer)
        } else if let Ok(double) = digits.parse::<f64>() {
            // The standard library takes more for numbers than JSON does.
            if double.is_infinite() && complete(number).is_ok() {
                return Err(JsonError {
                    kind: JsonErrorKind::TooLarge,
                    start: start as u32,
                    end: end as u32,
                    why: JsonWhy::Number,
                    wanted: JsonWanted::Nothing,
                });
            }
            (tape_tag::DOUBLE, double.to_bits())
        } else {
            return Ok(());
        };
        self.words.extend([tag.into(), word]);
        Ok(())
    }
}

/// How long a string is, from behind its opening quote to before its closing one, if that is there.
fn string_len(text: &[u8]) -> Option<usize> {
    let mut bytes = text.iter().enumerate();
    loop {
        match bytes.next()? {
            (len, b'"') => return Some(len),
            (_, b'\\') => {
                bytes.next()?;
            }
            _ => {}
        }
    }
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E')
}
