//! Which projects may run the commands of their `.kilowat/post-edit.toml`: whose user has said so of that very file.
//!
//! It stands outside of the project, in the user's own configuration: what comes with a project cannot say it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use kilowat::Runtime;
use kilowat_swarm::Id;
use serde::{Deserialize, Serialize};

use super::config::{self, Config, ConfigError};
use crate::pipeline::hex;

/// What a user has said of a project.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    project: String,
    digest: String,
}

/// Why nothing can be said of trust.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// There is nothing to trust.
    #[error("{}: there is no such file, and so there are no commands to trust", path.display())]
    Nothing {
        /// Where it would be.
        path: PathBuf,
    },
    /// The file means nothing.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The user has no folder for configuration.
    #[error("there is no folder for the configuration of this user: HOME is not set")]
    NoFolder,
    /// What is said could not be written or read.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// No tier of the runtime has answered.
    #[error(transparent)]
    Runtime(#[from] kilowat::Error),
}

/// A command, as people see it before they trust it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Trusted {
    /// The language of the files that it runs for.
    pub language: String,
    /// Which command it is.
    pub name: String,
    /// The program and its arguments.
    pub words: Vec<String>,
}

/// The commands of a project; and whether they may run.
///
/// # Errors
/// [`TrustError::Nothing`] where it has none, [`TrustError::Config`] where they mean nothing, and the others where it
/// cannot be known.
pub fn trusted(project: &Path, runtime: &Runtime) -> Result<(Vec<Trusted>, bool), TrustError> {
    let config = read(project)?;
    let commands = config.all().map(|(language, command)| Trusted {
        language: language.to_owned(),
        name: command.name.to_owned(),
        words: command.words("{file}"),
    });
    Ok((commands.collect(), is_trusted(project, &config, runtime)?))
}

/// Lets the commands of a project run, as its file has them now: where the file changes, they do no more.
///
/// # Errors
/// As of [`trusted`].
pub fn trust(project: &Path, runtime: &Runtime) -> Result<Vec<Trusted>, TrustError> {
    let config = read(project)?;
    let path = record(project, runtime)?;
    let failed = |cause| TrustError::Io {
        path: path.clone(),
        cause,
    };
    let record = Record {
        project: project.to_string_lossy().into_owned(),
        digest: digest(&config, runtime)?,
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder).map_err(failed)?;
    let beside = folder.join(format!("{}.new", Id::new()));
    let write = || -> io::Result<()> {
        let mut file = new_file(&beside)?;
        serde_json::to_writer(&mut file, &record)?;
        file.write_all(b"\n")?;
        drop(file);
        fs::rename(&beside, &path)
    };
    if let Err(error) = write() {
        let _ = fs::remove_file(&beside);
        return Err(failed(error));
    }
    trusted(project, runtime).map(|(commands, _)| commands)
}

/// Takes it back. Says whether there was anything to take back.
///
/// # Errors
/// [`TrustError::NoFolder`] and [`TrustError::Io`].
pub fn revoke(project: &Path, runtime: &Runtime) -> Result<bool, TrustError> {
    let path = record(project, runtime)?;
    match fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(TrustError::Io { path, cause }),
    }
}

/// Whether the commands may run: the user has said so of a file with this very text.
pub(crate) fn is_trusted(
    project: &Path,
    config: &Config,
    runtime: &Runtime,
) -> Result<bool, TrustError> {
    let path = record(project, runtime)?;
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(cause) => return Err(TrustError::Io { path, cause }),
    };
    let Ok(record) = serde_json::from_slice::<Record>(&text) else {
        return Ok(false);
    };
    Ok(record.project == project.to_string_lossy() && record.digest == digest(config, runtime)?)
}

fn read(project: &Path) -> Result<Config, TrustError> {
    Config::read(project)?.ok_or_else(|| TrustError::Nothing {
        path: config::path(project),
    })
}

fn digest(config: &Config, runtime: &Runtime) -> Result<String, TrustError> {
    Ok(hex(&runtime.sha256(config.text.as_bytes())?))
}

/// Where it stands what a user has said of a project.
fn record(project: &Path, runtime: &Runtime) -> Result<PathBuf, TrustError> {
    let folder = dirs::config_dir().ok_or(TrustError::NoFolder)?;
    let name = runtime.sha256(project.as_os_str().as_encoded_bytes())?;
    Ok(folder
        .join("kilowat/trust")
        .join(format!("{}.json", hex(&name[..16]))))
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

fn new_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        options.mode(0o600);
    }
    options.open(path)
}
