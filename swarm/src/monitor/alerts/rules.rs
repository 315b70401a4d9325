//! What is to be looked at, and when.

use std::time::Duration;

use super::super::judge::float;
use super::super::report::{Report, Target};
use super::super::trend::FEWEST;

/// On which side of its bound a figure is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// It should not be larger.
    Above(f64),
    /// It should not be smaller.
    Below(f64),
}

/// A rule: figures that are beyond a bound for so long are an alert, until they are within another bound, which lies
/// further inside.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Beyond this it is wrong.
    pub bound: Bound,
    /// Up to this it is right again.
    pub clear: f64,
    /// For how long it has to be wrong.
    pub after: Duration,
    /// Says what is wrong, of a subject with a figure.
    pub says: fn(&str, f64) -> String,
}

/// A figure that a rule is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) rule: &'static str,
    /// Of what it is: a channel, a hook; `swarm` where it is of all.
    pub(crate) subject: String,
    pub(crate) value: f64,
}

const AT_ONCE: Duration = Duration::ZERO;
const MINUTE: Duration = Duration::from_mins(1);

/// Rates are taken over at least so many calls or deliveries.
const FEWEST_CALLS: u64 = 1_000;
const FEWEST_DELIVERIES: u64 = 100;

/// All rules.
pub const RULES: [Rule; 13] = [
    Rule {
        name: "dead-letters",
        bound: Bound::Above(0.0),
        clear: 0.0,
        after: AT_ONCE,
        says: |channel, count| format!("channel {channel} has {}", counted(count, "dead letter")),
    },
    Rule {
        name: "lag",
        bound: Bound::Above(30.0),
        clear: 30.0,
        after: AT_ONCE,
        says: |channel, seconds| {
            format!(
                "a message of channel {channel} has waited {seconds:.0} s, and no worker is there"
            )
        },
    },
    Rule {
        name: "outbox",
        bound: Bound::Above(60.0),
        clear: 60.0,
        after: AT_ONCE,
        says: |_, seconds| format!("messages have waited {seconds:.0} s for a Redis"),
    },
    Rule {
        name: "redis",
        bound: Bound::Above(0.0),
        clear: 0.0,
        after: Duration::from_secs(10),
        says: |address, _| format!("{address} does not answer, or refuses"),
    },
    Rule {
        name: "backup",
        bound: Bound::Above(2.0),
        clear: 2.0,
        after: AT_ONCE,
        says: |_, days| format!("the newest backup is {days:.1} days old"),
    },
    Rule {
        name: "wrong-answers",
        bound: Bound::Above(0.0),
        clear: 0.0,
        after: AT_ONCE,
        says: |_, count| format!("answers of two tiers differ: {count}"),
    },
    Rule {
        name: "damaged-rows",
        bound: Bound::Above(0.0),
        clear: 0.0,
        after: AT_ONCE,
        says: |_, count| {
            format!(
                "{} read: `kilowat memory check` says which",
                counted(count, "damaged row")
            )
        },
    },
    Rule {
        name: "tier-errors",
        bound: Bound::Above(0.001),
        clear: 0.000_5,
        after: MINUTE,
        says: |_, rate| format!("{} of the calls to tiers fail", percent(rate)),
    },
    Rule {
        name: "delivery-errors",
        bound: Bound::Above(0.001),
        clear: 0.000_5,
        after: MINUTE,
        says: |_, rate| format!("{} of the deliveries fail", percent(rate)),
    },
    Rule {
        name: "wasm-share",
        bound: Bound::Below(0.95),
        clear: 0.96,
        after: MINUTE,
        says: |_, share| format!("WebAssembly answers {} of the calls", percent(share)),
    },
    Rule {
        name: "memory",
        bound: Bound::Above(1_073_741_824.0),
        clear: 966_367_641.0,
        after: MINUTE,
        says: |_, bytes| {
            format!(
                "the workers hold {:.2} GiB of memory",
                bytes / 1_073_741_824.0
            )
        },
    },
    Rule {
        name: "slow-hook",
        bound: Bound::Above(1.0),
        clear: 0.8,
        after: MINUTE,
        says: |hook, times| {
            format!("95 in a hundred runs of {hook} take up to {times:.1} times what is slow")
        },
    },
    Rule {
        name: "target",
        bound: Bound::Below(1.0),
        clear: 1.0,
        after: AT_ONCE,
        says: |gauge, share| format!("{gauge} is at {} of its target", percent(share)),
    },
];

fn counted(count: f64, what: &str) -> String {
    let ending = if count > 1.0 { "s" } else { "" };
    format!("{count} {what}{ending}")
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

impl Rule {
    /// The rule of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.name == name)
    }

    pub(super) fn is_wrong(&self, value: f64) -> bool {
        match self.bound {
            Bound::Above(bound) => value > bound,
            Bound::Below(bound) => value < bound,
        }
    }

    pub(super) fn is_right_again(&self, value: f64) -> bool {
        match self.bound {
            Bound::Above(_) => value <= self.clear,
            Bound::Below(_) => value >= self.clear,
        }
    }
}

/// The figures of a report that rules are about; what was not measured is not there.
pub(super) fn readings(report: &Report) -> Vec<Reading> {
    const DAY: f64 = 86_400_000.0;
    let mut readings = Vec::new();
    let mut read = |rule: &'static str, subject: &str, value: Option<f64>| {
        readings.extend(value.map(|value| Reading {
            rule,
            subject: subject.to_owned(),
            value,
        }));
    };
    for channel in &report.channels {
        read(
            "dead-letters",
            &channel.stats.channel,
            Some(float(channel.stats.dead)),
        );
    }
    for queue in report.queues() {
        // Who takes messages without saying that it is there is a worker all the same.
        let is_left = queue.workers == 0 && queue.stats.taken == 0;
        let waited = queue.waited.filter(|_| is_left);
        let seconds = waited.map(|millis| float(millis) / 1_000.0);
        read("lag", &queue.stats.channel, seconds);
    }
    let all = "swarm";
    let oldest = report.outbox.oldest;
    let waited = oldest.map(|oldest| report.at.since(oldest).as_secs_f64());
    read("outbox", all, waited);
    if let Some(redis) = &report.redis {
        let has_problem = f64::from(u8::from(redis.problem.is_some()));
        read("redis", &redis.address, Some(has_problem));
    }
    let unsaved = report.database.unsaved;
    read("backup", all, unsaved.map(|millis| float(millis) / DAY));
    let tiers = &report.tiers;
    let compared = tiers.compared;
    let mismatches = (compared.n > 0).then(|| float(compared.errors));
    read("wrong-answers", all, mismatches);
    read("damaged-rows", all, Some(float(report.damaged_rows())));
    let calls = tiers.wasm + tiers.native + tiers.errors;
    let judged = calls >= FEWEST_CALLS;
    read("tier-errors", all, tiers.error_rate.filter(|_| judged));
    read("wasm-share", all, tiers.wasm_share.filter(|_| judged));
    let rate = report.deliveries().error_rate(FEWEST_DELIVERIES);
    read("delivery-errors", all, rate);
    read("memory", all, report.resident().map(float));
    for hook in report.hooks.iter().filter(|hook| hook.n >= FEWEST) {
        let slow = hook
            .budget
            .map(|[_, slow, _]| float(hook.p95) / float(slow.max(1)));
        read("slow-hook", &hook.name, slow);
    }
    for target in Target::ALL {
        let gauge = report.fresh_gauge(target.gauge);
        read(
            "target",
            target.gauge,
            gauge.map(|gauge| gauge.value / target.least),
        );
    }
    readings
}
