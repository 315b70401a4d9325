//! A call of a kernel that can be repeated in place, for timing the kernel alone.

use kilowat_engine::{EngineKind, Instance, WasmValue};
use kilowat_kernels::Export;
use kilowat_operations::frame::{CallError, Frame, Span};
use kilowat_operations::ops::{AnswerError, AnyCase};
use kilowat_operations::session::{self, Library, Session};

/// The kernel calls that one run of an operation made, with everything still in place.
pub struct Recording {
    session: Session,
    module: &'static kilowat_kernels::KernelModule,
    calls: Vec<(&'static Export, Vec<WasmValue>)>,
}

impl Recording {
    /// Runs an operation once in a new session, and compares its answer with the native one.
    ///
    /// # Errors
    /// [`AnswerError`], among others where the answers differ.
    pub fn new(library: &Library, case: &dyn AnyCase) -> Result<Self, AnswerError> {
        let mut session = library.session();
        let module = case.export().module;
        let mut frame = RecordingFrame {
            frame: session.frame(module)?,
            calls: Vec::new(),
        };
        case.check_on(&mut frame)?;
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

/// Packs spans, and remembers the calls.
struct RecordingFrame<'a> {
    frame: session::PackedFrame<'a>,
    calls: Vec<(&'static Export, Vec<WasmValue>)>,
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

    /// The room is there when the calls are repeated.
    fn pure(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        self.frame.pure(export, arguments)
    }

    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        self.calls.push((export, arguments.to_vec()));
        self.frame.invoke(export, arguments)
    }

    fn read(&mut self, span: Span) -> &[u8] {
        self.frame.read(span)
    }
}
