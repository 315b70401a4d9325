;; Message digests that work on blocks of 64 bytes and pad the end of a message with 0x80, zeros
;; and its length in bits: whole messages, messages in pieces, and many messages at a time.
;;
;; A module that names this fragment defines, besides its exports:
;;
;;   $CHAIN_SIZE             bytes of the chaining words, which are also the digest
;;   $STATE_SIZE             bytes of a streaming state: 72 + CHAIN_SIZE
;;   $CHAIN, $TAILS, $LANE_CHAINS, $LANES, $QUEUE   where its scratch is, laid out as below
;;   $start!(chain)          writes the initial chaining words
;;   $compress(chain, ptr, count)          puts `count` blocks from `ptr` on into the chain
;;   $compress_lanes(ptr_0 … ptr_3, count) puts `count` blocks from each pointer on into the
;;                           four chains of $LANE_CHAINS
;;   $write_length!(ptr, bits)             writes a length as the padding has it
;;   $digest_word!(word)     a chaining word in the byte order of the digest
;;
;; The state of a message in pieces, which the caller owns.
;;
;; Layout state
;;   offset         size  field   meaning
;;        0            8  length  u64: how many bytes the message has so far
;;        8           64  buffer  its last length mod 64 bytes
;;       72  $CHAIN_SIZE  chain   chaining words over the blocks before them

;; Scratch
;;   CHAIN        chaining words of a message that is alone
;;   TAILS        four times 128 bytes: the end of a message, padded to one block or two
;;   LANE_CHAINS  four chains side by side: word w of lane i is at 16 w + 4 i
;;   LANES        four lanes of the batch, 32 bytes each
;;   QUEUE        messages that no lane has taken yet

;; Layout lane
;;   offset  size  field      meaning
;;        0     4  block_ptr  the next block
;;        4     4  blocks     how many there are from there on
;;        8     4  rest_ptr   what of the message fills no block
;;       12     4  len        length of the message
;;       16     4  dst_ptr    where its digest belongs; 0 for a lane without a message
;;       20     4  padded     1 when the blocks are those of the padded end

;; Layout queue
;;   offset  size  field     meaning
;;        0     4  next_ptr  the next span
;;        4     4  end_ptr   one past the last
;;        8     4  dst_ptr   where the next digest belongs

;; Layout span
;;   offset  size  field  meaning
;;        0     4  ptr    where a message begins
;;        4     4  len    how many bytes it has

;; Copies len bytes, fewer than 64, in a few steps that may overlap.
(func $copy_short (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $last i32) ;; offset of the last step
  (local $index i32)
  (if (i32.ge_u (local.get $len) (i32.const 16))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 16)))
      (block $done
        (loop $next_16
          (br_if $done (i32.ge_u (local.get $index) (local.get $last)))
          (v128.store
            (i32.add (local.get $dst_ptr) (local.get $index))
            (v128.load (i32.add (local.get $src_ptr) (local.get $index))))
          (local.set $index (i32.add (local.get $index) (i32.const 16)))
          (br $next_16)))
      (v128.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (v128.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 8))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 8)))
      (i64.store (local.get $dst_ptr) (i64.load (local.get $src_ptr)))
      (i64.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (i64.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (if (i32.ge_u (local.get $len) (i32.const 4))
    (then
      (local.set $last (i32.sub (local.get $len) (i32.const 4)))
      (i32.store (local.get $dst_ptr) (i32.load (local.get $src_ptr)))
      (i32.store
        (i32.add (local.get $dst_ptr) (local.get $last))
        (i32.load (i32.add (local.get $src_ptr) (local.get $last))))
      (return)))
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $index) (local.get $len)))
      (i32.store8
        (i32.add (local.get $dst_ptr) (local.get $index))
        (i32.load8_u (i32.add (local.get $src_ptr) (local.get $index))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next_byte))))

;; Writes the padded end of a message of `total` bytes, whose last rest_len bytes, fewer than 64,
;; fill no block. Returns how many blocks that makes: 1 or 2.
(func $pad
  (param $tail_ptr i32) (param $rest_ptr i32) (param $rest_len i32) (param $total i64) (result i32)
  (local $blocks i32)
  (local $zeros v128)
  (v128.store (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=16 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=32 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=48 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=64 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=80 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=96 (local.get $tail_ptr) (local.get $zeros))
  (v128.store offset=112 (local.get $tail_ptr) (local.get $zeros))
  (call $copy_short (local.get $tail_ptr) (local.get $rest_ptr) (local.get $rest_len))
  (i32.store8 (i32.add (local.get $tail_ptr) (local.get $rest_len)) (i32.const 0x80))
  ;; The mark and the length need nine bytes behind the rest.
  (local.set $blocks (i32.add (i32.gt_u (local.get $rest_len) (i32.const 55)) (i32.const 1)))
  (call $write_length!
    (i32.add
      (local.get $tail_ptr)
      (i32.sub (i32.shl (local.get $blocks) (i32.const 6)) (i32.const 8)))
    (i64.shl (local.get $total) (i64.const 3)))
  (local.get $blocks))

;; Writes chaining words as a digest.
(func $write_digest (param $dst_ptr i32) (param $chain_ptr i32)
  (local $end i32) ;; one past the last word
  (local.set $end (i32.add (local.get $chain_ptr) (global.get $CHAIN_SIZE)))
  (loop $next_word
    (i32.store (local.get $dst_ptr) (call $digest_word! (i32.load (local.get $chain_ptr))))
    (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))
    (local.set $chain_ptr (i32.add (local.get $chain_ptr) (i32.const 4)))
    (br_if $next_word (i32.ne (local.get $chain_ptr) (local.get $end)))))

;; The digest of a whole message.
(func $digest (param $ptr i32) (param $len i32) (param $dst_ptr i32)
  (local $blocks i32)
  (call $start! (global.get $CHAIN))
  (local.set $blocks (i32.shr_u (local.get $len) (i32.const 6)))
  (if (local.get $blocks)
    (then (call $compress (global.get $CHAIN) (local.get $ptr) (local.get $blocks))))
  (call $compress
    (global.get $CHAIN)
    (global.get $TAILS)
    (call $pad
      (global.get $TAILS)
      (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -64)))
      (i32.and (local.get $len) (i32.const 63))
      (i64.extend_i32_u (local.get $len))))
  (call $write_digest (local.get $dst_ptr) (global.get $CHAIN)))

;; Begins a message in pieces.
(func $begin (param $state_ptr i32)
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $STATE_SIZE))
  (call $start! (i32.add (local.get $state_ptr) (i32.const 72 (;STATE.CHAIN;)))))

;; Goes on with a message.
(func $absorb (param $state_ptr i32) (param $ptr i32) (param $len i32)
  (local $buffered i32) ;; bytes in the buffer
  (local $taken i32)    ;; bytes that go there first
  (local $blocks i32)
  (if (i32.eqz (local.get $len)) (then (return)))
  (local.set $buffered
    (i32.and (i32.load offset=0 (;LENGTH;) (local.get $state_ptr)) (i32.const 63)))
  (i64.store offset=0 (;LENGTH;) (local.get $state_ptr)
    (i64.add
      (i64.load offset=0 (;LENGTH;) (local.get $state_ptr))
      (i64.extend_i32_u (local.get $len))))
  (if (local.get $buffered)
    (then
      (local.set $taken (i32.sub (i32.const 64) (local.get $buffered)))
      (if (i32.gt_u (local.get $taken) (local.get $len))
        (then (local.set $taken (local.get $len))))
      (call $copy_short
        (i32.add
          (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
          (local.get $buffered))
        (local.get $ptr)
        (local.get $taken))
      (if (i32.lt_u (i32.add (local.get $buffered) (local.get $taken)) (i32.const 64))
        (then (return)))
      (call $compress
        (i32.add (local.get $state_ptr) (i32.const 72 (;STATE.CHAIN;)))
        (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
        (i32.const 1))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $taken)))
      (local.set $len (i32.sub (local.get $len) (local.get $taken)))))
  (local.set $blocks (i32.shr_u (local.get $len) (i32.const 6)))
  (if (local.get $blocks)
    (then
      (call $compress
        (i32.add (local.get $state_ptr) (i32.const 72 (;STATE.CHAIN;)))
        (local.get $ptr)
        (local.get $blocks))))
  (call $copy_short
    (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
    (i32.add (local.get $ptr) (i32.and (local.get $len) (i32.const -64)))
    (i32.and (local.get $len) (i32.const 63))))

;; Ends a message, writes its digest and zeroes the state.
(func $end (param $state_ptr i32) (param $dst_ptr i32)
  (local $chain_ptr i32)
  (local $length i64)
  (local.set $chain_ptr (i32.add (local.get $state_ptr) (i32.const 72 (;STATE.CHAIN;))))
  (local.set $length (i64.load offset=0 (;LENGTH;) (local.get $state_ptr)))
  (call $compress
    (local.get $chain_ptr)
    (global.get $TAILS)
    (call $pad
      (global.get $TAILS)
      (i32.add (local.get $state_ptr) (i32.const 8 (;BUFFER;)))
      (i32.and (i32.wrap_i64 (local.get $length)) (i32.const 63))
      (local.get $length)))
  (call $write_digest (local.get $dst_ptr) (local.get $chain_ptr))
  (memory.fill (local.get $state_ptr) (i32.const 0) (global.get $STATE_SIZE)))

;; The address of a lane's fields.
(func $lane_at! (param $lane i32) (result i32)
  (i32.add (global.get $LANES) (i32.shl (local.get $lane) (i32.const 5))))

;; Copies a lane's chain out of the four.
(func $take_chain (param $chain_ptr i32) (param $lane i32)
  (local $from i32)
  (local $end i32) ;; one past the last word of the destination
  (local.set $from
    (i32.add (global.get $LANE_CHAINS) (i32.shl (local.get $lane) (i32.const 2))))
  (local.set $end (i32.add (local.get $chain_ptr) (global.get $CHAIN_SIZE)))
  (loop $next_word
    (i32.store (local.get $chain_ptr) (i32.load (local.get $from)))
    (local.set $from (i32.add (local.get $from) (i32.const 16)))
    (local.set $chain_ptr (i32.add (local.get $chain_ptr) (i32.const 4)))
    (br_if $next_word (i32.ne (local.get $chain_ptr) (local.get $end)))))

;; Copies a chain to a lane's place among the four.
(func $put_chain (param $chain_ptr i32) (param $lane i32)
  (local $to i32)
  (local $end i32) ;; one past the last word of the source
  (local.set $to
    (i32.add (global.get $LANE_CHAINS) (i32.shl (local.get $lane) (i32.const 2))))
  (local.set $end (i32.add (local.get $chain_ptr) (global.get $CHAIN_SIZE)))
  (loop $next_word
    (i32.store (local.get $to) (i32.load (local.get $chain_ptr)))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))
    (local.set $chain_ptr (i32.add (local.get $chain_ptr) (i32.const 4)))
    (br_if $next_word (i32.ne (local.get $chain_ptr) (local.get $end)))))

;; Gives a lane that has no block left its next ones: the padded end of its message, or, when that
;; is done and its digest written, another message's. Leaves dst_ptr 0 when there are no more.
(func $advance (param $lane i32)
  (local $fields i32) ;; address of the lane's fields
  (local $span i32)   ;; address of the span that it takes
  (local $tail i32)   ;; where its padded end goes
  (local $len i32)
  (local.set $fields (call $lane_at! (local.get $lane)))
  (if (i32.load offset=20 (;PADDED;) (local.get $fields))
    (then
      (call $take_chain (global.get $CHAIN) (local.get $lane))
      (call $write_digest
        (i32.load offset=16 (;LANE.DST_PTR;) (local.get $fields))
        (global.get $CHAIN))
      (i32.store offset=20 (;PADDED;) (local.get $fields) (i32.const 0))
      (i32.store offset=16 (;LANE.DST_PTR;) (local.get $fields) (i32.const 0))))
  (if (i32.eqz (i32.load offset=16 (;LANE.DST_PTR;) (local.get $fields)))
    (then
      (local.set $span (i32.load offset=0 (;NEXT_PTR;) (global.get $QUEUE)))
      (if (i32.eq (local.get $span) (i32.load offset=4 (;END_PTR;) (global.get $QUEUE)))
        (then (return)))
      (i32.store offset=0 (;NEXT_PTR;) (global.get $QUEUE)
        (i32.add (local.get $span) (i32.const 8)))
      (i32.store offset=16 (;LANE.DST_PTR;) (local.get $fields)
        (i32.load offset=8 (;QUEUE.DST_PTR;) (global.get $QUEUE)))
      (i32.store offset=8 (;QUEUE.DST_PTR;) (global.get $QUEUE)
        (i32.add
          (i32.load offset=8 (;QUEUE.DST_PTR;) (global.get $QUEUE))
          (global.get $CHAIN_SIZE)))
      (local.set $len (i32.load offset=4 (;SPAN.LEN;) (local.get $span)))
      (i32.store offset=12 (;LANE.LEN;) (local.get $fields) (local.get $len))
      (i32.store offset=0 (;BLOCK_PTR;) (local.get $fields)
        (i32.load offset=0 (;PTR;) (local.get $span)))
      (i32.store offset=8 (;REST_PTR;) (local.get $fields)
        (i32.add
          (i32.load offset=0 (;PTR;) (local.get $span))
          (i32.and (local.get $len) (i32.const -64))))
      (i32.store offset=4 (;BLOCKS;) (local.get $fields)
        (i32.shr_u (local.get $len) (i32.const 6)))
      (call $start! (global.get $CHAIN))
      (call $put_chain (global.get $CHAIN) (local.get $lane))
      (if (i32.ge_u (local.get $len) (i32.const 64)) (then (return)))))
  (local.set $len (i32.load offset=12 (;LANE.LEN;) (local.get $fields)))
  (local.set $tail (i32.add (global.get $TAILS) (i32.shl (local.get $lane) (i32.const 7))))
  (i32.store offset=4 (;BLOCKS;) (local.get $fields)
    (call $pad
      (local.get $tail)
      (i32.load offset=8 (;REST_PTR;) (local.get $fields))
      (i32.and (local.get $len) (i32.const 63))
      (i64.extend_i32_u (local.get $len))))
  (i32.store offset=0 (;BLOCK_PTR;) (local.get $fields) (local.get $tail))
  (i32.store offset=20 (;PADDED;) (local.get $fields) (i32.const 1)))

;; The digests of many messages. Four lanes work side by side, each on a message of its own, for as
;; many blocks as all of them have; then those that are through go on to what comes next. Lanes that
;; find no message any more repeat another's blocks, and the last message is finished alone.
(func $digests (param $spans_ptr i32) (param $count i32) (param $dst_ptr i32)
  (local $lane i32)
  (local $fields i32)    ;; address of its fields
  (local $active i32)    ;; how many lanes have a message
  (local $last i32)      ;; the last of them
  (local $run i32)       ;; how many blocks all of them have
  (local $spare_ptr i32) ;; blocks for lanes without a message
  (i32.store offset=0 (;NEXT_PTR;) (global.get $QUEUE) (local.get $spans_ptr))
  (i32.store offset=4 (;END_PTR;) (global.get $QUEUE)
    (i32.add (local.get $spans_ptr) (i32.shl (local.get $count) (i32.const 3))))
  (i32.store offset=8 (;QUEUE.DST_PTR;) (global.get $QUEUE) (local.get $dst_ptr))
  (memory.fill (global.get $LANES) (i32.const 0) (i32.const 128))
  (loop $next_run
    (local.set $lane (i32.const 0))
    (local.set $active (i32.const 0))
    (local.set $run (i32.const -1))
    (loop $next_lane
      (local.set $fields (call $lane_at! (local.get $lane)))
      (if (i32.eqz (i32.load offset=4 (;BLOCKS;) (local.get $fields)))
        (then (call $advance (local.get $lane))))
      (if (i32.load offset=16 (;LANE.DST_PTR;) (local.get $fields))
        (then
          (local.set $active (i32.add (local.get $active) (i32.const 1)))
          (local.set $last (local.get $lane))
          (if (i32.lt_u (i32.load offset=4 (;BLOCKS;) (local.get $fields)) (local.get $run))
            (then
              (local.set $run (i32.load offset=4 (;BLOCKS;) (local.get $fields)))
              (local.set $spare_ptr (i32.load offset=0 (;BLOCK_PTR;) (local.get $fields)))))))
      (local.set $lane (i32.add (local.get $lane) (i32.const 1)))
      (br_if $next_lane (i32.lt_u (local.get $lane) (i32.const 4))))
    (if (i32.eqz (local.get $active)) (then (return)))
    (if (i32.eq (local.get $active) (i32.const 1))
      (then
        (call $take_chain (global.get $CHAIN) (local.get $last))
        (call $compress (global.get $CHAIN) (local.get $spare_ptr) (local.get $run))
        (call $put_chain (global.get $CHAIN) (local.get $last)))
      (else
        (call $compress_lanes
          (call $lane_blocks! (i32.const 0) (local.get $spare_ptr))
          (call $lane_blocks! (i32.const 1) (local.get $spare_ptr))
          (call $lane_blocks! (i32.const 2) (local.get $spare_ptr))
          (call $lane_blocks! (i32.const 3) (local.get $spare_ptr))
          (local.get $run))))
    (local.set $lane (i32.const 0))
    (loop $next_lane
      (local.set $fields (call $lane_at! (local.get $lane)))
      (if (i32.load offset=16 (;LANE.DST_PTR;) (local.get $fields))
        (then
          (i32.store offset=4 (;BLOCKS;) (local.get $fields)
            (i32.sub (i32.load offset=4 (;BLOCKS;) (local.get $fields)) (local.get $run)))
          (i32.store offset=0 (;BLOCK_PTR;) (local.get $fields)
            (i32.add
              (i32.load offset=0 (;BLOCK_PTR;) (local.get $fields))
              (i32.shl (local.get $run) (i32.const 6))))))
      (local.set $lane (i32.add (local.get $lane) (i32.const 1)))
      (br_if $next_lane (i32.lt_u (local.get $lane) (i32.const 4))))
    (br $next_run)))

;; A lane's next block, or another's where it has no message.
(func $lane_blocks! (param $lane i32) (param $spare_ptr i32) (result i32)
  (select
    (i32.load offset=0 (;BLOCK_PTR;) (call $lane_at! (local.get $lane)))
    (local.get $spare_ptr)
    (i32.load offset=16 (;LANE.DST_PTR;) (call $lane_at! (local.get $lane)))))
