//! A kernel module as the runtime loads it: built in, or a user's own.

use std::borrow::Cow;
use std::time::Duration;

use kilowat_engine::Instance;
use kilowat_kernels::{KernelModule, Segment};
#[cfg(feature = "foreign")]
use kilowat_operations::foreign::ForeignModule;

/// A module's binary, and what a host must know to call it.
#[derive(Debug)]
pub(crate) struct Kernel {
    pub(crate) name: Cow<'static, str>,
    pub(crate) wasm: Cow<'static, [u8]>,
    /// The first byte of memory that the host may use.
    pub(crate) heap_base: u32,
    /// Whether memory is zeroed after each call.
    pub(crate) zeroize: bool,
    /// Whether what it is called with may be secret.
    pub(crate) secret: bool,
    /// Whether it takes as long whatever the secrets are, and is to run where that holds.
    pub(crate) constant_time: bool,
    /// The longest that a call may take. Built-in kernels end by themselves.
    pub(crate) deadline: Option<Duration>,
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
            secret: module.secret,
            constant_time: module.constant_time,
            deadline: None,
            data: module.data.into(),
        }
    }

    /// A user's own module: one that an engine may take, because it was validated and held to the ABI
    /// when it was read. The interpreter translates it without looking at it again.
    #[cfg(feature = "foreign")]
    pub(crate) fn users(
        module: ForeignModule,
        secret: bool,
        zeroize: bool,
        deadline: Option<Duration>,
    ) -> Self {
        Self {
            name: module.name().to_owned().into(),
            heap_base: module.heap_base(),
            zeroize,
            secret,
            constant_time: false,
            deadline,
            data: module.data().to_vec().into(),
            wasm: module.into_wasm().into(),
        }
    }

    /// Zeroes all that a call may have left in the memory below `end`: its spans, and the scratch
    /// space of the kernel.
    pub(crate) fn wipe(&self, instance: &mut Instance, end: u64) {
        let memory = instance.memory_mut();
        let end = memory.len().min(end as usize);
        memory[end.min(self.heap_base as usize)..end].fill(0);
        self.wipe_scratch(instance);
    }

    /// Zeroes the scratch space of the kernel, which is below its heap.
    pub(crate) fn wipe_scratch(&self, instance: &mut Instance) {
        let memory = instance.memory_mut();
        let heap_base = memory.len().min(self.heap_base as usize);
        let fixed = &mut memory[..heap_base];
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
#[non_exhaustive]
pub enum Zeroize {
    /// After each call of a built-in module whose header says `secret = true`, and of a user's own
    /// that was loaded [as such](super::LoadOptions::secret).
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

#[cfg(test)]
mod tests {
    use kilowat_engine::EngineKind;

    use super::Zeroize;
    use crate::crypto::Key;
    use crate::faults::{Fault, Faults};
    use crate::{Cache, Preload, Runtime};

    const SECRET: &[u8] = b"the key that must not be found!!";

    /// Whether an instance of a module on a tier holds the secret, or the scratch space of a kernel
    /// anything at all, when a call has ended.
    fn leaves_traces(tier: EngineKind, module: &str, zeroize: Zeroize) -> bool {
        let runtime = Runtime::builder()
            .ignore_environment()
            .cache(Cache::Off)
            .modules(Preload::Nothing)
            .tiers([tier])
            .zeroize(zeroize)
            .build()
            .unwrap();
        match module {
            "sha256" => drop(runtime.sha256_batch(&[SECRET; 5]).unwrap()),
            "aead" => {
                let key = Key::from_bytes(SECRET.try_into().unwrap());
                let sealed = runtime.seal(&key, &SECRET.repeat(20), SECRET).unwrap();
                assert!(runtime.open(&key, &sealed, SECRET).is_ok());
                assert!(runtime.open(&key, &sealed, b"").is_err());
            }
            "kdf" => {
                let secret = runtime.hkdf_extract(SECRET, SECRET).unwrap();
                let _ = runtime.hkdf_expand(&secret, SECRET, 100).unwrap();
            }
            _ => drop(runtime.md5_batch(&[SECRET; 5]).unwrap()),
        }
        let lane = &runtime.shared.lanes(module).unwrap()[tier as usize];
        assert_eq!(lane.instances.idle(), 1);
        let compiled = lane.module().unwrap();
        let mut lease = lane
            .instances
            .lease(compiled, &runtime.shared.budget)
            .unwrap();
        let (used, _) = lease.parts().unwrap();
        let fresh = compiled.instantiate().unwrap();
        used.memory() != &fresh.memory()[..used.memory().len().min(fresh.memory().len())]
    }

    #[test]
    fn memory_is_zeroed_where_it_may_hold_secrets() {
        for tier in EngineKind::WASM {
            let traces = |module: &str, zeroize| leaves_traces(tier, module, zeroize);
            for module in ["sha256", "aead", "kdf"] {
                assert!(!traces(module, Zeroize::Secret), "{module} on {tier}");
            }
            assert!(traces("sha256", Zeroize::Never));
            assert!(traces("md5", Zeroize::Secret), "it is for checksums only");
            assert!(!traces("md5", Zeroize::Always));
        }
    }

    #[test]
    fn an_instance_that_has_failed_is_not_used_again() {
        let faults = Faults::new();
        let runtime = Runtime::builder()
            .ignore_environment()
            .cache(Cache::Off)
            .modules(Preload::Nothing)
            .faults(faults.clone())
            .tiers([EngineKind::Interpreter, EngineKind::Native])
            .build()
            .unwrap();
        let _ = runtime.sha256(SECRET).unwrap();
        let lane = &runtime.shared.lanes("sha256").unwrap()[EngineKind::Interpreter as usize];
        assert_eq!((lane.instances.live(), lane.instances.idle()), (1, 1));
        faults.inject(Fault::Trap, EngineKind::Interpreter, ..);
        let _ = runtime.sha256(SECRET).unwrap();
        assert_eq!((lane.instances.live(), lane.instances.idle()), (0, 0));
        assert_eq!(runtime.shared.budget.in_use(), 0);
    }
}
