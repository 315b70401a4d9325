//! How a file is to be laid out, as the `.editorconfig` files of its project say (<https://editorconfig.org>, 0.17).

mod glob;

use std::fs;
use std::path::Path;

use glob::Glob;

/// A longer file is none that anybody has written.
const LONGEST: u64 = 256 << 10;

/// What is set for a file. Nothing is set where there is no `.editorconfig`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Style {
    pub(crate) indent: Option<Indent>,
    /// How many columns a level of indentation has.
    pub(crate) indent_size: Option<u32>,
    /// How many columns a tab has.
    pub(crate) tab_width: Option<u32>,
    pub(crate) line_end: Option<LineEnd>,
    /// Whether the file begins with a byte-order mark; nothing where nothing is set.
    pub(crate) has_mark: Option<bool>,
    pub(crate) trims: Option<bool>,
    pub(crate) final_newline: Option<bool>,
    pub(crate) longest_line: Option<u32>,
}

/// What lines are indented with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Indent {
    Spaces,
    Tabs,
}

/// What lines end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LineEnd {
    Feed,
    Both,
    Return,
}

impl LineEnd {
    pub(crate) fn bytes(self) -> &'static str {
        match self {
            Self::Feed => "\n",
            Self::Both => "\r\n",
            Self::Return => "\r",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Feed => "a line feed",
            Self::Both => "a carriage return and a line feed",
            Self::Return => "a carriage return",
        }
    }
}

impl Style {
    /// What is set for a file, by its path from the project. Folders above the project are not looked at.
    pub(crate) fn of(project: &Path, path: &Path) -> Self {
        let mut texts = Vec::new();
        for folder in path.ancestors().skip(1) {
            let Some(text) = read(&project.join(folder).join(".editorconfig")) else {
                continue;
            };
            let is_root = is_root(&text);
            texts.push((folder, text));
            if is_root {
                break;
            }
        }
        let mut style = Self::default();
        // The nearest says last.
        for (folder, text) in texts.iter().rev() {
            if let Some(path) = path.strip_prefix(folder).ok().and_then(Path::to_str) {
                style.apply(text, path);
            }
        }
        style
    }

    /// What a text says of a path from its folder.
    fn apply(&mut self, text: &str, path: &str) {
        let mut holds = false;
        for line in text.lines() {
            match Line::of(line) {
                Line::Section(name) => holds = Glob::new(name).matches(path),
                Line::Pair(key, value) if holds => self.set(&key, &value),
                Line::Pair(..) | Line::Nothing => {}
            }
        }
    }

    fn set(&mut self, key: &str, value: &str) {
        let flag = match value {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        let number = value.parse().ok().filter(|number| *number > 0);
        let is_unset = value == "unset";
        match key {
            "indent_style" => set(
                &mut self.indent,
                is_unset,
                match value {
                    "space" => Some(Indent::Spaces),
                    "tab" => Some(Indent::Tabs),
                    _ => None,
                },
            ),
            // `tab` is as many as a tab has.
            "indent_size" => set(&mut self.indent_size, is_unset || value == "tab", number),
            "tab_width" => set(&mut self.tab_width, is_unset, number),
            "end_of_line" => set(
                &mut self.line_end,
                is_unset,
                match value {
                    "lf" => Some(LineEnd::Feed),
                    "crlf" => Some(LineEnd::Both),
                    "cr" => Some(LineEnd::Return),
                    _ => None,
                },
            ),
            "charset" => set(
                &mut self.has_mark,
                is_unset,
                match value {
                    "utf-8" => Some(false),
                    "utf-8-bom" => Some(true),
                    _ => None,
                },
            ),
            "trim_trailing_whitespace" => set(&mut self.trims, is_unset, flag),
            "insert_final_newline" => set(&mut self.final_newline, is_unset, flag),
            "max_line_length" => set(&mut self.longest_line, is_unset || value == "off", number),
            _ => {}
        }
    }

    /// How many columns a tab has: those of a level where nothing else is set.
    pub(crate) fn tab(&self) -> u32 {
        self.tab_width.or(self.indent_size).unwrap_or(4)
    }
}

/// A value that means nothing changes nothing.
fn set<T>(property: &mut Option<T>, is_unset: bool, value: Option<T>) {
    if is_unset || value.is_some() {
        *property = value;
    }
}

fn read(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return None;
    }
    let text = fs::read_to_string(path).ok()?;
    Some(
        text.strip_prefix('\u{feff}')
            .map_or(text.clone(), str::to_owned),
    )
}

/// Whether a text says, before its first section, that no file above it counts.
fn is_root(text: &str) -> bool {
    for line in text.lines() {
        match Line::of(line) {
            Line::Section(_) => return false,
            Line::Pair(key, value) if key == "root" => return value == "true",
            Line::Pair(..) | Line::Nothing => {}
        }
    }
    false
}

/// A line of the file.
enum Line<'a> {
    Section(&'a str),
    Pair(String, String),
    Nothing,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            return Self::Nothing;
        }
        if let Some(rest) = line.strip_prefix('[') {
            return match rest.strip_suffix(']') {
                Some(name) => Self::Section(name),
                None => Self::Nothing,
            };
        }
        match line.split_once('=') {
            Some((key, value)) => Self::Pair(
                key.trim().to_ascii_lowercase(),
                value.trim().to_ascii_lowercase(),
            ),
            None => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_and_the_last_section_decide() {
        let project = tempfile::tempdir().unwrap();
        let project = project.path();
        fs::create_dir_all(project.join("a/b")).unwrap();
        fs::write(
            project.join(".editorconfig"),
            "# all\nroot = true\n[*]\nindent_style = space\nindent_size=4\nend_of_line = lf\n\
             insert_final_newline = TRUE\nmax_line_length = 100\n[*.md]\ntrim_trailing_whitespace = false\n",
        )
        .unwrap();
        fs::write(
            project.join("a/.editorconfig"),
            "[*.go]\nindent_style = tab\nindent_size = tab\ntab_width = 8\nmax_line_length = off\n\
             [b/*]\nend_of_line = unset\ncharset = utf-8-bom\n[{x,y}.go]\nindent_style = nonsense\n",
        )
        .unwrap();
        let of = |path: &str| Style::of(project, Path::new(path));
        let style = of("x.md");
        assert_eq!(style.indent, Some(Indent::Spaces));
        assert_eq!(
            (style.trims, style.final_newline),
            (Some(false), Some(true))
        );
        let style = of("a/x.go");
        assert_eq!((style.indent, style.tab()), (Some(Indent::Tabs), 8));
        assert_eq!(
            (style.longest_line, style.line_end),
            (None, Some(LineEnd::Feed))
        );
        let style = of("a/b/x.go");
        assert_eq!((style.line_end, style.has_mark), (None, Some(true)));
        fs::write(project.join("a/.editorconfig"), "root=true\n[*]\n").unwrap();
        assert_eq!(of("a/x.go"), Style::default());
    }
}
