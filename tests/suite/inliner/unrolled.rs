//! Generated text of loops that are to be unrolled: nested, within macros and around them, left early, with counters
//! that are read in every way.

use std::fmt::Write as _;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

/// The variables that expressions read and statements set.
const VARIABLES: [&str; 4] = ["$p", "$q", "$x", "$y"];

/// The locals that count rounds: as many as loops may stand within each other.
const COUNTERS: [&str; 3] = ["$i", "$j", "$k"];

/// A module of macros and exported functions.
pub(crate) fn module(rng: &mut ChaCha8Rng) -> String {
    let mut text = String::from(
        r#"(memory (export "memory") 1)
(global $fuel (export "fuel") (mut i32) (i32.const 60))
(global $K i32 (i32.const 12))
(func $at! (param $ptr i32) (param $offset i32) (result i32)
  (i32.add (local.get $ptr) (local.get $offset)))
"#,
    );
    let macros = rng.random_range(1..4);
    for index in 0..macros {
        // A macro calls those before it.
        let body = Writer::new(rng, index).function();
        write(
            &mut text,
            format_args!("(func $m{index}! (param $p i32) (param $q i32) (result i32)\n{body})\n"),
        );
    }
    for index in 0..rng.random_range(1..3) {
        let body = Writer::new(rng, macros).function();
        write(
            &mut text,
            format_args!(
                "(func (export \"f{index}\") (param $p i32) (param $q i32) (result i32)\n{body})\n"
            ),
        );
    }
    text
}

fn write(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a String takes it");
}

/// Writes the body of one function.
struct Writer<'r> {
    rng: &'r mut ChaCha8Rng,
    macros: usize,
    /// The labels around, of blocks only.
    labels: Vec<String>,
    next_label: usize,
    /// How many of the counters count loops around.
    counting: usize,
    /// How many more statements there may be.
    left: usize,
    /// How many more calls: what a macro grows to is multiplied by each, and by the rounds around it.
    calls: usize,
}

impl<'r> Writer<'r> {
    fn new(rng: &'r mut ChaCha8Rng, macros: usize) -> Self {
        let left = rng.random_range(3..10);
        Self {
            rng,
            macros,
            labels: Vec::new(),
            next_label: 0,
            counting: 0,
            left,
            calls: 3,
        }
    }

    fn function(mut self) -> String {
        let locals = "(local $x i32) (local $y i32) (local $i i32) (local $j i32) (local $k i32)";
        let mut body = format!("{locals}\n");
        body += &self.unrolled();
        while self.left > 0 {
            body += &self.statement();
        }
        let result = self.expression(2);
        body + &result
    }

    fn label(&mut self) -> String {
        self.next_label += 1;
        format!("$l{}", self.next_label)
    }

    fn pick<'o>(&mut self, options: &[&'o str]) -> &'o str {
        options[self.rng.random_range(0..options.len())]
    }

    fn statements(&mut self) -> String {
        (0..self.rng.random_range(1..4))
            .map(|_| self.statement())
            .collect()
    }

    fn statement(&mut self) -> String {
        self.left = self.left.saturating_sub(1);
        let deep = self.left == 0;
        match self.rng.random_range(0..14) {
            0 | 1 if !deep => self.unrolled(),
            2 if !deep => {
                let (condition, then) = (self.expression(2), self.statements());
                let other = if self.rng.random() {
                    format!("(else {})", self.statements())
                } else {
                    String::new()
                };
                format!("(if {condition} (then {then}) {other})\n")
            }
            3 if !deep => {
                let label = self.label();
                self.labels.push(label.clone());
                let body = self.statements();
                self.labels.pop();
                format!("(block {label} {body})\n")
            }
            // A loop that stays one.
            4 if !deep && self.counting < 2 => {
                let label = self.label();
                let body = self.statements();
                format!(
                    "(loop {label} {body} (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1))) \
                     (br_if {label} (i32.gt_s (global.get $fuel) (i32.const 0))))\n"
                )
            }
            5 if self.labels.is_empty() => {
                let (condition, result) = (self.expression(2), self.expression(1));
                format!("(if {condition} (then (return {result})))\n")
            }
            5 => {
                let label = self.labels[self.rng.random_range(0..self.labels.len())].clone();
                format!("(br_if {label} {})\n", self.expression(2))
            }
            6 => match self.labels.first().cloned() {
                None => String::from("(nop)\n"),
                Some(first) => {
                    let last = self.labels[self.labels.len() - 1].clone();
                    let inner = self.label();
                    format!(
                        "(block {inner} (br_table {inner} {first} {last} {inner} {}))\n",
                        self.expression(1)
                    )
                }
            },
            7..10 => {
                let store = self.pick(&["i32.store", "i32.store8 offset=3", "i32.store16"]);
                let (address, value) = (self.address(), self.expression(2));
                format!("({store} {address} {value})\n")
            }
            _ => {
                let (variable, value) = (self.pick(&VARIABLES), self.expression(3));
                format!("(local.set {variable} {value})\n")
            }
        }
    }

    /// A loop that is to be unrolled.
    fn unrolled(&mut self) -> String {
        let Some(counter) = COUNTERS.get(self.counting).copied() else {
            return String::from("(nop)\n");
        };
        let start: i32 = self.rng.random_range(-3..20);
        let step: i32 = *[1, 1, 2, 4, -1, -3]
            .get(self.rng.random_range(0..6))
            .expect("there are six");
        let rounds = self.rng.random_range(1..4);
        let last = start + rounds * step;
        let comparison = match (step > 0, self.rng.random_range(0..3)) {
            (_, 0) => format!("(i32.ne (local.get {counter}) (i32.const {last}))"),
            (true, 1) if start >= 0 => {
                format!("(i32.lt_u (local.get {counter}) (i32.const {last}))")
            }
            (true, _) => format!("(i32.le_s (local.get {counter}) (i32.const {}))", last - 1),
            (false, _) => format!("(i32.gt_s (local.get {counter}) (i32.const {last}))"),
        };
        let sum = if self.rng.random() {
            format!("(i32.add (local.get {counter}) (i32.const {step}))")
        } else {
            format!("(i32.sub (local.get {counter}) (i32.const {}))", -step)
        };
        // What stands between the start and the loop may read the counter, but not set it.
        let between = if self.rng.random_range(0..4) == 0 {
            format!("(local.set $x {})\n", self.expression(2))
        } else {
            String::new()
        };
        let label = format!("{}!", self.label());
        self.counting += 1;
        let body = self.statements();
        self.counting -= 1;
        format!(
            "(local.set {counter} (i32.const {start}))\n{between}(loop {label}\n{body}\
             (local.set {counter} {sum})\n(br_if {label} {comparison}))\n"
        )
    }

    fn address(&mut self) -> String {
        let base = format!("(i32.and {} (i32.const 0xfff))", self.expression(1));
        match self.rng.random_range(0..30) {
            // Wherever that is.
            0 => self.expression(2),
            1..5 => base,
            5..10 => format!(
                "(i32.add {base} (i32.and {} (i32.const 255)))",
                self.counter_expression()
            ),
            10..15 => format!(
                "(call $at! (global.get $K) (i32.and {} (i32.const 255)))",
                self.counter_expression()
            ),
            _ => format!(
                "(call $at! {base} (i32.and {} (i32.const 255)))",
                self.counter_expression()
            ),
        }
    }

    /// What is a constant in each round, if there is a loop around.
    fn counter_expression(&mut self) -> String {
        let counter = COUNTERS[self.rng.random_range(0..=self.counting.min(2))];
        let operator = self.pick(&["i32.mul", "i32.shl", "i32.add", "i32.sub", "i32.rem_u"]);
        let number = self.rng.random_range(1..8);
        format!("({operator} (local.get {counter}) (i32.const {number}))")
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.rng.random_range(0..6) {
                0 => format!("(i32.const {})", self.rng.random_range(-2..40)),
                1 => String::from("(global.get $K)"),
                2 | 3 => format!("(local.get {})", self.pick(&COUNTERS)),
                _ => format!("(local.get {})", self.pick(&VARIABLES)),
            };
        }
        let depth = depth - 1;
        match self.rng.random_range(0..16) {
            0 => {
                let (a, b, c) = (
                    self.expression(depth),
                    self.expression(depth),
                    self.expression(depth),
                );
                format!("(select {a} {b} {c})")
            }
            1 => {
                let (a, b, c) = (
                    self.expression(depth),
                    self.expression(depth),
                    self.expression(depth),
                );
                format!("(if (result i32) {a} (then {b}) (else {c}))")
            }
            2 | 3 => {
                let load = self.pick(&["i32.load", "i32.load8_u offset=5", "i32.load16_s"]);
                format!("({load} {})", self.address())
            }
            4 | 5 if self.macros > 0 && self.calls > 0 => {
                self.calls -= 1;
                let called = self.rng.random_range(0..self.macros);
                let (a, b) = (self.expression(depth), self.expression(depth));
                format!("(call $m{called}! {a} {b})")
            }
            6 => {
                let (variable, value) = (self.pick(&VARIABLES), self.expression(depth));
                format!("(local.tee {variable} {value})")
            }
            7 => format!("(i32.eqz {})", self.expression(depth)),
            8 => format!(
                "(i32.wrap_i64 (i64.shr_s (i64.mul (i64.extend_i32_s {}) (i64.const 0x1234567)) (i64.const 7)))",
                self.counter_expression()
            ),
            9 | 10 => self.counter_expression(),
            _ => {
                let operator = self.pick(&[
                    "i32.add",
                    "i32.sub",
                    "i32.mul",
                    "i32.and",
                    "i32.or",
                    "i32.xor",
                    "i32.shl",
                    "i32.shr_u",
                    "i32.shr_s",
                    "i32.rotl",
                    "i32.rotr",
                    "i32.lt_u",
                    "i32.ge_s",
                    "i32.eq",
                ]);
                let (a, b) = (self.expression(depth), self.expression(depth));
                format!("({operator} {a} {b})")
            }
        }
    }
}
