//! What buffers leave behind in the memory that they stood in.

use std::thread;
use std::time::Duration;

use kilowat_engine::EngineKind;

use crate::{Buffer, Cache, Preload, Runtime, Zeroize};

const SECRET: &[u8] = b"the key that must not be found!!";

fn runtime(tier: EngineKind, zeroize: Zeroize) -> Runtime {
    Runtime::builder()
        .ignore_environment()
        .cache(Cache::Off)
        .modules(Preload::Nothing)
        .tiers([tier])
        .zeroize(zeroize)
        .build()
        .unwrap()
}

/// Whether there is anything in the memory besides the bytes of these buffers.
fn leaves_traces(buffers: &[Buffer]) -> bool {
    let contents = buffers[0].store().lock();
    let heap_base = buffers[0].runtime.shared.modules[buffers[0].module][0]
        .kernel
        .heap_base;
    let mut memory = contents.memory.as_ref().unwrap().bytes().to_vec();
    for buffer in buffers {
        let span = contents.arena.span(buffer.handle).unwrap();
        memory[span.ptr as usize..][..span.len as usize].fill(0);
    }
    memory[heap_base as usize..].iter().any(|byte| *byte != 0)
}

/// Does all that copies or abandons bytes, and looks for them after each step.
fn traces(tier: EngineKind, zeroize: Zeroize) -> Vec<&'static str> {
    let runtime = runtime(tier, zeroize);
    let upload = |len: usize| runtime.upload("sha256", &SECRET.repeat(len / 32)).unwrap();
    let mut buffers: Vec<Buffer> = [3_200, 160, 6_400, 96, 9_600].map(upload).into();
    let mut found = Vec::new();
    let mut look = |step, buffers: &[Buffer]| {
        if leaves_traces(buffers) {
            found.push(step);
        }
    };
    let _ = buffers[0].sha256().unwrap();
    look("call", &buffers);
    drop(buffers.remove(2));
    look("drop", &buffers);
    drop(buffers.remove(0));
    buffers[0].resize(97).unwrap();
    look("cut", &buffers);
    buffers[0].resize(5_000).unwrap();
    look("move", &buffers);
    drop(buffers.remove(1));
    let before = runtime.report().buffers[0].arena;
    buffers[0].store().lock().compact();
    let after = runtime.report().buffers[0].arena;
    assert!(after.moved > before.moved, "{before:?}, {after:?}");
    look("compaction", &buffers);
    found
}

/// Buffers are placed one behind the other, so that their places tell who came first.
#[test]
fn who_came_first_is_served_first() {
    const CALLERS: usize = 8;
    let runtime = runtime(EngineKind::Interpreter, Zeroize::Never);
    let first = runtime.upload("sha256", SECRET).unwrap();
    let locked = first.store().lock();
    let buffers = thread::scope(|scope| {
        let mut callers = Vec::new();
        for number in 0..CALLERS {
            callers.push(scope.spawn(|| runtime.upload("sha256", SECRET).unwrap()));
            while first.store().in_line() <= number {
                thread::sleep(Duration::from_micros(100));
            }
        }
        drop(locked);
        let callers = callers.into_iter();
        callers
            .map(|caller| caller.join().unwrap())
            .collect::<Vec<_>>()
    });
    let contents = first.store().lock();
    let place = |buffer: &Buffer| contents.arena.span(buffer.handle).unwrap().ptr;
    assert!(buffers.iter().map(place).is_sorted());
    // Buffers lock their store when they are dropped.
    drop(contents);
}

#[test]
fn bytes_that_may_be_secret_are_zeroed_where_they_stood() {
    for tier in EngineKind::ALL {
        assert_eq!(traces(tier, Zeroize::Secret), [""; 0], "{tier}");
        let left = traces(tier, Zeroize::Never);
        let expected = ["drop", "cut", "move", "compaction"];
        assert!(left.ends_with(&expected), "{tier}: {left:?}");
    }
}
