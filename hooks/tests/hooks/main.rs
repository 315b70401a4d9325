//! What is looked at after edits, and what hosts are told, from the outside.

#[cfg(unix)]
mod deferred;
mod faults;
mod fixes;
mod ground;
mod languages;
mod pipeline;
mod protocol;
mod reader;
mod real_files;
mod rule_docs;
mod rules;
mod secrets;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use kilowat::{EngineKind, Runtime};
use kilowat_swarm::{Builder, Place, Swarm};
use tempfile::TempDir;

/// Tests are not about tiers, and this one is ready at once.
static NATIVE: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::with_engine(EngineKind::Native).unwrap());

/// A project in a folder of its own.
struct Project {
    _folder: TempDir,
    path: PathBuf,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(folder.path()).unwrap().join("shop");
        fs::create_dir(&path).unwrap();
        Self {
            _folder: folder,
            path,
        }
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn place(&self) -> Place {
        Place::at(self.path.join(".kilowat"))
    }

    fn builder() -> Builder {
        Swarm::builder()
            .runtime(NATIVE.clone())
            .daily_backups(false)
    }

    fn swarm(&self) -> Swarm {
        Self::builder().open(&self.place()).unwrap()
    }
}
