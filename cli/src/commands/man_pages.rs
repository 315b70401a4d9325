//! `kilowat man-pages`: the manual, for `cargo xtask man`, which writes it into files. It is made here,
//! where the grammar of the command line is, so that the maintenance commands need not be built with
//! the engines; and it is hidden, since users have the files.

use std::collections::BTreeMap;
use std::io;

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::Status;
use crate::arguments::Arguments;
use crate::help::{self, Block, Row};
use crate::output::Output;

/// Print the pages of the manual, a JSON object of their texts by the names of their files
#[derive(Debug, Args)]
pub(crate) struct ManPages {}

impl ManPages {
    #[expect(
        clippy::unused_self,
        reason = "all commands are run in the same way, and this one takes nothing of its own"
    )]
    pub(crate) fn run(&self, output: &mut Output) -> anyhow::Result<Status> {
        output.json(&pages()?)?;
        Ok(Status::Success)
    }
}

/// The pages of the command and of each of its commands, by the names of their files.
fn pages() -> io::Result<BTreeMap<String, String>> {
    let mut command = Arguments::command();
    command.build();
    let mut pages = BTreeMap::new();
    add_below(&command, "kilowat", &mut pages)?;
    pages.insert("kilowat.1".to_owned(), page(command)?);
    Ok(pages)
}

/// Adds the pages of what a command has below it: `kilowat-memory.1`, and `kilowat-memory-put.1` below that.
fn add_below(
    command: &Command,
    name: &str,
    pages: &mut BTreeMap<String, String>,
) -> io::Result<()> {
    for subcommand in command.get_subcommands() {
        if subcommand.is_hide_set() || subcommand.get_name() == "help" {
            continue;
        }
        let name = format!("{name}-{}", subcommand.get_name());
        add_below(subcommand, &name, pages)?;
        let subcommand = subcommand.clone().display_name(&name);
        pages.insert(format!("{name}.1"), page(subcommand)?);
    }
    Ok(())
}

fn page(command: Command) -> io::Result<String> {
    let after_help = command.get_after_help().map(ToString::to_string);
    let has_subcommands = command.get_subcommands().any(|known| !known.is_hide_set());
    let man = Man::new(command)
        .manual("kilowat")
        .source(concat!("kilowat ", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_subcommands {
        man.render_subcommands_section(&mut page)?;
    }
    sections(&after_help.unwrap_or_default()).to_writer(&mut page)?;
    // All of it was text.
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// What stands behind the options: a section for each table and for the exit status, and the notes
/// between them.
fn sections(text: &str) -> Roff {
    let mut roff = Roff::new();
    for block in help::blocks(text) {
        match block {
            Block::Paragraph(text) => {
                if let Some(status) = text.strip_prefix("Exit status: ") {
                    roff.control("SH", ["EXIT STATUS"]);
                    roff.text([roman(status)]);
                } else {
                    roff.control("PP", []);
                    roff.text([roman(text)]);
                }
            }
            Block::Table { title, rows } => {
                let title = title.trim_end_matches(':').to_uppercase();
                roff.control("SH", [title.as_str()]);
                for Row { left, right } in rows {
                    roff.control("TP", []);
                    roff.text([bold(left)]);
                    roff.text([roman(right)]);
                }
            }
        }
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_a_page_with_all_sections() {
        let pages = pages().unwrap();
        assert!(pages.contains_key("kilowat.1"));
        assert!(!pages.contains_key("kilowat-help.1"), "{:?}", pages.keys());
        assert!(!pages.contains_key("kilowat-man-pages.1"));
        #[cfg(feature = "swarm")]
        assert!(pages["kilowat-memory-put.1"].contains("if\\-version"));
        let mut whole = Arguments::command();
        whole.build();
        for command in whole
            .get_subcommands()
            .filter(|command| command.get_name() != "help")
        {
            if command.is_hide_set() {
                continue;
            }
            let name = command.get_name();
            let page = &pages[&format!("kilowat-{name}.1")];
            for part in [
                &format!(".TH kilowat-{name} 1"),
                ".SH NAME",
                ".SH SYNOPSIS",
                ".SH DESCRIPTION",
                ".SH OPTIONS",
                ".SH EXAMPLES",
                ".SH \"EXIT STATUS\"",
            ] {
                assert!(page.contains(part), "{part} of {name}:\n{page}");
            }
        }
    }

    #[test]
    fn rows_of_a_table_are_tagged_paragraphs() {
        let text = "Examples:\n  kilowat ops   lists\n\nA note.\n\nExit status: 0, or 2.";
        let roff = sections(text).render();
        let expected = ".SH EXAMPLES\n.TP\n\\fBkilowat ops\\fR\nlists\n.PP\nA note.\n.SH \"EXIT STATUS\"\n0, or 2.";
        assert!(roff.contains(expected), "{roff}");
    }
}
