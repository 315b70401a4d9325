//! What a runtime knows of its modules.

use kilowat_engine::{EngineKind, Signature};
use serde::{Serialize, Serializer};

use super::dispatch::Lanes;
use super::lane::Lane;
#[cfg(feature = "foreign")]
use super::user::UserModule;
use super::{Error, OperationInfo, Runtime, operations};
use crate::monitor::{BreakerState, tier_name};

/// A module: what it offers, and how its tiers are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModuleInfo {
    /// Its name.
    pub name: String,
    /// What can be called.
    #[serde(flatten)]
    pub contents: ModuleContents,
    /// The size of its binary, in bytes.
    pub binary_size: usize,
    /// How many bytes its static region takes of each instance's memory.
    pub static_size: u32,
    /// The tiers of this program that it can run on, fastest first, whether they are in the runtime's list or not.
    pub tiers: Vec<ModuleTier>,
}

/// What can be called of a module.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModuleContents {
    /// The operations of a built-in module.
    Operations(Vec<OperationInfo>),
    /// The functions of a user's own module.
    Functions(Vec<FunctionInfo>),
}

/// A function of a user's own module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionInfo {
    /// Its name.
    pub name: String,
    /// Its type. It is written as `(i32, i32) -> (i32)`.
    #[serde(serialize_with = "text")]
    pub signature: Signature,
}

/// A tier that a module can run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModuleTier {
    /// The tier.
    #[serde(serialize_with = "tier_name")]
    pub tier: EngineKind,
    /// Whether it can answer at once: the module is compiled, or needs no compilation.
    pub ready: bool,
    /// What its circuit breaker does with calls now; native code has none, which is always closed.
    pub breaker: BreakerState,
    /// Why the breaker opened last.
    pub cause: Option<String>,
}

fn text<S: Serializer>(signature: &Signature, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(signature)
}

impl Runtime {
    /// All modules: the built-in ones, and behind them those that the user has loaded.
    ///
    /// ```
    /// let modules = kilowat::Runtime::new().modules();
    /// assert!(modules.iter().any(|module| module.name == "sha256"));
    /// ```
    #[must_use]
    pub fn modules(&self) -> Vec<ModuleInfo> {
        let built_in = self.shared.modules.iter().map(built_in_module);
        #[cfg(feature = "foreign")]
        let built_in = built_in.chain(self.shared.users.iter().map(user_module));
        built_in.collect()
    }

    /// One module, built in or the user's own.
    ///
    /// # Errors
    /// [`Error::UnknownModule`].
    pub fn module(&self, name: &str) -> Result<ModuleInfo, Error> {
        #[cfg(feature = "foreign")]
        if let Some(users) = self.shared.users.get(name) {
            return Ok(user_module(users));
        }
        self.shared.lanes(name).map(built_in_module)
    }
}

fn built_in_module(lanes: &Lanes) -> ModuleInfo {
    let native = ModuleTier {
        tier: EngineKind::Native,
        ready: true,
        breaker: BreakerState::Closed,
        cause: None,
    };
    let mut info = module(lanes, |name| {
        let operations = operations().filter(|operation| operation.module == name);
        ModuleContents::Operations(operations.collect())
    });
    info.tiers
        .extend(native.tier.is_built_in().then_some(native));
    info
}

#[cfg(feature = "foreign")]
fn user_module(users: &UserModule) -> ModuleInfo {
    module(&users.lanes, |_| {
        let functions = users.functions.iter().map(|known| FunctionInfo {
            name: known.function.name.clone(),
            signature: known.function.signature.clone(),
        });
        ModuleContents::Functions(functions.collect())
    })
}

fn module(lanes: &Lanes, contents: impl FnOnce(&str) -> ModuleContents) -> ModuleInfo {
    let [Lane { kernel, .. }, ..] = lanes.each_ref().map(|lane| &**lane);
    ModuleInfo {
        name: kernel.name.to_string(),
        contents: contents(&kernel.name),
        binary_size: kernel.wasm.len(),
        static_size: kernel.heap_base,
        tiers: (lanes.iter())
            .filter(|lane| lane.tier.is_built_in())
            .map(|lane| tier(lane))
            .collect(),
    }
}

fn tier(lane: &Lane) -> ModuleTier {
    let (breaker, _, cause) = lane.breaker.state();
    ModuleTier {
        tier: lane.tier,
        ready: lane.module().is_some(),
        breaker,
        cause,
    }
}
