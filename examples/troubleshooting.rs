//! What it looks like when a tier fails, and what the runtime does about it:
//! `cargo run --release --example troubleshooting`.
//!
//! The faults are injected, the policies are real.

use std::time::Duration;

use kilowat::faults::{Fault, Faults};
use kilowat::settings::BreakerPolicy;
use kilowat::{Cache, EngineKind, Error, Preload, Runtime};

/// How long a tier rests that has failed: a second in earnest.
const PAUSE: Duration = Duration::from_millis(500);

fn main() -> Result<(), Error> {
    let faults = Faults::new();
    let runtime = Runtime::builder()
        .cache(Cache::Off)
        .modules(Preload::Only(vec!["sha256".to_owned()]))
        .faults(faults.clone())
        .shadow(1.0) // compare each answer with the next tier's
        .breaker(BreakerPolicy {
            pause: PAUSE,
            ..BreakerPolicy::default()
        })
        .on_alert(|alert| println!("  alert: {alert}"))
        .build()?;
    runtime.wait_ready();

    println!("A trap: another tier answers within the same call, and the JIT rests.");
    faults.inject(Fault::Trap, EngineKind::Jit, 1..=1);
    call(&runtime)?;
    call(&runtime)?;

    println!("After a pause one call tries the JIT again.");
    std::thread::sleep(PAUSE + PAUSE / 4);
    call(&runtime)?;

    println!("A wrong answer: the comparison finds it, and the JIT rests.");
    faults.inject(Fault::WrongAnswer, EngineKind::Jit, 1..=1);
    call(&runtime)?;
    call(&runtime)?;

    println!("The JIT answers nobody until it was right in the shadow.");
    std::thread::sleep(PAUSE + PAUSE / 4);
    call(&runtime)?;
    call(&runtime)?;

    println!("The machine has no memory left for either engine: native code answers.");
    for tier in EngineKind::WASM {
        faults.inject(Fault::OutOfMemory, tier, ..);
    }
    call(&runtime)?;
    faults.clear();

    println!(
        "A module that does not compile: the interpreter goes on, and it is tried again later."
    );
    faults.inject(Fault::Compilation, EngineKind::Jit, 1..=1);
    runtime.load_module("md5")?;
    runtime.wait_ready();
    println!("  ready on the jit: {}", runtime.ready("md5")?);
    let _ = runtime.md5(b"abc")?;

    println!("WebAssembly is turned off, and on again.");
    runtime.set_tiers([EngineKind::Native])?;
    call(&runtime)?;
    runtime.set_tiers(EngineKind::ALL)?;
    std::thread::sleep(PAUSE + PAUSE / 4);
    call(&runtime)?;

    println!("A call that does not fit into the budget says so, and nothing is lost.");
    let small = Runtime::builder().memory_limit(1 << 20).build()?;
    if let Err(error) = small.upload("sha256", &vec![0; 1 << 20]) {
        println!("  {error}");
    }

    println!("\n{}", runtime.report());
    Ok(())
}

/// Digests something, and says who has answered.
fn call(runtime: &Runtime) -> Result<(), Error> {
    let before = calls(runtime);
    let digest = runtime.sha256(b"abc")?;
    runtime.wait_compared();
    let after = calls(runtime);
    let mut tiers = EngineKind::ALL.into_iter().zip(before.iter().zip(&after));
    let tier = tiers.find(|(_, (before, after))| before != after);
    let tier = tier.map_or("nobody", |(tier, _)| tier.name());
    let right = digest[..4] == [0xba, 0x78, 0x16, 0xbf];
    let verdict = if right { "right" } else { "wrong" };
    println!("  {tier} has answered, and the answer is {verdict}");
    Ok(())
}

/// How many calls each tier has answered.
fn calls(runtime: &Runtime) -> [u64; 3] {
    let report = runtime.report();
    EngineKind::ALL.map(|tier| {
        let tiers = report
            .operations
            .iter()
            .flat_map(|operation| &operation.tiers);
        let calls = tiers.filter(|known| known.tier == tier);
        calls.map(|known| known.calls).sum()
    })
}
