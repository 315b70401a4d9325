;; ---- Hexadecimal digits

;; Sixteen bytes a step, which are thirty-two digits; the last step overlaps the one before.

;; Enumeration hex_fault
;;   value  name       meaning
;;       1  digit      a byte that is no hexadecimal digit
;;       2  cut_short  the second digit of the last byte is missing
(global $HEX_FAULT_DIGIT     i32 (i32.const 1))
(global $HEX_FAULT_CUT_SHORT i32 (i32.const 2))

;; The digit of a number from 0 to 15; letters begin `letters` behind where digits would go on.
(func $hex_digit! (param $number i32) (param $letters i32) (result i32)
  (i32.add
    (i32.add (local.get $number) (i32.const 0x30))
    (i32.and
      (local.get $letters)
      (i32.sub
        (i32.const 0)
        (i32.gt_u (local.get $number) (i32.const 9))))))

;; Writes the digits of sixteen bytes.
(func $hex_encode_step! (param $ptr i32) (param $dst_ptr i32) (param $digits v128)
  (local $bytes v128)
  (local $high v128) ;; the first digits
  (local $low v128)  ;; the second
  (local.set $bytes (v128.load (local.get $ptr)))
  (local.set $high
    (i8x16.swizzle (local.get $digits) (i8x16.shr_u (local.get $bytes) (i32.const 4))))
  (local.set $low
    (i8x16.swizzle
      (local.get $digits)
      (v128.and (local.get $bytes) (i8x16.splat (i32.const 0x0f)))))
  (v128.store (local.get $dst_ptr)
    (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23
      (local.get $high)
      (local.get $low)))
  (v128.store offset=16 (local.get $dst_ptr)
    (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31
      (local.get $high)
      (local.get $low))))

;; i32 hex_encode(const u8 *ptr, u32 len, u32 upper, u8 *dst_ptr, u32 dst_cap)
;;   Two hexadecimal digits for each byte of [ptr, ptr+len) (RFC 4648, section 8); letters are small
;;   where `upper` is 0.
;;   Reads the span, writes [dst_ptr, dst_ptr + 2 len). Returns 2 len; -2 where dst_cap is less, -6
;;   where len is 2^30 or more. len = 0 gives 0.
(func $hex_encode (export "hex_encode")
  (param $ptr i32) (param $len i32) (param $upper i32) (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (local $end i32)     ;; one past the last byte
  (local $digits v128) ;; all sixteen
  (local $letters i32) ;; how far behind the digits the letters begin
  (local $byte i32)
  (if (i32.ge_u (local.get $len) (i32.const 0x40000000)) (then (return (i32.const -6))))
  (if (i32.lt_u (local.get $dst_cap) (i32.shl (local.get $len) (i32.const 1)))
    (then (return (i32.const -2))))
  (if (i32.eqz (local.get $len)) (then (return (i32.const 0))))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (if (i32.lt_u (local.get $len) (i32.const 16))
    (then
      (local.set $letters
        (select (i32.const 7) (i32.const 39) (local.get $upper)))
      (loop $next_byte
        (local.set $byte (i32.load8_u (local.get $ptr)))
        (i32.store8 (local.get $dst_ptr)
          (call $hex_digit!
            (i32.shr_u (local.get $byte) (i32.const 4))
            (local.get $letters)))
        (i32.store8 offset=1 (local.get $dst_ptr)
          (call $hex_digit!
            (i32.and (local.get $byte) (i32.const 0x0f))
            (local.get $letters)))
        (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 2)))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br_if $next_byte (i32.ne (local.get $ptr) (local.get $end))))
      (return (i32.shl (local.get $len) (i32.const 1)))))
  (local.set $digits
    (if (result v128) (local.get $upper)
      (then
        (v128.const i8x16 48 49 50 51 52 53 54 55 56 57 65 66 67 68 69 70))
      (else
        (v128.const i8x16 48 49 50 51 52 53 54 55 56 57 97 98 99 100 101 102))))
  (loop $next_step
    (call $hex_encode_step! (local.get $ptr) (local.get $dst_ptr) (local.get $digits))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
    (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 32)))
    (br_if $next_step
      (i32.ge_u (i32.sub (local.get $end) (local.get $ptr)) (i32.const 16))))
  (if (i32.ne (local.get $ptr) (local.get $end))
    (then
      (call $hex_encode_step!
        (i32.sub (local.get $end) (i32.const 16))
        (i32.sub
          (i32.add
            (local.get $dst_ptr)
            (i32.shl
              (i32.sub (local.get $end) (local.get $ptr))
              (i32.const 1)))
          (i32.const 32))
        (local.get $digits))))
  (i32.shl (local.get $len) (i32.const 1)))

;; What sixteen digits stand for; 16 or more where one is none. Of the differences from the digits
;; and from the letters one is in range at most, and saturation takes the other out of it.
(func $hex_numbers! (param $digits v128) (result v128)
  (i8x16.min_u
    ;; digit - 0x30: 0xf6 to 0xff after the addition, 0xf0 to 0xf9 after the subtraction
    (i8x16.sub
      (i8x16.sub_sat_u
        (i8x16.add (local.get $digits) (i8x16.splat (i32.const 0xc6)))
        (i8x16.splat (i32.const 6)))
      (i8x16.splat (i32.const 0xf0)))
    ;; letter - 0x41 + 10, of a capital
    (i8x16.add_sat_u
      (i8x16.sub
        (v128.and (local.get $digits) (i8x16.splat (i32.const 0xdf)))
        (i8x16.splat (i32.const 0x41)))
      (i8x16.splat (i32.const 10)))))

;; The numbers of pairs of digits, each in a lane of 16 bits: 16 first + second.
(func $hex_pairs! (param $numbers v128) (result v128)
  (v128.and
    (v128.or
      (i16x8.shl (local.get $numbers) (i32.const 4))
      (i16x8.shr_u (local.get $numbers) (i32.const 8)))
    (i16x8.splat (i32.const 0xff))))

;; What a digit stands for; 16 or more where it is none.
(func $hex_number (param $digit i32) (result i32)
  (if (i32.le_u (i32.sub (local.get $digit) (i32.const 0x30)) (i32.const 9))
    (then (return (i32.sub (local.get $digit) (i32.const 0x30)))))
  (local.set $digit
    (i32.sub
      (i32.and (local.get $digit) (i32.const 0xdf))
      (i32.const 0x41)))
  (select
    (i32.add (local.get $digit) (i32.const 10))
    (i32.const 16)
    (i32.le_u (local.get $digit) (i32.const 5))))

;; i32 hex_decode(const u8 *ptr, u32 len, u8 *dst_ptr, u32 dst_cap, u8 *fault_ptr)
;;   The bytes that the hexadecimal digits [ptr, ptr+len) stand for (RFC 4648, section 8), two
;;   digits each, whose letters may be small or capital. Reads the span, writes within [dst_ptr,
;;   dst_ptr + len / 2). Returns len / 2; -2 where dst_cap is less, whatever the digits; -3, and has
;;   then written the fault's 16 bytes: where the first byte stands that is no digit, or the end of
;;   an odd number of digits, and a code of the enumeration `hex_fault`. len = 0 gives 0.
(func $hex_decode (export "hex_decode")
  (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32)
  (param $fault_ptr i32)
  (result i32)
  (local $at i32)
  (local $end i32)     ;; one past the last pair of digits
  (local $first v128)  ;; what sixteen digits stand for
  (local $second v128) ;; what the sixteen behind them do
  (local $high i32)
  (local $low i32)
  (if (i32.lt_u (local.get $dst_cap) (i32.shr_u (local.get $len) (i32.const 1)))
    (then (return (i32.const -2))))
  (if (i32.eqz (local.get $len)) (then (return (i32.const 0))))
  (local.set $at (local.get $ptr))
  (local.set $end
    (i32.add
      (local.get $ptr)
      (i32.and (local.get $len) (i32.const -2))))
  (block $fault
    (block $pairs
      (br_if $pairs (i32.lt_u (local.get $len) (i32.const 32)))
      (loop $next_step
        (local.set $first (call $hex_numbers! (v128.load (local.get $at))))
        (local.set $second (call $hex_numbers! (v128.load offset=16 (local.get $at))))
        (br_if $pairs
          (v128.any_true
            (v128.and
              (v128.or (local.get $first) (local.get $second))
              (i8x16.splat (i32.const 0xf0)))))
        (v128.store (local.get $dst_ptr)
          (i8x16.narrow_i16x8_u
            (call $hex_pairs! (local.get $first))
            (call $hex_pairs! (local.get $second))))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
        (br_if $next_step
          (i32.ge_u (i32.sub (local.get $end) (local.get $at)) (i32.const 32)))))
    ;; Pair by pair: the rest, or up to what is no digit.
    (block $done
      (loop $next_pair
        (br_if $done (i32.eq (local.get $at) (local.get $end)))
        (local.set $high (call $hex_number (i32.load8_u (local.get $at))))
        (br_if $fault (i32.ge_u (local.get $high) (i32.const 16)))
        (local.set $low (call $hex_number (i32.load8_u offset=1 (local.get $at))))
        (if (i32.ge_u (local.get $low) (i32.const 16))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $fault)))
        (i32.store8 (local.get $dst_ptr)
          (i32.or
            (i32.shl (local.get $high) (i32.const 4))
            (local.get $low)))
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))
        (br $next_pair)))
    (if (i32.eqz (i32.and (local.get $len) (i32.const 1)))
      (then (return (i32.shr_u (local.get $len) (i32.const 1)))))
    ;; One digit is left.
    (br_if $fault
      (i32.ge_u
        (call $hex_number (i32.load8_u (local.get $at)))
        (i32.const 16)))
    (call $refuse!
      (local.get $fault_ptr)
      (local.get $len)
      (local.get $len)
      (global.get $HEX_FAULT_CUT_SHORT))
    (return (i32.const -3)))
  (call $refuse!
    (local.get $fault_ptr)
    (i32.sub (local.get $at) (local.get $ptr))
    (i32.add
      (i32.sub (local.get $at) (local.get $ptr))
      (i32.const 1))
    (global.get $HEX_FAULT_DIGIT))
  (i32.const -3))
