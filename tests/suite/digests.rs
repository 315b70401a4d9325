//! Message digests through the library: any length, pieces of any lengths, groups of any sizes.

use std::hash::Hasher as _;
use std::io::Write as _;

use crate::common::runtimes;
use kilowat::hash::{Md5, Sha256, Sha512, Xxh3_64, Xxh32, Xxh64};
use kilowat::{EngineKind, Runtime};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{self, Native};
use kilowat_operations::shape::{Bytes, State, Stream};

#[test]
fn long_messages_and_writers_agree_with_the_reference() {
    let mut generator = Generator::new(1, &[]);
    for len in [0, 1, 63, 64, 65, 1_000, 262_144, 262_145, 700_001] {
        let message = generator.bytes(len);
        let (sha256, md5) = (ops::Sha256::native(&message), ops::Md5::native(&message));
        let sha512 = ops::Sha512::native(&message);
        for runtime in runtimes() {
            assert_eq!(runtime.sha256(&message).unwrap(), sha256, "{len}");
            assert_eq!(runtime.sha512(&message).unwrap(), sha512, "{len}");
            assert_eq!(runtime.md5(&message).unwrap(), md5, "{len}");
            let mut sha512_writer = Sha512::new(&runtime);
            let mut sha256_writer = Sha256::new(&runtime);
            let mut md5_writer = Md5::new(&runtime);
            let mut rest = &message[..];
            while !rest.is_empty() {
                let len = generator.number(0..=rest.len().min(50_000));
                let (piece, later) = rest.split_at(len);
                sha256_writer.write_all(piece).unwrap();
                sha512_writer.write_all(piece).unwrap();
                md5_writer.write_all(piece).unwrap();
                rest = later;
            }
            assert_eq!(sha256_writer.finish().unwrap(), sha256, "{len}");
            assert_eq!(sha512_writer.finish().unwrap(), sha512, "{len}");
            assert_eq!(md5_writer.finish().unwrap(), md5, "{len}");
        }
    }
}

#[test]
fn batches_of_any_size_agree_with_single_messages() {
    let mut generator = Generator::new(2, &[]);
    let mut messages: Vec<Vec<u8>> = (0..5_000)
        .map(|_| {
            let len = generator.number(0..=200);
            generator.bytes(len)
        })
        .collect();
    messages.insert(7, generator.bytes(1_100_000));
    messages.insert(3_000, generator.bytes(900_000));
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let sha256: Vec<_> = messages
        .iter()
        .map(|message| ops::Sha256::native(message))
        .collect();
    let md5: Vec<_> = messages
        .iter()
        .map(|message| ops::Md5::native(message))
        .collect();
    let native = Runtime::with_engine(EngineKind::Native).unwrap();
    let each = messages.iter();
    let fnv1a32: Vec<_> = each
        .clone()
        .map(|message| native.fnv1a32(message).unwrap())
        .collect();
    let fnv1a64: Vec<_> = each
        .map(|message| native.fnv1a64(message).unwrap())
        .collect();
    for runtime in runtimes() {
        assert_eq!(runtime.sha256_batch(&messages).unwrap(), sha256);
        assert_eq!(runtime.md5_batch(&messages).unwrap(), md5);
        assert_eq!(runtime.fnv1a32_batch(&messages).unwrap(), fnv1a32);
        assert_eq!(runtime.fnv1a64_batch(&messages).unwrap(), fnv1a64);
        assert!(runtime.sha256_batch(&[]).unwrap().is_empty());
    }
}

/// Every tier can go on with a state that another has left.
#[test]
fn native_code_and_kernels_share_states() {
    fn check<Whole, const S: usize, const N: usize, Update, Finish>(
        start: &[u8; S],
        digest: [u8; N],
        message: &[u8],
    ) where
        Whole: Stream<S>,
        Update: Native<Shape = (State<Whole, S>, Bytes), Output = [u8; S]>,
        Finish: Native<Shape = State<Whole, S>, Output = [u8; N]>,
    {
        let library = kilowat_operations::session::Library::new(EngineKind::Interpreter);
        let mut session = library.unwrap().unwrap().session();
        for cut in 0..=message.len() {
            let (first, second) = message.split_at(cut);
            let kernel = session.run::<Update>((start, first)).unwrap();
            let both = Update::native((&kernel, second));
            assert_eq!(session.run::<Finish>(&both).unwrap(), digest);
            let native = Update::native((start, first));
            let both = session.run::<Update>((&native, second)).unwrap();
            assert_eq!(Finish::native(&both), digest);
        }
    }
    use ops::{Md5, Md5Finish, Md5Update, Sha256, Sha256Finish, Sha256Update};
    use ops::{Sha512, Sha512Finish, Sha512Update};
    let message = Generator::new(3, &[]).bytes(400);
    check::<Sha512, _, _, Sha512Update, Sha512Finish>(
        Sha512::START,
        Sha512::native(&message),
        &message,
    );
    let message = Generator::new(3, &[]).bytes(200);
    check::<Sha256, _, _, Sha256Update, Sha256Finish>(
        Sha256::START,
        Sha256::native(&message),
        &message,
    );
    check::<Md5, _, _, Md5Update, Md5Finish>(Md5::START, Md5::native(&message), &message);
}

/// By pieces and by a stream, with any seed, and after the hash more may come.
#[test]
fn xxh32_of_any_length_agrees_with_the_reference() {
    let mut generator = Generator::new(4, &[]);
    for (len, seed) in [
        (0, 0),
        (1, 7),
        (15, 0),
        (16, u32::MAX),
        (262_145, 0),
        (700_001, 9),
    ] {
        let bytes = generator.bytes(len);
        let expected = ops::Xxh32::native((&bytes, seed));
        for runtime in runtimes() {
            assert_eq!(runtime.xxh32(&bytes, seed).unwrap(), expected, "{len}");
            let mut written = Xxh32::new(&runtime, seed);
            let mut hasher = Xxh32::new(&runtime, seed);
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let len = generator.number(0..=rest.len().min(50_000));
                let (piece, later) = rest.split_at(len);
                written.write_all(piece).unwrap();
                std::hash::Hasher::write(&mut hasher, piece);
                rest = later;
            }
            assert_eq!(written.hash().unwrap(), expected, "{len}");
            assert_eq!(written.hash().unwrap(), expected, "{len}");
            assert_eq!(hasher.finish(), u64::from(expected), "{len}");
        }
    }
}

/// Every tier can go on with a state of xxHash that another has left, wherever the bytes are cut.
#[test]
fn native_code_and_kernels_share_states_of_xxh32() {
    use ops::{Xxh32, Xxh32Finish, Xxh32Update};
    let library = kilowat_operations::session::Library::new(EngineKind::Interpreter);
    let mut session = library.unwrap().unwrap().session();
    let bytes = Generator::new(5, &[]).bytes(70);
    for seed in [0, 0x9e37_79b1] {
        for len in [0, 15, 16, 70] {
            let bytes = &bytes[..len];
            let expected = Xxh32::native((bytes, seed));
            for cut in 0..=len {
                let (first, second) = bytes.split_at(cut);
                let start = &Xxh32::start(seed);
                let kernel = session.run::<Xxh32Update>((start, first)).unwrap();
                assert_eq!(kernel, Xxh32Update::native((start, first)));
                let both = Xxh32Update::native((&kernel, second));
                assert_eq!(session.run::<Xxh32Finish>(&both).unwrap(), expected);
                let native = Xxh32Update::native((start, first));
                let both = session.run::<Xxh32Update>((&native, second)).unwrap();
                assert_eq!(Xxh32Finish::native(&both), expected);
            }
        }
    }
}

/// The crate's own streams, which native code here does not use, and published test vectors.
#[test]
fn xxhashes_of_64_bits_of_any_length_agree_with_the_reference() {
    use twox_hash::{XxHash3_64, XxHash64};
    let mut generator = Generator::new(6, &[]);
    let native = Runtime::with_engine(EngineKind::Native).unwrap();
    assert_eq!(native.xxh64(b"").unwrap(), 0xef46_db37_51d8_e999);
    assert_eq!(native.xxh3_64(b"").unwrap(), 0x2d06_8005_38d3_94c2);
    for (len, seed) in [
        (0, 0),
        (1, 7),
        (31, 0),
        (240, 1),
        (241, u64::MAX),
        (1_024, 0),
        (1_025, 0),
        (262_145, 0),
        (700_001, 9),
    ] {
        let bytes = generator.bytes(len);
        let (xxh64, xxh3) = (
            XxHash64::oneshot(seed, &bytes),
            XxHash3_64::oneshot_with_seed(seed, &bytes),
        );
        for runtime in runtimes() {
            assert_eq!(runtime.xxh64_with_seed(&bytes, seed).unwrap(), xxh64);
            assert_eq!(runtime.xxh3_64_with_seed(&bytes, seed).unwrap(), xxh3);
            let mut written = (Xxh64::new(&runtime, seed), Xxh3_64::new(&runtime, seed));
            let mut hashers = written.clone();
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let longest = *generator.choose(&[300, 50_000]);
                let len = generator.number(0..=rest.len().min(longest));
                let (piece, later) = rest.split_at(len);
                written.0.write_all(piece).unwrap();
                written.1.write_all(piece).unwrap();
                std::hash::Hasher::write(&mut hashers.0, piece);
                std::hash::Hasher::write(&mut hashers.1, piece);
                rest = later;
            }
            for _ in 0..2 {
                assert_eq!(written.0.hash().unwrap(), xxh64, "{len}");
                assert_eq!(written.1.hash().unwrap(), xxh3, "{len}");
            }
            assert_eq!(hashers.0.finish(), xxh64, "{len}");
            assert_eq!(hashers.1.finish(), xxh3, "{len}");
        }
    }
}

/// Every tier can go on with a state that another has left, wherever the bytes are cut.
#[test]
fn native_code_and_kernels_share_states_of_xxhashes_of_64_bits() {
    use ops::{Xxh3_64, Xxh3_64Finish, Xxh3_64Update, Xxh64, Xxh64Finish, Xxh64Update};
    macro_rules! check {
        ($session:ident, $bytes:ident, $seed:ident, $cut:ident; $whole:ident, $update:ident, $finish:ident) => {
            let (first, second) = $bytes.split_at($cut);
            let expected = $whole::native(($bytes, $seed));
            let start = &$whole::start($seed);
            let kernel = $session.run::<$update>((start, first)).unwrap();
            assert_eq!(kernel, $update::native((start, first)));
            let both = $update::native((&kernel, second));
            assert_eq!($session.run::<$finish>(&both).unwrap(), expected);
            let native = $update::native((start, first));
            let both = $session.run::<$update>((&native, second)).unwrap();
            assert_eq!($finish::native(&both), expected);
        };
    }
    let library = kilowat_operations::session::Library::new(EngineKind::Interpreter);
    let mut session = library.unwrap().unwrap().session();
    let bytes = Generator::new(7, &[]).bytes(1_400);
    for seed in [0, 0x9e37_79b1_85eb_ca87] {
        for len in [0, 31, 32, 200, 241, 256, 320, 1_024, 1_100, 1_400] {
            let bytes = &bytes[..len];
            for cut in (0..=len).step_by(1 + len / 90) {
                check!(session, bytes, seed, cut; Xxh64, Xxh64Update, Xxh64Finish);
                check!(session, bytes, seed, cut; Xxh3_64, Xxh3_64Update, Xxh3_64Finish);
            }
        }
    }
}
