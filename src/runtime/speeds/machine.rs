//! What the speeds of the tiers depend on.

use std::sync::LazyLock;

use kilowat_engine::EngineKind;
use kilowat_kernels::DIGEST;
use sha2::{Digest as _, Sha256};

/// A digest of the CPU's model, of this crate's and the engines' versions, and of the kernels: where
/// one of them has changed, everything is measured again.
pub(super) fn machine() -> &'static [u8] {
    static MACHINE: LazyLock<[u8; 32]> = LazyLock::new(|| {
        let mut digest = Sha256::new()
            .chain_update(env!("CARGO_PKG_VERSION"))
            .chain_update([0])
            .chain_update(cpu());
        for tier in EngineKind::ALL {
            digest.update([0]);
            digest.update(tier.implementation());
        }
        // Digested when they were assembled: they are a third of a mebibyte.
        digest.update(DIGEST);
        digest.finalize().into()
    });
    &*MACHINE
}

#[cfg(target_arch = "x86_64")]
fn cpu() -> String {
    let brand = raw_cpuid::CpuId::new().get_processor_brand_string();
    brand.map_or_else(String::new, |brand| brand.as_str().to_owned())
}

/// The model's number, where the system tells it; otherwise only the architecture.
#[cfg(not(target_arch = "x86_64"))]
fn cpu() -> String {
    const MODEL: &str = "/sys/devices/system/cpu/cpu0/regs/identification/midr_el1";
    let model = std::fs::read_to_string(MODEL).unwrap_or_default();
    format!("{} {model}", std::env::consts::ARCH)
}
