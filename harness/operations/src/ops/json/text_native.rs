//! Texts made from texts, by `serde_json`.

use serde_json::error::Category;

use super::error::{JsonError, JsonWhy};
use super::native::{malformed, place};

/// A text as it stands in a JSON string, without the quotes.
pub(super) fn escape(text: &[u8]) -> Result<Vec<u8>, JsonError> {
    let text = std::str::from_utf8(text)
        .map_err(|error| malformed(text, error.valid_up_to(), JsonWhy::Utf8))?;
    let mut quoted = Vec::with_capacity(text.len() + 2);
    // A `Vec` takes all that is written, and a string can be written.
    let _ = serde_json::to_writer(&mut quoted, text);
    quoted.pop();
    quoted.remove(0);
    Ok(quoted)
}

/// What stands between the quotes of a JSON string as the text that it is.
pub(super) fn unescape(content: &[u8]) -> Result<Vec<u8>, JsonError> {
    let quoted = [b"\"", content, b"\""].concat();
    match serde_json::from_slice::<String>(&quoted) {
        Ok(text) => Ok(text.into_bytes()),
        Err(error) if error.classify() == Category::Eof => {
            Err(malformed(content, content.len(), JsonWhy::Ends))
        }
        Err(error) => {
            let start = place(&quoted, &error).saturating_sub(1).min(content.len());
            Err(malformed(content, start, JsonWhy::Byte))
        }
    }
}

/// A valid text without the white space outside its strings.
pub(super) fn minified(text: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    let mut is_in_string = false;
    let mut is_escaped = false;
    for byte in text {
        if is_in_string {
            is_in_string = *byte != b'"' || is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
        } else {
            if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                continue;
            }
            is_in_string = *byte == b'"';
        }
        kept.push(*byte);
    }
    kept
}
