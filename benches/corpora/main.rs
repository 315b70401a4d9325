//! Kernels on texts of the kinds that users have, beside native code and compiled peers.
//!
//! - `KILOWAT_PEERS=FOLDER cargo bench --features measure --bench corpora` prints a table: how fast each kernel is on the JIT, and how
//!   many times as fast as the others.
//! - `cargo bench --features measure --bench corpora -- json crc32` measures the operations in whose names one of these words is.
//! - `cargo bench --features measure --bench corpora -- --test` does everything once.
//!
//! The sides take turns on one input, a batch of calls each, and their answers are checked before they are timed.

mod texts;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use brotli::BrotliCompress;
use brotli::enc::BrotliEncoderParams;
use kilowat::deflate::{self, Level};
use kilowat::measure::{Bench, Row};
use kilowat::{EngineKind, Value, json, lz4};

/// What each side has for one input.
const TIME: Duration = Duration::from_millis(500);

/// Where the set-up decides, and where the loop does.
const SIZES: [u32; 3] = [1 << 10, 10 << 10, 1 << 20];

/// A kind of text: its name, and how so many bytes of it are made.
type Corpus = (&'static str, fn(usize) -> Vec<u8>);

/// Operations, what they are measured on, and their arguments for such a text. Behind the name of an operation may
/// stand a word that tells it from others.
type Series = (
    &'static [&'static str],
    &'static [Corpus],
    fn(Vec<u8>) -> Result<Vec<Value>>,
);

const JSON: &[Corpus] = &[
    ("posts", texts::posts),
    ("events", texts::events),
    ("coordinates", texts::coordinates),
    ("log", texts::log_array),
    ("package", texts::package),
    ("integers", texts::integers),
    ("Chinese", texts::chinese_objects),
];

const FILES: &[Corpus] = &[
    ("JavaScript", texts::javascript),
    ("log", texts::log_lines),
    ("English", texts::english),
];

const SERIES: &[Series] = &[
    (&["lz4_compress"], FILES, |text| {
        // More than ours needs: a peer's bound is higher.
        let room = 2 * text.len();
        Ok(vec![Value::Bytes(text), Value::Integer(room as u64)])
    }),
    (&["lz4_decompress"], FILES, |text| {
        let block = lz4::compress(&text)?;
        Ok(vec![Value::Bytes(block), Value::Integer(text.len() as u64)])
    }),
    (&["lz4_compress_hc 9"], FILES, |text| {
        let room = lz4::bound(text.len()).context("it is too long")? as u64;
        Ok(vec![
            Value::Bytes(text),
            Value::Integer(9),
            Value::Integer(room),
        ])
    }),
    (&["inflate"], FILES, |text| {
        let stream = deflate::deflate(&text, Level::DEFAULT)?;
        let nothing = [Value::Bytes(Vec::new()), Value::Bool(false)];
        let [dictionary, trailing] = nothing;
        let room = Value::Integer(text.len() as u64);
        Ok(vec![Value::Bytes(stream), dictionary, trailing, room])
    }),
    (&["brotli_decompress"], FILES, |text| {
        // As servers send it.
        let parameters = BrotliEncoderParams {
            quality: 5,
            size_hint: text.len(),
            ..BrotliEncoderParams::default()
        };
        let mut stream = Vec::new();
        BrotliCompress(&mut &*text, &mut stream, &parameters)?;
        let room = Value::Integer(text.len() as u64);
        Ok(vec![Value::Bytes(stream), room])
    }),
    (&["deflate 1"], FILES, |text| Ok(to_deflate(text, 1))),
    (&["deflate 6"], FILES, |text| Ok(to_deflate(text, 6))),
    (&["deflate 9"], FILES, |text| Ok(to_deflate(text, 9))),
    (&["deflate 12"], FILES, |text| Ok(to_deflate(text, 12))),
    (
        &["utf8_validate"],
        &[
            ("English", texts::english),
            ("Latin", texts::latin),
            ("Chinese", texts::chinese),
        ],
        |text| Ok(vec![Value::Bytes(text)]),
    ),
    (
        &["crc32", "crc32c", "adler32"],
        &[("random", texts::random)],
        |bytes| Ok(vec![Value::Bytes(bytes)]),
    ),
    (
        &["xxh64", "xxh3_64"],
        &[("random", texts::random)],
        |bytes| Ok(vec![Value::Bytes(bytes), Value::Integer(0)]),
    ),
    (&["json_validate"], JSON, |text| {
        Ok(vec![Value::Bytes(text), Value::Integer(DEPTH)])
    }),
    (&["json_parse"], JSON, |text| {
        let tape = tape(&text)?;
        let room = Value::Integer(tape.len() as u64);
        Ok(vec![Value::Bytes(text), Value::Integer(DEPTH), room])
    }),
    (&["json_serialize"], JSON, |text| {
        // As long as the text, which is compact but for that of the package.
        let room = Value::Integer(text.len() as u64);
        let layout = [Value::Bool(false), Value::Bool(false), Value::Integer(0)];
        let [indented, tabs, indent] = layout;
        Ok(vec![
            Value::Bytes(tape(&text)?),
            indented,
            tabs,
            indent,
            room,
        ])
    }),
    (&["json_minify"], &[("package", texts::package)], |text| {
        let room = Value::Integer(text.len() as u64);
        Ok(vec![Value::Bytes(text), Value::Integer(DEPTH), room])
    }),
];

/// Levels of arrays and objects.
const DEPTH: u64 = 1_024;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, words): (Vec<_>, Vec<_>) = arguments
        .iter()
        .partition(|argument| argument.starts_with('-'));
    let time = if options.iter().any(|option| *option == "--test") {
        Duration::ZERO
    } else {
        TIME
    };
    let (bench, left_out) = Bench::start(&[EngineKind::Jit])?;
    if let Some(error) = left_out.into_iter().next() {
        return Err(error.into());
    }
    let peers: Vec<_> = bench.peers().map(str::to_owned).collect();
    heading(&peers);
    for (operations, corpora, arguments_of) in SERIES {
        for operation in *operations {
            if !words.is_empty() && !words.iter().any(|word| operation.contains(word.as_str())) {
                continue;
            }
            for (corpus, make) in *corpora {
                for size in SIZES {
                    let arguments = arguments_of(make(size as usize))?;
                    let name = operation.split(' ').next().unwrap_or(operation);
                    let rows = bench
                        .measure_on(name, &arguments, time)
                        .with_context(|| format!("{operation}, {corpus}, {size} bytes"))?;
                    row(
                        &format!("| `{operation}` | {corpus} | {size} |"),
                        size,
                        &rows,
                        &peers,
                    )?;
                }
            }
        }
    }
    Ok(())
}

fn heading(peers: &[String]) {
    let peers = peers.iter().map(|peer| format!(" / {peer} |"));
    let columns: String = peers.collect();
    println!("| operation | input | bytes | MB/s | / native |{columns}");
    println!(
        "| :-- | :-- | --: | --: | --: |{}",
        " --: |".repeat(columns.matches('|').count())
    );
}

/// Prints one row. A side that cannot do the operation has a blank.
fn row(head: &str, size: u32, rows: &[Row], peers: &[String]) -> Result<()> {
    let best = |wanted: &dyn Fn(&Row) -> bool| -> Result<Option<f64>> {
        let Some(row) = rows.iter().find(|row| wanted(row)) else {
            return Ok(None);
        };
        match &row.time {
            Ok(time) => Ok(Some(time.best)),
            Err(error) => anyhow::bail!("{head} {}: {error}", row.name),
        }
    };
    let ours = best(&|row| row.engine == EngineKind::Jit && row.peer.is_none())?
        .context("there is no kernel")?;
    let native = best(&|row| row.engine == EngineKind::Native)?;
    let ratio =
        |time: Option<f64>| time.map_or(String::new(), |time| format!(" {:.2}", time / ours));
    let mut line = format!(
        "{head} {:.0} |{} |",
        f64::from(size) * 1e3 / ours,
        ratio(native)
    );
    for peer in peers {
        line.push_str(&ratio(best(&|row| row.peer.as_ref() == Some(peer))?));
        line.push_str(" |");
    }
    println!("{line}");
    Ok(())
}

fn to_deflate(text: Vec<u8>, level: u64) -> Vec<Value> {
    // More than ours needs: a peer's bound may be higher.
    let room = 2 * text.len() as u64;
    let [history, flush] = [Value::Integer(0), Value::Bool(false)];
    let level = Value::Integer(level);
    vec![
        Value::Bytes(text),
        history,
        level,
        flush,
        Value::Integer(room),
    ]
}

fn tape(text: &[u8]) -> Result<Vec<u8>> {
    Ok(json::parse(text)?.as_bytes().to_vec())
}
