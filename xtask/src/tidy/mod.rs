//! `cargo xtask tidy`: everything that a machine can say about the state of the sources.

mod links;

use std::io::{Write as _, stderr, stdout};
use std::process::ExitCode;

use anyhow::Result;
use kilowat_assembler::lint::{self, Finding, Untidy};
use kilowat_assembler::{Options, Source, Tree, assemble};

use crate::{gen_tables, workspace};

pub(crate) use links::normalize;

/// Check that the sources are tidy: kernels and the links in the documentation.
///
/// Everything found is listed, with file, line and column, and the exit code is 1. It checks that
///
/// - every module of `wat/` has a header that is true: it assembles, which also checks the memory map, layouts, enumerations
///   and the ABI;
///
/// - a contract stands above every exported function: a comment whose first line is the C prototype, with the
///   function's name, as many parameters as it has, and `void` just when it returns nothing;
///
/// - lines of `.wat` files have at most 100 columns, no tabs, and no spaces at their ends;
///
/// - every constant, a global in `$UPPER` case, is read somewhere, but for those that `gen-tables` makes;
///
/// - a module of several files has its map: a table that names the fragments of its header, with a line each;
///
/// - relative links in `.md` files lead to files that exist, and `#anchors` to headings.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// Runs the command.
pub(crate) fn run(_: &Arguments) -> Result<ExitCode> {
    let root = workspace::root()?;
    let mut findings = kernels(&Tree::read(&workspace::shown(&root.join("wat")))?);
    let dead = links::check(&workspace::shown(&root))?;
    findings.extend(dead.iter().map(ToString::to_string));
    for finding in &findings {
        writeln!(stderr(), "{finding}\n")?;
    }
    Ok(match findings.len() {
        0 => {
            writeln!(stdout(), "tidy")?;
            ExitCode::SUCCESS
        }
        count => {
            writeln!(stderr(), "{count} to tidy")?;
            ExitCode::FAILURE
        }
    })
}

/// Everything that is untidy in the kernels.
fn kernels(tree: &Tree) -> Vec<String> {
    let mut findings: Vec<String> = lint::lines(tree).iter().map(ToString::to_string).collect();
    for name in tree.modules() {
        let source = match tree.source(&name) {
            Ok(source) => source,
            Err(error) => {
                findings.push(error.to_string());
                continue;
            }
        };
        if let Err(error) = assemble(&source, Options::default()) {
            findings.push(format!("{:#}", anyhow::Error::new(error)));
        }
        // A module that is not valid has been reported already.
        let own = lint::module(&source).unwrap_or_default().into_iter();
        let own = own.filter(|finding| !is_made(finding, &source));
        findings.extend(own.map(|finding| finding.to_string()));
    }
    findings
}

/// Whether a constant that nothing reads is one of a table, which has all that it is made from.
fn is_made(finding: &Finding, source: &Source) -> bool {
    let mut fragments = source.fragments().iter();
    matches!(finding.what, Untidy::UnusedConstant { .. })
        && fragments
            .find(|fragment| fragment.path == finding.at.path)
            .is_some_and(|fragment| fragment.text.starts_with(gen_tables::MARK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_listed() {
        let good = "\
;;! summary = \"One\"
;;! spec    = \"none\"
;;! exports = [\"one\"]
(memory (export \"memory\") 1)
(global (export \"heap_base\") i32 (i32.const 0))

;; i32 one(void)
(func (export \"one\") (result i32) (i32.const 1))
";
        let untidy = good
            .replace("one(void)", "two(void)")
            .replace("(memory", "\t(memory")
            + "(global $LOST i32 (i32.const 1)) \n";
        let untrue = good.replace("[\"one\"]", "[\"other\"]");
        let with_table = good.replace("[\"one\"]", "[\"one\"]\n;;! fragments = [\"lib/values\"]");
        let values = format!(
            "{} from nothing.\n(global $UNREAD i32 (i32.const 1))\n",
            gen_tables::MARK
        );
        let tree = Tree::from_files([
            ("good.wat", good),
            ("lib/values.wat", &values),
            ("made.wat", &with_table),
            ("headless.wat", "(module)"),
            ("untidy.wat", &untidy),
            ("untrue.wat", &untrue),
        ]);
        let findings = kernels(&tree).join("\n\n");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/xtask"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("tidy_kernels", findings));
    }
}
