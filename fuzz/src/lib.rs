//! What the fuzz targets share: a codec of [`kilowat_checker::codecs`] on a build of its module that counts
//! branches, and these counts handed to libFuzzer.
//!
//! libFuzzer keeps an input where that has reached something new. Of a kernel it would see nothing: that is machine
//! code which a JIT has made.

// Where it is a test of the swarm it travels in that package.
#[cfg(feature = "jit")]
#[path = "../../swarm/tests/swarm/envelope_checks.rs"]
pub mod envelope;

use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

use kilowat_assembler::{COUNTER, Instrumented, Tree, instrument};
use kilowat_checker::codecs::{self, Codec, CodecError};
use kilowat_engine::{Engine, EngineError, EngineKind, FunctionIndex, Instance, WasmValue};

/// More branches than any module has.
const MOST_BRANCHES: usize = 4_096;

// SAFETY: libFuzzer takes what is in the section of this name for counters of a byte each, from its start to its
// end. This is all that is in it, and atomic bytes are bytes: that it clears them before a run and reads them
// after it, on the thread that calls the target, is no race.
#[cfg_attr(
    target_os = "linux",
    unsafe(link_section = "__libfuzzer_extra_counters")
)]
static TAKEN: [AtomicU8; MOST_BRANCHES] = [const { AtomicU8::new(0) }; MOST_BRANCHES];

thread_local! {
    static FUZZER: RefCell<Option<Fuzzer>> = const { RefCell::new(None) };
}

/// Runs the codec of this name on raw bytes.
///
/// # Panics
/// Where that does not answer as native code does, or writes where it must not; and where it cannot be run. That is
/// how libFuzzer is told.
pub fn run(name: &str, raw: &[u8]) {
    FUZZER.with_borrow_mut(|fuzzer| {
        let outcome = match fuzzer {
            Some(fuzzer) => fuzzer.run(raw),
            None => Fuzzer::new(name).and_then(|new| fuzzer.insert(new).run(raw)),
        };
        if let Err(error) = outcome {
            panic!("{name}: {error}");
        }
    });
}

/// Why a target stops.
#[derive(Debug, thiserror::Error)]
enum FuzzError {
    #[error("there is no codec of this name")]
    Name,
    #[error(transparent)]
    Assembler(#[from] kilowat_assembler::Error),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("the module has {0} branches, and there is room for the counters of {MOST_BRANCHES}")]
    Branches(usize),
    #[error("the module does not export its counters")]
    Counters,
    #[error(transparent)]
    Codec(#[from] CodecError),
}

/// A codec, and its module with counters.
struct Fuzzer {
    codec: &'static Codec,
    instance: Instance,
    counter: FunctionIndex,
    /// How often each branch has been taken up to now.
    before: Vec<u64>,
}

impl Fuzzer {
    fn new(name: &str) -> Result<Self, FuzzError> {
        let codec = codecs::find(name).ok_or(FuzzError::Name)?;
        let module = codec.operation().export().module.name;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wat");
        let source = Tree::read(&folder)?.source(module)?;
        let Instrumented { wasm, branches, .. } = instrument(&source)?;
        if branches.len() > MOST_BRANCHES {
            return Err(FuzzError::Branches(branches.len()));
        }
        let engine = Engine::new(EngineKind::Jit)?;
        // Only the native tier runs no WebAssembly.
        let engine = engine.ok_or(FuzzError::Counters)?;
        let instance = engine.compile(module, &wasm)?.instantiate()?;
        let counter = instance.function(COUNTER).ok_or(FuzzError::Counters)?;
        Ok(Self {
            codec,
            instance,
            counter,
            before: vec![0; branches.len()],
        })
    }

    fn run(&mut self, raw: &[u8]) -> Result<(), FuzzError> {
        self.codec.check(raw, &mut self.instance)?;
        for (branch, (before, taken)) in self.before.iter_mut().zip(&TAKEN).enumerate() {
            let mut result = [WasmValue::I64(0)];
            let arguments = [WasmValue::I32(branch as i32)];
            self.instance.call(self.counter, &arguments, &mut result)?;
            let [WasmValue::I64(times)] = result else {
                return Err(FuzzError::Counters);
            };
            let times = times.cast_unsigned();
            let more = u8::try_from(times - *before).unwrap_or(u8::MAX);
            *before = times;
            taken.store(more, Ordering::Relaxed);
        }
        Ok(())
    }
}
