//! Who is asked first: by what was measured, WebAssembly, or a list.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use kilowat_engine::{EngineKind, UnknownEngine};
use serde::{Serialize, Serializer};

use super::environment::{Environment, EnvironmentError};
use super::tiers::{Tiers, TiersError};

/// The order in which the tiers are asked. Whichever answers, the answer is the same; only the time
/// is not.
///
/// Under the first two the runtime [measures](crate::Runtime::speeds) its tiers on the machine at hand,
/// once for each operation and size of input, off the caller's path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// The fastest tier first, as measured. Until then the JIT, native code and the interpreter.
    Fastest,
    /// The JIT first, however fast the others are: kernels in their sandbox answer, and native code
    /// where they cannot. While the JIT compiles, and where it does not work, the interpreter answers,
    /// unless native code was measured to be faster.
    #[default]
    WasmFirst,
    /// These tiers in this order, and no other.
    List(Tiers),
}

/// Why a text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A name is neither that of a policy nor of a tier.
    #[error("{0}; or fastest, or wasm-first")]
    Unknown(UnknownEngine),
    /// The list of tiers is none.
    #[error(transparent)]
    Tiers(TiersError),
}

impl From<TiersError> for PolicyError {
    fn from(error: TiersError) -> Self {
        match error {
            TiersError::Unknown(name) => Self::Unknown(name),
            error => Self::Tiers(error),
        }
    }
}

impl Policy {
    /// The JIT is asked first, then native code.
    const FASTEST_UNMEASURED: Tiers =
        Tiers::built_in([EngineKind::Jit, EngineKind::Native, EngineKind::Interpreter]);

    /// The policy that an operator asks for by `KILOWAT_TIERS` or `KILOWAT_WASM`; `None` where
    /// neither is set.
    ///
    /// # Errors
    /// [`EnvironmentError`] where one of them means nothing.
    pub fn from_environment() -> Result<Option<Self>, EnvironmentError> {
        Ok(Environment::read()?.policy)
    }

    /// The tiers that are ever asked, in the order that holds where nothing is measured.
    #[must_use]
    pub fn tiers(self) -> Tiers {
        match self {
            Self::Fastest => Self::FASTEST_UNMEASURED,
            Self::WasmFirst => Tiers::ALL,
            Self::List(tiers) => tiers,
        }
    }
}

impl From<Tiers> for Policy {
    fn from(tiers: Tiers) -> Self {
        Self::List(tiers)
    }
}

impl FromStr for Policy {
    type Err = PolicyError;

    /// Reads `fastest`, `wasm-first`, or names of tiers with commas between them, such as
    /// `jit,native`.
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        match text.trim() {
            "fastest" => Ok(Self::Fastest),
            "wasm-first" => Ok(Self::WasmFirst),
            list => Ok(Self::List(list.parse()?)),
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fastest => formatter.pad("fastest"),
            Self::WasmFirst => formatter.pad("wasm-first"),
            Self::List(tiers) => tiers.fmt(formatter),
        }
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A policy that can be exchanged while calls read it.
#[derive(Debug)]
pub(crate) struct SharedPolicy(AtomicU32);

/// Above the 24 bits of a list.
const FASTEST: u32 = 1 << 24;
const WASM_FIRST: u32 = 2 << 24;

impl SharedPolicy {
    pub(crate) fn new(policy: Policy) -> Self {
        Self(AtomicU32::new(pack(policy)))
    }

    #[inline]
    pub(crate) fn load(&self) -> Policy {
        match self.0.load(Ordering::Acquire) {
            FASTEST => Policy::Fastest,
            WASM_FIRST => Policy::WasmFirst,
            packed => Policy::List(Tiers::from_packed(packed)),
        }
    }

    pub(crate) fn store(&self, policy: Policy) {
        self.0.store(pack(policy), Ordering::Release);
    }
}

fn pack(policy: Policy) -> u32 {
    match policy {
        Policy::Fastest => FASTEST,
        Policy::WasmFirst => WASM_FIRST,
        Policy::List(tiers) => tiers.packed(),
    }
}

/// How long a call takes on each tier, in nanoseconds, by the place of the tier in
/// [`EngineKind::ALL`]; `None` for a tier that gave no answer.
pub(crate) type Times = [Option<f64>; EngineKind::ALL.len()];

/// A later tier goes before an earlier one only where it is faster by more than this: a difference
/// that the next measurement may turn round is no reason to leave the sandbox.
const MARGIN: f64 = 1.05;

/// The orders that the learning policies make of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orders {
    pub(crate) fastest: Tiers,
    pub(crate) wasm_first: Tiers,
}

impl Orders {
    pub(crate) fn of(times: &Times) -> Self {
        let time = |tier: EngineKind| {
            let margin = if tier == EngineKind::Jit { 1.0 } else { MARGIN };
            times[tier as usize].map_or(f64::INFINITY, |time| time * margin)
        };
        // Of tiers without an answer, native code stands first: it needs nothing.
        let mut order = [EngineKind::Jit, EngineKind::Native, EngineKind::Interpreter];
        order.sort_by(|a, b| time(*a).total_cmp(&time(*b)));
        let others = order.into_iter().filter(|tier| *tier != EngineKind::Jit);
        let wasm_first: Vec<_> = [EngineKind::Jit].into_iter().chain(others).collect();
        Self {
            fastest: Tiers::built_in(order),
            wasm_first: wasm_first.try_into().map_or(Tiers::ALL, Tiers::built_in),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read_and_printed() {
        for text in ["fastest", "wasm-first", "jit", "native,jit"] {
            assert_eq!(text.parse::<Policy>().unwrap().to_string(), text);
        }
        assert_eq!(
            "fast".parse::<Policy>().unwrap_err().to_string(),
            "unknown engine `fast`: expected jit, interpreter or native; or fastest, or wasm-first"
        );
    }

    #[test]
    fn a_shared_policy_gives_back_what_was_stored() {
        let shared = SharedPolicy::new(Policy::default());
        assert_eq!(shared.load(), Policy::WasmFirst);
        for policy in [
            Policy::Fastest,
            Policy::WasmFirst,
            Policy::List(Tiers::NATIVE),
            Policy::List(Tiers::ALL),
        ] {
            shared.store(policy);
            assert_eq!(shared.load(), policy);
        }
    }

    #[test]
    fn times_make_orders() {
        for (times, fastest, wasm_first) in [
            // The interpreter never stands before native code that is faster.
            (
                [Some(1.0), Some(40.0), Some(2.0)],
                "jit,native,interpreter",
                "jit,native,interpreter",
            ),
            (
                [Some(6.0), Some(80.0), Some(1.0)],
                "native,jit,interpreter",
                "jit,native,interpreter",
            ),
            (
                [Some(1.0), Some(2.0), Some(9.0)],
                "jit,interpreter,native",
                "jit,interpreter,native",
            ),
            // Too close to leave the sandbox.
            (
                [Some(1.0), Some(2.0), Some(0.96)],
                "jit,native,interpreter",
                "jit,native,interpreter",
            ),
            // The JIT does not work.
            (
                [None, Some(40.0), Some(2.0)],
                "native,interpreter,jit",
                "jit,native,interpreter",
            ),
            (
                [None, None, None],
                "jit,native,interpreter",
                "jit,native,interpreter",
            ),
        ] {
            let orders = Orders::of(&times);
            assert_eq!(orders.fastest.to_string(), fastest, "{times:?}");
            assert_eq!(orders.wasm_first.to_string(), wasm_first, "{times:?}");
        }
    }
}
