//! Faults on purpose, for tests of what depends on the runtime and for drills.

use std::ops::{Bound, RangeBounds};
use std::sync::{Arc, Mutex, PoisonError};

use kilowat_engine::{EngineError, EngineKind, FunctionIndex, Instance, WasmValue};
use kilowat_kernels::Export;
use kilowat_operations::frame::{CallError, Frame, InstanceFrame, Span};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A call traps.
    Trap,
    /// A module does not compile.
    Compilation,
    /// A call gives a wrong answer.
    WrongAnswer,
    /// The machine has no memory left for a call.
    OutOfMemory,
}

/// Faults to be injected into a runtime, by [`Builder::faults`](crate::Builder::faults).
///
/// Clones are the same faults, so that a drill can begin and end them while the runtime is in use.
///
/// ```
/// use kilowat::faults::{Fault, Faults};
/// use kilowat::{EngineKind, Runtime};
///
/// let faults = Faults::new();
/// let runtime = Runtime::builder().faults(faults.clone()).build()?;
/// faults.inject(Fault::Trap, EngineKind::Interpreter, 1..=2);
/// faults.inject(Fault::Compilation, EngineKind::Jit, ..);
/// assert_eq!(runtime.fnv1a32(b"foobar")?, 0xbf9c_f968, "another tier has answered");
/// faults.clear();
/// # Ok::<(), kilowat::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Faults {
    rules: Arc<Mutex<Vec<Rule>>>,
}

#[derive(Debug)]
struct Rule {
    fault: Fault,
    tier: EngineKind,
    first: u64,
    last: u64,
    /// Calls of the tier, or compilations for it, since the rule was made.
    count: u64,
}

impl Faults {
    /// No faults yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on, counted from 1, these calls of a tier go wrong; for [`Fault::Compilation`] these
    /// compilations.
    pub fn inject(&self, fault: Fault, tier: EngineKind, which: impl RangeBounds<u64>) {
        let first = match which.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let last = match which.end_bound() {
            Bound::Included(last) => *last,
            // An empty range, from 1 to before 0, is none.
            Bound::Excluded(0) => return,
            Bound::Excluded(after) => after - 1,
            Bound::Unbounded => u64::MAX,
        };
        self.rules().push(Rule {
            fault,
            tier,
            first,
            last,
            count: 0,
        });
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.rules().clear();
    }

    /// The fault of the call of a tier that is about to begin.
    pub(crate) fn of_call(&self, tier: EngineKind) -> Option<Fault> {
        self.next(tier, |fault| fault != Fault::Compilation)
    }

    /// The fault of a compilation that is about to begin.
    pub(crate) fn of_compilation(&self, tier: EngineKind) -> Option<Fault> {
        self.next(tier, |fault| fault == Fault::Compilation)
    }

    fn next(&self, tier: EngineKind, concerns: impl Fn(Fault) -> bool) -> Option<Fault> {
        let mut rules = self.rules();
        let mut found = None;
        for rule in rules.iter_mut() {
            if rule.tier == tier && concerns(rule.fault) {
                rule.count += 1;
                if (rule.first..=rule.last).contains(&rule.count) {
                    found = found.or(Some(rule.fault));
                }
            }
        }
        found
    }

    fn rules(&self) -> std::sync::MutexGuard<'_, Vec<Rule>> {
        // Nothing that can panic leaves a rule half changed.
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A frame in which a call goes wrong.
pub(crate) struct FaultyFrame<F> {
    frame: F,
    fault: Fault,
    /// What was read, changed.
    changed: Vec<u8>,
}

impl<F> FaultyFrame<F> {
    pub(crate) fn new(frame: F, fault: Fault) -> Self {
        Self {
            frame,
            fault,
            changed: Vec::new(),
        }
    }

    fn fail(&self, module: &str, export: &str) -> Result<(), CallError> {
        let module = module.to_owned();
        match self.fault {
            Fault::Trap => Err(EngineError::Trap {
                module,
                export: export.to_owned(),
                reason: "a fault was injected".to_owned(),
            }
            .into()),
            Fault::OutOfMemory => Err(EngineError::Grow { module, pages: 1 }.into()),
            Fault::WrongAnswer | Fault::Compilation => Ok(()),
        }
    }
}

fn changed(result: Option<WasmValue>) -> Option<WasmValue> {
    result.map(|value| match value {
        WasmValue::I32(value) => WasmValue::I32(value ^ 1),
        WasmValue::I64(value) => WasmValue::I64(value ^ 1),
        WasmValue::F32(bits) => WasmValue::F32(bits ^ 1),
        WasmValue::F64(bits) => WasmValue::F64(bits ^ 1),
        WasmValue::V128(bits) => WasmValue::V128(bits ^ 1),
    })
}

impl<F: Frame> Frame for FaultyFrame<F> {
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

    fn work(&mut self, capacity: usize) -> Result<Span, CallError> {
        self.frame.work(capacity)
    }

    fn fault(&mut self) -> Result<Span, CallError> {
        self.frame.fault()
    }

    /// How much room there is to be is no answer: the call that needs it goes wrong.
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
        self.fail(export.module.name, export.name)?;
        self.frame.invoke(export, arguments).map(changed)
    }

    fn read(&mut self, span: Span) -> &[u8] {
        self.changed = self.frame.read(span).to_vec();
        if let Some(first) = self.changed.first_mut() {
            *first ^= 1;
        }
        &self.changed
    }
}

impl<F: InstanceFrame> InstanceFrame for FaultyFrame<F> {
    fn instance(&self) -> &Instance {
        self.frame.instance()
    }

    fn call(
        &mut self,
        function: FunctionIndex,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        let instance = self.frame.instance();
        self.fail(instance.module_name(), &instance.export_name(function))?;
        self.frame.call(function, arguments).map(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Bound::{Excluded, Included, Unbounded};

    #[test]
    fn the_calls_that_were_named_go_wrong() {
        let faults = Faults::new();
        faults.inject(Fault::Trap, EngineKind::Jit, 2..=3);
        let calls = |tier| [(); 4].map(|()| faults.of_call(tier));
        let (none, trap) = (None, Some(Fault::Trap));
        assert_eq!(calls(EngineKind::Interpreter), [none; 4]);
        assert_eq!(calls(EngineKind::Jit), [none, trap, trap, none]);
        assert_eq!(faults.of_compilation(EngineKind::Jit), None);
    }

    #[test]
    fn all_ranges_are_taken() {
        let count = |which: (Bound<u64>, Bound<u64>)| {
            let faults = Faults::new();
            faults.inject(Fault::Compilation, EngineKind::Jit, which);
            let compilations = (0..5).map(|_| faults.of_compilation(EngineKind::Jit));
            compilations.flatten().count()
        };
        assert_eq!(count((Unbounded, Unbounded)), 5);
        assert_eq!(count((Included(4), Unbounded)), 2);
        assert_eq!(count((Excluded(4), Unbounded)), 1);
        assert_eq!(count((Included(2), Excluded(4))), 2);
        assert_eq!(count((Unbounded, Excluded(0))), 0);
    }

    #[test]
    fn cleared_faults_are_gone() {
        let faults = Faults::new();
        faults.inject(Fault::Trap, EngineKind::Jit, ..);
        assert_eq!(faults.of_call(EngineKind::Jit), Some(Fault::Trap));
        faults.clone().clear();
        assert_eq!(faults.of_call(EngineKind::Jit), None);
    }
}
