//! The arena in tables, and against a plain [reference](reference).

mod reference;

use super::*;

/// The memory starts at line 16.
const BASE: u32 = 1_024;

/// Lines of 64 bytes.
const fn lines(count: u64) -> u64 {
    count * LINE
}

/// An arena whose memory has so many lines, and may grow to one page.
fn arena(count: u64) -> Arena {
    let mut arena = Arena::new(BASE, PAGE as u64);
    arena.grow_to(u64::from(BASE) + lines(count));
    arena
}

/// Allocates buffers of so many lines one behind the other.
fn fill<const N: usize>(arena: &mut Arena, counts: [u64; N]) -> [Handle; N] {
    counts.map(|count| arena.allocate(lines(count)).unwrap())
}

/// The first line of a buffer, counted from the base.
fn line_of(arena: &Arena, handle: Handle) -> u64 {
    u64::from(arena.span(handle).unwrap().ptr - BASE) / LINE
}

/// Lines that are free, and lines in the largest free block.
fn free_lines(arena: &Arena) -> (u64, u64) {
    let telemetry = arena.telemetry();
    (telemetry.free / LINE, telemetry.largest_free / LINE)
}

/// What `part` is of `whole`, both small; 0 of nothing.
fn share(part: u64, whole: u64) -> f64 {
    f64::from(part as u32) / f64::from(whole.max(1) as u32)
}

#[test]
fn the_best_fit_is_the_smallest_then_the_lowest() {
    let mut arena = arena(30);
    let blocks = fill(&mut arena, [5, 1, 3, 1, 2, 1, 3, 1, 2, 1]);
    for index in [0, 2, 4, 6, 8] {
        arena.free(blocks[index]).unwrap();
    }
    // Holes of 5, 3, 2, 3 and 2 lines at 0, 6, 10, 13 and 17, and 10 lines at 20.
    for (count, line) in [
        (2, 10),
        (2, 17),
        (3, 6),
        (1, 13),
        (2, 14),
        (6, 20),
        (4, 26),
        (4, 0),
        (1, 4),
    ] {
        let handle = arena.allocate(lines(count)).unwrap();
        assert_eq!(line_of(&arena, handle), line, "{count} lines");
    }
}

#[test]
fn freed_blocks_coalesce_with_both_neighbours() {
    // Freed before, the largest free block after the middle one of 2, 3 and 4 lines is freed too.
    for (freed, largest) in [(&[][..], 3), (&[0], 5), (&[2], 7), (&[0, 2], 9)] {
        let mut arena = arena(11);
        let blocks = fill(&mut arena, [2, 3, 4]);
        let _wall = fill(&mut arena, [2]);
        for index in freed {
            arena.free(blocks[*index]).unwrap();
        }
        arena.free(blocks[1]).unwrap();
        let free = 3 + freed.iter().map(|index| [2, 3, 4][*index]).sum::<u64>();
        assert_eq!(free_lines(&arena), (free, largest), "after {freed:?}");
        let handle = arena.allocate(lines(largest)).unwrap();
        let start = if freed.contains(&0) { 0 } else { 2 };
        assert_eq!(line_of(&arena, handle), start, "after {freed:?}");
    }
}

#[test]
fn what_the_memory_grows_by_coalesces_too() {
    let mut arena = arena(4);
    let [_first, second] = fill(&mut arena, [2, 2]);
    arena.free(second).unwrap();
    arena.grow_to(u64::from(BASE) + lines(10));
    assert_eq!(free_lines(&arena), (8, 8));
    arena.grow_to(0);
    assert_eq!(free_lines(&arena), (8, 8));
}

#[test]
fn memory_is_given_back_when_no_buffer_takes_room() {
    let mut arena = arena(10);
    let [low, high] = fill(&mut arena, [2, 3]);
    let empty = arena.allocate(0).unwrap();
    assert_eq!(arena.top(), u64::from(BASE) + lines(5));
    arena.free(high).unwrap();
    assert_eq!(arena.top(), u64::from(BASE) + lines(2));
    assert!(!arena.is_empty() && !arena.release_memory());
    assert_eq!(free_lines(&arena), (8, 8));
    arena.free(low).unwrap();
    assert!(arena.is_empty() && arena.release_memory());
    assert_eq!(free_lines(&arena), (0, 0));
    assert_eq!(arena.top(), u64::from(BASE));
    assert_eq!(arena.span(empty).unwrap().len, 0);
    let end = u64::from(BASE) + lines(1);
    assert_eq!(arena.allocate(1), Err(Shortage::Grow { end }));
    arena.grow_to(end);
    let again = arena.allocate(1).unwrap();
    assert_eq!(line_of(&arena, again), 0);
}

#[test]
fn over_five_percent_scattered_is_fragmented() {
    // Lines of a hole and of the free end of the memory, and what is said of one line more.
    for (hole, tail, fragmented) in [
        (0, 100, false),
        (5, 95, false),
        (6, 94, true),
        (94, 6, true),
        (95, 5, false),
        (50, 50, true),
        (1, 0, false),
        (1, 1, true),
    ] {
        let mut arena = arena(hole + 1 + tail);
        let [first, _wall] = fill(&mut arena, [hole, 1]);
        arena.free(first).unwrap();
        let needed = hole.max(tail) + 1;
        let expected = if fragmented {
            Shortage::Fragmented
        } else {
            let end = u64::from(BASE) + lines(hole + 1 + needed);
            Shortage::Grow { end }
        };
        let shortage = arena.allocate(lines(needed)).unwrap_err();
        assert_eq!(shortage, expected, "{hole} and {tail} lines");
        let telemetry = arena.telemetry();
        let counted = ArenaTelemetry {
            fragmentation: share(hole.min(tail), hole + tail),
            ..telemetry
        };
        assert_eq!(telemetry, counted);
        // What fits is served, however scattered the rest is.
        arena.allocate(lines(needed - 1)).unwrap();
    }
}

#[test]
fn compaction_moves_upwards_and_handles_survive() {
    let mut arena = arena(12);
    let [first, a, second, b, c] = fill(&mut arena, [1, 3, 2, 1, 2]);
    let empty = arena.allocate(0).unwrap();
    arena.free(first).unwrap();
    arena.free(second).unwrap();
    assert_eq!(arena.allocate(lines(6)), Err(Shortage::Fragmented));
    let moves = arena.compact();
    let expected = [(1, 0, 3), (6, 3, 1), (7, 4, 2)].map(|(from, to, len)| Move {
        from: BASE + lines(from) as u32,
        to: BASE + lines(to) as u32,
        len: lines(len) as u32,
    });
    assert_eq!(moves, expected);
    assert_eq!([a, b, c].map(|handle| line_of(&arena, handle)), [0, 3, 4]);
    assert_eq!(arena.span(empty).unwrap().len, 0);
    assert_eq!(free_lines(&arena), (6, 6));
    assert_eq!(arena.telemetry().moved, lines(6));
    assert_eq!(arena.compact(), []);
    let handle = arena.allocate(lines(6)).unwrap();
    assert_eq!(line_of(&arena, handle), 6);
}

#[test]
fn exhaustion_says_what_is_available() {
    let all = (PAGE as u64 - u64::from(BASE)) / LINE;
    // Lines of a hole between two buffers of one line, of memory behind them, and the most that
    // compaction and growth can make of it.
    for (hole, tail, most) in [
        (0, 0, all - 2),
        (0, 40, all - 2),
        (10, 40, all - 2),
        (1, 40, all - 3),
        (500, 3, all - 2 - 500),
        (800, 3, 800),
    ] {
        let mut arena = arena(hole + 2 + tail);
        let [_low, middle, _high] = fill(&mut arena, [1, hole, 1]);
        arena.free(middle).unwrap();
        for needed in [lines(most) + 1, u64::from(u32::MAX) + 1, u64::MAX] {
            let available = lines(most);
            let exhausted = Shortage::Exhausted { needed, available };
            assert_eq!(arena.allocate(needed), Err(exhausted), "{hole}, {tail}");
        }
        while let Err(shortage) = arena.allocate(lines(most)) {
            match shortage {
                Shortage::Fragmented => assert_ne!(arena.compact(), []),
                Shortage::Grow { end } => arena.grow_to(end),
                exhausted @ Shortage::Exhausted { .. } => panic!("{hole}, {tail}: {exhausted}"),
            }
        }
    }
}

#[test]
fn resizes_stay_in_place_where_they_can() {
    let resized = |arena: &mut Arena, handle, count| {
        let moved = arena
            .resize(handle, lines(count))
            .map(|moved| moved.is_some());
        moved.map(|moved| (moved, line_of(arena, handle)))
    };
    // Lines 0..2 are free, then stand a (2), a gap (2), b (2), and the memory ends.
    let mut arena = arena(8);
    let [low, a, gap, b] = fill(&mut arena, [2, 2, 2, 2]);
    arena.free(low).unwrap();
    arena.free(gap).unwrap();
    assert_eq!(resized(&mut arena, a, 1), Ok((false, 2)));
    assert_eq!(resized(&mut arena, a, 3), Ok((false, 2)));
    assert_eq!(resized(&mut arena, a, 4), Ok((false, 2)));
    assert_eq!(
        resized(&mut arena, a, 5),
        Ok((true, 0)),
        "over its old place"
    );
    assert_eq!(resized(&mut arena, b, 1), Ok((false, 6)));
    assert_eq!(
        resized(&mut arena, b, 3),
        Ok((true, 5)),
        "over its old place"
    );
    assert_eq!(free_lines(&arena), (0, 0));
    // The highest buffer needs no more memory than it grows by.
    let end = u64::from(BASE) + lines(9);
    assert_eq!(
        arena.resize(b, lines(4)),
        Err(Shortage::Grow { end }.into())
    );
    // Any other needs a place for all of it.
    let end = u64::from(BASE) + lines(14);
    assert_eq!(
        arena.resize(a, lines(6)),
        Err(Shortage::Grow { end }.into())
    );
    assert_eq!([a, b].map(|handle| line_of(&arena, handle)), [0, 5]);
    arena.grow_to(end);
    assert_eq!(resized(&mut arena, a, 6), Ok((true, 8)));
    assert_eq!(free_lines(&arena), (5, 5));
}

#[test]
fn resizes_know_what_is_available() {
    let all = (PAGE as u64 - u64::from(BASE)) / LINE;
    let mut arena = arena(all);
    let [low, a, hole, b] = fill(&mut arena, [100, 100, 100, 100]);
    arena.free(low).unwrap();
    arena.free(hole).unwrap();
    // Compacted, the buffers are at 0 and 100: only the higher keeps its place as it grows.
    for (handle, most) in [(a, all - 200), (b, all - 100)] {
        let (needed, available) = (lines(most + 1), lines(most));
        let exhausted = Shortage::Exhausted { needed, available };
        assert_eq!(arena.resize(handle, needed), Err(exhausted.into()));
    }
    assert_eq!(
        arena.resize(b, lines(all - 100)),
        Err(Shortage::Fragmented.into())
    );
    assert_eq!(arena.compact().len(), 2);
    assert_eq!(arena.resize(b, lines(all - 100)), Ok(None));
    assert_eq!(free_lines(&arena), (0, 0));
}

#[test]
fn empty_buffers_take_nothing() {
    let mut arena = arena(0);
    let empty = arena.allocate(0).unwrap();
    assert_eq!(arena.span(empty), Ok(Span { ptr: BASE, len: 0 }));
    let end = u64::from(BASE) + LINE;
    assert_eq!(arena.resize(empty, 1), Err(Shortage::Grow { end }.into()));
    arena.grow_to(end);
    assert_eq!(arena.resize(empty, 1), Ok(None));
    assert_eq!(free_lines(&arena), (0, 0));
    let other = arena.allocate(0).unwrap();
    assert_eq!(arena.resize(empty, 0), Ok(None));
    assert_eq!(free_lines(&arena), (1, 1));
    assert_eq!(arena.free(other), Ok(()));
    assert_eq!(arena.free(empty), Ok(()));
    assert_eq!(free_lines(&arena), (1, 1));
}

#[test]
fn an_empty_buffer_within_free_space_does_not_divide_it() {
    let mut arena = arena(4);
    let [low, emptied] = fill(&mut arena, [2, 2]);
    assert_eq!(arena.resize(emptied, 0), Ok(None));
    arena.free(low).unwrap();
    let end = u64::from(BASE) + lines(5);
    let refused = arena.resize(emptied, lines(5));
    assert_eq!(refused, Err(Shortage::Grow { end }.into()));
    assert_eq!(free_lines(&arena), (4, 4));
    assert_eq!(arena.resize(emptied, lines(4)), Ok(None));
    assert_eq!(line_of(&arena, emptied), 0);
    assert_eq!(free_lines(&arena), (0, 0));
}

#[test]
fn stale_handles_are_refused_for_ever() {
    let mut arena = arena(4);
    let mut stale = vec![];
    for _ in 0..3 {
        let handle = arena.allocate(64).unwrap();
        stale.push(handle);
        arena.free(handle).unwrap();
        let next = arena.allocate(64).unwrap();
        for handle in &stale {
            assert_eq!(arena.span(*handle), Err(StaleHandle));
            assert_eq!(arena.resize(*handle, 1), Err(StaleHandle.into()));
            assert_eq!(arena.free(*handle), Err(StaleHandle));
        }
        assert_eq!(arena.free(next), Ok(()));
    }
    assert_eq!(arena.telemetry().frees, 6);
}

#[test]
fn the_limit_is_whole_pages_below_four_gibibytes() {
    let page = PAGE as u64;
    for (base, limit, room) in [
        (1, 2 * page - 1, page - 64),
        (65, page, page - 128),
        (0, u64::MAX, (1 << 32) - page),
        (u32::MAX, u64::MAX, 0),
        (70_000, page, 0),
        (0, 0, 0),
    ] {
        let mut arena = Arena::new(base, limit);
        arena.grow_to(u64::MAX);
        assert_eq!(arena.telemetry().free, room, "{base} to {limit}");
        assert!(arena.allocate(room + 1).is_err());
        let handle = arena.allocate(room).unwrap();
        assert_eq!(u64::from(arena.span(handle).unwrap().len), room);
        assert_eq!(free_lines(&arena), (0, 0));
    }
}

#[test]
fn errors_read_well() {
    let shortages = [
        Shortage::Fragmented,
        Shortage::Grow { end: 65_536 },
        Shortage::Exhausted {
            needed: 70_000,
            available: 64,
        },
    ];
    assert_eq!(
        shortages.map(|shortage| ResizeError::from(shortage).to_string()),
        [
            "the free memory is fragmented",
            "the memory has to grow to 65536 bytes",
            "70000 bytes are needed, and at most 64 can be had",
        ]
    );
}
