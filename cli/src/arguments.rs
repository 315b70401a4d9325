//! The command line's grammar, and the help it gives.

use clap::{Args, Parser, ValueEnum};
use kilowat::{EngineError, EngineKind, Runtime};

use crate::commands::Command;
use crate::warnings;

/// Digest, search, compare and sum up files with hand-written WebAssembly kernels.
///
/// Each operation is a kernel written by hand in WebAssembly text. It runs on one of three tiers,
/// and the answer is the same, byte for byte, whichever it is:
///
///   jit          compiled to machine code for this CPU; the fastest
///   interpreter  interpreted; works wherever Rust does
///   native       the reference crate that the kernel is checked against; no WebAssembly
///
/// Without --engine, the first of these that works here is taken. Files of any size are read in
/// pieces, so that memory stays within a few mebibytes; only stats holds all its numbers.
#[derive(Debug, Parser)]
#[command(
    name = "kilowat",
    bin_name = "kilowat",
    version,
    verbatim_doc_comment,
    max_term_width = 100,
    after_help = "\
Examples:
  kilowat sha256 *.iso > SHA256SUMS       digests of files, as sha256sum does
  kilowat sha256 --check SHA256SUMS       whether they have them still
  kilowat fnv1a64 *.iso                   a faster hash, printed in the same way
  kilowat find TODO src/*.rs              where the bytes `TODO` are, as grep -abo does
  kilowat compare old.bin new.bin         the first difference, as cmp does
  kilowat stats times.txt                 mean, deviation and percentiles of numbers
  kilowat --engine interpreter find x f   the same on another tier
  kilowat --json fnv1a32 a b | jq .hash   for machines
  kilowat bench sha256 search             how fast they are here
  kilowat engines                         what works here

Exit status:
  0  all is well (find: found, compare: equal, --check: as listed)
  1  the answer is no (find: not found, compare: different, --check: changed)
  2  something went wrong; a line on standard error names the file and the cause"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) options: Options,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Options {
    /// The tier that runs the kernels
    #[arg(
        long,
        value_enum,
        default_value_t,
        global = true,
        hide_default_value = true
    )]
    pub(crate) engine: EngineChoice,

    /// Print JSON, an object a line; errors stay on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// A tier, or the choice left to the library.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineChoice {
    /// The fastest that works here (default)
    #[default]
    Auto,
    /// Machine code for this CPU
    Jit,
    /// Interpreted; works wherever Rust does
    Interpreter,
    /// Reference crates, no WebAssembly
    Native,
}

impl EngineChoice {
    /// The tiers that it leaves of those that run WebAssembly.
    pub(crate) fn wasm_tiers(self) -> &'static [EngineKind] {
        match self {
            Self::Auto => &EngineKind::WASM,
            Self::Jit => &[EngineKind::Jit],
            Self::Interpreter => &[EngineKind::Interpreter],
            Self::Native => &[],
        }
    }

    /// Starts a runtime on the tier. From here on the library's warnings go to standard error: it
    /// answers natively where a kernel cannot be run, and who asks for a tier shall know. That
    /// `auto` passes over a tier is no news.
    ///
    /// # Errors
    /// [`EngineError`] where the tier is named and does not start on this machine.
    pub(crate) fn start(self) -> Result<Runtime, EngineError> {
        let runtime = match self {
            Self::Auto => Ok(Runtime::new()),
            Self::Jit => Runtime::with_engine(EngineKind::Jit),
            Self::Interpreter => Runtime::with_engine(EngineKind::Interpreter),
            Self::Native => Runtime::with_engine(EngineKind::Native),
        };
        warnings::print();
        runtime
    }
}
