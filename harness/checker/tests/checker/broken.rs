//! The checker checked: a sound kernel passes, and each way of breaking it is caught, in words of
//! its own.

use std::sync::LazyLock;

use kilowat_checker::checker::{Checker, Failure, Fault};
use kilowat_engine::EngineKind;
use kilowat_kernels::{KernelModule, Segment};
use kilowat_operations::ops::Erased;
use kilowat_operations::prelude::*;

const SOUND: &str = include_str!("kernels/invert.wat");

/// A name, a piece of the sound kernel that stands in it once, and what replaces it.
type Mutation = (&'static str, &'static str, &'static str);

const MUTATIONS: [Mutation; 15] = [
    ("sound", ";; after the loop", ""),
    (
        "over_read",
        ";; after the loop",
        "(drop (i32.load8_u (i32.add (local.get $ptr) (local.get $len))))",
    ),
    (
        "over_read_by_a_vector",
        ";; before the loop",
        "(if (local.get $len) (then (drop (v128.load (local.get $ptr)))))",
    ),
    (
        "over_write",
        ";; after the loop",
        "(i32.store8 (i32.add (local.get $dst_ptr) (local.get $len)) (i32.const 0))
         (i32.store8 (i32.add (local.get $dst_ptr) (local.get $len)) (i32.const 1))",
    ),
    (
        "under_write",
        ";; after the loop",
        "(if (local.get $len) (then (i64.store offset=0 (i32.sub (local.get $dst_ptr) \
         (i32.const 8)) (i64.const 0))))",
    ),
    (
        "writes_its_input",
        ";; after the loop",
        "(if (local.get $len) (then (i32.store8 (local.get $ptr) (i32.xor (i32.const 1) \
         (i32.load8_u (local.get $ptr))))))",
    ),
    (
        "writes_far_away",
        ";; after the loop",
        "(i32.store offset=65532 (i32.const 0) (local.get $index))",
    ),
    (
        "stale_bytes",
        "(i32.load8_u (i32.const 0))",
        "(i32.xor (i32.load8_u (i32.const 0))
           (i32.and (i32.const 1) (i32.load8_u offset=1 (i32.add (local.get $ptr) (local.get $len)))))",
    ),
    (
        "stale_scratch",
        "(i32.load8_u (i32.const 0))",
        "(i32.or (i32.load8_u (i32.const 0)) (i32.load8_u (i32.const 1)))
         (i32.and (i32.load8_u (i32.const 2))) (i32.or (i32.const 0xf0))",
    ),
    (
        "wrong_answer",
        ";; before the loop",
        "(if (i32.eq (local.get $len) (i32.const 17)) (then (i32.store8 (local.get $dst_ptr) \
         (i32.load8_u (local.get $ptr))) (local.set $index (i32.const 1))))",
    ),
    (
        "skipped_write",
        ";; before the loop",
        "(if (i32.gt_u (local.get $len) (i32.const 32)) (then (local.set $index (i32.const 1))))",
    ),
    (
        "memory_growth",
        ";; after the loop",
        "(drop (memory.grow (i32.const 1)))",
    ),
    (
        "changes_a_global",
        ";; after the loop",
        "(global.set $calls (i32.add (global.get $calls) (i32.const 1)))",
    ),
    (
        "traps",
        ";; before the loop",
        "(if (i32.eq (local.get $len) (i32.const 3)) (then (unreachable)))",
    ),
    (
        "follows_the_pointer_of_an_empty_span",
        ";; before the loop",
        "(drop (i32.load8_u (i32.sub (local.get $ptr) (i32.const 1))))",
    ),
];

/// A build of the module, with the mutation of this number.
static BUILDS: LazyLock<Vec<KernelModule>> = LazyLock::new(|| {
    let build = |(index, (name, from, to)): (usize, &Mutation)| {
        assert_eq!(SOUND.matches(from).count(), 1, "{name}");
        let wasm = wat::parse_str(SOUND.replace(from, to)).expect(name);
        KernelModule {
            index,
            name,
            wasm: Box::leak(wasm.into_boxed_slice()),
            ..MODULE
        }
    };
    MUTATIONS.iter().enumerate().map(build).collect()
});

/// The module of all of them, without a binary.
const MODULE: KernelModule = KernelModule {
    index: 0,
    name: "invert",
    wasm: &[],
    heap_base: 64,
    constant_time: false,
    secret: false,
    data: &[Segment {
        offset: 0,
        length: 1,
    }],
};

static INVERT: Export = Export {
    module: &MODULE,
    name: "invert",
    function: 0,
};

/// The operation of the kernel.
struct Invert;

impl Operation for Invert {
    const NAME: &'static str = "invert";
    const SUMMARY: &'static str = "complement of each byte";
    const EXPORT: &'static Export = &INVERT;
    const PARAMETERS: Names = &[("bytes", "what to complement")];

    type Shape = Bytes;
    type Output = Vec<u8>;

    fn kernel<'a, F: Frame, B: ByteString<'a>>(
        frame: &mut F,
        bytes: B,
    ) -> Result<Vec<u8>, CallError> {
        let input = bytes.place(frame)?;
        let output = frame.output(bytes.len())?;
        let arguments = [
            input.ptr.into(),
            input.len.into(),
            output.ptr.into(),
            output.len.into(),
        ];
        let written = frame.invoke_i32(Self::EXPORT, &arguments)?;
        Ok(frame.read(output.prefix(written as u32)).to_vec())
    }
}

impl Native for Invert {
    fn native(bytes: &[u8]) -> Vec<u8> {
        bytes.iter().map(|byte| !byte).collect()
    }

    fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
        generator.bytes(len)
    }

    fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
        generator.bytes(len)
    }
}

/// Operations of the sound kernel that are themselves wrong.
macro_rules! wrong_operations {
    ($($(#[$doc:meta])* $operation:ident { $($function:item)* })*) => {
        $(
            $(#[$doc])*
            struct $operation;

            impl Operation for $operation {
                const NAME: &'static str = "invert_wrongly";
                const SUMMARY: &'static str = Invert::SUMMARY;
                const EXPORT: &'static Export = &INVERT;
                const PARAMETERS: Names = Invert::PARAMETERS;

                type Shape = Bytes;
                type Output = Vec<u8>;

                $($function)*
            }

            impl Native for $operation {
                fn native(bytes: &[u8]) -> Vec<u8> {
                    Invert::native(bytes)
                }

                fn generate(generator: &mut Generator, len: usize) -> Vec<u8> {
                    generator.bytes(len)
                }

                fn workload(generator: &mut Generator, len: usize) -> Vec<u8> {
                    generator.bytes(len)
                }
            }
        )*
    };
}

wrong_operations! {
    /// The kernel called a piece at a time by an operation that loses pieces of one byte when the input
    /// begins with them.
    LosesPieces {
        fn kernel<'a, F: Frame, B: ByteString<'a>>(
            frame: &mut F,
            bytes: B,
        ) -> Result<Vec<u8>, CallError> {
            Invert::kernel::<F, B>(frame, bytes)
        }

        fn kernel_in_pieces<F: Frame>(
            frame: &mut F,
            bytes: &[u8],
            cuts: &[usize],
        ) -> Option<Result<Vec<u8>, CallError>> {
            let start = usize::from(cuts[0] == 1);
            Some(Self::kernel::<F, &[u8]>(frame, &bytes[start..]))
        }
    }

    /// The kernel given as its output what it may only read, and the room behind that.
    WritesWhatIsKept {
        fn kernel<'a, F: Frame, B: ByteString<'a>>(
            frame: &mut F,
            bytes: B,
        ) -> Result<Vec<u8>, CallError> {
            let input = bytes.place(frame)?;
            let output = frame.output_behind(b"kept", bytes.len())?;
            let arguments = [
                input.ptr.into(),
                input.len.into(),
                output.ptr.into(),
                input.len.into(),
            ];
            let written = frame.invoke_i32(Self::EXPORT, &arguments)?;
            Ok(frame.read(output.prefix(written as u32)).to_vec())
        }
    }
}

/// How an operation fails over the sound kernel.
fn failure_of<O: Native>() -> Box<Failure> {
    let checker = Checker::default();
    let outcome = checker.check_in(&BUILDS[0], &Erased::<O>::NEW, EngineKind::Interpreter);
    outcome.unwrap_err()
}

#[test]
fn a_cut_that_changes_the_answer_is_caught() {
    let failure = failure_of::<LosesPieces>();
    assert!(
        matches!(failure.fault, Fault::WrongAnswer { .. }),
        "{failure}"
    );
    assert_eq!(failure.circumstance.cuts, Some(vec![1]));
}

#[test]
fn a_write_over_what_is_kept_is_caught() {
    let failure = failure_of::<WritesWhatIsKept>();
    let Fault::WroteOutside { location, .. } = &failure.fault else {
        panic!("{failure}");
    };
    assert_eq!(location, "byte 0 of span 1 (output)");
}

/// Checks one mutation on both engines, and shows how the first of them says that it fails.
fn verdict(mutation: usize) -> Option<Box<Failure>> {
    let (checker, build) = (Checker::default(), &BUILDS[mutation]);
    let [jit, interpreter] = EngineKind::WASM.map(|engine| {
        checker
            .check_in(build, &Erased::<Invert>::NEW, engine)
            .err()
    });
    let kind = |failure: &Option<Box<Failure>>| {
        let fault = failure.as_ref().map(|failure| &failure.fault);
        fault.map(std::mem::discriminant::<Fault>)
    };
    let name = MUTATIONS[mutation].0;
    assert_eq!(kind(&jit), kind(&interpreter), "engines differ on {name}");
    jit
}

fn caught(mutation: usize) {
    let name = MUTATIONS[mutation].0;
    let failure = verdict(mutation).unwrap_or_else(|| panic!("{name} was not caught"));
    snapshot(name, &failure);
}

/// Compares what a failure says with what it is known to say.
pub(crate) fn snapshot(name: &str, failure: &Failure) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../snapshots/checker"
    ));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, failure.to_string()));
}

#[test]
fn a_sound_kernel_passes() {
    assert!(verdict(0).is_none());
}

macro_rules! broken_kernels {
    ($($index:literal $name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(MUTATIONS[$index].0, stringify!($name));
                caught($index);
            }
        )*
    };
}

broken_kernels! {
    1 over_read,
    2 over_read_by_a_vector,
    3 over_write,
    4 under_write,
    5 writes_its_input,
    6 writes_far_away,
    7 stale_bytes,
    8 stale_scratch,
    9 wrong_answer,
    10 skipped_write,
    11 memory_growth,
    12 changes_a_global,
    13 traps,
    14 follows_the_pointer_of_an_empty_span,
}
