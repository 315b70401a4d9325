//! The body of a function with every macro spliced in and every loop unrolled that asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasmparser::{BlockType, Operator};

use super::emitter::{Emitter, Shape};
use super::splice::{self, Slots};
use super::unroll::{self, Loop};
use super::{Macro, called};
use crate::error::{BinaryError, UnrollProblem};
use crate::module::{Body, Module, Op};

/// How many operators a function may have after expansion: about what engines accept, which is 7 MiB of code.
const LIMIT: usize = 1 << 20;

/// What expansion needs to know of the module.
pub(super) struct Context {
    pub(super) imported: u32,
    pub(super) shape: Shape,
}

impl Context {
    /// The expanded body of a function, and whether a loop of it has been unrolled.
    pub(super) fn expand<'a>(
        &self,
        module: &Module<'a>,
        function: u32,
        macros: &BTreeMap<u32, Macro<'a>>,
    ) -> Result<(Body<'a>, bool), BinaryError> {
        let body = &module.bodies[(function - self.imported) as usize];
        let loops = unroll::find(body, &self.shape).map_err(|refused| BinaryError::Unroll {
            function,
            operator: refused.operator,
            label: refused.label,
            problem: refused.problem,
        })?;
        let calls = |op: &Op<'_>| called(op).is_some_and(|to| macros.contains_key(&to));
        if loops.is_empty() && !body.ops.iter().any(calls) {
            return Ok((body.clone(), false));
        }
        let mut expansion = Expansion {
            function: (function, module.function_name(function)),
            body,
            macros,
            read: read_outside(body, &loops),
            loops: &loops,
            emitter: Emitter::new(&self.shape, self.shape.function(function)),
            slots: Slots::new(&body.locals),
            known: BTreeMap::new(),
            rounds: 0,
        };
        expansion.run(0..body.ops.len())?;
        let mut body = Body {
            params: body.params,
            locals: expansion.slots.into_locals(),
            ops: expansion.emitter.finish(),
        };
        remove_unused(&mut body, loops.values().map(|unrolled| unrolled.counter));
        Ok((body, !loops.is_empty()))
    }
}

/// The counters that something outside their loops reads.
fn read_outside(body: &Body<'_>, loops: &BTreeMap<usize, Loop>) -> BTreeSet<u32> {
    let reads = body
        .ops
        .iter()
        .zip(0..)
        .filter(|(op, index)| match op.operator {
            Operator::LocalGet { local_index } => !loops.iter().any(|(start, unrolled)| {
                unrolled.counter == local_index && (*start..unrolled.end).contains(index)
            }),
            _ => false,
        });
    reads.filter_map(|(op, _)| splice::read_local(op)).collect()
}

/// The way through one body.
struct Expansion<'x, 'a> {
    function: (u32, String),
    body: &'x Body<'a>,
    macros: &'x BTreeMap<u32, Macro<'a>>,
    loops: &'x BTreeMap<usize, Loop>,
    /// The locals that something outside the loops they count reads.
    read: BTreeSet<u32>,
    emitter: Emitter<'x, 'a>,
    slots: Slots,
    /// The counters of the rounds that are being written.
    known: BTreeMap<u32, i32>,
    /// How many rounds have been written.
    rounds: usize,
}

impl Expansion<'_, '_> {
    fn run(&mut self, range: Range<usize>) -> Result<(), BinaryError> {
        // The sets of counters that nothing needs any more.
        let needless: BTreeSet<usize> = self
            .loops
            .values()
            .filter(|unrolled| !self.read.contains(&unrolled.counter))
            .flat_map(|unrolled| unrolled.set.clone())
            .collect();
        let mut index = range.start;
        while index < range.end {
            let op = &self.body.ops[index];
            let known = splice::read_local(op).and_then(|local| self.known.get(&local));
            if let Some(unrolled) = self.loops.get(&index) {
                self.unroll(unrolled, index)?;
                index = unrolled.end;
            } else if needless.contains(&index) {
                // Left out.
            } else if let Some(value) = known {
                self.emitter
                    .push(Operator::I32Const { value: *value }.into());
            } else if let Some(spliced) = called(op).and_then(|to| self.macros.get(&to)) {
                if !self.emitter.is_dead() {
                    let folding = self.emitter.is_folding();
                    self.emitter.set_folding(folding || spliced.unrolled);
                    splice::splice(&mut self.emitter, &mut self.slots, spliced);
                    self.emitter.set_folding(folding);
                }
            } else {
                self.emitter.push(op.clone());
            }
            if self.emitter.len() > LIMIT {
                return Err(BinaryError::TooLarge {
                    function: self.function.0,
                    name: self.function.1.clone(),
                    limit: LIMIT,
                });
            }
            index += 1;
        }
        Ok(())
    }

    fn unroll(&mut self, unrolled: &Loop, start: usize) -> Result<(), BinaryError> {
        let counter = unrolled.counter;
        let kept = self.read.contains(&counter);
        let label = self.body.ops[start].label;
        let folding = self.emitter.set_folding(true);
        for value in &unrolled.values {
            if self.emitter.is_dead() {
                break;
            }
            self.rounds += 1;
            if self.rounds > unroll::ROUNDS {
                return Err(BinaryError::Unroll {
                    function: self.function.0,
                    operator: start,
                    label: format!("${}", label.unwrap_or_default()),
                    problem: UnrollProblem::Rounds(unroll::ROUNDS),
                });
            }
            if kept && unrolled.exits {
                self.set(counter, *value);
            }
            // In the place of the loop, so that every branch still counts the same blocks around it.
            self.emitter.open_removable(Op {
                label: label.and_then(|label| label.strip_suffix('!')),
                ..Operator::Block {
                    blockty: BlockType::Empty,
                }
                .into()
            });
            self.known.insert(counter, *value);
            self.run(unrolled.body.clone())?;
            self.emitter.push(Operator::End.into());
        }
        self.known.remove(&counter);
        if kept {
            self.set(counter, unrolled.last);
        }
        self.emitter.set_folding(folding);
        Ok(())
    }

    fn set(&mut self, local_index: u32, value: i32) {
        self.emitter.push(Operator::I32Const { value }.into());
        self.emitter.push(Operator::LocalSet { local_index }.into());
    }
}

/// Leaves out the counters that are locals, not parameters, and that nothing uses any more.
fn remove_unused(body: &mut Body<'_>, counters: impl Iterator<Item = u32>) {
    let mut unused: BTreeSet<u32> = counters
        .filter(|counter| *counter as usize >= body.params)
        .collect();
    for op in &body.ops {
        if let Operator::LocalGet { local_index }
        | Operator::LocalSet { local_index }
        | Operator::LocalTee { local_index } = op.operator
        {
            unused.remove(&local_index);
        }
    }
    for op in &mut body.ops {
        if let Operator::LocalGet { local_index }
        | Operator::LocalSet { local_index }
        | Operator::LocalTee { local_index } = &mut op.operator
        {
            *local_index -= unused.range(..*local_index).count() as u32;
        }
    }
    for counter in unused.iter().rev() {
        body.locals.remove(*counter as usize);
    }
}
