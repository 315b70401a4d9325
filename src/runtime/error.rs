//! Why there is no answer.

#[cfg(feature = "foreign")]
use std::sync::Arc;
use std::time::Duration;

use kilowat_engine::EngineKind;
#[cfg(feature = "foreign")]
use kilowat_operations::foreign::{ForeignError, ForeignModuleError};
#[cfg(feature = "text")]
use kilowat_operations::ops::EncodingFault;
use kilowat_operations::ops::{ArgumentError, OperationError, Refusal};

use super::environment::EnvironmentError;
use super::tiers::TiersError;
#[cfg(feature = "brotli")]
use crate::brotli::{BrotliError, BrotliFault};
#[cfg(all(feature = "aead", feature = "kdf"))]
use crate::crypto::SealedStreamError;
#[cfg(feature = "deflate")]
use crate::deflate::{Fault, StreamError, UnknownEncodingError};
#[cfg(feature = "lz4")]
use crate::lz4::{ContentSizeError, FrameError};
#[cfg(feature = "text")]
use crate::text::DecodeError;

/// Why a runtime could not be made, or gave no answer.
///
/// It is small, so that a `Result` with it costs a call nothing: what is large is in a box.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
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
    /// The system gives no random bytes, for a key, a nonce or a salt.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
    /// A buffer is one of another module than the operation.
    #[error(transparent)]
    BufferModule(#[from] Box<BufferModuleError>),
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
    /// A buffer is to be a column of numbers, and its length is no multiple of 8.
    #[error("a buffer of {len} bytes is no column of numbers, which have 8 bytes each")]
    NotNumbers {
        /// The length of the buffer.
        len: usize,
    },
    /// No tier of the list could answer.
    #[error(transparent)]
    NoTier(#[from] Box<NoTierError>),
    /// There is no module of this name.
    #[error(transparent)]
    UnknownModule(#[from] Box<UnknownModuleError>),
    /// The module has no operation of this name.
    #[error(transparent)]
    UnknownOperation(#[from] Box<UnknownOperationError>),
    /// The arguments are not what the operation takes.
    #[error(transparent)]
    Arguments(#[from] Box<ArgumentError>),
    /// The input deserves no other answer: it is malformed, or its result has no room. The
    /// [detail](Refusal::detail) is the error of the operation's family, and the same on every tier.
    #[error(transparent)]
    Input(#[from] Refusal),
    #[cfg(feature = "deflate")]
    /// A raw DEFLATE stream, a zlib stream or a gzip file is damaged or cut short, or has more content than is wanted.
    #[error(transparent)]
    Deflate(#[from] StreamError),
    #[cfg(feature = "deflate")]
    /// A body has an encoding that is not decoded here.
    #[error(transparent)]
    ContentEncoding(#[from] Box<UnknownEncodingError>),
    #[cfg(feature = "lz4")]
    /// LZ4 frames are damaged or cut short, or have more content than is wanted.
    #[error(transparent)]
    Lz4Frame(#[from] FrameError),
    #[cfg(feature = "lz4")]
    /// An LZ4 frame is to have a content of another length.
    #[error(transparent)]
    Lz4ContentSize(#[from] ContentSizeError),
    #[cfg(all(feature = "aead", feature = "kdf"))]
    /// A sealed stream was changed or cut short, or was sealed with another key, or is none.
    #[error(transparent)]
    SealedStream(#[from] SealedStreamError),
    #[cfg(feature = "text")]
    /// A text that came in pieces stands for no bytes.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[cfg(feature = "foreign")]
    /// A function of a user's own module cannot be called with the arguments given, or answers that
    /// there is no result.
    #[error(transparent)]
    Function(#[from] Box<ForeignError>),
    /// A function of a user's own module took longer than it may.
    #[error(transparent)]
    Deadline(#[from] Box<DeadlineError>),
    #[cfg(feature = "foreign")]
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
    Environment(#[from] Box<EnvironmentError>),
}

/// Four words: a result of a call has to be passed up through many others.
const _: () = assert!(size_of::<Error>() <= 32);

/// A buffer is one of another module than the operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{operation}` takes buffers of module `{expected}`, not of `{actual}`")]
#[non_exhaustive]
pub struct BufferModuleError {
    /// The operation.
    pub operation: &'static str,
    /// Its module.
    pub expected: &'static str,
    /// The buffer's module.
    pub actual: &'static str,
}

/// A function of a user's own module took longer than it [may](super::LoadOptions::deadline), and was
/// broken off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{function}` of module `{module}` was broken off after its limit of {limit:?}")]
#[non_exhaustive]
pub struct DeadlineError {
    /// The module.
    pub module: String,
    /// The function.
    pub function: String,
    /// How long a call may take.
    pub limit: Duration,
}

/// No tier of the list could answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no tier can answer `{operation}`: {}", list(causes))]
#[non_exhaustive]
pub struct NoTierError {
    /// The operation.
    pub operation: String,
    /// Why not, for each tier in the order in which they were asked. There are none where the program has no
    /// tier.
    pub causes: Vec<(EngineKind, String)>,
}

/// There is no module of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no module `{module}`{}", nearest(near))]
#[non_exhaustive]
pub struct UnknownModuleError {
    /// What was asked for.
    pub module: String,
    /// The names that are most like it.
    pub near: Vec<String>,
}

/// The module has no operation of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the module `{module}` has no operation `{operation}`{}",
    nearest(near)
)]
#[non_exhaustive]
pub struct UnknownOperationError {
    /// The module.
    pub module: String,
    /// What was asked for.
    pub operation: String,
    /// The names that are most like it.
    pub near: Vec<String>,
}

/// Puts an error into the box that [`Error`] holds it in.
macro_rules! boxed {
    ($($error:ident => $variant:ident),* $(,)?) => {
        $(
            impl From<$error> for Error {
                fn from(error: $error) -> Self {
                    Self::$variant(Box::new(error))
                }
            }
        )*
    };
}

boxed! {
    BufferModuleError => BufferModule,
    DeadlineError => Deadline,
    NoTierError => NoTier,
    UnknownModuleError => UnknownModule,
    UnknownOperationError => UnknownOperation,
    ArgumentError => Arguments,
    EnvironmentError => Environment,
}

#[cfg(feature = "foreign")]
boxed! { ForeignError => Function }

impl From<OperationError> for Error {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Argument(error) => Self::Arguments(error),
            OperationError::Refused(refusal) => Self::Input(refusal),
        }
    }
}

/// Whether a Brotli stream ends early.
#[cfg(feature = "brotli")]
fn is_cut_short(refusal: &Refusal) -> bool {
    let detail: Option<&BrotliError> = refusal.detail();
    detail.is_some_and(|error| error.fault == BrotliFault::Ends)
}

impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::MemoryBudget { .. } | Error::OutOfMemory(_) => std::io::ErrorKind::OutOfMemory,
            Error::Deadline(_) => std::io::ErrorKind::TimedOut,
            #[cfg(feature = "deflate")]
            Error::Deflate(StreamError::Damaged {
                fault: Fault::CutShort,
                ..
            }) => std::io::ErrorKind::UnexpectedEof,
            #[cfg(feature = "deflate")]
            Error::Deflate(_) => std::io::ErrorKind::InvalidData,
            #[cfg(feature = "lz4")]
            Error::Lz4Frame(FrameError::CutShort { .. }) => std::io::ErrorKind::UnexpectedEof,
            #[cfg(feature = "lz4")]
            Error::Lz4Frame(_) => std::io::ErrorKind::InvalidData,
            #[cfg(feature = "lz4")]
            Error::Lz4ContentSize(_) => std::io::ErrorKind::InvalidInput,
            #[cfg(all(feature = "aead", feature = "kdf"))]
            Error::SealedStream(SealedStreamError::CutShort { .. }) => {
                std::io::ErrorKind::UnexpectedEof
            }
            #[cfg(all(feature = "aead", feature = "kdf"))]
            Error::SealedStream(_) => std::io::ErrorKind::InvalidData,
            #[cfg(feature = "text")]
            Error::Decode(error) if error.fault == EncodingFault::CutShort => {
                std::io::ErrorKind::UnexpectedEof
            }
            #[cfg(feature = "text")]
            Error::Decode(_) => std::io::ErrorKind::InvalidData,
            Error::Arguments(_)
            | Error::BufferModule(_)
            | Error::ForeignBuffer
            | Error::BufferRange { .. }
            | Error::NotNumbers { .. } => std::io::ErrorKind::InvalidInput,
            #[cfg(feature = "foreign")]
            Error::Function(error) if matches!(**error, ForeignError::Argument(_)) => {
                std::io::ErrorKind::InvalidInput
            }
            #[cfg(feature = "foreign")]
            Error::Function(_) => std::io::ErrorKind::InvalidData,
            #[cfg(feature = "brotli")]
            Error::Input(refusal) if is_cut_short(refusal) => std::io::ErrorKind::UnexpectedEof,
            Error::Input(_) => std::io::ErrorKind::InvalidData,
            _ => std::io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

fn list(causes: &[(EngineKind, String)]) -> String {
    if causes.is_empty() {
        return "this program is built with none of the features `jit`, `interpreter` and `native`"
            .to_owned();
    }
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
