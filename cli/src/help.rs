//! Help that fits its terminal: the texts around the options, laid out for any width.
//!
//! In the source such a text is paragraphs, and tables of rows that are indented by two blanks. A row
//! is an example or another word, two blanks or more, and what there is to say about it; what is
//! indented further goes on with the row before.

use std::env;
use std::mem;

use clap::Command;
use clap::builder::StyledStr;

/// Longer lines are hard to read.
const WIDEST: usize = 100;

/// On less than this nothing can be laid out.
const NARROWEST: usize = 20;

/// The right column of a table is not made narrower than this: then it goes below the left one.
const NARROWEST_COLUMN: usize = 24;

/// The columns between the two of a table, and before it.
const GAP: usize = 2;

/// What belongs to a row above it is indented by this.
const INDENT: usize = 6;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph(String),
    /// Rows, with what stands directly above them.
    Table {
        title: String,
        rows: Vec<Row>,
    },
}

/// A row of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) left: String,
    pub(crate) right: String,
}

/// The width of the terminal, as clap finds it, as far as help uses it.
pub(crate) fn width() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let named = || env::var("COLUMNS").ok()?.parse().ok();
    let width = terminal.or_else(named).unwrap_or(WIDEST);
    width.clamp(NARROWEST, WIDEST)
}

/// The command and all its subcommands with their texts laid out for a width.
pub(crate) fn laid_out(mut command: Command, width: usize) -> Command {
    command.build();
    lay_out_all(command, width)
}

fn lay_out_all(command: Command, width: usize) -> Command {
    let layout = |text: &StyledStr| lay_out(&text.to_string(), width);
    let after_help = command.get_after_help().map(layout);
    let long_about = command.get_long_about().map(layout);
    let mut command = command.term_width(width);
    if let Some(text) = after_help {
        command = command.after_help(text);
    }
    if let Some(text) = long_about {
        command = command.long_about(text);
    }
    command.mut_subcommands(|subcommand| lay_out_all(subcommand, width))
}

/// The parts of a text, in their order.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    let mut rows: Vec<Row> = Vec::new();
    // A last blank line ends what the text ends with.
    for line in text.lines().chain([""]) {
        if let Some(row) = line.strip_prefix("  ") {
            match (row.strip_prefix(' '), rows.last_mut()) {
                (Some(rest), Some(Row { right, .. })) => join(right, rest.trim_start()),
                _ => rows.push(Row::new(row)),
            }
            continue;
        }
        if !rows.is_empty() {
            blocks.push(Block::Table {
                title: mem::take(&mut paragraph),
                rows: mem::take(&mut rows),
            });
        }
        if !line.is_empty() {
            join(&mut paragraph, line);
        } else if !paragraph.is_empty() {
            blocks.push(Block::Paragraph(mem::take(&mut paragraph)));
        }
    }
    blocks
}

impl Row {
    fn new(line: &str) -> Self {
        let (left, right) = line.split_once("  ").unwrap_or((line, ""));
        Self {
            left: left.to_owned(),
            right: right.trim_start().to_owned(),
        }
    }
}

fn join(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(more);
}

/// The text in lines that are no longer than the width, but for words that are.
fn lay_out(text: &str, width: usize) -> String {
    let blocks = blocks(text).into_iter().map(|block| match block {
        Block::Paragraph(text) => wrap(&text, width).join("\n"),
        Block::Table { title, rows } => {
            let mut lines = if title.is_empty() {
                Vec::new()
            } else {
                wrap(&title, width)
            };
            lines.extend(table(&rows, width));
            lines.join("\n")
        }
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}

fn table(rows: &[Row], width: usize) -> Vec<String> {
    let with_right = rows.iter().filter(|row| !row.right.is_empty());
    let left = with_right.map(|row| row.left.chars().count()).max();
    let column = GAP + left.unwrap_or(0) + GAP;
    let room = width.saturating_sub(column);
    let fits = |row: &Row| row.right.chars().count() <= room;
    let side_by_side = room >= NARROWEST_COLUMN || rows.iter().all(fits);
    let mut lines = Vec::new();
    for Row { left, right } in rows {
        if right.is_empty() || !side_by_side {
            lines.extend(example(left, width));
            let right = wrap(right, width - INDENT).into_iter();
            lines.extend(right.map(|line| format!("{:INDENT$}{line}", "")));
            continue;
        }
        let mut left = left.as_str();
        for line in wrap(right, room) {
            lines.push(format!("  {left:<0$}{line}", column - GAP));
            left = "";
        }
    }
    lines
}

/// An example of what to type, in several lines of the shell where it is too long for one.
fn example(text: &str, width: usize) -> Vec<String> {
    if GAP + text.chars().count() <= width {
        return vec![format!("  {text}")];
    }
    // The first line has four columns more, and all but the last a backslash.
    let mut lines = wrap(text, width - INDENT - 2);
    let last = lines.pop();
    for (index, line) in lines.iter_mut().enumerate() {
        let indent = if index == 0 { GAP } else { INDENT };
        *line = format!("{:indent$}{line} \\", "");
    }
    let indent = if lines.is_empty() { GAP } else { INDENT };
    lines.extend(last.map(|last| format!("{:indent$}{last}", "")));
    lines
}

/// Breaks a text at blanks, and between the fields of JSON.
fn wrap(text: &str, width: usize) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    for word in text.split(' ') {
        let mut blank = " ";
        for part in fields(word) {
            let len = line.chars().count() + blank.len() + part.chars().count();
            if line.is_empty() {
                line.push_str(part);
            } else if len <= width {
                line.push_str(blank);
                line.push_str(part);
            } else {
                lines.push(mem::replace(&mut line, part.to_owned()));
            }
            blank = "";
        }
    }
    lines.push(line);
    lines
}

/// A word in parts, each up to a comma that another field follows.
fn fields(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(word);
    std::iter::from_fn(move || {
        let text = rest?;
        match text.find(",\"") {
            Some(comma) => {
                let (part, more) = text.split_at(comma + 1);
                rest = Some(more);
                Some(part)
            }
            None => rest.take(),
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    const TEXT: &str = "\
Examples:
  kilowat find TODO src/main.rs            1042:TODO
  kilowat soak --duration 10m --concurrency 64 --mix sha256,md5
  kilowat --json find x f                  {\"operation\":\"find\",\"kind\":\"match\",...

A paragraph of two lines, which are
one.

Exit status:
  0  healthy
  1  impaired: answers are right, but
     something is not";

    #[test]
    fn a_text_is_laid_out_for_its_width() {
        let wide = "\
Examples:
  kilowat find TODO src/main.rs  1042:TODO
  kilowat soak --duration 10m --concurrency 64 --mix sha256,md5
  kilowat --json find x f        {\"operation\":\"find\",\"kind\":\"match\",...

A paragraph of two lines, which are one.

Exit status:
  0  healthy
  1  impaired: answers are right, but something is not";
        assert_eq!(lay_out(TEXT, 80), wide);
        let narrow = "\
Examples:
  kilowat find TODO src/main.rs
      1042:TODO
  kilowat soak --duration 10m \\
      --concurrency 64 --mix \\
      sha256,md5
  kilowat --json find x f
      {\"operation\":\"find\",
      \"kind\":\"match\",...

A paragraph of two lines, which are
one.

Exit status:
  0  healthy
  1  impaired: answers are right, but
     something is not";
        assert_eq!(lay_out(TEXT, 38), narrow);
        // What is laid out already stays as it is.
        assert_eq!(lay_out(wide, 80), wide);
    }

    /// The command, built for every width.
    fn at_any_width() -> impl Iterator<Item = (usize, Command)> {
        (40..=120).map(|width| {
            let mut command = laid_out(Arguments::command(), width);
            command.build();
            (width, command)
        })
    }

    /// The lines of clap and of ours, for every command.
    #[test]
    fn no_line_is_longer_than_the_terminal_is_wide() {
        for (width, mut command) in at_any_width() {
            let mut helps = vec![command.render_long_help(), command.render_help()];
            for subcommand in command.get_subcommands_mut() {
                helps.extend([subcommand.render_long_help(), subcommand.render_help()]);
            }
            for help in helps {
                for line in help.to_string().lines() {
                    let is_word = !line.trim_start().contains(' ');
                    let is_usage = line.starts_with("Usage: ");
                    assert!(
                        line.chars().count() <= width || is_word || is_usage,
                        "{width} columns: {line}"
                    );
                }
            }
        }
    }

    /// No table falls apart: behind the title of one, all lines are indented.
    #[test]
    fn tables_stay_tables_at_any_width() {
        for (width, command) in at_any_width() {
            let texts = command
                .get_subcommands()
                .filter_map(Command::get_after_help);
            for text in texts.map(ToString::to_string) {
                let mut parts = text.split("\n\n");
                let examples = parts.find_map(|part| part.strip_prefix("Examples:\n"));
                for line in examples.unwrap_or_default().lines() {
                    assert!(line.starts_with("  "), "{width} columns: {line}");
                }
            }
        }
    }
}
