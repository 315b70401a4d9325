//! The page.

use std::fmt::Write as _;

use super::figures::{Description, NATIVE, Operation, Run, Table, peer_column};
use super::index::model;

/// What the rows `overhead/…` are.
const OVERHEADS: [(&str, &str); 3] = [
    (
        "call",
        "into a kernel and back: the hash of nothing, in place",
    ),
    ("session", "on one thread, 16 bytes copied in and hashed"),
    (
        "runtime",
        "through `kilowat::Runtime`, 16 bytes copied in and hashed",
    ),
];

/// The whole page of a machine. Its charts, one for each module, are in the folder `charts` beside it,
/// and its figures in the file `data`.
pub(super) fn page(run: &Run, charts: &str, data: &str) -> String {
    let about = &run.about;
    let mut page = format!("# Benchmarks: {}\n\n", model(&about.machine));
    let _ = write!(
        page,
        "[Other machines](../benchmarks.md). The [figures]({data}), this page and its charts are made by\n\n```sh\n"
    );
    if !about.peers.is_empty() {
        page.push_str("KILOWAT_PEERS=FOLDER ");
    }
    page.push_str("cargo bench\ncargo xtask bench-table\n```\n\n");
    page.push_str(&conditions(run));
    if !run.operations.is_empty() {
        page.push_str(
            "\n## Throughput\n\n\
             MB of input a second (10⁶ bytes), by the size of the input: the kernel alone, its input in \
             place, and its answer compared with the native one before it is timed.\n\
             A ratio `a / b` of 1.50 means that a is 1.5 times as fast as b; a **bold** one is below 1, so a is the \
             slower one.\n\n\
             What falls short of its mark, and what stands in the way, is in the \
             [notes](../performance-notes.md#what-falls-short).\n",
        );
    }
    let mut charts_to_show = run.modules();
    for operation in &run.operations {
        let module = operation.about.module.as_str();
        // Above the first of its operations.
        if let Some(place) = charts_to_show.iter().position(|known| *known == module) {
            charts_to_show.remove(place);
            let _ = writeln!(
                page,
                "\n![`{module}`: throughput by size of the input]({charts}/{module}.svg)"
            );
        }
        page.push_str(&throughput(run, operation));
    }
    let surroundings = [
        (
            "Translating a module",
            "From the binary to code that the engine can run; once in a process.",
            "module",
            &run.translate,
        ),
        (
            "Making an instance",
            "A memory and a state for a translated module, made and dropped; once for each thread that calls at the \
             same time.",
            "module",
            &run.instantiate,
        ),
        (
            "Calling",
            "What each call costs, whatever the kernel does.",
            "call",
            &run.overhead,
        ),
    ];
    for (title, what, first, table) in surroundings {
        if !table.rows.is_empty() {
            let _ = write!(page, "\n## {title}\n\n{what}\n\n");
            page.push_str(&durations(first, table));
        }
    }
    page
}

/// Where and how the run was made.
fn conditions(run: &Run) -> String {
    let about = &run.about;
    let mut list = format!("- run: {}\n- machine: {}\n", about.started, about.machine);
    for engine in &about.engines {
        let _ = writeln!(list, "- `{}`: {}", engine.name, engine.implementation);
    }
    for peer in &about.peers {
        let _ = writeln!(
            list,
            "- `{peer}-…`: the module `{peer}` of FOLDER, existing code compiled to WebAssembly, on that engine"
        );
    }
    let noise = &about.noise;
    let _ = writeln!(
        list,
        "- noise: each figure is the fastest of its batches; the median batch took {:.1} % longer than that in half of \
         all rows, and {:.1} % in the noisiest (`{}`)",
        100.0 * noise.median,
        100.0 * noise.most,
        noise.noisiest,
    );
    list
}

/// The table of an operation.
fn throughput(run: &Run, operation: &Operation) -> String {
    let Operation { about, times } = operation;
    let Description { name, summary, .. } = about;
    let has = |column: &String| times.columns.contains(column);
    let mut ratios: Vec<(String, String)> = Vec::new();
    for engine in run.about.engines.iter().map(|engine| &engine.name) {
        if engine != NATIVE {
            ratios.push((engine.clone(), NATIVE.to_owned()));
        }
        for peer in &run.about.peers {
            ratios.push((engine.clone(), peer_column(peer, engine)));
        }
    }
    ratios.retain(|(ours, theirs)| has(ours) && has(theirs));

    let mut header = vec!["input".to_owned()];
    header.extend(times.columns.iter().cloned());
    header.extend(
        ratios
            .iter()
            .map(|(ours, theirs)| format!("{ours} / {theirs}")),
    );
    let mut table = heading(&header, 0);
    for (size, row) in &times.rows {
        let mut cells = vec![bytes(*size)];
        cells.extend(times.columns.iter().map(|column| match row.get(column) {
            Some(time) => significant(megabytes_per_second(*size, *time)),
            None => "–".to_owned(),
        }));
        cells.extend(
            ratios
                .iter()
                .map(|(ours, theirs)| match (row.get(ours), row.get(theirs)) {
                    (Some(ours), Some(theirs)) => ratio(theirs / ours),
                    _ => "–".to_owned(),
                }),
        );
        table.push_str(&line(&cells));
    }
    let mut letters = summary.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let summary: String = first.chain(letters).collect();
    format!("\n### {name}\n\n{summary}.\n\n{table}")
}

/// A table of times.
fn durations(first: &str, table: &Table<String>) -> String {
    let mut header = vec![first.to_owned()];
    header.extend(table.columns.iter().cloned());
    let mut text = heading(&header, 1);
    // The calls in the order in which one contains the other, the modules in that of their names.
    let place = |key: &str| OVERHEADS.iter().position(|(known, _)| *known == key);
    let mut rows: Vec<_> = table.rows.iter().collect();
    rows.sort_by_key(|(key, _)| place(key));
    for (key, row) in rows {
        let mut cells = vec![match place(key) {
            Some(place) if first == "call" => OVERHEADS[place].1.to_owned(),
            _ => format!("`{key}`"),
        }];
        cells.extend(table.columns.iter().map(|column| match row.get(column) {
            Some(time) => duration(*time),
            None => "–".to_owned(),
        }));
        text.push_str(&line(&cells));
    }
    text
}

/// The head of a table; `left` columns are aligned to the left, the others to the right.
pub(super) fn heading(cells: &[String], left: usize) -> String {
    let alignments = (0..cells.len()).map(|column| if column < left { ":--" } else { "--:" });
    line(cells) + &line(&alignments.map(str::to_owned).collect::<Vec<_>>())
}

pub(super) fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// 10⁶ bytes a second.
pub(super) fn megabytes_per_second(bytes: u64, nanoseconds: f64) -> f64 {
    // Bytes a nanosecond are GB a second. No input has so many bytes that a float is too coarse.
    #[allow(clippy::cast_precision_loss)]
    let bytes = bytes as f64;
    bytes / nanoseconds * 1000.0
}

/// A size in bytes, in the largest unit that leaves a whole number.
pub(super) fn bytes(bytes: u64) -> String {
    const UNITS: [(u32, &str); 2] = [(20, "MiB"), (10, "KiB")];
    let unit = |(shift, _): &&(u32, &str)| bytes >= 1 << shift && bytes.is_multiple_of(1 << shift);
    match UNITS.iter().find(unit) {
        Some((shift, name)) => format!("{} {name}", bytes >> shift),
        None => format!("{bytes} B"),
    }
}

/// How many times as fast; bold where it is slower.
pub(super) fn ratio(ratio: f64) -> String {
    let text = significant(ratio);
    // As it is shown, not as it is: nobody can tell 0.998 from noise.
    if ratio < 0.995 {
        format!("**{text}**")
    } else {
        text
    }
}

/// A time in the unit that people would use.
fn duration(nanoseconds: f64) -> String {
    const UNITS: [(f64, &str); 3] = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")];
    // What is shown as 1,000 of a unit belongs to the next.
    let unit = |(size, _): &&(f64, &str)| nanoseconds >= size * 0.9995;
    let (size, name) = UNITS.iter().find(unit).unwrap_or(&(1.0, "ns"));
    format!("{} {name}", significant(nanoseconds / size))
}

/// A number with three significant digits, never more than two of them after the point, and
/// thousands separated.
pub(super) fn significant(number: f64) -> String {
    if number < 9.995 {
        return format!("{number:.2}");
    }
    if number < 99.95 {
        return format!("{number:.1}");
    }
    // Between 2 and 308 of them, for finite numbers.
    let digits_to_drop = (number.log10().floor() as i32 - 2).max(0);
    let unit = 10f64.powi(digits_to_drop);
    let digits = format!("{:.0}", (number / unit).round() * unit);
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
