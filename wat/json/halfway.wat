;; Numbers of more digits than a u64 has, where their first 19 do not tell to which of two doubles
;; they round: big integers decide.
;;
;; A big integer is a list of u32, the lowest first, of a length that is known besides; the highest
;; is not 0. None here has more than 90 of them.

(global $DECIMAL i32 (i32.const 16384))
(global $HALF    i32 (i32.const 20480))

;; What lies halfway between two doubles has at most 768 digits. So of more than that only whether
;; there is one that is not 0 matters.
(global $MOST_EXACT i32 (i32.const 769))

;; Whether the number of the digits in [start, end), the 19th of which has the weight 10^q, is
;; rounded to the next double above that of these bits, which is the one below it: whether it is
;; more than halfway to that, or halfway, and the lower is odd. The sign is ignored.
(func $is_above_half
  (param $start i32) (param $end i32) (param $q i32) (param $bits i64) (result i32)
  (local $digit i32)
  (local $count i32)
  (local $chunk i64) ;; digits that are not part of the integer yet
  (local $scale i64) ;; 10 to the power of how many these are
  (local $decimal_len i32)
  (local $half_len i32)
  (local $mantissa i64)
  (local $exponent i32)
  (local $order i32)
  (local.set $scale (i64.const 1))
  (block $done
    (loop $next
      (br_if $done (i32.eq (local.get $start) (local.get $end)))
      (local.set $digit (call $digit! (local.get $start)))
      (local.set $start (i32.add (local.get $start) (i32.const 1)))
      (if (i32.gt_u (local.get $digit) (i32.const 9))
        (then
          ;; A sign and the point are passed over; with the exponent the digits end.
          (br_if $done (i32.eq (i32.or (local.get $digit) (i32.const 0x20)) (i32.const 0x35)))
          (br $next)))
      (br_if $next
        (i32.eqz (i32.or (local.get $count) (local.get $digit))))
      (if (i32.eq (local.get $count) (global.get $MOST_EXACT))
        (then
          (br_if $next (i32.eqz (local.get $digit)))
          ;; Something behind them: a digit 1 stands for it.
          (local.set $digit (i32.const 1))
          (local.set $end (local.get $start))))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (local.set $chunk
        (i64.add
          (i64.mul (local.get $chunk) (i64.const 10))
          (i64.extend_i32_u (local.get $digit))))
      (local.set $scale (i64.mul (local.get $scale) (i64.const 10)))
      (if (i64.eq (local.get $scale) (i64.const 1_000_000_000))
        (then
          (local.set $decimal_len
            (call $big_times
              (global.get $DECIMAL)
              (local.get $decimal_len)
              (local.get $scale)
              (local.get $chunk)))
          (local.set $scale (i64.const 1))
          (local.set $chunk (i64.const 0))))
      (br $next)))
  (local.set $decimal_len
    (call $big_times
      (global.get $DECIMAL)
      (local.get $decimal_len)
      (local.get $scale)
      (local.get $chunk)))
  ;; The number is decimal * 10^q.
  (local.set $q (i32.sub (i32.add (local.get $q) (i32.const 19)) (local.get $count)))
  ;; Halfway is (2 * mantissa + 1) * 2^exponent.
  (local.set $mantissa
    (i64.and (local.get $bits) (i64.const 0x000f_ffff_ffff_ffff)))
  (local.set $exponent (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 52))))
  (if (local.get $exponent)
    (then
      (local.set $mantissa
        (i64.or (local.get $mantissa) (i64.const 0x0010_0000_0000_0000))))
    (else (local.set $exponent (i32.const 1))))
  (local.set $exponent (i32.sub (local.get $exponent) (i32.const 1076)))
  (i64.store (global.get $HALF)
    (i64.or (i64.shl (local.get $mantissa) (i64.const 1)) (i64.const 1)))
  (local.set $half_len
    (i32.add
      (i32.const 1)
      (i64.ne
        (i64.shr_u (local.get $mantissa) (i64.const 31))
        (i64.const 0))))
  ;; The power of five goes to one side, and so does that of two.
  (if (i32.gt_s (local.get $q) (i32.const 0))
    (then
      (local.set $decimal_len
        (call $big_times_five
          (global.get $DECIMAL)
          (local.get $decimal_len)
          (local.get $q))))
    (else
      (local.set $half_len
        (call $big_times_five
          (global.get $HALF)
          (local.get $half_len)
          (i32.sub (i32.const 0) (local.get $q))))))
  (local.set $exponent (i32.sub (local.get $q) (local.get $exponent)))
  (if (i32.gt_s (local.get $exponent) (i32.const 0))
    (then
      (local.set $decimal_len
        (call $big_shift
          (global.get $DECIMAL)
          (local.get $decimal_len)
          (local.get $exponent))))
    (else
      (local.set $half_len
        (call $big_shift
          (global.get $HALF)
          (local.get $half_len)
          (i32.sub (i32.const 0) (local.get $exponent))))))
  (local.set $order
    (i32.sub
      (i32.gt_u (local.get $decimal_len) (local.get $half_len))
      (i32.lt_u (local.get $decimal_len) (local.get $half_len))))
  (if (i32.eqz (local.get $order))
    (then
      (local.set $order
        (call $big_order
          (global.get $DECIMAL)
          (global.get $HALF)
          (local.get $decimal_len)))))
  (i32.gt_s
    (i32.add
      (local.get $order)
      (i32.and
        (i32.eqz (local.get $order))
        (i32.wrap_i64 (i64.and (local.get $bits) (i64.const 1)))))
    (i32.const 0)))

;; Makes big * factor + addend of a big integer, both below 2^32. Returns how long it is then.
(func $big_times
  (param $big i32) (param $len i32) (param $factor i64) (param $addend i64) (result i32)
  (local $p i32)
  (local $end i32)
  (local.set $p (local.get $big))
  (local.set $end (i32.add (local.get $big) (i32.shl (local.get $len) (i32.const 2))))
  (block $done
    (loop $next
      (br_if $done (i32.eq (local.get $p) (local.get $end)))
      (local.set $addend
        (i64.add
          (i64.mul (i64.load32_u (local.get $p)) (local.get $factor))
          (local.get $addend)))
      (i64.store32 (local.get $p) (local.get $addend))
      (local.set $addend (i64.shr_u (local.get $addend) (i64.const 32)))
      (local.set $p (i32.add (local.get $p) (i32.const 4)))
      (br $next)))
  (if (i64.eqz (local.get $addend)) (then (return (local.get $len))))
  (i64.store32 (local.get $p) (local.get $addend))
  (i32.add (local.get $len) (i32.const 1)))

;; Makes big * 5^power of a big integer. Returns how long it is then.
(func $big_times_five (param $big i32) (param $len i32) (param $power i32) (result i32)
  (local $factor i64)
  (block $done
    (loop $next
      (br_if $done (i32.lt_u (local.get $power) (i32.const 13)))
      ;; 5^13 is the last below 2^32.
      (local.set $len
        (call $big_times
          (local.get $big)
          (local.get $len)
          (i64.const 1_220_703_125)
          (i64.const 0)))
      (local.set $power (i32.sub (local.get $power) (i32.const 13)))
      (br $next)))
  (local.set $factor (i64.const 1))
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $power)))
      (local.set $factor (i64.mul (local.get $factor) (i64.const 5)))
      (local.set $power (i32.sub (local.get $power) (i32.const 1)))
      (br $next)))
  (call $big_times
    (local.get $big)
    (local.get $len)
    (local.get $factor)
    (i64.const 0)))

;; Makes big * 2^bits of a big integer. Returns how long it is then.
(func $big_shift (param $big i32) (param $len i32) (param $bits i32) (result i32)
  (local $whole i32) ;; bytes that it moves up by
  (local.set $len
    (call $big_times
      (local.get $big)
      (local.get $len)
      (i64.shl (i64.const 1) (i64.extend_i32_u (i32.and (local.get $bits) (i32.const 31))))
      (i64.const 0)))
  (local.set $bits (i32.shr_u (local.get $bits) (i32.const 5)))
  (local.set $whole (i32.shl (local.get $bits) (i32.const 2)))
  (memory.copy
    (i32.add (local.get $big) (local.get $whole))
    (local.get $big)
    (i32.shl (local.get $len) (i32.const 2)))
  (memory.fill (local.get $big) (i32.const 0) (local.get $whole))
  (i32.add (local.get $len) (local.get $bits)))

;; Compares two big integers of one length: -1, 0 or 1 where the first is less, equal, greater.
(func $big_order (param $first i32) (param $second i32) (param $len i32) (result i32)
  (local $offset i32)
  (local $a i32)
  (local $b i32)
  (local.set $offset (i32.shl (local.get $len) (i32.const 2)))
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $offset)))
      (local.set $offset (i32.sub (local.get $offset) (i32.const 4)))
      (local.set $a (i32.load (i32.add (local.get $first) (local.get $offset))))
      (local.set $b (i32.load (i32.add (local.get $second) (local.get $offset))))
      (br_if $next (i32.eq (local.get $a) (local.get $b)))))
  (i32.sub
    (i32.gt_u (local.get $a) (local.get $b))
    (i32.lt_u (local.get $a) (local.get $b))))
