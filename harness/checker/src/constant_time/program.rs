//! A module as the evaluator reads it.

use wasmparser::{
    BlockType, ExternalKind, FuncType, KnownCustom, Name, Operator, Parser, Payload, Validator,
};

use super::leak::{Refused, Site};

/// A module, ready to be evaluated.
#[derive(Debug)]
pub struct Program<'w> {
    pub(super) functions: Vec<Function<'w>>,
    /// What each global holds when a call begins.
    pub(super) globals: Vec<u128>,
    exports: Vec<(&'w str, usize)>,
}

#[derive(Debug)]
pub(super) struct Function<'w> {
    pub(super) name: String,
    pub(super) arity: Arity,
    /// How many locals there are besides the parameters.
    pub(super) locals: usize,
    /// One for each instruction.
    pub(super) steps: Vec<Step<'w>>,
}

/// How many values something takes from the stack, and how many it leaves there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arity {
    pub(super) params: usize,
    pub(super) results: usize,
}

/// An instruction; those that decide what comes next know where that is.
#[derive(Debug)]
pub(super) enum Step<'w> {
    Block {
        end: usize,
        arity: Arity,
    },
    Loop {
        arity: Arity,
    },
    If {
        otherwise: Option<usize>,
        end: usize,
        arity: Arity,
    },
    Else {
        end: usize,
    },
    End,
    Br(usize),
    BrIf(usize),
    BrTable {
        labels: Vec<usize>,
        default: usize,
    },
    Return,
    Call(usize),
    Plain(Operator<'w>),
}

fn invalid(error: impl std::fmt::Display) -> Refused {
    Refused::Invalid(error.to_string())
}

impl<'w> Program<'w> {
    /// Reads a module that imports nothing. Functions are called what the name section calls them.
    ///
    /// # Errors
    /// [`Refused::Invalid`].
    pub fn read(wasm: &'w [u8]) -> Result<Self, Refused> {
        Validator::new().validate_all(wasm).map_err(invalid)?;
        let mut types: Vec<FuncType> = Vec::new();
        let mut declared = Vec::new();
        let mut bodies = Vec::new();
        let mut names = Vec::new();
        let mut program = Self {
            functions: Vec::new(),
            globals: Vec::new(),
            exports: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.map_err(invalid)? {
                Payload::TypeSection(section) => {
                    for ty in section.into_iter_err_on_gc_types() {
                        types.push(ty.map_err(invalid)?);
                    }
                }
                Payload::ImportSection(_) => return Err(invalid("it imports something")),
                Payload::FunctionSection(section) => {
                    for ty in section {
                        declared.push(ty.map_err(invalid)? as usize);
                    }
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        let global = global.map_err(invalid)?;
                        let mut operators = global.init_expr.get_operators_reader();
                        let first = operators.read().map_err(invalid)?;
                        let value = constant(&first);
                        program
                            .globals
                            .push(value.ok_or_else(|| invalid("a global is set by no constant"))?);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export.map_err(invalid)?;
                        if export.kind == ExternalKind::Func {
                            program.exports.push((export.name, export.index as usize));
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(section) = section.as_known() {
                        for name in section {
                            if let Name::Function(map) = name.map_err(invalid)? {
                                for naming in map {
                                    let naming = naming.map_err(invalid)?;
                                    names.push((naming.index as usize, naming.name));
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        for (index, (body, ty)) in bodies.into_iter().zip(declared).enumerate() {
            let mut locals = 0;
            for group in body.get_locals_reader().map_err(invalid)? {
                locals += group.map_err(invalid)?.0 as usize;
            }
            let operators = body.get_operators_reader().map_err(invalid)?;
            let operators: Result<Vec<_>, _> = operators.into_iter().collect();
            let name = names.iter().find(|(named, _)| *named == index);
            program.functions.push(Function {
                name: name.map_or_else(
                    || format!("function {index}"),
                    |(_, name)| format!("${name}"),
                ),
                arity: arity(&types, BlockType::FuncType(ty as u32)),
                locals,
                steps: steps(&types, operators.map_err(invalid)?)?,
            });
        }
        Ok(program)
    }

    /// The place of an exported function.
    pub(super) fn export(&self, name: &str) -> Option<usize> {
        let mut exports = self.exports.iter();
        exports
            .find(|(known, _)| *known == name)
            .map(|(_, index)| *index)
    }

    /// The place of a function that has this name, without the `$`.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<usize> {
        let mut functions = self.functions.iter();
        functions.position(|function| function.name.strip_prefix('$') == Some(name))
    }

    pub(super) fn site(&self, function: usize, index: usize) -> Site {
        let found = self.functions.get(function);
        let step = found.and_then(|function| function.steps.get(index));
        Site {
            function,
            name: found.map_or_else(String::new, |function| function.name.clone()),
            index,
            instruction: step.map_or_else(|| "end".to_owned(), Step::name),
        }
    }
}

/// The value of a constant.
pub(super) fn constant(operator: &Operator<'_>) -> Option<u128> {
    Some(match operator {
        Operator::I32Const { value } => u128::from(value.cast_unsigned()),
        Operator::I64Const { value } => u128::from(value.cast_unsigned()),
        Operator::V128Const { value } => value.i128().cast_unsigned(),
        _ => return None,
    })
}

fn arity(types: &[FuncType], block: BlockType) -> Arity {
    let (params, results) = match block {
        BlockType::Empty => (0, 0),
        BlockType::Type(_) => (0, 1),
        BlockType::FuncType(index) => types
            .get(index as usize)
            .map_or((0, 0), |ty| (ty.params().len(), ty.results().len())),
    };
    Arity { params, results }
}

fn steps<'w>(types: &[FuncType], operators: Vec<Operator<'w>>) -> Result<Vec<Step<'w>>, Refused> {
    let mut steps: Vec<Step<'w>> = Vec::with_capacity(operators.len());
    let mut open: Vec<usize> = Vec::new();
    for (index, operator) in operators.into_iter().enumerate() {
        let step = match operator {
            Operator::Block { blockty } => {
                open.push(index);
                let arity = arity(types, blockty);
                Step::Block { end: 0, arity }
            }
            Operator::Loop { blockty } => {
                open.push(index);
                let arity = arity(types, blockty);
                Step::Loop { arity }
            }
            Operator::If { blockty } => {
                open.push(index);
                let arity = arity(types, blockty);
                Step::If {
                    otherwise: None,
                    end: 0,
                    arity,
                }
            }
            Operator::Else => {
                let start = open.last().and_then(|start| steps.get_mut(*start));
                if let Some(Step::If { otherwise, .. }) = start {
                    *otherwise = Some(index);
                }
                Step::Else { end: 0 }
            }
            Operator::End => {
                close(&mut steps, open.pop(), index);
                Step::End
            }
            Operator::Br { relative_depth } => Step::Br(relative_depth as usize),
            Operator::BrIf { relative_depth } => Step::BrIf(relative_depth as usize),
            Operator::BrTable { targets } => {
                let labels: Result<Vec<u32>, _> = targets.targets().collect();
                let labels = labels.map_err(invalid)?.into_iter();
                Step::BrTable {
                    labels: labels.map(|label| label as usize).collect(),
                    default: targets.default() as usize,
                }
            }
            Operator::Return => Step::Return,
            Operator::Call { function_index } => Step::Call(function_index as usize),
            other => Step::Plain(other),
        };
        steps.push(step);
    }
    Ok(steps)
}

/// Tells a block, and the `else` in it, where it ends.
fn close(steps: &mut [Step<'_>], start: Option<usize>, index: usize) {
    let mut within = None;
    match start.and_then(|start| steps.get_mut(start)) {
        Some(Step::Block { end, .. }) => *end = index,
        Some(Step::If { end, otherwise, .. }) => {
            *end = index;
            within = *otherwise;
        }
        _ => {}
    }
    if let Some(Step::Else { end }) = within.and_then(|within| steps.get_mut(within)) {
        *end = index;
    }
}

impl Step<'_> {
    /// The instruction, as the text has it.
    fn name(&self) -> String {
        let name = match self {
            Self::Block { .. } => "block",
            Self::Loop { .. } => "loop",
            Self::If { .. } => "if",
            Self::Else { .. } => "else",
            Self::End => "end",
            Self::Br(_) => "br",
            Self::BrIf(_) => "br_if",
            Self::BrTable { .. } => "br_table",
            Self::Return => "return",
            Self::Call(_) => "call",
            Self::Plain(operator) => return text_name(operator),
        };
        name.to_owned()
    }
}

macro_rules! names {
    ($(@$proposal:ident $operator:ident $({ $($field:ident: $ty:ty),* })? => $visit:ident ($($rest:tt)*))*) => {
        /// An operator, as wasmparser's visitors call it.
        fn visitor(operator: &Operator<'_>) -> &'static str {
            match operator {
                $(Operator::$operator $({ $($field: _),* })? => stringify!($visit),)*
                _ => "unknown",
            }
        }
    };
}

wasmparser::for_each_operator!(names);

/// What stands in front of the dot in the names of instructions.
const FAMILIES: [&str; 15] = [
    "i32", "i64", "f32", "f64", "v128", "i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2",
    "local", "global", "memory", "table",
];

fn text_name(operator: &Operator<'_>) -> String {
    let visitor = visitor(operator);
    let name = visitor.strip_prefix("visit_").unwrap_or(visitor);
    match name.split_once('_') {
        Some((family, rest)) if FAMILIES.contains(&family) => format!("{family}.{rest}"),
        _ => name.to_owned(),
    }
}
