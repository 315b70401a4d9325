;; ---- prefix codes

;; A code becomes a table of 256 entries for the next eight bits, and behind it tables for what
;; longer codes go on with. An entry has two bytes: the symbol, and << 10 the length of its code;
;; or, with $LONGER, where the further table begins, counted in entries from the end of the first,
;; and << 10 how many bits lead on from there.
(global $LONGER i32 (i32.const 0x4000))

;; The entry that the next bits lead to.
(func $entry! (param $table i32) (param $bits i64) (result i32)
  (local $entry i32)
  (local.set $entry
    (i32.load16_u
      (i32.add (local.get $table) (i32.and (i32.wrap_i64 (local.get $bits)) (i32.const 0x1fe)))))
  (if (i32.ge_u (local.get $entry) (global.get $LONGER))
    (then
      (local.set $entry
        (i32.load16_u offset=512
          (i32.add
            (i32.add
              (local.get $table)
              (i32.shl (i32.and (local.get $entry) (i32.const 0x3ff)) (i32.const 1)))
            (i32.and
              (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 8)))
              (i32.sub
                (i32.shl
                  (i32.const 2)
                  (i32.and (i32.shr_u (local.get $entry) (i32.const 10)) (i32.const 15)))
                (i32.const 2))))))))
  (local.get $entry))

;; Takes a symbol.
(func $symbol (param $table i32) (result i32)
  (local $entry i32)
  (call $fill!)
  (local.set $entry
    (call $entry! (local.get $table) (i64.load offset=0 (;BITS;) (global.get $READER))))
  (call $drop! (i32.shr_u (local.get $entry) (i32.const 10)))
  (i32.and (local.get $entry) (i32.const 0x3ff)))

;; Reads a code of up to $symbols symbols, which are spelled with $width bits, and makes its table.
;; The address behind that, or 0: then what is wrong is in the state.
(func $read_code (param $symbols i32) (param $width i32) (param $table i32) (result i32)
  (local $kind i32)
  (local.set $kind (call $bits (i32.const 2)))
  (if (i32.eq (local.get $kind) (i32.const 1))
    (then
      (return (call $read_simple (local.get $symbols) (local.get $width) (local.get $table)))))
  ;; Without a code there is nothing to read the lengths with.
  (if
    (i32.eqz
      (if (result i32) (call $read_length_code (local.get $kind))
        (then (call $read_lengths (local.get $symbols)))
        (else (i32.const 0))))
    (then
      (i32.store offset=104 (;WRONG;) (global.get $STATE) (global.get $WRONG_CODE))
      (return (i32.const 0))))
  (call $build (local.get $table) (local.get $symbols) (i32.const 8)))

;; Both, in order.
(func $ordered (param $a i32) (param $b i32) (result i32 i32)
  (select (local.get $a) (local.get $b) (i32.lt_u (local.get $a) (local.get $b)))
  (select (local.get $b) (local.get $a) (i32.lt_u (local.get $a) (local.get $b))))

;; Reads a code of one to four symbols. What $read_code returns.
(func $read_simple (param $symbols i32) (param $width i32) (param $table i32) (result i32)
  (local $count i32)
  (local $a i32)
  (local $b i32)
  (local $c i32)
  (local $d i32)
  (local $entries v128)
  (local $end i32)
  (local.set $count (i32.add (call $bits (i32.const 2)) (i32.const 1)))
  ;; Those that are not there are numbers that no symbol has.
  (local.set $b (i32.const -1))
  (local.set $c (i32.const -2))
  (local.set $d (i32.const -3))
  (local.set $a (call $bits (local.get $width)))
  (local.set $end (local.get $a))
  (if (i32.gt_u (local.get $count) (i32.const 1))
    (then
      (local.set $b (call $bits (local.get $width)))
      (local.set $end
        (select
          (local.get $b) (local.get $end) (i32.gt_u (local.get $b) (local.get $end))))))
  (if (i32.gt_u (local.get $count) (i32.const 2))
    (then
      (local.set $c (call $bits (local.get $width)))
      (local.set $end
        (select
          (local.get $c) (local.get $end) (i32.gt_u (local.get $c) (local.get $end))))))
  (if (i32.gt_u (local.get $count) (i32.const 3))
    (then
      (local.set $d (call $bits (local.get $width)))
      (local.set $end
        (select
          (local.get $d) (local.get $end) (i32.gt_u (local.get $d) (local.get $end))))))
  (if
    (i32.or
      (i32.ge_u (local.get $end) (local.get $symbols))
      (i32.or
        (i32.or
          (i32.eq (local.get $a) (local.get $b))
          (i32.or
            (i32.eq (local.get $a) (local.get $c))
            (i32.eq (local.get $a) (local.get $d))))
        (i32.or
          (i32.eq (local.get $b) (local.get $c))
          (i32.or
            (i32.eq (local.get $b) (local.get $d))
            (i32.eq (local.get $c) (local.get $d))))))
    (then
      (i32.store offset=104 (;WRONG;) (global.get $STATE) (global.get $WRONG_SYMBOL))
      (return (i32.const 0))))
  ;; Eight entries are the pattern of the table: those of the codes 000, 100, 010, 110, and so on.
  (block $made
    (if (i32.eq (local.get $count) (i32.const 1))
      (then
        (local.set $entries (i16x8.splat (local.get $a)))
        (br $made)))
    (if (i32.eq (local.get $count) (i32.const 2))
      (then
        (call $ordered (local.get $a) (local.get $b))
        (local.set $b)
        (local.set $a)
        (local.set $entries
          (i32x4.splat
            (i32.or
              (i32.add (local.get $a) (i32.const 0x400))
              (i32.shl (i32.add (local.get $b) (i32.const 0x400)) (i32.const 16)))))
        (br $made)))
    (if (i32.eq (local.get $count) (i32.const 3))
      (then
        (call $ordered (local.get $b) (local.get $c))
        (local.set $c)
        (local.set $b)
        (local.set $entries
          (call $four_entries
            (i32.add (local.get $a) (i32.const 0x400))
            (i32.add (local.get $b) (i32.const 0x800))
            (i32.add (local.get $a) (i32.const 0x400))
            (i32.add (local.get $c) (i32.const 0x800))))
        (br $made)))
    (if (call $bits (i32.const 1))
      (then
        (call $ordered (local.get $c) (local.get $d))
        (local.set $d)
        (local.set $c)
        (local.set $entries
          (call $four_entries
            (i32.add (local.get $a) (i32.const 0x400))
            (i32.add (local.get $b) (i32.const 0x800))
            (i32.add (local.get $a) (i32.const 0x400))
            (i32.add (local.get $c) (i32.const 0xc00))))
        (local.set $entries
          (i16x8.replace_lane 7
            (local.get $entries)
            (i32.add (local.get $d) (i32.const 0xc00)))))
      (else
        (call $ordered (local.get $a) (local.get $b))
        (local.set $b)
        (local.set $a)
        (call $ordered (local.get $c) (local.get $d))
        (local.set $d)
        (local.set $c)
        (call $ordered (local.get $a) (local.get $c))
        (local.set $c)
        (local.set $a)
        (call $ordered (local.get $b) (local.get $d))
        (local.set $d)
        (local.set $b)
        (call $ordered (local.get $b) (local.get $c))
        (local.set $c)
        (local.set $b)
        (local.set $entries
          (call $four_entries
            (i32.add (local.get $a) (i32.const 0x800))
            (i32.add (local.get $c) (i32.const 0x800))
            (i32.add (local.get $b) (i32.const 0x800))
            (i32.add (local.get $d) (i32.const 0x800)))))))
  (local.set $end (i32.add (local.get $table) (i32.const 512)))
  (loop $next_8
    (v128.store (local.get $table) (local.get $entries))
    (local.set $table (i32.add (local.get $table) (i32.const 16)))
    (br_if $next_8 (i32.ne (local.get $table) (local.get $end))))
  (local.get $end))

;; Four entries, twice.
(func $four_entries (param $a i32) (param $b i32) (param $c i32) (param $d i32) (result v128)
  (i64x2.splat
    (i64.or
      (i64.extend_i32_u (i32.or (local.get $a) (i32.shl (local.get $b) (i32.const 16))))
      (i64.shl
        (i64.extend_i32_u (i32.or (local.get $c) (i32.shl (local.get $d) (i32.const 16))))
        (i64.const 32)))))

;; Forgets all lengths of codes.
(func $clear_lengths
  (local $ptr i32)
  (local.set $ptr (global.get $LENGTHS))
  (loop $next_16
    (v128.store (local.get $ptr) (v128.const i64x2 0 0))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
    (br_if $next_16
      (i32.lt_u (local.get $ptr) (i32.add (global.get $LENGTHS) (i32.const 720)))))
  (v128.store offset=0 (global.get $COUNTS) (v128.const i64x2 0 0))
  (v128.store offset=16 (global.get $COUNTS) (v128.const i64x2 0 0))
  (v128.store offset=32 (global.get $COUNTS) (v128.const i64x2 0 0))
  (v128.store offset=48 (global.get $COUNTS) (v128.const i64x2 0 0)))

;; Counts $more symbols of one length.
(func $count! (param $len i32) (param $more i32)
  (local $at i32)
  (local.set $at (i32.add (global.get $COUNTS) (i32.shl (local.get $len) (i32.const 2))))
  (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (local.get $more))))

;; Reads the code of code lengths, but for the first $skip of them. Whether it is one.
(func $read_length_code (param $skip i32) (result i32)
  (local $space i32)  ;; what is left of all codes, in 32nds
  (local $codes i32)  ;; how many there are
  (local $next i32)
  (local $bits i32)
  (local $symbol i32)
  (local $len i32)
  (local.set $space (i32.const 32))
  (call $clear_lengths)
  (loop $next_length
    (call $fill!)
    (local.set $bits
      (i32.shl
        (call $low! (i64.load offset=0 (;BITS;) (global.get $READER)) (i32.const 4))
        (i32.const 2)))
    ;; 0, 3, 4, 2 and 1 or 5 are 00, 01, 10, 011 and 0111 or 1111, the last bit first.
    (local.set $len
      (i32.and
        (i32.wrap_i64
          (i64.shr_u
            (i64.const 0x5340_2340_1340_2340)
            (i64.extend_i32_u (local.get $bits))))
        (i32.const 15)))
    (call $drop!
      (i32.and
        (i32.wrap_i64
          (i64.shr_u
            (i64.const 0x4222_3222_4222_3222)
            (i64.extend_i32_u (local.get $bits))))
        (i32.const 15)))
    (if (local.get $len)
      (then
        (local.set $symbol
          (i32.load8_u
            (i32.add
              (global.get $CODE_ORDER)
              (i32.add (local.get $skip) (local.get $next)))))
        (i32.store8 (i32.add (global.get $LENGTHS) (local.get $symbol)) (local.get $len))
        (call $count! (local.get $len) (i32.const 1))
        (local.set $codes (i32.add (local.get $codes) (i32.const 1)))
        (local.set $space
          (i32.sub
            (local.get $space)
            (i32.shr_u (i32.const 32) (local.get $len))))))
    (local.set $next (i32.add (local.get $next) (i32.const 1)))
    (br_if $next_length
      (i32.and
        (i32.lt_u (i32.add (local.get $skip) (local.get $next)) (i32.const 18))
        (i32.gt_s (local.get $space) (i32.const 0)))))
  ;; A single code has no bits.
  (if (i32.eq (local.get $codes) (i32.const 1))
    (then
      (local.set $next (global.get $LENGTH_CODE))
      (loop $next_8
        (v128.store (local.get $next) (i16x8.splat (local.get $symbol)))
        (local.set $next (i32.add (local.get $next) (i32.const 16)))
        (br_if $next_8
          (i32.lt_u
            (local.get $next)
            (i32.add (global.get $LENGTH_CODE) (i32.const 64)))))
      (return (i32.const 1))))
  (if (local.get $space) (then (return (i32.const 0))))
  (drop (call $build (global.get $LENGTH_CODE) (i32.const 18) (i32.const 5)))
  (i32.const 1))

;; Reads the lengths of the codes of up to $symbols symbols, which the code of code lengths has.
;; Whether these codes are all that there can be, and no more.
(func $read_lengths (param $symbols i32) (result i32)
  (local $bits i64)
  (local $count i32)
  (local $src i32)
  (local $entry i32)
  (local $symbol i32)
  (local $len i32)
  (local $space i32)         ;; what is left of all codes, in 32768ths
  (local $previous i32)      ;; the last length that was not 0
  (local $repeat i32)        ;; how often the last one was repeated
  (local $repeated i32)      ;; which that is
  (local $old i32)
  (local $extra i32)         ;; how many bits say how often
  (local $end i32)
  (call $clear_lengths)
  (local.set $space (i32.const 32768))
  (local.set $previous (i32.const 8))
  (local.set $bits (i64.load offset=0 (;BITS;) (global.get $READER)))
  (local.set $count (i32.load offset=8 (;COUNT;) (global.get $READER)))
  (local.set $src (i32.load offset=12 (;SRC;) (global.get $READER)))
  (block $done
    (loop $next_length
      (br_if $done (i32.ge_u (local.get $symbol) (local.get $symbols)))
      (br_if $done (i32.le_s (local.get $space) (i32.const 0)))
      (if (i32.lt_u (local.get $count) (i32.const 16))
        (then
          (if
            (i32.gt_u (local.get $src) (i32.load offset=16 (;LIMIT;) (global.get $READER)))
            (then
              (i32.store offset=12 (;SRC;) (global.get $READER) (local.get $src))
              (call $near_end)
              (local.set $src (i32.load offset=12 (;SRC;) (global.get $READER)))))
          (call $refilled! (local.get $bits) (local.get $count) (local.get $src))
          (local.set $src)
          (local.set $count)
          (local.set $bits)))
      (local.set $entry
        (i32.load16_u
          (i32.add
            (global.get $LENGTH_CODE)
            (i32.and (i32.wrap_i64 (local.get $bits)) (i32.const 0x3e)))))
      (local.set $len (i32.shr_u (local.get $entry) (i32.const 10)))
      (local.set $bits
        (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $len))))
      (local.set $count (i32.sub (local.get $count) (local.get $len)))
      (local.set $len (i32.and (local.get $entry) (i32.const 0x1f)))
      (if (i32.lt_u (local.get $len) (i32.const 16))
        (then
          (local.set $repeat (i32.const 0))
          (if (local.get $len)
            (then
              (i32.store8
                (i32.add (global.get $LENGTHS) (local.get $symbol))
                (local.get $len))
              (call $count! (local.get $len) (i32.const 1))
              (local.set $previous (local.get $len))
              (local.set $space
                (i32.sub
                  (local.get $space)
                  (i32.shr_u (i32.const 32768) (local.get $len))))))
          (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
          (br $next_length)))
      ;; 16 repeats the length before it, 17 the length 0; one behind another of its kind makes the
      ;; number longer.
      (local.set $extra (i32.sub (local.get $len) (i32.const 14)))
      (local.set $len
        (select
          (local.get $previous)
          (i32.const 0)
          (i32.eq (local.get $len) (i32.const 16))))
      (if (i32.ne (local.get $repeated) (local.get $len))
        (then
          (local.set $repeat (i32.const 0))
          (local.set $repeated (local.get $len))))
      (local.set $old (local.get $repeat))
      (if (local.get $repeat)
        (then
          (local.set $repeat
            (i32.shl
              (i32.sub (local.get $repeat) (i32.const 2))
              (local.get $extra)))))
      (local.set $repeat
        (i32.add
          (local.get $repeat)
          (i32.add
            (call $low! (local.get $bits) (local.get $extra))
            (i32.const 3))))
      (local.set $bits
        (i64.shr_u (local.get $bits) (i64.extend_i32_u (local.get $extra))))
      (local.set $count (i32.sub (local.get $count) (local.get $extra)))
      (local.set $old (i32.sub (local.get $repeat) (local.get $old)))
      (if
        (i32.gt_u (local.get $old) (i32.sub (local.get $symbols) (local.get $symbol)))
        (then
          (local.set $space (i32.const 1))
          (br $done)))
      (local.set $end (i32.add (local.get $symbol) (local.get $old)))
      (if (local.get $len)
        (then
          (call $count! (local.get $len) (local.get $old))
          (local.set $space
            (i32.sub
              (local.get $space)
              (i32.shl (local.get $old) (i32.sub (i32.const 15) (local.get $len)))))
          (loop $next_symbol
            (i32.store8
              (i32.add (global.get $LENGTHS) (local.get $symbol))
              (local.get $len))
            (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
            (br_if $next_symbol (i32.lt_u (local.get $symbol) (local.get $end))))))
      (local.set $symbol (local.get $end))
      (br $next_length)))
  (call $store_reader! (local.get $bits) (local.get $count) (local.get $src))
  (i32.eqz (local.get $space)))

;; How many symbols have codes of this length.
(func $count_of! (param $len i32) (result i32)
  (i32.load (i32.add (global.get $COUNTS) (i32.shl (local.get $len) (i32.const 2)))))

;; The code behind this one, which is not the last one of its length, its first bit the lowest:
;; the highest bit that is 0 becomes 1, those above it 0.
(func $code_behind! (param $code i32) (param $len i32) (result i32)
  (local $bit i32)
  (local.set $bit
    (i32.shr_u
      (i32.const 0x80000000)
      (i32.clz
        (i32.xor
          (local.get $code)
          (i32.sub (i32.shl (i32.const 1) (local.get $len)) (i32.const 1))))))
  (i32.or
    (i32.and (local.get $code) (i32.sub (local.get $bit) (i32.const 1)))
    (local.get $bit)))

;; Puts those of $symbols symbols that have codes into `sorted`, by length.
(func $sort (param $symbols i32)
  (local $place i32)
  (local $len i32)
  (local $symbol i32)
  (local $left i64)   ;; the lengths of eight symbols
  (local $shift i64)  ;; to the first of them that is not 0
  (local.set $place (global.get $SORTED))
  (local.set $len (i32.const 1))
  (loop $next_length
    (i32.store
      (i32.add (global.get $PLACES) (i32.shl (local.get $len) (i32.const 2)))
      (local.get $place))
    (local.set $place
      (i32.add
        (local.get $place)
        (i32.shl (call $count_of! (local.get $len)) (i32.const 1))))
    (local.set $len (i32.add (local.get $len) (i32.const 1)))
    (br_if $next_length (i32.lt_u (local.get $len) (i32.const 16))))
  (loop $next_8
    (local.set $left (i64.load (i32.add (global.get $LENGTHS) (local.get $symbol))))
    (block $none_left
      (loop $next_symbol
        (br_if $none_left (i64.eqz (local.get $left)))
        (local.set $shift (i64.and (i64.ctz (local.get $left)) (i64.const 0x38)))
        (local.set $len
          (i32.and
            (i32.wrap_i64 (i64.shr_u (local.get $left) (local.get $shift)))
            (i32.const 15)))
        (local.set $left
          (i64.and
            (local.get $left)
            (i64.shl (i64.const -256) (local.get $shift))))
        (local.set $len (i32.add (global.get $PLACES) (i32.shl (local.get $len) (i32.const 2))))
        (local.set $place (i32.load (local.get $len)))
        (i32.store (local.get $len) (i32.add (local.get $place) (i32.const 2)))
        (i32.store16 (local.get $place)
          (i32.add
            (local.get $symbol)
            (i32.shr_u (i32.wrap_i64 (local.get $shift)) (i32.const 3))))
        (br $next_symbol)))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 8)))
    (br_if $next_8 (i32.lt_u (local.get $symbol) (local.get $symbols)))))

;; Makes a table for the next $root bits of the code of $symbols symbols whose lengths are in
;; `lengths` and `counts`, which is complete and has two symbols at least. The address behind it.
(func $build (param $table i32) (param $symbols i32) (param $root i32) (result i32)
  (local $code i32)      ;; its first bit the lowest
  (local $len i32)
  (local $left i32)      ;; how many symbols of that length are still to come
  (local $place i32)     ;; in `sorted`
  (local $size i32)      ;; of the part of the table that is complete, in entries
  (local $entry i32)
  (local $prefix i32)    ;; of the codes in the further table
  (local $start i32)     ;; of that table, in entries
  (local $bits i32)
  (local $used i32)
  (local $at i32)
  (call $sort (local.get $symbols))
  (local.set $place (global.get $SORTED))
  (loop $next_length
    (local.set $len (i32.add (local.get $len) (i32.const 1)))
    (local.set $left (call $count_of! (local.get $len)))
    (br_if $next_length (i32.eqz (local.get $left))))
  (local.set $size (i32.shl (i32.const 1) (local.get $len)))
  (block $longer
    (loop $next_symbol
      (br_if $longer (i32.gt_u (local.get $len) (local.get $root)))
      (i32.store16
        (i32.add (local.get $table) (i32.shl (local.get $code) (i32.const 1)))
        (i32.or
          (i32.load16_u (local.get $place))
          (i32.shl (local.get $len) (i32.const 10))))
      (local.set $place (i32.add (local.get $place) (i32.const 2)))
      (if (i32.eq (local.get $code) (i32.sub (local.get $size) (i32.const 1)))
        (then
          (loop $next_bit
            (if (i32.lt_u (local.get $len) (local.get $root))
              (then
                (call $double (local.get $table) (local.get $size))
                (local.set $size (i32.shl (local.get $size) (i32.const 1)))
                (local.set $len (i32.add (local.get $len) (i32.const 1)))
                (br $next_bit))))
          (return (i32.add (local.get $table) (i32.shl (local.get $size) (i32.const 1))))))
      (local.set $code (call $code_behind! (local.get $code) (local.get $len)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $next_symbol (local.get $left))
      (loop $next_length
        (local.set $len (i32.add (local.get $len) (i32.const 1)))
        (if (i32.le_u (local.get $len) (local.get $root))
          (then
            (call $double (local.get $table) (local.get $size))
            (local.set $size (i32.shl (local.get $size) (i32.const 1)))))
        (local.set $left (call $count_of! (local.get $len)))
        (br_if $next_length (i32.eqz (local.get $left))))
      (br $next_symbol)))
  ;; What is longer: further tables, each as large as the codes of one prefix need.
  (local.set $size (i32.shl (i32.const 1) (local.get $root)))
  (local.set $prefix (i32.const -1))
  (loop $next_symbol
    (local.set $at
      (i32.and
        (local.get $code)
        (i32.sub (i32.shl (i32.const 1) (local.get $root)) (i32.const 1))))
    (if (i32.ne (local.get $at) (local.get $prefix))
      (then
        (local.set $prefix (local.get $at))
        (local.set $start (local.get $size))
        (local.set $bits (i32.sub (local.get $len) (local.get $root)))
        (local.set $used (local.get $left))
        (block $enough
          (loop $next_bit
            (br_if $enough
              (i32.ge_u (local.get $used) (i32.shl (i32.const 1) (local.get $bits))))
            (local.set $bits (i32.add (local.get $bits) (i32.const 1)))
            (local.set $used
              (i32.add
                (i32.shl (local.get $used) (i32.const 1))
                (call $count_of! (i32.add (local.get $root) (local.get $bits)))))
            (br $next_bit)))
        (local.set $size
          (i32.add (local.get $start) (i32.shl (i32.const 1) (local.get $bits))))
        (i32.store16
          (i32.add (local.get $table) (i32.shl (local.get $prefix) (i32.const 1)))
          (i32.or
            (i32.or
              (global.get $LONGER)
              (i32.sub (local.get $start) (i32.const 256)))
            (i32.shl (local.get $bits) (i32.const 10))))))
    (local.set $entry
      (i32.or
        (i32.load16_u (local.get $place))
        (i32.shl (local.get $len) (i32.const 10))))
    (local.set $place (i32.add (local.get $place) (i32.const 2)))
    (local.set $at
      (i32.add (local.get $start) (i32.shr_u (local.get $code) (local.get $root))))
    (loop $next_entry
      (i32.store16
        (i32.add (local.get $table) (i32.shl (local.get $at) (i32.const 1)))
        (local.get $entry))
      (local.set $at
        (i32.add
          (local.get $at)
          (i32.shl (i32.const 1) (i32.sub (local.get $len) (local.get $root)))))
      (br_if $next_entry (i32.lt_u (local.get $at) (local.get $size))))
    (if
      (i32.ne
        (local.get $code)
        (i32.sub (i32.shl (i32.const 1) (local.get $len)) (i32.const 1)))
      (then
        (local.set $code (call $code_behind! (local.get $code) (local.get $len)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $next_symbol (local.get $left))
        (loop $next_length
          (local.set $len (i32.add (local.get $len) (i32.const 1)))
          (local.set $left (call $count_of! (local.get $len)))
          (br_if $next_length (i32.eqz (local.get $left))))
        (br $next_symbol))))
  (i32.add (local.get $table) (i32.shl (local.get $size) (i32.const 1))))

;; Repeats the first $size entries of a table behind them; $size is a power of two.
(func $double (param $table i32) (param $size i32)
  (local $to i32)
  (local $end i32)
  (local.set $to (i32.add (local.get $table) (i32.shl (local.get $size) (i32.const 1))))
  (if (i32.lt_u (local.get $size) (i32.const 8))
    (then
      (if (i32.eq (local.get $size) (i32.const 4))
        (then (i64.store (local.get $to) (i64.load (local.get $table))) (return)))
      (if (i32.eq (local.get $size) (i32.const 2))
        (then (i32.store (local.get $to) (i32.load (local.get $table))) (return)))
      (i32.store16 (local.get $to) (i32.load16_u (local.get $table)))
      (return)))
  (local.set $end (i32.add (local.get $to) (i32.shl (local.get $size) (i32.const 1))))
  (loop $next_8
    (v128.store (local.get $to) (v128.load (local.get $table)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (local.set $table (i32.add (local.get $table) (i32.const 16)))
    (br_if $next_8 (i32.ne (local.get $to) (local.get $end)))))
