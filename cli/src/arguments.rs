//! The command line's grammar, and the help it gives.

use clap::{Args, Parser, ValueEnum};
use kilowat::monitor::Thresholds;
use kilowat::{EngineKind, EnvironmentError, Error, Preload, Runtime, Tiers};

use crate::commands::Command;
use crate::warnings;

/// Digest, compress, search, compare and sum up files with hand-written WebAssembly kernels.
///
/// Each operation is a kernel written by hand in WebAssembly text. It runs on one of three tiers,
/// and the answer is the same, byte for byte, whichever it is:
///
///   jit          compiled to machine code for this CPU; the fastest
///   interpreter  interpreted; works wherever Rust does
///   native       the reference crate that the kernel is checked against; no WebAssembly
///
/// Without --engine, each call goes to the first of these that is ready and works: kernels are
/// interpreted until they are compiled, and what is compiled is kept for the next time. Files of any
/// size are read in pieces, so that memory stays within a few mebibytes; only stats holds all its
/// numbers.
#[derive(Debug, Parser)]
#[command(
    name = "kilowat",
    bin_name = "kilowat",
    version,
    verbatim_doc_comment,
    after_help = "\
Examples:
  kilowat sha256 *.iso > SHA256SUMS       digests of files, as sha256sum does
  kilowat sha256 --check SHA256SUMS       whether they have them still
  kilowat fnv1a64 *.iso                   a faster hash, printed in the same way
  kilowat find TODO src/*.rs              where the bytes `TODO` are, as grep -abo does
  kilowat compare old.bin new.bin         the first difference, as cmp does
  kilowat lz4 dump.sql                    an LZ4 frame of a file, dump.sql.lz4
  kilowat unlz4 dump.sql.lz4              the file again
  kilowat stats times.txt                 mean, deviation and percentiles of numbers
  kilowat --engine interpreter find x f   the same on another tier
  kilowat --json fnv1a32 a b | jq .hash   for machines
  kilowat bench sha256 search             how fast they are here
  kilowat doctor                          whether all works here
  kilowat soak --duration 60s             whether it works under load

Environment:
  KILOWAT_TIERS   the tiers to ask, in their order, such as native or jit,native
  KILOWAT_WASM    off: no WebAssembly, as --no-wasm
  KILOWAT_CACHE   the folder for compiled kernels, or off

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
    engine: EngineChoice,

    /// Run native code only, no WebAssembly: the same as --engine native
    #[arg(long, global = true, conflicts_with = "engine")]
    no_wasm: bool,

    /// Print JSON: one object, or JSON Lines where the help of the command says so. Errors stay lines
    /// on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// A tier, or the choice left to the library.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineChoice {
    /// The fastest that is ready and works (default)
    #[default]
    Auto,
    /// Machine code for this CPU
    Jit,
    /// Interpreted; works wherever Rust does
    Interpreter,
    /// Reference crates, no WebAssembly
    Native,
}

impl Options {
    /// Starts the runtime. A tier that is named answers alone: who asks for it shall know where it
    /// does not work. From here on the library's warnings go to standard error.
    ///
    /// # Errors
    /// [`Error::Environment`] where a variable of the environment means nothing.
    pub(crate) fn start(self) -> Result<Runtime, Error> {
        let settings = Runtime::builder()
            // A module is compiled when it is used: a command uses one or two of them.
            .modules(Preload::Nothing)
            // Who asks for native code shall not be warned of it.
            .alerts(Thresholds {
                min_wasm_share: 0.0,
                ..Thresholds::default()
            });
        let settings = match self.tier() {
            None => settings,
            Some(tier) => settings.tiers([tier]).ignore_environment(),
        };
        let runtime = settings.build();
        warnings::print();
        runtime
    }

    /// The choice of tiers, for machines.
    pub(crate) fn engine_name(self) -> &'static str {
        self.tier().map_or("auto", EngineKind::name)
    }

    /// The tiers that the choice, or where there is none the environment, leaves of those that run
    /// WebAssembly.
    ///
    /// # Errors
    /// [`EnvironmentError`] where a variable of the environment means nothing.
    pub(crate) fn wasm_tiers(self) -> Result<Vec<EngineKind>, EnvironmentError> {
        let environment = Tiers::from_environment()?;
        let is_left = |tier: &EngineKind| match self.tier() {
            None => environment.is_none_or(|tiers| tiers.contains(*tier)),
            Some(chosen) => chosen == *tier,
        };
        Ok(EngineKind::WASM.into_iter().filter(is_left).collect())
    }

    /// The tier that was named.
    pub(crate) fn tier(self) -> Option<EngineKind> {
        match self.engine {
            _ if self.no_wasm => Some(EngineKind::Native),
            EngineChoice::Auto => None,
            EngineChoice::Jit => Some(EngineKind::Jit),
            EngineChoice::Interpreter => Some(EngineKind::Interpreter),
            EngineChoice::Native => Some(EngineKind::Native),
        }
    }
}
