//! Splices macros into their callers, and unrolls loops.
//!
//! A macro is a function whose name ends in `!`. To any other tool it is a function; here its body takes the place of
//! every call, and the function itself is left out. What the module computes stays exactly the same.
//!
//! Macros are expanded in the order of their calls, the innermost first, so that a body that is spliced holds no call
//! of a macro itself. Its locals become locals of the caller. They are shared: two calls, one after the other, use the
//! same ones, because what a macro leaves in its locals is never read again.
//!
//! A loop whose label ends in `!` is unrolled where it stands, at the same time: in each round the counter is a
//! constant before the macros of the round see it as an argument, and what they make of it is folded again. So a macro
//! may hold such a loop, and a round may call macros.

mod analysis;
mod emitter;
mod expand;
mod fold;
mod splice;
mod unroll;

use std::collections::BTreeMap;

use wasmparser::{BlockType, ElementItems, ExternalKind, FuncType, Operator, SubType, ValType};

use self::analysis::Use;
use self::emitter::Shape;
use self::expand::Context;
use crate::error::{BinaryError, MacroUse};
use crate::features;
use crate::module::{Body, Keep, Module, Op};

/// The macro whose call says that a sum of an address and an offset does not wrap around.
pub(crate) const AT: &str = "at!";

/// Splices the macros of a binary, which its name section tells, into their callers, and leaves them out; unrolls the
/// loops whose label ends in `!`.
///
/// Names stay with what they name; other custom sections are left out.
///
/// # Errors
/// When the binary is not valid under [`ALLOWED`](crate::ALLOWED), when a macro is recursive or something else than a
/// call refers to it, or when a loop has not the form that can be unrolled.
pub fn inline(wasm: &[u8]) -> Result<Vec<u8>, BinaryError> {
    features::validate(wasm)?;
    let mut module = Module::read(wasm)?;
    let keep = expand(&mut module)?;
    module.write(&keep, true)
}

/// Expands every call of a macro in a valid module; says what is left to keep, which is all but the macros.
pub(crate) fn expand(module: &mut Module<'_>) -> Result<Keep, BinaryError> {
    expand_but(module, None)
}

/// The same, but for one macro, which stays the function that it is.
pub(crate) fn expand_but(module: &mut Module<'_>, kept: Option<&str>) -> Result<Keep, BinaryError> {
    let macros = Macros::find(module, kept);
    macros.check_uses(module)?;
    let order = macros.order(module)?;
    let mut keep = Keep::new(module, true);
    for index in &macros.indices {
        keep.functions[*index as usize] = false;
    }

    let mut blocks = BTreeMap::new();
    for index in &order {
        blocks.insert(*index, block_type(module, &mut keep, *index));
    }
    let context = Context {
        imported: module.imported_functions(),
        shape: Shape::new(module),
    };
    let mut expanded = BTreeMap::new();
    for index in order {
        let (mut body, unrolled) = context.expand(module, index, &expanded)?;
        let name = module.names.functions.get(&index).copied().unwrap_or("");
        if name == AT {
            promise(module, index, &mut body)?;
        }
        expanded.insert(index, Macro::new(name, body, blocks[&index], unrolled));
    }
    for own in 0..module.bodies.len() {
        let index = context.imported + own as u32;
        if keep.functions[index as usize] {
            (module.bodies[own], _) = context.expand(module, index, &expanded)?;
        }
    }
    Ok(keep)
}

/// Marks the sum that the macro [`AT`] is: whoever calls it promises that it does not wrap around.
fn promise(module: &Module<'_>, function: u32, body: &mut Body<'_>) -> Result<(), BinaryError> {
    let two_i32 = body.locals.len() == 2 && body.locals.iter().all(|l| l.ty == ValType::I32);
    match &mut body.ops[..] {
        [one, two, sum]
            if two_i32
                && matches!(one.operator, Operator::LocalGet { local_index: 0 })
                && matches!(two.operator, Operator::LocalGet { local_index: 1 })
                && matches!(sum.operator, Operator::I32Add) =>
        {
            sum.no_wrap = true;
            Ok(())
        }
        _ => Err(BinaryError::NotASum {
            function,
            name: module.function_name(function),
        }),
    }
}

/// The function that an operator calls.
fn called(op: &Op<'_>) -> Option<u32> {
    match op.operator {
        Operator::Call { function_index } => Some(function_index),
        _ => None,
    }
}

/// The type of a block that leaves what a function returns. A type that the module lacks is added to it.
fn block_type(module: &mut Module<'_>, keep: &mut Keep, function: u32) -> BlockType {
    let ty = module.function_types()[function as usize];
    let results = module.function_type(ty).map_or(&[][..], |ty| ty.results());
    match results {
        [] => BlockType::Empty,
        [result] => BlockType::Type(*result),
        _ => {
            let wanted = FuncType::new([], results.iter().copied());
            let count = module.types.len() as u32;
            let found = (0..count).find(|index| module.function_type(*index) == Some(&wanted));
            BlockType::FuncType(found.unwrap_or_else(|| {
                module.types.push(SubType::func(wanted, false));
                keep.types.push(true);
                count
            }))
        }
    }
}

/// The macros of a module.
struct Macros {
    /// In ascending order.
    indices: Vec<u32>,
}

impl Macros {
    fn find(module: &Module<'_>, kept: Option<&str>) -> Self {
        let imported = module.imported_functions();
        let names = module.names.functions.iter();
        Self {
            indices: names
                .filter(|(index, name)| name.ends_with('!') && **index >= imported)
                .filter(|(_, name)| Some(**name) != kept)
                .map(|(index, _)| *index)
                .collect(),
        }
    }

    fn contains(&self, index: u32) -> bool {
        self.indices.binary_search(&index).is_ok()
    }

    /// A macro is only called.
    fn check_uses(&self, module: &Module<'_>) -> Result<(), BinaryError> {
        for export in &module.exports {
            if matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
                self.check(module, export.index, MacroUse::Export)?;
            }
        }
        if let Some(start) = module.start {
            self.check(module, start, MacroUse::Start)?;
        }
        for element in &module.elements {
            match &element.items {
                ElementItems::Functions(functions) => {
                    for function in functions.clone() {
                        self.check(module, function?, MacroUse::Element)?;
                    }
                }
                ElementItems::Expressions(_, expressions) => {
                    for expression in expressions.clone() {
                        self.check_constant(module, &expression?, MacroUse::Element)?;
                    }
                }
            }
        }
        for global in &module.globals {
            self.check_constant(module, &global.init_expr, MacroUse::Reference)?;
        }
        for op in module.bodies.iter().flat_map(|body| &body.ops) {
            if let Operator::RefFunc { function_index } = op.operator {
                self.check(module, function_index, MacroUse::Reference)?;
            }
        }
        Ok(())
    }

    fn check_constant(
        &self,
        module: &Module<'_>,
        expression: &wasmparser::ConstExpr<'_>,
        used: MacroUse,
    ) -> Result<(), BinaryError> {
        for operator in expression.get_operators_reader() {
            if let Operator::RefFunc { function_index } = operator? {
                self.check(module, function_index, used)?;
            }
        }
        Ok(())
    }

    fn check(&self, module: &Module<'_>, index: u32, used: MacroUse) -> Result<(), BinaryError> {
        if self.contains(index) {
            return Err(BinaryError::MacroUsed {
                function: index,
                name: module.function_name(index),
                used,
            });
        }
        Ok(())
    }

    /// The macros, each after those that it calls.
    fn order(&self, module: &Module<'_>) -> Result<Vec<u32>, BinaryError> {
        let imported = module.imported_functions();
        let mut order = Vec::new();
        for start in &self.indices {
            // The way from `start` to where the walk is: each macro with those it calls that are still to be visited.
            let mut path: Vec<(u32, Vec<u32>)> = Vec::new();
            let mut next = Some(*start);
            loop {
                match next.take() {
                    Some(index) if order.contains(&index) => {}
                    Some(index) => {
                        if let Some(at) = path.iter().position(|(on_path, _)| *on_path == index) {
                            let cycle = path[at..].iter().map(|(index, _)| *index);
                            return Err(BinaryError::RecursiveMacro {
                                function: index,
                                cycle: cycle
                                    .chain([index])
                                    .map(|index| module.function_name(index))
                                    .collect(),
                            });
                        }
                        let body = &module.bodies[(index - imported) as usize];
                        let calls = body.ops.iter().rev().filter_map(called);
                        path.push((index, calls.filter(|to| self.contains(*to)).collect()));
                    }
                    None => {}
                }
                let Some((index, calls)) = path.last_mut() else {
                    break;
                };
                next = calls.pop();
                if next.is_none() {
                    order.push(*index);
                    path.pop();
                }
            }
        }
        Ok(order)
    }
}

/// A macro whose own calls of macros are expanded: ready to be spliced.
struct Macro<'a> {
    name: &'a str,
    body: Body<'a>,
    uses: Vec<Use>,
    /// The parameters that the body begins by reading and never touches again.
    leading: Vec<u32>,
    /// The locals that must be zero when the body begins.
    zeroed: Vec<u32>,
    /// The block that the body needs around it, because it leaves early.
    block: Option<BlockType>,
    /// Whether a loop in it has been unrolled.
    unrolled: bool,
}

impl<'a> Macro<'a> {
    fn new(name: &'a str, body: Body<'a>, block: BlockType, unrolled: bool) -> Self {
        let uses = analysis::uses(&body);
        Self {
            name,
            leading: analysis::leading(&body, &uses),
            zeroed: analysis::zeroed(&body),
            block: analysis::leaves_early(&body.ops).then_some(block),
            uses,
            body,
            unrolled,
        }
    }
}
