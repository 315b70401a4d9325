//! The module `text` through the library: inputs that go through in pieces of 256 KiB, where faults keep
//! their place, checksums as hashers and writers, and encodings as writers and readers.

use std::hash::Hasher;
use std::io::{self, ErrorKind, Read, Write};

use crate::common::runtimes;
use kilowat::error::Status;
use kilowat::hash::{Adler32, Crc32, Crc32c};
use kilowat::text::{
    Base64, Base64Decoder, Base64Encoder, DecodeError, EncodingError, EncodingFault, HexCase,
    HexDecoder, HexEncoder, Lenience, Utf8Fault,
};
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

/// Gives bytes in pieces that end at the cuts, with an interruption before each.
struct Pieces<'a> {
    rest: &'a [u8],
    lengths: Vec<usize>,
    is_interrupted: bool,
}

impl<'a> Pieces<'a> {
    fn new(bytes: &'a [u8], cuts: &[usize]) -> Self {
        let mut lengths = Vec::new();
        let mut start = 0;
        for cut in cuts {
            lengths.push(cut - start);
            start = *cut;
        }
        // An empty piece would be the end.
        lengths.retain(|len| *len > 0);
        lengths.reverse();
        Self {
            rest: bytes,
            lengths,
            is_interrupted: false,
        }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let piece = self.lengths.pop().unwrap_or(self.rest.len());
        let len = piece.min(buffer.len()).min(self.rest.len());
        if len < piece.min(self.rest.len()) {
            self.lengths.push(piece - len);
        }
        self.rest.read(&mut buffer[..len])
    }
}

/// All that a decoder gives, and its error.
fn read_all(mut decoder: impl Read) -> (Vec<u8>, Option<DecodeError>) {
    let mut bytes = Vec::new();
    let Err(error) = decoder.read_to_end(&mut bytes) else {
        return (bytes, None);
    };
    // An error stays.
    let again = decoder.read(&mut [0]).unwrap_err();
    let kind = error.kind();
    assert_eq!(again.kind(), kind);
    let Error::Decode(error) = error.downcast().unwrap() else {
        panic!("{again}");
    };
    let expected = match error.fault {
        EncodingFault::CutShort => ErrorKind::UnexpectedEof,
        _ => ErrorKind::InvalidData,
    };
    assert_eq!(kind, expected);
    (bytes, Some(error))
}

/// What a decoder gives of a text in pieces.
fn base64_in_pieces(
    runtime: &Runtime,
    text: &[u8],
    cuts: &[usize],
    (variant, lenience): (Base64, Lenience),
) -> (Vec<u8>, Option<DecodeError>) {
    let reader = Pieces::new(text, cuts);
    read_all(Base64Decoder::new(runtime, reader, variant).lenience(lenience))
}

fn hex_in_pieces(
    runtime: &Runtime,
    text: &[u8],
    cuts: &[usize],
    lenience: Lenience,
) -> (Vec<u8>, Option<DecodeError>) {
    let reader = Pieces::new(text, cuts);
    read_all(HexDecoder::new(runtime, reader).lenience(lenience))
}

#[test]
fn encoders_cut_at_every_place() {
    let mut generator = Generator::new(3, &[]);
    for runtime in runtimes() {
        for len in [0, 1, 2, 3, 4, 5, 17] {
            let bytes = generator.random_bytes(len);
            for cut in 0..=len {
                let (first, second) = bytes.split_at(cut);
                for flushes in [false, true] {
                    for (variant, ..) in VARIANTS {
                        let mut encoder = Base64Encoder::new(&runtime, Vec::new(), variant);
                        encoder.write_all(first).unwrap();
                        if flushes {
                            encoder.flush().unwrap();
                            assert_eq!(encoder.get_ref().len(), cut / 3 * 4);
                        }
                        encoder.write_all(second).unwrap();
                        let expected = runtime.base64_encode(&bytes, variant).unwrap();
                        assert_eq!(encoder.finish().unwrap(), expected.as_bytes(), "{cut}");
                    }
                    for case in [HexCase::Lower, HexCase::Upper] {
                        let mut encoder = HexEncoder::new(&runtime, Vec::new(), case);
                        encoder.write_all(first).unwrap();
                        if flushes {
                            encoder.flush().unwrap();
                            assert_eq!(encoder.get_ref().len(), 2 * cut);
                        }
                        encoder.write_all(second).unwrap();
                        let expected = runtime.hex_encode(&bytes, case).unwrap();
                        assert_eq!(encoder.finish().unwrap(), expected.as_bytes(), "{cut}");
                    }
                }
            }
        }
    }
}

#[test]
fn long_texts_in_pieces_of_every_kind() {
    let mut generator = Generator::new(4, &[]);
    let bytes = generator.random_bytes(3 * PIECE + 1);
    for runtime in runtimes() {
        for piece in [1_000, 65_536, PIECE - 2, PIECE, 2 * PIECE] {
            let mut encoder = Base64Encoder::new(&runtime, Vec::new(), Base64::Standard);
            let mut hex = HexEncoder::new(&runtime, Vec::new(), HexCase::Upper);
            for piece in bytes.chunks(piece) {
                encoder.write_all(piece).unwrap();
                hex.write_all(piece).unwrap();
            }
            let text = encoder.finish().unwrap();
            let digits = hex.finish().unwrap();
            let expected = runtime.base64_encode(&bytes, Base64::Standard).unwrap();
            assert!(text == expected.as_bytes(), "{piece}");
            let expected = runtime.hex_encode(&bytes, HexCase::Upper).unwrap();
            assert!(digits == expected.as_bytes(), "{piece}");

            let cuts: Vec<usize> = (piece..text.len()).step_by(piece).collect();
            let how = (Base64::Standard, Lenience::None);
            let decoded = base64_in_pieces(&runtime, &text, &cuts, how);
            assert!(decoded == (bytes.clone(), None), "{piece}");
            let decoded = hex_in_pieces(&runtime, &digits, &cuts, Lenience::None);
            assert!(decoded == (bytes.clone(), None), "{piece}");

            // In lines, as they are on every system, and with what is no part of the text between them.
            for (line_end, lenience) in [
                (&b"\n"[..], Lenience::LineBreaks),
                (b"\r\n", Lenience::LineBreaks),
                (b" \n\t\xff", Lenience::Garbage),
            ] {
                let lines = |text: &[u8]| {
                    let lines: Vec<_> = text.chunks(76).collect();
                    [&lines.join(line_end), line_end].concat()
                };
                let how = (Base64::Standard, lenience);
                let decoded = base64_in_pieces(&runtime, &lines(&text), &cuts, how);
                assert!(decoded == (bytes.clone(), None), "{piece} {line_end:?}");
                let decoded = hex_in_pieces(&runtime, &lines(&digits), &cuts, lenience);
                assert!(decoded == (bytes.clone(), None), "{piece} {line_end:?}");
            }
        }
    }
}

/// Without lenience, a decoder takes a text as the function does that has it as a whole, and refuses it with
/// the same fault, wherever it is cut. Of bytes before a fault it gives none that are wrong.
#[test]
fn strict_decoders_cut_at_every_place() {
    let seed = 5;
    let mut generator = Generator::new(seed, &[]);
    let runtime = Runtime::with_engine(kilowat::EngineKind::Native).unwrap();
    for round in 0..10_000 {
        let len = generator.number(0..=9);
        let text = generator.bytes_over(b"AAAAQwB/+-_=\n", len);
        let digits = generator.bytes_over(b"0123456789abcdefABCDEF\n=", len);
        let cut = generator.number(0..=len);
        let cuts = [cut, generator.number(cut..=len)];
        let title = || {
            format!(
                "{:?} at {cuts:?}, round {round}, seed {seed}",
                text.escape_ascii()
            )
        };
        for (variant, ..) in VARIANTS {
            let (bytes, error) =
                base64_in_pieces(&runtime, &text, &cuts, (variant, Lenience::None));
            match error {
                None => {
                    let expected = runtime.base64_decode(&text, variant).unwrap();
                    assert_eq!(bytes, expected, "{}", title());
                }
                Some(error) => {
                    let fault = malformed(runtime.base64_decode(&text, variant));
                    let actual = (error.offset as usize, error.fault);
                    assert_eq!(actual, fault, "{} {variant:?}", title());
                    let before = &text[..fault.0 / 4 * 4];
                    let whole = bytes.len() / 3 * 4;
                    let sound = runtime.base64_decode(&before[..whole], variant).unwrap();
                    assert_eq!(bytes, sound, "{} {variant:?}", title());
                }
            }
        }
        let (bytes, error) = hex_in_pieces(&runtime, &digits, &cuts, Lenience::None);
        let result = runtime.hex_decode(&digits);
        match error {
            None => assert_eq!(bytes, result.unwrap()),
            Some(error) => {
                let fault = malformed(result);
                assert_eq!((error.offset as usize, error.fault), fault);
                let sound = runtime.hex_decode(&digits[..fault.0 / 2 * 2]).unwrap();
                assert_eq!(bytes, sound);
            }
        }
    }
}

/// Base64 as tools take it, decoded byte by byte, with the place and the line of a fault.
fn slowly(text: &[u8], garbage: bool) -> (Vec<u8>, Option<(u64, u64, EncodingFault)>) {
    let number = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut quad, mut padding) = (Vec::new(), Vec::new(), 0);
    let place = |offset: usize, fault| {
        let line = text[..offset].split(|byte| *byte == b'\n').count();
        Some((offset as u64, line as u64, fault))
    };
    let mut last = 0;
    let flush = |quad: &mut Vec<u8>, last, bytes: &mut Vec<u8>| {
        let bits = quad
            .iter()
            .fold(0_u32, |bits, six| bits << 6 | u32::from(*six));
        let len = quad.len() * 6 / 8;
        let extra = quad.len() * 6 % 8;
        if bits & ((1 << extra) - 1) != 0 {
            return place(last, EncodingFault::TrailingBits);
        }
        let whole = (bits >> extra).to_be_bytes();
        bytes.extend(&whole[4 - len..]);
        quad.clear();
        None
    };
    for (offset, byte) in text.iter().enumerate() {
        match (number(*byte), byte) {
            (None, b'\n' | b'\r') => {}
            (None, byte) if garbage && *byte != b'=' => {}
            (None, b'=') if quad.len() >= 2 => padding += 1,
            (_, byte) if padding > 0 || *byte == b'=' => {
                return (bytes, place(offset, EncodingFault::Padding));
            }
            (Some(six), _) => {
                quad.push(six);
                last = offset;
            }
            (None, _) => return (bytes, place(offset, EncodingFault::Symbol)),
        }
        if quad.len() + padding == 4 {
            padding = 0;
            if let Some(fault) = flush(&mut quad, last, &mut bytes) {
                return (bytes, Some(fault));
            }
        }
    }
    if padding > 0 || quad.len() == 1 {
        return (bytes, place(text.len(), EncodingFault::CutShort));
    }
    let fault = flush(&mut quad, last, &mut bytes);
    (bytes, fault)
}

#[test]
fn lenient_decoders_cut_at_every_place() {
    let seed = 6;
    let mut generator = Generator::new(seed, &[]);
    for runtime in runtimes() {
        for round in 0..3_000 {
            let len = generator.number(0..=14);
            let alphabets: [&[u8]; 3] = [b"AAAAQw=\n", b"AQ==\n\r", b"AAAAQwB/=\n\r-!\xff"];
            let alphabet = *generator.choose(&alphabets);
            let text = generator.bytes_over(alphabet, len);
            let cut = generator.number(0..=len);
            let cuts = [cut, generator.number(cut..=len)];
            for (lenience, garbage) in [(Lenience::LineBreaks, false), (Lenience::Garbage, true)] {
                let expected = slowly(&text, garbage);
                for variant in [Base64::Standard, Base64::StandardUnpadded] {
                    let (bytes, error) =
                        base64_in_pieces(&runtime, &text, &cuts, (variant, lenience));
                    let error = error.map(|error| (error.offset, error.line, error.fault));
                    let text = text.escape_ascii();
                    let title = format!("{text:?} at {cuts:?}, round {round}, seed {seed}");
                    assert_eq!((bytes, error), expected, "{title} {lenience:?}");
                }
            }
        }
    }
}

/// Faults far from where reading goes on, with the symbols before them in another piece.
#[test]
fn faults_of_long_texts_have_their_line() {
    for runtime in runtimes() {
        let how = (Base64::Standard, Lenience::LineBreaks);
        let mut text = [&[b'A'; 76][..], b"\n"].concat().repeat(10_000);
        let place = 5_000 * 77 + 3;
        text[place] = b'!';
        let (bytes, error) = base64_in_pieces(&runtime, &text, &[], how);
        let error = error.unwrap();
        assert_eq!(bytes.len(), 5_000 * 57);
        assert_eq!((error.offset, error.line), (place as u64, 5_001));
        assert_eq!(
            error.to_string(),
            "at byte 385003, in line 5001: not of the base64 alphabet"
        );

        // A symbol with bits too many, which is known only when all those lines have been read.
        let text = [b"AAAA\nA\nB", &vec![b'\n'; 3 * PIECE][..], b"="].concat();
        let (bytes, error) = base64_in_pieces(&runtime, &text, &[6], how);
        assert_eq!(
            (bytes.len(), error.unwrap().fault),
            (3, EncodingFault::CutShort)
        );
        let text = [&text[..], b"="].concat();
        let (bytes, error) = base64_in_pieces(&runtime, &text, &[6], how);
        let error = error.unwrap();
        assert_eq!(bytes.len(), 3);
        let expected = (7, 3, EncodingFault::TrailingBits);
        assert_eq!((error.offset, error.line, error.fault), expected);

        let digits = [&b"00\n".repeat(PIECE)[..], b"0\n\n"].concat();
        let (bytes, error) = hex_in_pieces(&runtime, &digits, &[], Lenience::LineBreaks);
        let error = error.unwrap();
        assert_eq!(bytes.len(), PIECE);
        assert_eq!(
            (error.offset, error.line),
            (digits.len() as u64, PIECE as u64 + 3)
        );
        assert_eq!(error.fault, EncodingFault::CutShort);
    }
}

/// A writer that takes a few bytes, is interrupted, and then has had enough, again and again.
#[derive(Default)]
struct Stubborn {
    taken: Vec<u8>,
    calls: usize,
}

impl Write for Stubborn {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        match self.calls % 3 {
            0 => Err(ErrorKind::WouldBlock.into()),
            1 => Err(ErrorKind::Interrupted.into()),
            _ => {
                let len = bytes.len().min(100_000);
                self.taken.extend(&bytes[..len]);
                Ok(len)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What an encoder could not write is written when it is asked again, and nothing twice.
#[test]
fn encoders_go_on_after_errors_of_their_writers() {
    let bytes = Generator::new(7, &[]).random_bytes(2 * PIECE / 3 * 3);
    let runtime = Runtime::new();
    let mut encoder = Base64Encoder::new(&runtime, Stubborn::default(), Base64::Standard);
    let mut rest = &bytes[..];
    let mut refusals = 0;
    while !rest.is_empty() {
        match encoder.write(rest) {
            Ok(len) => rest = &rest[len..],
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                refusals += 1;
            }
        }
    }
    while let Err(error) = encoder.flush() {
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        refusals += 1;
    }
    assert!(refusals > 4, "{refusals}");
    let whole = encoder.into_inner().taken;
    let expected = runtime.base64_encode(&bytes, Base64::Standard).unwrap();
    assert!(whole == expected.as_bytes());
}

/// An encoder that no tier can answer for has taken nothing, and says so.
#[test]
fn encoders_and_decoders_without_a_tier_fail() {
    let runtime = Runtime::builder()
        .tiers([kilowat::EngineKind::Interpreter])
        .memory_limit(0)
        .ignore_environment()
        .build()
        .unwrap();
    let mut encoder = HexEncoder::new(&runtime, Vec::new(), HexCase::Lower);
    let taken = encoder.write(&vec![0; PIECE]).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::OutOfMemory);
    encoder.write_all(b"a few wait").unwrap();
    let error = encoder.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    let mut decoder = HexDecoder::new(&runtime, &b"00"[..]);
    for _ in 0..2 {
        let error = decoder.read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    }
}
