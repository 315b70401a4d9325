//! How long a new process takes from `main` to its first SHA-256 of 1 KiB, and how long it lives for that
//! alone, by a cache of compiled code that is empty or full. The process is this program once more.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use criterion::Criterion;
use kilowat::{EngineKind, Runtime};

/// What tells the program that it is the new process, and what to do before it ends.
const ROLE: &str = "KILOWAT_BENCH_FIRST_RESULT";
const ANSWER: &str = "answer";
const FILL_CACHE: &str = "fill the cache";

/// In a process that is to be measured: its first result, printed as nanoseconds and the tier.
pub(crate) fn in_a_new_process() -> Option<ExitCode> {
    let began = Instant::now();
    let role = std::env::var(ROLE).ok()?;
    let runtime = Runtime::new();
    let Ok(_) = runtime.sha256(&[b'm'; 1 << 10]) else {
        return Some(ExitCode::FAILURE);
    };
    let elapsed = began.elapsed().as_nanos();
    if role == FILL_CACHE {
        runtime.wait_ready();
    }
    let report = runtime.report();
    let mut tiers = report.operations.iter().flat_map(|known| &known.tiers);
    let tier = tiers.next().map_or("no tier", |known| known.tier.name());
    println!("{elapsed} {tier}");
    Some(ExitCode::SUCCESS)
}

pub(crate) fn cold_and_warm(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut group = criterion.benchmark_group("first_result/sha256/1024");
    group.sample_size(20);
    group.bench_function("cold", |bencher| {
        bencher.iter_custom(|processes| {
            let times = (0..processes).map(|_| {
                let cache = tempfile::tempdir_in(&folder).expect("a folder can be made");
                first_result(cache.path(), ANSWER).0
            });
            times.sum()
        });
    });
    let cache = folder.path().join("warm");
    let _ = first_result(&cache, FILL_CACHE);
    group.bench_function("warm", |bencher| {
        bencher.iter_custom(|processes| {
            let times = (0..processes).map(|_| {
                let (elapsed, tier) = first_result(&cache, ANSWER);
                assert_eq!(
                    tier,
                    EngineKind::Jit.name(),
                    "compiled code is in the cache"
                );
                elapsed
            });
            times.sum()
        });
    });
    group.finish();
    let mut group = criterion.benchmark_group("process/sha256/1024");
    group.sample_size(20);
    for (name, cache) in [
        ("off", Some(Path::new("off"))),
        ("cold", None),
        ("warm", Some(cache.as_path())),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|processes| {
                let times = (0..processes).map(|_| {
                    let fresh = tempfile::tempdir_in(&folder).expect("a folder can be made");
                    let began = Instant::now();
                    let _ = first_result(cache.unwrap_or(fresh.path()), ANSWER);
                    began.elapsed()
                });
                times.sum()
            });
        });
    }
    group.finish();
}

/// How long a new process took, and which tier answered.
fn first_result(cache: &Path, role: &str) -> (Duration, String) {
    let program = std::env::current_exe().expect("this program is a file");
    let output = Command::new(program)
        .env(ROLE, role)
        .env("KILOWAT_CACHE", cache)
        .env_remove("KILOWAT_TIERS")
        .env_remove("KILOWAT_WASM")
        .output()
        .expect("this program can be run");
    let text = String::from_utf8_lossy(&output.stdout);
    let (nanoseconds, tier) = text.trim().split_once(' ').unwrap_or_default();
    let nanoseconds = nanoseconds
        .parse()
        .expect("the process says how long it took");
    (Duration::from_nanos(nanoseconds), tier.to_owned())
}
