;;! summary  = "Copying, filling and comparing memory, and the aggregates of a column of numbers"
;;! spec     = "Hyndman and Fan 1996, definition 7; Floyd and Rivest 1975; Knuth, TAOCP 2, 4.2.2"
;;! exports  = [
;;!   "copy", "fill", "equal", "mismatch", "compare",
;;!   "aggregate", "aggregate_update", "aggregate_deviations", "aggregate_ranges",
;;!   "aggregate_between",
;;! ]

;; Short spans are moved by vectors that overlap, all loaded before the first is stored; long ones
;; by the engine's own bulk instructions. Comparison looks at 128 bytes a step and tests once. The
;; aggregates take two passes of sums, in blocks whose results are added with their rounding errors.
;; For the percentiles a sample tells most values from those in question, and a radix select, which
;; is linear whatever the numbers, settles the rest. Columns that do not fit into a memory go
;; through in pieces, in several passes: sums, then deviations, and for the percentiles how many
;; values are in each range of numbers, until few enough are left to be listed.

;; Memory map
;;   offset  length  name    meaning
;;        0   16384  coarse  u32 a digit: how many of all values have it
;;    16384   16384  fine    u32 a digit: how many of the values still in question have it
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 32768))

;; ---- copying and filling

;; Longer spans than this go to the bulk instructions, which are calls out of the compiled code, but
;; single steps of the interpreter. Against them vectors copy 1.8 times as fast at 32 bytes, 1.5 at
;; 64 and 1.2 at 128 when compiled; 0.8, 0.6 and 0.5 times when interpreted (2026-11-22).
(global $LONG i32 (i32.const 64))

;; void copy(u8 *dst_ptr, const u8 *src_ptr, u32 len)
;;   Makes [dst_ptr, dst_ptr+len) what [src_ptr, src_ptr+len) was; the two may overlap in any way.
;;   Reads the one span, writes the other, cannot fail. len = 0 does nothing.
(func $copy (export "copy") (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $src_last i32) ;; the last vector or word that is read
  (local $dst_last i32) ;; the last one that is written
  (local $a v128)       ;; the first vector
  (local $b v128)
  (local $c v128)
  (local $d v128)       ;; the last one
  (local $first i64)    ;; the first word, or byte
  (local $middle i32)
  (local $last i64)
  (if (i32.ge_u (local.get $len) (i32.const 16))
    (then
      (if (i32.gt_u (local.get $len) (global.get $LONG))
        (then
          (memory.copy (local.get $dst_ptr) (local.get $src_ptr) (local.get $len))
          (return)))
      (local.set $src_last
        (i32.sub (i32.add (local.get $src_ptr) (local.get $len)) (i32.const 16)))
      (local.set $dst_last
        (i32.sub (i32.add (local.get $dst_ptr) (local.get $len)) (i32.const 16)))
      (local.set $a (v128.load (local.get $src_ptr)))
      (local.set $d (v128.load (local.get $src_last)))
      (if (i32.gt_u (local.get $len) (i32.const 32))
        (then
          (local.set $b (v128.load offset=16 (local.get $src_ptr)))
          (local.set $c (v128.load (i32.sub (local.get $src_last) (i32.const 16))))
          (v128.store offset=16 (local.get $dst_ptr) (local.get $b))
          (v128.store (i32.sub (local.get $dst_last) (i32.const 16)) (local.get $c))))
      (v128.store (local.get $dst_ptr) (local.get $a))
      (v128.store (local.get $dst_last) (local.get $d))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 8))
    (then
      (local.set $first (i64.load (local.get $src_ptr)))
      (local.set $last
        (i64.load
          (i32.sub (i32.add (local.get $src_ptr) (local.get $len)) (i32.const 8))))
      (i64.store (local.get $dst_ptr) (local.get $first))
      (i64.store
        (i32.sub (i32.add (local.get $dst_ptr) (local.get $len)) (i32.const 8))
        (local.get $last))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 4))
    (then
      (local.set $first (i64.load32_u (local.get $src_ptr)))
      (local.set $last
        (i64.load32_u
          (i32.sub (i32.add (local.get $src_ptr) (local.get $len)) (i32.const 4))))
      (i64.store32 (local.get $dst_ptr) (local.get $first))
      (i64.store32
        (i32.sub (i32.add (local.get $dst_ptr) (local.get $len)) (i32.const 4))
        (local.get $last))
      (return)))
  (if (local.get $len)
    (then
      ;; One to three bytes: the first, the one in the middle and the last are all of them.
      (local.set $src_last
        (i32.sub (i32.add (local.get $src_ptr) (local.get $len)) (i32.const 1)))
      (local.set $first (i64.load8_u (local.get $src_ptr)))
      (local.set $middle
        (i32.load8_u
          (i32.add (local.get $src_ptr) (i32.shr_u (local.get $len) (i32.const 1)))))
      (local.set $last (i64.load8_u (local.get $src_last)))
      (i64.store8 (local.get $dst_ptr) (local.get $first))
      (i32.store8
        (i32.add (local.get $dst_ptr) (i32.shr_u (local.get $len) (i32.const 1)))
        (local.get $middle))
      (i64.store8
        (i32.sub (i32.add (local.get $dst_ptr) (local.get $len)) (i32.const 1))
        (local.get $last)))))

;; void fill(u8 *dst_ptr, u32 byte, u32 len)
;;   Sets every byte of [dst_ptr, dst_ptr+len) to the low eight bits of `byte`.
;;   Reads nothing, writes the span, cannot fail. len = 0 does nothing.
(func $fill (export "fill") (param $dst_ptr i32) (param $byte i32) (param $len i32)
  (local $pattern v128) ;; the byte in every lane
  (local $end i32)      ;; one past the last byte
  (local.set $end (i32.add (local.get $dst_ptr) (local.get $len)))
  (if (i32.ge_u (local.get $len) (i32.const 4))
    (then
      (if (i32.gt_u (local.get $len) (global.get $LONG))
        (then
          (memory.fill (local.get $dst_ptr) (local.get $byte) (local.get $len))
          (return)))
      (local.set $pattern (i8x16.splat (local.get $byte)))
      (if (i32.ge_u (local.get $len) (i32.const 16))
        (then
          (v128.store (local.get $dst_ptr) (local.get $pattern))
          (v128.store (i32.sub (local.get $end) (i32.const 16)) (local.get $pattern))
          (if (i32.le_u (local.get $len) (i32.const 32)) (then (return)))
          (v128.store offset=16 (local.get $dst_ptr) (local.get $pattern))
          (v128.store (i32.sub (local.get $end) (i32.const 32)) (local.get $pattern))
          (return)))
      (if (i32.ge_u (local.get $len) (i32.const 8))
        (then
          (i64.store (local.get $dst_ptr) (i64x2.extract_lane 0 (local.get $pattern)))
          (i64.store
            (i32.sub (local.get $end) (i32.const 8))
            (i64x2.extract_lane 0 (local.get $pattern)))
          (return)))
      (i32.store (local.get $dst_ptr) (i32x4.extract_lane 0 (local.get $pattern)))
      (i32.store
        (i32.sub (local.get $end) (i32.const 4))
        (i32x4.extract_lane 0 (local.get $pattern)))
      (return)))
  (if (local.get $len)
    (then
      ;; One to three bytes: the first, the one in the middle and the last are all of them.
      (i32.store8 (local.get $dst_ptr) (local.get $byte))
      (i32.store8
        (i32.add (local.get $dst_ptr) (i32.shr_u (local.get $len) (i32.const 1)))
        (local.get $byte))
      (i32.store8 (i32.sub (local.get $end) (i32.const 1)) (local.get $byte)))))

;; ---- comparison

;; The bits in which 64 bytes at the two addresses differ, four vectors in one.
(func $difference_64! (param $a_ptr i32) (param $b_ptr i32) (result v128)
  (v128.or
    (v128.or
      (v128.xor (v128.load (local.get $a_ptr)) (v128.load (local.get $b_ptr)))
      (v128.xor
        (v128.load offset=16 (local.get $a_ptr))
        (v128.load offset=16 (local.get $b_ptr))))
    (v128.or
      (v128.xor
        (v128.load offset=32 (local.get $a_ptr))
        (v128.load offset=32 (local.get $b_ptr)))
      (v128.xor
        (v128.load offset=48 (local.get $a_ptr))
        (v128.load offset=48 (local.get $b_ptr))))))

;; The bits in which 128 bytes at the two addresses differ, eight vectors in one.
(func $difference_128! (param $a_ptr i32) (param $b_ptr i32) (result v128)
  (v128.or
    (call $difference_64! (local.get $a_ptr) (local.get $b_ptr))
    (v128.or
      (v128.or
        (v128.xor
          (v128.load offset=64 (local.get $a_ptr))
          (v128.load offset=64 (local.get $b_ptr)))
        (v128.xor
          (v128.load offset=80 (local.get $a_ptr))
          (v128.load offset=80 (local.get $b_ptr))))
      (v128.or
        (v128.xor
          (v128.load offset=96 (local.get $a_ptr))
          (v128.load offset=96 (local.get $b_ptr)))
        (v128.xor
          (v128.load offset=112 (local.get $a_ptr))
          (v128.load offset=112 (local.get $b_ptr)))))))

;; i32 equal(const u8 *a_ptr, const u8 *b_ptr, u32 len)
;;   1 where [a_ptr, a_ptr+len) and [b_ptr, b_ptr+len) hold the same bytes, 0 elsewhere.
;;   Reads both spans, writes nothing, cannot fail. len = 0 gives 1.
(func $equal (export "equal")
  (param $a_ptr i32) (param $b_ptr i32) (param $len i32) (result i32)
  (local $a_end i32)  ;; one past the last byte of a
  (local $a_last i32) ;; the last address in a at which a whole step is left
  (local $last i32)   ;; offset of the last word, which overlaps the one before it
  (if (i32.lt_u (local.get $len) (i32.const 16))
    (then
      (if (i32.ge_u (local.get $len) (i32.const 8))
        (then
          (local.set $last (i32.sub (local.get $len) (i32.const 8)))
          (return
            (i64.eqz
              (i64.or
                (i64.xor (i64.load (local.get $a_ptr)) (i64.load (local.get $b_ptr)))
                (i64.xor
                  (i64.load (i32.add (local.get $a_ptr) (local.get $last)))
                  (i64.load (i32.add (local.get $b_ptr) (local.get $last)))))))))
      (if (i32.ge_u (local.get $len) (i32.const 4))
        (then
          (local.set $last (i32.sub (local.get $len) (i32.const 4)))
          (return
            (i32.eqz
              (i32.or
                (i32.xor (i32.load (local.get $a_ptr)) (i32.load (local.get $b_ptr)))
                (i32.xor
                  (i32.load (i32.add (local.get $a_ptr) (local.get $last)))
                  (i32.load (i32.add (local.get $b_ptr) (local.get $last)))))))))
      (if (i32.eqz (local.get $len)) (then (return (i32.const 1))))
      ;; One to three bytes: the first, the one in the middle and the last are all of them.
      (local.set $last (i32.sub (local.get $len) (i32.const 1)))
      (local.set $len (i32.shr_u (local.get $len) (i32.const 1)))
      (return
        (i32.eqz
          (i32.or
            (i32.xor (i32.load8_u (local.get $a_ptr)) (i32.load8_u (local.get $b_ptr)))
            (i32.or
              (i32.xor
                (i32.load8_u (i32.add (local.get $a_ptr) (local.get $len)))
                (i32.load8_u (i32.add (local.get $b_ptr) (local.get $len))))
              (i32.xor
                (i32.load8_u (i32.add (local.get $a_ptr) (local.get $last)))
                (i32.load8_u (i32.add (local.get $b_ptr) (local.get $last))))))))))

  (local.set $a_end (i32.add (local.get $a_ptr) (local.get $len)))
  (block $differs
    (if (i32.ge_u (local.get $len) (i32.const 128))
      (then
        (local.set $a_last (i32.sub (local.get $a_end) (i32.const 128)))
        (loop $next_128
          (br_if $differs
            (v128.any_true (call $difference_128! (local.get $a_ptr) (local.get $b_ptr))))
          (local.set $a_ptr (i32.add (local.get $a_ptr) (i32.const 128)))
          (local.set $b_ptr (i32.add (local.get $b_ptr) (i32.const 128)))
          (br_if $next_128 (i32.le_u (local.get $a_ptr) (local.get $a_last))))))
    (if (i32.le_u (i32.add (local.get $a_ptr) (i32.const 64)) (local.get $a_end))
      (then
        (br_if $differs
          (v128.any_true (call $difference_64! (local.get $a_ptr) (local.get $b_ptr))))
        (local.set $a_ptr (i32.add (local.get $a_ptr) (i32.const 64)))
        (local.set $b_ptr (i32.add (local.get $b_ptr) (i32.const 64)))))
    (local.set $a_last (i32.sub (local.get $a_end) (i32.const 16)))
    (block $last_16
      (loop $next_16
        (br_if $last_16 (i32.ge_u (local.get $a_ptr) (local.get $a_last)))
        (br_if $differs
          (v128.any_true
            (v128.xor (v128.load (local.get $a_ptr)) (v128.load (local.get $b_ptr)))))
        (local.set $a_ptr (i32.add (local.get $a_ptr) (i32.const 16)))
        (local.set $b_ptr (i32.add (local.get $b_ptr) (i32.const 16)))
        (br $next_16)))
    ;; The last vector overlaps what is known to be equal.
    (br_if $differs
      (v128.any_true
        (v128.xor
          (v128.load (local.get $a_last))
          (v128.load
            (i32.add
              (local.get $b_ptr)
              (i32.sub (local.get $a_last) (local.get $a_ptr)))))))
    (return (i32.const 1)))
  (i32.const 0))

;; i32 mismatch(const u8 *a_ptr, const u8 *b_ptr, u32 len)
;;   The offset of the first byte in which [a_ptr, a_ptr+len) and [b_ptr, b_ptr+len) differ, as a
;;   u32, or -1 not_found where they are equal.
;;   Reads both spans, writes nothing, cannot fail. len = 0 gives -1.
(func $mismatch (export "mismatch")
  (param $a_ptr i32) (param $b_ptr i32) (param $len i32) (result i32)
  (local $offset i32)
  (local.set $offset
    (call $first_difference (local.get $a_ptr) (local.get $b_ptr) (local.get $len)))
  (if (i32.eq (local.get $offset) (local.get $len)) (then (return (i32.const -1))))
  (local.get $offset))

;; i32 compare(const u8 *a_ptr, const u8 *b_ptr, u32 len)
;;   -1, 0 or 1: the order of [a_ptr, a_ptr+len) and [b_ptr, b_ptr+len), by their unsigned bytes.
;;   Reads both spans, writes nothing, cannot fail. len = 0 gives 0.
(func $compare (export "compare")
  (param $a_ptr i32) (param $b_ptr i32) (param $len i32) (result i32)
  (local $offset i32) ;; of the first difference
  (local $a i32)      ;; the byte there
  (local $b i32)
  (local.set $offset
    (call $first_difference (local.get $a_ptr) (local.get $b_ptr) (local.get $len)))
  (if (i32.eq (local.get $offset) (local.get $len)) (then (return (i32.const 0))))
  (local.set $a (i32.load8_u (i32.add (local.get $a_ptr) (local.get $offset))))
  (local.set $b (i32.load8_u (i32.add (local.get $b_ptr) (local.get $offset))))
  (i32.sub
    (i32.gt_u (local.get $a) (local.get $b))
    (i32.lt_u (local.get $a) (local.get $b))))

;; The offset of the first byte in which [a_ptr, a_ptr+len) and [b_ptr, b_ptr+len) differ, or len.
(func $first_difference
  (param $a_ptr i32) (param $b_ptr i32) (param $len i32) (result i32)
  (local $offset i32)     ;; within short spans
  (local $difference i64) ;; xor of eight bytes
  (local $start i32)      ;; of a
  (local $a_end i32)      ;; one past its last byte
  (local $a_last i32)     ;; the last address in a at which a whole step is left
  (local $lanes i32)      ;; bits of the lanes that differ
  (if (i32.lt_u (local.get $len) (i32.const 16))
    (then
      (if (i32.ge_u (local.get $len) (i32.const 8))
        (then
          (local.set $difference
            (i64.xor (i64.load (local.get $a_ptr)) (i64.load (local.get $b_ptr))))
          (if (i64.eqz (local.get $difference))
            (then
              ;; The last eight bytes overlap the first; what they share is equal.
              (local.set $offset (i32.sub (local.get $len) (i32.const 8)))
              (local.set $difference
                (i64.xor
                  (i64.load (i32.add (local.get $a_ptr) (local.get $offset)))
                  (i64.load (i32.add (local.get $b_ptr) (local.get $offset)))))
              (if (i64.eqz (local.get $difference)) (then (return (local.get $len))))))
          (return
            (i32.add
              (local.get $offset)
              (i32.wrap_i64 (i64.shr_u (i64.ctz (local.get $difference)) (i64.const 3)))))))
      (block $found
        (loop $next_byte
          (br_if $found (i32.eq (local.get $offset) (local.get $len)))
          (br_if $found
            (i32.ne
              (i32.load8_u (i32.add (local.get $a_ptr) (local.get $offset)))
              (i32.load8_u (i32.add (local.get $b_ptr) (local.get $offset)))))
          (local.set $offset (i32.add (local.get $offset) (i32.const 1)))
          (br $next_byte)))
      (return (local.get $offset))))

  (local.set $start (local.get $a_ptr))
  (local.set $a_end (i32.add (local.get $a_ptr) (local.get $len)))
  (if (i32.ge_u (local.get $len) (i32.const 128))
    (then
      (local.set $a_last (i32.sub (local.get $a_end) (i32.const 128)))
      (block $differs
        (loop $next_128
          (br_if $differs
            (v128.any_true (call $difference_128! (local.get $a_ptr) (local.get $b_ptr))))
          (local.set $a_ptr (i32.add (local.get $a_ptr) (i32.const 128)))
          (local.set $b_ptr (i32.add (local.get $b_ptr) (i32.const 128)))
          (br_if $next_128 (i32.le_u (local.get $a_ptr) (local.get $a_last)))))))
  (local.set $a_last (i32.sub (local.get $a_end) (i32.const 16)))
  (block $equal
    (block $differs
      (loop $next_16
        (if (i32.gt_u (local.get $a_ptr) (local.get $a_last))
          (then
            (br_if $equal (i32.eq (local.get $a_ptr) (local.get $a_end)))
            ;; The last vector overlaps what is known to be equal.
            (local.set $b_ptr
              (i32.sub
                (local.get $b_ptr)
                (i32.sub (local.get $a_ptr) (local.get $a_last))))
            (local.set $a_ptr (local.get $a_last))))
        (local.set $lanes
          (i8x16.bitmask
            (i8x16.ne (v128.load (local.get $a_ptr)) (v128.load (local.get $b_ptr)))))
        (br_if $differs (local.get $lanes))
        (local.set $a_ptr (i32.add (local.get $a_ptr) (i32.const 16)))
        (local.set $b_ptr (i32.add (local.get $b_ptr) (i32.const 16)))
        (br $next_16)))
    (return
      (i32.add
        (i32.sub (local.get $a_ptr) (local.get $start))
        (i32.ctz (local.get $lanes)))))
  (local.get $len))

;; ---- aggregates

;; Where the largest magnitude is beyond these, values are scaled before they are squared, so that
;; neither the squares nor their sum leave the range of normal numbers.
(global $HUGE       f64 (f64.const 0x1p+480))
(global $TINY       f64 (f64.const 0x1p-300))
(global $SCALE_DOWN f64 (f64.const 0x1p-600))
(global $SCALE_UP   f64 (f64.const 0x1p+600))

;; Layout summary
;;   offset  size  field      meaning
;;        0     8  count      f64
;;        8     8  sum        f64
;;       16     8  mean       f64
;;       24     8  min        f64
;;       32     8  max        f64
;;       40     8  variance   f64: of a sample
;;       48     8  deviation  f64: the standard deviation
;;       56     8  p50        f64: percentiles
;;       64     8  p95        f64
;;       72     8  p99        f64

;; i32 aggregate(const f64 *ptr, u32 count, f64 *scratch_ptr, f64 *dst_ptr)
;;   Writes ten f64 about the `count` values at ptr: their count, sum, mean, minimum, maximum,
;;   variance (of a sample: divided by count - 1), standard deviation, and the percentiles 50, 95
;;   and 99 (Hyndman and Fan's definition 7, as NumPy's default). A result that is zero is +0.
;;   The sum is +inf or -inf only where the true sum is out of range, and variance and deviation
;;   likewise; a variance too small for a normal number loses digits, the deviation does not.
;;   Reads 8 * count bytes, writes as many at scratch_ptr, 80 at dst_ptr and the static region. The
;;   spans need no alignment, and must not overlap.
;;   Returns 0, or -3 malformed where a value is not finite: then the first field is the index of
;;   the first such value, and the others are 0. What there is not is NaN: of no values all fields
;;   but the count, which is 0, and of one value its variance and deviation.
(func $aggregate (export "aggregate")
  (param $ptr i32) (param $count i32) (param $scratch_ptr i32) (param $dst_ptr i32) (result i32)
  (local $n f64)         ;; the count
  (local $sum f64)
  (local $mean f64)
  (local $least f64)
  (local $greatest f64)
  (local $magnitude f64) ;; the largest absolute value
  (local $scale f64)     ;; a power of two: values are multiplied by it before they are squared
  (local $unscale f64)   ;; its inverse
  (local $deviations f64) ;; sum of the deviations from the mean
  (local $variance f64)  ;; of the scaled values
  (local $low i64)       ;; image of the least value
  (local $span i64)      ;; difference between it and the image of the greatest
  (local $p50 f64)
  (local $p95 f64)
  (local $p99 f64)
  (if (i32.eqz (local.get $count))
    (then
      (call $set_fields! (local.get $dst_ptr) (f64x2.splat (f64.const nan)))
      (f64.store offset=0 (;COUNT;) (local.get $dst_ptr) (f64.const 0))
      (return (i32.const 0))))
  (local.set $n (f64.convert_i32_u (local.get $count)))
  ;; The states of the sums stand where the fields are to be.
  (call $set_fields! (local.get $dst_ptr) (v128.const i64x2 0 0))
  (call $add_values (local.get $dst_ptr) (local.get $ptr) (local.get $count))
  (local.set $least (f64.load offset=32 (;LEAST;) (local.get $dst_ptr)))
  (local.set $greatest (f64.load offset=40 (;GREATEST;) (local.get $dst_ptr)))
  (local.set $sum (call $collapsed! (local.get $dst_ptr)))
  (local.set $mean (f64.div (local.get $sum) (local.get $n)))
  ;; Whatever is not finite, or overflows, leaves no number behind.
  (if (f64.ne (f64.sub (local.get $sum) (local.get $sum)) (f64.const 0))
    (then
      (local.set $sum (call $index_of_non_finite (local.get $ptr) (local.get $count)))
      (if (f64.lt (local.get $sum) (local.get $n))
        (then
          (call $set_fields! (local.get $dst_ptr) (v128.const i64x2 0 0))
          (f64.store offset=0 (;COUNT;) (local.get $dst_ptr) (local.get $sum))
          (return (i32.const -3))))
      ;; An intermediate sum was out of range. The scaled sum is not.
      (call $deviations_from
        (local.get $dst_ptr)
        (local.get $ptr)
        (local.get $count)
        (f64.const 0)
        (global.get $SCALE_DOWN))
      (local.set $sum
        (call $collapsed! (i32.add (local.get $dst_ptr) (i32.const 16 (;DEVIATIONS;)))))
      (local.set $mean
        (f64.mul
          (f64.div (local.get $sum) (local.get $n))
          (global.get $SCALE_UP)))
      (local.set $sum (f64.mul (local.get $sum) (global.get $SCALE_UP)))))
  ;; Rounding may put the mean an ulp outside of the values.
  (local.set $mean
    (f64.add
      (f64.max
        (f64.min (local.get $mean) (local.get $greatest))
        (local.get $least))
      (f64.const 0)))

  (local.set $scale (f64.const 1))
  (local.set $unscale (f64.const 1))
  (local.set $magnitude (f64.max (f64.neg (local.get $least)) (local.get $greatest)))
  (if (f64.gt (local.get $magnitude) (global.get $HUGE))
    (then
      (local.set $scale (global.get $SCALE_DOWN))
      (local.set $unscale (global.get $SCALE_UP))))
  (if (f64.lt (local.get $magnitude) (global.get $TINY))
    (then
      (local.set $scale (global.get $SCALE_UP))
      (local.set $unscale (global.get $SCALE_DOWN))))
  (call $deviations_from
    (local.get $dst_ptr)
    (local.get $ptr)
    (local.get $count)
    (f64.mul (local.get $mean) (local.get $scale))
    (local.get $scale))
  (local.set $deviations
    (call $collapsed! (i32.add (local.get $dst_ptr) (i32.const 16 (;DEVIATIONS;)))))
  ;; The deviations' sum would be 0 but for the rounding of the mean; what it is corrects that.
  ;; variance = max(0, squares - deviations^2 / n) / (n - 1)
  (local.set $variance
    (f64.div
      (f64.max
        (f64.sub
          (call $collapsed! (i32.add (local.get $dst_ptr) (i32.const 48 (;SQUARES;))))
          (f64.div
            (f64.mul (local.get $deviations) (local.get $deviations))
            (local.get $n)))
        (f64.const 0))
      (f64.sub (local.get $n) (f64.const 1))))
  (if (i32.eq (local.get $count) (i32.const 1))
    (then (local.set $variance (f64.const nan))))

  (f64.store offset=0 (;COUNT;) (local.get $dst_ptr) (local.get $n))
  (f64.store offset=8 (;SUM;) (local.get $dst_ptr) (local.get $sum))
  (f64.store offset=16 (;SUMMARY.MEAN;) (local.get $dst_ptr) (local.get $mean))
  (f64.store offset=24 (;MIN;)
    (local.get $dst_ptr) (f64.add (local.get $least) (f64.const 0)))
  (f64.store offset=32 (;MAX;)
    (local.get $dst_ptr) (f64.add (local.get $greatest) (f64.const 0)))
  (f64.store offset=40 (;VARIANCE;)
    (local.get $dst_ptr)
    (f64.mul (f64.mul (local.get $variance) (local.get $unscale)) (local.get $unscale)))
  (f64.store offset=48 (;DEVIATION;)
    (local.get $dst_ptr)
    (f64.mul (f64.sqrt (local.get $variance)) (local.get $unscale)))

  (local.set $low (call $low_image! (local.get $least)))
  (local.set $span (i64.sub (call $high_image! (local.get $greatest)) (local.get $low)))
  (call $percentiles
    (local.get $ptr)
    (local.get $count)
    (local.get $low)
    (local.get $span)
    (local.get $scratch_ptr))
  (local.set $p99)
  (local.set $p95)
  (local.set $p50)
  (f64.store offset=56 (;P50;) (local.get $dst_ptr) (local.get $p50))
  (f64.store offset=64 (;P95;) (local.get $dst_ptr) (local.get $p95))
  (f64.store offset=72 (;P99;) (local.get $dst_ptr) (local.get $p99))
  (i32.const 0))

;; Sets all fields of the answer.
(func $set_fields! (param $dst_ptr i32) (param $pair v128)
  (v128.store (local.get $dst_ptr) (local.get $pair))
  (v128.store offset=16 (local.get $dst_ptr) (local.get $pair))
  (v128.store offset=32 (local.get $dst_ptr) (local.get $pair))
  (v128.store offset=48 (local.get $dst_ptr) (local.get $pair))
  (v128.store offset=64 (local.get $dst_ptr) (local.get $pair)))

;; Layout compensated
;;   offset  size  field      meaning
;;        0    16  pair       two f64: a total of the even and of the odd values
;;       16    16  pair_lost  two f64: what rounding took from them

;; The number that a compensated total is that stands in memory.
(func $collapsed! (param $total_ptr i32) (result f64)
  (call $collapse!
    (v128.load offset=0 (;PAIR;) (local.get $total_ptr))
    (v128.load offset=16 (;PAIR_LOST;) (local.get $total_ptr))))

;; total' + error = total + term exactly (Knuth); lost' = lost + error
(func $add_exactly!
  (param $total v128) (param $lost v128) (param $term v128) (result v128 v128)
  (local $next v128)  ;; total'
  (local $share v128) ;; what the term became in it
  (local.set $next (f64x2.add (local.get $total) (local.get $term)))
  (local.set $share (f64x2.sub (local.get $next) (local.get $total)))
  (local.get $next)
  (f64x2.add
    (local.get $lost)
    (f64x2.add
      (f64x2.sub
        (local.get $total)
        (f64x2.sub (local.get $next) (local.get $share)))
      (f64x2.sub (local.get $term) (local.get $share)))))

;; Both lanes of a total, and of what it lost, in one number: the lanes' exact sum, its error and
;; what was lost, added from small to large.
(func $collapse! (param $total v128) (param $lost v128) (result f64)
  (local $a f64)
  (local $b f64)
  (local $sum f64)
  (local $share f64) ;; what b became in the sum
  (local.set $a (f64x2.extract_lane 0 (local.get $total)))
  (local.set $b (f64x2.extract_lane 1 (local.get $total)))
  (local.set $sum (f64.add (local.get $a) (local.get $b)))
  (local.set $share (f64.sub (local.get $sum) (local.get $a)))
  (f64.add
    (local.get $sum)
    (f64.add
      (f64.add
        (f64.sub (local.get $a) (f64.sub (local.get $sum) (local.get $share)))
        (f64.sub (local.get $b) (local.get $share)))
      (f64.add
        (f64x2.extract_lane 0 (local.get $lost))
        (f64x2.extract_lane 1 (local.get $lost))))))

(func $least_of_4!
  (param $a v128) (param $b v128) (param $c v128) (param $d v128) (result v128)
  (f64x2.pmin
    (f64x2.pmin (local.get $a) (local.get $b))
    (f64x2.pmin (local.get $c) (local.get $d))))

(func $greatest_of_4!
  (param $a v128) (param $b v128) (param $c v128) (param $d v128) (result v128)
  (f64x2.pmax
    (f64x2.pmax (local.get $a) (local.get $b))
    (f64x2.pmax (local.get $c) (local.get $d))))

;; Adds `count` values, 1 at least, to the sum, the least and the greatest in the state. The order
;; of additions is: sixteen sums, the values of a block dealt out to them in turn, up to eight to
;; each; these added in a tree down to two; the pairs of all blocks added with their errors; then
;; the pair of the last fifteen or fewer values, which are dealt out to two sums.
(func $add_values (param $state_ptr i32) (param $ptr i32) (param $count i32)
  (local $end i32)       ;; one past the last value
  (local $end_16 i32)    ;; one past the last whole sixteen
  (local $block_end i32)
  (local $sum_0 v128)    ;; of the values 0 and 1 of every sixteen
  (local $sum_1 v128)
  (local $sum_2 v128)
  (local $sum_3 v128)
  (local $sum_4 v128)
  (local $sum_5 v128)
  (local $sum_6 v128)
  (local $sum_7 v128)
  (local $a v128)        ;; four pairs of values
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local $total v128)
  (local $lost v128)     ;; what rounding took from the total
  (local $least v128)
  (local $greatest v128)
  (local.set $end
    (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3))))
  (local.set $end_16
    (i32.add
      (local.get $ptr)
      (i32.shl (i32.and (local.get $count) (i32.const -16)) (i32.const 3))))
  (local.set $total (v128.load offset=0 (;TOTAL;) (local.get $state_ptr)))
  (local.set $lost (v128.load offset=16 (;UPDATE_STATE.LOST;) (local.get $state_ptr)))
  (local.set $least (v128.load64_splat (local.get $ptr)))
  (local.set $greatest (local.get $least))
  (if (i64.ne (i64.load offset=48 (;SEEN;) (local.get $state_ptr)) (i64.const 0))
    (then
      (local.set $least (v128.load64_splat offset=32 (;LEAST;) (local.get $state_ptr)))
      (local.set $greatest
        (v128.load64_splat offset=40 (;GREATEST;) (local.get $state_ptr)))))
  (block $blocks_done
    (loop $next_block
      (br_if $blocks_done (i32.eq (local.get $ptr) (local.get $end_16)))
      (local.set $block_end (i32.add (local.get $ptr) (i32.const 1024)))
      (if (i32.gt_u (local.get $block_end) (local.get $end_16))
        (then (local.set $block_end (local.get $end_16))))
      (local.set $sum_0 (v128.const i64x2 0 0))
      (local.set $sum_1 (v128.const i64x2 0 0))
      (local.set $sum_2 (v128.const i64x2 0 0))
      (local.set $sum_3 (v128.const i64x2 0 0))
      (local.set $sum_4 (v128.const i64x2 0 0))
      (local.set $sum_5 (v128.const i64x2 0 0))
      (local.set $sum_6 (v128.const i64x2 0 0))
      (local.set $sum_7 (v128.const i64x2 0 0))
      (loop $next_16
        (local.set $a (v128.load (local.get $ptr)))
        (local.set $b (v128.load offset=16 (local.get $ptr)))
        (local.set $c (v128.load offset=32 (local.get $ptr)))
        (local.set $d (v128.load offset=48 (local.get $ptr)))
        (local.set $sum_0 (f64x2.add (local.get $sum_0) (local.get $a)))
        (local.set $sum_1 (f64x2.add (local.get $sum_1) (local.get $b)))
        (local.set $sum_2 (f64x2.add (local.get $sum_2) (local.get $c)))
        (local.set $sum_3 (f64x2.add (local.get $sum_3) (local.get $d)))
        (local.set $least
          (f64x2.pmin
            (local.get $least)
            (call $least_of_4!
              (local.get $a) (local.get $b) (local.get $c) (local.get $d))))
        (local.set $greatest
          (f64x2.pmax
            (local.get $greatest)
            (call $greatest_of_4!
              (local.get $a) (local.get $b) (local.get $c) (local.get $d))))
        (local.set $a (v128.load offset=64 (local.get $ptr)))
        (local.set $b (v128.load offset=80 (local.get $ptr)))
        (local.set $c (v128.load offset=96 (local.get $ptr)))
        (local.set $d (v128.load offset=112 (local.get $ptr)))
        (local.set $sum_4 (f64x2.add (local.get $sum_4) (local.get $a)))
        (local.set $sum_5 (f64x2.add (local.get $sum_5) (local.get $b)))
        (local.set $sum_6 (f64x2.add (local.get $sum_6) (local.get $c)))
        (local.set $sum_7 (f64x2.add (local.get $sum_7) (local.get $d)))
        (local.set $least
          (f64x2.pmin
            (local.get $least)
            (call $least_of_4!
              (local.get $a) (local.get $b) (local.get $c) (local.get $d))))
        (local.set $greatest
          (f64x2.pmax
            (local.get $greatest)
            (call $greatest_of_4!
              (local.get $a) (local.get $b) (local.get $c) (local.get $d))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 128)))
        (br_if $next_16 (i32.lt_u (local.get $ptr) (local.get $block_end))))
      (call $add_exactly!
        (local.get $total)
        (local.get $lost)
        (f64x2.add
          (f64x2.add
            (f64x2.add (local.get $sum_0) (local.get $sum_1))
            (f64x2.add (local.get $sum_2) (local.get $sum_3)))
          (f64x2.add
            (f64x2.add (local.get $sum_4) (local.get $sum_5))
            (f64x2.add (local.get $sum_6) (local.get $sum_7)))))
      (local.set $lost)
      (local.set $total)
      (br $next_block)))

  (local.set $sum_0 (v128.const i64x2 0 0))
  (block $pairs_done
    (loop $next_pair
      (br_if $pairs_done
        (i32.lt_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 16)))
      (local.set $a (v128.load (local.get $ptr)))
      (local.set $sum_0 (f64x2.add (local.get $sum_0) (local.get $a)))
      (local.set $least (f64x2.pmin (local.get $least) (local.get $a)))
      (local.set $greatest (f64x2.pmax (local.get $greatest) (local.get $a)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
      (br $next_pair)))
  (if (i32.lt_u (local.get $ptr) (local.get $end))
    (then
      (local.set $sum_0
        (f64x2.add (local.get $sum_0) (v128.load64_zero (local.get $ptr))))
      (local.set $a (v128.load64_splat (local.get $ptr)))
      (local.set $least (f64x2.pmin (local.get $least) (local.get $a)))
      (local.set $greatest (f64x2.pmax (local.get $greatest) (local.get $a)))))
  (call $add_exactly! (local.get $total) (local.get $lost) (local.get $sum_0))
  (local.set $lost)
  (local.set $total)
  (v128.store offset=0 (;TOTAL;) (local.get $state_ptr) (local.get $total))
  (v128.store offset=16 (;UPDATE_STATE.LOST;) (local.get $state_ptr) (local.get $lost))
  (f64.store offset=32 (;LEAST;)
    (local.get $state_ptr)
    (f64.min
      (f64x2.extract_lane 0 (local.get $least))
      (f64x2.extract_lane 1 (local.get $least))))
  (f64.store offset=40 (;GREATEST;)
    (local.get $state_ptr)
    (f64.max
      (f64x2.extract_lane 0 (local.get $greatest))
      (f64x2.extract_lane 1 (local.get $greatest)))))

;; The index of the first value that is not finite, or the count.
(func $index_of_non_finite (param $ptr i32) (param $count i32) (result f64)
  (local $index i32)
  (local $value f64)
  (block $found
    (loop $next_value
      (br_if $found (i32.eq (local.get $index) (local.get $count)))
      (local.set $value (f64.load (local.get $ptr)))
      (br_if $found
        (f64.ne (f64.sub (local.get $value) (local.get $value)) (f64.const 0)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next_value)))
  (f64.convert_i32_u (local.get $index)))

;; value * scale - mean
(func $deviation! (param $value v128) (param $scale v128) (param $mean v128) (result v128)
  (f64x2.sub
    (f64x2.mul (local.get $value) (local.get $scale))
    (local.get $mean)))

(func $square! (param $value v128) (result v128)
  (f64x2.mul (local.get $value) (local.get $value)))

;; Leaves the sums of `count` deviations and of their squares in the state.
(func $deviations_from
  (param $state_ptr i32) (param $ptr i32) (param $count i32) (param $mean f64) (param $scale f64)
  (call $set_fields! (local.get $state_ptr) (v128.const i64x2 0 0))
  (f64.store offset=0 (;SCALE;) (local.get $state_ptr) (local.get $scale))
  (f64.store offset=8 (;DEVIATIONS_STATE.MEAN;) (local.get $state_ptr) (local.get $mean))
  (call $add_deviations (local.get $state_ptr) (local.get $ptr) (local.get $count)))

;; Adds value * scale - mean of `count` values, and its square, to the sums in the state. The order
;; of additions is: eight sums, the values of a block dealt out to them in turn, up to sixteen to
;; each; these added in a tree down to two; the pairs of all blocks added with their errors; then
;; the pair of the last seven or fewer values, which are dealt out to two sums.
(func $add_deviations (param $state_ptr i32) (param $ptr i32) (param $count i32)
  (local $end i32)       ;; one past the last value
  (local $end_8 i32)     ;; one past the last whole eight
  (local $block_end i32)
  (local $means v128)    ;; the mean in both lanes
  (local $scales v128)   ;; the scale in both lanes
  (local $a v128)        ;; four pairs of deviations
  (local $b v128)
  (local $c v128)
  (local $d v128)
  (local $sum_0 v128)
  (local $sum_1 v128)
  (local $sum_2 v128)
  (local $sum_3 v128)
  (local $squares_0 v128)
  (local $squares_1 v128)
  (local $squares_2 v128)
  (local $squares_3 v128)
  (local $total v128)
  (local $lost v128)     ;; what rounding took from the total
  (local $total_of_squares v128)
  (local $lost_of_squares v128)
  (local.set $end
    (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3))))
  (local.set $end_8
    (i32.add
      (local.get $ptr)
      (i32.shl (i32.and (local.get $count) (i32.const -8)) (i32.const 3))))
  (local.set $scales (v128.load64_splat offset=0 (;SCALE;) (local.get $state_ptr)))
  (local.set $means (v128.load64_splat offset=8 (;DEVIATIONS_STATE.MEAN;) (local.get $state_ptr)))
  (local.set $total (v128.load offset=16 (;DEVIATIONS;) (local.get $state_ptr)))
  (local.set $lost (v128.load offset=32 (;DEVIATIONS_STATE.LOST;) (local.get $state_ptr)))
  (local.set $total_of_squares (v128.load offset=48 (;SQUARES;) (local.get $state_ptr)))
  (local.set $lost_of_squares (v128.load offset=64 (;LOST_OF_SQUARES;) (local.get $state_ptr)))
  (block $blocks_done
    (loop $next_block
      (br_if $blocks_done (i32.eq (local.get $ptr) (local.get $end_8)))
      (local.set $block_end (i32.add (local.get $ptr) (i32.const 1024)))
      (if (i32.gt_u (local.get $block_end) (local.get $end_8))
        (then (local.set $block_end (local.get $end_8))))
      (local.set $sum_0 (v128.const i64x2 0 0))
      (local.set $sum_1 (v128.const i64x2 0 0))
      (local.set $sum_2 (v128.const i64x2 0 0))
      (local.set $sum_3 (v128.const i64x2 0 0))
      (local.set $squares_0 (v128.const i64x2 0 0))
      (local.set $squares_1 (v128.const i64x2 0 0))
      (local.set $squares_2 (v128.const i64x2 0 0))
      (local.set $squares_3 (v128.const i64x2 0 0))
      (loop $next_8
        (local.set $a
          (call $deviation!
            (v128.load (local.get $ptr))
            (local.get $scales)
            (local.get $means)))
        (local.set $b
          (call $deviation!
            (v128.load offset=16 (local.get $ptr))
            (local.get $scales)
            (local.get $means)))
        (local.set $c
          (call $deviation!
            (v128.load offset=32 (local.get $ptr))
            (local.get $scales)
            (local.get $means)))
        (local.set $d
          (call $deviation!
            (v128.load offset=48 (local.get $ptr))
            (local.get $scales)
            (local.get $means)))
        (local.set $sum_0 (f64x2.add (local.get $sum_0) (local.get $a)))
        (local.set $sum_1 (f64x2.add (local.get $sum_1) (local.get $b)))
        (local.set $sum_2 (f64x2.add (local.get $sum_2) (local.get $c)))
        (local.set $sum_3 (f64x2.add (local.get $sum_3) (local.get $d)))
        (local.set $squares_0
          (f64x2.add (local.get $squares_0) (call $square! (local.get $a))))
        (local.set $squares_1
          (f64x2.add (local.get $squares_1) (call $square! (local.get $b))))
        (local.set $squares_2
          (f64x2.add (local.get $squares_2) (call $square! (local.get $c))))
        (local.set $squares_3
          (f64x2.add (local.get $squares_3) (call $square! (local.get $d))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
        (br_if $next_8 (i32.lt_u (local.get $ptr) (local.get $block_end))))
      (call $add_exactly!
        (local.get $total)
        (local.get $lost)
        (f64x2.add
          (f64x2.add (local.get $sum_0) (local.get $sum_1))
          (f64x2.add (local.get $sum_2) (local.get $sum_3))))
      (local.set $lost)
      (local.set $total)
      (call $add_exactly!
        (local.get $total_of_squares)
        (local.get $lost_of_squares)
        (f64x2.add
          (f64x2.add (local.get $squares_0) (local.get $squares_1))
          (f64x2.add (local.get $squares_2) (local.get $squares_3))))
      (local.set $lost_of_squares)
      (local.set $total_of_squares)
      (br $next_block)))

  (local.set $sum_0 (v128.const i64x2 0 0))
  (local.set $squares_0 (v128.const i64x2 0 0))
  (block $pairs_done
    (loop $next_pair
      (br_if $pairs_done (i32.eq (local.get $ptr) (local.get $end)))
      (local.set $a
        (call $deviation!
          (v128.load64_splat (local.get $ptr))
          (local.get $scales)
          (local.get $means)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
      (if (i32.eq (local.get $ptr) (local.get $end))
        (then
          ;; A last value without a partner: its deviation, and 0.
          (local.set $a (f64x2.replace_lane 1 (local.get $a) (f64.const 0))))
        (else
          (local.set $a
            (f64x2.replace_lane 1
              (local.get $a)
              (f64.sub
                (f64.mul
                  (f64.load (local.get $ptr))
                  (f64x2.extract_lane 0 (local.get $scales)))
                (f64x2.extract_lane 0 (local.get $means)))))
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))))
      (local.set $sum_0 (f64x2.add (local.get $sum_0) (local.get $a)))
      (local.set $squares_0
        (f64x2.add (local.get $squares_0) (call $square! (local.get $a))))
      (br $next_pair)))
  (call $add_exactly! (local.get $total) (local.get $lost) (local.get $sum_0))
  (local.set $lost)
  (local.set $total)
  (call $add_exactly!
    (local.get $total_of_squares)
    (local.get $lost_of_squares)
    (local.get $squares_0))
  (local.set $lost_of_squares)
  (local.set $total_of_squares)
  (v128.store offset=16 (;DEVIATIONS;) (local.get $state_ptr) (local.get $total))
  (v128.store offset=32 (;DEVIATIONS_STATE.LOST;) (local.get $state_ptr) (local.get $lost))
  (v128.store offset=48 (;SQUARES;) (local.get $state_ptr) (local.get $total_of_squares))
  (v128.store offset=64 (;LOST_OF_SQUARES;)
    (local.get $state_ptr)
    (local.get $lost_of_squares)))

;; ---- aggregates of pieces

;; Layout update_state
;;   offset  size  field     meaning
;;        0    16  total     two f64: of the even and of the odd values
;;       16    16  lost      two f64: what rounding took from them
;;       32     8  least     f64
;;       40     8  greatest  f64
;;       48     8  seen      u64: how many values there were
(global $UPDATE_STATE_SIZE (export "aggregate_update_state_size") i32 (i32.const 56))

;; i32 aggregate_update(u8 *state_ptr, const f64 *ptr, u32 count)
;;   Adds the `count` values at ptr to the sum, the least and the greatest of those before. A state
;;   of aggregate_update_state_size bytes is all zeros at first. Where each piece but the last has a
;;   multiple of 128 values, the sum is that of aggregate, however the values are cut.
;;   The sum is, of a, b in `total` and c, d in `lost`, a + b and the error of that, with c + d
;;   added to the error first. It is NaN for good where a sum on the way was out of range; then it
;;   has to be computed anew of scaled values, by aggregate_deviations.
;;   Reads 8 * count bytes, reads and writes the state. The spans need no alignment.
;;   Returns 0, or -3 malformed where a value is not finite: then the state has seen the values
;;   before it, and is of no more use. count = 0 changes nothing.
(func $aggregate_update (export "aggregate_update")
  (param $state_ptr i32) (param $ptr i32) (param $count i32) (result i32)
  (local $sum f64)
  (local $seen i64)
  (local $index i32) ;; of the first value that is not finite, or the count
  (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
  (call $add_values (local.get $state_ptr) (local.get $ptr) (local.get $count))
  (local.set $seen (i64.load offset=48 (;SEEN;) (local.get $state_ptr)))
  (local.set $index (local.get $count))
  (local.set $sum (call $collapsed! (local.get $state_ptr)))
  ;; Whatever is not finite, or overflows, leaves no number behind.
  (if (f64.ne (f64.sub (local.get $sum) (local.get $sum)) (f64.const 0))
    (then
      (local.set $index
        (i32.trunc_sat_f64_u
          (call $index_of_non_finite (local.get $ptr) (local.get $count))))))
  (i64.store offset=48 (;SEEN;)
    (local.get $state_ptr)
    (i64.add (local.get $seen) (i64.extend_i32_u (local.get $index))))
  (if (i32.ne (local.get $index) (local.get $count)) (then (return (i32.const -3))))
  (call $settle_total! (local.get $state_ptr))
  (f64.store offset=32 (;LEAST;)
    (local.get $state_ptr)
    (call $settled! (f64.load offset=32 (;LEAST;) (local.get $state_ptr))))
  (f64.store offset=40 (;GREATEST;)
    (local.get $state_ptr)
    (call $settled! (f64.load offset=40 (;GREATEST;) (local.get $state_ptr))))
  (i32.const 0))

;; Layout deviations_state
;;   offset  size  field            meaning
;;        0     8  scale            f64: what values are multiplied by
;;        8     8  mean             f64: what is then taken from them
;;       16    16  deviations       two f64: their total, of the even and of the odd values
;;       32    16  lost             two f64: what rounding took from them
;;       48    16  squares          two f64: the total of their squares
;;       64    16  lost_of_squares  two f64: what rounding took from them
(global $DEVIATIONS_STATE_SIZE (export "aggregate_deviations_state_size") i32 (i32.const 80))

;; void aggregate_deviations(u8 *state_ptr, const f64 *ptr, u32 count)
;;   Adds value * scale - mean of the `count` values at ptr, and its square, to the sums of those
;;   before. A state of aggregate_deviations_state_size bytes is all zeros at first, but for the
;;   scale and the mean. Where each piece but the last has a multiple of 128 values, the sums are
;;   those of aggregate, however the values are cut.
;;   `deviations` with `lost`, and `squares` with `lost_of_squares`, make a sum as `total` with
;;   `lost` does in a state of aggregate_update. It is NaN for good where one on the way was out of
;;   range, or a value was not finite.
;;   Reads 8 * count bytes, reads and writes the state, cannot fail. The spans need no alignment.
;;   count = 0 changes nothing.
(func $aggregate_deviations (export "aggregate_deviations")
  (param $state_ptr i32) (param $ptr i32) (param $count i32)
  (if (i32.eqz (local.get $count)) (then (return)))
  (call $add_deviations (local.get $state_ptr) (local.get $ptr) (local.get $count))
  (call $settle_total! (i32.add (local.get $state_ptr) (i32.const 16 (;DEVIATIONS;))))
  (call $settle_total! (i32.add (local.get $state_ptr) (i32.const 48 (;SQUARES;)))))

;; A total that is not a number any more, in one form: which NaN a machine computes is its own
;; choice, and a state is the same on all.
(func $settle_total! (param $total_ptr i32)
  (local $lost v128)
  (local $is_number v128) ;; the lanes that are; overflow shows in what is lost
  (local.set $lost (v128.load offset=16 (;PAIR_LOST;) (local.get $total_ptr)))
  (local.set $is_number (f64x2.eq (local.get $lost) (local.get $lost)))
  (v128.store offset=0 (;PAIR;)
    (local.get $total_ptr)
    (v128.and (v128.load offset=0 (;PAIR;) (local.get $total_ptr)) (local.get $is_number)))
  (v128.store offset=16 (;PAIR_LOST;)
    (local.get $total_ptr)
    (v128.bitselect
      (local.get $lost)
      (f64x2.splat (f64.const nan))
      (local.get $is_number))))

;; The number, a zero of either sign as +0, and each NaN as the same one.
(func $settled! (param $number f64) (result f64)
  (select
    (f64.add (local.get $number) (f64.const 0))
    (f64.const nan)
    (f64.eq (local.get $number) (local.get $number))))

;; u32 aggregate_ranges(const f64 *ptr, u32 count, f64 low, f64 high, u32 *dst_ptr)
;;   Cuts all numbers from low to high, in their order, into ranges, and writes for each how many of
;;   the `count` values at ptr are in it, as a u32. All ranges but the last have 2^k numbers, k
;;   being the least with which they are 4096 at most. -0 comes before +0, and is another number. Of
;;   a column in pieces, the counts are the sums of those of the pieces.
;;   Reads 8 * count bytes, writes up to 16384 at dst_ptr, which needs room for so many. The spans
;;   need no alignment, and must not overlap. low and high are to be finite.
;;   Returns how many ranges there are; cannot fail. 0 where low comes after high. count = 0 gives
;;   zeros.
(func $aggregate_ranges (export "aggregate_ranges")
  (param $ptr i32) (param $count i32) (param $low f64) (param $high f64) (param $dst_ptr i32)
  (result i32)
  (local $low_image i64)
  (local $span i64)    ;; from there to the image of the highest
  (local $shift i64)   ;; makes a range's number of a distance from low
  (local $ranges i32)
  (local $end i32)     ;; one past the last value
  (local $offset i64)  ;; of a value's image from low
  (local $entry i32)   ;; address of a range's count
  (local.set $low_image (call $image! (i64.reinterpret_f64 (local.get $low))))
  (local.set $span (call $image! (i64.reinterpret_f64 (local.get $high))))
  (if (i64.lt_s (local.get $span) (local.get $low_image)) (then (return (i32.const 0))))
  (local.set $span (i64.sub (local.get $span) (local.get $low_image)))
  (local.set $shift
    (i64.sub
      (i64.sub (i64.const 64) (i64.clz (local.get $span)))
      (i64.extend_i32_u (global.get $MOST_DIGIT_BITS))))
  (if (i64.lt_s (local.get $shift) (i64.const 0)) (then (local.set $shift (i64.const 0))))
  (local.set $ranges
    (i32.add
      (i32.wrap_i64 (i64.shr_u (local.get $span) (local.get $shift)))
      (i32.const 1)))
  (memory.fill
    (local.get $dst_ptr)
    (i32.const 0)
    (i32.shl (local.get $ranges) (i32.const 2)))
  (local.set $end
    (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3))))
  (block $done
    (br_if $done (i32.eqz (local.get $count)))
    (loop $next_value
      (local.set $offset
        (i64.sub (call $image_at! (local.get $ptr)) (local.get $low_image)))
      (if (i64.le_u (local.get $offset) (local.get $span))
        (then
          (local.set $entry
            (i32.add
              (local.get $dst_ptr)
              (i32.shl
                (i32.wrap_i64 (i64.shr_u (local.get $offset) (local.get $shift)))
                (i32.const 2))))
          (i32.store
            (local.get $entry)
            (i32.add (i32.load (local.get $entry)) (i32.const 1)))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
      (br_if $next_value (i32.ne (local.get $ptr) (local.get $end)))))
  (local.get $ranges))

;; u32 aggregate_between(const f64 *ptr, u32 count, f64 low, f64 high, f64 *dst_ptr)
;;   Copies those of the `count` values at ptr that are from low to high, both included, to dst_ptr,
;;   in their order there. -0 comes before +0.
;;   Reads 8 * count bytes, writes up to as many at dst_ptr, which needs room for so many. The spans
;;   need no alignment, and must not overlap. low and high are to be finite.
;;   Returns how many were copied; cannot fail. count = 0, or a low that comes after high, gives 0.
(func $aggregate_between (export "aggregate_between")
  (param $ptr i32) (param $count i32) (param $low f64) (param $high f64) (param $dst_ptr i32)
  (result i32)
  (local $low_image i64)
  (local $high_image i64)
  (local.set $low_image (call $image! (i64.reinterpret_f64 (local.get $low))))
  (local.set $high_image (call $image! (i64.reinterpret_f64 (local.get $high))))
  (if
    (i32.or
      (i32.eqz (local.get $count))
      (i64.lt_s (local.get $high_image) (local.get $low_image)))
    (then (return (i32.const 0))))
  (call $gather
    (local.get $ptr)
    (local.get $count)
    (local.get $low_image)
    (i64.sub (local.get $high_image) (local.get $low_image))
    (local.get $dst_ptr)))

;; ---- percentiles

(global $COARSE i32 (i32.const 0))
(global $FINE   i32 (i32.const 16384))

;; So many values are sorted rather than narrowed down further.
(global $FEW i32 (i32.const 16))

;; A table has 2^12 entries at most.
(global $MOST_DIGIT_BITS i32 (i32.const 12))

;; The integer that stands to others as the number with these bits stands to other numbers; -0 comes
;; before +0. Negative numbers count down as their bits count up, so all but the sign is inverted.
;; image = bits ^ ((bits >> 63) >>> 1), and the image of an image is the number again
(func $image! (param $bits i64) (result i64)
  (i64.xor
    (local.get $bits)
    (i64.shr_u (i64.shr_s (local.get $bits) (i64.const 63)) (i64.const 1))))

(func $image_at! (param $ptr i32) (result i64)
  (call $image! (i64.load (local.get $ptr))))

;; The least image of numbers from this one on. A zero stands for both zeros: the image of -0 is -1.
(func $low_image! (param $number f64) (result i64)
  (if (f64.eq (local.get $number) (f64.const 0)) (then (return (i64.const -1))))
  (call $image! (i64.reinterpret_f64 (local.get $number))))

;; The greatest image of numbers up to this one. The image of +0 is 0.
(func $high_image! (param $number f64) (result i64)
  (call $image! (i64.reinterpret_f64 (f64.add (local.get $number) (f64.const 0)))))

;; How far images that differ by at most `span` are shifted to get their digit: one of about a
;; quarter as many as there are values, and never of more than a table has.
(func $digit_shift (param $count i32) (param $span i64) (result i64)
  (local $digit_bits i32)
  (local $shift i64)
  (local.set $digit_bits (i32.sub (i32.const 30) (i32.clz (local.get $count))))
  (if (i32.gt_s (local.get $digit_bits) (global.get $MOST_DIGIT_BITS))
    (then (local.set $digit_bits (global.get $MOST_DIGIT_BITS))))
  (local.set $shift
    (i64.sub
      (i64.sub (i64.const 64) (i64.clz (local.get $span)))
      (i64.extend_i32_u (local.get $digit_bits))))
  (if (i64.lt_s (local.get $shift) (i64.const 0)) (then (return (i64.const 0))))
  (local.get $shift))

;; table[digit] = how many of `count` values have this digit, which is (image - low) >> shift, for
;; each digit up to span >> shift
(func $count_digits
  (param $ptr i32) (param $count i32)
  (param $low i64) (param $span i64) (param $shift i64) (param $table i32)
  (local $end i32)   ;; one past the last value
  (local $entry i32) ;; address of a digit's count
  (memory.fill
    (local.get $table)
    (i32.const 0)
    (i32.shl
      (i32.add
        (i32.wrap_i64 (i64.shr_u (local.get $span) (local.get $shift)))
        (i32.const 1))
      (i32.const 2)))
  (local.set $end
    (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3))))
  (loop $next_value
    (local.set $entry
      (i32.add
        (local.get $table)
        (i32.shl
          (i32.wrap_i64
            (i64.shr_u
              (i64.sub (call $image_at! (local.get $ptr)) (local.get $low))
              (local.get $shift)))
          (i32.const 2))))
    (i32.store
      (local.get $entry)
      (i32.add (i32.load (local.get $entry)) (i32.const 1)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
    (br_if $next_value (i32.ne (local.get $ptr) (local.get $end)))))

;; The digit of the value with this rank, and how many values have a smaller digit.
(func $locate (param $table i32) (param $rank i32) (result i32 i32)
  (local $entry i32) ;; address of a digit's count
  (local $below i32) ;; values with a smaller digit
  (local $next i32)  ;; and with the digit itself
  (local.set $entry (local.get $table))
  (block $found
    (loop $next_digit
      (local.set $next (i32.add (local.get $below) (i32.load (local.get $entry))))
      (br_if $found (i32.lt_u (local.get $rank) (local.get $next)))
      (local.set $below (local.get $next))
      (local.set $entry (i32.add (local.get $entry) (i32.const 4)))
      (br $next_digit)))
  (i32.shr_u (i32.sub (local.get $entry) (local.get $table)) (i32.const 2))
  (local.get $below))

;; Copies those of `count` values whose images are from low to low + span to dst_ptr, in order, and
;; returns how many they are. dst_ptr may be ptr: nothing is written that has not been read.
(func $gather
  (param $ptr i32) (param $count i32) (param $low i64) (param $span i64) (param $dst_ptr i32)
  (result i32)
  (local $end i32)   ;; one past the last value
  (local $start i32) ;; of what is written
  (local $bits i64)
  (local.set $start (local.get $dst_ptr))
  (local.set $end
    (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3))))
  ;; Each value is written, and the next one over it if it is not wanted: no branch depends on it.
  (loop $next_value
    (local.set $bits (i64.load (local.get $ptr)))
    (i64.store (local.get $dst_ptr) (local.get $bits))
    (local.set $dst_ptr
      (i32.add
        (local.get $dst_ptr)
        (i32.shl
          (i64.le_u
            (i64.sub (call $image! (local.get $bits)) (local.get $low))
            (local.get $span))
          (i32.const 3))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
    (br_if $next_value (i32.ne (local.get $ptr) (local.get $end))))
  (i32.shr_u (i32.sub (local.get $dst_ptr) (local.get $start)) (i32.const 3)))

;; Sorts a few values by insertion.
(func $sort (param $ptr i32) (param $count i32)
  (local $end i32)   ;; one past the last value
  (local $next i32)  ;; the value that is inserted was here
  (local $place i32) ;; and may go here
  (local $bits i64)
  (local $image i64)
  (local $before i64)
  (local.set $end
    (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3))))
  (local.set $next (local.get $ptr))
  (block $done
    (loop $next_value
      (local.set $next (i32.add (local.get $next) (i32.const 8)))
      (br_if $done (i32.ge_u (local.get $next) (local.get $end)))
      (local.set $bits (i64.load (local.get $next)))
      (local.set $image (call $image! (local.get $bits)))
      (local.set $place (local.get $next))
      (block $placed
        (loop $next_place
          (local.set $before
            (i64.load (i32.sub (local.get $place) (i32.const 8))))
          (br_if $placed
            (i64.le_s (call $image! (local.get $before)) (local.get $image)))
          (i64.store (local.get $place) (local.get $before))
          (local.set $place (i32.sub (local.get $place) (i32.const 8)))
          (br_if $next_place (i32.ne (local.get $place) (local.get $ptr)))))
      (i64.store (local.get $place) (local.get $bits))
      (br $next_value))))

;; The least of `count` values whose image is greater than this one. There is such a value.
(func $least_above (param $ptr i32) (param $count i32) (param $image i64) (result f64)
  (local $end i32) ;; one past the last value
  (local $least i64)
  (local $candidate i64)
  (local.set $least (i64.const 0x7fffffffffffffff))
  (local.set $end
    (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3))))
  (loop $next_value
    (local.set $candidate (call $image_at! (local.get $ptr)))
    (if
      (i32.and
        (i64.gt_s (local.get $candidate) (local.get $image))
        (i64.lt_s (local.get $candidate) (local.get $least)))
      (then (local.set $least (local.get $candidate))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
    (br_if $next_value (i32.ne (local.get $ptr) (local.get $end))))
  (f64.reinterpret_i64 (call $image! (local.get $least))))

;; Of the `count` values at list_ptr, whose images are from low to low + span, leaves a few, or some
;; that are equal, in order, among them the one with this rank. Returns how many they are, and the
;; rank among them.
(func $narrow
  (param $list_ptr i32) (param $count i32) (param $rank i32) (param $low i64) (param $span i64)
  (result i32 i32)
  (local $shift i64)
  (local $digit i32) ;; of the value with the rank
  (local $below i32) ;; values with a smaller one
  (local $before i32) ;; the count before
  (block $narrowed
    (loop $next_digit
      (br_if $narrowed (i32.le_u (local.get $count) (global.get $FEW)))
      (br_if $narrowed (i64.eqz (local.get $span)))
      (local.set $shift (call $digit_shift (local.get $count) (local.get $span)))
      (call $count_digits
        (local.get $list_ptr)
        (local.get $count)
        (local.get $low)
        (local.get $span)
        (local.get $shift)
        (global.get $FINE))
      (call $locate (global.get $FINE) (local.get $rank))
      (local.set $below)
      (local.set $digit)
      (local.set $low
        (i64.add
          (local.get $low)
          (i64.shl (i64.extend_i32_u (local.get $digit)) (local.get $shift))))
      (local.set $rank (i32.sub (local.get $rank) (local.get $below)))
      (local.set $span
        (i64.sub (i64.shl (i64.const 1) (local.get $shift)) (i64.const 1)))
      (local.set $before (local.get $count))
      (local.set $count
        (call $gather
          (local.get $list_ptr)
          (local.get $count)
          (local.get $low)
          (local.get $span)
          (local.get $list_ptr)))
      ;; A digit that tells little apart was taken from too wide a span.
      (if (i32.gt_u (local.get $count) (i32.shr_u (local.get $before) (i32.const 1)))
        (then
          (call $extent_of_images (local.get $list_ptr) (local.get $count))
          (local.set $span)
          (local.set $low)))
      (br $next_digit)))
  (if (i64.ne (local.get $span) (i64.const 0))
    (then (call $sort (local.get $list_ptr) (local.get $count))))
  (local.get $count)
  (local.get $rank))

;; The least image of `count` values, and how far the greatest is from it.
(func $extent_of_images (param $ptr i32) (param $count i32) (result i64 i64)
  (local $end i32) ;; one past the last value
  (local $image i64)
  (local $least i64)
  (local $greatest i64)
  (local.set $least (call $image_at! (local.get $ptr)))
  (local.set $greatest (local.get $least))
  (local.set $end
    (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3))))
  (loop $next_value
    (local.set $image (call $image_at! (local.get $ptr)))
    (if (i64.lt_s (local.get $image) (local.get $least))
      (then (local.set $least (local.get $image))))
    (if (i64.gt_s (local.get $image) (local.get $greatest))
      (then (local.set $greatest (local.get $image))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))
    (br_if $next_value (i32.ne (local.get $ptr) (local.get $end))))
  (local.get $least)
  (i64.sub (local.get $greatest) (local.get $least)))

;; So many values and more are sampled first. Against std's select_nth_unstable, percentiles are at
;; 1.2 to 3 for a million values, where digits alone were at 0.6; at 0.3 to 1.4 for 2,000, where
;; digits are at 0.24 to 0.56 (2026-11-22).
(global $MANY i32 (i32.const 1024))

;; The percentiles 50, 95 and 99 of `count` values, whose images are from low to low + span.
(func $percentiles
  (param $ptr i32) (param $count i32) (param $low i64) (param $span i64) (param $scratch_ptr i32)
  (result f64 f64 f64)
  (local $p50 f64)
  (local $p95 f64)
  (local $p99 f64)
  (local $shift i64) ;; of the coarse digit
  (if (i32.le_u (local.get $count) (global.get $FEW))
    (then
      (memory.copy
        (local.get $scratch_ptr)
        (local.get $ptr)
        (i32.shl (local.get $count) (i32.const 3)))
      (call $sort (local.get $scratch_ptr) (local.get $count))
      (call $percentile_of_sorted (local.get $scratch_ptr) (local.get $count) (f64.const 0.5))
      (call $percentile_of_sorted (local.get $scratch_ptr) (local.get $count) (f64.const 0.95))
      (call $percentile_of_sorted (local.get $scratch_ptr) (local.get $count) (f64.const 0.99))
      (return)))
  (if (i32.ge_u (local.get $count) (global.get $MANY))
    (then
      (call $percentiles_by_sample
        (local.get $ptr)
        (local.get $count)
        (local.get $low)
        (local.get $span)
        (local.get $scratch_ptr))
      (local.set $p99)
      (local.set $p95)
      (local.set $p50)
      (if
        (i32.and
          (f64.eq (local.get $p50) (local.get $p50))
          (i32.and
            (f64.eq (local.get $p95) (local.get $p95))
            (f64.eq (local.get $p99) (local.get $p99))))
        (then
          (return (local.get $p50) (local.get $p95) (local.get $p99))))))
  (local.set $shift (call $digit_shift (local.get $count) (local.get $span)))
  (call $count_digits
    (local.get $ptr)
    (local.get $count)
    (local.get $low)
    (local.get $span)
    (local.get $shift)
    (global.get $COARSE))
  (call $percentile_by_digit
    (local.get $ptr)
    (local.get $count)
    (local.get $low)
    (local.get $shift)
    (local.get $scratch_ptr)
    (f64.const 0.5))
  (call $percentile_by_digit
    (local.get $ptr)
    (local.get $count)
    (local.get $low)
    (local.get $shift)
    (local.get $scratch_ptr)
    (f64.const 0.95))
  (call $percentile_by_digit
    (local.get $ptr)
    (local.get $count)
    (local.get $low)
    (local.get $shift)
    (local.get $scratch_ptr)
    (f64.const 0.99)))

;; The place of percentile p among `count` values: a rank, and how far it is on the way to the next.
(func $place! (param $count i32) (param $p f64) (result i32 f64)
  (local $place f64)
  (local.set $place
    (f64.mul
      (f64.convert_i32_u (i32.sub (local.get $count) (i32.const 1)))
      (local.get $p)))
  (i32.trunc_sat_f64_u (local.get $place))
  (f64.sub (local.get $place) (f64.floor (local.get $place))))

(func $percentile_of_sorted (param $ptr i32) (param $count i32) (param $p f64) (result f64)
  (local $rank i32)
  (local $fraction f64)
  (call $place! (local.get $count) (local.get $p))
  (local.set $fraction)
  (local.set $rank)
  (call $pick
    (local.get $ptr)
    (local.get $count)
    (local.get $rank)
    (local.get $fraction)
    (local.get $ptr)
    (local.get $count)))

;; The percentile p of `count` values whose digits are counted in the coarse table.
(func $percentile_by_digit
  (param $ptr i32) (param $count i32) (param $low i64) (param $shift i64) (param $list_ptr i32)
  (param $p f64) (result f64)
  (local $rank i32)
  (local $fraction f64)
  (local $digit i32)
  (local $below i32) ;; values with a smaller digit
  (local $span i64)
  (local $left i32)  ;; how many values are in the list
  (call $place! (local.get $count) (local.get $p))
  (local.set $fraction)
  (local.set $rank)
  (call $locate (global.get $COARSE) (local.get $rank))
  (local.set $below)
  (local.set $digit)
  (local.set $low
    (i64.add
      (local.get $low)
      (i64.shl (i64.extend_i32_u (local.get $digit)) (local.get $shift))))
  (local.set $span
    (i64.sub (i64.shl (i64.const 1) (local.get $shift)) (i64.const 1)))
  (call $narrow
    (local.get $list_ptr)
    (call $gather
      (local.get $ptr)
      (local.get $count)
      (local.get $low)
      (local.get $span)
      (local.get $list_ptr))
    (i32.sub (local.get $rank) (local.get $below))
    (local.get $low)
    (local.get $span))
  (local.set $rank)
  (local.set $left)
  (call $pick
    (local.get $list_ptr)
    (local.get $left)
    (local.get $rank)
    (local.get $fraction)
    (local.get $ptr)
    (local.get $count)))

;; What stands at this rank of a sorted list, and a fraction of the way to the next value. That is
;; the next of the list, or the least that is above it among the `count` values at ptr.
(func $pick
  (param $list_ptr i32) (param $left i32) (param $rank i32) (param $fraction f64)
  (param $ptr i32) (param $count i32) (result f64)
  (local $a f64) ;; the value with the rank
  (local $b f64) ;; and the next one
  (local.set $list_ptr
    (i32.add (local.get $list_ptr) (i32.shl (local.get $rank) (i32.const 3))))
  (local.set $a (f64.load (local.get $list_ptr)))
  (if (f64.eq (local.get $fraction) (f64.const 0))
    (then (return (f64.add (local.get $a) (f64.const 0)))))
  (if (i32.lt_u (i32.add (local.get $rank) (i32.const 1)) (local.get $left))
    (then (local.set $b (f64.load offset=8 (local.get $list_ptr))))
    (else
      (local.set $b
        (call $least_above
          (local.get $ptr)
          (local.get $count)
          (call $image_at! (local.get $list_ptr))))))
  (f64.add
    (call $between (local.get $a) (local.get $b) (local.get $fraction))
    (f64.const 0)))

;; The number that is this fraction of the way from a to b, rounded as NumPy does: counted from the
;; nearer end, so that it grows with the fraction and reaches both.
(func $between (param $a f64) (param $b f64) (param $fraction f64) (result f64)
  (local $distance f64)
  (local.set $distance (f64.sub (local.get $b) (local.get $a)))
  (if (f64.eq (local.get $distance) (f64.const inf))
    (then
      ;; From one end of the range to the other; the parts are in range.
      (return
        (f64.add
          (f64.mul (local.get $a) (f64.sub (f64.const 1) (local.get $fraction)))
          (f64.mul (local.get $b) (local.get $fraction))))))
  (if (f64.lt (local.get $fraction) (f64.const 0.5))
    (then
      (return
        (f64.add
          (local.get $a)
          (f64.mul (local.get $distance) (local.get $fraction))))))
  (f64.sub
    (local.get $b)
    (f64.mul
      (local.get $distance)
      (f64.sub (f64.const 1) (local.get $fraction)))))

;; ---- percentiles of many values

;; Floyd and Rivest's idea: a sample says between which two values a percentile almost surely lies.
;; One pass then counts what is below and lists what is between, which is little. Where the sample
;; has misled, a percentile is NaN, and the digits of all values have to be counted after all.
(func $percentiles_by_sample
  (param $ptr i32) (param $count i32) (param $low i64) (param $span i64) (param $scratch_ptr i32)
  (result f64 f64 f64)
  (local $bits i64) ;; the sample has 2^bits values
  (local $index i64)
  (local $low_50 f64)  ;; what percentile 50 lies between
  (local $high_50 f64)
  (local $low_95 f64)
  (local $high_95 f64)
  (local $low_99 f64)
  (local $high_99 f64)
  (local $listed i32)   ;; how many values lie between any of these
  (local $up_to_50 i32) ;; how many are $low_50 at most
  (local $up_to_95 i32)
  (local $up_to_99 i32)
  (local $from_ptr i32) ;; where those that lie between one pair are to be found
  (local $from_count i32)
  (local $list_ptr i32) ;; room for them
  (local.set $bits (i64.const 8))
  (if (i32.ge_u (local.get $count) (i32.const 8192)) (then (local.set $bits (i64.const 9))))
  (if (i32.ge_u (local.get $count) (i32.const 65536)) (then (local.set $bits (i64.const 12))))
  (loop $next_sample
    (i64.store
      (i32.add
        (local.get $scratch_ptr)
        (i32.shl (i32.wrap_i64 (local.get $index)) (i32.const 3)))
      (i64.load
        (i32.add
          (local.get $ptr)
          (i32.shl
            (i32.wrap_i64
              (i64.shr_u
                (i64.mul (local.get $index) (i64.extend_i32_u (local.get $count)))
                (local.get $bits)))
            (i32.const 3)))))
    (local.set $index (i64.add (local.get $index) (i64.const 1)))
    (br_if $next_sample
      (i64.eqz (i64.shr_u (local.get $index) (local.get $bits)))))
  (call $bracket
    (local.get $scratch_ptr) (local.get $bits) (local.get $low) (local.get $span) (f64.const 0.5))
  (local.set $high_50)
  (local.set $low_50)
  (call $bracket
    (local.get $scratch_ptr) (local.get $bits) (local.get $low) (local.get $span) (f64.const 0.95))
  (local.set $high_95)
  (local.set $low_95)
  (call $bracket
    (local.get $scratch_ptr) (local.get $bits) (local.get $low) (local.get $span) (f64.const 0.99))
  (local.set $high_99)
  (local.set $low_99)
  (call $sift
    (local.get $ptr)
    (local.get $count)
    (local.get $low_50)
    (local.get $high_50)
    (local.get $low_95)
    (local.get $high_95)
    (local.get $low_99)
    (local.get $high_99)
    (local.get $scratch_ptr))
  (local.set $up_to_99)
  (local.set $up_to_95)
  (local.set $up_to_50)
  (local.set $listed)
  (if (i32.le_u (local.get $listed) (i32.shr_u (local.get $count) (i32.const 1)))
    (then
      (local.set $from_ptr (local.get $scratch_ptr))
      (local.set $from_count (local.get $listed))
      (local.set $list_ptr
        (i32.add
          (local.get $scratch_ptr)
          (i32.shl (local.get $listed) (i32.const 3)))))
    (else
      ;; The list leaves no room beside it: it is given up, and all values are gone through again.
      (local.set $from_ptr (local.get $ptr))
      (local.set $from_count (local.get $count))
      (local.set $list_ptr (local.get $scratch_ptr))))
  (call $percentile_in_bracket
    (local.get $ptr)
    (local.get $count)
    (local.get $from_ptr)
    (local.get $from_count)
    (local.get $list_ptr)
    (local.get $low_50)
    (local.get $high_50)
    (local.get $up_to_50)
    (f64.const 0.5))
  (call $percentile_in_bracket
    (local.get $ptr)
    (local.get $count)
    (local.get $from_ptr)
    (local.get $from_count)
    (local.get $list_ptr)
    (local.get $low_95)
    (local.get $high_95)
    (local.get $up_to_95)
    (f64.const 0.95))
  (call $percentile_in_bracket
    (local.get $ptr)
    (local.get $count)
    (local.get $from_ptr)
    (local.get $from_count)
    (local.get $list_ptr)
    (local.get $low_99)
    (local.get $high_99)
    (local.get $up_to_99)
    (f64.const 0.99)))

;; Two values of a sample of 2^bits, between which the percentile p of all lies but for one case in
;; hundreds: three standard deviations from its place to either side. Writes as many values behind
;; the sample.
(func $bracket
  (param $sample_ptr i32) (param $bits i64) (param $low i64) (param $span i64) (param $p f64)
  (result f64 f64)
  (local $count i32)
  (local $place f64)
  (local $margin f64)
  (local.set $count (i32.wrap_i64 (i64.shl (i64.const 1) (local.get $bits))))
  (local.set $place (f64.mul (f64.convert_i32_u (local.get $count)) (local.get $p)))
  (local.set $margin
    (f64.add
      (f64.mul
        (f64.const 3)
        (f64.sqrt (f64.mul (local.get $place) (f64.sub (f64.const 1) (local.get $p)))))
      (f64.const 2)))
  (call $value_of_rank
    (local.get $sample_ptr)
    (local.get $count)
    (i32.trunc_sat_f64_u (f64.sub (local.get $place) (local.get $margin)))
    (local.get $low)
    (local.get $span))
  (call $value_of_rank
    (local.get $sample_ptr)
    (local.get $count)
    (i32.trunc_sat_f64_u
      (f64.min
        (f64.add (local.get $place) (local.get $margin))
        (f64.convert_i32_u (i32.sub (local.get $count) (i32.const 1)))))
    (local.get $low)
    (local.get $span)))

;; The value of this rank among `count` values at ptr, which stay as they are; as many more are
;; written behind them.
(func $value_of_rank
  (param $ptr i32) (param $count i32) (param $rank i32) (param $low i64) (param $span i64)
  (result f64)
  (local $list_ptr i32)
  (local $len i32)
  (local.set $len (i32.shl (local.get $count) (i32.const 3)))
  (local.set $list_ptr (i32.add (local.get $ptr) (local.get $len)))
  (memory.copy (local.get $list_ptr) (local.get $ptr) (local.get $len))
  (call $narrow
    (local.get $list_ptr)
    (local.get $count)
    (local.get $rank)
    (local.get $low)
    (local.get $span))
  (local.set $rank)
  (local.set $len)
  (f64.load
    (i32.add (local.get $list_ptr) (i32.shl (local.get $rank) (i32.const 3)))))

;; Two values: those up to low, counted down from *up_to*; and those between low and high, as lanes.
(func $sift_pair!
  (param $pair v128) (param $low v128) (param $high v128) (param $up_to v128) (result v128 v128)
  (local $not_above v128)
  (local.set $not_above (f64x2.le (local.get $pair) (local.get $low)))
  (i64x2.add (local.get $up_to) (local.get $not_above))
  (v128.andnot (f64x2.lt (local.get $pair) (local.get $high)) (local.get $not_above)))

;; Lists those of `count` values at dst_ptr that lie between any of the three pairs, without the
;; pairs themselves, of which there may be many. Returns how many they are, and how many of all
;; values are the lower one of each pair at most.
(func $sift
  (param $ptr i32) (param $count i32)
  (param $low_50 f64) (param $high_50 f64)
  (param $low_95 f64) (param $high_95 f64)
  (param $low_99 f64) (param $high_99 f64)
  (param $dst_ptr i32) (result i32 i32 i32 i32)
  (local $start i32)        ;; of the list
  (local $end i32)          ;; one past the last value
  (local $step i32)         ;; 8 or 16: how many bytes the pair took
  (local $lows_50 v128)     ;; the bounds in both lanes
  (local $highs_50 v128)
  (local $lows_95 v128)
  (local $highs_95 v128)
  (local $lows_99 v128)
  (local $highs_99 v128)
  (local $up_to_50 v128)    ;; counted down from 0
  (local $up_to_95 v128)
  (local $up_to_99 v128)
  (local $pair v128)
  (local $between_50 v128)  ;; lanes that lie between
  (local $between_95 v128)
  (local $between_99 v128)
  (local $lanes i32)        ;; bits of the lanes that lie between any
  (local.set $start (local.get $dst_ptr))
  (local.set $lows_50 (f64x2.splat (local.get $low_50)))
  (local.set $highs_50 (f64x2.splat (local.get $high_50)))
  (local.set $lows_95 (f64x2.splat (local.get $low_95)))
  (local.set $highs_95 (f64x2.splat (local.get $high_95)))
  (local.set $lows_99 (f64x2.splat (local.get $low_99)))
  (local.set $highs_99 (f64x2.splat (local.get $high_99)))
  (local.set $end
    (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3))))
  ;; An odd value comes first and alone: the NaN beside it is neither up to anything, nor between.
  (local.set $step (i32.const 16))
  (local.set $pair (v128.load (local.get $ptr)))
  (if (i32.and (local.get $count) (i32.const 1))
    (then
      (local.set $step (i32.const 8))
      (local.set $pair (f64x2.replace_lane 1 (local.get $pair) (f64.const nan)))))
  (loop $next_pair
    (call $sift_pair!
      (local.get $pair) (local.get $lows_50) (local.get $highs_50) (local.get $up_to_50))
    (local.set $between_50)
    (local.set $up_to_50)
    (call $sift_pair!
      (local.get $pair) (local.get $lows_95) (local.get $highs_95) (local.get $up_to_95))
    (local.set $between_95)
    (local.set $up_to_95)
    (call $sift_pair!
      (local.get $pair) (local.get $lows_99) (local.get $highs_99) (local.get $up_to_99))
    (local.set $between_99)
    (local.set $up_to_99)
    (local.set $lanes
      (i64x2.bitmask
        (v128.or
          (local.get $between_50)
          (v128.or (local.get $between_95) (local.get $between_99)))))
    ;; Each value is written, and the next one over it if it is not wanted: no branch depends on it.
    (i64.store (local.get $dst_ptr) (i64x2.extract_lane 0 (local.get $pair)))
    (local.set $dst_ptr
      (i32.add
        (local.get $dst_ptr)
        (i32.shl (i32.and (local.get $lanes) (i32.const 1)) (i32.const 3))))
    (i64.store (local.get $dst_ptr) (i64x2.extract_lane 1 (local.get $pair)))
    (local.set $dst_ptr
      (i32.add
        (local.get $dst_ptr)
        (i32.shl (i32.shr_u (local.get $lanes) (i32.const 1)) (i32.const 3))))
    (local.set $ptr (i32.add (local.get $ptr) (local.get $step)))
    (if (i32.lt_u (local.get $ptr) (local.get $end))
      (then
        (local.set $step (i32.const 16))
        (local.set $pair (v128.load (local.get $ptr)))
        (br $next_pair))))
  (i32.shr_u (i32.sub (local.get $dst_ptr) (local.get $start)) (i32.const 3))
  (call $negated_sum! (local.get $up_to_50))
  (call $negated_sum! (local.get $up_to_95))
  (call $negated_sum! (local.get $up_to_99)))

;; A count from the two lanes in which it was counted down.
(func $negated_sum! (param $lanes v128) (result i32)
  (i32.wrap_i64
    (i64.sub
      (i64.const 0)
      (i64.add
        (i64x2.extract_lane 0 (local.get $lanes))
        (i64x2.extract_lane 1 (local.get $lanes))))))

;; How many of `count` values are below the bound, each multiplied by the sign first.
(func $count_below
  (param $ptr i32) (param $count i32) (param $sign f64) (param $bound f64) (result i32)
  (local $last i32)     ;; where the last pair begins
  (local $signs v128)   ;; both in both lanes
  (local $bounds v128)
  (local $below v128)   ;; counted down from 0
  (local.set $last
    (i32.sub
      (i32.add (local.get $ptr) (i32.shl (local.get $count) (i32.const 3)))
      (i32.const 16)))
  (local.set $signs (f64x2.splat (local.get $sign)))
  (local.set $bounds (f64x2.splat (local.get $bound)))
  (if (i32.and (local.get $count) (i32.const 1))
    (then
      (local.set $below
        (v128.and
          (f64x2.lt
            (f64x2.mul (v128.load64_zero (local.get $ptr)) (local.get $signs))
            (local.get $bounds))
          (v128.const i64x2 -1 0)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 8)))))
  (loop $next_pair
    (local.set $below
      (i64x2.add
        (local.get $below)
        (f64x2.lt
          (f64x2.mul (v128.load (local.get $ptr)) (local.get $signs))
          (local.get $bounds))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
    (br_if $next_pair (i32.le_u (local.get $ptr) (local.get $last))))
  (call $negated_sum! (local.get $below)))

;; The percentile p of `count` values at ptr, of which `up_to` are $low at most, and those between
;; $low and $high are among from_count values at from_ptr. It may be $low or $high itself, of which
;; there may be many; they are counted only then. NaN where it lies elsewhere.
(func $percentile_in_bracket
  (param $ptr i32) (param $count i32)
  (param $from_ptr i32) (param $from_count i32) (param $list_ptr i32)
  (param $low f64) (param $high f64) (param $up_to i32) (param $p f64) (result f64)
  (local $low_image i64)  ;; the least that a value between may have
  (local $high_image i64) ;; and the greatest
  (local $span i64)
  (local $rank i32)
  (local $fraction f64)
  (local $left i32)      ;; how many values are in the list
  (call $place! (local.get $count) (local.get $p))
  (local.set $fraction)
  (local.set $rank)
  (if (i32.lt_u (local.get $rank) (local.get $up_to))
    (then
      (if
        (i32.lt_u
          (local.get $rank)
          (call $count_below
            (local.get $ptr) (local.get $count) (f64.const 1) (local.get $low)))
        (then (return (f64.const nan))))
      (if
        (i32.or
          (i32.lt_u (i32.add (local.get $rank) (i32.const 1)) (local.get $up_to))
          (f64.eq (local.get $fraction) (f64.const 0)))
        (then (return (f64.add (local.get $low) (f64.const 0)))))
      (return
        (f64.add
          (call $between
            (local.get $low)
            (call $least_above
              (local.get $ptr) (local.get $count) (call $high_image! (local.get $low)))
            (local.get $fraction))
          (f64.const 0)))))
  (local.set $rank (i32.sub (local.get $rank) (local.get $up_to)))
  (local.set $low_image (i64.add (call $high_image! (local.get $low)) (i64.const 1)))
  (local.set $high_image (i64.sub (call $low_image! (local.get $high)) (i64.const 1)))
  (local.set $span (i64.sub (local.get $high_image) (local.get $low_image)))
  (if
    (i32.and
      (i64.le_s (local.get $low_image) (local.get $high_image))
      (i32.ne (local.get $from_count) (i32.const 0)))
    (then
      (local.set $left
        (call $gather
          (local.get $from_ptr)
          (local.get $from_count)
          (local.get $low_image)
          (local.get $span)
          (local.get $list_ptr)))))
  (if (i32.ge_u (local.get $rank) (local.get $left))
    (then
      (if
        (i32.ge_u
          (i32.add (i32.add (local.get $up_to) (local.get $rank)) (i32.const 1))
          (i32.sub
            (local.get $count)
            (call $count_below
              (local.get $ptr)
              (local.get $count)
              (f64.const -1)
              (f64.neg (local.get $high)))))
        (then (return (f64.const nan))))
      (return (f64.add (local.get $high) (f64.const 0)))))
  ;; What comes after the greatest of the list is not among those between.
  (if (i32.eq (i32.add (local.get $rank) (i32.const 1)) (local.get $left))
    (then
      (local.set $from_ptr (local.get $ptr))
      (local.set $from_count (local.get $count))))
  (call $narrow
    (local.get $list_ptr)
    (local.get $left)
    (local.get $rank)
    (local.get $low_image)
    (local.get $span))
  (local.set $rank)
  (local.set $left)
  (call $pick
    (local.get $list_ptr)
    (local.get $left)
    (local.get $rank)
    (local.get $fraction)
    (local.get $from_ptr)
    (local.get $from_count)))
