;; ---- literals and matches

;; Where a step in decoding stands. What is greater is a fault, of the enumeration `inflate_fault`.
;;
;; Enumeration outcome
;;   value  name       meaning
;;       0  going_on   there may be more to be done
;;      -1  block_end  the block has ended
;;      -2  source     more of the source is needed
;;      -3  room       more room is needed
;;      -4  at_end     the stream has ended
(global $OUTCOME_GOING_ON  i32 (i32.const 0))
(global $OUTCOME_BLOCK_END i32 (i32.const -1))
(global $OUTCOME_SOURCE    i32 (i32.const -2))
(global $OUTCOME_ROOM      i32 (i32.const -3))
(global $OUTCOME_AT_END    i32 (i32.const -4))

;; A place in the source is a bit's: its address times eight, and the number of the bit in the byte.

(func $bit_of! (param $ptr i32) (result i64)
  (i64.shl (i64.extend_i32_u (local.get $ptr)) (i64.const 3)))

(func $byte_of! (param $bit i64) (result i32)
  (i32.wrap_i64 (i64.shr_u (local.get $bit) (i64.const 3))))

;; The next bits, at least 57 where there are so many. Those behind the end are 0.
(func $peek! (param $bit i64) (param $src_end i32) (result i64)
  (local $src i32)
  (local.set $src (call $byte_of! (local.get $bit)))
  (if (result i64)
    (i32.ge_u (i32.sub (local.get $src_end) (local.get $src)) (i32.const 8))
    (then
      (i64.shr_u
        (i64.load (local.get $src))
        (i64.and (local.get $bit) (i64.const 7))))
    (else (call $peek_at_end (local.get $bit) (local.get $src_end)))))

;; The same where less than eight bytes are left.
(func $peek_at_end (param $bit i64) (param $src_end i32) (result i64)
  (local $src i32)
  (local $word i64)
  (local.set $src (call $byte_of! (local.get $bit)))
  (block $all
    (loop $next_byte
      (br_if $all (i32.eq (local.get $src_end) (local.get $src)))
      (local.set $src_end (i32.sub (local.get $src_end) (i32.const 1)))
      (local.set $word
        (i64.or
          (i64.shl (local.get $word) (i64.const 8))
          (i64.load8_u (local.get $src_end))))
      (br $next_byte)))
  (i64.shr_u (local.get $word) (i64.and (local.get $bit) (i64.const 7))))

;; ---- quickly

;; The loop keeps the next bits in a word, shifted to the left by two, so that the bits that index a
;; table, masked, are an offset in it. `count` is how many bits of the word are filled, in its six
;; lowest bits; those above it may be anything, and so may be the word's bits above those filled:
;; they are the stream's bits that come there anyway.

;; How much room the loop has for a round at least: three pairs of literals, a match of 258 bytes,
;; and what copies of 32 bytes overrun.
(global $QUICK_ROOM i32 (i32.const 297))

;; How much source: each round reads at most 22 bytes.
(global $QUICK_SOURCE i32 (i32.const 32))

;; `count` so that the bits behind the shift are counted.
(global $SHIFT i64 (i64.const 2))

;; The word filled up, to 56 bits at least.
(func $filled! (param $word i64) (param $count i64) (param $src i32) (result i64)
  (i64.or
    (local.get $word)
    (i64.shl (i64.load (local.get $src)) (local.get $count))))

;; Where the source goes on when it is.
(func $src_filled! (param $count i64) (param $src i32) (result i32)
  (i32.sub
    (i32.add (local.get $src) (i32.const 7))
    (i32.and
      (i32.wrap_i64 (i64.shr_u (local.get $count) (i64.const 3)))
      (i32.const 7))))

;; How many bits there are then.
(func $count_filled! (param $count i64) (result i64)
  (i64.or (local.get $count) (i64.const 56)))

;; The entry that the next bits lead to.
(func $symbol_entry! (param $word i64) (result i64)
  (i64.load32_u offset=28096 (;SYMBOL_TABLE;)
    (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 4092))))

;; Where in a table the entry of a table behind it stands, to which an entry leads.
(func $inner_offset! (param $entry i64) (param $word i64) (result i32)
  (i32.add
    (i32.shl
      (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 16)))
      (i32.const 2))
    (i32.and
      (i32.wrap_i64 (local.get $word))
      (i32.shl
        (i32.sub
          (i32.shl
            (i32.const 1)
            (i32.and
              (i32.shr_u (i32.wrap_i64 (local.get $entry)) (i32.const 8))
              (i32.const 15)))
          (i32.const 1))
        (i32.const 2)))))

(func $is! (param $flag i32) (param $entry i64) (result i32)
  (i32.and (i32.wrap_i64 (local.get $entry)) (local.get $flag)))

;; The base of an entry, and the extra bits behind its code, which `bits` begins with.
(func $value! (param $entry i64) (param $bits i64) (result i32)
  (i32.add
    (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 16)))
    (i32.wrap_i64
      (i64.shr_u
        (i64.and
          (local.get $bits)
          (i64.sub
            (i64.shl (i64.const 1) (local.get $entry))
            (i64.const 1)))
        (i64.shr_u (local.get $entry) (i64.const 8))))))

;; Writes an entry's literal, or its pair where there are `pairs`; one of the bytes may be no
;; literal.
(func $put_literals! (param $dst i32) (param $entry i64)
  (i32.store16
    (local.get $dst)
    (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 16)))))

;; Where it ends. `pairs` is 1 where the table has pairs, or 0.
(func $behind_literals! (param $dst i32) (param $entry i64) (param $pairs i32) (result i32)
  (i32.add
    (i32.add (local.get $dst) (i32.const 1))
    (i32.and
      (i32.shr_u (i32.wrap_i64 (local.get $entry)) (i32.const 6))
      (local.get $pairs))))

;; Copies a match, and up to 31 bytes more. Nearly all of them have 32 bytes at most: two vectors,
;; written whatever the length, are less than a branch that is hard to foresee.
(func $copy_quickly! (param $dst i32) (param $distance i32) (param $len i32)
  (local $src i32)
  (local $end i32)
  (local $step i32)
  (local $bytes v128)
  (local.set $src (i32.sub (local.get $dst) (local.get $distance)))
  (if (i32.gt_u (local.get $len) (i32.const 32))
    (then
      (local.set $end (i32.add (local.get $dst) (local.get $len)))
      (if (i32.ge_u (local.get $distance) (i32.const 16))
        (then
          (loop $next_32
            (v128.store (local.get $dst) (v128.load (local.get $src)))
            (v128.store offset=16 (local.get $dst) (v128.load offset=16 (local.get $src)))
            (local.set $dst (i32.add (local.get $dst) (i32.const 32)))
            (local.set $src (i32.add (local.get $src) (i32.const 32)))
            (br_if $next_32 (i32.lt_u (local.get $dst) (local.get $end)))))
        (else
          (local.set $bytes (call $repetition! (local.get $src) (local.get $distance)))
          (local.set $step (call $repeat_step! (local.get $distance)))
          (loop $next_step
            (v128.store (local.get $dst) (local.get $bytes))
            (local.set $dst (i32.add (local.get $dst) (local.get $step)))
            (br_if $next_step (i32.lt_u (local.get $dst) (local.get $end)))))))
    (else
      (if (i32.ge_u (local.get $distance) (i32.const 16))
        (then
          (v128.store (local.get $dst) (v128.load (local.get $src)))
          (v128.store offset=16 (local.get $dst) (v128.load offset=16 (local.get $src))))
        (else
          (local.set $end (i32.add (local.get $dst) (local.get $len)))
          (local.set $bytes (call $repetition! (local.get $src) (local.get $distance)))
          (local.set $step (call $repeat_step! (local.get $distance)))
          (loop $next_step
            (v128.store (local.get $dst) (local.get $bytes))
            (local.set $dst (i32.add (local.get $dst) (local.get $step)))
            (br_if $next_step (i32.lt_u (local.get $dst) (local.get $end)))))))))

;; The 16 bytes that follow those at $src as a repetition of these makes them; under 16.
(func $repetition! (param $src i32) (param $distance i32) (result v128)
  (i8x16.swizzle
    (v128.load (local.get $src))
    (v128.load offset=26288 (;REPEAT_MASK;) (i32.shl (local.get $distance) (i32.const 4)))))

;; The largest multiple of $distance that is 16 at most.
(func $repeat_step! (param $distance i32) (result i32)
  (i32.load8_u offset=26544 (;REPEAT_STEP;) (local.get $distance)))

;; Decodes symbols while there is room and source for a round: up to three literals, or a match.
;; What came of it, the next bit, and where the content goes on. It is longer than a screen: one
;; loop, whose registers are its locals.
(func $decode_quickly! (param $pairs i32)
  (param $bit i64) (param $last_src i32) (param $dst i32) (param $last_dst i32) (param $window i32)
  (result i32 i64 i32)
  (local $src i32)
  (local $word i64)
  (local $count i64)
  (local $entry i64)
  (local $before i64) ;; the word before the entry was taken from it
  (local $len i32)
  (local $distance i32)
  (local $start i32)  ;; where a match goes
  (local $outcome i32)
  (local.set $src (call $byte_of! (local.get $bit)))
  (local.set $count
    (i64.add
      (i64.sub (i64.const 8) (i64.and (local.get $bit) (i64.const 7)))
      (global.get $SHIFT)))
  (local.set $word
    (i64.shl
      (i64.shr_u
        (i64.load8_u (local.get $src))
        (i64.and (local.get $bit) (i64.const 7)))
      (global.get $SHIFT)))
  (local.set $src (i32.add (local.get $src) (i32.const 1)))
  (local.set $word (call $filled! (local.get $word) (local.get $count) (local.get $src)))
  (local.set $src (call $src_filled! (local.get $count) (local.get $src)))
  (local.set $count (call $count_filled! (local.get $count)))
  (local.set $entry (call $symbol_entry! (local.get $word)))
  (local.set $outcome (global.get $OUTCOME_GOING_ON))
  (block $left
    (loop $next_round
      (block $round_end
        (block $match
          (local.set $before (local.get $word))
          (local.set $word (i64.shr_u (local.get $word) (local.get $entry)))
          (local.set $count (i64.sub (local.get $count) (local.get $entry)))
          (if (call $is! (global.get $ENTRY_LITERAL) (local.get $entry))
            (then
              (call $put_literals! (local.get $dst) (local.get $entry))
              (local.set $dst
                (call $behind_literals! (local.get $dst) (local.get $entry) (local.get $pairs)))
              (local.set $entry (call $symbol_entry! (local.get $word)))
              (local.set $before (local.get $word))
              (local.set $word (i64.shr_u (local.get $word) (local.get $entry)))
              (local.set $count (i64.sub (local.get $count) (local.get $entry)))
              (br_if $match
                (i32.eqz (call $is! (global.get $ENTRY_LITERAL) (local.get $entry))))
              (call $put_literals! (local.get $dst) (local.get $entry))
              (local.set $dst
                (call $behind_literals! (local.get $dst) (local.get $entry) (local.get $pairs)))
              (local.set $entry (call $symbol_entry! (local.get $word)))
              (local.set $before (local.get $word))
              (local.set $word (i64.shr_u (local.get $word) (local.get $entry)))
              (local.set $count (i64.sub (local.get $count) (local.get $entry)))
              (br_if $match
                (i32.eqz (call $is! (global.get $ENTRY_LITERAL) (local.get $entry))))
              (call $put_literals! (local.get $dst) (local.get $entry))
              (local.set $dst
                (call $behind_literals! (local.get $dst) (local.get $entry) (local.get $pairs)))
              (local.set $entry (call $symbol_entry! (local.get $word)))
              (local.set $word
                (call $filled! (local.get $word) (local.get $count) (local.get $src)))
              (local.set $src (call $src_filled! (local.get $count) (local.get $src)))
              (local.set $count (call $count_filled! (local.get $count)))
              (br $round_end))))
        (if (call $is! (global.get $ENTRY_EXCEPTION) (local.get $entry))
          (then
            (if (call $is! (global.get $ENTRY_TABLE) (local.get $entry))
              (then
                (local.set $entry
                  (i64.load32_u offset=28096 (;SYMBOL_TABLE;)
                    (call $inner_offset! (local.get $entry) (local.get $word))))
                (local.set $before (local.get $word))
                (local.set $word (i64.shr_u (local.get $word) (local.get $entry)))
                (local.set $count (i64.sub (local.get $count) (local.get $entry)))))
            (if (call $is! (global.get $ENTRY_LITERAL) (local.get $entry))
              (then
                (i32.store8
                  (local.get $dst)
                  (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 16))))
                (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
                (local.set $word
                  (call $filled! (local.get $word) (local.get $count) (local.get $src)))
                (local.set $src (call $src_filled! (local.get $count) (local.get $src)))
                (local.set $count (call $count_filled! (local.get $count)))
                (local.set $entry (call $symbol_entry! (local.get $word)))
                (br $round_end)))
            (if (call $is! (global.get $ENTRY_EXCEPTION) (local.get $entry))
              (then
                (local.set $outcome
                  (select
                    (global.get $OUTCOME_BLOCK_END)
                    (global.get $FAULT_SYMBOL)
                    (call $is! (global.get $ENTRY_END) (local.get $entry))))
                (br $left)))))
        (local.set $len
          (call $value!
            (local.get $entry)
            (i64.shr_u (local.get $before) (global.get $SHIFT))))
        (local.set $entry
          (i64.load32_u offset=33440 (;DISTANCE_TABLE;)
            (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 1020))))
        (if (call $is! (global.get $ENTRY_EXCEPTION) (local.get $entry))
          (then
            (local.set $word
              (call $filled! (local.get $word) (local.get $count) (local.get $src)))
            (local.set $src (call $src_filled! (local.get $count) (local.get $src)))
            (local.set $count (call $count_filled! (local.get $count)))
            (if (call $is! (global.get $ENTRY_TABLE) (local.get $entry))
              (then
                (local.set $word (i64.shr_u (local.get $word) (local.get $entry)))
                (local.set $count (i64.sub (local.get $count) (local.get $entry)))
                (local.set $entry
                  (i64.load32_u offset=33440 (;DISTANCE_TABLE;)
                    (call $inner_offset! (local.get $entry) (local.get $word))))))
            (if (call $is! (global.get $ENTRY_EXCEPTION) (local.get $entry))
              (then
                (local.set $count (i64.sub (local.get $count) (local.get $entry)))
                (local.set $outcome (global.get $FAULT_DISTANCE_SYMBOL))
                (br $left))))
          (else
            ;; A distance of 21 bits, and the next index, besides the shift.
            (if (i64.lt_u (i64.and (local.get $count) (i64.const 63)) (i64.const 33))
              (then
                (local.set $word
                  (call $filled! (local.get $word) (local.get $count) (local.get $src)))
                (local.set $src (call $src_filled! (local.get $count) (local.get $src)))
                (local.set $count (call $count_filled! (local.get $count)))))))
        (local.set $before (local.get $word))
        (local.set $word (i64.shr_u (local.get $word) (local.get $entry)))
        (local.set $count (i64.sub (local.get $count) (local.get $entry)))
        (local.set $distance
          (call $value!
            (local.get $entry)
            (i64.shr_u (local.get $before) (global.get $SHIFT))))
        (if
          (i32.gt_u
            (local.get $distance)
            (i32.sub (local.get $dst) (local.get $window)))
          (then
            (local.set $outcome (global.get $FAULT_DISTANCE))
            (br $left)))
        (local.set $entry (call $symbol_entry! (local.get $word)))
        (local.set $word
          (call $filled! (local.get $word) (local.get $count) (local.get $src)))
        (local.set $src (call $src_filled! (local.get $count) (local.get $src)))
        (local.set $count (call $count_filled! (local.get $count)))
        (local.set $start (local.get $dst))
        (local.set $dst (i32.add (local.get $dst) (local.get $len)))
        (call $copy_quickly! (local.get $start) (local.get $distance) (local.get $len)))
      (br_if $left (i32.gt_u (local.get $src) (local.get $last_src)))
      (br_if $next_round (i32.lt_u (local.get $dst) (local.get $last_dst)))))
  (local.get $outcome)
  (i64.sub
    (call $bit_of! (local.get $src))
    (i64.sub
      (i64.and (local.get $count) (i64.const 63))
      (global.get $SHIFT)))
  (local.get $dst))

(func $decode_single (param $bit i64)
  (param $last_src i32) (param $dst i32) (param $last_dst i32) (param $window i32)
  (result i32 i64 i32)
  (call $decode_quickly! (i32.const 0)
    (local.get $bit)
    (local.get $last_src)
    (local.get $dst)
    (local.get $last_dst)
    (local.get $window)))

;; With entries of two literals.
(func $decode_pairs (param $bit i64)
  (param $last_src i32) (param $dst i32) (param $last_dst i32) (param $window i32)
  (result i32 i64 i32)
  (call $decode_quickly! (i32.const 1)
    (local.get $bit)
    (local.get $last_src)
    (local.get $dst)
    (local.get $last_dst)
    (local.get $window)))

;; ---- exactly

;; The entry that the next bits lead to, and how many bits it takes to get there: those of the
;; index, where it is in a table behind the table, or none.
(func $look_up! (param $table i32) (param $index_bits i32) (param $word i64) (result i64 i64)
  (local $entry i64)
  (local $skipped i64)
  (local.set $skipped (i64.const 0))
  (local.set $entry
    (i64.load32_u
      (i32.add
        (local.get $table)
        (i32.shl
          (i32.and
            (i32.wrap_i64 (local.get $word))
            (i32.sub (i32.shl (i32.const 1) (local.get $index_bits)) (i32.const 1)))
          (i32.const 2)))))
  (if (call $is! (global.get $ENTRY_TABLE) (local.get $entry))
    (then
      (local.set $skipped (i64.extend_i32_u (local.get $index_bits)))
      (local.set $entry
        (i64.load32_u
          (i32.add
            (local.get $table)
            (call $inner_offset!
              (local.get $entry)
              (i64.shl
                (i64.shr_u (local.get $word) (local.get $skipped))
                (i64.const 2))))))))
  (local.get $entry)
  (local.get $skipped))

;; Copies a match, byte after byte as far as anyone can see.
(func $copy_exactly (param $dst i32) (param $distance i32) (param $len i32)
  (local $src i32)
  (local $end i32)
  (local.set $src (i32.sub (local.get $dst) (local.get $distance)))
  (local.set $end (i32.add (local.get $dst) (local.get $len)))
  (if (i32.ge_u (local.get $distance) (i32.const 16))
    (then
      (block $short
        (loop $next_16
          (br_if $short
            (i32.lt_u (i32.sub (local.get $end) (local.get $dst)) (i32.const 16)))
          (v128.store (local.get $dst) (v128.load (local.get $src)))
          (local.set $dst (i32.add (local.get $dst) (i32.const 16)))
          (local.set $src (i32.add (local.get $src) (i32.const 16)))
          (br $next_16)))))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $dst) (local.get $end)))
      (i32.store8 (local.get $dst) (i32.load8_u (local.get $src)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
      (local.set $src (i32.add (local.get $src) (i32.const 1)))
      (br $next_byte))))

;; Decodes the symbols of a block, by the tables that stand in the static region. The content that
;; matches may reach back to begins at `window`. What came of it, the next bit, and where the
;; content goes on. Of a match for which there is no room, the rest stays in the state. It is longer
;; than a screen: each step of it ends the whole in its own way.
(func $decode_symbols
  (param $state i32) (param $bit i64) (param $src_end i32)
  (param $dst i32) (param $dst_end i32) (param $window i32)
  (result i32 i64 i32)
  (local $outcome i32)
  (local $word i64)
  (local $left i64)    ;; how many bits of the source there are
  (local $entry i64)
  (local $skipped i64)
  (local $bits i64)    ;; how many the symbol has
  (local $len i32)
  (local $distance i32)
  (local $fitting i32) ;; how much of a match there is room for
  (local $end_bit i64)
  (local.set $end_bit (call $bit_of! (local.get $src_end)))
  (local.set $len (i32.load offset=36 (;MATCH_LEFT;) (local.get $state)))
  (local.set $distance (i32.load offset=40 (;DISTANCE;) (local.get $state)))
  (loop $next_match
    (if (local.get $len)
      (then
        (local.set $fitting
          (call $least! (local.get $len) (i32.sub (local.get $dst_end) (local.get $dst))))
        (call $copy_exactly (local.get $dst) (local.get $distance) (local.get $fitting))
        (local.set $dst (i32.add (local.get $dst) (local.get $fitting)))
        (local.set $len (i32.sub (local.get $len) (local.get $fitting)))
        (i32.store offset=36 (;MATCH_LEFT;) (local.get $state) (local.get $len))
        (i32.store offset=40 (;DISTANCE;) (local.get $state) (local.get $distance))
        (if (local.get $len)
          (then
            (return (global.get $OUTCOME_ROOM) (local.get $bit) (local.get $dst))))))
    (loop $next_symbol
      (if
        (i32.and
          (i32.gt_u
            (i32.sub (local.get $src_end) (call $byte_of! (local.get $bit)))
            (i32.add (global.get $QUICK_SOURCE) (i32.const 8)))
          (i32.gt_u
            (i32.sub (local.get $dst_end) (local.get $dst))
            (global.get $QUICK_ROOM)))
        (then
          (local.get $bit)
          (i32.sub (local.get $src_end) (global.get $QUICK_SOURCE))
          (local.get $dst)
          (i32.sub (local.get $dst_end) (global.get $QUICK_ROOM))
          (local.get $window)
          (if (param i64 i32 i32 i32 i32) (result i32 i64 i32) (i32.load (global.get $PAIRS))
            (then (call $decode_pairs))
            (else (call $decode_single)))
          (local.set $dst)
          (local.set $bit)
          (local.set $outcome)
          (if (local.get $outcome)
            (then (return (local.get $outcome) (local.get $bit) (local.get $dst))))))
      (local.set $word (call $peek! (local.get $bit) (local.get $src_end)))
      (local.set $left (i64.sub (local.get $end_bit) (local.get $bit)))
      (call $look_up! (global.get $SYMBOL_TABLE) (global.get $SYMBOL_BITS) (local.get $word))
      (local.set $skipped)
      (local.set $entry)
      (local.set $bits
        (i64.add (local.get $skipped) (i64.and (local.get $entry) (i64.const 63))))
      (if (call $is! (global.get $ENTRY_PAIR) (local.get $entry))
        (then
          ;; Only the first one: there may be neither source nor room for both.
          (local.set $bits
            (i64.load8_u offset=64 (;SYMBOL_LENGTHS;)
              (i32.add
                (local.get $state)
                (i32.and
                  (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 16)))
                  (i32.const 0xff)))))))
      (if (i64.gt_u (local.get $bits) (local.get $left))
        (then
          (return (global.get $OUTCOME_SOURCE) (local.get $bit) (local.get $dst))))
      (if (call $is! (global.get $ENTRY_LITERAL) (local.get $entry))
        (then
          (if (i32.eq (local.get $dst) (local.get $dst_end))
            (then (return (global.get $OUTCOME_ROOM) (local.get $bit) (local.get $dst))))
          (i32.store8
            (local.get $dst)
            (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 16))))
          (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
          (local.set $bit (i64.add (local.get $bit) (local.get $bits)))
          (br $next_symbol)))
      (if (call $is! (global.get $ENTRY_EXCEPTION) (local.get $entry))
        (then
          (return
            (select
              (global.get $OUTCOME_BLOCK_END)
              (global.get $FAULT_SYMBOL)
              (call $is! (global.get $ENTRY_END) (local.get $entry)))
            (i64.add (local.get $bit) (local.get $bits))
            (local.get $dst))))
      (local.set $len
        (call $value!
          (local.get $entry)
          (i64.shr_u (local.get $word) (local.get $skipped))))
      (local.set $word (i64.shr_u (local.get $word) (local.get $bits)))
      (call $look_up! (global.get $DISTANCE_TABLE) (global.get $DISTANCE_BITS) (local.get $word))
      (local.set $skipped)
      (local.set $entry)
      (local.set $bits
        (i64.add
          (local.get $bits)
          (i64.add (local.get $skipped) (i64.and (local.get $entry) (i64.const 63)))))
      (if (i64.gt_u (local.get $bits) (local.get $left))
        (then
          (return (global.get $OUTCOME_SOURCE) (local.get $bit) (local.get $dst))))
      (local.set $bit (i64.add (local.get $bit) (local.get $bits)))
      (if (call $is! (global.get $ENTRY_EXCEPTION) (local.get $entry))
        (then
          (return (global.get $FAULT_DISTANCE_SYMBOL) (local.get $bit) (local.get $dst))))
      (local.set $distance
        (call $value!
          (local.get $entry)
          (i64.shr_u (local.get $word) (local.get $skipped))))
      (if
        (i32.gt_u
          (local.get $distance)
          (i32.sub (local.get $dst) (local.get $window)))
        (then (return (global.get $FAULT_DISTANCE) (local.get $bit) (local.get $dst))))
      (br $next_match)))
  (unreachable))
