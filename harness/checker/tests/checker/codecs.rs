//! The codecs as the fuzz targets of `fuzz/` run them, on valid samples that were damaged.

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use kilowat_checker::checker::Checker;
use kilowat_checker::codecs::{self, CODECS, Codec, CodecError, GREATEST};
use kilowat_engine::{Engine, EngineKind, Instance};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{ALL, AnyListed, AnyOperation, Status, Value};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// How many inputs each codec is given on both engines, in each round.
const CASES: u32 = 250;

/// The length of most samples, at most.
const LONGEST: usize = 400;

/// Operations that refuse what is malformed, and are no codecs all the same; and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "aggregate",
        "numbers that are not finite; any bytes are numbers",
    ),
    ("aggregate_update", "the same"),
    (
        "blake3_keyed",
        "keys of another length; any bytes are a message",
    ),
    (
        "lz4_frame_encode",
        "content that is not as long as was said; any bytes are content",
    ),
    (
        "aes_gcm_seal",
        "keys and nonces of another length; any bytes are a message",
    ),
    (
        "aes_gcm_open",
        "what nobody has sealed, so that all raw bytes end alike; tests/suite/aead.rs damages what was sealed",
    ),
    ("xaes_256_gcm_seal", "as of aes_gcm_seal"),
    ("xaes_256_gcm_open", "as of aes_gcm_open"),
    ("chacha20_poly1305_seal", "as of aes_gcm_seal"),
    ("chacha20_poly1305_open", "as of aes_gcm_open"),
    ("xchacha20_poly1305_seal", "as of aes_gcm_seal"),
    ("xchacha20_poly1305_open", "as of aes_gcm_open"),
    (
        "hkdf_expand",
        "keys that are too short; any bytes that are enough are a key",
    ),
    ("pbkdf2_sha256", "no iterations; any bytes are a password"),
    (
        "inflate_update",
        "a step of the three that read whole streams; their checks go through it at every cut",
    ),
    (
        "brotli_decode",
        "a step of what reads whole streams, whose checks go through it at every cut",
    ),
];

/// What the tests above, or a fuzzer, have found to be answered wrongly: the codec and the raw bytes.
const FOUND: &[(&str, &[u8])] = &[
    // Behind a string that is escaped within the last 64 bytes of a tape, faults were said to be at other words.
    (
        "json_serialize",
        b"\0\0\0\0\0\xff\xff\xff\0\
          \x18\x02\0\0\x60\0\0\0\
          \x01\0\0\0\x20\0\0\0\
          a line, a line\n\n\
          \x14\0\0\0\0\0\0\0\
          \0\0\0\0\0\0\xf0\x7f",
    ),
];

/// What happens to a sample.
#[derive(Debug, Clone)]
enum Damage {
    /// It ends there.
    Truncate(Index),
    /// A bit is another.
    Flip(Index, u8),
    /// A byte is another.
    Overwrite(Index, u8),
    /// Bytes more.
    Insert(Index, Vec<u8>),
    /// Some of its own bytes once more, somewhere else, in place of as many as that.
    Splice {
        from: Index,
        len: usize,
        to: Index,
        instead_of: usize,
    },
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let size = bytes.len() + 1;
        let place = |index: &Index| index.index(size);
        match self {
            Self::Truncate(end) => bytes.truncate(place(end)),
            Self::Flip(at, bit) => {
                if let Some(byte) = bytes.get_mut(place(at)) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Overwrite(at, value) => {
                if let Some(byte) = bytes.get_mut(place(at)) {
                    *byte = *value;
                }
            }
            Self::Insert(at, more) => {
                let at = place(at);
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Splice {
                from,
                len,
                to,
                instead_of,
            } => {
                let (from, to) = (place(from), place(to));
                let copied = bytes[from..bytes.len().min(from + len)].to_vec();
                let end = bytes.len().min(to + instead_of);
                bytes.splice(to..end, copied);
            }
        }
    }
}

/// A sample, by what it is made from, and what happens to it.
#[derive(Debug, Clone)]
struct Damaged {
    seed: u64,
    len: usize,
    damages: Vec<Damage>,
}

impl Damaged {
    fn bytes(&self, codec: &Codec) -> Vec<u8> {
        let mut generator = Generator::of(self.seed, codec.name(), &[self.len as u64]);
        let mut bytes = codec.sample(&mut generator, self.len);
        for damage in &self.damages {
            damage.apply(&mut bytes);
        }
        bytes
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    prop_oneof![
        1 => index().prop_map(Damage::Truncate),
        3 => (index(), 0_u8..8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        3 => (index(), any::<u8>()).prop_map(|(at, value)| Damage::Overwrite(at, value)),
        2 => (index(), prop::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(at, more)| Damage::Insert(at, more)),
        3 => (index(), 1_usize..80, index(), 0_usize..80).prop_map(
            |(from, len, to, instead_of)| Damage::Splice { from, len, to, instead_of }
        ),
    ]
}

fn damaged() -> impl Strategy<Value = Damaged> {
    let len = prop_oneof![9 => 0..=LONGEST, 1 => LONGEST..=10 * LONGEST];
    let damages = prop::collection::vec(damage(), 0..5);
    (any::<u64>(), len, damages).prop_map(|(seed, len, damages)| Damaged { seed, len, damages })
}

fn instance(codec: &Codec, kind: EngineKind) -> Instance {
    let module = codec.operation().export().module;
    let engine = Engine::new(kind).unwrap().expect("it runs WebAssembly");
    let compiled = engine.compile(module.name, module.wasm).unwrap();
    compiled.instantiate().unwrap()
}

#[test]
fn codecs_answer_as_native_code_does_whatever_they_are_given() {
    let Checker { seed, rounds, .. } =
        Checker::from_env().unwrap_or_else(|error| panic!("{error}"));
    println!("seed {seed:#x}");
    for codec in CODECS {
        let config = Config {
            cases: CASES * rounds as u32,
            failure_persistence: None,
            ..Config::default()
        };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let instances = RefCell::new(EngineKind::WASM.map(|kind| instance(codec, kind)));
        let outcome = runner.run(&damaged(), |damaged| {
            let bytes = damaged.bytes(codec);
            for instance in &mut *instances.borrow_mut() {
                let engine = instance.engine();
                if let Err(error) = codec.check(&bytes, instance) {
                    return Err(TestCaseError::fail(format!(
                        "on {engine}: {error}\n{bytes:?}"
                    )));
                }
            }
            Ok(())
        });
        if let Err(failure) = outcome {
            panic!("{}, KILOWAT_SEED={seed:#x}: {failure}", codec.name());
        }
    }
}

#[test]
fn what_was_found_is_answered_as_native_code_does() {
    for (name, bytes) in FOUND {
        let codec = codecs::find(name).unwrap();
        for kind in EngineKind::WASM {
            let outcome = codec.check(bytes, &mut instance(codec, kind));
            assert!(outcome.is_ok(), "{name} on {kind}: {outcome:?}");
        }
    }
}

/// Enough of the samples are valid, and enough are refused, that both are seen.
#[test]
fn samples_are_the_inputs_that_the_operation_generates() {
    let clamped = |value: Value| match value {
        Value::Integer(integer) => Value::Integer(integer.min(GREATEST)),
        value => value,
    };
    for codec in CODECS {
        let name = codec.name();
        let mut refused = 0;
        for len in 0..200 {
            let generator = || Generator::of(1, name, &[len as u64]);
            let raw = codec.sample(&mut generator(), len);
            let cases = codec.cases(&raw).unwrap();
            let last = cases.last().expect("raw bytes are an input at least");
            refused += usize::from(last.native().by_name().is_err());
            // The operation generates states of its own, and the codec comes to such by steps.
            if name != "lz4_frame_decode" {
                let generated = codec.operation().generate(&mut generator(), len);
                let expected = generated.arguments().unwrap().into_iter().map(clamped);
                assert_eq!(
                    last.arguments().unwrap(),
                    expected.collect::<Vec<_>>(),
                    "{name}, {len}"
                );
            }
        }
        // It has no errors of its own: what has no size is nothing.
        if name != "lz4_frame_content_size" {
            assert!((10..190).contains(&refused), "{name}: {refused} of 200");
        }
    }
}

/// Frames that are cut are read in as many steps as there are pieces, from state to state.
#[test]
fn frames_are_read_from_cut_to_cut() {
    let codec = codecs::find("lz4_frame_decode").unwrap();
    let mut generator = Generator::new(2, &[]);
    let most = (0..200).map(|len| {
        let raw = codec.sample(&mut generator, len);
        codec.cases(&raw).unwrap().len()
    });
    assert_eq!(most.max(), Some(5));
}

/// Whatever stands in raw bytes, they are an input; what is missing is zero.
#[test]
fn any_bytes_are_an_input() {
    let mut generator = Generator::new(3, &[]);
    for codec in CODECS {
        for len in 0..100 {
            let raw = generator.bytes(len);
            assert!(!codec.cases(&raw).unwrap().is_empty(), "{codec:?}");
        }
    }
}

/// Whether the operation refuses one of the inputs that it generates as none of its format.
fn refuses(operation: &dyn AnyListed) -> bool {
    (0..300).any(|len| {
        let mut generator = Generator::of(4, operation.name(), &[len as u64]);
        let case = AnyOperation::generate(operation, &mut generator, len);
        let answer = case.native().by_name();
        answer.is_err_and(|refusal| {
            matches!(
                refusal.status(),
                Status::Malformed | Status::Checksum | Status::Unsupported | Status::Unauthentic
            )
        })
    })
}

#[test]
fn every_operation_that_refuses_what_is_malformed_is_a_codec_or_named_here() {
    let mut excepted: Vec<&str> = Vec::new();
    for operation in ALL {
        if refuses(*operation) && codecs::find(operation.name()).is_none() {
            excepted.push(operation.name());
        }
    }
    let named: Vec<&str> = EXCEPTIONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(excepted, named);
}

/// Fuzz targets of what is no codec.
const OTHER_TARGETS: [&str; 1] = ["envelope"];

/// `fuzz/` has a target for each codec, and no others but these.
#[test]
fn each_codec_has_a_fuzz_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for codec in CODECS {
        let name = codec.name();
        let path = format!("fuzz_targets/{name}.rs");
        assert!(
            manifest.contains(&format!("name = \"{name}\"\npath = \"{path}\"")),
            "{name}"
        );
        let text = fs::read_to_string(folder.join(path)).unwrap();
        assert!(text.contains(&format!("run(\"{name}\", raw)")), "{name}");
    }
    let targets = fs::read_dir(folder.join("fuzz_targets")).unwrap().count();
    assert_eq!(targets, CODECS.len() + OTHER_TARGETS.len());
    for name in OTHER_TARGETS {
        assert!(
            manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")),
            "{name}"
        );
    }
}

/// A module in which the kernel of `hex_decode` does something else.
fn broken(body: &str) -> Instance {
    let function = codecs::find("hex_decode")
        .unwrap()
        .operation()
        .export()
        .function;
    // Exports are counted in the order of their names.
    let before = (0..function).map(|number| format!("(func (export \"a{number:03}\"))"));
    let before = before.collect::<Vec<_>>().concat();
    let text = format!(
        "(module (memory (export \"memory\") 1) {before}
           (func (export \"broken\")
             (param $src i32) (param $len i32) (param $dst i32) (param $cap i32) (param $fault i32)
             (result i32) {body}))"
    );
    let engine = Engine::new(EngineKind::Jit)
        .unwrap()
        .expect("it runs WebAssembly");
    let module = engine
        .compile("broken", &wat::parse_str(text).unwrap())
        .unwrap();
    module.instantiate().unwrap()
}

#[test]
fn broken_kernels_are_caught() {
    let codec = codecs::find("hex_decode").unwrap();
    // Two digits, into room for two bytes.
    let check = |body: &str| codec.check(b"\x02\0\x0000", &mut broken(body));
    let store = "(i32.store8 (local.get $dst) (i32.const 0))";
    assert!(check(&format!("{store} (i32.const 1)")).is_ok());
    for (body, expected) in [
        ("(i32.const 0)", "hex_decode answers Ok([])"),
        ("unreachable", "trapped"),
        ("(i32.const -9)", "contract"),
    ] {
        let error = check(body).unwrap_err();
        assert!(matches!(error, CodecError::Answer(_)), "{body}: {error}");
        assert!(error.to_string().contains(expected), "{body}: {error}");
    }
    for elsewhere in [
        "(i32.add (local.get $dst) (local.get $cap))",
        "(i32.sub (local.get $dst) (i32.const 1))",
        "(local.get $src)",
        "(i32.sub (local.get $src) (i32.const 64))",
        "(i32.add (local.get $fault) (i32.const 79))",
    ] {
        let error = check(&format!(
            "{store} (i32.store8 {elsewhere} (i32.const 1)) (i32.const 1)"
        ));
        let error = error.unwrap_err();
        let is_outside = matches!(error, CodecError::WroteOutside { .. });
        assert!(is_outside, "{elsewhere}: {error}");
    }
}
