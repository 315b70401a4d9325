//! Operations without their types, so that all of them make a list, and what goes over
//! it is compiled once.

use std::marker::PhantomData;

use crate::answer::{Answer, Form, OperationError};
use crate::argument::{Argument, ArgumentError, Arguments, Parameter};
use crate::frame::{ByteString, CallError, Frame, Source};
use crate::operation::{Input, Operation};
use crate::shape::Shape;
use crate::value::Value;
use kilowat_kernels::Export;
#[cfg(feature = "native")]
use {
    crate::case::{AnyCase, FIXED_SEED, Typed, case},
    crate::generator::Generator,
    crate::operation::{Native, Schedule},
};

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

    /// Whether native code can answer. It cannot where the arguments are a state that is beyond it.
    #[cfg(feature = "native")]
    fn native_can_answer(&self, arguments: &[Argument<'_>]) -> bool;

    /// The answer from native code.
    ///
    /// # Errors
    /// [`OperationError`].
    #[cfg(feature = "native")]
    fn native_values(&self, arguments: &[Argument<'_>]) -> Result<Value, OperationError>;

    /// Whether an answer by name is [right](Native::is_right).
    #[cfg(feature = "native")]
    fn is_right(&self, arguments: &[Argument<'_>], answer: &Result<Value, OperationError>) -> bool;

    /// The answer from the kernel, on a frame of its module, also where that is an error.
    ///
    /// # Errors
    /// [`CallError`] where the kernel could not be asked.
    fn run_values(
        &self,
        frame: &mut dyn Frame,
        arguments: &[Argument<'_>],
    ) -> Result<Result<Value, OperationError>, CallError>;

    /// [`Shape::STATE_LEN`].
    fn state_len(&self) -> Option<usize>;

    /// [`Answer::FORM`].
    fn answer(&self) -> Form;

    /// The input that these arguments are, copied: [`AnyCase::arguments`] gives them back.
    ///
    /// # Errors
    /// [`ArgumentError`] where they are not such as the operation takes.
    #[cfg(feature = "native")]
    fn case(&self, arguments: &[Argument<'_>]) -> Result<Box<dyn AnyCase>, ArgumentError>;

    /// [`Native::CHECKS`].
    #[cfg(feature = "native")]
    fn schedule(&self) -> Schedule;

    /// An input to be checked: [`Native::generate`].
    #[cfg(feature = "native")]
    fn generate(&self, generator: &mut Generator, len: usize) -> Box<dyn AnyCase>;

    /// An input to be timed, of `len` bytes, always the same: [`Native::workload`].
    #[cfg(feature = "native")]
    fn workload(&self, len: usize) -> Box<dyn AnyCase>;
}

/// Stands for an operation where its type is to be hidden.
#[derive(Debug)]
pub struct Erased<O>(PhantomData<fn() -> O>);

impl<O> Erased<O> {
    /// The operation.
    pub const NEW: Self = Self(PhantomData);
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

/// What an operation of the list has: a native twin, where native code is linked.
#[cfg(feature = "native")]
pub trait Complete: Native {}

#[cfg(feature = "native")]
impl<O: Native> Complete for O {}

/// What an operation of the list has: a kernel.
#[cfg(not(feature = "native"))]
pub trait Complete: Operation {}

#[cfg(not(feature = "native"))]
impl<O: Operation> Complete for O {}

/// The answer from native code, where that is linked.
#[must_use]
pub fn native<O: Complete>(input: Input<'_, O>) -> Option<O::Output> {
    #[cfg(feature = "native")]
    return O::can_answer(input).then(|| O::native(input));
    #[cfg(not(feature = "native"))]
    {
        let _ = input;
        None
    }
}

/// Whether an answer is right, as [native code](native) has it. Where that is not linked, none is known to be.
#[must_use]
pub fn is_right<O: Complete>(input: Input<'_, O>, answer: &O::Output) -> bool {
    #[cfg(feature = "native")]
    return O::is_right(input, answer);
    #[cfg(not(feature = "native"))]
    {
        let _ = (input, answer);
        false
    }
}

/// The same by name.
#[must_use]
pub fn is_right_values(
    operation: &dyn AnyOperation,
    arguments: &[Argument<'_>],
    answer: &Result<Value, OperationError>,
) -> bool {
    #[cfg(feature = "native")]
    return operation.is_right(arguments, answer);
    #[cfg(not(feature = "native"))]
    {
        let _ = (operation, arguments, answer);
        false
    }
}

/// The answer from native code by name, where that is linked.
#[must_use]
pub fn native_values(
    operation: &dyn AnyOperation,
    arguments: &[Argument<'_>],
) -> Option<Result<Value, OperationError>> {
    #[cfg(feature = "native")]
    return operation
        .native_can_answer(arguments)
        .then(|| operation.native_values(arguments));
    #[cfg(not(feature = "native"))]
    {
        let _ = (operation, arguments);
        None
    }
}

impl<O: Complete> AnyOperation for Erased<O> {
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

    #[cfg(feature = "native")]
    fn native_can_answer(&self, arguments: &[Argument<'_>]) -> bool {
        parse::<O, &[u8]>(arguments).map_or(true, O::can_answer)
    }

    #[cfg(feature = "native")]
    fn native_values(&self, arguments: &[Argument<'_>]) -> Result<Value, OperationError> {
        Ok(O::native(parse::<O, &[u8]>(arguments)?).value()?)
    }

    #[cfg(feature = "native")]
    fn is_right(&self, arguments: &[Argument<'_>], answer: &Result<Value, OperationError>) -> bool {
        let typed = match answer {
            Ok(value) => O::Output::from_value(Ok(value)),
            Err(OperationError::Refused(refusal)) => O::Output::from_value(Err(refusal)),
            Err(OperationError::Argument(_)) => None,
        };
        match (parse::<O, &[u8]>(arguments), typed) {
            (Ok(input), Some(answer)) => O::is_right(input, &answer),
            _ => *answer == self.native_values(arguments),
        }
    }

    fn run_values(
        &self,
        mut frame: &mut dyn Frame,
        arguments: &[Argument<'_>],
    ) -> Result<Result<Value, OperationError>, CallError> {
        match parse::<O, Source<'_>>(arguments) {
            Ok(input) => {
                let answer = O::kernel::<_, Source<'_>>(&mut frame, input)?;
                Ok(answer.value().map_err(OperationError::from))
            }
            Err(error) => Ok(Err(error.into())),
        }
    }

    fn state_len(&self) -> Option<usize> {
        O::Shape::STATE_LEN
    }

    fn answer(&self) -> Form {
        O::Output::FORM
    }

    #[cfg(feature = "native")]
    fn case(&self, arguments: &[Argument<'_>]) -> Result<Box<dyn AnyCase>, ArgumentError> {
        Ok(case::<O>(parse::<O, &[u8]>(arguments)?))
    }

    #[cfg(feature = "native")]
    fn schedule(&self) -> Schedule {
        O::CHECKS
    }

    #[cfg(feature = "native")]
    fn generate(&self, generator: &mut Generator, len: usize) -> Box<dyn AnyCase> {
        Box::new(Typed::<O>(O::generate(generator, len)))
    }

    #[cfg(feature = "native")]
    fn workload(&self, len: usize) -> Box<dyn AnyCase> {
        let mut generator = Generator::new(FIXED_SEED, &[len as u64]);
        Box::new(Typed::<O>(O::workload(&mut generator, len)))
    }
}

/// An operation in the list of [`ALL`](crate::ops::ALL).
pub trait Listed: Complete {
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
