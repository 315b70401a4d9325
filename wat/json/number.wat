;; Numbers: from decimal digits to integers and to the nearest doubles.
;;
;; Up to 19 digits are a u64, w, and the number is w * 10^q. Where w and 10^-q are doubles without
;; rounding, so is their quotient but for one rounding (Clinger 1990). Else the product of w and the
;; upper 128 bits of 5^q has enough bits to round rightly (Lemire 2021; that there is no case left
;; over: Mushtak and Lemire 2023). Where there are more digits, w and w + 1 are tried, and if they
;; do not agree, big integers decide (`halfway`).

;; Lane numbers from -16 to 15. From n bytes into it on they move the first n lanes to the end.
(data (i32.const 672 (;ALIGN;))
  "\f0\f1\f2\f3\f4\f5\f6\f7\f8\f9\fa\fb\fc\fd\fe\ff"
  "\00\01\02\03\04\05\06\07\08\09\0a\0b\0c\0d\0e\0f")

;; The bits of infinity.
(global $INFINITE i64 (i64.const 0x7ff0_0000_0000_0000))

;; The powers of ten below and above which every w makes 0 or infinity.
(global $LEAST_POWER i32 (i32.const -342))
(global $MOST_POWER  i32 (i32.const 308))

;; The number that the first `count` of 16 digits are, at most 16, in four steps: pairs, fours,
;; eights, all. A pair is 10 * first + second: the high half of its lane times 10 * 256 + 1.
(func $sixteen! (param $digits v128) (param $count i32) (result i64)
  (local $eights i64)
  (local.set $digits
    (i8x16.swizzle
      (local.get $digits)
      (v128.load offset=672 (;ALIGN;) (local.get $count))))
  (local.set $digits
    (i16x8.shr_u
      (i16x8.mul (local.get $digits) (i16x8.splat (i32.const 2561)))
      (i32.const 8)))
  (local.set $digits
    (i32x4.dot_i16x8_s
      (local.get $digits)
      (v128.const i16x8 100 1 100 1 100 1 100 1)))
  (local.set $digits (i16x8.narrow_i32x4_u (local.get $digits) (local.get $digits)))
  (local.set $eights
    (i64x2.extract_lane 0
      (i32x4.dot_i16x8_s
        (local.get $digits)
        (v128.const i16x8 10000 1 10000 1 10000 1 10000 1))))
  (i64.add
    (i64.mul
      (i64.and (local.get $eights) (i64.const 0xffff_ffff))
      (i64.const 100_000_000))
    (i64.shr_u (local.get $eights) (i64.const 32))))

;; The number that `count` digits at p are, one to 19; `digits` are the values of the first 16.
(func $whole! (param $digits v128) (param $p i32) (param $count i32) (result i64)
  (if (result i64) (i32.le_u (local.get $count) (i32.const 16))
    (then
      (call $sixteen! (local.get $digits) (local.get $count)))
    (else
      (i64.add
        (i64.mul
          (call $sixteen!
            (local.get $digits)
            (i32.sub (local.get $count) (i32.const 16)))
          (i64.const 10_000_000_000_000_000))
        (call $sixteen!
          (call $values!
            (i32.sub (i32.add (local.get $p) (local.get $count)) (i32.const 16)))
          (i32.const 16))))))

;; a * b: the lower 64 bits, and the upper.
(func $product! (param $a i64) (param $b i64) (result i64 i64)
  (local $a_high i64)
  (local $b_high i64)
  (local $low i64)
  (local $cross i64)
  (local $middle i64)
  (local.set $a_high (i64.shr_u (local.get $a) (i64.const 32)))
  (local.set $b_high (i64.shr_u (local.get $b) (i64.const 32)))
  (local.set $a (i64.and (local.get $a) (i64.const 0xffff_ffff)))
  (local.set $b (i64.and (local.get $b) (i64.const 0xffff_ffff)))
  (local.set $low (i64.mul (local.get $a) (local.get $b)))
  (local.set $cross (i64.mul (local.get $a_high) (local.get $b)))
  ;; It has 64 bits: (2^32 - 1)^2 + 2 * (2^32 - 1) < 2^64.
  (local.set $middle
    (i64.add
      (i64.mul (local.get $a) (local.get $b_high))
      (i64.add
        (i64.shr_u (local.get $low) (i64.const 32))
        (i64.and (local.get $cross) (i64.const 0xffff_ffff)))))
  (i64.or
    (i64.shl (local.get $middle) (i64.const 32))
    (i64.and (local.get $low) (i64.const 0xffff_ffff)))
  (i64.add
    (i64.mul (local.get $a_high) (local.get $b_high))
    (i64.add
      (i64.shr_u (local.get $cross) (i64.const 32))
      (i64.shr_u (local.get $middle) (i64.const 32)))))

;; w * 5^q, scaled by a power of two, for a w whose highest bit is set: the lower 64 bits of the
;; upper 128, and the upper. What is below the 55 bits that matter is looked at only where a carry
;; could get through.
(func $scaled! (param $w i64) (param $q i32) (result i64 i64)
  (local $power i32)
  (local $low i64)
  (local $high i64)
  (local $more i64)
  (local.set $power
    (i32.shl (i32.sub (local.get $q) (global.get $LEAST_POWER)) (i32.const 4)))
  (call $product! (local.get $w) (i64.load offset=4104 (;POWERS+8;) (local.get $power)))
  (local.set $high)
  (local.set $low)
  (if (i64.eqz (i64.and (i64.xor (local.get $high) (i64.const -1)) (i64.const 0x1ff)))
    (then
      (call $product! (local.get $w) (i64.load offset=4096 (;POWERS;) (local.get $power)))
      (local.set $more)
      (drop)
      (local.set $low (i64.add (local.get $low) (local.get $more)))
      (local.set $high
        (i64.add
          (local.get $high)
          (i64.extend_i32_u (i64.lt_u (local.get $low) (local.get $more)))))))
  (local.get $low)
  (local.get $high))

;; The bits of the double nearest to w * 10^q, which is neither 0 nor below the normal doubles, nor
;; above them by more than a power of ten; past infinity the bits are more than its own.
;; `zeros` are those that w had in front before it was shifted to the left.
(func $normal! (param $low i64) (param $high i64) (param $q i32) (param $zeros i64) (result i64)
  (local $top i64) ;; the highest bit
  (local $shift i64)
  (local $bits i64) ;; 54: one more than a double has
  (local.set $top (i64.shr_u (local.get $high) (i64.const 63)))
  (local.set $shift (i64.add (local.get $top) (i64.const 9)))
  (local.set $bits (i64.shr_u (local.get $high) (local.get $shift)))
  ;; Halfway between two doubles, exactly: to the even one. Only small powers of five divide it.
  (if (i64.le_u (local.get $low) (i64.const 1))
    (then
      (if
        (i32.and
          (i32.and
            (i32.le_u (i32.add (local.get $q) (i32.const 4)) (i32.const 27))
            (i64.eq (i64.and (local.get $bits) (i64.const 3)) (i64.const 1)))
          (i64.eq
            (i64.shl (local.get $bits) (local.get $shift))
            (local.get $high)))
        (then (local.set $bits (i64.xor (local.get $bits) (i64.const 1)))))))
  ;; The rounding may make a bit more, and the bit that is not kept counts the exponent up by one.
  (i64.add
    (i64.shl
      (i64.add
        (i64.sub (call $exponent! (local.get $q)) (local.get $zeros))
        (local.get $top))
      (i64.const 52))
    (i64.shr_u
      (i64.add (local.get $bits) (i64.and (local.get $bits) (i64.const 1)))
      (i64.const 1))))

;; The exponent of 2^63 * 10^q as a double has it, less one: floor(q * log2(10)) + 63 + 1023 - 1.
(func $exponent! (param $q i32) (result i64)
  (i64.extend_i32_s
    (i32.add
      (i32.shr_s (i32.mul (local.get $q) (i32.const 217_706)) (i32.const 16))
      (i32.const 1085))))

;; The bits of the double nearest to w * 10^q, for any; infinity where that is too large.
(func $double (param $w i64) (param $q i32) (result i64)
  (local $zeros i64)
  (local $low i64)
  (local $high i64)
  (local $bits i64)
  (local $top i64)
  (local $below i64) ;; how many bits fewer than a normal double's there are
  (if
    (i32.or
      (i64.eqz (local.get $w))
      (i32.lt_s (local.get $q) (global.get $LEAST_POWER)))
    (then (return (i64.const 0))))
  (if (i32.gt_s (local.get $q) (global.get $MOST_POWER))
    (then (return (global.get $INFINITE))))
  (local.set $zeros (i64.clz (local.get $w)))
  (call $scaled! (i64.shl (local.get $w) (local.get $zeros)) (local.get $q))
  (local.set $high)
  (local.set $low)
  (local.set $top (i64.shr_u (local.get $high) (i64.const 63)))
  (local.set $below
    (i64.sub
      (local.get $zeros)
      (i64.add (call $exponent! (local.get $q)) (local.get $top))))
  (if (i64.gt_s (local.get $below) (i64.const 0))
    (then
      (if (i64.ge_s (local.get $below) (i64.const 64)) (then (return (i64.const 0))))
      (local.set $bits
        (i64.shr_u
          (i64.shr_u (local.get $high) (i64.add (local.get $top) (i64.const 9)))
          (local.get $below)))
      (return
        (i64.shr_u
          (i64.add (local.get $bits) (i64.and (local.get $bits) (i64.const 1)))
          (i64.const 1)))))
  (local.set $bits
    (call $normal!
      (local.get $low)
      (local.get $high)
      (local.get $q)
      (local.get $zeros)))
  (select
    (local.get $bits)
    (global.get $INFINITE)
    (i64.lt_u (local.get $bits) (global.get $INFINITE))))

;; What a number of ordinary length is, which begins at p with a digit or a minus sign: the address
;; behind it, its tag, and its word; address 0 where it is none, or none that a double can be. At p
;; 64 bytes can be read.
(func $number_value! (param $p i32) (result i32 i64 i64)
  (local $start i32)
  (local $is_negative i32)
  (local $first v128) ;; the values of 16 digits
  (local $others i32) ;; a bit for each of 32 bytes that is no digit
  (local $len i32) ;; of what is before the point
  (local $point_end i32) ;; the address of the digits behind the point
  (local $places i32) ;; how many these are
  (local $next i32)
  (local $w i64)
  (local $ten i64) ;; 10^places
  (local $zeros i64)
  (local $low i64)
  (local $high i64)
  (local.set $start (local.get $p))
  (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x2d))
    (then
      (local.set $is_negative (i32.const 1))
      (local.set $p (i32.add (local.get $p) (i32.const 1))))
    (else (local.set $is_negative (i32.const 0))))
  (local.set $first (call $values! (local.get $p)))
  (local.set $others (call $others! (local.get $p) (local.get $first)))
  (local.set $len (i32.ctz (local.get $others)))
  (block $exactly
    ;; None, or more than 18.
    (br_if $exactly
      (i32.ge_u (i32.sub (local.get $len) (i32.const 1)) (i32.const 18)))
    (br_if $exactly
      (i32.and
        (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x30))
        (i32.ne (local.get $len) (i32.const 1))))
    (local.set $w (call $whole! (local.get $first) (local.get $p) (local.get $len)))
    (local.set $p (i32.add (local.get $p) (local.get $len)))
    (local.set $next (i32.load8_u (local.get $p)))
    (if (i32.ne (local.get $next) (i32.const 0x2e))
      (then
        (if (i32.eq (i32.or (local.get $next) (i32.const 0x20)) (i32.const 0x65))
          (then
            (return
              (call $with_exponent
                (local.get $start)
                (local.get $p)
                (local.get $w)
                (i32.const 0)))))
        (if (i32.and (i64.eqz (local.get $w)) (local.get $is_negative))
          (then
            (return
              (local.get $p)
              (global.get $TAPE_TAG_DOUBLE)
              (i64.const 0x8000_0000_0000_0000))))
        (return
          (local.get $p)
          (global.get $TAPE_TAG_INTEGER)
          (i64.sub
            (i64.xor
              (local.get $w)
              (i64.sub (i64.const 0) (i64.extend_i32_u (local.get $is_negative))))
            (i64.sub (i64.const 0) (i64.extend_i32_u (local.get $is_negative)))))))
    (local.set $point_end (i32.add (local.get $p) (i32.const 1)))
    (local.set $places
      (i32.sub
        (call $second! (local.get $others))
        (i32.add (local.get $len) (i32.const 1))))
    (br_if $exactly (i32.eqz (local.get $places)))
    (local.set $len (i32.add (local.get $len) (local.get $places)))
    (br_if $exactly (i32.gt_u (local.get $len) (i32.const 19)))
    (local.set $ten
      (i64.load offset=3072 (;TENS;) (i32.shl (local.get $places) (i32.const 3))))
    (local.set $w
      (i64.add
        (i64.mul (local.get $w) (local.get $ten))
        (call $whole!
          (call $values! (local.get $point_end))
          (local.get $point_end)
          (local.get $places))))
    (local.set $p (i32.add (local.get $point_end) (local.get $places)))
    (local.set $next (i32.load8_u (local.get $p)))
    (if (i32.eq (i32.or (local.get $next) (i32.const 0x20)) (i32.const 0x65))
      (then
        (return
          (call $with_exponent
            (local.get $start)
            (local.get $p)
            (local.get $w)
            (local.get $places)))))
    ;; By the number of digits and not by what they are: lists have more or less the same, and the
    ;; branch is foreseen (15 % on coordinates, 2026-11-29).
    (if
      (i32.or
        (i32.le_u (local.get $len) (i32.const 15))
        (i64.eqz (local.get $w)))
      (then
        (local.set $w
          (i64.reinterpret_f64
            (f64.div
              (f64.convert_i64_s (local.get $w))
              (f64.convert_i64_s (local.get $ten))))))
      (else
        (local.set $zeros (i64.clz (local.get $w)))
        (local.set $places (i32.sub (i32.const 0) (local.get $places)))
        (call $scaled!
          (i64.shl (local.get $w) (local.get $zeros))
          (local.get $places))
        (local.set $high)
        (local.set $low)
        (local.set $w
          (call $normal!
            (local.get $low)
            (local.get $high)
            (local.get $places)
            (local.get $zeros)))))
    (return
      (local.get $p)
      (global.get $TAPE_TAG_DOUBLE)
      (i64.or
        (local.get $w)
        (i64.shl (i64.extend_i32_u (local.get $is_negative)) (i64.const 63)))))
  (call $long_number (local.get $start)))

;; What a number is, as `$number_value!`, from its digits and its exponent: it begins at `start`,
;; its `e` is at p, and w is what its digits are, of which the last `places` are behind the point.
(func $with_exponent
  (param $start i32) (param $p i32) (param $w i64) (param $places i32)
  (result i32 i64 i64)
  (local $byte i32)
  (local $is_below i32) ;; whether the exponent is negative
  (local $exponent i32)
  (local $end i32) ;; of what may be its digits
  (local.set $p (i32.add (local.get $p) (i32.const 1)))
  (local.set $byte (i32.load8_u (local.get $p)))
  (local.set $is_below (i32.eq (local.get $byte) (i32.const 0x2d)))
  (local.set $p
    (i32.add
      (local.get $p)
      (i32.or (local.get $is_below) (i32.eq (local.get $byte) (i32.const 0x2b)))))
  ;; Exponents of none, or of more than four digits, take the exact way.
  (local.set $end (i32.add (local.get $p) (i32.const 5)))
  (block $exactly
    (br_if $exactly (i32.gt_u (call $digit! (local.get $p)) (i32.const 9)))
    (loop $next
      (local.set $exponent
        (i32.add
          (i32.mul (local.get $exponent) (i32.const 10))
          (call $digit! (local.get $p))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $exactly (i32.eq (local.get $p) (local.get $end)))
      (br_if $next (i32.le_u (call $digit! (local.get $p)) (i32.const 9))))
    (local.set $w
      (call $double
        (local.get $w)
        (i32.sub
          (select
            (i32.sub (i32.const 0) (local.get $exponent))
            (local.get $exponent)
            (local.get $is_below))
          (local.get $places))))
    (return
      (select
        (i32.const 0)
        (local.get $p)
        (i64.eq (local.get $w) (global.get $INFINITE)))
      (global.get $TAPE_TAG_DOUBLE)
      (i64.or (local.get $w) (call $sign! (local.get $start)))))
  (call $long_number (local.get $start)))

;; The value of the byte at p if it is a digit, else more than 9.
(func $digit! (param $p i32) (result i32)
  (i32.sub (i32.load8_u (local.get $p)) (i32.const 0x30)))

;; The sign of the number at `start` as that of a double: its highest bit.
(func $sign! (param $start i32) (result i64)
  (i64.shl
    (i64.extend_i32_u (i32.eq (i32.load8_u (local.get $start)) (i32.const 0x2d)))
    (i64.const 63)))

;; What any number is, as `$number_value!`.
(func $long_number (param $start i32) (result i32 i64 i64)
  (local $end i32)
  (local $tag i64)
  (local $word i64)
  (local.set $end (call $exact_number (local.get $start)))
  (if (local.get $end)
    (then
      (call $exact_value (local.get $start) (local.get $end))
      (local.set $word)
      (local.set $tag)
      (if (call $is_infinite! (local.get $tag) (local.get $word))
        (then (local.set $end (i32.const 0))))))
  (local.get $end)
  (local.get $tag)
  (local.get $word))

;; Whether a number is one that rounds to infinity.
(func $is_infinite! (param $tag i64) (param $word i64) (result i32)
  (i32.and
    (i64.eq (local.get $tag) (global.get $TAPE_TAG_DOUBLE))
    (i64.eq
      (i64.and (local.get $word) (i64.const 0x7fff_ffff_ffff_ffff))
      (global.get $INFINITE))))

;; The tag and the word of the number [start, end), which is valid; infinity where it is too large.
(func $exact_value (param $start i32) (param $end i32) (result i64 i64)
  (local $p i32)
  (local $digit i32)
  (local $w i64)
  (local $count i32) ;; digits from the first on that is not 0
  (local $rest i32) ;; not 0 where a digit behind the 19th is not
  (local $is_behind i32) ;; whether the point is passed
  (local $is_double i32)
  (local $q i64)
  (local $sign i64)
  (local $bits i64)
  (local $other i64)
  (local.set $sign (call $sign! (local.get $start)))
  (local.set $p
    (i32.add (local.get $start) (i64.ne (local.get $sign) (i64.const 0))))
  (block $done
    (loop $next
      (br_if $done (i32.eq (local.get $p) (local.get $end)))
      (local.set $digit (call $digit! (local.get $p)))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (if (i32.le_u (local.get $digit) (i32.const 9))
        (then
          (if (i32.lt_u (local.get $count) (i32.const 19))
            (then
              (local.set $w
                (i64.add
                  (i64.mul (local.get $w) (i64.const 10))
                  (i64.extend_i32_u (local.get $digit))))
              (local.set $count
                (i32.add (local.get $count) (i64.ne (local.get $w) (i64.const 0))))
              (local.set $q
                (i64.sub (local.get $q) (i64.extend_i32_u (local.get $is_behind)))))
            (else
              (local.set $count (i32.add (local.get $count) (i32.const 1)))
              (local.set $rest (i32.or (local.get $rest) (local.get $digit)))
              (local.set $q
                (i64.add
                  (local.get $q)
                  (i64.extend_i32_u (i32.eqz (local.get $is_behind)))))))
          (br $next)))
      (local.set $is_double (i32.const 1))
      ;; The point: 0x2e - 0x30.
      (if (i32.eq (local.get $digit) (i32.const -2))
        (then
          (local.set $is_behind (i32.const 1))
          (br $next)))
      (local.set $q
        (i64.add (local.get $q) (call $exponent (local.get $p) (local.get $end))))))
  (block $is_double
    (br_if $is_double (local.get $is_double))
    (if (i64.eqz (local.get $sign))
      (then
        (if (i32.le_u (local.get $count) (i32.const 19))
          (then
            (return
              (select
                (global.get $TAPE_TAG_INTEGER)
                (global.get $TAPE_TAG_UNSIGNED)
                (i64.ge_s (local.get $w) (i64.const 0)))
              (local.get $w))))
        (br_if $is_double (i32.ne (local.get $count) (i32.const 20)))
        ;; The last digit of 20: up to 18,446,744,073,709,551,615.
        (br_if $is_double
          (i64.gt_u
            (local.get $w)
            (i64.sub
              (i64.const 1_844_674_407_370_955_161)
              (i64.extend_i32_u (i32.gt_u (local.get $rest) (i32.const 5))))))
        (return
          (global.get $TAPE_TAG_UNSIGNED)
          (i64.add
            (i64.mul (local.get $w) (i64.const 10))
            (i64.extend_i32_u (local.get $rest))))))
    (br_if $is_double (i64.eqz (local.get $w)))
    (br_if $is_double (i32.gt_u (local.get $count) (i32.const 19)))
    (br_if $is_double (i64.gt_u (local.get $w) (local.get $sign)))
    (return
      (global.get $TAPE_TAG_INTEGER)
      (i64.sub (i64.const 0) (local.get $w))))
  (local.set $bits (call $double (local.get $w) (call $power! (local.get $q))))
  (if (local.get $rest)
    (then
      (local.set $other
        (call $double
          (i64.add (local.get $w) (i64.const 1))
          (call $power! (local.get $q))))
      (if (i64.ne (local.get $bits) (local.get $other))
        (then
          (local.set $bits
            (i64.add
              (local.get $bits)
              (i64.extend_i32_u
                (call $is_above_half
                  (local.get $start)
                  (local.get $end)
                  (i32.wrap_i64 (local.get $q))
                  (local.get $bits)))))))))
  (global.get $TAPE_TAG_DOUBLE)
  (i64.or (local.get $bits) (local.get $sign)))

;; A power of ten as 32 bits: from 400 on each makes infinity of a w that is not 0, and from -400 on
;; each makes 0 of any.
(func $power! (param $q i64) (result i32)
  (if (i64.gt_s (local.get $q) (i64.const 400)) (then (return (i32.const 400))))
  (if (i64.lt_s (local.get $q) (i64.const -400)) (then (return (i32.const -400))))
  (i32.wrap_i64 (local.get $q)))

;; The exponent [p, end), which is valid, between the `e` and the number's end. Numbers have fewer
;; than 2^31 digits: it does not matter by how much it is above 10^11.
(func $exponent (param $p i32) (param $end i32) (result i64)
  (local $first i32)
  (local $exponent i64)
  (local.set $first (i32.load8_u (local.get $p)))
  (local.set $p
    (i32.add
      (local.get $p)
      (i32.or
        (i32.eq (local.get $first) (i32.const 0x2b))
        (i32.eq (local.get $first) (i32.const 0x2d)))))
  (loop $next
    (if (i64.lt_s (local.get $exponent) (i64.const 100_000_000_000))
      (then
        (local.set $exponent
          (i64.add
            (i64.mul (local.get $exponent) (i64.const 10))
            (i64.extend_i32_u (call $digit! (local.get $p)))))))
    (local.set $p (i32.add (local.get $p) (i32.const 1)))
    (br_if $next (i32.ne (local.get $p) (local.get $end))))
  (select
    (i64.sub (i64.const 0) (local.get $exponent))
    (local.get $exponent)
    (i32.eq (local.get $first) (i32.const 0x2d))))
