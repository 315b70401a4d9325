//! The index: one machine beside the other, from their figures.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::figures::{Run, peer_column};
use super::markdown::{bytes, heading, line, ratio};

/// The sizes that are compared: one where the call decides, and one where only the kernel does.
const SIZES: [u64; 2] = [1 << 10, 1 << 20];

/// The engine whose kernels have bars.
const ENGINE: &str = "jit";

/// Operation, size, and what the kernel is compared with.
type Key<'a> = (&'a str, u64, &'a str);

/// The index of machines by the names of their files, which stand in the folder `folder`.
pub(super) fn page(runs: &BTreeMap<String, Run>, folder: &str) -> String {
    let mut text = String::from(
        "# Benchmarks\n\n\
         Figures are kept for each machine: to measure one leaves the pages of the others as they are.\n\n",
    );
    for (name, run) in runs {
        let machine = &run.about.machine;
        let _ = writeln!(
            text,
            "- [{}]({folder}/{name}.md): {}, {machine}",
            model(machine),
            run.about.started,
        );
    }
    let ratios: Vec<_> = runs.values().map(ratios).collect();
    let mut keys: Vec<Key> = Vec::new();
    for (key, _) in ratios.iter().flatten() {
        if !keys.contains(key) {
            keys.push(*key);
        }
    }
    if keys.is_empty() {
        return text;
    }
    text.push_str(
        "\n## Against existing code compiled to WebAssembly\n\n\
         How many times as fast a kernel is, both on the JIT, in one run; a **bold** one is below 1. A bar holds where \
         it holds on every machine.\n\n",
    );
    let mut header = vec![
        "operation".to_owned(),
        "input".to_owned(),
        "against".to_owned(),
    ];
    let models = runs.values().map(|run| model(&run.about.machine));
    header.extend(models.map(str::to_owned));
    text.push_str(&heading(&header, 3));
    for key in keys {
        let (operation, size, against) = key;
        let mut cells = vec![format!("`{operation}`"), bytes(size), against.to_owned()];
        cells.extend(ratios.iter().map(|ratios| {
            let found = ratios.iter().find(|(known, _)| *known == key);
            found.map_or_else(
                || "–".to_owned(),
                |(_, times_as_fast)| ratio(*times_as_fast),
            )
        }));
        text.push_str(&line(&cells));
    }
    text
}

/// How many times as fast as what it is compared with a kernel is, in the order of the page.
fn ratios(run: &Run) -> Vec<(Key<'_>, f64)> {
    let mut ratios = Vec::new();
    for operation in &run.operations {
        for (size, row) in &operation.times.rows {
            for peer in &run.about.peers {
                if SIZES.contains(size)
                    && let Some(ours) = row.get(ENGINE)
                    && let Some(theirs) = row.get(&peer_column(peer, ENGINE))
                {
                    let key = (operation.about.name.as_str(), *size, peer.as_str());
                    ratios.push((key, theirs / ours));
                }
            }
        }
    }
    ratios
}

/// The processor's model, which a description of a machine begins with.
pub(super) fn model(machine: &str) -> &str {
    machine.split(',').next().unwrap_or(machine).trim()
}
