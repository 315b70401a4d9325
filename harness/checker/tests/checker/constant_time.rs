//! The proof that kernels take constant time: every operation of a module whose header says so, at every length from 0
//! to 300 and at some that are longer. And the evaluator itself, held to kernels that leak, and to the engines.

use std::fmt::Write as _;
use std::path::Path;
use std::thread;

use kilowat_assembler::{
    Extent, Marked, Options, PUBLIC, Source, Tree, assemble, inline, mark, prune,
};
use kilowat_checker::constant_time::{Outcome, Program, Refused, Run, Shown, Site, Tainted};
use kilowat_engine::{Engine, EngineKind, Instance, WasmValue};
use kilowat_kernels::{Export, MODULES};
use kilowat_operations::frame::{CallError, Frame, InstanceFrame as _, Span};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{ALL, AnyListed};
use kilowat_operations::session::{PackedFrame, Unlimited};
use wasmparser::{Parser, Payload};

/// Every length up to this.
const SHORT: usize = 300;

/// And these, for what only long messages go through.
const LONG: [usize; 8] = [511, 512, 513, 1000, 1024, 2049, 4096, 16_400];

const SEED: u64 = 0x6b69_6c6f_7761_7474;

fn sources() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wat");
    let tree = Tree::read(&folder).unwrap();
    let modules = tree.modules();
    let sources = modules.iter().map(|name| tree.source(name).unwrap());
    sources
        .filter(|source| source.header().constant_time)
        .collect()
}

fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    let folder = format!("{}/../../snapshots/{folder}", env!("CARGO_MANIFEST_DIR"));
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn bits(value: &WasmValue) -> u128 {
    match *value {
        WasmValue::I32(x) => u128::from(x.cast_unsigned()),
        WasmValue::I64(x) => u128::from(x.cast_unsigned()),
        WasmValue::F32(x) => u128::from(x),
        WasmValue::F64(x) => u128::from(x),
        WasmValue::V128(x) => x,
    }
}

/// A module under proof.
struct Proof<'p> {
    marked: &'p Marked,
    program: Program<'p>,
}

impl<'p> Proof<'p> {
    fn new(marked: &'p Marked) -> Self {
        let program = Program::read(&marked.wasm).unwrap();
        Self { marked, program }
    }

    /// Evaluates a call with what its contract calls secret.
    fn evaluate(
        &self,
        export: &str,
        arguments: &[u128],
        memory: &[u8],
    ) -> Result<Outcome, Refused> {
        let contract = self.marked.secrets.iter().find(|of| of.export == export);
        let contract = contract.expect("each export has a contract");
        let secrets = contract.secrets.iter().map(|secret| {
            let argument = arguments[secret.parameter] as usize;
            let tainted = match secret.extent {
                Extent::Value => Tainted::Argument(secret.parameter),
                Extent::Span(len) => {
                    let len = arguments[len] as usize;
                    // Where the length is 0, the pointer may be any.
                    let start = if len == 0 { 0 } else { argument };
                    Tainted::Bytes(start..start + len)
                }
                Extent::State(len) => Tainted::Bytes(argument..argument + len as usize),
            };
            (secret.name.as_str(), tainted)
        });
        let secrets: Vec<_> = secrets.collect();
        self.program.run(&Run {
            export,
            arguments,
            memory,
            secrets: &secrets,
            public: self.program.function(PUBLIC),
        })
    }

    /// What is wrong, with places in the text.
    fn explain(&self, refused: &Refused) -> String {
        let place = |site: &Site| {
            let at = self.marked.place(site.function, site.index)?;
            let path = at
                .path
                .rsplit_once("wat/")
                .map_or(&*at.path, |(_, path)| path);
            Some(format!("{path}:{}:{}", at.line, at.column))
        };
        match refused {
            Refused::Leak(leak) => leak.explain(place),
            other => other.to_string(),
        }
    }
}

/// Lets an engine make the calls of an operation, and evaluates each as well.
struct Watched<'a> {
    frame: PackedFrame<'a>,
    proof: &'a Proof<'a>,
    seen: &'a mut Seen,
}

/// What the calls of an operation came to.
#[derive(Default)]
struct Seen {
    exports: Vec<&'static str>,
    answered: usize,
    refused: usize,
    tainted: usize,
    wrong: Option<String>,
}

impl Watched<'_> {
    fn evaluate(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
        before: &[u8],
        answer: Option<WasmValue>,
    ) -> Result<(), String> {
        let arguments: Vec<u128> = arguments.iter().map(bits).collect();
        let outcome = self
            .proof
            .evaluate(export.name, &arguments, before)
            .map_err(|refused| self.proof.explain(&refused))?;
        let answer: Vec<u128> = answer.iter().map(bits).collect();
        if outcome.results != answer {
            let results = outcome.results;
            return Err(format!(
                "the engine returns {answer:?}, the evaluator {results:?}"
            ));
        }
        let memory = self.frame.instance().memory();
        let differs = memory.iter().zip(&outcome.memory).position(|(a, b)| a != b);
        if let Some(address) = differs {
            return Err(format!("the engine's memory is another at {address}"));
        }
        self.seen.tainted += outcome.tainted;
        if answer
            .first()
            .is_some_and(|answer| (*answer as u32) >> 31 == 1)
        {
            self.seen.refused += 1;
        } else {
            self.seen.answered += 1;
        }
        if !self.seen.exports.contains(&export.name) {
            self.seen.exports.push(export.name);
        }
        Ok(())
    }
}

impl Frame for Watched<'_> {
    fn engine(&self) -> EngineKind {
        self.frame.engine()
    }

    fn input(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.frame.input(bytes)
    }

    fn output(&mut self, capacity: usize) -> Result<Span, CallError> {
        self.frame.output(capacity)
    }

    fn inout(&mut self, bytes: &[u8]) -> Result<Span, CallError> {
        self.frame.inout(bytes)
    }

    fn output_behind(&mut self, bytes: &[u8], capacity: usize) -> Result<Span, CallError> {
        self.frame.output_behind(bytes, capacity)
    }

    fn invoke(
        &mut self,
        export: &'static Export,
        arguments: &[WasmValue],
    ) -> Result<Option<WasmValue>, CallError> {
        let before = self.frame.instance().memory().to_vec();
        let answer = self.frame.invoke(export, arguments)?;
        if self.seen.wrong.is_none() {
            let evaluated = self.evaluate(export, arguments, &before, answer);
            self.seen.wrong = evaluated.err();
        }
        Ok(answer)
    }

    fn read(&mut self, span: Span) -> &[u8] {
        self.frame.read(span)
    }
}

/// Proves an operation at each length: a message as it should be, and one as it comes, which may be refused.
fn prove(operation: &dyn AnyListed, proof: &Proof<'_>, instance: &mut Instance) -> Seen {
    let mut seen = Seen::default();
    let base = operation.export().module.heap_base;
    for len in (0..=SHORT).chain(LONG) {
        let mut generator = Generator::of(SEED, operation.name(), &[len as u64]);
        for case in [
            operation.workload(len),
            operation.generate(&mut generator, len),
        ] {
            let mut frame = Watched {
                frame: PackedFrame::new(instance, base, Unlimited),
                proof,
                seen: &mut seen,
            };
            case.kernel(&mut frame).unwrap();
            if let Some(cut) = case.kernel_in_pieces(&mut frame, &[len / 2]) {
                cut.unwrap();
            }
            if let Some(wrong) = seen.wrong.take() {
                seen.wrong = Some(format!(
                    "{} at length {len}, seed {SEED:#x}: {wrong}",
                    operation.name()
                ));
                return seen;
            }
        }
    }
    seen
}

#[test]
fn no_secret_shows_in_the_time_that_a_kernel_takes() {
    let engine = Engine::new(EngineKind::Jit).unwrap().unwrap();
    let mut modules = 0;
    for source in sources() {
        modules += 1;
        let marked = mark(&source).unwrap();
        let module = MODULES.iter().find(|module| module.name == source.name());
        let module = module.expect("it is embedded");
        let compiled = engine.compile(module.name, module.wasm).unwrap();
        let operations: Vec<&dyn AnyListed> = ALL
            .iter()
            .filter(|operation| operation.export().module.index == module.index)
            .copied()
            .collect();
        let seen: Vec<Seen> = thread::scope(|scope| {
            let threads = operations.iter().map(|operation| {
                let (compiled, marked) = (&compiled, &marked);
                scope.spawn(move || {
                    let mut instance = compiled.instantiate().unwrap();
                    prove(*operation, &Proof::new(marked), &mut instance)
                })
            });
            let threads: Vec<_> = threads.collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        let wrong: Vec<&str> = seen
            .iter()
            .filter_map(|seen| seen.wrong.as_deref())
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
        for (seen, operation) in seen.iter().zip(&operations) {
            let name = operation.name();
            assert!(
                seen.tainted > 0 && seen.answered > 0,
                "{name} sees no secret"
            );
            // What opens a message takes one way where it fits, and another where it does not.
            assert!(
                seen.refused > 0 || !name.ends_with("_open"),
                "{name} refuses nothing"
            );
        }
        for export in &source.header().exports {
            let reached = seen
                .iter()
                .any(|seen| seen.exports.contains(&&*export.name));
            assert!(reached, "no operation calls `{}`", export.name);
        }
    }
    assert!(modules > 0);
}

/// The same proof fails where a verdict is not declared public, and says where it shows. What a state is made of is
/// among what it follows.
#[test]
fn a_verdict_that_is_not_public_shows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wat");
    let tree = Tree::read(&folder).unwrap();
    let engine = Engine::new(EngineKind::Interpreter).unwrap().unwrap();
    for (name, shows, place) in [
        (
            "ct_equal",
            "the result of the call",
            "in $ct_equal (aead/common.wat:",
        ),
        (
            "aes_gcm_open",
            "a branch",
            "in $open_gcm (aead/aes_gcm.wat:",
        ),
        (
            "xchacha20_poly1305_open",
            "a branch",
            "in $open_chacha20 (aead/chacha20_poly1305.wat:",
        ),
        (
            "hmac_sha256_update",
            "a branch",
            "in $absorb (lib/digest.wat:",
        ),
    ] {
        let operation = ALL
            .iter()
            .find(|operation| operation.name() == name)
            .unwrap();
        let module = operation.export().module;
        let source = tree.source(module.name).unwrap();
        let files = source.fragments().iter().map(|fragment| {
            let text = fragment.text.replace("$public!", "$private!");
            (fragment.name.clone(), text)
        });
        let private = Tree::from_files(files);
        let marked = mark(&private.source(module.name).unwrap()).unwrap();
        let proof = Proof::new(&marked);
        let compiled = engine.compile(module.name, module.wasm).unwrap();
        let mut instance = compiled.instantiate().unwrap();
        let wrong = prove(*operation, &proof, &mut instance).wrong.unwrap();
        assert!(
            wrong.contains(&format!("{shows} depends on a secret")),
            "{wrong}"
        );
        assert!(wrong.lines().next().unwrap().contains(place), "{wrong}");
    }
}

fn code(wasm: &[u8]) -> Vec<&[u8]> {
    let payloads = Parser::new(0).parse_all(wasm).map(Result::unwrap);
    payloads
        .filter_map(|payload| match payload {
            Payload::CodeSectionEntry(body) => Some(body.as_bytes()),
            _ => None,
        })
        .collect()
}

/// Without the marks, what is evaluated is the binary that is embedded, instruction by instruction.
#[test]
fn what_is_evaluated_is_what_is_shipped() {
    for source in sources() {
        let marked = mark(&source).unwrap();
        let without = prune(&inline(&marked.wasm).unwrap()).unwrap();
        let module = MODULES.iter().find(|module| module.name == source.name());
        let shipped = module.expect("it is embedded").wasm;
        assert!(code(&without) == code(shipped), "{}", source.name());
        assert!(code(&marked.wasm) != code(shipped), "{}", source.name());
    }
}

/// Each use of `$public!` is one that someone has accepted.
#[test]
fn what_is_made_public_is_known() {
    let mut text = String::new();
    for source in sources() {
        for place in mark(&source).unwrap().declassified {
            let at = place.at;
            let path = at
                .path
                .rsplit_once("wat/")
                .map_or(&*at.path, |(_, path)| path);
            writeln!(text, "{path} {}", place.function).unwrap();
        }
    }
    snapshot("kernels", "public", &text);
}

/// What a macro makes public is a use of each function that it is spliced into; what is never called is none.
#[test]
fn a_use_in_a_macro_is_one_wherever_it_is_spliced() {
    let told = "(func $told! (param $x i32) (result i32)
         (call $public! (local.get $x)))
       (func $other (drop (call $told! (call $x))))
       (func $unused (drop (call $told! (call $x))))";
    let twice = "(call $other) (drop (call $told! (call $told! (call $x))))";
    let text = LEAKY.replace("(func $deep", &format!("{told}\n(func $deep"));
    let source = Source::from_text("leaky", &text.replace(";; body", twice)).unwrap();
    let uses = mark(&source).unwrap().declassified;
    let functions: Vec<&str> = uses.iter().map(|place| &*place.function).collect();
    assert_eq!(functions, ["$other", "$leaky", "$leaky"]);
    let line = 1 + text
        .lines()
        .position(|line| line.contains("(call $public!"))
        .unwrap();
    assert!(uses.iter().all(|place| place.at.line == line));
}

const LEAKY: &str = include_str!("kernels/leaky.wat");

/// A kernel with something in the place of its body.
fn leaky(body: &str) -> Source {
    assert_eq!(LEAKY.matches(";; body").count(), 1);
    Source::from_text("leaky", &LEAKY.replace(";; body", body)).unwrap()
}

/// A name, a body that leaks `x`, the first byte of the key, and by what it does.
const LEAKS: [(&str, &str, Shown); 18] = [
    ("if", "(if (call $x) (then (nop)))", Shown::Branch),
    ("br_if", "(block $b (br_if $b (call $x)))", Shown::Branch),
    (
        "br_table",
        "(block $a (block $b (br_table $a $b (call $x))))",
        Shown::Branch,
    ),
    (
        "select",
        "(drop (select (i32.const 1) (i32.const 2) (call $x)))",
        Shown::Select,
    ),
    ("load", "(drop (i32.load8_u (call $x)))", Shown::LoadAddress),
    (
        "vector_load",
        "(drop (v128.load8_lane 3 (call $x) (v128.const i64x2 0 0)))",
        Shown::LoadAddress,
    ),
    (
        "store",
        "(i32.store8 (call $x) (i32.const 0))",
        Shown::StoreAddress,
    ),
    (
        "copy_from",
        "(memory.copy (i32.const 0) (call $x) (i32.const 1))",
        Shown::BulkAddress,
    ),
    (
        "fill_length",
        "(memory.fill (i32.const 0) (i32.const 0) (call $x))",
        Shown::BulkLength,
    ),
    (
        "division",
        "(drop (i32.div_u (i32.const 7) (i32.or (call $x) (i32.const 1))))",
        Shown::Division,
    ),
    (
        "remainder",
        "(drop (i64.rem_s (i64.extend_i32_u (call $x)) (i64.const 7)))",
        Shown::Division,
    ),
    ("result", "(return (call $x))", Shown::Result),
    (
        "through_memory",
        "(i32.store8 offset=7 (local.get $out_ptr) (call $x))
         (if (v128.any_true (v128.load (local.get $out_ptr))) (then (nop)))",
        Shown::Branch,
    ),
    (
        "through_a_copy",
        "(memory.copy (local.get $out_ptr) (local.get $key_ptr) (i32.const 1))
         (if (i32.load8_u (local.get $out_ptr)) (then (nop)))",
        Shown::Branch,
    ),
    (
        "through_a_call",
        "(call $branch (i32.xor (call $x) (i32.const 1)))",
        Shown::Branch,
    ),
    (
        "through_a_global",
        "(global.set $kept (call $x))
         (if (global.get $kept) (then (nop)))",
        Shown::Branch,
    ),
    (
        "through_a_block",
        "(if (block $b (result i32) (br $b (i32.mul (call $x) (i32.const 3)))) (then (nop)))",
        Shown::Branch,
    ),
    (
        "an_argument",
        "(if (i64.eqz (local.get $seed)) (then (nop)))",
        Shown::Branch,
    ),
];

/// What leaks nothing: arithmetic, choices by masks, a verdict that is made public, and all that is public.
const CLEAN: [(&str, &str); 4] = [
    (
        "masks",
        "(i32.store8 (local.get $out_ptr)
           (i32.or
             (i32.and (i32.sub (i32.const 0) (i32.and (call $x) (i32.const 1))) (i32.const 17))
             (i32.and (i32.sub (i32.and (call $x) (i32.const 1)) (i32.const 1)) (i32.const 34))))",
    ),
    (
        "verdict",
        "(if (call $public! (i32.eqz (call $x))) (then (nop)))",
    ),
    (
        "overwritten",
        "(i32.store8 (local.get $out_ptr) (call $x))
         (i32.store8 (local.get $out_ptr) (i32.const 1))
         (if (i32.load8_u (local.get $out_ptr)) (then (nop)))",
    ),
    (
        "length",
        "(loop $l
           (local.set $key_len (i32.sub (local.get $key_len) (i32.const 1)))
           (br_if $l (local.get $key_len)))",
    ),
];

fn evaluate(source: &Source) -> Result<Outcome, (Refused, String)> {
    let marked = mark(source).unwrap();
    let proof = Proof::new(&marked);
    let mut memory = vec![0; 1 << 16];
    memory[100..104].copy_from_slice(&[1, 2, 3, 4]);
    let outcome = proof.evaluate("leaky", &[100, 4, 200, 5], &memory);
    outcome.map_err(|refused| {
        let words = proof.explain(&refused);
        (refused, words)
    })
}

#[test]
fn each_way_to_leak_is_caught() {
    let mut text = String::new();
    for (name, body, shown) in LEAKS {
        let source = leaky(body);
        // It is a sound kernel otherwise.
        assemble(&source, Options::default()).unwrap();
        match evaluate(&source) {
            Err((Refused::Leak(leak), words)) => {
                assert_eq!(leak.shown, shown, "{name}: {words}");
                writeln!(text, "{name}\n{words}\n").unwrap();
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    snapshot("checker", "leaks", &text);
}

#[test]
fn what_does_not_leak_passes() {
    for (name, body) in CLEAN {
        let outcome = evaluate(&leaky(body)).unwrap_or_else(|(_, words)| panic!("{name}: {words}"));
        assert_eq!(outcome.results, [0], "{name}");
    }
}

#[test]
fn what_is_not_known_is_refused() {
    for (name, body, words) in [
        (
            "float",
            "(drop (f32.add (f32.const 1) (f32.const 1)))",
            "`f32.const` in $leaky (instruction 0) is no instruction that can be followed",
        ),
        (
            "trap",
            "(unreachable)",
            "`unreachable` in $leaky (instruction 0) traps: it is reached",
        ),
        (
            "outside",
            "(drop (i32.load (i32.const -4)))",
            "`i32.load` in $leaky (instruction 1) traps: outside of the memory",
        ),
        (
            "zero",
            "(drop (i32.rem_u (i32.const 1) (i32.const 0)))",
            "`i32.rem_u` in $leaky (instruction 2) traps: a division by zero",
        ),
        (
            "deep",
            "(call $deep)",
            "`call` in $deep (instruction 0) traps: the calls are too deep",
        ),
    ] {
        let (_, found) = evaluate(&leaky(body)).expect_err(name);
        assert_eq!(found, words, "{name}");
    }
    let wasm = wat::parse_str("(module (import \"a\" \"b\" (func)))").unwrap();
    let refused = Program::read(&wasm).unwrap_err().to_string();
    assert_eq!(refused, "the binary is not valid: it imports something");
    assert!(matches!(Program::read(b"no"), Err(Refused::Invalid(_))));
}

/// Types of operands, that of the result, and the instructions that go from these to that.
const INSTRUCTIONS: [(&str, &str, &str); 12] = [
    ("i32", "i32", "eqz, clz, ctz, popcnt, extend8_s, extend16_s"),
    (
        "i64",
        "i64",
        "clz, ctz, popcnt, extend8_s, extend16_s, extend32_s",
    ),
    (
        "i32 i32",
        "i32",
        "eq, ne, lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u, add, sub, mul, and, or, xor, \
         shl, shr_s, shr_u, rotl, rotr",
    ),
    (
        "i64 i64",
        "i64",
        "add, sub, mul, and, or, xor, shl, shr_s, shr_u, rotl, rotr",
    ),
    (
        "i64 i64",
        "i32",
        "eq, ne, lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u",
    ),
    (
        "v128",
        "v128",
        "v128.not, i8x16.abs, i16x8.abs, i32x4.abs, i64x2.abs, i8x16.neg, i16x8.neg, i32x4.neg, \
         i64x2.neg, i8x16.popcnt, i16x8.extend_low_i8x16_s, i16x8.extend_low_i8x16_u, \
         i16x8.extend_high_i8x16_s, i16x8.extend_high_i8x16_u, i32x4.extend_low_i16x8_s, \
         i32x4.extend_low_i16x8_u, i32x4.extend_high_i16x8_s, i32x4.extend_high_i16x8_u, \
         i64x2.extend_low_i32x4_s, i64x2.extend_low_i32x4_u, i64x2.extend_high_i32x4_s, \
         i64x2.extend_high_i32x4_u, i16x8.extadd_pairwise_i8x16_s, \
         i16x8.extadd_pairwise_i8x16_u, i32x4.extadd_pairwise_i16x8_s, \
         i32x4.extadd_pairwise_i16x8_u",
    ),
    (
        "v128",
        "i32",
        "v128.any_true, i8x16.all_true, i16x8.all_true, i32x4.all_true, i64x2.all_true, \
         i8x16.bitmask, i16x8.bitmask, i32x4.bitmask, i64x2.bitmask, i8x16.extract_lane_s 3, \
         i8x16.extract_lane_u 9, i16x8.extract_lane_s 5, i16x8.extract_lane_u 2, \
         i32x4.extract_lane 1",
    ),
    (
        "v128 v128",
        "v128",
        "v128.and, v128.andnot, v128.or, v128.xor, i8x16.swizzle, \
         i8x16.shuffle 31 2 17 0 5 5 16 15 8 9 30 1 2 3 20 21, i8x16.eq, i8x16.ne, i8x16.lt_s, \
         i8x16.lt_u, i8x16.gt_s, i8x16.gt_u, i8x16.le_s, i8x16.le_u, i8x16.ge_s, i8x16.ge_u, \
         i16x8.eq, i16x8.ne, i16x8.lt_s, i16x8.lt_u, i16x8.gt_s, i16x8.gt_u, i16x8.le_s, \
         i16x8.le_u, i16x8.ge_s, i16x8.ge_u, i32x4.eq, i32x4.ne, i32x4.lt_s, i32x4.lt_u, \
         i32x4.gt_s, i32x4.gt_u, i32x4.le_s, i32x4.le_u, i32x4.ge_s, i32x4.ge_u, i64x2.eq, \
         i64x2.ne, i64x2.lt_s, i64x2.gt_s, i64x2.le_s, i64x2.ge_s, i8x16.add, i16x8.add, \
         i32x4.add, i64x2.add, i8x16.sub, i16x8.sub, i32x4.sub, i64x2.sub, i8x16.add_sat_s, \
         i8x16.add_sat_u, i16x8.add_sat_s, i16x8.add_sat_u, i8x16.sub_sat_s, i8x16.sub_sat_u, \
         i16x8.sub_sat_s, i16x8.sub_sat_u, i16x8.mul, i32x4.mul, i64x2.mul, i8x16.min_s, \
         i8x16.min_u, i8x16.max_s, i8x16.max_u, i16x8.min_s, i16x8.min_u, i16x8.max_s, \
         i16x8.max_u, i32x4.min_s, i32x4.min_u, i32x4.max_s, i32x4.max_u, i8x16.avgr_u, \
         i16x8.avgr_u, i8x16.narrow_i16x8_s, i8x16.narrow_i16x8_u, i16x8.narrow_i32x4_s, \
         i16x8.narrow_i32x4_u, i16x8.extmul_low_i8x16_s, i16x8.extmul_low_i8x16_u, \
         i16x8.extmul_high_i8x16_s, i16x8.extmul_high_i8x16_u, i32x4.extmul_low_i16x8_s, \
         i32x4.extmul_low_i16x8_u, i32x4.extmul_high_i16x8_s, i32x4.extmul_high_i16x8_u, \
         i64x2.extmul_low_i32x4_s, i64x2.extmul_low_i32x4_u, i64x2.extmul_high_i32x4_s, \
         i64x2.extmul_high_i32x4_u, i32x4.dot_i16x8_s",
    ),
    (
        "v128 i32",
        "v128",
        "i8x16.shl, i8x16.shr_s, i8x16.shr_u, i16x8.shl, i16x8.shr_s, i16x8.shr_u, i32x4.shl, \
         i32x4.shr_s, i32x4.shr_u, i64x2.shl, i64x2.shr_s, i64x2.shr_u, i8x16.replace_lane 7, \
         i16x8.replace_lane 3, i32x4.replace_lane 2",
    ),
    ("i32", "v128", "i8x16.splat, i16x8.splat, i32x4.splat"),
    ("i32", "i64", "extend_i32_s, extend_i32_u"),
    ("v128 v128 v128", "v128", "v128.bitselect"),
];

/// Loads, with what stores their result.
const LOADS: [(&str, &str); 24] = [
    ("i32.load8_s", "i32.store"),
    ("i32.load8_u", "i32.store"),
    ("i32.load16_s", "i32.store"),
    ("i32.load16_u", "i32.store"),
    ("i32.load", "i32.store"),
    ("i64.load8_s", "i64.store"),
    ("i64.load8_u", "i64.store"),
    ("i64.load16_s", "i64.store"),
    ("i64.load16_u", "i64.store"),
    ("i64.load32_s", "i64.store"),
    ("i64.load32_u", "i64.store"),
    ("i64.load", "i64.store16"),
    ("v128.load8x8_s", "v128.store"),
    ("v128.load8x8_u", "v128.store"),
    ("v128.load16x4_s", "v128.store"),
    ("v128.load16x4_u", "v128.store"),
    ("v128.load32x2_s", "v128.store"),
    ("v128.load32x2_u", "v128.store"),
    ("v128.load8_splat", "v128.store"),
    ("v128.load16_splat", "v128.store"),
    ("v128.load32_splat", "v128.store"),
    ("v128.load64_splat", "v128.store"),
    ("v128.load32_zero", "v128.store"),
    ("v128.load64_zero", "v128.store"),
];

/// The other accesses of memory, and divisions; of i64 where the rest above has none.
const OTHERS: [&str; 21] = [
    "(i32.store8 (i32.const 96) (i32.load (i32.const 1)))",
    "(i32.store16 (i32.const 96) (i32.load (i32.const 1)))",
    "(i64.store8 (i32.const 96) (i64.load (i32.const 1)))",
    "(i64.store32 (i32.const 96) (i64.load (i32.const 1)))",
    "(i64.store (i32.const 96) (i64x2.extract_lane 1 (v128.load (i32.const 3))))",
    "(v128.store (i32.const 96) (i64x2.replace_lane 1 (v128.load (i32.const 3)) (i64.load (i32.const 5))))",
    "(v128.store (i32.const 96) (i64x2.splat (i64.load (i32.const 5))))",
    "(v128.store (i32.const 96) (v128.load8_lane 5 (i32.const 40) (v128.load (i32.const 3))))",
    "(v128.store (i32.const 96) (v128.load16_lane 5 (i32.const 40) (v128.load (i32.const 3))))",
    "(v128.store (i32.const 96) (v128.load32_lane 3 (i32.const 40) (v128.load (i32.const 3))))",
    "(v128.store (i32.const 96) (v128.load64_lane 1 (i32.const 40) (v128.load (i32.const 3))))",
    "(v128.store8_lane 15 (i32.const 96) (v128.load (i32.const 3)))",
    "(v128.store16_lane 7 (i32.const 96) (v128.load (i32.const 3)))",
    "(v128.store32_lane 2 (i32.const 96) (v128.load (i32.const 3)))",
    "(v128.store64_lane 1 (i32.const 96) (v128.load (i32.const 3)))",
    "(i32.store (i32.const 96) (i32.wrap_i64 (i64.load (i32.const 5))))",
    "(i32.store (i32.const 96) (i64.eqz (i64.load (i32.const 5))))",
    "(i32.store (i32.const 96) (i32.div_s (i32.load (i32.const 5)) (i32.or (i32.load (i32.const 9)) (i32.const 2))))
     (i32.store (i32.const 100) (i32.rem_s (i32.load (i32.const 5)) (i32.or (i32.load (i32.const 9)) (i32.const 1))))
     (i32.store (i32.const 104) (i32.div_u (i32.load (i32.const 5)) (i32.or (i32.load8_u (i32.const 9)) (i32.const 1))))
     (i32.store (i32.const 108) (i32.rem_u (i32.load (i32.const 5)) (i32.or (i32.load8_u (i32.const 9)) (i32.const 1))))",
    "(i64.store (i32.const 96) (i64.div_s (i64.load (i32.const 5)) (i64.or (i64.load8_s (i32.const 9)) (i64.const 2))))
     (i64.store (i32.const 104) (i64.rem_s (i64.load (i32.const 5)) (i64.or (i64.load8_s (i32.const 9)) (i64.const 1))))
     (i64.store (i32.const 112) (i64.div_u (i64.load (i32.const 5)) (i64.or (i64.load8_u (i32.const 9)) (i64.const 1))))
     (i64.store (i32.const 120) (i64.rem_u (i64.load (i32.const 5)) (i64.or (i64.load8_u (i32.const 9)) (i64.const 1))))",
    "(memory.fill (i32.const 96) (i32.load (i32.const 7)) (i32.const 21))",
    "(memory.copy (i32.const 9) (i32.const 3) (i32.const 50))",
];

/// A module with a function for each instruction, which takes its operands from memory and writes there what it makes.
fn instructions() -> (String, Vec<String>) {
    let mut bodies = Vec::new();
    for (operands, result, names) in INSTRUCTIONS {
        for name in names.split(", ") {
            let types: Vec<&str> = operands.split(' ').collect();
            // Of numbers, the name goes without the type: that of the operand or, to widen it, of the result.
            let ty = if result == "i64" { result } else { types[0] };
            let name = if name.contains('.') {
                name.to_owned()
            } else {
                format!("{ty}.{name}")
            };
            let mut body = format!("({result}.store (i32.const 96) ({name}");
            for (place, ty) in types.iter().enumerate() {
                write!(body, " ({ty}.load (i32.const {}))", 16 * place).unwrap();
            }
            bodies.push(body + "))");
        }
    }
    for (load, store) in LOADS {
        bodies.push(format!(
            "({store} (i32.const 96) ({load} offset=2 (i32.const 5)))"
        ));
    }
    bodies.extend(OTHERS.map(str::to_owned));
    let mut module = "(module (memory (export \"memory\") 1)".to_owned();
    for (place, body) in bodies.iter().enumerate() {
        write!(module, "\n(func (export \"f{place}\") {body})").unwrap();
    }
    module.push(')');
    (module, bodies)
}

#[test]
fn instructions_make_what_an_engine_makes() {
    let (module, bodies) = instructions();
    let wasm = wat::parse_str(module).unwrap();
    let program = Program::read(&wasm).unwrap();
    let engine = Engine::new(EngineKind::Jit).unwrap().unwrap();
    let compiled = engine.compile("instructions", &wasm).unwrap();
    let mut instance = compiled.instantiate().unwrap();
    for (place, body) in bodies.iter().enumerate() {
        let export = format!("f{place}");
        let function = instance.function(&export).unwrap();
        for round in 0..20 {
            let mut generator = Generator::new(SEED, &[place as u64, round]);
            let operands = generator.bytes(96);
            instance.memory_mut()[..96].copy_from_slice(&operands);
            let before = instance.memory().to_vec();
            instance.call(function, &[], &mut []).unwrap();
            let outcome = program.run(&Run {
                export: &export,
                arguments: &[],
                memory: &before,
                secrets: &[],
                public: None,
            });
            let memory = outcome
                .unwrap_or_else(|refused| panic!("{body}: {refused}"))
                .memory;
            assert_eq!(
                memory[..160],
                instance.memory()[..160],
                "{body} of {operands:?}"
            );
        }
    }
}
