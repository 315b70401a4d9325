//! Performance kernels hand-written in WebAssembly text, on the fastest engine at hand.
//!
//! A [`Runtime`] runs each operation on the first of these that works here, and the answer is the
//! same, byte for byte, whichever it is:
//!
//! 1. `jit`: the kernel compiled to machine code by wasmtime;
//! 2. `interpreter`: the kernel interpreted by wasmi;
//! 3. `native`: the reference crate that the kernel is checked against.
//!
//! ```
//! let runtime = kilowat::Runtime::new();
//! assert_eq!(runtime.fnv1a32(b"foobar"), 0xbf9c_f968);
//! assert_eq!(runtime.search(b"a needle in a haystack", b"hay"), Some(14));
//! ```

mod digest;
mod lz4;
mod memory;
mod pool;
mod runtime;
mod stream;

pub use digest::{Md5, Sha256};
pub use kilowat_harness::engine::{EngineError, EngineKind, UnknownEngine};
pub use kilowat_harness::module::FEATURES;
pub use kilowat_harness::ops::{
    Lz4BlockSize, Lz4Error, Lz4FrameFault, Lz4FrameOptions, NotFinite, Summary,
};
pub use lz4::{Lz4ContentSizeError, Lz4FrameError, Lz4FrameReader, Lz4FrameWriter};
pub use runtime::{OperationInfo, Runtime, operations};
pub use stream::Difference;
