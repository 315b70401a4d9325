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
//! Each family of operations has a module with its types: [`hash`], [`search`], [`memory`],
//! [`aggregate`], [`lz4`] and [`text`]. What is chosen at run time is in [`modules`], and what users bring along in
//! [`foreign`].

pub mod aggregate;
mod arena;
mod budget;
pub mod doctor;
pub mod hash;
pub mod lz4;
pub mod measure;
pub mod memory;
pub mod monitor;
mod readers;
mod runtime;
pub mod search;
mod semaphore;
pub mod text;

pub use kilowat_engine::EngineKind;
pub use kilowat_operations::ops::Datum as Value;
pub use runtime::{
    Buffer, Builder, Cache, Error, Outcome, Policy, Preload, Runtime, Tiers, Zeroize,
};

/// Byte strings that stay in the memory of a kernel.
pub mod buffer {
    pub use crate::runtime::{Buffer, BufferModuleError, BufferOrBytes};
}

/// Why there is no answer. The errors of a family of operations are in its module.
pub mod error {
    pub use crate::runtime::{
        DeadlineError, EnvironmentError, Error, NoTierError, UnknownModuleError,
        UnknownOperationError,
    };
    pub use kilowat_operations::ops::{ArgumentError, OperationError};
}

/// Failures on purpose, for tests and drills.
pub mod faults {
    pub use crate::runtime::{Fault, Faults};
}

/// Modules of the user's own: what they answer, and what is wrong with them. They are loaded by
/// [`Runtime::load_module_from`](crate::Runtime::load_module_from).
pub mod foreign {
    pub use crate::runtime::{DeadlineError, LoadOptions};
    pub use kilowat_engine::{Signature, ValueType};
    pub use kilowat_operations::foreign::{
        ForeignArgumentError as ArgumentError, ForeignError as FunctionError,
        ForeignModuleError as ModuleError, Status,
    };
}

/// What there is to call: modules, their operations, and what these take. Operations that are chosen at
/// run time are called by [`Runtime::execute`](crate::Runtime::execute).
pub mod modules {
    pub use crate::runtime::{
        FunctionInfo, ModuleContents, ModuleInfo, ModuleTier, OperationInfo, Outcome, operations,
    };
    pub use kilowat_kernels::FEATURES;
    pub use kilowat_operations::ops::{Datum as Value, Kind, Parameter};
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
