;; Digests of many messages at a time, four side by side in the lanes of vectors.
;;
;; A module that names this fragment has lib/digest, four times 128 bytes at $TAILS, and defines:
;;
;;   $compress_lanes(ptr_0 … ptr_3, count) puts `count` blocks from each pointer on into the
;;                           four chains of $LANE_CHAINS
;;   $LANE_CHAINS            where these stand side by side: word w of lane i is at 16 w + 4 i
;;   $LANES                  four lanes of the batch, 32 bytes each
;;   $QUEUE                  messages that no lane has taken yet

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
