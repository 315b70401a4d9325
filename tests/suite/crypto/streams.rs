//! Sealed streams: their format, and that nothing can be changed, cut off, put in or exchanged unseen.

use std::io::{self, ErrorKind, Read, Write};

use kilowat::crypto::{Key, OpenReader, Pbkdf2, SealWriter, SealedStreamError};
use kilowat::{EngineKind, Error, Runtime};
use serde_json::Value;

use super::{flipped, key};
use crate::common::{Bites, fallible, runtimes, unhex};
use kilowat::faults::Fault;

const CHUNK: usize = 64 << 10;
const TAG: usize = 16;
const HEADER: usize = 72;
const SALT: std::ops::Range<usize> = 8..40;

/// Lengths at the edges of chunks.
const LENGTHS: [usize; 8] = [
    0,
    1,
    100,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    2 * CHUNK,
    3 * CHUNK + 17,
];

fn native() -> Runtime {
    Runtime::with_engine(EngineKind::Native).unwrap()
}

fn content(len: usize) -> Vec<u8> {
    (0..len)
        .map(|place| (place * 7 + place / 251) as u8)
        .collect()
}

fn seal(runtime: &Runtime, key: &Key, content: &[u8]) -> Vec<u8> {
    let mut writer = SealWriter::new(runtime, Vec::new(), key).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

/// What is given of a stream, and what is wrong behind that.
fn open(runtime: &Runtime, key: &Key, sealed: &[u8]) -> (Vec<u8>, Option<SealedStreamError>) {
    read_all(OpenReader::new(runtime, sealed, key))
}

fn read_all(mut reader: OpenReader<&[u8]>) -> (Vec<u8>, Option<SealedStreamError>) {
    let mut content = Vec::new();
    let error = reader.read_to_end(&mut content).err().map(cause);
    if error.is_some() {
        let again = reader.read(&mut [0]).unwrap_err();
        assert_eq!(Some(cause(again)), error, "an error stays");
    }
    (content, error)
}

fn cause(error: io::Error) -> SealedStreamError {
    let kind = error.kind();
    match error.downcast() {
        Ok(Error::SealedStream(error)) => {
            let expected = match error {
                SealedStreamError::CutShort { .. } => ErrorKind::UnexpectedEof,
                _ => ErrorKind::InvalidData,
            };
            assert_eq!(kind, expected);
            error
        }
        other => panic!("{other:?}"),
    }
}

/// The header and the chunks of a stream.
fn parts(sealed: &[u8]) -> (&[u8], Vec<&[u8]>) {
    let (header, chunks) = sealed.split_at(HEADER);
    (header, chunks.chunks(CHUNK + TAG).collect())
}

/// A stream by the words of `docs/sealed-stream.md`, of the parts that native code is another author of.
fn by_the_book(key: &Key, salt: &[u8], content: &[u8]) -> Vec<u8> {
    let fields = [b"kwseal\x01\x00", salt].concat();
    of_fields(key, salt, &fields, content)
}

/// The same of a passphrase.
fn by_the_book_with_passphrase(
    passphrase: &[u8],
    iterations: u32,
    salt: &[u8],
    content: &[u8],
) -> Vec<u8> {
    let key = native()
        .pbkdf2_sha256(passphrase, salt, iterations, 32)
        .unwrap();
    let key = Key::from_bytes(key.as_slice().try_into().unwrap());
    let fields = [b"kwseal\x01\x01", salt, &iterations.to_le_bytes()].concat();
    of_fields(&key, salt, &fields, content)
}

fn of_fields(key: &Key, salt: &[u8], fields: &[u8], content: &[u8]) -> Vec<u8> {
    let runtime = native();
    let secret = runtime.hkdf_extract(salt, key.as_bytes()).unwrap();
    let info = [b"kilowat sealed stream", fields].concat();
    let both = runtime.hkdf_expand(&secret, &info, 64).unwrap();
    let (chunk_key, tag) = both.split_first_chunk::<32>().unwrap();
    let mut sealed = [fields, tag].concat();
    let mut chunks: Vec<_> = content.chunks(CHUNK).collect();
    if chunks.is_empty() {
        chunks.push(b"");
    }
    for (number, chunk) in chunks.iter().enumerate() {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&(number as u64).to_be_bytes());
        nonce[11] = u8::from(number + 1 == chunks.len());
        let chunk = runtime.chacha20_poly1305_seal_with_nonce(chunk_key, &nonce, b"", chunk);
        sealed.extend(chunk.unwrap());
    }
    sealed
}

#[test]
fn a_stream_opens_on_every_tier_whichever_has_sealed_it() {
    let key = key(11);
    for len in LENGTHS {
        let content = content(len);
        for sealing in runtimes() {
            let sealed = seal(&sealing, &key, &content);
            assert_eq!(sealed, by_the_book(&key, &sealed[SALT], &content), "{len}");
            for opening in runtimes() {
                let (opened, error) = open(&opening, &key, &sealed);
                assert!(opened == content && error.is_none(), "{len} {error:?}");
            }
        }
    }
}

#[test]
fn pieces_of_any_length_are_the_same_stream() {
    let runtime = native();
    let key = key(12);
    let content = content(2 * CHUNK + 5_000);
    for len in [1, 4_096, CHUNK - 1, CHUNK, CHUNK + 1, 100_000] {
        let mut writer = SealWriter::new(&runtime, Vec::new(), &key).unwrap();
        for piece in content.chunks(len) {
            writer.write_all(piece).unwrap();
            if len > 1_000 {
                writer.flush().unwrap();
            }
        }
        assert!(writer.get_ref().len() <= content.len() + HEADER);
        let sealed = writer.finish().unwrap();
        assert!(
            sealed == by_the_book(&key, &sealed[SALT], &content),
            "{len}"
        );
        let mut opened = Vec::new();
        let mut reader = OpenReader::new(&runtime, Bites(&sealed, len), &key);
        reader.read_to_end(&mut opened).unwrap();
        assert!(opened == content, "{len}");
        assert_eq!(reader.source_offset(), sealed.len() as u64);
    }
}

#[test]
fn no_two_streams_are_alike() {
    let (runtime, key) = (native(), key(13));
    let [first, second] = [(), ()].map(|()| seal(&runtime, &key, b"kilowatt"));
    assert_eq!(first[..8], second[..8]);
    for part in [SALT, 40..72, 72..80, 80..96] {
        assert_ne!(first[part.clone()], second[part]);
    }
}

/// A bit in each byte of header, and in the first, the last and some bytes of each chunk and tag.
#[test]
fn changed_bits_are_refused_and_no_byte_of_their_chunk_is_given() {
    let (runtime, key) = (native(), key(14));
    let content = content(2 * CHUNK + 100);
    let sealed = seal(&runtime, &key, &content);
    for bit in 0..8 * HEADER {
        let (opened, error) = open(&runtime, &key, &flipped(&sealed, bit));
        let expected = match bit / 8 {
            0..6 => SealedStreamError::NotSealed,
            6 => SealedStreamError::Version(1 ^ 1 << (bit % 8)),
            7 if bit % 8 == 0 => SealedStreamError::WantsPassphrase,
            7 => SealedStreamError::KeyKind(1 << (bit % 8)),
            _ => SealedStreamError::Key,
        };
        assert_eq!((opened.len(), error), (0, Some(expected)), "bit {bit}");
    }
    for chunk in 0..3 {
        let start = HEADER + chunk * (CHUNK + TAG);
        let len = (CHUNK + TAG).min(sealed.len() - start);
        let places = [0, 1, 63, len / 2, len - TAG - 1, len - TAG, len - 1];
        for place in places {
            let changed = flipped(&sealed, 8 * (start + place) + place % 8);
            let (opened, error) = open(&runtime, &key, &changed);
            let offset = (chunk * CHUNK) as u64;
            assert!(opened == content[..chunk * CHUNK], "{chunk} {place}");
            assert_eq!(error, Some(SealedStreamError::Unauthentic { offset }));
        }
    }
}

#[test]
fn every_bit_and_every_length_of_a_short_stream_counts() {
    for runtime in runtimes() {
        let key = key(15);
        let content = content(100);
        let sealed = seal(&runtime, &key, &content);
        for bit in 8 * HEADER..8 * sealed.len() {
            let (opened, error) = open(&runtime, &key, &flipped(&sealed, bit));
            let expected = SealedStreamError::Unauthentic { offset: 0 };
            assert_eq!((opened.len(), error), (0, Some(expected)), "bit {bit}");
        }
        for len in 0..sealed.len() {
            let (opened, error) = open(&runtime, &key, &sealed[..len]);
            let expected = match len {
                0..8 => SealedStreamError::NotSealed,
                8..=HEADER => SealedStreamError::CutShort { offset: 0 },
                _ => SealedStreamError::Unauthentic { offset: 0 },
            };
            assert_eq!((opened.len(), error), (0, Some(expected)), "{len} bytes");
            let (opened, error) = open(&runtime, &key, &sealed[sealed.len() - len..]);
            assert_eq!(opened.len(), 0);
            assert_eq!(error, Some(SealedStreamError::NotSealed), "{len} bytes");
        }
    }
}

#[test]
fn chunks_that_are_cut_off_are_missed() {
    let (runtime, key) = (native(), key(16));
    for len in [2 * CHUNK + 100, 3 * CHUNK] {
        let content = content(len);
        let sealed = seal(&runtime, &key, &content);
        for chunks in 0..3 {
            let edge = HEADER + chunks * (CHUNK + TAG);
            // At the edge, within the chunk behind it, and where nothing but a part of its tag is missing.
            let next = sealed.len().min(edge + CHUNK + TAG);
            for end in [edge, edge + 1, edge + TAG, next - 1, edge.saturating_sub(1)] {
                let (opened, error) = open(&runtime, &key, &sealed[..end]);
                let whole = end.saturating_sub(HEADER) / (CHUNK + TAG);
                let at_edge = (end - HEADER.min(end)).is_multiple_of(CHUNK + TAG);
                let expected = if end < HEADER || (at_edge && whole == 0) {
                    SealedStreamError::CutShort { offset: 0 }
                } else if at_edge {
                    // The last chunk that there is says that it is not the last one.
                    let offset = ((whole - 1) * CHUNK) as u64;
                    SealedStreamError::CutShort { offset }
                } else {
                    let offset = (whole * CHUNK) as u64;
                    SealedStreamError::Unauthentic { offset }
                };
                assert_eq!(error, Some(expected), "{end} of {}", sealed.len());
                assert!(content.starts_with(&opened));
                assert!(opened.len() <= whole * CHUNK);
            }
        }
    }
}

/// Each is a stream made of chunks that are all authentic, but not in these places.
#[test]
fn chunks_that_are_exchanged_repeated_dropped_or_appended_are_refused() {
    let (runtime, key) = (native(), key(17));
    let content = content(3 * CHUNK + 100);
    let sealed = seal(&runtime, &key, &content);
    let other = seal(&runtime, &key, &content);
    let (header, chunks) = parts(&sealed);
    let (other_header, other_chunks) = parts(&other);
    let [a, b, c, last] = *chunks.as_slice() else {
        panic!("there are four");
    };
    let [other_a, .., other_last] = *other_chunks.as_slice() else {
        panic!("there are four");
    };
    let unauthentic = |chunks: usize| SealedStreamError::Unauthentic {
        offset: (chunks * CHUNK) as u64,
    };
    let cases: [(&str, Vec<&[u8]>, SealedStreamError, usize); 14] = [
        ("exchanged", vec![header, b, a, c, last], unauthentic(0), 0),
        (
            "exchanged behind",
            vec![header, a, c, b, last],
            unauthentic(1),
            1,
        ),
        (
            "the last one first",
            vec![header, last, a, b, c],
            unauthentic(0),
            0,
        ),
        (
            "repeated",
            vec![header, a, a, b, c, last],
            unauthentic(1),
            1,
        ),
        (
            "the last one repeated",
            vec![header, a, b, c, last, last],
            unauthentic(3),
            3,
        ),
        ("dropped", vec![header, b, c, last], unauthentic(0), 0),
        (
            "dropped within",
            vec![header, a, c, last],
            unauthentic(1),
            1,
        ),
        (
            "dropped before the last",
            vec![header, a, b, last],
            unauthentic(2),
            2,
        ),
        (
            "appended",
            vec![header, a, b, c, last, a],
            unauthentic(3),
            3,
        ),
        (
            "a byte appended",
            vec![header, a, b, c, last, b"\0"],
            unauthentic(3),
            3,
        ),
        (
            "a chunk of another stream",
            vec![header, other_a, b, c, last],
            unauthentic(0),
            0,
        ),
        (
            "the end of another stream",
            vec![header, a, b, c, other_last],
            unauthentic(3),
            3,
        ),
        (
            "another header",
            vec![other_header, a, b, c, last],
            unauthentic(0),
            0,
        ),
        (
            "two streams",
            vec![header, a, b, c, last, &other],
            unauthentic(3),
            3,
        ),
    ];
    for (what, parts, expected, given) in cases {
        let (opened, error) = open(&runtime, &key, &parts.concat());
        assert_eq!(error, Some(expected), "{what}");
        assert!(opened == content[..given * CHUNK], "{what}");
    }
}

/// Where the last chunk is a full one, what follows it is told from a chunk that was changed.
#[test]
fn what_follows_the_end_is_refused() {
    let (runtime, key) = (native(), key(18));
    let content = content(2 * CHUNK);
    let sealed = seal(&runtime, &key, &content);
    for behind in [&b"\0"[..], &[7; 5_000], &sealed] {
        let (opened, error) = open(&runtime, &key, &[&sealed, behind].concat());
        let offset = 2 * CHUNK as u64;
        assert_eq!(error, Some(SealedStreamError::Trailing { offset }));
        assert!(opened == content[..CHUNK]);
    }
}

/// Only a content without any bytes has a chunk without any: else one content would have two forms.
#[test]
fn an_empty_chunk_behind_others_is_refused() {
    let (runtime, key) = (native(), key(19));
    let content = content(CHUNK);
    let salt = [3; 32];
    let fields = [b"kwseal\x01\x00", &salt[..]].concat();
    let secret = runtime.hkdf_extract(&salt, key.as_bytes()).unwrap();
    let info = [b"kilowat sealed stream", &fields[..]].concat();
    let both = runtime.hkdf_expand(&secret, &info, 64).unwrap();
    let (chunk_key, tag) = both.split_first_chunk::<32>().unwrap();
    let seal = |nonce: [u8; 12], chunk: &[u8]| {
        let sealed = runtime.chacha20_poly1305_seal_with_nonce(chunk_key, &nonce, b"", chunk);
        sealed.unwrap()
    };
    let first = seal([0; 12], &content);
    let empty = seal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], b"");
    let (opened, error) = open(&runtime, &key, &[&fields, tag, &first, &empty].concat());
    let offset = CHUNK as u64;
    assert_eq!(error, Some(SealedStreamError::Unauthentic { offset }));
    assert!(opened == content);
}

#[test]
fn another_key_is_told_before_any_chunk_is_read() {
    let (runtime, key) = (native(), key(20));
    let sealed = seal(&runtime, &key, &content(CHUNK + 1));
    for bit in 0..8 * Key::LEN {
        let other = flipped(key.as_bytes(), bit);
        let other = Key::from_bytes(other.as_slice().try_into().unwrap());
        let (opened, error) = open(&runtime, &other, &sealed[..HEADER]);
        assert_eq!((opened.len(), error), (0, Some(SealedStreamError::Key)));
    }
}

/// `tests/data/sealed-streams.json`, made by `tests/data/sealed-streams.mjs` with the cryptography of Node.
#[test]
fn streams_of_another_author_open() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/sealed-streams.json"
    );
    let vectors: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert!(vectors.len() >= 6);
    let native = native();
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().map(str::to_owned);
        let bytes = |name: &str| unhex(&text(name).unwrap());
        let len = vector["length"].as_u64().unwrap() as usize;
        let content = content(len);
        let passphrase = text("passphrase").map(String::into_bytes);
        let sealed = if let Some(passphrase) = &passphrase {
            let iterations = vector["iterations"].as_u64().unwrap() as u32;
            by_the_book_with_passphrase(passphrase, iterations, &bytes("salt"), &content)
        } else {
            let key = Key::from_bytes(bytes("key").as_slice().try_into().unwrap());
            by_the_book(&key, &bytes("salt"), &content)
        };
        let digest = native.sha256(&sealed).unwrap();
        assert_eq!(digest[..], bytes("sha256"), "{len}");
        if let Some(stream) = text("stream") {
            assert_eq!(sealed, unhex(&stream), "{len}");
        }
        for runtime in runtimes() {
            let reader = if let Some(passphrase) = &passphrase {
                OpenReader::with_passphrase(&runtime, &sealed[..], passphrase)
            } else {
                let key = Key::from_bytes(bytes("key").as_slice().try_into().unwrap());
                OpenReader::new(&runtime, &sealed[..], &key)
            };
            let (opened, error) = read_all(reader);
            assert!(opened == content && error.is_none(), "{len} {error:?}");
        }
    }
}

/// Few iterations, for tests.
fn few() -> Pbkdf2 {
    Pbkdf2::new(100).unwrap()
}

fn seal_with_passphrase(runtime: &Runtime, passphrase: &[u8], content: &[u8]) -> Vec<u8> {
    let mut writer = SealWriter::with_passphrase(runtime, Vec::new(), passphrase, few()).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

#[test]
fn a_passphrase_opens_on_every_tier_whichever_has_sealed() {
    let content = content(CHUNK + 100);
    for passphrase in [&b"watt by watt"[..], b"", &[0xff; 200]] {
        for sealing in runtimes() {
            let sealed = seal_with_passphrase(&sealing, passphrase, &content);
            let expected = by_the_book_with_passphrase(passphrase, 100, &sealed[SALT], &content);
            assert!(sealed == expected);
            for opening in runtimes() {
                let reader = OpenReader::with_passphrase(&opening, &sealed[..], passphrase);
                let (opened, error) = read_all(reader);
                assert!(opened == content && error.is_none(), "{error:?}");
            }
        }
    }
}

#[test]
fn other_passphrases_and_other_kinds_of_secrets_do_not_open() {
    let runtime = native();
    let sealed = seal_with_passphrase(&runtime, b"watt by watt", b"kilowatt");
    let with = |sealed: &[u8], passphrase: &[u8]| {
        read_all(OpenReader::with_passphrase(&runtime, sealed, passphrase))
    };
    for other in [&b"watt by wat"[..], b"watt by watt ", b"Watt by watt", b""] {
        assert_eq!(
            with(&sealed, other),
            (Vec::new(), Some(SealedStreamError::Key))
        );
    }
    let wants_passphrase = Some(SealedStreamError::WantsPassphrase);
    assert_eq!(
        open(&runtime, &key(24), &sealed),
        (Vec::new(), wants_passphrase)
    );
    let by_key = seal(&runtime, &key(24), b"kilowatt");
    let wants_key = Some(SealedStreamError::WantsKey);
    assert_eq!(with(&by_key, b"watt by watt"), (Vec::new(), wants_key));
    // As many iterations as it says, which are not those that it was sealed with, or none that are made.
    for (iterations, expected) in [
        (101, SealedStreamError::Key),
        (1, SealedStreamError::Key),
        (0, SealedStreamError::Iterations(0)),
        (10_000_001, SealedStreamError::Iterations(10_000_001)),
        (u32::MAX, SealedStreamError::Iterations(u32::MAX)),
    ] {
        let mut changed = sealed.clone();
        changed[40..44].copy_from_slice(&iterations.to_le_bytes());
        assert_eq!(
            with(&changed, b"watt by watt"),
            (Vec::new(), Some(expected))
        );
    }
    for bit in (8 * 8..8 * 40).chain(8 * 44..8 * 76) {
        let (opened, error) = with(&flipped(&sealed, bit), b"watt by watt");
        let expected = (0, Some(SealedStreamError::Key));
        assert_eq!((opened.len(), error), expected, "bit {bit}");
    }
    for len in 0..sealed.len() {
        let (opened, error) = with(&sealed[..len], b"watt by watt");
        let expected = match len {
            0..8 => SealedStreamError::NotSealed,
            8..=76 => SealedStreamError::CutShort { offset: 0 },
            _ => SealedStreamError::Unauthentic { offset: 0 },
        };
        assert_eq!((opened.len(), error), (0, Some(expected)), "{len} bytes");
    }
}

#[test]
fn a_stream_says_how_many_iterations_it_takes() {
    let runtime = native();
    let passphrase = b"watt by watt";
    let pbkdf2 = Pbkdf2::default();
    let writer = SealWriter::with_passphrase(&runtime, Vec::new(), passphrase, pbkdf2);
    let sealed = writer.unwrap().finish().unwrap();
    assert_eq!(sealed[40..44], 600_000_u32.to_le_bytes());
    let (opened, error) = read_all(OpenReader::with_passphrase(
        &runtime,
        &sealed[..],
        passphrase,
    ));
    assert_eq!((opened.len(), error), (0, None));
}

/// A writer that takes a few bytes, and then nothing for a while.
struct Reluctant {
    taken: Vec<u8>,
    calls: usize,
}

impl Write for Reluctant {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        match self.calls % 5 {
            1 => Err(ErrorKind::Interrupted.into()),
            3 => Err(ErrorKind::WouldBlock.into()),
            _ => {
                let len = bytes.len().min(20_000);
                self.taken.extend(&bytes[..len]);
                Ok(len)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_in_between_loses_nothing() {
    let (runtime, key) = (native(), key(21));
    let content = content(3 * CHUNK + 9);
    let sink = Reluctant {
        taken: Vec::new(),
        calls: 0,
    };
    let mut writer = SealWriter::new(&runtime, sink, &key).unwrap();
    let mut rest = &content[..];
    while !rest.is_empty() {
        match writer.write(rest) {
            Ok(len) => rest = &rest[len..],
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    while writer.flush().is_err() {}
    writer.get_mut().calls = 3;
    // The last chunk fits into one call.
    let sealed = writer.finish().unwrap().taken;
    assert!(sealed == by_the_book(&key, &sealed[SALT], &content));
}

#[test]
fn where_no_tier_answers_nothing_is_lost_and_nothing_is_given() {
    let key = key(22);
    let content = content(2 * CHUNK);
    let (runtime, faults) = fallible();
    let mut writer = SealWriter::new(&runtime, Vec::new(), &key).unwrap();
    writer.write_all(&content[..CHUNK]).unwrap();
    faults.inject(Fault::Trap, EngineKind::Interpreter, ..);
    let error = writer.write(&content[CHUNK..]).unwrap_err();
    assert!(matches!(error.downcast(), Ok(Error::NoTier(_))));
    faults.clear();
    // The breaker lets calls try again after its pause.
    let mut rest = &content[CHUNK..];
    while !rest.is_empty() {
        if let Ok(len) = writer.write(rest) {
            rest = &rest[len..];
        } else {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }
    let sealed = writer.finish().unwrap();
    assert!(sealed == by_the_book(&key, &sealed[SALT], &content));

    faults.inject(Fault::Trap, EngineKind::Interpreter, ..);
    let mut reader = OpenReader::new(&runtime, &sealed[..], &key);
    let error = reader.read(&mut [0]).unwrap_err();
    assert!(matches!(error.downcast(), Ok(Error::NoTier(_))));
    assert!(SealWriter::new(&runtime, Vec::new(), &key).is_err());
}

#[test]
fn debug_says_nothing_of_the_content() {
    let (runtime, key) = (native(), key(23));
    let mut writer = SealWriter::new(&runtime, Vec::new(), &key).unwrap();
    writer.write_all(b"kilowatt").unwrap();
    assert_eq!(format!("{writer:?}"), "SealWriter { .. }");
    let sealed = writer.finish().unwrap();
    let mut reader = OpenReader::new(&runtime, &sealed[..], &key);
    let _ = reader.read(&mut [0; 3]).unwrap();
    assert_eq!(
        format!("{reader:?}"),
        "OpenReader { source_offset: 96, error: None, .. }"
    );
}

#[test]
fn readers_and_writers_are_send() {
    fn is_send<T: Send>() {}
    is_send::<SealWriter<Vec<u8>>>();
    is_send::<OpenReader<&[u8]>>();
}
