;; ---- Adler-32

;; The checksum is two sums modulo 65521: s1 = 1 + all bytes, and s2, the sum of what s1 is after
;; each byte, in which a byte counts as often as bytes are left with it. Fifteen vectors are a
;; block. Sums of pairs of bytes are added up in eight lanes, and those sums so far added up in
;; turn, which counts a pair as often as vectors follow; what a byte counts within its vector is
;; left to the block's end.

;; The greatest prime below 2^16.
(global $ADLER_MODULUS i32 (i32.const 65521))

;; As many blocks of 240 bytes as s2 has room for in 32 bits, whatever the bytes: 5,520 of 5,552.
(global $ADLER_RUN i32 (i32.const 5520))

;; The sum of the four lanes.
(func $sum_i32! (param $lanes v128) (result i32)
  (i32.add
    (i32.add
      (i32x4.extract_lane 0 (local.get $lanes))
      (i32x4.extract_lane 1 (local.get $lanes)))
    (i32.add
      (i32x4.extract_lane 2 (local.get $lanes))
      (i32x4.extract_lane 3 (local.get $lanes)))))

;; The Adler-32 of what `adler` is that of, followed by [ptr, ptr+len). Halves of 65521 and more are
;; taken modulo 65521.
(func $adler32_behind
  (param $adler i32) (param $ptr i32) (param $len i32) (result i32)
  (local $s1 i32)
  (local $s2 i32)
  (local $end i32)  ;; one past the last byte
  (local $run i32)  ;; where the sums are next taken modulo 65521
  (local $offset i32)
  (local $all v128)     ;; four i32: the bytes of all blocks before
  (local $before v128)  ;; four i32: what $all was before each block
  (local $after v128)   ;; four i32: pairs, as often as vectors of their block follow
  (local $within v128)  ;; four i32: bytes, as often as bytes of their vector are left
  (local $bytes v128)
  (local $pairs v128)   ;; eight i16: the sums of pairs of a block
  (local $ahead v128)   ;; eight i16: what $pairs was before each vector
  (local $even v128)    ;; eight i16: the first bytes of the pairs
  (local.set $s1
    (i32.rem_u
      (i32.and (local.get $adler) (i32.const 0xffff))
      (global.get $ADLER_MODULUS)))
  (local.set $s2
    (i32.rem_u
      (i32.shr_u (local.get $adler) (i32.const 16))
      (global.get $ADLER_MODULUS)))
  (block $done
    (br_if $done (i32.eqz (local.get $len)))
    (local.set $end (i32.add (local.get $ptr) (local.get $len)))
    (block $no_block
      (loop $next_run
        (br_if $no_block
          (i32.lt_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 240)))
        (local.set $run
          (i32.add
            (local.get $ptr)
            (call $least!
              (i32.sub
                (i32.sub (local.get $end) (local.get $ptr))
                (i32.rem_u
                  (i32.sub (local.get $end) (local.get $ptr))
                  (i32.const 240)))
              (global.get $ADLER_RUN))))
        ;; s1 before the run counts once a byte.
        (local.set $s2
          (i32.add
            (local.get $s2)
            (i32.mul
              (local.get $s1)
              (i32.sub (local.get $run) (local.get $ptr)))))
        (local.set $all (v128.const i64x2 0 0))
        (local.set $before (v128.const i64x2 0 0))
        (local.set $after (v128.const i64x2 0 0))
        (local.set $within (v128.const i64x2 0 0))
        (loop $next_block
          (local.set $before (i32x4.add (local.get $before) (local.get $all)))
          (local.set $pairs (v128.const i64x2 0 0))
          (local.set $ahead (v128.const i64x2 0 0))
          (local.set $even (v128.const i64x2 0 0))
          ;; A lane of $ahead comes to 510 * (1 + 2 + … + 14) at most: 53,550.
          (local.set $offset (i32.const 0))
          (loop $next_vector!
            (local.set $bytes (v128.load (call $at! (local.get $ptr) (local.get $offset))))
            (local.set $ahead (i16x8.add (local.get $ahead) (local.get $pairs)))
            (local.set $pairs
              (i16x8.add
                (local.get $pairs)
                (i16x8.extadd_pairwise_i8x16_u (local.get $bytes))))
            (local.set $even
              (i16x8.add
                (local.get $even)
                (v128.and (local.get $bytes) (i16x8.splat (i32.const 0xff)))))
            (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
            (br_if $next_vector! (i32.lt_u (local.get $offset) (i32.const 240))))
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 240)))
          (local.set $all
            (i32x4.add
              (local.get $all)
              (i32x4.extadd_pairwise_i16x8_u (local.get $pairs))))
          (local.set $after
            (i32x4.add
              (local.get $after)
              (i32x4.extadd_pairwise_i16x8_u (local.get $ahead))))
          ;; Of pair j both bytes count 15 - 2 j, and the first one more.
          (local.set $within
            (i32x4.add
              (local.get $within)
              (i32x4.add
                (i32x4.dot_i16x8_s
                  (local.get $pairs)
                  (v128.const i16x8 15 13 11 9 7 5 3 1))
                (i32x4.extadd_pairwise_i16x8_u (local.get $even)))))
          (br_if $next_block (i32.ne (local.get $ptr) (local.get $run))))
        (local.set $s1
          (i32.rem_u
            (i32.add (local.get $s1) (call $sum_i32! (local.get $all)))
            (global.get $ADLER_MODULUS)))
        (local.set $s2
          (i32.rem_u
            (i32.add
              (i32.add
                (local.get $s2)
                (i32.mul (call $sum_i32! (local.get $before)) (i32.const 240)))
              (i32.add
                (i32.shl (call $sum_i32! (local.get $after)) (i32.const 4))
                (call $sum_i32! (local.get $within))))
            (global.get $ADLER_MODULUS)))
        (br $next_run)))
    (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
    ;; Less than a block is left.
    (block $no_vector
      (loop $next_vector
        (br_if $no_vector
          (i32.lt_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 16)))
        (local.set $bytes (v128.load (local.get $ptr)))
        (local.set $pairs (i16x8.extadd_pairwise_i8x16_u (local.get $bytes)))
        (local.set $s2
          (i32.add
            (local.get $s2)
            (i32.add
              (i32.shl (local.get $s1) (i32.const 4))
              (call $sum_i32!
                (i32x4.add
                  (i32x4.dot_i16x8_s
                    (local.get $pairs)
                    (v128.const i16x8 15 13 11 9 7 5 3 1))
                  (i32x4.extadd_pairwise_i16x8_u
                    (v128.and (local.get $bytes) (i16x8.splat (i32.const 0xff)))))))))
        (local.set $s1
          (i32.add
            (local.get $s1)
            (call $sum_i32! (i32x4.extadd_pairwise_i16x8_u (local.get $pairs)))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
        (br $next_vector)))
    (block $no_byte
      (loop $next_byte
        (br_if $no_byte (i32.eq (local.get $ptr) (local.get $end)))
        (local.set $s1
          (i32.add (local.get $s1) (i32.load8_u (local.get $ptr))))
        (local.set $s2 (i32.add (local.get $s2) (local.get $s1)))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next_byte)))
    (local.set $s1 (i32.rem_u (local.get $s1) (global.get $ADLER_MODULUS)))
    (local.set $s2 (i32.rem_u (local.get $s2) (global.get $ADLER_MODULUS))))
  (i32.or
    (i32.shl (local.get $s2) (i32.const 16))
    (local.get $s1)))
