;; ---- metablocks

;; A chunk of the text is parsed at a time. Its commands go on with the block in front of it where
;; both together take fewer bits than apart; else that block becomes a metablock, and the chunk
;; begins the next.

;; What a distance is called depends on the last ones (RFC 7932, 4). Where a block is stored as it
;; is, its decoder does not see those of its commands. So the last ones then are those in front of
;; the block again, and the chunk behind it, which was parsed after its commands, is named anew.

;; Layout token
;;   offset  size  field          meaning
;;        0     4  run            u32: how many bytes go as they are
;;        4     4  copy           u32: the length of the copy, as it is written; and << 26 by how
;;                                much what is copied is shorter
;;        8     2  symbol         u16: that of both lengths
;;       10     2  offset_symbol  u16: that of the distance, or 0xffff where there is none
;;       12     4  back           u32: how far back the copy is, or, with the highest bit, the
;;                                distance of a word; that bit alone where nothing is copied
(global $TOKEN_SIZE i32 (i32.const 16))

;; The bit of distances that never are the last ones.
(global $OF_WORD i32 (i32.const 0x80000000))

(global $NO_SYMBOL i32 (i32.const 0xffff))

;; How many bytes of text a chunk has, at least, where the text does not end.
(global $CHUNK i32 (i32.const 16384))

;; How many commands fit, where the text is not short, and how many a chunk has at most: its copies
;; of two bytes, and some more.
(global $COMMAND_ROOM   i32 (i32.const 32768))
(global $CHUNK_COMMANDS i32 (i32.const 8208))

;; No block has more bytes than this and a chunk, so that counts fit into 22 bits, and lengths of
;; metablocks into 24.
(global $LONGEST_BLOCK i32 (i32.const 0x100000))

;; As many literals without a copy are a metablock of their own.
(global $LONGEST_LITERALS i32 (i32.const 0x10000))

;; How many bits a block of its own has to save for each symbol that it uses, and besides.
(global $SPLIT_BITS  f32 (f32.const 4))
(global $SPLIT_START f32 (f32.const 160))

;; The same of a code of its own for a group of contexts.
(global $GROUP_BITS  f32 (f32.const 4))
(global $GROUP_START f32 (f32.const 40))

;; Nothing shorter has codes for contexts: they would take more bits than they save.
(global $CONTEXTS_SHORTEST i32 (i32.const 512))

;; Where the counts of commands begin in what has all, and those of distances; and how long it is.
(global $COMMANDS_AT  i32 (i32.const 1024))
(global $DISTANCES_AT i32 (i32.const 3840))
(global $COUNTS_LEN   i32 (i32.const 4416))

(global $LITERAL_SYMBOLS  i32 (i32.const 256))
(global $COMMAND_SYMBOLS  i32 (i32.const 704))
(global $DISTANCE_SYMBOLS i32 (i32.const 144))

;; How distances become symbols (RFC 7932, 4): NPOSTFIX and NDIRECT.
(global $postfix (mut i32) (i32.const 0))
(global $direct  (mut i32) (i32.const 0))

;; The commands, and the text that they stand for: a block, and behind it a chunk.
(global $tokens       (mut i32) (i32.const 0))
(global $tokens_end   (mut i32) (i32.const 0)) ;; from where on there may be no room for a chunk
(global $chunk_tokens (mut i32) (i32.const 0))
(global $block_ptr    (mut i32) (i32.const 0))
(global $chunk_ptr    (mut i32) (i32.const 0))
(global $block_cost   (mut f32) (f32.const 0)) ;; bits of its symbols

;; Keeps the last distances, and takes those that were kept.
(func $keep_last (param $kept i32)
  (i32.store (local.get $kept) (global.get $last_1))
  (i32.store offset=4 (local.get $kept) (global.get $last_2))
  (i32.store offset=8 (local.get $kept) (global.get $last_3))
  (i32.store offset=12 (local.get $kept) (global.get $last_4)))
(func $take_last (param $kept i32)
  (global.set $last_1 (i32.load (local.get $kept)))
  (global.set $last_2 (i32.load offset=4 (local.get $kept)))
  (global.set $last_3 (i32.load offset=8 (local.get $kept)))
  (global.set $last_4 (i32.load offset=12 (local.get $kept))))

(func $greater! (param $a i32) (param $b i32) (result i32)
  (select (local.get $a) (local.get $b) (i32.gt_u (local.get $a) (local.get $b))))

;; How many commands fit for a text of $len bytes.
(func $command_room! (param $len i32) (result i32)
  (call $least!
    (i32.add (i32.shr_u (local.get $len) (i32.const 1)) (i32.const 16))
    (global.get $COMMAND_ROOM)))

;; Begins with the text from $here on, of which there are $len bytes with the history.
(func $begin_blocks (param $here i32) (param $tokens i32) (param $len i32)
  (local $room i32)
  (local.set $room (call $command_room! (local.get $len)))
  (if (i32.eq (local.get $room) (global.get $COMMAND_ROOM))
    (then
      (local.set $room (i32.sub (local.get $room) (global.get $CHUNK_COMMANDS)))))
  (global.set $tokens (local.get $tokens))
  (global.set $chunk_tokens (local.get $tokens))
  (global.set $tokens_end
    (i32.add (local.get $tokens) (i32.mul (local.get $room) (global.get $TOKEN_SIZE))))
  (global.set $block_ptr (local.get $here))
  (global.set $chunk_ptr (local.get $here))
  (call $keep_last (global.get $BLOCK_LAST))
  (call $keep_last (global.get $CHUNK_LAST))
  (call $clear (global.get $CHUNK_COUNTS) (global.get $COUNTS_LEN)))

;; The symbol of a length of literals, of 24 (RFC 7932, 5).
(func $literals_symbol (param $len i32) (result i32)
  (local $bits i32)
  (if (i32.lt_u (local.get $len) (i32.const 6)) (then (return (local.get $len))))
  (if (i32.lt_u (local.get $len) (i32.const 130))
    (then
      (local.set $len (i32.sub (local.get $len) (i32.const 2)))
      (local.set $bits (i32.sub (call $log2! (local.get $len)) (i32.const 1)))
      (return
        (i32.add
          (i32.add (i32.shl (local.get $bits) (i32.const 1)) (i32.const 2))
          (i32.shr_u (local.get $len) (local.get $bits))))))
  (if (i32.lt_u (local.get $len) (i32.const 2114))
    (then
      (return
        (i32.add
          (call $log2! (i32.sub (local.get $len) (i32.const 66)))
          (i32.const 10)))))
  (i32.add
    (i32.add
      (i32.const 21)
      (i32.ge_u (local.get $len) (i32.const 6210)))
    (i32.ge_u (local.get $len) (i32.const 22594))))

;; The symbol of the length of a copy, of 24.
(func $copy_symbol (param $len i32) (result i32)
  (local $bits i32)
  (if (i32.lt_u (local.get $len) (i32.const 10))
    (then (return (i32.sub (local.get $len) (i32.const 2)))))
  (if (i32.lt_u (local.get $len) (i32.const 134))
    (then
      (local.set $len (i32.sub (local.get $len) (i32.const 6)))
      (local.set $bits (i32.sub (call $log2! (local.get $len)) (i32.const 1)))
      (return
        (i32.add
          (i32.add (i32.shl (local.get $bits) (i32.const 1)) (i32.const 4))
          (i32.shr_u (local.get $len) (local.get $bits))))))
  (if (i32.lt_u (local.get $len) (i32.const 2118))
    (then
      (return
        (i32.add
          (call $log2! (i32.sub (local.get $len) (i32.const 70)))
          (i32.const 12)))))
  (i32.const 23))

;; The symbol of a command, of 704, for those of its lengths; where $last is 1, its distance is the
;; last one, and left out if there is a symbol that says so. They stand in cells of eight by eight.
(func $command_symbol (param $literals i32) (param $copy i32) (param $last i32) (result i32)
  (local $low i32)
  (local $cell i32)
  (local.set $low
    (i32.or
      (i32.and (local.get $copy) (i32.const 7))
      (i32.shl (i32.and (local.get $literals) (i32.const 7)) (i32.const 3))))
  (if
    (i32.and
      (local.get $last)
      (i32.and
        (i32.lt_u (local.get $literals) (i32.const 8))
        (i32.lt_u (local.get $copy) (i32.const 16))))
    (then
      (return
        (i32.or
          (local.get $low)
          (i32.shl (i32.ge_u (local.get $copy) (i32.const 8)) (i32.const 6))))))
  (local.set $cell
    (i32.shl
      (i32.add
        (i32.shr_u (local.get $copy) (i32.const 3))
        (i32.mul (i32.shr_u (local.get $literals) (i32.const 3)) (i32.const 3)))
      (i32.const 1)))
  ;; Of the nine cells the numbers, less those that their order has: two bits each.
  (i32.or
    (local.get $low)
    (i32.add
      (i32.add (i32.shl (local.get $cell) (i32.const 5)) (i32.const 0x40))
      (i32.and (i32.shr_u (i32.const 0x520d40) (local.get $cell)) (i32.const 0xc0)))))

;; Counts the literals of [$ptr, $end) in the chunk.
(func $count_literals (param $ptr i32) (param $end i32)
  (block $done
    (loop $next_literal
      (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
      (call $add_one!
        (call $word! (global.get $CHUNK_COUNTS) (i32.load8_u (local.get $ptr))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br $next_literal))))

;; Writes a command to $token: the literals [$literals, $here), and a copy of $len bytes, which are
;; $cut less than is written, at a distance of a token; and counts its symbols in the chunk. The
;; distance is the last one then. Where the next goes.
(func $add_command
  (param $token i32) (param $literals i32) (param $here i32) (param $len i32) (param $cut i32)
  (param $distance i32)
  (result i32)
  (local $code i32) ;; that of the distance
  (local $symbol i32)
  (local $far i32)
  (local $bits i32)
  (local $low i32)
  (local $half i32)
  (i32.store
    (local.get $token)
    (i32.sub (local.get $here) (local.get $literals)))
  (i32.store offset=4 (;COPY;)
    (local.get $token)
    (i32.or
      (i32.add (local.get $len) (local.get $cut))
      (i32.shl (local.get $cut) (i32.const 26))))
  (i32.store offset=12 (;BACK;) (local.get $token) (local.get $distance))
  (local.set $code
    (if (result i32) (i32.lt_s (local.get $distance) (i32.const 0))
      (then
        (i32.add (i32.xor (local.get $distance) (global.get $OF_WORD)) (i32.const 15)))
      (else (call $remembered (local.get $distance)))))
  (local.set $symbol
    (call $command_symbol
      (call $literals_symbol (i32.sub (local.get $here) (local.get $literals)))
      (call $copy_symbol (i32.add (local.get $len) (local.get $cut)))
      (i32.eqz (local.get $code))))
  (i32.store16 offset=8 (;SYMBOL;) (local.get $token) (local.get $symbol))
  (call $add_one!
    (i32.add
      (call $word! (global.get $CHUNK_COUNTS) (local.get $symbol))
      (global.get $COMMANDS_AT)))
  (call $count_literals (local.get $literals) (local.get $here))
  (if
    (i32.or
      (i32.lt_u (local.get $symbol) (i32.const 128))
      (i32.eq (local.get $distance) (global.get $OF_WORD)))
    (then
      (i32.store16 offset=10 (;OFFSET_SYMBOL;) (local.get $token) (global.get $NO_SYMBOL))
      (return (i32.add (local.get $token) (global.get $TOKEN_SIZE)))))
  (if
    (i32.lt_u (local.get $code) (i32.add (global.get $direct) (i32.const 16)))
    (then (local.set $symbol (local.get $code)))
    (else
      ;; far = code - direct - 16 + 2^(postfix + 2): its highest bit is the exponent, the next one
      ;; the half, and its lowest bits the postfix. What is between follows the symbol.
      (local.set $far
        (i32.add
          (i32.sub (local.get $code) (i32.add (global.get $direct) (i32.const 16)))
          (i32.shl (i32.const 4) (global.get $postfix))))
      (local.set $bits (i32.sub (call $log2! (local.get $far)) (i32.const 1)))
      (local.set $half (i32.shr_u (local.get $far) (local.get $bits)))
      (local.set $low
        (i32.and
          (local.get $far)
          (i32.sub (i32.shl (i32.const 1) (global.get $postfix)) (i32.const 1))))
      (local.set $symbol
        (i32.add
          (i32.add
            (i32.add (global.get $direct) (i32.const 16))
            (i32.shl
              (i32.add
                (i32.shl
                  (i32.sub
                    (i32.sub (local.get $bits) (global.get $postfix))
                    (i32.const 1))
                  (i32.const 1))
                (i32.and (local.get $half) (i32.const 1)))
              (global.get $postfix)))
          (local.get $low)))))
  (i32.store16 offset=10 (;OFFSET_SYMBOL;) (local.get $token) (local.get $symbol))
  (call $add_one!
    (i32.add
      (call $word! (global.get $CHUNK_COUNTS) (local.get $symbol))
      (global.get $DISTANCES_AT)))
  (i32.add (local.get $token) (global.get $TOKEN_SIZE)))

;; Adds the commands of the chunk, which end at $end, again, by the last distances in front of the
;; block.
(func $rename_chunk (param $end i32)
  (local $token i32)
  (local $literals i32)
  (local $here i32)
  (local $copy i32)
  (local $len i32)
  (call $take_last (global.get $BLOCK_LAST))
  (call $clear (global.get $CHUNK_COUNTS) (global.get $COUNTS_LEN))
  (local.set $token (global.get $chunk_tokens))
  (local.set $literals (global.get $chunk_ptr))
  (loop $next_command
    (local.set $here (i32.add (local.get $literals) (i32.load (local.get $token))))
    (local.set $copy (i32.load offset=4 (;COPY;) (local.get $token)))
    (local.set $len (call $copied! (local.get $copy)))
    (local.set $token
      (call $add_command
        (local.get $token)
        (local.get $literals)
        (local.get $here)
        (local.get $len)
        (i32.shr_u (local.get $copy) (i32.const 26))
        (i32.load offset=12 (;BACK;) (local.get $token))))
    (local.set $literals (i32.add (local.get $here) (local.get $len)))
    (br_if $next_command (i32.ne (local.get $token) (local.get $end)))))

;; Writes a command of the literals [$literals, $end) alone, with which a metablock ends. Where the
;; next goes.
(func $add_literals (param $token i32) (param $literals i32) (param $end i32) (result i32)
  ;; The length of a copy that never comes: four bytes, and four less.
  (call $add_command
    (local.get $token)
    (local.get $literals)
    (local.get $end)
    (i32.const 0)
    (i32.const 4)
    (global.get $OF_WORD)))

;; Ends the chunk behind the last command, from where on literals are pending up to $here; $token
;; is the end of the commands. Where the next goes. Where literals became a metablock, chunk_ptr is
;; behind them.
(func $end_chunk (param $literals i32) (param $here i32) (param $token i32) (result i32)
  (if (i32.ne (local.get $token) (global.get $chunk_tokens))
    (then (return (call $join_chunk (local.get $literals) (local.get $token)))))
  (if
    (i32.lt_u
      (i32.sub (local.get $here) (local.get $literals))
      (global.get $LONGEST_LITERALS))
    (then (return (local.get $token))))
  (call $end_block)
  (local.set $token
    (call $add_literals (global.get $tokens) (local.get $literals) (local.get $here)))
  (local.set $token (call $join_chunk (local.get $here) (local.get $token)))
  (call $end_block)
  (global.get $tokens))

;; The chunk ends with the text: the last literals are a command.
(func $end_text (param $literals i32) (param $end i32) (param $token i32)
  (if (i32.ne (local.get $literals) (local.get $end))
    (then
      (local.set $token
        (call $add_literals (local.get $token) (local.get $literals) (local.get $end)))))
  (if (i32.ne (local.get $token) (global.get $chunk_tokens))
    (then (drop (call $join_chunk (local.get $end) (local.get $token)))))
  (call $end_block))

;; Writes the block, if there is one, and begins another behind it. There are no commands of a
;; chunk.
(func $end_block
  (if (i32.ne (global.get $chunk_ptr) (global.get $block_ptr))
    (then
      (if (call $write_metablock) (then (call $take_last (global.get $BLOCK_LAST))))))
  (call $keep_last (global.get $BLOCK_LAST))
  (call $keep_last (global.get $CHUNK_LAST))
  (global.set $block_ptr (global.get $chunk_ptr))
  (global.set $chunk_tokens (global.get $tokens)))

;; The chunk, which has some commands, ends at $here, and is joined to the block, or begins another.
;; Where the next command goes.
(func $join_chunk (param $here i32) (param $token i32) (result i32)
  (local $cost f32)
  (local $joined f32)  ;; what the block costs with the chunk
  (local $moved i32)
  ;; Of a text that is one chunk nothing is compared.
  (if
    (i32.or
      (i32.ne (local.get $here) (global.get $text_end))
      (i32.ne (global.get $chunk_tokens) (global.get $tokens)))
    (then (local.set $cost (call $chunk_bits (i32.const 0)))))
  (block $taken
    (if (i32.ne (global.get $chunk_tokens) (global.get $tokens))
      (then
        (local.set $joined (call $chunk_bits (i32.const -1)))
        (if
          (f32.lt
            (local.get $joined)
            (f32.add
              (f32.add (global.get $block_cost) (local.get $cost))
              (call $start_bits
                (global.get $CHUNK_COUNTS)
                (global.get $COUNTS_LEN)
                (global.get $SPLIT_BITS)
                (global.get $SPLIT_START))))
          (then
            (call $add_counts
              (global.get $BLOCK_COUNTS) (global.get $CHUNK_COUNTS) (global.get $COUNTS_LEN))
            (global.set $block_cost (local.get $joined))
            (br $taken)))
        (if (call $write_metablock)
          (then
            (call $rename_chunk (local.get $token))
            (local.set $cost (call $chunk_bits (i32.const 0))))
          (else
            (v128.store (global.get $BLOCK_LAST) (v128.load (global.get $CHUNK_LAST)))))
        (local.set $moved (i32.sub (local.get $token) (global.get $chunk_tokens)))
        (memory.copy
          (global.get $tokens)
          (global.get $chunk_tokens)
          (local.get $moved))
        (local.set $token (i32.add (global.get $tokens) (local.get $moved)))
        (global.set $block_ptr (global.get $chunk_ptr))))
    (call $clear (global.get $BLOCK_COUNTS) (global.get $COUNTS_LEN))
    (call $add_counts
      (global.get $BLOCK_COUNTS) (global.get $CHUNK_COUNTS) (global.get $COUNTS_LEN))
    (global.set $block_cost (local.get $cost)))
  (call $clear (global.get $CHUNK_COUNTS) (global.get $COUNTS_LEN))
  (call $keep_last (global.get $CHUNK_LAST))
  (global.set $chunk_ptr (local.get $here))
  (global.set $chunk_tokens (local.get $token))
  (if
    (i32.or
      (i32.gt_u (local.get $token) (global.get $tokens_end))
      (i32.gt_u
        (i32.sub (local.get $here) (global.get $block_ptr))
        (global.get $LONGEST_BLOCK)))
    (then
      (call $end_block)
      (local.set $token (global.get $tokens))))
  (local.get $token))

;; Adds the $len bytes of counts at $counts to those at $sums.
(func $add_counts (param $sums i32) (param $counts i32) (param $len i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $sums) (local.get $len)))
  (loop $next_4
    (v128.store
      (local.get $sums)
      (i32x4.add (v128.load (local.get $sums)) (v128.load (local.get $counts))))
    (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
    (local.set $counts (i32.add (local.get $counts) (i32.const 16)))
    (br_if $next_4 (i32.ne (local.get $sums) (local.get $end)))))

;; What codes take for the symbols that have one of the $len bytes of counts at $counts, more or
;; less: so many bits a symbol, and so many besides.
(func $start_bits
  (param $counts i32) (param $len i32) (param $bits f32) (param $start f32) (result f32)
  (f32.add
    (f32.mul
      (f32.convert_i32_u
        (call $used_symbols (local.get $counts) (i32.shr_u (local.get $len) (i32.const 2))))
      (local.get $bits))
    (local.get $start)))

;; How many bits the symbols of the chunk take by their entropy; where $with is -1 and not 0,
;; together with those of the block.
(func $chunk_bits (param $with i32) (result f32)
  (f32.add
    (f32.add
      (call $entropy
        (global.get $CHUNK_COUNTS)
        (global.get $BLOCK_COUNTS)
        (global.get $COMMANDS_AT)
        (local.get $with))
      (call $entropy
        (i32.add (global.get $CHUNK_COUNTS) (global.get $COMMANDS_AT))
        (i32.add (global.get $BLOCK_COUNTS) (global.get $COMMANDS_AT))
        (i32.sub (global.get $DISTANCES_AT) (global.get $COMMANDS_AT))
        (local.get $with)))
    (call $entropy
      (i32.add (global.get $CHUNK_COUNTS) (global.get $DISTANCES_AT))
      (i32.add (global.get $BLOCK_COUNTS) (global.get $DISTANCES_AT))
      (i32.sub (global.get $COUNTS_LEN) (global.get $DISTANCES_AT))
      (local.get $with))))

;; Of the $len bytes of counts at $counts, each with that at $others where $with is -1 and not 0:
;; n log2 n of all, less that of each.
(func $entropy (param $counts i32) (param $others i32) (param $len i32) (param $with i32)
  (result f32)
  (local $end i32)
  (local $mask v128)
  (local $four v128)
  (local $sum v128)  ;; of the counts
  (local $less v128) ;; of theirs
  (local.set $mask (i32x4.splat (local.get $with)))
  (local.set $end (i32.add (local.get $counts) (local.get $len)))
  (loop $next_4
    (local.set $four
      (i32x4.add
        (v128.load (local.get $counts))
        (v128.and (v128.load (local.get $others)) (local.get $mask))))
    (local.set $sum (i32x4.add (local.get $sum) (local.get $four)))
    (local.set $less
      (f32x4.add
        (local.get $less)
        (call $x_log2_x! (f32x4.convert_i32x4_u (local.get $four)))))
    (local.set $counts (i32.add (local.get $counts) (i32.const 16)))
    (local.set $others (i32.add (local.get $others) (i32.const 16)))
    (br_if $next_4 (i32.ne (local.get $counts) (local.get $end))))
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

;; ---- how a metablock is written

;; Writes how long a metablock of $len bytes is, which is not the last (RFC 7932, 9.2).
(func $put_metablock_len (param $len i32)
  (local $digits i32)
  (local.set $digits
    (i32.add
      (i32.add (i32.const 4) (i32.gt_u (local.get $len) (i32.const 0x10000)))
      (i32.gt_u (local.get $len) (i32.const 0x100000))))
  (call $put
    (i32.shl (i32.sub (local.get $digits) (i32.const 4)) (i32.const 1))
    (i32.const 3))
  (call $put
    (i32.sub (local.get $len) (i32.const 1))
    (i32.shl (local.get $digits) (i32.const 2))))

;; Writes the block: compressed, or as it is where that is no longer. Whether it is as it is.
(func $write_metablock (result i32)
  (local $len i32)
  (local $start i32)        ;; where its bits begin,
  (local $start_bits i64)
  (local $start_count i32)
  (local $bits i32)         ;; how many it has
  (local.set $len (i32.sub (global.get $chunk_ptr) (global.get $block_ptr)))
  (local.set $start (global.get $out))
  (local.set $start_bits (global.get $bits))
  (local.set $start_count (global.get $bit_count))
  (call $put_metablock_len (local.get $len))
  (call $put (i32.const 0) (i32.const 1))
  ;; One type of block of each kind.
  (call $put (i32.const 0) (i32.const 3))
  (call $put
    (i32.or
      (global.get $postfix)
      (i32.shl
        (i32.shr_u (global.get $direct) (global.get $postfix))
        (i32.const 2)))
    (i32.const 6))
  (call $put (global.get $literal_mode) (i32.const 2))
  (local.set $bits (call $put_literal_codes))
  (local.set $bits
    (i32.add
      (local.get $bits)
      (call $put_prefix_code
        (i32.add (global.get $BLOCK_COUNTS) (global.get $COMMANDS_AT))
        (global.get $COMMAND_SYMBOLS)
        (i32.const 10)
        (global.get $COMMAND_BITS))))
  (local.set $bits
    (i32.add
      (local.get $bits)
      (call $put_prefix_code
        (i32.add (global.get $BLOCK_COUNTS) (global.get $DISTANCES_AT))
        (global.get $DISTANCE_SYMBOLS)
        (select (i32.const 8) (i32.const 6) (global.get $postfix))
        (global.get $DISTANCE_BITS))))
  (local.set $bits (i32.add (local.get $bits) (call $extra_bits)))
  (local.set $bits
    (i32.add
      (local.get $bits)
      (i32.add
        (i32.shl (i32.sub (global.get $out) (local.get $start)) (i32.const 3))
        (i32.sub (global.get $bit_count) (local.get $start_count)))))
  ;; Stored, it has 32 bits more than its bytes, or a few.
  (if
    (i32.gt_u
      (local.get $bits)
      (i32.add (i32.shl (local.get $len) (i32.const 3)) (i32.const 24)))
    (then
      (global.set $out (local.get $start))
      (global.set $bits (local.get $start_bits))
      (global.set $bit_count (local.get $start_count))
      (call $put_metablock_len (local.get $len))
      (call $put (i32.const 1) (i32.const 1))
      (call $put_to_byte)
      (if
        (i32.le_s
          (local.get $len)
          (i32.sub (global.get $out_end) (global.get $out)))
        (then (memory.copy (global.get $out) (global.get $block_ptr) (local.get $len))))
      (global.set $out (i32.add (global.get $out) (local.get $len)))
      (return (i32.const 1))))
  (call $write_commands)
  (i32.const 0))

;; How many bits follow the symbols of the block.
(func $extra_bits (result i32)
  (local $symbol i32)
  (local $bits i32)
  (loop $next_command
    (local.set $bits
      (i32.add
        (local.get $bits)
        (i32.mul
          (i32.load offset=1024 (call $word! (global.get $BLOCK_COUNTS) (local.get $symbol)))
          (i32.add
            (i32.load8_u offset=4 (call $command! (local.get $symbol)))
            (i32.load8_u offset=5 (call $command! (local.get $symbol)))))))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_command (i32.lt_u (local.get $symbol) (global.get $COMMAND_SYMBOLS))))
  (local.set $symbol (i32.const 0))
  (loop $next_distance
    (local.set $bits
      (i32.add
        (local.get $bits)
        (i32.mul
          (i32.load offset=3840 (call $word! (global.get $BLOCK_COUNTS) (local.get $symbol)))
          (call $distance_extra (local.get $symbol)))))
    (local.set $symbol (i32.add (local.get $symbol) (i32.const 1)))
    (br_if $next_distance (i32.lt_u (local.get $symbol) (global.get $DISTANCE_SYMBOLS))))
  (local.get $bits))

;; How many bits follow the symbol of a distance.
(func $distance_extra (param $symbol i32) (result i32)
  (local.set $symbol
    (i32.sub (local.get $symbol) (i32.add (global.get $direct) (i32.const 16))))
  (if (i32.lt_s (local.get $symbol) (i32.const 0)) (then (return (i32.const 0))))
  (i32.add
    (i32.shr_u
      (local.get $symbol)
      (i32.add (global.get $postfix) (i32.const 1)))
    (i32.const 1)))

;; ---- literals and their contexts

;; The counts, and the code, of each of sixteen groups of contexts.
(func $group_counts! (param $group i32) (result i32)
  (i32.add (global.get $GROUP_COUNTS) (i32.shl (local.get $group) (i32.const 10))))
(func $literal_bits! (param $code i32) (result i32)
  (i32.add (global.get $LITERAL_BITS) (i32.shl (local.get $code) (i32.const 10))))

;; Writes the codes of literals, and which context has which. How many bits the literals take.
(func $put_literal_codes (result i32)
  (local $codes i32)
  (local $code i32)
  (local $bits i32)
  (local $context i32)
  (local.set $codes (i32.const 1))
  (if (global.get $contexts)
    (then
      (if
        (i32.ge_u
          (i32.sub (global.get $chunk_ptr) (global.get $block_ptr))
          (global.get $CONTEXTS_SHORTEST))
        (then
          (call $count_groups)
          (local.set $codes (call $join_groups))))))
  (if (i32.eq (local.get $codes) (i32.const 1))
    (then
      (call $set_tables (i32.const 0))
      ;; One code of literals, and one of distances.
      (call $put (i32.const 0) (i32.const 2))
      (return
        (call $put_prefix_code
          (global.get $BLOCK_COUNTS)
          (global.get $LITERAL_SYMBOLS)
          (i32.const 8)
          (global.get $LITERAL_BITS)))))
  (call $put_map (local.get $codes))
  (call $set_tables (i32.const -1))
  ;; One code of distances.
  (call $put (i32.const 0) (i32.const 1))
  (loop $next_code
    (local.set $bits
      (i32.add
        (local.get $bits)
        (call $put_prefix_code
          (call $group_counts! (local.get $code))
          (global.get $LITERAL_SYMBOLS)
          (i32.const 8)
          (call $literal_bits! (local.get $code)))))
    (local.set $code (i32.add (local.get $code) (i32.const 1)))
    (br_if $next_code (i32.lt_u (local.get $code) (local.get $codes))))
  (local.get $bits))

;; Sets for each context where the bits of its code are; with $mask 0 those of the first.
(func $set_tables (param $mask i32)
  (local $context i32)
  (loop $next_context
    (i32.store
      (call $word! (global.get $LITERAL_TABLES) (local.get $context))
      (call $literal_bits!
        (i32.and
          (i32.load8_u
            (i32.add
              (global.get $GROUP_CODES)
              (i32.shr_u (local.get $context) (i32.const 2))))
          (local.get $mask))))
    (local.set $context (i32.add (local.get $context) (i32.const 1)))
    (br_if $next_context (i32.lt_u (local.get $context) (i32.const 64)))))

;; The byte $back before $ptr, or 0 where the content begins behind it.
(func $byte_before! (param $ptr i32) (param $back i32) (result i32)
  (local $byte i32)
  (if
    (i32.ge_u
      (i32.sub (local.get $ptr) (global.get $text_start))
      (local.get $back))
    (then
      (local.set $byte (i32.load8_u (i32.sub (local.get $ptr) (local.get $back))))))
  (local.get $byte))

;; Four times the context of a literal (RFC 7932, 7.1).
(func $context! (param $contexts i32) (param $last i32) (param $before i32) (result i32)
  (i32.or
    (i32.load8_u (i32.add (local.get $contexts) (local.get $last)))
    (i32.load8_u offset=256 (i32.add (local.get $contexts) (local.get $before)))))

;; Counts the literals of the block in their groups of contexts.
(func $count_groups
  (local $token i32)
  (local $ptr i32)
  (local $end i32)
  (local $contexts i32)
  (local $last i32)
  (local $before i32)
  (local $byte i32)
  (local $copy i32)
  (call $clear (global.get $GROUP_COUNTS) (i32.const 16384))
  (local.set $contexts
    (i32.add (global.get $CONTEXTS) (i32.shl (global.get $literal_mode) (i32.const 9))))
  (local.set $token (global.get $tokens))
  (local.set $ptr (global.get $block_ptr))
  (loop $next_command
    (local.set $end (i32.add (local.get $ptr) (i32.load (local.get $token))))
    (if (i32.ne (local.get $ptr) (local.get $end))
      (then
        (local.set $last (call $byte_before! (local.get $ptr) (i32.const 1)))
        (local.set $before (call $byte_before! (local.get $ptr) (i32.const 2)))
        (loop $next_literal
          (local.set $byte (i32.load8_u (local.get $ptr)))
          (call $add_one!
            (call $word!
              (i32.add
                (global.get $GROUP_COUNTS)
                (i32.shl
                  (i32.shr_u
                    (call $context!
                      (local.get $contexts) (local.get $last) (local.get $before))
                    (i32.const 4))
                  (i32.const 10)))
              (local.get $byte)))
          (local.set $before (local.get $last))
          (local.set $last (local.get $byte))
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
          (br_if $next_literal (i32.ne (local.get $ptr) (local.get $end))))))
    (local.set $copy (i32.load offset=4 (;COPY;) (local.get $token)))
    (local.set $ptr (i32.add (local.get $ptr) (call $copied! (local.get $copy))))
    (local.set $token (i32.add (local.get $token) (global.get $TOKEN_SIZE)))
    (br_if $next_command (i32.ne (local.get $token) (global.get $chunk_tokens)))))

;; How many bytes a command copies.
(func $copied! (param $copy i32) (result i32)
  (i32.sub
    (i32.and (local.get $copy) (i32.const 0x3ffffff))
    (i32.shr_u (local.get $copy) (i32.const 26))))

;; Gives each group a code: that of groups in front of it, where this saves bits. The counts of a
;; code come to be those at its number. How many codes there are.
(func $join_groups (result i32)
  (local $group i32)
  (local $counts i32)
  (local $codes i32)
  (local $code i32)
  (local $bits f32)   ;; what the group takes by itself
  (local $more f32)   ;; what it takes with a code
  (local $least f32)
  (local $best i32)
  (loop $next_group
    (local.set $counts (call $group_counts! (local.get $group)))
    (local.set $best (i32.const 0))
    (if (call $used_symbols (local.get $counts) (global.get $LITERAL_SYMBOLS))
      (then
        (local.set $bits
          (call $entropy
            (local.get $counts) (local.get $counts) (i32.const 1024) (i32.const 0)))
        (local.set $best (local.get $codes))
        (local.set $least
          (f32.add
            (local.get $bits)
            (call $start_bits
              (local.get $counts)
              (i32.const 1024)
              (global.get $GROUP_BITS)
              (global.get $GROUP_START))))
        (local.set $code (i32.const 0))
        (block $no_more
          (loop $next_code
            (br_if $no_more (i32.eq (local.get $code) (local.get $codes)))
            (local.set $more
              (f32.sub
                (call $entropy
                  (local.get $counts)
                  (call $group_counts! (local.get $code))
                  (i32.const 1024)
                  (i32.const -1))
                (f32.load (call $word! (global.get $SORTING) (local.get $code)))))
            (if (f32.lt (local.get $more) (local.get $least))
              (then
                (local.set $least (local.get $more))
                (local.set $best (local.get $code))))
            (local.set $code (i32.add (local.get $code) (i32.const 1)))
            (br $next_code)))
        (if (i32.eq (local.get $best) (local.get $codes))
          (then
            (local.set $codes (i32.add (local.get $codes) (i32.const 1)))
            (f32.store (call $word! (global.get $SORTING) (local.get $best)) (local.get $bits))
            (if (i32.ne (local.get $best) (local.get $group))
              (then
                (memory.copy
                  (call $group_counts! (local.get $best))
                  (local.get $counts)
                  (i32.const 1024)))))
          (else
            (call $add_counts
              (call $group_counts! (local.get $best))
              (local.get $counts)
              (i32.const 1024))
            (f32.store
              (call $word! (global.get $SORTING) (local.get $best))
              (f32.add
                (local.get $least)
                (f32.load (call $word! (global.get $SORTING) (local.get $best)))))))))
    (i32.store8
      (i32.add (global.get $GROUP_CODES) (local.get $group))
      (local.get $best))
    (local.set $group (i32.add (local.get $group) (i32.const 1)))
    (br_if $next_group (i32.lt_u (local.get $group) (i32.const 16))))
  ;; Without any literal there is a code, too.
  (call $greater! (local.get $codes) (i32.const 1)))

;; Writes how many codes of literals there are, two at least, and which of them each context has
;; (RFC 7932, 7.3): by its place in a list in which the last one that was named moves to the front.
(func $put_map (param $codes i32)
  (local $bits i32)
  (local $context i32)
  (local $code i32)
  (local $place i32)
  ;; A one and three bits say how many bits more the number has.
  (local.set $bits (call $log2! (i32.sub (local.get $codes) (i32.const 1))))
  (call $put
    (i32.or (i32.const 1) (i32.shl (local.get $bits) (i32.const 1)))
    (i32.const 4))
  (call $put
    (i32.sub
      (i32.sub (local.get $codes) (i32.const 1))
      (i32.shl (i32.const 1) (local.get $bits)))
    (local.get $bits))
  ;; No runs of zeros are shortened.
  (call $put (i32.const 0) (i32.const 1))
  (call $clear (global.get $MAP_COUNTS) (i32.const 64))
  (v128.store
    (global.get $FRONT)
    (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
  (loop $next_context
    (local.set $code
      (i32.load8_u
        (i32.add
          (global.get $GROUP_CODES)
          (i32.shr_u (local.get $context) (i32.const 2)))))
    (local.set $place
      (i32.ctz
        (i8x16.bitmask
          (i8x16.eq (v128.load (global.get $FRONT)) (i8x16.splat (local.get $code))))))
    (i32.store8
      (i32.add (global.get $MAP_SYMBOLS) (local.get $context))
      (local.get $place))
    (call $add_one! (call $word! (global.get $MAP_COUNTS) (local.get $place)))
    (block $moved
      (loop $next_place
        (br_if $moved (i32.eqz (local.get $place)))
        (i32.store8
          (i32.add (global.get $FRONT) (local.get $place))
          (i32.load8_u
            (i32.sub (i32.add (global.get $FRONT) (local.get $place)) (i32.const 1))))
        (local.set $place (i32.sub (local.get $place) (i32.const 1)))
        (br $next_place)))
    (i32.store8 (global.get $FRONT) (local.get $code))
    (local.set $context (i32.add (local.get $context) (i32.const 1)))
    (br_if $next_context (i32.lt_u (local.get $context) (i32.const 64))))
  (drop
    (call $put_prefix_code
      (global.get $MAP_COUNTS)
      (i32.const 16)
      (i32.add (local.get $bits) (i32.const 1))
      (global.get $MAP_BITS)))
  (local.set $context (i32.const 0))
  (loop $next_symbol
    (call $put_code
      (i32.load
        (call $word!
          (global.get $MAP_BITS)
          (i32.load8_u (i32.add (global.get $MAP_SYMBOLS) (local.get $context))))))
    (local.set $context (i32.add (local.get $context) (i32.const 1)))
    (br_if $next_symbol (i32.lt_u (local.get $context) (i32.const 64))))
  ;; They are places in a list.
  (call $put (i32.const 1) (i32.const 1)))

;; Writes the commands of the block with the codes that were made for it.
(func $write_commands
  (local $token i32)
  (local $ptr i32)       ;; the next literal
  (local $end i32)       ;; where the literals of a command end
  (local $contexts i32)
  (local $last i32)
  (local $before i32)
  (local $byte i32)
  (local $copy i32)
  (local $symbol i32)
  (local $meaning i32)   ;; of the symbol
  (local $nearest i32)   ;; what is added to a distance before its bits are taken
  (local $extra i32)     ;; how many of them follow the symbol
  (local $out i32)
  (local $out_end i32)
  (local $bits i64)
  (local $count i64)     ;; how many those are
  (local.set $contexts
    (i32.add (global.get $CONTEXTS) (i32.shl (global.get $literal_mode) (i32.const 9))))
  (local.set $nearest
    (i32.sub
      (i32.shl (i32.const 4) (global.get $postfix))
      (i32.add (global.get $direct) (i32.const 1))))
  (local.set $token (global.get $tokens))
  (local.set $ptr (global.get $block_ptr))
  (local.set $out (global.get $out))
  (local.set $out_end (global.get $out_end))
  (local.set $bits (global.get $bits))
  (local.set $count (i64.extend_i32_u (global.get $bit_count)))
  (loop $next_command
    (local.set $end (i32.add (local.get $ptr) (i32.load (local.get $token))))
    (local.set $copy (i32.load offset=4 (;COPY;) (local.get $token)))
    (local.set $symbol (i32.load16_u offset=8 (;SYMBOL;) (local.get $token)))
    (local.set $meaning (call $command! (local.get $symbol)))
    (call $code_added!
      (i32.load (call $word! (global.get $COMMAND_BITS) (local.get $symbol)))
      (local.get $bits)
      (local.get $count))
    (local.set $count)
    (local.set $bits)
    (call $added!
      (i32.sub
        (i32.load (local.get $token))
        (i32.load16_u (local.get $meaning)))
      (i32.load8_u offset=4 (local.get $meaning))
      (local.get $bits)
      (local.get $count))
    (local.set $count)
    (local.set $bits)
    (call $flushed!
      (local.get $out) (local.get $out_end) (local.get $bits) (local.get $count))
    (local.set $count)
    (local.set $bits)
    (local.set $out)
    (call $added!
      (i32.sub
        (i32.and (local.get $copy) (i32.const 0x3ffffff))
        (i32.load16_u offset=2 (local.get $meaning)))
      (i32.load8_u offset=5 (local.get $meaning))
      (local.get $bits)
      (local.get $count))
    (local.set $count)
    (local.set $bits)
    (if (i32.ne (local.get $ptr) (local.get $end))
      (then
        (local.set $last (call $byte_before! (local.get $ptr) (i32.const 1)))
        (local.set $before (call $byte_before! (local.get $ptr) (i32.const 2)))
        (loop $next_literal
          (local.set $byte (i32.load8_u (local.get $ptr)))
          (call $code_added!
            (i32.load
              (call $word!
                (i32.load
                  (i32.add
                    (global.get $LITERAL_TABLES)
                    (call $context!
                      (local.get $contexts) (local.get $last) (local.get $before))))
                (local.get $byte)))
            (local.get $bits)
            (local.get $count))
          (local.set $count)
          (local.set $bits)
          (if (i64.gt_u (local.get $count) (i64.const 48))
            (then
              (call $flushed!
                (local.get $out) (local.get $out_end) (local.get $bits) (local.get $count))
              (local.set $count)
              (local.set $bits)
              (local.set $out)))
          (local.set $before (local.get $last))
          (local.set $last (local.get $byte))
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
          (br_if $next_literal (i32.ne (local.get $ptr) (local.get $end))))))
    (local.set $symbol (i32.load16_u offset=10 (;OFFSET_SYMBOL;) (local.get $token)))
    (call $flushed!
      (local.get $out) (local.get $out_end) (local.get $bits) (local.get $count))
    (local.set $count)
    (local.set $bits)
    (local.set $out)
    (if (i32.ne (local.get $symbol) (global.get $NO_SYMBOL))
      (then
        (call $code_added!
          (i32.load (call $word! (global.get $DISTANCE_BITS) (local.get $symbol)))
          (local.get $bits)
          (local.get $count))
        (local.set $count)
        (local.set $bits)
        (local.set $extra (call $distance_extra (local.get $symbol)))
        (call $added!
          (i32.and
            (i32.shr_u
              (i32.add
                (i32.load offset=12 (;BACK;) (local.get $token))
                (local.get $nearest))
              (global.get $postfix))
            (i32.sub (i32.shl (i32.const 1) (local.get $extra)) (i32.const 1)))
          (local.get $extra)
          (local.get $bits)
          (local.get $count))
        (local.set $count)
        (local.set $bits)
        (call $flushed!
          (local.get $out) (local.get $out_end) (local.get $bits) (local.get $count))
        (local.set $count)
        (local.set $bits)
        (local.set $out)))
    (local.set $ptr (i32.add (local.get $ptr) (call $copied! (local.get $copy))))
    (local.set $token (i32.add (local.get $token) (global.get $TOKEN_SIZE)))
    (br_if $next_command (i32.ne (local.get $token) (global.get $chunk_tokens))))
  (global.set $out (local.get $out))
  (global.set $bits (local.get $bits))
  (global.set $bit_count (i32.wrap_i64 (local.get $count))))
