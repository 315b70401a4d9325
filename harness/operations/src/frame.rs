//! The frame of a call: where an operation's inputs and outputs stand in a kernel's memory.
//!
//! An operation says once what it passes to its kernel, against the trait [`Frame`]. Who runs it
//! decides where things stand: a [`Session`](crate::session::Session) packs them tightly, the
//! checker surrounds them with guard bytes or pushes them against the end of the
//! memory, and a recording leaves them in place between timed calls.

use crate::refusal::Status;
use kilowat_engine::{EngineError, EngineKind, FunctionIndex, Instance, WasmValue};
use kilowat_kernels::Export;

/// A range of a kernel's memory. Where `len` is 0, `ptr` may be any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub ptr: u32,
    /// Length in bytes.
    pub len: u32,
}

impl Span {
    /// The first `len` bytes of this span, or all of it if it has fewer.
    #[must_use]
    pub fn prefix(self, len: u32) -> Self {
        Self {
            ptr: self.ptr,
            len: self.len.min(len),
        }
    }

    /// What follows the first `len` bytes of this span; nothing if it has no more.
    #[must_use]
    pub fn behind(self, len: u32) -> Self {
        let len = self.len.min(len);
        Self {
            ptr: self.ptr.wrapping_add(len),
            len: self.len - len,
        }
    }
}

/// A byte string that a kernel reads: bytes that are copied to its memory for the call, or such as
/// stand there already.
#[expect(
    clippy::len_without_is_empty,
    reason = "kernels take empty ones as they come"
)]
pub trait ByteString<'a>: Copy + TryFrom<Source<'a>> {
    /// Its length.
    fn len(self) -> usize;

    /// The span where it stands, once it is in the memory.
    ///
    /// # Errors
    /// Those of [`Frame::input`].
    fn place<F: Frame + ?Sized>(self, frame: &mut F) -> Result<Span, CallError>;
}

impl<'a> ByteString<'a> for &'a [u8] {
    fn len(self) -> usize {
        <[u8]>::len(self)
    }

    #[inline]
    fn place<F: Frame + ?Sized>(self, frame: &mut F) -> Result<Span, CallError> {
        frame.input(self)
    }
}

/// A byte string of either kind.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// Bytes that are copied.
    Bytes(&'a [u8]),
    /// Bytes that stand in the kernel's memory.
    Resident(Span),
}

impl<'a> ByteString<'a> for Source<'a> {
    fn len(self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Resident(span) => span.len as usize,
        }
    }

    fn place<F: Frame + ?Sized>(self, frame: &mut F) -> Result<Span, CallError> {
        match self {
            Self::Bytes(bytes) => frame.input(bytes),
            Self::Resident(span) => Ok(span),
        }
    }
}

/// Where only the bytes themselves will do, the span of resident ones is what is left.
impl<'a> TryFrom<Source<'a>> for &'a [u8] {
    type Error = Span;

    fn try_from(source: Source<'a>) -> Result<Self, Span> {
        match source {
            Source::Bytes(bytes) => Ok(bytes),
            Source::Resident(span) => Err(span),
        }
    }
}

/// Why a call of a kernel gave no answer. The caller may ask a slower tier.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// What the call works on does not fit into a 32-bit memory.
    #[error("a call needs {bytes} bytes of memory, and a kernel has {limit} at most")]
    TooLarge {
        /// How much memory the call needs.
        bytes: u64,
        /// How much there can be.
        limit: u64,
    },
    /// The host allows the memory no more.
    #[error("the call needs {needed} more bytes of memory, and the budget has {available} left")]
    OverBudget {
        /// How many bytes more it needs.
        needed: u64,
        /// How many the budget has left.
        available: u64,
    },
    /// A kernel returned something that its contract does not allow.
    #[error("`{export}` returned {value:?}, which its contract does not allow")]
    Contract {
        /// The export's name.
        export: &'static str,
        /// What it returned.
        value: Option<WasmValue>,
    },
}

/// Places the spans of one call and makes it.
pub trait Frame {
    /// The engine that runs the kernel, for operations that have a second body for one of them.
    fn engine(&self) -> EngineKind;

    /// Copies `bytes` into the memory, to be read by the kernel.
    ///
    /// # Errors
    /// [`CallError::TooLarge`] and [`EngineError::Grow`].
    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError>;

    /// Sets aside `capacity` bytes, to be written by the kernel. What they hold is undefined.
    ///
    /// # Errors
    /// [`CallError::TooLarge`] and [`EngineError::Grow`].
    fn output(&mut self, capacity: usize) -> Result<Span, CallError>;

    /// Copies `bytes` into the memory, to be read and written by the kernel.
    ///
    /// # Errors
    /// [`CallError::TooLarge`] and [`EngineError::Grow`].
    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError>;

    /// Copies `bytes` into the memory, to be read by the kernel, and sets aside `capacity` more right
    /// behind them, to be written. The span is that of both.
    ///
    /// # Errors
    /// [`CallError::TooLarge`] and [`EngineError::Grow`].
    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError>;

    /// Sets aside `capacity` bytes for the kernel to work in. What they hold is undefined before each call
    /// and after it: nothing of the answer is read from there, and nothing stays for the next call.
    ///
    /// # Errors
    /// [`CallError::TooLarge`] and [`EngineError::Grow`].
    fn work(&mut self, capacity: usize) -> Result<Span, CallError> {
        self.output(capacity)
    }

    /// Sets aside room for a [`FaultRecord`], which a kernel writes that refuses its input, and no other.
    ///
    /// # Errors
    /// [`CallError::TooLarge`] and [`EngineError::Grow`].
    fn fault(&mut self) -> Result<Span, CallError> {
        self.output(FaultRecord::SIZE)
    }

    /// Calls a kernel that is a pure function of its arguments, such as one that says how much room
    /// another needs: it reads no memory and writes none.
    ///
    /// # Errors
    /// As [`invoke`](Self::invoke).
    fn pure(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        self.invoke(export, arguments)
    }

    /// Calls the kernel, and returns its result if it has one.
    ///
    /// # Errors
    /// [`EngineError::Trap`], and [`EngineError::Arguments`] where the operation is wrong.
    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError>;

    /// Reads a span that the kernel has written, or a part of it.
    fn read(&mut self, span: Span) -> &[u8];

    /// How many bytes a [pure](Self::pure) kernel says that another needs, of a state or to work in; `None`
    /// where it says that what it is asked about is too large (-6).
    ///
    /// # Errors
    /// As [`pure`](Self::pure), and [`CallError::Contract`] for another negative number.
    fn size(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<usize>, CallError> {
        const TOO_LARGE: i32 = Status::TooLarge.code();
        match self.pure(export, arguments)? {
            Some(WasmValue::I32(size @ 0..)) => Ok(Some(size as usize)),
            Some(WasmValue::I32(TOO_LARGE)) => Ok(None),
            value => Err(CallError::Contract {
                export: export.name,
                value,
            }),
        }
    }

    /// Reads what a kernel that has refused its input says of that.
    fn read_fault(&mut self, span: Span) -> FaultRecord {
        let mut bytes = [0; FaultRecord::SIZE];
        bytes.copy_from_slice(self.read(span));
        FaultRecord::from_bytes(bytes)
    }

    /// Calls a kernel that returns an i32.
    ///
    /// # Errors
    /// As [`invoke`](Self::invoke).
    #[inline]
    fn invoke_i32(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<i32, CallError> {
        match self.invoke(export, arguments)? {
            Some(WasmValue::I32(value)) => Ok(value),
            value => Err(CallError::Contract {
                export: export.name,
                value,
            }),
        }
    }

    /// Calls a kernel that returns an i64.
    ///
    /// # Errors
    /// As [`invoke`](Self::invoke).
    #[inline]
    fn invoke_i64(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<i64, CallError> {
        match self.invoke(export, arguments)? {
            Some(WasmValue::I64(value)) => Ok(value),
            value => Err(CallError::Contract {
                export: export.name,
                value,
            }),
        }
    }
}

/// What a kernel says of an input that it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultRecord {
    /// Offset of the first byte that is wrong.
    pub start: u32,
    /// Offset of the byte behind the last one that is wrong.
    pub end: u32,
    /// What is wrong with it: a number of the kernel's.
    pub code: u16,
    /// What should stand there, where the code leaves that open: a number of the kernel's.
    pub wanted: u16,
    /// Offset of another place that has to do with it, such as where what is not closed was opened.
    pub related: Option<u32>,
}

impl FaultRecord {
    /// Its length in memory, in bytes.
    pub const SIZE: usize = 16;

    /// The record that stands in memory: its fields one behind the other, little-endian, no related
    /// place being `0xffff_ffff`.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::SIZE]) -> Self {
        let fields = u128::from_le_bytes(bytes);
        let related = (fields >> 96) as u32;
        Self {
            start: fields as u32,
            end: (fields >> 32) as u32,
            code: (fields >> 64) as u16,
            wanted: (fields >> 80) as u16,
            related: (related != u32::MAX).then_some(related),
        }
    }
}

/// A frame in the memory of an instance, whatever module that is of.
pub trait InstanceFrame: Frame {
    /// The instance.
    fn instance(&self) -> &Instance;

    /// Calls an exported function, and returns its result if it has one.
    ///
    /// # Errors
    /// [`EngineError::Trap`] and [`EngineError::Arguments`].
    fn call(
        &mut self,
        function: FunctionIndex,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError>;
}

impl<F: Frame + ?Sized> Frame for &mut F {
    fn engine(&self) -> EngineKind {
        (**self).engine()
    }

    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        (**self).input(bytes)
    }

    fn output(&mut self, capacity: usize) -> Result<Span, CallError> {
        (**self).output(capacity)
    }

    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        (**self).inout(bytes)
    }

    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        (**self).output_behind(bytes, capacity)
    }

    fn work(&mut self, capacity: usize) -> Result<Span, CallError> {
        (**self).work(capacity)
    }

    fn fault(&mut self) -> Result<Span, CallError> {
        (**self).fault()
    }

    fn pure(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        (**self).pure(export, arguments)
    }

    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        (**self).invoke(export, arguments)
    }

    fn read(&mut self, span: Span) -> &[u8] {
        (**self).read(span)
    }
}

impl<F: InstanceFrame + ?Sized> InstanceFrame for &mut F {
    fn instance(&self) -> &Instance {
        (**self).instance()
    }

    fn call(
        &mut self,
        function: FunctionIndex,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        (**self).call(function, arguments)
    }
}
