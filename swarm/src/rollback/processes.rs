//! Which processes have a swarm open, and what runs their systems: a file for each, which it holds locked.
//!
//! A lock ends with its process, however that ends. A file that nobody holds is removed by whoever looks.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::System;
use super::engines::Engines;
use crate::clock::Moment;
use crate::error::Error;
use crate::identity::Id;
use crate::place::{self, Place};

/// What the names of the files end in.
const EXTENSION: &str = "json";

/// A longer one is of no process.
const LONGEST: u64 = 64 << 10;

/// A process that has the swarm open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// What it calls itself.
    pub name: String,
    /// When it has opened the swarm.
    pub since: Moment,
    /// What runs its memory.
    pub memory: Runs,
    /// What runs its messages.
    pub messages: Runs,
    /// What runs its hooks.
    pub hooks: Runs,
    /// What is wrong with the file of the switches, as it has read it: it runs native code then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<String>,
}

/// What runs a system of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Runs {
    /// Whether kernels may.
    pub wasm: bool,
    /// The tier that has answered a call after the switches had changed last; nothing where none did.
    pub answers: Option<String>,
}

impl Process {
    /// What runs a system of it.
    #[must_use]
    pub fn runs(&self, system: System) -> &Runs {
        match system {
            System::Memory => &self.memory,
            System::Messages => &self.messages,
            System::Hooks => &self.hooks,
        }
    }
}

impl Runs {
    pub(super) fn now(engines: &Engines, system: System) -> Self {
        Self {
            wasm: engines.allows(system),
            answers: engines.answers(system).map(|tier| tier.name().to_owned()),
        }
    }
}

/// The file of this process, until it is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    path: PathBuf,
    file: File,
}

impl Entry {
    /// Makes the file. It has its name when it is locked, so that nobody takes it for one that was left behind.
    pub(super) fn new(place: &Place, process: &Process) -> Result<Self, Error> {
        let folder = folder(place);
        place::own_folder(&folder)?;
        let path = folder.join(format!("{}.{EXTENSION}", Id::new()));
        let beside = path.with_extension("new");
        let file = place::own_file(&beside)?;
        let named = Error::io(&path);
        let made = file
            .try_lock()
            .map_err(std::io::Error::from)
            .and_then(|()| fs::rename(&beside, &path));
        if let Err(error) = made {
            let _ = fs::remove_file(&beside);
            return Err(named(error));
        }
        let mut entry = Self { path, file };
        entry.write(process)?;
        Ok(entry)
    }

    /// Says what runs the systems now.
    pub(super) fn write(&mut self, process: &Process) -> Result<(), Error> {
        use std::io::{Seek as _, SeekFrom};

        let mut line = serde_json::to_vec(process).unwrap_or_default();
        line.push(b'\n');
        let write = || {
            let mut file = &self.file;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&line)?;
            file.set_len(line.len() as u64)
        };
        write().map_err(Error::io(&self.path))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        // Where that fails, the lock ends all the same.
        let _ = fs::remove_file(&self.path);
    }
}

/// The processes that have the swarm of a place open, by their numbers. One that has opened it within the last quarter
/// of a second may be missing.
///
/// # Errors
/// [`Error::Io`] where they cannot be looked at.
pub fn processes(place: &Place) -> Result<Vec<Process>, Error> {
    let folder = folder(place);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io(&folder)(error)),
    };
    let mut processes = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io(&folder))?.path();
        let is_one = path.extension().is_some_and(|known| known == EXTENSION);
        if is_one && let Some(process) = process(&path)? {
            processes.push(process);
        }
    }
    processes.sort_by_key(|process: &Process| (process.pid, process.since));
    Ok(processes)
}

fn folder(place: &Place) -> PathBuf {
    place.folder().join("processes")
}

/// The process that holds a file; nothing where it has ended.
fn process(path: &Path) -> Result<Option<Process>, Error> {
    /// It may be written just now.
    const LOOKS: u32 = 5;

    for _ in 0..LOOKS {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(path)(error)),
        };
        if file.try_lock_shared().is_ok() {
            // Nobody holds it.
            let _ = fs::remove_file(path);
            return Ok(None);
        }
        let mut text = Vec::new();
        file.take(LONGEST)
            .read_to_end(&mut text)
            .map_err(Error::io(path))?;
        if let Ok(process) = serde_json::from_slice(&text) {
            return Ok(Some(process));
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    Err(Error::Source {
        path: path.to_owned(),
        what: "it does not say what its process does".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(pid: u32) -> Process {
        let runs = Runs {
            wasm: true,
            answers: Some("jit".to_owned()),
        };
        Process {
            pid,
            name: "test".to_owned(),
            since: Moment(7),
            memory: runs.clone(),
            messages: runs.clone(),
            hooks: runs,
            problem: None,
        }
    }

    #[test]
    fn a_process_is_there_until_it_ends() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::at(root.path());
        assert_eq!(processes(&place).unwrap(), []);
        let (first, second) = (example(1), example(2));
        let mut held = Entry::new(&place, &second).unwrap();
        let gone = Entry::new(&place, &first).unwrap();
        assert_eq!(processes(&place).unwrap(), [first, second.clone()]);
        // Killed: the file stays, and the lock does not.
        let left = gone.path.clone();
        let bytes = fs::read(&left).unwrap();
        drop(gone);
        fs::write(&left, bytes).unwrap();
        assert_eq!(processes(&place).unwrap(), std::slice::from_ref(&second));
        assert!(!left.exists(), "it was removed");
        let shorter = Process {
            name: String::new(),
            ..second
        };
        held.write(&shorter).unwrap();
        assert_eq!(processes(&place).unwrap(), [shorter]);
        drop(held);
        assert_eq!(processes(&place).unwrap(), []);
    }
}
