//! `kilowat engines`: which tiers work on this machine.

use std::env::consts::ARCH;
use std::io::Write as _;

use clap::Args;
use kilowat::{EngineKind, FEATURES, Runtime};
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::output::Output;

/// The specification's test vector for [`PROBE`].
const PROBE_HASH: u32 = 0xbf9c_f968;

/// What is hashed to see whether a tier works.
const PROBE: &[u8] = b"foobar";

/// List the tiers and whether they work here
///
/// Each tier is really started and hashes a few bytes, whose hash is known. A star marks the one
/// that answers where no --engine is given, as soon as it is ready.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat engines
  kilowat --json engines                   {\"engine\":\"jit\",\"works\":true,\"auto\":true,...

Exit status: 0, or 2 on an error.")]
pub(crate) struct Engines {}

/// A tier, for machines.
#[derive(Serialize)]
struct Record {
    engine: &'static str,
    works: bool,
    /// Why it does not work.
    cause: Option<String>,
    /// Whether it is the fastest that works, and answers where no engine is asked for.
    auto: bool,
    implementation: String,
    how: String,
    wasm_features: &'static [&'static str],
    cpu_features: Vec<&'static str>,
}

impl Record {
    fn new(engine: EngineKind) -> Self {
        let cause = probe(engine).err();
        let (how, wasm_features, cpu_features) = match engine {
            EngineKind::Jit => (
                format!("compiles kernels to machine code for this CPU ({ARCH})"),
                FEATURES,
                cpu_features(),
            ),
            EngineKind::Interpreter => (
                "interprets kernels; works wherever Rust does".to_owned(),
                FEATURES,
                Vec::new(),
            ),
            EngineKind::Native => (
                "calls the crates that kernels are checked against".to_owned(),
                &[][..],
                Vec::new(),
            ),
        };
        Self {
            engine: engine.name(),
            works: cause.is_none(),
            cause,
            auto: false,
            implementation: engine.implementation(),
            how,
            wasm_features,
            cpu_features,
        }
    }
}

impl Engines {
    #[expect(
        clippy::unused_self,
        reason = "all commands are run in the same way, and this one takes nothing of its own"
    )]
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        let mut records = EngineKind::ALL.map(Record::new);
        if let Some(first) = records.iter_mut().find(|record| record.works) {
            first.auto = true;
        }
        if options.json {
            for record in &records {
                output.json(record)?;
            }
        } else {
            print(&records, output)?;
        }
        Ok(Status::Success)
    }
}

fn print(records: &[Record], output: &mut Output) -> std::io::Result<()> {
    let rows = records.iter().map(|record| {
        let mark = if record.auto { '*' } else { ' ' };
        [
            format!("{mark} {}", record.engine),
            if record.works { "yes" } else { "no" }.to_owned(),
            record.implementation.clone(),
            record.how.clone(),
        ]
    });
    output.table(["  ENGINE", "WORKS", "IMPLEMENTATION", "HOW"], rows)?;
    writeln!(output, "\n* taken by --engine auto")?;
    for record in records {
        if let Some(cause) = &record.cause {
            writeln!(output, "{} does not work here: {cause}", record.engine)?;
        }
    }
    let features = FEATURES.join(", ");
    writeln!(
        output,
        "WebAssembly: the first version with {features}; never relaxed SIMD or threads"
    )?;
    let features = cpu_features();
    if !features.is_empty() {
        writeln!(output, "CPU: {ARCH} with {}", features.join(", "))?;
    }
    Ok(())
}

/// Runs an operation on a tier.
///
/// # Errors
/// Why it does not work.
fn probe(engine: EngineKind) -> Result<(), String> {
    let runtime = Runtime::with_engine(engine).map_err(|error| error.to_string())?;
    let hash = runtime.fnv1a32(PROBE).map_err(|error| error.to_string())?;
    if hash != PROBE_HASH {
        return Err(format!(
            "its hash of `foobar` is {hash:08x}, not {PROBE_HASH:08x}"
        ));
    }
    Ok(())
}

/// Features of this CPU beyond the least of its architecture that compiled kernels may use.
#[cfg(target_arch = "x86_64")]
fn cpu_features() -> Vec<&'static str> {
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
fn cpu_features() -> Vec<&'static str> {
    Vec::new()
}
