;; ---- The output

;; Writes len bytes of output: the root, `node`, is compressed once for every 64 of them, with a
;; counter.
(func $write_output (param $dst_ptr i32) (param $len i32)
  (local $a v128)
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local $to i32) ;; where the block of output goes: the last one may be cut
  (i64.store offset=96 (;COUNTER;) (global.get $NODE) (i64.const 0))
  (block $done
    (loop $next_block
      (br_if $done (i32.eqz (local.get $len)))
      (call $compress_node! (global.get $ROOT))
      (local.set $d)
      (local.set $c)
      (local.set $b)
      (local.set $a)
      (local.set $to
        (select
          (global.get $BLOCK)
          (local.get $dst_ptr)
          (i32.lt_u (local.get $len) (i32.const 64))))
      (v128.store (local.get $to) (v128.xor (local.get $a) (local.get $c)))
      (v128.store offset=16 (local.get $to) (v128.xor (local.get $b) (local.get $d)))
      (v128.store offset=32 (local.get $to)
        (v128.xor (local.get $c) (v128.load offset=0 (;NODE.CV;) (global.get $NODE))))
      (v128.store offset=48 (local.get $to)
        (v128.xor (local.get $d) (v128.load offset=16 (;NODE.CV+16;) (global.get $NODE))))
      (if (i32.lt_u (local.get $len) (i32.const 64))
        (then
          (call $copy (local.get $dst_ptr) (global.get $BLOCK) (local.get $len))
          (return)))
      (i64.store offset=96 (;COUNTER;) (global.get $NODE)
        (i64.add
          (i64.load offset=96 (;COUNTER;) (global.get $NODE))
          (i64.const 1)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 64)))
      (local.set $len (i32.sub (local.get $len) (i32.const 64)))
      (br $next_block))))
