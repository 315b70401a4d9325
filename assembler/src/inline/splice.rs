//! Splices one macro into one call.
//!
//! The arguments are on the stack when the call comes. Each goes one of four ways into the body:
//!
//! - it stays where it is, when the body begins by reading just the parameters that are on the stack, in their order;
//! - its operators move to where the parameter is read, when they do nothing but compute and give the same there:
//!   a constant, an immutable global, a local that nothing writes in between, or, read once, an expression of those;
//! - it is dropped, when the parameter is never read;
//! - it is kept in a local of the caller. This is always right.
//!
//! A moved argument is the reason for most of what macros save: no copy, and the engine sees the constant.

use std::ops::Range;

use wasmparser::{Operator, V128, ValType};

use super::Macro;
use super::analysis;
use super::emitter::Emitter;
use crate::module::{Local, Op};

/// The locals of a caller: its own, and the slots that macros use, one after the other.
#[derive(Debug)]
pub(super) struct Slots {
    own: usize,
    locals: Vec<Local>,
}

impl Slots {
    pub(super) fn new(own: &[Local]) -> Self {
        Self {
            own: own.len(),
            locals: own.to_vec(),
        }
    }

    pub(super) fn into_locals(self) -> Vec<Local> {
        self.locals
    }

    /// A slot of a type that is neither in `taken` nor in `read`.
    fn slot(&mut self, ty: ValType, taken: &[u32], read: &[u32]) -> u32 {
        let free = (self.own..self.locals.len()).find(|slot| {
            let index = *slot as u32;
            self.locals[*slot].ty == ty && !taken.contains(&index) && !read.contains(&index)
        });
        let slot = free.unwrap_or_else(|| {
            self.locals.push(Local { ty, name: None });
            self.locals.len() - 1
        });
        slot as u32
    }

    /// Names a slot after the first that uses it under another name than anyone before.
    fn name(&mut self, slot: u32, spliced: &Macro<'_>, local: &Local) {
        let Some(name) = &local.name else {
            return;
        };
        // The local of a macro within a macro has the inner one's name already.
        let name = if name.contains('!') {
            name.clone()
        } else {
            format!("{}.{name}", spliced.name)
        };
        let taken = self
            .locals
            .iter()
            .any(|local| local.name.as_ref() == Some(&name));
        let slot = &mut self.locals[slot as usize].name;
        if slot.is_none() && !taken {
            *slot = Some(name);
        }
    }
}

/// The way of an argument into the body.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    Stack,
    Move(Range<usize>),
    Drop,
    Keep,
}

/// Writes the body of `spliced` in the place of a call, whose arguments are on the emitter's stack.
pub(super) fn splice<'a>(emitter: &mut Emitter<'_, 'a>, slots: &mut Slots, spliced: &Macro<'a>) {
    let ways = ways(emitter, spliced);
    let on_stack = ways.iter().filter(|way| **way == Way::Stack).count();
    let moved = take_moved(emitter, &ways);

    // Locals that the moved operators read keep their values until the body's end: no slot of the body may be one.
    let read: Vec<u32> = moved.iter().flatten().filter_map(read_local).collect();
    let mut places: Vec<Option<u32>> = vec![None; spliced.body.locals.len()];
    let mut taken = Vec::new();
    for (index, local) in spliced.body.locals.iter().enumerate() {
        let used = spliced.uses[index].reads > 0 || spliced.uses[index].written;
        let kept = ways.get(index).is_none_or(|way| *way == Way::Keep);
        // A dropped parameter may still be written.
        let needed = used && (kept || spliced.uses[index].written);
        if needed {
            let slot = slots.slot(local.ty, &taken, &read);
            slots.name(slot, spliced, local);
            taken.push(slot);
            places[index] = Some(slot);
        }
    }

    for (way, place) in ways.iter().zip(&places).rev() {
        match (way, place) {
            (Way::Keep, Some(slot)) => emitter.push(set(*slot).into()),
            (Way::Keep | Way::Drop, _) => emitter.push(Operator::Drop.into()),
            (Way::Stack | Way::Move(_), _) => {}
        }
    }
    let kept_first = ways.iter().zip(&places).find_map(|(way, place)| match way {
        Way::Keep => *place,
        _ => None,
    });
    for local in &spliced.zeroed {
        if let Some(slot) = places[*local as usize] {
            emitter.push(zero(spliced.body.locals[*local as usize].ty).into());
            emitter.push(set(slot).into());
        }
    }
    if let Some(blockty) = spliced.block {
        emitter.push(Op {
            label: spliced.name.strip_suffix('!'),
            ..Operator::Block { blockty }.into()
        });
    }
    let outermost = emitter.depth();
    let mut ops = &spliced.body.ops[on_stack..];

    // The parameter set last is often the one read first.
    if let (Some(slot), Some(first)) = (kept_first, ops.first())
        && spliced.zeroed.is_empty()
        && spliced.block.is_none()
        && read_local(first).and_then(|local| places[local as usize]) == Some(slot)
        && written_local(emitter.ops(emitter.len() - 1..emitter.len()).first()) == Some(slot)
    {
        emitter.take(emitter.len() - 1);
        emitter.write(Operator::LocalTee { local_index: slot }.into());
        ops = &ops[1..];
    }

    for op in ops {
        let place = |local: u32| places[local as usize].unwrap_or(local);
        let operator = match &op.operator {
            Operator::LocalGet { local_index } => match moved.get(*local_index as usize) {
                Some(ops) if !ops.is_empty() => {
                    for op in ops {
                        emitter.push(op.clone());
                    }
                    continue;
                }
                _ => Operator::LocalGet {
                    local_index: place(*local_index),
                },
            },
            Operator::LocalSet { local_index } => set(place(*local_index)),
            Operator::LocalTee { local_index } => Operator::LocalTee {
                local_index: place(*local_index),
            },
            // The block around the body is there, since it leaves early.
            Operator::Return => Operator::Br {
                relative_depth: (emitter.depth() - outermost) as u32,
            },
            other => other.clone(),
        };
        emitter.push(Op {
            operator,
            ..op.clone()
        });
    }
    if spliced.block.is_some() {
        emitter.push(Operator::End.into());
    }
}

/// Chooses the way of each argument.
fn ways(emitter: &Emitter<'_, '_>, spliced: &Macro<'_>) -> Vec<Way> {
    let mut ways: Vec<Way> = emitter
        .arguments(spliced.body.params)
        .into_iter()
        .zip(&spliced.uses)
        .map(|(range, used)| {
            let movable = range.filter(|range| {
                let cheap =
                    range.len() == 1 && analysis::is_cheap(&emitter.ops(range.clone())[0].operator);
                let once = used.reads <= 1 && !used.read_in_loop;
                !used.written && (cheap || once) && keeps(emitter, range)
            });
            match movable {
                Some(range) => Way::Move(range),
                None if used.reads == 0 => Way::Drop,
                None => Way::Keep,
            }
        })
        .collect();
    // Inside a block there is no stack but the block's own.
    if spliced.block.is_none() {
        let movable = |param: usize| matches!(ways[param], Way::Move(_));
        let staying = (1..=spliced.leading.len())
            .rev()
            .map(|count| &spliced.leading[..count])
            .find(|staying| {
                (0..ways.len()).all(|param| staying.contains(&(param as u32)) || movable(param))
            });
        for param in staying.into_iter().flatten() {
            ways[*param as usize] = Way::Stack;
        }
    }
    ways
}

/// Whether the operators of `range` compute the same at any place from here to the end of a body spliced here, whose
/// own locals are none that they read.
fn keeps(emitter: &Emitter<'_, '_>, range: &Range<usize>) -> bool {
    let ops = emitter.ops(range.clone());
    if !ops.iter().all(|op| emitter.is_pure(op)) {
        return false;
    }
    let since = emitter.ops(range.end..emitter.len());
    ops.iter()
        .filter_map(read_local)
        .all(|read| since.iter().all(|op| written_local(Some(op)) != Some(read)))
}

/// Takes the operators that move out of what has been written; gives them by parameter.
fn take_moved<'a>(emitter: &mut Emitter<'_, 'a>, ways: &[Way]) -> Vec<Vec<Op<'a>>> {
    let mut moved: Vec<Vec<Op<'a>>> = vec![Vec::new(); ways.len()];
    let ranges = ways
        .iter()
        .enumerate()
        .filter_map(|(param, way)| match way {
            Way::Move(range) => Some((param, range.clone())),
            _ => None,
        });
    let ranges: Vec<_> = ranges.collect();
    let Some(start) = ranges.iter().map(|(_, range)| range.start).min() else {
        return moved;
    };
    for (op, index) in emitter.take(start).into_iter().zip(start..) {
        match ranges.iter().find(|(_, range)| range.contains(&index)) {
            Some((param, _)) => moved[*param].push(op),
            None => emitter.write(op),
        }
    }
    moved
}

pub(super) fn read_local(op: &Op<'_>) -> Option<u32> {
    match op.operator {
        Operator::LocalGet { local_index } => Some(local_index),
        _ => None,
    }
}

fn written_local(op: Option<&Op<'_>>) -> Option<u32> {
    match op?.operator {
        Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
            Some(local_index)
        }
        _ => None,
    }
}

fn set(local_index: u32) -> Operator<'static> {
    Operator::LocalSet { local_index }
}

fn zero(ty: ValType) -> Operator<'static> {
    match ty {
        ValType::I32 => Operator::I32Const { value: 0 },
        ValType::I64 => Operator::I64Const { value: 0 },
        ValType::F32 => Operator::F32Const {
            value: 0.0_f32.into(),
        },
        ValType::F64 => Operator::F64Const {
            value: 0.0_f64.into(),
        },
        ValType::V128 => Operator::V128Const {
            value: V128::from(0_u128),
        },
        // The validator has refused every module with a local of this type.
        ValType::Ref(_) => Operator::Unreachable,
    }
}
