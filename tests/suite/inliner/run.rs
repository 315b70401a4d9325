//! Runs the forms of a module on both engines, and compares everything that can be seen of them.

use std::env;
use std::ops::AddAssign;

use kilowat_engine::{Engine, EngineError, EngineKind, ValueType, WasmValue};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::subject::Subject;

/// A number from the environment.
pub(crate) fn environment(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    let number = match value.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => value.parse(),
    };
    Some(number.unwrap_or_else(|error| panic!("{name}={value}: {error}")))
}

/// How calls ended.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    pub(crate) returned: usize,
    pub(crate) trapped: usize,
}

impl AddAssign for Ended {
    fn add_assign(&mut self, other: Self) {
        self.returned += other.returned;
        self.trapped += other.trapped;
    }
}

/// What is seen of a module while it runs.
#[derive(Debug, PartialEq)]
struct Seen {
    /// What each call returned, or the trap's words.
    calls: Vec<Result<Vec<WasmValue>, String>>,
    memory: Vec<u8>,
    globals: Vec<(String, WasmValue)>,
}

/// A call of an export: its name and the arguments.
type Call = (String, Vec<WasmValue>);

/// The engines that run WebAssembly here.
pub(crate) struct Engines(Vec<Engine>);

impl Engines {
    pub(crate) fn new() -> Self {
        let engines = EngineKind::WASM.into_iter();
        Self(
            engines
                .filter_map(|kind| Engine::new(kind).unwrap_or_else(|error| panic!("{error}")))
                .collect(),
        )
    }

    /// Compares all forms on all engines, over the same `calls` calls of each export.
    pub(crate) fn compare(
        &self,
        name: &str,
        subject: &Subject,
        rng: &mut ChaCha8Rng,
        calls: usize,
    ) -> Result<Ended, String> {
        let mut plan: Option<Vec<Call>> = None;
        let mut first: Option<Result<Seen, String>> = None;
        let mut ended = Ended::default();
        for engine in &self.0 {
            let mut written: Option<Result<Seen, String>> = None;
            for (form, wasm) in &subject.forms {
                let at = format!("{form} on {}", engine.kind());
                let module = engine
                    .compile(name, wasm)
                    .map_err(|error| format!("{at}: {error}"))?;
                let seen = match module.instantiate() {
                    Err(error) => Err(error.to_string()),
                    Ok(mut instance) => {
                        let plan = plan.get_or_insert_with(|| {
                            let exports = subject.exports.iter();
                            exports
                                .flat_map(|export| std::iter::repeat_n(export, calls))
                                .map(|export| {
                                    let function = instance.function(export).unwrap();
                                    let signature = instance.signature(function).unwrap();
                                    let types = signature.parameters.iter();
                                    let arguments = types.map(|ty| value(*ty, rng));
                                    (export.clone(), arguments.collect())
                                })
                                .collect()
                        });
                        let calls = plan
                            .iter()
                            .map(|(export, arguments)| call(&mut instance, export, arguments))
                            .collect::<Result<_, _>>()?;
                        Ok(Seen {
                            calls,
                            memory: instance.memory().to_vec(),
                            globals: instance.globals(),
                        })
                    }
                };
                match &written {
                    None => written = Some(seen),
                    Some(written) => differ(written, &seen, plan.as_deref(), true)
                        .map_err(|difference| format!("{at}, {difference}"))?,
                }
            }
            let written = written.ok_or("no form")?;
            if let Some(first) = &first {
                // Engines use their own words for a trap.
                differ(first, &written, plan.as_deref(), false)
                    .map_err(|difference| format!("between the engines, {difference}"))?;
                continue;
            }
            for call in written.iter().flat_map(|seen| &seen.calls) {
                match call {
                    Ok(_) => ended.returned += 1,
                    Err(_) => ended.trapped += 1,
                }
            }
            first = Some(written);
        }
        Ok(ended)
    }
}

/// Calls an export. A trap is something to see; anything else that goes wrong is a fault of the test.
fn call(
    instance: &mut kilowat_engine::Instance,
    export: &str,
    arguments: &[WasmValue],
) -> Result<Result<Vec<WasmValue>, String>, String> {
    let function = instance
        .function(export)
        .ok_or_else(|| format!("the export `{export}` is gone"))?;
    let signature = instance.signature(function).expect("it was just found");
    let mut results: Vec<WasmValue> = signature
        .results
        .iter()
        .map(|ty| WasmValue::zero(*ty))
        .collect();
    match instance.call(function, arguments, &mut results) {
        Ok(()) => Ok(Ok(results)),
        Err(EngineError::Trap { reason, .. }) => Ok(Err(reason)),
        Err(other) => Err(other.to_string()),
    }
}

fn differ(
    expected: &Result<Seen, String>,
    found: &Result<Seen, String>,
    plan: Option<&[Call]>,
    words: bool,
) -> Result<(), String> {
    let (expected, found) = match (expected, found) {
        (Ok(expected), Ok(found)) => (expected, found),
        (Err(_), Err(_)) => return Ok(()),
        (expected, found) => {
            let one = expected.as_ref().err();
            let other = found.as_ref().err();
            return Err(format!("instantiation: {one:?} became {other:?}"));
        }
    };
    let calls = expected.calls.iter().zip(&found.calls);
    for ((expected, found), call) in calls.zip(plan.unwrap_or_default()) {
        let same = match (expected, found) {
            (Err(one), Err(other)) => !words || one == other,
            (one, other) => one == other,
        };
        if !same {
            return Err(format!(
                "{}{:?}: {expected:?} became {found:?}",
                call.0, call.1
            ));
        }
    }
    if expected.globals != found.globals {
        let (one, other) = (&expected.globals, &found.globals);
        return Err(format!("globals: {one:?} became {other:?}"));
    }
    if expected.memory.len() != found.memory.len() {
        let (one, other) = (expected.memory.len(), found.memory.len());
        return Err(format!("memory: {one} bytes became {other}"));
    }
    let mut bytes = expected.memory.iter().zip(&found.memory);
    match bytes.position(|(one, other)| one != other) {
        Some(at) => Err(format!(
            "memory at {at}: {} became {}",
            expected.memory[at], found.memory[at]
        )),
        None => Ok(()),
    }
}

/// A value that is likely to meet an edge: small, extreme, an address, or anything.
fn value(ty: ValueType, rng: &mut ChaCha8Rng) -> WasmValue {
    match ty {
        ValueType::I32 => WasmValue::I32(integer(rng) as i32),
        ValueType::I64 => WasmValue::I64(integer(rng)),
        ValueType::F32 => WasmValue::F32((f32::from(integer(rng) as i16) / 2.0).to_bits()),
        ValueType::F64 => WasmValue::F64((f64::from(integer(rng) as i32) / 2.0).to_bits()),
        ValueType::V128 => {
            let (low, high) = (integer(rng), integer(rng));
            WasmValue::V128(
                u128::from(low.cast_unsigned()) | u128::from(high.cast_unsigned()) << 64,
            )
        }
    }
}

fn integer(rng: &mut ChaCha8Rng) -> i64 {
    match rng.random_range(0..8) {
        0..4 => rng.random_range(-2..20),
        4 => rng.random_range(0..70_000),
        5 => [i64::MIN, i64::MAX, i64::from(i32::MIN), i64::from(i32::MAX)][rng.random_range(0..4)],
        6 => 1 << rng.random_range(0..63),
        _ => rng.random(),
    }
}
