//! The typed methods, one after the other: `cargo run --release --example direct`.

use std::io::{Read as _, Write as _};

use kilowat::Runtime;
use kilowat::hash::Sha256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new();

    println!("fnv1a64   {:016x}", runtime.fnv1a64(b"foobar")?);
    println!("compare   {:?}", runtime.compare(b"abc", b"abd")?);
    println!(
        "search    {:?}",
        runtime.search(b"a needle in a haystack", b"hay")?
    );
    println!(
        "mismatch  {:?}",
        runtime.mismatch(b"kilowatt", b"kilobyte")?
    );

    let digest = runtime.sha256(b"abc")?;
    println!("sha256    {:02x?}…", &digest[..8]);

    // Many small messages go four side by side through the lanes of vectors.
    let messages: Vec<String> = (0..1_000)
        .map(|number| format!("message {number}"))
        .collect();
    let messages: Vec<&[u8]> = messages.iter().map(String::as_bytes).collect();
    println!(
        "batch     {} digests",
        runtime.sha256_batch(&messages)?.len()
    );

    // What does not fit into memory goes through in pieces, from any reader to any writer.
    let mut reader = std::io::repeat(b'x').take(1 << 20);
    let mut sha256 = Sha256::new(&runtime);
    std::io::copy(&mut reader, &mut sha256)?;
    sha256.flush()?;
    println!("streamed  {:02x?}…", &sha256.finish()?[..8]);

    if let Some(summary) = runtime.aggregate(&[12.0, 3.0, 7.0, 8.0])? {
        println!("aggregate mean {}, p95 {}", summary.mean, summary.p95);
    }

    // What the input deserves is an error that says what and where.
    if let Err(error) = runtime.aggregate(&[1.0, f64::NAN]) {
        println!("refused   {error}");
    }

    println!("\n{}", runtime.report());
    Ok(())
}
