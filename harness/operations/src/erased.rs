//! Operations and their cases without their types, so that all of them make a list, and what goes over
//! it is compiled once.

use std::any::Any;
use std::fmt::Debug;
use std::hint::black_box;
use std::marker::PhantomData;

use crate::answer::{Answer, AnswerError, OperationError, shortened};
use crate::argument::{Argument, ArgumentError, Arguments, Parameter};
use crate::datum::Datum;
use crate::frame::{ByteString, CallError, Frame, Source};
use crate::generator::Generator;
use crate::operation::{Case, Input, Native, Operation, Schedule};
use crate::shape::Shape;
use kilowat_kernels::Export;

/// An operation whose types are hidden.
pub trait AnyOperation: Sync {
    /// [`Operation::NAME`].
    fn name(&self) -> &'static str;

    /// [`Operation::SUMMARY`].
    fn summary(&self) -> &'static str;

    /// What it takes.
    fn parameters(&self) -> &'static [Parameter];

    /// [`Operation::EXPORT`].
    fn export(&self) -> &'static Export;

    /// [`Shape::len`] of these arguments.
    ///
    /// # Errors
    /// [`ArgumentError`] where they are not such as the operation takes.
    fn input_len(&self, arguments: &[Argument<'_>]) -> Result<u64, ArgumentError>;

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

    /// [`Native::CHECKS`].
    fn schedule(&self) -> Schedule;

    /// An input to be checked: [`Native::generate`].
    fn generate(&self, generator: &mut Generator, len: usize) -> Box<dyn AnyCase>;

    /// An input to be timed, of `len` bytes, always the same: [`Native::workload`].
    fn workload(&self, len: usize) -> Box<dyn AnyCase>;
}

/// One input of an operation.
pub trait AnyCase {
    /// The operation's name.
    fn operation(&self) -> &'static str;

    /// The operation's kernel.
    fn export(&self) -> &'static Export;

    /// The same input, copied as for a call that is made later.
    fn copy(&self) -> Box<dyn AnyCase>;

    /// The answer from the kernel: [`Operation::kernel`].
    ///
    /// # Errors
    /// [`CallError`].
    fn kernel(&self, frame: &mut dyn Frame) -> Result<Box<dyn AnyAnswer>, CallError>;

    /// [`Operation::kernel_in_pieces`].
    ///
    /// # Errors
    /// [`CallError`], where there is such a form.
    fn kernel_in_pieces(
        &self,
        frame: &mut dyn Frame,
        cuts: &[usize],
    ) -> Option<Result<Box<dyn AnyAnswer>, CallError>>;

    /// The answer from native code.
    fn native(&self) -> Box<dyn AnyAnswer>;

    /// Computes the answer natively and forgets it: for timing.
    fn run_native(&self);

    /// Computes the answer on a kernel and forgets it: for timing.
    ///
    /// # Errors
    /// [`CallError`].
    fn run_kernel(&self, frame: &mut dyn Frame) -> Result<(), CallError>;

    /// [`Native::is_right`].
    fn is_right(&self, answer: &dyn AnyAnswer) -> bool;
}

impl dyn AnyCase + '_ {
    /// Runs the kernel on a frame of its module, and compares its answer with the native one.
    ///
    /// # Errors
    /// [`AnswerError`], among others where the answers differ.
    pub fn check_on(&self, frame: &mut dyn Frame) -> Result<(), AnswerError> {
        let (actual, expected) = (self.kernel(frame)?, self.native());
        if actual.is(&*expected) {
            return Ok(());
        }
        Err(self.wrong(&*actual, &*expected))
    }

    /// Runs the operation on a frame behind which there is other code than its kernel, and asks whether
    /// the answer [is right](Self::is_right).
    ///
    /// # Errors
    /// [`AnswerError`], among others where it is not.
    pub fn check_on_other(&self, frame: &mut dyn Frame) -> Result<(), AnswerError> {
        let actual = self.kernel(frame)?;
        if self.is_right(&*actual) {
            return Ok(());
        }
        Err(self.wrong(&*actual, &*self.native()))
    }

    fn wrong(&self, actual: &dyn AnyAnswer, expected: &dyn AnyAnswer) -> AnswerError {
        AnswerError::Wrong {
            operation: self.operation(),
            expected: shortened(expected),
            actual: shortened(actual),
        }
    }
}

/// An answer of an operation.
pub trait AnyAnswer: Debug + Any {
    /// [`Answer::bytes`].
    fn bytes(&self) -> Vec<u8>;

    /// Whether this is the same answer of the same operation.
    fn is(&self, other: &dyn AnyAnswer) -> bool;
}

impl<A: Answer> AnyAnswer for A {
    fn bytes(&self) -> Vec<u8> {
        Answer::bytes(self)
    }

    fn is(&self, other: &dyn AnyAnswer) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<A>() == Some(self)
    }
}

/// Stands for an operation where its type is to be hidden.
#[derive(Debug)]
pub struct Erased<O>(PhantomData<fn() -> O>);

impl<O> Erased<O> {
    /// The operation.
    pub const NEW: Self = Self(PhantomData);
}

/// Every run of the benchmarks, and every self-test, works on the same inputs.
const FIXED_SEED: u64 = 0;

/// The input of an operation's self-test whose main part has `len` bytes: one that is
/// [generated](Native::generate), always the same.
#[must_use]
pub fn self_test(operation: &dyn AnyOperation, len: usize) -> Box<dyn AnyCase> {
    let mut generator = Generator::of(FIXED_SEED, operation.name(), &[len as u64]);
    operation.generate(&mut generator, len)
}

/// The most parameters that an operation has.
const MOST_PARAMETERS: usize = 8;

/// The parameters of an operation, which come from itself and from its shape.
struct Described<O>(PhantomData<O>);

impl<O: Operation> Described<O> {
    const TABLE: [Parameter; MOST_PARAMETERS] = {
        let kinds = <O::Shape as Shape>::KINDS;
        assert!(
            O::PARAMETERS.len() == kinds.len() && kinds.len() <= MOST_PARAMETERS,
            "each field of the shape has a name and a meaning"
        );
        let mut table = [Parameter::NONE; MOST_PARAMETERS];
        let mut index = 0;
        while index < kinds.len() {
            let (name, summary) = O::PARAMETERS[index];
            table[index] = Parameter {
                name,
                kind: kinds[index],
                summary,
            };
            index += 1;
        }
        table
    };

    const TABLE_REF: &'static [Parameter] = &Self::TABLE;

    const PARAMETERS: &'static [Parameter] = Self::TABLE_REF.split_at(O::PARAMETERS.len()).0;
}

/// The input that arguments are.
fn parse<'a, O: Operation, B: ByteString<'a>>(
    arguments: &[Argument<'a>],
) -> Result<Input<'a, O, B>, ArgumentError> {
    let arguments = Arguments::new(O::NAME, Described::<O>::PARAMETERS, arguments)?;
    O::Shape::parse(&arguments)
}

/// A case of an operation: a copy of an input.
#[must_use]
pub fn case<O: Native>(input: Input<'_, O>) -> Box<dyn AnyCase> {
    Box::new(Typed::<O>(O::Shape::own(input)))
}

impl<O: Native> AnyOperation for Erased<O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn summary(&self) -> &'static str {
        O::SUMMARY
    }

    fn parameters(&self) -> &'static [Parameter] {
        Described::<O>::PARAMETERS
    }

    fn export(&self) -> &'static Export {
        O::EXPORT
    }

    fn input_len(&self, arguments: &[Argument<'_>]) -> Result<u64, ArgumentError> {
        parse::<O, Source<'_>>(arguments).map(O::Shape::len::<Source<'_>>)
    }

    fn native_values(&self, arguments: &[Argument<'_>]) -> Result<Datum, OperationError> {
        O::native(parse::<O, &[u8]>(arguments)?).value()
    }

    fn run_values(
        &self,
        mut frame: &mut dyn Frame,
        arguments: &[Argument<'_>],
    ) -> Result<Result<Datum, OperationError>, CallError> {
        match parse::<O, Source<'_>>(arguments) {
            Ok(input) => O::kernel::<_, Source<'_>>(&mut frame, input).map(Answer::value),
            Err(error) => Ok(Err(error.into())),
        }
    }

    fn schedule(&self) -> Schedule {
        O::CHECKS
    }

    fn generate(&self, generator: &mut Generator, len: usize) -> Box<dyn AnyCase> {
        Box::new(Typed::<O>(O::generate(generator, len)))
    }

    fn workload(&self, len: usize) -> Box<dyn AnyCase> {
        let mut generator = Generator::new(FIXED_SEED, &[len as u64]);
        Box::new(Typed::<O>(O::workload(&mut generator, len)))
    }
}

struct Typed<O: Operation>(Case<O>);

impl<O: Native> Typed<O> {
    fn input(&self) -> Input<'_, O> {
        O::Shape::borrow(&self.0)
    }
}

/// An answer that is on its way to being compared.
fn boxed<A: Answer>(answer: A) -> Box<dyn AnyAnswer> {
    Box::new(answer)
}

impl<O: Native> AnyCase for Typed<O> {
    fn operation(&self) -> &'static str {
        O::NAME
    }

    fn export(&self) -> &'static Export {
        O::EXPORT
    }

    fn copy(&self) -> Box<dyn AnyCase> {
        Box::new(Self(O::Shape::own(self.input())))
    }

    fn kernel(&self, mut frame: &mut dyn Frame) -> Result<Box<dyn AnyAnswer>, CallError> {
        O::kernel::<_, &[u8]>(&mut frame, self.input()).map(boxed)
    }

    fn kernel_in_pieces(
        &self,
        mut frame: &mut dyn Frame,
        cuts: &[usize],
    ) -> Option<Result<Box<dyn AnyAnswer>, CallError>> {
        let outcome = O::kernel_in_pieces(&mut frame, self.input(), cuts)?;
        Some(outcome.map(boxed))
    }

    fn native(&self) -> Box<dyn AnyAnswer> {
        boxed(O::native(self.input()))
    }

    fn run_native(&self) {
        black_box(O::native(black_box(self.input())));
    }

    fn run_kernel(&self, mut frame: &mut dyn Frame) -> Result<(), CallError> {
        black_box(O::kernel::<_, &[u8]>(&mut frame, self.input())?);
        Ok(())
    }

    fn is_right(&self, answer: &dyn AnyAnswer) -> bool {
        let answer: &dyn Any = answer;
        let answer = answer.downcast_ref::<O::Output>();
        answer.is_some_and(|answer| O::is_right(self.input(), answer))
    }
}

/// An operation in the list of [`ALL`](crate::ops::ALL).
pub trait Listed: Native {
    /// Its place there.
    const INDEX: usize;
}

/// The same, its type hidden.
pub trait AnyListed: AnyOperation {
    /// [`Listed::INDEX`].
    fn index(&self) -> usize;
}

impl<O: Listed> AnyListed for Erased<O> {
    fn index(&self) -> usize {
        O::INDEX
    }
}
