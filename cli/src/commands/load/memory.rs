//! `kilowat load memory`: puts and gets by the clock.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use clap::Args;
use hdrhistogram::Histogram;
use kilowat_swarm::{Place, Swarm};
use serde::{Deserialize, Serialize};

use super::Status;
use super::ledger::record;
use super::pace::{Pace, is_behind};
use super::record::{Latencies, ended_early, verdict};
use super::watch::{Interrupt, Seconds};
use crate::arguments::Options;
use crate::duration;
use crate::output::{Output, right};

const NAMESPACE: &str = "load";

/// Put and get values of 1 KiB by turns
///
/// At the end each value must be the last that was put.
#[derive(Debug, Args)]
pub(super) struct Memory {
    /// How many puts and gets are due each second
    #[arg(long, value_name = "NUMBER", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: u32,
    /// How long it takes
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration::of_run)]
    duration: Duration,
    /// How many keys there are
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    keys: u32,
    /// The longest 99th percentile that there may be, from when a put or get is due to when it is done
    #[arg(long, value_name = "TIME", default_value = "20ms", value_parser = duration::of_run)]
    max_p99: Duration,
}

/// A value, with the number of the put that has put it.
#[derive(Serialize, Deserialize)]
struct Value {
    number: u64,
    text: String,
}

/// How it went.
#[derive(Serialize)]
struct Record {
    seconds: f64,
    interrupted: bool,
    rate_wanted: u32,
    rate: f64,
    puts: u64,
    gets: u64,
    wrong: u64,
    put_ms: Latencies,
    get_ms: Latencies,
    problems: Vec<String>,
}

/// What was put last under each key; 0 where there is nothing.
struct Course {
    memory: kilowat_swarm::Memory,
    last: Vec<u64>,
    wrong: u64,
}

impl Course {
    fn key(place: usize) -> String {
        format!("key-{place}")
    }

    fn put(&mut self, place: usize, number: u64) -> Result<()> {
        let text = format!("agent {number} is at work; ").repeat(40);
        let text = text.chars().take(1_000).collect();
        self.memory
            .put(NAMESPACE, &Self::key(place), &Value { number, text })?;
        self.last[place] = number;
        Ok(())
    }

    fn get(&mut self, place: usize) -> Result<()> {
        let entry = self.memory.get::<Value>(NAMESPACE, &Self::key(place))?;
        let found = entry.map_or(0, |entry| entry.value.number);
        self.wrong += u64::from(found != self.last[place]);
        Ok(())
    }
}

impl Memory {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub(super) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let interrupt = Interrupt::by_signals()?;
        let runtime = options.start()?;
        let folder = tempfile::tempdir().context("a folder for the swarm")?;
        let home = Place::at(folder.path().join("swarm"));
        let builder = Swarm::builder().runtime(runtime.clone());
        let swarm = builder.daily_backups(false).open(&home)?;
        runtime.wait_ready();
        let mut course = Course {
            memory: swarm.memory(),
            last: vec![0; self.keys as usize],
            wrong: 0,
        };
        let mut latencies = [Histogram::<u64>::new(3)?, Histogram::<u64>::new(3)?];
        let mut shown = Seconds::of(self.duration);
        let pace = Pace::new(SystemTime::now(), self.rate.into());
        let mut number = 0;
        let all = pace.due(self.duration);
        while number < all && pace.elapsed() < 2 * self.duration && !interrupt.is_set() {
            pace.wait(number);
            shown.at(pace.elapsed(), || format!("{number} puts and gets"));
            // In an order that pages do not follow.
            let key = (number / 2).wrapping_mul(2_654_435_761) % u64::from(self.keys);
            if number % 2 == 0 {
                course.put(key as usize, number + 1)?;
            } else {
                course.get(key as usize)?;
            }
            record(&mut latencies[(number % 2) as usize], pace.late(number));
            number += 1;
        }
        let seconds = pace.elapsed().as_secs_f64();
        for place in 0..self.keys as usize {
            course.get(place)?;
        }
        let [puts, gets] = &latencies;
        let mut record = Record {
            seconds,
            interrupted: interrupt.is_set(),
            rate_wanted: self.rate,
            rate: number as f64 / seconds,
            puts: puts.len(),
            gets: gets.len(),
            wrong: course.wrong,
            put_ms: Latencies::new(puts),
            get_ms: Latencies::new(gets),
            problems: Vec::new(),
        };
        self.judge(&mut record);
        if options.json {
            output.json(&record)?;
        } else {
            let mut rows = vec![
                ("due each second", record.rate_wanted.to_string()),
                ("done each second", format!("{:.0}", record.rate)),
                ("puts", format!("{}: {}", record.puts, record.put_ms)),
                ("gets", format!("{}: {}", record.gets, record.get_ms)),
                ("wrong values", record.wrong.to_string()),
            ];
            rows.extend(ended_early(record.interrupted, record.seconds));
            let rows = rows.into_iter();
            output.list(rows.map(|(name, value)| [name.into(), right(value)]))?;
        }
        Ok(verdict(&record.problems, output))
    }

    fn judge(&self, record: &mut Record) {
        let problems = &mut record.problems;
        if record.wrong > 0 {
            problems.push(format!(
                "{} values were not the last that was put",
                record.wrong
            ));
        }
        if is_behind(Duration::from_secs_f64(record.seconds), self.duration) {
            problems.push(format!(
                "{:.0} were done a second, and {} were due",
                record.rate, self.rate
            ));
        }
        let most = self.max_p99.as_secs_f64() * 1e3;
        for (what, latencies) in [("put", record.put_ms), ("get", record.get_ms)] {
            if latencies.p99 > most {
                problems.push(format!(
                    "the 99th percentile of a {what} was {:.2} ms, over {most} ms",
                    latencies.p99
                ));
            }
        }
    }
}
