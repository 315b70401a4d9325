//! The module `brotli`, with the crate `brotli` on the other side.

use kilowat::{Error, Limit, Runtime};
use kilowat_engine::EngineKind;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{
    BrotliDecompress, BrotliError, BrotliFault, Native as _, Refuses as _, Status,
};
use kilowat_operations::session::{Library, Session};

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
