//! A call as the tiers see it, whoever makes it: a typed method, a call by name or a user's function.

use kilowat_engine::EngineKind;
use kilowat_operations::fingerprint::fingerprint;
use kilowat_operations::frame::{CallError, InstanceFrame};
use kilowat_operations::ops::{self, Answer, Case, Input, Listed, Operation, Shape};
use sha2::{Digest as _, Sha256};

use crate::monitor::{Digest, OperationId};

/// A call that a kernel can answer.
pub(crate) trait KernelCall {
    type Answer;

    fn kernel<F: InstanceFrame>(&self, frame: &mut F) -> Result<Self::Answer, CallError>;
}

/// A call that any tier can answer.
pub(crate) trait Call: KernelCall<Answer: PartialEq + Clone + Send + 'static> {
    /// Whether native code can answer it.
    const HAS_NATIVE: bool = EngineKind::Native.is_built_in();

    fn operation(&self) -> OperationId;

    fn input_len(&self) -> u64;

    /// The native answer, for operations that have one.
    fn native(&self) -> Option<Self::Answer>;

    /// The same call for another thread and another time.
    fn repetition(&self) -> Box<dyn Repetition<Self::Answer>>;
}

/// A call whose input is its own.
pub(crate) trait Repetition<A>: Send {
    fn kernel(&self, frame: &mut dyn InstanceFrame) -> Result<A, CallError>;

    fn native(&self) -> Option<A>;

    /// Whether an answer is right, for operations that have a native one: it is that, or one of many.
    fn is_right(&self, answer: &A) -> bool;

    /// A digest of the input.
    fn fingerprint(&self) -> Digest;

    /// A digest of an answer.
    fn digest(&self, answer: &A) -> Digest;
}

impl<A> KernelCall for &dyn Repetition<A> {
    type Answer = A;

    fn kernel<F: InstanceFrame>(&self, frame: &mut F) -> Result<A, CallError> {
        (**self).kernel(frame)
    }
}

/// A call of an operation that is known when the caller is compiled.
pub(crate) struct Typed<'a, O: Operation>(pub(crate) Input<'a, O>);

struct OwnedTyped<O: Operation>(Case<O>);

impl<O: Listed> KernelCall for Typed<'_, O> {
    type Answer = O::Output;

    #[inline]
    fn kernel<F: InstanceFrame>(&self, frame: &mut F) -> Result<O::Output, CallError> {
        O::kernel::<F, &[u8]>(frame, self.0)
    }
}

impl<O: Listed> Call for Typed<'_, O> {
    #[inline]
    fn operation(&self) -> OperationId {
        OperationId::from(O::INDEX)
    }

    #[inline]
    fn input_len(&self) -> u64 {
        O::Shape::len::<&[u8]>(self.0)
    }

    fn native(&self) -> Option<O::Output> {
        ops::native::<O>(self.0)
    }

    fn repetition(&self) -> Box<dyn Repetition<O::Output>> {
        Box::new(OwnedTyped::<O>(O::Shape::own(self.0)))
    }
}

impl<O: Listed> Repetition<O::Output> for OwnedTyped<O> {
    fn kernel(&self, mut frame: &mut dyn InstanceFrame) -> Result<O::Output, CallError> {
        O::kernel::<_, &[u8]>(&mut frame, O::Shape::borrow(&self.0))
    }

    fn native(&self) -> Option<O::Output> {
        ops::native::<O>(O::Shape::borrow(&self.0))
    }

    fn is_right(&self, answer: &O::Output) -> bool {
        ops::is_right::<O>(O::Shape::borrow(&self.0), answer)
    }

    fn fingerprint(&self) -> Digest {
        Digest(fingerprint::<O>(O::Shape::borrow(&self.0)))
    }

    fn digest(&self, answer: &O::Output) -> Digest {
        Digest(Sha256::digest(answer.bytes()).into())
    }
}
