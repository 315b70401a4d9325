//! What a run was made on, for whoever reads its figures: `kilowat-run.json` beside them.
//!
//! criterion keeps the figures of earlier runs. The date in this file tells `cargo xtask
//! bench-table` which ones belong to the last run.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use kilowat_checker::contest::Contest;
use kilowat_engine::EngineKind;
use kilowat_operations::ops::ALL;
use serde_json::{Value, json};

/// Arguments with which nothing is measured, or nothing is kept.
const NOT_A_RUN: [&str; 6] = [
    "--test",
    "--list",
    "--profile-time",
    "--load-baseline",
    "--help",
    "-h",
];

/// Writes the file, where this is a run that measures.
pub(crate) fn write(contest: &Contest) -> Result<(), String> {
    let arguments: Vec<String> = env::args().collect();
    let named = |name: &str| {
        arguments
            .iter()
            .any(|argument| argument.split('=').next() == Some(name))
    };
    // cargo bench says --bench; criterion takes anything else for a test.
    if !named("--bench") || NOT_A_RUN.into_iter().any(named) {
        return Ok(());
    }
    let started = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let kinds = contest
        .tiers
        .iter()
        .map(|tier| tier.kind)
        .chain([EngineKind::Native]);
    let engines: Vec<Value> = kinds
        .map(|kind| json!({ "name": kind.name(), "implementation": kind.implementation() }))
        .collect();
    let operations: Vec<Value> = ALL
        .iter()
        .map(|operation| {
            json!({
                "name": operation.name(),
                "module": operation.export().module.name,
                "summary": operation.summary(),
            })
        })
        .collect();
    let run = json!({
        "started": started,
        "machine": machine(),
        "engines": engines,
        "operations": operations,
        "peers": contest.peers.names().collect::<Vec<_>>(),
    });
    let folder = folder();
    let path = folder.join("kilowat-run.json");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&path, format!("{run:#}\n")))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// Where criterion writes.
fn folder() -> PathBuf {
    if let Some(folder) = env::var_os("CRITERION_HOME") {
        return folder.into();
    }
    if let Some(target) = env::var_os("CARGO_TARGET_DIR") {
        return Path::new(&target).join("criterion");
    }
    // target/tmp, which cargo names when it builds this file.
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("criterion")
}

/// The processor, as far as the operating system names it.
fn machine() -> String {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let target = format!("{} {}", env::consts::OS, env::consts::ARCH);
    let Ok(cpuinfo) = fs::read_to_string("/proc/cpuinfo") else {
        return format!("{target}, {threads} hardware threads");
    };
    let field = |name: &str| {
        let mut lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(key, _)| key.trim() == name);
        found.map(|(_, value)| value.trim())
    };
    let model = field("model name").unwrap_or("processor without a name");
    let flags: Vec<&str> = field("flags").unwrap_or_default().split(' ').collect();
    // What the native code or the JIT makes use of.
    let extensions = [
        ("avx2", "AVX2"),
        ("avx512bw", "AVX-512"),
        ("sha_ni", "SHA-NI"),
    ];
    let present = extensions
        .into_iter()
        .filter(|(flag, _)| flags.contains(flag));
    let mut parts = vec![model.to_owned()];
    parts.extend(present.map(|(_, name)| name.to_owned()));
    parts.push(format!("{threads} hardware threads"));
    parts.push(target);
    parts.join(", ")
}
