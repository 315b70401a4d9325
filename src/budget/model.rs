//! The counter under loom, which runs every interleaving that the memory model allows.

use loom::sync::Arc;
use loom::sync::atomic::{self, AtomicBool, Ordering::Relaxed};
use loom::thread;

#[path = "counter.rs"]
#[expect(
    clippy::duplicate_mod,
    reason = "the same text once more, over loom's atomics"
)]
mod counter;

use counter::Counter;

/// A budget of one byte is a lock: no two threads are in, and the next sees what the last has left.
#[test]
fn a_byte_has_one_owner() {
    loom::model(|| {
        let counter = Arc::new(Counter::new(1));
        let in_use = Arc::new(AtomicBool::new(false));
        let threads = [(); 2].map(|()| {
            let (counter, in_use) = (counter.clone(), in_use.clone());
            thread::spawn(move || {
                let owner = counter.add(1).is_ok();
                if owner {
                    assert!(
                        !in_use.load(Relaxed),
                        "the memory is gone before its bytes are back"
                    );
                    in_use.store(true, Relaxed);
                    in_use.store(false, Relaxed);
                    counter.subtract(1);
                }
                owner
            })
        });
        let owners = threads.map(|thread| thread.join().unwrap());
        assert!(owners.contains(&true), "the first to ask is let in");
        assert_eq!((counter.in_use(), counter.peak()), (0, 1));
    });
}

#[test]
fn what_is_held_at_the_same_time_is_within_the_limit() {
    loom::model(|| {
        let counter = Arc::new(Counter::new(5));
        let threads = [2, 3].map(|bytes| {
            let counter = counter.clone();
            thread::spawn(move || {
                let held = counter.add(bytes).is_ok();
                assert!(counter.in_use() <= counter.limit());
                (held, bytes)
            })
        });
        let own = counter.add(4).is_ok();
        let others = threads.map(|thread| thread.join().unwrap());
        let others = others.iter().filter(|(held, _)| *held);
        let held = others.map(|(_, bytes)| bytes).sum::<u64>() + if own { 4 } else { 0 };
        assert!(held == 5 || held == 4, "{held} are held");
        assert_eq!((counter.in_use(), counter.peak()), (held, held));
        let refused = counter.add(6 - held).unwrap_err();
        assert_eq!((refused.needed, refused.available), (6 - held, 5 - held));
    });
}
