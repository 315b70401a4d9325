//! The module `brotli`, with the crate `brotli` on the other side.

use std::io::{self, Read};

use kilowat::brotli::BrotliReader;
use kilowat::faults::{self, Faults};
use kilowat::{Cache, Error, Limit, Policy, Runtime, Value};
use kilowat_engine::EngineKind;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{
    BrotliDecompress, BrotliError, BrotliFault, Native as _, Refuses as _, Status,
};
use kilowat_operations::session::{Library, Session};

use crate::common::{Bites, runtimes, unhex};

/// A session on the JIT; the checker has shown that the tiers agree.
fn session() -> Session {
    Library::new(EngineKind::Jit).unwrap().unwrap().session()
}

fn decompress(
    session: &mut Session,
    stream: &[u8],
    capacity: usize,
) -> Result<Vec<u8>, BrotliError> {
    session.run::<BrotliDecompress>((stream, capacity)).unwrap()
}

fn compress(content: &[u8], quality: i32, window: i32) -> Vec<u8> {
    let mut stream = Vec::new();
    let parameters = ::brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: window,
        size_hint: content.len(),
        ..::brotli::enc::BrotliEncoderParams::default()
    };
    ::brotli::BrotliCompress(&mut &*content, &mut stream, &parameters).unwrap();
    stream
}

/// Asserts that a stream has the same verdict here and there, and the same content.
fn assert_agrees(session: &mut Session, stream: &[u8], capacity: usize) {
    let ours = decompress(session, stream, capacity);
    let reference = BrotliDecompress::native((stream, capacity));
    assert!(
        ours == reference,
        "{stream:02x?} with room for {capacity}: ours {:?}, the crate {:?}",
        ours.map(|content| content.len()),
        reference.map(|content| content.len())
    );
}

#[test]
fn reads_what_the_crate_writes_at_every_quality_and_window() {
    let mut session = session();
    let mut generator = Generator::new(10, &[]);
    let contents = [
        Vec::new(),
        vec![b'x'],
        generator.source_text(3_000),
        generator.random_bytes(2_000),
        vec![0; 5_000],
        generator.bytes(9_000),
    ];
    for content in &contents {
        for quality in 0..=11 {
            for window in 10..=24 {
                let stream = compress(content, quality, window);
                let read = decompress(&mut session, &stream, content.len());
                assert!(
                    read.as_ref() == Ok(content),
                    "{} bytes, quality {quality}, window {window}: {read:?}",
                    content.len()
                );
                if let Some(short) = content.len().checked_sub(1) {
                    let refused = decompress(&mut session, &stream, short).unwrap_err();
                    assert_eq!(refused.status(), Status::OutputTooSmall);
                }
            }
        }
    }
}

/// Copies from the last byte that is in the window, and over the end of a ring buffer of its size.
#[test]
fn reads_copies_from_the_edge_of_the_window() {
    let mut session = session();
    let mut generator = Generator::new(11, &[]);
    for window in [10, 11, 14, 16] {
        let edge = (1_usize << window) - 16;
        for period in edge - 2..=edge + 2 {
            let unit = generator.random_bytes(period);
            let content: Vec<u8> = unit.iter().cycle().take(3 * period + 5).copied().collect();
            for quality in [1, 5, 9] {
                let stream = compress(&content, quality, window);
                let read = decompress(&mut session, &stream, content.len());
                assert!(
                    read.as_ref() == Ok(&content),
                    "window {window}, period {period}"
                );
            }
        }
    }
}

#[test]
fn agrees_on_every_truncation_and_every_bit_flip() {
    let mut session = session();
    let mut generator = Generator::new(12, &[]);
    let text = b"The quick brown fox, http://www.example.com/, of the information about JavaScript";
    let contents = [
        b"".to_vec(),
        b"a".to_vec(),
        text.repeat(3),
        generator.source_text(400),
    ];
    for content in contents {
        for quality in [1, 5, 11] {
            let stream = compress(&content, quality, 18);
            for len in 0..stream.len() {
                assert_agrees(&mut session, &stream[..len], content.len());
            }
            for bit in 0..8 * stream.len() {
                let mut damaged = stream.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                assert_agrees(&mut session, &damaged, content.len());
                assert_agrees(&mut session, &damaged, 1 << 17);
            }
            let mut longer = stream.clone();
            longer.push(0);
            let refused = decompress(&mut session, &longer, content.len()).unwrap_err();
            assert_eq!(refused.fault, BrotliFault::Trailing);
            assert_eq!(refused.offset, stream.len());
        }
    }
}

/// Each word length, each transform: those of no bytes too.
#[test]
fn agrees_on_streams_of_words_stored_bytes_and_metadata() {
    let mut session = session();
    let mut generator = Generator::new(13, &[]);
    for round in 0..3_000 {
        let (stream, capacity) = BrotliDecompress::generate(&mut generator, round % 600);
        assert_agrees(&mut session, &stream, capacity);
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    let mut session = session();
    let mut fault = |stream: &[u8]| {
        let error = decompress(&mut session, stream, 100).unwrap_err();
        (error.offset, error.fault)
    };
    assert_eq!(fault(b""), (0, BrotliFault::Ends));
    assert_eq!(fault(b"\x11\x16"), (0, BrotliFault::LargeWindow));
    // Window of 16 bits, an empty last metablock, and a bit behind it.
    assert_eq!(fault(b"\x0e"), (0, BrotliFault::Padding));
    assert_eq!(fault(b"\x06\x00"), (1, BrotliFault::Trailing));
    // A metablock of 4 bytes that has 3.
    assert_eq!(fault(b"\x30\x00\x10wat"), (6, BrotliFault::Ends));
    assert_eq!(fault(b"\x1c"), (0, BrotliFault::Reserved));
}

/// CVE-2020-8927: the reference decoder overflowed where one call was given more than 2 GiB. Here lengths that add up to
/// more than there is room for end at the room, whatever they claim.
#[test]
fn cve_2020_8927_huge_lengths_end_at_the_room() {
    let mut session = session();
    let zeros = vec![0; 60 << 20];
    let stream = compress(&zeros, 5, 24);
    assert!(stream.len() < 1_000);
    for capacity in [0, 1, 63, 64, 65, 1_000, (16 << 20) - 1, 16 << 20] {
        let refused = decompress(&mut session, &stream, capacity).unwrap_err();
        assert_eq!(refused.fault, BrotliFault::Room);
    }
    let runtime = Runtime::new();
    let refused = runtime.unbrotli(&stream, Limit::bytes(zeros.len() - 1));
    let Err(Error::Input(refusal)) = refused else {
        panic!("{refused:?}");
    };
    let detail: &BrotliError = refusal.detail().unwrap();
    assert_eq!(detail.fault, BrotliFault::Room);
    let content = runtime
        .unbrotli(&stream, Limit::bytes(zeros.len()))
        .unwrap();
    assert!(content == zeros);
}

#[test]
fn bodies_of_br_are_decoded_alone_and_inside_another_coding() {
    let runtime = Runtime::new();
    let content = Generator::new(14, &[]).source_text(20_000);
    let body = compress(&content, 5, 22);
    let roomy = Limit::bytes(content.len());
    let decode = |encoding, body: &[u8], limit| runtime.decode_content(encoding, body, limit);
    assert!(decode("br", &body, roomy).unwrap() == content);
    assert!(decode("identity, BR", &body, roomy).unwrap() == content);
    // Stored in a raw DEFLATE stream: one last block of up to 65,535 bytes.
    let len = u16::try_from(body.len()).unwrap();
    let mut inside = vec![1];
    inside.extend(len.to_le_bytes());
    inside.extend((!len).to_le_bytes());
    inside.extend(&body);
    assert!(decode("br, deflate", &inside, roomy).unwrap() == content);

    let fault = |body: &[u8], limit| match decode("br", body, limit) {
        Err(Error::Input(refusal)) => refusal.detail::<BrotliError>().unwrap().fault,
        other => panic!("{other:?}"),
    };
    let short = Limit::bytes(content.len() - 1);
    assert_eq!(fault(&body, short), BrotliFault::Room);
    assert_eq!(fault(&body[..body.len() - 1], roomy), BrotliFault::Ends);
}

fn brotli_error(error: Error) -> BrotliError {
    match error {
        Error::Input(refusal) => *refusal.detail().unwrap(),
        other => panic!("{other}"),
    }
}

#[test]
fn readers_give_what_whole_buffers_are() {
    let content = Generator::new(31, &[]).source_text(700_000);
    for runtime in &runtimes() {
        for (quality, window, bite) in [(5, 22, usize::MAX), (5, 22, 3_131), (9, 16, 50_000)] {
            let stream = compress(&content, quality, window);
            let mut reader = BrotliReader::new(runtime, Bites(&stream, bite));
            let mut read = Vec::new();
            reader.read_to_end(&mut read).unwrap();
            assert!(
                read == content,
                "quality {quality}, window {window}, {bite}"
            );
            assert_eq!(reader.source_offset(), stream.len() as u64);
            assert!(runtime.unbrotli(&stream, Limit::default()).unwrap() == content);
        }
    }
}

/// Stored bytes, metadata, words and empty metablocks, with every cut in the middle of something.
#[test]
fn readers_take_streams_of_any_metablocks_byte_by_byte() {
    let mut generator = Generator::new(32, &[]);
    let runtime = Runtime::with_engine(EngineKind::Jit).unwrap();
    for len in (0..400).step_by(7) {
        let (stream, capacity) = BrotliDecompress::generate(&mut generator, len);
        let whole = BrotliDecompress::native((&stream, capacity));
        let mut read = Vec::new();
        let limit = Limit::bytes(capacity);
        let outcome = BrotliReader::with_limit(&runtime, Bites(&stream, 1), limit)
            .read_to_end(&mut read)
            .map_err(|error| brotli_error(error.downcast().unwrap()));
        match (outcome, whole) {
            (Ok(_), Ok(content)) => assert!(read == content),
            // What is too long may be broken as well. Which of both is met first is another matter in pieces.
            (Err(error), Err(expected)) => assert!(
                error == expected || [error.fault, expected.fault].contains(&BrotliFault::Room),
                "{error:?}, {expected:?}"
            ),
            other => panic!("{stream:02x?}, {capacity}: {other:?}"),
        }
        assert!(read.len() <= capacity);
    }
}

#[test]
fn readers_give_what_comes_before_damage_and_say_where_it_is() {
    let content = Generator::new(8, &[]).source_text(200_000);
    let stream = compress(&content, 5, 18);
    for runtime in &runtimes() {
        let mut reader = BrotliReader::new(runtime, &stream[..stream.len() - 9]);
        let mut read = Vec::new();
        let error = reader.read_to_end(&mut read).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(content.starts_with(&read) && read.len() > content.len() - 500);
        // It stays.
        assert!(reader.read(&mut [0; 10]).is_err());
        let error = brotli_error(error.downcast().unwrap());
        let end = stream.len() - 9;
        assert_eq!((error.offset, error.fault), (end, BrotliFault::Ends));

        let mut longer = stream.clone();
        longer.push(0);
        for bite in [1_000, stream.len(), usize::MAX] {
            let mut reader = BrotliReader::new(runtime, Bites(&longer, bite));
            let mut read = Vec::new();
            let error = reader.read_to_end(&mut read).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            assert!(read == content);
            let error = brotli_error(error.downcast().unwrap());
            let place = (stream.len(), BrotliFault::Trailing);
            assert_eq!((error.offset, error.fault), place);
        }
    }
}

#[test]
fn no_content_is_longer_than_its_limit() {
    let content = vec![b'w'; 3_000_000];
    let stream = compress(&content, 5, 22);
    assert!(stream.len() < 100);
    for runtime in &runtimes() {
        for len in [0, 1, 65_536, content.len() - 1, content.len()] {
            let limit = Limit::bytes(len);
            let mut reader = BrotliReader::with_limit(runtime, &stream[..], limit);
            let mut read = Vec::new();
            let outcome = reader.read_to_end(&mut read);
            assert_eq!(read.len(), len);
            if len < content.len() {
                let error = brotli_error(outcome.unwrap_err().downcast().unwrap());
                assert_eq!(error.fault, BrotliFault::Room);
            } else {
                assert!(outcome.is_ok());
            }
        }
    }
}

/// Reads a part of a stream with all tiers, and the rest with fewer.
fn with_failing_tiers(list: &str, failing: &[EngineKind]) -> (Vec<u8>, io::Result<()>) {
    // Copies reach back over all of it.
    let mut content = Generator::new(61, &[]).source_text(1_000_000);
    content.extend_from_within(..1_000_000);
    let stream = compress(&content, 5, 22);
    let faults = Faults::new();
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .policy(Policy::List(list.parse().unwrap()))
        .faults(faults.clone())
        .build()
        .unwrap();
    let mut reader = BrotliReader::new(&runtime, Bites(&stream, 20_000));
    let mut read = vec![0; 300_000];
    reader.read_exact(&mut read).unwrap();
    for tier in failing {
        faults.inject(faults::Fault::Trap, *tier, ..);
    }
    let rest = reader.read_to_end(&mut read).map(drop);
    assert!(content.starts_with(&read));
    assert_eq!(rest.is_ok(), read.len() == content.len());
    (read, rest)
}

#[test]
fn a_stream_goes_on_with_another_engine_and_never_in_the_middle_with_native_code() {
    let (jit, interpreter) = (EngineKind::Jit, EngineKind::Interpreter);
    with_failing_tiers("jit,interpreter", &[jit]).1.unwrap();
    with_failing_tiers("interpreter,jit,native", &[interpreter])
        .1
        .unwrap();
    with_failing_tiers("native,jit", &[jit]).1.unwrap();
    // What was read is right, and nothing else follows.
    let (read, end) = with_failing_tiers("interpreter,native", &[interpreter]);
    assert!(read.len() >= 300_000);
    let error: Error = end.unwrap_err().downcast().unwrap();
    assert!(matches!(error, Error::NoTier(_)), "{error}");
}

/// A state that was damaged, or made up, is no argument, or leads to what may well be no content; and nowhere else.
#[test]
fn no_state_leads_out_of_the_stream() {
    let runtime = Runtime::with_engine(EngineKind::Jit).unwrap();
    let mut generator = Generator::new(33, &[]);
    let content = generator.source_text(30_000);
    let stream = compress(&content, 9, 16);
    let (first, rest) = stream.split_at(stream.len() / 2);
    let step = |state: &[u8], before: &[u8], src: &[u8]| {
        let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
        let capacity = Value::Integer(content.len() as u64);
        let arguments = [
            bytes(state),
            bytes(before),
            bytes(src),
            Value::Bool(false),
            capacity,
        ];
        runtime.execute("brotli", "brotli_decode", &arguments)
    };
    let Value::BytesList(begun) = step(b"", b"", first).unwrap().value else {
        panic!("a state and content");
    };
    let [state, before] = begun.try_into().unwrap();
    assert!(content.starts_with(&before) && before.len() > 5_000);
    for round in 0..4_000 {
        let mut damaged = state.clone();
        for _ in 0..generator.number(1..=3) {
            let place = generator.number(0..=damaged.len().min(130) - 1);
            damaged[place] = match round % 3 {
                0 => generator.random_bytes(1)[0],
                1 => damaged[place] ^ (1 << generator.number(0..=7)),
                _ => 0xff,
            };
        }
        match step(&damaged, &before, rest) {
            Ok(_) | Err(Error::Arguments(_) | Error::Input(_)) => {}
            Err(error) => panic!("{error} from {damaged:02x?}"),
        }
    }
}

/// Small streams of google/brotli's `tests/testdata`, as the crate brotli 3.3.4 ships them: windows of every size, empty
/// metablocks, metablocks of metadata, and a copy from 65,536 bytes before.
#[test]
fn official_vectors() {
    let mut session = session();
    let zeros = [0; 256];
    let backward = [&zeros[..], &vec![b'X'; 65_280], &zeros].concat();
    let empty = [
        "06", "8101", "a101", "b101", "c101", "d101", "e101", "f101", "33", "35", "37", "39", "3b",
        "3d", "3f", "1a", "81160058",
    ];
    let of_x = [
        "0000105803",
        "2c00580000085803",
        "000010580d",
        "a1000000008115080400",
    ];
    let others: [(&str, &[u8]); 2] = [
        ("1b3f000024b0e2998012", &[b'X'; 64]),
        ("5bff0001400a00ab167bac00484e73ed019203", &backward),
    ];
    let empty = empty.map(|digits| (digits, &b""[..]));
    let of_x = of_x.map(|digits| (digits, &b"X"[..]));
    for (digits, content) in empty.into_iter().chain(of_x).chain(others) {
        let stream = unhex(digits);
        let read = decompress(&mut session, &stream, content.len());
        assert!(read.as_deref() == Ok(content), "{digits}");
        assert_agrees(&mut session, &stream, content.len());
    }
}
