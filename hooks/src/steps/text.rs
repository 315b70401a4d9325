//! Whether a file is text as people see it: UTF-8, without what is not seen.

use std::ops::Range;

use kilowat::text::Utf8Fault;

use crate::edit::{Edit, Step};
use crate::finding::{Finding, Severity};
use crate::findings::Findings;
use crate::language::Language;
use crate::style::Style;

/// Looks at encoding, line ends, conflict markers, and characters that are not seen or move others.
#[derive(Debug)]
pub(crate) struct Text<'a>(pub(crate) &'a Style);

/// How many lines, or characters that are not ASCII, there are between two looks at the time.
const STRIDE: usize = 512;

impl Step for Text<'_> {
    fn name(&self) -> &'static str {
        "text"
    }

    fn run(&self, edit: &Edit<'_>, found: &mut Findings) {
        let Some(text) = edit.text else {
            found.add(not_utf8(edit));
            return;
        };
        if self.0.has_mark != Some(true) {
            mark(edit, text, found);
        }
        // Where one kind is asked for, the others are a matter of format.
        if self.0.line_end.is_none() {
            line_ends(edit, text, found);
        }
        conflicts(edit, text, found);
        controls(edit, text, found);
        if !text.is_ascii() {
            unseen(edit, text, found);
        }
    }
}

fn not_utf8(edit: &Edit<'_>) -> Finding {
    let fault = match edit.runtime.utf8_validate(edit.bytes) {
        Err(kilowat::Error::Input(refusal)) => refusal.detail::<Utf8Fault>().copied(),
        _ => None,
    };
    let (offset, len) = fault.map_or((0, 0), |fault| {
        (fault.valid_up_to, fault.error_len.map_or(1, usize::from))
    });
    let is_utf16 = edit.bytes.starts_with(&[0xff, 0xfe]) || edit.bytes.starts_with(&[0xfe, 0xff]);
    Finding {
        rule: "text.utf-8".into(),
        severity: Severity::Error,
        offset,
        len,
        message: if is_utf16 {
            "the file is UTF-16, not UTF-8".to_owned()
        } else {
            "the file is not UTF-8 from here on".to_owned()
        },
        why: "compilers and editors refuse the file, or show other characters than were meant"
            .into(),
        remedy: "save it as UTF-8".into(),
    }
}

fn mark(edit: &Edit<'_>, text: &str, found: &mut Findings) {
    if edit.mark == 0 {
        return;
    }
    let (severity, why) = if text.starts_with("#!") {
        let why = "the system looks for `#!` at the very start: the script cannot be run";
        (Severity::Error, why)
    } else if edit.language == Some(Language::Json) {
        let why = "JSON has none (RFC 8259, section 8.1): parsers refuse it";
        (Severity::Error, why)
    } else {
        let why = "UTF-8 needs none, and some programs take it for a part of the first line";
        (Severity::Suggestion, why)
    };
    found.add(Finding {
        rule: "text.byte-order-mark".into(),
        severity,
        offset: 0,
        len: edit.mark,
        message: "the file begins with a byte-order mark".to_owned(),
        why: why.into(),
        remedy: "save it without; `kilowat post-edit --fix` takes it away".into(),
    });
}

/// How often each line end is there, and where first: line feeds, both, carriage returns alone.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineEnds {
    pub(crate) feeds: usize,
    pub(crate) both: usize,
    pub(crate) returns: usize,
    first_feed: usize,
    first_both: usize,
    first_return: usize,
}

impl LineEnds {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut ends = Self::default();
        let mut count = |count: usize, at: usize| {
            let (n, first) = match count {
                0 => (&mut ends.feeds, &mut ends.first_feed),
                1 => (&mut ends.both, &mut ends.first_both),
                _ => (&mut ends.returns, &mut ends.first_return),
            };
            if *n == 0 {
                *first = at;
            }
            *n += 1;
        };
        let mut before = 0u8;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if before == b'\r' => count(1, at - 1),
                b'\n' => count(0, at),
                _ if before == b'\r' => count(2, at - 1),
                _ => {}
            }
            before = *byte;
        }
        if before == b'\r' {
            count(2, bytes.len() - 1);
        }
        ends
    }

    /// Whether there is more than one kind.
    pub(crate) fn are_mixed(self) -> bool {
        let kinds = [self.feeds, self.both, self.returns];
        kinds.into_iter().filter(|n| *n > 0).count() > 1
    }
}

fn line_ends(edit: &Edit<'_>, text: &str, found: &mut Findings) {
    if !text.contains('\r') {
        return;
    }
    let ends = LineEnds::of(text.as_bytes());
    if !ends.are_mixed() {
        return;
    }
    // What there is less of is the slip.
    let kinds = [
        (ends.feeds, ends.first_feed, 1, "a line feed alone"),
        (
            ends.both,
            ends.first_both,
            2,
            "a carriage return and a line feed",
        ),
        (
            ends.returns,
            ends.first_return,
            1,
            "a carriage return alone",
        ),
    ];
    let rarest = kinds.into_iter().filter(|kind| kind.0 > 0).min();
    let Some((n, offset, len, what)) = rarest else {
        return;
    };
    let lines = if n == 1 { "line ends" } else { "lines end" };
    found.add(Finding {
        rule: "text.line-ends".into(),
        severity: Severity::Warning,
        offset: offset + edit.mark,
        len,
        message: format!("{n} {lines} in {what}, and the others do not"),
        why: "differences show lines that nobody has changed, and scripts fail at the character that is not seen"
            .into(),
        remedy: "use one kind; `kilowat post-edit --fix` does".into(),
    });
}

/// What git leaves in a file where two changes met. Only all three in their order are one: a line of `=` is a heading
/// in some languages.
fn conflicts(edit: &Edit<'_>, text: &str, found: &mut Findings) {
    if !text.contains("<<<<<<<") {
        return;
    }
    let mut open: Option<Range<usize>> = None;
    let mut has_middle = false;
    let mut offset = edit.mark;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let words = line.trim_end();
        if words.starts_with("<<<<<<< ") {
            open = Some(offset..offset + words.len());
            has_middle = false;
        } else if words == "=======" && open.is_some() {
            has_middle = true;
        } else if words.starts_with(">>>>>>> ")
            && has_middle
            && let Some(place) = open.take()
        {
            found.add(Finding {
                rule: "text.conflict".into(),
                severity: Severity::Error,
                offset: place.start,
                len: place.len(),
                message: "a conflict of a merge is not resolved".to_owned(),
                why: "both sides stand in the file, with the marks of git between them".into(),
                remedy: "keep what is right of the two, and take the three marks away".into(),
            });
        }
        offset += line.len();
        if number % STRIDE == 0 && found.is_over() {
            return;
        }
    }
}

/// Characters that control terminals and printers.
fn controls(edit: &Edit<'_>, text: &str, found: &mut Findings) {
    let is_control = |byte: &u8| matches!(byte, 0..=0x08 | 0x0e..=0x1f | 0x7f);
    let mut at = text
        .as_bytes()
        .iter()
        .enumerate()
        .filter(|(_, byte)| is_control(byte));
    let Some((offset, byte)) = at.next() else {
        return;
    };
    let more = at.count();
    let and_more = if more == 0 {
        String::new()
    } else {
        format!(", and {more} more follow")
    };
    found.add(Finding {
        rule: "text.control".into(),
        severity: Severity::Warning,
        offset: offset + edit.mark,
        len: 1,
        message: format!("a control character, U+{byte:04X}{and_more}"),
        why: "it is not seen, and does something to terminals".into(),
        remedy: "take it away, or write it as an escape".into(),
    });
}

/// Characters that are not seen, and such as change the order in which others are shown.
fn unseen(edit: &Edit<'_>, text: &str, found: &mut Findings) {
    // Those of the line that change the order until others end it: what ends it, and where it began.
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut looked = 0;
    let mut skip_until = 0;
    for (at, character) in text.char_indices() {
        if character == '\n' {
            for (_, at) in open.drain(..) {
                found.add(unpaired(edit, text, at));
            }
            continue;
        }
        if character.is_ascii() || at < skip_until {
            continue;
        }
        looked += 1;
        if looked % STRIDE == 0 && found.is_over() {
            return;
        }
        match character {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => open.push(('\u{202c}', at)),
            '\u{2066}'..='\u{2068}' => open.push(('\u{2069}', at)),
            '\u{202c}' | '\u{2069}' => {
                if let Some(place) = open.iter().rposition(|(ends, _)| *ends == character) {
                    open.truncate(place);
                }
            }
            _ => {
                let len = run_of_unseen(&text[at..]);
                if len > 0 && !(at == 0 && character == '\u{feff}') {
                    skip_until = at + len;
                    found.add(invisible(edit, text, at, len));
                }
            }
        }
    }
    for (_, at) in open {
        found.add(unpaired(edit, text, at));
    }
}

fn unpaired(edit: &Edit<'_>, text: &str, at: usize) -> Finding {
    let character = text[at..].chars().next().unwrap_or_default();
    Finding {
        rule: "text.bidirectional".into(),
        severity: Severity::Error,
        offset: at + edit.mark,
        len: character.len_utf8(),
        message: format!(
            "U+{:04X} changes the order in which the rest of the line is shown",
            u32::from(character)
        ),
        why: "what people read is not what the compiler reads (CVE-2021-42574, Trojan Source)"
            .into(),
        remedy: "take it away, or end it on its line by U+202C or U+2069".into(),
    }
}

fn invisible(edit: &Edit<'_>, text: &str, at: usize, len: usize) -> Finding {
    let run = &text[at..at + len];
    let first = run.chars().next().unwrap_or_default();
    let count = run.chars().count();
    // A long run of them can carry a text of its own.
    let severity = if count >= 8 {
        Severity::Error
    } else {
        Severity::Warning
    };
    let code = u32::from(first);
    Finding {
        rule: "text.invisible".into(),
        severity,
        offset: at + edit.mark,
        len,
        message: if count == 1 {
            format!("a character that is not seen, U+{code:04X}")
        } else {
            format!("{count} characters that are not seen, from U+{code:04X} on")
        },
        why: "names that look the same are different, and a text can be hidden in such characters"
            .into(),
        remedy: "take it away, or write it as an escape".into(),
    }
}

/// How many bytes of characters that are not seen a text begins with.
fn run_of_unseen(text: &str) -> usize {
    let mut len = 0;
    for character in text.chars() {
        if !is_unseen(character) {
            break;
        }
        len += character.len_utf8();
    }
    // One of the selectors chooses the form of the character before it.
    let is_selector = |character: char| ('\u{e0100}'..='\u{e01ef}').contains(&character);
    if text[..len].chars().take(2).count() == 1 && text.chars().next().is_some_and(is_selector) {
        return 0;
    }
    // Flags of regions are made of tags behind a black flag, and end in one.
    if text[..len].ends_with('\u{e007f}') {
        return 0;
    }
    len
}

/// Whether nothing is seen of a character, and no script needs it. Joiners (U+200C, U+200D) and the marks of direction
/// (U+200E, U+200F) are needed by some.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2064}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e007f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}
