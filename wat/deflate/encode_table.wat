;; ---- level 1: a hash table with two places a hash

;; A match of four bytes that is further away costs more than its literals.
(global $FOUR_NEAR i32 (i32.const 4096))

;; A match that is longer than the first has only each second of its places in the table, one that
;; is longer than the second only each third. Putting them there takes a third of the time: with 48
;; alone logs of 1 MiB went at 0.83 of libdeflate's speed, and go at 1.06 (Xeon, 2026-11-30).
(global $WHOLLY_KNOWN i32 (i32.const 10))
(global $HALF_KNOWN   i32 (i32.const 24))

;; Where the pair of places of the low four bytes is: u16 where they stood last, u16 where before.
(func $pair! (param $pairs i32) (param $mask i32) (param $bytes i32) (result i32)
  (i32.add
    (local.get $pairs)
    (i32.and
      (i32.shr_u (i32.mul (local.get $bytes) (global.get $SPREAD_4)) (i32.const 15))
      (local.get $mask))))

;; Puts $ptr in front of a pair that was $pair.
(func $set_pair! (param $place i32) (param $pair i32) (param $ptr i32)
  (i32.store
    (local.get $place)
    (i32.or
      (i32.shl (local.get $pair) (i32.const 16))
      (i32.and (local.get $ptr) (i32.const 0xffff)))))

;; How many of the 16 bytes at $before are as in $bytes, from the first on; none where $before is in
;; front of $lowest.
(func $alike! (param $before i32) (param $lowest i32) (param $bytes v128) (result i32)
  (i32.ctz
    (i32.xor
      (i32.and
        (i8x16.bitmask (i8x16.eq (v128.load (local.get $before)) (local.get $bytes)))
        (i32.sub (i32.const 0) (i32.ge_u (local.get $before) (local.get $lowest))))
      (i32.const -1))))

;; Puts places of [$ptr, $end), which are $pace apart, into the table.
(func $know_pairs
  (param $pairs i32) (param $mask i32) (param $ptr i32) (param $end i32) (param $pace i32)
  (local $place i32)
  (block $done
    (loop $next_place
      (br_if $done (i32.ge_u (local.get $ptr) (local.get $end)))
      (local.set $place
        (call $pair! (local.get $pairs) (local.get $mask) (i32.load (local.get $ptr))))
      (call $set_pair! (local.get $place) (i32.load (local.get $place)) (local.get $ptr))
      (local.set $ptr (i32.add (local.get $ptr) (local.get $pace)))
      (br $next_place))))

;; Parses [$here, $end), with matches that reach back to $window, and takes each match of four bytes
;; or more that the table has. Where the next token goes, or 0 where a block had no room.
(func $parse_pairs
  (param $window i32) (param $here i32) (param $end i32) (param $work_ptr i32) (result i32)
  (local $pairs i32)
  (local $mask i32)       ;; of offsets into them
  (local $stop i32)       ;; where something else is to be done first
  (local $chunk_end i32)
  (local $sweep_at i32)
  (local $last i32)       ;; the last place that 16 bytes begin at
  (local $token i32)      ;; where the next goes
  (local $literals i32)   ;; where the literals of it begin
  (local $at i32)         ;; what goes into the table
  (local $bytes v128)     ;; the 16 at $here
  (local $place i32)
  (local $pair i32)
  (local $before i32)     ;; what is compared
  (local $other i32)
  (local $lowest i32)     ;; the first that may be
  (local $len i32)
  (local $other_len i32)
  (local $pace i32)       ;; how far its places are apart
  (local.set $pairs (local.get $work_ptr))
  (local.set $mask
    (i32.sub
      (i32.shl
        (i32.const 4)
        (call $table_bits! (i32.sub (local.get $end) (local.get $window)) (global.get $PAIR_BITS)))
      (i32.const 4)))
  (local.set $token
    (i32.add (local.get $pairs) (i32.add (local.get $mask) (i32.const 4))))
  (call $begin_blocks (local.get $here) (local.get $token))
  (call $forget
    (local.get $pairs)
    (i32.add (local.get $mask) (i32.const 4))
    (local.get $window))
  (local.set $sweep_at (i32.add (local.get $window) (global.get $SWEEP)))
  (local.set $literals (local.get $here))
  (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))
  (local.set $last (i32.sub (local.get $end) (i32.const 16)))
  ;; The history is in the table from the start.
  (local.set $at (local.get $window))
  (local.set $pace (i32.const 1))
  (block $done
    (br_if $done (i32.lt_u (i32.sub (local.get $end) (local.get $window)) (i32.const 16)))
    (loop $next_place
      (call $know_pairs
        (local.get $pairs)
        (local.get $mask)
        (local.get $at)
        (call $lesser! (local.get $here) (i32.add (local.get $last) (i32.const 1)))
        (local.get $pace))
      (loop $next_search
        (if (i32.ge_u (local.get $here) (local.get $stop))
          (then
            (br_if $done (i32.gt_u (local.get $here) (local.get $last)))
            (if (i32.ge_u (local.get $here) (local.get $chunk_end))
              (then
                (if (i32.ne (local.get $here) (local.get $literals))
                  (then
                    (local.set $token
                      (call $token!
                        (local.get $token)
                        (i32.sub (local.get $here) (local.get $literals))
                        (i32.const 0)))))
                (local.set $literals (local.get $here))
                (local.set $token (call $end_chunk (local.get $here) (local.get $token)))
                (if (i32.eqz (local.get $token)) (then (return (i32.const 0))))
                (local.set $chunk_end (i32.add (local.get $here) (global.get $CHUNK)))))
            (if (i32.ge_u (local.get $here) (local.get $sweep_at))
              (then
                (call $sweep
                  (local.get $pairs)
                  (i32.add (local.get $mask) (i32.const 4))
                  (local.get $here))
                (local.set $sweep_at (i32.add (local.get $here) (global.get $SWEEP)))))
            (local.set $stop
              (call $lesser!
                (call $lesser! (local.get $chunk_end) (local.get $sweep_at))
                (i32.add (local.get $last) (i32.const 1))))))
        (local.set $bytes (v128.load (local.get $here)))
        (local.set $place
          (call $pair!
            (local.get $pairs) (local.get $mask) (i32.load (local.get $here))))
        (local.set $pair (i32.load (local.get $place)))
        (call $set_pair! (local.get $place) (local.get $pair) (local.get $here))
        (local.set $lowest
          (call $window_start! (local.get $here) (local.get $window)))
        (local.set $before
          (i32.sub
            (local.get $here)
            (i32.and (i32.sub (local.get $here) (local.get $pair)) (i32.const 0xffff))))
        (local.set $other
          (i32.sub
            (local.get $here)
            (i32.and
              (i32.sub (local.get $here) (i32.shr_u (local.get $pair) (i32.const 16)))
              (i32.const 0xffff))))
        ;; Both are compared without a branch: which of them is longer, no one foresees.
        (local.set $len
          (call $alike! (local.get $before) (local.get $lowest) (local.get $bytes)))
        (local.set $other_len
          (call $alike! (local.get $other) (local.get $lowest) (local.get $bytes)))
        (local.set $before
          (select
            (local.get $other)
            (local.get $before)
            (i32.gt_u (local.get $other_len) (local.get $len))))
        (local.set $len (call $greater! (local.get $len) (local.get $other_len)))
        ;; Four bytes that are far away cost more than their literals.
        (if
          (i32.lt_u
            (local.get $len)
            (i32.add
              (i32.const 4)
              (i32.gt_u
                (i32.sub (local.get $here) (local.get $before))
                (global.get $FOUR_NEAR))))
          (then
            (call $count_literal! (local.get $here))
            (local.set $here (i32.add (local.get $here) (i32.const 1)))
            (br $next_search))))
      (if (i32.eq (local.get $len) (i32.const 16))
        (then
          (local.set $len
            (call $match_len!
              (local.get $here) (local.get $before) (i32.const 16) (local.get $end)))))
      (local.set $token
        (call $token!
          (local.get $token)
          (i32.sub (local.get $here) (local.get $literals))
          (call $count_match!
            (local.get $len) (i32.sub (local.get $here) (local.get $before)))))
      (local.set $at (i32.add (local.get $here) (i32.const 1)))
      (local.set $here (i32.add (local.get $here) (local.get $len)))
      (local.set $literals (local.get $here))
      (local.set $pace
        (i32.add
          (i32.add
            (i32.const 1)
            (i32.gt_u (local.get $len) (global.get $WHOLLY_KNOWN)))
          (i32.gt_u (local.get $len) (global.get $HALF_KNOWN))))
      (br $next_place)))
  (if (i32.ne (local.get $literals) (local.get $end))
    (then
      (call $count_literals (local.get $here) (local.get $end))
      (local.set $token
        (call $token!
          (local.get $token)
          (i32.sub (local.get $end) (local.get $literals))
          (i32.const 0)))))
  (local.get $token))
