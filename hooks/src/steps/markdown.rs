//! Links and headings of Markdown, with `--validate-markdown`.

use std::path::Path;

use crate::edit::{Edit, Step};
use crate::finding::{Finding, Severity};
use crate::findings::Findings;

/// How many lines there are between two looks at the time. Each link may be a look at the disk.
const STRIDE: usize = 64;

/// Looks whether the files that are linked are there, and whether headings leave out a level.
#[derive(Debug)]
pub(crate) struct Markdown<'a> {
    pub(crate) project: &'a Path,
}

impl Step for Markdown<'_> {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn run(&self, edit: &Edit<'_>, found: &mut Findings) {
        let Some(text) = edit.text else {
            return;
        };
        let mut fence: Option<&str> = None;
        let mut level = 0;
        let mut start = edit.mark;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if number % STRIDE == 0 && found.is_over() {
                return;
            }
            let words = line.trim();
            let marks = ["```", "~~~"]
                .into_iter()
                .find(|marks| words.starts_with(marks));
            match (fence, marks) {
                (Some(open), Some(marks)) if open == marks => fence = None,
                (None, Some(marks)) => fence = Some(marks),
                (Some(_), _) => {}
                (None, None) => {
                    heading(words, start, &mut level, found);
                    self.links(edit, line, start, found);
                }
            }
            start += line.len();
        }
    }
}

fn heading(words: &str, start: usize, level: &mut usize, found: &mut Findings) {
    let marks = words.bytes().take_while(|byte| *byte == b'#').count();
    if !(1..=6).contains(&marks) || !words[marks..].starts_with(' ') {
        return;
    }
    if *level > 0 && marks > *level + 1 {
        found.add(Finding {
            rule: "markdown.heading-level".into(),
            severity: Severity::Suggestion,
            offset: start,
            len: marks,
            message: format!("a heading of level {marks} follows one of level {level}"),
            why: "tables of contents and screen readers miss the level between them".into(),
            remedy: format!("make it one of level {}", *level + 1).into(),
        });
    }
    *level = marks;
}

impl Markdown<'_> {
    fn links(&self, edit: &Edit<'_>, line: &str, start: usize, found: &mut Findings) {
        let mut at = 0;
        while let Some(open) = line[at..].find("](") {
            let begin = at + open + 2;
            let Some(len) = line[begin..].find([')', ' ', '\n']) else {
                return;
            };
            at = begin + len;
            let target = &line[begin..at];
            if self.is_missing(edit, target) {
                found.add(Finding {
                    rule: "markdown.link".into(),
                    severity: Severity::Warning,
                    offset: start + begin,
                    len: target.len(),
                    message: format!("there is no file `{target}`"),
                    why: "the link leads nowhere".into(),
                    remedy: "name the file by its path from this one".into(),
                });
            }
        }
    }

    /// Whether a link is to a file of the project that is not there.
    fn is_missing(&self, edit: &Edit<'_>, target: &str) -> bool {
        let path = target.split(['#', '?']).next().unwrap_or_default();
        let is_file = !path.is_empty()
            && !path.starts_with(['/', '<', '{', '$'])
            && !path.contains(':')
            && !path.contains('%');
        let folder = edit.path.parent().unwrap_or(Path::new(""));
        is_file && !self.project.join(folder).join(path).exists()
    }
}
