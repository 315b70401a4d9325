//! A fingerprint of what an operation is called with: enough to tell whether two calls were the
//! same, and nothing to learn of the data from.

use sha2::{Digest as _, Sha256};

use crate::answer::OperationError;
use crate::argument::{Argument, ArgumentError};
use crate::erased::AnyOperation;
use crate::frame::{CallError, Frame, Span};
use crate::operation::{Input, Operation};
use kilowat_engine::{EngineKind, WasmValue};
use kilowat_kernels::Export;

/// The SHA-256 of the kernel that an input goes to, all that is placed for it, and the arguments of
/// the call. It is the same on every tier and machine.
///
/// ```
/// use kilowat_operations::fingerprint::fingerprint;
/// use kilowat_operations::ops::Search;
///
/// assert_eq!(fingerprint::<Search>((b"ab", b"c")), fingerprint::<Search>((b"ab", b"c")));
/// assert_ne!(fingerprint::<Search>((b"ab", b"c")), fingerprint::<Search>((b"a", b"bc")));
/// ```
#[must_use]
pub fn fingerprint<O: Operation>(input: Input<'_, O>) -> [u8; 32] {
    let mut frame = Fingerprint::default();
    // It ends at the call that is not made.
    let _: Result<O::Output, CallError> = O::kernel::<_, &[u8]>(&mut frame, input);
    frame.sha256.finalize().into()
}

/// The [fingerprint] of a call by name.
///
/// # Errors
/// [`ArgumentError`] where the arguments are not such as the operation takes.
pub fn fingerprint_by_name(
    operation: &dyn AnyOperation,
    arguments: &[Argument<'_>],
) -> Result<[u8; 32], ArgumentError> {
    let mut frame = Fingerprint::default();
    match operation.run_values(&mut frame, arguments) {
        Ok(Err(OperationError::Argument(error))) => Err(*error),
        // It ends at the call that is not made.
        _ => Ok(frame.sha256.finalize().into()),
    }
}

/// Takes in what is placed, packs it nowhere, and makes no call.
#[derive(Default)]
struct Fingerprint {
    sha256: Sha256,
    next: u32,
}

/// What a span is for.
enum Role {
    Input,
    Output,
    InOut,
    /// What follows an input of its own.
    OutputBehind,
}

impl Fingerprint {
    fn place(&mut self, role: Role, len: usize) -> Span {
        self.sha256.update([role as u8]);
        self.sha256.update((len as u64).to_le_bytes());
        let (ptr, len) = (self.next, len as u32);
        self.next = ptr.wrapping_add(len);
        Span { ptr, len }
    }
}

impl Fingerprint {
    fn take_call(&mut self, export: &'static Export, arguments: &[WasmValue]) {
        for name in [export.module.name, export.name] {
            self.sha256.update((name.len() as u64).to_le_bytes());
            self.sha256.update(name);
        }
        // Their types are the export's.
        for argument in arguments {
            match argument {
                WasmValue::I32(value) => self.sha256.update(value.to_le_bytes()),
                WasmValue::I64(value) => self.sha256.update(value.to_le_bytes()),
                WasmValue::F32(bits) => self.sha256.update(bits.to_le_bytes()),
                WasmValue::F64(bits) => self.sha256.update(bits.to_le_bytes()),
                WasmValue::V128(bits) => self.sha256.update(bits.to_le_bytes()),
            }
        }
    }
}

impl Frame for Fingerprint {
    fn engine(&self) -> EngineKind {
        EngineKind::Native
    }

    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        let span = self.place(Role::Input, bytes.len());
        self.sha256.update(bytes);
        Ok(span)
    }

    fn output(&mut self, capacity: usize) -> Result<Span, CallError> {
        Ok(self.place(Role::Output, capacity))
    }

    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        let span = self.place(Role::InOut, bytes.len());
        self.sha256.update(bytes);
        Ok(span)
    }

    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        let before = self.input(bytes)?;
        let behind = self.place(Role::OutputBehind, capacity);
        Ok(Span {
            ptr: before.ptr,
            len: before.len.wrapping_add(behind.len),
        })
    }

    /// What it would return depends on nothing else than what is taken in here.
    fn pure(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        self.take_call(export, arguments);
        Ok(Some(WasmValue::I32(0)))
    }

    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        self.take_call(export, arguments);
        Err(CallError::Contract {
            export: export.name,
            value: None,
        })
    }

    fn read(&mut self, _: Span) -> &[u8] {
        &[]
    }
}
