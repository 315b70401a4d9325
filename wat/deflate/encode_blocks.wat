;; ---- blocks

;; A chunk of the text is parsed at a time. Its tokens go on with the block in front of it where
;; both together take fewer bits than apart; else that block is written, and the chunk begins the
;; next.

;; Layout token
;;   offset  size  field     meaning
;;        0     4  literals  u32: how many bytes go as they are
;;        4     4  match     u32: the length of the match << 20, the symbol of its distance << 15,
;;                           and its distance - 1; or 0 where there is none
(global $TOKEN_SIZE i32 (i32.const 8))

;; How many bytes of text a chunk has, at least, where the text does not end.
(global $CHUNK i32 (i32.const 8192))

;; How many tokens fit, where the input is not short, and how many a chunk has at most: its matches
;; of three bytes, a last one that goes on, and what is no match.
(global $TOKENS       i32 (i32.const 32768))
(global $CHUNK_TOKENS i32 (i32.const 2832))

;; No block has more bytes than this and a chunk, so that counts fit into 22 bits.
(global $LONGEST_BLOCK i32 (i32.const 0x80000))

;; How many bits a block of its own has to save for each symbol that it uses.
(global $SPLIT_BITS f32 (f32.const 3))
;; And besides.
(global $SPLIT_START f32 (f32.const 300))

;; Nothing shorter is tried with codes of its own.
(global $STATIC_LONGEST i32 (i32.const 48))

;; Where the symbols of distances begin in what has both.
(global $DISTANCES      i32 (i32.const 1152))
(global $DISTANCE_LENS  i32 (i32.const 288))
(global $END_OF_BLOCK   i32 (i32.const 256))

;; Codes of literals and lengths have 14 bits at most, so that four of them fit beside what is left
;; of a byte.
(global $LONGEST_LITERAL  i32 (i32.const 14))
(global $LONGEST_DISTANCE i32 (i32.const 15))
(global $LONGEST_HEADER   i32 (i32.const 7))

;; How many bits more than it has a block needs room for, to be written 64 at a time.
(global $MARGIN i32 (i32.const 64))

(global $BLOCK_STATIC  i32 (i32.const 1))
(global $BLOCK_DYNAMIC i32 (i32.const 2))

;; The registers of a call: what has been written, and what of it is not a whole byte yet.
(global $out (mut i32) (i32.const 0))        ;; where the next whole byte goes
(global $out_end (mut i32) (i32.const 0))    ;; one past the capacity
(global $bits (mut i64) (i64.const 0))       ;; what comes before it
(global $bit_count (mut i32) (i32.const 0))  ;; 0 to 7
;; The tokens and the text that they stand for: a block, and behind it a chunk.
(global $tokens (mut i32) (i32.const 0))
(global $tokens_end (mut i32) (i32.const 0)) ;; from where on there may be no room for a chunk
(global $chunk_tokens (mut i32) (i32.const 0))
(global $block_ptr (mut i32) (i32.const 0))
(global $chunk_ptr (mut i32) (i32.const 0))
(global $block_cost (mut f32) (f32.const 0)) ;; bits of its symbols

;; The symbol of a distance (RFC 1951, 3.2.5): twice the exponent of distance - 1 and its next bit,
;; which the conversion to a float leaves beside each other.
(func $distance_symbol! (param $distance i32) (result i32)
  (local.set $distance (i32.sub (local.get $distance) (i32.const 1)))
  (select
    (i32.sub
      (i32.shr_u
        (i32.reinterpret_f32 (f32.convert_i32_s (local.get $distance)))
        (i32.const 22))
      (i32.const 254))
    (local.get $distance)
    (i32.gt_u (local.get $distance) (i32.const 1))))

;; How many bits follow such a symbol.
(func $distance_extra! (param $symbol i32) (result i32)
  (select
    (i32.sub (i32.shr_u (local.get $symbol) (i32.const 1)) (i32.const 1))
    (i32.const 0)
    (i32.gt_u (local.get $symbol) (i32.const 1))))

;; The symbol of the length of a match, less 257.
(func $length_symbol! (param $length i32) (result i32)
  (i32.load8_u
    (i32.add
      (local.get $length)
      (i32.sub (global.get $LENGTH_SYMBOLS) (i32.const 3)))))

;; How many bits follow such a symbol; the last is of one length alone.
(func $length_extra! (param $symbol i32) (result i32)
  (select
    (i32.sub (i32.shr_u (local.get $symbol) (i32.const 2)) (i32.const 1))
    (i32.const 0)
    (i32.lt_u (i32.sub (local.get $symbol) (i32.const 4)) (i32.const 24))))

;; Counts the symbols of a match in the chunk. What a token has of it.
(func $count_match! (param $length i32) (param $distance i32) (result i32)
  (local $symbol i32)
  (local $at i32)
  (local.set $at (i32.shl (call $length_symbol! (local.get $length)) (i32.const 2)))
  (i32.store offset=107524 (;CHUNK_COUNTS+1028;)
    (local.get $at)
    (i32.add
      (i32.load offset=107524 (;CHUNK_COUNTS+1028;) (local.get $at))
      (i32.const 1)))
  (local.set $symbol (call $distance_symbol! (local.get $distance)))
  (local.set $at (i32.shl (local.get $symbol) (i32.const 2)))
  (i32.store offset=107648 (;CHUNK_COUNTS+1152;)
    (local.get $at)
    (i32.add
      (i32.load offset=107648 (;CHUNK_COUNTS+1152;) (local.get $at))
      (i32.const 1)))
  (i32.or
    (i32.or
      (i32.shl (local.get $length) (i32.const 20))
      (i32.shl (local.get $symbol) (i32.const 15)))
    (i32.sub (local.get $distance) (i32.const 1))))

;; Counts the literal at $ptr.
(func $count_literal! (param $ptr i32)
  (local $at i32)
  (local.set $at (i32.shl (i32.load8_u (local.get $ptr)) (i32.const 2)))
  (i32.store offset=106496 (;CHUNK_COUNTS;)
    (local.get $at)
    (i32.add (i32.load offset=106496 (;CHUNK_COUNTS;) (local.get $at)) (i32.const 1))))

;; Counts the literals of [$ptr, $end).
(func $count_literals (param $ptr i32) (param $end i32)
  (block $done
    (loop $next_literal
      (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
      (call $count_literal! (local.get $ptr))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br $next_literal))))

;; Writes a token, and where the next goes.
(func $token! (param $token i32) (param $literals i32) (param $match i32) (result i32)
  (i32.store (local.get $token) (local.get $literals))
  (i32.store offset=4 (;MATCH;) (local.get $token) (local.get $match))
  (i32.add (local.get $token) (global.get $TOKEN_SIZE)))

;; Begins with the text from $here on.
(func $begin_blocks (param $here i32) (param $tokens i32)
  (global.set $tokens (local.get $tokens))
  (global.set $chunk_tokens (local.get $tokens))
  (global.set $tokens_end
    (i32.add
      (local.get $tokens)
      (i32.mul
        (i32.sub (global.get $TOKENS) (global.get $CHUNK_TOKENS))
        (global.get $TOKEN_SIZE))))
  (global.set $block_ptr (local.get $here))
  (global.set $chunk_ptr (local.get $here))
  (call $clear (global.get $CHUNK_COUNTS) (i32.const 1280)))

;; Ends the chunk at $here, where some text is parsed and $token is the end of the tokens. Where the
;; next token goes, or 0 where a block had no room.
(func $end_chunk (param $here i32) (param $token i32) (result i32)
  (local $cost f32)
  (local $joined f32)  ;; what the block costs with the chunk
  (local $moved i32)
  (local.set $cost (call $symbol_bits (i32.const 0)))
  (block $taken
    (if (i32.ne (global.get $chunk_tokens) (global.get $tokens))
      (then
        (local.set $joined (call $symbol_bits (i32.const -1)))
        (if
          (f32.lt
            (local.get $joined)
            (f32.add
              (f32.add (global.get $block_cost) (local.get $cost))
              (call $start_bits)))
          (then
            (call $join_counts)
            (global.set $block_cost (local.get $joined))
            (br $taken)))
        (if (i32.eqz (call $write_block (i32.const 0))) (then (return (i32.const 0))))
        (local.set $moved (i32.sub (local.get $token) (global.get $chunk_tokens)))
        (memory.copy
          (global.get $tokens)
          (global.get $chunk_tokens)
          (local.get $moved))
        (local.set $token (i32.add (global.get $tokens) (local.get $moved)))
        (global.set $block_ptr (global.get $chunk_ptr))))
    (call $clear (global.get $BLOCK_COUNTS) (i32.const 1280))
    (call $join_counts)
    (global.set $block_cost (local.get $cost)))
  (call $clear (global.get $CHUNK_COUNTS) (i32.const 1280))
  (global.set $chunk_ptr (local.get $here))
  (global.set $chunk_tokens (local.get $token))
  (if
    (i32.or
      (i32.gt_u (local.get $token) (global.get $tokens_end))
      (i32.gt_u
        (i32.sub (local.get $here) (global.get $block_ptr))
        (global.get $LONGEST_BLOCK)))
    (then
      (if (i32.eqz (call $write_block (i32.const 0))) (then (return (i32.const 0))))
      (local.set $token (global.get $tokens))
      (global.set $chunk_tokens (local.get $token))
      (global.set $block_ptr (local.get $here))))
  (local.get $token))

;; Adds the counts of the chunk to those of the block.
(func $join_counts
  (local $at i32)
  (loop $next_4
    (v128.store
      (i32.add (global.get $BLOCK_COUNTS) (local.get $at))
      (i32x4.add
        (v128.load (i32.add (global.get $BLOCK_COUNTS) (local.get $at)))
        (v128.load (i32.add (global.get $CHUNK_COUNTS) (local.get $at)))))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_4 (i32.lt_u (local.get $at) (i32.const 1280)))))

;; What a header takes for the symbols of the chunk, more or less.
(func $start_bits (result f32)
  (local $at i32)
  (local $used v128)
  (loop $next_4
    (local.set $used
      (i32x4.sub
        (local.get $used)
        (i32x4.ne
          (v128.load (i32.add (global.get $CHUNK_COUNTS) (local.get $at)))
          (v128.const i64x2 0 0))))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_4 (i32.lt_u (local.get $at) (i32.const 1280))))
  (f32.add
    (f32.mul
      (f32.convert_i32_u (call $lane_sum! (local.get $used)))
      (global.get $SPLIT_BITS))
    (global.get $SPLIT_START)))

;; How many bits the symbols of the chunk take by their entropy; where $with is -1 and not 0,
;; together with those of the block.
(func $symbol_bits (param $with i32) (result f32)
  (f32.add
    (call $entropy (i32.const 0) (global.get $DISTANCES) (local.get $with))
    (call $entropy (global.get $DISTANCES) (i32.const 1280) (local.get $with))))

;; Of the counts from $at to $end: n log2 n of all, less that of each.
(func $entropy (param $at i32) (param $end i32) (param $with i32) (result f32)
  (local $mask v128)
  (local $counts v128)
  (local $sum v128)  ;; of the counts
  (local $less v128) ;; of theirs
  (local.set $mask (i32x4.splat (local.get $with)))
  (loop $next_4
    (local.set $counts
      (i32x4.add
        (v128.load (i32.add (global.get $CHUNK_COUNTS) (local.get $at)))
        (v128.and
          (v128.load (i32.add (global.get $BLOCK_COUNTS) (local.get $at)))
          (local.get $mask))))
    (local.set $sum (i32x4.add (local.get $sum) (local.get $counts)))
    (local.set $less
      (f32x4.add
        (local.get $less)
        (call $x_log2_x! (f32x4.convert_i32x4_u (local.get $counts)))))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_4 (i32.lt_u (local.get $at) (local.get $end))))
  (f32.sub
    (f32x4.extract_lane 0
      (call $x_log2_x!
        (f32x4.splat (f32.convert_i32_u (call $lane_sum! (local.get $sum))))))
    (f32.add
      (f32.add
        (f32x4.extract_lane 0 (local.get $less))
        (f32x4.extract_lane 1 (local.get $less)))
      (f32.add
        (f32x4.extract_lane 2 (local.get $less))
        (f32x4.extract_lane 3 (local.get $less))))))

;; ---- bits

;; Stores the $count low bytes of $bytes, up to eight, to $ptr.
(func $store_bytes (param $ptr i32) (param $bytes i64) (param $count i32)
  (block $done
    (loop $next_byte
      (br_if $done (i32.eqz (local.get $count)))
      (i64.store8 (local.get $ptr) (local.get $bytes))
      (local.set $bytes (i64.shr_u (local.get $bytes) (i64.const 8)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br $next_byte))))

;; Stores what of $count bits are whole bytes. Where eight bytes have room, it stores eight.
(func $store_whole! (param $out i32) (param $out_end i32) (param $bits i64) (param $count i64)
  (if (i32.ge_u (i32.sub (local.get $out_end) (local.get $out)) (i32.const 8))
    (then (i64.store (local.get $out) (local.get $bits)))
    (else
      (call $store_bytes
        (local.get $out)
        (local.get $bits)
        (i32.wrap_i64 (i64.shr_u (local.get $count) (i64.const 3)))))))

;; Writes the $count low bits of $value, up to 32; the others are 0.
(func $put (param $value i32) (param $count i32)
  (local $bits i64)
  (local $all i64)
  (local.set $bits
    (i64.or
      (global.get $bits)
      (i64.shl
        (i64.extend_i32_u (local.get $value))
        (i64.extend_i32_u (global.get $bit_count)))))
  (local.set $all (i64.extend_i32_u (i32.add (global.get $bit_count) (local.get $count))))
  (call $store_whole!
    (global.get $out) (global.get $out_end) (local.get $bits) (local.get $all))
  (global.set $out
    (i32.add
      (global.get $out)
      (i32.wrap_i64 (i64.shr_u (local.get $all) (i64.const 3)))))
  (global.set $bits
    (i64.shr_u (local.get $bits) (i64.and (local.get $all) (i64.const 0x38))))
  (global.set $bit_count (i32.and (i32.wrap_i64 (local.get $all)) (i32.const 7))))

;; Goes on with the next whole byte.
(func $put_to_byte
  (call $put (i32.const 0) (i32.and (i32.sub (i32.const 0) (global.get $bit_count)) (i32.const 7))))

;; Whether there is room for so many bits.
(func $has_room! (param $count i32) (result i32)
  (i32.le_u
    (i32.shr_u
      (i32.add (i32.add (local.get $count) (global.get $bit_count)) (i32.const 7))
      (i32.const 3))
    (i32.sub (global.get $out_end) (global.get $out))))

;; ---- blocks written

;; Writes the text [$ptr, $end) in stored blocks, the last of which ends the stream where $last is
;; 1; one of them where there is no text. 1, or 0 where it has no room.
(func $write_stored (param $ptr i32) (param $end i32) (param $last i32) (result i32)
  (local $len i32)
  (local $all i32)
  (loop $next_block
    (local.set $all (i32.sub (local.get $end) (local.get $ptr)))
    (local.set $len
      (select
        (local.get $all)
        (i32.const 0xffff)
        (i32.lt_u (local.get $all) (i32.const 0xffff))))
    (if
      (i32.eqz
        (call $has_room!
          (i32.add
            ;; Up to a byte's end, two lengths, and the text.
            (i32.add
              (i32.and
                (i32.sub (i32.const 7) (i32.add (global.get $bit_count) (i32.const 2)))
                (i32.const 7))
              (i32.const 35))
            (i32.shl (local.get $len) (i32.const 3)))))
      (then (return (i32.const 0))))
    (call $put
      (i32.and (local.get $last) (i32.eq (local.get $all) (local.get $len)))
      (i32.const 3))
    (call $put_to_byte)
    (call $put
      (i32.xor
        (i32.or (local.get $len) (i32.shl (local.get $len) (i32.const 16)))
        (i32.const 0xffff0000))
      (i32.const 32))
    ;; A copy of nothing traps too where a pointer is no place in memory.
    (if (local.get $len)
      (then (memory.copy (global.get $out) (local.get $ptr) (local.get $len))))
    (global.set $out (i32.add (global.get $out) (local.get $len)))
    (local.set $ptr (i32.add (local.get $ptr) (local.get $len)))
    (br_if $next_block (i32.ne (local.get $ptr) (local.get $end))))
  (i32.const 1))

;; Writes the block, which ends the stream where $last is 1, in the way that takes the fewest bits.
;; 1, or 0 where it has no room.
(func $write_block (param $last i32) (result i32)
  (local $len i32)     ;; of the text
  (local $stored i32)  ;; bits, each of them
  (local $static i32)
  (local $dynamic i32)
  (local $extra i32)      ;; bits that follow codes
  (local $has_margin i32) ;; for more than that
  (call $add_one!
    (i32.add (global.get $BLOCK_COUNTS) (i32.shl (global.get $END_OF_BLOCK) (i32.const 2))))
  (local.set $len (i32.sub (global.get $chunk_ptr) (global.get $block_ptr)))
  (local.set $stored
    (i32.add
      (i32.add
        (i32.and
          (i32.sub (i32.const 5) (global.get $bit_count))
          (i32.const 7))
        (i32.shl (local.get $len) (i32.const 3)))
      (i32.add
        (i32.mul (i32.div_u (local.get $len) (i32.const 0x10000)) (i32.const 40))
        (i32.const 35))))
  (local.set $extra (call $extra_bits))
  (local.set $static
    (i32.add (i32.add (call $static_bits) (local.get $extra)) (i32.const 3)))
  (local.set $dynamic (i32.const -1))
  (if (i32.gt_u (local.get $len) (global.get $STATIC_LONGEST))
    (then
      (call $make_code
        (global.get $BLOCK_COUNTS)
        (i32.const 288)
        (global.get $LONGEST_LITERAL)
        (global.get $CODE_LENS)
        (global.get $CODES))
      (call $make_code
        (i32.add (global.get $BLOCK_COUNTS) (global.get $DISTANCES))
        (i32.const 32)
        (global.get $LONGEST_DISTANCE)
        (i32.add (global.get $CODE_LENS) (global.get $DISTANCE_LENS))
        (i32.add (global.get $CODES) (global.get $DISTANCES)))
      (local.set $dynamic
        (i32.add
          (i32.add (call $make_header) (local.get $extra))
          (i32.add (call $coded_bits) (i32.const 3))))))
  (if
    (i32.and
      (i32.lt_u (local.get $stored) (local.get $static))
      (i32.lt_u (local.get $stored) (local.get $dynamic)))
    (then
      (return
        (call $write_stored (global.get $block_ptr) (global.get $chunk_ptr) (local.get $last)))))
  (if (i32.le_u (local.get $static) (local.get $dynamic))
    (then
      (if (i32.eqz (call $has_room! (local.get $static))) (then (return (i32.const 0))))
      (call $put
        (i32.or (local.get $last) (i32.shl (global.get $BLOCK_STATIC) (i32.const 1)))
        (i32.const 3))
      (call $write_static_tokens))
    (else
      (if (i32.eqz (call $has_room! (local.get $dynamic))) (then (return (i32.const 0))))
      (call $put
        (i32.or (local.get $last) (i32.shl (global.get $BLOCK_DYNAMIC) (i32.const 1)))
        (i32.const 3))
      (local.set $has_margin
        (call $has_room! (i32.add (local.get $dynamic) (global.get $MARGIN))))
      (call $write_header)
      (call $make_match_codes)
      (if (local.get $has_margin)
        (then (call $write_tokens))
        (else (call $write_tokens_exactly)))
      (call $put_code! (i32.load offset=1024 (global.get $CODES)))))
  (i32.const 1))

;; Four counts of the block's symbols.
(func $counts! (param $symbol i32) (result v128)
  (v128.load
    (call $at! (i32.shl (local.get $symbol) (i32.const 2)) (global.get $BLOCK_COUNTS))))

;; How many bits follow the symbols of the block's matches.
(func $extra_bits (result i32)
  (local $extra i32)
  (local $bits v128)
  ;; Each four symbols of lengths have a bit more than those in front of them.
  (local.set $extra (i32.const 1))
  (loop $length!
    (local.set $bits
      (i32x4.add
        (local.get $bits)
        (i32x4.mul
          (i32x4.splat (local.get $extra))
          (call $counts!
            (i32.add (i32.const 261) (i32.shl (local.get $extra) (i32.const 2)))))))
    (local.set $extra (i32.add (local.get $extra) (i32.const 1)))
    (br_if $length! (i32.le_u (local.get $extra) (i32.const 5))))
  ;; So have each two of distances. The last four are two.
  (local.set $extra (i32.const 1))
  (loop $distance!
    (local.set $bits
      (i32x4.add
        (local.get $bits)
        (i32x4.mul
          (i32x4.add
            (i32x4.splat (local.get $extra))
            (v128.const i32x4 0 0 1 1))
          (call $counts!
            (i32.add (i32.const 290) (i32.shl (local.get $extra) (i32.const 1)))))))
    (local.set $extra (i32.add (local.get $extra) (i32.const 2)))
    (br_if $distance! (i32.le_u (local.get $extra) (i32.const 13))))
  (call $lane_sum! (local.get $bits)))

;; Adds $len times as much as there is of each symbol from $at to $end, in bytes, to $bits.
(func $add_lens! (param $bits v128) (param $at i32) (param $end i32) (param $len i32) (result v128)
  (local $sum v128)
  (loop $next_4
    (local.set $sum
      (i32x4.add
        (local.get $sum)
        (v128.load (i32.add (global.get $BLOCK_COUNTS) (local.get $at)))))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next_4 (i32.lt_u (local.get $at) (local.get $end))))
  (i32x4.add
    (local.get $bits)
    (i32x4.mul (local.get $sum) (i32x4.splat (local.get $len)))))

;; How many bits the block's symbols take in a static block: literals 8 from 0 on and 9 from 144 on,
;; lengths 7 from 256 on and 8 from 280 on, and distances 5.
(func $static_bits (result i32)
  (local $bits v128)
  (local.set $bits
    (call $add_lens! (local.get $bits) (i32.const 0) (i32.const 576) (i32.const 8)))
  (local.set $bits
    (call $add_lens! (local.get $bits) (i32.const 576) (i32.const 1024) (i32.const 9)))
  (local.set $bits
    (call $add_lens! (local.get $bits) (i32.const 1024) (i32.const 1120) (i32.const 7)))
  (local.set $bits
    (call $add_lens! (local.get $bits) (i32.const 1120) (i32.const 1152) (i32.const 8)))
  (call $lane_sum!
    (call $add_lens! (local.get $bits) (i32.const 1152) (i32.const 1280) (i32.const 5))))

;; How many bits they take with the codes that were made for them.
(func $coded_bits (result i32)
  (local $symbol i32)
  (local $bits v128)
  (loop $next_4
    (local.set $bits
      (i32x4.add
        (local.get $bits)
        (i32x4.mul
          (call $counts! (local.get $symbol))
          (i32x4.extend_low_i16x8_u
            (i16x8.extend_low_i8x16_u
              (v128.load32_zero (i32.add (global.get $CODE_LENS) (local.get $symbol))))))))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 4)))
    (br_if $next_4 (i32.lt_u (local.get $symbol) (i32.const 320))))
  (call $lane_sum! (local.get $bits)))

;; What a header has of the lengths from $lens on: those of $most symbols without the unused ones at
;; the end, but $least at least.
(func $header_len (param $lens i32) (param $most i32) (param $least i32) (result i32)
  (block $done
    (loop $next_symbol
      (br_if $done (i32.le_u (local.get $most) (local.get $least)))
      (br_if $done
        (i32.load8_u
          (i32.sub (i32.add (local.get $lens) (local.get $most)) (i32.const 1))))
      (local.set $most (i32.sub (local.get $most) (i32.const 1)))
      (br $next_symbol)))
  (local.get $most))

;; How many lengths of codes of literals and of distances the header has, how many of its own codes,
;; and how many symbols it is.
(global $header_literals (mut i32) (i32.const 0))
(global $header_distances (mut i32) (i32.const 0))
(global $header_codes_len (mut i32) (i32.const 0))
(global $header_end (mut i32) (i32.const 0))

;; Adds a symbol of the header, and where the next goes.
(func $header_symbol! (param $at i32) (param $symbol i32) (param $extra i32) (result i32)
  (i32.store16
    (local.get $at)
    (i32.or (local.get $symbol) (i32.shl (local.get $extra) (i32.const 8))))
  (call $add_one! (call $word! (global.get $HEADER_COUNTS) (local.get $symbol)))
  (i32.add (local.get $at) (i32.const 2)))

;; Makes the header of a dynamic block, and returns how many bits it has (RFC 1951, 3.2.7).
(func $make_header (result i32)
  (local $ptr i32)    ;; the next length
  (local $end i32)
  (local $at i32)     ;; where the next symbol goes
  (local $len i32)
  (local $run i32)    ;; how often it stands there
  (local $extra i32)
  (local $bits i32)
  (global.set $header_literals
    (call $header_len (global.get $CODE_LENS) (i32.const 286) (i32.const 257)))
  (global.set $header_distances
    (call $header_len
      (i32.add (global.get $CODE_LENS) (global.get $DISTANCE_LENS))
      (i32.const 30)
      (i32.const 1)))
  (memory.copy (global.get $HEADER_LENS) (global.get $CODE_LENS) (i32.const 288))
  (memory.copy
    (i32.add (global.get $HEADER_LENS) (global.get $header_literals))
    (i32.add (global.get $CODE_LENS) (global.get $DISTANCE_LENS))
    (i32.const 32))
  (call $clear (global.get $HEADER_COUNTS) (i32.const 80))
  (local.set $ptr (global.get $HEADER_LENS))
  (local.set $end
    (i32.add
      (local.get $ptr)
      (i32.add (global.get $header_literals) (global.get $header_distances))))
  (local.set $at (global.get $HEADER_SYMBOLS))
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
        (if (i32.ge_u (local.get $run) (i32.const 4))
          (then
            (local.set $at
              (call $header_symbol! (local.get $at) (local.get $len) (i32.const 0)))
            (local.set $run (i32.sub (local.get $run) (i32.const 1)))
            (loop $next_repeat
              (local.set $extra
                (call $lesser! (i32.sub (local.get $run) (i32.const 3)) (i32.const 3)))
              (local.set $at
                (call $header_symbol! (local.get $at) (i32.const 16) (local.get $extra)))
              (local.set $run
                (i32.sub (local.get $run) (i32.add (local.get $extra) (i32.const 3))))
              (br_if $next_repeat (i32.ge_u (local.get $run) (i32.const 3)))))))
      (else
        (block $few
          (loop $next_zeros
            (br_if $few (i32.lt_u (local.get $run) (i32.const 11)))
            (local.set $extra
              (call $lesser! (i32.sub (local.get $run) (i32.const 11)) (i32.const 127)))
            (local.set $at
              (call $header_symbol! (local.get $at) (i32.const 18) (local.get $extra)))
            (local.set $run
              (i32.sub (local.get $run) (i32.add (local.get $extra) (i32.const 11))))
            (br $next_zeros)))
        (if (i32.ge_u (local.get $run) (i32.const 3))
          (then
            (local.set $at
              (call $header_symbol!
                (local.get $at)
                (i32.const 17)
                (i32.sub (local.get $run) (i32.const 3))))
            (local.set $run (i32.const 0))))))
    (block $no_more
      (loop $next_single
        (br_if $no_more (i32.eqz (local.get $run)))
        (local.set $at
          (call $header_symbol! (local.get $at) (local.get $len) (i32.const 0)))
        (local.set $run (i32.sub (local.get $run) (i32.const 1)))
        (br $next_single)))
    (br_if $next_run (i32.ne (local.get $ptr) (local.get $end))))
  (global.set $header_end (local.get $at))
  (call $make_code
    (global.get $HEADER_COUNTS)
    (i32.const 20)
    (global.get $LONGEST_HEADER)
    (global.get $HEADER_CODE_LENS)
    (global.get $HEADER_CODES))
  ;; Those at the end of the order that are not used are left out.
  (local.set $len (i32.const 19))
  (block $done
    (loop $next_code
      (br_if $done (call $ordered_len! (i32.sub (local.get $len) (i32.const 1))))
      (local.set $len (i32.sub (local.get $len) (i32.const 1)))
      (br_if $next_code (i32.gt_u (local.get $len) (i32.const 4)))))
  (global.set $header_codes_len (local.get $len))
  ;; 14 bits of numbers, three a code, the symbols and what follows them.
  (local.set $bits (i32.add (i32.const 14) (i32.mul (local.get $len) (i32.const 3))))
  (local.set $run (i32.const 0))
  (loop $next_symbol
    (local.set $bits
      (i32.add
        (local.get $bits)
        (i32.mul
          (i32.load (call $word! (global.get $HEADER_COUNTS) (local.get $run)))
          (i32.add
            (i32.load8_u (i32.add (global.get $HEADER_CODE_LENS) (local.get $run)))
            (call $header_extra! (local.get $run))))))
    (local.set $run (i32.add (local.get $run) (i32.const 1)))
    (br_if $next_symbol (i32.lt_u (local.get $run) (i32.const 19))))
  (local.get $bits))

(func $greater! (param $a i32) (param $b i32) (result i32)
  (select (local.get $a) (local.get $b) (i32.gt_u (local.get $a) (local.get $b))))

(func $lesser! (param $a i32) (param $b i32) (result i32)
  (select (local.get $a) (local.get $b) (i32.lt_u (local.get $a) (local.get $b))))

;; How many bits follow a symbol of a header: 2, 3 and 7 after 16, 17 and 18.
(func $header_extra! (param $symbol i32) (result i32)
  (select
    (i32.and
      (i32.shr_u
        (i32.const 0x732)
        (i32.shl (i32.sub (local.get $symbol) (i32.const 16)) (i32.const 2)))
      (i32.const 7))
    (i32.const 0)
    (i32.ge_u (local.get $symbol) (i32.const 16))))

;; How long the code of the header's symbol is that comes at this place of the order.
(func $ordered_len! (param $place i32) (result i32)
  (i32.load8_u
    (i32.add
      (global.get $HEADER_CODE_LENS)
      (i32.load8_u (i32.add (global.get $ORDER) (local.get $place))))))

(func $write_header
  (local $at i32)
  (local $symbol i32)
  (local $code i32)
  (local $len i32)
  (call $put
    (i32.or
      (i32.or
        (i32.sub (global.get $header_literals) (i32.const 257))
        (i32.shl (i32.sub (global.get $header_distances) (i32.const 1)) (i32.const 5)))
      (i32.shl (i32.sub (global.get $header_codes_len) (i32.const 4)) (i32.const 10)))
    (i32.const 14))
  (loop $next_code
    (call $put (call $ordered_len! (local.get $at)) (i32.const 3))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (br_if $next_code (i32.lt_u (local.get $at) (global.get $header_codes_len))))
  (local.set $at (global.get $HEADER_SYMBOLS))
  (loop $next_symbol
    (local.set $symbol (i32.load8_u (local.get $at)))
    (local.set $code (i32.load (call $word! (global.get $HEADER_CODES) (local.get $symbol))))
    (local.set $len (i32.and (local.get $code) (i32.const 0xff)))
    (call $put
      (i32.or
        (i32.shr_u (local.get $code) (i32.const 8))
        (i32.shl (i32.load8_u offset=1 (local.get $at)) (local.get $len)))
      (i32.add (local.get $len) (call $header_extra! (local.get $symbol))))
    (local.set $at (i32.add (local.get $at) (i32.const 2)))
    (br_if $next_symbol (i32.ne (local.get $at) (global.get $header_end)))))

;; For each length of a match, and for each symbol of a distance, what is written of it.
(func $make_match_codes
  (local $at i32)
  (local $end i32)
  (local $symbol i32)
  (local $code i32)
  (local $len i32)
  (local $extra i32)
  (local $four v128)
  ;; Lengths of 3 to 10 are symbols.
  (local.set $at (i32.add (global.get $LENGTH_CODES) (i32.const 12)))
  (v128.store (local.get $at) (v128.load offset=1028 (global.get $CODES)))
  (v128.store offset=16 (local.get $at) (v128.load offset=1044 (global.get $CODES)))
  (local.set $at (i32.add (local.get $at) (i32.const 32)))
  (local.set $symbol (i32.const 8))
  (loop $next_symbol
    (local.set $code
      (i32.load offset=1028 (call $word! (global.get $CODES) (local.get $symbol))))
    (local.set $len (i32.add (i32.and (local.get $code) (i32.const 0xff)) (i32.const 8)))
    (local.set $extra (i32.sub (i32.shr_u (local.get $symbol) (i32.const 2)) (i32.const 1)))
    (local.set $end
      (i32.add (local.get $at) (i32.shl (i32.const 4) (local.get $extra))))
    (local.set $four
      (i32x4.add
        (i32x4.splat (i32.add (local.get $code) (local.get $extra)))
        (i32x4.shl (v128.const i32x4 0 1 2 3) (local.get $len))))
    ;; Of two lengths that are a symbol, the next symbol puts its own over two of the four.
    (loop $next_4
      (v128.store (local.get $at) (local.get $four))
      (local.set $four
        (i32x4.add
          (local.get $four)
          (i32x4.shl (v128.const i32x4 4 4 4 4) (local.get $len))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next_4 (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $at (local.get $end))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_symbol (i32.lt_u (local.get $symbol) (i32.const 28))))
  ;; The longest is a symbol of its own.
  (i32.store
    (i32.sub (local.get $at) (i32.const 4))
    (i32.load offset=1140 (global.get $CODES)))
  (local.set $symbol (i32.const 0))
  (loop $next_distance
    (local.set $code
      (i32.load offset=1152 (call $word! (global.get $CODES) (local.get $symbol))))
    (local.set $len (i32.and (local.get $code) (i32.const 0xff)))
    (local.set $extra (call $distance_extra! (local.get $symbol)))
    (local.set $at
      (i32.add (global.get $DISTANCE_CODES) (i32.shl (local.get $symbol) (i32.const 3))))
    (i32.store
      (local.get $at)
      (i32.or
        (i32.add (local.get $len) (local.get $extra))
        (i32.shl (local.get $len) (i32.const 8))))
    (i32.store offset=4
      (local.get $at)
      (i32.sub
        (i32.shr_u (local.get $code) (i32.const 8))
        (i32.shl
          (i32.shl
            (select
              (i32.or (i32.const 2) (i32.and (local.get $symbol) (i32.const 1)))
              (local.get $symbol)
              (i32.gt_u (local.get $symbol) (i32.const 1)))
            (local.get $extra))
          (local.get $len))))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_distance (i32.lt_u (local.get $symbol) (i32.const 30)))))

(func $low_bits! (param $value i32) (param $count i32) (result i32)
  (i32.and
    (local.get $value)
    (i32.xor (i32.shl (i32.const -1) (local.get $count)) (i32.const -1))))

;; Adds the code of the literal at $ptr + $offset to $bits, of which there are as many as the low
;; six bits of $count say. The others of $count mean nothing, and are not taken out.
(func $add_literal!
  (param $ptr i32) (param $offset i32) (param $bits i64) (param $count i64) (result i64 i64)
  (local $code i64)
  (local.set $code
    (i64.load32_u offset=109696 (;CODES;)
      (i32.shl (i32.load8_u (call $at! (local.get $ptr) (local.get $offset))) (i32.const 2))))
  (i64.or
    (local.get $bits)
    (i64.shl (i64.shr_u (local.get $code) (i64.const 8)) (local.get $count)))
  (i64.add (local.get $count) (local.get $code)))

;; Stores $bits to $out. Where the next go, those that are no whole byte, and how many they are.
(func $flush! (param $out i32) (param $bits i64) (param $count i64) (result i32 i64 i64)
  (local $whole i64)
  (i64.store (local.get $out) (local.get $bits))
  (local.set $whole (i64.and (local.get $count) (i64.const 0x38)))
  (i32.add
    (local.get $out)
    (i32.wrap_i64 (i64.shr_u (local.get $whole) (i64.const 3))))
  (i64.shr_u (local.get $bits) (local.get $whole))
  (i64.and (local.get $count) (i64.const 7)))

;; What is written of a match's distance, by the entry of its symbol.
(func $distance_bits! (param $match i32) (param $code i64) (result i64)
  (i64.add
    (i64.shr_s (local.get $code) (i64.const 32))
    (i64.shl
      (i64.extend_i32_u (i32.and (local.get $match) (i32.const 0x7fff)))
      (i64.shr_u (local.get $code) (i64.const 8)))))

;; The entry of the symbol of a match's distance.
(func $distance_code! (param $match i32) (result i64)
  (i64.load offset=116496 (;DISTANCE_CODES;)
    (i32.and (i32.shr_u (local.get $match) (i32.const 12)) (i32.const 0xf8))))

;; Writes the block's tokens with the codes that were made for it. It stores up to 64 bits more.
(func $write_tokens
  (local $token i32)
  (local $end i32)
  (local $ptr i32)     ;; the next literal
  (local $literals i32)
  (local $match i32)
  (local $code i64)
  (local $out i32)
  (local $bits i64)
  (local $count i64)   ;; how many those are, in the low six bits
  (local.set $token (global.get $tokens))
  (local.set $end (global.get $chunk_tokens))
  (local.set $ptr (global.get $block_ptr))
  (local.set $out (global.get $out))
  (local.set $bits (global.get $bits))
  (local.set $count (i64.extend_i32_u (global.get $bit_count)))
  (loop $next_token
    (local.set $literals (i32.load (local.get $token)))
    (local.set $match (i32.load offset=4 (;MATCH;) (local.get $token)))
    (block $no_literal_left
      (br_if $no_literal_left (i32.eqz (local.get $literals)))
      (loop $next_literals
        (block $added
          (call $add_literal!
            (local.get $ptr) (i32.const 0) (local.get $bits) (local.get $count))
          (local.set $count)
          (local.set $bits)
          (br_if $added (i32.eq (local.get $literals) (i32.const 1)))
          (call $add_literal!
            (local.get $ptr) (i32.const 1) (local.get $bits) (local.get $count))
          (local.set $count)
          (local.set $bits)
          (br_if $added (i32.eq (local.get $literals) (i32.const 2)))
          (call $add_literal!
            (local.get $ptr) (i32.const 2) (local.get $bits) (local.get $count))
          (local.set $count)
          (local.set $bits)
          (br_if $added (i32.eq (local.get $literals) (i32.const 3)))
          (call $add_literal!
            (local.get $ptr) (i32.const 3) (local.get $bits) (local.get $count))
          (local.set $count)
          (local.set $bits)
          (call $flush! (local.get $out) (local.get $bits) (local.get $count))
          (local.set $count)
          (local.set $bits)
          (local.set $out)
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 4)))
          (local.set $literals (i32.sub (local.get $literals) (i32.const 4)))
          (br_if $next_literals (local.get $literals))
          (br $no_literal_left))
        (local.set $ptr (i32.add (local.get $ptr) (local.get $literals)))
        (call $flush! (local.get $out) (local.get $bits) (local.get $count))
        (local.set $count)
        (local.set $bits)
        (local.set $out)))
    (if (local.get $match)
      (then
        (local.set $code
          (i64.load32_u offset=110976 (;LENGTH_CODES;)
            (i32.and (i32.shr_u (local.get $match) (i32.const 18)) (i32.const 0x7fc))))
        (local.set $bits
          (i64.or
            (local.get $bits)
            (i64.shl (i64.shr_u (local.get $code) (i64.const 8)) (local.get $count))))
        (local.set $count (i64.add (local.get $count) (local.get $code)))
        (local.set $code (call $distance_code! (local.get $match)))
        (local.set $bits
          (i64.or
            (local.get $bits)
            (i64.shl
              (call $distance_bits! (local.get $match) (local.get $code))
              (local.get $count))))
        (call $flush!
          (local.get $out)
          (local.get $bits)
          (i64.add (local.get $count) (local.get $code)))
        (local.set $count)
        (local.set $bits)
        (local.set $out)
        (local.set $ptr
          (i32.add (local.get $ptr) (i32.shr_u (local.get $match) (i32.const 20))))))
    (local.set $token (i32.add (local.get $token) (global.get $TOKEN_SIZE)))
    (br_if $next_token (i32.ne (local.get $token) (local.get $end))))
  (global.set $out (local.get $out))
  (global.set $bits (local.get $bits))
  (global.set $bit_count (i32.wrap_i64 (local.get $count))))

;; Writes a code as it stands in a table.
(func $put_code! (param $code i32)
  (call $put
    (i32.shr_u (local.get $code) (i32.const 8))
    (i32.and (local.get $code) (i32.const 0xff))))

;; Does the same where there is no room for more.
(func $write_tokens_exactly
  (local $token i32)
  (local $ptr i32)
  (local $literals i32)
  (local $match i32)
  (local $code i64)
  (local.set $token (global.get $tokens))
  (local.set $ptr (global.get $block_ptr))
  (loop $next_token
    (local.set $literals (i32.load (local.get $token)))
    (local.set $match (i32.load offset=4 (;MATCH;) (local.get $token)))
    (block $no_literal_left
      (loop $next_literal
        (br_if $no_literal_left (i32.eqz (local.get $literals)))
        (call $put_code!
          (i32.load (call $word! (global.get $CODES) (i32.load8_u (local.get $ptr)))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (local.set $literals (i32.sub (local.get $literals) (i32.const 1)))
        (br $next_literal)))
    (if (local.get $match)
      (then
        (local.set $literals (i32.shr_u (local.get $match) (i32.const 20)))
        (local.set $ptr (i32.add (local.get $ptr) (local.get $literals)))
        (call $put_code!
          (i32.load (call $word! (global.get $LENGTH_CODES) (local.get $literals))))
        (local.set $code (call $distance_code! (local.get $match)))
        (call $put
          (i32.wrap_i64 (call $distance_bits! (local.get $match) (local.get $code)))
          (i32.and (i32.wrap_i64 (local.get $code)) (i32.const 0xff)))))
    (local.set $token (i32.add (local.get $token) (global.get $TOKEN_SIZE)))
    (br_if $next_token (i32.ne (local.get $token) (global.get $chunk_tokens)))))

;; Writes the block's tokens with static codes, which are computed one by one: such a block is
;; short.
(func $write_static_tokens
  (local $token i32)
  (local $ptr i32)
  (local $literals i32)
  (local $match i32)
  (local $length i32)
  (local $symbol i32)
  (local $extra i32)
  (local.set $token (global.get $tokens))
  (local.set $ptr (global.get $block_ptr))
  (loop $next_token
    (local.set $literals (i32.load (local.get $token)))
    (block $no_literal_left
      (loop $next_literal
        (br_if $no_literal_left (i32.eqz (local.get $literals)))
        (local.set $symbol (i32.load8_u (local.get $ptr)))
        ;; 8 bits from 0x30 on for 0 to 143, 9 bits from 0x190 on for the others
        (if (i32.lt_u (local.get $symbol) (i32.const 144))
          (then
            (call $put
              (i32.shr_u
                (call $reversed! (i32.add (local.get $symbol) (i32.const 0x30)))
                (i32.const 8))
              (i32.const 8)))
          (else
            (call $put
              (i32.shr_u
                (call $reversed! (i32.add (local.get $symbol) (i32.const 0x100)))
                (i32.const 7))
              (i32.const 9))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (local.set $literals (i32.sub (local.get $literals) (i32.const 1)))
        (br $next_literal)))
    (local.set $match (i32.load offset=4 (;MATCH;) (local.get $token)))
    (if (local.get $match)
      (then
        (local.set $length (i32.shr_u (local.get $match) (i32.const 20)))
        (local.set $ptr (i32.add (local.get $ptr) (local.get $length)))
        (local.set $symbol (call $length_symbol! (local.get $length)))
        ;; 7 bits from 1 on for 257 to 279, 8 bits from 0xc0 on for the others
        (if (i32.lt_u (local.get $symbol) (i32.const 23))
          (then
            (call $put
              (i32.shr_u
                (call $reversed! (i32.add (local.get $symbol) (i32.const 1)))
                (i32.const 9))
              (i32.const 7)))
          (else
            (call $put
              (i32.shr_u
                (call $reversed! (i32.add (local.get $symbol) (i32.const 0xa9)))
                (i32.const 8))
              (i32.const 8))))
        (local.set $extra (call $length_extra! (local.get $symbol)))
        (call $put
          (call $low_bits! (i32.sub (local.get $length) (i32.const 3)) (local.get $extra))
          (local.get $extra))
        (local.set $symbol
          (i32.and (i32.shr_u (local.get $match) (i32.const 15)) (i32.const 0x1f)))
        (local.set $extra (call $distance_extra! (local.get $symbol)))
        (call $put
          (i32.or
            (i32.shr_u (call $reversed! (local.get $symbol)) (i32.const 11))
            (i32.shl
              (call $low_bits! (local.get $match) (local.get $extra))
              (i32.const 5)))
          (i32.add (local.get $extra) (i32.const 5)))))
    (local.set $token (i32.add (local.get $token) (global.get $TOKEN_SIZE)))
    (br_if $next_token (i32.ne (local.get $token) (global.get $chunk_tokens))))
  (call $put (i32.const 0) (i32.const 7)))
