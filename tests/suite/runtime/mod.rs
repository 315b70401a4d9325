//! `kilowat::Runtime`: who answers a call, what happens when a tier fails, and what it costs.

mod background;
mod buffers;
mod cache;
mod deadline;
mod environment;
mod execute;
mod fallback;
mod memory;
mod pieces;
mod policy;
mod shadow;
mod shared;
mod tasks;
mod tiers;
mod user;

use std::path::Path;
use std::process::{Command, Output};

use kilowat::monitor::{BreakerState, Report};
use kilowat::{EngineKind, Runtime};

/// The SHA-256 of `abc`, the first example of FIPS 180-4, as far as it is needed to know it.
const SHA256_OF_ABC: [u8; 8] = [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea];

/// Has the runtime digest `abc`.
#[track_caller]
fn check_abc(runtime: &Runtime) {
    let digest = runtime.sha256(b"abc").unwrap();
    assert_eq!(digest[..8], SHA256_OF_ABC);
}

/// How many calls of `sha256` each tier has answered.
fn answers(runtime: &Runtime) -> [u64; 3] {
    let report = runtime.report();
    EngineKind::ALL.map(|tier| count(&report, tier, |tier| tier.calls))
}

fn count(
    report: &Report,
    tier: EngineKind,
    number: impl Fn(&kilowat::monitor::TierReport) -> u64,
) -> u64 {
    let operations = report.operations.iter();
    let mut sha256 = operations.filter(|operation| operation.operation == "sha256");
    let tiers = &sha256.next().unwrap().tiers;
    tiers
        .iter()
        .find(|known| known.tier == tier)
        .map_or(0, number)
}

/// The breaker of `sha256` on a tier.
fn breaker(runtime: &Runtime, tier: EngineKind) -> (BreakerState, u64, Option<String>) {
    let breakers = runtime.report().breakers.into_iter();
    let mut sha256 = breakers.filter(|breaker| breaker.module == "sha256" && breaker.tier == tier);
    let breaker = sha256.next().unwrap();
    (breaker.state, breaker.trips, breaker.cause)
}

/// Runs a test of this binary in a process of its own, with these variables.
pub(crate) fn in_another_process(test: &str, variables: &[(&str, &Path)]) -> Output {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--ignored"])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        printed.contains("running 1 test"),
        "there is no test {test}"
    );
    assert!(
        output.status.success(),
        "{printed}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
