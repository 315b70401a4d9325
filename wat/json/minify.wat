;; White space outside strings left out, 64 bytes a step.
;;
;; The text has been found to be valid: so whatever is not above a space is white space, or a space
;; in a string. Which bytes are in strings is told by a sum over the quotes before each, as in
;; simdjson (Langdale and Lemire 2019).

;; A bit for each byte of four vectors that is not 0.
(func $bits! (param $a v128) (param $b v128) (param $c v128) (param $d v128) (result i64)
  (i64.or
    (i64.extend_i32_u
      (i32.or
        (i8x16.bitmask (local.get $a))
        (i32.shl (i8x16.bitmask (local.get $b)) (i32.const 16))))
    (i64.shl
      (i64.extend_i32_u
        (i32.or
          (i8x16.bitmask (local.get $c))
          (i32.shl (i8x16.bitmask (local.get $d)) (i32.const 16))))
      (i64.const 32))))

;; For each bit the sum, mod 2, of it and those below.
(func $sums! (param $bits i64) (result i64)
  (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 1))))
  (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 2))))
  (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 4))))
  (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 8))))
  (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 16))))
  (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 32))))

;; Which bytes are escaped: those behind a run of backslashes of odd length. `first` says whether
;; the byte in front of the first is a backslash that escapes it. Returns them, and whether the byte
;; behind the last is escaped.
(func $escaped! (param $backslashes i64) (param $first i64) (result i64 i64)
  (local $behind i64) ;; bytes behind a backslash
  (local $sum i64)
  (local.set $backslashes
    (i64.and (local.get $backslashes) (i64.xor (local.get $first) (i64.const -1))))
  (local.set $behind
    (i64.or (i64.shl (local.get $backslashes) (i64.const 1)) (local.get $first)))
  ;; A run that begins at an odd place is carried out of; its bytes count from the other side.
  (local.set $sum
    (i64.add
      (i64.and
        (local.get $backslashes)
        (i64.and
          (i64.const 0xaaaa_aaaa_aaaa_aaaa)
          (i64.xor (local.get $behind) (i64.const -1))))
      (local.get $backslashes)))
  (i64.and
    (i64.xor
      (i64.const 0x5555_5555_5555_5555)
      (i64.shl (local.get $sum) (i64.const 1)))
    (local.get $behind))
  (i64.extend_i32_u (i64.lt_u (local.get $sum) (local.get $backslashes))))

;; Writes those of 16 bytes that are not to go, for each of which there is a bit: eight at a time,
;; by a table. A loop over the runs of those that stay takes half as long again on indented text.
(func $write_kept! (param $bytes v128) (param $gone i32) (param $dst i32) (result i32)
  (local $kept i32)
  (local.set $kept (i32.xor (local.get $gone) (i32.const 0xffff)))
  (v128.store
    (local.get $dst)
    (i8x16.swizzle
      (local.get $bytes)
      (v128.load64_zero
        (i32.add
          (global.get $KEPT)
          (i32.shl (i32.and (local.get $kept) (i32.const 0xff)) (i32.const 3))))))
  (local.set $dst
    (i32.add
      (local.get $dst)
      (i32.popcnt (i32.and (local.get $kept) (i32.const 0xff)))))
  (local.set $kept (i32.shr_u (local.get $kept) (i32.const 8)))
  (v128.store
    (local.get $dst)
    (i8x16.swizzle
      (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
        (local.get $bytes)
        (local.get $bytes))
      (v128.load64_zero
        (i32.add (global.get $KEPT) (i32.shl (local.get $kept) (i32.const 3))))))
  (i32.add (local.get $dst) (i32.popcnt (local.get $kept))))

;; Writes [ptr, ptr+len), which is valid, without white space. Returns dst.
(func $write_minified (param $ptr i32) (param $len i32) (param $dst i32) (param $guard i32)
  (result i32)
  (local $limit i32) ;; the last address at which 64 bytes are left
  (local $a v128)
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local $backslashes v128)
  (local $quotes i64)
  (local $spaces i64) ;; then those that go
  (local $escaped i64)
  (local $is_escaped i64) ;; whether the next byte is
  (local $in_string i64) ;; all bits are set where it is in a string
  (global.set $end (i32.add (local.get $ptr) (local.get $len)))
  (local.set $limit (i32.sub (global.get $end) (global.get $MARGIN)))
  (loop $next
    (if (i32.gt_u (local.get $ptr) (local.get $limit))
      (then
        (local.set $ptr (call $to_tail (local.get $ptr)))
        (local.set $limit (global.get $NO_GUARD))))
    (if (i32.gt_u (local.get $dst) (local.get $guard))
      (then
        (call $room (local.get $dst))
        (local.set $guard)
        (local.set $dst)))
    (local.set $a (v128.load (local.get $ptr)))
    (local.set $b (v128.load offset=16 (local.get $ptr)))
    (local.set $c (v128.load offset=32 (local.get $ptr)))
    (local.set $d (v128.load offset=48 (local.get $ptr)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
    (local.set $quotes
      (call $bits!
        (i8x16.eq (local.get $a) (i8x16.splat (i32.const 0x22)))
        (i8x16.eq (local.get $b) (i8x16.splat (i32.const 0x22)))
        (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x22)))
        (i8x16.eq (local.get $d) (i8x16.splat (i32.const 0x22)))))
    (local.set $backslashes
      (v128.or
        (v128.or
          (i8x16.eq (local.get $a) (i8x16.splat (i32.const 0x5c)))
          (i8x16.eq (local.get $b) (i8x16.splat (i32.const 0x5c))))
        (v128.or
          (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x5c)))
          (i8x16.eq (local.get $d) (i8x16.splat (i32.const 0x5c))))))
    (if (v128.any_true (local.get $backslashes))
      (then
        (call $escaped!
          (call $bits!
            (i8x16.eq (local.get $a) (i8x16.splat (i32.const 0x5c)))
            (i8x16.eq (local.get $b) (i8x16.splat (i32.const 0x5c)))
            (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x5c)))
            (i8x16.eq (local.get $d) (i8x16.splat (i32.const 0x5c))))
          (local.get $is_escaped))
        (local.set $is_escaped)
        (local.set $escaped)
        (local.set $quotes
          (i64.and (local.get $quotes) (i64.xor (local.get $escaped) (i64.const -1)))))
      (else
        (local.set $quotes
          (i64.and (local.get $quotes) (i64.xor (local.get $is_escaped) (i64.const -1))))
        (local.set $is_escaped (i64.const 0))))
    (local.set $in_string
      (i64.xor (call $sums! (local.get $quotes)) (local.get $in_string)))
    ;; Behind the end there are zeros, which go as well.
    (local.set $spaces
      (i64.and
        (call $bits!
          (i8x16.le_u (local.get $a) (i8x16.splat (i32.const 0x20)))
          (i8x16.le_u (local.get $b) (i8x16.splat (i32.const 0x20)))
          (i8x16.le_u (local.get $c) (i8x16.splat (i32.const 0x20)))
          (i8x16.le_u (local.get $d) (i8x16.splat (i32.const 0x20))))
        (i64.xor (local.get $in_string) (i64.const -1))))
    (local.set $in_string (i64.shr_s (local.get $in_string) (i64.const 63)))
    (if (i64.eqz (local.get $spaces))
      (then
        (v128.store (local.get $dst) (local.get $a))
        (v128.store offset=16 (local.get $dst) (local.get $b))
        (v128.store offset=32 (local.get $dst) (local.get $c))
        (v128.store offset=48 (local.get $dst) (local.get $d))
        (local.set $dst (i32.add (local.get $dst) (i32.const 64))))
      (else
        (local.set $dst
          (call $write_kept!
            (local.get $a)
            (i32.and (i32.wrap_i64 (local.get $spaces)) (i32.const 0xffff))
            (local.get $dst)))
        (local.set $dst
          (call $write_kept!
            (local.get $b)
            (i32.shr_u (i32.wrap_i64 (local.get $spaces)) (i32.const 16))
            (local.get $dst)))
        (local.set $spaces (i64.shr_u (local.get $spaces) (i64.const 32)))
        (local.set $dst
          (call $write_kept!
            (local.get $c)
            (i32.and (i32.wrap_i64 (local.get $spaces)) (i32.const 0xffff))
            (local.get $dst)))
        (local.set $dst
          (call $write_kept!
            (local.get $d)
            (i32.shr_u (i32.wrap_i64 (local.get $spaces)) (i32.const 16))
            (local.get $dst)))))
    (br_if $next (i32.lt_u (local.get $ptr) (global.get $end))))
  (local.get $dst))

;; i32 json_minify(const u8 *ptr, u32 len, u32 depth, u8 *dst_ptr, u32 dst_cap, fault *fault_ptr)
;;   The JSON text [ptr, ptr+len) without the white space outside its strings.
;;   Returns the length written.
;;   -2 output_too_small: it does not fit; the text is valid all the same.
;;   -3 malformed and -6 too_large: as json_validate says of the text, with the same fault.
;;   Reads the span, writes the static region and within [dst_ptr, dst_ptr+dst_cap), and with -3 and
;;   -6 the fault. len = 0 is malformed.
(func $json_minify (export "json_minify")
  (param $ptr i32) (param $len i32) (param $depth i32) (param $dst_ptr i32) (param $dst_cap i32)
  (param $fault_ptr i32)
  (result i32)
  (local $status i32)
  (local $dst i32)
  (local $guard i32)
  (local.set $status
    (call $json_validate
      (local.get $ptr)
      (local.get $len)
      (local.get $depth)
      (local.get $fault_ptr)))
  (if (local.get $status) (then (return (local.get $status))))
  (call $begin (local.get $dst_ptr) (local.get $dst_cap))
  (local.set $guard)
  (local.set $dst)
  (call $finish
    (call $write_minified
      (local.get $ptr)
      (local.get $len)
      (local.get $dst)
      (local.get $guard))
    (local.get $dst_ptr)))
