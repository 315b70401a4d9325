//! What a macro does with its parameters and locals, which decides how it may be spliced.

use wasmparser::Operator;

use crate::module::{Body, Op};

/// What a body does with one local.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Use {
    /// How often it is read.
    pub(super) reads: usize,
    /// Whether it is written.
    pub(super) written: bool,
    /// Whether it is read inside a loop.
    pub(super) read_in_loop: bool,
}

/// What a body does with each of its locals.
pub(super) fn uses(body: &Body<'_>) -> Vec<Use> {
    let mut uses = vec![Use::default(); body.locals.len()];
    let mut blocks = Vec::new();
    for op in &body.ops {
        match op.operator {
            Operator::LocalGet { local_index } => {
                let local = &mut uses[local_index as usize];
                local.reads += 1;
                local.read_in_loop |= blocks.contains(&true);
            }
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                uses[local_index as usize].written = true;
            }
            Operator::End => {
                blocks.pop();
            }
            _ if op.opens() => blocks.push(matches!(op.operator, Operator::Loop { .. })),
            _ => {}
        }
    }
    uses
}

/// The parameters that the body begins by reading, in their order, and never touches again.
pub(super) fn leading(body: &Body<'_>, uses: &[Use]) -> Vec<u32> {
    let mut leading: Vec<u32> = Vec::new();
    for op in &body.ops {
        match op.operator {
            Operator::LocalGet { local_index }
                if (local_index as usize) < body.params
                    && leading.last().is_none_or(|last| *last < local_index)
                    && uses[local_index as usize].reads == 1
                    && !uses[local_index as usize].written =>
            {
                leading.push(local_index);
            }
            _ => break,
        }
    }
    leading
}

/// Whether the body leaves otherwise than at its end: by a `return`, or by a branch to the function's own label.
pub(super) fn leaves_early(ops: &[Op<'_>]) -> bool {
    let mut depth = 0;
    ops.iter().any(|op| match &op.operator {
        Operator::Return => true,
        Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
            *relative_depth == depth
        }
        Operator::BrTable { targets } => {
            targets.default() == depth || targets.targets().flatten().any(|to| to == depth)
        }
        Operator::End => {
            depth -= 1;
            false
        }
        _ => {
            depth += u32::from(op.opens());
            false
        }
    })
}

/// The locals that may be read before the body has written them, and so must be zero when it begins.
///
/// Parameters are never among them. The body holds no code that cannot be reached.
pub(super) fn zeroed(body: &Body<'_>) -> Vec<u32> {
    let mut flow = Flow {
        written: (0..body.locals.len())
            .map(|local| local < body.params)
            .collect(),
        dead: false,
        blocks: Vec::new(),
        zeroed: vec![false; body.locals.len()],
    };
    for op in &body.ops {
        flow.step(op);
    }
    let zeroed = flow.zeroed.into_iter().zip(0..);
    zeroed
        .filter(|(zeroed, _)| *zeroed)
        .map(|(_, local)| local)
        .collect()
}

/// Which locals have surely been written, along the one pass over structured code that this takes: what has been
/// written stays written, so that the way back to the start of a loop never knows less than the way into it.
struct Flow {
    written: Vec<bool>,
    /// Whether this point cannot be reached; `written` then means nothing.
    dead: bool,
    blocks: Vec<Block>,
    zeroed: Vec<bool>,
}

struct Block {
    is_loop: bool,
    /// What was written when an `if` was entered, as long as its `else` has not come.
    entry: Option<Vec<bool>>,
    /// What has been written on every way to the block's end so far.
    end: Option<Vec<bool>>,
}

impl Flow {
    fn step(&mut self, op: &Op<'_>) {
        match &op.operator {
            Operator::LocalGet { local_index } => {
                let local = *local_index as usize;
                self.zeroed[local] |= !self.dead && !self.written[local];
            }
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                self.written[*local_index as usize] = true;
            }
            Operator::Block { .. } => self.open(false, false),
            Operator::Loop { .. } => self.open(true, false),
            Operator::If { .. } => self.open(false, true),
            Operator::Else => {
                self.arrive(0);
                if let Some(entry) = self.blocks.last_mut().and_then(|block| block.entry.take()) {
                    self.written = entry;
                    self.dead = false;
                }
            }
            Operator::End => self.close(),
            Operator::Br { relative_depth } => {
                self.branch(*relative_depth);
                self.dead = true;
            }
            Operator::BrIf { relative_depth } => self.branch(*relative_depth),
            Operator::BrTable { targets } => {
                for target in targets.targets().flatten() {
                    self.branch(target);
                }
                self.branch(targets.default());
                self.dead = true;
            }
            Operator::Return | Operator::Unreachable => self.dead = true,
            _ => {}
        }
    }

    fn open(&mut self, is_loop: bool, is_if: bool) {
        self.blocks.push(Block {
            is_loop,
            entry: is_if.then(|| self.written.clone()),
            end: None,
        });
    }

    fn branch(&mut self, depth: u32) {
        // The function's own label has no block here; nothing of the body follows it.
        if let Some(index) = self.blocks.len().checked_sub(depth as usize + 1)
            && !self.blocks[index].is_loop
        {
            self.arrive(depth);
        }
    }

    /// Comes to the end of the block at a depth.
    fn arrive(&mut self, depth: u32) {
        if self.dead {
            return;
        }
        let index = self.blocks.len() - depth as usize - 1;
        let end = &mut self.blocks[index].end;
        match end {
            Some(end) => {
                for (end, written) in end.iter_mut().zip(&self.written) {
                    *end &= written;
                }
            }
            None => *end = Some(self.written.clone()),
        }
    }

    fn close(&mut self) {
        self.arrive(0);
        let Some(block) = self.blocks.last_mut() else {
            return;
        };
        // An `if` without an `else` has a second way to its end.
        if let Some(entry) = block.entry.take() {
            self.written = entry;
            self.dead = false;
            self.arrive(0);
        }
        match self.blocks.pop().and_then(|block| block.end) {
            Some(end) => {
                self.written = end;
                self.dead = false;
            }
            None => self.dead = true,
        }
    }
}

/// Whether an operator does nothing but compute: it cannot trap, and neither reads nor writes memory, tables, mutable
/// globals or locals (a `local.get` is for the caller to judge).
pub(super) fn is_pure(operator: &Operator<'_>, immutable_globals: &[bool]) -> bool {
    use Operator as O;
    match operator {
        O::GlobalGet { global_index } => immutable_globals[*global_index as usize],
        // What traps: a division by zero or that overflows, a conversion out of range.
        O::I32DivS
        | O::I32DivU
        | O::I32RemS
        | O::I32RemU
        | O::I64DivS
        | O::I64DivU
        | O::I64RemS
        | O::I64RemU
        | O::I32TruncF32S
        | O::I32TruncF32U
        | O::I32TruncF64S
        | O::I32TruncF64U
        | O::I64TruncF32S
        | O::I64TruncF32U
        | O::I64TruncF64S
        | O::I64TruncF64U
        // What has an effect, or sees one.
        | O::Unreachable
        | O::Drop
        | O::LocalSet { .. }
        | O::LocalTee { .. }
        | O::GlobalSet { .. }
        | O::MemorySize { .. }
        | O::MemoryGrow { .. } => false,
        _ => only_computes(operator),
    }
}

/// Whether an operator belongs to a proposal of arithmetic and is neither a branch nor a call (their arity is
/// `custom`) nor a load or store (theirs is that of a `memarg`).
fn only_computes(operator: &Operator<'_>) -> bool {
    macro_rules! arity {
        (custom) => {
            false
        };
        (memarg $($rest:tt)*) => {
            false
        };
        ($($fixed:tt)*) => {
            true
        };
    }
    macro_rules! proposal {
        (mvp arity $($ann:tt)*) => { arity!($($ann)*) };
        (sign_extension arity $($ann:tt)*) => { arity!($($ann)*) };
        (saturating_float_to_int arity $($ann:tt)*) => { arity!($($ann)*) };
        (simd arity $($ann:tt)*) => { arity!($($ann)*) };
        ($other:ident $($ann:tt)*) => { false };
    }
    macro_rules! table {
        ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
            match operator {
                $(Operator::$op { .. } => proposal!($proposal $($ann)*),)*
                _ => false,
            }
        };
    }
    wasmparser::for_each_operator!(table)
}

/// Whether an operator is a constant that costs no more than reading a local.
pub(super) fn is_cheap(operator: &Operator<'_>) -> bool {
    // A `v128.const` is 18 bytes, and some engines load it from memory: it is worth a local.
    matches!(
        operator,
        Operator::I32Const { .. }
            | Operator::I64Const { .. }
            | Operator::F32Const { .. }
            | Operator::F64Const { .. }
            | Operator::GlobalGet { .. }
            | Operator::LocalGet { .. }
    )
}
