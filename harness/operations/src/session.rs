//! A session: what one thread needs to run operations on one engine.

use std::sync::{Arc, OnceLock};

use crate::frame::{CallError, Frame, InstanceFrame, Span};
use crate::operation::{Input, Operation};
use kilowat_engine::{
    Engine, EngineError, EngineKind, FunctionIndex, Instance, Module, PAGE, WasmValue,
};
use kilowat_kernels::{Export, KernelModule, MODULES};

/// The largest memory of a kernel, in bytes: a page less than 32-bit pointers reach, so that every
/// pointer, length and one-past-the-end is a u32, and -1 is none of them.
pub const MEMORY_LIMIT: u64 = (1 << 32) - PAGE as u64;

/// Spans start at multiples of this, the size of a cache line: the fastest place for vectors.
const SPAN_ALIGNMENT: u64 = 64;

/// The kernel modules, each compiled when it is first needed. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Library {
    engine: Engine,
    compiled: Arc<[OnceLock<Module>]>,
}

impl Library {
    /// An empty library for an engine, or nothing for [`EngineKind::Native`].
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] where the engine does not work on this machine.
    pub fn new(kind: EngineKind) -> Result<Option<Self>, EngineError> {
        let engine = Engine::new(kind)?;
        Ok(engine.map(|engine| Self {
            engine,
            compiled: MODULES.iter().map(|_| OnceLock::new()).collect(),
        }))
    }

    /// The tier that the modules are compiled for.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        self.engine.kind()
    }

    /// The compiled form of a module, compiling it the first time.
    ///
    /// # Errors
    /// [`EngineError::Compile`].
    pub fn module(&self, kernel: &KernelModule) -> Result<&Module, EngineError> {
        let slot = &self.compiled[kernel.index];
        if let Some(module) = slot.get() {
            return Ok(module);
        }
        // Two threads may both compile; one result is kept, and both are the same.
        let module = self.engine.compile(kernel.name, kernel.wasm)?;
        Ok(slot.get_or_init(|| module))
    }

    /// A new session, with no instances yet.
    #[must_use]
    pub fn session(&self) -> Session {
        Session {
            library: self.clone(),
            instances: MODULES.iter().map(|_| None).collect(),
        }
    }
}

/// Instances of the kernel modules, each made when it is first needed. For one thread at a time.
#[derive(Debug)]
pub struct Session {
    library: Library,
    instances: Vec<Option<Instance>>,
}

impl Session {
    /// Runs an operation on its kernel.
    ///
    /// # Errors
    /// [`CallError`]; the answer itself, good or bad, is the operation's output.
    pub fn run<O: Operation>(&mut self, input: Input<'_, O>) -> Result<O::Output, CallError> {
        let mut frame = self.frame(O::EXPORT.module)?;
        O::kernel::<_, &[u8]>(&mut frame, input)
    }

    /// A frame for calls of one module, with all of its heap free.
    ///
    /// # Errors
    /// [`EngineError::Compile`] and [`EngineError::Instantiate`].
    pub fn frame(&mut self, kernel: &'static KernelModule) -> Result<PackedFrame<'_>, EngineError> {
        let slot = &mut self.instances[kernel.index];
        let instance = match slot {
            Some(instance) => instance,
            None => slot.insert(self.library.module(kernel)?.instantiate()?),
        };
        Ok(PackedFrame::new(instance, kernel.heap_base, Unlimited))
    }

    /// Bytes of memory that the session's instances hold.
    #[must_use]
    pub fn memory_held(&self) -> usize {
        let instances = self.instances.iter().flatten();
        instances.map(|instance| instance.memory().len()).sum()
    }
}

/// Who says whether the memory of an instance may grow.
pub trait Growth {
    /// Makes sure that the memory has at least `bytes` bytes.
    ///
    /// # Errors
    /// [`EngineError::Grow`], and [`CallError::OverBudget`] where the host allows no more.
    fn reserve(&mut self, instance: &mut Instance, bytes: u64) -> Result<(), CallError>;
}

/// Lets a memory grow as far as the machine allows.
#[derive(Debug, Clone, Copy)]
pub struct Unlimited;

impl Growth for Unlimited {
    fn reserve(&mut self, instance: &mut Instance, bytes: u64) -> Result<(), CallError> {
        Ok(instance.reserve_memory(bytes)?)
    }
}

/// A frame that packs spans one behind the other, each at the start of a cache line.
pub struct PackedFrame<'a, G = Unlimited> {
    instance: &'a mut Instance,
    growth: G,
    next: u64,
}

impl<'a, G: Growth> PackedFrame<'a, G> {
    /// A frame of an instance whose memory is free from `base` on.
    pub fn new(instance: &'a mut Instance, base: u32, growth: G) -> Self {
        Self {
            instance,
            growth,
            next: u64::from(base).next_multiple_of(SPAN_ALIGNMENT),
        }
    }

    /// Where the spans end that were placed so far.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.next
    }

    /// The instance.
    #[must_use]
    pub fn into_instance(self) -> &'a mut Instance {
        self.instance
    }

    /// Leaves alone what stands below `end`: bytes that stay in the memory from call to call.
    #[must_use]
    pub fn above(mut self, end: u32) -> Self {
        self.next = self
            .next
            .max(u64::from(end))
            .next_multiple_of(SPAN_ALIGNMENT);
        self
    }

    fn place(&mut self, len: usize) -> Result<Span, CallError> {
        let end = self.next.saturating_add(len as u64);
        if end > MEMORY_LIMIT {
            return Err(CallError::TooLarge {
                bytes: end,
                limit: MEMORY_LIMIT,
            });
        }
        self.growth.reserve(self.instance, end)?;
        // Both fit into 32 bits, because the end does.
        let span = Span {
            ptr: self.next as u32,
            len: len as u32,
        };
        self.next = end.next_multiple_of(SPAN_ALIGNMENT);
        Ok(span)
    }
}

impl<G: Growth> Frame for PackedFrame<'_, G> {
    fn engine(&self) -> EngineKind {
        self.instance.engine()
    }

    #[inline]
    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.output_behind(bytes, 0)
    }

    fn output(&mut self, capacity: usize) -> Result<Span, CallError> {
        self.place(capacity)
    }

    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.input(bytes)
    }

    #[inline]
    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        let span = self.place(bytes.len().saturating_add(capacity))?;
        let start = span.ptr as usize;
        self.instance.memory_mut()[start..start + bytes.len()].copy_from_slice(bytes);
        Ok(span)
    }

    #[inline]
    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        invoke(self.instance, export, arguments)
    }

    fn read(&mut self, span: Span) -> &[u8] {
        &self.instance.memory()[span.ptr as usize..][..span.len as usize]
    }
}

impl<G: Growth> InstanceFrame for PackedFrame<'_, G> {
    fn instance(&self) -> &Instance {
        self.instance
    }

    fn call(
        &mut self,
        function: FunctionIndex,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        Ok(call(self.instance, function, arguments)?)
    }
}

/// Calls an export that has one result at most.
///
/// Inlined, as the calls of it are: a [`WasmValue`] that goes through memory is copied in one piece
/// right after it was written in two, and waits for both (docs/performance-notes.md has the share).
///
/// # Errors
/// [`EngineError::Trap`] and [`EngineError::Arguments`].
#[inline]
pub fn invoke(
    instance: &mut Instance,
    export: &Export,
    arguments: &[WasmValue],
) -> Result<Option<WasmValue>, CallError> {
    Ok(call(instance, FunctionIndex(export.function), arguments)?)
}

#[inline]
fn call(
    instance: &mut Instance,
    function: FunctionIndex,
    arguments: &[WasmValue],
) -> Result<Option<WasmValue>, EngineError> {
    let signature = instance.signature(function);
    let result = signature.and_then(|signature| signature.results.first().copied());
    let Some(ty) = result else {
        instance.call(function, arguments, &mut [])?;
        return Ok(None);
    };
    let mut results = [WasmValue::zero(ty)];
    instance.call(function, arguments, &mut results)?;
    Ok(Some(results[0]))
}
