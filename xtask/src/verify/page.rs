//! The page.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::criteria::Criterion;
use super::measured::{Measured, Peer, nanos, ratios};

/// What the plan promises: operations are so many times as fast as what they take the place of.
const PROMISED: f64 = 52.0;

/// Where it was measured.
pub(super) struct Conditions {
    pub(super) machine: String,
    pub(super) date: String,
    /// Name and version of the command.
    pub(super) kilowat: String,
    /// The version of Node, where there was one.
    pub(super) node: Option<String>,
}

/// The whole page.
pub(super) fn page(
    conditions: &Conditions,
    measured: &[Measured],
    peers: &[Peer],
    criteria: &[Criterion],
) -> String {
    let ratios = ratios(measured, peers);
    let mut page = format!(
        "# Verification\n\n\
         What the plan wants, and what there is. This page is made by\n\n\
         ```sh\ncargo xtask verify\n```\n\n\
         {}, {}, {}{}. Nothing is claimed that a command does not show.\n\n",
        conditions.machine,
        conditions.date,
        conditions.kilowat,
        conditions
            .node
            .as_ref()
            .map_or_else(String::new, |node| format!(", Node {node}")),
    );
    page.push_str(&targets(measured, peers, &ratios));
    if !ratios.is_empty() {
        page.push_str(&speedup(&ratios));
    }
    page.push_str(&remaining(criteria));
    page
}

fn targets(measured: &[Measured], peers: &[Peer], ratios: &BTreeMap<String, f64>) -> String {
    let mut text = String::from(
        "## Targets\n\n\
         Medians of calls through the library, with all that copies to and from a kernel cost. The first tier is the one \
         that is judged. The last columns are the fastest package of plain JavaScript for the same work on the same \
         input, in Node, and how many times as long it takes.\n\n",
    );
    let tiers: Vec<_> = measured
        .iter()
        .flat_map(|target| target.medians.iter().map(|(tier, _)| tier.as_str()))
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for tier in tiers {
        if !names.contains(&tier) {
            names.push(tier);
        }
    }
    let columns = names.join(" | ");
    let _ = writeln!(
        text,
        "| target | what | limit | {columns} | | plain JavaScript | | ratio |"
    );
    let dashes = "--:|".repeat(names.len());
    let _ = writeln!(text, "|---|---|--:|{dashes}---|---|--:|--:|");
    for target in measured {
        let limit = target.limit.map_or_else(String::new, time);
        let medians = names.iter().map(|name| {
            let median = target.medians.iter().find(|(tier, _)| tier == name);
            median.map_or_else(String::new, |(_, median)| time(*median))
        });
        let medians = medians.collect::<Vec<_>>().join(" | ");
        let verdict = match (target.limit, target.is_missed()) {
            (None, _) => "",
            (Some(_), false) => "reached",
            (Some(_), true) => "**missed**",
        };
        let peer = peers.iter().find(|peer| peer.target == target.target);
        let _ = writeln!(
            text,
            "| `{}` | {} | {limit} | {medians} | {verdict} | {} | {} | {} |",
            target.target,
            target.what,
            peer.map_or_else(String::new, |peer| peer.name.clone()),
            peer.map_or_else(String::new, |peer| time(peer.median_ns)),
            ratios
                .get(&target.target)
                .map_or_else(String::new, |ratio| format!("{ratio:.1}")),
        );
    }
    text.push('\n');
    text
}

fn speedup(ratios: &BTreeMap<String, f64>) -> String {
    let count = nanos(ratios.len() as u64);
    let plain = ratios.values().sum::<f64>() / count;
    let geometric = (ratios.values().map(|ratio| ratio.ln()).sum::<f64>() / count).exp();
    let least = ratios.iter().min_by(|a, b| a.1.total_cmp(b.1));
    let most = ratios.iter().max_by(|a, b| a.1.total_cmp(b.1));
    let shown = |extreme: Option<(&String, &f64)>| {
        extreme.map_or_else(String::new, |(name, ratio)| {
            format!("{ratio:.1} (`{name}`)")
        })
    };
    format!(
        "## The plan's {PROMISED} x\n\n\
         The plan says that operations become {PROMISED} times as fast on average. As it computes that, the mean of the \
         ratios above, it is **{plain:.1}**; their geometric mean, which one large ratio does not carry, is \
         **{geometric:.1}**. The ratios go from {} to {}. A mean of ratios follows its largest \
         member: the geometric mean is the figure to plan with.\n\n",
        shown(least),
        shown(most)
    )
}

fn remaining(criteria: &[Criterion]) -> String {
    let mut text = String::from("## All else that the plan wants\n");
    let mut part = "";
    for criterion in criteria {
        if criterion.part != part {
            part = &criterion.part;
            let _ = write!(
                text,
                "\n### {part}\n\n| wanted | state | shown by | |\n|---|---|---|---|\n"
            );
        }
        let command = criterion.command.as_ref();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            criterion.wanted,
            criterion.state.name(),
            command.map_or_else(String::new, |command| format!("`{command}`")),
            criterion.note
        );
    }
    text
}

/// Nanoseconds in the unit that fits.
fn time(nanoseconds: u64) -> String {
    let nanos = nanos(nanoseconds);
    match nanos {
        ..1e3 => format!("{nanos:.0} ns"),
        ..1e5 => format!("{:.1} µs", nanos / 1e3),
        ..1e6 => format!("{:.0} µs", nanos / 1e3),
        _ => format!("{:.2} ms", nanos / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::criteria::State;

    #[test]
    fn the_page_says_what_is_reached_and_what_is_not() {
        let line = |target: &str, tier: &str, limit: Option<u64>, median: u64| {
            let value = serde_json::json!({
                "target": target, "what": "so much of it", "tier": tier, "limit_ns": limit, "median_ns": median,
            });
            format!("{value}\n")
        };
        let lines = [
            line("fastHash", "jit", Some(20_000), 500),
            line("fastHash", "native", Some(20_000), 400),
            line("gzip", "jit", Some(500_000), 600_000),
            line("gzip", "native", Some(500_000), 300_000),
            line("gunzip", "jit", None, 2_000_000),
        ];
        let measured = Measured::read(lines.concat().as_bytes()).unwrap();
        let peers = Peer::read(
            b"{\"target\":\"fastHash\",\"peer\":\"fnv-plus 1\",\"median_ns\":2000}\n\
              {\"target\":\"gzip\",\"peer\":\"pako 3\",\"median_ns\":600000}\n",
        )
        .unwrap();
        let criterion = |state| Criterion {
            part: "Rollback".to_owned(),
            wanted: "in minutes".to_owned(),
            state,
            command: Some("kilowat rollback".to_owned()),
            note: "0.2 s".to_owned(),
        };
        let conditions = Conditions {
            machine: "a Z80, 1 cores".to_owned(),
            date: "2026-11-30".to_owned(),
            kilowat: "kilowat 0.1.0".to_owned(),
            node: Some("v20".to_owned()),
        };
        let criteria = [criterion(State::Proven), criterion(State::Open)];
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/xtask"));
        settings.set_prepend_module_to_snapshot(false);
        let page = page(&conditions, &measured, &peers, &criteria);
        settings.bind(|| insta::assert_snapshot!("verification", page));
        assert!(Measured::read(b"").is_err());
        assert!(Measured::read(b"no JSON").is_err());
    }
}
