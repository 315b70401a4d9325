//! How a kernel can fail the checker, in words that lead to the cause.

use std::fmt;

use kilowat_engine::{EngineKind, WasmValue};
use kilowat_operations::frame::{CallError, FaultRecord};

/// A kernel that failed, with all that is needed to see it fail again.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The operation.
    pub operation: &'static str,
    /// What was being run.
    pub circumstance: Circumstance,
    /// What went wrong.
    pub fault: Fault,
}

/// Engine, seed and input of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circumstance {
    /// The engine.
    pub engine: EngineKind,
    /// The seed.
    pub seed: u64,
    /// The length that the generator was asked for.
    pub length: usize,
    /// The alignment of the spans, 0 to 15.
    pub alignment: usize,
    /// Where the spans stood.
    pub placement: Placement,
    /// Where a streamed input was cut; `None` where the input was given whole.
    pub cuts: Option<Vec<usize>>,
}

impl Circumstance {
    /// Before the first input.
    pub(super) fn of_no_input(engine: EngineKind, seed: u64) -> Self {
        Self {
            engine,
            seed,
            length: 0,
            alignment: 0,
            placement: Placement::Guarded,
            cuts: None,
        }
    }
}

/// Where the spans of a call stand in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Each at the alignment in question, with guard bytes around it.
    Guarded,
    /// The span with this number, counted from 0 in the order of the operation's requests, ends
    /// where the memory ends; the others as above.
    AtEnd(usize),
}

/// What a kernel did wrong.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// The answer is not the oracle's.
    WrongAnswer {
        /// The oracle's answer, shortened.
        expected: String,
        /// The kernel's answer, shortened.
        actual: String,
        /// The first byte of the two answers that differs.
        first_difference: usize,
    },
    /// The answer depends on what stood in memory before.
    StaleBytes {
        /// The answer over the first prefill, shortened.
        first: String,
        /// The answer over the second, shortened.
        second: String,
        /// The first byte of the two answers that differs.
        first_difference: usize,
    },
    /// A byte that is part of the answer was never written.
    SkippedWrite {
        /// Which span, counted as in [`Placement::AtEnd`].
        span: usize,
        /// Which byte of it.
        offset: u32,
    },
    /// A byte was changed that the kernel may not write.
    WroteOutside {
        /// Its address.
        address: usize,
        /// Where that is, relative to the nearest span.
        location: String,
    },
    /// The kernel trapped with a span at the end of the memory, but not elsewhere.
    OutOfSpan {
        /// The trap.
        trap: CallError,
    },
    /// The kernel changed the size of the memory.
    ResizedMemory {
        /// Size before, in bytes.
        before: usize,
        /// Size after, in bytes.
        after: usize,
    },
    /// The kernel changed a global that it exports.
    ChangedGlobal {
        /// Its name.
        name: String,
    },
    /// The operation keeps a state of another length than the module exports.
    StateSize {
        /// The length of the operation's state.
        len: usize,
        /// The global that exports it, and its value, if there is one.
        exported: Option<(String, WasmValue)>,
    },
    /// A span for a fault was written by a call that refused nothing.
    WroteFault {
        /// Which span, counted as in [`Placement::AtEnd`].
        span: usize,
        /// Which byte of it.
        offset: u32,
        /// What the call returned, where that is negative.
        status: Option<i64>,
    },
    /// What a kernel says of an input that it refuses lies in no input.
    FaultElsewhere {
        /// What it says.
        record: FaultRecord,
        /// The length of the longest input.
        longest: u32,
    },
    /// The operation has read its answer from work memory, which is undefined after a call.
    ReadWork {
        /// Which span, counted as in [`Placement::AtEnd`].
        span: usize,
    },
    /// A kernel that is to be a pure function changed the memory.
    Impure {
        /// Its name.
        export: &'static str,
    },
    /// How much room there is for something depends on what stood in memory before.
    UnsteadySize {
        /// Which span, counted as in [`Placement::AtEnd`].
        span: usize,
        /// Its length over the first prefill, if it was asked for.
        first: Option<u32>,
        /// Its length over the second, if it was asked for.
        second: Option<u32>,
    },
    /// The call failed: it trapped, or returned what its contract does not allow.
    Call(CallError),
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            circumstance,
            fault,
            ..
        } = self;
        let Circumstance {
            engine,
            seed,
            length,
            alignment,
            placement,
            cuts,
        } = circumstance;
        writeln!(formatter, "{operation} on {engine}: {fault}")?;
        write!(
            formatter,
            "  with seed {seed:#x}, length {length}, alignment {alignment}, {placement}"
        )?;
        if let Some(cuts) = cuts {
            write!(formatter, ", cut at {cuts:?}")?;
        }
        write!(
            formatter,
            "\n  to repeat: KILOWAT_SEED={seed:#x} KILOWAT_LENGTH={length} \
             KILOWAT_ALIGNMENT={alignment} cargo test --test checker {operation}"
        )
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guarded => write!(formatter, "guard bytes around every span"),
            Self::AtEnd(span) => write!(formatter, "span {span} at the end of the memory"),
        }
    }
}

/// The length of a span that there may be.
struct Length(Option<u32>);

impl fmt::Display for Length {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(len) => write!(formatter, "{len}"),
            None => write!(formatter, "not asked for"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongAnswer {
                expected,
                actual,
                first_difference,
            } => write!(
                formatter,
                "wrong answer: byte {first_difference} differs\n  expected {expected}\n  \
                 actual   {actual}"
            ),
            Self::StaleBytes {
                first,
                second,
                first_difference,
            } => write!(
                formatter,
                "the answer depends on stale bytes: over two prefills of the memory, byte \
                 {first_difference} differs\n  first  {first}\n  second {second}"
            ),
            Self::SkippedWrite { span, offset } => write!(
                formatter,
                "skipped write: byte {offset} of span {span} is part of the answer, and was left \
                 as it was"
            ),
            Self::WroteOutside { address, location } => write!(
                formatter,
                "wrote where it may not: the byte at {address}, {location}"
            ),
            Self::OutOfSpan { trap } => {
                write!(formatter, "reads or writes past the end of a span: {trap}")
            }
            Self::ResizedMemory { before, after } => write!(
                formatter,
                "the memory had {before} bytes before the call and {after} after it"
            ),
            Self::ChangedGlobal { name } => {
                write!(formatter, "the exported global `{name}` changed")
            }
            Self::StateSize { len, exported } => {
                write!(
                    formatter,
                    "the operation keeps a state of {len} bytes, and the module exports "
                )?;
                match exported {
                    Some((name, value)) => write!(formatter, "`{name}` as {value:?}"),
                    None => formatter.write_str("no `…_state_size` for it"),
                }
            }
            Self::WroteFault {
                span,
                offset,
                status,
            } => {
                write!(
                    formatter,
                    "wrote byte {offset} of its fault, span {span}, though it refused nothing"
                )?;
                match status {
                    Some(status) => write!(formatter, ": it returned {status}"),
                    None => Ok(()),
                }
            }
            Self::FaultElsewhere { record, longest } => write!(
                formatter,
                "refused its input for what lies outside of it: the longest input has {longest} \
                 bytes, and the fault is {record:?}"
            ),
            Self::ReadWork { span } => write!(
                formatter,
                "the answer was read from work memory, span {span}, which is undefined after a call"
            ),
            Self::Impure { export } => write!(
                formatter,
                "`{export}` is to be a pure function, and changed the memory"
            ),
            Self::UnsteadySize {
                span,
                first,
                second,
            } => write!(
                formatter,
                "the length of span {span} depends on stale bytes: over two prefills of the memory \
                 it is {} and {}",
                Length(*first),
                Length(*second)
            ),
            Self::Call(error) => write!(formatter, "the call failed: {error}"),
        }
    }
}
