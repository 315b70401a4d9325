//! The evaluator.

use std::ops::Range;

use wasmparser::{MemArg, Operator};

use super::leak::{Leak, Refused, Shown};
use super::numeric::{self, Computed};
use super::program::{Arity, Program, Step};

/// How many calls may be within each other.
const DEPTH: usize = 200;

/// How many instructions an evaluation may take, unless told otherwise.
const LIMIT: u64 = 1 << 30;

/// A secret among what a call is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tainted {
    /// Bytes of the memory.
    Bytes(Range<usize>),
    /// The argument with this place.
    Argument(usize),
}

/// A call to evaluate.
#[derive(Debug, Clone)]
pub struct Run<'r> {
    /// The exported function.
    pub export: &'r str,
    /// Its arguments, as their bits.
    pub arguments: &'r [u128],
    /// The memory when the call begins.
    pub memory: &'r [u8],
    /// What is secret, with names.
    pub secrets: &'r [(&'r str, Tainted)],
    /// The function whose argument is for everyone to know, by its place.
    pub public: Option<usize>,
}

/// What a call comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The results, as their bits.
    pub results: Vec<u128>,
    /// The memory when it ends.
    pub memory: Vec<u8>,
    /// How many instructions it took.
    pub instructions: u64,
    /// How many values were made of secrets on the way.
    pub tainted: usize,
}

/// Where a taint came from: 0 where there is none, else one more than the place of a [`Note`].
type Taint = u32;

/// A step on the way of a taint.
#[derive(Debug, Clone, Copy)]
enum Note {
    /// The secret itself.
    Secret(usize),
    /// An instruction, by its function and its place, and what it had the taint from.
    Through(u32, u32, Taint),
}

#[derive(Debug, Clone, Copy, Default)]
struct Value {
    bits: u128,
    taint: Taint,
}

/// A block that is being executed.
#[derive(Debug, Clone, Copy)]
struct Label {
    /// The height of the stack below its parameters.
    height: usize,
    /// How many values a branch to it takes along.
    arity: usize,
    /// Where such a branch goes on.
    target: usize,
    /// Whether the block is still there then.
    repeats: bool,
}

struct Machine<'m, 'w> {
    program: &'m Program<'w>,
    public: Option<usize>,
    secrets: &'m [(&'m str, Tainted)],
    memory: Vec<u8>,
    /// The taint of each byte.
    shadow: Vec<Taint>,
    globals: Vec<Value>,
    stack: Vec<Value>,
    notes: Vec<Note>,
    instructions: u64,
    /// The instruction that is being executed.
    function: usize,
    index: usize,
}

impl Program<'_> {
    /// Evaluates a call, and follows its secrets.
    ///
    /// # Errors
    /// [`Refused::Leak`] where one shows, and the others where the call cannot be evaluated.
    pub fn run(&self, run: &Run<'_>) -> Result<Outcome, Refused> {
        let export = self.export(run.export);
        let index = export.ok_or_else(|| Refused::NoExport(run.export.to_owned()))?;
        let Arity { params, results } = self.functions[index].arity;
        if params != run.arguments.len() {
            return Err(Refused::Arguments {
                export: run.export.to_owned(),
                found: run.arguments.len(),
                expected: params,
            });
        }
        let globals = self.globals.iter();
        let arguments = run.arguments.iter();
        let public = |bits: &u128| Value {
            bits: *bits,
            taint: 0,
        };
        let mut machine = Machine {
            program: self,
            public: run.public,
            secrets: run.secrets,
            memory: run.memory.to_vec(),
            shadow: vec![0; run.memory.len()],
            globals: globals.map(public).collect(),
            stack: arguments.map(public).collect(),
            notes: Vec::new(),
            instructions: 0,
            function: index,
            index: 0,
        };
        for (place, (_, secret)) in run.secrets.iter().enumerate() {
            machine.notes.push(Note::Secret(place));
            let taint = machine.notes.len() as Taint;
            match secret {
                Tainted::Bytes(range) => {
                    if let Some(bytes) = machine.shadow.get_mut(range.clone()) {
                        bytes.fill(taint);
                    }
                }
                Tainted::Argument(argument) => {
                    if let Some(value) = machine.stack.get_mut(*argument) {
                        value.taint = taint;
                    }
                }
            }
        }
        machine.call(index, 0)?;
        // The last `end` gives the results.
        machine.index = self.functions[index].steps.len().saturating_sub(1);
        let first = machine.stack.len().saturating_sub(results);
        let values = machine.stack.split_off(first);
        for value in &values {
            machine.hide(value.taint, Shown::Result)?;
        }
        Ok(Outcome {
            results: values.iter().map(|value| value.bits).collect(),
            memory: machine.memory,
            instructions: machine.instructions,
            tainted: machine.notes.len() - run.secrets.len(),
        })
    }
}

impl Machine<'_, '_> {
    /// The topmost value, which a valid module has put there.
    fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or_default()
    }

    fn push(&mut self, bits: u128, taint: Taint) {
        self.stack.push(Value { bits, taint });
    }

    /// The taint of what the instruction makes of something with the taint `from`.
    fn through(&mut self, from: Taint) -> Taint {
        if from == 0 {
            return 0;
        }
        let note = Note::Through(self.function as u32, self.index as u32, from);
        self.notes.push(note);
        self.notes.len() as Taint
    }

    /// Refuses a taint where it would show.
    fn hide(&self, taint: Taint, shown: Shown) -> Result<(), Refused> {
        if taint == 0 {
            return Ok(());
        }
        let mut way = Vec::new();
        let mut secret = String::new();
        let mut next = taint;
        while let Some(note) = (next as usize)
            .checked_sub(1)
            .and_then(|at| self.notes.get(at))
        {
            match *note {
                Note::Secret(place) => {
                    let named = self.secrets.get(place);
                    named.map_or("", |(name, _)| name).clone_into(&mut secret);
                    next = 0;
                }
                Note::Through(function, index, from) => {
                    way.push(self.program.site(function as usize, index as usize));
                    next = from;
                }
            }
        }
        way.reverse();
        Err(Refused::Leak(Box::new(Leak {
            shown,
            at: self.program.site(self.function, self.index),
            secret,
            way,
        })))
    }

    fn trap(&self, what: &'static str) -> Refused {
        Refused::Trap {
            what,
            at: self.program.site(self.function, self.index),
        }
    }

    /// Calls a function, whose arguments are on the stack.
    fn call(&mut self, index: usize, depth: usize) -> Result<(), Refused> {
        let program = self.program;
        let Some(function) = program.functions.get(index).filter(|_| depth < DEPTH) else {
            return Err(self.trap("the calls are too deep"));
        };
        let from = (self.function, self.index);
        let base = self.stack.len().saturating_sub(function.arity.params);
        if self.public == Some(index) {
            for value in &mut self.stack[base..] {
                value.taint = 0;
            }
        } else {
            for place in base..self.stack.len() {
                self.stack[place].taint = self.through(self.stack[place].taint);
            }
        }
        let floor = base + function.arity.params + function.locals;
        self.stack.resize(floor, Value::default());
        self.function = index;
        self.body(&function.steps, function.arity, base, depth)?;
        let results = self.stack.len() - function.arity.results;
        self.stack.drain(base..results);
        (self.function, self.index) = from;
        Ok(())
    }

    /// Executes a function whose locals begin at `base`. Its results are then on top of the stack.
    fn body(
        &mut self,
        steps: &[Step<'_>],
        arity: Arity,
        base: usize,
        depth: usize,
    ) -> Result<(), Refused> {
        let mut labels = vec![Label {
            height: self.stack.len(),
            arity: arity.results,
            target: steps.len(),
            repeats: false,
        }];
        let mut next = 0;
        while let Some(step) = steps.get(next) {
            self.index = next;
            next += 1;
            self.instructions += 1;
            if self.instructions > LIMIT {
                return Err(Refused::Endless(LIMIT));
            }
            match step {
                Step::Block { end, arity } => {
                    labels.push(self.label(*arity, arity.results, end + 1));
                }
                Step::Loop { arity } => labels.push(Label {
                    repeats: true,
                    ..self.label(*arity, arity.params, next)
                }),
                Step::If {
                    otherwise,
                    end,
                    arity,
                } => {
                    let condition = self.pop();
                    self.hide(condition.taint, Shown::Branch)?;
                    let holds = condition.bits as u32 != 0;
                    if holds || otherwise.is_some() {
                        labels.push(self.label(*arity, arity.results, end + 1));
                    }
                    if !holds {
                        next = otherwise.unwrap_or(*end) + 1;
                    }
                }
                Step::Else { end } => {
                    labels.pop();
                    next = end + 1;
                }
                Step::End => {
                    labels.pop();
                }
                Step::Br(label) => next = self.branch(&mut labels, *label),
                Step::BrIf(label) => {
                    let condition = self.pop();
                    self.hide(condition.taint, Shown::Branch)?;
                    if condition.bits as u32 != 0 {
                        next = self.branch(&mut labels, *label);
                    }
                }
                Step::BrTable {
                    labels: table,
                    default,
                } => {
                    let number = self.pop();
                    self.hide(number.taint, Shown::Branch)?;
                    let label = table.get(number.bits as u32 as usize).unwrap_or(default);
                    next = self.branch(&mut labels, *label);
                }
                Step::Return => {
                    let outermost = labels.len() - 1;
                    next = self.branch(&mut labels, outermost);
                }
                Step::Call(index) => self.call(*index, depth + 1)?,
                Step::Plain(operator) => self.plain(operator, base)?,
            }
        }
        Ok(())
    }

    fn label(&self, arity: Arity, branch: usize, target: usize) -> Label {
        Label {
            height: self.stack.len() - arity.params,
            arity: branch,
            target,
            repeats: false,
        }
    }

    /// Branches to a label, counted from the innermost; gives the next instruction's place.
    fn branch(&mut self, labels: &mut Vec<Label>, label: usize) -> usize {
        let place = labels.len() - 1 - label;
        let label = labels[place];
        let kept = self.stack.len() - label.arity;
        self.stack.drain(label.height..kept);
        labels.truncate(if label.repeats { place + 1 } else { place });
        label.target
    }

    fn plain(&mut self, operator: &Operator<'_>, base: usize) -> Result<(), Refused> {
        use Operator as O;
        match operator {
            O::LocalGet { local_index } => {
                let value = self.stack[base + *local_index as usize];
                self.stack.push(value);
            }
            O::LocalSet { local_index } => {
                self.stack[base + *local_index as usize] = self.pop();
            }
            O::LocalTee { local_index } => {
                let value = self.pop();
                self.stack[base + *local_index as usize] = value;
                self.stack.push(value);
            }
            O::GlobalGet { global_index } => {
                let value = self.globals[*global_index as usize];
                let taint = self.through(value.taint);
                self.push(value.bits, taint);
            }
            O::GlobalSet { global_index } => {
                let mut value = self.pop();
                value.taint = self.through(value.taint);
                self.globals[*global_index as usize] = value;
            }
            O::Drop => {
                self.pop();
            }
            O::Nop => {}
            O::Unreachable => return Err(self.trap("it is reached")),
            O::Select | O::TypedSelect { .. } => {
                let [first, second, condition] = self.pop_three();
                self.hide(condition.taint, Shown::Select)?;
                let chosen = if condition.bits as u32 == 0 {
                    second
                } else {
                    first
                };
                self.stack.push(chosen);
            }
            O::MemorySize { .. } => self.push(self.memory.len() as u128 >> 16, 0),
            O::MemoryFill { .. } => {
                let [start, byte, len] = self.pop_three();
                let bytes = self.bulk(start, len)?;
                let taint = self.through(byte.taint);
                self.memory[bytes.clone()].fill(byte.bits as u8);
                self.shadow[bytes].fill(taint);
            }
            O::MemoryCopy { .. } => {
                let [to, from, len] = self.pop_three();
                let to = self.bulk(to, len)?;
                let from = self.bulk(from, len)?;
                self.memory.copy_within(from.clone(), to.start);
                self.shadow.copy_within(from, to.start);
                // One step for all that is tainted: the way of its first byte.
                let first = self.shadow[to.clone()].iter().find(|taint| **taint != 0);
                let taint = self.through(first.copied().unwrap_or(0));
                for byte in self.shadow[to].iter_mut().filter(|byte| **byte != 0) {
                    *byte = taint;
                }
            }
            _ => {
                if !(self.divide(operator)? || self.access(operator)?) {
                    self.number(operator)?;
                }
            }
        }
        Ok(())
    }

    fn pop_three(&mut self) -> [Value; 3] {
        let c = self.pop();
        let b = self.pop();
        [self.pop(), b, c]
    }

    /// The bytes that a bulk instruction works on.
    fn bulk(&self, start: Value, len: Value) -> Result<Range<usize>, Refused> {
        self.hide(len.taint, Shown::BulkLength)?;
        self.hide(start.taint, Shown::BulkAddress)?;
        let (start, len) = (start.bits as u32 as usize, len.bits as u32 as usize);
        self.within(start, len)
    }

    fn within(&self, start: usize, len: usize) -> Result<Range<usize>, Refused> {
        let end = start
            .checked_add(len)
            .filter(|end| *end <= self.memory.len());
        let end = end.ok_or_else(|| self.trap("outside of the memory"))?;
        Ok(start..end)
    }

    fn divide(&mut self, operator: &Operator<'_>) -> Result<bool, Refused> {
        let [.., first, second] = self.stack[..] else {
            return Ok(false);
        };
        let Some(quotient) = numeric::divide(operator, first.bits, second.bits) else {
            return Ok(false);
        };
        self.hide(first.taint, Shown::Division)?;
        self.hide(second.taint, Shown::Division)?;
        let quotient = quotient.map_err(|what| self.trap(what))?;
        self.stack.truncate(self.stack.len() - 2);
        self.push(quotient, 0);
        Ok(true)
    }

    /// An instruction that does nothing but compute.
    fn number(&mut self, operator: &Operator<'_>) -> Result<(), Refused> {
        let top = |place: usize| {
            let at = self.stack.len().checked_sub(place);
            at.and_then(|at| self.stack.get(at))
                .copied()
                .unwrap_or_default()
        };
        let [a, b, c] = [3, 2, 1].map(top);
        let Some(computed) = numeric::compute(operator, a.bits, b.bits, c.bits) else {
            return Err(Refused::Unknown(
                self.program.site(self.function, self.index),
            ));
        };
        let first = |taints: &[Taint]| {
            taints
                .iter()
                .copied()
                .find(|taint| *taint != 0)
                .unwrap_or(0)
        };
        let (bits, taken, taint) = match computed {
            Computed::Constant(bits) => (bits, 0, 0),
            Computed::One(bits) => (bits, 1, c.taint),
            Computed::Two(bits) => (bits, 2, first(&[b.taint, c.taint])),
            Computed::Three(bits) => (bits, 3, first(&[a.taint, b.taint, c.taint])),
        };
        self.stack.truncate(self.stack.len() - taken);
        let taint = self.through(taint);
        self.push(bits, taint);
        Ok(())
    }

    /// A load or a store. Whether it is one.
    fn access(&mut self, operator: &Operator<'_>) -> Result<bool, Refused> {
        if let Some((memarg, width, made)) = load(operator) {
            let address = self.pop();
            let (bits, taint) = self.load(memarg, width, address)?;
            self.push(made(bits), taint);
        } else if let Some((memarg, width)) = store(operator) {
            let value = self.pop();
            let address = self.pop();
            self.store(memarg, width, address, value)?;
        } else if let Some((memarg, width, lane)) = load_lane(operator) {
            let vector = self.pop();
            let address = self.pop();
            let (bits, taint) = self.load(memarg, width, address)?;
            let (shift, mask) = lane_bits(width, lane);
            let bits = vector.bits & !(mask << shift) | bits << shift;
            let taint = if taint == 0 {
                self.through(vector.taint)
            } else {
                taint
            };
            self.push(bits, taint);
        } else if let Some((memarg, width, lane)) = store_lane(operator) {
            let mut vector = self.pop();
            let address = self.pop();
            vector.bits >>= lane_bits(width, lane).0;
            self.store(memarg, width, address, vector)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn load(
        &mut self,
        memarg: &MemArg,
        width: usize,
        address: Value,
    ) -> Result<(u128, Taint), Refused> {
        self.hide(address.taint, Shown::LoadAddress)?;
        let bytes = self.within(address.bits as u32 as usize + memarg.offset as usize, width)?;
        let mut whole = [0; 16];
        whole[..width].copy_from_slice(&self.memory[bytes.clone()]);
        let taints = self.shadow[bytes].iter();
        let taint = taints.copied().find(|taint| *taint != 0).unwrap_or(0);
        let taint = self.through(taint);
        Ok((u128::from_le_bytes(whole), taint))
    }

    fn store(
        &mut self,
        memarg: &MemArg,
        width: usize,
        address: Value,
        value: Value,
    ) -> Result<(), Refused> {
        self.hide(address.taint, Shown::StoreAddress)?;
        let bytes = self.within(address.bits as u32 as usize + memarg.offset as usize, width)?;
        let taint = self.through(value.taint);
        self.memory[bytes.clone()].copy_from_slice(&value.bits.to_le_bytes()[..width]);
        self.shadow[bytes].fill(taint);
        Ok(())
    }
}

/// How far up a lane of so many bytes stands, and its bits when it stands lowest.
fn lane_bits(width: usize, lane: u8) -> (usize, u128) {
    (8 * width * usize::from(lane), (1 << (8 * width)) - 1)
}

/// What a load makes of the bytes that it has read.
type Made = fn(u128) -> u128;

/// The lanes that a load makes of eight bytes, each twice as wide as before.
macro_rules! extended {
    ($narrow:ty, $wide:ty, $unsigned:ty) => {
        |bits| {
            let width = <$narrow>::BITS;
            (0..64 / width).fold(0, |vector, lane| {
                let wide = <$wide>::from((bits >> (lane * width)) as $narrow);
                vector | u128::from(wide as $unsigned) << (2 * lane * width)
            })
        }
    };
}

/// A load: how many bytes it reads, and what it makes of them.
fn load<'o>(operator: &'o Operator<'_>) -> Option<(&'o MemArg, usize, Made)> {
    use Operator as O;
    let same: Made = |bits| bits;
    Some(match operator {
        O::I32Load8U { memarg } | O::I64Load8U { memarg } => (memarg, 1, same),
        O::I32Load16U { memarg } | O::I64Load16U { memarg } => (memarg, 2, same),
        O::I32Load { memarg } | O::I64Load32U { memarg } | O::V128Load32Zero { memarg } => {
            (memarg, 4, same)
        }
        O::I64Load { memarg } | O::V128Load64Zero { memarg } => (memarg, 8, same),
        O::V128Load { memarg } => (memarg, 16, same),
        O::I32Load8S { memarg } => (memarg, 1, |x| {
            u128::from(i32::from(x as i8).cast_unsigned())
        }),
        O::I32Load16S { memarg } => (memarg, 2, |x| {
            u128::from(i32::from(x as i16).cast_unsigned())
        }),
        O::I64Load8S { memarg } => (memarg, 1, |x| {
            u128::from(i64::from(x as i8).cast_unsigned())
        }),
        O::I64Load16S { memarg } => (memarg, 2, |x| {
            u128::from(i64::from(x as i16).cast_unsigned())
        }),
        O::I64Load32S { memarg } => (memarg, 4, |x| {
            u128::from(i64::from(x as i32).cast_unsigned())
        }),
        O::V128Load8Splat { memarg } => (memarg, 1, |x| x * (u128::MAX / 0xff)),
        O::V128Load16Splat { memarg } => (memarg, 2, |x| x * (u128::MAX / 0xffff)),
        O::V128Load32Splat { memarg } => (memarg, 4, |x| x * (u128::MAX / 0xffff_ffff)),
        O::V128Load64Splat { memarg } => (memarg, 8, |x| x << 64 | x),
        O::V128Load8x8S { memarg } => (memarg, 8, extended!(i8, i16, u16)),
        O::V128Load8x8U { memarg } => (memarg, 8, extended!(u8, u16, u16)),
        O::V128Load16x4S { memarg } => (memarg, 8, extended!(i16, i32, u32)),
        O::V128Load16x4U { memarg } => (memarg, 8, extended!(u16, u32, u32)),
        O::V128Load32x2S { memarg } => (memarg, 8, extended!(i32, i64, u64)),
        O::V128Load32x2U { memarg } => (memarg, 8, extended!(u32, u64, u64)),
        _ => return None,
    })
}

/// A store: how many bytes it writes.
fn store<'o>(operator: &'o Operator<'_>) -> Option<(&'o MemArg, usize)> {
    use Operator as O;
    Some(match operator {
        O::I32Store8 { memarg } | O::I64Store8 { memarg } => (memarg, 1),
        O::I32Store16 { memarg } | O::I64Store16 { memarg } => (memarg, 2),
        O::I32Store { memarg } | O::I64Store32 { memarg } => (memarg, 4),
        O::I64Store { memarg } => (memarg, 8),
        O::V128Store { memarg } => (memarg, 16),
        _ => return None,
    })
}

fn load_lane<'o>(operator: &'o Operator<'_>) -> Option<(&'o MemArg, usize, u8)> {
    use Operator as O;
    Some(match operator {
        O::V128Load8Lane { memarg, lane } => (memarg, 1, *lane),
        O::V128Load16Lane { memarg, lane } => (memarg, 2, *lane),
        O::V128Load32Lane { memarg, lane } => (memarg, 4, *lane),
        O::V128Load64Lane { memarg, lane } => (memarg, 8, *lane),
        _ => return None,
    })
}

fn store_lane<'o>(operator: &'o Operator<'_>) -> Option<(&'o MemArg, usize, u8)> {
    use Operator as O;
    Some(match operator {
        O::V128Store8Lane { memarg, lane } => (memarg, 1, *lane),
        O::V128Store16Lane { memarg, lane } => (memarg, 2, *lane),
        O::V128Store32Lane { memarg, lane } => (memarg, 4, *lane),
        O::V128Store64Lane { memarg, lane } => (memarg, 8, *lane),
        _ => return None,
    })
}
