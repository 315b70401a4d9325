//! Why there is no answer.

use std::sync::Arc;

use kilowat_harness::engine::EngineKind;
use kilowat_harness::foreign::{ForeignError, ForeignModuleError};
use kilowat_harness::ops::{ArgumentError, Lz4Error, NotFinite, OperationError};

use super::environment::EnvironmentError;
use super::tiers::TiersError;

/// Why a runtime could not be made, or gave no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// What the call works on does not fit into the memory that the runtime may use. Nothing was
    /// done; it can be tried again when other calls have ended.
    #[error("the call needs {needed} more bytes of memory, and the budget has {available} left")]
    MemoryBudget {
        /// How many bytes more it needs.
        needed: u64,
        /// How many the budget has left.
        available: u64,
    },
    /// The machine has no memory left, though the runtime may use more.
    #[error("there is no memory left: {0}")]
    OutOfMemory(String),
    /// A buffer is one of another module than the operation.
    #[error("`{operation}` takes buffers of module `{expected}`, not of `{actual}`")]
    BufferModule {
        /// The operation.
        operation: &'static str,
        /// Its module.
        expected: &'static str,
        /// The buffer's module.
        actual: &'static str,
    },
    /// A buffer of another runtime.
    #[error("the buffers belong to two runtimes")]
    ForeignBuffer,
    /// Not all of a range is in the buffer.
    #[error("there are no bytes {start}..{end} in a buffer of {len} bytes")]
    BufferRange {
        /// Where the range begins.
        start: usize,
        /// Where it ends.
        end: usize,
        /// The length of the buffer.
        len: usize,
    },
    /// No tier of the list could answer.
    #[error("no tier can answer `{operation}`: {}", list(causes))]
    NoTier {
        /// The operation.
        operation: String,
        /// Why not, for each tier in the order in which they were asked.
        causes: Vec<(EngineKind, String)>,
    },
    /// There is no module of this name.
    #[error("there is no module `{module}`{}", nearest(near))]
    UnknownModule {
        /// What was asked for.
        module: String,
        /// The names that are most like it.
        near: Vec<String>,
    },
    /// The module has no operation of this name.
    #[error(
        "the module `{module}` has no operation `{operation}`{}",
        nearest(near)
    )]
    UnknownOperation {
        /// The module.
        module: String,
        /// What was asked for.
        operation: String,
        /// The names that are most like it.
        near: Vec<String>,
    },
    /// The arguments are not what the operation takes.
    #[error(transparent)]
    Arguments(#[from] ArgumentError),
    /// The input deserves no other answer: it is malformed, or its result has no room.
    #[error(transparent)]
    Input(OperationError),
    /// A function of a user's own module cannot be called with the arguments given, or answers that
    /// there is no result.
    #[error(transparent)]
    Function(#[from] ForeignError),
    /// A binary is not taken as a module of the user's own.
    #[error(transparent)]
    UserModule(Arc<ForeignModuleError>),
    /// Another module has the name that a user's own would have.
    #[error("the name `{module}` is taken by another module")]
    NameTaken {
        /// The name.
        module: String,
    },
    /// A list of tiers is none.
    #[error(transparent)]
    Tiers(#[from] TiersError),
    /// A variable of the environment does not mean anything.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
}

impl From<OperationError> for Error {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Argument(error) => Self::Arguments(error),
            error => Self::Input(error),
        }
    }
}

impl From<NotFinite> for Error {
    fn from(error: NotFinite) -> Self {
        Self::Input(error.into())
    }
}

impl From<Lz4Error> for Error {
    fn from(error: Lz4Error) -> Self {
        Self::Input(error.into())
    }
}

impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::MemoryBudget { .. } | Error::OutOfMemory(_) => std::io::ErrorKind::OutOfMemory,
            Error::Arguments(_)
            | Error::Function(ForeignError::Argument(_))
            | Error::BufferModule { .. }
            | Error::ForeignBuffer
            | Error::BufferRange { .. } => std::io::ErrorKind::InvalidInput,
            Error::Input(_) | Error::Function(_) => std::io::ErrorKind::InvalidData,
            _ => std::io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

fn list(causes: &[(EngineKind, String)]) -> String {
    let causes = causes
        .iter()
        .map(|(tier, cause)| format!("{tier}: {cause}"));
    causes.collect::<Vec<_>>().join("; ")
}

fn nearest(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!("; did you mean `{}`?", near.join("` or `")),
    }
}
