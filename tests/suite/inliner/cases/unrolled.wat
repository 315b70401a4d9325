;; Unrolled loops: addresses, choices, ways out, counters that are read later, loops in macros and macros in loops.
(memory (export "memory") 1)
(global $ROUNDS i32 (i32.const 5))

(func $at! (param $ptr i32) (param $offset i32) (result i32)
  (i32.add (local.get $ptr) (local.get $offset)))
(func $mix! (param $x i32) (param $i i32) (result i32)
  (if (result i32) (i32.and (local.get $i) (i32.const 1))
    (then (i32.rotl (local.get $x) (local.get $i)))
    (else (i32.mul (local.get $x) (i32.add (local.get $i) (i32.const 3))))))
(func $sum_4! (param $ptr i32) (result i32)
  (local $i i32)
  (local $sum i32)
  (local.set $i (i32.const 0))
  (loop $word!
    (local.set $sum
      (i32.add
        (call $mix! (local.get $sum) (local.get $i))
        (i32.load8_u (call $at! (local.get $ptr) (i32.shl (local.get $i) (i32.const 2))))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $word! (i32.lt_u (local.get $i) (i32.const 4))))
  (local.get $sum))

;; Each address is a constant: the promise of $at! and the sums that fold.
(func (export "fill") (param $value i32) (result i32)
  (local $i i32)
  (local.set $i (i32.const 0))
  (loop $byte!
    (i32.store8 (call $at! (i32.const 32) (local.get $i)) (local.get $value))
    (i32.store8 (i32.add (local.get $i) (i32.const 64)) (call $mix! (local.get $value) (local.get $i)))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $byte! (i32.ne (local.get $i) (i32.const 16))))
  (call $sum_4! (i32.const 32)))
;; An address that wraps around, which an immediate would not.
(func (export "wraps") (param $back i32) (result i32)
  (local $i i32)
  (local $sum i32)
  (local.set $i (i32.const 8))
  (loop $step!
    (local.set $sum
      (i32.add
        (local.get $sum)
        (i32.load8_u
          (i32.add
            (i32.sub (i32.const 0) (i32.and (local.get $back) (i32.const 7)))
            (local.get $i)))))
    (local.set $i (i32.add (local.get $i) (i32.const 8)))
    (br_if $step! (i32.le_u (local.get $i) (i32.const 24))))
  (local.get $sum))
;; The counter tells where the loop was left.
(func (export "leaves") (param $needle i32) (result i32)
  (local $i i32)
  (block $found
    (local.set $i (i32.const 0))
    (loop $next!
      (br_if $found
        (i32.eq (i32.load8_u offset=64 (local.get $i)) (i32.and (local.get $needle) (i32.const 255))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next! (i32.lt_u (local.get $i) (global.get $ROUNDS)))))
  (local.get $i))
;; A table of branches keeps its blocks.
(func (export "table") (param $x i32) (result i32)
  (local $i i32)
  (local.set $i (i32.const 3))
  (block $out
    (loop $next!
      (block $odd
        (block $even
          (br_table $even $odd $out (i32.and (i32.add (local.get $x) (local.get $i)) (i32.const 3))))
        (local.set $x (i32.add (local.get $x) (i32.const 10))))
      (local.set $x (i32.xor (local.get $x) (local.get $i)))
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (br_if $next! (i32.ge_s (local.get $i) (i32.const 0)))))
  (local.get $x))
;; What follows cannot be reached.
(func (export "returns") (param $x i32) (result i32)
  (local $i i32)
  (local.set $i (i32.const 0))
  (loop $next!
    (if (i32.eq (local.get $i) (i32.const 2)) (then (return (i32.mul (local.get $x) (local.get $i)))))
    (local.set $x (i32.sub (local.get $x) (local.get $i)))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next! (i32.lt_u (local.get $i) (i32.const 4))))
  (local.get $x))
;; A product of all pairs, by loops within loops.
(func (export "nested") (param $x i32) (result i32)
  (local $i i32)
  (local $j i32)
  (local.set $i (i32.const 1))
  (loop $row!
    (local.set $j (i32.const 10))
    (loop $column!
      (local.set $x (call $mix! (i32.add (local.get $x) (local.get $i)) (local.get $j)))
      (local.set $j (i32.sub (local.get $j) (i32.const 3)))
      (br_if $column! (i32.gt_s (local.get $j) (i32.const -3))))
    (local.set $x (i32.xor (local.get $x) (local.get $j)))
    (local.set $i (i32.add (local.get $i) (i32.const 2)))
    (br_if $row! (i32.lt_u (local.get $i) (i32.const 8))))
  (i32.add (local.get $x) (local.get $i)))
