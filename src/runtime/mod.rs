//! The runtime: one object, many threads, the fastest tier that works.

mod breaker;
mod buffers;
mod builder;
mod call;
mod decline;
mod dispatch;
pub(crate) mod environment;
mod error;
mod execute;
mod faults;
mod instances;
mod kernel;
mod lane;
mod modules;
mod near;
mod order;
mod parting;
mod policy;
mod self_test;
mod shadow;
mod speeds;
mod tasks;
mod tiers;
#[cfg(feature = "foreign")]
mod user;
mod worker;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::LazyLock;

use kilowat_engine::EngineKind;
use kilowat_kernels::MODULES;
use kilowat_operations::ops::{ALL, Input, Listed, Parameter};
use serde::Serialize;

pub use breaker::BreakerPolicy;
pub use buffers::{Buffer, BufferOrBytes};
pub use builder::{Builder, Cache, DEFAULT_MEMORY_LIMIT, Preload};
pub(crate) use environment::Environment;
pub use environment::EnvironmentError;
pub use error::{
    BufferModuleError, DeadlineError, Error, NoTierError, UnknownModuleError, UnknownOperationError,
};
pub use execute::Outcome;
pub use faults::{Fault, Faults};
pub use kernel::Zeroize;
pub use modules::{FunctionInfo, ModuleContents, ModuleInfo, ModuleTier};
pub use policy::{Policy, PolicyError};
pub(crate) use self_test::Origin;
pub use speeds::{SizeClass, Speed};
#[cfg(feature = "tokio")]
pub(crate) use tasks::Pieces;
pub use tiers::{Tiers, TiersError};
#[cfg(feature = "foreign")]
pub use user::LoadOptions;

use crate::budget::MemoryBudget;
use crate::monitor::{AlertMonitor, BreakerReport, MemoryReport, Monitor, Report, Totals};
use crate::semaphore::{Piece, Semaphore, Series};
use buffers::Store;
use call::Typed;
use dispatch::Lanes;
use kernel::Kernel;
use lane::{Engines, Lane, LaneSettings, Preparation};
use near::near;
use policy::SharedPolicy;
use shadow::{DigestKey, Sampler};
use speeds::Speeds;
#[cfg(feature = "foreign")]
use user::UserModules;
use worker::Worker;

/// Longer inputs go through a kernel's memory in pieces of this many bytes. A piece and its copy
/// both stay in the second-level cache, and no input is too large for a 32-bit memory.
pub(crate) const PIECE: usize = 256 << 10;

/// Runs operations, each on the fastest tier that is ready and works. Cheap to clone, and shared
/// between threads: clones are the same runtime.
///
/// When the last clone is dropped, what waits in the background is given up, and what is being compiled
/// is not waited for, unless the cache can keep it and little is left.
///
/// ```
/// let runtime = kilowat::Runtime::new();
/// let digest = runtime.sha256(b"abc")?;
/// assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
/// println!("{}", runtime.report());
/// # Ok::<(), kilowat::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Runtime {
    shared: Arc<Shared>,
}

/// What the clones of a runtime share.
#[derive(Debug)]
pub(crate) struct Shared {
    policy: SharedPolicy,
    speeds: Speeds,
    is_brief: bool,
    modules: Vec<Lanes>,
    #[cfg(feature = "foreign")]
    users: UserModules,
    #[cfg(feature = "foreign")]
    lane_settings: LaneSettings,
    /// Those of all built-in modules.
    turns: Arc<Semaphore>,
    /// The buffers of each module.
    buffers: Vec<Store>,
    engines: Arc<Engines>,
    budget: MemoryBudget,
    monitor: Monitor,
    alerts: AlertMonitor,
    sampler: Sampler,
    digest_key: DigestKey,
    worker: Worker,
}

impl Default for Runtime {
    fn default() -> Self {
        Self::new()
    }
}

impl Runtime {
    /// A runtime with the settings of [`Builder::default`].
    ///
    /// Where the environment says something that means nothing, it runs native code only, and a
    /// warning of [`tracing`] says why: somebody wanted to turn something off.
    #[must_use]
    pub fn new() -> Self {
        Self::by_default(Preload::All)
    }

    /// The runtime of the process, which is made when it is first asked for, as [`new`](Self::new)
    /// makes it, but for one thing: a module is compiled when it is first called, so that a program
    /// that wants one hash compiles no more than that. The free functions, such as
    /// [`hash::sha256`](crate::hash::sha256), run on it, and what is begun by `Default`, such as a
    /// [`Sha256`](crate::hash::Sha256).
    ///
    /// A function costs what its method costs, and an atomic load. The first one of a process makes the
    /// runtime as well, and is answered by the interpreter or native code, like the first call of any
    /// runtime: for SHA-256 of 1 KiB about a millisecond together.
    ///
    /// It lives as long as the process. The environment has the same say as elsewhere: `KILOWAT_WASM`,
    /// `KILOWAT_TIERS` and `KILOWAT_CACHE` are read once, when it is made. A program changes its
    /// [policy](Self::set_policy) while it runs, and makes a runtime of its own for all else.
    ///
    /// ```
    /// use kilowat::{Runtime, hash};
    ///
    /// let digest = hash::sha256(b"abc")?;
    /// assert_eq!(Runtime::shared().sha256(b"abc")?, digest);
    /// println!("{}", Runtime::shared().report()); // both calls are in it
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Runtime> = LazyLock::new(|| Runtime::by_default(Preload::Nothing));
        &SHARED
    }

    /// A runtime that is made whatever the environment says.
    fn by_default(preload: Preload) -> Self {
        let builder = Builder::default().modules(preload);
        builder.clone().build().unwrap_or_else(|error| {
            tracing::warn!(%error, "native code only");
            Self::from(Shared::new(&builder, Tiers::NATIVE.into(), None))
        })
    }

    /// Settings to be changed.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A runtime on one tier, whatever the environment says of tiers; `KILOWAT_CACHE` is heeded. There
    /// is no fallback: calls wait for the compilation of their module, and fail where the tier does.
    ///
    /// # Errors
    /// Those of [`Builder::build`]; none that the environment could cause.
    pub fn with_engine(kind: EngineKind) -> Result<Self, Error> {
        Self::builder()
            .tiers([kind])
            .modules(Preload::Nothing)
            .ignore_environment()
            .cache(Cache::from_environment().unwrap_or_default())
            .build()
    }

    /// The order in which the tiers are asked.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.shared.policy.load()
    }

    /// The tiers that are ever asked, in the order that holds where nothing is measured.
    #[must_use]
    pub fn tiers(&self) -> Tiers {
        self.policy().tiers()
    }

    /// Changes the policy while the runtime is in use: calls that begin from now on go by this one. No
    /// call is lost, and what is loaded or measured stays so.
    ///
    /// ```
    /// use kilowat::{Policy, Runtime};
    ///
    /// let runtime = Runtime::new();
    /// runtime.set_policy(Policy::Fastest); // native code where it is faster than the JIT
    /// assert_eq!(runtime.fnv1a32(b"foobar")?, 0xbf9c_f968);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    pub fn set_policy(&self, policy: Policy) {
        self.shared.policy.store(policy);
    }

    /// Changes the policy to a list of tiers while the runtime is in use: calls that begin from now on
    /// ask these. No call is lost, and what is loaded stays loaded.
    ///
    /// ```
    /// use kilowat::{EngineKind, Runtime};
    ///
    /// let runtime = Runtime::new();
    /// runtime.set_tiers([EngineKind::Native])?; // no WebAssembly from here on
    /// assert_eq!(runtime.fnv1a32(b"foobar")?, 0xbf9c_f968);
    /// runtime.set_tiers(EngineKind::ALL)?;
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`TiersError`], and then they stay as they are.
    pub fn set_tiers(&self, tiers: impl IntoIterator<Item = EngineKind>) -> Result<(), TiersError> {
        self.set_policy(Tiers::new(tiers)?.into());
        Ok(())
    }

    /// Whether the fastest tier of the list is ready to answer calls of a module.
    ///
    /// # Errors
    /// [`Error::UnknownModule`].
    pub fn ready(&self, module: &str) -> Result<bool, Error> {
        let lanes = self.shared.lanes(module)?;
        let fastest = self.shared.tiers_of(lanes).iter().next();
        let lane = fastest.and_then(|tier| lanes.get(tier as usize));
        Ok(lane.is_none_or(|lane| lane.module().is_some()))
    }

    /// Waits until nothing is being compiled in the background for this runtime.
    pub fn wait_ready(&self) {
        self.shared.worker.wait_compiled();
    }

    /// Waits until all answers of this runtime that were to be compared with another tier's are.
    pub fn wait_compared(&self) {
        self.shared.worker.wait_compared();
    }

    /// Waits until no tier is being measured.
    pub fn wait_measured(&self) {
        self.shared.worker.wait_compared();
    }

    /// How fast the tiers are on this machine, for each operation and size of input that was measured,
    /// by this process or an earlier one with the same cache.
    ///
    /// A runtime whose [policy](Self::policy) is to measure does so in the background when such a call
    /// is first made: it repeats the call on each tier, for a millisecond or two, and keeps the
    /// result beside the compiled code until the CPU, the engines or the kernels are others.
    ///
    /// ```
    /// use kilowat::{Policy, Runtime};
    ///
    /// let runtime = Runtime::builder().policy(Policy::Fastest).build()?;
    /// let _ = runtime.sha256(b"abc")?;
    /// runtime.wait_measured();
    /// let speeds = runtime.speeds();
    /// let sha256 = speeds.iter().find(|speed| speed.operation == "sha256").unwrap();
    /// println!("{}: {}", sha256.size.name(), sha256.order(Policy::Fastest));
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    #[must_use]
    pub fn speeds(&self) -> Vec<Speed> {
        self.shared.speeds.list(self.shared.engines.cache.as_ref())
    }

    /// Begins to load a module in the background, on the fastest tier of the list.
    ///
    /// # Errors
    /// [`Error::UnknownModule`].
    pub fn load_module(&self, module: &str) -> Result<(), Error> {
        let lanes = self.shared.lanes(module)?;
        let fastest = self.shared.tiers_of(lanes).iter().next();
        if let Some(lane) = fastest.and_then(|tier| lanes.get(tier as usize)) {
            self.shared.load_in_background(lane);
        }
        Ok(())
    }

    /// What was measured so far. Alerts are raised where a threshold is crossed.
    #[must_use]
    pub fn report(&self) -> Report {
        let report = self.shared.report();
        self.shared.alerts.evaluate(&report);
        report
    }

    /// How many calls there were so far, of all operations together: what can be asked for often.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::new();
    /// let _ = runtime.sha256(b"abc")?;
    /// let totals = runtime.totals();
    /// assert_eq!(totals.wasm + totals.native, 1);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.shared.monitor.totals()
    }

    fn preload(&self, preload: &Preload) -> Result<(), Error> {
        match preload {
            Preload::All => MODULES
                .iter()
                .try_for_each(|module| self.load_module(module.name)),
            Preload::Only(names) => names.iter().try_for_each(|name| self.load_module(name)),
            Preload::Nothing => Ok(()),
        }
    }

    /// The answer of an operation, from the first tier that gives one.
    #[inline]
    pub(crate) fn run_operation<O: Listed>(&self, input: Input<'_, O>) -> Result<O::Output, Error> {
        let (answer, _) = self.run_operation_by_tier::<O>(input)?;
        Ok(answer)
    }

    /// The same, with the tier.
    #[inline]
    pub(crate) fn run_operation_by_tier<O: Listed>(
        &self,
        input: Input<'_, O>,
    ) -> Result<(O::Output, EngineKind), Error> {
        let lanes = &self.shared.modules[O::EXPORT.module.index];
        self.shared.call(lanes, &Typed::<O>(input))
    }

    /// The answer of the first tier of WebAssembly that the policy has and that gives one now.
    #[cfg(feature = "javascript")]
    pub(crate) fn ask_webassembly<O: Listed>(&self, input: Input<'_, O>) -> Option<O::Output> {
        let lanes = &self.shared.modules[O::EXPORT.module.index];
        self.shared.ask_webassembly(lanes, &Typed::<O>(input))
    }

    /// A turn for calls that follow one another, on so many bytes of input together: else each would stand
    /// in line by itself. `O` is one of them. Nothing that may wait for a caller, such as a reader of its
    /// own, belongs into it.
    pub(crate) fn series<O: Listed>(&self, bytes: usize) -> Series<'_> {
        let turns = self.turns_at_once::<O>();
        turns.map_or_else(Series::none, |turns| turns.series(bytes as u64))
    }

    /// The same for a piece of a message, with which `O` goes on: small pieces do not stand in line each.
    pub(crate) fn piece<O: Listed>(&self, bytes: usize) -> Series<'_> {
        let turns = self.turns_at_once::<O>();
        turns.map_or_else(Series::none, |turns| {
            turns.piece(Piece {
                operation: O::INDEX,
                bytes: bytes as u64,
            })
        })
    }

    /// The turns of an operation, unless it may have to wait for a compilation: who does keeps nobody
    /// waiting who could work.
    fn turns_at_once<O: Listed>(&self) -> Option<&Semaphore> {
        let shared = &self.shared;
        let lanes = &shared.modules[O::EXPORT.module.index];
        let tiers = shared.tiers_of(lanes);
        let is_loaded = |lane: &Arc<Lane>| tiers.contains(lane.tier) && lane.module().is_some();
        let at_once = tiers.contains(EngineKind::Native) || lanes.iter().any(is_loaded);
        at_once.then(|| lanes[0].instances.turns())
    }

    #[cfg(feature = "native")]
    /// As [`run_operation`](Self::run_operation), for callers that cannot fail: native code answers where no tier of the list does.
    pub(crate) fn always<O: Listed>(&self, input: Input<'_, O>) -> O::Output {
        self.run_operation::<O>(input).unwrap_or_else(|error| {
            tracing::warn!(%error, "native code answers, for the caller cannot fail");
            O::native(input)
        })
    }
}

impl From<Shared> for Runtime {
    fn from(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        let weak = Arc::downgrade(&shared);
        shared.worker.set_housekeeping(move || {
            weak.upgrade().is_some_and(|shared| {
                shared.all_lanes().for_each(|lane| lane.instances.trim());
                shared.buffers.iter().for_each(Store::trim);
                shared.alerts.evaluate(&shared.report());
                true
            })
        });
        Self { shared }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.worker.leave(self.engines.progress.patience());
    }
}

impl Shared {
    fn new(settings: &Builder, policy: Policy, cache: Option<PathBuf>) -> Self {
        let engines = Arc::new(Engines::new(cache, settings.faults.clone()));
        let lane_settings = LaneSettings {
            breaker: settings.breaker,
            instances: settings.instances,
            #[cfg(feature = "foreign")]
            zeroize: settings.zeroize,
            #[cfg(feature = "foreign")]
            deadline: settings.deadline,
        };
        let turns = lane_settings.turns();
        let modules = MODULES.iter().map(|module| {
            let zeroize = settings.zeroize.applies(module.secret);
            lane_settings.lanes(Kernel::built_in(module, zeroize), &engines, &turns)
        });
        let modules: Vec<_> = modules.collect();
        let operations = ALL
            .iter()
            .map(|operation| (operation.export().module.name, operation.name()));
        let callback = settings.callback.clone().map(|callback| callback.0);
        Self {
            policy: SharedPolicy::new(policy),
            speeds: Speeds::new(),
            is_brief: settings.brief,
            buffers: modules
                .iter()
                .map(|[lane, ..]| Store::new(&lane.kernel))
                .collect(),
            modules,
            turns,
            #[cfg(feature = "foreign")]
            users: UserModules::default(),
            #[cfg(feature = "foreign")]
            lane_settings,
            budget: MemoryBudget::new(settings.memory_limit),
            monitor: Monitor::new(operations),
            alerts: AlertMonitor::new(settings.thresholds.clone(), callback),
            sampler: Sampler::new(settings.shadow),
            digest_key: DigestKey::default(),
            worker: Worker::default(),
            engines,
        }
    }

    fn lanes(&self, module: &str) -> Result<&Lanes, Error> {
        let place = MODULES.iter().position(|known| known.name == module);
        let built_in = place.and_then(|place| self.modules.get(place));
        let mut users = self.users_lanes();
        built_in
            .or_else(|| users.find(|[lane, ..]| lane.kernel.name == module))
            .ok_or_else(|| {
                let users = self.users_lanes().map(|[lane, ..]| &*lane.kernel.name);
                unknown_module(module, users)
            })
    }

    /// Of the modules that users have loaded.
    #[cfg(feature = "foreign")]
    fn users_lanes(&self) -> impl Iterator<Item = &Lanes> {
        self.users.iter().map(|users| &users.lanes)
    }

    #[cfg(not(feature = "foreign"))]
    #[expect(clippy::unused_self, reason = "there are none")]
    fn users_lanes(&self) -> impl Iterator<Item = &Lanes> {
        std::iter::empty()
    }

    /// Of all modules, on the tiers that are built in.
    fn all_lanes(&self) -> impl Iterator<Item = &Arc<Lane>> {
        let all = self.modules.iter().chain(self.users_lanes()).flatten();
        all.filter(|lane| lane.tier.is_built_in())
    }

    fn load_in_background(&self, lane: &Arc<Lane>) {
        let lane = Arc::clone(lane);
        self.worker.compile(false, move || {
            if matches!(lane.prepare(), Preparation::ToCompile) {
                lane.compile();
            }
        });
    }

    fn drop_idle_instances(&self) {
        for lane in self.all_lanes() {
            lane.instances.drop_idle(usize::MAX);
        }
        self.buffers.iter().for_each(Store::release);
    }

    fn report(&self) -> Report {
        let buffers: Vec<_> = self.buffers.iter().filter_map(Store::report).collect();
        let hold_buffers = buffers.iter().filter(|buffers| buffers.tier.is_some());
        let instances = self.all_lanes().map(|lane| lane.instances.live() as u64);
        let idle = self.all_lanes().map(|lane| lane.instances.idle() as u64);
        let memory = MemoryReport {
            in_use: self.budget.in_use(),
            limit: self.budget.limit(),
            peak: self.budget.peak(),
            instances: instances.sum::<u64>() + hold_buffers.count() as u64,
            idle: idle.sum(),
        };
        let breakers = self.all_lanes().map(|lane| {
            let (state, trips, cause) = lane.breaker.state();
            BreakerReport {
                module: lane.kernel.name.to_string(),
                tier: lane.tier,
                state,
                trips,
                cause,
            }
        });
        let report = self.monitor.report(memory, breakers.collect());
        Report {
            buffers,
            policy: Some(self.policy.load()),
            speeds: self.speeds.list(self.engines.cache.as_ref()),
            ..report
        }
    }
}

/// A name that is none of the built-in modules', nor of these others.
#[cold]
fn unknown_module<'a>(module: &str, others: impl Iterator<Item = &'a str>) -> Error {
    let built_in = MODULES.iter().map(|known| known.name);
    UnknownModuleError {
        near: near(module, built_in.chain(others)),
        module: module.to_owned(),
    }
    .into()
}

/// What there is to know of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OperationInfo {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// The kernel module that holds it.
    pub module: &'static str,
    /// What it takes, in their order.
    pub parameters: &'static [Parameter],
}

/// All operations, in the order of their modules.
pub fn operations() -> impl Iterator<Item = OperationInfo> {
    ALL.iter().map(|operation| OperationInfo {
        name: operation.name(),
        summary: operation.summary(),
        module: operation.export().module.name,
        parameters: operation.parameters(),
    })
}
