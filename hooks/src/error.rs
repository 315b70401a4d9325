//! What can go wrong with the pipeline itself. What is wrong with a file, or with the swarm, stands in the report.

use std::io;
use std::path::PathBuf;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder of the project cannot be found.
    #[error("{}: {cause}", path.display())]
    Project {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// No tier of the runtime has answered.
    #[error(transparent)]
    Runtime(#[from] kilowat::Error),
    /// There is no swarm, and so no queue.
    #[error("there is no swarm: {why}")]
    NoSwarm {
        /// Why not.
        why: String,
    },
    /// The swarm could not be asked.
    #[error(transparent)]
    Swarm(#[from] kilowat_swarm::Error),
}
