//! What is printed of a tree.

use std::io::{self, Write};

use kilowat::javascript::{Event, FunctionMetrics, Import, Item, Tree};
use serde::Serialize;

use super::FileName;
use crate::input::Source;

/// Something that a program declares, for machines.
#[derive(Serialize)]
struct ItemRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    file: FileName<'a>,
    item: &'static str,
    name: &'a str,
    line: usize,
    end_line: usize,
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<usize>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    specifiers: &'a [std::borrow::Cow<'a, str>],
    exported: bool,
}

/// A module that a program names, for machines.
#[derive(Serialize)]
struct ImportRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    file: FileName<'a>,
    import: &'static str,
    source: Option<&'a str>,
    names: &'a [(std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>)],
    line: usize,
    start: usize,
    end: usize,
}

/// How large a program is, for machines.
#[derive(Serialize)]
struct MetricsRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    file: FileName<'a>,
    lines: usize,
    blank_lines: usize,
    comment_lines: usize,
    code_lines: usize,
    classes: usize,
    nesting: u32,
    complexity: u32,
    functions: Vec<FunctionRecord<'a>>,
}

#[derive(Serialize)]
struct FunctionRecord<'a> {
    name: Option<&'a str>,
    line: usize,
    end_line: usize,
    parameters: usize,
    complexity: u32,
}

/// Writes a record as a line.
pub(super) fn line(out: &mut Vec<u8>, record: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.push(b'\n');
    Ok(())
}

pub(super) fn outline(
    out: &mut Vec<u8>,
    source: &Source,
    tree: &Tree<'_>,
    json: bool,
) -> io::Result<()> {
    let items = tree.outline();
    if json {
        for item in &items {
            line(out, &item_record(source, item))?;
        }
        return Ok(());
    }
    writeln!(out, "{}", source.title())?;
    let mut depths: Vec<usize> = Vec::with_capacity(items.len());
    for item in &items {
        let depth = item.parent.map_or(1, |parent| depths[parent] + 1);
        depths.push(depth);
        let indent = "  ".repeat(depth);
        let lines = lines(item.line, item.end_line);
        let exported = if item.is_exported { "export " } else { "" };
        write!(
            out,
            "{indent}{lines}  {exported}{} {}",
            item.kind.name(),
            item.name
        )?;
        if !item.specifiers.is_empty() {
            write!(out, " {{ {} }}", item.specifiers.join(", "))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn item_record<'a>(source: &'a Source, item: &'a Item<'a>) -> ItemRecord<'a> {
    ItemRecord {
        operation: "js outline",
        kind: "item",
        file: FileName::of(source),
        item: item.kind.name(),
        name: &item.name,
        line: item.line,
        end_line: item.end_line,
        start: item.start,
        end: item.end,
        parent: item.parent,
        specifiers: &item.specifiers,
        exported: item.is_exported,
    }
}

/// `3`, or `3-7`.
fn lines(first: usize, last: usize) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    }
}

pub(super) fn imports(
    out: &mut Vec<u8>,
    source: &Source,
    tree: &Tree<'_>,
    json: bool,
) -> io::Result<()> {
    for import in &tree.imports() {
        let Import { kind, names, .. } = import;
        if json {
            let record = ImportRecord {
                operation: "js imports",
                kind: "import",
                file: FileName::of(source),
                import: kind.name(),
                source: import.source.as_deref(),
                names,
                line: import.line,
                start: import.start,
                end: import.end,
            };
            line(out, &record)?;
            continue;
        }
        let module = import.source.as_deref().unwrap_or("(computed)");
        write!(
            out,
            "{}:{}: {} {module}",
            source.title(),
            import.line,
            kind.name()
        )?;
        let names: Vec<String> = (names.iter())
            .map(|(theirs, ours)| {
                if theirs == ours {
                    theirs.to_string()
                } else {
                    format!("{theirs} as {ours}")
                }
            })
            .collect();
        if names.is_empty() {
            writeln!(out)?;
        } else {
            writeln!(out, " {{ {} }}", names.join(", "))?;
        }
    }
    Ok(())
}

pub(super) fn metrics(
    out: &mut Vec<u8>,
    source: &Source,
    tree: &Tree<'_>,
    json: bool,
) -> io::Result<()> {
    let metrics = tree.metrics();
    if json {
        let functions = metrics.functions.iter().map(|function| FunctionRecord {
            name: function.name.as_deref(),
            line: function.line,
            end_line: function.end_line,
            parameters: function.parameters,
            complexity: function.complexity,
        });
        let record = MetricsRecord {
            operation: "js metrics",
            kind: "file",
            file: FileName::of(source),
            lines: metrics.lines,
            blank_lines: metrics.blank_lines,
            comment_lines: metrics.comment_lines,
            code_lines: metrics.code_lines,
            classes: metrics.classes,
            nesting: metrics.nesting,
            complexity: metrics.complexity,
            functions: functions.collect(),
        };
        return line(out, &record);
    }
    writeln!(
        out,
        "{}: lines: {} (code {}, comments {}, blank {}), functions: {}, classes: {}, nesting: {}, complexity: {}",
        source.title(),
        metrics.lines,
        metrics.code_lines,
        metrics.comment_lines,
        metrics.blank_lines,
        metrics.functions.len(),
        metrics.classes,
        metrics.nesting,
        metrics.complexity,
    )?;
    for function in &metrics.functions {
        let FunctionMetrics {
            name,
            parameters,
            complexity,
            ..
        } = function;
        let name = name.as_deref().unwrap_or("(anonymous)");
        let lines = lines(function.line, function.end_line);
        writeln!(
            out,
            "  {lines}  {name}  parameters: {parameters}, complexity: {complexity}"
        )?;
    }
    Ok(())
}

/// A line for each node, indented by how deep it is.
pub(super) fn nodes(out: &mut Vec<u8>, tree: &Tree<'_>) -> io::Result<()> {
    /// How much of a node's text is shown.
    const SHOWN: usize = 60;
    let mut depth = 0;
    for event in tree.walk() {
        let Event::Enter(node) = event else {
            depth -= 1;
            continue;
        };
        write!(
            out,
            "{}{} {}..{}",
            "  ".repeat(depth),
            node.kind(),
            node.start(),
            node.end()
        )?;
        if let Some(operator) = node.operator() {
            write!(out, " {operator}")?;
        }
        if node.children().next().is_none() && !node.text().is_empty() {
            let text: String = node.text().chars().take(SHOWN).collect();
            write!(out, " {}", crate::input::printable(&text))?;
        }
        writeln!(out)?;
        depth += 1;
    }
    Ok(())
}
