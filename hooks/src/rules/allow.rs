//! Comments that allow what a rule finds: `kilowat:allow RULE`.

use std::ops::Range;

use crate::scan::{Asker, Hit, Source};
use crate::syntax::Kind;

/// A comment is read so far.
const REACH: usize = 512;

/// Where rules may find what they find.
#[derive(Debug, Default)]
pub(crate) struct Allowed<'a>(Vec<(Range<usize>, &'a [u8])>);

impl<'a> Allowed<'a> {
    /// What the comments of a file allow, each on its line and the next one.
    pub(crate) fn of(source: &Source<'a>, hits: &[Hit]) -> Self {
        let mut allowed = Vec::new();
        let mut read = 0;
        for hit in hits.iter().filter(|hit| hit.asker == Asker::Allow) {
            // Where no reader says what a comment is, it is one that stands for itself.
            let is_read = source.language.is_some();
            if hit.start < read || (is_read && source.regions.kind_at(hit.start) != Kind::Comment) {
                continue;
            }
            let bytes = source.bytes;
            let end_of_line = |from: usize| {
                let rest = &bytes[from..];
                let end = rest.iter().position(|byte| *byte == b'\n');
                from + end.map_or(rest.len(), |end| end + 1)
            };
            let before = bytes[..hit.start].iter().rposition(|byte| *byte == b'\n');
            let start = before.map_or(0, |end| end + 1);
            let line = end_of_line(hit.end);
            let lines = start..end_of_line(line);
            // Of several on a line the first one counts, which may name several rules.
            read = line;
            let words = &bytes[hit.end..line.min(hit.end + REACH)];
            for word in words.split(|byte| byte.is_ascii_whitespace() || *byte == b',') {
                let name = word.strip_suffix(b":").unwrap_or(word);
                let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
                if name.is_empty() {
                    continue;
                }
                if !name.iter().all(is_name) {
                    break;
                }
                allowed.push((lines.clone(), name));
                if name.len() < word.len() {
                    break;
                }
            }
        }
        Self(allowed)
    }

    /// Whether a rule may find something at an offset.
    pub(crate) fn allow(&self, rule: &str, at: usize) -> bool {
        // Lines of two comments overlap by one at most, so those that have the offset stand together.
        let behind = self.0.partition_point(|(lines, _)| lines.end <= at);
        let those = self.0[behind..]
            .iter()
            .take_while(|(lines, _)| lines.start <= at);
        those.into_iter().any(|(_, name)| *name == rule.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scan::Kept;
    use crate::syntax::Regions;

    #[test]
    fn a_comment_allows_on_its_line_and_the_next() {
        let text =
            b"1\n# kilowat:allow rules.a, rules.b: because\n2\n3 # kilowat:allow rules.c\n4\n5";
        let source = Source {
            path: Path::new("x"),
            language: None,
            bytes: text,
            regions: &Regions::default(),
            is_test: false,
        };
        let kept = Kept::default();
        let allowed = Allowed::of(&source, kept.of(&source));
        let places = |rule: &str| -> String {
            let places = (0..text.len()).filter(|place| text[*place].is_ascii_digit());
            let places = places.filter(|place| allowed.allow(rule, *place));
            places.map(|place| char::from(text[place])).collect()
        };
        assert_eq!(places("rules.a"), "2");
        assert_eq!(places("rules.b"), "2");
        assert_eq!(places("rules.c"), "34");
        assert_eq!(places("because"), "");
        assert_eq!(places("rules"), "");
    }
}
