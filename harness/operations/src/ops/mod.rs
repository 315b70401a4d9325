//! The operations: what each is called with, what the right answer is, and inputs to try it on.
//!
//! One file describes one operation: the [call](Operation::kernel) of its kernel, the
//! [native](Operation::native) oracle and the [generator](Operation::generate) of its inputs. The
//! runtime, the command line, the checker and the benchmarks derive from that. To add one, write
//! its file and name it in [`ALL`].

mod aggregate;
mod aggregate_between;
mod aggregate_deviations;
pub mod aggregate_passes;
mod aggregate_ranges;
mod aggregate_sums;
mod aggregate_update;
pub mod answer;
mod argument;
mod compare;
mod datum;
mod digest;
mod fnv1a32;
mod fnv1a32_batch;
mod fnv1a32_update;
mod fnv1a64;
mod fnv1a64_batch;
mod fnv1a64_update;
mod lz4_block;
mod lz4_compress;
mod lz4_decompress;
mod lz4_frame;
mod lz4_frame_compress;
mod lz4_frame_content_size;
mod lz4_frame_decode;
mod lz4_frame_decompress;
mod lz4_frame_encode;
mod md5;
mod md5_batch;
mod md5_finish;
mod md5_update;
mod memory_compare;
mod memory_copy;
mod memory_equal;
mod memory_fill;
mod memory_mismatch;
mod search;
mod search_all;
mod sha256;
mod sha256_batch;
mod sha256_finish;
mod sha256_update;
mod xxh32;
mod xxh32_finish;
mod xxh32_update;

use std::fmt::Debug;

pub use aggregate::{Aggregate, NotFinite, Summary};
pub use aggregate_between::AggregateBetween;
pub use aggregate_deviations::AggregateDeviations;
pub use aggregate_passes::NumbersChanged;
pub use aggregate_ranges::AggregateRanges;
pub use aggregate_update::AggregateUpdate;
pub use answer::{Answer, OperationError};
pub use argument::{Argument, ArgumentError, Parameter};
pub use compare::{Compare, Pair};
pub use datum::{Datum, Kind};
pub use digest::Messages;
pub use fnv1a32::Fnv1a32;
pub use fnv1a32_batch::Fnv1a32Batch;
pub use fnv1a32_update::Fnv1a32Update;
pub use fnv1a64::Fnv1a64;
pub use fnv1a64_batch::Fnv1a64Batch;
pub use fnv1a64_update::Fnv1a64Update;
pub use lz4_block::Lz4Error;
pub use lz4_compress::Lz4Compress;
pub use lz4_decompress::Lz4Decompress;
pub use lz4_frame::{
    Lz4BlockSize, Lz4Decoded, Lz4DecoderState, Lz4Encoded, Lz4EncoderState, Lz4FrameFault,
    Lz4FrameOptions, Lz4Last,
};
pub use lz4_frame_compress::Lz4FrameCompress;
pub use lz4_frame_content_size::Lz4FrameContentSize;
pub use lz4_frame_decode::{Lz4FrameDecode, Lz4Source};
pub use lz4_frame_decompress::Lz4FrameDecompress;
pub use lz4_frame_encode::{Lz4FrameEncode, Lz4Piece};
pub use md5::Md5;
pub use md5_batch::Md5Batch;
pub use md5_finish::Md5Finish;
pub use md5_update::Md5Update;
pub use memory_compare::MemoryCompare;
pub use memory_copy::{Copy, Move};
pub use memory_equal::Equal;
pub use memory_fill::{Fill, Repeated};
pub use memory_mismatch::Mismatch;
pub use search::{Needle, Search};
pub use search_all::{Matches, SearchAll, SearchInto};
pub use sha256::Sha256;
pub use sha256_batch::Sha256Batch;
pub use sha256_finish::Sha256Finish;
pub use sha256_update::Sha256Update;
pub use xxh32::Xxh32;
pub use xxh32_finish::Xxh32Finish;
pub use xxh32_update::Xxh32Update;

use crate::fingerprint::fingerprint;
use crate::frame::{ByteString, CallError, Frame, Source};
use crate::generator::Generator;
use crate::recording::{self, Recording, RecordingError};
use crate::session::Library;
use kilowat_kernels::Export;

/// An operation: a function with a kernel and a native twin that give the same answer.
pub trait Operation: Sized + 'static {
    /// The name that the command line and the benchmarks use.
    const NAME: &'static str;

    /// What it does, in a line.
    const SUMMARY: &'static str;

    /// What it takes where it is called by name.
    const PARAMETERS: &'static [Parameter];

    /// What the operation works on, owned: what a generator makes.
    type Case: Debug + Clone + Send + 'static;

    /// What the operation works on, as callers hold it, its byte strings being `B`.
    type Input<'a, B: ByteString<'a>>: std::marker::Copy;

    /// The answer, good or bad.
    type Output: Answer;

    /// The kernel's entry.
    fn export() -> &'static Export;

    /// Borrows a case.
    fn input(case: &Self::Case) -> Input<'_, Self>;

    /// The input that the arguments of a call by name are, as many as there are
    /// [parameters](Self::PARAMETERS).
    ///
    /// # Errors
    /// [`ArgumentError`] where they are not such as the operation takes.
    fn parse<'a, B: ByteString<'a>>(
        arguments: &[Argument<'a>],
    ) -> Result<Self::Input<'a, B>, ArgumentError>;

    /// A copy of an input, to work on it when the caller has gone on.
    fn own(input: Input<'_, Self>) -> Self::Case;

    /// How many bytes there are to work on.
    fn input_len<'a, B: ByteString<'a>>(input: Self::Input<'a, B>) -> u64;

    /// The answer from well-kept native code: the oracle, and the tier of last resort.
    fn native(input: Input<'_, Self>) -> Self::Output;

    /// Whether an answer that other code than the kernel gave is right. It is the native one, but for
    /// operations that have many right answers, such as compression.
    fn is_right(input: Input<'_, Self>, answer: &Self::Output) -> bool {
        *answer == Self::native(input)
    }

    /// The answer from the kernel.
    ///
    /// # Errors
    /// [`CallError`] where the kernel could not be asked; never for bad input.
    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        input: Self::Input<'a, B>,
    ) -> Result<Self::Output, CallError>;

    /// The answer from the kernel's streaming form, the input cut at the given offsets, which
    /// ascend and lie within its length. `None` for operations that have no such form.
    fn kernel_in_pieces<F: Frame>(
        _frame: &mut F,
        _input: Input<'_, Self>,
        _cuts: &[usize],
    ) -> Option<Result<Self::Output, CallError>> {
        None
    }

    /// An input to be checked, whose main part has `len` bytes: ordinary ones, and such as the
    /// algorithm finds hard.
    fn generate(generator: &mut Generator, len: usize) -> Self::Case;

    /// An input to be timed, of `len` bytes: what users have.
    fn workload(generator: &mut Generator, len: usize) -> Self::Case;
}

/// What an operation works on, its byte strings being the caller's.
pub type Input<'a, O> = <O as Operation>::Input<'a, &'a [u8]>;

/// An operation whose types are hidden, so that all of them make a list.
pub trait AnyOperation: Sync {
    /// [`Listed::INDEX`].
    fn index(&self) -> usize;

    /// [`Operation::NAME`].
    fn name(&self) -> &'static str;

    /// [`Operation::SUMMARY`].
    fn summary(&self) -> &'static str;

    /// [`Operation::PARAMETERS`].
    fn parameters(&self) -> &'static [Parameter];

    /// [`Operation::export`].
    fn export(&self) -> &'static Export;

    /// [`Operation::input_len`] of these arguments.
    ///
    /// # Errors
    /// [`ArgumentError`] where they are not such as the operation takes.
    fn input_len(&self, arguments: &[Argument<'_>]) -> Result<u64, ArgumentError>;

    /// The [fingerprint](crate::fingerprint) of a call with these arguments.
    ///
    /// # Errors
    /// [`ArgumentError`] where they are not such as the operation takes.
    fn fingerprint(&self, arguments: &[Argument<'_>]) -> Result<[u8; 32], ArgumentError>;

    /// The answer from native code.
    ///
    /// # Errors
    /// [`OperationError`].
    fn native_values(&self, arguments: &[Argument<'_>]) -> Result<Datum, OperationError>;

    /// The answer from the kernel, on a frame of its module: the native one, also where that is an
    /// error.
    ///
    /// # Errors
    /// [`CallError`] where the kernel could not be asked.
    fn run_values(
        &self,
        frame: &mut dyn Frame,
        arguments: &[Argument<'_>],
    ) -> Result<Result<Datum, OperationError>, CallError>;

    /// Runs the kernel once, on a frame of its module and a [generated](Operation::generate) input
    /// whose main part has `len` bytes, always the same one, and compares the answer with the native
    /// one.
    ///
    /// # Errors
    /// [`RecordingError`], among others where the answers differ.
    fn check_once(&self, frame: &mut dyn Frame, len: usize) -> Result<(), RecordingError>;

    /// A workload of `len` bytes.
    fn workload(&self, len: usize) -> Box<dyn Workload>;
}

/// One input of an operation, to be timed.
pub trait Workload {
    /// Computes the answer natively and forgets it.
    fn run_native(&self);

    /// Places the input in the memory of a new instance and makes the call once, checking the
    /// answer against the native one. The recording then repeats the call in place.
    ///
    /// # Errors
    /// [`RecordingError`], among others where the answers differ.
    fn record(&self, library: &Library) -> Result<Recording, RecordingError>;

    /// Runs the operation on a frame of the caller's, and checks that the answer
    /// [is right](Operation::is_right). Through it, code that is not a kernel of ours can be given the same input.
    ///
    /// # Errors
    /// [`RecordingError`], among others where the answers differ.
    fn check_on(&self, frame: &mut dyn Frame) -> Result<(), RecordingError>;

    /// Runs the operation as the runtime does: input copied in, kernel called, answer copied out.
    ///
    /// # Errors
    /// [`CallError`].
    fn run(&self, session: &mut crate::session::Session) -> Result<(), CallError>;
}

/// The pieces of `bytes`, or whatever it is, between `cuts`, which ascend and lie within its length.
fn pieces<'a, T>(bytes: &'a [T], cuts: &'a [usize]) -> impl Iterator<Item = &'a [T]> {
    let starts = std::iter::once(&0).chain(cuts);
    let ends = cuts
        .iter()
        .chain(std::iter::once(&bytes.len()))
        .copied()
        .collect::<Vec<_>>();
    starts
        .zip(ends)
        .map(move |(start, end)| &bytes[*start..end])
}

/// An operation in [`ALL`].
pub trait Listed: Operation {
    /// Its place there.
    const INDEX: usize;
}

/// Stands for an operation in [`ALL`].
#[derive(Debug)]
pub struct Entry<O>(std::marker::PhantomData<fn() -> O>);

impl<O> Entry<O> {
    const NEW: Self = Self(std::marker::PhantomData);
}

/// Lists the operations, and tells each its place in the list.
macro_rules! list {
    ($($operation:ident),* $(,)?) => {
        /// Every operation, in the order of the listing.
        pub static ALL: &[&dyn AnyOperation] = &[$(&Entry::<$operation>::NEW),*];

        enum Place {
            $($operation),*
        }

        $(
            impl Listed for $operation {
                const INDEX: usize = Place::$operation as usize;
            }
        )*
    };
}

list![
    Fnv1a32,
    Fnv1a64,
    Fnv1a32Update,
    Fnv1a64Update,
    Fnv1a32Batch,
    Fnv1a64Batch,
    Compare,
    Search,
    SearchAll,
    Copy,
    Fill,
    Equal,
    Mismatch,
    MemoryCompare,
    Aggregate,
    AggregateUpdate,
    AggregateDeviations,
    AggregateRanges,
    AggregateBetween,
    Sha256,
    Sha256Update,
    Sha256Finish,
    Sha256Batch,
    Md5,
    Md5Update,
    Md5Finish,
    Md5Batch,
    Lz4Compress,
    Lz4Decompress,
    Lz4FrameCompress,
    Lz4FrameDecompress,
    Lz4FrameContentSize,
    Lz4FrameEncode,
    Lz4FrameDecode,
    Xxh32,
    Xxh32Update,
    Xxh32Finish,
];

/// The operation of this name whose kernel is in this module.
#[must_use]
pub fn find(module: &str, name: &str) -> Option<&'static dyn AnyOperation> {
    let mut all = ALL.iter().copied();
    all.find(|operation| operation.name() == name && operation.export().module.name == module)
}

impl<O: Listed> AnyOperation for Entry<O> {
    fn index(&self) -> usize {
        O::INDEX
    }

    fn name(&self) -> &'static str {
        O::NAME
    }

    fn summary(&self) -> &'static str {
        O::SUMMARY
    }

    fn parameters(&self) -> &'static [Parameter] {
        O::PARAMETERS
    }

    fn export(&self) -> &'static Export {
        O::export()
    }

    fn input_len(&self, arguments: &[Argument<'_>]) -> Result<u64, ArgumentError> {
        O::parse::<Source<'_>>(arguments).map(O::input_len)
    }

    fn fingerprint(&self, arguments: &[Argument<'_>]) -> Result<[u8; 32], ArgumentError> {
        O::parse(arguments).map(fingerprint::<O>)
    }

    fn native_values(&self, arguments: &[Argument<'_>]) -> Result<Datum, OperationError> {
        O::native(O::parse(arguments)?).value()
    }

    fn run_values(
        &self,
        mut frame: &mut dyn Frame,
        arguments: &[Argument<'_>],
    ) -> Result<Result<Datum, OperationError>, CallError> {
        match O::parse::<Source<'_>>(arguments) {
            Ok(input) => O::kernel(&mut frame, input).map(Answer::value),
            Err(error) => Ok(Err(error.into())),
        }
    }

    fn check_once(&self, mut frame: &mut dyn Frame, len: usize) -> Result<(), RecordingError> {
        let mut generator = Generator::new(FIXED_SEED, &[O::INDEX as u64, len as u64]);
        let case = O::generate(&mut generator, len);
        recording::check_answer::<O>(&mut frame, O::input(&case))
    }

    fn workload(&self, len: usize) -> Box<dyn Workload> {
        let mut generator = Generator::new(FIXED_SEED, &[len as u64]);
        Box::new(TypedWorkload::<O> {
            case: O::workload(&mut generator, len),
        })
    }
}

/// Every run of the benchmarks, and every self-test, works on the same inputs.
const FIXED_SEED: u64 = 0;

struct TypedWorkload<O: Operation> {
    case: O::Case,
}

impl<O: Operation> Workload for TypedWorkload<O> {
    fn run_native(&self) {
        std::hint::black_box(O::native(std::hint::black_box(O::input(&self.case))));
    }

    fn record(&self, library: &Library) -> Result<Recording, RecordingError> {
        Recording::new::<O>(library, O::input(&self.case))
    }

    fn check_on(&self, mut frame: &mut dyn Frame) -> Result<(), RecordingError> {
        recording::check_other::<O>(&mut frame, O::input(&self.case))
    }

    fn run(&self, session: &mut crate::session::Session) -> Result<(), CallError> {
        std::hint::black_box(session.run::<O>(O::input(&self.case))?);
        Ok(())
    }
}
