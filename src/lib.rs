//! Performance kernels hand-written in WebAssembly text, on the fastest engine at hand.
//!
//! A [`Runtime`] runs each operation on one of these, and the answer is the same, byte for byte,
//! whichever it is:
//!
//! 1. `jit`: the kernel compiled to machine code by wasmtime;
//! 2. `interpreter`: the kernel interpreted by wasmi;
//! 3. `native`: the reference crate that the kernel is checked against.
//!
//! A [`Policy`] says which is asked first: the JIT, or whichever is the fastest on this machine. A new
//! runtime answers at once: the first calls are interpreted while the kernels are compiled in the
//! background, and what is compiled is kept for the next process. Where a tier fails, the next one
//! answers within the same call. A [`monitor::Report`] says who answered what, and how fast.
//!
//! ```
//! let runtime = kilowat::Runtime::new();
//! assert_eq!(runtime.fnv1a32(b"foobar")?, 0xbf9c_f968);
//! assert_eq!(runtime.search(b"a needle in a haystack", b"hay")?, Some(14));
//! # Ok::<(), kilowat::Error>(())
//! ```
//!
//! Asynchronous tasks make calls with [`Runtime::in_turn`], which awaits its turn; with the feature
//! `tokio` there are readers, writers and sinks for inputs of any size.
//!
//! Each family of operations has a module with its types: [`hash`], [`search`], [`memory`],
//! [`aggregate`], [`brotli`], [`crypto`], `javascript`, [`json`], [`deflate`], [`lz4`] and [`text`]. What is chosen at run time is in
//! [`modules`], and what users bring along in [`foreign`].
//!
//! # Features
//! Each tier is a cargo feature (`jit`, `interpreter`, `native`), and so are each module of kernels (`aead`, `blake3`, `brotli`,
//! `deflate`, `json`, `kdf`, `lz4`,
//! `md5`, `memory_ops`, `sha256`, `sha512`, `string_ops`, `text`, `xxhash`) and [`foreign`]. All of these are on by default. What is off is
//! not linked, and its methods and types are not there; a tier that is off is in no list of tiers, and to ask
//! for it is an error that says so. `javascript`, `measure` and `digest` are off by default.

#![cfg_attr(
    not(all(
        feature = "aead",
        feature = "blake3",
        feature = "brotli",
        feature = "deflate",
        feature = "javascript",
        feature = "json",
        feature = "kdf",
        feature = "lz4",
        feature = "md5",
        feature = "memory_ops",
        feature = "sha256",
        feature = "sha512",
        feature = "string_ops",
        feature = "text",
        feature = "xxhash"
    )),
    allow(
        dead_code,
        unused_imports,
        reason = "families of operations share helpers"
    )
)]

#[cfg(feature = "memory_ops")]
pub mod aggregate;
mod arena;
#[cfg(feature = "brotli")]
pub mod brotli;
mod budget;
#[cfg(any(feature = "aead", feature = "kdf"))]
pub mod crypto;
#[cfg(any(
    feature = "brotli",
    feature = "deflate",
    feature = "lz4",
    all(feature = "aead", feature = "kdf")
))]
mod decoding;
#[cfg(feature = "deflate")]
pub mod deflate;
pub mod doctor;
#[cfg(any(feature = "brotli", feature = "deflate"))]
mod encoding;
#[cfg(any(
    feature = "blake3",
    feature = "lz4",
    feature = "md5",
    feature = "sha256",
    feature = "sha512",
    feature = "string_ops",
    feature = "text",
    feature = "xxhash"
))]
pub mod hash;
#[cfg(feature = "javascript")]
pub mod javascript;
#[cfg(feature = "json")]
pub mod json;
#[cfg(any(feature = "brotli", feature = "deflate"))]
mod limit;
#[cfg(feature = "lz4")]
pub mod lz4;
#[cfg(feature = "measure")]
pub mod measure;
#[cfg(any(feature = "memory_ops", feature = "string_ops"))]
pub mod memory;
pub mod monitor;
mod readers;
mod runtime;
#[cfg(feature = "string_ops")]
pub mod search;
mod semaphore;
#[cfg(feature = "text")]
pub mod text;
mod unfinished;

pub use kilowat_engine::EngineKind;
pub use kilowat_operations::ops::Value;
#[cfg(any(feature = "brotli", feature = "deflate"))]
pub use limit::Limit;
pub use runtime::{
    Buffer, Builder, Cache, Error, Outcome, Policy, Preload, Runtime, Tiers, Zeroize,
};

/// Byte strings that stay in the memory of a kernel.
pub mod buffer {
    pub use crate::runtime::{Buffer, BufferModuleError, BufferOrBytes};
}

/// Why there is no answer. The errors of a family of operations are in its module; they are the
/// [detail](error::Refusal::detail) of a refusal.
pub mod error {
    pub use crate::runtime::{
        DeadlineError, EnvironmentError, Error, NoTierError, UnknownModuleError,
        UnknownOperationError,
    };
    pub use kilowat_operations::ops::{ArgumentError, Refusal, Refuses, Status};
}

/// Failures on purpose, for tests and drills.
pub mod faults {
    pub use crate::runtime::{Fault, Faults};
}

#[cfg(feature = "foreign")]
/// Modules of the user's own: what they answer, and what is wrong with them. They are loaded by
/// [`Runtime::load_module_from`](crate::Runtime::load_module_from).
pub mod foreign {
    pub use crate::runtime::{DeadlineError, LoadOptions};
    pub use kilowat_engine::{Signature, ValueType};
    pub use kilowat_operations::foreign::{
        ForeignArgumentError as ArgumentError, ForeignError as FunctionError,
        ForeignModuleError as ModuleError,
    };
}

/// What there is to call: modules, their operations, and what these take. Operations that are chosen at
/// run time are called by [`Runtime::execute`](crate::Runtime::execute).
pub mod modules {
    pub use crate::runtime::{
        FunctionInfo, ModuleContents, ModuleInfo, ModuleTier, OperationInfo, Outcome, operations,
    };
    pub use kilowat_kernels::FEATURES;
    pub use kilowat_operations::ops::{Kind, Parameter, Value};
}

/// In which order the tiers are asked, and what was measured for it.
pub mod policy {
    pub use crate::runtime::{Policy, PolicyError, SizeClass, Speed, Tiers, TiersError};
    pub use kilowat_engine::{EngineKind, UnknownEngine};
}

/// Settings of a [`Builder`].
pub mod settings {
    pub use crate::runtime::{BreakerPolicy, Cache, DEFAULT_MEMORY_LIMIT, Preload, Zeroize};
}

/// Its examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// So are those of docs/migration.md.
#[cfg(doctest)]
#[doc = include_str!("../docs/migration.md")]
struct Migration;

/// The examples of docs/api.md.
#[cfg(all(doctest, feature = "javascript"))]
#[doc = include_str!("../tests/data/api-examples.md")]
struct ApiExamples;
