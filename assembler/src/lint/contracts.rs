//! Contracts: above each exported function stands a comment that starts with its C prototype.

use wasmparser::ExternalKind;

use super::{Finding, Untidy};
use crate::module::Module;
use crate::parse::Spans;
use crate::source::Source;

pub(super) fn check(source: &Source, module: &Module<'_>, spans: &Spans) -> Vec<Finding> {
    let types = module.function_types();
    let imported = module.imported_functions();
    let mut findings = Vec::new();
    for export in &module.exports {
        if !matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
            continue;
        }
        let own = export.index.checked_sub(imported);
        let span = own.and_then(|own| spans.functions.get(own as usize));
        let Some(ty) = module.function_type(types[export.index as usize]) else {
            continue;
        };
        let at = source.locate(span.map_or(0, |span| span.at));
        let fragments = source.fragments().iter();
        let text = fragments
            .filter(|fragment| fragment.path == at.path)
            .map(|fragment| fragment.text.as_str())
            .next()
            .unwrap_or("");
        let found = judge(
            comment_above(text, at.line).as_deref(),
            export.name,
            ty.params().len(),
            ty.results().len(),
        );
        if let Err(what) = found {
            findings.push(Finding { what, at });
        }
    }
    findings
}

/// The start of the comment that ends directly above a line, counted from 1: its first line, and as many more as it
/// takes to close a parenthesis that is open there.
fn comment_above(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(line - 1).collect();
    let comment: Vec<&str> = lines
        .into_iter()
        .rev()
        .map_while(|line| line.strip_prefix(";;"))
        .collect();
    let mut lines = comment.into_iter().rev().map(str::trim);
    let mut start = lines.next()?.to_owned();
    if start.contains('(') {
        while !start.contains(')') {
            start.push(' ');
            start.push_str(lines.next()?);
        }
    }
    Some(start)
}

fn judge(start: Option<&str>, name: &str, params: usize, results: usize) -> Result<(), Untidy> {
    let name = name.to_owned();
    let Some(start) = start else {
        return Err(Untidy::NoContract { name });
    };
    let Some(prototype) = Prototype::parse(start) else {
        return Err(Untidy::NoPrototype { name });
    };
    if prototype.name != name {
        let found = prototype.name.to_owned();
        return Err(Untidy::WrongName { name, found });
    }
    if prototype.params != params {
        return Err(Untidy::WrongParameters {
            name,
            found: prototype.params,
            expected: params,
        });
    }
    if (prototype.returns == "void") != (results == 0) {
        return Err(Untidy::WrongResult {
            name,
            found: prototype.returns.to_owned(),
            expected: if results == 0 { "none" } else { "a result" },
        });
    }
    Ok(())
}

/// A C prototype: `type name(type name, …)`.
#[derive(Debug, PartialEq, Eq)]
struct Prototype<'t> {
    returns: &'t str,
    name: &'t str,
    params: usize,
}

impl<'t> Prototype<'t> {
    fn parse(line: &'t str) -> Option<Self> {
        let (head, rest) = line.split_once('(')?;
        // A remark may follow the prototype.
        let (params, _) = rest.split_once(')')?;
        let start = head.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
        let name = &head[start + 1..];
        let returns = head[..=start].trim();
        if name.is_empty() || returns.is_empty() {
            return None;
        }
        let params = match params.trim() {
            "" | "void" => 0,
            params => {
                let params = params.split(',').map(str::trim);
                // Each has a type and a name.
                if params
                    .clone()
                    .any(|param| param.split_whitespace().count() < 2)
                {
                    return None;
                }
                params.count()
            }
        };
        Some(Self {
            returns,
            name,
            params,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prototypes() {
        let parse = Prototype::parse;
        assert_eq!(
            parse("u32 fnv1a32(const u8 *ptr, u32 len)"),
            Some(Prototype {
                returns: "u32",
                name: "fnv1a32",
                params: 2
            })
        );
        assert_eq!(
            parse("const char *name(void)   see RFC 1"),
            Some(Prototype {
                returns: "const char *",
                name: "name",
                params: 0
            })
        );
        for not in [
            "The 32-bit FNV-1a hash (of a span)",
            "f(u32 a)",
            "u32 f",
            "u32 f(a, b)",
        ] {
            assert_eq!(parse(not), None, "{not}");
        }
    }

    #[test]
    fn the_comment_must_touch_the_function() {
        let text = ";; u32 f(void)\n;;   more\n(func)\n\n;; u32 g(void)\n\n(func)\n";
        assert_eq!(comment_above(text, 3).as_deref(), Some("u32 f(void)"));
        assert_eq!(comment_above(text, 7), None);
        assert_eq!(comment_above(text, 1), None);
    }

    #[test]
    fn a_prototype_may_take_two_lines() {
        let text = ";; u32 f(u32 a,\n;;       u32 b)\n;;   more\n(func)\n";
        let start = comment_above(text, 4);
        assert_eq!(start.as_deref(), Some("u32 f(u32 a, u32 b)"));
        assert_eq!(comment_above(";; u32 f(u32 a,\n(func)", 2), None);
    }

    #[test]
    fn judges_name_parameters_and_result() {
        let judge = |line, params, results| judge(Some(line), "f", params, results);
        assert_eq!(judge("void f(u32 a)", 1, 0), Ok(()));
        assert!(matches!(
            judge("void g(u32 a)", 1, 0),
            Err(Untidy::WrongName { .. })
        ));
        assert!(matches!(
            judge("void f(u32 a)", 2, 0),
            Err(Untidy::WrongParameters {
                found: 1,
                expected: 2,
                ..
            })
        ));
        assert!(matches!(
            judge("void f(u32 a)", 1, 1),
            Err(Untidy::WrongResult { .. })
        ));
        assert!(matches!(
            judge("u32 f(u32 a)", 1, 0),
            Err(Untidy::WrongResult { .. })
        ));
        assert!(matches!(
            judge("A hash.", 1, 1),
            Err(Untidy::NoPrototype { .. })
        ));
    }
}
