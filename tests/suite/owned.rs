//! Hashers, readers and writers that own their runtime: they go to other threads, are cloned, say
//! nothing of their content, and have the traits that others expect.

use std::fmt::Debug;
use std::hash::Hasher;
use std::io::{self, Read as _, Write};
use std::sync::{Arc, Mutex};
use std::thread;

use kilowat::hash::{Fnv1a32, Fnv1a64, Md5, Sha256, Xxh3_64, Xxh32, Xxh64};
use kilowat::lz4::{FrameOptions, FrameReader, FrameWriter};
use kilowat::text::{Base64, Base64Decoder, Base64Encoder, HexCase, HexDecoder, HexEncoder};
use kilowat::{EngineKind, Error, Runtime};

fn native() -> Runtime {
    Runtime::with_engine(EngineKind::Native).unwrap()
}

/// A runtime whose only tier has no memory for any call.
fn unable() -> Runtime {
    Runtime::builder()
        .tiers([EngineKind::Interpreter])
        .memory_limit(0)
        .ignore_environment()
        .build()
        .unwrap()
}

#[test]
fn everything_can_go_to_another_thread() {
    fn check<T: Send + 'static>(_: &T) {}
    let runtime = native();
    check(&Sha256::new(&runtime));
    check(&Md5::new(&runtime));
    check(&Fnv1a32::new(&runtime));
    check(&Fnv1a64::new(&runtime));
    check(&Xxh32::new(&runtime, 0));
    check(&Xxh64::new(&runtime, 0));
    check(&Xxh3_64::new(&runtime, 0));
    check(&FrameReader::new(&runtime, io::empty()));
    let options = FrameOptions::new();
    check(&FrameWriter::new(&runtime, Vec::new(), &options));
    check(&Base64Encoder::new(&runtime, Vec::new(), Base64::Standard));
    check(&HexDecoder::new(&runtime, io::empty()));
    check(&Error::ForeignBuffer);

    let expected = runtime.sha256(b"over there").unwrap();
    let mut sha256 = Sha256::new(&runtime);
    sha256.write_all(b"over ").unwrap();
    // The runtime that it was made on is gone before it ends.
    drop(runtime);
    let digest = thread::spawn(move || {
        sha256.write_all(b"there").unwrap();
        sha256.finish().unwrap()
    });
    assert_eq!(digest.join().unwrap(), expected);
}

#[test]
fn a_clone_goes_on_from_the_middle_of_a_message() {
    let runtime = native();
    let mut first = Sha256::new(&runtime);
    first.update(b"one half, ").unwrap();
    let mut second = first.clone();
    let third = first.clone();
    first.update(b"and the other").unwrap();
    second.update(b"and the other").unwrap();
    let digest = runtime.sha256(b"one half, and the other").unwrap();
    assert_eq!(first.finish().unwrap(), digest);
    assert_eq!(second.finish().unwrap(), digest);
    let half = runtime.sha256(b"one half, ").unwrap();
    assert_eq!(third.finish().unwrap(), half);
}

#[test]
fn hashers_agree_with_whole_strings_and_never_fail() {
    let bytes = b"foobar".repeat(100_000);
    let expected = native();
    let (hash_32, hash_64) = (
        expected.fnv1a32(&bytes).unwrap(),
        expected.fnv1a64(&bytes).unwrap(),
    );
    for runtime in [native(), Runtime::new(), unable()] {
        let mut hasher_32 = Fnv1a32::new(&runtime);
        let mut hasher_64 = Fnv1a64::new(&runtime);
        for piece in bytes.chunks(300_001) {
            Hasher::write(&mut hasher_32, piece);
            Hasher::write(&mut hasher_64, piece);
        }
        assert_eq!(hasher_32.hash(), hash_32);
        assert_eq!(hasher_32.finish(), u64::from(hash_32));
        assert_eq!((hasher_64.hash(), hasher_64.finish()), (hash_64, hash_64));
    }
    // Where failing is possible, it fails.
    let refused = Write::write(&mut Fnv1a32::new(&unable()), b"x").unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::OutOfMemory);
}

#[test]
fn nothing_says_what_it_holds() {
    fn check(of: &impl Debug, name: &str) {
        let text = format!("{of:?}");
        assert!(text.starts_with(name) && text.contains(".."), "{text}");
        assert!(
            !text.contains("115, 101, 99") && !text.contains("secret"),
            "{text}"
        );
    }
    let runtime = native();
    let mut sha256 = Sha256::new(&runtime);
    sha256.update(b"secret").unwrap();
    check(&sha256, "Sha256");
    let mut md5 = Md5::new(&runtime);
    md5.update(b"secret").unwrap();
    check(&md5, "Md5");
    check(&Fnv1a64::new(&runtime), "Fnv1a64");
    let mut writer = FrameWriter::new(&runtime, b"secret".to_vec(), &FrameOptions::new());
    writer.write_all(b"secret").unwrap();
    check(&writer, "FrameWriter");
    assert_eq!(writer.get_ref(), b"secret");
    writer.get_mut().clear();
    let frame = writer.finish().unwrap();
    let mut reader = FrameReader::new(&runtime, &frame[..]);
    reader.read_exact(&mut [0; 2]).unwrap();
    check(&reader, "FrameReader");
    reader.get_mut();
    assert!(reader.into_inner().is_empty());
    let mut encoder = Base64Encoder::new(&runtime, b"secret".to_vec(), Base64::Standard);
    encoder.write_all(b"secret").unwrap();
    check(&encoder, "Base64Encoder");
    assert_eq!(encoder.get_ref(), b"secret");
    encoder.get_mut().clear();
    let text = encoder.finish().unwrap();
    let mut decoder = Base64Decoder::new(&runtime, &text[..], Base64::Standard);
    decoder.read_exact(&mut [0; 2]).unwrap();
    check(&decoder, "Base64Decoder");
    decoder.get_mut();
    assert!(decoder.into_inner().is_empty());
}

/// Counts the events that say that something is cut short.
struct CutShort(Arc<Mutex<usize>>);

impl tracing::Subscriber for CutShort {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let is_of_writers = event.metadata().target() == "kilowat::unfinished";
        if is_of_writers && *event.metadata().level() == tracing::Level::WARN {
            *self.0.lock().unwrap() += 1;
        }
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

/// A writer whose disk is full.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_is_dropped_unfinished_says_so_once() {
    fn writer() -> FrameWriter<Vec<u8>> {
        FrameWriter::new(&native(), Vec::new(), &FrameOptions::new())
    }
    fn begun() -> FrameWriter<Vec<u8>> {
        let mut writer = writer();
        writer.write_all(b"watt by watt").unwrap();
        writer
    }
    fn failed() {
        let options = FrameOptions::new();
        let mut writer = FrameWriter::new(&native(), Full, &options);
        assert!(writer.write_all(&vec![0; 1 << 20]).is_err());
    }
    fn flushed() {
        let mut writer = begun();
        writer.flush().unwrap();
        let len = writer.get_ref().len();
        assert!(len > 12, "{len}");
    }
    fn failed_to_flush() {
        let options = FrameOptions::new();
        let mut writer = FrameWriter::new(&native(), Full, &options);
        writer.write_all(b"watt by watt").unwrap();
        assert!(writer.flush().is_err());
    }
    fn text() -> HexEncoder<Vec<u8>> {
        let mut encoder = HexEncoder::new(&native(), Vec::new(), HexCase::Lower);
        encoder.write_all(b"watt by watt").unwrap();
        encoder
    }
    fn failed_text() {
        let mut encoder = HexEncoder::new(&native(), Full, HexCase::Lower);
        encoder.write_all(b"watt by watt").unwrap();
        assert!(encoder.flush().is_err());
    }
    let cases: [(&str, fn(), usize); 11] = [
        ("begun", || drop(begun()), 1),
        ("flushed", flushed, 1),
        ("failed to flush", failed_to_flush, 0),
        ("empty", || drop(writer()), 0),
        ("finished", || drop(begun().finish().unwrap()), 0),
        ("given up", || drop(begun().into_inner()), 0),
        ("failed", failed, 0),
        ("text begun", || drop(text()), 1),
        ("text finished", || drop(text().finish().unwrap()), 0),
        ("text given up", || drop(text().into_inner()), 0),
        ("text failed", failed_text, 0),
    ];
    for (what, case, expected) in cases {
        let count = Arc::default();
        let subscriber = CutShort(Arc::clone(&count));
        tracing::subscriber::with_default(subscriber, case);
        assert_eq!(*count.lock().unwrap(), expected, "{what}");
    }
}

#[cfg(feature = "digest")]
mod digest_traits {
    use digest::{Digest, DynDigest, FixedOutputReset};
    use hmac::{KeyInit as _, Mac as _, SimpleHmac};
    use kilowat::Runtime;
    use kilowat::hash::{Md5, Sha256};

    use super::{native, unable};

    fn of<D: Digest + FixedOutputReset>(mut digest: D, message: &[u8]) -> Vec<u8> {
        Digest::update(&mut digest, b"something else");
        Digest::reset(&mut digest);
        for piece in message.chunks(300_001) {
            Digest::update(&mut digest, piece);
        }
        let first = digest.finalize_reset().to_vec();
        assert_eq!(digest.finalize()[..], D::digest(b"")[..]);
        first
    }

    #[test]
    fn generic_code_takes_them_and_they_never_fail() {
        let message = b"watt by watt".repeat(60_000);
        let (sha256, md5) = (
            native().sha256(&message).unwrap(),
            native().md5(&message).unwrap(),
        );
        for runtime in [native(), Runtime::new(), unable()] {
            assert_eq!(of(Sha256::new(&runtime), &message), sha256);
            assert_eq!(of(Md5::new(&runtime), &message), md5);
            let mut boxed: Box<dyn DynDigest> = Box::new(Sha256::new(&runtime));
            boxed.update(&message);
            assert_eq!(boxed.box_clone().finalize()[..], sha256);
        }
        assert_eq!(<Sha256 as Digest>::output_size(), 32);
    }

    /// RFC 4231, test case 2.
    #[test]
    fn hmac_is_made_of_them() {
        let mut mac = SimpleHmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        mac.update(b"what do ya want for nothing?");
        let tag = mac.finalize().into_bytes();
        assert_eq!(tag[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(tag[28..], [0x64, 0xec, 0x38, 0x43]);
    }
}
