//! Copying memory.

use crate::argument::{ArgumentError, Arguments};
use crate::prelude::*;
use crate::value::Kind;
use kilowat_kernels::memory_ops;

/// A copy of a span to another one, or to another place of the same buffer, which it may overlap.
#[derive(Debug)]
pub struct MemoryCopy;

/// What is copied, and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move<B> {
    /// All of it, to a span of its own.
    Apart(B),
    /// A part of it, to another place in it.
    Within {
        /// The buffer.
        buffer: B,
        /// Offset of the part.
        from: usize,
        /// Offset of the place.
        to: usize,
        /// Length of both.
        len: usize,
    },
}

impl<B> Move<B> {
    fn as_ref(&self) -> Move<&B> {
        match *self {
            Self::Apart(ref bytes) => Move::Apart(bytes),
            Self::Within {
                ref buffer,
                from,
                to,
                len,
            } => Move::Within {
                buffer,
                from,
                to,
                len,
            },
        }
    }

    fn map<C>(self, bytes: impl FnOnce(B) -> C) -> Move<C> {
        match self {
            Self::Apart(apart) => Move::Apart(bytes(apart)),
            Self::Within {
                buffer,
                from,
                to,
                len,
            } => Move::Within {
                buffer: bytes(buffer),
                from,
                to,
                len,
            },
        }
    }
}

/// The shape of a [`Move`].
#[derive(Debug)]
pub struct Moved;

impl Shape for Moved {
    type Case = Move<Vec<u8>>;
    type Input<'a, B: ByteString<'a>> = Move<&'a [u8]>;

    const KINDS: &'static [Kind] = <(Bytes, Size, Size, Size)>::KINDS;

    fn borrow(case: &Move<Vec<u8>>) -> Move<&[u8]> {
        case.as_ref().map(Vec::as_slice)
    }

    fn own(input: Move<&[u8]>) -> Move<Vec<u8>> {
        input.map(<[u8]>::to_vec)
    }

    fn len<'a, B: ByteString<'a>>(input: Move<&'a [u8]>) -> u64 {
        let (Move::Apart(bytes) | Move::Within { buffer: bytes, .. }) = input;
        bytes.len() as u64
    }

    fn values(input: Move<&[u8]>) -> Option<Vec<Value>> {
        match input {
            Move::Apart(_) => None,
            Move::Within {
                buffer,
                from,
                to,
                len,
            } => <(Bytes, Size, Size, Size)>::values((buffer, from, to, len)),
        }
    }

    /// By name only within a buffer: a copy to a span of its own is what is given.
    fn parse<'a, B: ByteString<'a>>(
        arguments: &Arguments<'_, 'a>,
    ) -> Result<Move<&'a [u8]>, ArgumentError> {
        let buffer = arguments.get(0).own_bytes()?;
        let len = arguments.get(3).at_most(buffer.len() as u64)? as usize;
        let last = (buffer.len() - len) as u64;
        Ok(Move::Within {
            buffer,
            from: arguments.get(1).at_most(last)? as usize,
            to: arguments.get(2).at_most(last)? as usize,
            len,
        })
    }
}

impl Operation for MemoryCopy {
    const NAME: &'static str = "copy";
    const SUMMARY: &'static str = "copy of a byte string, also onto itself";
    const EXPORT: &'static Export = &memory_ops::COPY;
    const PARAMETERS: Names = &[
        ("buffer", "what holds both places"),
        ("from", "offset of what is copied"),
        ("to", "offset of where it is copied to"),
        ("len", "how many bytes are copied"),
    ];

    type Shape = Moved;

    /// All that has been written to: the copy, or the buffer.
    type Output = Vec<u8>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        input: Input<'a, Self, B>,
    ) -> Result<Vec<u8>, CallError> {
        match input {
            Move::Apart(bytes) => {
                let src = frame.input(bytes)?;
                let dst = frame.output(bytes.len())?;
                let arguments = [dst.ptr.into(), src.ptr.into(), src.len.into()];
                frame.invoke(Self::EXPORT, &arguments)?;
                Ok(frame.read(dst).to_vec())
            }
            Move::Within {
                buffer,
                from,
                to,
                len,
            } => {
                let span = frame.inout(buffer)?;
                // The pointer of an empty buffer means nothing, and may be the last there is.
                let at = |offset: usize| span.ptr.wrapping_add(offset as u32);
                let arguments = [at(to).into(), at(from).into(), (len as u32).into()];
                frame.invoke(Self::EXPORT, &arguments)?;
                Ok(frame.read(span).to_vec())
            }
        }
    }
}

#[cfg(feature = "native")]
impl Native for MemoryCopy {
    fn native(input: Move<&[u8]>) -> Vec<u8> {
        match input {
            Move::Apart(bytes) => bytes.to_vec(),
            Move::Within {
                buffer,
                from,
                to,
                len,
            } => {
                let mut buffer = buffer.to_vec();
                buffer.copy_within(from..from + len, to);
                buffer
            }
        }
    }

    /// Half of them overlap, mostly by a few bytes more or less than a vector.
    fn generate(generator: &mut Generator, len: usize) -> Move<Vec<u8>> {
        if generator.one_in(2) {
            return Move::Apart(generator.bytes(len));
        }
        let distance = match generator.number(0..=2) {
            0 => generator.number(0..=len),
            _ => generator.number(0..=140),
        };
        let (before, after) = (generator.number(0..=3), generator.number(0..=3));
        let (from, to) = if generator.one_in(2) {
            (before, before + distance)
        } else {
            (before + distance, before)
        };
        Move::Within {
            // Random, so that no byte can stand for another.
            buffer: generator.random_bytes(before + distance + len + after),
            from,
            to,
            len,
        }
    }

    fn workload(generator: &mut Generator, len: usize) -> Move<Vec<u8>> {
        Move::Apart(generator.source_text(len))
    }
}
