//! Whether a file is whole, as its language has it.

use kilowat::Runtime;
use kilowat::javascript;
use kilowat::json;

use crate::edit::{Edit, Step};
use crate::finding::{Finding, Severity};
use crate::findings::Findings;
use crate::language::Language;
use crate::syntax::{Fault, Reading};

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

/// Reads a text. What cannot be read here has no faults.
pub(crate) fn read(language: Option<Language>, text: &str, runtime: &Runtime) -> Reading {
    let fault = match language {
        Some(Language::JavaScript) => javascript_fault(text, runtime),
        Some(Language::Json) => json_fault(text, runtime),
        _ => None,
    };
    Reading {
        faults: fault.into_iter().collect(),
        ..Reading::default()
    }
}

fn javascript_fault(text: &str, runtime: &Runtime) -> Option<Fault> {
    match runtime.javascript_parse_any(text.as_bytes()) {
        Err(javascript::Error::Syntax(error)) if !error.is_too_large() => {
            Some(Fault {
                offset: error.error.start as usize,
                len: error.error.end.saturating_sub(error.error.start) as usize,
                message: error.message(),
                related: error.error.related.zip(error.related.as_ref()).map(
                    |(offset, related)| crate::syntax::Related {
                        offset: offset as usize,
                        message: related.words.to_owned(),
                    },
                ),
            })
        }
        _ => None,
    }
}

fn json_fault(text: &str, runtime: &Runtime) -> Option<Fault> {
    match runtime.json_validate(text.as_bytes(), json::DEPTH) {
        Err(json::Error::Text(error)) => Some(Fault {
            offset: error.error.start as usize,
            len: error.error.end.saturating_sub(error.error.start) as usize,
            message: error.error.words().to_string(),
            related: None,
        }),
        _ => None,
    }
}
