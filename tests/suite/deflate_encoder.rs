//! What our encoder of DEFLATE makes: read by `zlib-rs` and by our decoders, in one call, in pieces and from writers.

use std::io::{Read as _, Write};
use std::num::NonZero;

use kilowat::deflate::{GzipReader, GzipWriter, Level, ZlibWriter};
use kilowat::faults::Fault;
use kilowat::{Error, Limit, Runtime, Value};
use kilowat_engine::EngineKind;
use kilowat_operations::generator::Generator;
use zlib_rs::{Inflate, InflateFlush, Status};

use crate::common::{fallible, runtimes};
use crate::deflate::corpus;

const ROOMY: Limit = Limit::bytes(1 << 24);

/// What the reference crate reads in a stream, all of which it has to take.
fn decode(stream: &[u8], zlib_header: bool, window_bits: u8, len: usize) -> Vec<u8> {
    let mut decoder = Inflate::new(zlib_header, window_bits);
    let mut content = vec![0; len + 1];
    let status = decoder.decompress(stream, &mut content, InflateFlush::Finish);
    assert_eq!(status, Ok(Status::StreamEnd));
    assert_eq!(decoder.total_in(), stream.len() as u64);
    content.truncate(decoder.total_out() as usize);
    content
}

fn levels() -> impl Iterator<Item = Level> {
    (0..=12).map(|level| Level::new(level).unwrap())
}

/// Matches of few bytes that are far away, each with as many bits as there can be: what zlib's
/// CVE-2018-25032 overflowed its buffer with.
fn far_matches(generator: &mut Generator) -> Vec<u8> {
    let mut content = generator.random_bytes(32_768);
    while content.len() < 80_000 {
        let start = content.len() - 32_768 + generator.number(0..=40);
        let len = generator.number(3..=5);
        content.extend_from_within(start..start + len);
        if generator.one_in(3) {
            content.extend(generator.random_bytes(1));
        }
    }
    content
}

#[test]
fn the_reference_reads_what_is_made_at_every_level_on_every_tier() {
    let mut contents = corpus();
    contents.push(far_matches(&mut Generator::new(25_032, &[])));
    for (runtime, kind) in runtimes().iter().zip(EngineKind::ALL) {
        for content in &contents {
            for level in levels() {
                // Long enough for everything that there is, and short enough for an interpreter.
                let is_slow = kind == EngineKind::Interpreter && level.number() > 8;
                let most = if is_slow { 6_000 } else { 40_000 };
                let content = &content[..content.len().min(most)];
                let stream = runtime.deflate(content, level).unwrap();
                assert!(
                    decode(&stream, false, 15, content.len()) == content,
                    "{level:?} {}",
                    content.len()
                );
            }
        }
    }
}

#[test]
fn containers_have_headers_and_checksums() {
    let content = Generator::new(7, &[]).source_text(30_000);
    for runtime in &runtimes() {
        for level in levels() {
            let zlib = runtime.zlib_compress(&content, level).unwrap();
            assert!(
                decode(&zlib, true, 15, content.len()) == content,
                "{level:?}"
            );
            let gzip = runtime.gzip(&content, level).unwrap();
            assert!(
                decode(&gzip, true, 16 + 15, content.len()) == content,
                "{level:?}"
            );
            assert!(
                runtime.gunzip(&gzip, ROOMY).unwrap() == content,
                "{level:?}"
            );
        }
    }
}

/// The stream of `content` in pieces of these lengths, each from another tier.
fn in_pieces(content: &[u8], lens: &[usize], level: u64, runtimes: &[Runtime]) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut start = 0;
    for (index, len) in lens.iter().enumerate() {
        let end = start + len;
        let history = start.min(32_768);
        let arguments = [
            Value::Bytes(content[start - history..end].to_vec()),
            Value::Integer(history as u64),
            Value::Integer(level),
            Value::Bool(end < content.len()),
            Value::Integer(*len as u64 + 2_000),
        ];
        let runtime = &runtimes[index % runtimes.len()];
        let made = runtime
            .execute("deflate", "deflate", &arguments)
            .unwrap()
            .value;
        let Value::Bytes(piece) = made else {
            panic!("{made:?}");
        };
        stream.extend(piece);
        start = end;
    }
    assert_eq!(start, content.len());
    stream
}

#[test]
fn pieces_of_any_tiers_are_one_stream() {
    let content = Generator::new(11, &[]).source_text(150_000);
    let runtimes = runtimes();
    for level in [1, 6, 9, 12] {
        let lens = [0, 1, 40_000, 300, 90_000, 19_699];
        let stream = in_pieces(&content, &lens, level, &runtimes);
        assert!(
            decode(&stream, false, 15, content.len()) == content,
            "{level}"
        );
    }
}

/// Places are known by 16 bits of their addresses: after a history of 32,767 bytes, level 1 once took what it knew
/// nothing of for the text itself.
#[test]
fn a_history_of_any_length_is_told_from_the_text() {
    let runtimes = runtimes();
    for history in [32_000, 32_766, 32_767, 32_768] {
        let content = Generator::new(31, &[]).random_bytes(history + 600);
        for level in [1, 6, 12] {
            for runtime in &runtimes {
                let lens = [history, 600];
                let stream = in_pieces(&content, &lens, level, std::slice::from_ref(runtime));
                assert!(
                    decode(&stream, false, 15, content.len()) == content,
                    "{history} {level}"
                );
            }
        }
    }
}

/// Writes in steps of any length, and flushes now and then.
fn written(runtime: &Runtime, content: &[u8], threads: usize, seed: u64) -> Vec<u8> {
    let threads = NonZero::new(threads).unwrap();
    let mut generator = Generator::new(seed, &[]);
    let mut writer = GzipWriter::parallel(runtime, Vec::new(), Level::FAST, threads);
    let mut rest = content;
    while !rest.is_empty() {
        let len = generator.number(1..=200_000).min(rest.len());
        writer.write_all(&rest[..len]).unwrap();
        rest = &rest[len..];
        if generator.one_in(5) {
            writer.flush().unwrap();
            let mut arrived = vec![0; content.len() - rest.len()];
            GzipReader::new(runtime, &writer.get_ref()[..])
                .read_exact(&mut arrived)
                .unwrap();
            assert!(content.starts_with(&arrived));
        }
    }
    writer.finish().unwrap()
}

#[test]
fn writers_make_files_that_the_reference_reads() {
    let content = Generator::new(13, &[]).source_text(1_700_000);
    for runtime in &runtimes() {
        let one = written(runtime, &content, 1, 5);
        assert!(decode(&one, true, 16 + 15, content.len()) == content);
        let three = written(runtime, &content, 3, 6);
        assert!(decode(&three, true, 16 + 15, content.len()) == content);
    }
}

#[test]
fn every_number_of_threads_makes_a_stream() {
    let runtime = Runtime::new();
    let content = Generator::new(17, &[]).source_text(1_000_000);
    let files = [1, 2, 4].map(|threads| {
        let threads = NonZero::new(threads).unwrap();
        let mut writer = ZlibWriter::parallel(&runtime, Vec::new(), Level::DEFAULT, threads);
        writer.write_all(&content).unwrap();
        writer.finish().unwrap()
    });
    assert!(decode(&files[0], true, 15, content.len()) == content);
    // Which tier makes a piece may change while the fastest is compiled; all of them are read.
    for file in &files[1..] {
        assert!(decode(file, true, 15, content.len()) == content);
    }
}

#[test]
fn an_empty_stream_has_its_end() {
    for runtime in &runtimes() {
        for level in levels() {
            let gzip = runtime.gzip(b"", level).unwrap();
            assert_eq!(decode(&gzip, true, 16 + 15, 0), b"");
        }
        let file = GzipWriter::new(runtime, Vec::new(), Level::DEFAULT).finish();
        assert_eq!(runtime.gunzip(&file.unwrap(), ROOMY).unwrap(), b"");
    }
}

/// While no tier can answer, a stream that has begun goes on in stored blocks, and is whole.
#[test]
fn a_stream_that_has_begun_is_ended_without_tiers() {
    let content = Generator::new(67, &[]).source_text(700_000);
    for threads in [1, 3] {
        for failing in [1, 2] {
            let (runtime, faults) = fallible();
            let threads = NonZero::new(threads).unwrap();
            let mut gzip = GzipWriter::parallel(&runtime, Vec::new(), Level::DEFAULT, threads);
            let mut zlib = ZlibWriter::parallel(&runtime, Vec::new(), Level::DEFAULT, threads);
            for (number, piece) in content.chunks(250_000).enumerate() {
                if number == failing {
                    faults.inject(Fault::Trap, EngineKind::Interpreter, ..);
                }
                for writer in [&mut gzip as &mut dyn Write, &mut zlib] {
                    writer.write_all(piece).unwrap();
                    writer.flush().unwrap();
                }
            }
            let file = gzip.finish().unwrap();
            assert!(decode(&file, true, 16 + 15, content.len()) == content);
            let stream = zlib.finish().unwrap();
            assert!(decode(&stream, true, 15, content.len()) == content);

            let mut writer = GzipWriter::new(&runtime, Vec::new(), Level::DEFAULT);
            writer.write_all(b"watt").unwrap();
            let error: Error = writer.flush().unwrap_err().downcast().unwrap();
            assert!(matches!(error, Error::NoTier(_)), "{error}");
        }
    }
}
