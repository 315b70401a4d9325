//! What our encoder of Brotli makes: read by the crate `brotli`, by our decoder and by brotli(1), in one call, in pieces
//! and from writers.

use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::process::{Command, Stdio};
use std::thread;

use kilowat::brotli::{BrotliOptions, BrotliReader, BrotliWriter, Mode, Quality, Window};
use kilowat::faults::Fault;
use kilowat::{Error, Limit, Runtime, Value};
use kilowat_engine::EngineKind;
use kilowat_operations::generator::Generator;

use crate::common::{fallible, runtimes, tool_is_there};
use crate::deflate::corpus;

const ROOMY: Limit = Limit::bytes(1 << 24);

/// What the reference crate reads in a stream, all of which it has to take.
fn decode(stream: &[u8]) -> Vec<u8> {
    let mut rest = stream;
    let mut content = Vec::new();
    ::brotli::BrotliDecompress(&mut rest, &mut content).unwrap();
    assert!(rest.is_empty());
    content
}

fn qualities() -> impl Iterator<Item = Quality> {
    (0..=11).map(|quality| Quality::new(quality).unwrap())
}

/// Text of which much is in the dictionary, and what begins like its words and goes on in another way.
fn words() -> Vec<u8> {
    let mut generator = Generator::new(61, &[]);
    let words = [
        " the ",
        "information",
        "JavaScript",
        "http://www.",
        "international",
        "description",
        "Category:",
        "</script>",
        "responsibility",
        "timed",
        "downs",
        "government",
    ];
    let mut content = Vec::new();
    for _ in 0..600 {
        let word = generator.choose(&words).as_bytes();
        let cut = generator.number(0..=word.len().min(11));
        content.extend(&word[..word.len() - cut]);
        content.extend(generator.random_bytes(1));
    }
    content
}

/// A text whose statistics change: words, numbers, noise and zeros in turn.
fn changing() -> Vec<u8> {
    let mut generator = Generator::new(67, &[]);
    let mut content = generator.source_text(30_000);
    for number in 0..6_000_u32 {
        content.extend(format!("{},", number * number).bytes());
    }
    content.extend(generator.random_bytes(70_000));
    content.resize(content.len() + 30_000, 0);
    content.extend(generator.source_text(30_000));
    content
}

/// Noise with a short copy in it, which is stored as it is, and text that is copied from as far back.
fn behind_noise(generator: &mut Generator, is_long: bool) -> Vec<u8> {
    let distance = 4 * generator.number(8..=27);
    let mut content = if is_long {
        // Found even at the lowest qualities, and what follows is a block of its own.
        generator.random_bytes(distance)
    } else {
        // The copy ends what is parsed at a time: 16 KiB.
        generator.random_bytes(16_376)
    };
    content.extend_from_within(content.len() - distance..content.len() - distance + 8);
    if is_long {
        content.extend(generator.random_bytes(90_000));
    }
    let end = content.len() + 17_000;
    while content.len() < end {
        let literals = generator.number(1..=16);
        content.extend(generator.bytes_over(b"etaoinshrdlu", literals));
        let from = content.len() - distance - generator.number(0..=3);
        content.extend_from_within(from..from + generator.number(6..=28));
    }
    content
}

/// A decoder does not see the distances of a block that is stored as it is.
#[test]
fn text_behind_stored_noise_comes_back() {
    let runtime = Runtime::with_engine(EngineKind::Jit).unwrap();
    let mut generator = Generator::new(103, &[]);
    for round in 0..6 {
        let content = behind_noise(&mut generator, round % 2 == 0);
        for quality in qualities() {
            let stream = runtime.brotli(&content, quality).unwrap();
            assert!(decode(&stream) == content, "whole {round} {quality:?}");
            for mode in [Mode::Generic, Mode::Font] {
                let options = BrotliOptions::new(quality).with_mode(mode);
                let mut writer = BrotliWriter::new(&runtime, Vec::new(), options);
                // The first piece is short, and the other one goes on with its history.
                writer.write_all(&content[..20]).unwrap();
                writer.flush().unwrap();
                writer.write_all(&content[20..]).unwrap();
                let stream = writer.finish().unwrap();
                assert!(
                    decode(&stream) == content,
                    "in pieces {round} {quality:?} {mode:?}"
                );
            }
        }
    }
}

#[test]
fn the_reference_reads_what_is_made_at_every_quality_on_every_tier() {
    let mut contents = corpus();
    contents.extend([words(), changing()]);
    for (runtime, kind) in runtimes().iter().zip(EngineKind::ALL) {
        for content in &contents {
            for quality in qualities() {
                // Long enough for everything that there is, and short enough for an interpreter and for the crate.
                let is_slow = kind != EngineKind::Jit && quality.number() > 8;
                let most = if is_slow { 3_000 } else { 220_000 };
                let content = &content[..content.len().min(most)];
                let stream = runtime.brotli(content, quality).unwrap();
                let len = content.len();
                assert!(decode(&stream) == content, "{kind:?} {quality:?} {len}");
                assert!(
                    runtime.unbrotli(&stream, ROOMY).unwrap() == content,
                    "{kind:?} {quality:?} {len}"
                );
            }
        }
    }
}

#[test]
fn every_short_length_comes_back() {
    let runtime = Runtime::with_engine(EngineKind::Jit).unwrap();
    let mut generator = Generator::new(71, &[]);
    for len in 0..600 {
        for content in [
            generator.source_text(len),
            generator.random_bytes(len),
            vec![b'w'; len],
        ] {
            for quality in [Quality::FASTEST, Quality::DEFAULT, Quality::SMALLEST] {
                let stream = runtime.brotli(&content, quality).unwrap();
                assert!(decode(&stream) == content, "{quality:?} {len}");
            }
        }
    }
}

/// Copies whose distances are about as long as a window.
#[test]
fn no_copy_reaches_beyond_its_window() {
    let runtime = Runtime::with_engine(EngineKind::Jit).unwrap();
    let mut generator = Generator::new(73, &[]);
    for bits in 10..=16 {
        let window = Window::new(bits).unwrap();
        for distance in [window.len() - 1, window.len(), window.len() + 1, 1 << bits] {
            let unit = generator.random_bytes(distance);
            let content: Vec<u8> = unit.iter().copied().cycle().take(3 * distance).collect();
            for quality in [1, 4, 5, 7, 9] {
                let quality = Quality::new(quality).unwrap();
                for mode in [Mode::Generic, Mode::Text, Mode::Font] {
                    // Of writers no window is narrowed.
                    let options = BrotliOptions::new(quality)
                        .with_window(window)
                        .with_mode(mode);
                    let mut writer = BrotliWriter::new(&runtime, Vec::new(), options);
                    writer.write_all(&content).unwrap();
                    let stream = writer.finish().unwrap();
                    assert!(
                        decode(&stream) == content,
                        "{bits} {distance} {quality:?} {mode:?}"
                    );
                    // In long noise not each place is looked at.
                    let is_copied = stream.len() < 2 * distance;
                    let is_looked_at = quality.number() > 1 && bits <= 12;
                    assert!(
                        if is_looked_at {
                            is_copied == (distance <= window.len())
                        } else {
                            !is_copied || distance <= window.len()
                        },
                        "{bits} {distance} {quality:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn pieces_of_any_tiers_are_one_stream() {
    let content = Generator::new(79, &[]).source_text(150_000);
    let runtimes = runtimes();
    for (quality, window) in [(1, 22), (3, 16), (5, 22), (5, 12), (7, 18), (9, 20)] {
        let mut stream = Vec::new();
        let mut start = 0;
        for (index, len) in [0, 1, 40_000, 300, 90_000, 19_699].into_iter().enumerate() {
            let end = start + len;
            let history = start.min((1 << window) - 16);
            let arguments = [
                Value::Bytes(content[start - history..end].to_vec()),
                Value::Integer(history as u64),
                Value::Integer(quality),
                Value::Integer(window),
                Value::Integer(0),
                Value::Bool(end < content.len()),
                Value::Integer(len as u64 + 2_000),
            ];
            let runtime = &runtimes[index % runtimes.len()];
            let made = runtime.execute("brotli", "brotli_compress", &arguments);
            let Value::Bytes(piece) = made.unwrap().value else {
                panic!("no bytes");
            };
            stream.extend(piece);
            start = end;
        }
        assert_eq!(start, 150_000);
        assert!(decode(&stream) == content, "{quality} {window}");
    }
}

/// Writes in steps of any length, and flushes now and then.
fn written(runtime: &Runtime, content: &[u8], threads: usize, seed: u64) -> Vec<u8> {
    let threads = NonZero::new(threads).unwrap();
    let mut generator = Generator::new(seed, &[]);
    let options =
        BrotliOptions::new(Quality::new(2).unwrap()).with_window(Window::new(16).unwrap());
    let mut writer = BrotliWriter::parallel(runtime, Vec::new(), options, threads);
    let mut rest = content;
    while !rest.is_empty() {
        let len = generator.number(1..=500_000).min(rest.len());
        writer.write_all(&rest[..len]).unwrap();
        rest = &rest[len..];
        if generator.one_in(5) {
            writer.flush().unwrap();
            let mut arrived = vec![0; content.len() - rest.len()];
            BrotliReader::new(runtime, &writer.get_ref()[..])
                .read_exact(&mut arrived)
                .unwrap();
            assert!(content.starts_with(&arrived));
        }
    }
    writer.finish().unwrap()
}

#[test]
fn writers_make_streams_that_the_reference_reads() {
    let content = Generator::new(83, &[]).source_text(2_700_000);
    for kind in [EngineKind::Jit, EngineKind::Native] {
        let runtime = Runtime::with_engine(kind).unwrap();
        let one = written(&runtime, &content, 1, 5);
        assert!(decode(&one) == content, "{kind:?}");
        let three = written(&runtime, &content, 3, 6);
        assert!(decode(&three) == content, "{kind:?}");
    }
}

#[test]
fn every_number_of_threads_makes_the_same_stream() {
    let runtime = Runtime::with_engine(EngineKind::Jit).unwrap();
    let content = Generator::new(89, &[]).source_text(2_300_000);
    let options = BrotliOptions::new(Quality::FASTEST).with_window(Window::new(18).unwrap());
    let streams = [1, 2, 4].map(|threads| {
        let threads = NonZero::new(threads).unwrap();
        let mut writer = BrotliWriter::parallel(&runtime, Vec::new(), options, threads);
        writer.write_all(&content).unwrap();
        writer.finish().unwrap()
    });
    assert!(decode(&streams[0]) == content);
    assert!(streams[0] == streams[1] && streams[0] == streams[2]);
}

#[test]
fn a_hint_narrows_the_window_and_no_more() {
    let runtime = Runtime::new();
    let content = Generator::new(97, &[]).source_text(5_000);
    for hint in [0, 10, 1_008, 1_009, 5_000, 1 << 40] {
        let options = BrotliOptions::default().with_size_hint(hint);
        let mut writer = BrotliWriter::new(&runtime, Vec::new(), options);
        writer.write_all(&content).unwrap();
        assert!(decode(&writer.finish().unwrap()) == content, "{hint}");
    }
}

#[test]
fn an_empty_stream_has_its_end() {
    for runtime in &runtimes() {
        for quality in qualities() {
            assert_eq!(decode(&runtime.brotli(b"", quality).unwrap()), b"");
        }
        let stream = BrotliWriter::new(runtime, Vec::new(), Quality::DEFAULT).finish();
        assert_eq!(runtime.unbrotli(&stream.unwrap(), ROOMY).unwrap(), b"");
    }
}

#[test]
fn brotli_reads_what_is_made() {
    if !tool_is_there("brotli", "brotli") {
        return;
    }
    let runtime = Runtime::with_engine(EngineKind::Jit).unwrap();
    let mut contents = corpus();
    contents.extend([words(), changing()]);
    for content in &contents {
        for quality in qualities().step_by(2) {
            let stream = runtime.brotli(content, quality).unwrap();
            let mut tool = Command::new("brotli")
                .arg("-dc")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut input = tool.stdin.take().unwrap();
            let writing = thread::spawn(move || input.write_all(&stream));
            let output = tool.wait_with_output().unwrap();
            writing.join().unwrap().unwrap();
            assert!(output.status.success(), "{quality:?} {}", content.len());
            assert!(output.stdout == *content, "{quality:?} {}", content.len());
        }
    }
}

/// While no tier can answer, a stream that has begun goes on in metablocks of stored bytes, and is whole.
#[test]
fn a_stream_that_has_begun_is_ended_without_tiers() {
    let content = Generator::new(67, &[]).source_text(300_000);
    for threads in [1, 3] {
        let (runtime, faults) = fallible();
        let threads = NonZero::new(threads).unwrap();
        let mut writer = BrotliWriter::parallel(&runtime, Vec::new(), Quality::DEFAULT, threads);
        for (number, piece) in content.chunks(100_000).enumerate() {
            if number == 1 {
                faults.inject(Fault::Trap, EngineKind::Interpreter, ..);
            }
            writer.write_all(piece).unwrap();
            writer.flush().unwrap();
        }
        assert!(decode(&writer.finish().unwrap()) == content);

        let mut writer = BrotliWriter::new(&runtime, Vec::new(), Quality::DEFAULT);
        writer.write_all(b"watt").unwrap();
        let error: Error = writer.flush().unwrap_err().downcast().unwrap();
        assert!(matches!(error, Error::NoTier(_)), "{error}");
    }
}
