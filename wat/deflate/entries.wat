;; ---- decoding tables

;; A table is indexed by the next bits of the stream, the first one being the lowest. Codes that are
;; longer than its index have tables of their own behind it, to which an entry leads.
;;
;; An entry is a word of 32 bits. Bits 0 to 5 are how many bits it takes: the code and the extra
;; bits behind it; bits 8 to 11 are the code's alone, in a table behind a table what is left of it.
;; Bits 16 to 31 are a literal, two literals, the base of a length or of a distance, or where a
;; table begins, which bits 8 to 11 are the index bits of.
;;
;; Enumeration entry
;;    value  name       meaning
;;     0x40  pair       it stands for two literals, and the code is that of both
;;     0x80  literal    it stands for a literal
;;   0x1000  invalid    no symbol has this code
;;   0x2000  end        the block ends
;;   0x4000  table      the rest of the code is looked up in a table of its own
;;   0x8000  exception  it is one of the last three
(global $ENTRY_PAIR      i32 (i32.const 0x40))
(global $ENTRY_LITERAL   i32 (i32.const 0x80))
(global $ENTRY_INVALID   i32 (i32.const 0x1000))
(global $ENTRY_END       i32 (i32.const 0x2000))
(global $ENTRY_TABLE     i32 (i32.const 0x4000))
(global $ENTRY_EXCEPTION i32 (i32.const 0x8000))

;; The entry of a code that no symbol has, of one bit.
(func $no_code! (result i32)
  (i32.or
    (i32.or (global.get $ENTRY_EXCEPTION) (global.get $ENTRY_INVALID))
    (i32.const 1)))

;; How many bits index the tables. With 10 and 8 no table has more than 1,334 and 402 entries, those
;; behind it included (zlib's `enough`). 11 bits make more entries than they spare lookups.
(global $LENGTH_BITS   i32 (i32.const 7))
(global $SYMBOL_BITS   i32 (i32.const 10))
(global $DISTANCE_BITS i32 (i32.const 8))

;; From a byte of code lengths, what a table is made of: how many codes there are of each length
;; from 1 to 15, and where the first symbol of each length goes in `sorted`. How many codes there
;; are, and how much of the code space they take, of 2^15.
(func $count_lengths (param $lengths i32) (param $lengths_end i32) (result i32 i32)
  (local $codes i32)
  (local $taken i32)
  (local $length i32)
  (local $count i32)
  (local $ptr i32)
  (local $lanes v128)
  (local $found v128) ;; sixteen i8, each below 21: how many there are in its lane
  (local.set $length (i32.const 1))
  (loop $next_length
    (local.set $lanes (i8x16.splat (local.get $length)))
    (local.set $found (v128.const i64x2 0 0))
    (local.set $ptr (local.get $lengths))
    (loop $next_16
      (local.set $found
        (i8x16.sub
          (local.get $found)
          (i8x16.eq (local.get $lanes) (v128.load (local.get $ptr)))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
      (br_if $next_16 (i32.lt_u (local.get $ptr) (local.get $lengths_end))))
    (local.set $found
      (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $found))))
    (local.set $count (call $sum_i32! (local.get $found)))
    (i32.store16 offset=26880 (;COUNTS;) (i32.shl (local.get $length) (i32.const 1))
      (local.get $count))
    (i32.store16 offset=26912 (;PLACES;) (i32.shl (local.get $length) (i32.const 1))
      (i32.shl (local.get $codes) (i32.const 1)))
    (local.set $codes (i32.add (local.get $codes) (local.get $count)))
    (local.set $taken
      (i32.add
        (local.get $taken)
        (i32.shl (local.get $count) (i32.sub (i32.const 15) (local.get $length)))))
    (local.set $length (i32.add (local.get $length) (i32.const 1)))
    (br_if $next_length (i32.lt_u (local.get $length) (i32.const 16))))
  (local.get $codes)
  (local.get $taken))

;; Puts the symbols that have codes in the order of their codes.
(func $sort_symbols! (param $lengths i32) (param $lengths_end i32)
  (local $first i32)  ;; the number of the first of sixteen symbols
  (local $used i32)   ;; a bit for each of the sixteen that has a code
  (local $symbol i32)
  (local $place i32)  ;; of $places
  (local $next i32)   ;; where the symbol goes, an offset in `sorted`
  (local.set $first (i32.const 0))
  (loop $next_16
    (local.set $used
      (i8x16.bitmask
        (i8x16.ne
          (v128.load (i32.add (local.get $lengths) (local.get $first)))
          (v128.const i64x2 0 0))))
    (block $none
      (loop $next_used
        (br_if $none (i32.eqz (local.get $used)))
        (local.set $symbol (i32.add (local.get $first) (i32.ctz (local.get $used))))
        (local.set $used
          (i32.and (local.get $used) (i32.sub (local.get $used) (i32.const 1))))
        (local.set $place
          (i32.shl
            (i32.load8_u (i32.add (local.get $lengths) (local.get $symbol)))
            (i32.const 1)))
        (local.set $next
          (i32.load16_u offset=26912 (;PLACES;) (local.get $place)))
        (i32.store16 offset=26912 (;PLACES;) (local.get $place)
          (i32.add (local.get $next) (i32.const 2)))
        (i32.store16 offset=26944 (;SORTED;) (local.get $next) (local.get $symbol))
        (br $next_used)))
    (local.set $first (i32.add (local.get $first) (i32.const 16)))
    (br_if $next_16
      (i32.lt_u (i32.add (local.get $lengths) (local.get $first)) (local.get $lengths_end)))))

;; How many codes have a length.
(func $count! (param $length i32) (result i32)
  (i32.load16_u offset=26880 (;COUNTS;) (i32.shl (local.get $length) (i32.const 1))))

;; What the table of symbols says of a symbol in `sorted`.
(func $sorted_entry! (param $entries i32) (param $sorted_ptr i32) (result i32)
  (i32.load
    (i32.add
      (local.get $entries)
      (i32.shl (i32.load16_u (local.get $sorted_ptr)) (i32.const 2)))))

;; The next code of a length, its first bit being the lowest; it is not the last one.
(func $next_code! (param $code i32) (param $ones i32) (result i32)
  (local $bit i32) ;; the last one that is 0: it becomes 1, and all behind it 0
  (local.set $bit
    (i32.shr_u
      (i32.const 0x80000000)
      (i32.clz (i32.xor (local.get $code) (local.get $ones)))))
  (i32.or
    (i32.and (local.get $code) (i32.sub (local.get $bit) (i32.const 1)))
    (local.get $bit)))

;; Doubles a table of so many entries.
(func $double! (param $table i32) (param $len i32)
  (local $to i32)
  (local $end i32)
  (local.set $to (i32.add (local.get $table) (i32.shl (local.get $len) (i32.const 2))))
  (local.set $end (local.get $to))
  (if (i32.lt_u (local.get $len) (i32.const 4))
    (then
      (loop $next_entry
        (i32.store (local.get $to) (i32.load (local.get $table)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (local.set $table (i32.add (local.get $table) (i32.const 4)))
        (br_if $next_entry (i32.lt_u (local.get $table) (local.get $end)))))
    (else
      (loop $next_four
        (v128.store (local.get $to) (v128.load (local.get $table)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (local.set $table (i32.add (local.get $table) (i32.const 16)))
        (br_if $next_four (i32.lt_u (local.get $table) (local.get $end)))))))

;; A table for the one code that may stand alone, of one bit, or for none at all.
(func $short_table (param $lengths i32) (param $entries i32) (param $table i32) (param $bits i32)
  (param $codes i32)
  (local $entry i32)
  (local $symbol i32)
  (local $end i32)
  (local.set $entry (call $no_code!))
  (if (local.get $codes)
    (then
      (loop $next_symbol
        (if (i32.eqz (i32.load8_u (i32.add (local.get $lengths) (local.get $symbol))))
          (then
            (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
            (br $next_symbol))))
      ;; The code has a bit.
      (local.set $entry
        (i32.add
          (i32.load
            (i32.add (local.get $entries) (i32.shl (local.get $symbol) (i32.const 2))))
          (i32.const 257)))))
  (local.set $end
    (i32.add (local.get $table) (i32.shl (i32.const 4) (local.get $bits))))
  (loop $next_two
    (i32.store (local.get $table) (local.get $entry))
    (i32.store offset=4 (local.get $table) (call $no_code!))
    (local.set $table (i32.add (local.get $table) (i32.const 8)))
    (br_if $next_two (i32.lt_u (local.get $table) (local.get $end)))))

;; Makes a table from the code lengths [lengths, lengths_end), a multiple of sixteen, of symbols
;; whose entries are at `entries`. Whether they are the lengths of codes: those must use up what
;; there is. Where `partial` is not 0, one code of one bit may also stand alone, or none.
(func $make_table
  (param $lengths i32) (param $lengths_end i32) (param $entries i32) (param $table i32)
  (param $bits i32) (param $partial i32)
  (result i32)
  (local $codes i32)
  (local $taken i32)  ;; of 2^15
  (local $sorted i32) ;; where the next symbol stands
  (local $code i32)   ;; its code
  (local $length i32) ;; how many bits that has
  (local $left i32)   ;; how many codes of that length there are still
  (local $end i32)    ;; how many entries there are
  (local $ones i32)   ;; the last code of the length
  (call $count_lengths (local.get $lengths) (local.get $lengths_end))
  (local.set $taken)
  (local.set $codes)
  (if (i32.ne (local.get $taken) (i32.const 32768))
    (then
      (if (i32.eqz (local.get $partial)) (then (return (i32.const 0))))
      (if (i32.gt_u (local.get $codes) (i32.const 1)) (then (return (i32.const 0))))
      ;; One code takes half of what there is only if it has one bit.
      (if (i32.ne (local.get $taken) (i32.shl (local.get $codes) (i32.const 14)))
        (then (return (i32.const 0))))
      (call $short_table
        (local.get $lengths)
        (local.get $entries)
        (local.get $table)
        (local.get $bits)
        (local.get $codes))
      (return (i32.const 1))))
  (call $sort_symbols! (local.get $lengths) (local.get $lengths_end))
  (local.set $sorted (global.get $SORTED))
  (local.set $end (i32.const 1))
  (block $whole
    (loop $next_length
      (local.set $length (i32.add (local.get $length) (i32.const 1)))
      (br_if $whole (i32.gt_u (local.get $length) (local.get $bits)))
      ;; The codes of the lengths before are so far the only ones.
      (if (local.get $code)
        (then (call $double! (local.get $table) (local.get $end))))
      (local.set $end (i32.shl (local.get $end) (i32.const 1)))
      (local.set $ones (i32.sub (local.get $end) (i32.const 1)))
      (local.set $left (call $count! (local.get $length)))
      (br_if $next_length (i32.eqz (local.get $left)))
      (loop $next_code
        (i32.store
          (i32.add (local.get $table) (i32.shl (local.get $code) (i32.const 2)))
          (i32.add
            (call $sorted_entry! (local.get $entries) (local.get $sorted))
            (i32.mul (local.get $length) (i32.const 257))))
        (local.set $sorted (i32.add (local.get $sorted) (i32.const 2)))
        (if (i32.eq (local.get $code) (local.get $ones))
          (then
            ;; It was the last one.
            (loop $next_double
              (if (i32.lt_u (local.get $length) (local.get $bits))
                (then
                  (call $double! (local.get $table) (local.get $end))
                  (local.set $end (i32.shl (local.get $end) (i32.const 1)))
                  (local.set $length (i32.add (local.get $length) (i32.const 1)))
                  (br $next_double))))
            (return (i32.const 1))))
        (local.set $code (call $next_code! (local.get $code) (local.get $ones)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br_if $next_code (local.get $left)))
      (br $next_length)))
  (call $make_long_codes
    (local.get $entries)
    (local.get $table)
    (local.get $bits)
    (local.get $sorted)
    (local.get $code))
  (i32.const 1))

;; Goes on with a table by the codes that are longer than its index: from the symbol at `sorted` on,
;; whose code is that of the last one that was no longer, and one more. They use up what there is.
(func $make_long_codes
  (param $entries i32) (param $table i32) (param $bits i32) (param $sorted i32) (param $code i32)
  (local $length i32)
  (local $left i32)       ;; how many codes of that length there are still
  (local $ones i32)       ;; the last code of the length
  (local $end i32)        ;; how many entries there are
  (local $start i32)      ;; the first one of the table behind the table
  (local $index_bits i32) ;; how many bits index that
  (local $prefix i32)     ;; the bits that lead there
  (local $used i32)       ;; how many codes of a length it needs to be full
  (local $entry i32)
  (local $ptr i32)
  (local $step i32)
  (local.set $length (local.get $bits))
  (local.set $end (i32.shl (i32.const 1) (local.get $bits)))
  (local.set $prefix (i32.const -1))
  (block $full
    (loop $next_code
      (if (i32.eqz (local.get $left))
        (then
          (loop $next_length
            (local.set $length (i32.add (local.get $length) (i32.const 1)))
            (local.set $left (call $count! (local.get $length)))
            (br_if $next_length (i32.eqz (local.get $left))))
          (local.set $ones
            (i32.sub (i32.shl (i32.const 1) (local.get $length)) (i32.const 1)))))
      (local.set $ptr
        (i32.and
          (local.get $code)
          (i32.sub (i32.shl (i32.const 1) (local.get $bits)) (i32.const 1))))
      (if (i32.ne (local.get $ptr) (local.get $prefix))
        (then
          (local.set $prefix (local.get $ptr))
          (local.set $start (local.get $end))
          ;; As many index bits as the codes that begin so need.
          (local.set $index_bits (i32.sub (local.get $length) (local.get $bits)))
          (local.set $used (local.get $left))
          (block $enough
            (loop $next_bit
              (br_if $enough
                (i32.ge_u
                  (local.get $used)
                  (i32.shl (i32.const 1) (local.get $index_bits))))
              (local.set $index_bits (i32.add (local.get $index_bits) (i32.const 1)))
              (local.set $used
                (i32.add
                  (i32.shl (local.get $used) (i32.const 1))
                  (call $count! (i32.add (local.get $bits) (local.get $index_bits)))))
              (br $next_bit)))
          (local.set $end
            (i32.add (local.get $start) (i32.shl (i32.const 1) (local.get $index_bits))))
          (i32.store
            (i32.add (local.get $table) (i32.shl (local.get $prefix) (i32.const 2)))
            (i32.or
              (i32.or
                (i32.shl (local.get $start) (i32.const 16))
                (i32.or (global.get $ENTRY_EXCEPTION) (global.get $ENTRY_TABLE)))
              (i32.or
                (i32.shl (local.get $index_bits) (i32.const 8))
                (local.get $bits))))))
      (local.set $entry
        (i32.add
          (call $sorted_entry! (local.get $entries) (local.get $sorted))
          (i32.mul (i32.sub (local.get $length) (local.get $bits)) (i32.const 257))))
      (local.set $sorted (i32.add (local.get $sorted) (i32.const 2)))
      ;; Whatever bits follow the code.
      (local.set $ptr
        (i32.add
          (local.get $table)
          (i32.shl
            (i32.add
              (local.get $start)
              (i32.shr_u (local.get $code) (local.get $bits)))
            (i32.const 2))))
      (local.set $step
        (i32.shl (i32.const 4) (i32.sub (local.get $length) (local.get $bits))))
      (loop $next_place
        (i32.store (local.get $ptr) (local.get $entry))
        (local.set $ptr (i32.add (local.get $ptr) (local.get $step)))
        (br_if $next_place
          (i32.lt_u
            (local.get $ptr)
            (i32.add (local.get $table) (i32.shl (local.get $end) (i32.const 2))))))
      (br_if $full (i32.eq (local.get $code) (local.get $ones)))
      (local.set $code (call $next_code! (local.get $code) (local.get $ones)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next_code))))

;; Whether literals have so short codes that entries of two pay: where those of at most five bits
;; take a quarter of the code space.
(func $has_short_literals! (param $lengths i32) (result i32)
  (local $sums v128) ;; sixteen u8: of sixteen literals each, in 32nds
  (local $literal i32)
  (local.set $literal (i32.const 0))
  (local.set $sums (v128.const i64x2 0 0))
  (loop $next_16
    (local.set $sums
      (i8x16.add_sat_u
        (local.get $sums)
        (i8x16.swizzle
          (v128.const i8x16 0 16 8 4 2 1 0 0 0 0 0 0 0 0 0 0)
          (v128.load (i32.add (local.get $lengths) (local.get $literal))))))
    (local.set $literal (i32.add (local.get $literal) (i32.const 16)))
    (br_if $next_16 (i32.lt_u (local.get $literal) (i32.const 256))))
  (i32.ge_u
    (call $sum_i32!
      (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $sums))))
    (i32.const 8)))

;; Makes entries of two literals, where the codes of both fit into the index.
(func $make_pairs
  (local $index i32) ;; times four
  (local $first i32)
  (local $second i32)
  (local $bits i32)  ;; of the first one, then of both
  (local.set $index (i32.const 4092))
  (loop $next_entry
    (local.set $first (i32.load offset=28096 (;SYMBOL_TABLE;) (local.get $index)))
    (local.set $bits (i32.and (local.get $first) (i32.const 63)))
    ;; Entries of lower indexes are still single.
    (local.set $second
      (i32.load offset=28096 (;SYMBOL_TABLE;) (i32.and
        (i32.shr_u (local.get $index) (local.get $bits))
        (i32.const -4))))
    (local.set $bits
      (i32.add (local.get $bits) (i32.and (local.get $second) (i32.const 63))))
    (if
      (i32.and
        (i32.shr_u
          (i32.and (local.get $first) (local.get $second))
          (i32.const 7))
        (i32.le_u (local.get $bits) (global.get $SYMBOL_BITS)))
      (then
        (i32.store offset=28096 (;SYMBOL_TABLE;) (local.get $index)
          (i32.or
            (i32.or
              (i32.and (local.get $first) (i32.const 0xff0000))
              (i32.and
                (i32.shl (local.get $second) (i32.const 8))
                (i32.const 0xff000000)))
            (i32.or
              (i32.or (global.get $ENTRY_LITERAL) (global.get $ENTRY_PAIR))
              (local.get $bits))))))
    (local.set $index (i32.sub (local.get $index) (i32.const 4)))
    (br_if $next_entry (local.get $index))))
