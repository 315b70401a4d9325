;; ---- prefix codes (RFC 7932, 3.4 and 3.5)

;; How long codes may be, and those of code lengths.
(global $LONGEST_CODE   i32 (i32.const 15))
(global $LONGEST_HEADER i32 (i32.const 5))

;; The symbols of code lengths that repeat the last one that was not 0, and 0.
(global $REPEAT_LEN  i32 (i32.const 16))
(global $REPEAT_ZERO i32 (i32.const 17))

;; How many of $symbols symbols, a multiple of four, have a count at $counts that is not 0.
(func $used_symbols (param $counts i32) (param $symbols i32) (result i32)
  (local $used v128)
  (local $end i32)
  (local.set $end (call $word! (local.get $counts) (local.get $symbols)))
  (loop $next_4
    (local.set $used
      (i32x4.sub
        (local.get $used)
        (i32x4.ne (v128.load (local.get $counts)) (v128.const i64x2 0 0))))
    (local.set $counts (i32.add (local.get $counts) (i32.const 16)))
    (br_if $next_4 (i32.ne (local.get $counts) (local.get $end))))
  (call $lane_sum! (local.get $used)))

;; Makes a code for $symbols symbols, a multiple of four, with the counts at $counts, and writes it,
;; where a symbol has $width bits. The codes (u32) go to $codes. How many bits the symbols take.
(func $put_prefix_code
  (param $counts i32) (param $symbols i32) (param $width i32) (param $codes i32) (result i32)
  (local $used i32)
  (local $symbol i32)
  (local $bits i32)
  (local.set $used (call $used_symbols (local.get $counts) (local.get $symbols)))
  (if (i32.le_u (local.get $used) (i32.const 1))
    (then
      (if (local.get $used)
        (then
          (block $found
            (loop $next_symbol
              (br_if $found
                (i32.load (call $word! (local.get $counts) (local.get $symbol))))
              (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
              (br $next_symbol)))))
      (i32.store (call $word! (local.get $codes) (local.get $symbol)) (i32.const 0))
      ;; A simple code of one symbol, which takes no bits.
      (call $put (i32.const 1) (i32.const 4))
      (call $put (local.get $symbol) (local.get $width))
      (return (i32.const 0))))
  (call $make_code
    (local.get $counts)
    (local.get $symbols)
    (global.get $LONGEST_CODE)
    (global.get $CODE_LENS)
    (local.get $codes))
  (if (i32.le_u (local.get $used) (i32.const 4))
    (then (call $put_simple (local.get $symbols) (local.get $used) (local.get $width)))
    (else (call $put_lengths (local.get $symbols))))
  (loop $next_count
    (local.set $bits
      (i32.add
        (local.get $bits)
        (i32.mul
          (i32.load (call $word! (local.get $counts) (local.get $symbol)))
          (i32.load8_u (i32.add (global.get $CODE_LENS) (local.get $symbol))))))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_count (i32.lt_u (local.get $symbol) (local.get $symbols))))
  (local.get $bits))

;; Writes the code of two to four symbols: how many there are, and which, those with shorter codes
;; first.
(func $put_simple (param $symbols i32) (param $used i32) (param $width i32)
  (local $len i32)
  (local $symbol i32)
  (local $deepest i32)
  (call $put
    (i32.or
      (i32.const 1)
      (i32.shl (i32.sub (local.get $used) (i32.const 1)) (i32.const 2)))
    (i32.const 4))
  (local.set $len (i32.const 1))
  (loop $next_len
    (local.set $symbol (i32.const 0))
    (loop $next_symbol
      (if
        (i32.eq
          (i32.load8_u (i32.add (global.get $CODE_LENS) (local.get $symbol)))
          (local.get $len))
        (then
          (local.set $deepest (local.get $len))
          (call $put (local.get $symbol) (local.get $width))))
      (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
      (br_if $next_symbol (i32.lt_u (local.get $symbol) (local.get $symbols))))
    (local.set $len (i32.add (local.get $len) (i32.const 1)))
    (br_if $next_len (i32.le_u (local.get $len) (i32.const 3))))
  (if (i32.eq (local.get $used) (i32.const 4))
    (then (call $put (i32.eq (local.get $deepest) (i32.const 3)) (i32.const 1)))))

;; Where the next symbol of code lengths goes.
(global $header_end (mut i32) (i32.const 0))

;; Adds a symbol of code lengths, and what follows it.
(func $add_header_symbol (param $symbol i32) (param $extra i32)
  (i32.store16
    (global.get $header_end)
    (i32.or (local.get $symbol) (i32.shl (local.get $extra) (i32.const 8))))
  (call $add_one! (call $word! (global.get $HEADER_COUNTS) (local.get $symbol)))
  (global.set $header_end (i32.add (global.get $header_end) (i32.const 2))))

;; Adds repetitions, three more than $more. Each but the first says by how much what stands in front
;; of it is multiplied: they are digits of a number, the highest first.
(func $add_repeats (param $symbol i32) (param $more i32) (param $digit_bits i32)
  (local $above i32)
  (local.set $above (i32.shr_u (local.get $more) (local.get $digit_bits)))
  (if (local.get $above)
    (then
      (call $add_repeats
        (local.get $symbol)
        (i32.sub (local.get $above) (i32.const 1))
        (local.get $digit_bits))))
  (call $add_header_symbol
    (local.get $symbol)
    (i32.and
      (local.get $more)
      (i32.sub (i32.shl (i32.const 1) (local.get $digit_bits)) (i32.const 1)))))

;; Adds the same length $run times, where that is short.
(func $add_singles (param $len i32) (param $run i32)
  (block $done
    (loop $next_single
      (br_if $done (i32.eqz (local.get $run)))
      (call $add_header_symbol (local.get $len) (i32.const 0))
      (local.set $run (i32.sub (local.get $run) (i32.const 1)))
      (br $next_single))))

;; Writes the lengths of the codes of $symbols symbols, of which five at least are used.
(func $put_lengths (param $symbols i32)
  (local $ptr i32)   ;; the next length
  (local $end i32)   ;; where only symbols that are not used follow
  (local $len i32)
  (local $last i32)  ;; the last length that was not 0
  (local $run i32)   ;; how often it stands there
  (local.set $end (i32.add (global.get $CODE_LENS) (local.get $symbols)))
  (loop $next_unused
    (local.set $end (i32.sub (local.get $end) (i32.const 1)))
    (br_if $next_unused (i32.eqz (i32.load8_u (local.get $end)))))
  (local.set $end (i32.add (local.get $end) (i32.const 1)))
  (call $clear (global.get $HEADER_COUNTS) (i32.const 80))
  (global.set $header_end (global.get $HEADER_SYMBOLS))
  (local.set $ptr (global.get $CODE_LENS))
  (local.set $last (i32.const 8))
  (loop $next_run
    (local.set $len (i32.load8_u (local.get $ptr)))
    (local.set $run (i32.const 0))
    (block $run_ends
      (loop $next_same
        (local.set $run (i32.add (local.get $run) (i32.const 1)))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br_if $run_ends (i32.eq (local.get $ptr) (local.get $end)))
        (br_if $next_same (i32.eq (i32.load8_u (local.get $ptr)) (local.get $len)))))
    (if (local.get $len)
      (then
        (if (i32.ne (local.get $len) (local.get $last))
          (then
            (call $add_header_symbol (local.get $len) (i32.const 0))
            (local.set $run (i32.sub (local.get $run) (i32.const 1)))))
        (local.set $last (local.get $len))))
    (if (i32.lt_u (local.get $run) (i32.const 3))
      (then (call $add_singles (local.get $len) (local.get $run)))
      (else
        (call $add_repeats
          (select
            (global.get $REPEAT_LEN)
            (global.get $REPEAT_ZERO)
            (local.get $len))
          (i32.sub (local.get $run) (i32.const 3))
          (select (i32.const 2) (i32.const 3) (local.get $len)))))
    (br_if $next_run (i32.ne (local.get $ptr) (local.get $end))))
  (call $make_code
    (global.get $HEADER_COUNTS)
    ;; 18, and those that make up four.
    (i32.const 20)
    (global.get $LONGEST_HEADER)
    (global.get $HEADER_LENS)
    (global.get $HEADER_CODES))
  (call $put_length_code)
  (local.set $ptr (global.get $HEADER_SYMBOLS))
  (loop $next_symbol
    (local.set $len (i32.load8_u (local.get $ptr)))
    (call $put_code (i32.load (call $word! (global.get $HEADER_CODES) (local.get $len))))
    (if (i32.ge_u (local.get $len) (global.get $REPEAT_LEN))
      (then
        (call $put
          (i32.load8_u offset=1 (local.get $ptr))
          (i32.sub (local.get $len) (i32.const 14)))))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 2)))
    (br_if $next_symbol (i32.ne (local.get $ptr) (global.get $header_end)))))

;; How long the code of the code length is that comes at this place of the order.
(func $ordered_len! (param $place i32) (result i32)
  (i32.load8_u
    (i32.add
      (global.get $HEADER_LENS)
      (i32.load8_u (i32.add (global.get $CODE_ORDER) (local.get $place))))))

;; Writes the lengths of the codes of code lengths: how many are left out in front, and the others
;; up to the last that is not 0.
(func $put_length_code
  (local $place i32)
  (local $end i32)
  (local $shift i32)
  (local.set $end (i32.const 18))
  (loop $next_unused
    (local.set $end (i32.sub (local.get $end) (i32.const 1)))
    (br_if $next_unused (i32.eqz (call $ordered_len! (local.get $end)))))
  (if
    (i32.eqz (i32.or (call $ordered_len! (i32.const 0)) (call $ordered_len! (i32.const 1))))
    (then
      (local.set $place
        (select (i32.const 2) (i32.const 3) (call $ordered_len! (i32.const 2))))))
  (call $put (local.get $place) (i32.const 2))
  (loop $next_len
    ;; A digit each: lengths 0 to 5 are the bits 00, 0111, 011, 10, 01 and 1111.
    (local.set $shift (i32.shl (call $ordered_len! (local.get $place)) (i32.const 2)))
    (call $put
      (i32.and (i32.shr_u (i32.const 0xf12370) (local.get $shift)) (i32.const 15))
      (i32.and (i32.shr_u (i32.const 0x422342) (local.get $shift)) (i32.const 15)))
    (local.set $place (i32.add (local.get $place) (i32.const 1)))
    (br_if $next_len (i32.le_u (local.get $place) (local.get $end)))))
