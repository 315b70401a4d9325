//! The kernels, assembled when this crate is built, with a handle for each function that they export.

/// A kernel module as the assembler made it.
#[derive(Debug)]
pub struct KernelModule {
    /// Its place in [`MODULES`].
    pub index: usize,
    /// Its name.
    pub name: &'static str,
    /// The binary.
    pub wasm: &'static [u8],
    /// The first byte of memory that the host may use.
    pub heap_base: u32,
    /// Whether no branch and no address in it depends on a secret.
    pub constant_time: bool,
    /// Whether its memory may hold secrets, and is to be zeroed after each use.
    pub secret: bool,
    /// The parts of the static region that data segments fill; the rest of it is scratch.
    pub data: &'static [Segment],
}

/// Where a data segment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Offset of its first byte.
    pub offset: u32,
    /// Length in bytes.
    pub length: u32,
}

/// A handle to a function that a kernel module exports.
#[derive(Debug)]
pub struct Export {
    /// The module.
    pub module: &'static KernelModule,
    /// The name of the export.
    pub name: &'static str,
    /// Its place among the module's function exports, in the order of their names.
    pub function: usize,
}

include!(concat!(env!("OUT_DIR"), "/modules.rs"));
