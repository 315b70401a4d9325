;; ---- compression of the high levels

;; A chunk of the input at a time, in three passes. Forward: the longest match at each place, by
;; chains of places with the same first four bytes. Backward: what the rest of the chunk costs at
;; least from each place on, and by which step, a literal or a match. Forward again: the sequences
;; of that way. As all distances cost the same, the longest match is the only one that a place
;; needs: shorter ones are its beginnings, and a place within a match has the rest of it for
;; nothing. So low levels look for a match only where what is left of the last one is short.

;; Layout hc_work
;;   offset  size  field        meaning
;;        0     4  heads        where the list of the last places of each hash begins, u32 each
;;        4     4  chain        where the distances to places before of the same hash begin, u16
;;        8     4  steps        where the steps begin, u32: a distance, above it a length; without
;;                              a distance, the literals up to the next match
;;       12     4  costs        where the bytes that the rest takes begin, u32 each
;;       16     4  mask         places that are kept, less one: a power of two less one
;;       20     4  hash_shift   how far a product is shifted to be a hash
;;       24     4  depth        how many places a chain is followed
;;       28     4  enough       what is left of a match from which on no other is looked for
;;       32     4  rare         from which distance on the same four bytes are worth a search
;;       36     4  anchor       the first byte of the input that is not written yet
;;       40     4  known        one past the last place that is in the lists

;; The most bytes of a chunk and places of a chain (log2), and the most hashes (log2).
(global $CHUNK_LOG i32 (i32.const 16))
(global $HEADS_LOG i32 (i32.const 15))
(global $LEAST_LOG i32 (i32.const 8))

(global $HC_SPREAD i32 (i32.const 0x9e3779b1))

;; The base 2 logarithm of how many places are kept for an input of $len bytes.
(func $chunk_log (param $len i32) (result i32)
  (local $log i32)
  (local.set $log (i32.sub (i32.const 32) (i32.clz (local.get $len))))
  (if (i32.gt_u (local.get $log) (global.get $CHUNK_LOG))
    (then (local.set $log (global.get $CHUNK_LOG))))
  (if (i32.lt_u (local.get $log) (global.get $LEAST_LOG))
    (then (local.set $log (global.get $LEAST_LOG))))
  (local.get $log))

(func $heads_log! (param $log i32) (result i32)
  (select
    (local.get $log) (global.get $HEADS_LOG) (i32.lt_u (local.get $log) (global.get $HEADS_LOG))))

;; i32 lz4_compress_hc_work_size(u32 len)
;;   How many bytes lz4_compress_hc works in for `len` bytes at most: up to 786,560, or -6 too_large
;;   where len is over 0x7e000000.
;;   Reads and writes nothing. len = 0 gives what 255 bytes need.
(func $lz4_compress_hc_work_size (export "lz4_compress_hc_work_size") (param $len i32) (result i32)
  (local $log i32)
  (if (i32.gt_u (local.get $len) (global.get $LONGEST)) (then (return (i32.const -6))))
  (local.set $log (call $chunk_log (local.get $len)))
  ;; the head, the lists of heads, distances and steps, and of costs, behind which 18 more are read
  (i32.add
    (i32.add
      (i32.const 128)
      (i32.shl (i32.const 4) (call $heads_log! (local.get $log))))
    (i32.shl (i32.const 10) (local.get $log))))

;; i32 lz4_compress_hc(
;;     const u8 *src_ptr, u32 src_len, u32 level, u8 *work_ptr, u32 work_cap,
;;     u8 *dst_ptr, u32 dst_cap)
;;   Writes [src_ptr, src_ptr+src_len) as one block and returns its length. Levels are 3 to 12, from
;;   the fastest to the tightest; less counts as 3, more as 12. The same input and level give the
;;   same block whatever dst_cap is. -2 output_too_small where the block is longer than dst_cap;
;;   never where dst_cap is lz4_bound(src_len). -6 too_large where src_len is over 0x7e000000, or
;;   work_cap is less than lz4_compress_hc_work_size(src_len). Reads the span, writes within dst_cap
;;   and the work memory. src_len = 0 gives a block of one byte.
(func $lz4_compress_hc (export "lz4_compress_hc")
  (param $src_ptr i32) (param $src_len i32) (param $level i32)
  (param $work_ptr i32) (param $work_cap i32)
  (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (if (i32.gt_u (local.get $src_len) (global.get $LONGEST)) (then (return (i32.const -6))))
  (if
    (i32.lt_u
      (local.get $work_cap)
      (call $lz4_compress_hc_work_size (local.get $src_len)))
    (then (return (i32.const -6))))
  (call $lay_out
    (local.get $work_ptr) (call $chunk_log (local.get $src_len)) (local.get $level))
  (call $compress_hc_block
    (local.get $work_ptr) (local.get $src_ptr) (local.get $src_len) (local.get $src_ptr)
    (local.get $dst_ptr) (local.get $dst_cap)))

;; As $compress, but for the level and the lists in the work memory: they know of the places that
;; matches may lead back to, from $window on, and of those of the block when it is made.
(func $compress_hc_block
  (param $work_ptr i32) (param $src_ptr i32) (param $src_len i32) (param $window i32)
  (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (local $src_end i32)    ;; one past the last byte
  (local $dst i32)        ;; where the next sequence goes
  (local $dst_end i32)    ;; one past the capacity
  (local $chunk i32)      ;; where the chunk begins
  (local $chunk_end i32)
  (local $last_start i32) ;; one past the last place where a match may begin
  (local $limit i32)      ;; where one ends at the latest
  (local.set $dst_end
    (i32.add
      (local.get $dst_ptr)
      (select
        (local.get $dst_cap)
        (call $lz4_bound (local.get $src_len))
        (i32.lt_u (local.get $dst_cap) (call $lz4_bound (local.get $src_len))))))
  (local.set $dst (local.get $dst_ptr))
  (local.set $src_end (i32.add (local.get $src_ptr) (local.get $src_len)))
  (if (i32.gt_u (local.get $src_len) (global.get $NO_MATCH_TAIL))
    (then
      (i32.store offset=36 (;ANCHOR;) (local.get $work_ptr) (local.get $src_ptr))
      (local.set $last_start (i32.sub (local.get $src_end) (i32.const 11)))
      (local.set $chunk (local.get $src_ptr))
      (loop $next_chunk
        (local.set $chunk_end
          (i32.add (local.get $chunk) (i32.load offset=16 (;MASK;) (local.get $work_ptr))))
        (if
          (i32.gt_u
            (i32.sub (local.get $chunk_end) (local.get $chunk))
            (i32.sub (local.get $src_end) (local.get $chunk)))
          (then (local.set $chunk_end (local.get $src_end))))
        (local.set $limit (i32.sub (local.get $src_end) (global.get $LITERAL_TAIL)))
        (if (i32.gt_u (local.get $limit) (local.get $chunk_end))
          (then (local.set $limit (local.get $chunk_end))))
        (call $find_matches
          (local.get $work_ptr) (local.get $window) (local.get $chunk) (local.get $chunk_end)
          (local.get $limit) (local.get $last_start) (local.get $src_end))
        (call $choose_steps
          (local.get $work_ptr) (i32.sub (local.get $chunk_end) (local.get $chunk)))
        (local.set $dst
          (call $write_steps
            (local.get $work_ptr) (local.get $chunk) (local.get $chunk_end)
            (local.get $dst) (local.get $dst_end)))
        (if (i32.eqz (local.get $dst)) (then (return (i32.const -2))))
        (local.set $chunk (local.get $chunk_end))
        (br_if $next_chunk (i32.lt_u (local.get $chunk) (local.get $src_end))))
      (local.set $src_ptr (i32.load offset=36 (;ANCHOR;) (local.get $work_ptr)))))
  ;; What is left are literals.
  (local.set $dst
    (call $write_literals
      (local.get $dst)
      (local.get $dst_end)
      (local.get $src_ptr)
      (i32.sub (local.get $src_end) (local.get $src_ptr))))
  (if (i32.eqz (local.get $dst)) (then (return (i32.const -2))))
  (i32.sub (local.get $dst) (local.get $dst_ptr)))

;; Divides the work memory for chunks of 2^$log places, says of every hash that its bytes were not
;; seen yet, and what the level means.
(func $lay_out (param $work_ptr i32) (param $log i32) (param $level i32)
  (local $heads_len i32)
  (local $at i32)
  (call $set_level (local.get $work_ptr) (local.get $level))
  (local.set $heads_len (i32.shl (i32.const 4) (call $heads_log! (local.get $log))))
  (local.set $at (i32.add (local.get $work_ptr) (i32.const 48)))
  (i32.store offset=0 (;HEADS;) (local.get $work_ptr) (local.get $at))
  (memory.fill (local.get $at) (i32.const 0) (local.get $heads_len))
  (local.set $at (i32.add (local.get $at) (local.get $heads_len)))
  (i32.store offset=4 (;CHAIN;) (local.get $work_ptr) (local.get $at))
  (local.set $at (i32.add (local.get $at) (i32.shl (i32.const 2) (local.get $log))))
  (i32.store offset=8 (;STEPS;) (local.get $work_ptr) (local.get $at))
  (local.set $at (i32.add (local.get $at) (i32.shl (i32.const 4) (local.get $log))))
  (i32.store offset=12 (;COSTS;) (local.get $work_ptr) (local.get $at))
  (i32.store offset=16 (;MASK;)
    (local.get $work_ptr)
    (i32.sub (i32.shl (i32.const 1) (local.get $log)) (i32.const 1)))
  (i32.store offset=20 (;HASH_SHIFT;)
    (local.get $work_ptr)
    (i32.sub (i32.const 32) (call $heads_log! (local.get $log))))
  (i32.store offset=40 (;KNOWN;) (local.get $work_ptr) (i32.const 0)))

;; Puts the places from $window on that are in no list yet into theirs, up to the last that has four
;; bytes before $end.
(func $remember (param $work_ptr i32) (param $window i32) (param $end i32)
  (local $heads i32)
  (local $chain i32)
  (local $mask i32)
  (local $hash_shift i32)
  (local $here i32)
  (local.set $heads (i32.load offset=0 (;HEADS;) (local.get $work_ptr)))
  (local.set $chain (i32.load offset=4 (;CHAIN;) (local.get $work_ptr)))
  (local.set $mask (i32.load offset=16 (;MASK;) (local.get $work_ptr)))
  (local.set $hash_shift (i32.load offset=20 (;HASH_SHIFT;) (local.get $work_ptr)))
  (local.set $here (i32.load offset=40 (;KNOWN;) (local.get $work_ptr)))
  (if (i32.lt_u (local.get $here) (local.get $window))
    (then (local.set $here (local.get $window))))
  (block $done
    (loop $next_place
      (br_if $done
        (i32.gt_u (i32.add (local.get $here) (i32.const 4)) (local.get $end)))
      (drop
        (call $put_into_list!
          (local.get $heads) (local.get $chain) (local.get $mask) (local.get $hash_shift)
          (local.get $here) (i32.load (local.get $here))))
      (local.set $here (i32.add (local.get $here) (i32.const 1)))
      (br $next_place)))
  (i32.store offset=40 (;KNOWN;) (local.get $work_ptr) (local.get $here)))

;; Puts a place into the list of its hash; how far behind it the next one of the list is, or 0.
(func $put_into_list!
  (param $heads i32) (param $chain i32) (param $mask i32) (param $hash_shift i32)
  (param $here i32) (param $bytes i32)
  (result i32)
  (local $head i32) ;; entry of the table
  (local $gap i32)
  (local.set $head
    (i32.add
      (local.get $heads)
      (i32.shl
        (i32.shr_u
          (i32.mul (local.get $bytes) (global.get $HC_SPREAD))
          (local.get $hash_shift))
        (i32.const 2))))
  (local.set $gap (i32.sub (local.get $here) (i32.load (local.get $head))))
  (i32.store (local.get $head) (local.get $here))
  ;; A distance of 0 ends the list.
  (if (i32.gt_u (local.get $gap) (i32.const 0xffff)) (then (local.set $gap (i32.const 0))))
  (i32.store16
    (call $link! (local.get $chain) (local.get $mask) (local.get $here))
    (local.get $gap))
  (local.get $gap))

;; What a level means. Of 1 MiB of JavaScript, of JSON logs and of English, level 9 makes within 0.5
;; % of what lz4 -9 does, and level 12 within 0.7 % of -12 (2026-11-30).
(func $set_level (param $work_ptr i32) (param $level i32)
  (local $depth i32)
  (local $enough i32)
  (local $rare i32)
  (if (i32.lt_u (local.get $level) (i32.const 3)) (then (local.set $level (i32.const 3))))
  (if (i32.gt_u (local.get $level) (i32.const 12)) (then (local.set $level (i32.const 12))))
  (local.set $enough (i32.const 5))
  (local.set $rare (i32.const 1024))
  (if (i32.le_u (local.get $level) (i32.const 6))
    ;; 4, 8, 16, 32
    (then
      (local.set $depth
        (i32.shl (i32.const 1) (i32.sub (local.get $level) (i32.const 1)))))
    (else
      (if (i32.le_u (local.get $level) (i32.const 9))
        ;; 48, 64, 80
        (then
          (local.set $depth
            (i32.shl (i32.sub (local.get $level) (i32.const 4)) (i32.const 4))))
        ;; 32, 48, 64, in more places
        (else
          (local.set $enough (i32.const 16))
          (local.set $rare (i32.const 256))
          (local.set $depth
            (i32.shl (i32.sub (local.get $level) (i32.const 8)) (i32.const 4)))))))
  (i32.store offset=24 (;DEPTH;) (local.get $work_ptr) (local.get $depth))
  (i32.store offset=28 (;ENOUGH;) (local.get $work_ptr) (local.get $enough))
  (i32.store offset=32 (;RARE;) (local.get $work_ptr) (local.get $rare)))

;; Writes to the steps the longest match that was found for each place of [$chunk, $chunk_end), or
;; 0. Matches end at $limit at the latest and begin before $last_start; none reads from $src_end on.
(func $find_matches
  (param $work_ptr i32) (param $window i32) (param $chunk i32) (param $chunk_end i32)
  (param $limit i32) (param $last_start i32) (param $src_end i32)
  (local $heads i32)
  (local $chain i32)
  (local $mask i32)
  (local $hash_shift i32)
  (local $enough i32)
  (local $rare i32)
  (local $here i32)
  (local $step i32)      ;; where the step of $here goes
  (local $len i32)       ;; of the longest match here, of those that are known
  (local $distance i32)  ;; of it
  (local $candidate i32) ;; an earlier place with the same hash
  (local $gap i32)       ;; from it to $here
  (local $tries i32)
  (local $bytes i32)     ;; the first four here
  (local $end i32)       ;; where a match ends
  (local $tail i32)      ;; the four bytes at which a longer match is told from others
  (local $link i32)
  (local $back i32)      ;; a place before, to which a match is led on
  (local.set $heads (i32.load offset=0 (;HEADS;) (local.get $work_ptr)))
  (local.set $chain (i32.load offset=4 (;CHAIN;) (local.get $work_ptr)))
  (local.set $mask (i32.load offset=16 (;MASK;) (local.get $work_ptr)))
  (local.set $hash_shift (i32.load offset=20 (;HASH_SHIFT;) (local.get $work_ptr)))
  (local.set $enough (i32.load offset=28 (;ENOUGH;) (local.get $work_ptr)))
  (local.set $rare (i32.load offset=32 (;RARE;) (local.get $work_ptr)))
  (local.set $step (i32.load offset=8 (;STEPS;) (local.get $work_ptr)))
  (local.set $here (local.get $chunk))
  (if (i32.gt_u (local.get $last_start) (local.get $chunk_end))
    (then (local.set $last_start (local.get $chunk_end))))
  (block $no_match_left
    (loop $next_place
      (br_if $no_match_left (i32.ge_u (local.get $here) (local.get $last_start)))
      (local.set $bytes (i32.load (local.get $here)))
      (local.set $gap
        (call $put_into_list!
          (local.get $heads) (local.get $chain) (local.get $mask) (local.get $hash_shift)
          (local.get $here) (local.get $bytes)))
      (local.set $candidate (i32.sub (local.get $here) (local.get $gap)))
      (block $searched
        ;; Within a match, four bytes that have not been there for long tell others best: at level 9
        ;; JSON logs get 2.3 % smaller, and take 1.2 times as long (2026-11-30).
        (br_if $searched
          (i32.and
            (i32.ge_u (local.get $len) (local.get $enough))
            (i32.lt_u (local.get $gap) (local.get $rare))))
        (br_if $searched (i32.eqz (local.get $gap)))
        (if (i32.lt_u (local.get $len) (i32.const 3)) (then (local.set $len (i32.const 3))))
        (local.set $tries (i32.load offset=24 (;DEPTH;) (local.get $work_ptr)))
        (local.set $back (i32.const 0))
        (local.set $end (i32.add (local.get $here) (local.get $len)))
        (block $end_of_list
          ;; No match is longer than one that ends at the limit.
          (br_if $end_of_list (i32.ge_u (local.get $end) (local.get $limit)))
          (local.set $tail (i32.load (i32.sub (local.get $end) (i32.const 3))))
          (loop $next_candidate
            ;; The next one is on its way while this one is looked at.
            (local.set $link
              (i32.load16_u
                (call $link! (local.get $chain) (local.get $mask) (local.get $candidate))))
            (if
              (i32.eq
                (local.get $tail)
                (i32.load
                  (i32.sub (i32.sub (local.get $end) (i32.const 3)) (local.get $gap))))
              (then
                (if (i32.eq (local.get $bytes) (i32.load (local.get $candidate)))
                  (then
                    (local.set $end
                      (call $match_end!
                        (i32.add (local.get $here) (i32.const 4))
                        (local.get $gap)
                        (local.get $limit)
                        (local.get $src_end)))
                    (if (i32.gt_u (local.get $end) (local.get $limit))
                      (then (local.set $end (local.get $limit))))
                    (if
                      (i32.gt_u
                        (i32.sub (local.get $end) (local.get $here))
                        (local.get $len))
                      (then
                        (local.set $len (i32.sub (local.get $end) (local.get $here)))
                        (local.set $distance (local.get $gap))
                        (local.set $back (local.get $here))
                        (br_if $end_of_list (i32.ge_u (local.get $end) (local.get $limit)))))
                    (local.set $end (i32.add (local.get $here) (local.get $len)))
                    (local.set $tail (i32.load (i32.sub (local.get $end) (i32.const 3))))))))
            (br_if $end_of_list (i32.eqz (local.get $link)))
            (local.set $candidate (i32.sub (local.get $candidate) (local.get $link)))
            (local.set $gap (i32.add (local.get $gap) (local.get $link)))
            (br_if $end_of_list (i32.gt_u (local.get $gap) (i32.const 0xffff)))
            (local.set $tries (i32.sub (local.get $tries) (i32.const 1)))
            (br_if $next_candidate (local.get $tries))))
        ;; What was found may begin before, where less was found or nothing was looked for.
        (if (local.get $back)
          (then
            (call $lead_back
              (local.get $step) (i32.sub (local.get $here) (local.get $chunk))
              (local.get $here) (local.get $len) (local.get $distance) (local.get $window)))))
      (i32.store
        (local.get $step)
        (select
          (i32.or (i32.shl (local.get $len) (i32.const 16)) (local.get $distance))
          (i32.const 0)
          (i32.gt_u (local.get $len) (i32.const 3))))
      (local.set $len
        (i32.sub (local.get $len) (i32.ne (local.get $len) (i32.const 0))))
      (local.set $step (i32.add (local.get $step) (i32.const 4)))
      (local.set $here (i32.add (local.get $here) (i32.const 1)))
      (br $next_place)))
  (i32.store offset=40 (;KNOWN;) (local.get $work_ptr)
    (call $min! (local.get $here) (local.get $last_start)))
  ;; No match begins in what is left.
  (memory.fill
    (local.get $step)
    (i32.const 0)
    (i32.shl (i32.sub (local.get $chunk_end) (local.get $here)) (i32.const 2))))

;; Where the distance from $here to the place before of the same hash stands.
(func $link! (param $chain i32) (param $mask i32) (param $here i32) (result i32)
  (i32.add
    (local.get $chain)
    (i32.shl (i32.and (local.get $here) (local.get $mask)) (i32.const 1))))

;; Leads a match back over at most $most places whose own is shorter, as long as the bytes are the
;; same.
(func $lead_back
  (param $step i32) (param $most i32) (param $here i32) (param $len i32) (param $distance i32)
  (param $window i32)
  (block $done
    (loop $next_place
      (br_if $done (i32.eqz (local.get $most)))
      (br_if $done
        (i32.le_u (i32.sub (local.get $here) (local.get $window)) (local.get $distance)))
      (local.set $here (i32.sub (local.get $here) (i32.const 1)))
      (local.set $step (i32.sub (local.get $step) (i32.const 4)))
      (local.set $most (i32.sub (local.get $most) (i32.const 1)))
      (local.set $len (i32.add (local.get $len) (i32.const 1)))
      (br_if $done
        (i32.ge_u
          (i32.shr_u (i32.load (local.get $step)) (i32.const 16))
          (local.get $len)))
      (br_if $done
        (i32.ne
          (i32.load8_u (local.get $here))
          (i32.load8_u (i32.sub (local.get $here) (local.get $distance)))))
      (i32.store
        (local.get $step)
        (i32.or (i32.shl (local.get $len) (i32.const 16)) (local.get $distance)))
      (br $next_place))))

;; Bytes that a match of $len takes, over 18: a token, a distance and the run.
(func $long_match_cost! (param $len i32) (result i32)
  (i32.add
    (i32.const 4)
    (i32.div_u (i32.sub (local.get $len) (i32.const 19)) (i32.const 255))))

;; The costs behind matches of four lengths, the highest where these are over $most.
(func $costs_behind! (param $ptr i32) (param $lens v128) (param $most v128) (result v128)
  (v128.or
    (v128.load (local.get $ptr))
    (i32x4.gt_u (local.get $lens) (local.get $most))))

;; Makes each of the $len steps the one by which the rest of the chunk takes the fewest bytes.
(func $choose_steps (param $work_ptr i32) (param $len i32)
  (local $first i32)     ;; the first step
  (local $step i32)
  (local $cost_ptr i32)  ;; of the place behind
  (local $literals i32)  ;; from the place behind up to the next match
  (local $cost i32)
  (local $match i32)
  (local $match_len i32)
  (local $best_len i32)
  (local $other i32)     ;; what another step costs
  (local $most v128)     ;; the longest of the lengths that take three bytes
  (local $cost_4 v128)   ;; what the rest costs behind matches of 4 to 7 bytes
  (local $cost_8 v128)
  (local $cost_12 v128)
  (local $cost_16 v128)
  (local $least v128)
  (local.set $first (i32.load offset=8 (;STEPS;) (local.get $work_ptr)))
  (local.set $step (i32.add (local.get $first) (i32.shl (local.get $len) (i32.const 2))))
  (local.set $cost_ptr
    (i32.add
      (i32.load offset=12 (;COSTS;) (local.get $work_ptr))
      (i32.shl (local.get $len) (i32.const 2))))
  (i32.store (local.get $cost_ptr) (i32.const 0))
  (block $done
    (loop $next_place
      (br_if $done (i32.eq (local.get $step) (local.get $first)))
      (local.set $step (i32.sub (local.get $step) (i32.const 4)))
      (local.set $match (i32.load (local.get $step)))
      ;; A literal: a byte, and one more where the length of the run takes another.
      (local.set $literals (i32.add (local.get $literals) (i32.const 1)))
      (local.set $cost (i32.add (i32.load (local.get $cost_ptr)) (i32.const 1)))
      (if (i32.ge_u (local.get $literals) (global.get $RUN))
        (then
          (local.set $cost
            (i32.add
              (local.get $cost)
              (i32.eqz
                (i32.rem_u
                  (i32.sub (local.get $literals) (global.get $RUN))
                  (i32.const 255)))))))
      (if (local.get $match)
        (then
          (local.set $best_len (i32.const 0))
          (local.set $match_len (i32.shr_u (local.get $match) (i32.const 16)))
          (if (i32.gt_u (local.get $match_len) (i32.const 18))
            (then
              (local.set $other
                (i32.add
                  (call $long_match_cost! (local.get $match_len))
                  (i32.load
                    (i32.add
                      (i32.sub (local.get $cost_ptr) (i32.const 4))
                      (i32.shl (local.get $match_len) (i32.const 2))))))
              (if (i32.lt_u (local.get $other) (local.get $cost))
                (then
                  (local.set $cost (local.get $other))
                  (local.set $best_len (local.get $match_len))))
              (local.set $match_len (i32.const 18))))
          ;; All that take three bytes, 4 to 18, at once.
          (local.set $most (i32x4.splat (local.get $match_len)))
          (local.set $cost_4
            (call $costs_behind!
              (i32.add (local.get $cost_ptr) (i32.const 12))
              (v128.const i32x4 4 5 6 7)
              (local.get $most)))
          (local.set $cost_8
            (call $costs_behind!
              (i32.add (local.get $cost_ptr) (i32.const 28))
              (v128.const i32x4 8 9 10 11)
              (local.get $most)))
          (local.set $cost_12
            (call $costs_behind!
              (i32.add (local.get $cost_ptr) (i32.const 44))
              (v128.const i32x4 12 13 14 15)
              (local.get $most)))
          (local.set $cost_16
            (call $costs_behind!
              (i32.add (local.get $cost_ptr) (i32.const 60))
              (v128.const i32x4 16 17 18 19)
              (local.get $most)))
          (local.set $least
            (i32x4.min_u
              (i32x4.min_u (local.get $cost_4) (local.get $cost_8))
              (i32x4.min_u (local.get $cost_12) (local.get $cost_16))))
          (local.set $least
            (i32x4.min_u
              (local.get $least)
              (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7
                (local.get $least)
                (local.get $least))))
          (local.set $least
            (i32x4.min_u
              (local.get $least)
              (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11
                (local.get $least)
                (local.get $least))))
          (local.set $other
            (i32.add (i32x4.extract_lane 0 (local.get $least)) (i32.const 3)))
          (if (i32.lt_u (local.get $other) (local.get $cost))
            (then
              (local.set $cost (local.get $other))
              ;; The longest of them: 4 and the number of the last lane.
              (local.set $best_len
                (i32.sub
                  (i32.const 35)
                  (i32.clz
                    (i32.or
                      (i32.or
                        (i32x4.bitmask (i32x4.eq (local.get $cost_4) (local.get $least)))
                        (i32.shl
                          (i32x4.bitmask (i32x4.eq (local.get $cost_8) (local.get $least)))
                          (i32.const 4)))
                      (i32.or
                        (i32.shl
                          (i32x4.bitmask (i32x4.eq (local.get $cost_12) (local.get $least)))
                          (i32.const 8))
                        (i32.shl
                          (i32x4.bitmask (i32x4.eq (local.get $cost_16) (local.get $least)))
                          (i32.const 12)))))))))
          (if (local.get $best_len)
            (then
              (local.set $literals (i32.const 0))
              (local.set $match
                (i32.or
                  (i32.shl (local.get $best_len) (i32.const 16))
                  (i32.and (local.get $match) (i32.const 0xffff)))))
            (else (local.set $match (i32.const 0))))))
      (i32.store
        (local.get $step)
        (i32.or (local.get $match) (i32.shl (local.get $literals) (i32.const 16))))
      (local.set $cost_ptr (i32.sub (local.get $cost_ptr) (i32.const 4)))
      (i32.store (local.get $cost_ptr) (local.get $cost))
      (br $next_place))))

;; Writes the sequences of the steps of [$chunk, $chunk_end), and moves the anchor behind the last.
;; Where they end, or 0 where there is no room.
(func $write_steps
  (param $work_ptr i32) (param $chunk i32) (param $chunk_end i32)
  (param $dst i32) (param $dst_end i32)
  (result i32)
  (local $steps i32)
  (local $here i32)
  (local $anchor i32)
  (local $match i32)
  (local $match_len i32)
  (local $at i32)
  (local $room i32)
  (local.set $steps (i32.load offset=8 (;STEPS;) (local.get $work_ptr)))
  (local.set $anchor (i32.load offset=36 (;ANCHOR;) (local.get $work_ptr)))
  (local.set $here (local.get $chunk))
  (block $done
    (loop $next_step
      (br_if $done (i32.ge_u (local.get $here) (local.get $chunk_end)))
      (local.set $match
        (i32.load
          (i32.add
            (local.get $steps)
            (i32.shl (i32.sub (local.get $here) (local.get $chunk)) (i32.const 2)))))
      (local.set $match_len (i32.shr_u (local.get $match) (i32.const 16)))
      (local.set $match (i32.and (local.get $match) (i32.const 0xffff)))
      (if (i32.eqz (local.get $match))
        (then
          (local.set $here (i32.add (local.get $here) (local.get $match_len)))
          (br $next_step)))
      (local.set $at
        (call $write_literals
          (local.get $dst)
          (local.get $dst_end)
          (local.get $anchor)
          (i32.sub (local.get $here) (local.get $anchor))))
      (if (i32.eqz (local.get $at)) (then (return (i32.const 0))))
      (local.set $room (i32.sub (local.get $dst_end) (local.get $at)))
      (if (i32.lt_u (local.get $room) (i32.const 2)) (then (return (i32.const 0))))
      (i32.store16 (local.get $at) (local.get $match))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (local.set $here (i32.add (local.get $here) (local.get $match_len)))
      (local.set $anchor (local.get $here))
      (local.set $match_len (i32.sub (local.get $match_len) (global.get $SHORTEST_MATCH)))
      (if (i32.ge_u (local.get $match_len) (global.get $RUN))
        (then
          (if
            (i32.lt_u
              (local.get $room)
              (i32.add (call $run_len! (local.get $match_len)) (i32.const 2)))
            (then (return (i32.const 0))))
          (local.set $at (call $write_run! (local.get $at) (local.get $match_len)))
          (local.set $match_len (global.get $RUN))))
      (i32.store8
        (local.get $dst)
        (i32.or (i32.load8_u (local.get $dst)) (local.get $match_len)))
      (local.set $dst (local.get $at))
      (br $next_step)))
  (i32.store offset=36 (;ANCHOR;) (local.get $work_ptr) (local.get $anchor))
  (local.get $dst))
