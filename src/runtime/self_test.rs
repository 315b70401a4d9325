//! One tier by itself: its modules loaded, and an operation run on it as calls are.

use kilowat_engine::{ArtifactCache, EngineKind};
use kilowat_kernels::{KernelModule, MODULES};
#[cfg(feature = "native")]
use kilowat_operations::{
    frame::{CallError, Frame},
    ops::{self, AnswerError, AnyOperation},
};

use super::Runtime;
#[cfg(feature = "native")]
use super::call::KernelCall;
use super::lane::{Lane, Preparation};

/// Where a loaded module has come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The cache.
    Restored,
    /// The engine has compiled it.
    Compiled,
}

#[cfg(feature = "native")]
/// What is wrong with an answer: nothing, or a text that has both.
type Verdict = Result<(), String>;

#[cfg(feature = "native")]
struct SelfTest<'a> {
    operation: &'a dyn AnyOperation,
    len: usize,
}

#[cfg(feature = "native")]
impl KernelCall for SelfTest<'_> {
    type Answer = Verdict;

    fn kernel<F: Frame>(&self, mut frame: &mut F) -> Result<Verdict, CallError> {
        match ops::self_test(self.operation, self.len).check_on(&mut frame) {
            Ok(()) => Ok(Ok(())),
            Err(AnswerError::Call(error)) => Err(error),
            Err(wrong) => Ok(Err(wrong.to_string())),
        }
    }
}

impl Runtime {
    /// Loads a module on a tier, waiting for it.
    ///
    /// # Errors
    /// Why it cannot be loaded.
    pub(crate) fn load_on(
        &self,
        module: &KernelModule,
        tier: EngineKind,
    ) -> Result<Origin, String> {
        let Some(lane) = self.lane(module, tier) else {
            return Ok(Origin::Compiled);
        };
        let origin = match lane.prepare() {
            Preparation::Ready => Origin::Restored,
            Preparation::ToCompile => {
                lane.compile();
                Origin::Compiled
            }
            Preparation::UnderWay | Preparation::Failed(_) => {
                lane.wait();
                Origin::Compiled
            }
        };
        match lane.prepare() {
            Preparation::Failed(error) => Err(error.to_string()),
            _ => Ok(origin),
        }
    }

    /// Runs an operation once on a tier that has its module [loaded](Self::load_on), on an input
    /// whose main part has `len` bytes. The inner error is a wrong answer.
    ///
    /// # Errors
    /// Why there is no answer.
    #[cfg(feature = "native")]
    pub(crate) fn self_test(
        &self,
        operation: &dyn AnyOperation,
        tier: EngineKind,
        len: usize,
    ) -> Result<Verdict, String> {
        let Some(lane) = self.lane(operation.export().module, tier) else {
            return Ok(Ok(()));
        };
        let verdict = self.shared.run_on(lane, &SelfTest { operation, len });
        verdict.map_err(|error| error.to_string())
    }

    /// Where compiled code is kept.
    pub(crate) fn cache(&self) -> Option<&ArtifactCache> {
        self.shared.engines.cache.as_ref()
    }

    /// How many modules the cache has compiled code of that the JIT would take now.
    pub(crate) fn cached_modules(&self) -> usize {
        let lanes = MODULES
            .iter()
            .filter_map(|module| self.lane(module, EngineKind::Jit));
        lanes.filter(|lane| lane.restore().is_some()).count()
    }

    /// The bytes of memory that all instances may hold together.
    pub(crate) fn memory_limit(&self) -> u64 {
        self.shared.budget.limit()
    }

    fn lane(&self, module: &KernelModule, tier: EngineKind) -> Option<&Lane> {
        let lanes = self.shared.modules.get(module.index)?;
        lanes.get(tier as usize).map(AsRef::as_ref)
    }
}
