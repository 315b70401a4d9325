//! DEFLATE, zlib and gzip: `zlib-rs` on the other side, damage, what other decoders have got wrong, and the library's
//! readers.

use std::io::{self, Read};

use kilowat::deflate::{DeflateReader, Fault, GzipReader, StreamError, ZlibReader};
use kilowat::faults::{self, Faults};
use kilowat::{Cache, Error, Limit, Policy, Runtime};
use kilowat_engine::EngineKind;
use kilowat_kernels::deflate::{inflate_state, phase};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{
    GzipDecompress, Inflate, InflateFormat, InflateSource, InflateState, InflateStep,
    InflateUpdate, Native as _, Operation as _, Status, ZlibDecompress,
};
use kilowat_operations::session::Library;
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Method, Strategy};

use crate::common::{Bites, runtimes};

const FORMATS: [InflateFormat; 3] = [InflateFormat::Raw, InflateFormat::Zlib, InflateFormat::Gzip];

const ROOMY: Limit = Limit::bytes(1 << 22);

/// What the reference crate makes of a content.
fn encode(content: &[u8], format: InflateFormat, level: i32, strategy: Strategy) -> Vec<u8> {
    encode_with(content, format, level, strategy, &[])
}

fn encode_with(
    content: &[u8],
    format: InflateFormat,
    level: i32,
    strategy: Strategy,
    dictionary: &[u8],
) -> Vec<u8> {
    let window_bits = match format {
        InflateFormat::Raw => -15,
        InflateFormat::Zlib => 15,
        InflateFormat::Gzip => 31,
    };
    let mut encoder = Deflate::new_with_config(DeflateConfig {
        level,
        method: Method::Deflated,
        window_bits,
        mem_level: 8,
        strategy,
    });
    if !dictionary.is_empty() {
        encoder.set_dictionary(dictionary).unwrap();
    }
    let mut stream = vec![0; content.len() + content.len() / 8 + 1_000];
    encoder
        .compress(content, &mut stream, DeflateFlush::Finish)
        .unwrap();
    stream.truncate(encoder.total_out() as usize);
    stream
}

fn gzip(content: &[u8]) -> Vec<u8> {
    encode(content, InflateFormat::Gzip, 6, Strategy::Default)
}

fn decode(
    runtime: &Runtime,
    format: InflateFormat,
    stream: &[u8],
    limit: Limit,
) -> Result<Vec<u8>, Error> {
    match format {
        InflateFormat::Raw => runtime.inflate(stream, limit),
        InflateFormat::Zlib => runtime.zlib_decompress(stream, limit),
        InflateFormat::Gzip => runtime.gunzip(stream, limit),
    }
}

fn stream_error(error: Error) -> StreamError {
    match error {
        Error::Deflate(error) => error,
        other => panic!("{other:?}"),
    }
}

/// What is wrong with a stream, and where.
fn fault(result: Result<Vec<u8>, Error>) -> (u64, Fault) {
    match stream_error(result.unwrap_err()) {
        StreamError::Damaged { offset, fault } => (offset, fault),
        other => panic!("{other:?}"),
    }
}

/// Texts, noise, repetitions over every kind of distance, and symbols that need the longest codes.
pub(crate) fn corpus() -> Vec<Vec<u8>> {
    let mut generator = Generator::new(23, &[]);
    let mut corpus = vec![
        Vec::new(),
        vec![7],
        (0..=255).collect(),
        vec![0; 70_000],
        generator.source_text(90_000),
        generator.random_bytes(40_000),
        generator.bytes(50_000),
    ];
    for distance in [1, 2, 3, 15, 16, 17, 32_767, 32_768, 32_769] {
        let unit = generator.random_bytes(distance);
        corpus.push(
            unit.iter()
                .copied()
                .cycle()
                .take(2 * distance + 600)
                .collect(),
        );
    }
    // Each symbol as frequent as the two before together.
    let (mut now, mut next) = (1, 1);
    let mut skewed = Vec::new();
    for symbol in 0..22 {
        skewed.extend(std::iter::repeat_n(symbol, now));
        (now, next) = (next, now + next);
    }
    // Not in runs, so that there are no matches.
    let len = skewed.len();
    for index in 0..len {
        skewed.swap(index, generator.number(0..=len - 1));
    }
    corpus.push(skewed);
    corpus
}

#[test]
fn what_the_reference_makes_at_every_level_comes_back_on_every_tier() {
    let runtimes = runtimes();
    for content in corpus() {
        for level in 0..=9 {
            for format in FORMATS {
                let strategy = match level {
                    3 => Strategy::Fixed,
                    5 => Strategy::HuffmanOnly,
                    7 => Strategy::Rle,
                    _ => Strategy::Default,
                };
                let stream = encode(&content, format, level, strategy);
                for runtime in &runtimes {
                    let decoded = decode(runtime, format, &stream, ROOMY);
                    assert!(
                        decoded.unwrap() == content,
                        "{format:?} {level} {}",
                        content.len()
                    );
                }
            }
        }
    }
}

/// A stream that begins with stored, fixed and dynamic blocks.
fn small_streams() -> Vec<(InflateFormat, Vec<u8>)> {
    let mut generator = Generator::new(5, &[]);
    let text = generator.source_text(160);
    let mut streams = Vec::new();
    for format in FORMATS {
        for (level, strategy) in [
            (0, Strategy::Default),
            (9, Strategy::Fixed),
            (9, Strategy::Default),
        ] {
            streams.push((format, encode(&text, format, level, strategy)));
        }
    }
    streams
}

#[test]
fn every_truncation_and_every_bit_flip_gets_the_verdict_of_the_reference() {
    let runtimes =
        [EngineKind::Jit, EngineKind::Interpreter].map(|kind| Runtime::with_engine(kind).unwrap());
    for (format, stream) in small_streams() {
        let damaged = (0..stream.len()).map(|len| stream[..len].to_vec());
        let flipped = (0..8 * stream.len()).map(|bit| {
            let mut flipped = stream.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            flipped
        });
        for stream in damaged.chain(flipped) {
            let room = 100_000;
            let expected = match format {
                InflateFormat::Raw => Inflate::native((&stream, &[], false, room)),
                InflateFormat::Zlib => ZlibDecompress::native((&stream, &[], false, room)),
                InflateFormat::Gzip => GzipDecompress::native((&stream, false, room)),
            };
            for runtime in &runtimes {
                match decode(runtime, format, &stream, Limit::bytes(room)) {
                    Ok(content) => assert_eq!(Ok(content), expected),
                    Err(error) => {
                        let status = match stream_error(error) {
                            StreamError::Damaged { offset, fault } => {
                                assert!(offset <= stream.len() as u64);
                                fault.status()
                            }
                            _ => Status::OutputTooSmall,
                        };
                        assert_eq!(
                            Err(status),
                            expected
                                .as_ref()
                                .map_err(|error| error.fault.status())
                                .map(drop),
                            "{stream:02x?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for runtime in &runtimes()[..2] {
        let raw = |stream: &[u8]| fault(runtime.inflate(stream, ROOMY));
        assert_eq!(raw(&[]), (0, Fault::CutShort));
        assert_eq!(raw(&[7]), (0, Fault::BlockType));
        assert_eq!(raw(&[1, 4, 0, 251, 254]), (4, Fault::StoredLength));
        assert_eq!(raw(&[1, 1, 0, 254, 255, b'w', 9]), (6, Fault::Trailing));
        // A fixed block that begins with a match.
        assert_eq!(raw(&[0x03, 0x02, 0, 0]), (1, Fault::Distance));
        // 31 code lengths of distances.
        assert_eq!(raw(&[0x05, 0x1e, 0, 0]), (2, Fault::Counts));
        let zlib = |stream: &[u8]| fault(runtime.zlib_decompress(stream, ROOMY));
        assert_eq!(zlib(&[0x78, 2]), (1, Fault::Header));
        assert_eq!(zlib(&[0x77, 0x85]), (0, Fault::Method));
        assert_eq!(zlib(&[0x88, 0x1c]), (0, Fault::Window));
        let mut stream = encode(b"watt", InflateFormat::Zlib, 6, Strategy::Default);
        *stream.last_mut().unwrap() ^= 1;
        assert_eq!(zlib(&stream), (stream.len() as u64 - 1, Fault::Checksum));
        let gzip_fault = |stream: &[u8]| fault(runtime.gunzip(stream, ROOMY));
        assert_eq!(gzip_fault(b"PK"), (1, Fault::Header));
        assert_eq!(gzip_fault(&[0x1f, 0x8b, 7, 0]), (2, Fault::Method));
        assert_eq!(gzip_fault(&[0x1f, 0x8b, 8, 0x20]), (3, Fault::HeaderFlags));
        let mut file = gzip(b"watt");
        *file.last_mut().unwrap() ^= 1;
        assert_eq!(gzip_fault(&file), (file.len() as u64 - 1, Fault::Length));
    }
}

#[test]
fn gzip_files_have_members_and_zeros_behind_them() {
    let content = Generator::new(9, &[]).source_text(300);
    let empty = gzip(b"");
    let mut member_a_byte = empty.clone();
    for byte in &content {
        member_a_byte.extend(gzip(&[*byte]));
        member_a_byte.extend(&empty);
    }
    for runtime in &runtimes() {
        let gunzip = |file: &[u8]| runtime.gunzip(file, ROOMY);
        assert_eq!(gunzip(&empty).unwrap(), b"");
        assert_eq!(gunzip(&member_a_byte).unwrap(), content);
        let padded = [&member_a_byte[..], &[0; 1_000]].concat();
        assert_eq!(gunzip(&padded).unwrap(), content);
        let len = member_a_byte.len() as u64;
        for (behind, offset, expected) in [
            (&b"x"[..], 0, Fault::Trailing),
            (b"\0\0x", 2, Fault::Trailing),
            // Behind zeros there is no member any more.
            (b"\0\x1f\x8b\x08", 1, Fault::Trailing),
            (b"\x1f", 0, Fault::Trailing),
            (b"\x1f\x8b", 2, Fault::CutShort),
            (b"\x1f\x8b\x08\0", 4, Fault::CutShort),
        ] {
            let file = [&member_a_byte[..], behind].concat();
            let (place, fault) = fault(gunzip(&file));
            assert_eq!((place, fault), (len + offset, expected), "{behind:?}");
        }
    }
}

/// zlib's CVE-2022-37434: an extra field that comes in pieces.
#[test]
fn a_long_extra_field_in_pieces_is_passed_over() {
    let content = b"watt by watt";
    let mut file = vec![0x1f, 0x8b, 8, 4 | 8 | 16, 0, 0, 0, 0, 0, 255, 0xff, 0xff];
    file.extend(Generator::new(1, &[]).random_bytes(0xffff));
    file.extend(b"name\0comment\0");
    file.extend(encode(content, InflateFormat::Raw, 6, Strategy::Default));
    file.extend(&gzip(content)[gzip(content).len() - 8..]);
    for runtime in &runtimes() {
        assert_eq!(runtime.gunzip(&file, ROOMY).unwrap(), content);
        for bite in [997, 32_768] {
            let mut read = Vec::new();
            let mut reader = GzipReader::new(runtime, Bites(&file, bite));
            reader.read_to_end(&mut read).unwrap();
            assert_eq!(read, content);
            assert_eq!(reader.source_offset(), file.len() as u64);
        }
    }
}

#[test]
fn readers_give_what_whole_buffers_are() {
    let mut generator = Generator::new(31, &[]);
    let content = generator.source_text(400_000);
    for runtime in &runtimes() {
        for format in FORMATS {
            let stream = encode(&content, format, 6, Strategy::Default);
            for bite in [313, usize::MAX] {
                let source = Bites(&stream, bite);
                let mut read = Vec::new();
                match format {
                    InflateFormat::Raw => {
                        DeflateReader::new(runtime, source).read_to_end(&mut read)
                    }
                    InflateFormat::Zlib => ZlibReader::new(runtime, source).read_to_end(&mut read),
                    InflateFormat::Gzip => GzipReader::new(runtime, source).read_to_end(&mut read),
                }
                .unwrap();
                assert!(read == content, "{format:?} {bite}");
            }
            assert!(decode(runtime, format, &stream, ROOMY).unwrap() == content);
        }
    }
}

#[test]
fn readers_give_what_comes_before_damage_and_say_where_it_is() {
    let content = Generator::new(8, &[]).source_text(200_000);
    let mut file = gzip(&content);
    let place = file.len() - 6;
    file[place] ^= 4;
    for runtime in &runtimes() {
        let mut reader = GzipReader::new(runtime, Bites(&file, 5_000));
        let mut read = Vec::new();
        let error = reader.read_to_end(&mut read).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(read == content);
        let damaged = stream_error(error.downcast().unwrap());
        let StreamError::Damaged { offset, fault } = damaged else {
            panic!("{damaged:?}");
        };
        assert_eq!((offset, fault), (place as u64 + 1, Fault::Checksum));
        // It stays.
        assert!(reader.read(&mut [0; 10]).is_err());
        let mut reader = GzipReader::new(runtime, &file[..1_000]);
        let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}

#[test]
fn no_content_is_longer_than_its_limit() {
    let content = vec![b'w'; 3_000_000];
    let file = gzip(&content);
    assert!(file.len() < 4_000);
    for runtime in &runtimes() {
        for len in [0, 1, 65_536, content.len() - 1] {
            let error = runtime.gunzip(&file, Limit::bytes(len)).unwrap_err();
            assert_eq!(stream_error(error), StreamError::TooLong { limit: len });
            let mut reader = GzipReader::with_limit(runtime, &file[..], Limit::bytes(len));
            let mut read = Vec::new();
            let error = reader.read_to_end(&mut read).unwrap_err();
            let limit = StreamError::TooLong { limit: len };
            assert_eq!(stream_error(error.downcast().unwrap()), limit);
            assert_eq!(read.len(), len);
        }
        let exactly = Limit::bytes(content.len());
        assert!(runtime.gunzip(&file, exactly).unwrap() == content);
        let mut read = Vec::new();
        let mut reader = GzipReader::with_limit(runtime, &file[..], exactly);
        reader.read_to_end(&mut read).unwrap();
        assert!(read == content);
    }
}

#[test]
fn dictionaries_are_told_apart() {
    let mut generator = Generator::new(2, &[]);
    let dictionary = generator.source_text(50_000);
    let content = &dictionary[30_000..34_000];
    let short = &dictionary[20_000..];
    for runtime in &runtimes() {
        for dictionary in [&dictionary[..], short] {
            let format = InflateFormat::Zlib;
            let stream = encode_with(content, format, 6, Strategy::Default, dictionary);
            assert!(stream.len() < 200);
            let decode =
                |dictionary: &[u8]| runtime.zlib_decompress_with(&stream, dictionary, ROOMY);
            assert_eq!(decode(dictionary).unwrap(), content);
            assert_eq!(fault(decode(b"")), (5, Fault::Dictionary));
            assert_eq!(fault(decode(b"other")), (5, Fault::DictionaryId));
            assert_eq!(fault(decode(&dictionary[1..])), (5, Fault::DictionaryId));
            let format = InflateFormat::Raw;
            let stream = encode_with(content, format, 6, Strategy::Default, dictionary);
            let decoded = runtime.inflate_with(&stream, dictionary, ROOMY).unwrap();
            assert_eq!(decoded, content);
            let (_, fault) = fault(runtime.inflate(&stream, ROOMY));
            assert_eq!(fault.status(), Status::Malformed);
        }
        // A stream that was made without one reaches back into none.
        let format = InflateFormat::Zlib;
        let stream = encode(content, format, 6, Strategy::Default);
        let decoded = runtime.zlib_decompress_with(&stream, &dictionary, ROOMY);
        assert_eq!(decoded.unwrap(), content);
    }
}

/// One step of the kernel from a state.
fn step(state: &[u8], format: InflateFormat, src: &[u8]) -> InflateStep {
    let library = Library::new(EngineKind::Jit).unwrap().unwrap();
    let mut session = library.session();
    let source = InflateSource {
        state,
        before: &[],
        src,
        format,
        trailing: false,
        last: true,
        capacity: 0,
    };
    let mut frame = session.frame(InflateUpdate::EXPORT.module).unwrap();
    InflateUpdate::kernel::<_, &[u8]>(&mut frame, source).unwrap()
}

/// 5.5 GB and more: a content's length is compared modulo 2^32, and its counter goes on.
#[test]
fn counters_go_past_32_bits() {
    for (position, stored, is_right) in [
        (5_500_000_000_u64, 1_205_032_704_u32, true),
        (5_500_000_000, 1_205_032_705, false),
        (1 << 32, 0, true),
    ] {
        let mut state = InflateState::start(0).bytes().to_vec();
        state[inflate_state::PHASE].copy_from_slice(&phase::TRAILER.to_le_bytes());
        state[inflate_state::POSITION].copy_from_slice(&position.to_le_bytes());
        state[inflate_state::CHECKSUM].copy_from_slice(&77_u32.to_le_bytes());
        let trailer = [77_u32.to_le_bytes(), stored.to_le_bytes()].concat();
        let step = step(&state, InflateFormat::Gzip, &trailer);
        match step.error {
            None => assert!(is_right),
            Some(error) => assert!(!is_right && error.fault == Fault::Length, "{error}"),
        }
    }
}

/// So many stored blocks of 65,535 bytes, and an empty one that is the last.
struct StoredBlocks {
    left: u64,
    /// What is still to be given of a block.
    block: io::Cursor<Vec<u8>>,
}

impl Read for StoredBlocks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.block.read(buffer)?;
        if len > 0 || self.left == 0 {
            return Ok(len);
        }
        self.left -= 1;
        let block = match self.left {
            0 => vec![1, 0, 0, 0xff, 0xff],
            _ => [vec![0, 0xff, 0xff, 0, 0], vec![b'w'; 0xffff]].concat(),
        };
        self.block = io::Cursor::new(block);
        self.block.read(buffer)
    }
}

/// The same with all the bytes, where that is asked for: it takes a minute and more.
#[test]
fn a_long_stream_of_stored_blocks_comes_through() {
    let is_long = std::env::var_os("KILOWAT_LONG_TESTS").is_some();
    let blocks = if is_long { 85_000 } else { 40 };
    let source = StoredBlocks {
        left: blocks + 1,
        block: io::Cursor::default(),
    };
    let mut reader = DeflateReader::new(&Runtime::new(), source);
    let read = io::copy(&mut reader, &mut io::sink()).unwrap();
    assert_eq!(read, blocks * 0xffff);
    assert_eq!(reader.source_offset(), blocks * 0x1_0004 + 5);
}

/// Reads a part of a file with all tiers, and the rest with fewer.
fn with_failing_tiers(list: &str, failing: &[EngineKind]) -> (Vec<u8>, io::Result<()>) {
    let content = Generator::new(61, &[]).source_text(700_000);
    let file = gzip(&content);
    let faults = Faults::new();
    let runtime = Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .policy(Policy::List(list.parse().unwrap()))
        .faults(faults.clone())
        .build()
        .unwrap();
    let mut reader = GzipReader::new(&runtime, &file[..]);
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

#[test]
fn bodies_are_decoded_as_their_encoding_says() {
    let content = Generator::new(4, &[]).source_text(3_000);
    let zlib = encode(&content, InflateFormat::Zlib, 6, Strategy::Default);
    let raw = encode(&content, InflateFormat::Raw, 6, Strategy::Default);
    for runtime in &runtimes() {
        let decode = |encoding, body: &[u8]| runtime.decode_content(encoding, body, ROOMY);
        assert_eq!(decode("gzip", &gzip(&content)).unwrap(), content);
        assert_eq!(decode(" X-Gzip ", &gzip(&content)).unwrap(), content);
        assert_eq!(decode("deflate", &zlib).unwrap(), content);
        assert_eq!(decode("deflate", &raw).unwrap(), content);
        assert_eq!(decode("identity", &content).unwrap(), content);
        assert_eq!(decode("", &content).unwrap(), content);
        let both = gzip(&zlib);
        assert_eq!(decode("deflate, gzip", &both).unwrap(), content);
        let error = decode("zstd", &content).unwrap_err();
        assert!(matches!(error, Error::ContentEncoding(_)), "{error}");
        let error = runtime.decode_content("identity", &content, Limit::bytes(10));
        assert!(matches!(
            error,
            Err(Error::Deflate(StreamError::TooLong { limit: 10 }))
        ));
    }
}
