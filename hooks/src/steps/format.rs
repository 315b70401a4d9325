//! How a file is laid out: line ends, blanks at ends of lines, indentation, lengths.

use crate::edit::{Edit, Step};
use crate::finding::{Finding, Severity};
use crate::findings::Findings;
use crate::language::Language;
use crate::style::{Indent, LineEnd, Style};
use crate::syntax::Kind;

/// How many lines there are between two looks at the time.
const STRIDE: usize = 512;

const FIX: &str = "`kilowat post-edit --fix` does it";

/// Looks at the layout, as `.editorconfig` has it. Where nothing is set it says what nearly all projects want, and as a
/// suggestion only.
#[derive(Debug)]
pub(crate) struct Format<'a>(pub(crate) &'a Style);

impl Step for Format<'_> {
    fn name(&self) -> &'static str {
        "format"
    }

    fn run(&self, edit: &Edit<'_>, found: &mut Findings) {
        let Some(text) = edit.text else {
            return;
        };
        let layout = Layout {
            style: self.0,
            edit,
            text,
        };
        layout.mark(found);
        layout.final_newline(found);
        layout.lines(found);
    }
}

/// How often something is there, and where first.
#[derive(Debug, Default)]
struct Places {
    count: usize,
    first: Option<(usize, usize)>,
}

impl Places {
    fn add(&mut self, offset: usize, len: usize) {
        self.count += 1;
        self.first.get_or_insert((offset, len));
    }
}

struct Layout<'a> {
    style: &'a Style,
    edit: &'a Edit<'a>,
    text: &'a str,
}

impl Layout<'_> {
    fn finding(
        &self,
        rule: &'static str,
        severity: Severity,
        (offset, len): (usize, usize),
        message: String,
        why: &'static str,
        remedy: &'static str,
    ) -> Finding {
        Finding {
            rule: rule.into(),
            severity,
            offset: offset + self.edit.mark,
            len,
            message,
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// What the project asks for is a warning, and what all do a suggestion.
    fn severity(is_set: bool) -> Severity {
        if is_set {
            Severity::Warning
        } else {
            Severity::Suggestion
        }
    }

    fn mark(&self, found: &mut Findings) {
        if self.style.has_mark == Some(true) && self.edit.mark == 0 && !self.text.is_empty() {
            found.add(self.finding(
                "format.byte-order-mark",
                Severity::Warning,
                (0, 0),
                "the file has no byte-order mark".to_owned(),
                "`.editorconfig` asks for `charset = utf-8-bom`",
                FIX,
            ));
        }
    }

    fn final_newline(&self, found: &mut Findings) {
        if self.text.is_empty() {
            return;
        }
        let has = self.text.ends_with(['\n', '\r']);
        let end = self.text.len();
        match self.style.final_newline {
            Some(false) if has => {
                let line = self.text.trim_end_matches(['\n', '\r']).len();
                found.add(self.finding(
                    "format.final-newline",
                    Severity::Warning,
                    (line, end - line),
                    "the last line ends in a line end".to_owned(),
                    "`.editorconfig` asks for none: `insert_final_newline = false`",
                    FIX,
                ));
            }
            Some(true) | None if !has => found.add(self.finding(
                "format.final-newline",
                Self::severity(self.style.final_newline.is_some()),
                (end, 0),
                "the last line has no end".to_owned(),
                "a line that is added behind it changes it, too, and some programs leave it out",
                FIX,
            )),
            _ => {}
        }
    }

    fn lines(&self, found: &mut Findings) {
        let wanted = self.style.line_end;
        let mut ends = Places::default();
        let mut trailing = Places::default();
        let mut tabs = Places::default();
        let mut spaces = Places::default();
        let mut mixed = Places::default();
        let mut start = 0;
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            if number % STRIDE == 0 && found.is_over() {
                break;
            }
            let content = line.trim_end_matches(['\n', '\r']);
            let end = &line[content.len()..];
            if let Some(wanted) = wanted
                && !end.is_empty()
                && end != wanted.bytes()
                && wanted != LineEnd::Return
            {
                ends.add(start + content.len(), end.len());
            }
            let kept = content.trim_end_matches([' ', '\t']);
            if kept.len() < content.len() && self.trims_at(start + kept.len()) {
                trailing.add(start + kept.len(), content.len() - kept.len());
            }
            self.indentation(content, start, &mut tabs, &mut spaces, &mut mixed);
            self.length(content, start, found);
            start += line.len();
        }
        self.say_ends(&ends, found);
        self.say_trailing(&trailing, found);
        self.say_indentation(&tabs, &spaces, &mixed, found);
    }

    /// Whether blanks at the end of a line mean nothing: not in strings, and in Markdown two of them are a line break.
    fn trims_at(&self, offset: usize) -> bool {
        trims(self.style, self.edit, offset)
    }

    fn indentation(
        &self,
        line: &str,
        start: usize,
        tabs: &mut Places,
        spaces: &mut Places,
        mixed: &mut Places,
    ) {
        let rest = line.trim_start_matches([' ', '\t']);
        let blank = &line[..line.len() - rest.len()];
        if blank.is_empty() || rest.is_empty() {
            return;
        }
        // Lines of strings and comments are laid out by other rules.
        let kind = self.edit.reading.regions.kind_at(start);
        if matches!(kind, Kind::String | Kind::Comment) {
            return;
        }
        match self.style.indent {
            Some(Indent::Spaces) if blank.contains('\t') => tabs.add(start, blank.len()),
            // A single space may align, as before the `*` of a comment.
            Some(Indent::Tabs) if blank.starts_with("  ") => spaces.add(start, blank.len()),
            None if blank.contains(" \t") => mixed.add(start, blank.len()),
            _ => {}
        }
    }

    fn length(&self, line: &str, start: usize, found: &mut Findings) {
        let Some(longest) = self.style.longest_line else {
            return;
        };
        // A character has one byte at least.
        let most = longest as usize;
        let tab = self.style.tab() as usize;
        if line.len() <= most && (!line.contains('\t') || line.len() * tab <= most) {
            return;
        }
        let mut columns = 0;
        let mut over = None;
        for (at, character) in line.char_indices() {
            columns += if character == '\t' {
                tab - columns % tab
            } else {
                1
            };
            if columns > most && over.is_none() {
                over = Some(at);
            }
        }
        let Some(over) = over else {
            return;
        };
        // What has no blank in it, as an address, cannot be broken.
        if !line.trim_start()[..].trim_end().contains([' ', '\t']) {
            return;
        }
        found.add(self.finding(
            "format.line-length",
            Severity::Suggestion,
            (start + over, line.len() - over),
            format!("the line has {columns} columns, and {longest} are the most"),
            "`.editorconfig` sets `max_line_length`",
            "break the line",
        ));
    }

    fn say_ends(&self, ends: &Places, found: &mut Findings) {
        let (Some(place), Some(wanted)) = (ends.first, self.style.line_end) else {
            return;
        };
        found.add(self.finding(
            "format.line-ends",
            Severity::Warning,
            place,
            format!(
                "{} in something else than {}",
                end(ends.count),
                wanted.name()
            ),
            "`.editorconfig` sets `end_of_line`",
            FIX,
        ));
    }

    fn say_trailing(&self, trailing: &Places, found: &mut Findings) {
        if let Some(place) = trailing.first {
            found.add(self.finding(
                "format.trailing-whitespace",
                Self::severity(self.style.trims.is_some()),
                place,
                format!("{} in blanks", end(trailing.count)),
                "editors take them away, and then differences show lines that nobody has changed",
                FIX,
            ));
        }
    }

    fn say_indentation(
        &self,
        tabs: &Places,
        spaces: &Places,
        mixed: &Places,
        found: &mut Findings,
    ) {
        for (places, severity, what, why) in [
            (
                tabs,
                Severity::Warning,
                "indented with tabs",
                "`.editorconfig` sets `indent_style = space`",
            ),
            (
                spaces,
                Severity::Warning,
                "indented with spaces",
                "`.editorconfig` sets `indent_style = tab`",
            ),
            (
                mixed,
                Severity::Suggestion,
                "indented with a tab behind a space",
                "it looks different in each editor",
            ),
        ] {
            if let Some(place) = places.first {
                found.add(self.finding(
                    "format.indentation",
                    severity,
                    place,
                    format!("{} {what}", are(places.count)),
                    why,
                    "indent these lines as the others",
                ));
            }
        }
    }
}

/// Whether blanks at the end of a line mean nothing there.
pub(crate) fn trims(style: &Style, edit: &Edit<'_>, offset: usize) -> bool {
    match style.trims {
        Some(false) => return false,
        // Where it is not known what is a string, only who says so has them taken away.
        None if edit
            .language
            .is_none_or(|language| language == Language::Markdown) =>
        {
            return false;
        }
        _ => {}
    }
    edit.reading.regions.kind_at(offset) != Kind::String
}

fn end(count: usize) -> String {
    if count == 1 {
        "1 line ends".to_owned()
    } else {
        format!("{count} lines end")
    }
}

fn are(count: usize) -> String {
    if count == 1 {
        "1 line is".to_owned()
    } else {
        format!("{count} lines are")
    }
}
