//! The command line's grammar, and the help it gives.

#[cfg(feature = "swarm")]
use std::ffi::OsStr;
use std::ffi::OsString;

use clap::{Args, Parser};
use kilowat::error::EnvironmentError;
use kilowat::{Builder, Cache, EngineKind, Error, Policy, Preload, Runtime, Tiers};

use crate::commands::{Command, ExitCodes};
use crate::warnings;

/// Digest, compress, seal, encode, search, compare and sum up files with hand-written WebAssembly kernels.
///
/// Each operation is a kernel written by hand in WebAssembly text. It runs on one of three tiers,
/// and the answer is the same, byte for byte, whichever it is:
///
///   jit          compiled to machine code for this CPU
///   interpreter  interpreted; works wherever Rust does
///   native       the reference crate that the kernel is checked against; no WebAssembly
///
/// Without --engine, each call goes to the fastest of these on this machine: they are measured once,
/// in passing, and what was measured and compiled is kept for the next time. Files of any
/// size are read in pieces, so that memory stays within a few tens of mebibytes; stats keeps long
/// columns in a temporary file.
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
  kilowat hmac --key-file KEY *.iso       tags that only who has the key can make
  kilowat fnv1a64 *.iso                   a faster hash, printed in the same way
  kilowat find TODO src/*.rs              where the bytes `TODO` are, as grep -abo does
  kilowat compare old.bin new.bin         the first difference, as cmp does
  kilowat utf8 *.txt                      whether files are UTF-8, and where not
  kilowat lz4 dump.sql                    an LZ4 frame of a file, dump.sql.lz4
  kilowat unlz4 dump.sql.lz4              the file again
  kilowat gzip dump.sql                   makes dump.sql.gz of it, as gzip does; gunzip likewise
  kilowat keygen my.key                   a key, and a file that only who has it can open:
  kilowat seal --key-file my.key a -o b   sealed; kilowat open likewise
  kilowat base64 logo.png                 a file as base64; -d decodes it
  kilowat stats times.txt                 mean, deviation and percentiles of numbers
  kilowat --engine interpreter find x f   the same on another tier
  kilowat --json fnv1a32 a b | jq .hash   for machines
  kilowat memory put plan step-1 parse    what programs that work together know
  kilowat tasks claim --agent coder-1     and what is to be done next
  kilowat send reviews '{\"pull\":17}'      work for whoever has time
  kilowat worker reviews -- ./review.sh   and who does it
  kilowat bench sha256 search             how fast they are here
  kilowat doctor                          whether all works here
  kilowat soak --duration 60s             whether it works under load
  kilowat verify                          whether the targets of the project are reached here

Environment:
  KILOWAT_TIERS   fastest, wasm-first, or the tiers to ask in their order, such as jit,native
  KILOWAT_WASM    off: no WebAssembly, as --no-wasm
  KILOWAT_CACHE   the folder for compiled kernels, or off
  KILOWAT_SWARM   the folder of the swarm: of memory, agents, tasks and messages

Exit status:
  0  all is well (find: found, compare: equal, utf8: valid, --check: as listed)
  1  the answer is no (find: not found, compare: different, utf8: not valid, --check: changed)
  2  something went wrong; a line on standard error names the file and the cause

gzip, gunzip, brotli and unbrotli end as gzip(1) and brotli(1) do: with 1 on an error, and with 2 on a warning."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) options: Options,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What was typed, as the grammar takes it.
pub(crate) struct CommandLine {
    pub(crate) words: Vec<OsString>,
    pub(crate) exit_codes: ExitCodes,
}

impl CommandLine {
    /// Reads the words of a command line, the program's name first. After `gzip`, `lz4` and `brotli`, `-10`, `-11` and
    /// `-12` are levels, which the grammar would take for two options of one character each.
    pub(crate) fn new(words: impl IntoIterator<Item = OsString>) -> Self {
        let mut words: Vec<_> = words.into_iter().collect();
        let place = place_of_command(&words);
        let command = words.get(place).and_then(|word| word.to_str());
        let exit_codes = match command {
            Some("gzip" | "gunzip" | "brotli" | "unbrotli") => ExitCodes::Gzip,
            _ => ExitCodes::Usual,
        };
        let option = match command {
            Some("gzip" | "gunzip" | "lz4") => "--level=",
            Some("brotli") => "--quality=",
            _ => return Self { words, exit_codes },
        };
        let options = words[place..].iter_mut().take_while(|word| *word != "--");
        for word in options {
            if let Some(number @ ("-10" | "-11" | "-12")) = word.to_str() {
                *word = [option, &number[1..]].concat().into();
            }
        }
        Self { words, exit_codes }
    }

    /// The word that says which command it is.
    #[cfg(feature = "swarm")]
    pub(crate) fn command(&self) -> Option<&OsStr> {
        let word = self.words.get(place_of_command(&self.words))?;
        Some(word)
    }
}

fn place_of_command(words: &[OsString]) -> usize {
    let is_option = |word: &OsString| word.as_encoded_bytes().starts_with(b"-");
    let mut place = 1;
    while words.get(place).is_some_and(is_option) {
        // This one has its value in the next word.
        place += if words[place] == "--engine" { 2 } else { 1 };
    }
    place
}

/// What every command takes.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Options {
    /// Who runs the operations: fastest (the default), wasm-first, or tiers such as jit
    ///
    /// fastest: the tier that was measured to be the fastest on this machine.
    /// wasm-first: jit; while it compiles and where it does not work, the faster of the others.
    /// jit, interpreter, native: this tier alone; or several in their order, as in jit,native.
    #[arg(long, value_name = "POLICY", global = true)]
    engine: Option<Policy>,

    /// Run native code only, no WebAssembly: the same as --engine native
    #[arg(long, global = true, conflicts_with = "engine")]
    no_wasm: bool,

    /// Print JSON: one object, or JSON Lines where the help of the command says so. Errors stay lines
    /// on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Options {
    /// Starts the runtime, by the fastest tier unless something else is asked for. Who names a tier shall
    /// know where it does not work, whatever the environment says of tiers. From here on the library's
    /// warnings go to standard error.
    ///
    /// # Errors
    /// [`Error::Environment`] where no tier is named and a variable of the environment means nothing.
    pub(crate) fn start(self) -> Result<Runtime, Error> {
        self.start_by(Policy::Fastest)
    }

    /// The same by another policy, unless something else is asked for.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub(crate) fn start_by(self, policy: Policy) -> Result<Runtime, Error> {
        self.started(Runtime::builder().policy(policy))
    }

    /// The same for a process that is over within milliseconds.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub(crate) fn start_briefly(self) -> Result<Runtime, Error> {
        let settings = Runtime::builder().policy(Policy::Fastest);
        self.started(settings.brief(true))
    }

    fn started(self, settings: Builder) -> Result<Runtime, Error> {
        // A module is compiled when it is used: a command uses one or two of them.
        let settings = settings.modules(Preload::Nothing);
        let settings = match self.policy() {
            None => settings,
            Some(policy) => settings
                .policy(policy)
                .ignore_environment()
                .cache(Cache::from_environment().unwrap_or_default()),
        };
        let runtime = settings.build();
        warnings::print();
        runtime
    }

    /// The tiers that the choice, or where there is none the environment, leaves of those that run
    /// WebAssembly.
    ///
    /// # Errors
    /// [`EnvironmentError`] where no tier is named and a variable of the environment means nothing.
    pub(crate) fn wasm_tiers(self) -> Result<Vec<EngineKind>, EnvironmentError> {
        let policy = match self.policy() {
            None => Policy::from_environment()?.unwrap_or(Policy::Fastest),
            Some(policy) => policy,
        };
        let is_left = |tier: &EngineKind| policy.tiers().contains(*tier);
        Ok(EngineKind::WASM.into_iter().filter(is_left).collect())
    }

    /// Who was named to run the operations.
    pub(crate) fn policy(self) -> Option<Policy> {
        if self.no_wasm {
            return Some(Policy::List(Tiers::NATIVE));
        }
        self.engine
    }
}
