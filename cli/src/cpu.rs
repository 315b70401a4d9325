//! What the CPU has that compiled kernels may use.

/// Features of this CPU beyond the least of its architecture that compiled kernels may use.
#[cfg(target_arch = "x86_64")]
pub(crate) fn features() -> Vec<&'static str> {
    [
        ("sse3", is_x86_feature_detected!("sse3")),
        ("ssse3", is_x86_feature_detected!("ssse3")),
        ("sse4.1", is_x86_feature_detected!("sse4.1")),
        ("sse4.2", is_x86_feature_detected!("sse4.2")),
        ("popcnt", is_x86_feature_detected!("popcnt")),
        ("avx", is_x86_feature_detected!("avx")),
        ("avx2", is_x86_feature_detected!("avx2")),
        ("fma", is_x86_feature_detected!("fma")),
        ("bmi1", is_x86_feature_detected!("bmi1")),
        ("bmi2", is_x86_feature_detected!("bmi2")),
        ("lzcnt", is_x86_feature_detected!("lzcnt")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
        ("avx512dq", is_x86_feature_detected!("avx512dq")),
        ("avx512vl", is_x86_feature_detected!("avx512vl")),
        ("avx512vbmi", is_x86_feature_detected!("avx512vbmi")),
        ("avx512bitalg", is_x86_feature_detected!("avx512bitalg")),
    ]
    .into_iter()
    .filter_map(|(name, detected)| detected.then_some(name))
    .collect()
}

/// Features of this CPU beyond the least of its architecture: none that are told apart here.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn features() -> Vec<&'static str> {
    Vec::new()
}
