//! The kernel checker: what makes hand-written kernels safe to trust.
//!
//! Every operation is run on inputs of every length from 0 to 300, and on a spread of lengths up to
//! 1 MiB, each at an alignment that the seed chooses, or the short ones at every alignment. For each
//! input the kernel is called with its spans surrounded by guard bytes, then once for each span with that
//! span's last byte at the last byte of the memory. Every call is made twice, over two prefills of the
//! memory that differ in every bit, and both answers must be the oracle's. Everything but the output
//! spans and the kernel's static region must be as it was before. Work memory is filled anew after each
//! call; a fault is written, as a whole, by a call that refuses its input, and by no other; and a kernel
//! that says how much room another needs leaves the memory as it is.
//!
//! The model is checkasm, of the x264 and dav1d projects.

mod failure;
mod probe;
mod schedule;
mod subject;

use std::env;
use std::fmt;

pub use failure::{Circumstance, Failure, Fault, Placement};

use kilowat_engine::{EngineKind, Instance};
use kilowat_kernels::KernelModule;
use kilowat_operations::ops::{AnyOperation, Erased, Native};
use subject::Subject;

/// The seed where the environment names none.
const DEFAULT_SEED: u64 = 0x6b69_6c6f_7761_7400;

/// What to check, and with which inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checker {
    /// Seed of the first round; each later round adds 1.
    pub seed: u64,
    /// How many times to go through all lengths and alignments.
    pub rounds: u64,
    /// Only inputs of this length.
    pub length: Option<usize>,
    /// Only spans at this alignment, 0 to 15.
    pub alignment: Option<usize>,
    /// Whether short inputs are tried at every alignment, and not at one each.
    pub every_alignment: bool,
}

impl Default for Checker {
    fn default() -> Self {
        Self {
            seed: DEFAULT_SEED,
            rounds: 1,
            length: None,
            alignment: None,
            every_alignment: false,
        }
    }
}

/// An environment variable that is not the number it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}={value} is not a number (decimal, or hexadecimal after 0x)")]
pub struct BadVariable {
    name: &'static str,
    value: String,
}

/// How much a check has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The operation.
    pub operation: &'static str,
    /// The engine.
    pub engine: EngineKind,
    /// The seed of the first round.
    pub seed: u64,
    /// How many inputs were tried.
    pub inputs: u64,
    /// How many runs of the operation that took.
    pub runs: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            engine,
            seed,
            inputs,
            runs,
        } = self;
        write!(
            formatter,
            "{operation} on {engine}: {inputs} inputs, {runs} runs, seed {seed:#x}"
        )
    }
}

impl Checker {
    /// What the environment asks for: `KILOWAT_SEED`, `KILOWAT_ROUNDS`, `KILOWAT_EVERY_ALIGNMENT=1` where
    /// there is time for it, and to repeat one failure `KILOWAT_LENGTH` and `KILOWAT_ALIGNMENT`.
    ///
    /// # Errors
    /// [`BadVariable`] where one of them is no number.
    pub fn from_env() -> Result<Self, BadVariable> {
        let default = Self::default();
        Ok(Self {
            seed: number_from_env("KILOWAT_SEED")?.unwrap_or(default.seed),
            rounds: number_from_env("KILOWAT_ROUNDS")?.unwrap_or(default.rounds),
            length: number_from_env("KILOWAT_LENGTH")?.map(|length| length as usize),
            alignment: number_from_env("KILOWAT_ALIGNMENT")?.map(|alignment| alignment as usize),
            every_alignment: number_from_env("KILOWAT_EVERY_ALIGNMENT")?.is_some_and(|it| it != 0),
        })
    }

    /// Checks an operation on one engine. The native tier is the oracle: there is nothing to check.
    ///
    /// # Errors
    /// The first [`Failure`].
    pub fn check(
        &self,
        operation: &dyn AnyOperation,
        engine: EngineKind,
    ) -> Result<Report, Box<Failure>> {
        self.check_in(operation.export().module, operation, engine)
    }

    /// Checks an operation on another build of its module, which has the same exports.
    ///
    /// # Errors
    /// The first [`Failure`].
    pub fn check_in(
        &self,
        module: &KernelModule,
        operation: &dyn AnyOperation,
        engine: EngineKind,
    ) -> Result<Report, Box<Failure>> {
        self.check_then(module, operation, engine, &mut |_| {})
    }

    /// The same; each instance that has passed, one a round, is given to `then`.
    ///
    /// # Errors
    /// The first [`Failure`].
    pub fn check_then(
        &self,
        module: &KernelModule,
        operation: &dyn AnyOperation,
        engine: EngineKind,
        then: &mut dyn FnMut(&mut Instance),
    ) -> Result<Report, Box<Failure>> {
        let mut report = Report {
            operation: operation.name(),
            engine,
            seed: self.seed,
            inputs: 0,
            runs: 0,
        };
        for round in 0..self.rounds {
            let seed = self.seed.wrapping_add(round);
            let Some(mut subject) = Subject::new(operation, module, engine, seed)? else {
                break;
            };
            subject.check_state_size()?;
            // A failure may have been at any of them.
            let every_alignment = self.every_alignment || self.alignment.is_some();
            for case in schedule::cases(operation.schedule(), seed, every_alignment) {
                if self.length.is_none_or(|only| only == case.length)
                    && self.alignment.is_none_or(|only| only == case.alignment)
                {
                    subject.check_input(case)?;
                }
            }
            report.inputs += subject.inputs;
            report.runs += subject.runs;
            then(&mut subject.instance);
        }
        Ok(report)
    }
}

/// For tests: checks an operation on both engines, as the environment asks, and prints the reports.
///
/// # Panics
/// With the first [`Failure`], or with [`BadVariable`].
pub fn assert_sound<O: Native>() {
    let checker = Checker::from_env().unwrap_or_else(|error| panic!("{error}"));
    for engine in EngineKind::WASM {
        match checker.check(&Erased::<O>::NEW, engine) {
            Ok(report) => println!("{report}"),
            Err(failure) => panic!("{failure}"),
        }
    }
}

fn number_from_env(name: &'static str) -> Result<Option<u64>, BadVariable> {
    let Some(value) = env::var_os(name) else {
        return Ok(None);
    };
    let value = value.to_string_lossy().into_owned();
    let number = match value.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => value.parse(),
    };
    number.map(Some).map_err(|_| BadVariable { name, value })
}
