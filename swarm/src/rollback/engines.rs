//! What runs the systems of an open swarm: the runtime that it was given, or native code where a system is rolled back.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use kilowat::{EngineKind, Runtime, Value};

use super::{Switches, System};

/// Native code, for all swarms of the process.
static NATIVE: OnceLock<Runtime> = OnceLock::new();

/// How many swarms of the process have each system rolled back.
static ROLLED_BACK: [AtomicUsize; System::ALL.len()] =
    [const { AtomicUsize::new(0) }; System::ALL.len()];

/// The runtimes of a swarm, of which each system has one. The one that was given stays as it is: it may be the
/// program's own.
#[derive(Debug)]
pub(crate) struct Engines {
    given: Runtime,
    off: [AtomicBool; System::ALL.len()],
}

impl Engines {
    pub(crate) fn new(given: Runtime, switches: Switches) -> Self {
        let engines = Self {
            given,
            off: Default::default(),
        };
        engines.apply(switches);
        engines
    }

    /// What runs a system now.
    pub(crate) fn of(&self, system: System) -> &Runtime {
        if self.off[system as usize].load(Ordering::Acquire) {
            NATIVE.get().unwrap_or(&self.given)
        } else {
            &self.given
        }
    }

    /// All that have run a system.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Runtime> {
        std::iter::once(&self.given).chain(NATIVE.get())
    }

    /// Calls that begin from now on go by these switches.
    pub(super) fn apply(&self, switches: Switches) {
        for system in System::ALL {
            let off = !switches.allows(system);
            if off && NATIVE.get().is_none() {
                match Runtime::with_engine(EngineKind::Native) {
                    // Another thread may have been quicker.
                    Ok(native) => drop(NATIVE.set(native)),
                    Err(error) => tracing::warn!(%error, %system, "it cannot be rolled back"),
                }
            }
            let was_off = self.off[system as usize].swap(off, Ordering::AcqRel);
            count(system, was_off, off);
        }
    }

    pub(super) fn allows(&self, system: System) -> bool {
        !self.off[system as usize].load(Ordering::Acquire)
    }

    /// Which tier answers a call of a system: one is made.
    pub(super) fn answers(&self, system: System) -> Option<EngineKind> {
        tier(self.of(system))
    }
}

impl Drop for Engines {
    fn drop(&mut self) {
        for system in System::ALL {
            count(system, !self.allows(system), false);
        }
    }
}

fn count(system: System, was_off: bool, off: bool) {
    let rolled_back = &ROLLED_BACK[system as usize];
    match (was_off, off) {
        (false, true) => {
            rolled_back.fetch_add(1, Ordering::AcqRel);
        }
        (true, false) => {
            rolled_back.fetch_sub(1, Ordering::AcqRel);
        }
        _ => {}
    }
}

/// The shared runtime; or native code, where a swarm of the process has the system rolled back.
pub(crate) fn of_process(system: System) -> &'static Runtime {
    let is_rolled_back = ROLLED_BACK[system as usize].load(Ordering::Acquire) > 0;
    let native = NATIVE.get().filter(|_| is_rolled_back);
    native.unwrap_or_else(|| Runtime::shared())
}

/// Which tier of a runtime answers. All systems hash all that they store with this operation.
fn tier(runtime: &Runtime) -> Option<EngineKind> {
    let text = [Value::Bytes(b"kilowat".to_vec())];
    let outcome = runtime.execute("string_ops", "fnv1a64", &text);
    outcome.ok().map(|outcome| outcome.tier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_is_rolled_back_is_answered_by_native_code_and_the_others_are_not() {
        let given = Runtime::with_engine(EngineKind::Interpreter).unwrap();
        let engines = Engines::new(given, Switches::default());
        let answers = || System::ALL.map(|system| engines.answers(system).unwrap());
        let (interpreter, native) = (EngineKind::Interpreter, EngineKind::Native);
        assert_eq!(answers(), [interpreter; 3]);
        let memory = Some(false);
        engines.apply(Switches {
            memory,
            ..Switches::default()
        });
        assert_eq!(answers(), [native, interpreter, interpreter]);
        engines.apply(Switches::OFF);
        assert_eq!(answers(), [native; 3]);
        assert_eq!(tier(of_process(System::Messages)), Some(native));
        engines.apply(Switches::default());
        assert_eq!(answers(), [interpreter; 3]);
    }
}
