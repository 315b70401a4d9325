//! A thousand concurrent operations from asynchronous tasks: `cargo run --release --example async_tasks`.
//!
//! A call is computation: it takes its thread for as long as it runs, and never waits for a device. What
//! it may wait for is its turn: as many calls run at a time as the cores can do. A task awaits that, and
//! leaves the thread to others meanwhile. Inputs of many mebibytes go through in pieces, with the feature
//! `tokio`, or to `spawn_blocking`.

use std::sync::Arc;
use std::time::Instant;

use kilowat::Runtime;

async fn sha256(runtime: &Runtime, bytes: Arc<[u8]>) -> Result<[u8; 32], kilowat::Error> {
    runtime.in_turn(|runtime| runtime.sha256(&bytes)).await
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
        let bytes = vec![number as u8; 256 * (number + 1)];
        let alone = runtime.in_turn(|runtime| runtime.sha256(&bytes)).await?;
        assert_eq!(digest, alone, "task {number}");
    }
    println!("{TASKS} tasks, each digest right, in {:?}", begun.elapsed());
    println!("{}", runtime.report());
    Ok(())
}
