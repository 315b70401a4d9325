//! The chart of a module: a panel for each operation, a line for each engine and peer, as SVG.

use std::fmt::Write as _;

use super::figures::{Operation, Run, peer_column};
use super::markdown::{bytes, megabytes_per_second, significant};

/// Width and height of a panel, in pixels.
const PANEL: (f64, f64) = (440.0, 250.0);

/// Panels beside each other.
const ACROSS: usize = 2;

/// Where the plot begins and ends in its panel: left, top, right, bottom.
const PLOT: (f64, f64, f64, f64) = (64.0, 34.0, 424.0, 206.0);

/// The height of a line of the legend.
const LINE: f64 = 18.0;

/// The colours of the tiers, in the order of the run: far apart in hue and in lightness, so that
/// they differ for everyone.
const COLOURS: [&str; 3] = ["#005ab5", "#dc6e00", "#3c3c3c"];

/// How peers differ, in the order of the run.
const DASHES: [&str; 3] = ["6 3", "2 3", "9 3 2 3"];

/// A number of gridlines that still leaves the numbers beside them apart.
const MOST_LABELS: i32 = 6;

/// What all charts look like. A point is a line of no length with a round end.
const STYLE: &str = "text{font:12px sans-serif;fill:#222}.t{font-size:15px;text-anchor:middle}\
    .x{text-anchor:middle}.y{text-anchor:end}.g{stroke:#ddd;fill:none}\
    .l{fill:none;stroke-width:1}.o{stroke-width:2}.d{stroke-width:5;stroke-linecap:round}";

/// Draws the chart of a module.
pub(super) fn draw(run: &Run, module: &str) -> String {
    let of_module = |operation: &&Operation| operation.about.module == module;
    let operations: Vec<&Operation> = run.operations.iter().filter(of_module).collect();
    let lines = lines(run, &operations);
    let legend = legend(run, module, &lines);
    let down = operations.len().div_ceil(ACROSS);
    let width = PANEL.0 * times(ACROSS);
    let top = LINE * times(legend.len()) + 16.0;
    let height = top + PANEL.1 * times(down);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <style>{STYLE}{}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        lines.iter().map(Line::style).collect::<String>(),
    );
    for (place, entry) in legend.iter().enumerate() {
        let y = LINE * times(place + 1);
        let _ = writeln!(svg, "<g transform=\"translate(24 {y})\">{entry}</g>");
    }
    for (place, operation) in operations.iter().enumerate() {
        let x = PANEL.0 * times(place % ACROSS);
        let y = top + PANEL.1 * times(place / ACROSS);
        let panel = panel(operation, &lines);
        let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">\n{panel}</g>");
    }
    svg + "</svg>\n"
}

/// A line of every panel.
struct Line {
    column: String,
    /// Its name in the style.
    class: String,
    colour: &'static str,
    /// Of a peer.
    dashes: Option<&'static str>,
}

impl Line {
    fn style(&self) -> String {
        let Self { class, colour, .. } = self;
        let dashes = self.dashes.map_or_else(String::new, |dashes| {
            format!(".l.{class}{{stroke-dasharray:{dashes}}}")
        });
        format!(".{class}{{stroke:{colour}}}{dashes}")
    }

    fn classes(&self) -> String {
        let weight = if self.dashes.is_none() { "l o" } else { "l" };
        format!("{weight} {}", self.class)
    }
}

/// The lines that are in one of the panels. A peer has the colour of the engine that it runs on, and is
/// thin and dashed.
fn lines(run: &Run, operations: &[&Operation]) -> Vec<Line> {
    let engines = || run.about.engines.iter().zip(COLOURS.into_iter().cycle());
    let ours = engines().map(|(engine, colour)| (engine.name.clone(), colour, None));
    let peers = run.about.peers.iter().zip(DASHES.into_iter().cycle());
    let theirs = peers.flat_map(|(peer, dashes)| {
        engines()
            .map(move |(engine, colour)| (peer_column(peer, &engine.name), colour, Some(dashes)))
    });
    let present = |column: &String| {
        let mut operations = operations.iter();
        operations.any(|operation| operation.times.columns.contains(column))
    };
    ours.chain(theirs)
        .filter(|(column, ..)| present(column))
        .enumerate()
        .map(|(place, (column, colour, dashes))| Line {
            column,
            class: format!("c{place}"),
            colour,
            dashes,
        })
        .collect()
}

/// What the lines are, and when and where they were measured.
fn legend(run: &Run, module: &str, lines: &[Line]) -> Vec<String> {
    let about = &run.about;
    let title = format!(
        "{module}: MB/s by size of the input, {}, {}",
        about.started, about.machine
    );
    let mut legend = vec![format!("<text>{}</text>", escaped(&title))];
    legend.extend(lines.iter().map(|line| {
        let engine = about
            .engines
            .iter()
            .find(|engine| engine.name == line.column);
        let label = match engine {
            Some(engine) => format!("{}: {}", line.column, engine.implementation),
            None => line.column.clone(),
        };
        let (classes, label) = (line.classes(), escaped(&label));
        format!("<path class=\"{classes}\" d=\"M0 -4h40\"/><text x=\"50\">{label}</text>")
    }));
    legend
}

/// An axis on which equal ratios are equally far apart.
struct Axis {
    /// The logarithms of its ends.
    from: f64,
    to: f64,
    /// Where those are, in pixels.
    start: f64,
    end: f64,
}

impl Axis {
    fn place(&self, number: f64) -> f64 {
        let part = (number.log10() - self.from) / (self.to - self.from);
        self.start + part * (self.end - self.start)
    }
}

fn panel(operation: &Operation, lines: &[Line]) -> String {
    let times = &operation.times;
    let (left, top, right, bottom) = PLOT;
    let sizes: Vec<u64> = times.rows.keys().copied().collect();
    let speeds = times.rows.iter().flat_map(|(size, row)| {
        row.values()
            .map(|time| megabytes_per_second(*size, *time).log10())
    });
    let (slowest, fastest) = speeds.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(least, most), speed| (least.min(speed), most.max(speed)),
    );
    // Whole decades, so that each end of the axis has its number; one at least.
    let decades = slowest.floor() as i32..=(fastest.ceil() as i32).max(slowest.floor() as i32 + 1);
    let y = Axis {
        from: f64::from(*decades.start()),
        to: f64::from(*decades.end()),
        start: bottom,
        end: top,
    };
    // A margin, so that no line runs along the frame; and a range, where there is one size only.
    let margin = 0.1;
    let x = Axis {
        from: coordinate(sizes[0]).log10() - margin,
        to: coordinate(sizes[sizes.len() - 1]).log10() + margin,
        start: left,
        end: right,
    };

    let middle = f64::midpoint(left, right);
    let name = escaped(&operation.about.name);
    let mut svg = format!("<text class=\"t\" x=\"{middle}\" y=\"20\">{name}</text>\n");
    let mut grid = format!("M{left} {top}H{right}V{bottom}H{left}Z");
    let step = (decades.end() - decades.start() + MOST_LABELS - 1) / MOST_LABELS;
    for decade in decades.step_by(step.max(1) as usize) {
        let at = y.place(10f64.powi(decade));
        let _ = write!(grid, "M{left} {at:.1}H{right}");
        let _ = writeln!(
            svg,
            "<text class=\"y\" x=\"{}\" y=\"{:.1}\">{}</text>",
            left - 6.0,
            at + 4.0,
            label(decade)
        );
    }
    let step = sizes.len().div_ceil(MOST_LABELS as usize);
    for size in sizes.iter().step_by(step) {
        let at = x.place(coordinate(*size));
        let _ = write!(grid, "M{at:.1} {top}V{bottom}");
        let _ = writeln!(
            svg,
            "<text class=\"x\" x=\"{at:.1}\" y=\"{}\">{}</text>",
            bottom + 18.0,
            bytes(*size)
        );
    }
    let _ = writeln!(svg, "<path class=\"g\" d=\"{grid}\"/>");
    for line in lines {
        let points = times.rows.iter().filter_map(|(size, row)| {
            let speed = megabytes_per_second(*size, *row.get(&line.column)?);
            Some((x.place(coordinate(*size)), y.place(speed)))
        });
        let (mut path, mut dots) = (String::new(), String::new());
        for (x, y) in points {
            let verb = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{verb}{x:.1} {y:.1}");
            let _ = write!(dots, "M{x:.1} {y:.1}h0");
        }
        if !path.is_empty() {
            let (classes, class) = (line.classes(), &line.class);
            let _ = writeln!(
                svg,
                "<path class=\"{classes}\" d=\"{path}\"/><path class=\"d {class}\" d=\"{dots}\"/>"
            );
        }
    }
    svg
}

/// A size as a coordinate. No input has so many bytes that a float is too coarse.
#[allow(clippy::cast_precision_loss)]
fn coordinate(size: u64) -> f64 {
    size as f64
}

/// How often something stands beside or below another: a number that is small.
fn times(count: usize) -> f64 {
    f64::from(count as u32)
}

/// A power of ten at an axis.
fn label(exponent: i32) -> String {
    match exponent {
        0..=5 => significant(10f64.powi(exponent))
            .replace(".00", "")
            .replace(".0", ""),
        _ => format!("1e{exponent}"),
    }
}

/// A text as XML writes it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
