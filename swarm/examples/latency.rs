//! How long a put and a get take, of a 1 KiB agent with 100,000 present: p50, p99 and the longest, beside
//! rusqlite alone with the same statements and beside redb. The sides take turns.

#[path = "../benches/memory/sides.rs"]
mod sides;

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use sides::PRESENT;

const ROUNDS: u32 = 20;
const EACH: u32 = 1_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let mut sides = sides::all(folder.path());
    for operation in ["put", "get"] {
        let mut histograms = Vec::new();
        for _ in &sides {
            histograms.push(Histogram::<u64>::new(3)?);
        }
        for round in 0..ROUNDS {
            for (side, histogram) in sides.iter_mut().zip(&mut histograms) {
                for number in 0..EACH {
                    let id = (round * EACH + number).wrapping_mul(2_654_435_761) % PRESENT;
                    let begun = Instant::now();
                    match operation {
                        "put" => side.put(id),
                        _ => side.get(id),
                    }
                    histogram.record(begun.elapsed().as_nanos() as u64)?;
                }
            }
        }
        for (side, histogram) in sides.iter().zip(&histograms) {
            let micros = |nanos| Duration::from_nanos(nanos).as_secs_f64() * 1e6;
            println!(
                "{operation} {:9} p50 {:7.1} µs   p99 {:7.1} µs   longest {:8.1} µs",
                side.name(),
                micros(histogram.value_at_quantile(0.5)),
                micros(histogram.value_at_quantile(0.99)),
                micros(histogram.max()),
            );
        }
    }
    Ok(())
}
