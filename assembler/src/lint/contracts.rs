//! Contracts: above each exported function stands a comment that starts with its C prototype.

use wasmparser::ExternalKind;

use super::{Finding, Untidy};
use crate::contract::{Contract, Prototype};
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
        let at = span.map_or(0, |span| span.at);
        let found = judge(
            Contract::above(source, at)
                .and_then(|contract| contract.start())
                .as_deref(),
            export.name,
            ty.params().len(),
            ty.results().len(),
        );
        if let Err(what) = found {
            let at = source.locate(at);
            findings.push(Finding { what, at });
        }
    }
    findings
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
    if prototype.params.len() != params {
        return Err(Untidy::WrongParameters {
            name,
            found: prototype.params.len(),
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

#[cfg(test)]
mod tests {
    use super::*;

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
