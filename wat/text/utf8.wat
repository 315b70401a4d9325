;; ---- UTF-8

;; Keiser and Lemire: three tables of 16, asked for the high and the low half of a byte and for the
;; high half of the next, each answer with a bit for every way in which the two can be wrong
;; together; where all three agree on one, it is. A bit of its own says that a byte goes on with
;; what the byte before goes on with already, which is right where a lead stands two or three
;; before. A step takes what comes before its 16 bytes from memory, not from the step before, so
;; that steps do not wait for each other.

;; Enumeration utf8_fault
;;   value  name       meaning
;;       1  malformed  bytes that no valid text has
;;       2  cut_short  the text ends within a character that may still become one
(global $UTF8_FAULT_MALFORMED i32 (i32.const 1))
(global $UTF8_FAULT_CUT_SHORT i32 (i32.const 2))

;; How a byte, by its high half, is wrong with the next: bit 0 a lead that nothing continues, 1
;; ASCII continued, 2 three bytes where two would do, 3 over U+10FFFF, 4 a surrogate, 5 two bytes
;; where one would do, 6 four where three would do or over U+13FFFF, 7 two continuations.
(func $first_high! (result v128)
  (v128.const i8x16 2 2 2 2 2 2 2 2 128 128 128 128 33 1 21 73))

;; The same by its low half.
(func $first_low! (result v128)
  (v128.const i8x16 231 163 131 131 139 203 203 203 203 203 203 203 203 219 203 203))

;; The same by the high half of the byte behind it.
(func $second_high! (result v128)
  (v128.const i8x16 1 1 1 1 1 1 1 1 230 174 186 186 1 1 1 1))

;; Not zero where the 16 bytes at ptr, behind three that lie in the text too, are no UTF-8:
;; first_high[a >> 4] & first_low[a & 15] & second_high[b >> 4] for each two bytes a b, whose bit 7
;; is to be set just where a byte two before is 0xe0 or more, or one three before 0xf0 or more
(func $utf8_wrong! (param $ptr i32) (result v128)
  (local $before v128) ;; the bytes, one earlier
  (local.set $before (v128.load (i32.sub (local.get $ptr) (i32.const 1))))
  (v128.xor
    (v128.and
      (v128.and
        (i8x16.swizzle
          (call $first_high!)
          (i8x16.shr_u (local.get $before) (i32.const 4)))
        (i8x16.swizzle
          (call $first_low!)
          (v128.and (local.get $before) (i8x16.splat (i32.const 0x0f)))))
      (i8x16.swizzle
        (call $second_high!)
        (i8x16.shr_u (v128.load (local.get $ptr)) (i32.const 4))))
    (v128.and
      (v128.or
        (i8x16.sub_sat_u
          (v128.load (i32.sub (local.get $ptr) (i32.const 2)))
          (i8x16.splat (i32.const 0x60)))
        (i8x16.sub_sat_u
          (v128.load (i32.sub (local.get $ptr) (i32.const 3)))
          (i8x16.splat (i32.const 0x70))))
      (i8x16.splat (i32.const 0x80)))))

;; Whether one of the 64 bytes at ptr is not ASCII.
(func $is_not_ascii! (param $ptr i32) (result i32)
  (i8x16.bitmask
    (v128.or
      (v128.or (v128.load (local.get $ptr)) (v128.load offset=16 (local.get $ptr)))
      (v128.or (v128.load offset=32 (local.get $ptr)) (v128.load offset=48 (local.get $ptr))))))

;; i32 utf8_validate(const u8 *ptr, u32 len, u8 *fault_ptr)
;;   Whether [ptr, ptr+len) is UTF-8 (Unicode 16, table 3-7): no overlong form, no surrogate,
;;   nothing over U+10FFFF. Reads the span. Returns 0; or -3, and has then written the fault's 16
;;   bytes: the offset of the first byte that does not belong to a valid character, the offset
;;   behind the bytes that begin none, and a code of the enumeration `utf8_fault`. What is wrong
;;   ends before the first byte that cannot go on from what stands before it. len = 0 gives 0.
(func $utf8_validate (export "utf8_validate")
  (param $ptr i32) (param $len i32) (param $fault_ptr i32) (result i32)
  (local $at i32)    ;; all before it is valid, but for a character that has no end yet
  (local $end i32)   ;; one past the last byte
  (local $wrong v128)
  (if (i32.eqz (local.get $len)) (then (return (i32.const 0))))
  (local.set $at (local.get $ptr))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (block $valid
    (block $exact
      ;; A step of vectors needs 16 bytes behind three others.
      (br_if $exact (i32.lt_u (local.get $len) (i32.const 24)))
      (local.set $at
        (call $utf8_walk
          (local.get $ptr)
          (i32.add (local.get $ptr) (i32.const 3))
          (local.get $end)))
      (br_if $exact
        (i32.lt_u (local.get $at) (i32.add (local.get $ptr) (i32.const 3))))
      (block $tail
        (br_if $tail
          (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 64)))
        (loop $ascii
          (block $text
            (br_if $text (call $is_not_ascii! (local.get $at)))
            (local.set $at (i32.add (local.get $at) (i32.const 64)))
            (br_if $ascii
              (i32.ge_u (i32.sub (local.get $end) (local.get $at)) (i32.const 64)))
            (br $tail))
          (loop $next_block
            (local.set $wrong
              (v128.or
                (v128.or
                  (call $utf8_wrong! (local.get $at))
                  (call $utf8_wrong! (i32.add (local.get $at) (i32.const 16))))
                (v128.or
                  (call $utf8_wrong! (i32.add (local.get $at) (i32.const 32)))
                  (call $utf8_wrong! (i32.add (local.get $at) (i32.const 48))))))
            (br_if $exact (v128.any_true (local.get $wrong)))
            (local.set $at (i32.add (local.get $at) (i32.const 64)))
            (br_if $tail
              (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 64)))
            (br_if $next_block (call $is_not_ascii! (local.get $at))))
          ;; Nothing but ASCII follows, which must not cut a character short.
          (br_if $exact (v128.any_true (call $utf8_wrong! (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 64)))
          (br_if $ascii
            (i32.ge_u (i32.sub (local.get $end) (local.get $at)) (i32.const 64)))))
      ;; Less than 64 bytes are left, and the last step overlaps the one before.
      (block $all
        (br_if $all (i32.eq (local.get $at) (local.get $end)))
        (loop $next_step
          (if (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 16))
            (then
              (br_if $exact
                (v128.any_true
                  (call $utf8_wrong! (i32.sub (local.get $end) (i32.const 16)))))
              (br $all)))
          (br_if $exact (v128.any_true (call $utf8_wrong! (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $next_step (i32.ne (local.get $at) (local.get $end)))))
      ;; No lead among the last three bytes wants more than there is.
      (local.set $at (local.get $end))
      (br_if $valid
        (i32.eqz
          (i32.or
            (i32.or
              (i32.ge_u
                (i32.load8_u (i32.sub (local.get $end) (i32.const 1)))
                (i32.const 0xc0))
              (i32.ge_u
                (i32.load8_u (i32.sub (local.get $end) (i32.const 2)))
                (i32.const 0xe0)))
            (i32.ge_u
              (i32.load8_u (i32.sub (local.get $end) (i32.const 3)))
              (i32.const 0xf0))))))
    ;; Byte by byte, from the beginning of the character that the last block is entered within.
    (local.set $at (call $utf8_walk
      (call $utf8_boundary (local.get $ptr) (local.get $at))
      (local.get $end)
      (local.get $end)))
    (br_if $valid (i32.eq (local.get $at) (local.get $end)))
    (call $utf8_refuse
      (local.get $ptr)
      (local.get $at)
      (local.get $end)
      (local.get $fault_ptr))
    (return (i32.const -3)))
  (i32.const 0))

;; Where the character begins that goes on at `at`, or one that ends there: up to three bytes before
;; it, and not before ptr. All before that is valid.
(func $utf8_boundary (param $ptr i32) (param $at i32) (result i32)
  (local $start i32)
  (local.set $start (local.get $at))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $start) (local.get $ptr)))
      ;; Behind three that go on with one, it has an end.
      (if (i32.ge_u (i32.sub (local.get $at) (local.get $start)) (i32.const 3))
        (then (return (local.get $at))))
      (local.set $start (i32.sub (local.get $start) (i32.const 1)))
      ;; Behind ASCII a character begins, and a lead is where one does.
      (br_if $done (i32.ge_u (i32.load8_u (local.get $start)) (i32.const 0xc0)))
      (br_if $next_byte (i32.ge_u (i32.load8_u (local.get $start)) (i32.const 0x80)))
      (local.set $start (i32.add (local.get $start) (i32.const 1)))))
  (local.get $start))

;; Goes on from character to character until `stop` is reached or passed. Where one is not valid,
;; that is where it begins.
(func $utf8_walk (param $at i32) (param $stop i32) (param $end i32) (result i32)
  (local $width i32)
  (block $done
    (loop $next_character
      (br_if $done (i32.ge_u (local.get $at) (local.get $stop)))
      (if (i32.ge_u (i32.sub (local.get $stop) (local.get $at)) (i32.const 8))
        (then
          (if
            (i64.eqz
              (i64.and (i64.load (local.get $at)) (i64.const 0x8080808080808080)))
            (then
              (local.set $at (i32.add (local.get $at) (i32.const 8)))
              (br $next_character)))))
      (local.set $width (call $utf8_width (local.get $at) (local.get $end)))
      (br_if $done (i32.le_s (local.get $width) (i32.const 0)))
      (local.set $at (i32.add (local.get $at) (local.get $width)))
      (br $next_character)))
  (local.get $at))

;; Whether a byte goes on with a character: 10xxxxxx.
(func $is_continuation! (param $byte i32) (result i32)
  (i32.eq
    (i32.and (local.get $byte) (i32.const 0xc0))
    (i32.const 0x80)))

;; How many bytes the character at `at` has, which is before `end`. Where it is none, how many bytes
;; may stand at the beginning of one, negative; 0 where the text ends among them.
(func $utf8_width (param $at i32) (param $end i32) (result i32)
  (local $lead i32)
  (local $left i32)  ;; bytes up to the end
  (local $least i32) ;; the least second byte
  (local $range i32) ;; how much more the greatest is
  (local.set $lead (i32.load8_u (local.get $at)))
  (local.set $left (i32.sub (local.get $end) (local.get $at)))
  (if (i32.lt_u (local.get $lead) (i32.const 0x80)) (then (return (i32.const 1))))
  (if
    (i32.gt_u
      (i32.sub (local.get $lead) (i32.const 0xc2))
      (i32.const 0x32))
    (then (return (i32.const -1))))
  ;; 0xe0: a0..bf, 0xed: 80..9f, 0xf0: 90..bf, 0xf4: 80..8f, all others: 80..bf
  (local.set $least (i32.const 0x80))
  (local.set $range (i32.const 0x3f))
  (if (i32.eq (local.get $lead) (i32.const 0xe0))
    (then
      (local.set $least (i32.const 0xa0))
      (local.set $range (i32.const 0x1f))))
  (if (i32.eq (local.get $lead) (i32.const 0xed))
    (then (local.set $range (i32.const 0x1f))))
  (if (i32.eq (local.get $lead) (i32.const 0xf0))
    (then
      (local.set $least (i32.const 0x90))
      (local.set $range (i32.const 0x2f))))
  (if (i32.eq (local.get $lead) (i32.const 0xf4))
    (then (local.set $range (i32.const 0x0f))))
  (if (i32.eq (local.get $left) (i32.const 1)) (then (return (i32.const 0))))
  (if
    (i32.gt_u
      (i32.sub (i32.load8_u offset=1 (local.get $at)) (local.get $least))
      (local.get $range))
    (then (return (i32.const -1))))
  (if (i32.lt_u (local.get $lead) (i32.const 0xe0)) (then (return (i32.const 2))))
  (if (i32.eq (local.get $left) (i32.const 2)) (then (return (i32.const 0))))
  (if (i32.eqz (call $is_continuation! (i32.load8_u offset=2 (local.get $at))))
    (then (return (i32.const -2))))
  (if (i32.lt_u (local.get $lead) (i32.const 0xf0)) (then (return (i32.const 3))))
  (if (i32.eq (local.get $left) (i32.const 3)) (then (return (i32.const 0))))
  (if (i32.eqz (call $is_continuation! (i32.load8_u offset=3 (local.get $at))))
    (then (return (i32.const -3))))
  (i32.const 4))

;; Writes the fault of the character that begins at `at` and is none.
(func $utf8_refuse (param $ptr i32) (param $at i32) (param $end i32) (param $fault_ptr i32)
  (local $width i32)
  (local.set $width (call $utf8_width (local.get $at) (local.get $end)))
  (call $refuse!
    (local.get $fault_ptr)
    (i32.sub (local.get $at) (local.get $ptr))
    (i32.sub
      (select
        (i32.sub (local.get $at) (local.get $width))
        (local.get $end)
        (local.get $width))
      (local.get $ptr))
    (select
      (global.get $UTF8_FAULT_MALFORMED)
      (global.get $UTF8_FAULT_CUT_SHORT)
      (local.get $width))))

;; The sum of the sixteen bytes of a vector.
(func $sum_bytes! (param $bytes v128) (result i32)
  (local $sums v128) ;; four i32
  (local.set $sums
    (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $bytes))))
  (i32.add
    (i32.add
      (i32x4.extract_lane 0 (local.get $sums))
      (i32x4.extract_lane 1 (local.get $sums)))
    (i32.add
      (i32x4.extract_lane 2 (local.get $sums))
      (i32x4.extract_lane 3 (local.get $sums)))))

;; -1 for each byte that begins a character, which all but 10xxxxxx do; and with `pairs` -2 for one
;; that begins a character of two UTF-16 units, 11110xxx.
(func $begin! (param $bytes v128) (param $pairs i32) (result v128)
  (i8x16.add
    (i8x16.gt_s (local.get $bytes) (i8x16.splat (i32.const -65)))
    (v128.and
      (i8x16.ge_u (local.get $bytes) (i8x16.splat (i32.const 0xf0)))
      (i8x16.splat (local.get $pairs)))))

;; How many characters begin in [ptr, ptr+len), those from U+10000 on twice where `pairs` is -1 and
;; not 0.
(func $count! (param $ptr i32) (param $len i32) (param $pairs i32) (result i32)
  (local $count i32)
  (local $end i32)   ;; one past the last byte
  (local $stop i32)  ;; where the sums of bytes are added up
  (local $sums v128) ;; counts of each lane, negative
  (local $byte i32)
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (block $done
    (br_if $done (i32.eqz (local.get $len)))
    (block $tail
      (loop $next_run
        (br_if $tail
          (i32.lt_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 64)))
        ;; A lane counts two for a byte at most, and 31 steps of four hold 248.
        (local.set $stop
          (i32.add
            (local.get $ptr)
            (call $least!
              (i32.and
                (i32.sub (local.get $end) (local.get $ptr))
                (i32.const -64))
              (i32.const 1984))))
        (local.set $sums (v128.const i64x2 0 0))
        (loop $next_block
          (local.set $sums
            (i8x16.add
              (local.get $sums)
              (i8x16.add
                (i8x16.add
                  (call $begin! (v128.load (local.get $ptr)) (local.get $pairs))
                  (call $begin! (v128.load offset=16 (local.get $ptr)) (local.get $pairs)))
                (i8x16.add
                  (call $begin! (v128.load offset=32 (local.get $ptr)) (local.get $pairs))
                  (call $begin! (v128.load offset=48 (local.get $ptr)) (local.get $pairs))))))
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
          (br_if $next_block (i32.ne (local.get $ptr) (local.get $stop))))
        (local.set $count
          (i32.add
            (local.get $count)
            (call $sum_bytes! (i8x16.neg (local.get $sums)))))
        (br $next_run)))
    (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
    (loop $next_step
      (if (i32.ge_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 16))
        (then
          (local.set $count
            (i32.add
              (local.get $count)
              (call $sum_bytes!
                (i8x16.neg
                  (call $begin! (v128.load (local.get $ptr)) (local.get $pairs))))))
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
          (br_if $next_step (i32.ne (local.get $ptr) (local.get $end)))
          (br $done))))
    (loop $next_byte
      (local.set $byte (i32.load8_u (local.get $ptr)))
      (local.set $count
        (i32.add
          (local.get $count)
          (i32.sub
            (i32.ne
              (i32.and (local.get $byte) (i32.const 0xc0))
              (i32.const 0x80))
            (i32.and
              (i32.sub
                (i32.const 0)
                (i32.ge_u (local.get $byte) (i32.const 0xf0)))
              (local.get $pairs)))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br_if $next_byte (i32.ne (local.get $ptr) (local.get $end)))))
  (local.get $count))

;; u32 utf8_count(const u8 *ptr, u32 len)
;;   How many Unicode scalar values there are in [ptr, ptr+len), which is valid UTF-8; in other
;;   bytes, how many are not 10xxxxxx. Reads the span, writes nothing, cannot fail. len = 0 gives 0.
(func $utf8_count (export "utf8_count") (param $ptr i32) (param $len i32) (result i32)
  (call $count! (local.get $ptr) (local.get $len) (i32.const 0)))

;; u32 utf16_len(const u8 *ptr, u32 len)
;;   How many units of 16 bits [ptr, ptr+len), which is valid UTF-8, has as UTF-16: two for a
;;   character from U+10000 on. In other bytes, how many are not 10xxxxxx, those over 0xef twice.
;;   Reads the span, writes nothing, cannot fail. len = 0 gives 0.
(func $utf16_len (export "utf16_len") (param $ptr i32) (param $len i32) (result i32)
  (call $count! (local.get $ptr) (local.get $len) (i32.const -1)))
