//! JSON by `serde_json`.

use serde::de::IgnoredAny;
use serde_json::error::Category;

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

/// Whether a text is valid, of however many levels.
fn complete(text: &[u8]) -> Result<(), JsonError> {
    if let Err(error) = std::str::from_utf8(text) {
        return Err(malformed(text, error.valid_up_to(), JsonWhy::Utf8));
    }
    match serde_json::from_slice::<IgnoredAny>(text) {
        Ok(IgnoredAny) => Ok(()),
        Err(error) if error.classify() == Category::Eof => {
            Err(malformed(text, text.len(), JsonWhy::Ends))
        }
        Err(error) => Err(malformed(text, place(text, &error), JsonWhy::Byte)),
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
