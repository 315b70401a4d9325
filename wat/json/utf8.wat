;; UTF-8 (RFC 3629), by three lookups for each pair of neighbouring bytes (Keiser and Lemire 2020).

;; The errors that each pair may be, by the bits of
;;   1 too short: a lead byte or an ASCII byte where a continuation belongs
;;   2 too long: a continuation behind an ASCII byte
;;   4 overlong, three bytes      8 above U+10FFFF (with 64)   16 surrogate
;;   32 overlong, two bytes       64 overlong, four bytes      128 two continuations
;; An error is where all three lookups agree. Two continuations are none where the third or fourth
;; byte of a sequence stands.
(func $pair_errors! (param $before v128) (param $bytes v128) (result v128)
  (local $first v128)
  (local $far v128)
  (local.set $first
    (i8x16.shuffle 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
      (local.get $before)
      (local.get $bytes)))
  ;; The top bit where a lead byte of three stands two back, or one of four three back.
  (local.set $far
    (v128.or
      (i8x16.sub_sat_u
        (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
          (local.get $before)
          (local.get $bytes))
        (i8x16.splat (i32.const 0x60)))
      (i8x16.sub_sat_u
        (i8x16.shuffle 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28
          (local.get $before)
          (local.get $bytes))
        (i8x16.splat (i32.const 0x70)))))
  (v128.xor
    (v128.and
      (v128.and
        (i8x16.swizzle
          (v128.const i8x16 2 2 2 2 2 2 2 2 128 128 128 128 33 1 21 73)
          (i8x16.shr_u (local.get $first) (i32.const 4)))
        (i8x16.swizzle
          (v128.const i8x16 231 163 131 131 139 203 203 203 203 203 203 203 203 219 203 203)
          (v128.and (local.get $first) (i8x16.splat (i32.const 15)))))
      (i8x16.swizzle
        (v128.const i8x16 1 1 1 1 1 1 1 1 230 174 186 186 1 1 1 1)
        (i8x16.shr_u (local.get $bytes) (i32.const 4))))
    (v128.and (local.get $far) (i8x16.splat (i32.const 0x80)))))

;; Whether [ptr, ptr+len) is UTF-8.
(func $is_utf8 (param $ptr i32) (param $len i32) (result i32)
  (local $end i32) ;; of the whole vectors
  (local $bytes v128)
  (local $before v128) ;; the 16 bytes before these
  (local $errors v128)
  (local.set $end (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -16))))
  (block $tail
    (loop $next
      (br_if $tail (i32.ge_u (local.get $ptr) (local.get $end)))
      (if (i32.ge_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 64))
        (then
          (if
            (i32.eqz
              (i8x16.bitmask
                (v128.or
                  (local.get $before)
                  (v128.or
                    (v128.or
                      (v128.load (local.get $ptr))
                      (v128.load offset=16 (local.get $ptr)))
                    (v128.or
                      (v128.load offset=32 (local.get $ptr))
                      (v128.load offset=48 (local.get $ptr)))))))
            (then
              (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
              (br $next)))))
      (local.set $bytes (v128.load (local.get $ptr)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
      (if (i8x16.bitmask (v128.or (local.get $bytes) (local.get $before)))
        (then
          (local.set $errors
            (v128.or
              (local.get $errors)
              (call $pair_errors! (local.get $before) (local.get $bytes))))))
      (local.set $before (local.get $bytes))
      (br $next)))
  ;; What is left, and zeros; then nothing but zeros, for a sequence that is cut off.
  (v128.store (global.get $REST) (v128.const i64x2 0 0))
  (memory.copy (global.get $REST) (local.get $ptr) (i32.and (local.get $len) (i32.const 15)))
  (local.set $bytes (v128.load (global.get $REST)))
  (local.set $errors
    (v128.or (local.get $errors) (call $pair_errors! (local.get $before) (local.get $bytes))))
  (local.set $errors
    (v128.or
      (local.get $errors)
      (call $pair_errors! (local.get $bytes) (v128.const i64x2 0 0))))
  (i32.eqz (v128.any_true (local.get $errors))))
