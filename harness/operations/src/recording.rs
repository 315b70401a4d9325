//! A call of a kernel that can be repeated in place, for timing the kernel alone.

use crate::frame::{CallError, Frame, Span};
use crate::ops::answer::shortened;
use crate::ops::{Input, Operation};
use crate::session::{self, Library, Session};
use kilowat_engine::{EngineError, EngineKind, Instance, Value};
use kilowat_kernels::Export;

/// Why a call could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The kernel could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The kernel's answer is not the native one; there is no point in timing it.
    #[error("{operation} answers {actual} where the native code answers {expected}")]
    WrongAnswer {
        /// The operation.
        operation: &'static str,
        /// The native answer.
        expected: String,
        /// The kernel's.
        actual: String,
    },
}

impl From<EngineError> for RecordingError {
    fn from(error: EngineError) -> Self {
        Self::Call(error.into())
    }
}

/// The kernel calls that one run of an operation made, with everything still in place.
pub struct Recording {
    session: Session,
    module: &'static kilowat_kernels::KernelModule,
    calls: Vec<(&'static Export, Vec<Value>)>,
}

impl Recording {
    /// Runs an operation once in a new session, and checks its answer.
    ///
    /// # Errors
    /// [`RecordingError`].
    pub fn new<O: Operation>(
        library: &Library,
        input: Input<'_, O>,
    ) -> Result<Self, RecordingError> {
        let mut session = library.session();
        let module = O::export().module;
        let mut frame = RecordingFrame {
            frame: session.frame(module)?,
            calls: Vec::new(),
        };
        check_answer::<O>(&mut frame, input)?;
        let calls = frame.calls;
        Ok(Self {
            session,
            module,
            calls,
        })
    }

    /// Makes the calls again, on the same spans.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn repeat(&mut self) -> Result<(), CallError> {
        let frame = self.session.frame(self.module)?;
        let instance: &mut Instance = frame.into_instance();
        for (export, arguments) in &self.calls {
            session::invoke(instance, export, arguments)?;
        }
        Ok(())
    }
}

/// Runs an operation on a frame, and compares its answer with the native one.
pub(crate) fn check_answer<O: Operation>(
    frame: &mut impl Frame,
    input: Input<'_, O>,
) -> Result<(), RecordingError> {
    let actual = O::kernel(frame, input)?;
    let expected = O::native(input);
    if actual == expected {
        return Ok(());
    }
    Err(RecordingError::WrongAnswer {
        operation: O::NAME,
        expected: shortened(&expected),
        actual: shortened(&actual),
    })
}

/// Runs an operation on a frame behind which there is other code than its kernel.
pub(crate) fn check_other<O: Operation>(
    frame: &mut impl Frame,
    input: Input<'_, O>,
) -> Result<(), RecordingError> {
    let actual = O::kernel(frame, input)?;
    if O::is_right(input, &actual) {
        return Ok(());
    }
    Err(RecordingError::WrongAnswer {
        operation: O::NAME,
        expected: shortened(&O::native(input)),
        actual: shortened(&actual),
    })
}

/// Packs spans, and remembers the calls.
struct RecordingFrame<'a> {
    frame: session::PackedFrame<'a>,
    calls: Vec<(&'static Export, Vec<Value>)>,
}

impl Frame for RecordingFrame<'_> {
    fn engine(&self) -> EngineKind {
        self.frame.engine()
    }

    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.frame.input(bytes)
    }

    fn output(&mut self, capacity: usize) -> Result<Span, CallError> {
        self.frame.output(capacity)
    }

    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.frame.inout(bytes)
    }

    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        self.frame.output_behind(bytes, capacity)
    }

    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[Value],
    ) -> Result<Option<Value>, CallError> {
        self.calls.push((export, arguments.to_vec()));
        self.frame.invoke(export, arguments)
    }

    fn read(&mut self, span: Span) -> &[u8] {
        self.frame.read(span)
    }
}
