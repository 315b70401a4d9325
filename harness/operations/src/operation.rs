//! What an operation is: how its kernel is called, and the native code that it is held to.

use crate::answer::Answer;
use crate::frame::{ByteString, CallError, Frame};
#[cfg(feature = "native")]
use crate::generator::Generator;
use crate::shape::Shape;
use kilowat_kernels::Export;

/// A name and a meaning for each argument.
pub type Names = &'static [(&'static str, &'static str)];

/// A function that a kernel has.
pub trait Operation: Sized + 'static {
    /// The name that the command line and the benchmarks use.
    const NAME: &'static str;

    /// What it does, in a line.
    const SUMMARY: &'static str;

    /// The kernel's entry.
    const EXPORT: &'static Export;

    /// What it takes where it is called by name: for each of the shape's [kinds](Shape::KINDS) a name,
    /// and what it means in a line.
    const PARAMETERS: Names;

    /// What it works on.
    type Shape: Shape;

    /// The answer, good or bad.
    type Output: Answer;

    /// The answer from the kernel.
    ///
    /// # Errors
    /// [`CallError`] where the kernel could not be asked; never for bad input.
    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        input: Input<'a, Self, B>,
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
}

/// Which lengths of input an operation is checked with.
#[cfg(feature = "native")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Every length up to this one.
    pub every_length_to: usize,
    /// The longest. Up to it there are four lengths for each power of two.
    pub longest: usize,
}

#[cfg(feature = "native")]
impl Schedule {
    /// What finds most, for operations whose time is linear in the length, and short.
    pub const WHOLE: Self = Self {
        every_length_to: 300,
        longest: 1 << 20,
    };

    /// The same up to 128 KiB: for operations that take long on an interpreter, or that have many spans,
    /// each of which comes to stand at the end of the memory, and for which a mebibyte is nothing new.
    pub const BRIEF: Self = Self {
        longest: 1 << 17,
        ..Self::WHOLE
    };
}

/// An operation in native code, and inputs to hold its kernel to that.
#[cfg(feature = "native")]
pub trait Native: Operation {
    /// Which lengths it is checked with: all of them, unless that takes too long.
    const CHECKS: Schedule = Schedule::WHOLE;

    /// The answer from a reference crate: the oracle, and the tier of last resort.
    fn native(input: Input<'_, Self>) -> Self::Output;

    /// Whether native code can answer. A state that a kernel has begun may be beyond it.
    fn can_answer(_input: Input<'_, Self>) -> bool {
        true
    }

    /// Whether an answer is right, whoever gave it: a kernel, another tier, a peer. That is the native one,
    /// but for encoders, which have many right answers: there it is one that is decoded to the input. A
    /// kernel gives the same answer on every engine all the same.
    fn is_right(input: Input<'_, Self>, answer: &Self::Output) -> bool {
        *answer == Self::native(input)
    }

    /// An input to be checked, whose main part has `len` bytes: ordinary ones, and such as the
    /// algorithm finds hard.
    fn generate(generator: &mut Generator, len: usize) -> Case<Self>;

    /// An input to be timed, of `len` bytes: what users have.
    fn workload(generator: &mut Generator, len: usize) -> Case<Self>;
}

/// What an operation works on, its byte strings being the caller's, or `B`.
pub type Input<'a, O, B = &'a [u8]> = <<O as Operation>::Shape as Shape>::Input<'a, B>;

/// What an operation works on, owned.
pub type Case<O> = <<O as Operation>::Shape as Shape>::Case;
