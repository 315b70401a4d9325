//! Where oxc and the language are known to differ: `deviations.txt`, for machines.

use kilowat_kernels::javascript::{error, kind};

use super::error::JavaScriptError;
use super::tree::header;

/// Why oxc refuses a text that a kernel has made this tree of, where that is known.
#[must_use]
pub fn deviation(text: &[u8], tree: &[u8], refusal: &JavaScriptError) -> Option<&'static str> {
    let records = Records { text, tree };
    let (before, refused) = text.split_at(text.len().min(refusal.start as usize));
    let words = refusal.words().to_string();
    let is_name = |names: &'static [&'static str]| {
        move |name: &[u8]| names.iter().any(|it| it.as_bytes() == name)
    };
    if records.any(kind::IDENTIFIER, is_name(&["let"])) {
        Some("`let` is a name in sloppy code")
    } else if refused.starts_with(b"yield") && records.any(kind::IDENTIFIER, is_name(&["yield"])) {
        Some("`yield` is a name in sloppy code")
    } else if refused.starts_with(b"in") && before.trim_ascii_end().ends_with(b"yield") {
        Some("`yield` ends before the `in` of a loop")
    } else if records.any(kind::CALL_EXPRESSION, spreads_into_async) {
        Some("`async` is called with a spread that is not the last argument, or is no name")
    } else if [&b"arguments"[..], b"eval"]
        .iter()
        .any(|name| refused.starts_with(name))
        && records.any(kind::ASSIGNMENT_PATTERN, |pattern| !pattern.is_empty())
    {
        Some("`arguments` or `eval` is a default in a target, in strict code")
    } else if words.contains("Number is too large") {
        Some("a number in a regular expression has no limit")
    } else if words.contains("Invalid named reference")
        && records.any(kind::REG_EXP_LITERAL, |it| it.contains(&b'\\'))
    {
        Some("the name of a group may have escapes")
    } else {
        None
    }
}

/// Whether oxc is known to take a text that a kernel refuses like this.
#[must_use]
pub(super) fn is_taken_wrongly(text: &[u8], refusal: &JavaScriptError) -> bool {
    match refusal.code {
        // Groups of one name are told apart by the alternatives of the pattern, not by those that they are in.
        error::PATTERN_GROUP_TWICE => true,
        // `\c` without a letter in a class, with the flag `u`.
        error::PATTERN_ESCAPE => text.get(refusal.start as usize) == Some(&b'c'),
        _ => false,
    }
}

fn spreads_into_async(call: &[u8]) -> bool {
    call.starts_with(b"async") && memchr::memmem::find(call, b"...").is_some()
}

/// The records of a tree, without regard to where each begins: what looks like one anywhere counts.
struct Records<'a> {
    text: &'a [u8],
    tree: &'a [u8],
}

impl Records<'_> {
    /// Whether one of this kind has a text as is asked for.
    fn any(&self, kind: u32, is_so: impl Fn(&[u8]) -> bool) -> bool {
        let words = self.tree.as_chunks::<4>().0;
        let words = words.get(header::LEN..).unwrap_or_default();
        words.windows(3).any(|words| {
            let [head, start, end] = [0, 1, 2].map(|at| u32::from_le_bytes(words[at]));
            let text = self.text.get(start as usize..end as usize);
            head & 0xff == kind && text.is_some_and(&is_so)
        })
    }
}
