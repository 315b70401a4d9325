//! The module `lz4`, with `lz4_flex` on the other side.

use kilowat_engine::EngineKind;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{Lz4Compress, Lz4CompressHc, Lz4Decompress, Lz4Error, Native as _};
use kilowat_operations::session::{Library, Session};

/// A session on the JIT; the checker has shown that the tiers agree.
fn session() -> Session {
    Library::new(EngineKind::Jit).unwrap().unwrap().session()
}

fn compress(session: &mut Session, bytes: &[u8]) -> Vec<u8> {
    let bound = Lz4Compress::bound(bytes.len());
    session.run::<Lz4Compress>((bytes, bound)).unwrap().unwrap()
}

/// Inputs of lengths around everything that the format or the kernel treats differently.
fn inputs() -> Vec<Vec<u8>> {
    let mut generator = Generator::new(3, &[]);
    let mut inputs = Vec::new();
    let long = [
        300,
        1_000,
        4_096,
        65_535,
        65_536,
        65_537,
        131_072,
        200_001,
        1 << 20,
    ];
    for len in (0..=64).chain(long) {
        inputs.push(generator.source_text(len));
        inputs.push(generator.random_bytes(len));
        inputs.push(generator.bytes(len));
        inputs.push(vec![b'a'; len]);
        for period in [1, 2, 3, 7, 15, 16, 17, 64, 65_535, 65_536] {
            let unit = generator.random_bytes(period);
            inputs.push(unit.iter().copied().cycle().take(len).collect());
        }
    }
    inputs
}

/// Each level makes less than the quick compressor does, and the levels that cost most make the least.
#[test]
fn high_levels_are_tighter() {
    let mut session = session();
    let text = Generator::new(9, &[]).source_text(300_000);
    let bound = Lz4Compress::bound(text.len());
    let mut lens = vec![compress(&mut session, &text).len()];
    for level in [3, 6, 9, 12] {
        let block = session.run::<Lz4CompressHc>((&text, level, bound));
        let block = block.unwrap().unwrap();
        let read = lz4_flex::block::decompress(&block, text.len()).unwrap();
        assert!(read == text, "level {level}");
        lens.push(block.len());
    }
    assert!(lens.is_sorted_by(|less, more| less > more), "{lens:?}");
}

#[test]
fn what_one_side_writes_the_other_reads() {
    let mut session = session();
    for bytes in inputs() {
        let ours = compress(&mut session, &bytes);
        assert!(ours.len() <= Lz4Compress::bound(bytes.len()));
        let read = lz4_flex::block::decompress(&ours, bytes.len()).unwrap();
        assert!(
            read == bytes,
            "lz4_flex reads our {} bytes otherwise",
            bytes.len()
        );
        for block in [ours, lz4_flex::block::compress(&bytes)] {
            let read = session.run::<Lz4Decompress>((&block, bytes.len())).unwrap();
            assert!(read.as_ref() == Ok(&bytes), "{} bytes", bytes.len());
            if let Some(short) = bytes.len().checked_sub(1) {
                let refused = session.run::<Lz4Decompress>((&block, short)).unwrap();
                assert_eq!(refused, Err(Lz4Error::OutputTooSmall));
            }
        }
    }
}

/// The rules for the end of a block: the last five bytes are literals, and the last match begins
/// twelve bytes before the end at the latest.
#[test]
fn blocks_end_as_the_format_says() {
    let mut session = session();
    for len in 13..200 {
        let block = compress(&mut session, &vec![7; len]);
        let last_match_end = len - 5;
        // One literal, one match to the last place where it may end, five literals.
        assert_eq!(
            block[..4],
            [
                if len < 25 {
                    0x10 + (len - 10) as u8
                } else {
                    0x1f
                },
                7,
                1,
                0
            ]
        );
        assert_eq!(
            block[block.len() - 6..],
            [0x50, 7, 7, 7, 7, 7],
            "{last_match_end}"
        );
    }
}

/// Whether a block is taken at all, and what it then stands for, is no matter of opinion.
#[test]
fn damaged_blocks_are_refused_where_lz4_flex_refuses_them() {
    let mut session = session();
    let mut generator = Generator::new(5, &[]);
    let mut refused = 0;
    for round in 0..4_000 {
        let len = generator.number(0..=2_000);
        let (block, capacity) = Lz4Decompress::generate(&mut generator, len);
        let ours = session.run::<Lz4Decompress>((&block, capacity)).unwrap();
        let mut room = vec![0; capacity];
        match (ours, lz4_flex::block::decompress_into(&block, &mut room)) {
            (Ok(bytes), Ok(len)) => assert_eq!(bytes, room[..len], "round {round}"),
            (Err(_), Err(_)) => refused += 1,
            (ours, theirs) => panic!("round {round}: {ours:?} and {theirs:?} for {block:x?}"),
        }
    }
    assert!((400..3_600).contains(&refused), "{refused} of 4000 refused");
}

#[test]
fn hostile_blocks() {
    let mut session = session();
    let mut expect = |block: &[u8], capacity: usize, error: Lz4Error| {
        let answer = session.run::<Lz4Decompress>((block, capacity)).unwrap();
        assert_eq!(answer, Err(error), "{:x?}", &block[..block.len().min(16)]);
        assert_eq!(Lz4Decompress::native((block, capacity)), Err(error));
    };
    expect(&[], 100, Lz4Error::Malformed);
    // Distance 0, before the start by one, and by much.
    for distance in [[0, 0], [2, 0], [0xff, 0xff]] {
        let mut block = vec![0x10, b'a', distance[0], distance[1]];
        expect(&block, 100, Lz4Error::Malformed);
        block.extend([0x50, 1, 2, 3, 4, 5]);
        block.resize(200, 0);
        expect(&block, 1_000, Lz4Error::Malformed);
    }
    // A match is the end.
    expect(&[0x10, b'a', 1, 0], 100, Lz4Error::Malformed);
    // Literals that are not there, half a distance, half a run.
    expect(&[0x40, 1, 2, 3], 100, Lz4Error::Malformed);
    expect(&[0x10, b'a', 1], 100, Lz4Error::Malformed);
    expect(&[0x1f, b'a', 1, 0], 100, Lz4Error::Malformed);
    expect(&[0x1f, b'a', 1, 0, 255, 255], 100, Lz4Error::Malformed);
    expect(&[0xf0], 100, Lz4Error::Malformed);
    // Lengths over 32 bits: they are neither believed nor wrapped.
    let mut literals = vec![0xf0];
    literals.resize(17 << 20, 0xff);
    expect(&literals, 1 << 20, Lz4Error::Malformed);
    let mut repeated = vec![0x1f, b'a', 1, 0];
    repeated.resize(17 << 20, 0xff);
    expect(&repeated, 1 << 20, Lz4Error::OutputTooSmall);
}

#[test]
fn a_block_that_does_not_fit_is_refused_and_one_that_just_fits_is_not() {
    let mut session = session();
    for bytes in inputs().into_iter().filter(|bytes| bytes.len() <= 5_000) {
        let block = compress(&mut session, &bytes);
        let exact = session.run::<Lz4Compress>((&bytes, block.len())).unwrap();
        assert!(exact.as_ref() == Ok(&block));
        let short = session
            .run::<Lz4Compress>((&bytes, block.len() - 1))
            .unwrap();
        assert_eq!(short, Err(Lz4Error::OutputTooSmall));
    }
}
