//! A thousand concurrent operations from asynchronous tasks: `cargo run --release --example async_tasks`.
//!
//! A call is computation: it takes its thread for as long as it runs, and never waits for a device. A
//! short one belongs on the task's own thread: handing it to another costs more than the call. A long
//! one goes to `spawn_blocking`, so that the other tasks of the thread go on.

use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use std::time::Instant;

use kilowat::Runtime;
use tokio::sync::Semaphore;

/// Longer inputs are handed to a thread that may be kept busy: below it a call takes some 50 µs.
const SHORT: usize = 16 << 10;

/// As many long calls at a time as there are cores: more would only wait for each other, each on a
/// thread of its own.
static LONG_CALLS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, usize::from)));

async fn sha256(runtime: &Runtime, bytes: Arc<[u8]>) -> Result<[u8; 32], kilowat::Error> {
    if bytes.len() <= SHORT {
        return runtime.sha256(&bytes);
    }
    // It is never closed.
    let _turn = LONG_CALLS.acquire().await.expect("the semaphore is open");
    let runtime = runtime.clone();
    let digest = tokio::task::spawn_blocking(move || runtime.sha256(&bytes)).await;
    // It is neither cancelled nor does it panic.
    digest.expect("the digest was made")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    const TASKS: usize = 1_000;
    let runtime = Runtime::new();
    let begun = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|number| {
            let runtime = runtime.clone();
            // From a few bytes to a quarter of a mebibyte.
            let bytes: Arc<[u8]> = vec![number as u8; 256 * (number + 1)].into();
            tokio::spawn(async move { sha256(&runtime, bytes).await })
        })
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        let digest = task.await??;
        let alone = runtime.sha256(&vec![number as u8; 256 * (number + 1)])?;
        assert_eq!(digest, alone, "task {number}");
    }
    println!("{TASKS} tasks, each digest right, in {:?}", begun.elapsed());
    println!("{}", runtime.report());
    Ok(())
}
