//! The module `string_ops`: both bodies of the streaming hashes, and the official vectors.

use std::io::{self, Read};
use std::ops::ControlFlow;

use kilowat::Runtime;
use kilowat::search::{Needles, Occurrence};
use kilowat_checker::checker::assert_sound;
use kilowat_engine::{Engine, Instance};
use kilowat_kernels::string_ops;
use kilowat_operations::ops;
use kilowat_operations::prelude::*;
use kilowat_operations::session::{Library, PackedFrame, Unlimited, invoke};

/// Both bodies of the streaming hashes on every engine, whichever each of them prefers.
macro_rules! fnv_bodies {
    ($($name:ident: $operation:ident by $export:ident),* $(,)?) => {
        $(
            struct $name;

            impl Operation for $name {
                const NAME: &'static str = ops::$operation::NAME;
                const SUMMARY: &'static str = ops::$operation::SUMMARY;
                const EXPORT: &'static Export = &string_ops::$export;
                const PARAMETERS: Names = ops::$operation::PARAMETERS;

                type Shape = <ops::$operation as Operation>::Shape;
                type Output = <ops::$operation as Operation>::Output;

                fn kernel<'a, F: Frame, B: ByteString<'a>>(
                    frame: &mut F,
                    input: Input<'a, Self, B>,
                ) -> Result<Self::Output, CallError> {
                    ops::$operation::by(Self::EXPORT, frame, input)
                }
            }

            impl Native for $name {
                fn native(input: Input<'_, Self>) -> Self::Output {
                    ops::$operation::native(input)
                }

                fn generate(generator: &mut Generator, len: usize) -> Case<Self> {
                    ops::$operation::generate(generator, len)
                }

                fn workload(generator: &mut Generator, len: usize) -> Case<Self> {
                    ops::$operation::workload(generator, len)
                }
            }
        )*
    };
}

fnv_bodies! {
    Fnv1a32Planes: Fnv1a32Update by FNV1A32_UPDATE,
    Fnv1a32Serial: Fnv1a32Update by FNV1A32_SERIAL,
    Fnv1a64Planes: Fnv1a64Update by FNV1A64_UPDATE,
    Fnv1a64Serial: Fnv1a64Update by FNV1A64_SERIAL,
}

#[test]
fn fnv1a32_bodies() {
    assert_sound::<Fnv1a32Planes>();
    assert_sound::<Fnv1a32Serial>();
}

#[test]
fn fnv1a64_bodies() {
    assert_sound::<Fnv1a64Planes>();
    assert_sound::<Fnv1a64Serial>();
}

/// Test vectors of draft-eastlake-fnv and of the algorithm's public test suite, and the shortest
/// strings that hash to zero.
const FNV_VECTORS: [(&[u8], u32, u64); 13] = [
    (b"", 0x811c_9dc5, 0xcbf2_9ce4_8422_2325),
    (b"a", 0xe40c_292c, 0xaf63_dc4c_8601_ec8c),
    (b"b", 0xe70c_2de5, 0xaf63_df4c_8601_f1a5),
    (b"c", 0xe60c_2c52, 0xaf63_de4c_8601_eff2),
    (b"d", 0xe10c_2473, 0xaf63_d94c_8601_e773),
    (b"e", 0xe00c_22e0, 0xaf63_d84c_8601_e5c0),
    (b"f", 0xe30c_2799, 0xaf63_db4c_8601_ead9),
    (b"fo", 0x6222_e842, 0x0898_5907_b541_d342),
    (b"foo", 0xa9f3_7ed7, 0xdcb2_7518_fed9_d577),
    (b"foob", 0x3f50_76ef, 0xdd12_0e79_0c25_12af),
    (b"fooba", 0x39aa_a18a, 0xcac1_65af_a2fe_f40a),
    (b"foobar", 0xbf9c_f968, 0x8594_4171_f739_67e8),
    (b"Hello!\x01\xff\xed", 0xfd9d_3881, 0xbd51_ea70_94ee_6fa1),
];

fn runtimes() -> [Runtime; 3] {
    EngineKind::ALL.map(|kind| Runtime::with_engine(kind).unwrap())
}

#[test]
fn fnv1a_vectors() {
    for runtime in runtimes() {
        for (text, hash_32, hash_64) in FNV_VECTORS {
            assert_eq!(runtime.fnv1a32(text).unwrap(), hash_32, "{text:?}");
            assert_eq!(runtime.fnv1a64(text).unwrap(), hash_64, "{text:?}");
        }
        assert_eq!(runtime.fnv1a32(&[0xcc, 0x24, 0x31, 0xc4]).unwrap(), 0);
        let zero = [0xd5, 0x6b, 0xb9, 0x53, 0x42, 0x87, 0x08, 0x36];
        assert_eq!(runtime.fnv1a64(&zero).unwrap(), 0);
    }
}

/// A reader that gives as many bytes at a time as it likes.
struct Uneven<'a>(&'a [u8], Generator);

impl Read for Uneven<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = *self.1.choose(&[1, 40, 5_000, 700_000]);
        let len = self.1.number(1..=most).min(buffer.len());
        self.0.read(&mut buffer[..len])
    }
}

/// Long haystacks go through in pieces, and readers give what they have.
#[test]
fn many_needles_in_pieces_and_from_readers() {
    let mut generator = Generator::new(8, &[]);
    let text = generator.source_text(1_200_000);
    let long = text[600_000..690_000].to_vec();
    let lists: [Vec<Vec<u8>>; 5] = [
        vec![],
        vec![b"".to_vec(), b"return".to_vec()],
        vec![
            b"function".to_vec(),
            b"functional".to_vec(),
            b"if (".to_vec(),
            b"(".to_vec(),
        ],
        vec![long[..70_000].to_vec(), long, b"const".to_vec()],
        (0..200)
            .map(|_| {
                let start = generator.number(0..=text.len() - 30);
                let len = generator.number(3..=30);
                text[start..start + len].to_vec()
            })
            .collect(),
    ];
    for list in lists {
        let set = ops::NeedleSet::new(list.clone());
        let input = (set.needles(), &text[..], text.len());
        let expected = ops::SearchMany::native(input).found;
        let needles = Needles::new(&list);
        for runtime in runtimes() {
            let found = runtime.search_many(&text, &needles).unwrap();
            assert_eq!(found, expected);
            let reader = Uneven(&text, Generator::new(9, &[list.len() as u64]));
            let mut found = Vec::new();
            runtime
                .search_many_reader(reader, &needles, |offset, needle| {
                    let offset = offset as usize;
                    found.push(Occurrence { offset, needle });
                    Ok(ControlFlow::Continue(()))
                })
                .unwrap();
            assert_eq!(found, expected);
        }
    }
}

/// What comes slowly is found as soon as nothing that follows can change it.
#[test]
fn many_needles_are_found_before_the_next_read() {
    /// Gives a line at a time, and says how many it has given.
    struct Lines<'a>(
        std::str::SplitInclusive<'a, char>,
        &'a std::cell::Cell<usize>,
    );

    impl Read for Lines<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let line = self.0.next().unwrap_or_default();
            self.1.set(self.1.get() + 1);
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }

    let runtime = Runtime::with_engine(EngineKind::Native).unwrap();
    let needles = Needles::new(["error", "error: of many words", "warning"]);
    let given = std::cell::Cell::new(0);
    let reader = Lines(
        "error\nno\nwarning\nerror: of\n".split_inclusive('\n'),
        &given,
    );
    let mut found = Vec::new();
    runtime
        .search_many_reader(reader, &needles, |offset, needle| {
            found.push((offset, needle, given.get()));
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    assert_eq!(found, [(0, 0, 1), (9, 2, 3), (17, 0, 4)]);
}

/// The spans of a call of `search_many`, one behind the other, with some bytes between them.
struct Placed {
    needles: Span,
    haystack: Span,
    dst: Span,
    work: Span,
    fault: Span,
}

impl Placed {
    /// The needles behind all others, at the end of the memory, or the haystack.
    fn new(
        memory: usize,
        needles: usize,
        haystack: usize,
        dst: usize,
        work: usize,
        which: bool,
    ) -> Self {
        const GAP: usize = 48;
        let mut at = string_ops::MODULE.heap_base as usize;
        let mut next = |len: usize| {
            let ptr = at + GAP;
            at = ptr + len;
            Span {
                ptr: ptr as u32,
                len: len as u32,
            }
        };
        let (dst, work, fault) = (next(8 * dst), next(work), next(16));
        let at_end = |len: usize| Span {
            ptr: (memory - len) as u32,
            len: len as u32,
        };
        let (needles, haystack) = if which {
            (at_end(needles), next(haystack))
        } else {
            (next(needles), at_end(haystack))
        };
        Self {
            needles,
            haystack,
            dst,
            work,
            fault,
        }
    }

    /// Writes the inputs, and `fill` to all other memory, and calls the kernel. The answer, with what was
    /// written of it.
    fn run(
        &self,
        instance: &mut Instance,
        needles: &[u8],
        haystack: &[u8],
        fill: u8,
    ) -> (i32, Vec<u8>) {
        let heap_base = string_ops::MODULE.heap_base as usize;
        let range = |span: Span| span.ptr as usize..(span.ptr + span.len) as usize;
        let memory = instance.memory_mut();
        memory[heap_base..].fill(fill);
        memory[range(self.needles)].copy_from_slice(needles);
        memory[range(self.haystack)].copy_from_slice(haystack);
        let mut expected = memory.to_vec();
        let capacity = self.dst.len / 8;
        let arguments = [
            self.needles.ptr,
            self.needles.len,
            self.haystack.ptr,
            self.haystack.len,
            self.dst.ptr,
            capacity,
            self.work.ptr,
            self.work.len,
            self.fault.ptr,
        ];
        let answer = invoke(
            instance,
            &string_ops::SEARCH_MANY,
            &arguments.map(WasmValue::from),
        );
        let Ok(Some(WasmValue::I32(count))) = answer else {
            panic!("search_many: {answer:?}");
        };
        let after = instance.memory();
        let written = u32::try_from(count).map_or(0, |count| 8 * count.min(capacity));
        let dst = range(self.dst.prefix(written));
        let mut may_write = vec![dst.clone(), range(self.work)];
        if count < 0 {
            may_write.push(range(self.fault));
        }
        for range in may_write {
            expected[range.clone()].copy_from_slice(&after[range]);
        }
        let other = heap_base..after.len();
        assert!(
            expected[other.clone()] == after[other],
            "another byte is changed"
        );
        (count, after[dst].to_vec())
    }
}

/// Whoever keeps compiled needles may damage them: then the answer is any, but no byte outside the spans
/// is written, and none is read. What is read there would be seen in the answer, as it differs from one
/// run to the other, or trap, as one of the inputs ends with the memory.
#[test]
fn damaged_needles_lead_nowhere_else() {
    for kind in [EngineKind::Jit, EngineKind::Interpreter] {
        let library = Library::new(kind).unwrap().unwrap();
        let module = library.module(&string_ops::MODULE).unwrap();
        let mut instance = module.instantiate().unwrap();
        instance.reserve_memory(7 << 16).unwrap();
        let memory = instance.memory().len();
        let mut refused = 0;
        for seed in 0..400 {
            let mut generator = Generator::new(seed, &[]);
            let len = generator.number(0..=300);
            let (set, haystack, _) = ops::SearchMany::generate(&mut generator, len);
            let total: usize = set.list().iter().map(Vec::len).sum();
            if total > 8_000 {
                continue;
            }
            let Some(mut needles) = compiled(&mut instance, set.list()) else {
                continue;
            };
            // Some are left as they are.
            let damages = generator.number(0..=4);
            for _ in 0..damages {
                damage(&mut generator, &mut needles);
            }
            let work = *generator.choose(&[0, 28 * total + 17_432]);
            let mut answers = Vec::new();
            for which in [false, true] {
                let placed = Placed::new(memory, needles.len(), len, 40, work, which);
                for fill in [0x5a, 0xa5] {
                    answers.push(placed.run(&mut instance, &needles, &haystack, fill));
                }
            }
            assert!(
                answers.iter().all(|answer| *answer == answers[0]),
                "{kind}: seed {seed}"
            );
            refused += usize::from(answers[0].0 < 0);
            if damages == 0 {
                let input = (set.needles(), &haystack[..], 40);
                let expected = ops::SearchMany::native(input).found;
                let pairs = expected.iter().map(|found| [found.offset, found.needle]);
                let bytes = pairs
                    .flatten()
                    .flat_map(|number| (number as u32).to_le_bytes());
                assert_eq!(
                    answers[0].1,
                    bytes.collect::<Vec<_>>(),
                    "{kind}: seed {seed}"
                );
            }
        }
        assert!((30..350).contains(&refused), "{refused}");
    }
}

/// Needles as the kernel compiles them, where there is room for that.
fn compiled(instance: &mut Instance, list: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut at = string_ops::MODULE.heap_base;
    let mut pairs = Vec::new();
    for needle in list {
        let len = needle.len() as u32;
        instance.memory_mut()[at as usize..][..needle.len()].copy_from_slice(needle);
        pairs.extend([at, len].map(u32::to_le_bytes).concat());
        at += len;
    }
    instance.memory_mut()[at as usize..][..pairs.len()].copy_from_slice(&pairs);
    let dst = at + pairs.len() as u32;
    let capacity = (instance.memory().len() as u32 - dst) / 2;
    let arguments = [at, list.len() as u32, dst, capacity].map(WasmValue::from);
    match invoke(instance, &string_ops::SEARCH_MANY_COMPILE, &arguments).unwrap() {
        Some(WasmValue::I32(len @ 0..)) => {
            Some(instance.memory()[dst as usize..][..len as usize].to_vec())
        }
        Some(WasmValue::I32(-2)) => None,
        answer => panic!("{answer:?}"),
    }
}

/// Changes a field of the header, a word behind it, a bit of any, or the length.
fn damage(generator: &mut Generator, needles: &mut Vec<u8>) {
    const HEADER: usize = string_ops::needles::SIZE;
    let value = *generator.choose(&[
        0,
        1,
        3,
        4,
        8,
        9,
        16,
        255,
        0x7fff_ffff,
        0x8000_0000,
        u32::MAX,
    ]);
    match generator.number(0..=9) {
        0 => {
            // Not the mark at the beginning, without which nothing is looked at.
            let place = 4 * generator.number(1..=HEADER / 4 - 1);
            needles[place..place + 4].copy_from_slice(&value.to_le_bytes());
        }
        1 => {
            let len = generator.number(0..=needles.len() - 1);
            needles.truncate(len.max(HEADER));
        }
        2..=6 if needles.len() >= HEADER + 4 => {
            let place = 4 * generator.number(HEADER / 4..=needles.len() / 4 - 1);
            needles[place..place + 4].copy_from_slice(&value.to_le_bytes());
        }
        _ => {
            let place = generator.number(4..=needles.len() - 1);
            needles[place] ^= 1 << generator.number(0..=7);
        }
    }
}

/// Of what an adversary makes, four times as much costs about four times as much, and not sixteen times.
#[test]
fn near_misses_of_many_needles_cost_no_more_than_their_length() {
    let engine = Engine::with_deadlines(EngineKind::Interpreter).unwrap();
    let module = &string_ops::MODULE;
    let module = engine.unwrap().compile(module.name, module.wasm).unwrap();
    let miss = |len: usize| [vec![b'a'; len], vec![b'b']].concat();
    let lists: [Vec<Vec<u8>>; 3] = [
        vec![miss(1_000)],
        (0..8).map(|index| miss(100 + 20 * index)).collect(),
        (0..64).map(|index| miss(3 + 20 * index)).collect(),
    ];
    for list in lists {
        let set = ops::NeedleSet::new(list);
        let [short, long] = [20_000, 80_000].map(|len| {
            let mut instance = module.instantiate().unwrap();
            let haystack = vec![b'a'; len];
            let mut frame =
                PackedFrame::new(&mut instance, string_ops::MODULE.heap_base, Unlimited);
            let input = (set.needles(), &haystack[..], 10);
            let answer = ops::SearchMany::kernel(&mut frame, input).unwrap();
            assert_eq!(answer.count, 0);
            instance.fuel_used().expect("the engine counts fuel")
        });
        assert!(long < 6 * short, "{short} and {long}");
        // And that is no more than some hundred instructions a byte.
        assert!(long < 80_000 * 300, "{long}");
    }
}
