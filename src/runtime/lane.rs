//! One module on one tier that runs WebAssembly: from its compilation to its instances.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, Once, OnceLock, PoisonError};
#[cfg(feature = "foreign")]
use std::time::Duration;

use kilowat_engine::{ArtifactCache, Engine, EngineError, EngineKind, Module};

use super::breaker::{Breaker, BreakerPolicy};
use super::dispatch::Lanes;
use super::faults::Faults;
use super::instances::InstancePool;
use super::kernel::Kernel;
#[cfg(feature = "foreign")]
use super::kernel::Zeroize;
use super::parting::Progress;
use crate::semaphore::Semaphore;

/// The engines, each started when it is first needed, and what they share.
#[derive(Debug)]
pub(crate) struct Engines {
    /// Without deadlines, and with them.
    jit: [Slot; 2],
    interpreter: [Slot; 2],
    pub(crate) cache: Option<ArtifactCache>,
    pub(crate) faults: Option<Faults>,
    /// Whether it was told that compiled code cannot be kept.
    not_kept: Once,
    /// Of the compilation whose code is to be kept.
    pub(crate) progress: Progress,
}

type Slot = OnceLock<Result<Engine, EngineError>>;

impl Engines {
    pub(crate) fn new(cache: Option<PathBuf>, faults: Option<Faults>) -> Self {
        Self {
            jit: Default::default(),
            interpreter: Default::default(),
            cache: cache.map(ArtifactCache::new),
            faults,
            not_kept: Once::new(),
            progress: Progress::default(),
        }
    }

    fn get(&self, kind: EngineKind, deadlines: bool) -> Result<&Engine, EngineError> {
        let slots = match kind {
            EngineKind::Jit => &self.jit,
            EngineKind::Interpreter | EngineKind::Native => &self.interpreter,
        };
        let engine = slots[usize::from(deadlines)].get_or_init(|| {
            let engine = if deadlines {
                Engine::with_deadlines(kind)
            } else {
                Engine::new(kind)
            };
            engine?.ok_or_else(|| EngineError::Unavailable {
                kind,
                reason: "it runs no WebAssembly".to_owned(),
            })
        });
        engine.as_ref().map_err(Clone::clone)
    }
}

/// What the lanes of all modules have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LaneSettings {
    pub(crate) breaker: BreakerPolicy,
    pub(crate) instances: usize,
    #[cfg(feature = "foreign")]
    pub(crate) zeroize: Zeroize,
    /// Of the user's own modules.
    #[cfg(feature = "foreign")]
    pub(crate) deadline: Option<Duration>,
}

impl LaneSettings {
    /// Turns of their own for the calls of some modules.
    pub(crate) fn turns(self) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(self.instances))
    }

    /// The lanes of a module, whose calls wait for one of these turns.
    pub(crate) fn lanes(
        self,
        kernel: Kernel,
        engines: &Arc<Engines>,
        turns: &Arc<Semaphore>,
    ) -> Lanes {
        let kernel = Arc::new(kernel);
        EngineKind::WASM.map(|tier| {
            Arc::new(Lane::new(
                Arc::clone(&kernel),
                tier,
                Arc::clone(engines),
                self.breaker,
                InstancePool::new(Arc::clone(turns), self.instances),
            ))
        })
    }
}

/// How far the loading of a module has come.
#[derive(Debug)]
enum Loading {
    NotBegun,
    UnderWay,
    Failed(EngineError),
    Done,
}

/// What is to be done for a module that is not loaded.
#[derive(Debug)]
pub(crate) enum Preparation {
    /// It is loaded.
    Ready,
    /// The caller is to have it [compiled](Lane::compile).
    ToCompile,
    /// Somebody compiles it.
    UnderWay,
    /// It does not compile.
    Failed(EngineError),
}

/// A module on a tier.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) kernel: Arc<Kernel>,
    pub(crate) tier: EngineKind,
    pub(crate) breaker: Breaker,
    pub(crate) instances: InstancePool,
    engines: Arc<Engines>,
    module: OnceLock<Module>,
    loading: Mutex<Loading>,
    loaded: Condvar,
}

impl Lane {
    fn new(
        kernel: Arc<Kernel>,
        tier: EngineKind,
        engines: Arc<Engines>,
        policy: BreakerPolicy,
        instances: InstancePool,
    ) -> Self {
        Self {
            kernel,
            tier,
            breaker: Breaker::new(policy),
            instances,
            engines,
            module: OnceLock::new(),
            loading: Mutex::new(Loading::NotBegun),
            loaded: Condvar::new(),
        }
    }

    /// The compiled module, where it is ready.
    #[inline]
    pub(crate) fn module(&self) -> Option<&Module> {
        self.module.get()
    }

    /// Begins to load the module, as far as that takes no time: what is in the cache is ready at
    /// once. Whoever gets [`Preparation::ToCompile`] sees to it that it is compiled.
    pub(crate) fn prepare(&self) -> Preparation {
        let mut loading = self.loading();
        match &*loading {
            Loading::Done => return Preparation::Ready,
            Loading::UnderWay => return Preparation::UnderWay,
            Loading::Failed(error) => return Preparation::Failed(error.clone()),
            Loading::NotBegun => {}
        }
        if let Some(module) = self.restore() {
            self.module.get_or_init(|| module);
            *loading = Loading::Done;
            return Preparation::Ready;
        }
        *loading = Loading::UnderWay;
        Preparation::ToCompile
    }

    /// The compiled module from the cache, where it is there and the tier has use for it.
    pub(crate) fn restore(&self) -> Option<Module> {
        let cache = self.engines.cache.as_ref()?;
        if self.tier != EngineKind::Jit {
            return None;
        }
        let engine = self.engine().ok()?;
        let module = engine.restore(&self.kernel.name, &self.kernel.wasm, cache)?;
        Some(self.limited(module))
    }

    fn engine(&self) -> Result<&Engine, EngineError> {
        self.engines.get(self.tier, self.kernel.deadline.is_some())
    }

    fn limited(&self, module: Module) -> Module {
        match self.kernel.deadline {
            Some(limit) => module.with_deadline(limit),
            None => module,
        }
    }

    /// Compiles the module and puts it into the cache. A failure opens the breaker, and the module is
    /// compiled again when that lets a call try.
    pub(crate) fn compile(&self) {
        self.compile_by(|| self.try_compile());
    }

    fn compile_by(&self, compile: impl FnOnce() -> Result<Module, EngineError>) {
        // A panic, too, is an outcome: others wait for it.
        let outcome = catch_unwind(AssertUnwindSafe(compile));
        let outcome = outcome.unwrap_or_else(|panic| Err(self.failure(panic_words(&*panic))));
        let mut loading = self.loading();
        *loading = match outcome {
            Ok(module) => {
                self.module.get_or_init(|| module);
                Loading::Done
            }
            Err(error) => {
                self.breaker.could_not_start(&error.to_string());
                tracing::warn!(%error, "a module is left to slower tiers");
                Loading::Failed(error)
            }
        };
        drop(loading);
        self.loaded.notify_all();
    }

    fn try_compile(&self) -> Result<Module, EngineError> {
        let kernel = &self.kernel;
        let faults = self.engines.faults.as_ref();
        if faults
            .and_then(|faults| faults.of_compilation(self.tier))
            .is_some()
        {
            return Err(self.failure("a fault was injected"));
        }
        let cache = self.engines.cache.as_ref();
        let cache = cache.filter(|_| self.tier == EngineKind::Jit);
        let compilation = cache.map(|_| self.engines.progress.begin(kernel.wasm.len()));
        let engine = self.engine()?;
        let module = engine.compile(&kernel.name, &kernel.wasm)?;
        if let Some(compilation) = &compilation {
            compilation.is_stored_now();
        }
        if let Some(cache) = cache
            && let Err(error) = engine.store(&module, &kernel.wasm, cache)
        {
            // Only the next process is slower for it. The cause is the same for all modules.
            let folder = cache.folder().display();
            self.engines.not_kept.call_once(|| {
                tracing::info!(%error, %folder, "compiled code is not kept");
            });
        }
        Ok(self.limited(module))
    }

    fn failure(&self, reason: &str) -> EngineError {
        EngineError::Compile {
            module: self.kernel.name.clone().into_owned(),
            kind: self.tier,
            reason: reason.to_owned(),
        }
    }

    /// Makes a module that has failed to compile be compiled again.
    pub(crate) fn forget_failure(&self) {
        let mut loading = self.loading();
        if matches!(*loading, Loading::Failed(_)) {
            *loading = Loading::NotBegun;
        }
    }

    /// Waits for the end of a compilation that is under way.
    pub(crate) fn wait(&self) {
        let mut loading = self.loading();
        while matches!(*loading, Loading::UnderWay) {
            let waited = self.loaded.wait(loading);
            loading = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn loading(&self) -> std::sync::MutexGuard<'_, Loading> {
        // The state is replaced as a whole.
        self.loading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a panic says.
fn panic_words(panic: &(dyn Any + Send)) -> &str {
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    words.unwrap_or("it has panicked")
}

#[cfg(test)]
mod tests {
    use kilowat_kernels::MODULES;

    use super::*;

    #[test]
    fn a_compiler_that_panics_has_failed() {
        let settings = LaneSettings {
            breaker: BreakerPolicy::default(),
            instances: 1,
            zeroize: Zeroize::default(),
            deadline: None,
        };
        let engines = Arc::new(Engines::new(None, None));
        let kernel = Kernel::built_in(MODULES[0], false);
        let name = kernel.name.clone();
        let [lane, ..] = settings.lanes(kernel, &engines, &settings.turns());
        assert!(matches!(lane.prepare(), Preparation::ToCompile));
        std::thread::scope(|scope| {
            scope.spawn(|| lane.wait());
            lane.compile_by(|| panic!("on {}", "purpose"));
        });
        let Preparation::Failed(error) = lane.prepare() else {
            panic!("it has not failed");
        };
        let expected = format!("module `{name}` does not compile on the jit engine: on purpose");
        assert_eq!(error.to_string(), expected);
        // The next attempt may go better.
        lane.forget_failure();
        assert!(matches!(lane.prepare(), Preparation::ToCompile));
        lane.compile();
        assert!(matches!(lane.prepare(), Preparation::Ready));
    }
}
