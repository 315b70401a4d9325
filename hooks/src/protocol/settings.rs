//! What is set of hooks: the table `[hook]` in `.kilowat/post-edit.toml`.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml_edit::{Document, Item, TableLike, Value};

use super::paths::names_within;
use crate::deferred::CONFIG_FILE;

/// A longer one is none that anybody has written.
const LONGEST: u64 = 256 << 10;

/// Hosts wait for ten minutes, so that nobody gets an answer for waiting longer.
const LONGEST_WAIT: f64 = 540.0;

/// What is set of hooks.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Which files no tool may change.
    pub protected: Protected,
    /// For how long an agent that has ended its turn is kept until deferred work is done: not at all, unless it is set.
    pub stop_waits: Duration,
    /// The queue whose messages an agent is told.
    pub inbox: Option<String>,
}

/// Why settings mean nothing.
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
#[non_exhaustive]
pub struct SettingsError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it, and where.
    pub what: String,
}

impl Settings {
    /// What the file of a project says; where there is none, nothing is set.
    ///
    /// # Errors
    /// [`SettingsError`] where it cannot be read, or means nothing.
    pub fn read(project: &Path) -> Result<Self, SettingsError> {
        let path = project.join(CONFIG_FILE);
        let text = text(&path).map_err(|error| SettingsError {
            path: path.clone(),
            what: error.to_string(),
        })?;
        Self::of(&path, &text.unwrap_or_default(), project)
    }

    fn of(path: &Path, text: &str, project: &Path) -> Result<Self, SettingsError> {
        let at = |offset: Option<usize>, what: String| {
            let before = offset.and_then(|offset| text.get(..offset));
            let what = match before {
                Some(before) => format!("line {}: {what}", before.matches('\n').count() + 1),
                None => what,
            };
            let path = path.to_owned();
            SettingsError { path, what }
        };
        let document = Document::parse(text).map_err(|error| {
            let start = error.span().map(|span| span.start);
            at(start, error.message().replace('\n', ", "))
        })?;
        let start = |item: &Item| item.span().map(|span| span.start);
        let wrong = |item: &Item, name: &str, expected: &str| {
            let kind = item.type_name();
            at(
                start(item),
                format!("`{name}` is of type {kind}: {expected}"),
            )
        };
        let empty = toml_edit::Table::new();
        let table: &dyn TableLike = match document.get("hook") {
            None => &empty,
            Some(item) => item
                .as_table_like()
                .ok_or_else(|| wrong(item, "hook", "expected a table"))?,
        };
        let mut patterns = Vec::new();
        let mut stop_waits = Duration::ZERO;
        let mut inbox = None;
        for (name, item) in table.iter() {
            match name {
                "protect" => {
                    let expected = "expected a list of patterns";
                    let list = item
                        .as_array()
                        .ok_or_else(|| wrong(item, "hook.protect", expected))?;
                    for value in list {
                        let pattern = value.as_str().ok_or_else(|| {
                            let value = Item::Value(value.clone());
                            wrong(&value, "hook.protect", expected)
                        })?;
                        patterns.push((pattern, value.span().map(|span| span.start)));
                    }
                }
                "stop-waits" => {
                    let expected = "expected seconds, from 0 to 540";
                    let seconds = match item {
                        Item::Value(Value::Integer(seconds)) => {
                            i32::try_from(*seconds.value()).ok().map(f64::from)
                        }
                        Item::Value(Value::Float(seconds)) => Some(*seconds.value()),
                        _ => None,
                    };
                    let seconds = seconds.filter(|seconds| (0.0..=LONGEST_WAIT).contains(seconds));
                    stop_waits = seconds
                        .map(Duration::from_secs_f64)
                        .ok_or_else(|| wrong(item, "hook.stop-waits", expected))?;
                }
                "inbox" => {
                    let queue = item
                        .as_str()
                        .ok_or_else(|| wrong(item, "hook.inbox", "expected a queue"))?;
                    inbox = Some(queue.to_owned());
                }
                other => {
                    // A pattern that protects nothing, as its key is misspelt, is worse than an error.
                    let what = format!(
                        "there is no `hook.{other}`: expected protect, stop-waits or inbox"
                    );
                    return Err(at(start(item), what));
                }
            }
        }
        let protected = Protected::new(project, &patterns)
            .map_err(|(offset, what)| at(offset, format!("`hook.protect`: {what}")))?;
        Ok(Self {
            protected,
            stop_waits,
            inbox,
        })
    }
}

/// What is in a file; nothing where there is none.
fn text(path: &Path) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if is_absent(error.kind()) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(io::Error::other(format!(
            "it has more than {LONGEST} bytes"
        )));
    }
    Ok(Some(text))
}

fn is_absent(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Which files of a project no tool may change: patterns as those of `.gitignore`.
#[derive(Debug, Clone)]
pub struct Protected {
    project: PathBuf,
    patterns: Gitignore,
}

impl Protected {
    fn new(
        project: &Path,
        patterns: &[(&str, Option<usize>)],
    ) -> Result<Self, (Option<usize>, String)> {
        let mut builder = GitignoreBuilder::new("");
        // File systems there take `.ENV` for `.env`.
        let ignores_case = cfg!(any(target_os = "macos", windows));
        // It fails for no value.
        let _ = builder.case_insensitive(ignores_case);
        for (pattern, offset) in patterns {
            let added = builder.add_line(None, pattern);
            added.map_err(|error| (*offset, error.to_string()))?;
        }
        let patterns = builder.build().map_err(|error| (None, error.to_string()))?;
        Ok(Self {
            project: project.to_owned(),
            patterns,
        })
    }

    /// The pattern that protects a file, which need not exist; nothing where none does.
    ///
    /// The file is protected by the name that it is called by, and by the one that it has where links were followed.
    #[must_use]
    pub fn pattern_for(&self, file: &Path) -> Option<&str> {
        if self.patterns.is_empty() {
            return None;
        }
        names_within(&self.project, file).iter().find_map(|name| {
            let matched = self.patterns.matched_path_or_any_parents(name, false);
            let glob = matched.inner().filter(|_| matched.is_ignore())?;
            Some(glob.original())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn of(text: &str) -> Result<Settings, String> {
        let settings = Settings::of("post-edit.toml".as_ref(), text, "/project".as_ref());
        settings.map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_is_set_unless_it_is() {
        for text in ["", "[javascript]\nlint = [\"x\"]\n", "[hook]\n"] {
            let settings = of(text).unwrap();
            assert_eq!(
                (settings.stop_waits, settings.inbox),
                (Duration::ZERO, None)
            );
            assert_eq!(settings.protected.pattern_for("a".as_ref()), None);
        }
        let settings = of("hook = { stop-waits = 1.5, inbox = \"told\", protect = [] }").unwrap();
        assert_eq!(settings.stop_waits, Duration::from_millis(1_500));
        assert_eq!(settings.inbox.as_deref(), Some("told"));
    }

    #[test]
    fn what_means_nothing_is_an_error_with_its_line() {
        for (text, words) in [
            (
                "[hook]\nprotect = \".env\"",
                "line 2: `hook.protect` is of type string: expected a list of patterns",
            ),
            (
                "[hook]\nprotect = [\n  1,\n]",
                "line 3: `hook.protect` is of type integer: expected a list of patterns",
            ),
            ("[hook]\nprotect = [\"a{\"]", "line 2: `hook.protect`: "),
            (
                "[hook]\nstop-waits = -1",
                "line 2: `hook.stop-waits` is of type integer: expected seconds, from 0 to 540",
            ),
            (
                "[hook]\nstop-waits = nan",
                "line 2: `hook.stop-waits` is of type float: expected seconds, from 0 to 540",
            ),
            (
                "[hook]\ninbox = 1",
                "line 2: `hook.inbox` is of type integer: expected a queue",
            ),
            (
                "\nhook = 1",
                "line 2: `hook` is of type integer: expected a table",
            ),
            (
                "[hook]\nprotected = []",
                "line 2: there is no `hook.protected`: expected protect, stop-waits or inbox",
            ),
            ("[hook", "line 1: "),
        ] {
            let found = of(text).unwrap_err();
            let rest = found.strip_prefix("post-edit.toml: ").unwrap();
            assert!(rest.starts_with(words), "{found}");
        }
    }

    #[test]
    fn patterns_are_those_of_git() {
        let settings =
            of(r#"hook.protect = [".env*", "!.env.example", "/vendor/", "*.lock", "docs/*.pdf"]"#)
                .unwrap();
        let pattern = |file: &str| settings.protected.pattern_for(file.as_ref());
        for (file, expected) in [
            ("/project/.env", Some(".env*")),
            ("deep/down/.env.local", Some(".env*")),
            ("/project/.env.example", None),
            ("/project/vendor/a/b.js", Some("/vendor/")),
            ("/project/src/vendor/a.js", None),
            ("src/../Cargo.lock", Some("*.lock")),
            ("./docs/a.pdf", Some("docs/*.pdf")),
            ("docs/deep/a.pdf", None),
            ("/elsewhere/.env", None),
            ("/project", None),
            ("../project/.env", Some(".env*")),
        ] {
            assert_eq!(pattern(file), expected, "{file}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_no_way_around() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        fs::create_dir_all(project.join("secret")).unwrap();
        std::os::unix::fs::symlink(project.join("secret"), project.join("open")).unwrap();
        std::os::unix::fs::symlink(&project, folder.path().join("other")).unwrap();
        let text = "[hook]\nprotect = [\"/secret\"]";
        let settings = Settings::of("t".as_ref(), text, &project).unwrap();
        for file in [
            "open/new",
            "secret/new/deep",
            "../other/secret/a",
            "../other/open/a",
        ] {
            let pattern = settings.protected.pattern_for(file.as_ref());
            assert_eq!(pattern, Some("/secret"), "{file}");
        }
        assert_eq!(settings.protected.pattern_for("other".as_ref()), None);
    }

    #[test]
    fn a_file_that_is_none_and_one_that_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let read = || Settings::read(folder.path());
        assert!(read().is_ok());
        let path = folder.path().join(CONFIG_FILE);
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, b"\xff").unwrap();
        let words = read().unwrap_err().to_string();
        assert!(
            words.ends_with("post-edit.toml: stream did not contain valid UTF-8"),
            "{words}"
        );
        fs::write(&path, vec![b'#'; 300_000]).unwrap();
        let words = read().unwrap_err().to_string();
        assert!(
            words.ends_with(": it has more than 262144 bytes"),
            "{words}"
        );
    }
}
