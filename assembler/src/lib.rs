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
//! Another build counts how often each branch of the text is taken ([`instrument()`]).
//!
//! The same text gives the same binary, byte for byte, on every machine. What is wrong with a text is said with its
//! file, line and column.

//! Without the feature `text`, which is on unless it is turned off, there is only what holds a binary to the ABI
//! ([`Interface::read`]).

#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "text"),
    allow(
        dead_code,
        reason = "binaries are read in full, and most of it is for what is made of texts"
    )
)]

#[cfg(feature = "text")]
mod abi;
#[cfg(feature = "text")]
mod assemble;
#[cfg(feature = "text")]
mod comment_table;
#[cfg(feature = "text")]
mod contract;
mod error;
mod features;
#[cfg(feature = "text")]
mod field_names;
#[cfg(feature = "text")]
pub mod format;
#[cfg(feature = "text")]
mod header;
#[cfg(feature = "text")]
mod inline;
#[cfg(feature = "text")]
mod instrument;
mod interface;
#[cfg(feature = "text")]
mod layout;
#[cfg(feature = "text")]
pub mod lint;
#[cfg(feature = "text")]
mod manifest;
#[cfg(feature = "text")]
mod mark;
#[cfg(feature = "text")]
mod memory_map;
mod module;
#[cfg(feature = "text")]
mod parse;
mod prune;
#[cfg(feature = "text")]
mod rust_constants;
#[cfg(feature = "text")]
mod source;

pub use error::{BinaryError, Diagnostic, Error, Location, MacroUse, Problem, UnrollProblem};
pub use features::{ALLOWED, allowed_names};
pub use interface::{ABI, Interface, SECTION, Segment};
pub use prune::prune;
#[cfg(feature = "text")]
pub use {
    assemble::{Assembled, Options, assemble, assemble_folder},
    contract::{Extent, PUBLIC, Secret, Secrets},
    header::{Header, Named},
    inline::inline,
    instrument::{Branch, COUNTER, Instrumented, Way, instrument},
    manifest::{
        DataSegment, Manifest, ManifestConstant, ManifestEnumeration, ManifestExport,
        ManifestField, ManifestLayout, ManifestModule, ManifestValue, SCHEMA,
    },
    mark::{Declassified, Marked, mark},
    rust_constants::rust_constants,
    source::{Fragment, Source, Tree},
};
