//! `kilowat js`: programs of JavaScript checked, and asked what is in them.

mod files;
mod render;

use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use kilowat::Runtime;
use kilowat::javascript::{self, Error, Goal, SyntaxError, Tree};
use serde::Serialize;

use super::Status;
use crate::arguments::Options;
use crate::excerpt::Excerpt;
use crate::failure;
use crate::in_order::{Sender, for_each_in_order};
use crate::input::Source;
use crate::output::Output;
use crate::progress::Progress;

/// Check JavaScript, and show what is in it
///
/// A program is ECMAScript 2025 in UTF-8, and all is checked that the language has checked before a program runs: the
/// grammar, names that are declared twice, labels, private names, exports, the patterns of regular expressions. JSX may
/// stand in all files but .mjs and .cjs, unless --jsx says otherwise. There is no TypeScript.
///
/// Without --goal, a file .mjs is a module, one .cjs the body of a function of Node.js, and of any other it is tried
/// whether it is a module, and then whether it is the other.
///
/// Of a folder all .js, .jsx, .mjs and .cjs are read, but for what a .gitignore leaves out. Several files are read at
/// once, and answered in their order.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat js check src                     says what is wrong, and where
  kilowat js outline a.js                  functions, classes, imports and exports
  kilowat js imports src                   the modules that are named
  kilowat js metrics a.js                  lines, functions, complexity
  kilowat js ast --estree a.js             the tree as JSON, as acorn makes it

Exit status: 0 if all is well, 1 if a program does not parse, and 2 if a file could not be read.")]
pub(crate) struct Js {
    #[command(subcommand)]
    action: Action,
}

/// What is done with each program.
#[derive(Debug, Subcommand)]
enum Action {
    Check(Check),
    Outline(Outline),
    Imports(Imports),
    Metrics(Metrics),
    Ast(Ast),
}

/// Say what is wrong with programs, and where
///
/// Prints nothing where all is well.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat js check a.js                    a.js:3:7: the name is declared already
  kilowat --json js check src              {\"operation\":\"js check\",\"kind\":\"fault\",...

In JSON Lines, each fault is an object of the kind `fault` with its line, column and offset in bytes, and each file one
of the kind `file`.")]
struct Check {
    #[command(flatten)]
    programs: Programs,
}

/// Print what programs declare
///
/// Functions, classes and their members, arrow functions that have a name, imports and exports; each with its lines, and
/// below what it is in.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat js outline a.js
  kilowat --json js outline src            an object for each")]
struct Outline {
    #[command(flatten)]
    programs: Programs,
}

/// Print the modules that programs name
///
/// By `import`, `import()`, `export … from`, and `require` of a string.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat js imports src
  kilowat --json js imports src | jq -r .source | sort -u")]
struct Imports {
    #[command(flatten)]
    programs: Programs,
}

/// Print how large and how branched programs are
///
/// Lines, functions with their parameters and their cyclomatic complexity, classes, and how many constructs are within
/// each other.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat js metrics a.js
  kilowat --json js metrics src            an object for each file")]
struct Metrics {
    #[command(flatten)]
    programs: Programs,
}

/// Print the tree of programs
///
/// A line for each node with its offsets in bytes, below the name of its file where there are several; with --estree JSON
/// as acorn makes it, a line for each program.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat js ast a.js
  kilowat js ast --estree --loc a.js")]
struct Ast {
    /// Print `ESTree` JSON; offsets are in UTF-16
    #[arg(long)]
    estree: bool,

    /// With lines and columns
    #[arg(long, requires = "estree")]
    loc: bool,

    /// With comments
    #[arg(long, requires = "estree")]
    comments: bool,

    #[command(flatten)]
    programs: Programs,
}

/// What is read.
#[derive(Debug, Args)]
struct Programs {
    /// What the programs are
    #[arg(long, value_enum, value_name = "GOAL")]
    goal: Option<GoalName>,

    /// Where JSX may stand
    #[arg(long, value_enum, value_name = "WHERE", default_value_t = JsxPlace::Auto)]
    jsx: JsxPlace,

    /// Files and folders to read; standard input for `-`, and where there are none
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    files: Vec<PathBuf>,
}

/// What a program is parsed as.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum GoalName {
    /// A script
    Script,
    /// A module
    Module,
    /// The body of a function of Node.js
    Commonjs,
}

/// Where JSX may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum JsxPlace {
    /// In all files but .mjs and .cjs
    Auto,
    /// In all files
    Always,
    /// Nowhere
    Never,
}

impl From<GoalName> for Goal {
    fn from(name: GoalName) -> Self {
        match name {
            GoalName::Script => Self::Script,
            GoalName::Module => Self::Module,
            GoalName::Commonjs => Self::CommonJs,
        }
    }
}

/// What comes of a file.
enum Piece {
    /// To be printed.
    Bytes(Vec<u8>),
    /// It is no program.
    Fault(Box<Fault>),
    /// Something went wrong.
    Failed(std::io::Error),
}

/// What is wrong with a program.
struct Fault {
    error: SyntaxError,
    excerpt: String,
}

/// A fault, for machines.
#[derive(Serialize)]
struct FaultRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    file: FileName<'a>,
    line: usize,
    column: usize,
    offset: u32,
    end: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    related: Option<RelatedRecord>,
}

/// Another place that has to do with a fault.
#[derive(Serialize)]
struct RelatedRecord {
    line: usize,
    column: usize,
    message: &'static str,
}

/// A file that is in order, for machines.
#[derive(Serialize)]
struct FileRecord<'a> {
    operation: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    file: FileName<'a>,
    goal: &'static str,
    jsx: bool,
}

#[derive(Serialize)]
struct FileName<'a> {
    file: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_hex: Option<String>,
}

impl<'a> FileName<'a> {
    fn of(source: &'a Source) -> Self {
        Self {
            file: source.text(),
            file_hex: source.hex_unless_text(),
        }
    }
}

impl Js {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> anyhow::Result<Status> {
        let runtime = options.start()?;
        let programs = self.action.programs();
        let mut status = Status::Success;
        let sources = files::all(&programs.files, |error| {
            output.report(error);
            status = Status::Failure;
        });
        let reader = ProgramReader {
            runtime: &runtime,
            action: &self.action,
            goal: programs.goal.map(Goal::from),
            jsx: programs.jsx,
            json: options.json,
            is_one_of_several: sources.len() > 1,
        };
        let progress = (sources.len() > 1).then(|| Progress::of_steps(sources.len() as u64));
        let printer = Printer {
            name: self.action.name(),
            is_check: matches!(self.action, Action::Check(_)),
            json: options.json,
        };
        for_each_in_order(
            &sources,
            |source, sender| reader.read(source, sender),
            |source, piece| {
                let answer = match &progress {
                    Some(progress) => progress.suspend(|| printer.print(source, piece, output)),
                    None => printer.print(source, piece, output),
                };
                status = status.max(answer?);
                if let Some(progress) = &progress {
                    progress.advance(1);
                }
                Ok(())
            },
        )?;
        Ok(status)
    }
}

impl Action {
    fn programs(&self) -> &Programs {
        match self {
            Self::Check(Check { programs })
            | Self::Outline(Outline { programs })
            | Self::Imports(Imports { programs })
            | Self::Metrics(Metrics { programs })
            | Self::Ast(Ast { programs, .. }) => programs,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Check(_) => "js check",
            Self::Outline(_) => "js outline",
            Self::Imports(_) => "js imports",
            Self::Metrics(_) => "js metrics",
            Self::Ast(_) => "js ast",
        }
    }
}

/// Reads programs and does with them what is asked for.
struct ProgramReader<'a> {
    runtime: &'a Runtime,
    action: &'a Action,
    goal: Option<Goal>,
    jsx: JsxPlace,
    json: bool,
    is_one_of_several: bool,
}

impl ProgramReader<'_> {
    /// Sends what comes of a file. Nobody may listen any more; then there is nothing left to do.
    fn read(&self, source: &Source, sender: &Sender<Piece>) -> Option<()> {
        let piece = match self.answer(source) {
            Ok(piece) => piece,
            Err(error) => Piece::Failed(failure::named(self.action.name(), source, error)),
        };
        sender.send(piece)
    }

    fn answer(&self, source: &Source) -> std::io::Result<Piece> {
        let mut text = Vec::new();
        source.open_beside_others()?.read_to_end(&mut text)?;
        let file = FileSyntax {
            goal: self.goal.or_else(|| files::goal(source)),
            has_jsx: match self.jsx {
                JsxPlace::Auto => files::may_have_jsx(source),
                JsxPlace::Always => true,
                JsxPlace::Never => false,
            },
        };
        match file.parse(self.runtime, &text) {
            Ok(tree) => self.render(source, &tree).map(Piece::Bytes),
            Err(Error::Syntax(error)) => {
                let offset = error.error.start as usize;
                let excerpt = Excerpt::in_text(&text, offset).to_string();
                let error = *error;
                Ok(Piece::Fault(Box::new(Fault { error, excerpt })))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn render(&self, source: &Source, tree: &Tree<'_>) -> std::io::Result<Vec<u8>> {
        let mut out = Vec::new();
        match self.action {
            Action::Check(_) if self.json => {
                let record = FileRecord {
                    operation: self.action.name(),
                    kind: "file",
                    file: FileName::of(source),
                    goal: tree.goal().name(),
                    jsx: tree.has_jsx(),
                };
                render::line(&mut out, &record)?;
            }
            Action::Check(_) => {}
            Action::Outline(_) => render::outline(&mut out, source, tree, self.json)?,
            Action::Imports(_) => render::imports(&mut out, source, tree, self.json)?,
            Action::Metrics(_) => render::metrics(&mut out, source, tree, self.json)?,
            Action::Ast(ast) if ast.estree || self.json => {
                let options = javascript::EsTreeOptions::acorn()
                    .with_loc(ast.loc)
                    .with_comments(ast.comments);
                out = tree.to_estree_json(options).into_bytes();
                out.push(b'\n');
            }
            Action::Ast(_) => {
                if self.is_one_of_several {
                    writeln!(out, "{}", source.title())?;
                }
                render::nodes(&mut out, tree)?;
            }
        }
        Ok(out)
    }
}

/// What a file is parsed as.
#[derive(Clone, Copy)]
struct FileSyntax {
    goal: Option<Goal>,
    has_jsx: bool,
}

impl FileSyntax {
    fn parse<'s>(self, runtime: &Runtime, text: &'s [u8]) -> Result<Tree<'s>, Error> {
        match (self.goal, self.has_jsx) {
            (Some(goal), true) => runtime.javascript_parse(text, goal.with_jsx()),
            (Some(goal), false) => runtime.javascript_parse(text, goal),
            (None, true) => runtime.javascript_parse_any_jsx(text),
            (None, false) => runtime.javascript_parse_any(text),
        }
    }
}

/// Prints what comes of files.
struct Printer {
    name: &'static str,
    is_check: bool,
    json: bool,
}

impl Printer {
    fn print(&self, source: &Source, piece: Piece, output: &mut Output) -> anyhow::Result<Status> {
        match piece {
            Piece::Bytes(bytes) => {
                output.write_all(&bytes)?;
                output.settle_for_reader()?;
                Ok(Status::Success)
            }
            Piece::Fault(fault) => {
                self.fault(source, &fault, output)?;
                Ok(Status::Negative)
            }
            Piece::Failed(error) => {
                output.report(error);
                Ok(Status::Failure)
            }
        }
    }

    /// A fault is the answer where programs are checked, and else stands in the way of one.
    fn fault(&self, source: &Source, fault: &Fault, output: &mut Output) -> std::io::Result<()> {
        let Fault { error, excerpt } = fault;
        let javascript::Position { line, column } = error.position;
        if self.json && self.is_check {
            return output.json(&FaultRecord {
                operation: self.name,
                kind: "fault",
                file: FileName::of(source),
                line,
                column,
                offset: error.error.start,
                end: error.error.end,
                name: error.error.name(),
                message: error.message(),
                related: error.related.as_ref().map(|related| RelatedRecord {
                    line: related.position.line,
                    column: related.position.column,
                    message: related.words,
                }),
            });
        }
        let name = source.title();
        let related = error.related.as_ref().map_or_else(String::new, |related| {
            let javascript::Position { line, column } = related.position;
            format!("\n{name}:{line}:{column}: {}", related.words)
        });
        let message = format!(
            "{name}:{line}:{column}: {}\n{excerpt}{related}",
            error.message()
        );
        if self.is_check {
            writeln!(output, "{message}")?;
            return output.settle_for_reader();
        }
        output.note(message);
        Ok(())
    }
}
