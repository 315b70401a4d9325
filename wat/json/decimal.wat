;; Numbers as text, byte for byte as serde_json writes them: doubles as the crate zmij does.
;;
;; What is called here may write 64 bytes from dst on, and returns the address behind the number.

;; 10^8, and two powers that say how many digits a number has.
(global $TEN_8  i64 (i64.const 100_000_000))
(global $TEN_15 i64 (i64.const 1_000_000_000_000_000))
(global $TEN_16 i64 (i64.const 10_000_000_000_000_000))

;; The lower 52 bits of a double, and the bit that stands in front of them.
(global $FRACTION i64 (i64.const 0x000f_ffff_ffff_ffff))
(global $LEADING  i64 (i64.const 0x0010_0000_0000_0000))

;; Of eight digits the upper four, and the lower four 32 bits above them.
;; q = x / 10,000 = (x * ceil(2^40 / 10,000)) >> 40, exact for all x < 10^8
(func $fours! (param $number i64) (result i64)
  (i64.sub
    (i64.shl (local.get $number) (i64.const 32))
    (i64.mul
      (i64.shr_u
        (i64.mul (local.get $number) (i64.const 109_951_163))
        (i64.const 40))
      (i64.const 42_949_672_959_999))))

;; The digits of four numbers below 10,000, one in each lane of 32 bits.
(func $digits_of! (param $fours v128) (result v128)
  (local $hundreds v128)
  (local $twos v128)
  (local $tens v128)
  ;; In each lane of 16 bits a number of two digits: q = x / 100 = (x * 5,243) >> 19, which is exact
  ;; for x < 10,000,
  (local.set $hundreds
    (i32x4.shr_u
      (i32x4.dot_i16x8_s
        (local.get $fours)
        (v128.const i16x8 5243 0 5243 0 5243 0 5243 0))
      (i32.const 19)))
  (local.set $twos
    (v128.or
      (local.get $hundreds)
      (i32x4.shl
        (i32x4.sub
          (local.get $fours)
          (i32x4.dot_i16x8_s
            (local.get $hundreds)
            (v128.const i16x8 100 0 100 0 100 0 100 0)))
        (i32.const 16))))
  ;; and in each byte a digit: q = x / 10 = (x * 103) >> 10, which is exact for x < 100.
  (local.set $tens
    (i16x8.shr_u
      (i16x8.mul (local.get $twos) (i16x8.splat (i32.const 103)))
      (i32.const 10)))
  (v128.or
    (i16x8.add
      (i16x8.shl (local.get $twos) (i32.const 8))
      (i16x8.mul (local.get $tens) (i16x8.splat (i32.const -2559))))
    (i8x16.splat (i32.const 0x30))))

;; The sixteen digits of a number below 10^16, with zeros in front.
(func $sixteen_digits! (param $number i64) (result v128)
  (local $upper i64) ;; eight digits
  (local.set $upper (i64.div_u (local.get $number) (global.get $TEN_8)))
  (call $digits_of!
    (i64x2.replace_lane 1
      (i64x2.splat (call $fours! (local.get $upper)))
      (call $fours!
        (i64.sub
          (local.get $number)
          (i64.mul (local.get $upper) (global.get $TEN_8)))))))

;; A bit for each of sixteen digits that is no zero.
(func $no_zeros! (param $digits v128) (result i32)
  (i8x16.bitmask (i8x16.ne (local.get $digits) (i8x16.splat (i32.const 0x30)))))

;; The two digits of a number below 100, the first in the lower byte.
(func $two_digits! (param $number i32) (result i32)
  (local $tens i32)
  (local.set $tens
    (i32.shr_u (i32.mul (local.get $number) (i32.const 103)) (i32.const 10)))
  (i32.add
    (i32.add
      (i32.shl (local.get $number) (i32.const 8))
      (i32.mul (local.get $tens) (i32.const -2559)))
    (i32.const 0x3030)))

;; Writes an unsigned integer.
(func $write_integer (param $dst i32) (param $number i64) (result i32)
  (local $upper i64) ;; what is in front of the last sixteen digits
  (local $digits v128)
  (local $len i32) ;; of the digits, with the zeros
  (local $zeros i32) ;; in front
  (if (i64.lt_u (local.get $number) (i64.const 10))
    (then
      (i32.store8
        (local.get $dst)
        (i32.add (i32.wrap_i64 (local.get $number)) (i32.const 0x30)))
      (return (i32.add (local.get $dst) (i32.const 1)))))
  (if (i64.lt_u (local.get $number) (i64.const 100))
    (then
      (i32.store16
        (local.get $dst)
        (call $two_digits! (i32.wrap_i64 (local.get $number))))
      (return (i32.add (local.get $dst) (i32.const 2)))))
  (if (i64.lt_u (local.get $number) (global.get $TEN_8))
    (then
      ;; The eight digits twice. Those in front are not zeros all, so that the second are not met.
      (local.set $digits
        (call $digits_of! (i64x2.splat (call $fours! (local.get $number)))))
      (local.set $len (i32.const 8)))
    (else
      (local.set $len (i32.const 16))
      (if (i64.ge_u (local.get $number) (global.get $TEN_16))
        (then
          (local.set $upper (i64.div_u (local.get $number) (global.get $TEN_16)))
          (local.set $dst (call $write_integer (local.get $dst) (local.get $upper)))
          (v128.store
            (local.get $dst)
            (call $sixteen_digits!
              (i64.sub
                (local.get $number)
                (i64.mul (local.get $upper) (global.get $TEN_16)))))
          (return (i32.add (local.get $dst) (i32.const 16)))))
      (local.set $digits (call $sixteen_digits! (local.get $number)))))
  (local.set $zeros (i32.ctz (call $no_zeros! (local.get $digits))))
  (v128.store
    (local.get $dst)
    (i8x16.swizzle
      (local.get $digits)
      (i8x16.add
        (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
        (i8x16.splat (local.get $zeros)))))
  (i32.sub (i32.add (local.get $dst) (local.get $len)) (local.get $zeros)))

;; Of the product of a 128-bit number and a 64-bit one the upper 128 bits, the highest first.
(func $upper_product! (param $high i64) (param $low i64) (param $factor i64) (result i64 i64)
  (local $factor_high i64)
  (local $factor_low i64)
  (local $middle i64)
  (local $low_product i64)
  (local $product i64)
  (local $carried i64)
  (local.set $factor_high (i64.shr_u (local.get $factor) (i64.const 32)))
  (local.set $factor_low (i64.and (local.get $factor) (i64.const 0xffff_ffff)))
  ;; The upper 64 bits of low * factor.
  (local.set $middle
    (i64.add
      (i64.mul
        (i64.shr_u (local.get $low) (i64.const 32))
        (local.get $factor_low))
      (i64.shr_u
        (i64.mul
          (i64.and (local.get $low) (i64.const 0xffff_ffff))
          (local.get $factor_low))
        (i64.const 32))))
  (local.set $low_product
    (i64.add
      (i64.add
        (i64.mul
          (i64.shr_u (local.get $low) (i64.const 32))
          (local.get $factor_high))
        (i64.shr_u (local.get $middle) (i64.const 32)))
      (i64.shr_u
        (i64.add
          (i64.mul
            (i64.and (local.get $low) (i64.const 0xffff_ffff))
            (local.get $factor_high))
          (i64.and (local.get $middle) (i64.const 0xffff_ffff)))
        (i64.const 32))))
  ;; All of high * factor, of which a plain product has the lower half.
  (local.set $product (i64.mul (local.get $high) (local.get $factor)))
  (local.set $middle
    (i64.add
      (i64.mul
        (i64.shr_u (local.get $high) (i64.const 32))
        (local.get $factor_low))
      (i64.shr_u
        (i64.mul
          (i64.and (local.get $high) (i64.const 0xffff_ffff))
          (local.get $factor_low))
        (i64.const 32))))
  (local.set $carried (i64.add (local.get $product) (local.get $low_product)))
  (i64.add
    (i64.add
      (i64.add
        (i64.mul
          (i64.shr_u (local.get $high) (i64.const 32))
          (local.get $factor_high))
        (i64.shr_u (local.get $middle) (i64.const 32)))
      (i64.shr_u
        (i64.add
          (i64.mul
            (i64.and (local.get $high) (i64.const 0xffff_ffff))
            (local.get $factor_high))
          (i64.and (local.get $middle) (i64.const 0xffff_ffff)))
        (i64.const 32)))
    (i64.extend_i32_u (i64.lt_u (local.get $carried) (local.get $product))))
  (local.get $carried))

;; (10 * number + add) >> 64
(func $times_ten! (param $number i64) (param $add i64) (result i32)
  (i32.wrap_i64
    (i64.shr_u
      (i64.add
        (i64.add
          (i64.mul (i64.shr_u (local.get $number) (i64.const 32)) (i64.const 10))
          (i64.shr_u (local.get $add) (i64.const 32)))
        (i64.shr_u
          (i64.add
            (i64.mul
              (i64.and (local.get $number) (i64.const 0xffff_ffff))
              (i64.const 10))
            (i64.and (local.get $add) (i64.const 0xffff_ffff)))
          (i64.const 32)))
      (i64.const 32))))

;; What a double significand * 2^exponent comes to where it is divided by 10^(power + 1): its whole
;; part, its fraction as 64 bits, and half the distance to the next double, the same way; `power` is
;; floor(log10(the distance)). The distance to the next double is that to the one before as well.
;;
;; With this power a multiple of 10^power lies within half a distance, and at most one of
;; 10^(power + 1): the shortest decimal is the latter, or the nearest of the former. Six bits more
;; than the fraction are kept, and no double lies so near a boundary that this is too little.
;; That is Schubfach (Giulietti 2020), with the shorter candidate first as in yy and zmij.
(func $scaled_by_ten! (param $significand i64) (param $exponent i32) (param $power i32)
  (result i64 i64 i64)
  (local $inverse i32) ;; the power of ten to multiply by
  (local $entry i32)
  (local $shift i32)
  (local $high i64)
  (local $low i64)
  (local.set $inverse (i32.sub (i32.const -1) (local.get $power)))
  (local.set $entry
    (i32.add
      (i32.const 9568 (;POWERS+5472;))
      (i32.shl (local.get $inverse) (i32.const 4))))
  ;; The table is rounded up below 5^0. Here all are to be rounded down.
  (local.set $low
    (i64.sub
      (i64.load (local.get $entry))
      (i64.extend_i32_u (i32.lt_s (local.get $inverse) (i32.const 0)))))
  (local.set $high (i64.load offset=8 (local.get $entry)))
  ;; 217,707 / 2^16 is log2(10): this is floor(log2(10^inverse)).
  (local.set $shift
    (i32.add
      (i32.add (local.get $exponent) (i32.const 7))
      (i32.shr_s
        (i32.mul (local.get $inverse) (i32.const 217_707))
        (i32.const 16))))
  (call $upper_product!
    (local.get $high)
    (local.get $low)
    (i64.shl (local.get $significand) (i64.extend_i32_u (local.get $shift))))
  (local.set $low)
  (local.set $significand)
  (i64.shr_u (local.get $significand) (i64.const 6))
  (i64.or
    (i64.shl (local.get $significand) (i64.const 58))
    (i64.shr_u (local.get $low) (i64.const 6)))
  (i64.shr_u
    (local.get $high)
    (i64.extend_i32_u (i32.sub (i32.const 7) (local.get $shift)))))

;; The shortest decimal of a double whose neighbours are equally far away, and among those the
;; nearest. Returns whole, digit and power: it is (10 * whole + digit) * 10^power. A digit of 0 was
;; not needed.
(func $decimal! (param $significand i64) (param $exponent i32) (result i64 i32 i32)
  (local $power i32)
  (local $whole i64)
  (local $fraction i64)
  (local $half i64)
  (local $is_up i32)
  ;; 315,653 / 2^20 is log10(2).
  (local.set $power
    (i32.shr_s (i32.mul (local.get $exponent) (i32.const 315_653)) (i32.const 20)))
  (call $scaled_by_ten! (local.get $significand) (local.get $exponent) (local.get $power))
  (local.set $half)
  (local.set $fraction)
  (local.set $whole)
  ;; What lies on the boundary itself is read as the even one.
  (local.set $half
    (i64.add
      (local.get $half)
      (i64.and
        (i64.xor (local.get $significand) (i64.const 1))
        (i64.const 1))))
  (local.set $is_up
    (i64.lt_u (i64.add (local.get $fraction) (local.get $half)) (local.get $fraction)))
  (i64.add (local.get $whole) (i64.extend_i32_u (local.get $is_up)))
  ;; A tie goes to the even digit; there are no others but 2.5. The 6 is for what was rounded down.
  (select
    (i32.const 0)
    (select
      (i32.const 2)
      (call $times_ten! (local.get $fraction) (i64.const 0x8000_0000_0000_0006))
      (i64.eq (local.get $fraction) (i64.const 0x4000_0000_0000_0000)))
    (i32.or
      (local.get $is_up)
      (i64.gt_u (local.get $half) (local.get $fraction))))
  (local.get $power))

;; The same of a power of two, to which the double before is half as far.
(func $decimal_of_power (param $exponent i32) (result i64 i32 i32)
  (local $power i32)
  (local $whole i64)
  (local $fraction i64)
  (local $half i64)
  (local $digit i32)
  (local $least i32)
  (local $is_up i32)
  ;; 131,072 / 2^20 is about log10(4 / 3).
  (local.set $power
    (i32.shr_s
      (i32.sub
        (i32.mul (local.get $exponent) (i32.const 315_653))
        (i32.const 131_072))
      (i32.const 20)))
  (call $scaled_by_ten! (global.get $LEADING) (local.get $exponent) (local.get $power))
  (local.set $half)
  (local.set $fraction)
  (local.set $whole)
  (local.set $is_up
    (i64.lt_u (i64.xor (local.get $fraction) (i64.const -1)) (local.get $half)))
  (local.set $half (i64.shr_u (local.get $half) (i64.const 1)))
  (local.set $digit
    (call $times_ten! (local.get $fraction) (i64.const 0x7fff_ffff_ffff_ffff)))
  ;; The digit that is nearest may be below all that are read as this double.
  (local.set $least
    (call $times_ten! (i64.sub (local.get $fraction) (local.get $half)) (i64.const -1)))
  (local.set $digit
    (select
      (local.get $least)
      (local.get $digit)
      (i32.lt_s (local.get $digit) (local.get $least))))
  (i64.add (local.get $whole) (i64.extend_i32_u (local.get $is_up)))
  (select
    (i32.const 0)
    (local.get $digit)
    (i32.or
      (local.get $is_up)
      (i64.gt_u (local.get $half) (local.get $fraction))))
  (local.get $power))

;; The same of a double below 2^-1022, which has fewer digits: it is brought to 15 of them or more.
(func $decimal_of_tiny (param $significand i64) (result i64 i32 i32)
  (local $whole i64)
  (local $digit i32)
  (local $power i32)
  (call $decimal! (local.get $significand) (i32.const -1074))
  (local.set $power)
  (local.set $digit)
  (local.set $whole)
  (local.set $whole
    (i64.add
      (i64.mul (local.get $whole) (i64.const 10))
      (i64.extend_i32_u (local.get $digit))))
  (block $done
    (loop $next
      (br_if $done (i64.ge_u (local.get $whole) (global.get $TEN_15)))
      (local.set $whole (i64.mul (local.get $whole) (i64.const 10)))
      (local.set $power (i32.sub (local.get $power) (i32.const 1)))
      (br $next)))
  (i64.div_u (local.get $whole) (i64.const 10))
  (i32.wrap_i64 (i64.rem_u (local.get $whole) (i64.const 10)))
  (local.get $power))

;; Writes a double, or returns 0 where it is not finite.
(func $write_double (param $dst i32) (param $bits i64) (result i32)
  (local $exponent i32)
  (local $fraction i64)
  (local $whole i64)
  (local $digit i32)
  (local $power i32)
  (i32.store8 (local.get $dst) (i32.const 0x2d))
  (local.set $dst
    (i32.add
      (local.get $dst)
      (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 63)))))
  (local.set $fraction (i64.and (local.get $bits) (global.get $FRACTION)))
  (local.set $exponent
    (i32.and
      (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 52)))
      (i32.const 0x7ff)))
  (if (i32.eq (local.get $exponent) (i32.const 0x7ff)) (then (return (i32.const 0))))
  (if
    (i32.and
      (i64.ne (local.get $fraction) (i64.const 0))
      (i32.ne (local.get $exponent) (i32.const 0)))
    (then
      (call $decimal!
        (i64.or (local.get $fraction) (global.get $LEADING))
        (i32.sub (local.get $exponent) (i32.const 1075)))
      (local.set $power)
      (local.set $digit)
      (local.set $whole))
    (else
      (if (local.get $exponent)
        (then
          (call $decimal_of_power (i32.sub (local.get $exponent) (i32.const 1075)))
          (local.set $power)
          (local.set $digit)
          (local.set $whole))
        (else
          (if (i64.eqz (local.get $fraction))
            (then
              ;; 0.0
              (i32.store (local.get $dst) (i32.const 0x302e30))
              (return (i32.add (local.get $dst) (i32.const 3)))))
          (call $decimal_of_tiny (local.get $fraction))
          (local.set $power)
          (local.set $digit)
          (local.set $whole)))))
  (call $write_decimal!
    (local.get $dst)
    (local.get $whole)
    (local.get $digit)
    (local.get $power)))

;; Writes (10 * whole + digit) * 10^power; whole has 15 or 16 digits.
(func $write_decimal! (param $dst i32) (param $whole i64) (param $digit i32) (param $power i32)
  (result i32)
  (local $digits v128) ;; the first sixteen
  (local $count i32) ;; how many there are before there are only zeros
  (local $short i32) ;; all bits are set where whole has fifteen
  ;; Fifteen digits take the one behind them in. A branch here would be guessed wrong too often.
  (local.set $short
    (i32.sub (i32.const 0) (i64.lt_u (local.get $whole) (global.get $TEN_15))))
  (local.set $whole
    (i64.add
      (local.get $whole)
      (i64.and
        (i64.add
          (i64.mul (local.get $whole) (i64.const 9))
          (i64.extend_i32_u (local.get $digit)))
        (i64.extend_i32_s (local.get $short)))))
  (local.set $digit
    (i32.and (local.get $digit) (i32.xor (local.get $short) (i32.const -1))))
  (local.set $power (i32.add (local.get $power) (local.get $short)))
  ;; From here on the power of ten of the first digit.
  (local.set $power (i32.add (local.get $power) (i32.const 16)))
  (local.set $digits (call $sixteen_digits! (local.get $whole)))
  (local.set $count
    (select
      (i32.const 17)
      (i32.sub (i32.const 32) (i32.clz (call $no_zeros! (local.get $digits))))
      (local.get $digit)))
  (local.set $digit (i32.add (local.get $digit) (i32.const 0x30)))
  ;; Without an exponent from 10^-5 to 10^16.
  (if (i32.lt_u (local.get $power) (i32.const 16))
    (then
      (local.set $power (i32.add (local.get $power) (i32.const 1)))
      (call $write_point!
        (local.get $dst)
        (local.get $digits)
        (local.get $digit)
        (local.get $power))
      ;; A digit stands behind the point in any case; where none is left it is a zero.
      (return
        (i32.add
          (i32.add (local.get $dst) (i32.const 1))
          (select
            (local.get $count)
            (i32.add (local.get $power) (i32.const 1))
            (i32.gt_u (local.get $count) (local.get $power)))))))
  (if (i32.ge_s (local.get $power) (i32.const -5))
    (then
      (if (i32.lt_s (local.get $power) (i32.const 0))
        (then
          ;; 0.00000
          (i64.store (local.get $dst) (i64.const 0x3030_3030_3030_2e30))
          (local.set $dst
            (i32.sub
              (i32.add (local.get $dst) (i32.const 1))
              (local.get $power)))
          (v128.store (local.get $dst) (local.get $digits))
          (i32.store8 offset=16 (local.get $dst) (local.get $digit))
          (return (i32.add (local.get $dst) (local.get $count)))))))
  (call $write_point!
    (local.get $dst)
    (local.get $digits)
    (local.get $digit)
    (i32.const 1))
  (call $write_exponent
    (i32.add
      (local.get $dst)
      (i32.add (local.get $count) (i32.gt_u (local.get $count) (i32.const 1))))
    (local.get $power)))

;; Writes sixteen digits and one more, with a point behind the first `place`, of which there are one
;; at least.
(func $write_point! (param $dst i32) (param $digits v128) (param $digit i32) (param $place i32)
  (local $places v128)
  (local.set $places (i8x16.splat (local.get $place)))
  (v128.store
    (local.get $dst)
    (v128.bitselect
      (i8x16.splat (i32.const 0x2e))
      (i8x16.swizzle
        (local.get $digits)
        (i8x16.add
          (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
          (i8x16.gt_s
            (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
            (local.get $places))))
      (i8x16.eq
        (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
        (local.get $places))))
  (i32.store16 offset=16
    (local.get $dst)
    (i32.or
      (select
        (i32.const 0x2e)
        (i8x16.extract_lane_u 15 (local.get $digits))
        (i32.eq (local.get $place) (i32.const 16)))
      (i32.shl (local.get $digit) (i32.const 8)))))

;; Writes an exponent, with its sign.
(func $write_exponent (param $dst i32) (param $exponent i32) (result i32)
  (local $hundreds i32)
  ;; e+ or e-
  (i32.store16
    (local.get $dst)
    (select
      (i32.const 0x2d65)
      (i32.const 0x2b65)
      (i32.lt_s (local.get $exponent) (i32.const 0))))
  (local.set $dst (i32.add (local.get $dst) (i32.const 2)))
  (local.set $exponent
    (select
      (i32.sub (i32.const 0) (local.get $exponent))
      (local.get $exponent)
      (i32.lt_s (local.get $exponent) (i32.const 0))))
  (if (i32.lt_u (local.get $exponent) (i32.const 10))
    (then
      (i32.store8 (local.get $dst) (i32.add (local.get $exponent) (i32.const 0x30)))
      (return (i32.add (local.get $dst) (i32.const 1)))))
  (if (i32.ge_u (local.get $exponent) (i32.const 100))
    (then
      (local.set $hundreds (i32.div_u (local.get $exponent) (i32.const 100)))
      (i32.store8 (local.get $dst) (i32.add (local.get $hundreds) (i32.const 0x30)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
      (local.set $exponent
        (i32.sub
          (local.get $exponent)
          (i32.mul (local.get $hundreds) (i32.const 100))))))
  (i32.store16 (local.get $dst) (call $two_digits! (local.get $exponent)))
  (i32.add (local.get $dst) (i32.const 2)))
