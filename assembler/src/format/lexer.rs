//! The words of a text, with the white space before each.

use super::FormatProblem;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    Atom,
    String,
    /// `;; …`, without the end of its line.
    LineComment,
    /// `(; … ;)`
    BlockComment,
}

impl Kind {
    pub(super) fn is_comment(self) -> bool {
        matches!(self, Self::LineComment | Self::BlockComment)
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    /// Where it begins.
    pub(super) offset: usize,
    /// How many lines end between it and what is before it.
    pub(super) lines: usize,
    /// How many columns are between it and what is before it on its line.
    pub(super) gap: usize,
}

/// Takes a text apart. An error comes with its offset.
pub(super) fn lex(text: &str) -> Result<Vec<Token<'_>>, (FormatProblem, usize)> {
    let mut tokens = Vec::new();
    let mut offset = 0;
    loop {
        let rest = &text[offset..];
        let word = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let space = &rest[..rest.len() - word.len()];
        offset += space.len();
        if word.is_empty() {
            return Ok(tokens);
        }
        let (kind, length) = next(word).map_err(|problem| (problem, offset))?;
        tokens.push(Token {
            kind,
            text: match kind {
                Kind::LineComment => word[..length].trim_end(),
                _ => &word[..length],
            },
            offset,
            lines: space.matches('\n').count(),
            // Columns behind a tab are anyone's guess.
            gap: if space.contains('\t') { 1 } else { space.len() },
        });
        offset += length;
    }
}

/// The kind and the length of the word at the start of a text that starts with one.
fn next(text: &str) -> Result<(Kind, usize), FormatProblem> {
    if text.starts_with(";;") {
        return Ok((Kind::LineComment, text.find('\n').unwrap_or(text.len())));
    }
    if text.starts_with("(;") {
        return block_comment(text).map(|length| (Kind::BlockComment, length));
    }
    Ok(match text.as_bytes()[0] {
        b'(' => (Kind::Open, 1),
        b')' => (Kind::Close, 1),
        b'"' => (Kind::String, string(text)?),
        b';' => return Err(FormatProblem::Stray),
        _ => {
            let ends = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '(' | ')' | '"' | ';');
            (Kind::Atom, text.find(ends).unwrap_or(text.len()))
        }
    })
}

fn string(text: &str) -> Result<usize, FormatProblem> {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            '\n' => break,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Ok(index + 1),
            _ => {}
        }
    }
    Err(FormatProblem::UnclosedString)
}

/// They nest.
fn block_comment(text: &str) -> Result<usize, FormatProblem> {
    let mut depth = 0_usize;
    let mut offset = 0;
    while let Some(at) = text[offset..].find(['(', ';']) {
        offset += at;
        let rest = &text[offset..];
        if rest.starts_with("(;") {
            depth += 1;
            offset += 2;
        } else if rest.starts_with(";)") {
            depth -= 1;
            offset += 2;
            if depth == 0 {
                return Ok(offset);
            }
        } else {
            offset += 1;
        }
    }
    Err(FormatProblem::UnclosedComment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_webassembly() {
        let text = "(a$x \"b \\\" ;; (\" (;c (; d ;);)  ;; e ) \n\t8)";
        let found: Vec<_> = lex(text)
            .unwrap()
            .into_iter()
            .map(|token| (token.kind, token.text, token.lines, token.gap))
            .collect();
        assert_eq!(
            found,
            [
                (Kind::Open, "(", 0, 0),
                (Kind::Atom, "a$x", 0, 0),
                (Kind::String, "\"b \\\" ;; (\"", 0, 1),
                (Kind::BlockComment, "(;c (; d ;);)", 0, 1),
                (Kind::LineComment, ";; e )", 0, 2),
                (Kind::Atom, "8", 1, 1),
                (Kind::Close, ")", 0, 0),
            ]
        );
    }

    #[test]
    fn what_does_not_end_is_found_where_it_begins() {
        assert_eq!(
            lex("a \"b\\\"").unwrap_err(),
            (FormatProblem::UnclosedString, 2)
        );
        assert_eq!(
            lex("\"a\nb\"").unwrap_err(),
            (FormatProblem::UnclosedString, 0)
        );
        assert_eq!(
            lex("(a (;b (; ;)").unwrap_err(),
            (FormatProblem::UnclosedComment, 3)
        );
        assert_eq!(lex("(a ; b)").unwrap_err(), (FormatProblem::Stray, 3));
    }
}
