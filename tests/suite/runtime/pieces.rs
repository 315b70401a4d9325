//! The same answers from every tier, on slices and readers of any size.

use std::cell::Cell;
use std::cmp::Ordering;
use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;
use std::thread;

use kilowat::memory::Difference;
use kilowat::{EngineKind, Runtime};
use kilowat_operations::generator::Generator;

/// Two and a half buffers of the readers, ten pieces of the runtime.
const LONG: usize = (5 << 20) / 2;

fn runtimes() -> impl Iterator<Item = Runtime> {
    EngineKind::ALL
        .into_iter()
        .map(|kind| Runtime::with_engine(kind).unwrap())
}

/// A reader that gives a few bytes at a time, as pipes do.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.1.min(buffer.len());
        self.0.read(&mut buffer[..len])
    }
}

#[test]
fn hashes_of_long_inputs_agree() {
    let text = Generator::new(1, &[]).source_text(LONG);
    let native = Runtime::with_engine(EngineKind::Native).unwrap();
    let (hash_32, hash_64) = (
        native.fnv1a32(&text).unwrap(),
        native.fnv1a64(&text).unwrap(),
    );
    for runtime in runtimes() {
        assert_eq!(runtime.fnv1a32(&text).unwrap(), hash_32);
        assert_eq!(runtime.fnv1a64(&text).unwrap(), hash_64);
        assert_eq!(runtime.fnv1a32_reader(text.as_slice()).unwrap(), hash_32);
        assert_eq!(
            runtime.fnv1a64_reader(Trickle(&text, 70_000)).unwrap(),
            hash_64
        );
    }
}

#[test]
fn comparison_finds_the_one_byte_in_any_piece() {
    let a = Generator::new(2, &[]).source_text(LONG);
    for runtime in runtimes() {
        assert_eq!(runtime.compare(&a, &a).unwrap(), Ordering::Equal);
        assert_eq!(runtime.compare(&a[..LONG - 1], &a).unwrap(), Ordering::Less);
        assert_eq!(runtime.compare(&a, &[]).unwrap(), Ordering::Greater);
        for place in [0, (256 << 10) - 1, 256 << 10, 1 << 20, LONG - 1] {
            let mut b = a.clone();
            b[place] |= 0x80;
            assert_eq!(runtime.compare(&a, &b).unwrap(), Ordering::Less, "{place}");
            assert_eq!(
                runtime.compare(&b, &a).unwrap(),
                Ordering::Greater,
                "{place}"
            );
            let line = a[..place].split(|byte| *byte == b'\n').count() as u64;
            let offset = place as u64;
            assert_eq!(
                runtime
                    .compare_readers(a.as_slice(), Trickle(&b, 12_345))
                    .unwrap(),
                Some(Difference::Byte { offset, line })
            );
        }
    }
}

#[test]
fn readers_that_end_early_are_told_apart() {
    let lines = b"1\n2\n".repeat(1 << 19);
    let end = Difference::FirstEnds {
        offset: 1 << 21,
        line: (1 << 20) + 1,
    };
    let runtime = Runtime::new();
    let longer = [lines.as_slice(), b"3"].concat();
    let compare = |a: &[u8], b: &[u8]| runtime.compare_readers(a, b).unwrap();
    assert_eq!(compare(&lines, &lines), None);
    assert_eq!(compare(&lines, &longer), Some(end));
    assert_eq!(
        compare(b"x", b""),
        Some(Difference::SecondEnds { offset: 0, line: 1 })
    );
    assert_eq!(compare(b"", b""), None);
}

#[test]
fn needles_are_found_across_the_borders_of_pieces_and_buffers() {
    let mut generator = Generator::new(3, &[]);
    for needle_len in [1, 2, 17, 300, 300_000] {
        // The letters of the needle are not in the text, so that it stands only where it is put.
        let needle = generator.bytes_over(b"\x01\x02\x03", needle_len);
        let mut text = generator.source_text(LONG + 2 * needle_len);
        let mut expected = Vec::new();
        let mut place = (256 << 10) - needle_len.min(200_000) / 2;
        while place + needle_len <= text.len() {
            text[place..place + needle_len].copy_from_slice(&needle);
            expected.push(place);
            place += needle_len.max(65_537);
        }
        assert!(expected.len() > 3);
        for runtime in runtimes() {
            assert_eq!(runtime.search(&text, &needle).unwrap(), Some(expected[0]));
            assert_eq!(runtime.search_all(&text, &needle).unwrap(), expected);
            assert_eq!(runtime.search(&text[..expected[0]], &needle).unwrap(), None);
            let mut found = Vec::new();
            let reader = Trickle(&text, 100_000);
            let search = runtime.search_reader(reader, &needle, |offset| {
                found.push(offset as usize);
                Ok(ControlFlow::Continue(()))
            });
            search.unwrap();
            assert_eq!(found, expected);
        }
    }
}

#[test]
fn occurrences_do_not_overlap_across_pieces() {
    let text = vec![b'a'; LONG];
    let expected: Vec<usize> = (0..LONG / 3).map(|index| 3 * index).collect();
    for runtime in runtimes() {
        assert_eq!(runtime.search_all(&text, b"aaa").unwrap(), expected);
        let mut found = Vec::new();
        let search = runtime.search_reader(Cursor::new(&text), b"aaa", |offset| {
            found.push(offset as usize);
            Ok(ControlFlow::Continue(()))
        });
        search.unwrap();
        assert_eq!(found, expected);
    }
}

#[test]
fn empty_needles_are_everywhere_in_slices_and_refused_in_readers() {
    for runtime in runtimes() {
        assert_eq!(runtime.search(b"", b"").unwrap(), Some(0));
        assert_eq!(runtime.search_all(b"ab", b"").unwrap(), [0, 1, 2]);
        let refused = runtime.search_reader(&b"ab"[..], b"", |_| Ok(ControlFlow::Continue(())));
        assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}

#[test]
fn a_callback_that_fails_ends_the_search() {
    let runtime = Runtime::new();
    let mut calls = 0;
    let search = runtime.search_reader(&b"aaaa"[..], b"a", |_| {
        calls += 1;
        Err(io::ErrorKind::BrokenPipe.into())
    });
    assert_eq!(search.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    assert_eq!(calls, 1);
}

#[test]
fn what_a_read_completes_is_found_before_the_next_one_until_it_is_enough() {
    let text = b"a needle, a noodle, a needle";
    let runtime = Runtime::new();
    for enough in [1, 2] {
        let reads = Cell::new(0);
        let reader = Counted(Trickle(text, 1), &reads);
        let mut found = Vec::new();
        let search = runtime.search_reader(reader, b"needle", |offset| {
            found.push((offset, reads.get()));
            Ok(if found.len() == enough {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        });
        search.unwrap();
        // Each is complete with the byte that the last read gave.
        assert_eq!(found, [(2, 8), (22, 28)][..enough]);
        assert_eq!(reads.get(), found[enough - 1].1);
    }
}

/// Counts how often it is read.
struct Counted<'a>(Trickle<'a>, &'a Cell<usize>);

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1.set(self.1.get() + 1);
        self.0.read(buffer)
    }
}

#[test]
fn threads_share_a_runtime() {
    for runtime in runtimes() {
        let expected: Vec<u32> = (0..64_u8)
            .map(|byte| runtime.fnv1a32(&[byte; 4_000]).unwrap())
            .collect();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for (byte, hash) in (0..64_u8).zip(&expected) {
                        assert_eq!(runtime.fnv1a32(&[byte; 4_000]).unwrap(), *hash);
                    }
                });
            }
        });
    }
}
