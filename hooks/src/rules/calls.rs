//! Commands for a shell that are put together with values, and what else may be written in several languages.

use std::ops::Range;

use super::place::{Place, REACH, is_word};
use super::sql::quotes_at;
use crate::language::Language;
use crate::syntax::Kind;

/// Whether the argument that begins at an offset is a string with a value in it: a template, or `"…" + x`.
fn is_put_together(place: &Place<'_>, at: usize) -> bool {
    let bytes = place.bytes();
    if place.is_at(at, "fmt.Sprintf(")
        || place.is_at(at, "format!(")
        || place.is_at(at, "&format!(")
    {
        return true;
    }
    let letters = bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take(3)
        .take_while(|byte| byte.is_ascii_alphabetic());
    let Some(quotes) = quotes_at(place, at + letters.count()).filter(|quotes| quotes.start == at)
    else {
        return false;
    };
    let limit = (quotes.content + REACH).min(bytes.len());
    let mut end = quotes.content;
    while end < limit && !bytes[end..].starts_with(&[quotes.quote; 3][..quotes.count]) {
        if quotes.takes_values {
            let is_value = match quotes.quote {
                b'`' => bytes[end..].starts_with(b"${"),
                _ => bytes[end] == b'{' && place.byte(end + 1) != b'{',
            };
            if is_value {
                return true;
            }
            if bytes[end..].starts_with(b"{{") {
                end += 1;
            }
        }
        end += 1 + usize::from(bytes[end] == b'\\');
    }
    let next = place.skip_space(end + quotes.count);
    let is_python = place.source.language == Some(Language::Python);
    match place.byte(next) {
        b'+' => !b"\"'`".contains(&place.byte(place.skip_space(next + 1))),
        b'%' => is_python,
        b'.' => is_python && place.is_at(next, ".format("),
        _ => false,
    }
}

/// `os.system(f"rm {x}")`, `execSync("ls " + folder)`.
pub(super) fn shell_call(place: &mut Place<'_>) -> Option<Range<usize>> {
    let argument = place.skip_space(place.end);
    (place.begins_word() && is_put_together(place, argument)).then(|| place.start..place.end - 1)
}

/// `exec(` of a module that runs commands: `cp.exec(`, or that name alone where the module is named in the file.
pub(super) fn exec(place: &mut Place<'_>) -> Option<Range<usize>> {
    if !place.begins_word() {
        return None;
    }
    let argument = place.skip_space(place.end);
    if !is_put_together(place, argument) {
        return None;
    }
    let is_of_module = if place.byte_before(place.start) == b'.' {
        let what = place.word_before(place.start - 1);
        [
            &b"cp"[..],
            b"child_process",
            b"childProcess",
            b"shell",
            b"shelljs",
        ]
        .contains(&what)
    } else {
        // Modules are named at the head of a file.
        let head = &place.bytes()[..place.bytes().len().min(4 << 10)];
        head.windows(13).any(|word| word == b"child_process")
    };
    is_of_module.then(|| place.start..place.end - 1)
}

/// `exec.Command("sh", "-c", "ls " + folder)`, `Command::new("sh").arg("-c").arg(format!(…))`.
pub(super) fn shell_option(place: &mut Place<'_>) -> Option<Range<usize>> {
    let mut at = place.skip_space(place.end);
    match place.source.language {
        Some(Language::Go | Language::Rust) if place.byte(at) == b',' => {
            at = place.skip_space(at + 1);
        }
        Some(Language::Rust) if place.byte(at) == b')' => {
            at = place.skip_space(at + 1);
            if !place.is_at(at, ".arg(") {
                return None;
            }
            at = place.skip_space(at + 5);
        }
        _ => return None,
    }
    let before = place.before(place.start);
    let shells = [
        &b"\"sh\""[..],
        b"\"bash\"",
        b"/sh\"",
        b"/bash\"",
        b"\"zsh\"",
    ];
    let has_shell = shells
        .iter()
        .any(|shell| before.windows(shell.len()).any(|part| part == *shell));
    (has_shell && is_put_together(place, at)).then(|| place.itself())
}

/// An option that is set to the value that says not to look at certificates.
pub(super) fn unverified(place: &mut Place<'_>) -> Option<Range<usize>> {
    if !place.begins_word() || !place.ends_word() || place.kind(place.start) == Kind::Comment {
        return None;
    }
    let mut at = place.end;
    if b"'\"".contains(&place.byte(at)) {
        at += 1;
    }
    at = place.skip_space(at);
    let literal = &place.bytes()[place.itself()];
    let (marks, value): (&[u8], &str) = match literal {
        b"rejectUnauthorized" => (b":=", "false"),
        b"InsecureSkipVerify" => (b":=", "true"),
        b"NODE_TLS_REJECT_UNAUTHORIZED" => (b":=", "0"),
        // `danger_accept_invalid_certs`
        _ => (b"(", "true"),
    };
    if !marks.contains(&place.byte(at)) {
        return None;
    }
    at = place.skip_space(at + 1);
    if b"'\"".contains(&place.byte(at)) {
        at += 1;
    }
    let end = at + value.len();
    (place.is_at(at, value) && !is_word(place.byte(end))).then_some(place.start..end)
}

/// `TODO` or `FIXME` as a word of its own.
pub(super) fn note(place: &mut Place<'_>) -> Option<Range<usize>> {
    let is_apart = |byte: u8| !is_word(byte) && byte != b'-';
    (is_apart(place.byte_before(place.start)) && is_apart(place.byte(place.end)))
        .then(|| place.itself())
}

/// `panic("TODO")`, `panic("not implemented")`.
pub(super) fn panic_unfinished(place: &mut Place<'_>) -> Option<Range<usize>> {
    let argument = place.behind(place.end);
    let quoted = argument
        .strip_prefix(b"\"")
        .or_else(|| argument.strip_prefix(b"`"))?;
    let words = [
        &b"todo"[..],
        b"not implemented",
        b"unimplemented",
        b"implement me",
        b"not yet implemented",
    ];
    let is_unfinished = words.iter().any(|word| {
        quoted
            .get(..word.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(word))
    });
    (place.begins_word() && is_unfinished).then(|| place.start..place.end - 1)
}

/// What is wrong wherever it stands.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands in the tables among checks"
)]
pub(super) fn always(place: &mut Place<'_>) -> Option<Range<usize>> {
    Some(place.itself())
}

/// `@ts-ignore` at the head of a comment.
pub(super) fn directive(place: &mut Place<'_>) -> Option<Range<usize>> {
    let line = place.line_before(place.start);
    let mark = line.trim_ascii_end();
    let opens = mark.ends_with(b"//") || mark.ends_with(b"/*") || mark.ends_with(b"*");
    (opens && place.ends_word() && place.kind(place.start) == Kind::Comment).then(|| place.itself())
}
