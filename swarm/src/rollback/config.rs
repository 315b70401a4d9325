//! `config.toml` in the folder of a swarm: what operators set of it, for all of its processes.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use toml_edit::{Document, DocumentMut, Item, Table, Value};

use super::System;
use crate::error::Error;
use crate::place::{self, Place, PlaceFault};

/// The key that turns kernels off, at the top or in the table of a system.
const WASM: &str = "wasm";

/// A longer file is none that anybody has written by hand.
const LONGEST: u64 = 64 << 10;

/// What stands at the head of a file that is made.
const HEAD: &str = "# What is set of this swarm. Its processes read it again within a second.\n";

/// Which systems may run kernels. `wasm` in the table of a system goes before `wasm` at the top of the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Switches {
    /// `wasm` at the top, where it is set.
    pub wasm: Option<bool>,
    /// `wasm` in the table `[memory]`, where it is set.
    pub memory: Option<bool>,
    /// `wasm` in the table `[messages]`, where it is set.
    pub messages: Option<bool>,
    /// `wasm` in the table `[hooks]`, where it is set.
    pub hooks: Option<bool>,
}

impl Switches {
    /// Native code alone. It is what a file that means nothing is taken for: somebody wanted to turn something off.
    pub(super) const OFF: Self = Self {
        wasm: Some(false),
        memory: None,
        messages: None,
        hooks: None,
    };

    /// What is set of a swarm; nothing where it has no such file.
    ///
    /// # Errors
    /// [`Error::Config`] where the file means nothing; [`Error::Place`] and [`Error::Io`] where it cannot be read.
    pub fn of(place: &Place) -> Result<Self, Error> {
        let text = read(place)?;
        Self::of_text(&path(place), &text.unwrap_or_default())
    }

    /// Whether a system may run kernels, as far as this goes: a flag or the environment may say otherwise.
    #[must_use]
    pub fn allows(&self, system: System) -> bool {
        let own = match system {
            System::Memory => self.memory,
            System::Messages => self.messages,
            System::Hooks => self.hooks,
        };
        own.or(self.wasm).unwrap_or(true)
    }

    pub(super) fn of_text(path: &Path, text: &str) -> Result<Self, Error> {
        let document = Document::parse(text).map_err(|error| wrong(path, text, &error))?;
        let flag = |table: &Table, name: &str| match table.get(WASM) {
            None => Ok(None),
            Some(Item::Value(Value::Boolean(wasm))) => Ok(Some(*wasm.value())),
            Some(other) => {
                let what = format!("`{name}` is a {}, not true or false", other.type_name());
                Err(at(path, text, other.span().map(|span| span.start), what))
            }
        };
        let of_system = |system: System| match document.get(system.name()) {
            None => Ok(None),
            Some(Item::Table(table)) => flag(table, &format!("{system}.{WASM}")),
            Some(other) => {
                let what = format!("`{system}` is a {}, not a table", other.type_name());
                Err(at(path, text, other.span().map(|span| span.start), what))
            }
        };
        Ok(Self {
            wasm: flag(document.as_table(), WASM)?,
            memory: of_system(System::Memory)?,
            messages: of_system(System::Messages)?,
            hooks: of_system(System::Hooks)?,
        })
    }
}

/// Where the file is.
pub(super) fn path(place: &Place) -> PathBuf {
    place.folder().join("config.toml")
}

/// Whether there is no file: a swarm whose folder is a file has none either.
fn is_absent(error: &io::Error) -> bool {
    [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind())
}

/// What is in the file; nothing where there is none.
pub(super) fn read(place: &Place) -> Result<Option<String>, Error> {
    let path = path(place);
    if let Err(error) = place::check_file(&path) {
        return match &error.fault {
            PlaceFault::Io(cause) if is_absent(cause) => Ok(None),
            _ => Err(error.into()),
        };
    }
    let named = Error::io(&path);
    let mut text = String::new();
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(named(error)),
    };
    file.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(named)?;
    if text.len() as u64 > LONGEST {
        return Err(Error::Config {
            path,
            what: format!("it has more than {LONGEST} bytes"),
        });
    }
    Ok(Some(text))
}

/// The text with other switches: all else stays as it is, with its comments. Kernels are turned off for a system,
/// or for all where none is named; or that is undone.
pub(super) fn changed(
    path: &Path,
    text: Option<&str>,
    system: Option<System>,
    undo: bool,
) -> Result<String, Error> {
    let text = text.unwrap_or(HEAD);
    let before = Switches::of_text(path, text)?;
    let mut document: DocumentMut = text.parse().map_err(|error| wrong(path, text, &error))?;
    // Where there is nothing but comments, they would come to stand behind what is set.
    let mut head = String::new();
    if document.as_table().is_empty() {
        text.clone_into(&mut head);
        document = DocumentMut::new();
        if !head.is_empty() && !head.ends_with('\n') {
            head.push('\n');
        }
    }
    let top = document.as_table_mut();
    match system {
        None => {
            if !undo || before.wasm.is_some() {
                set(top, undo);
            }
            for system in System::ALL {
                unset(top, system);
            }
        }
        // The top says the same: nothing has to be said of the system.
        Some(system) if undo && before.wasm.unwrap_or(true) => unset(top, system),
        Some(system) => {
            let table = top
                .entry(system.name())
                .or_insert_with(|| Item::Table(Table::new()));
            // It is a table: the text was read before.
            if let Some(table) = table.as_table_mut() {
                set(table, undo);
            }
        }
    }
    Ok(head + &document.to_string())
}

fn set(table: &mut Table, wasm: bool) {
    match table.get_mut(WASM).and_then(Item::as_value_mut) {
        Some(value) => {
            // With the comment behind it.
            let decor = value.decor().clone();
            *value = wasm.into();
            *value.decor_mut() = decor;
        }
        None => {
            table.insert(WASM, toml_edit::value(wasm));
        }
    }
}

/// Removes the word of a system, and its table where that was all.
fn unset(top: &mut Table, system: System) {
    let Some(table) = top.get_mut(system.name()).and_then(Item::as_table_mut) else {
        return;
    };
    table.remove(WASM);
    if table.is_empty() {
        top.remove(system.name());
    }
}

/// Puts a text in the place of the file, whole: it is written beside it, and renamed when the disk has it.
pub(super) fn write(place: &Place, text: &str) -> Result<(), Error> {
    let (path, beside) = (path(place), place.folder().join("config.toml.new"));
    let write = || -> io::Result<()> {
        let mut file = place::own_file(&beside).map_err(io::Error::other)?;
        file.set_len(0)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        File::open(place.folder())?.sync_all()
    };
    write().map_err(Error::io(&path))
}

/// A text that is no TOML.
fn wrong(path: &Path, text: &str, error: &toml_edit::TomlError) -> Error {
    let start = error.span().map(|span| span.start);
    at(path, text, start, error.message().replace('\n', ", "))
}

fn at(path: &Path, text: &str, offset: Option<usize>, what: String) -> Error {
    let before = offset.and_then(|offset| text.get(..offset));
    let what = match before {
        Some(before) => format!("line {}: {what}", before.matches('\n').count() + 1),
        None => what,
    };
    Error::Config {
        path: path.to_owned(),
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switches(text: &str) -> Switches {
        Switches::of_text("config.toml".as_ref(), text).unwrap()
    }

    fn change(text: Option<&str>, system: Option<System>, undo: bool) -> String {
        changed("config.toml".as_ref(), text, system, undo).unwrap()
    }

    #[test]
    fn a_system_goes_before_all() {
        let allowed = |text| System::ALL.map(|system| switches(text).allows(system));
        for (text, expected) in [
            ("", [true; 3]),
            ("wasm = true", [true; 3]),
            ("wasm = false", [false; 3]),
            ("[memory]\nwasm = false", [false, true, true]),
            (
                "wasm = false\n[messages]\nwasm = true",
                [false, true, false],
            ),
            ("[later]\nwasm = 7\n[memory]\nother = 1", [true; 3]),
            ("[hooks]\nwasm = false", [true, true, false]),
        ] {
            assert_eq!(allowed(text), expected, "{text}");
        }
    }

    #[test]
    fn what_means_nothing_is_an_error_with_its_line() {
        let words = |text| {
            Switches::of_text("config.toml".as_ref(), text)
                .unwrap_err()
                .to_string()
        };
        for (text, expected) in [
            (
                "\nwasm = \"off\"",
                "config.toml: line 2: `wasm` is a string, not true or false",
            ),
            (
                "[memory]\n\nwasm = 0",
                "config.toml: line 3: `memory.wasm` is a integer, not true or false",
            ),
            (
                "messages = false",
                "config.toml: line 1: `messages` is a boolean, not a table",
            ),
        ] {
            assert_eq!(words(text), expected);
        }
        let words = words("a = 1\nwasm = fals");
        assert!(words.starts_with("config.toml: line 2: "), "{words}");
    }

    #[test]
    fn comments_and_what_others_have_set_stay() {
        let text = "# ours\nwasm = true # for now\n\n[messages]\nlimit = 7\n";
        let off = change(Some(text), None, false);
        assert_eq!(
            off,
            "# ours\nwasm = false # for now\n\n[messages]\nlimit = 7\n"
        );
        assert_eq!(change(Some(&off), None, true), text);
        let one = change(Some(&off), Some(System::Messages), true);
        assert_eq!(
            one,
            "# ours\nwasm = false # for now\n\n[messages]\nlimit = 7\nwasm = true\n"
        );
        assert_eq!(change(Some(&one), None, false), off);
    }

    #[test]
    fn a_file_is_made_and_what_is_undone_is_as_before() {
        let one = change(None, Some(System::Memory), false);
        assert_eq!(one, format!("{HEAD}[memory]\nwasm = false\n"));
        assert_eq!(
            switches(&change(Some(&one), Some(System::Memory), true)),
            Switches::default()
        );
        let all = change(Some(&one), None, false);
        assert_eq!(switches(&all), Switches::OFF);
        let undone = change(Some(&all), None, true);
        assert!(
            System::ALL
                .into_iter()
                .all(|system| switches(&undone).allows(system))
        );
        assert_eq!(change(None, None, true), HEAD);
    }
}
