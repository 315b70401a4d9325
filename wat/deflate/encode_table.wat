;; ---- level 1: a hash table with two places a hash

(func $parse_pairs
  (param $window i32) (param $here i32) (param $end i32) (param $work_ptr i32) (result i32)
  (global.set $depth (i32.const 4))
  (global.set $nice (i32.const 32))
  (global.set $lazy (i32.const 0))
  (call $parse_chains (local.get $window) (local.get $here) (local.get $end) (local.get $work_ptr)))
