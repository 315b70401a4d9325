//! A build of a module that counts how often each branch of its text is taken.
//!
//! The counters go into the module before macros are spliced and loops unrolled. So a branch of a macro is one branch,
//! however many callers it is spliced into, and a branch in an unrolled loop is one for all rounds. A counter is a
//! global, and a function that the module exports besides its own reads it: no memory is touched, and what the module
//! answers stays the same.

use std::fmt;

use wasmparser::{
    BinaryReader, BrTable, ConstExpr, Export, ExternalKind, FuncType, Global, GlobalType, Operator,
    SubType, ValType,
};

use crate::abi;
use crate::error::{Error, Location};
use crate::features;
use crate::inline::{self, AT};
use crate::module::{Body, Local, Module, Op};
use crate::parse::{self, FunctionSpans, Parsed};
use crate::prune;
use crate::source::Source;

/// The export that tells how often a branch was taken: `(branch: i32) -> i64`. Its name stands behind all names that
/// a kernel's own exports can have, so that these keep their places.
pub const COUNTER: &str = "~branch";

/// A module with counters.
#[derive(Debug, Clone)]
pub struct Instrumented {
    /// The module's name.
    pub name: String,
    /// The binary.
    pub wasm: Vec<u8>,
    /// The branches, in the order of the text; the place of one is its number.
    pub branches: Vec<Branch>,
}

/// A way that a function can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Which way it is.
    pub way: Way,
    /// The function, with the `$` of its name.
    pub function: String,
    /// Where it branches.
    pub at: Location,
}

/// What a branch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The function itself: it is called.
    Function,
    /// The first arm of an `if`.
    Then,
    /// The second arm of an `if`, or what goes on in its place where there is none.
    Else,
    /// A `br_if` that branches out of a block.
    Taken,
    /// A `br_if` that does not branch.
    NotTaken,
    /// A `br` or `br_if` that goes back to the start of a loop.
    Repeat,
    /// A label of a `br_table`, by the first number that leads to it.
    Case(u32),
    /// The last label of a `br_table`, for all other numbers, and for those that lead there too.
    Default,
}

impl fmt::Display for Way {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function => formatter.write_str("function"),
            Self::Then => formatter.write_str("then"),
            Self::Else => formatter.write_str("else"),
            Self::Taken => formatter.write_str("taken"),
            Self::NotTaken => formatter.write_str("not taken"),
            Self::Repeat => formatter.write_str("loop again"),
            Self::Case(place) => write!(formatter, "case {place}"),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// Assembles a module with a counter for each branch of what its exports reach. The loops that are unrolled have none
/// for themselves: how often they go round is in the text.
///
/// ```
/// use kilowat_assembler::{Source, instrument};
///
/// let source = Source::from_text("sign", r#"
/// ;;! summary = "The sign of a number"
/// ;;! spec    = "none"
/// ;;! exports = ["sign"]
/// (memory (export "memory") 0)
/// (global (export "heap_base") i32 (i32.const 0))
/// (func (export "sign") (param $number i32) (result i32)
///   (if (i32.lt_s (local.get $number) (i32.const 0)) (then (return (i32.const -1))))
///   (i32.const 1))
/// "#.trim_start())?;
/// let branches = instrument(&source)?.branches;
/// let ways: Vec<_> = branches.iter().map(|branch| branch.way.to_string()).collect();
/// assert_eq!(ways, ["function", "then", "else"]);
/// # Ok::<(), kilowat_assembler::Error>(())
/// ```
///
/// # Errors
/// Those of [`assemble`](crate::assemble).
pub fn instrument(source: &Source) -> Result<Instrumented, Error> {
    let miscompiled = crate::assemble::miscompiled(source);
    let Parsed { wasm, spans } = parse::parse(source)?;
    let mut module = Module::read(&wasm).map_err(&miscompiled)?;
    abi::check(source, &module, &spans)?;

    let reached = prune::reached(&module).map_err(&miscompiled)?.functions;
    let mut branches = Vec::new();
    // Nothing is imported, so the first function has the index 0.
    let bodies = std::mem::take(&mut module.bodies);
    for ((body, index), reached) in bodies.into_iter().zip(0..).zip(reached) {
        let name = module.names.functions.get(&index).copied();
        // The macro for addresses is known by its body, and has no branch.
        let body = if reached && name != Some(AT) {
            let mut counted = Counted {
                source,
                function: module.function_name(index),
                spans: spans.functions.get(index as usize),
                first: module.globals.len() as u32,
                branches: &mut branches,
                ops: Vec::new(),
                // Behind all locals.
                scratch: body.locals.len() as u32,
            };
            counted.body(&body.ops);
            let ops = counted.ops;
            let mut locals = body.locals;
            locals.push(Local {
                ty: ValType::I32,
                name: None,
            });
            Body {
                params: body.params,
                locals,
                ops,
            }
        } else {
            body
        };
        module.bodies.push(body);
    }
    add_counters(&mut module, branches.len() as u32);

    let keep = inline::expand(&mut module)
        .map_err(|error| crate::assemble::refused(source, &spans, error))?;
    let expanded = module.write(&keep, true).map_err(&miscompiled)?;
    let module = Module::read(&expanded).map_err(&miscompiled)?;
    let keep = prune::reached(&module).map_err(&miscompiled)?;
    let wasm = module.write(&keep, true).map_err(&miscompiled)?;
    features::validate(&wasm).map_err(|error| miscompiled(error.into()))?;
    Ok(Instrumented {
        name: source.name().to_owned(),
        wasm,
        branches,
    })
}

/// Adds a global for each counter, and the function that reads them.
fn add_counters(module: &mut Module<'_>, count: u32) {
    /// `i64.const 0` and `end`.
    const ZERO: &[u8] = &[0x42, 0x00, 0x0b];
    let first = module.globals.len() as u32;
    for _ in 0..count {
        module.globals.push(Global {
            ty: GlobalType {
                content_type: ValType::I64,
                mutable: true,
                shared: false,
            },
            init_expr: ConstExpr::new(BinaryReader::new(ZERO, 0)),
        });
    }
    let mut ops = Vec::new();
    for number in 0..count {
        ops.extend([
            Operator::LocalGet { local_index: 0 },
            Operator::I32Const {
                value: number as i32,
            },
            Operator::I32Eq,
            Operator::If {
                blockty: wasmparser::BlockType::Empty,
            },
            Operator::GlobalGet {
                global_index: first + number,
            },
            Operator::Return,
            Operator::End,
        ]);
    }
    ops.push(Operator::I64Const { value: 0 });
    let ty = module.types.len() as u32;
    let signature = FuncType::new([ValType::I32], [ValType::I64]);
    module.types.push(SubType::func(signature, false));
    module.exports.push(Export {
        name: COUNTER,
        kind: ExternalKind::Func,
        index: module.functions.len() as u32,
    });
    module.functions.push(ty);
    module.bodies.push(Body {
        params: 1,
        locals: vec![Local {
            ty: ValType::I32,
            name: None,
        }],
        ops: ops.into_iter().map(Op::from).collect(),
    });
}

/// An open block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Block,
    Loop,
    /// A loop that is unrolled, which has one form and keeps it.
    Unrolled,
    /// The first arm of an `if`, which stands at this operator.
    Then(usize),
}

/// A body that is written with counters.
struct Counted<'c, 'a> {
    source: &'c Source,
    function: String,
    spans: Option<&'c FunctionSpans>,
    /// The global of the first counter.
    first: u32,
    branches: &'c mut Vec<Branch>,
    ops: Vec<Op<'a>>,
    /// A local for the operand of a branch.
    scratch: u32,
}

impl<'a> Counted<'_, 'a> {
    fn body(&mut self, ops: &[Op<'a>]) {
        let at = self.spans.map_or(0, |spans| spans.at);
        self.count(Way::Function, at);
        let mut frames = Vec::new();
        for (op, index) in ops.iter().zip(0..) {
            match &op.operator {
                Operator::Block { .. } => frames.push(Frame::Block),
                Operator::Loop { .. } if op.label.is_some_and(|label| label.ends_with('!')) => {
                    frames.push(Frame::Unrolled);
                }
                Operator::Loop { .. } => frames.push(Frame::Loop),
                Operator::If { .. } => {
                    frames.push(Frame::Then(index));
                    self.ops.push(op.clone());
                    self.count(Way::Then, self.place(index));
                    continue;
                }
                Operator::Else => {
                    frames.pop();
                    frames.push(Frame::Block);
                    self.ops.push(op.clone());
                    self.count(Way::Else, self.place(index));
                    continue;
                }
                Operator::End => {
                    if let Some(Frame::Then(start)) = frames.pop() {
                        self.ops.push(Operator::Else.into());
                        self.count(Way::Else, self.place(start));
                    }
                }
                Operator::Br { relative_depth }
                    if target(&frames, *relative_depth) == Some(Frame::Loop) =>
                {
                    self.count(Way::Repeat, self.place(index));
                }
                Operator::BrIf { relative_depth } => {
                    let way = match target(&frames, *relative_depth) {
                        Some(Frame::Unrolled) => None,
                        Some(Frame::Loop) => Some(Way::Repeat),
                        _ => Some(Way::Taken),
                    };
                    if let Some(way) = way {
                        self.branch_if(way, self.place(index));
                    }
                }
                Operator::BrTable { targets } => self.branch_table(targets, self.place(index)),
                _ => {}
            }
            self.ops.push(op.clone());
        }
    }

    /// Where an operator stands in the text.
    fn place(&self, operator: usize) -> usize {
        self.spans.map_or(0, |spans| spans.instruction(operator))
    }

    /// A `br_if` follows, whose condition is on the stack.
    fn branch_if(&mut self, way: Way, at: usize) {
        let condition = self.operand();
        self.keep_operand();
        self.count_if(
            way,
            at,
            &[condition.clone(), Operator::I32Eqz, Operator::I32Eqz],
        );
        self.count_if(Way::NotTaken, at, &[condition.clone(), Operator::I32Eqz]);
        self.ops.push(condition.into());
    }

    /// A `br_table` follows, whose index is on the stack.
    fn branch_table(&mut self, table: &BrTable<'a>, at: usize) {
        let index = self.operand();
        self.keep_operand();
        // Which numbers lead to each label, in the order of the labels' first ones.
        let mut labels: Vec<(u32, Vec<Operator<'a>>)> = Vec::new();
        let mut add = |label: u32, condition: [Operator<'a>; 3]| {
            let known = labels.iter_mut().find(|(known, _)| *known == label);
            if let Some((_, conditions)) = known {
                conditions.extend(condition);
                conditions.push(Operator::I32Or);
            } else {
                labels.push((label, condition.into()));
            }
        };
        // Every valid table can be read.
        let targets: Vec<u32> = table.targets().map_while(Result::ok).collect();
        for (label, number) in targets.iter().zip(0..) {
            let number = Operator::I32Const { value: number };
            add(*label, [index.clone(), number, Operator::I32Eq]);
        }
        let count = Operator::I32Const {
            value: targets.len() as i32,
        };
        add(table.default(), [index.clone(), count, Operator::I32GeU]);
        for (label, condition) in labels {
            let first = targets.iter().position(|target| *target == label);
            let way = match first {
                Some(first) if label != table.default() => Way::Case(first as u32),
                _ => Way::Default,
            };
            self.count_if(way, at, &condition);
        }
        self.ops.push(index.into());
    }

    fn keep_operand(&mut self) {
        let set = Operator::LocalSet {
            local_index: self.scratch,
        };
        self.ops.push(set.into());
    }

    fn operand(&self) -> Operator<'a> {
        Operator::LocalGet {
            local_index: self.scratch,
        }
    }

    /// Counts a branch that is taken whenever this place is reached.
    fn count(&mut self, way: Way, at: usize) {
        self.count_if(way, at, &[Operator::I32Const { value: 1 }]);
    }

    /// Counts a branch that is taken if a condition gives 1, and not if it gives 0.
    fn count_if(&mut self, way: Way, at: usize, condition: &[Operator<'a>]) {
        let global_index = self.first + self.branches.len() as u32;
        self.branches.push(Branch {
            way,
            function: self.function.clone(),
            at: self.source.locate(at),
        });
        self.ops.push(Operator::GlobalGet { global_index }.into());
        self.ops.extend(condition.iter().cloned().map(Op::from));
        let rest = [
            Operator::I64ExtendI32U,
            Operator::I64Add,
            Operator::GlobalSet { global_index },
        ];
        self.ops.extend(rest.map(Op::from));
    }
}

/// The block that a branch leaves or repeats; none where it leaves the function.
fn target(frames: &[Frame], depth: u32) -> Option<Frame> {
    frames.iter().rev().nth(depth as usize).copied()
}
