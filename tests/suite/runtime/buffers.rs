//! Buffers that stay in a kernel's memory: their contents, who answers over them, and what they take.

use std::thread;
use std::time::Duration;

use kilowat::buffer::BufferOrBytes;
use kilowat::faults::{Fault, Faults};
use kilowat::lz4::Lz4Error;
use kilowat::monitor::{BreakerState, BufferReport};
use kilowat::settings::BreakerPolicy;
use kilowat::{Buffer, Builder, Cache, EngineKind, Error, Preload, Runtime};
use kilowat_checker::checker::Checker;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{Aggregate, Native};

use super::{SHA256_OF_ABC, answers, breaker};

fn builder() -> Builder {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        // Nothing is measured beside the calls, which would have instances of its own.
        .tiers(EngineKind::ALL)
}

fn on(tier: EngineKind) -> Runtime {
    builder().tiers([tier]).build().unwrap()
}

/// What there is to tell of the only module that has buffers.
fn told(runtime: &Runtime) -> BufferReport {
    let mut buffers = runtime.report().buffers;
    assert_eq!(buffers.len(), 1);
    buffers.remove(0)
}

#[track_caller]
fn check_digest(buffer: &Buffer) {
    assert_eq!(buffer.sha256().unwrap()[..8], SHA256_OF_ABC);
}

/// Random work on buffers beside the same on vectors, on all tiers and while tiers change.
#[test]
fn contents_are_kept_whatever_happens() {
    let Checker { seed, rounds, .. } = Checker::from_env().unwrap();
    println!("KILOWAT_SEED={seed:#x} KILOWAT_ROUNDS={rounds}");
    let lists: [&[EngineKind]; 4] = [
        &EngineKind::ALL,
        &[EngineKind::Jit],
        &[EngineKind::Interpreter],
        &[EngineKind::Native],
    ];
    for round in 0..rounds {
        let mut generator = Generator::new(seed, &[round]);
        // A little more than the buffers need, so that there has to be compaction.
        let runtime = builder().memory_limit(3 << 20).build().unwrap();
        let mut model: Vec<(Buffer, Vec<u8>)> = Vec::new();
        let (mut refused, mut served) = (0, 0);
        for step in 0..2_000 {
            let held: usize = model.iter().map(|(_, bytes)| bytes.len()).sum();
            let len = generator.number(0..=100_000) >> generator.number(0..=16);
            let index = generator.number(0..=model.len().max(1) - 1);
            match generator.number(0..=9) {
                0..4 => {
                    let bytes = generator.random_bytes(len);
                    match runtime.upload("sha256", &bytes) {
                        Ok(buffer) => {
                            model.push((buffer, bytes));
                            served += 1;
                        }
                        Err(Error::MemoryBudget { needed, available }) => {
                            assert!(needed > available);
                            refused += 1;
                        }
                        Err(error) => panic!("step {step}: {error}"),
                    }
                }
                4 | 5 if !model.is_empty() => {
                    let (buffer, bytes) = &mut model[index];
                    match buffer.resize(len) {
                        Ok(()) => bytes.resize(len, 0),
                        Err(Error::MemoryBudget { .. }) => refused += 1,
                        Err(error) => panic!("step {step}: {error}"),
                    }
                }
                6 if !model.is_empty() => {
                    let (buffer, bytes) = &mut model[index];
                    let offset = generator.number(0..=bytes.len());
                    let piece = generator.random_bytes(len.min(bytes.len() - offset));
                    buffer.write_at(offset, &piece).unwrap();
                    bytes[offset..offset + piece.len()].copy_from_slice(&piece);
                }
                7 if !model.is_empty() => {
                    let (buffer, bytes) = &model[index];
                    if let Ok(digest) = buffer.sha256() {
                        assert_eq!(digest, on_native().sha256(bytes).unwrap(), "step {step}");
                    }
                }
                8 if generator.one_in(8) => {
                    let list = *generator.choose(&lists);
                    runtime.set_tiers(list.iter().copied()).unwrap();
                }
                _ if !model.is_empty() && held > 1_000_000 => drop(model.swap_remove(index)),
                _ => {}
            }
            if let Some((buffer, bytes)) = model.get(generator.number(0..=model.len())) {
                assert_eq!(buffer.len(), bytes.len());
                assert!(buffer.read() == *bytes, "step {step}");
            }
        }
        for (buffer, bytes) in &model {
            assert!(buffer.read() == *bytes);
        }
        let arena = told(&runtime).arena;
        assert!(served > 200 && arena.compactions > 5, "{arena:?}");
        assert_eq!(arena.allocations - arena.frees, model.len() as u64);
        println!("{served} uploads served, {refused} requests refused: {arena:?}");
        drop(model);
        assert_eq!(told(&runtime).arena.used, 0);
    }
}

fn on_native() -> Runtime {
    on(EngineKind::Native)
}

#[test]
fn answers_are_those_of_the_methods_that_take_bytes() {
    let native = on_native();
    for tier in EngineKind::ALL {
        let runtime = on(tier);
        let mut generator = Generator::new(1, &[]);
        for len in [0, 1, 63, 64, 65, 300, 70_000, 300_000] {
            let a = generator.source_text(len);
            let mut b = a.clone();
            if let Some(byte) = b.get_mut(len / 3) {
                *byte ^= 1;
            }
            b.extend(b"more");
            let upload = |module, bytes: &[u8]| runtime.upload(module, bytes).unwrap();

            let (text, other) = (upload("string_ops", &a), upload("string_ops", &b));
            assert_eq!(text.fnv1a32().unwrap(), native.fnv1a32(&a).unwrap());
            assert_eq!(text.fnv1a64().unwrap(), native.fnv1a64(&a).unwrap());
            let expected = native.compare(&a, &b).unwrap();
            assert_eq!(text.compare(&other).unwrap(), expected);
            assert_eq!(text.compare(&b).unwrap(), expected);
            for needle in [&b""[..], b"e", b"return", b"not there at all", &b] {
                let resident = upload("string_ops", needle);
                for needle in [BufferOrBytes::Bytes(needle), (&resident).into()] {
                    let bytes = resident.read();
                    let expected = native.search(&a, &bytes).unwrap();
                    assert_eq!(text.search(needle).unwrap(), expected);
                    let expected = native.search_all(&a, &bytes).unwrap();
                    assert_eq!(text.search_all(needle).unwrap(), expected);
                }
            }

            let (text, other) = (upload("memory_ops", &a), upload("memory_ops", &b));
            assert!(text.equal(&a).unwrap() && text.equal(&text).unwrap());
            assert!(!text.equal(&other).unwrap() && !text.equal(&b).unwrap());
            let expected = native.mismatch(&a, &b).unwrap();
            assert_eq!(text.mismatch(&other).unwrap(), expected);
            assert_eq!(text.mismatch(&b).unwrap(), expected);
            assert_eq!(text.mismatch(&text).unwrap(), None);

            let digest = upload("sha256", &a).sha256().unwrap();
            assert_eq!(digest, native.sha256(&a).unwrap());
            let digest = upload("md5", &a).md5().unwrap();
            assert_eq!(digest, native.md5(&a).unwrap());

            let text = upload("xxhash", &a);
            let expected = native.xxh64_with_seed(&a, 7).unwrap();
            assert_eq!(text.xxh64(7).unwrap(), expected);
            let expected = native.xxh3_64_with_seed(&a, 7).unwrap();
            assert_eq!(text.xxh3_64(7).unwrap(), expected);

            let text = upload("lz4", &a);
            let native = native.upload("lz4", &a).unwrap();
            assert_eq!(text.xxh32(7).unwrap(), native.xxh32(7).unwrap());
            let block = text.lz4_compress().unwrap();
            // Native code compresses otherwise than the kernels, and each tier the same way every time.
            assert_eq!(block.read(), runtime.lz4_compress(&a).unwrap());
            assert_eq!(block.lz4_decompress(len).unwrap().read(), a);
            if len > 0 {
                let error = block.lz4_decompress(len - 1).unwrap_err();
                let error = std::error::Error::source(&error).map(ToString::to_string);
                assert_eq!(error, None, "it is the input's own: {tier}");
            }
        }
        let report = runtime.report();
        assert_eq!(report.errors, 0);
        for operation in &report.operations {
            assert!(operation.tiers.iter().all(|known| known.tier == tier));
        }
    }
}

#[test]
fn errors_that_the_input_deserves_are_answers() {
    for tier in EngineKind::ALL {
        let runtime = on(tier);
        let text = runtime.upload("lz4", &[7; 1_000]).unwrap();
        let block = text.lz4_compress().unwrap();
        let is = |error: &Error, expected: Lz4Error| error.to_string() == expected.to_string();
        let error = block.lz4_decompress(999).unwrap_err();
        assert!(is(&error, Lz4Error::OutputTooSmall), "{tier}: {error}");
        let error = text.lz4_decompress(1 << 16).unwrap_err();
        assert!(is(&error, Lz4Error::Malformed), "{tier}: {error}");
        let report = runtime.report();
        assert_eq!(report.errors, 0);
        assert!(report.breakers.iter().all(|breaker| breaker.trips == 0));
    }
}

#[test]
fn misuse_is_told_apart() {
    let (runtime, another) = (on_native(), on_native());
    let error = runtime.upload("sha257", b"").unwrap_err();
    assert!(matches!(error, Error::UnknownModule(error) if error.module == "sha257"));

    let mut text = runtime.upload("string_ops", b"abc").unwrap();
    let error = text.sha256().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`sha256` takes buffers of module `sha256`, not of `string_ops`"
    );
    let data = runtime.upload("memory_ops", b"abc").unwrap();
    let error = text.search(&data).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`search` takes buffers of module `string_ops`, not of `memory_ops`"
    );
    let foreign = another.upload("string_ops", b"abc").unwrap();
    let error = text.compare(&foreign).unwrap_err();
    assert!(matches!(error, Error::ForeignBuffer), "{error}");
    // A clone is the same runtime.
    let own = runtime.clone().upload("string_ops", b"abc").unwrap();
    assert!(text.compare(&own).unwrap().is_eq());

    let error = text.write_at(2, b"xy").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there are no bytes 2..4 in a buffer of 3 bytes"
    );
    assert!(text.read_at(usize::MAX, &mut [0]).is_err());
    assert_eq!(text.read(), b"abc");
    text.write_at(2, b"x").unwrap();
    let mut tail = [0; 2];
    text.read_at(1, &mut tail).unwrap();
    assert_eq!(&tail, b"bx");
    assert_eq!(format!("{text:?}"), "Buffer(3 bytes, string_ops)");
}

#[test]
fn a_buffer_outlives_the_handle_of_its_runtime() {
    let buffer = on(EngineKind::Jit).upload("sha256", b"abc").unwrap();
    check_digest(&buffer);
    thread::spawn(move || check_digest(&buffer)).join().unwrap();
}

#[test]
fn threads_share_buffers() {
    let runtime = builder().build().unwrap();
    let texts: Vec<Vec<u8>> = (0..4_u8).map(|place| vec![place; 5_000]).collect();
    let buffers: Vec<Buffer> = texts
        .iter()
        .map(|text| runtime.upload("sha256", text).unwrap())
        .collect();
    let digests: Vec<_> = texts.iter().map(|text| runtime.sha256(text)).collect();
    thread::scope(|scope| {
        for thread in 0..8 {
            let (runtime, texts, buffers, digests) = (&runtime, &texts, &buffers, &digests);
            scope.spawn(move || {
                for call in 0..200 {
                    let place = (thread + call) % texts.len();
                    let digest = buffers[place].sha256().unwrap();
                    assert_eq!(digest, *digests[place].as_ref().unwrap());
                    assert_eq!(buffers[place].read(), texts[place]);
                    // Comes and goes between them.
                    let own = runtime
                        .upload("sha256", &texts[place][..call * 20])
                        .unwrap();
                    assert_eq!(own.read(), &texts[place][..call * 20]);
                }
            });
        }
    });
    let arena = told(&runtime).arena;
    assert_eq!(arena.allocations - arena.frees, 4);
}

#[test]
fn what_does_not_fit_says_how_much_is_missing_and_nothing_is_lost() {
    for tier in EngineKind::ALL {
        let runtime = builder()
            .tiers([tier])
            .memory_limit(2 << 20)
            .build()
            .unwrap();
        let mut buffer = runtime.upload("sha256", &vec![3; 1 << 20]).unwrap();
        for attempt in 0..2 {
            let refused = match attempt {
                0 => runtime.upload("sha256", &vec![4; 1 << 20]).map(drop),
                _ => buffer.resize(5 << 20),
            };
            let Err(Error::MemoryBudget { needed, available }) = refused else {
                panic!("{tier}: {refused:?}");
            };
            assert!(needed > available, "{tier}: {needed} and {available}");
        }
        assert_eq!(buffer.read(), vec![3; 1 << 20]);
        assert_eq!(told(&runtime).arena.allocations, 1);
        buffer.sha256().unwrap();
        runtime.upload("sha256", &vec![5; 100_000]).unwrap();
        let memory = runtime.report().memory;
        assert!(memory.peak <= memory.limit, "{memory:?}");
    }
}

/// The space that a call needs besides its buffers is within the budget too.
#[test]
fn what_a_call_places_fits_or_is_refused() {
    for tier in EngineKind::WASM {
        let runtime = builder()
            .tiers([tier])
            .memory_limit(2 << 20)
            .build()
            .unwrap();
        let text = vec![b'a'; 1 << 20];
        let buffer = runtime.upload("string_ops", &text).unwrap();
        // Room for the first offsets, but not for all of them.
        let error = buffer.search_all(b"a").unwrap_err();
        assert!(matches!(error, Error::MemoryBudget { .. }), "{error}");
        assert!(buffer.search_all(b"ab").unwrap().is_empty());
        assert!(buffer.read() == text);
        let memory = runtime.report().memory;
        assert!(memory.peak <= memory.limit, "{memory:?}");
    }
}

#[test]
fn holes_are_closed_before_the_memory_grows() {
    let runtime = on(EngineKind::Jit);
    let mut buffers: Vec<Buffer> = (0..64_u8)
        .map(|byte| runtime.upload("md5", &[byte; 10_000]).unwrap())
        .collect();
    let before = told(&runtime);
    let mut place = 0;
    buffers.retain(|_| {
        place += 1;
        place % 2 == 0
    });
    assert!(told(&runtime).arena.fragmentation > 0.5);
    let large = runtime.upload("md5", &vec![0xaa; 300_000]).unwrap();
    let after = told(&runtime);
    assert_eq!((after.memory, after.arena.compactions), (before.memory, 1));
    for (buffer, byte) in buffers.iter().zip((1..).step_by(2)) {
        assert_eq!(buffer.read(), [byte; 10_000]);
    }
    assert_eq!(large.read(), vec![0xaa; 300_000]);
}

#[test]
fn memory_that_waits_makes_room_for_buffers_and_the_other_way_round() {
    let runtime = builder()
        .tiers([EngineKind::Jit])
        .memory_limit(1 << 20)
        .build()
        .unwrap();
    for _ in 0..3 {
        runtime.md5(&vec![0; 200 << 10]).unwrap();
        let buffer = runtime.upload("sha256", &vec![1; 800 << 10]).unwrap();
        buffer.sha256().unwrap();
        drop(buffer);
        runtime.fnv1a32(&vec![0; 250 << 10]).unwrap();
        let numbers = vec![1.0; 40_000];
        runtime.aggregate(&numbers).unwrap();
    }
    let memory = runtime.report().memory;
    assert!(memory.peak <= memory.limit, "{memory:?}");
}

#[test]
fn buffers_move_to_the_jit_when_it_is_ready() {
    let runtime = builder().build().unwrap();
    let buffer = runtime.upload("sha256", b"abc").unwrap();
    assert_eq!(told(&runtime).tier, Some(EngineKind::Interpreter));
    runtime.wait_ready();
    check_digest(&buffer);
    assert_eq!(told(&runtime).tier, Some(EngineKind::Jit));
    assert_eq!(answers(&runtime), [1, 0, 0]);
    assert_eq!(buffer.read(), b"abc");
    assert_eq!(runtime.report().memory.in_use, told(&runtime).memory);
}

#[test]
fn tiers_are_turned_off_and_on_over_the_same_buffers() {
    let runtime = builder().build().unwrap();
    let buffer = runtime.upload("sha256", b"abc").unwrap();
    runtime.wait_ready();
    check_digest(&buffer);
    runtime.set_tiers([EngineKind::Native]).unwrap();
    let more = runtime.upload("sha256", b"abc").unwrap();
    check_digest(&buffer);
    check_digest(&more);
    assert_eq!(answers(&runtime), [1, 0, 2]);
    runtime.set_tiers([EngineKind::Interpreter]).unwrap();
    check_digest(&more);
    assert_eq!(told(&runtime).tier, Some(EngineKind::Interpreter));
    runtime.set_tiers(EngineKind::ALL).unwrap();
    check_digest(&buffer);
    assert_eq!(told(&runtime).tier, Some(EngineKind::Jit));
    assert_eq!(answers(&runtime), [2, 1, 2]);
}

#[test]
fn without_webassembly_buffers_are_the_hosts_until_a_tier_is_there() {
    let runtime = on_native();
    let buffer = runtime.upload("sha256", b"abc").unwrap();
    check_digest(&buffer);
    assert_eq!((told(&runtime).tier, answers(&runtime)), (None, [0, 0, 1]));
    runtime.set_tiers([EngineKind::Jit]).unwrap();
    check_digest(&buffer); // waits for the JIT
    check_digest(&buffer);
    assert_eq!(told(&runtime).tier, Some(EngineKind::Jit));
    assert_eq!(answers(&runtime), [2, 0, 1]);
}

fn faulty(faults: &Faults, pause: Duration) -> Runtime {
    let runtime = builder()
        .modules(Preload::Only(vec!["sha256".to_owned()]))
        .faults(faults.clone())
        .breaker(BreakerPolicy {
            failures: 1,
            pause,
            longest_pause: pause,
        })
        .build()
        .unwrap();
    runtime.wait_ready();
    runtime
}

#[test]
fn a_failure_is_answered_by_the_next_tier_and_the_contents_survive() {
    for fault in [Fault::Trap, Fault::OutOfMemory] {
        let faults = Faults::new();
        let runtime = faulty(&faults, Duration::from_hours(1));
        let (buffer, other) = (
            runtime.upload("sha256", b"abc").unwrap(),
            runtime.upload("sha256", &vec![9; 100_000]).unwrap(),
        );
        faults.inject(fault, EngineKind::Jit, 1..=1);
        for _ in 0..3 {
            check_digest(&buffer);
        }
        assert_eq!(answers(&runtime), [0, 3, 0]);
        assert_eq!(runtime.report().errors, 1);
        assert_eq!(breaker(&runtime, EngineKind::Jit).0, BreakerState::Open);
        assert_eq!(buffer.read(), b"abc");
        assert_eq!(other.read(), vec![9; 100_000]);
        for tier in EngineKind::WASM {
            faults.inject(fault, tier, ..);
        }
        check_digest(&buffer);
        assert_eq!(answers(&runtime), [0, 3, 1]);
    }
}

#[test]
fn a_new_instance_takes_over_when_the_tier_works_again() {
    let faults = Faults::new();
    let runtime = faulty(&faults, Duration::ZERO);
    let buffer = runtime.upload("sha256", b"abc").unwrap();
    check_digest(&buffer);
    faults.inject(Fault::Trap, EngineKind::Jit, 1..=1);
    check_digest(&buffer); // fails, and the bytes are the probe
    assert_eq!(breaker(&runtime, EngineKind::Jit).0, BreakerState::Closed);
    check_digest(&buffer);
    check_digest(&buffer);
    assert_eq!(answers(&runtime), [4, 0, 0]);
    assert_eq!(runtime.report().errors, 1);
    assert_eq!(told(&runtime).tier, Some(EngineKind::Jit));
    assert_eq!(buffer.read(), b"abc");
}

#[test]
fn a_module_that_does_not_compile_has_buffers_all_the_same() {
    let faults = Faults::new();
    faults.inject(Fault::Compilation, EngineKind::Jit, ..);
    let runtime = faulty(&faults, Duration::from_hours(1));
    let buffer = runtime.upload("sha256", b"abc").unwrap();
    check_digest(&buffer);
    assert_eq!(answers(&runtime), [0, 1, 0]);
}

#[test]
fn wrong_answers_over_buffers_are_found_out() {
    let faults = Faults::new();
    let runtime = builder()
        .modules(Preload::Only(vec!["sha256".to_owned()]))
        .faults(faults.clone())
        .shadow(1.0)
        .breaker(BreakerPolicy {
            pause: Duration::from_hours(1),
            ..BreakerPolicy::default()
        })
        .build()
        .unwrap();
    runtime.wait_ready();
    let buffer = runtime.upload("sha256", b"abc").unwrap();
    check_digest(&buffer);
    runtime.wait_compared();
    assert_eq!(runtime.report().shadow.compared, 1);
    faults.inject(Fault::WrongAnswer, EngineKind::Jit, 1..=1);
    assert_ne!(buffer.sha256().unwrap()[..8], SHA256_OF_ABC);
    runtime.wait_compared();
    assert_eq!(runtime.report().shadow.mismatches, 1);
    check_digest(&buffer);
    assert_eq!(answers(&runtime), [2, 1, 0]);
}

#[test]
fn uploads_and_drops_leave_nothing() {
    let runtime = on(EngineKind::Jit);
    let round = |call: usize| {
        let len = (call * 37) % 5_000;
        drop(runtime.upload("lz4", &[1; 5_000][..len]).unwrap());
    };
    (0..1_000).for_each(round);
    let before = told(&runtime);
    (0..100_000).for_each(round);
    let after = told(&runtime);
    assert_eq!((after.arena.used, after.arena.frees), (0, 101_000));
    assert_eq!(after.memory, before.memory);
    assert_eq!(after.arena.peak, before.arena.peak);
    let memory = runtime.report().memory;
    assert_eq!(memory.in_use, after.memory);
    // A large memory is given back at once.
    drop(runtime.upload("lz4", &vec![1; 20 << 20]).unwrap());
    assert_eq!(runtime.report().memory.in_use, 0);
}

/// Columns of every kind, also such as hold something that is no number, whole and in many lengths.
#[test]
fn columns_have_the_aggregates_of_their_numbers() {
    let native = on_native();
    let mut generator = Generator::new(1, &[0xc01]);
    for tier in EngineKind::ALL {
        let runtime = on(tier);
        for len in [0, 1, 2, 3, 127, 128, 1_000, 40_000] {
            for _ in 0..4 {
                let values = <Aggregate as Native>::generate(&mut generator, len);
                let column = runtime.upload_numbers(&values).unwrap();
                match (column.aggregate(), native.aggregate(&values)) {
                    (Ok(summary), Ok(expected)) => assert_eq!(summary, expected, "{tier}"),
                    (Err(error), Err(expected)) => {
                        assert_eq!(error.to_string(), expected.to_string(), "{tier}");
                    }
                    (answer, expected) => panic!("{answer:?}, not {expected:?}: {tier}"),
                }
            }
        }
        let report = runtime.report();
        assert_eq!(report.errors, 0);
        let tiers = report.operations.iter().flat_map(|known| &known.tiers);
        assert!(
            tiers
                .filter(|known| known.calls > 0)
                .all(|known| known.tier == tier)
        );
    }
}

#[test]
fn a_column_is_compared_in_the_shadow() {
    let runtime = builder().shadow(1.0).build().unwrap();
    let column = runtime.upload_numbers(&[4.0, 1.0, 2.0]).unwrap();
    let summary = column.aggregate().unwrap().unwrap();
    assert_eq!((summary.count, summary.p50), (3, 2.0));
    runtime.wait_compared();
    let shadow = runtime.report().shadow;
    assert_eq!((shadow.compared, shadow.mismatches), (1, 0));
}

#[test]
fn a_column_that_leaves_no_room_goes_through_in_pieces() {
    let values: Vec<f64> = (0..300_000).map(|index| f64::from(index % 977)).collect();
    let expected = on_native().aggregate(&values).unwrap();
    for tier in EngineKind::WASM {
        // For the column and some pieces, but not for as much again.
        let limit = (values.len() as u64 * 8) + (2 << 20);
        let runtime = builder().tiers([tier]).memory_limit(limit).build().unwrap();
        let column = runtime.upload_numbers(&values).unwrap();
        assert_eq!(column.aggregate().unwrap(), expected, "{tier}");
        assert!(runtime.report().memory.peak <= limit);
    }
}

#[test]
fn what_is_no_column_has_no_aggregates() {
    let runtime = on_native();
    let odd = runtime.upload("memory_ops", &[0; 12]).unwrap();
    assert!(matches!(
        odd.aggregate(),
        Err(Error::NotNumbers { len: 12 })
    ));
    let text = runtime.upload("string_ops", &[0; 16]).unwrap();
    assert!(matches!(text.aggregate(), Err(Error::BufferModule(_))));
    let column = runtime.upload_numbers(&[1.0, f64::NAN]).unwrap();
    let error = column.aggregate().unwrap_err();
    assert_eq!(error.to_string(), "the value at index 1 is not finite");
}
