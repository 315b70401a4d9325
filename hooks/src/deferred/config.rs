//! `.kilowat/post-edit.toml`: the commands of the deferred lane, by language.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml_edit::{Document, Item, TableLike, Value};

use crate::language::Language;

/// The file, from the project.
pub const FILE: &str = ".kilowat/post-edit.toml";

/// A longer file is none that anybody has written.
const LONGEST: u64 = 64 << 10;

/// What stands for the file in the arguments of a command.
const PLACEHOLDER: &str = "{file}";

/// The names of commands, in the order in which they run.
pub const NAMES: [&str; 4] = ["format", "lint", "types", "tests"];

/// Tables that are read elsewhere: of the hook protocol, and of rules.
const OTHERS: [&str; 3] = ["hook", "rule", "rules"];

/// The table that has the limits of all commands.
const LIMITS: &str = "limits";

/// A file that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{FILE}: {what}")]
#[non_exhaustive]
pub struct ConfigError {
    /// What is wrong, and in which line.
    pub what: String,
}

/// The commands of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// The text of the file.
    pub(crate) text: String,
    commands: Vec<(String, Command)>,
    /// How long each command may run.
    pub(crate) longest: Duration,
    /// How many bytes it may write.
    pub(crate) most_output: usize,
}

/// A command: a program and its arguments. There is no shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// One of [`NAMES`].
    pub(crate) name: &'static str,
    words: Vec<String>,
}

impl Command {
    /// The program and its arguments for a file, by its path from the project.
    pub(crate) fn words(&self, file: &str) -> Vec<String> {
        // A name that begins with a hyphen is no option.
        let file = if file.starts_with('-') {
            format!("./{file}")
        } else {
            file.to_owned()
        };
        let words = self.words.iter();
        words.map(|word| word.replace(PLACEHOLDER, &file)).collect()
    }
}

impl Config {
    /// That of a project; nothing where there is none.
    pub(crate) fn read(project: &Path) -> Result<Option<Self>, ConfigError> {
        text(project)?.map(Self::parse).transpose()
    }

    pub(crate) fn parse(text: String) -> Result<Self, ConfigError> {
        let document = Document::parse(text.as_str()).map_err(|error| {
            let line = error.span().map_or(1, |span| line(&text, span.start));
            ConfigError {
                what: format!("line {line}: {}", error.message()),
            }
        })?;
        let at = |item: &Item, what: String| {
            let line = item.span().map_or(1, |span| line(&text, span.start));
            ConfigError {
                what: format!("line {line}: {what}"),
            }
        };
        let mut commands = Vec::new();
        let (mut longest, mut most_output) = (Duration::from_mins(1), 64 << 10);
        for (key, item) in document.iter() {
            if OTHERS.contains(&key) {
                continue;
            }
            let Some(table) = item.as_table_like() else {
                let what = format!("`{key}` is a {}, not a table", item.type_name());
                return Err(at(item, what));
            };
            if key == LIMITS {
                for (key, item) in table.iter() {
                    let number = item.as_integer().and_then(|n| u32::try_from(n).ok());
                    let number = number.filter(|n| *n > 0).ok_or_else(|| {
                        at(item, format!("`{LIMITS}.{key}` is no number above 0"))
                    })?;
                    match key {
                        "seconds" => longest = Duration::from_secs(number.into()),
                        "bytes" => most_output = number as usize,
                        _ => {
                            let what =
                                format!("there is no limit `{key}`: expected `seconds` or `bytes`");
                            return Err(at(item, what));
                        }
                    }
                }
                continue;
            }
            if Language::named(key).is_none() {
                let what = format!(
                    "there is no language `{key}`: expected {} or `{LIMITS}`",
                    Language::ALL.map(Language::name).join(", ")
                );
                return Err(at(item, what));
            }
            for command in of_table(key, table, &at)? {
                commands.push((key.to_owned(), command));
            }
        }
        Ok(Self {
            text,
            commands,
            longest,
            most_output,
        })
    }

    /// The commands for a language, in the order in which they run.
    pub(crate) fn of(&self, language: &str) -> Vec<&Command> {
        let of_it = self.commands.iter().filter(|(of, _)| of == language);
        let mut commands: Vec<_> = of_it.map(|(_, command)| command).collect();
        commands.sort_by_key(|command| NAMES.iter().position(|name| *name == command.name));
        commands
    }

    /// All commands, with their languages.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Command)> {
        self.commands
            .iter()
            .map(|(language, command)| (language.as_str(), command))
    }
}

fn of_table(
    language: &str,
    table: &dyn TableLike,
    at: &impl Fn(&Item, String) -> ConfigError,
) -> Result<Vec<Command>, ConfigError> {
    let mut commands = Vec::new();
    for (key, item) in table.iter() {
        let Some(name) = NAMES.into_iter().find(|name| *name == key) else {
            let what = format!("there is no command `{key}`: expected {}", NAMES.join(", "));
            return Err(at(item, what));
        };
        let words = item.as_array().and_then(|words| {
            let words = words.iter().map(Value::as_str);
            words
                .map(|word| word.map(str::to_owned))
                .collect::<Option<Vec<_>>>()
        });
        match words {
            Some(words) if words.first().is_some_and(|program| !program.is_empty()) => {
                commands.push(Command { name, words });
            }
            _ => {
                let what = format!(
                    "`{language}.{key}` is no list of a program and its arguments, \
                     as [\"eslint\", \"{PLACEHOLDER}\"]"
                );
                return Err(at(item, what));
            }
        }
    }
    Ok(commands)
}

/// The text of the file of a project; nothing where there is none.
pub(crate) fn text(project: &Path) -> Result<Option<String>, ConfigError> {
    let path = path(project);
    let failed = |error: std::io::Error| ConfigError {
        what: error.to_string(),
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(failed(error)),
    };
    let mut text = String::new();
    file.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if text.len() as u64 > LONGEST {
        let what = format!("it has more than {LONGEST} bytes");
        return Err(ConfigError { what });
    }
    Ok(Some(text))
}

pub(crate) fn path(project: &Path) -> PathBuf {
    project.join(FILE)
}

fn line(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    1 + memchr::memchr_iter(b'\n', before).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text.to_owned()).map_err(|error| error.what)
    }

    #[test]
    fn commands_come_in_their_order_with_the_file_in_its_place() {
        let config = parse(
            "[javascript]\ntests = [\"npm\", \"test\"]\nlint = [\"eslint\", \"--file={file}\"]\n\
             [limits]\nseconds = 5\n",
        )
        .unwrap();
        let commands: Vec<_> = config
            .of("javascript")
            .into_iter()
            .map(|command| (command.name, command.words("-a.js").join(" ")))
            .collect();
        let expected = [
            ("lint", "eslint --file=./-a.js".to_owned()),
            ("tests", "npm test".to_owned()),
        ];
        assert_eq!(commands, expected);
        assert_eq!(config.longest, Duration::from_secs(5));
        assert_eq!(config.of("rust"), Vec::<&Command>::new());
    }

    #[test]
    fn what_means_nothing_is_said_with_its_line() {
        for (text, what) in [
            (
                "javascript = 1",
                "line 1: `javascript` is a integer, not a table",
            ),
            (
                "[javascript]\nlint = \"eslint\"",
                "line 2: `javascript.lint` is no list of a program and its arguments, as [\"eslint\", \"{file}\"]",
            ),
            (
                "[javascript]\nlint = []",
                "line 2: `javascript.lint` is no list of a program and its arguments, as [\"eslint\", \"{file}\"]",
            ),
            (
                "[javascript]\nrun = [\"a\"]",
                "line 2: there is no command `run`: expected format, lint, types, tests",
            ),
            (
                "[limits]\nseconds = 0",
                "line 2: `limits.seconds` is no number above 0",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), what, "{text}");
        }
        assert!(
            parse("[cobol]\n")
                .unwrap_err()
                .starts_with("line 1: there is no language `cobol`")
        );
        assert!(parse("[").unwrap_err().starts_with("line 1: "));
    }
}
