//! A kernel module as the runtime loads it: built in, or a user's own.

use std::borrow::Cow;

use kilowat_harness::engine::Instance;
use kilowat_harness::foreign::ForeignModule;
use kilowat_harness::module::{KernelModule, Segment};

/// A module's binary, and what a host must know to call it.
#[derive(Debug)]
pub(crate) struct Kernel {
    pub(crate) name: Cow<'static, str>,
    pub(crate) wasm: Cow<'static, [u8]>,
    /// The first byte of memory that the host may use.
    pub(crate) heap_base: u32,
    /// Whether memory is zeroed after each call.
    pub(crate) zeroize: bool,
    /// The parts of the static region that stay as they are.
    data: Cow<'static, [Segment]>,
}

impl Kernel {
    pub(crate) fn built_in(module: &'static KernelModule, zeroize: bool) -> Self {
        Self {
            name: module.name.into(),
            wasm: module.wasm.into(),
            heap_base: module.heap_base,
            zeroize,
            data: module.data.into(),
        }
    }

    /// A user's own module: one that an engine may take, because it was validated and held to the ABI
    /// when it was read. The interpreter translates it without looking at it again.
    pub(crate) fn users(module: ForeignModule, zeroize: bool) -> Self {
        Self {
            name: module.name().to_owned().into(),
            heap_base: module.heap_base(),
            zeroize,
            data: module.data().to_vec().into(),
            wasm: module.into_wasm().into(),
        }
    }

    /// Zeroes all that a call may have left in the memory below `end`: its spans, and the scratch
    /// space of the kernel.
    pub(crate) fn wipe(&self, instance: &mut Instance, end: u64) {
        let memory = instance.memory_mut();
        let end = memory.len().min(end as usize);
        let heap_base = end.min(self.heap_base as usize);
        let (fixed, heap) = memory[..end].split_at_mut(heap_base);
        heap.fill(0);
        let mut scratch = 0;
        for segment in &*self.data {
            let start = (segment.offset as usize).min(heap_base);
            fixed[scratch.min(start)..start].fill(0);
            scratch = (segment.offset + segment.length) as usize;
        }
        fixed[scratch.min(heap_base)..].fill(0);
    }
}

/// When the memory of an instance is zeroed before it is used again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Zeroize {
    /// After each call of a built-in module whose header says `secret = true`. A user's own module is
    /// a binary, and says nothing.
    #[default]
    Secret,
    /// After each call of any module, the user's own included.
    Always,
    /// Never: what a call left there stays until another one overwrites it.
    Never,
}

impl Zeroize {
    pub(crate) fn applies(self, secret: bool) -> bool {
        match self {
            Self::Secret => secret,
            Self::Always => true,
            Self::Never => false,
        }
    }
}
