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

mod aggregate;
mod arena;
mod budget;
mod digest;
pub mod doctor;
mod lz4;
pub mod measure;
mod memory;
pub mod monitor;
mod runtime;
mod semaphore;
mod stream;
mod strings;

pub use aggregate::Aggregator;
pub use arena::ArenaTelemetry;
pub use digest::{Fnv1a32, Fnv1a64, Md5, Sha256, Xxh32};
pub use kilowat_engine::{EngineKind, Signature, UnknownEngine, ValueType};
pub use kilowat_kernels::FEATURES;
pub use kilowat_operations::foreign::{
    ForeignArgumentError, ForeignError, ForeignModuleError, Status,
};
pub use kilowat_operations::ops::{
    ArgumentError, Datum as Value, Kind, Lz4BlockSize, Lz4Error, Lz4FrameFault, Lz4FrameOptions,
    NotFinite, NumbersChanged, OperationError, Parameter, Summary,
};
pub use lz4::{Lz4ContentSizeError, Lz4FrameError, Lz4FrameReader, Lz4FrameWriter};
pub use runtime::{
    BreakerPolicy, Buffer, BufferModuleError, BufferOrBytes, Builder, Cache, DEFAULT_MEMORY_LIMIT,
    EnvironmentError, Error, Fault, Faults, FunctionInfo, ModuleContents, ModuleInfo, ModuleTier,
    NoTierError, OperationInfo, Outcome, Policy, PolicyError, Preload, Runtime, SizeClass, Speed,
    Tiers, TiersError, UnknownModuleError, UnknownOperationError, Zeroize, operations,
};
pub use stream::Difference;

/// Its examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
