//! Writes a body one operator at a time, and knows at each the height of the stack and the blocks around it.
//!
//! In what has been unrolled it folds constants on the way: [`Emitter::push`] folds, [`Emitter::write`] does not.

use std::ops::Range;

use wasmparser::{
    BlockType, ContType, FrameKind, FuncType, ModuleArity, Operator, RefType, SubType,
};

use super::analysis;
use super::fold::{self, Constant};
use crate::module::{Module, Op};

/// What writing depends on: the types, the type of each function, and the constants.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    types: Vec<SubType>,
    functions: Vec<u32>,
    immutable_globals: Vec<bool>,
    /// The value of each global that is a constant.
    globals: Vec<Option<Constant>>,
}

impl Shape {
    pub(super) fn new(module: &Module<'_>) -> Self {
        Self {
            types: module.types.clone(),
            functions: module.function_types(),
            immutable_globals: module.immutable_globals(),
            globals: constants(module),
        }
    }

    /// The constant that an operator pushes: an immediate, or that of an immutable global.
    pub(super) fn constant(&self, operator: &Operator<'_>) -> Option<Constant> {
        match operator {
            Operator::GlobalGet { global_index } => self.globals[*global_index as usize],
            _ => Constant::of(operator),
        }
    }

    /// The type index of a function.
    pub(super) fn function(&self, index: u32) -> u32 {
        self.functions[index as usize]
    }
}

/// The value of each global that is a constant.
fn constants(module: &Module<'_>) -> Vec<Option<Constant>> {
    let imported = std::iter::repeat_n(None, module.imported_globals() as usize);
    let own = module.globals.iter().map(|global| {
        let mut operators = global.init_expr.get_operators_reader().into_iter();
        let first = operators.next()?.ok()?;
        // Only a constant alone: after it comes the `end`.
        let alone = matches!(operators.next()?, Ok(Operator::End));
        (alone && !global.ty.mutable)
            .then(|| Constant::of(&first))
            .flatten()
    });
    imported.chain(own).collect()
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    block: BlockType,
    kind: FrameKind,
    /// The height of the stack below the block's parameters.
    height: u32,
    /// Whether the code that follows in this block cannot be reached.
    dead: bool,
    /// Where the operator that opens it stands.
    start: usize,
    /// Whether it is there only for branches that leave it, and goes if there are none.
    removable: bool,
    /// Whether a branch leads to it.
    targeted: bool,
    /// What it was an `if` for, if its condition is known.
    known: Option<Known>,
}

/// An `if` whose condition is known. One of its arms is kept.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// In the arm that is left out: the height of the stack, and whether the code is dead, where it is over.
    after: Option<(u32, bool)>,
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
    folding: bool,
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
                start: 0,
                removable: false,
                targeted: false,
                known: None,
            }],
            height: 0,
            ops: Vec::new(),
            marks: Vec::new(),
            dead_blocks: 0,
            folding: false,
        }
    }

    /// Whether an operator does nothing but compute.
    pub(super) fn is_pure(&self, op: &Op<'_>) -> bool {
        analysis::is_pure(&op.operator, &self.shape.immutable_globals)
    }

    /// Turns the folding of constants on or off; says which it was.
    pub(super) fn set_folding(&mut self, folding: bool) -> bool {
        std::mem::replace(&mut self.folding, folding)
    }

    /// Whether constants are folded.
    pub(super) fn is_folding(&self) -> bool {
        self.folding
    }

    /// Opens a block that is left out again, at its end, unless a branch leads to it.
    pub(super) fn open_removable(&mut self, block: Op<'a>) {
        let reached = !self.is_dead();
        self.write(block);
        if let Some(frame) = self.frames.last_mut().filter(|_| reached) {
            frame.removable = true;
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

    /// Writes an operator, unless it cannot be reached; first folds it into what stands before it.
    pub(super) fn push(&mut self, op: Op<'a>) {
        if self.is_dead() {
            self.write(op);
            return;
        }
        let op = self.with_immediate(op);
        let rest = if self.folding {
            self.fold(op)
        } else {
            Some(op)
        };
        if let Some(op) = rest {
            self.write(op);
        }
    }

    /// Writes an operator as it is, unless it cannot be reached.
    pub(super) fn write(&mut self, op: Op<'a>) {
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
        if matches!(op.operator, Operator::Else | Operator::End) && self.turn(&op) {
            return;
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
        self.note_targets(&op);
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
                    if frame.removable && !frame.targeted {
                        self.ops.push(op);
                        self.remove(frame.start);
                        return;
                    }
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

    /// Takes an `if` whose condition is known to its other arm, or to its end. Whether there is nothing to write.
    fn turn(&mut self, op: &Op<'_>) -> bool {
        let (height, dead) = (self.height, self.is_dead());
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        let Some(known) = &mut frame.known else {
            return false;
        };
        match known.after.take() {
            // The arm that is left out is over.
            Some((height, dead)) => {
                frame.dead = dead;
                self.height = height;
            }
            // The arm that is kept is over, and the other follows.
            None if matches!(op.operator, Operator::Else) => {
                known.after = Some((height, dead));
                frame.dead = true;
            }
            None => {}
        }
        matches!(op.operator, Operator::Else)
    }

    /// Notes which blocks a branch needs: the one that it leads to, and, since the depths in a table cannot be
    /// rewritten, all that a table's branches leave.
    fn note_targets(&mut self, op: &Op<'_>) {
        let needed = match &op.operator {
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                *relative_depth..=*relative_depth
            }
            Operator::BrTable { targets } => {
                let furthest = targets.targets().flatten().max().unwrap_or(0);
                0..=furthest.max(targets.default())
            }
            _ => return,
        };
        for depth in needed {
            let index = self.frames.len().checked_sub(depth as usize + 1);
            if let Some(frame) = index.and_then(|index| self.frames.get_mut(index)) {
                frame.targeted = true;
            }
        }
    }

    /// Leaves out the block that has just been closed, to which no branch leads, and which `start` opened.
    fn remove(&mut self, start: usize) {
        let mut ops = self.take(start);
        ops.pop();
        let mut depth = 0;
        for mut op in ops.into_iter().skip(1) {
            match &mut op.operator {
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth }
                    if *relative_depth > depth =>
                {
                    *relative_depth -= 1;
                }
                Operator::End => depth -= 1,
                _ => depth += u32::from(op.opens()),
            }
            self.write(op);
        }
    }

    /// Puts the offset of an address into the immediate of a load or a store, where the text promises that it is the
    /// same place.
    fn with_immediate(&mut self, mut op: Op<'a>) -> Op<'a> {
        if fold::memarg(&mut op.operator).is_none() {
            return op;
        }
        let operands = op.operator.operator_arity(self).map_or(0, |arity| arity.0);
        // The address is the first operand.
        while let Some(Some(address)) = self.arguments(operands as usize).into_iter().next()
            && let [.., constant, add] = self.ops(address.clone())
            && let (Some(Constant::I32(offset)), true) =
                (Constant::of(&constant.operator), add.no_wrap)
            && let Some(memarg) = fold::memarg(&mut op.operator)
            && let Ok(offset) = u32::try_from(memarg.offset + u64::from(offset.cast_unsigned()))
        {
            memarg.offset = offset.into();
            for op in self.take(address.end - 2).into_iter().skip(2) {
                self.write(op);
            }
        }
        op
    }

    /// Folds an operator into the constants before it. What is left of it is to be written.
    fn fold(&mut self, mut op: Op<'a>) -> Option<Op<'a>> {
        let last = self.ops.last().map(|op| &op.operator);
        let y = last.and_then(|operator| self.shape.constant(operator));
        let Some(y) = y else {
            return Some(op);
        };
        let at = self.ops.len() - 1;
        match (&op.operator, y) {
            (Operator::Drop, _) => {
                self.take(at);
                return None;
            }
            (Operator::If { blockty }, Constant::I32(condition)) => {
                let blockty = *blockty;
                self.take(at);
                self.write(Op {
                    operator: Operator::Block { blockty },
                    ..op
                });
                let height = self.height;
                if let Some(frame) = self.frames.last_mut() {
                    frame.removable = true;
                    frame.dead = condition == 0;
                    frame.known = Some(Known {
                        after: (condition == 0).then_some((height, false)),
                    });
                }
                return None;
            }
            (Operator::BrIf { relative_depth }, Constant::I32(condition)) => {
                self.take(at);
                op.operator = Operator::Br {
                    relative_depth: *relative_depth,
                };
                return (condition != 0).then_some(op);
            }
            (Operator::Select | Operator::TypedSelect { .. }, Constant::I32(condition)) => {
                return self.select(condition != 0).then_some(op);
            }
            _ => {}
        }
        if let Some(folded) = fold::unary(&op.operator, y) {
            self.take(at);
            return Some(folded.operator().into());
        }
        let before = at.checked_sub(1).map(|before| &self.ops[before].operator);
        let x = before.and_then(|operator| self.shape.constant(operator));
        // An offset is left for the load or store that takes it as its immediate.
        let x = x.filter(|_| !op.no_wrap);
        if let Some(folded) = x.and_then(|x| fold::binary(&op.operator, x, y)) {
            self.take(at - 1);
            return Some(folded.operator().into());
        }
        if fold::is_identity(&op.operator, y) {
            self.take(at);
            return None;
        }
        Some(op)
    }

    /// Keeps one of the two values below a condition that is known. Whether it could not: the other does more than
    /// compute.
    fn select(&mut self, first: bool) -> bool {
        let [Some(one), Some(two), Some(condition)] = &self.arguments(3)[..] else {
            return true;
        };
        let (one, two, condition) = (one.clone(), two.clone(), condition.clone());
        let lost = if first { two } else { one.clone() };
        if !self.ops[lost.clone()].iter().all(|op| self.is_pure(op)) {
            return true;
        }
        for (op, index) in self.take(one.start).into_iter().zip(one.start..) {
            if !lost.contains(&index) && !condition.contains(&index) {
                self.write(op);
            }
        }
        false
    }

    fn open(&mut self, block: BlockType, kind: FrameKind, params: u32) {
        self.frames.push(Frame {
            block,
            kind,
            height: self.height - params,
            dead: false,
            // The operator itself is written next.
            start: self.ops.len(),
            removable: false,
            targeted: false,
            known: None,
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
