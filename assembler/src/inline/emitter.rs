//! Writes a body one operator at a time, and knows at each the height of the stack and the blocks around it.

use std::ops::Range;

use wasmparser::{
    BlockType, ContType, FrameKind, FuncType, ModuleArity, Operator, RefType, SubType,
};

use crate::module::{Module, Op};

/// What arities depend on: the types, and the type of each function.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    types: Vec<SubType>,
    functions: Vec<u32>,
}

impl Shape {
    pub(super) fn new(module: &Module<'_>) -> Self {
        Self {
            types: module.types.clone(),
            functions: module.function_types(),
        }
    }

    /// The type index of a function.
    pub(super) fn function(&self, index: u32) -> u32 {
        self.functions[index as usize]
    }
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    block: BlockType,
    kind: FrameKind,
    /// The height of the stack below the block's parameters.
    height: u32,
    /// Whether the code that follows in this block cannot be reached.
    dead: bool,
}

/// What was known before an operator was written.
#[derive(Debug, Clone, Copy)]
struct Mark {
    /// The height of the stack.
    height: u32,
    /// How far down the operator reaches into it.
    low: u32,
    /// How many blocks are around it.
    depth: usize,
}

/// Writes a body. Code that cannot be reached is left out: its stack has no height, and nothing misses it.
#[derive(Debug)]
pub(super) struct Emitter<'s, 'a> {
    shape: &'s Shape,
    frames: Vec<Frame>,
    height: u32,
    ops: Vec<Op<'a>>,
    /// Runs beside `ops`.
    marks: Vec<Mark>,
    /// Blocks opened inside code that cannot be reached, and not closed yet.
    dead_blocks: usize,
}

impl<'s, 'a> Emitter<'s, 'a> {
    /// Begins the body of a function of the type with the index `ty`.
    pub(super) fn new(shape: &'s Shape, ty: u32) -> Self {
        Self {
            shape,
            frames: vec![Frame {
                block: BlockType::FuncType(ty),
                kind: FrameKind::Block,
                height: 0,
                dead: false,
            }],
            height: 0,
            ops: Vec::new(),
            marks: Vec::new(),
            dead_blocks: 0,
        }
    }

    /// How many blocks are open, the function itself among them.
    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Whether what comes next cannot be reached.
    pub(super) fn is_dead(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.dead)
    }

    /// How many operators there are so far.
    pub(super) fn len(&self) -> usize {
        self.ops.len()
    }

    /// The operators from an offset on.
    pub(super) fn ops(&self, range: Range<usize>) -> &[Op<'a>] {
        &self.ops[range]
    }

    /// Writes an operator, unless it cannot be reached.
    pub(super) fn push(&mut self, op: Op<'a>) {
        if self.is_dead() {
            match op.operator {
                _ if op.opens() => {
                    self.dead_blocks += 1;
                    return;
                }
                Operator::End if self.dead_blocks > 0 => {
                    self.dead_blocks -= 1;
                    return;
                }
                Operator::End | Operator::Else if self.dead_blocks == 0 => {}
                _ => return,
            }
        }
        // Every operator of a valid module has an arity.
        let (pops, pushes) = op.operator.operator_arity(self).unwrap_or((0, 0));
        self.marks.push(Mark {
            height: self.height,
            // The end of dead code takes nothing from the stack: its type is what the block wants.
            low: if self.is_dead() {
                self.height
            } else {
                self.height - pops
            },
            depth: self.depth(),
        });
        match &op.operator {
            Operator::Block { blockty } => self.open(*blockty, FrameKind::Block, pops),
            Operator::Loop { blockty } => self.open(*blockty, FrameKind::Loop, pops),
            Operator::If { blockty } => {
                self.height -= 1;
                self.open(*blockty, FrameKind::If, pops - 1);
            }
            Operator::Else => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.dead = false;
                    self.height = frame.height + pushes;
                }
            }
            Operator::End => {
                if let Some(frame) = self.frames.pop() {
                    self.height = frame.height + pushes;
                }
            }
            Operator::Br { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::Unreachable => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.dead = true;
                    self.height = frame.height;
                }
            }
            _ => self.height = self.height - pops + pushes,
        }
        self.ops.push(op);
    }

    fn open(&mut self, block: BlockType, kind: FrameKind, params: u32) {
        self.frames.push(Frame {
            block,
            kind,
            height: self.height - params,
            dead: false,
        });
    }

    /// The operators that compute each of the topmost `count` values of the stack, and nothing else.
    ///
    /// `None` where that is not one run of operators at this depth: a value that came into the block, or one of
    /// several that a single operator pushed; and then for everything below it as well.
    pub(super) fn arguments(&self, count: usize) -> Vec<Option<Range<usize>>> {
        let mut ranges = vec![None; count];
        let mut end = self.ops.len();
        let bases = self.height - count as u32..self.height;
        for (range, base) in ranges.iter_mut().zip(bases).rev() {
            let Some(start) = self.start(base, end) else {
                break;
            };
            *range = Some(start..end);
            end = start;
        }
        ranges
    }

    /// Where the operators begin that, before `end`, took the stack from the height `base` one up, never reaching
    /// below it.
    ///
    /// Statements between two arguments are part of neither: the run is the shortest that will do.
    fn start(&self, base: u32, end: usize) -> Option<usize> {
        for index in (0..end).rev() {
            let mark = self.marks[index];
            if mark.depth < self.depth() || mark.low < base {
                return None;
            }
            if mark.depth == self.depth() && mark.height == base {
                return Some(index);
            }
        }
        None
    }

    /// Takes back everything from `start` on, which must be at the depth of now.
    pub(super) fn take(&mut self, start: usize) -> Vec<Op<'a>> {
        if let Some(mark) = self.marks.get(start) {
            debug_assert_eq!(mark.depth, self.depth(), "blocks are taken back whole");
            self.height = mark.height;
        }
        self.marks.truncate(start);
        self.ops.split_off(start)
    }

    /// Ends the body.
    pub(super) fn finish(mut self) -> Vec<Op<'a>> {
        // A return of exactly what is on the stack, at the end of the function, is its end.
        if let (Some(op), Some(mark)) = (self.ops.last(), self.marks.last())
            && mark.depth == 1
            && mark.low == 0
            && matches!(
                op.operator,
                Operator::Return | Operator::Br { relative_depth: 0 }
            )
        {
            self.ops.pop();
        }
        self.ops
    }
}

/// For [`Operator::operator_arity`]. What only GC, exceptions and stack switching ask for, the validator has refused.
impl ModuleArity for Emitter<'_, '_> {
    fn sub_type_at(&self, index: u32) -> Option<&SubType> {
        self.shape.types.get(index as usize)
    }

    fn tag_type_arity(&self, _: u32) -> Option<(u32, u32)> {
        None
    }

    fn type_index_of_function(&self, index: u32) -> Option<u32> {
        self.shape.functions.get(index as usize).copied()
    }

    fn func_type_of_cont_type(&self, _: &ContType) -> Option<&FuncType> {
        None
    }

    fn sub_type_of_ref_type(&self, _: &RefType) -> Option<&SubType> {
        None
    }

    fn control_stack_height(&self) -> u32 {
        self.frames.len() as u32
    }

    fn label_block(&self, depth: u32) -> Option<(BlockType, FrameKind)> {
        let index = self.frames.len().checked_sub(depth as usize + 1)?;
        let frame = self.frames[index];
        Some((frame.block, frame.kind))
    }
}
