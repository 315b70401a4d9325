//! What macros become: the expanded text of small modules.

mod common;

use common::{FNV, assemble_text, kernel, settings};
use kilowat_assembler::Options;

/// Snapshots the expanded text of a module.
fn snapshot(name: &str, text: &str) {
    let assembled = assemble_text(text, Options::default()).unwrap_or_else(|e| panic!("{e}"));
    settings().bind(|| insta::assert_snapshot!(format!("expansion_{name}"), assembled.text));
}

/// Snapshots the expanded text of some fields around a function `run`.
fn expansion(name: &str, fields: &str) {
    snapshot(name, &kernel(fields));
}

#[test]
fn fnv1a32() {
    snapshot("fnv1a32", FNV);
}

#[test]
fn constants_globals_and_unwritten_locals_are_substituted() {
    expansion(
        "substitution",
        r#"
(global $K i32 (i32.const 7))
(func $axpy! (param $a i32) (param $x i32) (param $y i32) (result i32)
  (i32.add (i32.mul (local.get $x) (local.get $a))
           (i32.add (local.get $y) (local.get $x))))
(func (export "run") (param $p i32) (param $q i32) (result i32)
  (call $axpy! (i32.const 3) (local.get $p) (global.get $K)))
"#,
    );
}

#[test]
fn a_local_written_by_a_later_argument_is_copied() {
    expansion(
        "written_by_later_argument",
        r#"
(func $sum! (param $a i32) (param $b i32) (result i32)
  (i32.add (local.get $b) (local.get $a)))
(func (export "run") (param $p i32) (result i32)
  (call $sum! (local.get $p) (local.tee $p (i32.load (local.get $p)))))
"#,
    );
}

#[test]
fn calls_one_after_the_other_share_their_locals() {
    expansion(
        "shared_locals",
        r#"
(func $square! (param $x i32) (result i32)
  (i32.mul (local.get $x) (local.get $x)))
(func $wide! (param $x i64) (param $n i32) (result i64)
  (local $t i64)
  (local.set $t (i64.mul (local.get $x) (local.get $x)))
  (i64.shl (local.get $t) (i64.extend_i32_u (local.get $n))))
(func (export "run") (param $p i32) (result i32)
  (i32.add
    (call $square! (i32.load (local.get $p)))
    (i32.add
      (call $square! (call $square! (i32.load offset=4 (local.get $p))))
      (i32.wrap_i64 (call $wide! (i64.load (local.get $p)) (i32.load (local.get $p)))))))
"#,
    );
}

#[test]
fn nested_macros_with_early_returns_and_labels() {
    expansion(
        "nested_early_return",
        r#"
(func $clamp! (param $x i32) (param $max i32) (result i32)
  (if (i32.gt_u (local.get $x) (local.get $max))
    (then (return (local.get $max))))
  (local.get $x))
(func $count! (param $p i32) (result i32)
  (local $n i32)
  (block $done
    (loop $next
      (br_if $done (i32.eqz (i32.load8_u (i32.add (local.get $p) (local.get $n)))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br $next)))
  (return (call $clamp! (local.get $n) (i32.const 16))))
(func (export "run") (param $p i32) (result i32)
  (local $sum i32)
  (loop $again
    (local.set $sum (i32.add (local.get $sum) (call $count! (local.get $p))))
    (br_if $again (local.tee $p (i32.load (local.get $p)))))
  (local.get $sum))
"#,
    );
}

#[test]
fn several_results_and_a_block_around_them() {
    expansion(
        "several_results",
        r#"
(func $div_mod! (param $a i32) (param $b i32) (result i32 i32)
  (if (i32.eqz (local.get $b))
    (then (return (i32.const 0) (local.get $a))))
  (i32.div_u (local.get $a) (local.get $b))
  (i32.rem_u (local.get $a) (local.get $b)))
(func (export "run") (param $p i32) (result i32)
  (call $div_mod! (i32.load (local.get $p)) (i32.const 10))
  (i32.add))
"#,
    );
}

#[test]
fn what_cannot_be_reached_is_left_out() {
    expansion(
        "unreachable",
        r#"
(func $fail! (param $p i32) (result i32)
  (i32.store (local.get $p) (i32.const 1))
  (unreachable))
(func $unused! (result i32) (i32.const 1))
(func (export "run") (param $p i32) (result i32)
  (if (result i32) (local.get $p)
    (then (i32.add (call $fail! (i32.load (local.get $p))) (call $unused!)))
    (else (return (i32.const 2)) (call $unused!))))
"#,
    );
}

/// The macro that says that a sum does not wrap around.
const AT: &str = "(func $at! (param $ptr i32) (param $offset i32) (result i32)
  (i32.add (local.get $ptr) (local.get $offset)))\n";

#[test]
fn an_unrolled_loop_folds_its_counter_through_macros_into_immediates() {
    expansion(
        "unrolled_addresses",
        &(AT.to_owned()
            + r#"
(global $TABLE i32 (i32.const 64))
(global $ROUNDS i32 (i32.const 3))
(func $word! (param $ptr i32) (param $i i32) (result i32)
  (i32.load (call $at! (local.get $ptr) (i32.shl (local.get $i) (i32.const 2)))))
(func (export "run") (param $p i32) (param $q i32) (result i32)
  (local $i i32)
  (local $sum i32)
  (local.set $i (i32.const 0))
  (loop $round!
    (local.set $sum
      (i32.add
        (i32.rotl (local.get $sum) (local.get $i))
        (i32.xor
          (call $word! (local.get $p) (local.get $i))
          (call $word! (global.get $TABLE)
            (i32.and (i32.mul (local.get $i) (i32.const 5)) (i32.const 7))))))
    ;; A promise of nothing: this sum stays. That of two constants does not.
    (i32.store
      (i32.add (local.get $q) (i32.shl (local.get $i) (i32.const 2)))
      (i32.load (i32.add (global.get $TABLE) (i32.mul (local.get $i) (i32.const 3)))))
    (i32.store offset=8
      (call $at! (local.get $q) (i32.shl (local.get $i) (i32.const 2)))
      (local.get $sum))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $round! (i32.lt_u (local.get $i) (global.get $ROUNDS))))
  (local.get $sum))
"#),
    );
}

#[test]
fn an_unrolled_loop_chooses_between_its_rounds() {
    expansion(
        "unrolled_choices",
        r#"
(func $blend! (param $a i32) (param $b i32) (param $half i32) (result i32)
  (if (result i32) (local.get $half)
    (then (i32.sub (local.get $a) (local.get $b)))
    (else (i32.sub (local.get $b) (local.get $a)))))
(func (export "run") (param $a i32) (param $b i32) (result i32)
  (local $half i32)
  (block $out
    (local.set $half (i32.const 1))
    (loop $half!
      (local.set $a
        (call $blend!
          (local.get $a)
          (select (local.get $a) (local.get $b) (i32.eqz (local.get $half)))
          (local.get $half)))
      (if (local.get $half)
        (then (br_if $out (i32.eq (local.get $a) (i32.const 7))))
        (else
          (block $skip
            (br_if $skip (i32.eqz (local.get $b)))
            (br_if $out (i32.lt_s (local.get $half) (i32.const -7)))
            (local.set $b (i32.mul (local.get $b) (local.get $half))))))
      (local.set $half (i32.sub (local.get $half) (i32.const 1)))
      (br_if $half! (i32.ge_s (local.get $half) (i32.const 0)))))
  (i32.add (local.get $a) (local.get $b)))
"#,
    );
}

#[test]
fn a_counter_that_is_read_later_is_set() {
    expansion(
        "unrolled_counter_read",
        r#"
(func $find! (param $p i32) (result i32)
  (local $i i32)
  (local.set $i (i32.const 0))
  (loop $next!
    (if (i32.eqz (i32.load8_u (i32.add (local.get $p) (local.get $i))))
      (then (return (local.get $i))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next! (i32.ne (local.get $i) (i32.const 2))))
  (local.get $i))
(func (export "run") (param $p i32) (result i32)
  (local $i i32)
  (local.set $i (i32.const 4))
  (block $found
    (loop $next!
      (br_if $found (i32.load8_u offset=100 (local.get $p)))
      (i32.store8 (local.get $p) (local.get $i))
      (local.set $i (i32.sub (local.get $i) (i32.const 2)))
      (br_if $next! (i32.gt_u (local.get $i) (i32.const 0)))))
  (i32.add (local.get $i) (call $find! (local.get $p))))
"#,
    );
}

#[test]
fn unrolled_loops_nest() {
    expansion(
        "unrolled_nested",
        r#"
(func $column! (param $p i32) (param $row i32)
  (local $column i32)
  (local.set $column (i32.const 0))
  (loop $column!
    (i32.store8 (i32.add (i32.mul (local.get $row) (i32.const 10)) (local.get $column))
      (i32.load8_u (local.get $p)))
    (local.set $column (i32.add (local.get $column) (i32.const 1)))
    (br_if $column! (i32.lt_u (local.get $column) (i32.const 2)))))
(func (export "run") (param $p i32)
  (local $row i32)
  (local $inner i32)
  (local.set $row (i32.const 0))
  (loop $row!
    (call $column! (local.get $p) (local.get $row))
    (local.set $inner (i32.const 8))
    (loop $inner!
      (i32.store16 (local.get $p) (i32.sub (local.get $inner) (local.get $row)))
      (local.set $inner (i32.add (local.get $inner) (i32.const 8)))
      (br_if $inner! (i32.le_u (local.get $inner) (i32.const 16))))
    (local.set $row (i32.add (local.get $row) (i32.const 1)))
    (br_if $row! (i32.lt_u (local.get $row) (i32.const 2)))))
"#,
    );
}
