//! Rules for shell scripts, and for the steps of workflows.

use std::ops::Range;

use super::place::{Place, is_word};

/// `rm -rf "$FOLDER/"`: a variable that is not set leaves the root.
pub(super) fn remove_variable(place: &mut Place<'_>) -> Option<Range<usize>> {
    if !place.begins_word() || place.start < *place.read {
        return None;
    }
    let from = place.start + "rm".len();
    let line = command(place.behind(from));
    *place.read = from + line.len();
    let mut recursive = false;
    let mut at = 0;
    while at < line.len() {
        if line[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let rest = &line[at..];
        let len = rest
            .iter()
            .position(u8::is_ascii_whitespace)
            .unwrap_or(rest.len());
        let word = &rest[..len];
        if word.starts_with(b"-") {
            recursive |= !word.starts_with(b"--") && word.iter().any(|byte| b"rR".contains(byte))
                || word == b"--recursive";
        } else if recursive && is_root_if_unset(word) {
            return Some(from + at..from + at + len);
        }
        at += len;
    }
    None
}

/// Whether a word begins with a variable and a slash: `$X/`, `"${X}/"`, `"$X"/*`.
fn is_root_if_unset(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"\"").unwrap_or(word);
    let Some(name) = word.strip_prefix(b"$") else {
        return false;
    };
    let (name, rest) = if let Some(inner) = name.strip_prefix(b"{") {
        let Some(end) = inner.iter().position(|byte| *byte == b'}') else {
            return false;
        };
        (&inner[..end], &inner[end + 1..])
    } else {
        let end = name
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
        name.split_at(end.unwrap_or(name.len()))
    };
    // `${X:?}` and `${X:-…}` say what happens where it is not set.
    let is_plain = !name.is_empty()
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    // These always are set.
    let is_known = [
        &b"HOME"[..],
        b"PWD",
        b"TMPDIR",
        b"RUNNER_TEMP",
        b"GITHUB_WORKSPACE",
    ]
    .contains(&name);
    let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
    let Some(below) = rest.strip_prefix(b"/") else {
        return false;
    };
    let below = below.strip_suffix(b"\"").unwrap_or(below);
    is_plain && !is_known && [&b""[..], b"*", b"\"*", b"*.*", b".", b".*"].contains(&below)
}

/// What belongs to a command: up to the line's end that no backslash goes over, or what ends a command.
fn command(bytes: &[u8]) -> &[u8] {
    let mut end = 0;
    while end < bytes.len() {
        match bytes[end] {
            b'\n' if end > 0 && bytes[end - 1] == b'\\' => {}
            b'\n' | b';' => break,
            b'&' | b'|' if bytes.get(end + 1) == Some(&bytes[end]) => break,
            b'#' if end > 0 && bytes[end - 1] == b' ' => break,
            _ => {}
        }
        end += 1;
    }
    &bytes[..end]
}

/// `curl … | sh`: what a server sends is run.
pub(super) fn piped_to_shell(place: &mut Place<'_>) -> Option<Range<usize>> {
    if !place.begins_word() || place.start < *place.read {
        return None;
    }
    let (_, last) = place.last_before(place.start);
    let line = command(place.behind(place.end));
    *place.read = place.end + line.len();
    // `command -v curl | …`
    if last == b'v' {
        return None;
    }
    let has_address = line.windows(3).any(|bytes| bytes == b"://");
    let mut at = 0;
    for (number, part) in line.split(|byte| *byte == b'|').enumerate() {
        let end = at + part.trim_ascii_end().len();
        at += part.len() + 1;
        if number > 0 && has_address && runs_shell(part) {
            return Some(place.start..place.end + end);
        }
    }
    None
}

/// Whether a command is a shell, also as another user.
fn runs_shell(command: &[u8]) -> bool {
    let words = command.split(u8::is_ascii_whitespace);
    let mut words = words.filter(|word| {
        let is_before = [&b""[..], b"sudo", b"env", b"-E", b"-H"].contains(word);
        !is_before && !word.contains(&b'=')
    });
    let word = words.next().unwrap_or_default();
    let name = word.rsplit(|byte| *byte == b'/').next().unwrap_or(word);
    let end = name
        .iter()
        .position(|byte| !is_word(*byte))
        .unwrap_or(name.len());
    [&b"sh"[..], b"bash", b"zsh", b"dash", b"ksh"].contains(&&name[..end])
}

/// `chmod 777`.
pub(super) fn open_to_all(place: &mut Place<'_>) -> Option<Range<usize>> {
    if !place.begins_word() {
        return None;
    }
    let line = command(place.behind(place.end));
    let mut at = 0;
    for word in line.split(u8::is_ascii_whitespace) {
        at += word.len() + 1;
        if word.is_empty() || word.starts_with(b"-") {
            continue;
        }
        let open = [&b"777"[..], b"0777", b"a+rwx", b"ugo+rwx", b"a=rwx"];
        return open
            .contains(&word)
            .then(|| place.start..place.end + at - 1);
    }
    None
}

/// Fields of an event that anybody may write what they want into.
const WRITTEN_BY_ANYBODY: &[&str] = &[
    "issue.title",
    "issue.body",
    "pull_request.title",
    "pull_request.body",
    "pull_request.head.ref",
    "pull_request.head.label",
    "pull_request.head.repo.default_branch",
    "comment.body",
    "review.body",
    "review_comment.body",
    "discussion.title",
    "discussion.body",
    "head_commit.message",
    "head_commit.author.email",
    "head_commit.author.name",
];

/// `run: … ${{ github.event.issue.title }}`: the title is part of the script.
pub(super) fn injected_event(place: &mut Place<'_>) -> Option<Range<usize>> {
    let rest = place.line_behind(place.end);
    let is_field = |byte: &u8| byte.is_ascii_alphanumeric() || b"._".contains(byte);
    let len = rest.iter().take_while(|byte| is_field(byte)).count();
    if !WRITTEN_BY_ANYBODY
        .iter()
        .any(|field| field.as_bytes() == &rest[..len])
    {
        return None;
    }
    let line = place.line_before(place.start);
    let opened = line.windows(3).rposition(|bytes| bytes == b"${{")?;
    if line[opened..].windows(2).any(|bytes| bytes == b"}}") {
        return None;
    }
    let found = place.start..place.end + len;
    if is_run(line.trim_ascii_start()) {
        return Some(found);
    }
    // In a block: the line above it that is indented less says whose.
    let indentation = line.len() - line.trim_ascii_start().len();
    let mut at = place.start - line.len();
    for _ in 0..200 {
        let end = at.checked_sub(1).filter(|end| place.byte(*end) == b'\n')?;
        let line = place.line_before(end);
        at -= line.len() + 1;
        let text = line.trim_ascii_start();
        if !text.is_empty() && line.len() - text.len() < indentation {
            return is_run(text).then_some(found);
        }
    }
    None
}

/// Whether a line of YAML, without its indentation, is that of the key `run`.
fn is_run(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"- ").unwrap_or(line);
    line.trim_ascii_start().starts_with(b"run:")
}
