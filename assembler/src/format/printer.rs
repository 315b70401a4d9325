//! Decides on line breaks, and prints.

use super::tree::{Item, List, What};
use crate::lint::COLUMNS;

/// What a nested line is indented by.
const INDENT: usize = 2;

/// Prints a whole file.
pub(super) fn print(mut file: List<'_>) -> String {
    separate(&mut file);
    let mut text = String::new();
    for item in &mut file.items {
        if let What::List(list) = &mut item.what {
            settle(list);
            while fit(list) {
                settle(list);
            }
        }
        match &item.what {
            What::LineComment(_) if !item.breaks => text.push_str(&" ".repeat(item.gap)),
            _ if text.is_empty() => {}
            _ if item.blank => text.push_str("\n\n"),
            _ => text.push('\n'),
        }
        text.push_str(&Printer::print(item).text);
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Each field begins a line; a function with a comment of its own, which is then above it, stands after a blank line.
fn separate(file: &mut List<'_>) {
    // Where the comments begin that stand right above what comes next.
    let mut comments = None;
    for index in 0..file.items.len() {
        let behind = matches!(file.items[index].what, What::LineComment(_))
            && !file.items[index].breaks
            && index > 0;
        file.items[index].breaks = !behind;
        if file.items[index].blank {
            comments = None;
        }
        match &file.items[index].what {
            _ if behind => {}
            What::LineComment(_) | What::BlockComment(_) => {
                comments.get_or_insert(index);
            }
            What::List(list) => {
                if let Some(first) = comments.take().filter(|_| list.head() == "func") {
                    file.items[first].blank = true;
                }
            }
            What::Atom(_) | What::String(_) => comments = None,
        }
    }
}

/// A list of statements, of which each begins a line if the list takes several.
fn is_body(head: &str) -> bool {
    matches!(head, "func" | "block" | "loop" | "then" | "else" | "module")
}

/// What belongs to the first line of a function or block, where it fits.
fn is_part_of_the_type(head: &str) -> bool {
    matches!(head, "export" | "import" | "type" | "param" | "result")
}

/// Whether something is an instruction, a local or a field: what has a line to itself.
fn is_statement(item: &Item<'_>) -> bool {
    matches!(&item.what, What::List(list) if !is_part_of_the_type(list.head()))
}

/// Settles where lines break, as far as that does not depend on what fits.
fn settle(list: &mut List<'_>) {
    for item in &mut list.items {
        if let What::List(inner) = &mut item.what {
            settle(inner);
        }
    }
    let head = list.head();
    let body = is_body(head);
    // Tables of strings and of labels have the lines that their writer gave them.
    let table = matches!(head, "data" | "elem" | "br_table");
    let mut after_comment = false;
    let mut broken = false;
    for (item, index) in list.items.iter_mut().zip(0..) {
        if let What::Atom(text) = item.what {
            let immediate = !(body || table) || index == 1 && text.starts_with('$');
            item.breaks &= !immediate;
        }
        // The word that says what a list is follows its parenthesis.
        item.breaks &= index > 0;
        item.breaks |= after_comment;
        item.blank &= item.breaks && broken;
        broken |= item.breaks;
        after_comment = matches!(item.what, What::LineComment(_));
    }
    if !list.is_broken() {
        return;
    }
    let final_operand = list
        .items
        .iter()
        .rposition(|item| matches!(item.what, What::List(_)));
    for (item, index) in list.items.iter_mut().zip(0..) {
        let What::List(inner) = &item.what else {
            continue;
        };
        let arm = matches!(inner.head(), "then" | "else");
        // What follows an operand of several lines would seem to be part of it.
        let ambiguous = index > 0 && Some(index) != final_operand && inner.is_broken();
        item.breaks |= arm || ambiguous || body && is_statement(item);
    }
}

/// Breaks the lines that are too long. Whether it could break one.
fn fit(list: &mut List<'_>) -> bool {
    let mut printer = Printer::default();
    printer.list(list);
    let too_long: Vec<usize> = printer.too_long();
    if too_long.is_empty() {
        return false;
    }
    let mut broken = false;
    for line in too_long {
        // They are in the order of the lines.
        let places = &printer.places;
        let first = places.partition_point(|place| place.line < line);
        let places = &places[first..];
        let places = &places[..places.partition_point(|place| place.line == line)];
        let Some(outermost) = places.iter().map(|place| place.path.len()).min() else {
            continue;
        };
        // Of the same parent: the first that is as far out as any.
        let Some(first) = places.iter().find(|place| place.path.len() == outermost) else {
            continue;
        };
        let parent = &first.path[..outermost - 1];
        let columns: Vec<(usize, usize)> = places
            .iter()
            .filter(|place| place.path.len() == outermost && place.path.starts_with(parent))
            .map(|place| (place.path[outermost - 1], place.column))
            .collect();
        let Some(inside) = find(list, parent) else {
            continue;
        };
        for index in breaks(inside, &columns) {
            inside.items[index].breaks = true;
        }
        broken = true;
    }
    broken
}

/// The list at a path.
fn find<'l, 't>(list: &'l mut List<'t>, path: &[usize]) -> Option<&'l mut List<'t>> {
    let Some((index, rest)) = path.split_first() else {
        return Some(list);
    };
    match &mut list.items[*index].what {
        What::List(inner) => find(inner, rest),
        _ => None,
    }
}

/// Which of the items of a list are to begin a line, of those that could: their indices, with the columns where they
/// stand now.
fn breaks(list: &List<'_>, items: &[(usize, usize)]) -> Vec<usize> {
    let indices = items.iter().map(|(index, _)| *index);
    let arms: Vec<usize> = indices
        .clone()
        .filter(|index| {
            let what = &list.items[*index].what;
            matches!(what, What::List(inner) if matches!(inner.head(), "then" | "else"))
        })
        .collect();
    if !arms.is_empty() {
        return arms;
    }
    if is_body(list.head()) {
        let statements: Vec<usize> = indices
            .clone()
            .filter(|index| is_statement(&list.items[*index]))
            .collect();
        if !statements.is_empty() {
            return statements;
        }
    }
    if is_body(list.head()) || matches!(list.head(), "data" | "elem" | "br_table") {
        // As many as fit stay on the line.
        let fitting = items.iter().rfind(|(_, column)| *column <= COLUMNS);
        return fitting
            .or(items.first())
            .map(|(index, _)| *index)
            .into_iter()
            .collect();
    }
    indices.collect()
}

/// Where a line could be broken: before an item that does not begin one.
#[derive(Debug)]
struct Place {
    line: usize,
    column: usize,
    /// The indices of the item in its list, of that in its, and so on, the outermost first.
    path: Vec<usize>,
}

#[derive(Debug, Default)]
struct Printer {
    text: String,
    /// What the current line is indented by.
    indent: usize,
    line: usize,
    /// Where in the current line the next word goes, from 0.
    column: usize,
    path: Vec<usize>,
    places: Vec<Place>,
    /// The columns of each line without the comment at its end.
    columns: Vec<usize>,
}

impl Printer {
    fn print(item: &Item<'_>) -> Self {
        let mut printer = Self::default();
        printer.item(item);
        printer
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    /// Notes how long the line is so far.
    fn measure(&mut self) {
        self.columns.resize(self.line + 1, 0);
        self.columns[self.line] = self.column;
    }

    fn too_long(&self) -> Vec<usize> {
        let lines = self.columns.iter().zip(0..);
        lines
            .filter(|(columns, _)| **columns > COLUMNS)
            .map(|(_, line)| line)
            .collect()
    }

    fn new_line(&mut self, indent: usize, blank: bool) {
        if blank {
            self.text.push('\n');
            self.line += 1;
        }
        self.text.push('\n');
        self.line += 1;
        self.indent = indent;
        self.column = 0;
        self.push(&" ".repeat(indent));
    }

    fn item(&mut self, item: &Item<'_>) {
        match &item.what {
            What::List(list) => self.list(list),
            What::Atom(text) | What::String(text) => {
                self.push(text);
                self.measure();
            }
            What::LineComment(text) => self.push(text),
            What::BlockComment(text) => {
                if let Some((_, last)) = text.rsplit_once('\n') {
                    self.text.push_str(&text[..text.len() - last.len()]);
                    self.line += text.matches('\n').count();
                    self.column = 0;
                    self.push(last);
                } else {
                    self.push(text);
                }
                self.measure();
            }
        }
    }

    fn list(&mut self, list: &List<'_>) {
        let indent = self.indent;
        self.push("(");
        for (item, index) in list.items.iter().zip(0..) {
            self.path.push(index);
            if item.breaks {
                self.new_line(indent + INDENT, item.blank);
            } else if index > 0 {
                // Comments behind a line and constants are in columns that their writer has aligned.
                let aligned = matches!(item.what, What::LineComment(_))
                    || index == 2 && list.head() == "global";
                self.push(&" ".repeat(if aligned { item.gap } else { 1 }));
                let label = list.head() == "br_table" && matches!(item.what, What::Atom(_));
                if label || matches!(item.what, What::List(_) | What::String(_)) {
                    self.places.push(Place {
                        line: self.line,
                        column: self.column,
                        path: self.path.clone(),
                    });
                }
            }
            self.item(item);
            self.path.pop();
        }
        let comment_last = list.items.last().map(|item| &item.what);
        if matches!(comment_last, Some(What::LineComment(_))) {
            self.new_line(indent, false);
        }
        self.push(")");
        self.measure();
    }
}
