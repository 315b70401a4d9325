//! Constants, the globals in `$UPPER` case, are read somewhere.

use wasmparser::{DataKind, ElementKind, ExternalKind, Operator};

use super::{Finding, Untidy};
use crate::module::Module;
use crate::parse::Spans;
use crate::source::Source;

pub(super) fn check(source: &Source, module: &Module<'_>, spans: &Spans) -> Vec<Finding> {
    let read = read(module);
    let imported = module.imported_globals();
    let names = module.names.globals.iter();
    names
        .filter(|(index, name)| is_upper(name) && !read[**index as usize] && **index >= imported)
        .map(|(index, name)| {
            let span = spans.globals.get((index - imported) as usize);
            Finding {
                what: Untidy::UnusedConstant {
                    name: (*name).to_owned(),
                },
                at: source.locate(span.copied().unwrap_or(0)),
            }
        })
        .collect()
}

/// Whether each global is read by an instruction or exported.
fn read(module: &Module<'_>) -> Vec<bool> {
    let mut read = vec![false; module.immutable_globals().len()];
    for export in &module.exports {
        if export.kind == ExternalKind::Global {
            read[export.index as usize] = true;
        }
    }
    let globals = module.globals.iter().map(|global| &global.init_expr);
    let data = module
        .data
        .iter()
        .filter_map(|segment| match &segment.kind {
            DataKind::Active { offset_expr, .. } => Some(offset_expr),
            DataKind::Passive => None,
        });
    let elements = module.elements.iter();
    let elements = elements.filter_map(|segment| match &segment.kind {
        ElementKind::Active { offset_expr, .. } => Some(offset_expr),
        _ => None,
    });
    let constants = globals
        .chain(data)
        .chain(elements)
        .flat_map(|expression| expression.get_operators_reader().into_iter().flatten());
    let code = module.bodies.iter().flat_map(|body| &body.ops);
    let code = code.map(|op| op.operator.clone());
    for operator in constants.chain(code) {
        if let Operator::GlobalGet { global_index } = operator {
            read[global_index as usize] = true;
        }
    }
    read
}

fn is_upper(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_uppercase()) && !name.contains(|c: char| c.is_lowercase())
}
