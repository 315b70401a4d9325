//! What hashes have in common, whichever module they are in: batches of messages, and calls whose answer
//! is what they write.

use crate::prelude::*;

/// Lengths around which the padding of a message changes, and the number of its blocks.
const EDGES: [usize; 12] = [0, 1, 8, 55, 56, 63, 64, 65, 119, 120, 128, 192];

/// The most messages of a generated batch, empty ones aside.
const MOST: usize = 16;

/// Messages of `len` bytes together, ragged, with empty ones between them.
#[cfg(feature = "native")]
pub(super) fn generate_batch(generator: &mut Generator, len: usize) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    let mut left = len;
    while left > 0 {
        let wanted = match generator.number(0..=3) {
            _ if messages.len() + 1 == MOST => left,
            0 => generator.number(1..=left),
            1 => generator.number(1..=left.div_ceil(8)),
            _ => *generator.choose(&EDGES[1..]),
        };
        let taken = wanted.min(left);
        messages.push(generator.bytes(taken));
        left -= taken;
    }
    for _ in 0..generator.number(0..=4) {
        let place = generator.number(0..=messages.len());
        messages.insert(place, Vec::new());
    }
    messages
}

/// Messages of `each` bytes, and a shorter one where `len` is no multiple of that.
#[cfg(feature = "native")]
pub(super) fn batch_workload(generator: &mut Generator, len: usize, each: usize) -> Vec<Vec<u8>> {
    let text = generator.source_text(len);
    text.chunks(each).map(<[u8]>::to_vec).collect()
}

/// The digests of many messages, from `export(spans_ptr, count, dst_ptr)`.
pub(super) fn batch<const N: usize, F: Frame>(
    frame: &mut F,
    export: &'static Export,
    messages: Messages<'_>,
) -> Result<Vec<[u8; N]>, CallError> {
    let mut pairs = Vec::with_capacity(8 * messages.count());
    for message in messages.iter() {
        let Span { ptr, len } = frame.input(message)?;
        pairs.extend(ptr.to_le_bytes());
        pairs.extend(len.to_le_bytes());
    }
    let spans = frame.input(&pairs)?;
    let dst = frame.output(N * messages.count())?;
    let count = spans.len / 8;
    invoke(
        frame,
        export,
        &[spans.ptr.into(), count.into(), dst.ptr.into()],
    )?;
    Ok(frame.read(dst).as_chunks().0.to_vec())
}

/// Calls a kernel that returns nothing.
pub(in crate::ops) fn invoke<F: Frame>(
    frame: &mut F,
    export: &'static Export,
    arguments: &[WasmValue],
) -> Result<(), CallError> {
    match frame.invoke(export, arguments)? {
        None => Ok(()),
        value => Err(CallError::Contract {
            export: export.name,
            value,
        }),
    }
}

pub(in crate::ops) fn read<const N: usize>(frame: &mut impl Frame, span: Span) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(frame.read(span));
    bytes
}
