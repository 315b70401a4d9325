//! LZ4 frames: `lz4_flex` on the other side, damage, and the library's streams.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::sync::{LazyLock, mpsc};

use kilowat::faults::Fault;
use kilowat::lz4::{
    BlockSize, ContentSizeError, FrameError, FrameFault, FrameOptions, FrameReader, FrameWriter,
    Lz4Error,
};
use kilowat::{Error, Runtime};
use kilowat_engine::{EngineKind, WasmValue};
use kilowat_kernels::lz4;
use kilowat_operations::frame::Frame as _;
use kilowat_operations::generator::Generator;
use kilowat_operations::ops::{
    DecoderPiece, Lz4DecoderState, Lz4Encoded, Lz4EncoderState, Lz4FrameCompress, Lz4FrameDecode,
    Lz4FrameDecompress, Lz4FrameEncode, Lz4Last, Lz4Piece, Lz4Source, Native as _, Shape as _,
};
use kilowat_operations::session::{Library, Session};
use lz4_flex::frame::{self, BlockMode, FrameDecoder, FrameEncoder, FrameInfo};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::common::fallible;

/// What the checker works on is not all of one kind.
#[test]
fn generated_sources_meet_every_fault() {
    let mut faults = BTreeSet::new();
    let (mut sound, mut wanting_source, mut wanting_room) = (0, 0, 0);
    for seed in 0..4_000 {
        let mut generator = Generator::new(seed, &[]);
        let case = Lz4FrameDecode::generate(&mut generator, 100 + seed as usize % 200);
        let decoded = Lz4FrameDecode::native(DecoderPiece::borrow(&case));
        match decoded.state.fault() {
            Some(fault) => drop(faults.insert(format!("{fault:?}"))),
            None if decoded.state.room_needed().is_some() => wanting_room += 1,
            None if !decoded.state.may_end() => wanting_source += 1,
            None => sound += 1,
        }
    }
    assert_eq!(faults.len(), 12, "{faults:?}");
    assert!(sound > 1_000, "{sound}");
    assert!(wanting_source > 400, "{wanting_source}");
    assert!(wanting_room > 100, "{wanting_room}");
}

const BLOCK_SIZES: [BlockSize; 4] = [
    BlockSize::KiB64,
    BlockSize::KiB256,
    BlockSize::MiB1,
    BlockSize::MiB4,
];

/// All options there are, for a content of some length.
fn all_options(len: usize) -> Vec<FrameOptions> {
    let mut all = Vec::new();
    for bits in 0..64 {
        let bit = |place: u32| bits >> place & 1 == 1;
        all.push(
            FrameOptions::new()
                .block_size(BLOCK_SIZES[bits >> 4])
                .linked(bit(0))
                .block_checksums(bit(1))
                .content_checksum(bit(2))
                .content_size(bit(3).then_some(len as u64)),
        );
    }
    all
}

/// Contents of lengths around those at which something changes.
fn contents() -> Vec<Vec<u8>> {
    let mut generator = Generator::new(11, &[]);
    let mut contents = Vec::new();
    for len in [0, 1, 12, 13, 100, 5_000, 65_535, 65_536, 65_537, 300_000] {
        contents.push(generator.source_text(len));
        contents.push(generator.random_bytes(len));
        contents.push(generator.bytes(len));
    }
    contents
}

fn lz4_flex_read(frames: &[u8]) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    FrameDecoder::new(frames).read_to_end(&mut content)?;
    Ok(content)
}

#[test]
fn lz4_flex_reads_what_we_write() {
    let runtime = Runtime::new();
    for content in contents() {
        for options in all_options(content.len()) {
            let frame = runtime.lz4_frame_compress(&content, &options).unwrap();
            assert!(frame.len() <= Lz4FrameCompress::bound(content.len()));
            let read = lz4_flex_read(&frame).unwrap();
            assert!(read == content, "{} bytes, {options:?}", content.len());
        }
    }
}

#[test]
fn we_read_what_lz4_flex_writes() {
    let runtime = Runtime::new();
    for content in contents() {
        let mut infos = vec![FrameInfo::new().legacy_frame(true)];
        for block_size in [
            frame::BlockSize::Max64KB,
            frame::BlockSize::Max256KB,
            frame::BlockSize::Max4MB,
        ] {
            for block_mode in [BlockMode::Independent, BlockMode::Linked] {
                for checked in [false, true] {
                    let info = FrameInfo::new()
                        .block_size(block_size)
                        .block_mode(block_mode)
                        .block_checksums(checked)
                        .content_checksum(checked)
                        .content_size(checked.then_some(content.len() as u64));
                    infos.push(info);
                }
            }
        }
        for info in infos {
            let what = format!("{} bytes, {info:?}", content.len());
            let has_size = info.content_size.is_some();
            let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
            encoder.write_all(&content).unwrap();
            let frame = encoder.finish().unwrap();
            let read = runtime.lz4_frame_decompress(&frame, content.len());
            assert!(read.unwrap() == content, "{what}");
            let size = runtime.lz4_frame_content_size(&frame).unwrap();
            assert_eq!(size, has_size.then_some(content.len() as u64), "{what}");
        }
    }
}

fn session(kind: EngineKind) -> Session {
    Library::new(kind).unwrap().unwrap().session()
}

/// What a step gives in native code and on the engines, in that order. The engines give the same, and all
/// of it is right.
fn encoded_by_all(sessions: &mut [Session; 2], piece: Lz4Piece<'_, &[u8]>) -> [Lz4Encoded; 3] {
    let native = Lz4FrameEncode::native(piece);
    let [jit, interpreter] = sessions
        .each_mut()
        .map(|session| session.run::<Lz4FrameEncode>(piece).unwrap());
    assert_eq!(jit, interpreter);
    for (tier, encoded) in [("native", &native), ("jit", &jit)] {
        assert!(
            Lz4FrameEncode::is_right(piece, encoded),
            "{tier}: {piece:?}"
        );
    }
    [native, jit, interpreter].map(Result::unwrap)
}

/// A stream may go on in native code, or on another engine, at every step.
#[test]
fn tiers_go_on_where_others_stopped() {
    let mut generator = Generator::new(17, &[]);
    let content = generator.source_text(700_000);
    let mut sessions = [EngineKind::Jit, EngineKind::Interpreter].map(session);
    for options in all_options(content.len()).into_iter().take(16) {
        let mut state = Lz4EncoderState::new(&options);
        let (mut frame, mut taken, mut turn) = (Vec::new(), 0, 0);
        while taken < content.len() {
            let end = content.len().min(taken + 100_000);
            let piece = Lz4Piece {
                state: state.as_ref(),
                src: &content[taken - state.history()..end],
                last: if end == content.len() {
                    Lz4Last::Finish
                } else {
                    Lz4Last::WholeBlocks
                },
                capacity: Lz4FrameCompress::bound(end - taken),
            };
            let all = encoded_by_all(&mut sessions, piece);
            let encoded = all[turn % 3].clone();
            turn += 1;
            taken += encoded.state.consumed();
            frame.extend(encoded.bytes);
            state = encoded.state;
        }
        assert!(lz4_flex_read(&frame).unwrap() == content, "{options:?}");

        let mut state = Lz4DecoderState::default();
        let (mut read, mut taken) = (Vec::new(), 0);
        while taken < frame.len() {
            let source = Lz4Source {
                state: state.as_ref(),
                before: &read,
                src: &frame[taken..frame.len().min(taken + 150_000)],
                capacity: 100_000,
                exact: false,
            };
            let native = Lz4FrameDecode::native(source);
            if let Some(session) = sessions.get_mut(turn % 3) {
                assert_eq!(session.run::<Lz4FrameDecode>(source).unwrap(), native);
            }
            turn += 1;
            assert_eq!(native.state.fault(), None);
            assert!(native.state.consumed() > 0);
            taken += native.state.consumed();
            read.extend(native.bytes);
            state = native.state;
        }
        assert!(state.may_end() && read == content, "{options:?}");
    }
}

/// A reader and a writer that take and give as much as comes to their minds, and are interrupted.
struct Uneven<'a, T>(T, &'a mut Generator);

impl<T> Uneven<'_, T> {
    fn len(&mut self, most: usize) -> io::Result<usize> {
        match self.1.number(0..=3) {
            0 => Err(io::ErrorKind::Interrupted.into()),
            1 => Ok(most.min(1)),
            2 => Ok(most.min(1_000)),
            _ => Ok(most),
        }
    }
}

impl<T: Read> Read for Uneven<'_, T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let len = self.len(bytes.len())?;
        self.0.read(&mut bytes[..len])
    }
}

impl<T: Write> Write for Uneven<'_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let len = self.len(bytes.len())?;
        self.0.write(&bytes[..len])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[test]
fn streams_give_what_single_calls_give_on_every_tier() {
    let mut generator = Generator::new(23, &[]);
    let runtimes = EngineKind::ALL.map(|kind| Runtime::with_engine(kind).unwrap());
    let mut contents = contents();
    contents.push(generator.source_text(3 << 20));
    for content in contents {
        let options = [
            FrameOptions::new(),
            FrameOptions::new()
                .block_size(BlockSize::KiB64)
                .block_checksums(true)
                .content_size(Some(content.len() as u64)),
            FrameOptions::new()
                .block_size(BlockSize::MiB1)
                .linked(false)
                .content_checksum(false),
            FrameOptions::new().level(9),
            // Chunks, blocks and what steps go back to end at the same places.
            FrameOptions::new().block_size(BlockSize::KiB64).level(3),
            FrameOptions::new()
                .block_size(BlockSize::KiB64)
                .linked(false)
                .level(12),
        ];
        // Levels take long on the interpreter.
        let tried = if content.len() <= 300_000 { 6 } else { 3 };
        for options in options.into_iter().take(tried) {
            let bound = Lz4FrameCompress::bound(content.len());
            let native = Lz4FrameCompress::native((&content, options, bound)).unwrap();
            let wholes = runtimes
                .each_ref()
                .map(|runtime| runtime.lz4_frame_compress(&content, &options).unwrap());
            assert!(wholes == [wholes[0].clone(), wholes[0].clone(), native]);
            for (runtime, whole) in runtimes.iter().zip(wholes) {
                let what = format!("{} bytes, {options:?}", content.len());
                let sink = Uneven(Vec::new(), &mut generator);
                let mut writer = FrameWriter::new(runtime, sink, &options);
                for piece in content.chunks(70_001) {
                    writer.write_all(piece).unwrap();
                }
                writer.flush().unwrap();
                let Uneven(frame, _) = writer.finish().unwrap();
                assert!(frame == whole, "{what}");

                let read = runtime.lz4_frame_decompress(&frame, content.len());
                assert!(read.unwrap() == content, "{what}");
                let source = Uneven(&frame[..], &mut generator);
                let mut read = Vec::new();
                let mut reader = FrameReader::new(runtime, source);
                reader.read_to_end(&mut read).unwrap();
                assert!(read == content, "{what}");
                assert_eq!(reader.source_offset(), frame.len() as u64);
            }
        }
    }
}

/// What is wrong with frames, where something is.
fn frame_error(content: Result<Vec<u8>, Error>) -> FrameError {
    match content {
        Err(Error::Lz4Frame(error)) => error,
        other => panic!("{:?}", other.map(|content| content.len())),
    }
}

/// The content of the whole blocks of a frame that goes on behind them. A block is whole where they end.
fn read_what_arrived(runtime: &Runtime, arrived: &[u8]) -> Vec<u8> {
    let mut read = Vec::new();
    let mut reader = FrameReader::new(runtime, arrived);
    let error = reader.read_to_end(&mut read).unwrap_err();
    let end = arrived.len() as u64;
    let expected = FrameError::CutShort { offset: end, end };
    assert_eq!(frame_error(Err(error.downcast().unwrap())), expected);
    read
}

static RUNTIMES: LazyLock<[Runtime; 3]> =
    LazyLock::new(|| EngineKind::ALL.map(|kind| Runtime::with_engine(kind).unwrap()));

/// The frame of the pieces of a content, which is flushed behind each one that says so; and how long it
/// and its content were at every flush.
fn flushed(
    runtime: &Runtime,
    options: &FrameOptions,
    content: &[u8],
    pieces: &[(usize, bool)],
) -> (Vec<u8>, Vec<(usize, usize)>) {
    let mut writer = FrameWriter::new(runtime, Vec::new(), options);
    let (mut taken, mut marks) = (0, Vec::new());
    for &(len, is_flushed) in pieces {
        writer.write_all(&content[taken..][..len]).unwrap();
        taken += len;
        if is_flushed {
            writer.flush().unwrap();
            marks.push((writer.get_ref().len(), taken));
        }
    }
    assert_eq!(taken, content.len());
    (writer.finish().unwrap(), marks)
}

/// Flushes a content on all tiers, and reads the frame and what was there of it at every flush.
fn check_flushes(options: &FrameOptions, content: &[u8], pieces: &[(usize, bool)]) {
    let what = format!("{pieces:?}, {options:?}");
    let all = RUNTIMES
        .each_ref()
        .map(|runtime| flushed(runtime, options, content, pieces));
    let [jit, interpreter, _] = &all;
    assert!(jit == interpreter, "{what}");
    for (reader, (frame, marks)) in RUNTIMES.iter().rev().zip(all) {
        for (arrived, taken) in marks {
            if taken == 0 {
                assert_eq!(arrived, 0, "{what}");
            } else {
                let read = read_what_arrived(reader, &frame[..arrived]);
                assert!(read == content[..taken], "{taken} bytes of {what}");
            }
        }
        assert!(lz4_flex_read(&frame).unwrap() == content, "{what}");
        let read = reader.lz4_frame_decompress(&frame, content.len());
        assert!(read.unwrap() == content, "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::with_cases(64)
    })]

    /// Wherever a frame is flushed, its content stays what it is.
    #[test]
    fn flushes_anywhere(
        seed in any::<u64>(),
        options in 0_usize..16,
        pieces in prop::collection::vec((0_usize..300, any::<bool>()), 0..12),
    ) {
        let len = pieces.iter().map(|(len, _)| len).sum();
        let content = Generator::new(seed, &[]).bytes(len);
        check_flushes(&all_options(len)[options], &content, &pieces);
    }
}

/// Flushes within blocks, on their borders, and further from the beginning than matches reach; by few
/// bytes and by many.
#[test]
fn flushes_between_blocks() {
    let pieces = [
        (1, true),
        (65_535, true),
        (65_536, true),
        (65_540, true),
        (0, true),
        (7, false),
        (12, true),
        (200_001, false),
        (3, true),
        (300_000, true),
        (17, false),
    ];
    let len = pieces.iter().map(|(len, _)| len).sum();
    let content = Generator::new(53, &[]).source_text(len);
    for options in all_options(len).into_iter().take(32) {
        check_flushes(&options, &content, &pieces);
    }
}

/// An empty block would be the end of the frame.
#[test]
fn a_flush_of_nothing_writes_nothing() {
    let runtime = Runtime::new();
    for linked in [false, true] {
        let options = FrameOptions::new().linked(linked);
        let mut writer = FrameWriter::new(&runtime, Vec::new(), &options);
        writer.flush().unwrap();
        assert_eq!(writer.get_ref().len(), 0);
        writer.write_all(b"watt by watt").unwrap();
        writer.flush().unwrap();
        let len = writer.get_ref().len();
        writer.flush().unwrap();
        assert_eq!(writer.get_ref().len(), len);
        let frame = writer.finish().unwrap();
        assert_eq!(frame.len(), len + 8);
        assert_eq!(
            runtime.lz4_frame_decompress(&frame, 100).unwrap(),
            b"watt by watt"
        );
    }
}

/// Sends what is written to it only when it is flushed.
struct Sender(mpsc::Sender<Vec<u8>>, Vec<u8>);

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.1);
        self.0.send(bytes).map_err(io::Error::other)
    }
}

/// Fails where a reader would have to wait.
struct Receiver(mpsc::Receiver<Vec<u8>>, io::Cursor<Vec<u8>>);

impl Read for Receiver {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let len = self.1.read(bytes)?;
            if len > 0 {
                return Ok(len);
            }
            match self.0.try_recv() {
                Ok(bytes) => self.1 = io::Cursor::new(bytes),
                Err(mpsc::TryRecvError::Empty) => return Err(io::ErrorKind::WouldBlock.into()),
                Err(mpsc::TryRecvError::Disconnected) => return Ok(0),
            }
        }
    }
}

#[test]
fn a_conversation_goes_on_after_every_flush() {
    for linked in [false, true] {
        let options = FrameOptions::new().linked(linked).block_checksums(true);
        let (sender, receiver) = mpsc::channel();
        let runtime = Runtime::new();
        let sender = Sender(sender, Vec::new());
        let mut writer = FrameWriter::new(&runtime, sender, &options);
        let receiver = Receiver(receiver, io::Cursor::default());
        let mut reader = FrameReader::new(&runtime, receiver);
        for number in 0..50 {
            let message = format!("message {number}: watt by watt by watt");
            writer.write_all(message.as_bytes()).unwrap();
            let waiting = reader.read(&mut [0; 100]).unwrap_err();
            assert_eq!(waiting.kind(), io::ErrorKind::WouldBlock);
            writer.flush().unwrap();
            let mut read = vec![0; message.len()];
            reader.read_exact(&mut read).unwrap();
            assert_eq!(read, message.as_bytes());
        }
        drop(writer.finish().unwrap());
        assert_eq!(reader.read(&mut [0; 100]).unwrap(), 0);
    }
}

/// Where the frame's header says a size, that is still looked at: at the end.
#[test]
fn flushed_content_of_the_wrong_size_is_refused_at_the_end() {
    let runtime = Runtime::new();
    for (declared, actual) in [(11, 12), (13, 12)] {
        let options = FrameOptions::new().content_size(Some(declared));
        let mut writer = FrameWriter::new(&runtime, Vec::new(), &options);
        writer.write_all(b"watt by watt").unwrap();
        writer.flush().unwrap();
        let error: Error = writer.finish().unwrap_err().downcast().unwrap();
        let expected = ContentSizeError { declared, actual };
        assert!(matches!(error, Error::Lz4ContentSize(error) if error == expected));
    }
}

/// The kernel itself, cut at every place, with one of its tiers after the other.
#[test]
fn steps_flush_at_every_place() {
    let content = Generator::new(59, &[]).source_text(150);
    let mut sessions = [EngineKind::Jit, EngineKind::Interpreter].map(session);
    for options in all_options(content.len()).into_iter().take(16) {
        for cut in 0..=content.len() {
            let mut state = Lz4EncoderState::new(&options);
            let (mut frame, mut taken) = (Vec::new(), 0);
            for (end, last) in [
                (cut, Lz4Last::Flush),
                (cut + (content.len() - cut) / 2, Lz4Last::Flush),
                (content.len(), Lz4Last::Finish),
            ] {
                let piece = Lz4Piece {
                    state: state.as_ref(),
                    src: &content[taken - state.history()..end],
                    last,
                    capacity: Lz4FrameCompress::bound(end - taken),
                };
                let [native, jit, _] = encoded_by_all(&mut sessions, piece);
                let encoded = if cut % 2 == 0 { native } else { jit };
                assert_eq!(encoded.state.consumed(), end - taken, "{cut}, {options:?}");
                taken = end;
                frame.extend(encoded.bytes);
                state = encoded.state;
            }
            let read = lz4_flex_read(&frame).unwrap();
            assert!(read == content, "{cut}, {options:?}");
        }
    }
}

/// What a step may have got wrong is found, and nothing else.
#[test]
fn answers_that_are_not_right_are_told_from_those_that_are() {
    let content = Generator::new(61, &[]).source_text(150_000);
    let options = FrameOptions::new().block_size(BlockSize::KiB64);
    let others = [
        options.block_checksums(true),
        options.content_checksum(false),
        options.linked(false),
        options.block_size(BlockSize::MiB1),
    ];
    let bound = Lz4FrameCompress::bound(content.len());
    let compress = |options| Lz4FrameCompress::native((&content, options, bound));
    let is_right = |capacity, answer: &Result<Vec<u8>, Lz4Error>| {
        Lz4FrameCompress::is_right((&content, options, capacity), answer)
    };
    let frame = compress(options);
    let len = frame.as_ref().unwrap().len();
    assert!(is_right(len, &frame));
    assert!(!is_right(len - 1, &frame));
    let too_small = Err(Lz4Error::OutputTooSmall);
    assert!(is_right(bound - 1, &too_small) && !is_right(bound, &too_small));
    assert!(!is_right(0, &Err(Lz4Error::Malformed)));
    for other in others {
        assert!(!is_right(bound, &compress(other)), "{other:?}");
    }
    for wrong in [&content[1..], &content[..content.len() - 1]] {
        assert!(!Lz4FrameCompress::is_right((wrong, options, bound), &frame));
    }

    let state = Lz4EncoderState::new(&options.content_size(Some(10)));
    let piece = |last, capacity| Lz4Piece {
        state: state.as_ref(),
        src: &content[..],
        last,
        capacity,
    };
    let flush = piece(Lz4Last::Flush, bound);
    let encoded = Lz4FrameEncode::native(flush).unwrap();
    let is_right = |answer: &Lz4Encoded| Lz4FrameEncode::is_right(flush, &Ok(answer.clone()));
    assert!(is_right(&encoded), "the size is asked for at the end");
    let finish = piece(Lz4Last::Finish, bound);
    for (error, expected) in [
        (Lz4Error::Malformed, true),
        (Lz4Error::OutputTooSmall, false),
    ] {
        assert_eq!(Lz4FrameEncode::is_right(finish, &Err(error)), expected);
    }
    let whole = Lz4FrameEncode::native(piece(Lz4Last::WholeBlocks, bound)).unwrap();
    for wrong in [
        whole.clone(),
        Lz4Encoded {
            state: state.clone(),
            bytes: encoded.bytes.clone(),
        },
        Lz4Encoded {
            state: encoded.state.clone(),
            bytes: whole.bytes,
        },
        Lz4Encoded {
            state: encoded.state,
            bytes: encoded.bytes[1..].to_vec(),
        },
    ] {
        assert!(!is_right(&wrong), "{wrong:?}");
    }
}

/// While no tier can answer, a frame that has begun goes on in stored blocks, and is whole.
#[test]
fn a_frame_that_has_begun_is_ended_without_tiers() {
    let content = Generator::new(67, &[]).source_text(400_000);
    for options in all_options(content.len()).into_iter().take(32) {
        for failing in [1, 2] {
            let (runtime, faults) = fallible();
            let mut writer = FrameWriter::new(&runtime, Vec::new(), &options);
            for (number, piece) in content.chunks(150_000).enumerate() {
                if number == failing {
                    faults.inject(Fault::Trap, EngineKind::Interpreter, ..);
                }
                writer.write_all(piece).unwrap();
                writer.flush().unwrap();
            }
            let frame = writer.finish().unwrap();
            assert!(
                lz4_flex_read(&frame).unwrap() == content,
                "{failing}, {options:?}"
            );

            let mut writer = FrameWriter::new(&runtime, Vec::new(), &options);
            writer.write_all(b"watt").unwrap();
            let error: Error = writer.flush().unwrap_err().downcast().unwrap();
            assert!(matches!(error, Error::NoTier(_)), "{error}");
        }
    }
}

fn skippable(len: usize) -> Vec<u8> {
    let mut frame = 0x184d_2a57_u32.to_le_bytes().to_vec();
    frame.extend((len as u32).to_le_bytes());
    frame.resize(8 + len, b'?');
    frame
}

#[test]
fn frames_one_behind_the_other() {
    let runtime = Runtime::new();
    let options = FrameOptions::new();
    let one = runtime
        .lz4_frame_compress(b"one", &options.content_size(Some(3)))
        .unwrap();
    let two = runtime.lz4_frame_compress(b"two", &options).unwrap();
    let empty = runtime
        .lz4_frame_compress(b"", &options.content_size(Some(0)))
        .unwrap();
    let legacy = b"\x02\x21\x4c\x18\x06\x00\x00\x00\x50three".to_vec();
    let size = |frames: &[u8]| runtime.lz4_frame_content_size(frames).unwrap();
    let read = |frames: &[u8]| runtime.lz4_frame_decompress(frames, 100);

    let all = [
        &skippable(0)[..],
        &one,
        &empty,
        &legacy,
        &two,
        &skippable(300_000),
        &legacy,
        &legacy,
    ]
    .concat();
    assert_eq!(read(&all).unwrap(), b"onethreetwothreethree");
    assert_eq!(size(&all), None);
    assert_eq!(
        size(&[&one[..], &skippable(9), &empty, &one].concat()),
        Some(6)
    );
    assert_eq!(size(&[one.clone(), two].concat()), None);
    assert_eq!(read(&skippable(5)).unwrap(), b"");
    assert_eq!(size(&skippable(5)), Some(0));

    let fault = FrameFault::NoFrame;
    for rest in [&b"rest"[..], b"restless", &[0; 100]] {
        let offset = one.len() as u64;
        let error = frame_error(read(&[&one[..], rest].concat()));
        assert_eq!(error, FrameError::Damaged { offset, fault });
    }
    let error = frame_error(read(b""));
    assert_eq!(error, FrameError::CutShort { offset: 0, end: 0 });
    let error = frame_error(read(&[&one[..], b"x"].concat()));
    let offset = one.len() as u64;
    let end = offset + 1;
    assert_eq!(error, FrameError::CutShort { offset, end });
}

/// A frame of three blocks, one of them stored, and where its elements begin: header, blocks and end.
fn small_frame(options: &FrameOptions) -> (Vec<u8>, Vec<u8>, [u64; 5]) {
    let mut generator = Generator::new(29, &[]);
    let mut content = b"what repeats ".repeat(6_000);
    content.truncate(65_536);
    content.extend(generator.random_bytes(65_536));
    content.extend(b"what repeats ".repeat(3));
    let frame = Runtime::new()
        .lz4_frame_compress(&content, options)
        .unwrap();
    let mut at = 7 + if options.declared_size().is_some() {
        8
    } else {
        0
    };
    let mut elements = vec![0];
    loop {
        elements.push(at as u64);
        let word = u32::from_le_bytes(*frame[at..].first_chunk().unwrap());
        if word == 0 {
            break;
        }
        let checksum = if options.flags() & 0x10 == 0 { 0 } else { 4 };
        at += 4 + (word & 0x7fff_ffff) as usize + checksum;
    }
    (frame, content, elements.try_into().unwrap())
}

/// With a checksum of the content, no flipped bit gives other content. A few give the same: those in
/// the distances of matches that lead to the same bytes elsewhere. A block's checksum covers those
/// too, but not the bit beside the block's length that says that it is stored; that one the content's
/// size or its checksum finds out.
#[test]
fn a_flipped_bit_is_refused_or_changes_nothing() {
    let runtime = Runtime::new();
    let mut content = b"one and one is one and one and one".to_vec();
    content.extend_from_within(..);
    for options in all_options(content.len()).into_iter().take(16) {
        let frame = runtime.lz4_frame_compress(&content, &options).unwrap();
        let has_size = options.declared_size().is_some();
        let has_checksum = options.flags() & 0x04 != 0;
        let has_block_checksums = options.flags() & 0x10 != 0;
        let block_start = if has_size { 15 } else { 7 };
        let stored_bit = 8 * (block_start + 4) - 1;
        let mut passed = Vec::new();
        for bit in 0..8 * frame.len() {
            let mut damaged = frame.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let read = runtime.lz4_frame_decompress(&damaged, 1_000);
            let native = Lz4FrameDecompress::native((&damaged, 1_000));
            assert_eq!(read.as_ref().ok(), native.as_ref().ok(), "bit {bit}");
            match read {
                Ok(read) => {
                    passed.push(bit);
                    assert!(!has_checksum || read == content, "bit {bit}, {options:?}");
                }
                error => {
                    let error = frame_error(error);
                    assert_ne!(error, FrameError::TooLong { limit: 1_000 });
                }
            }
        }
        assert!(passed.iter().all(|bit| *bit >= stored_bit), "{options:?}");
        if has_block_checksums {
            let is_covered = has_checksum || has_size;
            let uncovered = if is_covered { vec![] } else { vec![stored_bit] };
            assert_eq!(passed, uncovered, "{options:?}");
        }
    }
}

#[test]
fn a_frame_that_is_cut_short_is_refused_and_the_error_says_where() {
    let runtime = Runtime::new();
    for checked in [false, true] {
        let options = FrameOptions::new()
            .block_size(BlockSize::KiB64)
            .block_checksums(checked)
            .content_checksum(checked);
        let (frame, content, elements) = small_frame(&options);
        let near = |len: u64| elements.iter().any(|element| len.abs_diff(*element) < 20);
        let lengths = (0..frame.len()).filter(|len| near(*len as u64) || len % 997 == 0);
        for len in lengths {
            let read = runtime.lz4_frame_decompress(&frame[..len], content.len());
            let error = frame_error(read);
            let end = len as u64;
            let offset = *elements.iter().rfind(|element| **element <= end).unwrap();
            assert_eq!(error, FrameError::CutShort { offset, end });
            let error = io::Error::from(Error::from(error));
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}

#[test]
fn damage_is_found_in_its_place_and_what_comes_before_is_given() {
    let runtime = Runtime::new();
    let options = FrameOptions::new()
        .block_size(BlockSize::KiB64)
        .block_checksums(true)
        .content_size(Some(131_111));
    let (frame, content, elements) = small_frame(&options);
    let [header, first, second, third, end] = elements.map(|element| element as usize);
    let cases = [
        (header + 1, 0, header, FrameFault::NoFrame),
        (header + 4, 0, header, FrameFault::HeaderChecksum),
        (header + 9, 0, header, FrameFault::HeaderChecksum),
        (header + 14, 0, header, FrameFault::HeaderChecksum),
        (first + 3, 0, first, FrameFault::BlockLength),
        (first + 9, 0, first, FrameFault::BlockChecksum),
        (second + 30_000, 1, second, FrameFault::BlockChecksum),
        (third - 1, 1, second, FrameFault::BlockChecksum),
        (third + 5, 2, third, FrameFault::BlockChecksum),
        (end + 4, 3, end, FrameFault::ContentChecksum),
    ];
    for (place, blocks, offset, fault) in cases {
        let mut damaged = frame.clone();
        damaged[place] ^= 1;
        let offset = offset as u64;
        let expected = FrameError::Damaged { offset, fault };
        let error = frame_error(runtime.lz4_frame_decompress(&damaged, content.len()));
        assert_eq!(error, expected);
        assert!(
            error
                .to_string()
                .starts_with(&format!("at byte {offset}: "))
        );

        let mut reader = FrameReader::new(&runtime, &damaged[..]);
        let mut read = Vec::new();
        for _ in 0..2 {
            let error = reader.read_to_end(&mut read).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            assert_eq!(frame_error(Err(error.downcast().unwrap())), expected);
        }
        assert!(
            read == content[..content.len().min(blocks << 16)],
            "{place}"
        );
    }
}

/// A header with its checksum.
fn header(descriptor: &[u8]) -> Vec<u8> {
    let checksum = Runtime::new().xxh32(descriptor, 0).unwrap() >> 8;
    let mut header = 0x184d_2204_u32.to_le_bytes().to_vec();
    header.extend(descriptor);
    header.push(checksum as u8);
    header
}

#[test]
fn headers_that_ask_for_more_than_there_is() {
    let runtime = Runtime::new();
    let expect = |frame: &[u8], offset: u64, fault: FrameFault, status: Lz4Error| {
        let error = frame_error(runtime.lz4_frame_decompress(frame, 1 << 20));
        assert_eq!(error, FrameError::Damaged { offset, fault });
        assert_eq!(Lz4FrameDecompress::native((frame, 1 << 20)), Err(status));
        assert_eq!(fault.status(), status);
    };
    let unsupported = Lz4Error::Unsupported;
    for version in [0x00, 0x80, 0xc0] {
        let frame = header(&[version | 0x20, 0x40]);
        expect(&frame, 0, FrameFault::Version, unsupported);
    }
    for descriptor in [[0x62, 0x40], [0x60, 0xc0], [0x60, 0x41], [0x60, 0x48]] {
        expect(&header(&descriptor), 0, FrameFault::Reserved, unsupported);
    }
    for code in 0..4 {
        let frame = header(&[0x60, code << 4]);
        expect(&frame, 0, FrameFault::BlockSize, unsupported);
    }
    let frame = header(&[0x61, 0x40, 1, 2, 3, 4]);
    expect(&frame, 0, FrameFault::Dictionary, unsupported);
    let mut frame = header(&[0x60, 0x40]);
    frame[6] ^= 1;
    expect(&frame, 0, FrameFault::HeaderChecksum, Lz4Error::Checksum);

    let malformed = Lz4Error::Malformed;
    // A stored block that is longer than blocks are, and one that says so only at its end.
    let mut frame = header(&[0x60, 0x40]);
    frame.extend(0x8001_0001_u32.to_le_bytes());
    frame.resize(frame.len() + 65_537, 0);
    expect(&frame, 7, FrameFault::BlockLength, malformed);
    let long = runtime.lz4_compress(&vec![0; 65_537]).unwrap();
    let mut frame = header(&[0x60, 0x40]);
    frame.extend((long.len() as u32).to_le_bytes());
    frame.extend(&long);
    expect(&frame, 7, FrameFault::BlockLength, malformed);
    let mut frame = header(&[0x60, 0x40]);
    frame.extend([2, 0, 0, 0, 0x20, b'a']);
    expect(&frame, 7, FrameFault::Block, malformed);
    // An independent block that reaches back to the one before it.
    let mut frame = header(&[0x60, 0x40]);
    frame.extend([4, 0, 0, 0x80, 1, 2, 3, 4]);
    frame.extend([9, 0, 0, 0, 0x00, 4, 0, 0x50, 1, 2, 3, 4, 5]);
    frame.extend([0; 4]);
    expect(&frame, 15, FrameFault::Block, malformed);
    frame.splice(..7, header(&[0x40, 0x40]));
    let linked = runtime.lz4_frame_decompress(&frame, 100).unwrap();
    assert_eq!(linked, [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 5]);
}

#[test]
fn a_content_size_that_lies_is_an_error() {
    let runtime = Runtime::new();
    let content = vec![7; 100_000];
    let options = FrameOptions::new()
        .block_size(BlockSize::KiB64)
        .content_size(Some(100_000));
    let frame = runtime.lz4_frame_compress(&content, &options).unwrap();
    let second = 19 + u64::from(u32::from_le_bytes(*frame[15..].first_chunk().unwrap()));
    let end = frame.len() as u64 - 8;
    let fault = FrameFault::ContentSize;
    for (declared, offset) in [
        (0_u64, 15),
        (65_535, 15),
        (65_536, second),
        (99_999, second),
        (100_001, end),
        (u64::MAX, end),
    ] {
        let mut descriptor = frame[4..6].to_vec();
        descriptor.extend(declared.to_le_bytes());
        let mut lying = header(&descriptor);
        lying.extend(&frame[15..]);
        let error = frame_error(runtime.lz4_frame_decompress(&lying, usize::MAX));
        assert_eq!(error, FrameError::Damaged { offset, fault }, "{declared}");
        let size = runtime.lz4_frame_content_size(&lying).unwrap();
        assert_eq!(size, (declared < 1 << 63).then_some(declared));
    }

    let options = options.content_size(Some(99_999));
    let expected = ContentSizeError {
        declared: 99_999,
        actual: 100_000,
    };
    let is_expected =
        |error: Error| matches!(error, Error::Lz4ContentSize(error) if error == expected);
    assert!(is_expected(
        runtime.lz4_frame_compress(&content, &options).unwrap_err()
    ));
    let mut writer = FrameWriter::new(&runtime, Vec::new(), &options);
    writer.write_all(&content).unwrap();
    let error = writer.finish().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert!(is_expected(error.downcast().unwrap()));
}

#[test]
fn content_over_the_limit_is_refused() {
    let runtime = Runtime::new();
    for len in [1_000, 3 << 20] {
        let content = vec![b'a'; len];
        let frame = runtime
            .lz4_frame_compress(&content, &FrameOptions::new())
            .unwrap();
        assert!(runtime.lz4_frame_decompress(&frame, len).is_ok());
        for limit in [0, 1, len - 1] {
            let error = frame_error(runtime.lz4_frame_decompress(&frame, limit));
            assert_eq!(error, FrameError::TooLong { limit });
        }
    }
}

/// Whatever comes, every tier gives the same content or the same error, within the limit.
#[test]
fn random_damage() {
    let runtimes = EngineKind::ALL.map(|kind| Runtime::with_engine(kind).unwrap());
    let mut generator = Generator::new(31, &[]);
    let mut refused = 0;
    for round in 0..1_500 {
        let len = generator.number(0..=3_000);
        let (frames, _) = Lz4FrameDecompress::generate(&mut generator, len);
        let limit = generator.number(len / 2..=2 * len);
        let [one, two, three] = runtimes.each_ref().map(|runtime| {
            let content = runtime.lz4_frame_decompress(&frames, limit);
            let content = content.map_err(|error| frame_error(Err(error)));
            let mut read = Vec::new();
            let mut reader = FrameReader::new(runtime, &frames[..]);
            match (reader.read_to_end(&mut read), &content) {
                (Ok(_), Ok(content)) => assert!(read == *content, "round {round}"),
                (_, Err(FrameError::TooLong { .. })) => assert!(read.len() > limit),
                (Err(error), Err(expected)) => {
                    assert_eq!(frame_error(Err(error.downcast().unwrap())), *expected);
                }
                (read, content) => panic!("round {round}: {read:?} and {content:?}"),
            }
            content
        });
        assert!(one == two && two == three, "round {round}");
        refused += usize::from(one.is_err());
    }
    assert!((300..1_200).contains(&refused), "{refused} of 1500 refused");
}

#[test]
fn statuses_of_the_limits() {
    assert_eq!(Runtime::lz4_bound(0), Some(16));
    assert_eq!(Runtime::lz4_bound(1_000), Some(1_019));
    assert_eq!(Runtime::lz4_bound(0x7e00_0000), Some(0x7e7e_7e7e + 16));
    assert_eq!(Runtime::lz4_bound(0x7e00_0001), None);
    for kind in EngineKind::WASM {
        let mut session = session(kind);
        let mut frame = session.frame(&lz4::MODULE).unwrap();
        let mut call = |export, arguments: &[u32]| {
            let arguments: Vec<WasmValue> = arguments
                .iter()
                .map(|argument| (*argument).into())
                .collect();
            frame.invoke_i32(export, &arguments).unwrap()
        };
        for len in [0, 1, 254, 255, 65_536, 65_537, 0x7e00_0000] {
            let bound = call(&lz4::LZ4_BOUND, &[len]);
            assert_eq!(Some(bound as usize), Runtime::lz4_bound(len as usize));
            let bound = call(&lz4::LZ4_FRAME_BOUND, &[len]);
            assert_eq!(bound as usize, Lz4FrameCompress::bound(len as usize));
        }
        // Of these nothing is read, so that nothing of it need be there.
        for len in [0x7e00_0001, 0x8000_0000, u32::MAX] {
            assert_eq!(call(&lz4::LZ4_BOUND, &[len]), -6);
            assert_eq!(call(&lz4::LZ4_FRAME_BOUND, &[len]), -6);
            assert_eq!(call(&lz4::LZ4_COMPRESS, &[0, len, 0, 0]), -6);
            assert_eq!(
                call(&lz4::LZ4_FRAME_COMPRESS, &[0, len, 0x4040, 0, 0, 0, 0]),
                -6
            );
        }
        // No version, another one, a dictionary, reserved bits, reserved block sizes, no levels.
        for flags in [
            0, 0x4000, 0x4080, 0x4041, 0x4042, 0xc040, 0x4140, 0x3040, 0x1_4040, 0x2_4040,
            0xd_4040, 0x10_4040,
        ] {
            assert_eq!(
                call(&lz4::LZ4_FRAME_COMPRESS, &[0, 0, flags, 0, 0, 0, 0]),
                -5
            );
        }
    }
}
