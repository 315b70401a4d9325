//! Small programs for what [statements](super::writer) come to seldom or never: each rule of the language kept and
//! broken.

use std::sync::LazyLock;

use super::{Dialect, Goal};
use crate::ops::javascript::native;

/// A line each. What ends lines in it is written as [`ENDS`] has it.
const TOPICS: [&str; 8] = [
    include_str!("classes.txt"),
    include_str!("expressions.txt"),
    include_str!("jsx.txt"),
    include_str!("literals.txt"),
    include_str!("modules.txt"),
    include_str!("names.txt"),
    include_str!("patterns.txt"),
    include_str!("statements.txt"),
];

/// What stands for the ends of lines, and for white space that nobody sees.
const ENDS: [(char, &str); 4] = [('↵', "\n"), ('␍', "\r"), ('¶', "\u{2028}"), ('␋', "\u{b}")];

/// The snippets, by what they are in a dialect.
#[derive(Default)]
pub(super) struct Snippets {
    /// Statements, each a function by itself, so that many of them may stand in a program.
    pub(super) functions: Vec<String>,
    /// What is a program, but not in a function: declarations of modules, for example.
    pub(super) programs: Vec<String>,
    /// What is no program.
    pub(super) faults: Vec<String>,
}

/// The snippets for a dialect.
pub(super) fn of(dialect: Dialect) -> &'static Snippets {
    static ALL: [[LazyLock<Snippets>; 3]; 2] = [
        [
            LazyLock::new(|| sorted(Goal::Script.into())),
            LazyLock::new(|| sorted(Goal::Module.into())),
            LazyLock::new(|| sorted(Goal::CommonJs.into())),
        ],
        [
            LazyLock::new(|| sorted(Goal::Script.with_jsx())),
            LazyLock::new(|| sorted(Goal::Module.with_jsx())),
            LazyLock::new(|| sorted(Goal::CommonJs.with_jsx())),
        ],
    ];
    &ALL[usize::from(dialect.jsx)][dialect.goal as usize]
}

fn sorted(dialect: Dialect) -> Snippets {
    let mut snippets = Snippets::default();
    let is_program = |text: &str| native::parse(text, dialect).is_ok();
    for line in TOPICS.iter().flat_map(|topic| topic.lines()) {
        let ends = ENDS.iter();
        let text = ends.fold(line.to_owned(), |text, (mark, end)| {
            text.replace(*mark, end)
        });
        let function = format!("(function () {{\n{text}\n}});\n");
        if is_program(&function) {
            snippets.functions.push(function);
        } else if is_program(&text) {
            snippets.programs.push(text);
        } else {
            snippets.faults.push(text);
        }
    }
    snippets
}
