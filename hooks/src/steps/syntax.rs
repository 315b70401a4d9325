//! Whether a file is whole, as its language has it.

use crate::edit::{Edit, Step};
use crate::finding::{Finding, Severity};
use crate::findings::Findings;
use crate::language::Language;
use crate::syntax::Fault;

/// Says what reading the file has found to be wrong.
#[derive(Debug)]
pub(crate) struct Syntax;

impl Step for Syntax {
    fn name(&self) -> &'static str {
        "syntax"
    }

    fn run(&self, edit: &Edit<'_>, found: &mut Findings) {
        for fault in &edit.reading.faults {
            found.add(finding(edit, fault));
        }
    }
}

fn finding(edit: &Edit<'_>, fault: &Fault) -> Finding {
    let language = edit.language.map_or("text", Language::name);
    let mut message = fault.message.clone();
    if let Some(related) = &fault.related
        && let Some(text) = edit.text
    {
        let before = text.get(..related.offset).unwrap_or(text);
        let line = 1 + before.matches('\n').count();
        message = format!("{message} (line {line}: {})", related.message);
    }
    Finding {
        rule: "syntax".into(),
        severity: Severity::Error,
        offset: fault.offset + edit.mark,
        len: fault.len,
        message,
        why: format!("whatever reads this file as {language} refuses all of it").into(),
        remedy: "mend it here, or where what is here was opened".into(),
    }
}
