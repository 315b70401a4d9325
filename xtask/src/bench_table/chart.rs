//! The chart: a panel for each operation, a line for each engine and peer.

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;

use super::figures::{Operation, Run, peer_column};
use super::markdown::{bytes, megabytes_per_second, significant};

/// Width and height of a panel, in pixels.
const PANEL: (u32, u32) = (620, 400);

/// Panels beside each other.
const ACROSS: usize = 2;

const FONT: &str = "sans-serif";

/// The colours of the tiers, in the order of the run: far apart in hue and in lightness, so that
/// they differ for everyone.
const COLOURS: [RGBColor; 3] = [
    RGBColor(0, 90, 181),
    RGBColor(220, 110, 0),
    RGBColor(60, 60, 60),
];

/// How strong the thin lines of peers are, in the order of the run. Dashes would make the file four
/// times as large, as each of them is an element.
const STRENGTHS: [f64; 3] = [0.8, 0.4, 0.6];

/// How a column looks.
struct Look {
    colour: RGBAColor,
    /// Width of the line, in pixels.
    width: u32,
}

/// Draws the chart as SVG.
pub(super) fn draw(run: &Run) -> Result<String> {
    let mut svg = String::new();
    // One more panel for the legend.
    let down = (run.operations.len() + 1).div_ceil(ACROSS);
    let size = (PANEL.0 * ACROSS as u32, PANEL.1 * down as u32);
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        root.fill(&WHITE).map_err(failed)?;
        let panels = root.split_evenly((down, ACROSS));
        for (operation, panel) in run.operations.iter().zip(&panels) {
            draw_operation(run, operation, panel).map_err(failed)?;
        }
        if let Some(panel) = panels.get(run.operations.len()) {
            draw_legend(run, panel).map_err(failed)?;
        }
        root.present().map_err(failed)?;
    }
    Ok(svg)
}

fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("cannot draw the chart: {error}")
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>>;

/// A peer has the colour of the engine that it runs on, paler, and a thin line.
fn looks(run: &Run) -> Vec<(String, Look)> {
    let engines = || run.engines.iter().zip(COLOURS.into_iter().cycle());
    let ours = engines().map(|(engine, colour)| {
        let colour = colour.mix(1.0);
        (engine.name.clone(), Look { colour, width: 2 })
    });
    let peers = run.peers.iter().zip(STRENGTHS.into_iter().cycle());
    let theirs = peers.flat_map(|(peer, strength)| {
        engines().map(move |(engine, colour)| {
            let colour = colour.mix(strength);
            (peer_column(peer, &engine.name), Look { colour, width: 1 })
        })
    });
    ours.chain(theirs).collect()
}

fn draw_operation(run: &Run, operation: &Operation, panel: &Area<'_>) -> Drawn {
    let Operation { name, times, .. } = operation;
    let points = |column: &str| -> Vec<(f64, f64)> {
        let rows = times.rows.iter().filter_map(|(size, row)| {
            let time = row.get(column)?;
            Some((coordinate(*size), megabytes_per_second(*size, *time)))
        });
        rows.collect()
    };
    let all: Vec<(f64, f64)> = times
        .columns
        .iter()
        .flat_map(|column| points(column))
        .collect();
    let least = |of: fn(&(f64, f64)) -> f64| all.iter().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&(f64, f64)) -> f64| all.iter().map(of).fold(0.0, f64::max);
    // A margin, so that no line runs along the frame; and a range, where there is one size only.
    let x_range = least(|point| point.0) / 1.4..most(|point| point.0) * 1.4;
    // Whole decades, so that each end of the axis has its number.
    let bottom = (least(|point| point.1) / 1.1).log10().floor();
    let top = (most(|point| point.1) * 1.1).log10().ceil();
    let y_range = 10f64.powf(bottom)..10f64.powf(top);

    let mut chart = ChartBuilder::on(panel)
        .caption(name, (FONT, 20))
        .margin(12)
        .margin_right(24)
        .x_label_area_size(42)
        .y_label_area_size(78)
        .build_cartesian_2d(x_range.log_scale().base(4.0), y_range.log_scale())?;
    chart
        .configure_mesh()
        .bold_line_style(BLACK.mix(0.18))
        .max_light_lines(1)
        .label_style((FONT, 14))
        .axis_desc_style((FONT, 14))
        .x_desc("input")
        .y_desc("MB/s")
        .x_label_formatter(&|size| bytes(size.round() as u64))
        .y_label_formatter(&|speed| label(*speed))
        .draw()?;
    for (column, Look { colour, width }) in looks(run) {
        if !times.columns.contains(&column) {
            continue;
        }
        let points = points(&column);
        let style = ShapeStyle::from(colour).stroke_width(width);
        let dots = points
            .iter()
            .map(|point| Circle::new(*point, width + 1, colour.filled()));
        chart.draw_series(dots)?;
        chart.draw_series([PathElement::new(points, style)])?;
    }
    Ok(())
}

/// What the lines are, in a panel of its own.
fn draw_legend(run: &Run, panel: &Area<'_>) -> Drawn {
    const LINE: i32 = 26;
    const LEFT: i32 = 90;
    let text = |size: u32| (FONT, size).into_font().color(&BLACK);
    let present = |column: &str| {
        let mut operations = run.operations.iter();
        operations.any(|operation| operation.times.columns.iter().any(|known| known == column))
    };
    let mut y = 60;
    for (column, Look { colour, width }) in looks(run) {
        if !present(&column) {
            continue;
        }
        let style = ShapeStyle::from(colour).stroke_width(width);
        let line = vec![(LEFT, y), (LEFT + 48, y)];
        panel.draw(&PathElement::new(line, style))?;
        panel.draw(&Circle::new((LEFT + 24, y), width + 1, colour.filled()))?;
        let engine = run.engines.iter().find(|engine| engine.name == column);
        let label = match engine {
            Some(engine) => format!("{column}: {}", engine.implementation),
            None => column,
        };
        panel.draw(&Text::new(label, (LEFT + 60, y - 8), text(15)))?;
        y += LINE;
    }
    for line in [&run.started, &run.machine] {
        y += LINE;
        panel.draw(&Text::new(line.clone(), (LEFT, y - 8), text(13)))?;
    }
    Ok(())
}

/// A size as a coordinate. No input has so many bytes that a float is too coarse.
#[allow(clippy::cast_precision_loss)]
fn coordinate(size: u64) -> f64 {
    size as f64
}

/// A number at an axis: a power of ten needs no digits after the point.
fn label(speed: f64) -> String {
    let text = significant(speed);
    match text.split_once('.') {
        Some((whole, fraction)) if fraction.chars().all(|digit| digit == '0') => whole.to_owned(),
        _ => text,
    }
}
