//! What no operation asks of a kernel, because its types do not let it, so that the checker does not come
//! there. The contracts promise an answer all the same, to other hosts.

use kilowat_engine::{Engine, EngineKind, Instance, WasmValue};
use kilowat_kernels::{Export, KernelModule, aead, deflate, json, lz4, string_ops, text};

/// One more than the longest input of LZ4.
const TOO_LONG: i32 = 0x7e00_0001;

/// The flags of a frame that is made here, and such as are not.
const FLAGS: i32 = 0x4060;
const LINKED: i32 = 0x4040;
const OTHER_FLAGS: [i32; 7] = [0, 0x60, 0x4061, 0x40c0, 0x2_4040, 0xd_4040, 0x10_4040];

fn call(instance: &mut Instance, export: &Export, arguments: &[i32]) -> i32 {
    let function = instance.function(export.name).expect("it is exported");
    let arguments: Vec<WasmValue> = arguments
        .iter()
        .map(|number| WasmValue::I32(*number))
        .collect();
    let mut result = [WasmValue::I32(0)];
    instance.call(function, &arguments, &mut result).unwrap();
    match result {
        [WasmValue::I32(result)] => result,
        other => panic!("{other:?}"),
    }
}

fn instances(module: &KernelModule) -> impl Iterator<Item = Instance> {
    EngineKind::WASM.into_iter().map(|kind| {
        let engine = Engine::new(kind).unwrap().expect("it runs WebAssembly");
        let compiled = engine.compile(module.name, module.wasm).unwrap();
        let mut instance = compiled.instantiate().unwrap();
        instance.reserve_memory(1 << 20).unwrap();
        instance
    })
}

/// What has 2 GiB when it is sealed is refused for that, before any of it is read, and so are data and a nonce of 2
/// GiB. The fault says from where on it is too much.
#[test]
fn aead_refuses_what_is_too_long() {
    const TOO_MUCH: i32 = i32::MIN;
    const FAULT: i32 = 0x8000;
    let ciphers = [
        (&aead::AES_GCM_SEAL, &aead::AES_GCM_OPEN, 12),
        (&aead::XAES_256_GCM_SEAL, &aead::XAES_256_GCM_OPEN, 24),
        (
            &aead::CHACHA20_POLY1305_SEAL,
            &aead::CHACHA20_POLY1305_OPEN,
            12,
        ),
        (
            &aead::XCHACHA20_POLY1305_SEAL,
            &aead::XCHACHA20_POLY1305_OPEN,
            24,
        ),
    ];
    for mut instance in instances(&aead::MODULE) {
        let mut refused = |export, nonce_len, aad_len, text_len| {
            let [key, span] = [0x9000, 0xa000];
            let arguments = [
                key, 32, span, nonce_len, span, aad_len, span, text_len, span, -1, FAULT,
            ];
            let status = call(&mut instance, export, &arguments);
            let fault = instance.memory()[FAULT as usize..].first_chunk::<16>();
            let [start, end, code, _] = fault.unwrap().as_chunks::<4>().0 else {
                panic!("sixteen bytes are four words");
            };
            let [start, end, code] = [start, end, code].map(|word| u32::from_le_bytes(*word));
            (status, start, end, code)
        };
        for (seal, open, nonce_len) in ciphers {
            let long = aead::aead_fault::LONG;
            let longest = i32::MAX as u32;
            let expected = (-6, longest - 16, longest - 15, long);
            assert_eq!(refused(seal, nonce_len, 0, i32::MAX - 15), expected);
            let expected = (-6, longest, longest + 1, long);
            assert_eq!(refused(open, nonce_len, 0, TOO_MUCH), expected);
            assert_eq!(refused(seal, nonce_len, TOO_MUCH, 0), expected);
            assert_eq!(refused(open, nonce_len, TOO_MUCH, 16), expected);
            let expected = (-3, 0, longest + 1, aead::aead_fault::NONCE);
            assert_eq!(refused(seal, TOO_MUCH, 0, 0), expected);
            assert_eq!(refused(open, TOO_MUCH, 0, 16), expected);
        }
    }
}

/// The checksums that hosts take from the module that writes the blocks are those of `text`, at every length, before the
/// end of memory, and going on from others.
#[test]
fn deflate_has_the_checksums_of_text() {
    const PLACE: i32 = 1 << 19;
    let bytes: Vec<u8> = (0..=255).cycle().take(0x1_2345).collect();
    for (mut own, mut other) in instances(&deflate::MODULE).zip(instances(&text::MODULE)) {
        for instance in [&mut own, &mut other] {
            let memory = instance.memory_mut();
            memory[PLACE as usize..][..bytes.len()].copy_from_slice(&bytes);
            let end = memory.len() - 1_000;
            memory[end..].copy_from_slice(&bytes[..1_000]);
        }
        let end = own.memory().len() as i32;
        let end_of_other = other.memory().len() as i32;
        for (checksum, of_text, begin) in [
            (&deflate::DEFLATE_CRC32, &text::CRC32_UPDATE, 0),
            (&deflate::DEFLATE_ADLER32, &text::ADLER32_UPDATE, 1),
        ] {
            assert_eq!(
                call(&mut own, checksum, &[0x1234_5678, PLACE, 0]),
                0x1234_5678
            );
            let mut before = begin;
            for len in (0..600).chain([5_552, 5_553, 0x1_2345]) {
                let here = call(&mut own, checksum, &[before, PLACE, len]);
                let there = call(&mut other, of_text, &[before, PLACE, len]);
                assert_eq!(here, there, "{} of {len}", checksum.name);
                let here = call(
                    &mut own,
                    checksum,
                    &[before, end - len.min(1_000), len.min(1_000)],
                );
                let tail = end_of_other - len.min(1_000);
                let there = call(&mut other, of_text, &[before, tail, len.min(1_000)]);
                assert_eq!(here, there, "{} of {len} before the end", checksum.name);
                before = here;
            }
        }
    }
}

#[test]
fn lz4_says_how_long_its_output_may_be() {
    for mut instance in instances(&lz4::MODULE) {
        let mut bound = |export, len: i32| call(&mut instance, export, &[len]);
        for len in [0, 1, 254, 255, 65_535, 65_536, 65_537, TOO_LONG - 1] {
            assert_eq!(bound(&lz4::LZ4_BOUND, len), len + len / 255 + 16, "{len}");
            let blocks = (len + 65_535) / 65_536;
            let frame = len + 8 * blocks + 23;
            assert_eq!(bound(&lz4::LZ4_FRAME_BOUND, len), frame, "{len}");
        }
        for len in [TOO_LONG, i32::MAX, -1] {
            assert_eq!(bound(&lz4::LZ4_BOUND, len), -6, "{len}");
            assert_eq!(bound(&lz4::LZ4_FRAME_BOUND, len), -6, "{len}");
        }
    }
}

#[test]
fn lz4_refuses_what_is_too_long_and_other_flags() {
    for mut instance in instances(&lz4::MODULE) {
        let ptr = lz4::MODULE.heap_base.cast_signed();
        let compress = [ptr, TOO_LONG, ptr, 100];
        assert_eq!(call(&mut instance, &lz4::LZ4_COMPRESS, &compress), -6);
        let frame = [ptr, TOO_LONG, FLAGS, ptr, 0, ptr, 100];
        assert_eq!(call(&mut instance, &lz4::LZ4_FRAME_COMPRESS, &frame), -6);
        for flags in OTHER_FLAGS {
            let frame = [ptr, 10, flags, ptr, 0, ptr + 100, 1_000];
            let status = call(&mut instance, &lz4::LZ4_FRAME_COMPRESS, &frame);
            assert_eq!(status, -5, "{flags:#x}");
        }
        // A level without the memory that it works in.
        let frame = [ptr, 10, LINKED | 9 << 16, ptr, 786_559, ptr + 100, 1_000];
        assert_eq!(call(&mut instance, &lz4::LZ4_FRAME_COMPRESS, &frame), -6);
    }
}

/// A host that gives a stream less than the bytes before its piece is told so.
#[test]
fn lz4_streams_need_the_bytes_before_their_piece() {
    for mut instance in instances(&lz4::MODULE) {
        let state = lz4::MODULE.heap_base.cast_signed();
        let (next, span) = (state + 100_000, state + 200_000);
        let encode = |instance: &mut Instance, flags: i32, position: i32, len: i32| {
            let memory = instance.memory_mut();
            let places = [
                (lz4::encode_state::FLAGS, flags),
                (lz4::encode_state::POSITION, position),
            ];
            for (place, value) in places {
                let start = state as usize + place.start;
                memory[start..start + 4].copy_from_slice(&value.to_le_bytes());
            }
            let arguments = [state, next, span, len, 0, span, 0, span + 1_000, 1_000];
            call(instance, &lz4::LZ4_FRAME_ENCODE, &arguments)
        };
        for flags in OTHER_FLAGS {
            assert_eq!(encode(&mut instance, flags, 0, 10), -5, "{flags:#x}");
        }
        assert_eq!(encode(&mut instance, LINKED, 100, 99), -3);
        assert_eq!(encode(&mut instance, LINKED | 9 << 16, 0, 10), -6);

        let memory = instance.memory_mut();
        let start = state as usize;
        memory[start..start + 1_000].fill(0);
        let start = start + lz4::decode_state::POSITION.start;
        memory[start..start + 4].copy_from_slice(&100_i32.to_le_bytes());
        let arguments = [state, next, span, 10, span + 1_000, 99, 0];
        assert_eq!(call(&mut instance, &lz4::LZ4_FRAME_DECODE, &arguments), -2);
    }
}

/// Twice as long, or four for three, is more than an address has.
#[test]
fn digits_and_symbols_are_not_more_than_there_are_addresses() {
    for mut instance in instances(&text::MODULE) {
        let ptr = text::MODULE.heap_base.cast_signed();
        let mut encode = |export, len| call(&mut instance, export, &[ptr, len, 0, ptr, 100]);
        assert_eq!(encode(&text::HEX_ENCODE, 0x4000_0000), -6);
        assert_eq!(encode(&text::HEX_ENCODE, -1), -6);
        assert_eq!(encode(&text::HEX_ENCODE, 0x3fff_ffff), -2);
        assert_eq!(encode(&text::BASE64_ENCODE, 0x6000_0000), -6);
        assert_eq!(encode(&text::BASE64_ENCODE, -1), -6);
        assert_eq!(encode(&text::BASE64_ENCODE, 0x5fff_fffd), -2);
    }
}

#[test]
fn a_json_text_of_2_gib_is_too_large_at_its_first_byte() {
    for mut instance in instances(&json::MODULE) {
        let ptr = json::MODULE.heap_base.cast_signed();
        let (dst, fault) = (ptr + 50, ptr + 100);
        for len in [i32::MIN, -1] {
            let calls: [(&Export, &[i32]); 5] = [
                (&json::JSON_VALIDATE, &[ptr, len, 10, fault]),
                (&json::JSON_PARSE, &[ptr, len, 10, dst, 50, fault]),
                (&json::JSON_MINIFY, &[ptr, len, 10, dst, 50, fault]),
                (&json::JSON_ESCAPE, &[ptr, len, dst, 50, fault]),
                (&json::JSON_UNESCAPE, &[ptr, len, dst, 50, fault]),
            ];
            for (export, arguments) in calls {
                let place = fault as usize;
                instance.memory_mut()[place..place + 16].fill(0xaa);
                let status = call(&mut instance, export, arguments);
                assert_eq!(status, -6, "{} {len:#x}", export.name);
                let start = &instance.memory()[place..place + 4];
                assert_eq!(start, [0; 4], "{} {len:#x}", export.name);
            }
        }
    }
}

/// Room of 2 GiB and more is as good as a little less.
#[test]
fn a_tape_has_room_in_2_gib() {
    for mut instance in instances(&json::MODULE) {
        let ptr = json::MODULE.heap_base.cast_signed();
        instance.memory_mut()[ptr as usize..][..3].copy_from_slice(b"[1]");
        for capacity in [i32::MAX, i32::MIN, -1] {
            let arguments = [ptr, 3, 10, ptr + 100, capacity, ptr + 50];
            let status = call(&mut instance, &json::JSON_PARSE, &arguments);
            assert_eq!(status, 24, "{capacity:#x}");
        }
    }
}

/// A tape of 2^28 words or more is none, and what is written ends below 2 GiB, whatever the room.
#[test]
fn json_tapes_and_room_of_2_gib() {
    for mut instance in instances(&json::MODULE) {
        let ptr = json::MODULE.heap_base.cast_signed();
        let (dst, fault) = (ptr + 100, ptr + 500);
        for len in [i32::MIN, -8] {
            let serialize = [ptr, len, 0, 0, dst, 50, fault];
            assert_eq!(call(&mut instance, &json::JSON_SERIALIZE, &serialize), -3);
            let start = fault as usize;
            let word = len.cast_unsigned() / 8;
            assert_eq!(instance.memory()[start..start + 4], word.to_le_bytes());
            let get = [ptr, len, ptr, 0];
            assert_eq!(call(&mut instance, &json::JSON_GET, &get), -3);
        }
        for room in [i32::MAX, i32::MIN, -1] {
            let start = ptr as usize;
            instance.memory_mut()[start..start + 4].copy_from_slice(b"a\\nb");
            let unescape = [ptr, 4, dst, room, fault];
            assert_eq!(call(&mut instance, &json::JSON_UNESCAPE, &unescape), 3);
            let start = dst as usize;
            assert_eq!(instance.memory()[start..start + 3], *b"a\nb");
        }
    }
}

/// Needles, a haystack and room for what is found, in the memory of `string_ops`.
const NEEDLES: i32 = 100_000;
const HAYSTACK: i32 = 400_000;
const FOUND: i32 = 500_000;
const WORK: i32 = 600_000;
const FAULT: i32 = 590_000;

/// Compiles a list of spans: the length.
fn compile(instance: &mut Instance, spans: &[[i32; 2]], capacity: i32) -> i32 {
    let words = spans.iter().flatten();
    let bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
    let start = 50_000;
    instance.memory_mut()[start..start + bytes.len()].copy_from_slice(&bytes);
    let arguments = [start as i32, spans.len() as i32, NEEDLES, capacity];
    call(instance, &string_ops::SEARCH_MANY_COMPILE, &arguments)
}

#[test]
fn needles_that_are_too_many_or_too_long() {
    const MOST: i32 = 0x0100_0000;
    for mut instance in instances(&string_ops::MODULE) {
        let mut bound =
            |count, len| call(&mut instance, &string_ops::SEARCH_MANY_BOUND, &[count, len]);
        assert_eq!(bound(MOST + 1, 0), -6);
        assert_eq!(bound(-1, 0), -6);
        assert_eq!(bound(1, i32::MAX), -6);
        assert!(bound(MOST, 0x1000_0000) > 0x1000_0000);
        let mut work = |len| call(&mut instance, &string_ops::SEARCH_MANY_WORK_SIZE, &[len]);
        assert_eq!(work(i32::MAX / 28), -6);
        assert_eq!(work(-1), -6);
        assert!(work(1_000) > 0);
        let arguments = [0, MOST + 1, NEEDLES, 1_000];
        let status = call(&mut instance, &string_ops::SEARCH_MANY_COMPILE, &arguments);
        assert_eq!(status, -6);
        assert_eq!(compile(&mut instance, &[[HAYSTACK, i32::MAX]], 1_000), -6);
        let len = compile(&mut instance, &[[HAYSTACK, 10]], 1_000);
        assert_eq!(compile(&mut instance, &[[HAYSTACK, 10]], len), len);
        assert_eq!(compile(&mut instance, &[[HAYSTACK, 10]], len - 1), -2);
    }
}

/// Without work memory the answer is the same, and only takes longer; what is not compiled is refused.
#[test]
fn many_needles_without_work_memory_and_such_as_are_not_compiled() {
    for mut instance in instances(&string_ops::MODULE) {
        // The work memory comes last.
        instance.reserve_memory(4 << 20).unwrap();
        let haystack = HAYSTACK as usize;
        instance.memory_mut()[haystack..haystack + 3_000].fill(b'a');
        instance.memory_mut()[haystack + 2_500] = b'b';
        // Parts that end with the only b: by lower nibbles, by both where one is short, and by grams.
        for (count, shortest) in [(8, 30), (40, 5), (70, 30)] {
            let spans: Vec<[i32; 2]> = (1..=count)
                .map(|index| if index == 1 { shortest } else { 30 * index })
                .map(|len| [HAYSTACK + 2_501 - len, len])
                .collect();
            let len = compile(&mut instance, &spans, 200_000);
            let search = |instance: &mut Instance, len: i32, work: i32| {
                let arguments = [NEEDLES, len, HAYSTACK, 3_000, FOUND, 10, WORK, work, FAULT];
                let found = FOUND as usize;
                let count = call(instance, &string_ops::SEARCH_MANY, &arguments);
                let pair = instance.memory()[found..found + 8].to_vec();
                (count, pair)
            };
            let total = spans.iter().map(|[_, len]| len).sum();
            let work = call(&mut instance, &string_ops::SEARCH_MANY_WORK_SIZE, &[total]);
            let linear = search(&mut instance, len, work);
            assert_eq!(linear.0, 1);
            let offset = 2_501 - 30 * count;
            let pair = [offset, count - 1].map(i32::to_le_bytes).concat();
            assert_eq!(linear.1, pair);
            assert_eq!(search(&mut instance, len, work - 1), linear);
            assert_eq!(search(&mut instance, len, 0), linear);

            let fault = FAULT as usize;
            let header = string_ops::needles::SIZE as i32;
            for wrong in [0, header - 1, len - 1, len + 1] {
                instance.memory_mut()[fault..fault + 16].fill(0xaa);
                assert_eq!(search(&mut instance, wrong, work).0, -3, "{wrong}");
                let expected = [0, wrong, 1, -1].map(i32::to_le_bytes).concat();
                assert_eq!(instance.memory()[fault..fault + 16], expected);
            }
        }
    }
}
