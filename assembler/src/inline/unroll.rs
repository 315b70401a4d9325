//! Finds the loops that are to be unrolled, and holds them to the one form that they have.
//!
//! ```wat
//! (local.set $i (i32.const 0))
//! (loop $round!
//!   …
//!   (local.set $i (i32.add (local.get $i) (i32.const 1)))
//!   (br_if $round! (i32.lt_u (local.get $i) (i32.const 16))))
//! ```

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{BlockType, Operator};

use super::emitter::Shape;
use super::fold::{self, Constant};
use crate::error::UnrollProblem;
use crate::module::{Body, Op};

/// How many rounds the unrolled loops of one function may have in all, the rounds of a loop within a loop counted each
/// time.
pub(super) const ROUNDS: usize = 1 << 16;

/// A loop that is to be unrolled. Places are those of operators in the body that it was found in.
#[derive(Debug, Clone)]
pub(super) struct Loop {
    /// The local that counts the rounds.
    pub(super) counter: u32,
    /// Where the counter's start is set: the constant and the `local.set`.
    pub(super) set: Range<usize>,
    /// What each round does.
    pub(super) body: Range<usize>,
    /// The loop's own `end`.
    pub(super) end: usize,
    /// Whether something in a round leaves the loop early.
    pub(super) exits: bool,
    /// The counter in each round.
    pub(super) values: Vec<i32>,
    /// The counter after the last one.
    pub(super) last: i32,
}

/// What is wrong with a loop, and at which operator.
pub(super) struct Refused {
    pub(super) operator: usize,
    pub(super) label: String,
    pub(super) problem: UnrollProblem,
}

/// The loops of a body that are to be unrolled, by where they begin.
pub(super) fn find(body: &Body<'_>, shape: &Shape) -> Result<BTreeMap<usize, Loop>, Refused> {
    let mut loops = BTreeMap::new();
    for (op, start) in body.ops.iter().zip(0..) {
        let Some(label) = op.label.filter(|label| op.opens() && label.ends_with('!')) else {
            continue;
        };
        let found = Finder { body, shape, start }.find();
        let found = found.map_err(|(operator, problem)| Refused {
            operator,
            label: format!("${label}"),
            problem,
        })?;
        loops.insert(start, found);
    }
    Ok(loops)
}

type Found<T> = Result<T, (usize, UnrollProblem)>;

struct Finder<'f, 'a> {
    body: &'f Body<'a>,
    shape: &'f Shape,
    /// Where the loop begins.
    start: usize,
}

impl Finder<'_, '_> {
    fn find(&self) -> Found<Loop> {
        let ops = &self.body.ops;
        match &ops[self.start].operator {
            Operator::Loop {
                blockty: BlockType::Empty,
            } => {}
            Operator::Loop { .. } => return Err((self.start, UnrollProblem::HasType)),
            _ => return Err((self.start, UnrollProblem::NotALoop)),
        }
        let end = end(ops, self.start);
        // (local.set $i (i32.add (local.get $i) STEP)) is four operators, and so is (br_if 0 (CMP (local.get $i) LIMIT)).
        let inside = &ops[self.start + 1..end];
        let Some((rest, branch)) = inside.split_last_chunk::<4>() else {
            return Err((self.start, UnrollProblem::Branch));
        };
        let (counter, comparison, limit) = self
            .closing(branch)
            .ok_or((end - 1, UnrollProblem::Branch))?;
        let step = rest
            .split_last_chunk::<4>()
            .and_then(|(_, step)| self.step(step, counter))
            .ok_or_else(|| {
                let at = end.saturating_sub(5).max(self.start);
                (at, UnrollProblem::Step(self.name(counter)))
            })?;
        let body = self.start + 1..end - 8;
        let exits = self.check_body(body.clone(), counter)?;
        let (set, first) = self.first(counter)?;

        let mut values = Vec::new();
        let mut value = first;
        loop {
            values.push(value);
            if values.len() > ROUNDS {
                return Err((self.start, UnrollProblem::Rounds(ROUNDS)));
            }
            value = step(value);
            let again = fold::compare(comparison, Constant::I32(value), Constant::I32(limit));
            if again != Some(true) {
                break;
            }
        }
        Ok(Loop {
            counter,
            set,
            body,
            end,
            exits,
            values,
            last: value,
        })
    }

    fn constant(&self, op: &Op<'_>) -> Option<i32> {
        match self.shape.constant(&op.operator)? {
            Constant::I32(value) => Some(value),
            Constant::I64(_) => None,
        }
    }

    fn name(&self, local: u32) -> String {
        match &self.body.locals[local as usize].name {
            Some(name) => format!("${name}"),
            None => local.to_string(),
        }
    }

    /// The counter of `(br_if 0 (COMPARISON (local.get $i) LIMIT))`, the comparison and the limit.
    fn closing<'o>(&self, ops: &'o [Op<'_>; 4]) -> Option<(u32, &'o Operator<'o>, i32)> {
        let [get, limit, comparison, branch] = ops;
        let Operator::LocalGet { local_index } = get.operator else {
            return None;
        };
        let Operator::BrIf { relative_depth: 0 } = branch.operator else {
            return None;
        };
        // Whatever compares any two numbers is a comparison.
        let (zero, comparison) = (Constant::I32(0), &comparison.operator);
        fold::compare(comparison, zero, zero)?;
        Some((local_index, comparison, self.constant(limit)?))
    }

    /// What `(local.set $i (i32.add (local.get $i) STEP))`, or `i32.sub`, makes of a value.
    fn step(&self, ops: &[Op<'_>; 4], counter: u32) -> Option<impl Fn(i32) -> i32 + use<>> {
        let [get, step, operator, set] = ops;
        let step = match operator.operator {
            Operator::I32Add => self.constant(step)?,
            Operator::I32Sub => self.constant(step)?.wrapping_neg(),
            _ => return None,
        };
        let reads =
            matches!(get.operator, Operator::LocalGet { local_index } if local_index == counter);
        let writes =
            matches!(set.operator, Operator::LocalSet { local_index } if local_index == counter);
        (reads && writes).then_some(move |value: i32| value.wrapping_add(step))
    }

    /// Whether something in the body leaves the loop. Nothing in it may set the counter, or branch to the loop.
    fn check_body(&self, body: Range<usize>, counter: u32) -> Found<bool> {
        let mut depth = 0;
        let mut exits = false;
        for index in body {
            let op = &self.body.ops[index];
            let mut target = |to: u32| {
                exits |= to > depth;
                if to == depth {
                    Err((index, UnrollProblem::SecondBranch))
                } else {
                    Ok(())
                }
            };
            match &op.operator {
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index }
                    if *local_index == counter =>
                {
                    return Err((index, UnrollProblem::Set(self.name(counter))));
                }
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                    target(*relative_depth)?;
                }
                Operator::BrTable { targets } => {
                    target(targets.default())?;
                    for to in targets.targets().flatten() {
                        target(to)?;
                    }
                }
                Operator::Return => exits = true,
                Operator::End => depth -= 1,
                _ => depth += u32::from(op.opens()),
            }
        }
        Ok(exits)
    }

    /// The last place before the loop, on the one way to it, that sets the counter; and to what.
    fn first(&self, counter: u32) -> Found<(Range<usize>, i32)> {
        let ops = &self.body.ops;
        let missing = |at| (at, UnrollProblem::Start(self.name(counter)));
        let mut inner = 0;
        for index in (0..self.start).rev() {
            let op = &ops[index];
            match op.operator {
                Operator::LocalSet { local_index } if local_index == counter && inner == 0 => {
                    let value = index.checked_sub(1).and_then(|at| self.constant(&ops[at]));
                    let value = value.ok_or_else(|| missing(index))?;
                    return Ok((index - 1..index + 1, value));
                }
                // Set on one of several ways, or to what is not a constant.
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index }
                    if local_index == counter =>
                {
                    return Err(missing(index));
                }
                Operator::End => inner += 1,
                // Nothing jumps to the start of a `block`, so that may be entered between the two.
                Operator::Else | Operator::Loop { .. } | Operator::If { .. } if inner == 0 => {
                    break;
                }
                _ if op.opens() && inner > 0 => inner -= 1,
                _ => {}
            }
        }
        Err(missing(self.start))
    }
}

/// Where the block ends that begins at `start`.
fn end(ops: &[Op<'_>], start: usize) -> usize {
    let mut depth = 0;
    for (op, index) in ops[start..].iter().zip(start..) {
        if op.opens() {
            depth += 1;
        } else if matches!(op.operator, Operator::End) {
            depth -= 1;
            if depth == 0 {
                return index;
            }
        }
    }
    ops.len()
}
