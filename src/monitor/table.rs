//! A report as a table.

use std::fmt::{self, Display, Formatter};

use kilowat_engine::EngineKind;

use super::ratio;
use super::report::{
    BreakerState, BufferReport, MemoryReport, OperationReport, Report, TierReport,
};
use crate::runtime::Policy;

/// The operations that were called, at most 100 columns wide, then the totals.
impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let called = |operation: &&OperationReport| !operation.tiers.is_empty();
        let mut called = self.operations.iter().filter(called).peekable();
        if called.peek().is_some() {
            row(
                formatter,
                "",
                ["calls", "errors", "fallbacks", "bytes"],
                ["p50", "p95", "p99", "max"],
            )?;
        }
        for operation in called {
            write_operation(formatter, operation)?;
        }
        writeln!(
            formatter,
            "calls     {}, {} answered by WebAssembly; errors {} ({})",
            grouped(self.calls),
            percent(self.wasm_share),
            grouped(self.errors),
            percent(self.error_rate),
        )?;
        writeln!(
            formatter,
            "shadow    compared {}, mismatches {}, dropped {}",
            grouped(self.shadow.compared),
            grouped(self.shadow.mismatches),
            grouped(self.shadow.dropped),
        )?;
        write_memory(formatter, &self.memory)?;
        for buffers in &self.buffers {
            write_buffers(formatter, buffers)?;
        }
        self.write_breakers(formatter)?;
        self.write_speeds(formatter)
    }
}

impl Report {
    /// What a policy that measures knows, and what follows from it.
    fn write_speeds(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Some(policy) = self.policy else {
            return Ok(());
        };
        writeln!(formatter, "policy    {policy}")?;
        if matches!(policy, Policy::List(_)) {
            return Ok(());
        }
        for speed in &self.speeds {
            let (module, operation, size) = (&speed.module, &speed.operation, speed.size.name());
            write!(formatter, "speeds    {module}/{operation} {size}:")?;
            for tier in speed.order(policy).iter() {
                match speed.of(tier) {
                    Some(time) => write!(formatter, " {tier} {}", duration(time.round() as u64))?,
                    None => write!(formatter, " {tier} none")?,
                }
            }
            writeln!(formatter)?;
        }
        Ok(())
    }

    fn write_breakers(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let is_closed = |state| state == BreakerState::Closed;
        if self.breakers.iter().all(|breaker| is_closed(breaker.state)) {
            return writeln!(formatter, "breakers  all closed");
        }
        for breaker in self.breakers.iter().filter(|it| !is_closed(it.state)) {
            let (module, tier, state) = (&breaker.module, breaker.tier, breaker.state.name());
            write!(
                formatter,
                "breakers  {module} on {tier} is {state}, trips {}",
                grouped(breaker.trips)
            )?;
            match &breaker.cause {
                Some(cause) => writeln!(formatter, ": {cause}")?,
                None => writeln!(formatter)?,
            }
        }
        Ok(())
    }
}

fn write_operation(formatter: &mut Formatter<'_>, operation: &OperationReport) -> fmt::Result {
    write!(formatter, "{}/{}", operation.module, operation.operation)?;
    if let Some(speedup) = operation.speedup_over_interpreter {
        write!(formatter, ", jit {speedup:.2} x interpreter")?;
    }
    if let Some(speedup) = operation.speedup_over_native {
        write!(formatter, ", jit {speedup:.2} x native")?;
    }
    writeln!(formatter)?;
    for tier in &operation.tiers {
        write_tier(formatter, tier)?;
    }
    Ok(())
}

fn write_tier(formatter: &mut Formatter<'_>, tier: &TierReport) -> fmt::Result {
    let latency = &tier.latency;
    row(
        formatter,
        tier.tier.name(),
        [
            grouped(tier.calls),
            grouped(tier.errors),
            grouped(tier.fallbacks),
            bytes(tier.bytes),
        ],
        [latency.p50, latency.p95, latency.p99, latency.max].map(duration),
    )
}

fn row(
    formatter: &mut Formatter<'_>,
    tier: &str,
    [calls, errors, fallbacks, bytes]: [impl Display; 4],
    latencies: [impl Display; 4],
) -> fmt::Result {
    write!(
        formatter,
        "  {tier:11} {calls:>15} {errors:>10} {fallbacks:>10} {bytes:>9}"
    )?;
    for latency in latencies {
        write!(formatter, " {latency:>8}")?;
    }
    writeln!(formatter)
}

fn write_memory(formatter: &mut Formatter<'_>, memory: &MemoryReport) -> fmt::Result {
    writeln!(
        formatter,
        "memory    {} of {}, peak {}; instances {}, idle {}",
        bytes(memory.in_use),
        bytes(memory.limit),
        bytes(memory.peak),
        grouped(memory.instances),
        grouped(memory.idle),
    )
}

fn write_buffers(formatter: &mut Formatter<'_>, buffers: &BufferReport) -> fmt::Result {
    let arena = &buffers.arena;
    writeln!(
        formatter,
        "buffers   {}: {} use {} of {} on {}, peak {}; compactions {}",
        buffers.module,
        grouped(arena.allocations - arena.frees),
        bytes(arena.used),
        bytes(buffers.memory),
        buffers.tier.map_or("the host", EngineKind::name),
        bytes(arena.peak),
        grouped(arena.compactions),
    )?;
    writeln!(
        formatter,
        "          free {}, largest {}, fragmentation {}; allocated {}, freed {}",
        bytes(arena.free),
        bytes(arena.largest_free),
        percent(arena.fragmentation),
        grouped(arena.allocations),
        grouped(arena.frees),
    )
}

/// A number with its digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn bytes(count: u64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    scaled(count, 1024, &UNITS)
}

fn duration(nanoseconds: u64) -> String {
    scaled(nanoseconds, 1000, &["ns", "µs", "ms", "s"])
}

/// A number in the largest of the units, each `step` times the one before, that leaves it at least 1;
/// with three digits where it is not exact.
fn scaled(number: u64, step: u64, units: &[&str]) -> String {
    let (mut divisor, mut unit) = (1, 0);
    while unit + 1 < units.len() && number / divisor >= step {
        divisor *= step;
        unit += 1;
    }
    let value = ratio(number, divisor);
    let decimals = match value {
        _ if unit == 0 => 0,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {}", units[unit])
}
