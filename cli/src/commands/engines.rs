//! `kilowat engines`: which tiers work on this machine.

use std::env::consts::ARCH;
use std::io::Write as _;

use clap::Args;
use kilowat::modules::FEATURES;
use kilowat::policy::TiersError;
use kilowat::{EngineKind, Policy, Runtime, Tiers};
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::cpu;
use crate::output::Output;

/// The specification's test vector for [`PROBE`].
const PROBE_HASH: u32 = 0xbf9c_f968;

/// What is hashed to see whether a tier works.
const PROBE: &[u8] = b"foobar";

/// List the tiers and whether they work here
///
/// Each tier is really started and hashes a few bytes, whose hash is known. A star marks the one
/// that is asked first where no --engine is given, until it is known which is the fastest for an
/// operation. `kilowat doctor` looks closer, and shows what was measured.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat engines
  kilowat --json engines                   {\"engine\":\"jit\",\"works\":true,\"auto\":true,...

In JSON Lines, an object a tier.

Exit status: 0, or 2 on an error.")]
pub(crate) struct Engines {}

/// A tier, for machines.
#[derive(Serialize)]
struct Record {
    engine: &'static str,
    works: bool,
    /// Why it does not work.
    cause: Option<String>,
    /// Whether it is asked first where no engine is named and nothing was measured.
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
                cpu::features(),
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
        let asked = match Policy::from_environment() {
            Ok(asked) => Some(asked.unwrap_or(Policy::Fastest).tiers()),
            // Where no --engine is given, no command starts: there is none to mark.
            Err(_) if options.policy().is_some() => None,
            Err(error) => return Err(error.into()),
        };
        let mut records: Vec<_> = EngineKind::built_in().map(Record::new).collect();
        let first = asked
            .iter()
            .copied()
            .flat_map(Tiers::iter)
            .find_map(|tier| {
                let place = records
                    .iter()
                    .position(|record| record.engine == tier.name());
                place.filter(|place| records[*place].works)
            });
        if let Some(first) = first {
            records[first].auto = true;
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
    writeln!(
        output,
        "\n* asked first, until it is measured which is the fastest (kilowat doctor)"
    )?;
    for record in records {
        if let Some(cause) = &record.cause {
            writeln!(output, "{} does not work here: {cause}", record.engine)?;
        }
    }
    for missing in EngineKind::ALL
        .into_iter()
        .filter(|tier| !tier.is_built_in())
    {
        writeln!(output, "{}", TiersError::NotBuiltIn(missing))?;
    }
    let features = FEATURES.join(", ");
    writeln!(
        output,
        "WebAssembly: the first version with {features}; never relaxed SIMD or threads"
    )?;
    let features = cpu::features();
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
