//! Calls from asynchronous tasks.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kilowat::{Builder, Cache, EngineKind, Error, Preload, Runtime, Value};
use tokio::runtime as executor;
use tokio::task::JoinSet;

use super::SHA256_OF_ABC;

fn builder() -> Builder {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .tiers([EngineKind::Interpreter, EngineKind::Native])
}

/// Executors of one thread, and of several.
fn executors() -> [executor::Runtime; 2] {
    [
        executor::Builder::new_current_thread(),
        executor::Builder::new_multi_thread(),
    ]
    .map(|mut builder| builder.enable_time().build().unwrap())
}

fn input(number: usize) -> Vec<u8> {
    vec![number as u8; number % 500]
}

#[test]
fn thousands_of_tasks_share_one_turn() {
    const TASKS: usize = 3_000;
    let native = Runtime::with_engine(EngineKind::Native).unwrap();
    for executor in executors() {
        let runtime = builder().instances(1).build().unwrap();
        executor.block_on(async {
            let mut tasks = JoinSet::new();
            for number in 0..TASKS {
                let runtime = runtime.clone();
                tasks.spawn(async move {
                    let bytes = input(number);
                    let digest = runtime.in_turn(|runtime| runtime.sha256(&bytes)).await;
                    // Two calls in one turn.
                    let both = runtime
                        .in_turn(|runtime| {
                            Ok::<_, Error>((runtime.md5(&bytes)?, runtime.fnv1a32(&bytes)?))
                        })
                        .await;
                    (number, digest.unwrap(), both.unwrap())
                });
            }
            while let Some(task) = tasks.join_next().await {
                let (number, digest, both) = task.unwrap();
                let bytes = input(number);
                assert_eq!(digest, native.sha256(&bytes).unwrap());
                let expected = (native.md5(&bytes).unwrap(), native.fnv1a32(&bytes).unwrap());
                assert_eq!(both, expected);
            }
        });
        let memory = runtime.report().memory;
        assert!(memory.instances <= 3, "one turn, three modules: {memory:?}");
    }
}

/// Tasks that block their thread stand in line beside tasks that do not, and beside other threads.
#[test]
fn calls_that_block_get_along_with_calls_that_await() {
    for executor in executors() {
        let runtime = builder().instances(1).build().unwrap();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for number in 0..300 {
                        let _ = runtime.sha256(&input(number)).unwrap();
                    }
                });
            }
            executor.block_on(async {
                let mut tasks = JoinSet::new();
                for number in 0..600 {
                    let runtime = runtime.clone();
                    tasks.spawn(async move {
                        if number % 2 == 0 {
                            return runtime.sha256(b"abc");
                        }
                        runtime.in_turn(|runtime| runtime.sha256(b"abc")).await
                    });
                }
                while let Some(digest) = tasks.join_next().await {
                    assert_eq!(digest.unwrap().unwrap()[..8], SHA256_OF_ABC);
                }
            });
        });
    }
}

#[test]
fn tasks_that_are_given_up_keep_nobody_waiting() {
    for executor in executors() {
        let runtime = builder().instances(1).build().unwrap();
        executor.block_on(async {
            let mut tasks = JoinSet::new();
            for number in 0..1_000_usize {
                let runtime = runtime.clone();
                tasks.spawn(async move {
                    let call = runtime.in_turn(|runtime| runtime.sha256(b"abc"));
                    let patience = Duration::from_micros(number as u64 % 50);
                    match tokio::time::timeout(patience, call).await {
                        Ok(digest) => assert_eq!(digest.unwrap()[..8], SHA256_OF_ABC),
                        // It has had its turn in the end, or gone away.
                        Err(_) => tokio::task::yield_now().await,
                    }
                });
                if number % 3 == 0 {
                    tasks.abort_all();
                }
            }
            while let Some(outcome) = tasks.join_next().await {
                assert!(outcome.is_ok() || outcome.unwrap_err().is_cancelled());
            }
            let digest = runtime.in_turn(|runtime| runtime.sha256(b"abc")).await;
            assert_eq!(digest.unwrap()[..8], SHA256_OF_ABC);
        });
        assert_eq!(runtime.sha256(b"abc").unwrap()[..8], SHA256_OF_ABC);
    }
}

/// No executor at all.
#[test]
fn a_turn_that_is_free_is_had_at_once() {
    let runtime = builder().build().unwrap();
    let call = pin!(runtime.in_turn(|runtime| runtime.sha256(b"abc")));
    let Poll::Ready(digest) = call.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("there is a turn");
    };
    assert_eq!(digest.unwrap()[..8], SHA256_OF_ABC);
}

#[test]
fn calls_by_name_wait_for_the_turns_of_their_module() {
    let users = wat::parse_str(
        r#"(module
          (memory (export "memory") 1)
          (global (export "heap_base") i32 (i32.const 32))
          (func (export "add") (param i32 i32) (result i32)
            (i32.add (local.get 0) (local.get 1))))"#,
    );
    for executor in executors() {
        let runtime = Arc::new(builder().instances(1).build().unwrap());
        runtime
            .load_module_from_bytes("users", users.as_ref().unwrap())
            .unwrap();
        executor.block_on(async {
            let mut tasks = JoinSet::new();
            for number in 0..500_u64 {
                let runtime = Arc::clone(&runtime);
                tasks.spawn(async move {
                    let arguments = [Value::Integer(number), Value::Integer(1)];
                    let sum = runtime.execute_async("users", "add", &arguments).await;
                    assert_eq!(sum.unwrap().value, Value::Integer(number + 1));
                    let arguments = [Value::Bytes(b"foobar".to_vec())];
                    let hash = runtime.execute_async("string_ops", "fnv1a32", &arguments);
                    assert_eq!(hash.await.unwrap().value, Value::Integer(0xbf9c_f968));
                });
            }
            while let Some(task) = tasks.join_next().await {
                task.unwrap();
            }
            let error = runtime.execute_async("nothing", "add", &[]).await;
            assert!(matches!(error, Err(Error::UnknownModule(_))));
            let error = runtime.execute_async("users", "subtract", &[]).await;
            assert!(matches!(error, Err(Error::UnknownOperation(_))));
        });
    }
}

#[cfg(feature = "tokio")]
mod adapters {
    use std::io::{Cursor, Read as _, Write as _};
    use std::pin::Pin;
    use std::{io, iter};

    use ::brotli::BrotliCompress;
    use ::brotli::enc::BrotliEncoderParams;
    use kilowat::Limit;
    use kilowat::brotli::{AsyncBrotliReader, BrotliReader};
    use kilowat::deflate::{AsyncZlibReader, Level};
    use kilowat::hash::{Crc32, Fnv1a64, Md5, Sha256, Sink, Xxh3_64, Xxh32, Xxh64};
    use kilowat::lz4::{
        AsyncFrameReader, AsyncFrameWriter, BlockSize, FrameOptions, FrameReader, FrameWriter,
    };
    use kilowat_operations::generator::Generator;
    use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, ReadBuf};

    use super::*;

    /// Text with repetitions, longer than the steps of readers and writers.
    fn content() -> Vec<u8> {
        Generator::new(1, &[0xa5]).source_text(1_500_000)
    }

    fn all_options() -> Vec<FrameOptions> {
        let options = FrameOptions::new;
        vec![
            options(),
            options().block_size(BlockSize::KiB64).linked(true),
            options().block_size(BlockSize::MiB1).block_checksums(true),
        ]
    }

    /// Gives a few bytes at a time, and now and then none yet.
    struct Hesitant<'a> {
        bytes: &'a [u8],
        step: usize,
        waits: bool,
    }

    impl AsyncRead for Hesitant<'_> {
        fn poll_read(
            self: Pin<&mut Self>,
            context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let this = self.get_mut();
            this.waits = !this.waits;
            if this.waits {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let len = this.step.min(this.bytes.len()).min(buffer.remaining());
            buffer.put_slice(&this.bytes[..len]);
            this.bytes = &this.bytes[len..];
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn frames_are_those_of_the_writer_that_blocks_and_read_by_the_reader_that_awaits() {
        let content = content();
        for executor in executors() {
            let runtime = builder().instances(1).build().unwrap();
            for options in all_options() {
                let mut writer = FrameWriter::new(&runtime, Vec::new(), &options);
                writer.write_all(&content).unwrap();
                let expected = writer.finish().unwrap();
                executor.block_on(async {
                    // A pipe so narrow that both ends wait again and again.
                    let (ours, mut theirs) = tokio::io::duplex(1_000);
                    let write = async {
                        let mut writer = AsyncFrameWriter::new(&runtime, ours, &options);
                        writer.write_all(&content).await.unwrap();
                        writer.shutdown().await.unwrap();
                        let error = writer.write(b"more").await.unwrap_err();
                        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
                    };
                    let mut frame = Vec::new();
                    let ((), read) = tokio::join!(write, theirs.read_to_end(&mut frame));
                    read.unwrap();
                    assert!(frame == expected, "{options:?}");
                    for step in [1 << 20, 777] {
                        let hesitant = Hesitant {
                            bytes: &frame,
                            step,
                            waits: false,
                        };
                        let mut reader = AsyncFrameReader::new(&runtime, hesitant);
                        let mut read = Vec::new();
                        reader.read_to_end(&mut read).await.unwrap();
                        assert!(read == content, "{options:?}, {step}");
                        assert_eq!(reader.source_offset(), frame.len() as u64);
                    }
                });
            }
        }
    }

    /// What readers of DEFLATE and Brotli have in common, with both.
    #[test]
    fn compressed_streams_are_read_as_by_the_readers_that_block() {
        let content = &content()[..400_000];
        let runtime = builder().build().unwrap();
        let zlib = runtime.zlib_compress(content, Level::default()).unwrap();
        let mut brotli = Vec::new();
        let parameters = BrotliEncoderParams {
            quality: 5,
            ..BrotliEncoderParams::default()
        };
        BrotliCompress(&mut &*content, &mut brotli, &parameters).unwrap();
        let [executor, _] = executors();
        let hesitant = |bytes, step| Hesitant {
            bytes,
            step,
            waits: false,
        };
        executor.block_on(async {
            for step in [1 << 20, 777] {
                let mut read = Vec::new();
                let mut reader = AsyncZlibReader::new(&runtime, hesitant(&zlib, step));
                reader.read_to_end(&mut read).await.unwrap();
                assert!(read == content, "{step}");
                assert_eq!(reader.source_offset(), zlib.len() as u64);
                read.clear();
                let mut reader = AsyncBrotliReader::new(&runtime, hesitant(&brotli, step));
                reader.read_to_end(&mut read).await.unwrap();
                assert!(read == content, "{step}");
                assert_eq!(reader.source_offset(), brotli.len() as u64);
            }
            for len in [100, 5_000, brotli.len() - 1] {
                let mut read = Vec::new();
                let mut reader = AsyncBrotliReader::new(&runtime, hesitant(&brotli[..len], 400));
                let error = reader.read_to_end(&mut read).await.unwrap_err();
                let mut expected = Vec::new();
                let mut blocking = BrotliReader::new(&runtime, &brotli[..len]);
                let expected_error = blocking.read_to_end(&mut expected).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
                assert_eq!(error.to_string(), expected_error.to_string());
                assert!(read == expected);
            }
            let limit = Limit::bytes(1_000);
            let mut read = Vec::new();
            let mut reader = AsyncBrotliReader::with_limit(&runtime, &brotli[..], limit);
            let error = reader.read_to_end(&mut read).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            assert_eq!(read, content[..1_000]);
        });
    }

    #[test]
    fn what_is_flushed_can_be_read() {
        let [executor, _] = executors();
        let runtime = builder().build().unwrap();
        executor.block_on(async {
            let (ours, theirs) = tokio::io::duplex(1 << 16);
            let mut writer = AsyncFrameWriter::new(&runtime, ours, &FrameOptions::new());
            let mut reader = AsyncFrameReader::new(&runtime, theirs);
            for word in [&b"watt"[..], b" by ", b"watt"] {
                writer.write_all(word).await.unwrap();
                writer.flush().await.unwrap();
                let mut read = vec![0; word.len()];
                reader.read_exact(&mut read).await.unwrap();
                assert_eq!(read, word);
            }
            drop(writer.finish().await.unwrap());
            assert_eq!(reader.read(&mut [0]).await.unwrap(), 0);
        });
    }

    #[test]
    fn damage_is_told_as_by_the_reader_that_blocks() {
        let [executor, _] = executors();
        let runtime = builder().build().unwrap();
        let frame = runtime.lz4_frame_compress(&content()[..70_000], &FrameOptions::new());
        let frame = frame.unwrap();
        let mut damaged = frame.clone();
        damaged[100] ^= 1;
        let short = &frame[..frame.len() - 3];
        for bytes in [&damaged[..], short, b"", b"no frame at all"] {
            let mut expected = Vec::new();
            let outcome = FrameReader::new(&runtime, bytes).read_to_end(&mut expected);
            let expected_error = outcome.unwrap_err();
            executor.block_on(async {
                let mut reader = AsyncFrameReader::new(&runtime, bytes);
                let mut read = Vec::new();
                let error = reader.read_to_end(&mut read).await.unwrap_err();
                assert_eq!(error.kind(), expected_error.kind());
                assert_eq!(error.to_string(), expected_error.to_string());
                assert!(read == expected, "what came before it is given");
            });
        }
        // And what is wrong with the content, by the writer.
        let options = FrameOptions::new().content_size(Some(5));
        executor.block_on(async {
            let mut writer = AsyncFrameWriter::new(&runtime, Vec::new(), &options);
            writer.write_all(b"four").await.unwrap();
            let error = writer.finish().await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        });
    }

    /// Reads and writes that are given up after a moment, and asked for again.
    #[test]
    fn what_is_given_up_loses_nothing() {
        let content = content();
        let [executor, _] = executors();
        let runtime = builder().instances(1).build().unwrap();
        let frame = runtime
            .lz4_frame_compress(&content, &FrameOptions::new())
            .unwrap();
        executor.block_on(async {
            // Somebody else has the turn now and then.
            let other = runtime.clone();
            let busy = tokio::spawn(async move {
                loop {
                    let _ = other.in_turn(|runtime| runtime.sha256(&[0; 5_000])).await;
                    tokio::task::yield_now().await;
                }
            });
            let hesitant = Hesitant {
                bytes: &frame,
                step: 3_000,
                waits: false,
            };
            let mut reader = AsyncFrameReader::new(&runtime, hesitant);
            let mut writer = AsyncFrameWriter::new(&runtime, Vec::new(), &FrameOptions::new());
            let mut buffer = vec![0; 10_000];
            let mut read = Vec::<u8>::new();
            loop {
                let at_once = Duration::ZERO;
                let Ok(len) = tokio::time::timeout(at_once, reader.read(&mut buffer)).await else {
                    continue;
                };
                let len = len.unwrap();
                if len == 0 {
                    break;
                }
                read.extend(&buffer[..len]);
                let mut rest = &buffer[..len];
                while !rest.is_empty() {
                    if let Ok(len) = tokio::time::timeout(at_once, writer.write(rest)).await {
                        rest = &rest[len.unwrap()..];
                    }
                }
            }
            busy.abort();
            assert!(read == content);
            assert!(writer.finish().await.unwrap() == frame);
        });
        assert!(runtime.sha256(b"abc").is_ok(), "no turn was lost");
    }

    #[test]
    fn sinks_hash_what_is_written_and_let_others_go_on() {
        let content = content();
        let runtime = builder().instances(1).build().unwrap();
        let [executor, _] = executors();
        executor.block_on(async {
            let mut sink = Sink::new(Sha256::new(&runtime));
            let mut other_turns = 0;
            let copy = async {
                let len = tokio::io::copy(&mut Cursor::new(&content), &mut sink).await;
                assert_eq!(len.unwrap(), content.len() as u64);
                sink.write_all(&content).await.unwrap();
                sink.shutdown().await.unwrap();
            };
            let count = async {
                for () in iter::repeat_n((), 5) {
                    other_turns += 1;
                    tokio::task::yield_now().await;
                }
            };
            tokio::join!(biased; copy, count);
            assert_eq!(other_turns, 5);
            let twice = [&content[..], &content].concat();
            assert_eq!(
                sink.into_inner().finish().unwrap(),
                runtime.sha256(&twice).unwrap()
            );

            let mut sink = Sink::new(Md5::new(&runtime));
            sink.write_all(&content).await.unwrap();
            assert_eq!(
                sink.into_inner().finish().unwrap(),
                runtime.md5(&content).unwrap()
            );
            let mut sink = Sink::new(Xxh32::new(&runtime, 7));
            sink.write_all(&content).await.unwrap();
            assert_eq!(
                sink.into_inner().hash().unwrap(),
                runtime.xxh32(&content, 7).unwrap()
            );
            let mut sink = Sink::new(Xxh64::new(&runtime, 7));
            sink.write_all(&content).await.unwrap();
            assert_eq!(
                sink.into_inner().hash().unwrap(),
                runtime.xxh64_with_seed(&content, 7).unwrap()
            );
            let mut sink = Sink::new(Xxh3_64::new(&runtime, 7));
            sink.write_all(&content).await.unwrap();
            assert_eq!(
                sink.into_inner().hash().unwrap(),
                runtime.xxh3_64_with_seed(&content, 7).unwrap()
            );
            let mut sink = Sink::new(Fnv1a64::new(&runtime));
            sink.write_all(&content).await.unwrap();
            assert_eq!(sink.into_inner().hash(), runtime.fnv1a64(&content).unwrap());
            let mut sink = Sink::new(Crc32::new(&runtime));
            sink.write_all(&content).await.unwrap();
            assert_eq!(sink.into_inner().hash(), runtime.crc32(&content).unwrap());
        });
    }
}
