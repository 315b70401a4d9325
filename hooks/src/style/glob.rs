//! The names of sections of an `.editorconfig`, which say which files they are for.

/// How many steps are made before a name is taken to match nothing. Stars in a row could take forever.
const MOST_STEPS: u32 = 100_000;

/// The longest name of a section.
const LONGEST: usize = 4_096;

/// The name of a section: `*` is any text without `/`, `**` any text, `?` a character, `[ab]` one of them, `[!ab]`
/// another than them, `{a,b}` one of the texts, `{1..9}` a number between them; `\` takes its meaning from what follows.
pub(super) struct Glob {
    /// The name, which begins with `/` where it is a path from the folder of the file.
    pattern: Vec<char>,
    is_path: bool,
}

impl Glob {
    pub(super) fn new(name: &str) -> Self {
        let is_path = name.contains('/');
        let name = if name.len() > LONGEST { "" } else { name };
        Self {
            pattern: name.trim_start_matches('/').chars().collect(),
            is_path,
        }
    }

    /// Whether it is for a file, by its path from the folder of the `.editorconfig`.
    pub(super) fn matches(&self, path: &str) -> bool {
        let path = if self.is_path {
            path
        } else {
            path.rsplit('/').next().unwrap_or(path)
        };
        let text: Vec<char> = path.chars().collect();
        let mut steps = 0;
        matches(&self.pattern, &text, &mut steps)
    }
}

fn matches(pattern: &[char], text: &[char], steps: &mut u32) -> bool {
    *steps += 1;
    if *steps > MOST_STEPS {
        return false;
    }
    let Some((first, rest)) = pattern.split_first() else {
        return text.is_empty();
    };
    match first {
        '*' if rest.first() == Some(&'*') => {
            let rest = &rest[1..];
            // Between two slashes it may be no folder at all.
            if rest.first() == Some(&'/') && matches(&rest[1..], text, steps) {
                return true;
            }
            (0..=text.len()).any(|len| matches(rest, &text[len..], steps))
        }
        '*' => {
            let most = text.iter().position(|c| *c == '/').unwrap_or(text.len());
            (0..=most).any(|len| matches(rest, &text[len..], steps))
        }
        '?' => match text.split_first() {
            Some((c, text)) if *c != '/' => matches(rest, text, steps),
            _ => false,
        },
        '[' => class(rest, text, steps),
        '{' => braces(rest, text, steps),
        '\\' => match rest.split_first() {
            Some((literal, rest)) => one(*literal, rest, text, steps),
            None => one('\\', rest, text, steps),
        },
        literal => one(*literal, rest, text, steps),
    }
}

/// A character that stands for itself.
fn one(literal: char, rest: &[char], text: &[char], steps: &mut u32) -> bool {
    match text.split_first() {
        Some((c, text)) if *c == literal => matches(rest, text, steps),
        _ => false,
    }
}

/// One of some characters, whose list `rest` begins with. Where the list has no end, the bracket stands for itself.
fn class(rest: &[char], text: &[char], steps: &mut u32) -> bool {
    let (is_other, list) = match rest.first() {
        Some('!') => (true, &rest[1..]),
        _ => (false, rest),
    };
    let end = list.iter().skip(1).position(|c| *c == ']').map(|at| at + 1);
    let Some(end) = end.filter(|end| !list[..*end].contains(&'/')) else {
        return one('[', rest, text, steps);
    };
    let Some((c, text)) = text.split_first() else {
        return false;
    };
    let mut is_in = false;
    let mut at = 0;
    while at < end {
        if at + 2 < end && list[at + 1] == '-' {
            is_in |= (list[at]..=list[at + 2]).contains(c);
            at += 3;
        } else {
            is_in |= list[at] == *c;
            at += 1;
        }
    }
    *c != '/' && is_in != is_other && matches(&list[end + 1..], text, steps)
}

/// One of some texts, or a number between two. Where neither is there, the braces stand for themselves.
fn braces(rest: &[char], text: &[char], steps: &mut u32) -> bool {
    let mut depth = 0;
    let mut commas = Vec::new();
    let mut end = None;
    let mut at = 0;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 1,
            '{' => depth += 1,
            '}' if depth == 0 => {
                end = Some(at);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => commas.push(at),
            _ => {}
        }
        at += 1;
    }
    let Some(end) = end else {
        return one('{', rest, text, steps);
    };
    let behind = &rest[end + 1..];
    if commas.is_empty() {
        return match range(&rest[..end]) {
            Some((low, high)) => number(low.min(high), low.max(high), behind, text, steps),
            None => one('{', rest, text, steps),
        };
    }
    let mut start = 0;
    for comma in commas.into_iter().chain([end]) {
        let choice = [&rest[start..comma], behind].concat();
        if matches(&choice, text, steps) {
            return true;
        }
        start = comma + 1;
    }
    false
}

fn range(inner: &[char]) -> Option<(i64, i64)> {
    let inner: String = inner.iter().collect();
    let (low, high) = inner.split_once("..")?;
    Some((low.parse().ok()?, high.parse().ok()?))
}

fn number(low: i64, high: i64, behind: &[char], text: &[char], steps: &mut u32) -> bool {
    let sign = usize::from(matches!(text.first(), Some('-' | '+')));
    let digits = text[sign..]
        .iter()
        .take_while(|c| c.is_ascii_digit())
        .count();
    (sign + 1..=sign + digits).rev().any(|len| {
        let digits: String = text[..len].iter().collect();
        // Numbers with zeros before them are none.
        let is_plain = digits.len() == sign + 1 || !digits[sign..].starts_with('0');
        let value: Option<i64> = digits.parse().ok();
        is_plain
            && value.is_some_and(|value| (low..=high).contains(&value))
            && matches(behind, &text[len..], steps)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sections() {
        for (name, path, expected) in [
            ("*", "a", true),
            ("*", "a/b", true),
            ("*.js", "a/b.js", true),
            ("*.js", "a/b.jsx", false),
            ("a/*.js", "a/b.js", true),
            ("a/*.js", "a/b/c.js", false),
            ("/b.js", "a/b.js", false),
            ("/b.js", "b.js", true),
            ("a/**.js", "a/b/c.js", true),
            ("**/c.js", "c.js", true),
            ("a/**/c.js", "a/c.js", true),
            ("a/**/c.js", "a/b/d/c.js", true),
            ("?.js", "ab.js", false),
            ("[ab].js", "b.js", true),
            ("[a-c].js", "b.js", true),
            ("[!ab].js", "b.js", false),
            ("[ab.js", "[ab.js", true),
            ("*.{js,ts}", "a.ts", true),
            ("*.{js,{c,m}ts}", "a.mts", true),
            ("{package.json,.travis.yml}", "package.json", true),
            ("{single}", "{single}", true),
            ("{single}", "single", false),
            ("{a,}b", "b", true),
            ("{a", "{a", true),
            ("f{1..12}", "f12", true),
            ("f{1..12}", "f13", false),
            ("f{1..12}", "f07", false),
            ("f{-3..3}", "f-2", true),
            (r"\*", "*", true),
            (r"\*", "a", false),
            (r"a\", r"a\", true),
            ("", "a", false),
            ("ä?.md", "äö.md", true),
        ] {
            assert_eq!(Glob::new(name).matches(path), expected, "[{name}] {path}");
        }
    }

    #[test]
    fn a_name_that_would_take_forever_matches_nothing() {
        let name = "*a".repeat(60);
        let path = format!("{}b", "a".repeat(200));
        assert!(!Glob::new(&name).matches(&path));
    }
}
