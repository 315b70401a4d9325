//! The module `text` through the library: inputs that go through in pieces of 256 KiB, where faults keep
//! their place, and checksums as hashers and writers.

use std::hash::Hasher;
use std::io::Write;

use crate::common::runtimes;
use kilowat::error::Status;
use kilowat::hash::{Adler32, Crc32, Crc32c};
use kilowat::text::{Base64, EncodingError, EncodingFault, HexCase, Utf8Fault};
use kilowat::{Error, Runtime};
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{self, Native};

/// What the library gives a kernel at a time.
const PIECE: usize = 256 << 10;

const VARIANTS: [(Base64, bool, bool); 4] = [
    (Base64::Standard, false, false),
    (Base64::StandardUnpadded, false, true),
    (Base64::UrlSafe, true, false),
    (Base64::UrlSafeUnpadded, true, true),
];

/// Where `std` sees the first fault, and how long it is.
fn by_std(bytes: &[u8]) -> Option<(usize, Option<usize>)> {
    let error = std::str::from_utf8(bytes).err()?;
    Some((error.valid_up_to(), error.error_len()))
}

fn by_runtime(runtime: &Runtime, bytes: &[u8]) -> Option<(usize, Option<usize>)> {
    match runtime.utf8_validate(bytes) {
        Ok(()) => None,
        Err(Error::Input(refusal)) => {
            let fault: &Utf8Fault = refusal.detail().unwrap();
            assert_eq!(refusal.status(), Status::Malformed);
            assert_eq!(refusal.offset(), Some(fault.valid_up_to as u64));
            Some((fault.valid_up_to, fault.error_len.map(usize::from)))
        }
        Err(error) => panic!("{error}"),
    }
}

/// What is wrong with a text, and where.
fn malformed<T>(result: Result<T, Error>) -> (usize, EncodingFault) {
    match result {
        Err(Error::Input(refusal)) => match refusal.detail() {
            Some(EncodingError::Malformed { offset, fault }) => {
                assert_eq!(refusal.status(), Status::Malformed);
                assert_eq!(refusal.offset(), Some(*offset as u64));
                (*offset, *fault)
            }
            _ => panic!("{refusal}"),
        },
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it is taken"),
    }
}

#[test]
fn characters_across_pieces() {
    for runtime in runtimes() {
        for character in ["é", "⚡", "😀"] {
            for before in PIECE - 4..=PIECE {
                let mut text = "a".repeat(before);
                text.push_str(character);
                text.push_str(&"b".repeat(40));
                let characters = text.chars().count();
                assert_eq!(by_runtime(&runtime, text.as_bytes()), None);
                assert_eq!(runtime.utf8_count(text.as_bytes()).unwrap(), characters);
                let units = text.encode_utf16().count();
                assert_eq!(runtime.utf16_len(text.as_bytes()).unwrap(), units);

                // Cut short within the character, or another byte where it goes on.
                for len in before..before + character.len() {
                    let cut = &text.as_bytes()[..len];
                    assert_eq!(by_runtime(&runtime, cut), by_std(cut), "{before} {len}");
                    let mut wrong = text.clone().into_bytes();
                    wrong[len] = b'(';
                    assert_eq!(
                        by_runtime(&runtime, &wrong),
                        by_std(&wrong),
                        "{before} {len}"
                    );
                }
            }
        }
        let mut late = vec![b'a'; 3 * PIECE];
        late[2 * PIECE + 7] = 0xff;
        assert_eq!(by_runtime(&runtime, &late), Some((2 * PIECE + 7, Some(1))));
    }
}

#[test]
fn line_ends_across_pieces() {
    for runtime in runtimes() {
        for end in ["\n", "\r\n", "\u{2028}", "\u{2029}"] {
            for before in PIECE - 4..=PIECE + 1 {
                let text = format!("one\n{}{end}\n{}", "a".repeat(before - 4), "b".repeat(40));
                for separators in [false, true] {
                    let input = (text.as_bytes(), separators, text.len());
                    let expected = ops::Lines::native(input).offsets;
                    let starts = runtime.line_starts(text.as_bytes(), separators).unwrap();
                    assert_eq!(starts, expected, "{end:?} {before} {separators}");
                }
            }
        }
        // More lines than there is room for at first.
        let starts = runtime.line_starts(&vec![b'\n'; PIECE + 1], false).unwrap();
        assert!(starts.iter().copied().eq(0..PIECE + 2));
        assert_eq!(runtime.line_starts(b"", true).unwrap(), [0]);
    }
}

#[test]
fn encodings_of_any_length_and_back() {
    let mut generator = Generator::new(1, &[]);
    for len in [0, 1, 2, 3, 100, PIECE - 1, PIECE, PIECE + 1, 700_001] {
        let bytes = generator.random_bytes(len);
        for runtime in runtimes() {
            for (case, upper) in [(HexCase::Lower, false), (HexCase::Upper, true)] {
                let text = runtime.hex_encode(&bytes, case).unwrap();
                let expected = ops::HexEncode::native((&bytes, upper, 2 * len)).unwrap();
                assert_eq!(text.as_bytes(), expected, "{len}");
                assert_eq!(runtime.hex_decode(text.as_bytes()).unwrap(), bytes, "{len}");
            }
            for (variant, url_safe, unpadded) in VARIANTS {
                let text = runtime.base64_encode(&bytes, variant).unwrap();
                let input = (&*bytes, url_safe, unpadded, 2 * len + 4);
                let expected = ops::Base64Encode::native(input).unwrap();
                assert_eq!(text.as_bytes(), expected, "{len} {variant:?}");
                let decoded = runtime.base64_decode(text.as_bytes(), variant).unwrap();
                assert_eq!(decoded, bytes, "{len} {variant:?}");
            }
        }
    }
}

/// A text that is wrong in one piece of several has the fault that it has as a whole.
#[test]
fn faults_of_encodings_have_their_place_in_the_whole() {
    for runtime in runtimes() {
        let mut digits = vec![b'0'; 2 * PIECE];
        digits[PIECE + 3] = b'g';
        let result = runtime.hex_decode(&digits);
        assert_eq!(malformed(result), (PIECE + 3, EncodingFault::Digit));
        let result = runtime.hex_decode(&digits[..=PIECE]);
        assert_eq!(malformed(result), (PIECE + 1, EncodingFault::CutShort));

        for wrong in [
            "=", "==", "===", "=A=", "-", "+", "A=", "AA=", "AA==", "AAA=",
        ] {
            for place in [8, PIECE - 8, PIECE - 4, PIECE - 3, PIECE - 1, PIECE] {
                for behind in [0, 1, 2, 3, 4, PIECE] {
                    let mut text = vec![b'A'; place];
                    text.extend(wrong.as_bytes());
                    text.resize(text.len() + behind, b'A');
                    for (variant, url_safe, unpadded) in VARIANTS {
                        let input = (&*text, url_safe, unpadded, text.len());
                        let result = runtime.base64_decode(&text, variant);
                        let title = format!("{wrong} {place} {behind} {variant:?}");
                        match ops::Base64Decode::native(input) {
                            Ok(bytes) => assert!(result.unwrap() == bytes, "{title}"),
                            Err(EncodingError::Malformed { offset, fault }) => {
                                assert_eq!(malformed(result), (offset, fault), "{title}");
                            }
                            Err(error) => panic!("{title}: {error}"),
                        }
                    }
                }
            }
        }
    }
}

/// Feeds bytes in two ways to two hashers.
fn in_pieces<T: Hasher + Write>(mut hasher: T, mut writer: T, bytes: &[u8]) -> [u64; 2] {
    let (first, rest) = bytes.split_at(bytes.len() / 3);
    Hasher::write(&mut hasher, first);
    Hasher::write(&mut hasher, rest);
    writer.write_all(first).unwrap();
    writer.write_all(rest).unwrap();
    [hasher.finish(), writer.finish()]
}

#[test]
fn checksums_in_pieces() {
    let mut generator = Generator::new(2, &[]);
    for len in [0, 1, 640, 10_000, PIECE, PIECE + 1, 700_001] {
        let bytes = generator.bytes(len);
        let crc32 = ops::Crc32::native(&bytes);
        let crc32c = ops::Crc32c::native(&bytes);
        let adler32 = ops::Adler32::native(&bytes);
        for runtime in runtimes() {
            assert_eq!(runtime.crc32(&bytes).unwrap(), crc32, "{len}");
            assert_eq!(runtime.crc32c(&bytes).unwrap(), crc32c, "{len}");
            assert_eq!(runtime.adler32(&bytes).unwrap(), adler32, "{len}");
            let new = || Crc32::new(&runtime);
            assert_eq!(
                in_pieces(new(), new(), &bytes),
                [u64::from(crc32); 2],
                "{len}"
            );
            let new = || Crc32c::new(&runtime);
            assert_eq!(
                in_pieces(new(), new(), &bytes),
                [u64::from(crc32c); 2],
                "{len}"
            );
            let new = || Adler32::new(&runtime);
            assert_eq!(
                in_pieces(new(), new(), &bytes),
                [u64::from(adler32); 2],
                "{len}"
            );
        }
    }
}
