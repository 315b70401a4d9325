;; ---- Base64

;; Twelve bytes and sixteen symbols a step (Muła and Lemire). What is left at an end is completed in
;; memory of the kernel's own, and goes through the same step.

;; Enumeration base64_flag
;;   value  name      meaning
;;       1  url_safe  the last two symbols are `-` and `_`, and not `+` and `/`
;;       2  unpadded  no `=` completes the last four symbols
(global $BASE64_FLAG_URL_SAFE i32 (i32.const 1))
(global $BASE64_FLAG_UNPADDED i32 (i32.const 2))

;; Enumeration base64_fault
;;   value  name           meaning
;;       1  symbol         a byte that is not of the alphabet
;;       2  padding        a `=`, or what follows one, out of place
;;       3  cut_short      symbols or padding are missing at the end
;;       4  trailing_bits  bits of the last symbol that belong to no byte are not 0
(global $BASE64_FAULT_SYMBOL        i32 (i32.const 1))
(global $BASE64_FAULT_PADDING       i32 (i32.const 2))
(global $BASE64_FAULT_CUT_SHORT     i32 (i32.const 3))
(global $BASE64_FAULT_TRAILING_BITS i32 (i32.const 4))

;; The longest input of an encoding, whose symbols are fewer than 2^31.
(global $LONGEST_ENCODED i32 (i32.const 0x5ffffffd))

;; The sixteen symbols of the first twelve bytes: four numbers of six bits from each three bytes,
;; then what makes a symbol of a number, by its range: 13 for 0 to 25, 0 for 26 to 51, else number -
;; 51.
(func $base64_encode_step! (param $bytes v128) (param $offsets v128) (result v128)
  (local $numbers v128)
  ;; Of each three bytes a b c the lanes of 16 bits a*256 + b and b*256 + c.
  (local.set $bytes
    (i8x16.shuffle 1 0 2 1 4 3 5 4 7 6 8 7 10 9 11 10
      (local.get $bytes)
      (local.get $bytes)))
  ;; a >> 2 | ((a b) >> 4 & 63) << 8 | ((b c) >> 6 & 63) << 16 | (c & 63) << 24
  (local.set $numbers
    (v128.or
      (v128.or
        (v128.and
          (i16x8.shr_u (local.get $bytes) (i32.const 10))
          (i32x4.splat (i32.const 0x0000003f)))
        (v128.and
          (i16x8.shr_u (local.get $bytes) (i32.const 6))
          (i32x4.splat (i32.const 0x003f0000))))
      (v128.or
        (v128.and
          (i16x8.shl (local.get $bytes) (i32.const 4))
          (i32x4.splat (i32.const 0x00003f00)))
        (v128.and
          (i16x8.shl (local.get $bytes) (i32.const 8))
          (i32x4.splat (i32.const 0x3f000000))))))
  (i8x16.add
    (local.get $numbers)
    (i8x16.swizzle
      (local.get $offsets)
      (v128.or
        (i8x16.sub_sat_u (local.get $numbers) (i8x16.splat (i32.const 51)))
        (v128.and
          (i8x16.lt_s (local.get $numbers) (i8x16.splat (i32.const 26)))
          (i8x16.splat (i32.const 13)))))))

;; i32 base64_encode(const u8 *ptr, u32 len, u32 variant, u8 *dst_ptr, u32 dst_cap)
;;   The base64 of [ptr, ptr+len) (RFC 4648, sections 4 and 5); `variant` is a sum of the
;;   enumeration `base64_flag`, and its other bits are ignored. Reads the span, writes the static
;;   region and the symbols. Returns how many symbols there are with padding; -2 where dst_cap is
;;   less; -6 where they would be 2^31 or more. len = 0 gives 0.
(func $base64_encode (export "base64_encode")
  (param $ptr i32) (param $len i32) (param $variant i32) (param $dst_ptr i32)
  (param $dst_cap i32)
  (result i32)
  (local $end i32)     ;; one past the last byte
  (local $rest i32)    ;; bytes behind the last three
  (local $encoded i32) ;; how many symbols there are
  (local $part i32)    ;; bytes of a step in memory of the kernel's own
  (local $symbols i32) ;; how many symbols these are
  (local $offsets v128)
  (if (i32.gt_u (local.get $len) (global.get $LONGEST_ENCODED))
    (then (return (i32.const -6))))
  (local.set $rest (i32.rem_u (local.get $len) (i32.const 3)))
  (local.set $encoded
    (i32.shl
      (i32.div_u (local.get $len) (i32.const 3))
      (i32.const 2)))
  (if (local.get $rest)
    (then
      (local.set $encoded
        (i32.add
          (local.get $encoded)
          (select
            (i32.add (local.get $rest) (i32.const 1))
            (i32.const 4)
            (i32.and (local.get $variant) (global.get $BASE64_FLAG_UNPADDED)))))))
  (if (i32.lt_u (local.get $dst_cap) (local.get $encoded)) (then (return (i32.const -2))))
  (if (i32.eqz (local.get $len)) (then (return (i32.const 0))))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (local.set $offsets
    (if (result v128) (i32.and (local.get $variant) (global.get $BASE64_FLAG_URL_SAFE))
      (then
        (v128.const i8x16 71 -4 -4 -4 -4 -4 -4 -4 -4 -4 -4 -17 32 65 0 0))
      (else
        (v128.const i8x16 71 -4 -4 -4 -4 -4 -4 -4 -4 -4 -4 -19 -16 65 0 0))))
  (block $tail
    (loop $next_step
      (br_if $tail
        (i32.lt_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 16)))
      (v128.store (local.get $dst_ptr)
        (call $base64_encode_step! (v128.load (local.get $ptr)) (local.get $offsets)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 12)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
      (br $next_step)))
  (block $done
    (loop $next_part
      (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
      (local.set $part
        (call $least!
          (i32.sub (local.get $end) (local.get $ptr))
          (i32.const 12)))
      (v128.store (global.get $COMPLETED) (v128.const i64x2 0 0))
      (call $copy_few (global.get $COMPLETED) (local.get $ptr) (local.get $part))
      (v128.store (global.get $COMPLETED)
        (call $base64_encode_step!
          (v128.load (global.get $COMPLETED))
          (local.get $offsets)))
      ;; One symbol more than bytes in each three.
      (local.set $symbols
        (i32.div_u
          (i32.add
            (i32.shl (local.get $part) (i32.const 2))
            (i32.const 2))
          (i32.const 3)))
      (call $copy_few (local.get $dst_ptr) (global.get $COMPLETED) (local.get $symbols))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $part)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (local.get $symbols)))
      (br $next_part)))
  (if
    (i32.and
      (i32.ne (local.get $rest) (i32.const 0))
      (i32.eqz
        (i32.and (local.get $variant) (global.get $BASE64_FLAG_UNPADDED))))
    (then
      (i32.store8 (local.get $dst_ptr) (i32.const 0x3d))
      (if (i32.eq (local.get $rest) (i32.const 1))
        (then (i32.store8 offset=1 (local.get $dst_ptr) (i32.const 0x3d))))))
  (local.get $encoded))

;; Copies 16 bytes at most.
(func $copy_few (param $dst_ptr i32) (param $ptr i32) (param $len i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
      (i32.store8 (local.get $dst_ptr) (i32.load8_u (local.get $ptr)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))
      (br $next_byte))))

;; Not zero where a byte is no symbol: two tables that have a bit for every set of low halves that
;; belongs to a high half.
(func $base64_strangers! (param $symbols v128) (param $by_high v128) (param $by_low v128)
  (result v128)
  (v128.and
    (i8x16.swizzle
      (local.get $by_high)
      (i8x16.shr_u (local.get $symbols) (i32.const 4)))
    (i8x16.swizzle
      (local.get $by_low)
      (v128.and (local.get $symbols) (i8x16.splat (i32.const 0x0f))))))

;; The twelve bytes of sixteen symbols, and four that are 0. What makes a number of a symbol goes by
;; its high half; `last`, which shares its half with others, has a row eight further on.
(func $base64_decode_step! (param $symbols v128) (param $offsets v128) (param $last v128)
  (result v128)
  (local $numbers v128)
  (local.set $numbers
    (i8x16.add
      (local.get $symbols)
      (i8x16.swizzle
        (local.get $offsets)
        (i8x16.add
          (i8x16.shr_u (local.get $symbols) (i32.const 4))
          (v128.and
            (i8x16.eq (local.get $symbols) (local.get $last))
            (i8x16.splat (i32.const 8)))))))
  ;; Pairs in lanes of 16 bits, first << 6 | second; then fours in lanes of 32, pair << 12 | pair.
  (local.set $numbers
    (i32x4.dot_i16x8_s
      (v128.or
        (v128.and
          (i16x8.shl (local.get $numbers) (i32.const 6))
          (i16x8.splat (i32.const 0x0fc0)))
        (i16x8.shr_u (local.get $numbers) (i32.const 8)))
      (v128.const i16x8 4096 1 4096 1 4096 1 4096 1)))
  (i8x16.shuffle 2 1 0 6 5 4 10 9 8 14 13 12 16 16 16 16
    (local.get $numbers)
    (v128.const i64x2 0 0)))

;; i32 base64_decode(const u8 *ptr, u32 len, u32 variant, u8 *dst_ptr, u32 dst_cap, u8 *fault_ptr)
;;   The bytes whose base64 is [ptr, ptr+len) (RFC 4648, sections 4 and 5); `variant` is a sum of
;;   the enumeration `base64_flag`, and its other bits are ignored. No line breaks, no other
;;   alphabet, all of the padding or none of it, and no bits of the last symbol that belong to no
;;   byte: each byte string has one base64. Reads the span, writes the static region and within
;;   [dst_ptr, dst_ptr+dst_cap). Returns how many bytes there are; -2 where dst_cap is less than
;;   three for each four symbols, whatever they are; -3, and has then written the fault's 16 bytes:
;;   where the first byte stands that cannot, and a code of the enumeration `base64_fault`. What is
;;   cut short is wrong at its end, and trailing bits are at the last symbol. len = 0 gives 0.
(func $base64_decode (export "base64_decode")
  (param $ptr i32) (param $len i32) (param $variant i32) (param $dst_ptr i32)
  (param $dst_cap i32) (param $fault_ptr i32)
  (result i32)
  (local $at i32)
  (local $end i32)      ;; one past the last symbol
  (local $decoded i32)  ;; how many bytes there are
  (local $dst_end i32)
  (local $part i32)     ;; symbols of a step in memory of the kernel's own
  (local $bytes i32)    ;; how many bytes these are
  (local $symbols v128)
  (local $strangers v128)
  (local $by_high v128)
  (local $by_low v128)
  (local $offsets v128)
  (local $last v128)
  (if (i32.eqz (local.get $len)) (then (return (i32.const 0))))
  (local.set $at (local.get $ptr))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (if
    (i32.eqz
      (i32.and (local.get $variant) (global.get $BASE64_FLAG_UNPADDED)))
    (then
      (if (i32.eq (i32.load8_u (i32.sub (local.get $end) (i32.const 1))) (i32.const 0x3d))
        (then
          (local.set $end (i32.sub (local.get $end) (i32.const 1)))
          (if (i32.ne (local.get $end) (local.get $ptr))
            (then
              (if
                (i32.eq
                  (i32.load8_u (i32.sub (local.get $end) (i32.const 1)))
                  (i32.const 0x3d))
                (then (local.set $end (i32.sub (local.get $end) (i32.const 1)))))))))))
  ;; 3/4 of the symbols, rounded down.
  (local.set $decoded (i32.sub (local.get $end) (local.get $ptr)))
  (local.set $decoded
    (i32.sub
      (local.get $decoded)
      (i32.shr_u
        (i32.add (local.get $decoded) (i32.const 3))
        (i32.const 2))))
  (if (i32.lt_u (local.get $dst_cap) (local.get $decoded)) (then (return (i32.const -2))))
  (local.set $dst_end (i32.add (local.get $dst_ptr) (local.get $dst_cap)))
  (if (i32.and (local.get $variant) (global.get $BASE64_FLAG_URL_SAFE))
    (then
      (local.set $by_high
        (v128.const i8x16 1 1 2 4 8 16 8 32 1 1 1 1 1 1 1 1))
      (local.set $by_low
        (v128.const i8x16 11 3 3 3 3 3 3 3 3 3 7 55 55 53 55 39))
      (local.set $offsets
        (v128.const i8x16 0 0 17 4 -65 -65 -71 -71 0 0 0 0 0 -32 0 0))
      (local.set $last (i8x16.splat (i32.const 0x5f))))
    (else
      (local.set $by_high
        (v128.const i8x16 1 1 2 4 8 16 8 16 1 1 1 1 1 1 1 1))
      (local.set $by_low
        (v128.const i8x16 11 3 3 3 3 3 3 3 3 3 7 21 23 23 23 21))
      (local.set $offsets
        (v128.const i8x16 0 0 19 4 -65 -65 -71 -71 0 0 16 0 0 0 0 0))
      (local.set $last (i8x16.splat (i32.const 0x2f)))))
  (block $stranger
    (block $tail
      (loop $next_step
        (br_if $tail
          (i32.or
            (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 16))
            (i32.lt_u (i32.sub (local.get $dst_end) (local.get $dst_ptr)) (i32.const 16))))
        (local.set $symbols (v128.load (local.get $at)))
        (local.set $strangers
          (call $base64_strangers!
            (local.get $symbols)
            (local.get $by_high)
            (local.get $by_low)))
        (br_if $stranger (v128.any_true (local.get $strangers)))
        (v128.store (local.get $dst_ptr)
          (call $base64_decode_step!
            (local.get $symbols)
            (local.get $offsets)
            (local.get $last)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 12)))
        (br $next_step)))
    (local.set $strangers (v128.const i64x2 0 0))
    (block $done
      (loop $next_part
        (br_if $done (i32.eq (local.get $at) (local.get $end)))
        (local.set $part
          (call $least!
            (i32.sub (local.get $end) (local.get $at))
            (i32.const 16)))
        ;; `A` stands for 0 in both alphabets.
        (v128.store (global.get $COMPLETED) (i8x16.splat (i32.const 0x41)))
        (call $copy_few (global.get $COMPLETED) (local.get $at) (local.get $part))
        (local.set $symbols (v128.load (global.get $COMPLETED)))
        (local.set $strangers
          (call $base64_strangers!
            (local.get $symbols)
            (local.get $by_high)
            (local.get $by_low)))
        (br_if $stranger (v128.any_true (local.get $strangers)))
        (v128.store (global.get $COMPLETED)
          (call $base64_decode_step!
            (local.get $symbols)
            (local.get $offsets)
            (local.get $last)))
        (local.set $bytes
          (i32.sub
            (local.get $part)
            (i32.shr_u
              (i32.add (local.get $part) (i32.const 3))
              (i32.const 2))))
        (call $copy_few (local.get $dst_ptr) (global.get $COMPLETED) (local.get $bytes))
        (local.set $at (i32.add (local.get $at) (local.get $part)))
        (local.set $dst_ptr (i32.add (local.get $dst_ptr) (local.get $bytes)))
        (br $next_part))))
  ;; The symbols end at $at, or where the first stranger is.
  (if (v128.any_true (local.get $strangers))
    (then
      (local.set $at
        (i32.add
          (local.get $at)
          (i32.ctz
            (i8x16.bitmask
              (i8x16.ne (local.get $strangers) (v128.const i64x2 0 0))))))))
  (if
    (call $base64_refuses_end
      (local.get $ptr)
      (local.get $len)
      (local.get $variant)
      (i32.sub (local.get $at) (local.get $ptr))
      (local.get $fault_ptr))
    (then (return (i32.const -3))))
  ;; The bits that are no byte's were decoded behind the last one. Without a rest there are none.
  (if (i32.and (i32.sub (local.get $at) (local.get $ptr)) (i32.const 3))
    (then
      (if
        (i32.load8_u (i32.add (global.get $COMPLETED) (local.get $bytes)))
        (then
          (call $refuse!
            (local.get $fault_ptr)
            (i32.sub
              (i32.sub (local.get $at) (local.get $ptr))
              (i32.const 1))
            (i32.sub (local.get $at) (local.get $ptr))
            (global.get $BASE64_FAULT_TRAILING_BITS))
          (return (i32.const -3))))))
  (local.get $decoded))

;; Whether what follows the first `count` symbols is wrong, and what it is: `count` is len, or there
;; stands a byte that is not of the alphabet.
(func $base64_refuses_end
  (param $ptr i32) (param $len i32) (param $variant i32) (param $count i32)
  (param $fault_ptr i32)
  (result i32)
  (local $place i32) ;; where the first byte is that is wrong
  (local $code i32)
  (local $odd i32)   ;; symbols behind the last four
  (local.set $odd (i32.and (local.get $count) (i32.const 3)))
  (local.set $place (local.get $count))
  (block $wrong
    (if (i32.eq (local.get $count) (local.get $len))
      (then
        (local.set $code (global.get $BASE64_FAULT_CUT_SHORT))
        (br_if $wrong
          (select
            (i32.eq (local.get $odd) (i32.const 1))
            (local.get $odd)
            (i32.and (local.get $variant) (global.get $BASE64_FLAG_UNPADDED))))
        (return (i32.const 0))))
    (local.set $code (global.get $BASE64_FAULT_SYMBOL))
    (br_if $wrong (i32.and (local.get $variant) (global.get $BASE64_FLAG_UNPADDED)))
    (br_if $wrong
      (i32.ne
        (i32.load8_u (i32.add (local.get $ptr) (local.get $count)))
        (i32.const 0x3d)))
    (local.set $code (global.get $BASE64_FAULT_PADDING))
    (br_if $wrong (i32.lt_u (local.get $odd) (i32.const 2)))
    (local.set $place (i32.add (local.get $place) (i32.const 1)))
    (if (i32.eq (local.get $odd) (i32.const 2))
      (then
        (if (i32.eq (local.get $place) (local.get $len))
          (then
            (local.set $code (global.get $BASE64_FAULT_CUT_SHORT))
            (br $wrong)))
        (br_if $wrong
          (i32.ne
            (i32.load8_u (i32.add (local.get $ptr) (local.get $place)))
            (i32.const 0x3d)))
        (local.set $place (i32.add (local.get $place) (i32.const 1)))))
    (br_if $wrong (i32.ne (local.get $place) (local.get $len)))
    (return (i32.const 0)))
  (call $refuse!
    (local.get $fault_ptr)
    (local.get $place)
    (call $least!
      (i32.add (local.get $place) (i32.const 1))
      (local.get $len))
    (local.get $code))
  (i32.const 1))
