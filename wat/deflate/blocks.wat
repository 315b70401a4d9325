;; ---- blocks

;; What a block begins with: whether it is the last one, and of which type it is, in three bits.

;; Enumeration block_type
;;   value  name     meaning
;;       0  stored   bytes as they are
;;       1  fixed    codes that are always the same
;;       2  dynamic  codes whose lengths stand in front
(global $BLOCK_TYPE_STORED  i32 (i32.const 0))
(global $BLOCK_TYPE_FIXED   i32 (i32.const 1))
(global $BLOCK_TYPE_DYNAMIC i32 (i32.const 2))

;; Takes a block's header. What came of it, and the next bit. Where the source ends in it, nothing
;; of it is taken. Of dynamic codes the tables are made, and their lengths stay in the state.
(func $begin_block (param $state i32) (param $bit i64) (param $src_end i32) (result i32 i64)
  (local $outcome i32)
  (local $header i32)
  (local $type i32)
  (local $next_bit i64)
  (if (i64.lt_u (i64.sub (call $bit_of! (local.get $src_end)) (local.get $bit)) (i64.const 3))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (local.set $header
    (i32.and
      (i32.wrap_i64 (call $peek! (local.get $bit) (local.get $src_end)))
      (i32.const 7)))
  (local.set $type (i32.shr_u (local.get $header) (i32.const 1)))
  (local.set $next_bit (i64.add (local.get $bit) (i64.const 3)))
  (block $known
    (if (i32.eq (local.get $type) (global.get $BLOCK_TYPE_STORED))
      (then
        (call $begin_stored! (local.get $state) (local.get $next_bit) (local.get $src_end))
        (local.set $next_bit)
        (local.set $outcome)
        (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_STORED))
        (br $known)))
    (if (i32.eq (local.get $type) (global.get $BLOCK_TYPE_FIXED))
      (then
        (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_FIXED))
        (br $known)))
    (if (i32.eq (local.get $type) (global.get $BLOCK_TYPE_DYNAMIC))
      (then
        (call $read_lengths (local.get $state) (local.get $next_bit) (local.get $src_end))
        (local.set $next_bit)
        (local.set $outcome)
        (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_DYNAMIC))
        (br $known)))
    (return (global.get $FAULT_BLOCK_TYPE) (local.get $next_bit)))
  (if (i32.eq (local.get $outcome) (global.get $OUTCOME_SOURCE))
    (then
      (i32.store offset=0 (;PHASE;) (local.get $state) (global.get $PHASE_BLOCK))
      (return (local.get $outcome) (local.get $bit))))
  (i32.store offset=28 (;LAST_BLOCK;) (local.get $state)
    (i32.and (local.get $header) (i32.const 1)))
  (local.get $outcome)
  (local.get $next_bit))

;; Takes the length of stored bytes, which stands at the next whole byte, and again with all its
;; bits turned round.
(func $begin_stored! (param $state i32) (param $bit i64) (param $src_end i32) (result i32 i64)
  (local $src i32)
  (local $length i32)
  (local.set $src (call $byte_of! (i64.add (local.get $bit) (i64.const 7))))
  (if
    (i64.lt_u
      (i64.sub (call $bit_of! (local.get $src_end)) (call $bit_of! (local.get $src)))
      (i64.const 32))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (local.set $length (i32.load16_u (local.get $src)))
  (i32.store offset=32 (;LEFT;) (local.get $state) (local.get $length))
  (select
    (global.get $OUTCOME_GOING_ON)
    (global.get $FAULT_STORED_LENGTH)
    (i32.eq
      (i32.xor (local.get $length) (i32.load16_u offset=2 (local.get $src)))
      (i32.const 0xffff)))
  (call $bit_of! (i32.add (local.get $src) (i32.const 4))))

;; Takes stored bytes, as many as there are and as there is room for. What came of it, the next bit,
;; and where the content goes on.
(func $copy_stored
  (param $state i32) (param $bit i64) (param $src_end i32) (param $dst i32) (param $dst_end i32)
  (result i32 i64 i32)
  (local $left i32) ;; how many bytes are still to come
  (local $src i32)
  (local $len i32)
  (local.set $left (i32.load offset=32 (;LEFT;) (local.get $state)))
  (local.set $src (call $byte_of! (local.get $bit)))
  (local.set $len
    (call $least!
      (local.get $left)
      (call $least!
        (i32.sub (local.get $src_end) (local.get $src))
        (i32.sub (local.get $dst_end) (local.get $dst)))))
  ;; Where there is nothing to copy, the addresses may be anything.
  (if (local.get $len)
    (then
      (memory.copy (local.get $dst) (local.get $src) (local.get $len))
      (local.set $left (i32.sub (local.get $left) (local.get $len)))
      (local.set $src (i32.add (local.get $src) (local.get $len)))
      (local.set $dst (i32.add (local.get $dst) (local.get $len)))
      (i32.store offset=32 (;LEFT;) (local.get $state) (local.get $left))))
  (if (result i32) (local.get $left)
    (then
      (select
        (global.get $OUTCOME_SOURCE)
        (global.get $OUTCOME_ROOM)
        (i32.eq (local.get $src) (local.get $src_end))))
    (else (global.get $OUTCOME_BLOCK_END)))
  (call $bit_of! (local.get $src))
  (local.get $dst))

;; Clears sixteen bytes.
(func $clear_16! (param $ptr i32)
  (v128.store (local.get $ptr) (v128.const i64x2 0 0)))

;; Takes the code lengths of a dynamic block, and makes tables of them. What came of it, and the
;; next bit. It is longer than a screen: each step of it may be what is wrong, or where the source
;; ends.
(func $read_lengths (param $state i32) (param $bit i64) (param $src_end i32) (result i32 i64)
  (local $end_bit i64)
  (local $word i64)    ;; the next bits
  (local $count i64)   ;; how many of them may still be taken
  (local $symbols i32) ;; how many code lengths there are, of symbols
  (local $all i32)     ;; where they end, those of distances included
  (local $coded i32)   ;; how many lengths of code lengths' codes there are
  (local $ptr i32)     ;; where the next code length goes
  (local $entry i64)
  (local $value i32)   ;; a code length, or how one repeats
  (local $end i32)
  (local.set $end_bit (call $bit_of! (local.get $src_end)))
  (if (i64.lt_u (i64.sub (local.get $end_bit) (local.get $bit)) (i64.const 14))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  (local.set $word (call $peek! (local.get $bit) (local.get $src_end)))
  (local.set $bit (i64.add (local.get $bit) (i64.const 14)))
  (local.set $symbols
    (i32.add (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 31)) (i32.const 257)))
  (local.set $all
    (i32.add
      (i32.add (global.get $LENGTHS) (local.get $symbols))
      (i32.add
        (i32.and
          (i32.wrap_i64 (i64.shr_u (local.get $word) (i64.const 5)))
          (i32.const 31))
        (i32.const 1))))
  (local.set $coded
    (i32.add
      (i32.and
        (i32.wrap_i64 (i64.shr_u (local.get $word) (i64.const 10)))
        (i32.const 15))
      (i32.const 4)))
  (if
    (i32.or
      (i32.gt_u (local.get $symbols) (i32.const 286))
      (i32.gt_u
        (i32.sub (i32.sub (local.get $all) (global.get $LENGTHS)) (local.get $symbols))
        (i32.const 30)))
    (then (return (global.get $FAULT_COUNTS) (local.get $bit))))
  (if
    (i64.lt_u
      (i64.sub (local.get $end_bit) (local.get $bit))
      (i64.extend_i32_u (i32.mul (local.get $coded) (i32.const 3))))
    (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
  ;; 19 times three bits are no more than what is there.
  (local.set $word (call $peek! (local.get $bit) (local.get $src_end)))
  (local.set $bit
    (i64.add
      (local.get $bit)
      (i64.extend_i32_u (i32.mul (local.get $coded) (i32.const 3)))))
  (call $clear_16! (global.get $LENGTHS))
  (call $clear_16! (i32.add (global.get $LENGTHS) (i32.const 16)))
  (local.set $ptr (global.get $ORDER))
  (local.set $end (i32.add (global.get $ORDER) (local.get $coded)))
  (loop $next_coded
    (i32.store8
      (i32.add (global.get $LENGTHS) (i32.load8_u (local.get $ptr)))
      (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 7)))
    (local.set $word (i64.shr_u (local.get $word) (i64.const 3)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
    (br_if $next_coded (i32.ne (local.get $ptr) (local.get $end))))
  (if
    (i32.eqz
      (call $make_table
        (global.get $LENGTHS)
        (i32.add (global.get $LENGTHS) (i32.const 32))
        (global.get $LENGTH_ENTRIES)
        (global.get $LENGTH_TABLE)
        (global.get $LENGTH_BITS)
        (i32.const 0)))
    (then (return (global.get $FAULT_LENGTH_CODE) (local.get $bit))))
  (local.set $ptr (global.get $LENGTHS))
  (loop $next_length
    ;; A code and the extra bits behind it are 14 bits at most.
    (if (i64.lt_s (local.get $count) (i64.const 14))
      (then
        (local.set $word (call $peek! (local.get $bit) (local.get $src_end)))
        (local.set $count (i64.const 57))))
    (local.set $entry
      (i64.load32_u offset=27584 (;LENGTH_TABLE;) (i32.and
        (i32.shl (i32.wrap_i64 (local.get $word)) (i32.const 2))
        (i32.const 508))))
    (local.set $value (i32.wrap_i64 (i64.shr_u (local.get $entry) (i64.const 16))))
    (local.set $entry (i64.and (local.get $entry) (i64.const 63)))
    (local.set $bit (i64.add (local.get $bit) (local.get $entry)))
    (local.set $word (i64.shr_u (local.get $word) (local.get $entry)))
    (local.set $count (i64.sub (local.get $count) (local.get $entry)))
    (if (i64.gt_u (local.get $bit) (local.get $end_bit))
      (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))
    (if (i32.lt_u (local.get $value) (i32.const 16))
      (then
        (i32.store8 (local.get $ptr) (local.get $value))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1))))
      (else
        (if
          (i32.and
            (i32.eq (local.get $value) (i32.const 16))
            (i32.eq (local.get $ptr) (global.get $LENGTHS)))
          (then (return (global.get $FAULT_LENGTHS) (local.get $bit))))
        (call $repeat_length! (local.get $value) (local.get $ptr) (local.get $word))
        (local.set $ptr)
        (local.set $entry)
        (local.set $bit (i64.add (local.get $bit) (local.get $entry)))
        (local.set $word (i64.shr_u (local.get $word) (local.get $entry)))
        (local.set $count (i64.sub (local.get $count) (local.get $entry)))
        (if (i64.gt_u (local.get $bit) (local.get $end_bit))
          (then (return (global.get $OUTCOME_SOURCE) (local.get $bit))))))
    (br_if $next_length (i32.lt_u (local.get $ptr) (local.get $all))))
  (if (i32.ne (local.get $ptr) (local.get $all))
    (then (return (global.get $FAULT_LENGTHS) (local.get $bit))))
  (call $keep_lengths! (local.get $state) (local.get $symbols) (local.get $all))
  (if (i32.eqz (i32.load8_u (i32.add (global.get $LENGTHS) (i32.const 256))))
    (then (return (global.get $FAULT_NO_END) (local.get $bit))))
  (call $make_tables
    (i32.add (local.get $state) (i32.const 64 (;SYMBOL_LENGTHS;)))
    (i32.gt_u
      (i32.sub (local.get $src_end) (call $byte_of! (local.get $bit)))
      (global.get $LEAST_FOR_PAIRS)))
  (local.get $bit))

;; Repeats the code length before $ptr, or 0, up to 138 times. How many extra bits there were, and
;; where the next length goes.
(func $repeat_length! (param $value i32) (param $ptr i32) (param $word i64) (result i64 i32)
  (local $bytes v128)
  (local $end i32)
  (local $bits i64)
  (if (i32.eq (local.get $value) (i32.const 16))
    (then
      (local.set $bits (i64.const 2))
      (v128.store
        (local.get $ptr)
        (i8x16.splat (i32.load8_u (i32.sub (local.get $ptr) (i32.const 1)))))
      (local.set $end
        (i32.add
          (local.get $ptr)
          (i32.add
            (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 3))
            (i32.const 3)))))
    (else
      (if (i32.eq (local.get $value) (i32.const 17))
        (then
          (local.set $bits (i64.const 3))
          (call $clear_16! (local.get $ptr))
          (local.set $end
            (i32.add
              (local.get $ptr)
              (i32.add
                (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 7))
                (i32.const 3)))))
        (else
          (local.set $bits (i64.const 7))
          (local.set $end
            (i32.add
              (local.get $ptr)
              (i32.add
                (i32.and (i32.wrap_i64 (local.get $word)) (i32.const 127))
                (i32.const 11))))
          (loop $next_16
            (call $clear_16! (local.get $ptr))
            (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
            (br_if $next_16 (i32.lt_u (local.get $ptr) (local.get $end))))))))
  (local.get $bits)
  (local.get $end))

;; Moves the code lengths, which end at `all`, to the state: those of symbols and those of distances
;; apart, each with zeros behind them.
(func $keep_lengths! (param $state i32) (param $symbols i32) (param $all i32)
  (local $distances_ptr i32)
  (local $count v128) ;; sixteen times, how many distances have a length
  (local.set $distances_ptr (i32.add (global.get $LENGTHS) (local.get $symbols)))
  (local.set $count
    (i8x16.splat (i32.sub (local.get $all) (local.get $distances_ptr))))
  (v128.store offset=352 (;DISTANCE_LENGTHS;)
    (local.get $state)
    (v128.and
      (v128.load (local.get $distances_ptr))
      (i8x16.lt_u
        (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
        (local.get $count))))
  (v128.store offset=368 (;DISTANCE_LENGTHS+16;)
    (local.get $state)
    (v128.and
      (v128.load offset=16 (local.get $distances_ptr))
      (i8x16.lt_u
        (v128.const i8x16 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
        (local.get $count))))
  (call $clear_16! (local.get $distances_ptr))
  (call $clear_16! (i32.add (local.get $distances_ptr) (i32.const 16)))
  (memory.copy
    (i32.add (local.get $state) (i32.const 64 (;SYMBOL_LENGTHS;)))
    (global.get $LENGTHS)
    (i32.const 288)))

;; With less source than this, entries of two literals cost more than they spare.
(global $LEAST_FOR_PAIRS i32 (i32.const 8192))

;; Makes the tables of a block from the code lengths of 288 symbols and, behind them, of 32
;; distances; with entries of two literals, if there is enough source `for_pairs`. What came of it.
(func $make_tables (param $lengths i32) (param $for_pairs i32) (result i32)
  (local $distances_ptr i32)
  (local.set $distances_ptr (i32.add (local.get $lengths) (i32.const 288)))
  (i32.store (global.get $PAIRS) (i32.const 0))
  (if
    (i32.eqz
      (call $make_table
        (local.get $lengths)
        (local.get $distances_ptr)
        (global.get $SYMBOL_ENTRIES)
        (global.get $SYMBOL_TABLE)
        (global.get $SYMBOL_BITS)
        (i32.const 1)))
    (then (return (global.get $FAULT_SYMBOL_CODE))))
  (if (local.get $for_pairs)
    (then
      (if (call $has_short_literals! (local.get $lengths))
        (then
          (call $make_pairs)
          (i32.store (global.get $PAIRS) (i32.const 1))))))
  (select
    (global.get $OUTCOME_GOING_ON)
    (global.get $FAULT_DISTANCE_CODE)
    (call $make_table
      (local.get $distances_ptr)
      (i32.add (local.get $distances_ptr) (i32.const 32))
      (global.get $DISTANCE_ENTRIES)
      (global.get $DISTANCE_TABLE)
      (global.get $DISTANCE_BITS)
      (i32.const 1))))
