;; ---- what both forms have in common

(global $PRIME_1 i64 (i64.const 0x9e3779b185ebca87))
(global $PRIME_2 i64 (i64.const 0xc2b2ae3d27d4eb4f))
(global $PRIME_3 i64 (i64.const 0x165667b19e3779f9))
(global $PRIME_4 i64 (i64.const 0x85ebca77c2b2ae63))
(global $PRIME_5 i64 (i64.const 0x27d4eb2f165667c5))

;; hash ^ (hash >> bits)
(func $fold! (param $hash i64) (param $bits i64) (result i64)
  (i64.xor (local.get $hash) (i64.shr_u (local.get $hash) (local.get $bits))))

;; Makes every bit of the hash depend on every bit of the input: the end of XXH64, and of XXH3 for
;; the shortest inputs.
(func $avalanche! (param $hash i64) (result i64)
  (call $fold!
    (i64.mul
      (call $fold!
        (i64.mul (call $fold! (local.get $hash) (i64.const 33)) (global.get $PRIME_2))
        (i64.const 29))
      (global.get $PRIME_3))
    (i64.const 32)))

;; Copies [src_ptr, src_ptr+len) to dst_ptr: fewer bytes than a call of memory.copy is worth.
(func $copy_short (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (block $bytes
    (loop $next_8
      (br_if $bytes (i32.lt_u (local.get $len) (i32.const 8)))
      (i64.store (local.get $dst_ptr) (i64.load (local.get $src_ptr)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 8)))
      (local.set $len (i32.sub (local.get $len) (i32.const 8)))
      (br $next_8)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eqz (local.get $len)))
      (i32.store8 (local.get $dst_ptr) (i32.load8_u (local.get $src_ptr)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 1)))
      (local.set $len (i32.sub (local.get $len) (i32.const 1)))
      (br $next_byte))))
