//! Cases of operations, their types hidden: inputs that are made to be checked and timed, and what comes of
//! them.

use std::any::Any;
use std::fmt::Debug;
use std::hint::black_box;

use crate::answer::{Answer, AnswerError, shortened};
use crate::erased::AnyOperation;
use crate::frame::{CallError, Frame};
use crate::generator::Generator;
use crate::operation::{Case, Input, Native, Operation};
use crate::refusal::Refusal;
use crate::shape::Shape;
use crate::value::Value;
use kilowat_kernels::Export;

/// One input of an operation.
pub trait AnyCase {
    /// The operation's name.
    fn operation(&self) -> &'static str;

    /// The operation's kernel.
    fn export(&self) -> &'static Export;

    /// The same input, copied as for a call that is made later.
    fn copy(&self) -> Box<dyn AnyCase>;

    /// The arguments that it is by name, if there are any: [`Shape::values`].
    fn arguments(&self) -> Option<Vec<Value>>;

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
    /// Runs the operation on a frame, behind which there may be other code than its kernel, and asks whether
    /// the answer [is right](AnyCase::is_right).
    ///
    /// # Errors
    /// [`AnswerError`], among others where it is not.
    pub fn check_on(&self, frame: &mut dyn Frame) -> Result<(), AnswerError> {
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

    /// [`Answer::value`].
    ///
    /// # Errors
    /// [`Refusal`].
    fn by_name(&self) -> Result<Value, Refusal>;

    /// Whether this is the same answer of the same operation.
    fn is(&self, other: &dyn AnyAnswer) -> bool;
}

impl<A: Answer> AnyAnswer for A {
    fn bytes(&self) -> Vec<u8> {
        Answer::bytes(self)
    }

    fn by_name(&self) -> Result<Value, Refusal> {
        self.clone().value()
    }

    fn is(&self, other: &dyn AnyAnswer) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<A>() == Some(self)
    }
}

/// Every run of the benchmarks, and every self-test, works on the same inputs.
pub(crate) const FIXED_SEED: u64 = 0;

/// The input of an operation's self-test whose main part has `len` bytes: one that is
/// [generated](Native::generate), always the same.
#[must_use]
pub fn self_test(operation: &dyn AnyOperation, len: usize) -> Box<dyn AnyCase> {
    let mut generator = Generator::of(FIXED_SEED, operation.name(), &[len as u64]);
    operation.generate(&mut generator, len)
}

/// Arguments of a call by name on an input of `len` bytes, always the same: the
/// [workload](AnyOperation::workload), or where that has no name a [generated](Native::generate) input that
/// has one. `None` where few of them do.
#[must_use]
pub fn arguments(operation: &dyn AnyOperation, len: usize) -> Option<Vec<Value>> {
    const TRIES: u64 = 64;
    let generated = (0..TRIES).map(|attempt| {
        let mut generator = Generator::of(FIXED_SEED, operation.name(), &[len as u64, attempt]);
        operation.generate(&mut generator, len)
    });
    let mut cases = std::iter::once(operation.workload(len)).chain(generated);
    cases.find_map(|case| case.arguments())
}

/// A case of an operation: a copy of an input.
#[must_use]
pub fn case<O: Native>(input: Input<'_, O>) -> Box<dyn AnyCase> {
    Box::new(Typed::<O>(O::Shape::own(input)))
}

/// A case of an operation.
pub(crate) struct Typed<O: Operation>(pub(crate) Case<O>);

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

    fn arguments(&self) -> Option<Vec<Value>> {
        O::Shape::values(self.input())
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
