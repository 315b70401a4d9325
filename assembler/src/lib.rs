//! Assembles kernels written in WebAssembly text into verified binaries.
//!
//! Standard text in, a proven binary out. A kernel also assembles with any standard tool; this one makes it smaller
//! and faster, and checks that it is a kernel:
//!
//! 1. read the module's file or folder, and the fragments that its header names ([`Tree`], [`Source`]);
//! 2. parse it, and validate it with exactly the features that kernels may use ([`ALLOWED`]);
//! 3. check it against the ABI, its header, its memory map, its layouts and its enumerations;
//! 4. splice macros, the functions whose name ends in `!`, into their callers, and unroll the loops whose label does
//!    ([`inline()`]);
//! 5. leave out what nothing reaches ([`prune()`]);
//! 6. validate the result, and describe it ([`ManifestModule`]).
//!
//! The same text gives the same binary, byte for byte, on every machine. What is wrong with a text is said with its
//! file, line and column.

#![forbid(unsafe_code)]

mod abi;
mod assemble;
mod comment_table;
mod error;
mod features;
mod field_names;
pub mod format;
mod header;
mod inline;
mod interface;
mod layout;
pub mod lint;
mod manifest;
mod memory_map;
mod module;
mod parse;
mod prune;
mod rust_constants;
mod source;

pub use assemble::{Assembled, Options, SECTION, assemble, assemble_folder};
pub use error::{BinaryError, Diagnostic, Error, Location, MacroUse, Problem, UnrollProblem};
pub use features::{ALLOWED, allowed_names};
pub use header::{Header, Named};
pub use inline::inline;
pub use interface::{Interface, Segment};
pub use manifest::{
    DataSegment, Manifest, ManifestConstant, ManifestEnumeration, ManifestExport, ManifestField,
    ManifestLayout, ManifestModule, ManifestValue, SCHEMA,
};
pub use prune::prune;
pub use rust_constants::rust_constants;
pub use source::{Fragment, Source, Tree};
