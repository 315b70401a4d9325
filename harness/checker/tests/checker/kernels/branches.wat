;;! summary = "Branches of every kind, so that it is known which are taken"
;;! spec    = "none"
;;! exports = ["arms", "blocks", "table", "around", "macros"]

(memory (export "memory") 0)
(global (export "heap_base") i32 (i32.const 0))

(func $arms (export "arms") (param $x i32) (result i32)
  (if (i32.eq (local.get $x) (i32.const 1)) (then (return (i32.const 10))))
  (if (result i32) (i32.eq (local.get $x) (i32.const 2))
    (then (i32.const 20))
    (else (i32.const 30))))

(func $blocks (export "blocks") (param $x i32) (result i32)
  (block $out (result i32)
    (drop
      (br_if $out (i32.const 7) (i32.and (local.get $x) (i32.const 2))))
    (i32.const 8)))

(func $table (export "table") (param $x i32) (result i32)
  (block $two
    (block $one
      (block $zero
        (br_table $zero $one $zero $two $two (local.get $x)))
      (return (i32.const 100)))
    (return (i32.const 101)))
  (i32.const 102))

(func $around (export "around") (param $x i32) (result i32)
  (local $sum i32)
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $x)))
      (local.set $sum (i32.add (local.get $sum) (local.get $x)))
      (local.set $x (i32.sub (local.get $x) (i32.const 1)))
      (br $next)))
  (loop $again
    (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
    (br_if $again (i32.and (local.get $sum) (i32.const 3))))
  (local.get $sum))

;; A macro is one, and has each of its branches once.
(func $bigger! (param $a i32) (param $b i32) (result i32)
  (if (i32.gt_s (local.get $a) (local.get $b)) (then (return (local.get $a))))
  (local.get $b))

(func $macros (export "macros") (param $x i32) (result i32)
  (local $i i32)
  (local $sum i32)
  (local.set $i (i32.const 0))
  (loop $round!
    (if (i32.lt_u (local.get $i) (local.get $x))
      (then (local.set $sum (i32.add (local.get $sum) (local.get $i)))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $round! (i32.lt_u (local.get $i) (i32.const 5))))
  (i32.add
    (call $bigger! (local.get $sum) (local.get $x))
    (call $bigger! (local.get $x) (i32.const 3))))

;; Nothing calls it: it is not in the binary, and has no branch.
(func $forgotten (param $x i32) (if (local.get $x) (then (unreachable))))
