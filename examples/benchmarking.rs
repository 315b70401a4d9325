//! How fast the tiers are on this machine: `cargo run --release --example benchmarking`.
//!
//! `kilowat bench` prints the same as a table; `cargo bench` measures in earnest.

use std::time::Duration;

use kilowat::EngineKind;
use kilowat::measure::Bench;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A tier that does not start here is left out, and says why.
    let (bench, left_out) = Bench::start(&EngineKind::WASM)?;
    for error in left_out {
        println!("{error}");
    }
    for operation in ["search", "sha256", "lz4_compress"] {
        println!("{operation}, 64 KiB:");
        // Each answer is checked before it is timed, and the contestants take turns.
        for row in bench.measure(operation, 64 << 10, Duration::from_millis(100))? {
            match row.time {
                Ok(time) => println!("  {:12} {:10.0} ns", row.name, time.best),
                Err(error) => println!("  {:12} {error}", row.name),
            }
        }
    }
    Ok(())
}
