;; ---- copies

;; Copies $len bytes, and up to 15 more, at least 16 in all.
(func $copy_over! (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $dst_ptr) (local.get $len)))
  (loop $next_16
    (v128.store (local.get $dst_ptr) (v128.load (local.get $src_ptr)))
    (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
    (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 16)))
    (br_if $next_16 (i32.lt_u (local.get $dst_ptr) (local.get $end)))))

;; Copies $len bytes between spans that have nothing in common: two overlapping pieces, where one is
;; not enough, and for long spans what the engine has.
(func $copy_exactly (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $last i32) ;; offset of the second piece
  (if (i32.gt_u (local.get $len) (i32.const 32))
    (then
      (memory.copy (local.get $dst_ptr) (local.get $src_ptr) (local.get $len))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 16))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 16)))
      (v128.store (local.get $dst_ptr) (v128.load (local.get $src_ptr)))
      (v128.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (v128.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 8))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 8)))
      (i64.store (local.get $dst_ptr) (i64.load (local.get $src_ptr)))
      (i64.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (i64.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (call $copy_bytes (local.get $dst_ptr) (local.get $src_ptr) (local.get $len)))

;; Copies $len bytes one by one, so that they may be bytes that it has just written.
(func $copy_bytes (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $dst_ptr) (local.get $len)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $dst_ptr) (local.get $end)))
      (i32.store8 (local.get $dst_ptr) (i32.load8_u (local.get $src_ptr)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 1)))
      (br $next_byte))))

;; The 16 bytes at $dst_ptr as a repetition of the $distance bytes before makes them; under 16.
(func $repetition! (param $dst_ptr i32) (param $distance i32) (result v128)
  (i8x16.swizzle
    (v128.load (i32.sub (local.get $dst_ptr) (local.get $distance)))
    (v128.load (i32.shl (local.get $distance) (i32.const 4)))))

;; The largest multiple of $distance that is 16 at most.
(func $repeat_step! (param $distance i32) (result i32)
  (i32.load8_u (i32.add (global.get $REPEAT_STEP) (local.get $distance))))

;; Copies $len bytes from $distance before, byte after byte as far as anyone can see.
(func $copy_match (param $dst_ptr i32) (param $distance i32) (param $len i32)
  (local $step i32)
  (local $bytes v128)
  (block $short
    (br_if $short (i32.lt_u (local.get $len) (i32.const 16)))
    (if (i32.ge_u (local.get $distance) (i32.const 16))
      (then
        (loop $next_16
          (v128.store
            (local.get $dst_ptr)
            (v128.load (i32.sub (local.get $dst_ptr) (local.get $distance))))
          (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
          (local.set $len (i32.sub (local.get $len) (i32.const 16)))
          (br_if $next_16 (i32.ge_u (local.get $len) (i32.const 16)))))
      (else
        (local.set $step (call $repeat_step! (local.get $distance)))
        (local.set $bytes
          (call $repetition! (local.get $dst_ptr) (local.get $distance)))
        (loop $next_step
          (v128.store (local.get $dst_ptr) (local.get $bytes))
          (local.set $dst_ptr (i32.add (local.get $dst_ptr) (local.get $step)))
          (local.set $len (i32.sub (local.get $len) (local.get $step)))
          (br_if $next_step (i32.ge_u (local.get $len) (i32.const 16)))))))
  (if
    (i32.and
      (i32.ge_u (local.get $len) (i32.const 8))
      (i32.ge_u (local.get $distance) (i32.const 8)))
    (then
      (i64.store
        (local.get $dst_ptr)
        (i64.load (i32.sub (local.get $dst_ptr) (local.get $distance))))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))
      (local.set $len (i32.sub (local.get $len) (i32.const 8)))))
  (call $copy_bytes
    (local.get $dst_ptr)
    (i32.sub (local.get $dst_ptr) (local.get $distance))
    (local.get $len)))
