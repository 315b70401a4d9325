//! How a runtime is set up.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
#[cfg(feature = "foreign")]
use std::time::Duration;

use kilowat_engine::{EngineKind, has_more_rights_than_caller};

use super::breaker::BreakerPolicy;
use super::environment::Environment;
use super::error::Error;
use super::faults::Faults;
use super::kernel::Zeroize;
use super::policy::Policy;
use super::tiers::{Tiers, TiersError};
use super::{Runtime, Shared};
use crate::monitor::{Alert, AlertCallback, Thresholds};

/// Which modules are loaded before they are used. The others are loaded on first use; either way
/// no call waits for a compilation while a slower tier can answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Preload {
    /// All modules, in the background.
    #[default]
    All,
    /// The modules of these names, in the background.
    Only(Vec<String>),
    /// None.
    Nothing,
}

/// Where compiled code is kept between processes.
///
/// Nowhere in a program that is built without the feature `jit`, whatever is set.
///
/// It is machine code that is run as it stands. A folder is used only where nobody but the user whom
/// the program runs as, and root, can have put something there; otherwise each process compiles anew,
/// and [`doctor`](crate::doctor) says why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cache {
    /// In the folder `kilowat` of the user's cache folder (`$XDG_CACHE_HOME` or `~/.cache` on Linux).
    /// Nowhere in a program that has more rights than whoever has started it (set-user-ID, for
    /// example): the environment is not believed there, and `KILOWAT_CACHE` is not read.
    #[default]
    Default,
    /// In this folder, which is made when it is needed.
    Folder(PathBuf),
    /// Nowhere: each process compiles anew.
    Off,
}

impl Cache {
    fn folder(self) -> Option<PathBuf> {
        match self {
            Self::Default if has_more_rights_than_caller() => None,
            Self::Default => dirs::cache_dir().map(|folder| folder.join("kilowat")),
            Self::Folder(folder) => Some(folder),
            Self::Off => None,
        }
    }
}

/// The memory that all instances may hold together unless it is set: 1 GiB.
pub const DEFAULT_MEMORY_LIMIT: u64 = 1 << 30;

/// Settings of a [`Runtime`].
///
/// ```
/// use kilowat::{EngineKind, Runtime};
///
/// let runtime = Runtime::builder()
///     .tiers([EngineKind::Jit, EngineKind::Native])
///     .memory_limit(64 << 20)
///     .shadow(0.01)
///     .build()?;
/// assert_eq!(runtime.fnv1a32(b"foobar")?, 0xbf9c_f968);
/// # Ok::<(), kilowat::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Builder {
    pub(super) policy: Result<Policy, TiersError>,
    pub(super) preload: Preload,
    pub(super) memory_limit: u64,
    pub(super) instances: usize,
    pub(super) cache: Cache,
    pub(super) shadow: f64,
    pub(super) brief: bool,
    pub(super) breaker: BreakerPolicy,
    pub(super) zeroize: Zeroize,
    #[cfg(feature = "foreign")]
    pub(super) deadline: Option<Duration>,
    pub(super) faults: Option<Faults>,
    pub(super) thresholds: Thresholds,
    pub(super) callback: Option<Callback>,
    heeds_environment: bool,
}

/// What is called with each alert; it has no text form of its own.
#[derive(Clone)]
pub(super) struct Callback(pub(super) AlertCallback);

impl std::fmt::Debug for Callback {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Callback")
    }
}

impl Default for Builder {
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self {
            policy: Ok(Policy::default()),
            preload: Preload::All,
            memory_limit: DEFAULT_MEMORY_LIMIT,
            instances: 2 * threads,
            cache: Cache::Default,
            shadow: 0.0,
            brief: false,
            breaker: BreakerPolicy::default(),
            zeroize: Zeroize::default(),
            #[cfg(feature = "foreign")]
            deadline: None,
            faults: None,
            thresholds: Thresholds::default(),
            callback: None,
            heeds_environment: true,
        }
    }
}

impl Builder {
    /// The order in which the tiers are asked: [`Policy::WasmFirst`] unless it is set.
    ///
    /// The environment variables `KILOWAT_TIERS` (`fastest`, `wasm-first`, or names with commas between
    /// them) and `KILOWAT_WASM=off` replace it: an operator can turn a tier off without a rebuild.
    ///
    /// ```
    /// use kilowat::{Policy, Runtime};
    ///
    /// let runtime = Runtime::builder().policy(Policy::Fastest).build()?;
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Ok(policy);
        self
    }

    /// These tiers in this order and no other: [`Policy::List`].
    pub fn tiers(mut self, tiers: impl IntoIterator<Item = EngineKind>) -> Self {
        self.policy = Tiers::new(tiers).map(Policy::List);
        self
    }

    /// Which modules are loaded before they are used: all, unless it is set.
    pub fn modules(mut self, preload: Preload) -> Self {
        self.preload = preload;
        self
    }

    /// The bytes of memory that all instances may hold together: 1 GiB unless it is set. A call that
    /// does not fit gets [`Error::MemoryBudget`].
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = bytes;
        self
    }

    /// How many calls run at the same time, and so how many instances of a module there may be on a
    /// tier; others wait for their turn, first come, first served. Two for each core unless it is set;
    /// at least 1. The calls of each [loaded](crate::Runtime::load_module_from) module have as many
    /// turns of their own.
    pub fn instances(mut self, most: usize) -> Self {
        self.instances = most.max(1);
        self
    }

    /// Where compiled code is kept between processes. The environment variable `KILOWAT_CACHE` (a
    /// folder, or `off`) replaces it, unless the environment is
    /// [taken no notice of](Self::ignore_environment).
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }

    /// The share of calls, from 0 to 1, that are also run on the next tier, off the caller's path, to
    /// compare the answers. A difference is reported, and the faster tier rests. 0 unless it is set.
    ///
    /// ```
    /// let runtime = kilowat::Runtime::builder().shadow(1.0).build()?;
    /// let _ = runtime.sha256(b"abc")?;
    /// runtime.wait_compared();
    /// assert_eq!(runtime.report().shadow.mismatches, 0);
    /// # Ok::<(), kilowat::Error>(())
    /// ```
    pub fn shadow(mut self, share: f64) -> Self {
        self.shadow = share.clamp(0.0, 1.0);
        self
    }

    /// Whether the process is over within milliseconds, as that of a hook is. It is not, unless this is set.
    ///
    /// Then no tier is timed: that would begin in each such process, and end in none. And under [`Policy::Fastest`] what
    /// it takes to open a module counts, a millisecond for the parser of JavaScript from the cache: native code answers calls
    /// of up to 64 KiB for as long as the module is not open.
    pub fn brief(mut self, brief: bool) -> Self {
        self.brief = brief;
        self
    }

    /// When a tier that has failed rests, and for how long.
    pub fn breaker(mut self, policy: BreakerPolicy) -> Self {
        self.breaker = policy;
        self
    }

    /// When the memory of an instance is zeroed before it is used again.
    pub fn zeroize(mut self, zeroize: Zeroize) -> Self {
        self.zeroize = zeroize;
        self
    }

    /// The longest that a call of a user's own module may take, where
    /// [loading](crate::foreign::LoadOptions::deadline) it says nothing else. No limit unless it is
    /// set.
    #[cfg(feature = "foreign")]
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// Faults on purpose, for tests and drills.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = Some(faults);
        self
    }

    /// What is too much or too little. Each crossing is a warning of [`tracing`], and a call of the
    /// [callback](Self::on_alert).
    pub fn alerts(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = thresholds;
        self
    }

    /// What is called when a threshold is crossed, or an answer was wrong. It runs on the thread that
    /// all runtimes share, which it is not to hold up, or of whoever asks for the
    /// [report](Runtime::report).
    pub fn on_alert(mut self, callback: impl Fn(&Alert) + Send + Sync + 'static) -> Self {
        self.callback = Some(Callback(Arc::new(callback)));
        self
    }

    /// Takes no notice of `KILOWAT_TIERS`, `KILOWAT_WASM` and `KILOWAT_CACHE`: what the program has
    /// set is what counts, and a variable that means nothing is no error. Who wants to leave the
    /// cache to the operator all the same sets [`Cache::from_environment`].
    pub fn ignore_environment(mut self) -> Self {
        self.heeds_environment = false;
        self
    }

    /// The runtime. Nothing is compiled here: the first calls are interpreted, or answered from the
    /// cache, while the modules are compiled in the background.
    ///
    /// # Errors
    /// [`Error::Tiers`] where the list of tiers is none, [`Error::Environment`] where a variable
    /// means nothing, and [`Error::UnknownModule`] for a module to preload that there is not.
    pub fn build(self) -> Result<Runtime, Error> {
        let environment = if self.heeds_environment {
            Environment::read()?
        } else {
            Environment::default()
        };
        self.build_in(environment)
    }

    /// Whether the environment replaces what is set here.
    pub(crate) fn heeds_environment(&self) -> bool {
        self.heeds_environment
    }

    /// The runtime in an environment that was read before.
    pub(crate) fn build_in(mut self, environment: Environment) -> Result<Runtime, Error> {
        if let Some(policy) = environment.policy {
            self.policy = Ok(policy);
        }
        if let Some(cache) = environment.cache {
            self.cache = cache;
        }
        let policy = self.policy.clone()?;
        // Nothing but compiled code, and what is measured beside it, is kept.
        let cache = self.cache.clone();
        let folder = if EngineKind::Jit.is_built_in() {
            cache.folder()
        } else {
            None
        };
        let shared = Shared::new(&self, policy, folder);
        let runtime = Runtime::from(shared);
        runtime.preload(&self.preload)?;
        Ok(runtime)
    }
}
