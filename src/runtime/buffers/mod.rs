//! Buffers that stay in the memory of a kernel, so that calls copy nothing but their answers.

mod call;
#[cfg(feature = "memory_ops")]
mod column;
mod contents;
mod memory;
mod operations;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use kilowat_kernels::MODULES;
use kilowat_operations::ops::Listed;

pub(super) use store::Store;

use super::Runtime;
use super::error::{BufferModuleError, Error};
use super::unknown_module;
use crate::arena::Handle;
use operations::OverBuffers;

/// Bytes in the memory of a kernel, made by [`Runtime::upload`]. Dropping it frees them.
///
/// All buffers of a module share one memory, which counts against the
/// [limit](crate::Builder::memory_limit), and one call at a time works on them, in the order in which
/// they came. They are moved together when that makes room, and to the memory of a faster tier when one gets ready. When a tier
/// fails or is turned off, others answer from the same bytes.
///
/// ```
/// let runtime = kilowat::Runtime::new();
/// let haystack = runtime.upload("string_ops", b"a needle in a haystack")?;
/// let needle = runtime.upload("string_ops", b"hay")?;
/// assert_eq!(haystack.search(&needle)?, Some(14));
/// assert_eq!(haystack.search(b"needle")?, Some(2));
/// assert_eq!(haystack.read(), b"a needle in a haystack");
/// # Ok::<(), kilowat::Error>(())
/// ```
pub struct Buffer {
    runtime: Runtime,
    module: usize,
    handle: Handle,
    len: usize,
}

/// The other operand of an operation over a [`Buffer`]: one more, or bytes that are copied for the
/// call.
#[derive(Debug, Clone, Copy)]
pub enum BufferOrBytes<'a> {
    /// A buffer of the same runtime and module.
    Buffer(&'a Buffer),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl<'a> From<&'a Buffer> for BufferOrBytes<'a> {
    fn from(buffer: &'a Buffer) -> Self {
        Self::Buffer(buffer)
    }
}

impl<'a> From<&'a [u8]> for BufferOrBytes<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for BufferOrBytes<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for BufferOrBytes<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

/// A byte string of a call, checked: the beginning of a buffer of the call's module, or bytes.
#[derive(Debug, Clone, Copy)]
enum Operand<'a> {
    Resident { handle: Handle, len: usize },
    Bytes(&'a [u8]),
}

impl Operand<'_> {
    fn len(self) -> usize {
        match self {
            Self::Resident { len, .. } => len,
            Self::Bytes(bytes) => bytes.len(),
        }
    }

    /// The first `len` bytes, which there must be.
    fn prefix(self, len: usize) -> Self {
        match self {
            Self::Resident { handle, .. } => Self::Resident { handle, len },
            Self::Bytes(bytes) => Self::Bytes(&bytes[..len]),
        }
    }
}

impl Runtime {
    /// Puts bytes into the memory of a built-in kernel module, for any number of calls of its operations.
    ///
    /// # Errors
    /// [`Error::UnknownModule`]; [`Error::MemoryBudget`] and [`Error::OutOfMemory`] where there is no
    /// memory for them.
    pub fn upload(&self, module: &str, bytes: &[u8]) -> Result<Buffer, Error> {
        let place = MODULES.iter().position(|known| known.name == module);
        let place = place.ok_or_else(|| unknown_module(module, iter::empty()))?;
        self.upload_to(place, bytes)
    }

    fn upload_to(&self, module: usize, bytes: &[u8]) -> Result<Buffer, Error> {
        Ok(Buffer {
            handle: self.shared.insert_buffer(module, bytes)?,
            runtime: self.clone(),
            module,
            len: bytes.len(),
        })
    }
}

impl Buffer {
    /// The module whose operations can be called over it.
    #[must_use]
    pub fn module(&self) -> &'static str {
        MODULES[self.module].name
    }

    /// Its length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A copy of its bytes.
    #[must_use]
    pub fn read(&self) -> Vec<u8> {
        self.store().lock().bytes(self.handle).to_vec()
    }

    /// Copies as many of its bytes as `into` has, from `offset` on.
    ///
    /// # Errors
    /// [`Error::BufferRange`] where it has not so many.
    pub fn read_at(&self, offset: usize, into: &mut [u8]) -> Result<(), Error> {
        let range = self.range(offset, into.len())?;
        into.copy_from_slice(&self.store().lock().bytes(self.handle)[range]);
        Ok(())
    }

    /// Overwrites its bytes from `offset` on.
    ///
    /// # Errors
    /// [`Error::BufferRange`] where it has not so many; nothing is written then.
    pub fn write_at(&mut self, offset: usize, bytes: &[u8]) -> Result<(), Error> {
        let range = self.range(offset, bytes.len())?;
        let mut contents = self.store().lock();
        contents.bytes_mut(self.handle)[range].copy_from_slice(bytes);
        Ok(())
    }

    /// Cuts it to `len` bytes, or makes it longer by zeros.
    ///
    /// # Errors
    /// As [`Runtime::upload`], and then it is as it was.
    pub fn resize(&mut self, len: usize) -> Result<(), Error> {
        let shared = &self.runtime.shared;
        shared.resize_buffer(self.module, self.handle, len)?;
        self.len = len;
        Ok(())
    }

    fn range(&self, start: usize, len: usize) -> Result<Range<usize>, Error> {
        let end = start.saturating_add(len);
        if end > self.len {
            let len = self.len;
            return Err(Error::BufferRange { start, end, len });
        }
        Ok(start..end)
    }

    fn store(&self) -> &Store {
        &self.runtime.shared.buffers[self.module]
    }

    /// One more buffer of its module.
    fn sibling(&self, bytes: &[u8]) -> Result<Self, Error> {
        self.runtime.upload_to(self.module, bytes)
    }

    /// The buffer as the operand of an operation, which has to be one of its module's.
    fn operand<O: Listed>(&self) -> Result<Operand<'static>, Error> {
        let expected = O::EXPORT.module;
        if self.module != expected.index {
            return Err(BufferModuleError {
                operation: O::NAME,
                expected: expected.name,
                actual: self.module(),
            }
            .into());
        }
        Ok(Operand::Resident {
            handle: self.handle,
            len: self.len,
        })
    }

    /// The buffer and another operand.
    fn with<'a, O: Listed>(&self, other: BufferOrBytes<'a>) -> Result<[Operand<'a>; 2], Error> {
        let first = self.operand::<O>()?;
        let second = match other {
            BufferOrBytes::Bytes(bytes) => Operand::Bytes(bytes),
            BufferOrBytes::Buffer(buffer)
                if Arc::ptr_eq(&self.runtime.shared, &buffer.runtime.shared) =>
            {
                buffer.operand::<O>()?
            }
            BufferOrBytes::Buffer(_) => return Err(Error::ForeignBuffer),
        };
        Ok([first, second])
    }

    fn call<O: OverBuffers<N>, const N: usize>(
        &self,
        operands: [Operand<'_>; N],
        parameters: O::Parameters,
        copied: impl FnOnce([&[u8]; N]) -> Result<O::Output, Error>,
    ) -> Result<O::Output, Error> {
        let shared = &self.runtime.shared;
        shared.call_over_buffers::<O, N>(operands, parameters, copied)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.store().lock().remove(self.handle);
    }
}

impl fmt::Debug for Buffer {
    /// Says nothing of the bytes, which may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Buffer({} bytes, {})", self.len, self.module())
    }
}
